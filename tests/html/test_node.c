#include "html/node.h"

#include "html/parse.h"
#include "tests/test.h"

static ld_arena *arena;
static ld_page page;

static int setup(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_html_options options = {.is_utf8 = true};
    const ld_span bytes =
        LD_SPAN("<!doctype html><html lang=en><title>T&amp;t</title><body>"
                "one<div id=a class=' Lead  story ' data-x=''>two<!--c--><p>three<b>four</b></p>"
                "<svg><title>five</title></svg></div>six<p id=last>seven");
    if (ld_arena_new(lede_env_system(), 16 << 20, &arena, &err) != LEDE_OK)
        return 1;
    return ld_html_parse(arena, bytes, &options, &page, &err);
}

static int teardown(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

static bool text_is(ld_node node, const char *want)
{
    return ld_span_equal(ld_node_text(arena, &page, node), ld_span_from_string(want)) &&
           ld_node_text_bytes(&page, node) == strlen(want);
}

static void test_landmarks(void **state)
{
    (void)state;
    assert_true(ld_node_is(&page, ld_page_root_element(&page), LD_TAG_HTML));
    assert_true(ld_node_is(&page, ld_page_head(&page), LD_TAG_HEAD));
    assert_true(ld_node_is(&page, ld_page_body(&page), LD_TAG_BODY));
    assert_false(page.quirks);
    assert_true(text_is(ld_page_head(&page), "T&t"));
}

static void test_walk(void **state)
{
    (void)state;
    ld_node body = ld_page_body(&page);
    ld_node div = ld_node_find(&page, body, LD_TAG_DIV);
    assert_true(text_is(div, "twothreefourfive"));
    assert_true(text_is(body, "onetwothreefourfivesixseven"));
    uint32_t count = 0;
    for (ld_node n = div; n != LD_NODE_NONE; n = ld_node_next_in_document(&page, n, div))
        count++;
    assert_int_equal(count, 10);
    assert_int_equal(ld_node_next_skipping_children(&page, div, body), ld_node_next(&page, div));
    assert_int_equal(ld_node_next_in_document(&page, div, div), ld_node_first_child(&page, div));
    assert_int_equal(ld_node_next_skipping_children(&page, div, div), LD_NODE_NONE);
    ld_node p = ld_node_find(&page, body, LD_TAG_P);
    assert_int_equal(ld_node_first_child_element(&page, div), p);
    ld_node last = ld_node_find_next(&page, p, body, LD_TAG_P);
    assert_true(text_is(last, "seven"));
    assert_int_equal(ld_node_find_next(&page, last, body, LD_TAG_P), LD_NODE_NONE);
    assert_int_equal(ld_node_next_element(&page, div), last);
    assert_int_equal(ld_node_previous_element(&page, last), div);
    assert_int_equal(ld_node_previous_element(&page, div), LD_NODE_NONE);
    ld_node b = ld_node_find(&page, body, LD_TAG_B);
    assert_int_equal(ld_node_closest(&page, b, LD_TAG_DIV), div);
    assert_int_equal(ld_node_closest(&page, b, LD_TAG_B), b);
    assert_int_equal(ld_node_closest(&page, b, LD_TAG_UL), LD_NODE_NONE);
    assert_true(ld_node_is_within(&page, b, div));
    assert_false(ld_node_is_within(&page, last, div));
}

static void test_name_spaces(void **state)
{
    (void)state;
    ld_node body = ld_page_body(&page);
    assert_int_equal(ld_node_find(&page, body, LD_TAG_TITLE), LD_NODE_NONE);
    assert_int_equal(ld_node_find(&page, body, LD_TAG_SVG), LD_NODE_NONE);
    assert_true(ld_node_find(&page, LD_NODE_DOCUMENT, LD_TAG_TITLE) != LD_NODE_NONE);
}

static void test_attributes(void **state)
{
    (void)state;
    ld_node div = ld_node_find(&page, ld_page_body(&page), LD_TAG_DIV);
    assert_true(ld_span_equal(ld_node_attribute(&page, div, LD_SPAN("id")), LD_SPAN("a")));
    ld_span empty = ld_node_attribute(&page, div, LD_SPAN("data-x"));
    assert_true(empty.data != NULL && empty.bytes == 0);
    assert_null(ld_node_attribute(&page, div, LD_SPAN("data-y")).data);
    assert_true(ld_node_attribute_has_word(&page, div, LD_SPAN("class"), LD_SPAN("lead")));
    assert_true(ld_node_attribute_has_word(&page, div, LD_SPAN("class"), LD_SPAN("STORY")));
    assert_false(ld_node_attribute_has_word(&page, div, LD_SPAN("class"), LD_SPAN("stor")));
    assert_false(ld_node_attribute_has_word(&page, div, LD_SPAN("class"), LD_SPAN("")));
    assert_true(ld_node_has_attribute(&page, ld_page_root_element(&page), LD_SPAN("lang")));
}

static void test_none_is_harmless(void **state)
{
    (void)state;
    const ld_node none = LD_NODE_NONE;
    assert_false(ld_node_is_element(&page, none));
    assert_int_equal(ld_node_next_in_document(&page, none, LD_NODE_DOCUMENT), none);
    assert_int_equal(ld_node_next_element(&page, none), none);
    assert_int_equal(ld_node_previous_element(&page, none), none);
    assert_int_equal(ld_node_first_child_element(&page, none), none);
    assert_int_equal(ld_node_find(&page, none, LD_TAG_P), none);
    assert_int_equal(ld_node_closest(&page, none, LD_TAG_P), none);
    assert_null(ld_node_attribute(&page, none, LD_SPAN("id")).data);
    assert_int_equal(ld_node_text(arena, &page, none).bytes, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_landmarks), cmocka_unit_test(test_walk),
        cmocka_unit_test(test_name_spaces), cmocka_unit_test(test_attributes),
        cmocka_unit_test(test_none_is_harmless)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
