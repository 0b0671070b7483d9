/*
 * Values of filters: numbers and dates, each a closed range of what the column stores.
 *
 *   price:10  price:10..20  price:>10     date:2015-11  date:2015-01..2015-06  date:"last week"
 *
 * Dates stand in parse_date.c. An open end is INT64_MIN or INT64_MAX. Decimal numbers are read by
 * hand and not by strtod, which follows the locale of the host program: up to 15 digits and a power
 * of ten up to 22 are exact in doubles, so one division rounds correctly (Clinger, How to read
 * floating point numbers accurately, 1990).
 */
#include <stdio.h>

#include "base/date.h"
#include "query/parse.h"

#define DAY_MS   86400000ll
#define TIME_MIN (-62135596800000ll) /* 0001-01-01T00:00:00Z */
#define TIME_MAX 253402300799000ll   /* 9999-12-31T23:59:59Z */

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

static bool point(const range_reader *r, ld_span s, int64_t *low, int64_t *high)
{
    s = ld_span_trim(s);
    if (r->is_date)
        return ld_parse_date(s, r->now_utc_ms, low, high);
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

static int64_t floor_to(int64_t ms, int64_t unit)
{
    int64_t rest = ms % unit;
    return ms - (rest < 0 ? rest + unit : rest);
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
    if (!range(&r, value, low, high) && !ld_parse_date_words(value, now_utc_ms, low, high))
        return false;
    clamp_times(low, high);
    return true;
}

bool ld_parse_date_side(ld_span value, ld_date_side side, int64_t now_utc_ms, int64_t *low,
                        int64_t *high)
{
    int64_t from, to;
    if (!ld_parse_date(ld_span_trim(value), now_utc_ms, &from, &to))
        return false;
    *low = side == LD_DATE_AFTER ? to + 1 : side == LD_DATE_SINCE ? from : INT64_MIN;
    *high = side == LD_DATE_BEFORE ? from - 1 : INT64_MAX;
    clamp_times(low, high);
    return true;
}

/* ---- spelling ---- */

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
