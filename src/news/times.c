/*
 * Which days does a text speak of?
 *
 *   text --times_words.c--> tokens --times_range.c (times_date.c, times_period.c)--> two readings
 *        --tense--> one interval of days
 *
 * At every token the longest time that begins there is read (SynTime showed that plain rules over
 * word classes reach the state of the art); the next one is looked for behind it. What names no
 * year, month or week ("Nov. 13", "on Monday") has two readings, the last and the next one; the
 * verbs of its sentence decide: the nearest word before the time that tells past from future, else
 * the nearest behind it, else the reading nearer to the day of publication is taken. That day
 * itself is both.
 *
 * What depends on the day of publication is what changes with it: where that day is not known, the
 * text is read for two days and only what both readings agree about is kept.
 *
 * Values follow the conventions of the Recognizers-Text specifications (weeks from Monday, "last
 * Sunday" is that of the week before, "early" is the first half), with both ends included. English
 * only. Cost: linear in the tokens; a reader looks at a bounded number of them.
 * Sources: Zhong, Sun, Cambria, "Time expression analysis and recognition using syntactic token
 * types and general heuristic rules", ACL 2017; microsoft/Recognizers-Text, Specs/DateTime.
 */
#include "news/times.h"

#include "base/error.h"
#include "news/times_read.h"

#define DAY_MIN      (-600000) /* the year 327; what is relative to it stays in the calendar */
#define DAY_MAX      2500000   /* the year 8814 */
#define TENSE_TOKENS 60u       /* a verb further away speaks of something else */

/* Two days that differ in year, month, day, weekday, week and decade. */
static const int32_t no_day_readings[2] = {-3651, 12251};

static bool is_one_of(const ld_time_context *c, uint32_t at, const char *const *words)
{
    for (; *words; words++)
        if (ld_when_is(c, at, *words))
            return true;
    return false;
}

#define NOT_TOLD 0

/* 1 future, -1 past: what the verb at `at` tells. A participle behind "be" tells what the words
 * before "be" do ("will be held", "has to be built"); one behind "is" tells nothing of its day ("is
 * closed until"). */
static int tense_at(const ld_time_context *c, uint32_t at)
{
    static const char *const to_come[] = {"will", "would", "shall", "should", "to", "ll", NULL};
    static const char *const present[] = {"is", "are", "being", NULL};
    if (c->tokens[at].kind == LD_TW_FUTURE)
        return 1;
    if (c->tokens[at].kind != LD_TW_PAST)
        return NOT_TOLD;
    if ((ld_when_is(c, at, "has") || ld_when_is(c, at, "have")) && ld_when_is(c, at + 1, "to"))
        return 1;
    for (uint32_t i = at, n = 0; i > 0 && n < 2 && !c->tokens[i].sentence; n++) {
        if (is_one_of(c, --i, present))
            return NOT_TOLD;
        if (ld_when_is(c, i, "be"))
            return i > 0 && is_one_of(c, i - 1, to_come) ? 1 : NOT_TOLD;
    }
    return -1;
}

static int tense_of(const ld_time_context *c, uint32_t from, uint32_t end)
{
    for (uint32_t i = from, n = 0; i > 0 && n < TENSE_TOKENS && !c->tokens[i].sentence; n++) {
        int tense = tense_at(c, --i);
        if (tense != NOT_TOLD)
            return tense;
    }
    for (uint32_t i = end, n = 0; i < c->count && n < TENSE_TOKENS && !c->tokens[i].sentence;
         i++, n++) {
        int tense = tense_at(c, i);
        if (tense != NOT_TOLD)
            return tense;
    }
    return NOT_TOLD;
}

/* Where no verb tells, the reading nearer to the day of publication; of two as near, the past. */
static ld_days reading_of(const ld_time_context *c, const ld_when *w, int tense)
{
    bool has_past = w->past.first <= w->past.last, has_future = w->future.first <= w->future.last;
    if (tense != NOT_TOLD || !has_past || !has_future)
        return tense > 0 || (tense == NOT_TOLD && !has_past) ? w->future : w->past;
    return w->future.first - c->now < c->now - w->past.last ? w->future : w->past;
}

static bool is_introduced(const ld_time_context *c, uint32_t at)
{
    static const char *const words[] = {
        "in",  "since",  "by",    "of",    "from", "until",  "till", "during",  "to",      "late",
        "mid", "before", "after", "early", "year", "around", "for",  "between", "through", NULL};
    return at > 0 && (is_one_of(c, at - 1, words) || ld_when_mark(c, at - 1, '('));
}

typedef struct time_list {
    ld_time *items;
    uint32_t count, capacity;
} time_list;

static void begin(ld_time_context *c, int32_t now)
{
    c->now = now;
    ld_civil_from_days(now, &c->year, &c->month, &c->day);
}

static bool tells_time(const ld_time_context *c, uint32_t at)
{
    uint8_t kind = at < c->count ? c->tokens[at].kind : LD_TW_OTHER;
    return kind != LD_TW_OTHER && kind != LD_TW_MARK && kind != LD_TW_FUTURE && kind != LD_TW_PAST;
}

/* Nine words of ten begin no time: the readers are not asked about them. */
static bool can_begin(const ld_time_context *c, uint32_t at)
{
    static const char *const alone[] = {
        "all",  "armistice", "boxing",   "christmas", "halloween", "new",       "now",
        "tmrw", "today",     "tomorrow", "tonight",   "valentine", "yesterday", NULL};
    static const char *const first[] = {"a",    "an",     "between", "couple", "earlier", "few",
                                        "for",  "from",   "h",       "in",     "later",   "less",
                                        "more", "my",     "q",       "rest",   "several", "the",
                                        "w",    "within", NULL};
    if (tells_time(c, at))
        return true;
    bool begins = ld_when_mark(c, at, '\'');
    if (is_one_of(c, at, alone))
        return true;
    if (!begins && !is_one_of(c, at, first))
        return false;
    for (uint32_t i = 1; i <= 3; i++)
        if (tells_time(c, at + i))
            return true;
    return ld_when_is(c, at + 1, "today") || ld_when_is(c, at + 1, "now") ||
           ld_when_is(c, at + 1, "yesterday");
}

static bool find_all(ld_time_context *c, ld_arena *arena, time_list *list)
{
    for (uint32_t at = 0; at < c->count && list->count < LD_TIMES_MAX;) {
        ld_when w = {0};
        uint32_t end = can_begin(c, at) ? ld_read_range(c, at, &w) : 0;
        if (!end || (w.weak && !is_introduced(c, at))) {
            at++;
            continue;
        }
        ld_days days = reading_of(c, &w, tense_of(c, at, end));
        const ld_time_token *last = &c->tokens[end - 1];
        uint32_t offset = c->tokens[at].offset;
        ld_time time = {.text_offset = offset,
                        .text_bytes = last->offset + last->bytes - offset,
                        .first_day = days.first,
                        .last_day = days.last};
        if (days.first <= days.last &&
            !LD_ARENA_PUSH(arena, list->items, list->count, list->capacity, time))
            return false;
        at = end;
    }
    return true;
}

/* Marks as relative what the other reading has not; keeps the rest only where `drop`. */
static void compare(time_list *list, const time_list *other, bool drop)
{
    uint32_t kept = 0, o = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        ld_time t = list->items[i];
        while (o < other->count && other->items[o].text_offset < t.text_offset)
            o++;
        const ld_time *same = o < other->count ? &other->items[o] : NULL;
        t.relative = !same || same->text_offset != t.text_offset ||
                     same->text_bytes != t.text_bytes || same->first_day != t.first_day ||
                     same->last_day != t.last_day;
        if (!(drop && t.relative))
            list->items[kept++] = t;
    }
    list->count = kept;
}

/* Most texts have no word of a time: the readers are not asked. */
static bool has_time(const ld_time_context *c)
{
    static const char *const words[] = {"today", "yesterday", "tomorrow",  "tonight",
                                        "tmrw",  "morning",   "evening",   "afternoon",
                                        "night", "eve",       "halloween", NULL};
    for (uint32_t i = 0; i < c->count; i++) {
        uint8_t kind = c->tokens[i].kind;
        if ((kind == LD_TW_NUMBER && (c->tokens[i].bytes == 4 || c->tokens[i].bytes <= 2)) ||
            kind == LD_TW_MONTH || kind == LD_TW_WEEKDAY || kind == LD_TW_UNIT ||
            kind == LD_TW_DECADE || kind == LD_TW_SEASON || kind == LD_TW_TENS ||
            kind == LD_TW_ONES || kind == LD_TW_ORDINAL || is_one_of(c, i, words))
            return true;
    }
    return false;
}

lede_status ld_times_find(ld_arena *arena, ld_span text, int32_t published_day,
                          const ld_time **times, uint32_t *count, lede_error *err)
{
    ld_time_context c = {0};
    *times = NULL;
    *count = 0;
    if (text.bytes > UINT32_MAX / 2)
        return LD_FAIL(err, LEDE_E_LIMIT, "a paragraph of %zu bytes is too long for its times",
                       text.bytes);
    LD_TRY(ld_time_tokens(arena, text, &c.tokens, &c.count, err));
    if (!has_time(&c))
        return LEDE_OK;
    bool known = published_day >= DAY_MIN && published_day <= DAY_MAX;
    time_list list = {0}, other = {0};
    begin(&c, known ? published_day : no_day_readings[0]);
    if (!find_all(&c, arena, &list))
        return ld_arena_status(arena, err);
    int32_t apart = no_day_readings[1] - no_day_readings[0];
    begin(&c, !known ? no_day_readings[1] : published_day + (published_day > 0 ? -apart : apart));
    if (list.count && !find_all(&c, arena, &other))
        return ld_arena_status(arena, err);
    compare(&list, &other, !known);
    *times = list.items;
    *count = list.count;
    return LEDE_OK;
}
