/*
 * "Where in this document?" (positions_format.h): the numbers that run parallel to the occurrences
 * of a block, positions and form ordinals.
 *
 *   posting `at` -> numbers [tf_before[at], tf_before[at + 1]) of the block -> one or two groups
 *
 * The sums of the frequencies are made once a block that has any above 1; groups before the wanted
 * one are skipped by their heads. The numbers of the last posting asked for are kept.
 */
#include "index/postings_private.h"

static uint64_t skip_load(const uint8_t *array, uint32_t width, uint32_t block)
{
    const uint8_t *at = array + (uint64_t)width * block;
    if (width == 8)
        return ld_load_u64(at);
    return ld_load_u32(at) & (width == 3 ? 0xffffffu : UINT32_MAX); /* the bounds are behind it */
}

#define PREFETCH_LINES 8u /* heads of the groups before the one wanted, mostly */

void ld_postings_positions_prefetch(const ld_postings *p, uint32_t block)
{
    const ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (c->is_pulsed || c->is_form_list || block >= c->block_count)
        return;
    uint64_t at = c->last_docs ? skip_load(c->positions_at, c->positions_width, block) : 0;
    ld_part_prefetch(&c->terms->positions, c->term.positions_offset + at, PREFETCH_LINES);
}

/* Sums of the frequencies: the kernel that makes documents of gaps adds 1 + gap, and a frequency
 * less one, as it is stored, is such a gap. */
static bool sums_ready(ld_postings_cursor *c)
{
    ld_postings_block *b = &c->b;
    if (b->sums_ready || !b->tf_data)
        return true;
    if (c->head.status != LEDE_OK ||
        !ld_postings_array(c, (void **)&b->tf_before,
                           (LD_POSTINGS_BLOCK + LD_POSTINGS_PAD) * sizeof *b->tf_before))
        return false;
    uint32_t *sums = b->tf_before, count = b->count;
    sums[0] = 0;
    if (ld_group_decode(b->tf_data, (size_t)(b->end - b->tf_data), count, sums + 1, NULL) == 0 ||
        c->kernels->docs(sums + 1, count, 1) > (uint64_t)count * LD_POSITIONS_MAX + 1) {
        ld_postings_corrupt(c, "postings", "the frequencies of a block are damaged");
        return false;
    }
    return b->sums_ready = true;
}

/* The numbers of postings [0, at) of the block at hand. */
static uint32_t numbers_before(const ld_postings_cursor *c, uint32_t at)
{
    return c->b.tf_data ? c->b.tf_before[at] : at;
}

/* Views the numbers of the block at hand. at: the skip table's array, NULL for a list of one. */
static bool stream_open(ld_postings_cursor *c, ld_stream_reader **reader, const ld_part *part,
                        const char *name, uint64_t offset, uint64_t bytes, const uint8_t *at,
                        uint32_t width)
{
    uint64_t from = 0, to = bytes;
    if (!sums_ready(c) || !ld_postings_array(c, (void **)reader, sizeof **reader))
        return false;
    if (c->last_docs) {
        from = skip_load(at, width, c->b.ordinal);
        if (c->b.ordinal + 1 < c->block_count)
            to = skip_load(at, width, c->b.ordinal + 1);
    }
    const uint8_t *view;
    if (from > to || to > bytes) {
        ld_postings_corrupt(c, name, "a block lies outside of its list");
        return false;
    }
    lede_status status = ld_part_view(part, offset + from, to - from, &view, &c->head.error);
    if (status != LEDE_OK) {
        ld_postings_fail(c, status);
        return false;
    }
    uint32_t total = numbers_before(c, c->b.count); /* a group of numbers takes a byte or more */
    if (to > from && total / LD_POSITIONS_GROUP > to - from) {
        ld_postings_corrupt(c, name, "a block is too short for its numbers");
        return false;
    }
    ld_stream_reader_begin(*reader, view, (size_t)(to - from), total);
    return true;
}

static bool room(ld_postings_cursor *c, void **items, size_t *capacity, size_t tf,
                 size_t item_bytes)
{
    if (*capacity >= tf)
        return true;
    size_t count = tf < 32 ? 32 : tf + tf / 2;
    *items = NULL;
    *capacity = 0;
    if (!ld_postings_array(c, items, count * item_bytes))
        return false;
    *capacity = count;
    return true;
}

/* Distances to positions; false where the last is too large. May be done in place. */
static inline bool positions_apply(const uint32_t *distances, uint32_t tf, uint32_t *positions)
{
    uint64_t next = 0; /* below 2^20 * 2^32 */
    for (uint32_t i = 0; i < tf; i++) {
        next += distances[i];
        positions[i] = (uint32_t)next++;
    }
    return next <= LD_POSITIONS_MAX;
}

/* The numbers of a posting, mostly in one group, where they are read without a copy. */
static bool positions_fill(ld_postings_cursor *c, uint32_t first, uint32_t tf)
{
    const uint32_t *distances = ld_stream_reader_view(c->b.positions, first, tf);
    if (distances)
        return positions_apply(distances, tf, c->positions);
    return ld_stream_reader_get(c->b.positions, first, tf, c->positions) &&
           positions_apply(c->positions, tf, c->positions);
}

static bool positions_open(ld_postings_cursor *c)
{
    ld_postings_block *b = &c->b;
    if (!b->positions_open)
        b->positions_open = stream_open(c, &b->positions, &c->terms->positions, "positions",
                                        c->term.positions_offset, c->term.positions_bytes,
                                        c->positions_at, c->positions_width);
    return b->positions_open;
}

uint32_t ld_postings_block_numbers(ld_postings *p, uint32_t first, uint32_t count,
                                   const uint32_t **numbers)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    *numbers = NULL;
    if (p->status != LEDE_OK || c->is_form_list || c->is_pulsed || !positions_open(c))
        return 0;
    uint32_t in_group = LD_POSITIONS_GROUP - first % LD_POSITIONS_GROUP;
    count = count < in_group ? count : in_group;
    *numbers = ld_stream_reader_view(c->b.positions, first, count);
    if (*numbers)
        return count;
    ld_postings_corrupt(c, "positions", "the positions of a block are damaged");
    return 0;
}

const uint32_t *ld_postings_block_positions(ld_postings *p, uint32_t at, uint32_t *tf)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    ld_postings_block *b = &c->b;
    *tf = 0;
    if (p->status != LEDE_OK || c->is_form_list || at >= b->count)
        return NULL;
    if (c->is_pulsed) {
        *tf = (uint32_t)c->term.total_tf;
        return c->term.pulsed.positions;
    }
    if (!positions_open(c))
        return NULL;
    uint32_t first = numbers_before(c, at);
    *tf = numbers_before(c, at + 1) - first;
    if (c->positions_of == at)
        return c->positions;
    if (!room(c, (void **)&c->positions, &c->positions_capacity, *tf, sizeof *c->positions))
        return NULL;
    if (!positions_fill(c, first, *tf)) {
        ld_postings_corrupt(c, "positions", "the positions of a block are damaged");
        return NULL;
    }
    c->positions_of = at;
    return c->positions;
}

/* Ordinals as they come from a block, a group at a time, narrowed and tested. */
static bool forms_fill(ld_postings_cursor *c, uint32_t first, uint32_t tf)
{
    uint32_t values[LD_POSITIONS_GROUP];
    for (uint32_t done = 0; done < tf;) {
        uint32_t n = tf - done < LD_POSITIONS_GROUP ? tf - done : LD_POSITIONS_GROUP;
        if (!ld_stream_reader_get(c->b.forms, first + done, n, values))
            return false;
        for (uint32_t i = 0; i < n; i++) {
            if (values[i] >= c->term.form_count)
                return false;
            c->forms[done + i] = (uint16_t)values[i];
        }
        done += n;
    }
    return true;
}

const uint16_t *ld_postings_block_forms(ld_postings_cursor *c, uint32_t at, uint32_t *tf)
{
    ld_postings_block *b = &c->b;
    *tf = 0;
    if (c->head.status != LEDE_OK || c->is_form_list || at >= b->count)
        return NULL;
    if (c->is_pulsed) {
        *tf = (uint32_t)c->term.total_tf;
        return c->term.pulsed.forms;
    }
    if (!sums_ready(c))
        return NULL;
    uint32_t first = numbers_before(c, at);
    *tf = numbers_before(c, at + 1) - first;
    if (c->forms_of == at)
        return c->forms;
    if (!room(c, (void **)&c->forms, &c->forms_capacity, *tf, sizeof *c->forms))
        return NULL;
    bool read = c->term.form_count > 1 && c->term.forms_bytes > 0;
    if (read && !b->forms_open &&
        !stream_open(c, &b->forms, &c->terms->forms, "forms", c->term.forms_offset,
                     c->term.forms_bytes, c->forms_at, c->forms_width))
        return NULL;
    b->forms_open = read;
    if (!read || b->forms->bytes == 0) {
        memset(c->forms, 0, *tf * sizeof *c->forms);
    } else if (!forms_fill(c, first, *tf)) {
        ld_postings_corrupt(c, "forms", "the form ordinals of a block are damaged");
        return NULL;
    }
    c->forms_of = at;
    return c->forms;
}
