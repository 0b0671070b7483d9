#ifndef LD_INDEX_LENGTHS_FORMAT_H
#define LD_INDEX_LENGTHS_FORMAT_H
/*
 * The part LENGTHS: how long each document is, in one byte.
 *
 *   lengths  := code{documents of the segment}
 *   code     := tokens                    below LD_LENGTH_EXACT
 *             | LD_LENGTH_EXACT + f       f a number of LD_LENGTH_MANTISSA_BITS + 1 significant
 * bits f = exponent << LD_LENGTH_MANTISSA_BITS | mantissa f stands for LD_LENGTH_EXACT + mantissa
 * exponent 0 LD_LENGTH_EXACT + (8 + mantissa) << (exponent - 1)            above
 *
 * The tokens are all ranked tokens of all zones, rounded down to the nearest code.
 *
 * Worked example: documents of 0, 3 and 100 tokens (100 - 40 = 15 << 2: exponent 3, mantissa 7,
 * 40 + 31 = 47 hex):
 *
 *   LENGTHS  00 03 47
 *
 * History: version 1, codec 1: first.
 */
#define LD_LENGTHS_CODEC        1u
#define LD_LENGTHS_VERSION      1u
#define LD_LENGTH_EXACT         40u
#define LD_LENGTH_MANTISSA_BITS 3u

#endif
