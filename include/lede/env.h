#ifndef LEDE_ENV_H
#define LEDE_ENV_H
/*
 * The table of effects: everything lede does to the world outside its own memory goes through
 * one of these functions, so that a program can supply its own memory, and a test can fail, tear
 * or count any effect. lede_env_system() is the ordinary table (POSIX).
 *
 * File calls return 0 (or a count) on success and a negated errno on failure (-ENOSPC): no hidden
 * thread-local state. They may return short counts; the callers loop. A file is a small integer
 * handle that belongs to the table that gave it.
 *
 * Threads: every function may be called from several threads at once.
 */
#include <stddef.h>
#include <stdint.h>

#include "lede/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct lede_env lede_env;

/* flags of open */
#define LEDE_OPEN_READ 1u
#define LEDE_OPEN_WRITE 2u
#define LEDE_OPEN_CREATE 4u    /* make the file where it is missing */
#define LEDE_OPEN_EXCLUSIVE 8u /* with CREATE: fail with -EEXIST where it exists */
#define LEDE_OPEN_TRUNCATE 16u
#define LEDE_OPEN_DIRECTORY 32u

typedef enum lede_file_kind {
    LEDE_FILE_REGULAR,
    LEDE_FILE_DIRECTORY,
    LEDE_FILE_OTHER
} lede_file_kind;

typedef struct lede_file_info {
    uint64_t size_bytes;
    uint64_t device, inode; /* identify a directory, so that link loops are seen */
    lede_file_kind kind;
} lede_file_info;

struct lede_env {
    uint32_t struct_bytes; /* sizeof(lede_env) as the maker of the table knew it */
    void *ctx;             /* handed to every function */

    /* memory; `bytes` is never 0. Blocks are aligned to 16, as malloc's on 64-bit machines are.
     * resize keeps the old block valid when it returns NULL. */
    void *(*allocate)(void *ctx, size_t bytes);
    void *(*resize)(void *ctx, void *block, size_t old_bytes, size_t bytes);
    void (*release)(void *ctx, void *block, size_t bytes);

    /* files */
    int (*file_open)(void *ctx, const char *path, uint32_t flags, int *file);
    int (*file_close)(void *ctx, int file);
    int64_t (*file_read)(void *ctx, int file, void *buffer, size_t bytes); /* sequential */
    int64_t (*file_pread)(void *ctx, int file, void *buffer, size_t bytes, uint64_t offset);
    int64_t (*file_pwrite)(void *ctx, int file, const void *data, size_t bytes, uint64_t offset);
    int (*file_sync)(void *ctx, int file); /* also of a directory opened with DIRECTORY */
    int (*file_info)(void *ctx, int file, lede_file_info *info);
    int (*path_info)(void *ctx, const char *path, int follow_links, lede_file_info *info);
    int (*file_lock)(void *ctx, int file); /* exclusive, not waiting: -EAGAIN when held */
    int (*file_map)(void *ctx, int file, size_t bytes, const void **map); /* read-only, shared */
    int (*file_unmap)(void *ctx, const void *map, size_t bytes);
    int (*path_rename)(void *ctx, const char *from, const char *to);
    int (*path_link)(void *ctx, const char *from, const char *to); /* hard link */
    int (*path_unlink)(void *ctx, const char *path);
    int (*dir_make)(void *ctx, const char *path);
    int (*dir_remove)(void *ctx, const char *path);
    /* Calls each(each_ctx, name) for every entry but "." and ".."; a non-zero answer stops. */
    int (*dir_list)(void *ctx, const char *path, int (*each)(void *each_ctx, const char *name),
                    void *each_ctx);

    /* clock and chance */
    int64_t (*clock_utc_ms)(void *ctx);       /* since 1970-01-01T00:00:00Z */
    uint64_t (*clock_monotonic_ns)(void *ctx); /* from any fixed point */
    int (*random_fill)(void *ctx, void *buffer, size_t bytes);
};

/*
 * The ordinary table: libc memory, POSIX files, the system's clocks.
 * Returns: a static table, never NULL. Threads: any. Since 0.1.
 */
LEDE_API const lede_env *lede_env_system(void);

/*
 * Asks for the guard of mapped files, once for the whole process: from then on a file of an archive
 * that shrinks under a reader, or a page of it that the disk cannot give, makes the search that
 * meets it return CORRUPT, and so do all later ones on that snapshot; without the guard the kernel
 * ends the process (SIGBUS). It sets a handler for SIGBUS; faults at addresses that are not of
 * lede's maps go to the handler that was there before. Without this call lede sets no handler of
 * any signal. It covers the maps of lede_env_system, also those made before.
 * Returns: LEDE_OK, again too; IO where the handler cannot be set. Threads: any, but not while
 * another thread sets SIGBUS's handler. Since 0.1.
 */
LEDE_API lede_status lede_guard_sigbus(lede_error *err);

#ifdef __cplusplus
}
#endif
#endif
