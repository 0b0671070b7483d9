/* Bisection: the cost function against its formula, and what an order must be: a permutation,
 * always the same, that puts documents of one subject together. */
#include "index/bisect.h"

#include <math.h>
#include <stdbool.h>

#include "tests/test.h"

#define DOCS_MAX 4000u
#define TOPICS   16u
#define TERMS    (TOPICS * 40u)
#define PER_DOC  24u

static void savings_are_those_of_the_formula(void **state)
{
    (void)state;
    ld_bisect_table *t = malloc(ld_bisect_table_bytes());
    assert_non_null(t);
    ld_bisect_table_init(t);
    assert_int_equal(ld_bisect_saving(t, 0), 0);
    test_random r = {5};
    for (uint32_t i = 1; i < 30000; i++) {
        uint32_t d = i < 10000   ? i
                     : i < 20000 ? 1 + test_random_below(&r, 1u << 20)
                                 : 1 + (uint32_t)(test_random_u64(&r) >> 33);
        double want = d * log2(d + 1.0) - (d > 1 ? (d - 1.0) * log2(d) : 0);
        double got = (double)ld_bisect_saving(t, d) / LD_BISECT_UNIT;
        if (fabs(want - got) > 0.003)
            fail_msg("saving(%u) is %f, not %f", d, got, want);
    }
    free(t);
}

typedef struct graph {
    uint32_t starts[DOCS_MAX + 1];
    uint16_t terms[DOCS_MAX * PER_DOC];
    ld_bisect_graph g;
} graph;

/* Every document has a subject, in no order, and most of its terms are of the subject. */
static graph *make_graph(uint32_t docs, uint32_t off_topic_percent, uint64_t seed)
{
    graph *x = malloc(sizeof *x);
    assert_non_null(x);
    test_random r = {seed};
    uint32_t n = 0;
    for (uint32_t doc = 0; doc < docs; doc++) {
        bool has[TERMS] = {false};
        uint32_t topic = test_random_below(&r, TOPICS);
        x->starts[doc] = n;
        for (uint32_t i = 0; i < PER_DOC; i++) {
            uint32_t term = test_random_below(&r, 100) < off_topic_percent
                                ? test_random_below(&r, TERMS)
                                : topic * 40 + test_random_below(&r, 40);
            if (!has[term])
                x->terms[n++] = (uint16_t)term;
            has[term] = true;
        }
    }
    x->starts[docs] = n;
    x->g = (ld_bisect_graph){x->starts, x->terms, docs, TERMS};
    return x;
}

static uint32_t *order_of(const graph *x)
{
    void *memory = malloc(ld_bisect_memory_bytes(x->g.docs, x->g.term_count));
    uint32_t *order = malloc((x->g.docs + 1u) * sizeof *order);
    assert_true(memory && order);
    ld_bisect(&x->g, memory, order);
    free(memory);
    return order;
}

/* Bits of all gaps, as log2 counts them. order NULL: as they come. */
static double cost(const graph *x, const uint32_t *order)
{
    uint32_t last[TERMS] = {0};
    double bits = 0;
    for (uint32_t i = 0; i < x->g.docs; i++) {
        uint32_t doc = order ? order[i] : i;
        for (uint32_t at = x->starts[doc]; at < x->starts[doc + 1]; at++) {
            bits += log2((double)(i + 1 - last[x->terms[at]]));
            last[x->terms[at]] = i + 1;
        }
    }
    return bits;
}

static void orders_are_permutations(void **state)
{
    (void)state;
    static const uint32_t sizes[] = {0, 1, 2, 127, 128, 129, 257, 1000, 3999};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bool seen[DOCS_MAX] = {false};
        graph *x = make_graph(sizes[i], 30, i + 1);
        uint32_t *a = order_of(x), *b = order_of(x);
        for (uint32_t k = 0; k < sizes[i]; k++) {
            assert_true(a[k] < sizes[i] && !seen[a[k]]);
            seen[a[k]] = true;
            assert_int_equal(a[k], b[k]);
        }
        free(a);
        free(b);
        free(x);
    }
}

static void gaps_shrink_where_documents_have_subjects(void **state)
{
    (void)state;
    graph *x = make_graph(DOCS_MAX, 10, 77);
    uint32_t *order = order_of(x);
    double before = cost(x, NULL), after = cost(x, order);
    print_message("bits of gaps: %.0f before, %.0f after\n", before, after);
    assert_true(after < 0.75 * before);
    free(order);
    free(x);
    x = make_graph(DOCS_MAX, 100, 78); /* nothing to be found: nothing to be lost either */
    order = order_of(x);
    assert_true(cost(x, order) < 1.01 * cost(x, NULL));
    free(order);
    free(x);
}

static void ties_keep_the_order(void **state)
{
    (void)state;
    graph *x = make_graph(1000, 0, 9);
    for (uint32_t doc = 0; doc < 1000; doc++)
        x->starts[doc + 1] = 0; /* no terms at all */
    uint32_t *order = order_of(x);
    for (uint32_t doc = 0; doc < 1000; doc++)
        assert_int_equal(order[doc], doc);
    free(order);
    free(x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(savings_are_those_of_the_formula),
        cmocka_unit_test(orders_are_permutations),
        cmocka_unit_test(gaps_shrink_where_documents_have_subjects),
        cmocka_unit_test(ties_keep_the_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
