/*
 * What can a posting score at most, before anyone asks? (postings_format.h)
 *
 *   score of a posting   x = T / (T + K)            BM25 without idf, below 1
 *   T = sum over classes of weight * tf             ld_bound_weights, by profile
 *   K = k1 * (1 - b + b * L / A)                    L from the length code, A stored in LENGTHS
 *
 * A search whose weights, k1, b and average length are those of the segment takes the stored bounds
 * as they are. One with another K' scales: where K' >= r * K for every length (K' / K lies between
 * its values for L = 0 and for L without end), x' <= x / (x + r * (1 - x)), which rises with x.
 *
 * Rounding. T and K are made in the same order everywhere, without fused operations, and T is exact
 * (tf < 2^20, weights are multiples of 1/2 below 4). K is the double above, rounded to float:
 * relative error 2^-24. The sum and the quotient add 2^-24 each, so that two ways to compute x in
 * single precision differ by less than 2^-21, as x < 1. (float)q / 255.0f adds 2^-24. Bounds are
 * taken with a slack of 1/256 of their unit, that is 2^-16: more than all errors together, so that
 * (float)q / 255.0f >= x for every x so computed, and what rises with x (a product with a weight,
 * a rounding to whole numbers) keeps the order. For the k-th best the slack is 1/16 of a 65535th,
 * 2^-20, downwards.
 *
 * The k-th best is read from a histogram of 4096 bins, at the lower edge of its bin: one pass, 16
 * KiB, no list of scores; what is lost is below 1/4096.
 *
 * One byte a block in place of pairs of (T, length): Ding, Suel: Faster top-k document retrieval
 * using block-max indexes, SIGIR 2011; the k-th best as a first threshold: Petri, Moffat,
 * Mackenzie, Culpepper, Beck: Accelerated query processing via similarity score prediction, SIGIR
 * 2019. Rejected: Lucene's competitive impacts (pairs of tf and length), which serve any K and cost
 * six bytes a block and a division for each pair of each block a query looks at.
 */
#include "index/bounds.h"

#define SCORE_SLACK (1.0 / 256.0) /* of a 255th */
#define BEST_SLACK  (1.0 / 16.0)  /* of a 65535th */

void ld_bound_weights(const ld_profile *profile, float weights[LD_CLASS_COUNT])
{
    bool plain = strcmp(profile->name, "plain") == 0;
    weights[LD_CLASS_HEAD] = plain ? 1 : 3;
    weights[LD_CLASS_LEAD] = plain ? 1 : 1.5f;
    weights[LD_CLASS_BODY] = 1;
    weights[LD_CLASS_ASIDE] = plain ? 1 : 0.5f;
}

void ld_bound_scale_init(ld_bound_scale *s, const ld_profile *profile, float average_tokens)
{
    ld_bound_weights(profile, s->weights);
    s->weight_most = 0;
    for (uint32_t i = 0; i < LD_CLASS_COUNT; i++)
        s->weight_most = s->weights[i] > s->weight_most ? s->weights[i] : s->weight_most;
    for (uint32_t code = 0; code < 256; code++) {
        double length = ld_length_decode((uint8_t)code);
        s->k[code] =
            (float)(LD_BOUND_K1 * (1 - LD_BOUND_B + LD_BOUND_B * length / (double)average_tokens));
    }
}

float ld_bound_scores(const ld_bound_scale *s, const uint8_t *lengths, const uint32_t *docs,
                      const float *t, uint32_t count, float *scores)
{
    float most = 0;
    for (uint32_t i = 0; i < count; i++)
        scores[i] = s->k[lengths[docs[i]]];
    for (uint32_t i = 0; i < count; i++)
        scores[i] = t[i] / (t[i] + scores[i]);
    for (uint32_t i = 0; i < count; i++)
        most = scores[i] > most ? scores[i] : most;
    return most;
}

uint8_t ld_bound_up(float score)
{
    double units = 255.0 * (double)score + SCORE_SLACK;
    uint32_t whole = (uint32_t)units;
    whole += (double)whole < units;
    return (uint8_t)(whole < 255 ? whole : 255);
}

void ld_best_scores_add(ld_best_scores *b, const float *scores, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bin = (uint32_t)(scores[i] * (float)LD_BEST_BINS);
        b->bins[bin < LD_BEST_BINS ? bin : LD_BEST_BINS - 1]++;
    }
}

uint16_t ld_best_scores_get(const ld_best_scores *b, uint32_t k)
{
    uint64_t above = 0;
    for (uint32_t bin = LD_BEST_BINS; bin-- > 1;) {
        above += b->bins[bin];
        if (above >= k)
            return (uint16_t)(65535.0 * bin / LD_BEST_BINS - BEST_SLACK);
    }
    return 0;
}
