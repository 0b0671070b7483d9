#ifndef LD_QUERY_SCORE_H
#define LD_QUERY_SCORE_H
/*
 * What does a word, a phrase or a connector (a unit) add to the score of a document?
 *
 *   contribution = max(1, round(weight * (T / (T + K(L)))))     whole "points"
 *   weight       = idf * points      T = sum over ranking classes of class weight * tf
 *   K(L)         = k1 (1 - b + b L / average length)
 *
 * BM25F, every step in single precision, in points: a whole number, 2^20 of them to one of the
 * score unless the idf of the whole query is so large that sums could pass 2^31. Whole numbers add
 * up to the same whatever the order, so a cursor, a window of sums and a vector kernel give one
 * answer; a point is as fine as the single-precision scores of other engines, and a match is never
 * 0. Rejected: double sums (a window of them is twice as large, and their order shows in ties).
 */
#include <math.h>

#include "query/search.h"

#define LD_SCORE_POINTS_LOG2 20
#define LD_SCORE_SUM_LOG2    31 /* no sum reaches 2^31 points */

typedef struct ld_scoring {
    float k[256];                  /* by length code */
    float weights[LD_CLASS_COUNT]; /* head, lead, body, aside */
    bool uniform;                  /* all weights are 1: classes need not be told apart */
    int points_log2;               /* 2^points_log2 points are 1 of the score */
} ld_scoring;

/* average_length: tokens a document, > 0. idf_sum: of all units of the query. */
void ld_scoring_init(ld_scoring *s, const ld_ranking *ranking, double average_length,
                     double idf_sum);

static inline float ld_scoring_weight(const ld_scoring *s, double idf)
{
    return (float)ldexp(idf, s->points_log2);
}
static inline double ld_scoring_score(const ld_scoring *s, uint64_t points)
{
    return ldexp((double)points, -s->points_log2);
}
static inline uint32_t ld_contribution(float weight, float t, float k)
{
    float points = weight * (t / (t + k));
    return points < 1.5f ? 1 : (uint32_t)lrintf(points);
}
/* T of a document's class frequencies, added in this order. */
static inline float ld_scoring_t(const ld_scoring *s, const uint32_t class_tf[LD_CLASS_COUNT])
{
    float t = s->weights[0] * (float)class_tf[0];
    for (int i = 1; i < LD_CLASS_COUNT; i++)
        t += s->weights[i] * (float)class_tf[i];
    return t;
}

#endif
