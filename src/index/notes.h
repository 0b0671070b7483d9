#ifndef LD_INDEX_NOTES_H
#define LD_INDEX_NOTES_H
/* Keys with documents and a value each (bytes: notes_format.h). */
#include "index/rows.h"

/* ---- writing: notes come ascending by (key, document) ---- */
typedef struct ld_notes_writer {
    ld_part_writer *out;
    ld_rows_writer rows;
    ld_buf row; /* at hand */
    ld_buf key; /* of it */
    uint32_t docs, last_doc;
} ld_notes_writer;
lede_status ld_notes_writer_init(ld_notes_writer *w, ld_segment_writer *out, lede_error *err);
lede_status ld_notes_writer_add(ld_notes_writer *w, ld_span key, uint32_t doc, ld_span value,
                                lede_error *err);
/* docs: of the segment. */
lede_status ld_notes_writer_finish(ld_notes_writer *w, uint32_t docs, lede_error *err);
void ld_notes_writer_release(ld_notes_writer *w);

/* ---- reading ---- */
typedef struct ld_notes {
    ld_rows rows; /* part.segment NULL: absent */
    uint32_t docs;
} ld_notes;
lede_status ld_notes_open(const ld_segment *segment, uint32_t docs, ld_notes *notes,
                          lede_error *err);

/* Walks notes ascending by (key, document). Key and value are borrowed from the segment. */
typedef struct ld_notes_cursor {
    const ld_notes *notes;
    uint32_t row; /* next to open */
    ld_reader reader;
    ld_span key;   /* of the note at hand */
    uint32_t doc;  /* of it; LD_DOC_END: past the last */
    ld_span value; /* of it */
    bool begun;    /* a document of the row has been read */
} ld_notes_cursor;
/* On the first note whose key is not less. */
lede_status ld_notes_seek(const ld_notes *notes, ld_span key, ld_notes_cursor *cursor,
                          lede_error *err);
lede_status ld_notes_next(ld_notes_cursor *cursor, lede_error *err);

#endif
