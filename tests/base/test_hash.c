#include "base/hash.h"

#include "tests/test.h"

/* Stored hashes must never change: the test vectors of the XXH3 specification for no bytes. */
static void known_values(void **state)
{
    (void)state;
    assert_true(ld_hash64(NULL, 0, 0) == UINT64_C(0x2d06800538d394c2));
}

static void seed_and_every_byte_count(void **state)
{
    (void)state;
    uint8_t data[300];
    test_random r = {5};
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)test_random_u64(&r);
    uint64_t before = ld_hash64(data, sizeof data, 1);
    assert_true(before != ld_hash64(data, sizeof data, 2));
    assert_true(before != ld_hash64(data, sizeof data - 1, 1));
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] ^= 1;
        assert_true(ld_hash64(data, sizeof data, 1) != before);
        data[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(seed_and_every_byte_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
