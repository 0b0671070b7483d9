/*
 * The tree construction cases of html5lib-tests: each with scripting on and off where the case
 * does not choose. Set aside: the folder scripted/ (it needs a running document.write).
 */
#include "base/limits.h"
#include "html/parse.h"
#include "tests/html/page_dump.h"
#include "tests/html/tar_reader.h"

#define PASSED_MIN 3549 /* of all runs */

typedef struct tree_case {
    ld_span data, fragment, document;
    bool is_fragment, has_script_flag, is_scripting;
} tree_case;

static ld_span next_line(ld_span *rest)
{
    const char *end = memchr(rest->data, '\n', rest->bytes);
    size_t bytes = end ? (size_t)(end - rest->data) : rest->bytes;
    ld_span line = ld_span_of(rest->data, bytes);
    size_t taken = end ? bytes + 1 : bytes;
    *rest = ld_span_of(rest->data + taken, rest->bytes - taken);
    return line;
}

/* The lines up to the next one that opens a section, without the last line break. */
static ld_span section(ld_span *rest, bool is_data)
{
    const char *from = rest->data;
    while (rest->bytes > 0) {
        ld_span before = *rest, line = next_line(rest);
        bool is_end = is_data ? ld_span_equal(line, LD_SPAN("#errors"))
                              : ld_span_equal(line, LD_SPAN("#data"));
        if (is_end) {
            *rest = before;
            break;
        }
    }
    size_t bytes = (size_t)(rest->data - from);
    while (bytes > 0 && from[bytes - 1] == '\n') {
        bytes--;
        if (is_data)
            break;
    }
    return ld_span_of(from, bytes);
}

static bool next_case(ld_span *rest, tree_case *c)
{
    *c = (tree_case){0};
    while (rest->bytes > 0 && !ld_span_equal(next_line(rest), LD_SPAN("#data")))
        continue;
    if (rest->bytes == 0)
        return false;
    c->data = section(rest, true);
    while (rest->bytes > 0) {
        ld_span line = next_line(rest);
        if (ld_span_equal(line, LD_SPAN("#document-fragment"))) {
            c->is_fragment = true;
            c->fragment = next_line(rest);
        } else if (ld_span_equal(line, LD_SPAN("#script-on"))) {
            c->has_script_flag = c->is_scripting = true;
        } else if (ld_span_equal(line, LD_SPAN("#script-off"))) {
            c->has_script_flag = true;
        } else if (ld_span_equal(line, LD_SPAN("#document"))) {
            c->document = section(rest, false);
            return true;
        }
    }
    return false;
}

static void set_context(const tree_case *c, ld_html_options *options)
{
    ld_span name = c->fragment;
    if (ld_span_starts_with(name, LD_SPAN("svg "))) {
        options->context_name_space = LD_NS_SVG;
        name = ld_span_sub(name, 4, SIZE_MAX);
    } else if (ld_span_starts_with(name, LD_SPAN("math "))) {
        options->context_name_space = LD_NS_MATHML;
        name = ld_span_sub(name, 5, SIZE_MAX);
    }
    char lower[64] = {0};
    for (size_t i = 0; i < name.bytes && i < sizeof lower; i++)
        lower[i] = (char)(name.data[i] | (name.data[i] >= 'A' && name.data[i] <= 'Z' ? 0x20 : 0));
    options->context_tag = ld_tag_find(ld_span_of(lower, name.bytes));
}

static bool run_case(ld_arena *arena, const char *name, const tree_case *c, bool is_scripting)
{
    lede_error err = {0};
    ld_page page;
    ld_html_options options = {.scripting = is_scripting, .is_utf8 = true};
    ld_arena_reset(arena);
    /* a copy of its own, so that reading past its end is seen */
    char *copy = malloc(c->data.bytes + 1);
    memcpy(copy, c->data.data, c->data.bytes);
    copy = realloc(copy, c->data.bytes + !c->data.bytes);
    ld_span bytes = ld_span_of(copy, c->data.bytes);
    ld_node root = LD_NODE_DOCUMENT;
    if (c->is_fragment) {
        set_context(c, &options);
        assert_ok(ld_html_parse_fragment(arena, bytes, &options, &page, &err), &err);
        root = ld_page_root_element(&page);
    } else {
        assert_ok(ld_html_parse(arena, bytes, &options, &page, &err), &err);
    }
    check_tree(&page, LD_HTML_DEPTH_MAX);
    ld_buf out;
    ld_buf_init(&out, lede_env_system(), 64 << 20);
    dump_children(&out, &page, root);
    bool is_equal = ld_span_equal(ld_buf_span(&out), c->document);
    if (!is_equal)
        print_message("%s%s:\n%.*s\nexpected:\n%.*s\ngot:\n%s\n\n", name,
                      is_scripting ? " (scripting)" : "", (int)c->data.bytes, c->data.data,
                      (int)c->document.bytes, c->document.data, ld_buf_string(&out));
    ld_buf_release(&out);
    free(copy);
    return is_equal;
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
    assert_ok(ld_arena_new(lede_env_system(), 256 << 20, &arena, &err), &err);
    ld_span content;
    uint32_t case_count = 0, run_count = 0, passed_count = 0, aside_count = 0;
    for (size_t offset = 0; tar_next(&tar, &offset, name, &content);) {
        if (strncmp(name, "tree-construction/", 18) != 0 || !strstr(name, ".dat"))
            continue;
        bool is_aside = strstr(name, "/scripted/") != NULL;
        for (tree_case c; next_case(&content, &c);) {
            case_count += !is_aside;
            aside_count += is_aside;
            for (int scripting = 0; scripting <= 1 && !is_aside; scripting++) {
                if (c.has_script_flag && c.is_scripting != (scripting == 1))
                    continue;
                run_count++;
                passed_count += run_case(arena, name, &c, scripting == 1);
            }
        }
    }
    print_message("# tree construction: %u cases, %u runs, %u passed, %u scripted ones aside\n",
                  case_count, run_count, passed_count, aside_count);
    ld_arena_free(arena);
    tar_close(&tar);
    assert_true(passed_count >= PASSED_MIN);
    assert_true(run_count - passed_count == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
