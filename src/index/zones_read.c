#include "index/sidecars.h"
#include "index/zones_format.h"

static lede_status corrupt(const char *why, lede_error *err)
{
    return ld_error_corrupt(err, "part ZONES", 0, why);
}

lede_status ld_zones_open(const ld_segment *segment, uint32_t docs, ld_rows *rows, lede_error *err)
{
    ld_part part = ld_segment_part(segment, LD_PART_ZONES);
    const uint8_t *bytes;
    LD_TRY(ld_part_view(&part, 0, 0, &bytes, err));
    if (part.version != LD_ZONES_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part ZONES of version %u",
                       ld_segment_path(segment), part.version);
    LD_TRY(ld_rows_open(&part, 0, part.bytes, rows, err));
    if (rows->count != docs)
        return ld_error_corrupt(err, ld_segment_path(segment), part.offset,
                                "the part ZONES has another number of rows than documents");
    return LEDE_OK;
}

static lede_status decode_zones(ld_reader *r, ld_arena *arena, ld_zone_row *out, lede_error *err)
{
    uint64_t count = ld_reader_varint(r);
    if (r->failed || count > LD_ZONES_MAX)
        return corrupt("a document has too many zones", err);
    ld_zone_range *zones = ld_arena_array(arena, (size_t)count, sizeof *zones);
    if (!zones)
        return ld_arena_status(arena, err);
    uint64_t at = 0;
    for (uint64_t i = 0; i < count; i++) {
        zones[i].zone = ld_reader_u8(r);
        uint64_t gap = ld_reader_varint(r), length = ld_reader_varint(r);
        if (r->failed || zones[i].zone >= LD_ZONES_MAX || gap > LD_POSITIONS_MAX ||
            length > LD_POSITIONS_MAX || at + gap + length > LD_POSITIONS_MAX)
            return corrupt("a zone lies outside its document", err);
        zones[i].first = (uint32_t)(at + gap);
        zones[i].end = (uint32_t)(at + gap + length);
        at = zones[i].end;
    }
    out->zones = zones;
    out->zone_count = (uint32_t)count;
    return LEDE_OK;
}

static lede_status decode_starts(ld_reader *r, ld_arena *arena, const uint32_t **starts,
                                 uint32_t *start_count, lede_error *err)
{
    uint64_t count = ld_reader_varint(r);
    /* each takes a byte at least, so the count cannot make us ask for more than the row's size */
    if (r->failed || count > r->bytes - r->at)
        return corrupt("a document has more marks than bytes", err);
    uint32_t *list = ld_arena_array(arena, (size_t)count, sizeof *list);
    if (!list)
        return ld_arena_status(arena, err);
    uint64_t at = 0;
    for (uint64_t i = 0; i < count; i++) {
        uint64_t gap = ld_reader_varint(r);
        at = gap <= LD_POSITIONS_MAX ? at + gap + (i > 0) : LD_POSITIONS_MAX;
        if (r->failed || at >= LD_POSITIONS_MAX)
            return corrupt("a mark lies outside its document", err);
        list[i] = (uint32_t)at;
    }
    *starts = list;
    *start_count = (uint32_t)count;
    return LEDE_OK;
}

static lede_status decode_bits(ld_reader *r, ld_arena *arena, ld_zone_row *out, lede_error *err)
{
    ld_span bits = ld_reader_bytes(r, (out->sentence_count + 7) / 8);
    if (r->failed)
        return corrupt("the paragraph marks of a document are cut off", err);
    uint32_t *list = ld_arena_array(arena, out->sentence_count, sizeof *list);
    if (!list)
        return ld_arena_status(arena, err);
    uint32_t count = 0;
    for (uint32_t s = 0; s < out->sentence_count; s++)
        if ((uint8_t)bits.data[s / 8] >> (s % 8) & 1)
            list[count++] = out->sentences[s];
    out->paragraphs = list;
    out->paragraph_count = count;
    return LEDE_OK;
}

lede_status ld_zones_decode(ld_span row, bool marks, ld_arena *arena, ld_zone_row *out,
                            lede_error *err)
{
    *out = (ld_zone_row){0};
    ld_reader r = ld_reader_of(row.data, row.bytes);
    LD_TRY(decode_zones(&r, arena, out, err));
    if (!marks)
        return LEDE_OK;
    LD_TRY(decode_starts(&r, arena, &out->sentences, &out->sentence_count, err));
    uint8_t form = ld_reader_u8(&r);
    if (r.failed || form > LD_PARAGRAPHS_APART)
        return corrupt("the paragraph marks of a document have an unknown form", err);
    if (form == LD_PARAGRAPHS_AMONG_SENTENCES)
        LD_TRY(decode_bits(&r, arena, out, err));
    else
        LD_TRY(decode_starts(&r, arena, &out->paragraphs, &out->paragraph_count, err));
    return r.at == row.bytes ? LEDE_OK : corrupt("a row of zones has bytes left over", err);
}

lede_status ld_doc_zones(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                         const ld_zone_range **zones, uint32_t *count, lede_error *err)
{
    ld_span row;
    ld_zone_row decoded;
    LD_TRY(ld_rows_get(&v->sidecars->zones, doc, &row, err));
    LD_TRY(ld_zones_decode(row, false, arena, &decoded, err));
    *zones = decoded.zones;
    *count = decoded.zone_count;
    return LEDE_OK;
}

lede_status ld_doc_marks(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                         const uint32_t **sentence_starts, uint32_t *sentence_count,
                         const uint32_t **paragraph_starts, uint32_t *paragraph_count,
                         lede_error *err)
{
    ld_span row;
    ld_zone_row decoded;
    LD_TRY(ld_rows_get(&v->sidecars->zones, doc, &row, err));
    LD_TRY(ld_zones_decode(row, true, arena, &decoded, err));
    *sentence_starts = decoded.sentences;
    *sentence_count = decoded.sentence_count;
    *paragraph_starts = decoded.paragraphs;
    *paragraph_count = decoded.paragraph_count;
    return LEDE_OK;
}
