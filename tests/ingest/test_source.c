/* ingest/source, folder, sniff: folders and single files, good and bad. */
#include "tests/ingest/ingest_test.h"

#include <fcntl.h>
#include <zlib.h>

#include "base/limits.h"
#include "ingest/saved_from.h"
#include "ingest/sniff.h"

#define PAGE "<!doctype html><title>Bridge reopens</title><p>It is open again.</p>"

static void make_dir(const char *name)
{
    assert_int_equal(mkdir(test_path(name), 0755), 0);
}

/* The paths of all captures, each followed by a blank. */
static void list_captures(const char *path, const ld_source_options *options, char *out,
                          size_t out_bytes)
{
    first r = test_open_first(path, options);
    out[0] = 0;
    while (r.event.kind != LD_SOURCE_END) {
        size_t n = strlen(out);
        if (r.event.kind == LD_SOURCE_CAPTURE)
            snprintf(out + n, out_bytes - n, "%.*s ", (int)r.capture.path.bytes,
                     r.capture.path.data);
        test_next(&r);
    }
    ld_source_close(r.source);
}

static void test_folder(void **state)
{
    (void)state;
    char list[1024];
    make_dir("f");
    make_dir("f/b");
    make_dir("f/.git");
    test_write_string("f/b.html", PAGE);
    test_write_string("f/b/2.htm", PAGE);
    test_write_string("f/b/10.txt", "A plain story.\n\nWith two paragraphs.\n");
    test_write_string("f/a.md", "# Title\n\nText.\n");
    test_write_string("f/article?id=3", PAGE);
    test_write_string("f/Makefile", "all:\n\techo\n");
    test_write_string("f/style.css", "p{}");
    test_write_string("f/photo.jpg", "\xff\xd8\xff");
    test_write_string("f/.hidden.html", PAGE);
    test_write_string("f/.git/x.html", PAGE);
    test_write_string("f/caf\xe9.html", PAGE); /* Latin-1: no UTF-8 */
    test_write_string("f/empty.html", "");
    test_write_string("f/sitemap.xml", "<?xml version='1.0'?><urlset></urlset>");
    list_captures(test_path("f"), NULL, list, sizeof list);
    assert_string_equal(list, "a.md article?id=3 b/10.txt b/2.htm b.html caf\xe9.html ");
    tally t = test_read_all(test_path("f"), NULL);
    assert_int_equal(t.captures, 6);
    assert_int_equal(t.rejects, 1);
    assert_int_equal(t.skips, 1);
    assert_int_equal(t.counts.ignored_file_count, 3);
    ld_source_options options = {.include_hidden = true};
    t = test_read_all(test_path("f/"), &options);
    assert_int_equal(t.captures, 8);
}

static void test_links(void **state)
{
    (void)state;
    make_dir("l");
    make_dir("l/d");
    test_write_string("l/d/a.html", PAGE);
    assert_int_equal(symlink("..", test_path("l/d/up")), 0);
    assert_int_equal(symlink("d", test_path("l/e")), 0);
    assert_int_equal(symlink("d/a.html", test_path("l/f.html")), 0);
    assert_int_equal(symlink("nowhere", test_path("l/g.html")), 0);
    tally t = test_read_all(test_path("l"), NULL);
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.skips, 4);
    assert_contains(t.last_reason, "symbolic link");
    ld_source_options options = {.follow_symlinks = true};
    t = test_read_all(test_path("l"), &options);
    assert_int_equal(t.captures, 2); /* d/a.html and the link to the file */
    assert_int_equal(t.skips, 2);    /* d/up and e: folders that were read already */
    assert_int_equal(t.rejects, 1);  /* the dead link */
    t = test_read_all(test_path("l/e"), NULL);
    assert_int_equal(t.captures, 1);
}

/* A FIFO in a folder would hang a reader; nested folders past the maximum are told. */
static void test_strange_entries(void **state)
{
    (void)state;
    char path[2000] = "s";
    make_dir("s");
    assert_int_equal(mkfifo(test_path("s/pipe.html"), 0600), 0);
    for (unsigned i = 0; i < LD_FOLDER_DEPTH_MAX + 3; i++) {
        strcat(path, "/n");
        make_dir(path);
    }
    tally t = test_read_all(test_path("s"), NULL);
    assert_int_equal(t.captures, 0);
    assert_int_equal(t.skips, 1);
    assert_contains(t.last_reason, "deeper");
    assert_int_equal(t.counts.ignored_file_count, 1);
}

static void test_unreadable(void **state)
{
    (void)state;
    bool is_root = geteuid() == 0; /* who may read everything: another user is taken on */
    make_dir("u");
    test_write_string("u/a.html", PAGE);
    test_write_string("u/b.html", PAGE);
    chmod(test_path("u/a.html"), 0);
    chmod(test_dir, 0755);
    if (is_root)
        assert_int_equal(seteuid(65534), 0);
    tally t = test_read_all(test_path("u"), NULL);
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.rejects, 1);
    ld_source *source;
    lede_error err = {0};
    assert_int_equal(ld_source_open(lede_env_system(), test_path("u/a.html"), NULL, &source, &err),
                     LEDE_E_IO);
    assert_null(source);
    if (is_root)
        assert_int_equal(seteuid(0), 0);
}

static void expect_reject(const char *path, const char *reason)
{
    tally t = test_read_all(path, NULL);
    assert_int_equal(t.captures, 0);
    assert_int_equal(t.rejects, 1);
    assert_contains(t.last_reason, reason);
}

static void test_bad_files(void **state)
{
    (void)state;
    ld_source *source;
    lede_error err = {0};
    assert_int_equal(ld_source_open(lede_env_system(), test_path("missing"), NULL, &source, &err),
                     LEDE_E_NOTFOUND);
    assert_null(source);
    assert_true(err.message[0] != 0);
    expect_reject(test_write_string("0.html", ""), "empty");
    expect_reject(test_write_string("0.warc", ""), "empty");
    expect_reject(test_write_string("blank.txt", " \n\n"), "empty");
    expect_reject(test_write("junk.html", "\x00\x01\x02\x03junk", 8), "binary");
    expect_reject(test_write_string("a.html", "%PDF-1.4 ..."), "PDF");
    expect_reject(test_write_string("a.warc", "This is no archive.\n"), "not what its name says");
    expect_reject(test_write("cut.html.gz", "\x1f\x8b\x08\x00\x00", 5), "ends too early");
    /* 200 MB, sparse: rejected by its size, not read */
    const char *path = test_path("large.html");
    int fd = open(path, O_CREAT | O_WRONLY, 0644);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, PAGE, strlen(PAGE), 0), (ssize_t)strlen(PAGE));
    assert_int_equal(ftruncate(fd, 200 << 20), 0);
    close(fd);
    expect_reject(path, "larger than the maximum");
}

/* 1 GiB of zeros as gzip; and 40 MiB of varied text, which is no bomb but too large. */
static void test_bombs(void **state)
{
    (void)state;
    static char block[1 << 16];
    const char *path = test_path("bomb.html.gz");
    gzFile out = gzopen(path, "wb1");
    gzwrite(out, PAGE, strlen(PAGE));
    for (int i = 0; i < 1 << 14; i++)
        gzwrite(out, block, sizeof block);
    gzclose(out);
    tally t = test_read_all(path, NULL);
    assert_int_equal(t.captures, 0);
    assert_int_equal(t.rejects, 1);
    test_random r = {7};
    path = test_path("long.html.gz");
    out = gzopen(path, "wb1");
    gzwrite(out, PAGE, strlen(PAGE));
    for (size_t i = 0; i < sizeof block; i++)
        block[i] = (char)('a' + test_random_below(&r, 3));
    for (size_t i = 0; i <= LD_CAPTURE_BYTES_MAX / sizeof block; i++)
        gzwrite(out, block, sizeof block);
    gzclose(out);
    expect_reject(path, "larger than the maximum");
}

static void test_gzip_page(void **state)
{
    (void)state;
    const char *path = test_path("page.html.gz");
    gzFile out = gzopen(path, "wb");
    gzwrite(out, PAGE, strlen(PAGE));
    gzclose(out);
    first r = test_open_first(path, NULL);
    assert_int_equal(r.event.kind, LD_SOURCE_CAPTURE);
    assert_span(r.capture.body, PAGE);
    assert_int_equal(r.capture.media, LD_MEDIA_HTML);
    assert_span(r.capture.url, "");
    assert_false(r.capture.has_captured);
    ld_source_close(r.source);
    ld_source_options options = {.has_media = true, .media = LD_MEDIA_TEXT};
    r = test_open_first(path, &options);
    assert_int_equal(r.capture.media, LD_MEDIA_TEXT);
    ld_source_close(r.source);
}

static void test_stdin(void **state)
{
    (void)state;
    int kept = dup(0), ends[2];
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], PAGE, strlen(PAGE)), (ssize_t)strlen(PAGE));
    close(ends[1]);
    dup2(ends[0], 0);
    close(ends[0]);
    first r = test_open_first("-", NULL);
    assert_int_equal(r.event.kind, LD_SOURCE_CAPTURE);
    assert_span(r.capture.body, PAGE);
    assert_span(r.capture.path, "stdin");
    ld_source_close(r.source);
    dup2(kept, 0);
    close(kept);
}

typedef struct sniff_row {
    const char *head;
    size_t bytes; /* 0: strlen */
    const char *name;
    ld_sniffed kind;
} sniff_row;

static void test_sniff(void **state)
{
    (void)state;
    static const sniff_row rows[] = {
        {"", 0, "x.html", LD_SNIFF_EMPTY},
        {"\xef\xbb\xbf \r\n<!-- saved from url=(0022)http://a.example/ -->\n<HTML>", 0, "",
         LD_SNIFF_HTML},
        {"<?xml version='1.0'?>\n<!DOCTYPE html PUBLIC 'x'><html>", 0, "", LD_SNIFF_HTML},
        {"\xff\xfe<\0h\0t\0m\0l\0>\0", 14, "", LD_SNIFF_HTML},
        {"\xff\xfeH\0i\0", 6, "", LD_SNIFF_TEXT},
        {"<article class=x>", 0, "", LD_SNIFF_HTML},
        {"<articles>", 0, "", LD_SNIFF_TEXT},
        {"<?xml version='1.0'?><rss version='2.0'>", 0, "", LD_SNIFF_FEED},
        {"<!DOCTYPE rss PUBLIC 'x' 'y'>\n<rss version='0.91'>", 0, "", LD_SNIFF_FEED},
        {"<feed xmlns='http://www.w3.org/2005/Atom'>", 0, "", LD_SNIFF_FEED},
        {"<?xml version='1.0'?><kml>", 0, "", LD_SNIFF_XML},
        {"WARC/1.0\r\n", 0, "", LD_SNIFF_WARC},
        {"filedesc://x", 0, "", LD_SNIFF_ARC},
        {"{\"a\":1}\n{\"a\":2}\n", 0, "", LD_SNIFF_JSONL},
        {"{\n \"a\": 1\n}\n", 0, "", LD_SNIFF_JSON},
        {"{\"a\":1}", 0, "x.json", LD_SNIFF_JSON},
        {"[{\"a\":1}]", 0, "", LD_SNIFF_JSON},
        {"[Photo] The president", 0, "", LD_SNIFF_TEXT},
        {"{ braces } in a story", 0, "x.txt", LD_SNIFF_TEXT},
        {"{broken\n{\"a\":1}\n", 0, "x.jsonl", LD_SNIFF_JSONL},
        {"# A title\n", 0, "x.md", LD_SNIFF_MARKDOWN},
        {"<p align=center>logo</p>\n# A title\n", 0, "x.md", LD_SNIFF_MARKDOWN},
        {"Story of today\n", 0, "x.txt", LD_SNIFF_TEXT},
        {"Story before a tag <p>", 0, "x.html", LD_SNIFF_HTML},
        {"a\0b", 3, "x.txt", LD_SNIFF_BINARY},
        {"\x89PNG\r\n", 0, "x.html", LD_SNIFF_BINARY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ld_span head =
            ld_span_of(rows[i].head, rows[i].bytes ? rows[i].bytes : strlen(rows[i].head));
        ld_sniffed kind = ld_sniff(head, true, ld_span_from_string(rows[i].name));
        if (kind != rows[i].kind)
            fail_msg("row %zu (%s): %d, not %d", i, rows[i].head, kind, rows[i].kind);
    }
    assert_int_equal(ld_name_classify(LD_SPAN("a/b.c/story")), LD_NAME_UNKNOWN);
    assert_int_equal(ld_name_classify(LD_SPAN("x.WARC.GZ")), LD_NAME_READ);
    assert_int_equal(ld_name_classify(LD_SPAN("x.tar.gz")), LD_NAME_IGNORE);
    assert_int_equal(ld_name_classify(LD_SPAN("x.gz")), LD_NAME_READ);
    assert_int_equal(ld_name_classify(LD_SPAN("logo.svg")), LD_NAME_IGNORE);
}

static void test_saved_from(void **state)
{
    (void)state;
    assert_span(
        ld_saved_from(LD_SPAN("<!doctype html>\n<!-- saved from url=(0018)http://a.example/b "
                              "-->\n<html>")),
        "http://a.example/b");
    assert_span(
        ld_saved_from(LD_SPAN("<!DOCTYPE html> <html><!--\n Page saved with SingleFile \n url: "
                              "https://a.example/c?d=1 \n saved date: x\n-->")),
        "https://a.example/c?d=1");
    assert_span(ld_saved_from(LD_SPAN("<!-- saved from url=(0014)about:internet -->")), "");
    assert_span(ld_saved_from(LD_SPAN("<!-- saved from url=(00")), "");
    assert_span(ld_saved_from(LD_SPAN("<html>")), "");
    first r = test_open_first(
        test_write_string("s.html", "<!-- saved from url=(0018)http://a.example/b --><html>"),
        NULL);
    assert_span(r.capture.url, "http://a.example/b");
    ld_source_close(r.source);
}

/* The repository's own samples: pages, an archive, a feed, JSONL; nothing of them is broken. */
static void test_samples(void **state)
{
    (void)state;
    if (access("samples/pages", R_OK) != 0)
        skip();
    tally t = test_read_all("samples", NULL);
    assert_true(t.captures >= 60);
    assert_int_equal(t.rejects, 0);
}

/* Any bytes under any name end in events, not in a fault. */
static void test_random_files(void **state)
{
    (void)state;
    static const char *const names[] = {"r.html", "r.txt", "r.json", "r.jsonl", "r.xml", "r.warc"};
    static const char *const heads[] = {"",
                                        "<?xml?><rss>",
                                        "{\"",
                                        "WARC/1.0\r\n",
                                        "[{",
                                        "<html>",
                                        "filedesc://x 1 20150101 a 3\n",
                                        "\x1f\x8b\x08"};
    test_random r = {99};
    for (int round = 0; round < 600; round++) {
        char data[256];
        const char *head = heads[test_random_below(&r, sizeof heads / sizeof *heads)];
        size_t n = strlen(head), more = test_random_below(&r, 200);
        memcpy(data, head, n);
        for (size_t i = 0; i < more; i++)
            data[n + i] = (char)(test_random_below(&r, 3) ? 32 + test_random_below(&r, 95)
                                                          : test_random_below(&r, 256));
        const char *name = names[test_random_below(&r, sizeof names / sizeof *names)];
        test_read_all(test_write(name, data, n + more), NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folder),          cmocka_unit_test(test_links),
        cmocka_unit_test(test_strange_entries), cmocka_unit_test(test_unreadable),
        cmocka_unit_test(test_bad_files),       cmocka_unit_test(test_bombs),
        cmocka_unit_test(test_gzip_page),       cmocka_unit_test(test_stdin),
        cmocka_unit_test(test_sniff),           cmocka_unit_test(test_samples),
        cmocka_unit_test(test_saved_from),      cmocka_unit_test(test_random_files),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
