#include "index/presence.h"
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

static bool is_plain(const ld_document *d)
{
    const ld_zone_range *z = d->tokens.zones;
    return d->tokens.zone_count == 1 && z->zone == LD_ZONE_BODY && z->first == 0 &&
           z->end == d->tokens.count && d->sentence_count == 0 && d->paragraph_count == 0;
}

static void encode_zone(const ld_zone_range *z, uint32_t gap, ld_buf *out)
{
    uint32_t low = gap < LD_ZONES_GAP_MORE ? gap : LD_ZONES_GAP_MORE;
    ld_buf_add_byte(out, (uint8_t)(z->zone | low << 4));
    if (low == LD_ZONES_GAP_MORE)
        ld_buf_add_varint(out, gap - LD_ZONES_GAP_MORE);
    ld_buf_add_varint(out, z->end - z->first);
}

void ld_zones_encode(const ld_document *d, ld_buf *out)
{
    if (is_plain(d))
        return;
    ld_buf_add_varint(out, d->tokens.zone_count);
    uint32_t end = 0;
    for (uint32_t i = 0; i < d->tokens.zone_count; i++) {
        const ld_zone_range *z = &d->tokens.zones[i];
        encode_zone(z, z->first - end, out);
        end = z->end;
    }
    if (d->sentence_count == 0 && d->paragraph_count == 0)
        return;
    encode_starts(d->sentence_starts, d->sentence_count, out);
    if (is_subset(d)) {
        ld_buf_add_byte(out, LD_PARAGRAPHS_AMONG_SENTENCES);
        encode_bits(d, out);
    } else {
        ld_buf_add_byte(out, LD_PARAGRAPHS_APART);
        encode_starts(d->paragraph_starts, d->paragraph_count, out);
    }
}

static lede_status count_rows(uint32_t docs, const ld_zone_source *source, uint32_t *count,
                              lede_error *err)
{
    *count = 0;
    source->rewind(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        ld_span row;
        LD_TRY(source->next(source->ctx, &row, err));
        *count += row.bytes > 0;
    }
    return LEDE_OK;
}

static lede_status write_presence(ld_part_writer *out, uint32_t docs, const ld_zone_source *source,
                                  lede_error *err)
{
    ld_presence_writer presence;
    ld_presence_writer_init(&presence, out);
    source->rewind(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        ld_span row;
        LD_TRY(source->next(source->ctx, &row, err));
        if (row.bytes > 0)
            ld_presence_writer_add(&presence, doc);
    }
    ld_presence_writer_finish(&presence, docs);
    return LEDE_OK;
}

static lede_status next_with_bytes(void *ctx, ld_span *row, lede_error *err)
{
    const ld_zone_source *source = ctx;
    do
        LD_TRY(source->next(source->ctx, row, err));
    while (row->bytes == 0);
    return LEDE_OK;
}

lede_status ld_zones_write(ld_segment_writer *out, uint32_t docs, const ld_zone_source *source,
                           lede_error *err)
{
    ld_part_writer *part = ld_segment_writer_part(out, LD_PART_ZONES, 0, LD_ZONES_VERSION, true);
    if (!part)
        return ld_segment_writer_status(out, err);
    uint32_t count;
    LD_TRY(count_rows(docs, source, &count, err));
    if (count > 0 && count < docs)
        LD_TRY(write_presence(part, docs, source, err));
    if (count > 0) {
        ld_zone_source all = *source;
        ld_row_source rows = {&all, next_with_bytes};
        all.rewind(all.ctx);
        LD_TRY(ld_rows_write(part, count, &rows, err));
    }
    ld_part_write(part, &count, sizeof count);
    return ld_segment_writer_status(out, err);
}
