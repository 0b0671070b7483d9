/*
 * Properties of any input: the tree's links are those of a tree within the depth, the arena refuses
 * rather than breaks, and two spellings of one page have one tree. Three sources: random bytes, tag
 * soup out of a vocabulary that reaches every insertion mode, and the html5lib cases, cut and
 * stirred.
 */
#include "base/limits.h"
#include "html/parse.h"
#include "html/sniff.h"
#include "tests/html/page_dump.h"
#include "tests/html/tar_reader.h"

static const char *const words[] = {"<a>",
                                    "</a>",
                                    "<a href=x>",
                                    "<b>",
                                    "</b>",
                                    "<i class=1>",
                                    "</i>",
                                    "<nobr>",
                                    "</nobr>",
                                    "<p>",
                                    "</p>",
                                    "<div>",
                                    "</div>",
                                    "<h1>",
                                    "</h2>",
                                    "<ul>",
                                    "<li>",
                                    "</li>",
                                    "</ul>",
                                    "<dl>",
                                    "<dd>",
                                    "<dt>",
                                    "</dl>",
                                    "<table>",
                                    "</table>",
                                    "<caption>",
                                    "</caption>",
                                    "<colgroup>",
                                    "<col>",
                                    "</colgroup>",
                                    "<tbody>",
                                    "</tbody>",
                                    "<thead>",
                                    "<tr>",
                                    "</tr>",
                                    "<td>",
                                    "</td>",
                                    "<th>",
                                    "<select>",
                                    "</select>",
                                    "<option>",
                                    "<optgroup>",
                                    "<option selected>",
                                    "<selectedcontent>",
                                    "<input>",
                                    "<input type=hidden>",
                                    "<button>",
                                    "</button>",
                                    "<form>",
                                    "</form>",
                                    "<template>",
                                    "</template>",
                                    "<svg>",
                                    "</svg>",
                                    "<g>",
                                    "<foreignObject>",
                                    "</foreignObject>",
                                    "<desc>",
                                    "<math>",
                                    "</math>",
                                    "<mi>",
                                    "</mi>",
                                    "<mglyph>",
                                    "<annotation-xml encoding=text/html>",
                                    "</annotation-xml>",
                                    "<title>",
                                    "</title>",
                                    "<textarea>",
                                    "</textarea>",
                                    "<style>",
                                    "</style>",
                                    "<script>",
                                    "</script>",
                                    "<!--<script>",
                                    "<noscript>",
                                    "</noscript>",
                                    "<iframe>",
                                    "</iframe>",
                                    "<frameset>",
                                    "</frameset>",
                                    "<frame>",
                                    "<noframes>",
                                    "</noframes>",
                                    "<html a=1>",
                                    "</html>",
                                    "<head>",
                                    "</head>",
                                    "<body b=2>",
                                    "</body>",
                                    "<!doctype html>",
                                    "<!doctype x public 'y'>",
                                    "<!-- c -->",
                                    "<!-",
                                    "<?pi>",
                                    "</ bogus>",
                                    "<![CDATA[x]]>",
                                    "<object>",
                                    "</object>",
                                    "<marquee>",
                                    "<applet>",
                                    "</applet>",
                                    "<ruby>",
                                    "<rt>",
                                    "<rtc>",
                                    "<rb>",
                                    "</ruby>",
                                    "<pre>\n",
                                    "</pre>",
                                    "<plaintext",
                                    "<br>",
                                    "</br>",
                                    "<img/>",
                                    "<image>",
                                    "<hr>",
                                    "<meta charset=x>",
                                    "<link>",
                                    "<base>",
                                    "<x-y>",
                                    "</x-y>",
                                    "text",
                                    " ",
                                    "\n",
                                    "\r\n",
                                    "&amp;",
                                    "&lt",
                                    "&#0;",
                                    "&notin",
                                    "&",
                                    "<",
                                    ">",
                                    "</",
                                    "<a b='",
                                    "'>",
                                    "=\"",
                                    "\">",
                                    "\xc3\xa9",
                                    "<font color=1>",
                                    "</font>",
                                    "<center>",
                                    "<embed>",
                                    "<main>",
                                    "<dialog>",
                                    "<search>",
                                    "<listing>\n",
                                    "<xmp>"};

static ld_arena *arena;

static int setup(void **state)
{
    (void)state;
    lede_error err = {0};
    return ld_arena_new(lede_env_system(), 512 << 20, &arena, &err);
}

static int teardown(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

/* Parses an exact copy, as a document or as a fragment in any context. */
static void parse_and_check(test_random *r, ld_span bytes)
{
    lede_error err = {0};
    ld_page page;
    ld_html_options options = {.is_utf8 = true, .scripting = test_random_below(r, 2)};
    char *copy = malloc(bytes.bytes + !bytes.bytes);
    memcpy(copy, bytes.data, bytes.bytes);
    ld_arena_reset(arena);
    if (test_random_below(r, 3) > 0) {
        assert_ok(ld_html_parse(arena, ld_span_of(copy, bytes.bytes), &options, &page, &err), &err);
    } else {
        options.context_tag = (ld_tag)test_random_below(r, LD_TAG_COUNT);
        options.context_name_space = (ld_namespace)(test_random_below(r, 5) % 3);
        assert_ok(
            ld_html_parse_fragment(arena, ld_span_of(copy, bytes.bytes), &options, &page, &err),
            &err);
    }
    check_tree(&page, LD_HTML_DEPTH_MAX);
    free(copy);
}

static void test_random_bytes(void **state)
{
    (void)state;
    test_random r = {7};
    char bytes[512];
    for (int round = 0; round < 4000; round++) {
        size_t count = test_random_below(&r, sizeof bytes);
        for (size_t i = 0; i < count; i++)
            bytes[i] = round % 2
                           ? (char)test_random_u64(&r)
                           : "<>/!-='\"& \n\r\ta[]xdivptrCDATA#;\0"[test_random_below(&r, 32)];
        parse_and_check(&r, ld_span_of(bytes, count));
        assert_non_null(ld_html_sniff_charset(ld_span_of(bytes, count), (ld_span){NULL, 0}));
    }
}

static void test_tag_soup(void **state)
{
    (void)state;
    test_random r = {11};
    ld_buf soup;
    ld_buf_init(&soup, lede_env_system(), 1 << 20);
    for (int round = 0; round < 3000; round++) {
        ld_buf_clear(&soup);
        uint32_t count = test_random_below(&r, round % 50 == 0 ? 5000 : 60);
        /* a few words often, so that they nest */
        uint32_t first = test_random_below(&r, sizeof words / sizeof *words);
        uint32_t width = 2 + test_random_below(&r, sizeof words / sizeof *words);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t pick = (first + test_random_below(&r, width)) % (sizeof words / sizeof *words);
            ld_buf_add_string(&soup, words[pick]);
        }
        parse_and_check(&r, ld_buf_span(&soup));
    }
    ld_buf_release(&soup);
}

/* The same page with line breaks as LF, CR LF and CR. */
static void test_line_breaks_do_not_matter(void **state)
{
    (void)state;
    static const char *const breaks[] = {"\n", "\r\n", "\r"};
    test_random r = {13};
    lede_error err = {0};
    ld_buf soup, dumps[3];
    ld_buf_init(&soup, lede_env_system(), 1 << 20);
    for (int round = 0; round < 300; round++) {
        uint64_t seed = test_random_u64(&r);
        for (int kind = 0; kind < 3; kind++) {
            test_random same = {seed};
            ld_buf_clear(&soup);
            for (uint32_t i = 0; i < 40; i++) {
                uint32_t pick = test_random_below(&same, sizeof words / sizeof *words);
                if (strchr(words[pick], '\r') || strchr(words[pick], '\n'))
                    pick = 0;
                ld_buf_add_string(&soup, words[pick]);
                /* text before it: a CR beside an LF of the next word would be one line break */
                if (test_random_below(&same, 3) == 0)
                    ld_buf_add_string(&soup, breaks[kind]);
            }
            ld_page page;
            ld_html_options options = {.is_utf8 = true};
            ld_arena_reset(arena);
            ld_buf_init(&dumps[kind], lede_env_system(), 16 << 20);
            assert_ok(ld_html_parse(arena, ld_buf_span(&soup), &options, &page, &err), &err);
            dump_children(&dumps[kind], &page, LD_NODE_DOCUMENT);
        }
        assert_string_equal(ld_buf_string(&dumps[0]), ld_buf_string(&dumps[1]));
        assert_string_equal(ld_buf_string(&dumps[0]), ld_buf_string(&dumps[2]));
        for (int kind = 0; kind < 3; kind++)
            ld_buf_release(&dumps[kind]);
    }
    ld_buf_release(&soup);
}

static void test_stirred_cases(void **state)
{
    (void)state;
    const char *dir = test_data_dir();
    if (!dir)
        skip();
    char path[4200], name[257];
    snprintf(path, sizeof path, "%s/html5lib/html5lib-tests.tar.zst", dir);
    tar_archive tar = tar_open(path);
    test_random r = {17};
    ld_span content;
    for (size_t offset = 0; tar_next(&tar, &offset, name, &content);) {
        for (int round = 0; round < 30 && content.bytes > 0; round++) {
            uint32_t size = (uint32_t)content.bytes;
            ld_span cut =
                ld_span_sub(content, test_random_below(&r, size), test_random_below(&r, 4000));
            char *stirred = malloc(cut.bytes + 1);
            memcpy(stirred, cut.data, cut.bytes);
            for (uint32_t i = 0; i < cut.bytes / 50; i++)
                stirred[test_random_below(&r, (uint32_t)cut.bytes)] = "<>/ &\0\"x"[i % 8];
            parse_and_check(&r, ld_span_of(stirred, cut.bytes));
            free(stirred);
        }
    }
    tar_close(&tar);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_bytes), cmocka_unit_test(test_tag_soup),
        cmocka_unit_test(test_line_breaks_do_not_matter), cmocka_unit_test(test_stirred_cases)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
