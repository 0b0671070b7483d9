#ifndef LD_INDEX_SIDECARS_H
#define LD_INDEX_SIDECARS_H
/*
 * What a segment keeps beside its postings, document by document: keys, columns, zones and marks,
 * stored bytes, forward lists, copy hashes. Each kind has a format (x_format.h), a writer that is
 * fed by sources and a reader that is opened once a segment.
 *
 * The writers take sources, not documents: a source can be run through several times, so that a
 * merge needs no copy of a column in memory to know its smallest value. A flush makes its sources
 * from the row buffer, a merge from the readers of the segments it joins.
 */
#include "index/inverted.h"
#include "index/lookup.h"
#include "index/notes.h"
#include "index/packed.h"
#include "index/rows.h"
#include "index/snapshot.h"

/* ---- identity: the KEYS part ---- */
typedef struct ld_identity {
    ld_span key;
    uint64_t content_hash;
    uint32_t address_hash; /* of where it was captured; 0: none */
    int64_t version_order; /* INT64_MIN: not known */
    uint32_t tokens;       /* ranked tokens of this document */
    bool key_is_explicit;
} ld_identity;

typedef struct ld_identity_source {
    void *ctx;
    void (*rewind)(void *ctx);
    /* The next document's identity, from document 0 on; called `docs` times. */
    lede_status (*next)(void *ctx, ld_identity *identity, lede_error *err);
} ld_identity_source;

/* Writes LD_PART_KEYS and LD_PART_INFO; *tokens: the sum over all documents. */
lede_status ld_keys_write(ld_segment_writer *out, uint32_t docs, const ld_identity_source *source,
                          uint64_t *tokens, lede_error *err);

typedef struct ld_keys_column {
    uint64_t offset; /* in the part */
    uint64_t least;  /* value - least is what is packed */
    uint8_t width;
} ld_keys_column;

typedef struct ld_keys {
    ld_part part;
    uint32_t docs;
    uint64_t tokens;       /* of all documents, from INFO */
    uint64_t groups_bytes; /* of names, from the beginning of the part; the starts follow */
    uint8_t start_width;
    int64_t order_min;
    ld_keys_column columns[LD_KEYS_COLUMNS];
    ld_lookup lookup;
} ld_keys;

lede_status ld_keys_open(const ld_segment *segment, ld_keys *keys, lede_error *err);
/* *key lies in `room` or in the segment: it is good while both are. */
/* Says that the name will be asked for soon. */
void ld_keys_prefetch(const ld_keys *keys, uint32_t doc);
/* The same of where the name stands, which ld_keys_prefetch reads. */
void ld_keys_prefetch_place(const ld_keys *keys, uint32_t doc);
lede_status ld_keys_name(const ld_keys *keys, uint32_t doc, ld_key_room *room, ld_span *key,
                         lede_error *err);
lede_status ld_keys_get(const ld_keys *keys, uint32_t doc, ld_key_room *room, ld_identity *identity,
                        lede_error *err);
lede_status ld_keys_tokens(const ld_keys *keys, uint32_t doc, uint32_t *tokens, lede_error *err);
/*
 * Walks the documents that carry a key: start with *state 0; each call gives the next document, or
 * LD_DOC_END. In no order.
 */
lede_status ld_keys_find(const ld_keys *keys, ld_span key, uint64_t key_hash, uint32_t *state,
                         uint32_t *doc, lede_error *err);

/* ---- columns ---- */
typedef struct ld_column_source {
    void *ctx;
    void (*rewind)(void *ctx);
    /* The next document that has a value; *doc ascends, LD_DOC_END after the last. Keyword columns
     * give ordinals of the sorted dictionary, ascending and distinct within a document. */
    lede_status (*next)(void *ctx, uint32_t *doc, const int64_t **values, uint32_t *count,
                        lede_error *err);
    /* Keyword columns: the dictionary in byte order, one call after the other (*end: no more). */
    lede_status (*keyword)(void *ctx, ld_span *keyword, bool *end, lede_error *err);
} ld_column_source;

typedef struct ld_columns_writer {
    const lede_env *env;
    ld_part_writer *out;
    ld_buf directory;
    uint32_t docs;
    uint32_t column_count;
} ld_columns_writer;

lede_status ld_columns_writer_init(ld_columns_writer *w, const lede_env *env,
                                   ld_segment_writer *out, uint32_t docs, lede_error *err);
/* Ids ascend. A column without a value is left out. */
lede_status ld_columns_writer_add(ld_columns_writer *w, uint16_t column, ld_column_kind kind,
                                  const ld_column_source *source, lede_error *err);
lede_status ld_columns_writer_finish(ld_columns_writer *w, lede_error *err);
void ld_columns_writer_release(ld_columns_writer *w);

typedef struct ld_column {
    uint16_t id;
    uint8_t kind; /* ld_column_kind */
    bool dense;   /* every document has a value: no presence section */
    bool several; /* starts section present: 0..n values a document */
    uint8_t start_width, value_width;
    uint32_t present; /* documents with a value */
    uint64_t values;
    int64_t min;
    uint64_t presence_offset, starts_offset, values_offset;
    ld_rows dictionary; /* keyword columns */
} ld_column;

typedef struct ld_columns {
    const lede_env *env;
    ld_part part;
    uint32_t docs;
    ld_column *columns; /* [count] ascending by id, owned */
    uint32_t count;
} ld_columns;

lede_status ld_columns_open(const ld_segment *segment, uint32_t docs, ld_columns *columns,
                            lede_error *err);
void ld_columns_close(ld_columns *columns);
const ld_column *ld_columns_find(const ld_columns *columns, uint16_t id); /* NULL: no value */
/* The values [first, first + count) of a document; count 0: it has none. */
lede_status ld_column_range(const ld_columns *columns, const ld_column *c, uint32_t doc,
                            uint64_t *first, uint32_t *count, lede_error *err);
lede_status ld_column_value_at(const ld_columns *columns, const ld_column *c, uint64_t index,
                               int64_t *value, lede_error *err);

/* ---- zones and marks: a row for most documents ---- */
/* Appends the row of a document to `out` (sticky status there); nothing where it has none. */
void ld_zones_encode(const ld_document *document, ld_buf *out);
typedef struct ld_zone_row {
    const ld_zone_range *zones;
    const uint32_t *sentences, *paragraphs;
    uint32_t zone_count, sentence_count, paragraph_count;
} ld_zone_row;
/* `tokens`: of the document, for a row without bytes; `marks` false: the sentence and paragraph
 * starts are left out. */
lede_status ld_zones_decode(ld_span row, uint32_t tokens, bool marks, ld_arena *arena,
                            ld_zone_row *out, lede_error *err);

typedef struct ld_zone_source {
    void *ctx;
    void (*rewind)(void *ctx);
    /* The next document's row, from document 0 on; without bytes where it has none. */
    lede_status (*next)(void *ctx, ld_span *row, lede_error *err);
} ld_zone_source;
lede_status ld_zones_write(ld_segment_writer *out, uint32_t docs, const ld_zone_source *source,
                           lede_error *err);

typedef struct ld_zones {
    ld_part part; /* begins with the presence, where some documents have a row and some have none */
    ld_rows rows; /* count 0: no document has one */
    uint32_t docs;
} ld_zones;
lede_status ld_zones_open(const ld_segment *segment, uint32_t docs, ld_zones *zones,
                          lede_error *err);
/* Without bytes where the document has none. */
lede_status ld_zones_row(const ld_zones *zones, uint32_t doc, ld_span *row, lede_error *err);

/* ---- stored bytes ---- */
/* A block as it stands in the file, of the documents [first, end). */
typedef struct ld_stored_frame {
    const uint8_t *data; /* [bytes] borrowed */
    uint32_t bytes, content_bytes, form, first, end;
} ld_stored_frame;

typedef struct ld_stored_writer ld_stored_writer;
/* Until ld_stored_writer_attach the blocks are kept in memory. */
lede_status ld_stored_writer_new(const lede_env *env, ld_stored_writer **writer, lede_error *err);
/* The document must be the next one. After a failure it was not added. */
lede_status ld_stored_writer_add(ld_stored_writer *w, ld_span stored, lede_error *err);
void ld_stored_writer_undo(ld_stored_writer *w); /* takes the newest document back */
/* Gives it the dictionary to use once there are documents enough to need one; before the first. */
lede_status ld_stored_writer_adopt(ld_stored_writer *w, ld_span dictionary, lede_error *err);
/* The next dictionary is cut anew. Between two segments. */
void ld_stored_writer_forget(ld_stored_writer *w);
bool ld_stored_writer_has(const ld_stored_writer *w, ld_span dictionary); /* the one adopted */
/* The next documents, in a block that was made with the adopted dictionary. */
lede_status ld_stored_writer_add_frame(ld_stored_writer *w, const ld_stored_frame *frame,
                                       lede_error *err);
/* Forgets all but the dictionary: ready for the documents of the next segment. */
void ld_stored_writer_reset(ld_stored_writer *w);
size_t ld_stored_writer_memory_bytes(const ld_stored_writer *w);
/* Blocks go to the segment from now on; what is in memory goes first. */
lede_status ld_stored_writer_attach(ld_stored_writer *w, ld_segment_writer *out, lede_error *err);
lede_status ld_stored_writer_finish(ld_stored_writer *w, lede_error *err);
void ld_stored_writer_free(ld_stored_writer *w);

typedef struct ld_stored {
    const lede_env *env;
    ld_part blocks, index;
    uint32_t docs, block_count;
    uint64_t dictionary_bytes;
    void *dictionary; /* digested, shared by all threads; NULL: none */
    void *_Atomic
        idle_context; /* for the next to decompress, whoever takes it; NULL: none is idle */
} ld_stored;
lede_status ld_stored_open(const ld_segment *segment, uint32_t docs, ld_stored *stored,
                           lede_error *err);
void ld_stored_close(ld_stored *stored);
/* Points into the file; without bytes where there is none. */
lede_status ld_stored_dictionary(const ld_stored *stored, ld_span *dictionary, lede_error *err);
lede_status ld_stored_frame_get(const ld_stored *stored, uint32_t doc, ld_stored_frame *frame,
                                lede_error *err);
/* A decompressed block and the documents in it: [first, end). */
typedef struct ld_stored_block {
    const lede_env *env;
    uint8_t *data; /* [bytes], owned */
    size_t bytes;
    uint32_t first, end;
} ld_stored_block;
lede_status ld_stored_block_load(const ld_stored *stored, uint32_t doc, ld_stored_block *block,
                                 lede_error *err);
lede_status ld_stored_block_get(const ld_stored_block *block, uint32_t doc, ld_span *bytes,
                                lede_error *err);
void ld_stored_block_release(ld_stored_block *block);

/* ---- forward lists: made at a flush, carried over by merges ---- */
typedef struct ld_forward_builder ld_forward_builder;
lede_status ld_forward_builder_new(const lede_env *env, uint32_t docs, ld_forward_builder **builder,
                                   lede_error *err);
ld_posting_sink ld_forward_builder_sink(ld_forward_builder *b);
lede_status ld_forward_builder_write(ld_forward_builder *b, ld_segment_writer *out,
                                     lede_error *err);
void ld_forward_builder_free(ld_forward_builder *b);
/* Writes lists that are there already, a row a document. */
lede_status ld_forward_write(ld_segment_writer *out, uint32_t docs, const ld_row_source *source,
                             lede_error *err);
/* The row of some terms, ascending by ordinal, into `out` (sticky status there). */
void ld_forward_encode(const ld_forward_term *terms, uint32_t count, ld_buf *out);
lede_status ld_forward_open(const ld_segment *segment, uint32_t docs, ld_rows *rows,
                            lede_error *err); /* absent part: rows->part.segment NULL */
lede_status ld_forward_decode(ld_span row, ld_arena *arena, const ld_forward_term **terms,
                              uint32_t *count, lede_error *err);

/* ---- copy hashes ---- */
typedef struct ld_copies_source {
    void *ctx;
    /* Goes to the next hash that a document has, ascending; *end true: no more. */
    lede_status (*next)(void *ctx, uint16_t *hash, bool *end, lede_error *err);
    /* The next document of the hash, ascending; LD_DOC_END after the last, and then the first
     * again: a list is run through twice, to be measured and to be written. */
    lede_status (*doc)(void *ctx, uint32_t *doc, lede_error *err);
    void (*rewind_counts)(void *ctx);
    /* How many hashes the next document has, from document 0 on. */
    lede_status (*count)(void *ctx, uint32_t *count, lede_error *err);
} ld_copies_source;
lede_status ld_copies_write(const lede_env *env, ld_segment_writer *out, uint32_t docs,
                            const ld_copies_source *source, lede_error *err);
typedef struct ld_copies {
    ld_part part; /* segment NULL: absent */
    ld_rows lists;
    uint64_t hashes_offset, counts_offset;
    uint32_t docs;
    uint8_t count_width;
} ld_copies;
lede_status ld_copies_open(const ld_segment *segment, uint32_t docs, ld_copies *copies,
                           lede_error *err);
lede_status ld_copies_hash(const ld_copies *copies, uint32_t ordinal, uint16_t *hash,
                           lede_error *err);
/* A list, document by document; it takes no memory. */
typedef struct ld_copies_cursor {
    const ld_copies *copies;
    ld_reader reader;
    uint64_t doc;
    bool begun;
} ld_copies_cursor;
lede_status ld_copies_cursor_open(const ld_copies *copies, uint32_t ordinal,
                                  ld_copies_cursor *cursor, lede_error *err);
lede_status ld_copies_cursor_next(ld_copies_cursor *cursor, uint32_t *doc /* or LD_DOC_END */,
                                  lede_error *err);
lede_status ld_copies_list(const ld_copies *copies, uint32_t ordinal, ld_arena *arena,
                           const uint32_t **docs, uint32_t *count, lede_error *err);
lede_status ld_copies_doc_count(const ld_copies *copies, uint32_t doc, uint32_t *count,
                                lede_error *err);

/* ---- all of a segment ---- */
typedef struct ld_sidecars {
    const lede_env *env;
    ld_keys keys;
    ld_columns columns;
    ld_zones zones;
    ld_stored stored;
    ld_rows forward;
    ld_copies copies;
    ld_notes notes;
} ld_sidecars;
lede_status ld_sidecars_open(const ld_segment *segment, ld_sidecars **sidecars, lede_error *err);
void ld_sidecars_close(ld_sidecars *s);

#endif
