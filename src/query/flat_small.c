/*
 * Any of several words that have few documents together: their lists are merged one by one.
 *
 *   griffith       3 17 40      ->  3 17 40      observatory  17 99  ->  3 17 40 99
 *
 * A window of sums (flat_or.c) costs its length whatever stands in it; two short lists cost a step
 * a posting. cost: postings x words.
 */
#include "query/flat.h"

typedef struct list {
    uint32_t docs[LD_FLAT_SMALL + LD_FLAT_SLACK];
    uint32_t points[LD_FLAT_SMALL + LD_FLAT_SLACK];
    uint32_t count;
} list;

/* All postings of the word. */
static bool list_read(ld_flat *f, ld_flat_term *t, list *out)
{
    out->count = 0;
    for (uint32_t b = 0; b < t->block_count; b++) {
        if (!ld_flat_load(f, t, b) || !ld_flat_docs(f, t))
            return false;
        if (t->size > LD_FLAT_SMALL - out->count)
            return false; /* more than its df: the postings say so when they are read on */
        memcpy(out->docs + out->count, t->docs, t->size * sizeof *out->docs);
        if (f->top->k && !ld_flat_points(f, t, 0, t->size, out->points + out->count))
            return false;
        out->count += t->size;
    }
    return true;
}

/* Points of documents in both are added; without scores they mean nothing. */
static void list_merge(const list *a, const list *b, list *out)
{
    uint32_t i = 0, k = 0, n = 0;
    while (i < a->count && k < b->count) {
        uint32_t x = a->docs[i], y = b->docs[k];
        out->docs[n] = x < y ? x : y;
        out->points[n++] = (x <= y ? a->points[i] : 0) + (y <= x ? b->points[k] : 0);
        i += x <= y;
        k += y <= x;
    }
    const list *rest = i < a->count ? a : b;
    uint32_t from = i < a->count ? i : k, left = rest->count - from;
    memcpy(out->docs + n, rest->docs + from, left * sizeof *out->docs);
    memcpy(out->points + n, rest->points + from, left * sizeof *out->points);
    out->count = n + left;
}

void ld_flat_or_small(ld_flat *f)
{
    list *own = ld_arena_alloc(f->x->arena, 3 * sizeof *own), *all = own, *next = own + 1;
    if (!own) {
        f->x->status = ld_arena_status(f->x->arena, &f->x->error);
        return;
    }
    all->count = 0;
    for (uint32_t i = 0; i < f->optional_count; i++) {
        if (!list_read(f, &f->optional[i], i ? own + 2 : all))
            return;
        if (i == 0)
            continue;
        list_merge(all, own + 2, next);
        list *t = all;
        all = next;
        next = t;
    }
    uint32_t count = ld_flat_show(f, all->docs, all->points, all->count);
    if (count && ld_flat_has_tests(f))
        count = ld_flat_test(f, all->docs, all->points, count);
    if (count == UINT32_MAX)
        return;
    f->total += count;
    if (f->top->k)
        ld_flat_offer(f, all->docs, all->points, count);
}
