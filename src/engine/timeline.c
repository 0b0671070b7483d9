/*
 * lede_timeline_new: hits by time, of several queries side by side.
 *
 *   days     of each query and of the archive, as the facets count them
 *   unit     as asked for, else the finest with at most ROWS_WANTED rows
 *   rows     every unit from the first hit to the last, counted from the days
 *
 * The archive's own count stands beside them: where it is 0 the archive has a gap, and no hits mean
 * nothing.
 */
#include "base/date.h"
#include "engine/document.h"
#include "engine/query_prepare.h"

#define DAY_MS      86400000ll
#define ROWS_WANTED 120u
#define DAYS_MAX    4000000u

enum { UNIT_DAY, UNIT_MONTH, UNIT_YEAR, UNIT_COUNT };
static const char *const unit_names[UNIT_COUNT] = {"day", "month", "year"};

struct lede_timeline {
    const lede_env *env;
    ld_arena *arena;
    ld_analyzer *analyzer;
    lede_timeline_row *rows; /* [row_count] */
    uint32_t row_count;
    uint8_t unit;
};

typedef struct days {
    const ld_facet_value *values; /* [count] ascending */
    uint32_t count;
} days;

static lede_status count_days(lede_timeline *t, lede_snapshot *snapshot, const char *query,
                              const lede_search_options *options, days *out, lede_error *err)
{
    lede_search_options taken;
    ld_deadline deadline;
    ld_search_request request;
    ld_query *parsed;
    LD_TRY(ld_query_prepare(snapshot, t->arena, ld_span_from_string(query), options, &taken,
                            &deadline, &parsed, &request, err));
    return ld_search_facet(t->arena, snapshot->inner, t->analyzer, parsed, &request,
                           LD_COLUMN_PUBLISHED, DAYS_MAX, &out->values, &out->count, err);
}

/* The number of the unit that a time lies in, counted on from any beginning. */
static int64_t ordinal_of(uint8_t unit, int64_t utc_ms)
{
    int32_t year;
    uint32_t month, day;
    int64_t days_since = utc_ms / DAY_MS - (utc_ms % DAY_MS < 0);
    if (unit == UNIT_DAY)
        return days_since;
    ld_civil_from_days(days_since, &year, &month, &day);
    return unit == UNIT_YEAR ? year : (int64_t)year * 12 + month - 1;
}

static int64_t start_of(uint8_t unit, int64_t ordinal)
{
    if (unit == UNIT_DAY)
        return ordinal * DAY_MS;
    int64_t year = unit == UNIT_YEAR ? ordinal : ordinal / 12;
    uint32_t month = unit == UNIT_YEAR ? 1 : (uint32_t)(ordinal % 12) + 1;
    return ld_days_from_civil((int32_t)year, month, 1) * DAY_MS;
}

static lede_status choose_unit(lede_timeline *t, const char *name, int64_t first_ms,
                               int64_t last_ms, uint64_t *rows, lede_error *err)
{
    for (t->unit = UNIT_DAY; t->unit < UNIT_COUNT; t->unit++) {
        *rows = (uint64_t)(ordinal_of(t->unit, last_ms) - ordinal_of(t->unit, first_ms)) + 1;
        if (name ? strcmp(name, unit_names[t->unit]) == 0
                 : *rows <= ROWS_WANTED || t->unit == UNIT_YEAR)
            break;
    }
    if (t->unit == UNIT_COUNT)
        return LD_FAIL(err, LEDE_E_INVALID, "no unit is named %.32s; there are day, month and year",
                       name);
    if (*rows > LD_TIMELINE_ROWS_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "%llu rows are too many; take a coarser unit than %s",
                       (unsigned long long)*rows, unit_names[t->unit]);
    return LEDE_OK;
}

static lede_status make_rows(lede_timeline *t, const days *archive, const days *hits,
                             uint32_t query_count, const char *unit_name, lede_error *err)
{
    int64_t first_ms = INT64_MAX, last_ms = INT64_MIN;
    uint64_t rows = 0;
    for (uint32_t k = 0; k < query_count; k++) {
        if (hits[k].count == 0)
            continue;
        int64_t low = hits[k].values[0].start_utc_ms;
        int64_t high = hits[k].values[hits[k].count - 1].start_utc_ms;
        first_ms = low < first_ms ? low : first_ms;
        last_ms = high > last_ms ? high : last_ms;
    }
    bool any = first_ms <= last_ms;
    LD_TRY(choose_unit(t, unit_name, any ? first_ms : 0, any ? last_ms : 0, &rows, err));
    t->row_count = any ? (uint32_t)rows : 0;
    t->rows = ld_arena_array(t->arena, (size_t)t->row_count + 1, sizeof *t->rows);
    if (!t->rows)
        return ld_arena_status(t->arena, err);
    int64_t first = any ? ordinal_of(t->unit, first_ms) : 0;
    for (uint32_t i = 0; i < t->row_count; i++) {
        static const uint8_t label_bytes[] = {10, 7, 4};
        char day[16];
        t->rows[i].start_utc_ms = start_of(t->unit, first + i);
        ld_date_format_day(t->rows[i].start_utc_ms, day);
        ld_span label = ld_arena_copy(t->arena, ld_span_of(day, label_bytes[t->unit]));
        if (!label.data)
            return ld_arena_status(t->arena, err);
        t->rows[i].label = (lede_text){label.data, label.bytes};
    }
    for (uint32_t k = 0; k <= query_count; k++) {
        const days *d = k == query_count ? archive : &hits[k];
        for (uint32_t i = 0; i < d->count; i++) {
            int64_t at = ordinal_of(t->unit, d->values[i].start_utc_ms) - first;
            if (at < 0 || at >= (int64_t)t->row_count)
                continue;
            uint64_t *cell = k == query_count ? &t->rows[at].archive : &t->rows[at].counts[k];
            *cell += d->values[i].count;
        }
    }
    return LEDE_OK;
}

static lede_status run(lede_timeline *t, lede_snapshot *snapshot, const char *const *queries,
                       uint32_t query_count, const lede_search_options *options, const char *unit,
                       lede_error *err)
{
    days archive, hits[LEDE_TIMELINE_QUERIES_MAX];
    lede_search_options all = LEDE_SEARCH_OPTIONS_INIT;
    if (query_count == 0 || query_count > LEDE_TIMELINE_QUERIES_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "a timeline compares one to %d queries, not %u",
                       LEDE_TIMELINE_QUERIES_MAX, query_count);
    LD_TRY(ld_profile_analyzer(snapshot->env, ld_snapshot_profile(snapshot->inner), &t->analyzer,
                               err));
    for (uint32_t k = 0; k < query_count; k++)
        LD_TRY(count_days(t, snapshot, queries[k], options, &hits[k], err));
    LD_TRY(count_days(t, snapshot, "", &all, &archive, err));
    return make_rows(t, &archive, hits, query_count, unit, err);
}

lede_status lede_timeline_new(lede_snapshot *snapshot, const char *const *queries,
                              uint32_t query_count, const lede_search_options *options,
                              const char *unit, lede_timeline **timeline, lede_error *err)
{
    *timeline = NULL;
    lede_timeline *t = ld_alloc_zero(snapshot->env, sizeof *t);
    if (!t)
        return ld_error_nomem(err, sizeof *t);
    t->env = snapshot->env;
    lede_status status = ld_arena_new(snapshot->env, LD_QUERY_ARENA_BYTES_MAX, &t->arena, err);
    if (status == LEDE_OK)
        status = run(t, snapshot, queries, query_count, options, unit, err);
    status = ld_snapshot_vouch(snapshot, status, err);
    if (status != LEDE_OK) {
        lede_timeline_free(t);
        return status;
    }
    *timeline = t;
    return LEDE_OK;
}

const lede_timeline_row *lede_timeline_rows(const lede_timeline *t, uint32_t *count,
                                            const char **unit)
{
    *count = t->row_count;
    if (unit)
        *unit = unit_names[t->unit];
    return t->rows;
}

void lede_timeline_free(lede_timeline *t)
{
    if (!t)
        return;
    ld_analyzer_free(t->analyzer);
    ld_arena_free(t->arena);
    ld_release(t->env, t, sizeof *t);
}
