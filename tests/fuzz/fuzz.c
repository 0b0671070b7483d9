#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/env_memory.h"
#include "base/utf8.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)

_Noreturn void fuzz_fail(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: broken: %s\n", file, line, condition);
    abort();
}

const lede_env *fuzz_env(void)
{
    static lede_env *env;
    lede_error err = {0};
    if (!env) {
        fuzz_check(ld_env_memory_new(lede_env_system(), FUZZ_ROOT, &env, &err) == LEDE_OK);
        fuzz_check(ld_dir_make(env, FUZZ_ROOT, &err) == LEDE_OK);
    }
    return env;
}

ld_arena *fuzz_arena(void)
{
    static ld_arena *arena;
    lede_error err = {0};
    ld_arena_free(arena);
    fuzz_check(ld_arena_new(lede_env_system(), ARENA_BYTES_MAX, &arena, &err) == LEDE_OK);
    return arena;
}

const char *fuzz_file(const char *name, const void *data, size_t bytes)
{
    static char path[256];
    lede_error err = {0};
    ld_file file;
    snprintf(path, sizeof path, FUZZ_ROOT "/%s", name);
    const uint32_t flags = LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE;
    fuzz_check(ld_file_open(fuzz_env(), path, flags, &file, &err) == LEDE_OK);
    fuzz_check(bytes == 0 || ld_file_pwrite(&file, data, bytes, 0, &err) == LEDE_OK);
    ld_file_close(&file);
    return path;
}

static const char page_form[] =
    "<html lang=en><head><title>%s reopens after the flood</title>"
    "<meta property='article:published_time' content='2024-0%u-11T09:00:00Z'>"
    "<meta name=author content='Ada %s'></head><body><article><h1>%s reopens after the flood</h1>"
    "<p>The %s was opened again on Monday, the council said, eleven weeks after the river "
    "carried the old one away.</p><p>\"We waited for the Bridge of %s,\" said Maria Keller, who "
    "keeps the ferry. The US office paid 3.5 million.</p><figure><img src=a.jpg><figcaption>The %s "
    "at dawn. Photo: Jo Lind</figcaption></figure></article></body></html>";

void fuzz_make_archive(void)
{
    static bool is_made;
    static const char *const subjects[] = {"red bridge", "harbour", "north bridge", "school"};
    lede_error err = {0};
    lede_writer *w;
    lede_add_outcome outcome;
    if (is_made)
        return;
    fuzz_check(lede_archive_create(fuzz_env(), FUZZ_ARCHIVE, NULL, &err) == LEDE_OK);
    fuzz_check(lede_writer_open(fuzz_env(), FUZZ_ARCHIVE, NULL, &w, &err) == LEDE_OK);
    for (unsigned i = 0; i < 4; i++) {
        char page[2048], url[64];
        const char *s = subjects[i];
        snprintf(page, sizeof page, page_form, s, 1 + i, s, s, s, s, s);
        snprintf(url, sizeof url, "http://paper.example/%u", i);
        fuzz_check(lede_writer_add_page(w, page, strlen(page), url, NULL, "text/html", NULL,
                                        &outcome, &err) == LEDE_OK);
        fuzz_check(outcome == LEDE_ADD_ADDED);
    }
    fuzz_check(lede_writer_commit(w, NULL, &err) == LEDE_OK);
    lede_writer_close(w);
    is_made = true;
}

lede_snapshot *fuzz_snapshot(void)
{
    static lede_snapshot *snapshot;
    lede_error err = {0};
    fuzz_make_archive();
    if (!snapshot)
        fuzz_check(lede_snapshot_open(fuzz_env(), FUZZ_ARCHIVE, &snapshot, &err) == LEDE_OK);
    return snapshot;
}

void fuzz_touch(ld_span s)
{
    static volatile unsigned sum; /* volatile: the reads are really done */
    for (size_t i = 0; i < s.bytes; i++)
        sum = sum + (unsigned char)s.data[i];
}

void fuzz_check_text(ld_span s)
{
    fuzz_touch(s);
    fuzz_check(ld_utf8_valid(s));
}

ld_span fuzz_span(const uint8_t *data, size_t bytes)
{
    return (ld_span){bytes ? (const char *)data : "", bytes};
}

void fuzz_check_status(lede_status status, const lede_error *err)
{
    fuzz_check(status == LEDE_OK || (err->status == status && err->message[0]));
    fuzz_check(status != LEDE_E_NOMEM);
}
