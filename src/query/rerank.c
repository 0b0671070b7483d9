/*
 * Two things that BM25 does not see, looked up for the first LD_RERANK_HITS hits of a question:
 *
 *   near      for each pair of words  F = sum of 1 / distance over their places that are at most
 *             LD_RERANK_NEAR_WORDS apart; the pair adds  weight * smaller idf * F / (F + K / 2)
 *   feedback  the LD_RERANK_FEEDBACK_TERMS terms that weigh most in the forward lists of the best
 *             LD_RERANK_FEEDBACK_DOCS of these hits, the question's own words left out. A list
 *             counts by its document's (score / best score)^8: one clear winner is followed alone.
 *             They add  share * words * sum of (term's share) * idf * T / (T + K)
 *
 * So a hit is raised by what stage 1 would have added had these pairs and terms been asked for.
 * Feedback comes after `near`: its documents are the best by then.
 *
 * cost: the postings of the question's words and of 20 terms at 256 documents; no stored text is
 * read. The same on every machine but for the last bit of log and pow, which whole points
 * (query/score.h) swallow.
 *
 * Rejected, each measured on six collections (docs/ranking.md): a second search with the terms
 * (finds more, costs a search), terms of ten documents that count alike (they drift: TIME, whose
 * questions have four answers, loses), terms that several documents share, pairs of neighbours in
 * the question only, distance squared.
 *
 * Sources: Tao and Zhai, SIGIR 2007, and Büttcher, Clarke and Lushman, SIGIR 2006 (proximity beside
 * BM25); Lavrenko and Croft, SIGIR 2001 (relevance models); Rocchio 1971.
 */
#include "query/rerank.h"

#include "query/execute.h"
#include "query/sort.h"

#define UNITS_MAX 32u /* words of a question that are looked at; more is no question but a text */

typedef struct candidate {
    uint32_t segment, doc;
    uint32_t hit;  /* in hits */
    double points; /* to be added */
} candidate;

typedef struct place {
    uint32_t position, unit;
} place;

typedef struct feedback_term {
    ld_span bytes;
    double weight; /* in the end its share of all that are taken */
    double idf;
} feedback_term;

typedef struct reranker {
    ld_arena *arena;
    const ld_plan *plan;
    ld_execution x;
    ld_hit *hits;     /* [count] */
    candidate *items; /* [count] by segment and document */
    uint32_t count;
    uint32_t unit_count;
    place *places; /* of the document at hand */
    uint32_t place_count, place_capacity;
    double *pairs; /* [unit_count * unit_count] F, the smaller unit first */
    feedback_term *terms;
    uint32_t term_count, term_capacity;
    lede_error *err;
} reranker;

bool ld_rerank_applies(const ld_plan *plan)
{
    return plan->question;
}

static lede_status refused(reranker *r)
{
    return ld_arena_status(r->arena, r->err);
}

static lede_status execution_status(reranker *r)
{
    if (r->x.status != LEDE_OK && r->err)
        *r->err = r->x.error;
    return r->x.status;
}

static double k_of(const reranker *r, uint32_t doc)
{
    return r->x.scoring.k[r->x.view->lengths.codes[doc]];
}

/* ---- near ---- */

static int place_compare(void *ctx, const void *left, const void *right)
{
    const place *a = left, *b = right;
    if (a->position != b->position)
        return a->position < b->position ? -1 : 1;
    return (a->unit > b->unit) - (a->unit < b->unit);
}

static void pairs_count(reranker *r)
{
    memset(r->pairs, 0, (size_t)r->unit_count * r->unit_count * sizeof *r->pairs);
    for (uint32_t i = 0; i < r->place_count; i++) {
        const place *a = &r->places[i];
        for (uint32_t k = i + 1; k < r->place_count; k++) {
            const place *b = &r->places[k];
            uint32_t distance = b->position - a->position;
            if (distance > LD_RERANK_NEAR_WORDS)
                break;
            if (distance == 0 || a->unit == b->unit)
                continue;
            uint32_t low = a->unit < b->unit ? a->unit : b->unit;
            r->pairs[low * r->unit_count + (a->unit + b->unit - low)] += 1.0 / distance;
        }
    }
}

static double near_score(reranker *r, uint32_t doc)
{
    double sum = 0, k = k_of(r, doc) * LD_RERANK_NEAR_K;
    ld_sort_items(r->places, r->place_count, sizeof *r->places, place_compare, NULL);
    pairs_count(r);
    for (uint32_t a = 0; a < r->unit_count; a++)
        for (uint32_t b = a + 1; b < r->unit_count; b++) {
            double f = r->pairs[a * r->unit_count + b];
            if (f > 0)
                sum += fmin(r->plan->nodes[r->plan->units[a]].idf,
                            r->plan->nodes[r->plan->units[b]].idf) *
                       (f / (f + k));
        }
    return LD_RERANK_NEAR_WEIGHT * sum;
}

static lede_status places_gather(reranker *r, ld_cursor *const *cursors, uint32_t doc)
{
    r->place_count = 0;
    for (uint32_t u = 0; u < r->unit_count; u++) {
        if (ld_cursor_seek(cursors[u], doc) != doc)
            continue;
        const ld_span_list *spans = ld_cursor_spans(cursors[u]);
        for (uint32_t i = 0; i < spans->count; i++) {
            place p = {spans->items[i].first, u};
            if (!LD_ARENA_PUSH(r->arena, r->places, r->place_count, r->place_capacity, p))
                return refused(r);
        }
    }
    return LEDE_OK;
}

static lede_status near_segment(reranker *r, candidate *first, const candidate *end)
{
    ld_cursor *cursors[UNITS_MAX];
    for (uint32_t u = 0; u < r->unit_count; u++) {
        cursors[u] = ld_plan_open(r->plan, &r->x, r->plan->units[u], false);
        if (!cursors[u])
            return execution_status(r);
    }
    for (candidate *c = first; c < end && !r->x.stopped; c++) {
        LD_TRY(places_gather(r, cursors, c->doc));
        c->points = near_score(r, c->doc);
        r->x.stopped = r->x.stopped || ld_deadline_poll(r->x.deadline);
    }
    return execution_status(r);
}

/* ---- feedback ---- */

static bool is_asked(const reranker *r, ld_span term)
{
    for (uint32_t w = 0; w < r->plan->word_count; w++) {
        const ld_element *e = r->plan->words[w].element;
        for (uint32_t i = 0; i < e->term_count; i++)
            if (ld_span_equal(e->terms[i], term))
                return true;
    }
    return false;
}

static lede_status term_count(reranker *r, ld_span bytes, double weight)
{
    for (uint32_t i = 0; i < r->term_count; i++)
        if (ld_span_equal(r->terms[i].bytes, bytes)) {
            r->terms[i].weight += weight;
            return LEDE_OK;
        }
    feedback_term t = {ld_arena_copy(r->arena, bytes), weight, 0};
    if (!t.bytes.data || !LD_ARENA_PUSH(r->arena, r->terms, r->term_count, r->term_capacity, t))
        return refused(r);
    return LEDE_OK;
}

static lede_status list_count(reranker *r, const ld_hit *hit)
{
    const ld_segment_view *v = ld_snapshot_segment(r->plan->snapshot, hit->segment);
    const ld_forward_term *kept;
    uint32_t count;
    double sum = 0, share = pow(hit->score / r->hits[0].score, LD_RERANK_FEEDBACK_POWER);
    LD_TRY(ld_doc_forward(v, hit->doc, r->arena, &kept, &count, r->err));
    for (uint32_t i = 0; i < count; i++)
        sum += kept[i].weight;
    for (uint32_t i = 0; i < count; i++) {
        ld_span bytes;
        ld_term term;
        LD_TRY(ld_terms_at(v->terms, kept[i].term_ordinal, r->arena, &bytes, &term, r->err));
        if (!is_asked(r, bytes))
            LD_TRY(term_count(r, bytes, share * kept[i].weight / sum));
    }
    return LEDE_OK;
}

static int term_compare(void *ctx, const void *left, const void *right)
{
    const feedback_term *a = left, *b = right;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    return ld_span_compare(a->bytes, b->bytes);
}

static lede_status term_idf(reranker *r, feedback_term *t)
{
    double n = (double)ld_snapshot_statistics(r->plan->snapshot)->docs_count, df = 0;
    for (uint32_t s = 0; s < ld_snapshot_segment_count(r->plan->snapshot); s++) {
        ld_term term;
        lede_status status = ld_terms_find(ld_snapshot_segment(r->plan->snapshot, s)->terms,
                                           t->bytes, &term, r->err);
        if (status == LEDE_OK)
            df += term.df;
        else if (status != LEDE_E_NOTFOUND)
            return status;
    }
    t->idf = log(1 + (n - df + 0.5) / (df + 0.5));
    return LEDE_OK;
}

static lede_status terms_gather(reranker *r)
{
    double sum = 0;
    for (uint32_t i = 0; i < r->count && i < LD_RERANK_FEEDBACK_DOCS; i++)
        LD_TRY(list_count(r, &r->hits[i]));
    ld_sort_items(r->terms, r->term_count, sizeof *r->terms, term_compare, NULL);
    if (r->term_count > LD_RERANK_FEEDBACK_TERMS)
        r->term_count = LD_RERANK_FEEDBACK_TERMS;
    for (uint32_t i = 0; i < r->term_count; i++) {
        sum += r->terms[i].weight;
        LD_TRY(term_idf(r, &r->terms[i]));
    }
    for (uint32_t i = 0; i < r->term_count; i++)
        r->terms[i].weight /= sum;
    return LEDE_OK;
}

static void term_score(reranker *r, const feedback_term *t, ld_cursor *c, candidate *first,
                       const candidate *end)
{
    double weight = LD_RERANK_FEEDBACK_SHARE * r->unit_count * t->weight * t->idf;
    for (candidate *k = first; k < end && ld_cursor_seek(c, k->doc) != LD_DOC_END; k++) {
        uint32_t class_tf[LD_CLASS_COUNT] = {0};
        if (c->doc != k->doc)
            continue;
        ld_cursor_counts(c, class_tf);
        double tf = ld_scoring_t(&r->x.scoring, class_tf);
        k->points += weight * (tf / (tf + k_of(r, k->doc)));
    }
}

static lede_status feedback_segment(reranker *r, candidate *first, const candidate *end)
{
    for (uint32_t t = 0; t < r->term_count && !r->x.stopped; t++) {
        ld_member m = {.forms = NULL};
        lede_status status = ld_terms_find(r->x.view->terms, r->terms[t].bytes, &m.term, r->err);
        if (status == LEDE_E_NOTFOUND)
            continue;
        LD_TRY(status);
        ld_cursor *c = ld_cursor_term(&r->x, &m, false);
        if (!c)
            return execution_status(r);
        term_score(r, &r->terms[t], c, first, end);
        r->x.stopped = r->x.stopped || ld_deadline_poll(r->x.deadline);
    }
    return execution_status(r);
}

/* ---- both ---- */

static int candidate_compare(void *ctx, const void *left, const void *right)
{
    const candidate *a = left, *b = right;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    return (a->doc > b->doc) - (a->doc < b->doc);
}

/* By score; those of one score keep their order. */
static void hits_sort(ld_hit *hits, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        ld_hit h = hits[i];
        uint32_t k = i;
        for (; k > 0 && hits[k - 1].score < h.score; k--)
            hits[k] = hits[k - 1];
        hits[k] = h;
    }
}

/* Runs one part over the candidates of each segment and puts the hits in the new order. */
static lede_status part_run(reranker *r, bool is_near,
                            lede_status (*part)(reranker *, candidate *, const candidate *))
{
    int log2 = r->x.scoring.points_log2;
    for (uint32_t i = 0; i < r->count; i++)
        r->items[i] = (candidate){r->hits[i].segment, r->hits[i].doc, i, 0};
    ld_sort_items(r->items, r->count, sizeof *r->items, candidate_compare, NULL);
    for (uint32_t i = 0, end; i < r->count && !r->x.stopped; i = end) {
        for (end = i + 1; end < r->count && r->items[end].segment == r->items[i].segment;)
            end++;
        ld_execution_enter(r->plan, &r->x, r->items[i].segment);
        LD_TRY(part(r, &r->items[i], &r->items[end]));
    }
    for (uint32_t i = 0; i < r->count; i++) {
        ld_hit *h = &r->hits[r->items[i].hit];
        double score = ldexp(rint(ldexp(r->items[i].points, log2)), -log2);
        *(is_near ? &h->near_score : &h->feedback_score) = score;
        h->score += score;
    }
    hits_sort(r->hits, r->count);
    return LEDE_OK;
}

static lede_status parts_run(reranker *r, const ld_search_request *request,
                             ld_search_memory *memory)
{
    ld_execution_init(&r->x, r->plan, request, memory);
    LD_TRY(part_run(r, true, near_segment));
    if (r->x.stopped || !r->plan->profile->sidecars)
        return LEDE_OK;
    LD_TRY(terms_gather(r));
    return part_run(r, false, feedback_segment);
}

lede_status ld_rerank(ld_arena *arena, const ld_plan *plan, const ld_search_request *request,
                      ld_hit *hits, uint32_t count, bool *stopped, lede_error *err)
{
    ld_search_memory own = {NULL, NULL, NULL};
    reranker r = {.arena = arena, .plan = plan, .count = count, .err = err};
    *stopped = plan->stopped;
    if (count < 2 || plan->stopped)
        return LEDE_OK;
    r.unit_count = plan->unit_count < UNITS_MAX ? plan->unit_count : UNITS_MAX;
    r.items = ld_arena_array(arena, count, sizeof *r.items);
    r.hits = ld_arena_array(arena, count, sizeof *r.hits);
    r.pairs = ld_arena_array(arena, (size_t)r.unit_count * r.unit_count + 1, sizeof *r.pairs);
    if (!r.items || !r.hits || !r.pairs)
        return ld_arena_status(arena, err);
    memcpy(r.hits, hits, count * sizeof *hits);
    if (!request->memory)
        LD_TRY(ld_search_memory_init(
            &own, ld_segment_env(ld_snapshot_segment(plan->snapshot, 0)->segment), err));
    lede_status status = parts_run(&r, request, request->memory ? request->memory : &own);
    ld_search_memory_release(&own);
    *stopped = r.x.stopped;
    if (status == LEDE_OK && !r.x.stopped)
        memcpy(hits, r.hits, count * sizeof *hits);
    return status;
}
