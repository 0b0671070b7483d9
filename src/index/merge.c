/*
 * Several neighbouring segments become one: deleted documents are dropped, superseded ones stay.
 *
 * The new number of every document is known before anything is written (maps); after that each part
 * is a stream from the readers of the sources to the writer of the part, run through as often as
 * the part needs. Nothing of a part is held in memory but its block at hand. What grows with the
 * documents: the maps (4 bytes), the key table (up to 11), the forward builder (124, only with
 * sidecars), copy counts (2); the writer bounds the documents of a merge by them.
 *
 * The thread reads the sources' files and the maps only. Tombstones that come while it runs are
 * carried over when the segment is swapped in (writer_flush.c).
 */
#include "index/files.h"
#include "index/writer_private.h"

static const ld_sidecars *sidecars_of(const ld_merge *m, uint32_t source)
{
    return m->sources[source]->open.sidecars;
}

static uint32_t docs_of(const ld_merge *m, uint32_t source)
{
    return m->sources[source]->open.entry.docs;
}

/* ---- planning ---- */

static lede_status make_map(ld_merge *m, uint32_t source, lede_error *err)
{
    uint32_t docs = docs_of(m, source);
    uint32_t *map = ld_alloc_array(m->env, docs, sizeof *map);
    if (!map)
        return ld_error_nomem(err, docs * sizeof *map);
    m->maps[source] = map;
    for (uint32_t doc = 0; doc < docs; doc++)
        map[doc] = ld_tombstones_is_deleted(&m->sources[source]->open.tombstones, doc) ? LD_DOC_END
                                                                                       : m->docs++;
    return LEDE_OK;
}

lede_status ld_merge_new(ld_index_writer *w, size_t first, uint32_t count, ld_merge **merge,
                         lede_error *err)
{
    *merge = NULL;
    ld_merge *m = ld_alloc_zero(w->env, sizeof *m);
    if (!m)
        return ld_error_nomem(err, sizeof *m);
    m->env = w->env;
    m->profile = &w->committed.profile;
    m->dir = w->dir;
    m->first = first;
    m->count = count;
    for (uint32_t i = 0; i < count; i++)
        m->sources[i] = w->segments[first + i];
    lede_status status;
    for (uint32_t i = 0; i < count; i++)
        LD_TRY_OUT(make_map(m, i, err));
    m->id = w->next_segment++;
    *merge = m;
    return LEDE_OK;
out:
    ld_merge_free(m);
    return status;
}

void ld_merge_free(ld_merge *m)
{
    if (!m)
        return;
    for (uint32_t i = 0; i < m->count; i++)
        ld_release(m->env, m->maps[i], docs_of(m, i) * sizeof *m->maps[i]);
    ld_release(m->env, m, sizeof *m);
}

/* ---- the documents that stay, in their new order ---- */

typedef struct merge_cursor {
    const ld_merge *m;
    uint32_t source, doc; /* where the search for the next one begins */
} merge_cursor;

static bool next_doc(merge_cursor *c, uint32_t *source, uint32_t *doc)
{
    for (; c->source < c->m->count; c->source++, c->doc = 0)
        while (c->doc < docs_of(c->m, c->source)) {
            uint32_t at = c->doc++;
            if (c->m->maps[c->source][at] != LD_DOC_END) {
                *source = c->source;
                *doc = at;
                return true;
            }
        }
    return false;
}

static lede_status fail_past_end(lede_error *err)
{
    return LD_FAIL(err, LEDE_E_INVALID, "a merge asked for more documents than there are");
}

static void rewind_identities(void *ctx)
{
    merge_cursor *c = ctx;
    c->source = c->doc = 0;
}

static lede_status next_identity(void *ctx, ld_identity *identity, lede_error *err)
{
    merge_cursor *c = ctx;
    uint32_t source, doc;
    if (!next_doc(c, &source, &doc))
        return fail_past_end(err);
    return ld_keys_get(&sidecars_of(c->m, source)->keys, doc, identity, err);
}

static lede_status next_zones(void *ctx, ld_span *row, lede_error *err)
{
    merge_cursor *c = ctx;
    uint32_t source, doc;
    if (!next_doc(c, &source, &doc))
        return fail_past_end(err);
    return ld_rows_get(&sidecars_of(c->m, source)->zones, doc, row, err);
}

/* ---- columns ---- */

typedef struct column_merge {
    const ld_merge *m;
    merge_cursor cursor;
    const ld_column *columns[LD_MERGE_FACTOR_MAX]; /* NULL: the source has no value */
    uint32_t
        *ordinals[LD_MERGE_FACTOR_MAX]; /* keywords: [dictionary] new ordinal, KEYWORD_UNUSED */
    uint32_t at[LD_MERGE_FACTOR_MAX];   /* of each dictionary, while they are merged */
    bool keywords;
    int64_t *values; /* [capacity] of the document at hand, owned */
    size_t capacity;
} column_merge;

#define KEYWORD_UNUSED UINT32_MAX

static void rewind_column(void *ctx)
{
    column_merge *c = ctx;
    c->cursor = (merge_cursor){.m = c->m};
    memset(c->at, 0, sizeof c->at);
}

static lede_status load_values(column_merge *c, uint32_t source, uint64_t first, uint32_t count,
                               lede_error *err)
{
    const ld_columns *columns = &sidecars_of(c->m, source)->columns;
    const ld_column *column = c->columns[source];
    if (c->keywords && count > column->dictionary.count)
        return ld_error_corrupt(err, "part COLUMNS", 0, "a document has too many keywords");
    LD_TRY(ld_grow(c->m->env, (void **)&c->values, &c->capacity, count, sizeof *c->values,
                   UINT32_MAX, err));
    for (uint32_t i = 0; i < count; i++) {
        LD_TRY(ld_column_value_at(columns, column, first + i, &c->values[i], err));
        if (c->keywords && i > 0 && c->values[i] <= c->values[i - 1])
            return ld_error_corrupt(err, "part COLUMNS", 0, "keywords are out of order");
    }
    return LEDE_OK;
}

/* The next document with values, as its source names them. */
static lede_status next_raw(column_merge *c, uint32_t *source, uint32_t *doc, uint32_t *count,
                            bool *end, lede_error *err)
{
    for (*end = false; next_doc(&c->cursor, source, doc);) {
        if (!c->columns[*source])
            continue;
        uint64_t first;
        LD_TRY(ld_column_range(&sidecars_of(c->m, *source)->columns, c->columns[*source], *doc,
                               &first, count, err));
        if (*count > 0)
            return load_values(c, *source, first, *count, err);
    }
    *end = true;
    return LEDE_OK;
}

static lede_status next_values(void *ctx, uint32_t *doc, const int64_t **values, uint32_t *count,
                               lede_error *err)
{
    column_merge *c = ctx;
    uint32_t source, old;
    bool end;
    *doc = LD_DOC_END;
    LD_TRY(next_raw(c, &source, &old, count, &end, err));
    if (end)
        return LEDE_OK;
    for (uint32_t i = 0; c->keywords && i < *count; i++)
        c->values[i] = c->ordinals[source][c->values[i]];
    *doc = c->m->maps[source][old];
    *values = c->values;
    return LEDE_OK;
}

/* The smallest keyword in use that was not given yet; every source that has it moves past it and,
 * when `number` is not KEYWORD_UNUSED, learns its new ordinal. */
static lede_status next_in_union(column_merge *c, uint32_t number, ld_span *keyword, bool *end,
                                 lede_error *err)
{
    ld_span heads[LD_MERGE_FACTOR_MAX];
    *end = true;
    for (uint32_t s = 0; s < c->m->count; s++) {
        uint32_t words = c->columns[s] ? c->columns[s]->dictionary.count : 0;
        heads[s] = (ld_span){NULL, 0};
        while (c->at[s] < words && c->ordinals[s][c->at[s]] == KEYWORD_UNUSED)
            c->at[s]++;
        if (c->at[s] >= words)
            continue;
        LD_TRY(ld_rows_get(&c->columns[s]->dictionary, c->at[s], &heads[s], err));
        if (*end || ld_span_compare(heads[s], *keyword) < 0)
            *keyword = heads[s];
        *end = false;
    }
    for (uint32_t s = 0; !*end && s < c->m->count; s++) {
        uint32_t words = c->columns[s] ? c->columns[s]->dictionary.count : 0;
        if (c->at[s] >= words || !ld_span_equal(heads[s], *keyword))
            continue;
        if (number != KEYWORD_UNUSED)
            c->ordinals[s][c->at[s]] = number;
        c->at[s]++;
    }
    return LEDE_OK;
}

static lede_status next_keyword(void *ctx, ld_span *keyword, bool *end, lede_error *err)
{
    return next_in_union(ctx, KEYWORD_UNUSED, keyword, end, err);
}

/* Finds the keywords that are still in use and numbers them. */
static lede_status number_keywords(column_merge *c, lede_error *err)
{
    for (uint32_t s = 0; s < c->m->count; s++) {
        uint32_t words = c->columns[s] ? c->columns[s]->dictionary.count : 0;
        c->ordinals[s] = ld_alloc(c->m->env, words * sizeof(uint32_t));
        if (!c->ordinals[s])
            return ld_error_nomem(err, words * sizeof(uint32_t));
        memset(c->ordinals[s], 0xff, words * sizeof(uint32_t));
    }
    rewind_column(c);
    for (;;) {
        uint32_t source, doc, count;
        bool end;
        LD_TRY(next_raw(c, &source, &doc, &count, &end, err));
        if (end)
            break;
        for (uint32_t i = 0; i < count; i++)
            c->ordinals[source][c->values[i]] = 0;
    }
    rewind_column(c);
    for (uint32_t number = 0;; number++) {
        ld_span keyword = {NULL, 0};
        bool end;
        LD_TRY(next_in_union(c, number, &keyword, &end, err));
        if (end)
            return LEDE_OK;
    }
}

static void release_column(column_merge *c)
{
    for (uint32_t s = 0; s < c->m->count; s++) {
        uint32_t words = c->columns[s] ? c->columns[s]->dictionary.count : 0;
        ld_release(c->m->env, c->ordinals[s], words * sizeof(uint32_t));
        c->ordinals[s] = NULL;
    }
}

static lede_status merge_column(column_merge *c, ld_columns_writer *out, uint16_t id, uint8_t kind,
                                lede_error *err)
{
    bool any = false;
    for (uint32_t s = 0; s < c->m->count; s++) {
        const ld_column *column = ld_columns_find(&sidecars_of(c->m, s)->columns, id);
        if (column && column->kind != kind)
            return ld_error_corrupt(err, ld_segment_path(c->m->sources[s]->open.segment), 0,
                                    "a column has another kind than the archive gives it");
        c->columns[s] = column;
        any |= column != NULL;
    }
    if (!any)
        return LEDE_OK;
    c->keywords = kind == LD_COLUMN_KIND_KEYWORD;
    ld_column_source source = {c, rewind_column, next_values, next_keyword};
    lede_status status = c->keywords ? number_keywords(c, err) : LEDE_OK;
    if (status == LEDE_OK)
        status = ld_columns_writer_add(out, id, (ld_column_kind)kind, &source, err);
    release_column(c);
    return status;
}

static lede_status merge_columns(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    uint8_t kinds[LD_COLUMN_IDS];
    ld_column_kinds(m->profile, kinds);
    column_merge c = {.m = m};
    ld_columns_writer w;
    lede_status status = ld_columns_writer_init(&w, m->env, out, m->docs, err);
    for (uint16_t id = 0; status == LEDE_OK && id < LD_COLUMN_IDS; id++)
        if (kinds[id])
            status = merge_column(&c, &w, id, kinds[id], err);
    if (status == LEDE_OK)
        status = ld_columns_writer_finish(&w, err);
    ld_columns_writer_release(&w);
    ld_release(m->env, c.values, c.capacity * sizeof *c.values);
    return status;
}

/* ---- stored texts ---- */

static lede_status copy_stored(const ld_merge *m, ld_stored_writer *out, ld_stored_block *block,
                               lede_error *err)
{
    merge_cursor cursor = {.m = m};
    uint32_t source, doc, block_source = UINT32_MAX;
    while (next_doc(&cursor, &source, &doc)) {
        if (source != block_source || doc < block->first || doc >= block->end) {
            ld_stored_block_release(block);
            LD_TRY(ld_stored_block_load(&sidecars_of(m, source)->stored, doc, block, err));
            block_source = source;
        }
        ld_span bytes;
        LD_TRY(ld_stored_block_get(block, doc, &bytes, err));
        LD_TRY(ld_stored_writer_add(out, bytes, err));
    }
    return ld_stored_writer_finish(out, err);
}

static lede_status merge_stored(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    ld_stored_writer *w;
    ld_stored_block block = {.env = m->env};
    LD_TRY(ld_stored_writer_new(m->env, &w, err));
    lede_status status = ld_stored_writer_attach(w, out, err);
    if (status == LEDE_OK)
        status = copy_stored(m, w, &block, err);
    ld_stored_block_release(&block);
    ld_stored_writer_free(w);
    return status;
}

/* ---- copy hashes ---- */

typedef struct copies_merge {
    const ld_merge *m;
    ld_arena *arena;                  /* lists of the hash at hand */
    uint32_t at[LD_MERGE_FACTOR_MAX]; /* list of each source */
    uint32_t *docs;                   /* [capacity] the joined list, owned */
    size_t capacity;
} copies_merge;

static lede_status smallest_hash(const copies_merge *c, uint16_t *hash, bool *end, lede_error *err)
{
    *end = true;
    for (uint32_t s = 0; s < c->m->count; s++) {
        const ld_copies *copies = &sidecars_of(c->m, s)->copies;
        if (!copies->part.segment || c->at[s] >= copies->lists.count)
            continue;
        uint16_t head;
        LD_TRY(ld_copies_hash(copies, c->at[s], &head, err));
        if (*end || head < *hash)
            *hash = head;
        *end = false;
    }
    return LEDE_OK;
}

/* Joins the lists of one hash; the sources that have it move past it. */
static lede_status join_lists(copies_merge *c, uint16_t hash, uint32_t *count, lede_error *err)
{
    *count = 0;
    ld_arena_reset(c->arena);
    for (uint32_t s = 0; s < c->m->count; s++) {
        const ld_copies *copies = &sidecars_of(c->m, s)->copies;
        uint16_t head = 0;
        if (!copies->part.segment || c->at[s] >= copies->lists.count)
            continue;
        LD_TRY(ld_copies_hash(copies, c->at[s], &head, err));
        if (head != hash)
            continue;
        const uint32_t *docs;
        uint32_t n;
        LD_TRY(ld_copies_list(copies, c->at[s]++, c->arena, &docs, &n, err));
        LD_TRY(ld_grow(c->m->env, (void **)&c->docs, &c->capacity, (size_t)*count + n,
                       sizeof *c->docs, LD_SEGMENT_DOCS_MAX, err));
        for (uint32_t i = 0; i < n; i++)
            if (c->m->maps[s][docs[i]] != LD_DOC_END)
                c->docs[(*count)++] = c->m->maps[s][docs[i]];
    }
    return LEDE_OK;
}

static lede_status next_copies(void *ctx, uint16_t *hash, const uint32_t **docs, uint32_t *count,
                               bool *end, lede_error *err)
{
    copies_merge *c = ctx;
    for (;;) {
        LD_TRY(smallest_hash(c, hash, end, err));
        if (*end)
            return LEDE_OK;
        LD_TRY(join_lists(c, *hash, count, err));
        *docs = c->docs;
        if (*count > 0)
            return LEDE_OK;
    }
}

static lede_status write_copies(copies_merge *c, ld_segment_writer *out, uint16_t *counts,
                                lede_error *err)
{
    merge_cursor cursor = {.m = c->m};
    uint32_t source, doc;
    while (next_doc(&cursor, &source, &doc)) {
        uint32_t count;
        LD_TRY(ld_copies_doc_count(&sidecars_of(c->m, source)->copies, doc, &count, err));
        counts[c->m->maps[source][doc]] = (uint16_t)count;
    }
    ld_copies_source lists = {c, next_copies};
    return ld_copies_write(c->m->env, out, c->m->docs, &lists, counts, err);
}

static lede_status merge_copies(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    copies_merge c = {.m = m};
    uint16_t *counts = ld_alloc_array(m->env, m->docs, sizeof *counts);
    if (!counts)
        return ld_error_nomem(err, m->docs * sizeof *counts);
    lede_status status = ld_arena_new(m->env, SIZE_MAX / 4, &c.arena, err);
    if (status == LEDE_OK)
        status = write_copies(&c, out, counts, err);
    ld_arena_free(c.arena);
    ld_release(m->env, c.docs, c.capacity * sizeof *c.docs);
    ld_release(m->env, counts, m->docs * sizeof *counts);
    return status;
}

/* ---- all parts ---- */

static lede_status merge_inverted(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    const ld_segment *segments[LD_MERGE_FACTOR_MAX];
    const uint32_t *maps[LD_MERGE_FACTOR_MAX];
    for (uint32_t s = 0; s < m->count; s++) {
        segments[s] = m->sources[s]->open.segment;
        maps[s] = m->maps[s];
    }
    if (!m->profile->sidecars)
        return ld_inverted_merge(m->env, m->profile, segments, m->count, maps, m->docs, out, NULL,
                                 err);
    ld_forward_builder *forward;
    LD_TRY(ld_forward_builder_new(m->env, m->docs, &forward, err));
    ld_posting_sink sink = ld_forward_builder_sink(forward);
    lede_status status =
        ld_inverted_merge(m->env, m->profile, segments, m->count, maps, m->docs, out, &sink, err);
    if (status == LEDE_OK)
        status = ld_forward_builder_write(forward, out, err);
    ld_forward_builder_free(forward);
    return status;
}

static lede_status merge_parts(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    merge_cursor identity_cursor = {.m = m}, zone_cursor = {.m = m};
    ld_identity_source identities = {&identity_cursor, rewind_identities, next_identity};
    ld_row_source zones = {&zone_cursor, next_zones};
    uint64_t tokens;
    if (m->profile->store)
        LD_TRY(merge_stored(m, out, err));
    LD_TRY(merge_inverted(m, out, err));
    LD_TRY(ld_keys_write(m->env, out, m->docs, &identities, &tokens, err));
    LD_TRY(merge_columns(m, out, err));
    LD_TRY(ld_zones_write(m->env, out, m->docs, &zones, err));
    if (m->profile->sidecars)
        LD_TRY(merge_copies(m, out, err));
    for (uint32_t s = 0; s < m->count; s++)
        LD_TRY(ld_segment_check_map(m->sources[s]->open.segment, err));
    return LEDE_OK;
}

static lede_status write_segment(ld_merge *m, lede_error *err)
{
    char name[LD_FILE_NAME_BYTES];
    ld_segment_name(m->id, name);
    ld_buf path;
    ld_buf_init(&path, m->env, LD_PATH_BYTES_MAX);
    ld_segment_writer *out = NULL;
    lede_status status = ld_file_path(m->dir, name, &path, err);
    if (status == LEDE_OK)
        status = ld_segment_writer_new(m->env, (const char *)path.data, &out, err);
    if (status == LEDE_OK)
        status = merge_parts(m, out, err);
    if (status == LEDE_OK)
        status = ld_segment_writer_finish(out, &m->file_bytes, &m->footer_crc32c, err);
    ld_segment_writer_free(out);
    ld_buf_release(&path);
    return status;
}

void ld_merge_run(void *merge)
{
    ld_merge *m = merge;
    m->status = m->docs > 0 ? write_segment(m, &m->error) : LEDE_OK;
}
