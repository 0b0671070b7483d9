#ifndef LD_ARTICLE_BODY_H
#define LD_ARTICLE_BODY_H
/* Which blocks of the page are the story? */
#include "article/dates.h"
#include "article/metadata.h"
#include "article/story.h"
#include "flow/page.h"

/*
 * Chooses the body, the captions and the lead of a page; headline and metadata are chosen already.
 * Visible lines by the headline complete the authors and offer dates. root: <body>, or the element
 * that holds a fragment; is_fragment: all of it is the story as far as it is no furniture.
 */
void ld_body_extract(ld_story *story, const ld_page *page, ld_node root, const ld_metadata *meta,
                     ld_dates *dates, bool is_fragment);

#endif
