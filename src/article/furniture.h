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
/* Consent and cookie notices, whole paragraphs. */
bool ld_furniture_is_consent(ld_span paragraph);
/* What the publisher says of itself within the story: links that pay it, who helped to report. */
bool ld_furniture_is_disclosure(ld_span paragraph);

#endif
