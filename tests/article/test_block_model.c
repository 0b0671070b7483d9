/* Trees over features: sums, tables that hold together, the same scores at every run. */
#include "article/block_model.h"

#include "tests/article/extracting.h"

#define GOLDEN 781898

static void test_walk(void **state)
{
    (void)state;
    static const ld_block_node nodes[] = {/* words < 10 ? (link_share < 50 ? 1 : -2) : 7 */
                                          {LD_FEATURE_words, 4, 10},
                                          {LD_FEATURE_link_share, 2, 50},
                                          {255, 0, 1},
                                          {255, 0, -2},
                                          {255, 0, 7},
                                          {LD_FEATURE_heading, 2, 1},
                                          {255, 0, 100},
                                          {255, 0, 200}};
    static const uint16_t roots[] = {0, 5};
    ld_block_model model = {nodes, roots, 2, -1000};
    ld_features row = {{0}};
    /* the left of the first split reaches over three nodes: its right is behind them */
    assert_int_equal(ld_block_model_score(&model, &row), 1 + 100 - 1000);
    row.values[LD_FEATURE_link_share] = 50;
    assert_int_equal(ld_block_model_score(&model, &row), -2 + 100 - 1000);
    row.values[LD_FEATURE_words] = 10;
    row.values[LD_FEATURE_heading] = 2;
    assert_int_equal(ld_block_model_score(&model, &row), 7 + 200 - 1000);
    model.tree_count = 0;
    assert_int_equal(ld_block_model_score(&model, &row), -1000);
}

/* Nodes of the tree at `at`, or 0 where its links do not hold together. */
static uint32_t tree_nodes(const ld_block_node *nodes, uint32_t at)
{
    uint32_t open = 1, i = at;
    for (; open > 0; i++) {
        if (nodes[i].feature == LD_BLOCK_NODE_LEAF) {
            open--;
            continue;
        }
        if (nodes[i].feature >= LD_FEATURE_COUNT || nodes[i].right < 2)
            return 0;
        open++;
    }
    return i - at;
}

static void test_tables(void **state)
{
    (void)state;
    const ld_block_model *model = &ld_block_model_default;
    uint32_t all = 0;
    assert_true(model->tree_count > 0);
    for (uint32_t t = 0; t < model->tree_count; t++) {
        assert_int_equal(model->roots[t], all);
        uint32_t count = tree_nodes(model->nodes, all);
        assert_true(count > 0);
        for (uint32_t i = all; i < all + count; i++)
            if (model->nodes[i].feature != LD_BLOCK_NODE_LEAF)
                assert_int_equal(model->nodes[i].right, tree_nodes(model->nodes, i + 1) + 1);
        all += count;
    }
    assert_true(all <= 16384); /* 64 KiB */
}

/* Seeded rows give these sums on every machine. The numbers are the shipped tables': new tables
 * have new ones. */
static void test_golden_scores(void **state)
{
    (void)state;
    test_random random = {2026};
    ld_features row;
    int64_t sum = 0;
    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < LD_FEATURE_COUNT; i++)
            row.values[i] = (int16_t)((int)test_random_below(&random, 300) - 20);
        sum = sum * 31 % 1000003 + ld_block_model_score(&ld_block_model_default, &row);
    }
    assert_int_equal(sum, GOLDEN);
}

/* ---- features of a page ---- */

#define WORDS_20                                                                                   \
    "The council met on Monday and voted, after four hours of talks, to keep the old bridge open " \
    "to walkers. "

static const char page[] = "<title>Bridge stays open</title><body><nav><a href=/>Home</a></nav>"
                           "<article><h1>Bridge stays open</h1><p>" WORDS_20 "<p>" WORDS_20
                           "It is 90 years old.<p class=x>" WORDS_20
                           "<aside><a href=/a>Another story of that day</a></aside></article>";

typedef struct seen {
    ld_features rows[16];
    int32_t scores[16];
    uint32_t count;
} seen;

static void see(void *context, const ld_body *body, const ld_features *rows, const int32_t *scores)
{
    seen *s = context;
    s->count = body->t.block_count;
    assert_true(s->count <= 16);
    memcpy(s->rows, rows, s->count * sizeof *rows);
    memcpy(s->scores, scores, s->count * sizeof *scores);
}

static void look(seen *s)
{
    ld_block_probe probe = {s, see};
    ld_extract_options options = {.probe = &probe};
    ld_capture capture = {.media = LD_MEDIA_HTML, .body = ld_span_from_string(page)};
    ld_arena_reset(arena);
    assert_ok(ld_article_extract(arena, &capture, &options, &article, &err), &err);
}

static void test_features(void **state)
{
    (void)state;
    static seen s;
    look(&s);
    assert_int_equal(s.count, 6);
    const int16_t *home = s.rows[0].values, *headline = s.rows[1].values;
    const int16_t *first = s.rows[2].values, *aside = s.rows[5].values;
    assert_int_equal(home[LD_FEATURE_link_share], 100);
    assert_int_equal(home[LD_FEATURE_words], 1);
    assert_int_equal(headline[LD_FEATURE_heading], 1);
    assert_int_equal(headline[LD_FEATURE_headline_share], 100);
    assert_int_equal(first[LD_FEATURE_from_headline], 1);
    assert_int_equal(first[LD_FEATURE_commas], 2);
    assert_int_equal(first[LD_FEATURE_sentences], 1);
    assert_int_equal(first[LD_FEATURE_ends_sentence], 1);
    assert_int_equal(first[LD_FEATURE_copies], 1); /* the one with a class is the same text */
    assert_int_equal(first[LD_FEATURE_page_blocks], 6);
    assert_int_equal(aside[LD_FEATURE_in_container] > 0, 1);
    assert_int_equal(aside[LD_FEATURE_opening], 2);
    assert_true(s.scores[2] > 0 && s.scores[0] < 0);
}

static void test_same_twice(void **state)
{
    (void)state;
    static seen a, b;
    look(&a);
    look(&b);
    assert_int_equal(a.count, b.count);
    assert_memory_equal(a.rows, b.rows, a.count * sizeof *a.rows);
    assert_memory_equal(a.scores, b.scores, a.count * sizeof *a.scores);
}

static void test_names(void **state)
{
    (void)state;
    char name[48], other[48];
    for (uint32_t i = 0; i < LD_FEATURE_COUNT; i++) {
        ld_feature_name(i, name);
        assert_true(strlen(name) > 1);
        if (i > 0)
            assert_string_not_equal(name, other);
        memcpy(other, name, sizeof name);
    }
}

/* Many blocks and many elements: bounded, and still an article. */
static void test_large_page(void **state)
{
    (void)state;
    size_t bytes = 0, most = 8u << 20;
    char *html = malloc(most);
    while (bytes + 200 < most)
        bytes += (size_t)sprintf(
            html + bytes, "<div class=c%zu><p>Line %zu of it is a sentence of its own.</div>",
            bytes % 977, bytes);
    ld_capture capture = {.media = LD_MEDIA_HTML, .body = ld_span_of(html, bytes)};
    assert_ok(extract_capture(capture), &err);
    assert_true(article.block_count <= LD_ARTICLE_BLOCKS_MAX);
    free(html);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),          cmocka_unit_test(test_tables),
        cmocka_unit_test(test_golden_scores), cmocka_unit_test(test_features),
        cmocka_unit_test(test_same_twice),    cmocka_unit_test(test_names),
        cmocka_unit_test(test_large_page)};
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
