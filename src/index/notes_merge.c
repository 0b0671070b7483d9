/*
 * Notes of several segments as one stream: the least key first, and of one key the segments in
 * their order, which is the order of the new numbers. Where the merge gives its documents another
 * order the notes of a key are gathered and sorted by their new numbers first, in scratch space.
 */
#include "index/notes.h"
#include "index/notes_format.h"
#include "index/sorter.h"
#include "index/writer_private.h"

/* Moves on to a note whose document stays. */
static lede_status settle(const ld_merge *m, uint32_t source, ld_notes_cursor *c, lede_error *err)
{
    while (c->doc != LD_DOC_END && ld_doc_map_get(&m->maps[source], c->doc) == LD_DOC_END)
        LD_TRY(ld_notes_next(c, err));
    return LEDE_OK;
}

/* The source whose note comes next: the least key, the first of the sources that stand on it. */
static uint32_t least_source(const ld_merge *m, const ld_notes_cursor *cursors)
{
    uint32_t least = m->count;
    for (uint32_t s = 0; s < m->count; s++)
        if (cursors[s].doc != LD_DOC_END &&
            (least == m->count || ld_span_compare(cursors[s].key, cursors[least].key) < 0))
            least = s;
    return least;
}

static lede_status write_all(const ld_merge *m, ld_notes_cursor *cursors, ld_notes_writer *w,
                             lede_error *err)
{
    for (;;) {
        uint32_t least = least_source(m, cursors);
        if (least == m->count)
            return LEDE_OK;
        ld_notes_cursor *c = &cursors[least];
        LD_TRY(
            ld_notes_writer_add(w, c->key, ld_doc_map_get(&m->maps[least], c->doc), c->value, err));
        LD_TRY(ld_notes_next(c, err));
        LD_TRY(settle(m, least, c, err));
    }
}

/* The notes of one key, gathered: items of the sorter are new number << 32 | ordinal. */
typedef struct gathering {
    ld_sorter sorter;
    ld_scratch places; /* u64 by ordinal: offset in values << 16 | bytes */
    ld_scratch values;
    uint32_t count;
} gathering;

static lede_status gather(const ld_merge *m, ld_notes_cursor *cursors, ld_span key, gathering *g,
                          lede_error *err)
{
    for (;;) {
        uint32_t least = least_source(m, cursors);
        if (least == m->count || !ld_span_equal(cursors[least].key, key))
            return LEDE_OK;
        ld_notes_cursor *c = &cursors[least];
        if (c->value.bytes > UINT16_MAX || g->count == UINT32_MAX)
            return LD_FAIL(err, LEDE_E_LIMIT, "a note of an article is too long to be merged");
        uint64_t doc = ld_doc_map_get(&m->maps[least], c->doc);
        uint64_t place = ld_scratch_bytes(&g->values) << 16 | c->value.bytes;
        LD_TRY(ld_sorter_add(&g->sorter, doc << 32 | g->count++, err));
        ld_scratch_add(&g->places, &place, sizeof place);
        ld_scratch_add(&g->values, c->value.data, c->value.bytes);
        LD_TRY(ld_notes_next(c, err));
        LD_TRY(settle(m, least, c, err));
    }
}

static lede_status write_gathered(gathering *g, ld_span key, ld_notes_writer *w, lede_error *err)
{
    const uint8_t *places, *values;
    uint64_t item;
    LD_TRY(ld_scratch_seal(&g->places, &places, err));
    LD_TRY(ld_scratch_seal(&g->values, &values, err));
    LD_TRY(ld_sorter_sort(&g->sorter, err));
    while (ld_sorter_next(&g->sorter, &item)) {
        uint64_t place = ld_load_u64(places + 8ull * (uint32_t)item);
        ld_span value = ld_span_of((const char *)values + (place >> 16), (size_t)(place & 65535));
        LD_TRY(ld_notes_writer_add(w, key, (uint32_t)(item >> 32), value, err));
    }
    return LEDE_OK;
}

static lede_status write_sorted(const ld_merge *m, ld_notes_cursor *cursors, ld_segment_writer *out,
                                ld_notes_writer *w, lede_error *err)
{
    lede_status status = LEDE_OK;
    while (status == LEDE_OK) {
        uint32_t least = least_source(m, cursors);
        char room[LD_NOTE_KEY_BYTES_MAX];
        if (least == m->count)
            return LEDE_OK;
        ld_span key = ld_span_of(room, cursors[least].key.bytes);
        memcpy(room, cursors[least].key.data, key.bytes);
        gathering g = {.count = 0};
        ld_sorter_init(&g.sorter, out);
        ld_scratch_init(&g.places, out);
        ld_scratch_init(&g.values, out);
        status = gather(m, cursors, key, &g, err);
        if (status == LEDE_OK)
            status = write_gathered(&g, key, w, err);
        ld_sorter_release(&g.sorter);
        ld_scratch_release(&g.places);
        ld_scratch_release(&g.values);
    }
    return status;
}

lede_status ld_merge_notes(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    ld_notes_cursor *cursors = ld_alloc_array(m->env, m->count, sizeof *cursors);
    if (!cursors)
        return ld_error_nomem(err, m->count * sizeof *cursors);
    ld_notes_writer w;
    lede_status status = ld_notes_writer_init(&w, out, err);
    for (uint32_t s = 0; status == LEDE_OK && s < m->count; s++) {
        status = ld_notes_seek(&m->sources[s]->open.sidecars->notes, (ld_span){NULL, 0},
                               &cursors[s], err);
        if (status == LEDE_OK)
            status = settle(m, s, &cursors[s], err);
    }
    if (status == LEDE_OK)
        status = m->order.old_of ? write_sorted(m, cursors, out, &w, err)
                                 : write_all(m, cursors, &w, err);
    if (status == LEDE_OK)
        status = ld_notes_writer_finish(&w, m->docs, err);
    ld_notes_writer_release(&w);
    ld_release(m->env, cursors, m->count * sizeof *cursors);
    return status;
}
