#include "tests/test.h"
#include "base/utf8.h"

/* Table 3-7 of Unicode, written out: the naive twin of the decoder's validity. */
static size_t naive_length(const uint8_t *b, size_t n)
{
    static const uint8_t rows[][9] = {
        /* length, then low and high of each byte */
        {1, 0x00, 0x7F},
        {2, 0xC2, 0xDF, 0x80, 0xBF},
        {3, 0xE0, 0xE0, 0xA0, 0xBF, 0x80, 0xBF},
        {3, 0xE1, 0xEC, 0x80, 0xBF, 0x80, 0xBF},
        {3, 0xED, 0xED, 0x80, 0x9F, 0x80, 0xBF},
        {3, 0xEE, 0xEF, 0x80, 0xBF, 0x80, 0xBF},
        {4, 0xF0, 0xF0, 0x90, 0xBF, 0x80, 0xBF, 0x80, 0xBF},
        {4, 0xF1, 0xF3, 0x80, 0xBF, 0x80, 0xBF, 0x80, 0xBF},
        {4, 0xF4, 0xF4, 0x80, 0x8F, 0x80, 0xBF, 0x80, 0xBF},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        size_t length = rows[i][0], good = 0;
        while (good < length && good < n && b[good] >= rows[i][1 + 2 * good] &&
               b[good] <= rows[i][2 + 2 * good])
            good++;
        if (good == length)
            return length;
    }
    return 0;
}

static void test_round_trip_of_every_code_point(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        char out[4];
        size_t length = ld_utf8_encode(c, out), used;
        uint32_t back = ld_utf8_decode(out, length, &used);
        bool surrogate = c >= 0xD800 && c < 0xE000;
        assert_int_equal(back, surrogate ? LD_UTF8_REPLACEMENT : c);
        assert_int_equal(used, length);
    }
    char out[4];
    assert_int_equal(ld_utf8_encode(0x110000, out), 3);
}

static void test_random_bytes_agree_with_the_table(void **state)
{
    (void)state;
    test_random r = {7};
    for (int round = 0; round < 200000; round++) {
        uint8_t bytes[8];
        size_t n = test_random_below(&r, 8) + 1;
        for (size_t i = 0; i < n; i++) {
            uint32_t kind = test_random_below(&r, 3);
            bytes[i] = (uint8_t)(kind == 0   ? test_random_below(&r, 256)
                                 : kind == 1 ? 0x80 + test_random_below(&r, 64)
                                             : 0xE0 + test_random_below(&r, 24));
        }
        size_t naive = 0;
        for (size_t step; naive < n && (step = naive_length(bytes + naive, n - naive));
             naive += step)
            ;
        ld_span s = ld_span_of((const char *)bytes, n);
        assert_int_equal(ld_utf8_valid_bytes(s), naive);
        for (size_t at = 0; at < n;) {
            size_t from = at;
            uint32_t c = ld_utf8_next(s, &at);
            assert_true(at > from && at <= n);
            assert_true((naive_length(bytes + from, n - from) == at - from) ||
                        c == LD_UTF8_REPLACEMENT);
        }
    }
}

static void test_scrub(void **state)
{
    (void)state;
    lede_error err;
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 1 << 20, &arena, &err), &err);
    ld_span good = LD_SPAN("caf\xC3\xA9 12345678 \xF0\x9F\x98\x80");
    ld_span same = ld_utf8_scrub(arena, good);
    assert_ptr_equal(same.data, good.data);
    /* maximal subparts: F0 9F 98 is one error, C3 one, 80 80 two */
    ld_span bad = LD_SPAN("a\xF0\x9F\x98z\xC3!\x80\x80");
    ld_span fixed = ld_utf8_scrub(arena, bad);
    assert_true(
        ld_span_equal(fixed, LD_SPAN("a\xEF\xBF\xBDz\xEF\xBF\xBD!\xEF\xBF\xBD\xEF\xBF\xBD")));
    assert_true(ld_utf8_valid(fixed));
    assert_int_equal(ld_utf8_scrub(arena, ld_span_of(NULL, 0)).bytes, 0);
    ld_arena_free(arena);
}

static void test_scrub_refused(void **state)
{
    (void)state;
    lede_error err;
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 16, &arena, &err), &err);
    char bytes[64];
    memset(bytes, 0xFF, sizeof bytes);
    ld_span fixed = ld_utf8_scrub(arena, ld_span_of(bytes, sizeof bytes));
    assert_null(fixed.data);
    assert_int_not_equal(fixed.bytes, 0);
    ld_arena_free(arena);
}

static void test_cut(void **state)
{
    (void)state;
    ld_span s = LD_SPAN("a\xC3\xA9\xE2\x82\xAC");
    static const size_t expected[] = {0, 1, 1, 3, 3, 3, 6, 6};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++)
        assert_int_equal(ld_utf8_cut(s, i), expected[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trip_of_every_code_point),
        cmocka_unit_test(test_random_bytes_agree_with_the_table),
        cmocka_unit_test(test_scrub),
        cmocka_unit_test(test_scrub_refused),
        cmocka_unit_test(test_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
