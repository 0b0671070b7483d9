#ifndef LD_ARTICLE_LIVEBLOG_H
#define LD_ARTICLE_LIVEBLOG_H
/* Which posts does a liveblog show, where it states none for machines? */
#include "article/body_state.h"

/* After the body is chosen, of a liveblog whose article has no posts yet. */
void ld_liveblog_take_posts(const ld_body *b);

#endif
