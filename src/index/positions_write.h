#ifndef LD_INDEX_POSITIONS_WRITE_H
#define LD_INDEX_POSITIONS_WRITE_H
/* Numbers parallel to the occurrences of a list, in blocks of groups: positions and ordinals. */
#include "index/positions_format.h"
#include "index/segment.h"

typedef struct ld_stream_writer {
    ld_part_writer *part;
    bool elide_zeros;     /* a block of zeros takes no bytes (ordinals) */
    bool block_has_value; /* a number of this block was not 0 */
    uint32_t zero_groups; /* elide_zeros: full groups of zeros held back */
    uint32_t count;       /* in the group at hand */
    uint32_t values[LD_POSITIONS_GROUP];
} ld_stream_writer;

void ld_stream_writer_init(ld_stream_writer *w, ld_part_writer *part, bool elide_zeros);
void ld_stream_writer_close_block(ld_stream_writer *w);
void ld_stream_writer_add_positions(ld_stream_writer *w, const uint32_t *positions, uint32_t tf);
/* Numbers of positions as they stand in a block; not for an eliding stream. */
void ld_stream_writer_add_numbers(ld_stream_writer *w, const uint32_t *numbers, uint32_t count);
void ld_stream_writer_add_forms(ld_stream_writer *w, const uint16_t *forms, uint32_t tf);

#endif
