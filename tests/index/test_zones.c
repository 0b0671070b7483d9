#include "index/zones_format.h"
#include "tests/index/format_doc.h"

typedef struct row_list {
    const ld_span *rows;
    uint32_t at;
} row_list;

static void rewind_list(void *ctx)
{
    ((row_list *)ctx)->at = 0;
}

static lede_status next_of_list(void *ctx, ld_span *row, lede_error *err)
{
    (void)err;
    row_list *l = ctx;
    *row = l->rows[l->at++];
    return LEDE_OK;
}

static void write_rows(format_box *b, const ld_span *rows, uint32_t docs)
{
    lede_error err;
    row_list list = {rows, 0};
    ld_zone_source source = {&list, rewind_list, next_of_list};
    format_box_open(b);
    assert_ok(ld_zones_write(b->writer, docs, &source, &err), &err);
    format_box_turn(b);
}

static void worked_example(void **state)
{
    (void)state;
    ld_zone_range body[] = {{LD_ZONE_BODY, 0, 7}}, zones[] = {{0, 0, 3}, {1, 4, 10}};
    uint32_t sentences[] = {0, 4, 7}, paragraphs[] = {0, 4};
    ld_document plain = {.tokens = {.zones = body, .zone_count = 1, .count = 7}};
    ld_document d = {.tokens = {.zones = zones, .zone_count = 2},
                     .sentence_starts = sentences,
                     .sentence_count = 3,
                     .paragraph_starts = paragraphs,
                     .paragraph_count = 2};
    ld_buf row;
    ld_buf_init(&row, lede_env_system(), 1024);
    ld_zones_encode(&plain, &row);
    assert_int_equal(row.bytes, 0);
    ld_zones_encode(&d, &row);
    ld_span rows[2] = {{NULL, 0}, ld_buf_span(&row)};
    format_box b;
    size_t bytes;
    write_rows(&b, rows, 2);
    const uint8_t *data = format_box_part(&b, LD_PART_ZONES, &bytes);
    format_doc_compare("src/index/zones_format.h", data, bytes);
    format_box_close(&b);
    ld_buf_release(&row);
}

/* Any mix of documents with and without a row comes back; a part without rows is its trailer. */
static void rows_and_none(void **state)
{
    (void)state;
    enum { DOCS = 1500 };
    static ld_span rows[DOCS];
    static const char text[] = "abcdefghijklmnopqrstuvwxyz";
    test_random r = {8};
    for (uint32_t round = 0; round < 12; round++) {
        uint32_t docs = 1 + test_random_below(&r, DOCS), share = round % 4, with_row = 0;
        for (uint32_t i = 0; i < docs; i++) {
            bool has = share == 0 ? false : share == 1 ? true : test_random_below(&r, 9) < share;
            rows[i] = has ? ld_span_of(text, 1 + test_random_below(&r, 26)) : (ld_span){NULL, 0};
            with_row += has;
        }
        format_box b;
        lede_error err;
        ld_zones zones;
        ld_span got;
        size_t bytes;
        write_rows(&b, rows, docs);
        assert_ok(ld_zones_open(b.segment, docs, &zones, &err), &err);
        for (uint32_t i = 0; i < docs; i++) {
            assert_ok(ld_zones_row(&zones, i, &got, &err), &err);
            assert_true(ld_span_equal(got, rows[i]));
        }
        assert_int_equal(ld_zones_row(&zones, docs, &got, &err), LEDE_E_INVALID);
        (void)format_box_part(&b, LD_PART_ZONES, &bytes);
        if (with_row == 0)
            assert_int_equal(bytes, LD_ZONES_TRAILER_BYTES);
        format_box_close(&b);
    }
}

/* A body alone needs no row only where it is all of the document. */
static void what_needs_a_row(void **state)
{
    (void)state;
    lede_error err;
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
    ld_zone_range ranges[] = {{LD_ZONE_BODY, 0, 7},   {LD_ZONE_BODY, 1, 8},
                              {LD_ZONE_BODY, 0, 6},   {LD_ZONE_TITLE, 0, 7},
                              {LD_ZONE_BODY, 40, 47}, {LD_ZONE_BODY, 15, 22}};
    uint32_t start = 0;
    for (uint32_t i = 0; i < 12; i++) {
        ld_zone_range *zone = &ranges[i % 6];
        ld_document d = {.tokens = {.zones = zone, .zone_count = 1, .count = 7},
                         .sentence_starts = &start,
                         .sentence_count = i / 6};
        ld_buf row;
        ld_zone_row got;
        ld_buf_init(&row, lede_env_system(), 1024);
        ld_zones_encode(&d, &row);
        assert_int_equal(row.bytes > 0, i > 0);
        ld_arena_reset(arena);
        assert_ok(ld_zones_decode(ld_buf_span(&row), 7, true, arena, &got, &err), &err);
        assert_true(got.zone_count == 1 && got.zones[0].zone == zone->zone &&
                    got.zones[0].first == zone->first && got.zones[0].end == zone->end);
        assert_int_equal(got.sentence_count, i / 6);
        assert_int_equal(got.paragraph_count, 0);
        ld_buf_release(&row);
    }
    ld_arena_free(arena);
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
        assert_ok(ld_zones_decode(ld_buf_span(&row), 9, true, arena, &got, &err), &err);
        assert_true(got.zone_count == 1 && got.zones[0].first == zone.first);
        assert_true(got.sentence_count == s && got.paragraph_count == p);
        assert_memory_equal(got.sentences, sentences, s * sizeof *sentences);
        assert_memory_equal(got.paragraphs, paragraphs, p * sizeof *paragraphs);
        for (uint32_t i = 0; i < 20; i++) {
            size_t byte = test_random_below(&r, (uint32_t)row.bytes);
            row.data[byte] ^= (uint8_t)(1 + test_random_below(&r, 255));
            lede_status status = ld_zones_decode(ld_buf_span(&row), 9, true, arena, &got, &err);
            assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT);
        }
        ld_buf_release(&row);
    }
    ld_arena_free(arena);
}

static void another_version_is_refused(void **state)
{
    (void)state;
    format_box b;
    lede_error err;
    ld_zones zones;
    format_box_open(&b);
    (void)ld_segment_writer_part(b.writer, LD_PART_ZONES, 0, LD_ZONES_VERSION - 1, true);
    format_box_turn(&b);
    assert_int_equal(ld_zones_open(b.segment, 1, &zones, &err), LEDE_E_VERSION);
    assert_non_null(strstr(err.message, "has part ZONES of version 1; this program reads 2"));
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example), cmocka_unit_test(rows_and_none),
        cmocka_unit_test(what_needs_a_row), cmocka_unit_test(another_version_is_refused),
        cmocka_unit_test(random_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
