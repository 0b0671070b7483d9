#ifndef LD_TEXT_LANGUAGE_H
#define LD_TEXT_LANGUAGE_H
/* In which language is this text? By script, then by n-grams; language.c says how well. */
#include "base/span.h"

/* text: valid UTF-8, its first LD_LANGUAGE_SAMPLE_BYTES_MAX bytes are read. lang: an ISO 639-1
 * code, or "" when there is nothing to judge by. *certainty_percent: 0..100; below
 * LD_LANGUAGE_CERTAIN_PERCENT the answer should yield to what the page itself says. */
void ld_language_detect(ld_span text, char lang[8], uint8_t *certainty_percent);
/* Three paragraphs: 99.9 % of held-out samples of that size are told right, and the time is spent
 * byte by byte. */
#define LD_LANGUAGE_SAMPLE_BYTES_MAX 1024u
#define LD_LANGUAGE_CERTAIN_PERCENT  80u

#endif
