#include "engine/query_prepare.h"

#include "engine/options.h"
#include "engine/synonyms.h"

#define COUNT_DEFAULT 10u
#define NOTHING       UINT32_MAX /* count: none at all; deadline_ms: no end */

lede_status ld_dialect_find(const char *name, uint8_t *dialect, lede_error *err)
{
    *dialect = LD_DIALECT_LEDE;
    for (uint8_t i = 0; name && i < LD_DIALECT_COUNT; i++)
        if (strcmp(name, ld_dialect_names[i]) == 0) {
            *dialect = i;
            return LEDE_OK;
        }
    if (name)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "no dialect is named %.64s; there are lede, lucene, lexis and factiva",
                       name);
    return LEDE_OK;
}

static void fill_request(const lede_search_options *o, ld_deadline *deadline,
                         ld_search_request *request)
{
    static const uint8_t sorts[] = {[LEDE_SORT_RELEVANCE] = LD_SORT_RELEVANCE,
                                    [LEDE_SORT_NEWEST] = LD_SORT_NEWEST,
                                    [LEDE_SORT_OLDEST] = LD_SORT_OLDEST};
    *request = (ld_search_request){.sort_given = o->sort != LEDE_SORT_DEFAULT,
                                   .versions_all = o->versions_all != 0,
                                   .count_exact = o->total_optional == 0,
                                   .dup = (uint8_t)o->dup,
                                   .strict = o->strict != 0,
                                   .explain = o->explain != 0,
                                   .offset = o->offset,
                                   .cursor = ld_span_from_string(o->cursor),
                                   .deadline = deadline};
    if (request->sort_given)
        request->sort = sorts[o->sort];
    request->count = o->count == 0 ? COUNT_DEFAULT : o->count == NOTHING ? 0 : o->count;
}

static lede_status check_options(const lede_search_options *o, lede_error *err)
{
    uint64_t count = o->count == NOTHING ? 0 : o->count;
    if ((unsigned)o->sort > LEDE_SORT_OLDEST)
        return LD_FAIL(err, LEDE_E_INVALID, "no sort has the number %d", (int)o->sort);
    if ((unsigned)o->dup > LEDE_DUP_MODERATE)
        return LD_FAIL(err, LEDE_E_INVALID, "no folding of copies has the number %d", (int)o->dup);
    if (o->offset + count > LD_QUERY_HITS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "hits past %u are not paged to by number; continue with the cursor",
                       LD_QUERY_HITS_MAX);
    return LEDE_OK;
}

lede_status ld_request_prepare(lede_snapshot *snapshot, const lede_search_options *options,
                               lede_search_options *taken, ld_deadline *deadline,
                               ld_search_request *request, lede_error *err)
{
    *taken = (lede_search_options)LEDE_SEARCH_OPTIONS_INIT;
    ld_options_take(taken, sizeof *taken, options);
    LD_TRY(check_options(taken, err));
    uint32_t budget_ms = taken->deadline_ms == 0         ? LD_DEADLINE_MS_DEFAULT
                         : taken->deadline_ms == NOTHING ? 0
                                                         : taken->deadline_ms;
    ld_deadline_init(deadline, snapshot->env, budget_ms, NULL);
    fill_request(taken, deadline, request);
    return LEDE_OK;
}

lede_status ld_query_prepare(lede_snapshot *snapshot, ld_arena *arena, ld_span text,
                             const lede_search_options *options, lede_search_options *taken,
                             ld_deadline *deadline, ld_query **query, ld_search_request *request,
                             lede_error *err)
{
    ld_query_options parse = {.profile = ld_snapshot_profile(snapshot->inner)};
    LD_TRY(ld_request_prepare(snapshot, options, taken, deadline, request, err));
    LD_TRY(ld_dialect_find(taken->dialect, &parse.dialect, err));
    parse.now_utc_ms = taken->now_utc_ms ? taken->now_utc_ms : ld_clock_utc_ms(snapshot->env);
    ld_span copy = ld_arena_copy(arena, text);
    if (!copy.data)
        return ld_arena_status(arena, err);
    LD_TRY(ld_query_parse(arena, copy, &parse, query, err));
    LD_TRY(ld_query_split_compounds(arena, *query, err));
    if (!taken->strict)
        LD_TRY(ld_query_add_aliases(arena, snapshot->inner, ld_synonyms_of(taken->synonyms), *query,
                                    err));
    return ld_query_warn_unavailable(arena, *query, err);
}
