/* lede_facet: counts over all matches, by a keyword column or by day, month, year. */
#include "base/date.h"
#include "engine/document.h"
#include "engine/profile.h"
#include "engine/query_prepare.h"

struct lede_facets {
    const lede_env *env;
    ld_arena *arena;
    lede_facet_value *values;
    uint32_t count;
};

typedef struct facet_column {
    uint16_t column;
    uint8_t date_bytes; /* of the shown date: 10 day, 7 month, 4 year; 0: keywords */
} facet_column;

static lede_status find_column(const ld_profile *profile, const char *name, facet_column *out,
                               lede_error *err)
{
    static const struct {
        const char *name;
        facet_column column;
    } known[] = {{"language", {LD_COLUMN_LANGUAGE, 0}},
                 {"source", {LD_COLUMN_SOURCE, 0}},
                 {"site", {LD_COLUMN_SITE, 0}},
                 {"section", {LD_COLUMN_SECTION, 0}},
                 {"author", {LD_COLUMN_AUTHOR, 0}},
                 {"tag", {LD_COLUMN_TAG, 0}},
                 {"published:day", {LD_COLUMN_PUBLISHED, 10}},
                 {"published:month", {LD_COLUMN_PUBLISHED, 7}},
                 {"published:year", {LD_COLUMN_PUBLISHED, 4}}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) == 0) {
            *out = known[i].column;
            return LEDE_OK;
        }
    }
    const ld_column_spec *spec = ld_profile_column(profile, ld_span_from_string(name));
    if (!spec || spec->kind != LD_COLUMN_KIND_KEYWORD)
        return LD_FAIL(err, LEDE_E_NOTFOUND, "no field %.64s can be counted", name);
    *out = (facet_column){spec->id, 0};
    return LEDE_OK;
}

static lede_status show_keywords(lede_facets *f, const ld_facet_value *inner, lede_error *err)
{
    for (uint32_t i = 0; i < f->count; i++) {
        ld_span copy = ld_arena_copy(f->arena, inner[i].keyword);
        if (!copy.data)
            return ld_arena_status(f->arena, err);
        f->values[i] = (lede_facet_value){{copy.data, copy.bytes}, 0, inner[i].count};
    }
    return LEDE_OK;
}

/* Days come in time order; those of one month or year stand together. */
static lede_status show_dates(lede_facets *f, const ld_facet_value *inner, uint8_t date_bytes,
                              lede_error *err)
{
    uint32_t shown = 0;
    for (uint32_t i = 0; i < f->count; i++) {
        char day[16];
        ld_date_format_day(inner[i].start_utc_ms, day);
        lede_facet_value *last = shown ? &f->values[shown - 1] : NULL;
        if (last && memcmp(last->value.data, day, date_bytes) == 0) {
            last->count += inner[i].count;
            continue;
        }
        ld_span copy = ld_arena_copy(f->arena, ld_span_of(day, date_bytes));
        if (!copy.data)
            return ld_arena_status(f->arena, err);
        f->values[shown++] =
            (lede_facet_value){{copy.data, copy.bytes}, inner[i].start_utc_ms, inner[i].count};
    }
    f->count = shown;
    return LEDE_OK;
}

static lede_status run(lede_facets *f, lede_snapshot *snapshot, ld_analyzer *analyzer,
                       ld_span query_text, const lede_search_options *options, const char *name,
                       uint32_t values_max, lede_error *err)
{
    lede_search_options taken;
    ld_deadline deadline;
    ld_search_request request;
    ld_query *query;
    facet_column column;
    const ld_facet_value *inner;
    LD_TRY(find_column(ld_snapshot_profile(snapshot->inner), name, &column, err));
    LD_TRY(ld_query_prepare(snapshot, f->arena, query_text, options, &taken, &deadline, &query,
                            &request, err));
    LD_TRY(ld_search_facet(f->arena, snapshot->inner, analyzer, query, &request, column.column,
                           values_max, &inner, &f->count, err));
    f->values = ld_arena_array(f->arena, f->count + 1u, sizeof *f->values);
    if (!f->values)
        return ld_arena_status(f->arena, err);
    return column.date_bytes ? show_dates(f, inner, column.date_bytes, err)
                             : show_keywords(f, inner, err);
}

lede_status lede_facet(lede_snapshot *snapshot, const char *query, size_t query_bytes,
                       const lede_search_options *options, const char *name, uint32_t values_max,
                       lede_facets **facets, lede_error *err)
{
    *facets = NULL;
    ld_analyzer *analyzer = NULL;
    lede_facets *f = ld_alloc_zero(snapshot->env, sizeof *f);
    if (!f)
        return ld_error_nomem(err, sizeof *f);
    f->env = snapshot->env;
    lede_status status = ld_arena_new(snapshot->env, LD_QUERY_ARENA_BYTES_MAX, &f->arena, err);
    if (status == LEDE_OK)
        status = ld_profile_analyzer(snapshot->env, ld_snapshot_profile(snapshot->inner), &analyzer,
                                     err);
    if (status == LEDE_OK)
        status = run(f, snapshot, analyzer, ld_span_of(query, query_bytes), options, name,
                     values_max, err);
    ld_analyzer_free(analyzer);
    status = ld_snapshot_vouch(snapshot, status, err);
    if (status != LEDE_OK) {
        lede_facets_free(f);
        return status;
    }
    *facets = f;
    return LEDE_OK;
}

const lede_facet_value *lede_facets_values(const lede_facets *facets, uint32_t *count)
{
    *count = facets->count;
    return facets->values;
}

void lede_facets_free(lede_facets *f)
{
    if (!f)
        return;
    ld_arena_free(f->arena);
    ld_release(f->env, f, sizeof *f);
}
