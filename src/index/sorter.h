#ifndef LD_INDEX_SORTER_H
#define LD_INDEX_SORTER_H
/*
 * Numbers come in any order and go out sorted, in little memory: full buffers are sorted and put
 * into a scratch as runs, and the runs are merged through a heap.
 *
 *   init  { add }  sort  { next }  release
 *
 * Cost: LD_SORTER_ITEMS numbers, then 8 bytes a run of as many. Nothing is written to a file while
 * all of them fit.
 */
#include "index/segment.h"

#define LD_SORTER_ITEMS (1u << 16)

typedef struct ld_sorter {
    const lede_env *env;
    ld_scratch runs;
    uint64_t *items; /* [count] of the run at hand, owned */
    size_t count, capacity;
    const uint64_t *data; /* [total] all runs, side by side */
    uint64_t total;
    uint64_t *heap; /* [heap_count] where each run stands in data; the least number first; owned */
    size_t heap_count, heap_capacity;
} ld_sorter;

void ld_sorter_init(ld_sorter *s, ld_segment_writer *owner);
lede_status ld_sorter_add(ld_sorter *s, uint64_t item, lede_error *err);
lede_status ld_sorter_sort(ld_sorter *s, lede_error *err);
bool ld_sorter_next(ld_sorter *s, uint64_t *item); /* false: no more */
void ld_sorter_release(ld_sorter *s);

#endif
