#ifndef LD_INDEX_SEGMENT_FORMAT_H
#define LD_INDEX_SEGMENT_FORMAT_H
/*
 * The bytes of a segment file: a box of typed parts in which every byte is under a checksum.
 *
 *   segment     = header part* padding table footer trailer
 *   part        = padding payload             padding: zeros up to LD_SEGMENT_PART_ALIGN
 *   table       = CRC32C of each LD_SEGMENT_BLOCK_BYTES of everything before it (the last block
 *                 ends where the table begins), a u32 each
 *   footer      = fixed part-entry*
 *   trailer     = the last LD_SEGMENT_TRAILER_BYTES of the file
 *
 * All numbers are little-endian. The payload of a part is contiguous: the checksums stand aside, so
 * that a mapped part is the array it holds. The table is covered by a checksum in the footer, the
 * footer by one in the trailer; a changed bit of the trailer breaks either the magic, the length
 * sum or the footer's checksum. The manifest names the footer's checksum once more, so that a whole
 * older file in the place of a newer one is seen too.
 *
 *   header   OFFSET SIZE MEANING
 *            0      8    LD_SEGMENT_MAGIC
 *            8      4    LD_SEGMENT_VERSION
 *            12     52   zero (LD_SEGMENT_HEADER_BYTES in all)
 *
 *   footer   0      4    LD_SEGMENT_VERSION
 *            4      4    LD_SEGMENT_BLOCK_BYTES
 *            8      8    offset of the table
 *            16     4    blocks in the table
 *            20     4    CRC32C of the table
 *            24     4    parts (at most LD_SEGMENT_PARTS_MAX)
 *            28     4    zero
 *            32     24*  part entries, in the order they were begun
 *
 *   entry    0      2    part id (ld_part_id)
 *            2      2    codec
 *            4      2    version of the part's format
 *            6      2    flags: LD_SEGMENT_PART_REQUIRED
 *            8      8    offset of the payload
 *            16     8    its length
 *
 *   trailer  0      4    bytes of the footer
 *            4      4    CRC32C of the footer
 *            8      8    LD_SEGMENT_END_MAGIC
 *
 * A reader refuses an unknown required part and skips an unknown optional one.
 *
 * Limits: LD_SEGMENT_PARTS_MAX parts, each id once; a file of up to 2^43 bytes (blocks are counted
 * in 32 bits).
 *
 * Worked example: one required part INFO (id 1, codec 0, version 1) that holds the bytes "abc".
 * example: 4c 45 44 45 53 45 47 0a 01 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 61 62 63 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 4f af 33 c3 01 00 00 00 00 10 00 00 80 00 00 00
 * example: 00 00 00 00 01 00 00 00 dd 76 33 8e 01 00 00 00
 * example: 00 00 00 00 01 00 00 00 01 00 01 00 40 00 00 00
 * example: 00 00 00 00 03 00 00 00 00 00 00 00 38 00 00 00
 * example: d6 81 ea 7d 4c 45 44 45 45 4e 44 0a
 *
 * History: version 1, the first.
 */

#define LD_SEGMENT_MAGIC        "LEDESEG\n"
#define LD_SEGMENT_END_MAGIC    "LEDEEND\n"
#define LD_SEGMENT_MAGIC_BYTES  8u
#define LD_SEGMENT_VERSION      1u
#define LD_SEGMENT_HEADER_BYTES 64u
#define LD_SEGMENT_BLOCK_BYTES                                                                     \
    4096u /* a page: the unit in which a disk or a mapping goes wrong                              \
           */
#define LD_SEGMENT_PART_ALIGN         64u /* a cache line */
#define LD_SEGMENT_FOOTER_FIXED_BYTES 32u
#define LD_SEGMENT_ENTRY_BYTES        24u
#define LD_SEGMENT_TRAILER_BYTES      16u
#define LD_SEGMENT_PARTS_MAX          64u /* 17 are known; a file that names more is not ours */
#define LD_SEGMENT_PART_REQUIRED      1u
#define LD_SEGMENT_FILE_BYTES_MAX     (1ull << 43)

/* ---- the INFO part: counts ----
 *   OFFSET SIZE MEANING
 *   0      4    rows (documents, deleted ones included)
 *   4      4    zero
 *   8      8    ranked tokens of all rows
 */
#define LD_INFO_VERSION 1u
#define LD_INFO_BYTES   16u

#endif
