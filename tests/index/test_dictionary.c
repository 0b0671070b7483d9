/* Sorted words with one number each: found by hash, found without, located, and the format. */
#include "tests/index/inverted_twin.h"

#include "base/hash.h"
#include "index/dictionary.h"

/* Words in order; each entry is its number. Every so-manieth is in the look-up; 0: none is. */
static ld_segment *write_words(const lede_env *env, char (*words)[LD_TERM_BYTES_MAX + 1],
                               uint32_t count, uint32_t every)
{
    lede_error err = {0};
    ld_segment_writer *w;
    ld_segment *s;
    uint64_t bytes;
    uint32_t crc;
    ld_dictionary_writer d;
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/d", &w, &err), &err);
    ld_dictionary_writer_init(&d, env, w, LD_PART_FORM_TERMS, LD_PART_FORM_INDEX);
    for (uint32_t i = 0; i < count; i++)
        ld_buf_add_varint(ld_dictionary_writer_add(&d, ld_span_from_string(words[i]),
                                                   every > 0 && i % every == 0, NULL, 0),
                          i + 1);
    assert_ok(ld_dictionary_writer_finish(&d, 3, 0, &err), &err);
    ld_dictionary_writer_release(&d);
    assert_ok(ld_segment_writer_finish(w, &bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/d", &s, &err), &err);
    assert_ok(ld_path_unlink(env, TWIN_ROOT "/d", &err), &err);
    return s;
}

/* The number of a word, 0 where it is absent; *blocks counts the blocks looked into. */
static uint32_t find(const ld_dictionary *d, const char *word, uint32_t *blocks)
{
    lede_error err = {0};
    uint32_t probe = 0, block, words;
    for (*blocks = 0;; ++*blocks) {
        lede_status status =
            ld_dictionary_probe(d, ld_span_from_string(word), &probe, &block, &err);
        if (status == LEDE_E_NOTFOUND)
            return 0;
        assert_int_equal(status, LEDE_OK);
        ld_reader r;
        ld_front front = {0};
        assert_ok(ld_dictionary_block(d, block, &r, &words, &err), &err);
        for (uint32_t i = 0; i < words; i++) {
            assert_true(ld_front_next(&front, &r));
            uint32_t number = (uint32_t)ld_reader_varint(&r);
            if (ld_span_equal(ld_front_span(&front), ld_span_from_string(word)))
                return number;
        }
    }
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void check_words(uint32_t count, uint32_t every)
{
    lede_error err = {0};
    test_random r = {count + every};
    lede_env *env = twin_env();
    char(*words)[LD_TERM_BYTES_MAX + 1] = calloc(count + 1, sizeof *words);
    for (uint32_t i = 0; i < count; i++) { /* shared prefixes, all lengths, all bytes but 0 */
        uint32_t n = (uint32_t)snprintf(words[i], sizeof *words, "%x-", i * 2654435761u);
        for (uint32_t more =
                 test_random_below(&r, test_random_below(&r, LD_TERM_BYTES_MAX - n) + 1);
             more; more--)
            words[i][n++] = (char)(test_random_below(&r, 3) ? 'a' : 1 + test_random_below(&r, 255));
    }
    qsort(words, count, sizeof *words, by_bytes);
    ld_segment *s = write_words(env, words, count, every);
    ld_dictionary d;
    assert_ok(ld_dictionary_open(&d, s, LD_PART_FORM_TERMS, LD_PART_FORM_INDEX, "words", &err),
              &err);
    assert_int_equal(d.count, count);
    assert_int_equal(d.hashed, every && count > 0);
    assert_int_equal(d.hashed_all, every && count > 0 && (every == 1 || count == 1));
    uint32_t blocks, looked = 0;
    for (uint32_t i = 0; i < count; i++) {
        char absent[LD_TERM_BYTES_MAX + 8];
        assert_int_equal(find(&d, words[i], &blocks), i + 1);
        snprintf(absent, sizeof absent, "%s~", words[i]);
        assert_int_equal(find(&d, absent, &blocks), 0);
        looked += blocks;
        assert_ok(ld_dictionary_locate(&d, ld_span_from_string(words[i]), &blocks, &err), &err);
        assert_int_equal(blocks, i / LD_DICTIONARY_BLOCK_WORDS);
    }
    if (every == 1 && count > 100)
        assert_true(looked < count / 10); /* an absent word costs no block */
    ld_segment_close(s);
    ld_env_memory_free(env);
    free(words);
}

static void test_words_are_found(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 31, 32, 33, 64, 1000, 9000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        for (uint32_t every = 0; every <= 3; every++)
            check_words(counts[i], every);
    }
}

/* Words that were chosen to share one bucket: found all the same, through the separators. */
static void test_one_bucket(void **state)
{
    (void)state;
    enum { COUNT = LD_DICTIONARY_BUCKET_MAX + 200 };
    lede_error err = {0};
    lede_env *env = twin_env();
    char(*words)[LD_TERM_BYTES_MAX + 1] = calloc(COUNT, sizeof *words);
    for (uint32_t i = 0, found = 0; found < COUNT; i++) {
        char word[16];
        size_t bytes = (size_t)snprintf(word, sizeof word, "%07u", i);
        if ((uint32_t)ld_hash64(word, bytes, 0) < UINT32_MAX / (COUNT / 16 + 1))
            memcpy(words[found++], word, bytes + 1);
    }
    ld_segment *s = write_words(env, words, COUNT, 1);
    ld_dictionary d;
    assert_ok(ld_dictionary_open(&d, s, LD_PART_FORM_TERMS, LD_PART_FORM_INDEX, "words", &err),
              &err);
    uint32_t blocks, together;
    assert_ok(ld_lookup_bucket(&d.lookup, 0, &together, &err), &err);
    assert_int_equal(together, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        char absent[LD_TERM_BYTES_MAX + 8];
        assert_int_equal(find(&d, words[i], &blocks), i + 1);
        snprintf(absent, sizeof absent, "%s~", words[i]);
        assert_int_equal(find(&d, absent, &blocks), 0);
        assert_in_range(blocks, 0, 1);
    }
    ld_segment_close(s);
    ld_env_memory_free(env);
    free(words);
}

static void test_format(void **state)
{
    (void)state;
    char words[2][LD_TERM_BYTES_MAX + 1] = {"a", "ab"};
    lede_env *env = twin_env();
    ld_segment *s = write_words(env, words, 2, 0);
    twin_assert_example(s, LD_PART_FORM_TERMS, "src/index/dictionary_format.h", "blocks");
    twin_assert_example(s, LD_PART_FORM_INDEX, "src/index/dictionary_format.h", "index");
    ld_segment_close(s);
    ld_env_memory_free(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_are_found),
        cmocka_unit_test(test_one_bucket),
        cmocka_unit_test(test_format),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
