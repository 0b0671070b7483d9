/*
 * A heap of the k best. The order is total, so that the same archive gives the same page whatever
 * its segments are: score (or date), then the hash of the key, then the key, then for versions of
 * one key the newest first, their content hash, and at last the row.
 *
 * Reading a key costs a look-up, so most matches must be refused before it: those whose score is
 * below the k-th. Only ties and entrants are read.
 */
#include "query/topk.h"

#include "query/sort.h"

lede_status ld_topk_init(ld_topk *t, ld_arena *arena, const ld_snapshot *snapshot, uint8_t sort,
                         uint32_t k, const ld_topk_after *after, lede_error *err)
{
    *t = (ld_topk){.snapshot = snapshot, .sort = sort, .k = k, .after = *after};
    t->heap = ld_arena_array(arena, (size_t)k + 1, sizeof *t->heap);
    return t->heap ? LEDE_OK : ld_arena_status(arena, err);
}

/* <0: a comes before b, by score or date alone. */
static int compare_primary(uint8_t sort, double a_score, int64_t a_key, double b_score,
                           int64_t b_key)
{
    if (sort == LD_SORT_RELEVANCE)
        return (a_score < b_score) - (a_score > b_score);
    if (sort == LD_SORT_NEWEST)
        return (a_key < b_key) - (a_key > b_key);
    uint64_t a = a_key == INT64_MIN ? UINT64_MAX : (uint64_t)a_key ^ (1ull << 63);
    uint64_t b = b_key == INT64_MIN ? UINT64_MAX : (uint64_t)b_key ^ (1ull << 63);
    return (a > b) - (a < b);
}

static int compare_identity(ld_topk *t, const ld_hit *a, const ld_hit *b)
{
    const ld_segment_view *x = ld_snapshot_segment(t->snapshot, a->segment);
    const ld_segment_view *y = ld_snapshot_segment(t->snapshot, b->segment);
    ld_span a_key, b_key;
    uint64_t a_hash[2], b_hash[2];
    int64_t a_version, b_version;
    bool is_explicit;
    lede_status status = ld_doc_key(x, a->doc, &a_key, &t->error);
    if (status == LEDE_OK)
        status = ld_doc_key(y, b->doc, &b_key, &t->error);
    if (status == LEDE_OK)
        status = ld_doc_identity(x, a->doc, a_hash, &a_version, &is_explicit, &t->error);
    if (status == LEDE_OK)
        status = ld_doc_identity(y, b->doc, b_hash, &b_version, &is_explicit, &t->error);
    if (status != LEDE_OK) {
        t->status = status;
        return 0;
    }
    int c = ld_span_compare(a_key, b_key);
    if (c)
        return c;
    if (a_version != b_version)
        return a_version > b_version ? -1 : 1;
    c = memcmp(a_hash, b_hash, sizeof a_hash);
    if (c)
        return c;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

static int hit_compare(void *ctx, const void *left, const void *right)
{
    ld_topk *t = ctx;
    const ld_hit *a = left, *b = right;
    int c = compare_primary(t->sort, a->score, a->sort_key, b->score, b->sort_key);
    if (c)
        return c;
    if (a->key_hash != b->key_hash)
        return a->key_hash < b->key_hash ? -1 : 1;
    if (a->segment == b->segment && a->doc == b->doc)
        return 0;
    return t->status == LEDE_OK ? compare_identity(t, a, b) : 0;
}

double ld_topk_threshold(const ld_topk *t)
{
    return t->count == t->k && t->k && t->sort == LD_SORT_RELEVANCE ? t->heap[0].score : 0;
}

static void sift_up(ld_topk *t, uint32_t at)
{
    while (at > 0 && hit_compare(t, &t->heap[(at - 1) / 2], &t->heap[at]) < 0) {
        ld_hit h = t->heap[at];
        t->heap[at] = t->heap[(at - 1) / 2];
        t->heap[(at - 1) / 2] = h;
        at = (at - 1) / 2;
    }
}

static void sift_down(ld_topk *t)
{
    for (uint32_t at = 0, child; (child = 2 * at + 1) < t->count; at = child) {
        if (child + 1 < t->count && hit_compare(t, &t->heap[child], &t->heap[child + 1]) < 0)
            child++;
        if (hit_compare(t, &t->heap[at], &t->heap[child]) >= 0)
            return;
        ld_hit h = t->heap[at];
        t->heap[at] = t->heap[child];
        t->heap[child] = h;
    }
}

/* Whether the page before has shown it: true: leave it out. */
static bool shown(const ld_topk *t, const ld_hit *h)
{
    if (!t->after.given)
        return false;
    int c = compare_primary(t->sort, t->after.score, t->after.sort_key, h->score, h->sort_key);
    if (c)
        return c > 0;
    return h->key_hash < t->after.key_hash;
}

lede_status ld_topk_offer(ld_topk *t, const ld_hit *hit, lede_error *err)
{
    ld_hit h = *hit;
    bool full = t->count == t->k;
    if (t->k == 0)
        return LEDE_OK;
    if (full &&
        compare_primary(t->sort, h.score, h.sort_key, t->heap[0].score, t->heap[0].sort_key) > 0)
        return LEDE_OK;
    ld_span key;
    LD_TRY(ld_doc_key(ld_snapshot_segment(t->snapshot, h.segment), h.doc, &key, err));
    h.key_hash = ld_key_hash(key);
    if (shown(t, &h))
        return LEDE_OK;
    if (!full) {
        t->heap[t->count++] = h;
        sift_up(t, t->count - 1);
    } else if (hit_compare(t, &h, &t->heap[0]) < 0) {
        t->heap[0] = h;
        sift_down(t);
    }
    if (t->status != LEDE_OK && err)
        *err = t->error;
    return t->status;
}

lede_status ld_topk_finish(ld_topk *t, lede_error *err)
{
    ld_sort_items(t->heap, t->count, sizeof *t->heap, hit_compare, t);
    uint32_t skip = 0;
    while (t->after.given && skip < t->after.skip && skip < t->count &&
           t->heap[skip].key_hash == t->after.key_hash &&
           compare_primary(t->sort, t->after.score, t->after.sort_key, t->heap[skip].score,
                           t->heap[skip].sort_key) == 0)
        skip++;
    t->count -= skip;
    memmove(t->heap, t->heap + skip, t->count * sizeof *t->heap);
    if (t->status != LEDE_OK && err)
        *err = t->error;
    return t->status;
}
