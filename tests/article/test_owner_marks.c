/* Parts of a page that its owner marked as the ones to search, or not to. */
#include "tests/article/extracting.h"

static void test_ignored_is_left_out(void **state)
{
    (void)state;
    extract_html("<article><h1>Bridge to be repaired</h1><p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3
                 "</article>");
    assert_int_equal(article.block_count, 3);
    extract_html("<article><h1>Bridge to be repaired</h1><p>" PARA_1
                 "<p data-pagefind-ignore>" PARA_2 "<p>" PARA_3 "</article>");
    assert_string_equal(body_text(), PARA_1 "|" PARA_3);
}

static void test_marked_bodies_alone_are_kept(void **state)
{
    (void)state;
    extract_html("<h1>Bridge to be repaired</h1><div><p>" PARA_1 "<p>" PARA_2
                 "</div><section><div data-pagefind-body><p>" PARA_3
                 "</div></section><p data-pagefind-body>" PARA_1);
    assert_string_equal(body_text(), PARA_3 "|" PARA_1);
    assert_span(article.headline, "Bridge to be repaired");
}

static void test_ignored_within_a_body(void **state)
{
    (void)state;
    extract_html("<h1>Bridge to be repaired</h1><main data-pagefind-body><p>" PARA_1
                 "<div data-pagefind-ignore=all><p data-pagefind-body>" PARA_2
                 "</div></main><p>" PARA_3);
    assert_string_equal(body_text(), PARA_1);
    extract_html("<body data-pagefind-body><h1>Bridge to be repaired</h1><p>" PARA_1 "<p>" PARA_2);
    assert_string_equal(body_text(), PARA_1 "|" PARA_2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ignored_is_left_out),
                                       cmocka_unit_test(test_marked_bodies_alone_are_kept),
                                       cmocka_unit_test(test_ignored_within_a_body)};
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
