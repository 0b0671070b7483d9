#include <iconv.h>

#include "tests/test.h"
#include "tests/text/langid.h"
#include "tests/text/random_text.h"
#include "text/charset.h"

static ld_arena *arena;

static int set_up(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 64 << 20, &arena, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

static void assert_decodes(const char *charset, ld_span bytes, const char *expected)
{
    lede_error err;
    ld_span utf8;
    assert_ok(ld_charset_decode(arena, charset, bytes, &utf8, &err), &err);
    if (!ld_span_equal(utf8, ld_span_from_string(expected)))
        fail_msg("%s: '%.*s', not '%s'", charset, (int)utf8.bytes, utf8.data, expected);
}

static void test_labels(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"utf8", "UTF-8"},
        {" UTF-8\n", "UTF-8"},
        {"latin1", "windows-1252"},
        {"ISO-8859-1", "windows-1252"},
        {"us-ascii", "windows-1252"},
        {"sjis", "Shift_JIS"},
        {"gb2312", "GBK"},
        {"x-x-big5", "Big5"},
        {"866", "IBM866"},
        {"iso-2022-kr", "replacement"},
        {"utf-16", "UTF-16LE"},
        {"ks_c_5601-1987", "EUC-KR"},
        {"iso-8859-8-i", "ISO-8859-8-I"},
        {"cp1251", "windows-1251"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const char *name = ld_charset_for_label(ld_span_from_string(rows[i][0]));
        assert_non_null(name);
        assert_string_equal(name, rows[i][1]);
        /* a canonical name is a label of itself */
        assert_string_equal(ld_charset_for_label(ld_span_from_string(name)), name);
    }
    assert_null(ld_charset_for_label(LD_SPAN("")));
    assert_null(ld_charset_for_label(LD_SPAN("utf-7")));
    assert_null(ld_charset_for_label(LD_SPAN("utf8\0")));
    assert_null(ld_charset_for_label(LD_SPAN("\xC2\xA0utf8")));
}

static void test_decoders(void **state)
{
    (void)state;
    assert_decodes("UTF-8", LD_SPAN("\xEF\xBB\xBFok \xFF"), "ok \ufffd");
    assert_decodes("windows-1252",
                   LD_SPAN("\x93"
                           "caf\xE9\x94 \x80 \x81"),
                   "\u201ccaf\u00e9\u201d \u20ac \xC2\x81");
    assert_decodes("windows-1253", LD_SPAN("\xE1\xAA"), "\u03b1\ufffd");
    assert_decodes("windows-1251", LD_SPAN("\xCC\xE8\xF0"), "\u041c\u0438\u0440");
    assert_decodes("KOI8-R", LD_SPAN("\xED\xC9\xD2"), "\u041c\u0438\u0440");
    assert_decodes("ISO-8859-8-I", LD_SPAN("\xE0"), "\u05d0");
    assert_decodes("macintosh", LD_SPAN("\x8E"), "\u00e9");
    assert_decodes("UTF-16LE", LD_SPAN("\xFF\xFEh\0i\0\x3D\xD8\x00\xDE"), "hi\U0001F600");
    assert_decodes("UTF-16BE", LD_SPAN("\0h\xD8\x3D\0i\0"), "h\ufffdi\ufffd");
    assert_decodes("UTF-16LE", LD_SPAN("\x00\xDE!\0"), "\ufffd!");
    assert_decodes("Shift_JIS", LD_SPAN("\x93\xFA\x96\x7B \xB1"), "\u65e5\u672c \uff71");
    assert_decodes("EUC-JP", LD_SPAN("\xC6\xFC\xCB\xDC"), "\u65e5\u672c");
    assert_decodes("ISO-2022-JP", LD_SPAN("\x1B$BF|K\\\x1B(B!"), "\u65e5\u672c!");
    assert_decodes("GBK", LD_SPAN("\xD6\xD0\xCE\xC4"), "\u4e2d\u6587");
    assert_decodes("gb18030", LD_SPAN("\x94\x39\xFC\x36"), "\U0001F600");
    assert_decodes("Big5", LD_SPAN("\xA4\xA4\xA4\xE5"), "\u4e2d\u6587");
    assert_decodes("EUC-KR", LD_SPAN("\xC7\xD1\xB1\xDB"), "\ud55c\uae00");
    assert_decodes("Shift_JIS", LD_SPAN("a\x93"), "a\ufffd");
    assert_decodes("GBK", LD_SPAN("\xD6\xD0\xFF!"), "\u4e2d\ufffd!");
    assert_decodes("x-user-defined", LD_SPAN("a\x80"), "a\uf780");
    assert_decodes("replacement", LD_SPAN("anything"), "\ufffd");
    assert_decodes("replacement", ld_span_of(NULL, 0), "");
    lede_error err;
    ld_span utf8;
    assert_int_equal(ld_charset_decode(arena, "utf-7", LD_SPAN("x"), &utf8, &err), LEDE_E_INVALID);
}

static void test_random_bytes_in_every_encoding(void **state)
{
    (void)state;
    static const char *const names[] = {
        "UTF-8",   "IBM866",    "ISO-8859-2",  "ISO-8859-6",   "ISO-8859-8-I",
        "KOI8-U",  "macintosh", "windows-874", "windows-1255", "GBK",
        "gb18030", "Big5",      "EUC-JP",      "ISO-2022-JP",  "Shift_JIS",
        "EUC-KR",  "UTF-16LE",  "UTF-16BE",    "replacement",  "x-user-defined",
    };
    test_random r = {23};
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        for (int round = 0; round < 400; round++) {
            char bytes[200];
            size_t count = test_random_below(&r, sizeof bytes);
            for (size_t i = 0; i < count; i++)
                bytes[i] = (char)(test_random_below(&r, 8) ? test_random_below(&r, 256) : 0x1B);
            lede_error err;
            ld_span utf8;
            assert_ok(ld_charset_decode(arena, names[n], ld_span_of(bytes, count), &utf8, &err),
                      &err);
            assert_true(utf8.bytes <= count * LD_CHARSET_GROWTH_MAX + 4);
            assert_true(ld_utf8_valid(utf8));
            ld_charset_detect(ld_span_of(bytes, count));
            ld_arena_reset(arena);
        }
    }
}

/* Growth to three bytes a byte, and an arena that ends on the way. */
static void test_growth_and_refusal(void **state)
{
    (void)state;
    static const char *const names[] = {"windows-1252", "KOI8-R", "EUC-KR", "UTF-16LE", "UTF-8"};
    static char bytes[5000];
    memset(bytes, 0x93, sizeof bytes);
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
        for (size_t room = 0; room < 24000; room += 997) {
            ld_arena *small;
            lede_error err;
            ld_span utf8;
            assert_ok(ld_arena_new(lede_env_system(), room, &small, &err), &err);
            lede_status status =
                ld_charset_decode(small, names[n], ld_span_of(bytes, sizeof bytes), &utf8, &err);
            assert_true(status == LEDE_OK || status == LEDE_E_LIMIT);
            if (status == LEDE_OK) {
                assert_true(ld_utf8_valid(utf8) && utf8.bytes >= sizeof bytes);
                assert_true(utf8.bytes <= sizeof bytes * 3);
            }
            assert_true(status == LEDE_OK || room < 23000);
            ld_arena_free(small);
        }
    }
}

/* Legacy bytes of valid text; empty where the encoding lacks a character. */
static size_t encode_as(const char *charset, ld_span text, char *out, size_t room)
{
    iconv_t cd = iconv_open(charset, "UTF-8");
    assert_true(cd != (iconv_t)-1);
    char *from = (char *)(uintptr_t)text.data, *to = out;
    size_t left = text.bytes, free_bytes = room;
    size_t rc = iconv(cd, &from, &left, &to, &free_bytes);
    if (rc != (size_t)-1)
        rc = iconv(cd, NULL, NULL, &to, &free_bytes);
    iconv_close(cd);
    return rc == (size_t)-1 ? 0 : (size_t)(to - out);
}

static void test_detect_simple(void **state)
{
    (void)state;
    assert_string_equal(ld_charset_detect(ld_span_of(NULL, 0)), "UTF-8");
    assert_string_equal(ld_charset_detect(LD_SPAN("plain")), "UTF-8");
    assert_string_equal(ld_charset_detect(LD_SPAN("caf\xC3\xA9")), "UTF-8");
    assert_string_equal(ld_charset_detect(LD_SPAN("caf\xE9 ol\xE9")), "windows-1252");
    assert_string_equal(ld_charset_detect(LD_SPAN("\x93quoted\x94")), "windows-1252");
    assert_string_equal(ld_charset_detect(LD_SPAN("<\0h\0t\0m\0l\0>\0a\0")), "UTF-16LE");
    assert_string_equal(ld_charset_detect(LD_SPAN("\0<\0h\0t\0m\0l\0>\0a")), "UTF-16BE");
    assert_string_equal(ld_charset_detect(LD_SPAN("\x1B$BF|K\\\x1B(B!")), "ISO-2022-JP");
}

/* Pages of about 20 sentences: the encoding found must give the text that the true one gives
 * (encodings that agree on a page's bytes are equally right). */
static const struct {
    const char *language, *converter, *charset;
    uint32_t least_percent;
} pages[] = {
    {"fr", "WINDOWS-1252", "windows-1252", 95},
    {"de", "WINDOWS-1252", "windows-1252", 95},
    {"sv", "WINDOWS-1252", "windows-1252", 95},
    {"pt", "WINDOWS-1252", "windows-1252", 95},
    {"ru", "WINDOWS-1251", "windows-1251", 95},
    {"bg", "WINDOWS-1251", "windows-1251", 95},
    {"ru", "KOI8-R", "KOI8-R", 95},
    {"ru", "ISO-8859-5", "ISO-8859-5", 95},
    {"pl", "WINDOWS-1250", "windows-1250", 95},
    {"pl", "ISO-8859-2", "ISO-8859-2", 95},
    {"cs", "WINDOWS-1250", "windows-1250", 95},
    {"hu", "WINDOWS-1250", "windows-1250", 95},
    {"tr", "WINDOWS-1254", "windows-1254", 95},
    {"el", "WINDOWS-1253", "windows-1253", 95},
    {"he", "WINDOWS-1255", "windows-1255", 95},
    {"ar", "WINDOWS-1256", "windows-1256", 95},
    {"ja", "CP932", "Shift_JIS", 95},
    {"ja", "EUC-JP", "EUC-JP", 95},
    {"zh", "GB18030", "gb18030", 95},
    {"zh", "GBK", "GBK", 95},
    {"zh", "BIG5-HKSCS", "Big5", 95},
    {"ko", "UHC", "EUC-KR", 95},
    {"th", "CP874", "windows-874", 95},
};

static size_t encoded_page(ld_span *rest, const char *converter, char *out, size_t room)
{
    size_t count = 0;
    ld_span line;
    for (int n = 0; n < 20 && langid_line(rest, &line);) {
        size_t more = encode_as(converter, line, out + count, room - count - 1);
        if (more > 0) {
            count += more;
            out[count++] = '\n';
            n++;
        }
    }
    return count;
}

static void test_detect_languages(void **state)
{
    (void)state;
    langid_data data;
    if (!langid_open(&data))
        skip();
    uint32_t short_of = 0;
    for (size_t i = 0; i < sizeof pages / sizeof pages[0]; i++) {
        ld_span rest = langid_text(&data, pages[i].language);
        uint32_t right = 0, all = 0;
        const char *wrong = "";
        static char page[32768];
        size_t bytes;
        while (all < 40 && (bytes = encoded_page(&rest, pages[i].converter, page, sizeof page))) {
            lede_error err;
            ld_span found, meant, raw = ld_span_of(page, bytes);
            const char *name = ld_charset_detect(raw);
            assert_ok(ld_charset_decode(arena, name, raw, &found, &err), &err);
            assert_ok(ld_charset_decode(arena, pages[i].charset, raw, &meant, &err), &err);
            bool same = ld_span_equal(found, meant);
            right += same;
            all++;
            if (!same)
                wrong = name;
            ld_arena_reset(arena);
        }
        print_message("# %s in %s: %u of %u pages%s%s\n", pages[i].language, pages[i].charset,
                      right, all, *wrong ? ", else " : "", wrong);
        short_of += all == 0 || right * 100 < all * pages[i].least_percent;
    }
    langid_close(&data);
    assert_int_equal(short_of, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_labels, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_decoders, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_random_bytes_in_every_encoding, set_up, tear_down),
        cmocka_unit_test(test_growth_and_refusal),
        cmocka_unit_test_setup_teardown(test_detect_simple, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_detect_languages, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
