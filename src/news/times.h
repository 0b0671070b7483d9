#ifndef LD_NEWS_TIMES_H
#define LD_NEWS_TIMES_H
/* Which days does a text speak of? times.c has the rules, times_words.c the words. */
#include "base/arena.h"

#define LD_TIMES_NO_DAY INT32_MIN /* the day of publication is not known */

/* A place of the text and the days it means, both ends included, since 1970-01-01. */
typedef struct ld_time {
    uint32_t text_offset, text_bytes;
    int32_t first_day, last_day;
    bool relative; /* follows from the day of publication */
} ld_time;

/* Times of one paragraph, ascending, not overlapping. published_day: what "yesterday" is relative
 * to; LD_TIMES_NO_DAY leaves out what would need it. At most LD_TIMES_MAX, the rest is dropped.
 * English. NOMEM, LIMIT. */
lede_status ld_times_find(ld_arena *arena, ld_span text, int32_t published_day,
                          const ld_time **times, uint32_t *count, lede_error *err);

#define LD_TIMES_MAX 4096u /* in one paragraph; a table of dates has hundreds */

#endif
