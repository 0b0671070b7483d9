#ifndef LD_INDEX_POSTINGS_SORTER_H
#define LD_INDEX_POSTINGS_SORTER_H
/*
 * The postings of one term, added in any order of their documents and given back in ascending
 * order. Those that do not fit the memory are left for another run through the lists:
 *
 *   begin  { start_range  { wants -> add }  sort  { next } }  until every document had its range
 *
 * A range of which not all fit is tried again with half as many documents; a single document always
 * fits, since the memory grows for it.
 */
#include "base/env.h"
#include "flow/segment.h"

typedef struct ld_posting {
    uint32_t doc, tf;
    uint32_t class_tf[LD_CLASS_COUNT];
    const uint32_t *positions; /* [tf] */
    const uint16_t *forms;     /* [tf] or NULL */
} ld_posting;

typedef struct ld_postings_sorter {
    const lede_env *env;
    size_t memory_max_bytes;
    uint32_t first, end;   /* the range of documents at hand */
    uint64_t *keys, *swap; /* [count] document << 32 | where its record begins; owned */
    size_t count, at, keys_capacity, swap_capacity;
    uint32_t *records; /* [used] owned */
    size_t used, records_capacity;
    uint32_t digits[2048];
} ld_postings_sorter;

void ld_postings_sorter_init(ld_postings_sorter *s, const lede_env *env, size_t memory_max_bytes);
void ld_postings_sorter_release(ld_postings_sorter *s);
/* A new term of `df` postings and `total_tf` occurrences in documents below `docs`. */
void ld_postings_sorter_begin(ld_postings_sorter *s, uint32_t docs, uint32_t df, uint64_t total_tf);
static inline bool ld_postings_sorter_wants(const ld_postings_sorter *s, uint32_t doc)
{
    return doc - s->first < s->end - s->first;
}
/* *full: there is no room, the range is smaller now, and the run starts again. */
lede_status ld_postings_sorter_add(ld_postings_sorter *s, const ld_posting *p, bool *full,
                                   lede_error *err);
lede_status ld_postings_sorter_sort(ld_postings_sorter *s, lede_error *err);
bool ld_postings_sorter_next(ld_postings_sorter *s,
                             ld_posting *p); /* borrowed until the next add */
/* The range that follows; false: there is none. */
bool ld_postings_sorter_advance(ld_postings_sorter *s, uint32_t docs);

#endif
