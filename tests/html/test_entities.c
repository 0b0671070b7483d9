#include "html/entities.h"
#include "tests/test.h"

static void check(const char *text, bool in_attribute, size_t taken, const char *value)
{
    char got[LD_ENTITY_VALUE_BYTES_MAX];
    size_t got_bytes = 0;
    size_t bytes = strlen(text);
    char *copy = malloc(bytes); /* exact, so that reading past the end is seen */
    memcpy(copy, text, bytes);
    assert_int_equal(ld_entity_decode(ld_span_of(copy, bytes), in_attribute, got, &got_bytes),
                     taken);
    if (taken > 0) {
        assert_int_equal(got_bytes, strlen(value));
        assert_memory_equal(got, value, got_bytes);
    }
    free(copy);
}

static void test_named(void **state)
{
    (void)state;
    check("&amp;", false, 5, "&");
    check("&amp", false, 4, "&");
    check("&AMP;x", false, 5, "&");
    check("&ampx", false, 4, "&");
    check("&ampx", true, 0, "");
    check("&amp=", true, 0, "");
    check("&amp=", false, 4, "&");
    check("&amp;=", true, 5, "&");
    check("&notit;", false, 4, "\xc2\xac");
    check("&notin;", false, 7, "\xe2\x88\x89");
    check("&notin", false, 4, "\xc2\xac");
    check("&nGt;", false, 5, "\xe2\x89\xab\xe2\x83\x92");
    check("&CounterClockwiseContourIntegral;", false, 33, "\xe2\x88\xb3");
    check("&CounterClockwiseContourIntegralx;", false, 0, "");
    check("&hellip;", false, 8, "\xe2\x80\xa6");
    check("&hellip", false, 0, "");
    check("&nosuchname;", false, 0, "");
    check("&", false, 0, "");
    check("&;", false, 0, "");
    check("& amp;", false, 0, "");
    check("&1", false, 0, "");
}

static void test_numeric(void **state)
{
    (void)state;
    check("&#65;", false, 5, "A");
    check("&#65", false, 4, "A");
    check("&#x41;", false, 6, "A");
    check("&#X4a;", true, 6, "J");
    check("&#x20AC;", false, 8, "\xe2\x82\xac");
    check("&#128;", false, 6, "\xe2\x82\xac");
    check("&#x1F600;", false, 9, "\xf0\x9f\x98\x80");
    check("&#0;", false, 4, "\xef\xbf\xbd");
    check("&#xD800;", false, 8, "\xef\xbf\xbd");
    check("&#1114112;", false, 10, "\xef\xbf\xbd");
    check("&#99999999999999999999;", false, 23, "\xef\xbf\xbd");
    check("&#;", false, 0, "");
    check("&#x;", false, 0, "");
    check("&#", false, 0, "");
}

/* Every row is found under its own name, and the rows are in order. */
static void test_table(void **state)
{
    (void)state;
    ld_span last = {NULL, 0};
    for (uint32_t i = 0; i < ld_entity_count; i++) {
        const ld_entity *e = &ld_entities[i];
        ld_span name = ld_span_of(ld_entity_names + e->name_offset, e->name_bytes);
        assert_true(i == 0 || ld_span_compare(last, name) < 0);
        last = name;
        char text[64], value[LD_ENTITY_VALUE_BYTES_MAX];
        size_t value_bytes,
            bytes = (size_t)snprintf(text, sizeof text, "&%.*s;", e->name_bytes, name.data);
        assert_int_equal(ld_entity_decode(ld_span_of(text, bytes), true, value, &value_bytes),
                         bytes);
        assert_int_equal(value_bytes, e->value_bytes);
        assert_memory_equal(value, e->value, value_bytes);
        text[bytes - 1] = ' ';
        size_t taken = ld_entity_decode(ld_span_of(text, bytes), false, value, &value_bytes);
        assert_int_equal(taken == bytes - 1, e->is_legacy);
    }
}

/* The search by halves against one that looks at every row. */
static size_t naive_decode(ld_span s)
{
    size_t best = 0;
    for (uint32_t i = 0; i < ld_entity_count; i++) {
        const ld_entity *e = &ld_entities[i];
        if (s.bytes < 1u + e->name_bytes ||
            memcmp(s.data + 1, ld_entity_names + e->name_offset, e->name_bytes) != 0)
            continue;
        size_t bytes = 1u + e->name_bytes;
        if (s.bytes > bytes && s.data[bytes] == ';')
            bytes++;
        else if (!e->is_legacy)
            continue;
        if (bytes > best)
            best = bytes;
    }
    return best;
}

static void test_against_naive(void **state)
{
    (void)state;
    test_random r = {1};
    for (int round = 0; round < 20000; round++) {
        const ld_entity *e = &ld_entities[test_random_below(&r, ld_entity_count)];
        char text[48], value[LD_ENTITY_VALUE_BYTES_MAX];
        size_t value_bytes;
        size_t bytes = (size_t)snprintf(text, sizeof text, "&%.*s;", e->name_bytes,
                                        ld_entity_names + e->name_offset);
        if (test_random_below(&r, 2) == 0)
            bytes -= test_random_below(&r, (uint32_t)bytes);
        if (bytes > 1 && test_random_below(&r, 2) == 0)
            text[1 + test_random_below(&r, (uint32_t)bytes - 1)] = "aeNt;"[round % 5];
        ld_span s = ld_span_of(text, bytes);
        assert_int_equal(ld_entity_decode(s, false, value, &value_bytes), naive_decode(s));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_named), cmocka_unit_test(test_numeric),
                                       cmocka_unit_test(test_table),
                                       cmocka_unit_test(test_against_naive)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
