#ifndef LD_INDEX_LOOKUP_H
#define LD_INDEX_LOOKUP_H
/* From a hash to the numbers it may stand for (bytes: lookup_format.h). */
#include "index/sorter.h"

#define LD_LOOKUP_END UINT32_MAX

/* ---- writing: init { add } finish release ---- */
typedef struct ld_lookup_writer {
    ld_segment_writer *owner;
    ld_sorter sorter; /* hash << 32 | value */
    uint32_t items, value_max;
} ld_lookup_writer;

void ld_lookup_writer_init(ld_lookup_writer *w, ld_segment_writer *owner);
lede_status ld_lookup_writer_add(ld_lookup_writer *w, uint32_t hash, uint32_t value,
                                 lede_error *err);
/* *bytes: of the whole section, which begins where the part stands. */
lede_status ld_lookup_writer_finish(ld_lookup_writer *w, ld_part_writer *out,
                                    uint32_t fingerprint_bits, uint64_t *bytes, lede_error *err);
void ld_lookup_writer_release(ld_lookup_writer *w);

/* ---- reading ---- */
typedef struct ld_lookup {
    ld_part part;
    uint64_t entries_offset, starts_offset;
    uint32_t items, buckets;
    uint8_t value_bits, fingerprint_bits, start_bits;
} ld_lookup;

lede_status ld_lookup_open(const ld_part *part, uint64_t offset, uint64_t bytes, ld_lookup *lookup,
                           lede_error *err);
/* How many items share the bucket of the hash: no search looks at more. */
lede_status ld_lookup_bucket(const ld_lookup *lookup, uint32_t hash, uint32_t *items,
                             lede_error *err);
/* Walks the values that the hash may stand for, ascending by entry: start with *state 0; each call
 * gives the next value, or LD_LOOKUP_END. Values are not tested against anything. */
lede_status ld_lookup_next(const ld_lookup *lookup, uint32_t hash, uint32_t *state, uint32_t *value,
                           lede_error *err);

#endif
