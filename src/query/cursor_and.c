/*
 * All of several, and all with some that only score.
 *
 * The cheapest child proposes, the others are sought to it in turn; one that is ahead proposes
 * next. Children keep their own order for scoring, `by_cost` is only the order of asking.
 */
#include "query/cursor.h"

#include "query/sort.h"

typedef struct and_cursor {
    ld_cursor base;
    ld_cursor **children; /* [count] in the query's order */
    ld_cursor **by_cost;  /* [count] */
    uint32_t count;
    ld_span_list spans;
} and_cursor;

static uint32_t align(and_cursor *a, uint32_t target)
{
    uint32_t agreed = 0;
    for (uint32_t i = 0; agreed < a->count; i = (i + 1) % a->count) {
        uint32_t doc = ld_cursor_seek(a->by_cost[i], target);
        if (doc == LD_DOC_END)
            return a->base.doc = LD_DOC_END;
        if (doc == target) {
            agreed++;
            continue;
        }
        target = doc;
        agreed = 1;
        if (ld_cursor_stopped(&a->base))
            return LD_DOC_END;
    }
    return a->base.doc = target;
}

static uint32_t and_seek(ld_cursor *c, uint32_t target)
{
    return align((and_cursor *)c, target);
}

static uint32_t and_next(ld_cursor *c)
{
    return align((and_cursor *)c, c->doc + 1);
}

static void and_score(ld_cursor *c)
{
    and_cursor *a = (and_cursor *)c;
    for (uint32_t i = 0; i < a->count; i++)
        ld_cursor_score(a->children[i]);
}

static bool spans_append(ld_cursor *c, ld_span_list *list, ld_cursor *child)
{
    const ld_span_list *own = ld_cursor_spans(child);
    for (uint32_t k = 0; k < own->count; k++)
        if (!ld_cursor_span_add(c, list, own->items[k]))
            return false;
    return true;
}

static const ld_span_list *and_spans(ld_cursor *c)
{
    and_cursor *a = (and_cursor *)c;
    a->spans.count = 0;
    for (uint32_t i = 0; i < a->count; i++)
        if (!spans_append(c, &a->spans, a->children[i]))
            return NULL;
    ld_cursor_spans_sort(&a->spans);
    return &a->spans;
}

static int cost_compare(void *ctx, const void *a, const void *b)
{
    const ld_cursor *x = *(ld_cursor *const *)a, *y = *(ld_cursor *const *)b;
    return (x->cost > y->cost) - (x->cost < y->cost);
}

ld_cursor *ld_cursor_and(ld_execution *x, ld_cursor **children, uint32_t count)
{
    static const ld_cursor_ops ops = {
        .next = and_next, .seek = and_seek, .score = and_score, .spans = and_spans};
    if (count == 0)
        return ld_cursor_none(x);
    if (count == 1)
        return children[0];
    and_cursor *a = ld_cursor_make(x, sizeof *a, &ops);
    if (!a)
        return NULL;
    a->children = ld_arena_array(x->arena, count, sizeof *a->children);
    a->by_cost = ld_arena_array(x->arena, count, sizeof *a->by_cost);
    if (!a->children || !a->by_cost) {
        ld_cursor_nomem(&a->base);
        return NULL;
    }
    memcpy(a->children, children, count * sizeof *children);
    memcpy(a->by_cost, children, count * sizeof *children);
    a->count = count;
    ld_sort_items(a->by_cost, count, sizeof *a->by_cost, cost_compare, NULL);
    a->base.cost = a->by_cost[0]->cost;
    align(a, 0);
    return &a->base;
}

/* ---- a base, and children that only score ---- */

typedef struct optional_cursor {
    ld_cursor base;
    ld_cursor *required;
    ld_cursor **children;
    uint32_t count;
    ld_span_list spans;
} optional_cursor;

static uint32_t optional_next(ld_cursor *c)
{
    return c->doc = ld_cursor_next(((optional_cursor *)c)->required);
}

static uint32_t optional_seek(ld_cursor *c, uint32_t target)
{
    return c->doc = ld_cursor_seek(((optional_cursor *)c)->required, target);
}

static void optional_score(ld_cursor *c)
{
    optional_cursor *o = (optional_cursor *)c;
    ld_cursor_score(o->required);
    for (uint32_t i = 0; i < o->count; i++)
        if (ld_cursor_seek(o->children[i], c->doc) == c->doc)
            ld_cursor_score(o->children[i]);
}

static const ld_span_list *optional_spans(ld_cursor *c)
{
    optional_cursor *o = (optional_cursor *)c;
    o->spans.count = 0;
    if (!spans_append(c, &o->spans, o->required))
        return NULL;
    for (uint32_t i = 0; i < o->count; i++)
        if (ld_cursor_seek(o->children[i], c->doc) == c->doc &&
            !spans_append(c, &o->spans, o->children[i]))
            return NULL;
    ld_cursor_spans_sort(&o->spans);
    return &o->spans;
}

ld_cursor *ld_cursor_optional(ld_execution *x, ld_cursor *base, ld_cursor **children,
                              uint32_t count)
{
    static const ld_cursor_ops ops = {.next = optional_next,
                                      .seek = optional_seek,
                                      .score = optional_score,
                                      .spans = optional_spans};
    if (count == 0)
        return base;
    optional_cursor *o = ld_cursor_make(x, sizeof *o, &ops);
    if (!o)
        return NULL;
    o->children = ld_arena_array(x->arena, count, sizeof *o->children);
    if (!o->children) {
        ld_cursor_nomem(&o->base);
        return NULL;
    }
    memcpy(o->children, children, count * sizeof *children);
    o->count = count;
    o->required = base;
    o->base.cost = base->cost;
    o->base.doc = base->doc;
    return &o->base;
}
