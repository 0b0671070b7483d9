/*
 * Alerts, turned around: the article comes to the queries.
 *
 *   article --its words--> query_index --> candidates --(none: done)
 *                                             | some
 *                                             v
 *              a small archive in memory of the articles that have candidates
 *                                             |  at a commit, or when it is full
 *                                             v
 *              each candidate is run on it as any search is --> matches (article, alert)
 *
 * So an alert means what a search means: there is no second reading of the query language. What is
 * passed over is told by words alone (query/percolate.c), and a test holds the matches against
 * running every alert.
 *
 * Invariants: the rows of the small archive stand in the order of adding, segment after segment;
 * matches are told by article, then alert. Memory: the batch of articles, bounded by BATCH_DOCS and
 * BATCH_TOKENS; the parsed queries, about a kilobyte each.
 *
 * Rejected: running the candidates on the archive itself (it holds all old articles too, and the
 * new ones are found among them by their keys); matching the tree against the tokens of an article
 * (faster by a part, and a second meaning of every operator).
 */
#include "engine/percolator.h"

#include <stdlib.h>

#include "base/env_memory.h"
#include "engine/document.h"
#include "engine/profile.h"
#include "index/writer.h"
#include "query/ast.h"
#include "query/execute.h"
#include "query/percolate.h"

#define ROOT                                                                                       \
    "/percolator" /* in memory, and so is the folder above the archive: it                         \
                     is synced, too */
#define DIR               ROOT "/a"
#define BATCH_DOCS        256u
#define BATCH_TOKENS      200000u
#define WRITER_BYTES      (32u << 20)
#define QUERIES_BYTES_MAX (1u << 30) /* parsed: LD_ALERTS_MAX of some kilobytes */
#define MATCHES_MAX       (1u << 26)

typedef struct article {
    size_t key, headline; /* offsets in texts */
    uint32_t key_bytes, headline_bytes;
} article;

typedef struct match {
    uint32_t article, alert;
} match;

struct ld_percolator {
    const lede_env *env;
    const lede_alerts *alerts;
    ld_profile profile;
    ld_arena *parsed;   /* queries, as long as the percolator lives */
    ld_query **queries; /* [alert_count] */
    uint32_t alert_count;
    ld_query_index *index;
    ld_analyzer *analyzer;
    bool all; /* every query is a candidate */

    lede_env *memory; /* of the batch; NULL: no batch is open */
    ld_index_writer *batch;
    uint32_t batch_docs, batch_tokens;
    uint64_t *candidates;     /* [(alert_count + 63) / 64] bits: of some article of the batch */
    uint32_t *batch_articles; /* [batch_docs <= BATCH_DOCS] article of each row */

    ld_buf texts; /* keys and headlines of articles */
    article *articles;
    match *matches;
    size_t article_count, article_capacity, match_count, match_capacity;
    ld_arena *run; /* of one query on the batch */
    ld_search_memory memory_of_search;
};

static size_t candidate_words(const ld_percolator *p)
{
    return ((size_t)p->alert_count + 63) / 64;
}

static void batch_close(ld_percolator *p)
{
    ld_index_writer_close(p->batch);
    ld_env_memory_free(p->memory);
    p->batch = NULL;
    p->memory = NULL;
    p->batch_docs = p->batch_tokens = 0;
    if (p->candidates)
        memset(p->candidates, 0, candidate_words(p) * sizeof *p->candidates);
}

void ld_percolator_free(ld_percolator *p)
{
    if (!p)
        return;
    batch_close(p);
    ld_query_index_free(p->index);
    ld_analyzer_free(p->analyzer);
    ld_arena_free(p->parsed);
    ld_arena_free(p->run);
    ld_search_memory_release(&p->memory_of_search);
    ld_buf_release(&p->texts);
    ld_release(p->env, p->candidates, candidate_words(p) * sizeof *p->candidates);
    ld_release(p->env, p->batch_articles, BATCH_DOCS * sizeof *p->batch_articles);
    ld_release(p->env, p->articles, p->article_capacity * sizeof *p->articles);
    ld_release(p->env, p->matches, p->match_capacity * sizeof *p->matches);
    ld_release(p->env, p, sizeof *p);
}

/* ---- the queries ---- */

static lede_status dialect_of(const char *name, uint8_t *dialect, lede_error *err)
{
    for (uint8_t i = 0; i < LD_DIALECT_COUNT; i++)
        if (strcmp(name, ld_dialect_names[i]) == 0) {
            *dialect = i;
            return LEDE_OK;
        }
    return LD_FAIL(err, LEDE_E_CORRUPT, "an alert has a dialect that is none: %.64s", name);
}

static lede_status queries_parse(ld_percolator *p, int64_t now_utc_ms, lede_error *err)
{
    const lede_alert *alerts = lede_alerts_items(p->alerts, &p->alert_count);
    ld_query_options options = {.now_utc_ms = now_utc_ms, .profile = &p->profile};
    p->queries = ld_arena_array(p->parsed, (size_t)p->alert_count + 1, sizeof(ld_query *));
    p->candidates = ld_alloc_zero(p->env, candidate_words(p) * sizeof *p->candidates);
    if (!p->queries)
        return ld_arena_status(p->parsed, err);
    if (!p->candidates)
        return ld_error_nomem(err, candidate_words(p) * sizeof *p->candidates);
    for (uint32_t i = 0; i < p->alert_count; i++) {
        LD_TRY(dialect_of(alerts[i].dialect, &options.dialect, err));
        LD_TRY(ld_query_parse(p->parsed, ld_span_from_string(alerts[i].query), &options,
                              &p->queries[i], err));
        LD_TRY(ld_query_index_add(p->index, p->analyzer, p->queries[i], err));
    }
    return LEDE_OK;
}

static lede_status rooms_make(ld_percolator *p, const ld_snapshot *rarity, lede_error *err)
{
    p->batch_articles = ld_alloc(p->env, BATCH_DOCS * sizeof *p->batch_articles);
    if (!p->batch_articles)
        return ld_error_nomem(err, BATCH_DOCS * sizeof *p->batch_articles);
    LD_TRY(ld_arena_new(p->env, QUERIES_BYTES_MAX, &p->parsed, err));
    LD_TRY(ld_arena_new(p->env, LD_QUERY_ARENA_BYTES_MAX, &p->run, err));
    LD_TRY(ld_search_memory_init(&p->memory_of_search, p->env, err));
    LD_TRY(ld_profile_analyzer(p->env, &p->profile, &p->analyzer, err));
    return ld_query_index_new(p->env, rarity, &p->index, err);
}

lede_status ld_percolator_new(const lede_env *env, const ld_profile *profile,
                              const lede_alerts *alerts, const ld_snapshot *rarity,
                              int64_t now_utc_ms, ld_percolator **percolator, lede_error *err)
{
    ld_percolator *p = ld_alloc_zero(env, sizeof *p);
    *percolator = NULL;
    if (!p)
        return ld_error_nomem(err, sizeof *p);
    p->env = env;
    p->alerts = alerts;
    p->profile = *profile;
    p->profile.store = false; /* of the batch; a query asks for nothing stored */
    ld_buf_init(&p->texts, env, SIZE_MAX / 4);
    lede_status status = rooms_make(p, rarity, err);
    if (status == LEDE_OK)
        status = queries_parse(p, now_utc_ms, err);
    if (status != LEDE_OK) {
        ld_percolator_free(p);
        return status;
    }
    *percolator = p;
    return LEDE_OK;
}

void ld_percolator_run_all(ld_percolator *p, bool all)
{
    p->all = all;
}

/* ---- articles ---- */

static lede_status batch_open(ld_percolator *p, lede_error *err)
{
    const ld_writer_options options = {.memory_max_bytes = WRITER_BYTES};
    LD_TRY(ld_env_memory_new(p->env, ROOT, &p->memory, err));
    LD_TRY(ld_dir_make(p->memory, ROOT, err));
    LD_TRY(ld_archive_create(p->memory, DIR, &p->profile, err));
    return ld_index_writer_open(p->memory, DIR, &options, &p->batch, err);
}

static lede_status article_keep(ld_percolator *p, ld_span key, ld_span headline, lede_error *err)
{
    LD_TRY(ld_grow(p->env, (void **)&p->articles, &p->article_capacity, p->article_count + 1,
                   sizeof *p->articles, UINT32_MAX, err));
    article a = {.key = p->texts.bytes,
                 .headline = p->texts.bytes + key.bytes + 1,
                 .key_bytes = (uint32_t)key.bytes,
                 .headline_bytes = (uint32_t)headline.bytes};
    ld_buf_add_span(&p->texts, key);
    ld_buf_add_byte(&p->texts, 0);
    ld_buf_add_span(&p->texts, headline);
    ld_buf_add_byte(&p->texts, 0);
    LD_TRY(ld_buf_status(&p->texts, err));
    p->articles[p->article_count++] = a;
    return LEDE_OK;
}

static lede_status batch_add(ld_percolator *p, const ld_document *document, ld_span headline,
                             lede_error *err)
{
    ld_document d = *document;
    ld_add_outcome outcome;
    if (!p->batch)
        LD_TRY(batch_open(p, err));
    /* as a version, so that no article of the batch takes the place of another */
    d.key_is_explicit = false;
    d.stored = (ld_span){NULL, 0};
    d.copy_hash_count = 0; /* no query asks for them */
    LD_TRY(ld_index_writer_add(p->batch, &d, &outcome, err));
    if (outcome == LD_ADD_UNCHANGED)
        return LEDE_OK;
    p->batch_articles[p->batch_docs++] = (uint32_t)p->article_count;
    p->batch_tokens += d.tokens.count;
    return article_keep(p, d.key, headline, err);
}

lede_status ld_percolator_add(ld_percolator *p, const ld_document *document, ld_span headline,
                              lede_error *err)
{
    const uint32_t *queries;
    uint32_t count = 0;
    if (!p->all)
        LD_TRY(ld_query_index_match(p->index, &document->tokens, &queries, &count, err));
    if (count == 0 && !p->all)
        return LEDE_OK;
    if (p->batch_docs == BATCH_DOCS || p->batch_tokens >= BATCH_TOKENS)
        LD_TRY(ld_percolator_run(p, err));
    for (uint32_t i = 0; i < count; i++)
        p->candidates[queries[i] / 64] |= UINT64_C(1) << (queries[i] % 64);
    return batch_add(p, document, headline, err);
}

/* ---- running ---- */

typedef struct match_sink {
    ld_percolator *p;
    uint32_t alert;
} match_sink;

static lede_status take_match(void *ctx, ld_execution *x, ld_cursor *root, uint32_t doc,
                              lede_error *err)
{
    match_sink *s = ctx;
    ld_percolator *p = s->p;
    uint32_t row = doc;
    (void)root;
    for (uint32_t i = 0; i < x->segment; i++)
        row += ld_snapshot_segment(x->snapshot, i)->docs;
    LD_TRY(ld_grow(p->env, (void **)&p->matches, &p->match_capacity, p->match_count + 1,
                   sizeof *p->matches, MATCHES_MAX, err));
    p->matches[p->match_count++] = (match){p->batch_articles[row], s->alert};
    return LEDE_OK;
}

static lede_status run_one(ld_percolator *p, const ld_snapshot *snapshot, uint32_t alert,
                           lede_error *err)
{
    const ld_search_request request = {
        .strict = true, .versions_all = true, .count_exact = true, .memory = &p->memory_of_search};
    match_sink ctx = {p, alert};
    ld_match_sink sink = {.ctx = &ctx, .match = take_match};
    ld_run_outcome outcome;
    ld_plan *plan;
    ld_arena_reset(p->run);
    LD_TRY(ld_plan_make(p->run, snapshot, p->analyzer, p->queries[alert], NULL, &plan, err));
    return ld_plan_run(plan, &request, &sink, &outcome, err);
}

static lede_status run_candidates(ld_percolator *p, const ld_snapshot *snapshot, lede_error *err)
{
    for (uint32_t i = 0; i < p->alert_count; i++)
        if (p->all || (p->candidates[i / 64] >> (i % 64) & 1))
            LD_TRY(run_one(p, snapshot, i, err));
    return LEDE_OK;
}

lede_status ld_percolator_run(ld_percolator *p, lede_error *err)
{
    ld_snapshot *snapshot;
    if (p->batch_docs == 0)
        return LEDE_OK;
    lede_status status = ld_index_writer_commit(p->batch, NULL, err);
    if (status == LEDE_OK)
        status = ld_snapshot_open(p->memory, DIR, &snapshot, err);
    if (status == LEDE_OK) {
        status = run_candidates(p, snapshot, err);
        ld_snapshot_release(snapshot);
    }
    batch_close(p);
    return status;
}

/* ---- telling ---- */

static int match_compare(const void *left, const void *right)
{
    const match *a = left, *b = right;
    if (a->article != b->article)
        return a->article < b->article ? -1 : 1;
    return (a->alert > b->alert) - (a->alert < b->alert);
}

void ld_percolator_tell(ld_percolator *p, uint64_t generation,
                        void (*each)(void *ctx, const lede_alert_match *match), void *ctx)
{
    uint32_t count;
    const lede_alert *alerts = lede_alerts_items(p->alerts, &count);
    if (p->match_count > 1)
        qsort(p->matches, p->match_count, sizeof *p->matches, match_compare);
    for (size_t i = 0; i < p->match_count; i++) {
        const article *a = &p->articles[p->matches[i].article];
        const char *texts = (const char *)p->texts.data;
        lede_alert_match m = {.alert = &alerts[p->matches[i].alert],
                              .key = {texts + a->key, a->key_bytes},
                              .headline = {texts + a->headline, a->headline_bytes},
                              .generation = generation};
        each(ctx, &m);
    }
    ld_percolator_forget(p);
}

void ld_percolator_forget(ld_percolator *p)
{
    batch_close(p);
    p->match_count = p->article_count = 0;
    ld_buf_clear(&p->texts);
}
