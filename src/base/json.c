/*
 * The writer of JSON (RFC 8259). It holds one bit a level, "a comma is due", and one bit "a key was
 * just written"; everything else goes straight into the buffer, whose sticky status is the only
 * error. Nesting past LD_JSON_DEPTH_MAX, and an end without a beginning, make that status LIMIT.
 *
 * Strings: only what the standard demands is escaped. Bytes that are no UTF-8 become U+FFFD, one
 * for each maximal subpart (Unicode 15, section 3.9, table 3-7), as browsers do.
 *
 * Doubles: the fewest digits that read back; 15 always survive the way to a double and back, so the
 * search begins there. The digits are taken from between whatever decimal point the locale prints,
 * so that no locale can break a document.
 */
#include "base/json.h"

#include "base/utf8.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void ld_json_init(ld_json *j, ld_buf *out, bool pretty)
{
    memset(j, 0, sizeof *j);
    j->out = out;
    j->pretty = pretty;
}

static void fail(ld_json *j)
{
    if (j->out->status == LEDE_OK)
        j->out->status = LEDE_E_LIMIT;
}

static void add_line(ld_json *j)
{
    if (!j->pretty)
        return;
    ld_buf_add_byte(j->out, '\n');
    for (uint32_t i = 0; i < j->depth; i++)
        ld_buf_add(j->out, "  ", 2);
}

/* What stands before a key or before an item of an array. */
static void begin_item(ld_json *j)
{
    if (j->after_key) {
        j->after_key = false;
        return;
    }
    if (j->depth == 0)
        return;
    if (j->has_items[j->depth - 1])
        ld_buf_add_byte(j->out, ',');
    j->has_items[j->depth - 1] = true;
    add_line(j);
}

static void open_level(ld_json *j, char bracket)
{
    begin_item(j);
    if (j->depth == LD_JSON_DEPTH_MAX) {
        fail(j);
        return;
    }
    j->has_items[j->depth++] = false;
    ld_buf_add_byte(j->out, (uint8_t)bracket);
}

static void close_level(ld_json *j, char bracket)
{
    if (j->depth == 0) {
        fail(j);
        return;
    }
    j->depth--;
    if (j->has_items[j->depth])
        add_line(j);
    ld_buf_add_byte(j->out, (uint8_t)bracket);
}

void ld_json_object(ld_json *j)
{
    open_level(j, '{');
}

void ld_json_object_end(ld_json *j)
{
    close_level(j, '}');
}

void ld_json_array(ld_json *j)
{
    open_level(j, '[');
}

void ld_json_array_end(ld_json *j)
{
    close_level(j, ']');
}

static void escape_byte(ld_buf *out, uint8_t c)
{
    static const char short_names[] = "\bb\tt\nn\ff\rr\"\"\\\\";
    for (size_t i = 0; i + 1 < sizeof short_names; i += 2) {
        if ((uint8_t)short_names[i] == c) {
            ld_buf_add_byte(out, '\\');
            ld_buf_add_byte(out, (uint8_t)short_names[i + 1]);
            return;
        }
    }
    ld_buf_add_format(out, "\\u%04x", c);
}

void ld_json_escape(ld_buf *out, ld_span s)
{
    const uint8_t *at = (const uint8_t *)s.data;
    size_t plain = 0; /* where the run that needs no change begins */
    size_t i = 0;
    while (i < s.bytes) {
        uint8_t c = at[i];
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            i++;
            continue;
        }
        size_t bytes = 1;
        if (c >= 0x80 && ld_utf8_is_sequence(s.data + i, s.bytes - i, &bytes)) {
            i += bytes;
            continue;
        }
        ld_buf_add(out, at + plain, i - plain);
        if (c < 0x80)
            escape_byte(out, c);
        else
            ld_buf_add(out, "\xef\xbf\xbd", 3);
        i += bytes;
        plain = i;
    }
    if (i > plain)
        ld_buf_add(out, at + plain, i - plain);
}

static void add_quoted(ld_json *j, ld_span s)
{
    ld_buf_add_byte(j->out, '"');
    ld_json_escape(j->out, s);
    ld_buf_add_byte(j->out, '"');
}

void ld_json_key(ld_json *j, const char *key)
{
    begin_item(j);
    add_quoted(j, ld_span_from_string(key));
    ld_buf_add_string(j->out, j->pretty ? ": " : ":");
    j->after_key = true;
}

void ld_json_string(ld_json *j, ld_span s)
{
    begin_item(j);
    add_quoted(j, s);
}

void ld_json_u64(ld_json *j, uint64_t value)
{
    begin_item(j);
    ld_buf_add_format(j->out, "%llu", (unsigned long long)value);
}

void ld_json_i64(ld_json *j, int64_t value)
{
    begin_item(j);
    ld_buf_add_format(j->out, "%lld", (long long)value);
}

/* The significant digits and the decimal exponent of %e text; at most 18 digits. */
static size_t digits_of(const char *text, char digits[24], int *exponent)
{
    size_t count = 0;
    const char *c = text;
    for (; *c && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9' && count < 23)
            digits[count++] = *c;
    *exponent = *c ? atoi(c + 1) : 0;
    while (count > 1 && digits[count - 1] == '0')
        count--;
    digits[count] = 0;
    return count;
}

static void add_double(ld_buf *out, double value)
{
    char text[64], digits[24];
    /* Below DBL_MIN a double holds fewer than 15 digits, so a shorter text may do. */
    int precision = fabs(value) < DBL_MIN ? 0 : 14;
    for (; precision <= 16; precision++) {
        snprintf(text, sizeof text, "%.*e", precision, value);
        if (strtod(text, NULL) == value)
            break;
    }
    int exponent;
    int count = (int)digits_of(text, digits, &exponent);
    if (signbit(value))
        ld_buf_add_byte(out, '-');
    if (exponent < -5 || exponent > 20) {
        ld_buf_add_byte(out, (uint8_t)digits[0]);
        if (count > 1)
            ld_buf_add_format(out, ".%s", digits + 1);
        ld_buf_add_format(out, "e%d", exponent);
    } else if (exponent < 0) {
        ld_buf_add_format(out, "0.%.*s%s", -exponent - 1, "0000", digits);
    } else {
        for (int i = 0; i < count || i <= exponent; i++) {
            if (i == exponent + 1)
                ld_buf_add_byte(out, '.');
            ld_buf_add_byte(out, (uint8_t)(i < count ? digits[i] : '0'));
        }
    }
}

void ld_json_double(ld_json *j, double value)
{
    if (!isfinite(value)) {
        ld_json_null(j);
        return;
    }
    begin_item(j);
    add_double(j->out, value);
}

void ld_json_bool(ld_json *j, bool value)
{
    begin_item(j);
    ld_buf_add_string(j->out, value ? "true" : "false");
}

void ld_json_null(ld_json *j)
{
    begin_item(j);
    ld_buf_add_string(j->out, "null");
}

void ld_json_key_string(ld_json *j, const char *key, ld_span s)
{
    ld_json_key(j, key);
    ld_json_string(j, s);
}

void ld_json_key_cstring(ld_json *j, const char *key, const char *s)
{
    ld_json_key(j, key);
    if (s)
        ld_json_string(j, ld_span_from_string(s));
    else
        ld_json_null(j);
}

void ld_json_key_u64(ld_json *j, const char *key, uint64_t value)
{
    ld_json_key(j, key);
    ld_json_u64(j, value);
}

void ld_json_key_bool(ld_json *j, const char *key, bool value)
{
    ld_json_key(j, key);
    ld_json_bool(j, value);
}
