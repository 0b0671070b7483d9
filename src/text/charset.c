/*
 * Labels and decoders.
 *
 *   bytes --BOM off--> UTF-8:          scrubbed (the caller's own bytes when they are valid)
 *                      UTF-16:         paired by hand, a lone surrogate is U+FFFD
 *                      single byte:    a table of 128 code points an encoding
 *                      multi-byte:     iconv of the C library; a byte it refuses is U+FFFD, and
 *                                      decoding goes on behind that byte
 *
 * The multi-byte encodings are the C library's nearest superset of the standard's index: gbk is
 * decoded as gb18030 (as the standard does), euc-kr as UHC, shift_jis as CP932, euc-jp as
 * EUC-JP-MS, big5 as BIG5-HKSCS. They differ from the standard in a few dozen rare symbols; tables
 * of our own would be 200 KB for encodings that few archives hold.
 *
 * Source: Encoding Standard, https://encoding.spec.whatwg.org (labels, tables, decoders).
 */
#include "text/charset.h"

#include <errno.h>
#include <iconv.h>

#include "base/utf8.h"
#include "text/charset_tables.h"

#define LABEL_BYTES_MAX  64u /* longer than every label of the standard */
#define ICONV_ROOM_BYTES 64u /* more than one step of any converter writes: each call moves on */

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

const char *ld_charset_for_label(ld_span label)
{
    while (label.bytes > 0 && is_space(label.data[0]))
        label = ld_span_of(label.data + 1, label.bytes - 1);
    while (label.bytes > 0 && is_space(label.data[label.bytes - 1]))
        label.bytes--;
    if (label.bytes == 0 || label.bytes > LABEL_BYTES_MAX)
        return NULL;
    char lower[LABEL_BYTES_MAX];
    for (size_t i = 0; i < label.bytes; i++) {
        char c = label.data[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    ld_span key = ld_span_of(lower, label.bytes);
    uint32_t low = 0, high = ld_charset_label_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = ld_span_compare(ld_span_from_string(ld_charset_labels[middle].label), key);
        if (order == 0)
            return ld_charset_labels[middle].name;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const char *ld_charset_for_bom(ld_span bytes, size_t *bom_bytes)
{
    static const struct {
        const char *name, *bom;
        size_t bytes;
    } marks[] = {
        {"UTF-8", "\xEF\xBB\xBF", 3}, {"UTF-16BE", "\xFE\xFF", 2}, {"UTF-16LE", "\xFF\xFE", 2}};
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (ld_span_starts_with(bytes, ld_span_of(marks[i].bom, marks[i].bytes))) {
            *bom_bytes = marks[i].bytes;
            return marks[i].name;
        }
    }
    *bom_bytes = 0;
    return NULL;
}

/*
 * Where decoders write. It begins a little larger than the input, since most pages are mostly
 * ASCII, and grows where it must; no decoder here passes LD_CHARSET_GROWTH_MAX bytes out for one in
 * (a byte is at most one code point of three bytes, or half of one of four; Big5's few pairs of
 * code points make four).
 */
typedef struct output {
    ld_arena *arena;
    char *data; /* [room]; the newest block of the arena */
    size_t bytes, room;
    bool refused; /* sticky: the arena gave no more, and nothing is written any longer */
} output;

static bool reserve(output *out, size_t more)
{
    if (out->refused || out->room - out->bytes >= more)
        return !out->refused;
    size_t room = out->room + out->room / 2 + more;
    char *data = ld_arena_resize(out->arena, out->data, out->room, room);
    if (!data) {
        out->refused = true;
        return false;
    }
    out->data = data;
    out->room = room;
    return true;
}

static lede_status output_begin(ld_arena *arena, ld_span in, output *out, lede_error *err)
{
    if (in.bytes > SIZE_MAX / 8)
        return LD_FAIL(err, LEDE_E_LIMIT, "the text of %zu bytes is too long to decode", in.bytes);
    *out = (output){.arena = arena, .room = in.bytes + in.bytes / 8 + 16};
    out->data = ld_arena_alloc(arena, out->room);
    return out->data ? LEDE_OK : ld_arena_status(arena, err);
}

/* Gives back the room that the text did not need. */
static lede_status output_end(output *out, ld_span *utf8, lede_error *err)
{
    if (out->refused)
        return ld_arena_status(out->arena, err);
    char *shrunk = ld_arena_resize(out->arena, out->data, out->room, out->bytes ? out->bytes : 1);
    *utf8 = ld_span_of(shrunk ? shrunk : out->data, out->bytes);
    return LEDE_OK;
}

static void put(output *out, uint32_t code_point)
{
    if (reserve(out, 4))
        out->bytes += ld_utf8_encode(code_point, out->data + out->bytes);
}

static void decode_utf16(ld_span in, bool big_endian, output *out)
{
    uint32_t lead = 0; /* a high surrogate that waits for its partner */
    for (size_t at = 0; at + 1 < in.bytes; at += 2) {
        uint8_t first = (uint8_t)in.data[at], second = (uint8_t)in.data[at + 1];
        uint32_t unit = big_endian ? (uint32_t)first << 8 | second : (uint32_t)second << 8 | first;
        bool low = unit >= 0xDC00 && unit < 0xE000;
        if (lead && low) {
            put(out, 0x10000 + ((lead - 0xD800) << 10) + (unit - 0xDC00));
            lead = 0;
            continue;
        }
        if (lead)
            put(out, LD_UTF8_REPLACEMENT);
        lead = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
        if (!lead)
            put(out, unit); /* a lone low surrogate is written as U+FFFD */
    }
    if (lead || in.bytes % 2)
        put(out, LD_UTF8_REPLACEMENT);
}

static void decode_single(ld_span in, const uint16_t high[128], output *out)
{
    for (size_t i = 0; i < in.bytes; i++) {
        uint8_t byte = (uint8_t)in.data[i];
        uint32_t c = byte < 0x80 ? byte : high[byte - 0x80];
        put(out, byte >= 0x80 && c == 0 ? LD_UTF8_REPLACEMENT : c);
    }
}

static void decode_user_defined(ld_span in, output *out)
{
    for (size_t i = 0; i < in.bytes; i++) {
        uint8_t byte = (uint8_t)in.data[i];
        put(out, byte < 0x80 ? byte : 0xF780u + byte - 0x80);
    }
}

static lede_status decode_iconv(ld_span in, const char *converter, output *out, lede_error *err)
{
    iconv_t cd = iconv_open("UTF-8", converter);
    if (cd == (iconv_t)-1) {
        return LD_FAIL_OS(err, errno == ENOMEM ? LEDE_E_NOMEM : LEDE_E_INVALID, errno,
                          "the C library has no converter from %s (is its iconv part installed?)",
                          converter);
    }
    char *from = (char *)(uintptr_t)in.data; /* iconv's prototype lacks the const it keeps */
    size_t left = in.bytes;
    while (left > 0 && reserve(out, ICONV_ROOM_BYTES)) {
        char *to = out->data + out->bytes;
        size_t room = out->room - out->bytes;
        size_t rc = iconv(cd, &from, &left, &to, &room);
        int why = errno;
        out->bytes = (size_t)(to - out->data);
        if (rc != (size_t)-1 || left == 0 || why == E2BIG)
            continue;
        put(out, LD_UTF8_REPLACEMENT);
        if (why == EINVAL)
            break; /* the input ends inside a character */
        from++;
        left--;
    }
    if (reserve(out, ICONV_ROOM_BYTES)) {
        char *to = out->data + out->bytes;
        size_t room = out->room - out->bytes;
        iconv(cd, NULL, NULL, &to, &room); /* characters held back for a possible combination */
        out->bytes = (size_t)(to - out->data);
    }
    iconv_close(cd);
    return LEDE_OK;
}

static const char *const converters[][2] = {
    {"GBK", "GB18030"},      {"gb18030", "GB18030"},         {"Big5", "BIG5-HKSCS"},
    {"EUC-JP", "EUC-JP-MS"}, {"ISO-2022-JP", "ISO-2022-JP"}, {"Shift_JIS", "CP932"},
    {"EUC-KR", "UHC"},
};
#define CONVERTER_COUNT (sizeof converters / sizeof *converters)

static const char *converter_of(const char *name)
{
    for (size_t i = 0; i < CONVERTER_COUNT; i++) {
        if (strcmp(converters[i][0], name) == 0)
            return converters[i][1];
    }
    return NULL;
}

/* The C library drops the code of a converter that nobody has open, and reads it from a file. */
void ld_charset_preload(void)
{
    static iconv_t open[CONVERTER_COUNT];
    for (size_t i = 0; i < CONVERTER_COUNT; i++) {
        if (!open[i])
            open[i] = iconv_open("UTF-8", converters[i][1]);
    }
}

static const uint16_t *single_table(const char *name)
{
    if (strcmp(name, "ISO-8859-8-I") == 0)
        name = "ISO-8859-8"; /* the same bytes in logical order, and order is not ours to mend */
    for (uint32_t i = 0; i < ld_charset_single_count; i++) {
        if (strcmp(ld_charset_singles[i].name, name) == 0)
            return ld_charset_singles[i].high;
    }
    return NULL;
}

static lede_status decode_into(const char *name, ld_span in, output *out, lede_error *err)
{
    const uint16_t *table = single_table(name);
    const char *converter = converter_of(name);
    if (table)
        decode_single(in, table, out);
    else if (converter)
        return decode_iconv(in, converter, out, err);
    else if (strcmp(name, "UTF-16LE") == 0 || strcmp(name, "UTF-16BE") == 0)
        decode_utf16(in, name[6] == 'B', out);
    else if (strcmp(name, "x-user-defined") == 0)
        decode_user_defined(in, out);
    else if (strcmp(name, "replacement") != 0)
        return LD_FAIL(err, LEDE_E_INVALID, "no encoding is named %.64s", name);
    else if (in.bytes > 0)
        put(out, LD_UTF8_REPLACEMENT);
    return LEDE_OK;
}

lede_status ld_charset_decode(ld_arena *arena, const char *charset_name, ld_span bytes,
                              ld_span *utf8, lede_error *err)
{
    const char *name = ld_charset_for_label(ld_span_from_string(charset_name));
    if (!name)
        return LD_FAIL(err, LEDE_E_INVALID, "no encoding is named %.64s", charset_name);
    size_t bom_bytes;
    const char *by_bom = ld_charset_for_bom(bytes, &bom_bytes);
    if (by_bom && strcmp(by_bom, name) == 0)
        bytes = ld_span_of(bytes.data + bom_bytes, bytes.bytes - bom_bytes);
    if (strcmp(name, "UTF-8") == 0) {
        *utf8 = ld_utf8_scrub(arena, bytes);
        return utf8->data || utf8->bytes == 0 ? LEDE_OK : ld_arena_status(arena, err);
    }
    output out = {0};
    LD_TRY(output_begin(arena, bytes, &out, err));
    LD_TRY(decode_into(name, bytes, &out, err));
    return output_end(&out, utf8, err);
}
