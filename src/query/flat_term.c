/*
 * One word of a flat query, block by block: what of it stands at hand, what it can give at most,
 * what it gives, and which of some candidates have it.
 *
 * The walk only goes forward: documents that are asked for never fall from call to call. A block's
 * documents are decoded when candidates lie in its range, its frequencies when one of them matches.
 */
#include "index/postings_format.h"
#include "query/flat.h"

/* Candidates in one block from which on merging beats searching for each. */
#define MERGE_MIN 6u
/* Candidates in a bit set up to which testing bits beats decoding it. */
#define BITS_MAX 48u

static bool failed(ld_flat *f, const ld_flat_term *t)
{
    if (f->x->status == LEDE_OK && t->postings->status != LEDE_OK) {
        f->x->status = t->postings->status;
        f->x->error = t->postings->error;
    }
    return false;
}

bool ld_flat_sound(ld_flat *f, const ld_flat_term *t)
{
    return t->postings->status == LEDE_OK || failed(f, t);
}

/* ---- bounds ---- */

/* K of this search over K of the segment's bounds: the least and the most over all lengths, which
 * are those of the shortest and the longest (both are straight lines). Weights scale T, as if K had
 * been divided. */
static void k_ratios(const ld_flat *f, double *least, double *most)
{
    const ld_scoring *s = &f->x->scoring;
    double average = (double)f->x->view->lengths.bound_average_tokens, w_least = 1, w_most = 1;
    float weights[LD_CLASS_COUNT];
    for (uint32_t i = 0; i < 2; i++) {
        uint32_t code = i ? 255 : 0;
        double k =
            LD_BOUND_K1 * (1 - LD_BOUND_B + LD_BOUND_B * ld_length_decode((uint8_t)code) / average);
        double ratio = (double)s->k[code] / k;
        *least = i == 0 || ratio < *least ? ratio : *least;
        *most = i == 0 || ratio > *most ? ratio : *most;
    }
    ld_bound_weights(f->x->profile, weights);
    for (uint32_t i = 0; i < LD_CLASS_COUNT; i++) {
        double ratio = (double)s->weights[i] / (double)weights[i];
        w_least = i == 0 || ratio < w_least ? ratio : w_least;
        w_most = i == 0 || ratio > w_most ? ratio : w_most;
    }
    *least = w_most > 0 ? *least / w_most : 0;
    *most = w_least > 0 ? *most / w_least : HUGE_VAL;
}

void ld_flat_shares_init(ld_flat *f)
{
    double least, most;
    k_ratios(f, &least, &most);
    float ratio = (float)least;
    for (uint32_t i = 0; i < 256; i++) {
        float x = (float)(int32_t)i / 255.0f; /* signed: quicker to convert */
        f->shares[i] = x / (x + ratio * (1 - x));
    }
    f->shares[0] = 0;
    f->best_ratio = (float)most;
}

/* One part in ten thousand and two points cover every rounding on the way. */
uint32_t ld_flat_bound_points(const ld_flat *f, float weight, uint32_t share)
{
    float points = weight * f->shares[share] * 1.0001f + 2;
    return points < (float)(1u << LD_SCORE_SUM_LOG2) ? (uint32_t)points : 1u << LD_SCORE_SUM_LOG2;
}

uint32_t ld_flat_best(const ld_flat *f, const ld_flat_term *t, uint32_t k)
{
    static const uint32_t counts[LD_KTH_BEST_COUNT] = {10, 100, 1000};
    for (int i = 0; i < LD_KTH_BEST_COUNT; i++) {
        if (k > counts[i])
            continue;
        float x = (float)ld_postings_kth_best(t->postings, i) / 65535.0f;
        float points = t->weight * (x / (x + f->best_ratio * (1 - x))) * 0.9999f - 2;
        return x > 0 && points > 0 ? (uint32_t)points : 0;
    }
    return 0;
}

void ld_flat_bound_init(const ld_flat *f, ld_flat_term *t)
{
    if (t->weight > 0)
        t->bound = ld_flat_bound_points(f, t->weight, ld_postings_bound(t->postings));
}

uint32_t ld_flat_block_bound(const ld_flat *f, const ld_flat_term *t, uint32_t block)
{
    return t->weight > 0
               ? ld_flat_bound_points(f, t->weight, ld_postings_block_bound(t->postings, block))
               : 0;
}

uint32_t ld_flat_range_bound(const ld_flat *f, ld_flat_term *t, uint32_t from, uint32_t to)
{
    uint32_t share = 0;
    t->block = ld_postings_block_find(t->postings, t->block, from);
    for (uint32_t b = t->block, seen = 0; t->weight > 0 && b < t->block_count; b++) {
        if (++seen > LD_FLAT_BOUND_BLOCKS)
            return t->bound;
        uint32_t own = ld_postings_block_bound(t->postings, b);
        share = own > share ? own : share;
        if (ld_postings_block_last(t->postings, b) >= to - 1)
            break;
    }
    return share ? ld_flat_bound_points(f, t->weight, share) : 0;
}

/* ---- blocks ---- */

bool ld_flat_load(ld_flat *f, ld_flat_term *t, uint32_t block)
{
    if (t->loaded == block)
        return true;
    t->block = block;
    t->loaded = UINT32_MAX;
    if (!ld_postings_block_load(t->postings, block))
        return failed(f, t);
    t->size = ld_postings_block_size(t->postings);
    t->docs = NULL;
    if (!ld_postings_block_bits(t->postings, &t->bits, &t->bit_words, &t->bit_base))
        t->bits = NULL;
    t->loaded = block;
    return t->postings->status == LEDE_OK || failed(f, t);
}

const uint32_t *ld_flat_docs(ld_flat *f, ld_flat_term *t)
{
    if (!t->docs) {
        t->docs = ld_postings_block_docs(t->postings);
        if (!t->docs)
            failed(f, t);
    }
    return t->docs;
}

bool ld_flat_seek(ld_flat *f, ld_flat_term *t, uint32_t target)
{
    t->block = ld_postings_block_find(t->postings, t->block, target);
    return t->block < t->block_count ? ld_flat_load(f, t, t->block) && ld_flat_docs(f, t)
                                     : failed(f, t);
}

/* ---- points ---- */

bool ld_flat_points(ld_flat *f, ld_flat_term *t, uint32_t first, uint32_t count, uint32_t *points)
{
    const ld_scoring *s = &f->x->scoring;
    const ld_lengths *lengths = &f->x->view->lengths;
    bool classes = !s->uniform && ld_postings_block_has_classes(t->postings);
    if (classes) {
        const float *all = ld_postings_block_t(t->postings, s->weights);
        if (!all)
            return failed(f, t);
        f->kernels->contribute_t(t->docs + first, all + first, count, lengths->codes, s->k,
                                 t->weight, points);
        return true;
    }
    const uint32_t *tfs = ld_postings_block_tfs(t->postings);
    if (!tfs && t->postings->status != LEDE_OK)
        return failed(f, t);
    f->kernels->contribute(t->docs + first, tfs ? tfs + first : NULL, count, lengths->codes, s->k,
                           s->weights[LD_CLASS_BODY], t->weight, points);
    return true;
}

bool ld_flat_points_at(ld_flat *f, ld_flat_term *t, const uint32_t *docs, const uint16_t *at,
                       uint32_t count, uint32_t *points)
{
    const ld_scoring *s = &f->x->scoring;
    union {
        ld_flat_numbers tfs;
        float t[LD_FLAT_BATCH + LD_FLAT_SLACK];
    } own;
    if (!s->uniform && ld_postings_block_has_classes(t->postings)) {
        const float *all = ld_postings_block_t(t->postings, s->weights);
        for (uint32_t i = 0; all && i < count; i++)
            own.t[i] = all[at[i]];
        if (all)
            f->kernels->contribute_t(docs, own.t, count, f->x->view->lengths.codes, s->k, t->weight,
                                     points);
        return all || failed(f, t);
    }
    const uint32_t *tfs = ld_postings_block_tfs_at(t->postings, at, count, own.tfs);
    if (!tfs && t->postings->status != LEDE_OK)
        return failed(f, t);
    f->kernels->contribute(docs, tfs, count, f->x->view->lengths.codes, s->k,
                           s->weights[LD_CLASS_BODY], t->weight, points);
    return true;
}

/* ---- candidates ---- */

static void runs_find(const ld_flat *f, const ld_flat_term *t, ld_flat_runs *r)
{
    const uint32_t *docs = r->docs + r->at;
    r->block = ld_postings_block_find(t->postings, r->block, docs[0]);
    if (r->block >= t->block_count) {
        r->at = r->count;
        return;
    }
    if (r->block != t->loaded)
        ld_postings_block_prefetch(t->postings, r->block);
    uint32_t last = ld_postings_block_last(t->postings, r->block), run = 1;
    uint32_t left = r->count - r->at, most = left < LD_FLAT_BATCH ? left : LD_FLAT_BATCH;
    if (docs[most - 1] <= last)
        run = most;
    else if (docs[1] <= last)
        run = f->kernels->lower_bound(docs, most, last + 1);
    r->at += run;
    r->ends[r->found % LD_FLAT_RUNS_AHEAD] = r->at;
    r->blocks[r->found++ % LD_FLAT_RUNS_AHEAD] = r->block;
}

void ld_flat_runs_begin(ld_flat_runs *r, const ld_flat_term *t, const uint32_t *docs,
                        uint32_t count)
{
    r->docs = docs;
    r->count = count;
    r->at = r->first = r->found = 0;
    r->block = t->block;
}

bool ld_flat_runs_next(const ld_flat *f, ld_flat_term *t, ld_flat_runs *r, uint32_t *end)
{
    while (r->at < r->count && r->found - r->first < LD_FLAT_RUNS_AHEAD)
        runs_find(f, t, r);
    if (r->first == r->found) {
        t->block = r->block;
        return false;
    }
    t->block = r->blocks[r->first % LD_FLAT_RUNS_AHEAD];
    *end = r->ends[r->first++ % LD_FLAT_RUNS_AHEAD];
    return true;
}

/* Of a bit set: its bit, and its rank by the bits before it. */
static uint32_t bits_meet(ld_flat *f, const ld_flat_term *t, const uint32_t *docs, uint32_t count,
                          uint16_t *at_docs, uint16_t *at_block)
{
    uint32_t found = 0, rank = 0, counted = 0; /* bits of the words before `counted` */
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = docs[i] - t->bit_base;
        if (docs[i] < t->bit_base || bit / 64 >= t->bit_words)
            continue;
        uint64_t word = ld_load_u64(t->bits + (size_t)(bit / 64) * 8), mask = 1ull << (bit % 64);
        if (!(word & mask))
            continue;
        for (; counted < bit / 64; counted++)
            rank += (uint32_t)__builtin_popcountll(ld_load_u64(t->bits + (size_t)counted * 8));
        at_docs[found] = (uint16_t)i;
        at_block[found++] = (uint16_t)(rank + (uint32_t)__builtin_popcountll(word & (mask - 1)));
    }
    if (found && !ld_postings_block_rank_fits(t->postings, at_block[found - 1]))
        return failed(f, t), UINT32_MAX;
    return found;
}

uint32_t ld_flat_meet(ld_flat *f, ld_flat_term *t, const uint32_t *docs, uint32_t count,
                      uint16_t *at_docs, uint16_t *at_block)
{
    if (t->bits && !t->docs && count <= BITS_MAX)
        return bits_meet(f, t, docs, count, at_docs, at_block);
    if (!ld_flat_docs(f, t))
        return UINT32_MAX;
    if (count >= MERGE_MIN)
        return f->kernels->intersect(docs, count, t->docs, t->size, at_docs, at_block);
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = f->kernels->lower_bound(t->docs, t->size, docs[i]);
        if (at < t->size && t->docs[at] == docs[i]) {
            at_docs[found] = (uint16_t)i;
            at_block[found++] = (uint16_t)at;
        }
    }
    return found;
}

/* Sets to 0 what cannot reach `least` with `more` points; false where that is all of them. */
static bool any_reaches(uint32_t *points, uint32_t count, uint32_t more, uint32_t least)
{
    uint32_t any = 0;
    if (more >= least)
        return true;
    for (uint32_t i = 0; i < count; i++) {
        points[i] = points[i] + more < least ? 0 : points[i];
        any |= points[i];
    }
    return any != 0;
}

bool ld_flat_add(ld_flat *f, ld_flat_term *t, const uint32_t *docs, uint32_t *points,
                 uint32_t count, uint32_t more, uint32_t least)
{
    uint16_t at_docs[LD_FLAT_BATCH + LD_FLAT_SLACK], at_block[LD_FLAT_BATCH + LD_FLAT_SLACK];
    ld_flat_numbers own, met;
    ld_flat_runs r;
    ld_flat_runs_begin(&r, t, docs, count);
    for (uint32_t i = 0, end; ld_flat_runs_next(f, t, &r, &end); i = end) {
        uint32_t run = end - i;
        if (!any_reaches(points + i, run, ld_flat_block_bound(f, t, t->block) + more, least))
            continue;
        if (!ld_flat_load(f, t, t->block))
            return false;
        uint32_t found = ld_flat_meet(f, t, docs + i, run, at_docs, at_block);
        if (found == 0)
            continue;
        if (found == UINT32_MAX)
            return false;
        for (uint32_t k = 0; k < found; k++)
            met[k] = docs[i + at_docs[k]];
        if (!ld_flat_points_at(f, t, met, at_block, found, own))
            return false;
        for (uint32_t k = 0; k < found; k++)
            points[i + at_docs[k]] += points[i + at_docs[k]] ? own[k] : 0;
    }
    return f->x->status == LEDE_OK && t->postings->status == LEDE_OK ? true : failed(f, t);
}

/* Of the loaded block's bit set: which of the documents it has, when no more is asked. */
static uint32_t bits_keep(const ld_flat_term *t, const uint32_t *docs, uint32_t count,
                          uint16_t *at_docs)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = docs[i] - t->bit_base;
        at_docs[found] = (uint16_t)i;
        found += bit / 64 < t->bit_words && (t->bits[bit >> 3] >> (bit & 7) & 1);
    }
    return found;
}

uint32_t ld_flat_require(ld_flat *f, ld_flat_term *t, uint32_t *docs, uint32_t *points,
                         uint16_t *at, uint32_t count, uint32_t more)
{
    uint16_t at_docs[LD_FLAT_BATCH + LD_FLAT_SLACK], at_block[LD_FLAT_BATCH + LD_FLAT_SLACK];
    ld_flat_numbers own;
    bool scores = f->top->k > 0 && t->weight > 0;
    uint32_t kept = 0;
    ld_flat_runs r;
    ld_flat_runs_begin(&r, t, docs, count);
    for (uint32_t i = 0, end; ld_flat_runs_next(f, t, &r, &end); i = end) {
        uint32_t run = end - i;
        if (f->prune && !any_reaches(points + i, run, ld_flat_block_bound(f, t, t->block) + more,
                                     ld_flat_least(f)))
            continue;
        if (!ld_flat_load(f, t, t->block))
            return UINT32_MAX;
        uint32_t found = !scores && t->bits ? bits_keep(t, docs + i, run, at_docs)
                                            : ld_flat_meet(f, t, docs + i, run, at_docs, at_block);
        if (found == UINT32_MAX)
            return UINT32_MAX;
        for (uint32_t k = 0; k < found; k++) {
            docs[kept + k] = docs[i + at_docs[k]];
            points[kept + k] = points[i + at_docs[k]];
            at[kept + k] = at[i + at_docs[k]];
        }
        if (found && scores) {
            if (!ld_flat_points_at(f, t, docs + kept, at_block, found, own))
                return UINT32_MAX;
            for (uint32_t k = 0; k < found; k++)
                points[kept + k] += own[k];
        }
        kept += found;
    }
    return t->postings->status == LEDE_OK ? kept : (failed(f, t), UINT32_MAX);
}

uint32_t ld_flat_drop(ld_flat *f, ld_flat_term *t, uint32_t *docs, uint32_t *points, uint32_t count)
{
    uint16_t at_docs[LD_FLAT_BATCH + LD_FLAT_SLACK], at_block[LD_FLAT_BATCH + LD_FLAT_SLACK];
    uint32_t kept = 0, i = 0;
    ld_flat_runs r;
    ld_flat_runs_begin(&r, t, docs, count);
    for (uint32_t end; ld_flat_runs_next(f, t, &r, &end); i = end) {
        uint32_t run = end - i;
        if (!ld_flat_load(f, t, t->block))
            return UINT32_MAX;
        uint32_t found = ld_flat_meet(f, t, docs + i, run, at_docs, at_block);
        if (found == UINT32_MAX)
            return UINT32_MAX;
        for (uint32_t k = 0, m = 0; k < run; k++) {
            if (m < found && at_docs[m] == k) {
                m++;
                continue;
            }
            docs[kept] = docs[i + k];
            if (points)
                points[kept] = points[i + k];
            kept++;
        }
    }
    if (t->postings->status != LEDE_OK)
        return failed(f, t), UINT32_MAX;
    memmove(docs + kept, docs + i, (count - i) * sizeof *docs);
    if (points)
        memmove(points + kept, points + i, (count - i) * sizeof *points);
    return kept + count - i;
}

/* How many of docs[0 .. count) stand in the loaded block's bit set. */
static uint32_t bits_count(const ld_flat_term *t, const uint32_t *docs, uint32_t count)
{
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bit = docs[i] - t->bit_base;
        if (docs[i] >= t->bit_base && bit / 64 < t->bit_words)
            found += t->bits[bit >> 3] >> (bit & 7) & 1;
    }
    return found;
}

uint32_t ld_flat_count_in(ld_flat *f, ld_flat_term *t, const uint32_t *docs, uint32_t count)
{
    uint16_t at_docs[LD_FLAT_BATCH + LD_FLAT_SLACK], at_block[LD_FLAT_BATCH + LD_FLAT_SLACK];
    uint32_t found = 0;
    ld_flat_runs r;
    ld_flat_runs_begin(&r, t, docs, count);
    for (uint32_t i = 0, end; ld_flat_runs_next(f, t, &r, &end); i = end) {
        uint32_t run = end - i;
        if (!ld_flat_load(f, t, t->block))
            return UINT32_MAX;
        uint32_t own = t->bits ? bits_count(t, docs + i, run)
                               : ld_flat_meet(f, t, docs + i, run, at_docs, at_block);
        if (own == UINT32_MAX)
            return own;
        found += own;
    }
    return t->postings->status == LEDE_OK ? found : (failed(f, t), UINT32_MAX);
}

/* ---- windows ---- */

/* The part of the loaded bit set that lies in the window at `from`: its words [*first, *end), the
 * window's from *at on. */
static void bits_part(const ld_flat_term *t, uint32_t from, uint32_t word_count, uint32_t *first,
                      uint32_t *end, uint32_t *at)
{
    *first = t->bit_base < from ? (from - t->bit_base) / 64 : 0;
    *at = t->bit_base < from ? 0 : (t->bit_base - from) / 64;
    uint32_t most = *at < word_count ? *first + (word_count - *at) : *first;
    *end = t->bit_words < most ? t->bit_words : most;
}

/* The loaded block's documents in [from, to): places [*first, *end). */
static bool docs_part(ld_flat *f, ld_flat_term *t, uint32_t from, uint32_t to, uint32_t *first,
                      uint32_t *end)
{
    const uint32_t *docs = ld_flat_docs(f, t);
    if (!docs)
        return false;
    *first = docs[0] < from ? f->kernels->lower_bound(docs, t->size, from) : 0;
    *end = docs[t->size - 1] < to ? t->size : f->kernels->lower_bound(docs, t->size, to);
    *end = *end > *first ? *end : *first;
    return true;
}

bool ld_flat_bits(ld_flat *f, ld_flat_term *t, uint32_t from, uint64_t *words, uint32_t word_count)
{
    uint32_t to = from + 64 * word_count, first, end, at;
    t->block = ld_postings_block_find(t->postings, t->block, from);
    for (uint32_t b = t->block; b < t->block_count; b++) {
        if (!ld_flat_load(f, t, b))
            return false;
        if (t->bits) {
            bits_part(t, from, word_count, &first, &end, &at);
            for (uint32_t i = first; i < end; i++)
                words[at++] |= ld_load_u64(t->bits + 8ull * i);
        } else {
            if (!docs_part(f, t, from, to, &first, &end))
                return false;
            f->kernels->set_bits(words, t->docs + first, end - first, from);
        }
        if (ld_postings_block_last(t->postings, b) >= to - 1)
            break;
    }
    return t->postings->status == LEDE_OK || failed(f, t);
}

/* How many bits of the window the loaded block has, too. */
static bool block_bits_meet(ld_flat *f, ld_flat_term *t, uint32_t from, const uint64_t *words,
                            uint32_t word_count, uint64_t *found)
{
    uint32_t first, end, at;
    if (t->bits) {
        uint64_t own[LD_POSTINGS_WORDS_MAX];
        bits_part(t, from, word_count, &first, &end, &at);
        if (first >= end)
            return true;
        memcpy(own, t->bits + 8ull * first, 8ull * (end - first));
        *found += f->kernels->popcount_and(words + at, own, end - first);
        return true;
    }
    if (!docs_part(f, t, from, from + 64 * word_count, &first, &end))
        return false;
    uint64_t both = 0;
    for (uint32_t i = first; i < end; i++) {
        uint32_t bit = t->docs[i] - from;
        both += words[bit / 64] >> (bit % 64) & 1;
    }
    *found += both;
    return true;
}

bool ld_flat_bits_meet(ld_flat *f, ld_flat_term *t, uint32_t from, const uint64_t *words,
                       uint32_t word_count, uint64_t *found)
{
    uint32_t to = from + 64 * word_count, at = from;
    t->block = ld_postings_block_find(t->postings, t->block, from);
    for (uint32_t b = t->block; b < t->block_count && at < to; b++) {
        uint32_t last = ld_postings_block_last(t->postings, b);
        uint32_t end = last < to ? last + 1 : to;
        uint32_t word = (at - from) / 64, words_end = (end - from + 63) / 64;
        if (f->kernels->popcount(words + word, words_end - word) > 0 &&
            (!ld_flat_load(f, t, b) || !block_bits_meet(f, t, from, words, word_count, found)))
            return false;
        at = end;
    }
    return t->postings->status == LEDE_OK || failed(f, t);
}
