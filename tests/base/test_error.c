#include "base/error.h"

#include <errno.h>

#include "tests/test.h"

static void names_are_distinct(void **state)
{
    (void)state;
    for (int a = LEDE_E_EXISTS; a <= LEDE_OK; a++) {
        assert_string_not_equal(lede_status_name((lede_status)a), "unknown status");
        for (int b = LEDE_E_EXISTS; b < a; b++)
            assert_string_not_equal(lede_status_name((lede_status)a),
                                    lede_status_name((lede_status)b));
    }
    assert_string_equal(lede_status_name((lede_status)77), "unknown status");
}

static void set_fills_every_field(void **state)
{
    (void)state;
    lede_error err;
    memset(&err, 'x', sizeof err);
    assert_int_equal(LD_FAIL_OS(&err, LEDE_E_IO, -ENOSPC, "cannot write %s", "a.seg"), LEDE_E_IO);
    assert_int_equal(err.status, LEDE_E_IO);
    assert_int_equal(err.os_errno, ENOSPC);
    assert_int_equal(err.offset_bytes, 0);
    assert_string_equal(err.where, "");
    assert_string_equal(err.message, "cannot write a.seg: No space left on device");
    assert_int_equal(LD_FAIL(NULL, LEDE_E_BUSY, "nobody listens"), LEDE_E_BUSY);
}

static void long_messages_are_cut_between_characters(void **state)
{
    (void)state;
    lede_error err;
    char text[600];
    for (size_t lead = 0; lead < 4; lead++) {
        memset(text, 'a', lead);
        for (size_t i = lead; i + 3 < sizeof text; i += 3)
            memcpy(text + i, "\xe2\x82\xac", 4);
        (void)LD_FAIL(&err, LEDE_E_INVALID, "%s", text);
        size_t bytes = strlen(err.message);
        assert_true(bytes > sizeof err.message - 4 && bytes < sizeof err.message);
        assert_int_equal((bytes - lead) % 3, 0);
        assert_memory_equal(err.message, text, bytes);
    }
}

static void where_keeps_the_end_and_is_set_once(void **state)
{
    (void)state;
    lede_error err = {0};
    char path[400];
    memset(path, 'd', sizeof path);
    strcpy(path + sizeof path - 10, "/file.seg");
    ld_error_at(&err, path);
    assert_int_equal(strlen(err.where), sizeof err.where - 1);
    assert_memory_equal(err.where, "...d", 4);
    assert_string_equal(err.where + strlen(err.where) - 9, "/file.seg");
    ld_error_at(&err, "other");
    assert_memory_equal(err.where, "...d", 4);
    ld_error_at(NULL, "x");
    lede_error empty = {0};
    ld_error_at(&empty, NULL);
    assert_string_equal(empty.where, "");
}

static void corrupt_names_part_and_offset(void **state)
{
    (void)state;
    lede_error err;
    assert_int_equal(ld_error_corrupt(&err, "0001.seg", 4096, "its checksum differs"),
                     LEDE_E_CORRUPT);
    assert_int_equal(err.offset_bytes, 4096);
    assert_string_equal(err.where, "0001.seg");
    assert_string_equal(err.message, "0001.seg is damaged at byte 4096: its checksum differs");
    assert_int_equal(ld_error_corrupt(NULL, "x", 1, "y"), LEDE_E_CORRUPT);
    assert_int_equal(ld_error_nomem(&err, 77), LEDE_E_NOMEM);
    assert_non_null(strstr(err.message, "77 bytes"));
}

static lede_status forwards(lede_status given)
{
    LD_TRY(given);
    return LEDE_OK;
}

static void try_forwards(void **state)
{
    (void)state;
    assert_int_equal(forwards(LEDE_OK), LEDE_OK);
    assert_int_equal(forwards(LEDE_E_LIMIT), LEDE_E_LIMIT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_distinct),
        cmocka_unit_test(set_fills_every_field),
        cmocka_unit_test(long_messages_are_cut_between_characters),
        cmocka_unit_test(where_keeps_the_end_and_is_set_once),
        cmocka_unit_test(corrupt_names_part_and_offset),
        cmocka_unit_test(try_forwards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
