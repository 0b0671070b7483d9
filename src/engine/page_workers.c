/*
 * What if a page gets the better of the parser?
 *
 *   pipeline's thread i                      worker i (base/keeper.h)
 *   capture -> channel i: request  ------->  ld_site_lessons_extract
 *   article <- channel i: answer   <-------  (lessons of the keeper, from before the fork)
 *
 * A channel is memory that both map: a request (bytes the arena holds already, then the capture),
 * and an answer (status, bytes the arena came to, then the article or the message). Nothing is
 * waited for but the one answer, so that the order of pages and the threads stay those of
 * pipeline.c.
 *
 * Equal, byte for byte: the worker's arena begins with as many bytes counted as the slot's holds,
 * and the slot's counts afterwards what extraction came to, so that a page meets its maximum where
 * it would have met it here.
 *
 * A worker that dies takes its page along: rejected, with how it died. Another is started for the
 * next page. Learning happens in the keeper, so that all workers inherit it; a page that ends the
 * keeper is noted in shared memory, left out, and learning begins anew, LD_LEARNING_DEATHS_MAX
 * times.
 *
 * Not behind these walls: the reading of containers (WARC, gzip, JSONL, feeds) and the making of
 * documents from the checked article; both run in this process.
 *
 * Cost: two copies of the page's bytes, one of the article, two switches between processes a page;
 * figures in docs/limits.md.
 */
#include "engine/page_workers.h"

#include <jansson.h>
#include <string.h>

#include "base/buf.h"
#include "base/keeper.h"
#include "base/limits.h"
#include "base/sandbox.h"
#include "engine/site_learn.h"
#include "engine/wire.h"
#include "text/charset.h"

#define CHANNEL_MORE_BYTES ((size_t)1 << 20) /* lengths and marks beside what an arena can hold */
#define CHANNEL_KEPT_BYTES ((size_t)1 << 20) /* of each half, when a large page has gone */
#define TEXTS_PER_BYTE     8u /* the largest item of an array, by the least it takes */

typedef struct answer_head {
    int64_t status;
    uint64_t used_bytes; /* of the arena, with those it began with */
    uint64_t role;       /* ld_part_role */
    uint64_t article_bytes;
    char message[sizeof((lede_error *)0)->message];
} answer_head;

/* In shared memory: where learning is, for whoever has to begin anew. */
typedef struct learning_place {
    uint32_t page;  /* its number among those that came to be taught */
    uint32_t is_in; /* 1: it is being parsed */
} learning_place;

struct ld_page_workers {
    const lede_env *env;
    ld_page_workers_options options;
    ld_keeper *keeper;
    ld_worker *workers;                        /* [worker_count] */
    ld_shared *channels;                       /* [worker_count] */
    ld_shared place;                           /* learning_place */
    uint32_t left_out[LD_LEARNING_DEATHS_MAX]; /* [left_out_count] pages that ended a keeper */
    uint32_t left_out_count;
    /* in the children */
    ld_extract_options extract_options;
    ld_site_lessons lessons;
    ld_arena *arena;
    uint32_t number;
};

static void (*test_hook)(const ld_span path);

void ld_page_workers_set_hook(void (*hook)(const ld_span path))
{
    test_hook = hook;
}

static size_t half_bytes(const ld_page_workers *w)
{
    return 2 * w->options.page_memory_max_bytes + CHANNEL_MORE_BYTES;
}

size_t ld_page_workers_texts_bytes_max(const ld_page_workers *w)
{
    return TEXTS_PER_BYTE * half_bytes(w);
}

/* ---- in the keeper ---- */

static bool before_page(void *ctx, ld_span path)
{
    ld_page_workers *w = ctx;
    learning_place *place = (learning_place *)(void *)w->place.data;
    place->page++;
    for (uint32_t i = 0; i < w->left_out_count; i++) {
        if (w->left_out[i] == place->page)
            return false;
    }
    place->is_in = 1;
    ld_sandbox_rearm_cpu(LD_WORKER_CPU_SECONDS_MAX);
    if (test_hook)
        test_hook(path);
    return true;
}

static void after_page(void *ctx)
{
    const ld_page_workers *w = ctx;
    ld_sandbox_rearm_cpu(0); /* reading on takes what the sources take */
    ((learning_place *)(void *)w->place.data)->is_in = 0;
}

/* What the parsing asks of files of the system: converters, and chance for JSON's hash tables. */
static void load(void *ctx)
{
    (void)ctx;
    ld_charset_preload();
    json_object_seed(0);
}

static lede_status learn(void *ctx, lede_error *err)
{
    ld_page_workers *w = ctx;
    const ld_site_learn_options options = {.source = w->options.source,
                                           .page_memory_max_bytes =
                                               w->options.page_memory_max_bytes,
                                           .before = before_page,
                                           .after = after_page,
                                           .ctx = w};
    *(learning_place *)(void *)w->place.data = (learning_place){0};
    LD_TRY(
        ld_site_learn(w->env, w->options.paths, w->options.path_count, &options, &w->lessons, err));
    w->extract_options.sites = w->lessons.sites;
    return LEDE_OK;
}

/* ---- in a worker ---- */

static bool begin(void *ctx, uint32_t number)
{
    ld_page_workers *w = ctx;
    for (uint32_t i = 0; i < w->options.worker_count; i++) {
        if (i != number)
            ld_shared_release(&w->channels[i]); /* other pages are not for its eyes */
    }
    ld_shared_release(&w->place);
    w->number = number;
    return ld_arena_new(w->env, w->options.page_memory_max_bytes, &w->arena, NULL) == LEDE_OK;
}

static lede_status extract(ld_page_workers *w, uint8_t *request, size_t bytes, ld_article *article,
                           ld_part_role *role, lede_error *err)
{
    ld_capture capture;
    ld_arena *arrays;
    uint64_t held_bytes = ld_load_u64(request);
    ld_arena_reset(w->arena);
    LD_TRY(ld_arena_new(w->env, half_bytes(w), &arrays, err));
    lede_status status = ld_wire_get_capture(arrays, request + sizeof held_bytes,
                                             bytes - sizeof held_bytes, &capture, err);
    if (status == LEDE_OK && held_bytes > 0 && !ld_arena_alloc(w->arena, held_bytes))
        status = ld_arena_status(w->arena, err);
    if (status == LEDE_OK && test_hook)
        test_hook(capture.path);
    if (status == LEDE_OK)
        status = ld_site_lessons_extract(&w->lessons, &w->extract_options, w->arena, &capture,
                                         article, role, err);
    ld_arena_free(arrays);
    return status;
}

static uint64_t work(void *ctx, uint64_t request_bytes)
{
    ld_page_workers *w = ctx;
    const ld_shared *channel = &w->channels[w->number];
    uint8_t *room = channel->data + half_bytes(w);
    answer_head head = {0};
    ld_article article = {0};
    ld_part_role role = LD_PART_ALONE;
    lede_error error = {0};
    head.status = extract(w, channel->data, (size_t)request_bytes, &article, &role, &error);
    head.role = role;
    head.used_bytes = ld_arena_used_bytes(w->arena);
    if (head.status == LEDE_OK && role != LD_PART_LATER && role != LD_PART_TWIN) {
        head.article_bytes =
            ld_wire_put_article(&article, room + sizeof head, half_bytes(w) - sizeof head);
        if (head.article_bytes == 0)
            head.status = LD_FAIL(&error, LEDE_E_LIMIT, "the article is larger than a page may be");
    }
    memcpy(head.message, error.message, sizeof head.message);
    memcpy(room, &head, sizeof head);
    return sizeof head + head.article_bytes;
}

/* ---- here ---- */

static lede_status start_keeper(ld_page_workers *w, lede_error *err)
{
    bool learns = w->options.source->learn_sites != 0;
    const ld_keeper_options options = {.read_paths = w->options.paths,
                                       .read_path_count = learns ? w->options.path_count : 0,
                                       .data_bytes_more = 2 * w->options.page_memory_max_bytes +
                                                          LD_WORKER_DATA_BYTES_MORE,
                                       .cpu_seconds_max = LD_WORKER_CPU_SECONDS_MAX,
                                       .cancel = w->options.source->cancel,
                                       .ctx = w,
                                       .load = load,
                                       .prepare = learns ? learn : NULL,
                                       .begin = begin,
                                       .work = work};
    const learning_place *place = (const learning_place *)(const void *)w->place.data;
    for (;;) {
        ld_process_end end;
        lede_status status = ld_keeper_start(w->env, &options, &w->keeper, &end, err);
        if (status == LEDE_OK || !end.ended)
            return status;
        if (!place->is_in || w->left_out_count == LD_LEARNING_DEATHS_MAX) {
            char how[128];
            ld_process_end_text(&end, how, sizeof how);
            return LD_FAIL(
                err, LEDE_E_INVALID,
                "the process that reads ahead did not come through (%s); take each page by "
                "itself (--no-learn)",
                how);
        }
        w->left_out[w->left_out_count++] = place->page;
    }
}

lede_status ld_page_workers_new(const lede_env *env, const ld_page_workers_options *options,
                                ld_page_workers **workers, lede_error *err)
{
    *workers = NULL;
    ld_page_workers *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    w->options = *options;
    w->extract_options = *options->extract_options;
    w->workers = ld_alloc_zero(env, options->worker_count * sizeof *w->workers);
    w->channels = ld_alloc_zero(env, options->worker_count * sizeof *w->channels);
    lede_status status = LEDE_OK;
    if (!w->workers || !w->channels)
        status = ld_error_nomem(err, options->worker_count * sizeof *w->workers);
    if (status == LEDE_OK)
        status = ld_shared_new(sizeof(learning_place), &w->place, err);
    for (uint32_t i = 0; status == LEDE_OK && i < options->worker_count; i++)
        status = ld_shared_new(2 * half_bytes(w), &w->channels[i], err);
    if (status == LEDE_OK)
        status = start_keeper(w, err);
    if (status != LEDE_OK) {
        ld_page_workers_free(w);
        return status;
    }
    *workers = w;
    return LEDE_OK;
}

void ld_page_workers_free(ld_page_workers *w)
{
    if (!w)
        return;
    for (uint32_t i = 0; w->workers && i < w->options.worker_count; i++)
        ld_worker_stop(&w->workers[i]);
    ld_keeper_stop(w->keeper);
    for (uint32_t i = 0; w->channels && i < w->options.worker_count; i++)
        ld_shared_release(&w->channels[i]);
    ld_shared_release(&w->place);
    ld_release(w->env, w->workers, w->options.worker_count * sizeof *w->workers);
    ld_release(w->env, w->channels, w->options.worker_count * sizeof *w->channels);
    ld_release(w->env, w, sizeof *w);
}

/* Asks worker `number`; one that ended while it had nothing to do is replaced. */
static lede_status ask(ld_page_workers *w, uint32_t number, uint64_t request_bytes,
                       uint64_t *answer_bytes, lede_error *err)
{
    ld_worker *worker = &w->workers[number];
    ld_process_end end = {.idle = true};
    bool answered = false;
    for (int tries = 0; !answered && end.idle && tries < 3; tries++) {
        if (worker->pid == 0)
            LD_TRY(ld_worker_start(w->keeper, number, worker, err));
        LD_TRY(ld_worker_call(worker, request_bytes, answer_bytes, &answered, &end, err));
    }
    if (answered)
        return LEDE_OK;
    char how[128];
    ld_process_end_text(&end, how, sizeof how);
    return LD_FAIL(err, LEDE_E_INVALID, "the page broke the process that read it: %s", how);
}

static lede_status take_answer(const ld_page_workers *w, const uint8_t *room, uint64_t answer_bytes,
                               ld_arena *arena, ld_arena *texts, ld_article *article,
                               ld_part_role *role, lede_error *err)
{
    answer_head head;
    size_t held_bytes = ld_arena_used_bytes(arena);
    memcpy(&head, room, sizeof head);
    head.message[sizeof head.message - 1] = 0;
    if (answer_bytes < sizeof head || head.article_bytes > half_bytes(w) - sizeof head ||
        head.used_bytes < held_bytes || head.role > LD_PART_TWIN || head.status > LEDE_OK ||
        head.status < LEDE_E_EXISTS)
        return LD_FAIL(err, LEDE_E_INVALID, "the process that read this page gave no valid answer");
    if (head.status == LEDE_E_NOMEM)
        return LD_FAIL(err, LEDE_E_INVALID, "the page needs more memory than one page may have");
    if (head.status != LEDE_OK)
        return LD_FAIL(err, (lede_status)head.status, "%s", head.message);
    *role = (ld_part_role)head.role;
    if (head.used_bytes > held_bytes && !ld_arena_alloc(arena, head.used_bytes - held_bytes))
        return ld_arena_status(arena, err);
    if (head.article_bytes == 0 && (*role == LD_PART_LATER || *role == LD_PART_TWIN))
        return LEDE_OK;
    return ld_wire_get_article(texts, room + sizeof head, (size_t)head.article_bytes, article, err);
}

lede_status ld_page_workers_extract(ld_page_workers *w, uint32_t number, ld_arena *arena,
                                    ld_arena *texts, const ld_capture *capture, ld_article *article,
                                    ld_part_role *role, lede_error *err)
{
    ld_shared *channel = &w->channels[number];
    uint64_t held_bytes = ld_arena_used_bytes(arena), answer_bytes;
    memcpy(channel->data, &held_bytes, sizeof held_bytes);
    size_t bytes = ld_wire_put_capture(capture, channel->data + sizeof held_bytes,
                                       half_bytes(w) - sizeof held_bytes);
    if (bytes == 0)
        return LD_FAIL(err, LEDE_E_LIMIT, "the page is larger than a page may be");
    lede_status status = ask(w, number, sizeof held_bytes + bytes, &answer_bytes, err);
    if (status == LEDE_OK)
        status = take_answer(w, channel->data + half_bytes(w), answer_bytes, arena, texts, article,
                             role, err);
    if (bytes > CHANNEL_KEPT_BYTES || status != LEDE_OK)
        ld_shared_trim(channel, CHANNEL_KEPT_BYTES);
    return status;
}
