/*
 * The records of a WARC file (ISO 28500; WARC 1.1 text at iipc.github.io/warc-specifications).
 *
 *     WARC/1.0 CRLF  headers CRLF  CRLF | block of Content-Length bytes | CRLF CRLF | WARC/1.0 ...
 *
 * A record is peeked as a whole and consumed on the next call, so that a page's body is borrowed
 * from the stream's window without a copy. What is too long to be a page is judged by its head and
 * read over.
 *
 * When it is broken. The only redundancy of the format is what follows a block: line breaks, the
 * end, or the next "WARC/". So a block is doubted when something else follows: if a record begins
 * inside it, its length is wrong and the record is rejected; if not, the length is too short, the
 * page is given and the bytes after it are rejected. After a reject the reader looks for the next
 * "WARC/0." or "WARC/1." at the start of a line and goes on there; so one damaged record costs
 * itself and at most what it swallowed. Damaged gzip members end in a break of the stream and cost
 * the member.
 *
 * Memory: the window, at most a page and LD_WARC_HEADER_BYTES_MAX. Cost: one pass.
 */
#include "ingest/warc.h"

#include "base/limits.h"
#include "ingest/http_headers.h"
#include "ingest/response.h"
#include "text/url.h"
#include "base/utf8.h"

#define CHECKED_BYTES (1u << 20)  /* records up to this are checked as a whole even if ignored */
#define HEAD_BYTES    (64u << 10) /* of a record too long to load: enough for HTTP headers */
#define SCAN_BYTES    (64u << 10)

typedef struct warc {
    ld_container base;
    ld_response response;
    uint64_t pending_bytes; /* of the current record, consumed by the next call */
    bool lost;              /* look for the next record first */
    bool break_told;        /* the stream's break was reported with the record it cut */
} warc;

typedef enum record_type {
    RECORD_OTHER, /* warcinfo, request, metadata, and kinds of the future: no pages */
    RECORD_RESPONSE,
    RECORD_RESOURCE, /* and conversion: the block is the payload */
    RECORD_REVISIT,
    RECORD_CONTINUATION
} record_type;

/* A record's header; spans point into the window. */
typedef struct warc_head {
    size_t head_bytes;
    uint64_t block_bytes;
    record_type type;
    ld_span uri, date, content_type;
    const char *fault; /* NULL, or what is wrong with it */
} warc_head;

static record_type parse_type(ld_span s)
{
    static const struct {
        const char *name;
        record_type type;
    } types[] = {{"response", RECORD_RESPONSE},
                 {"resource", RECORD_RESOURCE},
                 {"conversion", RECORD_RESOURCE},
                 {"revisit", RECORD_REVISIT},
                 {"continuation", RECORD_CONTINUATION}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (ld_span_equal_nocase(s, ld_span_from_string(types[i].name)))
            return types[i].type;
    return RECORD_OTHER;
}

static ld_span strip_brackets(ld_span s)
{
    if (s.bytes >= 2 && s.data[0] == '<' && s.data[s.bytes - 1] == '>')
        return ld_span_sub(s, 1, s.bytes - 2);
    return s;
}

/* `window` begins at "WARC/" and holds the whole header. */
static void parse_head(ld_span window, size_t head_bytes, warc_head *head)
{
    memset(head, 0, sizeof *head);
    head->head_bytes = head_bytes;
    ld_span rest = ld_span_of(window.data, head_bytes), line;
    bool has_type = false, has_length = false;
    ld_header h;
    ld_headers_next_line(&rest, &line);
    while (ld_headers_next(&rest, &h)) {
        if (ld_span_equal_nocase(h.name, LD_SPAN("WARC-Type"))) {
            has_type = true;
            head->type = parse_type(h.value);
        } else if (ld_span_equal_nocase(h.name, LD_SPAN("Content-Length"))) {
            has_length = ld_span_parse_u64(h.value, &head->block_bytes);
            if (!has_length)
                head->fault = "its Content-Length is not a number";
        } else if (ld_span_equal_nocase(h.name, LD_SPAN("WARC-Target-URI"))) {
            head->uri = strip_brackets(h.value);
        } else if (ld_span_equal_nocase(h.name, LD_SPAN("WARC-Date"))) {
            head->date = h.value;
        } else if (ld_span_equal_nocase(h.name, LD_SPAN("Content-Type"))) {
            head->content_type = h.value;
        }
    }
    bool page = head->type == RECORD_RESPONSE || head->type == RECORD_RESOURCE;
    if (head->fault)
        return;
    if (!has_type)
        head->fault = "it has no WARC-Type";
    else if (!has_length)
        head->fault = "it has no Content-Length";
    else if (head->block_bytes > LD_WARC_RECORD_BYTES_MAX)
        head->fault = "its Content-Length is beyond reason";
    else if (page && head->uri.bytes == 0)
        head->fault = "it has no WARC-Target-URI";
}

/* ---- finding records ---- */

static bool is_record_start(ld_span s)
{
    return s.bytes >= 7 && memcmp(s.data, "WARC/", 5) == 0 &&
           (s.data[5] == '0' || s.data[5] == '1') && s.data[6] == '.';
}

/* The first record start in s at a line's start, from `from` >= 1 on; SIZE_MAX: none. */
static size_t find_record_start(ld_span s, size_t from)
{
    while (from < s.bytes) {
        size_t at = ld_span_find(ld_span_sub(s, from, s.bytes), LD_SPAN("WARC/"));
        if (at == SIZE_MAX)
            return SIZE_MAX;
        from += at;
        if (s.data[from - 1] == '\n' && is_record_start(ld_span_sub(s, from, s.bytes)))
            return from;
        from++;
    }
    return SIZE_MAX;
}

/* Moves to the next record start, or to the end (or break) of the stream. */
static lede_status find_next_record(warc *w, lede_error *err)
{
    ld_stream *stream = w->base.stream;
    bool first = true;
    for (;;) {
        ld_span window;
        LD_TRY(ld_stream_peek(stream, SCAN_BYTES, &window, err));
        if (first && is_record_start(window))
            return LEDE_OK;
        first = false;
        size_t at = find_record_start(window, 1);
        if (at != SIZE_MAX) {
            ld_stream_consume(stream, at);
            return LEDE_OK;
        }
        if (window.bytes < SCAN_BYTES) {
            ld_stream_consume(stream, window.bytes);
            return LEDE_OK;
        }
        ld_stream_consume(stream, window.bytes - 8); /* a start may be cut in two */
    }
}

static lede_status skip_blank(ld_stream *stream, ld_span *window, lede_error *err)
{
    for (;;) {
        LD_TRY(ld_stream_peek(stream, 16, window, err));
        size_t n = 0;
        while (n < window->bytes && strchr("\r\n \t", window->data[n]))
            n++; /* strchr also finds the NUL byte: padding of tapes */
        ld_stream_consume(stream, n);
        if (n == 0 || window->bytes == 0)
            return LEDE_OK;
    }
}

/* Peeks until the blank line behind the header; *head_bytes 0: there is none in reach. */
static lede_status peek_head(ld_stream *stream, ld_span *window, size_t *head_bytes,
                             lede_error *err)
{
    size_t want = 4096;
    for (;;) {
        LD_TRY(ld_stream_peek(stream, want, window, err));
        *head_bytes = ld_headers_block_bytes(*window);
        if (*head_bytes > LD_WARC_HEADER_BYTES_MAX)
            *head_bytes = 0;
        if (*head_bytes || window->bytes < want || want >= LD_WARC_HEADER_BYTES_MAX)
            return LEDE_OK;
        want *= 4;
    }
}

/* ---- one record ---- */

static lede_status reject(warc *w, uint64_t offset, ld_source_event *event, lede_error *err,
                          const char *what, const char *why)
{
    ld_span path = ld_path_with_number(w->base.arena, w->base.name, '@', offset);
    w->lost = true;
    return ld_event_set(w->base.arena, event, LD_SOURCE_REJECT, path, err, "%s%s", what, why);
}

static bool is_web_uri(ld_span uri, record_type type)
{
    ld_url url;
    if (!ld_url_parse(uri, &url))
        return false;
    return ld_span_equal_nocase(url.scheme, LD_SPAN("http")) ||
           ld_span_equal_nocase(url.scheme, LD_SPAN("https")) ||
           (type == RECORD_RESOURCE && (ld_span_equal_nocase(url.scheme, LD_SPAN("file")) ||
                                        ld_span_equal_nocase(url.scheme, LD_SPAN("ftp"))));
}

/* A page's record, peeked (wholly, or its head only): into the capture or an event. */
static lede_status read_page(warc *w, const warc_head *head, ld_span window, bool complete,
                             uint64_t offset, ld_capture *capture, ld_source_event *event,
                             lede_error *err)
{
    ld_arena *arena = w->base.arena;
    size_t there = window.bytes - head->head_bytes;
    size_t block = head->block_bytes < there ? (size_t)head->block_bytes : there;
    ld_payload payload = {.bytes = ld_span_of(window.data + head->head_bytes, block),
                          .is_http = head->type == RECORD_RESPONSE,
                          .complete = complete,
                          .content_type = head->content_type,
                          .url = head->uri};
    ld_span path = ld_path_with_number(arena, w->base.name, '@', offset);
    if (!path.data)
        return ld_arena_status(arena, err);
    if (head->block_bytes == 0)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err, "the record is empty");
    LD_TRY(ld_response_read(&w->response, arena, &payload, path, capture, event, err));
    if (event->kind != LD_SOURCE_CAPTURE)
        return LEDE_OK;
    capture->path = event->path = path;
    if (head->uri.bytes <= LD_URL_BYTES_MAX)
        capture->url = ld_utf8_scrub(arena, head->uri);
    capture->charset = ld_utf8_scrub(arena, capture->charset);
    capture->has_captured = ld_date_parse_iso(head->date, &capture->captured_utc_ms) >= LD_DATE_DAY;
    return ld_arena_status(arena, err);
}

/* What stands behind a block may only be a line break, the end, or a record. */
static bool is_block_end(ld_span after)
{
    return after.bytes == 0 || after.data[0] == '\r' || after.data[0] == '\n' ||
           ld_span_starts_with(after, LD_SPAN("WARC/"));
}

static lede_status read_block(warc *w, warc_head *head, uint64_t offset, ld_capture *capture,
                              ld_source_event *event, bool *said, lede_error *err)
{
    ld_stream *stream = w->base.stream;
    bool page = (head->type == RECORD_RESPONSE || head->type == RECORD_RESOURCE) &&
                is_web_uri(head->uri, head->type);
    uint64_t load_max = page ? w->base.page_bytes_max + LD_WARC_HEADER_BYTES_MAX : CHECKED_BYTES;
    bool complete = head->block_bytes <= load_max;
    uint64_t record_bytes = head->head_bytes + head->block_bytes, left;
    size_t head_bytes = head->head_bytes;
    ld_span window;
    /* one byte more than CRLF CRLF: then the checksum of the record's gzip member is known */
    LD_TRY(ld_stream_peek(stream, complete ? (size_t)record_bytes + 5 : head_bytes + HEAD_BYTES,
                          &window, err));
    parse_head(window, head_bytes, head); /* the window may have moved */
    bool cut = complete && (window.bytes < record_bytes ||
                            (window.bytes <= record_bytes + 4 && ld_stream_break_here(stream)));
    if (ld_stream_left(stream, &left) && record_bytes > left)
        cut = true; /* known without reading over the rest */
    *said = true;
    if (cut) {
        const char *why = ld_stream_break(stream);
        w->break_told = why != NULL;
        ld_stream_consume(stream, 5);
        return reject(w, offset, event, err, why ? "the record is damaged: " : "",
                      why ? why : "the record is cut short: the file ends before its length");
    }
    if (complete) {
        ld_span block = ld_span_of(window.data + head_bytes, (size_t)head->block_bytes);
        if (!is_block_end(ld_span_sub(window, (size_t)record_bytes, window.bytes)) &&
            find_record_start(block, 1) != SIZE_MAX) {
            ld_stream_consume(stream, 5);
            return reject(w, offset, event, err, "the record's Content-Length is wrong: ",
                          "another record begins inside it");
        }
    }
    w->pending_bytes = record_bytes;
    if (page)
        return read_page(w, head, window, complete, offset, capture, event, err);
    if (head->type == RECORD_REVISIT || head->type == RECORD_CONTINUATION) {
        ld_span path = ld_path_with_number(w->base.arena, w->base.name, '@', offset);
        return ld_event_set(w->base.arena, event, LD_SOURCE_SKIP, path, err, "%s",
                            head->type == RECORD_REVISIT
                                ? "a revisit: the page is the one stored before"
                                : "the continuation of a segmented record is not read");
    }
    w->base.ignored_count++;
    *said = false;
    return LEDE_OK;
}

/* The next record; *said: an event was set. */
static lede_status step(warc *w, ld_capture *capture, ld_source_event *event, bool *said,
                        lede_error *err)
{
    ld_stream *stream = w->base.stream;
    ld_span window;
    *said = true;
    if (w->lost) {
        w->lost = false;
        LD_TRY(find_next_record(w, err));
    }
    LD_TRY(skip_blank(stream, &window, err));
    if (window.bytes == 0) {
        *said = !w->break_told;
        w->lost = true; /* matters behind a break only */
        return ld_container_at_end(&w->base, event, &w->break_told, err);
    }
    uint64_t offset = ld_stream_offset(stream);
    if (!ld_span_starts_with(window, LD_SPAN("WARC/")))
        return reject(w, offset, event, err, "bytes that belong to no record", "");
    size_t head_bytes;
    LD_TRY(peek_head(stream, &window, &head_bytes, err));
    warc_head head;
    if (head_bytes)
        parse_head(window, head_bytes, &head);
    else
        head.fault = "its header has no end";
    if (head.fault) {
        const char *why = head_bytes ? NULL : ld_stream_break_here(stream);
        w->break_told = why != NULL;
        ld_stream_consume(stream, 5);
        if (why)
            return reject(w, offset, event, err, "the record is damaged: ", why);
        return reject(w, offset, event, err, "the record is broken: ", head.fault);
    }
    return read_block(w, &head, offset, capture, event, said, err);
}

static lede_status warc_next(ld_container *c, ld_capture *capture, ld_source_event *event,
                             lede_error *err)
{
    warc *w = (warc *)c;
    bool said = false;
    while (!said) {
        uint64_t skipped;
        ld_arena_reset(c->arena);
        memset(capture, 0, sizeof *capture);
        memset(event, 0, sizeof *event);
        LD_TRY(ld_stream_skip(c->stream, w->pending_bytes, &skipped, err));
        bool cut = skipped < w->pending_bytes;
        w->pending_bytes = 0;
        if (cut) {
            ld_span path = ld_path_with_number(c->arena, c->name, '@', ld_stream_offset(c->stream));
            w->break_told = ld_stream_break(c->stream) != NULL;
            return ld_event_set(c->arena, event, LD_SOURCE_REJECT, path, err,
                                "the file ends inside a record that was read over");
        }
        LD_TRY(step(w, capture, event, &said, err));
    }
    return LEDE_OK;
}

static void warc_close(ld_container *c)
{
    warc *w = (warc *)c;
    ld_response_release(&w->response);
    ld_container_release(c);
    ld_release(c->env, w, sizeof *w);
}

lede_status ld_warc_open(const lede_env *env, ld_stream *stream, ld_span name,
                         size_t page_bytes_max, ld_container **container, lede_error *err)
{
    *container = NULL;
    warc *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    lede_status status = ld_container_init(&w->base, env, stream, name, page_bytes_max, err);
    if (status != LEDE_OK) {
        ld_release(env, w, sizeof *w);
        return status;
    }
    w->base.next = warc_next;
    w->base.close = warc_close;
    ld_response_init(&w->response, env, page_bytes_max);
    *container = &w->base;
    return LEDE_OK;
}
