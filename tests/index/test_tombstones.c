#include "index/tombstones.h"
#include "tests/index/format_doc.h"

static void worked_example_and_every_bit(void **state)
{
    (void)state;
    lede_error err;
    ld_tombstones t, got;
    ld_buf out;
    ld_tombstones_init(&t, lede_env_system(), 100);
    assert_ok(ld_tombstones_prepare(&t, &err), &err);
    ld_tombstones_delete(&t, 2);
    ld_tombstones_delete(&t, 70);
    ld_buf_init(&out, lede_env_system(), 1u << 20);
    ld_tombstones_encode(&t, 7, &out);
    format_doc_compare("src/index/tombstones_format.h", out.data, out.bytes);
    for (size_t bit = 0; bit < out.bytes * 8; bit++) {
        out.data[bit / 8] ^= (uint8_t)(1 << (bit % 8));
        ld_tombstones_init(&got, lede_env_system(), 100);
        assert_int_equal(ld_tombstones_decode(ld_buf_span(&out), 7, "t", &got, &err),
                         LEDE_E_CORRUPT);
        out.data[bit / 8] ^= (uint8_t)(1 << (bit % 8));
    }
    ld_tombstones_init(&got, lede_env_system(), 100);
    assert_int_equal(ld_tombstones_decode(ld_buf_span(&out), 8, "t", &got, &err), LEDE_E_CORRUPT);
    ld_tombstones_release(&t);
    ld_buf_release(&out);
}

/* Random sets of every density against two arrays of flags. */
static void random_sets_come_back(void **state)
{
    (void)state;
    test_random r = {11};
    for (uint32_t round = 0; round < 300; round++) {
        lede_error err;
        uint32_t docs = 1 + test_random_below(&r, 3000), hidden = 0;
        uint32_t density = 1 + test_random_below(&r, 200);
        uint8_t *flags = calloc(docs, 1);
        ld_tombstones t, got;
        ld_buf out;
        assert_non_null(flags);
        ld_tombstones_init(&t, lede_env_system(), docs);
        assert_ok(ld_tombstones_prepare(&t, &err), &err);
        for (uint32_t i = 0; i < docs / density; i++) {
            uint32_t doc = test_random_below(&r, docs), which = test_random_below(&r, 2);
            flags[doc] |= (uint8_t)(1u << which);
            if (which)
                ld_tombstones_supersede(&t, doc);
            else
                ld_tombstones_delete(&t, doc);
        }
        ld_buf_init(&out, lede_env_system(), 1u << 20);
        ld_tombstones_encode(&t, round, &out);
        ld_tombstones_init(&got, lede_env_system(), docs);
        assert_ok(ld_tombstones_decode(ld_buf_span(&out), round, "t", &got, &err), &err);
        for (uint32_t doc = 0; doc < docs; doc++) {
            assert_int_equal(ld_tombstones_is_deleted(&got, doc), flags[doc] & 1);
            assert_int_equal(ld_tombstones_is_superseded(&got, doc), flags[doc] >> 1);
            hidden += flags[doc] != 0;
        }
        assert_int_equal(got.hidden_count, hidden);
        assert_int_equal(t.hidden_count, hidden);
        ld_tombstones_release(&t);
        ld_tombstones_release(&got);
        ld_buf_release(&out);
        free(flags);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example_and_every_bit),
        cmocka_unit_test(random_sets_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
