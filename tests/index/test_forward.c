#include "index/forward_format.h"
#include "tests/index/format_doc.h"

static void worked_example(void **state)
{
    (void)state;
    uint8_t row[64];
    lede_error err;
    ld_arena *arena;
    const ld_forward_term *terms;
    uint32_t count;
    size_t n = format_doc_example("src/index/forward_format.h", row, sizeof row);
    assert_ok(ld_arena_new(lede_env_system(), 1u << 20, &arena, &err), &err);
    assert_ok(ld_forward_decode(ld_span_of((char *)row, n), arena, &terms, &count, &err), &err);
    assert_int_equal(count, 3);
    assert_true(terms[0].term_ordinal == 3 && terms[0].weight == 15);
    assert_true(terms[1].term_ordinal == 4 && terms[1].weight == 7);
    assert_true(terms[2].term_ordinal == 200 && terms[2].weight == 1);
    for (size_t cut = 0; cut < n; cut++)
        assert_int_equal(
            ld_forward_decode(ld_span_of((char *)row, cut), arena, &terms, &count, &err),
            LEDE_E_CORRUPT);
    ld_arena_free(arena);

    const ld_forward_term example[] = {{3, 15}, {4, 7}, {200, 1}};
    ld_buf built;
    ld_buf_init(&built, lede_env_system(), 1000);
    ld_forward_encode(example, 3, &built);
    format_doc_compare("src/index/forward_format.h", built.data, built.bytes);
    ld_buf_release(&built);
}

/* The lists hold each document's rarest and most frequent terms, by a plain sort of all of them. */
static void the_best_terms_are_kept(void **state)
{
    (void)state;
    enum { DOCS = 100, TERMS = 300 };
    static uint32_t tf[TERMS][DOCS];
    test_random r = {13};
    format_box b;
    lede_error err;
    ld_forward_builder *builder;
    ld_rows rows;
    ld_arena *arena;
    format_box_open(&b);
    assert_ok(ld_forward_builder_new(b.env, DOCS, &builder, &err), &err);
    ld_posting_sink sink = ld_forward_builder_sink(builder);
    for (uint32_t t = 0; t < TERMS; t++) {
        uint32_t df = 0, rarity = 1 + test_random_below(&r, 12);
        for (uint32_t d = 0; d < DOCS; d++) {
            tf[t][d] = test_random_below(&r, rarity) == 0 ? 1 + test_random_below(&r, 3) : 0;
            df += tf[t][d] > 0;
        }
        assert_ok(sink.term(sink.ctx, t, df, &err), &err);
        for (uint32_t d = 0; d < DOCS; d++)
            if (tf[t][d])
                sink.posting(sink.ctx, d, tf[t][d]);
    }
    assert_ok(ld_forward_builder_write(builder, b.writer, &err), &err);
    ld_forward_builder_free(builder);
    format_box_turn(&b);
    assert_ok(ld_arena_new(b.env, 1u << 20, &arena, &err), &err);
    assert_ok(ld_forward_open(b.segment, DOCS, &rows, &err), &err);
    for (uint32_t d = 0; d < DOCS; d++) {
        ld_span row;
        const ld_forward_term *terms;
        uint32_t count, heaviest = 0;
        assert_ok(ld_rows_get(&rows, d, &row, &err), &err);
        assert_ok(ld_forward_decode(row, arena, &terms, &count, &err), &err);
        assert_int_equal(count, LD_FORWARD_TERMS_MAX);
        for (uint32_t i = 0; i < count; i++) {
            assert_true(tf[terms[i].term_ordinal][d] > 0);
            assert_true(i == 0 || terms[i].term_ordinal > terms[i - 1].term_ordinal);
            heaviest = terms[i].weight > heaviest ? terms[i].weight : heaviest;
        }
        assert_int_equal(heaviest, LD_FORWARD_WEIGHT_MAX);
        /* of two terms with one tf the rarer is kept: no left-out term is rarer than all kept */
        for (uint32_t t = 0; t < TERMS; t++) {
            bool kept = false;
            uint32_t worse = 0, df = 0;
            for (uint32_t k = 0; k < DOCS; k++)
                df += tf[t][k] > 0;
            for (uint32_t i = 0; i < count; i++)
                kept |= terms[i].term_ordinal == t;
            for (uint32_t i = 0; i < count && !kept && tf[t][d]; i++) {
                uint32_t other = terms[i].term_ordinal, other_df = 0;
                for (uint32_t k = 0; k < DOCS; k++)
                    other_df += tf[other][k] > 0;
                worse += tf[other][d] < tf[t][d] && other_df > df;
            }
            assert_int_equal(worse, 0);
        }
        ld_arena_reset(arena);
    }
    ld_arena_free(arena);
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(worked_example),
                                       cmocka_unit_test(the_best_terms_are_kept)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
