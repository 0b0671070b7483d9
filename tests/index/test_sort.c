/* Sorting against libc's, in orders that are hard for quicksort, and the number of comparisons. */
#include "tests/test.h"

#include "index/sort.h"

static uint64_t comparisons;

static bool less(const void *ctx, uint64_t a, uint64_t b)
{
    (void)ctx;
    comparisons++;
    return a < b;
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static uint64_t item(uint32_t kind, uint64_t i, uint64_t n, test_random *r)
{
    switch (kind) {
    case 0:
        return test_random_u64(r);
    case 1:
        return i;
    case 2:
        return n - i;
    case 3:
        return i < n / 2 ? i : n - i; /* organ pipe */
    case 4:
        return test_random_below(r, 3);
    case 5:
        return i % 2 ? i : n - i;
    default: /* the killer of medians of three (Musser 1997) */
        return i % 2 ? i + n / 2 : i / 2;
    }
}

static void test_equals_libc(void **state)
{
    (void)state;
    test_random r = {3};
    for (uint32_t kind = 0; kind < 7; kind++) {
        for (uint64_t n = 0; n < 40000; n = n < 40 ? n + 1 : n * 3) {
            uint64_t *a = calloc(n + 1, sizeof *a), *b = calloc(n + 1, sizeof *b);
            uint64_t log2 = 1;
            while (n >> log2)
                log2++;
            for (uint64_t i = 0; i < n; i++)
                a[i] = b[i] = item(kind, i, n, &r);
            comparisons = 0;
            ld_sort_u64(a, n, less, NULL);
            assert_true(comparisons <= 6 * (n + 16) * log2);
            qsort(b, n, sizeof *b, compare);
            assert_memory_equal(a, b, n * sizeof *a);
            free(a);
            free(b);
        }
    }
}

static bool less_of_one_key(const void *ctx, uint64_t a, uint64_t b)
{
    (void)ctx;
    assert_int_equal(a >> 32, b >> 32);
    return (uint32_t)a < (uint32_t)b;
}

static void test_keyed(void **state)
{
    (void)state;
    test_random r = {5};
    for (uint64_t n = 0; n < 5000; n = n < 40 ? n + 1 : n * 3) {
        uint64_t *a = calloc(n + 1, sizeof *a), *b = calloc(n + 1, sizeof *b);
        for (uint64_t i = 0; i < n; i++)
            a[i] = b[i] =
                (uint64_t)test_random_below(&r, n / 4 + 1) << 32 | test_random_below(&r, 1000);
        ld_sort_keyed_u64(a, n, less_of_one_key, NULL);
        qsort(b, n, sizeof *b, compare);
        assert_memory_equal(a, b, n * sizeof *a);
        free(a);
        free(b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equals_libc),
                                       cmocka_unit_test(test_keyed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
