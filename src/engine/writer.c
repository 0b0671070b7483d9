/*
 * lede_writer: sources -> pipeline -> identity -> index, counted and reported.
 *
 * The memory cap is shared out once, at opening: PIPELINE_SHARE of it for the pages in flight, the
 * rest but a reserve for the index writer. The pipeline is per call of lede_writer_add_paths, so
 * between two calls only the index writer holds memory.
 */
#include "index/writer.h"
#include "article/extract.h"
#include "base/hash.h"
#include "engine/alerts.h"
#include "engine/document.h"
#include "engine/dump_read.h"
#include "engine/identity.h"
#include "engine/options.h"
#include "engine/percolator.h"
#include "engine/pipeline.h"
#include "engine/public_article.h"
#include "engine/rejects.h"
#include "lede/archive.h"
#include "news/copies.h"

#define MEMORY_DEFAULT_BYTES ((size_t)256 << 20)
#define MEMORY_MIN_BYTES     ((size_t)32 << 20)
/* Shares of the cap in percent: pages in flight, index writer; the rest is for what libraries,
 * stacks and the allocator's rounding take. */
#define PIPELINE_SHARE 30u
#define INDEX_SHARE    55u

/* What an interruption may cost where the caller does not say it in documents: words, because a
 * page of news and a paragraph do not cost the same. About 50,000 articles, a minute or so of
 * pages. */
#define COMMIT_TOKENS_DEFAULT 20000000u

static uint8_t copy_level(uint32_t shared, uint32_t a_count, uint64_t a_sketch, uint32_t b_count,
                          uint64_t b_sketch)
{
    return (uint8_t)ld_copies_level(shared, a_count, a_sketch, b_count, b_sketch);
}

/* A wire story is printed within days, a feature within weeks (Westlaw folds within six weeks). */
static const ld_copy_rules copy_rules = {copy_level, LD_COPY_SHARED_MIN, 45 * INT64_C(86400000)};

struct lede_writer {
    const lede_env *env;
    char *dir; /* owned */
    ld_index_writer *index;
    ld_writer_options index_options;
    size_t pipeline_bytes;
    uint32_t commit_docs, docs_since_commit; /* commit_docs 0: by tokens */
    uint64_t tokens_since_commit;
    ld_analyzer *analyzer; /* for single pages; made when first needed */
    ld_arena *arena;       /* likewise */
    lede_alerts *alerts;   /* that articles are held against; NULL: none */
    ld_percolator *percolator;
    int64_t watch_day; /* whose "last week" the percolator means */
    void (*each_match)(void *ctx, const lede_alert_match *match);
    void *each_match_ctx;
};

lede_status lede_archive_create(const lede_env *env, const char *dir,
                                const lede_archive_options *options, lede_error *err)
{
    lede_archive_options o = LEDE_ARCHIVE_OPTIONS_INIT;
    ld_options_take(&o, sizeof o, options);
    ld_profile profile;
    LD_TRY(ld_profile_make(&o, &profile, err));
    return ld_archive_create(env ? env : lede_env_system(), dir, &profile, err);
}

lede_status lede_writer_open(const lede_env *env, const char *dir,
                             const lede_writer_options *options, lede_writer **writer,
                             lede_error *err)
{
    lede_writer_options o = LEDE_WRITER_OPTIONS_INIT;
    ld_options_take(&o, sizeof o, options);
    *writer = NULL;
    env = env ? env : lede_env_system();
    size_t memory = o.memory_max_bytes ? o.memory_max_bytes : MEMORY_DEFAULT_BYTES;
    if (memory < MEMORY_MIN_BYTES)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "a memory cap of %zu bytes is too small; give 32M or "
                       "more",
                       memory);
    lede_writer *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    w->pipeline_bytes = memory / 100 * PIPELINE_SHARE;
    w->index_options =
        (ld_writer_options){.memory_max_bytes = memory / 100 * INDEX_SHARE,
                            .merge_in_background = true,
                            .copies = &copy_rules,
                            .reorder = o.reorder == LEDE_REORDER_AUTO ? LD_REORDER_AUTO
                                       : o.reorder == LEDE_REORDER_ON ? LD_REORDER_ON
                                                                      : LD_REORDER_OFF};
    w->commit_docs = o.commit_docs;
    size_t dir_bytes = strlen(dir) + 1;
    lede_status status = LEDE_OK;
    w->dir = ld_alloc(env, dir_bytes);
    if (w->dir)
        memcpy(w->dir, dir, dir_bytes);
    else
        status = ld_error_nomem(err, dir_bytes);
    if (status == LEDE_OK)
        status = ld_index_writer_open(env, dir, &w->index_options, &w->index, err);
    if (status == LEDE_OK)
        status = ld_profile_check_analysis(ld_index_writer_profile(w->index), err);
    if (status == LEDE_OK)
        status = ld_rejects_clean(env, dir, err);
    if (status != LEDE_OK) {
        lede_writer_close(w);
        return status;
    }
    *writer = w;
    return LEDE_OK;
}

/* ---- alerts ---- */

static void watch_end(lede_writer *w)
{
    ld_percolator_free(w->percolator);
    lede_alerts_free(w->alerts);
    w->percolator = NULL;
    w->alerts = NULL;
}

static int64_t today(const lede_writer *w)
{
    return ld_clock_utc_ms(w->env) / INT64_C(86400000);
}

static lede_status percolator_renew(lede_writer *w, lede_error *err)
{
    ld_snapshot *archive;
    ld_percolator_free(w->percolator);
    w->percolator = NULL;
    w->watch_day = today(w);
    LD_TRY(ld_snapshot_open(w->env, w->dir, &archive, err));
    lede_status status = ld_percolator_new(w->env, ld_index_writer_profile(w->index), w->alerts,
                                           archive, ld_clock_utc_ms(w->env), &w->percolator, err);
    ld_snapshot_release(archive);
    return status;
}

lede_status lede_writer_watch(lede_writer *w,
                              void (*each)(void *ctx, const lede_alert_match *match), void *ctx,
                              lede_error *err)
{
    uint32_t count = 0;
    watch_end(w);
    w->each_match = each;
    w->each_match_ctx = ctx;
    if (!each)
        return LEDE_OK;
    LD_TRY(lede_alerts_load(w->env, w->dir, &w->alerts, err));
    (void)lede_alerts_items(w->alerts, &count);
    lede_status status = count ? percolator_renew(w, err) : LEDE_OK;
    if (status != LEDE_OK || count == 0)
        watch_end(w);
    return status;
}

void lede_writer_close(lede_writer *w)
{
    if (!w)
        return;
    watch_end(w);
    ld_index_writer_close(w->index);
    ld_analyzer_free(w->analyzer);
    ld_arena_free(w->arena);
    if (w->dir)
        ld_release(w->env, w->dir, strlen(w->dir) + 1);
    ld_release(w->env, w, sizeof *w);
}

/* A dry run that could not open the index again leaves a writer that can only be closed. */
static lede_status check_open(const lede_writer *w, lede_error *err)
{
    if (w->index)
        return LEDE_OK;
    return LD_FAIL(err, LEDE_E_IO,
                   "the archive could not be opened again after a dry run; close this writer and "
                   "open another");
}

static lede_status commit_all(lede_writer *w, uint64_t *generation, lede_error *err)
{
    uint64_t own;
    uint64_t *committed = generation ? generation : &own;
    w->docs_since_commit = 0;
    w->tokens_since_commit = 0;
    if (w->percolator)
        LD_TRY(ld_percolator_run(w->percolator, err));
    lede_status status = ld_index_writer_commit(w->index, committed, err);
    if (w->percolator && status == LEDE_OK)
        ld_percolator_tell(w->percolator, *committed, w->each_match, w->each_match_ctx);
    else if (w->percolator)
        ld_percolator_forget(w->percolator);
    if (status == LEDE_OK && w->percolator && today(w) != w->watch_day)
        status = percolator_renew(w, err);
    return status;
}

/* ---- many pages ---- */

typedef struct add_run {
    lede_writer *writer;
    ld_rejects *rejects;
    bool dry_run;
    lede_add_counts *counts;
    void (*progress)(void *ctx, const lede_add_progress *p);
    void *ctx;
    uint64_t source_bytes_total;
} add_run;

static void count_outcome(lede_add_counts *c, ld_add_outcome outcome)
{
    switch (outcome) {
    case LD_ADD_ADDED:
        c->added++;
        break;
    case LD_ADD_UNCHANGED:
        c->unchanged++;
        break;
    case LD_ADD_VERSION:
        c->versions++;
        break;
    case LD_ADD_REPLACED:
        c->replaced++;
        break;
    }
}

static void count_index_work(const lede_writer *w, lede_add_counts *c)
{
    ld_writer_statistics statistics;
    ld_index_writer_statistics(w->index, &statistics);
    c->flushes = statistics.flushes;
    c->merges = statistics.merges;
}

/* Called for each document that was taken. */
static lede_status commit_when_due(lede_writer *w, const ld_document *document, bool dry_run,
                                   lede_error *err)
{
    w->docs_since_commit++;
    w->tokens_since_commit += document->tokens.count;
    bool due = w->commit_docs ? w->docs_since_commit >= w->commit_docs
                              : w->tokens_since_commit >= COMMIT_TOKENS_DEFAULT;
    return due && !dry_run ? commit_all(w, NULL, err) : LEDE_OK;
}

/* One page into the index. *reason is set where it is to be rejected instead. */
static lede_status add_document(lede_writer *w, ld_arena *arena, const ld_article *article,
                                const ld_document *made, ld_span explicit_key, ld_span whole_path,
                                ld_add_outcome *outcome, bool *rejected, lede_error *err)
{
    ld_document document = *made;
    lede_status status =
        ld_identity_choose(arena, w->index, article, explicit_key, whole_path, &document, err);
    *rejected = status == LEDE_E_INVALID;
    if (status == LEDE_OK)
        status = ld_index_writer_add(w->index, &document, outcome, err);
    if (status == LEDE_OK && w->percolator && *outcome != LD_ADD_UNCHANGED)
        status = ld_percolator_add(w->percolator, &document, article->headline, err);
    return *rejected ? LEDE_OK : status;
}

static lede_status take_article(add_run *run, const ld_pipeline_item *item,
                                lede_add_progress *progress, lede_error *reject_error,
                                lede_error *err)
{
    ld_add_outcome outcome;
    bool rejected;
    lede_error error = {0};
    lede_status status = add_document(run->writer, item->arena, item->article, item->document,
                                      item->key, item->path, &outcome, &rejected, &error);
    if (status != LEDE_OK) {
        if (err)
            *err = error;
        return status;
    }
    if (rejected) {
        *reject_error = error;
        progress->reject_reason = reject_error->message;
        return LEDE_OK;
    }
    count_outcome(run->counts, outcome);
    ld_rejects_remove(run->rejects, item->path);
    return commit_when_due(run->writer, item->document, run->dry_run, err);
}

static lede_status take_item(add_run *run, const ld_pipeline_item *item, lede_error *err)
{
    lede_add_progress progress = {.path = item->path.data,
                                  .source_bytes_done = item->source_bytes_done,
                                  .source_bytes_total = run->source_bytes_total};
    lede_error reject_error;
    if (item->kind == LD_ITEM_SKIP) {
        run->counts->skipped++;
        return LEDE_OK;
    }
    run->counts->pages++;
    run->counts->bytes += item->body_bytes;
    if (item->kind == LD_ITEM_REJECT)
        progress.reject_reason = item->reason.data;
    else
        LD_TRY(take_article(run, item, &progress, &reject_error, err));
    if (progress.reject_reason) {
        run->counts->rejected++;
        LD_TRY(ld_rejects_add(run->rejects, item->path, ld_span_from_string(progress.reject_reason),
                              err));
    }
    if (run->progress) {
        count_index_work(run->writer, run->counts);
        progress.counts = *run->counts;
        run->progress(run->ctx, &progress);
    }
    return LEDE_OK;
}

static lede_status run_pipeline(add_run *run, ld_pipeline *pipeline, lede_error *err)
{
    for (;;) {
        const ld_pipeline_item *item;
        LD_TRY(ld_pipeline_next(pipeline, &item, err));
        if (item->kind == LD_ITEM_END)
            return LEDE_OK;
        LD_TRY(take_item(run, item, err));
    }
}

/* Forgets what a dry run did: the index writer is opened anew. */
static lede_status roll_back(lede_writer *w, lede_error *err)
{
    if (w->percolator)
        ld_percolator_forget(w->percolator);
    ld_index_writer_close(w->index);
    w->index = NULL;
    return ld_index_writer_open(w->env, w->dir, &w->index_options, &w->index, err);
}

lede_status lede_writer_add_paths(lede_writer *writer, const char *const *paths, size_t path_count,
                                  const lede_source_options *options, int dry_run,
                                  void (*progress)(void *ctx, const lede_add_progress *p),
                                  void *ctx, lede_add_counts *counts, lede_error *err)
{
    LD_TRY(check_open(writer, err));
    lede_add_counts own_counts;
    add_run run = {.writer = writer,
                   .dry_run = dry_run != 0,
                   .counts = counts ? counts : &own_counts,
                   .progress = progress,
                   .ctx = ctx};
    memset(run.counts, 0, sizeof *run.counts);
    ld_pipeline *pipeline = NULL;
    const ld_pipeline_options pipeline_options = {.profile = ld_index_writer_profile(writer->index),
                                                  .memory_max_bytes = writer->pipeline_bytes};
    LD_TRY(ld_source_options_check(options, err));
    lede_status status = ld_rejects_load(writer->env, writer->dir, &run.rejects, err);
    if (status == LEDE_OK)
        status = ld_pipeline_new(writer->env, paths, path_count, options, &pipeline_options,
                                 &pipeline, err);
    if (status == LEDE_OK && progress)
        run.source_bytes_total = ld_pipeline_measure(pipeline);
    if (status == LEDE_OK)
        status = run_pipeline(&run, pipeline, err);
    ld_pipeline_free(pipeline);

    bool keep = status == LEDE_OK || status == LEDE_E_CANCELLED;
    if (keep && !dry_run) {
        lede_status saved = commit_all(writer, NULL, err);
        if (saved == LEDE_OK)
            saved = ld_rejects_save(run.rejects, err);
        status = saved == LEDE_OK ? status : saved;
    }
    count_index_work(writer, run.counts);
    if (dry_run) {
        lede_status undone = roll_back(writer, err);
        status = status == LEDE_OK ? undone : status;
    }
    ld_rejects_free(run.rejects);
    return status;
}

/* ---- one page ---- */

static lede_status single_rooms(lede_writer *w, lede_error *err)
{
    if (!w->arena)
        LD_TRY(ld_arena_new(w->env, w->pipeline_bytes - LD_ANALYZER_BYTES_MAX, &w->arena, err));
    if (!w->analyzer)
        LD_TRY(ld_profile_analyzer(w->env, ld_index_writer_profile(w->index), &w->analyzer, err));
    ld_arena_reset(w->arena);
    return LEDE_OK;
}

static lede_add_outcome public_outcome(ld_add_outcome outcome)
{
    static const lede_add_outcome outcomes[] = {[LD_ADD_ADDED] = LEDE_ADD_ADDED,
                                                [LD_ADD_UNCHANGED] = LEDE_ADD_UNCHANGED,
                                                [LD_ADD_VERSION] = LEDE_ADD_VERSION,
                                                [LD_ADD_REPLACED] = LEDE_ADD_REPLACED};
    return outcomes[outcome];
}

static lede_status add_one(lede_writer *w, const ld_article *article, ld_span key,
                           lede_add_outcome *outcome, lede_error *err)
{
    ld_document document;
    ld_add_outcome inner = LD_ADD_UNCHANGED;
    bool rejected = false;
    LD_TRY(ld_document_make(w->arena, w->analyzer, ld_index_writer_profile(w->index), article,
                            &document, err));
    LD_TRY(
        add_document(w, w->arena, article, &document, key, (ld_span){0}, &inner, &rejected, err));
    *outcome = rejected ? LEDE_ADD_REJECTED : public_outcome(inner);
    return rejected ? LEDE_OK : commit_when_due(w, &document, false, err);
}

static bool states_html(ld_span content_type)
{
    return ld_span_starts_with_nocase(content_type, LD_SPAN("text/html")) ||
           ld_span_starts_with_nocase(content_type, LD_SPAN("application/xhtml"));
}

static bool looks_like_html(ld_span body)
{
    ld_span start = ld_span_trim(ld_span_sub(body, 0, 1024));
    return start.bytes && start.data[0] == '<';
}

lede_status lede_writer_add_page(lede_writer *writer, const void *data, size_t bytes,
                                 const char *url, const char *key, const char *content_type,
                                 const lede_source_options *options, lede_add_outcome *outcome,
                                 lede_error *err)
{
    LD_TRY(check_open(writer, err));
    lede_source_options o = LEDE_SOURCE_OPTIONS_INIT;
    ld_options_take(&o, sizeof o, options);
    *outcome = LEDE_ADD_REJECTED;
    LD_TRY(ld_source_options_check(&o, err));
    if (bytes > LD_CAPTURE_BYTES_MAX) {
        (void)LD_FAIL(err, LEDE_E_LIMIT, "the page has %zu bytes; at most %u are taken", bytes,
                      LD_CAPTURE_BYTES_MAX);
        return LEDE_OK; /* rejected: err says why */
    }
    LD_TRY(single_rooms(writer, err));
    ld_span type = ld_span_from_string(content_type);
    size_t charset = ld_span_find_nocase(type, LD_SPAN("charset="));
    ld_capture capture = {.body = ld_span_of(data, bytes),
                          .url = ld_span_from_string(url),
                          .key = ld_span_from_string(key)};
    bool html = type.bytes ? states_html(type) : looks_like_html(capture.body);
    capture.media = html ? LD_MEDIA_HTML : LD_MEDIA_TEXT;
    if (charset != SIZE_MAX)
        capture.charset = ld_span_trim(ld_span_sub(type, charset + 8, SIZE_MAX));
    const ld_extract_options extract = ld_extract_options_of(&o);
    ld_article article;
    lede_status status = ld_article_extract(writer->arena, &capture, &extract, &article, err);
    if (status == LEDE_E_INVALID || status == LEDE_E_LIMIT)
        return LEDE_OK; /* rejected: err says why */
    LD_TRY(status);
    return add_one(writer, &article, capture.key, outcome, err);
}

lede_status lede_writer_add_article(lede_writer *writer, const lede_article *article,
                                    lede_add_outcome *outcome, lede_error *err)
{
    LD_TRY(check_open(writer, err));
    ld_article inner;
    *outcome = LEDE_ADD_REJECTED;
    LD_TRY(single_rooms(writer, err));
    LD_TRY(ld_article_from_public(writer->arena, article, &inner, err));
    return add_one(writer, &inner, ld_span_of(article->key.data, article->key.bytes), outcome, err);
}

/* ---- a dump ---- */

static lede_status load_row(lede_writer *w, const ld_dump_row *row, lede_add_counts *counts,
                            lede_error *err)
{
    ld_document document;
    ld_add_outcome outcome;
    LD_TRY(ld_document_make(w->arena, w->analyzer, ld_index_writer_profile(w->index), &row->article,
                            &document, err));
    document.key = row->key;
    document.key_is_explicit = row->key_is_explicit;
    document.address_hash = ld_address_hash(&row->article, (ld_span){0});
    LD_TRY(ld_index_writer_add(w->index, &document, &outcome, err));
    counts->pages++;
    count_outcome(counts, outcome);
    return commit_when_due(w, &document, false, err);
}

lede_status lede_writer_load(lede_writer *writer, const char *path, lede_add_counts *counts,
                             lede_error *err)
{
    LD_TRY(check_open(writer, err));
    lede_add_counts own_counts;
    counts = counts ? counts : &own_counts;
    memset(counts, 0, sizeof *counts);
    ld_dump_reader *reader;
    LD_TRY(ld_dump_reader_open(writer->env, path, &reader, err));
    lede_status status = LEDE_OK;
    for (;;) {
        ld_dump_row row;
        bool end;
        LD_TRY_OUT(single_rooms(writer, err));
        LD_TRY_OUT(ld_dump_reader_next(reader, writer->arena, &row, &end, err));
        if (end)
            break;
        LD_TRY_OUT(load_row(writer, &row, counts, err));
    }
    status = commit_all(writer, NULL, err);
    count_index_work(writer, counts);
out:
    ld_dump_reader_close(reader);
    return status;
}

/* ---- the rest ---- */

lede_status lede_writer_delete(lede_writer *writer, const char *key, uint64_t *deleted,
                               lede_error *err)
{
    LD_TRY(check_open(writer, err));
    uint64_t rows = 0;
    LD_TRY(ld_index_writer_delete(writer->index, ld_span_from_string(key), &rows, err));
    if (deleted)
        *deleted = rows;
    if (rows == 0)
        return LD_FAIL(err, LEDE_E_NOTFOUND, "no article is kept under %.160s", key);
    return LEDE_OK;
}

lede_status lede_writer_commit(lede_writer *writer, uint64_t *generation, lede_error *err)
{
    LD_TRY(check_open(writer, err));
    return commit_all(writer, generation, err);
}

lede_status lede_writer_merge(lede_writer *writer, uint32_t segments_max, lede_error *err)
{
    LD_TRY(check_open(writer, err));
    LD_TRY(ld_index_writer_merge(writer->index, segments_max ? segments_max : 1, err));
    return commit_all(writer, NULL, err);
}

lede_status lede_writer_purge(lede_writer *writer, lede_error *err)
{
    LD_TRY(check_open(writer, err));
    return ld_index_writer_purge(writer->index, err);
}

lede_status lede_archive_rejects(const lede_env *env, const char *dir,
                                 int (*each)(void *ctx, const char *path, const char *reason),
                                 void *ctx, lede_error *err)
{
    ld_rejects *rejects;
    LD_TRY(ld_rejects_load(env ? env : lede_env_system(), dir, &rejects, err));
    for (uint32_t i = 0; i < ld_rejects_count(rejects); i++) {
        const char *path, *reason;
        ld_rejects_at(rejects, i, &path, &reason);
        if (path && each(ctx, path, reason))
            break;
    }
    ld_rejects_free(rejects);
    return LEDE_OK;
}
