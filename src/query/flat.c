/* A segment's answer to a flat query: which of the ways, and what candidates must pass in all. */
#include "query/flat.h"

#define TWICE_MAX 256u /* hits up to which matches are counted on their own */

bool ld_flat_stopped(ld_flat *f)
{
    ld_execution *x = f->x;
    if (!x->stopped && ld_deadline_poll(x->deadline))
        x->stopped = true;
    return x->stopped || x->status != LEDE_OK;
}

uint32_t ld_flat_show(const ld_flat *f, uint32_t *docs, uint32_t *points, uint32_t count)
{
    uint32_t kept = 0;
    if (!f->hides)
        return count;
    for (uint32_t i = 0; i < count; i++) {
        docs[kept] = docs[i];
        points[kept] = points[i];
        kept += ld_execution_shows(f->x, docs[i]);
    }
    return kept;
}

bool ld_flat_has_tests(const ld_flat *f)
{
    return f->excluded_count || f->check_count || f->barred_count;
}

/* The points that the checks give the document they all stand on. */
static uint32_t check_points(ld_flat *f)
{
    ld_execution *x = f->x;
    uint32_t points = 0;
    for (uint32_t i = 0; i < f->plan->unit_count; i++)
        x->contributions[f->plan->units[i]] = 0;
    for (uint32_t i = 0; i < f->check_count; i++)
        ld_cursor_score(f->checks[i]);
    for (uint32_t i = 0; i < f->plan->unit_count; i++)
        points += x->contributions[f->plan->units[i]];
    return points;
}

static bool cursors_pass(ld_flat *f, uint32_t doc)
{
    for (uint32_t i = 0; i < f->check_count; i++)
        if (!ld_cursor_test(f->checks[i], doc))
            return false;
    for (uint32_t i = 0; i < f->barred_count; i++)
        if (ld_cursor_test(f->barred[i], doc))
            return false;
    return true;
}

uint32_t ld_flat_test_cursors(ld_flat *f, uint32_t *docs, uint32_t *points, uint32_t count)
{
    uint32_t kept = 0;
    if (f->check_count == 0 && f->barred_count == 0)
        return count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t doc = docs[i], own = points[i];
        if (!cursors_pass(f, doc))
            continue;
        if (f->check_bound && f->top->k)
            own += check_points(f);
        docs[kept] = doc;
        points[kept++] = own;
    }
    return f->x->status == LEDE_OK ? kept : UINT32_MAX;
}

uint32_t ld_flat_test(ld_flat *f, uint32_t *docs, uint32_t *points, uint32_t count)
{
    for (uint32_t i = 0; i < f->excluded_count && count; i++) {
        count = ld_flat_drop(f, &f->excluded[i], docs, points, count);
        if (count == UINT32_MAX)
            return count;
    }
    return ld_flat_test_cursors(f, docs, points, count);
}

bool ld_flat_optional_add(ld_flat *f, const uint32_t *docs, uint32_t *points, uint32_t count)
{
    uint32_t more = 0;
    for (uint32_t i = 0; i < f->optional_count; i++)
        more += f->optional[i].bound;
    for (uint32_t i = 0; i < f->optional_count; i++) {
        more -= f->optional[i].bound;
        if (!ld_flat_add(f, &f->optional[i], docs, points, count, more, ld_flat_least(f)))
            return false;
    }
    return true;
}

bool ld_flat_offer(ld_flat *f, const uint32_t *docs, const uint32_t *points, uint32_t count)
{
    ld_execution *x = f->x;
    for (uint32_t i = 0; i < count; i++) {
        lede_status status = ld_topk_offer(f->top, x->segment, docs[i], points[i], &x->error);
        if (status != LEDE_OK) {
            x->status = status;
            return false;
        }
    }
    return true;
}

static bool is_small(const ld_flat *f)
{
    uint64_t postings = 0;
    for (uint32_t i = 0; i < f->optional_count; i++)
        postings += f->optional[i].df;
    return postings <= LD_FLAT_SMALL;
}

static void hits(ld_flat *f)
{
    bool small = f->need_optional && is_small(f);
    if (f->top->k && !small)
        ld_flat_start(f);
    if (small)
        ld_flat_or_small(f);
    else if (f->top->k == 0)
        ld_flat_count(f);
    else if (f->need_optional)
        ld_flat_or(f);
    else if (f->is_phrase)
        ld_flat_row(f);
    else if (f->phrase_count)
        ld_flat_meet_all(f);
    else
        ld_flat_and(f);
}

/* Whether to prune for the hits and then to count without scores takes less time than to score all
 * that match: with few hits wanted it does where a count by bits or a word's df is to be had. */
static bool counts_apart(const ld_flat *f)
{
    if (f->prune || f->top->k == 0 || f->top->k > TWICE_MAX || f->phrase_count || f->check_count ||
        f->barred_count)
        return false;
    if (f->need_optional)
        return !is_small(f);
    return f->required_count == 1 && f->excluded_count == 0 && !f->hides;
}

static void walk_again(ld_flat_term *terms, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        terms[i].block = terms[i].next_doc = 0;
}

static void answer(ld_flat *f)
{
    if (f->nothing)
        return;
    if (f->need_optional && f->optional_count == 1) { /* any of one word is that word */
        f->required = f->optional;
        f->required_count = 1;
        f->optional_count = 0;
        f->need_optional = false;
    }
    if (!counts_apart(f)) {
        hits(f);
        return;
    }
    f->prune = true;
    hits(f);
    f->prune = false;
    if (ld_flat_stopped(f))
        return;
    f->total = 0;
    walk_again(f->required, f->required_count);
    walk_again(f->optional, f->optional_count);
    walk_again(f->excluded, f->excluded_count);
    ld_flat_count(f);
}

lede_status ld_flat_run(const ld_plan *plan, ld_execution *x, const ld_match_sink *sink,
                        ld_run_outcome *outcome, bool relaxed, bool *done, lede_error *err)
{
    ld_flat f = {.x = x,
                 .plan = plan,
                 .top = sink->best,
                 .kernels = ld_kernels_get(),
                 .prune = sink->total_optional,
                 .hides = x->view->deleted || (x->view->superseded && !x->versions_all)};
    *done = ld_flat_make(&f, plan, x, relaxed);
    if (*done) {
        answer(&f);
        outcome->total += f.total;
        outcome->pruned = outcome->pruned || f.prune;
    }
    if (x->status != LEDE_OK && err)
        *err = x->error;
    return x->status;
}
