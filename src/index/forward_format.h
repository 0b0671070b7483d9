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
 * N and df are those of the segment that the document was first written in, a flush. A merge gives
 * the terms their new ordinals and keeps choice and weights: weighing again would need all lists in
 * memory, 120 bytes a document, and a few thousand documents say well enough how rare a word is.
 * So two documents of one segment may have been weighed by different N and df, and a merged
 * segment's FORWARD is not, byte for byte, that of its documents added at once; all else is.
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
#define LD_FORWARD_ROW_BYTES_MAX                                                                   \
    (1u + LD_FORWARD_TERMS_MAX * (LD_VARINT_BYTES_MAX + 1u)) /* more than any row takes */

#endif
