#include "index/heap.h"

static void swap(ld_heap *h, uint32_t a, uint32_t b)
{
    uint32_t item = h->items[a];
    h->items[a] = h->items[b];
    h->items[b] = item;
}

void ld_heap_push(ld_heap *h, uint32_t item)
{
    uint32_t at = h->count++;
    h->items[at] = item;
    for (; at > 0 && h->less(h->ctx, item, h->items[(at - 1) / 2]); at = (at - 1) / 2)
        swap(h, at, (at - 1) / 2);
}

uint32_t ld_heap_pop(ld_heap *h)
{
    uint32_t top = h->items[0];
    h->items[0] = h->items[--h->count];
    for (uint32_t at = 0, child; (child = 2 * at + 1) < h->count; at = child) {
        if (child + 1 < h->count && h->less(h->ctx, h->items[child + 1], h->items[child]))
            child++;
        if (!h->less(h->ctx, h->items[child], h->items[at]))
            break;
        swap(h, at, child);
    }
    return top;
}
