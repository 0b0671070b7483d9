#include "query/score.h"

#include "index/postings.h"

void ld_scoring_init(ld_scoring *s, const ld_ranking *ranking, double average_length,
                     double idf_sum)
{
    float k1 = (float)ranking->k1, b = (float)ranking->b, average = (float)average_length;
    for (uint32_t code = 0; code < 256; code++) {
        float length =
            (float)(int32_t)ld_length_decode((uint8_t)code); /* signed: quicker to convert */
        s->k[code] = k1 * ((1 - b) + b * length / average);
    }
    s->uniform = true;
    for (int i = 0; i < LD_CLASS_COUNT; i++) {
        s->weights[i] = (float)ranking->weights[i];
        s->uniform = s->uniform && s->weights[i] == 1;
    }
    s->points_log2 = LD_SCORE_POINTS_LOG2;
    while (ldexp(idf_sum, s->points_log2) >= ldexp(1, LD_SCORE_SUM_LOG2))
        s->points_log2--;
}
