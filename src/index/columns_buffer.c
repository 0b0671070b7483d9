#include "index/columns_buffer.h"

#include <stdlib.h>

#include "base/hash.h"

void ld_column_kinds(const ld_profile *profile, uint8_t kinds[LD_COLUMN_IDS])
{
    memset(kinds, 0, LD_COLUMN_IDS);
    for (uint16_t id = LD_COLUMN_PUBLISHED; id <= LD_COLUMN_COPY_SKETCH; id++)
        kinds[id] = id >= LD_COLUMN_LANGUAGE && id <= LD_COLUMN_TAG ? LD_COLUMN_KIND_KEYWORD
                                                                    : LD_COLUMN_KIND_NUMBER;
    for (uint32_t i = 0; i < profile->user_column_count; i++)
        kinds[profile->user_columns[i].id] = profile->user_columns[i].kind;
}

void ld_columns_buffer_init(ld_columns_buffer *b, const lede_env *env, const ld_profile *profile)
{
    *b = (ld_columns_buffer){.env = env};
    ld_column_kinds(profile, b->kinds);
    ld_buf_init(&b->bytes, env, SIZE_MAX / 4);
}

void ld_columns_buffer_release(ld_columns_buffer *b)
{
    for (size_t id = 0; id < LD_COLUMN_IDS; id++) {
        ld_buffered_column *c = &b->columns[id];
        ld_release(b->env, c->docs, c->docs_capacity * sizeof *c->docs);
        ld_release(b->env, c->values, c->values_capacity * sizeof *c->values);
        *c = (ld_buffered_column){0};
    }
    ld_release(b->env, b->keywords, b->keyword_capacity * sizeof *b->keywords);
    ld_release(b->env, b->slots, b->slot_count * sizeof *b->slots);
    ld_buf_release(&b->bytes);
    b->keywords = NULL;
    b->slots = NULL;
    b->columns_bytes = 0;
    b->keyword_count = b->keyword_capacity = b->slot_count = 0;
}

void ld_columns_buffer_clear(ld_columns_buffer *b)
{
    for (size_t id = 0; id < LD_COLUMN_IDS; id++)
        b->columns[id].count = 0;
    ld_buf_clear(&b->bytes);
    b->keyword_count = 0;
    if (b->slots)
        memset(b->slots, 0, b->slot_count * sizeof *b->slots);
}

size_t ld_columns_buffer_memory_bytes(const ld_columns_buffer *b)
{
    return b->columns_bytes + b->bytes.capacity + b->keyword_capacity * sizeof *b->keywords +
           b->slot_count * sizeof *b->slots;
}

/* ---- the word list ---- */

static ld_span keyword_at(const ld_columns_buffer *b, size_t keyword)
{
    return ld_span_of((const char *)b->bytes.data + b->keywords[keyword].offset,
                      b->keywords[keyword].bytes);
}

static size_t slot_of(const ld_columns_buffer *b, ld_span keyword)
{
    size_t mask = b->slot_count - 1;
    size_t at = (size_t)ld_hash64(keyword.data, keyword.bytes, 0) & mask;
    while (b->slots[at] && !ld_span_equal(keyword_at(b, b->slots[at] - 1), keyword))
        at = (at + 1) & mask;
    return at;
}

static lede_status grow_slots(ld_columns_buffer *b, lede_error *err)
{
    if (b->keyword_count + 1 <= b->slot_count / 2)
        return LEDE_OK;
    size_t count = b->slot_count ? b->slot_count * 2 : 64;
    uint32_t *slots = ld_alloc_array(b->env, count, sizeof *slots);
    if (!slots)
        return ld_error_nomem(err, count * sizeof *slots);
    ld_release(b->env, b->slots, b->slot_count * sizeof *b->slots);
    b->slots = slots;
    b->slot_count = count;
    for (size_t i = 0; i < b->keyword_count; i++)
        b->slots[slot_of(b, keyword_at(b, i))] = (uint32_t)i + 1;
    return LEDE_OK;
}

static lede_status intern(ld_columns_buffer *b, ld_span keyword, int64_t *id, lede_error *err)
{
    LD_TRY(grow_slots(b, err));
    size_t slot = slot_of(b, keyword);
    if (b->slots[slot]) {
        *id = b->slots[slot] - 1;
        return LEDE_OK;
    }
    LD_TRY(ld_grow(b->env, (void **)&b->keywords, &b->keyword_capacity, b->keyword_count + 1,
                   sizeof *b->keywords, UINT32_MAX - 1, err));
    size_t offset = b->bytes.bytes;
    if (!ld_buf_reserve(&b->bytes, keyword.bytes)) {
        lede_status status = ld_buf_status(&b->bytes, err);
        b->bytes.status = LEDE_OK; /* what was there is whole */
        return status;
    }
    ld_buf_add_span(&b->bytes, keyword);
    b->keywords[b->keyword_count] = (struct ld_buffered_keyword){offset, (uint32_t)keyword.bytes};
    *id = (int64_t)b->keyword_count++;
    b->slots[slot] = (uint32_t)b->keyword_count;
    return LEDE_OK;
}

/* ---- documents ---- */

static size_t column_bytes(const ld_buffered_column *c)
{
    return c->docs_capacity * sizeof *c->docs + c->values_capacity * sizeof *c->values;
}

static lede_status grow_column(ld_columns_buffer *b, ld_buffered_column *c, lede_error *err)
{
    b->columns_bytes -= column_bytes(c);
    lede_status status = ld_grow(b->env, (void **)&c->docs, &c->docs_capacity, c->count + 1,
                                 sizeof *c->docs, SIZE_MAX / 16, err);
    if (status == LEDE_OK)
        status = ld_grow(b->env, (void **)&c->values, &c->values_capacity, c->count + 1,
                         sizeof *c->values, SIZE_MAX / 16, err);
    b->columns_bytes += column_bytes(c);
    return status;
}

static lede_status add_value(ld_columns_buffer *b, uint32_t doc, const ld_column_value *v,
                             lede_error *err)
{
    ld_buffered_column *c = &b->columns[v->column];
    int64_t value = v->number;
    if (b->kinds[v->column] == LD_COLUMN_KIND_KEYWORD)
        LD_TRY(intern(b, v->keyword, &value, err));
    if (c->count == c->docs_capacity || c->count == c->values_capacity)
        LD_TRY(grow_column(b, c, err));
    c->docs[c->count] = doc;
    c->values[c->count++] = value;
    return LEDE_OK;
}

lede_status ld_columns_buffer_add(ld_columns_buffer *b, uint32_t doc, const ld_document *document,
                                  lede_error *err)
{
    for (uint32_t i = 0; i < document->column_count; i++) {
        const ld_column_value *v = &document->columns[i];
        if (v->column >= LD_COLUMN_IDS || b->kinds[v->column] == 0)
            return LD_FAIL(err, LEDE_E_INVALID, "the archive has no column %u", v->column);
        if (b->kinds[v->column] == LD_COLUMN_KIND_KEYWORD &&
            v->keyword.bytes > LD_KEYWORD_BYTES_MAX)
            return LD_FAIL(err, LEDE_E_LIMIT, "a keyword of column %u has more than %u bytes",
                           v->column, LD_KEYWORD_BYTES_MAX);
        if (i > 0 && (v->column < v[-1].column ||
                      (v->column == v[-1].column && b->kinds[v->column] == LD_COLUMN_KIND_NUMBER)))
            return LD_FAIL(err, LEDE_E_INVALID, "column %u is out of order or given twice",
                           v->column);
        LD_TRY(add_value(b, doc, v, err));
    }
    return LEDE_OK;
}

lede_status ld_columns_buffer_append(ld_columns_buffer *b, uint16_t column, uint32_t doc,
                                     int64_t number, lede_error *err)
{
    ld_column_value value = {.column = column, .number = number};
    return add_value(b, doc, &value, err);
}

void ld_columns_buffer_undo(ld_columns_buffer *b, uint32_t doc)
{
    /* Keywords that only this document had stay in the word list; a flush writes the used ones. */
    for (size_t id = 0; id < LD_COLUMN_IDS; id++) {
        ld_buffered_column *c = &b->columns[id];
        while (c->count > 0 && c->docs[c->count - 1] == doc)
            c->count--;
    }
}

/* ---- writing ---- */

/* One column as a source: values stand grouped by document. */
typedef struct buffer_source {
    const ld_columns_buffer *b;
    const ld_buffered_column *column;
    size_t at;
    bool keywords;
    uint32_t *ordinals; /* [keyword_count] of the word list: its place in the sorted dictionary */
    uint32_t *sorted;   /* [sorted_count] keywords of this column in byte order */
    size_t sorted_count, sorted_at;
    int64_t *values; /* [values_capacity] of the document at hand, owned */
    size_t values_capacity;
} buffer_source;

static void rewind_source(void *ctx)
{
    buffer_source *s = ctx;
    s->at = 0;
    s->sorted_at = 0;
}

/* Ascending, each once; insertion sort, a document has a few keywords. */
static uint32_t sort_distinct(int64_t *values, uint32_t count)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        int64_t value = values[i];
        uint32_t at = kept;
        while (at > 0 && values[at - 1] > value)
            at--;
        if (at > 0 && values[at - 1] == value)
            continue;
        memmove(values + at + 1, values + at, (kept - at) * sizeof *values);
        values[at] = value;
        kept++;
    }
    return kept;
}

static lede_status next_values(void *ctx, uint32_t *doc, const int64_t **values, uint32_t *count,
                               lede_error *err)
{
    buffer_source *s = ctx;
    const ld_buffered_column *c = s->column;
    *doc = LD_DOC_END;
    *count = 0;
    if (s->at == c->count)
        return LEDE_OK;
    size_t end = s->at;
    while (end < c->count && c->docs[end] == c->docs[s->at])
        end++;
    uint32_t n = (uint32_t)(end - s->at);
    LD_TRY(ld_grow(s->b->env, (void **)&s->values, &s->values_capacity, n, sizeof *s->values,
                   UINT32_MAX, err));
    for (uint32_t i = 0; i < n; i++) {
        int64_t value = c->values[s->at + i];
        s->values[i] = s->keywords ? s->ordinals[value] : value;
    }
    *doc = c->docs[s->at];
    *values = s->values;
    *count = s->keywords ? sort_distinct(s->values, n) : n;
    s->at = end;
    return LEDE_OK;
}

static lede_status next_keyword(void *ctx, ld_span *keyword, bool *end, lede_error *err)
{
    (void)err;
    buffer_source *s = ctx;
    *end = s->sorted_at == s->sorted_count;
    if (!*end)
        *keyword = keyword_at(s->b, s->sorted[s->sorted_at++]);
    return LEDE_OK;
}

static int compare_keywords(const void *a, const void *b, void *ctx)
{
    const ld_columns_buffer *buffer = ctx;
    return ld_span_compare(keyword_at(buffer, *(const uint32_t *)a),
                           keyword_at(buffer, *(const uint32_t *)b));
}

/* The keywords this column uses, sorted, and their ordinals. */
static void sort_keywords(buffer_source *s)
{
    const ld_columns_buffer *b = s->b;
    memset(s->ordinals, 0, b->keyword_count * sizeof *s->ordinals);
    s->sorted_count = 0;
    for (size_t i = 0; i < s->column->count; i++) {
        uint32_t keyword = (uint32_t)s->column->values[i];
        if (s->ordinals[keyword]++ == 0)
            s->sorted[s->sorted_count++] = keyword;
    }
    if (s->sorted_count > 1)
        qsort_r(s->sorted, s->sorted_count, sizeof *s->sorted, compare_keywords, (void *)b);
    for (size_t i = 0; i < s->sorted_count; i++)
        s->ordinals[s->sorted[i]] = (uint32_t)i;
}

static lede_status write_columns(buffer_source *s, ld_columns_writer *w, lede_error *err)
{
    const ld_columns_buffer *b = s->b;
    ld_column_source source = {s, rewind_source, next_values, next_keyword};
    for (uint16_t id = 0; id < LD_COLUMN_IDS; id++) {
        s->column = &b->columns[id];
        if (s->column->count == 0)
            continue;
        s->keywords = b->kinds[id] == LD_COLUMN_KIND_KEYWORD;
        if (s->keywords)
            sort_keywords(s);
        LD_TRY(ld_columns_writer_add(w, id, (ld_column_kind)b->kinds[id], &source, err));
    }
    return ld_columns_writer_finish(w, err);
}

lede_status ld_columns_buffer_write(ld_columns_buffer *b, ld_segment_writer *out, uint32_t docs,
                                    lede_error *err)
{
    buffer_source s = {.b = b};
    size_t words_bytes = b->keyword_count * sizeof(uint32_t);
    ld_columns_writer w;
    LD_TRY(ld_columns_writer_init(&w, b->env, out, docs, err));
    s.ordinals = ld_alloc(b->env, words_bytes);
    s.sorted = ld_alloc(b->env, words_bytes);
    lede_status status =
        s.ordinals && s.sorted ? write_columns(&s, &w, err) : ld_error_nomem(err, words_bytes * 2);
    ld_release(b->env, s.ordinals, words_bytes);
    ld_release(b->env, s.sorted, words_bytes);
    ld_release(b->env, s.values, s.values_capacity * sizeof *s.values);
    ld_columns_writer_release(&w);
    return status;
}
