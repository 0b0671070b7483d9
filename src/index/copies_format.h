#ifndef LD_INDEX_COPIES_FORMAT_H
#define LD_INDEX_COPIES_FORMAT_H
/*
 * The part COPIES (optional): which documents share sampled 16-bit hashes of their text, so that
 * near copies and parts of copies are found (containment = shared hashes / hashes).
 *
 *   copies  = lists hashes counts trailer
 *   lists   = a section of rows (rows_format.h): for each hash, varints: the first document, then
 *             the steps to the next ones less 1
 *   hashes  = u16 each, ascending: the hash of each list
 *   counts  = packed: hashes of each document
 *
 *   trailer  OFFSET SIZE MEANING
 *            0      4    documents
 *            4      4    distinct hashes (at most 65,536)
 *            8      8    bytes of lists
 *            16     1    bits of a count
 *            17     7    zero
 *
 * Inverted only: a document's own hashes are not kept beside it; a merge walks the lists.
 *
 * Limits: LD_COPY_HASHES_MAX hashes a document.
 *
 * Worked example: two documents; the first with the hashes 5 and 9, the second with 9.
 * example: 01 00 02 00 00 00 00 00 00 00 00 00 00 02 00 00
 * example: 00 10 00 00 00 05 00 00 00 00 00 00 00 05 00 09
 * example: 00 06 02 00 00 00 02 00 00 00 1d 00 00 00 00 00
 * example: 00 00 02 00 00 00 00 00 00 00
 *
 * History: version 1, the first.
 */

#define LD_COPIES_VERSION       1u
#define LD_COPIES_TRAILER_BYTES 24u
#define LD_COPY_HASHES_MAX      65535u /* a count of 16 bits; about 48 are usual */

#endif
