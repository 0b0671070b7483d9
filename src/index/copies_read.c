#include "index/copies_format.h"
#include "index/sidecars.h"

static lede_status corrupt(const ld_copies *copies, uint64_t at, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(copies->part.segment), copies->part.offset + at,
                            why);
}

lede_status ld_copies_open(const ld_segment *segment, uint32_t docs, ld_copies *copies,
                           lede_error *err)
{
    *copies = (ld_copies){.part = ld_segment_part(segment, LD_PART_COPIES), .docs = docs};
    if (!copies->part.segment)
        return LEDE_OK;
    if (copies->part.version != LD_COPIES_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part COPIES of version %u",
                       ld_segment_path(segment), copies->part.version);
    const uint8_t *t;
    LD_TRY(ld_part_view(&copies->part, 0, LD_COPIES_TRAILER_BYTES, &t, err));
    uint64_t room = copies->part.bytes - LD_COPIES_TRAILER_BYTES;
    LD_TRY(ld_part_view(&copies->part, room, LD_COPIES_TRAILER_BYTES, &t, err));
    uint64_t lists_bytes = ld_load_u64(t + 8);
    uint32_t hash_count = ld_load_u32(t + 4);
    copies->count_width = t[16];
    uint64_t counts_bytes = ld_packed_bytes(docs, copies->count_width);
    if (ld_load_u32(t) != docs || hash_count > 1u << 16 || copies->count_width > 16 ||
        lists_bytes > room || room - lists_bytes != (uint64_t)hash_count * 2 + counts_bytes)
        return corrupt(copies, room, "the trailer of the part COPIES is impossible", err);
    copies->hashes_offset = lists_bytes;
    copies->counts_offset = lists_bytes + (uint64_t)hash_count * 2;
    LD_TRY(ld_rows_open(&copies->part, 0, lists_bytes, &copies->lists, err));
    if (copies->lists.count != hash_count)
        return corrupt(copies, room, "the part COPIES has another number of lists than hashes",
                       err);
    return LEDE_OK;
}

lede_status ld_copies_hash(const ld_copies *copies, uint32_t ordinal, uint16_t *hash,
                           lede_error *err)
{
    const uint8_t *bytes;
    LD_TRY(
        ld_part_view(&copies->part, copies->hashes_offset + (uint64_t)ordinal * 2, 2, &bytes, err));
    *hash = ld_load_u16(bytes);
    return LEDE_OK;
}

lede_status ld_copies_cursor_open(const ld_copies *copies, uint32_t ordinal,
                                  ld_copies_cursor *cursor, lede_error *err)
{
    ld_span row;
    LD_TRY(ld_rows_get(&copies->lists, ordinal, &row, err));
    *cursor = (ld_copies_cursor){.copies = copies, .reader = ld_reader_of(row.data, row.bytes)};
    return LEDE_OK;
}

lede_status ld_copies_cursor_next(ld_copies_cursor *c, uint32_t *doc, lede_error *err)
{
    *doc = LD_DOC_END;
    if (c->reader.at == c->reader.bytes)
        return LEDE_OK;
    uint64_t step = ld_reader_varint(&c->reader);
    c->doc = step < c->copies->docs ? c->doc + step + c->begun : c->copies->docs;
    c->begun = true;
    if (c->reader.failed || c->doc >= c->copies->docs)
        return corrupt(c->copies, 0, "a list of copies names a document that is not there", err);
    *doc = (uint32_t)c->doc;
    return LEDE_OK;
}

lede_status ld_copies_list(const ld_copies *copies, uint32_t ordinal, ld_arena *arena,
                           const uint32_t **docs, uint32_t *count, lede_error *err)
{
    *docs = NULL;
    *count = 0;
    ld_copies_cursor cursor;
    LD_TRY(ld_copies_cursor_open(copies, ordinal, &cursor, err));
    /* a document takes a byte at least */
    uint32_t *list = ld_arena_array(arena, cursor.reader.bytes, sizeof *list), n = 0, doc;
    if (!list)
        return ld_arena_status(arena, err);
    for (;;) {
        LD_TRY(ld_copies_cursor_next(&cursor, &doc, err));
        if (doc == LD_DOC_END)
            break;
        list[n++] = doc;
    }
    *docs = list;
    *count = n;
    return LEDE_OK;
}

lede_status ld_copies_doc_count(const ld_copies *copies, uint32_t doc, uint32_t *count,
                                lede_error *err)
{
    *count = 0;
    if (!copies->part.segment)
        return LEDE_OK;
    if (doc >= copies->docs)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no document %u in the segment", doc);
    uint64_t value;
    LD_TRY(
        ld_packed_get(&copies->part, copies->counts_offset, copies->count_width, doc, &value, err));
    *count = (uint32_t)value;
    return LEDE_OK;
}

lede_status ld_copies_docs(const ld_segment_view *v, uint16_t hash, ld_arena *arena,
                           const uint32_t **docs, uint32_t *count, lede_error *err)
{
    *docs = NULL;
    *count = 0;
    const ld_copies *copies = &v->sidecars->copies;
    uint32_t low = 0, high = copies->part.segment ? copies->lists.count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint16_t found;
        LD_TRY(ld_copies_hash(copies, middle, &found, err));
        if (found == hash)
            return ld_copies_list(copies, middle, arena, docs, count, err);
        if (found < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return LEDE_OK;
}

lede_status ld_copies_count(const ld_segment_view *v, uint32_t doc, uint32_t *count,
                            lede_error *err)
{
    return ld_copies_doc_count(&v->sidecars->copies, doc, count, err);
}
