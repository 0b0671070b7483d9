#ifndef LD_ARTICLE_OWNER_MARKS_H
#define LD_ARTICLE_OWNER_MARKS_H
/* Which parts of the page has its owner marked as the ones to search? */
#include "flow/page.h"

/*
 * Takes out of the tree what the owner left out: elements with data-pagefind-ignore, and where an
 * element within `root` has data-pagefind-body, all that stands in none such. A page without these
 * attributes stays as it is.
 * Returns: whether a body is marked. Where memory is refused (ld_arena_status tells): false.
 */
bool ld_owner_marks_apply(ld_page *page, ld_node root);

#endif
