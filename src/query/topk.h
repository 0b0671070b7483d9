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
    uint32_t skip; /* hits of just this score (or sort key) and key hash shown so far */
} ld_topk_after;

typedef struct ld_topk {
    const ld_snapshot *snapshot;
    uint8_t sort; /* ld_sort */
    uint32_t k;
    ld_topk_after after;
    ld_hit *heap; /* [count] of k, the last in order at the top */
    uint32_t count;
    lede_status status; /* sticky: a key could not be read */
    lede_error error;
} ld_topk;

lede_status ld_topk_init(ld_topk *t, ld_arena *arena, const ld_snapshot *snapshot, uint8_t sort,
                         uint32_t k, const ld_topk_after *after, lede_error *err);
/* hit->key_hash is filled here, and only when the hit may enter. */
lede_status ld_topk_offer(ld_topk *t, const ld_hit *hit, lede_error *err);
/* No hit with a lower score can enter any more; 0 while there is room. */
double ld_topk_threshold(const ld_topk *t);
/* heap[0 .. count) in order; those that the cursor had shown already are gone. */
lede_status ld_topk_finish(ld_topk *t, lede_error *err);

#endif
