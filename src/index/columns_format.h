#ifndef LD_INDEX_COLUMNS_FORMAT_H
#define LD_INDEX_COLUMNS_FORMAT_H
/*
 * The part COLUMNS: a value of a document, directly addressed, for facets, ranges and sorting.
 *
 *   columns    = column* directory trailer
 *   column     = [presence] [starts] values [dictionary]
 *   presence   = presence.h: a bit for each document with a value; absent where every document
 *                has one
 *   starts     = packed, documents with a value + 1: where the values of each begin; absent where
 *                no document has two
 *   values     = packed: number - least number, or the ordinal in the dictionary
 *   dictionary = a section of rows (rows_format.h): the distinct keywords in byte order
 *   directory  = entry*, by ascending column id
 *   trailer    = u32 documents, u32 columns
 *
 *   entry  OFFSET SIZE MEANING
 *          0      2    column id
 *          2      1    kind (ld_column_kind)
 *          3      1    flags: LD_COLUMN_DENSE, LD_COLUMN_SEVERAL
 *          4      1    bits of a start
 *          5      1    bits of a value
 *          6      2    zero
 *          8      4    documents with a value
 *          12     4    zero
 *          16     8    values
 *          24     8    least number (signed); 0 for keywords
 *          32     8    offset of the column in the part
 *          40     8    bytes of the dictionary; 0 for numbers
 *
 * The value of a document stands at its rank among those with one (or between two starts).
 * Cost: a date 4 bytes, a language a few bits, an absent value 1.06 bits.
 *
 * Limits: LD_COLUMNS_MAX columns.
 *
 * Worked example: two documents; column 0 (number) holds 1000 for the second only; column 5
 * (keyword) holds "en" for both.
 * example: 00 00 00 00 02 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 00 02 65 6e 00 00 00 00 00 00 00 00 01
 * example: 00 00 00 10 00 00 00 03 00 00 00 00 00 00 00 00
 * example: 00 01 00 00 00 00 00 01 00 00 00 00 00 00 00 01
 * example: 00 00 00 00 00 00 00 e8 03 00 00 00 00 00 00 00
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 05
 * example: 00 02 01 00 00 00 00 02 00 00 00 00 00 00 00 02
 * example: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 44
 * example: 00 00 00 00 00 00 00 1b 00 00 00 00 00 00 00 02
 * example: 00 00 00 02 00 00 00
 *
 * History: version 1, the first.
 */

#define LD_COLUMNS_VERSION       1u
#define LD_COLUMNS_TRAILER_BYTES 8u
#define LD_COLUMN_ENTRY_BYTES    48u
#define LD_COLUMN_DENSE          1u
#define LD_COLUMN_SEVERAL        2u
#define LD_COLUMNS_MAX           (16u + 32u) /* LD_COLUMN_USER + LD_USER_COLUMNS_MAX */

#endif
