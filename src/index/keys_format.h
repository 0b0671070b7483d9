#ifndef LD_INDEX_KEYS_FORMAT_H
#define LD_INDEX_KEYS_FORMAT_H
/*
 * The part KEYS: who a document is. Its key, the hash of its content, where it was captured, its
 * place among the versions of the key, and its number of tokens (so that sums stay exact when a
 * merge drops documents).
 *
 *   keys    = names column{LD_KEYS_COLUMNS} lookup trailer
 *   names   = group* starts          the key of each document, in groups of LD_KEYS_GROUP
 *   group   = name*                  the last one may be shorter
 *   name    = head [varint more_shared] [varint more_suffix] suffix
 *   head    = byte: bits 0-3 bytes shared with the first name of the group (0 for itself), bits 4-7
 *             bytes of suffix; LD_KEYS_MORE: a varint of what exceeds it follows
 *   starts  = packed: where each group begins in names
 *   column  = packed: value - least value
 *   lookup  = lookup_format.h: the upper half of a key's hash (XXH3, 64 bits, seed
 *             LD_KEY_HASH_SEED) to its documents, with LD_KEYS_FINGERPRINT_BITS
 *   trailer = LD_KEYS_TRAILER_BYTES at the end of the part
 *
 *   column                  value of a document
 *   LD_KEYS_CONTENT         hash of its content
 *   LD_KEYS_ADDRESS         hash of where it was captured, 32 bits; 0: none
 *   LD_KEYS_ORDER           0 where the version order is not known, else order - least order + 1
 *   LD_KEYS_TOKENS          ranked tokens
 *   LD_KEYS_EXPLICIT        1 where the key is explicit
 *
 *   trailer  OFFSET SIZE MEANING
 *            0      4    documents
 *            4      4    zero
 *            8      8    bytes of the groups
 *            16     8    bytes of the lookup
 *            24     8    least version order (signed)
 *            32     8*5  least value of each column
 *            72     5    bits of a value of each column
 *            77     1    bits of a start
 *            78     2    zero
 *
 * Keys that come together look alike (numbers in a row, addresses of a site), so each is kept as
 * what differs from the first of its group. That one is whole, so a key is two pieces that lie in
 * the part: nothing is decoded on the way to it but the heads before it, and only a key of more
 * than one piece is copied. A key of more than LD_KEYS_SHARING_BYTES_MAX bytes shares nothing, so
 * that whoever reads keys has room for any on the stack.
 *
 * A column whose values are all equal takes no bytes: archives without addresses, without dates,
 * with explicit keys only. Cost of short explicit ids: 3 bytes for the key, 6 for the content, 1 to
 * 2 for the tokens, 3 for the lookup.
 *
 * Any 64 bits of content can be kept; the engine gives LD_CONTENT_HASH_BITS, 48. Are they enough?
 * They are compared only between two captures of one key, and say "unchanged" of changed content
 * once in 2^48 changes: with a million changed pages a day once in 770,000 years, and then the next
 * change heals it. CRC32C, which vouches for every other byte here, lets one damage in 2^32 pass.
 * No hash of this library withstands someone who makes collisions, at any length; what he gains is
 * that his own page keeps its older text. 32 bits of address are compared only between two captures
 * that claim one key with different content; once in 2^32 such pairs the second is kept as a
 * version of the first, and both are kept.
 *
 * Rejected: names shared with the one before (one byte in ten less, but every name between must be
 * rebuilt); 128 bits of content (10 bytes more, that nothing else here is worth); addresses as a
 * difference to the key's hash (they differ by a "www." too often).
 *
 * Limits: LD_SEGMENT_DOCS_MAX documents; keys of 1 to LD_KEY_BYTES_MAX bytes.
 *
 * Worked example: two documents: key "a1", content hash 7, order 10, 3 tokens, address 9;
 * key "a2", content hash 5, order not known, explicit, 5 tokens, address 9.
 * example: 20 61 31 11 32 00 02 01 08 02 99 03 08 02 00 00
 * example: 00 01 04 02 00 02 00 00 00 00 00 00 00 05 00 00
 * example: 00 00 00 00 00 0b 00 00 00 00 00 00 00 0a 00 00
 * example: 00 00 00 00 00 05 00 00 00 00 00 00 00 09 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 03 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 02 00 01
 * example: 02 01 03 00 00
 *
 * History: version 1; version 2: slots in the order of the hashes; version 3: shared names, shorter
 * hashes, columns from their least value, a lookup with fingerprints.
 */
#include <stdint.h>

#define LD_KEYS_VERSION           3u
#define LD_KEYS_TRAILER_BYTES     80u
#define LD_KEYS_GROUP             16u
#define LD_KEYS_MORE              15u
#define LD_KEYS_SHARING_BYTES_MAX 255u
#define LD_KEYS_FINGERPRINT_BITS  4u
#define LD_KEY_HASH_SEED          0x6c6564652d6b6579ull /* "lede-key" */

enum {
    LD_KEYS_CONTENT,
    LD_KEYS_ADDRESS,
    LD_KEYS_ORDER,
    LD_KEYS_TOKENS,
    LD_KEYS_EXPLICIT,
    LD_KEYS_COLUMNS
};

#endif
