/*
 * How is a term table put in order when all memory is taken? In place: quicksort by the median of
 * three, insertion below 16 items, and heapsort for a range that was split too often in vain
 * (Musser, "Introspective sorting and selection algorithms", Software: Practice and Experience
 * 27(8), 1997). qsort of libc is not used because it may ask for memory behind the effects' back.
 *
 * Texts are sorted by keys of four bytes that stand in the items themselves: a comparison reads no
 * text. Runs of one key are sorted anew by their next four bytes, each text being read once a round
 * (Bentley and Sedgewick, "Fast algorithms for sorting and searching strings",
 * SODA 1997, with cached keys).
 */
#include "index/sort.h"

#define INSERTION_ITEMS 16u
#define STACK_RANGES    64u
#define RUN_ITEMS_MIN   4u /* of one key: fewer are compared as texts */
#define TEXT_KEY_BYTES  4u

typedef struct range {
    size_t from, to; /* [from, to) */
    uint32_t splits_left;
} range;

typedef struct sorter {
    uint64_t *items;
    ld_sort_less *less; /* NULL: the items are the order */
    const void *ctx;
} sorter;

static inline bool is_less(const sorter *s, uint64_t a, uint64_t b)
{
    return s->less ? s->less(s->ctx, a, b) : a < b;
}

static void swap(uint64_t *a, uint64_t *b)
{
    uint64_t t = *a;
    *a = *b;
    *b = t;
}

static void insertion_sort(const sorter *s, size_t from, size_t to)
{
    for (size_t i = from + 1; i < to; i++) {
        uint64_t item = s->items[i];
        size_t j = i;
        for (; j > from && is_less(s, item, s->items[j - 1]); j--)
            s->items[j] = s->items[j - 1];
        s->items[j] = item;
    }
}

static void sift_down(const sorter *s, uint64_t *heap, size_t at, size_t count)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= count)
            return;
        if (child + 1 < count && is_less(s, heap[child], heap[child + 1]))
            child++;
        if (!is_less(s, heap[at], heap[child]))
            return;
        swap(&heap[at], &heap[child]);
        at = child;
    }
}

static void heap_sort(const sorter *s, size_t from, size_t to)
{
    uint64_t *heap = s->items + from;
    size_t count = to - from;
    for (size_t i = count / 2; i-- > 0;)
        sift_down(s, heap, i, count);
    while (count > 1) {
        swap(&heap[0], &heap[--count]);
        sift_down(s, heap, 0, count);
    }
}

/* Splits [from, to), at least 3 items, around a pivot; items before the answer are not greater than
 * it, items from it on not less. Both sides have at least one item. */
static size_t partition(const sorter *s, size_t from, size_t to)
{
    uint64_t *v = s->items;
    size_t middle = from + (to - from) / 2, last = to - 1;
    if (is_less(s, v[middle], v[from]))
        swap(&v[middle], &v[from]);
    if (is_less(s, v[last], v[middle])) {
        swap(&v[last], &v[middle]);
        if (is_less(s, v[middle], v[from]))
            swap(&v[middle], &v[from]);
    }
    uint64_t pivot = v[middle];
    size_t i = from, j = last;
    for (;;) {
        while (is_less(s, v[i], pivot))
            i++;
        while (is_less(s, pivot, v[j]))
            j--;
        if (i >= j)
            return i > from ? i : from + 1;
        swap(&v[i++], &v[j--]);
    }
}

static inline void sort(sorter s, size_t count)
{
    range stack[STACK_RANGES];
    size_t depth = 0;
    uint32_t splits = 2;
    for (size_t n = count; n > 1; n /= 2)
        splits += 2;
    stack[depth++] = (range){0, count, splits};
    while (depth > 0) {
        range r = stack[--depth];
        if (r.to - r.from <= INSERTION_ITEMS) {
            insertion_sort(&s, r.from, r.to);
        } else if (r.splits_left == 0) {
            heap_sort(&s, r.from, r.to);
        } else {
            size_t at = partition(&s, r.from, r.to);
            range left = {r.from, at, r.splits_left - 1}, right = {at, r.to, r.splits_left - 1};
            bool left_is_larger = at - r.from > r.to - at; /* the smaller one next: few waiting */
            stack[depth++] = left_is_larger ? left : right;
            stack[depth++] = left_is_larger ? right : left;
        }
    }
}

void ld_sort_u64(uint64_t *items, size_t count, ld_sort_less *less, const void *ctx)
{
    sort((sorter){items, less, ctx}, count);
}

static size_t run_end(const uint64_t *items, size_t from, size_t to)
{
    size_t end = from + 1;
    while (end < to && items[end] >> 32 == items[from] >> 32)
        end++;
    return end;
}

static void keys_set(uint64_t *items, size_t count, ld_sort_key *key, const void *ctx, uint32_t at)
{
    for (size_t i = 0; i < count; i++)
        items[i] = (uint64_t)key(ctx, items[i], at) << 32 | (uint32_t)items[i];
}

/* Items that share all bytes before the key they have, which is number `keys` (from 1). */
static void sort_texts(uint64_t *items, size_t count, uint32_t keys, ld_sort_key *key,
                       ld_sort_less *less, const void *ctx)
{
    sort((sorter){items, NULL, ctx}, count);
    for (size_t from = 0, end; from < count; from = end) {
        end = run_end(items, from, count);
        if (end - from < RUN_ITEMS_MIN || keys == LD_SORT_KEYS) {
            if (end - from > 1)
                sort((sorter){items + from, less, ctx}, end - from);
            continue;
        }
        keys_set(items + from, end - from, key, ctx, keys * TEXT_KEY_BYTES);
        sort_texts(items + from, end - from, keys + 1, key, less, ctx);
    }
}

void ld_sort_texts(uint64_t *items, size_t count, ld_sort_key *key, ld_sort_less *less,
                   const void *ctx)
{
    sort_texts(items, count, 1, key, less, ctx);
}
