/* Days, months and weeks as numbers: the calendar under times.c. */
#include "news/times_read.h"

#define YEARS_AROUND 8 /* 29 February comes within eight years */

int32_t ld_day(int32_t year, uint32_t month, uint32_t day)
{
    return (int32_t)ld_days_from_civil(year, month, day);
}

bool ld_day_valid(int32_t year, uint32_t month, uint32_t day)
{
    return year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 &&
           day <= ld_days_in_month(year, month);
}

int32_t ld_day_add_months(int32_t day, int32_t months)
{
    int32_t year;
    uint32_t month, of_month;
    ld_civil_from_days(day, &year, &month, &of_month);
    int32_t index = year * 12 + (int32_t)month - 1 + months;
    index = index < 12 ? 12 : index > 9999 * 12 ? 9999 * 12 : index;
    year = index / 12;
    month = (uint32_t)(index % 12) + 1;
    uint32_t longest = ld_days_in_month(year, month);
    return ld_day(year, month, of_month < longest ? of_month : longest);
}

ld_days ld_days_of_month(int32_t year, uint32_t month)
{
    int32_t first = ld_day(year, month, 1);
    return (ld_days){first, first + (int32_t)ld_days_in_month(year, month) - 1};
}

static ld_days of_months(int32_t day, int32_t aligned, int32_t steps)
{
    int32_t year;
    uint32_t month, of_month;
    ld_civil_from_days(day, &year, &month, &of_month);
    int32_t index = year * 12 + (int32_t)month - 1;
    int32_t from = (index - index % aligned) - index + steps * aligned;
    int32_t first = ld_day_add_months(ld_day(year, month, 1), from);
    return (ld_days){first, ld_day_add_months(first, aligned) - 1};
}

ld_days ld_days_of_unit(int32_t day, uint8_t unit, int32_t steps)
{
    int32_t monday = day - (int32_t)ld_weekday_from_days(day);
    switch (unit) {
    case LD_UNIT_WEEK:
        return (ld_days){monday + steps * 7, monday + steps * 7 + 6};
    case LD_UNIT_FORTNIGHT:
        return (ld_days){monday + steps * 14, monday + steps * 14 + 13};
    case LD_UNIT_WEEKEND:
        return (ld_days){monday + steps * 7 + 5, monday + steps * 7 + 6};
    case LD_UNIT_MONTH:
        return of_months(day, 1, steps);
    case LD_UNIT_QUARTER:
        return of_months(day, 3, steps);
    case LD_UNIT_YEAR:
        return of_months(day, 12, steps);
    case LD_UNIT_DECADE:
        return of_months(day, 120, steps);
    case LD_UNIT_CENTURY:
        return of_months(day, 1200, steps);
    default:
        return (ld_days){day + steps, day + steps};
    }
}

static bool in_year(const ld_when *w, int32_t year, ld_days *days)
{
    if (w->day == 0) {
        *days = ld_days_of_month(year, w->month);
        return true;
    }
    if (!ld_day_valid(year, w->month, w->day))
        return false;
    days->first = days->last = ld_day(year, w->month, w->day);
    return true;
}

bool ld_days_of_month_before(const ld_when *w, int32_t limit, ld_days *days)
{
    int32_t year;
    uint32_t month, day;
    ld_civil_from_days(limit, &year, &month, &day);
    for (int32_t y = year; y > year - YEARS_AROUND; y--)
        if (in_year(w, y, days) && days->first <= limit)
            return true;
    return false;
}

bool ld_days_of_month_after(const ld_when *w, int32_t limit, ld_days *days)
{
    int32_t year;
    uint32_t month, day;
    ld_civil_from_days(limit, &year, &month, &day);
    for (int32_t y = year; y < year + YEARS_AROUND; y++)
        if (in_year(w, y, days) && days->last >= limit)
            return true;
    return false;
}

bool ld_when_each_year(ld_when *w, const ld_time_context *c)
{
    return ld_days_of_month_after(w, c->now, &w->future) &&
           ld_days_of_month_before(w, c->now, &w->past);
}

/* A week belongs to the month or year that holds its Thursday (ISO 8601). */
bool ld_days_nth_week(ld_days within, int32_t n, ld_days *week)
{
    int32_t monday = n > 0 ? ld_days_of_unit(within.first - 3, LD_UNIT_WEEK, 0).first : within.last;
    if (n > 0) {
        while (monday + 3 < within.first)
            monday += 7;
        monday += (n - 1) * 7;
    } else {
        monday = ld_days_of_unit(within.last, LD_UNIT_WEEK, 0).first;
        if (monday + 3 > within.last)
            monday -= 7;
    }
    *week = (ld_days){monday, monday + 6};
    return monday + 3 <= within.last;
}

bool ld_days_nth_weekday(ld_days within, uint32_t weekday, int32_t n, int32_t *day)
{
    if (n > 0) {
        uint32_t begins = ld_weekday_from_days(within.first);
        *day = within.first + (int32_t)((weekday + 7 - begins) % 7) + (n - 1) * 7;
    } else {
        uint32_t ends = ld_weekday_from_days(within.last);
        *day = within.last - (int32_t)((ends + 7 - weekday) % 7);
    }
    return *day >= within.first && *day <= within.last;
}
