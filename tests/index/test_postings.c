/* One list: the format, every seek from every place, classes beyond the dictionary, bounds. */
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
    twin_add(&t, 3, 7, LD_ZONE_BODY, "sea", "sea", 0);
    twin_add(&t, 4, 0, LD_ZONE_TITLE, "sea", "sea", 0);
    twin_add(&t, 4, 5, LD_ZONE_BODY, "sea", "sea", 0);
    twin_add(&t, 9, 2, LD_ZONE_BODY, "sea", "sea", 0);
    ld_segment *s = segment_of(&t, env);
    twin_assert_example(s, LD_PART_POSTINGS, "src/index/postings_format.h", "POSTINGS");
    twin_assert_example(s, LD_PART_CLASS_CODES, "src/index/postings_format.h", "CLASS_CODES");
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

/* A list of `df` documents with gaps below `gap`; from each place to each target. */
static void seek_round(uint32_t df, uint32_t gap, test_random *r)
{
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_terms *terms;
    ld_term term;
    twin t = {.profile = twin_profile(false, false)};
    uint32_t *docs = malloc(df * sizeof *docs), doc = 0;
    for (uint32_t i = 0; i < df; i++, doc++) {
        docs[i] = doc += test_random_below(r, gap);
        twin_add(&t, doc, 1, LD_ZONE_BODY, "sea", "sea", 0);
    }
    ld_segment *s = segment_of(&t, env);
    assert_ok(ld_terms_open(s, &terms, &err), &err);
    assert_ok(ld_terms_find(terms, LD_SPAN("sea"), &term, &err), &err);
    for (uint32_t from = 0; from < df; from += 1 + test_random_below(r, df / 20 + 1)) {
        for (uint32_t target = 0; target <= t.docs;
             target += 1 + test_random_below(r, t.docs / 30 + 1)) {
            ld_arena *arena;
            ld_postings *p;
            assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
            assert_ok(ld_postings_open(terms, &term, 0, arena, &p, &err), &err);
            assert_int_equal(ld_postings_seek(p, docs[from]), docs[from]);
            uint32_t at = from;
            while (at < df && docs[at] < target)
                at++;
            for (uint32_t i = 0; i < 3; i++) { /* there, again, and on from there */
                assert_int_equal(ld_postings_seek(p, target), at < df ? docs[at] : LD_DOC_END);
                assert_int_equal(p->tf, at < df);
            }
            assert_int_equal(ld_postings_next(p), at + 1 < df ? docs[at + 1] : LD_DOC_END);
            assert_int_equal(p->status, LEDE_OK);
            ld_arena_free(arena);
        }
    }
    ld_terms_close(terms);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
    free(docs);
}

static void test_seek_from_everywhere(void **state)
{
    (void)state;
    test_random r = {4};
    static const uint32_t sizes[] = {1, 2, 3, 255, 256, 257, 512, 513, 1400};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        seek_round(sizes[i], 1, &r);
        seek_round(sizes[i], 9, &r);
    }
}

/* More distinct class frequencies than codes, and frequencies that no code holds. */
static void test_classes_beyond_the_dictionary(void **state)
{
    (void)state;
    test_random r = {5};
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(false, false)};
    for (uint32_t doc = 0; doc < 700; doc++) {
        uint32_t position = 0;
        uint32_t counts[4] = {test_random_below(&r, 9), test_random_below(&r, 9),
                              test_random_below(&r, 3),
                              doc == 350 ? 70000 : test_random_below(&r, 9)};
        for (uint8_t zone = 0; zone < 4; zone++) {
            for (uint32_t i = 0; i < counts[zone]; i++)
                twin_add(&t, doc, position++, zone, "sea", "sea", 0);
        }
    }
    t.docs = 700;
    ld_segment *s = segment_of(&t, env);
    assert_int_equal(ld_segment_part(s, LD_PART_CLASS_CODES).bytes, 255 * 6);
    twin_check(&t, s, &r);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_seek_from_everywhere),
        cmocka_unit_test(test_classes_beyond_the_dictionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
