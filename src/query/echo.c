/*
 * The query as it was understood, spelled so that the lede dialect reads back the same tree: words
 * side by side for AND, OR between its operands, "-" for NOT, and a parenthesis round everything
 * that has parts and stands inside something else. The walk goes by parent and next, without a
 * stack.
 */
#include <stdio.h>

#include "query/parse.h"

static bool is_plain_value(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++) {
        uint8_t c = (uint8_t)s.data[i];
        bool letter = c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
        if (!letter && !memchr("._/:%&=+-,;@#~*", c, 15))
            return false;
    }
    return s.bytes > 0 && (uint8_t)s.data[0] < 0x80 && (uint8_t)s.data[s.bytes - 1] < 0x80;
}

static void echo_value(ld_buf *out, ld_span value, bool prefix, bool number)
{
    bool plain = number || is_plain_value(value);
    ld_buf_add_string(out, plain ? "" : "\"");
    ld_buf_add_span(out, value);
    ld_buf_add_string(out, prefix ? "*" : "");
    ld_buf_add_string(out, plain ? "" : "\"");
}

static void echo_filter(ld_buf *out, const ld_query *q, const ld_ast_node *n)
{
    ld_ast_column column = {.name = "?"};
    ld_ast_column_by_id(q->profile, n->column, n->filter, &column);
    ld_buf_add_format(out, "%s:", column.name);
    if (column.is_date) {
        char range[64];
        ld_format_date_range(n->low, n->high, range);
        ld_buf_add_string(out, range);
        return;
    }
    echo_value(out, n->text, n->prefix, n->filter == LD_AST_FILTER_NUMBER);
}

static void echo_leaf(ld_buf *out, const ld_query *q, const ld_ast_node *n)
{
    if (n->kind == LD_AST_ALL) {
        ld_buf_add_byte(out, '*');
        return;
    }
    if (n->kind == LD_AST_FILTER) {
        echo_filter(out, q, n);
        return;
    }
    const char *mark = n->kind == LD_AST_PHRASE ? "\"" : n->match == LD_AST_MATCH_REGEX ? "/" : "";
    ld_buf_add_string(out, n->match == LD_AST_MATCH_EXACT ? "=" : "");
    ld_buf_add_string(out, mark);
    ld_buf_add_span(out, n->text);
    ld_buf_add_string(out, mark);
    if (n->slop)
        ld_buf_add_format(out, "~%u", n->slop);
    if (n->match == LD_AST_MATCH_FUZZY)
        ld_buf_add_format(out, "~%u", n->edits);
}

static const char *case_name(uint8_t cases)
{
    if (cases == 1u << LD_CASE_UPPER)
        return "allcaps(";
    return cases == 1u << LD_CASE_LOWER ? "nocaps(" : "caps(";
}

/* AND, OR and NEAR are bare at the root and directly inside a function's own parenthesis. */
static bool needs_parenthesis(const ld_query *q, const ld_ast_node *n)
{
    if (n->parent == LD_AST_NONE)
        return false;
    uint8_t above = q->nodes[n->parent].kind;
    return above != LD_AST_CASE && above != LD_AST_ATLEAST && above != LD_AST_OPTIONAL &&
           above != LD_AST_SAID;
}

static void echo_open(ld_buf *out, const ld_query *q, const ld_ast_node *n)
{
    switch (n->kind) {
    case LD_AST_NOT:
        ld_buf_add_byte(out, '-');
        break;
    case LD_AST_OPTIONAL:
        ld_buf_add_string(out, "optional(");
        break;
    case LD_AST_ZONE:
        ld_buf_add_format(out, "%s:", ld_ast_zones_name(q->profile, n->zones));
        break;
    case LD_AST_CASE:
        ld_buf_add_string(out, case_name(n->cases));
        break;
    case LD_AST_ATLEAST:
        ld_buf_add_format(out, "atleast%u(", n->count);
        break;
    case LD_AST_SAID:
        ld_buf_add_string(out, "said:");
        echo_value(out, n->text, false, false);
        ld_buf_add_string(out, n->first_child != LD_AST_NONE ? "(" : "");
        break;
    case LD_AST_AND:
    case LD_AST_OR:
    case LD_AST_NEAR:
        if (needs_parenthesis(q, n))
            ld_buf_add_byte(out, '(');
        break;
    default:
        echo_leaf(out, q, n);
    }
}

static void echo_connector(ld_buf *out, const ld_ast_node *n)
{
    static const char *const names[] = {[LD_AST_NEAR_ANY] = " w/",
                                        [LD_AST_NEAR_ORDERED] = " pre/",
                                        [LD_AST_NEAR_WITHOUT] = " not w/"};
    static const char *const units[] = {
        [LD_AST_UNIT_SENTENCE] = "s ", [LD_AST_UNIT_PARAGRAPH] = "p ", [LD_AST_UNIT_TEXT] = "seg "};
    ld_buf_add_string(out, names[n->order]);
    if (n->unit == LD_AST_UNIT_WORD)
        ld_buf_add_format(out, "%u ", n->distance);
    else
        ld_buf_add_string(out, units[n->unit]);
}

static void echo_between(ld_buf *out, const ld_ast_node *n)
{
    if (n->kind == LD_AST_AND)
        ld_buf_add_byte(out, ' ');
    else if (n->kind == LD_AST_OR)
        ld_buf_add_string(out, " OR ");
    else
        echo_connector(out, n);
}

static void echo_close(ld_buf *out, const ld_query *q, const ld_ast_node *n)
{
    bool joined = n->kind == LD_AST_AND || n->kind == LD_AST_OR || n->kind == LD_AST_NEAR;
    bool said = n->kind == LD_AST_SAID && n->first_child != LD_AST_NONE;
    if (said || n->kind == LD_AST_OPTIONAL || n->kind == LD_AST_CASE || n->kind == LD_AST_ATLEAST ||
        (joined && needs_parenthesis(q, n)))
        ld_buf_add_byte(out, ')');
}

static void echo_tree(ld_buf *out, const ld_query *q)
{
    uint32_t i = q->root;
    while (i != LD_AST_NONE) {
        const ld_ast_node *n = &q->nodes[i];
        echo_open(out, q, n);
        if (n->first_child != LD_AST_NONE) {
            i = n->first_child;
            continue;
        }
        while (i != LD_AST_NONE) {
            n = &q->nodes[i];
            echo_close(out, q, n);
            if (n->next != LD_AST_NONE) {
                echo_between(out, &q->nodes[n->parent]);
                i = n->next;
                break;
            }
            i = n->parent;
        }
    }
}

lede_status ld_query_echo(ld_arena *arena, const ld_query *q, ld_span *text, lede_error *err)
{
    static const char *const sorts[] = {"relevance", "newest", "oldest"};
    ld_buf out;
    *text = (ld_span){"", 0};
    ld_buf_init(&out, ld_arena_env(arena), 8 * (size_t)LD_QUERY_BYTES_MAX);
    echo_tree(&out, q);
    if (q->sort_given)
        ld_buf_add_format(&out, "%ssort:%s", out.bytes ? " " : "", sorts[q->sort]);
    if (q->versions_all)
        ld_buf_add_format(&out, "%sversions:all", out.bytes ? " " : "");
    if (q->dup)
        ld_buf_add_format(&out, "%sdup:%s", out.bytes ? " " : "", ld_dup_names[q->dup]);
    if (q->alias_off)
        ld_buf_add_format(&out, "%salias:off", out.bytes ? " " : "");
    lede_status status = ld_buf_status(&out, err);
    if (status == LEDE_OK) {
        *text = ld_arena_copy(arena, ld_buf_span(&out));
        if (!text->data)
            status = ld_arena_status(arena, err);
    }
    ld_buf_release(&out);
    return status;
}
