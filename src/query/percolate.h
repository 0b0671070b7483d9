#ifndef LD_QUERY_PERCOLATE_H
#define LD_QUERY_PERCOLATE_H
/*
 * Which of many queries may a document answer? Queries are indexed by a word they cannot do
 * without; a document's words lead to the few that are then run (percolate.c).
 */
#include "index/snapshot.h"
#include "query/search.h"

typedef struct ld_query_index ld_query_index; /* one thread at a time */

/* Keeps nothing of what it is given but the environment. rarity: tells how often words occur, so
 * that the rarest is chosen; NULL: unknown. */
lede_status ld_query_index_new(const lede_env *env, const ld_snapshot *rarity,
                               ld_query_index **index, lede_error *err);
void ld_query_index_free(ld_query_index *x); /* NULL is harmless */
/* Adds a parsed query; it gets the next number, from 0 on. NOMEM, LIMIT. */
lede_status ld_query_index_add(ld_query_index *x, ld_analyzer *analyzer, const ld_query *q,
                               lede_error *err);
/* Numbers of all queries that the document may answer, ascending: everyone that it does answer is
 * among them. Borrowed until the next call. */
lede_status ld_query_index_match(ld_query_index *x, const ld_token_list *tokens,
                                 const uint32_t **queries, uint32_t *count, lede_error *err);
typedef struct ld_query_index_counts {
    uint32_t queries, unanchored; /* the second: run for every document */
    uint32_t keys;
} ld_query_index_counts;
void ld_query_index_statistics(const ld_query_index *x, ld_query_index_counts *counts);

#endif
