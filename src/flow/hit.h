#ifndef LD_FLOW_HIT_H
#define LD_FLOW_HIT_H
/* query/ -> server/, cli/ (through engine/): one ranked answer of a snapshot. */
#include "base/span.h"

typedef struct ld_hit {
    uint32_t segment; /* ordinal in the snapshot */
    uint32_t doc;     /* in the segment */
    double score;     /* BM25F, natural logarithm (query/score.h); 0 for a sort by date */
    double near_score, feedback_score; /* what stage 2 added, within score (query/rerank.h) */
    int64_t sort_key;  /* published utc_ms for sorts by date (INT64_MIN: not known), else 0 */
    uint64_t key_hash; /* of the document's key: the last tie-break, stable over merges; 0 where it
                          was not needed to tell hits apart */
} ld_hit;

#endif
