/*
 * Dates of an article.
 *
 *   day     = D [ord] ["de" | "of"] Month [","] ["de" | "del"] YYYY       16 November 2015
 *           | Month D [ord] [","] YYYY                                   Nov. 16, 2015
 *           | YYYY sep MM sep DD | D sep M sep YYYY | M sep D sep YYYY     sep = "-" | "/" | "."
 *           | YYYY "年" M "月" D "日" | YYYY "년" M "월" D "일"
 *           | YYYY "." Month D                                             2015. november 16.
 *   short   = D sep M sep YY                 only where markup says that a date stands there
 *   ord     = "." | "st" | "nd" | "rd" | "th" | "er" | "º" | "ª"
 *
 * Times of day in running text have no zone, so what is read there is a day. Machine forms keep
 * their time. Every candidate comes with a trust, the order of the enum in dates.h: what a page
 * states for machines goes before what it shows, a date by the headline before any other, and a
 * date in a caption or within a sentence of the story is no evidence at all. Where nothing for
 * machines tells, visible dates are weak evidence, each with the certainty of its place: an element
 * called "date" or "posted", a line that is only a date, a paragraph that opens with one, the lead
 * image's path, one single date in a list. Measured on pages whose day is known, the marked ones
 * are right in 95 of 100, lines that are only a date in 85. Copyright lines are never asked.
 *
 * Zones. A time keeps the offset it is stated with: its day is the one of its readers. A time
 * stated in UTC takes the offset of the same instant stated elsewhere, or yields to the
 * neighbouring day that the URL or the page shows, and is then a day (settle_day).
 *
 * The order follows the one that
 * public date extractors were measured with (htmldate: header, JSON-LD, marked elements, time,
 * text), with the URL's day below what the page states: it is right to the day but knows no time.
 * A date later than the capture cannot be its publication.
 */
#include "article/dates.h"

#include "article/story.h"

#define YEAR_MIN        1600 /* newspapers begin in 1605 */
#define YEAR_MAX        2199
#define DAY_MS          86400000ll
#define MONTH_BYTES_MAX 24u

#define BARE_LETTERS_MAX     40u /* beside the date: a weekday, a place, a name */
#define SHORT_LINE_BYTES_MAX 12u /* "31.10.23" and punctuation */
#define OPENING_BYTES_MAX    16u /* before the date that opens a paragraph */
#define MARKED_LETTERS_MAX   90u /* the same and a role or a section */

void ld_dates_init(ld_dates *dates, bool has_captured, int64_t captured_utc_ms)
{
    *dates = (ld_dates){.latest_ms = INT64_MAX};
    if (has_captured)
        dates->latest_ms = captured_utc_ms + DAY_MS;
}

/* ---- months ---- */

typedef struct month_name {
    char name[MONTH_BYTES_MAX]; /* in lower case, in the case of grammar that dates have; padded
                                   with NUL bytes */
    uint8_t month;
} month_name;

static const month_name month_names[] = {
    {"january", 1},     {"jan", 1},           {"janvier", 1},      {"januar", 1},
    {"jänner", 1},      {"janv", 1},          {"jän", 1},          {"enero", 1},
    {"ene", 1},         {"gennaio", 1},       {"gen", 1},          {"januari", 1},
    {"janeiro", 1},     {"stycznia", 1},      {"styczeń", 1},      {"января", 1},
    {"янв", 1},         {"січня", 1},         {"ledna", 1},        {"leden", 1},
    {"ocak", 1},        {"oca", 1},           {"tammikuuta", 1},   {"ianuarie", 1},
    {"január", 1},      {"ιανουαρίου", 1},    {"ιαν", 1},          {"يناير", 1},
    {"february", 2},    {"feb", 2},           {"février", 2},      {"fevrier", 2},
    {"févr", 2},        {"fév", 2},           {"februar", 2},      {"feber", 2},
    {"febrero", 2},     {"febbraio", 2},      {"februari", 2},     {"fevereiro", 2},
    {"fev", 2},         {"lutego", 2},        {"luty", 2},         {"февраля", 2},
    {"фев", 2},         {"лютого", 2},        {"února", 2},        {"únor", 2},
    {"şubat", 2},       {"şub", 2},           {"helmikuuta", 2},   {"februarie", 2},
    {"február", 2},     {"φεβρουαρίου", 2},   {"φεβ", 2},          {"فبراير", 2},
    {"march", 3},       {"mar", 3},           {"mars", 3},         {"märz", 3},
    {"maerz", 3},       {"mär", 3},           {"mrz", 3},          {"marzo", 3},
    {"maart", 3},       {"mrt", 3},           {"março", 3},        {"marco", 3},
    {"marca", 3},       {"marzec", 3},        {"марта", 3},        {"мар", 3},
    {"березня", 3},     {"března", 3},        {"březen", 3},       {"mart", 3},
    {"marts", 3},       {"maaliskuuta", 3},   {"martie", 3},       {"március", 3},
    {"maret", 3},       {"μαρτίου", 3},       {"μαρ", 3},          {"مارس", 3},
    {"april", 4},       {"apr", 4},           {"avril", 4},        {"avr", 4},
    {"abril", 4},       {"abr", 4},           {"aprile", 4},       {"kwietnia", 4},
    {"kwiecień", 4},    {"апреля", 4},        {"апр", 4},          {"квітня", 4},
    {"dubna", 4},       {"duben", 4},         {"nisan", 4},        {"nis", 4},
    {"huhtikuuta", 4},  {"aprilie", 4},       {"április", 4},      {"απριλίου", 4},
    {"απρ", 4},         {"أبريل", 4},         {"may", 5},          {"mai", 5},
    {"mayo", 5},        {"maggio", 5},        {"mag", 5},          {"mei", 5},
    {"maio", 5},        {"maja", 5},          {"maj", 5},          {"мая", 5},
    {"май", 5},         {"травня", 5},        {"května", 5},       {"květen", 5},
    {"mayıs", 5},       {"toukokuuta", 5},    {"május", 5},        {"μαΐου", 5},
    {"μαΐ", 5},         {"مايو", 5},          {"june", 6},         {"jun", 6},
    {"juin", 6},        {"juni", 6},          {"junio", 6},        {"giugno", 6},
    {"giu", 6},         {"junho", 6},         {"czerwca", 6},      {"czerwiec", 6},
    {"июня", 6},        {"июн", 6},           {"червня", 6},       {"června", 6},
    {"červen", 6},      {"haziran", 6},       {"haz", 6},          {"kesäkuuta", 6},
    {"iunie", 6},       {"június", 6},        {"ιουνίου", 6},      {"ιουν", 6},
    {"يونيو", 6},       {"july", 7},          {"jul", 7},          {"juillet", 7},
    {"juil", 7},        {"juli", 7},          {"julio", 7},        {"luglio", 7},
    {"lug", 7},         {"julho", 7},         {"lipca", 7},        {"lipiec", 7},
    {"июля", 7},        {"июл", 7},           {"липня", 7},        {"července", 7},
    {"červenec", 7},    {"temmuz", 7},        {"tem", 7},          {"heinäkuuta", 7},
    {"iulie", 7},       {"július", 7},        {"ιουλίου", 7},      {"ιουλ", 7},
    {"يوليو", 7},       {"august", 8},        {"aug", 8},          {"août", 8},
    {"aout", 8},        {"agosto", 8},        {"ago", 8},          {"augustus", 8},
    {"augusti", 8},     {"sierpnia", 8},      {"sierpień", 8},     {"августа", 8},
    {"авг", 8},         {"серпня", 8},        {"srpna", 8},        {"srpen", 8},
    {"ağustos", 8},     {"ağu", 8},           {"elokuuta", 8},     {"augusztus", 8},
    {"agustus", 8},     {"αυγούστου", 8},     {"αυγ", 8},          {"أغسطس", 8},
    {"september", 9},   {"sep", 9},           {"sept", 9},         {"septembre", 9},
    {"septiembre", 9},  {"setiembre", 9},     {"settembre", 9},    {"set", 9},
    {"setembro", 9},    {"września", 9},      {"wrzesień", 9},     {"сентября", 9},
    {"сен", 9},         {"вересня", 9},       {"září", 9},         {"eylül", 9},
    {"eyl", 9},         {"syyskuuta", 9},     {"septembrie", 9},   {"szeptember", 9},
    {"σεπτεμβρίου", 9}, {"σεπ", 9},           {"سبتمبر", 9},       {"october", 10},
    {"oct", 10},        {"octobre", 10},      {"oktober", 10},     {"okt", 10},
    {"octubre", 10},    {"ottobre", 10},      {"ott", 10},         {"outubro", 10},
    {"out", 10},        {"października", 10}, {"październik", 10}, {"октября", 10},
    {"окт", 10},        {"жовтня", 10},       {"října", 10},       {"říjen", 10},
    {"ekim", 10},       {"eki", 10},          {"lokakuuta", 10},   {"octombrie", 10},
    {"október", 10},    {"οκτωβρίου", 10},    {"οκτ", 10},         {"أكتوبر", 10},
    {"november", 11},   {"nov", 11},          {"novembre", 11},    {"noviembre", 11},
    {"novembro", 11},   {"listopada", 11},    {"listopad", 11},    {"ноября", 11},
    {"ноя", 11},        {"листопада", 11},    {"listopadu", 11},   {"kasım", 11},
    {"kas", 11},        {"marraskuuta", 11},  {"noiembrie", 11},   {"νοεμβρίου", 11},
    {"νοε", 11},        {"نوفمبر", 11},       {"december", 12},    {"dec", 12},
    {"décembre", 12},   {"decembre", 12},     {"déc", 12},         {"dezember", 12},
    {"dez", 12},        {"diciembre", 12},    {"dic", 12},         {"dicembre", 12},
    {"dezembro", 12},   {"grudnia", 12},      {"grudzień", 12},    {"декабря", 12},
    {"дек", 12},        {"грудня", 12},       {"prosince", 12},    {"prosinec", 12},
    {"aralık", 12},     {"ara", 12},          {"joulukuuta", 12},  {"decembrie", 12},
    {"desember", 12},   {"des", 12},          {"δεκεμβρίου", 12},  {"δεκ", 12},
    {"ديسمبر", 12}};

/* Words that may stand between the parts of a day. */
static const char *const joins[] = {"de", "of", "del", "the", "di", "den"};

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

/* Lower case of the letters that month names open with: ASCII, Latin-1, Cyrillic, Greek, and the
 * Turkish and Czech ones, whose two cases differ in the last bit. */
static void lower_word(ld_span word, char *lower)
{
    for (size_t i = 0; i < word.bytes; i++) {
        unsigned char lead = i > 0 ? (unsigned char)word.data[i - 1] : 0;
        unsigned char c = (unsigned char)ld_text_lower(word.data[i]);
        if ((lead == 0xc3 && c >= 0x80 && c <= 0x9e) || (lead == 0xd0 && c >= 0x90 && c <= 0x9f) ||
            (lead == 0xce && c >= 0x91 && c <= 0x9f)) {
            c += 0x20;
        } else if ((lead == 0xd0 && c >= 0xa0 && c <= 0xaf) ||
                   (lead == 0xce && c >= 0xa0 && c <= 0xa9)) {
            lower[i - 1] = (char)(lead + 1);
            c -= 0x20;
        } else if (lead == 0xc5 && (c == 0x9e || c == 0x98)) {
            c++;
        }
        lower[i] = (char)c;
    }
}

static uint32_t take_month(cursor *c)
{
    cursor probe = *c;
    ld_span word = take_word(&probe);
    char lower[MONTH_BYTES_MAX] = {0};
    if (word.bytes < 3 || word.bytes > sizeof lower)
        return 0;
    lower_word(word, lower);
    for (size_t i = 0; i < sizeof month_names / sizeof *month_names; i++) {
        if (memcmp(month_names[i].name, lower, 4) != 0 ||
            memcmp(month_names[i].name, lower, sizeof lower) != 0)
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

/* A word with a number behind it: all others need not be looked for among the months. */
static bool is_before_number(cursor probe)
{
    (void)take_word(&probe);
    skip_any(&probe, ". ");
    return at_digit(&probe);
}

static bool read_month_day_year(cursor *c, day *d)
{
    uint32_t digits;
    if (!is_before_number(*c))
        return false;
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

/* How numbers are read. */
enum { MONTH_FIRST = 1u, SHORT_YEARS = 2u };

/* Three numbers with the same separator; the first was read. */
static bool read_numeric(cursor *c, uint32_t first, uint32_t first_digits, unsigned how, day *d)
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
    if ((how & SHORT_YEARS) && first_digits <= 2 && third_digits == 2) {
        third += third < 70 ? 2000 : 1900;
        third_digits = 4;
    }
    if (first_digits > 2 || third_digits != 4)
        return false;
    *d = (day){third, second, first};
    bool is_american = (how & MONTH_FIRST) && separator == '/';
    if (is_american || !is_day(d)) {
        day swapped = {third, first, second};
        if (separator != '.' && is_day(&swapped))
            *d = swapped;
    }
    return is_day(d);
}

static bool read_ideographic(cursor *c, uint32_t first, day *d)
{
    static const char *const signs[2][3] = {{"\xe5\xb9\xb4", "\xe6\x9c\x88", "\xe6\x97\xa5"},
                                            {"\xeb\x85\x84", "\xec\x9b\x94", "\xec\x9d\xbc"}};
    int script = 0;
    uint32_t parts[3] = {first, 0, 0}, digits;
    for (int i = 0; i < 3; i++) {
        if (i > 0) {
            skip_any(c, " ");
            if (!take_number(c, &parts[i], &digits))
                return false;
        }
        skip_any(c, " ");
        if (c->end - c->at < 3)
            return false;
        if (i == 0)
            script = memcmp(c->at, signs[1][0], 3) == 0;
        if (memcmp(c->at, signs[script][i], 3) != 0)
            return false;
        c->at += 3;
    }
    *d = (day){parts[0], parts[1], parts[2]};
    return is_day(d);
}

/* "2015. november 16." behind the year. */
static bool read_year_month_day(cursor *c, uint32_t year, day *d)
{
    uint32_t digits;
    skip_any(c, ". ");
    *d = (day){year, take_month(c), 0};
    skip_any(c, ". ");
    return d->month > 0 && take_number(c, &d->day, &digits) && digits <= 2 && is_day(d);
}

static bool read_day(cursor *c, unsigned how, day *d)
{
    if (at_digit(c)) {
        uint32_t number, digits;
        if (!take_number(c, &number, &digits))
            return false;
        cursor probe = *c;
        if (read_numeric(&probe, number, digits, how, d)) {
            *c = probe;
            return true;
        }
        probe = *c;
        if (digits == 4 && read_ideographic(&probe, number, d)) {
            *c = probe;
            return true;
        }
        if (digits == 4)
            return read_year_month_day(c, number, d);
        return digits <= 2 && read_day_month_year(c, number, d);
    }
    return read_month_day_year(c, d);
}

/* A run of four digits, or of two where short years are read: without one no date stands here. */
static bool has_year(ld_span text, unsigned how)
{
    size_t run = 0, least = how & SHORT_YEARS ? 2 : 4;
    for (size_t i = 0; i < text.bytes; i++) {
        run = ld_text_is_digit(text.data[i]) ? run + 1 : 0;
        if (run >= least)
            return true;
    }
    return false;
}

static ld_date_precision find_day(ld_span text, unsigned how, int64_t *utc_ms, size_t *from,
                                  size_t *end)
{
    cursor c = {text.data, text.data, text.data + text.bytes};
    if (!has_year(text, how))
        return LD_DATE_NONE;
    while (c.at < c.end) {
        if (!ld_text_is_letter(*c.at) && !ld_text_is_digit(*c.at)) {
            c.at++;
            continue;
        }
        cursor probe = c;
        day d;
        if (read_day(&probe, how, &d) && !at_digit(&probe)) {
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

ld_date_precision ld_dates_find(ld_span text, bool is_month_first, int64_t *utc_ms, size_t *from,
                                size_t *end)
{
    return find_day(text, is_month_first ? MONTH_FIRST : 0, utc_ms, from, end);
}

/* ---- candidates ---- */

typedef struct moment {
    ld_date_precision precision;
    int64_t utc_ms;
    int16_t offset_minutes;
} moment;

/*
 * A time stated in UTC may fall on the day before or after the one its readers saw. What tells the
 * zone, or the day: the same instant stated once more with its zone, the day in the URL, the day
 * shown by the headline. With a day only, the hour is no longer known.
 */
static void settle_day(ld_dates *dates, ld_article_date *best, ld_evidence evidence,
                       const moment *m)
{
    static const int64_t east_ms = 13 * 3600000ll, west_ms = 8 * 3600000ll, same_ms = 600000;
    if (best->precision != LD_DATE_TIME || best->offset_minutes != 0 || dates->is_day_settled ||
        best->evidence == LD_EVIDENCE_GIVEN)
        return;
    if (m->precision == LD_DATE_TIME) {
        int64_t apart_ms = m->utc_ms - best->utc_ms;
        if (m->offset_minutes != 0 && apart_ms < same_ms && apart_ms > -same_ms)
            best->offset_minutes = m->offset_minutes;
        return;
    }
    bool is_same = best->utc_ms >= m->utc_ms && best->utc_ms < m->utc_ms + DAY_MS;
    dates->is_day_settled = is_same;
    if (!is_same && best->utc_ms >= m->utc_ms - east_ms &&
        best->utc_ms < m->utc_ms + DAY_MS + west_ms) {
        best->precision = LD_DATE_DAY;
        best->evidence = (uint8_t)evidence;
        best->utc_ms = m->utc_ms;
    }
}

/* Places whose day is that of the story. */
static bool tells_day(ld_evidence evidence, uint8_t trust)
{
    return trust >= LD_TRUST_TEXT_NEAR && trust != LD_TRUST_META_LOOSE &&
           (evidence == LD_EVIDENCE_TEXT || evidence == LD_EVIDENCE_URL ||
            trust == LD_TRUST_MICRODATA);
}

static bool take_candidate(ld_dates *dates, bool is_modified, ld_evidence evidence, uint8_t trust,
                           moment m)
{
    static const int64_t earliest_ms = -11676096000000ll; /* 1600-01-01 */
    if (m.precision == LD_DATE_NONE || m.utc_ms < earliest_ms)
        return false;
    if (trust < LD_TRUST_GIVEN && m.utc_ms > dates->latest_ms)
        return false;
    ld_article_date *best = is_modified ? &dates->modified : &dates->published;
    if (best->precision != LD_DATE_NONE && best->certainty_percent >= trust) {
        if (m.precision == LD_DATE_TIME || tells_day(evidence, trust))
            settle_day(dates, best, evidence, &m);
        return true;
    }
    ld_article_date before = *best;
    *best = (ld_article_date){.precision = (uint8_t)m.precision,
                              .evidence = (uint8_t)evidence,
                              .certainty_percent = trust,
                              .utc_ms = m.utc_ms,
                              .offset_minutes = m.offset_minutes};
    if (before.precision == LD_DATE_TIME && before.offset_minutes != 0) {
        moment other = {LD_DATE_TIME, before.utc_ms, before.offset_minutes};
        settle_day(dates, best, evidence, &other);
    }
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

/* Minutes east of Greenwich that stand at the end: "+02:00", "+0200", "+02"; 0 without them. */
static int16_t stated_offset(ld_span s)
{
    size_t at = s.bytes;
    while (at > 0 && s.bytes - at < 6 &&
           (ld_text_is_digit(s.data[at - 1]) || s.data[at - 1] == ':'))
        at--;
    if (at < 12 || (s.data[at - 1] != '+' && s.data[at - 1] != '-'))
        return 0;
    uint32_t digits = 0, number = 0;
    for (size_t i = at; i < s.bytes; i++) {
        if (s.data[i] == ':')
            continue;
        number = number * 10 + (uint32_t)(s.data[i] - '0');
        digits++;
    }
    uint32_t minutes = digits == 2 ? number * 60 : number / 100 * 60 + number % 100;
    if ((digits != 2 && digits != 4) || minutes > 14 * 60)
        return 0;
    return (int16_t)(s.data[at - 1] == '-' ? -(int32_t)minutes : (int32_t)minutes);
}

static moment read_moment(const ld_dates *dates, ld_span text)
{
    moment m = {LD_DATE_NONE, 0, 0};
    size_t from, end;
    m.precision = ld_date_parse_iso(text, &m.utc_ms);
    if (m.precision == LD_DATE_NONE)
        m.precision = ld_date_parse_http(text, &m.utc_ms);
    if (m.precision == LD_DATE_TIME)
        m.offset_minutes = stated_offset(text);
    if (m.precision == LD_DATE_NONE)
        m.precision = parse_epoch(text, &m.utc_ms);
    if (m.precision == LD_DATE_NONE)
        m.precision = find_day(text, (dates->is_month_first ? MONTH_FIRST : 0) | SHORT_YEARS,
                               &m.utc_ms, &from, &end);
    return m;
}

bool ld_dates_offer(ld_dates *dates, bool is_modified, ld_evidence evidence, uint8_t trust,
                    ld_span text)
{
    text = ld_span_trim(text);
    if (text.bytes == 0)
        return false;
    text.bytes = text.bytes < 200 ? text.bytes : 200;
    moment m = read_moment(dates, text);
    bool is_coarse = m.precision == LD_DATE_YEAR || m.precision == LD_DATE_MONTH;
    if (is_coarse && trust < LD_TRUST_GIVEN)
        return false;
    return take_candidate(dates, is_modified, evidence, trust, m);
}

static bool url_day(ld_span url, size_t at, day *d)
{
    cursor c = {url.data, url.data + at, url.data + url.bytes};
    uint32_t digits;
    const char *from = c.at;
    uint32_t number;
    cursor probe = c;
    /* 22.04.2020, 02-01-2022 */
    if (take_number(&probe, &number, &digits) && digits == 2 && probe.at < c.end &&
        (*probe.at == '.' || *probe.at == '-') && read_numeric(&probe, number, digits, 0, d) &&
        d->year >= 1990)
        return !at_digit(&probe);
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

static moment day_moment(const day *d)
{
    return (moment){LD_DATE_DAY, ld_days_from_civil((int32_t)d->year, d->month, d->day) * DAY_MS,
                    0};
}

bool ld_dates_offer_address(ld_dates *dates, ld_span url, uint8_t trust)
{
    size_t host = ld_span_find(url, LD_SPAN("://"));
    for (size_t at = host == SIZE_MAX ? 0 : host + 3; at < url.bytes; at++) {
        if (!ld_text_is_digit(url.data[at]) || (at > 0 && ld_text_is_digit(url.data[at - 1])))
            continue;
        day d;
        if (!url_day(url, at, &d))
            continue;
        moment m = day_moment(&d);
        return take_candidate(dates, false, LD_EVIDENCE_URL, trust, m);
    }
    return false;
}

bool ld_dates_offer_url(ld_dates *dates, ld_span url)
{
    return ld_dates_offer_address(dates, url, LD_TRUST_URL);
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
                                              "data",
                                              "datum",
                                              "submitted",
                                              "publicerad",
                                              "publisert",
                                              "udgivet",
                                              "julkaistu",
                                              "opublikowano",
                                              "vydáno",
                                              "yayınlanma",
                                              "yayın tarihi",
                                              "опубликовано",
                                              "опубліковано",
                                              "дата публикации"};
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
                                             "geändert",
                                             "letzte änderung",
                                             "letzte aktualisierung",
                                             "aktualisierung",
                                             "last update",
                                             "last edited",
                                             "última actualización",
                                             "última atualização",
                                             "ultimo aggiornamento",
                                             "dernière mise à jour",
                                             "uppdaterad",
                                             "oppdatert",
                                             "opdateret",
                                             "päivitetty",
                                             "aktualizacja",
                                             "aktualizováno",
                                             "güncelleme",
                                             "son güncelleme",
                                             "обновлено",
                                             "оновлено"};

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

static bool opens_with_modified(ld_span line)
{
    return opens_with_any(line, modified_words, sizeof modified_words / sizeof *modified_words);
}

bool ld_dates_is_label(ld_span line)
{
    return opens_with_any(line, published_words, sizeof published_words / sizeof *published_words);
}

bool ld_dates_offer_place(ld_dates *dates, ld_span line, ld_date_place place, uint8_t trust)
{
    bool is_only = place == LD_PLACE_BARE && line.bytes <= SHORT_LINE_BYTES_MAX;
    unsigned how = (dates->is_month_first ? MONTH_FIRST : 0) |
                   (place == LD_PLACE_MARKED || is_only ? SHORT_YEARS : 0);
    moment m = {LD_DATE_NONE, 0, 0};
    size_t from, end;
    m.precision = find_day(line, how, &m.utc_ms, &from, &end);
    if (m.precision == LD_DATE_NONE)
        return false;
    size_t others = letters_outside(line, from, end);
    if (place == LD_PLACE_BARE && (others > BARE_LETTERS_MAX || ld_text_ends_sentence(line)))
        return false;
    if (place == LD_PLACE_MARKED && others > MARKED_LETTERS_MAX)
        return false;
    if (place == LD_PLACE_OPENING && from > OPENING_BYTES_MAX)
        return false;
    if (trust == LD_TRUST_TEXT_BARE && ld_dates_is_label(line))
        trust = LD_TRUST_TEXT_MARKED;
    return take_candidate(dates, opens_with_modified(line), LD_EVIDENCE_TEXT, trust, m);
}

bool ld_dates_offer_line(ld_dates *dates, ld_span line, bool is_near_headline)
{
    int64_t utc_ms;
    size_t from, end;
    if (line.bytes > 120)
        return false;
    bool is_modified = opens_with_modified(line);
    bool is_published = !is_modified && ld_dates_is_label(line);
    ld_date_precision precision = ld_dates_find(line, dates->is_month_first, &utc_ms, &from, &end);
    if (precision == LD_DATE_NONE)
        return (is_modified || is_published) && line.bytes < 40 && !ld_text_ends_sentence(line) &&
               ld_text_word_count(line) < 5;
    size_t others = letters_outside(line, from, end);
    /* by the headline a byline may stand before the date: "By Ann Bee, 3 May 2019" */
    size_t others_max = is_near_headline ? 64 : 24;
    bool is_bare = others <= others_max && !ld_text_ends_sentence(line);
    if ((is_modified || is_published) && others <= 64) {
        take_candidate(dates, is_modified, LD_EVIDENCE_TEXT, LD_TRUST_TEXT_LABELLED,
                       (moment){precision, utc_ms, 0});
        return true;
    }
    if (!is_bare)
        return false;
    if (is_near_headline)
        take_candidate(dates, false, LD_EVIDENCE_TEXT, LD_TRUST_TEXT_NEAR,
                       (moment){precision, utc_ms, 0});
    return true;
}
