/*
 * How are many cores kept busy while the order stays that of the input?
 *
 *   reader thread          workers (jobs)             the caller (one)
 *   next capture ----> [slot|slot|slot|...] ----> extract, analyse ----> taken in order
 *
 * A ring of slots, each with its own arena. The reader copies a capture into the next FREE slot
 * and marks it FILLED; a worker takes the oldest FILLED one and marks it DONE; the caller waits
 * for the slot whose turn it is, uses it, and frees it at its next call. So the output does not
 * depend on which worker was quicker. With one job there are no threads: the caller does it all,
 * and a page's bytes stay where the source has them. Where the caller asks for it (sandbox), each
 * worker thread has the parsing done by a process of its own (page_workers.h).
 *
 * Memory: the jobs' analysers, then slots times the arena's maximum, which is an equal share of the
 * rest; a page that needs more is rejected with that reason. An arena that grew large for one page
 * gives its pages back.
 */
#include "engine/pipeline.h"

#include "article/extract.h"
#include "base/deadline.h"
#include "base/hash.h"
#include "base/thread.h"
#include "base/utf8.h"
#include "engine/document.h"
#include "engine/options.h"
#include "engine/page_workers.h"
#include "engine/site_learn.h"
#include "ingest/source.h"

#define JOBS_MAX         64u
#define SLOTS_PER_JOB    2u
#define ARENA_KEEP_BYTES (2u << 20) /* a slot's arena above this is made anew */

typedef enum slot_state { SLOT_FREE, SLOT_FILLED, SLOT_WORKING, SLOT_DONE } slot_state;

typedef struct slot {
    slot_state state;
    ld_arena *arena;
    ld_arena *texts;    /* of the article, where a worker process made it; else NULL */
    ld_capture capture; /* copied into the arena */
    ld_span path_in_source;
    ld_article article;
    ld_document document;
    ld_pipeline_item item;
    lede_status status; /* of the whole run: NOMEM, IO; rejects are items */
    lede_error error;
} slot;

struct ld_pipeline {
    const lede_env *env;
    const char *const *paths;
    size_t path_count, path_at;
    lede_source_options source_options;
    ld_extract_options extract_options;
    ld_site_lessons lessons;       /* NULL in it: each page by itself, or the workers know them */
    ld_page_workers *page_workers; /* NULL: pages are parsed in this process */
    const ld_profile *profile;
    ld_source *source; /* of paths[path_at], NULL between two */
    bool source_is_folder;
    uint64_t bytes_done; /* of the sources that were closed */
    ld_span *user_fields;
    uint32_t user_field_count;
    size_t arena_max_bytes;
    bool at_end; /* of the reading */

    slot *slots;
    uint32_t slot_count;
    uint32_t fill_at, work_at, take_at; /* ring positions */
    bool holding;                       /* slots[take_at] is lent to the caller */

    bool threaded, stopping;
    ld_mutex lock;
    ld_cond changed;
    ld_thread reader;
    ld_thread *workers;
    uint32_t worker_count;
    ld_analyzer **analyzers; /* [worker_count or 1], NULL without a profile */
};

/* ---- reading ---- */

static lede_status open_next_source(ld_pipeline *p, lede_error *err)
{
    const ld_source_options options = {.fields = p->source_options.jsonl_fields,
                                       .user_fields = p->user_fields,
                                       .user_field_count = p->user_field_count,
                                       .page_bytes_max = p->arena_max_bytes / 4};
    lede_file_info info = {.kind = LEDE_FILE_OTHER};
    if (strcmp(p->paths[p->path_at], "-") != 0)
        LD_TRY(ld_path_info(p->env, p->paths[p->path_at], true, &info, err));
    p->source_is_folder = info.kind == LEDE_FILE_DIRECTORY;
    return ld_source_open(p->env, p->paths[p->path_at], &options, &p->source, err);
}

static bool is_in_shard(const ld_pipeline *p, ld_span path)
{
    uint32_t count = p->source_options.shard_count;
    return count <= 1 ||
           ld_hash64(path.data, path.bytes, 0) % count == p->source_options.shard_index;
}

static bool copy_span(ld_arena *arena, ld_span *s)
{
    if (s->bytes == 0) {
        *s = (ld_span){"", 0};
        return true;
    }
    *s = ld_arena_copy(arena, *s);
    return s->data != NULL;
}

static bool copy_given(ld_arena *arena, ld_given *g)
{
    ld_span *texts[] = {&g->title,    &g->text,    &g->html,     &g->author, &g->published,
                        &g->modified, &g->section, &g->language, &g->source, &g->tags};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!copy_span(arena, texts[i]))
            return false;
    }
    ld_given_field *fields = ld_arena_array(arena, g->field_count + 1u, sizeof *fields);
    if (!fields)
        return false;
    for (uint32_t i = 0; i < g->field_count; i++) {
        fields[i] = g->fields[i];
        if (!copy_span(arena, &fields[i].name) || !copy_span(arena, &fields[i].value))
            return false;
    }
    g->fields = fields;
    return true;
}

/* A reader thread goes on to the next capture while this one is worked on; else the source keeps
 * the page's bytes as long as the slot needs them. */
static bool copy_capture(const ld_pipeline *p, ld_arena *arena, const ld_capture *from,
                         ld_capture *to)
{
    *to = *from;
    bool stays = p->worker_count == 1;
    return (stays || copy_span(arena, &to->body)) && copy_span(arena, &to->charset) &&
           copy_span(arena, &to->url) && copy_span(arena, &to->key) &&
           copy_span(arena, &to->path) && copy_given(arena, &to->given);
}

static void reject(slot *s, const char *reason)
{
    ld_span copy = ld_arena_copy(s->arena, ld_span_from_string(reason));
    s->item.kind = LD_ITEM_REJECT;
    s->item.reason = copy.data ? copy : LD_SPAN("not enough memory for this page");
}

/*
 * A file given by its path is named by it; what stands in a folder is named by the way from there.
 * For messages and addresses both become the path as it was typed; within its source a file is
 * just its name.
 */
static void name_item(const ld_pipeline *p, slot *s, ld_span event_path)
{
    ld_span typed = ld_span_from_string(p->paths[p->path_at]);
    ld_span path = ld_arena_copy(s->arena, ld_utf8_scrub(s->arena, event_path));
    bool starts_as_typed = ld_span_starts_with(path, typed);
    while (ld_span_starts_with(typed, LD_SPAN("./")) && typed.bytes > 2) {
        typed = ld_span_sub(typed, 2, SIZE_MAX);
        path = p->source_is_folder ? path : ld_span_sub(path, 2, SIZE_MAX);
    }
    if (p->source_is_folder) {
        while (typed.bytes > 1 && typed.data[typed.bytes - 1] == '/')
            typed.bytes--;
        s->item.path = ld_span_from_string(ld_arena_format(s->arena, "%.*s/%.*s", (int)typed.bytes,
                                                           typed.data, (int)path.bytes, path.data));
        s->path_in_source = path;
    } else {
        size_t name_at = starts_as_typed ? typed.bytes : 0;
        while (name_at > 0 && typed.data[name_at - 1] != '/')
            name_at--;
        s->item.path = path;
        s->path_in_source = ld_span_sub(path, name_at, SIZE_MAX);
    }
    s->path_in_source = ld_arena_copy(s->arena, s->path_in_source);
    if (!s->item.path.data)
        s->item.path = LD_SPAN("");
    if (!s->path_in_source.data)
        s->path_in_source = LD_SPAN("");
}

/* The event as the slot's item; a capture stays to be worked on. */
static void take_event(const ld_pipeline *p, slot *s, const ld_capture *capture,
                       const ld_source_event *event)
{
    s->item = (ld_pipeline_item){.arena = s->arena};
    name_item(p, s, event->path);
    if (event->kind == LD_SOURCE_CAPTURE) {
        s->item.kind = LD_ITEM_ARTICLE;
        s->item.body_bytes =
            capture->body.bytes + capture->given.text.bytes + capture->given.html.bytes;
        if (!copy_capture(p, s->arena, capture, &s->capture))
            reject(s, "the page is larger than the memory set aside for one page");
        s->capture.path = s->path_in_source;
        return;
    }
    s->item.kind = event->kind == LD_SOURCE_SKIP ? LD_ITEM_SKIP : LD_ITEM_REJECT;
    s->item.reason = ld_arena_copy(s->arena, event->reason);
    if (!s->item.reason.data)
        s->item.reason = LD_SPAN("");
}

static lede_status refresh_arena(const ld_pipeline *p, ld_arena **arena, size_t bytes_max,
                                 lede_error *err)
{
    if (*arena && ld_arena_used_bytes(*arena) <= ARENA_KEEP_BYTES) {
        ld_arena_reset(*arena);
        return LEDE_OK;
    }
    ld_arena_free(*arena);
    *arena = NULL;
    return ld_arena_new(p->env, bytes_max, arena, err);
}

/* Fills the slot with the next event of the sources; the last one is END. */
static void fill_slot(ld_pipeline *p, slot *s)
{
    ld_capture capture;
    ld_source_event event;
    s->error = (lede_error){0};
    s->status = refresh_arena(p, &s->arena, p->arena_max_bytes, &s->error);
    s->item = (ld_pipeline_item){.kind = LD_ITEM_END, .arena = s->arena};
    while (s->status == LEDE_OK && p->path_at < p->path_count) {
        if (p->source_options.cancel && *p->source_options.cancel) {
            s->status = LD_FAIL(&s->error, LEDE_E_CANCELLED, "stopped as asked");
            break;
        }
        if (!p->source)
            s->status = open_next_source(p, &s->error);
        if (s->status == LEDE_OK)
            s->status = ld_source_next(p->source, &capture, &event, &s->error);
        if (s->status != LEDE_OK)
            break;
        if (event.kind == LD_SOURCE_END) {
            p->bytes_done += ld_source_bytes_read(p->source);
            ld_source_close(p->source);
            p->source = NULL;
            p->path_at++;
        } else if (is_in_shard(p, event.path)) {
            take_event(p, s, &capture, &event);
            s->item.source_bytes_done = p->bytes_done + ld_source_bytes_read(p->source);
            return;
        }
    }
    p->at_end = true;
}

/* ---- working ---- */

static lede_status extract(ld_pipeline *p, slot *s, uint32_t worker, ld_part_role *role,
                           lede_error *err)
{
    if (!p->page_workers)
        return ld_site_lessons_extract(&p->lessons, &p->extract_options, s->arena, &s->capture,
                                       &s->article, role, err);
    size_t texts_bytes_max = ld_page_workers_texts_bytes_max(p->page_workers);
    LD_TRY(refresh_arena(p, &s->texts, texts_bytes_max, err));
    return ld_page_workers_extract(p->page_workers, worker, s->arena, s->texts, &s->capture,
                                   &s->article, role, err);
}

/* What stands in another article of this input is passed over, and said why. */
static bool stands_elsewhere(slot *s, ld_part_role role)
{
    if (role != LD_PART_LATER && role != LD_PART_TWIN)
        return false;
    s->item.kind = LD_ITEM_SKIP;
    s->item.reason = role == LD_PART_LATER ? LD_SPAN("a later part of a story, joined to its first")
                                           : LD_SPAN("the AMP twin of a page that is here as well");
    return true;
}

/* worker: the number of the thread, and of its process where there are any. */
static void work_on(ld_pipeline *p, slot *s, uint32_t worker)
{
    if (s->status != LEDE_OK || s->item.kind != LD_ITEM_ARTICLE)
        return;
    lede_error error = {0};
    ld_part_role role = LD_PART_ALONE;
    lede_status status = extract(p, s, worker, &role, &error);
    if (status == LEDE_OK && stands_elsewhere(s, role))
        return;
    if (status == LEDE_OK && p->profile) {
        status = ld_document_make(s->arena, p->analyzers[worker], p->profile, &s->article,
                                  &s->document, &error);
    }
    if (status == LEDE_E_INVALID || status == LEDE_E_LIMIT) {
        reject(s, error.message);
    } else if (status != LEDE_OK) {
        s->status = status;
        s->error = error;
    } else {
        s->item.article = &s->article;
        s->item.document = p->profile ? &s->document : NULL;
        s->item.key = s->capture.key;
    }
}

static uint32_t following(const ld_pipeline *p, uint32_t slot_index)
{
    return slot_index + 1 == p->slot_count ? 0 : slot_index + 1;
}

static void reader_run(void *ctx)
{
    ld_pipeline *p = ctx;
    ld_mutex_lock(&p->lock);
    while (!p->stopping && !p->at_end) {
        slot *s = &p->slots[p->fill_at];
        if (s->state != SLOT_FREE) {
            ld_cond_wait(&p->changed, &p->lock);
            continue;
        }
        ld_mutex_unlock(&p->lock);
        fill_slot(p, s);
        ld_mutex_lock(&p->lock);
        s->state = SLOT_FILLED;
        p->fill_at = following(p, p->fill_at);
        ld_cond_broadcast(&p->changed);
    }
    ld_mutex_unlock(&p->lock);
}

typedef struct worker_start {
    ld_pipeline *pipeline;
    uint32_t number;
} worker_start;

static void worker_run(void *ctx)
{
    worker_start start = *(worker_start *)ctx;
    ld_pipeline *p = start.pipeline;
    ld_release(p->env, ctx, sizeof start);
    ld_mutex_lock(&p->lock);
    while (!p->stopping) {
        slot *s = &p->slots[p->work_at];
        if (s->state != SLOT_FILLED) {
            ld_cond_wait(&p->changed, &p->lock);
            continue;
        }
        s->state = SLOT_WORKING;
        p->work_at = following(p, p->work_at);
        ld_mutex_unlock(&p->lock);
        work_on(p, s, start.number);
        ld_mutex_lock(&p->lock);
        s->state = SLOT_DONE;
        ld_cond_broadcast(&p->changed);
    }
    ld_mutex_unlock(&p->lock);
}

/* ---- starting and stopping ---- */

static lede_status start_threads(ld_pipeline *p, lede_error *err)
{
    LD_TRY(ld_mutex_init(&p->lock, err));
    lede_status status = ld_cond_init(&p->changed, err);
    if (status != LEDE_OK) {
        ld_mutex_release(&p->lock);
        return status;
    }
    p->threaded = true;
    for (uint32_t i = 0; i < p->worker_count; i++) {
        worker_start *start = ld_alloc(p->env, sizeof *start);
        if (!start)
            return ld_error_nomem(err, sizeof *start);
        *start = (worker_start){p, i};
        status = ld_thread_start(&p->workers[i], worker_run, start, err);
        if (status != LEDE_OK) {
            ld_release(p->env, start, sizeof *start);
            return status;
        }
    }
    return ld_thread_start(&p->reader, reader_run, p, err);
}

static void stop_threads(ld_pipeline *p)
{
    if (!p->threaded)
        return;
    ld_mutex_lock(&p->lock);
    p->stopping = true;
    ld_cond_broadcast(&p->changed);
    ld_mutex_unlock(&p->lock);
    ld_thread_join(&p->reader);
    for (uint32_t i = 0; i < p->worker_count; i++)
        ld_thread_join(&p->workers[i]);
    ld_cond_release(&p->changed);
    ld_mutex_release(&p->lock);
}

static lede_status name_user_fields(ld_pipeline *p, lede_error *err)
{
    const ld_profile *profile = p->profile;
    uint32_t count = profile ? profile->user_column_count + profile->user_zone_count : 0;
    if (count == 0)
        return LEDE_OK;
    p->user_fields = ld_alloc_array(p->env, count, sizeof *p->user_fields);
    if (!p->user_fields)
        return ld_error_nomem(err, count * sizeof *p->user_fields);
    for (uint32_t i = 0; i < profile->user_column_count; i++)
        p->user_fields[p->user_field_count++] = ld_span_from_string(profile->user_columns[i].name);
    for (uint32_t i = 0; i < profile->user_zone_count; i++)
        p->user_fields[p->user_field_count++] = ld_span_from_string(profile->user_zones[i].name);
    return LEDE_OK;
}

static lede_status check_paths(const ld_pipeline *p, lede_error *err)
{
    lede_file_info info;
    for (size_t i = 0; i < p->path_count; i++) {
        if (strcmp(p->paths[i], "-") != 0)
            LD_TRY(ld_path_info(p->env, p->paths[i], true, &info, err));
    }
    return LEDE_OK;
}

static lede_status learn_sites(ld_pipeline *p, lede_error *err)
{
    const ld_site_learn_options options = {.source = &p->source_options,
                                           .page_memory_max_bytes = p->arena_max_bytes};
    if (!p->source_options.learn_sites)
        return LEDE_OK;
    LD_TRY(ld_site_learn(p->env, p->paths, p->path_count, &options, &p->lessons, err));
    p->extract_options.sites = p->lessons.sites;
    return LEDE_OK;
}

/* In place of learn_sites: the workers' keeper learns. */
static lede_status start_page_workers(ld_pipeline *p, lede_error *err)
{
    const ld_page_workers_options options = {.paths = p->paths,
                                             .path_count = p->path_count,
                                             .source = &p->source_options,
                                             .extract_options = &p->extract_options,
                                             .page_memory_max_bytes = p->arena_max_bytes,
                                             .worker_count = p->worker_count};
    return ld_page_workers_new(p->env, &options, &p->page_workers, err);
}

static lede_status make_rooms(ld_pipeline *p, uint32_t jobs, lede_error *err)
{
    p->slots = ld_alloc_zero(p->env, p->slot_count * sizeof *p->slots);
    p->workers = ld_alloc_zero(p->env, jobs * sizeof *p->workers);
    p->analyzers = ld_alloc_zero(p->env, jobs * sizeof *p->analyzers);
    if (!p->slots || !p->workers || !p->analyzers)
        return ld_error_nomem(err, p->slot_count * sizeof *p->slots);
    for (uint32_t i = 0; i < jobs && p->profile; i++)
        LD_TRY(ld_profile_analyzer(p->env, p->profile, &p->analyzers[i], err));
    return LEDE_OK;
}

lede_status ld_pipeline_new(const lede_env *env, const char *const *paths, size_t path_count,
                            const lede_source_options *source, const ld_pipeline_options *options,
                            ld_pipeline **pipeline, lede_error *err)
{
    *pipeline = NULL;
    ld_pipeline *p = ld_alloc_zero(env, sizeof *p);
    if (!p)
        return ld_error_nomem(err, sizeof *p);
    p->env = env;
    p->paths = paths;
    p->path_count = path_count;
    if (source)
        memcpy(&p->source_options, source,
               source->struct_bytes < sizeof *source ? source->struct_bytes : sizeof *source);
    p->profile = options->profile;
    p->extract_options = ld_extract_options_of(&p->source_options);
    uint32_t jobs = p->source_options.jobs ? p->source_options.jobs : ld_cpu_count();
    jobs = jobs < JOBS_MAX ? jobs : JOBS_MAX;
    size_t analyzer_bytes = p->profile ? LD_ANALYZER_BYTES_MAX : 0;
    size_t analyzers_max = options->memory_max_bytes / (4 * LD_ANALYZER_BYTES_MAX); /* a quarter */
    if (analyzer_bytes && jobs > analyzers_max)
        jobs = analyzers_max ? (uint32_t)analyzers_max : 1;
    size_t pages_bytes = options->memory_max_bytes - jobs * analyzer_bytes;
    p->worker_count = jobs;
    p->slot_count = jobs == 1 ? 1 : jobs * SLOTS_PER_JOB;
    p->arena_max_bytes = pages_bytes / p->slot_count;

    lede_status status = check_paths(p, err);
    if (status == LEDE_OK)
        status = name_user_fields(p, err);
    if (status == LEDE_OK)
        status = make_rooms(p, jobs, err);
    if (status == LEDE_OK)
        status = p->source_options.sandbox ? start_page_workers(p, err) : learn_sites(p, err);
    if (status == LEDE_OK && jobs > 1)
        status = start_threads(p, err);
    if (status != LEDE_OK) {
        ld_pipeline_free(p);
        return status;
    }
    *pipeline = p;
    return LEDE_OK;
}

void ld_pipeline_free(ld_pipeline *p)
{
    if (!p)
        return;
    stop_threads(p);
    ld_page_workers_free(p->page_workers);
    for (uint32_t i = 0; p->slots && i < p->slot_count; i++) {
        ld_arena_free(p->slots[i].arena);
        ld_arena_free(p->slots[i].texts);
    }
    for (uint32_t i = 0; p->analyzers && i < p->worker_count; i++)
        ld_analyzer_free(p->analyzers[i]);
    ld_source_close(p->source);
    ld_site_lessons_release(&p->lessons);
    ld_release(p->env, p->user_fields, p->user_field_count * sizeof *p->user_fields);
    ld_release(p->env, p->slots, p->slot_count * sizeof *p->slots);
    ld_release(p->env, p->workers, p->worker_count * sizeof *p->workers);
    ld_release(p->env, p->analyzers, p->worker_count * sizeof *p->analyzers);
    ld_release(p->env, p, sizeof *p);
}

uint64_t ld_pipeline_measure(const ld_pipeline *p)
{
    uint64_t bytes = 0;
    for (size_t i = 0; i < p->path_count; i++) {
        if (strcmp(p->paths[i], "-") == 0)
            return 0;
        bytes += ld_source_measure(p->env, p->paths[i], NULL);
    }
    return bytes;
}

/* ---- taking ---- */

static lede_status hand_over(slot *s, const ld_pipeline_item **item, lede_error *err)
{
    if (s->status != LEDE_OK) {
        if (err)
            *err = s->error;
        return s->status;
    }
    *item = &s->item;
    return LEDE_OK;
}

lede_status ld_pipeline_next(ld_pipeline *p, const ld_pipeline_item **item, lede_error *err)
{
    static const ld_pipeline_item end = {.kind = LD_ITEM_END};
    *item = &end;
    if (!p->threaded) {
        if (p->at_end && p->slots[0].status == LEDE_OK)
            return LEDE_OK;
        fill_slot(p, &p->slots[0]);
        work_on(p, &p->slots[0], 0);
        return hand_over(&p->slots[0], item, err);
    }
    ld_mutex_lock(&p->lock);
    if (p->holding && !(p->slots[p->take_at].item.kind == LD_ITEM_END ||
                        p->slots[p->take_at].status != LEDE_OK)) {
        p->slots[p->take_at].state = SLOT_FREE;
        p->take_at = following(p, p->take_at);
        ld_cond_broadcast(&p->changed);
    }
    p->holding = true;
    slot *s = &p->slots[p->take_at];
    while (s->state != SLOT_DONE)
        ld_cond_wait(&p->changed, &p->lock);
    ld_mutex_unlock(&p->lock);
    return hand_over(s, item, err);
}
