#include "index/presence.h"
#include "index/sidecars.h"
#include "index/zones_format.h"

static lede_status corrupt(const char *why, lede_error *err)
{
    return ld_error_corrupt(err, "part ZONES", 0, why);
}

lede_status ld_zones_open(const ld_segment *segment, uint32_t docs, ld_zones *zones,
                          lede_error *err)
{
    *zones = (ld_zones){.part = ld_segment_part(segment, LD_PART_ZONES), .docs = docs};
    const uint8_t *t;
    LD_TRY(ld_part_view(&zones->part, 0, 0, &t, err));
    if (zones->part.version != LD_ZONES_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "%s has part ZONES of version %u; this program reads %u",
                       ld_segment_path(segment), zones->part.version, LD_ZONES_VERSION);
    LD_TRY(ld_part_view(&zones->part, 0, LD_ZONES_TRAILER_BYTES, &t, err));
    uint64_t end = zones->part.bytes - LD_ZONES_TRAILER_BYTES;
    LD_TRY(ld_part_view(&zones->part, end, LD_ZONES_TRAILER_BYTES, &t, err));
    uint32_t count = ld_load_u32(t);
    uint64_t presence = count > 0 && count < docs ? ld_presence_bytes(docs) : 0;
    if (count > docs || presence > end || (count == 0 && end != 0))
        return ld_error_corrupt(err, ld_segment_path(segment), zones->part.offset,
                                "the trailer of the part ZONES is impossible");
    if (count == 0)
        return LEDE_OK;
    LD_TRY(ld_rows_open(&zones->part, presence, end - presence, &zones->rows, err));
    if (zones->rows.count != count)
        return ld_error_corrupt(err, ld_segment_path(segment), zones->part.offset,
                                "the part ZONES has another number of rows than it says");
    return LEDE_OK;
}

lede_status ld_zones_row(const ld_zones *zones, uint32_t doc, ld_span *row, lede_error *err)
{
    *row = (ld_span){NULL, 0};
    if (doc >= zones->docs)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no document %u in the segment", doc);
    bool present = zones->rows.count > 0;
    uint32_t rank = doc;
    if (present && zones->rows.count < zones->docs)
        LD_TRY(ld_presence_get(&zones->part, 0, doc, &present, &rank, err));
    if (!present)
        return LEDE_OK;
    LD_TRY(ld_rows_get(&zones->rows, rank, row, err));
    return row->bytes ? LEDE_OK : corrupt("a document has a row without bytes", err);
}

static lede_status decode_plain(uint32_t tokens, ld_arena *arena, ld_zone_row *out, lede_error *err)
{
    ld_zone_range *zone = ld_arena_array(arena, 1, sizeof *zone);
    if (!zone)
        return ld_arena_status(arena, err);
    *zone = (ld_zone_range){LD_ZONE_BODY, 0, tokens};
    out->zones = zone;
    out->zone_count = 1;
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
        uint8_t head = ld_reader_u8(r);
        uint64_t gap = head >> 4;
        if (gap == LD_ZONES_GAP_MORE)
            gap += ld_reader_varint(r) & UINT32_MAX;
        uint64_t length = ld_reader_varint(r);
        zones[i].zone = head & 15u;
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

lede_status ld_zones_decode(ld_span row, uint32_t tokens, bool marks, ld_arena *arena,
                            ld_zone_row *out, lede_error *err)
{
    *out = (ld_zone_row){0};
    if (row.bytes == 0)
        return decode_plain(tokens, arena, out, err);
    ld_reader r = ld_reader_of(row.data, row.bytes);
    LD_TRY(decode_zones(&r, arena, out, err));
    if (!marks || r.at == row.bytes)
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

static lede_status decode_doc(const ld_segment_view *v, uint32_t doc, bool marks, ld_arena *arena,
                              ld_zone_row *out, lede_error *err)
{
    ld_span row;
    uint32_t tokens = 0;
    LD_TRY(ld_zones_row(&v->sidecars->zones, doc, &row, err));
    if (row.bytes == 0)
        LD_TRY(ld_keys_tokens(&v->sidecars->keys, doc, &tokens, err));
    return ld_zones_decode(row, tokens, marks, arena, out, err);
}

lede_status ld_doc_zones(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                         const ld_zone_range **zones, uint32_t *count, lede_error *err)
{
    ld_zone_row decoded;
    LD_TRY(decode_doc(v, doc, false, arena, &decoded, err));
    *zones = decoded.zones;
    *count = decoded.zone_count;
    return LEDE_OK;
}

lede_status ld_doc_marks(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                         const uint32_t **sentence_starts, uint32_t *sentence_count,
                         const uint32_t **paragraph_starts, uint32_t *paragraph_count,
                         lede_error *err)
{
    ld_zone_row decoded;
    LD_TRY(decode_doc(v, doc, true, arena, &decoded, err));
    *sentence_starts = decoded.sentences;
    *sentence_count = decoded.sentence_count;
    *paragraph_starts = decoded.paragraphs;
    *paragraph_count = decoded.paragraph_count;
    return LEDE_OK;
}
