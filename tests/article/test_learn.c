/* Pages of one site, extracted with what the others teach. */
#include "article/block_model.h"
#include "article/sites.h"
#include "tests/article/extracting.h"

#define STORY_1                                                                                    \
    "<p>The harbour master counted eleven ships on Tuesday, three of them without a crew, and "    \
    "asked the ministry for a tug that could take them out before the storm arrived.</p>"          \
    "<p>None of the owners answered, he said, though two had been written to every week since "    \
    "the spring, and one had sent a card from the south with a view of a beach.</p>"
#define STORY_2                                                                                    \
    "<p>A theatre that had been dark for nine years opened again on Friday with a play about a "   \
    "theatre that is dark, and the audience laughed where its author had not meant it.</p>"        \
    "<p>Tickets for the second night were gone within the hour, and the box office, which is a "   \
    "table in the hall, sold places on the stairs for half the price instead.</p>"
#define STORY_3                                                                                    \
    "<p>Bees were seen in February in four of the valley's villages, six weeks before their "      \
    "time, and the keepers carried sugar water up the slopes through what snow there was.</p>"     \
    "<p>The oldest of them could name two such winters, and said that both had been followed by "  \
    "years without any honey, and by good wine, which was some comfort.</p>"
#define STORY_4                                                                                    \
    "<p>The night train to the coast runs again, with two sleeping cars that had stood in a barn " \
    "since the line was given up, and with a conductor who remembers where the blankets are.</p>"  \
    "<p>It leaves at ten past eleven and is meant to arrive for breakfast, but on its first trip " \
    "it waited an hour for a cow, which the passengers were asked to admire.</p>"
/* As long and as smooth as any paragraph of a story, and on every page. */
#define FURNITURE                                                                                  \
    "<p>The Gannet Gazette has been printed in the same house by the river since it was founded, " \
    "and its readers pay for every word that is written in it, which keeps it free.</p>"

#define PAGE_BYTES 4096
static char page_texts[4][PAGE_BYTES];

static void make_page(uint32_t at, const char *headline, const char *body)
{
    snprintf(page_texts[at], PAGE_BYTES,
             "<title>%s</title><link rel=canonical href='https://gazette.example/%u'><article>"
             "<h1>%s</h1>%s</article>",
             headline, at, headline, body);
}

static ld_capture capture_of(uint32_t at)
{
    return (ld_capture){.media = LD_MEDIA_HTML, .body = ld_span_from_string(page_texts[at])};
}

static ld_sites *learn(uint32_t count)
{
    ld_sites *sites;
    ld_extract_options options = {0};
    assert_ok(ld_sites_new(lede_env_system(), &sites, &err), &err);
    options.taught = sites;
    for (uint32_t i = 0; i < count; i++) {
        ld_capture capture = capture_of(i);
        ld_arena_reset(arena);
        ld_article_extract(arena, &capture, &options, &article, &err);
    }
    assert_ok(ld_sites_finish(sites, &err), &err);
    return sites;
}

static void extract_with(uint32_t at, const ld_sites *sites)
{
    ld_extract_options options = {.sites = sites};
    ld_capture capture = capture_of(at);
    ld_arena_reset(arena);
    assert_ok(ld_article_extract(arena, &capture, &options, &article, &err), &err);
}

static void test_repeated_text_is_furniture(void **state)
{
    (void)state;
    make_page(0, "Ships without a crew", STORY_1 FURNITURE);
    make_page(1, "A theatre opens", STORY_2 FURNITURE);
    make_page(2, "Bees in February", STORY_3 FURNITURE);
    make_page(3, "The night train runs", STORY_4 FURNITURE);
    ld_sites *sites = learn(4);
    for (uint32_t i = 0; i < 4; i++) {
        extract_with(i, NULL);
        assert_true(body_has("keeps it free"));
        extract_with(i, sites);
        assert_false(body_has("keeps it free"));
        assert_int_equal(article.block_count, 2);
    }
    ld_sites_free(sites);
}

/* On one other page it may be a line that both stories end with: the model's doubt decides. */
static void test_doubtful_repetition_goes(void **state)
{
    (void)state;
    make_page(0, "Ships without a crew", STORY_1 FURNITURE);
    make_page(1, "A theatre opens", STORY_2 FURNITURE);
    ld_sites *sites = learn(2);
    const ld_block_model doubtful = {.bias = 100}, sure = {.bias = 600}; /* of every block */
    ld_extract_options options = {.sites = sites, .model = &doubtful};
    ld_capture capture = capture_of(0);
    assert_ok(ld_article_extract(arena, &capture, &options, &article, &err), &err);
    assert_false(body_has("keeps it free"));
    assert_true(body_has("eleven ships"));
    options.model = &sure;
    assert_ok(ld_article_extract(arena, &capture, &options, &article, &err), &err);
    assert_true(body_has("keeps it free"));
    ld_sites_free(sites);
}

static void test_page_alone(void **state)
{
    (void)state;
    make_page(0, "Ships without a crew", STORY_1 FURNITURE);
    ld_sites *sites = learn(1);
    extract_with(0, sites);
    assert_int_equal(article.block_count, 3);
    ld_sites_free(sites);
}

/* Two captures of a story, the second with a new headline: neither loses its text. */
static void test_versions_keep_their_text(void **state)
{
    (void)state;
    make_page(0, "Ships without a crew", STORY_1 FURNITURE);
    make_page(1, "Ships without a crew",
              STORY_1 FURNITURE "<p>Updated with the ministry's "
                                "answer, which came on Wednesday.</p>");
    ld_sites *sites = learn(2);
    extract_with(0, sites);
    assert_int_equal(article.block_count, 3);
    ld_sites_free(sites);
    make_page(1, "Eleven ships, no crew", STORY_1 FURNITURE);
    sites = learn(2);
    extract_with(0, sites);
    assert_int_equal(article.block_count, 3);
    extract_with(1, sites);
    assert_int_equal(article.block_count, 3);
    ld_sites_free(sites);
}

/* Another site's pages, and pages whose address is not known, teach nothing. */
static void test_other_sites(void **state)
{
    (void)state;
    make_page(0, "Ships without a crew", STORY_1 FURNITURE);
    make_page(1, "A theatre opens", STORY_2 FURNITURE);
    memcpy(strstr(page_texts[1], "gazette.example"), "tribune", 7);
    make_page(2, "Bees in February", STORY_3 FURNITURE);
    memcpy(strstr(page_texts[2], "canonical"), "alternate", 9);
    ld_sites *sites = learn(3);
    extract_with(0, sites);
    assert_int_equal(article.block_count, 3);
    ld_sites_free(sites);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_repeated_text_is_furniture),
        cmocka_unit_test(test_doubtful_repetition_goes),
        cmocka_unit_test(test_page_alone),
        cmocka_unit_test(test_versions_keep_their_text),
        cmocka_unit_test(test_other_sites),
    };
    return cmocka_run_group_tests_name("learn", tests, extracting_start, extracting_end);
}
