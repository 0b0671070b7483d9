/*
 * Which values of a column do the matches have, and how often?
 *
 * Keywords are counted by ordinal within a segment, an array as long as the segment's dictionary;
 * only values that occurred are then added up over segments by their bytes. Dates are counted by
 * day and folded into months or years when the days are too many.
 */
#include "base/date.h"
#include "query/execute.h"
#include "query/sort.h"

#define DAY_MS    86400000ll
#define DAYS_FOLD 65536u /* unfolded days held before equal ones are added up */

typedef struct day_count {
    int64_t day;
    uint64_t count;
} day_count;

typedef struct counter {
    ld_arena *arena;
    uint16_t column;
    bool is_date;
    ld_facet_value *values; /* [value_count] keywords, not yet added up over segments */
    uint32_t value_count, value_capacity;
    const ld_segment_view *view; /* whose ordinals are counted; NULL: none */
    uint32_t *ordinal_counts;    /* [ordinal_count] */
    uint32_t ordinal_count, ordinal_capacity;
    day_count *days; /* [day_count] */
    uint32_t day_count, day_capacity, day_fold;
} counter;

static lede_status segment_end(counter *c, lede_error *err)
{
    for (uint32_t i = 0; c->view && i < c->ordinal_count; i++) {
        ld_facet_value v = {.count = c->ordinal_counts[i]};
        if (v.count == 0)
            continue;
        LD_TRY(ld_column_keyword(c->view, c->column, i, &v.keyword, err));
        v.keyword = ld_arena_copy(c->arena, v.keyword);
        if (!v.keyword.data ||
            !LD_ARENA_PUSH(c->arena, c->values, c->value_count, c->value_capacity, v))
            return ld_arena_status(c->arena, err);
    }
    c->view = NULL;
    return LEDE_OK;
}

static lede_status segment_begin(counter *c, const ld_segment_view *view, lede_error *err)
{
    LD_TRY(segment_end(c, err));
    c->ordinal_count = ld_column_keyword_count(view, c->column);
    if (!ld_arena_reserve(c->arena, (void **)&c->ordinal_counts, &c->ordinal_capacity,
                          (size_t)c->ordinal_count + 1, sizeof *c->ordinal_counts))
        return ld_arena_status(c->arena, err);
    memset(c->ordinal_counts, 0, c->ordinal_count * sizeof *c->ordinal_counts);
    c->view = view;
    return LEDE_OK;
}

static lede_status count_keywords(counter *c, ld_execution *x, uint32_t doc, lede_error *err)
{
    const uint32_t *ordinals;
    uint32_t count;
    if (c->view != x->view)
        LD_TRY(segment_begin(c, x->view, err));
    ld_arena_reset(x->scratch);
    LD_TRY(ld_column_keywords(x->view, c->column, doc, &ordinals, &count, x->scratch, err));
    for (uint32_t i = 0; i < count; i++)
        if (ordinals[i] < c->ordinal_count)
            c->ordinal_counts[ordinals[i]]++;
    return LEDE_OK;
}

static int day_compare(void *ctx, const void *a, const void *b)
{
    const day_count *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

static void days_fold(counter *c)
{
    uint32_t kept = 0;
    ld_sort_items(c->days, c->day_count, sizeof *c->days, day_compare, NULL);
    for (uint32_t i = 0; i < c->day_count; i++) {
        if (kept && c->days[kept - 1].day == c->days[i].day)
            c->days[kept - 1].count += c->days[i].count;
        else
            c->days[kept++] = c->days[i];
    }
    c->day_count = kept;
    c->day_fold = kept + DAYS_FOLD;
}

static int64_t floor_day(int64_t utc_ms)
{
    return utc_ms / DAY_MS - (utc_ms % DAY_MS < 0);
}

static lede_status count_day(counter *c, ld_execution *x, uint32_t doc, lede_error *err)
{
    int64_t utc_ms;
    bool present;
    LD_TRY(ld_column_number(x->view, c->column, doc, &utc_ms, &present, err));
    if (!present)
        return LEDE_OK;
    day_count d = {floor_day(utc_ms), 1};
    if (c->day_count && c->days[c->day_count - 1].day == d.day) {
        c->days[c->day_count - 1].count++;
        return LEDE_OK;
    }
    if (c->day_count >= c->day_fold && c->day_count)
        days_fold(c);
    if (!LD_ARENA_PUSH(c->arena, c->days, c->day_count, c->day_capacity, d))
        return ld_arena_status(c->arena, err);
    return LEDE_OK;
}

static lede_status count_match(void *ctx, ld_execution *x, ld_cursor *root, uint32_t doc,
                               lede_error *err)
{
    counter *c = ctx;
    return c->is_date ? count_day(c, x, doc, err) : count_keywords(c, x, doc, err);
}

/* ---- the answer ---- */

static int keyword_compare(void *ctx, const void *a, const void *b)
{
    return ld_span_compare(((const ld_facet_value *)a)->keyword,
                           ((const ld_facet_value *)b)->keyword);
}

static int count_compare(void *ctx, const void *a, const void *b)
{
    const ld_facet_value *x = a, *y = b;
    return x->count != y->count ? (x->count > y->count ? -1 : 1) : keyword_compare(ctx, a, b);
}

static void keywords_answer(counter *c, uint32_t values_max)
{
    uint32_t kept = 0;
    ld_sort_items(c->values, c->value_count, sizeof *c->values, keyword_compare, NULL);
    for (uint32_t i = 0; i < c->value_count; i++) {
        if (kept && ld_span_equal(c->values[kept - 1].keyword, c->values[i].keyword))
            c->values[kept - 1].count += c->values[i].count;
        else
            c->values[kept++] = c->values[i];
    }
    ld_sort_items(c->values, kept, sizeof *c->values, count_compare, NULL);
    c->value_count = kept < values_max ? kept : values_max;
}

/* Days become the first day of their month (or year). */
static void days_coarsen(counter *c, bool to_years)
{
    for (uint32_t i = 0; i < c->day_count; i++) {
        int32_t year;
        uint32_t month, day;
        ld_civil_from_days(c->days[i].day, &year, &month, &day);
        c->days[i].day = ld_days_from_civil(year, to_years ? 1 : month, 1);
    }
    days_fold(c);
}

static lede_status days_answer(counter *c, uint32_t values_max, lede_error *err)
{
    days_fold(c);
    if (c->day_count > values_max)
        days_coarsen(c, false);
    if (c->day_count > values_max)
        days_coarsen(c, true);
    uint32_t from = c->day_count > values_max ? c->day_count - values_max : 0;
    for (uint32_t i = from; i < c->day_count; i++) {
        ld_facet_value v = {.start_utc_ms = c->days[i].day * DAY_MS, .count = c->days[i].count};
        if (!LD_ARENA_PUSH(c->arena, c->values, c->value_count, c->value_capacity, v))
            return ld_arena_status(c->arena, err);
    }
    return LEDE_OK;
}

static bool is_keyword_column(const ld_profile *profile, uint16_t column)
{
    if (column >= LD_COLUMN_LANGUAGE && column <= LD_COLUMN_TAG)
        return true;
    for (uint32_t i = 0; i < profile->user_column_count; i++)
        if (profile->user_columns[i].id == column)
            return profile->user_columns[i].kind == LD_COLUMN_KIND_KEYWORD;
    return false;
}

lede_status ld_search_facet(ld_arena *arena, const ld_snapshot *snapshot, ld_analyzer *analyzer,
                            const ld_query *query, const ld_search_request *request,
                            uint16_t column, uint32_t values_max, const ld_facet_value **values,
                            uint32_t *count, lede_error *err)
{
    counter c = {.arena = arena, .column = column, .day_fold = DAYS_FOLD};
    *values = NULL;
    *count = 0;
    c.is_date = column == LD_COLUMN_PUBLISHED || column == LD_COLUMN_MODIFIED ||
                column == LD_COLUMN_CAPTURED;
    if (!c.is_date && !is_keyword_column(ld_snapshot_profile(snapshot), column))
        return LD_FAIL(err, LEDE_E_INVALID,
                       "column %u has no facets: only keywords and dates are counted", column);
    ld_plan *plan;
    ld_run_outcome outcome;
    LD_TRY(ld_plan_make(arena, snapshot, analyzer, query, request->deadline, &plan, err));
    ld_match_sink sink = {.ctx = &c, .match = count_match};
    LD_TRY(ld_plan_run(plan, request, &sink, &outcome, err));
    LD_TRY(segment_end(&c, err));
    if (c.is_date)
        LD_TRY(days_answer(&c, values_max, err));
    else
        keywords_answer(&c, values_max);
    *values = c.values;
    *count = c.value_count;
    return LEDE_OK;
}
