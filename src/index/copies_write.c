#include "index/copies_format.h"
#include "index/sidecars.h"

/* One run through the list at hand: its length in bytes, and the bytes where `out` is given. */
static lede_status run_list(const ld_copies_source *source, ld_part_writer *out, uint64_t *bytes,
                            lede_error *err)
{
    uint32_t doc, next = 0;
    for (*bytes = 0;;) {
        LD_TRY(source->doc(source->ctx, &doc, err));
        if (doc == LD_DOC_END)
            return LEDE_OK;
        uint8_t code[LD_VARINT_BYTES_MAX];
        size_t n = 0;
        for (uint32_t step = doc - next;; step >>= 7) {
            code[n++] = (uint8_t)(step & 0x7f) | (step > 0x7f ? 0x80 : 0);
            if (step <= 0x7f)
                break;
        }
        if (out)
            ld_part_write(out, code, n);
        *bytes += n;
        next = doc + 1;
    }
}

static lede_status write_lists(ld_rows_writer *rows, const ld_copies_source *source, ld_buf *hashes,
                               lede_error *err)
{
    for (;;) {
        uint16_t hash;
        bool end;
        uint64_t bytes;
        LD_TRY(source->next(source->ctx, &hash, &end, err));
        if (end)
            return ld_buf_status(hashes, err);
        LD_TRY(run_list(source, NULL, &bytes, err));
        LD_TRY(ld_rows_writer_begin(rows, bytes, err));
        LD_TRY(run_list(source, rows->out, &bytes, err));
        ld_buf_add_u16(hashes, hash);
    }
}

static lede_status write_counts(ld_part_writer *part, uint32_t docs, const ld_copies_source *source,
                                uint32_t *width, lede_error *err)
{
    uint32_t largest = 0, count;
    source->rewind_counts(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        LD_TRY(source->count(source->ctx, &count, err));
        largest = count > largest ? count : largest;
    }
    *width = ld_packed_width(largest);
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, part, *width);
    source->rewind_counts(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        LD_TRY(source->count(source->ctx, &count, err));
        ld_packed_writer_add(&packed, count);
    }
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

lede_status ld_copies_write(const lede_env *env, ld_segment_writer *out, uint32_t docs,
                            const ld_copies_source *source, lede_error *err)
{
    ld_part_writer *part = ld_segment_writer_part(out, LD_PART_COPIES, 0, LD_COPIES_VERSION, false);
    if (!part)
        return ld_segment_writer_status(out, err);
    ld_rows_writer rows;
    ld_buf hashes;
    uint64_t lists_bytes;
    uint32_t width;
    ld_rows_writer_init(&rows, part);
    ld_buf_init(&hashes, env, 2u << 16);
    lede_status status;
    LD_TRY_OUT(write_lists(&rows, source, &hashes, err));
    LD_TRY_OUT(ld_rows_writer_finish(&rows, &lists_bytes, err));
    ld_part_write(part, hashes.data, hashes.bytes);
    LD_TRY_OUT(write_counts(part, docs, source, &width, err));
    uint32_t numbers[2] = {docs, (uint32_t)(hashes.bytes / 2)};
    uint8_t end[8] = {(uint8_t)width};
    ld_part_write(part, numbers, sizeof numbers);
    ld_part_write(part, &lists_bytes, sizeof lists_bytes);
    ld_part_write(part, end, sizeof end);
    status = ld_segment_writer_status(out, err);
out:
    ld_buf_release(&hashes);
    ld_rows_writer_release(&rows);
    return status;
}
