#ifndef LD_ENGINE_DUMP_FORMAT_H
#define LD_ENGINE_DUMP_FORMAT_H
/*
 * One row of an archive as one line of JSON, without loss: what `lede dump` prints and `lede load`
 * takes.
 *
 *   {"key": text, "explicit": true,            the second only where the key is an explicit id
 *    "kind": "story", "truncated": true,       the second only where it is so
 *    "headline": text, "kicker": text, "dateline": text, "section": text, "language": text,
 *    "source": text, "agency": text, "url": text, "canonicalUrl": text, "path": text,
 *    "published": date, "modified": date, "captured": date,
 *    "authors": [text], "tags": [text], "lead": number of leading blocks,
 *    "blocks": [[kind, level, ordered, text]], "captions": [[text, credit]],
 *    "fields": [[name, value]]}
 *   date := {"ms": since 1970, "precision": 1 year 2 month 3 day 4 time, "evidence": name,
 *            "certainty": percent, "offset": minutes east of UTC, left out when 0}
 *
 * Names whose value is empty are left out. The order of the names is fixed, so that equal rows are
 * equal lines.
 */
#include "base/arena.h"
#include "base/json.h"
#include "flow/article.h"

typedef struct ld_dump_row {
    ld_span key;
    bool key_is_explicit;
    ld_article article;
} ld_dump_row;

void ld_dump_row_write(ld_buf *out, const ld_dump_row *row);

#endif
