/*
 * From an archived HTTP response to a page.
 *
 *   status 200? -> a page's content type? -> chunks joined -> gzip, deflate, zstd undone -> sniffed
 *
 * Archives do not always hold what the headers say: crawlers store a body decoded and keep the
 * headers ("Content-Encoding: gzip" over plain HTML, "chunked" over a joined body). So each coding
 * is undone only where the bytes have its shape, and plain bytes that look like a page are taken
 * as they are. Only a body that has the shape and then breaks is rejected.
 * Not read: Brotli ("br"), for want of a packaged dependency; such pages are skipped and counted.
 * Sources: RFC 9112 section 7.1 (chunked), RFC 9110 section 8.4 (content codings).
 */
#include "ingest/response.h"

#include <zstd.h>

#include "base/limits.h"
#include "ingest/http_headers.h"
#include "ingest/inflate.h"
#include "ingest/sniff.h"
#include "text/url.h"

#define ZSTD_WINDOW_LOG_MAX 23 /* RFC 9659: content codings use at most 8 MiB */

void ld_response_init(ld_response *r, const lede_env *env, size_t page_bytes_max)
{
    r->env = env;
    r->page_bytes_max = page_bytes_max;
    /* the size of a first guess may pass the maximum by one byte; the chunked form is larger */
    ld_buf_init(&r->dechunked, env, page_bytes_max + LD_WARC_HEADER_BYTES_MAX);
    ld_buf_init(&r->decoded, env, page_bytes_max + 4096);
    ld_buf_init(&r->scratch, env, page_bytes_max + 4096);
}

void ld_response_release(ld_response *r)
{
    ld_buf_release(&r->dechunked);
    ld_buf_release(&r->decoded);
    ld_buf_release(&r->scratch);
}

/* ---- chunked ---- */

/* The hexadecimal size of a chunk line ("1a2;name=value"); false: it is none. */
static bool parse_chunk_line(ld_span line, uint64_t *size)
{
    uint64_t value = 0;
    size_t i = 0;
    line = ld_span_trim(line);
    for (; i < line.bytes; i++) {
        char c = line.data[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            break;
        if (i >= 8)
            return false;
        value = value << 4 | (uint64_t)digit;
    }
    *size = value;
    return i > 0 && (i == line.bytes || line.data[i] == ';' || line.data[i] == ' ');
}

/* Joins the chunks. *why stays NULL where the body is whole, or was not chunked at all (then
 * *body is left alone). */
static lede_status dechunk(ld_response *r, ld_span *body, const char **why, lede_error *err)
{
    ld_span rest = *body, line;
    bool first = true;
    ld_buf_clear(&r->dechunked);
    while (rest.bytes) {
        uint64_t size;
        ld_headers_next_line(&rest, &line);
        if (!parse_chunk_line(line, &size)) {
            if (!first)
                *why = "the chunked body is damaged";
            return LEDE_OK;
        }
        first = false;
        if (size == 0)
            break;
        if (size > rest.bytes) {
            *why = "the chunked body ends too early";
            return LEDE_OK;
        }
        ld_buf_add(&r->dechunked, rest.data, (size_t)size);
        rest = ld_span_sub(rest, (size_t)size, rest.bytes);
        if (ld_span_starts_with(rest, LD_SPAN("\r\n")))
            rest = ld_span_sub(rest, 2, rest.bytes);
        else if (ld_span_starts_with(rest, LD_SPAN("\n")))
            rest = ld_span_sub(rest, 1, rest.bytes);
    }
    if (ld_buf_status(&r->dechunked, NULL) == LEDE_E_LIMIT)
        *why = "the page is larger than the maximum";
    else
        LD_TRY(ld_buf_status(&r->dechunked, err));
    *body = ld_buf_span(&r->dechunked);
    return LEDE_OK;
}

/* ---- content codings ---- */

static bool is_zlib(ld_span s)
{
    return s.bytes >= 2 && ((uint8_t)s.data[0] & 0x0f) == 8 &&
           ((uint8_t)s.data[0] * 256u + (uint8_t)s.data[1]) % 31 == 0;
}

static lede_status unzstd(ld_response *r, ld_span in, ld_buf *out, const char **why,
                          lede_error *err)
{
    ZSTD_DCtx *d = ZSTD_createDCtx();
    if (!d)
        return ld_error_nomem(err, 128 << 10);
    lede_status status = LEDE_OK;
    ZSTD_DCtx_setParameter(d, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX);
    ZSTD_inBuffer input = {in.data, in.bytes, 0};
    size_t more = 1;
    while (more != 0 || input.pos < input.size) {
        if (out->bytes >= r->page_bytes_max) {
            *why = "the decompressed page is larger than the maximum";
            break;
        }
        size_t room = r->page_bytes_max - out->bytes;
        room = room < (128u << 10) ? room : 128u << 10;
        if (!ld_buf_reserve(out, room)) {
            status = ld_buf_status(out, err);
            break;
        }
        ZSTD_outBuffer output = {out->data + out->bytes, room, 0};
        size_t before = input.pos;
        more = ZSTD_decompressStream(d, &output, &input);
        out->bytes += output.pos;
        if (ZSTD_isError(more)) {
            *why = "the compressed data is damaged";
            break;
        }
        if (more != 0 && output.pos == 0 && input.pos == before) {
            *why = "the compressed data ends too early";
            break;
        }
    }
    ZSTD_freeDCtx(d);
    return status;
}

typedef enum coding_result { CODING_DONE, CODING_UNKNOWN, CODING_BROKEN } coding_result;

/* Undoes one named coding of *body into `out`. */
static lede_status undo_coding(ld_response *r, ld_span name, ld_span *body, ld_buf *out,
                               coding_result *result, const char **why, lede_error *err)
{
    ld_buf_clear(out);
    *result = CODING_DONE;
    if (name.bytes == 0 || ld_span_equal_nocase(name, LD_SPAN("identity")) ||
        ld_span_equal_nocase(name, LD_SPAN("none")) || body->bytes == 0)
        return LEDE_OK;
    if (ld_span_equal_nocase(name, LD_SPAN("gzip")) ||
        ld_span_equal_nocase(name, LD_SPAN("x-gzip"))) {
        if (!ld_is_gzip(*body))
            return LEDE_OK; /* stored decoded */
        LD_TRY(ld_inflate_whole(r->env, LD_INFLATE_GZIP, *body, r->page_bytes_max, out, why, err));
    } else if (ld_span_equal_nocase(name, LD_SPAN("deflate"))) {
        if (ld_sniff(*body, true, (ld_span){NULL, 0}) == LD_SNIFF_HTML)
            return LEDE_OK;
        ld_inflate_format format = is_zlib(*body) ? LD_INFLATE_ZLIB : LD_INFLATE_RAW;
        LD_TRY(ld_inflate_whole(r->env, format, *body, r->page_bytes_max, out, why, err));
    } else if (ld_span_equal_nocase(name, LD_SPAN("zstd"))) {
        if (!ld_span_starts_with(*body, LD_SPAN("\x28\xb5\x2f\xfd")))
            return LEDE_OK;
        LD_TRY(unzstd(r, *body, out, why, err));
    } else {
        if (ld_sniff(*body, true, (ld_span){NULL, 0}) != LD_SNIFF_HTML)
            *result = CODING_UNKNOWN;
        return LEDE_OK;
    }
    if (*why)
        *result = CODING_BROKEN;
    *body = ld_buf_span(out);
    return LEDE_OK;
}

/* "gzip, br": the last one named was applied last. *unknown names the coding that is not read. */
static lede_status undo_codings(ld_response *r, ld_span list, ld_span *body, ld_span *unknown,
                                const char **why, lede_error *err)
{
    ld_buf *out = &r->decoded, *other = &r->scratch;
    for (int i = 0; list.bytes && i < 4; i++) {
        size_t comma = list.bytes;
        while (comma > 0 && list.data[comma - 1] != ',')
            comma--;
        ld_span name = ld_span_trim(ld_span_sub(list, comma, list.bytes));
        coding_result result;
        LD_TRY(undo_coding(r, name, body, out, &result, why, err));
        if (result == CODING_UNKNOWN)
            *unknown = name;
        if (result != CODING_DONE)
            return LEDE_OK;
        ld_buf *swap = out;
        out = other;
        other = swap;
        list.bytes = comma ? comma - 1 : 0;
    }
    return LEDE_OK;
}

/* ---- judging ---- */

typedef enum type_class { TYPE_HTML, TYPE_TEXT, TYPE_SNIFF, TYPE_OTHER } type_class;

static type_class classify_type(ld_span type)
{
    if (ld_span_equal_nocase(type, LD_SPAN("text/html")) ||
        ld_span_equal_nocase(type, LD_SPAN("application/xhtml+xml")) ||
        ld_span_equal_nocase(type, LD_SPAN("application/vnd.wap.xhtml+xml")))
        return TYPE_HTML;
    if (ld_span_equal_nocase(type, LD_SPAN("text/plain")))
        return TYPE_TEXT;
    /* no-type: what ARC writes where the server said nothing */
    if (type.bytes == 0 || ld_span_find_byte(type, '/') == SIZE_MAX ||
        ld_span_equal_nocase(type, LD_SPAN("application/octet-stream")) ||
        ld_span_equal_nocase(type, LD_SPAN("application/xml")) ||
        ld_span_equal_nocase(type, LD_SPAN("text/xml")) ||
        ld_span_starts_with_nocase(type, LD_SPAN("unknown/")) ||
        ld_span_equal_nocase(type, LD_SPAN("*/*")))
        return TYPE_SNIFF;
    return TYPE_OTHER;
}

/* robots.txt and its kin are text/plain and never an article. */
static bool is_site_file(ld_span url_text)
{
    static const char *const names[] = {"/robots.txt",   "/ads.txt",
                                        "/app-ads.txt",  "/humans.txt",
                                        "/security.txt", "/.well-known/security.txt"};
    ld_url url;
    if (!ld_url_parse(url_text, &url))
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ld_span_equal_nocase(url.path, ld_span_from_string(names[i])))
            return true;
    return false;
}

static ld_span url_path(ld_span text)
{
    ld_url url;
    return ld_url_parse(text, &url) ? url.path : (ld_span){NULL, 0};
}

/* Clipped for a message. */
static int shown(ld_span s)
{
    return s.bytes < 80 ? (int)s.bytes : 80;
}

/* The decoded body, against what the headers claimed. */
static lede_status judge_body(ld_arena *arena, type_class type, const ld_payload *payload,
                              ld_span body, ld_span path, ld_capture *capture,
                              ld_source_event *event, lede_error *err)
{
    ld_sniffed kind = ld_sniff(body, true, url_path(payload->url));
    if (kind == LD_SNIFF_EMPTY)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err, "the response has no body");
    if (type == TYPE_SNIFF && kind != LD_SNIFF_HTML)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err,
                            "no content type is stated and the body is not HTML");
    if (kind == LD_SNIFF_BINARY)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err,
                            "the body is %s, not the page that the headers state",
                            ld_sniff_binary_name(body));
    if (type == TYPE_TEXT && is_site_file(payload->url))
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err,
                            "a file for crawlers, not a page");
    capture->media = type == TYPE_TEXT ? LD_MEDIA_TEXT : LD_MEDIA_HTML;
    capture->body = body;
    event->kind = LD_SOURCE_CAPTURE;
    return LEDE_OK;
}

/* Reads the head of the message. A skip is told by event->kind. */
static lede_status judge_head(ld_arena *arena, const ld_payload *payload, ld_span path,
                              ld_http_head *head, ld_source_event *event, lede_error *err)
{
    if (!payload->is_http) {
        memset(head, 0, sizeof *head);
        head->status = 200;
        ld_content_type_parse(payload->content_type, &head->content_type, &head->charset);
    } else if (!ld_http_parse(payload->bytes, head)) {
        return ld_event_set(arena, event, LD_SOURCE_REJECT, path, err,
                            "the record holds no HTTP response where one is stated");
    }
    if (head->status != 200)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err, "HTTP status %u",
                            (unsigned)head->status);
    if (classify_type(head->content_type) == TYPE_OTHER)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err,
                            "content type %.*s is not a page", shown(head->content_type),
                            head->content_type.data);
    return LEDE_OK;
}

lede_status ld_response_read(ld_response *r, ld_arena *arena, const ld_payload *payload,
                             ld_span path, ld_capture *capture, ld_source_event *event,
                             lede_error *err)
{
    ld_http_head head;
    event->kind = LD_SOURCE_CAPTURE;
    LD_TRY(judge_head(arena, payload, path, &head, event, err));
    if (event->kind != LD_SOURCE_CAPTURE)
        return LEDE_OK;
    ld_span body = ld_span_sub(payload->bytes, head.head_bytes, payload->bytes.bytes);
    if (!payload->complete || body.bytes > r->page_bytes_max + LD_WARC_HEADER_BYTES_MAX)
        return ld_event_set(arena, event, LD_SOURCE_REJECT, path, err,
                            "the page is larger than the maximum of %zu bytes", r->page_bytes_max);
    const char *why = NULL;
    ld_span unknown = {NULL, 0};
    if (ld_span_find_nocase(head.transfer_encoding, LD_SPAN("chunked")) != SIZE_MAX)
        LD_TRY(dechunk(r, &body, &why, err));
    if (!why)
        LD_TRY(undo_codings(r, head.content_encoding, &body, &unknown, &why, err));
    if (why)
        return ld_event_set(arena, event, LD_SOURCE_REJECT, path, err, "%s", why);
    if (unknown.bytes)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err,
                            "content encoding %.*s is not read", shown(unknown), unknown.data);
    if (body.bytes > r->page_bytes_max)
        return ld_event_set(arena, event, LD_SOURCE_REJECT, path, err,
                            "the page is larger than the maximum of %zu bytes", r->page_bytes_max);
    capture->charset = head.charset;
    return judge_body(arena, classify_type(head.content_type), payload, body, path, capture, event,
                      err);
}
