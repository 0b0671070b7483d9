/*
 * A window over bytes of unknown length.
 *
 * Memory: 256 KiB of raw input for gzip, and a window of the power of two above the farthest peek
 * (its callers are bounded by base/limits.h). Bytes are moved only when the window is full and at
 * least half of it is consumed or it must grow, so a byte is moved O(1) times.
 *
 * A gzip file of records is a row of members. So that a record can be named by the offset at which
 * a reader may seek, the starts of the members in the window are kept as pairs (stream position,
 * file offset), at most MARKS_MAX of them; where more fit in one window the later ones are named by
 * an earlier start, which is still a place to begin reading.
 */
#include "ingest/stream.h"

#include "ingest/inflate.h"

#define RAW_BYTES    (256u << 10)
#define STEP_BYTES   (64u << 10) /* read at a time; standard input may be slow */
#define MEMBER_BYTES (1u << 20)  /* window of a gzip file: most members fit as a whole */
#define MARKS_MAX    256u

typedef struct member_mark {
    uint64_t position;    /* in the decoded stream */
    uint64_t file_offset; /* of the member's first byte */
} member_mark;

struct ld_stream {
    const lede_env *env;
    ld_file file;
    uint64_t size_bytes; /* of a regular file */
    bool size_known;
    bool at_end;        /* nothing more comes into the window (end or break) */
    const char *broken; /* NULL, or why */

    uint8_t *window; /* [capacity]; unread bytes are [begin, end) */
    size_t capacity, begin, end;
    uint64_t position; /* stream position of window[begin] */

    /* gzip only */
    ld_inflate *inflate; /* NULL: plain */
    uint8_t *raw;        /* [RAW_BYTES]; [raw_begin, raw_end) not yet inflated */
    size_t raw_begin, raw_end;
    uint64_t raw_offset; /* file offset of raw[raw_end] */
    bool raw_at_end;
    bool in_member;         /* between a member's first and last byte */
    uint64_t member_offset; /* file offset of the member begun last */
    member_mark marks[MARKS_MAX];
    uint32_t mark_count;
};

static lede_status read_raw(ld_stream *s, lede_error *err)
{
    if (s->raw_begin > 0) {
        memmove(s->raw, s->raw + s->raw_begin, s->raw_end - s->raw_begin);
        s->raw_end -= s->raw_begin;
        s->raw_begin = 0;
    }
    size_t got = 0, want = RAW_BYTES - s->raw_end;
    if (!s->size_known && want > STEP_BYTES)
        want = STEP_BYTES;
    if (want == 0 || s->raw_at_end)
        return LEDE_OK;
    LD_TRY(ld_file_read(&s->file, s->raw + s->raw_end, want, &got, err));
    s->raw_end += got;
    s->raw_offset += got;
    s->raw_at_end = got < want;
    return LEDE_OK;
}

static ld_span raw_span(const ld_stream *s)
{
    return ld_span_of((const char *)s->raw + s->raw_begin, s->raw_end - s->raw_begin);
}

static void set_break(ld_stream *s, const char *why)
{
    s->broken = why;
    s->at_end = true;
}

/* A mark for the member that begins at raw_begin; its first byte will stand at window[end]. */
static void add_mark(ld_stream *s)
{
    uint64_t position = s->position + (s->end - s->begin);
    uint64_t offset = s->raw_offset - (s->raw_end - s->raw_begin);
    s->member_offset = offset;
    uint32_t drop = 0; /* marks that no unread byte needs */
    while (drop + 1 < s->mark_count && s->marks[drop + 1].position <= s->position)
        drop++;
    if (drop) {
        memmove(s->marks, s->marks + drop, (s->mark_count - drop) * sizeof *s->marks);
        s->mark_count -= drop;
    }
    if (s->mark_count && s->marks[s->mark_count - 1].position == position)
        s->mark_count--;
    if (s->mark_count < MARKS_MAX)
        s->marks[s->mark_count++] = (member_mark){position, offset};
}

/* Between members: begins the next one, or sees the end, zero padding or junk. */
static lede_status begin_member(ld_stream *s, lede_error *err)
{
    for (;;) {
        if (s->raw_end - s->raw_begin < 3)
            LD_TRY(read_raw(s, err));
        ld_span raw = raw_span(s);
        if (ld_is_gzip(raw)) {
            add_mark(s);
            ld_inflate_reset(s->inflate);
            s->in_member = true;
            return LEDE_OK;
        }
        if (raw.bytes == 0) {
            s->at_end = true;
            return LEDE_OK;
        }
        if (raw.data[0] != 0) {
            set_break(s, "bytes that are not gzip follow a gzip member");
            return LEDE_OK;
        }
        while (s->raw_begin < s->raw_end && s->raw[s->raw_begin] == 0)
            s->raw_begin++;
    }
}

static void move_to_front(ld_stream *s)
{
    if (s->begin == 0)
        return;
    memmove(s->window, s->window + s->begin, s->end - s->begin);
    s->end -= s->begin;
    s->begin = 0;
}

/* A member of a file, taken at once where all of it is at hand and there is room; else nothing
 * happens, and it comes piece by piece. What is unread at a member's start is little. */
static lede_status take_member(ld_stream *s, lede_error *err)
{
    if (!s->size_known)
        return LEDE_OK;
    if (s->raw_end - s->raw_begin < RAW_BYTES / 2)
        LD_TRY(read_raw(s, err));
    if (s->end - s->begin < STEP_BYTES)
        move_to_front(s);
    size_t used, made;
    if (!ld_inflate_member(s->inflate, raw_span(s), s->window + s->end, s->capacity - s->end, &used,
                           &made))
        return LEDE_OK;
    s->raw_begin += used;
    s->end += made;
    s->in_member = false;
    return LEDE_OK;
}

static lede_status fill_gzip(ld_stream *s, lede_error *err)
{
    if (!s->in_member) {
        LD_TRY(begin_member(s, err));
        if (s->in_member)
            LD_TRY(take_member(s, err));
        if (!s->in_member)
            return LEDE_OK;
    }
    if (s->raw_begin == s->raw_end)
        LD_TRY(read_raw(s, err));
    ld_span in = raw_span(s);
    bool dry = in.bytes == 0;
    size_t made = 0;
    ld_inflate_state state;
    const char *why;
    LD_TRY(ld_inflate_run(s->inflate, &in, s->window + s->end, s->capacity - s->end, &made, &state,
                          &why, err));
    s->raw_begin = s->raw_end - in.bytes;
    s->end += made;
    if (state == LD_INFLATE_END)
        s->in_member = false;
    else if (state == LD_INFLATE_BROKEN)
        set_break(s, why);
    else if (dry && made == 0)
        set_break(s, "the compressed data ends too early");
    return LEDE_OK;
}

static lede_status fill(ld_stream *s, lede_error *err)
{
    if (s->inflate)
        return fill_gzip(s, err);
    size_t room = s->capacity - s->end, got = 0;
    size_t want = room < STEP_BYTES || s->size_known ? room : STEP_BYTES;
    LD_TRY(ld_file_read(&s->file, s->window + s->end, want, &got, err));
    s->end += got;
    s->at_end = got < want;
    return LEDE_OK;
}

/* Makes room so that `want` unread bytes and one more step fit; doubles, so that a byte is moved
 * O(1) times. */
static lede_status make_room(ld_stream *s, size_t want, lede_error *err)
{
    size_t capacity = s->capacity;
    while (capacity < want + STEP_BYTES)
        capacity *= 2;
    if (capacity > s->capacity || s->capacity - s->end < STEP_BYTES)
        move_to_front(s);
    if (capacity == s->capacity)
        return LEDE_OK;
    uint8_t *window = ld_resize(s->env, s->window, s->capacity, capacity);
    if (!window)
        return ld_error_nomem(err, capacity);
    s->window = window;
    s->capacity = capacity;
    return LEDE_OK;
}

lede_status ld_stream_peek(ld_stream *s, size_t want_bytes, ld_span *window, lede_error *err)
{
    while (s->end - s->begin < want_bytes && !s->at_end) {
        /* the window grows with what is really there, not with what a record claims */
        size_t there = s->end - s->begin;
        uint64_t left;
        if (ld_stream_left(s, &left) && left >= there)
            there = left < want_bytes ? (size_t)left : want_bytes;
        LD_TRY(make_room(s, there, err));
        LD_TRY(fill(s, err));
    }
    *window = ld_span_of((const char *)s->window + s->begin, s->end - s->begin);
    return LEDE_OK;
}

void ld_stream_consume(ld_stream *s, size_t bytes)
{
    if (bytes > s->end - s->begin)
        bytes = s->end - s->begin;
    s->begin += bytes;
    s->position += bytes;
}

lede_status ld_stream_skip(ld_stream *s, uint64_t bytes, uint64_t *skipped_bytes, lede_error *err)
{
    *skipped_bytes = 0;
    while (bytes > 0) {
        ld_span window;
        LD_TRY(ld_stream_peek(s, bytes < STEP_BYTES ? (size_t)bytes : STEP_BYTES, &window, err));
        size_t n = window.bytes < bytes ? window.bytes : (size_t)bytes;
        if (n == 0)
            return LEDE_OK;
        ld_stream_consume(s, n);
        bytes -= n;
        *skipped_bytes += n;
    }
    return LEDE_OK;
}

bool ld_stream_is_gzip(const ld_stream *s)
{
    return s->inflate != NULL;
}

uint64_t ld_stream_offset(const ld_stream *s)
{
    if (!s->inflate)
        return s->position;
    uint64_t offset = 0;
    for (uint32_t i = 0; i < s->mark_count && s->marks[i].position <= s->position; i++)
        offset = s->marks[i].file_offset;
    return offset;
}

uint64_t ld_stream_file_bytes_read(const ld_stream *s)
{
    return s->inflate ? s->raw_offset - (s->raw_end - s->raw_begin) : s->position;
}

uint64_t ld_stream_file_bytes(const ld_stream *s)
{
    return s->size_known ? s->size_bytes : ld_stream_file_bytes_read(s);
}

bool ld_stream_left(const ld_stream *s, uint64_t *left_bytes)
{
    if (s->inflate || !s->size_known || s->position > s->size_bytes)
        return false;
    *left_bytes = s->size_bytes - s->position;
    return true;
}

const char *ld_stream_break(const ld_stream *s)
{
    return s->broken;
}

const char *ld_stream_break_here(const ld_stream *s)
{
    return s->broken && s->in_member && ld_stream_offset(s) == s->member_offset ? s->broken : NULL;
}

lede_status ld_stream_resume(ld_stream *s, lede_error *err)
{
    if (!s->inflate)
        return LEDE_OK;
    ld_stream_consume(s, s->end - s->begin);
    s->broken = NULL;
    s->in_member = false;
    if (s->raw_begin < s->raw_end)
        s->raw_begin++; /* never the same place twice */
    for (;;) {
        if (s->raw_end - s->raw_begin < 3)
            LD_TRY(read_raw(s, err));
        size_t at = ld_span_find(raw_span(s), LD_SPAN("\x1f\x8b\x08"));
        if (at != SIZE_MAX) {
            s->raw_begin += at;
            s->at_end = false;
            return LEDE_OK;
        }
        size_t left = s->raw_end - s->raw_begin;
        if (s->raw_at_end) {
            s->raw_begin = s->raw_end;
            s->at_end = true;
            return LEDE_OK;
        }
        s->raw_begin += left > 2 ? left - 2 : 0; /* the magic may be cut in two */
    }
}

/* Looks at the first bytes: when they are gzip, what was read becomes raw input. */
static lede_status begin_gzip(ld_stream *s, lede_error *err)
{
    ld_span head;
    LD_TRY(ld_stream_peek(s, 3, &head, err));
    if (!ld_is_gzip(head))
        return LEDE_OK;
    s->raw = ld_alloc(s->env, RAW_BYTES);
    if (!s->raw)
        return ld_error_nomem(err, RAW_BYTES);
    memcpy(s->raw, s->window, s->end); /* the first window is no larger than RAW_BYTES */
    s->raw_end = s->end;
    s->raw_offset = s->end;
    s->raw_at_end = s->at_end;
    s->end = 0;
    s->at_end = false;
    uint8_t *window =
        s->size_known ? ld_resize(s->env, s->window, s->capacity, MEMBER_BYTES) : s->window;
    if (!window)
        return ld_error_nomem(err, MEMBER_BYTES);
    s->capacity = s->size_known ? MEMBER_BYTES : s->capacity;
    s->window = window;
    return ld_inflate_new(s->env, LD_INFLATE_GZIP, &s->inflate, err);
}

lede_status ld_stream_open(const lede_env *env, const char *path, ld_stream **stream,
                           lede_error *err)
{
    *stream = NULL;
    ld_stream *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    s->file.handle = -1;
    lede_status status = LEDE_OK;
    bool standard_input = strcmp(path, "-") == 0;
    LD_TRY_OUT(
        ld_file_open(env, standard_input ? "/dev/stdin" : path, LEDE_OPEN_READ, &s->file, err));
    lede_file_info info;
    if (!standard_input && ld_path_info(env, path, true, &info, NULL) == LEDE_OK &&
        info.kind == LEDE_FILE_REGULAR) {
        s->size_known = true;
        s->size_bytes = info.size_bytes;
    }
    s->capacity = STEP_BYTES;
    while (s->size_known && s->capacity < s->size_bytes + STEP_BYTES && s->capacity < RAW_BYTES)
        s->capacity *= 2; /* most pages are read at once, and never moved */
    s->window = ld_alloc(env, s->capacity);
    if (!s->window) {
        status = ld_error_nomem(err, s->capacity);
        goto out;
    }
    LD_TRY_OUT(begin_gzip(s, err));
    *stream = s;
    return LEDE_OK;
out:
    ld_stream_close(s);
    return status;
}

void ld_stream_close(ld_stream *s)
{
    if (!s)
        return;
    ld_file_close(&s->file);
    ld_inflate_free(s->inflate);
    if (s->raw)
        ld_release(s->env, s->raw, RAW_BYTES);
    if (s->window)
        ld_release(s->env, s->window, s->capacity);
    ld_release(s->env, s, sizeof *s);
}
