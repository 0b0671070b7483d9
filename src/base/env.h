#ifndef LD_BASE_ENV_H
#define LD_BASE_ENV_H
/*
 * The effects, as the rest of lede calls them: thin functions over the table of lede/env.h that
 * check sizes, loop over short counts and EINTR, and turn an errno into a lede_status with a
 * sentence. Nothing outside base/ calls libc for memory, files, clocks or chance.
 */
#include <stdbool.h>

#include "base/error.h"
#include "base/span.h"
#include "lede/env.h"

/* ---- memory: NULL when refused; sizes are kept by the caller, as the table wants them ---- */
void *ld_alloc(const lede_env *env, size_t bytes);                          /* not cleared */
void *ld_alloc_zero(const lede_env *env, size_t bytes);                     /* cleared */
void *ld_alloc_array(const lede_env *env, size_t count, size_t item_bytes); /* overflow: NULL */
void *ld_resize(const lede_env *env, void *block, size_t old_bytes, size_t bytes);
void ld_release(const lede_env *env, void *block, size_t bytes); /* NULL is harmless */

/*
 * Makes room for at least `count` items in a growing array (doubling). *items may be NULL with
 * *capacity 0. Fails with NOMEM, or with LIMIT when count exceeds count_max; the array stays as
 * it was.
 */
lede_status ld_grow(const lede_env *env, void **items, size_t *capacity, size_t count,
                    size_t item_bytes, size_t count_max, lede_error *err);

/* ---- files: every function fails with LEDE_E_IO (NOTFOUND for ENOENT on open, EXISTS for
 * EEXIST) and names the path in err->where ---- */
typedef struct ld_file {
    const lede_env *env;
    int handle;       /* of the table; -1 when closed */
    const char *path; /* borrowed, for messages; outlives the file */
} ld_file;

lede_status ld_file_open(const lede_env *env, const char *path, uint32_t flags, ld_file *file,
                         lede_error *err);
void ld_file_close(ld_file *file); /* harmless when closed; for files that were only read */
lede_status ld_file_close_checked(ld_file *file, lede_error *err); /* for files written */
lede_status ld_file_size(const ld_file *file, uint64_t *size_bytes, lede_error *err);
/* Reads until `bytes` are there or the file ends; *got_bytes says how many. */
lede_status ld_file_read(const ld_file *file, void *buffer, size_t bytes, size_t *got_bytes,
                         lede_error *err); /* sequential */
lede_status ld_file_pread(const ld_file *file, void *buffer, size_t bytes, uint64_t offset,
                          size_t *got_bytes, lede_error *err);
lede_status ld_file_pwrite(const ld_file *file, const void *data, size_t bytes, uint64_t offset,
                           lede_error *err);
lede_status ld_file_sync(const ld_file *file, lede_error *err); /* never retried on failure */
/* Exclusive, not waiting; held until the file is closed. BUSY where another holds it. */
lede_status ld_file_lock(const ld_file *file, lede_error *err);
/* 0 bytes give a valid pointer that needs no unmap. */
lede_status ld_file_map(const ld_file *file, size_t bytes, const uint8_t **map, lede_error *err);
void ld_file_unmap(const lede_env *env, const uint8_t *map, size_t bytes);

lede_status ld_path_info(const lede_env *env, const char *path, bool follow_links,
                         lede_file_info *info, lede_error *err);
lede_status ld_path_rename(const lede_env *env, const char *from, const char *to, lede_error *err);
lede_status ld_path_unlink(const lede_env *env, const char *path, lede_error *err);
lede_status ld_path_link(const lede_env *env, const char *from, const char *to, lede_error *err);
lede_status ld_dir_make(const lede_env *env, const char *path, lede_error *err);
lede_status ld_dir_remove(const lede_env *env, const char *path, lede_error *err);
lede_status ld_dir_sync(const lede_env *env, const char *path, lede_error *err);

/* Names of a directory's entries, sorted by bytes; release with ld_names_release. */
typedef struct ld_names {
    const lede_env *env;
    char **names; /* [count], each NUL-terminated, owned */
    size_t count, capacity;
} ld_names;
lede_status ld_dir_list(const lede_env *env, const char *path, ld_names *names, lede_error *err);
void ld_names_release(ld_names *names);

/* The whole file into one block of the table's memory (release with ld_release(env, *data,
 * *data_bytes + 1): one NUL byte stands after the end). LIMIT above bytes_max. */
lede_status ld_file_load(const lede_env *env, const char *path, uint64_t bytes_max, char **data,
                         size_t *data_bytes, lede_error *err);

/* ---- clock and chance ---- */
int64_t ld_clock_utc_ms(const lede_env *env);
uint64_t ld_clock_monotonic_ns(const lede_env *env);
lede_status ld_random_fill(const lede_env *env, void *buffer, size_t bytes, lede_error *err);

#endif
