#include "tests/test.h"
#include "tests/text/random_text.h"
#include "text/sentences.h"

static void assert_sentences(const char *text, const char *joined_by_bars)
{
    char out[1024];
    size_t bytes = 0, from, end;
    ld_sentences it;
    ld_sentences_init(&it, ld_span_from_string(text));
    while (ld_sentences_next(&it, &from, &end))
        bytes += (size_t)snprintf(out + bytes, sizeof out - bytes, "%s%.*s", bytes ? "|" : "",
                                  (int)(end - from), text + from);
    out[bytes] = 0;
    assert_string_equal(out, joined_by_bars);
}

static void test_rules(void **state)
{
    (void)state;
    assert_sentences("", "");
    assert_sentences("  \n ", "");
    assert_sentences(" One. Two! Three? ", "One.|Two!|Three?");
    assert_sentences("No end", "No end");
    assert_sentences("Mr. Smith met Gen. Jones. They spoke.",
                     "Mr. Smith met Gen. Jones.|They spoke.");
    assert_sentences("On Nov. 13, 2015, it rained. No. 5 won.",
                     "On Nov. 13, 2015, it rained.|No. 5 won.");
    assert_sentences("It was Nov. Nobody came.", "It was Nov.|Nobody came.");
    assert_sentences("The U.S. Senate met. He is in the U.S. The vote passed.",
                     "The U.S. Senate met.|He is in the U.S.|The vote passed.");
    assert_sentences("J. K. Rowling wrote it. So did I. The end.",
                     "J. K. Rowling wrote it.|So did I.|The end.");
    assert_sentences("Malcolm X. He told me. A. A. Milne did. So did I. I left.",
                     "Malcolm X.|He told me.|A. A. Milne did.|So did I.|I left.");
    assert_sentences("Apple Inc. said so. He left Apple Inc. The shares fell.",
                     "Apple Inc. said so.|He left Apple Inc.|The shares fell.");
    assert_sentences("It cost 3.5 million. At 8 a.m. Monday it opened.",
                     "It cost 3.5 million.|At 8 a.m. Monday it opened.");
    assert_sentences("\u201cWe are at war,\u201d he said. \u201cFrance is strong.\u201d It ended.",
                     "\u201cWe are at war,\u201d he said.|\u201cFrance is strong.\u201d|It ended.");
    assert_sentences("\"Why?\" he asked. (It rained.) Then sun.",
                     "\"Why?\" he asked.|(It rained.)|Then sun.");
    assert_sentences("Wait... what? Well... Yes.", "Wait... what?|Well...|Yes.");
    assert_sentences("end.Next has no space. e.g. this", "end.Next has no space. e.g. this");
    assert_sentences("\u4eca\u65e5\u306f\u3002\u300c\u306f\u3044\uff01\u300d\u3068\u3002",
                     "\u4eca\u65e5\u306f\u3002|\u300c\u306f\u3044\uff01\u300d|\u3068\u3002");
    assert_sentences("A heading\n\nA text. Two\nlines.", "A heading|A text.|Two\nlines.");
    assert_sentences("M. Hollande a parl\u00e9. \u00c0 Paris, oui.",
                     "M. Hollande a parl\u00e9.|\u00c0 Paris, oui.");
    assert_sentences("?!. . \"", "?!.|.|\"");
}

static void test_random_text(void **state)
{
    (void)state;
    test_random r = {29};
    for (int round = 0; round < 60000; round++) {
        char text[256];
        size_t bytes = random_text(&r, text, sizeof text), from, end, last = 0;
        if (round % 2) {
            bytes = test_random_below(&r, 64);
            for (size_t i = 0; i < bytes; i++)
                text[i] = "aB. ?\"').\nMr US"[test_random_below(&r, 15)];
        }
        ld_sentences it;
        ld_sentences_init(&it, ld_span_of(text, bytes));
        while (ld_sentences_next(&it, &from, &end)) {
            assert_true(from >= last && end > from && end <= bytes);
            for (size_t i = last; i < from; i++)
                assert_true((uint8_t)text[i] <= ' ' || (uint8_t)text[i] >= 0x80);
            last = end;
        }
        for (size_t i = last; i < bytes; i++)
            assert_true((uint8_t)text[i] <= ' ' || (uint8_t)text[i] >= 0x80);
    }
}

static void test_long_runs_stay_linear(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20 };
    static const char *const fills[] = {".", ".a", ". ", ".)", "Mr. ", "\"", "a. B. "};
    char *text = malloc(BYTES);
    for (size_t f = 0; f < sizeof fills / sizeof fills[0]; f++) {
        for (size_t i = 0; i < BYTES; i++)
            text[i] = fills[f][i % strlen(fills[f])];
        ld_sentences it;
        size_t from, end, count = 0;
        ld_sentences_init(&it, ld_span_of(text, BYTES));
        while (ld_sentences_next(&it, &from, &end))
            count++;
        assert_true(count >= 1);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),
        cmocka_unit_test(test_random_text),
        cmocka_unit_test(test_long_runs_stay_linear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
