#include "query/execute.h"

#include "query/flat.h"
#include "query/question.h"

const ld_ranking ld_ranking_default = {.k1 = 1.6, .b = 0.75, .weights = {3, 1, 1, 0.5}};
/* One field and the constants that Lucene plays the search benchmark with. */
const ld_ranking ld_ranking_plain = {.k1 = 0.9, .b = 0.4, .weights = {1, 1, 1, 1}};

uint64_t ld_execution_score(const ld_plan *plan, ld_execution *x, ld_cursor *root)
{
    uint64_t points = 0;
    for (uint32_t i = 0; i < plan->unit_count; i++)
        x->contributions[plan->units[i]] = 0;
    ld_cursor_score(root);
    for (uint32_t i = 0; i < plan->unit_count; i++)
        points += x->contributions[plan->units[i]];
    return points;
}

static lede_status cursor_run(const ld_plan *plan, ld_execution *x, const ld_match_sink *sink,
                              ld_run_outcome *outcome, bool relaxed, lede_error *err)
{
    ld_cursor *root = ld_plan_open(plan, x, plan->q->root, relaxed);
    while (root && root->doc != LD_DOC_END && x->status == LEDE_OK && !x->stopped) {
        uint32_t doc = root->doc;
        if (ld_execution_shows(x, doc)) {
            outcome->total++;
            LD_TRY(sink->match(sink->ctx, x, root, doc, err));
        }
        if (ld_deadline_poll(x->deadline))
            x->stopped = true;
        else
            ld_cursor_next(root);
    }
    if (x->status != LEDE_OK && err)
        *err = x->error;
    return x->status;
}

static lede_status segment_run(const ld_plan *plan, ld_execution *x, const ld_match_sink *sink,
                               ld_run_outcome *outcome, bool relaxed, lede_error *err)
{
    bool done = false;
    if (sink->best)
        LD_TRY(ld_flat_run(plan, x, sink, outcome, relaxed, &done, err));
    return done ? LEDE_OK : cursor_run(plan, x, sink, outcome, relaxed, err);
}

void ld_execution_enter(const ld_plan *plan, ld_execution *x, uint32_t segment)
{
    x->segment = segment;
    x->view = ld_snapshot_segment(plan->snapshot, segment);
    x->zones_doc = LD_DOC_END;
    ld_arena_reset(x->arena);
}

static lede_status segments_run(const ld_plan *plan, ld_execution *x, const ld_match_sink *sink,
                                ld_run_outcome *outcome, bool relaxed, lede_error *err)
{
    for (uint32_t i = 0; i < ld_snapshot_segment_count(plan->snapshot) && !x->stopped; i++) {
        ld_execution_enter(plan, x, i);
        LD_TRY(segment_run(plan, x, sink, outcome, relaxed, err));
    }
    return LEDE_OK;
}

/* Over all segments; once more where a guess of the least points proves too high. */
static lede_status pass(const ld_plan *plan, ld_execution *x, const ld_match_sink *sink,
                        ld_run_outcome *outcome, bool relaxed, lede_error *err)
{
    LD_TRY(segments_run(plan, x, sink, outcome, relaxed, err));
    if (x->stopped || !sink->best || !ld_topk_restart(sink->best))
        return LEDE_OK;
    *outcome = (ld_run_outcome){.all_words = outcome->all_words};
    return segments_run(plan, x, sink, outcome, relaxed, err);
}

void ld_plan_scoring(const ld_plan *plan, const ld_search_request *request, ld_scoring *scoring)
{
    const ld_statistics *s = ld_snapshot_statistics(plan->snapshot);
    bool plain = strcmp(plan->profile->name, "plain") == 0;
    const ld_ranking *ranking = request->ranking ? request->ranking
                                : plain          ? &ld_ranking_plain
                                                 : &ld_ranking_default;
    double idf_sum = 0;
    for (uint32_t i = 0; i < plan->unit_count; i++)
        idf_sum += plan->nodes[plan->units[i]].idf;
    double average_length =
        s->docs_count && s->tokens_count ? (double)s->tokens_count / (double)s->docs_count : 1;
    ld_scoring_init(scoring, ranking, average_length, idf_sum);
}

/* Whether fewer stories than a page holds have all words of a question. */
static lede_status probe(const ld_plan *plan, ld_execution *x, uint32_t *found, lede_error *err)
{
    *found = 0;
    for (uint32_t i = 0; i < ld_snapshot_segment_count(plan->snapshot); i++) {
        ld_execution_enter(plan, x, i);
        ld_cursor *root = ld_plan_open(plan, x, plan->q->root, false);
        while (root && root->doc != LD_DOC_END && *found < LD_QUESTION_HITS && !x->stopped) {
            *found += ld_execution_shows(x, root->doc);
            x->stopped = ld_deadline_poll(x->deadline);
            ld_cursor_next(root);
        }
        if (x->status != LEDE_OK && err)
            *err = x->error;
        if (x->status != LEDE_OK)
            return x->status;
    }
    return LEDE_OK;
}

void ld_execution_init(ld_execution *x, const ld_plan *plan, const ld_search_request *request,
                       ld_search_memory *memory)
{
    *x = (ld_execution){.arena = memory->cursors,
                        .scratch = memory->scratch,
                        .zones_arena = memory->zones,
                        .contributions = plan->contributions};
    ld_arena_reset(x->scratch);
    ld_arena_reset(x->zones_arena);
    x->snapshot = plan->snapshot;
    x->profile = plan->profile;
    x->deadline = request->deadline;
    x->stopped = plan->stopped;
    x->versions_all = request->versions_all || plan->q->versions_all;
    ld_plan_scoring(plan, request, &x->scoring);
}

lede_status ld_search_memory_init(ld_search_memory *m, const lede_env *env, lede_error *err)
{
    *m = (ld_search_memory){NULL, NULL, NULL};
    lede_status status = ld_arena_new(env, LD_QUERY_ARENA_BYTES_MAX, &m->cursors, err);
    if (status == LEDE_OK)
        status = ld_arena_new(env, LD_QUERY_ARENA_BYTES_MAX, &m->scratch, err);
    if (status == LEDE_OK)
        status = ld_arena_new(env, LD_QUERY_ARENA_BYTES_MAX, &m->zones, err);
    if (status != LEDE_OK)
        ld_search_memory_release(m);
    return status;
}

void ld_search_memory_release(ld_search_memory *m)
{
    ld_arena_free(m->cursors);
    ld_arena_free(m->scratch);
    ld_arena_free(m->zones);
    *m = (ld_search_memory){NULL, NULL, NULL};
}

static lede_status run_in(const ld_plan *plan, const ld_search_request *request,
                          ld_search_memory *memory, const ld_match_sink *sink,
                          ld_run_outcome *outcome, lede_error *err)
{
    ld_execution x;
    ld_execution_init(&x, plan, request, memory);
    bool question = plan->question && !request->strict;
    if (question)
        LD_TRY(probe(plan, &x, &outcome->all_words, err));
    if (!question || outcome->all_words >= LD_QUESTION_HITS)
        LD_TRY(pass(plan, &x, sink, outcome, false, err));
    if (outcome->total == 0 && !x.stopped && !request->strict && ld_plan_may_relax(plan)) {
        LD_TRY(pass(plan, &x, sink, outcome, true, err));
        outcome->relaxed = outcome->total > 0;
    }
    outcome->partial = x.stopped;
    return LEDE_OK;
}

lede_status ld_plan_run(const ld_plan *plan, const ld_search_request *request,
                        const ld_match_sink *sink, ld_run_outcome *outcome, lede_error *err)
{
    *outcome = (ld_run_outcome){0};
    if (ld_snapshot_segment_count(plan->snapshot) == 0)
        return LEDE_OK;
    if (request->memory)
        return run_in(plan, request, request->memory, sink, outcome, err);
    const lede_env *env = ld_segment_env(ld_snapshot_segment(plan->snapshot, 0)->segment);
    ld_search_memory own;
    LD_TRY(ld_search_memory_init(&own, env, err));
    lede_status status = run_in(plan, request, &own, sink, outcome, err);
    ld_search_memory_release(&own);
    return status;
}
