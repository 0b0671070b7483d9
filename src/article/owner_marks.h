#ifndef LD_ARTICLE_OWNER_MARKS_H
#define LD_ARTICLE_OWNER_MARKS_H
/* Which parts of the page has its owner marked as the ones to search? */
#include "article/dates.h"
#include "article/story.h"
#include "flow/page.h"

/*
 * Takes what data-pagefind-meta, -filter and -sort state of the article: title, author, date,
 * section and tag (tags, category, topic), other names are passed over. It wins over the page's
 * other statements. What stands within data-pagefind-ignore="all" states nothing. Before ..._apply.
 */
void ld_owner_marks_read(ld_story *story, const ld_page *page, ld_dates *dates);

/*
 * Takes out of the tree what the owner left out: elements with data-pagefind-ignore, and where an
 * element within `root` has data-pagefind-body, all that stands in none such. A page without these
 * attributes stays as it is.
 * Returns: whether a body is marked. Where memory is refused (ld_arena_status tells): false.
 */
bool ld_owner_marks_apply(ld_page *page, ld_node root);

#endif
