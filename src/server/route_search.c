/* GET / and /search: the page people search with. */
#include "server/app.h"
#include "server/page_results.h"

/* Pages that can be asked for: offset and count together stay within the engine's maximum. */
#define PAGES_MAX (LD_QUERY_HITS_MAX / LD_RESULTS_PER_PAGE)

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

lede_status ld_route_search(ld_exchange *x, lede_error *err)
{
    lede_search_options options;
    lede_hits *hits;
    ld_results r = {.page = {.out = &x->response->body,
                             .base_path = x->app->base_path,
                             .archive_name = x->app->name,
                             .info = &x->view->info,
                             .sort = ld_request_text(x->request, "sort")},
                    .pages_max = PAGES_MAX};
    LD_TRY(ld_exchange_search_options(x, &options, &r.page.query, err));
    LD_TRY(ld_request_number(x->request, "page", 1, 1, PAGES_MAX, &r.number, err));
    x->response->content_type = "text/html; charset=utf-8";
    if (ld_span_trim(r.page.query).bytes == 0) {
        r.page.is_front = true;
        ld_results_write_front(&r.page);
        return LEDE_OK;
    }
    options.count = LD_RESULTS_PER_PAGE;
    options.offset = (r.number - 1) * LD_RESULTS_PER_PAGE;
    LD_TRY(lede_search(x->view->snapshot, r.page.query.data, r.page.query.bytes, &options, &hits,
                       err));
    r.answer = lede_hits_answer(hits);
    x->is_transient = r.answer->partial;
    ld_results_begin(&r);
    lede_status status = write_hits(&r, hits, err);
    ld_results_end(&r);
    lede_hits_free(hits);
    return status;
}
