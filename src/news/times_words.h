#ifndef LD_NEWS_TIMES_WORDS_H
#define LD_NEWS_TIMES_WORDS_H
/* The words of a text as times.c reads them, each with what it can mean in a time. */
#include "base/arena.h"

typedef enum ld_time_word {
    LD_TW_OTHER = 0,
    LD_TW_NUMBER,  /* digits; value */
    LD_TW_MARK,    /* one character that is neither letter nor digit; value */
    LD_TW_MONTH,   /* value 1..12 */
    LD_TW_WEEKDAY, /* value 0 Monday .. 6 */
    LD_TW_UNIT,    /* value: ld_time_unit */
    LD_TW_ONES,    /* value 0..19 */
    LD_TW_TENS,    /* value 20..90 */
    LD_TW_POWER,   /* value 100, 1000 */
    LD_TW_ORDINAL, /* value 1..31 */
    LD_TW_REL,     /* value -1 last, 0 this, 1 next */
    LD_TW_PART,    /* value: ld_time_part */
    LD_TW_SEASON,  /* value: its first month */
    LD_TW_DECADE,  /* "seventies": value 70 */
    LD_TW_FUTURE,  /* a word of what is to come */
    LD_TW_PAST     /* a verb of what was */
} ld_time_word;

typedef enum ld_time_unit {
    LD_UNIT_DAY,
    LD_UNIT_WEEKEND,
    LD_UNIT_WEEK,
    LD_UNIT_FORTNIGHT,
    LD_UNIT_MONTH,
    LD_UNIT_QUARTER,
    LD_UNIT_YEAR,
    LD_UNIT_DECADE,
    LD_UNIT_CENTURY
} ld_time_unit;

typedef enum ld_time_part { LD_PART_EARLY, LD_PART_MIDDLE, LD_PART_LATE } ld_time_part;

#define LD_TIME_WORD_BYTES 15u

typedef struct ld_time_token {
    uint32_t offset, bytes; /* in the text */
    uint32_t value;
    uint8_t kind;                       /* ld_time_word */
    bool glued;                         /* no white space before it */
    bool capital;                       /* begins with a capital letter */
    bool sentence;                      /* the first of a sentence */
    char lower[LD_TIME_WORD_BYTES + 1]; /* cut where longer */
} ld_time_token;

/* At most UINT32_MAX / 2 bytes of text. */
lede_status ld_time_tokens(ld_arena *arena, ld_span text, const ld_time_token **tokens,
                           uint32_t *count, lede_error *err);

#endif
