/* The reader's list of synonyms: what each line stands for, what is refused, and a twin that reads
 * random lists the slow way. */
#include "query/synonyms.h"

#include "base/limits.h"
#include "tests/test.h"

static lede_error err;

static int setup(void **state)
{
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 64u << 20, &arena, &err), &err);
    *state = arena;
    return 0;
}

static int teardown(void **state)
{
    ld_arena_free(*state);
    return 0;
}

static const char *found(ld_arena *arena, const ld_synonyms *s, const char *asked)
{
    ld_span names[LD_SYNONYM_NAMES_MAX];
    uint32_t count = ld_synonyms_find(s, ld_span_from_string(asked), names, LD_SYNONYM_NAMES_MAX);
    const char *all = "";
    for (uint32_t i = 0; i < count; i++)
        all = ld_arena_format(arena, "%s%s%.*s", all, i ? "|" : "", (int)names[i].bytes,
                              names[i].data);
    return all;
}

static void lines_are_read(void **state)
{
    static const struct {
        const char *asked, *names;
    } rows[] = {
        {"car", "automobile|Motor Car|wagon"},
        {"CAR", "automobile|Motor Car|wagon"},
        {"motor  car", "car|automobile"},
        {"vw", "car|Golf"},
        {"golf", ""},
        {"ca", ""},
        {"", ""},
        {"...", ""},
        {"cafe", "bistro"},
        {"caf\xc3\xa9", "bistro"},
        {"bistro", "caf\xc3\xa9"},
        {"IS", "Daesh"},
        {"is", ""},
        {"daesh", "IS"},
    };
    const ld_synonyms *s;
    assert_ok(ld_synonyms_parse(*state,
                                LD_SPAN("\xef\xbb\xbf# list\ncar, automobile ,Motor Car\r\n\n"
                                        "vw,bmw => car, Golf # one way\n  caf\xc3\xa9,bistro\n"
                                        "IS, Daesh\ncar => wagon, Automobile, car"),
                                &s, &err),
              &err);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(found(*state, s, rows[i].asked), rows[i].names);
    ld_span one[1];
    assert_int_equal(ld_synonyms_find(s, LD_SPAN("car"), one, 1), 1);
    assert_int_equal(ld_synonyms_find(NULL, LD_SPAN("car"), one, 1), 0);
    assert_ok(ld_synonyms_parse(*state, LD_SPAN(""), &s, &err), &err);
    assert_int_equal(ld_synonyms_find(s, LD_SPAN("car"), one, 1), 0);
}

static void bad_lines_are_told(void **state)
{
    static const char *const lines[] = {"car",         ",",        "car,",   "=> car",     "car =>",
                                        "a=>b=>c",     "a, \"b\"", "a, b*",  "a, title:b", "a, --",
                                        "a, \xff\xfe", "a\tb",     "a => b,"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        const ld_synonyms *s;
        const char *text = ld_arena_format(*state, "a, b\n\n%s\nc, d\n", lines[i]);
        assert_int_equal(ld_synonyms_parse(*state, ld_span_from_string(text), &s, &err),
                         LEDE_E_INVALID);
        assert_non_null(strstr(err.message, "line 3 of the synonyms"));
        assert_null(s);
    }
}

static void limits_hold(void **state)
{
    const ld_synonyms *s;
    char *text = ld_arena_alloc(*state, LD_SYNONYMS_BYTES_MAX + 1u);
    assert_non_null(text);
    memset(text, '\n', LD_SYNONYMS_BYTES_MAX + 1u);
    assert_ok(ld_synonyms_parse(*state, ld_span_of(text, LD_SYNONYMS_BYTES_MAX), &s, &err), &err);
    assert_int_equal(
        ld_synonyms_parse(*state, ld_span_of(text, LD_SYNONYMS_BYTES_MAX + 1u), &s, &err),
        LEDE_E_LIMIT);
    for (size_t i = 0; i < LD_SYNONYMS_MAX / 2 + 1; i++)
        memcpy(text + 4 * i, "a,b\n", 4);
    assert_ok(ld_synonyms_parse(*state, ld_span_of(text, 2u * LD_SYNONYMS_MAX), &s, &err), &err);
    assert_int_equal(
        ld_synonyms_parse(*state, ld_span_of(text, 2u * LD_SYNONYMS_MAX + 4), &s, &err),
        LEDE_E_LIMIT);
}

/* Words w0..w19 in lines of two to five; the twin goes through all lines for each word. */
static void equals_the_slow_way(void **state)
{
    static const uint32_t words = 20, lines = 30;
    for (uint32_t seed = 1; seed <= 50; seed++) {
        uint32_t random = seed * 2654435761u, line[30][5], counts[30];
        const char *text = "";
        for (uint32_t l = 0; l < lines; l++) {
            random = random * 1664525u + 1013904223u;
            counts[l] = 2 + (random >> 16) % 4;
            for (uint32_t i = 0; i < counts[l]; i++) {
                random = random * 1664525u + 1013904223u;
                line[l][i] = (random >> 16) % words;
                text = ld_arena_format(*state, "%s%sw%u", text,
                                       i   ? ","
                                       : l ? "\n"
                                           : "",
                                       line[l][i]);
            }
        }
        const ld_synonyms *s;
        assert_ok(ld_synonyms_parse(*state, ld_span_from_string(text), &s, &err), &err);
        for (uint32_t w = 0; w < words; w++) {
            const char *want = "";
            uint32_t seen = 1u << w;
            for (uint32_t l = 0; l < lines; l++) {
                bool asked = false;
                for (uint32_t i = 0; i < counts[l]; i++)
                    asked |= line[l][i] == w;
                for (uint32_t i = 0; asked && i < counts[l]; i++)
                    if (!(seen >> line[l][i] & 1)) {
                        seen |= 1u << line[l][i];
                        want =
                            ld_arena_format(*state, "%s%sw%u", want, *want ? "|" : "", line[l][i]);
                    }
            }
            assert_string_equal(found(*state, s, ld_arena_format(*state, "W%u", w)), want);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_lines_are_told, setup, teardown),
        cmocka_unit_test_setup_teardown(limits_hold, setup, teardown),
        cmocka_unit_test_setup_teardown(equals_the_slow_way, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
