/* One list: the format, every seek from every place, classes beyond the dictionary, bounds. */
#include "index/inverted_write.h"
#include "index/postings_format.h"
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

static void test_format_of_bits(void **state)
{
    (void)state;
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(false, false)};
    for (uint32_t doc = 0; doc < 64; doc++) {
        if (doc % 5 < 3)
            twin_add(&t, doc, 1, LD_ZONE_BODY, "sea", "sea", 0);
    }
    ld_segment *s = segment_of(&t, env);
    twin_assert_example(s, LD_PART_POSTINGS, "src/index/postings_format.h", "BITS");
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

/* One list of a shape; everything of it is compared with the twin. kind 0: one occurrence in the
 * body; 1: several; 2: of all classes, often more than codes are for. */
static void list_round(uint32_t df, uint32_t gap, uint32_t kind, test_random *r)
{
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(false, false)};
    for (uint32_t i = 0, doc = 0; i < df; i++, doc++) {
        uint32_t position = test_random_below(r, 50);
        doc += test_random_below(r, gap);
        uint32_t tf = kind == 0 ? 1 : 1 + test_random_below(r, 4) * test_random_below(r, 4);
        for (uint32_t zone = 0, left = tf; left > 0; zone++) {
            uint32_t n = kind < 2 || zone == 3 ? left : test_random_below(r, left + 1);
            for (left -= n; n > 0; n--, position += 1 + test_random_below(r, 9))
                twin_add(&t, doc, position, kind < 2 ? LD_ZONE_BODY : (uint8_t)zone, "sea", "sea",
                         0);
        }
        if (test_random_below(r, 3) == 0) /* lengths differ */
            for (uint32_t n = test_random_below(r, 60); n > 0; n--)
                twin_add(&t, doc, position++, LD_ZONE_BODY, "land", "land", 0);
    }
    ld_segment *s = segment_of(&t, env);
    twin_check(&t, s, r);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

static void test_lists_of_every_shape(void **state)
{
    (void)state;
    test_random r = {6};
    static const uint32_t sizes[] = {1, 2, 15, 17, 255, 256, 257, 512, 1000, 1001, 2900};
    static const uint32_t gaps[] = {1, 2, 5, 9, 300};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++) {
            for (uint32_t kind = 0; kind < 3; kind++)
                list_round(sizes[i], gaps[g], kind, &r);
        }
    }
}

/* A bit set that says anything but its block's documents is refused. */
static void test_damaged_bits(void **state)
{
    (void)state;
    lede_error err = {0};
    lede_env *env = twin_env();
    twin t = {.profile = twin_profile(false, false)};
    for (uint32_t doc = 0; doc < 600; doc++) {
        if (doc % 5 < 3)
            twin_add(&t, doc, 1, LD_ZONE_BODY, "sea", "sea", 0);
    }
    ld_segment *s = segment_of(&t, env);
    test_random r = {8};
    uint32_t refused = 0;
    for (uint32_t round = 0; round < 400; round++) {
        char path[64];
        snprintf(path, sizeof path, TWIN_ROOT "/%u", round);
        twin_damage(s, env, path, LD_PART_POSTINGS, 1, &r);
        ld_segment *bad;
        ld_terms *terms;
        ld_term term;
        ld_arena *arena;
        ld_postings *p;
        assert_ok(ld_segment_open(env, path, &bad, &err), &err);
        assert_ok(ld_terms_open(bad, &terms, &err), &err);
        assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
        assert_ok(ld_terms_find(terms, LD_SPAN("sea"), &term, &err), &err);
        assert_ok(ld_postings_open(terms, &term, LD_POSTINGS_BLOCKS, arena, &p, &err), &err);
        for (uint32_t block = 0; ld_postings_block_load(p, block); block++) {
            uint32_t word_count, base, n = ld_postings_block_size(p);
            const uint8_t *words;
            const uint32_t *docs = ld_postings_block_docs(p);
            assert_true(!docs || docs[n - 1] < t.docs);
            if (docs && ld_postings_block_bits(p, &words, &word_count, &base))
                assert_true(base % 64 == 0 && base + 64 * word_count <= (t.docs + 63) / 64 * 64);
        }
        refused += p->status == LEDE_E_CORRUPT;
        ld_arena_free(arena);
        ld_terms_close(terms);
        ld_segment_close(bad);
    }
    assert_in_range(refused, 200, 400);
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

/* A list whose positions take more than offsets of three bytes reach. */
static void test_wide_offsets(void **state)
{
    (void)state;
    enum { DF = 4200, TF = 4096 };
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_profile profile = twin_profile(false, false);
    static uint8_t lengths[DF];
    static uint32_t positions[TF];
    const uint32_t class_tf[LD_CLASS_COUNT] = {[LD_CLASS_BODY] = TF};
    ld_segment_writer *out;
    ld_inverted_writer *w;
    uint64_t bytes;
    uint32_t crc, ordinal;
    memset(lengths, ld_length_encode(TF), DF);
    for (uint32_t i = 0; i < TF; i++)
        positions[i] = i * 256 - (i == 77);
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/a", &out, &err), &err);
    assert_ok(ld_inverted_writer_new(env, &profile, DF, lengths, out, NULL, &w, &err), &err);
    assert_ok(
        ld_inverted_writer_term_begin(w, LD_SPAN("sea"), DF, (uint64_t)DF * TF, NULL, 1, &err),
        &err);
    for (uint32_t doc = 0; doc < DF; doc++)
        assert_ok(ld_inverted_writer_add(w, doc, TF, class_tf, positions, NULL, &err), &err);
    assert_ok(ld_inverted_writer_term_end(w, &ordinal, &err), &err);
    assert_ok(ld_inverted_writer_finish(w, &err), &err);
    ld_inverted_writer_free(w);
    assert_ok(ld_segment_writer_finish(out, &bytes, &crc, &err), &err);
    ld_segment_writer_free(out);
    ld_segment *s;
    ld_terms *terms;
    ld_term term;
    ld_arena *arena;
    ld_postings *p;
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    assert_ok(ld_terms_open(s, &terms, &err), &err);
    assert_ok(ld_terms_find(terms, LD_SPAN("sea"), &term, &err), &err);
    assert_true(term.positions_bytes >= 1u << 24 && LD_SKIP_WIDTH(term.positions_bytes) == 4);
    assert_int_equal(LD_SKIP_WIDTH((1u << 24) - 1), 3);
    assert_int_equal(LD_SKIP_WIDTH(UINT64_C(1) << 32), 8);
    assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
    assert_ok(ld_postings_open(terms, &term, 0, arena, &p, &err), &err);
    for (uint32_t doc = 0; doc < DF; doc += 511) {
        assert_int_equal(ld_postings_seek(p, doc), doc);
        assert_int_equal(p->tf, TF);
        assert_memory_equal(ld_postings_positions(p), positions, sizeof positions);
    }
    ld_arena_free(arena);
    ld_terms_close(terms);
    ld_segment_close(s);
    ld_env_memory_free(env);
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
        cmocka_unit_test(test_format_of_bits),
        cmocka_unit_test(test_seek_from_everywhere),
        cmocka_unit_test(test_lists_of_every_shape),
        cmocka_unit_test(test_damaged_bits),
        cmocka_unit_test(test_wide_offsets),
        cmocka_unit_test(test_classes_beyond_the_dictionary),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
