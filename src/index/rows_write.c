#include "index/rows.h"
#include "index/rows_format.h"

void ld_rows_writer_init(ld_rows_writer *w, const lede_env *env, ld_part_writer *out)
{
    *w = (ld_rows_writer){.env = env, .out = out, .start = ld_part_offset(out)};
}

/* Writes the number as ld_load_varint reads it. */
static void write_varint(ld_part_writer *out, uint64_t value)
{
    uint8_t bytes[LD_VARINT_BYTES_MAX];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    ld_part_write(out, bytes, n);
}

lede_status ld_rows_writer_add(ld_rows_writer *w, ld_span row, lede_error *err)
{
    if (row.bytes > LD_ROW_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a document's side data of %zu bytes is too long",
                       row.bytes);
    if (w->rows % LD_ROWS_GROUP == 0) {
        LD_TRY(ld_grow(w->env, (void **)&w->groups, &w->group_capacity, w->group_count + 1,
                       sizeof *w->groups, LD_SEGMENT_DOCS_MAX, err));
        w->groups[w->group_count++] = ld_part_offset(w->out) - w->start;
    }
    write_varint(w->out, row.bytes);
    ld_part_write(w->out, row.data, row.bytes);
    w->rows++;
    return LEDE_OK;
}

void ld_rows_writer_finish(ld_rows_writer *w, uint64_t *section_bytes)
{
    uint64_t data_bytes = ld_part_offset(w->out) - w->start;
    uint32_t group_rows = LD_ROWS_GROUP;
    ld_part_write(w->out, w->groups, w->group_count * sizeof *w->groups);
    ld_part_write(w->out, &w->rows, sizeof w->rows);
    ld_part_write(w->out, &group_rows, sizeof group_rows);
    ld_part_write(w->out, &data_bytes, sizeof data_bytes);
    *section_bytes = ld_part_offset(w->out) - w->start;
}

void ld_rows_writer_release(ld_rows_writer *w)
{
    ld_release(w->env, w->groups, w->group_capacity * sizeof *w->groups);
    w->groups = NULL;
    w->group_capacity = w->group_count = 0;
}
