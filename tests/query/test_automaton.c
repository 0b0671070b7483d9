/* Automata beside what they are meant to do: expressions beside POSIX regexec, fuzzy words beside
 * the table of edits, wildcards beside a recursive matcher; and that no expression blows up. */
#include "tests/test.h"

#include <regex.h>

#include "query/automaton.h"

static lede_error err;
static ld_arena *arena;

static int setup(void **state)
{
    return ld_arena_new(lede_env_system(), 512u << 20, &arena, &err);
}

static int teardown(void **state)
{
    ld_arena_free(arena);
    return 0;
}

static ld_automaton *regex(const char *text)
{
    const char *problem;
    return ld_automaton_regex(arena, ld_span_from_string(text), &problem);
}

static void expressions(void **state)
{
    static const struct {
        const char *regex, *word;
        bool matches;
    } rows[] = {
        {"colou?r", "color", true},
        {"colou?r", "colours", false},
        {"COLOUR", "colour", true},
        {"caf\xC3\xA9", "cafe", true},
        {"stra\xC3\x9F"
         "e",
         "strasse", true},
        {"(ab|c)*d", "abcabd", true},
        {"(ab|c)*d", "abcad", false},
        {"a{2,3}", "a", false},
        {"a{2,3}", "aaa", true},
        {"a{2,3}", "aaaa", false},
        {"(ab){2}c", "ababc", true},
        {"(ab){2,}", "abababab", true},
        {"(ab){2,}", "ab", false},
        {"(a?b){0}c", "c", true},
        {"x{0,2}", "", true},
        {"[^a-c]x", "dx", true},
        {"[^a-c]x", "bx", false},
        {"[]a]b", "]b", true},
        {"[a\\]]b", "]b", true},
        {"\\d{4}", "2015", true},
        {"\\w+", "na\xD0\xB6", true},
        {"^war$", "war", true},
        {"u\\.s\\.", "u.s.", true},
        {"u\\.s\\.", "uxsx", false},
        {".", "\xE6\x97\xA5", true},
        {"a||b", "", true},
        {"()", "", true},
        {"[a-]", "-", true},
        {"(a|b)+?", "ab", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ld_automaton *a = regex(rows[i].regex);
        if (!a || ld_automaton_matches(a, ld_span_from_string(rows[i].word)) != rows[i].matches)
            fail_msg("/%s/ and %s", rows[i].regex, rows[i].word);
    }
}

static void problems(void **state)
{
    static const char *const bad[] = {
        "(a",    "a)",    "*a",          "a{",  "a{3,1}", "[a", "a\\", "(?:a)",
        "[z-a]", "a{65}", "(a{64}){64}", "a|*", "a{1,2",  "[",  "{2}", "(((a{9}){9}){9}){9}"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *problem = NULL;
        assert_null(ld_automaton_regex(arena, ld_span_from_string(bad[i]), &problem));
        assert_non_null(problem);
    }
    char deep[200];
    memset(deep, '(', sizeof deep);
    const char *problem;
    assert_null(ld_automaton_regex(arena, ld_span_of(deep, sizeof deep), &problem));
    assert_string_equal(problem, "its parentheses nest too deep");
}

/* What makes a backtracking matcher take for ever. */
static void no_blow_up(void **state)
{
    char word[LD_TERM_BYTES_MAX];
    memset(word, 'a', sizeof word);
    static const char *const evil[] = {
        "(a*)*b", "(a|a)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)b", "((a*)*)*b", "(a?){60}a{60}b"};
    for (size_t i = 0; i < sizeof evil / sizeof *evil; i++) {
        ld_automaton *a = regex(evil[i]);
        assert_non_null(a);
        for (int round = 0; round < 20; round++)
            assert_false(ld_automaton_matches(a, ld_span_of(word, sizeof word)));
    }
}

static void literals(void **state)
{
    static const char *const rows[][2] = {
        {"war", "war"}, {"war(s|ring)", "war"}, {"wars?", "war"}, {"(a|b)c", ""}, {"ab*c", "a"},
        {"a+b", "a"},   {"[a]bc", ""},          {"", ""},         {"abc|abd", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ld_automaton *a = regex(rows[i][0]);
        ld_span literal = ld_automaton_literal(a);
        ld_span want = ld_span_from_string(rows[i][1]);
        /* "[a]" is a class with an empty range before its letter: never taken as a letter. */
        if (!ld_span_equal(literal, want))
            fail_msg("/%s/ begins with %.*s", rows[i][0], (int)literal.bytes, literal.data);
    }
    ld_automaton *p = ld_automaton_pattern(arena, LD_SPAN("caf\xC3\xA9\x01s"));
    assert_true(ld_span_equal(ld_automaton_literal(p), LD_SPAN("caf\xC3\xA9")));
}

static void random_word(test_random *r, char *out, uint32_t letters, uint32_t max)
{
    uint32_t n = test_random_below(r, max + 1);
    for (uint32_t i = 0; i < n; i++)
        out[i] = (char)('a' + test_random_below(r, letters));
    out[n] = 0;
}

static void random_regex(test_random *r, uint32_t depth, char *out)
{
    *out = 0;
    uint32_t count = 1 + test_random_below(r, 4);
    for (uint32_t i = 0; i < count; i++) {
        static const char *const atoms[] = {"a", "b", "c", ".", "[ab]", "[^b]", "[a-c]"};
        static const char *const marks[] = {"", "", "", "*", "+", "?", "{2}", "{1,3}", "{2,}"};
        if (depth && test_random_below(r, 3) == 0) {
            strcat(out, "(");
            random_regex(r, depth - 1, out + strlen(out));
            strcat(out, ")");
        } else {
            strcat(out, atoms[test_random_below(r, 7)]);
        }
        strcat(out, marks[test_random_below(r, 9)]);
        if (i + 1 < count && test_random_below(r, 5) == 0)
            strcat(out, "|");
    }
}

static void beside_posix(void **state)
{
    test_random r = {11};
    uint32_t matches = 0, compared = 0;
    for (int round = 0; round < 3000; round++) {
        char text[2048], anchored[2060], word[16];
        regex_t posix;
        ld_arena_reset(arena);
        random_regex(&r, 2, text);
        ld_automaton *a = regex(text);
        snprintf(anchored, sizeof anchored, "^(%s)$", text);
        if (!a)
            continue; /* too large */
        assert_int_equal(regcomp(&posix, anchored, REG_EXTENDED | REG_NOSUB), 0);
        for (int i = 0; i < 20; i++) {
            random_word(&r, word, 3, 8);
            bool want = regexec(&posix, word, 0, NULL, 0) == 0;
            if (ld_automaton_matches(a, ld_span_from_string(word)) != want)
                fail_msg("/%s/ and %s: POSIX says %d", text, word, want);
            if (want && !ld_span_starts_with(ld_span_from_string(word), ld_automaton_literal(a)))
                fail_msg("/%s/ takes %s without its literal", text, word);
            matches += want;
            compared++;
        }
        regfree(&posix);
    }
    assert_in_range(matches, compared / 20, compared - compared / 20);
}

static uint32_t edits(const char *a, const char *b)
{
    static uint32_t d[140][140];
    uint32_t n = (uint32_t)strlen(a), m = (uint32_t)strlen(b);
    for (uint32_t i = 0; i <= n; i++)
        for (uint32_t j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            uint32_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
            best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + 1 < best)
                best = d[i - 2][j - 2] + 1;
            d[i][j] = best;
        }
    return d[n][m];
}

/* Short words of few letters, and words over the borders of the bit rows. */
static void beside_the_table_of_edits(void **state)
{
    test_random r = {12};
    uint32_t within = 0;
    for (int round = 0; round < 30000; round++) {
        char a[128], b[128];
        uint32_t k = 1 + test_random_below(&r, 2);
        if (round % 10) {
            random_word(&r, a, 3, 7);
            random_word(&r, b, 3, 7);
        } else {
            uint32_t n = 55 + test_random_below(&r, 60);
            for (uint32_t i = 0; i < n; i++)
                a[i] = (char)('a' + test_random_below(&r, 26));
            a[n] = 0;
            strcpy(b, a);
            for (int e = 0; e < 2; e++) {
                uint32_t at = test_random_below(&r, n - 2);
                char c = b[at];
                b[at] = b[at + 1];
                b[at + 1] = test_random_below(&r, 2) ? c : 'x';
            }
        }
        ld_arena_reset(arena);
        ld_automaton *f = ld_automaton_fuzzy(arena, ld_span_from_string(a), k);
        bool want = edits(a, b) <= k;
        if (ld_automaton_matches(f, ld_span_from_string(b)) != want)
            fail_msg("%s~%u and %s: %u edits", a, k, b, edits(a, b));
        within += want;
    }
    assert_in_range(within, 3000, 27000);
}

static void fuzzy_counts_letters(void **state)
{
    ld_automaton *a = ld_automaton_fuzzy(arena, LD_SPAN("\xD0\xBC\xD0\xB8\xD1\x80"), 1);
    assert_true(ld_automaton_matches(a, LD_SPAN("\xD0\xBC\xD1\x80\xD0\xB8")));
    assert_true(ld_automaton_matches(a, LD_SPAN("\xD0\xBC\xD0\xB8")));
    assert_false(ld_automaton_matches(a, LD_SPAN("\xD0\xBC")));
}

static bool glob(const char *p, const char *s)
{
    if (!*p)
        return !*s;
    if (*p == LD_PATTERN_RUN)
        return glob(p + 1, s) || (*s && glob(p, s + 1));
    return *s && (*p == LD_PATTERN_ONE || *p == *s) && glob(p + 1, s + 1);
}

static void wildcards(void **state)
{
    test_random r = {13};
    uint32_t matches = 0;
    for (int round = 0; round < 30000; round++) {
        char p[16], s[16];
        random_word(&r, p, 5, 6);
        for (char *c = p; *c; c++)
            *c = *c == 'd' ? LD_PATTERN_RUN : *c == 'e' ? LD_PATTERN_ONE : *c;
        random_word(&r, s, 3, 8);
        ld_arena_reset(arena);
        ld_automaton *a = ld_automaton_pattern(arena, ld_span_from_string(p));
        bool want = glob(p, s);
        assert_int_equal(ld_automaton_matches(a, ld_span_from_string(s)), want);
        matches += want;
    }
    assert_in_range(matches, 1000, 29000);
    char longer[4 * LD_TERM_BYTES_MAX];
    memset(longer, 'a', sizeof longer);
    ld_automaton *none = ld_automaton_pattern(arena, ld_span_of(longer, sizeof longer));
    assert_false(ld_automaton_matches(none, ld_span_of(longer, LD_TERM_BYTES_MAX)));
}

/* Any bytes as an expression: an automaton or a problem, and memory refused at every size. */
static void fuzz(void **state)
{
    static const char alphabet[] = "ab(|)[]{},*+?\\^$.-012d\xC3\xA9\xFF";
    test_random r = {14};
    for (int round = 0; round < 20000; round++) {
        char text[32];
        size_t n = test_random_below(&r, sizeof text);
        const char *problem;
        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[test_random_below(&r, sizeof alphabet - 1)];
        ld_arena_reset(arena);
        ld_automaton *a = ld_automaton_regex(arena, ld_span_of(text, n), &problem);
        assert_true((a != NULL) != (problem != NULL));
        if (a)
            ld_automaton_matches(a, LD_SPAN("abba\xC3\xA9"));
    }
    for (size_t max = 0; max < 60000; max += 512) {
        ld_arena *small;
        const char *problem;
        assert_ok(ld_arena_new(lede_env_system(), max, &small, &err), &err);
        (void)ld_automaton_regex(small, LD_SPAN("[a-z\\d]{3,9}(x|y)+"), &problem);
        (void)ld_automaton_fuzzy(small, LD_SPAN("word"), 2);
        (void)ld_automaton_pattern(small, LD_SPAN("wo\x01rd"));
        ld_arena_free(small);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expressions),
        cmocka_unit_test(problems),
        cmocka_unit_test(no_blow_up),
        cmocka_unit_test(literals),
        cmocka_unit_test(beside_posix),
        cmocka_unit_test(beside_the_table_of_edits),
        cmocka_unit_test(fuzzy_counts_letters),
        cmocka_unit_test(wildcards),
        cmocka_unit_test(fuzz),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
