/*
 * Postings become blocks and a skip table (postings_format.h).
 *
 * Bounds. Each block keeps two pairs (T, L) such that every posting has T <= t[i] and length >=
 * length_code[i] for one of them. The postings' Pareto front (most T, least length) is walked from
 * the highest T down; it is cut in two where the larger of the two scores, at a plain K, is least.
 * Any cut is right; the choice only sharpens the bound. Compare Grand, Muir, Ferenczi, Lin: From
 * MaxScore to Block-Max WAND, ECIR 2020 (competitive impacts).
 */
#include "index/postings_write.h"

void ld_class_codes_write(const ld_class_codes *c, ld_part_writer *part)
{
    ld_part_write(part, c->codes, (size_t)c->count * LD_CLASS_CODE_BYTES);
}

/* The code of a triple, a new one while there is room, LD_CLASS_ESCAPE otherwise. */
static uint32_t class_code(ld_class_codes *c, const uint32_t triple[LD_CLASS_FLAGGED])
{
    if (triple[0] > UINT16_MAX || triple[1] > UINT16_MAX || triple[2] > UINT16_MAX)
        return LD_CLASS_ESCAPE;
    uint32_t slot = (triple[0] * 31u + triple[1] * 7u + triple[2] * 131u) % sizeof c->slots;
    for (; c->slots[slot] != 0; slot = (slot + 1) % sizeof c->slots) {
        const uint16_t *known = c->codes[c->slots[slot] - 1];
        if (known[0] == triple[0] && known[1] == triple[1] && known[2] == triple[2])
            return c->slots[slot] - 1u;
    }
    if (c->count == LD_CLASS_CODES_MAX)
        return LD_CLASS_ESCAPE;
    for (uint32_t i = 0; i < LD_CLASS_FLAGGED; i++)
        c->codes[c->count][i] = (uint16_t)triple[i];
    c->slots[slot] = (uint8_t)(c->count + 1);
    return c->count++;
}

void ld_list_writer_init(ld_list_writer *w, const lede_env *env, ld_part_writer *part,
                         ld_class_codes *codes, const uint8_t *lengths)
{
    memset(w, 0, sizeof *w);
    w->env = env;
    w->part = part;
    w->codes = codes;
    w->lengths = lengths;
}

void ld_list_writer_release(ld_list_writer *w)
{
    ld_release(w->env, w->skips, w->skip_capacity * sizeof *w->skips);
}

void ld_list_writer_begin(ld_list_writer *w, uint64_t region)
{
    w->region = region;
    w->next_doc = w->df = w->count = w->flagged = w->escape_count = 0;
    w->skip_count = 0;
}

/* A point of the front: at most this T, at least this length. */
typedef struct point {
    uint16_t t;
    uint8_t length_code;
} point;

/*
 * Whether a scores less than b, T / (T + K), at K of BM25 with k1 1.2, b 0.75 and an average of 400
 * tokens (a news article; a guess that decides nothing but where a front is cut). K is then in
 * proportion to 400 + 3 L, and T / (T + K) rises with T / K: whole numbers decide, the same
 * everywhere.
 */
static bool scores_less(point a, point b)
{
    uint64_t a_k = 400 + 3ull * ld_length_decode(a.length_code);
    uint64_t b_k = 400 + 3ull * ld_length_decode(b.length_code);
    return a.t * b_k < b.t * a_k;
}

static ld_block_bound bound_of(const ld_list_writer *w)
{
    uint16_t most_t[256]; /* per length code: the most T, 0 where none has it */
    memset(most_t, 0, sizeof most_t);
    for (uint32_t i = 0; i < w->count; i++) {
        uint8_t code = w->lengths[w->docs[i]];
        uint16_t t = (uint16_t)(w->t[i] < UINT16_MAX ? w->t[i] : UINT16_MAX);
        if (t > most_t[code])
            most_t[code] = t;
    }
    point front[256]; /* lengths rise, and T with them */
    uint32_t n = 0;
    for (uint32_t code = 0; code < 256; code++) {
        if (most_t[code] > (n ? front[n - 1].t : 0))
            front[n++] = (point){most_t[code], (uint8_t)code};
    }
    /* Points before the cut are covered by (most T of them, least length), the others likewise. */
    point all = {front[n - 1].t, front[0].length_code};
    point best[2] = {all, all}, best_score = all;
    for (uint32_t cut = 1; cut < n; cut++) {
        point high = {front[n - 1].t, front[cut].length_code};
        point low = {front[cut - 1].t, front[0].length_code};
        point score = scores_less(low, high) ? high : low;
        if (scores_less(score, best_score)) {
            best_score = score;
            best[0] = high;
            best[1] = low;
        }
    }
    return (ld_block_bound){{best[0].t, best[1].t}, {best[0].length_code, best[1].length_code}};
}

static size_t varint_put(uint8_t *out, uint32_t value)
{
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        out[n++] = (uint8_t)(value | 0x80);
    out[n++] = (uint8_t)value;
    return n;
}

static uint8_t *classes_put(const ld_list_writer *w, uint8_t *at)
{
    uint32_t distances[LD_POSTINGS_BLOCK], next = 0;
    *at++ = (uint8_t)(w->flagged - 1);
    for (uint32_t i = 0; i < w->flagged; i++) {
        distances[i] = w->flagged_at[i] - next;
        next = w->flagged_at[i] + 1;
    }
    at += ld_group_encode(distances, w->flagged, 0, at);
    at += ld_group_encode(w->class_code, w->flagged, 0, at);
    for (uint32_t i = 0; i < w->escape_count; i++)
        at += varint_put(at, w->escapes[i]);
    return at;
}

static void skip_add(ld_list_writer *w, uint64_t at)
{
    if (ld_part_offset(w->part) - w->region > UINT32_MAX)
        w->status = LEDE_E_LIMIT;
    lede_status status = ld_grow(w->env, (void **)&w->skips, &w->skip_capacity, w->skip_count + 1,
                                 sizeof *w->skips, SIZE_MAX, NULL);
    if (status != LEDE_OK || w->status != LEDE_OK) {
        w->status = w->status != LEDE_OK ? w->status : status;
        return;
    }
    w->skips[w->skip_count++] = (ld_list_skip){
        .positions_at = w->block_positions_at,
        .forms_at = w->block_forms_at,
        .last_doc = w->docs[w->count - 1],
        .postings_at = (uint32_t)(at - w->region),
        .bound = bound_of(w),
    };
}

void ld_list_writer_close_block(ld_list_writer *w)
{
    if (w->count == 0)
        return;
    uint32_t values[LD_POSTINGS_BLOCK], marks = 0, next = w->next_doc;
    for (uint32_t i = 0; i < w->count; i++) {
        values[i] = w->docs[i] - next;
        next = w->docs[i] + 1;
        marks |= w->tfs[i] > 1 ? LD_POSTINGS_HAS_TF : 0;
    }
    marks |= w->flagged ? LD_POSTINGS_HAS_CLASSES : 0;
    uint8_t *at = w->bytes + ld_group_encode(values, w->count, marks, w->bytes);
    if (marks & LD_POSTINGS_HAS_TF) {
        for (uint32_t i = 0; i < w->count; i++)
            values[i] = w->tfs[i] - 1;
        at += ld_group_encode(values, w->count, 0, at);
    }
    if (w->flagged)
        at = classes_put(w, at);
    uint64_t begin = ld_part_offset(w->part);
    w->block_bytes = (uint32_t)(at - w->bytes);
    ld_part_write(w->part, w->bytes, w->block_bytes);
    skip_add(w, begin);
    w->next_doc = next;
    w->count = w->flagged = w->escape_count = 0;
}

static void classes_add(ld_list_writer *w, uint32_t tf, const uint32_t *class_tf)
{
    if (class_tf[LD_CLASS_BODY] == tf)
        return;
    uint32_t triple[LD_CLASS_FLAGGED] = {class_tf[LD_CLASS_HEAD], class_tf[LD_CLASS_LEAD],
                                         class_tf[LD_CLASS_ASIDE]};
    uint32_t code = class_code(w->codes, triple);
    w->flagged_at[w->flagged] = w->count;
    w->class_code[w->flagged++] = code;
    if (code == LD_CLASS_ESCAPE) {
        memcpy(w->escapes + w->escape_count, triple, sizeof triple);
        w->escape_count += LD_CLASS_FLAGGED;
    }
}

void ld_list_writer_add(ld_list_writer *w, uint32_t doc, uint32_t tf, const uint32_t *class_tf,
                        uint64_t positions_at, uint64_t forms_at)
{
    if (ld_list_writer_is_full(w))
        ld_list_writer_close_block(w);
    if (w->count == 0) {
        w->block_positions_at = positions_at;
        w->block_forms_at = forms_at;
    }
    uint32_t t = tf * LD_BOUND_WEIGHT_HEAD; /* a form's list does not know the class */
    if (class_tf) {
        classes_add(w, tf, class_tf);
        t = class_tf[LD_CLASS_HEAD] * LD_BOUND_WEIGHT_HEAD +
            class_tf[LD_CLASS_LEAD] * LD_BOUND_WEIGHT_LEAD +
            class_tf[LD_CLASS_BODY] * LD_BOUND_WEIGHT_BODY +
            class_tf[LD_CLASS_ASIDE] * LD_BOUND_WEIGHT_ASIDE;
    }
    w->docs[w->count] = doc;
    w->tfs[w->count] = tf;
    w->t[w->count++] = t;
    w->df++;
}

/* One array of the skip table: `width` bytes of the field at `offset` of each entry. */
static void skip_array(const ld_list_writer *w, size_t offset, size_t width)
{
    uint8_t bytes[1024];
    size_t used = 0;
    for (size_t i = 0; i < w->skip_count; i++) {
        if (used + width > sizeof bytes) {
            ld_part_write(w->part, bytes, used);
            used = 0;
        }
        memcpy(bytes + used, (const uint8_t *)&w->skips[i] + offset, width);
        used += width;
    }
    ld_part_write(w->part, bytes, used);
}

uint64_t ld_list_writer_finish(ld_list_writer *w, uint32_t positions_width, uint32_t forms_width)
{
    if (w->skip_count == 0) /* refused memory, status tells */
        return 0;
    if (w->skip_count == 1)
        return w->region + w->skips[0].postings_at;
    uint64_t at = ld_part_offset(w->part);
    if (at - w->region > UINT32_MAX)
        w->status = LEDE_E_LIMIT;
    skip_array(w, offsetof(ld_list_skip, last_doc), 4);
    skip_array(w, offsetof(ld_list_skip, postings_at), 4);
    if (positions_width)
        skip_array(w, offsetof(ld_list_skip, positions_at), positions_width);
    if (forms_width)
        skip_array(w, offsetof(ld_list_skip, forms_at), forms_width);
    skip_array(w, offsetof(ld_list_skip, bound.t[0]), 2);
    skip_array(w, offsetof(ld_list_skip, bound.t[1]), 2);
    skip_array(w, offsetof(ld_list_skip, bound.length_code[0]), 1);
    skip_array(w, offsetof(ld_list_skip, bound.length_code[1]), 1);
    return at;
}
