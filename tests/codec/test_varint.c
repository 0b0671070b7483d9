#include "codec/varint.h"

#include "tests/test.h"

static void numbers_come_back_and_say_their_length(void **state)
{
    (void)state;
    test_random r = {14};
    ld_buf buf;
    ld_buf_init(&buf, lede_env_system(), 64);
    for (int i = 0; i < 20000; i++) {
        uint64_t value = i < 64 ? UINT64_C(1) << i : test_random_u64(&r) >> (i % 64), back = 0;
        value -= i < 64 && i > 32;
        ld_buf_clear(&buf);
        ld_buf_add_varint(&buf, value);
        assert_int_equal(ld_varint_bytes(value), buf.bytes);
        const uint8_t *at = buf.data;
        assert_true(ld_varint_decode(&at, buf.data + buf.bytes, &back));
        assert_true(back == value);
        assert_ptr_equal(at, buf.data + buf.bytes);
        uint32_t narrow = 0;
        at = buf.data;
        bool fits = ld_varint_decode_u32(&at, buf.data + buf.bytes, &narrow);
        assert_int_equal(fits, value <= UINT32_MAX);
        assert_ptr_equal(at, fits ? buf.data + buf.bytes : buf.data);
        assert_int_equal(narrow, fits ? (uint32_t)value : 0);
        at = buf.data;
        assert_false(ld_varint_decode(&at, buf.data + buf.bytes - 1, &back));
        assert_ptr_equal(at, buf.data);
    }
    ld_buf_release(&buf);
}

static void zigzag_keeps_small_numbers_small(void **state)
{
    (void)state;
    for (int64_t v = -1000; v <= 1000; v++) {
        assert_true(ld_zigzag_decode(ld_zigzag_encode(v)) == v);
        assert_int_equal(ld_zigzag_encode(v), v < 0 ? -2 * v - 1 : 2 * v);
    }
    assert_true(ld_zigzag_encode(INT64_MIN) == UINT64_MAX);
    assert_true(ld_zigzag_decode(UINT64_MAX) == INT64_MIN);
    assert_true(ld_zigzag_decode(ld_zigzag_encode(INT64_MAX)) == INT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_come_back_and_say_their_length),
        cmocka_unit_test(zigzag_keeps_small_numbers_small),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
