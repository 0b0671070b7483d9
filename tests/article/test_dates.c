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

/* The 16th of November 2015 as ten more languages write it, capitals as they come. */
static void test_languages(void **state)
{
    (void)state;
    static const char *const texts[] = {"16 listopada 2015",
                                        "16 ноября 2015",
                                        "16 НОЯБРЯ 2015",
                                        "16 листопада 2015 р.",
                                        "16 Kasım 2015",
                                        "16. listopadu 2015",
                                        "2015. november 16.",
                                        "16. marraskuuta 2015",
                                        "16 noiembrie 2015",
                                        "16 Νοεμβρίου 2015",
                                        "den 16 november 2015",
                                        "16 نوفمبر 2015",
                                        "2015\xeb\x85\x84 11\xec\x9b\x94 16\xec\x9d\xbc"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(found_in(texts[i], false), "2015-11-16") != 0)
            fail_msg("%s is read as \"%s\"", texts[i], found_in(texts[i], false));
    assert_string_equal(found_in("3 Şubat 2020", false), "2020-02-03");
    assert_string_equal(found_in("3 Şubat 2020 ve 4 Mart 2020", false), "2020-02-03");
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
    assert_string_equal(url_day("http://x.example/report_of_22.04.2020_why"), "2020-04-22");
    assert_string_equal(url_day("http://x.example/press/~02-01-2022-boars"), "2022-01-02");
    assert_string_equal(url_day("http://x.example/2023/12/story"), "");
    assert_string_equal(url_day("http://x.example/192.168.2020.1"), "");
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

/* The zone a page states is kept; a UTC time yields to the day that URL or page shows. */
static void test_zones(void **state)
{
    (void)state;
    ld_dates dates;
    ld_dates_init(&dates, false, 0);
    ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META,
                   LD_SPAN("2015-11-16T00:30:00+02:00"));
    assert_string_equal(day_of(dates.published), "2015-11-15");
    assert_int_equal(dates.published.offset_minutes, 120);
    ld_dates_offer_url(&dates, LD_SPAN("http://x.example/2015/11/15/a"));
    assert_int_equal(dates.published.precision, LD_DATE_TIME);

    ld_dates_init(&dates, false, 0);
    ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META,
                   LD_SPAN("Mon, 16 Nov 2015 00:30:00 -0330"));
    assert_int_equal(dates.published.offset_minutes, -210);

    /* the same instant with its zone, after and before */
    for (int order = 0; order < 2; order++) {
        ld_dates_init(&dates, false, 0);
        for (int i = 0; i < 2; i++)
            if (i == order)
                ld_dates_offer(&dates, false, LD_EVIDENCE_JSON_LD, LD_TRUST_JSON_LD,
                               LD_SPAN("2015-11-16T01:30:00Z"));
            else
                ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META,
                               LD_SPAN("2015-11-15T20:31:00-05:00"));
        assert_int_equal(dates.published.evidence, LD_EVIDENCE_JSON_LD);
        assert_int_equal(dates.published.offset_minutes, -300);
    }

    ld_dates_init(&dates, false, 0);
    ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META, LD_SPAN("2015-11-16T01:30:00Z"));
    ld_dates_offer_url(&dates, LD_SPAN("http://x.example/2015/11/15/a"));
    assert_string_equal(day_of(dates.published), "2015-11-15");
    assert_int_equal(dates.published.precision, LD_DATE_DAY);
    assert_int_equal(dates.published.evidence, LD_EVIDENCE_URL);

    /* no zone lies ten hours west of what a noon in UTC says, and two days are no zone */
    static const char *const times[] = {"2015-11-16T12:30:00Z", "2015-11-17T01:30:00Z"};
    for (int i = 0; i < 2; i++) {
        ld_dates_init(&dates, false, 0);
        ld_dates_offer(&dates, false, LD_EVIDENCE_META, LD_TRUST_META,
                       ld_span_from_string(times[i]));
        ld_dates_offer_url(&dates, LD_SPAN("http://x.example/2015/11/15/a"));
        assert_int_equal(dates.published.precision, LD_DATE_TIME);
    }
}

#define STORY "<p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3

/* Dates that only readers see: each with the evidence "text" and less certainty than a statement.
 */
static void test_visible_dates(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<h1>A bridge</h1>" STORY "<div class=post-date>16.11.15</div>",
        "<h1>A bridge</h1>" STORY "<div class=submitted>Saved by ann on 16 November 2015</div>",
        "<h1>A bridge</h1>" STORY "<dl><dt>Datum</dt><dd>16.11.2015</dd></dl>",
        "<h1>A bridge</h1>" STORY "<p>Benni<br>16. November 2015</p>",
        "<div><span class=headline-date>16 November 2015</span><h1>A bridge</h1></div>" STORY
        "<div class=date>1 March 2016</div>",
        "<h1>A bridge</h1>" STORY "<p>16.11.2015 - The council said more on the bridge.</p>",
        "<title>A bridge | 16.11.2015</title>" STORY,
        "<meta property=og:image content='http://x.example/files/2015/11/16/a.png'>" STORY,
        "<script>window.state={\"id\":7,\"publishedAt\":\"2015-11-16T06:00:00Z\"}</script>" STORY};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        extract_html_at(pages[i], "");
        if (strcmp(day_of(article.published), "2015-11-16") != 0)
            fail_msg("page %zu is dated \"%s\"", i, day_of(article.published));
        assert_true(article.published.evidence == LD_EVIDENCE_TEXT ||
                    article.published.evidence == LD_EVIDENCE_URL);
        assert_true(article.published.certainty_percent < 60);
    }
}

static void test_dates_of_others(void **state)
{
    (void)state;
    static const char *const pages[] = {
        STORY "<footer>&copy; 16 November 2015 The Paper</footer>",
        STORY "<div class=copyright>16 November 2015</div><div>(c) 16.11.2015</div>",
        STORY "<figure><img src=a.png><figcaption>The span, 16 November 2015</figcaption></figure>",
        STORY "<p>It began, as all know, when on 16 November 2015 the span fell into the river.",
        "<script>var x={\"expires\":\"2015-11-16T06:00:00Z\"}</script>" STORY};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        extract_html_at(pages[i], "");
        if (i != 1 && article.published.precision != LD_DATE_NONE)
            fail_msg("page %zu is dated \"%s\"", i, day_of(article.published));
        assert_true(article.published.certainty_percent <= LD_TRUST_TEXT_LISTED);
    }
    /* a list of other stories has many days; one alone is weak evidence */
    extract_html_at(STORY "<ul><li>Ferries, 1 May 2015<li>Price, 2 June 2015</ul>", "");
    assert_int_equal(article.published.precision, LD_DATE_NONE);
    extract_html_at(STORY "<ul><li>City<li>1 May 2015</ul>", "");
    assert_string_equal(day_of(article.published), "2015-05-01");
    assert_int_equal(article.published.certainty_percent, LD_TRUST_TEXT_LISTED);
    /* a line that speaks of a change is the modified date only */
    extract_html_at("<h1>A bridge</h1>" STORY "<p>Letzte \xc3\x84nderung: 17.11.2015<br>Erschienen "
                    "am: 16.11.2015</p>",
                    "");
    assert_string_equal(day_of(article.published), "2015-11-16");
    /* what a machine states goes before what is seen */
    extract_html_at("<meta property=article:published_time content=2015-11-16><h1>A bridge</h1>"
                    "<div class=date>17.12.2016</div>" STORY,
                    "");
    assert_string_equal(day_of(article.published), "2015-11-16");
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

/* Where nothing better tells: data of scripts and attributes; the hour of generation is none. */
static void test_dates_of_data(void **state)
{
    (void)state;
    static const char *const pages[] = {
        "<script>x = {\"publishedDate\":\"2016-11-04T20:37:27Z\"}</script>",
        "<script>x = {\"created_at\":\"2016-11-04T04:36:36-05:00\"}</script>",
        "<div data-date='4. November 2016'></div>"};
    char page[2048];
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        snprintf(page, sizeof page, "<h1>Bridge</h1>%s<p>%s", pages[i], PARA_1);
        extract_html_at(page, "");
        assert_string_equal(day_of(article.published), "2016-11-04");
    }
    extract_html_at("<meta name=genTime content='Wed Jul 08 16:36:31 CEST 2020'><h1>Bridge</h1>"
                    "<p>" PARA_1,
                    "");
    assert_int_equal(article.published.precision, LD_DATE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_dates_of_data),
        cmocka_unit_test(test_textual_dates),
        cmocka_unit_test(test_languages),
        cmocka_unit_test(test_no_dates),
        cmocka_unit_test(test_zones),
        cmocka_unit_test(test_visible_dates),
        cmocka_unit_test(test_dates_of_others),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_trust_and_capture),
        cmocka_unit_test(test_stated_date_wins),
        cmocka_unit_test(test_random_text),
    };
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
