#include "html/parse.h"
#include "html/sniff.h"
#include "tests/html/tar_reader.h"
#include "text/charset.h"

#define PASSED_MIN 82

static void assert_name(const char *got, const char *want)
{
    if (!want)
        assert_null(got);
    else
        assert_string_equal(got ? got : "(none)", want);
}

static void test_prescan(void **state)
{
    (void)state;
    static const struct {
        const char *page, *name; /* NULL: none */
    } rows[] = {
        {"", NULL},
        {"<", NULL},
        {"<meta charset=latin1>", "windows-1252"},
        {"<META CharSet='ISO-8859-2'/>", "ISO-8859-2"},
        {"<meta http-equiv=Content-Type content='text/html; charset=\"koi8-r\"'>", "KOI8-R"},
        {"<meta content='text/html; charset=koi8-r' http-equiv=content-type>", "KOI8-R"},
        {"<meta content='text/html; charset=koi8-r'>", NULL},
        {"<meta http-equiv=refresh content='0; charset=koi8-r'>", NULL},
        {"<meta charset=utf-16le>", "UTF-8"},
        {"<meta charset=nonsense><meta charset=gbk>", "GBK"},
        {"<!-- <meta charset=gbk> --><meta charset=big5>", "Big5"},
        {"<!--><meta charset=gbk>-->", "GBK"},
        {"<p title='<meta charset=gbk>'><meta charset=big5>", "Big5"},
        {"</p a='<meta charset=gbk>'><meta charset=big5>", "Big5"},
        {"<metax charset=gbk>", NULL},
        {"<meta charset=gbk", NULL},
        {"<?xml version='1.0' encoding='euc-jp'?><html>", "EUC-JP"},
        {"<?xml version='1.0' encoding='euc-jp'?><meta charset=gbk>", "GBK"},
        {" <?xml version='1.0' encoding='euc-jp'?>", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_name(ld_html_prescan_charset(ld_span_from_string(rows[i].page)), rows[i].name);
}

/* A declaration far behind the start counts, one within a late script does not. */
static void test_late_prescan(void **state)
{
    (void)state;
    char page[4096];
    memset(page, ' ', sizeof page);
    const char *late = "<script>'<meta charset=gbk>'</script><meta charset=big5>";
    memcpy(page + 2000, late, strlen(late));
    assert_name(ld_html_prescan_charset(ld_span_of(page, sizeof page)), "Big5");
    memcpy(page + 2000 + strlen("<script>'<meta charset=gbk>'"), "<?>>>>>>>", 9);
    assert_name(ld_html_prescan_charset(ld_span_of(page, sizeof page)), NULL);
}

static void test_order_of_evidence(void **state)
{
    (void)state;
    ld_span page = LD_SPAN("<meta charset=gbk>x");
    assert_name(ld_html_sniff_charset(page, LD_SPAN("")), "GBK");
    assert_name(ld_html_sniff_charset(page, LD_SPAN("big5")), "Big5");
    assert_name(ld_html_sniff_charset(page, LD_SPAN("nonsense")), "GBK");
    assert_name(ld_html_sniff_charset(LD_SPAN("\xef\xbb\xbf<meta charset=gbk>"), LD_SPAN("big5")),
                "UTF-8");
    assert_name(ld_html_sniff_charset(LD_SPAN("\xff\xfe<\0p\0>\0"), LD_SPAN("big5")), "UTF-16LE");
    assert_non_null(ld_html_sniff_charset(LD_SPAN(""), LD_SPAN("")));
    assert_non_null(ld_html_sniff_charset((ld_span){NULL, 0}, (ld_span){NULL, 0}));
}

/* From bytes in a declared encoding to text in UTF-8. */
static void test_parse_decodes(void **state)
{
    (void)state;
    lede_error err = {0};
    ld_arena *arena;
    ld_page page;
    assert_ok(ld_arena_new(lede_env_system(), 16 << 20, &arena, &err), &err);
    assert_ok(ld_html_parse(arena, LD_SPAN("<meta charset=iso-8859-1>caf\xe9"), NULL, &page, &err),
              &err);
    assert_true(ld_span_equal(page.encoding, LD_SPAN("windows-1252")));
    assert_true(ld_span_equal(page.nodes[page.node_count - 1].text, LD_SPAN("caf\xc3\xa9")));
    ld_html_options options = {.protocol_charset = LD_SPAN("koi8-r")};
    assert_ok(ld_html_parse(arena, LD_SPAN("<p>\xcd\xc9\xd2"), &options, &page, &err), &err);
    assert_true(ld_span_equal(page.encoding, LD_SPAN("KOI8-R")));
    assert_true(
        ld_span_equal(page.nodes[page.node_count - 1].text, LD_SPAN("\xd0\xbc\xd0\xb8\xd1\x80")));
    ld_arena_free(arena);
}

static ld_span until(ld_span *rest, ld_span mark)
{
    size_t found = ld_span_find(*rest, mark);
    size_t bytes = found == SIZE_MAX ? rest->bytes : found;
    ld_span part = ld_span_of(rest->data, bytes);
    size_t taken = found == SIZE_MAX ? bytes : bytes + mark.bytes;
    *rest = ld_span_of(rest->data + taken, rest->bytes - taken);
    return part;
}

/* The encoding cases of html5lib-tests; "windows-1252" is their word for "none is declared".
 * Set aside: scripted/ (it needs a running script). */
static void test_html5lib(void **state)
{
    (void)state;
    const char *dir = test_data_dir();
    if (!dir)
        skip();
    char path[4200], name[257];
    snprintf(path, sizeof path, "%s/html5lib/html5lib-tests.tar.zst", dir);
    tar_archive tar = tar_open(path);
    ld_span content;
    uint32_t run_count = 0, passed_count = 0;
    for (size_t offset = 0; tar_next(&tar, &offset, name, &content);) {
        if (strncmp(name, "encoding/", 9) != 0 || !strstr(name, ".dat") ||
            strstr(name, "/scripted/"))
            continue;
        until(&content, LD_SPAN("#data\n"));
        while (content.bytes > 0) {
            ld_span page = until(&content, LD_SPAN("\n#encoding\n"));
            ld_span want = ld_span_trim(until(&content, LD_SPAN("\n")));
            until(&content, LD_SPAN("#data\n"));
            size_t bom_bytes;
            const char *got = ld_charset_for_bom(page, &bom_bytes);
            if (!got)
                got = ld_html_prescan_charset(page);
            const char *label = ld_charset_for_label(want);
            bool is_equal = strcmp(got ? got : "windows-1252", label ? label : "?") == 0;
            run_count++;
            passed_count += is_equal;
            if (!is_equal)
                print_message("%s: want %.*s got %s\n%.*s\n", name, (int)want.bytes, want.data,
                              got ? got : "(none)", (int)page.bytes, page.data);
        }
    }
    print_message("# encoding: %u cases, %u passed\n", run_count, passed_count);
    tar_close(&tar);
    assert_true(passed_count >= PASSED_MIN);
    assert_int_equal(passed_count, run_count);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prescan), cmocka_unit_test(test_late_prescan),
        cmocka_unit_test(test_order_of_evidence), cmocka_unit_test(test_parse_decodes),
        cmocka_unit_test(test_html5lib)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
