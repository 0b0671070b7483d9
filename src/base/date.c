/*
 * The calendar: which day is it, and what is its name?
 *
 * Days are counted in years that begin on 1 March, so that the leap day is a year's last day and
 * the months before it have fixed lengths: month m' (0 = March) begins on day (153 m' + 2) / 5. 400
 * years are one cycle of 146,097 days. The method and its proof: Howard Hinnant, "chrono-Compatible
 * Low-Level Date Algorithms", 2013. Rejected: timegm and gmtime, which read the locale's zone
 * tables, and tables of month lengths, which need a loop over the years.
 *
 * Invariants: every time in and out lies in years 1 to 9999; a parse result outside is none.
 */
#include "base/date.h"

#include <stdio.h>

#define DAY_MS     INT64_C(86400000)
#define CYCLE_DAYS 146097    /* 400 years */
#define EPOCH_DAYS 719468    /* 0000-03-01 to 1970-01-01 */
#define FIRST_DAY  (-719162) /* 0001-01-01 */
#define LAST_DAY   2932896   /* 9999-12-31 */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t ld_days_from_civil(int32_t year, uint32_t month, uint32_t day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t cycle = floor_div(y, 400);
    int64_t year_of_cycle = y - cycle * 400;
    int64_t month_from_march = ((int64_t)month + 9) % 12;
    int64_t day_of_year = (153 * month_from_march + 2) / 5 + (int64_t)day - 1;
    int64_t day_of_cycle =
        year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    return cycle * CYCLE_DAYS + day_of_cycle - EPOCH_DAYS;
}

void ld_civil_from_days(int64_t days, int32_t *year, uint32_t *month, uint32_t *day)
{
    days = days < FIRST_DAY ? FIRST_DAY : days > LAST_DAY ? LAST_DAY : days;
    int64_t from_march = days + EPOCH_DAYS;
    int64_t cycle = floor_div(from_march, CYCLE_DAYS);
    int64_t day_of_cycle = from_march - cycle * CYCLE_DAYS;
    /* Leap days up to here are taken out, so that every year has 365. */
    int64_t year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 -
                             day_of_cycle / (CYCLE_DAYS - 1)) /
                            365;
    int64_t day_of_year =
        day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int64_t month_from_march = (5 * day_of_year + 2) / 153;
    *day = (uint32_t)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
    *month = (uint32_t)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
    *year = (int32_t)(cycle * 400 + year_of_cycle + (*month <= 2));
}

uint32_t ld_weekday_from_days(int64_t days)
{
    /* 1970-01-01 was a Thursday. */
    int64_t d = days % 7 + 3;
    return (uint32_t)((d + 7) % 7);
}

uint32_t ld_days_in_month(int32_t year, uint32_t month)
{
    static const uint8_t days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (month < 1 || month > 12)
        return 0;
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

bool ld_civil_valid(const ld_civil *c)
{
    return c->year >= 1 && c->year <= 9999 && c->day >= 1 &&
           c->day <= ld_days_in_month(c->year, c->month) && c->hour <= 23 && c->minute <= 59 &&
           c->second <= 60 && c->millisecond <= 999 && c->offset_minutes > -24 * 60 &&
           c->offset_minutes < 24 * 60;
}

int64_t ld_civil_to_utc_ms(const ld_civil *c)
{
    int64_t minutes = ld_days_from_civil(c->year, c->month, c->day) * 1440 + c->hour * 60 +
                      c->minute - c->offset_minutes;
    return (minutes * 60 + c->second) * 1000 + c->millisecond;
}

ld_civil ld_civil_from_utc_ms(int64_t utc_ms)
{
    if (utc_ms < FIRST_DAY * DAY_MS)
        utc_ms = FIRST_DAY * DAY_MS;
    if (utc_ms >= (LAST_DAY + 1) * DAY_MS)
        utc_ms = (LAST_DAY + 1) * DAY_MS - 1;
    int64_t days = floor_div(utc_ms, DAY_MS);
    uint32_t ms = (uint32_t)(utc_ms - days * DAY_MS), month, day;
    ld_civil c = {0};
    ld_civil_from_days(days, &c.year, &month, &day);
    c.month = (uint8_t)month;
    c.day = (uint8_t)day;
    c.hour = (uint8_t)(ms / 3600000);
    c.minute = (uint8_t)(ms / 60000 % 60);
    c.second = (uint8_t)(ms / 1000 % 60);
    c.millisecond = (uint16_t)(ms % 1000);
    return c;
}

void ld_date_format_day(int64_t utc_ms, char out[16])
{
    ld_civil c = ld_civil_from_utc_ms(utc_ms);
    snprintf(out, 16, "%04u-%02u-%02u", (unsigned)c.year % 10000, c.month % 100u, c.day % 100u);
}

void ld_date_format_time(int64_t utc_ms, char out[32])
{
    ld_civil c = ld_civil_from_utc_ms(utc_ms);
    snprintf(out, 32, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000, c.month % 100u,
             c.day % 100u, c.hour % 100u, c.minute % 100u, c.second % 100u);
}
