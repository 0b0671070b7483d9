#include "tests/test.h"
#include "tests/text/random_text.h"
#include "text/fold.h"

static const char *fold(const char *word)
{
    static char out[LD_TERM_BYTES_MAX + 1];
    size_t bytes = ld_fold(ld_span_from_string(word), out);
    out[bytes] = 0;
    return out;
}

static void test_pairs_that_meet(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"Fran\u00e7ois", "francois"},
        {"FRANCOIS", "francois"},
        {"Franc\u0327ois", "francois"}, /* decomposed */
        {"Stra\u00dfe", "strasse"},
        {"STRA\u1e9eE", "strasse"},
        {"M\u00fcnchen", "munchen"},
        {"K\u00f8benhavn", "kobenhavn"},
        {"\u0141\u00f3d\u017a", "lodz"},
        {"\u00c6on \u0153uvre", "aeonoeuvre"}, /* white space never gets into a form */
        {"\u00deing \u0110or\u0111e", "thingdorde"},
        {"\u0130stanbul", "istanbul"},
        {"\u0131s\u0131", "isi"},
        {"don\u2019t", "don't"},
        {"don\u02bct", "don't"},
        {"\uff35\uff33", "us"},
        {"\ufb01ne", "fine"},
        {"vi\u1ec7t", "viet"},
        {"\u0391\u03b8\u03ae\u03bd\u03b1\u03c2", "\u03b1\u03b8\u03b7\u03bd\u03b1\u03c3"},
        {"\u041c\u043e\u0441\u043a\u0432\u0430\u0301", "\u043c\u043e\u0441\u043a\u0432\u0430"},
        {"\u0451\u043b\u043a\u0430", "\u0435\u043b\u043a\u0430"},             /* yo is ye */
        {"\u0412\u041e\u0419\u041d\u0410", "\u0432\u043e\u0439\u043d\u0430"}, /* short i stays */
        {"\u0438\u0306", "\u0439"},
        {"\u0407", "\u0457"},
        {"\u0643\u0650\u062a\u0627\u0628\u064c", "\u0643\u062a\u0627\u0628"},
        {"\u0623\u062d\u0645\u062f", "\u0627\u062d\u0645\u062f"},
        {"\u06a9\u062a\u0627\u0628\u06cc", "\u0643\u062a\u0627\u0628\u064a"},
        {"\u05e9\u05c1\u05b8\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"},
        {"\u0915\u093f", "\u0915\u093f"},                   /* Indic vowel signs stay */
        {"\u0e19\u0e49\u0e33", "\u0e19\u0e49\u0e4d\u0e32"}, /* compatibility form of sara am */
        {"\uff76\uff9e", "\u30ac"},                         /* half-width kana with its voicing */
        {"\ud55c\uae00", "\ud55c\uae00"},
        {"\u0661\u0662\u0663", "123"},
        {"co\u00adoperate", "cooperate"},
        {"col\u00b7lecci\u00f3", "colleccio"},
        {"m\u00b2", "m2"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_string_equal(fold(rows[i][0]), rows[i][1]);
}

static void test_letters_that_stay_apart(void **state)
{
    (void)state;
    /* voina (war) and voina (of a warrior) */
    assert_string_not_equal(fold("\u0432\u043e\u0439\u043d\u0430"),
                            "\u0432\u043e\u0438\u043d\u0430");
    assert_string_not_equal(fold("\u0915\u093f"), "\u0915");
}

static void test_idempotent_valid_and_bounded(void **state)
{
    (void)state;
    test_random r = {11};
    for (int round = 0; round < 60000; round++) {
        char text[400], once[LD_TERM_BYTES_MAX], twice[LD_TERM_BYTES_MAX];
        size_t bytes = random_text(&r, text, round % 10 ? 40 : sizeof text);
        size_t n = ld_fold(ld_span_of(text, bytes), once);
        assert_true(n <= LD_TERM_BYTES_MAX);
        assert_true(ld_utf8_valid(ld_span_of(once, n)));
        size_t m = ld_fold(ld_span_of(once, n), twice);
        if (m != n || memcmp(once, twice, n) != 0)
            fail_msg("round %d: '%.*s' folds to '%.*s' and that to '%.*s'", round, (int)bytes, text,
                     (int)n, once, (int)m, twice);
    }
}

static void test_every_code_point_is_idempotent(void **state)
{
    (void)state;
    for (uint32_t c = 1; c < 0x110000; c++) {
        char text[8] = "a", once[LD_TERM_BYTES_MAX], twice[LD_TERM_BYTES_MAX];
        size_t bytes = 1 + ld_utf8_encode(c, text + 1);
        size_t n = ld_fold(ld_span_of(text, bytes), once);
        size_t m = ld_fold(ld_span_of(once, n), twice);
        if (n != m || memcmp(once, twice, n) != 0)
            fail_msg("U+%04X: '%.*s', then '%.*s'", c, (int)n, once, (int)m, twice);
    }
}

static void test_junk_does_not_crash(void **state)
{
    (void)state;
    test_random r = {13};
    for (int round = 0; round < 20000; round++) {
        char text[64], out[LD_TERM_BYTES_MAX];
        size_t bytes = test_random_below(&r, sizeof text);
        for (size_t i = 0; i < bytes; i++)
            text[i] = (char)test_random_below(&r, 256);
        assert_true(ld_utf8_valid(ld_span_of(out, ld_fold(ld_span_of(text, bytes), out))));
    }
}

static void test_long_words_are_cut_at_a_letter(void **state)
{
    (void)state;
    char text[600], out[LD_TERM_BYTES_MAX];
    for (size_t i = 0; i + 2 <= sizeof text; i += 2)
        memcpy(text + i, "\u03b1", 2);
    text[0] = 'x';
    text[1] = 'y';
    assert_int_equal(ld_fold(ld_span_of(text, sizeof text), out), LD_TERM_BYTES_MAX);
    text[1] = 'y';
    assert_int_equal(ld_fold(ld_span_of(text + 1, sizeof text - 1), out), LD_TERM_BYTES_MAX - 1);
    memset(text, 'A', sizeof text);
    assert_int_equal(ld_fold(ld_span_of(text, sizeof text), out), LD_TERM_BYTES_MAX);
    assert_int_equal(out[0], 'a');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs_that_meet),
        cmocka_unit_test(test_letters_that_stay_apart),
        cmocka_unit_test(test_idempotent_valid_and_bounded),
        cmocka_unit_test(test_every_code_point_is_idempotent),
        cmocka_unit_test(test_junk_does_not_crash),
        cmocka_unit_test(test_long_words_are_cut_at_a_letter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
