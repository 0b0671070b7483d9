/*
 * Who a document is: the same key may come again with the same content (nothing happens), with
 * other content (a new version: the one with the greatest version order shows, ties go to the later
 * one, the others are superseded), or, where the key is explicit, with other content that replaces
 * all there was. Each key has at most one row that is neither deleted nor superseded.
 *
 * A key is looked up in the buffer and in every segment: one or two slots and one comparison each.
 * Most keys are new, so what this writer added is in a filter first (Bloom: Space/time trade-offs
 * in hash coding with allowable errors, CACM 13, 1970; four bits of one word, so that a key costs
 * one line of the cache): where it says no, only the segments that were there before are asked. It
 * is never emptied; with more keys than it is made for it lets more of them through. All memory
 * that marks will need is taken before the document goes in, so that marking cannot fail half-way.
 */
#include "index/writer_private.h"

static lede_status add_match(ld_index_writer *w, const ld_key_match *match, lede_error *err)
{
    LD_TRY(ld_grow(w->env, (void **)&w->matches, &w->match_capacity, w->match_count + 1,
                   sizeof *w->matches, SIZE_MAX / 64, err));
    w->matches[w->match_count++] = *match;
    return LEDE_OK;
}

static uint64_t filter_bits(uint64_t hash)
{
    return UINT64_C(1) << (hash & 63) | UINT64_C(1) << (hash >> 6 & 63) |
           UINT64_C(1) << (hash >> 12 & 63) | UINT64_C(1) << (hash >> 18 & 63);
}

static size_t filter_word(uint64_t hash)
{
    return (size_t)(hash >> 32) % LD_FILTER_WORDS;
}

/* False: neither the buffer nor a filtered segment has the key. */
static bool may_be_ours(const ld_index_writer *w, uint64_t hash)
{
    uint64_t bits = filter_bits(hash);
    return w->filter && (w->filter[filter_word(hash)] & bits) == bits;
}

static lede_status filter_prepare(ld_index_writer *w, lede_error *err)
{
    if (!w->filter)
        w->filter = ld_alloc_zero(w->env, LD_FILTER_BYTES);
    return w->filter ? LEDE_OK : ld_error_nomem(err, LD_FILTER_BYTES);
}

void ld_writer_filter_key(ld_index_writer *w, ld_span key)
{
    uint64_t hash = ld_key_hash(key);
    w->filter[filter_word(hash)] |= filter_bits(hash);
}

static bool is_same(const uint64_t *a, uint64_t b)
{
    return a && *a == b;
}

static lede_status find_in_buffer(ld_index_writer *w, ld_span key, uint64_t hash,
                                  const uint64_t *content_hash, bool *same, lede_error *err)
{
    for (size_t state = 0;;) {
        uint32_t doc = ld_row_buffer_find(&w->rows, key, hash, &state);
        if (doc == LD_DOC_END)
            return LEDE_OK;
        const ld_buffered_row *row = &w->rows.rows[doc];
        if (row->deleted)
            continue;
        *same |= is_same(content_hash, row->content_hash);
        ld_key_match match = {LD_ROW_IN_BUFFER, doc, row->superseded, row->version_order};
        LD_TRY(add_match(w, &match, err));
    }
}

static lede_status find_in_segment(ld_index_writer *w, uint32_t segment, ld_span key, uint64_t hash,
                                   const uint64_t *content_hash, bool *same, lede_error *err)
{
    ld_open_segment *s = &w->segments[segment]->open;
    for (uint32_t state = 0;;) {
        uint32_t doc;
        LD_TRY(ld_keys_find(&s->sidecars->keys, key, hash, &state, &doc, err));
        if (doc == LD_DOC_END)
            return LEDE_OK;
        if (ld_tombstones_is_deleted(&s->tombstones, doc))
            continue;
        ld_key_room room;
        ld_identity identity;
        LD_TRY(ld_keys_get(&s->sidecars->keys, doc, &room, &identity, err));
        *same |= is_same(content_hash, identity.content_hash);
        LD_TRY(ld_tombstones_prepare(&s->tombstones, err));
        ld_key_match match = {segment, doc, ld_tombstones_is_superseded(&s->tombstones, doc),
                              identity.version_order};
        LD_TRY(add_match(w, &match, err));
    }
}

lede_status ld_writer_find_key(ld_index_writer *w, ld_span key, const uint64_t *content_hash,
                               bool *same, lede_error *err)
{
    uint64_t hash = ld_key_hash(key);
    w->match_count = 0;
    *same = false;
    LD_TRY(filter_prepare(w, err));
    bool ours = may_be_ours(w, hash);
    if (ours)
        LD_TRY(find_in_buffer(w, key, hash, content_hash, same, err));
    for (uint32_t i = 0; i < w->segment_count; i++)
        if (ours || !w->segments[i]->filtered)
            LD_TRY(find_in_segment(w, i, key, hash, content_hash, same, err));
    return LEDE_OK;
}

lede_status ld_index_writer_find(const ld_index_writer *w, ld_span key, ld_held_row *row,
                                 lede_error *err)
{
    *row = (ld_held_row){0};
    uint64_t hash = ld_key_hash(key);
    uint32_t doc;
    bool ours = may_be_ours(w, hash);
    for (size_t state = 0;
         ours && (doc = ld_row_buffer_find(&w->rows, key, hash, &state)) != LD_DOC_END;) {
        const ld_buffered_row *r = &w->rows.rows[doc];
        if (!r->deleted && !r->superseded) {
            *row = (ld_held_row){true, r->content_hash, r->address_hash};
            return LEDE_OK;
        }
    }
    for (size_t i = 0; i < w->segment_count; i++) {
        const ld_open_segment *s = &w->segments[i]->open;
        for (uint32_t state = 0; ours || !w->segments[i]->filtered;) {
            LD_TRY(ld_keys_find(&s->sidecars->keys, key, hash, &state, &doc, err));
            if (doc == LD_DOC_END)
                break;
            if (ld_tombstones_is_deleted(&s->tombstones, doc) ||
                ld_tombstones_is_superseded(&s->tombstones, doc))
                continue;
            ld_key_room room;
            ld_identity found;
            LD_TRY(ld_keys_get(&s->sidecars->keys, doc, &room, &found, err));
            *row = (ld_held_row){true, found.content_hash, found.address_hash};
            return LEDE_OK;
        }
    }
    return LEDE_OK;
}

void ld_writer_delete_matches(ld_index_writer *w)
{
    for (size_t i = 0; i < w->match_count; i++) {
        const ld_key_match *m = &w->matches[i];
        if (m->segment == LD_ROW_IN_BUFFER) {
            w->rows.rows[m->doc].deleted = true;
            continue;
        }
        ld_tombstones_delete(&w->segments[m->segment]->open.tombstones, m->doc);
        w->segments[m->segment]->tombstones_changed = true;
    }
}

static void supersede(ld_index_writer *w, const ld_key_match *m)
{
    if (m->segment == LD_ROW_IN_BUFFER) {
        w->rows.rows[m->doc].superseded = true;
        return;
    }
    ld_tombstones_supersede(&w->segments[m->segment]->open.tombstones, m->doc);
    w->segments[m->segment]->tombstones_changed = true;
}

void ld_writer_add_version(ld_index_writer *w, uint32_t row)
{
    ld_buffered_row *added = &w->rows.rows[row];
    for (size_t i = 0; i < w->match_count; i++) {
        const ld_key_match *m = &w->matches[i];
        if (m->superseded)
            continue;
        if (added->version_order >= m->version_order)
            supersede(w, m);
        else
            added->superseded = true;
    }
}
