#include "base/env.h"

#include <errno.h>
#include <unistd.h>

#include "base/limits.h"
#include "tests/faulty_env.h"
#include "tests/temp_dir.h"
#include "tests/test.h"

/* What every test here works with: a faulty table and a folder. */
typedef struct world {
    faulty_env *f;
    const lede_env *env;
    char *dir;
    char *path; /* dir/file */
} world;

static int make_world(void **state)
{
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->f = faulty_env_new();
    w->env = faulty_env_table(w->f);
    w->dir = temp_dir_new();
    w->path = temp_dir_path(w->dir, "file");
    *state = w;
    return 0;
}

static int drop_world(void **state)
{
    world *w = *state;
    faulty_env_assert_idle(w->f);
    faulty_env_free(w->f);
    temp_dir_free(w->dir);
    free(w->path);
    free(w);
    return 0;
}

static void write_file(world *w, const char *path, const void *data, size_t bytes)
{
    lede_error err;
    ld_file file;
    assert_ok(ld_file_open(w->env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE,
                           &file, &err),
              &err);
    assert_ok(ld_file_pwrite(&file, data, bytes, 0, &err), &err);
    assert_ok(ld_file_sync(&file, &err), &err);
    assert_ok(ld_file_close_checked(&file, &err), &err);
}

static void memory_sizes_are_checked(void **state)
{
    world *w = *state;
    void *block = ld_alloc(w->env, 0);
    assert_non_null(block);
    block = ld_resize(w->env, block, 0, 100);
    assert_non_null(block);
    block = ld_resize(w->env, block, 100, 0);
    ld_release(w->env, block, 0);
    ld_release(w->env, NULL, 10);
    assert_null(ld_alloc(w->env, SIZE_MAX));
    assert_null(ld_resize(w->env, NULL, 0, SIZE_MAX));
    assert_null(ld_alloc_array(w->env, SIZE_MAX / 4, 8));
    uint32_t *zeros = ld_alloc_array(w->env, 10, sizeof *zeros);
    for (int i = 0; i < 10; i++)
        assert_int_equal(zeros[i], 0);
    ld_release(w->env, zeros, 40);
}

static void grow_doubles_up_to_the_maximum(void **state)
{
    world *w = *state;
    lede_error err;
    uint16_t *items = NULL;
    size_t capacity = 0;
    for (size_t count = 1; count <= 1000; count++) {
        assert_ok(ld_grow(w->env, (void **)&items, &capacity, count, sizeof *items, 1000, &err),
                  &err);
        items[count - 1] = (uint16_t)count;
    }
    for (size_t i = 0; i < 1000; i++)
        assert_int_equal(items[i], i + 1);
    assert_true(faulty_env_calls(w->f, FAULTY_ALLOCATE) < 12);
    assert_int_equal(capacity, 1000);
    assert_int_equal(ld_grow(w->env, (void **)&items, &capacity, 1001, sizeof *items, 1000, &err),
                     LEDE_E_LIMIT);
    faulty_env_fail(w->f, FAULTY_ALLOCATE, 1, 0, false);
    assert_int_equal(ld_grow(w->env, (void **)&items, &capacity, 1001, sizeof *items, 2000, &err),
                     LEDE_E_NOMEM);
    assert_int_equal(items[999], 1000);
    assert_int_equal(ld_grow(w->env, (void **)&items, &capacity, SIZE_MAX, 8, SIZE_MAX, &err),
                     LEDE_E_NOMEM);
    ld_release(w->env, items, capacity * sizeof *items);
}

static void open_tells_missing_and_existing(void **state)
{
    world *w = *state;
    lede_error err;
    ld_file file;
    assert_int_equal(ld_file_open(w->env, w->path, LEDE_OPEN_READ, &file, &err), LEDE_E_NOTFOUND);
    assert_int_equal(file.handle, -1);
    assert_int_equal(err.os_errno, ENOENT);
    assert_non_null(strstr(err.message, "No such file"));
    ld_file_close(&file);
    write_file(w, w->path, "x", 1);
    assert_int_equal(ld_file_open(w->env, w->path,
                                  LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_EXCLUSIVE, &file,
                                  &err),
                     LEDE_E_EXISTS);
    assert_int_equal(
        ld_file_open(w->env, w->path, LEDE_OPEN_READ | LEDE_OPEN_DIRECTORY, &file, &err),
        LEDE_E_IO);
    faulty_env_fail(w->f, FAULTY_OPEN, 1, EMFILE, false);
    assert_int_equal(ld_file_open(w->env, w->path, LEDE_OPEN_READ, &file, &err), LEDE_E_IO);
    assert_int_equal(err.os_errno, EMFILE);
    assert_string_not_equal(err.where, "");
}

static void short_counts_and_eintr_are_hidden(void **state)
{
    world *w = *state;
    lede_error err;
    ld_file file;
    uint8_t data[1000], back[1200];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)(i * 7);
    faulty_env_shorten(w->f, 13);
    faulty_env_fail(w->f, FAULTY_OPEN, 1, EINTR, false);
    faulty_env_fail(w->f, FAULTY_PWRITE, 20, EINTR, false);
    write_file(w, w->path, data, sizeof data);
    assert_true(faulty_env_calls(w->f, FAULTY_PWRITE) == 78);

    size_t got;
    uint64_t size_bytes;
    faulty_env_fail(w->f, FAULTY_READ, 5, EINTR, false);
    faulty_env_fail(w->f, FAULTY_PREAD, 3, EINTR, false);
    faulty_env_fail(w->f, FAULTY_FILE_INFO, 1, EINTR, false);
    assert_ok(ld_file_open(w->env, w->path, LEDE_OPEN_READ, &file, &err), &err);
    assert_ok(ld_file_size(&file, &size_bytes, &err), &err);
    assert_int_equal(size_bytes, 1000);
    assert_ok(ld_file_read(&file, back, 600, &got, &err), &err);
    assert_int_equal(got, 600);
    assert_ok(ld_file_read(&file, back + 600, 600, &got, &err), &err);
    assert_int_equal(got, 400);
    assert_memory_equal(data, back, 1000);
    assert_ok(ld_file_pread(&file, back, 100, 950, &got, &err), &err);
    assert_int_equal(got, 50);
    assert_memory_equal(data + 950, back, 50);
    assert_ok(ld_file_pread(&file, back, 100, 5000, &got, &err), &err);
    assert_int_equal(got, 0);
    assert_int_equal(ld_file_pread(&file, back, 1, UINT64_MAX, &got, &err), LEDE_E_IO);
    ld_file_close(&file);
    ld_file_close(&file);
}

static void an_endless_eintr_ends(void **state)
{
    world *w = *state;
    lede_error err;
    ld_file file;
    faulty_env_fail(w->f, FAULTY_OPEN, 1, EINTR, true);
    assert_int_equal(ld_file_open(w->env, w->path, LEDE_OPEN_READ, &file, &err), LEDE_E_IO);
    assert_int_equal(faulty_env_calls(w->f, FAULTY_OPEN), LD_EINTR_TRIES_MAX);
}

static void every_file_fault_is_reported(void **state)
{
    world *w = *state;
    lede_error err;
    ld_file file;
    uint8_t byte = 0;
    size_t got;
    uint64_t size_bytes;
    const uint8_t *map;
    for (int op = FAULTY_READ; op <= FAULTY_MAP; op++)
        if (op != FAULTY_PATH_INFO)
            faulty_env_fail(w->f, (faulty_op)op, 1, EIO, true);
    assert_ok(ld_file_open(w->env, w->path, LEDE_OPEN_WRITE | LEDE_OPEN_READ | LEDE_OPEN_CREATE,
                           &file, &err),
              &err);
    assert_int_equal(ld_file_read(&file, &byte, 1, &got, &err), LEDE_E_IO);
    assert_int_equal(ld_file_pread(&file, &byte, 1, 0, &got, &err), LEDE_E_IO);
    assert_int_equal(ld_file_pwrite(&file, &byte, 1, 0, &err), LEDE_E_IO);
    assert_int_equal(ld_file_size(&file, &size_bytes, &err), LEDE_E_IO);
    assert_int_equal(ld_file_lock(&file, &err), LEDE_E_IO);
    assert_int_equal(ld_file_map(&file, 1, &map, &err), LEDE_E_IO);
    assert_null(map);
    assert_int_equal(ld_file_sync(&file, &err), LEDE_E_IO);
    assert_int_equal(faulty_env_calls(w->f, FAULTY_SYNC), 1);
    assert_memory_equal(err.message, "cannot sync ", 12);
    faulty_env_fail(w->f, FAULTY_CLOSE, 1, EIO, false);
    assert_int_equal(ld_file_close_checked(&file, &err), LEDE_E_IO);
    assert_int_equal(file.handle, -1);
    assert_int_equal(faulty_env_open_files(w->f), 0);
}

static void a_full_disk_tears_the_write(void **state)
{
    world *w = *state;
    lede_error err;
    ld_file file;
    uint64_t size_bytes;
    uint8_t data[100] = {0};
    faulty_env_fill_disk(w->f, 60);
    assert_ok(ld_file_open(w->env, w->path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &file, &err), &err);
    assert_int_equal(ld_file_pwrite(&file, data, 100, 0, &err), LEDE_E_IO);
    assert_int_equal(err.os_errno, ENOSPC);
    assert_ok(ld_file_size(&file, &size_bytes, &err), &err);
    assert_int_equal(size_bytes, 60);
    ld_file_close(&file);
}

static void a_crash_stops_every_change(void **state)
{
    world *w = *state;
    lede_error err;
    lede_file_info info;
    write_file(w, w->path, "old", 3);
    uint64_t changes = faulty_env_change_calls(w->f);
    assert_int_equal(changes, 3); /* create, write, sync */
    faulty_env_crash(w->f, 1);
    assert_int_equal(ld_path_unlink(w->env, w->path, &err), LEDE_E_IO);
    assert_int_equal(ld_dir_remove(w->env, w->dir, &err), LEDE_E_IO);
    assert_ok(ld_path_info(w->env, w->path, true, &info, &err), &err);
    assert_int_equal(info.size_bytes, 3);
}

static void the_lock_excludes_a_second_handle(void **state)
{
    world *w = *state;
    lede_error err;
    ld_file a, b;
    assert_ok(ld_file_open(w->env, w->path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &a, &err), &err);
    assert_ok(ld_file_open(w->env, w->path, LEDE_OPEN_WRITE, &b, &err), &err);
    assert_ok(ld_file_lock(&a, &err), &err);
    assert_int_equal(ld_file_lock(&b, &err), LEDE_E_BUSY);
    ld_file_close(&a);
    assert_ok(ld_file_lock(&b, &err), &err);
    ld_file_close(&b);
}

static void maps_show_the_file(void **state)
{
    world *w = *state;
    lede_error err;
    ld_file file;
    const uint8_t *map;
    write_file(w, w->path, "mapped", 6);
    assert_ok(ld_file_open(w->env, w->path, LEDE_OPEN_READ, &file, &err), &err);
    assert_ok(ld_file_map(&file, 6, &map, &err), &err);
    ld_file_close(&file);
    assert_memory_equal(map, "mapped", 6);
    ld_file_unmap(w->env, map, 6);
    assert_ok(ld_file_open(w->env, w->path, LEDE_OPEN_READ, &file, &err), &err);
    assert_ok(ld_file_map(&file, 0, &map, &err), &err);
    assert_non_null(map);
    ld_file_unmap(w->env, map, 0);
    ld_file_close(&file);
}

static void paths_and_folders(void **state)
{
    world *w = *state;
    lede_error err;
    lede_file_info info, link_info;
    char *folder = temp_dir_path(w->dir, "folder"), *other = temp_dir_path(w->dir, "other"),
         *symlink_path = temp_dir_path(w->dir, "symlink");
    assert_ok(ld_dir_make(w->env, folder, &err), &err);
    assert_int_equal(ld_dir_make(w->env, folder, &err), LEDE_E_EXISTS);
    assert_ok(ld_dir_sync(w->env, w->dir, &err), &err);
    assert_int_equal(ld_dir_sync(w->env, other, &err), LEDE_E_NOTFOUND);
    write_file(w, w->path, "abc", 3);
    assert_ok(ld_path_link(w->env, w->path, other, &err), &err);
    assert_ok(ld_path_rename(w->env, w->path, other, &err), &err); /* the same file: no change */
    assert_ok(ld_path_unlink(w->env, w->path, &err), &err);
    assert_ok(ld_path_rename(w->env, other, w->path, &err), &err);
    assert_int_equal(ld_path_unlink(w->env, other, &err), LEDE_E_NOTFOUND);
    assert_int_equal(ld_path_rename(w->env, other, w->path, &err), LEDE_E_NOTFOUND);
    assert_int_equal(symlink(w->path, symlink_path), 0);
    assert_ok(ld_path_info(w->env, w->path, false, &info, &err), &err);
    assert_int_equal(info.kind, LEDE_FILE_REGULAR);
    assert_ok(ld_path_info(w->env, symlink_path, true, &link_info, &err), &err);
    assert_true(info.inode == link_info.inode && info.device == link_info.device);
    assert_ok(ld_path_info(w->env, symlink_path, false, &link_info, &err), &err);
    assert_int_equal(link_info.kind, LEDE_FILE_OTHER);
    assert_ok(ld_path_info(w->env, folder, false, &info, &err), &err);
    assert_int_equal(info.kind, LEDE_FILE_DIRECTORY);
    assert_ok(ld_dir_remove(w->env, folder, &err), &err);
    assert_int_equal(ld_path_info(w->env, folder, false, &info, &err), LEDE_E_NOTFOUND);
    free(folder);
    free(other);
    free(symlink_path);
}

static void names_are_sorted_by_bytes(void **state)
{
    world *w = *state;
    lede_error err;
    ld_names names;
    static const char *const wanted[] = {"A", "a", "a.b", "ab", "b", "\xff\xfe not UTF-8"};
    for (int i = 5; i >= 0; i--) {
        char *path = temp_dir_path(w->dir, wanted[i]);
        write_file(w, path, "", 0);
        free(path);
    }
    assert_ok(ld_dir_list(w->env, w->dir, &names, &err), &err);
    assert_int_equal(names.count, 6);
    for (int i = 0; i < 6; i++)
        assert_string_equal(names.names[i], wanted[i]);
    ld_names_release(&names);

    uint64_t before = faulty_env_calls(w->f, FAULTY_ALLOCATE);
    assert_ok(ld_dir_list(w->env, w->dir, &names, &err), &err);
    ld_names_release(&names);
    uint64_t calls = faulty_env_calls(w->f, FAULTY_ALLOCATE) - before;
    for (uint64_t nth = 1; nth <= calls; nth++) {
        faulty_env_fail(w->f, FAULTY_ALLOCATE, nth, 0, false);
        assert_int_equal(ld_dir_list(w->env, w->dir, &names, &err), LEDE_E_NOMEM);
        assert_int_equal(faulty_env_live_blocks(w->f), 0);
    }
    assert_int_equal(ld_dir_list(w->env, w->path, &names, &err), LEDE_E_NOTFOUND);
}

static void load_reads_whole_files(void **state)
{
    world *w = *state;
    lede_error err;
    char *data, text[3000];
    size_t bytes;
    memset(text, 'x', sizeof text);
    static const size_t sizes[] = {0, 1, 7, 8, 9, 3000};
    for (size_t i = 0; i < 6; i++) {
        write_file(w, w->path, text, sizes[i]);
        assert_ok(ld_file_load(w->env, w->path, sizes[i], &data, &bytes, &err), &err);
        assert_int_equal(bytes, sizes[i]);
        assert_memory_equal(data, text, bytes);
        assert_int_equal(data[bytes], 0);
        ld_release(w->env, data, bytes + 1);
        if (sizes[i] > 0) {
            assert_int_equal(ld_file_load(w->env, w->path, sizes[i] - 1, &data, &bytes, &err),
                             LEDE_E_LIMIT);
            assert_null(data);
        }
    }
    /* States the size 0 and holds more, as pipes do. */
    assert_ok(ld_file_load(w->env, "/proc/self/status", 1 << 20, &data, &bytes, &err), &err);
    assert_true(bytes > 100);
    ld_release(w->env, data, bytes + 1);
    assert_int_equal(ld_file_load(w->env, "/proc/self/status", 100, &data, &bytes, &err),
                     LEDE_E_LIMIT);
    assert_int_equal(ld_file_load(w->env, w->dir, 100000, &data, &bytes, &err), LEDE_E_IO);
    for (uint64_t nth = 1; nth <= 6; nth++) {
        faulty_env_fail(w->f, FAULTY_ALLOCATE, nth, 0, false);
        assert_int_equal(ld_file_load(w->env, "/proc/self/status", 1 << 20, &data, &bytes, &err),
                         LEDE_E_NOMEM);
        assert_int_equal(faulty_env_live_blocks(w->f), 0);
    }
}

static void clock_and_chance(void **state)
{
    world *w = *state;
    lede_error err;
    uint64_t before = ld_clock_monotonic_ns(w->env);
    assert_true(ld_clock_monotonic_ns(w->env) >= before);
    assert_true(ld_clock_utc_ms(w->env) > INT64_C(1700000000000));
    faulty_env_freeze_clock(w->f, 5, 6);
    faulty_env_advance_clock(w->f, 2);
    assert_int_equal(ld_clock_utc_ms(w->env), 7);
    assert_int_equal(ld_clock_monotonic_ns(w->env), 2000006);
    uint8_t a[32] = {0}, b[32] = {0};
    assert_ok(ld_random_fill(w->env, a, sizeof a, &err), &err);
    assert_ok(ld_random_fill(w->env, b, sizeof b, &err), &err);
    assert_memory_not_equal(a, b, sizeof a);
    faulty_env_fail(w->f, FAULTY_RANDOM, 1, ENOSYS, false);
    assert_int_equal(ld_random_fill(w->env, a, sizeof a, &err), LEDE_E_IO);
}

int main(void)
{
#define IN_WORLD(name) cmocka_unit_test_setup_teardown(name, make_world, drop_world)
    const struct CMUnitTest tests[] = {
        IN_WORLD(memory_sizes_are_checked),
        IN_WORLD(grow_doubles_up_to_the_maximum),
        IN_WORLD(open_tells_missing_and_existing),
        IN_WORLD(short_counts_and_eintr_are_hidden),
        IN_WORLD(an_endless_eintr_ends),
        IN_WORLD(every_file_fault_is_reported),
        IN_WORLD(a_full_disk_tears_the_write),
        IN_WORLD(a_crash_stops_every_change),
        IN_WORLD(the_lock_excludes_a_second_handle),
        IN_WORLD(maps_show_the_file),
        IN_WORLD(paths_and_folders),
        IN_WORLD(names_are_sorted_by_bytes),
        IN_WORLD(load_reads_whole_files),
        IN_WORLD(clock_and_chance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
