/*
 * Copies folded over all matches, not only over a page.
 *
 *   run --match--> inlet --+-- in no group ----------------------> top
 *                          +-- in a group --> first, count, list --(at the end)--> top
 *
 * Which copy is shown: the one that comes first in the order asked for (the best score, the newest,
 * the oldest); of equals the one published first, then the order that decides all ties (topk.c).
 * So a page of a folded answer is the page of the whole answer with the later copies taken out, and
 * the number of stories is exact where every match was seen: nothing is passed over in a folded
 * search. The price is that bounds are of no use; a match in no group costs one look into an array.
 *
 * Rejected: folding the page and fetching more (what is left out depends on the page, and there is
 * no count).
 */
#include "query/fold.h"

#include "query/sort.h"

lede_status ld_fold_init(ld_fold *f, ld_arena *arena, const ld_snapshot *snapshot, uint32_t level,
                         ld_topk *top, lede_error *err)
{
    *f = (ld_fold){.arena = arena, .top = top};
    LD_TRY(ld_snapshot_copies(snapshot, level, &f->map, err));
    f->slots = ld_arena_array(arena, (size_t)f->map->group_count + 1, sizeof *f->slots);
    if (!f->slots)
        return ld_arena_status(arena, err);
    /* k 1: points are wanted; no room and a page before: every match comes to ld_fold_offer, and
     * none is passed over */
    f->inlet = (ld_topk){.snapshot = snapshot,
                         .sort = top->sort,
                         .k = 1,
                         .points_log2 = top->points_log2,
                         .after = {.given = true},
                         .fold = f};
    return LEDE_OK;
}

static lede_status published(const ld_snapshot *s, uint32_t segment, uint32_t doc, int64_t *utc_ms,
                             lede_error *err)
{
    bool present;
    LD_TRY(ld_column_number(ld_snapshot_segment(s, segment), LD_COLUMN_PUBLISHED, doc, utc_ms,
                            &present, err));
    if (!present)
        *utc_ms = INT64_MAX;
    return LEDE_OK;
}

static lede_status comes_before(ld_fold *f, ld_topk_item *a, ld_topk_item *b, bool *before,
                                lede_error *err)
{
    int64_t x, y;
    *before = a->rank > b->rank;
    if (a->rank != b->rank)
        return LEDE_OK;
    LD_TRY(published(f->map->snapshot, a->segment, a->doc, &x, err));
    LD_TRY(published(f->map->snapshot, b->segment, b->doc, &y, err));
    *before = x < y || (x == y && ld_topk_compare(f->top, a, b) < 0);
    if (f->top->status != LEDE_OK && err)
        *err = f->top->error;
    return f->top->status;
}

static lede_status add_member(ld_fold *f, ld_fold_group *g, uint32_t segment, uint32_t doc,
                              lede_error *err)
{
    struct ld_fold_member m = {{segment, doc}, g->members};
    g->count++;
    if (f->member_count == LD_QUERY_FOLDED_MAX) /* counted, not listed */
        return LEDE_OK;
    if (!LD_ARENA_PUSH(f->arena, f->members, f->member_count, f->member_capacity, m))
        return ld_arena_status(f->arena, err);
    g->members = f->member_count;
    return LEDE_OK;
}

lede_status ld_fold_offer(ld_fold *f, uint32_t segment, uint32_t doc, uint64_t rank,
                          lede_error *err)
{
    uint32_t group = f->map->groups[segment][doc];
    ld_topk_item item = {rank, 0, segment, doc};
    if (group == 0) {
        f->alone++;
        return f->top->k ? ld_topk_offer(f->top, segment, doc, rank, err) : LEDE_OK;
    }
    if (f->slots[group] == 0) {
        ld_fold_group g = {.first = item, .group = group};
        if (!LD_ARENA_PUSH(f->arena, f->groups, f->group_count, f->group_capacity, g))
            return ld_arena_status(f->arena, err);
        f->slots[group] = f->group_count;
        return add_member(f, &f->groups[f->group_count - 1], segment, doc, err);
    }
    ld_fold_group *g = &f->groups[f->slots[group] - 1];
    bool before;
    LD_TRY(comes_before(f, &item, &g->first, &before, err));
    if (before)
        g->first = item;
    return add_member(f, g, segment, doc, err);
}

lede_status ld_fold_finish(ld_fold *f, uint64_t *stories, lede_error *err)
{
    *stories = f->alone + f->group_count;
    for (uint32_t i = 0; i < f->group_count && f->top->k; i++) {
        const ld_topk_item *first = &f->groups[i].first;
        LD_TRY(ld_topk_offer(f->top, first->segment, first->doc, first->rank, err));
    }
    return LEDE_OK;
}

/* ---- what is listed with a hit ---- */

typedef struct listed {
    ld_doc_ref doc;
    int64_t published;
    uint64_t key_hash;
} listed;

static int listed_compare(void *ctx, const void *left, const void *right)
{
    const listed *a = left, *b = right;
    if (a->published != b->published)
        return a->published < b->published ? -1 : 1;
    if (a->key_hash != b->key_hash)
        return a->key_hash < b->key_hash ? -1 : 1;
    if (a->doc.segment != b->doc.segment)
        return a->doc.segment < b->doc.segment ? -1 : 1;
    return (a->doc.doc > b->doc.doc) - (a->doc.doc < b->doc.doc);
}

static lede_status list(ld_fold *f, const ld_fold_group *g, const ld_hit *hit, listed *items,
                        uint32_t *count, lede_error *err)
{
    *count = 0;
    for (uint32_t at = g->members; at; at = f->members[at - 1].next) {
        listed *item = &items[*count];
        item->doc = f->members[at - 1].doc;
        if (item->doc.segment == hit->segment && item->doc.doc == hit->doc)
            continue;
        ld_hit own = {.segment = item->doc.segment, .doc = item->doc.doc};
        LD_TRY(published(f->map->snapshot, own.segment, own.doc, &item->published, err));
        LD_TRY(ld_topk_hash(f->top, &own, err));
        item->key_hash = own.key_hash;
        ++*count;
    }
    ld_sort_items(items, *count, sizeof *items, listed_compare, NULL);
    return LEDE_OK;
}

lede_status ld_fold_copies(ld_fold *f, const ld_hit *hit, ld_hit_copies *copies, lede_error *err)
{
    *copies = (ld_hit_copies){0};
    uint32_t group = f->map->groups[hit->segment][hit->doc];
    if (group == 0 || f->slots[group] == 0)
        return LEDE_OK;
    const ld_fold_group *g = &f->groups[f->slots[group] - 1];
    copies->group = f->map->ids[group];
    copies->count = g->count - 1;
    if (copies->count == 0)
        return LEDE_OK;
    uint32_t count;
    listed *items = ld_arena_array(f->arena, g->count, sizeof *items);
    if (!items)
        return ld_arena_status(f->arena, err);
    LD_TRY(list(f, g, hit, items, &count, err));
    count = count < LD_QUERY_COPIES_MAX ? count : LD_QUERY_COPIES_MAX;
    ld_doc_ref *docs = ld_arena_array(f->arena, count + 1u, sizeof *docs);
    if (!docs)
        return ld_arena_status(f->arena, err);
    for (uint32_t i = 0; i < count; i++)
        docs[i] = items[i].doc;
    copies->docs = docs;
    copies->doc_count = count;
    return LEDE_OK;
}
