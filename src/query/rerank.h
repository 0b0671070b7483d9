#ifndef LD_QUERY_RERANK_H
#define LD_QUERY_RERANK_H
/* Stage 2 of ranking: which of the first answers to a question hold its words near each other, and
 * which speak of what the best of them speak of? */
#include "query/plan.h"

#define LD_RERANK_HITS 256u /* the first of stage 1; the same whatever page is asked for */

#define LD_RERANK_NEAR_WORDS     8u  /* words further apart are not near */
#define LD_RERANK_NEAR_WEIGHT    0.2 /* of a pair, beside its rarer word's idf */
#define LD_RERANK_NEAR_K         0.5 /* of the K(L) of words: pairs are rarer than words */
#define LD_RERANK_FEEDBACK_DOCS  5u  /* that say what the others should speak of */
#define LD_RERANK_FEEDBACK_TERMS 20u /* taken from them */
#define LD_RERANK_FEEDBACK_POWER 8   /* of a document's score as a share of the best one's */
#define LD_RERANK_FEEDBACK_SHARE 0.4 /* all terms together, beside the words of the question */

/* Whether answers of this plan are ranked in two stages: questions (question.h) only. */
bool ld_rerank_applies(const ld_plan *plan);
/*
 * Puts hits[0..count), the first of all in the order of stage 1, count <= LD_RERANK_HITS, in the
 * order of stage 2 and raises their scores. Nothing is taken away from a score, so hits behind them
 * stay behind them. *stopped: the deadline was met and they are as they were. CORRUPT, IO, NOMEM.
 */
lede_status ld_rerank(ld_arena *arena, const ld_plan *plan, const ld_search_request *request,
                      ld_hit *hits, uint32_t count, bool *stopped, lede_error *err);

#endif
