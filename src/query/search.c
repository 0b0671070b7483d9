/*
 * One search: plan, run, keep the first k, say what was done.
 *
 * The total is exact unless the deadline was met, or the caller can do without (count_exact false)
 * and matches that cannot enter the page were passed over.
 */
#include <inttypes.h>

#include "query/execute.h"
#include "query/explain.h"
#include "query/fold.h"
#include "query/page.h"
#include "query/rerank.h"

typedef struct collector {
    const ld_plan *plan;
    ld_topk *best; /* where matches go: topk, or the inlet of fold */
    ld_topk topk;
    ld_fold fold;
} collector;

static lede_status collect(void *ctx, ld_execution *x, ld_cursor *root, uint32_t doc,
                           lede_error *err)
{
    collector *c = ctx;
    uint64_t rank;
    if (c->best->k == 0)
        return LEDE_OK;
    if (c->topk.sort == LD_SORT_RELEVANCE) {
        rank = ld_execution_score(c->plan, x, root);
    } else {
        bool present;
        int64_t published;
        LD_TRY(ld_column_number(x->view, LD_COLUMN_PUBLISHED, doc, &published, &present, err));
        rank = ld_topk_rank(c->topk.sort, present ? published : INT64_MIN);
    }
    return ld_topk_offer(c->best, x->segment, doc, rank, err);
}

typedef struct notices {
    ld_search_notice *items; /* [count] */
    uint32_t count, capacity;
} notices;

static lede_status notice_add(ld_arena *arena, notices *n, int kind, const char *message,
                              lede_error *err)
{
    ld_search_notice notice = {.message = ld_span_from_string(message)};
    notice.kind = kind;
    if (!message || !LD_ARENA_PUSH(arena, n->items, n->count, n->capacity, notice))
        return ld_arena_status(arena, err);
    return LEDE_OK;
}

static lede_status notices_make(ld_arena *arena, const ld_plan *plan, const ld_run_outcome *outcome,
                                notices *n, lede_error *err)
{
    if (outcome->relaxed)
        LD_TRY(notice_add(arena, n, LD_NOTICE_RELAXED,
                          outcome->all_words
                              ? "Few stories have all of these words; others have some of them."
                              : "No story has all of these words; these have some of them.",
                          err));
    if (outcome->partial)
        LD_TRY(notice_add(arena, n, LD_NOTICE_PARTIAL,
                          "The time for this search ran out; there may be more stories.", err));
    if (plan->expansion_cut)
        LD_TRY(notice_add(arena, n, LD_NOTICE_EXPANSION,
                          ld_arena_format(arena,
                                          "A pattern stands for more than %u words; the first of "
                                          "them were searched.",
                                          LD_QUERY_EXPANSION_MAX),
                          err));
    if (plan->words_cut)
        LD_TRY(notice_add(
            arena, n, LD_NOTICE_LIMIT,
            ld_arena_format(arena, "Only the first %u words were searched.", LD_QUERY_TERMS_MAX),
            err));
    if (plan->no_case)
        LD_TRY(notice_add(arena, n, LD_NOTICE_LIMIT,
                          "This archive does not keep capitals; caps(), allcaps() and nocaps() "
                          "were left out.",
                          err));
    return LEDE_OK;
}

/* The cursor of the request, with a notice where the archive has changed since. */
static lede_status after_parse(ld_arena *arena, const ld_snapshot *snapshot,
                               const ld_search_request *request, uint8_t sort, ld_topk_after *after,
                               notices *n, lede_error *err)
{
    *after = (ld_topk_after){0};
    if (request->cursor.bytes == 0)
        return LEDE_OK;
    uint64_t generation;
    LD_TRY(ld_page_parse(request->cursor, sort, &generation, after, err));
    if (generation == ld_snapshot_generation(snapshot))
        return LEDE_OK;
    return notice_add(arena, n, LD_NOTICE_GENERATION,
                      "The archive has changed since the page before; stories may be missing or "
                      "come twice.",
                      err);
}

/* Where the page ends, as text: its last hit, and how many just like it were shown. */
static lede_status page_end(ld_arena *arena, const ld_topk *topk, ld_hit *hits, uint32_t to,
                            ld_search_result *result, lede_error *err)
{
    ld_hit *last = &hits[to - 1];
    LD_TRY(ld_topk_hash(topk, last, err));
    ld_topk_after next = {.given = true,
                          .score = last->score,
                          .sort_key = last->sort_key,
                          .key_hash = last->key_hash};
    uint32_t same = to - 1;
    for (; same > 0 && hits[same - 1].score == last->score &&
           hits[same - 1].sort_key == last->sort_key;
         same--) {
        LD_TRY(ld_topk_hash(topk, &hits[same - 1], err));
        if (hits[same - 1].key_hash != last->key_hash)
            break;
    }
    next.skip = to - same;
    const ld_topk_after *after = &topk->after;
    if (same == 0 && after->given && after->key_hash == next.key_hash &&
        after->score == next.score && after->sort_key == next.sort_key)
        next.skip += after->skip;
    return ld_page_format(arena, ld_snapshot_generation(topk->snapshot), topk->sort, &next,
                          &result->next_cursor, err);
}

/* What a page is cut out of. */
typedef struct page {
    uint32_t offset, count;
    bool two_stages; /* the first LD_RERANK_HITS are put in a better order */
    bool stopped;    /* out: the deadline was met meanwhile */
} page;

/* Cuts the page out of the first k, and says where it ended when more follow: within the hits of
 * stage 2 by its place, behind them by the order of stage 1. */
static lede_status page_cut(ld_arena *arena, const ld_plan *plan, const ld_search_request *request,
                            ld_topk *topk, page *p, ld_search_result *result, lede_error *err)
{
    ld_hit *hits, *shown;
    uint32_t hit_count;
    LD_TRY(ld_topk_finish(topk, arena, &hits, &hit_count, err));
    uint32_t from = p->offset < hit_count ? p->offset : hit_count;
    uint32_t to = p->count < hit_count - from ? from + p->count : hit_count;
    shown = hits;
    if (p->two_stages) {
        shown = ld_arena_array(arena, (size_t)hit_count + 1, sizeof *shown);
        if (!shown)
            return ld_arena_status(arena, err);
        if (hit_count)
            memcpy(shown, hits, hit_count * sizeof *shown);
        LD_TRY(ld_rerank(arena, plan, request, shown,
                         hit_count < LD_RERANK_HITS ? hit_count : LD_RERANK_HITS, &p->stopped,
                         err));
    }
    result->hits = shown + from;
    result->hit_count = to - from;
    if ((to == hit_count && !topk->more) || to == from)
        return LEDE_OK;
    if (!p->two_stages || to >= LD_RERANK_HITS)
        return page_end(arena, topk, hits, to, result, err);
    ld_topk_after next = {.place = to};
    return ld_page_format(arena, ld_snapshot_generation(topk->snapshot), topk->sort, &next,
                          &result->next_cursor, err);
}

/* The level of copies that are folded; 0: none. */
static uint32_t fold_level(const ld_plan *plan, const ld_search_request *request)
{
    static const uint8_t levels[] = {[LD_DUP_MODERATE] = 1, [LD_DUP_HIGH] = 2, [LD_DUP_EXACT] = 3};
    uint8_t dup = request->dup != LD_DUP_DEFAULT ? request->dup : plan->q->dup;
    return plan->profile->sidecars && dup <= LD_DUP_MODERATE ? levels[dup] : 0;
}

/* Offers what is shown of each group; the answer counts stories. */
static lede_status fold_end(collector *c, ld_search_result *result, lede_error *err)
{
    return c->best->fold ? ld_fold_finish(&c->fold, &result->total, err) : LEDE_OK;
}

static lede_status fold_list(ld_arena *arena, collector *c, ld_search_result *result,
                             lede_error *err)
{
    if (!c->best->fold)
        return LEDE_OK;
    ld_hit_copies *copies = ld_arena_array(arena, result->hit_count + 1u, sizeof *copies);
    if (!copies)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < result->hit_count; i++)
        LD_TRY(ld_fold_copies(&c->fold, &result->hits[i], &copies[i], err));
    result->copies = copies;
    return LEDE_OK;
}

lede_status ld_search_run(ld_arena *arena, const ld_snapshot *snapshot, ld_analyzer *analyzer,
                          const ld_query *query, const ld_search_request *request,
                          ld_search_result *result, lede_error *err)
{
    *result = (ld_search_result){.next_cursor = {"", 0}};
    notices n = {0};
    uint8_t sort = !request->sort_given && query->sort_given ? query->sort : request->sort;
    if (sort > LD_SORT_OLDEST)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no order number %u", sort);
    uint32_t offset = request->cursor.bytes ? 0 : request->offset, count = request->count;
    if (offset > LD_QUERY_HITS_MAX || count > LD_QUERY_HITS_MAX - offset) {
        offset = offset > LD_QUERY_HITS_MAX ? LD_QUERY_HITS_MAX : offset;
        count = LD_QUERY_HITS_MAX - offset;
        LD_TRY(notice_add(arena, &n, LD_NOTICE_LIMIT,
                          ld_arena_format(arena,
                                          "Only the first %u stories can be paged through "
                                          "by number; use the cursor.",
                                          LD_QUERY_HITS_MAX),
                          err));
    }
    ld_plan *plan;
    ld_topk_after after;
    collector c = {0};
    ld_scoring scoring;
    LD_TRY(after_parse(arena, snapshot, request, sort, &after, &n, err));
    LD_TRY(ld_plan_make(arena, snapshot, analyzer, query, request->deadline, &plan, err));
    c.plan = plan;
    ld_plan_scoring(plan, request, &scoring);
    page p = {.offset = after.place ? after.place : offset, .count = count};
    p.two_stages = sort == LD_SORT_RELEVANCE && !request->one_stage && count > 0 && !after.given &&
                   p.offset < LD_RERANK_HITS && ld_rerank_applies(plan);
    uint32_t k = count ? p.offset + count + after.skip : 0;
    k = p.two_stages && k < LD_RERANK_HITS ? LD_RERANK_HITS : k;
    LD_TRY(ld_topk_init(&c.topk, arena, snapshot, sort, k, &after, scoring.points_log2, err));
    c.best = &c.topk;
    uint32_t level = fold_level(plan, request);
    if (level)
        LD_TRY(ld_fold_init(&c.fold, arena, snapshot, level, &c.topk, err));
    if (level)
        c.best = &c.fold.inlet;
    if (sort == LD_SORT_RELEVANCE && !level && !p.two_stages)
        ld_topk_guess(&c.topk, request->least_guess);
    ld_match_sink sink = {.ctx = &c, .match = collect};
    if ((sort == LD_SORT_RELEVANCE || count == 0) && !request->one_by_one)
        sink.best = c.best;
    sink.total_optional = !request->count_exact && count > 0 && !level;
    ld_run_outcome outcome;
    LD_TRY(ld_plan_run(plan, request, &sink, &outcome, err));
    result->total = result->articles_total = outcome.total;
    LD_TRY(fold_end(&c, result, err));
    LD_TRY(page_cut(arena, plan, request, &c.topk, &p, result, err));
    outcome.partial = outcome.partial || p.stopped;
    LD_TRY(fold_list(arena, &c, result, err));
    if (request->explain && sort == LD_SORT_RELEVANCE)
        LD_TRY(ld_explain(arena, plan, request, outcome.relaxed, result->hits, result->hit_count,
                          &result->parts, err));
    LD_TRY(notices_make(arena, plan, &outcome, &n, err));
    result->partial = outcome.partial;
    result->total_exact =
        !outcome.partial && !outcome.pruned && !plan->expansion_cut && !plan->words_cut;
    result->relaxed = outcome.relaxed;
    result->notices = n.items;
    result->notice_count = n.count;
    return LEDE_OK;
}
