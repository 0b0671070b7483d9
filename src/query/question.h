#ifndef LD_QUERY_QUESTION_H
#define LD_QUERY_QUESTION_H
/* Is this a question in plain words, and which of its words only hold it together? */
#include "query/leaf.h"

#define LD_QUESTION_WORDS 3u  /* that carry meaning */
#define LD_QUESTION_HITS  10u /* a page */

/* A lede query of one level with LD_QUESTION_WORDS words or more that carry meaning, without
 * connectors, functions or zones. The languages of q must be known. */
bool ld_query_is_question(const ld_query *q);
/* The same as far as it can be told before the languages are known: every word of the list of
 * fillers counts as one. */
bool ld_query_looks_like_question(const ld_query *q);
/* A function word in small letters: no short form of a name, whatever a story says (in, has). */
bool ld_word_is_filler(ld_span word);
/* In a question: the word says nothing about what is asked for (the, which, about). */
bool ld_query_is_filler(const ld_query *q, uint32_t node);

#endif
