#include "index/copies_format.h"
#include "index/sidecars.h"

static void encode_list(const uint32_t *docs, uint32_t count, ld_buf *out)
{
    ld_buf_clear(out);
    for (uint32_t i = 0; i < count; i++)
        ld_buf_add_varint(out, i == 0 ? docs[0] : docs[i] - docs[i - 1] - 1);
}

static lede_status write_lists(ld_rows_writer *rows, const ld_copies_source *source, ld_buf *hashes,
                               ld_buf *row, lede_error *err)
{
    for (;;) {
        uint16_t hash;
        const uint32_t *docs;
        uint32_t count;
        bool end;
        LD_TRY(source->next(source->ctx, &hash, &docs, &count, &end, err));
        if (end)
            return ld_buf_status(hashes, err);
        encode_list(docs, count, row);
        LD_TRY(ld_buf_status(row, err));
        LD_TRY(ld_rows_writer_add(rows, ld_buf_span(row), err));
        ld_buf_add_u16(hashes, hash);
    }
}

static void write_end(ld_part_writer *part, uint32_t docs, const ld_buf *hashes,
                      const uint16_t *counts, uint64_t lists_bytes)
{
    ld_part_write(part, hashes->data, hashes->bytes);
    uint16_t largest = 0;
    for (uint32_t doc = 0; doc < docs; doc++)
        largest = counts[doc] > largest ? counts[doc] : largest;
    uint8_t width[8] = {(uint8_t)ld_packed_width(largest)};
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, part, width[0]);
    for (uint32_t doc = 0; doc < docs; doc++)
        ld_packed_writer_add(&packed, counts[doc]);
    ld_packed_writer_finish(&packed);
    uint32_t numbers[2] = {docs, (uint32_t)(hashes->bytes / 2)};
    ld_part_write(part, numbers, sizeof numbers);
    ld_part_write(part, &lists_bytes, sizeof lists_bytes);
    ld_part_write(part, width, sizeof width);
}

lede_status ld_copies_write(const lede_env *env, ld_segment_writer *out, uint32_t docs,
                            const ld_copies_source *source, const uint16_t *counts, lede_error *err)
{
    ld_part_writer *part = ld_segment_writer_part(out, LD_PART_COPIES, 0, LD_COPIES_VERSION, false);
    if (!part)
        return ld_segment_writer_status(out, err);
    ld_rows_writer rows;
    ld_buf hashes, row;
    ld_rows_writer_init(&rows, env, part);
    ld_buf_init(&hashes, env, 2u << 16);
    ld_buf_init(&row, env, (size_t)LD_SEGMENT_DOCS_MAX * 5);
    lede_status status = write_lists(&rows, source, &hashes, &row, err);
    if (status == LEDE_OK) {
        uint64_t lists_bytes;
        ld_rows_writer_finish(&rows, &lists_bytes);
        write_end(part, docs, &hashes, counts, lists_bytes);
        status = ld_segment_writer_status(out, err);
    }
    ld_buf_release(&row);
    ld_buf_release(&hashes);
    ld_rows_writer_release(&rows);
    return status;
}
