#ifndef LD_INGEST_SNIFF_H
#define LD_INGEST_SNIFF_H
/* What are these bytes? Told by the bytes; a name only decides between kinds of plain text. */
#include "base/span.h"

#define LD_SNIFF_BYTES (64u << 10) /* how much of a beginning is looked at, at most */

typedef enum ld_sniffed {
    LD_SNIFF_EMPTY, /* nothing, or white space only */
    LD_SNIFF_WARC,
    LD_SNIFF_ARC,
    LD_SNIFF_HTML,     /* HTML and XHTML */
    LD_SNIFF_FEED,     /* RSS 0.9x, 1.0, 2.0; Atom */
    LD_SNIFF_XML,      /* another XML document */
    LD_SNIFF_JSONL,    /* one object a line */
    LD_SNIFF_JSON,     /* one object over several lines, or an array of objects */
    LD_SNIFF_MARKDOWN, /* text whose name says so */
    LD_SNIFF_TEXT,
    LD_SNIFF_BINARY /* ld_sniff_binary_name says which, where it is known */
} ld_sniffed;

/* head: the beginning, after gzip; whole: it is all there is. name: a file name or URL path, for
 * its extension (".gz" behind it is looked through). */
ld_sniffed ld_sniff(ld_span head, bool whole, ld_span name);
/* "a PDF document", "a ZIP file", ...; never NULL. */
const char *ld_sniff_binary_name(ld_span head);

/* The extension of a name without its dot, ".gz" looked through; empty where there is none. */
ld_span ld_name_extension(ld_span name);

typedef enum ld_name_class {
    LD_NAME_READ,   /* an extension that ingest reads */
    LD_NAME_IGNORE, /* an image, a style sheet, a script, a film ... */
    LD_NAME_UNKNOWN /* to be sniffed: "index", "article?id=3" */
} ld_name_class;
ld_name_class ld_name_classify(ld_span name);

#endif
