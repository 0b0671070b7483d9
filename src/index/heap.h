#ifndef LD_INDEX_HEAP_H
#define LD_INDEX_HEAP_H
/* Which of several sources comes next: a heap of their numbers, the least one on top. */
#include <stdbool.h>
#include <stdint.h>

typedef bool ld_heap_less(const void *ctx, uint32_t a, uint32_t b);

typedef struct ld_heap {
    uint32_t *items; /* [count], room for all sources; the caller's */
    uint32_t count;
    ld_heap_less *less;
    const void *ctx;
} ld_heap;

void ld_heap_push(ld_heap *h, uint32_t item);
uint32_t ld_heap_pop(ld_heap *h); /* count > 0 */

#endif
