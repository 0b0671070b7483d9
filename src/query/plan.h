#ifndef LD_QUERY_PLAN_H
#define LD_QUERY_PLAN_H
/* A query held against one snapshot: which terms its words are there, how rare they are, and the
 * cursors that answer it in a segment. */
#include "query/cursor.h"
#include "query/leaf.h"

/* A word of a leaf and what it stands for in each segment. */
typedef struct ld_plan_members {
    ld_member *items; /* [count] distinct terms */
    uint32_t count, capacity;
} ld_plan_members;

typedef struct ld_plan_word {
    const ld_element *element;
    uint8_t cases;             /* set of 1 << ld_case_class */
    ld_plan_members *segments; /* [segment_count of the snapshot] */
    double idf;
} ld_plan_word;

/* Beside each node of the query, by the same index. */
typedef struct ld_plan_node {
    uint16_t zones;                  /* in which its words count */
    uint8_t cases;                   /* in which they are written */
    bool bridge;                     /* hlead: headline and lead are one run */
    bool places;                     /* its spans will be asked for */
    bool in_near;                    /* below a connector, which scores for it */
    bool empty;                      /* has no word at all: as if it were not there */
    bool scores;                     /* something in it scores */
    uint32_t word_first, word_count; /* leaves: into words */
    const uint32_t *offsets;         /* [word_count] positions from the first word */
    double idf;                      /* summed over the words that score */
} ld_plan_node;

typedef struct ld_plan {
    const ld_query *q;
    const ld_snapshot *snapshot;
    const ld_profile *profile;
    ld_plan_node *nodes; /* [q->node_count] */
    ld_plan_word *words; /* [word_count] */
    uint32_t word_count, word_capacity;
    uint32_t *units; /* [unit_count] nodes that score as one term, ascending */
    uint32_t unit_count, unit_capacity;
    uint32_t *contributions; /* [node_count + 1] for the execution */
    bool empty;              /* nothing was asked that can be looked for */
    bool everything;         /* nothing was asked at all */
    bool expansion_cut;      /* LD_QUERY_EXPANSION_MAX bit */
    bool words_cut;          /* LD_QUERY_TERMS_MAX bit */
    bool question;           /* plain words, many of them (question.h) */
    bool no_case;            /* the archive keeps no case, the query asks for it */
    bool stopped;            /* the deadline was met while words were expanded */
} ld_plan;

lede_status ld_plan_make(ld_arena *arena, const ld_snapshot *snapshot, ld_analyzer *analyzer,
                         const ld_query *q, ld_deadline *deadline, ld_plan **plan, lede_error *err);
/* Whether an answer without hits may ask again for any of the words. */
bool ld_plan_may_relax(const ld_plan *p);
/* A child of the root that an answer could do without. */
bool ld_plan_is_clause(const ld_plan *p, uint32_t child);
/* The cursor over the segment's matches of a node and what is below it; NULL: refused (the
 * execution says). */
ld_cursor *ld_plan_open(const ld_plan *p, ld_execution *x, uint32_t root, bool relaxed);

/* languages.c: the languages that the words of q are stemmed for in this snapshot. */
lede_status ld_plan_languages(ld_arena *arena, const ld_snapshot *snapshot, const ld_query *q,
                              ld_languages *languages, lede_error *err);
/* The same without a snapshot: those of `lang:`, else every language there is a stemmer for. */
void ld_plan_languages_guess(const ld_query *q, ld_languages *languages);
/* expand.c: fills word->segments and the word's idf. */
lede_status ld_plan_expand(ld_plan *p, ld_plan_word *word, ld_arena *arena, ld_deadline *deadline,
                           lede_error *err);

#endif
