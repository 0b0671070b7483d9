#ifndef LD_ARTICLE_METADATA_H
#define LD_ARTICLE_METADATA_H
/* What does the page say about its article outside the story itself? */
#include "article/dates.h"
#include "article/json_ld.h"
#include "article/story.h"
#include "flow/page.h"

/* What is gathered from one walk over the tree, before anything is chosen. */
typedef struct ld_metadata {
    ld_json_ld ld;
    ld_span og_title, twitter_title, meta_title, title, microdata_title;
    ld_span site_name, application_name, og_locale, meta_language, html_language;
    ld_span amp, next, previous; /* of <link rel> */
    ld_span canonical, og_url, image, section, description, keywords, kicker;
    bool is_og_article;
    ld_node h1; /* the headline's element as far as it is known; or LD_NODE_NONE */
    uint32_t h1_count;
    ld_span *meta_authors; /* [meta_author_count], lists as they are written */
    uint32_t meta_author_count, meta_author_capacity;
    ld_span
        *marked_authors; /* [marked_author_count], text of rel=author, itemprop=author, .byline */
    uint32_t marked_author_count, marked_author_capacity;
    ld_span *bylines; /* [byline_count], visible lines of a class "byline", "author" */
    uint32_t byline_count, byline_capacity;
    ld_span *tags; /* [tag_count] */
    uint32_t tag_count, tag_capacity;
    uint32_t time_count; /* <time> elements */
} ld_metadata;

/* Walks the page and fills *meta and the dates it offers. */
void ld_metadata_gather(ld_story *story, const ld_page *page, ld_metadata *meta, ld_dates *dates);
/* Chooses: source, headline, authors, section, tags, language stated by the page, canonical URL. */
void ld_metadata_choose(ld_story *story, const ld_page *page, const ld_metadata *meta);

/* title.c */
ld_span ld_title_choose(ld_story *story, const ld_page *page, const ld_metadata *meta);
/* title without the publication's name before or behind it. */
ld_span ld_title_without_site(ld_span title, ld_span site, ld_span host);

#endif
