#ifndef LD_FLOW_CAPTURE_H
#define LD_FLOW_CAPTURE_H
/*
 * ingest/ -> html/: one saved page as bytes, with everything that is known about it from outside.
 *
 * All spans are borrowed from the reader that produced the capture and live until its next call.
 * Nothing here was guessed: a field the source does not state is empty.
 */
#include "base/date.h"
#include "base/span.h"

typedef enum ld_media {
    LD_MEDIA_HTML,     /* HTML or XHTML bytes in `body` */
    LD_MEDIA_TEXT,     /* plain text, as copied out of a page */
    LD_MEDIA_MARKDOWN, /* text with Markdown marks */
    LD_MEDIA_FIELDS    /* a record (JSONL, feed): the article comes in `given`, body is empty */
} ld_media;

/* A field stated by name: a JSONL mapping's user field. */
typedef struct ld_given_field {
    ld_span name;  /* as declared for the archive */
    ld_span value; /* UTF-8; numbers and dates in their text form */
} ld_given_field;

/* What the source states about the article in so many words. Valid UTF-8. All may be empty. */
typedef struct ld_given {
    ld_span title;
    ld_span text;      /* plain text, paragraphs separated by line breaks */
    ld_span html;      /* instead of text: a fragment of HTML (feeds) */
    ld_span author;    /* several: separated by ";" or " and " */
    ld_span published; /* a date as text, ISO 8601 or RFC 5322 */
    ld_span modified;
    ld_span section;
    ld_span language;  /* BCP 47 */
    ld_span source;    /* the publication's name */
    ld_span tags;      /* separated by ";" */
    const ld_given_field *fields; /* [field_count] user-declared ones */
    uint32_t field_count;
} ld_given;

typedef struct ld_capture {
    ld_media media;
    ld_span body;    /* after transfer and content decoding; <= LD_CAPTURE_BYTES_MAX */
    ld_span charset; /* label from the protocol's header; empty: not stated */
    ld_span url;     /* where it was captured; empty: not known */
    ld_span key;     /* explicit id given by the source; empty: none */
    ld_span path;    /* path within the source ("a/b.html", "x.warc.gz@1024"); for messages, and
                        the identity of last resort */
    bool has_captured;       /* the source states when (WARC-Date): file times are no evidence */
    int64_t captured_utc_ms;
    ld_given given;
} ld_capture;

#endif
