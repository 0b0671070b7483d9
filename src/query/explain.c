/*
 * The cursor tree is put on the one document again and says what each unit adds; what stage 2 added
 * stands in the hit. Scores are whole points, so the parts add up to the score to the last bit.
 * cost: a few look-ups for each hit and word; only searches that ask for it pay.
 */
#include "query/explain.h"

#include "query/execute.h"

typedef struct explainer {
    ld_arena *arena;
    const ld_plan *plan;
    ld_execution x;
    lede_error *err;
} explainer;

static lede_status part_push(explainer *e, ld_hit_parts *list, uint32_t *capacity,
                             const ld_score_part *part)
{
    if (!LD_ARENA_PUSH(e->arena, list->items, list->count, *capacity, *part))
        return ld_arena_status(e->arena, e->err);
    return LEDE_OK;
}

static lede_status unit_explain(explainer *e, uint32_t unit, uint32_t points, uint32_t doc,
                                ld_hit_parts *list, uint32_t *capacity)
{
    const ld_ast_node *n = &e->plan->q->nodes[unit];
    ld_score_part part = {.kind = n->kind == LD_AST_WORD     ? LD_SCORE_PART_WORD
                                  : n->kind == LD_AST_PHRASE ? LD_SCORE_PART_PHRASE
                                                             : LD_SCORE_PART_CONNECTOR,
                          .text = n->text,
                          .score = ld_scoring_score(&e->x.scoring, points)};
    ld_cursor *c = ld_plan_open(e->plan, &e->x, unit, false);
    if (c && ld_cursor_seek(c, doc) == doc)
        ld_cursor_counts(c, part.class_tf);
    return part_push(e, list, capacity, &part);
}

static lede_status hit_explain(explainer *e, const ld_hit *hit, bool relaxed, ld_hit_parts *list)
{
    const ld_plan *plan = e->plan;
    uint32_t capacity = 0;
    ld_execution_enter(plan, &e->x, hit->segment);
    uint32_t *points = ld_arena_array(e->arena, plan->unit_count + 1u, sizeof *points);
    ld_cursor *root = ld_plan_open(plan, &e->x, plan->q->root, relaxed);
    if (!points)
        return ld_arena_status(e->arena, e->err);
    if (root && ld_cursor_seek(root, hit->doc) == hit->doc)
        (void)ld_execution_score(plan, &e->x, root);
    for (uint32_t i = 0; root && i < plan->unit_count; i++)
        points[i] = plan->contributions[plan->units[i]];
    for (uint32_t i = 0; root && i < plan->unit_count; i++)
        if (points[i])
            LD_TRY(unit_explain(e, plan->units[i], points[i], hit->doc, list, &capacity));
    if (e->x.status != LEDE_OK && e->err)
        *e->err = e->x.error;
    LD_TRY(e->x.status);
    ld_score_part near = {.kind = LD_SCORE_PART_NEAR, .score = hit->near_score};
    ld_score_part feedback = {.kind = LD_SCORE_PART_FEEDBACK, .score = hit->feedback_score};
    if (near.score > 0)
        LD_TRY(part_push(e, list, &capacity, &near));
    return feedback.score > 0 ? part_push(e, list, &capacity, &feedback) : LEDE_OK;
}

static lede_status hits_explain(explainer *e, const ld_search_request *request,
                                ld_search_memory *memory, bool relaxed, const ld_hit *hits,
                                uint32_t count, ld_hit_parts *parts)
{
    ld_execution_init(&e->x, e->plan, request, memory);
    e->x.deadline = NULL; /* the page is bounded, and half a sum explains nothing */
    for (uint32_t i = 0; i < count; i++)
        LD_TRY(hit_explain(e, &hits[i], relaxed, &parts[i]));
    return LEDE_OK;
}

lede_status ld_explain(ld_arena *arena, const ld_plan *plan, const ld_search_request *request,
                       bool relaxed, const ld_hit *hits, uint32_t count, const ld_hit_parts **parts,
                       lede_error *err)
{
    explainer e = {.arena = arena, .plan = plan, .err = err};
    ld_search_memory own = {NULL, NULL, NULL};
    ld_hit_parts *list = ld_arena_array(arena, count + 1u, sizeof *list);
    if (!list)
        return ld_arena_status(arena, err);
    *parts = list;
    if (count == 0 || plan->everything)
        return LEDE_OK;
    if (!request->memory)
        LD_TRY(ld_search_memory_init(
            &own, ld_segment_env(ld_snapshot_segment(plan->snapshot, 0)->segment), err));
    lede_status status = hits_explain(&e, request, request->memory ? request->memory : &own,
                                      relaxed, hits, count, list);
    ld_search_memory_release(&own);
    return status;
}
