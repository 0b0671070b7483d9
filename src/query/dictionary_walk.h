#ifndef LD_QUERY_DICTIONARY_WALK_H
#define LD_QUERY_DICTIONARY_WALK_H
/* The entries of a segment's sorted dictionary that an element of the query stands for. */
#include "base/deadline.h"
#include "index/terms.h"
#include "query/leaf.h"

typedef struct ld_dictionary_walk ld_dictionary_walk;

typedef struct ld_dictionary_entry {
    ld_span spelling; /* valid until the next call */
    uint32_t term;    /* ordinal */
    uint16_t form;    /* ordinal; LD_FORM_NONE over terms */
} ld_dictionary_entry;

/* element: FORM, PATTERN, FUZZY or REGEX; it must outlive the walk. One spelling may come several
 * times, as ld_term_walk_next has it. */
lede_status ld_dictionary_walk_new(const ld_terms *terms, bool over_forms,
                                   const ld_element *element, ld_deadline *deadline,
                                   ld_arena *arena, ld_dictionary_walk **walk, lede_error *err);
lede_status ld_dictionary_walk_next(ld_dictionary_walk *w, ld_dictionary_entry *entry, bool *end,
                                    lede_error *err);
bool ld_dictionary_walk_stopped(const ld_dictionary_walk *w); /* the deadline was met */
void ld_dictionary_walk_free(ld_dictionary_walk *w);

#endif
