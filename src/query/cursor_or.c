/*
 * Any of several: operands of OR, or the stems and spellings one word stands for. A binary heap by
 * document; those that stand on the current one are the top of the heap, closed under parents, and
 * are gathered from there. cost: log(children) a step.
 */
#include "query/cursor.h"

typedef struct or_cursor {
    ld_cursor base;
    ld_cursor **heap; /* [count], a child never before its parent */
    uint32_t count;
    uint32_t *matching; /* heap places of children on the current document, [matching_count] */
    uint32_t matching_count;
    uint32_t matching_doc; /* for which document; LD_DOC_END: not gathered */
    ld_span_list spans;
} or_cursor;

static void sift_down(or_cursor *o, uint32_t at)
{
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= o->count)
            return;
        if (child + 1 < o->count && o->heap[child + 1]->doc < o->heap[child]->doc)
            child++;
        if (o->heap[at]->doc <= o->heap[child]->doc)
            return;
        ld_cursor *t = o->heap[at];
        o->heap[at] = o->heap[child];
        o->heap[child] = t;
        at = child;
    }
}

static uint32_t or_seek(ld_cursor *c, uint32_t target)
{
    or_cursor *o = (or_cursor *)c;
    o->matching_doc = LD_DOC_END;
    while (o->heap[0]->doc < target) {
        ld_cursor_seek(o->heap[0], target);
        sift_down(o, 0);
    }
    return c->doc = o->heap[0]->doc;
}

static uint32_t or_next(ld_cursor *c)
{
    return or_seek(c, c->doc + 1);
}

static void gather(or_cursor *o)
{
    if (o->matching_doc == o->base.doc)
        return;
    o->matching_doc = o->base.doc;
    o->matching_count = 0;
    if (o->base.doc == LD_DOC_END)
        return;
    o->matching[o->matching_count++] = 0;
    for (uint32_t i = 0; i < o->matching_count; i++)
        for (uint32_t child = 2 * o->matching[i] + 1; child <= 2 * o->matching[i] + 2; child++)
            if (child < o->count && o->heap[child]->doc == o->base.doc)
                o->matching[o->matching_count++] = child;
}

static void or_score(ld_cursor *c)
{
    or_cursor *o = (or_cursor *)c;
    gather(o);
    for (uint32_t i = 0; i < o->matching_count; i++)
        ld_cursor_score(o->heap[o->matching[i]]);
}

static void or_counts(ld_cursor *c, uint32_t class_tf[LD_CLASS_COUNT])
{
    or_cursor *o = (or_cursor *)c;
    gather(o);
    for (uint32_t i = 0; i < o->matching_count; i++) {
        uint32_t own[LD_CLASS_COUNT];
        ld_cursor_counts(o->heap[o->matching[i]], own);
        for (int k = 0; k < LD_CLASS_COUNT; k++)
            class_tf[k] += own[k];
    }
}

static const ld_span_list *or_spans(ld_cursor *c)
{
    or_cursor *o = (or_cursor *)c;
    gather(o);
    o->spans.count = 0;
    for (uint32_t i = 0; i < o->matching_count; i++) {
        const ld_span_list *own = ld_cursor_spans(o->heap[o->matching[i]]);
        for (uint32_t k = 0; k < own->count; k++)
            if (!ld_cursor_span_add(c, &o->spans, own->items[k]))
                return NULL;
    }
    ld_cursor_spans_sort(&o->spans);
    return &o->spans;
}

ld_cursor *ld_cursor_or(ld_execution *x, ld_cursor **children, uint32_t count)
{
    static const ld_cursor_ops ops = {.next = or_next,
                                      .seek = or_seek,
                                      .score = or_score,
                                      .counts = or_counts,
                                      .spans = or_spans};
    if (count == 0)
        return ld_cursor_none(x);
    if (count == 1)
        return children[0];
    or_cursor *o = ld_cursor_make(x, sizeof *o, &ops);
    if (!o)
        return NULL;
    o->heap = ld_arena_array(x->arena, count, sizeof *o->heap);
    o->matching = ld_arena_array(x->arena, count, sizeof *o->matching);
    if (!o->heap || !o->matching) {
        ld_cursor_nomem(&o->base);
        return NULL;
    }
    memcpy(o->heap, children, count * sizeof *children);
    o->count = count;
    for (uint32_t i = count / 2; i-- > 0;)
        sift_down(o, i);
    for (uint32_t i = 0; i < count; i++)
        o->base.cost += children[i]->cost;
    o->matching_doc = LD_DOC_END;
    o->base.doc = o->heap[0]->doc;
    return &o->base;
}
