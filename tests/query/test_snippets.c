/* Which passages are shown: cut at words, with the marks inside, the best first chosen. */
#include "tests/test.h"

#include "query/ast.h"
#include "query/search.h"

static lede_error err;
static ld_profile profile;

typedef struct fixture {
    ld_arena *arena;
    ld_analyzer *analyzer;
    ld_span texts[LD_ZONES_MAX];
    ld_token_list tokens;
} fixture;

static int setup(void **state)
{
    static fixture f;
    ld_analysis settings = {true, true, true};
    memset(&f, 0, sizeof f);
    profile.stem = profile.case_classes = profile.marks = true;
    *state = &f;
    if (ld_arena_new(lede_env_system(), 64u << 20, &f.arena, &err) != LEDE_OK)
        return -1;
    return ld_analyzer_new(lede_env_system(), &settings, &f.analyzer, &err);
}

static int teardown(void **state)
{
    fixture *f = *state;
    ld_analyzer_free(f->analyzer);
    ld_arena_free(f->arena);
    return 0;
}

static void article(fixture *f, const char *title, const char *lead, const char *body)
{
    const char *const texts[] = {title, lead, body};
    memset(f->texts, 0, sizeof f->texts);
    assert_ok(ld_analyze_begin(f->analyzer, f->arena, LD_SPAN("en"), &err), &err);
    for (uint8_t z = 0; z < 3; z++) {
        f->texts[z] = ld_span_from_string(texts[z]);
        assert_ok(ld_analyze_zone(f->analyzer, z, f->texts[z], true, &err), &err);
    }
    assert_ok(ld_analyze_finish(f->analyzer, &f->tokens, &err), &err);
}

static const ld_mark *marks_of(fixture *f, const char *query, uint32_t *count)
{
    ld_query_options options = {LD_DIALECT_LEDE, 0, &profile};
    ld_query *q;
    const ld_mark *marks;
    assert_ok(ld_query_parse(f->arena, ld_span_from_string(query), &options, &q, &err), &err);
    assert_ok(ld_query_marks(f->arena, q, f->analyzer, &profile, &f->tokens, &marks, count, &err),
              &err);
    return marks;
}

/* The passages as text: marks in brackets, passages on lines, ".." where something was cut. */
static const char *show(fixture *f, const char *query, uint32_t chars, uint32_t passages)
{
    static char out[4096];
    uint32_t mark_count, count;
    const ld_mark *marks = marks_of(f, query, &mark_count);
    const ld_snippet *s;
    size_t n = 0;
    assert_ok(ld_snippets_make(f->arena, f->texts, &f->tokens, marks, mark_count, chars, passages,
                               &s, &count, &err),
              &err);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = s[i].text_offset, end = at + s[i].text_bytes;
        const char *text = f->texts[s[i].zone].data;
        assert_true(end <= f->texts[s[i].zone].bytes);
        n += (size_t)sprintf(out + n, "%s%s", i ? "\n" : "", s[i].cut_before ? ".." : "");
        for (uint32_t k = 0; k < s[i].mark_count; k++) {
            const ld_mark *m = &s[i].marks[k];
            assert_true(m->text_offset >= at && m->text_offset + m->text_bytes <= end);
            n += (size_t)sprintf(out + n, "%.*s[%.*s]", (int)(m->text_offset - at), text + at,
                                 (int)m->text_bytes, text + m->text_offset);
            at = m->text_offset + m->text_bytes;
        }
        n += (size_t)sprintf(out + n, "%.*s%s", (int)(end - at), text + at,
                             s[i].cut_after ? ".." : "");
    }
    out[n] = 0;
    return out;
}

static const char body[] =
    "The first paragraph says little. Mr Hollande met reporters in Paris on Monday, and spoke of "
    "the attacks. Nothing more was said by him.\n\nLater that week Hollande and Putin agreed to "
    "strike the group together. The strikes of Russia began at once, a spokesman said.";

static void best_passage(void **state)
{
    fixture *f = *state;
    article(f, "France asks Russia", "A lead.", body);
    assert_string_equal(show(f, "hollande putin", 80, 1),
                        "..Later that week [Hollande] and [Putin] agreed to strike the group "
                        "together...");
    assert_string_equal(show(f, "hollande putin russia", 60, 2),
                        "..Later that week [Hollande] and [Putin] agreed to strike the..\n"
                        "..The strikes of [Russia] began at once, a spokesman said.");
}

static void only_the_headline(void **state)
{
    fixture *f = *state;
    article(f, "France asks Russia", "A short lead here.", "A body.");
    assert_string_equal(show(f, "title:russia", 80, 2), "A short lead here.");
    assert_string_equal(show(f, "absent", 10, 2), "A short..");
    article(f, "Only a headline", "", "");
    assert_string_equal(show(f, "headline", 80, 2), "");
}

static void never_too_long(void **state)
{
    fixture *f = *state;
    static const char letters[] = "ab \xC3\xA9.\n,";
    test_random r = {5};
    char text[600];
    for (int round = 0; round < 400; round++) {
        size_t n = 0;
        for (uint32_t i = 0; i < 200; i++) {
            uint32_t k = test_random_below(&r, 8);
            if (k >= 3 && k <= 4)
                n += (size_t)sprintf(text + n, "\xC3\xA9");
            else
                text[n++] = letters[k];
        }
        text[n] = 0;
        ld_arena_reset(f->arena);
        article(f, "", "", text);
        uint32_t chars = 1 + test_random_below(&r, 60), mark_count, count;
        const ld_mark *marks = marks_of(f, "a OR b OR ab OR a*", &mark_count);
        const ld_snippet *s;
        assert_ok(ld_snippets_make(f->arena, f->texts, &f->tokens, marks, mark_count, chars, 3, &s,
                                   &count, &err),
                  &err);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t from = s[i].text_offset, length = 0;
            for (uint32_t k = 0; k < s[i].text_bytes; k++)
                length += ((uint8_t)text[from + k] & 0xC0) != 0x80;
            assert_true(((uint8_t)text[from] & 0xC0) != 0x80);
            assert_true(((uint8_t)text[from + s[i].text_bytes] & 0xC0) != 0x80);
            /* A word that is longer than the whole passage may be shown is shown all the same. */
            assert_true(length <= chars || s[i].mark_count == 1);
            for (uint32_t k = i + 1; k < count; k++)
                assert_true(from + s[i].text_bytes <= s[k].text_offset);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(best_passage),
        cmocka_unit_test(only_the_headline),
        cmocka_unit_test(never_too_long),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
