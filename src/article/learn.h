#ifndef LD_ARTICLE_LEARN_H
#define LD_ARTICLE_LEARN_H
/* How is what a site's pages teach (sites.h) given and used? */
#include "article/body_state.h"
#include "article/sites.h"

/* Which site is this a page of? Before the page is parsed; `story` stays 0, and `site` is 0 where
 * the page states no address. */
ld_site_page ld_learn_identify(const ld_capture *capture);
/* Once the headline is known. */
uint64_t ld_learn_story(const ld_story *story);
/* Puts the page's blocks, chosen where the score is above zero, into options->taught. */
lede_status ld_learn_teach(const ld_body *b, const int32_t *scores, lede_error *err);
/* Moves the scores by what options->sites knows. Cost: linear in blocks. */
void ld_learn_judge(const ld_body *b, int32_t *scores);

#endif
