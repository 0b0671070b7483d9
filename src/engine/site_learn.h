#ifndef LD_ENGINE_SITE_LEARN_H
#define LD_ENGINE_SITE_LEARN_H
/* The first of two passes over the sources: what do the pages of each site have in common, and
 * which pages are parts of one story? */
#include "article/extract.h"
#include "article/parts.h"
#include "article/sites.h"
#include "lede/article.h"

typedef struct ld_site_learn_options {
    const lede_source_options *source; /* shards are not asked: every shard learns from all pages */
    size_t page_memory_max_bytes;      /* of one page; what needs more teaches nothing */
    /* Before and after each page of HTML; before answers whether it may teach. NULL: all may. */
    bool (*before)(void *ctx, ld_span path);
    void (*after)(void *ctx);
    void *ctx;
} ld_site_learn_options;

typedef struct ld_site_lessons {
    ld_sites *sites;
    ld_parts *parts;
} ld_site_lessons;

/* Reads every path but standard input, which can be read once. Both lessons are finished; the
 * caller's, released by ld_site_lessons_release. Cost: reading all pages once, extracting at most
 * 32 of a site and those that are parts by their addresses. IO, NOMEM, CANCELLED. */
lede_status ld_site_learn(const lede_env *env, const char *const *paths, size_t path_count,
                          const ld_site_learn_options *options, ld_site_lessons *lessons,
                          lede_error *err);
/* The second pass: a page's article, with its other parts joined. There is none where *role says
 * that the page stands in another's article (LATER, TWIN). Any number of threads. As
 * ld_article_extract. */
lede_status ld_site_lessons_extract(const ld_site_lessons *lessons,
                                    const ld_extract_options *options, ld_arena *arena,
                                    const ld_capture *capture, ld_article *article,
                                    ld_part_role *role, lede_error *err);
void ld_site_lessons_release(ld_site_lessons *lessons);

#endif
