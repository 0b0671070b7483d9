/*
 * The kernels of codec/kernels.h in AVX2, eight lanes.
 *
 * AVX2 has no masked bytes, no compress and no unsigned comparison. So the end of packed bytes is
 * read from a padded copy, and chosen lanes are written bit by bit from a mask. A table of
 * permutations for compress (2 KiB) was not worth its lines: with a high threshold there is little
 * to write. filter, accumulate, set_bits and lower_bound are the scalar functions.
 */
#include "codec/kernels_shared.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "base/cpu.h"
#include "codec/bitpack.h"

#define AVX2  __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define LANES 8u

AVX2 static inline __m256i load(const void *from)
{
    return _mm256_loadu_si256(from);
}

AVX2 static inline void store(void *to, __m256i v)
{
    _mm256_storeu_si256(to, v);
}

AVX2 static inline __m256i lane_numbers(void)
{
    return _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
}

/* All bits in the lanes of a vector of which `left` are in use. */
AVX2 static inline __m256i lanes_of(uint32_t left)
{
    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)(left < LANES ? left : LANES)),
                              lane_numbers());
}

/* The next lanes, zeros after the last. */
AVX2 static inline __m256i load_lanes(const void *from, uint32_t left)
{
    return left >= LANES ? load(from) : _mm256_maskload_epi32(from, lanes_of(left));
}

/*
 * Eight values fill `width` bytes. Their second half begins at bit 4 * width, so each half of the
 * vector is loaded from the byte where its first value begins; pshufb brings the four bytes around
 * each value into its lane, a shift by its own count and a mask leave the value. Each half touches
 * sixteen bytes; widths over 25 bits would need a fifth byte a value and are rare.
 */
typedef struct unpacker {
    __m256i index; /* bytes of each half */
    __m256i shift; /* 0 to 7 */
    __m256i mask;
    uint32_t width;
} unpacker;

#define VECTOR_WIDTH_MAX 25u
#define HALF_BYTES       16u

AVX2 static inline unpacker unpacker_of(uint32_t width)
{
    unpacker u;
    __m256i lowest = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
    __m256i bit =
        _mm256_madd_epi16(_mm256_setr_epi32(0, 1, 2, 3, 0, 1, 2, 3), _mm256_set1_epi32((int)width));
    int second = (int)(4 * width % 8);
    bit = _mm256_add_epi32(
        bit, _mm256_inserti128_si256(_mm256_setzero_si256(), _mm_set1_epi32(second), 1));
    u.index = _mm256_add_epi8(_mm256_shuffle_epi8(_mm256_srli_epi32(bit, 3), lowest),
                              _mm256_set1_epi32(0x03020100));
    u.shift = _mm256_and_si256(bit, _mm256_set1_epi32(7));
    u.mask = _mm256_set1_epi32((int)((1u << width) - 1));
    u.width = width;
    return u;
}

AVX2 static inline __m256i unpack_eight(const unpacker *u, const uint8_t *data)
{
    __m128i first = _mm_loadu_si128((const __m128i *)data);
    __m128i second = _mm_loadu_si128((const __m128i *)(data + 4 * u->width / 8));
    __m256i around = _mm256_shuffle_epi8(
        _mm256_inserti128_si256(_mm256_castsi128_si256(first), second, 1), u->index);
    return _mm256_and_si256(_mm256_srlv_epi32(around, u->shift), u->mask);
}

AVX2 static bool unpack(const uint8_t *data, size_t bytes, uint32_t count, uint32_t width,
                        uint32_t *values)
{
    if (width > VECTOR_WIDTH_MAX)
        return ld_scalar_unpack(data, bytes, count, width, values);
    if (count > LD_KERNEL_BLOCK || ld_bitpack_bytes(count, width) > bytes)
        return false;
    unpacker u = unpacker_of(width);
    size_t touched = 4 * width / 8 + HALF_BYTES;
    uint32_t i = 0;
    for (; i < count && bytes >= touched; i += LANES, data += width, bytes -= width)
        store(values + i, unpack_eight(&u, data));
    if (i < count) {
        uint8_t padded[2 * (4 * VECTOR_WIDTH_MAX / 8 + HALF_BYTES)] = {0};
        if (bytes)
            memcpy(padded, data, bytes);
        for (const uint8_t *at = padded; i < count; i += LANES, at += width)
            store(values + i, unpack_eight(&u, at));
    }
    return true;
}

AVX2 static inline uint64_t sum_of(__m256i qwords)
{
    __m128i v = _mm_add_epi64(_mm256_castsi256_si128(qwords), _mm256_extracti128_si256(qwords, 1));
    return (uint64_t)_mm_cvtsi128_si64(v) + (uint64_t)_mm_extract_epi64(v, 1);
}

AVX2 static uint64_t docs_of(uint32_t *values, uint32_t count, uint32_t next)
{
    const __m256i last = _mm256_set1_epi32(LANES - 1);
    const __m256i low = _mm256_set1_epi64x(UINT32_MAX);
    __m256i before = _mm256_add_epi32(_mm256_set1_epi32((int)next), lane_numbers());
    __m256i even = _mm256_setzero_si256(), odd = even; /* sums of every other gap, in 64 bits */
    for (uint32_t i = 0; i < count; i += LANES) {
        __m256i v = load_lanes(values + i, count - i);
        even = _mm256_add_epi64(even, _mm256_and_si256(v, low));
        odd = _mm256_add_epi64(odd, _mm256_srli_epi64(v, 32));
        v = _mm256_add_epi32(v, _mm256_slli_si256(v, 4));
        v = _mm256_add_epi32(v, _mm256_slli_si256(v, 8));
        __m256i raised = _mm256_permute2x128_si256(v, v, 0x08); /* zeros, and the lower half */
        v = _mm256_add_epi32(v, _mm256_shuffle_epi32(raised, 0xff));
        store(values + i, _mm256_add_epi32(v, before));
        __m256i sum = _mm256_permutevar8x32_epi32(v, last);
        before = _mm256_add_epi32(before, _mm256_add_epi32(sum, _mm256_set1_epi32(LANES)));
    }
    return (uint64_t)next + count + sum_of(_mm256_add_epi64(even, odd));
}

/* Four members of a word at a time, whether it still has them or not (the first four even of an
 * empty word, as a branch would be guessed wrong): what is written too much is written over by the
 * next word, or lies in the room behind the block. */
AVX2 static uint32_t bits_to_docs(const uint8_t *words, uint32_t word_count, uint32_t base,
                                  uint32_t *docs)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        uint64_t word;
        memcpy(&word, words + i * sizeof word, sizeof word);
        uint32_t set = (uint32_t)_mm_popcnt_u64(word), first = base + 64 * i;
        for (uint32_t k = 0; count + k < LD_KERNEL_BLOCK;) {
            for (uint32_t j = 0; j < 4; j++, word = _blsr_u64(word))
                docs[count + k + j] = first + (uint32_t)_tzcnt_u64(word);
            k += 4;
            if (k >= set)
                break;
        }
        count += set;
    }
    return count;
}

/* max's second operand is the answer where the first is no number. */
AVX2 static inline __m256i weigh(__m256 t, __m256 factor, __m256 weight)
{
    __m256 exact = _mm256_mul_ps(weight, _mm256_div_ps(t, _mm256_add_ps(t, factor)));
    return _mm256_cvtps_epi32(_mm256_max_ps(exact, _mm256_set1_ps(1.0f)));
}

/* Unsigned to float, rounded once: both halves and the product are exact. */
AVX2 static inline __m256 to_floats(__m256i v)
{
    __m256 high = _mm256_cvtepi32_ps(_mm256_srli_epi32(v, 16));
    __m256 low = _mm256_cvtepi32_ps(_mm256_and_si256(v, _mm256_set1_epi32(0xffff)));
    return _mm256_add_ps(_mm256_mul_ps(high, _mm256_set1_ps(65536.0f)), low);
}

/* Loads and moves into place; a gather would do the same loads one by one, and one of bytes would
 * read past the last code. */
AVX2 static inline __m256 factors_of(const uint32_t *docs, const uint8_t *codes, const float k[256])
{
    return _mm256_setr_ps(k[codes[docs[0]]], k[codes[docs[1]]], k[codes[docs[2]]],
                          k[codes[docs[3]]], k[codes[docs[4]]], k[codes[docs[5]]],
                          k[codes[docs[6]]], k[codes[docs[7]]]);
}

/* Of tfs and t one at least is NULL; both are: every t is the unit. */
AVX2 static inline void contribute_any(const uint32_t *docs, const uint32_t *tfs, const float *t,
                                       uint32_t count, const uint8_t *codes, const float k[256],
                                       float unit, float weight, uint32_t *contributions)
{
    const __m256 units = _mm256_set1_ps(unit), weights = _mm256_set1_ps(weight);
    for (uint32_t i = 0; i < count; i += LANES) {
        const uint32_t *some = docs + i;
        uint32_t rest[LANES];
        if (count - i < LANES) { /* lanes out of use look up the first document again */
            for (uint32_t j = 0; j < LANES; j++)
                rest[j] = docs[i + (j < count - i ? j : 0)];
            some = rest;
        }
        __m256 v = units;
        if (tfs)
            v = _mm256_mul_ps(to_floats(load_lanes(tfs + i, count - i)), units);
        if (t)
            v = _mm256_castsi256_ps(load_lanes(t + i, count - i));
        __m256i sums = weigh(v, factors_of(some, codes, k), weights);
        if (count - i < LANES)
            _mm256_maskstore_epi32((int *)contributions + i, lanes_of(count - i), sums);
        else
            store(contributions + i, sums);
    }
}

AVX2 void ld_avx2_contribute(const uint32_t *docs, const uint32_t *tfs, uint32_t count,
                             const uint8_t *codes, const float k[256], float unit, float weight,
                             uint32_t *contributions)
{
    contribute_any(docs, tfs, NULL, count, codes, k, unit, weight, contributions);
}

AVX2 void ld_avx2_contribute_t(const uint32_t *docs, const float *t, uint32_t count,
                               const uint8_t *codes, const float k[256], float weight,
                               uint32_t *contributions)
{
    contribute_any(docs, NULL, t, count, codes, k, 0, weight, contributions);
}

/* Unsigned a >= b, as a mask of eight bits. */
AVX2 static inline uint64_t at_least(__m256i a, __m256i b)
{
    __m256i same = _mm256_cmpeq_epi32(_mm256_max_epu32(a, b), a);
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(same));
}

/* Sixty-four entries at a time; a first look tells most of them to have nothing. */
AVX2 static uint32_t collect(uint32_t *window, uint32_t entries, uint32_t threshold,
                             uint16_t *offsets, uint32_t *sums, uint32_t *matches)
{
    const __m256i zero = _mm256_setzero_si256(), least = _mm256_set1_epi32((int)threshold);
    const __m256i one = _mm256_set1_epi32(1);
    uint32_t count = 0, found = 0;
    for (uint32_t at = 0; at < entries; at += 64) {
        uint64_t any = 0, high = 0;
        for (uint32_t j = 0; j < 64; j += LANES) {
            __m256i v = load(window + at + j);
            any |= at_least(v, one) << j;
            high |= at_least(v, least) << j;
        }
        if (!any)
            continue;
        found += (uint32_t)_mm_popcnt_u64(any);
        for (; high; high = _blsr_u64(high)) {
            uint32_t i = at + (uint32_t)_tzcnt_u64(high);
            offsets[count] = (uint16_t)i;
            sums[count++] = window[i];
        }
        for (uint32_t j = 0; j < 64; j += LANES)
            store(window + at + j, zero);
    }
    *matches = found;
    return count;
}

/* Unsigned numbers as signed ones of the same order. */
AVX2 static inline __m256i ordered(__m256i v)
{
    return _mm256_xor_si256(v, _mm256_set1_epi32(INT32_MIN));
}

/* Every document of the shorter list is compared with the last ones of the longer one's sixteens,
 * then with the sixteen that could hold it: no branch, so that nothing is guessed wrong and the
 * documents do not wait for each other. */
AVX2 static uint32_t probe(const uint32_t *few, uint32_t few_count, const uint32_t *many,
                           uint32_t many_count, uint16_t *at_few, uint16_t *at_many)
{
    uint32_t ends[16], shared = 0, last_group = many_count ? (many_count - 1) / 16 : 0;
    for (uint32_t i = 0; i < 16; i++)
        ends[i] = i < many_count / 16 ? many[16 * i + 15] : UINT32_MAX;
    const __m256i low = ordered(load(ends)), high = ordered(load(ends + LANES));
    for (uint32_t i = 0; i < few_count && many_count; i++) {
        __m256i wanted = _mm256_set1_epi32((int)few[i]), key = ordered(wanted);
        __m256i below = _mm256_packs_epi32(_mm256_cmpgt_epi32(key, low), /* in whatever order */
                                           _mm256_cmpgt_epi32(key, high));
        uint32_t group = (uint32_t)_mm_popcnt_u32((uint32_t)_mm256_movemask_epi8(below)) / 2;
        group = group < last_group ? group : last_group;
        __m256i same =
            _mm256_packs_epi32(_mm256_cmpeq_epi32(load(many + 16 * group), wanted),
                               _mm256_cmpeq_epi32(load(many + 16 * group + LANES), wanted));
        same = _mm256_permute4x64_epi64(same, 0xd8);
        uint32_t bits = (uint32_t)_mm256_movemask_epi8(same);
        uint32_t at = 16 * group + _tzcnt_u32(bits) / 2;
        at_few[shared] = (uint16_t)i;
        at_many[shared] = (uint16_t)at;
        shared += bits != 0 && at < many_count;
    }
    return shared;
}

AVX2 static uint32_t intersect(const uint32_t *a, uint32_t a_count, const uint32_t *b,
                               uint32_t b_count, uint16_t *at_a, uint16_t *at_b)
{
    if (a_count <= b_count)
        return probe(a, a_count, b, b_count, at_a, at_b);
    return probe(b, b_count, a, a_count, at_b, at_a);
}

typedef enum counted { ALONE, AND } counted;

/* b is used for AND. */
AVX2 static inline uint64_t count_word(const uint64_t *a, const uint64_t *b, size_t i, counted what)
{
    return (uint64_t)_mm_popcnt_u64(what == AND ? a[i] & b[i] : a[i]);
}

/* One popcnt a word; two sums, as an addition a word would be the slower part. */
AVX2 static inline uint64_t count_bits(const uint64_t *a, const uint64_t *b, size_t count,
                                       counted what)
{
    uint64_t even = 0, odd = 0;
    size_t i = 0;
    for (; i + 4 <= count; i += 4) {
        even += count_word(a, b, i, what) + count_word(a, b, i + 2, what);
        odd += count_word(a, b, i + 1, what) + count_word(a, b, i + 3, what);
    }
    for (; i < count; i++)
        even += count_word(a, b, i, what);
    return even + odd;
}

AVX2 static uint64_t popcount(const uint64_t *words, size_t count)
{
    return count_bits(words, NULL, count, ALONE);
}

AVX2 static uint64_t popcount_and(const uint64_t *a, const uint64_t *b, size_t count)
{
    return count_bits(a, b, count, AND);
}

const ld_kernels *ld_kernels_avx2_get(void)
{
    static const ld_kernels kernels = {
        .name = "avx2",
        .unpack = unpack,
        .docs = docs_of,
        .bits_to_docs = bits_to_docs,
        .lower_bound = ld_scalar_lower_bound,
        .contribute = ld_avx2_contribute,
        .contribute_t = ld_avx2_contribute_t,
        .accumulate = ld_scalar_accumulate,
        .set_bits = ld_scalar_set_bits,
        .collect = collect,
        .filter = ld_scalar_filter,
        .intersect = intersect,
        .popcount = popcount,
        .popcount_and = popcount_and,
    };
    return ld_cpu_supports(LD_CPU_AVX2) ? &kernels : NULL;
}
#else
const ld_kernels *ld_kernels_avx2_get(void)
{
    return NULL;
}
#endif
