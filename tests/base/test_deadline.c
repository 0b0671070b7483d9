#include "base/deadline.h"

#include "tests/faulty_env.h"
#include "tests/test.h"

static int make_env(void **state)
{
    *state = faulty_env_new();
    faulty_env_freeze_clock(*state, 0, 1000000000);
    return 0;
}

static int drop_env(void **state)
{
    faulty_env_free(*state);
    return 0;
}

static void is_met_at_its_end_and_stays_met(void **state)
{
    faulty_env *f = *state;
    ld_deadline d;
    lede_error err;
    ld_deadline_init(&d, faulty_env_table(f), 100, NULL);
    assert_false(ld_deadline_check(&d));
    faulty_env_advance_clock(f, 99);
    assert_false(ld_deadline_check(&d));
    assert_ok(ld_deadline_status(&d, &err), &err);
    faulty_env_advance_clock(f, 1);
    assert_true(ld_deadline_check(&d));
    faulty_env_freeze_clock(f, 0, 0);
    assert_true(ld_deadline_check(&d));
    assert_true(ld_deadline_poll(&d));
    assert_int_equal(ld_deadline_status(&d, &err), LEDE_E_DEADLINE);
}

static void poll_reads_the_clock_once_in_256(void **state)
{
    faulty_env *f = *state;
    ld_deadline d;
    ld_deadline_init(&d, faulty_env_table(f), 100, NULL);
    uint64_t reads = faulty_env_clock_reads(f);
    for (int i = 0; i < 2560; i++)
        assert_false(ld_deadline_poll(&d));
    assert_int_equal(faulty_env_clock_reads(f) - reads, 10);
    faulty_env_advance_clock(f, 1000);
    int polls = 0;
    while (!ld_deadline_poll(&d))
        assert_true(++polls <= 256);
    assert_false(ld_deadline_poll(NULL));
    assert_int_equal(ld_deadline_status(NULL, NULL), LEDE_OK);
}

static void no_budget_never_ends(void **state)
{
    faulty_env *f = *state;
    static const uint64_t budgets[] = {0, UINT64_MAX, UINT64_MAX / 1000000};
    for (size_t i = 0; i < 3; i++) {
        ld_deadline d;
        faulty_env_freeze_clock(f, 0, 1000000000);
        ld_deadline_init(&d, faulty_env_table(f), budgets[i], NULL);
        faulty_env_freeze_clock(f, 0, UINT64_MAX - 1);
        assert_false(ld_deadline_check(&d));
    }
}

static void cancel_stops_and_is_told_apart(void **state)
{
    faulty_env *f = *state;
    atomic_int cancel = 0;
    ld_deadline d;
    ld_deadline_init(&d, faulty_env_table(f), 0, &cancel);
    assert_false(ld_deadline_check(&d));
    atomic_store(&cancel, 1);
    assert_true(ld_deadline_check(&d));
    assert_int_equal(ld_deadline_status(&d, NULL), LEDE_E_CANCELLED);
}

int main(void)
{
#define IN_ENV(name) cmocka_unit_test_setup_teardown(name, make_env, drop_env)
    const struct CMUnitTest tests[] = {
        IN_ENV(is_met_at_its_end_and_stays_met),
        IN_ENV(poll_reads_the_clock_once_in_256),
        IN_ENV(no_budget_never_ends),
        IN_ENV(cancel_stops_and_is_told_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
