/*
 * The tokenizer cases of html5lib-tests, each in every initial state it names. Set aside:
 * xmlViolation.test (what a tree for XML must change, not what HTML's tokenizer answers) and the
 * cases with lone surrogates in input or output, which UTF-8 cannot hold. Parse errors are not
 * compared: the tokenizer does not report them.
 */
#include <jansson.h>

#include "base/buf.h"
#include "html/tokenizer.h"
#include "tests/html/tar_reader.h"

#define PASSED_MIN 7028 /* of all runs */

/* Resolves the \uXXXX of a double-escaped string; false: a lone surrogate. owned: free(). */
static bool unescape(const char *text, char **result, size_t *result_bytes)
{
    size_t bytes = strlen(text), quoted_bytes = 0;
    char *quoted = malloc(bytes * 6 + 3);
    quoted[quoted_bytes++] = '"';
    for (size_t i = 0; i < bytes; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '"')
            quoted_bytes += (size_t)sprintf(quoted + quoted_bytes, "\\\"");
        else if (c < 0x20)
            quoted_bytes += (size_t)sprintf(quoted + quoted_bytes, "\\u%04x", c);
        else
            quoted[quoted_bytes++] = (char)c;
    }
    quoted[quoted_bytes++] = '"';
    json_t *string = json_loadb(quoted, quoted_bytes, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
    free(quoted);
    if (!string)
        return false;
    *result_bytes = json_string_length(string);
    *result = malloc(*result_bytes + 1);
    memcpy(*result, json_string_value(string), *result_bytes + 1);
    json_decref(string);
    return true;
}

/* The value with every string in it unescaped, NULL: a lone surrogate. */
static json_t *unescape_value(const json_t *value)
{
    if (json_is_string(value)) {
        char *text;
        size_t bytes;
        if (!unescape(json_string_value(value), &text, &bytes))
            return NULL;
        json_t *string = json_stringn(text, bytes);
        free(text);
        return string;
    }
    if (json_is_array(value)) {
        json_t *copy = json_array();
        for (size_t i = 0; i < json_array_size(value); i++) {
            json_t *item = unescape_value(json_array_get(value, i));
            if (!item) {
                json_decref(copy);
                return NULL;
            }
            json_array_append_new(copy, item);
        }
        return copy;
    }
    return json_deep_copy(value);
}

static json_t *string_of(ld_span s)
{
    return s.data ? json_stringn(s.data, s.bytes) : json_null();
}

static json_t *start_tag_of(const ld_html_token *token)
{
    json_t *attributes = json_object();
    for (uint32_t i = 0; i < token->attribute_count; i++) {
        char *name = strndup(token->attributes[i].name.data, token->attributes[i].name.bytes);
        json_object_set_new(attributes, name, string_of(token->attributes[i].value));
        free(name);
    }
    json_t *row = json_pack("[s o o]", "StartTag", string_of(token->name), attributes);
    if (token->is_self_closing)
        json_array_append_new(row, json_true());
    return row;
}

/* Adjacent text is one token. */
static void add_token(json_t *list, const ld_html_token *token, ld_buf *text)
{
    if (token->kind == LD_HTML_TEXT) {
        ld_buf_add_span(text, token->text);
        return;
    }
    if (text->bytes > 0)
        json_array_append_new(
            list, json_pack("[s o]", "Character", json_stringn((char *)text->data, text->bytes)));
    ld_buf_clear(text);
    switch (token->kind) {
    case LD_HTML_START_TAG:
        json_array_append_new(list, start_tag_of(token));
        break;
    case LD_HTML_END_TAG:
        json_array_append_new(list, json_pack("[s o]", "EndTag", string_of(token->name)));
        break;
    case LD_HTML_COMMENT:
        json_array_append_new(list, json_pack("[s o]", "Comment", string_of(token->text)));
        break;
    case LD_HTML_DOCTYPE:
        json_array_append_new(list, json_pack("[s o o o b]", "DOCTYPE", string_of(token->name),
                                              string_of(token->public_id),
                                              string_of(token->system_id), !token->force_quirks));
        break;
    default:
        break;
    }
}

static ld_tokenizer_state state_of(const char *name)
{
    static const char *const names[] = {"Data state",      "RCDATA state",
                                        "RAWTEXT state",   "Script data state",
                                        "PLAINTEXT state", "CDATA section state"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(name, names[i]) == 0)
            return (ld_tokenizer_state)i;
    fail_msg("unknown state %s", name);
    return LD_TOKENIZER_DATA;
}

/* joins neighbouring Character rows of the expected output */
static json_t *joined(const json_t *output)
{
    json_t *list = json_array();
    for (size_t i = 0; i < json_array_size(output); i++) {
        json_t *row = json_array_get(output, i);
        size_t count = json_array_size(list);
        json_t *last = count ? json_array_get(list, count - 1) : NULL;
        if (last && strcmp(json_string_value(json_array_get(row, 0)), "Character") == 0 &&
            strcmp(json_string_value(json_array_get(last, 0)), "Character") == 0) {
            json_t *a = json_array_get(last, 1), *b = json_array_get(row, 1);
            size_t bytes = json_string_length(a) + json_string_length(b);
            char *both = malloc(bytes + 1);
            memcpy(both, json_string_value(a), json_string_length(a));
            memcpy(both + json_string_length(a), json_string_value(b), json_string_length(b));
            json_array_set_new(list, count - 1,
                               json_pack("[s o]", "Character", json_stringn(both, bytes)));
            free(both);
        } else {
            json_array_append_new(list, json_deep_copy(row));
        }
    }
    return list;
}

static bool run_case(ld_arena *arena, ld_span input, const char *state, const char *last_start,
                     const json_t *expected)
{
    lede_error err = {0};
    ld_tokenizer tokenizer;
    ld_html_token token;
    ld_arena_reset(arena);
    char *copy = malloc(input.bytes + !input.bytes);
    memcpy(copy, input.data, input.bytes);
    assert_ok(ld_tokenizer_init(&tokenizer, arena, ld_span_of(copy, input.bytes), &err), &err);
    tokenizer.state = (uint8_t)state_of(state);
    tokenizer.last_start = ld_span_from_string(last_start);
    json_t *list = json_array();
    ld_buf text;
    ld_buf_init(&text, lede_env_system(), 64 << 20);
    do {
        ld_tokenizer_next(&tokenizer, &token);
        add_token(list, &token, &text);
    } while (token.kind != LD_HTML_END);
    json_t *wanted = joined(expected);
    bool is_equal = json_equal(list, wanted);
    if (!is_equal) {
        char *got = json_dumps(list, 0), *want = json_dumps(wanted, 0);
        print_message("%s: %.*s\nexpected: %s\ngot:      %s\n\n", state, (int)input.bytes,
                      input.data, want, got);
        free(got);
        free(want);
    }
    json_decref(list);
    json_decref(wanted);
    ld_buf_release(&text);
    free(copy);
    return is_equal;
}

typedef struct totals {
    uint32_t cases, runs, passed, aside;
} totals;

static void run_states(ld_arena *arena, const json_t *test, totals *sum)
{
    json_t *output = json_deep_copy(json_object_get(test, "output"));
    const json_t *input = json_object_get(test, "input");
    char *text = NULL;
    size_t bytes = json_string_length(input);
    if (json_is_true(json_object_get(test, "doubleEscaped"))) {
        json_decref(output);
        output = unescape_value(json_object_get(test, "output"));
        if (!output || !unescape(json_string_value(input), &text, &bytes)) {
            json_decref(output);
            sum->aside++;
            return;
        }
    } else {
        text = malloc(bytes + 1);
        memcpy(text, json_string_value(input), bytes);
    }
    const char *last_start = json_string_value(json_object_get(test, "lastStartTag"));
    const json_t *states = json_object_get(test, "initialStates");
    size_t count = states ? json_array_size(states) : 1;
    sum->cases++;
    for (size_t i = 0; i < count; i++) {
        const char *state = states ? json_string_value(json_array_get(states, i)) : "Data state";
        sum->runs++;
        sum->passed +=
            run_case(arena, ld_span_of(text, bytes), state, last_start ? last_start : "", output);
    }
    json_decref(output);
    free(text);
}

static void test_cases(void **state)
{
    (void)state;
    const char *dir = test_data_dir();
    if (!dir)
        skip();
    char path[4200], name[257];
    snprintf(path, sizeof path, "%s/html5lib/html5lib-tests.tar.zst", dir);
    tar_archive tar = tar_open(path);
    lede_error err = {0};
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 64 << 20, &arena, &err), &err);
    ld_span content;
    totals sum = {0};
    for (size_t offset = 0; tar_next(&tar, &offset, name, &content);) {
        if (strncmp(name, "tokenizer/", 10) != 0 || !strstr(name, ".test"))
            continue;
        json_error_t json_error;
        json_t *file = json_loadb(content.data, content.bytes, JSON_ALLOW_NUL, &json_error);
        if (!file)
            fail_msg("%s: %s", name, json_error.text);
        json_t *tests = json_object_get(file, "tests");
        sum.aside += (uint32_t)json_array_size(json_object_get(file, "xmlViolationTests"));
        for (size_t i = 0; i < json_array_size(tests); i++)
            run_states(arena, json_array_get(tests, i), &sum);
        json_decref(file);
    }
    print_message("# tokenizer: %u cases, %u runs, %u passed, %u cases aside\n", sum.cases,
                  sum.runs, sum.passed, sum.aside);
    ld_arena_free(arena);
    tar_close(&tar);
    assert_true(sum.passed >= PASSED_MIN);
    assert_int_equal(sum.passed, sum.runs);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
