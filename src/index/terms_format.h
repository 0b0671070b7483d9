#ifndef LD_INDEX_TERMS_FORMAT_H
#define LD_INDEX_TERMS_FORMAT_H
/*
 * The parts TERMS and TERM_INDEX: a dictionary (dictionary_format.h) whose words are terms. This
 * page is the prologue of its blocks and the entry of a term. All numbers are varints unless said
 * otherwise.
 *
 *   prologue := postings_at positions_at forms_at     offsets in POSTINGS, POSITIONS and FORMS
 *                                                     where the first term of the block begins
 *   entry    := lone | stats [more_tf] [forms] (pulsed | region)
 *   lone     := doc << 1, position                    a term of one occurrence in a body, in a
 *                                                     form without a table: half of all terms
 *   stats    := (df - 1) << 2 | (total_tf > df) << 1 | 1
 *   more_tf  := total_tf - df - 1                     when total_tf > df
 *   forms    := (form_count - 1) << 1 | has_table     when the index has LD_DICTIONARY_HAS_FORMS
 *               [table_bytes]                         when has_table
 *   region   := postings_bytes positions_bytes [forms_bytes]   forms_bytes when form_count > 1
 *   pulsed   := doc << 1 | flagged                    when not lone, df == 1 and
 *               [class byte]                          total_tf <= LD_TERM_PULSED_TF_MAX
 *               position more_position*               the first absolute, then distance - 1
 *               [ordinal*]                            form ordinals, when form_count > 1
 *   class    := one byte: head + 5 lead + 25 aside (frequencies by class; body is the rest)
 *
 * The lists of a term stand one behind the other in the order of terms, so an offset is the
 * block's own plus the lengths of the terms before it:
 *   POSTINGS   postings_bytes   (postings_format.h)
 *   POSITIONS  positions_bytes  (positions_format.h)
 *   FORMS      forms_bytes ordinals, then table_bytes form table  (forms_format.h)
 * has_table is 0 when the only form is spelled as the term, in lower case.
 *
 * Worked example: one document, the term "sea" twice, at positions 0 (headline) and 5 (body), no
 * forms. Block: 00 00 00 (prologue), 30 73 65 61 (nothing shared, "sea"), 03 00 (df 1,
 * total_tf 2), 01 01 (document 0, flagged; head 1), 00 04 (positions 0, 5):
 *
 *   TERMS  00 00 00 30 73 65 61 03 00 01 01 00 04
 *
 * Limits: df <= LD_SEGMENT_DOCS_MAX; total_tf <= df * LD_POSITIONS_MAX; lengths below 2^48.
 * History: version 1, codec 1: first. Version 3 (with that of dictionary_format.h): lone terms.
 */
#include "index/dictionary_format.h"
#include "index/terms.h"

#define LD_TERM_LIST_BYTES_MAX (1ull << 48) /* no sum of two can wrap */
#define LD_TERM_CLASS_BASE     (LD_TERM_PULSED_TF_MAX + 1u)
#define LD_TERM_NOT_LONE       1u /* bits of stats */
#define LD_TERM_HAS_MORE_TF    2u

#endif
