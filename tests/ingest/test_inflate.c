/* ingest/inflate, stream, http_headers: against zlib as the twin, on random data, sizes and cuts.
 */
#include "tests/ingest/ingest_test.h"

#include <zlib.h>

#include "ingest/http_headers.h"
#include "ingest/inflate.h"
#include "ingest/stream.h"

/* Data that deflates about two to one. */
static uint8_t *make_data(test_random *r, size_t bytes)
{
    uint8_t *data = malloc(bytes + 1);
    for (size_t i = 0; i < bytes; i++)
        data[i] =
            (uint8_t)(i > 20 && test_random_below(r, 2) ? data[i - 17] : test_random_below(r, 64));
    return data;
}

static size_t pack(int window_bits, const void *data, size_t bytes, uint8_t *out, size_t out_bytes)
{
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (Bytef *)(uintptr_t)data;
    z.avail_in = (uInt)bytes;
    z.next_out = out;
    z.avail_out = (uInt)out_bytes;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}

static void test_whole(void **state)
{
    (void)state;
    test_random r = {11};
    lede_error err = {0};
    for (int round = 0; round < 60; round++) {
        ld_inflate_format format = (ld_inflate_format)(round % 3);
        int bits = format == LD_INFLATE_GZIP ? 31 : format == LD_INFLATE_ZLIB ? 15 : -15;
        size_t bytes = test_random_below(&r, round % 4 ? 5000 : 300000);
        uint8_t *data = make_data(&r, bytes), *packed = malloc(2 * bytes + 1000);
        size_t n = pack(bits, data, bytes, packed, 2 * bytes + 1000);
        ld_buf out;
        const char *why;
        ld_buf_init(&out, lede_env_system(), 1u << 20);
        assert_ok(ld_inflate_whole(lede_env_system(), format, ld_span_of((const char *)packed, n),
                                   600000, &out, &why, &err),
                  &err);
        assert_null(why);
        assert_int_equal(out.bytes, bytes);
        assert_true(bytes == 0 || memcmp(out.data, data, bytes) == 0);
        ld_buf_clear(&out); /* one byte below what comes out: refused */
        if (bytes > 0) {
            assert_ok(ld_inflate_whole(lede_env_system(), format,
                                       ld_span_of((const char *)packed, n), bytes - 1, &out, &why,
                                       &err),
                      &err);
            assert_contains(why, "larger than the maximum");
        }
        ld_buf_clear(&out);
        size_t cut = test_random_below(&r, (uint32_t)n);
        char *exact = malloc(cut + 1);
        memcpy(exact, packed, cut);
        assert_ok(ld_inflate_whole(lede_env_system(), format, ld_span_of(exact, cut), 600000, &out,
                                   &why, &err),
                  &err);
        assert_non_null(why);
        free(exact);
        ld_buf_release(&out);
        free(packed);
        free(data);
    }
}

static void test_bomb(void **state)
{
    (void)state;
    size_t bytes = 20u << 20;
    uint8_t *zeros = calloc(1, bytes), *packed = malloc(1u << 20);
    size_t n = pack(31, zeros, bytes, packed, 1u << 20);
    lede_error err = {0};
    ld_buf out;
    const char *why;
    ld_buf_init(&out, lede_env_system(), 64u << 20);
    assert_ok(ld_inflate_whole(lede_env_system(), LD_INFLATE_GZIP,
                               ld_span_of((const char *)packed, n), 32u << 20, &out, &why, &err),
              &err);
    assert_contains(why, "bomb");
    ld_buf_release(&out);
    free(packed);
    free(zeros);
}

/* A stream of members read by random peeks and skips, against the bytes that were packed. */
static void test_stream(void **state)
{
    (void)state;
    test_random r = {12};
    lede_error err = {0};
    for (int round = 0; round < 24; round++) {
        size_t bytes = 1000 + test_random_below(&r, 400000), at = 0, file_bytes = 0;
        uint8_t *data = make_data(&r, bytes), *file = malloc(3 * bytes + 100000);
        bool plain = round % 4 == 0;
        while (at < bytes) {
            size_t part = 1 + test_random_below(&r, round % 2 ? 3000 : 200000);
            part = part < bytes - at ? part : bytes - at;
            if (plain)
                memcpy(file + file_bytes, data + at, part);
            file_bytes +=
                plain ? part : pack(31, data + at, part, file + file_bytes, 2 * part + 99);
            at += part;
        }
        const char *path = test_write("stream.bin", file, file_bytes);
        ld_stream *s;
        assert_ok(ld_stream_open(lede_env_system(), path, &s, &err), &err);
        assert_int_equal(ld_stream_is_gzip(s), !plain);
        for (at = 0; at < bytes;) {
            ld_span window;
            size_t want = 1 + test_random_below(&r, 100000);
            assert_ok(ld_stream_peek(s, want, &window, &err), &err);
            size_t left = bytes - at;
            assert_true(window.bytes >= (want < left ? want : left) && window.bytes <= left);
            assert_memory_equal(window.data, data + at, window.bytes);
            uint64_t skipped, n = test_random_below(&r, 150000);
            assert_ok(ld_stream_skip(s, n, &skipped, &err), &err);
            assert_int_equal(skipped, n < left ? n : left);
            at += skipped;
            assert_true(plain ? ld_stream_offset(s) == at : ld_stream_offset(s) < file_bytes);
        }
        assert_null(ld_stream_break(s));
        ld_stream_close(s);
        free(file);
        free(data);
    }
}

/* At once only where all of the member and its room are there; whatever is wrong is left to say to
 * the way piece by piece. */
static void test_member(void **state)
{
    (void)state;
    test_random r = {14};
    lede_error err = {0};
    ld_inflate *inflate;
    assert_ok(ld_inflate_new(lede_env_system(), LD_INFLATE_GZIP, &inflate, &err), &err);
    for (int round = 0; round < 40; round++) {
        size_t bytes = test_random_below(&r, 3000), used = 0, made = 0;
        uint8_t *data = make_data(&r, bytes), out[3001], packed[8000];
        size_t n = pack(15 + 16, data, bytes, packed, sizeof packed - 100);
        memset(packed + n, 0x1f, 100); /* the next one */
        ld_span all = ld_span_of((const char *)packed, n + 100);
        assert_true(ld_inflate_member(inflate, all, out, sizeof out, &used, &made));
        assert_true(used == n && made == bytes && memcmp(out, data, bytes) == 0);
        size_t cut = test_random_below(&r, (uint32_t)n);
        assert_false(
            ld_inflate_member(inflate, ld_span_sub(all, 0, cut), out, sizeof out, &used, &made));
        if (bytes > 0)
            assert_false(ld_inflate_member(inflate, all, out, bytes - 1, &used, &made));
        packed[n - 8] ^= 1; /* the checksum */
        assert_false(ld_inflate_member(inflate, all, out, sizeof out, &used, &made));
        free(data);
    }
    ld_inflate_free(inflate);
}

static void test_headers(void **state)
{
    (void)state;
    static const char message[] = "HTTP/1.1 200\r\nServer: x\r\nbroken line\r\n"
                                  "Content-Type: text/html;\r\n\tcharset='Shift_JIS'; a=b\r\n"
                                  "content-encoding : gzip\r\nContent-Type: image/png\r\n\r\nbody";
    ld_http_head head;
    assert_true(ld_http_parse(ld_span_of(message, sizeof message - 1), &head));
    assert_int_equal(head.status, 200);
    assert_span(head.content_type, "text/html");
    assert_span(head.charset, "Shift_JIS");
    assert_span(head.content_encoding, "gzip");
    assert_int_equal(head.head_bytes, sizeof message - 1 - 4);
    assert_false(ld_http_parse(LD_SPAN("HTTP/1.1 20\r\n\r\n"), &head));
    assert_false(ld_http_parse(LD_SPAN("HTTP/1.1 2000 OK\r\n\r\n"), &head));
    assert_false(ld_http_parse(LD_SPAN("<html>"), &head));
    assert_false(ld_http_parse(LD_SPAN(""), &head));
    assert_true(ld_http_parse(LD_SPAN("HTTP/1.0 404 Not Found"), &head));
    assert_int_equal(head.head_bytes, 22);
    ld_span type, charset;
    ld_content_type_parse(LD_SPAN("text/html; charset=\"utf-8"), &type, &charset);
    assert_span(charset, "utf-8");
    ld_content_type_parse(LD_SPAN("text/html; charset="), &type, &charset);
    assert_span(charset, "");
}

/* ---- memory that is refused at the n-th call ---- */
typedef struct poor {
    lede_env env;
    long left; /* calls until one is refused */
} poor;

static void *poor_allocate(void *ctx, size_t bytes)
{
    poor *p = ctx;
    return p->left-- > 0 ? malloc(bytes) : NULL;
}

static void *poor_resize(void *ctx, void *block, size_t old_bytes, size_t bytes)
{
    poor *p = ctx;
    (void)old_bytes;
    return p->left-- > 0 ? realloc(block, bytes) : NULL;
}

static void poor_release(void *ctx, void *block, size_t bytes)
{
    (void)ctx, (void)bytes;
    free(block);
}

/* The other effects of the ordinary table take no context of it. */
static void test_memory(void **state)
{
    (void)state;
    poor p;
    const char *names[] = {"m.warc.gz", "m.jsonl", "m.rss", "m.html"};
    gzFile gz = gzopen(test_path(names[0]), "wb");
    gzputs(gz, "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.example/\r\n"
               "Content-Length: 55\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>x"
               "yz\r\n\r\n");
    gzclose(gz);
    test_write_string(names[1], "{\"title\":\"a\",\"author\":[\"b\",\"c\"]}\nbad\n");
    test_write_string(names[2], "<rss><channel><item><title>a</title></item></channel></rss>");
    test_write_string(names[3], "<html>x");
    for (size_t k = 0; k < 4; k++) {
        unsigned refused = 0;
        for (long n = 0; n < 200; n++) {
            p.env = *lede_env_system();
            p.env.ctx = &p;
            p.env.allocate = poor_allocate;
            p.env.resize = poor_resize;
            p.env.release = poor_release;
            p.left = n;
            ld_source *source = NULL;
            lede_error err = {0};
            ld_source_event event = {0};
            ld_capture capture;
            lede_status status = ld_source_open(&p.env, test_path(names[k]), NULL, &source, &err);
            while (status == LEDE_OK) {
                status = ld_source_next(source, &capture, &event, &err);
                if (event.kind == LD_SOURCE_END)
                    break;
            }
            ld_source_close(source);
            assert_true(status == LEDE_OK || status == LEDE_E_NOMEM);
            if (status == LEDE_OK)
                break;
            refused++;
        }
        assert_true(refused > 3 && refused < 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whole),   cmocka_unit_test(test_bomb),
        cmocka_unit_test(test_stream),  cmocka_unit_test(test_member),
        cmocka_unit_test(test_headers), cmocka_unit_test(test_memory),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
