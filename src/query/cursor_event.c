/*
 * Documents whose text speaks of a day: event:2015-11-13.
 *
 * NOTES keeps an interval of days a key, ascending by its first day. All keys that begin not after
 * the asked days are looked at, those that end before them are passed over whole, and the documents
 * of the others become a bit set. A segment has some thousands of distinct intervals.
 */
#include "codec/bitset.h"
#include "index/sidecars.h"
#include "news/notes.h"
#include "query/ast.h"
#include "query/cursor.h"

#define DAY_MS 86400000ll

typedef struct event_cursor {
    ld_cursor base;
    uint64_t *docs; /* bit set */
} event_cursor;

static int64_t day_of(int64_t utc_ms)
{
    return utc_ms / DAY_MS - (utc_ms % DAY_MS < 0);
}

static uint32_t event_seek(ld_cursor *c, uint32_t target)
{
    const event_cursor *e = (const event_cursor *)c;
    uint32_t docs = c->x->view->docs;
    for (uint32_t word = target / 64; target < docs && word <= (docs - 1) / 64; word++) {
        uint64_t bits = e->docs[word];
        if (word == target / 64)
            bits &= UINT64_MAX << (target % 64);
        if (bits)
            return c->doc = word * 64 + (uint32_t)__builtin_ctzll(bits);
    }
    return c->doc = LD_DOC_END;
}

static uint32_t event_next(ld_cursor *c)
{
    return event_seek(c, c->doc + 1);
}

static lede_status collect(event_cursor *e, int64_t low, int64_t high, lede_error *err)
{
    static const char first_key[] = {LD_NOTE_EVENT};
    ld_notes_cursor n;
    LD_TRY(ld_notes_seek(&e->base.x->view->sidecars->notes, ld_span_of(first_key, sizeof first_key),
                         &n, err));
    while (n.doc != LD_DOC_END && n.key.data[0] == LD_NOTE_EVENT) {
        int32_t first, last;
        if (!ld_note_event_days(n.key, &first, &last))
            return ld_error_corrupt(err, ld_segment_path(e->base.x->view->segment),
                                    n.notes->rows.part.offset, "a note of an event has no days");
        if (first > high || ld_cursor_stopped(&e->base))
            return LEDE_OK;
        if (last >= low && !ld_bitset_test(e->docs, n.doc)) {
            ld_bitset_set(e->docs, n.doc);
            e->base.cost++;
        } else if (last < low) {
            n.reader.at = n.reader.bytes; /* the rest of the row says the same */
        }
        LD_TRY(ld_notes_next(&n, err));
    }
    return LEDE_OK;
}

ld_cursor *ld_cursor_event(ld_execution *x, const ld_ast_node *filter)
{
    static const ld_cursor_ops ops = {.next = event_next, .seek = event_seek};
    event_cursor *e = ld_cursor_make(x, sizeof *e, &ops);
    lede_error err = {0};
    if (!e)
        return NULL;
    e->docs = ld_arena_alloc_zero(x->arena, ((size_t)x->view->docs / 64 + 1) * 8);
    if (!e->docs) {
        ld_cursor_nomem(&e->base);
        return NULL;
    }
    lede_status status = collect(e, day_of(filter->low), day_of(filter->high), &err);
    if (status != LEDE_OK) {
        ld_cursor_fail(&e->base, status, &err);
        return NULL;
    }
    if (!x->stopped)
        event_seek(&e->base, 0);
    return &e->base;
}
