#ifndef LD_TEXT_CHARSET_H
#define LD_TEXT_CHARSET_H
/*
 * In which encoding is this page, and what does it say in UTF-8?
 *
 * Names are the ones of the WHATWG Encoding Standard ("UTF-8", "windows-1252", "Shift_JIS", ...),
 * compared without regard to ASCII case where they are taken as an argument. Byte order marks are
 * the caller's to sniff (a BOM goes before every label); ld_charset_for_bom says what one means.
 */
#include "base/arena.h"

/* The canonical name of a label ("latin1" -> "windows-1252", " UTF8 " -> "UTF-8"), NULL when it is
 * no label of the standard. ASCII white space around it and ASCII case do not matter. The answer is
 * a static string. "replacement" is an answer: such labels are known and decode to one U+FFFD. */
const char *ld_charset_for_label(ld_span label);

/* UTF-8, UTF-16LE or UTF-16BE when the bytes open with that byte order mark, and its length in
 * *bom_bytes (2 or 3); else NULL and 0. */
const char *ld_charset_for_bom(ld_span bytes, size_t *bom_bytes);

/* The bytes as UTF-8 in the arena (or the caller's own bytes where they are valid UTF-8 already):
 * valid, every undecodable sequence one U+FFFD, at most LD_CHARSET_GROWTH_MAX times as long as the
 * input. One leading byte order mark that is the named encoding's own is dropped. charset_name:
 * canonical, as the functions here answer. INVALID: an unknown name; NOMEM or LIMIT: the arena. */
lede_status ld_charset_decode(ld_arena *arena, const char *charset_name, ld_span bytes,
                              ld_span *utf8, lede_error *err);
/* Loads the C library's converters for the life of the process, which may then give up files. */
void ld_charset_preload(void);
#define LD_CHARSET_GROWTH_MAX 4u /* bytes out for a byte in, and 4 more */

/* The likeliest encoding of bytes that declare none: never NULL, a canonical name. */
const char *ld_charset_detect(ld_span bytes);

#endif
