/*
 * Flat queries over lists of many blocks: the fast ways against the cursor tree, which
 * test_differential.c holds against the naive twin. Words of every density, deleted and superseded
 * rows and archives in which no row is hidden, filters, phrases, several segments; hits, order,
 * scores and totals must be the same, with and without pruning, and whatever the points of the last
 * hit were guessed to be: from one to more than any document can have. Each test runs on every
 * level of the kernels that this machine has (a process each, since the level is read once).
 */
#include "tests/test.h"

#include <inttypes.h>

#include "base/cpu.h"
#include "base/env_memory.h"
#include "index/writer.h"
#include "query/ast.h"
#include "text/stem.h"

#define ROOT    "/flat"
#define DOCS    14000u
#define WORDS   64u
#define QUERIES 500u
#define MANY    150000u /* short documents: more than are counted together (flat_count.c) */

static lede_error err;

typedef struct fixture {
    lede_env *env;
    ld_arena *arena, *queries;
    ld_analyzer *analyzer;
    ld_profile profile;
    ld_snapshot *snapshot;
    test_random random;
    uint32_t docs; /* MANY: of a word or two, in one segment */
} fixture;

/* w0 is in nearly every document, w63 in a handful. */
static uint32_t any_word(test_random *r)
{
    uint32_t a = test_random_below(r, WORDS), b = test_random_below(r, WORDS);
    uint32_t c = test_random_below(r, WORDS);
    return a * b * c / (WORDS * WORDS);
}

static void zone_add(fixture *f, uint8_t zone, uint32_t count)
{
    char text[1024];
    size_t n = 0;
    for (uint32_t i = 0; i < count; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "w%u ", any_word(&f->random));
    assert_ok(ld_analyze_zone(f->analyzer, zone, ld_span_of(text, n), true, &err), &err);
}

static void document_add(fixture *f, ld_index_writer *w, uint32_t i)
{
    test_random *r = &f->random;
    ld_column_value columns[] = {{LD_COLUMN_PUBLISHED, 86400000ll * (i % 1000), {"", 0}},
                                 {LD_COLUMN_LANGUAGE, 0, i % 10 ? LD_SPAN("en") : LD_SPAN("fr")}};
    ld_document d = {.columns = columns, .column_count = 2, .content_hash = i + 1};
    char key[32];
    ld_add_outcome outcome;
    d.key = ld_span_of(
        key, (size_t)snprintf(key, sizeof key, "k%u", test_random_below(r, 30) ? i : i / 2));
    d.stored = d.key;
    d.version_order = i;
    ld_arena_reset(f->arena);
    assert_ok(ld_analyze_begin(f->analyzer, f->arena, LD_SPAN("en"), &err), &err);
    if (f->docs == DOCS && test_random_below(r, 3) == 0)
        zone_add(f, LD_ZONE_TITLE, 1 + test_random_below(r, 4));
    zone_add(f, LD_ZONE_BODY, 1 + test_random_below(r, f->docs == MANY ? 2 : i % 50 ? 14 : 120));
    assert_ok(ld_analyze_finish(f->analyzer, &d.tokens, &err), &err);
    assert_ok(ld_index_writer_add(w, &d, &outcome, &err), &err);
}

static void archive_make(fixture *f, uint32_t docs, bool plain, bool deletes)
{
    ld_analysis settings = {!plain, !plain, !plain};
    ld_writer_options options = {.memory_max_bytes = 64u << 20,
                                 .flush_docs = docs == MANY ? MANY : DOCS / 2 - 100};
    ld_index_writer *w;
    uint64_t generation, deleted;
    memset(f, 0, sizeof *f);
    f->docs = docs;
    f->random.state = plain ? 11 : 12;
    strcpy(f->profile.name, plain ? "plain" : "news");
    f->profile.stem = f->profile.case_classes = f->profile.marks = f->profile.store = !plain;
    f->profile.analyzer_version = LD_ANALYZER_VERSION;
    snprintf(f->profile.stemmer_version, sizeof f->profile.stemmer_version, "%s",
             ld_stemmer_version());
    for (uint32_t z = 0; z < LD_ZONES_MAX; z++)
        f->profile.zone_classes[z] = (uint8_t)(z < 3 ? z : LD_CLASS_ASIDE);
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &f->env, &err), &err);
    assert_ok(ld_dir_make(f->env, ROOT, &err), &err);
    assert_ok(ld_arena_new(f->env, 256u << 20, &f->arena, &err), &err);
    assert_ok(ld_arena_new(f->env, 256u << 20, &f->queries, &err), &err);
    assert_ok(ld_analyzer_new(f->env, &settings, &f->analyzer, &err), &err);
    assert_ok(ld_archive_create(f->env, ROOT "/a", &f->profile, &err), &err);
    assert_ok(ld_index_writer_open(f->env, ROOT "/a", &options, &w, &err), &err);
    for (uint32_t i = 0; i < docs; i++)
        document_add(f, w, i);
    for (uint32_t i = 0; deletes && i < docs; i += docs / 700) {
        char key[32];
        size_t n = (size_t)snprintf(key, sizeof key, "k%u", i);
        assert_ok(ld_index_writer_delete(w, ld_span_of(key, n), &deleted, &err), &err);
    }
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
    assert_ok(ld_snapshot_open(f->env, ROOT "/a", &f->snapshot, &err), &err);
}

static void archive_drop(fixture *f)
{
    ld_snapshot_release(f->snapshot);
    ld_analyzer_free(f->analyzer);
    ld_arena_free(f->arena);
    ld_arena_free(f->queries);
    ld_env_memory_free(f->env);
}

static size_t term_print(test_random *r, char *out, size_t room)
{
    if (test_random_below(r, 40) == 0)
        return (size_t)snprintf(out, room, "absent");
    if (test_random_below(r, 5) == 0) {
        static const char *const ends[] = {"", "", " w1", " w0 w1", " w0 w0"};
        uint32_t first = any_word(r), second = test_random_below(r, 6) ? any_word(r) : first;
        return (size_t)snprintf(out, room, "\"w%u w%u%s\"", first, second,
                                ends[test_random_below(r, 5)]);
    }
    return (size_t)snprintf(out, room, "w%u",
                            test_random_below(r, 2) ? any_word(r) : test_random_below(r, WORDS));
}

static void query_print(test_random *r, char *out, size_t room)
{
    static const char *const shapes[][2] = {{"", " "}, {"+", " +"}, {"+", " "}, {"", " -"}};
    uint32_t shape = test_random_below(r, 4), count = 1 + test_random_below(r, 5);
    size_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        n += (size_t)snprintf(out + n, room - n, "%s", shapes[shape][i > 0]);
        n += term_print(r, out + n, room - n);
    }
    static const char *const filters[] = {" +lang:fr", " -lang:fr", " +date:1970-03-02..1970-06-01",
                                          " -date:1971"};
    if (test_random_below(r, 4) == 0)
        n += (size_t)snprintf(out + n, room - n, "%s", filters[test_random_below(r, 4)]);
    if (test_random_below(r, 8) == 0)
        snprintf(out + n, room - n, " +(w3 w5 w%u)", any_word(r));
}

static void answers_compare(const char *text, const char *way, const ld_search_result *got,
                            const ld_search_result *want)
{
    if (got->total_exact ? got->total != want->total : got->total > want->total)
        fail_msg("%s, %s: %u hits, not %u", text, way, (unsigned)got->total, (unsigned)want->total);
    if (got->relaxed != want->relaxed || got->hit_count != want->hit_count)
        fail_msg("%s, %s: a page of %u, not of %u", text, way, got->hit_count, want->hit_count);
    for (uint32_t i = 0; i < got->hit_count; i++) {
        const ld_hit *g = &got->hits[i], *w = &want->hits[i];
        if (g->segment != w->segment || g->doc != w->doc || g->score != w->score)
            fail_msg("%s, %s: hit %u is %u/%u (%.9g), not %u/%u (%.9g)", text, way, i, g->segment,
                     g->doc, g->score, w->segment, w->doc, w->score);
    }
}

/* From none over any number of bits to what no document can have. */
static uint64_t any_guess(test_random *r)
{
    uint32_t bits = test_random_below(r, 40);
    return bits < 5    ? 0
           : bits < 36 ? UINT64_C(1) << (bits - 4) | test_random_below(r, 99)
                       : UINT64_MAX;
}

static void ways_compare(fixture *f, const char *text, uint32_t count)
{
    ld_query_options options = {LD_DIALECT_LUCENE, 0, &f->profile};
    ld_search_request request = {.one_by_one = true,
                                 .count_exact = true,
                                 .count = count,
                                 .versions_all = test_random_below(&f->random, 2) != 0};
    ld_search_result want, got;
    ld_query *q;
    char way[96];
    assert_ok(ld_query_parse(f->queries, ld_span_from_string(text), &options, &q, &err), &err);
    assert_ok(ld_search_run(f->queries, f->snapshot, f->analyzer, q, &request, &want, &err), &err);
    request.one_by_one = false;
    for (int i = 0; i < 5; i++) {
        request.count_exact = i % 2 == 0;
        request.count = i == 4 ? 0 : count;
        request.least_guess = i < 2 ? 0 : i == 2 ? UINT64_MAX : any_guess(&f->random);
        assert_ok(ld_search_run(f->queries, f->snapshot, f->analyzer, q, &request, &got, &err),
                  &err);
        snprintf(way, sizeof way, "%s, %u hits, total %s, guess %" PRIu64, f->profile.name,
                 request.count, request.count_exact ? "exact" : "optional", request.least_guess);
        if (request.count == 0)
            assert_int_equal(got.total, want.total);
        else
            answers_compare(text, way, &got, &want);
        if (request.count && (got.next_cursor.bytes == 0) != (want.next_cursor.bytes == 0))
            fail_msg("%s, %s: another page follows or not", text, way);
    }
}

static void all_ways_agree(uint32_t docs, bool plain, bool deletes)
{
    static fixture f;
    uint32_t queries = docs == MANY ? 60 : getenv("LEDE_TRUST_CASES") ? 20 * QUERIES : QUERIES;
    archive_make(&f, docs, plain, deletes);
    for (uint32_t i = 0; i < queries; i++) {
        static const uint32_t counts[] = {1, 3, 10, 100, 1000};
        char text[512];
        query_print(&f.random, text, sizeof text);
        ways_compare(&f, text, counts[test_random_below(&f.random, 5)]);
        ld_arena_reset(f.queries);
    }
    archive_drop(&f);
}

static void plain_words(void **state)
{
    all_ways_agree(DOCS, true, false);
}

static void plain_words_with_deletes(void **state)
{
    all_ways_agree(DOCS, true, true);
}

static void zones_and_stems_with_deletes(void **state)
{
    all_ways_agree(DOCS, false, true);
}

static void many_documents(void **state)
{
    all_ways_agree(MANY, true, false);
}

static void many_documents_with_deletes(void **state)
{
    all_ways_agree(MANY, true, true);
}

int main(void)
{
    print_message("# kernels: %s\n", ld_cpu_level_name(ld_cpu_level()));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_words), cmocka_unit_test(plain_words_with_deletes),
        cmocka_unit_test(zones_and_stems_with_deletes), cmocka_unit_test(many_documents),
        cmocka_unit_test(many_documents_with_deletes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
