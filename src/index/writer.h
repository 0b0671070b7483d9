#ifndef LD_INDEX_WRITER_H
#define LD_INDEX_WRITER_H
/*
 * The one writer of an archive: takes documents, keeps identity, flushes within its memory cap,
 * merges in the background, commits by one atomic rename.
 */
#include "index/snapshot.h"

typedef struct ld_index_writer ld_index_writer;

/* Whether merges give documents an order in which alike ones stand together (reorder.h). Answers
 * are the same; postings are shorter and searches pass over more of them. */
typedef enum ld_reorder_choice {
    LD_REORDER_OFF,
    LD_REORDER_AUTO, /* merges that give LD_REORDER_AUTO_DOCS documents or more */
    LD_REORDER_ON    /* all merges, and ld_index_writer_merge of a single segment */
} ld_reorder_choice;

/* Which documents are near copies: index/ counts what two share, this judges (news/copies.h).
 * Levels 1 to LD_COPY_LEVELS, each closer than the one before; 0: no copies. */
#define LD_COPY_LEVELS 3u
typedef struct ld_copy_rules {
    uint8_t (*level)(uint32_t shared, uint32_t a_count, uint64_t a_sketch, uint32_t b_count,
                     uint64_t b_sketch);
    uint32_t shared_min; /* fewer shared hashes are judged only where they are all there are */
    int64_t window_ms;   /* documents published further apart are none */
} ld_copy_rules;

typedef struct ld_writer_options {
    size_t memory_max_bytes;  /* of this writer, its buffers and merges; 0: default (256 MiB), at
                                 least LD_WRITER_MEMORY_BYTES_MIN */
    bool merge_in_background; /* false: merges run inside flush, on the caller's thread */
    uint32_t merge_factor;    /* segments of one size class before they merge; 0: default (8) */
    uint32_t flush_docs;      /* flush at the latest after so many documents; 0: by memory only */
    ld_reorder_choice reorder;
    const ld_copy_rules *copies; /* borrowed while the writer is open; NULL: no groups are given */
} ld_writer_options;

typedef enum ld_add_outcome {
    LD_ADD_ADDED,
    LD_ADD_UNCHANGED, /* same key, same content hash */
    LD_ADD_VERSION,   /* same key, other content: a new version */
    LD_ADD_REPLACED   /* same explicit key, other content */
} ld_add_outcome;

/* Makes the directory and generation 1, without documents. EXISTS when an archive is there. */
lede_status ld_archive_create(const lede_env *env, const char *dir, const ld_profile *profile,
                              lede_error *err);
/* BUSY when another writer holds it. Removes files no kept generation names. */
lede_status ld_index_writer_open(const lede_env *env, const char *dir,
                                 const ld_writer_options *options, ld_index_writer **writer,
                                 lede_error *err);
const ld_profile *ld_index_writer_profile(const ld_index_writer *w);
/* Copies what it needs of the document. After NOMEM or IO the document was not added, and what is
 * committed stays whole. */
lede_status ld_index_writer_add(ld_index_writer *w, const ld_document *document,
                                ld_add_outcome *outcome, lede_error *err);
/* What the writer holds under a key now, committed or not: the newest version that is not deleted.
 */
typedef struct ld_held_row {
    bool found;
    uint64_t content_hash;
    uint32_t address_hash;
} ld_held_row;
lede_status ld_index_writer_find(const ld_index_writer *w, ld_span key, ld_held_row *row,
                                 lede_error *err);
/* All versions of the key; *deleted_docs counts rows. */
lede_status ld_index_writer_delete(ld_index_writer *w, ld_span key, uint64_t *deleted_docs,
                                   lede_error *err);
/* Everything added and deleted so far becomes one new generation (none when nothing changed). */
lede_status ld_index_writer_commit(ld_index_writer *w, uint64_t *generation, lede_error *err);
/* Waits for background merges, then merges down to at most `segments_max` segments. Commit makes
 * it last. */
lede_status ld_index_writer_merge(ld_index_writer *w, uint32_t segments_max, lede_error *err);
/* Commits a generation that shares no file with older ones and drops those: deleted articles are
 * gone from the disk. */
lede_status ld_index_writer_purge(ld_index_writer *w, lede_error *err);
typedef struct ld_writer_statistics {
    uint64_t flushes, merges, buffered_docs;
    size_t memory_peak_bytes;
} ld_writer_statistics;
void ld_index_writer_statistics(const ld_index_writer *w, ld_writer_statistics *statistics);
void ld_index_writer_close(ld_index_writer *w); /* what was not committed is dropped */

#endif
