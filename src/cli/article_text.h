#ifndef LD_CLI_ARTICLE_TEXT_H
#define LD_CLI_ARTICLE_TEXT_H
/* An article, or the parts of it that a hit shows, for a person to read. */
#include "cli/output.h"

/* "2015-11-16 (given) · The Lantern · https://..." and a line feed. */
void ld_article_print_origin(ld_out *out, const lede_article *article);
/* The whole article; marks [mark_count] as lede_document_marks gives them. */
void ld_article_print(ld_out *out, const lede_article *article, const lede_document_mark *marks,
                      uint32_t mark_count);
/* "2015", "2015-11", "2015-11-16" or "2015-11-16T08:09:10Z"; "" when unknown. */
void ld_date_print(char text[32], const lede_date *date);

#endif
