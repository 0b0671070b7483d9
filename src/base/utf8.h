#ifndef LD_BASE_UTF8_H
#define LD_BASE_UTF8_H
/*
 * UTF-8 as Unicode 15, section 3.9 (table 3-7) defines it: no surrogates, nothing above U+10FFFF,
 * no overlong forms. A wrong sequence is one U+FFFD per maximal subpart, as the Encoding Standard
 * has it, and decoding always moves forward.
 */
#include "base/arena.h"

#define LD_UTF8_REPLACEMENT 0xFFFDu

/* One code point of `bytes` > 0 bytes at p; *used becomes 1..4, never more than bytes. */
uint32_t ld_utf8_decode(const char *p, size_t bytes, size_t *used);

/* The code point at s[*at], which must be < s.bytes; moves *at behind it. */
static inline uint32_t ld_utf8_next(ld_span s, size_t *at)
{
    uint8_t byte = (uint8_t)s.data[*at];
    if (byte < 0x80) {
        *at += 1;
        return byte;
    }
    size_t used;
    uint32_t c = ld_utf8_decode(s.data + *at, s.bytes - *at, &used);
    *at += used;
    return c;
}

/* Whether `bytes` > 0 bytes at p begin with a well-formed sequence; *used: its length, or that of
 * the maximal subpart to replace. */
static inline bool ld_utf8_is_sequence(const char *p, size_t bytes, size_t *used)
{
    uint32_t c = ld_utf8_decode(p, bytes, used);
    /* U+FFFD itself is valid where it was written as EF BF BD */
    return c != LD_UTF8_REPLACEMENT || (*used == 3 && (uint8_t)p[0] == 0xEF);
}
/* Writes 1 to 4 bytes and says how many; what is no scalar value is written as U+FFFD. */
size_t ld_utf8_encode(uint32_t code_point, char out[4]);
/* The length of the longest valid start of s. */
size_t ld_utf8_valid_bytes(ld_span s);
static inline bool ld_utf8_valid(ld_span s)
{
    return ld_utf8_valid_bytes(s) == s.bytes;
}
/* The largest length <= bytes_max that does not cut a sequence of valid s in two. */
size_t ld_utf8_cut(ld_span s, size_t bytes_max);
/* s with every wrong sequence replaced by U+FFFD: s itself where it is valid, else a copy of at
 * most 3 * s.bytes in the arena. data is NULL (and bytes is not 0) when the arena refused. */
ld_span ld_utf8_scrub(ld_arena *arena, ld_span s);

#endif
