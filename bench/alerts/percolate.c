/*
 * How much faster is holding new articles against an index of queries than running every query on
 * them? Both ways run the same engine on the same small archive of the new articles, turn by turn.
 *
 *   percolate ARCHIVE BATCH < articles      a line each: HEADLINE TAB PARAGRAPH TAB ...
 *
 * The archive holds the alerts, and says which words are rare. Prints processor milliseconds of
 * both ways, how many matches each found, and whether they are the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/env.h"
#include "engine/document.h"
#include "engine/percolator.h"
#include "index/snapshot.h"

#define ARTICLES_MAX   4096u
#define PARAGRAPHS_MAX 256u

static lede_error err;

static void must(lede_status status)
{
    if (status != LEDE_OK) {
        fprintf(stderr, "%s\n", err.message);
        exit(2);
    }
}

typedef struct told {
    uint64_t count, hash; /* of alert names and keys, in their order */
} told;

static void take(void *ctx, const lede_alert_match *m)
{
    told *t = ctx;
    t->count++;
    for (const char *s = m->alert->name; *s; s++)
        t->hash = (t->hash ^ (unsigned char)*s) * 0x100000001b3ull;
    for (size_t i = 0; i < m->key.bytes; i++)
        t->hash = (t->hash ^ (unsigned char)m->key.data[i]) * 0x100000001b3ull;
}

static ld_document *read_articles(ld_arena *arena, ld_analyzer *analyzer, const ld_profile *profile,
                                  uint32_t *count)
{
    ld_document *documents = calloc(ARTICLES_MAX, sizeof *documents);
    char *line = NULL;
    size_t room = 0;
    *count = 0;
    for (ssize_t n; *count < ARTICLES_MAX && (n = getline(&line, &room, stdin)) > 0;) {
        ld_block *blocks = ld_arena_array(arena, PARAGRAPHS_MAX, sizeof *blocks);
        ld_span rest = ld_arena_copy(arena, ld_span_of(line, (size_t)n - (line[n - 1] == '\n')));
        ld_article a = {.blocks = blocks, .language = LD_SPAN("en")};
        a.headline = ld_span_sub(rest, 0, ld_span_find_byte(rest, '\t'));
        rest = ld_span_sub(rest, a.headline.bytes + 1, SIZE_MAX);
        while (a.block_count < PARAGRAPHS_MAX && rest.bytes) {
            ld_span text = ld_span_sub(rest, 0, ld_span_find_byte(rest, '\t'));
            blocks[a.block_count++].text = text;
            rest = ld_span_sub(rest, text.bytes + 1, SIZE_MAX);
        }
        a.lead_block_count = a.block_count > 2 ? 2 : 0;
        ld_document *d = &documents[*count];
        must(ld_document_make(arena, analyzer, profile, &a, d, &err));
        char *key = ld_arena_format(arena, "article-%u", *count);
        d->key = ld_span_from_string(key);
        d->content_hash = ++*count;
    }
    free(line);
    return documents;
}

/* Of the processor: a busy machine takes time from both ways, and not alike. */
static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* One batch, one way; the time it took. */
static double run(ld_percolator *p, const ld_document *documents, uint32_t count, bool all, told *t)
{
    double begun = now_ms();
    ld_percolator_run_all(p, all);
    for (uint32_t i = 0; i < count; i++)
        must(ld_percolator_add(p, &documents[i], LD_SPAN(""), &err));
    must(ld_percolator_run(p, &err));
    ld_percolator_tell(p, 1, take, t);
    return now_ms() - begun;
}

int main(int argc, char **argv)
{
    const lede_env *env = lede_env_system();
    ld_arena *arena;
    ld_snapshot *archive;
    ld_analyzer *analyzer;
    lede_alerts *alerts;
    ld_percolator *p;
    if (argc != 3)
        return 2;
    must(ld_snapshot_open(env, argv[1], &archive, &err));
    must(lede_alerts_load(env, argv[1], &alerts, &err));
    must(ld_arena_new(env, (size_t)4 << 30, &arena, &err));
    must(ld_profile_analyzer(env, ld_snapshot_profile(archive), &analyzer, &err));
    double begun = now_ms();
    must(ld_percolator_new(env, ld_snapshot_profile(archive), alerts, archive, ld_clock_utc_ms(env),
                           &p, &err));
    double made = now_ms() - begun;
    uint32_t count, batch = (uint32_t)atoi(argv[2]), alert_count;
    ld_document *documents = read_articles(arena, analyzer, ld_snapshot_profile(archive), &count);
    told loop = {0}, percolated = {0};
    double loop_ms = 0, percolated_ms = 0;
    (void)lede_alerts_items(alerts, &alert_count);
    for (uint32_t at = 0; at < count; at += batch) {
        uint32_t n = count - at < batch ? count - at : batch;
        percolated_ms += run(p, documents + at, n, false, &percolated);
        loop_ms += run(p, documents + at, n, true, &loop);
    }
    bool same = loop.count == percolated.count && loop.hash == percolated.hash;
    printf("%u %u %.1f %.3f %.3f %llu %llu %d\n", alert_count, count, made, loop_ms, percolated_ms,
           (unsigned long long)loop.count, (unsigned long long)percolated.count, same);
    ld_percolator_free(p);
    lede_alerts_free(alerts);
    ld_analyzer_free(analyzer);
    ld_arena_free(arena);
    ld_snapshot_release(archive);
    free(documents);
    return 0;
}
