/*
 * From one day to another. What is left out on one side is said on the other: the month in "from 4
 * to 22 January", the year in "Feb 1st to March 2019", the week in "next week from Tue to Thu".
 */
#include "news/times_read.h"

/* "to", a dash; between: "and" too. */
static uint32_t skip_link(const ld_time_context *c, uint32_t at, bool between)
{
    bool link = ld_when_is(c, at, "to") || ld_when_is(c, at, "until") ||
                ld_when_is(c, at, "till") || ld_when_is(c, at, "through") ||
                ld_when_is(c, at, "thru") || ld_when_mark(c, at, '-') ||
                (between && ld_when_is(c, at, "and"));
    return link ? at + 1 : 0;
}

static uint32_t skip_opening(const ld_time_context *c, uint32_t at, bool *between)
{
    *between = ld_when_is(c, at, "between");
    return at + (*between || ld_when_is(c, at, "from"));
}

static uint32_t read_plain_day(const ld_time_context *c, uint32_t at, uint32_t *day)
{
    return ld_read_day_number(c, at, true, day);
}

static bool stretch(ld_when *w, int32_t days)
{
    w->future.last += days;
    w->past.last += days;
    w->grain = LD_GRAIN_PART;
    return days > 0;
}

/* "4 to 22 January 1995", "from 4-23 in next month" */
static uint32_t read_days_of_month(const ld_time_context *c, uint32_t at, ld_when *w)
{
    bool between;
    uint32_t a, b, i = skip_opening(c, at, &between);
    i = read_plain_day(c, i, &a);
    i = i ? skip_link(c, i, between) : 0;
    uint32_t second = i;
    i = i ? read_plain_day(c, i, &b) : 0;
    if (!i || a >= b)
        return 0;
    uint32_t of = i + (ld_when_is(c, i, "of") || ld_when_is(c, i, "in"));
    bool rel = ld_when_kind(c, of, LD_TW_REL) && ld_when_is(c, of + 1, "month");
    if (rel) {
        ld_days month = ld_days_of_unit(c->now, LD_UNIT_MONTH, (int32_t)c->tokens[of].value);
        if (month.first + (int32_t)b - 1 > month.last)
            return 0;
        ld_when_set(w, (ld_days){month.first + (int32_t)a - 1, month.first + (int32_t)b - 1},
                    LD_GRAIN_PART);
        return of + 2;
    }
    uint32_t end = ld_read_date(c, second, w);
    if (!end || end <= i || w->future.last - w->future.first != 0)
        return 0;
    w->future.first -= (int32_t)(b - a);
    w->past.first -= (int32_t)(b - a);
    w->grain = LD_GRAIN_PART;
    return end;
}

/* "November 19-20", "Feb between 2 and 7, 2018" */
static uint32_t read_month_days(const ld_time_context *c, uint32_t at, ld_when *w)
{
    if (!ld_when_kind(c, at, LD_TW_MONTH))
        return 0;
    uint32_t a, b, i = at + 1 + (ld_when_mark(c, at + 1, '.') ? 1 : 0);
    bool between;
    i = skip_opening(c, i, &between);
    i = read_plain_day(c, i, &a);
    i = i ? skip_link(c, i, between) : 0;
    i = i ? read_plain_day(c, i, &b) : 0;
    if (!i || a >= b)
        return 0;
    int32_t year;
    uint32_t from = i + ld_when_mark(c, i, ','), end = ld_read_year(c, from, &year);
    uint32_t month = c->tokens[at].value;
    if (end) {
        if (!ld_day_valid(year, month, b))
            return 0;
        int32_t first = ld_day(year, month, a);
        ld_when_set(w, (ld_days){first, first}, LD_GRAIN_PART);
    } else {
        *w = (ld_when){.month = (uint8_t)month, .day = (uint8_t)a};
        if (!ld_when_each_year(w, c))
            return 0;
    }
    w->month = 0;
    return stretch(w, (int32_t)(b - a)) ? (end ? end : i) : 0;
}

/* "from 4 to January 22, 1995" */
static uint32_t read_day_to_date(const ld_time_context *c, uint32_t at, ld_when *w)
{
    bool between;
    uint32_t a, i = skip_opening(c, at, &between), opened = i;
    i = read_plain_day(c, i, &a);
    i = i && opened > at ? skip_link(c, i, between) : 0;
    uint32_t end = i && ld_when_kind(c, i, LD_TW_MONTH) ? ld_read_date(c, i, w) : 0;
    if (!end)
        return 0;
    int32_t year;
    uint32_t month, day;
    ld_civil_from_days(w->future.first, &year, &month, &day);
    if (a >= day)
        return 0;
    w->future.first -= (int32_t)(day - a);
    w->past.first -= (int32_t)(day - a);
    w->grain = LD_GRAIN_PART;
    return end;
}

/* "next week between Wednesday and Friday" */
static uint32_t read_weekdays(const ld_time_context *c, uint32_t at, ld_when *w)
{
    if (!ld_when_kind(c, at, LD_TW_REL) || !ld_when_is(c, at + 1, "week"))
        return 0;
    bool between;
    uint32_t i = skip_opening(c, at + 2, &between);
    uint32_t other =
        i > at + 2 && ld_when_kind(c, i, LD_TW_WEEKDAY) ? skip_link(c, i + 1, between) : 0;
    if (!other || !ld_when_kind(c, other, LD_TW_WEEKDAY) ||
        c->tokens[other].value < c->tokens[i].value)
        return 0;
    int32_t monday = ld_days_of_unit(c->now, LD_UNIT_WEEK, (int32_t)c->tokens[at].value).first;
    ld_when_set(
        w,
        (ld_days){monday + (int32_t)c->tokens[i].value, monday + (int32_t)c->tokens[other].value},
        LD_GRAIN_PART);
    return other + 1;
}

/* What ends with a month or a year reaches its first day for certain ("from 2014 to 2018"), and no
 * more is taken: that is the reference's reading too. */
static int32_t end_of(const ld_when *b, ld_days days)
{
    return b->grain == LD_GRAIN_DAY ? days.last : days.first;
}

static bool join(const ld_when *a, const ld_when *b, ld_when *w)
{
    *w = (ld_when){.future = {a->future.first, end_of(b, b->future)},
                   .past = {a->past.first, end_of(b, b->past)},
                   .grain = LD_GRAIN_PART};
    ld_days days;
    if (a->month) {
        if (!ld_days_of_month_before(a, b->future.first, &days))
            return false;
        w->future.first = days.first;
        if (!ld_days_of_month_before(a, b->past.first, &days))
            return false;
        w->past.first = days.first;
    } else if (b->month) {
        if (!ld_days_of_month_after(b, a->future.first, &days))
            return false;
        w->future.last = w->past.last = end_of(b, days);
        w->past.first = w->future.first = a->future.first;
    }
    if (w->past.first > w->past.last) /* Friday to Sunday, and only one of them has been */
        w->past.first = a->future.first - 7;
    if (w->past.first > w->past.last || w->past.last - w->past.first > 400 * 366)
        w->past = w->future;
    return w->future.first <= w->future.last;
}

/* It is going on: there is one reading. */
static void settle(const ld_time_context *c, ld_when *w)
{
    if (w->future.first <= c->now && c->now <= w->future.last)
        w->past = w->future;
}

uint32_t ld_read_when(const ld_time_context *c, uint32_t at, ld_when *w)
{
    ld_when period = {0};
    uint32_t date_end = ld_read_date(c, at, w), end = ld_read_period(c, at, &period);
    if (end > date_end)
        *w = period;
    return end > date_end ? end : date_end;
}

static uint32_t read_two(const ld_time_context *c, uint32_t at, ld_when *w)
{
    bool between;
    uint32_t i = skip_opening(c, at, &between), opened = i;
    ld_when a = {0}, b = {0};
    uint32_t middle = ld_read_when(c, i, &a);
    i = middle ? skip_link(c, middle, between) : 0;
    uint32_t end = i ? ld_read_when(c, i, &b) : 0;
    if (!end && i && between) /* "between 10:30 and Monday" is not ours */
        return 0;
    if (!end || (opened == at && (a.weak != b.weak)))
        return 0;
    if (!join(&a, &b, w))
        return 0;
    settle(c, w);
    return end;
}

uint32_t ld_read_range(const ld_time_context *c, uint32_t at, ld_when *w)
{
    static uint32_t (*const readers[])(const ld_time_context *, uint32_t, ld_when *) = {
        ld_read_when,     read_days_of_month, read_month_days,
        read_day_to_date, read_weekdays,      read_two};
    uint32_t best = 0;
    for (uint32_t r = 0; r < sizeof readers / sizeof *readers; r++) {
        ld_when found = {0};
        uint32_t end = readers[r](c, at, &found);
        if (end > best) {
            best = end;
            *w = found;
        }
    }
    return best;
}
