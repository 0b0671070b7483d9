/*
 * Matches that have every required word, by score first.
 *
 *   lead     the rarest word: its blocks are the source of candidates. A block whose bound and the
 *            other words' lists together stay below the least points is passed over unread; of the
 *            others each posting is scored, and those that cannot reach it go.
 *   others   the next rarest first: which candidates it has, block by block, and what it gives
 *            them; a block is not read when no candidate in its range can reach the least with it.
 *
 * When the total is wanted nothing goes by its points: the lead is scored last, for what is left.
 *
 * cost: the lead's blocks, and of each other word the blocks in which candidates lie. Score-first
 * intersection: compare Lucene's block-max conjunction (BlockMaxConjunctionBulkScorer, 2022) and
 * Ding, Suel, Faster Top-k Document Retrieval Using Block-Max Indexes, SIGIR 2011. With phrases the
 * words are met in ranges instead (flat_meet.c).
 */
#include "query/flat_meet.h"

typedef struct batch {
    ld_flat *f;
    uint32_t count;
    ld_flat_numbers docs, points; /* [count] candidates; points 0: the lead's are still to come */
    ld_flat_places at;            /* [count] their postings in the lead's block */
    uint32_t *more; /* [required_count]: most points of the words after it, and the rest */
} batch;

/* The lead's postings of the loaded block: with pruning those that can reach the least. */
static bool lead_take(batch *b)
{
    ld_flat *f = b->f;
    ld_flat_term *lead = &f->required[0];
    uint32_t least = ld_flat_least(f), more = b->more[0];
    memcpy(b->docs, lead->docs, lead->size * sizeof *b->docs);
    b->count = lead->size;
    if (f->prune) {
        if (!ld_flat_points(f, lead, 0, lead->size, b->points))
            return false;
        b->count =
            f->kernels->filter(b->docs, b->points, b->count, more, least > more ? least : more + 1);
        return true;
    }
    memset(b->points, 0, b->count * sizeof *b->points);
    for (uint32_t i = 0; i < b->count; i++)
        b->at[i] = (uint16_t)i;
    return true;
}

/* What is left, all words met: other conditions, the lead's points, optional words, top. */
static bool matches_take(batch *b)
{
    ld_flat *f = b->f;
    ld_flat_numbers own;
    if (!f->prune && f->top->k) {
        if (!ld_flat_points_at(f, &f->required[0], b->docs, b->at, b->count, own))
            return false;
        for (uint32_t i = 0; i < b->count; i++)
            b->points[i] += own[i];
    }
    uint32_t count = ld_flat_show(f, b->docs, b->points, b->count);
    if (count && ld_flat_has_tests(f))
        count = ld_flat_test(f, b->docs, b->points, count);
    if (count == UINT32_MAX)
        return false;
    f->total += count;
    return f->top->k == 0 || count == 0 ||
           (ld_flat_optional_add(f, b->docs, b->points, count) &&
            ld_flat_offer(f, b->docs, b->points, count));
}

static bool block_take(batch *b)
{
    ld_flat *f = b->f;
    if (!lead_take(b))
        return false;
    for (uint32_t w = 1; w < f->required_count && b->count; w++) {
        b->count =
            ld_flat_require(f, &f->required[w], b->docs, b->points, b->at, b->count, b->more[w]);
        if (b->count == UINT32_MAX)
            return false;
    }
    return b->count == 0 || matches_take(b);
}

void ld_flat_and(ld_flat *f)
{
    ld_flat_term *lead = &f->required[0];
    ld_arena *arena = f->x->arena;
    batch *b = ld_arena_alloc(arena, sizeof *b);
    if (!b || !(b->more = ld_arena_array(arena, f->required_count, sizeof *b->more))) {
        f->x->status = ld_arena_status(arena, &f->x->error);
        return;
    }
    b->f = f;
    uint32_t more = f->check_bound;
    for (uint32_t i = 0; i < f->optional_count; i++)
        more += f->optional[i].bound;
    for (uint32_t w = f->required_count; w-- > 0; more += f->required[w].bound)
        b->more[w] = more;
    for (uint32_t i = 0; i < lead->block_count && !ld_flat_stopped(f); i++) {
        if (f->prune && ld_flat_block_bound(f, lead, i) + b->more[0] < ld_flat_least(f))
            continue;
        if (!ld_flat_load(f, lead, i) || !ld_flat_docs(f, lead) || !block_take(b))
            return;
    }
}
