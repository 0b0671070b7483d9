#ifndef LD_ARTICLE_JSON_LD_H
#define LD_ARTICLE_JSON_LD_H
/* What does the page say about its article in schema.org's words? */
#include "base/arena.h"
#include "base/limits.h"
#include "flow/article.h"

typedef struct ld_json_ld {
    bool has_article; /* a NewsArticle or one of its kin was found */
    bool is_liveblog;
    bool is_paywalled; /* isAccessibleForFree is false */
    ld_span headline, alternative_headline, body, section, language, publisher, url;
    ld_span published, modified;           /* as they are written */
    ld_span page_published, page_modified; /* of the WebPage around it */
    ld_span site_name;                     /* of the WebSite */
    ld_span *authors;                      /* [author_count], folded */
    uint32_t author_count, author_capacity;
    ld_post *posts; /* [post_count] of a liveblog */
    uint32_t post_count, post_capacity;
    ld_span *tags; /* [tag_count], folded */
    uint32_t tag_count, tag_capacity;
} ld_json_ld;

/* Reads one <script type="application/ld+json">; called for each of a page, the first article
 * stands. Broken scripts are mended where that is easy, and passed over where it is not. */
void ld_json_ld_read(ld_json_ld *ld, ld_arena *arena, ld_span script);

#endif
