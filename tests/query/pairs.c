#include "tests/query/pairs.h"

#include <string.h>

static const char *const names[] = {
#define X(name) #name,
    FEATURES(X)
#undef X
};

static uint64_t together[FEATURE_COUNT]; /* bit j of row i: they came together */

#define DIALECTS                                                                                   \
    (HAS(DIALECT_LEDE) | HAS(DIALECT_LUCENE) | HAS(DIALECT_LEXIS) | HAS(DIALECT_FACTIVA))
#define OWN_WORDS                                                                                  \
    (HAS(FUZZY) | HAS(REGEX) | HAS(SLOP) | HAS(OPTIONAL) | HAS(SAID) | HAS(SAID_WORDS) |           \
     HAS(EVENT) | HAS(SITE) | HAS(URL))

/* Pairs that no case can have, and why: a pair that comes together all the same is a row to mend.
 */
static const struct {
    uint64_t a, b;
    const char *why;
} apart[] = {
    {DIALECTS, DIALECTS, "a query has one dialect"},
    {HAS(NEWS), HAS(PLAIN), "an archive has one profile"},
    {HAS(PLAIN), HAS(OTHER_RANKING), "the plain profile has one class of zones: one ranking"},
    {HAS(DIALECT_LUCENE),
     HAS(NEAR) | HAS(NEAR_ORDERED) | HAS(NEAR_WITHOUT) | HAS(NEAR_SENTENCE) | HAS(NEAR_PARAGRAPH) |
         HAS(NEAR_TEXT),
     "Lucene's syntax has no connectors of places (docs/query.md)"},
    {HAS(DIALECT_LEXIS) | HAS(DIALECT_FACTIVA), OWN_WORDS,
     "neither has a spelling for these (docs/query.md)"},
    {HAS(DIALECT_FACTIVA),
     HAS(EXACT) | HAS(CASE) | HAS(NEAR_WITHOUT) | HAS(NEAR_SENTENCE) | HAS(NEAR_TEXT),
     "Factiva has no case, no exact form, and of units words and paragraphs (docs/query.md)"},
};

uint64_t features_of_query(const ld_query *q)
{
    static const uint64_t kinds[] = {
        [LD_AST_AND] = HAS(AND),           [LD_AST_OR] = HAS(OR),     [LD_AST_NOT] = HAS(NOT),
        [LD_AST_OPTIONAL] = HAS(OPTIONAL), [LD_AST_ZONE] = HAS(ZONE), [LD_AST_CASE] = HAS(CASE),
        [LD_AST_ATLEAST] = HAS(ATLEAST),   [LD_AST_SAID] = HAS(SAID)};
    static const uint64_t filters[] = {HAS(KEYWORD), HAS(SITE), HAS(NUMBER), HAS(URL), HAS(EVENT)};
    static const uint64_t orders[] = {HAS(NEAR), HAS(NEAR_ORDERED), HAS(NEAR_WITHOUT)};
    static const uint64_t units[] = {0, HAS(NEAR_SENTENCE), HAS(NEAR_PARAGRAPH), HAS(NEAR_TEXT)};
    static const uint64_t matches[] = {HAS(WORD), HAS(EXACT), HAS(FUZZY), HAS(REGEX)};
    uint64_t set = HAS(DIALECT_LEDE) << q->dialect;
    for (uint32_t i = 0; i < q->node_count; i++) {
        const ld_ast_node *n = &q->nodes[i];
        if (n->kind <= LD_AST_SAID)
            set |= kinds[n->kind];
        if (n->kind == LD_AST_WORD || n->kind == LD_AST_PHRASE) {
            bool wild =
                n->match == LD_AST_MATCH_STEM && (memchr(n->text.data, '*', n->text.bytes) ||
                                                  memchr(n->text.data, '?', n->text.bytes));
            set |= wild                                 ? HAS(WILDCARD)
                   : n->kind == LD_AST_WORD || n->match ? matches[n->match]
                                                        : 0;
            set |= n->kind == LD_AST_PHRASE ? HAS(PHRASE) : 0;
            set |= n->kind == LD_AST_PHRASE && n->slop ? HAS(SLOP) : 0;
        }
        if (n->kind == LD_AST_FILTER)
            set |= filters[n->filter] | (n->prefix ? HAS(PREFIX) : 0);
        if (n->kind == LD_AST_NEAR)
            set |= orders[n->order] | units[n->unit];
        if (n->kind == LD_AST_SAID && n->first_child != LD_AST_NONE)
            set |= HAS(SAID_WORDS);
    }
    return set;
}

uint32_t features_new_pairs(uint64_t features)
{
    uint32_t count = 0;
    for (int i = 0; i < FEATURE_COUNT; i++) {
        if (features >> i & 1)
            count += (uint32_t)__builtin_popcountll(features & ~together[i]);
    }
    return count;
}

void features_take(uint64_t features)
{
    for (int i = 0; i < FEATURE_COUNT; i++) {
        if (features >> i & 1)
            together[i] |= features;
    }
}

static const char *apart_because(int i, int j)
{
    uint64_t a = 1ull << i, b = 1ull << j;
    for (size_t k = 0; k < sizeof apart / sizeof *apart; k++) {
        if (((apart[k].a & a) && (apart[k].b & b)) || ((apart[k].a & b) && (apart[k].b & a)))
            return apart[k].why;
    }
    return NULL;
}

void features_report(uint32_t *possible, uint32_t *seen, uint32_t *wrong,
                     void (*say)(const char *a, const char *b, const char *what))
{
    *possible = *seen = *wrong = 0;
    for (int i = 0; i < FEATURE_COUNT; i++) {
        for (int j = i + 1; j < FEATURE_COUNT; j++) {
            bool met = together[i] >> j & 1;
            const char *why = apart_because(i, j);
            *possible += !why;
            *seen += met && !why;
            if (met == !why)
                continue;
            ++*wrong;
            say(names[i], names[j], met ? why : "never came together");
        }
    }
}
