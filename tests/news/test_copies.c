/* Near copies share hashes, other texts do not, and the cut keeps what a part and its whole share.
 */
#include "news/copies.h"

#include "tests/test.h"

#define WORDS_MAX 1200

static ld_arena *arena;
static lede_error err;
static uint64_t sketch; /* of the text that was hashed last */

static int make_arena(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 64u << 20, &arena, &err);
}

static int drop_arena(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

/* A text of random words, some of them replaced: one in `changed` (0: none). */
static ld_span make_text(uint64_t seed, uint32_t word_count, uint32_t changed)
{
    char *text = ld_arena_alloc(arena, word_count * 8 + 1);
    size_t used = 0;
    test_random words = {seed}, edits = {seed ^ 0x5bd1e995};
    for (uint32_t i = 0; i < word_count; i++) {
        uint32_t word = test_random_below(&words, 100000);
        if (changed > 0 && test_random_below(&edits, changed) == 0)
            word += 100000;
        used += (size_t)sprintf(text + used, "w%u ", word);
    }
    return ld_span_of(text, used - 1);
}

static uint32_t hashes_of(ld_span text, uint32_t hashes_max, const uint16_t **hashes)
{
    ld_block block = {.kind = LD_BLOCK_PARAGRAPH, .text = text};
    ld_article article = {.blocks = &block, .block_count = 1};
    uint32_t count;
    assert_ok(ld_copies_hashes(arena, &article, hashes_max, hashes, &count, &sketch, &err), &err);
    assert_true(count <= hashes_max);
    for (uint32_t i = 1; i < count; i++)
        assert_true((*hashes)[i - 1] < (*hashes)[i]);
    return count;
}

/* Shared hashes in percent of the smaller set. */
static uint32_t shared_percent(ld_span a, ld_span b, uint32_t hashes_max)
{
    const uint16_t *x, *y;
    uint32_t x_count = hashes_of(a, hashes_max, &x), y_count = hashes_of(b, hashes_max, &y);
    uint32_t shared = 0;
    for (uint32_t i = 0, k = 0; i < x_count && k < y_count;) {
        shared += x[i] == y[k];
        if (x[i] < y[k])
            i++;
        else
            k++;
    }
    uint32_t smaller = x_count < y_count ? x_count : y_count;
    return smaller > 0 ? shared * 100 / smaller : 0;
}

static void test_near_copies_share(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ld_span text = make_text(seed, 400, 0);
        assert_int_equal(shared_percent(text, make_text(seed, 400, 0), 256), 100);
        assert_true(shared_percent(text, make_text(seed, 400, 40), 256) >= 60);
        assert_true(shared_percent(text, make_text(seed + 1000, 400, 0), 256) <= 5);
    }
}

static void test_case_and_marks_do_not_matter(void **state)
{
    (void)state;
    ld_span a = LD_SPAN("We must combine our forces to achieve a result, he said. “Now or never,” "
                        "he added on the steps of the Guildhall late on Monday.");
    ld_span b =
        LD_SPAN("WE MUST COMBINE our forces to achieve a result he said \"now or never\" he "
                "added on the steps of the guildhall – late on Monday");
    assert_int_equal(shared_percent(a, b, 256), 100);
}

static void test_a_part_shares_with_its_whole(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ld_span whole = make_text(seed, WORDS_MAX, 0);
        ld_span half = ld_span_sub(whole, 0, whole.bytes / 2);
        assert_true(shared_percent(whole, half, 10000) >= 95);
        /* cut to 64: half of what is kept of the whole stands in the half */
        assert_true(shared_percent(whole, half, 64) >= 30);
    }
}

static void test_short_texts(void **state)
{
    (void)state;
    const uint16_t *hashes;
    assert_int_equal(hashes_of(LD_SPAN(""), 64, &hashes), 0);
    assert_int_equal(hashes_of(LD_SPAN("one two, three..."), 64, &hashes), 0);
    assert_int_equal(hashes_of(LD_SPAN("one two three 444"), 64, &hashes), 1);
    assert_int_equal(hashes_of(LD_SPAN("one two three 4444"), 64, &hashes), 2);
    /* letters, whatever they take in bytes; and bytes that are none */
    assert_int_equal(hashes_of(LD_SPAN("путин в париже"), 64, &hashes), 0);
    assert_int_equal(hashes_of(LD_SPAN("путин в париже с ним"), 64, &hashes), 3);
    assert_int_equal(hashes_of(LD_SPAN("\xe2\x80\xff\xc3\xe2\xf0"), 64, &hashes), 0);
    assert_int_equal(hashes_of(make_text(1, 300, 0), 0, &hashes), 0);
    ld_article empty = {0};
    uint32_t count = 9;
    assert_ok(ld_copies_hashes(arena, &empty, 64, &hashes, &count, &sketch, &err), &err);
    assert_int_equal(count, 0);
}

/* Uncut lists share a hash wherever the texts share 14 letters in a row;
 * words of a space and some five letters here. */
static void test_a_run_of_letters_is_seen(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 50; seed++) {
        ld_span run = make_text(seed, 5, 0);
        ld_span a = make_text(seed + 500, 40, 0), b = make_text(seed + 900, 40, 0);
        char *x =
            ld_arena_format(arena, "%.*s %.*s", (int)a.bytes, a.data, (int)run.bytes, run.data);
        char *y =
            ld_arena_format(arena, "%.*s %.*s", (int)run.bytes, run.data, (int)b.bytes, b.data);
        assert_true(shared_percent(ld_span_from_string(x), ld_span_from_string(y), 1000) > 0);
    }
}

static ld_copy compare(ld_span x, ld_span y)
{
    const uint16_t *a, *b;
    uint32_t a_count = hashes_of(x, 48, &a);
    uint64_t a_sketch = sketch;
    uint32_t b_count = hashes_of(y, 48, &b);
    ld_copy copy = ld_copies_compare(a, a_count, a_sketch, b, b_count, sketch);
    assert_int_equal(copy, ld_copies_compare(b, b_count, sketch, a, a_count, a_sketch));
    return copy;
}

static void test_how_alike(void **state)
{
    (void)state;
    uint32_t moderate = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        ld_span text = make_text(seed, 1000, 0);
        assert_int_equal(compare(text, make_text(seed, 1000, 0)), LD_COPY_EXACT);
        assert_true(compare(text, make_text(seed, 1000, 100)) >= LD_COPY_HIGH);
        assert_true(compare(text, make_text(seed, 1000, 15)) >= LD_COPY_MODERATE);
        assert_int_equal(compare(text, make_text(seed + 1000, 1000, 0)), LD_COPY_NONE);
        /* a quarter: the whole's list has room for a quarter of the quarter's hashes */
        moderate += compare(text, ld_span_sub(text, 0, text.bytes / 4)) >= LD_COPY_MODERATE;
        assert_true(compare(text, ld_span_sub(text, 0, text.bytes / 4)) < LD_COPY_HIGH);
    }
    assert_true(moderate >= 38);
    assert_int_equal(compare(LD_SPAN(""), LD_SPAN("")), LD_COPY_NONE);
    assert_int_equal(compare(LD_SPAN("We must combine"), LD_SPAN("we MUST combine!")),
                     LD_COPY_NONE);
    assert_int_equal(compare(LD_SPAN("We must combine ours"), LD_SPAN("we MUST combine ours!")),
                     LD_COPY_EXACT);
    /* the same letters in other words are not exact, and some runs of them say nothing */
    assert_int_equal(compare(LD_SPAN("We must combine ours"), LD_SPAN("We must com bine ours")),
                     LD_COPY_NONE);
}

/* One letter in ten is another, as a bad scan has it. */
static void test_noise_in_letters(void **state)
{
    (void)state;
    test_random r = {99};
    uint32_t found = 0;
    for (uint64_t seed = 1; seed <= 60; seed++) {
        ld_span text = make_text(seed, 400, 0), other = ld_arena_copy(arena, text);
        for (size_t i = 0; i < other.bytes; i++)
            if (other.data[i] != ' ' && test_random_below(&r, 10) == 0)
                ((char *)other.data)[i] = (char)('a' + test_random_below(&r, 26));
        found += compare(text, other) >= LD_COPY_MODERATE;
    }
    assert_true(found >= 55);
}

/* One word of a thousand is another: never exact, whichever hashes were kept. */
static void test_exact_is_every_word(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        ld_span text = make_text(seed, 1000, 0), other = ld_arena_copy(arena, text);
        size_t at = ld_span_find_byte(ld_span_sub(other, 500, other.bytes), ' ') + 501;
        ((char *)other.data)[at] = 'x';
        assert_int_equal(compare(text, other), LD_COPY_HIGH);
    }
}

/* Lists that were not cut: plain containment. */
static void test_compare_twin(void **state)
{
    (void)state;
    test_random r = {5};
    for (int n = 0; n < 5000; n++) {
        uint16_t lists[2][20];
        uint32_t counts[2], shared = 0;
        uint64_t words[2] = {test_random_below(&r, 2), test_random_below(&r, 2)};
        for (int l = 0; l < 2; l++) {
            uint16_t value = (uint16_t)test_random_below(&r, 3);
            counts[l] = test_random_below(&r, 20);
            for (uint32_t i = 0; i < counts[l]; i++, value += 1 + test_random_below(&r, 3))
                lists[l][i] = value;
        }
        for (uint32_t i = 0; i < counts[0]; i++)
            for (uint32_t k = 0; k < counts[1]; k++)
                shared += lists[0][i] == lists[1][k];
        uint32_t low = counts[0] < counts[1] ? counts[0] : counts[1];
        uint32_t high = counts[0] + counts[1] - low;
        ld_copy want = shared == 0                                                 ? LD_COPY_NONE
                       : shared == high && words[0] == words[1]                    ? LD_COPY_EXACT
                       : shared >= LD_COPY_SHARED_MIN && shared * 100 >= 50 * high ? LD_COPY_HIGH
                       : shared >= LD_COPY_SHARED_MIN && shared * 100 >= 12 * low ? LD_COPY_MODERATE
                                                                                  : LD_COPY_NONE;
        assert_int_equal(ld_copies_compare(lists[0], counts[0], words[0] << 16 | 65535, lists[1],
                                           counts[1], words[1] << 16 | 65535),
                         want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_how_alike),
        cmocka_unit_test(test_exact_is_every_word),
        cmocka_unit_test(test_noise_in_letters),
        cmocka_unit_test(test_compare_twin),
        cmocka_unit_test(test_near_copies_share),
        cmocka_unit_test(test_case_and_marks_do_not_matter),
        cmocka_unit_test(test_a_part_shares_with_its_whole),
        cmocka_unit_test(test_short_texts),
        cmocka_unit_test(test_a_run_of_letters_is_seen),
    };
    return cmocka_run_group_tests(tests, make_arena, drop_arena);
}
