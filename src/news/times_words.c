/* Cuts a text into runs of letters, runs of digits and single marks, and looks the words up. A run
 * ends where letters meet digits: "Oct2" and "21st" are two. */
#include "news/times_words.h"

#include <stdlib.h>

#include "base/error.h"

typedef struct entry {
    const char *word;
    uint8_t kind;
    int16_t value;
} entry;

/* Ascending by word. */
static const entry lexicon[] = {
    {"announced", LD_TW_PAST, 0},
    {"apr", LD_TW_MONTH, 4},
    {"april", LD_TW_MONTH, 4},
    {"arisen", LD_TW_PAST, 0},
    {"arose", LD_TW_PAST, 0},
    {"ate", LD_TW_PAST, 0},
    {"aug", LD_TW_MONTH, 8},
    {"august", LD_TW_MONTH, 8},
    {"became", LD_TW_PAST, 0},
    {"been", LD_TW_PAST, 0},
    {"began", LD_TW_PAST, 0},
    {"beginning", LD_TW_PART, LD_PART_EARLY},
    {"begun", LD_TW_PAST, 0},
    {"bent", LD_TW_PAST, 0},
    {"bit", LD_TW_PAST, 0},
    {"bled", LD_TW_PAST, 0},
    {"blew", LD_TW_PAST, 0},
    {"bought", LD_TW_PAST, 0},
    {"bred", LD_TW_PAST, 0},
    {"broke", LD_TW_PAST, 0},
    {"brought", LD_TW_PAST, 0},
    {"built", LD_TW_PAST, 0},
    {"burnt", LD_TW_PAST, 0},
    {"came", LD_TW_PAST, 0},
    {"caught", LD_TW_PAST, 0},
    {"centuries", LD_TW_UNIT, LD_UNIT_CENTURY},
    {"century", LD_TW_UNIT, LD_UNIT_CENTURY},
    {"chose", LD_TW_PAST, 0},
    {"clung", LD_TW_PAST, 0},
    {"coming", LD_TW_REL, 1},
    {"crept", LD_TW_PAST, 0},
    {"current", LD_TW_REL, 0},
    {"day", LD_TW_UNIT, LD_UNIT_DAY},
    {"days", LD_TW_UNIT, LD_UNIT_DAY},
    {"dealt", LD_TW_PAST, 0},
    {"dec", LD_TW_MONTH, 12},
    {"decade", LD_TW_UNIT, LD_UNIT_DECADE},
    {"decades", LD_TW_UNIT, LD_UNIT_DECADE},
    {"december", LD_TW_MONTH, 12},
    {"did", LD_TW_PAST, 0},
    {"dove", LD_TW_PAST, 0},
    {"drank", LD_TW_PAST, 0},
    {"drew", LD_TW_PAST, 0},
    {"drove", LD_TW_PAST, 0},
    {"due", LD_TW_FUTURE, 0},
    {"dug", LD_TW_PAST, 0},
    {"early", LD_TW_PART, LD_PART_EARLY},
    {"eight", LD_TW_ONES, 8},
    {"eighteen", LD_TW_ONES, 18},
    {"eighteenth", LD_TW_ORDINAL, 18},
    {"eighth", LD_TW_ORDINAL, 8},
    {"eighties", LD_TW_DECADE, 80},
    {"eighty", LD_TW_TENS, 80},
    {"eleven", LD_TW_ONES, 11},
    {"eleventh", LD_TW_ORDINAL, 11},
    {"end", LD_TW_PART, LD_PART_LATE},
    {"expected", LD_TW_FUTURE, 0},
    {"expects", LD_TW_FUTURE, 0},
    {"feb", LD_TW_MONTH, 2},
    {"february", LD_TW_MONTH, 2},
    {"fed", LD_TW_PAST, 0},
    {"fell", LD_TW_PAST, 0},
    {"felt", LD_TW_PAST, 0},
    {"fifteen", LD_TW_ONES, 15},
    {"fifteenth", LD_TW_ORDINAL, 15},
    {"fifth", LD_TW_ORDINAL, 5},
    {"fifties", LD_TW_DECADE, 50},
    {"fifty", LD_TW_TENS, 50},
    {"first", LD_TW_ORDINAL, 1},
    {"five", LD_TW_ONES, 5},
    {"fled", LD_TW_PAST, 0},
    {"flew", LD_TW_PAST, 0},
    {"flung", LD_TW_PAST, 0},
    {"following", LD_TW_REL, 1},
    {"forbade", LD_TW_PAST, 0},
    {"forgot", LD_TW_PAST, 0},
    {"forties", LD_TW_DECADE, 40},
    {"fortnight", LD_TW_UNIT, LD_UNIT_FORTNIGHT},
    {"fortnights", LD_TW_UNIT, LD_UNIT_FORTNIGHT},
    {"forty", LD_TW_TENS, 40},
    {"fought", LD_TW_PAST, 0},
    {"found", LD_TW_PAST, 0},
    {"four", LD_TW_ONES, 4},
    {"fourteen", LD_TW_ONES, 14},
    {"fourteenth", LD_TW_ORDINAL, 14},
    {"fourth", LD_TW_ORDINAL, 4},
    {"fri", LD_TW_WEEKDAY, 4},
    {"friday", LD_TW_WEEKDAY, 4},
    {"fridays", LD_TW_WEEKDAY, 4},
    {"froze", LD_TW_PAST, 0},
    {"gave", LD_TW_PAST, 0},
    {"going", LD_TW_FUTURE, 0},
    {"got", LD_TW_PAST, 0},
    {"grew", LD_TW_PAST, 0},
    {"had", LD_TW_PAST, 0},
    {"has", LD_TW_PAST, 0},
    {"have", LD_TW_PAST, 0},
    {"held", LD_TW_PAST, 0},
    {"hid", LD_TW_PAST, 0},
    {"hundred", LD_TW_POWER, 100},
    {"hung", LD_TW_PAST, 0},
    {"jan", LD_TW_MONTH, 1},
    {"january", LD_TW_MONTH, 1},
    {"jul", LD_TW_MONTH, 7},
    {"july", LD_TW_MONTH, 7},
    {"jun", LD_TW_MONTH, 6},
    {"june", LD_TW_MONTH, 6},
    {"kept", LD_TW_PAST, 0},
    {"knelt", LD_TW_PAST, 0},
    {"knew", LD_TW_PAST, 0},
    {"laid", LD_TW_PAST, 0},
    {"last", LD_TW_REL, -1},
    {"late", LD_TW_PART, LD_PART_LATE},
    {"led", LD_TW_PAST, 0},
    {"left", LD_TW_PAST, 0},
    {"lent", LD_TW_PAST, 0},
    {"lit", LD_TW_PAST, 0},
    {"ll", LD_TW_FUTURE, 0},
    {"lost", LD_TW_PAST, 0},
    {"made", LD_TW_PAST, 0},
    {"mar", LD_TW_MONTH, 3},
    {"march", LD_TW_MONTH, 3},
    {"may", LD_TW_MONTH, 5},
    {"meant", LD_TW_PAST, 0},
    {"met", LD_TW_PAST, 0},
    {"mid", LD_TW_PART, LD_PART_MIDDLE},
    {"middle", LD_TW_PART, LD_PART_MIDDLE},
    {"mon", LD_TW_WEEKDAY, 0},
    {"monday", LD_TW_WEEKDAY, 0},
    {"mondays", LD_TW_WEEKDAY, 0},
    {"month", LD_TW_UNIT, LD_UNIT_MONTH},
    {"months", LD_TW_UNIT, LD_UNIT_MONTH},
    {"next", LD_TW_REL, 1},
    {"nine", LD_TW_ONES, 9},
    {"nineteen", LD_TW_ONES, 19},
    {"nineteenth", LD_TW_ORDINAL, 19},
    {"nineties", LD_TW_DECADE, 90},
    {"ninety", LD_TW_TENS, 90},
    {"ninth", LD_TW_ORDINAL, 9},
    {"noughties", LD_TW_DECADE, 0},
    {"nov", LD_TW_MONTH, 11},
    {"november", LD_TW_MONTH, 11},
    {"oct", LD_TW_MONTH, 10},
    {"october", LD_TW_MONTH, 10},
    {"one", LD_TW_ONES, 1},
    {"outdid", LD_TW_PAST, 0},
    {"overthrew", LD_TW_PAST, 0},
    {"overtook", LD_TW_PAST, 0},
    {"paid", LD_TW_PAST, 0},
    {"past", LD_TW_REL, -1},
    {"plans", LD_TW_FUTURE, 0},
    {"preceding", LD_TW_REL, -1},
    {"previous", LD_TW_REL, -1},
    {"quarter", LD_TW_UNIT, LD_UNIT_QUARTER},
    {"quarters", LD_TW_UNIT, LD_UNIT_QUARTER},
    {"ran", LD_TW_PAST, 0},
    {"rang", LD_TW_PAST, 0},
    {"rode", LD_TW_PAST, 0},
    {"rose", LD_TW_PAST, 0},
    {"said", LD_TW_PAST, 0},
    {"same", LD_TW_REL, 0},
    {"sang", LD_TW_PAST, 0},
    {"sank", LD_TW_PAST, 0},
    {"sat", LD_TW_WEEKDAY, 5},
    {"saturday", LD_TW_WEEKDAY, 5},
    {"saturdays", LD_TW_WEEKDAY, 5},
    {"saw", LD_TW_PAST, 0},
    {"scheduled", LD_TW_FUTURE, 0},
    {"second", LD_TW_ORDINAL, 2},
    {"sent", LD_TW_PAST, 0},
    {"sep", LD_TW_MONTH, 9},
    {"sept", LD_TW_MONTH, 9},
    {"september", LD_TW_MONTH, 9},
    {"seven", LD_TW_ONES, 7},
    {"seventeen", LD_TW_ONES, 17},
    {"seventeenth", LD_TW_ORDINAL, 17},
    {"seventh", LD_TW_ORDINAL, 7},
    {"seventies", LD_TW_DECADE, 70},
    {"seventy", LD_TW_TENS, 70},
    {"sewed", LD_TW_PAST, 0},
    {"shall", LD_TW_FUTURE, 0},
    {"shone", LD_TW_PAST, 0},
    {"shook", LD_TW_PAST, 0},
    {"shot", LD_TW_PAST, 0},
    {"should", LD_TW_FUTURE, 0},
    {"showed", LD_TW_PAST, 0},
    {"shrank", LD_TW_PAST, 0},
    {"six", LD_TW_ONES, 6},
    {"sixteen", LD_TW_ONES, 16},
    {"sixteenth", LD_TW_ORDINAL, 16},
    {"sixth", LD_TW_ORDINAL, 6},
    {"sixties", LD_TW_DECADE, 60},
    {"sixty", LD_TW_TENS, 60},
    {"slept", LD_TW_PAST, 0},
    {"slew", LD_TW_PAST, 0},
    {"slid", LD_TW_PAST, 0},
    {"smelt", LD_TW_PAST, 0},
    {"sold", LD_TW_PAST, 0},
    {"sought", LD_TW_PAST, 0},
    {"spelt", LD_TW_PAST, 0},
    {"spent", LD_TW_PAST, 0},
    {"spilt", LD_TW_PAST, 0},
    {"spoke", LD_TW_PAST, 0},
    {"sprang", LD_TW_PAST, 0},
    {"spring", LD_TW_SEASON, 3},
    {"start", LD_TW_PART, LD_PART_EARLY},
    {"stole", LD_TW_PAST, 0},
    {"stood", LD_TW_PAST, 0},
    {"strode", LD_TW_PAST, 0},
    {"strove", LD_TW_PAST, 0},
    {"struck", LD_TW_PAST, 0},
    {"stuck", LD_TW_PAST, 0},
    {"stung", LD_TW_PAST, 0},
    {"summer", LD_TW_SEASON, 6},
    {"sun", LD_TW_WEEKDAY, 6},
    {"sunday", LD_TW_WEEKDAY, 6},
    {"sundays", LD_TW_WEEKDAY, 6},
    {"swam", LD_TW_PAST, 0},
    {"swept", LD_TW_PAST, 0},
    {"swore", LD_TW_PAST, 0},
    {"swung", LD_TW_PAST, 0},
    {"taught", LD_TW_PAST, 0},
    {"ten", LD_TW_ONES, 10},
    {"tens", LD_TW_DECADE, 10},
    {"tenth", LD_TW_ORDINAL, 10},
    {"that", LD_TW_REL, 0},
    {"third", LD_TW_ORDINAL, 3},
    {"thirteen", LD_TW_ONES, 13},
    {"thirteenth", LD_TW_ORDINAL, 13},
    {"thirties", LD_TW_DECADE, 30},
    {"thirtieth", LD_TW_ORDINAL, 30},
    {"thirty", LD_TW_TENS, 30},
    {"this", LD_TW_REL, 0},
    {"thought", LD_TW_PAST, 0},
    {"thousand", LD_TW_POWER, 1000},
    {"three", LD_TW_ONES, 3},
    {"threw", LD_TW_PAST, 0},
    {"thu", LD_TW_WEEKDAY, 3},
    {"thur", LD_TW_WEEKDAY, 3},
    {"thurs", LD_TW_WEEKDAY, 3},
    {"thursday", LD_TW_WEEKDAY, 3},
    {"thursdays", LD_TW_WEEKDAY, 3},
    {"told", LD_TW_PAST, 0},
    {"took", LD_TW_PAST, 0},
    {"tore", LD_TW_PAST, 0},
    {"trod", LD_TW_PAST, 0},
    {"tue", LD_TW_WEEKDAY, 1},
    {"tues", LD_TW_WEEKDAY, 1},
    {"tuesday", LD_TW_WEEKDAY, 1},
    {"tuesdays", LD_TW_WEEKDAY, 1},
    {"twelfth", LD_TW_ORDINAL, 12},
    {"twelve", LD_TW_ONES, 12},
    {"twenties", LD_TW_DECADE, 20},
    {"twentieth", LD_TW_ORDINAL, 20},
    {"twenty", LD_TW_TENS, 20},
    {"two", LD_TW_ONES, 2},
    {"understood", LD_TW_PAST, 0},
    {"undid", LD_TW_PAST, 0},
    {"upcoming", LD_TW_REL, 1},
    {"upheld", LD_TW_PAST, 0},
    {"was", LD_TW_PAST, 0},
    {"wed", LD_TW_WEEKDAY, 2},
    {"wednesday", LD_TW_WEEKDAY, 2},
    {"wednesdays", LD_TW_WEEKDAY, 2},
    {"week", LD_TW_UNIT, LD_UNIT_WEEK},
    {"weekend", LD_TW_UNIT, LD_UNIT_WEEKEND},
    {"weekends", LD_TW_UNIT, LD_UNIT_WEEKEND},
    {"weeks", LD_TW_UNIT, LD_UNIT_WEEK},
    {"went", LD_TW_PAST, 0},
    {"wept", LD_TW_PAST, 0},
    {"were", LD_TW_PAST, 0},
    {"will", LD_TW_FUTURE, 0},
    {"winter", LD_TW_SEASON, 12},
    {"withdrew", LD_TW_PAST, 0},
    {"withheld", LD_TW_PAST, 0},
    {"withstood", LD_TW_PAST, 0},
    {"woke", LD_TW_PAST, 0},
    {"won", LD_TW_PAST, 0},
    {"wore", LD_TW_PAST, 0},
    {"would", LD_TW_FUTURE, 0},
    {"wove", LD_TW_PAST, 0},
    {"wrote", LD_TW_PAST, 0},
    {"wrung", LD_TW_PAST, 0},
    {"year", LD_TW_UNIT, LD_UNIT_YEAR},
    {"years", LD_TW_UNIT, LD_UNIT_YEAR},
    {"zero", LD_TW_ONES, 0},
};

static int compare(const void *key, const void *item)
{
    return strcmp(key, ((const entry *)item)->word);
}

static bool is_digit(unsigned char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* U+2010..U+203F: dashes and quotes are marks. */
static bool is_general_mark(ld_span text, size_t at)
{
    return (unsigned char)text.data[at] == 0xe2 && at + 2 < text.bytes &&
           (unsigned char)text.data[at + 1] == 0x80;
}

static bool is_letter(ld_span text, size_t at)
{
    unsigned char c = (unsigned char)text.data[at];
    return (unsigned char)((c | 0x20) - 'a') < 26 || (c >= 0x80 && !is_general_mark(text, at));
}

static void read_word(ld_span text, size_t from, size_t end, ld_time_token *t)
{
    size_t bytes = end - from < LD_TIME_WORD_BYTES ? end - from : LD_TIME_WORD_BYTES;
    for (size_t i = 0; i < bytes; i++) {
        char c = text.data[from + i];
        t->lower[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    t->capital = text.data[from] >= 'A' && text.data[from] <= 'Z';
    const entry *e =
        end - from <= LD_TIME_WORD_BYTES
            ? bsearch(t->lower, lexicon, sizeof lexicon / sizeof *lexicon, sizeof *lexicon, compare)
            : NULL;
    if (e) {
        t->kind = e->kind;
        t->value = (uint32_t)(int32_t)e->value;
    } else if (bytes > 3 && end - from < LD_TIME_WORD_BYTES && t->lower[bytes - 1] == 'd' &&
               t->lower[bytes - 2] == 'e') {
        t->kind = LD_TW_PAST;
    }
}

static size_t read_number(ld_span text, size_t at, ld_time_token *t)
{
    t->kind = LD_TW_NUMBER;
    for (; at < text.bytes && is_digit((unsigned char)text.data[at]); at++)
        t->value =
            t->value < 100000000 ? t->value * 10 + (uint32_t)(text.data[at] - '0') : t->value;
    return at;
}

/* Dashes count as '-', single quotes as an apostrophe. */
static size_t read_mark(ld_span text, size_t at, ld_time_token *t)
{
    t->kind = LD_TW_MARK;
    t->value = (unsigned char)text.data[at];
    if (!is_general_mark(text, at))
        return at + 1;
    unsigned char third = (unsigned char)text.data[at + 2];
    t->value = third >= 0x90 && third <= 0x95 ? '-' : third == 0x98 || third == 0x99 ? '\'' : '"';
    return at + 3;
}

lede_status ld_time_tokens(ld_arena *arena, ld_span text, const ld_time_token **tokens,
                           uint32_t *count, lede_error *err)
{
    ld_time_token *list = NULL;
    uint32_t n = 0, capacity = 0;
    size_t at = 0, before = SIZE_MAX;
    while (at < text.bytes) {
        unsigned char c = (unsigned char)text.data[at];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            at++;
            continue;
        }
        ld_time_token t = {.offset = (uint32_t)at, .glued = at == before};
        size_t end = at;
        if (is_digit(c)) {
            end = read_number(text, at, &t);
        } else if (is_letter(text, at)) {
            while (end < text.bytes && is_letter(text, end))
                end++;
            read_word(text, at, end, &t);
        } else {
            end = read_mark(text, at, &t);
        }
        t.bytes = (uint32_t)(end - at);
        const ld_time_token *last = n ? &list[n - 1] : NULL;
        t.sentence = !last || (last->kind == LD_TW_MARK && !t.glued && t.capital &&
                               (last->value == '.' || last->value == '!' || last->value == '?') &&
                               !(n > 1 && list[n - 2].kind == LD_TW_MONTH));
        if (!LD_ARENA_PUSH(arena, list, n, capacity, t))
            return ld_arena_status(arena, err);
        before = at = end;
    }
    *tokens = list;
    *count = n;
    return LEDE_OK;
}
