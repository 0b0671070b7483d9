#ifndef LD_INDEX_LOOKUP_FORMAT_H
#define LD_INDEX_LOOKUP_FORMAT_H
/*
 * A look-up: from the hash of a byte string to the few numbers it may stand for. A building block
 * of the parts KEYS (key to documents) and TERM_INDEX (term to block).
 *
 *   section = entries starts trailer
 *   entries = packed, one an item: fingerprint << bits of a value | value; in the order of
 *             (hash, value)
 *   starts  = packed, buckets + 1: the items before each bucket, and at last all of them
 *   trailer = LD_LOOKUP_TRAILER_BYTES
 *
 *   trailer  OFFSET SIZE MEANING
 *            0      4    items
 *            4      1    bits of a value
 *            5      1    bits of a fingerprint, 1 to LD_LOOKUP_FINGERPRINT_BITS_MAX
 *            6      1    bits of a start
 *            7      1    zero
 *
 * With the 32-bit hash h and buckets = items / LD_LOOKUP_BUCKET_ITEMS + 1, the product h * buckets
 * holds the bucket in its upper 32 bits; the highest bits of the lower 32 are the fingerprint. So
 * the order of the hashes is the order of the buckets, and within a bucket fingerprints ascend: a
 * search ends at the first that is greater.
 *
 *   items by hash   a7 | 07 1f 5c | d0 d8 | ...       bucket 0 | 1 | 2, written from one end to
 *   starts          0    1          4       6         the other: no table has to be in memory
 *
 * A fingerprint of f bits lets through one item in 2^f of a bucket that is another's: whoever asks
 * confirms by comparing the bytes. Cost: value, fingerprint and a sixteenth of a start an item:
 * nothing is left empty. A search reads two neighbouring starts and some 16 entries side by side.
 *
 * Rejected: an open table (a quarter of its slots is empty, and without fingerprints a string that
 * is not there costs seven comparisons of strings); a perfect hash (2 to 3 bits less an item, but
 * all hashes in memory while it is made).
 *
 * Limits: 2^32 - 2 items; LD_LOOKUP_ENTRY_BITS_MAX bits an entry.
 *
 * Worked example: the hashes 10000000, 10000000 and F0000000 with the values 1, 5 and 2, a
 * fingerprint of 4 bits, one bucket (entries 9, 13 and 122 of 7 bits, starts 0 and 3 of 2).
 * example: 89 86 1e 0c 03 00 00 00 03 04 02 00
 *
 * History: first.
 */

#define LD_LOOKUP_TRAILER_BYTES        8u
#define LD_LOOKUP_BUCKET_ITEMS         16u
#define LD_LOOKUP_FINGERPRINT_BITS_MAX 16u
#define LD_LOOKUP_ENTRY_BITS_MAX       48u

#endif
