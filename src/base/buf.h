#ifndef LD_BASE_BUF_H
#define LD_BASE_BUF_H
/*
 * A growing byte buffer with a maximum and a sticky status: after a failure every add is a no-op,
 * and ld_buf_status tells at the end. Writers stay straight-line.
 */
#include "base/env.h"

typedef struct ld_buf {
    const lede_env *env;
    uint8_t *data;      /* [bytes], owned; a NUL byte stands at data[bytes] after ld_buf_string */
    size_t bytes;       /* used */
    size_t capacity;    /* allocated */
    size_t bytes_max;   /* may never be passed */
    lede_status status; /* sticky: OK, NOMEM or LIMIT */
} ld_buf;

void ld_buf_init(ld_buf *buf, const lede_env *env, size_t bytes_max);
void ld_buf_release(ld_buf *buf);
void ld_buf_clear(ld_buf *buf); /* bytes 0, status OK, keeps its memory */
bool ld_buf_reserve(ld_buf *buf, size_t more_bytes);
void ld_buf_add(ld_buf *buf, const void *data, size_t bytes);
void ld_buf_add_span(ld_buf *buf, ld_span s);
void ld_buf_add_string(ld_buf *buf, const char *string);
void ld_buf_add_byte(ld_buf *buf, uint8_t byte);
void ld_buf_add_u16(ld_buf *buf, uint16_t value); /* little-endian, as all on disk */
void ld_buf_add_u32(ld_buf *buf, uint32_t value);
void ld_buf_add_u64(ld_buf *buf, uint64_t value);
void ld_buf_add_varint(ld_buf *buf, uint64_t value); /* LEB128, 1 to 10 bytes */
void ld_buf_add_format(ld_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *ld_buf_string(ld_buf *buf); /* NUL-terminated; "" when empty or failed */
ld_span ld_buf_span(const ld_buf *buf);
lede_status ld_buf_status(const ld_buf *buf, lede_error *err);

/* Little-endian loads from unaligned bytes. */
static inline uint16_t ld_load_u16(const void *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}
static inline uint32_t ld_load_u32(const void *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}
static inline uint64_t ld_load_u64(const void *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* An unsigned LEB128 number (DWARF 5, section 7.6) of up to 64 bits from at most `bytes` bytes.
 * Its length, or 0 where it does not end in them or does not fit 64 bits. */
#define LD_VARINT_BYTES_MAX 10u
size_t ld_load_varint(const uint8_t *data, size_t bytes, uint64_t *value);

/* A bounded reader of untrusted bytes: reading past the end returns 0 and sets `failed`. */
typedef struct ld_reader {
    const uint8_t *data;
    size_t bytes;
    size_t at;
    bool failed; /* sticky */
} ld_reader;

static inline ld_reader ld_reader_of(const void *data, size_t bytes)
{
    return (ld_reader){(const uint8_t *)data, bytes, 0, false};
}
uint8_t ld_reader_u8(ld_reader *r);
uint16_t ld_reader_u16(ld_reader *r);
uint32_t ld_reader_u32(ld_reader *r);
uint64_t ld_reader_u64(ld_reader *r);
uint64_t ld_reader_varint(ld_reader *r);
ld_span ld_reader_bytes(ld_reader *r, size_t bytes); /* borrowed; empty when failed */

#endif
