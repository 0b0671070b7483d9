#ifndef LD_ARTICLE_AUTHORS_H
#define LD_ARTICLE_AUTHORS_H
/* Who wrote it? */
#include "article/story.h"

/* One name as a record or a markup of persons states it: cleaned, left out where it is an
 * address or the publication itself. */
void ld_authors_add_name(ld_story *story, ld_span name);
/* The publication itself, where a page states no person but it. */
void ld_authors_add_publication(ld_story *story, ld_span name);
/* Several names in one text: "Ann Bee, Carl Dee and Eva Fry", ";" goes before ",". */
void ld_authors_add_list(ld_story *story, ld_span list);
/* A visible byline: "By Ann Bee, Council reporter". False when it does not look like one, and then
 * nothing was added. needs_word: it must open with "By" or its kin. */
bool ld_authors_add_byline(ld_story *story, ld_span line, bool needs_word);

#endif
