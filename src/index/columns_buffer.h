#ifndef LD_INDEX_COLUMNS_BUFFER_H
#define LD_INDEX_COLUMNS_BUFFER_H
/* The column values of documents that are not in a segment yet. */
#include "index/sidecars.h"

#define LD_COLUMN_IDS (LD_COLUMN_USER + LD_USER_COLUMNS_MAX)

/* The values of one column in the order they came: documents ascend. */
typedef struct ld_buffered_column {
    uint32_t *docs;  /* [count], owned */
    int64_t *values; /* [count], owned: the number, or the keyword's place in the word list */
    size_t count, docs_capacity, values_capacity;
} ld_buffered_column;

typedef struct ld_columns_buffer {
    const lede_env *env;
    uint8_t kinds[LD_COLUMN_IDS]; /* ld_column_kind; 0: no such column in the archive */
    ld_buffered_column columns[LD_COLUMN_IDS];
    size_t columns_bytes; /* allocated for their values */
    /* the word list: every distinct keyword once, over all columns */
    ld_buf bytes;
    struct ld_buffered_keyword {
        size_t offset;
        uint32_t bytes;
    } * keywords; /* [keyword_count], owned */
    size_t keyword_count, keyword_capacity;
    uint32_t *slots; /* [slot_count] keyword + 1 or 0, owned; a power of two */
    size_t slot_count;
} ld_columns_buffer;

void ld_columns_buffer_init(ld_columns_buffer *b, const lede_env *env, const ld_profile *profile);
void ld_columns_buffer_release(ld_columns_buffer *b);
void ld_columns_buffer_clear(ld_columns_buffer *b); /* forgets the documents, keeps the memory */
size_t ld_columns_buffer_memory_bytes(const ld_columns_buffer *b);
/* INVALID where a value has no such column. After a failure: ld_columns_buffer_undo(doc). */
lede_status ld_columns_buffer_add(ld_columns_buffer *b, uint32_t doc, const ld_document *document,
                                  lede_error *err);
/* A number for a document that was added, after those of all documents before it. */
lede_status ld_columns_buffer_append(ld_columns_buffer *b, uint16_t column, uint32_t doc,
                                     int64_t number, lede_error *err);
void ld_columns_buffer_undo(ld_columns_buffer *b, uint32_t doc); /* the newest document */
lede_status ld_columns_buffer_write(ld_columns_buffer *b, ld_segment_writer *out, uint32_t docs,
                                    lede_error *err);

/* The kind of every column of an archive: the built-in ones, and the profile's. */
void ld_column_kinds(const ld_profile *profile, uint8_t kinds[LD_COLUMN_IDS]);

#endif
