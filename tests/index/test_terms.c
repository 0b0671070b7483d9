/* Terms and their entries: the format, pulsed terms at their borders, large vocabularies. */
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
    twin t = {.profile = twin_profile(false, false)};
    twin_add(&t, 0, 0, LD_ZONE_TITLE, "sea", "sea", 0);
    twin_add(&t, 0, 5, LD_ZONE_BODY, "sea", "sea", 0);
    ld_segment *s = segment_of(&t, env);
    twin_assert_example(s, LD_PART_TERMS, "src/index/terms_format.h", "TERMS");
    assert_int_equal(ld_segment_part(s, LD_PART_POSTINGS).bytes, 0);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

/* One document, 1 to 6 occurrences in every zone and form: on both sides of the pulsed border. */
static void test_terms_of_one_document(void **state)
{
    (void)state;
    test_random r = {1};
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(true, true)};
    for (uint32_t doc = 0; doc < 400; doc++) {
        char term[16], form[32];
        snprintf(term, sizeof term, "only%u", doc);
        for (uint32_t i = 0; i < 1 + doc % 6; i++) {
            snprintf(form, sizeof form, "%s%s", term, test_random_below(&r, 2) ? "s" : "");
            twin_add(&t, doc, i * 1000 + test_random_below(&r, 900),
                     (uint8_t)test_random_below(&r, 4), term, form,
                     (uint8_t)test_random_below(&r, 4));
        }
    }
    ld_segment *s = segment_of(&t, env);
    twin_check(&t, s, &r);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

static void test_large_vocabulary(void **state)
{
    (void)state;
    test_random r = {2};
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(true, true)};
    twin_random(&t, &r, 200, 10000, 400);
    ld_segment *s = segment_of(&t, env);
    twin_check(&t, s, &r);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

static void test_terms_of_any_bytes(void **state)
{
    (void)state;
    test_random r = {3};
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(false, true)};
    for (uint32_t doc = 0; doc < 120; doc++) {
        for (uint32_t i = 0; i < 20; i++) {
            char term[LD_TERM_BYTES_MAX + 1] = "";
            uint32_t n = 1 + test_random_below(&r, i % 2 ? 2 : LD_TERM_BYTES_MAX);
            for (uint32_t j = 0; j < n; j++)
                term[j] = (char)(i % 3 ? 0xff - test_random_below(&r, 2)
                                       : 1 + test_random_below(&r, 255));
            twin_add(&t, doc, i * 3, LD_ZONE_BODY, term, term, (uint8_t)test_random_below(&r, 2));
        }
    }
    ld_segment *s = segment_of(&t, env);
    twin_check(&t, s, &r);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

static void test_at_past_the_end(void **state)
{
    (void)state;
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_arena *arena;
    ld_terms *terms;
    ld_term term;
    ld_span bytes;
    twin t = {.profile = twin_profile(false, false)};
    twin_add(&t, 0, 0, LD_ZONE_BODY, "sea", "sea", 0);
    ld_segment *s = segment_of(&t, env);
    assert_ok(ld_terms_open(s, &terms, &err), &err);
    assert_ok(ld_arena_new(env, 1 << 20, &arena, &err), &err);
    assert_ok(ld_terms_at(terms, 0, arena, &bytes, &term, &err), &err);
    assert_int_equal(ld_terms_at(terms, 1, arena, &bytes, &term, &err), LEDE_E_INVALID);
    ld_arena_free(arena);
    ld_terms_close(terms);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),           cmocka_unit_test(test_terms_of_one_document),
        cmocka_unit_test(test_large_vocabulary), cmocka_unit_test(test_terms_of_any_bytes),
        cmocka_unit_test(test_at_past_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
