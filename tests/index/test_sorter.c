/* Sorting through runs, and the scratches that hold them: all that went in comes out, whatever part
 * of it was in files; failures are told and leave nothing behind. */
#include "index/sorter.h"
#include "tests/faulty_env.h"
#include "tests/temp_dir.h"
#include "tests/test.h"

#include <errno.h>

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static ld_segment_writer *open_writer(const lede_env *env, const char *path)
{
    lede_error err;
    ld_segment_writer *w;
    assert_ok(ld_segment_writer_new(env, path, &w, &err), &err);
    return w;
}

static void sort_numbers(ld_segment_writer *w, uint32_t count, uint64_t bound, test_random *r)
{
    lede_error err;
    ld_sorter s;
    uint64_t *want = malloc((count + 1u) * sizeof *want), item;
    ld_sorter_init(&s, w);
    for (uint32_t i = 0; i < count; i++) {
        want[i] = test_random_u64(r) % bound;
        assert_ok(ld_sorter_add(&s, want[i], &err), &err);
    }
    qsort(want, count, sizeof *want, compare);
    assert_ok(ld_sorter_sort(&s, &err), &err);
    for (uint32_t i = 0; i < count; i++) {
        assert_true(ld_sorter_next(&s, &item));
        assert_true(item == want[i]);
    }
    assert_false(ld_sorter_next(&s, &item));
    ld_sorter_release(&s);
    free(want);
}

static void numbers_come_out_sorted(void **state)
{
    (void)state;
    test_random r = {31};
    faulty_env *f = faulty_env_new();
    char *root = temp_dir_new(), *path = temp_dir_path(root, "s");
    ld_segment_writer *w = open_writer(faulty_env_table(f), path);
    static const uint32_t counts[] = {
        0, 1, 1000, LD_SORTER_ITEMS, LD_SORTER_ITEMS + 1, 2 * LD_SORTER_ITEMS, 300000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        sort_numbers(w, counts[i], i % 2 ? UINT64_MAX : 50, &r);
    /* the buffer of one run while it grows, whatever the count */
    assert_true(faulty_env_live_bytes_peak(f) < 2 * LD_SORTER_ITEMS * sizeof(uint64_t));
    ld_segment_writer_free(w);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
    free(path);
    temp_dir_free(root);
}

/* Scratches of all lengths at once, each with its own file. */
static void scratches_keep_their_bytes(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    lede_error err;
    ld_scratch s[COUNT];
    faulty_env *f = faulty_env_new();
    char *root = temp_dir_new(), *path = temp_dir_path(root, "s");
    ld_segment_writer *w = open_writer(faulty_env_table(f), path);
    for (uint32_t i = 0; i < COUNT; i++)
        ld_scratch_init(&s[i], w);
    for (uint32_t n = 0; n < 9000; n++)
        for (uint32_t i = 0; i < COUNT; i++)
            if (n < i * 256) {
                uint32_t value = n * COUNT + i;
                ld_scratch_add(&s[i], &value, sizeof value);
            }
    for (uint32_t i = 0; i < COUNT; i++) {
        const uint8_t *data;
        uint32_t values = i * 256 < 9000 ? i * 256 : 9000;
        assert_int_equal(ld_scratch_bytes(&s[i]), values * 4);
        assert_ok(ld_scratch_seal(&s[i], &data, &err), &err);
        for (uint32_t n = 0; n < values; n++) {
            uint32_t value;
            memcpy(&value, data + n * sizeof value, sizeof value);
            assert_int_equal(value, n * COUNT + i);
        }
        ld_scratch_release(&s[i]);
        ld_scratch_release(&s[i]);
    }
    ld_segment_writer_free(w);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
    free(path);
    temp_dir_free(root);
}

/* Each effect of a sort through a file fails once. */
static void failures_are_told(void **state)
{
    (void)state;
    static const faulty_op ops[] = {FAULTY_ALLOCATE, FAULTY_OPEN, FAULTY_PWRITE, FAULTY_MAP};
    for (size_t o = 0; o < sizeof ops / sizeof *ops; o++) {
        lede_status status = LEDE_E_IO;
        for (uint64_t nth = 1; status != LEDE_OK; nth++) {
            lede_error err;
            ld_sorter s;
            faulty_env *f = faulty_env_new();
            char *root = temp_dir_new(), *path = temp_dir_path(root, "s");
            ld_segment_writer *w = open_writer(faulty_env_table(f), path);
            ld_sorter_init(&s, w);
            faulty_env_fail(f, ops[o], nth, ENOSPC, false);
            status = LEDE_OK;
            for (uint32_t i = 0; i < LD_SORTER_ITEMS + 10 && status == LEDE_OK; i++)
                status = ld_sorter_add(&s, i * 7919u, &err);
            if (status == LEDE_OK)
                status = ld_sorter_sort(&s, &err);
            assert_true(status == LEDE_OK ||
                        status == (ops[o] == FAULTY_ALLOCATE ? LEDE_E_NOMEM : LEDE_E_IO));
            assert_true(nth > 1 || status != LEDE_OK);
            ld_sorter_release(&s);
            ld_segment_writer_free(w);
            faulty_env_assert_idle(f);
            faulty_env_free(f);
            free(path);
            temp_dir_free(root);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_come_out_sorted),
                                       cmocka_unit_test(scratches_keep_their_bytes),
                                       cmocka_unit_test(failures_are_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
