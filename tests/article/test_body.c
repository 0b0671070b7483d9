/* The ways in which public extractors are reported to lose or dirty a body, one page each. */
#include "base/limits.h"
#include "base/utf8.h"

#include "tests/article/extracting.h"

#define STORY PARA_1 "|" PARA_2 "|" PARA_3
#define HEAD  "<title>Bridge to be repaired</title><body><h1>Bridge to be repaired</h1>"

static void check(const char *html, const char *body)
{
    extract_html(html);
    assert_string_equal(body_text(), body);
}

static void test_split_body(void **state)
{
    (void)state;
    check(HEAD "<main><div class=part><p>" PARA_1 "</div><div class=ad>Advertisement</div><div "
               "class=part><p>" PARA_2 "</div><div class=part><p>" PARA_3 "</div></main>",
          STORY);
    check(HEAD "<article><div class=intro-text><p>" PARA_1 "</p></div><div class=rest><p>" PARA_2
               "<p>" PARA_3 "</div></article>",
          STORY);
}

static void test_body_once(void **state)
{
    (void)state;
    check(HEAD "<article><p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3 "<p>" PARA_1 "<p>" PARA_2
               "</article>",
          STORY);
}

static void test_consent_and_hidden(void **state)
{
    (void)state;
    check(HEAD "<div class=cookie-banner><p>We use cookies to keep you signed in, to count our "
               "readers and to show you advertising that suits you and our partners.</div><div "
               "aria-hidden=true><article><p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3
               "</article></div><div style='display: none'><p>A hidden paragraph, which nobody who "
               "reads the page has ever seen on any screen.</div>",
          STORY);
    check(HEAD "<article><p>" PARA_1 "<p hidden>Hidden words that are not to be read by anyone, "
               "ever.<p>" PARA_2 "<span class=sr-only>screen</span><p>" PARA_3 "</article>",
          STORY);
}

static void test_misleading_names(void **state)
{
    (void)state;
    check(HEAD
          "<form id=aspnet><div class='with-sidebar comments-enabled'><div class=content><p>" PARA_1
          "<p>" PARA_2 "<p>" PARA_3 "</div></div></form>",
          STORY);
    check(HEAD "<div class=sidebar><article><p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3
               "</article></div>",
          STORY);
}

static void test_comments_stay_out(void **state)
{
    (void)state;
    check(HEAD "<article><p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3
               "</article><section id=comments><h3>2 comments</h3><p>I do not agree with a word of "
               "this, and I have lived next to the bridge for forty years.<p>Neither do I, but the "
               "ferries are worse than anything I can remember.</section>",
          STORY);
}

static void test_insets_do_not_end_the_story(void **state)
{
    (void)state;
    check(HEAD "<article><p>" PARA_1 "<div class=related-box><h3>More on this story</h3><ul><li><a "
               "href=/a>Ferries full again on Monday morning</a><li><a href=/b>Mayor under "
               "fire</a></ul></div><p>" PARA_2 "<p>Read also: <a href=/c>The price of steel</a></p>"
               "<div class=newsletter-signup><p>What the city talks about, in your inbox at "
               "six.</div><p>" PARA_3
               "<div class=share-bar>Share <a href=#>Mail</a></div></article>",
          STORY);
}

static void test_captions(void **state)
{
    (void)state;
    extract_html(HEAD "<article><figure><img alt='Other words'><figcaption>The bridge on Monday. "
                      "<span class=credit>Photograph: Paper/Ann Bee</span></figcaption></figure><p "
                      "class=note>The bridge on  Monday. (Paper/Ann Bee)</p><p>" PARA_1 "<p>" PARA_2
                      "<p>The ferry. (AP Photo/Carl Dee)</p><p>" PARA_3 "</article>");
    assert_string_equal(body_text(), STORY);
    assert_int_equal(article.caption_count, 2);
    assert_span(article.captions[0].text, "The bridge on Monday.");
    assert_span(article.captions[0].credit, "Paper/Ann Bee");
    assert_span(article.captions[1].credit, "AP Photo/Carl Dee");
    assert_span(article.agency, "AP");
}

static void test_short_paragraphs_stay(void **state)
{
    (void)state;
    check(HEAD "<article><p>" PARA_1
               "<p>\xe2\x80\x9cNo.\xe2\x80\x9d<p>\xe2\x80\x9cWhy not?\xe2\x80\x9d<p>" PARA_2
               "<p>He left.<p>" PARA_3 "</article>",
          PARA_1 "|\xe2\x80\x9cNo.\xe2\x80\x9d|\xe2\x80\x9cWhy not?\xe2\x80\x9d|" PARA_2
                 "|He left.|" PARA_3);
}

static void test_words_and_breaks(void **state)
{
    (void)state;
    check(HEAD "<div><b>T</b>he <i>coun</i>cil"
               "<br><br>\n" PARA_1 "<br> <br/>" PARA_2 "<br>and "
               "more.</div>",
          "The council|" PARA_1 "|" PARA_2 " and more.");
    check(HEAD "<table><tr><td><font>" PARA_1 "<br><br>" PARA_2 "<br><br>" PARA_3 "</font></table>",
          STORY);
    check(HEAD "<dl><dd>" PARA_1 "<dd>" PARA_2 "<dd>" PARA_3 "</dl>", STORY);
}

static void test_kinds_of_blocks(void **state)
{
    (void)state;
    extract_html(
        HEAD "<article><p>" PARA_1 "<h2>By bus</h2><ul><li>Line four turns at the "
             "square.<li>Line seven is cut in two.</ul><ol><li>First of all, wait.</ol>"
             "<blockquote><p>Nobody asked us.</blockquote><table><tr><th>Route<th>First"
             "<tr><td>Quay<td>5.40</table><pre>a\n  b</pre><h3>Empty</h3><h3>By car</h3><p>" PARA_2
             "<h2>Left over</h2></article>");
    assert_string_equal(body_text(),
                        PARA_1 "|By bus|Line four turns at the square.|Line seven is cut "
                               "in two.|First of all, wait.|Nobody asked us.|Route\tFirst|"
                               "Quay\t5.40|a\n  b|By car|" PARA_2);
    assert_int_equal(article.blocks[1].kind, LD_BLOCK_SUBHEADING);
    assert_int_equal(article.blocks[1].level, 2);
    assert_int_equal(article.blocks[2].kind, LD_BLOCK_LIST_ITEM);
    assert_int_equal(article.blocks[2].flags, 0);
    assert_int_equal(article.blocks[4].flags, LD_BLOCK_ORDERED);
    assert_int_equal(article.blocks[5].kind, LD_BLOCK_QUOTE);
    assert_int_equal(article.blocks[6].kind, LD_BLOCK_TABLE_ROW);
    assert_int_equal(article.blocks[8].kind, LD_BLOCK_PRE);
}

static void test_json_ld_body(void **state)
{
    (void)state;
    static const char ld[] =
        "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"headline\":"
        "\"Bridge to be repaired\",\"articleBody\":\"" PARA_1 " \\n\\n" PARA_2 " \\n\\n" PARA_3
        "\"}</script>";
    char page[8192];
    /* the page shows next to nothing of it */
    snprintf(page, sizeof page, "%s%s<p>Loading the story, please wait for a moment.", ld, HEAD);
    check(page, STORY);
    extract_html("<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"articleBody\":"
                 "\"<p>" PARA_1 "</p><p>" PARA_2 " &amp; more.</p>\"}</script>" HEAD
                 "<p>Loading the story, please wait.");
    assert_string_equal(body_text(), PARA_1 "|" PARA_2 " & more.");
    /* what the page shows beside it is left out, and what it shows is preferred */
    snprintf(
        page, sizeof page,
        "%s%s<div><div><p>A paragraph about our other products, which are many and fine and "
        "cheap.</div><p>%s<p>%s<p>%s<p>An offer for you, dear reader, that you will not want to "
        "miss at any price.</div>",
        ld, HEAD, PARA_1, PARA_2, PARA_3);
    check(page, STORY);
}

static void test_page_kinds(void **state)
{
    (void)state;
    char page[8192] = HEAD "<ul>";
    for (int i = 0; i < 12; i++)
        strcat(page, "<li><a href=/x>Ferries full again on Monday morning</a> 5 May 2015");
    extract_html(page);
    assert_int_equal(article.kind, LD_ARTICLE_LIST);
    extract_html("<script type=application/ld+json>{\"@type\":\"LiveBlogPosting\"}</script>" HEAD
                 "<p>" PARA_1 "<p>" PARA_2);
    assert_int_equal(article.kind, LD_ARTICLE_LIVEBLOG);
    extract_html(
        "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"isAccessibleForFree\":"
        "false}</script>" HEAD "<p>" PARA_1 "<section class=paywall><p>This story is for "
        "subscribers only, who read on from here for a crown.</section>");
    assert_int_equal(article.kind, LD_ARTICLE_STUB);
    assert_string_equal(body_text(), PARA_1);
}

static void test_standfirst(void **state)
{
    (void)state;
    extract_html(HEAD
                 "<p class=standfirst>The city will have no bridge until the last days of "
                 "November.</p><div class=meta>By Ann Bee</div><div class=article-body><p>" PARA_1
                 "<p>" PARA_2 "<p>" PARA_3 "</div>");
    assert_string_equal(body_text(),
                        "The city will have no bridge until the last days of November.|" STORY);
    assert_int_equal(article.lead_block_count, 1);
}

static void test_charset_label_is_wrong(void **state)
{
    (void)state;
    extract_html("<meta charset=iso-8859-1>" HEAD "<p>Fran\xc3\xa7ois said that " PARA_1
                 "<p>" PARA_2);
    assert_true(body_has("Fran\xc3\xa7ois said"));
    extract_html("<meta charset=iso-8859-1>" HEAD "<p>Fran\xe7ois said that " PARA_1 "<p>" PARA_2);
    assert_true(body_has("Fran\xc3\xa7ois said"));
}

static void test_no_text(void **state)
{
    (void)state;
    static const char *const pages[] = {"", "<p> &nbsp; ", "<script>var a = 1;</script>", "\0"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        ld_capture capture = {.media = LD_MEDIA_HTML, .body = ld_span_from_string(pages[i])};
        assert_int_equal(extract_capture(capture), LEDE_E_INVALID);
    }
}

/* ---- any bytes: valid UTF-8 out, folded, bounded ---- */

static void check_article(void)
{
    assert_true(article.lead_block_count <= article.block_count);
    assert_true(article.author_count <= LD_ARTICLE_AUTHORS_MAX);
    assert_true(article.caption_count <= LD_ARTICLE_CAPTIONS_MAX);
    assert_true(article.block_count <= LD_ARTICLE_BLOCKS_MAX);
    assert_true(ld_utf8_valid(article.headline) && ld_utf8_valid(article.canonical_url));
    for (uint32_t i = 0; i < article.author_count; i++)
        assert_true(article.authors[i].bytes > 0 && ld_utf8_valid(article.authors[i]));
    for (uint32_t i = 0; i < article.caption_count; i++)
        assert_true(ld_utf8_valid(article.captions[i].text) &&
                    ld_utf8_valid(article.captions[i].credit));
    for (uint32_t i = 0; i < article.block_count; i++) {
        ld_span text = article.blocks[i].text;
        assert_true(text.bytes > 0 && ld_utf8_valid(text));
        if (article.blocks[i].kind != LD_BLOCK_PRE)
            assert_true(ld_span_find(text, LD_SPAN("  ")) == SIZE_MAX &&
                        ld_span_find_byte(text, '\n') == SIZE_MAX);
    }
}

static void test_random_pages(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "<p>",
        "<div class=share>",
        "</div>",
        "<article>",
        "</article>",
        "<h1>",
        "<h2>",
        "<ul><li>",
        "<table><tr><td>",
        "</table>",
        "<br><br>",
        "<a href=/>",
        "</a>",
        "<figcaption>",
        "<blockquote>",
        "<pre>",
        PARA_1,
        "word ",
        "Word, word. ",
        "(AP Photo/X)",
        "<b>",
        "</b>",
        "<time datetime=2015-11-16>",
        "<script type=application/ld+json>{\"@type\":\"NewsArticle\",\"articleBody\":\"" PARA_2
        "\"}</script>",
        "<meta property=article:tag content=x>",
        "<div hidden>",
        "\xff\xc3",
        "\n",
        "&nbsp;",
        "<!--",
        "-->",
        "<template>",
        "<svg>",
        "</svg>",
        "By Ann Bee",
        "16 November 2015",
        "<span class=author>",
        "<cite>"};
    test_random random = {11};
    char *page = malloc(20000);
    for (int round = 0; round < 3000; round++) {
        size_t used = 0;
        while (used < 8000 && test_random_below(&random, 60) != 0) {
            const char *part = parts[test_random_below(&random, sizeof parts / sizeof *parts)];
            memcpy(page + used, part, strlen(part));
            used += strlen(part);
        }
        for (uint32_t i = test_random_below(&random, 4); i > 0 && used > 0; i--)
            page[test_random_below(&random, (uint32_t)used)] = (char)test_random_u64(&random);
        char *exact = malloc(used ? used : 1);
        memcpy(exact, page, used);
        ld_capture capture = {.media = (ld_media)test_random_below(&random, 3),
                              .body = ld_span_of(exact, used),
                              .url = LD_SPAN("http://x.example/2015/11/16/a")};
        lede_status status = extract_capture(capture);
        assert_true(status == LEDE_OK || status == LEDE_E_INVALID);
        if (status == LEDE_OK)
            check_article();
        free(exact);
    }
    free(page);
}

/* An arena that is too small is an error, never a crash. */
static void test_small_arenas(void **state)
{
    (void)state;
    static const char page[] =
        HEAD "<figure><figcaption>A bridge. Photo: X</figcaption></figure><p>" PARA_1 "<p>" PARA_2
             "<p>" PARA_3;
    ld_capture capture = {.media = LD_MEDIA_HTML, .body = ld_span_from_string(page)};
    uint32_t refused = 0, done = 0;
    for (size_t bytes = 4096; bytes < (4u << 20); bytes += bytes / 3) {
        ld_arena *small;
        assert_ok(ld_arena_new(lede_env_system(), bytes, &small, &err), &err);
        lede_status status = ld_article_extract(small, &capture, NULL, &article, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_LIMIT);
        refused += status == LEDE_E_LIMIT;
        done += status == LEDE_OK;
        ld_arena_free(small);
    }
    assert_true(refused > 0 && done > 0);
}

static void test_disclosures_and_file_captions(void **state)
{
    (void)state;
    extract_html("<article><h1>Bridge to be repaired</h1><p>" PARA_1 "<p>We may earn a commission "
                 "when you buy something through the links on this page.<p>" PARA_2
                 "<p>FILE - The bridge is seen from the ferry on a day in June, with the mayor on "
                 "its railing.<p>" PARA_3 "<p>Ann Bee in Gannet contributed to this report.");
    assert_int_equal(article.block_count, 3);
    assert_false(body_has("commission") || body_has("FILE") || body_has("contributed"));
    assert_int_equal(article.caption_count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_disclosures_and_file_captions),
        cmocka_unit_test(test_split_body),
        cmocka_unit_test(test_body_once),
        cmocka_unit_test(test_consent_and_hidden),
        cmocka_unit_test(test_misleading_names),
        cmocka_unit_test(test_comments_stay_out),
        cmocka_unit_test(test_insets_do_not_end_the_story),
        cmocka_unit_test(test_captions),
        cmocka_unit_test(test_short_paragraphs_stay),
        cmocka_unit_test(test_words_and_breaks),
        cmocka_unit_test(test_kinds_of_blocks),
        cmocka_unit_test(test_json_ld_body),
        cmocka_unit_test(test_page_kinds),
        cmocka_unit_test(test_standfirst),
        cmocka_unit_test(test_charset_label_is_wrong),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_random_pages),
        cmocka_unit_test(test_small_arenas),
    };
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
