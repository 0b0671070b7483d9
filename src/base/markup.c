#include "base/markup.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Bytes of the well-formed UTF-8 sequence at s (Unicode 15, table 3-7), 0 where there is none. */
static size_t sequence_bytes(const uint8_t *s, size_t left)
{
    uint8_t lead = s[0];
    size_t bytes = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    if (lead > 0xf4 || bytes == 0 || bytes > left)
        return 0;
    for (size_t i = 1; i < bytes; i++) {
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    }
    if ((lead == 0xe0 && s[1] < 0xa0) || (lead == 0xed && s[1] > 0x9f) ||
        (lead == 0xf0 && s[1] < 0x90) || (lead == 0xf4 && s[1] > 0x8f))
        return 0;
    return bytes;
}

static const char *reference_of(uint8_t c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    case '\t':
    case '\n':
        return NULL;
    default:
        return c < 0x20 || c == 0x7f ? REPLACEMENT : NULL;
    }
}

void ld_markup_escape(ld_buf *out, ld_span s)
{
    const uint8_t *data = (const uint8_t *)s.data;
    size_t plain = 0, at = 0;
    while (at < s.bytes) {
        size_t bytes = sequence_bytes(data + at, s.bytes - at);
        const char *instead = bytes == 0 ? REPLACEMENT : bytes == 1 ? reference_of(data[at]) : NULL;
        if (instead) {
            ld_buf_add(out, s.data + plain, at - plain);
            ld_buf_add_string(out, instead);
            plain = at + (bytes ? bytes : 1);
        }
        at += bytes ? bytes : 1;
    }
    if (at > plain)
        ld_buf_add(out, s.data + plain, at - plain);
}

void ld_url_escape(ld_buf *out, ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++) {
        uint8_t c = (uint8_t)s.data[i];
        bool unreserved = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                          (c >= 'A' && c <= 'Z') || c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved)
            ld_buf_add_byte(out, c);
        else
            ld_buf_add_format(out, "%%%02X", c);
    }
}
