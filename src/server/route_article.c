/* GET /article?key=...&q=...&version=n: the kept article, the query's words marked. */
#include <stdlib.h>

#include "server/app.h"
#include "server/page_article.h"

#define SIMILAR_MAX 5u

static int compare_marks(const void *left, const void *right)
{
    const lede_document_mark *a = left, *b = right;
    if (a->block != b->block)
        return a->block < b->block ? -1 : 1;
    return (a->mark.offset_bytes > b->mark.offset_bytes) -
           (a->mark.offset_bytes < b->mark.offset_bytes);
}

/* A sorted copy, in the order the page needs; freed with ld_release. */
static lede_status find_marks(const ld_exchange *x, lede_document *document, ld_span query,
                              lede_document_mark **sorted, uint32_t *count, lede_error *err)
{
    const lede_document_mark *marks;
    *sorted = NULL;
    *count = 0;
    if (ld_span_trim(query).bytes == 0)
        return LEDE_OK;
    LD_TRY(lede_document_marks(document, query.data, query.bytes, &marks, count, err));
    if (*count == 0)
        return LEDE_OK;
    *sorted = ld_alloc_array(x->app->env, *count, sizeof **sorted);
    if (!*sorted)
        return ld_error_nomem(err, *count * sizeof **sorted);
    memcpy(*sorted, marks, *count * sizeof **sorted);
    qsort(*sorted, *count, sizeof **sorted, compare_marks);
    return LEDE_OK;
}

/* against=n: what changed since version n. Freed by the caller with ld_diff_release, its text with
 * ld_buf_release. */
static lede_status make_diff(const ld_exchange *x, ld_article_page *p, ld_diff *diff, ld_buf *text,
                             lede_error *err)
{
    ld_span given;
    if (!ld_request_find(x->request, "against", &given))
        return LEDE_OK;
    LD_TRY(ld_request_number(x->request, "against", 0, 0, p->version_count - 1, &p->compared, err));
    ld_article_body_text(p->versions[p->compared], text);
    size_t middle = text->bytes;
    ld_article_body_text(p->versions[p->version], text);
    LD_TRY(ld_buf_status(text, err));
    ld_span both = ld_buf_span(text);
    LD_TRY(ld_diff_make(diff, x->app->env, ld_span_sub(both, 0, middle),
                        ld_span_sub(both, middle, both.bytes), err));
    p->diff = diff;
    return LEDE_OK;
}

/* None where the archive keeps no words to compare by. */
static lede_status write_similar(const ld_exchange *x, ld_article_page *p, lede_error *err)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits = NULL;
    const lede_hit *hit = NULL;
    options.count = SIMILAR_MAX;
    options.deadline_ms = LD_SERVER_DEADLINE_MS;
    options.snippet_chars = UINT32_MAX;
    lede_status status =
        lede_similar(x->view->snapshot, p->versions[0]->key.data, &options, &hits, err);
    if (status == LEDE_E_INVALID || status == LEDE_E_NOTFOUND)
        return LEDE_OK;
    while (status == LEDE_OK && (status = lede_hits_next(hits, &hit, err)) == LEDE_OK && hit)
        ld_article_page_write_similar(p, hit->article);
    lede_hits_free(hits);
    return status;
}

static lede_status write_page(const ld_exchange *x, lede_document *document, ld_article_page *p,
                              lede_error *err)
{
    const lede_env *env = x->app->env;
    lede_document_mark *marks = NULL;
    uint32_t count = lede_document_version_count(document);
    LD_TRY(ld_request_number(x->request, "version", 0, 0, count - 1, &p->version, err));
    const lede_article **versions = ld_alloc_array(env, count, sizeof *versions);
    if (!versions)
        return ld_error_nomem(err, count * sizeof *versions);
    for (uint32_t i = 0; i < count; i++)
        versions[i] = lede_document_article(document, i);
    p->versions = versions;
    p->version_count = count;
    ld_diff diff = {.env = env};
    ld_buf text;
    ld_buf_init(&text, env, LD_SERVER_RESPONSE_BYTES_MAX);
    lede_status status = make_diff(x, p, &diff, &text, err);
    if (status == LEDE_OK && p->version == 0 && !p->diff)
        status = find_marks(x, document, p->page.query, &marks, &p->mark_count, err);
    if (status == LEDE_OK && p->version == 0 && !p->diff)
        status = lede_document_quotes(document, &p->quotes, &p->quote_count, err);
    p->marks = marks;
    if (status == LEDE_OK) {
        ld_article_page_begin(p);
        status = write_similar(x, p, err);
        ld_article_page_end(p);
    }
    ld_diff_release(&diff);
    ld_buf_release(&text);
    ld_release(env, marks, p->mark_count * sizeof *marks);
    ld_release(env, versions, count * sizeof *versions);
    return status;
}

lede_status ld_route_article(ld_exchange *x, lede_error *err)
{
    lede_search_options options;
    lede_document *document;
    ld_span key = ld_request_text(x->request, "key");
    ld_article_page p = {.page = {.out = &x->response->body,
                                  .base_path = x->app->base_path,
                                  .archive_name = x->app->name,
                                  .info = &x->view->info}};
    LD_TRY(ld_exchange_search_options(x, &options, &p.page.query, err));
    if (key.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "key is missing: it names the article to show.");
    LD_TRY(lede_snapshot_find(x->view->snapshot, key.data, &document, err));
    x->response->content_type = "text/html; charset=utf-8";
    lede_status status = write_page(x, document, &p, err);
    lede_document_free(document);
    return status;
}
