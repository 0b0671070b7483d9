/*
 * A query for stories like one that is in the archive: any of the words that tell it apart, as its
 * forward list has them, and not itself. BM25 does the rest: a story that shares many of them, and
 * the rarer ones, comes first.
 */
#include "query/ast.h"
#include "query/leaf.h"
#include "query/sort.h"

#define SIMILAR_TERMS 12u /* of the 20 that are kept: the rest is noise, and time */

static int weight_compare(void *ctx, const void *a, const void *b)
{
    const ld_forward_term *x = a, *y = b;
    if (x->weight != y->weight)
        return x->weight > y->weight ? -1 : 1;
    return (x->term_ordinal > y->term_ordinal) - (x->term_ordinal < y->term_ordinal);
}

/* The commonest spelling of a term: the analyser makes the term of it again. */
static lede_status spelling_of(const ld_segment_view *v, const ld_profile *profile,
                               uint32_t ordinal, ld_arena *arena, ld_span *spelling,
                               lede_error *err)
{
    ld_term term;
    ld_span bytes;
    const ld_form *forms;
    uint32_t count;
    LD_TRY(ld_terms_at(v->terms, ordinal, arena, &bytes, &term, err));
    *spelling = ld_arena_copy(arena, bytes);
    if (profile->stem) {
        LD_TRY(ld_terms_forms(v->terms, &term, arena, &forms, &count, err));
        if (count)
            *spelling = ld_arena_copy(arena, forms[0].spelling);
    }
    return spelling->data ? LEDE_OK : ld_arena_status(arena, err);
}

static lede_status any_word(ld_query *q, ld_arena *arena, const ld_snapshot *s, ld_doc_ref doc,
                            uint32_t *node, lede_error *err)
{
    const ld_segment_view *v = ld_snapshot_segment(s, doc.segment);
    const ld_forward_term *kept;
    uint32_t count;
    ld_ast_list any = ld_ast_list_empty();
    LD_TRY(ld_doc_forward(v, doc.doc, arena, &kept, &count, err));
    ld_forward_term *terms = ld_arena_array(arena, (size_t)count + 1, sizeof *terms);
    if (!terms)
        return ld_arena_status(arena, err);
    if (count)
        memcpy(terms, kept, count * sizeof *terms);
    ld_sort_items(terms, count, sizeof *terms, weight_compare, NULL);
    for (uint32_t i = 0; i < count && i < SIMILAR_TERMS; i++) {
        ld_ast_node leaf = {.kind = LD_AST_WORD};
        LD_TRY(spelling_of(v, q->profile, terms[i].term_ordinal, arena, &leaf.text, err));
        uint32_t word = ld_ast_leaf(q, arena, &leaf);
        if (word == LD_AST_NONE)
            return ld_arena_status(arena, err);
        ld_ast_list_add(q, &any, word);
    }
    *node = ld_ast_join(q, arena, LD_AST_OR, &any);
    return ld_arena_status(arena, err);
}

lede_status ld_query_similar(ld_arena *arena, const ld_snapshot *snapshot, ld_doc_ref doc,
                             ld_span key, ld_query **query, lede_error *err)
{
    ld_query *q = ld_arena_array(arena, 1, sizeof *q);
    *query = NULL;
    if (q)
        q->languages = ld_arena_array(arena, 1, sizeof *q->languages);
    if (!q || !q->languages)
        return ld_arena_status(arena, err);
    q->profile = ld_snapshot_profile(snapshot);
    q->dialect = LD_DIALECT_LUCENE; /* any of the words is enough: nothing to relax */
    uint32_t words = LD_AST_NONE;
    LD_TRY(any_word(q, arena, snapshot, doc, &words, err));
    if (words == LD_AST_NONE)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "this archive keeps no words to compare this article by");
    ld_ast_node self = {.kind = LD_AST_FILTER,
                        .filter = LD_AST_FILTER_URL,
                        .column = LD_AST_COLUMN_URL,
                        .text = key};
    ld_ast_list all = ld_ast_list_empty();
    ld_ast_list_add(q, &all, words);
    uint32_t filter = ld_ast_leaf(q, arena, &self);
    uint32_t other = filter == LD_AST_NONE ? filter : ld_ast_not(q, arena, filter);
    if (other == LD_AST_NONE)
        return ld_arena_status(arena, err);
    ld_ast_list_add(q, &all, other);
    uint32_t root = ld_ast_join(q, arena, LD_AST_AND, &all);
    LD_TRY(ld_arena_status(arena, err));
    LD_TRY(ld_ast_finish(q, arena, root, err));
    *query = q;
    return LEDE_OK;
}
