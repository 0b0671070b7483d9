#include "query/sort.h"

#include <stdint.h>

static void swap(uint8_t *a, uint8_t *b, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++) {
        uint8_t t = a[i];
        a[i] = b[i];
        b[i] = t;
    }
}

void ld_sort_items(void *items, size_t count, size_t item_bytes,
                   int (*compare)(void *ctx, const void *a, const void *b), void *ctx)
{
    uint8_t *base = items;
    size_t begin = count / 2, end = count;
    while (end > 1) {
        if (begin > 0) {
            begin--;
        } else {
            end--;
            swap(base, base + end * item_bytes, item_bytes);
        }
        for (size_t at = begin; 2 * at + 1 < end;) {
            size_t child = 2 * at + 1;
            if (child + 1 < end &&
                compare(ctx, base + child * item_bytes, base + (child + 1) * item_bytes) < 0)
                child++;
            if (compare(ctx, base + at * item_bytes, base + child * item_bytes) >= 0)
                break;
            swap(base + at * item_bytes, base + child * item_bytes, item_bytes);
            at = child;
        }
    }
}
