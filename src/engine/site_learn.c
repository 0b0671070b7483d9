/*
 * The first of two passes over the sources (article/sites.h says what is learned, and why it does
 * not depend on the order of the pages).
 *
 * Two passes, and not one that keeps what it read: a page's own text depends on all other pages of
 * its site, also on those behind it, and an archive's pages do not fit in memory. Standard input
 * is passed over. A file of records (JSONL, feeds) ends at its first record: records are no pages.
 */
#include "engine/site_learn.h"

#include <string.h>

#include "article/extract.h"
#include "ingest/source.h"

typedef struct learning {
    const lede_env *env;
    const ld_site_learn_options *options;
    ld_arena *arena;
    ld_site_lessons lessons;
} learning;

static bool is_cancelled(const learning *l)
{
    const lede_source_options *source = l->options->source;
    return source->cancel && *source->cancel;
}

/* The second pass says what is wrong with a page; here it teaches nothing. */
static lede_status pass_over(lede_status status, const lede_error *own, lede_error *err)
{
    if (status == LEDE_OK || status == LEDE_E_INVALID || status == LEDE_E_LIMIT)
        return LEDE_OK;
    if (err)
        *err = *own;
    return status;
}

static lede_status learn_part(learning *l, const ld_capture *capture, lede_error *err)
{
    ld_article article;
    lede_error own = {0};
    ld_arena_reset(l->arena);
    ld_part_id id = ld_part_identify(l->arena, capture);
    LD_TRY(ld_parts_add_twin(l->lessons.parts, &id, err));
    if (!ld_part_may_be_one(&id))
        return LEDE_OK;
    lede_status status = ld_article_extract(l->arena, capture, NULL, &article, &own);
    if (status == LEDE_OK)
        return ld_parts_add_part(l->lessons.parts, &id, &article, err);
    return pass_over(status, &own, err);
}

static lede_status learn_site(learning *l, const ld_capture *capture, lede_error *err)
{
    const ld_extract_options options = {.taught = l->lessons.sites};
    ld_article article;
    lede_error own = {0};
    ld_arena_reset(l->arena);
    return pass_over(ld_article_extract(l->arena, capture, &options, &article, &own), &own, err);
}

static lede_status learn_page(learning *l, const ld_capture *capture, lede_error *err)
{
    const ld_site_learn_options *o = l->options;
    if (o->before && !o->before(o->ctx, capture->path))
        return LEDE_OK;
    lede_status status = learn_part(l, capture, err);
    if (status == LEDE_OK)
        status = learn_site(l, capture, err);
    if (o->after)
        o->after(o->ctx);
    return status;
}

static lede_status learn_source(learning *l, ld_source *source, bool is_folder, lede_error *err)
{
    for (;;) {
        ld_capture capture;
        ld_source_event event;
        if (is_cancelled(l))
            return LD_FAIL(err, LEDE_E_CANCELLED, "stopped as asked");
        LD_TRY(ld_source_next(source, &capture, &event, err));
        if (event.kind == LD_SOURCE_END)
            return LEDE_OK;
        if (event.kind != LD_SOURCE_CAPTURE)
            continue;
        if (capture.media == LD_MEDIA_FIELDS && !is_folder)
            return LEDE_OK;
        if (capture.media == LD_MEDIA_HTML)
            LD_TRY(learn_page(l, &capture, err));
    }
}

static lede_status learn_path(learning *l, const char *path, lede_error *err)
{
    lede_file_info info;
    ld_source *source;
    LD_TRY(ld_path_info(l->env, path, true, &info, err));
    const ld_source_options options = {.page_bytes_max = l->options->page_memory_max_bytes / 4};
    LD_TRY(ld_source_open(l->env, path, &options, &source, err));
    lede_status status = learn_source(l, source, info.kind == LEDE_FILE_DIRECTORY, err);
    ld_source_close(source);
    return status;
}

void ld_site_lessons_release(ld_site_lessons *lessons)
{
    ld_sites_free(lessons->sites);
    ld_parts_free(lessons->parts);
    *lessons = (ld_site_lessons){NULL, NULL};
}

lede_status ld_site_learn(const lede_env *env, const char *const *paths, size_t path_count,
                          const ld_site_learn_options *options, ld_site_lessons *lessons,
                          lede_error *err)
{
    learning l = {.env = env, .options = options};
    *lessons = (ld_site_lessons){NULL, NULL};
    LD_TRY(ld_arena_new(env, options->page_memory_max_bytes, &l.arena, err));
    lede_status status = ld_sites_new(env, &l.lessons.sites, err);
    if (status == LEDE_OK)
        status = ld_parts_new(env, &l.lessons.parts, err);
    for (size_t i = 0; status == LEDE_OK && i < path_count; i++)
        if (strcmp(paths[i], "-") != 0)
            status = learn_path(&l, paths[i], err);
    if (status == LEDE_OK)
        status = ld_sites_finish(l.lessons.sites, err);
    if (status == LEDE_OK)
        ld_parts_finish(l.lessons.parts);
    ld_arena_free(l.arena);
    if (status != LEDE_OK) {
        ld_site_lessons_release(&l.lessons);
        return status;
    }
    *lessons = l.lessons;
    return LEDE_OK;
}

lede_status ld_site_lessons_extract(const ld_site_lessons *lessons,
                                    const ld_extract_options *options, ld_arena *arena,
                                    const ld_capture *capture, ld_article *article,
                                    ld_part_role *role, lede_error *err)
{
    ld_part_id id = {.page = 0};
    *role = LD_PART_ALONE;
    if (lessons->parts && capture->media == LD_MEDIA_HTML) {
        id = ld_part_identify(arena, capture);
        *role = ld_parts_find(lessons->parts, &id);
    }
    if (*role == LD_PART_LATER || *role == LD_PART_TWIN)
        return LEDE_OK;
    LD_TRY(ld_article_extract(arena, capture, options, article, err));
    if (*role == LD_PART_FIRST)
        ld_parts_join(lessons->parts, &id, arena, article);
    return ld_arena_status(arena, err);
}
