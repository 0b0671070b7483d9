/*
 * The thin functions over the table of effects. What they add, once for every table:
 *
 * - sizes: a size of 0 is asked as 1 byte and released as such, a product that overflows and a
 *   size past PTRDIFF_MAX are refused before the table sees them;
 * - short counts: reads go on until the end of the file, writes until all is written; a write that
 *   moves nothing is an I/O error, never an endless loop;
 * - EINTR: the call is made again, at most LD_EINTR_TRIES_MAX times in a row. Two calls are not:
 *   fsync, because after a failed one the kernel may have dropped the dirty pages and a second
 *   call would then lie (Rebello et al., "Can Applications Recover from fsync Failures?", USENIX
 *   ATC 2020), and close, because on Linux the descriptor is gone even then and a second call could
 *   close another thread's file;
 * - words: an errno becomes a status and one sentence; the path stands in err->where.
 */
#include "base/env.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/limits.h"

/* ---- memory ---- */

void *ld_alloc(const lede_env *env, size_t bytes)
{
    if (bytes > PTRDIFF_MAX)
        return NULL;
    return env->allocate(env->ctx, bytes ? bytes : 1);
}

void *ld_alloc_zero(const lede_env *env, size_t bytes)
{
    void *block = ld_alloc(env, bytes);
    if (block)
        memset(block, 0, bytes);
    return block;
}

void *ld_alloc_array(const lede_env *env, size_t count, size_t item_bytes)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, item_bytes, &bytes))
        return NULL;
    return ld_alloc_zero(env, bytes);
}

void *ld_resize(const lede_env *env, void *block, size_t old_bytes, size_t bytes)
{
    if (bytes > PTRDIFF_MAX)
        return NULL;
    if (!block)
        return ld_alloc(env, bytes);
    return env->resize(env->ctx, block, old_bytes ? old_bytes : 1, bytes ? bytes : 1);
}

void ld_release(const lede_env *env, void *block, size_t bytes)
{
    if (block)
        env->release(env->ctx, block, bytes ? bytes : 1);
}

lede_status ld_grow(const lede_env *env, void **items, size_t *capacity, size_t count,
                    size_t item_bytes, size_t count_max, lede_error *err)
{
    if (count <= *capacity)
        return LEDE_OK;
    if (count > count_max)
        return LD_FAIL(err, LEDE_E_LIMIT, "more than %zu items are not kept", count_max);
    size_t wanted = *capacity < 8 ? 8 : *capacity;
    while (wanted < count)
        wanted = wanted > SIZE_MAX / 2 ? SIZE_MAX : wanted * 2;
    if (wanted == *capacity)
        wanted = *capacity * 2;
    if (wanted > count_max)
        wanted = count_max;
    size_t bytes;
    if (__builtin_mul_overflow(wanted, item_bytes, &bytes))
        return ld_error_nomem(err, SIZE_MAX);
    void *grown = ld_resize(env, *items, *capacity * item_bytes, bytes);
    if (!grown)
        return ld_error_nomem(err, bytes);
    *items = grown;
    *capacity = wanted;
    return LEDE_OK;
}

/* ---- files ---- */

/* Makes the call again while it says -EINTR; the answer is left in `result`. */
#define RETRY(result, call)                                                                        \
    do {                                                                                           \
        uint32_t tries_ = 0;                                                                       \
        do {                                                                                       \
            (result) = (call);                                                                     \
        } while ((result) == -EINTR && ++tries_ < LD_EINTR_TRIES_MAX);                             \
    } while (0)

static lede_status fail_path(lede_error *err, int os_errno, const char *verb, const char *path)
{
    lede_status code = LEDE_E_IO;
    if (os_errno == -ENOENT)
        code = LEDE_E_NOTFOUND;
    else if (os_errno == -EEXIST)
        code = LEDE_E_EXISTS;
    else if (os_errno == -ENOMEM)
        code = LEDE_E_NOMEM;
    (void)LD_FAIL_OS(err, code, os_errno, "cannot %s %s", verb, path);
    ld_error_at(err, path);
    return code;
}

/* A call on an open file: the file exists, so every errno is LEDE_E_IO. */
static lede_status fail_file(lede_error *err, int os_errno, const char *verb, const ld_file *file)
{
    (void)LD_FAIL_OS(err, LEDE_E_IO, os_errno, "cannot %s %s", verb, file->path);
    ld_error_at(err, file->path);
    return LEDE_E_IO;
}

lede_status ld_file_open(const lede_env *env, const char *path, uint32_t flags, ld_file *file,
                         lede_error *err)
{
    *file = (ld_file){env, -1, path};
    int result, handle = -1;
    RETRY(result, env->file_open(env->ctx, path, flags, &handle));
    if (result < 0)
        return fail_path(err, result, flags & LEDE_OPEN_CREATE ? "create" : "open", path);
    file->handle = handle;
    return LEDE_OK;
}

void ld_file_close(ld_file *file)
{
    ld_file_close_checked(file, NULL);
}

lede_status ld_file_close_checked(ld_file *file, lede_error *err)
{
    if (file->handle < 0)
        return LEDE_OK;
    int result = file->env->file_close(file->env->ctx, file->handle);
    file->handle = -1;
    /* Interrupted means closed; what must last was made so by ld_file_sync before. */
    if (result < 0 && result != -EINTR)
        return fail_file(err, result, "close", file);
    return LEDE_OK;
}

lede_status ld_file_size(const ld_file *file, uint64_t *size_bytes, lede_error *err)
{
    lede_file_info info;
    int result;
    RETRY(result, file->env->file_info(file->env->ctx, file->handle, &info));
    if (result < 0)
        return fail_file(err, result, "examine", file);
    *size_bytes = info.size_bytes;
    return LEDE_OK;
}

/* Reads at *offset, or sequentially where offset is NULL, until the end or `bytes`. */
static lede_status read_all(const ld_file *file, void *buffer, size_t bytes, const uint64_t *offset,
                            size_t *got_bytes, lede_error *err)
{
    const lede_env *env = file->env;
    uint8_t *at = buffer;
    size_t got = 0;
    *got_bytes = 0;
    while (got < bytes) {
        int64_t n;
        if (offset)
            RETRY(n, env->file_pread(env->ctx, file->handle, at + got, bytes - got, *offset + got));
        else
            RETRY(n, env->file_read(env->ctx, file->handle, at + got, bytes - got));
        if (n == 0)
            break;
        if (n < 0 || (uint64_t)n > bytes - got)
            return fail_file(err, n < 0 ? (int)n : EIO, "read", file);
        got += (size_t)n;
    }
    *got_bytes = got;
    return LEDE_OK;
}

lede_status ld_file_read(const ld_file *file, void *buffer, size_t bytes, size_t *got_bytes,
                         lede_error *err)
{
    return read_all(file, buffer, bytes, NULL, got_bytes, err);
}

lede_status ld_file_pread(const ld_file *file, void *buffer, size_t bytes, uint64_t offset,
                          size_t *got_bytes, lede_error *err)
{
    return read_all(file, buffer, bytes, &offset, got_bytes, err);
}

lede_status ld_file_pwrite(const ld_file *file, const void *data, size_t bytes, uint64_t offset,
                           lede_error *err)
{
    const lede_env *env = file->env;
    const uint8_t *at = data;
    while (bytes > 0) {
        int64_t n;
        RETRY(n, env->file_pwrite(env->ctx, file->handle, at, bytes, offset));
        if (n <= 0 || (uint64_t)n > bytes)
            return fail_file(err, n < 0 ? (int)n : EIO, "write", file);
        at += n;
        bytes -= (size_t)n;
        offset += (uint64_t)n;
    }
    return LEDE_OK;
}

lede_status ld_file_sync(const ld_file *file, lede_error *err)
{
    int result = file->env->file_sync(file->env->ctx, file->handle);
    return result < 0 ? fail_file(err, result, "sync", file) : LEDE_OK;
}

lede_status ld_file_lock(const ld_file *file, lede_error *err)
{
    int result;
    RETRY(result, file->env->file_lock(file->env->ctx, file->handle));
    if (result == -EAGAIN) {
        (void)LD_FAIL_OS(err, LEDE_E_BUSY, result, "%s is locked by another writer", file->path);
        ld_error_at(err, file->path);
        return LEDE_E_BUSY;
    }
    return result < 0 ? fail_file(err, result, "lock", file) : LEDE_OK;
}

/* Where an empty map points: mmap of 0 bytes is an error, an empty file is none. */
static const uint8_t empty_map[1];

lede_status ld_file_map(const ld_file *file, size_t bytes, const uint8_t **map, lede_error *err)
{
    *map = empty_map;
    if (bytes == 0)
        return LEDE_OK;
    *map = NULL;
    const void *at = NULL;
    int result;
    RETRY(result, file->env->file_map(file->env->ctx, file->handle, bytes, &at));
    if (result < 0)
        return fail_file(err, result, "map", file);
    *map = at;
    return LEDE_OK;
}

void ld_file_unmap(const lede_env *env, const uint8_t *map, size_t bytes)
{
    if (map && bytes > 0)
        env->file_unmap(env->ctx, map, bytes);
}

/* ---- paths ---- */

lede_status ld_path_info(const lede_env *env, const char *path, bool follow_links,
                         lede_file_info *info, lede_error *err)
{
    int result;
    RETRY(result, env->path_info(env->ctx, path, follow_links, info));
    return result < 0 ? fail_path(err, result, "examine", path) : LEDE_OK;
}

lede_status ld_path_rename(const lede_env *env, const char *from, const char *to, lede_error *err)
{
    int result = env->path_rename(env->ctx, from, to);
    return result < 0 ? fail_path(err, result, "rename", from) : LEDE_OK;
}

lede_status ld_path_link(const lede_env *env, const char *from, const char *to, lede_error *err)
{
    int result = env->path_link(env->ctx, from, to);
    return result < 0 ? fail_path(err, result, "link", from) : LEDE_OK;
}

lede_status ld_path_unlink(const lede_env *env, const char *path, lede_error *err)
{
    int result = env->path_unlink(env->ctx, path);
    return result < 0 ? fail_path(err, result, "remove", path) : LEDE_OK;
}

lede_status ld_dir_make(const lede_env *env, const char *path, lede_error *err)
{
    int result = env->dir_make(env->ctx, path);
    return result < 0 ? fail_path(err, result, "make the folder", path) : LEDE_OK;
}

lede_status ld_dir_remove(const lede_env *env, const char *path, lede_error *err)
{
    int result = env->dir_remove(env->ctx, path);
    return result < 0 ? fail_path(err, result, "remove the folder", path) : LEDE_OK;
}

lede_status ld_dir_sync(const lede_env *env, const char *path, lede_error *err)
{
    ld_file dir;
    LD_TRY(ld_file_open(env, path, LEDE_OPEN_READ | LEDE_OPEN_DIRECTORY, &dir, err));
    lede_status status = ld_file_sync(&dir, err);
    ld_file_close(&dir);
    return status;
}

/* What add_name needs beside the list. */
typedef struct name_collector {
    ld_names *names;
    lede_status status; /* why the listing was stopped */
    lede_error *err;
} name_collector;

static int add_name(void *ctx, const char *name)
{
    name_collector *c = ctx;
    ld_names *names = c->names;
    c->status = ld_grow(names->env, (void **)&names->names, &names->capacity, names->count + 1,
                        sizeof *names->names, LD_DIR_NAMES_MAX, c->err);
    if (c->status != LEDE_OK)
        return 1;
    size_t bytes = strlen(name) + 1;
    char *copy = ld_alloc(names->env, bytes);
    if (!copy) {
        c->status = ld_error_nomem(c->err, bytes);
        return 1;
    }
    memcpy(copy, name, bytes);
    names->names[names->count++] = copy;
    return 0;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

lede_status ld_dir_list(const lede_env *env, const char *path, ld_names *names, lede_error *err)
{
    *names = (ld_names){env, NULL, 0, 0};
    name_collector collector = {names, LEDE_OK, err};
    int result = env->dir_list(env->ctx, path, add_name, &collector);
    lede_status status = collector.status;
    if (status != LEDE_OK)
        ld_error_at(err, path);
    else if (result < 0)
        status = fail_path(err, result, "list", path);
    if (status != LEDE_OK) {
        ld_names_release(names);
        return status;
    }
    if (names->count > 1)
        qsort(names->names, names->count, sizeof *names->names, compare_names);
    return LEDE_OK;
}

void ld_names_release(ld_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        ld_release(names->env, names->names[i], strlen(names->names[i]) + 1);
    if (names->names)
        ld_release(names->env, names->names, names->capacity * sizeof *names->names);
    *names = (ld_names){names->env, NULL, 0, 0};
}

/* ---- a whole file ---- */

static lede_status fail_too_long(const ld_file *file, uint64_t bytes_max, lede_error *err)
{
    (void)LD_FAIL(err, LEDE_E_LIMIT, "%s is longer than the %llu bytes that are read at most", file->path,
            (unsigned long long)bytes_max);
    ld_error_at(err, file->path);
    return LEDE_E_LIMIT;
}

/* Reads to the end of the file into a block that starts with room for the stated size (a pipe or
 * a file of /proc states 0) and grows; gives the block exact_bytes + 1 in size. */
static lede_status load_open_file(const ld_file *file, uint64_t bytes_max, char **data,
                                  size_t *data_bytes, lede_error *err)
{
    const lede_env *env = file->env;
    uint64_t stated_bytes = 0;
    LD_TRY(ld_file_size(file, &stated_bytes, err));
    if (stated_bytes > bytes_max)
        return fail_too_long(file, bytes_max, err);
    size_t capacity = (size_t)stated_bytes + 1, used = 0;
    char *block = ld_alloc(env, capacity);
    if (!block)
        return ld_error_nomem(err, capacity);
    lede_status status;
    for (;;) {
        size_t got;
        LD_TRY_OUT(ld_file_read(file, block + used, capacity - used, &got, err));
        used += got;
        if (used > bytes_max) {
            status = fail_too_long(file, bytes_max, err);
            goto out;
        }
        if (used < capacity)
            break;
        LD_TRY_OUT(ld_grow(env, (void **)&block, &capacity, capacity + 1, 1, PTRDIFF_MAX, err));
    }
    if (capacity != used + 1) {
        char *fitted = ld_resize(env, block, capacity, used + 1);
        if (!fitted) {
            status = ld_error_nomem(err, used + 1);
            goto out;
        }
        block = fitted;
    }
    block[used] = 0;
    *data = block;
    *data_bytes = used;
    return LEDE_OK;
out:
    ld_release(env, block, capacity);
    return status;
}

lede_status ld_file_load(const lede_env *env, const char *path, uint64_t bytes_max, char **data,
                         size_t *data_bytes, lede_error *err)
{
    *data = NULL;
    *data_bytes = 0;
    ld_file file;
    LD_TRY(ld_file_open(env, path, LEDE_OPEN_READ, &file, err));
    lede_status status = load_open_file(&file, bytes_max, data, data_bytes, err);
    ld_file_close(&file);
    return status;
}

/* ---- clock and chance ---- */

int64_t ld_clock_utc_ms(const lede_env *env)
{
    return env->clock_utc_ms(env->ctx);
}

uint64_t ld_clock_monotonic_ns(const lede_env *env)
{
    return env->clock_monotonic_ns(env->ctx);
}

lede_status ld_random_fill(const lede_env *env, void *buffer, size_t bytes, lede_error *err)
{
    int result = env->random_fill(env->ctx, buffer, bytes);
    if (result < 0)
        return LD_FAIL_OS(err, LEDE_E_IO, result, "the system gives no random bytes");
    return LEDE_OK;
}
