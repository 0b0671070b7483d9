#ifndef LD_CODEC_BITPACK_H
#define LD_CODEC_BITPACK_H
/* Numbers of a common width, side by side without gaps. The format stands in bitpack.c. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LD_BITPACK_WIDTH_MAX 32u

/* Bytes of `count` values of `width` bits (0 to 32); SIZE_MAX where that does not fit. */
size_t ld_bitpack_bytes(size_t count, uint32_t width);

/* The narrowest width that holds every value; 0 where all are 0. */
uint32_t ld_bitpack_width(const uint32_t *values, size_t count);

/* Writes exactly ld_bitpack_bytes(count, width) bytes. Bits above the width are dropped. */
void ld_bitpack_encode(const uint32_t *values, size_t count, uint32_t width, uint8_t *out);

/* Reads nothing outside of [data, data + bytes). False, and no value is written, where the width
 * is over 32 or the bytes are too few. */
bool ld_bitpack_decode(const uint8_t *data, size_t bytes, size_t count, uint32_t width,
                       uint32_t *values);

/* The same by plain C, for every level: the definition. */
bool ld_bitpack_decode_scalar(const uint8_t *data, size_t bytes, size_t count, uint32_t width,
                              uint32_t *values);

/* The value at `position` alone; 0 where it lies outside of the bytes or the width is over 32. */
uint32_t ld_bitpack_get(const uint8_t *data, size_t bytes, size_t position, uint32_t width);

#endif
