/*
 * Several neighbouring segments become one: deleted documents are dropped, superseded ones stay.
 *
 * The new number of every document follows from the plan (doc_map.h); after that each part is a
 * stream from the readers of the sources to the writer of the part, run through as often as the
 * part needs. Nothing of a part is held in memory but its block at hand.
 *
 * Memory that grows with the documents: the plan, 1.06 bits each where some are dropped, and the
 * skip table of the term at hand, up to one bit. With the keywords: a bit each. Whatever else has
 * an entry a document or a word is a scratch (segment.h) or sorted through one (sorter.h). So a
 * merge of any number of documents fits a small cap, and the policy has no other bound than
 * LD_SEGMENT_DOCS_MAX.
 *
 * Where another order of the documents is asked for (reorder.h), it is made first. The parts are
 * streams all the same: next_doc gives the documents in that order, postings are sorted term by
 * term (inverted_merge.c), stored texts pass through a scratch.
 *
 * The thread reads the sources' files and the plan only. Tombstones that come while it runs are
 * carried over when the segment is swapped in (writer_flush.c).
 */
#include "codec/bitset.h"
#include "index/files.h"
#include "index/forward_format.h"
#include "index/reorder.h"
#include "index/sorter.h"
#include "index/stored_format.h"
#include "index/writer_private.h"

#define FORWARD_ARENA_BYTES (64u << 10) /* a row's terms take 160 bytes */

static const ld_sidecars *sidecars_of(const ld_merge *m, uint32_t source)
{
    return m->sources[source]->open.sidecars;
}

static uint32_t docs_of(const ld_merge *m, uint32_t source)
{
    return m->sources[source]->open.entry.docs;
}

/* ---- planning ---- */

static lede_status copy_superseded(ld_merge *m, uint32_t source, lede_error *err)
{
    const ld_tombstones *t = &m->sources[source]->open.tombstones;
    size_t bytes = ld_bitset_words(docs_of(m, source)) * sizeof *t->superseded;
    if (!t->superseded)
        return LEDE_OK;
    m->superseded[source] = ld_alloc(m->env, bytes);
    if (!m->superseded[source])
        return ld_error_nomem(err, bytes);
    memcpy(m->superseded[source], t->superseded, bytes);
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
    m->memory_max_bytes = ld_writer_merge_bytes(w);
    m->cuts_dictionary = w->purging;
    m->reorder_docs_min = w->options.reorder == LD_REORDER_ON     ? 0
                          : w->options.reorder == LD_REORDER_AUTO ? LD_REORDER_AUTO_DOCS
                                                                  : UINT32_MAX;
    ld_buf_init(&m->path, m->env, LD_PATH_BYTES_MAX);
    for (uint32_t i = 0; i < count; i++)
        m->sources[i] = w->segments[first + i];
    lede_status status;
    for (uint32_t i = 0; i < count; i++) {
        LD_TRY_OUT(ld_doc_map_init(&m->maps[i], m->env, m->sources[i]->open.tombstones.deleted,
                                   docs_of(m, i), m->docs, err));
        m->docs += m->maps[i].kept;
    }
    for (uint32_t i = 0; i < count && m->docs >= m->reorder_docs_min; i++)
        LD_TRY_OUT(copy_superseded(m, i, err));
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
    for (uint32_t i = 0; i < m->count; i++) {
        ld_doc_map_release(&m->maps[i]);
        ld_release(m->env, m->superseded[i], ld_bitset_words(docs_of(m, i)) * sizeof(uint64_t));
    }
    ld_doc_order_release(&m->order);
    ld_buf_release(&m->path);
    ld_release(m->env, m, sizeof *m);
}

/* ---- the documents that stay, in their new order ---- */

typedef struct merge_cursor {
    const ld_merge *m;
    uint32_t source, doc; /* where the search for the next one begins; with an order, doc is the
                             next new number */
    ld_key_room room;     /* of the identity at hand */
} merge_cursor;

static bool next_in_order(merge_cursor *c, uint32_t *source, uint32_t *doc)
{
    if (c->doc == c->m->docs)
        return false;
    ld_doc_order_find(&c->m->order, c->doc++, source, doc);
    return true;
}

static bool next_doc(merge_cursor *c, uint32_t *source, uint32_t *doc)
{
    if (c->m->order.old_of)
        return next_in_order(c, source, doc);
    for (; c->source < c->m->count; c->source++, c->doc = 0) {
        uint32_t at = ld_doc_map_next(&c->m->maps[c->source], c->doc);
        if (at < docs_of(c->m, c->source)) {
            c->doc = at + 1;
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

static void rewind_cursor(void *ctx)
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
    return ld_keys_get(&sidecars_of(c->m, source)->keys, doc, &c->room, identity, err);
}

static lede_status next_zones(void *ctx, ld_span *row, lede_error *err)
{
    merge_cursor *c = ctx;
    uint32_t source, doc;
    if (!next_doc(c, &source, &doc))
        return fail_past_end(err);
    return ld_zones_row(&sidecars_of(c->m, source)->zones, doc, row, err);
}

/* ---- columns ---- */

typedef struct column_merge {
    const ld_merge *m;
    merge_cursor cursor;
    ld_segment_writer *out;
    const ld_column *columns[LD_MERGE_FACTOR_MAX]; /* NULL: the source has no value */
    bool keywords;                                 /* and then: */
    uint64_t *used[LD_MERGE_FACTOR_MAX];     /* a bit a keyword of the source: in use; owned */
    ld_scratch numbers[LD_MERGE_FACTOR_MAX]; /* u32 a keyword: its new ordinal */
    const uint32_t *ordinals[LD_MERGE_FACTOR_MAX]; /* those, sealed */
    uint32_t at[LD_MERGE_FACTOR_MAX];              /* of each dictionary, while they are merged */
    int64_t *values;                               /* [capacity] of the document at hand, owned */
    size_t capacity;
} column_merge;

static uint32_t words_of(const column_merge *c, uint32_t source)
{
    return c->columns[source] ? c->columns[source]->dictionary.count : 0;
}

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
    *doc = ld_doc_map_get(&c->m->maps[source], old);
    *values = c->values;
    return LEDE_OK;
}

/* The smallest keyword in use that was not given yet; every source that has it moves past it and,
 * when `number` is given, notes its new ordinal. */
static lede_status next_in_union(column_merge *c, const uint32_t *number, ld_span *keyword,
                                 bool *end, lede_error *err)
{
    static const uint32_t none = UINT32_MAX;
    ld_span heads[LD_MERGE_FACTOR_MAX];
    *end = true;
    for (uint32_t s = 0; s < c->m->count; s++) {
        uint32_t words = words_of(c, s);
        heads[s] = (ld_span){NULL, 0};
        for (; c->at[s] < words && !ld_bitset_test(c->used[s], c->at[s]); c->at[s]++)
            if (number)
                ld_scratch_add(&c->numbers[s], &none, sizeof none);
        if (c->at[s] >= words)
            continue;
        LD_TRY(ld_rows_get(&c->columns[s]->dictionary, c->at[s], &heads[s], err));
        if (*end || ld_span_compare(heads[s], *keyword) < 0)
            *keyword = heads[s];
        *end = false;
    }
    for (uint32_t s = 0; !*end && s < c->m->count; s++) {
        if (c->at[s] >= words_of(c, s) || !ld_span_equal(heads[s], *keyword))
            continue;
        if (number)
            ld_scratch_add(&c->numbers[s], number, sizeof *number);
        c->at[s]++;
    }
    return LEDE_OK;
}

static lede_status next_keyword(void *ctx, ld_span *keyword, bool *end, lede_error *err)
{
    return next_in_union(ctx, NULL, keyword, end, err);
}

static lede_status mark_used(column_merge *c, lede_error *err)
{
    for (uint32_t s = 0; s < c->m->count; s++) {
        size_t bytes = ld_bitset_words(words_of(c, s)) * sizeof(uint64_t);
        ld_scratch_init(&c->numbers[s], c->out);
        c->used[s] = ld_alloc_zero(c->m->env, bytes);
        if (!c->used[s])
            return ld_error_nomem(err, bytes);
    }
    rewind_column(c);
    for (;;) {
        uint32_t source, doc, count;
        bool end;
        LD_TRY(next_raw(c, &source, &doc, &count, &end, err));
        if (end)
            return LEDE_OK;
        for (uint32_t i = 0; i < count; i++)
            ld_bitset_set(c->used[source], (size_t)c->values[i]);
    }
}

/* Finds the keywords that are still in use and numbers them. */
static lede_status number_keywords(column_merge *c, lede_error *err)
{
    bool end = false;
    LD_TRY(mark_used(c, err));
    rewind_column(c);
    for (uint32_t number = 0; !end; number++) {
        ld_span keyword = {NULL, 0};
        LD_TRY(next_in_union(c, &number, &keyword, &end, err));
    }
    for (uint32_t s = 0; s < c->m->count; s++) {
        const uint8_t *data;
        LD_TRY(ld_scratch_seal(&c->numbers[s], &data, err));
        c->ordinals[s] = (const uint32_t *)(const void *)data;
    }
    return LEDE_OK;
}

static void release_column(column_merge *c)
{
    for (uint32_t s = 0; s < c->m->count; s++) {
        ld_release(c->m->env, c->used[s], ld_bitset_words(words_of(c, s)) * sizeof(uint64_t));
        c->used[s] = NULL;
        ld_scratch_release(&c->numbers[s]);
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
    column_merge c = {.m = m, .out = out};
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

/* Where the block of a document is kept between two of them. */
typedef struct stored_cursor {
    uint32_t source; /* UINT32_MAX: no block yet */
    ld_stored_block block;
} stored_cursor;

static lede_status get_stored(const ld_merge *m, stored_cursor *c, uint32_t source, uint32_t doc,
                              ld_span *bytes, lede_error *err)
{
    if (source != c->source || doc < c->block.first || doc >= c->block.end) {
        ld_stored_block_release(&c->block);
        LD_TRY(ld_stored_block_load(&sidecars_of(m, source)->stored, doc, &c->block, err));
        c->source = source;
    }
    return ld_stored_block_get(&c->block, doc, bytes, err);
}

/* The dictionary of the source with most documents that has one: its blocks are copied. */
static lede_status choose_dictionary(const ld_merge *m, ld_span *dictionary, lede_error *err)
{
    uint32_t most = 0;
    *dictionary = (ld_span){NULL, 0};
    for (uint32_t s = 0; s < m->count && !m->cuts_dictionary; s++) {
        const ld_stored *stored = &sidecars_of(m, s)->stored;
        if (stored->dictionary_bytes == 0 || m->maps[s].kept <= most)
            continue;
        most = m->maps[s].kept;
        LD_TRY(ld_stored_dictionary(stored, dictionary, err));
    }
    return LEDE_OK;
}

/* Blocks that stay whole and are no rest of a flush go over as they are. */
static bool goes_over(const ld_doc_map *map, const ld_stored_frame *f)
{
    if (f->content_bytes < LD_STORED_BLOCK_BYTES / 2)
        return false;
    uint32_t first = ld_doc_map_get(map, f->first), last = ld_doc_map_get(map, f->end - 1);
    return first != LD_DOC_END && last != LD_DOC_END && last - first == f->end - 1 - f->first;
}

static lede_status add_stored(const ld_stored *from, const ld_doc_map *map, uint32_t doc,
                              ld_stored_writer *out, lede_error *err)
{
    ld_stored_block block;
    LD_TRY(ld_stored_block_load(from, doc, &block, err));
    lede_status status = LEDE_OK;
    for (; status == LEDE_OK && doc < block.end; doc = ld_doc_map_next(map, doc + 1)) {
        ld_span bytes;
        status = ld_stored_block_get(&block, doc, &bytes, err);
        if (status == LEDE_OK)
            status = ld_stored_writer_add(out, bytes, err);
    }
    ld_stored_block_release(&block);
    return status;
}

static lede_status copy_stored(const ld_merge *m, ld_stored_writer *out, lede_error *err)
{
    ld_span chosen, own;
    LD_TRY(choose_dictionary(m, &chosen, err));
    LD_TRY(ld_stored_writer_adopt(out, chosen, err));
    for (uint32_t s = 0; s < m->count; s++) {
        const ld_stored *from = &sidecars_of(m, s)->stored;
        const ld_doc_map *map = &m->maps[s];
        LD_TRY(ld_stored_dictionary(from, &own, err));
        bool same = ld_stored_writer_has(out, own);
        for (uint32_t doc = 0; (doc = ld_doc_map_next(map, doc)) < docs_of(m, s);) {
            ld_stored_frame f;
            LD_TRY(ld_stored_frame_get(from, doc, &f, err));
            if (same && goes_over(map, &f))
                LD_TRY(ld_stored_writer_add_frame(out, &f, err));
            else
                LD_TRY(add_stored(from, map, doc, out, err));
            doc = f.end;
        }
    }
    return ld_stored_writer_finish(out, err);
}

/* With an order: the texts in the order of the sources go into a scratch, so that each block is
 * decompressed once, and come out of it in the new order. */
static lede_status spread_stored(const ld_merge *m, stored_cursor *c, ld_scratch *texts,
                                 ld_scratch *starts, lede_error *err)
{
    uint64_t start = 0;
    for (uint32_t source = 0; source < m->count; source++) {
        for (uint32_t doc = 0; doc < docs_of(m, source); doc++) {
            ld_span bytes;
            ld_scratch_add(starts, &start, sizeof start);
            if (ld_doc_map_get(&m->maps[source], doc) == LD_DOC_END)
                continue;
            LD_TRY(get_stored(m, c, source, doc, &bytes, err));
            ld_scratch_add(texts, bytes.data, bytes.bytes);
            start += bytes.bytes;
        }
    }
    ld_scratch_add(starts, &start, sizeof start);
    return LEDE_OK;
}

static lede_status gather_stored(const ld_merge *m, ld_stored_writer *out, ld_scratch *texts,
                                 ld_scratch *starts, lede_error *err)
{
    const uint8_t *text, *data;
    LD_TRY(ld_scratch_seal(texts, &text, err));
    LD_TRY(ld_scratch_seal(starts, &data, err));
    const uint64_t *start = (const uint64_t *)(const void *)data;
    for (uint32_t number = 0; number < m->docs; number++) {
        const uint64_t *range = start + m->order.old_of[number];
        ld_span bytes = ld_span_of((const char *)text + range[0], (size_t)(range[1] - range[0]));
        LD_TRY(ld_stored_writer_add(out, bytes, err));
    }
    return ld_stored_writer_finish(out, err);
}

static lede_status reorder_stored(const ld_merge *m, ld_segment_writer *segment,
                                  ld_stored_writer *out, stored_cursor *c, lede_error *err)
{
    ld_scratch texts, starts;
    ld_scratch_init(&texts, segment);
    ld_scratch_init(&starts, segment);
    lede_status status = spread_stored(m, c, &texts, &starts, err);
    if (status == LEDE_OK)
        status = gather_stored(m, out, &texts, &starts, err);
    ld_scratch_release(&texts);
    ld_scratch_release(&starts);
    return status;
}

static lede_status merge_stored(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    ld_stored_writer *w;
    stored_cursor cursor = {.source = UINT32_MAX, .block = {.env = m->env}};
    LD_TRY(ld_stored_writer_new(m->env, &w, err));
    lede_status status = ld_stored_writer_attach(w, out, err);
    if (status == LEDE_OK)
        status = m->order.old_of ? reorder_stored(m, out, w, &cursor, err) : copy_stored(m, w, err);
    ld_stored_block_release(&cursor.block);
    ld_stored_writer_free(w);
    return status;
}

/* ---- copy hashes ---- */

typedef struct copies_merge {
    const ld_merge *m;
    merge_cursor counted;
    uint32_t at[LD_MERGE_FACTOR_MAX]; /* list of each source that comes next */
    bool has[LD_MERGE_FACTOR_MAX];    /* the list before it is of the hash at hand */
    uint32_t source;                  /* whose list is read */
    bool open;                        /* cursor stands in it */
    ld_copies_cursor cursor;
    ld_segment_writer *out;
    bool sorting; /* with an order: `sorter` holds the list at hand */
    ld_sorter sorter;
} copies_merge;

static const ld_copies *copies_of(const copies_merge *c, uint32_t source)
{
    return &sidecars_of(c->m, source)->copies;
}

/* The least hash that was not given yet; the sources that have it move past it. */
static lede_status take_hash(copies_merge *c, uint16_t *hash, bool *end, lede_error *err)
{
    uint16_t heads[LD_MERGE_FACTOR_MAX];
    *end = true;
    for (uint32_t s = 0; s < c->m->count; s++) {
        const ld_copies *copies = copies_of(c, s);
        c->has[s] = copies->part.segment && c->at[s] < copies->lists.count;
        if (!c->has[s])
            continue;
        LD_TRY(ld_copies_hash(copies, c->at[s], &heads[s], err));
        if (*end || heads[s] < *hash)
            *hash = heads[s];
        *end = false;
    }
    for (uint32_t s = 0; !*end && s < c->m->count; s++) {
        c->has[s] = c->has[s] && heads[s] == *hash;
        c->at[s] += c->has[s];
    }
    c->source = 0;
    c->open = false;
    return LEDE_OK;
}

/* The next document of the list at hand, source by source. */
static lede_status next_copy_of_sources(copies_merge *c, uint32_t *doc, lede_error *err)
{
    for (; c->source < c->m->count; c->source++, c->open = false) {
        if (!c->has[c->source])
            continue;
        if (!c->open)
            LD_TRY(ld_copies_cursor_open(copies_of(c, c->source), c->at[c->source] - 1, &c->cursor,
                                         err));
        c->open = true;
        for (;;) {
            LD_TRY(ld_copies_cursor_next(&c->cursor, doc, err));
            if (*doc == LD_DOC_END)
                break;
            *doc = ld_doc_map_get(&c->m->maps[c->source], *doc);
            if (*doc != LD_DOC_END)
                return LEDE_OK;
        }
    }
    c->source = 0;
    *doc = LD_DOC_END;
    return LEDE_OK;
}

/* With an order the list is sorted each time it is run through. */
static lede_status sort_copies(copies_merge *c, lede_error *err)
{
    ld_sorter_init(&c->sorter, c->out);
    c->sorting = true;
    for (;;) {
        uint32_t doc;
        LD_TRY(next_copy_of_sources(c, &doc, err));
        if (doc == LD_DOC_END)
            return ld_sorter_sort(&c->sorter, err);
        LD_TRY(ld_sorter_add(&c->sorter, doc, err));
    }
}

static void end_sorting(copies_merge *c)
{
    if (c->sorting)
        ld_sorter_release(&c->sorter);
    c->sorting = false;
}

static lede_status next_copy(void *ctx, uint32_t *doc, lede_error *err)
{
    copies_merge *c = ctx;
    uint64_t item;
    if (!c->m->order.old_of)
        return next_copy_of_sources(c, doc, err);
    if (!c->sorting)
        LD_TRY(sort_copies(c, err));
    *doc = LD_DOC_END;
    if (ld_sorter_next(&c->sorter, &item))
        *doc = (uint32_t)item;
    else
        end_sorting(c);
    return LEDE_OK;
}

static lede_status next_hash(void *ctx, uint16_t *hash, bool *end, lede_error *err)
{
    copies_merge *c = ctx;
    for (uint32_t doc = LD_DOC_END; doc == LD_DOC_END;) {
        LD_TRY(take_hash(c, hash, end, err));
        if (*end)
            return LEDE_OK;
        LD_TRY(next_copy_of_sources(c, &doc, err));
    }
    c->source = 0;
    c->open = false;
    return LEDE_OK;
}

static void rewind_counts(void *ctx)
{
    copies_merge *c = ctx;
    c->counted.source = c->counted.doc = 0;
}

static lede_status next_count(void *ctx, uint32_t *count, lede_error *err)
{
    copies_merge *c = ctx;
    uint32_t source, doc;
    if (!next_doc(&c->counted, &source, &doc))
        return fail_past_end(err);
    return ld_copies_doc_count(copies_of(c, source), doc, count, err);
}

static lede_status merge_copies(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    copies_merge c = {.m = m, .counted = {.m = m}, .out = out};
    ld_copies_source source = {&c, next_hash, next_copy, rewind_counts, next_count};
    lede_status status = ld_copies_write(m->env, out, m->docs, &source, err);
    end_sorting(&c);
    return status;
}

/* ---- forward lists ---- */

typedef struct forward_merge {
    const ld_merge *m;
    ld_segment_writer *out;
    merge_cursor cursor;
    const ld_term_target *const *targets; /* [source][term of the source] */
    uint32_t terms[LD_MERGE_FACTOR_MAX];  /* of each source */
    ld_arena *arena;                      /* of the row at hand */
    ld_buf row;
} forward_merge;

/* The row of a document with the new ordinals of its terms: their order is the same, since both
 * dictionaries are in the order of bytes. */
static lede_status next_forward(void *ctx, ld_span *row, lede_error *err)
{
    forward_merge *f = ctx;
    uint32_t source, doc, count;
    const ld_forward_term *old;
    ld_forward_term terms[LD_FORWARD_TERMS_MAX];
    if (!next_doc(&f->cursor, &source, &doc))
        return fail_past_end(err);
    const ld_rows *rows = &sidecars_of(f->m, source)->forward;
    ld_arena_reset(f->arena);
    LD_TRY(ld_rows_get(rows, doc, row, err));
    LD_TRY(ld_forward_decode(*row, f->arena, &old, &count, err));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t ordinal = old[i].term_ordinal < f->terms[source]
                               ? f->targets[source][old[i].term_ordinal].ordinal
                               : UINT32_MAX;
        /* the document stays, so its terms do */
        if (ordinal == UINT32_MAX)
            return ld_error_corrupt(err, ld_segment_path(rows->part.segment), rows->part.offset,
                                    "a forward list names a term its document does not have");
        terms[i] = (ld_forward_term){.term_ordinal = ordinal, .weight = old[i].weight};
    }
    ld_buf_clear(&f->row);
    ld_forward_encode(terms, count, &f->row);
    *row = ld_buf_span(&f->row);
    return ld_buf_status(&f->row, err);
}

static lede_status merge_forward(void *ctx, const ld_term_target *const *targets, lede_error *err)
{
    forward_merge *f = ctx;
    f->targets = targets;
    for (uint32_t s = 0; s < f->m->count; s++) {
        ld_terms *terms;
        LD_TRY(ld_terms_open(f->m->sources[s]->open.segment, &terms, err));
        f->terms[s] = ld_terms_count(terms);
        ld_terms_close(terms);
    }
    LD_TRY(ld_arena_new(f->m->env, FORWARD_ARENA_BYTES, &f->arena, err));
    ld_buf_init(&f->row, f->m->env, LD_FORWARD_ROW_BYTES_MAX);
    ld_row_source rows = {f, next_forward};
    lede_status status = ld_forward_write(f->out, f->m->docs, &rows, err);
    ld_buf_release(&f->row);
    ld_arena_free(f->arena);
    return status;
}

/* ---- all parts ---- */

static lede_status merge_inverted(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    const ld_segment *segments[LD_MERGE_FACTOR_MAX];
    bool forward = m->profile->sidecars;
    for (uint32_t s = 0; s < m->count; s++) {
        segments[s] = m->sources[s]->open.segment;
        forward = forward && sidecars_of(m, s)->forward.part.segment;
    }
    forward_merge f = {.m = m, .out = out, .cursor = {.m = m}};
    ld_target_sink sink = {&f, merge_forward};
    return ld_inverted_merge(m->env, m->profile, segments, m->maps, m->count, m->docs,
                             m->order.old_of ? &m->order : NULL, m->memory_max_bytes / 2, out,
                             forward ? &sink : NULL, err);
}

static lede_status merge_parts(const ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    merge_cursor identity_cursor = {.m = m}, zone_cursor = {.m = m};
    ld_identity_source identities = {&identity_cursor, rewind_cursor, next_identity};
    ld_zone_source zones = {&zone_cursor, rewind_cursor, next_zones};
    uint64_t tokens;
    if (m->profile->store)
        LD_TRY(merge_stored(m, out, err));
    LD_TRY(merge_inverted(m, out, err));
    LD_TRY(ld_keys_write(out, m->docs, &identities, &tokens, err));
    LD_TRY(merge_columns(m, out, err));
    LD_TRY(ld_zones_write(out, m->docs, &zones, err));
    if (m->profile->sidecars) {
        LD_TRY(merge_copies(m, out, err));
        LD_TRY(ld_merge_notes(m, out, err));
    }
    for (uint32_t s = 0; s < m->count; s++)
        LD_TRY(ld_segment_check_map(m->sources[s]->open.segment, err));
    return LEDE_OK;
}

/* Makes the order of the new segment's documents, where one is asked for, and hands it to the maps.
 */
static lede_status make_order(ld_merge *m, ld_segment_writer *out, lede_error *err)
{
    const ld_segment *segments[LD_MERGE_FACTOR_MAX];
    const ld_sidecars *sidecars[LD_MERGE_FACTOR_MAX];
    if (m->docs < m->reorder_docs_min)
        return LEDE_OK;
    for (uint32_t s = 0; s < m->count; s++) {
        segments[s] = m->sources[s]->open.segment;
        sidecars[s] = sidecars_of(m, s);
    }
    ld_reorder_input in = {.env = m->env,
                           .out = out,
                           .segment_path = (const char *)m->path.data,
                           .segments = segments,
                           .sidecars = sidecars,
                           .maps = m->maps,
                           .superseded = (const uint64_t *const *)m->superseded,
                           .count = m->count,
                           .docs = m->docs,
                           .partition_docs = LD_REORDER_PARTITION_DOCS,
                           .memory_max_bytes = m->memory_max_bytes};
    LD_TRY(ld_reorder(&in, &m->order, err));
    for (uint32_t s = 0; s < m->count; s++)
        m->maps[s].numbers = m->order.new_of + (s == 0 ? 0 : m->order.ends[s - 1]);
    return LEDE_OK;
}

static lede_status write_segment(ld_merge *m, lede_error *err)
{
    char name[LD_FILE_NAME_BYTES];
    ld_segment_name(m->id, name);
    ld_segment_writer *out;
    LD_TRY(ld_file_path(m->dir, name, &m->path, err));
    LD_TRY(ld_segment_writer_new(m->env, (const char *)m->path.data, &out, err));
    lede_status status = make_order(m, out, err);
    if (status == LEDE_OK)
        status = merge_parts(m, out, err);
    if (status == LEDE_OK)
        status = ld_doc_order_check(&m->order, err);
    if (status == LEDE_OK)
        status = ld_segment_writer_finish(out, &m->file_bytes, &m->footer_crc32c, err);
    ld_segment_writer_free(out);
    return status;
}

void ld_merge_run(void *merge)
{
    ld_merge *m = merge;
    m->status = m->docs > 0 ? write_segment(m, &m->error) : LEDE_OK;
}
