#ifndef LD_QUERY_SYNONYMS_H
#define LD_QUERY_SYNONYMS_H
/* The reader's own list of words that stand for each other. synonyms.c has its format. */
#include "base/arena.h"
#include "base/error.h"

typedef struct ld_synonyms ld_synonyms;

/* INVALID: a sentence with the line's number; LIMIT; NOMEM. All of it is the arena's; text may go.
 */
lede_status ld_synonyms_parse(ld_arena *arena, ld_span text, const ld_synonyms **synonyms,
                              lede_error *err);
/* Returns: how many names `asked` is to be searched under as well, at most names_max, each once and
 * in the order of the list. synonyms may be NULL. */
uint32_t ld_synonyms_find(const ld_synonyms *synonyms, ld_span asked, ld_span *names,
                          uint32_t names_max);

#endif
