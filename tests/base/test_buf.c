#include "base/buf.h"

#include "tests/faulty_env.h"
#include "tests/test.h"

static void adds_in_order_and_little_endian(void **state)
{
    (void)state;
    ld_buf buf;
    ld_buf_init(&buf, lede_env_system(), 1000);
    ld_buf_add_byte(&buf, 1);
    ld_buf_add_u16(&buf, 0x0302);
    ld_buf_add_u32(&buf, 0x07060504);
    ld_buf_add_u64(&buf, 0x0f0e0d0c0b0a0908);
    ld_buf_add_string(&buf, "ab");
    ld_buf_add_span(&buf, LD_SPAN("cd"));
    ld_buf_add_span(&buf, ld_span_of(NULL, 0));
    ld_buf_add_format(&buf, "%03d", 7);
    static const char wanted[] = "\1\2\3\4\5\6\7\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"
                                 "abcd007";
    assert_true(ld_span_equal(ld_buf_span(&buf), ld_span_of(wanted, sizeof wanted - 1)));
    assert_string_equal(ld_buf_string(&buf), wanted);
    ld_buf_clear(&buf);
    assert_string_equal(ld_buf_string(&buf), "");
    ld_buf_release(&buf);
    assert_string_equal(ld_buf_string(&buf), "");
    ld_buf_release(&buf);
}

static void maximum_is_exact_and_sticky(void **state)
{
    (void)state;
    for (size_t max = 0; max < 200; max++) {
        ld_buf buf;
        lede_error err;
        ld_buf_init(&buf, lede_env_system(), max);
        for (size_t i = 0; i < max; i++)
            ld_buf_add_byte(&buf, 'x');
        assert_ok(ld_buf_status(&buf, &err), &err);
        assert_int_equal(strlen(ld_buf_string(&buf)), max);
        ld_buf_add_byte(&buf, 'y');
        assert_int_equal(ld_buf_status(&buf, &err), LEDE_E_LIMIT);
        assert_string_equal(ld_buf_string(&buf), "");
        ld_buf_add(&buf, "", 0);
        assert_false(ld_buf_reserve(&buf, 0));
        assert_int_equal(buf.bytes, max);
        ld_buf_clear(&buf);
        ld_buf_add_format(&buf, "%*d", (int)max + 1, 1);
        assert_int_equal(ld_buf_status(&buf, &err), LEDE_E_LIMIT);
        ld_buf_release(&buf);
    }
    ld_buf huge;
    ld_buf_init(&huge, lede_env_system(), SIZE_MAX);
    assert_false(ld_buf_reserve(&huge, SIZE_MAX));
    assert_int_equal(ld_buf_status(&huge, NULL), LEDE_E_LIMIT);
    ld_buf_clear(&huge);
    ld_buf_add_byte(&huge, 1);
    assert_int_equal(huge.bytes, 1);
    ld_buf_release(&huge);
}

static void refused_memory_is_sticky(void **state)
{
    (void)state;
    faulty_env *f = faulty_env_new();
    ld_buf buf;
    lede_error err;
    ld_buf_init(&buf, faulty_env_table(f), 1 << 20);
    ld_buf_add_string(&buf, "kept");
    faulty_env_fail(f, FAULTY_ALLOCATE, 1, 0, false);
    for (int i = 0; i < 100; i++)
        ld_buf_add_u64(&buf, 0);
    assert_int_equal(ld_buf_status(&buf, &err), LEDE_E_NOMEM);
    assert_memory_equal(buf.data, "kept", 4);
    ld_buf_release(&buf);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
}

static void varints_come_back(void **state)
{
    (void)state;
    test_random r = {4};
    ld_buf buf;
    ld_buf_init(&buf, lede_env_system(), 1 << 20);
    uint64_t values[2000];
    for (size_t i = 0; i < 2000; i++) {
        values[i] = test_random_u64(&r) >> test_random_below(&r, 64);
        ld_buf_add_varint(&buf, values[i]);
    }
    ld_reader reader = ld_reader_of(buf.data, buf.bytes);
    for (size_t i = 0; i < 2000; i++)
        assert_true(ld_reader_varint(&reader) == values[i]);
    assert_false(reader.failed);
    assert_int_equal(reader.at, buf.bytes);
    assert_int_equal(ld_reader_varint(&reader), 0);
    assert_true(reader.failed);
    ld_buf_release(&buf);
}

static void bad_varints_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *bytes;
        size_t count;
        size_t length;
    } cases[] = {
        {"", 0, 0},
        {"\x80", 1, 0},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10, 10},
        {"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10, 0},
        {"\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x00", 11, 0},
        {"\x80\x00", 2, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t value = 0;
        assert_int_equal(ld_load_varint((const uint8_t *)cases[i].bytes, cases[i].count, &value),
                         cases[i].length);
    }
}

static void reader_never_passes_the_end(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < 20; bytes++) {
        uint8_t *exact = malloc(bytes ? bytes : 1); /* a read past it is seen by ASan */
        memset(exact, 0x81, bytes);
        for (int kind = 0; kind < 6; kind++) {
            ld_reader r = ld_reader_of(exact, bytes);
            static const size_t sizes[] = {1, 2, 4, 8, 3};
            size_t reads = 0;
            while (!r.failed && reads < 100) {
                size_t before = r.at;
                switch (kind) {
                case 0:
                    ld_reader_u8(&r);
                    break;
                case 1:
                    ld_reader_u16(&r);
                    break;
                case 2:
                    ld_reader_u32(&r);
                    break;
                case 3:
                    ld_reader_u64(&r);
                    break;
                case 4:
                    ld_reader_bytes(&r, 3);
                    break;
                default:
                    ld_reader_varint(&r);
                }
                assert_true(r.at <= bytes);
                assert_true(!r.failed || r.at == before);
                reads++;
            }
            assert_int_equal(reads, kind < 5 ? bytes / sizes[kind] + 1 : 1);
            assert_int_equal(ld_reader_u8(&r), 0);
            assert_null(ld_reader_bytes(&r, 0).data);
        }
        free(exact);
    }
    ld_reader r = ld_reader_of("abc", 3);
    assert_true(ld_span_equal(ld_reader_bytes(&r, 2), LD_SPAN("ab")));
    assert_int_equal(ld_reader_bytes(&r, SIZE_MAX).bytes, 0);
    assert_true(r.failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(adds_in_order_and_little_endian),
        cmocka_unit_test(maximum_is_exact_and_sticky),
        cmocka_unit_test(refused_memory_is_sticky),
        cmocka_unit_test(varints_come_back),
        cmocka_unit_test(bad_varints_are_refused),
        cmocka_unit_test(reader_never_passes_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
