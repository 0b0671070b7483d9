#ifndef LD_QUERY_EXPLAIN_H
#define LD_QUERY_EXPLAIN_H
/* What is the score of a hit made of? */
#include "query/plan.h"

/* The parts of each hit of a search by relevance; they add up to its score. relaxed: as the run
 * was. CORRUPT, IO, NOMEM. */
lede_status ld_explain(ld_arena *arena, const ld_plan *plan, const ld_search_request *request,
                       bool relaxed, const ld_hit *hits, uint32_t count, const ld_hit_parts **parts,
                       lede_error *err);

#endif
