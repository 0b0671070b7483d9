#ifndef LD_INDEX_NOTES_FORMAT_H
#define LD_INDEX_NOTES_FORMAT_H
/*
 * The part NOTES (optional): what is remarked about documents under keys, each with a value: days
 * a text speaks of, speakers and what they said, names and their aliases. To index/ keys and values
 * are bytes; what they mean is said by whoever makes them (news/notes.h).
 *
 *   notes   = a section of rows (rows_format.h), then u32: documents of the segment
 *   row     = varint key bytes, key, varint first document, value, (varint step, value)*
 *   step    = document - the document before - 1
 *   value   = varint bytes, bytes
 *
 * Rows ascend by (key, first document). A key has as many rows as it needs: a row ends after
 * LD_NOTES_ROW_DOCS documents or where LD_NOTES_ROW_BYTES are passed, so that a look-up reads
 * little and a merge holds one row a source.
 * A key or a range of keys is found by binary search over the rows.
 *
 * Limits: a key of LD_NOTE_KEY_BYTES_MAX bytes, a value of LD_NOTE_VALUE_BYTES_MAX.
 *
 * Worked example: two documents; "ab" with "x" on both and "yz" under "c" on the second.
 * example: 09 02 61 62 00 01 78 00 01 78 06 01 63 01 02 79
 * example: 7a 00 00 00 00 00 00 00 00 02 00 00 00 10 00 00
 * example: 00 11 00 00 00 00 00 00 00 02 00 00 00
 *
 * History: version 1, the first.
 */

#define LD_NOTES_VERSION       1u
#define LD_NOTES_TRAILER_BYTES 4u
#define LD_NOTES_ROW_DOCS      128u
#define LD_NOTES_ROW_BYTES     (32u << 10)
#define LD_NOTE_KEY_BYTES_MAX  512u
#define LD_NOTE_VALUE_BYTES_MAX                                                                    \
    (32u << 10) /* longer: the document's places are cut by its maker                              \
                 */

#endif
