/*
 * Writing columns one after the other. A column's source is run through once to know its extent and
 * once for each section, so that no column is ever held in memory.
 */
#include "index/columns_format.h"
#include "index/presence.h"
#include "index/sidecars.h"

typedef struct column_extent {
    int64_t min, max;
    uint32_t present; /* documents with a value */
    uint64_t values;
    bool several; /* some document has more than one */
} column_extent;

static lede_status measure(const ld_column_source *source, column_extent *extent, lede_error *err)
{
    *extent = (column_extent){INT64_MAX, INT64_MIN, 0, 0, false};
    source->rewind(source->ctx);
    for (;;) {
        uint32_t doc, count;
        const int64_t *values;
        LD_TRY(source->next(source->ctx, &doc, &values, &count, err));
        if (doc == LD_DOC_END)
            return LEDE_OK;
        extent->present++;
        extent->values += count;
        extent->several |= count > 1;
        for (uint32_t i = 0; i < count; i++) {
            extent->min = values[i] < extent->min ? values[i] : extent->min;
            extent->max = values[i] > extent->max ? values[i] : extent->max;
        }
    }
}

static lede_status write_presence(ld_columns_writer *w, const ld_column_source *source,
                                  lede_error *err)
{
    ld_presence_writer presence;
    ld_presence_writer_init(&presence, w->out);
    source->rewind(source->ctx);
    for (;;) {
        uint32_t doc, count;
        const int64_t *values;
        LD_TRY(source->next(source->ctx, &doc, &values, &count, err));
        if (doc == LD_DOC_END)
            break;
        ld_presence_writer_add(&presence, doc);
    }
    ld_presence_writer_finish(&presence, w->docs);
    return LEDE_OK;
}

static lede_status write_starts(ld_columns_writer *w, const ld_column_source *source,
                                uint32_t width, lede_error *err)
{
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, w->out, width);
    uint64_t start = 0;
    source->rewind(source->ctx);
    for (;;) {
        uint32_t doc, count;
        const int64_t *values;
        LD_TRY(source->next(source->ctx, &doc, &values, &count, err));
        ld_packed_writer_add(&packed, start);
        if (doc == LD_DOC_END)
            break;
        start += count;
    }
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

static lede_status write_values(ld_columns_writer *w, const ld_column_source *source, int64_t min,
                                uint32_t width, lede_error *err)
{
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, w->out, width);
    source->rewind(source->ctx);
    for (;;) {
        uint32_t doc, count;
        const int64_t *values;
        LD_TRY(source->next(source->ctx, &doc, &values, &count, err));
        if (doc == LD_DOC_END)
            break;
        for (uint32_t i = 0; i < count; i++)
            ld_packed_writer_add(&packed, (uint64_t)values[i] - (uint64_t)min);
    }
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

static lede_status write_dictionary(ld_columns_writer *w, const ld_column_source *source,
                                    uint64_t *bytes, lede_error *err)
{
    ld_rows_writer rows;
    ld_rows_writer_init(&rows, w->out);
    lede_status status = LEDE_OK;
    for (;;) {
        ld_span keyword;
        bool end;
        LD_TRY_OUT(source->keyword(source->ctx, &keyword, &end, err));
        if (end)
            break;
        LD_TRY_OUT(ld_rows_writer_add(&rows, keyword, err));
    }
    LD_TRY_OUT(ld_rows_writer_finish(&rows, bytes, err));
out:
    ld_rows_writer_release(&rows);
    return status;
}

lede_status ld_columns_writer_init(ld_columns_writer *w, const lede_env *env,
                                   ld_segment_writer *out, uint32_t docs, lede_error *err)
{
    *w = (ld_columns_writer){.env = env, .docs = docs};
    ld_buf_init(&w->directory, env,
                LD_COLUMNS_MAX * LD_COLUMN_ENTRY_BYTES + LD_COLUMNS_TRAILER_BYTES);
    w->out = ld_segment_writer_part(out, LD_PART_COLUMNS, 0, LD_COLUMNS_VERSION, true);
    return w->out ? LEDE_OK : ld_segment_writer_status(out, err);
}

lede_status ld_columns_writer_add(ld_columns_writer *w, uint16_t column, ld_column_kind kind,
                                  const ld_column_source *source, lede_error *err)
{
    column_extent extent;
    LD_TRY(measure(source, &extent, err));
    if (extent.present == 0)
        return LEDE_OK;
    int64_t min = kind == LD_COLUMN_KIND_NUMBER ? extent.min : 0;
    bool dense = extent.present == w->docs;
    uint32_t start_width = extent.several ? ld_packed_width(extent.values) : 0;
    uint32_t value_width = ld_packed_width((uint64_t)extent.max - (uint64_t)min);
    uint64_t offset = ld_part_offset(w->out), dictionary_bytes = 0;
    if (!dense)
        LD_TRY(write_presence(w, source, err));
    if (extent.several)
        LD_TRY(write_starts(w, source, start_width, err));
    LD_TRY(write_values(w, source, min, value_width, err));
    if (kind == LD_COLUMN_KIND_KEYWORD)
        LD_TRY(write_dictionary(w, source, &dictionary_bytes, err));

    ld_buf *d = &w->directory;
    ld_buf_add_u16(d, column);
    ld_buf_add_byte(d, (uint8_t)kind);
    ld_buf_add_byte(
        d, (uint8_t)((dense ? LD_COLUMN_DENSE : 0) | (extent.several ? LD_COLUMN_SEVERAL : 0)));
    ld_buf_add_byte(d, (uint8_t)start_width);
    ld_buf_add_byte(d, (uint8_t)value_width);
    ld_buf_add_u16(d, 0);
    ld_buf_add_u32(d, extent.present);
    ld_buf_add_u32(d, 0);
    ld_buf_add_u64(d, extent.values);
    ld_buf_add_u64(d, (uint64_t)min);
    ld_buf_add_u64(d, offset);
    ld_buf_add_u64(d, dictionary_bytes);
    w->column_count++;
    return ld_buf_status(d, err);
}

lede_status ld_columns_writer_finish(ld_columns_writer *w, lede_error *err)
{
    ld_buf_add_u32(&w->directory, w->docs);
    ld_buf_add_u32(&w->directory, w->column_count);
    LD_TRY(ld_buf_status(&w->directory, err));
    ld_part_write(w->out, w->directory.data, w->directory.bytes);
    return LEDE_OK;
}

void ld_columns_writer_release(ld_columns_writer *w)
{
    ld_buf_release(&w->directory);
}
