#include "base/span.h"

#include <strings.h>

#include "tests/test.h"

static const ld_span nothing = {NULL, 0};

static void prefixes_and_suffixes(void **state)
{
    (void)state;
    assert_true(ld_span_starts_with(LD_SPAN("headline"), LD_SPAN("head")));
    assert_false(ld_span_starts_with(LD_SPAN("head"), LD_SPAN("headline")));
    assert_true(ld_span_starts_with(nothing, nothing));
    assert_true(ld_span_starts_with_nocase(LD_SPAN("Content-Type: x"), LD_SPAN("content-type:")));
    assert_true(ld_span_ends_with(LD_SPAN("page.html"), LD_SPAN(".html")));
    assert_false(ld_span_ends_with(LD_SPAN("html"), LD_SPAN(".html")));
    assert_true(ld_span_ends_with(nothing, nothing));
    assert_true(ld_span_equal_nocase(LD_SPAN("TiTle@["), LD_SPAN("tItLE@[")));
    assert_false(ld_span_equal_nocase(LD_SPAN("@"), LD_SPAN("`")));
    assert_false(ld_span_equal_nocase(LD_SPAN("\xc3\x89"), LD_SPAN("\xc3\xa9")));
}

static void order_is_total(void **state)
{
    (void)state;
    assert_true(ld_span_compare(LD_SPAN("ab"), LD_SPAN("abc")) < 0);
    assert_true(ld_span_compare(LD_SPAN("b"), LD_SPAN("abc")) > 0);
    assert_true(ld_span_compare(LD_SPAN("\xff"), LD_SPAN("a")) > 0);
    assert_int_equal(ld_span_compare(nothing, LD_SPAN("")), 0);
    assert_true(ld_span_equal(nothing, LD_SPAN("")));
}

static void trim_and_sub(void **state)
{
    (void)state;
    assert_true(ld_span_equal(ld_span_trim(LD_SPAN(" \t\n\v\f\r a b \n")), LD_SPAN("a b")));
    assert_int_equal(ld_span_trim(LD_SPAN("   ")).bytes, 0);
    assert_int_equal(ld_span_trim(nothing).bytes, 0);
    assert_true(ld_span_equal(ld_span_sub(LD_SPAN("abcdef"), 2, 3), LD_SPAN("cde")));
    assert_true(ld_span_equal(ld_span_sub(LD_SPAN("abcdef"), 4, SIZE_MAX), LD_SPAN("ef")));
    assert_int_equal(ld_span_sub(LD_SPAN("abc"), SIZE_MAX, 1).bytes, 0);
    assert_int_equal(ld_span_sub(nothing, 1, 1).bytes, 0);
}

static void numbers(void **state)
{
    (void)state;
    uint64_t v = 7;
    assert_true(ld_span_parse_u64(LD_SPAN("18446744073709551615"), &v));
    assert_true(v == UINT64_MAX);
    assert_true(ld_span_parse_u64(LD_SPAN("00012"), &v));
    assert_int_equal(v, 12);
    static const char *const bad[] = {
        "", "18446744073709551616", "99999999999999999999999", "-1", "+1", "1 ", "0x", "1.0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ld_span_parse_u64(ld_span_from_string(bad[i]), &v));
    assert_int_equal(v, 12);
}

static size_t naive_find(const char *s, size_t n, const char *x, size_t m, bool nocase)
{
    for (size_t i = 0; i + m <= n; i++)
        if (nocase ? strncasecmp(s + i, x, m) == 0 : memcmp(s + i, x, m) == 0)
            return i;
    return SIZE_MAX;
}

static void find_equals_the_naive_search(void **state)
{
    (void)state;
    test_random r = {1};
    for (int round = 0; round < 20000; round++) {
        char s[32], x[4];
        size_t n = test_random_below(&r, 32), m = test_random_below(&r, 4);
        for (size_t i = 0; i < n; i++)
            s[i] = "abAB"[test_random_below(&r, 4)];
        for (size_t i = 0; i < m; i++)
            x[i] = "abAB"[test_random_below(&r, 4)];
        ld_span hay = ld_span_of(s, n), needle = ld_span_of(x, m);
        assert_true(ld_span_find(hay, needle) == naive_find(s, n, x, m, false));
        assert_true(ld_span_find_nocase(hay, needle) == naive_find(s, n, x, m, true));
        if (m)
            assert_true(ld_span_find_byte(hay, x[0]) == naive_find(s, n, x, 1, false));
    }
}

/* Bytes that differ from a letter by the bit of its case, or by one, are no letters. */
static void cases_are_those_of_ascii_letters(void **state)
{
    (void)state;
    static const char bytes[] = "aAzZ@`[{!\x01 \x81\xe1\xc1\xff";
    test_random r = {2};
    for (int round = 0; round < 20000; round++) {
        char s[64], x[3];
        size_t n = test_random_below(&r, 64), m = 1 + test_random_below(&r, 3);
        for (size_t i = 0; i < n; i++)
            s[i] = bytes[test_random_below(&r, sizeof bytes - 1)];
        for (size_t i = 0; i < m; i++)
            x[i] = bytes[test_random_below(&r, sizeof bytes - 1)];
        assert_true(ld_span_find_nocase(ld_span_of(s, n), ld_span_of(x, m)) ==
                    naive_find(s, n, x, m, true));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(prefixes_and_suffixes),
        cmocka_unit_test(order_is_total),
        cmocka_unit_test(trim_and_sub),
        cmocka_unit_test(numbers),
        cmocka_unit_test(find_equals_the_naive_search),
        cmocka_unit_test(cases_are_those_of_ascii_letters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
