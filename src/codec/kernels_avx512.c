/*
 * The kernels of codec/kernels.h in AVX-512 as Ice Lake and Zen 4 have it.
 *
 * Three habits of this file:
 *   - the last, shorter vector is loaded under a mask: lanes outside of it are not read, whatever
 *     memory lies there;
 *   - vpcompress goes to a register and is stored whole, over room that the contract grants: its
 *     form with a memory target takes over a hundred cycles on Zen 4 (uops.info);
 *   - no scatter and no gather: both take their elements one by one, as the scalar loop does
 *     (measured on Zen 5: 0.8 of its speed). So accumulate and set_bits are the scalar functions.
 *     The contributions are the AVX2 variant's: looking up the lengths is most of the work, and
 *     with sixteen look-ups at once the registers run out (1.2 times the time).
 *
 * Every function names its instructions itself, so the file needs no flags of its own and nothing
 * of it can leak into a machine without them.
 */
#include "codec/kernels_shared.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#include "base/cpu.h"
#include "codec/bitpack.h"

#define LEVEL                                                                                      \
    "avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512cd,avx512dq,avx512vl,avx512vbmi,"           \
    "avx512vbmi2,avx512vpopcntdq"
#define AVX512              __attribute__((target(LEVEL)))
#define AVX512_VP2INTERSECT __attribute__((target(LEVEL ",avx512vp2intersect")))
#define LANES               16u

AVX512 static inline __m512i lane_numbers(void)
{
    return _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
}

/* The lanes of a vector of which `left` are in use. */
AVX512 static inline __mmask16 lanes_of(uint32_t left)
{
    return (__mmask16)_bzhi_u32(0xffff, left < LANES ? left : LANES);
}

/* The next lanes, zeros after the last. The branch is guessed right but once a list, and saves the
 * making of a mask. */
AVX512 static inline __m512i load_lanes(const uint32_t *from, uint32_t left)
{
    if (left >= LANES)
        return _mm512_loadu_si512(from);
    return _mm512_maskz_loadu_epi32(lanes_of(left), from);
}

/* In every lane the bytes n, n + 1, n + 2, n + 3 of its number n (< 256). */
AVX512 static inline __m512i four_bytes_from(__m512i numbers)
{
    __m512i lowest =
        _mm512_broadcast_i32x4(_mm_setr_epi8(0, 0, 0, 0, 4, 4, 4, 4, 8, 8, 8, 8, 12, 12, 12, 12));
    return _mm512_add_epi8(_mm512_shuffle_epi8(numbers, lowest), _mm512_set1_epi32(0x03020100));
}

/*
 * Sixteen values of a width fill 2 * width whole bytes, so every group of sixteen looks the same:
 * vpermb brings the four bytes around each value into its lane, a shift by its own count and a mask
 * leave the value. From 26 bits on a value may touch a fifth byte: then the next four are brought
 * too, and vpshrdv shifts across both. Bytes of a lane beyond the group are above the value's bits.
 */
typedef struct unpacker {
    __m512i index; /* bytes of the group */
    __m512i shift; /* 0 to 7 */
    __m512i mask;
} unpacker;

AVX512 static inline unpacker unpacker_of(uint32_t width)
{
    unpacker u;
    __m512i bit = _mm512_madd_epi16(lane_numbers(), _mm512_set1_epi32((int)width));
    u.index = four_bytes_from(_mm512_srli_epi32(bit, 3));
    u.shift = _mm512_and_si512(bit, _mm512_set1_epi32(7));
    u.mask = _mm512_set1_epi32((int)_bzhi_u32(UINT32_MAX, width));
    return u;
}

AVX512 static inline __m512i unpack_narrow(const unpacker *u, __m512i group)
{
    __m512i around = _mm512_permutexvar_epi8(u->index, group);
    return _mm512_and_si512(_mm512_srlv_epi32(around, u->shift), u->mask);
}

AVX512 static inline __m512i unpack_wide(const unpacker *u, __m512i group)
{
    __m512i low = _mm512_permutexvar_epi8(u->index, group);
    __m512i high = _mm512_permutexvar_epi8(_mm512_add_epi8(u->index, _mm512_set1_epi8(4)), group);
    return _mm512_and_si512(_mm512_shrdv_epi32(low, high, u->shift), u->mask);
}

AVX512 static bool unpack(const uint8_t *data, size_t bytes, uint32_t count, uint32_t width,
                          uint32_t *values)
{
    if (count > LD_KERNEL_BLOCK || width > LD_BITPACK_WIDTH_MAX ||
        ld_bitpack_bytes(count, width) > bytes)
        return false;
    unpacker u = unpacker_of(width);
    __mmask64 all = _bzhi_u64(UINT64_MAX, 2 * width);
    uint32_t i = 0;
    if (width <= 25) {
        for (; i + LANES <= count; i += LANES, data += 2 * width)
            _mm512_storeu_si512(values + i, unpack_narrow(&u, _mm512_maskz_loadu_epi8(all, data)));
    } else {
        for (; i + LANES <= count; i += LANES, data += 2 * width)
            _mm512_storeu_si512(values + i, unpack_wide(&u, _mm512_maskz_loadu_epi8(all, data)));
    }
    if (i < count) {
        __mmask64 some = _bzhi_u64(UINT64_MAX, ((count - i) * width + 7) / 8);
        _mm512_storeu_si512(values + i, unpack_wide(&u, _mm512_maskz_loadu_epi8(some, data)));
    }
    return true;
}

AVX512 static uint64_t docs_of(uint32_t *values, uint32_t count, uint32_t next)
{
    const __m512i zero = _mm512_setzero_si512(), last = _mm512_set1_epi32(LANES - 1);
    const __m512i low = _mm512_set1_epi64(UINT32_MAX);
    __m512i before = _mm512_add_epi32(_mm512_set1_epi32((int)next), lane_numbers());
    __m512i even = zero, odd = zero; /* sums of every other gap, in 64 bits */
    for (uint32_t i = 0; i < count; i += LANES) {
        __m512i v = load_lanes(values + i, count - i);
        even = _mm512_add_epi64(even, _mm512_and_si512(v, low));
        odd = _mm512_add_epi64(odd, _mm512_srli_epi64(v, 32));
        v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 15));
        v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 14));
        v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 12));
        v = _mm512_add_epi32(v, _mm512_alignr_epi32(v, zero, 8));
        _mm512_storeu_si512(values + i, _mm512_add_epi32(v, before));
        __m512i sum = _mm512_permutexvar_epi32(last, v);
        before = _mm512_add_epi32(before, _mm512_add_epi32(sum, _mm512_set1_epi32(LANES)));
    }
    return (uint64_t)next + count + (uint64_t)_mm512_reduce_add_epi64(_mm512_add_epi64(even, odd));
}

/* One word at a time: its bits choose of the numbers 0 to 63 as bytes; sixteen of the chosen at a
 * time are widened. The first sixteen are written whatever there are: most words have fewer, and a
 * branch on how many would be guessed wrong. */
AVX512 static uint32_t bits_to_docs(const uint8_t *words, uint32_t word_count, uint32_t base,
                                    uint32_t *docs)
{
    const __m512i numbers = four_bytes_from(_mm512_slli_epi32(lane_numbers(), 2));
    uint32_t count = 0;
    for (uint32_t i = 0; i < word_count; i++) {
        uint64_t word;
        memcpy(&word, words + i * sizeof word, sizeof word);
        uint32_t set = (uint32_t)_mm_popcnt_u64(word), k = 0;
        __m512i chosen = _mm512_maskz_compress_epi8(word, numbers);
        __m512i first = _mm512_set1_epi32((int)(base + 64 * i));
        for (; count + k < LD_KERNEL_BLOCK; chosen = _mm512_alignr_epi64(chosen, chosen, 2)) {
            __m512i wide = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(chosen));
            _mm512_storeu_si512(docs + count + k, _mm512_add_epi32(wide, first));
            k += LANES;
            if (k >= set)
                break;
        }
        count += set;
    }
    return count;
}

/* All are compared: sixteen vectors that wait for nothing take less time than steps that do. */
AVX512 static uint32_t lower_bound(const uint32_t *docs, uint32_t count, uint32_t target)
{
    const __m512i wanted = _mm512_set1_epi32((int)target);
    uint32_t below = 0, i = 0;
    for (; i + LANES <= count; i += LANES)
        below +=
            (uint32_t)_mm_popcnt_u32(_mm512_cmplt_epu32_mask(_mm512_loadu_si512(docs + i), wanted));
    __mmask16 rest = _mm512_cmplt_epu32_mask(load_lanes(docs + i, count - i), wanted);
    return below + (uint32_t)_mm_popcnt_u32(rest & lanes_of(count - i));
}

/* Sixty-four entries at a time: nothing there, nothing high enough there, or compressed. */
AVX512 static uint32_t collect(uint32_t *window, uint32_t entries, uint32_t threshold,
                               uint16_t *offsets, uint32_t *sums, uint32_t *matches)
{
    const __m512i zero = _mm512_setzero_si512(), least = _mm512_set1_epi32((int)threshold);
    const __m256i numbers = _mm512_cvtepi32_epi16(lane_numbers());
    uint32_t count = 0, found = 0;
    for (uint32_t at = 0; at < entries; at += 4 * LANES) {
        __m512i v[4];
        __mmask16 high[4];
        for (uint32_t j = 0; j < 4; j++)
            v[j] = _mm512_loadu_si512(window + at + j * LANES);
        __m512i all = _mm512_or_si512(_mm512_or_si512(v[0], v[1]), _mm512_or_si512(v[2], v[3]));
        if (!_mm512_test_epi32_mask(all, all))
            continue;
        for (uint32_t j = 0; j < 4; j++) {
            found += (uint32_t)_mm_popcnt_u32(_mm512_test_epi32_mask(v[j], v[j]));
            high[j] = _mm512_cmpge_epu32_mask(v[j], least);
        }
        for (uint32_t j = 0; j < 4; j++)
            _mm512_storeu_si512(window + at + j * LANES, zero);
        if (!(high[0] | high[1] | high[2] | high[3]))
            continue;
        for (uint32_t j = 0; j < 4; j++) {
            __m256i offset = _mm256_add_epi16(numbers, _mm256_set1_epi16((short)(at + j * LANES)));
            _mm256_storeu_si256((__m256i *)(offsets + count),
                                _mm256_maskz_compress_epi16(high[j], offset));
            _mm512_storeu_si512(sums + count, _mm512_maskz_compress_epi32(high[j], v[j]));
            count += (uint32_t)_mm_popcnt_u32(high[j]);
        }
    }
    *matches = found;
    return count;
}

AVX512 static uint32_t filter(uint32_t *docs, uint32_t *sums, uint32_t count, uint32_t more,
                              uint32_t threshold)
{
    const __m512i added = _mm512_set1_epi32((int)more), least = _mm512_set1_epi32((int)threshold);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i += LANES) {
        __m512i doc = load_lanes(docs + i, count - i), sum = load_lanes(sums + i, count - i);
        __mmask16 lanes = _mm512_cmpge_epu32_mask(_mm512_add_epi32(sum, added), least);
        if (count - i < LANES)
            lanes &= lanes_of(count - i);
        _mm512_storeu_si512(docs + kept, _mm512_maskz_compress_epi32(lanes, doc));
        _mm512_storeu_si512(sums + kept, _mm512_maskz_compress_epi32(lanes, sum));
        kept += (uint32_t)_mm_popcnt_u32(lanes);
    }
    return kept;
}

/* The last document of each whole sixteen of a list; above all others where there is none. */
AVX512 static inline __m512i lasts_of(const uint32_t *docs, uint32_t count)
{
    const __m512i at =
        _mm512_add_epi32(_mm512_slli_epi32(lane_numbers(), 4), _mm512_set1_epi32(15));
    return _mm512_mask_i32gather_epi32(_mm512_set1_epi32(-1), lanes_of(count / LANES), at, docs, 4);
}

/* Every document of the shorter list is compared with the last ones of the longer one's sixteens,
 * then with the sixteen that could hold it: no branch, so that nothing is guessed wrong and the
 * documents do not wait for each other. */
AVX512 static uint32_t probe(const uint32_t *few, uint32_t few_count, const uint32_t *many,
                             uint32_t many_count, uint16_t *at_few, uint16_t *at_many)
{
    const __m512i lasts = lasts_of(many, many_count);
    const uint32_t last_group = many_count ? (many_count - 1) / LANES : 0;
    uint32_t shared = 0;
    for (uint32_t i = 0; i < few_count && many_count; i++) {
        __m512i wanted = _mm512_set1_epi32((int)few[i]);
        uint32_t group = (uint32_t)_mm_popcnt_u32(_mm512_cmplt_epu32_mask(lasts, wanted));
        group = group < last_group ? group : last_group;
        __m512i block = _mm512_loadu_si512(many + LANES * group);
        uint32_t at = LANES * group + _tzcnt_u32(_mm512_cmpeq_epi32_mask(block, wanted));
        at_few[shared] = (uint16_t)i;
        at_many[shared] = (uint16_t)at;
        shared += at < many_count && at < LANES * (group + 1);
    }
    return shared;
}

/* Sixteen documents; past the end of the list its last one is repeated: the other list finds
 * nothing new in it. Of the places found here the repeats are the last, so it is enough that one
 * side does not count them. */
AVX512 static inline __m512i load_ascending(const uint32_t *docs, uint32_t at, uint32_t count)
{
    return _mm512_mask_loadu_epi32(_mm512_set1_epi32((int)docs[count - 1]), lanes_of(count - at),
                                   docs + at);
}

AVX512_VP2INTERSECT static uint32_t merge(const uint32_t *a, uint32_t a_count, const uint32_t *b,
                                          uint32_t b_count, uint16_t *at_a, uint16_t *at_b)
{
    const __m256i numbers = _mm512_cvtepi32_epi16(lane_numbers());
    uint32_t i = 0, j = 0, shared = 0;
    while (i < a_count && j < b_count) {
        __mmask16 in_a, in_b;
        _mm512_2intersect_epi32(load_ascending(a, i, a_count), load_ascending(b, j, b_count), &in_a,
                                &in_b);
        in_a &= lanes_of(a_count - i);
        __m256i from_a = _mm256_add_epi16(numbers, _mm256_set1_epi16((short)i));
        __m256i from_b = _mm256_add_epi16(numbers, _mm256_set1_epi16((short)j));
        _mm256_storeu_si256((__m256i *)(at_a + shared), _mm256_maskz_compress_epi16(in_a, from_a));
        _mm256_storeu_si256((__m256i *)(at_b + shared), _mm256_maskz_compress_epi16(in_b, from_b));
        shared += (uint32_t)_mm_popcnt_u32(in_a);
        uint32_t a_last = a[a_count - i < LANES ? a_count - 1 : i + LANES - 1];
        uint32_t b_last = b[b_count - j < LANES ? b_count - 1 : j + LANES - 1];
        i += a_last <= b_last ? LANES : 0;
        j += b_last <= a_last ? LANES : 0;
    }
    return shared;
}

AVX512 static uint32_t intersect(const uint32_t *a, uint32_t a_count, const uint32_t *b,
                                 uint32_t b_count, uint16_t *at_a, uint16_t *at_b)
{
    uint32_t few = a_count < b_count ? a_count : b_count;
    uint32_t many = a_count < b_count ? b_count : a_count;
    if (few * 4 >= many && __builtin_cpu_supports("avx512vp2intersect"))
        return merge(a, a_count, b, b_count, at_a, at_b);
    if (a_count <= b_count)
        return probe(a, a_count, b, b_count, at_a, at_b);
    return probe(b, b_count, a, a_count, at_b, at_a);
}

typedef enum counted { ALONE, AND } counted;

/* b is used for AND. */
AVX512 static inline uint64_t count_bits(const uint64_t *a, const uint64_t *b, size_t count,
                                         counted what)
{
    __m512i bits = _mm512_setzero_si512();
    for (size_t i = 0; i < count; i += 8) {
        __mmask8 words = (__mmask8)_bzhi_u32(0xff, count - i < 8 ? (uint32_t)(count - i) : 8);
        __m512i v = _mm512_maskz_loadu_epi64(words, a + i);
        if (what == AND)
            v = _mm512_and_si512(v, _mm512_maskz_loadu_epi64(words, b + i));
        bits = _mm512_add_epi64(bits, _mm512_popcnt_epi64(v));
    }
    return (uint64_t)_mm512_reduce_add_epi64(bits);
}

AVX512 static uint64_t popcount(const uint64_t *words, size_t count)
{
    return count_bits(words, NULL, count, ALONE);
}

AVX512 static uint64_t popcount_and(const uint64_t *a, const uint64_t *b, size_t count)
{
    return count_bits(a, b, count, AND);
}

const ld_kernels *ld_kernels_avx512_get(void)
{
    static const ld_kernels kernels = {
        .name = "avx512",
        .unpack = unpack,
        .docs = docs_of,
        .bits_to_docs = bits_to_docs,
        .lower_bound = lower_bound,
        .contribute = ld_avx2_contribute,
        .contribute_t = ld_avx2_contribute_t,
        .accumulate = ld_scalar_accumulate,
        .set_bits = ld_scalar_set_bits,
        .collect = collect,
        .filter = filter,
        .intersect = intersect,
        .popcount = popcount,
        .popcount_and = popcount_and,
    };
    return ld_cpu_supports(LD_CPU_AVX512) ? &kernels : NULL;
}
#else
const ld_kernels *ld_kernels_avx512_get(void)
{
    return NULL;
}
#endif
