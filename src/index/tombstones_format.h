#ifndef LD_INDEX_TOMBSTONES_FORMAT_H
#define LD_INDEX_TOMBSTONES_FORMAT_H
/*
 * A file of tombstones: which documents of a segment no longer show. Two sets: the deleted, which
 * the next merge drops, and the superseded, older versions that stay and that `versions:all` shows.
 * Each commit that changes one writes a new file; the manifest names it with length and checksum.
 *
 *   tombstones = header set set crc
 *   set        = nothing | list | bitmap          the first: deleted; the second: superseded
 *   list       = u32 document*, ascending         when fewer than documents / LD_TOMBSTONE_SPARSE
 *   bitmap     = u64 word*, document d is bit d % 64 of word d / 64
 *   crc        = u32: CRC32C of everything before
 *
 *   header  OFFSET SIZE MEANING
 *           0      8    LD_TOMBSTONES_MAGIC
 *           8      4    LD_TOMBSTONES_VERSION
 *           12     4    documents of the segment
 *           16     8    segment id
 *           24     4    deleted documents
 *           28     4    superseded documents
 *
 * The form of a set follows from its count, so nothing says it twice. A document may be in both.
 *
 * Limits: LD_SEGMENT_DOCS_MAX documents.
 *
 * Worked example: segment 7 with 100 documents, of which 2 and 70 are deleted.
 * example: 4c 45 44 45 44 45 4c 0a 01 00 00 00 64 00 00 00
 * example: 07 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00
 * example: 02 00 00 00 46 00 00 00 d6 c6 2a 8a
 *
 * History: version 1, the first.
 */

#define LD_TOMBSTONES_MAGIC        "LEDEDEL\n"
#define LD_TOMBSTONES_MAGIC_BYTES  8u
#define LD_TOMBSTONES_VERSION      1u
#define LD_TOMBSTONES_HEADER_BYTES 32u
#define LD_TOMBSTONE_SPARSE        32u

#endif
