#include "base/date.h"

#include <time.h>

#include "tests/test.h"

#define FIRST_MS INT64_C(-62135596800000) /* 0001-01-01T00:00:00.000Z */
#define LAST_MS  INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* The naive twin walks every day of years 1 to 9999 with a calendar of its own. */
static void every_day_round_trips(void **state)
{
    (void)state;
    int64_t days = -719162;
    uint32_t weekday = 0; /* 0001-01-01 is a Monday in the proleptic calendar */
    for (int32_t year = 1; year <= 9999; year++) {
        for (uint32_t month = 1; month <= 12; month++) {
            uint32_t length = month == 2                                              ? 28
                              : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                      : 31;
            if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0))
                length = 29;
            if (ld_days_in_month(year, month) != length)
                fail_msg("%d-%u has %u days", year, month, length);
            for (uint32_t day = 1; day <= length; day++, days++, weekday = (weekday + 1) % 7) {
                int32_t y;
                uint32_t m, d;
                ld_civil_from_days(days, &y, &m, &d);
                if (y != year || m != month || d != day ||
                    ld_days_from_civil(year, month, day) != days ||
                    ld_weekday_from_days(days) != weekday)
                    fail_msg("%d-%u-%u is day %lld", year, month, day, (long long)days);
            }
        }
    }
    assert_int_equal(days, 2932897);
    assert_int_equal(ld_days_in_month(2015, 0), 0);
    assert_int_equal(ld_days_in_month(2015, 13), 0);
}

static void times_equal_libc(void **state)
{
    (void)state;
    test_random r = {8};
    for (int i = 0; i < 100000; i++) {
        uint64_t span = (uint64_t)(LAST_MS - FIRST_MS) + 1;
        int64_t ms = FIRST_MS + (int64_t)(test_random_u64(&r) % span);
        ld_civil c = ld_civil_from_utc_ms(ms);
        assert_true(ld_civil_valid(&c));
        assert_true(ld_civil_to_utc_ms(&c) == ms);
        time_t seconds = (time_t)((ms - c.millisecond) / 1000);
        struct tm tm;
        gmtime_r(&seconds, &tm);
        assert_int_equal(tm.tm_year + 1900, c.year);
        assert_int_equal(tm.tm_mon + 1, c.month);
        assert_int_equal(tm.tm_mday, c.day);
        assert_int_equal(tm.tm_hour, c.hour);
        assert_int_equal(tm.tm_min, c.minute);
        assert_int_equal(tm.tm_sec, c.second);
    }
}

static void offsets_and_leap_seconds(void **state)
{
    (void)state;
    ld_civil c = {.year = 2015, .month = 11, .day = 16, .hour = 8, .offset_minutes = 60};
    assert_true(ld_civil_to_utc_ms(&c) == INT64_C(1447657200000));
    c.offset_minutes = -330;
    assert_true(ld_civil_to_utc_ms(&c) == INT64_C(1447680600000));
    ld_civil leap = {.year = 2016, .month = 12, .day = 31, .hour = 23, .minute = 59, .second = 60};
    assert_true(ld_civil_valid(&leap));
    assert_true(ld_civil_to_utc_ms(&leap) == INT64_C(1483228800000));
}

static void invalid_fields(void **state)
{
    (void)state;
    const ld_civil good = {.year = 2016, .month = 2, .day = 29};
    assert_true(ld_civil_valid(&good));
    ld_civil bad[10];
    for (int i = 0; i < 10; i++)
        bad[i] = good;
    bad[0].year = 2015;
    bad[1].year = 0;
    bad[2].year = 10000;
    bad[3].month = 13;
    bad[4].month = 0;
    bad[5].day = 0;
    bad[6].hour = 24;
    bad[7].minute = 60;
    bad[8].second = 61;
    bad[9].offset_minutes = 1440;
    for (int i = 0; i < 10; i++)
        assert_false(ld_civil_valid(&bad[i]));
}

static void formats(void **state)
{
    (void)state;
    char day[16], time_text[32];
    static const struct {
        int64_t ms;
        const char *text;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z"},
        {-1, "1969-12-31T23:59:59Z"},
        {INT64_C(1447661350999), "2015-11-16T08:09:10Z"},
        {FIRST_MS, "0001-01-01T00:00:00Z"},
        {LAST_MS, "9999-12-31T23:59:59Z"},
        {INT64_MIN, "0001-01-01T00:00:00Z"},
        {INT64_MAX, "9999-12-31T23:59:59Z"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ld_date_format_time(cases[i].ms, time_text);
        assert_string_equal(time_text, cases[i].text);
        ld_date_format_day(cases[i].ms, day);
        assert_int_equal(strlen(day), 10);
        assert_memory_equal(day, cases[i].text, 10);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_round_trips),
        cmocka_unit_test(times_equal_libc),
        cmocka_unit_test(offsets_and_leap_seconds),
        cmocka_unit_test(invalid_fields),
        cmocka_unit_test(formats),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
