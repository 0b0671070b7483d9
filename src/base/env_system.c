/*
 * The ordinary table of effects: libc memory, POSIX files, the system's clocks and its random
 * generator. Each function is one system call and says a negated errno; retries, loops and words
 * are the business of env.c, so that any other table gets them too.
 *
 * A handle is a file descriptor, always close-on-exec. The lock is flock(2): it belongs to the open
 * file, so two handles of one process exclude each other as two processes do, and it ends with the
 * process however that dies. fcntl locks were rejected: closing any other descriptor of the same
 * file drops them.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/sigbus.h"
#include "lede/env.h"

static void *system_allocate(void *ctx, size_t bytes)
{
    (void)ctx;
    return malloc(bytes);
}

static void *system_resize(void *ctx, void *block, size_t old_bytes, size_t bytes)
{
    (void)ctx;
    (void)old_bytes;
    return realloc(block, bytes);
}

static void system_release(void *ctx, void *block, size_t bytes)
{
    (void)ctx;
    (void)bytes;
    free(block);
}

static int result_of(int answer)
{
    return answer < 0 ? -errno : 0;
}

static int system_open(void *ctx, const char *path, uint32_t flags, int *file)
{
    (void)ctx;
    int mode = O_CLOEXEC | O_NOCTTY;
    if ((flags & LEDE_OPEN_READ) && (flags & LEDE_OPEN_WRITE))
        mode |= O_RDWR;
    else
        mode |= (flags & LEDE_OPEN_WRITE) ? O_WRONLY : O_RDONLY;
    mode |= (flags & LEDE_OPEN_CREATE) ? O_CREAT : 0;
    mode |= (flags & LEDE_OPEN_EXCLUSIVE) ? O_EXCL : 0;
    mode |= (flags & LEDE_OPEN_TRUNCATE) ? O_TRUNC : 0;
    mode |= (flags & LEDE_OPEN_DIRECTORY) ? O_DIRECTORY : 0;
    int fd = open(path, mode, 0666);
    if (fd < 0)
        return -errno;
    *file = fd;
    return 0;
}

static int system_close(void *ctx, int file)
{
    (void)ctx;
    return result_of(close(file));
}

static int64_t system_read(void *ctx, int file, void *buffer, size_t bytes)
{
    (void)ctx;
    ssize_t n = read(file, buffer, bytes);
    return n < 0 ? -errno : n;
}

static int64_t system_pread(void *ctx, int file, void *buffer, size_t bytes, uint64_t offset)
{
    (void)ctx;
    if (offset > INT64_MAX)
        return -EINVAL;
    ssize_t n = pread(file, buffer, bytes, (off_t)offset);
    return n < 0 ? -errno : n;
}

static int64_t system_pwrite(void *ctx, int file, const void *data, size_t bytes, uint64_t offset)
{
    (void)ctx;
    if (offset > INT64_MAX)
        return -EFBIG;
    ssize_t n = pwrite(file, data, bytes, (off_t)offset);
    return n < 0 ? -errno : n;
}

static int system_sync(void *ctx, int file)
{
    (void)ctx;
    return result_of(fsync(file));
}

static void info_of(const struct stat *st, lede_file_info *info)
{
    info->size_bytes = st->st_size > 0 ? (uint64_t)st->st_size : 0;
    info->device = (uint64_t)st->st_dev;
    info->inode = (uint64_t)st->st_ino;
    info->kind = S_ISREG(st->st_mode)   ? LEDE_FILE_REGULAR
                 : S_ISDIR(st->st_mode) ? LEDE_FILE_DIRECTORY
                                        : LEDE_FILE_OTHER;
}

static int system_file_info(void *ctx, int file, lede_file_info *info)
{
    (void)ctx;
    struct stat st;
    if (fstat(file, &st) < 0)
        return -errno;
    info_of(&st, info);
    return 0;
}

static int system_path_info(void *ctx, const char *path, int follow_links, lede_file_info *info)
{
    (void)ctx;
    struct stat st;
    if ((follow_links ? stat(path, &st) : lstat(path, &st)) < 0)
        return -errno;
    info_of(&st, info);
    return 0;
}

static int system_lock(void *ctx, int file)
{
    (void)ctx;
    return result_of(flock(file, LOCK_EX | LOCK_NB));
}

static int system_map(void *ctx, int file, size_t bytes, const void **map)
{
    (void)ctx;
    void *at = mmap(NULL, bytes, PROT_READ, MAP_SHARED, file, 0);
    if (at == MAP_FAILED)
        return -errno;
    ld_sigbus_map_enter(at, bytes);
    *map = at;
    return 0;
}

static int system_unmap(void *ctx, const void *map, size_t bytes)
{
    (void)ctx;
    ld_sigbus_map_leave(map);
    return result_of(munmap((void *)(uintptr_t)map, bytes));
}

static int system_rename(void *ctx, const char *from, const char *to)
{
    (void)ctx;
    return result_of(rename(from, to));
}

static int system_link(void *ctx, const char *from, const char *to)
{
    (void)ctx;
    return result_of(link(from, to));
}

static int system_unlink(void *ctx, const char *path)
{
    (void)ctx;
    return result_of(unlink(path));
}

static int system_dir_make(void *ctx, const char *path)
{
    (void)ctx;
    return result_of(mkdir(path, 0777));
}

static int system_dir_remove(void *ctx, const char *path)
{
    (void)ctx;
    return result_of(rmdir(path));
}

static int system_dir_list(void *ctx, const char *path, int (*each)(void *each_ctx, const char *),
                           void *each_ctx)
{
    (void)ctx;
    DIR *dir = opendir(path);
    if (!dir)
        return -errno;
    int result = 0;
    for (;;) {
        errno = 0;
        const struct dirent *entry = readdir(dir);
        if (!entry) {
            result = -errno;
            break;
        }
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (each(each_ctx, entry->d_name) != 0)
            break;
    }
    closedir(dir);
    return result;
}

static int64_t system_clock_utc_ms(void *ctx)
{
    (void)ctx;
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static uint64_t system_clock_monotonic_ns(void *ctx)
{
    (void)ctx;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int system_random_fill(void *ctx, void *buffer, size_t bytes)
{
    (void)ctx;
    uint8_t *at = buffer;
    while (bytes > 0) {
        ssize_t n = getrandom(at, bytes, 0);
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n > 0) {
            at += n;
            bytes -= (size_t)n;
        }
    }
    return 0;
}

static const lede_env system_table = {
    .struct_bytes = sizeof(lede_env),
    .ctx = NULL,
    .allocate = system_allocate,
    .resize = system_resize,
    .release = system_release,
    .file_open = system_open,
    .file_close = system_close,
    .file_read = system_read,
    .file_pread = system_pread,
    .file_pwrite = system_pwrite,
    .file_sync = system_sync,
    .file_info = system_file_info,
    .path_info = system_path_info,
    .file_lock = system_lock,
    .file_map = system_map,
    .file_unmap = system_unmap,
    .path_rename = system_rename,
    .path_link = system_link,
    .path_unlink = system_unlink,
    .dir_make = system_dir_make,
    .dir_remove = system_dir_remove,
    .dir_list = system_dir_list,
    .clock_utc_ms = system_clock_utc_ms,
    .clock_monotonic_ns = system_clock_monotonic_ns,
    .random_fill = system_random_fill,
};

const lede_env *lede_env_system(void)
{
    return &system_table;
}
