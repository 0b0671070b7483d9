#ifndef LD_ARTICLE_CAPTION_H
#define LD_ARTICLE_CAPTION_H
/* Who took the picture, who wrote the story, and where? Credits, agencies and datelines. */
#include "flow/article.h"

typedef enum ld_credit_strength {
    LD_CREDIT_NONE,
    LD_CREDIT_WEAK,  /* the shape of one: "(Lantern/Imke Sandgren)" */
    LD_CREDIT_STRONG /* it names a picture: "(AP Photo/Thibault Camus)", "Photo: X", "© X" */
} ld_credit_strength;

/* Splits a credit off the end of folded text; both parts are borrowed from it. Without a credit
 * the text is whole. */
ld_credit_strength ld_caption_split(ld_span text, ld_caption *caption);
/* A credit without its label: "Photograph: Lantern/X" -> "Lantern/X". */
ld_span ld_credit_clean(ld_span credit);

/* "AP" of "AP Photo/Thibault Camus"; empty when no agency is named. Static text. */
ld_span ld_agency_find(ld_span credit);

/*
 * The dateline at the start of a paragraph: "PARIS (AP) —", "PORT ALDERN, Mar 3 (NPA) –",
 * "Berlin (dpa) -", "PARIS —", "(CNN) —". False when there is none.
 */
bool ld_dateline_parse(ld_span paragraph, ld_span *place, ld_span *agency);

#endif
