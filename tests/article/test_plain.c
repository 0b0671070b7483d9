/* Text saved from a page: what is the headline, what a caption, what the story? */
#include "tests/article/extracting.h"

static void test_seed_page(void **state)
{
    (void)state;
    const char *dir = test_data_dir();
    if (!dir)
        skip();
    char path[4200];
    snprintf(path, sizeof path, "%s/seed/page.txt", dir);
    size_t bytes;
    char *page = load_file(path, &bytes);
    assert_non_null(page);
    ld_capture capture = {.media = LD_MEDIA_TEXT, .body = ld_span_of(page, bytes)};
    assert_ok(extract_capture(capture), &err);
    assert_span(article.headline, "France asks US, Russia to join forces against IS");
    assert_int_equal(article.caption_count, 1);
    assert_span(article.captions[0].credit, "AP Photo/Thibault Camus");
    assert_true(ld_span_starts_with(article.captions[0].text,
                                    LD_SPAN("French President Francois Hollande arrives")));
    assert_true(ld_span_ends_with(article.captions[0].text, LD_SPAN("Nov. 13, 2015.")));
    assert_int_equal(article.block_count, 10);
    assert_int_equal(count_kind(LD_BLOCK_PARAGRAPH), 10);
    assert_int_equal(article.lead_block_count, 2);
    assert_false(body_has("Search in Site"));
    assert_false(body_has("Camus"));
    assert_int_equal(article.published.precision, LD_DATE_NONE);
    assert_int_equal(article.modified.precision, LD_DATE_NONE);
    assert_span(article.language, "en");
    free(page);
}

static void test_sample_saves(void **state)
{
    (void)state;
    static const struct {
        const char *path, *headline, *day, *credit;
        uint32_t paragraphs, authors;
    } saves[] = {{"samples/plain/dockers-strike-ends.txt",
                  "Strike at the docks ends on its seventeenth day with a deal on pay and cranes",
                  "2025-03-19", "Lantern/Piers Ashgrove", 6, 1},
                 {"samples/plain/guildhall-clock-stops.txt",
                  "Guildhall clock stops, and half the city is late", "", "Lantern/Imke Sandgren",
                  5, 0}};
    for (size_t i = 0; i < sizeof saves / sizeof *saves; i++) {
        size_t bytes;
        char *page = load_file(saves[i].path, &bytes);
        assert_non_null(page);
        ld_capture capture = {.media = LD_MEDIA_TEXT, .body = ld_span_of(page, bytes)};
        assert_ok(extract_capture(capture), &err);
        assert_span(article.headline, saves[i].headline);
        assert_string_equal(day_of(article.published), saves[i].day);
        assert_int_equal(article.caption_count, 1);
        assert_span(article.captions[0].credit, saves[i].credit);
        assert_int_equal(article.block_count, saves[i].paragraphs);
        assert_int_equal(article.author_count, saves[i].authors);
        assert_false(body_has("Advertisement"));
        assert_false(body_has("Share this"));
        free(page);
    }
}

static void test_menu_and_tail_go(void **state)
{
    (void)state;
    extract_text("Skip to content\nHome\nNews\nSport\n\nBridge to be repaired before winter\n\n"
                 "By Ann Bee and Carl Dee\n\nNov. 16, 2015 10:00\n\n" PARA_1
                 "\n\nAdvertisement\n\n" PARA_2 "\n\nRead more\n\n" PARA_3
                 "\n\nRelated\nFerries full again\nMayor under fire\n\n\xc2\xa9 2015 The Paper\n");
    assert_span(article.headline, "Bridge to be repaired before winter");
    assert_int_equal(article.author_count, 2);
    assert_span(article.authors[0], "Ann Bee");
    assert_span(article.authors[1], "Carl Dee");
    assert_string_equal(day_of(article.published), "2015-11-16");
    assert_int_equal(article.published.evidence, LD_EVIDENCE_TEXT);
    assert_string_equal(body_text(), PARA_1 "|" PARA_2 "|" PARA_3);
}

static void test_wrapped_lines_are_joined(void **state)
{
    (void)state;
    extract_text("Bridge to be repaired\r\n\r\n"
                 "The council decided on Monday, after a long debate, that the bridge\r\n"
                 "over the river should be repaired before the winter, and that the\r\n"
                 "ferries would run until then.\r\n\r\n"
                 "Nobody was happy with the price, which had doubled since the spring,\r\n"
                 "but the mayor said that waiting would cost more.\r\n");
    assert_int_equal(article.block_count, 2);
    assert_true(body_has("the bridge over the river should"));
}

static void test_one_paragraph_a_line(void **state)
{
    (void)state;
    extract_text("Bridge to be repaired before winter\n" PARA_1 "\n" PARA_2 "\n" PARA_3 "\n");
    assert_span(article.headline, "Bridge to be repaired before winter");
    assert_int_equal(article.block_count, 3);
}

static void test_dates_of_the_story_are_no_evidence(void **state)
{
    (void)state;
    extract_text("Bridge to be repaired before winter\n\nOn 3 March 2014 the bridge was closed for "
                 "the first time, and the city has not been the same since.\n\n" PARA_1
                 "\n\nThe old span on 4 May 1934. (Photo: City archive)\n\n" PARA_2 "\n");
    assert_int_equal(article.published.precision, LD_DATE_NONE);
    assert_int_equal(article.caption_count, 1);
    assert_span(article.captions[0].credit, "City archive");
    assert_int_equal(article.block_count, 3);
}

static void test_datelines(void **state)
{
    (void)state;
    static const struct {
        const char *start, *place, *agency;
    } lines[] = {{"PARIS (AP) \xe2\x80\x94 ", "PARIS", "AP"},
                 {"PARIS \xe2\x80\x94 ", "PARIS", ""},
                 {"PORT ALDERN, Mar 3 (NPA) \xe2\x80\x93 ", "PORT ALDERN", "NPA"},
                 {"Berlin (dpa) - ", "Berlin", "dpa"},
                 {"LONDON, Nov 16 (Reuters) - ", "LONDON", "Reuters"},
                 {"(CNN) \xe2\x80\x94 ", "", "CNN"},
                 {"The mayor \xe2\x80\x94 ", "", ""},
                 {"", "", ""}};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        char page[2000];
        snprintf(page, sizeof page, "Bridge to be repaired\n\n%s%s\n\n%s\n", lines[i].start, PARA_1,
                 PARA_2);
        extract_text(page);
        assert_span(article.dateline, lines[i].place);
        assert_span(article.agency, lines[i].agency);
        assert_int_equal(article.block_count, 2);
        assert_true(
            ld_span_starts_with(article.blocks[0].text, ld_span_from_string(lines[i].start)));
    }
}

static void test_markdown(void **state)
{
    (void)state;
    ld_capture capture = {
        .media = LD_MEDIA_MARKDOWN,
        .body = LD_SPAN("---\ntitle: \"A *fine* bridge\"\ndate: 2015-11-16\nauthor: Ann Bee\n---\n"
                        "# Bridge to be repaired\n\n" PARA_1 "\n\n## What next\n\n"
                        "- a [link](http://x.example/a_b) to *much*\n  - nested\n1. first\n\n"
                        "> A quotation that\n> goes on.\n\n```\ncode  here\n  more\n```\n\n" PARA_2
                        "\n")};
    assert_ok(extract_capture(capture), &err);
    assert_span(article.headline, "A *fine* bridge");
    assert_string_equal(day_of(article.published), "2015-11-16");
    assert_int_equal(article.author_count, 1);
    assert_int_equal(count_kind(LD_BLOCK_LIST_ITEM), 3);
    assert_int_equal(count_kind(LD_BLOCK_QUOTE), 1);
    assert_int_equal(count_kind(LD_BLOCK_PRE), 1);
    assert_true(
        body_has("|a link to much|nested|first|A quotation that goes on.|code  here\n  more|"));
}

static void test_nothing_is_refused(void **state)
{
    (void)state;
    static const char *const empty[] = {"", "\n\n \t\r\n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
        ld_capture capture = {.media = LD_MEDIA_TEXT, .body = ld_span_from_string(empty[i])};
        assert_int_equal(extract_capture(capture), LEDE_E_INVALID);
        assert_string_equal(err.message, "the page has no text that could be an article");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seed_page),
        cmocka_unit_test(test_sample_saves),
        cmocka_unit_test(test_menu_and_tail_go),
        cmocka_unit_test(test_wrapped_lines_are_joined),
        cmocka_unit_test(test_one_paragraph_a_line),
        cmocka_unit_test(test_dates_of_the_story_are_no_evidence),
        cmocka_unit_test(test_datelines),
        cmocka_unit_test(test_markdown),
        cmocka_unit_test(test_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
