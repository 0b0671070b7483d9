#ifndef LD_INDEX_WRITER_PRIVATE_H
#define LD_INDEX_WRITER_PRIVATE_H
/*
 * The writer's inside, shared by writer.c (life, adding), writer_identity.c (keys), writer_flush.c
 * (segments), writer_commit.c (generations), merge.c and merge_policy.c.
 */
#include "base/thread.h"
#include "index/open_segment.h"
#include "index/row_buffer.h"
#include "index/writer.h"

#define LD_WRITER_MEMORY_BYTES_DEFAULT (256u << 20)
#define LD_MERGE_FACTOR_DEFAULT        8u
/* What one segment under construction holds beside its documents: parts and scratches in memory up
 * to their limits, the window, zstd's context and its dictionary. */
#define LD_SEGMENT_WRITER_BYTES (6u << 20)
#define LD_ROW_IN_BUFFER        UINT32_MAX
#define LD_FILTER_BYTES         (1u << 20) /* 8 bits a key of a million */
#define LD_FILTER_WORDS         (LD_FILTER_BYTES / 8)

/* A segment of the archive as it will be at the next commit. On the heap: a merge keeps pointers.
 */
typedef struct ld_writer_segment {
    ld_open_segment open;
    bool tombstones_changed; /* since the last commit */
    bool filtered;           /* all its keys are in the writer's filter */
} ld_writer_segment;

/* A merge of neighbours: planned at a flush, run by a thread (or at once), swapped in at the next
 * flush or commit. */
typedef struct ld_merge {
    const lede_env *env;
    const ld_profile *profile; /* of the writer */
    const char *dir;           /* of the writer */
    size_t first;              /* of the sources in the writer's list */
    uint32_t count;
    uint64_t id; /* of the new segment */
    const ld_writer_segment *sources[LD_MERGE_FACTOR_MAX];
    ld_doc_map maps[LD_MERGE_FACTOR_MAX]; /* where its documents go, as of the plan */
    uint32_t docs;                        /* of the new segment */
    uint32_t reorder_docs_min;            /* of fewer documents the order stays */
    bool cuts_dictionary;                 /* takes over no source's dictionary */
    size_t memory_max_bytes;
    ld_buf path;                               /* of the new segment */
    uint64_t *superseded[LD_MERGE_FACTOR_MAX]; /* as of the plan, where it reorders; owned */
    ld_doc_order order;                        /* cleared: the documents keep their order */
    ld_thread thread;
    lede_status status;
    lede_error error;
    uint64_t file_bytes;
    uint32_t footer_crc32c;
} ld_merge;

typedef struct ld_key_match {
    uint32_t segment; /* in the writer's list, or LD_ROW_IN_BUFFER */
    uint32_t doc;
    bool superseded;
    int64_t version_order;
} ld_key_match;

struct ld_index_writer {
    const lede_env *env;
    char *dir; /* owned */
    size_t dir_bytes;
    ld_writer_options options; /* with defaults filled in */
    ld_buf lock_path;
    ld_file lock;
    lede_status status; /* sticky: documents were lost, or what is on the disk is not known */
    lede_error error;
    ld_manifest committed, previous; /* the two generations that are kept; previous may be 0 */
    uint64_t next_segment;
    bool opened;  /* the kept generations are known: files they do not name may be removed */
    bool changed; /* since the last commit */
    ld_inverted_buffer *inverted;
    ld_row_buffer rows;
    ld_writer_segment **segments; /* [segment_count], owned, in the order of adding */
    size_t segment_count, segment_capacity;
    ld_merge *merge;       /* planned or running; NULL: none */
    bool merging_off;      /* a merge failed: the segments stay as they are */
    bool purging;          /* merges take over no dictionary: deleted texts may be in it */
    ld_key_match *matches; /* [match_count] of the key at hand, owned */
    size_t match_count, match_capacity;
    uint64_t *filter; /* [LD_FILTER_WORDS] keys this writer added, owned; NULL: none yet */
    ld_writer_statistics statistics;
};

/* ---- writer.c ---- */
lede_status ld_writer_fail(ld_index_writer *w, lede_status status, const lede_error *error,
                           lede_error *err); /* makes the failure sticky */
size_t ld_writer_buffer_bytes(const ld_index_writer *w);
/* The same, and its peak goes into the statistics: at each document and before each flush. */
size_t ld_writer_note_memory(ld_index_writer *w);
size_t ld_writer_merge_bytes(const ld_index_writer *w); /* the share of a merge */

/* ---- writer_identity.c ---- */
/* Fills w->matches with the rows of a key that are not deleted, and prepares their segments for
 * marks; *same: one of them has this content (content_hash may be NULL). */
lede_status ld_writer_find_key(ld_index_writer *w, ld_span key, const uint64_t *content_hash,
                               bool *same, lede_error *err);
void ld_writer_filter_key(ld_index_writer *w, ld_span key); /* it goes into the buffer */
void ld_writer_delete_matches(ld_index_writer *w);
void ld_writer_add_version(ld_index_writer *w, uint32_t row); /* the buffer's newest row */

/* ---- writer_flush.c ---- */
lede_status ld_writer_flush(ld_index_writer *w, lede_error *err);
/* Waits for the merge under way and puts its segment into the list. */
lede_status ld_writer_join(ld_index_writer *w, lede_error *err);
/* Merges [first, first + count) now and swaps the result in. */
lede_status ld_writer_merge_now(ld_index_writer *w, size_t first, uint32_t count, lede_error *err);
void ld_writer_drop_empty(ld_index_writer *w); /* segments without a row that is not deleted */
void ld_writer_segment_free(ld_index_writer *w, ld_writer_segment *s);

/* ---- copy_groups_assign.c ---- */
/* Gives the rows of the buffer their groups of copies: columns and notes. */
lede_status ld_writer_group_copies(ld_index_writer *w, lede_error *err);

/* ---- writer_commit.c ---- */
lede_status ld_writer_lock(ld_index_writer *w, lede_error *err);
/* Removes our files that neither kept generation names. */
lede_status ld_writer_clean(ld_index_writer *w, lede_error *err);
bool ld_writer_names_segment(const ld_index_writer *w, uint64_t id); /* a kept generation does */

/* ---- merge.c ---- */
lede_status ld_merge_new(ld_index_writer *w, size_t first, uint32_t count, ld_merge **merge,
                         lede_error *err);
void ld_merge_run(void *merge); /* leaves its outcome in status and error */
void ld_merge_free(ld_merge *m);

/* ---- notes_merge.c ---- */
lede_status ld_merge_notes(const ld_merge *m, ld_segment_writer *out, lede_error *err);

/* ---- merge_policy.c ---- */
typedef struct ld_merge_size {
    uint32_t docs, deleted;
} ld_merge_size;
typedef struct ld_merge_choice {
    size_t first;
    uint32_t count; /* 0: nothing to merge */
} ld_merge_choice;
ld_merge_choice ld_merge_plan(const ld_merge_size *segments, size_t count, uint32_t factor,
                              uint64_t docs_max);
/* A window that brings the list towards `segments_max`, of the fewest documents. */
ld_merge_choice ld_merge_plan_down(const ld_merge_size *segments, size_t count,
                                   size_t segments_max);

#endif
