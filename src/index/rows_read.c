#include "codec/varint.h"
#include "index/rows.h"
#include "index/rows_format.h"

static lede_status corrupt(const ld_rows *rows, uint64_t at, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(rows->part.segment), rows->part.offset + at, why);
}

static uint64_t group_count(uint64_t rows)
{
    return (rows + LD_ROWS_GROUP - 1) / LD_ROWS_GROUP;
}

lede_status ld_rows_open(const ld_part *part, uint64_t offset, uint64_t bytes, ld_rows *rows,
                         lede_error *err)
{
    *rows = (ld_rows){.part = *part, .start = offset};
    const uint8_t *trailer;
    if (bytes < LD_ROWS_TRAILER_BYTES)
        return corrupt(rows, offset, "a section of rows is too short", err);
    LD_TRY(ld_part_view(part, offset, 0, &trailer, err)); /* the offset is within the part */
    LD_TRY(ld_part_view(part, offset + bytes - LD_ROWS_TRAILER_BYTES, LD_ROWS_TRAILER_BYTES,
                        &trailer, err));
    rows->count = ld_load_u32(trailer);
    rows->data_bytes = ld_load_u64(trailer + 8);
    uint64_t room = bytes - LD_ROWS_TRAILER_BYTES;
    if (ld_load_u32(trailer + 4) != LD_ROWS_GROUP || rows->count > LD_SEGMENT_DOCS_MAX ||
        rows->data_bytes > room ||
        room - rows->data_bytes != group_count(rows->count) * sizeof(uint64_t))
        return corrupt(rows, offset, "the trailer of a section of rows does not fit", err);
    return LEDE_OK;
}

/* Where the rows of a group begin and end, from the start of the section. */
static lede_status group_range(const ld_rows *rows, uint64_t group, uint64_t *first, uint64_t *end,
                               lede_error *err)
{
    bool last = group + 1 == group_count(rows->count);
    const uint8_t *entry;
    LD_TRY(ld_part_view(&rows->part, rows->start + rows->data_bytes + group * sizeof(uint64_t),
                        last ? 8 : 16, &entry, err));
    *first = ld_load_u64(entry);
    *end = last ? rows->data_bytes : ld_load_u64(entry + 8);
    if (*first > *end || *end > rows->data_bytes)
        return corrupt(rows, rows->start, "a group of rows lies outside its section", err);
    return LEDE_OK;
}

lede_status ld_rows_get(const ld_rows *rows, uint32_t number, ld_span *row, lede_error *err)
{
    *row = (ld_span){NULL, 0};
    if (number >= rows->count)
        return corrupt(rows, rows->start, "a row that is not there was asked for", err);
    uint64_t first, end;
    LD_TRY(group_range(rows, number / LD_ROWS_GROUP, &first, &end, err));
    const uint8_t *data;
    LD_TRY(ld_part_view(&rows->part, rows->start + first, end - first, &data, err));
    const uint8_t *at = data, *data_end = data + (end - first);
    for (uint32_t skip = number % LD_ROWS_GROUP;; skip--) {
        uint64_t length;
        if (!ld_varint_decode(&at, data_end, &length) || length > (size_t)(data_end - at))
            return corrupt(rows, rows->start + first + (uint64_t)(at - data),
                           "a row runs out of its group", err);
        if (skip == 0) {
            *row = ld_span_of((const char *)at, (size_t)length);
            return LEDE_OK;
        }
        at += length;
    }
}
