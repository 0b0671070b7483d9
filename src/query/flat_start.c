/*
 * How many points are surely needed, before anything is looked for? A search that begins with a
 * low least reads and scores what it throws away later.
 *
 *   lists     a long list says how many points its 10th, 100th and 1000th best posting has alone
 *   sample    any of several words: the best blocks of a rare word, those of their documents that
 *             it gives most, and what the other words add there. The k-th best of that sample are
 *             k matches that have so many points
 *
 * Where some rows do not count, that ten times as many have more points is a guess (ld_topk_guess),
 * and no sample is taken.
 *
 * The sample's documents are met again by the search; none of them is offered here. Points of what
 * else may add to a match are left out, so that the sample stands below what the search finds.
 *
 * cost of a sample: a block or a few of the rare word, those of the words with few blocks, and
 * where few hits are wanted the blocks of the others in which 1.5 k documents lie. Compare the
 * guessed thresholds of Petri, Mallia, Macdonald, Suel et al., A Comparison of Top-k Threshold
 * Estimation Techniques for Disjunctive Query Processing (CIKM 2020).
 */
#include "query/flat.h"

#define HIDDEN_SPARE      10u  /* of so many times k best one in ten is supposed to count */
#define SAMPLE_HITS_MAX   128u /* of more the lists themselves tell nearly as much */
#define SAMPLE_HITS_FEW   32u  /* up to which words of many blocks are added, too */
#define SAMPLE_BLOCKS_MAX (SAMPLE_HITS_MAX / SAMPLE_HITS_FEW + 1)
#define SAMPLE_WORDS_MAX  16u  /* of a query; of more the rarest */
#define SAMPLE_LOOKED_AT  128u /* blocks among which the best are chosen */
#define SAMPLE_MET_WHOLE  16u  /* blocks of a word that is added to all of the sample */

typedef struct sample {
    ld_flat *f;
    ld_flat_term *words[SAMPLE_WORDS_MAX]; /* [count] ascending by df */
    uint32_t word_count;
    uint32_t count;
    uint32_t docs[SAMPLE_BLOCKS_MAX * LD_FLAT_BATCH + LD_FLAT_SLACK];   /* [count] ascending */
    uint32_t points[SAMPLE_BLOCKS_MAX * LD_FLAT_BATCH + LD_FLAT_SLACK]; /* [count] */
} sample;

static void words_sort(sample *s)
{
    ld_flat *f = s->f;
    s->word_count = 0;
    for (uint32_t i = 0; i < f->optional_count; i++) {
        uint32_t at = s->word_count;
        if (at == SAMPLE_WORDS_MAX && s->words[--at]->df <= f->optional[i].df)
            continue;
        for (; at > 0 && s->words[at - 1]->df > f->optional[i].df; at--)
            s->words[at] = s->words[at - 1];
        s->words[at] = &f->optional[i];
        s->word_count += s->word_count < SAMPLE_WORDS_MAX;
    }
}

/* The bound that `wanted` of the first blocks have. */
static uint32_t bound_of_best(const ld_flat_term *t, uint32_t wanted)
{
    uint16_t with_bound[256] = {0};
    uint32_t looked_at = t->block_count < SAMPLE_LOOKED_AT ? t->block_count : SAMPLE_LOOKED_AT;
    for (uint32_t b = 0; b < looked_at; b++)
        with_bound[ld_postings_block_bound(t->postings, b)]++;
    uint32_t bound = 255, reach = with_bound[255];
    while (bound > 0 && reach < wanted)
        reach += with_bound[--bound];
    return bound;
}

/* The best blocks of the word. */
static bool sample_read(sample *s, ld_flat_term *t, uint32_t wanted)
{
    uint32_t bound = bound_of_best(t, wanted);
    s->count = 0;
    for (uint32_t b = 0; b < t->block_count && wanted > 0; b++) {
        if (ld_postings_block_bound(t->postings, b) < bound)
            continue;
        if (!ld_flat_load(s->f, t, b) || !ld_flat_docs(s->f, t) ||
            !ld_flat_points(s->f, t, 0, t->size, s->points + s->count))
            return false;
        memcpy(s->docs + s->count, t->docs, t->size * sizeof *s->docs);
        s->count += t->size;
        wanted--;
    }
    return true;
}

/* The points that at least k of the sample have, 0 < k <= count: bit by bit. */
static uint32_t kth_best(const sample *s, uint32_t k)
{
    uint32_t least = 0;
    for (uint32_t bit = 1u << 31; bit; bit >>= 1) {
        uint32_t reach = 0;
        for (uint32_t i = 0; i < s->count; i++)
            reach += s->points[i] >= (least | bit);
        least |= reach >= k ? bit : 0;
    }
    return least;
}

static void best_keep(sample *s, uint32_t k)
{
    if (s->count > k)
        s->count = s->f->kernels->filter(s->docs, s->points, s->count, 0, kth_best(s, k));
}

/* Takes a block of `base` and adds what the other words give. Points of the k-th best; 0: there are
 * not so many, or the execution has failed. */
static uint32_t sample_take(sample *s, ld_flat_term *base, uint32_t k)
{
    ld_flat *f = s->f;
    if (!sample_read(s, base, k / SAMPLE_HITS_FEW + 1) || s->count < k)
        return 0;
    for (uint32_t i = 0; i < s->word_count; i++) {
        bool whole = s->words[i]->block_count <= SAMPLE_MET_WHOLE;
        if (s->words[i] == base || (!whole && k > SAMPLE_HITS_FEW))
            continue;
        if (!whole)
            best_keep(s, k + k / 2);
        if (!ld_flat_add(f, s->words[i], s->docs, s->points, s->count, 0, 0))
            return 0;
    }
    return kth_best(s, k);
}

static uint32_t sample_least(ld_flat *f)
{
    uint32_t k = f->top->k, base = 0;
    if (f->optional_count < 2 || k > SAMPLE_HITS_MAX)
        return 0;
    sample *s = ld_arena_alloc(f->x->arena, sizeof *s);
    if (!s) {
        f->x->status = ld_arena_status(f->x->arena, &f->x->error);
        return 0;
    }
    s->f = f;
    words_sort(s);
    while (base < s->word_count && s->words[base]->df < k)
        base++;
    if (base == s->word_count)
        return 0;
    uint32_t least = sample_take(s, s->words[base], k);
    for (uint32_t i = 0; i < f->optional_count; i++)
        f->optional[i].block = f->optional[i].next_doc = 0;
    return least;
}

static void least_raise(ld_flat *f, uint32_t least)
{
    if (least <= f->top->least)
        return;
    f->top->least = least;
    f->top->more = true;
}

void ld_flat_start(ld_flat *f)
{
    const ld_flat_term *terms = f->need_optional ? f->optional : f->required;
    uint32_t count = f->need_optional ? f->optional_count : f->required_count;
    if (ld_flat_has_tests(f) || f->top->after.given || f->top->k > UINT32_MAX / HIDDEN_SPARE ||
        (!f->need_optional && (count != 1 || f->phrase_count)))
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (f->hides)
            ld_topk_guess(f->top, ld_flat_best(f, &terms[i], f->top->k * HIDDEN_SPARE));
        else
            least_raise(f, ld_flat_best(f, &terms[i], f->top->k));
    }
    if (f->need_optional && f->prune && !f->hides)
        least_raise(f, sample_least(f));
}
