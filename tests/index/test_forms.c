/* Forms: the format, lists of rare forms over several blocks, more forms than ordinals. */
#include "tests/index/inverted_twin.h"

static ld_segment *segment_of(const twin *t, lede_env *env)
{
    lede_error err = {0};
    ld_segment *s;
    twin_write(t, env, TWIN_ROOT "/a", 0, t->docs);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    return s;
}

static void test_format(void **state)
{
    (void)state;
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(true, true)};
    twin_add(&t, 0, 0, LD_ZONE_BODY, "sail", "sails", LD_CASE_LOWER);
    twin_add(&t, 0, 1, LD_ZONE_BODY, "sail", "sails", LD_CASE_LOWER);
    twin_add(&t, 1, 0, LD_ZONE_BODY, "sail", "sail", LD_CASE_INITIAL);
    twin_add(&t, 1, 1, LD_ZONE_BODY, "sail", "sails", LD_CASE_LOWER);
    ld_segment *s = segment_of(&t, env);
    twin_assert_example(s, LD_PART_FORMS, "src/index/forms_format.h", "FORMS");
    twin_assert_example(s, LD_PART_FORM_TERMS, "src/index/forms_format.h", "FORM_TERMS");
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

static void test_lists_of_rare_forms(void **state)
{
    (void)state;
    test_random r = {8};
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_terms *terms;
    ld_term term;
    ld_arena *arena;
    const ld_form *forms;
    uint32_t form_count, long_lists = 0, short_lists = 0, none = 0;
    twin t = {.profile = twin_profile(true, true)};
    for (uint32_t doc = 0; doc < 6000; doc++) {
        for (uint32_t i = 0; i < 1 + doc % 3; i++) {
            uint32_t kind = test_random_below(&r, 100);
            twin_add(&t, doc, i * 2, LD_ZONE_BODY, "be",
                     kind < 70   ? "is"
                     : kind < 85 ? "are"
                     : kind < 98 ? "being"
                                 : "be",
                     (uint8_t)(kind % 11 == 0 ? LD_CASE_UPPER : LD_CASE_LOWER));
        }
    }
    ld_segment *s = segment_of(&t, env);
    twin_check(&t, s, &r);
    assert_ok(ld_terms_open(s, &terms, &err), &err);
    assert_ok(ld_terms_find(terms, LD_SPAN("be"), &term, &err), &err);
    assert_ok(ld_arena_new(env, 1 << 20, &arena, &err), &err);
    assert_ok(ld_terms_forms(terms, &term, arena, &forms, &form_count, &err), &err);
    for (uint32_t i = 0; i < form_count; i++) {
        long_lists += forms[i].list_offset != UINT64_MAX && forms[i].df > 256;
        short_lists += forms[i].list_offset != UINT64_MAX && forms[i].df <= 256;
        none += forms[i].list_offset == UINT64_MAX;
    }
    assert_true(long_lists >= 2 && short_lists >= 1 && none >= 1);
    ld_postings *p;
    assert_int_equal(ld_postings_open_form(terms, &term, &forms[0], arena, &p, &err),
                     LEDE_E_INVALID);
    ld_arena_free(arena);
    ld_terms_close(terms);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

/* One stem with more spellings than there are ordinals: the last one stands for the rest. */
static void test_more_forms_than_ordinals(void **state)
{
    (void)state;
    enum { SPELLINGS = LD_FORMS_MAX + 500 };
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_terms *terms;
    ld_term term;
    ld_arena *arena;
    const ld_form *forms;
    ld_postings *p;
    uint32_t form_count;
    uint64_t total = 0;
    twin t = {.profile = twin_profile(true, false)};
    for (uint32_t i = 0; i < SPELLINGS; i++) {
        char form[32];
        snprintf(form, sizeof form, "x%u", i);
        twin_add(&t, i / 20000, i % 20000, LD_ZONE_BODY, "x", form, 0);
    }
    ld_segment *s = segment_of(&t, env);
    assert_ok(ld_terms_open(s, &terms, &err), &err);
    assert_ok(ld_terms_find(terms, LD_SPAN("x"), &term, &err), &err);
    assert_ok(ld_arena_new(env, 64 << 20, &arena, &err), &err);
    assert_ok(ld_terms_forms(terms, &term, arena, &forms, &form_count, &err), &err);
    assert_int_equal(form_count, LD_FORMS_MAX);
    for (uint32_t i = 0; i < form_count; i++)
        total += forms[i].total_tf;
    assert_int_equal(total, SPELLINGS);
    assert_ok(ld_postings_open(terms, &term, 3, arena, &p, &err), &err);
    for (; p->doc != LD_DOC_END; ld_postings_next(p))
        assert_non_null(ld_postings_forms(p));
    assert_int_equal(p->status, LEDE_OK);
    ld_arena_free(arena);
    ld_terms_close(terms);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_lists_of_rare_forms),
        cmocka_unit_test(test_more_forms_than_ordinals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
