/*
 * Postings become blocks and a skip table (postings_format.h). Bounds are taken of lists of several
 * blocks only: the skip table has them, and a list of one block has none. How they are rounded
 * stands in bounds.c.
 */
#include "index/postings_write.h"

#include "codec/bitset.h"

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
                         const uint8_t *lengths, const ld_bound_scale *scale, ld_class_codes *codes,
                         ld_best_scores *best)
{
    memset(w, 0, sizeof *w);
    w->env = env;
    w->part = part;
    w->lengths = lengths;
    w->scale = scale;
    w->codes = codes;
    w->best = best;
}

void ld_list_writer_release(ld_list_writer *w)
{
    ld_release(w->env, w->skips, w->skip_capacity * sizeof *w->skips);
}

static bool keeps_best(const ld_list_writer *w)
{
    return w->best && w->told_df > LD_POSTINGS_BEST_DF;
}

void ld_list_writer_begin(ld_list_writer *w, uint64_t region, uint32_t df)
{
    w->region = region;
    w->told_df = df;
    w->next_doc = w->df = w->count = w->flagged = w->escape_count = 0;
    w->skip_count = w->list_bound = 0;
    if (keeps_best(w))
        memset(w->best, 0, sizeof *w->best);
}

/* The bound of the block at hand, and what the list's bounds learn from it. */
static uint8_t block_bound(ld_list_writer *w)
{
    float scores[LD_POSTINGS_BLOCK];
    uint8_t bound =
        ld_bound_up(ld_bound_scores(w->scale, w->lengths, w->docs, w->t, w->count, scores));
    if (bound > w->list_bound)
        w->list_bound = bound;
    if (keeps_best(w))
        ld_best_scores_add(w->best, scores, w->count);
    return bound;
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
        .bound = w->told_df > LD_POSTINGS_BLOCK ? block_bound(w) : 0,
    };
}

/* The documents as a bit set, where that is not longer than a group of `group_bytes` allows; 0:
 * the group stays. */
static size_t bits_put(const ld_list_writer *w, size_t group_bytes, uint32_t marks, uint8_t *out)
{
    uint32_t base = w->next_doc / 64 * 64;
    uint32_t word_count = (w->docs[w->count - 1] - base) / 64 + 1;
    size_t bytes = 2 + 8ull * word_count;
    bool several = w->told_df > LD_POSTINGS_BLOCK;
    bool dense = several && word_count <= LD_POSTINGS_DENSE_WORDS;
    if (word_count > LD_POSTINGS_WORDS_MAX ||
        (bytes > (several ? group_bytes * 5 / 4 : group_bytes) && !dense))
        return 0;
    uint64_t words[LD_POSTINGS_WORDS_MAX] = {0};
    for (uint32_t i = 0; i < w->count; i++)
        ld_bitset_set(words, w->docs[i] - base);
    out[0] = (uint8_t)(LD_GROUP_ESCAPE | marks << LD_GROUP_MARK_SHIFT);
    out[1] = (uint8_t)word_count;
    memcpy(out + 2, words, 8ull * word_count);
    return bytes;
}

static size_t docs_put(const ld_list_writer *w, uint32_t marks, uint8_t *out)
{
    uint32_t distances[LD_POSTINGS_BLOCK];
    distances[0] = w->docs[0] - w->next_doc;
    for (uint32_t i = 1; i < w->count; i++)
        distances[i] = w->docs[i] - w->docs[i - 1] - 1;
    size_t group_bytes = ld_group_encode(distances, w->count, marks, out);
    size_t bytes = bits_put(w, group_bytes, marks, out);
    return bytes ? bytes : group_bytes;
}

/* The frequencies, where one is above 1. */
static size_t tfs_put(const ld_list_writer *w, uint8_t *out)
{
    uint32_t less_one[LD_POSTINGS_BLOCK];
    for (uint32_t i = 0; i < w->count; i++)
        less_one[i] = w->tfs[i] - 1;
    return ld_group_encode(less_one, w->count, 0, out);
}

void ld_list_writer_close_block(ld_list_writer *w)
{
    if (w->count == 0)
        return;
    uint32_t all = 0; /* bits of any tf - 1 */
    for (uint32_t i = 0; i < w->count; i++)
        all |= w->tfs[i] - 1;
    uint32_t marks = (all ? LD_POSTINGS_HAS_TF : 0) | (w->flagged ? LD_POSTINGS_HAS_CLASSES : 0);
    uint8_t *at = w->bytes + docs_put(w, marks, w->bytes);
    if (all)
        at += tfs_put(w, at);
    if (w->flagged)
        at = classes_put(w, at);
    uint64_t begin = ld_part_offset(w->part);
    w->block_bytes = (uint32_t)(at - w->bytes);
    ld_part_write(w->part, w->bytes, w->block_bytes);
    skip_add(w, begin);
    w->next_doc = w->docs[w->count - 1] + 1;
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
    float t = w->scale->weight_most * (float)tf; /* a form's list does not know the class */
    if (class_tf) {
        classes_add(w, tf, class_tf);
        t = ld_weighted_tf(w->scale->weights, class_tf);
    }
    w->docs[w->count] = doc;
    w->tfs[w->count] = tf;
    w->t[w->count++] = t;
    w->df++;
}

void ld_list_writer_add_run(ld_list_writer *w, uint32_t base, const uint32_t *docs,
                            const uint32_t *tfs, uint32_t count, uint64_t positions_at)
{
    if (w->count == 0) {
        w->block_positions_at = positions_at;
        w->block_forms_at = 0;
    }
    float weight = w->scale->weights[LD_CLASS_BODY];
    for (uint32_t i = 0; i < count; i++) {
        uint32_t tf = tfs ? tfs[i] : 1;
        w->docs[w->count + i] = base + docs[i];
        w->tfs[w->count + i] = tf;
        w->t[w->count + i] = weight * (float)tf;
    }
    w->count += count;
    w->df += count;
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
    skip_array(w, offsetof(ld_list_skip, bound), 1);
    ld_part_write(w->part, &w->list_bound, 1);
    for (uint32_t i = 0, k = 10; i < LD_KTH_BEST_COUNT && keeps_best(w); i++, k *= 10) {
        uint16_t score = ld_best_scores_get(w->best, k);
        ld_part_write(w->part, &score, sizeof score);
    }
    return at;
}
