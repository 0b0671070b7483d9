/* Trees over features: sums, tables that hold together, the same scores at every run. */
#include "article/block_model.h"

#include "tests/article/extracting.h"

#define GOLDEN 781898

static int32_t score(const ld_block_model *model, const ld_features *row)
{
    const ld_features *const rows[LD_BLOCK_ROWS] = {row, row, row, row};
    int32_t scores[LD_BLOCK_ROWS];
    ld_block_model_score(model, rows, scores);
    for (uint32_t r = 1; r < LD_BLOCK_ROWS; r++)
        assert_int_equal(scores[r], scores[0]);
    return scores[0];
}

/* The same by the definition of a tree: from the root downward, one row. */
static int32_t score_by_hand(const ld_block_model *model, const ld_features *row)
{
    int32_t sum = model->bias;
    for (uint32_t t = 0; t < model->tree_count; t++) {
        uint32_t first = 0, leaves = LD_BLOCK_TREE_LEAVES, split = 0;
        for (; leaves > 1; leaves /= 2) {
            const ld_block_split *s = &model->splits[t * LD_BLOCK_TREE_SPLITS + split];
            if (row->values[s->feature] < s->threshold) {
                split = 2 * split + 1;
            } else {
                split = 2 * split + 2;
                first += leaves / 2;
            }
        }
        sum += model->leaves[t * LD_BLOCK_TREE_LEAVES + first];
    }
    return sum;
}

static void fill_row(test_random *random, ld_features *row)
{
    for (int i = 0; i < LD_FEATURE_COUNT; i++)
        row->values[i] = (int16_t)((int)test_random_below(random, 300) - 20);
}

static void test_walk(void **state)
{
    (void)state;
    /* words < 10 ? (link_share < 50 ? 1 : -2) : 7, and heading < 1 ? 100 : 200 */
    static ld_block_split splits[2 * LD_BLOCK_TREE_SPLITS];
    static int16_t leaves[2 * LD_BLOCK_TREE_LEAVES];
    splits[0] = (ld_block_split){10, LD_FEATURE_words};
    splits[1] = (ld_block_split){50, LD_FEATURE_link_share};
    splits[LD_BLOCK_TREE_SPLITS] = (ld_block_split){1, LD_FEATURE_heading};
    for (uint32_t i = 0; i < LD_BLOCK_TREE_LEAVES; i++) {
        uint32_t quarter = i / (LD_BLOCK_TREE_LEAVES / 4);
        leaves[i] = quarter == 0 ? 1 : quarter == 1 ? -2 : 7;
        leaves[LD_BLOCK_TREE_LEAVES + i] = quarter < 2 ? 100 : 200;
    }
    ld_block_model model = {splits, leaves, 2, -1000};
    ld_features row = {{0}};
    assert_int_equal(score(&model, &row), 1 + 100 - 1000);
    row.values[LD_FEATURE_link_share] = 50;
    assert_int_equal(score(&model, &row), -2 + 100 - 1000);
    row.values[LD_FEATURE_words] = 10;
    row.values[LD_FEATURE_heading] = 2;
    assert_int_equal(score(&model, &row), 7 + 200 - 1000);
    model.tree_count = 0;
    assert_int_equal(score(&model, &row), -1000);
}

static void test_tables(void **state)
{
    (void)state;
    const ld_block_model *model = &ld_block_model_default;
    assert_true(model->tree_count > 0);
    assert_true(model->tree_count <= 256); /* 96 KiB */
    for (uint32_t i = 0; i < model->tree_count * LD_BLOCK_TREE_SPLITS; i++)
        assert_true(model->splits[i].feature < LD_FEATURE_COUNT);
}

/* Rows side by side have the scores they have alone. */
static void test_side_by_side(void **state)
{
    (void)state;
    test_random random = {7};
    static ld_features rows[LD_BLOCK_ROWS];
    const ld_features *asked[LD_BLOCK_ROWS];
    int32_t scores[LD_BLOCK_ROWS];
    for (int round = 0; round < 200; round++) {
        for (uint32_t r = 0; r < LD_BLOCK_ROWS; r++) {
            fill_row(&random, &rows[r]);
            asked[r] = &rows[r];
        }
        ld_block_model_score(&ld_block_model_default, asked, scores);
        for (uint32_t r = 0; r < LD_BLOCK_ROWS; r++)
            assert_int_equal(scores[r], score_by_hand(&ld_block_model_default, &rows[r]));
    }
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
        fill_row(&random, &row);
        sum = sum * 31 % 1000003 + score(&ld_block_model_default, &row);
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

/* What a text holds is counted alike wherever in it it stands. */
static void test_counts_at_every_place(void **state)
{
    (void)state;
    static const char tail[] = "a, B. 7 \xc3\x89 |x? y: \xc2\xa9 z";
    for (int before = 1; before < 24; before++) {
        char html[200];
        static seen s;
        sprintf(html, "<body><p>%.*s%s</p>", before, "mmmmmmmmmmmmmmmmmmmmmmmm", tail);
        ld_block_probe probe = {&s, see};
        ld_extract_options options = {.probe = &probe};
        ld_capture capture = {.media = LD_MEDIA_HTML, .body = ld_span_from_string(html)};
        ld_arena_reset(arena);
        (void)ld_article_extract(arena, &capture, &options, &article, &err);
        assert_int_equal(s.count, 1);
        const int16_t *v = s.rows[0].values;
        int bytes = before + (int)sizeof tail - 1;
        assert_int_equal(v[LD_FEATURE_commas], 1);
        assert_int_equal(v[LD_FEATURE_sentences], 2);
        assert_int_equal(v[LD_FEATURE_digit_share], 100 / bytes);
        assert_int_equal(v[LD_FEATURE_capital_share], 2 * 100 / v[LD_FEATURE_words]);
        assert_int_equal(v[LD_FEATURE_signs], 1 + 2 + 16 + 64);
    }
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
        cmocka_unit_test(test_walk),         cmocka_unit_test(test_tables),
        cmocka_unit_test(test_side_by_side), cmocka_unit_test(test_golden_scores),
        cmocka_unit_test(test_features),     cmocka_unit_test(test_same_twice),
        cmocka_unit_test(test_names),        cmocka_unit_test(test_counts_at_every_place),
        cmocka_unit_test(test_large_page)};
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
