/*
 * "What is in this block?" (postings_format.h): documents, frequencies and classes of the block at
 * hand, each decoded when first asked for.
 *
 *   load        the heads of its groups tell where documents, frequencies and classes begin
 *   docs        unpack the gaps, add them up
 *   tfs         unpack; prefix sums where positions are asked for
 *   t           weight_body * tf, then the flagged postings over it
 *
 * A load costs a view of the part and two heads. What damage can do is met where it is decoded:
 * documents leave the segment or miss the last one the skip table tells, frequencies pass
 * LD_POSITIONS_MAX, classes count more than the frequency. Then the cursor fails.
 */
#include "codec/varint.h"
#include "index/postings_private.h"

/* ---- finding ---- */

uint32_t ld_postings_block_count(const ld_postings *p)
{
    return ld_postings_cursor_of(p)->block_count;
}

uint32_t ld_postings_block_last(const ld_postings *p, uint32_t block)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (c->head.status != LEDE_OK || block >= c->block_count)
        return LD_DOC_END;
    if (c->last_docs)
        return ld_postings_last_doc(c, block);
    if (!ld_postings_block_load(&c->head, 0) || !ld_postings_docs_ready(c))
        return LD_DOC_END;
    return c->b.docs[c->b.count - 1];
}

uint8_t ld_postings_block_bound(const ld_postings *p, uint32_t block)
{
    const ld_postings_cursor *c = ld_postings_cursor_of(p);
    return c->bounds && block < c->block_count ? c->bounds[block] : UINT8_MAX;
}

uint8_t ld_postings_bound(const ld_postings *p)
{
    const ld_postings_cursor *c = ld_postings_cursor_of(p);
    return c->bounds ? c->bounds[c->block_count] : UINT8_MAX;
}

uint16_t ld_postings_kth_best(const ld_postings *p, int which)
{
    const ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (!c->bounds || !ld_postings_keeps_best(c) || which < 0 || which >= LD_KTH_BEST_COUNT)
        return 0;
    return ld_load_u16(c->bounds + c->block_count + 1 + 2 * which);
}

#define FIND_AT_ONCE 8u

uint32_t ld_postings_find_block(const ld_postings_cursor *c, uint32_t from, uint32_t target)
{
    uint32_t low = from, step = FIND_AT_ONCE;
    if (low >= c->block_count)
        return c->block_count;
    if (c->block_count - low >= FIND_AT_ONCE) { /* mostly near; counted, as a branch a step is
                                                   guessed wrong where the steps end */
        uint32_t below = 0;
        for (uint32_t i = 0; i < FIND_AT_ONCE; i++)
            below += ld_postings_last_doc(c, low + i) < target;
        if (below < FIND_AT_ONCE)
            return low + below;
    }
    if (ld_postings_last_doc(c, low) >= target)
        return low;
    while (step < c->block_count - low && ld_postings_last_doc(c, low + step) < target) {
        low += step;
        step *= 2;
    }
    uint32_t high = step < c->block_count - low ? low + step : c->block_count;
    for (low++; low < high;) {
        uint32_t middle = low + (high - low) / 2;
        if (ld_postings_last_doc(c, middle) < target)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t ld_postings_block_find(const ld_postings *p, uint32_t from, uint32_t target)
{
    const ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (c->last_docs)
        return ld_postings_find_block(c, from, target);
    return from == 0 && ld_postings_block_last(p, 0) >= target ? 0 : c->block_count;
}

#define PREFETCH_LINES 4u /* most blocks of documents and frequencies */

void ld_postings_block_prefetch(const ld_postings *p, uint32_t block)
{
    const ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (c->is_pulsed || block >= c->block_count)
        return;
    uint64_t at = c->last_docs ? ld_load_u32(c->blocks_at + 4ull * block) : 0;
    ld_part_prefetch(&c->terms->postings, c->region + at, PREFETCH_LINES);
}

/* ---- loading ---- */

static void block_begin(ld_postings_block *b, uint32_t ordinal, uint32_t count)
{
    b->ordinal = ordinal;
    b->count = count;
    b->docs_ready = b->tfs_ready = b->classes_ready = b->t_ready = b->sums_ready = false;
    b->positions_open = b->forms_open = false;
    b->tf_data = b->class_data = b->words = NULL;
}

static bool block_load_pulsed(ld_postings_cursor *c)
{
    ld_postings_block *b = &c->b;
    size_t bytes = LD_POSTINGS_PAD * sizeof *b->docs;
    if (!ld_postings_array(c, (void **)&b->docs, bytes) ||
        !ld_postings_array(c, (void **)&b->tfs, bytes))
        return false;
    block_begin(b, 0, 1);
    memset(b->docs, 0xff, bytes);
    memset(b->tfs, 0, bytes);
    b->docs[0] = c->term.pulsed.doc;
    b->tfs[0] = (uint32_t)c->term.total_tf;
    b->docs_ready = b->tfs_ready = true;
    return true;
}

/* Where a block stands in POSTINGS and at most how long it is; false where it cannot. */
static bool block_window(const ld_postings_cursor *c, uint32_t block, uint64_t *offset,
                         uint64_t *bytes)
{
    uint64_t at = 0, left = c->only_block_bytes;
    if (c->last_docs) {
        at = ld_load_u32(c->blocks_at + 4ull * block);
        if (at >= c->region_bytes)
            return false;
        left = c->region_bytes - at;
    }
    *offset = c->region + at;
    *bytes = left < LD_POSTINGS_BLOCK_BYTES_MAX ? left : LD_POSTINGS_BLOCK_BYTES_MAX;
    return true;
}

/* Views the block's bit set and tests its ends; how many bits are set is tested where they become
 * numbers (bits_counted): sets that are only joined are read once. Its length, 0 where it is
 * damaged. */
static size_t bits_view(const ld_postings_cursor *c, ld_postings_block *b)
{
    size_t left = (size_t)(b->end - b->data);
    uint32_t word_count = left < 2 ? 0 : b->data[1], base = b->next / 64 * 64;
    const uint8_t *words = b->data + 2;
    if (word_count == 0 || word_count > LD_POSTINGS_WORDS_MAX || left < 2 + 8ull * word_count)
        return 0;
    uint64_t first = ld_load_u64(words), last = ld_load_u64(words + 8ull * (word_count - 1));
    if (last == 0 ||
        (first & ((UINT64_C(1) << b->next % 64) - 1)) != 0) /* a document before the first */
        return 0;
    uint64_t last_doc = base + 64ull * word_count - 1 - (uint32_t)__builtin_clzll(last);
    if (last_doc >= c->terms->docs ||
        (c->last_docs && last_doc != ld_postings_last_doc(c, b->ordinal)))
        return 0;
    b->words = words;
    b->word_count = word_count;
    b->base = base;
    return 2 + 8ull * word_count;
}

/* Whether the bit set has as many documents as the block. */
static bool bits_counted(const ld_postings_cursor *c)
{
    const ld_postings_block *b = &c->b;
    uint64_t aligned[LD_POSTINGS_WORDS_MAX];
    memcpy(aligned, b->words, 8ull * b->word_count);
    return c->kernels->popcount(aligned, b->word_count) == b->count;
}

/* Reads the heads: where the frequencies and classes are. */
static bool block_parse(const ld_postings_cursor *c, ld_postings_block *b)
{
    size_t left = (size_t)(b->end - b->data);
    if (left == 0)
        return false;
    uint32_t marks = b->data[0] >> LD_GROUP_MARK_SHIFT;
    size_t length = (b->data[0] & LD_GROUP_ESCAPE) == LD_GROUP_ESCAPE
                        ? bits_view(c, b)
                        : ld_group_skip(b->data, left, b->count, NULL);
    const uint8_t *at = b->data + length;
    left -= length;
    if (length == 0)
        return false;
    if (marks & LD_POSTINGS_HAS_TF) {
        b->tf_data = at;
        length = ld_group_skip(at, left, b->count, NULL);
        at += length;
        if (length == 0)
            return false;
    }
    if (marks & LD_POSTINGS_HAS_CLASSES && !c->is_form_list)
        b->class_data = at;
    return true;
}

/* Whether the table's neighbours of a block let it follow, or come before, the one at hand. */
static bool block_ascends(const ld_postings_cursor *c, uint32_t block, uint32_t next)
{
    if (block > 0 && (next == 0 || next >= c->terms->docs))
        return false;
    if (c->b.ordinal == UINT32_MAX || !c->last_docs)
        return true;
    return block > c->b.ordinal ? next > ld_postings_last_doc(c, c->b.ordinal)
                                : ld_postings_last_doc(c, block) < c->b.next;
}

bool ld_postings_block_load(ld_postings *p, uint32_t block)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (p->status != LEDE_OK || block >= c->block_count)
        return false;
    if (block == c->b.ordinal)
        return true;
    c->positions_of = c->forms_of = UINT32_MAX;
    if (c->is_pulsed)
        return block_load_pulsed(c);
    uint32_t next = block > 0 ? ld_postings_last_doc(c, block - 1) + 1 : 0;
    if (!block_ascends(c, block, next)) {
        ld_postings_corrupt(c, "postings", "a skip table does not ascend");
        return false;
    }
    uint64_t offset, bytes;
    if (!block_window(c, block, &offset, &bytes)) {
        ld_postings_corrupt(c, "postings", "a block lies outside of its list");
        return false;
    }
    lede_status status =
        ld_part_view(&c->terms->postings, offset, bytes, &c->b.data, &c->head.error);
    if (status != LEDE_OK) {
        ld_postings_fail(c, status);
        return false;
    }
    bool last = block + 1 == c->block_count;
    block_begin(&c->b, block, last ? c->head.df - block * LD_POSTINGS_BLOCK : LD_POSTINGS_BLOCK);
    c->b.next = next;
    c->b.end = c->b.data + bytes;
    if (!block_parse(c, &c->b)) {
        ld_postings_corrupt(c, "postings", "a block is damaged");
        return false;
    }
    return true;
}

uint32_t ld_postings_block_size(const ld_postings *p)
{
    return ld_postings_cursor_of(p)->b.count;
}

/* ---- documents ---- */

/* False where a document is not in the segment, or the last is not the one the table says. */
static bool docs_of_gaps(const ld_postings_cursor *c)
{
    const ld_postings_block *b = &c->b;
    if (ld_group_decode(b->data, (size_t)(b->end - b->data), b->count, b->docs, NULL) == 0)
        return false;
    uint64_t end = c->kernels->docs(b->docs, b->count, b->next);
    return end <= c->terms->docs &&
           (!c->last_docs || end - 1 == ld_postings_last_doc(c, b->ordinal));
}

bool ld_postings_docs_ready(ld_postings_cursor *c)
{
    ld_postings_block *b = &c->b;
    if (b->docs_ready)
        return true;
    if (c->head.status != LEDE_OK || b->count == 0 ||
        !ld_postings_array(c, (void **)&b->docs,
                           (LD_POSTINGS_BLOCK + LD_POSTINGS_PAD) * sizeof *b->docs))
        return false;
    if (b->words ? !bits_counted(c) : !docs_of_gaps(c)) {
        ld_postings_corrupt(c, "postings", "a block is damaged");
        return false;
    }
    if (b->words)
        c->kernels->bits_to_docs(b->words, b->word_count, b->base, b->docs);
    for (uint32_t i = b->count; i % LD_POSTINGS_PAD; i++)
        b->docs[i] = UINT32_MAX;
    return b->docs_ready = true;
}

const uint32_t *ld_postings_block_docs(ld_postings *p)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    return ld_postings_docs_ready(c) ? c->b.docs : NULL;
}

bool ld_postings_block_bits(ld_postings *p, const uint8_t **words, uint32_t *word_count,
                            uint32_t *base)
{
    const ld_postings_block *b = &ld_postings_cursor_of(p)->b;
    *words = b->words;
    *word_count = b->word_count;
    *base = b->base;
    return b->words != NULL;
}

bool ld_postings_block_rank_fits(ld_postings *p, uint32_t rank)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (rank < c->b.count)
        return true;
    ld_postings_corrupt(c, "postings", "a block is damaged");
    return false;
}

/* ---- frequencies ---- */

static bool tfs_decode(ld_postings_block *b)
{
    uint32_t *tfs = b->tfs, count = b->count, all = 0;
    if (ld_group_decode(b->tf_data, (size_t)(b->end - b->tf_data), count, tfs, NULL) == 0)
        return false;
    for (uint32_t i = 0; i < count; i++)
        all |= tfs[i]++;
    for (uint32_t i = count; i % LD_POSTINGS_PAD; i++)
        tfs[i] = 0;
    return all < LD_POSITIONS_MAX; /* a power of two */
}

bool ld_postings_tfs_ready(ld_postings_cursor *c)
{
    ld_postings_block *b = &c->b;
    if (b->tfs_ready)
        return true;
    if (c->head.status != LEDE_OK || b->count == 0 ||
        !ld_postings_array(c, (void **)&b->tfs, LD_POSTINGS_BLOCK * sizeof *b->tfs))
        return false;
    if (!b->tf_data) {
        for (uint32_t i = 0; i < LD_POSTINGS_BLOCK; i++)
            b->tfs[i] = 1;
    } else if (!tfs_decode(b)) {
        ld_postings_corrupt(c, "postings", "the frequencies of a block are damaged");
        return false;
    }
    return b->tfs_ready = true;
}

const uint32_t *ld_postings_block_tfs(ld_postings *p)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (c->is_pulsed ? c->term.total_tf == 1 : !c->b.tf_data)
        return NULL;
    return ld_postings_tfs_ready(c) ? c->b.tfs : NULL;
}

#define PICK_MAX 12u /* postings of a block up to which they are read one by one */

const uint32_t *ld_postings_block_tfs_at(ld_postings *p, const uint16_t *at, uint32_t count,
                                         uint32_t *room)
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    const ld_postings_block *b = &c->b;
    uint32_t all = 0;
    if (b->tfs_ready || !b->tf_data || count > PICK_MAX || c->head.status != LEDE_OK) {
        const uint32_t *tfs = ld_postings_block_tfs(p);
        for (uint32_t i = 0; tfs && i < count; i++)
            room[i] = tfs[at[i]];
        return tfs ? room : NULL;
    }
    bool whole =
        ld_group_pick(b->tf_data, (size_t)(b->end - b->tf_data), b->count, at, count, room);
    for (uint32_t i = 0; whole && i < count; i++)
        all |= room[i]++;
    if (whole && all < LD_POSITIONS_MAX)
        return room;
    ld_postings_corrupt(c, "postings", "the frequencies of a block are damaged");
    return NULL;
}

/* ---- classes ---- */

bool ld_postings_block_has_classes(ld_postings *p)
{
    const ld_postings_cursor *c = ld_postings_cursor_of(p);
    if (c->is_pulsed)
        return c->term.pulsed.class_tf[LD_CLASS_BODY] != c->term.total_tf;
    return c->b.class_data != NULL;
}

static bool class_code_read(const ld_terms *terms, uint32_t code, const uint8_t **at,
                            const uint8_t *end, uint32_t out[LD_CLASS_FLAGGED])
{
    if (code == LD_CLASS_ESCAPE) {
        for (uint32_t i = 0; i < LD_CLASS_FLAGGED; i++) {
            if (!ld_varint_decode_u32(at, end, &out[i]) || out[i] > LD_POSITIONS_MAX)
                return false;
        }
        return true;
    }
    if (code >= terms->class_code_count)
        return false;
    const uint8_t *triple = terms->class_codes + (size_t)code * LD_CLASS_CODE_BYTES;
    for (uint32_t i = 0; i < LD_CLASS_FLAGGED; i++)
        out[i] = ld_load_u16(triple + 2 * i);
    return true;
}

static bool classes_decode(const ld_postings_cursor *c)
{
    const ld_postings_block *b = &c->b;
    ld_postings_block_classes *k = b->classes;
    const uint8_t *at = b->class_data, *end = b->end;
    uint32_t values[LD_POSTINGS_BLOCK];
    if (at == end)
        return false;
    uint32_t count = *at++ + 1u, next = 0;
    size_t length = ld_group_decode(at, (size_t)(end - at), count, values, NULL);
    if (count > b->count || length == 0)
        return false;
    at += length;
    for (uint32_t i = 0; i < count; i++) {
        if (values[i] >= b->count || next + values[i] >= b->count)
            return false;
        k->flagged_at[i] = (uint8_t)(next + values[i]);
        next += values[i] + 1;
    }
    length = ld_group_decode(at, (size_t)(end - at), count, values, NULL);
    if (length == 0)
        return false;
    at += length;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t *tf = k->tf[i];
        if (!class_code_read(c->terms, values[i], &at, end, k->tf[i]) ||
            tf[0] + tf[1] + tf[2] > b->tfs[k->flagged_at[i]])
            return false;
    }
    k->count = count;
    return true;
}

/* The flagged posting of a pulsed term. */
static void classes_of_pulsed(const ld_postings_cursor *c, ld_postings_block_classes *k)
{
    const uint8_t *tf = c->term.pulsed.class_tf;
    k->count = 1;
    k->flagged_at[0] = 0;
    k->tf[0][0] = tf[LD_CLASS_HEAD];
    k->tf[0][1] = tf[LD_CLASS_LEAD];
    k->tf[0][2] = tf[LD_CLASS_ASIDE];
}

bool ld_postings_classes_ready(ld_postings_cursor *c)
{
    ld_postings_block *b = &c->b;
    if (b->classes_ready)
        return true;
    size_t bytes = c->is_pulsed ? offsetof(ld_postings_block_classes, tf[1]) : sizeof *b->classes;
    if (!ld_postings_tfs_ready(c) || !ld_postings_array(c, (void **)&b->classes, bytes))
        return false;
    if (c->is_pulsed) {
        classes_of_pulsed(c, b->classes);
    } else if (!classes_decode(c)) {
        ld_postings_corrupt(c, "postings", "the class frequencies of a block are damaged");
        return false;
    }
    return b->classes_ready = true;
}

/* ---- weighted frequencies ---- */

static void t_fill(ld_postings_block *b, const float weights[LD_CLASS_COUNT], bool has_classes)
{
    const int32_t *tfs = (const int32_t *)b->tfs; /* signed: one instruction to convert */
    float *t = b->t, body_weight = weights[LD_CLASS_BODY];
    uint32_t count = b->count;
    for (uint32_t i = 0; i < count; i++)
        t[i] = body_weight * (float)tfs[i];
    for (uint32_t i = count; i % LD_POSTINGS_PAD; i++)
        t[i] = 0;
    for (uint32_t i = 0; has_classes && i < b->classes->count; i++) {
        uint32_t at = b->classes->flagged_at[i];
        const uint32_t *tf = b->classes->tf[i];
        uint32_t class_tf[LD_CLASS_COUNT] = {[LD_CLASS_HEAD] = tf[0],
                                             [LD_CLASS_LEAD] = tf[1],
                                             [LD_CLASS_ASIDE] = tf[2],
                                             [LD_CLASS_BODY] = b->tfs[at] - tf[0] - tf[1] - tf[2]};
        t[at] = ld_weighted_tf(weights, class_tf);
    }
}

const float *ld_postings_block_t(ld_postings *p, const float weights[LD_CLASS_COUNT])
{
    ld_postings_cursor *c = ld_postings_cursor_of(p);
    ld_postings_block *b = &c->b;
    if (b->t_ready && memcmp(b->t_weights, weights, sizeof b->t_weights) == 0)
        return b->t;
    bool has_classes = ld_postings_block_has_classes(p);
    size_t count = c->is_pulsed ? LD_POSTINGS_PAD : LD_POSTINGS_BLOCK;
    if (!ld_postings_tfs_ready(c) || (has_classes && !ld_postings_classes_ready(c)) ||
        !ld_postings_array(c, (void **)&b->t, count * sizeof *b->t))
        return NULL;
    t_fill(b, weights, has_classes);
    memcpy(b->t_weights, weights, sizeof b->t_weights);
    b->t_ready = true;
    return b->t;
}
