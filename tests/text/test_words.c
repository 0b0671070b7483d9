#include "tests/test.h"
#include "tests/text/random_text.h"
#include "text/words.h"

/* "form/class form/class ...", class one of l i u m, pairs marked by *, numbers by #. */
static const char *words_of(const char *text)
{
    static char out[4096];
    ld_words it;
    ld_word w;
    size_t bytes = 0;
    ld_span s = ld_span_from_string(text);
    ld_words_init(&it, s);
    while (ld_words_next(&it, &w)) {
        char form[LD_TERM_BYTES_MAX];
        size_t n = ld_word_form(s, &w, form);
        bytes += (size_t)snprintf(out + bytes, sizeof out - bytes, "%s%.*s/%c%s", bytes ? " " : "",
                                  (int)n, form, "lium"[w.case_class],
                                  w.kind == LD_WORD_CJK      ? "*"
                                  : w.kind == LD_WORD_NUMBER ? "#"
                                                             : "");
    }
    out[bytes] = 0;
    return out;
}

static void test_rules(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"", ""},
        {"the WHO said Who", "the/l who/u said/l who/i"},
        {"Francois Fran\u00e7ois", "francois/i francois/i"},
        {"US, U.S. and U.S", "us/u us/u and/l us/u"},
        {"the U.S.'s U.S.-led", "the/l us/u us/u led/l"},
        {"a.m. e.g. this", "am/l eg/l this/l"},
        {"J.K.Rowling J. K. R", "jk/u rowling/i j/i k/i r/i"},
        {"e-mail", "e/l mail/l"},
        {"Hollande's Hollande\u2019s", "hollande/i hollande/i"},
        {"US's workers' 'tis", "us/u workers/l tis/l"},
        {"don't don\u2019t O'Brien", "don't/l don't/l o'brien/m"},
        {"l'homme d\u2019Arc qu'il dell'arte", "l/l homme/l d/l arc/i qu/l il/l dell/l arte/l"},
        {"aujourd'hui rock'n'roll", "aujourd'hui/l rock'n'roll/l"},
        {"3.5 1,000 10,000,000 1,5", "3.5/l# 1000/l# 10000000/l# 1,5/l#"},
        {"Nov. 13,2015. 13.11.2015", "nov/i 13/l# 2015/l# 13.11.2015/l#"},
        {"COVID-19 B52 4th $5bn", "covid/u 19/l# b52/i 4th/l 5bn/l"},
        {"end.Next example.com", "end/l next/i example/l com/l"},
        {"@name #tag foo_bar AT&T", "name/l tag/l foo/l bar/l at/u t/i"},
        {"McDonald iPhone PARIS A", "mcdonald/m iphone/m paris/u a/i"},
        {"\u4e1c\u4eac\u90fd \u4eac", "\u4e1c\u4eac/l* \u4eac\u90fd/l* \u4eac/l*"},
        {"\u30ab\u3099\u30b9", "\u30ac\u30b9/l*"},
        {"\ud55c\uad6d\uc5b4", "\ud55c\uad6d/l* \uad6d\uc5b4/l*"},
        {"go\u6771\u4eac2020", "go/l \u6771\u4eac/l* 2020/l#"},
        {"\u0414\u043e\u043c \u0421\u0428\u0410", "\u0434\u043e\u043c/i \u0441\u0448\u0430/u"},
        {"\u043f'\u044f\u0442\u044c", "\u043f'\u044f\u0442\u044c/l"},
        {"na\u0308ive \U0001F600 ok", "naive/l ok/l"},
        {"\u201cWar of civilisations\u201d", "war/i of/l civilisations/l"},
        {"col\u00b7lecci\u00f3", "colleccio/l"},
        {"''' ... ,,, ''s", "s/l"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(words_of(rows[i][0]), rows[i][1]);
}

static void test_written_range(void **state)
{
    (void)state;
    ld_span s = LD_SPAN("In the U.S.'s case, Hollande's.");
    ld_words it;
    ld_word w;
    static const char *const written[] = {"In", "the", "U.S.'s", "case", "Hollande's"};
    ld_words_init(&it, s);
    for (size_t i = 0; i < 5; i++) {
        assert_true(ld_words_next(&it, &w));
        assert_true(ld_span_equal(ld_span_sub(s, w.text_offset, w.text_bytes),
                                  ld_span_from_string(written[i])));
    }
    assert_false(ld_words_next(&it, &w));
}

/* Whatever the text: words ascend, lie inside, begin and end between characters, are never empty;
 * only pairs overlap; and no ASCII letter or digit is left out. */
static void check_words(ld_span s)
{
    uint8_t covered[512] = {0};
    ld_words it;
    ld_word w;
    size_t last_from = 0, last_end = 0, steps = 0;
    ld_words_init(&it, s);
    while (ld_words_next(&it, &w)) {
        assert_true(++steps <= s.bytes);
        size_t end = w.text_offset + w.text_bytes;
        assert_true(w.text_bytes > 0 && end <= s.bytes);
        assert_true(w.form_bytes > 0 && w.form_bytes <= w.text_bytes);
        assert_true(steps == 1 || w.text_offset > last_from);
        assert_true(w.kind == LD_WORD_CJK || w.text_offset >= last_end);
        assert_true(((uint8_t)s.data[w.text_offset] & 0xC0) != 0x80);
        assert_true(end == s.bytes || ((uint8_t)s.data[end] & 0xC0) != 0x80);
        memset(covered + w.text_offset, 1, w.text_bytes);
        char form[LD_TERM_BYTES_MAX];
        size_t n = ld_word_form(s, &w, form);
        assert_true(n <= LD_TERM_BYTES_MAX && ld_utf8_valid(ld_span_of(form, n)));
        last_from = w.text_offset;
        last_end = end;
    }
    for (size_t i = 0; i < s.bytes; i++) {
        uint8_t b = (uint8_t)s.data[i];
        bool word_byte = (uint8_t)((b | 0x20) - 'a') < 26 || (uint8_t)(b - '0') < 10;
        assert_true(!word_byte || covered[i]);
    }
}

static void test_random_text(void **state)
{
    (void)state;
    test_random r = {17};
    for (int round = 0; round < 40000; round++) {
        char text[512];
        size_t bytes = random_text(&r, text, sizeof text);
        check_words(ld_span_of(text, bytes));
    }
    static const char alphabet[] = "aAbUS..''',,,19-lqu \xE2\x80\x99";
    for (int round = 0; round < 40000; round++) {
        char text[32];
        size_t bytes = test_random_below(&r, sizeof text);
        for (size_t i = 0; i < bytes; i++)
            text[i] = alphabet[test_random_below(&r, 20)];
        check_words(ld_span_of(text, bytes));
    }
}

/* The text with a soft hyphen behind every run of ASCII letters and digits that stands between two
 * characters which could not join it to anything: the same words, but none of those simple. */
static size_t without_simple_words(ld_span s, char *out)
{
    size_t bytes = 0;
    uint8_t before = ' '; /* the run */
    for (size_t i = 0; i < s.bytes; i++) {
        uint8_t b = (uint8_t)s.data[i], next = i + 1 < s.bytes ? (uint8_t)s.data[i + 1] : ' ';
        bool word_byte = (uint8_t)((b | 0x20) - 'a') < 26 || (uint8_t)(b - '0') < 10;
        bool goes_on = (uint8_t)((next | 0x20) - 'a') < 26 || (uint8_t)(next - '0') < 10;
        out[bytes++] = (char)b;
        if (!word_byte)
            before = b;
        if (word_byte && !goes_on && before < 0x80 && !strchr(".,'", before) && next < 0x80 &&
            !strchr(".,'", next)) {
            memcpy(out + bytes, "\u00ad", 2);
            bytes += 2;
        }
    }
    return bytes;
}

static void test_simple_words_are_words(void **state)
{
    (void)state;
    static const char alphabet[] = "aAzZbxyUS09 .,'-@[`{/:\xC3\xA9";
    test_random r = {23};
    uint32_t simple = 0;
    for (int round = 0; round < 30000; round++) {
        char text[96], twin[3 * sizeof text];
        size_t bytes = test_random_below(&r, sizeof text - 2);
        uint32_t range = round % 3 == 0 ? 11 : sizeof alphabet - 3; /* long words; then all of it */
        for (size_t i = 0; i < bytes; i++)
            text[i] = alphabet[test_random_below(&r, range + 1)];
        if (round % 5 == 0)
            bytes = random_text(&r, text, sizeof text);
        ld_span a = ld_span_of(text, bytes);
        ld_span b = ld_span_of(twin, without_simple_words(a, twin));
        ld_words ia, ib;
        ld_word wa, wb;
        ld_words_init(&ia, a);
        ld_words_init(&ib, b);
        while (ld_words_next(&ia, &wa)) {
            char fa[LD_TERM_BYTES_MAX], fb[LD_TERM_BYTES_MAX];
            assert_true(ld_words_next(&ib, &wb));
            assert_int_equal(wa.kind, wb.kind);
            assert_int_equal(wa.case_class, wb.case_class);
            size_t n = ld_word_form(a, &wa, fa);
            assert_int_equal(ld_word_form(b, &wb, fb), n);
            assert_memory_equal(fa, fb, n);
            simple += wa.simple;
            if (wa.simple) {
                static const uint64_t zeros[2];
                char raw[LD_TERM_BYTES_MAX];
                wa.simple = false;
                assert_int_equal(ld_word_form(a, &wa, raw), n);
                assert_memory_equal(raw, fa, n);
                assert_memory_equal((char *)wa.key + n, zeros, LD_WORD_KEY_BYTES - n);
            }
        }
        assert_false(ld_words_next(&ib, &wb));
    }
    assert_true(simple > 10000);
}

static void test_form_of_a_form(void **state)
{
    (void)state;
    /* What was found once is found again when it is typed as it was folded. */
    test_random r = {19};
    uint32_t same = 0, all = 0;
    for (int round = 0; round < 5000; round++) {
        char text[16], form[LD_TERM_BYTES_MAX], again[LD_TERM_BYTES_MAX];
        size_t bytes = test_random_below(&r, sizeof text - 1) + 1;
        for (size_t i = 0; i < bytes; i++)
            text[i] = "abcXYZ\xC3\xA9"[test_random_below(&r, 6)];
        ld_words it;
        ld_word w;
        ld_span s = ld_span_of(text, bytes);
        ld_words_init(&it, s);
        assert_true(ld_words_next(&it, &w));
        size_t n = ld_word_form(s, &w, form);
        ld_words_init(&it, ld_span_of(form, n));
        assert_true(ld_words_next(&it, &w));
        size_t m = ld_word_form(ld_span_of(form, n), &w, again);
        same += m == n && memcmp(form, again, n) == 0;
        all++;
    }
    assert_int_equal(same, all);
}

static void test_a_megabyte_without_a_boundary(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20 };
    static const char *const fills[] = {"a", "1", "a.", "1,", "'", "a'", "\u0301", "\u4e00"};
    char *text = malloc(BYTES);
    for (size_t f = 0; f < sizeof fills / sizeof fills[0]; f++) {
        size_t n = strlen(fills[f]), bytes = BYTES / n * n, count = 0;
        for (size_t i = 0; i < bytes; i++)
            text[i] = fills[f][i % n];
        ld_words it;
        ld_word w;
        ld_words_init(&it, ld_span_of(text, bytes));
        while (ld_words_next(&it, &w))
            count++;
        assert_true(count <= bytes / n);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),          cmocka_unit_test(test_written_range),
        cmocka_unit_test(test_random_text),    cmocka_unit_test(test_simple_words_are_words),
        cmocka_unit_test(test_form_of_a_form), cmocka_unit_test(test_a_megabyte_without_a_boundary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
