#ifndef LD_ARTICLE_STATE_H
#define LD_ARTICLE_STATE_H
/* Is there a story in the data of the page's scripts, where its HTML has none? */
#include "article/story.h"
#include "flow/page.h"

#define LD_STATE_WORDS_MIN 60u /* of a body; shorter texts of data are teasers and messages */

/* The longest text of the scripts' data that is called a body; HTML or plain, unfolded. Empty: none
 * of LD_STATE_WORDS_MIN words. Cost: linear in the scripts, which are parsed as JSON. */
ld_span ld_state_find_body(ld_arena *arena, const ld_page *page);

#endif
