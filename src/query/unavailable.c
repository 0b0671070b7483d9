/* What can be said in a query and is not answered: by this version, or by archives of this profile.
 * The answer says so where it stands in the query, and is made of the rest. */
#include "query/ast.h"

static const char *why_not(const ld_query *q, const ld_ast_node *n)
{
    bool kept = q->profile && q->profile->sidecars;
    if (n->kind == LD_AST_SAID && !kept)
        return n->first_child == LD_AST_NONE
                   ? "Who said what is not kept in this archive; this was left out."
                   : "Who said what is not kept in this archive; the words were searched anywhere.";
    if (n->kind == LD_AST_FILTER && n->filter == LD_AST_FILTER_EVENT && !kept)
        return "The days that texts speak of are not kept in this archive; this was left out. "
               "date: asks for the day of publication.";
    bool starts = n->unit == LD_AST_UNIT_SENTENCE || n->unit == LD_AST_UNIT_PARAGRAPH;
    if (n->kind == LD_AST_NEAR && starts && q->profile && !q->profile->marks)
        return "This archive keeps no sentences and paragraphs; any place of the same text counts.";
    return NULL;
}

lede_status ld_query_warn_unavailable(ld_arena *arena, ld_query *q, lede_error *err)
{
    for (uint32_t i = 0; i < q->node_count; i++) {
        const ld_ast_node *n = &q->nodes[i];
        const char *why = why_not(q, n);
        if (!why || q->warning_count >= LD_QUERY_WARNINGS_MAX)
            continue;
        ld_query_warning w = {n->offset_chars, n->length_chars, ld_span_from_string(why)};
        if (!LD_ARENA_PUSH(arena, q->warnings, q->warning_count, q->warning_capacity, w))
            return ld_arena_status(arena, err);
    }
    ld_query_warning w = {0, 0,
                          LD_SPAN("Copies are not told in this archive; all are in the answer.")};
    if (q->dup > LD_DUP_OFF && q->profile && !q->profile->sidecars &&
        q->warning_count < LD_QUERY_WARNINGS_MAX &&
        !LD_ARENA_PUSH(arena, q->warnings, q->warning_count, q->warning_capacity, w))
        return ld_arena_status(arena, err);
    return LEDE_OK;
}
