/*
 * Bit packing, the definition.
 *
 *   value 0     value 1     value 2          width 3, values 5 1 6 2 7 ...
 *   |-------|   |-------|   |-------|
 *   bits 0-2    bits 3-5    bits 6-8         bytes 0x8d 0x75 ...: bit i of the stream is bit i % 8
 *                                            of byte i / 8, the lowest bit first
 *
 * Value k takes bits [k * width, (k + 1) * width). After the last value the byte is filled with 0
 * bits. A width of 0 takes no bytes at all: every value is 0.
 *
 * Cost: a value starts at most 7 bits into a byte, so with its 32 bits it always lies within one
 * unaligned 64-bit load; one load, shift and mask a value, no branch. The last values, whose load
 * would pass the end, are read from a padded copy, so that decoding never touches a foreign byte
 * (it is pointed at mapped files). Eight values of one width fill whole bytes, so vectors can take
 * this layout as it is (codec/kernels.h, unpack); lanes transposed for SIMD would save them a
 * shuffle and cost every count that is not a whole block. Compare Lemire and Boytsov, "Decoding
 * billions of integers per second through vectorization", Software: Practice and Experience 45(1),
 * 2015.
 */
#include "codec/bitpack.h"

#include <string.h>

#include "codec/kernels.h"

static uint64_t mask_of(uint32_t width)
{
    return (UINT64_C(1) << width) - 1;
}

size_t ld_bitpack_bytes(size_t count, uint32_t width)
{
    size_t whole, bytes;
    if (__builtin_mul_overflow(count / 8, (size_t)width, &whole) ||
        __builtin_add_overflow(whole, (count % 8 * width + 7) / 8, &bytes))
        return SIZE_MAX;
    return bytes;
}

uint32_t ld_bitpack_width(const uint32_t *values, size_t count)
{
    uint32_t all = 0;
    for (size_t i = 0; i < count; i++)
        all |= values[i];
    return all ? 32 - (uint32_t)__builtin_clz(all) : 0;
}

/* Bits on their way out: fewer than 8 stay from one call to the next. */
typedef struct bit_sink {
    uint8_t *out;
    uint64_t pending;
    uint32_t pending_bits;
} bit_sink;

/* Takes up to 57 bits. Writes eight bytes, of which those behind the last whole one are written
 * again by the next call. */
static inline void sink_put(bit_sink *s, uint64_t value, uint32_t bits)
{
    s->pending |= value << s->pending_bits;
    memcpy(s->out, &s->pending, sizeof s->pending);
    s->pending_bits += bits;
    s->out += s->pending_bits / 8;
    s->pending >>= s->pending_bits & ~7u;
    s->pending_bits &= 7;
}

/* As many values at once as 57 bits hold, while eight bytes may be written; how many were taken. */
static inline size_t encode_some(bit_sink *s, const uint8_t *end, const uint32_t *values,
                                 size_t count, uint32_t width, uint32_t at_once)
{
    uint64_t mask = mask_of(width);
    size_t i = 0;
    for (; i + at_once <= count && end - s->out >= 8; i += at_once) {
        uint64_t joined = values[i] & mask;
        for (uint32_t k = 1; k < at_once; k++)
            joined |= (values[i + k] & mask) << k * width;
        sink_put(s, joined, at_once * width);
    }
    return i;
}

void ld_bitpack_encode(const uint32_t *values, size_t count, uint32_t width, uint8_t *out)
{
    const uint8_t *end = out + ld_bitpack_bytes(count, width);
    uint64_t mask = mask_of(width);
    bit_sink s = {out, 0, 0};
    size_t i;
    if (width == 0)
        return;
    if (width <= 7)
        i = encode_some(&s, end, values, count, width, 8);
    else if (width <= 14)
        i = encode_some(&s, end, values, count, width, 4);
    else if (width <= 28)
        i = encode_some(&s, end, values, count, width, 2);
    else
        i = encode_some(&s, end, values, count, width, 1);
    for (; i < count; i++) { /* the last ones, byte by byte */
        s.pending |= (values[i] & mask) << s.pending_bits;
        for (s.pending_bits += width; s.pending_bits >= 8; s.pending_bits -= 8) {
            *s.out++ = (uint8_t)s.pending;
            s.pending >>= 8;
        }
    }
    if (s.pending_bits > 0)
        *s.out = (uint8_t)s.pending;
}

static uint32_t load_value(const uint8_t *data, size_t bit, uint64_t mask)
{
    uint64_t word;
    memcpy(&word, data + bit / 8, sizeof word);
    return (uint32_t)((word >> (bit % 8)) & mask);
}

/* The same where fewer than eight bytes are left from the value's first byte on. */
static uint32_t load_last_value(const uint8_t *data, size_t bytes, size_t bit, uint64_t mask)
{
    uint64_t word = 0;
    memcpy(&word, data + bit / 8, bytes - bit / 8);
    return (uint32_t)((word >> (bit % 8)) & mask);
}

bool ld_bitpack_decode_scalar(const uint8_t *data, size_t bytes, size_t count, uint32_t width,
                              uint32_t *values)
{
    if (width > LD_BITPACK_WIDTH_MAX || count > SIZE_MAX / 64 ||
        ld_bitpack_bytes(count, width) > bytes)
        return false;
    if (width == 0) {
        memset(values, 0, count * sizeof *values);
        return true;
    }
    /* Values whose eight bytes lie inside: bit / 8 + 8 <= bytes. */
    size_t wide = bytes < 8 ? 0 : ((bytes - 8) * 8 + 7) / width + 1;
    if (wide > count)
        wide = count;
    uint64_t mask = mask_of(width);
    size_t bit = 0, i = 0;
    for (; i < wide; i++, bit += width)
        values[i] = load_value(data, bit, mask);
    for (; i < count; i++, bit += width)
        values[i] = load_last_value(data, bytes, bit, mask);
    return true;
}

/* A kernel may write whole vectors, so the values behind the last sixteen are left to the scalar
 * loop. Blocks of 256 values begin at whole bytes. */
bool ld_bitpack_decode(const uint8_t *data, size_t bytes, size_t count, uint32_t width,
                       uint32_t *values)
{
    if (width > LD_BITPACK_WIDTH_MAX || count > SIZE_MAX / 64 ||
        ld_bitpack_bytes(count, width) > bytes)
        return false;
    const ld_kernels *kernels = ld_kernels_get();
    while (count >= 16) {
        size_t some = count < LD_KERNEL_BLOCK ? count / 16 * 16 : LD_KERNEL_BLOCK;
        size_t taken = ld_bitpack_bytes(some, width);
        if (!kernels->unpack(data, bytes, (uint32_t)some, width, values))
            return false;
        count -= some;
        values += some;
        data += taken;
        bytes -= taken;
    }
    return ld_bitpack_decode_scalar(data, bytes, count, width, values);
}

uint32_t ld_bitpack_get(const uint8_t *data, size_t bytes, size_t position, uint32_t width)
{
    if (width == 0 || width > LD_BITPACK_WIDTH_MAX || position >= SIZE_MAX / 64 ||
        ld_bitpack_bytes(position + 1, width) > bytes)
        return 0;
    size_t bit = position * width;
    if (bytes - bit / 8 >= 8)
        return load_value(data, bit, mask_of(width));
    return load_last_value(data, bytes, bit, mask_of(width));
}
