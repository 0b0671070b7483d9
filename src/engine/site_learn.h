#ifndef LD_ENGINE_SITE_LEARN_H
#define LD_ENGINE_SITE_LEARN_H
/* The first of two passes over the sources: what do the pages of each site have in common? */
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

/* Reads every path but standard input, which can be read once. *sites is finished; the caller's,
 * freed by ld_sites_free. Cost: reading all pages once, extracting at most 32 of a site.
 * IO, NOMEM, CANCELLED. */
lede_status ld_site_learn(const lede_env *env, const char *const *paths, size_t path_count,
                          const ld_site_learn_options *options, ld_sites **sites, lede_error *err);

#endif
