#ifndef LD_TEXT_FOLD_H
#define LD_TEXT_FOLD_H
/*
 * Which spellings are one word? Folding is what makes `Francois` find `François`: capitals,
 * accents, typographic apostrophes, ligatures, width and compatibility forms disappear. fold.c says
 * which marks stay because they make another letter.
 */
#include "base/limits.h"
#include "base/span.h"

/* Writes the folded spelling of one word, at most LD_TERM_BYTES_MAX bytes cut at a code point, and
 * says how long it is (0 when nothing is left). Deterministic, idempotent, the same in every
 * locale. word: valid UTF-8 (what is not valid folds to nothing). */
size_t ld_fold(ld_span word, char out[LD_TERM_BYTES_MAX]);

#endif
