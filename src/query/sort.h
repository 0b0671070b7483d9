#ifndef LD_QUERY_SORT_H
#define LD_QUERY_SORT_H
/* Sorting in place. Not qsort: the C library's may allocate behind the table of effects. */
#include <stddef.h>

/* Heap sort (Williams 1964): never worse than n log n, no memory. Not stable: compare must tell all
 * items apart that matter. */
void ld_sort_items(void *items, size_t count, size_t item_bytes,
                   int (*compare)(void *ctx, const void *a, const void *b), void *ctx);

#endif
