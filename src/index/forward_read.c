#include "index/forward_format.h"
#include "index/sidecars.h"

static lede_status corrupt(const char *why, lede_error *err)
{
    return ld_error_corrupt(err, "part FORWARD", 0, why);
}

lede_status ld_forward_open(const ld_segment *segment, uint32_t docs, ld_rows *rows,
                            lede_error *err)
{
    ld_part part = ld_segment_part(segment, LD_PART_FORWARD);
    *rows = (ld_rows){.part = part};
    if (!part.segment)
        return LEDE_OK;
    if (part.version != LD_FORWARD_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part FORWARD of version %u",
                       ld_segment_path(segment), part.version);
    LD_TRY(ld_rows_open(&part, 0, part.bytes, rows, err));
    if (rows->count != docs)
        return ld_error_corrupt(err, ld_segment_path(segment), part.offset,
                                "the part FORWARD has another number of rows than documents");
    return LEDE_OK;
}

lede_status ld_forward_decode(ld_span row, ld_arena *arena, const ld_forward_term **terms,
                              uint32_t *count, lede_error *err)
{
    *terms = NULL;
    *count = 0;
    ld_reader r = ld_reader_of(row.data, row.bytes);
    uint32_t n = ld_reader_u8(&r);
    if (r.failed || n > LD_FORWARD_TERMS_MAX)
        return corrupt("a forward list is too long", err);
    ld_forward_term *list = ld_arena_array(arena, n, sizeof *list);
    if (!list)
        return ld_arena_status(arena, err);
    uint64_t ordinal = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t step = ld_reader_varint(&r);
        ordinal = step <= UINT32_MAX ? ordinal + step + (i > 0) : UINT64_MAX >> 1;
        if (r.failed || ordinal > UINT32_MAX)
            return corrupt("a forward list names a term that cannot be", err);
        list[i].term_ordinal = (uint32_t)ordinal;
    }
    for (uint32_t i = 0; i < n; i += 2) {
        uint8_t pair = ld_reader_u8(&r);
        list[i].weight = pair & 15;
        if (i + 1 < n)
            list[i + 1].weight = pair >> 4;
        else if (pair >> 4)
            return corrupt("a forward list has a weight left over", err);
    }
    if (r.failed || r.at != row.bytes)
        return corrupt("a forward list has a wrong length", err);
    for (uint32_t i = 0; i < n; i++)
        if (list[i].weight == 0)
            return corrupt("a forward list has a weight of 0", err);
    *terms = list;
    *count = n;
    return LEDE_OK;
}

lede_status ld_doc_forward(const ld_segment_view *v, uint32_t doc, ld_arena *arena,
                           const ld_forward_term **terms, uint32_t *count, lede_error *err)
{
    *terms = NULL;
    *count = 0;
    const ld_rows *rows = &v->sidecars->forward;
    if (!rows->part.segment)
        return LEDE_OK;
    ld_span row;
    LD_TRY(ld_rows_get(rows, doc, &row, err));
    LD_TRY(ld_forward_decode(row, arena, terms, count, err));
    for (uint32_t i = 0; i < *count; i++)
        if ((*terms)[i].term_ordinal >= ld_terms_count(v->terms))
            return corrupt("a forward list names a term that is not there", err);
    return LEDE_OK;
}
