/* Every word of a command line is taken as an option, its value or an operand, or refused. */
#include "cli/options.h"

#include "tests/test.h"

#define WORDS_MAX 12u

static lede_status parse(ld_args *args, ld_verb_id verb, const char **words, lede_error *err)
{
    uint32_t count = 0;
    while (words[count])
        count++;
    return ld_args_parse(args, verb, words, count, err);
}

static void test_forms(void **state)
{
    (void)state;
    ld_args args;
    lede_error err = {0};
    const char *words[] = {"a.lede",        "--count", "3",       "-s",        "newest", "storm",
                           "--format=json", "--",      "-bridge", "--count=9", NULL};
    assert_ok(parse(&args, LD_VERB_SEARCH, words, &err), &err);
    assert_int_equal(args.operand_count, 4);
    assert_string_equal(args.operands[0], "a.lede");
    assert_string_equal(args.operands[1], "storm");
    assert_string_equal(args.operands[2], "-bridge");
    assert_string_equal(args.operands[3], "--count=9");
    assert_int_equal(ld_args_number(&args, LD_OPTION_COUNT), 3);
    assert_true(ld_args_is(&args, LD_OPTION_SORT, "newest"));
    assert_true(ld_args_is(&args, LD_OPTION_FORMAT, "json"));
    assert_false(ld_args_flag(&args, LD_OPTION_TOTAL));
}

static void test_lists(void **state)
{
    (void)state;
    ld_args args;
    lede_error err = {0};
    const char *words[] = {"storm", "bridge",  "--in", "p", "--facet=source",
                           "q",     "--facet", "site", NULL};
    assert_ok(parse(&args, LD_VERB_SEARCH, words, &err), &err);
    assert_int_equal(args.operands_before_in, 2);
    assert_int_equal(args.operand_count, 3);
    assert_int_equal(args.list_count, 3);
    assert_int_equal(args.list[0].id, LD_OPTION_IN);
    assert_string_equal(args.list[1].value, "source");
    assert_string_equal(args.list[2].value, "site");

    const char *many[2 * LD_ARGS_LIST_MAX + 3];
    for (uint32_t i = 0; i <= LD_ARGS_LIST_MAX; i++) {
        many[2 * i] = "--facet";
        many[2 * i + 1] = "x";
    }
    many[2 * LD_ARGS_LIST_MAX + 2] = NULL;
    assert_int_equal(parse(&args, LD_VERB_SEARCH, many, &err), LEDE_E_INVALID);
}

static void test_bytes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t bytes;
    } rows[] = {{"64M", 64u << 20}, {"1g", 1u << 30},    {"512KiB", 512u << 10},
                {"123", 123},       {"2GB", 2ull << 30}, {"4294967295G", 4294967295ull << 30}};
    static const char *const bad[] = {"",     "M",           "64 M",  "-1",
                                      "6.5M", "4294967296G", "64MBs", "0x40"};
    ld_args args;
    lede_error err = {0};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *words[] = {"--memory", rows[i].text, NULL};
        assert_ok(parse(&args, LD_VERB_ADD, words, &err), &err);
        assert_true(ld_args_bytes(&args, LD_OPTION_MEMORY) == rows[i].bytes);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *words[] = {"--memory", bad[i], NULL};
        assert_int_equal(parse(&args, LD_VERB_ADD, words, &err), LEDE_E_INVALID);
    }
}

static void test_near(void **state)
{
    (void)state;
    assert_string_equal(ld_verb_near("serach"), "search");
    assert_string_equal(ld_verb_near("ad"), "add");
    assert_string_equal(ld_verb_near("dupm"), "dump");
    assert_null(ld_verb_near("zzzzzzzz"));
    assert_null(ld_verb_near("a-word-that-is-longer-than-every-name-in-the-table"));
    ld_args args;
    lede_error err = {0};
    const char *words[] = {"--publishd", "2015", NULL};
    assert_int_equal(parse(&args, LD_VERB_ADD, words, &err), LEDE_E_INVALID);
    assert_non_null(strstr(err.message, "--published"));
}

/* The tables keep their own promises. */
static void test_tables(void **state)
{
    (void)state;
    for (ld_verb_id verb = 0; verb < LD_VERB_COUNT_; verb++) {
        assert_true(ld_verb_find(ld_span_from_string(ld_verbs[verb].name)) == &ld_verbs[verb]);
        assert_true(ld_verbs[verb].operands_min <= ld_verbs[verb].operands_max);
        for (size_t i = 0; i < ld_options_count; i++) {
            const ld_option *option = &ld_options[i];
            if (!ld_option_is_of(option, verb))
                continue;
            /* each name and each letter once a verb */
            assert_true(ld_option_find(verb, ld_span_from_string(option->name)) == option);
            for (size_t k = 0; k < i && option->letter; k++)
                assert_false(ld_option_is_of(&ld_options[k], verb) &&
                             ld_options[k].letter == option->letter);
            ld_args args = {.verb = verb};
            lede_error err = {0};
            assert_int_equal(option->kind == LD_OPTION_IS_FLAG, option->value == NULL);
            if (option->fallback)
                assert_ok(ld_args_set_default(&args, option, option->fallback, "table", &err),
                          &err);
        }
    }
}

/* Naive twin: where every option is written --name=value, operands are the other words. */
static void test_random_words(void **state)
{
    (void)state;
    static const char *const pool[] = {"a.lede",  "storm",  "-",          "--count=3",
                                       "--total", "--in=p", "--quiet",    "--sort=newest",
                                       "x y",     "",       "--facet=tag"};
    test_random random = {7};
    for (uint32_t round = 0; round < 20000; round++) {
        const char *words[WORDS_MAX + 1] = {NULL}, *operands[WORDS_MAX];
        uint32_t count = (uint32_t)(test_random_u64(&random) % WORDS_MAX), operand_count = 0;
        uint32_t list_count = 0;
        for (uint32_t i = 0; i < count; i++) {
            words[i] = pool[test_random_u64(&random) % (sizeof pool / sizeof *pool)];
            if (strncmp(words[i], "--", 2) != 0)
                operands[operand_count++] = words[i];
            list_count += strncmp(words[i], "--in", 4) == 0 || strncmp(words[i], "--facet", 7) == 0;
        }
        ld_args args;
        lede_error err = {0};
        assert_ok(ld_args_parse(&args, LD_VERB_SEARCH, words, count, &err), &err);
        assert_int_equal(args.operand_count, operand_count);
        assert_int_equal(args.list_count, list_count);
        for (uint32_t i = 0; i < operand_count; i++)
            assert_string_equal(args.operands[i], operands[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),  cmocka_unit_test(test_lists),
        cmocka_unit_test(test_bytes),  cmocka_unit_test(test_near),
        cmocka_unit_test(test_tables), cmocka_unit_test(test_random_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
