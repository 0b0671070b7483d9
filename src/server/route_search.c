/*
 * GET / and /search: the page people search with.
 *
 * One search for the stories and the total; then, on the first page of an order by match only, the
 * counts of each facet and of the timeline, each one more pass over the matches. What fails there
 * fails the page: a damaged archive is not shown as an empty column.
 */
#include "server/app.h"
#include "server/page_results.h"

/* Pages that can be asked for: offset and count together stay within the engine's maximum. */
#define PAGES_MAX        (LD_QUERY_HITS_MAX / LD_RESULTS_PER_PAGE)
#define FACET_VALUES_MAX 30u

/* What the page shows beside the stories; freed together. */
typedef struct beside {
    ld_timeline timeline;
    lede_facets *facets[LD_FILTER_FACETS_COUNT];
    ld_buf queries[LD_SERVER_COMPARE_MAX]; /* with their filters, as the library reads them */
} beside;

static lede_status write_hits(ld_results *r, lede_hits *hits, lede_error *err)
{
    for (;;) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(hits, &hit, err));
        if (!hit)
            return LEDE_OK;
        ld_results_write_hit(r, hit);
    }
}

static lede_status count_timeline(const ld_exchange *x, ld_results *r, beside *b,
                                  const lede_search_options *options, lede_error *err)
{
    const char *queries[LD_SERVER_COMPARE_MAX] = {ld_buf_string(&b->queries[0])};
    uint32_t count = 1;
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++) {
        if (r->page.compare[i].bytes == 0)
            continue;
        ld_filters_add_query(&r->page.filters, r->page.compare[i], &b->queries[count]);
        queries[count] = ld_buf_string(&b->queries[count]);
        LD_TRY(ld_buf_status(&b->queries[count], err));
        count++;
    }
    LD_TRY(ld_timeline_count(x->view->snapshot, queries, count, options, &b->timeline, err));
    r->timeline = &b->timeline;
    return LEDE_OK;
}

/* The values of one field; those of a field in force are counted as if it were not, so that the
 * others can be added to it. */
static lede_status count_facet(const ld_exchange *x, ld_results *r, beside *b, size_t i,
                               const lede_search_options *options, lede_error *err)
{
    ld_buf query;
    ld_filters others = r->page.filters;
    ld_buf_init(&query, x->app->env, 64u << 10);
    others.values[i] = LD_SPAN("");
    ld_filters_add_query(&others, r->page.query, &query);
    lede_status status = ld_buf_status(&query, err);
    if (status == LEDE_OK)
        status = lede_facet(x->view->snapshot, (const char *)query.data, query.bytes, options,
                            ld_filter_table[i].facet, FACET_VALUES_MAX, &b->facets[i], err);
    if (status == LEDE_OK)
        r->facets[i].values = lede_facets_values(b->facets[i], &r->facets[i].count);
    ld_buf_release(&query);
    return status;
}

static lede_status count_beside(const ld_exchange *x, ld_results *r, beside *b,
                                const lede_search_options *options, lede_error *err)
{
    if (r->answer->total == 0 || r->answer->partial)
        return LEDE_OK;
    for (size_t i = 0; i < LD_FILTER_FACETS_COUNT; i++)
        LD_TRY(count_facet(x, r, b, i, options, err));
    return count_timeline(x, r, b, options, err);
}

static lede_status write_page(ld_exchange *x, ld_results *r, beside *b,
                              lede_search_options *options, lede_error *err)
{
    lede_hits *hits;
    ld_filters_add_query(&r->page.filters, r->page.query, &b->queries[0]);
    ld_buf_string(&b->queries[0]);
    LD_TRY(ld_buf_status(&b->queries[0], err));
    LD_TRY(ld_exchange_search(x, ld_buf_span(&b->queries[0]), options, &hits, err));
    r->answer = lede_hits_answer(hits);
    lede_status status = count_beside(x, r, b, options, err);
    if (status == LEDE_OK) {
        ld_results_begin(r);
        status = write_hits(r, hits, err);
        ld_results_end(r);
    }
    lede_hits_free(hits);
    return status;
}

static lede_status write_results(ld_exchange *x, ld_results *r, lede_search_options *options,
                                 lede_error *err)
{
    const lede_env *env = x->app->env;
    beside *b = ld_alloc_zero(env, sizeof *b);
    if (!b)
        return ld_error_nomem(err, sizeof *b);
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX; i++)
        ld_buf_init(&b->queries[i], env, 64u << 10);
    lede_status status = write_page(x, r, b, options, err);
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX; i++)
        ld_buf_release(&b->queries[i]);
    for (size_t i = 0; i < LD_FILTER_FACETS_COUNT; i++)
        lede_facets_free(b->facets[i]);
    ld_release(env, b, sizeof *b);
    return status;
}

lede_status ld_route_search(ld_exchange *x, lede_error *err)
{
    static const char *const compare[] = {"c2", "c3", "c4"};
    lede_search_options options;
    ld_results r = {.page = {.out = &x->response->body,
                             .base_path = x->app->base_path,
                             .archive_name = x->app->name,
                             .info = &x->view->info,
                             .sort = ld_request_text(x->request, "sort")},
                    .pages_max = PAGES_MAX};
    LD_TRY(ld_exchange_search_options(x, &options, &r.page.query, err));
    LD_TRY(ld_exchange_page_options(x, &options, err));
    r.page.copies = ld_request_text(x->request, "copies");
    r.page.strict = ld_request_text(x->request, "strict");
    LD_TRY(ld_request_number(x->request, "page", 1, 1, PAGES_MAX, &r.number, err));
    ld_filters_read(x->request, &r.page.filters);
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++)
        r.page.compare[i] = ld_span_trim(ld_request_text(x->request, compare[i]));
    x->response->content_type = "text/html; charset=utf-8";
    if (ld_span_trim(r.page.query).bytes == 0 && !ld_filters_any(&r.page.filters)) {
        r.page.is_front = true;
        ld_results_write_front(&r.page);
        return LEDE_OK;
    }
    r.page.is_wide = true;
    options.count = LD_RESULTS_PER_PAGE;
    options.offset = (r.number - 1) * LD_RESULTS_PER_PAGE;
    return write_results(x, &r, &options, err);
}
