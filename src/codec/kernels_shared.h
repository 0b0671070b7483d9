#ifndef LD_CODEC_KERNELS_SHARED_H
#define LD_CODEC_KERNELS_SHARED_H
/* What the variants of codec/kernels.h lend each other: the scalar functions, for the tables of the
 * levels that have nothing better, and the one step that no instruction set does faster. */
#include "codec/kernels.h"

bool ld_scalar_unpack(const uint8_t *data, size_t bytes, uint32_t count, uint32_t width,
                      uint32_t *values);
uint32_t ld_scalar_bits_to_docs(const uint8_t *words, uint32_t word_count, uint32_t base,
                                uint32_t *docs);
void ld_scalar_accumulate(uint32_t *window, const uint32_t *docs, uint32_t count, uint32_t base,
                          const uint32_t *contributions);
void ld_scalar_set_bits(uint64_t words[LD_WINDOW_WORDS], const uint32_t *docs, uint32_t count,
                        uint32_t base);
uint32_t ld_scalar_filter(uint32_t *docs, uint32_t *sums, uint32_t count, uint32_t more,
                          uint32_t threshold);
uint32_t ld_scalar_intersect(const uint32_t *a, uint32_t a_count, const uint32_t *b,
                             uint32_t b_count, uint16_t *at_a, uint16_t *at_b);

/* The length factors of a block's documents, side by side for a vector to load. Three loads and a
 * store a document are faster than any gather: a gather takes the same loads one by one, and one of
 * bytes would read past the last code. The stores are done when the vectors come for them. */
static inline void ld_kernels_factors(const uint32_t *docs, uint32_t count, const uint8_t *codes,
                                      const float k[256], float factors[LD_KERNEL_BLOCK])
{
    for (uint32_t i = 0; i < count; i++)
        factors[i] = k[codes[docs[i]]];
}

#endif
