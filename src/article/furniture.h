#ifndef LD_ARTICLE_FURNITURE_H
#define LD_ARTICLE_FURNITURE_H
/* Which lines of text belong to the page and not to the story? */
#include "base/span.h"

typedef enum ld_furniture {
    LD_FURNITURE_NONE,
    LD_FURNITURE_LINE,   /* stands alone: "Advertisement", "Share this" */
    LD_FURNITURE_OPENER, /* a list follows: "Related", "Most read" */
    LD_FURNITURE_END     /* the story is over: "Comments", a copyright line */
} ld_furniture;

/* line: folded text of one block. */
ld_furniture ld_furniture_judge(ld_span line);
/* "Read also: X", "LIRE AUSSI X": a line with a link of its own in the story. */
bool ld_furniture_is_read_also(ld_span line);
#define LD_WORDS_OF_CONSENT    1u /* it is a notice of consent or of cookies */
#define LD_WORDS_OF_DISCLOSURE 2u /* worth asking ld_furniture_is_disclosure */
/* What the words of a whole paragraph say, in one walk over them. */
uint32_t ld_furniture_read_words(ld_span paragraph);
static inline bool ld_furniture_is_consent(ld_span paragraph)
{
    return (ld_furniture_read_words(paragraph) & LD_WORDS_OF_CONSENT) != 0;
}
/* What the publisher says of itself within the story: links that pay it, who helped to report. */
bool ld_furniture_is_disclosure(ld_span paragraph);

#endif
