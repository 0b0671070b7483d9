/*
 * The definition of every kernel of codec/kernels.h, written to be read. Where a loop has a
 * comparison that the data decide (merge, filter, collect), it is an addition and no branch: the
 * branch would be guessed wrong every few documents.
 */
#include <math.h>
#include <string.h>

#include "codec/bitpack.h"
#include "codec/kernels_shared.h"

bool ld_scalar_unpack(const uint8_t *data, size_t bytes, uint32_t count, uint32_t width,
                      uint32_t *values)
{
    return count <= LD_KERNEL_BLOCK && ld_bitpack_decode_scalar(data, bytes, count, width, values);
}

static uint64_t docs_of(uint32_t *values, uint32_t count, uint32_t next)
{
    uint64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += values[i];
        values[i] = next + i + (uint32_t)sum;
    }
    return (uint64_t)next + count + sum;
}

uint32_t ld_scalar_bits_to_docs(const uint8_t *words, uint32_t word_count, uint32_t base,
                                uint32_t *docs)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        uint64_t word;
        memcpy(&word, words + i * sizeof word, sizeof word);
        for (; word && count < LD_KERNEL_BLOCK; word &= word - 1)
            docs[count++] = base + 64 * i + (uint32_t)__builtin_ctzll(word);
        count += (uint32_t)__builtin_popcountll(word);
    }
    return count;
}

/* Three comparisons at once leave a quarter, in little more time than one takes to leave a half.
 * They are counted: a branch would be guessed wrong every other time. */
uint32_t ld_scalar_lower_bound(const uint32_t *docs, uint32_t count, uint32_t target)
{
    const uint32_t *at = docs; /* the answer lies in [at, at + count] */
    while (count >= 4) {
        size_t quarter = count / 4;
        size_t below = (size_t)(at[quarter - 1] < target) + (at[2 * quarter - 1] < target) +
                       (at[3 * quarter - 1] < target);
        at += below * quarter;
        count -= 3 * (uint32_t)quarter;
    }
    uint32_t below = 0;
    for (uint32_t i = 0; i < count; i++)
        below += at[i] < target;
    return (uint32_t)(at - docs) + below;
}

/* The comparison comes first, so that whatever is no number counts as 1 on every machine. */
static uint32_t contribution(float t, float factor, float weight)
{
    float exact = weight * (t / (t + factor));
    return exact > 1 ? (uint32_t)lrintf(exact) : 1;
}

static void contribute(const uint32_t *docs, const uint32_t *tfs, uint32_t count,
                       const uint8_t *codes, const float k[256], float unit, float weight,
                       uint32_t *contributions)
{
    for (uint32_t i = 0; i < count; i++) {
        float t = (tfs ? (float)tfs[i] : 1.0f) * unit;
        contributions[i] = contribution(t, k[codes[docs[i]]], weight);
    }
}

static void contribute_t(const uint32_t *docs, const float *t, uint32_t count, const uint8_t *codes,
                         const float k[256], float weight, uint32_t *contributions)
{
    for (uint32_t i = 0; i < count; i++)
        contributions[i] = contribution(t[i], k[codes[docs[i]]], weight);
}

void ld_scalar_accumulate(uint32_t *window, const uint32_t *docs, uint32_t count, uint32_t base,
                          const uint32_t *contributions)
{
    for (uint32_t i = 0; i < count; i++)
        window[docs[i] - base] += contributions[i];
}

static inline void set_bit(uint64_t *words, uint32_t offset)
{
    words[offset / 64] |= UINT64_C(1) << (offset % 64);
}

/* Neighbours in a list are often bits of one word, and then each has to wait for the one before to
 * be stored. So the four quarters of the list take turns. */
void ld_scalar_set_bits(uint64_t *words, const uint32_t *docs, uint32_t count, uint32_t base)
{
    uint32_t quarter = count / 4;
    for (uint32_t i = 0; i < quarter; i++) {
        set_bit(words, docs[i] - base);
        set_bit(words, docs[i + quarter] - base);
        set_bit(words, docs[i + 2 * quarter] - base);
        set_bit(words, docs[i + 3 * quarter] - base);
    }
    for (uint32_t i = 4 * quarter; i < count; i++)
        set_bit(words, docs[i] - base);
}

static uint32_t collect(uint32_t *window, uint32_t entries, uint32_t threshold, uint16_t *offsets,
                        uint32_t *sums, uint32_t *matches)
{
    uint32_t count = 0, found = 0;
    for (uint32_t i = 0; i < entries; i++) {
        uint32_t sum = window[i];
        offsets[count] = (uint16_t)i;
        sums[count] = sum;
        count += sum >= threshold;
        found += sum != 0;
        window[i] = 0;
    }
    *matches = found;
    return count;
}

uint32_t ld_scalar_filter(uint32_t *docs, uint32_t *sums, uint32_t count, uint32_t more,
                          uint32_t threshold)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t doc = docs[i], sum = sums[i];
        docs[kept] = doc;
        sums[kept] = sum;
        kept += sum + more >= threshold;
    }
    return kept;
}

uint32_t ld_scalar_intersect(const uint32_t *a, uint32_t a_count, const uint32_t *b,
                             uint32_t b_count, uint16_t *at_a, uint16_t *at_b)
{
    uint32_t i = 0, j = 0, shared = 0;
    while (i < a_count && j < b_count) {
        uint32_t x = a[i], y = b[j];
        at_a[shared] = (uint16_t)i;
        at_b[shared] = (uint16_t)j;
        shared += x == y;
        i += x <= y;
        j += y <= x;
    }
    return shared;
}

static uint64_t popcount(const uint64_t *words, size_t count)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits += (uint64_t)__builtin_popcountll(words[i]);
    return bits;
}

static uint64_t popcount_and(const uint64_t *a, const uint64_t *b, size_t count)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < count; i++)
        bits += (uint64_t)__builtin_popcountll(a[i] & b[i]);
    return bits;
}

const ld_kernels *ld_kernels_scalar_get(void)
{
    static const ld_kernels kernels = {
        .name = "scalar",
        .unpack = ld_scalar_unpack,
        .docs = docs_of,
        .bits_to_docs = ld_scalar_bits_to_docs,
        .lower_bound = ld_scalar_lower_bound,
        .contribute = contribute,
        .contribute_t = contribute_t,
        .accumulate = ld_scalar_accumulate,
        .set_bits = ld_scalar_set_bits,
        .collect = collect,
        .filter = ld_scalar_filter,
        .intersect = ld_scalar_intersect,
        .popcount = popcount,
        .popcount_and = popcount_and,
    };
    return &kernels;
}
