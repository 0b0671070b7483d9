#include "base/markup.h"

#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

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
    size_t plain = 0, at = 0; /* what stands before `at` and from `plain` on needs no change */
    while (at < s.bytes) {
        size_t bytes;
        bool valid = ld_utf8_is_sequence(s.data + at, s.bytes - at, &bytes);
        const char *instead = valid ? reference_of((uint8_t)s.data[at]) : REPLACEMENT;
        if (instead) {
            ld_buf_add(out, s.data + plain, at - plain);
            ld_buf_add_string(out, instead);
            plain = at + bytes;
        }
        at += bytes;
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
