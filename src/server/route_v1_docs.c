/* GET /v1/docs?key=...: one article as lede_article_write makes it. */
#include "server/app.h"

lede_status ld_route_v1_docs(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"key", NULL};
    lede_document *document;
    char *text;
    size_t bytes;
    LD_TRY(ld_request_check_names(x->request, names, err));
    ld_span key = ld_request_text(x->request, "key");
    if (key.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "key is missing: it names the article.");
    LD_TRY(lede_snapshot_find(x->view->snapshot, key.data, &document, err));
    x->response->content_type = "application/json";
    lede_status status = lede_article_write(x->app->env, lede_document_article(document, 0),
                                            LEDE_ARTICLE_JSON, &text, &bytes, err);
    if (status == LEDE_OK) {
        ld_buf_add(&x->response->body, text, bytes);
        lede_buffer_free(x->app->env, text, bytes);
    }
    lede_document_free(document);
    return status;
}
