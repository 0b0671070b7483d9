#include "index/columns_buffer.h"
#include "tests/index/format_doc.h"

static void worked_example(void **state)
{
    (void)state;
    ld_column_value first[] = {{LD_COLUMN_LANGUAGE, 0, LD_SPAN("en")}};
    ld_column_value second[] = {{LD_COLUMN_PUBLISHED, 1000, {NULL, 0}},
                                {LD_COLUMN_LANGUAGE, 0, LD_SPAN("en")}};
    ld_document docs[2] = {{.columns = first, .column_count = 1},
                           {.columns = second, .column_count = 2}};
    ld_profile profile = {0};
    ld_columns_buffer buffer;
    format_box b;
    lede_error err;
    size_t bytes;
    format_box_open(&b);
    ld_columns_buffer_init(&buffer, b.env, &profile);
    for (uint32_t i = 0; i < 2; i++)
        assert_ok(ld_columns_buffer_add(&buffer, i, &docs[i], &err), &err);
    assert_ok(ld_columns_buffer_write(&buffer, b.writer, 2, &err), &err);
    ld_columns_buffer_release(&buffer);
    format_box_turn(&b);
    const uint8_t *data = format_box_part(&b, LD_PART_COLUMNS, &bytes);
    format_doc_compare("src/index/columns_format.h", data, bytes);
    format_box_close(&b);
}

/* Sparse and dense columns, numbers over the whole range, against plain arrays. */
static void random_columns_come_back(void **state)
{
    (void)state;
    enum { DOCS = 4000 };
    static int64_t numbers[DOCS];
    static bool present[DOCS];
    static uint32_t tags[DOCS];
    test_random r = {21};
    for (uint32_t density = 1; density < 400; density = density * 5 + 1) {
        ld_profile profile = {0};
        ld_columns_buffer buffer;
        format_box b;
        lede_error err;
        char words[3][16];
        format_box_open(&b);
        ld_columns_buffer_init(&buffer, b.env, &profile);
        for (uint32_t i = 0; i < DOCS; i++) {
            ld_column_value values[4];
            uint32_t n = 0;
            present[i] = test_random_below(&r, density) == 0;
            numbers[i] = (int64_t)(test_random_u64(&r) >> (density % 64));
            tags[i] = test_random_below(&r, 4);
            if (present[i])
                values[n++] = (ld_column_value){LD_COLUMN_MODIFIED, numbers[i], {NULL, 0}};
            for (uint32_t t = 0; t < tags[i]; t++) {
                snprintf(words[t], sizeof words[t], "tag%u", (i * 7 + 2 - t) % 50);
                values[n++] = (ld_column_value){LD_COLUMN_TAG, 0, ld_span_from_string(words[t])};
            }
            ld_document d = {.columns = values, .column_count = n};
            assert_ok(ld_columns_buffer_add(&buffer, i, &d, &err), &err);
        }
        assert_ok(ld_columns_buffer_write(&buffer, b.writer, DOCS, &err), &err);
        ld_columns_buffer_release(&buffer);
        format_box_turn(&b);
        ld_sidecars side = {0};
        ld_segment_view v = {.segment = b.segment, .docs = DOCS, .sidecars = &side};
        ld_arena *arena;
        assert_ok(ld_arena_new(b.env, 1u << 20, &arena, &err), &err);
        assert_ok(ld_columns_open(b.segment, DOCS, &side.columns, &err), &err);
        for (uint32_t i = 0; i < DOCS; i++) {
            int64_t number;
            bool has;
            const uint32_t *ordinals;
            uint32_t count;
            ld_span word;
            assert_ok(ld_column_number(&v, LD_COLUMN_MODIFIED, i, &number, &has, &err), &err);
            assert_true(has == present[i] && (!has || number == numbers[i]));
            ld_arena_reset(arena);
            assert_ok(ld_column_keywords(&v, LD_COLUMN_TAG, i, &ordinals, &count, arena, &err),
                      &err);
            assert_int_equal(count, tags[i]);
            uint8_t none[64] = {0}, last[64] = {0}; /* bits of 50 tags */
            bool among;
            assert_ok(ld_column_keyword_among(&v, LD_COLUMN_TAG, i, none, &among, &err), &err);
            assert_false(among);
            if (count)
                last[ordinals[count - 1] >> 3] = (uint8_t)(1u << (ordinals[count - 1] & 7));
            assert_ok(ld_column_keyword_among(&v, LD_COLUMN_TAG, i, last, &among, &err), &err);
            assert_int_equal(among, count > 0);
            for (uint32_t k = 0; k < count; k++) {
                uint32_t number_of_word;
                assert_ok(ld_column_keyword(&v, LD_COLUMN_TAG, ordinals[k], &word, &err), &err);
                assert_int_equal(sscanf(word.data, "tag%u", &number_of_word), 1);
                assert_true((i * 7 + 2 - number_of_word) % 50 < 3 ||
                            (i * 7 + 2) % 50 < number_of_word);
            }
        }
        uint32_t ordinal;
        assert_int_equal(
            ld_column_keyword_find(&v, LD_COLUMN_TAG, LD_SPAN("tag999"), &ordinal, &err),
            LEDE_E_NOTFOUND);
        assert_int_equal(ld_column_keyword_count(&v, LD_COLUMN_TAG), 50);
        ld_columns_close(&side.columns);
        ld_arena_free(arena);
        format_box_close(&b);
    }
}

static void bad_values_are_refused(void **state)
{
    (void)state;
    ld_profile profile = {0};
    ld_columns_buffer buffer;
    lede_error err;
    ld_columns_buffer_init(&buffer, lede_env_system(), &profile);
    ld_column_value unknown[] = {{LD_COLUMN_USER, 1, {NULL, 0}}};
    ld_column_value twice[] = {{LD_COLUMN_KIND, 1, {NULL, 0}}, {LD_COLUMN_KIND, 2, {NULL, 0}}};
    ld_document a = {.columns = unknown, .column_count = 1};
    ld_document b = {.columns = twice, .column_count = 2};
    assert_int_equal(ld_columns_buffer_add(&buffer, 0, &a, &err), LEDE_E_INVALID);
    assert_int_equal(ld_columns_buffer_add(&buffer, 0, &b, &err), LEDE_E_INVALID);
    ld_columns_buffer_release(&buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example),
                                       cmocka_unit_test(random_columns_come_back),
                                       cmocka_unit_test(bad_values_are_refused)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
