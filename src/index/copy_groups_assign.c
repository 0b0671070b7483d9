/*
 * Gives the documents of the buffer their groups of copies, just before they become a segment.
 * Which groups there are and what they depend on: copy_groups.h.
 *
 *   for each segment      for each row of the buffer: walk the lists of its hashes, count
 *   then for each row     walk the rows before it by the same hashes (chains in memory)
 *
 * A counter is a generation and a count in 16 bits, so that the counters of a segment are cleared
 * once in 255 rows. Memory: two bytes a document of the largest segment, eight a hash of the
 * buffer.
 */
#include "base/hash.h"
#include "index/copy_groups.h"
#include "index/writer_private.h"

#define HASHES     65536u
#define COUNT_MAX  255u
#define IDS_MAX    16u /* groups one document joins at a level; the rest join it in their turn */
#define TABLE_ROWS 64u /* rows of a buffer for which a table of a segment's lists pays */

typedef struct id_set {
    uint64_t ids[IDS_MAX];
    uint32_t count;
} id_set;

/* What is known of a row of the buffer. */
typedef struct copy_row {
    size_t hashes; /* offset in rows->hashes */
    uint64_t own;  /* id of the group it founds */
    uint64_t sketch;
    int64_t published; /* INT64_MIN: not known */
    id_set sets[LD_COPY_LEVELS];
    uint64_t core;                /* id of the group with whose core it is a copy at level 1 only */
    uint32_t core_shared;         /* hashes; 0: of none */
    uint64_t ids[LD_COPY_LEVELS]; /* given, once its turn is over */
} copy_row;

typedef struct assigner {
    ld_index_writer *w;
    const ld_copy_rules *rules;
    copy_row *rows; /* [row_count] of the buffer */
    uint32_t row_count;
    int64_t first, last; /* published, of all rows; first > last: none is dated */
    bool all_dated;
    uint16_t *counters; /* [counter_count] generation << 8 | count */
    size_t counter_count;
    uint32_t generation;
    uint32_t *found; /* [found_count] documents that share enough to be judged */
    size_t found_count, found_capacity;
    uint32_t *lists; /* [HASHES] of the segment at hand: ordinal + 1 of a hash's list */
} assigner;

static void set_add(id_set *set, uint64_t id)
{
    for (uint32_t i = 0; i < set->count; i++)
        if (set->ids[i] == id)
            return;
    if (set->count < IDS_MAX)
        set->ids[set->count++] = id;
}

static bool in_window(const assigner *a, int64_t x, int64_t y)
{
    if (x == INT64_MIN || y == INT64_MIN)
        return true;
    uint64_t apart = x > y ? (uint64_t)x - (uint64_t)y : (uint64_t)y - (uint64_t)x;
    return apart <= (uint64_t)a->rules->window_ms;
}

static uint16_t hash_at(const assigner *a, const copy_row *r, uint32_t i)
{
    return ld_load_u16(a->w->rows.hashes.data + r->hashes + (size_t)i * 2);
}

static uint64_t own_id(ld_span key, uint64_t content_hash)
{
    return ld_hash64(key.data, key.bytes, content_hash) >> (64 - LD_COPY_ID_BITS);
}

/* What a copy at this level says about the groups of a row. own, ids: of the other. */
static void take_groups(copy_row *r, uint32_t level, uint64_t own,
                        const uint64_t ids[LD_COPY_LEVELS], uint32_t shared)
{
    bool better = shared > r->core_shared || (shared == r->core_shared && ids[0] < r->core);
    bool is_core = ids[0] == own || ids[1] != own;
    if (level == 1 && is_core && better) {
        r->core = ids[0];
        r->core_shared = shared;
    }
    for (uint32_t l = 0; level > 1 && l < level && l < LD_COPY_LEVELS; l++)
        set_add(&r->sets[l], ids[l]);
}

/* ---- counting ---- */

static void counters_next(assigner *a)
{
    if (++a->generation > COUNT_MAX) {
        memset(a->counters, 0, a->counter_count * sizeof *a->counters);
        a->generation = 1;
    }
    a->found_count = 0;
}

static uint32_t counter_get(const assigner *a, uint32_t doc)
{
    return a->counters[doc] >> 8 == a->generation ? a->counters[doc] & COUNT_MAX : 0;
}

/* least: at so many shared hashes the document is to be judged. */
static lede_status count_one(assigner *a, uint32_t doc, uint32_t least, lede_error *err)
{
    uint32_t count = counter_get(a, doc);
    if (count == COUNT_MAX)
        return LEDE_OK;
    a->counters[doc] = (uint16_t)(a->generation << 8 | ++count);
    if (count != least)
        return LEDE_OK;
    if (a->found_count == a->found_capacity)
        LD_TRY(ld_grow(a->w->env, (void **)&a->found, &a->found_capacity, a->found_count + 1,
                       sizeof *a->found, LD_SEGMENT_DOCS_MAX, err));
    a->found[a->found_count++] = doc;
    return LEDE_OK;
}

static uint32_t least_of(const assigner *a, uint32_t hashes)
{
    return hashes < a->rules->shared_min ? hashes : a->rules->shared_min;
}

static size_t list_max(uint32_t docs)
{
    return docs / 64 > LD_COPY_LIST_DOCS ? docs / 64 : LD_COPY_LIST_DOCS;
}

/* ---- segments ---- */

static lede_status table_make(assigner *a, const ld_copies *copies, lede_error *err)
{
    memset(a->lists, 0, HASHES * sizeof *a->lists);
    for (uint32_t i = 0; i < copies->lists.count; i++) {
        uint16_t hash;
        LD_TRY(ld_copies_hash(copies, i, &hash, err));
        a->lists[hash] = i + 1;
    }
    return LEDE_OK;
}

/* *ordinal UINT32_MAX: no list. */
static lede_status list_find(const ld_copies *copies, uint16_t hash, uint32_t *ordinal,
                             lede_error *err)
{
    uint32_t low = 0, high = copies->lists.count;
    *ordinal = UINT32_MAX;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint16_t found;
        LD_TRY(ld_copies_hash(copies, middle, &found, err));
        if (found == hash)
            *ordinal = middle;
        if (found == hash)
            return LEDE_OK;
        if (found < hash)
            low = middle + 1;
        else
            high = middle;
    }
    return LEDE_OK;
}

static lede_status count_list(assigner *a, const ld_copies *copies, uint32_t ordinal,
                              uint32_t least, lede_error *err)
{
    ld_copies_cursor cursor;
    LD_TRY(ld_copies_cursor_open(copies, ordinal, &cursor, err));
    if (cursor.reader.bytes > list_max(copies->docs)) /* a document takes a byte at least */
        return LEDE_OK;
    for (uint32_t doc;;) {
        LD_TRY(ld_copies_cursor_next(&cursor, &doc, err));
        if (doc == LD_DOC_END)
            return LEDE_OK;
        LD_TRY(count_one(a, doc, least, err));
    }
}

static lede_status number_of(const ld_columns *columns, uint16_t id, uint32_t doc, int64_t absent,
                             int64_t *value, lede_error *err)
{
    const ld_column *c = ld_columns_find(columns, id);
    uint64_t first;
    uint32_t count = 0;
    *value = absent;
    if (c)
        LD_TRY(ld_column_range(columns, c, doc, &first, &count, err));
    return count ? ld_column_value_at(columns, c, first, value, err) : LEDE_OK;
}

/* Takes the groups of a document of a segment that shares hashes with the row. */
static lede_status judge(assigner *a, copy_row *r, uint32_t row, const ld_writer_segment *s,
                         uint32_t doc, lede_error *err)
{
    const ld_sidecars *side = s->open.sidecars;
    uint32_t count;
    int64_t sketch, published, id;
    uint64_t ids[LD_COPY_LEVELS];
    ld_key_room room;
    ld_identity identity;
    if (ld_tombstones_is_deleted(&s->open.tombstones, doc))
        return LEDE_OK;
    LD_TRY(ld_copies_doc_count(&side->copies, doc, &count, err));
    LD_TRY(number_of(&side->columns, LD_COLUMN_COPY_SKETCH, doc, 0, &sketch, err));
    uint32_t level = a->rules->level(counter_get(a, doc), a->w->rows.rows[row].copy_hash_count,
                                     r->sketch, count, (uint64_t)sketch);
    bool counts = level > 1 || (r->sets[0].count == 0 && counter_get(a, doc) >= r->core_shared);
    if (level == 0 || !counts) /* without a look at its key and groups */
        return LEDE_OK;
    LD_TRY(number_of(&side->columns, LD_COLUMN_PUBLISHED, doc, INT64_MIN, &published, err));
    LD_TRY(ld_keys_get(&side->keys, doc, &room, &identity, err));
    if (!in_window(a, r->published, published) ||
        ld_span_equal(identity.key, ld_row_buffer_key(&a->w->rows, row))) /* a version is no copy */
        return LEDE_OK;
    LD_TRY(number_of(&side->columns, LD_COLUMN_COPY_GROUP, doc, -1, &id, err));
    if (id < 0)
        return LEDE_OK;
    for (uint32_t l = 0; l < LD_COPY_LEVELS; l++) {
        if (l > 0)
            LD_TRY(
                number_of(&side->columns, (uint16_t)(LD_COLUMN_COPY_GROUP + l), doc, id, &id, err));
        ids[l] = (uint64_t)id;
    }
    take_groups(r, level, own_id(identity.key, identity.content_hash), ids, counter_get(a, doc));
    return LEDE_OK;
}

/* Whether some document of the segment may lie in the window of some row. */
static bool may_meet(const assigner *a, const ld_sidecars *side)
{
    const ld_column *c = ld_columns_find(&side->columns, LD_COLUMN_PUBLISHED);
    if (!side->copies.part.segment || side->copies.lists.count == 0)
        return false;
    if (!c || !c->dense || !a->all_dated || c->value_width > 62)
        return true;
    int64_t reach = a->rules->window_ms, least = c->min, range = (int64_t)1 << c->value_width;
    if (least < INT64_MIN / 4 || least > INT64_MAX / 4 || a->first < INT64_MIN / 4 ||
        a->last > INT64_MAX / 4 || range > INT64_MAX / 4)
        return true;
    return a->first - reach <= least + range && least <= a->last + reach;
}

static lede_status meet_row(assigner *a, uint32_t row, const ld_writer_segment *s, bool table,
                            lede_error *err)
{
    const ld_copies *copies = &s->open.sidecars->copies;
    copy_row *r = &a->rows[row];
    uint32_t hashes = a->w->rows.rows[row].copy_hash_count, least = least_of(a, hashes);
    counters_next(a);
    for (uint32_t i = 0; i < hashes; i++) {
        uint32_t ordinal;
        uint16_t hash = hash_at(a, r, i);
        if (table)
            ordinal = a->lists[hash] - 1;
        else
            LD_TRY(list_find(copies, hash, &ordinal, err));
        if (ordinal != UINT32_MAX)
            LD_TRY(count_list(a, copies, ordinal, least, err));
    }
    for (size_t i = 0; i < a->found_count; i++)
        LD_TRY(judge(a, r, row, s, a->found[i], err));
    return LEDE_OK;
}

static lede_status meet_segment(assigner *a, const ld_writer_segment *s, lede_error *err)
{
    if (!may_meet(a, s->open.sidecars))
        return LEDE_OK;
    bool table = a->row_count >= TABLE_ROWS;
    if (table)
        LD_TRY(table_make(a, &s->open.sidecars->copies, err));
    memset(a->counters, 0, a->counter_count * sizeof *a->counters);
    a->generation = 0;
    for (uint32_t row = 0; row < a->row_count; row++)
        if (!a->w->rows.rows[row].deleted && a->w->rows.rows[row].copy_hash_count > 0)
            LD_TRY(meet_row(a, row, s, table, err));
    return LEDE_OK;
}

/* ---- the buffer ---- */

/* Rows by hash, the newest first: heads[hash] and next[] are places in `rows` + 1. */
typedef struct chains {
    uint32_t *heads, *lengths; /* [HASHES] */
    uint32_t *rows, *next;     /* [count] */
    uint32_t count;
} chains;

static void judge_row(assigner *a, copy_row *r, uint32_t row, uint32_t other)
{
    const ld_buffered_row *rows = a->w->rows.rows;
    const copy_row *o = &a->rows[other];
    uint32_t level = a->rules->level(counter_get(a, other), rows[row].copy_hash_count, r->sketch,
                                     rows[other].copy_hash_count, o->sketch);
    if (level == 0 || !in_window(a, r->published, o->published) ||
        ld_span_equal(ld_row_buffer_key(&a->w->rows, row), ld_row_buffer_key(&a->w->rows, other)))
        return;
    take_groups(r, level, o->own, o->ids, counter_get(a, other));
}

static uint64_t least_id(const id_set *set, uint64_t own)
{
    uint64_t id = set->count ? set->ids[0] : own;
    for (uint32_t i = 1; i < set->count; i++)
        id = set->ids[i] < id ? set->ids[i] : id;
    return id;
}

static lede_status meet_buffer(assigner *a, chains *c, lede_error *err)
{
    memset(a->counters, 0, a->counter_count * sizeof *a->counters);
    a->generation = 0;
    for (uint32_t row = 0; row < a->row_count; row++) {
        copy_row *r = &a->rows[row];
        uint32_t hashes = a->w->rows.rows[row].copy_hash_count, least = least_of(a, hashes);
        bool meets = !a->w->rows.rows[row].deleted;
        counters_next(a);
        for (uint32_t i = 0; meets && i < hashes; i++) {
            uint16_t hash = hash_at(a, r, i);
            bool says = c->lengths[hash] <= list_max(a->row_count);
            for (uint32_t at = says ? c->heads[hash] : 0; at; at = c->next[at - 1])
                LD_TRY(count_one(a, c->rows[at - 1], least, err));
            c->rows[c->count] = row;
            c->next[c->count] = c->heads[hash];
            c->heads[hash] = ++c->count;
            c->lengths[hash]++;
        }
        for (size_t i = 0; i < a->found_count; i++)
            judge_row(a, r, row, a->found[i]);
        if (r->core_shared > 0 && r->sets[0].count == 0)
            set_add(&r->sets[0], r->core);
        for (uint32_t l = 0; l < LD_COPY_LEVELS; l++)
            r->ids[l] = least_id(&r->sets[l], r->own);
    }
    return LEDE_OK;
}

/* ---- what is kept ---- */

/* The groups that a document joins: for each level with several u8 level, u8 count, u64 ids. */
static lede_status add_join(assigner *a, uint32_t row, lede_error *err)
{
    const copy_row *r = &a->rows[row];
    uint8_t bytes[LD_COPY_LEVELS * (2 + IDS_MAX * 8)];
    size_t used = 0;
    for (uint32_t l = 0; l < LD_COPY_LEVELS; l++) {
        const id_set *set = &r->sets[l];
        if (set->count < 2)
            continue;
        bytes[used++] = (uint8_t)(l + 1);
        bytes[used++] = (uint8_t)set->count;
        memcpy(bytes + used, set->ids, set->count * sizeof *set->ids);
        used += set->count * sizeof *set->ids;
    }
    ld_note note = {LD_SPAN(LD_COPY_JOIN_KEY), {(const char *)bytes, used}};
    return used ? ld_notes_buffer_add(&a->w->rows.notes, row, &note, 1, err) : LEDE_OK;
}

static lede_status keep(assigner *a, lede_error *err)
{
    ld_columns_buffer *columns = &a->w->rows.columns;
    for (uint32_t row = 0; row < a->row_count; row++) {
        const copy_row *r = &a->rows[row];
        if (a->w->rows.rows[row].copy_hash_count == 0)
            continue;
        for (uint16_t l = 0; l < LD_COPY_LEVELS; l++)
            if (l == 0 || r->sets[0].count > 0)
                LD_TRY(ld_columns_buffer_append(columns, (uint16_t)(LD_COLUMN_COPY_GROUP + l), row,
                                                (int64_t)r->ids[l], err));
        LD_TRY(add_join(a, row, err));
    }
    return LEDE_OK;
}

/* ---- setting up ---- */

static void rows_fill(assigner *a)
{
    const ld_row_buffer *b = &a->w->rows;
    const ld_buffered_column *dates = &b->columns.columns[LD_COLUMN_PUBLISHED];
    const ld_buffered_column *sketches = &b->columns.columns[LD_COLUMN_COPY_SKETCH];
    size_t hashes = 0, date = 0, sketch = 0;
    a->all_dated = true;
    a->first = INT64_MAX;
    a->last = INT64_MIN;
    for (uint32_t row = 0; row < a->row_count; row++) {
        copy_row *r = &a->rows[row];
        ld_span key = ld_row_buffer_key(b, row);
        r->hashes = hashes;
        hashes += (size_t)b->rows[row].copy_hash_count * 2;
        r->own = own_id(key, b->rows[row].content_hash);
        r->published = INT64_MIN;
        if (date < dates->count && dates->docs[date] == row)
            r->published = dates->values[date++];
        if (sketch < sketches->count && sketches->docs[sketch] == row)
            r->sketch = (uint64_t)sketches->values[sketch++];
        a->all_dated = a->all_dated && r->published != INT64_MIN;
        a->first = r->published < a->first ? r->published : a->first;
        a->last = r->published > a->last ? r->published : a->last;
    }
}

static lede_status assign(assigner *a, lede_error *err)
{
    const lede_env *env = a->w->env;
    size_t total = a->w->rows.hashes.bytes / 2, list_bytes = (total + 1) * sizeof(uint32_t),
           head_bytes = HASHES * sizeof(uint32_t);
    chains c = {.heads = ld_alloc_zero(env, head_bytes),
                .lengths = ld_alloc_zero(env, head_bytes),
                .rows = ld_alloc(env, list_bytes),
                .next = ld_alloc(env, list_bytes)};
    lede_status status = LEDE_OK;
    if (!c.heads || !c.lengths || !c.rows || !c.next)
        status = ld_error_nomem(err, 2 * (head_bytes + list_bytes));
    for (size_t i = 0; status == LEDE_OK && i < a->w->segment_count; i++)
        status = meet_segment(a, a->w->segments[i], err);
    if (status == LEDE_OK)
        status = meet_buffer(a, &c, err);
    if (status == LEDE_OK)
        status = keep(a, err);
    ld_release(env, c.heads, head_bytes);
    ld_release(env, c.lengths, head_bytes);
    ld_release(env, c.rows, list_bytes);
    ld_release(env, c.next, list_bytes);
    return status;
}

lede_status ld_writer_group_copies(ld_index_writer *w, lede_error *err)
{
    if (!w->options.copies || !w->committed.profile.sidecars || w->rows.hashes.bytes == 0)
        return LEDE_OK;
    assigner a = {.w = w, .rules = w->options.copies, .row_count = (uint32_t)w->rows.row_count};
    a.counter_count = a.row_count;
    for (size_t i = 0; i < w->segment_count; i++)
        if (w->segments[i]->open.entry.docs > a.counter_count)
            a.counter_count = w->segments[i]->open.entry.docs;
    size_t rows_bytes = a.row_count * sizeof *a.rows;
    a.rows = ld_alloc_zero(w->env, rows_bytes);
    a.counters = ld_alloc_array(w->env, a.counter_count, sizeof *a.counters);
    a.lists = ld_alloc_array(w->env, HASHES, sizeof *a.lists);
    lede_status status = LEDE_OK;
    if (!a.rows || !a.counters || !a.lists)
        status = ld_error_nomem(err, rows_bytes + a.counter_count * sizeof *a.counters);
    if (status == LEDE_OK) {
        rows_fill(&a);
        status = assign(&a, err);
    }
    ld_release(w->env, a.rows, rows_bytes);
    ld_release(w->env, a.counters, a.counter_count * sizeof *a.counters);
    ld_release(w->env, a.lists, HASHES * sizeof *a.lists);
    ld_release(w->env, a.found, a.found_capacity * sizeof *a.found);
    return status;
}
