/* What jansson reads out of JSON, json_read.h reads out of it as well. */
#include "base/json_read.h"

#include <jansson.h>

#include "tests/test.h"

static ld_arena *arena;

static int start(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 64u << 20, &arena, NULL);
}

static int stop(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

static const ld_json_value *parse(const char *text)
{
    return ld_json_parse(arena, ld_span_from_string(text), 1000);
}

static void test_values(void **state)
{
    (void)state;
    const ld_json_value *v = parse(
        " {\"a\": [1, -2.5e3, true, false, null, \"x\"], \"b\": {}, \"a\": [] , \"c\":\"\"} rest");
    assert_non_null(v);
    assert_int_equal(v->count, 4);
    assert_int_equal(ld_json_get(v, "a")->count, 0); /* the last of its name */
    const ld_json_value *item = v->first->first;
    static const ld_json_kind kinds[] = {LD_JSON_NUMBER, LD_JSON_NUMBER, LD_JSON_TRUE,
                                         LD_JSON_FALSE,  LD_JSON_NULL,   LD_JSON_STRING};
    for (size_t i = 0; i < 6; i++, item = item->next)
        assert_int_equal(item->kind, kinds[i]);
    assert_null(item);
    assert_true(ld_span_equal(v->first->first->next->text, LD_SPAN("-2.5e3")));
    assert_null(ld_json_get(v, "d"));
    assert_null(ld_json_get(NULL, "d"));
    assert_null(ld_json_get(v->first, "d"));
}

static void test_escapes(void **state)
{
    static const struct {
        const char *written, *read;
    } cases[] = {{"a\\\"b\\\\c\\/", "a\"b\\c/"},
                 {"\\b\\f\\n\\r\\t", "\b\f\n\r\t"},
                 {"\\u00e9\\u20AC", "\xc3\xa9\xe2\x82\xac"},
                 {"\\ud83d\\ude00!", "\xf0\x9f\x98\x80!"},
                 {"\\ud83d!", "\xef\xbf\xbd!"},
                 {"\\ud83d\\u0041", "\xef\xbf\xbd"
                                    "A"},
                 {"\\\\", "\\"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[64];
        snprintf(text, sizeof text, "[\"%s\"]", cases[i].written);
        const ld_json_value *v = parse(text);
        assert_non_null(v);
        assert_true(ld_span_equal(v->first->text, ld_span_from_string(cases[i].read)));
    }
}

static void test_what_is_none(void **state)
{
    static const char *const broken[] = {
        "",          "1",           "\"a\"",    "[",          "[1",        "[1,]",     "[,1]",
        "[1 2]",     "{\"a\"}",     "{\"a\":}", "{\"a\":1,}", "{a:1}",     "{\"a\":1", "[\"a]",
        "[\"\\x\"]", "[\"\\u12\"]", "[nul]",    "[-]",        "{\"a\":1]", "[1}",      "[\"\\"};
    (void)state;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        if (parse(broken[i]))
            fail_msg("%s was read", broken[i]);
}

static void test_maxima(void **state)
{
    enum { DEPTH = 100000 };
    (void)state;
    char *deep = test_malloc(2 * DEPTH);
    memset(deep, '[', DEPTH);
    memset(deep + DEPTH, ']', DEPTH);
    assert_non_null(ld_json_parse(arena, ld_span_of(deep, 2 * DEPTH), DEPTH));
    assert_null(ld_json_parse(arena, ld_span_of(deep, 2 * DEPTH), DEPTH - 1));
    assert_null(ld_json_parse(arena, ld_span_of(deep, DEPTH), DEPTH));
    test_free(deep);
    ld_arena_reset(arena);
}

/* ---- the twin ---- */

static bool same(const ld_json_value *own, const json_t *other)
{
    switch (json_typeof(other)) {
    case JSON_STRING:
        return own->kind == LD_JSON_STRING &&
               ld_span_equal(own->text,
                             ld_span_of(json_string_value(other), json_string_length(other)));
    case JSON_ARRAY: {
        const ld_json_value *item = own->first;
        if (own->kind != LD_JSON_ARRAY || own->count != json_array_size(other))
            return false;
        for (size_t i = 0; i < json_array_size(other); i++, item = item->next)
            if (!same(item, json_array_get(other, i)))
                return false;
        return true;
    }
    case JSON_OBJECT: {
        const char *name;
        json_t *value;
        json_object_foreach((json_t *)other, name, value)
        {
            if (!ld_json_get(own, name) || !same(ld_json_get(own, name), value))
                return false;
        }
        return own->kind == LD_JSON_OBJECT;
    }
    case JSON_TRUE:
        return own->kind == LD_JSON_TRUE;
    case JSON_FALSE:
        return own->kind == LD_JSON_FALSE;
    case JSON_NULL:
        return own->kind == LD_JSON_NULL;
    default:
        return own->kind == LD_JSON_NUMBER;
    }
}

/* Random texts of JSON's pieces, most of them nearly JSON: what jansson takes is taken. */
static void test_beside_jansson(void **state)
{
    static const char *const pieces[] = {"{",    "}",     "[",        "]",    ",",
                                         ":",    "\"a\"", "\"b\\n\"", "1",    "\"\\u00e9\"",
                                         "true", "null",  " ",        "-0.5", "\"\""};
    (void)state;
    uint32_t taken = 0;
    test_random r = {20261123};
    for (uint32_t i = 0; i < 60000; i++) {
        char text[256] = "[";
        uint32_t count = test_random_below(&r, 9);
        for (uint32_t k = 0; k < count; k++) {
            strcat(text, pieces[test_random_below(&r, sizeof pieces / sizeof *pieces)]);
            strcat(text, test_random_below(&r, 2) ? "," : "");
        }
        strcat(text, "]");
        json_t *other = json_loads(text, JSON_DISABLE_EOF_CHECK, NULL);
        ld_arena_reset(arena);
        const ld_json_value *own = parse(text);
        if ((other != NULL) != (own != NULL) || (other && !same(own, other)))
            fail_msg("%s is read in another way", text);
        taken += other != NULL;
        json_decref(other);
    }
    assert_true(taken > 500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),         cmocka_unit_test(test_escapes),
        cmocka_unit_test(test_what_is_none),   cmocka_unit_test(test_maxima),
        cmocka_unit_test(test_beside_jansson),
    };
    return cmocka_run_group_tests_name("json_read", tests, start, stop);
}
