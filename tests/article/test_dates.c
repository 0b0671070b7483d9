/* Dates in text, in URLs, and the order in which places of a page are believed. */
#include "article/dates.h"

#include "tests/article/extracting.h"

static const char *found_in(const char *text, bool is_month_first)
{
    static char day[16];
    int64_t utc_ms;
    size_t from, end;
    day[0] = 0;
    if (ld_dates_find(ld_span_from_string(text), is_month_first, &utc_ms, &from, &end))
        ld_date_format_day(utc_ms, day);
    return day;
}

static void test_textual_dates(void **state)
{
    (void)state;
    static const char *const texts[] = {"16 November 2015",
                                        "Monday, 16 November 2015, 10:00",
                                        "Nov. 16, 2015 10:00",
                                        "November 16th, 2015",
                                        "16th of November 2015",
                                        "Nov 16 2015",
                                        "16-Nov-2015",
                                        "lundi 16 novembre 2015",
                                        "16. November 2015",
                                        "16.11.2015",
                                        "16. 11. 2015",
                                        "2015-11-16",
                                        "2015/11/16",
                                        "16 de noviembre de 2015",
                                        "16 novembre 2015",
                                        "16 november 2015",
                                        "16 de novembro de 2015",
                                        "16/11/2015",
                                        "16-11-2015",
                                        "am 16. Nov. 2015 um 10 Uhr",
                                        "2015\xe5\xb9\xb4"
                                        "11\xe6\x9c\x88"
                                        "16\xe6\x97\xa5"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(found_in(texts[i], false), "2015-11-16") != 0)
            fail_msg("%s is read as \"%s\"", texts[i], found_in(texts[i], false));
    assert_string_equal(found_in("1er ao\xc3\xbbt 2020", false), "2020-08-01");
    assert_string_equal(found_in("3. M\xc3\xa4rz 2020", false), "2020-03-03");
    assert_string_equal(found_in("3/4/2015", false), "2015-04-03");
    assert_string_equal(found_in("3/4/2015", true), "2015-03-04");
    assert_string_equal(found_in("3/24/2015", false), "2015-03-24");
}

static void test_no_dates(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",          "may 2015",          "31 February 2015", "32 March 2015", "call 555-11-2015x",
        "in 2015",   "16 Novembers 2015", "version 1.2.3",    "March to 2015", "0/0/2015",
        "99.99.2015"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (found_in(texts[i], false)[0])
            fail_msg("%s is read as %s", texts[i], found_in(texts[i], false));
}

static const char *url_day(const char *url)
{
    ld_dates dates;
    ld_dates_init(&dates, false, 0);
    ld_dates_offer_url(&dates, ld_span_from_string(url));
    return day_of(dates.published);
}

static void test_urls(void **state)
{
    (void)state;
    assert_string_equal(url_day("http://x.example/2015/11/16/a-story"), "2015-11-16");
    assert_string_equal(url_day("http://x.example/news/2015-11-16-a-story"), "2015-11-16");
    assert_string_equal(url_day("http://x.example/20151116/story"), "2015-11-16");
    assert_string_equal(url_day("http://x.example/2015/nov/16/story"), "2015-11-16");
    assert_string_equal(url_day("http://x.example/2023/12/story"), "");
    assert_string_equal(url_day("http://x.example/a-1234567890123"), "");
    assert_string_equal(url_day("http://2015.example/13/45/99"), "");
}

static void test_trust_and_capture(void **state)
{
    (void)state;
    ld_dates dates;
    ld_dates_init(&dates, true, 1447632000000ll); /* 2015-11-16 */
    assert_false(
        ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META, LD_SPAN("2016-01-01")));
    assert_string_equal(day_of(dates.published), "");
    assert_true(
        ld_dates_offer(&dates, false, LD_EVIDENCE_URL, LD_TRUST_URL, LD_SPAN("2015-11-10")));
    assert_true(ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META,
                               LD_SPAN("2015-11-11T08:00:00+01:00")));
    assert_true(
        ld_dates_offer(&dates, false, LD_EVIDENCE_TIME, LD_TRUST_TIME, LD_SPAN("2015-11-12")));
    assert_string_equal(day_of(dates.published), "2015-11-11");
    assert_int_equal(dates.published.precision, LD_DATE_TIME);
    assert_int_equal(dates.published.evidence, LD_EVIDENCE_META);
    assert_true(ld_dates_offer_line(&dates, LD_SPAN("Updated 13 November 2015"), false));
    assert_string_equal(day_of(dates.modified), "2015-11-13");
    assert_false(ld_dates_offer_line(&dates, LD_SPAN("It was on 3 May 2012 that it began."), true));
}

static void test_stated_date_wins(void **state)
{
    (void)state;
    ld_capture capture = {.media = LD_MEDIA_HTML,
                          .body = LD_SPAN("<title>A bridge</title><meta property="
                                          "article:published_time content=2014-01-01><p>" PARA_1)};
    ld_extract_options options = {.published = LD_SPAN("2015-11-16")};
    ld_arena_reset(arena);
    assert_ok(ld_article_extract(arena, &capture, &options, &article, &err), &err);
    assert_string_equal(day_of(article.published), "2015-11-16");
    assert_int_equal(article.published.evidence, LD_EVIDENCE_GIVEN);
    assert_int_equal(article.published.precision, LD_DATE_DAY);
    assert_int_equal(article.published.certainty_percent, 100);
}

/* Any bytes: no answer outside the text, no date that the calendar does not have. */
static void test_random_text(void **state)
{
    (void)state;
    static const char *const parts[] = {
        "16", "Nov",          ".",     " ", "2015", "/", "-",    "de ",
        "th", "\xe5\xb9\xb4", "March", ",", "31",   "2", "\xff", "11"};
    test_random random = {7};
    for (int round = 0; round < 20000; round++) {
        char text[128];
        size_t used = 0;
        while (used < 100 && test_random_below(&random, 12) != 0) {
            const char *part = parts[test_random_below(&random, sizeof parts / sizeof *parts)];
            memcpy(text + used, part, strlen(part));
            used += strlen(part);
        }
        char *exact = malloc(used ? used : 1);
        memcpy(exact, text, used);
        int64_t utc_ms;
        size_t from, end;
        if (ld_dates_find(ld_span_of(exact, used), round & 1, &utc_ms, &from, &end)) {
            assert_true(from < end && end <= used);
            ld_civil civil = ld_civil_from_utc_ms(utc_ms);
            assert_true(ld_civil_valid(&civil));
        }
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_textual_dates),
        cmocka_unit_test(test_no_dates),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_trust_and_capture),
        cmocka_unit_test(test_stated_date_wins),
        cmocka_unit_test(test_random_text),
    };
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
