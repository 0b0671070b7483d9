#ifndef LD_INDEX_LENGTHS_FORMAT_H
#define LD_INDEX_LENGTHS_FORMAT_H
/*
 * The part LENGTHS: how long each document is, in one byte.
 *
 *   lengths  := code{documents of the segment} average
 *   code     := tokens                    below LD_LENGTH_EXACT
 *             | LD_LENGTH_EXACT + f       f a number of LD_LENGTH_MANTISSA_BITS + 1 significant
 * bits f = exponent << LD_LENGTH_MANTISSA_BITS | mantissa f stands for LD_LENGTH_EXACT + mantissa
 * exponent 0 LD_LENGTH_EXACT + (8 + mantissa) << (exponent - 1)            above
 *
 *   average  := u32, little-endian: tokens a document, in 256ths, 256 to LD_LENGTHS_AVERAGE_MAX
 *
 * The tokens are all ranked tokens of all zones, rounded down to the nearest code. The average is
 * the one that the bounds in POSTINGS were made with. It is taken from the codes, so that a merge
 * says what a flush of the same documents says: each counts as the middle of what its code stands
 * for, the sum is divided by the documents and rounded down.
 *
 * Worked example: documents of 0, 3 and 100 tokens (100 - 40 = 15 << 2: exponent 3, mantissa 7,
 * 40 + 31 = 47 hex, which stands for 100 to 103); the average is (0 + 3 + 101.5) / 3, 8917 256ths:
 *
 *   LENGTHS  00 03 47   D5 22 00 00
 *
 * History: version 1, codec 1: first. Version 2: the average, with bounds of one byte.
 */
#define LD_LENGTHS_CODEC         1u
#define LD_LENGTHS_VERSION       2u
#define LD_LENGTHS_AVERAGE_BYTES 4u
#define LD_LENGTHS_AVERAGE_UNIT  256u
#define LD_LENGTHS_AVERAGE_MAX   ((1u << 24) - 1) /* exact in single precision */
#define LD_LENGTH_EXACT          40u
#define LD_LENGTH_MANTISSA_BITS  3u

#endif
