/* Files in memory behave as files: names, holders, maps, locks, and everything else passes. */
#include "tests/test.h"

#include <errno.h>

#include "base/env_memory.h"
#include "tests/faulty_env.h"
#include "tests/temp_dir.h"

static void test_write_read_rename(void **state)
{
    faulty_env *f = faulty_env_new();
    lede_env *env;
    lede_error err = {0};
    ld_file file;
    char bytes[8] = {0};
    size_t got;
    assert_ok(ld_env_memory_new(faulty_env_table(f), "/m", &env, &err), &err);
    assert_ok(ld_dir_make(env, "/m", &err), &err);
    assert_int_equal(ld_dir_make(env, "/m", &err), LEDE_E_EXISTS);
    assert_int_equal(ld_file_open(env, "/m/a", LEDE_OPEN_READ, &file, &err), LEDE_E_NOTFOUND);
    assert_ok(ld_file_open(env, "/m/a", LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &file, &err), &err);
    assert_ok(ld_file_pwrite(&file, "world", 5, 3, &err), &err);
    assert_ok(ld_file_pwrite(&file, "hel", 3, 0, &err), &err);
    assert_ok(ld_file_sync(&file, &err), &err);
    ld_file_close(&file);
    assert_ok(ld_path_rename(env, "/m/a", "/m/b", &err), &err);
    assert_int_equal(ld_file_open(env, "/m/a", LEDE_OPEN_READ, &file, &err), LEDE_E_NOTFOUND);
    assert_ok(ld_file_open(env, "/m/b", LEDE_OPEN_READ, &file, &err), &err);
    assert_ok(ld_file_read(&file, bytes, sizeof bytes, &got, &err), &err);
    assert_int_equal(got, 8);
    assert_memory_equal(bytes, "helworld", 8);
    ld_file_close(&file);
    ld_names names;
    assert_ok(ld_dir_list(env, "/m", &names, &err), &err);
    assert_int_equal(names.count, 1);
    assert_string_equal(names.names[0], "b");
    ld_names_release(&names);
    ld_env_memory_free(env);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
}

static void test_map_outlives_name_and_handle(void **state)
{
    faulty_env *f = faulty_env_new();
    lede_env *env;
    lede_error err = {0};
    ld_file file;
    const uint8_t *map;
    assert_ok(ld_env_memory_new(faulty_env_table(f), "/m", &env, &err), &err);
    assert_ok(ld_file_open(env, "/m/a", LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &file, &err), &err);
    assert_ok(ld_file_pwrite(&file, "abc", 3, 0, &err), &err);
    assert_ok(ld_file_map(&file, 3, &map, &err), &err);
    assert_int_equal(ld_file_pwrite(&file, "x", 1, 0, NULL), LEDE_E_IO);
    ld_file_close(&file);
    assert_ok(ld_path_unlink(env, "/m/a", &err), &err);
    assert_memory_equal(map, "abc", 3);
    ld_file_unmap(env, map, 3);
    ld_env_memory_free(env);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
}

static void test_lock_is_held_by_one(void **state)
{
    lede_env *env;
    lede_error err = {0};
    ld_file first, second;
    assert_ok(ld_env_memory_new(lede_env_system(), "/m", &env, &err), &err);
    assert_ok(ld_file_open(env, "/m/l", LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &first, &err), &err);
    assert_ok(ld_file_open(env, "/m/l", LEDE_OPEN_WRITE, &second, &err), &err);
    assert_ok(ld_file_lock(&first, &err), &err);
    assert_int_equal(ld_file_lock(&second, NULL), LEDE_E_BUSY);
    ld_file_close(&first);
    assert_ok(ld_file_lock(&second, &err), &err);
    ld_file_close(&second);
    ld_env_memory_free(env);
}

static void test_other_paths_pass_through(void **state)
{
    char *dir = temp_dir_new();
    char *path = temp_dir_path(dir, "real");
    lede_env *env;
    lede_error err = {0};
    ld_file file;
    char *data;
    size_t bytes;
    assert_ok(ld_env_memory_new(lede_env_system(), "/m", &env, &err), &err);
    assert_ok(ld_file_open(env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &file, &err), &err);
    assert_ok(ld_file_pwrite(&file, "disk", 4, 0, &err), &err);
    assert_ok(ld_file_close_checked(&file, &err), &err);
    assert_ok(ld_file_load(lede_env_system(), path, 100, &data, &bytes, &err), &err);
    assert_string_equal(data, "disk");
    ld_release(lede_env_system(), data, bytes + 1);
    ld_env_memory_free(env);
    free(path);
    temp_dir_free(dir);
}

static void test_refused_memory_is_an_error(void **state)
{
    for (uint64_t nth = 1; nth < 12; nth++) {
        faulty_env *f = faulty_env_new();
        lede_env *env;
        ld_file file;
        faulty_env_fail(f, FAULTY_ALLOCATE, nth, 0, false);
        if (ld_env_memory_new(faulty_env_table(f), "/m", &env, NULL) == LEDE_OK) {
            if (ld_file_open(env, "/m/a", LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &file, NULL) ==
                LEDE_OK) {
                (void)ld_file_pwrite(&file, "abc", 3, 0, NULL);
                (void)ld_path_rename(env, "/m/a", "/m/b", NULL);
                ld_file_close(&file);
            }
            ld_env_memory_free(env);
        }
        faulty_env_assert_idle(f);
        faulty_env_free(f);
    }
}

/* One table over another: each knows its own files, whatever their handles. */
static void test_tables_lie_over_one_another(void **state)
{
    lede_env *lower, *upper;
    lede_error err = {0};
    ld_file below, above;
    char byte;
    size_t got;
    assert_ok(ld_env_memory_new(lede_env_system(), "/lower", &lower, &err), &err);
    assert_ok(ld_env_memory_new(lower, "/upper", &upper, &err), &err);
    assert_ok(ld_dir_make(upper, "/lower", &err), &err);
    assert_ok(ld_dir_make(upper, "/lower/in", &err), &err);
    uint32_t flags = LEDE_OPEN_READ | LEDE_OPEN_WRITE | LEDE_OPEN_CREATE;
    assert_ok(ld_file_open(upper, "/lower/in/a", flags, &below, &err), &err);
    assert_ok(ld_file_open(upper, "/upper/a", flags, &above, &err), &err);
    assert_ok(ld_file_pwrite(&below, "b", 1, 0, &err), &err);
    assert_ok(ld_file_pwrite(&above, "a", 1, 0, &err), &err);
    assert_ok(ld_file_pread(&below, &byte, 1, 0, &got, &err), &err);
    assert_int_equal(byte, 'b');
    assert_ok(ld_file_pread(&above, &byte, 1, 0, &got, &err), &err);
    assert_int_equal(byte, 'a');
    ld_file_close(&below);
    ld_file_close(&above);
    ld_names names;
    assert_ok(ld_dir_list(upper, "/lower/in/", &names, &err), &err); /* with a slash at its end */
    assert_int_equal(names.count, 1);
    ld_names_release(&names);
    ld_env_memory_free(upper);
    ld_env_memory_free(lower);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_write_read_rename),
        cmocka_unit_test(test_map_outlives_name_and_handle),
        cmocka_unit_test(test_lock_is_held_by_one),
        cmocka_unit_test(test_other_paths_pass_through),
        cmocka_unit_test(test_refused_memory_is_an_error),
        cmocka_unit_test(test_tables_lie_over_one_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
