/* Ready answers: what was put is got, by address and day; a naive list is the twin. */
#include "tests/random.h"
#include "tests/test.h"

#include <stdio.h>

#include "server/answers.h"

#define ADDRESSES 3000u

static ld_span address_of(uint32_t n, char text[32])
{
    return ld_span_of(text, (size_t)snprintf(text, 32, "/search?q=%u", n));
}

static bool get(ld_answers *a, uint32_t n, int64_t day, ld_buf *body)
{
    char text[32];
    const char *type = NULL;
    ld_buf_clear(body);
    bool found = ld_answers_get(a, address_of(n, text), day, body, &type);
    if (found)
        assert_string_equal(type, n % 2 ? "odd" : "even");
    return found;
}

/* An answer is the newest that was put for its address and day, or none at all. */
static void test_never_another_answer(void **state)
{
    ld_answers *a;
    ld_buf body;
    static uint32_t newest[ADDRESSES];
    test_random random = {7};
    uint32_t found = 0;
    assert_int_equal(ld_answers_new(lede_env_system(), &a, NULL), LEDE_OK);
    ld_buf_init(&body, lede_env_system(), LD_ANSWER_BYTES_MAX);
    for (uint32_t round = 1; round < 40000; round++) {
        uint32_t n = test_random_below(&random, test_random_below(&random, 2) ? 100 : ADDRESSES);
        char text[32];
        if (test_random_below(&random, 2)) {
            newest[n] = round;
            ld_answers_put(a, address_of(n, text), 5, ld_span_of((char *)&round, sizeof round),
                           n % 2 ? "odd" : "even");
        } else if (get(a, n, 5, &body)) {
            assert_int_equal(body.bytes, sizeof round);
            assert_memory_equal(body.data, &newest[n], sizeof round);
            found++;
        }
        assert_false(get(a, n, 6, &body));
    }
    assert_true(found > 5000);
    ld_buf_release(&body);
    ld_answers_free(a);
}

/* In a full set the one asked for the longest ago goes. */
static void test_what_is_asked_again_stays(void **state)
{
    ld_answers *a;
    ld_buf body;
    char text[32];
    assert_int_equal(ld_answers_new(lede_env_system(), &a, NULL), LEDE_OK);
    ld_buf_init(&body, lede_env_system(), LD_ANSWER_BYTES_MAX);
    ld_answers_put(a, address_of(0, text), 1, LD_SPAN("kept"), "even");
    for (uint32_t n = 1; n < ADDRESSES; n++) {
        ld_answers_put(a, address_of(n, text), 1, LD_SPAN("x"), n % 2 ? "odd" : "even");
        assert_true(get(a, 0, 1, &body));
    }
    uint32_t kept = 0;
    for (uint32_t n = 0; n < ADDRESSES; n++)
        kept += get(a, n, 1, &body);
    assert_int_equal(kept, LD_ANSWERS_SETS * LD_ANSWERS_WAYS);
    ld_buf_release(&body);
    ld_answers_free(a);
}

static void test_bounds(void **state)
{
    ld_answers *a;
    ld_buf body;
    const char *type;
    static char text[LD_ANSWER_BYTES_MAX + 1];
    assert_int_equal(ld_answers_new(lede_env_system(), &a, NULL), LEDE_OK);
    ld_buf_init(&body, lede_env_system(), LD_ANSWER_BYTES_MAX);
    const struct {
        size_t address_bytes, body_bytes;
        bool is_kept;
    } cases[] = {{1, LD_ANSWER_BYTES_MAX, true},          {1, 1, true},
                 {2, LD_ANSWER_BYTES_MAX + 1, false},     {LD_ANSWER_ADDRESS_BYTES, 1, true},
                 {LD_ANSWER_ADDRESS_BYTES + 1, 1, false}, {3, 0, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ld_span address = ld_span_of(text, cases[i].address_bytes);
        ld_buf_clear(&body);
        ld_answers_put(a, address, 1, ld_span_of(text, cases[i].body_bytes), "t");
        assert_int_equal(ld_answers_get(a, address, 1, &body, &type), cases[i].is_kept);
        if (cases[i].is_kept)
            assert_int_equal(body.bytes, cases[i].body_bytes);
    }
    ld_buf_release(&body);
    ld_answers_free(a);
    ld_answers_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_never_another_answer),
                                       cmocka_unit_test(test_what_is_asked_again_stays),
                                       cmocka_unit_test(test_bounds)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
