#ifndef LD_ARTICLE_PLAIN_H
#define LD_ARTICLE_PLAIN_H
/* Text saved from a page, and Markdown: which of its lines are the story? */
#include "article/dates.h"
#include "article/story.h"

/* text: valid UTF-8. */
void ld_plain_extract(ld_story *story, ld_dates *dates, ld_span text, bool is_markdown);
/* The paragraphs of a text that is all story, as body blocks. */
void ld_plain_add_paragraphs(ld_story *story, ld_span text);

#endif
