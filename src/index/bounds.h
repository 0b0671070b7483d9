#ifndef LD_INDEX_BOUNDS_H
#define LD_INDEX_BOUNDS_H
/* What postings can score at most, and surely: made by the writer, tested by the check. The
 * arithmetic stands in bounds.c. */
#include "index/postings.h"
#include "index/postings_format.h"

#define LD_BEST_BINS 4096u

/* The average that LENGTHS keeps, from the codes, in 256ths of a token; and that as tokens. */
uint32_t ld_lengths_average(const uint8_t *codes, uint32_t docs);
float ld_lengths_average_tokens(uint32_t average);

/* At what weights and lengths the bounds of a segment are taken. */
typedef struct ld_bound_scale {
    float weights[LD_CLASS_COUNT];
    float weight_most; /* of them: of an occurrence whose class is not known */
    float k[256];      /* K of BM25 by length code */
} ld_bound_scale;
void ld_bound_scale_init(ld_bound_scale *s, const ld_profile *profile, float average_tokens);

/* scores[i] = t[i] / (t[i] + K of documents[i]); the largest. lengths: [docs] length codes. */
float ld_bound_scores(const ld_bound_scale *s, const uint8_t *lengths, const uint32_t *docs,
                      const float *t, uint32_t count, float *scores);
/* In 255ths, rounded up, such that (float)answer / 255.0f is over the score however it was rounded
 * on the way. */
uint8_t ld_bound_up(float score);

/* How many postings of a list score how much. */
typedef struct ld_best_scores {
    uint32_t bins[LD_BEST_BINS];
} ld_best_scores;
void ld_best_scores_add(ld_best_scores *b, const float *scores, uint32_t count);
/* In 65535ths, rounded down: at least k postings score so much; 0 where there are fewer. */
uint16_t ld_best_scores_get(const ld_best_scores *b, uint32_t k);

#endif
