/* The log-coded document length: exact when short, monotone, and never far off. */
#include "tests/index/inverted_twin.h"

static void test_every_code_comes_back(void **state)
{
    (void)state;
    for (uint32_t code = 0; code < 256; code++) {
        assert_int_equal(ld_length_encode(ld_length_decode((uint8_t)code)), code);
        if (code > 0)
            assert_true(ld_length_decode((uint8_t)code) > ld_length_decode((uint8_t)(code - 1)));
    }
}

static void test_rounds_down_by_less_than_an_eighth(void **state)
{
    (void)state;
    uint8_t before = 0;
    for (uint32_t n = 0; n <= LD_POSITIONS_MAX; n++) {
        uint8_t code = ld_length_encode(n);
        uint32_t back = ld_length_decode(code);
        assert_true(code >= before);
        assert_true(back <= n && n - back <= n / 8);
        if (n < 40)
            assert_int_equal(back, n);
        before = code;
    }
    assert_int_equal(before, 183);
    assert_int_equal(ld_length_encode(UINT32_MAX), 255);
}

static void test_format(void **state)
{
    (void)state;
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_segment *s;
    twin t = {.profile = twin_profile(false, false)};
    for (uint32_t i = 0; i < 103; i++)
        twin_add(&t, i < 3 ? 1 : 2, i, LD_ZONE_BODY, "sea", "sea", 0);
    twin_write(&t, env, TWIN_ROOT "/a", 0, t.docs);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    twin_assert_example(s, LD_PART_LENGTHS, "src/index/lengths_format.h", "LENGTHS");
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_code_comes_back),
        cmocka_unit_test(test_rounds_down_by_less_than_an_eighth),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
