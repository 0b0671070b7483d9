#ifndef LD_QUERY_TOPK_H
#define LD_QUERY_TOPK_H
/* The first k of all matches in the order of the answer, whatever order they come in. */
#include "index/snapshot.h"
#include "query/search.h"

typedef struct ld_topk_after {
    bool given;
    double score; /* of the last hit of the page before */
    int64_t sort_key;
    uint64_t key_hash;
    uint32_t skip;  /* hits of just this score (or sort key) and key hash shown so far */
    uint32_t place; /* not 0: hits shown so far of an answer whose first are ranked in two stages;
                       nothing else is given */
} ld_topk_after;

typedef struct ld_topk_item {
    uint64_t rank;     /* the higher the earlier: points of the score, or what the date makes */
    uint64_t key_hash; /* 0: not read */
    uint32_t segment, doc;
} ld_topk_item;

typedef struct ld_topk {
    const ld_snapshot *snapshot;
    uint8_t sort; /* ld_sort */
    uint32_t k;
    int points_log2; /* of the scores (query/score.h) */
    ld_topk_after after;
    uint64_t after_rank;
    uint64_t least;      /* no match of a lower rank can enter any more */
    bool guessed;        /* least began as a guess: it may be more than the k-th best has */
    bool sure;           /* nothing may be guessed any more */
    bool more;           /* at least one match was turned away: another page follows */
    ld_topk_item *items; /* [count] of capacity, in no order; k best among them */
    uint32_t count, capacity;
    uint64_t *ranks;      /* [3 * capacity] room to find the k-th best in */
    struct ld_fold *fold; /* where every match goes instead (fold.h); NULL: nowhere */
    lede_status status;   /* sticky: a key could not be read */
    lede_error error;
} ld_topk;

/* points_log2: of the scores to come. */
lede_status ld_topk_init(ld_topk *t, ld_arena *arena, const ld_snapshot *snapshot, uint8_t sort,
                         uint32_t k, const ld_topk_after *after, int points_log2, lede_error *err);
/* rank: see ld_topk_rank; for relevance the points of the score. */
lede_status ld_topk_offer_slow(ld_topk *t, uint32_t segment, uint32_t doc, uint64_t rank,
                               lede_error *err);
static inline lede_status ld_topk_offer(ld_topk *t, uint32_t segment, uint32_t doc, uint64_t rank,
                                        lede_error *err)
{
    if (rank < t->least) {
        t->more = true;
        return LEDE_OK;
    }
    if (t->after.given || t->count == t->capacity)
        return ld_topk_offer_slow(t, segment, doc, rank, err);
    t->items[t->count++] = (ld_topk_item){rank, 0, segment, doc};
    return LEDE_OK;
}
/* < 0 where a comes before b in the answer; what could not be read is in the status. */
int ld_topk_compare(ld_topk *t, ld_topk_item *a, ld_topk_item *b);
/* No match of a lower rank is asked for from now on, which is a guess. */
void ld_topk_guess(ld_topk *t, uint64_t least);
/* Whether all matches were offered and a guess proves to have been too much; then nothing was
 * offered yet, nothing will be guessed, and all matches are to be offered again. */
bool ld_topk_restart(ld_topk *t);
/* The rank of a published date; INT64_MIN: not known. */
uint64_t ld_topk_rank(uint8_t sort, int64_t sort_key);
/* The best k that were offered, in order, without those that the page before has shown, in the
 * arena. key_hash is 0 where the order did not need it. */
lede_status ld_topk_finish(ld_topk *t, ld_arena *arena, ld_hit **hits, uint32_t *count,
                           lede_error *err);
/* Fills hit->key_hash. */
lede_status ld_topk_hash(const ld_topk *t, ld_hit *hit, lede_error *err);

#endif
