/*
 * The records of an ARC file, what crawlers wrote before WARC (Internet Archive, "Arc File
 * Format", 1996).
 *
 *     version 1:  URL SP IP SP date SP type SP length LF | length bytes | LF
 *     version 2:  URL SP IP SP date SP type SP status SP checksum SP location SP offset SP file SP
 *                 length LF | ...
 *
 * The first record is "filedesc://"; its block's first character is the version. The fields are
 * taken from the right, because URLs were written with spaces in them. A line is a record's only if
 * its date is 8 to 17 digits and its length a number; that is also how the next record is found
 * behind a broken one.
 */
#include "base/limits.h"
#include "ingest/response.h"
#include "ingest/warc.h"
#include "base/utf8.h"

#define LINE_BYTES_MAX (64u << 10)

typedef struct arc {
    ld_container base;
    ld_response response;
    uint64_t pending_bytes; /* as in warc.c, likewise the next two */
    bool lost;
    bool break_told;
    bool version_2;
} arc;

typedef struct arc_line {
    ld_span url, date, type;
    uint64_t block_bytes;
    size_t line_bytes; /* with its line break */
} arc_line;

/* Takes the last field off s. */
static ld_span take_last(ld_span *s)
{
    size_t at = s->bytes;
    while (at > 0 && s->data[at - 1] != ' ')
        at--;
    ld_span field = ld_span_sub(*s, at, s->bytes);
    s->bytes = at ? at - 1 : 0;
    return field;
}

static bool is_digits(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
    return s.bytes >= 8 && s.bytes <= 17;
}

static bool parse_fields(ld_span line, bool version_2, arc_line *out)
{
    if (!ld_span_parse_u64(take_last(&line), &out->block_bytes))
        return false;
    for (int i = 0; version_2 && i < 5; i++)
        take_last(&line); /* file, offset, location, checksum, status */
    out->type = take_last(&line);
    out->date = take_last(&line);
    take_last(&line); /* IP */
    out->url = line;
    return is_digits(out->date) && line.bytes > 0 && ld_span_find_byte(line, ':') != SIZE_MAX;
}

/* Version 2 files hold version 1 lines as well: both forms are tried. */
static bool parse_line(const arc *a, ld_span window, arc_line *out)
{
    size_t lf = ld_span_find_byte(window, '\n');
    if (lf == SIZE_MAX || lf >= LINE_BYTES_MAX)
        return false;
    out->line_bytes = lf + 1;
    ld_span line = ld_span_trim(ld_span_of(window.data, lf));
    return parse_fields(line, a->version_2, out) || parse_fields(line, !a->version_2, out);
}

static lede_status find_next_record(arc *a, lede_error *err)
{
    for (;;) {
        ld_span window;
        arc_line line;
        LD_TRY(ld_stream_peek(a->base.stream, LINE_BYTES_MAX, &window, err));
        if (window.bytes == 0 || parse_line(a, window, &line))
            return LEDE_OK;
        size_t lf = ld_span_find_byte(window, '\n');
        ld_stream_consume(a->base.stream, lf == SIZE_MAX ? window.bytes : lf + 1);
    }
}

static lede_status reject(arc *a, uint64_t offset, ld_source_event *event, lede_error *err,
                          const char *why)
{
    ld_span path = ld_path_with_number(a->base.arena, a->base.name, '@', offset);
    a->lost = true;
    return ld_event_set(a->base.arena, event, LD_SOURCE_REJECT, path, err, "%s", why);
}

/* "20080430204825" -> milliseconds; shorter forms end at the day. */
static bool parse_date(ld_span s, int64_t *utc_ms)
{
    char iso[16];
    if (s.bytes < 14)
        return ld_date_parse_iso(ld_span_sub(s, 0, 8), utc_ms) >= LD_DATE_DAY;
    memcpy(iso, s.data, 8);
    iso[8] = 'T';
    memcpy(iso + 9, s.data + 8, 6);
    return ld_date_parse_iso(ld_span_of(iso, 15), utc_ms) >= LD_DATE_DAY;
}

static bool is_http_url(ld_span url)
{
    return ld_span_starts_with_nocase(url, LD_SPAN("http://")) ||
           ld_span_starts_with_nocase(url, LD_SPAN("https://"));
}

static lede_status read_page(arc *a, const arc_line *line, ld_span window, bool complete,
                             uint64_t offset, ld_capture *capture, ld_source_event *event,
                             lede_error *err)
{
    ld_arena *arena = a->base.arena;
    ld_span block = ld_span_sub(window, line->line_bytes, (size_t)line->block_bytes);
    ld_payload payload = {.bytes = block, .is_http = true, .complete = complete, .url = line->url};
    ld_span path = ld_path_with_number(arena, a->base.name, '@', offset);
    if (!path.data)
        return ld_arena_status(arena, err);
    if (block.bytes == 0)
        return ld_event_set(arena, event, LD_SOURCE_SKIP, path, err, "the record is empty");
    LD_TRY(ld_response_read(&a->response, arena, &payload, path, capture, event, err));
    if (event->kind != LD_SOURCE_CAPTURE)
        return LEDE_OK;
    capture->path = event->path = path;
    if (line->url.bytes <= LD_URL_BYTES_MAX)
        capture->url = ld_utf8_scrub(arena, line->url);
    capture->charset = ld_utf8_scrub(arena, capture->charset);
    capture->has_captured = parse_date(line->date, &capture->captured_utc_ms);
    return ld_arena_status(arena, err);
}

static lede_status read_block(arc *a, arc_line *line, uint64_t offset, ld_capture *capture,
                              ld_source_event *event, bool *said, lede_error *err)
{
    ld_stream *stream = a->base.stream;
    uint64_t left, record_bytes = line->line_bytes + line->block_bytes;
    bool complete = line->block_bytes <= a->base.page_bytes_max + LD_WARC_HEADER_BYTES_MAX;
    ld_span window;
    LD_TRY(ld_stream_peek(stream, complete ? (size_t)record_bytes + 2 : LINE_BYTES_MAX, &window,
                          err)); /* behind its LF, for the checksum of its gzip member */
    parse_line(a, window, line); /* the window may have moved */
    bool cut = complete && (window.bytes < record_bytes ||
                            (window.bytes <= record_bytes + 1 && ld_stream_break_here(stream)));
    if (cut || (ld_stream_left(stream, &left) && record_bytes > left)) {
        const char *why = ld_stream_break(stream);
        a->break_told = why != NULL;
        ld_stream_consume(stream, line->line_bytes);
        return reject(a, offset, event, err,
                      why ? why : "the record is cut short: the file ends before its length");
    }
    a->pending_bytes = record_bytes;
    if (is_http_url(line->url)) {
        *said = true;
        return read_page(a, line, window, complete, offset, capture, event, err);
    }
    if (ld_span_starts_with(line->url, LD_SPAN("filedesc://")) && complete)
        a->version_2 = window.bytes > line->line_bytes && window.data[line->line_bytes] == '2';
    a->base.ignored_count++;
    *said = false;
    return LEDE_OK;
}

static lede_status skip_blank(ld_stream *stream, ld_span *window, lede_error *err)
{
    for (;;) {
        LD_TRY(ld_stream_peek(stream, 16, window, err));
        size_t n = 0;
        while (n < window->bytes && (window->data[n] == '\n' || window->data[n] == '\r'))
            n++;
        ld_stream_consume(stream, n);
        if (n == 0)
            return LEDE_OK;
    }
}

static lede_status step(arc *a, ld_capture *capture, ld_source_event *event, bool *said,
                        lede_error *err)
{
    ld_stream *stream = a->base.stream;
    ld_span window;
    arc_line line;
    *said = true;
    if (a->lost) {
        a->lost = false;
        LD_TRY(find_next_record(a, err));
    }
    LD_TRY(skip_blank(stream, &window, err));
    if (window.bytes == 0) {
        *said = !a->break_told;
        a->lost = true;
        return ld_container_at_end(&a->base, event, &a->break_told, err);
    }
    uint64_t offset = ld_stream_offset(stream);
    LD_TRY(ld_stream_peek(stream, LINE_BYTES_MAX, &window, err));
    if (!parse_line(a, window, &line))
        return reject(a, offset, event, err, "bytes that belong to no ARC record");
    return read_block(a, &line, offset, capture, event, said, err);
}

static lede_status arc_next(ld_container *c, ld_capture *capture, ld_source_event *event,
                            lede_error *err)
{
    arc *a = (arc *)c;
    bool said = false;
    while (!said) {
        uint64_t skipped;
        ld_arena_reset(c->arena);
        memset(capture, 0, sizeof *capture);
        memset(event, 0, sizeof *event);
        LD_TRY(ld_stream_skip(c->stream, a->pending_bytes, &skipped, err));
        bool cut = skipped < a->pending_bytes;
        uint64_t offset = ld_stream_offset(c->stream);
        a->pending_bytes = 0;
        if (cut) {
            a->break_told = ld_stream_break(c->stream) != NULL;
            return reject(a, offset, event, err,
                          "the file ends inside a record that was read over");
        }
        LD_TRY(step(a, capture, event, &said, err));
    }
    return LEDE_OK;
}

static void arc_close(ld_container *c)
{
    arc *a = (arc *)c;
    ld_response_release(&a->response);
    ld_container_release(c);
    ld_release(c->env, a, sizeof *a);
}

lede_status ld_arc_open(const lede_env *env, ld_stream *stream, ld_span name, size_t page_bytes_max,
                        ld_container **container, lede_error *err)
{
    *container = NULL;
    arc *a = ld_alloc_zero(env, sizeof *a);
    if (!a)
        return ld_error_nomem(err, sizeof *a);
    lede_status status = ld_container_init(&a->base, env, stream, name, page_bytes_max, err);
    if (status != LEDE_OK) {
        ld_release(env, a, sizeof *a);
        return status;
    }
    a->base.next = arc_next;
    a->base.close = arc_close;
    ld_response_init(&a->response, env, page_bytes_max);
    *container = &a->base;
    return LEDE_OK;
}
