#ifndef LD_INDEX_TERMS_READ_H
#define LD_INDEX_TERMS_READ_H
/* What the readers of the inverted parts share: the opened dictionary and the parts beside it. */
#include "index/dictionary.h"
#include "index/terms.h"

struct ld_terms {
    const lede_env *env;
    ld_dictionary words;     /* terms */
    ld_dictionary spellings; /* absent where the profile does not stem */
    ld_part postings, positions, forms;
    const uint8_t *class_codes; /* [class_code_count * LD_CLASS_CODE_BYTES] */
    uint32_t class_code_count;
    uint32_t docs;
    bool has_forms;
};

/* Every term in order with its entry, for walks and merges. */
typedef struct ld_terms_scan {
    const ld_terms *terms;
    ld_reader reader;
    ld_front front;     /* the term */
    ld_term term;       /* its entry */
    uint32_t next;      /* ordinal of the next term */
    uint32_t block_end; /* first ordinal after the block at hand */
} ld_terms_scan;
/* At the beginning of a block. */
lede_status ld_terms_scan_open(ld_terms_scan *s, const ld_terms *t, uint32_t block,
                               lede_error *err);
/* Moves to the next term; *end true: there is none. Terms out of order are CORRUPT. */
lede_status ld_terms_scan_next(ld_terms_scan *s, bool *end, lede_error *err);

/* The form table of a term whose bytes are known: [term->form_count], in the arena but for the
 * spelling of a term without a table, which is `word` itself. */
lede_status ld_form_table_read(const ld_terms *t, ld_span word, const ld_term *term,
                               ld_arena *arena, ld_form **forms, lede_error *err);

#endif
