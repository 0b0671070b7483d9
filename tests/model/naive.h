#ifndef LEDE_TESTS_NAIVE_H
#define LEDE_TESTS_NAIVE_H
/*
 * The engine that has no index: every query is held against every row, token by token, as the
 * specification says and as slowly as it is written. It shares the tree of a query and the
 * analyser with the real one, and nothing that executes.
 */
#include "query/ast.h"

typedef struct naive_row {
    const ld_document *document;
    bool deleted, superseded;
    uint32_t segment, doc; /* its place in the snapshot; the last tie-break */
} naive_row;

typedef struct naive_archive {
    const ld_profile *profile;
    const naive_row *rows; /* [row_count] all of them, tombstones included */
    uint32_t row_count;
    ld_analyzer *analyzer;
} naive_archive;

typedef struct naive_hit {
    uint32_t row;
    double score;
    int64_t sort_key;
} naive_hit;

typedef struct naive_answer {
    naive_hit *hits; /* [hit_count] all matches in order */
    uint32_t hit_count;
    bool relaxed;
} naive_answer;

void naive_search(ld_arena *arena, const naive_archive *archive, const ld_query *q, uint8_t sort,
                  bool versions_all, const ld_ranking *ranking, naive_answer *answer);

#endif
