/*
 * Matches that have any of several words, by windows of documents.
 *
 *   bounds, rising   the . . of . . . . . . hollande . putin
 *                    |-- together below the least --|-- essential --|
 *
 * In a window only essential words are read in full (MAXSCORE: Turtle, Flood, Query Evaluation:
 * Strategies and Optimizations, IPM 31, 1995, with the bounds of the window's blocks: Dimopoulos,
 * Nepomnyachiy, Suel, WSDM 2013). Their points are added up in an array of the window; what could
 * enter with the other words' bounds becomes a candidate, and the others are asked about candidates
 * only, the one with the most to give first. Where one word is essential there is nothing to add
 * up: its blocks are the candidates. Where none is, the window is passed over unread. Words without
 * which the others stay below the least are required: then the window is an intersection, whose
 * documents are met before anything is scored.
 *
 * Wide windows first, with bounds of whole lists where a list has many blocks there; those with two
 * essential words or more are cut into windows of the array. When the total is wanted, every word
 * is essential and every sum that is not 0 is a match.
 */
#include "query/flat.h"

#define WIDE_WINDOWS 16u             /* array windows in a wide one */
#define FEW          LD_KERNEL_BLOCK /* postings of a window up to which they are noted as bits */

typedef struct merger {
    ld_flat *f;
    uint32_t count;                  /* of optional words */
    ld_flat_term **words;            /* [count] by rising bound in the window at hand */
    uint32_t *bounds;                /* [count] in that window */
    uint32_t added;                  /* postings of the window at hand */
    uint32_t *below;                 /* [count + 1]: sum of the bounds of the words before */
    uint64_t noted[LD_WINDOW_WORDS]; /* its documents, while there are FEW */
    uint32_t window[LD_WINDOW_DOCS];
    uint32_t docs[LD_WINDOW_DOCS + LD_FLAT_SLACK];
    uint32_t points[LD_WINDOW_DOCS + LD_FLAT_SLACK];
    uint16_t offsets[LD_WINDOW_DOCS + LD_FLAT_SLACK];
} merger;

/* Orders the words by their bounds in documents [from, to); the number that is not essential. */
static uint32_t window_plan(merger *g, uint32_t from, uint32_t to)
{
    ld_flat *f = g->f;
    for (uint32_t i = 0; i < g->count; i++)
        g->bounds[i] =
            g->words[i]->next_doc < to ? ld_flat_range_bound(f, g->words[i], from, to) : 0;
    for (uint32_t i = 1; i < g->count; i++) { /* nearly sorted from window to window */
        ld_flat_term *t = g->words[i];
        uint32_t bound = g->bounds[i], k = i;
        for (; k > 0 && g->bounds[k - 1] > bound; k--) {
            g->words[k] = g->words[k - 1];
            g->bounds[k] = g->bounds[k - 1];
        }
        g->words[k] = t;
        g->bounds[k] = bound;
    }
    g->below[0] = 0;
    for (uint32_t i = 0; i < g->count; i++)
        g->below[i + 1] = g->below[i] + g->bounds[i];
    uint32_t least = ld_flat_least(f), spare = 0;
    while (f->prune && spare < g->count && g->below[spare + 1] + f->check_bound < least)
        spare++;
    return spare;
}

/* Candidates against the words that are not essential, then against all else; the best are
 * offered. They ascend from call to call. */
static bool candidates_take(merger *g, uint32_t count, uint32_t spare)
{
    ld_flat *f = g->f;
    for (uint32_t i = spare; i-- > 0 && count;) {
        uint32_t more = g->below[i] + f->check_bound;
        if (!ld_flat_add(f, g->words[i], g->docs, g->points, count, more, ld_flat_least(f)))
            return false;
        uint32_t least = ld_flat_least(f);
        count =
            f->kernels->filter(g->docs, g->points, count, more, least > more ? least : more + 1);
    }
    count = ld_flat_show(f, g->docs, g->points, count);
    if (count && ld_flat_has_tests(f))
        count = ld_flat_test(f, g->docs, g->points, count);
    if (count == UINT32_MAX)
        return false;
    f->total += count;
    return ld_flat_offer(f, g->docs, g->points, count);
}

/* One word is essential: its postings in [from, to) are the candidates. */
static bool scan_one(merger *g, uint32_t from, uint32_t to, uint32_t spare)
{
    ld_flat *f = g->f;
    ld_flat_term *t = g->words[spare];
    uint32_t more = g->below[spare] + f->check_bound;
    for (uint32_t b = t->block; b < t->block_count; b++) {
        bool last = ld_postings_block_last(t->postings, b) >= to - 1;
        if (ld_flat_block_bound(f, t, b) + more >= ld_flat_least(f)) {
            if (!ld_flat_load(f, t, b) || !ld_flat_docs(f, t))
                return false;
            uint32_t first = f->kernels->lower_bound(t->docs, t->size, from);
            uint32_t end = last ? f->kernels->lower_bound(t->docs, t->size, to) : t->size;
            uint32_t count = end - first, least = ld_flat_least(f);
            memcpy(g->docs, t->docs + first, count * sizeof *g->docs);
            if (count && !ld_flat_points(f, t, first, count, g->points))
                return false;
            count = f->kernels->filter(g->docs, g->points, count, more,
                                       least > more ? least : more + 1);
            if (count && !candidates_take(g, count, spare))
                return false;
        }
        if (last)
            break;
    }
    return f->x->status == LEDE_OK;
}

/* The lead's documents in [from, to) of its loaded block as candidates without points. */
static uint32_t lead_slice(merger *g, const ld_flat_term *lead, uint32_t from, uint32_t to,
                           uint16_t *at)
{
    const ld_kernels *kernels = g->f->kernels;
    uint32_t first = lead->docs[0] < from ? kernels->lower_bound(lead->docs, lead->size, from) : 0;
    uint32_t end = lead->docs[lead->size - 1] < to
                       ? lead->size
                       : kernels->lower_bound(lead->docs, lead->size, to);
    uint32_t count = end > first ? end - first : 0;
    memcpy(g->docs, lead->docs + first, count * sizeof *g->docs);
    memset(g->points, 0, count * sizeof *g->points);
    for (uint32_t i = 0; i < count; i++)
        at[i] = (uint16_t)(first + i);
    return count;
}

/* Meets the candidates with the other required words, then scores the lead; those left,
 * UINT32_MAX: a failure. */
static uint32_t required_meet(merger *g, ld_flat_term *lead, uint32_t first, uint16_t *at,
                              uint32_t count)
{
    ld_flat *f = g->f;
    ld_flat_numbers own;
    uint32_t more = g->below[g->count] + f->check_bound;
    for (uint32_t i = g->count; i-- > first && count;) {
        if (g->words[i] == lead)
            continue;
        more -= g->bounds[i];
        count = ld_flat_require(f, g->words[i], g->docs, g->points, at, count, more);
        if (count == UINT32_MAX)
            return count;
    }
    if (count && !ld_flat_points_at(f, lead, g->docs, at, count, own))
        return UINT32_MAX;
    for (uint32_t i = 0; i < count; i++)
        g->points[i] += own[i];
    more = g->below[first] + f->check_bound;
    uint32_t least = ld_flat_least(f);
    return f->kernels->filter(g->docs, g->points, count, more, least > more ? least : more + 1);
}

/* The words from `first` on are required in [from, to). */
static bool scan_required(merger *g, uint32_t from, uint32_t to, uint32_t first)
{
    ld_flat *f = g->f;
    uint16_t at[LD_FLAT_BATCH + LD_FLAT_SLACK];
    ld_flat_term *lead = g->words[first];
    uint32_t others = g->below[g->count] + f->check_bound;
    for (uint32_t i = first; i < g->count; i++)
        lead = g->words[i]->df < lead->df ? g->words[i] : lead;
    for (uint32_t i = first; i < g->count; i++)
        others -= g->words[i] == lead ? g->bounds[i] : 0;
    for (uint32_t b = lead->block; b < lead->block_count; b++) {
        bool last = ld_postings_block_last(lead->postings, b) >= to - 1;
        if (ld_flat_block_bound(f, lead, b) + others >= ld_flat_least(f)) {
            if (!ld_flat_load(f, lead, b) || !ld_flat_docs(f, lead))
                return false;
            uint32_t count = lead_slice(g, lead, from, to, at);
            count = required_meet(g, lead, first, at, count);
            if (count == UINT32_MAX || (count && !candidates_take(g, count, first)))
                return false;
        }
        if (last)
            break;
    }
    return f->x->status == LEDE_OK;
}

/* The first of the words that are required in the window planned; count: none is. */
static uint32_t first_required(const merger *g)
{
    uint32_t least = ld_flat_least(g->f), all = g->below[g->count] + g->f->check_bound;
    uint32_t first = g->count;
    while (g->f->prune && first > 0 && all - g->bounds[first - 1] < least)
        first--;
    return first;
}

/* Adds the word's points in the window. Where a window has few documents they are also noted, so
 * that its sums need not be looked through. */
static bool window_add(merger *g, ld_flat_term *t, uint32_t from, uint32_t to)
{
    ld_flat *f = g->f;
    ld_flat_numbers points;
    if (t->next_doc >= to)
        return true;
    t->next_doc = UINT32_MAX;
    t->block = ld_postings_block_find(t->postings, t->block, from);
    for (uint32_t b = t->block; b < t->block_count; b++) {
        if (!ld_flat_load(f, t, b) || !ld_flat_docs(f, t))
            return false;
        const uint32_t *docs = t->docs;
        bool last = docs[t->size - 1] >= to;
        uint32_t first = docs[0] < from ? f->kernels->lower_bound(docs, t->size, from) : 0;
        uint32_t end = last ? f->kernels->lower_bound(docs, t->size, to) : t->size;
        uint32_t count = end > first ? end - first : 0;
        if (count && !ld_flat_points(f, t, first, count, points))
            return false;
        f->kernels->accumulate(g->window, docs + first, count, from, points);
        g->added += count;
        if (g->added <= FEW)
            f->kernels->set_bits(g->noted, docs + first, count, from);
        if (last) {
            t->next_doc = docs[end];
            break;
        }
    }
    return f->x->status == LEDE_OK;
}

/* The documents that were noted and their sums, if at least the threshold; *matches: how many are
 * not 0. */
static uint32_t collect_noted(merger *g, uint32_t from, uint32_t threshold, uint32_t *matches)
{
    const ld_kernels *kernels = g->f->kernels;
    uint32_t count =
        kernels->bits_to_docs((const uint8_t *)g->noted, LD_WINDOW_WORDS, from, g->docs);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t *sum = &g->window[g->docs[i] - from];
        *matches += *sum > 0;
        g->points[i] = *sum;
        *sum = 0;
    }
    return kernels->filter(g->docs, g->points, count, 0, threshold);
}

/* All documents of a window whose sums are at least the threshold. The window is empty again. */
static uint32_t collect(merger *g, uint32_t from, uint32_t entries, uint32_t threshold,
                        uint32_t *matches)
{
    uint32_t count;
    *matches = 0;
    if (g->added <= FEW) {
        count = collect_noted(g, from, threshold, matches);
    } else {
        count =
            g->f->kernels->collect(g->window, entries, threshold, g->offsets, g->points, matches);
        for (uint32_t i = 0; i < count; i++)
            g->docs[i] = from + g->offsets[i];
    }
    memset(g->noted, 0, sizeof g->noted);
    return count;
}

/* Sums of rows that do not count, and of rows that excluded words have, are not sums of matches. */
static bool window_clear(merger *g, uint32_t from, uint32_t entries)
{
    ld_flat *f = g->f;
    const ld_segment_view *v = f->x->view;
    for (uint32_t w = 0; f->hides && w < (entries + 63) / 64; w++) {
        uint64_t hidden = v->deleted ? v->deleted[from / 64 + w] : 0;
        if (v->superseded && !f->x->versions_all)
            hidden |= v->superseded[from / 64 + w];
        for (; hidden; hidden &= hidden - 1)
            g->window[w * 64 + (uint32_t)__builtin_ctzll(hidden)] = 0;
    }
    for (uint32_t i = 0; i < f->excluded_count; i++) {
        uint64_t words[LD_WINDOW_WORDS] = {0};
        if (!ld_flat_bits(f, &f->excluded[i], from, words, LD_WINDOW_WORDS))
            return false;
        for (uint32_t w = 0; w < LD_WINDOW_WORDS; w++)
            for (uint64_t bits = words[w]; bits; bits &= bits - 1)
                g->window[w * 64 + (uint32_t)__builtin_ctzll(bits)] = 0;
    }
    return true;
}

/* Collects what the window's sums make candidates. */
static bool window_collect(merger *g, uint32_t from, uint32_t to, uint32_t spare)
{
    ld_flat *f = g->f;
    uint32_t entries = (to - from + 63) / 64 * 64, matches = 0;
    bool asks = f->check_count || f->barred_count; /* what the array cannot tell */
    uint32_t more = g->below[spare] + f->check_bound, least = ld_flat_least(f);
    uint32_t threshold = least > more ? least - more : 1;
    if (!f->prune && !window_clear(g, from, entries))
        return false;
    if (!f->prune && asks)
        threshold = 1;
    uint32_t count = collect(g, from, entries, threshold, &matches);
    if (!f->prune && !asks) {
        f->total += matches;
        return ld_flat_offer(f, g->docs, g->points, count);
    }
    if (!f->prune) {
        count = ld_flat_test_cursors(f, g->docs, g->points, count);
        f->total += count;
        return count != UINT32_MAX && ld_flat_offer(f, g->docs, g->points, count);
    }
    return candidates_take(g, count, spare);
}

/* Says that the lengths of documents [from, to) will be looked up: postings touch most of their
 * cache lines, one by one. */
static void lengths_prefetch(const ld_flat *f, uint32_t from, uint32_t to)
{
    for (uint32_t doc = from; doc < to; doc += 64)
        __builtin_prefetch(f->x->view->lengths.codes + doc);
}

static bool window_merge(merger *g, uint32_t from, uint32_t to, uint32_t spare)
{
    g->added = 0;
    lengths_prefetch(g->f, from, to);
    for (uint32_t i = spare; i < g->count; i++)
        if (!window_add(g, g->words[i], from, to))
            return false;
    return g->added == 0 || window_collect(g, from, to, spare);
}

/* The window of the first document at or after `at` that a word can have. */
static uint32_t window_next(const merger *g, uint32_t at)
{
    uint32_t next = UINT32_MAX;
    for (uint32_t i = 0; i < g->count; i++)
        next = g->words[i]->next_doc < next ? g->words[i]->next_doc : next;
    next -= next % LD_WINDOW_DOCS;
    return next > at ? next : at;
}

/* By what the plan of [from, to) lets be passed over; *done false: the sums are needed. */
static bool scan(merger *g, uint32_t from, uint32_t to, uint32_t spare, bool *done)
{
    uint32_t required = first_required(g);
    *done = true;
    if (spare == g->count)
        return true;
    if (required + 1 < g->count)
        return scan_required(g, from, to, required);
    if (required + 1 == g->count)
        return scan_one(g, from, to, required);
    if (g->f->prune && spare + 1 == g->count)
        return scan_one(g, from, to, spare);
    *done = false;
    return true;
}

/* Documents [from, to) of a wide window. */
static bool wide_merge(merger *g, uint32_t from, uint32_t to)
{
    ld_flat *f = g->f;
    bool done;
    uint32_t spare = window_plan(g, from, to);
    if (!scan(g, from, to, spare, &done))
        return false;
    for (uint32_t at = done ? to : window_next(g, from); at < to && !ld_flat_stopped(f);
         at = window_next(g, at + LD_WINDOW_DOCS)) {
        uint32_t end = to - at > LD_WINDOW_DOCS ? at + LD_WINDOW_DOCS : to;
        done = false;
        if (f->prune) {
            spare = window_plan(g, at, end);
            if (!scan(g, at, end, spare, &done))
                return false;
        }
        if (!done && !window_merge(g, at, end, spare))
            return false;
    }
    return true;
}

void ld_flat_or(ld_flat *f)
{
    ld_arena *arena = f->x->arena;
    uint32_t docs = f->x->view->docs, step = WIDE_WINDOWS * LD_WINDOW_DOCS;
    if (f->optional_count == 0)
        return;
    merger *g = ld_arena_alloc(arena, sizeof *g);
    if (g) {
        g->f = f;
        g->count = f->optional_count;
        g->words = ld_arena_array(arena, g->count + 1u, sizeof *g->words);
        g->bounds = ld_arena_array(arena, g->count + 1u, sizeof *g->bounds);
        g->below = ld_arena_array(arena, g->count + 1u, sizeof *g->below);
        memset(g->window, 0, sizeof g->window);
        memset(g->noted, 0, sizeof g->noted);
    }
    if (!g || !g->words || !g->bounds || !g->below) {
        f->x->status = ld_arena_status(arena, &f->x->error);
        return;
    }
    for (uint32_t i = 0; i < g->count; i++)
        g->words[i] = &f->optional[i];
    for (uint32_t from = 0; from < docs && !ld_flat_stopped(f);) {
        uint32_t to = docs - from > step ? from + step : docs;
        if (!wide_merge(g, from, to))
            return;
        from = to;
    }
}
