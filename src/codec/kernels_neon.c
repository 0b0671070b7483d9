/*
 * The kernels of codec/kernels.h in NEON, which every arm64 has: four lanes.
 *
 * The shape is that of the AVX2 variant, without masked loads: rests are scalar or padded copies.
 * There is no movemask; what is chosen is rarely many, so lanes are looked at one by one where a
 * maximum across the vector says that there is something. filter, intersect, accumulate, set_bits,
 * lower_bound and bits_to_docs are the scalar functions. Run under an emulator only
 * (tests/codec/neon.sh): the answers are checked, the speed is not.
 */
#include "codec/kernels_shared.h"

#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#include "codec/bitpack.h"

#define LANES            4u
#define VECTOR_WIDTH_MAX 25u
#define VECTOR_BYTES     16u

static const uint32_t lane_numbers[LANES] = {0, 1, 2, 3};

/*
 * Four values begin at bit 0 of a byte or, every other time where the width is odd, at bit 4; they
 * and what lies before them fit 16 bytes. tbl brings the four bytes around each value into its
 * lane, a shift by its own count and a mask leave the value.
 */
typedef struct unpacker {
    uint8x16_t index;
    int32x4_t shift; /* 0 to -7: to the right */
} unpacker;

static inline unpacker unpacker_of(uint32_t width, uint32_t first_bit)
{
    uint32x4_t bit = vmlaq_n_u32(vdupq_n_u32(first_bit), vld1q_u32(lane_numbers), width);
    uint32x4_t byte = vmulq_n_u32(vshrq_n_u32(bit, 3), 0x01010101);
    unpacker u = {
        .index = vreinterpretq_u8_u32(vaddq_u32(byte, vdupq_n_u32(0x03020100))),
        .shift = vnegq_s32(vreinterpretq_s32_u32(vandq_u32(bit, vdupq_n_u32(7)))),
    };
    return u;
}

static inline void unpack_four(unpacker u, uint32x4_t mask, const uint8_t *data, uint32_t *values)
{
    uint32x4_t around = vreinterpretq_u32_u8(vqtbl1q_u8(vld1q_u8(data), u.index));
    vst1q_u32(values, vandq_u32(vshlq_u32(around, u.shift), mask));
}

static bool unpack(const uint8_t *data, size_t bytes, uint32_t count, uint32_t width,
                   uint32_t *values)
{
    if (width > VECTOR_WIDTH_MAX)
        return ld_scalar_unpack(data, bytes, count, width, values);
    if (count > LD_KERNEL_BLOCK || ld_bitpack_bytes(count, width) > bytes)
        return false;
    unpacker first = unpacker_of(width, 0), second = unpacker_of(width, 4 * width % 8);
    uint32x4_t mask = vdupq_n_u32((1u << width) - 1);
    size_t half = 4 * width / 8, touched = half + VECTOR_BYTES;
    uint32_t i = 0;
    for (; i < count && bytes >= touched; i += 2 * LANES, data += width, bytes -= width) {
        unpack_four(first, mask, data, values + i);
        unpack_four(second, mask, data + half, values + i + LANES);
    }
    if (i < count) {
        uint8_t padded[2 * (4 * VECTOR_WIDTH_MAX / 8 + VECTOR_BYTES)] = {0};
        if (bytes)
            memcpy(padded, data, bytes);
        for (const uint8_t *at = padded; i < count; i += 2 * LANES, at += width) {
            unpack_four(first, mask, at, values + i);
            unpack_four(second, mask, at + half, values + i + LANES);
        }
    }
    return true;
}

static uint64_t docs_of(uint32_t *values, uint32_t count, uint32_t next)
{
    const uint32x4_t zero = vdupq_n_u32(0);
    uint32x4_t before = vaddq_u32(vdupq_n_u32(next), vld1q_u32(lane_numbers));
    uint64x2_t sums = vdupq_n_u64(0);
    uint32_t i = 0;
    for (; i + LANES <= count; i += LANES) {
        uint32x4_t v = vld1q_u32(values + i);
        sums = vpadalq_u32(sums, v);
        v = vaddq_u32(v, vextq_u32(zero, v, 3));
        v = vaddq_u32(v, vextq_u32(zero, v, 2));
        vst1q_u32(values + i, vaddq_u32(v, before));
        before = vaddq_u32(before, vaddq_u32(vdupq_laneq_u32(v, 3), vdupq_n_u32(LANES)));
    }
    uint64_t sum = vaddvq_u64(sums);
    for (; i < count; i++) {
        sum += values[i];
        values[i] = next + i + (uint32_t)sum;
    }
    return (uint64_t)next + count + sum;
}

/* maxnm answers the other operand where one is no number. */
static inline uint32x4_t weigh(float32x4_t t, float32x4_t factor, float32x4_t weight)
{
    float32x4_t exact = vmulq_f32(weight, vdivq_f32(t, vaddq_f32(t, factor)));
    return vcvtnq_u32_f32(vmaxnmq_f32(exact, vdupq_n_f32(1.0f)));
}

/* Of tfs and t one at least is NULL; both are: every t is the unit. */
static inline void contribute_any(const uint32_t *docs, const uint32_t *tfs, const float *t,
                                  uint32_t count, const uint8_t *codes, const float k[256],
                                  float unit, float weight, uint32_t *contributions)
{
    for (uint32_t i = 0; i < count; i += LANES) {
        uint32_t left = count - i < LANES ? count - i : LANES, sums[LANES];
        float factors[LANES] = {1, 1, 1, 1}, v[LANES] = {0};
        for (uint32_t j = 0; j < left; j++) {
            factors[j] = k[codes[docs[i + j]]];
            v[j] = t ? t[i + j] : (tfs ? (float)tfs[i + j] : 1.0f) * unit;
        }
        vst1q_u32(sums, weigh(vld1q_f32(v), vld1q_f32(factors), vdupq_n_f32(weight)));
        memcpy(contributions + i, sums, left * sizeof *sums);
    }
}

static void contribute(const uint32_t *docs, const uint32_t *tfs, uint32_t count,
                       const uint8_t *codes, const float k[256], float unit, float weight,
                       uint32_t *contributions)
{
    contribute_any(docs, tfs, NULL, count, codes, k, unit, weight, contributions);
}

static void contribute_t(const uint32_t *docs, const float *t, uint32_t count, const uint8_t *codes,
                         const float k[256], float weight, uint32_t *contributions)
{
    contribute_any(docs, NULL, t, count, codes, k, 0, weight, contributions);
}

/* Sixteen entries at a time: nothing there, or entry by entry as the scalar function has it. */
static uint32_t collect(uint32_t *window, uint32_t entries, uint32_t threshold, uint16_t *offsets,
                        uint32_t *sums, uint32_t *matches)
{
    uint32_t count = 0, found = 0;
    for (uint32_t at = 0; at < entries; at += 4 * LANES) {
        uint32x4_t a = vld1q_u32(window + at), b = vld1q_u32(window + at + LANES);
        uint32x4_t c = vld1q_u32(window + at + 2 * LANES), d = vld1q_u32(window + at + 3 * LANES);
        uint32_t highest = vmaxvq_u32(vmaxq_u32(vmaxq_u32(a, b), vmaxq_u32(c, d)));
        if (highest == 0)
            continue;
        uint32x4_t nonzero = vaddq_u32(vaddq_u32(vtstq_u32(a, a), vtstq_u32(b, b)),
                                       vaddq_u32(vtstq_u32(c, c), vtstq_u32(d, d)));
        found -= vaddvq_u32(nonzero); /* a lane that holds is -1 */
        for (uint32_t i = at; highest >= threshold && i < at + 4 * LANES; i++) {
            offsets[count] = (uint16_t)i;
            sums[count] = window[i];
            count += window[i] >= threshold;
        }
        for (uint32_t i = 0; i < 4; i++)
            vst1q_u32(window + at + i * LANES, vdupq_n_u32(0));
    }
    *matches = found;
    return count;
}

typedef enum counted { ALONE, AND } counted;

static inline uint64x2_t bits_of(uint64x2_t a, uint64x2_t b, counted what)
{
    uint64x2_t words = what == AND ? vandq_u64(a, b) : a;
    uint8x16_t bytes = vcntq_u8(vreinterpretq_u8_u64(words));
    return vpaddlq_u32(vpaddlq_u16(vpaddlq_u8(bytes)));
}

/* b is used for AND. */
static inline uint64_t count_bits(const uint64_t *a, const uint64_t *b, size_t count, counted what)
{
    const uint64x2_t zero = vdupq_n_u64(0);
    uint64x2_t bits = zero;
    size_t i = 0;
    for (; i + 2 <= count; i += 2)
        bits = vaddq_u64(bits,
                         bits_of(vld1q_u64(a + i), what == ALONE ? zero : vld1q_u64(b + i), what));
    if (i < count)
        bits = vaddq_u64(bits, bits_of(vsetq_lane_u64(a[i], zero, 0),
                                       vsetq_lane_u64(what == ALONE ? 0 : b[i], zero, 0), what));
    return vaddvq_u64(bits);
}

static uint64_t popcount(const uint64_t *words, size_t count)
{
    return count_bits(words, NULL, count, ALONE);
}

static uint64_t popcount_and(const uint64_t *a, const uint64_t *b, size_t count)
{
    return count_bits(a, b, count, AND);
}

const ld_kernels *ld_kernels_neon_get(void)
{
    static const ld_kernels kernels = {
        .name = "neon",
        .unpack = unpack,
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
#else
const ld_kernels *ld_kernels_neon_get(void)
{
    return NULL;
}
#endif
