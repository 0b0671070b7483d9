#ifndef LD_INDEX_FORMS_FORMAT_H
#define LD_INDEX_FORMS_FORMAT_H
/*
 * The parts FORMS and FORM_TERMS: how a term was written. A form is a folded exact spelling with a
 * case class; ordinal 0 of a term is its commonest form by occurrences, the others follow by
 * occurrences, ties by the bytes of the spelling, then by case class. Numbers are varints unless
 * said otherwise.
 *
 * FORMS, per term
 *   region   := ordinals table
 *   ordinals := block*          form_count > 1: one ordinal an occurrence, in the blocks and groups
 *                               of positions_format.h; a block without any bytes is all 0 (the
 *                               commonest form)
 *   table    := form{form_count}          absent: one form, spelled as the term, in lower case
 *   form     := kind [suffix_more] trim suffix [counts] [list]
 *   kind     := byte   bits 0-1 ld_case_class, bit 2 LD_FORM_HAS_LIST,
 *                      bits 3-7 bytes of suffix; LD_FORM_SUFFIX_MORE: suffix_more are added
 *   trim     := bytes cut from the end of the term before the suffix is put there
 *   counts   := df, total_tf - df                  when form_count > 1 (else they are the term's)
 *   list     := at, bytes                          LD_FORM_HAS_LIST
 *
 * A list of documents and tf (postings_format.h, neither classes nor positions) is kept for a form
 * whose df is at most 1 / LD_FORM_LIST_SHARE of its term's df, when that is above
 * LD_FORM_LIST_TERM_DF (below, the term's own list is one block); for at most LD_FORM_LISTS_MAX
 * forms of a term, the commonest first. `at` counts from the beginning of the term's region in
 * POSTINGS and leads to the list's only block (df <= LD_POSTINGS_BLOCK) or its skip table, `bytes`
 * long. All blocks of the list begin within the region.
 *
 * FORM_TERMS with FORM_INDEX: a dictionary (dictionary_format.h) without prologue, without hash
 * table, whose words are all spellings of the segment, those equal to their term included. It is
 * there exactly when the profile stems; otherwise every spelling is a term and the walk over forms
 * counts the terms' forms out.
 *   entry    := pairs pair{pairs}
 *   pair     := term ordinal less that of the pair before (first: from 0), form ordinal
 *               ascending by (term ordinal, form ordinal)
 *
 * Profiles without stem and case classes have none of these parts.
 *
 * Worked example: the term "sail" written "sails" (lower case) in 2 documents, 3 times, and "Sail"
 * (folded "sail", LD_CASE_INITIAL) once; occurrences in order: sails sails Sail sails.
 *
 *   FORMS       01 04   08 00 73 02 01   01 00 01 00
 *   FORM_TERMS  40 73 61 69 6C 01 00 01   14 73 01 00 00
 *
 * (ordinals 0 0 1 0 in 1 bit: 04; "sails": kind 08, trim 0, "s", df 2, 1 more; "sail": kind 01.)
 *
 * Limits: LD_FORMS_MAX forms of a term in a segment; further ones share its last ordinal.
 * History: version 1, codec 1: first. Version 2: ordinals in groups of 256.
 */
#include "index/dictionary_format.h"
#include "index/positions_format.h"

#define LD_FORMS_CODEC       1u
#define LD_FORMS_VERSION     2u
#define LD_FORM_CASE_MASK    3u
#define LD_FORM_HAS_LIST     4u
#define LD_FORM_SUFFIX_SHIFT 3u
#define LD_FORM_SUFFIX_MORE  31u
#define LD_FORM_LIST_SHARE   4u
#define LD_FORM_LIST_TERM_DF 256u /* one block of postings */

#endif
