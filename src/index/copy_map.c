/*
 * The groups of copies of a snapshot, row by row: an array a search looks its hits up in.
 *
 *   ids        of rows that were not alone when they came, and of notes that join groups; sorted
 *   joined     union-find over their places, the least place of a set is its root
 *   groups     roots numbered; each row's id looked up by hash
 *
 * Cost: a column of each row is read, some 30 ns; 4 bytes a row are held.
 */
#include "index/copy_groups.h"
#include "index/sidecars.h"
#include "index/sort.h"

#define IDS_MAX (1u << 30)

typedef struct map_maker {
    const lede_env *env;
    const ld_snapshot *snapshot;
    uint32_t level;
    uint64_t *ids; /* [count] of capacity */
    size_t count, capacity;
    uint32_t *parents; /* [count] */
    uint32_t *slots;   /* [slot_count] place of an id + 1; a power of two */
    size_t slot_count;
    uint32_t *numbers; /* [count] of the group, by place of its root */
} map_maker;

static lede_status add_id(map_maker *m, uint64_t id, lede_error *err)
{
    if (m->count > 0 && m->ids[m->count - 1] == id)
        return LEDE_OK;
    if (m->count == m->capacity)
        LD_TRY(ld_grow(m->env, (void **)&m->ids, &m->capacity, m->count + 1, sizeof *m->ids,
                       IDS_MAX, err));
    m->ids[m->count++] = id;
    return LEDE_OK;
}

/* The id of a row at a level; *present false: it has nothing to compare. *shared: a copy of it was
 * there when it came. */
static lede_status id_of(const ld_segment_view *v, uint32_t level, uint32_t doc, uint64_t *id,
                         bool *present, bool *shared, lede_error *err)
{
    int64_t number = 0, closer;
    *shared = false;
    LD_TRY(ld_column_number(v, LD_COLUMN_COPY_GROUP, doc, &number, present, err));
    if (*present)
        LD_TRY(ld_column_number(v, LD_COLUMN_COPY_HIGH, doc, &closer, shared, err));
    if (*shared && level == 2)
        number = closer;
    if (*shared && level == 3) {
        bool has;
        LD_TRY(ld_column_number(v, LD_COLUMN_COPY_EXACT, doc, &closer, &has, err));
        number = has ? closer : number;
    }
    *id = (uint64_t)number;
    return LEDE_OK;
}

/* ---- notes that join groups ---- */

static lede_status bad_join(const ld_segment_view *v, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(v->segment), 0,
                            "a note that joins groups of copies is not one");
}

/* The next level of a join: *count ids at *ids; false: no more. */
static bool join_take(ld_span *rest, uint32_t *level, uint32_t *count, const uint8_t **ids,
                      bool *bad)
{
    const uint8_t *bytes = (const uint8_t *)rest->data;
    if (rest->bytes == 0)
        return false;
    *level = bytes[0];
    *count = rest->bytes > 1 ? bytes[1] : 0;
    size_t used = 2 + (size_t)*count * 8;
    *bad = *count < 2 || *level < 1 || *level > 3 || used > rest->bytes;
    if (*bad)
        return false;
    *ids = bytes + 2;
    *rest = ld_span_sub(*rest, used, rest->bytes);
    return true;
}

/* Calls `each` for every join of the level whose document is shown (m NULL: of any). */
static lede_status joins_walk(const ld_segment_view *v, map_maker *m,
                              lede_status (*each)(map_maker *m, const uint8_t *ids, uint32_t count,
                                                  lede_error *err),
                              lede_error *err)
{
    ld_notes_cursor c;
    const ld_span key = LD_SPAN(LD_COPY_JOIN_KEY);
    if (!v->sidecars->notes.rows.part.segment)
        return LEDE_OK;
    LD_TRY(ld_notes_seek(&v->sidecars->notes, key, &c, err));
    while (c.doc != LD_DOC_END && ld_span_equal(c.key, key)) {
        bool shown = !ld_view_has_bit(v->deleted, c.doc) && !ld_view_has_bit(v->superseded, c.doc);
        bool bad = c.doc >= v->docs;
        uint32_t level, count;
        const uint8_t *ids;
        for (ld_span rest = c.value; !bad && join_take(&rest, &level, &count, &ids, &bad);)
            if (each && shown && level == m->level)
                LD_TRY(each(m, ids, count, err));
        if (bad)
            return bad_join(v, err);
        LD_TRY(ld_notes_next(&c, err));
    }
    return LEDE_OK;
}

lede_status ld_copy_joins_check(const ld_segment_view *v, lede_error *err)
{
    return joins_walk(v, NULL, NULL, err);
}

static lede_status join_ids(map_maker *m, const uint8_t *ids, uint32_t count, lede_error *err)
{
    for (uint32_t i = 0; i < count; i++)
        LD_TRY(add_id(m, ld_load_u64(ids + (size_t)i * 8), err));
    return LEDE_OK;
}

/* ---- ids ---- */

static lede_status gather(map_maker *m, lede_error *err)
{
    for (uint32_t s = 0; s < ld_snapshot_segment_count(m->snapshot); s++) {
        const ld_segment_view *v = ld_snapshot_segment(m->snapshot, s);
        bool any = ld_columns_find(&v->sidecars->columns, LD_COLUMN_COPY_HIGH) != NULL;
        for (uint32_t doc = 0; any && doc < v->docs; doc++) {
            uint64_t id;
            bool present, shared;
            if (ld_view_has_bit(v->deleted, doc))
                continue;
            LD_TRY(id_of(v, m->level, doc, &id, &present, &shared, err));
            if (shared)
                LD_TRY(add_id(m, id, err));
        }
        LD_TRY(joins_walk(v, m, join_ids, err));
    }
    return LEDE_OK;
}

static bool id_less(const void *ctx, uint64_t a, uint64_t b)
{
    (void)ctx;
    return a < b;
}

static size_t slot_of(const map_maker *m, uint64_t id)
{
    size_t at = (size_t)(id * 0x9e3779b97f4a7c15ull >> 20) & (m->slot_count - 1);
    while (m->slots[at] && m->ids[m->slots[at] - 1] != id)
        at = (at + 1) & (m->slot_count - 1);
    return at;
}

static lede_status index_ids(map_maker *m, lede_error *err)
{
    size_t kept = 0;
    ld_sort_u64(m->ids, m->count, id_less, NULL);
    for (size_t i = 0; i < m->count; i++)
        if (kept == 0 || m->ids[kept - 1] != m->ids[i])
            m->ids[kept++] = m->ids[i];
    m->count = kept;
    for (m->slot_count = 16; m->slot_count < kept * 2;)
        m->slot_count *= 2;
    m->slots = ld_alloc_zero(m->env, m->slot_count * sizeof *m->slots);
    m->parents = ld_alloc_array(m->env, kept + 1, sizeof *m->parents);
    m->numbers = ld_alloc_zero(m->env, (kept + 1) * sizeof *m->numbers);
    if (!m->slots || !m->parents || !m->numbers)
        return ld_error_nomem(err, (m->slot_count + kept * 2 + 2) * sizeof(uint32_t));
    for (uint32_t i = 0; i < kept; i++) {
        m->slots[slot_of(m, m->ids[i])] = i + 1;
        m->parents[i] = i;
    }
    return LEDE_OK;
}

/* ---- joining ---- */

static uint32_t root_of(map_maker *m, uint32_t i)
{
    while (m->parents[i] != i) {
        m->parents[i] = m->parents[m->parents[i]];
        i = m->parents[i];
    }
    return i;
}

static lede_status join(map_maker *m, const uint8_t *ids, uint32_t count, lede_error *err)
{
    (void)err;
    uint32_t first = m->slots[slot_of(m, ld_load_u64(ids))];
    for (uint32_t i = 1; first && i < count; i++) {
        uint32_t other = m->slots[slot_of(m, ld_load_u64(ids + (size_t)i * 8))];
        if (!other)
            continue;
        uint32_t a = root_of(m, first - 1), b = root_of(m, other - 1);
        m->parents[a > b ? a : b] = a > b ? b : a;
    }
    return LEDE_OK;
}

/* ---- rows ---- */

static lede_status number_rows(map_maker *m, ld_copy_map *map, lede_error *err)
{
    for (uint32_t s = 0; s < ld_snapshot_segment_count(m->snapshot); s++) {
        const ld_segment_view *v = ld_snapshot_segment(m->snapshot, s);
        map->groups[s] = ld_alloc_zero(m->env, (size_t)v->docs * sizeof **map->groups);
        if (!map->groups[s])
            return ld_error_nomem(err, (size_t)v->docs * sizeof **map->groups);
        for (uint32_t doc = 0; m->count > 0 && doc < v->docs; doc++) {
            uint64_t id;
            bool present, shared;
            LD_TRY(id_of(v, m->level, doc, &id, &present, &shared, err));
            uint32_t place = present ? m->slots[slot_of(m, id)] : 0;
            if (place)
                map->groups[s][doc] = m->numbers[root_of(m, place - 1)];
        }
    }
    return LEDE_OK;
}

/* The least id of a joined set stands at its root. */
static lede_status number_groups(map_maker *m, ld_copy_map *map, lede_error *err)
{
    map->ids = ld_alloc_zero(m->env, (m->count + 1) * sizeof *map->ids);
    if (!map->ids)
        return ld_error_nomem(err, (m->count + 1) * sizeof *map->ids);
    map->group_count = (uint32_t)m->count; /* how much was taken, until it is known */
    uint32_t groups = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->parents[i] != i)
            continue;
        m->numbers[i] = ++groups;
        map->ids[groups] = m->ids[i];
    }
    return LEDE_OK;
}

static lede_status make(map_maker *m, ld_copy_map *map, lede_error *err)
{
    size_t segments = ld_snapshot_segment_count(m->snapshot);
    map->groups = ld_alloc_zero(m->env, (segments + 1) * sizeof *map->groups);
    if (!map->groups)
        return ld_error_nomem(err, (segments + 1) * sizeof *map->groups);
    LD_TRY(gather(m, err));
    LD_TRY(index_ids(m, err));
    for (uint32_t s = 0; s < segments; s++)
        LD_TRY(joins_walk(ld_snapshot_segment(m->snapshot, s), m, join, err));
    LD_TRY(number_groups(m, map, err));
    return number_rows(m, map, err);
}

lede_status ld_copy_map_new(const lede_env *env, const ld_snapshot *snapshot, uint32_t level,
                            ld_copy_map **map, lede_error *err)
{
    *map = ld_alloc_zero(env, sizeof **map);
    if (!*map)
        return ld_error_nomem(err, sizeof **map);
    (*map)->env = env;
    (*map)->snapshot = snapshot;
    map_maker m = {.env = env, .snapshot = snapshot, .level = level};
    lede_status status = make(&m, *map, err);
    ld_release(env, m.slots, m.slot_count * sizeof *m.slots);
    ld_release(env, m.parents, (m.count + 1) * sizeof *m.parents);
    ld_release(env, m.numbers, (m.count + 1) * sizeof *m.numbers);
    ld_release(env, m.ids, m.capacity * sizeof *m.ids);
    if (status != LEDE_OK) {
        ld_copy_map_free(*map);
        *map = NULL;
    }
    return status;
}

void ld_copy_map_free(ld_copy_map *map)
{
    if (!map)
        return;
    size_t segments = ld_snapshot_segment_count(map->snapshot);
    for (uint32_t s = 0; map->groups && s < segments; s++)
        ld_release(map->env, map->groups[s],
                   (size_t)ld_snapshot_segment(map->snapshot, s)->docs * sizeof **map->groups);
    ld_release(map->env, map->groups, (segments + 1) * sizeof *map->groups);
    ld_release(map->env, map->ids, ((size_t)map->group_count + 1) * sizeof *map->ids);
    ld_release(map->env, map, sizeof *map);
}
