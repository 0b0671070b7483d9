#include "index/notes.h"
#include "index/notes_format.h"

static lede_status corrupt(const ld_notes *notes, const char *why, lede_error *err)
{
    const ld_part *part = &notes->rows.part;
    return ld_error_corrupt(err, ld_segment_path(part->segment), part->offset, why);
}

lede_status ld_notes_open(const ld_segment *segment, uint32_t docs, ld_notes *notes,
                          lede_error *err)
{
    ld_part part = ld_segment_part(segment, LD_PART_NOTES);
    *notes = (ld_notes){.rows.part = part, .docs = docs};
    if (!part.segment)
        return LEDE_OK;
    if (part.version != LD_NOTES_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part NOTES of version %u",
                       ld_segment_path(segment), part.version);
    const uint8_t *trailer;
    LD_TRY(ld_part_view(&part, 0, LD_NOTES_TRAILER_BYTES, &trailer, err));
    uint64_t rows_bytes = part.bytes - LD_NOTES_TRAILER_BYTES;
    LD_TRY(ld_part_view(&part, rows_bytes, LD_NOTES_TRAILER_BYTES, &trailer, err));
    if (ld_load_u32(trailer) != docs)
        return corrupt(notes, "the part NOTES is of another number of documents", err);
    return ld_rows_open(&part, 0, rows_bytes, &notes->rows, err);
}

static lede_status row_open(const ld_notes *notes, uint32_t row, ld_reader *reader, ld_span *key,
                            lede_error *err)
{
    ld_span bytes;
    LD_TRY(ld_rows_get(&notes->rows, row, &bytes, err));
    *reader = ld_reader_of(bytes.data, bytes.bytes);
    uint64_t key_bytes = ld_reader_varint(reader);
    *key = ld_reader_bytes(reader, (size_t)key_bytes);
    if (reader->failed || key->bytes == 0 || key->bytes > LD_NOTE_KEY_BYTES_MAX)
        return corrupt(notes, "a row of the part NOTES has no key", err);
    return LEDE_OK;
}

lede_status ld_notes_next(ld_notes_cursor *c, lede_error *err)
{
    if (c->reader.at == c->reader.bytes) {
        c->doc = LD_DOC_END;
        if (!c->notes->rows.part.segment || c->row == c->notes->rows.count)
            return LEDE_OK;
        ld_span before = c->key;
        LD_TRY(row_open(c->notes, c->row++, &c->reader, &c->key, err));
        if (before.bytes && ld_span_compare(before, c->key) > 0)
            return corrupt(c->notes, "the keys of the part NOTES are out of order", err);
        c->begun = false;
    }
    uint64_t step = ld_reader_varint(&c->reader);
    uint64_t doc = c->begun ? c->doc + 1ull + step : step;
    uint64_t bytes = ld_reader_varint(&c->reader);
    c->value = ld_reader_bytes(&c->reader, bytes > SIZE_MAX ? SIZE_MAX : (size_t)bytes);
    if (c->reader.failed || step >= c->notes->docs || doc >= c->notes->docs)
        return corrupt(c->notes, "a row of the part NOTES names a document that is not there", err);
    c->doc = (uint32_t)doc;
    c->begun = true;
    return LEDE_OK;
}

lede_status ld_notes_seek(const ld_notes *notes, ld_span key, ld_notes_cursor *c, lede_error *err)
{
    *c = (ld_notes_cursor){.notes = notes, .doc = LD_DOC_END};
    uint32_t low = 0, high = notes->rows.part.segment ? notes->rows.count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        ld_reader reader;
        ld_span found;
        LD_TRY(row_open(notes, middle, &reader, &found, err));
        if (ld_span_compare(found, key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    c->row = low;
    return ld_notes_next(c, err);
}
