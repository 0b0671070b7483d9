/*
 * a w/5 b, a pre/5 b, a not w/5 b, a w/s b, a w/p b, a w/seg b: documents, then places (places.h).
 * Where an archive keeps no starts of sentences and paragraphs, they reach as far as their zone.
 *
 * Scores as one term whose frequency is the number of places of a that count. The places it hands
 * on to a connector around it, and to the marks, are those of a and of b that found each other.
 */
#include "query/ast.h"
#include "query/places.h"

typedef struct near_cursor {
    ld_cursor base;
    ld_cursor *left, *right;
    ld_cursor *candidates; /* AND of both; the left alone for "without" */
    uint8_t order;         /* ld_ast_order */
    ld_near_rule rule;     /* its starts: of the current document */
    bool bridge;
    bool *flags; /* [left count + right count] of the current document */
    uint32_t flag_capacity;
    ld_span_list left_spans; /* those of a that count */
    ld_span_list spans;      /* and those of b */
} near_cursor;

static bool keep(near_cursor *n, const ld_span_list *list, const bool *flags, bool wanted,
                 ld_span_list *out)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (flags[i] == wanted && !ld_cursor_span_add(&n->base, out, list->items[i]))
            return false;
    return true;
}

/* The starts of sentences or paragraphs of the document, where the rule asks for them. */
static bool load_starts(near_cursor *n, uint32_t doc)
{
    ld_execution *x = n->base.x;
    const uint32_t *sentences, *paragraphs;
    uint32_t sentence_count, paragraph_count;
    lede_error err = {0};
    bool by_sentence = n->rule.unit == LD_AST_UNIT_SENTENCE;
    if (!by_sentence && n->rule.unit != LD_AST_UNIT_PARAGRAPH)
        return true;
    ld_arena_reset(x->scratch);
    lede_status status = ld_doc_marks(x->view, doc, x->scratch, &sentences, &sentence_count,
                                      &paragraphs, &paragraph_count, &err);
    if (status != LEDE_OK) {
        ld_cursor_fail(&n->base, status, &err);
        return false;
    }
    n->rule.starts = by_sentence ? sentences : paragraphs;
    n->rule.start_count = by_sentence ? sentence_count : paragraph_count;
    return true;
}

static bool has_place(near_cursor *n)
{
    static const ld_span_list none = {NULL, 0, 0};
    ld_cursor *c = &n->base;
    uint32_t doc = n->candidates->doc;
    bool without = n->order == LD_AST_NEAR_WITHOUT;
    const ld_span_list *left = ld_cursor_spans(n->left), *right = &none;
    if (ld_cursor_seek(n->right, doc) == doc)
        right = ld_cursor_spans(n->right);
    if (!ld_execution_zones(c->x, doc) || !load_starts(n, doc))
        return false;
    if (!ld_arena_reserve(c->x->arena, (void **)&n->flags, &n->flag_capacity,
                          (size_t)left->count + right->count + 1, sizeof *n->flags)) {
        ld_cursor_nomem(c);
        return false;
    }
    ld_runs runs;
    ld_runs_init(&runs, c->x->zones, c->x->zone_count, n->bridge);
    ld_near_join(left, right, &n->rule, &runs, n->flags, n->flags + left->count);
    n->left_spans.count = n->spans.count = 0;
    if (!keep(n, left, n->flags, !without, &n->left_spans) ||
        !keep(n, left, n->flags, !without, &n->spans) ||
        (!without && !keep(n, right, n->flags + left->count, true, &n->spans)))
        return false;
    ld_cursor_spans_sort(&n->spans);
    return n->left_spans.count > 0;
}

static uint32_t skip_others(near_cursor *n, uint32_t doc)
{
    while (doc != LD_DOC_END && !has_place(n)) {
        if (ld_cursor_stopped(&n->base))
            return LD_DOC_END;
        doc = ld_cursor_next(n->candidates);
    }
    return n->base.doc = doc;
}

static uint32_t near_next(ld_cursor *c)
{
    near_cursor *n = (near_cursor *)c;
    return skip_others(n, ld_cursor_next(n->candidates));
}

static uint32_t near_seek(ld_cursor *c, uint32_t target)
{
    near_cursor *n = (near_cursor *)c;
    return skip_others(n, ld_cursor_seek(n->candidates, target));
}

static void near_counts(ld_cursor *c, uint32_t class_tf[LD_CLASS_COUNT])
{
    near_cursor *n = (near_cursor *)c;
    if (!ld_execution_zones(c->x, c->doc))
        return;
    for (uint32_t i = 0; i < n->left_spans.count; i++) {
        uint8_t zone = ld_execution_zone_at(c->x, n->left_spans.items[i].first);
        if (zone < LD_ZONES_MAX)
            class_tf[c->x->profile->zone_classes[zone] % LD_CLASS_COUNT]++;
    }
}

static const ld_span_list *near_spans(ld_cursor *c)
{
    return &((near_cursor *)c)->spans;
}

ld_cursor *ld_cursor_near(ld_execution *x, ld_cursor *left, ld_cursor *right,
                          const struct ld_ast_node *how, bool bridge)
{
    static const ld_cursor_ops ops = {
        .next = near_next, .seek = near_seek, .counts = near_counts, .spans = near_spans};
    near_cursor *n = ld_cursor_make(x, sizeof *n, &ops);
    if (!n)
        return NULL;
    ld_cursor *both[2] = {left, right};
    n->left = left;
    n->right = right;
    n->candidates = how->order == LD_AST_NEAR_WITHOUT ? left : ld_cursor_and(x, both, 2);
    if (!n->candidates)
        return NULL;
    n->order = how->order;
    n->rule = (ld_near_rule){
        .ordered = how->order == LD_AST_NEAR_ORDERED, .unit = how->unit, .distance = how->distance};
    n->bridge = bridge;
    n->base.cost = n->candidates->cost;
    skip_others(n, n->candidates->doc);
    return &n->base;
}
