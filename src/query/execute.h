#ifndef LD_QUERY_EXECUTE_H
#define LD_QUERY_EXECUTE_H
/* Running a plan over every segment of its snapshot, one document at a time. */
#include "query/plan.h"

/* Is told every match, segment by segment, documents ascending. root stands on doc: score it with
 * ld_execution_score where a score is wanted. Not OK ends the run with that status. */
typedef struct ld_match_sink {
    void *ctx;
    lede_status (*match)(void *ctx, ld_execution *x, ld_cursor *root, uint32_t doc,
                         lede_error *err);
} ld_match_sink;

typedef struct ld_run_outcome {
    uint64_t total; /* matches that are neither deleted nor (but for versions_all) superseded */
    bool partial;   /* the deadline was met */
    bool relaxed;   /* no article had all words: these have any of them */
} ld_run_outcome;

/* Strict first; where nothing matches and the query may be relaxed, once more. */
lede_status ld_plan_run(const ld_plan *plan, const ld_search_request *request,
                        const ld_match_sink *sink, ld_run_outcome *outcome, lede_error *err);

/* Contributions added in the order of the query's units, whatever order cursors gave them. */
double ld_execution_score(const ld_plan *plan, ld_execution *x, ld_cursor *root);

#endif
