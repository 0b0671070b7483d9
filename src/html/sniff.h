#ifndef LD_HTML_SNIFF_H
#define LD_HTML_SNIFF_H
/* In which encoding is this page? (HTML standard, 13.2.3.2) */
#include "base/span.h"

/*
 * The WHATWG name of the page's encoding, never NULL. In this order: a byte order mark, the label
 * of the protocol (empty: none), a <meta> or XML declaration near the start, the bytes themselves.
 */
const char *ld_html_sniff_charset(ld_span bytes, ld_span protocol_label);

/* Only the <meta> and XML declarations of the first bytes; NULL: none that names an encoding. */
const char *ld_html_prescan_charset(ld_span bytes);

#endif
