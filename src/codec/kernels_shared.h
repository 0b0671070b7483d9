#ifndef LD_CODEC_KERNELS_SHARED_H
#define LD_CODEC_KERNELS_SHARED_H
/* The functions that the table of a higher level takes where it has nothing better. */
#include "codec/kernels.h"

bool ld_scalar_unpack(const uint8_t *data, size_t bytes, uint32_t count, uint32_t width,
                      uint32_t *values);
uint32_t ld_scalar_bits_to_docs(const uint8_t *words, uint32_t word_count, uint32_t base,
                                uint32_t *docs);
uint32_t ld_scalar_lower_bound(const uint32_t *docs, uint32_t count, uint32_t target);
void ld_scalar_accumulate(uint32_t *window, const uint32_t *docs, uint32_t count, uint32_t base,
                          const uint32_t *contributions);
void ld_scalar_set_bits(uint64_t *words, const uint32_t *docs, uint32_t count, uint32_t base);
uint32_t ld_scalar_filter(uint32_t *docs, uint32_t *sums, uint32_t count, uint32_t more,
                          uint32_t threshold);
uint32_t ld_scalar_intersect(const uint32_t *a, uint32_t a_count, const uint32_t *b,
                             uint32_t b_count, uint16_t *at_a, uint16_t *at_b);

/* On x86-64 only. */
void ld_avx2_contribute(const uint32_t *docs, const uint32_t *tfs, uint32_t count,
                        const uint8_t *codes, const float k[256], float unit, float weight,
                        uint32_t *contributions);
void ld_avx2_contribute_t(const uint32_t *docs, const float *t, uint32_t count,
                          const uint8_t *codes, const float k[256], float weight,
                          uint32_t *contributions);

#endif
