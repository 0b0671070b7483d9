#ifndef LD_SERVER_FILTERS_H
#define LD_SERVER_FILTERS_H
/*
 * What narrows a search on the page, each as a parameter of its own, so that one can be taken away
 * without reading the query:
 *
 *   /search?q=bridge OR quay&source=Le Fanal&from=2024   ->   source:"Le Fanal" since:"2024" bridge
 * OR quay
 *
 * A field may have several values, a tab between them; any of them will do.
 *
 * The filters stand before the query: an open quotation mark in it then swallows none of them, and
 * as OR binds tighter than AND none of its words escapes them.
 */
#include "lede/search.h"
#include "server/request.h"

#define LD_FILTER_SEPARATOR '\t' /* stands in no value: their white space is single spaces */

typedef enum ld_filter_id {
    LD_FILTER_SOURCE,
    LD_FILTER_SECTION,
    LD_FILTER_AUTHOR,
    LD_FILTER_TAG,
    LD_FILTER_LANGUAGE,
    LD_FILTER_FROM,
    LD_FILTER_TO,
    LD_FILTER_COUNT_
} ld_filter_id;
#define LD_FILTER_FACETS_COUNT 5u /* the first so many are counted beside the results */

typedef struct ld_filters {
    ld_span values[LD_FILTER_COUNT_]; /* empty: not in force */
} ld_filters;

typedef struct ld_filter {
    const char *param; /* in addresses */
    const char *label; /* on the page */
    const char *facet; /* as lede_facet names it; NULL: none */
} ld_filter;
extern const ld_filter ld_filter_table[LD_FILTER_COUNT_];

/* The next of a filter's values, taken off the front of *rest; false: there is none. */
bool ld_filter_next(ld_span *rest, ld_span *value);
bool ld_filter_has(ld_span values, ld_span value);
void ld_filters_read(const ld_request *request, ld_filters *filters);
bool ld_filters_any(const ld_filters *filters);
/* The query with its filters, as the library reads it. */
void ld_filters_add_query(const ld_filters *filters, ld_span query, ld_buf *out);

#endif
