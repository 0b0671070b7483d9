#include "tests/faulty_env.h"

#include <errno.h>
#include <pthread.h>

#include "tests/test.h"

/* Before every block: what it is, so that a wrong size or a foreign pointer is seen. */
typedef struct block_header {
    uint64_t mark;
    uint64_t bytes;
} block_header;

#define BLOCK_MARK UINT64_C(0x626c6f636b206f6b)

_Static_assert(sizeof(block_header) == 16, "blocks stay aligned to 16");

#define UNSYNCED_MAX 64u /* files with a failed sync that are still there */

typedef struct fault {
    uint64_t at_call; /* fails when the count of calls reaches this; 0: never */
    int os_errno;
    bool for_ever;
} fault;

struct faulty_env {
    lede_env table;
    const lede_env *system;
    pthread_mutex_t lock; /* of all below */
    fault faults[FAULTY_OP_COUNT];
    uint64_t calls[FAULTY_OP_COUNT];
    uint64_t change_calls, crash_at_change; /* 0: never */
    uint64_t disk_bytes_left;               /* UINT64_MAX: no end */
    size_t short_bytes;                     /* 0: no limit */
    uint64_t given, syncs_after_failed;
    uint64_t unsynced[UNSYNCED_MAX]; /* inodes */
    uint32_t unsynced_count;
    uint64_t live_bytes, live_bytes_peak, live_blocks, open_files, live_maps;
    bool frozen;
    int64_t utc_ms;
    uint64_t monotonic_ns, clock_reads;
};

/* Counts the call; the answer is 0, the negated errno it must fail with, or 1: fall short. */
static int enter(faulty_env *f, faulty_op op, bool changes_disk)
{
    pthread_mutex_lock(&f->lock);
    uint64_t call = ++f->calls[op];
    const fault *wanted = &f->faults[op];
    int result = 0;
    if (wanted->at_call &&
        (call == wanted->at_call || (wanted->for_ever && call > wanted->at_call)))
        result = -wanted->os_errno;
    f->given += result != 0;
    if (changes_disk && ++f->change_calls >= f->crash_at_change && f->crash_at_change)
        result = -EIO;
    pthread_mutex_unlock(&f->lock);
    return result;
}

static void add(faulty_env *f, uint64_t *counter, int64_t change)
{
    pthread_mutex_lock(&f->lock);
    *counter += (uint64_t)change;
    if (f->live_bytes > f->live_bytes_peak)
        f->live_bytes_peak = f->live_bytes;
    pthread_mutex_unlock(&f->lock);
}

static uint64_t get(faulty_env *f, const uint64_t *counter)
{
    pthread_mutex_lock(&f->lock);
    uint64_t value = *counter;
    pthread_mutex_unlock(&f->lock);
    return value;
}

/* ---- memory ---- */

static block_header *header_of(void *block, size_t bytes)
{
    block_header *header = (block_header *)block - 1;
    if (header->mark != BLOCK_MARK)
        fail_msg("a block was released that is not held");
    if (header->bytes != bytes)
        fail_msg("a block of %llu bytes was handed back as %zu", (unsigned long long)header->bytes,
                 bytes);
    return header;
}

static void *faulty_allocate(void *ctx, size_t bytes)
{
    faulty_env *f = ctx;
    if (bytes == 0)
        fail_msg("0 bytes were asked from the table");
    if (enter(f, FAULTY_ALLOCATE, false) < 0)
        return NULL;
    block_header *header = f->system->allocate(f->system->ctx, sizeof *header + bytes);
    if (!header)
        return NULL;
    *header = (block_header){BLOCK_MARK, bytes};
    memset(header + 1, 0xa5, bytes); /* nobody may count on zeros */
    add(f, &f->live_bytes, (int64_t)bytes);
    add(f, &f->live_blocks, 1);
    return header + 1;
}

static void faulty_release(void *ctx, void *block, size_t bytes)
{
    faulty_env *f = ctx;
    block_header *header = header_of(block, bytes);
    header->mark = 0;
    add(f, &f->live_bytes, -(int64_t)bytes);
    add(f, &f->live_blocks, -1);
    f->system->release(f->system->ctx, header, sizeof *header + bytes);
}

/* Always moves, so that a pointer kept to the old place is found. */
static void *faulty_resize(void *ctx, void *block, size_t old_bytes, size_t bytes)
{
    header_of(block, old_bytes);
    void *moved = faulty_allocate(ctx, bytes);
    if (!moved)
        return NULL;
    memcpy(moved, block, old_bytes < bytes ? old_bytes : bytes);
    faulty_release(ctx, block, old_bytes);
    return moved;
}

/* ---- files ---- */

static int faulty_open(void *ctx, const char *path, uint32_t flags, int *file)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_OPEN, (flags & (LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE)) != 0);
    if (result == 0)
        result = f->system->file_open(f->system->ctx, path, flags, file);
    if (result == 0)
        add(f, &f->open_files, 1);
    return result;
}

static int faulty_close(void *ctx, int file)
{
    faulty_env *f = ctx;
    int fault_result = enter(f, FAULTY_CLOSE, false);
    int result = f->system->file_close(f->system->ctx, file);
    if (result < 0)
        fail_msg("close of a file that is not open");
    add(f, &f->open_files, -1);
    return fault_result;
}

static size_t shortened(faulty_env *f, size_t bytes, bool half)
{
    if (half && bytes > 1)
        bytes /= 2;
    pthread_mutex_lock(&f->lock);
    if (f->short_bytes && bytes > f->short_bytes)
        bytes = f->short_bytes;
    pthread_mutex_unlock(&f->lock);
    return bytes;
}

static int64_t faulty_read(void *ctx, int file, void *buffer, size_t bytes)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_READ, false);
    return result < 0 ? result
                      : f->system->file_read(f->system->ctx, file, buffer,
                                             shortened(f, bytes, result > 0));
}

static int64_t faulty_pread(void *ctx, int file, void *buffer, size_t bytes, uint64_t offset)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_PREAD, false);
    return result < 0 ? result
                      : f->system->file_pread(f->system->ctx, file, buffer,
                                              shortened(f, bytes, result > 0), offset);
}

static int64_t faulty_pwrite(void *ctx, int file, const void *data, size_t bytes, uint64_t offset)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_PWRITE, true);
    if (result < 0)
        return result;
    bytes = shortened(f, bytes, result > 0);
    pthread_mutex_lock(&f->lock);
    if (bytes > f->disk_bytes_left)
        bytes = (size_t)f->disk_bytes_left;
    if (f->disk_bytes_left != UINT64_MAX)
        f->disk_bytes_left -= bytes;
    pthread_mutex_unlock(&f->lock);
    if (bytes == 0)
        return -ENOSPC;
    return f->system->file_pwrite(f->system->ctx, file, data, bytes, offset);
}

/* The place of an inode among those with a failed sync; unsynced_count where it is none. */
static uint32_t find_unsynced(const faulty_env *f, uint64_t inode)
{
    uint32_t i = 0;
    while (i < f->unsynced_count && f->unsynced[i] != inode)
        i++;
    return i;
}

static void note_sync(faulty_env *f, int file, bool failed)
{
    lede_file_info info;
    if (f->system->file_info(f->system->ctx, file, &info) < 0 || info.kind != LEDE_FILE_REGULAR)
        return;
    pthread_mutex_lock(&f->lock);
    bool known = find_unsynced(f, info.inode) < f->unsynced_count;
    f->syncs_after_failed += known;
    if (failed && !known && f->unsynced_count < UNSYNCED_MAX)
        f->unsynced[f->unsynced_count++] = info.inode;
    pthread_mutex_unlock(&f->lock);
}

/* A file that goes may leave its inode's number to a new one. */
static void forget_unsynced(faulty_env *f, const char *path)
{
    lede_file_info info;
    if (f->unsynced_count == 0 || f->system->path_info(f->system->ctx, path, 0, &info) < 0)
        return;
    pthread_mutex_lock(&f->lock);
    uint32_t i = find_unsynced(f, info.inode);
    if (i < f->unsynced_count)
        f->unsynced[i] = f->unsynced[--f->unsynced_count];
    pthread_mutex_unlock(&f->lock);
}

static int faulty_sync(void *ctx, int file)
{
    faulty_env *f = ctx;
    /* What was written is in the page cache and a killed process loses none of it: tests of this
     * table need no real fsync, which would be most of their time. */
    int result = enter(f, FAULTY_SYNC, true);
    note_sync(f, file, result < 0);
    return result;
}

static int faulty_file_info(void *ctx, int file, lede_file_info *info)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_FILE_INFO, false);
    return result < 0 ? result : f->system->file_info(f->system->ctx, file, info);
}

static int faulty_path_info(void *ctx, const char *path, int follow_links, lede_file_info *info)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_PATH_INFO, false);
    return result < 0 ? result : f->system->path_info(f->system->ctx, path, follow_links, info);
}

static int faulty_lock(void *ctx, int file)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_LOCK, false);
    return result < 0 ? result : f->system->file_lock(f->system->ctx, file);
}

static int faulty_map(void *ctx, int file, size_t bytes, const void **map)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_MAP, false);
    if (result == 0)
        result = f->system->file_map(f->system->ctx, file, bytes, map);
    if (result == 0)
        add(f, &f->live_maps, 1);
    return result;
}

static int faulty_unmap(void *ctx, const void *map, size_t bytes)
{
    faulty_env *f = ctx;
    add(f, &f->live_maps, -1);
    return f->system->file_unmap(f->system->ctx, map, bytes);
}

static int faulty_rename(void *ctx, const char *from, const char *to)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_RENAME, true);
    return result < 0 ? result : f->system->path_rename(f->system->ctx, from, to);
}

static int faulty_link(void *ctx, const char *from, const char *to)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_LINK, true);
    return result < 0 ? result : f->system->path_link(f->system->ctx, from, to);
}

static int faulty_unlink(void *ctx, const char *path)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_UNLINK, true);
    if (result == 0)
        forget_unsynced(f, path);
    return result < 0 ? result : f->system->path_unlink(f->system->ctx, path);
}

static int faulty_dir_make(void *ctx, const char *path)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_DIR_MAKE, true);
    return result < 0 ? result : f->system->dir_make(f->system->ctx, path);
}

static int faulty_dir_remove(void *ctx, const char *path)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_DIR_REMOVE, true);
    return result < 0 ? result : f->system->dir_remove(f->system->ctx, path);
}

static int faulty_dir_list(void *ctx, const char *path, int (*each)(void *each_ctx, const char *),
                           void *each_ctx)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_DIR_LIST, false);
    return result < 0 ? result : f->system->dir_list(f->system->ctx, path, each, each_ctx);
}

/* ---- clock and chance ---- */

static int64_t faulty_clock_utc_ms(void *ctx)
{
    faulty_env *f = ctx;
    pthread_mutex_lock(&f->lock);
    int64_t ms = f->frozen ? f->utc_ms : f->system->clock_utc_ms(f->system->ctx);
    pthread_mutex_unlock(&f->lock);
    return ms;
}

static uint64_t faulty_clock_monotonic_ns(void *ctx)
{
    faulty_env *f = ctx;
    pthread_mutex_lock(&f->lock);
    f->clock_reads++;
    uint64_t ns = f->frozen ? f->monotonic_ns : f->system->clock_monotonic_ns(f->system->ctx);
    pthread_mutex_unlock(&f->lock);
    return ns;
}

static int faulty_random_fill(void *ctx, void *buffer, size_t bytes)
{
    faulty_env *f = ctx;
    int result = enter(f, FAULTY_RANDOM, false);
    return result < 0 ? result : f->system->random_fill(f->system->ctx, buffer, bytes);
}

/* ---- making and steering ---- */

faulty_env *faulty_env_new(void)
{
    return faulty_env_new_over(lede_env_system());
}

faulty_env *faulty_env_new_over(const lede_env *under)
{
    faulty_env *f = calloc(1, sizeof *f);
    if (!f || pthread_mutex_init(&f->lock, NULL) != 0)
        fail_msg("no memory for the test itself");
    f->system = under;
    f->disk_bytes_left = UINT64_MAX;
    f->table = (lede_env){
        .struct_bytes = sizeof(lede_env),
        .ctx = f,
        .allocate = faulty_allocate,
        .resize = faulty_resize,
        .release = faulty_release,
        .file_open = faulty_open,
        .file_close = faulty_close,
        .file_read = faulty_read,
        .file_pread = faulty_pread,
        .file_pwrite = faulty_pwrite,
        .file_sync = faulty_sync,
        .file_info = faulty_file_info,
        .path_info = faulty_path_info,
        .file_lock = faulty_lock,
        .file_map = faulty_map,
        .file_unmap = faulty_unmap,
        .path_rename = faulty_rename,
        .path_link = faulty_link,
        .path_unlink = faulty_unlink,
        .dir_make = faulty_dir_make,
        .dir_remove = faulty_dir_remove,
        .dir_list = faulty_dir_list,
        .clock_utc_ms = faulty_clock_utc_ms,
        .clock_monotonic_ns = faulty_clock_monotonic_ns,
        .random_fill = faulty_random_fill,
    };
    return f;
}

void faulty_env_free(faulty_env *f)
{
    pthread_mutex_destroy(&f->lock);
    free(f);
}

const lede_env *faulty_env_table(faulty_env *f)
{
    return &f->table;
}

void faulty_env_fail(faulty_env *f, faulty_op op, uint64_t nth, int os_errno, bool for_ever)
{
    pthread_mutex_lock(&f->lock);
    f->faults[op] = (fault){f->calls[op] + nth, os_errno ? os_errno : ENOMEM, for_ever};
    pthread_mutex_unlock(&f->lock);
}

void faulty_env_fill_disk(faulty_env *f, uint64_t bytes)
{
    pthread_mutex_lock(&f->lock);
    f->disk_bytes_left = bytes;
    pthread_mutex_unlock(&f->lock);
}

void faulty_env_shorten(faulty_env *f, size_t bytes_max)
{
    pthread_mutex_lock(&f->lock);
    f->short_bytes = bytes_max;
    pthread_mutex_unlock(&f->lock);
}

void faulty_env_crash(faulty_env *f, uint64_t nth)
{
    pthread_mutex_lock(&f->lock);
    f->crash_at_change = f->change_calls + nth;
    pthread_mutex_unlock(&f->lock);
}

void faulty_env_heal(faulty_env *f)
{
    pthread_mutex_lock(&f->lock);
    memset(f->faults, 0, sizeof f->faults);
    f->disk_bytes_left = UINT64_MAX;
    f->short_bytes = 0;
    f->crash_at_change = 0;
    pthread_mutex_unlock(&f->lock);
}

void faulty_env_freeze_clock(faulty_env *f, int64_t utc_ms, uint64_t monotonic_ns)
{
    pthread_mutex_lock(&f->lock);
    f->frozen = true;
    f->utc_ms = utc_ms;
    f->monotonic_ns = monotonic_ns;
    pthread_mutex_unlock(&f->lock);
}

void faulty_env_advance_clock(faulty_env *f, uint64_t ms)
{
    pthread_mutex_lock(&f->lock);
    f->utc_ms += (int64_t)ms;
    f->monotonic_ns += ms * 1000000;
    pthread_mutex_unlock(&f->lock);
}

uint64_t faulty_env_clock_reads(faulty_env *f)
{
    return get(f, &f->clock_reads);
}

uint64_t faulty_env_calls(faulty_env *f, faulty_op op)
{
    return get(f, &f->calls[op]);
}

uint64_t faulty_env_change_calls(faulty_env *f)
{
    return get(f, &f->change_calls);
}

uint64_t faulty_env_given(faulty_env *f)
{
    return get(f, &f->given);
}

uint64_t faulty_env_syncs_after_failed(faulty_env *f)
{
    return get(f, &f->syncs_after_failed);
}

uint64_t faulty_env_live_bytes(faulty_env *f)
{
    return get(f, &f->live_bytes);
}

uint64_t faulty_env_live_bytes_peak(faulty_env *f)
{
    return get(f, &f->live_bytes_peak);
}

uint64_t faulty_env_live_blocks(faulty_env *f)
{
    return get(f, &f->live_blocks);
}

uint64_t faulty_env_open_files(faulty_env *f)
{
    return get(f, &f->open_files);
}

uint64_t faulty_env_live_maps(faulty_env *f)
{
    return get(f, &f->live_maps);
}

void faulty_env_assert_idle(faulty_env *f)
{
    if (faulty_env_live_blocks(f) || faulty_env_open_files(f) || faulty_env_live_maps(f))
        fail_msg("still held: %llu blocks (%llu bytes), %llu files, %llu maps",
                 (unsigned long long)faulty_env_live_blocks(f),
                 (unsigned long long)faulty_env_live_bytes(f),
                 (unsigned long long)faulty_env_open_files(f),
                 (unsigned long long)faulty_env_live_maps(f));
}
