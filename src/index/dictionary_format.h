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
 *   12      4     hash slots S; 0: no hash table
 *   16      4     bytes of separators P
 *   20      2     longest probe: slots looked at for any word, <= LD_DICTIONARY_PROBES_MAX
 *   22      1     bytes of a slot Z, 0 without hash table, else 2 to 5
 *   23      1     flags: LD_DICTIONARY_HAS_FORMS (terms: entries speak of forms)
 *   24      4*B   offset of each block in the blocks part
 *   ...     4*B+4 offset of each block's separator, and P
 *   ...     P     separators: the shortest prefix of a block's first word that is above the last
 *                 word of the block before it; empty for block 0
 *   ...     S*Z   slots
 *
 * A slot is 0 (empty) or block + 1 in the low bits (as many as B needs) under a fingerprint of the
 * remaining bits. A word with the 32-bit hash h (low half of XXH3-64 without a seed) starts at slot
 * (h * S) >> 32 and goes on to the next slot, around the end; its fingerprint is the low bits of h.
 * The answer is always confirmed by comparing the bytes of the word in its block.
 *
 * Limits: words < 2^32 - 1, blocks part < 4 GiB.
 *
 * Worked example (spellings "a" and "ab", entries of one byte 01 and 02, 3 documents, no hash):
 *   blocks  10 61 01   11 62 02
 *   index   03 00 00 00  02 00 00 00  01 00 00 00  00 00 00 00  00 00 00 00  00 00 00 00
 *           00 00 00 00  00 00 00 00  00 00 00 00
 *
 * History: version 1, codec 1 (front-coded blocks of 32): first.
 */
#define LD_DICTIONARY_CODEC                1u
#define LD_DICTIONARY_VERSION              1u
#define LD_DICTIONARY_BLOCK_WORDS          32u
#define LD_DICTIONARY_HEADER_BYTES         24u
#define LD_DICTIONARY_PROBES_MAX           1024u
#define LD_DICTIONARY_HAS_FORMS            1u
#define LD_DICTIONARY_PROLOGUE_MAX         3u
#define LD_DICTIONARY_SLOT_BYTES_MAX       5u
#define LD_DICTIONARY_FINGERPRINT_BITS_MIN 8u
#define LD_FRONT_MORE                      15u

#endif
