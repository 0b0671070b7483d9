/* Any bytes as UTF-8. First byte: which encoding; the rest are the bytes, or a label. */
#include "base/utf8.h"
#include "html/sniff.h"
#include "tests/fuzz/fuzz.h"
#include "text/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const char *const labels[] = {
        "utf-8",        "utf-16le",  "utf-16be",   "latin1",     "shift_jis",    "euc-jp",
        "iso-2022-jp",  "gbk",       "gb18030",    "big5",       "euc-kr",       "koi8-r",
        "windows-1251", "macintosh", "iso-8859-8", "ibm866",     "windows-1254", "x-user-defined",
        "replacement",  "koi8-u",    "iso-8859-2", "windows-874"};
    if (bytes == 0)
        return 0;
    ld_arena *arena = fuzz_arena();
    lede_error err = {0};
    ld_span input = fuzz_span(data + 1, bytes - 1), utf8;
    const char *name = ld_charset_for_label(
        ld_span_from_string(labels[data[0] % (sizeof labels / sizeof *labels)]));
    fuzz_check(name);
    fuzz_check(ld_charset_decode(arena, name, input, &utf8, &err) == LEDE_OK);
    fuzz_check_text(utf8);
    fuzz_check(utf8.bytes <= LD_CHARSET_GROWTH_MAX * input.bytes + 4);
    const char *sniffed = ld_html_sniff_charset(input, LD_SPAN(""));
    fuzz_check(sniffed && ld_charset_for_label(ld_span_from_string(sniffed)));
    fuzz_check(ld_charset_detect(input));
    fuzz_check(ld_charset_decode(arena, sniffed, input, &utf8, &err) == LEDE_OK);
    fuzz_check_text(utf8);
    ld_charset_for_label(input);
    size_t bom_bytes;
    ld_charset_for_bom(input, &bom_bytes);
    fuzz_check(bom_bytes <= input.bytes);
    return 0;
}
