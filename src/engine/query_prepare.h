#ifndef LD_ENGINE_QUERY_PREPARE_H
#define LD_ENGINE_QUERY_PREPARE_H
/* What a search, a facet and the marks of a document share: options read, query parsed. */
#include "engine/snapshot.h"
#include "query/search.h"

/* NULL is "lede"; INVALID: no dialect has the name. */
lede_status ld_dialect_find(const char *name, uint8_t *dialect, lede_error *err);
/* The options alone, for a query that is not text. */
lede_status ld_request_prepare(lede_snapshot *snapshot, const lede_search_options *options,
                               lede_search_options *taken, ld_deadline *deadline,
                               ld_search_request *request, lede_error *err);
lede_status ld_query_prepare(lede_snapshot *snapshot, ld_arena *arena, ld_span text,
                             const lede_search_options *options, lede_search_options *taken,
                             ld_deadline *deadline, ld_query **query, ld_search_request *request,
                             lede_error *err);

#endif
