/*
 * Where do the files of a search without an archive live? Here: a flat table of paths under one
 * root, each naming a file (one growing block) or a directory. A name may leave the table while
 * handles and maps still hold its file, as POSIX has it: files are counted by their holders.
 *
 *   path table:  "/archive" dir, "/archive/manifest-..." -> file {bytes, holders}
 *   handles:     handle_first + slot -> file, read position; each table has a range of its own, so
 *                that one may lie over another
 *
 * A map is the file's block itself, so a mapped file must not grow: lede never writes to a file
 * that it has mapped (committed files are never modified), and a write to one is refused (EBUSY).
 * Look-ups walk the table: it holds a few dozen names. One mutex guards all of it.
 */
#include "base/env_memory.h"

#include <errno.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "base/thread.h"

#define HANDLE_FIRST   (1 << 30) /* far above the descriptors of any system */
#define HANDLE_RANGES  16384u    /* so many tables may be laid over one another */
#define FILE_BYTES_MAX ((uint64_t)1 << 40)
#define NAMES_MAX      65536u
#define HANDLES_MAX    4096u

typedef struct memory_file {
    uint8_t *data; /* [capacity], owned */
    size_t bytes, capacity;
    uint32_t holders; /* names, handles and maps */
    uint32_t maps;
    uint64_t number; /* as an inode */
    bool is_directory, locked;
} memory_file;

typedef struct memory_name {
    char *path; /* owned, NUL-terminated */
    memory_file *file;
} memory_name;

typedef struct memory_handle {
    memory_file *file; /* NULL: free slot */
    uint64_t at;       /* of sequential reads */
    bool holds_lock;
} memory_handle;

typedef struct memory_map {
    const void *data;
    memory_file *file;
} memory_map;

typedef struct memory_env {
    lede_env table; /* first: the env handed out is this */
    const lede_env *under;
    char *root;
    size_t root_bytes;
    ld_mutex lock;
    memory_name *names;
    size_t name_count, name_capacity;
    memory_handle *handles;
    size_t handle_count, handle_capacity;
    memory_map *maps; /* a mapped file may have lost its name and its handles */
    size_t map_count, map_capacity;
    uint64_t next_number;
    int handle_first;
} memory_env;

static atomic_uint tables_made;

/* ---- names and files ---- */

static bool is_inside(const memory_env *m, const char *path)
{
    return strncmp(path, m->root, m->root_bytes) == 0 &&
           (path[m->root_bytes] == '/' || path[m->root_bytes] == 0);
}

/* Without the slashes at its end. */
static size_t path_length(const char *path)
{
    size_t bytes = strlen(path);
    while (bytes > 1 && path[bytes - 1] == '/')
        bytes--;
    return bytes;
}

static size_t find_name(const memory_env *m, const char *path)
{
    size_t bytes = path_length(path);
    for (size_t i = 0; i < m->name_count; i++) {
        if (strncmp(m->names[i].path, path, bytes) == 0 && m->names[i].path[bytes] == 0)
            return i;
    }
    return SIZE_MAX;
}

static bool is_own_handle(const memory_env *m, int file)
{
    return file >= m->handle_first && file < m->handle_first + (int)HANDLES_MAX;
}

static void drop_file(memory_env *m, memory_file *f)
{
    if (--f->holders > 0)
        return;
    ld_release(m->under, f->data, f->capacity);
    ld_release(m->under, f, sizeof *f);
}

static void remove_name(memory_env *m, size_t i)
{
    drop_file(m, m->names[i].file);
    ld_release(m->under, m->names[i].path, strlen(m->names[i].path) + 1);
    m->names[i] = m->names[--m->name_count];
}

static int add_name(memory_env *m, const char *path, memory_file *f)
{
    size_t path_bytes = strlen(path) + 1;
    if (ld_grow(m->under, (void **)&m->names, &m->name_capacity, m->name_count + 1,
                sizeof *m->names, NAMES_MAX, NULL) != LEDE_OK)
        return -ENOMEM;
    char *copy = ld_alloc(m->under, path_bytes);
    if (!copy)
        return -ENOMEM;
    memcpy(copy, path, path_bytes);
    m->names[m->name_count++] = (memory_name){copy, f};
    f->holders++;
    return 0;
}

static int make_file(memory_env *m, const char *path, bool is_directory, memory_file **file)
{
    memory_file *f = ld_alloc_zero(m->under, sizeof *f);
    if (!f)
        return -ENOMEM;
    f->number = ++m->next_number;
    f->is_directory = is_directory;
    int failed = add_name(m, path, f);
    if (failed) {
        ld_release(m->under, f, sizeof *f);
        return failed;
    }
    *file = f;
    return 0;
}

static memory_handle *handle_at(memory_env *m, int file)
{
    size_t i = (size_t)(file - m->handle_first);
    return i < m->handle_count && m->handles[i].file ? &m->handles[i] : NULL;
}

static int make_handle(memory_env *m, memory_file *f, int *file)
{
    size_t i = 0;
    while (i < m->handle_count && m->handles[i].file)
        i++;
    if (i == m->handle_count) {
        if (ld_grow(m->under, (void **)&m->handles, &m->handle_capacity, i + 1, sizeof *m->handles,
                    HANDLES_MAX, NULL) != LEDE_OK)
            return -ENOMEM;
        m->handle_count++;
    }
    m->handles[i] = (memory_handle){.file = f};
    f->holders++;
    *file = m->handle_first + (int)i;
    return 0;
}

/* ---- the table's functions: memory, clock and chance pass through ---- */

static void *memory_allocate(void *ctx, size_t bytes)
{
    const lede_env *u = ((memory_env *)ctx)->under;
    return u->allocate(u->ctx, bytes);
}

static void *memory_resize(void *ctx, void *block, size_t old_bytes, size_t bytes)
{
    const lede_env *u = ((memory_env *)ctx)->under;
    return u->resize(u->ctx, block, old_bytes, bytes);
}

static void memory_release(void *ctx, void *block, size_t bytes)
{
    const lede_env *u = ((memory_env *)ctx)->under;
    u->release(u->ctx, block, bytes);
}

static int64_t memory_clock_utc_ms(void *ctx)
{
    return ld_clock_utc_ms(((memory_env *)ctx)->under);
}

static uint64_t memory_clock_monotonic_ns(void *ctx)
{
    return ld_clock_monotonic_ns(((memory_env *)ctx)->under);
}

static int memory_random_fill(void *ctx, void *buffer, size_t bytes)
{
    const lede_env *u = ((memory_env *)ctx)->under;
    return u->random_fill(u->ctx, buffer, bytes);
}

/* ---- files ---- */

static int open_inside(memory_env *m, const char *path, uint32_t flags, int *file)
{
    size_t i = find_name(m, path);
    memory_file *f = NULL;
    if (i == SIZE_MAX) {
        int failed = flags & LEDE_OPEN_CREATE ? make_file(m, path, false, &f) : -ENOENT;
        if (failed)
            return failed;
    } else {
        f = m->names[i].file;
        if (flags & LEDE_OPEN_EXCLUSIVE)
            return -EEXIST;
        if (f->is_directory != ((flags & LEDE_OPEN_DIRECTORY) != 0))
            return f->is_directory ? -EISDIR : -ENOTDIR;
        if ((flags & LEDE_OPEN_TRUNCATE) && f->maps)
            return -EBUSY;
        if (flags & LEDE_OPEN_TRUNCATE)
            f->bytes = 0;
    }
    return make_handle(m, f, file);
}

static int memory_file_open(void *ctx, const char *path, uint32_t flags, int *file)
{
    memory_env *m = ctx;
    if (!is_inside(m, path))
        return m->under->file_open(m->under->ctx, path, flags, file);
    ld_mutex_lock(&m->lock);
    int failed = open_inside(m, path, flags, file);
    ld_mutex_unlock(&m->lock);
    return failed;
}

static int memory_file_close(void *ctx, int file)
{
    memory_env *m = ctx;
    if (!is_own_handle(m, file))
        return m->under->file_close(m->under->ctx, file);
    ld_mutex_lock(&m->lock);
    memory_handle *h = handle_at(m, file);
    if (h) {
        if (h->holds_lock)
            h->file->locked = false;
        drop_file(m, h->file);
        *h = (memory_handle){0};
    }
    ld_mutex_unlock(&m->lock);
    return h ? 0 : -EBADF;
}

static int64_t read_at(const memory_file *f, void *buffer, size_t bytes, uint64_t offset)
{
    if (offset >= f->bytes)
        return 0;
    size_t left = f->bytes - (size_t)offset;
    size_t count = bytes < left ? bytes : left;
    memcpy(buffer, f->data + offset, count);
    return (int64_t)count;
}

static int64_t memory_file_read(void *ctx, int file, void *buffer, size_t bytes)
{
    memory_env *m = ctx;
    if (!is_own_handle(m, file))
        return m->under->file_read(m->under->ctx, file, buffer, bytes);
    ld_mutex_lock(&m->lock);
    memory_handle *h = handle_at(m, file);
    int64_t count = h ? read_at(h->file, buffer, bytes, h->at) : -EBADF;
    if (count > 0)
        h->at += (uint64_t)count;
    ld_mutex_unlock(&m->lock);
    return count;
}

static int64_t memory_file_pread(void *ctx, int file, void *buffer, size_t bytes, uint64_t offset)
{
    memory_env *m = ctx;
    if (!is_own_handle(m, file))
        return m->under->file_pread(m->under->ctx, file, buffer, bytes, offset);
    ld_mutex_lock(&m->lock);
    memory_handle *h = handle_at(m, file);
    int64_t count = h ? read_at(h->file, buffer, bytes, offset) : -EBADF;
    ld_mutex_unlock(&m->lock);
    return count;
}

static int64_t write_at(memory_env *m, memory_file *f, const void *data, size_t bytes,
                        uint64_t offset)
{
    if (f->maps)
        return -EBUSY;
    if (offset > FILE_BYTES_MAX || bytes > FILE_BYTES_MAX)
        return -EFBIG;
    size_t end = (size_t)offset + bytes;
    if (end > f->capacity &&
        ld_grow(m->under, (void **)&f->data, &f->capacity, end, 1, FILE_BYTES_MAX, NULL) != LEDE_OK)
        return -ENOSPC;
    if (offset > f->bytes)
        memset(f->data + f->bytes, 0, (size_t)offset - f->bytes);
    memcpy(f->data + offset, data, bytes);
    f->bytes = end > f->bytes ? end : f->bytes;
    return (int64_t)bytes;
}

static int64_t memory_file_pwrite(void *ctx, int file, const void *data, size_t bytes,
                                  uint64_t offset)
{
    memory_env *m = ctx;
    if (!is_own_handle(m, file))
        return m->under->file_pwrite(m->under->ctx, file, data, bytes, offset);
    ld_mutex_lock(&m->lock);
    memory_handle *h = handle_at(m, file);
    int64_t count = h ? write_at(m, h->file, data, bytes, offset) : -EBADF;
    ld_mutex_unlock(&m->lock);
    return count;
}

static int memory_file_sync(void *ctx, int file)
{
    memory_env *m = ctx;
    return !is_own_handle(m, file) ? m->under->file_sync(m->under->ctx, file) : 0;
}

static void fill_info(const memory_file *f, lede_file_info *info)
{
    *info = (lede_file_info){.size_bytes = f->bytes,
                             .inode = f->number,
                             .kind = f->is_directory ? LEDE_FILE_DIRECTORY : LEDE_FILE_REGULAR};
}

static int memory_file_info(void *ctx, int file, lede_file_info *info)
{
    memory_env *m = ctx;
    if (!is_own_handle(m, file))
        return m->under->file_info(m->under->ctx, file, info);
    ld_mutex_lock(&m->lock);
    memory_handle *h = handle_at(m, file);
    if (h)
        fill_info(h->file, info);
    ld_mutex_unlock(&m->lock);
    return h ? 0 : -EBADF;
}

static int memory_path_info(void *ctx, const char *path, int follow_links, lede_file_info *info)
{
    memory_env *m = ctx;
    if (!is_inside(m, path))
        return m->under->path_info(m->under->ctx, path, follow_links, info);
    ld_mutex_lock(&m->lock);
    size_t i = find_name(m, path);
    if (i != SIZE_MAX)
        fill_info(m->names[i].file, info);
    ld_mutex_unlock(&m->lock);
    return i == SIZE_MAX ? -ENOENT : 0;
}

static int memory_file_lock(void *ctx, int file)
{
    memory_env *m = ctx;
    if (!is_own_handle(m, file))
        return m->under->file_lock(m->under->ctx, file);
    ld_mutex_lock(&m->lock);
    memory_handle *h = handle_at(m, file);
    int failed = !h ? -EBADF : h->file->locked ? -EAGAIN : 0;
    if (!failed)
        h->file->locked = h->holds_lock = true;
    ld_mutex_unlock(&m->lock);
    return failed;
}

static int memory_file_map(void *ctx, int file, size_t bytes, const void **map)
{
    memory_env *m = ctx;
    if (!is_own_handle(m, file))
        return m->under->file_map(m->under->ctx, file, bytes, map);
    ld_mutex_lock(&m->lock);
    memory_handle *h = handle_at(m, file);
    int failed = !h ? -EBADF : bytes == 0 || bytes > h->file->bytes ? -EINVAL : 0;
    if (!failed && ld_grow(m->under, (void **)&m->maps, &m->map_capacity, m->map_count + 1,
                           sizeof *m->maps, HANDLES_MAX, NULL) != LEDE_OK)
        failed = -ENOMEM;
    if (!failed) {
        m->maps[m->map_count++] = (memory_map){h->file->data, h->file};
        h->file->holders++;
        h->file->maps++;
        *map = h->file->data;
    }
    ld_mutex_unlock(&m->lock);
    return failed;
}

static int memory_file_unmap(void *ctx, const void *map, size_t bytes)
{
    memory_env *m = ctx;
    ld_mutex_lock(&m->lock);
    size_t i = 0;
    while (i < m->map_count && m->maps[i].data != map)
        i++;
    bool ours = i < m->map_count;
    if (ours) {
        memory_file *f = m->maps[i].file;
        m->maps[i] = m->maps[--m->map_count];
        f->maps--;
        drop_file(m, f);
    }
    ld_mutex_unlock(&m->lock);
    return ours ? 0 : m->under->file_unmap(m->under->ctx, map, bytes);
}

/* ---- paths ---- */

static int memory_path_rename(void *ctx, const char *from, const char *to)
{
    memory_env *m = ctx;
    if (!is_inside(m, from))
        return m->under->path_rename(m->under->ctx, from, to);
    size_t to_bytes = strlen(to) + 1;
    char *path = ld_alloc(m->under, to_bytes);
    if (!path)
        return -ENOMEM;
    memcpy(path, to, to_bytes);
    ld_mutex_lock(&m->lock);
    size_t i = find_name(m, from);
    if (i != SIZE_MAX) {
        char *old = m->names[i].path;
        m->names[i].path = path;
        path = old;
        for (size_t j = 0; j < m->name_count; j++) {
            if (j != i && strcmp(m->names[j].path, to) == 0) {
                remove_name(m, j);
                break;
            }
        }
    }
    ld_mutex_unlock(&m->lock);
    ld_release(m->under, path, strlen(path) + 1);
    return i == SIZE_MAX ? -ENOENT : 0;
}

static int memory_path_link(void *ctx, const char *from, const char *to)
{
    memory_env *m = ctx;
    if (!is_inside(m, from))
        return m->under->path_link(m->under->ctx, from, to);
    ld_mutex_lock(&m->lock);
    size_t i = find_name(m, from);
    int failed = i == SIZE_MAX                  ? -ENOENT
                 : find_name(m, to) != SIZE_MAX ? -EEXIST
                                                : add_name(m, to, m->names[i].file);
    ld_mutex_unlock(&m->lock);
    return failed;
}

static int memory_path_unlink(void *ctx, const char *path)
{
    memory_env *m = ctx;
    if (!is_inside(m, path))
        return m->under->path_unlink(m->under->ctx, path);
    ld_mutex_lock(&m->lock);
    size_t i = find_name(m, path);
    if (i != SIZE_MAX)
        remove_name(m, i);
    ld_mutex_unlock(&m->lock);
    return i == SIZE_MAX ? -ENOENT : 0;
}

static int memory_dir_make(void *ctx, const char *path)
{
    memory_env *m = ctx;
    memory_file *f;
    if (!is_inside(m, path))
        return m->under->dir_make(m->under->ctx, path);
    ld_mutex_lock(&m->lock);
    int failed = find_name(m, path) != SIZE_MAX ? -EEXIST : make_file(m, path, true, &f);
    ld_mutex_unlock(&m->lock);
    return failed;
}

static int memory_dir_remove(void *ctx, const char *path)
{
    memory_env *m = ctx;
    return is_inside(m, path) ? memory_path_unlink(ctx, path)
                              : m->under->dir_remove(m->under->ctx, path);
}

static int memory_dir_list(void *ctx, const char *path,
                           int (*each)(void *each_ctx, const char *name), void *each_ctx)
{
    memory_env *m = ctx;
    if (!is_inside(m, path))
        return m->under->dir_list(m->under->ctx, path, each, each_ctx);
    size_t path_bytes = path_length(path);
    int answer = 0;
    ld_mutex_lock(&m->lock);
    int failed = find_name(m, path) == SIZE_MAX ? -ENOENT : 0;
    for (size_t i = 0; !failed && !answer && i < m->name_count; i++) {
        const char *name = m->names[i].path;
        if (strncmp(name, path, path_bytes) == 0 && name[path_bytes] == '/' &&
            !strchr(name + path_bytes + 1, '/'))
            answer = each(each_ctx, name + path_bytes + 1);
    }
    ld_mutex_unlock(&m->lock);
    return failed ? failed : answer;
}

/* ---- making ---- */

static const lede_env functions = {
    .struct_bytes = sizeof(lede_env),
    .allocate = memory_allocate,
    .resize = memory_resize,
    .release = memory_release,
    .file_open = memory_file_open,
    .file_close = memory_file_close,
    .file_read = memory_file_read,
    .file_pread = memory_file_pread,
    .file_pwrite = memory_file_pwrite,
    .file_sync = memory_file_sync,
    .file_info = memory_file_info,
    .path_info = memory_path_info,
    .file_lock = memory_file_lock,
    .file_map = memory_file_map,
    .file_unmap = memory_file_unmap,
    .path_rename = memory_path_rename,
    .path_link = memory_path_link,
    .path_unlink = memory_path_unlink,
    .dir_make = memory_dir_make,
    .dir_remove = memory_dir_remove,
    .dir_list = memory_dir_list,
    .clock_utc_ms = memory_clock_utc_ms,
    .clock_monotonic_ns = memory_clock_monotonic_ns,
    .random_fill = memory_random_fill,
};

lede_status ld_env_memory_new(const lede_env *under, const char *root, lede_env **env,
                              lede_error *err)
{
    *env = NULL;
    memory_env *m = ld_alloc_zero(under, sizeof *m);
    if (!m)
        return ld_error_nomem(err, sizeof *m);
    m->table = functions;
    m->table.ctx = m;
    m->under = under;
    m->handle_first =
        HANDLE_FIRST + (int)(atomic_fetch_add(&tables_made, 1) % HANDLE_RANGES * HANDLES_MAX);
    m->root_bytes = strlen(root);
    m->root = ld_alloc(under, m->root_bytes + 1);
    lede_status status =
        m->root ? ld_mutex_init(&m->lock, err) : ld_error_nomem(err, m->root_bytes + 1);
    if (status != LEDE_OK) {
        ld_release(under, m->root, m->root_bytes + 1);
        ld_release(under, m, sizeof *m);
        return status;
    }
    memcpy(m->root, root, m->root_bytes + 1);
    *env = &m->table;
    return LEDE_OK;
}

void ld_env_memory_free(lede_env *env)
{
    if (!env)
        return;
    memory_env *m = env->ctx;
    const lede_env *under = m->under;
    while (m->name_count)
        remove_name(m, m->name_count - 1);
    ld_mutex_release(&m->lock);
    ld_release(under, m->names, m->name_capacity * sizeof *m->names);
    ld_release(under, m->handles, m->handle_capacity * sizeof *m->handles);
    ld_release(under, m->maps, m->map_capacity * sizeof *m->maps);
    ld_release(under, m->root, m->root_bytes + 1);
    ld_release(under, m, sizeof *m);
}
