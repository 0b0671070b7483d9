#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>

void ld_buf_init(ld_buf *buf, const lede_env *env, size_t bytes_max)
{
    *buf = (ld_buf){env, NULL, 0, 0, bytes_max, LEDE_OK};
}

void ld_buf_release(ld_buf *buf)
{
    ld_release(buf->env, buf->data, buf->capacity);
    ld_buf_init(buf, buf->env, buf->bytes_max);
}

void ld_buf_clear(ld_buf *buf)
{
    buf->bytes = 0;
    buf->status = LEDE_OK;
}

/* One byte more than asked is always there, for the NUL of ld_buf_string. */
bool ld_buf_reserve(ld_buf *buf, size_t more_bytes)
{
    if (buf->status != LEDE_OK)
        return false;
    if (more_bytes < buf->capacity - buf->bytes)
        return buf->bytes + more_bytes <= buf->bytes_max || (buf->status = LEDE_E_LIMIT, false);
    if (buf->bytes_max >= PTRDIFF_MAX)
        buf->bytes_max = PTRDIFF_MAX - 1;
    if (more_bytes > buf->bytes_max - buf->bytes) {
        buf->status = LEDE_E_LIMIT;
        return false;
    }
    size_t needed = buf->bytes + more_bytes + 1;
    size_t wanted = buf->capacity < 64 ? 64 : buf->capacity;
    while (wanted < needed)
        wanted = wanted > PTRDIFF_MAX / 2 ? PTRDIFF_MAX : wanted * 2;
    if (wanted > buf->bytes_max + 1)
        wanted = buf->bytes_max + 1;
    uint8_t *grown = ld_resize(buf->env, buf->data, buf->capacity, wanted);
    if (!grown) {
        buf->status = LEDE_E_NOMEM;
        return false;
    }
    buf->data = grown;
    buf->capacity = wanted;
    return true;
}

void ld_buf_add(ld_buf *buf, const void *data, size_t bytes)
{
    if (bytes == 0 || !ld_buf_reserve(buf, bytes))
        return;
    memcpy(buf->data + buf->bytes, data, bytes);
    buf->bytes += bytes;
}

void ld_buf_add_span(ld_buf *buf, ld_span s)
{
    ld_buf_add(buf, s.data, s.bytes);
}

void ld_buf_add_string(ld_buf *buf, const char *string)
{
    ld_buf_add(buf, string, strlen(string));
}

void ld_buf_add_byte(ld_buf *buf, uint8_t byte)
{
    ld_buf_add(buf, &byte, 1);
}

void ld_buf_add_u16(ld_buf *buf, uint16_t value)
{
    ld_buf_add(buf, &value, sizeof value);
}

void ld_buf_add_u32(ld_buf *buf, uint32_t value)
{
    ld_buf_add(buf, &value, sizeof value);
}

void ld_buf_add_u64(ld_buf *buf, uint64_t value)
{
    ld_buf_add(buf, &value, sizeof value);
}

void ld_buf_add_varint(ld_buf *buf, uint64_t value)
{
    uint8_t bytes[LD_VARINT_BYTES_MAX];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    ld_buf_add(buf, bytes, n);
}

void ld_buf_add_format(ld_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int wanted = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (wanted < 0) {
        if (buf->status == LEDE_OK)
            buf->status = LEDE_E_LIMIT;
        return;
    }
    if (!ld_buf_reserve(buf, (size_t)wanted))
        return;
    va_start(args, format);
    vsnprintf((char *)buf->data + buf->bytes, (size_t)wanted + 1, format, args);
    va_end(args);
    buf->bytes += (size_t)wanted;
}

const char *ld_buf_string(ld_buf *buf)
{
    if (!ld_buf_reserve(buf, 0))
        return "";
    buf->data[buf->bytes] = 0;
    return (const char *)buf->data;
}

ld_span ld_buf_span(const ld_buf *buf)
{
    return ld_span_of((const char *)buf->data, buf->bytes);
}

lede_status ld_buf_status(const ld_buf *buf, lede_error *err)
{
    if (buf->status == LEDE_E_NOMEM)
        return ld_error_nomem(err, buf->capacity);
    if (buf->status == LEDE_E_LIMIT)
        return LD_FAIL(err, LEDE_E_LIMIT, "the output is longer than its maximum of %zu bytes",
                       buf->bytes_max);
    return buf->status;
}

size_t ld_load_varint(const uint8_t *data, size_t bytes, uint64_t *value)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes && i < LD_VARINT_BYTES_MAX; i++) {
        uint64_t part = data[i] & 0x7f;
        if (i == LD_VARINT_BYTES_MAX - 1 && data[i] > 1)
            return 0; /* bits past the 64th, or an eleventh byte */
        sum |= part << (7 * i);
        if (data[i] < 0x80) {
            *value = sum;
            return i + 1;
        }
    }
    return 0;
}

ld_span ld_reader_bytes(ld_reader *r, size_t bytes)
{
    if (r->failed || bytes > r->bytes - r->at) {
        r->failed = true;
        return ld_span_of(NULL, 0);
    }
    ld_span s = ld_span_of((const char *)r->data + (bytes ? r->at : 0), bytes);
    r->at += bytes;
    return s;
}

uint8_t ld_reader_u8(ld_reader *r)
{
    ld_span s = ld_reader_bytes(r, 1);
    return s.data ? (uint8_t)s.data[0] : 0;
}

uint16_t ld_reader_u16(ld_reader *r)
{
    ld_span s = ld_reader_bytes(r, sizeof(uint16_t));
    return s.data ? ld_load_u16(s.data) : 0;
}

uint32_t ld_reader_u32(ld_reader *r)
{
    ld_span s = ld_reader_bytes(r, sizeof(uint32_t));
    return s.data ? ld_load_u32(s.data) : 0;
}

uint64_t ld_reader_u64(ld_reader *r)
{
    ld_span s = ld_reader_bytes(r, sizeof(uint64_t));
    return s.data ? ld_load_u64(s.data) : 0;
}

uint64_t ld_reader_varint(ld_reader *r)
{
    uint64_t value = 0;
    size_t n = r->failed || r->at == r->bytes
                   ? 0
                   : ld_load_varint(r->data + r->at, r->bytes - r->at, &value);
    if (n == 0) {
        r->failed = true;
        return 0;
    }
    r->at += n;
    return value;
}
