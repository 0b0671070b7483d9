#ifndef LD_CODEC_VARINT_H
#define LD_CODEC_VARINT_H
/*
 * Numbers of one to ten bytes: unsigned LEB128 (DWARF 5, section 7.6), seven bits a byte, lowest
 * first, the high bit set on all but the last. Signed numbers go through zigzag (0, -1, 1, -2 ...
 * are 0, 1, 2, 3 ...), so that small ones of either sign stay short. Into a buffer:
 * ld_buf_add_varint.
 */
#include "base/buf.h"

/* Reads the number at *at and moves *at past it. False, and *at stays, where it does not end before
 * `end` or does not fit 64 bits. */
static inline bool ld_varint_decode(const uint8_t **at, const uint8_t *end, uint64_t *value)
{
    if (*at < end && **at < 0x80) {
        *value = *(*at)++;
        return true;
    }
    size_t bytes = ld_load_varint(*at, (size_t)(end - *at), value);
    *at += bytes;
    return bytes > 0;
}

/* The same for numbers of up to 32 bits; a larger one is refused. */
static inline bool ld_varint_decode_u32(const uint8_t **at, const uint8_t *end, uint32_t *value)
{
    const uint8_t *next = *at;
    uint64_t wide;
    if (!ld_varint_decode(&next, end, &wide) || wide > UINT32_MAX)
        return false;
    *value = (uint32_t)wide;
    *at = next;
    return true;
}

/* Bytes that ld_buf_add_varint writes for the value: 1 to 10. */
static inline uint32_t ld_varint_bytes(uint64_t value)
{
    return (70u - (uint32_t)__builtin_clzll(value | 1)) / 7u;
}

/* Writes them to where there is room for LD_VARINT_BYTES_MAX; how many. */
static inline size_t ld_varint_encode(uint8_t *out, uint64_t value)
{
    size_t bytes = 0;
    for (; value >= 0x80; value >>= 7)
        out[bytes++] = (uint8_t)(value | 0x80);
    out[bytes++] = (uint8_t)value;
    return bytes;
}

static inline uint64_t ld_zigzag_encode(int64_t value)
{
    return ((uint64_t)value << 1) ^ (value < 0 ? UINT64_MAX : 0);
}

static inline int64_t ld_zigzag_decode(uint64_t code)
{
    return (int64_t)((code >> 1) ^ (0 - (code & 1)));
}

#endif
