#ifndef LD_INDEX_TERMS_H
#define LD_INDEX_TERMS_H
/* "Here is a term: give me its entry." Exact look-up and ordered walks over a segment's words. */
#include "index/segment.h"

#define LD_FORM_NONE UINT16_MAX
#define LD_TERM_PULSED_TF_MAX                                                                      \
    4u /* occurrences of a term of one document kept in the dictionary                             \
        */

/* Where a term's postings stand; filled by a look-up, opaque to query/ but for the counts. */
typedef struct ld_term {
    uint32_t ordinal; /* in byte order of the segment's terms */
    uint32_t df;      /* documents, tombstones included */
    uint64_t total_tf;
    uint64_t postings_offset, positions_offset, forms_offset; /* in their parts */
    uint64_t form_table_offset;                               /* in LD_PART_FORMS */
    uint16_t form_count; /* distinct (spelling, case class); 1 where the profile keeps no forms */
    /* How long each of its lists is in its part; all 0 for a pulsed term. */
    uint64_t postings_bytes, positions_bytes, forms_bytes;
    uint64_t form_table_bytes; /* 0: one form, spelled as the term in lower case */
    /* A pulsed term (one document, few occurrences) has its only posting here, not in the parts. */
    struct {
        bool is; /* then df is 1 and total_tf at most LD_TERM_PULSED_TF_MAX */
        uint32_t doc;
        uint8_t class_tf[LD_CLASS_COUNT];
        uint32_t positions[LD_TERM_PULSED_TF_MAX]; /* [total_tf] */
        uint16_t forms[LD_TERM_PULSED_TF_MAX];     /* [total_tf] */
    } pulsed;
} ld_term;

/* One spelling of a stem. */
typedef struct ld_form {
    ld_span spelling;     /* folded exact spelling, borrowed from the segment or the arena */
    uint8_t case_class;   /* ld_case_class */
    uint16_t ordinal;     /* in the term's form table, 0 = the commonest */
    uint32_t df;          /* documents with this form */
    uint64_t total_tf;    /* occurrences */
    uint64_t list_offset; /* its own documents+tf list, UINT64_MAX where it has none */
    uint64_t list_bytes;  /* 0 where it has none */
} ld_form;

typedef struct ld_terms ld_terms; /* reader of a segment's dictionary parts; free-threaded */
lede_status ld_terms_open(const ld_segment *segment, ld_terms **terms, lede_error *err);
void ld_terms_close(ld_terms *t);
uint32_t ld_terms_count(const ld_terms *t);

/* NOTFOUND (without a message) when no document of the segment has the term. */
lede_status ld_terms_find(const ld_terms *t, ld_span term, ld_term *out, lede_error *err);
/* The form table of a term, in the arena. */
lede_status ld_terms_forms(const ld_terms *t, const ld_term *term, ld_arena *arena,
                           const ld_form **forms, uint32_t *count, lede_error *err);

/* A term by its ordinal (forward lists name terms so). */
lede_status ld_terms_at(const ld_terms *t, uint32_t ordinal, ld_arena *arena, ld_span *bytes,
                        ld_term *out, lede_error *err);

/* Ordered walk over terms, or over forms: start at the first entry >= from. */
typedef struct ld_term_walk ld_term_walk; /* lives in the arena */
lede_status ld_term_walk_open(const ld_terms *t, bool over_forms, ld_span from, ld_arena *arena,
                              ld_term_walk **walk, lede_error *err);
/* *bytes: the term or spelling, valid until the next call. Over forms, `term_ordinal` and
 * `form_ordinal` say which form of which term; one spelling may come several times (case classes,
 * stems of several languages). Over terms, `form_ordinal` is LD_FORM_NONE. *end true: no more. */
lede_status ld_term_walk_next(ld_term_walk *w, ld_span *bytes, uint32_t *term_ordinal,
                              uint16_t *form_ordinal, bool *end, lede_error *err);

#endif
