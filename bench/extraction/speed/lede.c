/*
 * lede's side of bench/extraction/speed.py (the protocol: pass.h).
 *
 *     lede-pass parse      pages into trees: ld_html_parse, one arena that is reset between pages
 *     lede-pass extract    pages into articles, through the public interface alone
 *
 * The public interface reads paths. Here they lead into memory: the table of effects it is given
 * answers for files from the pages, so that what is measured is all that a program pays which has
 * its pages in memory, one copy of each page included.
 */
#include "lede/lede.h"

#include "html/parse.h"

#include <errno.h>

#include "pass.h"

#define ARENA_BYTES ((size_t)1 << 30)

typedef struct memory_files {
    const pass_pages *pages;
    size_t at; /* bytes read of the open file: there is one at a time */
} memory_files;

/* Paths are numbers of pages. */
static const pass_page *page_at(const memory_files *files, const char *path)
{
    char *end;
    unsigned long number = strtoul(path, &end, 10);
    return end != path && number < files->pages->count ? &files->pages->items[number] : NULL;
}

static int path_info(void *ctx, const char *path, int follow_links, lede_file_info *info)
{
    (void)follow_links;
    const pass_page *page = page_at(ctx, path);
    if (!page)
        return -ENOENT;
    *info = (lede_file_info){.size_bytes = page->bytes, .kind = LEDE_FILE_REGULAR};
    return 0;
}

static int file_open(void *ctx, const char *path, uint32_t flags, int *file)
{
    memory_files *files = ctx;
    const pass_page *page = page_at(files, path);
    if (!page || flags != LEDE_OPEN_READ)
        return -ENOENT;
    *file = (int)(page - files->pages->items);
    files->at = 0;
    return 0;
}

static int file_close(void *ctx, int file)
{
    (void)ctx;
    (void)file;
    return 0;
}

static int64_t file_read(void *ctx, int file, void *buffer, size_t bytes)
{
    memory_files *files = ctx;
    const pass_page *page = &files->pages->items[file];
    size_t left = page->bytes - files->at;
    bytes = bytes < left ? bytes : left;
    memcpy(buffer, page->data + files->at, bytes);
    files->at += bytes;
    return (int64_t)bytes;
}

static int file_info(void *ctx, int file, lede_file_info *info)
{
    memory_files *files = ctx;
    *info = (lede_file_info){.size_bytes = files->pages->items[file].bytes,
                             .kind = LEDE_FILE_REGULAR};
    return 0;
}

static size_t extract_all(const lede_env *env, const char *const *paths, size_t count)
{
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    options.jobs = 1;
    lede_extractor *x;
    lede_error err = {0};
    if (lede_extractor_new(env, paths, count, &options, &x, &err) != LEDE_OK)
        pass_fail("extractor", err.message);
    size_t found = 0;
    for (;;) {
        lede_extract_event event;
        const lede_article *article;
        const char *path, *reason;
        if (lede_extractor_next(x, &event, &article, &path, &reason, &err) != LEDE_OK)
            pass_fail("extraction", err.message);
        if (event == LEDE_EXTRACT_END)
            break;
        found += event == LEDE_EXTRACT_ARTICLE && article->block_count > 0;
    }
    lede_extractor_free(x);
    return found;
}

static size_t run_extract(void *ctx, const pass_pages *pages, size_t step)
{
    (void)ctx;
    memory_files files = {pages, 0};
    lede_env env = *lede_env_system();
    lede_env system = env;
    env.ctx = &files;
    env.path_info = path_info;
    env.file_open = file_open;
    env.file_close = file_close;
    env.file_read = file_read;
    env.file_info = file_info;
    if (system.ctx)
        pass_fail("the system's table", "has a context of its own");
    size_t count = (pages->count + step - 1) / step;
    char *names = malloc(count * 24);
    const char **paths = malloc(count * sizeof *paths);
    if (!names || !paths)
        pass_fail("no memory for", "paths");
    for (size_t i = 0; i < count; i++) {
        snprintf(names + i * 24, 24, "%zu.html", i * step);
        paths[i] = names + i * 24;
    }
    size_t found = extract_all(&env, paths, count);
    free(names);
    free(paths);
    return found;
}

static size_t run_parse(void *ctx, const pass_pages *pages, size_t step)
{
    ld_arena *arena = ctx;
    size_t found = 0;
    for (size_t i = 0; i < pages->count; i += step) {
        ld_page page;
        ld_arena_reset(arena);
        found += ld_html_parse(arena, ld_span_of(pages->items[i].data, pages->items[i].bytes),
                               NULL, &page, NULL) == LEDE_OK;
    }
    return found;
}

int main(int count, char **arguments)
{
    const char *what = count == 2 ? arguments[1] : "";
    if (strcmp(what, "extract") == 0)
        return pass_serve(run_extract, NULL);
    if (strcmp(what, "parse") != 0)
        pass_fail("usage", "lede-pass parse|extract");
    ld_arena *arena;
    if (ld_arena_new(lede_env_system(), ARENA_BYTES, &arena, NULL) != LEDE_OK)
        pass_fail("no memory for", "an arena");
    int status = pass_serve(run_parse, arena);
    ld_arena_free(arena);
    return status;
}
