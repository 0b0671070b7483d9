/* What a search says beside its hits: notices, cursors over generations, deadlines, facets. The
 * hits themselves are test_differential.c's. */
#include "tests/test.h"

#include "base/env_memory.h"
#include "index/writer.h"
#include "query/ast.h"
#include "text/stem.h"

#define ROOT "/search"
#define DOCS 60u

static lede_error err;

typedef struct fixture {
    lede_env *env;
    ld_arena *arena;
    ld_analyzer *analyzer;
    ld_profile profile;
    ld_snapshot *snapshot;
} fixture;

/* Document i: "common", "even" or "odd", a word of its own; published on day i / 2 of 2015. */
static void document_add(fixture *f, ld_index_writer *w, uint32_t i)
{
    char text[128], key[32];
    ld_column_value columns[3] = {
        {LD_COLUMN_PUBLISHED, 1420070400000 + 86400000ll * (i / 2), {"", 0}},
        {LD_COLUMN_LANGUAGE, 0, LD_SPAN("en")},
        {LD_COLUMN_SOURCE, 0, i % 3 ? LD_SPAN("Daily") : LD_SPAN("Weekly")}};
    ld_document d = {.columns = columns, .column_count = 3, .content_hash = i};
    ld_add_outcome outcome;
    snprintf(text, sizeof text, "common %s own%u", i % 2 ? "odd" : "even", i);
    d.key = ld_span_of(key, (size_t)snprintf(key, sizeof key, "http://site/%u", i));
    d.stored = d.key;
    assert_ok(ld_analyze_begin(f->analyzer, f->arena, LD_SPAN("en"), &err), &err);
    assert_ok(ld_analyze_zone(f->analyzer, LD_ZONE_BODY, ld_span_from_string(text), true, &err),
              &err);
    assert_ok(ld_analyze_finish(f->analyzer, &d.tokens, &err), &err);
    assert_ok(ld_index_writer_add(w, &d, &outcome, &err), &err);
    assert_int_equal(outcome, LD_ADD_ADDED);
}

static void documents_add(fixture *f, uint32_t from, uint32_t to)
{
    ld_writer_options options = {.memory_max_bytes = 16u << 20, .flush_docs = 17};
    ld_index_writer *w;
    uint64_t generation;
    assert_ok(ld_index_writer_open(f->env, ROOT "/a", &options, &w, &err), &err);
    for (uint32_t i = from; i < to; i++)
        document_add(f, w, i);
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
    ld_snapshot_release(f->snapshot);
    assert_ok(ld_snapshot_open(f->env, ROOT "/a", &f->snapshot, &err), &err);
}

static int setup(void **state)
{
    static fixture f;
    ld_analysis settings = {true, true, true};
    memset(&f, 0, sizeof f);
    *state = &f;
    strcpy(f.profile.name, "news");
    f.profile.stem = f.profile.case_classes = f.profile.marks = f.profile.store = true;
    f.profile.analyzer_version = LD_ANALYZER_VERSION;
    snprintf(f.profile.stemmer_version, sizeof f.profile.stemmer_version, "%s",
             ld_stemmer_version());
    for (uint32_t z = 0; z < LD_ZONES_MAX; z++)
        f.profile.zone_classes[z] = (uint8_t)(z < 3 ? z : LD_CLASS_ASIDE);
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &f.env, &err), &err);
    assert_ok(ld_dir_make(f.env, ROOT, &err), &err);
    assert_ok(ld_arena_new(f.env, 256u << 20, &f.arena, &err), &err);
    assert_ok(ld_analyzer_new(f.env, &settings, &f.analyzer, &err), &err);
    assert_ok(ld_archive_create(f.env, ROOT "/a", &f.profile, &err), &err);
    assert_ok(ld_snapshot_open(f.env, ROOT "/a", &f.snapshot, &err), &err);
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    ld_snapshot_release(f->snapshot);
    ld_analyzer_free(f->analyzer);
    ld_arena_free(f->arena);
    ld_env_memory_free(f->env);
    return 0;
}

static ld_query *parse(fixture *f, const char *text)
{
    ld_query_options options = {LD_DIALECT_LEDE, 0, &f->profile};
    ld_query *q;
    assert_ok(ld_query_parse(f->arena, ld_span_from_string(text), &options, &q, &err), &err);
    return q;
}

static ld_search_result search(fixture *f, const char *text, ld_search_request request)
{
    ld_search_result result;
    request.count = request.count ? request.count : 10;
    assert_ok(
        ld_search_run(f->arena, f->snapshot, f->analyzer, parse(f, text), &request, &result, &err),
        &err);
    return result;
}

static bool has_notice(const ld_search_result *r, int kind)
{
    for (uint32_t i = 0; i < r->notice_count; i++)
        if ((int)r->notices[i].kind == kind)
            return r->notices[i].message.bytes > 0;
    return false;
}

static void an_empty_archive(void **state)
{
    ld_search_result r = search(*state, "anything", (ld_search_request){0});
    assert_int_equal(r.total, 0);
    assert_int_equal(r.hit_count, 0);
    assert_int_equal(r.next_cursor.bytes, 0);
}

static void relaxing_is_said(void **state)
{
    fixture *f = *state;
    documents_add(f, 0, DOCS);
    ld_search_result r = search(f, "own1 own2", (ld_search_request){0});
    assert_int_equal(r.total, 2);
    assert_true(r.relaxed && has_notice(&r, LD_NOTICE_RELAXED));
    /* Filters and negations still hold, phrases stay whole. */
    r = search(f, "own1 own2 -odd", (ld_search_request){0});
    assert_int_equal(r.total, 1);
    r = search(f, "\"own1 common\" own2 own3", (ld_search_request){0});
    assert_int_equal(r.total, 2);
    r = search(f, "own1 own2 source:weekly", (ld_search_request){0});
    assert_int_equal(r.total, 0);
    assert_false(r.relaxed);
    r = search(f, "common even", (ld_search_request){0});
    assert_int_equal(r.total, DOCS / 2);
    assert_false(r.relaxed);
}

static void nothing_to_look_for(void **state)
{
    ld_search_result r = search(*state, "", (ld_search_request){0});
    assert_int_equal(r.total, DOCS);
    r = search(*state, "=\"...a\"", (ld_search_request){0});
    assert_int_equal(r.total, 0);
    r = search(*state, "common", (ld_search_request){.offset = 55});
    assert_int_equal(r.hit_count, 5);
    r = search(*state, "common", (ld_search_request){.offset = LD_QUERY_HITS_MAX + 5});
    assert_int_equal(r.hit_count, 0);
    assert_true(has_notice(&r, LD_NOTICE_LIMIT));
}

static void dates_sort(void **state)
{
    ld_search_result r = search(*state, "common sort:newest", (ld_search_request){0});
    for (uint32_t i = 1; i < r.hit_count; i++)
        assert_true(r.hits[i - 1].sort_key >= r.hits[i].sort_key);
    ld_search_result again =
        search(*state, "common sort:newest",
               (ld_search_request){.sort = LD_SORT_OLDEST, .sort_given = true});
    assert_int_equal(again.hits[0].sort_key, 1420070400000);
}

static void cursors_over_generations(void **state)
{
    fixture *f = *state;
    ld_search_request request = {.sort = LD_SORT_OLDEST, .count = 7};
    ld_search_result first = search(f, "common", request);
    documents_add(f, DOCS, DOCS + 1);
    request.cursor = first.next_cursor;
    ld_search_result second = search(f, "common", request);
    assert_true(has_notice(&second, LD_NOTICE_GENERATION));
    assert_int_equal(second.hit_count, 7);
    assert_true(second.hits[0].sort_key >= first.hits[6].sort_key);
    for (uint32_t i = 0; i < 7; i++)
        for (uint32_t k = 0; k < 7; k++)
            assert_false(first.hits[i].segment == second.hits[k].segment &&
                         first.hits[i].doc == second.hits[k].doc);
    /* Whatever else is given for a cursor is refused with a sentence. */
    static const char *const wrong[] = {"x",
                                        "1-",
                                        "1-2-r3-4",
                                        "1-2-n3-4-5",
                                        "1-2-o3-4-5-6",
                                        "1-2-o3-4-ffffffff",
                                        "1-11111111111111111-o3-4-1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        ld_search_result r;
        request.cursor = ld_span_from_string(wrong[i]);
        assert_int_equal(ld_search_run(f->arena, f->snapshot, f->analyzer, parse(f, "common"),
                                       &request, &r, &err),
                         LEDE_E_INVALID);
    }
}

static void a_met_deadline(void **state)
{
    fixture *f = *state;
    atomic_int cancel = 1;
    ld_deadline d;
    ld_deadline_init(&d, f->env, 0, &cancel);
    ld_deadline_check(&d);
    ld_search_result r = search(f, "common -even *", (ld_search_request){.deadline = &d});
    assert_true(r.partial && !r.total_exact && has_notice(&r, LD_NOTICE_PARTIAL));
    assert_true(r.total < DOCS / 2);
}

static void facets_count(void **state)
{
    fixture *f = *state;
    const ld_facet_value *v;
    uint32_t count;
    ld_search_request request = {0};
    assert_ok(ld_search_facet(f->arena, f->snapshot, f->analyzer, parse(f, "even"), &request,
                              LD_COLUMN_SOURCE, 10, &v, &count, &err),
              &err);
    assert_int_equal(count, 2);
    assert_true(ld_span_equal(v[0].keyword, LD_SPAN("Daily")));
    assert_int_equal(v[0].count + v[1].count, DOCS / 2 + 1);
    assert_true(v[0].count > v[1].count);
    assert_ok(ld_search_facet(f->arena, f->snapshot, f->analyzer, parse(f, "common"), &request,
                              LD_COLUMN_PUBLISHED, 100, &v, &count, &err),
              &err);
    assert_int_equal(count, DOCS / 2 + 1);
    assert_int_equal(v[0].count, 2);
    assert_ok(ld_search_facet(f->arena, f->snapshot, f->analyzer, parse(f, "common"), &request,
                              LD_COLUMN_PUBLISHED, 5, &v, &count, &err),
              &err);
    assert_int_equal(count, 1); /* all in January 2015 */
    assert_int_equal(v[0].count, DOCS + 1);
    assert_int_equal(v[0].start_utc_ms, 1420070400000);
    assert_int_equal(ld_search_facet(f->arena, f->snapshot, f->analyzer, parse(f, "common"),
                                     &request, LD_COLUMN_KIND, 5, &v, &count, &err),
                     LEDE_E_INVALID);
}

static void small_memory(void **state)
{
    fixture *f = *state;
    for (size_t max = 1024;; max += 512) {
        ld_arena *small;
        ld_query *q;
        ld_search_result r;
        ld_search_request request = {.count = 10};
        ld_query_options options = {LD_DIALECT_LEDE, 0, &f->profile};
        assert_ok(ld_arena_new(f->env, max, &small, &err), &err);
        lede_status status =
            ld_query_parse(small, LD_SPAN("com* \"common even\" -own3"), &options, &q, &err);
        if (status == LEDE_OK)
            status = ld_search_run(small, f->snapshot, f->analyzer, q, &request, &r, &err);
        if (status == LEDE_OK)
            assert_int_equal(r.total, DOCS / 2 + 1);
        ld_arena_free(small);
        if (status == LEDE_OK)
            return;
        assert_int_equal(status, LEDE_E_LIMIT);
        assert_true(max < 1u << 20);
    }
}

/* Searches of `plain` rank as the stored bounds suppose, so that these are tight. */
static void bounds_suppose_the_ranking(void **state)
{
    (void)state;
    float weights[LD_CLASS_COUNT];
    ld_profile plain = {.name = "plain"};
    ld_bound_weights(&plain, weights);
    assert_true(ld_ranking_plain.k1 == LD_BOUND_K1 && ld_ranking_plain.b == LD_BOUND_B);
    for (int i = 0; i < LD_CLASS_COUNT; i++)
        assert_true(ld_ranking_plain.weights[i] == (double)weights[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_archive),
        cmocka_unit_test(relaxing_is_said),
        cmocka_unit_test(nothing_to_look_for),
        cmocka_unit_test(dates_sort),
        cmocka_unit_test(cursors_over_generations),
        cmocka_unit_test(a_met_deadline),
        cmocka_unit_test(facets_count),
        cmocka_unit_test(small_memory),
        cmocka_unit_test(bounds_suppose_the_ranking),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
