#ifndef LD_INDEX_PACKED_H
#define LD_INDEX_PACKED_H
/*
 * Numbers of one width side by side in a part, written one by one and read at any index: value i
 * takes the bits [i * width, (i + 1) * width) of the section, the lowest bit first. Unlike the
 * blocks of codec/bitpack.h the widths go to 64 (dates, sums) and nothing is decoded but the one
 * value asked for.
 */
#include "index/segment.h"

#define LD_PACKED_WIDTH_MAX 64u

typedef struct ld_packed_writer {
    ld_part_writer *out;
    uint64_t word;  /* bits not written yet */
    uint32_t used;  /* of them, < 64 */
    uint32_t width; /* 0..64 */
} ld_packed_writer;

uint32_t ld_packed_width(uint64_t largest); /* bits that hold every value up to it; 0 for 0 */
/* Bytes of a section; UINT64_MAX where width or count cannot be. */
uint64_t ld_packed_bytes(uint64_t count, uint32_t width);
void ld_packed_writer_init(ld_packed_writer *w, ld_part_writer *out, uint32_t width);
void ld_packed_writer_add(ld_packed_writer *w, uint64_t value);
void ld_packed_writer_finish(ld_packed_writer *w); /* writes the last bytes */

/* The section begins at `offset` of the part; its length was tested when the part was opened. */
lede_status ld_packed_get(const ld_part *part, uint64_t offset, uint32_t width, uint64_t index,
                          uint64_t *value, lede_error *err);
/* That value and the one after it, with one look at the part. */
lede_status ld_packed_pair(const ld_part *part, uint64_t offset, uint32_t width, uint64_t index,
                           uint64_t *value, uint64_t *next, lede_error *err);

#endif
