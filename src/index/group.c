/*
 * How do a few numbers become few bytes, when most are small and some are not?
 *
 *   group     := head [exceptions] low* [index* high*]
 *   head      := byte   bits 0-4 width w of the low parts (0 to 31), bit 5 exceptions follow,
 *                       bits 6-7 marks that belong to the caller
 *   exceptions:= byte e (1 to 255), byte h (1 to 31 - w)
 *   low*      := count values of w bits, bit-packed (codec/bitpack.h)
 *   index*    := e bytes, ascending: which values have a high part
 *   high*     := e values of h bits, bit-packed: value = low | high << w
 *
 * The width is the one that gives the fewest bytes; between equal ones the one with the fewest
 * exceptions. A group of one width costs one byte over its packed values, so that lists of one or
 * two documents need no second codec. A width of 31 leaves no bit to exceptions: that head is free
 * for other layouts (LD_GROUP_ESCAPE; postings_format.h has one).
 *
 * This is PFOR (Zukowski, Heman, Nes, Boncz: Super-Scalar RAM-CPU Cache Compression, ICDE 2006)
 * with the patch list behind the values, as in FastPFOR (Lemire, Boytsov: Decoding billions of
 * integers per second through vectorization, Software: Practice and Experience 45, 2015).
 * Rejected: one width without exceptions (a block of 256 gaps pays its largest gap 256 times), and
 * variable bytes for short groups (a second path, for about one byte a list).
 */
#include "index/group.h"

#include <string.h>

#include "codec/bitpack.h"
#include "codec/kernels.h"

#define HEAD_WIDTH_MASK 31u
#define HEAD_EXCEPTIONS 32u

static uint32_t bits_of(uint32_t value)
{
    return 63u - (uint32_t)__builtin_clzll(2ull * value + 1); /* 0 of 0, without a branch */
}

static uint32_t packed_bytes(uint32_t count, uint32_t width)
{
    return (count * width + 7) / 8;
}

/* How many values need how many bits. In long groups four tables take turns, because neighbours are
 * often of one width and an increment waits for the one before it in the same place. */
static void widths_count(const uint32_t *values, uint32_t count, uint32_t with_width[33])
{
    uint32_t i = 0;
    memset(with_width, 0, 33 * sizeof *with_width);
    if (count >= 64) {
        uint32_t tables[3][33] = {{0}};
        for (; i + 4 <= count; i += 4) {
            with_width[bits_of(values[i])]++;
            for (uint32_t lane = 0; lane < 3; lane++)
                tables[lane][bits_of(values[i + 1 + lane])]++;
        }
        for (uint32_t width = 0; width < 33; width++)
            with_width[width] += tables[0][width] + tables[1][width] + tables[2][width];
    }
    for (; i < count; i++)
        with_width[bits_of(values[i])]++;
}

/* The width of the low parts that gives the fewest bytes, and how many values exceed it. */
static uint32_t best_width(const uint32_t *values, uint32_t count, uint32_t *largest,
                           uint32_t *exceptions)
{
    uint32_t with_width[33];
    widths_count(values, count, with_width);
    uint32_t top = 32;
    while (top > 0 && with_width[top] == 0)
        top--;
    uint32_t best = top, above = 0, best_bytes = packed_bytes(count, top);
    *exceptions = 0;
    for (uint32_t width = top; width-- > 0;) {
        above += with_width[width + 1];
        if (above > 255 || 2 + above >= best_bytes)
            break; /* exceptions alone take more; narrower has more of them */
        uint32_t bytes = 2 + packed_bytes(count, width) + above + packed_bytes(above, top - width);
        if (bytes < best_bytes) {
            best_bytes = bytes;
            best = width;
            *exceptions = above;
        }
    }
    *largest = top;
    return best;
}

/* Which values pass the width, and what of them does. */
static uint8_t *exceptions_put(const uint32_t *values, uint32_t count, uint32_t width,
                               uint32_t high_width, uint8_t *at)
{
    uint8_t index[LD_GROUP_VALUES_MAX];
    uint32_t high[LD_GROUP_VALUES_MAX], n = 0;
    for (uint32_t i = 0; i < count; i++) { /* the next one overwrites what is no exception */
        index[n] = (uint8_t)i;
        high[n] = values[i] >> width;
        n += high[n] != 0;
    }
    memcpy(at, index, n);
    ld_bitpack_encode(high, n, high_width, at + n);
    return at + n + packed_bytes(n, high_width);
}

size_t ld_group_encode(const uint32_t *values, uint32_t count, uint32_t marks, uint8_t *out)
{
    uint32_t top, exceptions;
    uint32_t width = best_width(values, count, &top, &exceptions);
    uint8_t *at = out;
    *at++ = (uint8_t)(width | (exceptions ? HEAD_EXCEPTIONS : 0) | marks << LD_GROUP_MARK_SHIFT);
    if (exceptions) {
        *at++ = (uint8_t)exceptions;
        *at++ = (uint8_t)(top - width);
    }
    ld_bitpack_encode(values, count, width, at);
    at += packed_bytes(count, width);
    if (exceptions)
        at = exceptions_put(values, count, width, top - width, at);
    return (size_t)(at - out);
}

/* Where the pieces of a group stand; false where they do not fit the bytes. */
typedef struct layout {
    uint32_t width, exceptions, high_width;
    size_t low_at, index_at, high_at, end;
} layout;

static int layout_of(const uint8_t *data, size_t bytes, uint32_t count, layout *l)
{
    if (bytes < 1)
        return 0;
    l->width = data[0] & HEAD_WIDTH_MASK;
    l->exceptions = l->high_width = 0;
    l->low_at = 1;
    if (data[0] & HEAD_EXCEPTIONS) {
        if (bytes < 3)
            return 0;
        l->exceptions = data[1];
        l->high_width = data[2];
        l->low_at = 3;
        if (l->exceptions == 0 || l->exceptions > count || l->high_width == 0 ||
            l->width + l->high_width > LD_GROUP_WIDTH_MAX)
            return 0;
    }
    l->index_at = l->low_at + packed_bytes(count, l->width);
    l->high_at = l->index_at + l->exceptions;
    l->end = l->high_at + packed_bytes(l->exceptions, l->high_width);
    return l->end <= bytes;
}

size_t ld_group_decode(const uint8_t *data, size_t bytes, uint32_t count, uint32_t *values,
                       uint32_t *marks)
{
    layout l;
    const ld_kernels *kernels = ld_kernels_get();
    if (!layout_of(data, bytes, count, &l) ||
        !kernels->unpack(data + l.low_at, bytes - l.low_at, count, l.width, values))
        return 0;
    if (l.exceptions) {
        uint32_t high[LD_GROUP_VALUES_MAX];
        if (!kernels->unpack(data + l.high_at, bytes - l.high_at, l.exceptions, l.high_width, high))
            return 0;
        const uint8_t *index = data + l.index_at;
        for (uint32_t i = 0; i < l.exceptions; i++) {
            if (index[i] >= count || (i > 0 && index[i] <= index[i - 1]))
                return 0;
            values[index[i]] |= high[i] << l.width;
        }
    }
    if (marks)
        *marks = data[0] >> LD_GROUP_MARK_SHIFT;
    return l.end;
}

bool ld_group_pick(const uint8_t *data, size_t bytes, uint32_t count, const uint16_t *at,
                   uint32_t wanted, uint32_t *values)
{
    layout l;
    if (!layout_of(data, bytes, count, &l))
        return false;
    const uint8_t *low = data + l.low_at, *index = data + l.index_at, *high = data + l.high_at;
    for (uint32_t i = 0; i < wanted; i++) {
        if (at[i] >= count)
            return false;
        values[i] = ld_bitpack_get(low, bytes - l.low_at, at[i], l.width);
        const uint8_t *passed = l.exceptions ? memchr(index, at[i], l.exceptions) : NULL;
        if (passed)
            values[i] |=
                ld_bitpack_get(high, bytes - l.high_at, (size_t)(passed - index), l.high_width)
                << l.width;
    }
    return true;
}

size_t ld_group_skip(const uint8_t *data, size_t bytes, uint32_t count, uint32_t *marks)
{
    layout l;
    if (!layout_of(data, bytes, count, &l))
        return 0;
    if (marks)
        *marks = data[0] >> LD_GROUP_MARK_SHIFT;
    return l.end;
}
