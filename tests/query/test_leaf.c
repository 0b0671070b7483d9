/* From the text of a leaf to its words, patterns and places. */
#include "query/leaf.h"

#include "query/automaton.h"
#include "tests/test.h"

static ld_arena *arena;
static ld_analyzer *analyzer;
static lede_error err;

static int setup(void **state)
{
    (void)state;
    ld_analysis settings = {true, true, true};
    assert_ok(ld_arena_new(lede_env_system(), 64u << 20, &arena, &err), &err);
    assert_ok(ld_analyzer_new(lede_env_system(), &settings, &analyzer, &err), &err);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    ld_analyzer_free(analyzer);
    ld_arena_free(arena);
    return 0;
}

static const ld_element *elements(const char *text, uint8_t kind, uint32_t *count)
{
    const ld_element *e;
    ld_languages languages = {0};
    ld_languages_add(&languages, LD_SPAN("en"));
    ld_ast_node leaf = {
        .kind = kind, .match = LD_AST_MATCH_STEM, .text = ld_span_from_string(text)};
    assert_ok(ld_leaf_elements(arena, analyzer, &leaf, &languages, &e, count, &err), &err);
    return e;
}

static void test_half_a_pair(void **state)
{
    (void)state;
    uint32_t count;
    const ld_element *e = elements("\u56fd", LD_AST_WORD, &count);
    assert_int_equal(count, 1);
    static const char *const hits[] = {"\u56fd", "\u4e2d\u56fd", "\u56fd\u5bb6"};
    static const char *const misses[] = {"\u4e2d", "\u4e2d\u534e", "\u4e2d\u56fd\u4eba", "a"};
    for (size_t i = 0; i < sizeof hits / sizeof *hits; i++)
        assert_true(ld_element_matches(e, ld_span_from_string(hits[i])));
    for (size_t i = 0; i < sizeof misses / sizeof *misses; i++)
        assert_false(ld_element_matches(e, ld_span_from_string(misses[i])));
    e = elements("\u4e2d\u56fd", LD_AST_WORD, &count);
    assert_int_equal(count, 1);
    assert_int_equal(e->kind, LD_ELEMENT_STEM);
}

static void test_patterns(void **state)
{
    (void)state;
    uint32_t count;
    const ld_element *e = elements("wom?n in e-comm*", LD_AST_PHRASE, &count);
    assert_int_equal(count, 4);
    assert_int_equal(e[0].kind, LD_ELEMENT_PATTERN);
    assert_true(ld_element_matches(&e[0], LD_SPAN("women")));
    assert_false(ld_element_matches(&e[0], LD_SPAN("womens")));
    assert_int_equal(e[1].kind, LD_ELEMENT_STEM);
    assert_int_equal(e[3].kind, LD_ELEMENT_PATTERN);
    assert_int_equal(e[3].offset, 3);
    (void)elements("why?", LD_AST_WORD, &count);
    assert_int_equal(count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_half_a_pair),
                                       cmocka_unit_test(test_patterns)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
