/*
 * The dialect `lede`. Binding, the tightest first (as Lexis, and as web search for OR):
 *
 *   -x  zone:x  f(x)      modifiers of one operand
 *   a OR b   a | b
 *   a w/5 b  a pre/3 b  a not w/5 b  a w/s b  a w/p b  a w/seg b      from left to right
 *   NOT a                 of everything up to the next AND
 *   a b      a AND b
 *
 * so `a b OR c w/5 d` is a AND ((b OR c) w/5 d). AND, OR and NOT count in capitals only: "and",
 * "or" and "not" are words of the language.
 */
#include "query/parse.h"

/* The OR list becomes one operand, joined to a pending connector. */
static uint32_t join_ors(ld_parser *p, ld_frame *f)
{
    uint32_t right = ld_ast_join(p->q, p->arena, LD_AST_OR, &f->ors);
    f->ors = ld_ast_list_empty();
    f->or_pending = false;
    if (!f->near_pending)
        return right;
    f->near_pending = false;
    uint32_t left = f->near_left;
    f->near_left = LD_AST_NONE;
    if (right == LD_AST_NONE) {
        ld_parse_warn(p, f->near_at, p->at,
                      "Nothing stands behind this connector; it was left "
                      "out.");
        return left;
    }
    if (p->q->nodes[left].height < LD_QUERY_NEAR_MAX)
        return ld_ast_near(p->q, p->arena, left, right, &f->near_how);
    ld_parse_warn(p, f->near_at, p->at, "More than %u connectors in a row; read as AND.",
                  LD_QUERY_NEAR_MAX);
    ld_ast_list both = ld_ast_list_empty();
    ld_ast_list_add(p->q, &both, left);
    ld_ast_list_add(p->q, &both, right);
    return ld_ast_join(p->q, p->arena, LD_AST_AND, &both);
}

/* Ends the operand of AND that is being gathered. */
static void end_and(ld_parser *p, ld_frame *f)
{
    uint32_t node = join_ors(p, f);
    if (node != LD_AST_NONE && f->negate)
        node = ld_ast_not(p->q, p->arena, node);
    if (node != LD_AST_NONE) {
        f->negate = false;
        ld_ast_list_add(p->q, &f->ands, node);
    }
}

static void operand(ld_parser *p, ld_frame *f, uint32_t node)
{
    if (node == LD_AST_NONE)
        return;
    if (f->ors.count && !f->or_pending)
        end_and(p, f);
    f->or_pending = false;
    ld_ast_list_add(p->q, &f->ors, node);
}

/* Whether an operator between operands may stand here. */
static bool has_left(const ld_frame *f)
{
    return f->ors.count > 0 && !f->or_pending && f->prefixes.count == 0 && !f->prefixes.negated;
}

static void connector(ld_parser *p, ld_frame *f, const ld_item *item, const ld_ast_node *how)
{
    f->near_left = join_ors(p, f);
    f->near_how = *how;
    f->near_pending = f->near_left != LD_AST_NONE;
    f->near_at = item->from;
    p->at = item->to;
}

/* "not w/5": the connector behind the word that was just read. */
static bool not_near(ld_parser *p, const ld_item *item, ld_ast_node *how, ld_item *next)
{
    ld_span raw = ld_span_sub(p->text, item->from, item->to - item->from);
    if (!ld_span_equal_nocase(raw, LD_SPAN("not")))
        return false;
    size_t at = p->at;
    p->at = item->to;
    *next = ld_parse_peek(p);
    p->at = at;
    if (next->kind != LD_ITEM_RAW ||
        !ld_parse_near(ld_span_sub(p->text, next->from, next->to - next->from), how) ||
        how->order != LD_AST_NEAR_ANY)
        return false;
    how->order = LD_AST_NEAR_WITHOUT;
    return true;
}

static void bar(ld_parser *p, ld_frame *f, const ld_item *item)
{
    p->at = item->to;
    if (has_left(f))
        f->or_pending = true;
    else
        ld_parse_warn(p, item->from, item->to, "Nothing stands before this OR; it was left out.");
}

/* True: the run was an operator, or part of one. */
static bool operator_run(ld_parser *p, ld_frame *f, const ld_item *item)
{
    ld_span raw = ld_span_sub(p->text, item->from, item->to - item->from);
    ld_ast_node how;
    ld_item next;
    if (has_left(f) && not_near(p, item, &how, &next)) {
        connector(p, f, &next, &how);
        return true;
    }
    if (has_left(f) && ld_parse_near(raw, &how)) {
        connector(p, f, item, &how);
        return true;
    }
    if (ld_span_equal(raw, LD_SPAN("OR"))) {
        bar(p, f, item);
        return true;
    }
    if (ld_span_equal(raw, LD_SPAN("AND")) || ld_span_equal(raw, LD_SPAN("&&"))) {
        p->at = item->to;
        if (!f->or_pending && !f->near_pending && f->prefixes.count == 0)
            end_and(p, f);
        return true;
    }
    if (!ld_span_equal(raw, LD_SPAN("NOT")))
        return false;
    p->at = item->to;
    if (f->or_pending || f->near_pending || f->prefixes.count) {
        f->prefixes.negated = !f->prefixes.negated;
    } else {
        end_and(p, f);
        f->negate = !f->negate;
    }
    return true;
}

static uint32_t frame_end(ld_parser *p, ld_frame *f)
{
    ld_parse_drop_prefixes(p, f);
    end_and(p, f);
    return ld_ast_join(p->q, p->arena, LD_AST_AND, &f->ands);
}

/* Closes the open frame; its node becomes an operand of the one around it. */
static void frame_close(ld_parser *p)
{
    uint32_t node = frame_end(p, &p->frames[p->depth]);
    ld_frame *outer = &p->frames[--p->depth];
    if (node == LD_AST_NONE)
        ld_parse_drop_prefixes(p, outer);
    else
        operand(p, outer, ld_parse_apply(p, outer, node));
}

uint32_t ld_parse_lede(ld_parser *p)
{
    for (;;) {
        ld_item item = ld_parse_peek(p);
        ld_frame *f = &p->frames[p->depth];
        switch (item.kind) {
        case LD_ITEM_END:
            if (p->depth)
                ld_parse_warn(p, f->at, f->at + 1, "This parenthesis is never closed.");
            while (p->depth)
                frame_close(p);
            return frame_end(p, &p->frames[0]);
        case LD_ITEM_OPEN:
            ld_parse_open(p, &item);
            break;
        case LD_ITEM_CLOSE:
            if (ld_parse_may_close(p, &item))
                frame_close(p);
            break;
        case LD_ITEM_BAR:
            bar(p, f, &item);
            break;
        case LD_ITEM_MINUS:
            f->prefixes.negated = !f->prefixes.negated;
            p->at = item.to;
            break;
        case LD_ITEM_PLUS: /* every word counts already */
            p->at = item.to;
            break;
        default:
            if (item.kind != LD_ITEM_RAW || !operator_run(p, f, &item))
                operand(p, f, ld_parse_operand(p, &item));
        }
    }
}
