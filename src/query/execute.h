#ifndef LD_QUERY_EXECUTE_H
#define LD_QUERY_EXECUTE_H
/* Running a plan over every segment of its snapshot, one document at a time. */
#include "query/plan.h"
#include "query/topk.h"

/* Is told every match, segment by segment, documents ascending. root stands on doc: score it with
 * ld_execution_score where a score is wanted. Not OK ends the run with that status.
 * With `best` the matches are wanted by relevance only: they are offered there instead, where a
 * faster way than one document at a time is known, and match is not told of them. */
typedef struct ld_match_sink {
    void *ctx;
    lede_status (*match)(void *ctx, ld_execution *x, ld_cursor *root, uint32_t doc,
                         lede_error *err);
    ld_topk *best;       /* NULL: match must be told */
    bool total_optional; /* with best: matches that cannot enter it need not be counted */
} ld_match_sink;

typedef struct ld_run_outcome {
    uint64_t total;     /* matches that are neither deleted nor (but for versions_all) superseded */
    uint32_t all_words; /* of a question: stories that have all its words, counted up to
                           LD_QUESTION_HITS */
    bool partial;       /* the deadline was met */
    bool relaxed;       /* no article had all words, or few those of a question: these have any */
    bool pruned;        /* total is a lower bound: what could not enter was passed over */
} ld_run_outcome;

/* Strict first; where nothing matches and the query may be relaxed, once more. A question that few
 * stories answer in full is relaxed at once. */
lede_status ld_plan_run(const ld_plan *plan, const ld_search_request *request,
                        const ld_match_sink *sink, ld_run_outcome *outcome, lede_error *err);

/* How this plan's words are scored. */
void ld_plan_scoring(const ld_plan *plan, const ld_search_request *request, ld_scoring *scoring);

/* An execution in the memory of a search; it stands in no segment yet. */
void ld_execution_init(ld_execution *x, const ld_plan *plan, const ld_search_request *request,
                       ld_search_memory *memory);
/* Into a segment: cursors of another are gone. */
void ld_execution_enter(const ld_plan *plan, ld_execution *x, uint32_t segment);

/* The points of the document root stands on. */
uint64_t ld_execution_score(const ld_plan *plan, ld_execution *x, ld_cursor *root);

#endif
