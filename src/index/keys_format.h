#ifndef LD_INDEX_KEYS_FORMAT_H
#define LD_INDEX_KEYS_FORMAT_H
/*
 * The part KEYS: who a document is. Its key, the hash of its content, its place among the versions
 * of the key, and its number of tokens (so that sums stay exact when a merge drops documents).
 *
 *   keys    = key-rows hashes addresses orders tokens slots trailer
 *   key-rows = a section of rows (rows_format.h): the key of each document
 *   hashes  = 16 bytes a document: two u64
 *   addresses = packed: the hash of where each was captured; of 64 bits, or of none where all are 0
 *   orders  = packed: 0 where the version order is not known, else order - least order + 1
 *   tokens  = packed: ranked tokens * 2 + (1 where the key is explicit)
 *   slots   = packed: 0 for an empty slot, else document + 1
 *   trailer = LD_KEYS_TRAILER_BYTES at the end of the part
 *
 *   trailer  OFFSET SIZE MEANING
 *            0      4    documents
 *            4      4    probes: no look-up needs more
 *            8      8    bytes of key-rows
 *            16     8    slots
 *            24     8    least version order (signed)
 *            32     1    bits of an order
 *            33     1    bits of a token count
 *            34     1    bits of a slot
 *            35     1    bits of an address: 0 or 64
 *            36     4    zero
 *
 * The slots are an open table in the order of the hashes. The home of a key is h * homes / 2^32,
 * where h is the upper half of its hash (XXH3, 64 bits, seed LD_KEY_HASH_SEED) and homes are
 * ld_key_homes(documents). Documents are placed by ascending (h, document), each at its home or the
 * first slot after the document before it; the last ones may stand past the homes. So the table is
 * written from one end to the other and no merge holds it, and it does not depend on what was
 * where before.
 *
 * Look-up: begin at the home, go on to the next slot until an empty one or the end, and compare the
 * keys themselves. All versions of a key stand in one run of slots. Where captures carry no dates
 * the orders take no bytes. About 3 bytes a document for the slots, 16 for the hash, 3 for the
 * rest, and the key.
 *
 * Rejected: hashes in the slots (8 bytes a document more, and the key must be compared anyway);
 * placing documents as they come (the table must be in memory while it fills).
 *
 * Limits: LD_SEGMENT_DOCS_MAX documents; keys of 1 to LD_KEY_BYTES_MAX bytes.
 *
 * Worked example: two documents: key "a", content hash (1, 2), order 10, 3 tokens, no
 * addresses; key "b",
 * content hash (3, 4), order not known, explicit, 5 tokens.
 * example: 01 61 01 62 00 00 00 00 00 00 00 00 02 00 00 00
 * example: 10 00 00 00 04 00 00 00 00 00 00 00 01 00 00 00
 * example: 00 00 00 00 02 00 00 00 00 00 00 00 03 00 00 00
 * example: 00 00 00 00 04 00 00 00 00 00 00 00 01 b6 12 02
 * example: 00 00 00 01 00 00 00 1c 00 00 00 00 00 00 00 03
 * example: 00 00 00 00 00 00 00 0a 00 00 00 00 00 00 00 01
 * example: 04 02 00 00 00 00 00
 *
 * History: version 1; version 2: slots in the order of the hashes.
 */
#include <stdint.h>

#define LD_KEYS_VERSION       2u
#define LD_KEYS_TRAILER_BYTES 40u
#define LD_KEYS_HASH_BYTES    16u
#define LD_KEY_HASH_SEED      0x6c6564652d6b6579ull /* "lede-key" */

/* Three quarters of the homes are taken. */
static inline uint64_t ld_key_homes(uint32_t docs)
{
    return (uint64_t)docs + docs / 3 + 1;
}

#endif
