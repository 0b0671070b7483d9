#ifndef LD_BASE_JSON_H
#define LD_BASE_JSON_H
/*
 * Writing JSON into a buffer: commas, escapes and nesting are kept right by the writer, invalid
 * UTF-8 becomes U+FFFD. Pages are read by json_read.h, what clients and files of
 * records send by jansson.
 */
#include "base/buf.h"

#define LD_JSON_DEPTH_MAX 32

typedef struct ld_json {
    ld_buf *out;
    uint8_t depth;
    bool pretty;                       /* two spaces a level */
    bool has_items[LD_JSON_DEPTH_MAX]; /* a comma is due */
    bool after_key;
} ld_json;

void ld_json_init(ld_json *j, ld_buf *out, bool pretty);
void ld_json_object(ld_json *j); /* { */
void ld_json_object_end(ld_json *j);
void ld_json_array(ld_json *j); /* [ */
void ld_json_array_end(ld_json *j);
void ld_json_key(ld_json *j, const char *key);
void ld_json_string(ld_json *j, ld_span s);
void ld_json_u64(ld_json *j, uint64_t value);
void ld_json_i64(ld_json *j, int64_t value);
void ld_json_double(ld_json *j, double value); /* shortest that reads back; NaN, inf: null */
void ld_json_bool(ld_json *j, bool value);
void ld_json_null(ld_json *j);
/* key and value in one */
void ld_json_key_string(ld_json *j, const char *key, ld_span s);
void ld_json_key_cstring(ld_json *j, const char *key, const char *s);
void ld_json_key_u64(ld_json *j, const char *key, uint64_t value);
void ld_json_key_bool(ld_json *j, const char *key, bool value);
/* Only the escaping, without quotes. */
void ld_json_escape(ld_buf *out, ld_span s);

#endif
