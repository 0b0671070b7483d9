#include "index/row_buffer.h"
#include "tests/index/format_doc.h"

static void write_hashes(format_box *b, uint16_t (*hashes)[8], const uint32_t *counts,
                         uint32_t docs)
{
    static const ld_profile profile = {.sidecars = true};
    ld_row_buffer rows;
    lede_error err;
    format_box_open(b);
    assert_ok(ld_row_buffer_init(&rows, b->env, &profile, &err), &err);
    for (uint32_t i = 0; i < docs; i++) {
        ld_document d = {
            .key = LD_SPAN("k"), .copy_hashes = hashes[i], .copy_hash_count = counts[i]};
        assert_ok(ld_row_buffer_add(&rows, &d, &err), &err);
    }
    assert_ok(ld_row_buffer_write(&rows, b->writer, &err), &err);
    ld_row_buffer_release(&rows);
    format_box_turn(b);
}

static void worked_example(void **state)
{
    (void)state;
    uint16_t hashes[2][8] = {{5, 9}, {9}};
    uint32_t counts[2] = {2, 1};
    format_box b;
    size_t bytes;
    write_hashes(&b, hashes, counts, 2);
    const uint8_t *data = format_box_part(&b, LD_PART_COPIES, &bytes);
    format_doc_compare("src/index/copies_format.h", data, bytes);
    format_box_close(&b);
}

static void random_hashes_come_back(void **state)
{
    (void)state;
    enum { DOCS = 700 };
    static uint16_t hashes[DOCS][8];
    static uint32_t counts[DOCS];
    test_random r = {17};
    for (uint32_t d = 0; d < DOCS; d++) {
        uint32_t hash = test_random_below(&r, 3) ? test_random_below(&r, 100) : 65520;
        for (; counts[d] < test_random_below(&r, 9) && hash < 65536;
             hash += 1 + test_random_below(&r, 40))
            hashes[d][counts[d]++] = (uint16_t)hash;
    }
    format_box b;
    lede_error err;
    ld_sidecars side = {0};
    ld_arena *arena;
    write_hashes(&b, hashes, counts, DOCS);
    ld_segment_view v = {.segment = b.segment, .docs = DOCS, .sidecars = &side};
    assert_ok(ld_copies_open(b.segment, DOCS, &side.copies, &err), &err);
    assert_ok(ld_arena_new(b.env, 1u << 20, &arena, &err), &err);
    for (uint32_t hash = 0; hash < 65536; hash += hash < 500 ? 1 : hash < 65500 ? 971 : 1) {
        const uint32_t *docs;
        uint32_t count, at = 0;
        assert_ok(ld_copies_docs(&v, (uint16_t)hash, arena, &docs, &count, &err), &err);
        for (uint32_t d = 0; d < DOCS; d++)
            for (uint32_t i = 0; i < counts[d]; i++)
                if (hashes[d][i] == hash) {
                    assert_true(at < count);
                    assert_int_equal(docs[at++], d);
                }
        assert_int_equal(at, count);
        ld_arena_reset(arena);
    }
    for (uint32_t d = 0; d < DOCS; d++) {
        uint32_t count;
        assert_ok(ld_copies_count(&v, d, &count, &err), &err);
        assert_int_equal(count, counts[d]);
    }
    ld_arena_free(arena);
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example),
                                       cmocka_unit_test(random_hashes_come_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
