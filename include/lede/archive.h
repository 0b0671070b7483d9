#ifndef LEDE_ARCHIVE_H
#define LEDE_ARCHIVE_H
/*
 * An archive: a directory that holds articles and answers queries. One writer at a time, any
 * number of readers in any process. What a commit acknowledged is never lost.
 */
#include "lede/article.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- making ---- */
typedef struct lede_archive_options {
    uint32_t struct_bytes;
    const char *profile; /* "news" (stems, forms, case, zones, sidecars) or "plain" (words only);
                            NULL: "news" */
    /* user-declared fields, as "name:kind" separated by commas; kinds: keyword, number, date,
     * text (a zone of its own). NULL: none. At most 32 columns and 8 text fields. */
    const char *fields;
    int without_store; /* 1: articles are not kept, only found (for measuring) */
} lede_archive_options;
#define LEDE_ARCHIVE_OPTIONS_INIT                                                                  \
    {                                                                                              \
        sizeof(lede_archive_options), 0, 0, 0                                                      \
    }

/*
 * Makes an empty archive in a new or empty directory.
 * Returns: LEDE_OK; EXISTS an archive is there; INVALID options; IO; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_archive_create(const lede_env *env, const char *dir,
                                         const lede_archive_options *options, lede_error *err);

/* ---- writing ---- */
typedef struct lede_writer lede_writer; /* one thread at a time */

/* Whether merges put articles that share words next to each other inside the segments. Answers stay
 * the same; the archive is smaller and its searches read less. */
typedef enum lede_reorder {
    LEDE_REORDER_OFF = 0,
    LEDE_REORDER_AUTO = 1, /* merges that give 65,536 articles or more */
    LEDE_REORDER_ON = 2    /* all merges; lede_writer_merge of a single segment writes it anew */
} lede_reorder;

typedef struct lede_writer_options {
    uint32_t struct_bytes;
    size_t memory_max_bytes; /* anonymous memory of the whole writing process's share; 0: 256 MiB;
                                at least 32 MiB */
    uint32_t commit_docs;    /* commit after so many documents while adding; 0: after
                                20 million words, about 50,000 articles */
    lede_reorder reorder;
} lede_writer_options;
#define LEDE_WRITER_OPTIONS_INIT                                                                   \
    {                                                                                              \
        sizeof(lede_writer_options), 0, 0, LEDE_REORDER_OFF                                        \
    }

/*
 * Opens an archive for writing.
 * Returns: LEDE_OK; NOTFOUND no archive there; BUSY another writer holds it; VERSION; CORRUPT; IO;
 * NOMEM. Ownership: *writer is the caller's, closed by lede_writer_close. Since 0.1.
 */
LEDE_API lede_status lede_writer_open(const lede_env *env, const char *dir,
                                      const lede_writer_options *options, lede_writer **writer,
                                      lede_error *err);
/* What was not committed is dropped. NULL is harmless. Since 0.1. */
LEDE_API void lede_writer_close(lede_writer *writer);

typedef struct lede_add_counts {
    uint64_t pages; /* seen: the sum of the next five */
    uint64_t added, unchanged, versions, replaced, rejected;
    uint64_t skipped; /* records that are no pages (images, redirects, revisits) */
    uint64_t bytes;   /* of page bodies */
    uint64_t flushes, merges;
} lede_add_counts;

typedef struct lede_add_progress {
    const char *path;          /* of the page at hand; borrowed during the call */
    const char *reject_reason; /* NULL unless this page was rejected */
    uint64_t source_bytes_done, source_bytes_total; /* total 0: not known */
    lede_add_counts counts;                         /* so far */
} lede_add_progress;

/*
 * Adds every page of the sources and commits. A broken page never stops it: it is counted, named
 * with its reason and kept in the archive's list of rejects. Adding the same again changes
 * nothing, so an interrupted add is resumed by repeating it.
 * progress: called on the caller's thread after each page; NULL: none.
 * dry_run: 1: everything but the writing (outcomes are as they would be).
 * Returns: LEDE_OK with *counts; NOTFOUND a path is missing; CANCELLED (what was added until then
 * is committed); IO; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_writer_add_paths(lede_writer *writer, const char *const *paths,
                                           size_t path_count, const lede_source_options *options,
                                           int dry_run,
                                           void (*progress)(void *ctx, const lede_add_progress *p),
                                           void *ctx, lede_add_counts *counts, lede_error *err);

typedef enum lede_add_outcome {
    LEDE_ADD_ADDED = 0,
    LEDE_ADD_UNCHANGED,
    LEDE_ADD_VERSION,
    LEDE_ADD_REPLACED,
    LEDE_ADD_REJECTED
} lede_add_outcome;

/*
 * Adds one page from memory. url: where it was captured, "" where not known. key: an explicit
 * identity, NULL to use the page's own. content_type: as a protocol states it ("text/html;
 * charset=utf-8"), NULL: sniffed. Not committed until lede_writer_commit.
 * Returns: LEDE_OK with *outcome (REJECTED: err holds the reason); IO; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_writer_add_page(lede_writer *writer, const void *data, size_t bytes,
                                          const char *url, const char *key,
                                          const char *content_type,
                                          const lede_source_options *options,
                                          lede_add_outcome *outcome, lede_error *err);
/*
 * Adds a finished article (as lede_dump gives them). Since 0.1.
 * Returns: LEDE_OK with *outcome; INVALID; IO; NOMEM.
 */
LEDE_API lede_status lede_writer_add_article(lede_writer *writer, const lede_article *article,
                                             lede_add_outcome *outcome, lede_error *err);
/*
 * Deletes every version of a key.
 * Returns: LEDE_OK with *deleted (rows); NOTFOUND where no article has the key; IO; NOMEM.
 * Since 0.1.
 */
LEDE_API lede_status lede_writer_delete(lede_writer *writer, const char *key, uint64_t *deleted,
                                        lede_error *err);
/*
 * Makes everything so far one new generation, on disk when it returns.
 * Returns: LEDE_OK with *generation (may be NULL); IO; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_writer_commit(lede_writer *writer, uint64_t *generation, lede_error *err);
/*
 * Merges down to at most `segments_max` segments (1..) and commits.
 * Returns: LEDE_OK; IO; CORRUPT; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_writer_merge(lede_writer *writer, uint32_t segments_max, lede_error *err);
/*
 * Rewrites the archive without deleted articles and drops older generations, so that they are
 * gone from the disk. Returns as lede_writer_merge. Since 0.1.
 */
LEDE_API lede_status lede_writer_purge(lede_writer *writer, lede_error *err);
/*
 * Loads a dump: JSON lines as lede_dump wrote them, from a file or "-". Commits.
 * Returns: LEDE_OK with *counts; INVALID for a line that is none (named with its number); IO;
 * NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_writer_load(lede_writer *writer, const char *path,
                                      lede_add_counts *counts, lede_error *err);

/* ---- upkeep ---- */
/*
 * Checks an archive's newest generation: every checksum, and with deep 1 every list and count.
 * problem: called with one sentence per finding; NULL: none.
 * Returns: LEDE_OK when whole; CORRUPT when not; NOTFOUND; VERSION; IO; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_archive_verify(const lede_env *env, const char *dir, int deep,
                                         void (*problem)(void *ctx, const char *sentence),
                                         void *ctx, lede_error *err);

/*
 * Copies an archive's newest generation into a new or empty folder, with every checksum tested on
 * the way; searches and a writer may run meanwhile. What was cut off is no archive. The list of
 * rejects goes along.
 * bytes: of the files written; may be NULL.
 * Returns: LEDE_OK; EXISTS the folder holds something; CORRUPT the archive is damaged (repair it);
 * NOTFOUND; VERSION; IO; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_archive_copy(const lede_env *env, const char *from, const char *to,
                                       uint64_t *bytes, lede_error *err);

typedef struct lede_repair_counts {
    uint32_t struct_bytes;
    uint32_t segments, damaged_segments; /* of the generation that was kept */
    uint64_t kept;     /* rows in whole segments, deleted ones included */
    uint64_t salvaged; /* rows of damaged segments that are whole */
    uint64_t lost;     /* rows of damaged segments that are not */
    int other_generation; /* 1: the newest manifest is damaged, an older generation was kept */
} lede_repair_counts;
#define LEDE_REPAIR_COUNTS_INIT                                                                    \
    {                                                                                              \
        sizeof(lede_repair_counts), 0, 0, 0, 0, 0, 0                                               \
    }

/*
 * Makes a whole archive of what is whole of a damaged one and puts it in its place; the damaged one
 * is kept beside it as "<dir>.damaged". A whole archive is left as it is. Nothing is made up: each
 * article kept passed its checksums. A snapshot that is open stays as it is.
 * tell: called with one sentence per finding and per lost article; NULL: none.
 * Returns: LEDE_OK with *counts (damaged_segments 0 and other_generation 0: nothing was done);
 * BUSY a writer holds it; EXISTS "<dir>.damaged" or "<dir>.repaired" is there; CORRUPT no manifest
 * is whole; NOTFOUND; VERSION; IO; NOMEM. Since 0.1.
 */
LEDE_API lede_status lede_archive_repair(const lede_env *env, const char *dir,
                                         void (*tell)(void *ctx, const char *sentence), void *ctx,
                                         lede_repair_counts *counts, lede_error *err);

/* Calls each() for every page the archive's adds rejected, oldest first; a non-zero answer stops.
 * Returns: LEDE_OK; IO; NOMEM. Since 0.1. */
LEDE_API lede_status lede_archive_rejects(const lede_env *env, const char *dir,
                                          int (*each)(void *ctx, const char *path,
                                                      const char *reason),
                                          void *ctx, lede_error *err);

#ifdef __cplusplus
}
#endif
#endif
