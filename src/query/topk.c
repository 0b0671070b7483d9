/*
 * The k best, through a room of several k: matches above the least rank that can still enter are
 * only laid down; when the room is full, the k-th best rank is found, the rest is thrown away and
 * the least rank rises. That is one store a match instead of a sift through a heap, and one pass of
 * selection for every few k matches (quickselect: Hoare, Algorithm 65, CACM 1961).
 *
 * The order is total, so that the same archive gives the same page whatever its segments are: score
 * (or date), then the hash of the key, then the key, then for versions of one key the newest first,
 * their content hash, and at last the row. Reading a key costs a look-up, so it is read only for
 * matches that tie: at the k-th rank when the ties alone fill the room, and among neighbours of the
 * final order.
 */
#include "query/topk.h"

#include <math.h>

#include "query/fold.h"
#include "query/sort.h"

#define ROOM_MIN   256u
#define KEYS_AHEAD 16u /* keys whose places are sent for before the first is read */
#define INSERT_MAX 48u /* items up to which insertion sorts faster */

uint64_t ld_topk_rank(uint8_t sort, int64_t sort_key)
{
    if (sort_key == INT64_MIN)
        return 0; /* last in either order */
    uint64_t ascending = (uint64_t)sort_key ^ (UINT64_C(1) << 63);
    return sort == LD_SORT_NEWEST ? ascending : UINT64_MAX - ascending;
}

lede_status ld_topk_init(ld_topk *t, ld_arena *arena, const ld_snapshot *snapshot, uint8_t sort,
                         uint32_t k, const ld_topk_after *after, int points_log2, lede_error *err)
{
    *t = (ld_topk){.snapshot = snapshot,
                   .sort = sort,
                   .k = k,
                   .after = *after,
                   .points_log2 = points_log2,
                   .least = k ? 0 : UINT64_MAX};
    if (after->given)
        t->after_rank = sort == LD_SORT_RELEVANCE ? (uint64_t)ldexp(after->score, points_log2)
                                                  : ld_topk_rank(sort, after->sort_key);
    t->capacity = 4 * k < ROOM_MIN ? ROOM_MIN : 4 * k;
    t->items = ld_arena_alloc(arena, (size_t)t->capacity * sizeof *t->items);
    t->ranks = ld_arena_alloc(arena, 3ull * t->capacity * sizeof *t->ranks);
    return t->items && t->ranks ? LEDE_OK : ld_arena_status(arena, err);
}

void ld_topk_guess(ld_topk *t, uint64_t least)
{
    if (t->sure || t->k == 0 || least <= t->least)
        return;
    t->least = least;
    t->guessed = true;
}

/* With k at the guess or above, and one that was turned away after them, it was right: the page is
 * full and another follows. */
bool ld_topk_restart(ld_topk *t)
{
    if (!t->guessed || t->count > t->k || (t->count == t->k && t->more))
        return false;
    t->least = 0;
    t->count = 0;
    t->guessed = t->more = false;
    t->sure = true;
    return true;
}

static lede_status key_hash(const ld_topk *t, uint32_t segment, uint32_t doc, uint64_t *hash,
                            lede_error *err)
{
    ld_key_room room;
    ld_span key;
    LD_TRY(ld_doc_key(ld_snapshot_segment(t->snapshot, segment), doc, &room, &key, err));
    *hash = ld_key_hash(key);
    return LEDE_OK;
}

lede_status ld_topk_hash(const ld_topk *t, ld_hit *hit, lede_error *err)
{
    return key_hash(t, hit->segment, hit->doc, &hit->key_hash, err);
}

static uint64_t hash_of(ld_topk *t, ld_topk_item *item)
{
    if (item->key_hash == 0 && t->status == LEDE_OK)
        t->status = key_hash(t, item->segment, item->doc, &item->key_hash, &t->error);
    return item->key_hash;
}

/* Items of one rank and key hash: versions of a key, or keys that collide. */
static int compare_identity(ld_topk *t, const ld_topk_item *a, const ld_topk_item *b)
{
    const ld_segment_view *x = ld_snapshot_segment(t->snapshot, a->segment);
    const ld_segment_view *y = ld_snapshot_segment(t->snapshot, b->segment);
    ld_key_room a_room, b_room;
    ld_span a_key, b_key;
    uint64_t a_hash, b_hash;
    int64_t a_version, b_version;
    bool is_explicit;
    lede_status status = ld_doc_key(x, a->doc, &a_room, &a_key, &t->error);
    if (status == LEDE_OK)
        status = ld_doc_key(y, b->doc, &b_room, &b_key, &t->error);
    if (status == LEDE_OK)
        status = ld_doc_identity(x, a->doc, &a_hash, &a_version, &is_explicit, &t->error);
    if (status == LEDE_OK)
        status = ld_doc_identity(y, b->doc, &b_hash, &b_version, &is_explicit, &t->error);
    if (status != LEDE_OK) {
        t->status = status;
        return 0;
    }
    int c = ld_span_compare(a_key, b_key);
    if (c)
        return c;
    if (a_version != b_version)
        return a_version > b_version ? -1 : 1;
    if (a_hash != b_hash)
        return a_hash < b_hash ? -1 : 1;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

static int item_compare(void *ctx, const void *left, const void *right)
{
    ld_topk *t = ctx;
    ld_topk_item *a = (ld_topk_item *)left, *b = (ld_topk_item *)right;
    if (a->rank != b->rank)
        return a->rank > b->rank ? -1 : 1;
    if (t->status != LEDE_OK || (a->segment == b->segment && a->doc == b->doc))
        return 0;
    uint64_t x = hash_of(t, a), y = hash_of(t, b);
    if (x != y)
        return x < y ? -1 : 1;
    return compare_identity(t, a, b);
}

int ld_topk_compare(ld_topk *t, ld_topk_item *a, ld_topk_item *b)
{
    return item_compare(t, a, b);
}

static void swap(ld_topk_item *a, ld_topk_item *b)
{
    ld_topk_item c = *a;
    *a = *b;
    *b = c;
}

/* The k-th best rank, 0 < k <= count. Ranks above and below a pivot are written to rooms of their
 * own without a branch: which of them a rank belongs to cannot be guessed. */
static uint64_t kth_rank(const ld_topk *t, uint32_t k)
{
    uint64_t *from = t->ranks, *above = from + t->capacity, *below = above + t->capacity;
    uint32_t count = t->count;
    for (uint32_t i = 0; i < count; i++)
        from[i] = t->items[i].rank;
    for (;;) {
        uint64_t a = from[0], b = from[count / 2], c = from[count - 1];
        uint64_t pivot = a < b ? (b < c ? b : a < c ? c : a) : (a < c ? a : b < c ? c : b);
        uint32_t above_count = 0, below_count = 0;
        for (uint32_t i = 0; i < count; i++) {
            above[above_count] = from[i];
            above_count += from[i] > pivot;
            below[below_count] = from[i];
            below_count += from[i] < pivot;
        }
        uint64_t *used = from;
        if (k <= above_count) {
            from = above;
            above = used;
            count = above_count;
        } else if (k <= count - below_count) {
            return pivot;
        } else {
            k -= count - below_count;
            from = below;
            below = used;
            count = below_count;
        }
    }
}

/* Throws away what cannot be among the k best. Ties at the k-th rank stay until they fill the
 * room; then their keys decide. */
static void shrink(ld_topk *t)
{
    if (t->count <= t->k)
        return;
    t->more = true;
    t->least = kth_rank(t, t->k);
    uint32_t kept = 0, above = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        t->items[kept] = t->items[i];
        kept += t->items[kept].rank >= t->least;
    }
    t->count = kept;
    if (kept <= t->k + (t->capacity - t->k) / 2)
        return;
    for (uint32_t i = 0; i < kept; i++)
        if (t->items[i].rank > t->least)
            swap(&t->items[i], &t->items[above++]);
    ld_sort_items(t->items + above, kept - above, sizeof *t->items, item_compare, t);
    t->count = t->k;
}

lede_status ld_topk_offer_slow(ld_topk *t, uint32_t segment, uint32_t doc, uint64_t rank,
                               lede_error *err)
{
    ld_topk_item item = {rank, 0, segment, doc};
    if (t->fold)
        return ld_fold_offer(t->fold, segment, doc, rank, err);
    if (t->after.given) {
        if (rank > t->after_rank)
            return LEDE_OK;
        if (rank == t->after_rank && hash_of(t, &item) < t->after.key_hash)
            return t->status;
    }
    if (t->count == t->capacity)
        shrink(t);
    if (rank >= t->least)
        t->items[t->count++] = item;
    else
        t->more = true;
    if (t->status != LEDE_OK && err)
        *err = t->error;
    return t->status;
}

/* Highest rank first: least significant byte first, bytes that all share passed over (radix sort,
 * Knuth volume 3, 5.2.5). spare: [count]. */
static void sort_ranks(ld_topk_item *items, ld_topk_item *spare, uint32_t count)
{
    ld_topk_item *from = items, *to = spare;
    if (count <= INSERT_MAX) {
        for (uint32_t i = 1; i < count; i++) {
            ld_topk_item item = items[i];
            uint32_t k = i;
            for (; k > 0 && items[k - 1].rank < item.rank; k--)
                items[k] = items[k - 1];
            items[k] = item;
        }
        return;
    }
    for (uint32_t shift = 0; count > 1 && shift < 64; shift += 8) {
        uint32_t starts[256] = {0}, sum = 0;
        for (uint32_t i = 0; i < count; i++)
            starts[255 - (from[i].rank >> shift & 255)]++;
        if (starts[255 - (from[0].rank >> shift & 255)] == count)
            continue;
        for (uint32_t byte = 0; byte < 256; byte++) {
            uint32_t n = starts[byte];
            starts[byte] = sum;
            sum += n;
        }
        for (uint32_t i = 0; i < count; i++)
            to[starts[255 - (from[i].rank >> shift & 255)]++] = from[i];
        ld_topk_item *t = from;
        from = to;
        to = t;
    }
    if (from != items)
        memcpy(items, from, count * sizeof *items);
}

static ld_hit hit_of(const ld_topk *t, const ld_topk_item *item)
{
    ld_hit h = {.segment = item->segment, .doc = item->doc, .key_hash = item->key_hash};
    if (t->sort == LD_SORT_RELEVANCE)
        h.score = ldexp((double)item->rank, -t->points_log2);
    else if (item->rank == 0)
        h.sort_key = INT64_MIN;
    else
        h.sort_key = (int64_t)((t->sort == LD_SORT_NEWEST ? item->rank : UINT64_MAX - item->rank) ^
                               (UINT64_C(1) << 63));
    return h;
}

/* Whether the order of item i among its neighbours is for its key to say. */
static bool ties(const ld_topk *t, uint32_t i)
{
    return (i > 0 && t->items[i - 1].rank == t->items[i].rank) ||
           (i + 1 < t->count && t->items[i + 1].rank == t->items[i].rank);
}

static void sort_ties(ld_topk *t)
{
    for (uint32_t i = 0; i < t->count + KEYS_AHEAD; i++) {
        const ld_topk_item *item;
        if (i < t->count && (item = &t->items[i])->key_hash == 0 && ties(t, i))
            ld_doc_key_prefetch_place(ld_snapshot_segment(t->snapshot, item->segment), item->doc);
        if (i >= KEYS_AHEAD && (item = &t->items[i - KEYS_AHEAD])->key_hash == 0 &&
            ties(t, i - KEYS_AHEAD))
            ld_doc_key_prefetch(ld_snapshot_segment(t->snapshot, item->segment), item->doc);
    }
    for (uint32_t i = 0, end; i < t->count; i = end) {
        for (end = i + 1; end < t->count && t->items[end].rank == t->items[i].rank;)
            end++;
        if (end - i > 1)
            ld_sort_items(t->items + i, end - i, sizeof *t->items, item_compare, t);
    }
}

lede_status ld_topk_finish(ld_topk *t, ld_arena *arena, ld_hit **hits, uint32_t *count,
                           lede_error *err)
{
    shrink(t);
    ld_topk_item *spare = ld_arena_alloc(arena, ((size_t)t->count + 1) * sizeof *spare);
    if (!spare)
        return ld_arena_status(arena, err);
    sort_ranks(t->items, spare, t->count);
    sort_ties(t);
    uint32_t all = t->count < t->k ? t->count : t->k, skip = 0;
    while (t->after.given && skip < t->after.skip && skip < all &&
           t->items[skip].rank == t->after_rank && hash_of(t, &t->items[skip]) == t->after.key_hash)
        skip++;
    ld_hit *page = ld_arena_array(arena, (size_t)(all - skip) + 1, sizeof *page);
    if (!page)
        return ld_arena_status(arena, err);
    for (uint32_t i = skip; i < all; i++)
        page[i - skip] = hit_of(t, &t->items[i]);
    *hits = page;
    *count = all - skip;
    if (t->status != LEDE_OK && err)
        *err = t->error;
    return t->status;
}
