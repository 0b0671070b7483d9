#include "index/sidecars.h"
#include "index/zones_format.h"

static void encode_starts(const uint32_t *starts, uint32_t count, ld_buf *out)
{
    ld_buf_add_varint(out, count);
    for (uint32_t i = 0; i < count; i++)
        ld_buf_add_varint(out, i == 0 ? starts[0] : starts[i] - starts[i - 1] - 1);
}

/* Whether every paragraph start is a sentence start; both ascend. */
static bool is_subset(const ld_document *d)
{
    uint32_t s = 0;
    for (uint32_t p = 0; p < d->paragraph_count; p++) {
        while (s < d->sentence_count && d->sentence_starts[s] < d->paragraph_starts[p])
            s++;
        if (s == d->sentence_count || d->sentence_starts[s] != d->paragraph_starts[p])
            return false;
    }
    return true;
}

static void encode_bits(const ld_document *d, ld_buf *out)
{
    uint32_t p = 0;
    uint8_t byte = 0;
    for (uint32_t s = 0; s < d->sentence_count; s++) {
        if (p < d->paragraph_count && d->paragraph_starts[p] == d->sentence_starts[s]) {
            byte |= (uint8_t)(1u << (s % 8));
            p++;
        }
        if (s % 8 == 7 || s + 1 == d->sentence_count) {
            ld_buf_add_byte(out, byte);
            byte = 0;
        }
    }
}

void ld_zones_encode(const ld_document *d, ld_buf *out)
{
    ld_buf_add_varint(out, d->tokens.zone_count);
    uint32_t end = 0;
    for (uint32_t i = 0; i < d->tokens.zone_count; i++) {
        const ld_zone_range *z = &d->tokens.zones[i];
        ld_buf_add_byte(out, z->zone);
        ld_buf_add_varint(out, z->first - end);
        ld_buf_add_varint(out, z->end - z->first);
        end = z->end;
    }
    encode_starts(d->sentence_starts, d->sentence_count, out);
    if (is_subset(d)) {
        ld_buf_add_byte(out, LD_PARAGRAPHS_AMONG_SENTENCES);
        encode_bits(d, out);
    } else {
        ld_buf_add_byte(out, LD_PARAGRAPHS_APART);
        encode_starts(d->paragraph_starts, d->paragraph_count, out);
    }
}

lede_status ld_zones_write(ld_segment_writer *out, uint32_t docs, const ld_row_source *source,
                           lede_error *err)
{
    ld_part_writer *part = ld_segment_writer_part(out, LD_PART_ZONES, 0, LD_ZONES_VERSION, true);
    if (!part)
        return ld_segment_writer_status(out, err);
    return ld_rows_write(part, docs, source, err);
}
