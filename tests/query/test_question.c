/* Which queries are questions in plain words, which of their words are passed over, and how their
 * compounds fall apart. */
#include "tests/test.h"

#include "query/question.h"

static lede_error err;

typedef struct fixture {
    ld_arena *arena;
    ld_profile profile;
} fixture;

static int setup(void **state)
{
    static fixture f;
    f = (fixture){.profile = {.name = "news", .stem = true}};
    assert_ok(ld_arena_new(lede_env_system(), 16u << 20, &f.arena, &err), &err);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;
    ld_arena_free(f->arena);
    return 0;
}

static ld_query *parse(fixture *f, const char *text, const char *language)
{
    ld_query_options options = {.profile = &f->profile};
    ld_query *q;
    assert_ok(ld_query_parse(f->arena, ld_span_from_string(text), &options, &q, &err), &err);
    ld_languages_add(q->languages, ld_span_from_string(language));
    return q;
}

static void questions_are_known(void **state)
{
    static const struct {
        const char *text, *language;
        bool is_question;
    } rows[] = {
        {"effects of the dispute on new nations", "en", true},
        {"hollande putin syria", "en", true},
        {"hollande putin", "en", false},
        {"the state of the union", "en", false}, /* two words that carry meaning */
        {"the state of the union", "fr", true},  /* its list is missing */
        {"hollande w/5 putin syria russia war", "en", false},
        {"title:(hollande putin syria)", "en", false},
        {"title:hollande putin syria war", "en", false},
        {"hollande OR putin OR syria", "en", false},
        {"-war hollande putin syria", "en", true},
        {"", "en", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (ld_query_is_question(parse(*state, rows[i].text, rows[i].language)) !=
            rows[i].is_question)
            fail_msg("%s (%s)", rows[i].text, rows[i].language);
}

/* The words that are left, joined by blanks. */
static void kept(fixture *f, const char *text, char *out)
{
    const ld_query *q = parse(f, text, "en");
    size_t bytes = 0;
    for (uint32_t c = q->nodes[q->root].first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        ld_span word = q->nodes[c].text;
        if (ld_query_is_filler(q, c))
            continue;
        memcpy(out + bytes, word.data, word.bytes);
        bytes += word.bytes;
        out[bytes++] = ' ';
    }
    out[bytes ? bytes - 1 : 0] = 0;
}

static void fillers_are_passed_over(void **state)
{
    static const struct {
        const char *text, *kept;
    } rows[] = {
        {"what is the effect of drugs on bone", "effect drugs bone"},
        {"EFFECTS OF THE DISPUTE ON AFRICA", "EFFECTS DISPUTE AFRICA"},
        {"did the WHO say it knew about IT", "WHO say knew IT"},
        {"us troops who, in may, left iraq", "us troops may, left iraq"},
        {"=the war of worlds", "the war worlds"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[256];
        kept(*state, rows[i].text, out);
        assert_string_equal(out, rows[i].kept);
    }
}

static void compounds_fall_apart(void **state)
{
    static const struct {
        const char *text, *echo;
    } rows[] = {
        {"two-dimensional flow past wings", "two dimensional flow past wings"},
        {"speed of US-led air/ground forces", "speed of US led air ground forces"},
        {"e-mail server", "e-mail server"}, /* no question */
        {"\"two-way\" flow past wings", "\"two-way\" flow past wings"},
        {"cost of x-ray* flow past wings", "cost of x-ray* flow past wings"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fixture *f = *state;
        ld_query *q = parse(f, rows[i].text, "en");
        ld_span echo;
        char out[256];
        assert_ok(ld_query_split_compounds(f->arena, q, &err), &err);
        assert_ok(ld_query_echo(f->arena, q, &echo, &err), &err);
        snprintf(out, sizeof out, "%.*s", (int)echo.bytes, echo.data);
        assert_string_equal(out, rows[i].echo);
    }
}

static void small_words_are_no_names(void **state)
{
    (void)state;
    assert_true(ld_word_is_filler(LD_SPAN("in")) && ld_word_is_filler(LD_SPAN("has,")));
    assert_false(ld_word_is_filler(LD_SPAN("WHO")) || ld_word_is_filler(LD_SPAN("daesh")) ||
                 ld_word_is_filler(LD_SPAN("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(questions_are_known),
        cmocka_unit_test(fillers_are_passed_over),
        cmocka_unit_test(compounds_fall_apart),
        cmocka_unit_test(small_words_are_no_names),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
