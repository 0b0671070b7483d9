/* Which words are marked, written as the text with the marked words in brackets. */
#include "tests/test.h"

#include "query/ast.h"

static lede_error err;
static ld_profile profile;

typedef struct fixture {
    ld_arena *arena;
    ld_analyzer *analyzer;
    ld_token_list tokens;
} fixture;

static const char *const zones[] = {"Russia and France", "France asks the US, and Russia, to join.",
                                    ("The running men ran: IS is not is. Runs of caf\xC3\xA9s in "
                                     "Paris. War of civilisations, war of words; a war.")};

static int setup(void **state)
{
    static fixture f;
    ld_analysis settings = {true, true, true};
    profile.stem = profile.case_classes = profile.marks = true;
    *state = &f;
    if (ld_arena_new(lede_env_system(), 64u << 20, &f.arena, &err) != LEDE_OK ||
        ld_analyzer_new(lede_env_system(), &settings, &f.analyzer, &err) != LEDE_OK ||
        ld_analyze_begin(f.analyzer, f.arena, LD_SPAN("en"), &err) != LEDE_OK)
        return -1;
    for (uint8_t z = 0; z < 3; z++)
        if (ld_analyze_zone(f.analyzer, z, ld_span_from_string(zones[z]), true, &err) != LEDE_OK)
            return -1;
    return ld_analyze_finish(f.analyzer, &f.tokens, &err);
}

static int teardown(void **state)
{
    fixture *f = *state;
    ld_analyzer_free(f->analyzer);
    ld_arena_free(f->arena);
    return 0;
}

static const char *marked(fixture *f, const char *query)
{
    static char out[1024];
    ld_query_options options = {LD_DIALECT_LEDE, 0, &profile};
    const ld_mark *marks;
    uint32_t count;
    ld_query *q;
    size_t n = 0;
    assert_ok(ld_query_parse(f->arena, ld_span_from_string(query), &options, &q, &err), &err);
    assert_ok(ld_query_marks(f->arena, q, f->analyzer, &profile, &f->tokens, &marks, &count, &err),
              &err);
    out[0] = 0;
    for (uint32_t i = 0; i < count; i++)
        n += (size_t)sprintf(out + n, "%s%u%.*s", i ? " " : "", marks[i].zone,
                             (int)marks[i].text_bytes, zones[marks[i].zone] + marks[i].text_offset);
    return out;
}

static void words_are_marked(void **state)
{
    static const char *const rows[][2] = {
        {"russia", "0Russia 1Russia"},
        {"title:russia", "0Russia"},
        {"body:russia", "1Russia"},
        {"caption:russia", ""},
        {"russia -france", "0Russia 1Russia"}, /* not a match; what it has is still shown */
        {"absent OR paris", "2Paris"},
        {"absent OR (paris -russia)", ""},
        {"run", "2running 2Runs"},
        {"=run", ""},
        {"=runs", "2Runs"},
        {"r?n", "2ran"},
        {"ru*", "0Russia 1Russia 2running 2Runs"},
        {"pari~1", "2Paris"},
        {"allcaps(is)", "2IS"},
        {"nocaps(is)", "2is 2is"},
        {"cafe", "2caf\xC3\xA9s"},
        {"\"war of\"", "2War 2of 2war 2of"},
        {"\"war of words\"", "2war 2of 2words"},
        {"\"war words\"", ""},
        {"\"war words\"~1", "2war 2words"},
        {"\"war * words\"", "2war 2words"},
        {"hlead:\"france france\"", "0France 1France"},
        {"\"france france\"", ""},
        {"war w/3 words", "2war 2words 2war"},
        {"war pre/3 words", "2war 2words"},
        {"a not w/1 war", ""},
        {"war not w/2 of", "2war"},
        {"atleast3(war)", "2War 2war 2war"},
        {"atleast4(war)", "2War 2war 2war"}, /* at the root: what there is */
        {"paris atleast4(war)", "2Paris"},
        {"lang:en paris", "2Paris"},
        {"", ""},
        {"*", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *got = marked(*state, rows[i][0]);
        if (strcmp(got, rows[i][1]) != 0)
            fail_msg("%s: marks [%s], not [%s]", rows[i][0], got, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_marked)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
