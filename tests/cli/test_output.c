/* What is printed: control characters never, colours only where asked for, marks where they stand.
 */
#include "cli/output.h"

#include "tests/test.h"

#define TEXT_BYTES_MAX 40u

typedef struct printed {
    ld_out out;
    char *text;
    size_t bytes;
} printed;

static void begin(printed *p, const char *color)
{
    FILE *stream = open_memstream(&p->text, &p->bytes);
    assert_non_null(stream);
    ld_out_init(&p->out, stream, color);
}

static void end(printed *p)
{
    lede_error err = {0};
    assert_ok(ld_out_finish(&p->out, &err), &err);
    fclose(p->out.stream);
}

/* The definition, a character at a time. */
static size_t scrub(const uint8_t *text, size_t bytes, char *out)
{
    size_t n = 0;
    for (size_t i = 0; i < bytes; i++) {
        bool c1 = text[i] == 0xc2 && i + 1 < bytes && text[i + 1] >= 0x80 && text[i + 1] <= 0x9f;
        bool c0 = (text[i] < 0x20 && text[i] != '\n' && text[i] != '\t') || text[i] == 0x7f;
        if (!c0 && !c1) {
            out[n++] = (char)text[i];
            continue;
        }
        memcpy(out + n, "\xef\xbf\xbd", 3);
        n += 3;
        i += c1;
    }
    return n;
}

static void test_control_characters(void **state)
{
    (void)state;
    static const uint8_t pool[] = {'a', ' ', '\n', '\t', 0, 7, 0x1b, 0x7f, 0xc2, 0x9b, 0xa9, 0xc3};
    test_random random = {11};
    for (uint32_t round = 0; round < 5000; round++) {
        uint8_t text[TEXT_BYTES_MAX];
        char want[3 * TEXT_BYTES_MAX];
        size_t bytes = test_random_u64(&random) % TEXT_BYTES_MAX;
        for (size_t i = 0; i < bytes; i++)
            text[i] = pool[test_random_u64(&random) % sizeof pool];
        printed p;
        begin(&p, NULL);
        ld_out_text(&p.out, ld_span_of((const char *)text, bytes));
        end(&p);
        size_t want_bytes = scrub(text, bytes, want);
        assert_int_equal(p.bytes, want_bytes);
        assert_memory_equal(p.text, want, want_bytes);
        free(p.text);
    }
}

static void test_line(void **state)
{
    (void)state;
    printed p;
    begin(&p, NULL);
    ld_out_line(&p.out, LD_SPAN(" a\n\n b\t\x1b"
                                "c\r\n"));
    end(&p);
    assert_string_equal(p.text, " a b \xef\xbf\xbd"
                                "c ");
    free(p.text);
}

static void test_marks(void **state)
{
    (void)state;
    /* the second overlaps the first, the last is behind the end: both are left out */
    const lede_mark marks[] = {{4, 6}, {5, 2}, {11, 4}, {99, 1}};
    printed p;
    begin(&p, "never");
    ld_out_marked(&p.out, LD_SPAN("the bridge shut"), marks, 4, LD_STYLE_HEADLINE);
    end(&p);
    assert_string_equal(p.text, "the bridge shut");
    free(p.text);
    begin(&p, "always");
    ld_out_marked(&p.out, LD_SPAN("the bridge shut"), marks, 4, LD_STYLE_PLAIN);
    end(&p);
    assert_string_equal(p.text, "the \x1b[1;31mbridge\x1b[0m \x1b[1;31mshut\x1b[0m");
    free(p.text);
}

static void test_failed_write(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    if (!full)
        skip();
    ld_out out;
    lede_error err = {0};
    ld_out_init(&out, full, NULL);
    ld_out_string(&out, "lost");
    assert_int_equal(ld_out_finish(&out, &err), LEDE_E_IO);
    assert_non_null(strstr(err.message, "standard output"));
    ld_out_string(&out, "nothing more is tried");
    assert_int_equal(ld_out_finish(&out, &err), LEDE_E_IO);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_line),
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_failed_write),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
