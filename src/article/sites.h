#ifndef LD_ARTICLE_SITES_H
#define LD_ARTICLE_SITES_H
/*
 * What do many pages of one site teach about each of them?
 *
 *     first pass    new -> add, page by page -> finish
 *     second pass   find(site) -> text_stories(text), path(path), from any number of threads
 */
#include "base/env.h"
#include "base/span.h"

#define LD_SITE_STORIES_MAX  32u   /* that teach, of one site */
#define LD_SITES_STORIES_MAX 2048u /* of all sites */
#define LD_SITE_BLOCKS_MAX   256u  /* of a story that are looked at: the first ones */

typedef struct ld_sites ld_sites; /* one thread until finish; read-only after */
typedef struct ld_site ld_site;

typedef struct ld_site_block {
    uint64_t text; /* ld_text_key */
    uint64_t path; /* hash of how it is set: tags and classes */
    uint32_t words;
    bool is_body; /* chosen for the story, page by page */
} ld_site_block;

typedef struct ld_site_page {
    uint64_t site;    /* hash of the registered domain */
    uint64_t content; /* of the page's bytes: which pages teach */
    uint64_t story;   /* of the headline: two captures of one story teach once */
} ld_site_page;

/* What was seen set in one way. */
typedef struct ld_site_path {
    uint64_t path; /* 0: free */
    uint32_t words, body_words;
} ld_site_path;

lede_status ld_sites_new(const lede_env *env, ld_sites **sites, lede_error *err);
/* May `add` keep this page, as far as is known so far? Asks for site and content alone, so that
 * a page need not be parsed. */
bool ld_sites_want(const ld_sites *sites, const ld_site_page *page);
/* Takes the first LD_SITE_BLOCKS_MAX blocks. NOMEM. */
lede_status ld_sites_add(ld_sites *sites, const ld_site_page *page, const ld_site_block *blocks,
                         uint32_t block_count, lede_error *err);
/* Counts; the pages themselves are forgotten. NOMEM. */
lede_status ld_sites_finish(ld_sites *sites, lede_error *err);
void ld_sites_free(ld_sites *sites);

/* NULL where fewer than two stories of the site were seen. After finish. */
const ld_site *ld_sites_find(const ld_sites *sites, uint64_t site);
uint32_t ld_site_story_count(const ld_site *site);
bool ld_site_has_story(const ld_site *site, uint64_t story);
/* Stories with this text on their page; 0 for one that stands on one page alone. */
uint32_t ld_site_text_stories(const ld_site *site, uint64_t text);
/* Sums over all stories seen; zeros where the path stands on one page alone. */
ld_site_path ld_site_find_path(const ld_site *site, uint64_t path);

#endif
