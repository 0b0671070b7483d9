/* Groups of numbers: every value comes back, lengths are told right, damage is refused. */
#include "tests/test.h"

#include "index/group.h"

static void fill(test_random *r, uint32_t *values, uint32_t count)
{
    uint32_t width = test_random_below(r, 32), rare = test_random_below(r, 4);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t w = rare && test_random_below(r, 20) < rare ? 31 : width;
        values[i] = (uint32_t)test_random_u64(r) & (w == 0 ? 0 : UINT32_MAX >> (32 - w));
    }
}

static void test_values_come_back(void **state)
{
    (void)state;
    test_random r = {1};
    for (uint32_t round = 0; round < 20000; round++) {
        uint32_t count = 1 + test_random_below(&r, round % 3 ? 8 : LD_GROUP_VALUES_MAX);
        uint32_t values[LD_GROUP_VALUES_MAX], back[LD_GROUP_VALUES_MAX], marks = 9;
        fill(&r, values, count);
        uint8_t *bytes = malloc(LD_GROUP_BYTES_MAX);
        size_t n = ld_group_encode(values, count, round & 3, bytes);
        bytes = realloc(bytes, n); /* reading past the end would be seen */
        assert_non_null(bytes);
        assert_int_equal(ld_group_decode(bytes, n, count, back, &marks), n);
        assert_int_equal(marks, round & 3);
        assert_memory_equal(back, values, count * sizeof *values);
        marks = 9;
        assert_int_equal(ld_group_skip(bytes, n, count, &marks), n);
        assert_int_equal(marks, round & 3);
        uint16_t at[5];
        uint32_t picked[5];
        for (uint32_t i = 0; i < 5; i++)
            at[i] = (uint16_t)test_random_below(&r, count);
        assert_true(ld_group_pick(bytes, n, count, at, 5, picked));
        for (uint32_t i = 0; i < 5; i++)
            assert_int_equal(picked[i], values[at[i]]);
        at[4] = (uint16_t)count;
        assert_false(ld_group_pick(bytes, n, count, at, 5, picked));
        assert_false(ld_group_pick(bytes, n - 1, count, at, 4, picked));
        assert_int_equal(ld_group_decode(bytes, n - 1, count, back, NULL), 0);
        assert_int_equal(ld_group_skip(bytes, n - 1, count, NULL), 0);
        free(bytes);
    }
}

static void test_outliers_do_not_widen_the_rest(void **state)
{
    (void)state;
    uint32_t values[256] = {0};
    uint8_t bytes[LD_GROUP_BYTES_MAX];
    for (uint32_t i = 0; i < 256; i++)
        values[i] = i % 4;
    values[77] = 1u << 30;
    assert_int_equal(ld_group_encode(values, 256, 0, bytes), 3 + 64 + 1 + 4);
    memset(values, 0, sizeof values);
    assert_int_equal(ld_group_encode(values, 256, 0, bytes), 1);
}

static void test_junk_is_survived(void **state)
{
    (void)state;
    test_random r = {2};
    uint32_t refused = 0;
    for (uint32_t round = 0; round < 20000; round++) {
        uint32_t count = 1 + test_random_below(&r, LD_GROUP_VALUES_MAX);
        uint32_t values[LD_GROUP_VALUES_MAX];
        size_t n = test_random_below(&r, 600);
        uint8_t *bytes = malloc(n + (n == 0));
        for (size_t i = 0; i < n; i++)
            bytes[i] = (uint8_t)test_random_u64(&r);
        size_t used = ld_group_decode(bytes, n, count, values, NULL);
        assert_true(used <= n);
        refused += used == 0;
        for (uint32_t i = 0; used && i < count; i++) {
            uint16_t at = (uint16_t)i;
            uint32_t picked;
            assert_true(values[i] < 1u << 31);
            assert_true(ld_group_pick(bytes, n, count, &at, 1, &picked) && picked == values[i]);
        }
        free(bytes);
    }
    assert_true(refused > 1000 && refused < 19999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_come_back),
        cmocka_unit_test(test_outliers_do_not_widen_the_rest),
        cmocka_unit_test(test_junk_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
