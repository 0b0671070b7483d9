/*
 * Several days: units of the calendar and parts of them.
 *
 *   unit      last month | this week | the week after next | next June | May 2015 | 2015/3 | 2014
 *   nth       the third week of July | Q3 2016 | second half of next year | week 31
 *   span      the next 3 days | past few weeks | within 5 years | 4 weeks in the future
 *   part      early next week | late last year | end of March | rest of the month | later this year
 *   decade    the 1970s | the nineties | 21st century | summer of 2016
 *   around    the week of September 16th | 3 days starting from next Monday
 */
#include "news/times_read.h"

static bool one_of(const ld_time_context *c, uint32_t at, const char *const *words)
{
    for (; *words; words++)
        if (ld_when_is(c, at, *words))
            return true;
    return false;
}

/* ---- how long ---- */

uint32_t ld_read_lasting(const ld_time_context *c, uint32_t at, ld_lasting *lasting)
{
    uint32_t end = 0, i = at, n;
    *lasting = (ld_lasting){0};
    for (;;) {
        i = ld_read_number(c, i, &n);
        if (!i || n > 9999)
            return end;
        if (ld_when_is(c, i, "and") && ld_when_is(c, i + 1, "half"))
            i += 2; /* half a day is no day */
        bool business = ld_when_is(c, i, "business") || ld_when_is(c, i, "working");
        i += business;
        if (!ld_when_kind(c, i, LD_TW_UNIT))
            return end;
        switch (c->tokens[i].value) {
        case LD_UNIT_DAY:
            *(business ? &lasting->business_days : &lasting->days) += (int32_t)n;
            break;
        case LD_UNIT_WEEK:
            lasting->days += 7 * (int32_t)n;
            break;
        case LD_UNIT_FORTNIGHT:
            lasting->days += 14 * (int32_t)n;
            break;
        case LD_UNIT_MONTH:
            lasting->months += (int32_t)n;
            break;
        case LD_UNIT_QUARTER:
            lasting->months += 3 * (int32_t)n;
            break;
        case LD_UNIT_YEAR:
            lasting->months += 12 * (int32_t)n;
            break;
        case LD_UNIT_DECADE:
            lasting->decades += (int32_t)n;
            break;
        default:
            return end;
        }
        end = ++i;
        if (ld_when_is(c, i, "and"))
            i++;
        else if (ld_when_mark(c, i, ','))
            i++;
    }
}

int32_t ld_day_add_lasting(int32_t day, const ld_lasting *l, int sign)
{
    day = ld_day_add_months(day, sign * (l->months + 120 * l->decades)) + sign * l->days;
    for (int32_t n = l->business_days; n > 0; n -= ld_weekday_from_days(day) < 5)
        day += sign;
    return day;
}

/* ---- units ---- */

static uint32_t read_relative(const ld_time_context *c, uint32_t at, ld_when *w)
{
    static const char *const mine[] = {"the", "my", NULL};
    uint32_t i = at;
    bool the = one_of(c, i, mine);
    i += the;
    int32_t steps = 0;
    bool rel = ld_when_kind(c, i, LD_TW_REL);
    if (rel)
        steps = (int32_t)c->tokens[i++].value;
    if (!ld_when_kind(c, i, LD_TW_UNIT))
        return 0;
    uint8_t unit = (uint8_t)c->tokens[i].value;
    if (unit == LD_UNIT_DAY || c->tokens[i].lower[c->tokens[i].bytes - 1] == 's')
        return 0;
    uint32_t end = i + 1;
    if (the && !rel && ld_when_is(c, end, "after")) { /* the week after next */
        uint32_t next = end + 1 + ld_when_is(c, end + 1, "the");
        if (!ld_when_is(c, next, "next"))
            return 0;
        ld_when_set(w, ld_days_of_unit(c->now, unit, 2), LD_GRAIN_PART);
        return next + 1;
    }
    if (!rel && unit != LD_UNIT_WEEKEND && !(the && unit == LD_UNIT_WEEK))
        return 0;
    ld_when_set(w, ld_days_of_unit(c->now, unit, steps),
                unit >= LD_UNIT_YEAR ? LD_GRAIN_YEAR : LD_GRAIN_PART);
    if (!rel) {
        bool ahead = w->future.first > c->now && unit == LD_UNIT_WEEKEND;
        w->past = ld_days_of_unit(c->now, unit, ahead ? -1 : 0);
        w->weak = unit == LD_UNIT_WEEK;
    }
    return end;
}

static uint32_t read_any_year(const ld_time_context *c, uint32_t at, int32_t *year)
{
    uint32_t i = at + ld_when_is(c, at, "the");
    if (ld_when_kind(c, i, LD_TW_REL) && ld_when_is(c, i + 1, "year")) {
        *year = c->year + (int32_t)c->tokens[i].value;
        return i + 2;
    }
    return i > at ? 0 : ld_read_year(c, at, year);
}

/* "Sept", and not "May", "June", "July": a dot behind those ends the sentence. */
static bool is_abbreviated(const ld_time_token *t)
{
    return t->bytes < 5 && (t->value < 5 || t->value > 7 || (t->bytes == 3 && t->value != 5));
}

static uint32_t read_month(const ld_time_context *c, uint32_t at, ld_when *w)
{
    int32_t year, steps = 0;
    bool rel = ld_when_kind(c, at, LD_TW_REL);
    if (rel)
        steps = (int32_t)c->tokens[at].value;
    uint32_t i = at + rel;
    if (!ld_when_kind(c, i, LD_TW_MONTH))
        return 0;
    const ld_time_token *t = &c->tokens[i++];
    if (rel) {
        ld_when_set(w, ld_days_of_month(c->year + steps, t->value), LD_GRAIN_PART);
        ld_days this_year = ld_days_of_month(c->year, t->value);
        /* of this year only where it does not lie between now and that */
        if (steps > 0 && this_year.first > c->now)
            w->future = w->past = this_year;
        return i;
    }
    uint32_t from = i;
    if (ld_when_mark(c, from, '.') && c->tokens[from].glued && is_abbreviated(t))
        i = ++from;
    if (ld_when_is(c, from, "of") || ld_when_mark(c, from, ','))
        from++;
    uint32_t end = read_any_year(c, from, &year);
    if (!end && ld_when_kind(c, i, LD_TW_NUMBER) && c->tokens[i].bytes == 2 &&
        c->tokens[i].value > 31 && t->capital) {
        year = (int32_t)c->tokens[i].value + 1900;
        end = i + 1;
    }
    if (end) {
        ld_when_set(w, ld_days_of_month(year, t->value), LD_GRAIN_PART);
        return end;
    }
    *w = (ld_when){.grain = LD_GRAIN_PART, .month = (uint8_t)t->value};
    w->weak = !t->capital || t->value == 3 || t->value == 5 || t->bytes == 3;
    return ld_when_each_year(w, c) ? i : 0;
}

/* 2016 june, 2016-11, 11/2016, 2015.3, 2014 */
static uint32_t read_year_month(const ld_time_context *c, uint32_t at, ld_when *w)
{
    int32_t year;
    uint32_t i = ld_read_year(c, at, &year);
    bool numeric = ld_when_kind(c, at, LD_TW_NUMBER);
    if (i) {
        uint32_t from = i + ld_when_mark(c, i, ',');
        if (ld_when_kind(c, from, LD_TW_MONTH) &&
            (c->tokens[from].capital || c->tokens[from].value != 5 || from == i)) {
            ld_when_set(w, ld_days_of_month(year, c->tokens[from].value), LD_GRAIN_PART);
            return from + 1;
        }
        bool mark = ld_when_mark(c, i, '-') || ld_when_mark(c, i, '/') ||
                    (ld_when_mark(c, i, '.') && c->tokens[i].glued && i + 1 < c->count &&
                     c->tokens[i + 1].glued);
        if (numeric && mark && ld_when_kind(c, i + 1, LD_TW_NUMBER) &&
            c->tokens[i + 1].bytes <= 2 && c->tokens[i + 1].value >= 1 &&
            c->tokens[i + 1].value <= 12 &&
            !(i + 2 < c->count && c->tokens[i + 2].glued && ld_when_kind(c, i + 2, LD_TW_OTHER))) {
            ld_when_set(w, ld_days_of_month(year, c->tokens[i + 1].value), LD_GRAIN_PART);
            return i + 2;
        }
        ld_when_set(w, ld_days_of_unit(ld_day(year, 1, 1), LD_UNIT_YEAR, 0), LD_GRAIN_YEAR);
        w->weak = numeric;
        return i;
    }
    if (!numeric || c->tokens[at].bytes > 2 || c->tokens[at].value < 1 ||
        c->tokens[at].value > 12 || !(ld_when_mark(c, at + 1, '-') || ld_when_mark(c, at + 1, '/')))
        return 0;
    i = ld_read_year(c, at + 2, &year);
    if (!i)
        return 0;
    ld_when_set(w, ld_days_of_month(year, c->tokens[at].value), LD_GRAIN_PART);
    return i;
}

/* "year 247", "Year two hundred and sixty seven" */
static uint32_t read_named_year(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t n, i = ld_when_is(c, at, "year") ? ld_read_number(c, at + 1, &n) : 0;
    if (!i || n < 100 || n > 2999)
        return 0;
    ld_when_set(w, ld_days_of_unit(ld_day((int32_t)n, 1, 1), LD_UNIT_YEAR, 0), LD_GRAIN_YEAR);
    return i;
}

/* ---- decades, centuries, seasons ---- */

static uint32_t read_decade(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t i = at + ld_when_is(c, at, "the"), tens = 0, end;
    int32_t century = 0;
    if (ld_when_mark(c, i, '\''))
        i++;
    if (ld_when_kind(c, i, LD_TW_NUMBER) && c->tokens[i].value % 10 == 0 &&
        (c->tokens[i].bytes == 2 || (c->tokens[i].bytes == 4 && c->tokens[i].value >= 1000))) {
        end = i + 1;
        end += ld_when_mark(c, end, '\'') && end < c->count && c->tokens[end].glued;
        if (!ld_when_is(c, end, "s") || !c->tokens[end].glued)
            return 0;
        tens = c->tokens[i].value % 100;
        century = (int32_t)(c->tokens[i].value / 100) * 100;
        end++;
    } else if (ld_when_is(c, i, "two") && ld_when_is(c, i + 1, "thousand") &&
               ld_when_is(c, i + 2, "and") && ld_when_kind(c, i + 3, LD_TW_DECADE)) {
        century = 2000;
        tens = c->tokens[i + 3].value;
        end = i + 4;
    } else if (ld_when_is(c, i, "two") && ld_when_is(c, i + 1, "thousands")) {
        century = 2000;
        end = i + 2;
    } else if ((ld_when_is(c, i, "nineteen") || ld_when_is(c, i, "eighteen") ||
                ld_when_is(c, i, "twenty")) &&
               ld_when_kind(c, i + 1 + ld_when_mark(c, i + 1, '-'), LD_TW_DECADE)) {
        century = (int32_t)c->tokens[i].value * 100;
        i += 1 + ld_when_mark(c, i + 1, '-');
        tens = c->tokens[i].value;
        end = i + 1;
    } else if (ld_when_kind(c, i, LD_TW_DECADE) && (i > at || ld_when_is(c, i, "noughties"))) {
        tens = c->tokens[i].value;
        end = i + 1;
    } else {
        return 0;
    }
    if (century == 0)
        century = tens >= 20 ? 1900 : 2000;
    ld_when_set(w, ld_days_of_unit(ld_day(century + (int32_t)tens, 1, 1), LD_UNIT_DECADE, 0),
                LD_GRAIN_YEAR);
    return end;
}

static uint32_t read_century(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t n, i = at + ld_when_is(c, at, "the"), end = ld_read_ordinal(c, i, &n);
    if (!end || n < 2 || n > 29 || !ld_when_is(c, end, "century"))
        return 0;
    ld_when_set(w, ld_days_of_unit(ld_day((int32_t)n * 100 - 100, 1, 1), LD_UNIT_CENTURY, 0),
                LD_GRAIN_YEAR);
    return end + 1;
}

/* Seasons of the northern half, by whole months; winter begins in December. */
static uint32_t read_season(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t i = at;
    bool rel = ld_when_kind(c, i, LD_TW_REL);
    int32_t year = c->year + (rel ? (int32_t)c->tokens[i].value : 0);
    i += rel;
    if (!ld_when_kind(c, i, LD_TW_SEASON))
        return 0;
    uint32_t month = c->tokens[i++].value;
    uint32_t end = rel ? i : read_any_year(c, i + ld_when_is(c, i, "of"), &year);
    if (!end)
        return 0; /* "spring" alone is a word of many meanings */
    int32_t first = ld_day(year, month, 1);
    ld_when_set(w, (ld_days){first, ld_day_add_months(first, 3) - 1}, LD_GRAIN_PART);
    return end;
}

/* ---- the n-th ---- */

static uint32_t read_of_year(const ld_time_context *c, uint32_t at, uint32_t months, uint32_t n,
                             ld_when *w)
{
    int32_t year;
    uint32_t i = at + (ld_when_is(c, at, "of") || ld_when_is(c, at, "in"));
    uint32_t end = read_any_year(c, i, &year);
    if (!end && i == at + 1 && ld_when_is(c, i, "the") && ld_when_is(c, i + 1, "year")) {
        year = c->year;
        end = i + 2;
    }
    for (int way = 0; way < 2; way++) {
        int32_t first = ld_day(end ? year : c->year, (n - 1) * months + 1, 1);
        ld_days days = {first, ld_day_add_months(first, (int32_t)months) - 1};
        if (!end && way == 0 && days.last < c->now)
            first = ld_day_add_months(first, 12);
        if (!end && way == 1 && days.first > c->now)
            first = ld_day_add_months(first, -12);
        days = (ld_days){first, ld_day_add_months(first, (int32_t)months) - 1};
        if (way == 0)
            ld_when_set(w, days, LD_GRAIN_PART);
        else
            w->past = days;
    }
    return end ? end : at;
}

/* Q3, H2 2016, 2016H2, third quarter */
static uint32_t read_quarter(const ld_time_context *c, uint32_t at, ld_when *w)
{
    int32_t year;
    uint32_t n, before = ld_read_year(c, at, &year), i = before ? before : at, end;
    i += ld_when_is(c, i, "the");
    uint32_t months = 0;
    if ((ld_when_is(c, i, "q") || ld_when_is(c, i, "h")) && ld_when_kind(c, i + 1, LD_TW_NUMBER) &&
        c->tokens[i + 1].glued && (c->tokens[i].capital || before)) {
        months = ld_when_is(c, i, "q") ? 3 : 6;
        n = c->tokens[i + 1].value;
        end = i + 2;
    } else {
        end = ld_read_ordinal(c, i, &n);
        if (!end)
            return 0;
        months = ld_when_is(c, end, "quarter") ? 3 : ld_when_is(c, end, "half") ? 6 : 0;
        end++;
    }
    if (months == 0 || n < 1 || n > 12 / months)
        return 0;
    if (!before) {
        uint32_t whole = read_of_year(c, end, months, n, w);
        w->weak = months == 6 && whole == end; /* "in the second half" is football's */
        return w->weak ? 0 : whole;
    }
    int32_t first = ld_day(year, (n - 1) * months + 1, 1);
    ld_when_set(w, (ld_days){first, ld_day_add_months(first, (int32_t)months) - 1}, LD_GRAIN_PART);
    return end;
}

static uint32_t read_unit_of_period(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t i = read_relative(c, at, w);
    i = i ? i : read_month(c, at, w);
    return i ? i : read_year_month(c, at, w);
}

static uint32_t read_nth_week(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t nth = 0, i = at + ld_when_is(c, at, "the"), end;
    ld_when within = {0};
    bool last = ld_when_is(c, i, "last");
    if (ld_when_is(c, i, "week") && ld_when_kind(c, i + 1, LD_TW_NUMBER) && i == at) {
        nth = c->tokens[i + 1].value;
        within.future = within.past = ld_days_of_unit(c->now, LD_UNIT_YEAR, 0);
        end = i + 2;
    } else {
        i = last ? i + 1 : ld_read_ordinal(c, i, &nth);
        if (!i || !ld_when_is(c, i, "week"))
            return 0;
        i++;
        bool of = ld_when_is(c, i, "of") || ld_when_is(c, i, "in");
        end = of || !last ? read_unit_of_period(c, i + of, &within) : 0;
        if (!end)
            return 0;
    }
    ld_days week;
    int32_t n = last ? -1 : (int32_t)nth;
    if (nth > 53 || n == 0 || !ld_days_nth_week(within.future, n, &week))
        return 0;
    ld_when_set(w, week, LD_GRAIN_PART);
    if (ld_days_nth_week(within.past, n, &week))
        w->past = week;
    return end;
}

/* "the week of the 18th", "month of September 16th", "w/c Feb 4" */
static uint32_t read_around(const ld_time_context *c, uint32_t at, ld_when *w)
{
    static const char *const begins[] = {"of", "starting", "beginning", "commencing", NULL};
    uint32_t i = at + ld_when_is(c, at, "the");
    uint8_t unit = ld_when_is(c, i, "month") ? LD_UNIT_MONTH : LD_UNIT_WEEK;
    ld_when day = {0};
    if (ld_when_is(c, i, "w") && ld_when_mark(c, i + 1, '/') && ld_when_is(c, i + 2, "c"))
        i += 3;
    else if ((ld_when_is(c, i, "week") || ld_when_is(c, i, "month")) && one_of(c, i + 1, begins))
        i += 2 + ld_when_is(c, i + 2, "on");
    else
        return 0;
    uint32_t end = ld_read_date(c, i, &day);
    if (!end)
        return 0;
    ld_when_set(w, ld_days_of_unit(day.future.first, unit, 0), LD_GRAIN_PART);
    w->past = ld_days_of_unit(day.past.first, unit, 0);
    return end;
}

/* ---- spans from now ---- */

static void set_span(ld_when *w, int32_t first, int32_t last)
{
    ld_when_set(w, (ld_days){first, last}, LD_GRAIN_PART);
}

static uint32_t read_span(const ld_time_context *c, uint32_t at, ld_when *w)
{
    ld_lasting l;
    uint32_t i = at;
    bool within = ld_when_is(c, i, "within");
    bool less =
        (ld_when_is(c, i, "less") || ld_when_is(c, i, "more")) && ld_when_is(c, i + 1, "than");
    bool more = less && ld_when_is(c, i, "more");
    i += within ? 1 : less ? 2 : 0;
    i += ld_when_is(c, i, "the");
    int32_t way = 0;
    if (ld_when_kind(c, i, LD_TW_REL) && c->tokens[i].value != 0 && !less)
        way = (int32_t)c->tokens[i++].value;
    uint32_t end = ld_read_lasting(c, i, &l);
    if (!end || (way == 0 && i > at && !within && !less))
        return 0;
    if (l.decades && way != 0) {
        ld_days now = ld_days_of_unit(c->now, LD_UNIT_DECADE, 0);
        set_span(w, way > 0 ? now.last + 1 : ld_day_add_months(now.first, -120 * l.decades),
                 way > 0 ? ld_day_add_months(now.last + 1, 120 * l.decades) - 1 : now.first - 1);
        return end;
    }
    if (within || less) {
        ld_when from = {0};
        uint32_t base = 0;
        bool before = ld_when_is(c, end, "before");
        if (before || ld_when_is(c, end, "from") || ld_when_is(c, end, "after"))
            base = ld_read_date(c, end + 1, &from);
        if (less && !base)
            return 0;
        int32_t day = base ? from.future.first : c->now;
        int32_t other = ld_day_add_lasting(day, &l, before ? -1 : 1);
        if (more)
            day = other;
        set_span(w, day < other ? day : other, day < other ? other : day);
        return base ? base : end;
    }
    bool hence = ld_when_is(c, end, "hence");
    bool future = ld_when_is(c, end, "in") && ld_when_is(c, end + 1, "the") &&
                  ld_when_is(c, end + 2, "future");
    if (way > 0 || hence || future) {
        set_span(w, c->now + 1, ld_day_add_lasting(c->now, &l, 1));
        return end + (hence ? 1 : future ? 3 : 0);
    }
    if (way < 0) {
        set_span(w, ld_day_add_lasting(c->now, &l, -1), c->now);
        return end;
    }
    return 0;
}

/* "in the coming days", "the next few weeks" without a number */
static uint32_t read_vague(const ld_time_context *c, uint32_t at, ld_when *w)
{
    static const uint8_t days[LD_UNIT_MONTH + 1] = {
        [LD_UNIT_DAY] = 7, [LD_UNIT_WEEK] = 28, [LD_UNIT_MONTH] = 92};
    uint32_t i = at + ld_when_is(c, at, "the");
    if (!ld_when_kind(c, i, LD_TW_REL) || c->tokens[i].value == 0 ||
        !ld_when_kind(c, i + 1, LD_TW_UNIT) || c->tokens[i + 1].value > LD_UNIT_MONTH)
        return 0;
    const ld_time_token *t = &c->tokens[i + 1];
    int32_t far = days[t->value];
    if (t->lower[t->bytes - 1] != 's' || far == 0)
        return 0;
    bool ahead = (int32_t)c->tokens[i].value > 0;
    set_span(w, ahead ? c->now : c->now - far, ahead ? c->now + far : c->now);
    return i + 2;
}

/* "for 1 week, from 20th Dec", "3 days starting from next Monday" */
static uint32_t read_from(const ld_time_context *c, uint32_t at, ld_when *w)
{
    ld_lasting l;
    ld_when day = {0};
    bool marked = ld_when_is(c, at, "for");
    uint32_t i = ld_read_lasting(c, at + marked, &l);
    if (!i)
        return 0;
    i += ld_when_mark(c, i, ',');
    bool starting = ld_when_is(c, i, "starting") || ld_when_is(c, i, "beginning");
    i += starting;
    bool from = ld_when_is(c, i, "from") || (starting && ld_when_is(c, i, "on"));
    if (!starting && !(from && marked))
        return 0;
    uint32_t end = ld_read_date(c, i + from, &day);
    if (!end)
        return 0;
    set_span(w, day.future.first, ld_day_add_lasting(day.future.first, &l, 1) - 1);
    w->past = (ld_days){day.past.first, ld_day_add_lasting(day.past.first, &l, 1) - 1};
    return end;
}

/* ---- parts ---- */

static ld_days part_of(ld_days d, uint32_t part, bool thirds)
{
    int32_t length = d.last - d.first + 1;
    int32_t months = length > 300 ? 12 : 0;
    if (months && thirds) {
        int32_t from = ld_day_add_months(d.first, (int32_t)part * 4);
        return (ld_days){from, ld_day_add_months(from, 4) - 1};
    }
    if (part == LD_PART_MIDDLE)
        return length == 7 ? (ld_days){d.first + 1, d.first + 4}
                           : (ld_days){d.first + length / 3, d.last - length / 3};
    int32_t half = months ? ld_day_add_months(d.first, 6) - d.first : length / 2;
    half = length >= 28 && length <= 31 ? 15 : half;
    return part == LD_PART_EARLY ? (ld_days){d.first, d.first + half - 1}
                                 : (ld_days){d.first + half, d.last};
}

static uint32_t read_part(const ld_time_context *c, uint32_t at, ld_when *w)
{
    ld_when whole = {0};
    uint32_t i = at + ld_when_is(c, at, "the");
    if (!ld_when_kind(c, i, LD_TW_PART))
        return 0;
    uint32_t part = c->tokens[i++].value;
    bool of = ld_when_is(c, i, "of") || ld_when_is(c, i, "in");
    i += of || ld_when_mark(c, i, '-');
    uint32_t end = read_unit_of_period(c, i, &whole);
    if (!end && of && ld_when_is(c, i, "the") && ld_when_kind(c, i + 1, LD_TW_UNIT) &&
        c->tokens[i + 1].value >= LD_UNIT_WEEK) {
        whole.future = whole.past = ld_days_of_unit(c->now, (uint8_t)c->tokens[i + 1].value, 0);
        end = i + 2;
    }
    end = end ? end : read_decade(c, i, &whole);
    if (!end)
        return 0;
    ld_when_set(w, part_of(whole.future, part, of), LD_GRAIN_PART);
    w->past = part_of(whole.past, part, of);
    return end;
}

/* "rest of the week", "later this month", "earlier in the year" */
static uint32_t read_rest(const ld_time_context *c, uint32_t at, ld_when *w)
{
    static const char *const these[] = {"the", "my", "this", "current", NULL};
    bool rest = ld_when_is(c, at, "rest"), later = ld_when_is(c, at, "later");
    if (!rest && !later && !ld_when_is(c, at, "earlier"))
        return 0;
    uint32_t i = at + 1;
    bool of = ld_when_is(c, i, "of") || ld_when_is(c, i, "in");
    i += of;
    bool said = one_of(c, i, these);
    i += said;
    i += said && ld_when_is(c, i, "current");
    if (!(said || (rest && of)) || !ld_when_kind(c, i, LD_TW_UNIT) ||
        c->tokens[i].value < LD_UNIT_WEEK)
        return 0;
    ld_days whole = ld_days_of_unit(c->now, (uint8_t)c->tokens[i].value, 0);
    if (rest || later)
        set_span(w, c->now, whole.last);
    else
        set_span(w, whole.first, c->now);
    return i + 1;
}

uint32_t ld_read_period(const ld_time_context *c, uint32_t at, ld_when *w)
{
    static uint32_t (*const readers[])(const ld_time_context *, uint32_t, ld_when *) = {
        read_relative, read_month,  read_year_month, read_named_year, read_decade,
        read_century,  read_season, read_quarter,    read_nth_week,   read_around,
        read_span,     read_vague,  read_from,       read_part,       read_rest};
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
