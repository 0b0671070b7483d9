/* ingest/jsonl: field names, mappings, values, bad lines, documents; the news collections. */
#include "tests/ingest/ingest_test.h"

#include <zstd.h>

static void test_names(void **state)
{
    (void)state;
    const char *path = test_write_string(
        "a.jsonl",
        "\xef\xbb\xbf{\"guid\":17,\"link\":\"http://a.example/1\",\"headline\":\" T "
        "\",\"articleBody\":"
        "\"One.\\n\\nTwo.\",\"authors\":[{\"name\":\"Ann\"},\"Bob\",\"\"],\"timestamp\":1447661350,"
        "\"dateModified\":\"2015-11-17\",\"category\":\"World\",\"inLanguage\":\"en\","
        "\"publisher\":"
        "{\"@type\":\"Organization\",\"name\":\"Gazette\"},\"keywords\":[\"x\",\"y\"]}\r\n"
        "\n"
        "{\"title\":\"ms\",\"content_html\":\"<p>x\",\"date\":1447661350123,\"_id\":\"k\"}");
    first r = test_open_first(path, NULL);
    assert_int_equal(r.event.kind, LD_SOURCE_CAPTURE);
    assert_int_equal(r.capture.media, LD_MEDIA_FIELDS);
    assert_span(r.capture.key, "17");
    assert_span(r.capture.url, "http://a.example/1");
    assert_span(r.capture.given.title, "T");
    assert_span(r.capture.given.text, "One.\n\nTwo.");
    assert_span(r.capture.given.author, "Ann; Bob");
    assert_span(r.capture.given.published, "2015-11-16T08:09:10Z");
    assert_span(r.capture.given.modified, "2015-11-17");
    assert_span(r.capture.given.section, "World");
    assert_span(r.capture.given.language, "en");
    assert_span(r.capture.given.source, "Gazette");
    assert_span(r.capture.given.tags, "x; y");
    test_next(&r);
    assert_span(r.capture.given.published, "2015-11-16T08:09:10Z");
    assert_span(r.capture.given.html, "<p>x");
    assert_span(r.capture.key, "k");
    char want[512];
    snprintf(want, sizeof want, "%s:3", path);
    assert_span(r.capture.path, want);
    test_next(&r);
    assert_int_equal(r.event.kind, LD_SOURCE_END);
    ld_source_close(r.source);
}

static void test_mapping(void **state)
{
    (void)state;
    const char *path = test_write_string(
        "m.jsonl",
        "{\"title\":\"not this\",\"h\":\"this\",\"meta\":{\"desk\":{\"id\":7}},\"a.b\":true,"
        "\"text\":\"body\",\"price\":1.5}\n");
    ld_span user[] = {LD_SPAN("price"), LD_SPAN("desk"), LD_SPAN("absent")};
    ld_source_options options = {.fields = "title = h, desk=meta.desk.id,flag=a.b",
                                 .user_fields = user,
                                 .user_field_count = 3};
    first r = test_open_first(path, &options);
    assert_span(r.capture.given.title, "this");
    assert_span(r.capture.given.text, "body");
    assert_int_equal(r.capture.given.field_count, 3);
    assert_span(r.capture.given.fields[0].name, "desk");
    assert_span(r.capture.given.fields[0].value, "7");
    assert_span(r.capture.given.fields[1].name, "flag");
    assert_span(r.capture.given.fields[1].value, "true");
    assert_span(r.capture.given.fields[2].name, "price");
    assert_span(r.capture.given.fields[2].value, "1.5");
    ld_source_close(r.source);
    lede_error err = {0};
    ld_source *source;
    options.fields = "title";
    assert_int_equal(ld_source_open(lede_env_system(), path, &options, &source, &err),
                     LEDE_E_INVALID);
    assert_contains(err.message, "title=headline");
}

static void test_bad_lines(void **state)
{
    (void)state;
    const char *path = test_write_string("bad.jsonl", "{\"title\":\"1\"}\n"
                                                      "{\"title\":\n"
                                                      "[1,2]\n"
                                                      "{\"x\":1}\n"
                                                      "{\"title\":\"\xff\"}\n"
                                                      "{\"title\":\"nul \\u0000 inside\"}\n"
                                                      "{\"title\":\"last\"}");
    tally t = test_read_all(path, NULL);
    assert_int_equal(t.captures, 3);
    assert_int_equal(t.rejects, 4);
    first r = test_open_first(path, NULL);
    test_next(&r);
    assert_int_equal(r.event.kind, LD_SOURCE_REJECT);
    char want[512];
    snprintf(want, sizeof want, "%s:2", path);
    assert_span(r.event.path, want);
    ld_source_close(r.source);
}

/* Deep nesting is jansson's to refuse, and must not end the run. */
static void test_deep(void **state)
{
    (void)state;
    static char line[200000];
    size_t n = 0;
    n += (size_t)snprintf(line, sizeof line, "{\"title\":\"a\",\"x\":");
    memset(line + n, '[', 100000);
    n += 100000;
    n += (size_t)snprintf(line + n, sizeof line - n, "\n{\"title\":\"b\"}\n");
    tally t = test_read_all(test_write("deep.jsonl", line, n), NULL);
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.rejects, 1);
}

static void test_documents(void **state)
{
    (void)state;
    tally t = test_read_all(
        test_write_string("a.json", "[{\"title\":\"1\"},\n 7,\n{\"text\":\"2\"}]\n"), NULL);
    assert_int_equal(t.captures, 2);
    assert_int_equal(t.rejects, 1);
    t = test_read_all(test_write_string("b.json", "{\n\"title\":\"1\",\n\"body\":\"x\"}\n"), NULL);
    assert_int_equal(t.captures, 1);
    t = test_read_all(test_write_string("package.json", "{\n\"name\":\"tool\"\n}\n"), NULL);
    assert_int_equal(t.skips, 1);
    t = test_read_all(test_write_string("c.json", "{\n\"name\":\n"), NULL);
    assert_int_equal(t.rejects, 1);
    assert_contains(t.last_reason, "not JSON");
}

/* A small file whose tree would be large. */
static void test_many_values(void **state)
{
    (void)state;
    size_t items = (1u << 20) + 10, n = 0;
    char *line = malloc(3 * items + 100);
    n += (size_t)sprintf(line, "{\"title\":\"[{,\\\"[{\",\"x\":[0");
    for (size_t i = 0; i < items; i++, n += 3)
        memcpy(line + n, ",{}", 3);
    n += (size_t)sprintf(line + n, "]}\n{\"title\":\"b\"}\n");
    tally t = test_read_all(test_write("many.jsonl", line, n), NULL);
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.rejects, 1);
    assert_contains(t.last_reason, "values");
    free(line);
}

/* Lines of random length over many windows, against what was written. */
static void test_long_lines(void **state)
{
    (void)state;
    test_random r = {3};
    const char *path = test_path("long.jsonl");
    FILE *out = fopen(path, "wb");
    uint32_t sizes[60];
    for (int i = 0; i < 60; i++) {
        sizes[i] = i % 10 ? test_random_below(&r, 70000) : test_random_below(&r, 700000);
        fprintf(out, "{\"id\":%d,\"title\":\"t\",\"text\":\"", i);
        for (uint32_t k = 0; k < sizes[i]; k++)
            fputc('a', out);
        fprintf(out, "\"}%s", i % 3 ? "\n" : "\r\n");
    }
    fclose(out);
    first f = test_open_first(path, NULL);
    for (int i = 0; i < 60; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", i);
        assert_int_equal(f.event.kind, LD_SOURCE_CAPTURE);
        assert_span(f.capture.key, id);
        assert_int_equal(f.capture.given.text.bytes, sizes[i]);
        test_next(&f);
    }
    assert_int_equal(f.event.kind, LD_SOURCE_END);
    ld_source_close(f.source);
}

/* Decompresses to a file; *lines is the number of its line breaks. */
static const char *unpack(const char *from, const char *name, unsigned *lines)
{
    static char in_bytes[1 << 16], out_bytes[1 << 17];
    const char *path = test_path(name);
    FILE *in = fopen(from, "rb"), *out = fopen(path, "wb");
    assert_non_null(in);
    ZSTD_DCtx *d = ZSTD_createDCtx();
    size_t n;
    *lines = 0;
    while ((n = fread(in_bytes, 1, sizeof in_bytes, in)) > 0) {
        ZSTD_inBuffer zin = {in_bytes, n, 0};
        while (zin.pos < zin.size) {
            ZSTD_outBuffer zout = {out_bytes, sizeof out_bytes, 0};
            assert_false(ZSTD_isError(ZSTD_decompressStream(d, &zout, &zin)));
            fwrite(out_bytes, 1, zout.pos, out);
            for (size_t i = 0; i < zout.pos; i++)
                *lines += out_bytes[i] == '\n';
        }
    }
    ZSTD_freeDCtx(d);
    fclose(in);
    fclose(out);
    return path;
}

static void test_collections(void **state)
{
    (void)state;
    const char *dir = test_data_dir();
    if (!dir)
        skip();
    /* one story of Reuters (12793) has neither title nor text */
    static const struct {
        const char *name;
        unsigned rejects;
    } rows[] = {{"news/chronam1916-11", 0}, {"news/reuters21578", 1}, {"ir/time", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char from[4200];
        unsigned lines;
        snprintf(from, sizeof from, "%s/%s/corpus.jsonl.zst", dir, rows[i].name);
        tally t = test_read_all(unpack(from, "corpus.jsonl", &lines), NULL);
        assert_int_equal(t.captures + t.rejects, lines);
        assert_int_equal(t.rejects, rows[i].rejects);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),       cmocka_unit_test(test_mapping),
        cmocka_unit_test(test_bad_lines),   cmocka_unit_test(test_deep),
        cmocka_unit_test(test_documents),   cmocka_unit_test(test_long_lines),
        cmocka_unit_test(test_many_values), cmocka_unit_test(test_collections),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
