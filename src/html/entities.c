#include "html/entities.h"

#define REPLACEMENT 0xfffdu

/* What the bytes 0x80 to 0x9f of windows-1252 mean; numeric references to them are read so. 0: the
 * code point stays as it is. HTML standard, 13.2.5.84. */
static const uint16_t c1_meaning[32] = {
    0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
    0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178};

size_t ld_utf8_put(uint32_t c, char *bytes)
{
    if (c < 0x80) {
        bytes[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        bytes[0] = (char)(0xc0 | c >> 6);
        bytes[1] = (char)(0x80 | (c & 0x3f));
        return 2;
    }
    if (c < 0x10000) {
        bytes[0] = (char)(0xe0 | c >> 12);
        bytes[1] = (char)(0x80 | (c >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (c & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | c >> 18);
    bytes[1] = (char)(0x80 | (c >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (c >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (c & 0x3f));
    return 4;
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The value of a digit of the base, or -1. */
static int digit_value(char c, uint32_t base)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (base == 16 && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
        return (c | 0x20) - 'a' + 10;
    return -1;
}

/* "&#123;" and "&#x7b;" */
static size_t decode_numeric(ld_span s, char *value, size_t *value_bytes)
{
    size_t at = 2;
    uint32_t base = 10, c = 0;
    if (at < s.bytes && (s.data[at] | 0x20) == 'x') {
        base = 16;
        at++;
    }
    size_t first = at;
    for (int digit; at < s.bytes && (digit = digit_value(s.data[at], base)) >= 0; at++)
        if (c <= 0x10ffff)
            c = c * base + (uint32_t)digit;
    if (at == first)
        return 0;
    if (at < s.bytes && s.data[at] == ';')
        at++;
    if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        c = REPLACEMENT;
    else if (c >= 0x80 && c <= 0x9f && c1_meaning[c - 0x80])
        c = c1_meaning[c - 0x80];
    *value_bytes = ld_utf8_put(c, value);
    return at;
}

static const ld_entity *find(ld_span name)
{
    if (name.bytes == 0 || name.data[0] < 'A' || name.data[0] > 'z')
        return NULL;
    unsigned letter = (unsigned)(name.data[0] - 'A');
    uint32_t low = ld_entity_first[letter], high = ld_entity_first[letter + 1];
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const ld_entity *e = &ld_entities[middle];
        int order =
            ld_span_compare(name, ld_span_of(ld_entity_names + e->name_offset, e->name_bytes));
        if (order == 0)
            return e;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

static size_t take(const ld_entity *e, size_t bytes, char *value, size_t *value_bytes)
{
    memcpy(value, e->value, sizeof e->value);
    *value_bytes = e->value_bytes;
    return bytes;
}

size_t ld_entity_decode(ld_span s, bool in_attribute, char *value, size_t *value_bytes)
{
    if (s.bytes >= 2 && s.data[1] == '#')
        return decode_numeric(s, value, value_bytes);
    size_t run = 0; /* letters and digits after the ampersand, one more than the longest name */
    while (run <= LD_ENTITY_NAME_BYTES_MAX && 1 + run < s.bytes && is_alnum(s.data[1 + run]))
        run++;
    if (run == 0)
        return 0;
    if (1 + run < s.bytes && s.data[1 + run] == ';') {
        const ld_entity *e = find(ld_span_of(s.data + 1, run));
        if (e)
            return take(e, run + 2, value, value_bytes);
    }
    size_t longest = run < LD_ENTITY_LEGACY_BYTES_MAX ? run : LD_ENTITY_LEGACY_BYTES_MAX;
    for (size_t bytes = longest; bytes >= 2; bytes--) {
        const ld_entity *e = find(ld_span_of(s.data + 1, bytes));
        if (!e || !e->is_legacy)
            continue;
        size_t after = 1 + bytes;
        if (in_attribute && after < s.bytes && (is_alnum(s.data[after]) || s.data[after] == '='))
            return 0;
        return take(e, after, value, value_bytes);
    }
    return 0;
}
