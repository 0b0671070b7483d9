#ifndef LD_INDEX_TERMS_WRITE_H
#define LD_INDEX_TERMS_WRITE_H
/* The writing side of the term dictionary, for inverted_write.c. */
#include "index/dictionary.h"
#include "index/terms.h"

bool ld_term_is_pulsed(uint32_t df, uint64_t total_tf);
/* Terms ascend. The offsets of `t` are where its lists begin, in parts that hold nothing else. */
void ld_terms_writer_add(ld_dictionary_writer *w, ld_span term, const ld_term *t, bool has_forms);

#endif
