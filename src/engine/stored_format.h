#ifndef LD_ENGINE_STORED_FORMAT_H
#define LD_ENGINE_STORED_FORMAT_H
/*
 * An article as the bytes that a segment keeps for it (index/ does not look inside).
 *
 *   stored  := version kind flags text*STORED_TEXTS date date date
 *              list(text)            authors
 *              list(text)            tags
 *              lead_blocks:varint list(block)
 *              list(text text)       captions: text, credit
 *              list(text text)       user fields: name, value
 *   version := u8, LD_STORED_VERSION
 *   kind    := u8, ld_article_kind
 *   flags   := u8, bit 0: truncated
 *   text    := varint bytes, then the bytes (UTF-8)
 *   date    := precision:u8, and unless it is 0: evidence:u8 certainty_percent:u8
 *              utc_ms:zigzag varint offset_minutes:zigzag varint
 *   block   := kind:u8 level:u8 flags:u8 text
 *   list(x) := varint count, then count times x
 *
 * Texts in order: headline kicker dateline section language source agency url canonical_url path.
 * Dates in order: published modified captured. Varints are LEB128.
 *
 * The content hash is taken over the same bytes with url, path and the captured date empty: the
 * same story captured again, or from elsewhere, is the same content.
 *
 * Worked example: an article with the headline "A", one paragraph "b", nothing else.
 * example: 01 00 00 01 41 00 00 00 00 00 00 00 00 00 00 00
 * example: 00 00 00 01 01 00 00 00 01 62 00 00
 *
 * History: 1, first.
 */
#include "base/arena.h"
#include "base/buf.h"
#include "flow/article.h"

#define LD_STORED_VERSION   1u
#define LD_STORED_TRUNCATED 1u

/* Appends an article; the buffer's status says whether it fitted. */
void ld_stored_write(ld_buf *out, const ld_article *article);
/* Appends what the content hash is taken over. */
void ld_stored_write_content(ld_buf *out, const ld_article *article);
/* Reads an article whose spans borrow from `stored` and whose lists live in the arena.
 * CORRUPT for bytes that are no stored article; NOMEM. */
lede_status ld_stored_read(ld_arena *arena, ld_span stored, ld_article *article, lede_error *err);

#endif
