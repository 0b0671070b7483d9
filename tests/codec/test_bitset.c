#include "codec/bitset.h"

#include "tests/test.h"

static void random_sets_equal_the_twin(void **state)
{
    (void)state;
    test_random r = {13};
    for (size_t bits = 0; bits <= 300; bits++) {
        size_t words = ld_bitset_words(bits);
        assert_int_equal(words, (bits + 63) / 64);
        uint64_t *set = calloc(words ? words : 1, sizeof *set);
        bool twin[300] = {false};
        if (bits % 3 == 0) {
            ld_bitset_set_all(set, bits);
            memset(twin, true, bits);
        }
        for (size_t i = 0; bits && i < bits / 4; i++) {
            size_t member = test_random_below(&r, (uint32_t)bits);
            bool in = test_random_below(&r, 2);
            if (in)
                ld_bitset_set(set, member);
            else
                ld_bitset_clear(set, member);
            twin[member] = in;
        }
        size_t count = 0, next = bits;
        for (size_t i = bits; i-- > 0;) {
            count += twin[i];
            next = twin[i] ? i : next;
            assert_int_equal(ld_bitset_test(set, i), twin[i]);
            assert_int_equal(ld_bitset_next(set, bits, i), next);
        }
        assert_int_equal(ld_bitset_count(set, bits), count);
        assert_int_equal(ld_bitset_next(set, bits, bits), bits);
        assert_int_equal(ld_bitset_next(set, bits, SIZE_MAX), bits);
        ld_bitset_clear_all(set, bits);
        assert_int_equal(ld_bitset_next(set, bits, 0), bits);
        free(set);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(random_sets_equal_the_twin)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
