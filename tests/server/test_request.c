/* What a target is read as, and what is refused. */
#include "tests/test.h"

#include "server/request.h"

static lede_status parse(ld_request *r, const char *target, lede_error *err)
{
    return ld_request_parse(r, lede_env_system(), ld_span_from_string(target), err);
}

static void test_parts(void **state)
{
    ld_request r;
    lede_error err = {0};
    ld_span value;
    assert_ok(parse(&r, "/se%61rch?q=a+b%2Bc%26d&&page=2&flag&e=#top", &err), &err);
    assert_string_equal(r.path.data, "/search");
    assert_string_equal(ld_request_text(&r, "q").data, "a b+c&d");
    assert_string_equal(ld_request_text(&r, "page").data, "2");
    assert_true(ld_request_find(&r, "flag", &value) && value.bytes == 0);
    assert_true(ld_request_find(&r, "e", &value) && value.bytes == 0);
    assert_false(ld_request_find(&r, "none", &value));
    assert_int_equal(r.param_count, 4);
    ld_request_release(&r);
}

static void test_absolute_form(void **state)
{
    ld_request r;
    lede_error err = {0};
    assert_ok(parse(&r, "http://example.org:80/search?q=x", &err), &err);
    assert_string_equal(r.path.data, "/search");
    assert_string_equal(ld_request_text(&r, "q").data, "x");
    ld_request_release(&r);
    assert_ok(parse(&r, "http://example.org", &err), &err);
    assert_string_equal(r.path.data, "/");
    ld_request_release(&r);
}

static void test_refused(void **state)
{
    static const char *const targets[] = {"",
                                          "search",
                                          "*",
                                          "/%",
                                          "/%4",
                                          "/%4x",
                                          "/?q=%zz",
                                          "/?q=%",
                                          "/?%00=1",
                                          "/?q=a%00b",
                                          "/?q=%ff",
                                          "/?q=%c0%80",
                                          "/?q=%ed%a0%80",
                                          "/?q=%f4%90%80%80",
                                          "/?q=%e2%82",
                                          "/?q=1&q=2",
                                          "/\xff",
                                          "/?a&a"};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        ld_request r;
        lede_error err = {0};
        if (parse(&r, targets[i], &err) != LEDE_E_INVALID)
            fail_msg("accepted: %s", targets[i]);
        assert_true(err.message[0] != 0);
        ld_request_release(&r);
    }
}

static void test_too_many_parameters(void **state)
{
    char target[1024] = "/?";
    ld_request r;
    lede_error err = {0};
    for (unsigned i = 0; i < LD_SERVER_PARAMS_MAX; i++)
        snprintf(target + strlen(target), sizeof target - strlen(target), "p%u=1&", i);
    assert_ok(parse(&r, target, &err), &err);
    assert_int_equal(r.param_count, LD_SERVER_PARAMS_MAX);
    ld_request_release(&r);
    strcat(target, "one=more");
    assert_int_equal(parse(&r, target, &err), LEDE_E_INVALID);
    ld_request_release(&r);
}

static void test_numbers_and_names(void **state)
{
    static const char *const names[] = {"page", "count", NULL};
    ld_request r;
    lede_error err = {0};
    uint32_t value;
    assert_ok(parse(&r, "/?page=7&count=abc", &err), &err);
    assert_ok(ld_request_number(&r, "page", 1, 1, 10, &value, &err), &err);
    assert_int_equal(value, 7);
    assert_ok(ld_request_number(&r, "offset", 3, 1, 10, &value, &err), &err);
    assert_int_equal(value, 3);
    assert_int_equal(ld_request_number(&r, "page", 1, 1, 6, &value, &err), LEDE_E_INVALID);
    assert_int_equal(ld_request_number(&r, "count", 1, 1, 6, &value, &err), LEDE_E_INVALID);
    assert_ok(ld_request_check_names(&r, names, &err), &err);
    assert_int_equal(ld_request_check_names(&r, names + 1, &err), LEDE_E_INVALID);
    assert_non_null(strstr(err.message, "\"page\""));
    ld_request_release(&r);
}

static bool is_local(const char *header)
{
    return ld_host_is_local(ld_span_from_string(header), "Archive.test");
}

static void test_hosts(void **state)
{
    static const char *const local[] = {"localhost",      "LOCALHOST:7700", "127.0.0.1",
                                        "127.0.0.1:7700", "[::1]",          "[::1]:7700",
                                        "archive.test:1"};
    static const char *const others[] = {"",
                                         "evil.example",
                                         "localhost.evil.example",
                                         "127.0.0.2",
                                         "evil.example:127.0.0.1",
                                         "[::1",
                                         "::1",
                                         "[::2]:7700",
                                         "127.0.0.1.evil.example"};
    for (size_t i = 0; i < sizeof local / sizeof *local; i++) {
        if (!is_local(local[i]))
            fail_msg("refused: %s", local[i]);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (is_local(others[i]))
            fail_msg("accepted: %s", others[i]);
    }
    assert_true(ld_host_is_loopback("127.0.0.1") && ld_host_is_loopback("localhost") &&
                ld_host_is_loopback("::1"));
    assert_false(ld_host_is_loopback("0.0.0.0") || ld_host_is_loopback("::"));
}

/* Any bytes: parsed or refused, and what is parsed is clean; encoding a value leads back to it. */
static void test_random_targets(void **state)
{
    static const char alphabet[] = "/?&=%+#abcdef0123456789\xc3\xa9\xff :[]";
    test_random random = {20151116};
    for (int round = 0; round < 20000; round++) {
        char target[64];
        uint32_t bytes = test_random_below(&random, sizeof target);
        for (uint32_t i = 0; i < bytes; i++)
            target[i] = alphabet[test_random_below(&random, sizeof alphabet - 1)];
        if (bytes > 0 && test_random_below(&random, 4))
            target[0] = '/';
        ld_request r;
        lede_error err = {0};
        lede_status status =
            ld_request_parse(&r, lede_env_system(), ld_span_of(target, bytes), &err);
        assert_true(status == LEDE_OK || status == LEDE_E_INVALID);
        for (uint32_t i = 0; status == LEDE_OK && i < r.param_count; i++) {
            assert_int_equal(strlen(r.params[i].value.data), r.params[i].value.bytes);
            assert_int_equal(strlen(r.params[i].name.data), r.params[i].name.bytes);
        }
        ld_request_release(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_absolute_form),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_too_many_parameters),
        cmocka_unit_test(test_numbers_and_names),
        cmocka_unit_test(test_hosts),
        cmocka_unit_test(test_random_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
