/* How long a request may take to arrive, whatever bytes come meanwhile. */
#include "tests/test.h"

#include "base/limits.h"
#include "server/arrivals.h"

#define SECOND_NS 1000000000ull
#define NOW_NS    (1000 * SECOND_NS)

static lede_error err;
static ld_arrivals arrivals;

static int setup(void **state)
{
    return ld_arrivals_init(&arrivals, lede_env_system(), &err);
}

static int teardown(void **state)
{
    ld_arrivals_release(&arrivals);
    ld_arrivals_release(&arrivals);
    return 0;
}

static void a_drip_is_cut(void **state)
{
    static const char connection;
    for (uint64_t s = 0; s <= LD_SERVER_REQUEST_SECONDS; s++)
        assert_true(ld_arrivals_bytes(&arrivals, &connection, NOW_NS + s * SECOND_NS));
    assert_false(ld_arrivals_bytes(&arrivals, &connection,
                                   NOW_NS + (LD_SERVER_REQUEST_SECONDS + 1) * SECOND_NS));
}

static void a_kept_connection_is_not(void **state)
{
    static const char connection;
    for (uint64_t s = 0; s < 10 * LD_SERVER_REQUEST_SECONDS; s++) {
        assert_true(ld_arrivals_bytes(&arrivals, &connection, NOW_NS + s * SECOND_NS));
        if (s % 20 == 19)
            ld_arrivals_done(&arrivals, &connection);
    }
}

/* Addresses come again: a new connection is not taken for the one that was there before. */
static void an_address_comes_again(void **state)
{
    static const char connection;
    assert_true(ld_arrivals_bytes(&arrivals, &connection, NOW_NS));
    ld_arrivals_done(&arrivals, &connection);
    assert_true(ld_arrivals_bytes(&arrivals, &connection,
                                  NOW_NS + 2 * LD_SERVER_REQUEST_SECONDS * SECOND_NS));
}

/* As many as there may be drip at once, after ten times as many that have gone. */
static void all_connections_drip(void **state)
{
    static char gone[10 * LD_SERVER_CONNECTIONS_MAX], connections[LD_SERVER_CONNECTIONS_MAX];
    uint32_t cut = 0;
    for (size_t i = 0; i < sizeof gone; i++)
        (void)ld_arrivals_bytes(&arrivals, &gone[i], NOW_NS / 2 + i);
    for (uint64_t s = 0; s <= LD_SERVER_REQUEST_SECONDS + 5; s += 5)
        for (size_t i = 0; i < sizeof connections; i++)
            cut += !ld_arrivals_bytes(&arrivals, &connections[i], NOW_NS + s * SECOND_NS + i);
    assert_in_range(cut, sizeof connections - 4, sizeof connections);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_drip_is_cut, setup, teardown),
        cmocka_unit_test_setup_teardown(a_kept_connection_is_not, setup, teardown),
        cmocka_unit_test_setup_teardown(an_address_comes_again, setup, teardown),
        cmocka_unit_test_setup_teardown(all_connections_drip, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
