/*
 * ingest/warc, arc, response: records made here with one fault each, and the edge cases of eleven
 * projects, whole and cut off at many places.
 */
#include "tests/ingest/ingest_test.h"

#include <zlib.h>
#include <zstd.h>

#define PAGE "<!doctype html><title>Bridge reopens</title><p>It is open again.</p>"

typedef struct file {
    char data[256 << 10];
    size_t bytes;
} file;

static void add(file *f, const char *text)
{
    size_t n = strlen(text);
    assert_true(f->bytes + n < sizeof f->data);
    memcpy(f->data + f->bytes, text, n);
    f->bytes += n;
}

static void add_bytes(file *f, const void *data, size_t n)
{
    assert_true(f->bytes + n < sizeof f->data);
    memcpy(f->data + f->bytes, data, n);
    f->bytes += n;
}

/* One record; length_shift makes its Content-Length wrong. */
static void add_record(file *f, const char *type, const char *uri, const char *headers,
                       const void *block, size_t block_bytes, int length_shift)
{
    char head[1024];
    snprintf(head, sizeof head,
             "WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\n"
             "WARC-Date: 2015-11-16T08:09:10Z\r\nContent-Length: %zu\r\n%s\r\n",
             type, uri, block_bytes + (size_t)length_shift, headers);
    add(f, head);
    add_bytes(f, block, block_bytes);
    add(f, "\r\n\r\n");
}

static void add_response(file *f, const char *uri, const char *http)
{
    add_record(f, "response", uri, "", http, strlen(http), 0);
}

#define OK_HEAD "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"utf-8\"\r\n\r\n"
#define OK_PAGE OK_HEAD PAGE

static tally read_file(const file *f, const char *name)
{
    return test_read_all(test_write(name, f->data, f->bytes), NULL);
}

static void test_response(void **state)
{
    (void)state;
    static file f;
    f.bytes = 0;
    add_record(&f, "warcinfo", "", "", "software: test", 14, 0);
    add_record(&f, "request", "http://news.example/a", "", "GET /a HTTP/1.1\r\n\r\n", 19, 0);
    size_t offset = f.bytes;
    add_response(&f, "<http://news.example/a>", OK_PAGE);
    const char *path = test_write("a.warc", f.data, f.bytes);
    first r = test_open_first(path, NULL);
    assert_int_equal(r.event.kind, LD_SOURCE_CAPTURE);
    assert_span(r.capture.url, "http://news.example/a");
    assert_span(r.capture.charset, "utf-8");
    assert_span(r.capture.body, PAGE);
    assert_int_equal(r.capture.media, LD_MEDIA_HTML);
    assert_true(r.capture.has_captured);
    assert_int_equal(r.capture.captured_utc_ms, 1447661350000);
    char want[512];
    snprintf(want, sizeof want, "%s@%zu", path, offset);
    assert_span(r.capture.path, want);
    test_next(&r);
    assert_int_equal(r.event.kind, LD_SOURCE_END);
    test_next(&r);
    assert_int_equal(r.event.kind, LD_SOURCE_END);
    assert_int_equal(ld_source_get_counts(r.source).ignored_record_count, 2);
    ld_source_close(r.source);
}

/* One record after which a good one must still be found. */
static void expect_then_good(const file *bad, unsigned captures, unsigned skips, unsigned rejects,
                             const char *reason)
{
    static file f;
    f.bytes = 0;
    add_bytes(&f, bad->data, bad->bytes);
    add_response(&f, "http://news.example/good", OK_PAGE);
    tally t = read_file(&f, "mixed.warc");
    if (t.captures != captures + 1 || t.skips != skips || t.rejects != rejects)
        fail_msg("%u captures, %u skips, %u rejects; last reason: %s", t.captures, t.skips,
                 t.rejects, t.last_reason);
    if (reason)
        assert_contains(t.last_reason, reason);
}

static void test_skips(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n" PAGE, "HTTP status 404"},
        {"HTTP/1.1 301\r\nLocation: /x\r\n\r\n", "HTTP status 301"},
        {"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n\x89PNG", "content type image/png"},
        {"HTTP/1.1 200 OK\r\n\r\n\x89PNG\r\n", "not HTML"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n\x89PNG\r\n", "a PNG image"},
        {OK_HEAD, "no body"},
        {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: br\r\n\r\n\x1b\x2a",
         "content encoding br"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        static file f;
        f.bytes = 0;
        add_response(&f, "http://news.example/x", rows[i][0]);
        expect_then_good(&f, 0, 1, 0, rows[i][1]);
    }
    static file f;
    f.bytes = 0;
    add_record(&f, "revisit", "http://news.example/x", "", "HTTP/1.1 200 OK\r\n\r\n", 19, 0);
    expect_then_good(&f, 0, 1, 0, "a revisit");
    f.bytes = 0;
    add_response(&f, "http://news.example/robots.txt",
                 "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nUser-agent: *\n");
    expect_then_good(&f, 0, 1, 0, "for crawlers");
}

static void test_kinds(void **state)
{
    (void)state;
    static file f;
    f.bytes = 0;
    add_record(&f, "resource", "http://news.example/r", "Content-Type: text/html;charset=x\r\n",
               PAGE, strlen(PAGE), 0);
    add_record(&f, "conversion", "http://news.example/c", "Content-Type: text/plain\r\n", "words",
               5, 0);
    add_record(&f, "resource", "metadata://tool/log", "Content-Type: text/plain\r\n", "log", 3, 0);
    add_response(&f, "http://news.example/t", "HTTP/1.0 200 OK\nContent-Type:\n text/plain\n\nhm");
    add_response(&f, "http://news.example/untyped", "HTTP/1.0 200 OK\r\n\r\n" PAGE);
    tally t = read_file(&f, "kinds.warc");
    assert_int_equal(t.captures, 4);
    assert_int_equal(t.skips + t.rejects, 0);
    assert_int_equal(t.counts.ignored_record_count, 1);
    assert_int_equal(t.body_bytes, 2 * strlen(PAGE) + 5 + 2);
}

static void test_broken(void **state)
{
    (void)state;
    static file f;
    f.bytes = 0; /* a length that runs into the next record: one reject, the next is read */
    add_record(&f, "response", "http://news.example/x", "", OK_PAGE, strlen(OK_PAGE), 60);
    expect_then_good(&f, 0, 0, 1, "Content-Length is wrong");
    f.bytes = 0; /* past the end of the file */
    add_record(&f, "response", "http://news.example/x", "", OK_PAGE, strlen(OK_PAGE), 99999);
    expect_then_good(&f, 0, 0, 1, "cut short");
    f.bytes = 0; /* too short: the page is given, its rest rejected */
    add_record(&f, "response", "http://news.example/x", "", OK_PAGE, strlen(OK_PAGE), -5);
    expect_then_good(&f, 1, 0, 1, "belong to no record");
    f.bytes = 0;
    add(&f, "WARC/1.0\r\nWARC-Type: response\r\n\r\n");
    expect_then_good(&f, 0, 0, 1, "no Content-Length");
    f.bytes = 0;
    add(&f, "WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n");
    expect_then_good(&f, 0, 0, 1, "no WARC-Type");
    f.bytes = 0;
    add(&f, "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n");
    expect_then_good(&f, 0, 0, 1, "no WARC-Target-URI");
    f.bytes = 0;
    add(&f, "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 18446744073709551616\r\n\r\n");
    expect_then_good(&f, 0, 0, 1, "not a number");
    f.bytes = 0;
    add(&f, "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 18446744073709551615\r\n\r\n");
    expect_then_good(&f, 0, 0, 1, "beyond reason");
    f.bytes = 0;
    add_response(&f, "http://news.example/x", OK_PAGE);
    add(&f, "junk junk\r\nmore junk\r\n");
    expect_then_good(&f, 1, 0, 1, "belong to no record");
    f.bytes = 0;
    add_response(&f, "http://news.example/x", "no HTTP here");
    expect_then_good(&f, 0, 0, 1, "no HTTP response");
}

/* ---- codings ---- */

static size_t deflate_as(int window_bits, const char *text, void *out, size_t out_bytes)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)strlen(text);
    z.next_out = out;
    z.avail_out = (uInt)out_bytes;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}

static void expect_coded(const char *headers, const void *body, size_t bytes, unsigned captures,
                         const char *reason)
{
    static file block, f;
    block.bytes = f.bytes = 0;
    add(&block, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n");
    add(&block, headers);
    add(&block, "\r\n");
    add_bytes(&block, body, bytes);
    add_record(&f, "response", "http://news.example/x", "", block.data, block.bytes, 0);
    tally t = read_file(&f, "coded.warc");
    if (t.captures != captures)
        fail_msg("%s: %u captures, %u skips, %u rejects: %s", headers, t.captures, t.skips,
                 t.rejects, t.last_reason);
    if (captures)
        assert_int_equal(t.body_bytes, strlen(PAGE));
    else
        assert_contains(t.last_reason, reason);
}

static void test_codings(void **state)
{
    (void)state;
    char z[1024], chunked[2048];
    size_t n = deflate_as(15 + 16, PAGE, z, sizeof z);
    expect_coded("Content-Encoding: gzip\r\n", z, n, 1, NULL);
    expect_coded("Content-Encoding: X-GZIP\r\n", z, n, 1, NULL);
    expect_coded("Content-Encoding: gzip\r\n", z, n - 12, 0, "ends too early");
    z[20] ^= 0x55;
    expect_coded("Content-Encoding: gzip\r\n", z, n, 0, "damaged");
    n = deflate_as(15, PAGE, z, sizeof z);
    expect_coded("Content-Encoding: deflate\r\n", z, n, 1, NULL);
    n = deflate_as(-15, PAGE, z, sizeof z);
    expect_coded("Content-Encoding: deflate\r\n", z, n, 1, NULL);
    n = ZSTD_compress(z, sizeof z, PAGE, strlen(PAGE), 3);
    expect_coded("Content-Encoding: zstd\r\n", z, n, 1, NULL);
    expect_coded("Content-Encoding: zstd\r\n", z, n - 3, 0, "too early");
    expect_coded("Content-Encoding: gzip\r\n", PAGE, strlen(PAGE), 1, NULL);
    expect_coded("Content-Encoding: br\r\n", PAGE, strlen(PAGE), 1, NULL);
    int k = snprintf(chunked, sizeof chunked, "10;x=y\r\n%.16s\r\n%zx\r\n%s\r\n0\r\n\r\n", PAGE,
                     strlen(PAGE) - 16, &PAGE[16]);
    expect_coded("Transfer-Encoding: chunked\r\n", chunked, (size_t)k, 1, NULL);
    expect_coded("Transfer-Encoding: chunked\r\n", chunked, (size_t)k - 30, 0, "too early");
    chunked[26] = 'z';
    expect_coded("Transfer-Encoding: chunked\r\n", chunked, (size_t)k, 0, "damaged");
    expect_coded("Transfer-Encoding: chunked\r\n", PAGE, strlen(PAGE), 1, NULL);
}

/* Records in members of their own; the second is damaged in the middle, the third is cut off. */
static void test_gzip_members(void **state)
{
    (void)state;
    static file one, f;
    static char z[4096];
    one.bytes = f.bytes = 0;
    add_response(&one, "http://news.example/x", OK_PAGE);
    one.data[one.bytes] = 0;
    size_t n = deflate_as(15 + 16, one.data, z, sizeof z);
    add_bytes(&f, z, n);
    size_t second = f.bytes;
    add_bytes(&f, z, n);
    add_bytes(&f, z, n);
    tally t = read_file(&f, "three.warc.gz");
    assert_int_equal(t.captures, 3);
    char want[32];
    snprintf(want, sizeof want, "@%zu", 2 * second);
    assert_contains(t.last_path, want);
    f.data[second + n / 2] ^= 0x7f;
    t = read_file(&f, "damaged.warc.gz");
    assert_int_equal(t.captures, 2);
    assert_int_equal(t.rejects, 1);
    f.bytes -= n / 2;
    t = read_file(&f, "damaged-cut.warc.gz");
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.rejects, 2);
    assert_contains(t.last_reason, "ends too early");
    memset(f.data + second, 0, 4096); /* padding is no fault */
    f.bytes = second + 4096;
    t = read_file(&f, "padded.warc.gz");
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.rejects, 0);
}

/* A record too long to be a page: an image is skipped, a page rejected, the next is read. */
static void test_too_long(void **state)
{
    (void)state;
    const char *path = test_path("long.warc");
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    for (int i = 0; i < 2; i++) {
        const char *head = i ? "HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n\r\n" : OK_HEAD;
        size_t body = 3u << 20;
        fprintf(out,
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
                "Content-Length: %zu\r\n\r\n%s",
                strlen(head) + body, head);
        for (size_t k = 0; k < body; k++)
            fputc('x', out);
        fputs("\r\n\r\n", out);
    }
    fprintf(out,
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
            "Content-Length: %zu\r\n\r\n%s\r\n\r\n",
            strlen(OK_PAGE), OK_PAGE);
    fclose(out);
    ld_source_options options = {.page_bytes_max = 1u << 20};
    tally t = test_read_all(path, &options);
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.skips, 1);
    assert_int_equal(t.rejects, 1);
}

static void test_arc(void **state)
{
    (void)state;
    static file f;
    char line[256];
    f.bytes = 0;
    add(&f, "filedesc://x.arc 0.0.0.0 20151116080910 text/plain 17\n1 0 test\nfields\n\n\n");
    snprintf(line, sizeof line,
             "http://a.example/with space 1.2.3.4 20151116080910 text/html %zu\n", strlen(OK_PAGE));
    add(&f, line);
    add(&f, OK_PAGE "\n");
    add(&f, "dns:a.example 1.2.3.4 20151116080910 text/dns 4\nabcd\n");
    add(&f, "garbage\n");
    add(&f, line);
    add(&f, OK_PAGE "\n");
    first r = test_open_first(test_write("x.arc", f.data, f.bytes), NULL);
    assert_int_equal(r.event.kind, LD_SOURCE_CAPTURE);
    assert_span(r.capture.url, "http://a.example/with space");
    assert_int_equal(r.capture.captured_utc_ms, 1447661350000);
    ld_source_close(r.source);
    tally t = read_file(&f, "x.arc");
    assert_int_equal(t.captures, 2);
    assert_int_equal(t.rejects, 1);
    assert_int_equal(t.counts.ignored_record_count, 2);
}

/* ---- the fixtures ---- */

typedef struct expectation {
    const char *name; /* the end of the member's name */
    unsigned captures, skips, rejects;
} expectation;

/* Read by hand in the files. */
static const expectation expectations[] = {
    {"warcio/test/data/example.warc.gz", 1, 1, 0},
    {"warcio/test/data/example-wrong-chunks.warc.gz", 1, 0, 0},
    {"warcio/test/data/example-trunc.warc", 0, 0, 1},
    {"warcio/test/data/example.arc.gz", 1, 0, 0},
    {"pywb/sample_archive/warcs/post-test.warc.gz", 0, 3, 0},
    {"resiliparse/tests/data/clipped.warc.gz", 0, 0, 1},
    {"resiliparse/tests/data/clueweb-quirk.warc.gz", 29, 0, 0},
    {"resiliparse/tests/data/warcfile.warc.gz", 16, 0, 0},
    {"resiliparse/tests/data/warcfile.warc", 16, 0, 0},
    {"jwarc/test-resources/org/netpreserve/jwarc/cc.warc.gz", 1, 0, 0},
    {"compressions_warc/transfer_compression_brotli.warc.gz", 0, 1, 0},
    {"compressions_warc/transfer_compression_gzip_chunked.warc.gz", 1, 0, 0},
    {"ipwb/samples/warcs/HTTP404.warc", 0, 1, 0},
    {"ipwb/samples/warcs/5mementosAndFroggie.warc", 7, 1, 0},
    {"aut/src/test/resources/warc/example.warc.gz", 97, 164, 0},
    {"aut/src/test/resources/arc/example.arc.gz", 97, 164, 0},
};

static unsigned met_count;

static void check_fixture(const char *name, const char *data, size_t bytes)
{
    const char *slash = strrchr(name, '/');
    const char *path = test_write(slash ? slash + 1 : name, data, bytes);
    tally whole = test_read_all(path, NULL);
    for (size_t i = 0; i < sizeof expectations / sizeof *expectations; i++) {
        const expectation *e = &expectations[i];
        size_t n = strlen(e->name), m = strlen(name);
        if (m < n || strcmp(name + m - n, e->name) != 0)
            continue;
        met_count++;
        if (whole.captures != e->captures || whole.skips != e->skips || whole.rejects != e->rejects)
            fail_msg("%s: %u captures, %u skips, %u rejects", name, whole.captures, whole.skips,
                     whole.rejects);
    }
    for (size_t cut = 997; bytes <= 20000 && cut < bytes; cut += 997) {
        tally part = test_read_all(test_write(slash ? slash + 1 : name, data, cut), NULL);
        assert_true(part.captures <= whole.captures + 1);
    }
    unlink(path);
}

static uint64_t parse_octal(const char *s, size_t n)
{
    uint64_t value = 0;
    for (size_t i = 0; i < n && s[i] >= '0' && s[i] <= '7'; i++)
        value = value * 8 + (uint64_t)(s[i] - '0');
    return value;
}

/* Each regular file of a tar archive in memory (ustar, with GNU long names). */
static unsigned walk_tar(const char *tar, size_t bytes)
{
    char long_name[1024] = "", name[1200];
    unsigned count = 0;
    for (size_t at = 0; at + 512 <= bytes && tar[at];) {
        const char *h = tar + at;
        uint64_t size = parse_octal(h + 124, 12);
        assert_true(size <= bytes - at - 512);
        if (h[156] == 'L') {
            snprintf(long_name, sizeof long_name, "%.*s", (int)size, h + 512);
        } else {
            if (long_name[0])
                snprintf(name, sizeof name, "%s", long_name);
            else if (h[345])
                snprintf(name, sizeof name, "%.155s/%.100s", h + 345, h);
            else
                snprintf(name, sizeof name, "%.100s", h);
            long_name[0] = 0;
            if (h[156] == '0' || h[156] == 0) {
                check_fixture(name, h + 512, size);
                count++;
            }
        }
        at += 512 + (size_t)(size + 511) / 512 * 512;
    }
    return count;
}

static char *load(const char *path, size_t *bytes)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    fseek(in, 0, SEEK_END);
    *bytes = (size_t)ftell(in);
    rewind(in);
    char *data = malloc(*bytes + 1);
    assert_int_equal(fread(data, 1, *bytes, in), *bytes);
    fclose(in);
    return data;
}

static void test_fixtures(void **state)
{
    (void)state;
    const char *dir = test_data_dir();
    if (!dir)
        skip();
    char path[4200];
    snprintf(path, sizeof path, "%s/warc/fixtures.tar.zst", dir);
    size_t packed_bytes;
    char *packed = load(path, &packed_bytes);
    size_t capacity = 256u << 20;
    char *tar = malloc(capacity);
    ZSTD_DCtx *d = ZSTD_createDCtx();
    ZSTD_inBuffer in = {packed, packed_bytes, 0};
    ZSTD_outBuffer out = {tar, capacity, 0};
    assert_false(ZSTD_isError(ZSTD_decompressStream(d, &out, &in)));
    assert_int_equal(in.pos, in.size);
    ZSTD_freeDCtx(d);
    unsigned count = walk_tar(tar, out.pos);
    assert_true(count >= 171);
    assert_true(met_count >= sizeof expectations / sizeof *expectations);
    free(tar);
    free(packed);
}

/* Random damage to a plain and a gzip archive: never a crash, and the events end. */
static void test_random_damage(void **state)
{
    (void)state;
    static file f, hurt;
    static char z[8192];
    test_random r = {42};
    f.bytes = 0;
    for (int i = 0; i < 4; i++)
        add_response(&f, "http://news.example/x", OK_PAGE);
    f.data[f.bytes] = 0;
    size_t n = deflate_as(15 + 16, f.data, z, sizeof z);
    for (int round = 0; round < 400; round++) {
        hurt.bytes = 0;
        if (round & 1)
            add_bytes(&hurt, z, n);
        else
            add_bytes(&hurt, f.data, f.bytes);
        for (int k = 0; k < 3; k++)
            hurt.data[test_random_below(&r, (uint32_t)hurt.bytes)] =
                (char)test_random_below(&r, 256);
        tally t = read_file(&hurt, round & 1 ? "hurt.warc.gz" : "hurt.warc");
        assert_true(t.captures <= 5);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_response),      cmocka_unit_test(test_skips),
        cmocka_unit_test(test_kinds),         cmocka_unit_test(test_broken),
        cmocka_unit_test(test_codings),       cmocka_unit_test(test_gzip_members),
        cmocka_unit_test(test_too_long),      cmocka_unit_test(test_arc),
        cmocka_unit_test(test_random_damage), cmocka_unit_test(test_fixtures),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
