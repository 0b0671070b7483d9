#include "base/span.h"

static unsigned char lower(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 'A' && u <= 'Z' ? (unsigned char)(u + 32) : u;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool same_nocase(const char *a, const char *b, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}

bool ld_span_equal_nocase(ld_span a, ld_span b)
{
    return a.bytes == b.bytes && same_nocase(a.data, b.data, a.bytes);
}

bool ld_span_starts_with(ld_span s, ld_span prefix)
{
    return s.bytes >= prefix.bytes &&
           (prefix.bytes == 0 || memcmp(s.data, prefix.data, prefix.bytes) == 0);
}

bool ld_span_starts_with_nocase(ld_span s, ld_span prefix)
{
    return s.bytes >= prefix.bytes && same_nocase(s.data, prefix.data, prefix.bytes);
}

bool ld_span_ends_with(ld_span s, ld_span suffix)
{
    return s.bytes >= suffix.bytes &&
           (suffix.bytes == 0 ||
            memcmp(s.data + (s.bytes - suffix.bytes), suffix.data, suffix.bytes) == 0);
}

size_t ld_span_find(ld_span s, ld_span needle)
{
    if (needle.bytes == 0)
        return 0;
    if (s.bytes < needle.bytes)
        return SIZE_MAX;
    const char *at = memmem(s.data, s.bytes, needle.data, needle.bytes);
    return at ? (size_t)(at - s.data) : SIZE_MAX;
}

/* A byte eight times over, and the bit that makes its two cases one, eight times over. */
typedef struct byte_lanes {
    uint64_t value, fold;
} byte_lanes;

static byte_lanes lanes_of(char c)
{
    unsigned char l = lower(c);
    bool is_letter = l >= 'a' && l <= 'z';
    return (byte_lanes){l * 0x0101010101010101ull, is_letter ? 0x2020202020202020ull : 0};
}

static uint64_t differences(const char *p, byte_lanes lanes)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return (word | lanes.fold) ^ lanes.value;
}

/* Eight places at a time by the needle's first two bytes; the places that pass are compared. Bits
 * above the lowest one may stand for places that do not pass: they are compared in vain.
 * O(s.bytes * needle.bytes) at worst: for short needles. */
size_t ld_span_find_nocase(ld_span s, ld_span needle)
{
    if (needle.bytes == 0)
        return 0;
    if (s.bytes < needle.bytes)
        return SIZE_MAX;
    size_t last = s.bytes - needle.bytes, i = 0, second_at = needle.bytes > 1;
    byte_lanes first = lanes_of(needle.data[0]), second = lanes_of(needle.data[second_at]);
    for (; i + 8 + second_at <= s.bytes; i += 8) {
        uint64_t x = differences(s.data + i, first) | differences(s.data + i + second_at, second);
        uint64_t hits = (x - 0x0101010101010101ull) & ~x & 0x8080808080808080ull;
        for (; hits != 0; hits &= hits - 1) {
            size_t at = i + (size_t)__builtin_ctzll(hits) / 8;
            if (at <= last && same_nocase(s.data + at, needle.data, needle.bytes))
                return at;
        }
    }
    for (; i <= last; i++)
        if (lower(s.data[i]) == (unsigned char)first.value &&
            same_nocase(s.data + i, needle.data, needle.bytes))
            return i;
    return SIZE_MAX;
}

size_t ld_span_find_byte(ld_span s, char byte)
{
    const char *at = s.bytes ? memchr(s.data, byte, s.bytes) : NULL;
    return at ? (size_t)(at - s.data) : SIZE_MAX;
}

ld_span ld_span_trim(ld_span s)
{
    while (s.bytes > 0 && is_space(s.data[0])) {
        s.data++;
        s.bytes--;
    }
    while (s.bytes > 0 && is_space(s.data[s.bytes - 1]))
        s.bytes--;
    return s;
}

ld_span ld_span_sub(ld_span s, size_t from, size_t bytes)
{
    if (from > s.bytes)
        from = s.bytes;
    if (bytes > s.bytes - from)
        bytes = s.bytes - from;
    return ld_span_of(s.data ? s.data + from : NULL, bytes);
}

bool ld_span_parse_u64(ld_span s, uint64_t *value)
{
    if (s.bytes == 0)
        return false;
    uint64_t sum = 0;
    for (size_t i = 0; i < s.bytes; i++) {
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.data[i] - '0');
        if (sum > (UINT64_MAX - digit) / 10)
            return false;
        sum = sum * 10 + digit;
    }
    *value = sum;
    return true;
}
