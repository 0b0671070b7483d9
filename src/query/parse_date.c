/*
 * Dates as people write them. A date stands for all of the time it names, a time for its second:
 *
 *   2015  2015-11  2015-11-16  20151116  2015-11-16T12:00Z          ISO 8601
 *   11/16/2015  16/11/2015                                          month first where both could be
 *   november  nov 2015  16 november 2015  november 16, 2015         the latest one, without a year
 *   monday  last monday  today  yesterday  tomorrow
 *   this|last|next week|weekend|month|year    last 7 days    next 2 weeks    3 months ago
 *   summer 2014  last winter  q3 2015  the 1990s
 *
 * Words are folded first (février, FEVRIER). Names of months and days are known in English, French,
 * German, Spanish, Italian, Portuguese and Dutch; the words around them in English. Days are days
 * of UTC: the archive does not know where its reader lives. Weeks begin on Monday (ISO 8601).
 * Seasons are those of meteorologists in the north, a winter is named by its first December. What
 * has no year is the latest that has begun by today. Seven words at most: longer texts are no date.
 */
#include <stdio.h>

#include "base/date.h"
#include "query/parse.h"
#include "text/fold.h"

#define DAY_MS     86400000ll
#define WORDS_MAX  7u
#define LAST_N_MAX 100000u /* "last n days": 273 years */
#define YEAR_MIN   1u
#define YEAR_MAX   9999u

/* ---- days ---- */

static int64_t floor_divide(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* The first of the month `months` after the one of `day`. */
static int64_t month_start(int64_t day, int64_t months)
{
    int32_t year;
    uint32_t month, dom;
    ld_civil_from_days(day, &year, &month, &dom);
    int64_t index = (int64_t)year * 12 + (month - 1) + months;
    int64_t y = floor_divide(index, 12);
    return ld_days_from_civil((int32_t)y, (uint32_t)(index - y * 12 + 1), 1);
}

/* The same day of another month, its last one where it has not so many. */
static int64_t month_move(int64_t day, int64_t months)
{
    int32_t year;
    uint32_t month, dom, days;
    ld_civil_from_days(day, &year, &month, &dom);
    int64_t start = month_start(day, months);
    ld_civil_from_days(start, &year, &month, &(uint32_t){0});
    days = ld_days_in_month(year, month);
    return start + (dom < days ? dom : days) - 1;
}

static int32_t year_of(int64_t day)
{
    int32_t year;
    uint32_t month, dom;
    ld_civil_from_days(day, &year, &month, &dom);
    return year;
}

typedef enum unit { UNIT_DAY, UNIT_WEEK, UNIT_MONTH, UNIT_YEAR, UNIT_WEEKEND, UNIT_NONE } unit;

/* First day of the unit that lies `ahead` units behind the one of `today`. */
static int64_t unit_start(unit u, int64_t today, int64_t ahead)
{
    switch (u) {
    case UNIT_WEEK:
        return today - (int64_t)ld_weekday_from_days(today) + 7 * ahead;
    case UNIT_WEEKEND:
        return unit_start(UNIT_WEEK, today, ahead) + 5;
    case UNIT_MONTH:
        return month_start(today, ahead);
    case UNIT_YEAR:
        return ld_days_from_civil((int32_t)(year_of(today) + ahead), 1, 1);
    default:
        return today + ahead;
    }
}

/* ---- words ---- */

typedef struct date_words {
    char text[WORDS_MAX][32];
    uint64_t number[WORDS_MAX]; /* UINT64_MAX: no number */
    uint32_t count;
    int64_t today; /* in days */
} date_words;

/* Whether a word is one of the names in a list "a|b|c". */
static bool is_named(const char *list, const char *word)
{
    size_t n = strlen(word);
    for (const char *at = list; n && at; at = strchr(at, '|'), at += at != NULL)
        if (strncmp(at, word, n) == 0 && (at[n] == '|' || at[n] == 0))
            return true;
    return false;
}

static bool is_word(const date_words *w, uint32_t i, const char *list)
{
    return i < w->count && is_named(list, w->text[i]);
}

static uint32_t find_name(const char *const *lists, uint32_t count, const char *word)
{
    for (uint32_t i = 0; i < count; i++)
        if (is_named(lists[i], word))
            return i;
    return count;
}

/* 1..12; 0: no month. */
static uint32_t month_find(const date_words *w, uint32_t i)
{
    static const char *const names[12] = {
        "january|jan|janvier|janv|januar|enero|gennaio|janeiro|januari",
        "february|feb|fevrier|fevr|februar|febrero|febbraio|fevereiro|februari",
        "march|mar|mars|marz|marzo|marco|maart",
        "april|apr|avril|avr|abril|abr|aprile",
        "may|mai|mayo|maggio|maio|mei",
        "june|jun|juin|juni|junio|giugno|junho",
        "july|jul|juillet|juil|juli|julio|luglio|julho",
        "august|aug|aout|agosto|augustus",
        "september|sep|sept|septembre|septiembre|settembre|setembro",
        "october|oct|octobre|oktober|okt|octubre|ottobre|outubro",
        "november|nov|novembre|noviembre|novembro",
        "december|dec|decembre|dezember|dez|diciembre|dic|dicembre|dezembro"};
    return i < w->count ? (find_name(names, 12, w->text[i]) + 1) % 13 : 0;
}

/* 0 Monday .. 6 Sunday; 7: no day of the week. */
static uint32_t weekday_find(const date_words *w, uint32_t i)
{
    static const char *const names[7] = {
        "monday|mon|lundi|montag|lunes|lunedi|maandag",
        "tuesday|tue|tues|mardi|dienstag|martes|martedi|dinsdag",
        "wednesday|wed|mercredi|mittwoch|miercoles|mercoledi|woensdag",
        "thursday|thu|thur|thurs|jeudi|donnerstag|jueves|giovedi|donderdag",
        "friday|fri|vendredi|freitag|viernes|venerdi|vrijdag",
        "saturday|sat|samedi|samstag|sonnabend|sabado|sabato|zaterdag",
        "sunday|sun|dimanche|sonntag|domingo|domenica|zondag"};
    return i < w->count ? find_name(names, 7, w->text[i]) : 7;
}

static unit unit_find(const date_words *w, uint32_t i)
{
    static const char *const names[] = {"day|days", "week|weeks", "month|months", "year|years",
                                        "weekend|weekends"};
    return i < w->count ? (unit)find_name(names, UNIT_NONE, w->text[i]) : UNIT_NONE;
}

/* How many: a number in digits or a small one in letters; 0: none. */
static uint64_t count_find(const date_words *w, uint32_t i)
{
    static const char *const names[] = {"a|an|one", "two",   "three", "four", "five",   "six",
                                        "seven",    "eight", "nine",  "ten",  "eleven", "twelve"};
    if (i >= w->count)
        return 0;
    if (w->number[i] != UINT64_MAX)
        return w->number[i] <= LAST_N_MAX ? w->number[i] : 0;
    uint32_t n = find_name(names, 12, w->text[i]) + 1;
    return n <= 12 ? n : 0;
}

static bool year_find(const date_words *w, uint32_t i, int32_t *year)
{
    if (i >= w->count || strlen(w->text[i]) != 4 || w->number[i] < YEAR_MIN ||
        w->number[i] > YEAR_MAX)
        return false;
    *year = (int32_t)w->number[i];
    return true;
}

/* Words between white space and commas, without articles; false: too many, or too long. */
static bool split(ld_span s, date_words *w)
{
    for (size_t at = 0; at < s.bytes;) {
        size_t from = at;
        while (at < s.bytes && s.data[at] != ' ' && s.data[at] != ',')
            at++;
        ld_span word = ld_span_sub(s, from, at - from);
        at++;
        while (word.bytes && word.data[word.bytes - 1] == '.')
            word.bytes--;
        char folded[LD_TERM_BYTES_MAX];
        size_t n = ld_fold(word, folded);
        if (word.bytes == 0)
            continue;
        if (n == 0 || n >= sizeof w->text[0] || w->count == WORDS_MAX)
            return false;
        char *text = w->text[w->count];
        memcpy(text, folded, n);
        text[n] = 0;
        if (is_named("the|of|on|in|de|le|du|del", text))
            continue;
        uint64_t number;
        bool ordinal = n > 2 && n <= 4 && text[0] >= '0' && text[0] <= '9' &&
                       is_named("st|nd|rd|th", text + n - 2);
        w->number[w->count] = ld_span_parse_u64(ld_span_of(text, n - (ordinal ? 2 : 0)), &number)
                                  ? number
                                  : UINT64_MAX;
        w->count++;
    }
    return w->count > 0;
}

/* ---- dates of words: each reads all of them or answers false; days, both ends in ---- */

static bool single_days(const date_words *w, int64_t *first, int64_t *last)
{
    static const char *const names[] = {"yesterday|hier|gestern|ayer|ieri|ontem",
                                        "today|now|heute|hoy|oggi|hoje|vandaag",
                                        "tomorrow|demain|morgen|manana|domani|amanha"};
    uint32_t i = find_name(names, 3, w->text[0]);
    *first = *last = w->today + (int64_t)i - 1;
    return w->count == 1 && i < 3;
}

static bool is_last(const date_words *w, uint32_t i)
{
    return is_word(w, i, "last|past|previous");
}

/* this week, last month, next year, last weekend */
static bool named_units(const date_words *w, int64_t *first, int64_t *last)
{
    unit u = unit_find(w, 1);
    int64_t ahead = is_word(w, 0, "next") ? 1 : is_last(w, 0) ? -1 : 0;
    if (w->count != 2 || u == UNIT_NONE || (ahead == 0 && !is_word(w, 0, "this")))
        return false;
    *first = unit_start(u, w->today, ahead);
    *last = u == UNIT_WEEKEND ? *first + 1
            : u == UNIT_DAY   ? *first
                              : unit_start(u, w->today, ahead + 1) - 1;
    return true;
}

/* last 7 days: today and the six before it; next 2 weeks: from today on; 3 months ago: that day. */
static bool counted_units(const date_words *w, int64_t *first, int64_t *last)
{
    bool ago = w->count == 3 && is_word(w, 2, "ago"), back = is_last(w, 0);
    uint64_t n = count_find(w, ago ? 0 : 1);
    unit u = unit_find(w, ago ? 1 : 2);
    if (w->count != 3 || n == 0 || u == UNIT_NONE || u == UNIT_WEEKEND ||
        !(ago || back || is_word(w, 0, "next")))
        return false;
    int64_t sign = ago || back ? -1 : 1, steps = (int64_t)n * sign;
    int64_t day = u == UNIT_DAY    ? w->today + steps
                  : u == UNIT_WEEK ? w->today + 7 * steps
                                   : month_move(w->today, steps * (u == UNIT_YEAR ? 12 : 1));
    *first = ago ? day : back ? day + 1 : w->today;
    *last = ago ? day : back ? w->today : day - 1;
    return true;
}

static bool weekdays(const date_words *w, int64_t *first, int64_t *last)
{
    bool before = is_last(w, 0), next = is_word(w, 0, "next");
    bool prefixed = before || next || is_word(w, 0, "this");
    uint32_t day = weekday_find(w, prefixed);
    if (w->count != 1u + prefixed || day == 7)
        return false;
    int64_t back = ((int64_t)ld_weekday_from_days(w->today) - (int64_t)day + 7) % 7;
    if (before && back == 0)
        back = 7;
    if (next)
        back -= 7;
    *first = *last = w->today - back;
    return true;
}

/* november, last november, nov 2015, 16 november 2015, november 16, 2015 */
static bool months(const date_words *w, int64_t *first, int64_t *last)
{
    bool before = is_last(w, 0);
    uint32_t at = before, month, day = 0;
    int32_t year = year_of(w->today);
    if (weekday_find(w, at) < 7 && at + 2 < w->count)
        at++; /* Friday Nov. 13, 2015 */
    bool day_first = at < w->count && w->number[at] >= 1 && w->number[at] <= 31;
    month = month_find(w, at + day_first);
    if (!month)
        return false;
    if (day_first)
        day = (uint32_t)w->number[at];
    at += 1 + day_first;
    if (!day_first && at < w->count && w->number[at] >= 1 && w->number[at] <= 31 &&
        strlen(w->text[at]) <= 4 && w->text[at][0] != '0' && w->number[at] < 32)
        day = (uint32_t)w->number[at++];
    bool year_given = year_find(w, at, &year);
    if (at + year_given != w->count || (before && year_given))
        return false;
    if (day > ld_days_in_month(year, month))
        return false;
    *first = ld_days_from_civil(year, month, day ? day : 1);
    if (!year_given && (*first > w->today || (before && month_start(w->today, 0) == *first)))
        *first = ld_days_from_civil(--year, month, day ? day : 1);
    *last = day ? *first : month_start(*first, 1) - 1;
    return true;
}

/* summer 2014, last winter, q3 2015, 1990s */
static bool seasons(const date_words *w, int64_t *first, int64_t *last)
{
    static const char *const names[] = {"spring", "summer", "autumn|fall", "winter",
                                        "q1",     "q2",     "q3",          "q4"};
    bool before = is_last(w, 0);
    int32_t year = year_of(w->today);
    if (before >= w->count)
        return false;
    const char *word = w->text[before];
    if (w->count == 1 && strlen(word) == 5 && word[3] == '0' && word[4] == 's') {
        uint64_t decade;
        if (!ld_span_parse_u64(ld_span_of(word, 4), &decade) || decade < YEAR_MIN)
            return false;
        *first = ld_days_from_civil((int32_t)decade, 1, 1);
        *last = ld_days_from_civil((int32_t)decade + 10, 1, 1) - 1;
        return true;
    }
    uint32_t i = find_name(names, 8, word);
    bool year_given = year_find(w, 1u + before, &year);
    if (i == 8 || w->count != 1u + before + year_given)
        return false;
    uint32_t month = i < 4 ? 3 + 3 * i : 1 + 3 * (i - 4);
    *first = ld_days_from_civil(year, month, 1);
    if (!year_given && (*first > w->today || (before && month_start(*first, 3) > w->today)))
        *first = ld_days_from_civil(--year, month, 1);
    *last = month_start(*first, 3) - 1;
    return true;
}

/* 11/16/2015, 16/11/2015, 16.11.2015 */
static bool numeric(ld_span s, int64_t *first, int64_t *last)
{
    uint64_t parts[3];
    char sign = ld_span_find_byte(s, '/') != SIZE_MAX ? '/' : '.';
    for (int i = 0; i < 3; i++) {
        size_t n = i < 2 ? ld_span_find_byte(s, sign) : s.bytes;
        if (n == SIZE_MAX || n == 0 || n > 4 || !ld_span_parse_u64(ld_span_sub(s, 0, n), &parts[i]))
            return false;
        s = ld_span_sub(s, n + 1, s.bytes);
    }
    bool day_first = sign == '.' || parts[0] > 12;
    uint64_t month = parts[day_first], day = parts[!day_first], year = parts[2];
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1 ||
        day > ld_days_in_month((int32_t)year, (uint32_t)month))
        return false;
    *first = *last = ld_days_from_civil((int32_t)year, (uint32_t)month, (uint32_t)day);
    return true;
}

static bool iso_days(ld_span s, int64_t *first, int64_t *last)
{
    int64_t start;
    ld_date_precision precision = ld_date_parse_iso(s, &start);
    if (precision == LD_DATE_NONE || precision == LD_DATE_TIME)
        return false;
    *first = floor_divide(start, DAY_MS);
    *last = precision == LD_DATE_DAY     ? *first
            : precision == LD_DATE_MONTH ? month_start(*first, 1) - 1
                                         : month_start(*first, 12) - 1;
    return true;
}

bool ld_parse_date(ld_span words, int64_t now_utc_ms, int64_t *low, int64_t *high)
{
    int64_t first = 0, last = 0, start;
    if (ld_date_parse_iso(words, &start) == LD_DATE_TIME) {
        *low = floor_divide(start, 1000) * 1000;
        *high = *low + 999;
        return true;
    }
    if (!iso_days(words, &first, &last) && !numeric(words, &first, &last)) {
        date_words w = {.today = floor_divide(now_utc_ms, DAY_MS)};
        if (!split(words, &w) ||
            !(single_days(&w, &first, &last) || named_units(&w, &first, &last) ||
              counted_units(&w, &first, &last) || weekdays(&w, &first, &last) ||
              months(&w, &first, &last) || seasons(&w, &first, &last)))
            return false;
    }
    *low = first * DAY_MS;
    *high = (last + 1) * DAY_MS - 1;
    return true;
}

/* ---- ranges in words ---- */

static bool starts_with_word(ld_span s, const char *word, ld_span *rest)
{
    ld_span w = ld_span_from_string(word);
    if (!ld_span_starts_with_nocase(s, w) || s.bytes <= w.bytes || s.data[w.bytes] != ' ')
        return false;
    *rest = ld_span_trim(ld_span_sub(s, w.bytes, s.bytes));
    return true;
}

static bool both_ends(ld_span left, ld_span right, int64_t now_utc_ms, int64_t *low, int64_t *high)
{
    int64_t other;
    if (!ld_parse_date(ld_span_trim(left), now_utc_ms, low, &other) ||
        !ld_parse_date(ld_span_trim(right), now_utc_ms, &other, high))
        return false;
    /* "from may to july 2014" */
    if (*low > *high) {
        char year[16], text[64];
        ld_date_format_day(other, year);
        int n = snprintf(text, sizeof text, "%.*s %.4s", (int)(left.bytes > 50 ? 50 : left.bytes),
                         left.data, year);
        int64_t from;
        if (ld_parse_date(ld_span_of(text, (size_t)n), now_utc_ms, &from, &other))
            *low = from;
    }
    return *low <= *high;
}

bool ld_parse_date_words(ld_span words, int64_t now_utc_ms, int64_t *low, int64_t *high)
{
    static const struct {
        const char *word;
        ld_date_side side;
    } sides[] = {{"since", LD_DATE_SINCE}, {"after", LD_DATE_AFTER}, {"before", LD_DATE_BEFORE},
                 {"until", LD_DATE_IN},    {"till", LD_DATE_IN},     {"up to", LD_DATE_IN}};
    static const char *const joints[] = {" to ", " until ", " till ", " and ", " - "};
    ld_span rest;
    words = ld_span_trim(words);
    for (size_t i = 0; i < sizeof sides / sizeof *sides; i++) {
        if (!starts_with_word(words, sides[i].word, &rest))
            continue;
        if (sides[i].side != LD_DATE_IN)
            return ld_parse_date_side(rest, sides[i].side, now_utc_ms, low, high);
        if (!ld_parse_date(rest, now_utc_ms, low, high))
            return false;
        *low = INT64_MIN;
        return true;
    }
    if (!starts_with_word(words, "from", &rest) && !starts_with_word(words, "between", &rest))
        rest = words;
    for (size_t i = 0; i < sizeof joints / sizeof *joints; i++) {
        size_t at = ld_span_find_nocase(rest, ld_span_from_string(joints[i]));
        if (at != SIZE_MAX)
            return both_ends(ld_span_sub(rest, 0, at),
                             ld_span_sub(rest, at + strlen(joints[i]), rest.bytes), now_utc_ms, low,
                             high);
    }
    return false;
}
