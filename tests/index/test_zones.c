#include "tests/index/format_doc.h"

static void worked_example(void **state)
{
    (void)state;
    ld_zone_range zones[] = {{0, 0, 3}, {1, 4, 10}};
    uint32_t sentences[] = {0, 4, 7}, paragraphs[] = {0, 4};
    ld_document d = {.tokens = {.zones = zones, .zone_count = 2},
                     .sentence_starts = sentences,
                     .sentence_count = 3,
                     .paragraph_starts = paragraphs,
                     .paragraph_count = 2};
    ld_buf row;
    ld_buf_init(&row, lede_env_system(), 1024);
    ld_zones_encode(&d, &row);
    format_doc_compare("src/index/zones_format.h", row.data, row.bytes);
    ld_buf_release(&row);
}

/* Random marks come back; random damage to the row is an error or other marks, never a crash. */
static void random_rows(void **state)
{
    (void)state;
    test_random r = {33};
    lede_error err;
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 22, &arena, &err), &err);
    for (uint32_t round = 0; round < 2000; round++) {
        uint32_t sentences[100], paragraphs[100], at = 0, s = 0, p = 0;
        for (; s < test_random_below(&r, 100); s++, at += 1 + test_random_below(&r, 300)) {
            sentences[s] = at;
            if (test_random_below(&r, 4) == 0)
                paragraphs[p++] = at + (round % 5 == 0);
        }
        ld_zone_range zone = {LD_ZONE_BODY, test_random_below(&r, 10), 100000};
        ld_document d = {.tokens = {.zones = &zone, .zone_count = 1},
                         .sentence_starts = sentences,
                         .sentence_count = s,
                         .paragraph_starts = paragraphs,
                         .paragraph_count = p};
        ld_buf row;
        ld_zone_row got;
        ld_buf_init(&row, lede_env_system(), 1u << 16);
        ld_zones_encode(&d, &row);
        ld_arena_reset(arena);
        assert_ok(ld_zones_decode(ld_buf_span(&row), true, arena, &got, &err), &err);
        assert_true(got.zone_count == 1 && got.zones[0].first == zone.first);
        assert_true(got.sentence_count == s && got.paragraph_count == p);
        assert_memory_equal(got.sentences, sentences, s * sizeof *sentences);
        assert_memory_equal(got.paragraphs, paragraphs, p * sizeof *paragraphs);
        for (uint32_t i = 0; i < 20; i++) {
            size_t byte = test_random_below(&r, (uint32_t)row.bytes);
            row.data[byte] ^= (uint8_t)(1 + test_random_below(&r, 255));
            lede_status status = ld_zones_decode(ld_buf_span(&row), true, arena, &got, &err);
            assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT);
        }
        ld_buf_release(&row);
    }
    ld_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example),
                                       cmocka_unit_test(random_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
