#include "article/story.h"

#include "article/furniture.h"
#include "base/utf8.h"
#include "tests/test.h"

static ld_arena *arena;

static int set_up(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 1u << 24, &arena, NULL) == LEDE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

/* A text of pieces that folding treats in different ways. */
static ld_span make_text(test_random *r, char *out, size_t pieces)
{
    static const char *const parts[] = {
        "a",        "Word", "of eight", " ", "  ",       "\t", "\n",           "\x7f",
        "\x01",     ".",    "-",        "7", "\xc2\xa0", "é",  "\xe2\x80\x8b", "\xe2\x80\x99",
        "\xc2\xad", "!",    "~",        "日"};
    size_t used = 0;
    for (size_t i = test_random_below(r, (uint32_t)pieces); i > 0; i--) {
        const char *part = parts[test_random_below(r, sizeof parts / sizeof *parts)];
        memcpy(out + used, part, strlen(part));
        used += strlen(part);
    }
    return ld_span_of(out, used);
}

/* Code point by code point, for the few classes of make_text. */
static size_t naive_fold(ld_span s, char *out)
{
    size_t used = 0;
    bool is_due = false;
    for (size_t at = 0; at < s.bytes;) {
        size_t from = at;
        uint32_t c = ld_utf8_next(s, &at);
        bool is_space = c == ' ' || c == '\t' || c == '\n' || c == 0xa0;
        is_due |= is_space && used > 0;
        if (is_space || c == 0x7f || c == 1 || c == 0x200b || c == 0xad)
            continue;
        if (is_due)
            out[used++] = ' ';
        is_due = false;
        memcpy(out + used, s.data + from, at - from);
        used += at - from;
    }
    return used;
}

static void folding_equals_the_naive_one(void **state)
{
    (void)state;
    test_random r = {3};
    for (int round = 0; round < 20000; round++) {
        char text[1024], folded[1024];
        ld_span s = make_text(&r, text, 100);
        ld_arena_reset(arena);
        ld_span found = ld_text_fold(arena, s);
        assert_int_equal(found.bytes, naive_fold(s, folded));
        assert_true(found.bytes == 0 || memcmp(found.data, folded, found.bytes) == 0);
    }
}

/* Letters and digits in lower case, without the signs that a key passes over. */
static size_t naive_letters(ld_span s, char *out)
{
    size_t used = 0;
    for (size_t at = 0; at < s.bytes;) {
        size_t from = at;
        uint32_t c = ld_utf8_next(s, &at);
        if ((c >= 0x80 && c < 0xc0) || (c >= 0x2000 && c < 0x2040) ||
            (c < 0x80 && !ld_text_is_word_byte((char)c)))
            continue;
        for (; from < at; from++)
            out[used++] = ld_text_lower(s.data[from]);
    }
    return used;
}

static void keys_are_equal_where_letters_are(void **state)
{
    (void)state;
    test_random r = {4};
    for (int round = 0; round < 20000; round++) {
        char a[1024], b[1024], a_letters[1024], b_letters[1024];
        ld_span s = make_text(&r, a, 12), t = make_text(&r, b, 12);
        size_t n = naive_letters(s, a_letters), m = naive_letters(t, b_letters);
        bool are_equal = n == m && memcmp(a_letters, b_letters, n) == 0;
        assert_int_equal(ld_text_key(s) == ld_text_key(t), are_equal);
        assert_int_equal(ld_text_key(s) == 0, n == 0);
        assert_true(ld_text_key(s) == ld_text_key(ld_span_of(a_letters, n)));
    }
}

static void words_are_counted(void **state)
{
    (void)state;
    assert_int_equal(ld_text_word_count(LD_SPAN("")), 0);
    assert_int_equal(ld_text_word_count(LD_SPAN("  ")), 0);
    assert_int_equal(ld_text_word_count(LD_SPAN("one")), 1);
    assert_int_equal(ld_text_word_count(LD_SPAN(" one  two\tthree\n")), 3);
}

static void notices_of_consent(void **state)
{
    (void)state;
    static const char *const are[] = {
        "This site uses cookies. A cookie is a small file.",
        "We use cookies.",
        "Please ENABLE JavaScript to read on.",
        "Wir verwenden Cookies",
        "cookies,consent",
    };
    static const char *const are_not[] = {
        "",
        "We use no such thing.",
        "The cookiesmith baked one cookie.",
        "A browser of old books.",
        "They accept partners; we use the partners.",
        "we  use cookies9",
    };
    for (size_t i = 0; i < sizeof are / sizeof *are; i++)
        assert_true(ld_furniture_is_consent(ld_span_from_string(are[i])));
    for (size_t i = 0; i < sizeof are_not / sizeof *are_not; i++)
        assert_false(ld_furniture_is_consent(ld_span_from_string(are_not[i])));
}

static void phrases_of_furniture(void **state)
{
    (void)state;
    assert_int_equal(ld_furniture_judge(LD_SPAN("Advertisement")), LD_FURNITURE_LINE);
    assert_int_equal(ld_furniture_judge(LD_SPAN("> Search:")), LD_FURNITURE_LINE);
    assert_int_equal(ld_furniture_judge(LD_SPAN("\xc3\x80 lire aussi : la suite")),
                     LD_FURNITURE_LINE);
    assert_int_equal(ld_furniture_judge(LD_SPAN("You may also like")), LD_FURNITURE_OPENER);
    assert_int_equal(ld_furniture_judge(LD_SPAN("Don\xe2\x80\x99t miss these")),
                     LD_FURNITURE_OPENER);
    assert_int_equal(ld_furniture_judge(LD_SPAN("\xc2\xa9 2015 The Paper")), LD_FURNITURE_END);
    assert_int_equal(ld_furniture_judge(LD_SPAN("The search went on.")), LD_FURNITURE_NONE);
    assert_int_equal(ld_furniture_judge(LD_SPAN("")), LD_FURNITURE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folding_equals_the_naive_one),
        cmocka_unit_test(keys_are_equal_where_letters_are),
        cmocka_unit_test(words_are_counted),
        cmocka_unit_test(notices_of_consent),
        cmocka_unit_test(phrases_of_furniture),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
