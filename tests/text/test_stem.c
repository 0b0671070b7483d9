#include "tests/test.h"
#include "tests/text/langid.h"
#include "tests/text/random_text.h"
#include "text/fold.h"
#include "text/stem.h"
#include "text/words.h"

static const char *const languages[] = {
    "ar", "ca", "da", "de", "el", "en", "es", "et", "eu", "fi", "fr", "ga", "hi", "hu", "hy", "id",
    "it", "lt", "nb", "ne", "nl", "nn", "no", "pt", "ro", "ru", "sr", "sv", "ta", "tr", "yi",
};
#define LANGUAGES (sizeof languages / sizeof languages[0])

static ld_stemmer *stemmer_of(const char *language)
{
    lede_error err;
    ld_stemmer *s;
    assert_ok(ld_stemmer_new(lede_env_system(), ld_span_from_string(language), &s, &err), &err);
    return s;
}

/* The stem of the folded word. */
static size_t stem_of(ld_stemmer *s, const char *word, char out[LD_TERM_BYTES_MAX + 1])
{
    char form[LD_TERM_BYTES_MAX];
    size_t bytes = ld_fold(ld_span_from_string(word), form), n;
    assert_int_equal(ld_stemmer_stem(s, ld_span_of(form, bytes), out, &n), LEDE_OK);
    out[n] = 0;
    return n;
}

static void test_words_that_meet(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {"en", "running", "runs"},
        {"en", "Elections", "election"},
        {"fr", "aim\u00e9e", "aimer"},
        {"fr", "aimee", "aim\u00e9"},
        {"fr", "g\u00e9n\u00e9ralit\u00e9s", "generalite"},
        {"de", "H\u00e4user", "Haus"},
        {"es", "canci\u00f3n", "canciones"},
        {"es", "cancion", "canciones"},
        {"pt", "informa\u00e7\u00e3o", "informacao"},
        {"ru", "\u0432\u043e\u0439\u043d\u0430\u043c\u0438", "\u0432\u043e\u0439\u043d\u0430"},
        {"pt-BR", "eleicoes", "elei\u00e7\u00f5es"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char a[LD_TERM_BYTES_MAX + 1], b[LD_TERM_BYTES_MAX + 1];
        ld_stemmer *s = stemmer_of(rows[i][0]);
        stem_of(s, rows[i][1], a);
        stem_of(s, rows[i][2], b);
        assert_string_equal(a, b);
        ld_stemmer_free(s);
    }
}

static void test_languages(void **state)
{
    (void)state;
    lede_error err;
    ld_stemmer *s = NULL;
    static const char *const none[] = {"", "und", "zh", "xx", "english"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        ld_span code = ld_span_from_string(none[i]);
        assert_false(ld_stemmer_known(code));
        assert_int_equal(ld_stemmer_new(lede_env_system(), code, &s, &err), LEDE_E_NOTFOUND);
    }
    assert_true(ld_stemmer_known(LD_SPAN("EN")));
    assert_true(ld_stemmer_known(LD_SPAN("en_GB")));
    assert_true(ld_stemmer_known(LD_SPAN("nb")));
    ld_stemmer_free(NULL);
}

/* Every stemmer, any folded word: a stem that is not empty, valid, bounded, folded, and the same
 * at the second call. */
static void test_random_words(void **state)
{
    (void)state;
    test_random r = {31};
    for (size_t l = 0; l < LANGUAGES; l++) {
        if (!ld_stemmer_known(ld_span_from_string(languages[l])))
            continue;
        ld_stemmer *s = stemmer_of(languages[l]);
        for (int round = 0; round < 600; round++) {
            char text[300], form[LD_TERM_BYTES_MAX], a[LD_TERM_BYTES_MAX], b[LD_TERM_BYTES_MAX];
            size_t bytes = random_text(&r, text, round % 2 ? 24 : sizeof text), n, m;
            size_t formed = ld_fold(ld_span_of(text, bytes), form);
            if (formed == 0)
                continue;
            assert_int_equal(ld_stemmer_stem(s, ld_span_of(form, formed), a, &n), LEDE_OK);
            assert_in_range(n, 1, LD_TERM_BYTES_MAX);
            assert_true(ld_utf8_valid(ld_span_of(a, n)));
            assert_int_equal(ld_fold(ld_span_of(a, n), b), n);
            assert_memory_equal(a, b, n);
            assert_int_equal(ld_stemmer_stem(s, ld_span_of(form, formed), b, &m), LEDE_OK);
            assert_true(m == n && memcmp(a, b, n) == 0);
        }
        ld_stemmer_free(s);
    }
}

static void test_version(void **state)
{
    (void)state;
    char first[64];
    snprintf(first, sizeof first, "%s", ld_stemmer_version());
    assert_int_equal(strlen(first), strlen("snowball-") + 16);
    assert_memory_equal(first, "snowball-", 9);
    assert_string_equal(ld_stemmer_version(), first);
}

/* The stem of French must not fall back to what plain "fold, then stem" does: on real words,
 * participles meet their feminine and plural. */
static void test_french_word_list(void **state)
{
    (void)state;
    langid_data data;
    if (!langid_open(&data))
        skip();
    ld_span text = langid_text(&data, "fr");
    ld_stemmer *s = stemmer_of("fr");
    uint32_t participles = 0, meet = 0;
    ld_words it;
    ld_word w;
    ld_words_init(&it, text);
    while (ld_words_next(&it, &w)) {
        ld_span written = ld_span_sub(text, w.text_offset, w.text_bytes);
        if (!ld_span_ends_with(written, LD_SPAN("\u00e9es")) || written.bytes > 40)
            continue;
        char word[64], plural[LD_TERM_BYTES_MAX + 1], base[LD_TERM_BYTES_MAX + 1];
        snprintf(word, sizeof word, "%.*s", (int)written.bytes, written.data);
        stem_of(s, word, plural);
        snprintf(word + written.bytes - 4, 3, "er"); /* the infinitive */
        stem_of(s, word, base);
        participles++;
        meet += strcmp(plural, base) == 0;
    }
    print_message("# %u of %u French participles meet their infinitive\n", meet, participles);
    assert_true(participles > 50 && meet * 10 >= participles * 8);
    ld_stemmer_free(s);
    langid_close(&data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_that_meet),  cmocka_unit_test(test_languages),
        cmocka_unit_test(test_random_words),     cmocka_unit_test(test_version),
        cmocka_unit_test(test_french_word_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
