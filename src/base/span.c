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

/* O(s.bytes * needle.bytes) at worst: for short needles. */
size_t ld_span_find_nocase(ld_span s, ld_span needle)
{
    if (needle.bytes == 0)
        return 0;
    if (s.bytes < needle.bytes)
        return SIZE_MAX;
    unsigned char first = lower(needle.data[0]);
    for (size_t i = 0; i <= s.bytes - needle.bytes; i++)
        if (lower(s.data[i]) == first && same_nocase(s.data + i, needle.data, needle.bytes))
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
