#ifndef LD_INDEX_INVERTED_WRITE_H
#define LD_INDEX_INVERTED_WRITE_H
/*
 * The one way postings become parts: flush and merge both feed it, term by term in byte order and
 * document by document, so that the same postings always give the same bytes.
 *
 *   new  { term_begin  { add }  term_end }  [spelling...]  finish  free
 */
#include "index/inverted.h"
#include "index/postings.h"

typedef struct ld_inverted_writer ld_inverted_writer;

/* lengths: [docs] length codes, borrowed until free. */
lede_status ld_inverted_writer_new(const lede_env *env, const ld_profile *profile, uint32_t docs,
                                   const uint8_t *lengths, ld_segment_writer *out,
                                   const ld_posting_sink *sink, ld_inverted_writer **writer,
                                   lede_error *err);
void ld_inverted_writer_free(ld_inverted_writer *w); /* NULL is harmless */

/* df and total_tf are final. forms: [form_count] in order (ld_form_compare), spelling, case class,
 * df and total_tf filled in; copied but for the spellings, which live until term_end. NULL where
 * the profile keeps no forms. */
lede_status ld_inverted_writer_term_begin(ld_inverted_writer *w, ld_span term, uint32_t df,
                                          uint64_t total_tf, const ld_form *forms,
                                          uint32_t form_count, lede_error *err);
/* Documents ascend; positions: [tf] ascending; forms: [tf] ordinals, NULL with one form or none. */
lede_status ld_inverted_writer_add(ld_inverted_writer *w, uint32_t doc, uint32_t tf,
                                   const uint32_t class_tf[LD_CLASS_COUNT],
                                   const uint32_t *positions, const uint16_t *forms,
                                   lede_error *err);
/* Many postings at a time, for a term that is not pulsed and has one form. Ask for the room, then
 * add so many at most: documents docs[i] + base, tfs NULL: all 1, total_tf in sum, all in the body;
 * and the numbers of their positions (positions_format.h), before or after, in any pieces. */
uint32_t ld_inverted_writer_room(ld_inverted_writer *w); /* 1 to LD_POSTINGS_BLOCK */
void ld_inverted_writer_add_run(ld_inverted_writer *w, uint32_t base, const uint32_t *docs,
                                const uint32_t *tfs, uint32_t count, uint64_t total_tf);
void ld_inverted_writer_add_numbers(ld_inverted_writer *w, const uint32_t *numbers, uint32_t count);
/* CORRUPT where what was added is not what term_begin was told. *ordinal: of the term. */
lede_status ld_inverted_writer_term_end(ld_inverted_writer *w, uint32_t *ordinal, lede_error *err);
/* Profiles that stem: every form of every term, ascending by (spelling, term, form). */
void ld_inverted_writer_spelling(ld_inverted_writer *w, ld_span spelling, uint32_t term,
                                 uint32_t form);
lede_status ld_inverted_writer_finish(ld_inverted_writer *w, lede_error *err);

static inline bool ld_profile_has_forms(const ld_profile *profile)
{
    return profile->stem || profile->case_classes;
}

#endif
