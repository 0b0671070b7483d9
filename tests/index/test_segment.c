/* The container: what is written is read back, and every changed bit is found. */
#include "tests/index/format_doc.h"

static void worked_example(void **state)
{
    (void)state;
    format_box b;
    lede_error err;
    char *data;
    size_t bytes;
    format_box_open(&b);
    ld_part_write(ld_segment_writer_part(b.writer, LD_PART_INFO, 0, 1, true), "abc", 3);
    format_box_turn(&b);
    assert_ok(ld_file_load(b.env, FORMAT_ROOT "/s", 4096, &data, &bytes, &err), &err);
    format_doc_compare("src/index/segment_format.h", data, bytes);
    ld_release(b.env, data, bytes + 1);
    format_box_close(&b);
}

/* Several parts grow at once, in pieces of all sizes, past the spool limit. */
static void parts_come_back(void **state)
{
    (void)state;
    enum { PARTS = 5, BYTES = 600000 };
    format_box b;
    lede_error err;
    test_random r = {3};
    uint8_t *want = malloc(PARTS * BYTES);
    size_t used[PARTS] = {0};
    assert_non_null(want);
    for (size_t i = 0; i < PARTS * BYTES; i++)
        want[i] = (uint8_t)test_random_u64(&r);
    format_box_open(&b);
    ld_part_writer *parts[PARTS];
    for (uint32_t p = 0; p < PARTS; p++)
        parts[p] = ld_segment_writer_part(b.writer, (ld_part_id)(LD_PART_TERMS + p), (uint16_t)p, 7,
                                          p % 2);
    for (uint32_t step = 0; step < 300; step++) {
        uint32_t p = test_random_below(&r, PARTS - 1); /* the last one stays empty */
        size_t n = test_random_below(&r, 9000);
        n = used[p] + n > BYTES ? BYTES - used[p] : n;
        ld_part_write(parts[p], want + p * BYTES + used[p], n);
        used[p] += n;
        assert_int_equal(ld_part_offset(parts[p]), used[p]);
    }
    format_box_turn(&b);
    for (uint32_t p = 0; p < PARTS; p++) {
        ld_part part = ld_segment_part(b.segment, (ld_part_id)(LD_PART_TERMS + p));
        assert_true(part.bytes == used[p] && part.codec == p && part.version == 7);
        for (uint32_t i = 0; i < 200; i++) {
            uint64_t offset = test_random_below(&r, (uint32_t)used[p] + 1);
            uint64_t length = test_random_below(&r, (uint32_t)(used[p] - offset) + 1);
            const uint8_t *bytes;
            assert_ok(ld_part_view(&part, offset, length, &bytes, &err), &err);
            assert_memory_equal(bytes, want + p * BYTES + offset, length);
            assert_int_equal(ld_part_view(&part, offset, used[p] - offset + 1, &bytes, &err),
                             LEDE_E_CORRUPT);
            assert_int_equal(
                ld_part_view(&part, UINT64_MAX - offset, length + offset + 2, &bytes, &err),
                LEDE_E_CORRUPT);
        }
    }
    assert_null(ld_segment_part(b.segment, LD_PART_KEYS).segment);
    assert_ok(ld_segment_verify(b.segment, &err), &err);
    ld_names names; /* no spool file is left */
    assert_ok(ld_dir_list(b.env, FORMAT_ROOT, &names, &err), &err);
    assert_int_equal(names.count, 1);
    ld_names_release(&names);
    format_box_close(&b);
    free(want);
}

static void put_file(const lede_env *env, const char *path, const char *data, size_t bytes)
{
    lede_error err;
    ld_file f;
    assert_ok(
        ld_file_open(env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE, &f, &err),
        &err);
    assert_ok(ld_file_pwrite(&f, data, bytes, 0, &err), &err);
    ld_file_close(&f);
}

static void every_flipped_bit_and_every_cut_is_found(void **state)
{
    (void)state;
    format_box b;
    lede_error err;
    char *data;
    size_t bytes;
    test_random r = {5};
    format_box_open(&b);
    ld_part_writer *p = ld_segment_writer_part(b.writer, LD_PART_INFO, 0, 1, true);
    ld_part_writer *q = ld_segment_writer_part(b.writer, LD_PART_TERMS, 0, 1, false);
    for (uint32_t i = 0; i < 700; i++) {
        uint64_t x = test_random_u64(&r);
        ld_part_write(i % 3 ? p : q, &x, sizeof x);
    }
    format_box_turn(&b);
    assert_ok(ld_file_load(b.env, FORMAT_ROOT "/s", 1u << 20, &data, &bytes, &err), &err);
    for (size_t bit = 0; bit < bytes * 8; bit++) {
        data[bit / 8] ^= (char)(1 << (bit % 8));
        put_file(b.env, FORMAT_ROOT "/bad", data, bytes);
        data[bit / 8] ^= (char)(1 << (bit % 8));
        ld_segment *s;
        lede_status status = ld_segment_open(b.env, FORMAT_ROOT "/bad", &s, &err);
        if (status == LEDE_OK) {
            status = ld_segment_verify(s, &err);
            ld_segment_close(s);
        }
        assert_int_equal(status, LEDE_E_CORRUPT);
    }
    for (size_t cut = 0; cut < bytes; cut++) {
        put_file(b.env, FORMAT_ROOT "/bad", data, cut);
        ld_segment *s;
        assert_int_equal(ld_segment_open(b.env, FORMAT_ROOT "/bad", &s, &err), LEDE_E_CORRUPT);
    }
    print_message("%zu bits flipped, %zu cuts, all found\n", bytes * 8, bytes);
    ld_release(b.env, data, bytes + 1);
    format_box_close(&b);
}

static void unknown_parts(void **state)
{
    (void)state;
    for (uint32_t required = 0; required < 2; required++) {
        format_box b;
        lede_error err;
        uint64_t bytes;
        uint32_t crc;
        format_box_open(&b);
        ld_part_write(ld_segment_writer_part(b.writer, (ld_part_id)60, 0, 1, required), "x", 1);
        assert_ok(ld_segment_writer_finish(b.writer, &bytes, &crc, &err), &err);
        ld_segment_writer_free(b.writer);
        assert_int_equal(ld_segment_open(b.env, FORMAT_ROOT "/s", &b.segment, &err),
                         required ? LEDE_E_VERSION : LEDE_OK);
        format_box_close(&b);
    }
}

static void rows_worked_example(void **state)
{
    (void)state;
    format_box b;
    lede_error err;
    ld_rows_writer w;
    ld_rows rows;
    uint64_t section_bytes;
    size_t bytes;
    format_box_open(&b);
    ld_rows_writer_init(&w, ld_segment_writer_part(b.writer, LD_PART_ZONES, 0, 1, true));
    assert_ok(ld_rows_writer_add(&w, LD_SPAN("ab"), &err), &err);
    assert_ok(ld_rows_writer_add(&w, LD_SPAN("c"), &err), &err);
    assert_ok(ld_rows_writer_finish(&w, &section_bytes, &err), &err);
    ld_rows_writer_release(&w);
    format_box_turn(&b);
    const uint8_t *data = format_box_part(&b, LD_PART_ZONES, &bytes);
    format_doc_compare("src/index/rows_format.h", data, bytes);
    ld_part part = ld_segment_part(b.segment, LD_PART_ZONES);
    ld_span row;
    assert_ok(ld_rows_open(&part, 0, section_bytes, &rows, &err), &err);
    assert_ok(ld_rows_get(&rows, 1, &row, &err), &err);
    assert_true(ld_span_equal(row, LD_SPAN("c")));
    assert_int_equal(ld_rows_get(&rows, 2, &row, &err), LEDE_E_CORRUPT);
    format_box_close(&b);
}

/* Numbers of every width come back from any place. */
static void packed_numbers(void **state)
{
    (void)state;
    enum { COUNT = 500 };
    static uint64_t want[COUNT];
    test_random r = {8};
    for (uint32_t width = 0; width <= 64; width++) {
        format_box b;
        lede_error err;
        ld_packed_writer w;
        format_box_open(&b);
        ld_packed_writer_init(&w, ld_segment_writer_part(b.writer, LD_PART_KEYS, 0, 1, true),
                              width);
        for (uint32_t i = 0; i < COUNT; i++) {
            want[i] = width ? test_random_u64(&r) >> (64 - width) : 0;
            ld_packed_writer_add(&w, want[i]);
        }
        ld_packed_writer_finish(&w);
        format_box_turn(&b);
        ld_part part = ld_segment_part(b.segment, LD_PART_KEYS);
        assert_int_equal(part.bytes, ld_packed_bytes(COUNT, width));
        for (uint32_t i = 0; i < COUNT; i++) {
            uint64_t got, next;
            assert_ok(ld_packed_get(&part, 0, width, i, &got, &err), &err);
            assert_true(got == want[i]);
            if (i + 1 == COUNT)
                continue;
            assert_ok(ld_packed_pair(&part, 0, width, i, &got, &next, &err), &err);
            assert_true(got == want[i] && next == want[i + 1]);
        }
        format_box_close(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example),
        cmocka_unit_test(parts_come_back),
        cmocka_unit_test(every_flipped_bit_and_every_cut_is_found),
        cmocka_unit_test(unknown_parts),
        cmocka_unit_test(rows_worked_example),
        cmocka_unit_test(packed_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
