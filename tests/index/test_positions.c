/* Numbers parallel to a list: the format, any slice of a block, zeros that take no bytes. */
#include "tests/index/inverted_twin.h"

#include "index/positions_read.h"
#include "index/positions_write.h"

static void test_format(void **state)
{
    (void)state;
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_segment *s;
    twin t = {.profile = twin_profile(false, false)};
    twin_add(&t, 0, 7, LD_ZONE_BODY, "sea", "sea", 0);
    twin_add(&t, 1, 0, LD_ZONE_BODY, "sea", "sea", 0);
    twin_add(&t, 1, 5, LD_ZONE_BODY, "sea", "sea", 0);
    twin_add(&t, 2, 2, LD_ZONE_BODY, "sea", "sea", 0);
    twin_write(&t, env, TWIN_ROOT "/a", 0, t.docs);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    twin_assert_example(s, LD_PART_POSITIONS, "src/index/positions_format.h", "POSITIONS");
    ld_segment_close(s);
    ld_env_memory_free(env);
    twin_free(&t);
}

/* Blocks of random numbers written as ordinals, read in slices that move forward. */
static void stream_round(bool elide, uint32_t rarity, test_random *r)
{
    enum { BLOCKS = 12 };
    lede_error err = {0};
    lede_env *env = twin_env();
    ld_segment_writer *w;
    ld_segment *s;
    ld_stream_writer stream;
    uint64_t file_bytes, ends[BLOCKS + 1] = {0};
    uint32_t crc, totals[BLOCKS];
    uint16_t *values[BLOCKS];
    assert_ok(ld_segment_writer_new(env, TWIN_ROOT "/a", &w, &err), &err);
    ld_part_writer *part = ld_segment_writer_part(w, LD_PART_FORMS, 1, 1, true);
    ld_stream_writer_init(&stream, part, elide);
    for (uint32_t b = 0; b < BLOCKS; b++) {
        bool any = false;
        totals[b] = 1 + test_random_below(r, b % 2 ? 1000 : 130);
        values[b] = calloc(totals[b], sizeof **values);
        for (uint32_t i = 0; i < totals[b]; i++) {
            values[b][i] = (uint16_t)(test_random_below(r, rarity) ? 0 : test_random_below(r, 900));
            any |= values[b][i] != 0;
        }
        ld_stream_writer_add_forms(&stream, values[b], totals[b]);
        ld_stream_writer_close_block(&stream);
        ends[b + 1] = ld_part_offset(part);
        if (elide)
            assert_int_equal(ends[b + 1] > ends[b], any);
    }
    assert_ok(ld_segment_writer_finish(w, &file_bytes, &crc, &err), &err);
    ld_segment_writer_free(w);
    assert_ok(ld_segment_open(env, TWIN_ROOT "/a", &s, &err), &err);
    for (uint32_t b = 0; b < BLOCKS; b++) {
        ld_part p = ld_segment_part(s, LD_PART_FORMS);
        const uint8_t *view;
        ld_stream_reader reader;
        assert_ok(ld_part_view(&p, ends[b], ends[b + 1] - ends[b], &view, &err), &err);
        ld_stream_reader_begin(&reader, view, (size_t)(ends[b + 1] - ends[b]), totals[b]);
        uint32_t out[1024];
        for (uint32_t at = 0; at < totals[b] && ends[b + 1] > ends[b];) {
            uint32_t n = 1 + test_random_below(r, totals[b] - at);
            assert_true(ld_stream_reader_get(&reader, at, n, out));
            for (uint32_t i = 0; i < n; i++)
                assert_int_equal(out[i], values[b][at + i]);
            at += n + test_random_below(r, 200);
        }
        assert_false(ld_stream_reader_get(&reader, totals[b], 1, out));
        free(values[b]);
    }
    ld_segment_close(s);
    ld_env_memory_free(env);
}

static void test_slices_come_back(void **state)
{
    (void)state;
    test_random r = {6};
    for (uint32_t round = 0; round < 40; round++)
        stream_round(round % 2, round % 4 < 2 ? 1 + test_random_below(&r, 10) : 700, &r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_format),
        cmocka_unit_test(test_slices_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
