#ifndef LD_BASE_MARKUP_H
#define LD_BASE_MARKUP_H
/*
 * The one function through which text from outside becomes part of HTML, as element content or
 * inside a double- or single-quoted attribute value.
 */
#include "base/buf.h"

/* & < > " ' become references; control characters but TAB and LF, and bytes that are not UTF-8,
 * become U+FFFD. */
void ld_markup_escape(ld_buf *out, ld_span s);
/* The text as one component of a URL's query or path (RFC 3986: unreserved characters stay). */
void ld_url_escape(ld_buf *out, ld_span s);

#endif
