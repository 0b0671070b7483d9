/*
 * Numbers that run parallel to a list's occurrences become groups (positions_format.h,
 * forms_format.h). Groups are written as they fill, so that a document of a million positions is
 * never held; groups of zeros of an eliding stream are only counted until a number is not zero.
 */
#include "index/positions_write.h"

void ld_stream_writer_init(ld_stream_writer *w, ld_part_writer *part, bool elide_zeros)
{
    memset(w, 0, sizeof *w);
    w->part = part;
    w->elide_zeros = elide_zeros;
}

static void group_write(ld_stream_writer *w, const uint32_t *values, uint32_t count)
{
    uint8_t bytes[LD_GROUP_BYTES_MAX];
    ld_part_write(w->part, bytes, ld_group_encode(values, count, 0, bytes));
}

static void group_flush(ld_stream_writer *w)
{
    if (w->elide_zeros && !w->block_has_value) {
        w->zero_groups += w->count == LD_POSITIONS_GROUP;
        if (w->count == LD_POSITIONS_GROUP)
            w->count = 0;
        return;
    }
    static const uint32_t zeros[LD_POSITIONS_GROUP];
    for (; w->zero_groups > 0; w->zero_groups--)
        group_write(w, zeros, LD_POSITIONS_GROUP);
    group_write(w, w->values, w->count);
    w->count = 0;
}

void ld_stream_writer_close_block(ld_stream_writer *w)
{
    if (w->count > 0)
        group_flush(w);
    w->count = w->zero_groups = 0;
    w->block_has_value = false;
}

static void value_add(ld_stream_writer *w, uint32_t value)
{
    if (w->count == LD_POSITIONS_GROUP)
        group_flush(w);
    w->values[w->count++] = value;
    w->block_has_value |= value != 0;
}

void ld_stream_writer_add_positions(ld_stream_writer *w, const uint32_t *positions, uint32_t tf)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < tf; i++) {
        value_add(w, positions[i] - next);
        next = positions[i] + 1;
    }
}

void ld_stream_writer_add_numbers(ld_stream_writer *w, const uint32_t *numbers, uint32_t count)
{
    while (count > 0) {
        if (w->count == LD_POSITIONS_GROUP)
            group_flush(w);
        uint32_t room = LD_POSITIONS_GROUP - w->count, n = count < room ? count : room;
        memcpy(w->values + w->count, numbers, n * sizeof *numbers);
        w->count += n;
        numbers += n;
        count -= n;
    }
}

void ld_stream_writer_add_forms(ld_stream_writer *w, const uint16_t *forms, uint32_t tf)
{
    for (uint32_t i = 0; i < tf; i++)
        value_add(w, forms[i]);
}
