#include "index/writer_private.h"
#include "tests/test.h"

static void equal_segments_merge_at_the_factor(void **state)
{
    (void)state;
    ld_merge_size s[8];
    for (size_t i = 0; i < 8; i++)
        s[i] = (ld_merge_size){100, 0};
    assert_int_equal(ld_merge_plan(s, 7, 8, 1000000).count, 0);
    ld_merge_choice c = ld_merge_plan(s, 8, 8, 1000000);
    assert_int_equal(c.first, 0);
    assert_int_equal(c.count, 8);
}

static void a_large_segment_does_not_join_small_ones(void **state)
{
    (void)state;
    ld_merge_size s[9] = {{100000, 0}};
    for (size_t i = 1; i < 9; i++)
        s[i] = (ld_merge_size){100, 0};
    ld_merge_choice c = ld_merge_plan(s, 9, 8, 1000000);
    assert_int_equal(c.first, 1);
    assert_int_equal(c.count, 8);
}

static void merges_stay_below_the_maximum(void **state)
{
    (void)state;
    ld_merge_size s[8];
    for (size_t i = 0; i < 8; i++)
        s[i] = (ld_merge_size){100, 0};
    ld_merge_choice c = ld_merge_plan(s, 8, 8, 350);
    assert_int_equal(c.count, 3);
    assert_int_equal(ld_merge_plan(s, 8, 8, 150).count, 0);
}

static void mostly_deleted_segments_are_rewritten(void **state)
{
    (void)state;
    ld_merge_size s[3] = {{100, 0}, {100, 51}, {100, 50}};
    ld_merge_choice c = ld_merge_plan(s, 3, 8, 1000000);
    assert_int_equal(c.first, 1);
    assert_int_equal(c.count, 1);
}

/* Flushes of random size: few segments stay, each document is rewritten a few times. */
static void growth_is_bounded(void **state)
{
    (void)state;
    test_random r = {7};
    ld_merge_size s[256];
    size_t count = 0;
    uint64_t added = 0, rewritten = 0;
    for (uint32_t flush = 0; flush < 2000; flush++) {
        uint32_t docs = 1 + test_random_below(&r, 200);
        s[count++] = (ld_merge_size){docs, 0};
        added += docs;
        assert_true(count < 100);
        ld_merge_choice c = ld_merge_plan(s, count, 8, UINT32_MAX);
        if (c.count == 0)
            continue;
        assert_true(c.first + c.count <= count);
        for (uint32_t i = 1; i < c.count; i++)
            s[c.first].docs += s[c.first + i].docs;
        rewritten += s[c.first].docs;
        memmove(s + c.first + 1, s + c.first + c.count, (count - c.first - c.count) * sizeof *s);
        count -= c.count - 1;
    }
    print_message("%zu segments, each document rewritten %.2f times\n", count,
                  (double)rewritten / (double)added);
    assert_true(rewritten < added * 8);
}

static void merging_down_takes_the_smallest_window(void **state)
{
    (void)state;
    ld_merge_size s[5] = {{1000, 0}, {10, 0}, {20, 0}, {500, 0}, {1, 0}};
    ld_merge_choice c = ld_merge_plan_down(s, 5, 4);
    assert_int_equal(c.first, 1);
    assert_int_equal(c.count, 2);
    c = ld_merge_plan_down(s, 5, 1);
    assert_int_equal(c.first, 0);
    assert_int_equal(c.count, 5);
    assert_int_equal(ld_merge_plan_down(s, 5, 5).count, 0);
    assert_int_equal(ld_merge_plan_down(s, 0, 1).count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_segments_merge_at_the_factor),
        cmocka_unit_test(a_large_segment_does_not_join_small_ones),
        cmocka_unit_test(merges_stay_below_the_maximum),
        cmocka_unit_test(mostly_deleted_segments_are_rewritten),
        cmocka_unit_test(growth_is_bounded),
        cmocka_unit_test(merging_down_takes_the_smallest_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
