#ifndef LD_ARTICLE_HEAD_SCAN_H
#define LD_ARTICLE_HEAD_SCAN_H
/* What does a page say about its address, as far as that can be seen without parsing it? */
#include "base/span.h"

/* The value of an attribute ("href=") of the first tag that holds `name` ("canonical") and has that
 * attribute; empty: none in the first megabyte. Cost: a search for the name. */
ld_span ld_head_find(ld_span page, ld_span name, ld_span attribute);
/* The canonical address, else that of og:url; http(s) only. */
ld_span ld_head_address(ld_span page);
/* The tag <html> says that this is AMP. */
bool ld_head_is_amp(ld_span page);

#endif
