/*
 * Months are counted first; few of them are counted again by day, and very many are laid together
 * to years. The axis is that of the stories found, not of the archive: a click narrows it.
 */
#include "server/timeline.h"

#include "base/date.h"
#include "base/error.h"

#define MONTHS_FOR_DAYS 2 /* at most so many months are shown by day */
#define VALUES_MAX      50000u

typedef struct axis {
    ld_time_unit unit;
    int64_t first, last; /* in units since 1970 */
} axis;

static const char *facet_of(ld_time_unit unit)
{
    static const char *const names[] = {"published:day", "published:month", "published:year"};
    return names[unit];
}

static int64_t position_of(ld_time_unit unit, int64_t utc_ms)
{
    ld_civil c = ld_civil_from_utc_ms(utc_ms);
    if (unit == LD_TIME_YEAR)
        return c.year;
    if (unit == LD_TIME_MONTH)
        return (int64_t)c.year * 12 + c.month - 1;
    return ld_days_from_civil(c.year, c.month, c.day);
}

static int64_t start_of(ld_time_unit unit, int64_t position)
{
    ld_civil c = {.month = 1, .day = 1};
    if (unit == LD_TIME_DAY) {
        int32_t year;
        uint32_t month, day;
        ld_civil_from_days(position, &year, &month, &day);
        c = (ld_civil){.year = year, .month = (uint8_t)month, .day = (uint8_t)day};
    } else if (unit == LD_TIME_MONTH) {
        c.year = (int32_t)(position / 12);
        c.month = (uint8_t)(position % 12 + 1);
    } else {
        c.year = (int32_t)position;
    }
    return ld_civil_to_utc_ms(&c);
}

static lede_status count_by(lede_snapshot *snapshot, const char *query,
                            const lede_search_options *options, ld_time_unit unit,
                            lede_facets **facets, lede_error *err)
{
    return lede_facet(snapshot, query, strlen(query), options, facet_of(unit), VALUES_MAX, facets,
                      err);
}

/* From the months of every query: their first and last decide the unit. */
static lede_status choose_axis(lede_snapshot *snapshot, const char *const *queries,
                               uint32_t query_count, const lede_search_options *options, axis *a,
                               lede_error *err)
{
    int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
    for (uint32_t i = 0; i < query_count; i++) {
        lede_facets *facets;
        uint32_t count;
        LD_TRY(count_by(snapshot, queries[i], options, LD_TIME_MONTH, &facets, err));
        const lede_facet_value *values = lede_facets_values(facets, &count);
        for (uint32_t v = 0; v < count; v++) {
            first_ms = values[v].start_utc_ms < first_ms ? values[v].start_utc_ms : first_ms;
            last_ms = values[v].start_utc_ms > last_ms ? values[v].start_utc_ms : last_ms;
        }
        lede_facets_free(facets);
    }
    *a = (axis){.unit = LD_TIME_MONTH, .first = 0, .last = -1};
    if (first_ms > last_ms)
        return LEDE_OK;
    int64_t months = position_of(LD_TIME_MONTH, last_ms) - position_of(LD_TIME_MONTH, first_ms) + 1;
    a->unit = months <= MONTHS_FOR_DAYS           ? LD_TIME_DAY
              : months <= LD_SERVER_TIMELINE_BARS ? LD_TIME_MONTH
                                                  : LD_TIME_YEAR;
    a->first = position_of(a->unit, first_ms);
    a->last = position_of(a->unit, last_ms);
    if (a->unit == LD_TIME_DAY)
        a->last = position_of(LD_TIME_DAY,
                              start_of(LD_TIME_MONTH, position_of(LD_TIME_MONTH, last_ms) + 1)) -
                  1;
    if (a->last - a->first >= LD_SERVER_TIMELINE_BARS)
        a->first = a->last - LD_SERVER_TIMELINE_BARS + 1; /* years before are few and wrong */
    return LEDE_OK;
}

/* query: SIZE_MAX the whole archive's. */
static void fill_in(ld_timeline *t, const axis *a, const lede_facets *facets, size_t query)
{
    uint32_t count;
    const lede_facet_value *values = lede_facets_values(facets, &count);
    for (uint32_t v = 0; v < count; v++) {
        int64_t position = position_of(a->unit, values[v].start_utc_ms);
        if (position < a->first || position > a->last)
            continue;
        ld_timeline_bar *bar = &t->bars[position - a->first];
        *(query == SIZE_MAX ? &bar->held : &bar->counts[query]) += values[v].count;
    }
}

lede_status ld_timeline_count(lede_snapshot *snapshot, const char *const *queries,
                              uint32_t query_count, const lede_search_options *options,
                              ld_timeline *t, lede_error *err)
{
    axis a;
    lede_facets *facets;
    t->bar_count = 0;
    t->query_count = query_count;
    LD_TRY(choose_axis(snapshot, queries, query_count, options, &a, err));
    t->unit = a.unit;
    if (a.last <= a.first)
        return LEDE_OK;
    for (int64_t i = a.first; i <= a.last; i++)
        t->bars[i - a.first] = (ld_timeline_bar){.start_utc_ms = start_of(a.unit, i)};
    for (uint32_t i = 0; i < query_count; i++) {
        LD_TRY(count_by(snapshot, queries[i], options, a.unit, &facets, err));
        fill_in(t, &a, facets, i);
        lede_facets_free(facets);
    }
    LD_TRY(count_by(snapshot, "", options, a.unit, &facets, err));
    fill_in(t, &a, facets, SIZE_MAX);
    lede_facets_free(facets);
    t->bar_count = (uint32_t)(a.last - a.first + 1);
    return LEDE_OK;
}
