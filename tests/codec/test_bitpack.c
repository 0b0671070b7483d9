#include "codec/bitpack.h"

#include "tests/test.h"

/* The naive twin: bit by bit, as the format is stated. */
static void naive_encode(const uint32_t *values, size_t count, uint32_t width, uint8_t *out)
{
    for (size_t i = 0; i < count; i++)
        for (uint32_t b = 0; b < width; b++)
            if ((values[i] >> b) & 1)
                out[(i * width + b) / 8] |= (uint8_t)(1u << ((i * width + b) % 8));
}

static void worked_example(void **state)
{
    (void)state;
    static const uint32_t values[] = {5, 1, 6, 2, 7};
    uint8_t out[2];
    assert_int_equal(ld_bitpack_bytes(5, 3), 2);
    ld_bitpack_encode(values, 5, 3, out);
    assert_int_equal(out[0], 0x8d);
    assert_int_equal(out[1], 0x75);
}

static void every_width_and_count_equals_the_twin(void **state)
{
    (void)state;
    enum { COUNT_MAX = 140 };
    test_random r = {12};
    for (uint32_t width = 0; width <= 32; width++) {
        for (size_t count = 0; count <= COUNT_MAX; count++) {
            uint32_t values[COUNT_MAX], back[COUNT_MAX];
            uint32_t mask = width == 32 ? UINT32_MAX : (1u << width) - 1;
            for (size_t i = 0; i < count; i++)
                values[i] = (uint32_t)test_random_u64(&r) & mask;
            size_t bytes = ld_bitpack_bytes(count, width);
            assert_int_equal(bytes, (count * width + 7) / 8);
            uint8_t *out = malloc(bytes ? bytes : 1), *wanted = calloc(bytes + 1, 1);
            ld_bitpack_encode(values, count, width, out);
            naive_encode(values, count, width, wanted);
            assert_memory_equal(out, wanted, bytes);
            assert_true(ld_bitpack_decode(out, bytes, count, width, back));
            assert_memory_equal(back, values, count * sizeof *values);
            for (size_t i = 0; i < count; i += 1 + i / 4)
                assert_int_equal(ld_bitpack_get(out, bytes, i, width), values[i]);
            assert_true(ld_bitpack_width(values, count) <= width);
            free(out);
            free(wanted);
        }
    }
}

/* Kernels write whole vectors; the caller of decode has room for the values alone. */
static void decode_writes_the_values_alone(void **state)
{
    (void)state;
    static const uint8_t data[4096] = {0xa5, 0x5a};
    for (uint32_t width = 0; width <= 32; width += 4) {
        for (size_t count = 0; count < 600; count += count % 16 < 2 ? 1 : 7) {
            uint32_t back[601];
            back[count] = 0xfeedbeef;
            assert_true(ld_bitpack_decode(data, sizeof data, count, width, back));
            assert_int_equal(back[count], 0xfeedbeef);
            for (size_t i = 0; i < count; i++)
                assert_int_equal(back[i], ld_bitpack_get(data, sizeof data, i, width));
        }
    }
}

static void high_bits_are_dropped(void **state)
{
    (void)state;
    static const uint32_t values[] = {UINT32_MAX, 0, UINT32_MAX};
    uint32_t back[3];
    uint8_t out[2];
    ld_bitpack_encode(values, 3, 5, out);
    assert_true(ld_bitpack_decode(out, 2, 3, 5, back));
    assert_int_equal(back[0], 31);
    assert_int_equal(back[1], 0);
    assert_int_equal(back[2], 31);
}

static void bad_input_is_refused(void **state)
{
    (void)state;
    uint32_t back[8] = {7};
    static const uint8_t data[32] = {0xff};
    assert_false(ld_bitpack_decode(data, 32, 1, 33, back));
    assert_false(ld_bitpack_decode(data, 32, 1, UINT32_MAX, back));
    assert_false(ld_bitpack_decode(data, 2, 8, 3, back));
    assert_false(ld_bitpack_decode(data, 32, SIZE_MAX, 32, back));
    assert_false(ld_bitpack_decode(data, 32, SIZE_MAX, 0, back));
    assert_int_equal(back[0], 7);
    assert_int_equal(ld_bitpack_bytes(SIZE_MAX, 32), SIZE_MAX);
    assert_int_equal(ld_bitpack_get(data, 1, 1, 8), 0);
    assert_int_equal(ld_bitpack_get(data, 1, 0, 8), 0xff);
    assert_int_equal(ld_bitpack_get(data, 32, SIZE_MAX, 1), 0);
    assert_int_equal(ld_bitpack_get(data, 32, 0, 33), 0);
}

static void width_is_the_narrowest(void **state)
{
    (void)state;
    assert_int_equal(ld_bitpack_width(NULL, 0), 0);
    for (uint32_t width = 1; width <= 32; width++) {
        uint32_t values[3] = {0, 1u << (width - 1), 1};
        assert_int_equal(ld_bitpack_width(values, 3), width);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example),
        cmocka_unit_test(every_width_and_count_equals_the_twin),
        cmocka_unit_test(decode_writes_the_values_alone),
        cmocka_unit_test(high_bits_are_dropped),
        cmocka_unit_test(bad_input_is_refused),
        cmocka_unit_test(width_is_the_narrowest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
