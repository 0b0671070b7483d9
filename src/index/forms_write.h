#ifndef LD_INDEX_FORMS_WRITE_H
#define LD_INDEX_FORMS_WRITE_H
/* The writing side of form tables and of the dictionary of spellings. */
#include "index/dictionary.h"
#include "index/terms.h"

/* Appends a term's form table; nothing for one form spelled as the term in lower case. */
void ld_form_table_add(ld_buf *b, ld_span term, const ld_form *forms, uint32_t form_count);

/* Whether a form gets a list of its own. */
bool ld_form_has_list(uint32_t form_df, uint32_t term_df);

/* The order of forms: occurrences falling, spelling, case class. */
int ld_form_compare(const ld_form *a, const ld_form *b);

/* FORM_TERMS: triples in ascending order of (spelling, term, form). */
typedef struct ld_spellings_writer {
    ld_dictionary_writer words;
    ld_buf pairs;        /* of the spelling at hand */
    uint32_t pair_count; /* 0: none at hand */
    uint32_t last_term;
    uint32_t spelling_bytes;
    char spelling[LD_TERM_BYTES_MAX];
} ld_spellings_writer;
void ld_spellings_writer_init(ld_spellings_writer *w, const lede_env *env, ld_segment_writer *out);
void ld_spellings_writer_release(ld_spellings_writer *w);
void ld_spellings_writer_add(ld_spellings_writer *w, ld_span spelling, uint32_t term,
                             uint32_t form);
lede_status ld_spellings_writer_finish(ld_spellings_writer *w, uint32_t docs, lede_error *err);

#endif
