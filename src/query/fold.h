#ifndef LD_QUERY_FOLD_H
#define LD_QUERY_FOLD_H
/*
 * One line a story: of all matches in one group of copies the first is shown, and the rest are
 * listed with it (fold.c). The groups are those of the snapshot (index/copy_groups.h).
 */
#include "index/copy_groups.h"
#include "query/topk.h"

#define LD_QUERY_COPIES_MAX 100u       /* listed with a hit; a larger group says how many */
#define LD_QUERY_FOLDED_MAX (1u << 20) /* matches in groups that can be listed: 12 MiB */

typedef struct ld_fold_group {
    ld_topk_item first; /* the match that is shown */
    uint32_t group;     /* of the map */
    uint32_t count;     /* matches */
    uint32_t members;   /* the latest match, in ld_fold.members + 1 */
} ld_fold_group;

typedef struct ld_fold {
    ld_arena *arena;
    const ld_copy_map *map;
    ld_topk inlet;         /* what a run offers to; it keeps nothing */
    ld_topk *top;          /* the stories; borrowed */
    uint32_t *slots;       /* [map->group_count + 1] group met + 1, by group of the map */
    ld_fold_group *groups; /* [group_count] met */
    uint32_t group_count, group_capacity;
    struct ld_fold_member {
        ld_doc_ref doc;
        uint32_t next; /* the match before of the group + 1; 0: none */
    } * members;       /* [member_count] */
    uint32_t member_count, member_capacity;
    uint64_t alone; /* matches in no group */
} ld_fold;

/* level: 1 to LD_COPY_LEVELS. top: initialised; it is offered what is shown, no more. */
lede_status ld_fold_init(ld_fold *f, ld_arena *arena, const ld_snapshot *snapshot, uint32_t level,
                         ld_topk *top, lede_error *err);
/* A match; ld_topk_offer of the inlet comes here. */
lede_status ld_fold_offer(ld_fold *f, uint32_t segment, uint32_t doc, uint64_t rank,
                          lede_error *err);
/* After the last match: offers the first of each group to the top. *stories: how many there are. */
lede_status ld_fold_finish(ld_fold *f, uint64_t *stories, lede_error *err);
/* The other matches of the group of a hit that is shown: at most LD_QUERY_COPIES_MAX, the earliest
 * published first, those without a date last, then by key hash. */
lede_status ld_fold_copies(ld_fold *f, const ld_hit *hit, ld_hit_copies *copies, lede_error *err);

#endif
