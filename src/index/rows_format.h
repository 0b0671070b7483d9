#ifndef LD_INDEX_ROWS_FORMAT_H
#define LD_INDEX_ROWS_FORMAT_H
/*
 * Rows: byte strings of different lengths that are found by their number. A building block of the
 * parts KEYS, ZONES, COLUMNS, FORWARD and COPIES.
 *
 *   section = row* group* trailer
 *   row     = varint length, bytes
 *   group   = u64: where the rows g * LD_ROWS_GROUP .. begin, from the start of the section
 *   trailer = LD_ROWS_TRAILER_BYTES
 *
 *   trailer  OFFSET SIZE MEANING
 *            0      4    rows
 *            4      4    LD_ROWS_GROUP
 *            8      8    bytes of all rows with their lengths
 *
 * A look-up reads one group entry and walks at most LD_ROWS_GROUP - 1 lengths: half a byte of
 * directory a row. The rows stream out as they come, the groups wait in a scratch.
 * Rejected: one offset a row (8 bytes), packed offsets (need all lengths before the first byte).
 *
 * Limits: LD_SEGMENT_DOCS_MAX rows; a row of LD_ROW_BYTES_MAX bytes.
 *
 * Worked example: the two rows "ab" and "c".
 * example: 02 61 62 01 63 00 00 00 00 00 00 00 00 02 00 00
 * example: 00 10 00 00 00 05 00 00 00 00 00 00 00
 *
 * History: version 1, the first.
 */

#define LD_ROWS_GROUP         16u
#define LD_ROWS_TRAILER_BYTES 16u
#define LD_ROW_BYTES_MAX                                                                           \
    (512u << 20) /* a copy hash that all of LD_SEGMENT_DOCS_MAX documents share needs 256 MiB, a   \
                    document of 2^20 one-word sentences 16 */

#endif
