#ifndef LD_NEWS_TIMES_READ_H
#define LD_NEWS_TIMES_READ_H
/*
 * Readers of times at a place of a text. Each takes a token ordinal and answers the ordinal after
 * what it read, or 0 where nothing of its kind stands there. Private to times*.c.
 */
#include "base/date.h"
#include "news/times_words.h"

typedef struct ld_days {
    int32_t first, last; /* both included */
} ld_days;

typedef enum ld_time_grain { LD_GRAIN_DAY, LD_GRAIN_PART, LD_GRAIN_YEAR } ld_time_grain;

/* What was read. `future` and `past` differ where no year (month, week) is said. */
typedef struct ld_when {
    ld_days future, past;
    uint8_t grain;      /* ld_time_grain */
    uint8_t month, day; /* without a year: the month (day 0: all of it) that comes every year */
    bool weak;          /* counts only behind a preposition: "May", "2014" */
} ld_when;

typedef struct ld_time_context {
    const ld_time_token *tokens; /* [count] */
    uint32_t count;
    int32_t now; /* the day of publication */
    int32_t year;
    uint32_t month, day; /* of now */
} ld_time_context;

static inline bool ld_when_is(const ld_time_context *c, uint32_t at, const char *word)
{
    return at < c->count && strcmp(c->tokens[at].lower, word) == 0;
}
static inline bool ld_when_kind(const ld_time_context *c, uint32_t at, uint8_t kind)
{
    return at < c->count && c->tokens[at].kind == kind;
}
static inline bool ld_when_mark(const ld_time_context *c, uint32_t at, char mark)
{
    return ld_when_kind(c, at, LD_TW_MARK) && c->tokens[at].value == (unsigned char)mark;
}

/* ---- days ---- */
int32_t ld_day(int32_t year, uint32_t month, uint32_t day);
bool ld_day_valid(int32_t year, uint32_t month, uint32_t day);
int32_t ld_day_add_months(int32_t day, int32_t months); /* the last day of a shorter month */
/* The unit that holds `day`, moved by `steps` units. */
ld_days ld_days_of_unit(int32_t day, uint8_t unit, int32_t steps);
ld_days ld_days_of_month(int32_t year, uint32_t month);
/* The newest occurrence not after `limit`, the first not before it; false: there is none. */
bool ld_days_of_month_before(const ld_when *w, int32_t limit, ld_days *days);
bool ld_days_of_month_after(const ld_when *w, int32_t limit, ld_days *days);
/* The n-th (-1: last) week or weekday (0..6) of a month, quarter or year; false: there is none. */
bool ld_days_nth_week(ld_days within, int32_t n, ld_days *week);
bool ld_days_nth_weekday(ld_days within, uint32_t weekday, int32_t n, int32_t *day);

/* ---- numbers ---- */
uint32_t ld_read_number(const ld_time_context *c, uint32_t at, uint32_t *value);
uint32_t ld_read_ordinal(const ld_time_context *c, uint32_t at, uint32_t *value);
/* A day of a month. plain: "fifteen" and "15" will do, else only "15th" and "fifteenth". */
uint32_t ld_read_day_number(const ld_time_context *c, uint32_t at, bool plain, uint32_t *day);
uint32_t ld_read_year(const ld_time_context *c, uint32_t at, int32_t *year);

/* ---- times ---- */
typedef struct ld_lasting {
    int32_t months, days, business_days; /* business: a day of Monday to Friday */
    int32_t decades;
} ld_lasting;
uint32_t ld_read_lasting(const ld_time_context *c, uint32_t at, ld_lasting *lasting);
int32_t ld_day_add_lasting(int32_t day, const ld_lasting *lasting, int sign);
uint32_t ld_read_date(const ld_time_context *c, uint32_t at, ld_when *w);   /* a day */
uint32_t ld_read_period(const ld_time_context *c, uint32_t at, ld_when *w); /* several days */
/* The longest of both. */
uint32_t ld_read_when(const ld_time_context *c, uint32_t at, ld_when *w);
/* The same, two of them too: "from Monday to Friday". */
uint32_t ld_read_range(const ld_time_context *c, uint32_t at, ld_when *w);

static inline void ld_when_set(ld_when *w, ld_days days, uint8_t grain)
{
    *w = (ld_when){.future = days, .past = days, .grain = grain};
}
/* Fills both readings from w->month and w->day. False: the day is in no year. */
bool ld_when_each_year(ld_when *w, const ld_time_context *c);

#endif
