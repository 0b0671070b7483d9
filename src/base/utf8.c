#include "base/utf8.h"

/* Table 3-7 of Unicode: what the second byte may be depends on the lead byte; all further ones are
 * 80..BF. A maximal subpart is the lead byte and every byte that could still have gone on. */
uint32_t ld_utf8_decode(const char *p, size_t bytes, size_t *used)
{
    const uint8_t *b = (const uint8_t *)p;
    *used = 1;
    if (b[0] < 0x80)
        return b[0];
    if (b[0] < 0xC2 || b[0] > 0xF4)
        return LD_UTF8_REPLACEMENT;
    size_t length = b[0] < 0xE0 ? 2 : b[0] < 0xF0 ? 3 : 4;
    uint8_t low = b[0] == 0xE0 ? 0xA0 : b[0] == 0xF0 ? 0x90 : 0x80;
    uint8_t high = b[0] == 0xED ? 0x9F : b[0] == 0xF4 ? 0x8F : 0xBF;
    uint32_t c = b[0] & (0xFFu >> (length + 1));
    for (size_t i = 1; i < length; i++) {
        if (i >= bytes || b[i] < low || b[i] > high)
            return LD_UTF8_REPLACEMENT;
        c = c << 6 | (b[i] & 0x3Fu);
        *used = i + 1;
        low = 0x80;
        high = 0xBF;
    }
    return c;
}

size_t ld_utf8_encode(uint32_t c, char out[4])
{
    if (c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        c = LD_UTF8_REPLACEMENT;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (c & 0x3F));
        c >>= 6;
    }
    out[0] = (char)(0xF00u >> length | c);
    return length;
}

size_t ld_utf8_valid_bytes(ld_span s)
{
    size_t at = 0;
    while (at < s.bytes) {
        /* ASCII, 32 bytes at a time, then eight */
        while (s.bytes - at >= 32) {
            uint64_t words[4];
            memcpy(words, s.data + at, sizeof words);
            if ((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080ull)
                break;
            at += 32;
        }
        while (s.bytes - at >= 8) {
            uint64_t word;
            memcpy(&word, s.data + at, sizeof word);
            if (word & 0x8080808080808080ull)
                break;
            at += 8;
        }
        while (at < s.bytes && (uint8_t)s.data[at] < 0x80)
            at++;
        if (at == s.bytes)
            break;
        size_t used;
        if (!ld_utf8_is_sequence(s.data + at, s.bytes - at, &used))
            return at;
        at += used;
    }
    return at;
}

size_t ld_utf8_cut(ld_span s, size_t bytes_max)
{
    if (s.bytes <= bytes_max)
        return s.bytes;
    size_t n = bytes_max;
    while (n > 0 && ((uint8_t)s.data[n] & 0xC0) == 0x80)
        n--;
    return n;
}

ld_span ld_utf8_scrub(ld_arena *arena, ld_span s)
{
    size_t valid = ld_utf8_valid_bytes(s);
    if (valid == s.bytes)
        return s;
    size_t bytes = valid;
    for (size_t at = valid; at < s.bytes;) {
        char scratch[4];
        bytes += ld_utf8_encode(ld_utf8_next(s, &at), scratch);
    }
    char *out = ld_arena_alloc(arena, bytes);
    if (!out)
        return (ld_span){NULL, bytes};
    memcpy(out, s.data, valid);
    size_t filled = valid;
    for (size_t at = valid; at < s.bytes;) {
        char c[4];
        size_t length = ld_utf8_encode(ld_utf8_next(s, &at), c);
        memcpy(out + filled, c, length);
        filled += length;
    }
    return (ld_span){out, filled};
}
