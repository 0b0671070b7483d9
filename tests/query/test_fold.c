/*
 * Folding over all matches, against a twin that takes the unfolded answer and folds it: what is
 * shown, its order, the stories counted, the copies listed; by the fast ways and one by one, in
 * every order, page by page.
 */
#include "query/fold.h"

#include "base/env_memory.h"
#include "index/writer.h"
#include "query/ast.h"
#include "tests/test.h"
#include "text/stem.h"

#define ROOT    "/fold"
#define DOCS    400u
#define STORIES 150u

static lede_error err;
static lede_env *env;
static ld_arena *arena;
static ld_analyzer *analyzer;
static ld_profile profile;
static ld_snapshot *snapshot;

static uint8_t level(uint32_t shared, uint32_t a_count, uint64_t a_sketch, uint32_t b_count,
                     uint64_t b_sketch)
{
    (void)a_count;
    (void)b_count;
    return shared < 4 ? 0 : a_sketch == b_sketch ? 3 : a_sketch / 4 == b_sketch / 4 ? 2 : 1;
}
static const ld_copy_rules rules = {level, 4, INT64_MAX};

/* Document i tells story i % STORIES or one drawn; its words are drawn, so copies score apart, and
 * now and then alike. */
static void document_add(ld_index_writer *w, test_random *r, uint32_t i)
{
    char text[256], key[32];
    uint16_t hashes[4];
    uint32_t story = i < STORIES ? i : test_random_below(r, STORIES), used = 0;
    ld_column_value columns[3];
    ld_document d = {.columns = columns, .content_hash = i + 1, .copy_hashes = hashes};
    ld_add_outcome outcome;
    if (test_random_below(r, 4))
        columns[d.column_count++] = (ld_column_value){
            LD_COLUMN_PUBLISHED, 1420070400000 + 86400000ll * test_random_below(r, 30), {"", 0}};
    columns[d.column_count++] = (ld_column_value){LD_COLUMN_LANGUAGE, 0, LD_SPAN("en")};
    columns[d.column_count++] =
        (ld_column_value){.column = LD_COLUMN_COPY_SKETCH, .number = test_random_below(r, 8)};
    for (uint32_t word = 0; word < 3 + test_random_below(r, 3); word++)
        used +=
            (uint32_t)snprintf(text + used, sizeof text - used, "w%u ", test_random_below(r, 12));
    for (uint16_t h = 0; h < 4; h++)
        hashes[h] = (uint16_t)(story * 5 + h);
    d.copy_hash_count = test_random_below(r, 10) ? 4 : 0;
    if (d.copy_hash_count == 0)
        d.column_count--;
    d.key = ld_span_of(key, (size_t)snprintf(key, sizeof key, "http://site/%u", i));
    d.stored = d.key;
    assert_ok(ld_analyze_begin(analyzer, arena, LD_SPAN("en"), &err), &err);
    assert_ok(ld_analyze_zone(analyzer, LD_ZONE_BODY, ld_span_of(text, used), true, &err), &err);
    assert_ok(ld_analyze_finish(analyzer, &d.tokens, &err), &err);
    assert_ok(ld_index_writer_add(w, &d, &outcome, &err), &err);
}

static int setup(void **state)
{
    (void)state;
    ld_analysis settings = {true, true, true};
    ld_writer_options options = {.flush_docs = 70, .merge_factor = 3, .copies = &rules};
    ld_index_writer *w;
    test_random r = {7};
    strcpy(profile.name, "news");
    profile.stem = profile.case_classes = profile.marks = profile.store = profile.sidecars = true;
    profile.analyzer_version = LD_ANALYZER_VERSION;
    snprintf(profile.stemmer_version, sizeof profile.stemmer_version, "%s", ld_stemmer_version());
    for (uint32_t z = 0; z < LD_ZONES_MAX; z++)
        profile.zone_classes[z] = (uint8_t)(z < 3 ? z : LD_CLASS_ASIDE);
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    assert_ok(ld_arena_new(env, 512u << 20, &arena, &err), &err);
    assert_ok(ld_analyzer_new(env, &settings, &analyzer, &err), &err);
    assert_ok(ld_archive_create(env, ROOT "/a", &profile, &err), &err);
    assert_ok(ld_index_writer_open(env, ROOT "/a", &options, &w, &err), &err);
    for (uint32_t i = 0; i < DOCS; i++) {
        uint64_t deleted;
        char key[32];
        document_add(w, &r, i);
        if (i % 9 == 8) {
            snprintf(key, sizeof key, "http://site/%u", test_random_below(&r, i));
            assert_ok(ld_index_writer_delete(w, ld_span_from_string(key), &deleted, &err), &err);
        }
    }
    assert_ok(ld_index_writer_commit(w, NULL, &err), &err);
    ld_index_writer_close(w);
    assert_ok(ld_snapshot_open(env, ROOT "/a", &snapshot, &err), &err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ld_snapshot_release(snapshot);
    ld_analyzer_free(analyzer);
    ld_arena_free(arena);
    ld_env_memory_free(env);
    return 0;
}

static ld_search_result search(const char *text, const ld_search_request *request)
{
    ld_query_options options = {LD_DIALECT_LEDE, 0, &profile};
    ld_search_result result;
    ld_query *q;
    assert_ok(ld_query_parse(arena, ld_span_from_string(text), &options, &q, &err), &err);
    assert_ok(ld_search_run(arena, snapshot, analyzer, q, request, &result, &err), &err);
    return result;
}

static int64_t published(const ld_hit *h)
{
    int64_t utc_ms;
    bool present;
    assert_ok(ld_column_number(ld_snapshot_segment(snapshot, h->segment), LD_COLUMN_PUBLISHED,
                               h->doc, &utc_ms, &present, &err),
              &err);
    return present ? utc_ms : INT64_MAX;
}

static uint32_t group_of(const ld_copy_map *map, const ld_hit *h)
{
    return map->groups[h->segment][h->doc];
}

static uint64_t hash_of(const ld_hit *h)
{
    ld_key_room room;
    ld_span key;
    assert_ok(ld_doc_key(ld_snapshot_segment(snapshot, h->segment), h->doc, &room, &key, &err),
              &err);
    return ld_key_hash(key);
}

/* Of two hits, the one that stands for both. */
static bool shows(const ld_hit *a, const ld_hit *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    int64_t x = published(a), y = published(b);
    return x != y ? x < y : hash_of(a) < hash_of(b);
}

/* The stories of an unfolded answer: for each group its hit, in the order of the answer. */
static uint32_t twin(const ld_search_result *all, const ld_copy_map *map, uint8_t sort,
                     ld_hit *stories)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < all->hit_count; i++) {
        const ld_hit *h = &all->hits[i];
        bool shown = true;
        for (uint32_t k = 0; k < all->hit_count && group_of(map, h); k++) {
            const ld_hit *o = &all->hits[k];
            if (k == i || group_of(map, o) != group_of(map, h))
                continue;
            bool before = sort == LD_SORT_RELEVANCE ? shows(o, h)
                          : o->sort_key != h->sort_key
                              ? k < i
                              : shows(o, h); /* one date: the lesser hash */
            shown = shown && !before;
        }
        if (shown)
            stories[count++] = *h;
    }
    return count;
}

static void assert_copies(const ld_search_result *all, const ld_copy_map *map, const ld_hit *h,
                          const ld_hit_copies *copies)
{
    uint32_t others = 0;
    for (uint32_t i = 0; i < all->hit_count; i++)
        others += group_of(map, h) && group_of(map, &all->hits[i]) == group_of(map, h) &&
                  !(all->hits[i].segment == h->segment && all->hits[i].doc == h->doc);
    assert_int_equal(copies->count, others);
    assert_int_equal(copies->doc_count, others);
    int64_t before = INT64_MIN;
    for (uint32_t i = 0; i < copies->doc_count; i++) {
        ld_hit own = {.segment = copies->docs[i].segment, .doc = copies->docs[i].doc};
        assert_int_equal(group_of(map, &own), group_of(map, h));
        assert_true(published(&own) >= before);
        before = published(&own);
    }
}

static void check(const char *text, uint8_t dup, uint8_t sort, bool one_by_one)
{
    static const uint8_t levels[] = {[LD_DUP_MODERATE] = 1, [LD_DUP_HIGH] = 2, [LD_DUP_EXACT] = 3};
    const ld_copy_map *map;
    ld_hit *stories = ld_arena_array(arena, DOCS + 1, sizeof *stories);
    ld_search_request request = {
        .count = 1000, .sort = sort, .sort_given = true, .count_exact = true, .one_stage = true};
    ld_search_result all = search(text, &request);
    assert_ok(ld_snapshot_copies(snapshot, levels[dup], &map, &err), &err);
    uint32_t count = twin(&all, map, sort, stories);
    request.dup = dup;
    request.one_by_one = one_by_one;
    request.count_exact = false;
    request.count = 7;
    for (uint32_t at = 0;;) {
        ld_search_result r = search(text, &request);
        assert_int_equal(r.total, count);
        assert_int_equal(r.articles_total, all.total);
        assert_true(r.total_exact);
        for (uint32_t i = 0; i < r.hit_count; i++, at++) {
            assert_true(at < count);
            assert_int_equal(r.hits[i].segment, stories[at].segment);
            assert_int_equal(r.hits[i].doc, stories[at].doc);
            assert_true(r.hits[i].score == stories[at].score);
            assert_copies(&all, map, &r.hits[i], &r.copies[i]);
        }
        if (r.next_cursor.bytes == 0) {
            assert_int_equal(at, count);
            break;
        }
        request.cursor = r.next_cursor;
    }
    request = (ld_search_request){.dup = dup, .count = 0};
    assert_int_equal(search(text, &request).total, count);
}

static void folded_is_the_whole_folded(void **state)
{
    (void)state;
    static const char *const queries[] = {
        "w1",        "w1 w2", "w1 OR w2 OR w3",      "\"w1 w2\"",           "w1 -w2", "lang:en",
        "w1 w/3 w4", "zzz",   "w5 after:2015-01-12", "w1 w2 w3 w4 w5 w6 w7"};
    for (size_t q = 0; q < sizeof queries / sizeof *queries; q++)
        for (uint8_t dup = LD_DUP_EXACT; dup <= LD_DUP_MODERATE; dup++)
            for (uint8_t sort = LD_SORT_RELEVANCE; sort <= LD_SORT_OLDEST; sort++)
                for (int slow = 0; slow < 2; slow++)
                    check(queries[q], dup, sort, slow);
}

static void the_query_says_it_too(void **state)
{
    (void)state;
    ld_search_request request = {.count = 10};
    ld_search_result off = search("w1", &request), fold = search("w1 dup:fold", &request);
    assert_null(off.copies);
    assert_int_equal(off.total, off.articles_total);
    assert_non_null(fold.copies);
    assert_true(fold.total < off.total);
    assert_true(search("w1 dup:exact", &request).total > fold.total);
    request.dup = LD_DUP_OFF; /* the caller's word goes before the query's */
    assert_int_equal(search("w1 dup:fold", &request).total, off.total);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folded_is_the_whole_folded),
        cmocka_unit_test(the_query_says_it_too),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
