#include "base/json.h"

#include <jansson.h>
#include <locale.h>
#include <math.h>

#include "tests/test.h"

static ld_buf buf;
static ld_json json;

static int make_writer(void **state)
{
    (void)state;
    ld_buf_init(&buf, lede_env_system(), 1 << 20);
    ld_json_init(&json, &buf, false);
    return 0;
}

static int drop_writer(void **state)
{
    (void)state;
    ld_buf_release(&buf);
    return 0;
}

static void write_sample(void)
{
    ld_json_object(&json);
    ld_json_key_string(&json, "a", LD_SPAN("x"));
    ld_json_key(&json, "list");
    ld_json_array(&json);
    ld_json_u64(&json, UINT64_MAX);
    ld_json_i64(&json, INT64_MIN);
    ld_json_null(&json);
    ld_json_object(&json);
    ld_json_object_end(&json);
    ld_json_array_end(&json);
    ld_json_key_cstring(&json, "none", NULL);
    ld_json_key_u64(&json, "n", 1);
    ld_json_key_bool(&json, "yes", true);
    ld_json_object_end(&json);
}

static void commas_and_nesting(void **state)
{
    (void)state;
    write_sample();
    assert_string_equal(ld_buf_string(&buf),
                        "{\"a\":\"x\",\"list\":[18446744073709551615,-9223372036854775808,null,{}],"
                        "\"none\":null,\"n\":1,\"yes\":true}");
}

static void pretty_has_two_spaces_a_level(void **state)
{
    (void)state;
    ld_json_init(&json, &buf, true);
    write_sample();
    assert_string_equal(ld_buf_string(&buf),
                        "{\n  \"a\": \"x\",\n  \"list\": [\n    18446744073709551615,\n"
                        "    -9223372036854775808,\n    null,\n    {}\n  ],\n"
                        "  \"none\": null,\n  \"n\": 1,\n  \"yes\": true\n}");
}

static void depth_is_bounded(void **state)
{
    (void)state;
    for (int i = 0; i < LD_JSON_DEPTH_MAX; i++)
        ld_json_array(&json);
    assert_int_equal(ld_buf_status(&buf, NULL), LEDE_OK);
    ld_json_array(&json);
    assert_int_equal(ld_buf_status(&buf, NULL), LEDE_E_LIMIT);
    ld_buf_clear(&buf);
    ld_json_init(&json, &buf, false);
    ld_json_object_end(&json);
    assert_int_equal(ld_buf_status(&buf, NULL), LEDE_E_LIMIT);
}

static void escapes(void **state)
{
    (void)state;
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"plain / ' \x7f", "plain / ' \x7f"},
        {"\"\\\b\f\n\r\t\x01\x1f", "\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f"},
        {"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"},
        /* one replacement for each maximal subpart: the example of Unicode 15, table 3-8 */
        {"a\xf1\x80\x80\xe1\x80\xc2"
         "b\x80"
         "c\x80\xbf"
         "d",
         "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
         "b\xef\xbf\xbd"
         "c\xef\xbf\xbd\xef\xbf\xbd"
         "d"},
        {"\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {"\xe2\x82", "\xef\xbf\xbd"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ld_buf_clear(&buf);
        ld_json_escape(&buf, ld_span_from_string(cases[i].in));
        assert_string_equal(ld_buf_string(&buf), cases[i].out);
    }
}

/* Any bytes at all make a string that a strict reader takes. */
static void any_bytes_are_read_back(void **state)
{
    (void)state;
    test_random r = {6};
    for (int round = 0; round < 20000; round++) {
        size_t bytes = test_random_below(&r, 24);
        char *exact = malloc(bytes ? bytes : 1);
        for (size_t i = 0; i < bytes; i++)
            exact[i] = (char)(test_random_below(&r, 2) ? test_random_below(&r, 256)
                                                       : 0x80 + test_random_below(&r, 0x78));
        ld_buf_clear(&buf);
        ld_json_init(&json, &buf, false);
        ld_json_array(&json);
        ld_json_string(&json, ld_span_of(exact, bytes));
        ld_json_array_end(&json);
        json_error_t error;
        json_t *read = json_loadb((const char *)buf.data, buf.bytes, JSON_ALLOW_NUL, &error);
        if (!read)
            fail_msg("%s: %s", error.text, ld_buf_string(&buf));
        json_t *string = json_array_get(read, 0);
        if (!memchr(exact, 0x80, bytes) && bytes && (signed char)exact[0] > 0)
            assert_int_equal(json_string_value(string)[0], exact[0]);
        json_decref(read);
        free(exact);
    }
}

static void doubles_known(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0.0, "0"},
                 {-0.0, "-0"},
                 {1.0, "1"},
                 {-12.5, "-12.5"},
                 {0.1, "0.1"},
                 {0.1 + 0.2, "0.30000000000000004"},
                 {1e20, "100000000000000000000"},
                 {1e21, "1e21"},
                 {0.00001, "0.00001"},
                 {1.5e-6, "1.5e-6"},
                 {5e-324, "5e-324"},
                 {1.7976931348623157e308, "1.7976931348623157e308"},
                 {(double)NAN, "null"},
                 {(double)INFINITY, "null"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ld_buf_clear(&buf);
        ld_json_double(&json, cases[i].value);
        assert_string_equal(ld_buf_string(&buf), cases[i].text);
    }
}

static void doubles_read_back(void **state)
{
    (void)state;
    test_random r = {7};
    for (int i = 0; i < 50000; i++) {
        uint64_t bits = test_random_u64(&r);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (i % 2)
            value = (double)(int64_t)(bits >> 34) / 1000;
        if (!isfinite(value))
            continue;
        ld_buf_clear(&buf);
        ld_json_double(&json, value);
        assert_true(strtod(ld_buf_string(&buf), NULL) == value);
    }
}

static void no_locale_breaks_a_double(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE", "fr_FR", "ps_AF"};
    bool found = false;
    for (size_t i = 0; i < 5 && !found; i++)
        found = setlocale(LC_NUMERIC, names[i]) != NULL;
    if (!found) {
        print_message("skipped: no locale with a decimal comma is installed\n");
        skip();
    }
    ld_json_double(&json, 1234.5);
    setlocale(LC_NUMERIC, "C");
    assert_string_equal(ld_buf_string(&buf), "1234.5");
}

int main(void)
{
#define WITH_WRITER(name) cmocka_unit_test_setup_teardown(name, make_writer, drop_writer)
    const struct CMUnitTest tests[] = {
        WITH_WRITER(commas_and_nesting),      WITH_WRITER(pretty_has_two_spaces_a_level),
        WITH_WRITER(depth_is_bounded),        WITH_WRITER(escapes),
        WITH_WRITER(any_bytes_are_read_back), WITH_WRITER(doubles_known),
        WITH_WRITER(doubles_read_back),       WITH_WRITER(no_locale_breaks_a_double),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
