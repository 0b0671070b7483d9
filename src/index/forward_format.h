#ifndef LD_INDEX_FORWARD_FORMAT_H
#define LD_INDEX_FORWARD_FORMAT_H
/*
 * The part FORWARD (optional): the words that tell a document apart, for similar stories and
 * feedback. A section of rows (rows_format.h), one a document:
 *
 *   row     = u8 terms, varint*, weights
 *   varint  = term ordinal - the one before - 1 (the first: the ordinal); ascending
 *   weights = four bits a term, the lower half of a byte first: 1 .. LD_FORWARD_WEIGHT_MAX
 *
 * Kept are the LD_FORWARD_TERMS_MAX terms with the largest (1 + log2 tf) * log2(N / df); the weight
 * is the share of the document's largest. The logarithms are in fixed point, so that the bytes are
 * the same on every machine. In a segment of at least LD_FORWARD_RARE_DOCS documents a term of one
 * document is left out: nothing is similar by it.
 *
 * Worked example: ordinals 3 (weight 15), 4 (weight 7) and 200 (weight 1).
 * example: 03 03 00 c3 01 7f 01
 *
 * History: version 1, the first.
 */

#define LD_FORWARD_VERSION    1u
#define LD_FORWARD_TERMS_MAX  20u
#define LD_FORWARD_WEIGHT_MAX 15u
#define LD_FORWARD_RARE_DOCS  64u

#endif
