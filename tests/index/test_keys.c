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
    uint64_t tokens;
    key_list list = {rows, 0};
    ld_identity_source source = {&list, rewind_list, next_of_list};
    format_box_open(b);
    assert_ok(ld_keys_write(b->writer, docs, &source, &tokens, &err), &err);
    format_box_turn(b);
}

static void worked_example(void **state)
{
    (void)state;
    ld_identity rows[2] = {{LD_SPAN("a"), {1, 2}, 0, 10, 3, false},
                           {LD_SPAN("b"), {3, 4}, 0, INT64_MIN, 5, true}};
    format_box b;
    size_t bytes;
    write_keys(&b, rows, 2);
    const uint8_t *data = format_box_part(&b, LD_PART_KEYS, &bytes);
    format_doc_compare("src/index/keys_format.h", data, bytes);
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
        rows[i] = (ld_identity){ld_span_from_string(names[i]),   {test_random_u64(&r), i},
                                i % 2 ? test_random_u64(&r) : 0, order,
                                test_random_below(&r, 5000),     i % 3 == 0};
    }
    format_box b;
    lede_error err;
    ld_keys keys;
    write_keys(&b, rows, DOCS);
    assert_ok(ld_keys_open(b.segment, &keys, &err), &err);
    for (uint32_t i = 0; i < DOCS; i++) {
        ld_identity got;
        assert_ok(ld_keys_get(&keys, i, &got, &err), &err);
        assert_true(ld_span_equal(got.key, rows[i].key));
        assert_true(got.content_hash[0] == rows[i].content_hash[0] && got.content_hash[1] == i);
        assert_true(got.version_order == rows[i].version_order);
        assert_true(got.address_hash == rows[i].address_hash);
        assert_true(got.tokens == rows[i].tokens && got.key_is_explicit == rows[i].key_is_explicit);
        uint32_t doc, want = 0, found = 0;
        for (uint32_t k = 0; k < DOCS; k++)
            want += ld_span_equal(rows[k].key, rows[i].key);
        for (uint32_t s = 0;;) {
            assert_ok(ld_keys_find(&keys, rows[i].key, ld_key_hash(rows[i].key), &s, &doc, &err),
                      &err);
            if (doc == LD_DOC_END)
                break;
            assert_true(ld_span_equal(rows[doc].key, rows[i].key));
            found++;
        }
        assert_int_equal(found, want);
    }
    uint32_t s = 0, doc;
    assert_ok(ld_keys_find(&keys, LD_SPAN("none"), ld_key_hash(LD_SPAN("none")), &s, &doc, &err),
              &err);
    assert_int_equal(doc, LD_DOC_END);
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example),
                                       cmocka_unit_test(random_keys_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
