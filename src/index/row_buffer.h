#ifndef LD_INDEX_ROW_BUFFER_H
#define LD_INDEX_ROW_BUFFER_H
/* What is kept of each document beside its postings until its segment is written. */
#include "index/columns_buffer.h"
#include "index/notes_buffer.h"

typedef struct ld_buffered_row {
    size_t key_offset; /* in keys */
    uint64_t content_hash;
    int64_t version_order;
    uint32_t address_hash;
    uint32_t tokens;
    uint16_t key_bytes;
    uint16_t copy_hash_count;
    bool key_is_explicit, deleted, superseded;
} ld_buffered_row;

typedef struct ld_row_buffer {
    const lede_env *env;
    const ld_profile *profile; /* borrowed */
    ld_buffered_row *rows;     /* [row_count], owned */
    size_t row_count, row_capacity;
    ld_buf keys;
    uint32_t *slots; /* [slot_count] row + 1 or 0 by key hash, owned; a power of two */
    size_t slot_count;
    ld_buf zones;  /* varint length and bytes of each document's row */
    ld_buf hashes; /* u16: copy hashes, document after document */
    ld_columns_buffer columns;
    ld_notes_buffer notes;
    ld_stored_writer *stored;                  /* NULL: the archive stores nothing */
    size_t keys_mark, zones_mark, hashes_mark; /* where the newest document begins */
} ld_row_buffer;

lede_status ld_row_buffer_init(ld_row_buffer *b, const lede_env *env, const ld_profile *profile,
                               lede_error *err);
void ld_row_buffer_release(ld_row_buffer *b);
void ld_row_buffer_clear(ld_row_buffer *b); /* ready for new documents */
size_t ld_row_buffer_memory_bytes(const ld_row_buffer *b);
/* All of the document or nothing. */
lede_status ld_row_buffer_add(ld_row_buffer *b, const ld_document *document, lede_error *err);
void ld_row_buffer_undo(ld_row_buffer *b); /* takes the newest document back */
ld_span ld_row_buffer_key(const ld_row_buffer *b, uint32_t row);
/* Walks the rows of a key: start with *state 0; LD_DOC_END after the last. */
uint32_t ld_row_buffer_find(const ld_row_buffer *b, ld_span key, uint64_t key_hash, size_t *state);
/* Attaches the stored texts first: theirs is the part that goes straight into the file. */
lede_status ld_row_buffer_begin_write(ld_row_buffer *b, ld_segment_writer *out, lede_error *err);
lede_status ld_row_buffer_write(ld_row_buffer *b, ld_segment_writer *out, lede_error *err);

#endif
