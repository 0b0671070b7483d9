/*
 * Pages made to hurt: each must parse in bounded time and memory, into a sound tree no deeper than
 * LD_HTML_DEPTH_MAX. The bounds are wide (the test also runs under sanitizers on slow machines);
 * a quadratic step at these sizes would pass them by a factor of a thousand.
 */
#include <time.h>

#include "base/buf.h"
#include "base/limits.h"
#include "html/parse.h"
#include "tests/html/page_dump.h"

#define SECONDS_MAX 8.0
#define BOMB_BYTES  (1u << 20)

typedef struct bomb {
    const char *name;
    const char *head;   /* once */
    const char *repeat; /* until BOMB_BYTES; %u is the number of the repetition */
    const char *tail;   /* as often as repeat when not NULL */
} bomb;

static const bomb bombs[] = {
    {"nested b", "", "<b>", NULL},
    {"nested b closed", "", "<b>", "</b>"},
    {"nested div", "", "<div>", "</div>"},
    {"nested table", "", "<table><tr><td>", NULL},
    {"nested table closed", "", "<table><tr><td>x", "</td></tr></table>"},
    {"table in table", "", "<table>", NULL},
    {"table foster", "<table>", "<b><div>x", NULL},
    {"table rows", "<table>", "x<tr><td>y", NULL},
    {"nested template", "", "<template>", NULL},
    {"nested template closed", "", "<template><td>", "</template>"},
    {"nested svg", "<svg>", "<g>", "</g>"},
    {"svg and html", "", "<svg><foreignObject><p>", NULL},
    {"math", "<math>", "<mi><b><annotation-xml encoding='text/html'><p>", NULL},
    {"nested list", "", "<ul><li>", NULL},
    {"dd", "", "<dl><dd><div>", NULL},
    {"nested p and b", "", "<p><b>", NULL},
    {"formatting, all different", "", "<p><font size=%u>x", NULL},
    {"formatting, all equal", "", "<p><b class=x>x", NULL},
    {"adoption", "", "<b><div>", "</b>x"},
    {"adoption of a", "", "<a><div>", NULL},
    {"adoption crossed", "", "<b><i><u><p>x", "</b></i></u>"},
    {"nobr", "", "<nobr><div>", NULL},
    {"wide adoption", "<b><i><u><s><div>", "<br>", "</b>"},
    {"select", "", "<select><option>", NULL},
    {"select with button", "", "<select><button><selectedcontent></button><option>x", NULL},
    {"option tree", "<select><button><selectedcontent></button><option>", "<b>x</b>", NULL},
    {"button", "", "<button><div>", NULL},
    {"form", "", "<form><div>", "</form>"},
    {"headings", "", "<h1><span>", NULL},
    {"object markers", "", "<object><b>", NULL},
    {"attributes", "<p ", "a%u=%u ", ">"},
    {"equal attributes", "<p ", "a ", NULL},
    {"html attributes", "", "<html a%u=1>", NULL},
    {"body attributes", "<body>", "<body a%u=1>", NULL},
    {"unclosed quote", "", "<a href=\"x", NULL},
    {"unclosed tag", "", "<a ", NULL},
    {"less-than signs", "", "<", NULL},
    {"end tags", "", "</", NULL},
    {"unknown end tags", "<div><span><i>", "</x%u>", NULL},
    {"comments", "", "<!--", NULL},
    {"comment dashes", "<!--", "-", NULL},
    {"comment ends", "<!--", "--!", NULL},
    {"empty comments", "", "<!---->", NULL},
    {"script escapes", "<script>", "<!--<script>", NULL},
    {"script ends", "<script><!--", "</scrip", NULL},
    {"titles", "<title>", "</titl", NULL},
    {"cdata", "<svg>", "<![CDATA[", NULL},
    {"cdata ends", "<svg><![CDATA[", "]]", NULL},
    {"ampersands", "", "&", NULL},
    {"references", "", "&nGt;", NULL},
    {"long names", "&", "a", NULL},
    {"numbers", "&#", "9", NULL},
    {"references in a value", "<p title=\"", "&nLt;&amp", "\">"},
    {"doctypes", "", "<!doctype html>", NULL},
    {"framesets", "<frameset>", "<frameset>", NULL},
    {"frameset text", "<frameset>", "x ", NULL},
    {"plaintext", "<plaintext>", "<b>", NULL},
    {"one line", "<p>", "word ", NULL},
    {"spaces", "", " ", NULL},
    {"carriage returns", "<pre>", "\r", NULL},
    {"deep and wide", "<div><div><div>", "<p>x<div>", "</div>"},
    {"ruby", "<ruby>", "<rb><rt><rtc>", NULL},
    {"captions", "<table>", "<caption><table>", NULL},
    {"columns", "<table>", "<colgroup><template><col>", NULL},
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void add_repeat(ld_buf *out, const char *repeat, uint32_t number)
{
    for (; *repeat; repeat++) {
        if (repeat[0] == '%' && repeat[1] == 'u') {
            ld_buf_add_format(out, "%u", number);
            repeat++;
        } else {
            ld_buf_add_byte(out, (uint8_t)*repeat);
        }
    }
}

static void parse_bomb(ld_arena *arena, const char *name, ld_span bytes)
{
    lede_error err = {0};
    ld_page page;
    ld_html_options options = {.is_utf8 = true};
    ld_arena_reset(arena);
    double start = seconds_now();
    assert_ok(ld_html_parse(arena, bytes, &options, &page, &err), &err);
    double seconds = seconds_now() - start;
    uint32_t met = check_tree(&page, LD_HTML_DEPTH_MAX);
    size_t used_bytes = ld_arena_used_bytes(arena);
    if (getenv("LEDE_TEST_VERBOSE"))
        print_message("%-28s %9zu bytes %8u nodes %8u attributes %10zu used %.3f s%s\n", name,
                      bytes.bytes, met, page.attribute_count, used_bytes, seconds,
                      page.truncated ? ", truncated" : "");
    if (seconds > SECONDS_MAX)
        fail_msg("%s: %zu bytes took %.1f s", name, bytes.bytes, seconds);
    /* a node, its attributes and the arrays' growth for each byte, at the very most */
    if (used_bytes > (16u << 20) + 160 * bytes.bytes)
        fail_msg("%s: %zu bytes took %zu bytes of memory", name, bytes.bytes, used_bytes);
}

static void test_bombs(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena;
    assert_ok(ld_arena_new(lede_env_system(), 2048u << 20, &arena, &err), &err);
    ld_buf page;
    ld_buf_init(&page, lede_env_system(), 64 << 20);
    for (size_t i = 0; i < sizeof bombs / sizeof *bombs; i++) {
        uint32_t count = 0;
        ld_buf_clear(&page);
        ld_buf_add_string(&page, bombs[i].head);
        while (page.bytes < BOMB_BYTES)
            add_repeat(&page, bombs[i].repeat, count++);
        for (uint32_t n = 0; bombs[i].tail && n < count; n++)
            ld_buf_add_string(&page, bombs[i].tail);
        parse_bomb(arena, bombs[i].name, ld_buf_span(&page));
    }
    ld_buf_release(&page);
    ld_arena_free(arena);
}

/* 50 MB without a line break, and the same as one value and one comment. */
static void test_huge_line(void **state)
{
    (void)state;
    static const char *const heads[] = {"<p>", "<p title=\"", "<!-- ", "<script>", "<p>&amp; "};
    lede_error err = {0};
    ld_arena *arena;
    size_t bytes = 50u << 20;
    char *line = malloc(bytes);
    assert_non_null(line);
    assert_ok(ld_arena_new(lede_env_system(), 1024u << 20, &arena, &err), &err);
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        memset(line, 'x', bytes);
        memcpy(line, heads[i], strlen(heads[i]));
        parse_bomb(arena, heads[i], ld_span_of(line, bytes));
    }
    ld_arena_free(arena);
    free(line);
}

/* The number of nodes ends the parse, and the page says so. */
static void test_node_maximum(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena;
    size_t bytes = 5u * (LD_HTML_NODES_MAX + 1000);
    char *tags = malloc(bytes);
    assert_non_null(tags);
    for (size_t at = 0; at < bytes; at += 5)
        memcpy(tags + at, "<br>\n", 5);
    assert_ok(ld_arena_new(lede_env_system(), 2048u << 20, &arena, &err), &err);
    ld_page page;
    ld_html_options options = {.is_utf8 = true};
    assert_ok(ld_html_parse(arena, ld_span_of(tags, bytes), &options, &page, &err), &err);
    assert_true(page.truncated);
    assert_int_equal(page.node_count, LD_HTML_NODES_MAX);
    check_tree(&page, LD_HTML_DEPTH_MAX);
    ld_arena_free(arena);
    free(tags);
}

/* A deep page keeps its text in order, and says that it was flattened. */
static void test_depth_keeps_text(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena;
    ld_buf in, want;
    ld_buf_init(&in, lede_env_system(), 64 << 20);
    ld_buf_init(&want, lede_env_system(), 64 << 20);
    for (uint32_t i = 0; i < 3000; i++) {
        ld_buf_add_format(&in, "<div>%u ", i);
        ld_buf_add_format(&want, "%u ", i);
    }
    assert_ok(ld_arena_new(lede_env_system(), 64 << 20, &arena, &err), &err);
    ld_page page;
    ld_html_options options = {.is_utf8 = true};
    assert_ok(ld_html_parse(arena, ld_buf_span(&in), &options, &page, &err), &err);
    assert_true(page.truncated);
    check_tree(&page, LD_HTML_DEPTH_MAX);
    assert_true(ld_span_equal(ld_node_text(arena, &page, LD_NODE_DOCUMENT), ld_buf_span(&want)));
    ld_buf_release(&in);
    ld_buf_release(&want);
    ld_arena_free(arena);
}

/* Of 200 different open fonts a paragraph reopens no more than the maximum, the latest ones. */
static void test_formatting_maximum(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena;
    ld_page page;
    ld_buf in;
    ld_buf_init(&in, lede_env_system(), 1 << 20);
    ld_buf_add_string(&in, "<p>");
    for (uint32_t i = 0; i < 200; i++)
        ld_buf_add_format(&in, "<font size=%u>", i);
    ld_buf_add_string(&in, "</p><p>x");
    assert_ok(ld_arena_new(lede_env_system(), 16 << 20, &arena, &err), &err);
    ld_html_options options = {.is_utf8 = true};
    assert_ok(ld_html_parse(arena, ld_buf_span(&in), &options, &page, &err), &err);
    assert_true(page.truncated);
    ld_node x = page.node_count - 1;
    uint32_t fonts = 0;
    for (ld_node n = page.nodes[x].parent; !ld_node_is(&page, n, LD_TAG_P); fonts++) {
        char want[16];
        snprintf(want, sizeof want, "%u", 199 - fonts);
        assert_true(
            ld_span_equal(ld_node_attribute(&page, n, LD_SPAN("size")), ld_span_from_string(want)));
        n = page.nodes[n].parent;
    }
    assert_int_equal(fonts, LD_HTML_FORMATTING_MAX);
    ld_buf_release(&in);
    ld_arena_free(arena);
}

/* A table whose parts the full stack closed leaves no trace in the insertion mode: the end of the
 * body is found, and the comment behind it belongs to the document. */
static void test_mode_after_full_stack(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena;
    ld_page page;
    ld_buf in;
    ld_buf_init(&in, lede_env_system(), 1 << 20);
    for (uint32_t i = 0; i < LD_HTML_DEPTH_MAX - 3; i++)
        ld_buf_add_string(&in, "<div>");
    ld_buf_add_string(&in, "<table><td>a<div>b</body></html><!--c-->");
    assert_ok(ld_arena_new(lede_env_system(), 16 << 20, &arena, &err), &err);
    ld_html_options options = {.is_utf8 = true};
    assert_ok(ld_html_parse(arena, ld_buf_span(&in), &options, &page, &err), &err);
    ld_node comment = page.node_count - 1;
    assert_int_equal(page.nodes[comment].kind, LD_NODE_KIND_COMMENT);
    assert_int_equal(page.nodes[comment].parent, LD_NODE_DOCUMENT);
    assert_true(ld_span_equal(ld_node_text(arena, &page, LD_NODE_DOCUMENT), LD_SPAN("ab")));
    ld_buf_release(&in);
    ld_arena_free(arena);
}

/* A small arena refuses; the parser says so and nothing breaks, wherever it happens. */
static void test_refused_memory(void **state)
{
    (void)state;
    lede_error err = {0};
    const ld_span bytes = LD_SPAN("<!doctype html><title>a&amp;b</title><p class=x>one<b>two<p>&lt;"
                                  "<table>x<td>y</table><svg viewbox=1><g/></svg><!--c-->");
    ld_html_options options = {.is_utf8 = true};
    bool has_passed = false;
    for (size_t bytes_max = 0; bytes_max < (1u << 18) && !has_passed; bytes_max += 512) {
        ld_arena *arena;
        ld_page page;
        if (ld_arena_new(lede_env_system(), bytes_max, &arena, &err) != LEDE_OK)
            continue;
        lede_status status = ld_html_parse(arena, bytes, &options, &page, &err);
        has_passed = status == LEDE_OK;
        assert_true(has_passed || status == LEDE_E_LIMIT);
        ld_arena_free(arena);
    }
    assert_true(has_passed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_bombs),
                                       cmocka_unit_test(test_huge_line),
                                       cmocka_unit_test(test_node_maximum),
                                       cmocka_unit_test(test_depth_keeps_text),
                                       cmocka_unit_test(test_formatting_maximum),
                                       cmocka_unit_test(test_mode_after_full_stack),
                                       cmocka_unit_test(test_refused_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
