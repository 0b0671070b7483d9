#ifndef LD_QUERY_PAGE_H
#define LD_QUERY_PAGE_H
/*
 * Where one page of an answer ended, as text that a client may keep:
 *
 *   1-GENERATION-SVALUE-KEYHASH-SKIP      all hexadecimal but S
 *
 * S is r, n or o (relevance, newest, oldest); VALUE the bits of the score, or the sort key's. S is
 * p within the first hits of an answer that is ranked in two stages: VALUE is how many were shown.
 * No secret and no promise: it is checked when it comes back, and one of another generation goes on
 * at the same place of a changed archive, with a notice.
 */
#include "query/topk.h"

lede_status ld_page_format(ld_arena *arena, uint64_t generation, uint8_t sort,
                           const ld_topk_after *after, ld_span *text, lede_error *err);
/* INVALID: no such text, or of another order than `sort`. */
lede_status ld_page_parse(ld_span text, uint8_t sort, uint64_t *generation, ld_topk_after *after,
                          lede_error *err);

#endif
