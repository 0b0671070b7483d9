/*
 * Values of filters: numbers and dates, each a closed range of what the column stores.
 *
 *   price:10  price:10..20  price:>10     date:2015-11  date:2015-01..2015-06  date:"last week"
 *
 * A date stands for all of its day, month or year; a time for its second. Days are days of UTC: the
 * archive does not know where its reader lives. Weeks begin on Monday (ISO 8601). An open end is
 * INT64_MIN or INT64_MAX. Decimal numbers are read by hand and not by strtod, which follows the
 * locale of the host program: up to 15 digits and a power of ten up to 22 are exact in doubles, so
 * one division rounds correctly (Clinger, How to read floating point numbers accurately, 1990).
 */
#include <stdio.h>

#include "base/date.h"
#include "query/parse.h"

#define DAY_MS     86400000ll
#define TIME_MIN   (-62135596800000ll) /* 0001-01-01T00:00:00Z */
#define TIME_MAX   253402300799000ll   /* 9999-12-31T23:59:59Z */
#define LAST_N_MAX 100000u             /* "last n days": 273 years */

/* ---- numbers ---- */

static bool parse_integer(ld_span s, int64_t *value)
{
    bool negative = s.bytes && s.data[0] == '-';
    uint64_t magnitude;
    if (negative || (s.bytes && s.data[0] == '+'))
        s = ld_span_sub(s, 1, s.bytes);
    if (!ld_span_parse_u64(s, &magnitude) || magnitude > (uint64_t)INT64_MAX)
        return false;
    *value = negative ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}

static bool parse_decimal(ld_span s, double *value)
{
    static const double powers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    uint64_t digits = 0;
    uint32_t digit_count = 0, places = 0;
    bool negative = false, point = false;
    for (size_t i = 0; i < s.bytes; i++) {
        char c = s.data[i];
        if (i == 0 && (c == '-' || c == '+')) {
            negative = c == '-';
        } else if (c == '.' && !point) {
            point = true;
        } else if (c >= '0' && c <= '9' && digit_count < 15) {
            digits = digits * 10 + (uint64_t)(c - '0');
            digit_count++;
            places += point;
        } else {
            return false;
        }
    }
    if (digit_count == 0)
        return false;
    *value = (double)digits / powers[places];
    if (negative)
        *value = -*value;
    return true;
}

static bool parse_number(ld_span s, bool is_double, int64_t *value)
{
    if (!is_double)
        return parse_integer(s, value);
    double d;
    if (!parse_decimal(s, &d))
        return false;
    *value = ld_column_from_double(d);
    return true;
}

/* ---- ranges, of numbers and of dates alike ---- */

typedef struct range_reader {
    bool is_date, is_double;
    int64_t now_utc_ms;
} range_reader;

static bool date_point(ld_span s, int64_t now_utc_ms, int64_t *low, int64_t *high);

static bool point(const range_reader *r, ld_span s, int64_t *low, int64_t *high)
{
    s = ld_span_trim(s);
    if (r->is_date)
        return date_point(s, r->now_utc_ms, low, high);
    if (!parse_number(s, r->is_double, low))
        return false;
    *high = *low;
    return true;
}

static bool compared(const range_reader *r, ld_span s, int64_t *low, int64_t *high)
{
    bool greater = s.data[0] == '>';
    bool equal = s.bytes > 1 && s.data[1] == '=';
    int64_t from, to;
    if (!point(r, ld_span_sub(s, equal ? 2 : 1, s.bytes), &from, &to))
        return false;
    *low = INT64_MIN;
    *high = INT64_MAX;
    if (greater)
        *low = equal ? from : to + (to < INT64_MAX);
    else
        *high = equal ? to : from - (from > INT64_MIN);
    return true;
}

static bool range(const range_reader *r, ld_span s, int64_t *low, int64_t *high)
{
    s = ld_span_trim(s);
    if (s.bytes == 0)
        return false;
    if (s.data[0] == '>' || s.data[0] == '<')
        return compared(r, s, low, high);
    size_t dots = ld_span_find(s, LD_SPAN(".."));
    if (dots == SIZE_MAX)
        return point(r, s, low, high);
    ld_span left = ld_span_trim(ld_span_sub(s, 0, dots));
    ld_span right = ld_span_trim(ld_span_sub(s, dots + 2, s.bytes));
    int64_t left_high = INT64_MIN, right_low = INT64_MAX;
    *low = INT64_MIN;
    *high = INT64_MAX;
    if (left.bytes == 0 && right.bytes == 0)
        return false;
    if (left.bytes && !point(r, left, low, &left_high))
        return false;
    if (right.bytes && !point(r, right, &right_low, high))
        return false;
    if (*low > *high) { /* the other way round */
        *low = right_low;
        *high = left_high;
    }
    return true;
}

bool ld_parse_number_range(ld_span value, bool is_double, int64_t *low, int64_t *high)
{
    range_reader r = {false, is_double, 0};
    return range(&r, value, low, high);
}

static void clamp_times(int64_t *low, int64_t *high)
{
    if (*low != INT64_MIN)
        *low = *low > TIME_MAX ? TIME_MAX : *low < TIME_MIN ? TIME_MIN : *low;
    if (*high != INT64_MAX)
        *high = *high > TIME_MAX + 999   ? TIME_MAX + 999
                : *high < TIME_MIN + 999 ? TIME_MIN + 999
                                         : *high;
}

bool ld_parse_date_range(ld_span value, int64_t now_utc_ms, int64_t *low, int64_t *high)
{
    range_reader r = {true, false, now_utc_ms};
    if (!range(&r, value, low, high))
        return false;
    clamp_times(low, high);
    return true;
}

bool ld_parse_date_side(ld_span value, ld_date_side side, int64_t now_utc_ms, int64_t *low,
                        int64_t *high)
{
    int64_t from, to;
    if (!date_point(ld_span_trim(value), now_utc_ms, &from, &to))
        return false;
    *low = side == LD_DATE_AFTER ? to + 1 : side == LD_DATE_SINCE ? from : INT64_MIN;
    *high = side == LD_DATE_BEFORE ? from - 1 : INT64_MAX;
    clamp_times(low, high);
    return true;
}

/* ---- dates ---- */

static int64_t floor_to(int64_t ms, int64_t unit)
{
    int64_t rest = ms % unit;
    return ms - (rest < 0 ? rest + unit : rest);
}

static int64_t day_of(int64_t utc_ms)
{
    return floor_to(utc_ms, DAY_MS) / DAY_MS;
}

/* Days of the first of the month `months` after the one of `day`. */
static int64_t month_start(int64_t day, int64_t months)
{
    int32_t year;
    uint32_t month, dom;
    ld_civil_from_days(day, &year, &month, &dom);
    int64_t index = (int64_t)year * 12 + (month - 1) + months;
    int64_t y = floor_to(index, 12) / 12;
    return ld_days_from_civil((int32_t)y, (uint32_t)(index - y * 12 + 1), 1);
}

typedef enum unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR, UNIT_NONE } unit;

static unit unit_find(ld_span word)
{
    static const char *const names[] = {"day", "week", "month", "year"};
    if (ld_span_ends_with(word, LD_SPAN("s")) || ld_span_ends_with(word, LD_SPAN("S")))
        word.bytes--;
    for (int i = 0; i < 4; i++)
        if (ld_span_equal_nocase(word, ld_span_from_string(names[i])))
            return (unit)i;
    return UNIT_NONE;
}

/* First day of the unit that lies `back` units before the one of `today`. */
static int64_t unit_start(unit u, int64_t today, int64_t back)
{
    switch (u) {
    case UNIT_WEEK:
        return today - (int64_t)ld_weekday_from_days(today) - 7 * back;
    case UNIT_MONTH:
        return month_start(today, -back);
    case UNIT_YEAR: {
        int32_t year;
        uint32_t month, dom;
        ld_civil_from_days(today, &year, &month, &dom);
        return month_start(today, -(int64_t)(month - 1) - 12 * back);
    }
    default:
        return today - back;
    }
}

static ld_span word_take(ld_span *s)
{
    *s = ld_span_trim(*s);
    size_t n = ld_span_find_byte(*s, ' ');
    ld_span word = ld_span_sub(*s, 0, n == SIZE_MAX ? s->bytes : n);
    *s = ld_span_trim(ld_span_sub(*s, word.bytes, s->bytes));
    return word;
}

/* today, yesterday, this|last|past week|month|year, last|past N days|weeks|months|years */
static bool relative_days(ld_span s, int64_t today, int64_t *first, int64_t *last)
{
    ld_span word = word_take(&s), next = word_take(&s);
    if (s.bytes)
        return false;
    if (next.bytes == 0) {
        bool yesterday = ld_span_equal_nocase(word, LD_SPAN("yesterday"));
        *first = *last = today - yesterday;
        return yesterday || ld_span_equal_nocase(word, LD_SPAN("today"));
    }
    bool this_one = ld_span_equal_nocase(word, LD_SPAN("this"));
    if (!this_one && !ld_span_equal_nocase(word, LD_SPAN("last")))
        return false;
    unit u = unit_find(next);
    if (u == UNIT_NONE)
        return false;
    *first = unit_start(u, today, !this_one);
    *last = (this_one && u != UNIT_DAY ? unit_start(u, today, -1) : unit_start(u, today, 0)) -
            (u != UNIT_DAY);
    if (u == UNIT_DAY)
        *last = *first;
    return true;
}

/* "last 7 days": today and the six before it; months and years back from today. */
static bool last_days(ld_span s, int64_t today, int64_t *first, int64_t *last)
{
    ld_span word = word_take(&s), number = word_take(&s), name = word_take(&s);
    uint64_t n;
    unit u = unit_find(name);
    if (s.bytes || u == UNIT_NONE || !ld_span_parse_u64(number, &n) || n == 0 || n > LAST_N_MAX)
        return false;
    if (!ld_span_equal_nocase(word, LD_SPAN("last")) &&
        !ld_span_equal_nocase(word, LD_SPAN("past")))
        return false;
    *last = today;
    if (u == UNIT_DAY || u == UNIT_WEEK) {
        *first = today - (int64_t)n * (u == UNIT_WEEK ? 7 : 1) + 1;
        return true;
    }
    int32_t year;
    uint32_t month, dom;
    ld_civil_from_days(today, &year, &month, &dom);
    int64_t start = month_start(today, -(int64_t)n * (u == UNIT_YEAR ? 12 : 1));
    ld_civil_from_days(start, &year, &month, &(uint32_t){0});
    uint32_t days = ld_days_in_month(year, month);
    *first = start + (dom < days ? dom : days);
    return true;
}

static bool date_point(ld_span s, int64_t now_utc_ms, int64_t *low, int64_t *high)
{
    int64_t start, today = day_of(now_utc_ms), first, last;
    ld_date_precision precision = ld_date_parse_iso(s, &start);
    if (precision == LD_DATE_TIME) {
        *low = floor_to(start, 1000);
        *high = *low + 999;
        return true;
    }
    if (precision != LD_DATE_NONE) {
        first = day_of(start);
        last = precision == LD_DATE_DAY     ? first
               : precision == LD_DATE_MONTH ? month_start(first, 1) - 1
                                            : month_start(first, 12) - 1;
    } else if (!relative_days(s, today, &first, &last) && !last_days(s, today, &first, &last)) {
        return false;
    }
    *low = first * DAY_MS;
    *high = (last + 1) * DAY_MS - 1;
    return true;
}

/* A point of time by its day where it is a day's first (or last) moment, else by its second. */
static void format_end(int64_t utc_ms, bool is_high, char out[32])
{
    char day[16];
    if (floor_to(utc_ms + is_high, DAY_MS) != utc_ms + is_high) {
        ld_date_format_time(utc_ms, out);
        return;
    }
    ld_date_format_day(utc_ms, day);
    memcpy(out, day, sizeof day);
}

void ld_format_date_range(int64_t low, int64_t high, char out[64])
{
    char from[32] = "", to[32] = "";
    if (low != INT64_MIN)
        format_end(low, false, from);
    if (high != INT64_MAX)
        format_end(high, true, to);
    if (low != INT64_MIN && high != INT64_MAX && high - low == DAY_MS - 1 &&
        floor_to(low, DAY_MS) == low)
        snprintf(out, 64, "%.31s", from);
    else
        snprintf(out, 64, "%.24s..%.24s", from, to);
}
