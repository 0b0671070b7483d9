/* A diff keeps both texts: what is not added is the old one, what is not removed the new one; and
 * it is as short as the naive recursion says. */
#include "tests/test.h"

#include "server/diff.h"

#define WORDS_MAX 9u

static size_t naive_common(const char *a, const char *b)
{
    if (!*a || !*b)
        return 0;
    if (*a == *b)
        return 1 + naive_common(a + 1, b + 1);
    size_t left = naive_common(a + 1, b), right = naive_common(a, b + 1);
    return left > right ? left : right;
}

/* Letters become words of one letter. */
static void spell(const char *letters, char *text)
{
    for (; *letters; letters++) {
        *text++ = *letters == '.' ? '\n' : *letters;
        *text++ = ' ';
    }
    *text = 0;
}

static void check(const char *a, const char *b)
{
    char old_text[64], new_text[64], kept_old[64] = "", kept_new[64] = "";
    size_t same = 0;
    ld_diff d;
    spell(a, old_text);
    spell(b, new_text);
    assert_int_equal(ld_diff_make(&d, lede_env_system(), ld_span_from_string(old_text),
                                  ld_span_from_string(new_text), NULL),
                     LEDE_OK);
    for (size_t i = 0; i < d.count; i++) {
        char letter[2] = {d.words[i].text.data[0] == '\n' ? '.' : d.words[i].text.data[0], 0};
        assert_int_equal(d.words[i].text.bytes, 1);
        if (d.words[i].kind != LD_DIFF_ADDED)
            strcat(kept_old, letter);
        if (d.words[i].kind != LD_DIFF_REMOVED)
            strcat(kept_new, letter);
        same += d.words[i].kind == LD_DIFF_SAME;
    }
    assert_string_equal(kept_old, a);
    assert_string_equal(kept_new, b);
    assert_int_equal(same, naive_common(a, b));
    ld_diff_release(&d);
}

static void test_known(void **state)
{
    check("", "");
    check("abc", "");
    check("", "abc");
    check("abc.d", "abc.d");
    check("abc", "axc");
    check("abcd", "bcda");
}

static void test_random_texts(void **state)
{
    test_random random = {20261123};
    for (int round = 0; round < 3000; round++) {
        char texts[2][WORDS_MAX + 1];
        for (int t = 0; t < 2; t++) {
            uint32_t count = test_random_below(&random, WORDS_MAX + 1);
            for (uint32_t i = 0; i < count; i++)
                texts[t][i] = "abc."[test_random_below(&random, 4)];
            texts[t][count] = 0;
        }
        check(texts[0], texts[1]);
    }
}

/* Two texts too different for the table: still both whole. */
static void test_large(void **state)
{
    const size_t count = 5000, bytes = count * 6;
    char *texts[2];
    ld_diff d;
    size_t kinds[3] = {0};
    for (int t = 0; t < 2; t++) {
        texts[t] = malloc(bytes + 1);
        for (size_t i = 0; i < count; i++)
            snprintf(texts[t] + 6 * i, 7, "%c%04zu ", 'a' + t, i);
    }
    assert_int_equal(ld_diff_make(&d, lede_env_system(), ld_span_of(texts[0], bytes),
                                  ld_span_of(texts[1], bytes), NULL),
                     LEDE_OK);
    for (size_t i = 0; i < d.count; i++)
        kinds[d.words[i].kind]++;
    assert_int_equal(kinds[LD_DIFF_SAME], 0);
    assert_int_equal(kinds[LD_DIFF_REMOVED], count);
    assert_int_equal(kinds[LD_DIFF_ADDED], count);
    ld_diff_release(&d);
    free(texts[0]);
    free(texts[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known),
                                       cmocka_unit_test(test_random_texts),
                                       cmocka_unit_test(test_large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
