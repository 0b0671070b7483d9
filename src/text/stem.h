#ifndef LD_TEXT_STEM_H
#define LD_TEXT_STEM_H
/*
 * Which inflections are one word? Snowball stemmers (libstemmer) behind one call. Stems are keys,
 * not words: never shown. stem.c says in which order folding and stemming go, and why.
 */
#include "base/env.h"
#include "base/limits.h"

typedef struct ld_stemmer ld_stemmer; /* one thread at a time */

/* language: an ISO 639-1 code, a longer tag beginning with one ("pt-BR"), or "" / "und".
 * NOTFOUND: no stemmer for it; NOMEM. Free with ld_stemmer_free, NULL is harmless. */
lede_status ld_stemmer_new(const lede_env *env, ld_span language, ld_stemmer **stemmer,
                           lede_error *err);
void ld_stemmer_free(ld_stemmer *stemmer);
/* Whether ld_stemmer_new would have one. */
bool ld_stemmer_known(ld_span language);

/* The folded stem of a folded form (ld_word_form's answer), 1..LD_TERM_BYTES_MAX bytes for a form
 * that is not empty. The same form gives the same stem, however it was accented in the text. */
lede_status ld_stemmer_stem(ld_stemmer *stemmer, ld_span form, char out[LD_TERM_BYTES_MAX],
                            size_t *bytes);

/* "snowball-" and 16 hexadecimal digits of a hash over the stems of a fixed list of words in every
 * language: libstemmer has no version of its own. Written into an archive, so that one with other
 * stems is refused. The string is the calling thread's, for as
 * long as it lives; computed at the first call; "" when memory was refused. */
const char *ld_stemmer_version(void);

#endif
