#ifndef LD_ARTICLE_MARKDOWN_H
#define LD_ARTICLE_MARKDOWN_H
/* The marks of Markdown, as far as a saved story has them (CommonMark 0.31 names). */
#include "article/dates.h"
#include "article/story.h"

typedef struct ld_markdown_line {
    uint8_t kind;  /* ld_block_kind */
    uint8_t level; /* heading 1..6, list item: nesting from 1 */
    uint8_t flags; /* LD_BLOCK_ORDERED */
    ld_span text;  /* without the mark that opens the line */
} ld_markdown_line;

ld_markdown_line ld_markdown_read(ld_span line);
bool ld_markdown_is_fence(ld_span line); /* of a code block */
/* Without emphasis, the addresses of links, images, later quotation marks and HTML tags. */
ld_span ld_markdown_strip(ld_arena *arena, ld_span s);
/* Reads "---" ... "---" at the start ("title: ...", "date: ...") and answers what follows it. */
ld_span ld_markdown_front_matter(ld_story *story, ld_dates *dates, ld_span text);

#endif
