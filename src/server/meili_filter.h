#ifndef LD_SERVER_MEILI_FILTER_H
#define LD_SERVER_MEILI_FILTER_H
/*
 * Meilisearch's filters in lede's query language.
 *
 *   section = "Harbour" AND (source = a OR source = b)  ->  ((section:"Harbour" ((source:"a") OR
 * (source:"b")))) published >= 1700000000                             ->
 * since:"2023-11-14T22:13:20Z"
 *
 * There AND binds tighter than OR, here OR does. So every operand of an OR is put into parentheses
 * of its own (the trick of the first FORTRAN compiler), which needs neither a tree nor recursion.
 * Taken: = != > >= < <= , IN [..], AND, OR, NOT, parentheses; on source, section, author, tag,
 * language (all with =, != and IN) and published (seconds since 1970, with every comparison).
 */
#include <jansson.h>

#include "base/buf.h"

/* A filter as the request has it: a text, or a list (AND) of texts and of lists (OR) of texts.
 * Appends nothing for NULL. Fails with INVALID. */
lede_status ld_meili_filter_add(const json_t *filter, ld_buf *query, lede_error *err);
/* The name of the facet of an attribute ("tag"), NULL where there is none. */
const char *ld_meili_facet(ld_span attribute);

#endif
