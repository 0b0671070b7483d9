/*
 * Reading dates that machines wrote: ISO 8601 as pages' metadata carry it, and the three forms of
 * HTTP and mail. Dates in running prose are not read here.
 *
 *   iso    = YYYY | YYYY-MM | day [sep time [zone]]
 *   day    = YYYY-MM-DD | YYYYMMDD
 *   sep    = "T" | "t" | space                 (none in YYYYMMDDhhmmss, the stamp of web archives)
 *   time   = hh:mm[:ss[("." | ",") digits]] | hhmm[ss[("." | ",") digits]]
 *   zone   = [space] ("Z" | "z" | ("+" | "-") hh[[":"]mm])
 *
 *   http   = [weekday [","]] D sep Mon sep YYYY [time [zone]]      RFC 5322, RFC 850, cookies
 *          | [weekday] Mon D time [zone] YYYY                      asctime, date(1)
 *
 * A fraction past the millisecond is dropped. Second 60 is the second after 59. A weekday that does
 * not fit the day is ignored, as feeds often have it wrong. Two-digit years are read as RFC 5322
 * section 4.3 says (00-49: 2000s, 50-99: 1900s), three digits add 1900. Zone names are those of
 * RFC 5322 and the few abbreviations that feeds use with one meaning; any other name is UTC, by
 * the same section.
 *
 * Sources: RFC 3339, RFC 5322 sections 3.3 and 4.3, RFC 9110 section 5.6.7, ISO 8601-1:2019.
 */
#include "base/date.h"

/* A place in the text; every take_ function moves on only when it succeeds. */
typedef struct cursor {
    const char *at, *end;
} cursor;

static bool at_digit(const cursor *c)
{
    return c->at < c->end && *c->at >= '0' && *c->at <= '9';
}

static bool at_letter(const cursor *c)
{
    return c->at < c->end && ((*c->at | 32) >= 'a' && (*c->at | 32) <= 'z');
}

static bool take_char(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted)
        return false;
    c->at++;
    return true;
}

/* Exactly `digits` digits. */
static bool take_number(cursor *c, int digits, uint32_t *value)
{
    cursor probe = *c;
    uint32_t sum = 0;
    for (int i = 0; i < digits; i++) {
        if (!at_digit(&probe))
            return false;
        sum = sum * 10 + (uint32_t)(*probe.at++ - '0');
    }
    *c = probe;
    *value = sum;
    return true;
}

static size_t digits_ahead(const cursor *c)
{
    cursor probe = *c;
    while (at_digit(&probe))
        probe.at++;
    return (size_t)(probe.at - c->at);
}

static bool take_fraction(cursor *c, uint16_t *millisecond)
{
    cursor probe = *c;
    if (!take_char(&probe, '.') && !take_char(&probe, ','))
        return true;
    if (!at_digit(&probe))
        return false;
    uint32_t scale = 100, ms = 0;
    for (; at_digit(&probe); probe.at++, scale /= 10)
        ms += (uint32_t)(*probe.at - '0') * scale;
    *millisecond = (uint16_t)ms;
    *c = probe;
    return true;
}

/* ("+" | "-") hh[[":"]mm]; false where there is a sign but no offset. */
static bool take_offset(cursor *c, int16_t *minutes)
{
    bool west = *c->at == '-';
    uint32_t hour, minute = 0;
    c->at++;
    if (!take_number(c, 2, &hour))
        return false;
    bool colon = take_char(c, ':');
    if ((colon || at_digit(c)) && !take_number(c, 2, &minute))
        return false;
    if (hour > 23 || minute > 59)
        return false;
    int total = (int)(hour * 60 + minute);
    *minutes = (int16_t)(west ? -total : total);
    return true;
}

static bool at_sign(const cursor *c)
{
    return c->at < c->end && (*c->at == '+' || *c->at == '-');
}

static ld_date_precision finish(const ld_civil *c, ld_date_precision precision, int64_t *utc_ms)
{
    if (!ld_civil_valid(c))
        return LD_DATE_NONE;
    int64_t ms = ld_civil_to_utc_ms(c);
    const ld_civil first = {.year = 1, .month = 1, .day = 1};
    const ld_civil last = {.year = 9999,
                           .month = 12,
                           .day = 31,
                           .hour = 23,
                           .minute = 59,
                           .second = 59,
                           .millisecond = 999};
    if (ms < ld_civil_to_utc_ms(&first) || ms > ld_civil_to_utc_ms(&last))
        return LD_DATE_NONE;
    *utc_ms = ms;
    return precision;
}

/* ---- ISO 8601 ---- */

static bool take_iso_time(cursor *c, ld_civil *civil)
{
    uint32_t hour, minute, second = 0;
    if (!take_number(c, 2, &hour))
        return false;
    bool extended = take_char(c, ':');
    if (!take_number(c, 2, &minute))
        return false;
    if (extended ? take_char(c, ':') : at_digit(c)) {
        if (!take_number(c, 2, &second) || !take_fraction(c, &civil->millisecond))
            return false;
    }
    civil->hour = (uint8_t)hour;
    civil->minute = (uint8_t)minute;
    civil->second = (uint8_t)second;
    return true;
}

static bool take_iso_zone(cursor *c, ld_civil *civil)
{
    if (c->at == c->end)
        return true;
    take_char(c, ' ');
    if (take_char(c, 'Z') || take_char(c, 'z'))
        return true;
    return at_sign(c) && take_offset(c, &civil->offset_minutes);
}

/* What follows the day: nothing, or a time with or without a zone. */
static ld_date_precision parse_iso_rest(cursor *c, ld_civil *civil, bool basic, int64_t *utc_ms)
{
    if (c->at == c->end)
        return finish(civil, LD_DATE_DAY, utc_ms);
    bool separated = take_char(c, 'T') || take_char(c, 't') || take_char(c, ' ');
    if (!separated && !(basic && digits_ahead(c) == 6))
        return LD_DATE_NONE;
    if (!take_iso_time(c, civil) || !take_iso_zone(c, civil) || c->at != c->end)
        return LD_DATE_NONE;
    return finish(civil, LD_DATE_TIME, utc_ms);
}

ld_date_precision ld_date_parse_iso(ld_span s, int64_t *utc_ms)
{
    if (s.bytes == 0)
        return LD_DATE_NONE;
    cursor c = {s.data, s.data + s.bytes};
    uint32_t year, month = 1, day = 1;
    size_t digits = digits_ahead(&c);
    if ((digits != 4 && digits != 8 && digits != 14) || !take_number(&c, 4, &year))
        return LD_DATE_NONE;
    ld_civil civil = {.year = (int32_t)year, .month = 1, .day = 1};
    if (c.at == c.end)
        return finish(&civil, LD_DATE_YEAR, utc_ms);
    bool basic = digits > 4;
    if ((!basic && !take_char(&c, '-')) || !take_number(&c, 2, &month))
        return LD_DATE_NONE;
    civil.month = (uint8_t)month;
    if (!basic && c.at == c.end)
        return finish(&civil, LD_DATE_MONTH, utc_ms);
    if ((!basic && !take_char(&c, '-')) || !take_number(&c, 2, &day))
        return LD_DATE_NONE;
    civil.day = (uint8_t)day;
    return parse_iso_rest(&c, &civil, basic, utc_ms);
}

/* ---- HTTP, mail, asctime ---- */

static void skip_spaces(cursor *c)
{
    while (c->at < c->end && (*c->at == ' ' || (*c->at >= '\t' && *c->at <= '\r')))
        c->at++;
}

static ld_span take_word(cursor *c)
{
    const char *start = c->at;
    while (at_letter(c))
        c->at++;
    return ld_span_of(start, (size_t)(c->at - start));
}

/* Position in `names` of the name that begins with the word (at least 3 letters), or -1. */
static int find_name(ld_span word, const char *const *names, int count)
{
    for (int i = 0; i < count && word.bytes >= 3; i++)
        if (ld_span_starts_with_nocase(ld_span_from_string(names[i]), word))
            return i;
    return -1;
}

static int find_month(ld_span word)
{
    static const char *const months[] = {"january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december"};
    return ld_span_equal_nocase(word, LD_SPAN("sept")) ? 8 : find_name(word, months, 12);
}

static bool is_weekday(ld_span word)
{
    static const char *const days[] = {"monday", "tuesday",  "wednesday", "thursday",
                                       "friday", "saturday", "sunday"};
    return find_name(word, days, 7) >= 0;
}

/* One or two digits, not followed by a third. */
static bool take_day(cursor *c, uint32_t *day)
{
    size_t digits = digits_ahead(c);
    return digits >= 1 && digits <= 2 && take_number(c, (int)digits, day);
}

static bool take_year(cursor *c, int32_t *year)
{
    uint32_t value;
    size_t digits = digits_ahead(c);
    if (digits < 2 || digits > 4 || !take_number(c, (int)digits, &value))
        return false;
    if (digits == 2)
        value += value < 50 ? 2000 : 1900;
    else if (digits == 3)
        value += 1900;
    *year = (int32_t)value;
    return true;
}

static bool take_http_time(cursor *c, ld_civil *civil)
{
    uint32_t hour, minute, second = 0;
    if (!take_day(c, &hour) || !take_char(c, ':') || !take_number(c, 2, &minute))
        return false;
    if (take_char(c, ':') &&
        (!take_number(c, 2, &second) || !take_fraction(c, &civil->millisecond)))
        return false;
    civil->hour = (uint8_t)hour;
    civil->minute = (uint8_t)minute;
    civil->second = (uint8_t)second;
    return true;
}

/* Minutes east of UTC. The first eight rows are RFC 5322's; BST is read as British summer time. */
static int16_t zone_offset(ld_span name)
{
    static const struct {
        const char *name;
        int16_t minutes;
    } zones[] = {{"EST", -300}, {"EDT", -240}, {"CST", -360}, {"CDT", -300}, {"MST", -420},
                 {"MDT", -360}, {"PST", -480}, {"PDT", -420}, {"BST", 60},   {"WEST", 60},
                 {"CET", 60},   {"CEST", 120}, {"EET", 120},  {"EEST", 180}, {"MSK", 180},
                 {"JST", 540},  {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780}};
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(zones[i].name)))
            return zones[i].minutes;
    return 0;
}

/* An offset, a name, a name with an offset ("GMT+0100"), and a comment "(CET)"; all may be
 * missing. */
static bool take_http_zone(cursor *c, ld_civil *civil)
{
    skip_spaces(c);
    if (at_letter(c))
        civil->offset_minutes = zone_offset(take_word(c));
    if (at_sign(c) && !take_offset(c, &civil->offset_minutes))
        return false;
    skip_spaces(c);
    if (take_char(c, '(')) {
        while (c->at < c->end && *c->at != ')')
            c->at++;
        if (!take_char(c, ')'))
            return false;
        skip_spaces(c);
    }
    return true;
}

/* Mon D time [zone] YYYY, after the weekday. */
static ld_date_precision parse_asctime(cursor *c, ld_civil *civil, uint32_t month, int64_t *utc_ms)
{
    uint32_t day;
    skip_spaces(c);
    if (!take_day(c, &day))
        return LD_DATE_NONE;
    skip_spaces(c);
    if (!take_http_time(c, civil) || !take_http_zone(c, civil) || !take_year(c, &civil->year))
        return LD_DATE_NONE;
    skip_spaces(c);
    civil->month = (uint8_t)month;
    civil->day = (uint8_t)day;
    return c->at == c->end ? finish(civil, LD_DATE_TIME, utc_ms) : LD_DATE_NONE;
}

/* D Mon YYYY [time [zone]], after the weekday; spaces or hyphens between. */
static ld_date_precision parse_mail(cursor *c, ld_civil *civil, int64_t *utc_ms)
{
    uint32_t day;
    if (!take_day(c, &day))
        return LD_DATE_NONE;
    if (!take_char(c, '-'))
        skip_spaces(c);
    int month = find_month(take_word(c));
    if (month < 0)
        return LD_DATE_NONE;
    if (!take_char(c, '-'))
        skip_spaces(c);
    if (!take_year(c, &civil->year))
        return LD_DATE_NONE;
    civil->month = (uint8_t)(month + 1);
    civil->day = (uint8_t)day;
    skip_spaces(c);
    if (c->at == c->end)
        return finish(civil, LD_DATE_DAY, utc_ms);
    if (!take_http_time(c, civil) || !take_http_zone(c, civil) || c->at != c->end)
        return LD_DATE_NONE;
    return finish(civil, LD_DATE_TIME, utc_ms);
}

ld_date_precision ld_date_parse_http(ld_span s, int64_t *utc_ms)
{
    s = ld_span_trim(s);
    if (s.bytes == 0)
        return LD_DATE_NONE;
    cursor c = {s.data, s.data + s.bytes};
    ld_civil civil = {0};
    ld_span word = take_word(&c);
    if (word.bytes > 0 && is_weekday(word)) {
        take_char(&c, ',');
        skip_spaces(&c);
        word = take_word(&c);
    }
    if (word.bytes == 0)
        return parse_mail(&c, &civil, utc_ms);
    int month = find_month(word);
    return month < 0 ? LD_DATE_NONE : parse_asctime(&c, &civil, (uint32_t)month + 1, utc_ms);
}
