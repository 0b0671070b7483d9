#include "base/hash.h"
#include "index/keys_format.h"
#include "tests/index/format_doc.h"

typedef struct key_list {
    const ld_identity *rows;
    uint32_t at;
} key_list;

static void rewind_list(void *ctx)
{
    ((key_list *)ctx)->at = 0;
}

static lede_status next_of_list(void *ctx, ld_identity *identity, lede_error *err)
{
    (void)err;
    key_list *l = ctx;
    *identity = l->rows[l->at++];
    return LEDE_OK;
}

static void write_keys(format_box *b, const ld_identity *rows, uint32_t docs)
{
    lede_error err;
    uint64_t tokens, sum = 0;
    key_list list = {rows, 0};
    ld_identity_source source = {&list, rewind_list, next_of_list};
    format_box_open(b);
    assert_ok(ld_keys_write(b->writer, docs, &source, &tokens, &err), &err);
    for (uint32_t i = 0; i < docs; i++)
        sum += rows[i].tokens;
    assert_int_equal(tokens, sum);
    format_box_turn(b);
}

static void worked_example(void **state)
{
    (void)state;
    ld_identity rows[2] = {{LD_SPAN("a1"), 7, 9, 10, 3, false},
                           {LD_SPAN("a2"), 5, 9, INT64_MIN, 5, true}};
    format_box b;
    size_t bytes;
    write_keys(&b, rows, 2);
    const uint8_t *data = format_box_part(&b, LD_PART_KEYS, &bytes);
    format_doc_compare("src/index/keys_format.h", data, bytes);
    format_box_close(&b);
}

static void check_identity(const ld_keys *keys, uint32_t doc, const ld_identity *want)
{
    lede_error err;
    ld_key_room room;
    ld_identity got;
    uint32_t tokens;
    assert_ok(ld_keys_get(keys, doc, &room, &got, &err), &err);
    assert_true(ld_span_equal(got.key, want->key));
    assert_true(got.content_hash == want->content_hash);
    assert_true(got.version_order == want->version_order);
    assert_int_equal(got.address_hash, want->address_hash);
    assert_int_equal(got.tokens, want->tokens);
    assert_int_equal(got.key_is_explicit, want->key_is_explicit);
    assert_ok(ld_keys_tokens(keys, doc, &tokens, &err), &err);
    assert_int_equal(tokens, want->tokens);
}

/* All documents of the key, each once, and no other. */
static void check_found(const ld_keys *keys, const ld_identity *rows, uint32_t docs, ld_span key)
{
    lede_error err;
    uint32_t want = 0, found = 0, doc;
    for (uint32_t k = 0; k < docs; k++)
        want += ld_span_equal(rows[k].key, key);
    for (uint32_t state = 0;; found++) {
        assert_ok(ld_keys_find(keys, key, ld_key_hash(key), &state, &doc, &err), &err);
        if (doc == LD_DOC_END)
            break;
        assert_true(ld_span_equal(rows[doc].key, key));
    }
    assert_int_equal(found, want);
}

static void check_all(const ld_identity *rows, uint32_t docs)
{
    format_box b;
    lede_error err;
    ld_keys keys;
    write_keys(&b, rows, docs);
    assert_ok(ld_keys_open(b.segment, &keys, &err), &err);
    for (uint32_t i = 0; i < docs; i++) {
        check_identity(&keys, i, &rows[i]);
        check_found(&keys, rows, docs, rows[i].key);
    }
    check_found(&keys, rows, docs, LD_SPAN("none"));
    ld_key_room room;
    ld_span key;
    assert_int_equal(ld_keys_name(&keys, docs, &room, &key, &err), LEDE_E_INVALID);
    format_box_close(&b);
}

/* Keys of few distinct names, extreme orders: all found, and only the right ones. */
static void random_keys_are_found(void **state)
{
    (void)state;
    enum { DOCS = 3000 };
    static ld_identity rows[DOCS];
    static char names[DOCS][24];
    test_random r = {9};
    for (uint32_t i = 0; i < DOCS; i++) {
        snprintf(names[i], sizeof names[i], "k%u", test_random_below(&r, DOCS / 3));
        int64_t order = (int64_t)test_random_u64(&r);
        order = i == 5 ? INT64_MAX : i == 6 ? INT64_MIN + 1 : i % 7 ? order : INT64_MIN;
        rows[i] = (ld_identity){ld_span_from_string(names[i]),
                                test_random_u64(&r),
                                i % 2 ? (uint32_t)test_random_u64(&r) : 0,
                                order,
                                test_random_below(&r, 5000),
                                i % 3 == 0};
    }
    check_all(rows, DOCS);
}

/* Names of every length around the borders of heads and of what is shared, in groups whose first
 * is short, long, or too long to be shared. */
static void names_of_all_lengths(void **state)
{
    (void)state;
    enum { DOCS = 700 };
    static ld_identity rows[DOCS];
    static char text[LD_KEY_BYTES_MAX];
    static char tails[DOCS][300];
    static const uint32_t lengths[] = {1,   2,   13,  14,  15,  16,  17,  29,  30,  31,   142,
                                       143, 144, 253, 254, 255, 256, 257, 300, 299, 1000, 8192};
    memset(text, 'u', sizeof text);
    test_random r = {4};
    for (uint32_t i = 0; i < DOCS; i++) {
        uint32_t bytes = lengths[test_random_below(&r, sizeof lengths / sizeof *lengths)];
        uint32_t shared = test_random_below(&r, bytes + 1);
        const char *data = text;
        if (bytes <= sizeof tails[i]) {
            memset(tails[i], 'u', sizeof tails[i]);
            for (uint32_t k = shared; k < bytes; k++)
                tails[i][k] = (char)test_random_below(&r, 256);
            data = tails[i];
        }
        rows[i] = (ld_identity){ld_span_of(data, bytes), i, 0, INT64_MIN, 1, true};
    }
    check_all(rows, DOCS);
}

/* What all have in common costs nothing: one column differs, the others take no bytes. */
static void equal_columns_take_no_bytes(void **state)
{
    (void)state;
    enum { DOCS = 1600 };
    static ld_identity rows[DOCS];
    static char names[DOCS][8];
    for (uint32_t i = 0; i < DOCS; i++) {
        snprintf(names[i], sizeof names[i], "%u", 100000 + i);
        rows[i] = (ld_identity){
            ld_span_from_string(names[i]), ld_hash64(&i, sizeof i, 0), 77, INT64_MIN, 70, true};
    }
    check_all(rows, DOCS);
    format_box b;
    size_t bytes;
    write_keys(&b, rows, DOCS);
    (void)format_box_part(&b, LD_PART_KEYS, &bytes);
    assert_in_range(bytes, 0, 14 * DOCS);
    format_box_close(&b);
}

/* Any one byte of the part changed: an error or some answer, never a crash or a hang. */
static void damage_is_survived(void **state)
{
    (void)state;
    enum { DOCS = 40 };
    static ld_identity rows[DOCS];
    static char names[DOCS][48];
    test_random r = {21};
    for (uint32_t i = 0; i < DOCS; i++) {
        snprintf(names[i], sizeof names[i], "http://example.org/%u/%u",
                 test_random_below(&r, 4) * 100000000, i);
        rows[i] = (ld_identity){ld_span_from_string(names[i]), i, i % 5, i % 3, i, i % 2};
    }
    format_box b, damaged;
    size_t bytes;
    write_keys(&b, rows, DOCS);
    const uint8_t *data = format_box_part(&b, LD_PART_KEYS, &bytes);
    for (uint32_t round = 0; round < 4000; round++) {
        lede_error err;
        ld_keys keys;
        uint8_t *copy = malloc(bytes);
        memcpy(copy, data, bytes);
        copy[round % bytes] ^= (uint8_t)(1 + test_random_below(&r, 255));
        format_box_open(&damaged);
        uint32_t counts[4] = {DOCS, 0, 1, 0};
        ld_part_writer *part = ld_segment_writer_part(damaged.writer, LD_PART_INFO, 0, 1, true);
        ld_part_write(part, counts, sizeof counts);
        part = ld_segment_writer_part(damaged.writer, LD_PART_KEYS, 0, LD_KEYS_VERSION, true);
        ld_part_write(part, copy, bytes);
        format_box_turn(&damaged);
        lede_status status = ld_keys_open(damaged.segment, &keys, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT);
        for (uint32_t i = 0; status == LEDE_OK && i < DOCS; i++) {
            ld_key_room room;
            ld_identity got;
            uint32_t state_of = 0, doc = 0;
            lede_status read = ld_keys_get(&keys, i, &room, &got, &err);
            assert_true(read == LEDE_OK || read == LEDE_E_CORRUPT);
            for (read = LEDE_OK; read == LEDE_OK && doc != LD_DOC_END;)
                read = ld_keys_find(&keys, rows[i].key, ld_key_hash(rows[i].key), &state_of, &doc,
                                    &err);
            assert_true(read == LEDE_OK || read == LEDE_E_CORRUPT);
        }
        format_box_close(&damaged);
        free(copy);
    }
    format_box_close(&b);
}

static void another_version_is_refused(void **state)
{
    (void)state;
    uint32_t counts[4] = {1, 0, 0, 0};
    format_box b;
    lede_error err;
    ld_keys keys;
    format_box_open(&b);
    ld_part_write(ld_segment_writer_part(b.writer, LD_PART_INFO, 0, 1, true), counts,
                  sizeof counts);
    (void)ld_segment_writer_part(b.writer, LD_PART_KEYS, 0, LD_KEYS_VERSION - 1, true);
    format_box_turn(&b);
    assert_int_equal(ld_keys_open(b.segment, &keys, &err), LEDE_E_VERSION);
    assert_non_null(strstr(err.message, "has part KEYS of version 2; this program reads 3"));
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example),       cmocka_unit_test(random_keys_are_found),
        cmocka_unit_test(names_of_all_lengths), cmocka_unit_test(equal_columns_take_no_bytes),
        cmocka_unit_test(damage_is_survived),   cmocka_unit_test(another_version_is_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
