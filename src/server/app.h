#ifndef LD_SERVER_APP_H
#define LD_SERVER_APP_H
/*
 * From request to response: what is the same for every route, and the table of routes.
 *
 *   Host allowed? -> address readable? -> route there? -> method allowed? -> 304? -> run
 *
 * A route is one file and one function. It writes its body into the response and returns OK, or
 * returns a status with one sentence, and then nothing it wrote is sent: the answer is an RFC 9457
 * problem under /v1/ and a small page elsewhere.
 */
#include "lede/search.h"
#include "server/http.h"
#include "server/request.h"
#include "server/site.h"

typedef struct ld_app {
    const lede_env *env;
    ld_site *site;
    const char *host;      /* bound to */
    const char *base_path; /* "" or "/search-site", without a slash at the end; URL-safe */
    const char *name;      /* of the archive, for the pages: "news.lede" */
    bool local_only;       /* bound to loopback: only local Host names are answered */
    bool refresh_failed;   /* said once, until a look succeeds again */
} ld_app;

/* One request under way. */
typedef struct ld_exchange {
    const ld_app *app;
    const ld_request *request;
    ld_span path; /* without the base path */
    const ld_site_view *view;
    ld_http_response *response; /* body, content_type; status 200 unless set */
    bool is_transient;          /* set by a route whose answer is not the same next time: no ETag */
} ld_exchange;

typedef struct ld_route {
    const char *path;
    lede_status (*run)(ld_exchange *x, lede_error *err);
    bool is_live; /* never 304: it answers for the process, not for the archive */
} ld_route;

/* An ld_http_handler; ctx is an ld_app. */
void ld_app_handle(void *ctx, const ld_http_request *request, ld_http_response *response);

/* The options of a search that the HTML page and the JSON route share. Fails with INVALID for a
 * sort that is none. */
lede_status ld_exchange_search_options(const ld_exchange *x, lede_search_options *options,
                                       ld_span *query, lede_error *err);

lede_status ld_route_search(ld_exchange *x, lede_error *err);    /* route_search.c */
lede_status ld_route_article(ld_exchange *x, lede_error *err);   /* route_article.c */
lede_status ld_route_v1_search(ld_exchange *x, lede_error *err); /* route_v1_search.c */
lede_status ld_route_v1_docs(ld_exchange *x, lede_error *err);   /* route_v1_docs.c */
lede_status ld_route_health(ld_exchange *x, lede_error *err);    /* route_health.c */
lede_status ld_route_style(ld_exchange *x, lede_error *err);     /* route_static.c */
lede_status ld_route_icon(ld_exchange *x, lede_error *err);      /* route_static.c */

/* The files of web/, as the build embeds them. */
extern const char ld_web_style_css[], ld_web_favicon_svg[];
extern const unsigned int ld_web_style_css_bytes, ld_web_favicon_svg_bytes;

#endif
