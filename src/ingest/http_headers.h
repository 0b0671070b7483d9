#ifndef LD_INGEST_HTTP_HEADERS_H
#define LD_INGEST_HTTP_HEADERS_H
/*
 * What do the header lines say? HTTP messages (RFC 9112) and WARC records have the same shape:
 *
 *     first line   CRLF
 *     *( name ":" value CRLF *( (SP | HT) more of the value CRLF ) )
 *     CRLF
 *
 * Read as archives hold them: LF alone ends a line too, folded values are joined, lines without a
 * colon are passed over. All spans are borrowed from the block.
 */
#include "base/span.h"

typedef struct ld_header {
    ld_span name;  /* as written */
    ld_span value; /* trimmed; a folded one still holds its line breaks */
} ld_header;

/* Bytes of the block from `s` to behind its blank line; 0: no blank line in `s`. */
size_t ld_headers_block_bytes(ld_span s);
/* Takes the next line off *rest, without its line break. False: nothing left. */
bool ld_headers_next_line(ld_span *rest, ld_span *line);
/* Takes the next header off *rest, which stands behind the first line. False: no more. */
bool ld_headers_next(ld_span *rest, ld_header *header);

typedef struct ld_http_head {
    uint16_t status;      /* 100..999 */
    size_t head_bytes;    /* where the body begins */
    ld_span content_type; /* "text/html", without parameters; empty: not stated */
    ld_span charset;      /* of the content type, without quotes; empty: not stated */
    ld_span content_encoding;
    ld_span transfer_encoding;
} ld_http_head;

/* False: it does not begin with "HTTP/" and a status. A message that ends before its blank line is
 * all head. */
bool ld_http_parse(ld_span message, ld_http_head *head);

/* "text/html; charset="utf-8"" in its two parts. */
void ld_content_type_parse(ld_span value, ld_span *type, ld_span *charset);

#endif
