#ifndef LD_ENGINE_PAGE_WORKERS_H
#define LD_ENGINE_PAGE_WORKERS_H
/* Pages become articles in processes of their own (base/keeper.h): what ends one of them is that
 * page's end only. The articles are those that ld_article_extract gives here, byte for byte. */
#include "article/extract.h"
#include "article/parts.h"
#include "lede/article.h"

typedef struct ld_page_workers ld_page_workers; /* several threads, each with its own number */

typedef struct ld_page_workers_options {
    const char *const *paths; /* [path_count] to learn sites from, as ld_site_learn; borrowed */
    size_t path_count;
    const lede_source_options *source;         /* learn_sites, cancel; borrowed */
    const ld_extract_options *extract_options; /* without sites; borrowed */
    size_t page_memory_max_bytes;              /* of an arena */
    uint32_t worker_count;
} ld_page_workers_options;

/* Learns and starts the workers. IO, NOMEM, CANCELLED. */
lede_status ld_page_workers_new(const lede_env *env, const ld_page_workers_options *options,
                                ld_page_workers **workers, lede_error *err);
void ld_page_workers_free(ld_page_workers *workers); /* NULL is harmless */
/*
 * As ld_site_lessons_extract: what extraction would have asked of `arena` is counted there, and the
 * article lies in `texts`. INVALID also where the page ended its worker; IO where no other could be
 * started.
 */
lede_status ld_page_workers_extract(ld_page_workers *workers, uint32_t number, ld_arena *arena,
                                    ld_arena *texts, const ld_capture *capture, ld_article *article,
                                    ld_part_role *role, lede_error *err);
/* How much the arena of the texts may need. */
size_t ld_page_workers_texts_bytes_max(const ld_page_workers *workers);
/* For tests: called where a page is about to be parsed, in the process that parses it. */
void ld_page_workers_set_hook(void (*hook)(const ld_span path));

#endif
