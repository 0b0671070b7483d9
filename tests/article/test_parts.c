/* Parts of one story and AMP twins, found over all pages of an input in any order. */
#include "article/parts.h"

#include "tests/article/extracting.h"

#define PAGES_MAX 8u
#define SENTENCE  "said the keeper of the bridge number %u, who has opened it every morning. "

typedef struct test_page {
    char html[4096];
    const char *url; /* NULL: a file */
} test_page;

static test_page pages[PAGES_MAX];
static uint32_t page_count;

static void add_page(const char *url, const char *html_tag, const char *head, const char *headline,
                     uint32_t from)
{
    test_page *p = &pages[page_count++];
    p->url = url;
    int used = snprintf(p->html, sizeof p->html,
                        "%s<head><title>%s</title>%s</head><article>"
                        "<h1>%s</h1>",
                        html_tag, headline, head, headline);
    for (uint32_t i = 0; i < 3; i++)
        used += snprintf(p->html + used, sizeof p->html - (size_t)used,
                         "<p>The first thing, " SENTENCE "And then, " SENTENCE "</p>", from + i,
                         from + i);
    snprintf(p->html + used, sizeof p->html - (size_t)used,
             "</article><a href='/bridge?page=2'>2</a>");
}

static ld_capture capture_of(const test_page *p)
{
    return (ld_capture){.media = LD_MEDIA_HTML,
                        .body = ld_span_from_string(p->html),
                        .url = p->url ? ld_span_from_string(p->url) : (ld_span){0}};
}

/* The pages read from the back or from the front. */
static ld_parts *read_all(bool backwards)
{
    ld_parts *parts;
    assert_ok(ld_parts_new(lede_env_system(), &parts, &err), &err);
    for (uint32_t i = 0; i < page_count; i++) {
        ld_capture capture = capture_of(&pages[backwards ? page_count - 1 - i : i]);
        assert_ok(extract_capture(capture), &err);
        ld_part_id id = ld_part_identify(arena, &capture);
        assert_ok(ld_parts_add_twin(parts, &id, &err), &err);
        if (ld_part_may_be_one(&id))
            assert_ok(ld_parts_add_part(parts, &id, &article, &err), &err);
    }
    ld_parts_finish(parts);
    return parts;
}

static ld_part_role role_of(const ld_parts *parts, uint32_t at)
{
    ld_capture capture = capture_of(&pages[at]);
    assert_ok(extract_capture(capture), &err);
    ld_part_id id = ld_part_identify(arena, &capture);
    ld_part_role role = ld_parts_find(parts, &id);
    if (role == LD_PART_FIRST)
        ld_parts_join(parts, &id, arena, &article);
    return role;
}

static int forget_pages(void **state)
{
    (void)state;
    page_count = 0;
    return 0;
}

static void test_joined_in_order(void **state)
{
    (void)state;
    add_page("http://n.example/bridge/3", "<html>", "", "Bridge stays open - page 3", 30);
    add_page("http://n.example/bridge?page=2", "<html>", "", "Bridge stays open", 20);
    add_page("http://n.example/bridge", "<html>", "", "Bridge stays open", 10);
    for (int backwards = 0; backwards < 2; backwards++) {
        ld_parts *parts = read_all(backwards);
        assert_int_equal(role_of(parts, 0), LD_PART_LATER);
        assert_int_equal(role_of(parts, 1), LD_PART_LATER);
        assert_int_equal(role_of(parts, 2), LD_PART_FIRST);
        assert_int_equal(article.block_count, 9);
        for (uint32_t i = 0; i < 9; i++) {
            char number[16];
            snprintf(number, sizeof number, "number %u,", 10 * (1 + i / 3) + i % 3);
            assert_true(ld_span_find(article.blocks[i].text, ld_span_from_string(number)) !=
                        SIZE_MAX);
        }
        ld_parts_free(parts);
    }
}

/* Files whose canonical address is the first part's: rel=prev tells which they are. */
static void test_numbered_by_links(void **state)
{
#define CANONICAL "<link rel=canonical href='http://n.example/bridge'>"
    (void)state;
    add_page(NULL, "<html>", CANONICAL "<link rel=\"prev\" href=\"/bridge?page=2\">",
             "Bridge stays open", 30);
    add_page(NULL, "<html>", CANONICAL "<link rel=\"prev\" href=\"/bridge\">", "Bridge stays open",
             20);
    add_page(NULL, "<html>", CANONICAL, "Bridge stays open", 10);
    ld_parts *parts = read_all(false);
    assert_int_equal(role_of(parts, 0), LD_PART_LATER);
    assert_int_equal(role_of(parts, 2), LD_PART_FIRST);
    assert_int_equal(article.block_count, 9);
    ld_parts_free(parts);
}

static void test_what_stays_alone(void **state)
{
    (void)state;
    add_page("http://n.example/bridge", "<html>", "", "Bridge stays open", 10);
    add_page("http://n.example/bridge?page=2", "<html>", "", "Another story altogether", 20);
    add_page("http://n.example/bridge?page=3", "<html>", "", "Bridge stays open", 30);
    add_page("http://n.example/mill/2", "<html>", "", "The mill turns", 40);
    add_page("http://n.example/2026/2019", "<html>", "", "The year 2019", 50);
    ld_parts *parts = read_all(false);
    for (uint32_t i = 0; i < page_count; i++)
        assert_int_equal(role_of(parts, i), LD_PART_ALONE);
    ld_parts_free(parts);
}

static void test_amp_twin(void **state)
{
    (void)state;
    add_page("http://n.example/bridge", "<html>", "<link rel=amphtml href='/amp/bridge'>",
             "Bridge stays open", 10);
    add_page("http://n.example/amp/bridge", "<html amp lang=en>", CANONICAL, "Bridge stays open",
             11);
    add_page("http://n.example/amp/other", "<html amp>", CANONICAL, "Bridge stays open", 11);
    add_page(NULL, "<html \xe2\x9a\xa1>", CANONICAL, "Bridge stays open", 11);
    add_page(NULL, "<html>", CANONICAL, "Bridge stays open", 11);
    for (int backwards = 0; backwards < 2; backwards++) {
        ld_parts *parts = read_all(backwards);
        assert_int_equal(role_of(parts, 0), LD_PART_ALONE);
        assert_span(article.amp_url, "http://n.example/amp/bridge");
        assert_int_equal(role_of(parts, 1), LD_PART_TWIN);
        assert_int_equal(role_of(parts, 2), LD_PART_ALONE); /* the page does not name it */
        assert_int_equal(role_of(parts, 3), LD_PART_TWIN);
        assert_int_equal(role_of(parts, 4), LD_PART_ALONE);
        ld_parts_free(parts);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_joined_in_order, forget_pages),
        cmocka_unit_test_setup(test_numbered_by_links, forget_pages),
        cmocka_unit_test_setup(test_what_stays_alone, forget_pages),
        cmocka_unit_test_setup(test_amp_twin, forget_pages),
    };
    return cmocka_run_group_tests_name("parts", tests, extracting_start, extracting_end);
}
