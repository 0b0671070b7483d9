#include "base/date.h"
#include "tests/test.h"

/* A row: the text, what it must be read as ("" for none), how much of a date it stated. */
typedef struct row {
    const char *text, *utc;
    ld_date_precision precision;
} row;

typedef ld_date_precision parser(ld_span s, int64_t *utc_ms);

static void check_rows(parser *parse, const row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t bytes = strlen(rows[i].text);
        char *exact = malloc(bytes + 1); /* without a NUL in reach where ASan watches */
        memcpy(exact, rows[i].text, bytes);
        char *shrunk = realloc(exact, bytes ? bytes : 1);
        int64_t utc_ms = INT64_MIN;
        char text[32] = "";
        ld_date_precision precision = parse(ld_span_of(shrunk, bytes), &utc_ms);
        if (precision != LD_DATE_NONE)
            ld_date_format_time(utc_ms, text);
        else if (utc_ms != INT64_MIN)
            fail_msg("'%s' is no date but one was written", rows[i].text);
        if (precision != rows[i].precision || strcmp(text, rows[i].utc) != 0)
            fail_msg("'%s' was read as '%s' (%d), not '%s' (%d)", rows[i].text, text,
                     (int)precision, rows[i].utc, (int)rows[i].precision);
        free(shrunk);
    }
}

static void iso_forms(void **state)
{
    (void)state;
    static const row rows[] = {
        {"2015", "2015-01-01T00:00:00Z", LD_DATE_YEAR},
        {"2015-11", "2015-11-01T00:00:00Z", LD_DATE_MONTH},
        {"2015-11-16", "2015-11-16T00:00:00Z", LD_DATE_DAY},
        {"20151116", "2015-11-16T00:00:00Z", LD_DATE_DAY},
        {"2015-11-16T08:09", "2015-11-16T08:09:00Z", LD_DATE_TIME},
        {"2015-11-16T08:09:10", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"2015-11-16 08:09:10", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"2015-11-16t08:09:10z", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"2015-11-16T08:09:10.5Z", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"2015-11-16T08:09:10,123456789+00:00", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"2015-11-16T08:09Z", "2015-11-16T08:09:00Z", LD_DATE_TIME},
        {"2015-11-16T08:09:10+01:00", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"2015-11-16T08:09:10+0100", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"2015-11-16T08:09:10+01", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"2015-11-16 08:09:10 -0530", "2015-11-16T13:39:10Z", LD_DATE_TIME},
        {"2015-12-31T23:30:00-01:00", "2016-01-01T00:30:00Z", LD_DATE_TIME},
        {"20151116T080910", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"20151116T080910Z", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"20151116T0809+0100", "2015-11-16T07:09:00Z", LD_DATE_TIME},
        {"20151116080910", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z", LD_DATE_TIME},
        {"0001-01-01", "0001-01-01T00:00:00Z", LD_DATE_DAY},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", LD_DATE_TIME},
        {"", "", LD_DATE_NONE},
        {"201", "", LD_DATE_NONE},
        {"20151", "", LD_DATE_NONE},
        {"201511", "", LD_DATE_NONE},
        {"0000", "", LD_DATE_NONE},
        {"2015-", "", LD_DATE_NONE},
        {"2015-1", "", LD_DATE_NONE},
        {"2015-13", "", LD_DATE_NONE},
        {"2015-11-", "", LD_DATE_NONE},
        {"2015-11-31", "", LD_DATE_NONE},
        {"2015-02-29", "", LD_DATE_NONE},
        {"2015-11-16T", "", LD_DATE_NONE},
        {"2015-11-16T08", "", LD_DATE_NONE},
        {"2015-11-16T08:", "", LD_DATE_NONE},
        {"2015-11-16T08:09:", "", LD_DATE_NONE},
        {"2015-11-16T08:09:10.", "", LD_DATE_NONE},
        {"2015-11-16T24:00:00", "", LD_DATE_NONE},
        {"2015-11-16T08:60", "", LD_DATE_NONE},
        {"2015-11-16T08:09:61", "", LD_DATE_NONE},
        {"2015-11-16T08:09:10+", "", LD_DATE_NONE},
        {"2015-11-16T08:09:10+1", "", LD_DATE_NONE},
        {"2015-11-16T08:09:10+01:", "", LD_DATE_NONE},
        {"2015-11-16T08:09:10+24:00", "", LD_DATE_NONE},
        {"2015-11-16T08:09:10Zx", "", LD_DATE_NONE},
        {"2015-11-16T08:09:10 ", "", LD_DATE_NONE},
        {"2015-11-16x", "", LD_DATE_NONE},
        {" 2015-11-16", "", LD_DATE_NONE},
        {"2015/11/16", "", LD_DATE_NONE},
        {"0001-01-01T00:00:00+01:00", "", LD_DATE_NONE},
        {"9999-12-31T23:59:59-01:00", "", LD_DATE_NONE},
    };
    check_rows(ld_date_parse_iso, rows, sizeof rows / sizeof *rows);
    int64_t ms;
    assert_int_equal(ld_date_parse_iso(LD_SPAN("1970-01-01T00:00:00.0789Z"), &ms), LD_DATE_TIME);
    assert_int_equal(ms, 78);
    assert_int_equal(ld_date_parse_iso(ld_span_of(NULL, 0), &ms), LD_DATE_NONE);
}

static void http_forms(void **state)
{
    (void)state;
    static const row rows[] = {
        {"Mon, 16 Nov 2015 08:09:10 GMT", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"Mon, 16 Nov 2015 08:09:10 +0100", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"Mon, 16 Nov 2015 08:09:10 -05:00", "2015-11-16T13:09:10Z", LD_DATE_TIME},
        {"16 Nov 2015 08:09:10 EST", "2015-11-16T13:09:10Z", LD_DATE_TIME},
        {"16 Nov 2015 08:09:10 pdt", "2015-11-16T15:09:10Z", LD_DATE_TIME},
        {"16 Nov 2015 08:09 Z", "2015-11-16T08:09:00Z", LD_DATE_TIME},
        {"16 Nov 2015 08:09:10", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"Mon, 16 Nov 2015 08:09:10 GMT+0100", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"Mon, 16 Nov 2015 08:09:10 +0100 (CET)", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"Mon, 16 Nov 2015 08:09:10 CET", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"Mon, 16 Nov 2015 08:09:10 XYZ", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"Fri, 16 Nov 2015 08:09:10 GMT", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"Mon 16 Nov 2015", "2015-11-16T00:00:00Z", LD_DATE_DAY},
        {"6 September 2015", "2015-09-06T00:00:00Z", LD_DATE_DAY},
        {"6 sept 2015", "2015-09-06T00:00:00Z", LD_DATE_DAY},
        {"Monday, 16-Nov-15 08:09:10 GMT", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"Monday, 16-Nov-94 08:09:10 GMT", "1994-11-16T08:09:10Z", LD_DATE_TIME},
        {"Mon, 16-Nov-2015 08:09:10 GMT", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"16 Nov 115 8:09:10 GMT", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"Mon Nov 16 08:09:10 2015", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37Z", LD_DATE_TIME},
        {"Mon Nov 16 08:09:10 CET 2015", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"  Mon, 16 Nov 2015 08:09:10 GMT \r\n", "2015-11-16T08:09:10Z", LD_DATE_TIME},
        {"", "", LD_DATE_NONE},
        {"   ", "", LD_DATE_NONE},
        {"Mon", "", LD_DATE_NONE},
        {"Mon,", "", LD_DATE_NONE},
        {"Mon, 16", "", LD_DATE_NONE},
        {"Mon, 16 Nov", "", LD_DATE_NONE},
        {"Mon, 16 No 2015", "", LD_DATE_NONE},
        {"Mon, 16 Now 2015", "", LD_DATE_NONE},
        {"Mon, 31 Nov 2015", "", LD_DATE_NONE},
        {"Mon, 116 Nov 2015", "", LD_DATE_NONE},
        {"Mon, 16 Nov 20155", "", LD_DATE_NONE},
        {"Mon, 16 Nov 2015 08", "", LD_DATE_NONE},
        {"Mon, 16 Nov 2015 08:09:10 +01", "2015-11-16T07:09:10Z", LD_DATE_TIME},
        {"Mon, 16 Nov 2015 08:09:10 +1", "", LD_DATE_NONE},
        {"Mon, 16 Nov 2015 08:09:10 GMT x1", "", LD_DATE_NONE},
        {"Mon, 16 Nov 2015 08:09:10 (CET", "", LD_DATE_NONE},
        {"Mon Nov 16 08:09:10", "", LD_DATE_NONE},
        {"Nov 16 2015", "", LD_DATE_NONE},
        {"2015-11-16", "", LD_DATE_NONE},
    };
    check_rows(ld_date_parse_http, rows, sizeof rows / sizeof *rows);
}

/* What is formatted is read back, for a time in every 17th day. */
static void formatted_times_are_read_back(void **state)
{
    (void)state;
    for (int64_t day = -719162; day <= 2932896; day += 17) {
        int64_t ms = day * INT64_C(86400000) + (day & 0xffff) * 1000, back = 0;
        char text[32];
        ld_date_format_time(ms, text);
        assert_int_equal(ld_date_parse_iso(ld_span_from_string(text), &back), LD_DATE_TIME);
        assert_true(back == ms);
        ld_date_format_day(ms, text);
        assert_int_equal(ld_date_parse_iso(ld_span_from_string(text), &back), LD_DATE_DAY);
        assert_true(back == day * INT64_C(86400000));
    }
}

/* Damaged dates never make the parsers read outside of the span or give a time out of range. */
static void damaged_dates_are_harmless(void **state)
{
    (void)state;
    static const char *const seeds[] = {"2015-11-16T08:09:10.123+01:00", "20151116T080910Z",
                                        "Mon, 16 Nov 2015 08:09:10 +0100 (CET)",
                                        "Mon Nov 16 08:09:10 2015"};
    test_random r = {9};
    for (int round = 0; round < 100000; round++) {
        const char *seed = seeds[test_random_below(&r, 4)];
        size_t bytes = test_random_below(&r, (uint32_t)strlen(seed)) + 1;
        char *exact = malloc(bytes);
        memcpy(exact, seed, bytes);
        for (uint32_t n = test_random_below(&r, 3); n > 0; n--)
            exact[test_random_below(&r, (uint32_t)bytes)] =
                "0123456789:-+ ,.TZ(\xff"[test_random_below(&r, 20)];
        int64_t ms = 0;
        ld_span s = ld_span_of(exact, bytes);
        ld_date_parse_iso(s, &ms);
        assert_true(ms >= INT64_C(-62135596800000) && ms <= INT64_C(253402300799999));
        ld_date_parse_http(s, &ms);
        assert_true(ms >= INT64_C(-62135596800000) && ms <= INT64_C(253402300799999));
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iso_forms),
        cmocka_unit_test(http_forms),
        cmocka_unit_test(formatted_times_are_read_back),
        cmocka_unit_test(damaged_dates_are_harmless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
