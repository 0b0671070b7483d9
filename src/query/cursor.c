/* What all cursors share: making, failing, stopping, spans, zones of the current document; and the
 * two trivial cursors, over no document and over all. */
#include "query/cursor.h"

#include "query/sort.h"

void *ld_cursor_make(ld_execution *x, size_t bytes, const ld_cursor_ops *ops)
{
    ld_cursor *c = ld_arena_alloc_zero(x->arena, bytes);
    if (!c) {
        if (x->status == LEDE_OK)
            x->status = ld_arena_status(x->arena, &x->error);
        return NULL;
    }
    c->ops = ops;
    c->x = x;
    c->unit = LD_CURSOR_NO_UNIT;
    return c;
}

uint32_t ld_cursor_fail(ld_cursor *c, lede_status status, const lede_error *err)
{
    if (c->x->status == LEDE_OK) {
        c->x->status = status;
        c->x->error = *err;
    }
    return c->doc = LD_DOC_END;
}

uint32_t ld_cursor_nomem(ld_cursor *c)
{
    lede_error err = {0};
    lede_status status = ld_arena_status(c->x->arena, &err);
    return ld_cursor_fail(c, status, &err);
}

bool ld_cursor_stopped(ld_cursor *c)
{
    if (!c->x->stopped && c->x->status == LEDE_OK && !ld_deadline_poll(c->x->deadline))
        return false;
    if (c->x->status == LEDE_OK)
        c->x->stopped = true;
    c->doc = LD_DOC_END;
    return true;
}

/* ---- spans ---- */

bool ld_cursor_span_add(ld_cursor *c, ld_span_list *list, ld_position_span span)
{
    if (LD_ARENA_PUSH(c->x->arena, list->items, list->count, list->capacity, span))
        return true;
    ld_cursor_nomem(c);
    return false;
}

static int span_compare(void *ctx, const void *a, const void *b)
{
    const ld_position_span *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    return (x->last > y->last) - (x->last < y->last);
}

void ld_cursor_spans_sort(ld_span_list *list)
{
    bool sorted = true;
    for (uint32_t i = 1; i < list->count && sorted; i++)
        sorted = span_compare(NULL, &list->items[i - 1], &list->items[i]) < 0;
    if (sorted)
        return;
    ld_sort_items(list->items, list->count, sizeof *list->items, span_compare, NULL);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < list->count; i++)
        if (i == 0 || span_compare(NULL, &list->items[kept - 1], &list->items[i]) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

const ld_span_list *ld_cursor_spans(ld_cursor *c)
{
    static const ld_span_list none = {NULL, 0, 0};
    const ld_span_list *list = c->ops->spans && c->doc != LD_DOC_END ? c->ops->spans(c) : NULL;
    return list ? list : &none;
}

/* ---- zones ---- */

bool ld_execution_zones(ld_execution *x, uint32_t doc)
{
    if (x->zones_doc == doc)
        return true;
    ld_arena_reset(x->zones_arena);
    x->zones_doc = LD_DOC_END;
    lede_error err = {0};
    lede_status status =
        ld_doc_zones(x->view, doc, x->zones_arena, &x->zones, &x->zone_count, &err);
    if (status == LEDE_OK) {
        x->zones_doc = doc;
        return true;
    }
    if (x->status == LEDE_OK) {
        x->status = status;
        x->error = err;
    }
    x->zone_count = 0;
    return false;
}

uint8_t ld_execution_zone_at(const ld_execution *x, uint32_t position)
{
    for (uint32_t i = 0; i < x->zone_count; i++)
        if (position < x->zones[i].end)
            return position >= x->zones[i].first && x->zones[i].zone < LD_ZONES_MAX
                       ? x->zones[i].zone
                       : LD_ZONES_MAX;
    return LD_ZONES_MAX;
}

/* ---- counts and scores ---- */

void ld_cursor_counts(ld_cursor *c, uint32_t class_tf[LD_CLASS_COUNT])
{
    memset(class_tf, 0, LD_CLASS_COUNT * sizeof *class_tf);
    if (c->ops->counts) {
        c->ops->counts(c, class_tf);
        return;
    }
    const ld_span_list *spans = ld_cursor_spans(c);
    if (spans->count && !ld_execution_zones(c->x, c->doc))
        return;
    for (uint32_t i = 0; i < spans->count; i++) {
        uint8_t zone = ld_execution_zone_at(c->x, spans->items[i].first);
        if (zone < LD_ZONES_MAX)
            class_tf[c->x->profile->zone_classes[zone] % LD_CLASS_COUNT]++;
    }
}

void ld_cursor_score(ld_cursor *c)
{
    if (c->unit == LD_CURSOR_NO_UNIT) {
        if (c->ops->score)
            c->ops->score(c);
        return;
    }
    ld_execution *x = c->x;
    uint32_t class_tf[LD_CLASS_COUNT];
    ld_cursor_counts(c, class_tf);
    float t = ld_scoring_t(&x->scoring, class_tf);
    if (!(t > 0) || c->doc >= x->view->lengths.docs)
        return;
    float k = x->scoring.k[x->view->lengths.codes[c->doc]];
    x->contributions[c->unit] = ld_contribution(c->weight, t, k);
}

/* ---- no document ---- */

static uint32_t none_move(ld_cursor *c)
{
    return c->doc;
}

static uint32_t none_seek(ld_cursor *c, uint32_t target)
{
    return c->doc;
}

ld_cursor *ld_cursor_none(ld_execution *x)
{
    static const ld_cursor_ops ops = {.next = none_move, .seek = none_seek};
    ld_cursor *c = ld_cursor_make(x, sizeof *c, &ops);
    if (c)
        c->doc = LD_DOC_END;
    return c;
}

/* ---- every document ---- */

static uint32_t all_seek(ld_cursor *c, uint32_t target)
{
    return c->doc = target < c->x->view->docs ? target : LD_DOC_END;
}

static uint32_t all_next(ld_cursor *c)
{
    return all_seek(c, c->doc + 1);
}

ld_cursor *ld_cursor_all(ld_execution *x)
{
    static const ld_cursor_ops ops = {.next = all_next, .seek = all_seek};
    ld_cursor *c = ld_cursor_make(x, sizeof *c, &ops);
    if (!c)
        return NULL;
    c->cost = x->view->docs;
    all_seek(c, 0);
    return c;
}
