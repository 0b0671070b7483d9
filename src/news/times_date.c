/*
 * A day: by numbers, by month, by weekday, by its distance.
 *
 *   numbers   02/22/2016  21-04-2016  2015/08/12  13.5.2015  22/04     month first where both fit
 *   month     [Friday,] Nov. 13[th][, 2015] | 13 [of] November [2015] | 2019-sep-1
 *   weekday   Friday | last Friday | Friday next week | Friday the 13th | first Friday of July
 *   distance  two days ago | three weeks from tomorrow | in 3 weeks | the day before yesterday
 *   of month  the 27th | the 20th of next month
 */
#include "news/times_read.h"

static const ld_days none = {1, 0}; /* read, and no such day */

static bool set_day(ld_when *w, int32_t day)
{
    ld_when_set(w, (ld_days){day, day}, LD_GRAIN_DAY);
    return true;
}

static bool set_civil(ld_when *w, int32_t year, uint32_t month, uint32_t day)
{
    return ld_day_valid(year, month, day) && set_day(w, ld_day(year, month, day));
}

static bool set_each_year(ld_when *w, const ld_time_context *c, uint32_t month, uint32_t day)
{
    *w = (ld_when){.grain = LD_GRAIN_DAY, .month = (uint8_t)month, .day = (uint8_t)day};
    return ld_when_each_year(w, c);
}

/* ---- numbers ---- */

static int32_t full_year(const ld_time_token *t)
{
    return t->bytes > 2 ? (int32_t)t->value : (int32_t)(t->value + (t->value < 50 ? 2000 : 1900));
}

static bool is_separator(const ld_time_context *c, uint32_t at)
{
    return at + 1 < c->count && c->tokens[at].glued && c->tokens[at + 1].glued &&
           (ld_when_mark(c, at, '/') || ld_when_mark(c, at, '-') || ld_when_mark(c, at, '.') ||
            ld_when_mark(c, at, ',')) &&
           ld_when_kind(c, at + 1, LD_TW_NUMBER);
}

static bool set_month_first(ld_when *w, int32_t year, uint32_t a, uint32_t b)
{
    return set_civil(w, year, a, b) || set_civil(w, year, b, a);
}

/* Not "9.4" nor "10-12" in running text: only behind "on" and its kin. */
static bool is_introduced(const ld_time_context *c, uint32_t at)
{
    return at > 0 && (ld_when_is(c, at - 1, "on") || ld_when_is(c, at - 1, "in") ||
                      ld_when_is(c, at - 1, "by") || ld_when_is(c, at - 1, "since") ||
                      ld_when_is(c, at - 1, "from") || ld_when_is(c, at - 1, "until") ||
                      ld_when_is(c, at - 1, "to") || ld_when_is(c, at - 1, "between"));
}

static uint32_t read_numbers(const ld_time_context *c, uint32_t at, ld_when *w)
{
    if (!ld_when_kind(c, at, LD_TW_NUMBER) || !is_separator(c, at + 1) ||
        (at > 0 && c->tokens[at].glued &&
         (ld_when_mark(c, at - 1, '.') || ld_when_mark(c, at - 1, ',') ||
          ld_when_mark(c, at - 1, '$') || ld_when_mark(c, at - 1, '/'))))
        return 0;
    const ld_time_token *a = &c->tokens[at], *b = &c->tokens[at + 2];
    char mark = (char)c->tokens[at + 1].value;
    bool three = is_separator(c, at + 3);
    if (!three) {
        bool unlike = a->value > 12 || b->value > 12;
        if (a->bytes > 2 || b->bytes > 2 || mark == ',' ||
            !(is_introduced(c, at) || (mark == '/' && unlike)))
            return 0;
        return set_each_year(w, c, a->value, b->value) || set_each_year(w, c, b->value, a->value)
                   ? at + 3
                   : 0;
    }
    const ld_time_token *third = &c->tokens[at + 4];
    bool same = c->tokens[at + 3].value == (unsigned char)mark ||
                (mark == '/' && ld_when_mark(c, at + 3, ','));
    if (!same || mark == ',')
        return 0;
    if (a->bytes == 4 && b->bytes <= 2 && third->bytes <= 2)
        return set_month_first(w, (int32_t)a->value, b->value, third->value) ? at + 5 : 0;
    if (a->bytes > 2 || b->bytes > 2 || (third->bytes != 2 && third->bytes != 4))
        return 0;
    return set_month_first(w, full_year(third), a->value, b->value) ? at + 5 : 0;
}

/* ---- months ---- */

static uint32_t skip_marks(const ld_time_context *c, uint32_t at, const char *marks)
{
    while (ld_when_kind(c, at, LD_TW_MARK) && c->tokens[at].value < 128 &&
           strchr(marks, (int)c->tokens[at].value))
        at++;
    return at;
}

/* The year behind a month and a day, where one is said. */
static uint32_t finish_month_day(const ld_time_context *c, uint32_t at, uint32_t month,
                                 uint32_t day, ld_when *w)
{
    int32_t year;
    uint32_t i = skip_marks(c, at, ",.");
    if (ld_when_is(c, i, "of") || ld_when_is(c, i, "in"))
        i++;
    uint32_t end = ld_read_year(c, i, &year);
    if (end)
        return set_civil(w, year, month, day) ? end : 0;
    if (ld_when_kind(c, i, LD_TW_REL) && c->tokens[i].value != 0 && ld_when_is(c, i + 1, "year"))
        return set_civil(w, c->year + (int32_t)c->tokens[i].value, month, day) ? i + 2 : 0;
    return set_each_year(w, c, month, day) ? at : 0;
}

static uint32_t read_month_day(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t day, i = at, end;
    if (ld_when_kind(c, i, LD_TW_WEEKDAY)) {
        i = skip_marks(c, i + 1, ",.");
        i += ld_when_is(c, i, "the");
    }
    if (ld_when_kind(c, i, LD_TW_MONTH)) {
        uint32_t month = c->tokens[i].value;
        uint32_t from = skip_marks(c, i + 1, ".-/");
        end = ld_read_day_number(c, from, true, &day);
        return end ? finish_month_day(c, end, month, day, w) : 0;
    }
    end = ld_read_day_number(c, i, true, &day);
    if (!end)
        return 0;
    end += ld_when_is(c, end, "of");
    end = skip_marks(c, end, ".-/,");
    if (!ld_when_kind(c, end, LD_TW_MONTH))
        return 0;
    uint32_t month = c->tokens[end].value;
    return finish_month_day(c, skip_marks(c, end + 1, "-/"), month, day, w);
}

/* 2019-sep-1 */
static uint32_t read_year_month_day(const ld_time_context *c, uint32_t at, ld_when *w)
{
    int32_t year;
    uint32_t day, i = ld_read_year(c, at, &year);
    if (!i || !(ld_when_mark(c, i, '-') || ld_when_mark(c, i, '/')) ||
        !ld_when_kind(c, i + 1, LD_TW_MONTH))
        return 0;
    uint32_t end = ld_read_day_number(c, skip_marks(c, i + 2, "-/"), true, &day);
    return end && set_civil(w, year, c->tokens[i + 1].value, day) ? end : 0;
}

/* "the 27th", "for the 27", "on 15", "20th of next month" */
static uint32_t read_day_of_month(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t day;
    bool plain = at > 0 && (ld_when_is(c, at - 1, "on") || ld_when_is(c, at - 1, "for"));
    bool the = ld_when_is(c, at, "the");
    uint32_t end = ld_read_day_number(c, at, plain, &day);
    if (!end)
        return 0;
    uint32_t i = end + (ld_when_is(c, end, "of") || ld_when_is(c, end, "in"));
    if (i > end && ld_when_kind(c, i, LD_TW_REL) && ld_when_is(c, i + 1, "month")) {
        ld_days month = ld_days_of_unit(c->now, LD_UNIT_MONTH, (int32_t)c->tokens[i].value);
        set_day(w, month.first + (int32_t)day - 1);
        if (w->past.first > month.last)
            w->past = w->future = none;
        return i + 2;
    }
    /* "the second" of what? Only digits, or where nothing follows that it could count. */
    bool ends = end >= c->count || c->tokens[end].kind == LD_TW_MARK;
    bool digits = ld_when_kind(c, at + the, LD_TW_NUMBER);
    if (!(plain && (the || digits) && ends) &&
        !(the && digits && ends && at > 0 && ld_when_is(c, at - 1, "of")))
        return 0;
    ld_when months = {.month = (uint8_t)c->month, .day = (uint8_t)day};
    int32_t found[2] = {0, 0};
    for (int way = 0; way < 2; way++) {
        int32_t step = way ? -1 : 1, index = c->year * 12 + (int32_t)c->month - 1;
        for (int32_t n = 0; n < 3; n++, index += step) {
            months.month = (uint8_t)(index % 12 + 1);
            if (!ld_day_valid(index / 12, months.month, day))
                continue;
            found[way] = ld_day(index / 12, months.month, day);
            if (way ? found[way] <= c->now : found[way] >= c->now)
                break;
        }
    }
    set_day(w, found[0]);
    w->past = (ld_days){found[1], found[1]};
    return end;
}

/* ---- weekdays ---- */

/* "Friday the 13th": the nearest one. */
static bool set_nearest(ld_when *w, const ld_time_context *c, uint32_t weekday, uint32_t day)
{
    int32_t best = 0, best_away = INT32_MAX;
    for (int32_t n = -14; n <= 14; n++) {
        int32_t year = c->year + ((int32_t)c->month - 1 + n + 24) / 12 - 2;
        uint32_t month = (uint32_t)((int32_t)c->month - 1 + n + 24) % 12 + 1;
        if (!ld_day_valid(year, month, day))
            continue;
        int32_t found = ld_day(year, month, day);
        int32_t away = found > c->now ? found - c->now : c->now - found;
        if (ld_weekday_from_days(found) == weekday && away < best_away) {
            best_away = away;
            best = found;
        }
    }
    return best_away != INT32_MAX && set_day(w, best);
}

static bool is_week(const ld_time_context *c, uint32_t at)
{
    return ld_when_kind(c, at, LD_TW_REL) && ld_when_is(c, at + 1, "week");
}

static int32_t weekday_of_week(const ld_time_context *c, uint32_t weekday, int32_t steps)
{
    return ld_days_of_unit(c->now, LD_UNIT_WEEK, steps).first + (int32_t)weekday;
}

static uint32_t read_weekday(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t i = at;
    bool rel =
        ld_when_kind(c, i, LD_TW_REL) && !ld_when_is(c, i, "that") && !ld_when_is(c, i, "same");
    int32_t steps = rel ? (int32_t)c->tokens[i].value : 0;
    i += rel;
    if (rel && ld_when_is(c, i, "week"))
        i += 1 + ld_when_is(c, i + 1, "on");
    if (!ld_when_kind(c, i, LD_TW_WEEKDAY))
        return 0;
    uint32_t weekday = c->tokens[i].value, day;
    bool abbreviated = c->tokens[i].bytes == 3; /* "sun", "sat": words of their own */
    if (!rel && abbreviated && !c->tokens[i].capital)
        return 0;
    i++;
    if (rel) {
        set_day(w, weekday_of_week(c, weekday, steps));
        return i;
    }
    uint32_t end = ld_when_is(c, i, "the") ? ld_read_day_number(c, i, true, &day) : 0;
    if (end)
        return set_nearest(w, c, weekday, day) ? end : 0;
    uint32_t of = i + ld_when_is(c, i, "of");
    if (is_week(c, of)) {
        set_day(w, weekday_of_week(c, weekday, (int32_t)c->tokens[of].value));
        return of + 2;
    }
    int32_t this_week = weekday_of_week(c, weekday, 0);
    set_day(w, this_week < c->now ? this_week + 7 : this_week);
    w->past.first = w->past.last = this_week > c->now ? this_week - 7 : this_week;
    return i;
}

/* "the first Friday of July" */
static uint32_t read_nth_weekday(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t nth, i = at + ld_when_is(c, at, "the");
    bool last = ld_when_is(c, i, "last");
    uint32_t end = last ? i + 1 : ld_read_ordinal(c, i, &nth);
    if (!end || !ld_when_kind(c, end, LD_TW_WEEKDAY))
        return 0;
    uint32_t weekday = c->tokens[end].value;
    int32_t n = last ? -1 : (int32_t)nth, day;
    i = end + 1;
    bool of = ld_when_is(c, i, "of") || ld_when_is(c, i, "in");
    ld_when month = {0};
    end = of || ld_when_kind(c, i, LD_TW_MONTH) ? ld_read_period(c, i + of, &month) : 0;
    if (!end && !of && !last) {
        month.future = month.past = ld_days_of_unit(c->now, LD_UNIT_MONTH, 0);
        end = i;
    }
    if (!end)
        return 0;
    if (!ld_days_nth_weekday(month.future, weekday, n, &day)) {
        w->past = w->future = none;
        return end;
    }
    set_day(w, day);
    if (ld_days_nth_weekday(month.past, weekday, n, &day))
        w->past = (ld_days){day, day};
    return end;
}

/* ---- distances ---- */

static const struct {
    const char *words[4];
    int32_t days;
} fixed[] = {{{"the", "day", "before", "yesterday"}, -2},
             {{"the", "day", "after", "tomorrow"}, 2},
             {{"the", "day", "after", "tmrw"}, 2},
             {{"day", "before", "yesterday"}, -2},
             {{"day", "after", "tomorrow"}, 2},
             {{"the", "next", "day"}, 1},
             {{"the", "last", "day"}, -1},
             {{"next", "day"}, 1},
             {{"last", "day"}, -1},
             {{"past", "day"}, -1},
             {{"this", "day"}, 0},
             {{"this", "morning"}, 0},
             {{"this", "afternoon"}, 0},
             {{"this", "evening"}, 0},
             {{"last", "evening"}, -1},
             {{"last", "night"}, -1},
             {{"my", "day"}, 0},
             {{"today"}, 0},
             {{"tonight"}, 0},
             {{"tomorrow"}, 1},
             {{"tmrw"}, 1},
             {{"yesterday"}, -1},
             {{"now"}, 0}};

static uint32_t read_fixed(const ld_time_context *c, uint32_t at, ld_when *w)
{
    for (uint32_t f = 0; f < sizeof fixed / sizeof *fixed; f++) {
        uint32_t n = 0;
        while (n < 4 && fixed[f].words[n] && ld_when_is(c, at + n, fixed[f].words[n]))
            n++;
        if (n == 4 || !fixed[f].words[n]) {
            set_day(w, c->now + fixed[f].days);
            w->weak = ld_when_is(c, at, "now");
            return at + n;
        }
    }
    return 0;
}

/* Days with a name whose date is the same in every year. */
static const struct {
    const char *words[4];
    uint8_t month, day;
} holidays[] = {{{"new", "year", "\'", "s"}, 1, 1},
                {{"new", "years"}, 1, 1},
                {{"valentine", "\'", "s"}, 2, 14},
                {{"halloween"}, 10, 31},
                {{"christmas"}, 12, 25},
                {{"boxing"}, 12, 26},
                {{"all", "saints", "\'"}, 11, 1},
                {{"armistice"}, 11, 11}};

static bool is_word_or_mark(const ld_time_context *c, uint32_t at, const char *word)
{
    return word[0] == '\'' ? ld_when_mark(c, at, '\'') : ld_when_is(c, at, word);
}

/* "New Year's Eve", "Christmas Day": behind the name stands "Day" or "Eve". */
static uint32_t read_holiday(const ld_time_context *c, uint32_t at, ld_when *w)
{
    for (uint32_t h = 0; h < sizeof holidays / sizeof *holidays; h++) {
        uint32_t n = 0;
        while (n < 4 && holidays[h].words[n] && is_word_or_mark(c, at + n, holidays[h].words[n]))
            n++;
        if (n < 4 && holidays[h].words[n])
            continue;
        bool eve = ld_when_is(c, at + n, "eve");
        if (!eve && !ld_when_is(c, at + n, "day") && !ld_when_is(c, at, "halloween"))
            return 0;
        *w = (ld_when){.grain = LD_GRAIN_DAY, .month = holidays[h].month, .day = holidays[h].day};
        if (eve && w->day == 1) { /* the day before is in the month before */
            w->month = w->month == 1 ? 12 : (uint8_t)(w->month - 1);
            w->day = 31;
        } else {
            w->day -= eve;
        }
        return ld_when_each_year(w, c) ? at + n + (eve || ld_when_is(c, at + n, "day")) : 0;
    }
    return 0;
}

/* "two sundays from now": the second Sunday that comes */
static uint32_t read_weekdays_away(const ld_time_context *c, uint32_t at, ld_when *w)
{
    uint32_t n, i = ld_read_number(c, at, &n);
    if (!i || n < 1 || n > 999 || !ld_when_kind(c, i, LD_TW_WEEKDAY))
        return 0;
    int32_t first = weekday_of_week(c, c->tokens[i].value, 0);
    first += first <= c->now ? 7 : 0;
    bool later = ld_when_is(c, i + 1, "later");
    if (!later && !(ld_when_is(c, i + 1, "from") && ld_when_is(c, i + 2, "now")))
        return 0;
    set_day(w, first + ((int32_t)n - 1) * 7);
    return i + 2 + !later;
}

static uint32_t read_distance(const ld_time_context *c, uint32_t at, ld_when *w)
{
    ld_lasting lasting;
    ld_when base = {0};
    uint32_t in = at + ld_when_is(c, at, "in"), i = ld_read_lasting(c, in, &lasting), end;
    if (!i || lasting.decades)
        return 0;
    int32_t from = c->now;
    int sign = 0;
    if (ld_when_is(c, i, "ago")) {
        sign = -1;
        end = i + 1;
    } else if (ld_when_is(c, i, "later")) {
        sign = 1;
        end = i + 1;
    } else if ((ld_when_is(c, i, "before") || ld_when_is(c, i, "after") ||
                ld_when_is(c, i, "from")) &&
               (end = read_fixed(c, i + 1, &base))) {
        sign = ld_when_is(c, i, "before") ? -1 : 1;
        from = base.future.first;
    } else if (in > at) {
        sign = 1;
        end = i;
        set_day(w, ld_day_add_lasting(from, &lasting, sign));
        w->past = none; /* "in two weeks" of what was is how long it took */
        return end;
    }
    if (sign == 0)
        return 0;
    set_day(w, ld_day_add_lasting(from, &lasting, sign));
    return end;
}

uint32_t ld_read_date(const ld_time_context *c, uint32_t at, ld_when *w)
{
    static uint32_t (*const readers[])(const ld_time_context *, uint32_t, ld_when *) = {
        read_numbers, read_month_day, read_year_month_day, read_day_of_month,  read_nth_weekday,
        read_weekday, read_fixed,     read_holiday,        read_weekdays_away, read_distance};
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
