/* What stands beside the story, what a page links as its parts, and stories in scripts' data. */
#include "tests/article/extracting.h"

static void test_comments(void **state)
{
    (void)state;
    extract_html("<article><h1>Bridge to be repaired</h1><p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3
                 "</article><section class=comments><h3>Comments</h3><div><b>Ann</b><p>The ferries "
                 "never run on time, whatever the council says.</p><a href=#>Reply</a></div>"
                 "<p>The ferries never run on time, whatever the council says.</p></section>");
    assert_int_equal(article.block_count, 3);
    assert_int_equal(article.comment_count, 1);
    assert_span(article.comments[0], "The ferries never run on time, whatever the council says.");
}

static void test_image_alternatives(void **state)
{
    (void)state;
    extract_html(
        "<img alt='The logo of the paper'><article><h1>Bridge to be repaired</h1><p>" PARA_1
        "<figure><img alt='A crane over  the river at dawn'><figcaption>The crane arrived on "
        "Monday night.</figcaption></figure><img alt='The crane arrived on Monday night.'>"
        "<img alt='IMG_1234.jpg'><img alt='Bridge to be repaired'><p>" PARA_2 "<p>" PARA_3
        "</article>");
    assert_int_equal(article.caption_count, 1);
    assert_int_equal(article.image_alternative_count, 1);
    assert_span(article.image_alternatives[0], "A crane over the river at dawn");
}

static void test_parts_and_twin(void **state)
{
    (void)state;
    extract_html("<link rel=canonical href='/story'><link rel=amphtml href='/amp/story'>"
                 "<link rel=next href='http://news.example/story?page=3'><link rel='prev' "
                 "href='/story?page=1'><h1>Bridge to be repaired</h1><p>" PARA_1 "<p>" PARA_2);
    assert_span(article.amp_url, "http://news.example/amp/story");
    assert_span(article.next_url, "http://news.example/story?page=3");
    assert_span(article.previous_url, "http://news.example/story?page=1");
    extract_html("<h1>Bridge to be repaired</h1><p>" PARA_1);
    assert_int_equal(article.amp_url.bytes + article.next_url.bytes + article.previous_url.bytes,
                     0);
}

static void test_liveblog_posts(void **state)
{
    (void)state;
    extract_html("<script type='application/ld+json'>{\"@type\":\"LiveBlogPosting\",\"headline\":"
                 "\"The storm\",\"isAccessibleForFree\":false,\"liveBlogUpdate\":[{\"@type\":"
                 "\"BlogPosting\",\"headline\":\"Trees down\",\"datePublished\":\"2015-11-16T10:00:"
                 "00Z\",\"articleBody\":\"Two of them.\"},{\"articleBody\":\"And a third.\"},{}]}"
                 "</script><h1>The storm</h1><p>" PARA_1 "<p>" PARA_2);
    assert_int_equal(article.kind, LD_ARTICLE_LIVEBLOG);
    assert_true(article.is_paywalled);
    assert_int_equal(article.post_count, 2);
    assert_span(article.posts[0].headline, "Trees down");
    assert_span(article.posts[0].published, "2015-11-16T10:00:00Z");
    assert_span(article.posts[0].text, "Two of them.");
    assert_span(article.posts[1].text, "And a third.");
}

static void test_stories_in_scripts(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "<script id=__NEXT_DATA__ "
        "type='application/json'>{\"props\":{\"menu\":[{\"text\":\"Home\"}],"
        "\"page\":{\"title\":\"x\",\"body\":\"<p>" PARA_1 "</p><p>" PARA_2 "</p><p>" PARA_3
        "</p>\"}}}</script>",
        "<script>window.__STATE__ = {\"story\":{\"content\":[{\"type\":\"p\",\"text\":\"" PARA_1
        "\"},{\"type\":\"image\"},{\"type\":\"p\",\"text\":\"" PARA_2 "\"},\"" PARA_3
        "\"]}};</script>"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        char page[4096];
        snprintf(page, sizeof page, "<h1>Bridge to be repaired</h1><div id=root></div>%s",
                 scripts[i]);
        extract_html(page);
        assert_int_equal(article.block_count, 3);
        assert_span(article.blocks[0].text, PARA_1);
        assert_span(article.blocks[2].text, PARA_3);
    }
    /* not where the page has a story of its own, and not from broken data */
    char page[8192];
    snprintf(page, sizeof page, "<h1>Ferry</h1><p>%s%s", PARA_2 " " PARA_2, scripts[0]);
    extract_html(page);
    assert_int_equal(article.block_count, 1);
    extract_html("<h1>Bridge to be repaired</h1><script>x = {\"body\": \"" PARA_1 PARA_2 PARA_3
                 "</script>");
    assert_int_equal(article.block_count, 0);
}

/* Posts that are only shown: each with its time, in the page's order; what has no time is none. */
static void test_liveblog_without_data(void **state)
{
#define POST(time, headline, text)                                                                 \
    "<article class=liveblog-post><time datetime='" time "'>then</time><h3>" headline              \
    "</h3><p>" text "</article>"
    (void)state;
    extract_html(
        "<article class=liveblog><h1>The storm</h1><p>" PARA_1
        "<div class=feed>" POST("2015-11-16T12:00:00Z", "Trees down", PARA_2)
            POST("2015-11-16T11:00:00Z", "Ferries stop", PARA_3)
                POST("2015-11-16T10:00:00Z", "First gusts", PARA_1 " It began.") POST(
                    "2015-11-16T09:00:00Z", "A warning",
                    PARA_2 " So it said.") "<article class=liveblog-post><h3>No time</h3><p>" PARA_3
                                           " So it ends.</article>"
                                           "</div></article>");
    assert_int_equal(article.kind, LD_ARTICLE_LIVEBLOG);
    assert_int_equal(article.post_count, 4);
    assert_span(article.posts[0].headline, "Trees down");
    assert_span(article.posts[0].published, "2015-11-16T12:00:00Z");
    assert_span(article.posts[0].text, PARA_2);
    assert_span(article.posts[3].headline, "A warning");
    assert_span(article.posts[3].published, "2015-11-16T09:00:00Z");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_comments),
        cmocka_unit_test(test_image_alternatives),
        cmocka_unit_test(test_parts_and_twin),
        cmocka_unit_test(test_liveblog_posts),
        cmocka_unit_test(test_liveblog_without_data),
        cmocka_unit_test(test_stories_in_scripts),
    };
    return cmocka_run_group_tests_name("aside", tests, extracting_start, extracting_end);
}
