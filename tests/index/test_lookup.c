#include "index/lookup.h"
#include "index/lookup_format.h"
#include "tests/index/format_doc.h"

typedef struct pair {
    uint32_t hash, value;
} pair;

/* The section as the part KEYS of a segment. */
static void write_lookup(format_box *b, const pair *pairs, uint32_t count, uint32_t bits,
                         uint64_t *bytes)
{
    lede_error err;
    ld_lookup_writer w;
    format_box_open(b);
    ld_part_writer *part = ld_segment_writer_part(b->writer, LD_PART_KEYS, 0, 1, true);
    ld_lookup_writer_init(&w, b->writer);
    for (uint32_t i = 0; i < count; i++)
        assert_ok(ld_lookup_writer_add(&w, pairs[i].hash, pairs[i].value, &err), &err);
    assert_ok(ld_lookup_writer_finish(&w, part, bits, bytes, &err), &err);
    ld_lookup_writer_release(&w);
    format_box_turn(b);
}

static void worked_example(void **state)
{
    (void)state;
    pair pairs[] = {{0x10000000, 5}, {0xF0000000, 2}, {0x10000000, 1}};
    format_box b;
    uint64_t section;
    size_t bytes;
    write_lookup(&b, pairs, 3, 4, &section);
    const uint8_t *data = format_box_part(&b, LD_PART_KEYS, &bytes);
    assert_int_equal(bytes, section);
    format_doc_compare("src/index/lookup_format.h", data, bytes);
    format_box_close(&b);
}

/* All values of a hash come, each once; of others' values about one in 2^bits of a bucket. */
static void check_pairs(const pair *pairs, uint32_t count, uint32_t bits)
{
    format_box b;
    lede_error err;
    ld_lookup l;
    uint64_t bytes, strangers = 0;
    write_lookup(&b, pairs, count, bits, &bytes);
    ld_part part = ld_segment_part(b.segment, LD_PART_KEYS);
    assert_ok(ld_lookup_open(&part, 0, bytes, &l, &err), &err);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t mine = 0, wanted = 0, value, items, state = 0;
        for (uint32_t k = 0; k < count; k++)
            wanted += pairs[k].hash == pairs[i].hash && pairs[k].value == pairs[i].value;
        assert_ok(ld_lookup_bucket(&l, pairs[i].hash, &items, &err), &err);
        for (uint32_t seen = 0;; seen++) {
            assert_ok(ld_lookup_next(&l, pairs[i].hash, &state, &value, &err), &err);
            if (value == LD_LOOKUP_END)
                break;
            assert_in_range(seen, 0, items - 1);
            mine += value == pairs[i].value;
            strangers += value != pairs[i].value;
        }
        assert_true(mine >= wanted);
    }
    if (count > 1000)
        assert_in_range(strangers, 0,
                        (uint64_t)count * 2 * LD_LOOKUP_BUCKET_ITEMS / (1u << bits) + 200);
    format_box_close(&b);
}

static void random_pairs(void **state)
{
    (void)state;
    enum { PAIRS = 2500 };
    static pair pairs[PAIRS];
    test_random r = {5};
    for (uint32_t round = 0; round < 40; round++) {
        uint32_t count = round < 20 ? round : test_random_below(&r, 1 + PAIRS / 20);
        for (uint32_t i = 0; i < count; i++)
            pairs[i] = (pair){round % 3 ? (uint32_t)test_random_u64(&r) : test_random_below(&r, 9),
                              round % 2 ? i : (uint32_t)test_random_u64(&r) - 1};
        check_pairs(pairs, count, 1 + round % LD_LOOKUP_FINGERPRINT_BITS_MAX);
    }
    for (uint32_t i = 0; i < PAIRS; i++)
        pairs[i] = (pair){(uint32_t)test_random_u64(&r), i};
    check_pairs(pairs, PAIRS, 6);
}

/* Any one byte of a section changed: an error or some values, never a crash or a hang. */
static void damage_is_survived(void **state)
{
    (void)state;
    enum { PAIRS = 50 };
    pair pairs[PAIRS];
    test_random r = {6};
    for (uint32_t i = 0; i < PAIRS; i++)
        pairs[i] = (pair){(uint32_t)test_random_u64(&r), i};
    format_box b;
    uint64_t section;
    size_t bytes;
    write_lookup(&b, pairs, PAIRS, 5, &section);
    const uint8_t *data = format_box_part(&b, LD_PART_KEYS, &bytes);
    for (uint32_t round = 0; round < 2000; round++) {
        lede_error err;
        format_box damaged;
        ld_lookup l;
        uint8_t *copy = malloc(bytes);
        memcpy(copy, data, bytes);
        copy[round % bytes] ^= (uint8_t)(1 + test_random_below(&r, 255));
        format_box_open(&damaged);
        ld_part_writer *w = ld_segment_writer_part(damaged.writer, LD_PART_KEYS, 0, 1, true);
        ld_part_write(w, copy, bytes);
        format_box_turn(&damaged);
        ld_part part = ld_segment_part(damaged.segment, LD_PART_KEYS);
        lede_status status = ld_lookup_open(&part, 0, bytes, &l, &err);
        for (uint32_t i = 0; status == LEDE_OK && i < PAIRS; i++) {
            uint32_t value = 0, at = 0;
            while (status == LEDE_OK && value != LD_LOOKUP_END)
                status = ld_lookup_next(&l, pairs[i].hash, &at, &value, &err);
        }
        assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT);
        format_box_close(&damaged);
        free(copy);
    }
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example),
                                       cmocka_unit_test(random_pairs),
                                       cmocka_unit_test(damage_is_survived)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
