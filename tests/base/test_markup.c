/* Nothing from outside becomes markup, and what is valid text stays readable. */
#include "tests/test.h"

#include "base/markup.h"
#include "base/utf8.h"

static const char *escaped(ld_buf *out, ld_span s)
{
    ld_buf_clear(out);
    ld_markup_escape(out, s);
    return ld_buf_string(out);
}

static void test_references(void **state)
{
    ld_buf out;
    ld_buf_init(&out, lede_env_system(), 1 << 20);
    assert_string_equal(escaped(&out, LD_SPAN("<a href=\"x\" id='y'>&\t\n")),
                        "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;\t\n");
    assert_string_equal(escaped(&out, LD_SPAN("\xc3\xa9\x01\xff\xe2\x82z\xef\xbf\xbd")),
                        "\xc3\xa9\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd");
    assert_string_equal(escaped(&out, (ld_span){0}), "");
    ld_buf_release(&out);
}

static void test_any_bytes_become_harmless_text(void **state)
{
    test_random r = {7};
    ld_buf out;
    ld_buf_init(&out, lede_env_system(), 1 << 20);
    for (int i = 0; i < 20000; i++) {
        static const char likely[] = "<>&\"'\x01\x7f\xc3\xa9\xe2\x80\x94\xf0\x9f\xff";
        char bytes[40];
        uint32_t count = test_random_below(&r, sizeof bytes);
        for (uint32_t k = 0; k < count; k++)
            bytes[k] = test_random_below(&r, 2) ? likely[test_random_below(&r, sizeof likely - 1)]
                                                : (char)test_random_u64(&r);
        escaped(&out, ld_span_of(bytes, count));
        assert_true(ld_utf8_valid(ld_buf_span(&out)));
        for (size_t k = 0; k < out.bytes; k++) {
            assert_null(memchr("<>\"'", out.data[k], 4));
            assert_true(out.data[k] >= 0x20 || out.data[k] == '\t' || out.data[k] == '\n');
        }
    }
    ld_buf_release(&out);
}

static void test_url_components(void **state)
{
    ld_buf out;
    ld_buf_init(&out, lede_env_system(), 1000);
    ld_url_escape(&out, LD_SPAN("a b/c?d=\xc3\xa9~-._"));
    assert_string_equal(ld_buf_string(&out), "a%20b%2Fc%3Fd%3D%C3%A9~-._");
    ld_buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_references),
        cmocka_unit_test(test_any_bytes_become_harmless_text),
        cmocka_unit_test(test_url_components),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
