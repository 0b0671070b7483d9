#ifndef LD_TEXT_CHARSET_TABLES_H
#define LD_TEXT_CHARSET_TABLES_H
/* The Encoding Standard's tables, as tools/gen_charsets.py writes them. */
#include <stdint.h>

typedef struct ld_charset_single {
    const char *name;   /* canonical */
    uint16_t high[128]; /* code point of bytes 80..FF; 0: none */
} ld_charset_single;
extern const ld_charset_single ld_charset_singles[];
extern const uint32_t ld_charset_single_count;

typedef struct ld_charset_label {
    const char *label; /* lower case */
    const char *name;  /* canonical */
} ld_charset_label;
extern const ld_charset_label ld_charset_labels[]; /* ascending by label */
extern const uint32_t ld_charset_label_count;

#endif
