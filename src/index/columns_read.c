#include "index/columns_format.h"
#include "index/presence.h"
#include "index/sidecars.h"

static lede_status corrupt(const ld_columns *columns, uint64_t at, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(columns->part.segment), columns->part.offset + at,
                            why);
}

/* Places the sections of a column, whose lengths follow from its entry; they must end before the
 * directory. */
static lede_status place_sections(const ld_columns *columns, ld_column *c, uint64_t offset,
                                  uint64_t dictionary_bytes, uint64_t directory, lede_error *err)
{
    uint64_t lengths[] = {c->dense ? 0 : ld_presence_bytes(columns->docs),
                          c->several ? ld_packed_bytes((uint64_t)c->present + 1, c->start_width)
                                     : 0,
                          ld_packed_bytes(c->values, c->value_width), dictionary_bytes};
    uint64_t dictionary_offset;
    uint64_t *starts[] = {&c->presence_offset, &c->starts_offset, &c->values_offset,
                          &dictionary_offset};
    uint64_t at = offset;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        if (at > directory || lengths[i] > directory - at)
            return corrupt(columns, offset, "a column runs past its part", err);
        *starts[i] = at;
        at += lengths[i];
    }
    if (c->kind != LD_COLUMN_KIND_KEYWORD)
        return LEDE_OK;
    return ld_rows_open(&columns->part, dictionary_offset, dictionary_bytes, &c->dictionary, err);
}

static lede_status read_entry(const ld_columns *columns, const uint8_t *entry, uint64_t directory,
                              ld_column *c, lede_error *err)
{
    c->id = ld_load_u16(entry);
    c->kind = entry[2];
    c->dense = entry[3] & LD_COLUMN_DENSE;
    c->several = entry[3] & LD_COLUMN_SEVERAL;
    c->start_width = entry[4];
    c->value_width = entry[5];
    c->present = ld_load_u32(entry + 8);
    c->values = ld_load_u64(entry + 16);
    c->min = (int64_t)ld_load_u64(entry + 24);
    bool keyword = c->kind == LD_COLUMN_KIND_KEYWORD;
    if ((!keyword && c->kind != LD_COLUMN_KIND_NUMBER) || c->id >= LD_COLUMNS_MAX ||
        c->present == 0 || c->present > columns->docs ||
        c->dense != (c->present == columns->docs) || c->values < c->present ||
        (!c->several && c->values != c->present) ||
        (keyword && (c->min != 0 || c->value_width > 32)))
        return corrupt(columns, directory, "an entry of the part COLUMNS is impossible", err);
    return place_sections(columns, c, ld_load_u64(entry + 32), ld_load_u64(entry + 40), directory,
                          err);
}

static lede_status read_directory(ld_columns *columns, lede_error *err)
{
    const uint8_t *bytes;
    LD_TRY(ld_part_view(&columns->part, 0, LD_COLUMNS_TRAILER_BYTES, &bytes, err));
    uint64_t end = columns->part.bytes - LD_COLUMNS_TRAILER_BYTES;
    LD_TRY(ld_part_view(&columns->part, end, LD_COLUMNS_TRAILER_BYTES, &bytes, err));
    uint32_t docs = ld_load_u32(bytes), count = ld_load_u32(bytes + 4);
    if (docs != columns->docs || count > LD_COLUMNS_MAX ||
        (uint64_t)count * LD_COLUMN_ENTRY_BYTES > end)
        return corrupt(columns, end, "the trailer of the part COLUMNS is impossible", err);
    uint64_t directory = end - (uint64_t)count * LD_COLUMN_ENTRY_BYTES;
    LD_TRY(ld_part_view(&columns->part, directory, (uint64_t)count * LD_COLUMN_ENTRY_BYTES, &bytes,
                        err));
    columns->columns = ld_alloc_array(columns->env, count, sizeof *columns->columns);
    if (!columns->columns)
        return ld_error_nomem(err, count * sizeof *columns->columns);
    columns->count = count;
    for (uint32_t i = 0; i < count; i++) {
        LD_TRY(read_entry(columns, bytes + (size_t)i * LD_COLUMN_ENTRY_BYTES, directory,
                          &columns->columns[i], err));
        if (i > 0 && columns->columns[i].id <= columns->columns[i - 1].id)
            return corrupt(columns, directory, "the columns are not in order", err);
    }
    return LEDE_OK;
}

lede_status ld_columns_open(const ld_segment *segment, uint32_t docs, ld_columns *columns,
                            lede_error *err)
{
    *columns = (ld_columns){.env = ld_segment_env(segment),
                            .part = ld_segment_part(segment, LD_PART_COLUMNS),
                            .docs = docs};
    if (columns->part.segment && columns->part.version != LD_COLUMNS_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part COLUMNS of version %u",
                       ld_segment_path(segment), columns->part.version);
    lede_status status = read_directory(columns, err);
    if (status != LEDE_OK)
        ld_columns_close(columns);
    return status;
}

void ld_columns_close(ld_columns *columns)
{
    ld_release(columns->env, columns->columns, columns->count * sizeof *columns->columns);
    columns->columns = NULL;
    columns->count = 0;
}

const ld_column *ld_columns_find(const ld_columns *columns, uint16_t id)
{
    for (uint32_t i = 0; i < columns->count; i++)
        if (columns->columns[i].id == id)
            return &columns->columns[i];
    return NULL;
}

/* Position of a document among those with a value; *present false where it has none. */
static lede_status rank_of(const ld_columns *columns, const ld_column *c, uint32_t doc,
                           uint32_t *rank, bool *present, lede_error *err)
{
    *rank = doc;
    *present = true;
    if (c->dense)
        return LEDE_OK;
    LD_TRY(ld_presence_get(&columns->part, c->presence_offset, doc, present, rank, err));
    if (*present && *rank >= c->present)
        return corrupt(columns, c->presence_offset, "a column counts more values than it has", err);
    return LEDE_OK;
}

lede_status ld_column_range(const ld_columns *columns, const ld_column *c, uint32_t doc,
                            uint64_t *first, uint32_t *count, lede_error *err)
{
    *count = 0;
    *first = 0;
    if (doc >= columns->docs)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no document %u in the segment", doc);
    uint32_t rank;
    bool present;
    LD_TRY(rank_of(columns, c, doc, &rank, &present, err));
    if (!present)
        return LEDE_OK;
    *first = rank;
    *count = 1;
    if (!c->several)
        return LEDE_OK;
    uint64_t end;
    LD_TRY(
        ld_packed_pair(&columns->part, c->starts_offset, c->start_width, rank, first, &end, err));
    if (*first >= end || end > c->values || end - *first > UINT32_MAX) {
        *count = 0;
        return corrupt(columns, c->starts_offset, "the values of a document are out of order", err);
    }
    *count = (uint32_t)(end - *first);
    return LEDE_OK;
}

lede_status ld_column_value_at(const ld_columns *columns, const ld_column *c, uint64_t index,
                               int64_t *value, lede_error *err)
{
    uint64_t offset;
    LD_TRY(ld_packed_get(&columns->part, c->values_offset, c->value_width, index, &offset, err));
    if (c->kind == LD_COLUMN_KIND_KEYWORD && offset >= c->dictionary.count)
        return corrupt(columns, c->values_offset, "a keyword is not in its dictionary", err);
    *value = (int64_t)((uint64_t)c->min + offset);
    return LEDE_OK;
}

/* ---- the calls of snapshot.h ---- */

lede_status ld_column_number(const ld_segment_view *v, uint16_t column, uint32_t doc,
                             int64_t *number, bool *present, lede_error *err)
{
    *present = false;
    *number = 0;
    const ld_columns *columns = &v->sidecars->columns;
    const ld_column *c = ld_columns_find(columns, column);
    if (!c || c->kind != LD_COLUMN_KIND_NUMBER)
        return LEDE_OK;
    uint64_t first;
    uint32_t count;
    LD_TRY(ld_column_range(columns, c, doc, &first, &count, err));
    if (count == 0)
        return LEDE_OK;
    LD_TRY(ld_column_value_at(columns, c, first, number, err));
    *present = true;
    return LEDE_OK;
}

lede_status ld_column_keywords(const ld_segment_view *v, uint16_t column, uint32_t doc,
                               const uint32_t **ordinals, uint32_t *count, ld_arena *arena,
                               lede_error *err)
{
    *ordinals = NULL;
    *count = 0;
    const ld_columns *columns = &v->sidecars->columns;
    const ld_column *c = ld_columns_find(columns, column);
    if (!c || c->kind != LD_COLUMN_KIND_KEYWORD)
        return LEDE_OK;
    uint64_t first;
    uint32_t n;
    LD_TRY(ld_column_range(columns, c, doc, &first, &n, err));
    if (n == 0)
        return LEDE_OK;
    if (n > c->dictionary.count) /* they are distinct */
        return corrupt(columns, c->starts_offset, "a document has more keywords than there are",
                       err);
    uint32_t *list = ld_arena_array(arena, n, sizeof *list);
    if (!list)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < n; i++) {
        int64_t value;
        LD_TRY(ld_column_value_at(columns, c, first + i, &value, err));
        list[i] = (uint32_t)value;
        if (i > 0 && list[i] <= list[i - 1])
            return corrupt(columns, c->values_offset, "the keywords of a document are out of order",
                           err);
    }
    *ordinals = list;
    *count = n;
    return LEDE_OK;
}

lede_status ld_column_keyword_among(const ld_segment_view *v, uint16_t column, uint32_t doc,
                                    const uint8_t *wanted, bool *among, lede_error *err)
{
    *among = false;
    const ld_columns *columns = &v->sidecars->columns;
    const ld_column *c = ld_columns_find(columns, column);
    if (!c || c->kind != LD_COLUMN_KIND_KEYWORD)
        return LEDE_OK;
    uint64_t first;
    uint32_t count;
    LD_TRY(ld_column_range(columns, c, doc, &first, &count, err));
    for (uint32_t i = 0; i < count && !*among; i++) {
        int64_t ordinal;
        LD_TRY(ld_column_value_at(columns, c, first + i, &ordinal, err));
        *among = wanted[ordinal >> 3] >> (ordinal & 7) & 1;
    }
    return LEDE_OK;
}

uint32_t ld_column_keyword_count(const ld_segment_view *v, uint16_t column)
{
    const ld_column *c = ld_columns_find(&v->sidecars->columns, column);
    return c && c->kind == LD_COLUMN_KIND_KEYWORD ? c->dictionary.count : 0;
}

lede_status ld_column_keyword(const ld_segment_view *v, uint16_t column, uint32_t ordinal,
                              ld_span *keyword, lede_error *err)
{
    const ld_column *c = ld_columns_find(&v->sidecars->columns, column);
    if (!c || c->kind != LD_COLUMN_KIND_KEYWORD || ordinal >= c->dictionary.count)
        return LD_FAIL(err, LEDE_E_INVALID, "column %u has no keyword %u", column, ordinal);
    return ld_rows_get(&c->dictionary, ordinal, keyword, err);
}

lede_status ld_column_keyword_find(const ld_segment_view *v, uint16_t column, ld_span keyword,
                                   uint32_t *ordinal, lede_error *err)
{
    const ld_column *c = ld_columns_find(&v->sidecars->columns, column);
    uint32_t low = 0, high = c && c->kind == LD_COLUMN_KIND_KEYWORD ? c->dictionary.count : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        ld_span found;
        LD_TRY(ld_rows_get(&c->dictionary, middle, &found, err));
        int order = ld_span_compare(found, keyword);
        if (order == 0) {
            *ordinal = middle;
            return LEDE_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return LEDE_E_NOTFOUND;
}
