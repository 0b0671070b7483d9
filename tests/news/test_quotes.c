/* Who says what: cases by rule, and any words and marks in any order. */
#include "news/quotes.h"

#include "tests/test.h"

static ld_arena *arena;
static lede_error err;

static int make_arena(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 64u << 20, &arena, &err);
}

static int drop_arena(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

typedef struct said {
    const char *kind, *speaker, *name, *content;
} said;

#define PARAGRAPHS_MAX 6

static void check(const char *const *texts, const said *want)
{
    ld_span paragraphs[PARAGRAPHS_MAX];
    const ld_quote *quotes;
    uint32_t n = 0, count;
    for (; texts[n]; n++)
        paragraphs[n] = ld_span_from_string(texts[n]);
    assert_ok(ld_quotes_find(arena, paragraphs, n, &quotes, &count, &err), &err);
    for (uint32_t i = 0; i < count || want[i].kind; i++) {
        if (i == count || !want[i].kind)
            fail_msg("%s: %u found", texts[0], count);
        const ld_quote *q = &quotes[i];
        const ld_text_place *places[] = {&q->speaker, &q->name, &q->content};
        const char *strings[] = {want[i].speaker, want[i].name, want[i].content};
        assert_string_equal(ld_quote_kind_names[q->kind], want[i].kind);
        for (int k = 0; k < 3; k++) {
            const char *found = texts[places[k]->paragraph] + places[k]->offset;
            if (strlen(strings[k]) != places[k]->bytes ||
                memcmp(found, strings[k], places[k]->bytes) != 0)
                fail_msg("%u of %s: \"%.*s\" for \"%s\"", i, texts[0], (int)places[k]->bytes, found,
                         strings[k]);
        }
    }
}

#define CHECK(want, ...) check((const char *const[]){__VA_ARGS__, NULL}, want)

static void test_places_of_the_source(void **state)
{
    (void)state;
    const said before[] = {{"stated", "Manuel Valls", "Manuel Valls", "We will live with it"}, {0}};
    CHECK(before, "\"We will live with it,\" Manuel Valls told RTL radio.");
    const said behind[] = {{"stated", "one dealer", "", "It will fall again soon"}, {0}};
    CHECK(behind, "\"It will fall again soon,\" said one dealer.");
    const said role[] = {{"stated", "Ann Lee, a head of state", "Ann Lee", "We are ready to talk"},
                         {0}};
    CHECK(role, "\"We are ready to talk,\" Ann Lee, a head of state, said.");
    const said full[] = {{"reported", "Mr Hollande", "Francois Hollande", "he would go"},
                         {"reported", "He", "Francois Hollande", "no more would be done"},
                         {0}};
    CHECK(full, "Francois Hollande came.", "Mr Hollande said he would go.",
          "He added that no more would be done.");
}

static void test_inferred(void **state)
{
    (void)state;
    const said before[] = {{"reported", "Hollande", "Hollande", "he would act"},
                           {"inferred", "Hollande", "Hollande", "France is at war."},
                           {0}};
    CHECK(before, "Hollande said he would act.",
          "\xe2\x80\x9c"
          "France is at war.\xe2\x80\x9d");
    const said nobody[] = {{"inferred", "", "", "Nobody says this here."}, {0}};
    CHECK(nobody, "\"Nobody says this here.\"");
    const said open[] = {{"stated", "she", "", "It goes on and on"}, {0}};
    CHECK(open, "she said: \"It goes on and on");
}

static void test_reported(void **state)
{
    (void)state;
    const said claimed[] = {{"reported", "Daesh", "Daesh", "responsibility for the attacks"}, {0}};
    CHECK(claimed, "Daesh has claimed responsibility for the attacks.");
    const said trailing[] = {{"reported", "the agency", "", "Sales rose in May by a third"}, {0}};
    CHECK(trailing, "Sales rose in May by a third, the agency said.");
    const said none[] = {{0}};
    CHECK(none, "He was told to go to the alleged meeting.");
    CHECK(none, "The firm reported a drop in profits.");
    CHECK(none, "It is a so-called \"bad bank\" of the state.");
    /* what another says behind a full stop is not the police's */
    const said two[] = {{"reported", "Police", "Police", "one is on the run"},
                        {"stated", "Valls", "Valls", "We know more is coming"},
                        {0}};
    CHECK(two, "Police believe one is on the run. \"We know more is coming,\" Valls said.");
}

static void test_any_tokens(void **state)
{
    (void)state;
    static const char *const words[] = {"said",
                                        "\"",
                                        "Valls",
                                        "he",
                                        "the",
                                        ",",
                                        ".",
                                        "told",
                                        "that",
                                        "and",
                                        "(",
                                        ")",
                                        "'",
                                        "''",
                                        "``",
                                        "Mr",
                                        "a",
                                        "was",
                                        "We",
                                        "<",
                                        ">",
                                        "-",
                                        "adding",
                                        "according",
                                        "to",
                                        "\xe2\x80\x9c",
                                        "\xe2\x80\x9d",
                                        "it"};
    test_random r = {11};
    for (int n = 0; n < 3000; n++) {
        char texts[3][400];
        ld_span paragraphs[3];
        for (int p = 0; p < 3; p++) {
            size_t used = 0;
            uint32_t length = test_random_below(&r, 30);
            texts[p][0] = 0;
            for (uint32_t i = 0; i < length; i++)
                used += (size_t)sprintf(texts[p] + used, "%s%s",
                                        words[test_random_below(&r, sizeof words / sizeof *words)],
                                        test_random_below(&r, 4) ? " " : "");
            paragraphs[p] = ld_span_of(texts[p], used);
        }
        const ld_quote *quotes;
        uint32_t count;
        assert_ok(ld_quotes_find(arena, paragraphs, 3, &quotes, &count, &err), &err);
        for (uint32_t i = 0; i < count; i++) {
            const ld_text_place *places[] = {&quotes[i].content, &quotes[i].speaker,
                                             &quotes[i].name, &quotes[i].cue};
            assert_true(quotes[i].content.bytes > 0);
            for (int k = 0; k < 4; k++) {
                assert_true(places[k]->paragraph < 3);
                assert_true(places[k]->offset + places[k]->bytes <=
                            paragraphs[places[k]->paragraph].bytes);
            }
            assert_true((quotes[i].kind == LD_QUOTE_INFERRED) || quotes[i].speaker.bytes > 0);
        }
        ld_arena_reset(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_places_of_the_source), cmocka_unit_test(test_inferred),
        cmocka_unit_test(test_reported), cmocka_unit_test(test_any_tokens)};
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
