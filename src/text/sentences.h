#ifndef LD_TEXT_SENTENCES_H
#define LD_TEXT_SENTENCES_H
/* Where does a sentence of a paragraph begin and end? sentences.c has the rules. */
#include "base/span.h"

typedef struct ld_sentences {
    ld_span text;
    size_t at;
} ld_sentences;

/* text: one paragraph, valid UTF-8. */
void ld_sentences_init(ld_sentences *it, ld_span text);
/* The next sentence [*from, *end) without the white space around it; never empty; false at the
 * end. Sentences ascend and leave out white space only. */
bool ld_sentences_next(ld_sentences *it, size_t *from, size_t *end);

#endif
