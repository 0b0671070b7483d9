#include "index/rows.h"

#include "codec/varint.h"
#include "index/rows_format.h"

void ld_rows_writer_init(ld_rows_writer *w, ld_part_writer *out)
{
    *w = (ld_rows_writer){.out = out, .start = ld_part_offset(out)};
    ld_scratch_init(&w->groups, ld_part_writer_owner(out));
}

lede_status ld_rows_writer_begin(ld_rows_writer *w, uint64_t row_bytes, lede_error *err)
{
    if (row_bytes > LD_ROW_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a document's side data of %llu bytes is too long",
                       (unsigned long long)row_bytes);
    if (w->rows % LD_ROWS_GROUP == 0) {
        uint64_t at = ld_part_offset(w->out) - w->start;
        ld_scratch_add(&w->groups, &at, sizeof at);
    }
    uint8_t length[LD_VARINT_BYTES_MAX];
    ld_part_write(w->out, length, ld_varint_encode(length, row_bytes));
    w->rows++;
    return LEDE_OK;
}

lede_status ld_rows_writer_add(ld_rows_writer *w, ld_span row, lede_error *err)
{
    LD_TRY(ld_rows_writer_begin(w, row.bytes, err));
    ld_part_write(w->out, row.data, row.bytes);
    return LEDE_OK;
}

lede_status ld_rows_writer_finish(ld_rows_writer *w, uint64_t *section_bytes, lede_error *err)
{
    uint64_t data_bytes = ld_part_offset(w->out) - w->start;
    uint32_t group_rows = LD_ROWS_GROUP;
    const uint8_t *groups;
    LD_TRY(ld_scratch_seal(&w->groups, &groups, err));
    ld_part_write(w->out, groups, (size_t)ld_scratch_bytes(&w->groups));
    ld_part_write(w->out, &w->rows, sizeof w->rows);
    ld_part_write(w->out, &group_rows, sizeof group_rows);
    ld_part_write(w->out, &data_bytes, sizeof data_bytes);
    *section_bytes = ld_part_offset(w->out) - w->start;
    return LEDE_OK;
}

void ld_rows_writer_release(ld_rows_writer *w)
{
    ld_scratch_release(&w->groups);
}

lede_status ld_rows_write(ld_part_writer *out, uint32_t count, const ld_row_source *source,
                          lede_error *err)
{
    ld_rows_writer rows;
    ld_rows_writer_init(&rows, out);
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; i < count; i++) {
        ld_span row;
        LD_TRY_OUT(source->next(source->ctx, &row, err));
        LD_TRY_OUT(ld_rows_writer_add(&rows, row, err));
    }
    uint64_t bytes;
    LD_TRY_OUT(ld_rows_writer_finish(&rows, &bytes, err));
    status = ld_segment_writer_status(ld_part_writer_owner(out), err);
out:
    ld_rows_writer_release(&rows);
    return status;
}
