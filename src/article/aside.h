#ifndef LD_ARTICLE_ASIDE_H
#define LD_ARTICLE_ASIDE_H
/* What stands beside the story and is worth keeping apart from it? */
#include "article/body_state.h"

/* After the body is chosen: comments of readers, alternative texts of the story's images. */
void ld_aside_take(const ld_body *b);

#endif
