#ifndef LD_INDEX_SORT_H
#define LD_INDEX_SORT_H
/* Sorting in place, without memory of its own and without a worst case beyond n log n. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef bool ld_sort_less(const void *ctx, uint64_t a, uint64_t b);

/* The upper 32 bits of an item are its key: less is asked only about items of one key. Items that
 * are neither less than the other may end in any order. */
void ld_sort_u64(uint64_t *items, size_t count, ld_sort_less *less, const void *ctx);
/* The same by the upper 32 bits of the items; less is asked only about those that share them. */
void ld_sort_keyed_u64(uint64_t *items, size_t count, ld_sort_less *less, const void *ctx);

#endif
