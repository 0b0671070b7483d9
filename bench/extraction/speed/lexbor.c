/*
 * lexbor's side of bench/extraction/speed.py (the protocol: pass.h): pages into trees. One document
 * is cleaned and used again for all pages, the cheapest way it offers.
 */
#include <lexbor/html/html.h>

#include "pass.h"

static size_t run(void *ctx, const pass_pages *pages, size_t step)
{
    lxb_html_document_t *document = ctx;
    size_t found = 0;
    for (size_t i = 0; i < pages->count; i += step) {
        lxb_html_document_clean(document);
        found += lxb_html_document_parse(document, (const lxb_char_t *)pages->items[i].data,
                                         pages->items[i].bytes) == LXB_STATUS_OK;
    }
    return found;
}

int main(void)
{
    lxb_html_document_t *document = lxb_html_document_create();
    if (!document)
        pass_fail("no memory for", "a document");
    int status = pass_serve(run, document);
    lxb_html_document_destroy(document);
    return status;
}
