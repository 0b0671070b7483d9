#ifndef LD_BASE_SPAN_H
#define LD_BASE_SPAN_H
/* Borrowed bytes: a pointer and a length, never owned, never NUL-terminated by promise. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ld_span {
    const char *data; /* may be NULL when bytes is 0 */
    size_t bytes;
} ld_span;

#define LD_SPAN(literal) ((ld_span){"" literal, sizeof(literal) - 1})

static inline ld_span ld_span_of(const char *data, size_t bytes)
{
    return (ld_span){data, bytes};
}

static inline ld_span ld_span_from_string(const char *string)
{
    return (ld_span){string, string ? strlen(string) : 0};
}

static inline bool ld_span_equal(ld_span a, ld_span b)
{
    return a.bytes == b.bytes && (a.bytes == 0 || memcmp(a.data, b.data, a.bytes) == 0);
}

/* Byte order, shorter first where one is a prefix of the other; <0, 0, >0. */
static inline int ld_span_compare(ld_span a, ld_span b)
{
    size_t n = a.bytes < b.bytes ? a.bytes : b.bytes;
    int c = n ? memcmp(a.data, b.data, n) : 0;
    return c ? c : (a.bytes > b.bytes) - (a.bytes < b.bytes);
}

/* ASCII case is ignored; other bytes must be equal. */
bool ld_span_equal_nocase(ld_span a, ld_span b);
bool ld_span_starts_with(ld_span s, ld_span prefix);
bool ld_span_starts_with_nocase(ld_span s, ld_span prefix);
bool ld_span_ends_with(ld_span s, ld_span suffix);
/* Position of the first occurrence, or SIZE_MAX. */
size_t ld_span_find(ld_span s, ld_span needle);
size_t ld_span_find_nocase(ld_span s, ld_span needle);
size_t ld_span_find_byte(ld_span s, char byte);
/* Without leading and trailing ASCII white space. */
ld_span ld_span_trim(ld_span s);
ld_span ld_span_sub(ld_span s, size_t from, size_t bytes); /* clamped to s */
/* Decimal number filling the whole span; false when it is none or does not fit. */
bool ld_span_parse_u64(ld_span s, uint64_t *value);

#endif
