#ifndef LD_INDEX_DICTIONARY_FORMAT_H
#define LD_INDEX_DICTIONARY_FORMAT_H
/*
 * A sorted dictionary: two parts of a segment. LD_PART_TERMS with LD_PART_TERM_INDEX holds the
 * terms (entries: terms_format.h), LD_PART_FORM_TERMS with LD_PART_FORM_INDEX the spellings
 * (entries: forms_format.h). Both are blocks of front-coded words and an index over the blocks.
 * Little-endian; "varint" is unsigned LEB128.
 *
 * Blocks part
 *   block    := prologue word{LD_DICTIONARY_BLOCK_WORDS}      (the last block may hold fewer)
 *   prologue := varint * n        n = 3 for terms, 0 for spellings
 *   word     := head [varint more_shared] [varint more_suffix] suffix entry
 *   head     := byte   bits 0-3 bytes shared with the word before it (0 for the first of a block),
 *                      bits 4-7 bytes of suffix; LD_FRONT_MORE: a varint of what exceeds it follows
 *   Words ascend in byte order and are distinct, 1 to LD_TERM_BYTES_MAX bytes.
 *
 * Index part
 *   OFFSET  SIZE  MEANING
 *   0       4     documents of the segment
 *   4       4     words W
 *   8       4     blocks B = ceil(W / LD_DICTIONARY_BLOCK_WORDS)
 *   12      4     bytes of separators P
 *   16      1     bits of a block's offset b
 *   17      1     bits of a separator's offset s
 *   18      1     flags: LD_DICTIONARY_HAS_FORMS (terms: entries speak of forms)
 *   19      1     zero
 *   20      packed, B numbers of b bits: offset of each block in the blocks part
 *   ...     packed, B + 1 numbers of s bits: offset of each block's separator, and P
 *   ...     P     separators: the shortest prefix of a block's first word that is above the last
 *                 word of the block before it; empty for block 0
 *   ...     the rest: lookup_format.h, from the hashes of some words (low half of XXH3-64 without a
 *                 seed) to their blocks, with LD_DICTIONARY_FINGERPRINT_BITS; no bytes: no look-up
 *
 * The answer of the look-up is always confirmed by comparing the bytes of the word in its block.
 * What the look-up does not know the reader searches by the separators, unless the look-up has as
 * many items as there are words. Of terms those are in it that have lists of their own: the others,
 * more than half in English news, cost three bytes each there and are all but never asked for, and
 * then have nothing to be read behind the entry. Where words were made to meet in one
 * bucket, more than LD_DICTIONARY_BUCKET_MAX of them, the reader searches the separators instead.
 *
 * Limits: words < 2^32 - 1, blocks part < 4 GiB.
 *
 * Worked example (spellings "a" and "ab", entries of one byte 01 and 02, 3 documents, no look-up):
 *   blocks  10 61 01   11 62 02
 *   index   03 00 00 00  02 00 00 00  01 00 00 00  00 00 00 00  03 00 00 00  00
 *
 * History: version 1, codec 1 (front-coded blocks of 32): first. Version 2: packed offsets, a
 * look-up without empty slots. Version 3: entries of lone terms (terms_format.h). Version 4: a
 * look-up of some words only; version 3, whose look-up has all of them, is read as well.
 */
#define LD_DICTIONARY_CODEC            1u
#define LD_DICTIONARY_VERSION          4u
#define LD_DICTIONARY_VERSION_OLDEST   3u
#define LD_DICTIONARY_BLOCK_WORDS      32u
#define LD_DICTIONARY_HEADER_BYTES     20u
#define LD_DICTIONARY_BUCKET_MAX       1024u
#define LD_DICTIONARY_HAS_FORMS        1u
#define LD_DICTIONARY_PROLOGUE_MAX     3u
#define LD_DICTIONARY_FINGERPRINT_BITS 8u
#define LD_FRONT_MORE                  15u

#endif
