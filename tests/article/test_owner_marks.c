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

static void test_statements(void **state)
{
    (void)state;
    extract_html("<title>Other</title><h1 data-pagefind-meta=title>Bridge to be  repaired</h1>"
                 "<b data-pagefind-meta='author:Ann Miller' data-pagefind-filter='tag:Ferries'>"
                 "</b><i data-pagefind-filter='section[data-s], tag' data-s=Harbour>Bridges</i>"
                 "<div data-pagefind-ignore=all><b data-pagefind-filter='tag:Hidden'></b></div>"
                 "<u data-pagefind-sort='date:2015-11-16'></u><p>" PARA_1 "<p>" PARA_2);
    assert_span(article.headline, "Bridge to be repaired");
    assert_int_equal(article.author_count, 1);
    assert_span(article.authors[0], "Ann Miller");
    assert_span(article.section, "Harbour");
    assert_int_equal(article.tag_count, 2);
    assert_span(article.tags[0], "Ferries");
    assert_span(article.tags[1], "Bridges");
    assert_int_equal(article.published.utc_ms / 86400000, 16755);
}

static void test_statements_have_a_maximum(void **state)
{
    (void)state;
    static char page[8192];
    size_t used = (size_t)snprintf(page, sizeof page,
                                   "<h1>Bridge to be repaired</h1><p>%s<b "
                                   "data-pagefind-filter='",
                                   PARA_1);
    for (int i = 0; i < 64; i++)
        used += (size_t)snprintf(page + used, sizeof page - used, "x,");
    (void)snprintf(page + used, sizeof page - used, "tag'>Late</b>");
    extract_html(page);
    assert_int_equal(article.tag_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_ignored_is_left_out),
                                       cmocka_unit_test(test_marked_bodies_alone_are_kept),
                                       cmocka_unit_test(test_ignored_within_a_body),
                                       cmocka_unit_test(test_statements),
                                       cmocka_unit_test(test_statements_have_a_maximum)};
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
