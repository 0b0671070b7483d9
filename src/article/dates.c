/*
 * Dates of an article.
 *
 *   day     = D [ord] ["de" | "of"] Month [","] ["de" | "del"] YYYY       16 November 2015
 *           | Month D [ord] [","] YYYY                                   Nov. 16, 2015
 *           | YYYY sep MM sep DD | D sep M sep YYYY | M sep D sep YYYY     sep = "-" | "/" | "."
 *           | YYYY "年" M "月" D "日"
 *   ord     = "." | "st" | "nd" | "rd" | "th" | "er" | "º" | "ª"
 *
 * Times of day in running text have no zone, so what is read there is a day. Machine forms keep
 * their time. Every candidate comes with a trust, the order of the enum in dates.h: what a page
 * states for machines goes before what it shows, a date by the headline before any other, and a
 * date in a caption or in the story itself is no evidence at all. The order follows the one that
 * public date extractors were measured with (htmldate: header, JSON-LD, marked elements, time,
 * text), with the URL's day below what the page states: it is right to the day but knows no time.
 * A date later than the capture cannot be its publication.
 */
#include "article/dates.h"

#include "article/story.h"

#define YEAR_MIN 1600 /* newspapers begin in 1605 */
#define YEAR_MAX 2199
#define DAY_MS   86400000ll

void ld_dates_init(ld_dates *dates, bool has_captured, int64_t captured_utc_ms)
{
    *dates = (ld_dates){.latest_ms = INT64_MAX};
    if (has_captured)
        dates->latest_ms = captured_utc_ms + DAY_MS;
}

/* ---- months ---- */

typedef struct month_name {
    const char *name; /* in lower case; unabbreviated Latin letters as they are written */
    uint8_t month;
} month_name;

static const month_name month_names[] = {
    {"january", 1},    {"jan", 1},       {"janvier", 1},    {"januar", 1},    {"jänner", 1},
    {"janv", 1},       {"enero", 1},     {"ene", 1},        {"gennaio", 1},   {"gen", 1},
    {"januari", 1},    {"janeiro", 1},   {"february", 2},   {"feb", 2},       {"février", 2},
    {"fevrier", 2},    {"févr", 2},      {"fév", 2},        {"februar", 2},   {"febrero", 2},
    {"febbraio", 2},   {"februari", 2},  {"fevereiro", 2},  {"fev", 2},       {"march", 3},
    {"mar", 3},        {"mars", 3},      {"märz", 3},       {"maerz", 3},     {"mrz", 3},
    {"marzo", 3},      {"maart", 3},     {"mrt", 3},        {"março", 3},     {"marco", 3},
    {"april", 4},      {"apr", 4},       {"avril", 4},      {"avr", 4},       {"abril", 4},
    {"abr", 4},        {"aprile", 4},    {"may", 5},        {"mai", 5},       {"mayo", 5},
    {"maggio", 5},     {"mag", 5},       {"mei", 5},        {"maio", 5},      {"june", 6},
    {"jun", 6},        {"juin", 6},      {"juni", 6},       {"junio", 6},     {"giugno", 6},
    {"giu", 6},        {"junho", 6},     {"july", 7},       {"jul", 7},       {"juillet", 7},
    {"juil", 7},       {"juli", 7},      {"julio", 7},      {"luglio", 7},    {"lug", 7},
    {"julho", 7},      {"august", 8},    {"aug", 8},        {"août", 8},      {"aout", 8},
    {"agosto", 8},     {"ago", 8},       {"augustus", 8},   {"september", 9}, {"sep", 9},
    {"sept", 9},       {"septembre", 9}, {"septiembre", 9}, {"setiembre", 9}, {"settembre", 9},
    {"set", 9},        {"setembro", 9},  {"october", 10},   {"oct", 10},      {"octobre", 10},
    {"oktober", 10},   {"okt", 10},      {"octubre", 10},   {"ottobre", 10},  {"ott", 10},
    {"outubro", 10},   {"out", 10},      {"november", 11},  {"nov", 11},      {"novembre", 11},
    {"noviembre", 11}, {"novembro", 11}, {"december", 12},  {"dec", 12},      {"décembre", 12},
    {"decembre", 12},  {"déc", 12},      {"dezember", 12},  {"dez", 12},      {"diciembre", 12},
    {"dic", 12},       {"dicembre", 12}, {"dezembro", 12}};

/* Words that may stand between the parts of a day. */
static const char *const joins[] = {"de", "of", "del", "the", "di"};

/* ---- reading ---- */

typedef struct cursor {
    const char *start, *at, *end;
} cursor;

static bool at_digit(const cursor *c)
{
    return c->at < c->end && ld_text_is_digit(*c->at);
}

/* One or more digits, at most four. */
static bool take_number(cursor *c, uint32_t *value, uint32_t *digits)
{
    cursor probe = *c;
    uint32_t sum = 0, count = 0;
    while (at_digit(&probe) && count < 5) {
        sum = sum * 10 + (uint32_t)(*probe.at++ - '0');
        count++;
    }
    if (count == 0 || count > 4)
        return false;
    *value = sum;
    *digits = count;
    *c = probe;
    return true;
}

static ld_span take_word(cursor *c)
{
    const char *from = c->at;
    while (c->at < c->end && ld_text_is_letter(*c->at))
        c->at++;
    return ld_span_of(from, (size_t)(c->at - from));
}

static void skip_any(cursor *c, const char *set)
{
    while (c->at < c->end && *c->at && strchr(set, *c->at))
        c->at++;
}

static void skip_join(cursor *c)
{
    skip_any(c, " ");
    for (size_t i = 0; i < sizeof joins / sizeof *joins; i++) {
        cursor probe = *c;
        if (ld_span_equal_nocase(take_word(&probe), ld_span_from_string(joins[i]))) {
            *c = probe;
            break;
        }
    }
    skip_any(c, " ");
}

static uint32_t take_month(cursor *c)
{
    cursor probe = *c;
    ld_span word = take_word(&probe);
    if (word.bytes < 3 || word.bytes > 12)
        return 0;
    char lower[16];
    for (size_t i = 0; i < word.bytes; i++)
        lower[i] = ld_text_lower(word.data[i]);
    for (size_t i = 0; i < sizeof month_names / sizeof *month_names; i++) {
        if (!ld_span_equal(ld_span_of(lower, word.bytes), ld_span_from_string(month_names[i].name)))
            continue;
        *c = probe;
        return month_names[i].month;
    }
    return 0;
}

static bool take_year(cursor *c, uint32_t *year)
{
    cursor probe = *c;
    uint32_t digits;
    if (!take_number(&probe, year, &digits) || digits != 4 || *year < YEAR_MIN || *year > YEAR_MAX)
        return false;
    *c = probe;
    return true;
}

static void skip_ordinal(cursor *c)
{
    static const char *const ordinals[] = {"st", "nd", "rd", "th", "er", "\xc2\xba", "\xc2\xaa"};
    for (size_t i = 0; i < sizeof ordinals / sizeof *ordinals; i++) {
        ld_span ordinal = ld_span_from_string(ordinals[i]);
        ld_span rest = ld_span_of(c->at, (size_t)(c->end - c->at));
        if (!ld_span_starts_with_nocase(rest, ordinal))
            continue;
        if (rest.bytes > ordinal.bytes && ld_text_is_letter(rest.data[ordinal.bytes]))
            continue;
        c->at += ordinal.bytes;
        return;
    }
}

typedef struct day {
    uint32_t year, month, day;
} day;

static bool is_day(const day *d)
{
    return d->month >= 1 && d->month <= 12 && d->day >= 1 && d->year >= YEAR_MIN &&
           d->year <= YEAR_MAX && d->day <= ld_days_in_month((int32_t)d->year, d->month);
}

/* "November 2015", "Nov., 2015" behind the number of the day. */
static bool read_day_month_year(cursor *c, uint32_t number, day *d)
{
    skip_ordinal(c);
    skip_any(c, ". -");
    skip_join(c);
    d->day = number;
    d->month = take_month(c);
    if (d->month == 0)
        return false;
    skip_any(c, "., -");
    skip_join(c);
    return take_year(c, &d->year) && is_day(d);
}

static bool read_month_day_year(cursor *c, day *d)
{
    uint32_t digits;
    d->month = take_month(c);
    if (d->month == 0)
        return false;
    skip_any(c, ". ");
    if (!take_number(c, &d->day, &digits) || digits > 2)
        return false;
    skip_ordinal(c);
    skip_any(c, ", ");
    return take_year(c, &d->year) && is_day(d);
}

/* Three numbers with the same separator; the first was read. */
static bool read_numeric(cursor *c, uint32_t first, uint32_t first_digits, bool is_month_first,
                         day *d)
{
    if (c->at == c->end || !strchr("-/.", *c->at))
        return false;
    char separator = *c->at++;
    if (separator == '.')
        skip_any(c, " ");
    uint32_t second, third, second_digits, third_digits;
    if (!take_number(c, &second, &second_digits) || second_digits > 2 || c->at == c->end ||
        *c->at != separator)
        return false;
    c->at++;
    if (separator == '.')
        skip_any(c, " ");
    if (!take_number(c, &third, &third_digits))
        return false;
    if (first_digits == 4 && third_digits <= 2) {
        *d = (day){first, second, third};
        return is_day(d);
    }
    if (first_digits > 2 || third_digits != 4)
        return false;
    *d = (day){third, second, first};
    bool is_american = is_month_first && separator == '/';
    if (is_american || !is_day(d)) {
        day swapped = {third, first, second};
        if (separator != '.' && is_day(&swapped))
            *d = swapped;
    }
    return is_day(d);
}

static bool read_ideographic(cursor *c, uint32_t first, day *d)
{
    static const char *const signs[] = {"\xe5\xb9\xb4", "\xe6\x9c\x88", "\xe6\x97\xa5"};
    uint32_t parts[3] = {first, 0, 0}, digits;
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            skip_any(c, " ");
            if (!take_number(c, &parts[i], &digits))
                return false;
        }
        skip_any(c, " ");
        if (c->end - c->at < 3 || memcmp(c->at, signs[i], 3) != 0)
            return false;
        c->at += 3;
    }
    *d = (day){parts[0], parts[1], parts[2]};
    return is_day(d);
}

static bool read_day(cursor *c, bool is_month_first, day *d)
{
    if (at_digit(c)) {
        uint32_t number, digits;
        if (!take_number(c, &number, &digits))
            return false;
        cursor probe = *c;
        if (read_numeric(&probe, number, digits, is_month_first, d)) {
            *c = probe;
            return true;
        }
        probe = *c;
        if (digits == 4 && read_ideographic(&probe, number, d)) {
            *c = probe;
            return true;
        }
        return digits <= 2 && read_day_month_year(c, number, d);
    }
    return read_month_day_year(c, d);
}

ld_date_precision ld_dates_find(ld_span text, bool is_month_first, int64_t *utc_ms, size_t *from,
                                size_t *end)
{
    cursor c = {text.data, text.data, text.data + text.bytes};
    while (c.at < c.end) {
        if (!ld_text_is_letter(*c.at) && !ld_text_is_digit(*c.at)) {
            c.at++;
            continue;
        }
        cursor probe = c;
        day d;
        if (read_day(&probe, is_month_first, &d) && !at_digit(&probe)) {
            *utc_ms = ld_days_from_civil((int32_t)d.year, d.month, d.day) * DAY_MS;
            *from = (size_t)(c.at - c.start);
            *end = (size_t)(probe.at - c.start);
            return LD_DATE_DAY;
        }
        bool was_digit = ld_text_is_digit(*c.at);
        while (c.at < c.end && (was_digit ? ld_text_is_digit(*c.at) : ld_text_is_letter(*c.at)))
            c.at++;
    }
    return LD_DATE_NONE;
}

/* ---- candidates ---- */

static bool take_candidate(ld_dates *dates, bool is_modified, ld_evidence evidence, uint8_t trust,
                           ld_date_precision precision, int64_t utc_ms)
{
    static const int64_t earliest_ms = -11676096000000ll; /* 1600-01-01 */
    if (precision == LD_DATE_NONE || utc_ms < earliest_ms)
        return false;
    if (trust < LD_TRUST_GIVEN && utc_ms > dates->latest_ms)
        return false;
    ld_article_date *best = is_modified ? &dates->modified : &dates->published;
    if (best->precision != LD_DATE_NONE && best->certainty_percent >= trust)
        return true;
    *best = (ld_article_date){(uint8_t)precision, (uint8_t)evidence, trust, utc_ms};
    return true;
}

/* Seconds or milliseconds since 1970. */
static ld_date_precision parse_epoch(ld_span s, int64_t *utc_ms)
{
    uint64_t value;
    if ((s.bytes != 10 && s.bytes != 13) || !ld_span_parse_u64(s, &value))
        return LD_DATE_NONE;
    *utc_ms = (int64_t)(s.bytes == 10 ? value * 1000 : value);
    return LD_DATE_TIME;
}

bool ld_dates_offer(ld_dates *dates, bool is_modified, ld_evidence evidence, uint8_t trust,
                    ld_span text)
{
    text = ld_span_trim(text);
    if (text.bytes == 0)
        return false;
    text.bytes = text.bytes < 200 ? text.bytes : 200;
    int64_t utc_ms;
    size_t from, end;
    ld_date_precision precision = ld_date_parse_iso(text, &utc_ms);
    if (precision == LD_DATE_YEAR || precision == LD_DATE_MONTH)
        return trust >= LD_TRUST_GIVEN &&
               take_candidate(dates, is_modified, evidence, trust, precision, utc_ms);
    if (precision == LD_DATE_NONE)
        precision = ld_date_parse_http(text, &utc_ms);
    if (precision == LD_DATE_NONE)
        precision = parse_epoch(text, &utc_ms);
    if (precision == LD_DATE_NONE)
        precision = ld_dates_find(text, dates->is_month_first, &utc_ms, &from, &end);
    return take_candidate(dates, is_modified, evidence, trust, precision, utc_ms);
}

static bool url_day(ld_span url, size_t at, day *d)
{
    cursor c = {url.data, url.data + at, url.data + url.bytes};
    uint32_t digits;
    const char *from = c.at;
    if (!take_year(&c, &d->year)) {
        /* YYYYMMDD */
        uint64_t value;
        size_t run = 0;
        while (from + run < c.end && ld_text_is_digit(from[run]))
            run++;
        if (run != 8 || !ld_span_parse_u64(ld_span_of(from, 8), &value))
            return false;
        *d = (day){(uint32_t)(value / 10000), (uint32_t)(value / 100 % 100),
                   (uint32_t)(value % 100)};
        return is_day(d) && d->year >= 1990;
    }
    if (d->year < 1990 || c.at == c.end || !strchr("/-_", *c.at))
        return false;
    char separator = *c.at++;
    if (!take_number(&c, &d->month, &digits) || digits > 2) {
        d->month = take_month(&c);
        if (d->month == 0)
            return false;
    }
    if (c.at == c.end || *c.at++ != separator)
        return false;
    if (!take_number(&c, &d->day, &digits) || digits > 2)
        return false;
    return (c.at == c.end || !ld_text_is_letter(*c.at)) && is_day(d);
}

bool ld_dates_offer_url(ld_dates *dates, ld_span url)
{
    size_t host = ld_span_find(url, LD_SPAN("://"));
    for (size_t at = host == SIZE_MAX ? 0 : host + 3; at < url.bytes; at++) {
        if (!ld_text_is_digit(url.data[at]) || (at > 0 && ld_text_is_digit(url.data[at - 1])))
            continue;
        day d;
        if (url_day(url, at, &d))
            return take_candidate(dates, false, LD_EVIDENCE_URL, LD_TRUST_URL, LD_DATE_DAY,
                                  ld_days_from_civil((int32_t)d.year, d.month, d.day) * DAY_MS);
    }
    return false;
}

/* ---- visible lines ---- */

static const char *const published_words[] = {"published",
                                              "posted",
                                              "first published",
                                              "originally published",
                                              "publication date",
                                              "release date",
                                              "date",
                                              "issued",
                                              "created",
                                              "veröffentlicht",
                                              "erschienen",
                                              "erstellt",
                                              "publiziert",
                                              "stand",
                                              "publié",
                                              "publie",
                                              "posté",
                                              "mis en ligne",
                                              "paru",
                                              "publicado",
                                              "publicada",
                                              "pubblicato",
                                              "pubblicata",
                                              "gepubliceerd",
                                              "geplaatst",
                                              "postado",
                                              "data"};
static const char *const modified_words[] = {"updated",
                                             "last updated",
                                             "modified",
                                             "last modified",
                                             "update",
                                             "aktualisiert",
                                             "zuletzt aktualisiert",
                                             "mis à jour",
                                             "mise à jour",
                                             "modifié",
                                             "actualizado",
                                             "actualizada",
                                             "aggiornato",
                                             "aggiornata",
                                             "bijgewerkt",
                                             "laatste update",
                                             "gewijzigd",
                                             "atualizado",
                                             "atualizada",
                                             "geändert"};

static bool opens_with_any(ld_span line, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ld_text_after_word(line, ld_span_from_string(words[i])).data)
            return true;
    return false;
}

/* Letters outside the date: weekdays, "at", zones are few; a sentence is many. */
static size_t letters_outside(ld_span line, size_t from, size_t end)
{
    size_t letters = 0;
    for (size_t i = 0; i < line.bytes; i++)
        letters += (i < from || i >= end) && ld_text_is_letter(line.data[i]);
    return letters;
}

bool ld_dates_offer_line(ld_dates *dates, ld_span line, bool is_near_headline)
{
    int64_t utc_ms;
    size_t from, end;
    if (line.bytes > 120)
        return false;
    bool is_modified =
        opens_with_any(line, modified_words, sizeof modified_words / sizeof *modified_words);
    bool is_published =
        !is_modified &&
        opens_with_any(line, published_words, sizeof published_words / sizeof *published_words);
    ld_date_precision precision = ld_dates_find(line, dates->is_month_first, &utc_ms, &from, &end);
    if (precision == LD_DATE_NONE)
        return (is_modified || is_published) && line.bytes < 40 && !ld_text_ends_sentence(line) &&
               ld_text_word_count(line) < 5;
    size_t others = letters_outside(line, from, end);
    /* by the headline a byline may stand before the date: "By Ann Bee, 3 May 2019" */
    size_t others_max = is_near_headline ? 64 : 24;
    bool is_bare = others <= others_max && !ld_text_ends_sentence(line);
    if ((is_modified || is_published) && others <= 64) {
        take_candidate(dates, is_modified, LD_EVIDENCE_TEXT, LD_TRUST_TEXT_LABELLED, precision,
                       utc_ms);
        return true;
    }
    if (!is_bare)
        return false;
    if (is_near_headline)
        take_candidate(dates, false, LD_EVIDENCE_TEXT, LD_TRUST_TEXT_NEAR, precision, utc_ms);
    return true;
}
