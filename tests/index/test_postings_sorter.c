/* Postings come out in order and as they went in, however little memory there is. */
#include "index/postings_sorter.h"

#include "tests/test.h"

#define DOCS   5000u
#define TF_MAX 40u

/* What a document's posting holds follows from its number. */
static ld_posting make(uint32_t doc, bool forms, uint32_t positions[TF_MAX],
                       uint16_t ordinals[TF_MAX])
{
    test_random r = {doc + 1};
    ld_posting p = {.doc = doc, .tf = 1 + test_random_below(&r, TF_MAX), .positions = positions};
    if (doc % 3)
        p.class_tf[LD_CLASS_BODY] = p.tf;
    else
        p.class_tf[LD_CLASS_HEAD] = p.tf;
    for (uint32_t i = 0; i < p.tf; i++) {
        positions[i] = i * 7 + doc;
        ordinals[i] = (uint16_t)(doc + i);
    }
    p.forms = forms ? ordinals : NULL;
    return p;
}

/* df documents in a random order, run through as often as it takes; how often that was. */
static uint32_t sort_all(uint32_t df, size_t memory_max_bytes, bool forms)
{
    static bool has[DOCS];
    static uint32_t order[DOCS];
    ld_postings_sorter *s = malloc(sizeof *s);
    lede_error err;
    test_random r = {df + 3};
    uint64_t total_tf = 0;
    uint32_t runs = 0, next = 0, positions[TF_MAX];
    uint16_t ordinals[TF_MAX];
    assert_non_null(s);
    memset(has, 0, sizeof has);
    for (uint32_t i = 0; i < df; i++) {
        do
            order[i] = test_random_below(&r, DOCS);
        while (has[order[i]]);
        has[order[i]] = true;
        total_tf += make(order[i], forms, positions, ordinals).tf;
    }
    ld_postings_sorter_init(s, lede_env_system(), memory_max_bytes);
    ld_postings_sorter_begin(s, DOCS, df, total_tf);
    for (bool more = true; more;) {
        bool full = false;
        ld_posting got;
        runs++;
        for (uint32_t i = 0; i < df && !full; i++) {
            ld_posting p = make(order[i], forms, positions, ordinals);
            if (ld_postings_sorter_wants(s, p.doc))
                assert_ok(ld_postings_sorter_add(s, &p, &full, &err), &err);
        }
        if (full)
            continue;
        assert_ok(ld_postings_sorter_sort(s, &err), &err);
        while (ld_postings_sorter_next(s, &got)) {
            while (!has[next])
                next++;
            ld_posting p = make(next++, forms, positions, ordinals);
            assert_true(got.doc == p.doc && got.tf == p.tf && !got.forms == !p.forms);
            assert_memory_equal(got.class_tf, p.class_tf, sizeof p.class_tf);
            assert_memory_equal(got.positions, positions, p.tf * sizeof *positions);
            if (forms)
                assert_memory_equal(got.forms, ordinals, p.tf * sizeof *ordinals);
        }
        more = ld_postings_sorter_advance(s, DOCS);
    }
    while (next < DOCS)
        assert_false(has[next++]);
    ld_postings_sorter_release(s);
    free(s);
    return runs;
}

static void postings_come_out_in_order(void **state)
{
    (void)state;
    static const uint32_t counts[] = {0, 1, 2, 31, 33, 300, 4095, 4097, DOCS};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        assert_int_equal(sort_all(counts[i], 16u << 20, i % 2), 1);
        assert_true(sort_all(counts[i], 64u << 10, i % 2) >= 1);
    }
    assert_true(sort_all(DOCS, 64u << 10, true) > 10);
    assert_true(sort_all(100, 256, true) > 10); /* one by one */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(postings_come_out_in_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
