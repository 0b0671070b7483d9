#ifndef LD_INDEX_NOTES_BUFFER_H
#define LD_INDEX_NOTES_BUFFER_H
/* Notes of documents that are not yet in a segment, in the order of adding. */
#include "index/notes.h"

typedef struct ld_notes_buffer {
    const lede_env *env;
    ld_buf records; /* u32 document, u16 key bytes, u32 value bytes, key, value */
    size_t count, mark_bytes, mark_count;
} ld_notes_buffer;

void ld_notes_buffer_init(ld_notes_buffer *b, const lede_env *env);
void ld_notes_buffer_release(ld_notes_buffer *b);
void ld_notes_buffer_clear(ld_notes_buffer *b);
size_t ld_notes_buffer_memory_bytes(const ld_notes_buffer *b); /* the sort's included */
void ld_notes_buffer_mark(ld_notes_buffer *b);                 /* a document begins here */
/* All notes of a document, ascending by key. */
lede_status ld_notes_buffer_add(ld_notes_buffer *b, uint32_t doc, const ld_note *notes,
                                uint32_t count, lede_error *err);
void ld_notes_buffer_undo(ld_notes_buffer *b); /* back to the mark */
lede_status ld_notes_buffer_write(const ld_notes_buffer *b, ld_segment_writer *out, uint32_t docs,
                                  lede_error *err);

#endif
