/* What the html5lib cases do not ask: borrowing, pieces, the tag table, limits. */
#include "html/tokenizer.h"

#include "base/buf.h"
#include "tests/test.h"

static ld_arena *new_arena(void)
{
    lede_error err = {0};
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 64 << 20, &arena, &err), &err);
    return arena;
}

static void test_tags_are_found(void **state)
{
    (void)state;
    for (int tag = 1; tag < LD_TAG_COUNT; tag++) {
        char text[32] = {0};
        ld_span name = ld_tag_name((ld_tag)tag);
        assert_int_equal(ld_tag_find(name), tag);
        memcpy(text, name.data, name.bytes);
        strcpy(text + name.bytes, ">a");
        for (size_t behind = 0; behind < 10; behind++)
            assert_int_equal(
                ld_tag_find_before(ld_span_of(text, name.bytes), text + name.bytes + behind), tag);
    }
    assert_int_equal(ld_tag_find(LD_SPAN("")), LD_TAG_UNKNOWN);
    assert_int_equal(ld_tag_find(LD_SPAN("DIV")), LD_TAG_UNKNOWN);
    assert_int_equal(ld_tag_find(LD_SPAN("divv")), LD_TAG_UNKNOWN);
    assert_int_equal(ld_tag_find(LD_SPAN("annotation-xm")), LD_TAG_UNKNOWN);
    assert_int_equal(ld_tag_find(LD_SPAN("x-element")), LD_TAG_UNKNOWN);
    assert_int_equal(ld_tag_name(LD_TAG_UNKNOWN).bytes, 0);
}

static void test_borrows(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena = new_arena();
    ld_tokenizer z;
    ld_html_token token;
    const ld_span input = LD_SPAN("plain text<p class='a b' ID=x>more &amp; more");
    assert_ok(ld_tokenizer_init(&z, arena, input, &err), &err);
    ld_tokenizer_next(&z, &token);
    assert_int_equal(token.kind, LD_HTML_TEXT);
    assert_ptr_equal(token.text.data, input.data);
    assert_int_equal(token.text.bytes, 10);
    assert_true(token.is_stable);
    ld_tokenizer_next(&z, &token);
    assert_int_equal(token.tag, LD_TAG_P);
    assert_ptr_equal(token.name.data, input.data + 11);
    assert_ptr_equal(token.attributes[0].value.data, input.data + 20);
    assert_true(ld_span_equal(token.attributes[1].name, LD_SPAN("id")));
    ld_tokenizer_next(&z, &token);
    assert_false(token.is_stable);
    assert_true(ld_span_equal(token.text, LD_SPAN("more & more")));
    for (int i = 0; i < 3; i++) {
        ld_tokenizer_next(&z, &token);
        assert_int_equal(token.kind, LD_HTML_END);
    }
    ld_arena_free(arena);
}

/* All text of the input, however it was cut into tokens. */
static void collect(ld_arena *arena, ld_span input, ld_tokenizer_state state, ld_buf *out)
{
    lede_error err = {0};
    ld_tokenizer z;
    ld_html_token token;
    assert_ok(ld_tokenizer_init(&z, arena, input, &err), &err);
    z.state = (uint8_t)state;
    z.last_start = LD_SPAN("title");
    do {
        ld_tokenizer_next(&z, &token);
        if (token.kind == LD_HTML_TEXT) {
            assert_true(token.text.bytes > 0);
            assert_true(token.is_stable || token.text.bytes <= LD_TOKENIZER_PIECE_BYTES);
            ld_buf_add_span(out, token.text);
        }
    } while (token.kind != LD_HTML_END);
}

/* References and NUL bytes at every distance from the edge of a piece. */
static void test_pieces(void **state)
{
    (void)state;
    ld_arena *arena = new_arena();
    ld_buf in, want, got;
    ld_buf_init(&in, lede_env_system(), 1 << 20);
    ld_buf_init(&want, lede_env_system(), 1 << 20);
    ld_buf_init(&got, lede_env_system(), 1 << 20);
    for (size_t lead = LD_TOKENIZER_PIECE_BYTES - 24; lead < LD_TOKENIZER_PIECE_BYTES + 8; lead++) {
        ld_arena_reset(arena);
        ld_buf_clear(&in);
        ld_buf_clear(&want);
        ld_buf_clear(&got);
        ld_buf_add_string(&in, "&lt;");
        ld_buf_add_string(&want, "<");
        for (size_t i = 0; i < lead; i++) {
            ld_buf_add_byte(&in, (uint8_t)('a' + i % 26));
            ld_buf_add_byte(&want, (uint8_t)('a' + i % 26));
        }
        ld_buf_add_string(&in, "&nGt;&amp;x");
        ld_buf_add_byte(&in, 0);
        ld_buf_add_string(&in, "&hellip;&bogus; end");
        ld_buf_add_string(&want, "\xe2\x89\xab\xe2\x83\x92&x\xef\xbf\xbd\xe2\x80\xa6&bogus; end");
        collect(arena, ld_buf_span(&in), LD_TOKENIZER_RCDATA, &got);
        assert_true(ld_span_equal(ld_buf_span(&got), ld_buf_span(&want)));
    }
    ld_buf_release(&in);
    ld_buf_release(&want);
    ld_buf_release(&got);
    ld_arena_free(arena);
}

static void test_line_breaks(void **state)
{
    (void)state;
    ld_arena *arena = new_arena();
    ld_buf got;
    ld_buf_init(&got, lede_env_system(), 1 << 20);
    collect(arena, LD_SPAN("\r\na\r\rb\n\rc\r"), LD_TOKENIZER_DATA, &got);
    assert_string_equal(ld_buf_string(&got), "\na\n\nb\n\nc\n");
    ld_buf_release(&got);
    ld_arena_free(arena);
}

/* The first of equal names counts, below and above the number where the table takes over; past
 * the maximum they are dropped. */
static void test_attributes(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena = new_arena();
    for (uint32_t count = 1; count < LD_HTML_ATTRIBUTES_MAX + 64; count += 1 + count / 3) {
        ld_buf in;
        ld_buf_init(&in, lede_env_system(), 1 << 20);
        ld_buf_add_string(&in, "<p");
        for (uint32_t i = 0; i < count; i++)
            ld_buf_add_format(&in, " a%u=%u A%u=no", i, i, i / 2);
        ld_buf_add_string(&in, ">");
        ld_tokenizer z;
        ld_html_token token;
        ld_arena_reset(arena);
        assert_ok(ld_tokenizer_init(&z, arena, ld_buf_span(&in), &err), &err);
        ld_tokenizer_next(&z, &token);
        uint32_t kept = count < LD_HTML_ATTRIBUTES_MAX ? count : LD_HTML_ATTRIBUTES_MAX;
        assert_int_equal(token.attribute_count, kept);
        assert_int_equal(z.is_truncated, count >= LD_HTML_ATTRIBUTES_MAX);
        for (uint32_t i = 0; i < kept; i++) {
            char want[16];
            snprintf(want, sizeof want, "%u", i);
            assert_true(ld_span_equal(token.attributes[i].value, ld_span_from_string(want)));
        }
        ld_buf_release(&in);
    }
    ld_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tags_are_found), cmocka_unit_test(test_borrows),
        cmocka_unit_test(test_pieces), cmocka_unit_test(test_line_breaks),
        cmocka_unit_test(test_attributes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
