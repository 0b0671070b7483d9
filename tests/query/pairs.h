#ifndef LEDE_TESTS_QUERY_PAIRS_H
#define LEDE_TESTS_QUERY_PAIRS_H
/*
 * What does a generated case use? A set of bits, and a matrix of the pairs that came together in
 * some case: a generator that never puts two features together tests neither beside the other.
 */
#include "query/ast.h"

#define FEATURES(X)                                                                                \
    X(DIALECT_LEDE)                                                                                \
    X(DIALECT_LUCENE)                                                                              \
    X(DIALECT_LEXIS)                                                                               \
    X(DIALECT_FACTIVA)                                                                             \
    X(NEWS)                                                                                        \
    X(PLAIN)                                                                                       \
    X(DELETIONS)                                                                                   \
    X(SUPERSEDED)                                                                                  \
    X(SEGMENTS)                                                                                    \
    X(MERGED)                                                                                      \
    X(REOPENED)                                                                                    \
    X(SORT_DATE)                                                                                   \
    X(VERSIONS_ALL)                                                                                \
    X(OTHER_RANKING)                                                                               \
    X(PAGED)                                                                                       \
    X(WORD)                                                                                        \
    X(WILDCARD)                                                                                    \
    X(EXACT)                                                                                       \
    X(FUZZY)                                                                                       \
    X(REGEX)                                                                                       \
    X(PHRASE)                                                                                      \
    X(SLOP)                                                                                        \
    X(AND)                                                                                         \
    X(OR)                                                                                          \
    X(NOT)                                                                                         \
    X(OPTIONAL)                                                                                    \
    X(NEAR)                                                                                        \
    X(NEAR_ORDERED)                                                                                \
    X(NEAR_WITHOUT)                                                                                \
    X(NEAR_SENTENCE)                                                                               \
    X(NEAR_PARAGRAPH)                                                                              \
    X(NEAR_TEXT)                                                                                   \
    X(ZONE)                                                                                        \
    X(CASE)                                                                                        \
    X(ATLEAST)                                                                                     \
    X(SAID)                                                                                        \
    X(SAID_WORDS)                                                                                  \
    X(EVENT)                                                                                       \
    X(KEYWORD)                                                                                     \
    X(SITE)                                                                                        \
    X(NUMBER)                                                                                      \
    X(URL)                                                                                         \
    X(PREFIX)

typedef enum feature {
#define X(name) FEATURE_##name,
    FEATURES(X)
#undef X
        FEATURE_COUNT
} feature;
#define HAS(name) (1ull << FEATURE_##name)

/* Of the query alone: dialect, words, operators, filters. */
uint64_t features_of_query(const ld_query *q);

/* Pairs of `features` that no case had yet. */
uint32_t features_new_pairs(uint64_t features);
void features_take(uint64_t features);
/* Pairs that can come together: how many, and how many did. Wrong: those that never did, and those
 * that should not have; a line for each. */
void features_report(uint32_t *possible, uint32_t *seen, uint32_t *wrong,
                     void (*say)(const char *a, const char *b, const char *what));

#endif
