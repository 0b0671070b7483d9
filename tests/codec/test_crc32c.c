#include "codec/crc32c.h"

#include <time.h>

#include "tests/test.h"

/* The naive twin: the definition, one bit at a time. */
static uint32_t naive(uint32_t crc, const uint8_t *data, size_t bytes)
{
    crc = ~crc;
    for (size_t i = 0; i < bytes; i++) {
        crc ^= data[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (crc & 1 ? 0x82f63b78u : 0);
    }
    return ~crc;
}

typedef struct variant {
    const char *name;
    ld_crc32c_kernel *kernel;
} variant;

/* Those this machine can run, at most 4. */
static size_t list_variants(variant all[4])
{
    size_t count = 0;
    ld_crc32c_kernel *found[] = {ld_crc32c, ld_crc32c_scalar, ld_crc32c_sse42_get(),
                                 ld_crc32c_arm_get()};
    static const char *const names[] = {"chosen", "scalar", "sse4.2", "arm"};
    for (size_t i = 0; i < 4; i++) {
        if (found[i]) {
            all[count].name = names[i];
            all[count++].kernel = found[i];
        }
    }
    return count;
}

/* RFC 3720, appendix B.4, and the usual check value. */
static void known_values(void **state)
{
    (void)state;
    uint8_t zeros[32] = {0}, ones[32], up[32];
    memset(ones, 0xff, sizeof ones);
    for (int i = 0; i < 32; i++)
        up[i] = (uint8_t)i;
    assert_int_equal(ld_crc32c_scalar(0, "123456789", 9), 0xe3069283u);
    assert_int_equal(ld_crc32c_scalar(0, zeros, 32), 0x8a9136aau);
    assert_int_equal(ld_crc32c_scalar(0, ones, 32), 0x62a8ab43u);
    assert_int_equal(ld_crc32c_scalar(0, up, 32), 0x46dd794eu);
    assert_int_equal(ld_crc32c_scalar(0, NULL, 0), 0);
}

static void variants_equal_the_twin(void **state)
{
    (void)state;
    test_random r = {10};
    variant all[4];
    size_t count = list_variants(all);
    for (size_t bytes = 0; bytes < 300; bytes++) {
        uint8_t *exact = malloc(bytes ? bytes : 1);
        for (size_t i = 0; i < bytes; i++)
            exact[i] = (uint8_t)test_random_u64(&r);
        for (size_t skip_bytes = 0; skip_bytes < 9 && skip_bytes <= bytes; skip_bytes++) {
            uint32_t start = (uint32_t)test_random_u64(&r);
            uint32_t wanted = naive(start, exact + skip_bytes, bytes - skip_bytes);
            for (size_t v = 0; v < count; v++)
                if (all[v].kernel(start, exact + skip_bytes, bytes - skip_bytes) != wanted)
                    fail_msg("%s differs at %zu bytes", all[v].name, bytes - skip_bytes);
        }
        free(exact);
    }
}

static void parts_make_the_whole(void **state)
{
    (void)state;
    uint8_t data[1000];
    test_random r = {11};
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (uint8_t)test_random_u64(&r);
    uint32_t whole = ld_crc32c(0, data, sizeof data);
    for (size_t cut = 0; cut <= sizeof data; cut += 7)
        assert_int_equal(ld_crc32c(ld_crc32c(0, data, cut), data + cut, sizeof data - cut), whole);
}

static void times(void **state)
{
    (void)state;
    enum { BYTES = 1 << 20, ROUNDS = 20 };
    static uint8_t data[BYTES];
    variant all[4];
    size_t count = list_variants(all);
    uint32_t before = 0;
    for (size_t v = 0; v < count; v++) {
        struct timespec a, b;
        clock_gettime(CLOCK_MONOTONIC, &a);
        uint32_t crc = 0;
        for (int i = 0; i < ROUNDS; i++)
            crc = all[v].kernel(crc, data, BYTES);
        clock_gettime(CLOCK_MONOTONIC, &b);
        double s = (double)(b.tv_sec - a.tv_sec) + (double)(b.tv_nsec - a.tv_nsec) * 1e-9;
        print_message("# crc32c %s: %.2f GB/s\n", all[v].name, (double)BYTES * ROUNDS / s / 1e9);
        assert_true(v == 0 || crc == before);
        before = crc;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_values),
        cmocka_unit_test(variants_equal_the_twin),
        cmocka_unit_test(parts_make_the_whole),
        cmocka_unit_test(times),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
