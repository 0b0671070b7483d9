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

/* Texts of few letters and any length, many of them starts of others. */
#define TEXTS          3000u
#define TEXT_BYTES_MAX 24u

typedef struct text {
    uint8_t count;
    uint8_t bytes[TEXT_BYTES_MAX];
} text;

static int text_compare(const text *a, const text *b)
{
    int order = memcmp(a->bytes, b->bytes, a->count < b->count ? a->count : b->count);
    return order ? order : a->count - b->count;
}

static uint32_t text_key(const void *ctx, uint64_t item, uint32_t at)
{
    const text *t = (const text *)ctx + (uint32_t)item;
    uint32_t key = 0;
    for (uint32_t i = at; i < at + 4; i++)
        key = key << 8 | (i < t->count ? t->bytes[i] : 0u);
    return key;
}

static bool text_less(const void *ctx, uint64_t a, uint64_t b)
{
    const text *texts = ctx;
    return text_compare(&texts[(uint32_t)a], &texts[(uint32_t)b]) < 0;
}

static void test_texts(void **state)
{
    (void)state;
    test_random r = {5};
    text *texts = calloc(TEXTS, sizeof *texts);
    uint64_t *items = calloc(TEXTS, sizeof *items);
    for (uint32_t letters = 1; letters <= 4; letters++) {
        for (uint32_t n = 0; n <= TEXTS; n = n < 40 ? n + 1 : n * 3) {
            for (uint32_t i = 0; i < n; i++) {
                texts[i].count = (uint8_t)test_random_below(&r, TEXT_BYTES_MAX + 1);
                for (uint32_t j = 0; j < texts[i].count; j++)
                    texts[i].bytes[j] = (uint8_t)test_random_below(&r, letters); /* NUL, too */
                items[i] = (uint64_t)text_key(texts, i, 0) << 32 | i;
            }
            ld_sort_texts(items, n, text_key, text_less, texts);
            uint64_t sum = 0;
            for (uint32_t i = 0; i < n; i++) {
                sum += (uint32_t)items[i];
                if (i > 0)
                    assert_false(text_less(texts, items[i], items[i - 1]));
            }
            assert_int_equal(sum, (uint64_t)n * (n ? n - 1 : 0) / 2);
        }
    }
    free(texts);
    free(items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_equals_libc),
                                       cmocka_unit_test(test_texts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
