#ifndef LD_INDEX_POSTINGS_FORMAT_H
#define LD_INDEX_POSTINGS_FORMAT_H
/*
 * The parts POSTINGS and CLASS_CODES: documents and frequencies. Little-endian; "group" is
 * group.c's layout; "varint" is unsigned LEB128.
 *
 * A list is its postings in ascending document order, cut into blocks of LD_POSTINGS_BLOCK (the
 * last may hold fewer). How many there are (df) stands in the dictionary.
 *
 *   list     := block                                   df <= LD_POSTINGS_BLOCK
 *             | block+ ... skip                         more: the table closes the list
 *   block    := documents  [group(tf - 1)]  [classes]
 *   documents:= group(distance)
 *             | bits
 *               distance: document - (document before + 1), over the whole list, first from 0
 *               marks in the first byte: LD_POSTINGS_HAS_TF (else every tf is 1),
 *                                        LD_POSTINGS_HAS_CLASSES (else all is body)
 *   bits     := byte LD_GROUP_ESCAPE | marks, byte n (1 to LD_POSTINGS_WORDS_MAX), u64{n}
 *               bit k of the words is document base + k, where base is 64 * (f / 64) and f the
 *               first document the block may hold (document before + 1); the last word is not 0,
 *               no bit is set for a document before f
 *   classes  := byte flagged - 1, group(distance of their ordinals in the block), group(code),
 *               escape*: for every code LD_CLASS_ESCAPE varint head, varint lead, varint aside
 *               The frequency in the body is tf less the three.
 *
 *   skip, for B blocks: arrays one behind the other
 *   SIZE   MEANING
 *   4*B    last document of each block, ascending
 *   4*B    where each block begins, from the term's beginning in POSTINGS
 *   P*B    where its positions begin, from the term's beginning in POSITIONS   (term lists only)
 *   F*B    where its ordinals begin, from the term's beginning in FORMS        (form_count > 1)
 *   1*B    the largest T / (T + K) of the block's postings, in 255ths rounded up (bounds.c)
 *   1      the largest of the list
 *   2*3    the 10th, 100th and 1000th best T / (T + K) of the list, in 65535ths rounded down, 0
 *          where there are fewer postings above 0     (term lists, df > LD_POSTINGS_BEST_DF)
 *   P is LD_SKIP_WIDTH(positions_bytes): 3 below 16 MiB, 4 below 4 GiB, else 8; F likewise with
 *   forms_bytes.
 *
 * The region of a term holds its own blocks and, between them, blocks of the lists of its rarer
 * forms, each with its skip table when it has more than one block (forms_format.h says where); the
 * term's own skip table is the end of the region. A term with one block has it at the beginning.
 *
 * CLASS_CODES is the dictionary of the codes: LD_CLASS_CODE_BYTES for each, u16 head, u16 lead, u16
 * aside, in the order of first use; at most LD_CLASS_CODES_MAX. What does not fit is escaped.
 *
 * Worked example: documents 3, 4, 9 with tf 1, 2, 1; document 4 has one of its two in the headline.
 * Distances 3 0 4 (3 bits: 011 000 100 -> 03 01), tf - 1: 0 1 0 (1 bit: 02); one flagged posting,
 * ordinal 1 (1 bit), code 0 (0 bits):
 *
 *   POSTINGS     C3 03 01   01 02   00 01 01 00
 *   CLASS_CODES  01 00 00 00 00 00
 *
 * A second one: of the documents 0 to 63 those whose number leaves 0, 1 or 2 when divided by 5, tf
 * 1, all in the body. As distances (0 0 2 0 0 2 ..., 39 of 2 bits) they take 11 bytes, as bits 10:
 *
 *   BITS         3F 01 E7 9C 73 CE 39 E7 9C 73
 *
 * Bits are chosen where they take at most 5/4 of the bytes of the group (they need no decoding to
 * be joined with other sets); in a list of one block where they take no more at all.
 *
 * Limits: a document < the segment's count; tf <= LD_POSITIONS_MAX; a term's region < 4 GiB.
 * History: version 1, codec 1 (groups): first. Version 2: bits; bounds of one byte, those of the
 * whole list, the best scores; offsets of three bytes.
 */
#include "base/limits.h"
#include "index/group.h"

#define LD_POSTINGS_CODEC       1u
#define LD_POSTINGS_VERSION     2u
#define LD_POSTINGS_BLOCK       256u
#define LD_POSTINGS_HAS_TF      1u
#define LD_POSTINGS_HAS_CLASSES 2u
#define LD_CLASS_CODE_BYTES     6u
#define LD_CLASS_CODES_MAX      255u
#define LD_CLASS_ESCAPE         255u
#define LD_CLASS_FLAGGED        3u   /* head, lead, aside: what a code stands for */
#define LD_POSTINGS_DENSE_WORDS 20u  /* a word in every fifth document: bits, whatever they cost */
#define LD_POSTINGS_WORDS_MAX   127u /* so that bits are no longer than LD_GROUP_BYTES_MAX */
#define LD_POSTINGS_BEST_DF     1000u
#define LD_SKIP_WIDTH(bytes)    ((bytes) < 1u << 24 ? 3u : (bytes) <= UINT32_MAX ? 4u : 8u)
/* Four groups, the count of flagged ones, and every posting escaped. */
#define LD_POSTINGS_BLOCK_BYTES_MAX                                                                \
    (4u * LD_GROUP_BYTES_MAX + 1u + LD_POSTINGS_BLOCK * LD_CLASS_FLAGGED * 3u)

#endif
