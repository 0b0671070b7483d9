/*
 * The dialect `lucene`: the part of the classic query parser that people type.
 *
 *   a b    either, both is better      +a  must       -a  !a  NOT a  must not
 *   "a b"  "a b"~2   a*  a?b  a~1      title:a  lang:fr  (a b)
 *   a AND b   makes both required;  a OR b   leaves them as they are
 *
 * As in that parser, AND and OR do not bind one tighter than the other: each only says something
 * about its two neighbours. Boosts (a^2) are read and left out. Unlike there, a query of negations
 * alone answers all other articles, and "a b"~2 keeps the order of its words.
 */
#include "query/parse.h"

typedef enum ld_occur { OCCUR_SHOULD = 0, OCCUR_MUST, OCCUR_NOT } ld_occur;
typedef enum conjunction { CONJUNCTION_NONE = 0, CONJUNCTION_AND } conjunction;

/* The newest clause goes to its frame's list; nothing can change it any more. */
static void clause_flush(ld_parser *p, ld_frame *f)
{
    uint32_t node = f->clause;
    f->clause = LD_AST_NONE;
    if (node == LD_AST_NONE)
        return;
    if (f->clause_occur == OCCUR_NOT)
        node = ld_ast_not(p->q, p->arena, node);
    else if (f->clause_occur == OCCUR_SHOULD)
        node = ld_ast_optional(p->q, p->arena, node);
    if (node != LD_AST_NONE)
        ld_ast_list_add(p->q, &f->ands, node);
}

static void clause_add(ld_parser *p, ld_frame *f, uint32_t node)
{
    if (node == LD_AST_NONE)
        return;
    if (f->next_conjunction == CONJUNCTION_AND) {
        if (f->clause != LD_AST_NONE && f->clause_occur == OCCUR_SHOULD)
            f->clause_occur = OCCUR_MUST;
        if (f->next_occur == OCCUR_SHOULD)
            f->next_occur = OCCUR_MUST;
    }
    clause_flush(p, f);
    f->clause = node;
    f->clause_occur = f->next_occur;
    f->next_occur = OCCUR_SHOULD;
    f->next_conjunction = CONJUNCTION_NONE;
}

static uint32_t frame_end(ld_parser *p, ld_frame *f)
{
    ld_parse_drop_prefixes(p, f);
    clause_flush(p, f);
    if (f->ands.count == 1 && p->q->nodes[f->ands.first].kind == LD_AST_OPTIONAL) {
        uint32_t only = p->q->nodes[f->ands.first].first_child;
        p->q->nodes[only].next = LD_AST_NONE;
        return only;
    }
    return ld_ast_join(p->q, p->arena, LD_AST_AND, &f->ands);
}

static void frame_close(ld_parser *p)
{
    uint32_t node = frame_end(p, &p->frames[p->depth]);
    ld_frame *outer = &p->frames[--p->depth];
    if (node == LD_AST_NONE)
        ld_parse_drop_prefixes(p, outer);
    else
        clause_add(p, outer, ld_parse_apply(p, outer, node));
}

/* Behind an operand or a parenthesis: "^2.5". */
static void boost_skip(ld_parser *p)
{
    size_t at = p->at;
    if (at >= p->text.bytes || p->text.data[at] != '^')
        return;
    for (at++; at < p->text.bytes; at++)
        if ((p->text.data[at] < '0' || p->text.data[at] > '9') && p->text.data[at] != '.')
            break;
    if (at == p->at + 1)
        return;
    ld_parse_warn(p, p->at, at, "Boosts are not known here; this one was left out.");
    p->at = at;
}

/* A run ends before its boost. */
static void boost_cut(const ld_parser *p, ld_item *item)
{
    ld_span raw = ld_span_sub(p->text, item->from, item->to - item->from);
    size_t n = raw.bytes;
    while (n && ((raw.data[n - 1] >= '0' && raw.data[n - 1] <= '9') || raw.data[n - 1] == '.'))
        n--;
    if (n > 1 && n < raw.bytes && raw.data[n - 1] == '^')
        item->to = item->from + n - 1;
}

static bool operator_run(ld_parser *p, ld_frame *f, const ld_item *item)
{
    ld_span raw = ld_span_sub(p->text, item->from, item->to - item->from);
    p->at = item->to;
    if (ld_span_equal(raw, LD_SPAN("AND")) || ld_span_equal(raw, LD_SPAN("&&")))
        f->next_conjunction = CONJUNCTION_AND;
    else if (ld_span_equal(raw, LD_SPAN("OR")))
        f->next_conjunction = CONJUNCTION_NONE;
    else if (ld_span_equal(raw, LD_SPAN("NOT")) || ld_span_equal(raw, LD_SPAN("!")))
        f->next_occur = OCCUR_NOT;
    else if (raw.data[0] == '!') {
        f->next_occur = OCCUR_NOT;
        p->at = item->from + 1;
    } else {
        p->at = item->from;
        return false;
    }
    return true;
}

uint32_t ld_parse_lucene(ld_parser *p)
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
            boost_skip(p);
            break;
        case LD_ITEM_BAR:
            f->next_conjunction = CONJUNCTION_NONE;
            p->at = item.to;
            break;
        case LD_ITEM_MINUS:
            f->next_occur = OCCUR_NOT;
            p->at = item.to;
            break;
        case LD_ITEM_PLUS:
            f->next_occur = OCCUR_MUST;
            p->at = item.to;
            break;
        default:
            if (item.kind == LD_ITEM_RAW)
                boost_cut(p, &item);
            if (item.kind == LD_ITEM_RAW && operator_run(p, f, &item))
                break;
            clause_add(p, f, ld_parse_operand(p, &item));
            boost_skip(p);
        }
    }
}
