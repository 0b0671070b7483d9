#ifndef LD_INDEX_POSITIONS_READ_H
#define LD_INDEX_POSITIONS_READ_H
/* One block of numbers parallel to a list's occurrences, best read forward. */
#include "index/positions_format.h"
#include "index/segment.h"

typedef struct ld_stream_reader {
    const uint8_t *data; /* the block's bytes */
    size_t bytes;
    size_t at;                         /* where the next group begins */
    uint32_t total;                    /* numbers of the block */
    uint32_t group_first, group_count; /* the numbers that `values` holds; count 0: none */
    uint32_t next_first;               /* first number of the group at `at` */
    uint32_t values[LD_POSITIONS_GROUP];
} ld_stream_reader;

void ld_stream_reader_begin(ld_stream_reader *r, const uint8_t *data, size_t bytes, uint32_t total);
/* Numbers [first, first + count) of the block; quick where first never falls. False: damaged. */
bool ld_stream_reader_get(ld_stream_reader *r, uint32_t first, uint32_t count, uint32_t *out);
/* The same without a copy, until the next call; NULL where they are not in one group, or damaged.
 */
const uint32_t *ld_stream_reader_view(ld_stream_reader *r, uint32_t first, uint32_t count);

#endif
