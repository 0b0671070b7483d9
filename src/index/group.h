#ifndef LD_INDEX_GROUP_H
#define LD_INDEX_GROUP_H
/*
 * A group: up to 256 small numbers as bytes. Everything in the inverted parts (document gaps,
 * frequencies, class codes, position gaps, form ordinals) is groups; the layout stands in group.c.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LD_GROUP_VALUES_MAX 256u
#define LD_GROUP_WIDTH_MAX  31u /* bits; values are below 2^31 */
#define LD_GROUP_BYTES_MAX  (3u + LD_GROUP_VALUES_MAX * 4u)
#define LD_GROUP_MARK_SHIFT 6u  /* of the marks in the first byte */
#define LD_GROUP_ESCAPE     63u /* its other bits, as no group has them: another layout follows */

/* Writes 1 <= count <= LD_GROUP_VALUES_MAX values and two bits of the caller's own (`marks`, 0 to
 * 3). The bytes written, at most LD_GROUP_BYTES_MAX. */
size_t ld_group_encode(const uint32_t *values, uint32_t count, uint32_t marks, uint8_t *out);

/* Reads `count` values; the group's length in bytes, 0 where the bytes are damaged or too few.
 * `values` has room for LD_GROUP_ROOM(count): what is behind the last value may be overwritten. */
#define LD_GROUP_ROOM(count) (((count) + 15u) / 16u * 16u)
size_t ld_group_decode(const uint8_t *data, size_t bytes, uint32_t count, uint32_t *values,
                       uint32_t *marks /* may be NULL */);

/* Of a group of `count` values those at the places at[0 .. wanted), into values; quick for a few.
 * False where the bytes are damaged or too few, or a place is none. */
bool ld_group_pick(const uint8_t *data, size_t bytes, uint32_t count, const uint16_t *at,
                   uint32_t wanted, uint32_t *values);

/* The length of a group of `count` values without decoding it; 0 where damaged or too short. */
size_t ld_group_skip(const uint8_t *data, size_t bytes, uint32_t count,
                     uint32_t *marks /* may be NULL */);

#endif
