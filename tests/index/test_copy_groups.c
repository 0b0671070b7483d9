/*
 * Groups of copies against a twin that holds every document against every other: the same partition
 * whatever the segments and the merges, and at the closer levels whatever the order of adding;
 * stories on one template make no chain; deleted documents join nothing.
 */
#include "index/copy_groups.h"

#include "base/env_memory.h"
#include "base/hash.h"
#include "index/writer.h"
#include "tests/test.h"

#define DOCS        90u
#define HASHES_MAX  14u
#define DAY_MS      86400000ll
#define WINDOW_DAYS 20
#define SHARED_MIN  3u

typedef struct story {
    char key[16];
    uint16_t hashes[HASHES_MAX];
    uint32_t hash_count;
    int64_t sketch, published; /* INT64_MIN: none */
    bool deleted;
} story;

static lede_error err;
static ld_profile profile = {.name = "news", .sidecars = true, .case_classes = true};

static uint8_t level(uint32_t shared, uint32_t a_count, uint64_t a_sketch, uint32_t b_count,
                     uint64_t b_sketch)
{
    uint32_t larger = a_count > b_count ? a_count : b_count;
    if (shared > 0 && shared == larger && a_sketch == b_sketch)
        return 3;
    return shared < SHARED_MIN ? 0 : shared * 2 >= larger ? 2 : 1;
}
static const ld_copy_rules rules = {level, SHARED_MIN, WINDOW_DAYS *DAY_MS};

static int compare_u16(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* Stories of a few families: each takes some of its family's hashes, now and then those of two. */
static void stories_make(uint64_t seed, story *stories)
{
    test_random r = {seed};
    for (uint32_t i = 0; i < DOCS; i++) {
        story *s = &stories[i];
        uint32_t family = test_random_below(&r, 24), other = test_random_below(&r, 24);
        uint32_t wanted = test_random_below(&r, HASHES_MAX);
        bool bridges = test_random_below(&r, 8) == 0;
        *s = (story){.published = INT64_MIN, .sketch = test_random_below(&r, 2)};
        snprintf(s->key, sizeof s->key, "k%u", i);
        for (uint32_t n = 0; n < wanted; n++) {
            uint32_t of = bridges && n % 2 ? other : family;
            s->hashes[s->hash_count++] = (uint16_t)(of * 100 + test_random_below(&r, 12));
        }
        qsort(s->hashes, s->hash_count, sizeof *s->hashes, compare_u16);
        uint32_t kept = 0;
        for (uint32_t n = 0; n < s->hash_count; n++)
            if (kept == 0 || s->hashes[kept - 1] != s->hashes[n])
                s->hashes[kept++] = s->hashes[n];
        s->hash_count = kept;
        if (test_random_below(&r, 5))
            s->published = test_random_below(&r, 60) * DAY_MS;
    }
}

static uint32_t shared_of(const story *a, const story *b)
{
    uint32_t shared = 0;
    for (uint32_t i = 0; i < a->hash_count; i++)
        for (uint32_t k = 0; k < b->hash_count; k++)
            shared += a->hashes[i] == b->hashes[k];
    return shared;
}

static uint32_t pair_level(const story *a, const story *b)
{
    uint32_t shared = shared_of(a, b);
    int64_t apart =
        a->published > b->published ? a->published - b->published : b->published - a->published;
    if (a->published != INT64_MIN && b->published != INT64_MIN && apart > WINDOW_DAYS * DAY_MS)
        return 0;
    return level(shared, a->hash_count, (uint64_t)a->sketch, b->hash_count, (uint64_t)b->sketch);
}

static uint64_t own_id(const story *s)
{
    return ld_hash64(s->key, strlen(s->key), 1) >> (64 - LD_COPY_ID_BITS);
}

static void join(uint32_t *groups, uint32_t a, uint32_t b)
{
    uint32_t from = groups[a], to = groups[b];
    for (uint32_t i = 0; i < DOCS; i++)
        groups[i] = groups[i] == from ? to : groups[i];
}

/* Level 1, story after story in the order of adding. */
static void twin_groups_in_part(const story *stories, const uint32_t *order, uint32_t *groups)
{
    bool cores[DOCS] = {false};
    uint64_t ids[DOCS];
    for (uint32_t i = 0; i < DOCS; i++)
        groups[i] = i;
    for (uint32_t i = 0; i < DOCS; i++) {
        const story *s = &stories[order[i]];
        uint32_t best = UINT32_MAX, most = 0;
        uint64_t id = UINT64_MAX;
        for (uint32_t k = 0; k < i; k++) {
            uint32_t o = order[k], at = pair_level(s, &stories[o]),
                     shared = shared_of(s, &stories[o]);
            if (at > 1) {
                join(groups, order[i], o);
                id = ids[o] < id ? ids[o] : id;
            }
            if (at == 1 && cores[o] && (shared > most || (shared == most && ids[o] < ids[best]))) {
                best = o;
                most = shared;
            }
        }
        bool close = id != UINT64_MAX;
        cores[order[i]] = close || best == UINT32_MAX;
        if (!close && best != UINT32_MAX) {
            join(groups, order[i], best);
            id = ids[best];
        }
        ids[order[i]] = id == UINT64_MAX ? own_id(s) : id;
    }
}

/* groups[i]: the least story that a chain of copies leads to. */
static void twin_groups(const story *stories, uint32_t at_level, uint32_t *groups)
{
    for (uint32_t i = 0; i < DOCS; i++)
        groups[i] = i;
    for (bool changed = true; changed;) {
        changed = false;
        for (uint32_t i = 0; i < DOCS; i++)
            for (uint32_t k = 0; k < DOCS; k++)
                if (i != k && groups[k] < groups[i] &&
                    pair_level(&stories[i], &stories[k]) >= at_level) {
                    groups[i] = groups[k];
                    changed = true;
                }
    }
}

/* ---- the archive ---- */

static ld_index_writer *writer_open(lede_env *env, uint32_t flush_docs)
{
    ld_writer_options options = {.merge_factor = 3, .flush_docs = flush_docs, .copies = &rules};
    ld_index_writer *w;
    assert_ok(ld_index_writer_open(env, "/m/a", &options, &w, &err), &err);
    return w;
}

static void story_add(ld_index_writer *w, const story *s)
{
    ld_column_value columns[2];
    ld_document d = {.key = ld_span_from_string(s->key),
                     .content_hash = 1,
                     .copy_hashes = s->hashes,
                     .copy_hash_count = s->hash_count,
                     .columns = columns};
    ld_add_outcome outcome;
    if (s->published != INT64_MIN)
        columns[d.column_count++] =
            (ld_column_value){.column = LD_COLUMN_PUBLISHED, .number = s->published};
    if (s->hash_count)
        columns[d.column_count++] =
            (ld_column_value){.column = LD_COLUMN_COPY_SKETCH, .number = s->sketch};
    assert_ok(ld_index_writer_add(w, &d, &outcome, &err), &err);
}

static ld_snapshot *commit_open(lede_env *env, ld_index_writer *w)
{
    ld_snapshot *snapshot;
    assert_ok(ld_index_writer_commit(w, NULL, &err), &err);
    assert_ok(ld_snapshot_open(env, "/m/a", &snapshot, &err), &err);
    return snapshot;
}

/* The id of each story's group, 0 where it is alone. */
static void ids_read(const ld_snapshot *snapshot, uint32_t at_level, const story *stories,
                     uint64_t *ids)
{
    const ld_copy_map *map;
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
    assert_ok(ld_snapshot_copies(snapshot, at_level, &map, &err), &err);
    for (uint32_t i = 0; i < DOCS; i++) {
        const ld_doc_ref *docs;
        uint32_t count;
        ids[i] = 0;
        assert_ok(ld_snapshot_find_key(snapshot, ld_span_from_string(stories[i].key), arena, &docs,
                                       &count, &err),
                  &err);
        assert_int_equal(count, stories[i].deleted ? 0 : 1);
        if (count)
            ids[i] = map->ids[map->groups[docs[0].segment][docs[0].doc]];
    }
    ld_arena_free(arena);
}

static void assert_partition(const ld_snapshot *snapshot, const story *stories,
                             const uint32_t *order)
{
    uint32_t groups[DOCS];
    uint64_t ids[DOCS];
    for (uint32_t l = 1; l <= LD_COPY_LEVELS; l++) {
        if (l == 1)
            twin_groups_in_part(stories, order, groups);
        else
            twin_groups(stories, l, groups);
        ids_read(snapshot, l, stories, ids);
        for (uint32_t i = 0; i < DOCS; i++)
            for (uint32_t k = 0; k < i; k++)
                assert_int_equal(groups[i] == groups[k], ids[i] != 0 && ids[i] == ids[k]);
    }
}

static lede_env *archive_make(void)
{
    lede_env *env;
    assert_ok(ld_env_memory_new(lede_env_system(), "/m", &env, &err), &err);
    assert_ok(ld_dir_make(env, "/m", &err), &err);
    assert_ok(ld_archive_create(env, "/m/a", &profile, &err), &err);
    return env;
}

static void no_finding(void *ctx, const lede_error *finding)
{
    (void)ctx;
    fail_msg("%s", finding->message);
}

static void the_same_whatever_the_way(void **state)
{
    (void)state;
    static const uint32_t flushes[] = {1, 7, 30, 1000};
    static story stories[DOCS];
    for (uint64_t seed = 1; seed <= 12; seed++) {
        stories_make(seed, stories);
        lede_env *env = archive_make();
        ld_index_writer *w = writer_open(env, flushes[seed % 4]);
        test_random r = {seed};
        uint32_t order[DOCS];
        for (uint32_t i = 0; i < DOCS; i++) {
            uint32_t k = test_random_below(&r, i + 1);
            order[i] = order[k];
            order[k] = i;
        }
        for (uint32_t i = 0; i < DOCS; i++) {
            story_add(w, &stories[order[i]]);
            if (i == DOCS / 2)
                assert_ok(ld_index_writer_commit(w, NULL, &err), &err);
        }
        ld_snapshot *snapshot = commit_open(env, w);
        assert_partition(snapshot, stories, order);
        ld_snapshot_release(snapshot);
        assert_ok(ld_index_writer_merge(w, 1, &err), &err);
        snapshot = commit_open(env, w);
        assert_int_equal(ld_snapshot_segment_count(snapshot), 1);
        assert_partition(snapshot, stories, order);
        ld_snapshot_release(snapshot);
        ld_index_writer_close(w);
        assert_ok(ld_archive_check(env, "/m/a", true, no_finding, NULL, &err), &err);
        ld_env_memory_free(env);
    }
}

/* The group of the n-th row, whatever segment it is in. */
static uint32_t group_at(const ld_snapshot *snapshot, const ld_copy_map *map, uint32_t n)
{
    uint32_t s = 0;
    for (; n >= ld_snapshot_segment(snapshot, s)->docs; s++)
        n -= ld_snapshot_segment(snapshot, s)->docs;
    return map->groups[s][n];
}

/* What is deleted joins no groups, before a merge and after it alike; and what was deleted before
 * a copy of it came lends it nothing. */
static void deleted_documents_join_nothing(void **state)
{
    (void)state;
    story s[3] = {{"a", {1, 2, 3, 4, 5, 6}, 6, 0, 0, false},
                  {"b", {11, 12, 13, 14, 15, 16}, 6, 0, 0, false},
                  {"both", {1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16}, 12, 0, 0, false}};
    lede_env *env = archive_make();
    ld_index_writer *w = writer_open(env, 1);
    const ld_copy_map *map;
    uint64_t deleted;
    for (int i = 0; i < 3; i++)
        story_add(w, &s[i]);
    ld_snapshot *snapshot = commit_open(env, w);
    assert_ok(ld_snapshot_copies(snapshot, 1, &map, &err), &err);
    assert_int_equal(group_at(snapshot, map, 0), group_at(snapshot, map, 1));
    assert_int_not_equal(group_at(snapshot, map, 0), 0);
    ld_snapshot_release(snapshot);
    assert_ok(ld_index_writer_delete(w, LD_SPAN("both"), &deleted, &err), &err);
    for (int merged = 0; merged < 2; merged++) {
        snapshot = commit_open(env, w);
        assert_ok(ld_snapshot_copies(snapshot, 1, &map, &err), &err);
        for (uint32_t i = 0; i < ld_snapshot_segment_count(snapshot); i++)
            for (uint32_t d = 0; d < ld_snapshot_segment(snapshot, i)->docs; d++)
                assert_int_equal(map->groups[i][d], 0);
        ld_snapshot_release(snapshot);
        assert_ok(ld_index_writer_merge(w, 1, &err), &err);
    }
    assert_ok(ld_index_writer_delete(w, LD_SPAN("a"), &deleted, &err), &err);
    story_add(w, &(story){"c", {1, 2, 3, 4, 5, 6}, 6, 0, 0, false});
    snapshot = commit_open(env, w);
    assert_ok(ld_snapshot_copies(snapshot, 3, &map, &err), &err);
    assert_int_equal(map->group_count, 0);
    ld_snapshot_release(snapshot);
    ld_index_writer_close(w);
    ld_env_memory_free(env);
}

/* Another version of an article is no copy of it. */
static void versions_are_no_copies(void **state)
{
    (void)state;
    lede_env *env = archive_make();
    ld_index_writer *w = writer_open(env, 1);
    const ld_copy_map *map;
    ld_add_outcome outcome;
    const uint16_t hashes[] = {1, 2, 3, 4};
    for (uint64_t content = 1; content <= 2; content++) {
        ld_document d = {.key = LD_SPAN("one"),
                         .content_hash = content,
                         .copy_hashes = hashes,
                         .copy_hash_count = 4};
        assert_ok(ld_index_writer_add(w, &d, &outcome, &err), &err);
    }
    assert_int_equal(outcome, LD_ADD_VERSION);
    ld_snapshot *snapshot = commit_open(env, w);
    assert_ok(ld_snapshot_copies(snapshot, 1, &map, &err), &err);
    assert_int_equal(map->group_count, 0);
    ld_snapshot_release(snapshot);
    ld_index_writer_close(w);
    ld_env_memory_free(env);
}

/* Many rows at once go through a table of the segment's lists; the answer is that of few. */
static void many_rows_at_once(void **state)
{
    (void)state;
    lede_env *env = archive_make();
    ld_index_writer *w = writer_open(env, 0);
    const ld_copy_map *map;
    for (uint32_t i = 0; i < 600; i++) {
        story s = {"", {0}, 6, 0, INT64_MIN, false};
        snprintf(s.key, sizeof s.key, "k%u", i);
        for (uint16_t h = 0; h < 6; h++)
            s.hashes[h] = (uint16_t)(i % 300 * 7 + h);
        story_add(w, &s);
        if (i == 299)
            assert_ok(ld_index_writer_commit(w, NULL, &err), &err);
    }
    ld_snapshot *snapshot = commit_open(env, w);
    assert_ok(ld_snapshot_copies(snapshot, 3, &map, &err), &err);
    assert_int_equal(map->group_count, 300);
    for (uint32_t i = 0; i < 300; i++)
        assert_int_equal(group_at(snapshot, map, i), group_at(snapshot, map, 300 + i));
    ld_snapshot_release(snapshot);
    ld_index_writer_close(w);
    ld_env_memory_free(env);
}

/* Each story is like the one before it in part: at most a founder and its two neighbours make a
 * group. */
static void a_template_makes_no_chain(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 6; seed++) {
        lede_env *env = archive_make();
        ld_index_writer *w = writer_open(env, seed % 2 ? 5 : 0);
        const ld_copy_map *map;
        uint32_t order[30], sizes[31] = {0}, largest = 0;
        test_random r = {seed};
        for (uint32_t i = 0; i < 30; i++) {
            uint32_t k = seed ? test_random_below(&r, i + 1) : i;
            order[i] = order[k];
            order[k] = i;
        }
        for (uint32_t i = 0; i < 30; i++) {
            story s = {"", {0}, 12, 0, INT64_MIN, false};
            snprintf(s.key, sizeof s.key, "k%u", order[i]);
            for (uint16_t h = 0; h < 12; h++)
                s.hashes[h] = (uint16_t)(order[i] * 8 + h);
            story_add(w, &s);
        }
        ld_snapshot *snapshot = commit_open(env, w);
        assert_ok(ld_snapshot_copies(snapshot, 1, &map, &err), &err);
        assert_in_range(map->group_count, 5, 15); /* founders that stay alone have none */
        for (uint32_t i = 0; i < 30; i++)
            sizes[group_at(snapshot, map, i)]++;
        for (uint32_t g = 1; g <= 30; g++)
            largest = sizes[g] > largest ? sizes[g] : largest;
        assert_true(largest >= 2 && largest <= 3);
        ld_snapshot_release(snapshot);
        ld_index_writer_close(w);
        ld_env_memory_free(env);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_whatever_the_way),
        cmocka_unit_test(a_template_makes_no_chain),
        cmocka_unit_test(deleted_documents_join_nothing),
        cmocka_unit_test(versions_are_no_copies),
        cmocka_unit_test(many_rows_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
