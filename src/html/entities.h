#ifndef LD_HTML_ENTITIES_H
#define LD_HTML_ENTITIES_H
/*
 * What does `&` stand for? Character references, named (&amp;) and numeric (&#x26;), as the HTML
 * standard reads them (13.2.5.72 on, and the list of 13.5).
 *
 * A name that ends in a semicolon can only match when every letter and digit before that semicolon
 * belongs to it. So a look-up takes the run of letters and digits after `&`: with a semicolon
 * behind it the whole run is searched (binary search within the names of its first letter), else,
 * or when that is not found, the longest of the 106 names that are also known without a semicolon.
 * A trie over all names was rejected: larger tables, and no faster for runs of 2 to 6 letters.
 */
#include "base/span.h"

#define LD_ENTITY_NAME_BYTES_MAX   31 /* CounterClockwiseContourIntegral */
#define LD_ENTITY_LEGACY_BYTES_MAX 6
#define LD_ENTITY_VALUE_BYTES_MAX  6 /* of UTF-8 */

typedef struct ld_entity {
    uint16_t name_offset; /* into ld_entity_names */
    uint8_t name_bytes;   /* without the semicolon */
    uint8_t value_bytes;
    uint8_t is_legacy;                        /* also known without the semicolon */
    uint8_t value[LD_ENTITY_VALUE_BYTES_MAX]; /* UTF-8 */
} ld_entity;

extern const uint32_t ld_entity_count;
extern const char ld_entity_names[];
extern const ld_entity ld_entities[];                 /* sorted by name in byte order */
extern const uint16_t ld_entity_first['z' - 'A' + 2]; /* rows of a first letter: [i], [i + 1] */

/*
 * Reads the reference that opens at s ("&..."), s.data[0] being the ampersand. Returns the bytes it
 * takes, 0 when the ampersand stands for itself; `value` (LD_ENTITY_VALUE_BYTES_MAX bytes) gets
 * the UTF-8 of its meaning. in_attribute: the rule of attribute values, by which "&copy=1" is text.
 */
size_t ld_entity_decode(ld_span s, bool in_attribute, char *value, size_t *value_bytes);

/* UTF-8 of a code point, 1 to 4 bytes. */
size_t ld_utf8_put(uint32_t code_point, char *bytes);

#endif
