#include "index/sorter.h"

#include "index/sort.h"

void ld_sorter_init(ld_sorter *s, ld_segment_writer *owner)
{
    *s = (ld_sorter){.env = ld_segment_writer_env(owner)};
    ld_scratch_init(&s->runs, owner);
}

static bool number_less(const void *ctx, uint64_t a, uint64_t b)
{
    (void)ctx;
    return a < b;
}

static void end_run(ld_sorter *s)
{
    ld_sort_u64(s->items, s->count, number_less, NULL);
    ld_scratch_add(&s->runs, s->items, s->count * sizeof *s->items);
    s->count = 0;
}

lede_status ld_sorter_add(ld_sorter *s, uint64_t item, lede_error *err)
{
    if (s->count == LD_SORTER_ITEMS)
        end_run(s);
    LD_TRY(ld_grow(s->env, (void **)&s->items, &s->capacity, s->count + 1, sizeof *s->items,
                   LD_SORTER_ITEMS, err));
    s->items[s->count++] = item;
    return LEDE_OK;
}

static bool heap_less(const ld_sorter *s, size_t a, size_t b)
{
    return s->data[s->heap[a]] < s->data[s->heap[b]];
}

static void sift_down(ld_sorter *s, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < s->heap_count; at = child) {
        if (child + 1 < s->heap_count && heap_less(s, child + 1, child))
            child++;
        if (!heap_less(s, child, at))
            return;
        uint64_t t = s->heap[at];
        s->heap[at] = s->heap[child];
        s->heap[child] = t;
    }
}

lede_status ld_sorter_sort(ld_sorter *s, lede_error *err)
{
    bool one_run = ld_scratch_bytes(&s->runs) == 0;
    if (one_run) {
        ld_sort_u64(s->items, s->count, number_less, NULL);
        s->data = s->items;
        s->total = s->count;
    } else {
        const uint8_t *data;
        end_run(s);
        ld_release(s->env, s->items, s->capacity * sizeof *s->items);
        s->items = NULL;
        s->capacity = 0;
        s->total = ld_scratch_bytes(&s->runs) / sizeof *s->data;
        LD_TRY(ld_scratch_seal(&s->runs, &data, err));
        s->data = (const uint64_t *)(const void *)data;
    }
    uint64_t runs = (s->total + LD_SORTER_ITEMS - 1) / LD_SORTER_ITEMS;
    LD_TRY(ld_grow(s->env, (void **)&s->heap, &s->heap_capacity, runs, sizeof *s->heap, SIZE_MAX,
                   err));
    for (; s->heap_count < runs; s->heap_count++)
        s->heap[s->heap_count] = (uint64_t)s->heap_count * LD_SORTER_ITEMS;
    for (size_t i = s->heap_count / 2; i-- > 0;)
        sift_down(s, i);
    return LEDE_OK;
}

bool ld_sorter_next(ld_sorter *s, uint64_t *item)
{
    if (s->heap_count == 0)
        return false;
    *item = s->data[s->heap[0]++];
    if (s->heap[0] == s->total || s->heap[0] % LD_SORTER_ITEMS == 0)
        s->heap[0] = s->heap[--s->heap_count];
    sift_down(s, 0);
    return true;
}

void ld_sorter_release(ld_sorter *s)
{
    ld_release(s->env, s->items, s->capacity * sizeof *s->items);
    ld_release(s->env, s->heap, s->heap_capacity * sizeof *s->heap);
    ld_scratch_release(&s->runs);
}
