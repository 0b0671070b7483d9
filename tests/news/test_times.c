/* What days a text speaks of: cases by kind, dates of random days in many spellings, and any tokens
 * in any order. */
#include "news/times.h"

#include "base/date.h"
#include "tests/test.h"

static ld_arena *arena;
static lede_error err;

static int make_arena(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 64u << 20, &arena, &err);
}

static int drop_arena(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

static int32_t day(const char *iso)
{
    int64_t utc_ms;
    assert_int_not_equal(ld_date_parse_iso(ld_span_from_string(iso), &utc_ms), LD_DATE_NONE);
    return (int32_t)(utc_ms / 86400000);
}

static const ld_time *find(const char *text, int32_t published, uint32_t *count)
{
    const ld_time *times;
    assert_ok(ld_times_find(arena, ld_span_from_string(text), published, &times, count, &err),
              &err);
    return times;
}

typedef struct time_case {
    const char *text;
    const char *found, *first, *last; /* NULL: nothing is found */
} time_case;

static void check(const time_case *c, int32_t published)
{
    uint32_t count;
    const ld_time *t = find(c->text, published, &count);
    if (!c->found) {
        if (count != 0)
            fail_msg("\"%s\": \"%.*s\" was found", c->text, (int)t->text_bytes,
                     c->text + t->text_offset);
        return;
    }
    if (count != 1 || strlen(c->found) != t->text_bytes ||
        memcmp(c->text + t->text_offset, c->found, t->text_bytes) != 0)
        fail_msg("\"%s\": %u found, the first \"%.*s\"", c->text, count,
                 count ? (int)t->text_bytes : 0, count ? c->text + t->text_offset : "");
    char first[16], last[16];
    ld_date_format_day(t->first_day * 86400000ll, first);
    ld_date_format_day(t->last_day * 86400000ll, last);
    if (strcmp(first, c->first) != 0 || strcmp(last, c->last) != 0)
        fail_msg("\"%s\": %s .. %s", c->text, first, last);
}

static void test_news(void **state)
{
    (void)state;
    static const time_case cases[] = {
        {"a shooting in Paris, Friday Nov. 13, 2015.", "Friday Nov. 13, 2015", "2015-11-13",
         "2015-11-13"},
        {"a foreigner fingerprinted in Greece last month.", "last month", "2015-10-01",
         "2015-10-31"},
        {"The IS warned in a video on Monday that any country", "Monday", "2015-11-16",
         "2015-11-16"},
        {"he would meet Mr Obama in the coming days to urge", "the coming days", "2015-11-16",
         "2015-11-23"},
        {"in the wake of Friday\xe2\x80\x99s attacks across Paris.", "Friday", "2015-11-13",
         "2015-11-13"},
        {"The parliament will vote on Friday.", "Friday", "2015-11-20", "2015-11-20"},
        {"The parliament voted on Friday.", "Friday", "2015-11-13", "2015-11-13"},
        {"Ministers are to meet next week in Brussels.", "next week", "2015-11-23", "2015-11-29"},
        {"The law was passed in May.", "May", "2015-05-01", "2015-05-31"},
        {"May the best win; they may march.", NULL, NULL, NULL},
        {"He sat in the sun for a second.", NULL, NULL, NULL},
        {"Sales rose in three months to 2,015 units.", NULL, NULL, NULL},
        {"It closed at 10:30 at 4.22, up 9/10.", NULL, NULL, NULL},
        {"The plant, built in 1998, has 2014 workers.", "1998", "1998-01-01", "1998-12-31"},
        {"Net profit fell in the third quarter of 2014.", "the third quarter of 2014", "2014-07-01",
         "2014-09-30"},
        {"Music of the 1970s", "the 1970s", "1970-01-01", "1979-12-31"},
        {"He was president from 14 to 18 July 2012.", "from 14 to 18 July 2012", "2012-07-14",
         "2012-07-18"},
        {"Three years ago he left.", "Three years ago", "2012-11-16", "2012-11-16"},
        /* a participle behind "be" is to come, one behind "is" tells nothing: the nearer reading */
        {"The treaty will be signed on Friday.", "Friday", "2015-11-20", "2015-11-20"},
        {"The house has to be rebuilt in March.", "March", "2016-03-01", "2016-03-31"},
        {"The road is closed until January.", "January", "2016-01-01", "2016-01-31"},
        {"The conference opens on November 30.", "November 30", "2015-11-30", "2015-11-30"},
        {"Gunmen kill dozens on Friday", "Friday", "2015-11-13", "2015-11-13"},
        {"It will be sold in five days.", "in five days", "2015-11-21", "2015-11-21"},
        {"The heat will return in a fortnight.", "in a fortnight", "2015-11-30", "2015-11-30"},
        {"Two suspects were held last night.", "last night", "2015-11-15", "2015-11-15"},
        {"Schools reopened this morning.", "this morning", "2015-11-16", "2015-11-16"},
        {"Crowds gathered on New Year's Eve.", "New Year's Eve", "2014-12-31", "2014-12-31"},
        {"Mass will be said on Christmas Day.", "Christmas Day", "2015-12-25", "2015-12-25"},
        {"A new day for all the boxing clubs", NULL, NULL, NULL},
        {"31 February 2015", "February 2015", "2015-02-01", "2015-02-28"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&cases[i], day("2015-11-16"));
}

static void test_day_not_known(void **state)
{
    (void)state;
    static const time_case cases[] = {
        {"On Friday Nov. 13, 2015 he spoke.", "Friday Nov. 13, 2015", "2015-11-13", "2015-11-13"},
        {"He came on Friday, last month and in May.", NULL, NULL, NULL},
        {"Yesterday was Nov. 13.", NULL, NULL, NULL},
        {"Since 1998 it grew.", "1998", "1998-01-01", "1998-12-31"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(&cases[i], LD_TIMES_NO_DAY);
}

static void test_relative(void **state)
{
    (void)state;
    uint32_t count;
    const ld_time *t = find("On Nov. 13, 2015 and yesterday.", day("2015-11-16"), &count);
    assert_int_equal(count, 2);
    assert_false(t[0].relative);
    assert_true(t[1].relative);
}

/* Every day, spelt in any way, is read back. */
static void test_spellings(void **state)
{
    (void)state;
    static const char *const months[] = {"January", "February", "March",    "April",
                                         "May",     "June",     "July",     "August",
                                         "Sept.",   "October",  "November", "Dec."};
    test_random r = {20151113};
    for (int n = 0; n < 5000; n++) {
        int32_t d = (int32_t)test_random_below(&r, 60000) - 20000, year;
        uint32_t month, of_month, count;
        ld_civil_from_days(d, &year, &month, &of_month);
        const char *name = months[month - 1];
        char text[96];
        switch (test_random_below(&r, 6)) {
        case 0:
            sprintf(text, "It was on %s %u, %d that", name, of_month, year);
            break;
        case 1:
            sprintf(text, "It was on %u %s %d that", of_month, name, year);
            break;
        case 2:
            sprintf(text, "On %d-%02u-%02u it", year, month, of_month);
            break;
        case 3:
            sprintf(text, "the %u%s of %s, %d", of_month,
                    of_month % 10 == 1 && of_month != 11   ? "st"
                    : of_month % 10 == 2 && of_month != 12 ? "nd"
                    : of_month % 10 == 3 && of_month != 13 ? "rd"
                                                           : "th",
                    name, year);
            break;
        case 4:
            sprintf(text, "(%u/%u/%d)", month, of_month, year);
            break;
        default: /* the year is that of the nearest one before */
            sprintf(text, "It happened on %s %u and then", name, of_month);
        }
        const ld_time *t = find(text, d + (int32_t)test_random_below(&r, 300), &count);
        if (count != 1 || t->first_day != d || t->last_day != d)
            fail_msg("\"%s\" was not read", text);
        ld_arena_reset(arena);
    }
}

static void test_any_tokens(void **state)
{
    (void)state;
    static const char *const words[] = {
        "the",   "last",  "next",  "of",       "week",    "2015", "15",      "Monday",
        "May",   "third", "-",     "/",        ",",       "from", "to",      "and",
        "ago",   "two",   "years", "thousand", "day",     "in",   "early",   "decade",
        "month", "'",     "s",     "nd",       "99999",   "0",    "half",    "Q3",
        "2.5",   "after", "now",   "past",     "hundred", "will", "quarter", "70"};
    test_random r = {7};
    for (int n = 0; n < 4000; n++) {
        char text[256];
        size_t used = 0;
        uint32_t count, length = 1 + test_random_below(&r, 16);
        for (uint32_t i = 0; i < length; i++)
            used += (size_t)sprintf(text + used, "%s%s",
                                    words[test_random_below(&r, sizeof words / sizeof *words)],
                                    test_random_below(&r, 4) ? " " : "");
        int32_t published = (int32_t)(test_random_below(&r, 4000000)) - 900000;
        const ld_time *t =
            find(text, test_random_below(&r, 4) ? published : LD_TIMES_NO_DAY, &count);
        for (uint32_t i = 0; i < count; i++) {
            assert_true(t[i].first_day <= t[i].last_day);
            assert_true(t[i].text_bytes > 0 && t[i].text_offset + t[i].text_bytes <= used);
            if (i > 0)
                assert_true(t[i - 1].text_offset + t[i - 1].text_bytes <= t[i].text_offset);
        }
        ld_arena_reset(arena);
    }
}

static void test_memory_refused(void **state)
{
    (void)state;
    ld_arena *small;
    const ld_time *times;
    uint32_t count;
    assert_ok(ld_arena_new(lede_env_system(), 64, &small, &err), &err);
    assert_int_equal(ld_times_find(small, LD_SPAN("on Friday and on Monday of last week"), 1,
                                   &times, &count, &err),
                     LEDE_E_LIMIT);
    ld_arena_free(small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_news),       cmocka_unit_test(test_day_not_known),
        cmocka_unit_test(test_relative),   cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_any_tokens), cmocka_unit_test(test_memory_refused),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
