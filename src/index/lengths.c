/*
 * How long is a document, in one byte? (lengths_format.h)
 *
 * Encoding rounds down, so decode(encode(n)) <= n; both directions are monotone and
 * encode(decode(c)) == c for every code. The error is below one eighth. Code 255 stands for more
 * than any document can hold (LD_POSITIONS_MAX is 2^20, code 183), so the clamp cannot bite.
 *
 * Source of the idea: Lucene's SmallFloat.intToByte4 (exact for small numbers, then four
 * significant bits, monotone); the split at 40 is chosen so that headlines and wire flashes score
 * exactly. One byte a document costs less than inline lengths (a second byte on every posting).
 */
#include "index/bounds.h"
#include "index/lengths_format.h"
#include "index/postings.h"

uint8_t ld_length_encode(uint32_t tokens)
{
    if (tokens < LD_LENGTH_EXACT)
        return (uint8_t)tokens;
    uint32_t rest = tokens - LD_LENGTH_EXACT;
    if (rest < 1u << LD_LENGTH_MANTISSA_BITS)
        return (uint8_t)(LD_LENGTH_EXACT + rest);
    uint32_t top_bit = 31u - (uint32_t)__builtin_clz(rest);
    uint32_t shift = top_bit - LD_LENGTH_MANTISSA_BITS;
    uint32_t mantissa = rest >> shift & ((1u << LD_LENGTH_MANTISSA_BITS) - 1);
    uint32_t code = LD_LENGTH_EXACT + ((shift + 1) << LD_LENGTH_MANTISSA_BITS | mantissa);
    return (uint8_t)(code < 255 ? code : 255);
}

#define GROUP(e)                                                                                   \
    LD_LENGTH_EXACT + (8u << (e)), LD_LENGTH_EXACT + (9u << (e)), LD_LENGTH_EXACT + (10u << (e)),  \
        LD_LENGTH_EXACT + (11u << (e)), LD_LENGTH_EXACT + (12u << (e)),                            \
        LD_LENGTH_EXACT + (13u << (e)), LD_LENGTH_EXACT + (14u << (e)),                            \
        LD_LENGTH_EXACT + (15u << (e))
#define EXACT(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7

const uint32_t ld_length_values[256] = {
    EXACT(0),  EXACT(8),  EXACT(16), EXACT(24), EXACT(32), EXACT(40), GROUP(0),  GROUP(1),
    GROUP(2),  GROUP(3),  GROUP(4),  GROUP(5),  GROUP(6),  GROUP(7),  GROUP(8),  GROUP(9),
    GROUP(10), GROUP(11), GROUP(12), GROUP(13), GROUP(14), GROUP(15), GROUP(16), GROUP(17),
    GROUP(18), GROUP(19), GROUP(20), GROUP(21), GROUP(22), GROUP(23), GROUP(24), GROUP(25)};

/* Twice the middle of what a code stands for. */
static uint32_t twice_middle(uint8_t code)
{
    uint32_t low = ld_length_decode(code);
    uint32_t next = code < 255 ? ld_length_decode((uint8_t)(code + 1)) : low + 1;
    return low + next - 1;
}

uint32_t ld_lengths_average(const uint8_t *codes, uint32_t docs)
{
    uint64_t count[256] = {0}, twice = 0;
    for (uint32_t i = 0; i < docs; i++)
        count[codes[i]]++;
    for (uint32_t code = 0; code < 256; code++)
        twice += count[code] * twice_middle((uint8_t)code);
    uint64_t average = docs ? twice * (LD_LENGTHS_AVERAGE_UNIT / 2) / docs : 0;
    if (average < LD_LENGTHS_AVERAGE_UNIT)
        return LD_LENGTHS_AVERAGE_UNIT;
    return average < LD_LENGTHS_AVERAGE_MAX ? (uint32_t)average : LD_LENGTHS_AVERAGE_MAX;
}

float ld_lengths_average_tokens(uint32_t average)
{
    return (float)average / (float)LD_LENGTHS_AVERAGE_UNIT;
}

lede_status ld_lengths_open(const ld_segment *segment, ld_lengths *lengths, lede_error *err)
{
    *lengths = (ld_lengths){NULL, 0, 1};
    ld_part part = ld_segment_part(segment, LD_PART_LENGTHS);
    if (!part.segment)
        return ld_error_corrupt(err, "lengths", 0, "the part is missing");
    if (part.codec != LD_LENGTHS_CODEC || part.version != LD_LENGTHS_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "the part lengths has codec %u, version %u; this program reads %u, %u",
                       part.codec, part.version, LD_LENGTHS_CODEC, LD_LENGTHS_VERSION);
    if (part.bytes < LD_LENGTHS_AVERAGE_BYTES)
        return ld_error_corrupt(err, "lengths", 0, "the part is too short for its average");
    uint64_t docs = part.bytes - LD_LENGTHS_AVERAGE_BYTES;
    if (docs > LD_SEGMENT_DOCS_MAX)
        return ld_error_corrupt(err, "lengths", 0, "more documents than a segment may hold");
    LD_TRY(ld_part_view(&part, 0, part.bytes, &lengths->codes, err));
    uint32_t average = ld_load_u32(lengths->codes + docs);
    if (average < LD_LENGTHS_AVERAGE_UNIT || average > LD_LENGTHS_AVERAGE_MAX)
        return ld_error_corrupt(err, "lengths", docs, "the average length is out of range");
    lengths->docs = (uint32_t)docs;
    lengths->bound_average_tokens = ld_lengths_average_tokens(average);
    return LEDE_OK;
}
