#ifndef LD_SERVER_TIMELINE_H
#define LD_SERVER_TIMELINE_H
/*
 * How many stories of each day, month or year: of up to four queries, beside how many the archive
 * holds at all, so that a gap of the archive is not read as silence.
 */
#include "base/limits.h"
#include "lede/search.h"

typedef enum ld_time_unit { LD_TIME_DAY, LD_TIME_MONTH, LD_TIME_YEAR } ld_time_unit;

typedef struct ld_timeline_bar {
    int64_t start_utc_ms;
    uint64_t counts[LD_SERVER_COMPARE_MAX]; /* of each query */
    uint64_t held;                          /* of the whole archive */
} ld_timeline_bar;

typedef struct ld_timeline {
    ld_time_unit unit;
    uint32_t bar_count, query_count;
    ld_timeline_bar bars[LD_SERVER_TIMELINE_BARS]; /* one after the other in time, none left out */
} ld_timeline;

/* Fills in the timeline of queries: [query_count], as the library reads them. bar_count is 0 where
 * fewer than two dates are known. Fails as lede_facet. */
lede_status ld_timeline_count(lede_snapshot *snapshot, const char *const *queries,
                              uint32_t query_count, const lede_search_options *options,
                              ld_timeline *timeline, lede_error *err);

#endif
