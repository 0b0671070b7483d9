#ifndef LD_SERVER_APP_H
#define LD_SERVER_APP_H
/*
 * From request to response: what is the same for every route, and the table of routes.
 *
 *   Host allowed? -> preflight? -> rate? -> address readable? -> route there? -> method allowed?
 *     -> key? -> 304? -> run -> gzip -> counted
 *
 * A route is one file and one function. It writes its body into the response and returns OK, or
 * returns a status with one sentence, and then nothing it wrote is sent: the answer is an RFC 9457
 * problem under /v1/ and a small page elsewhere.
 */
#include <stdatomic.h>

#include "lede/alerts.h"
#include "lede/search.h"
#include "server/access.h"
#include "server/http.h"
#include "server/metrics.h"
#include "server/request.h"
#include "server/site.h"

typedef struct ld_app {
    const lede_env *env;
    ld_site *site;
    const char *archive;        /* its folder */
    const char *host;           /* bound to */
    const char *base_path;      /* "" or "/search-site", without a slash at the end; URL-safe */
    const char *name;           /* of the archive, for the pages: "news.lede" */
    const char *origins;        /* that may read the API from their pages; "": none */
    bool local_only;            /* bound to loopback: only local Host names are answered */
    bool behind_proxy;          /* X-Forwarded-For, -Proto and -Host are believed */
    bool takes_changes;         /* there is a file of keys */
    atomic_bool refresh_failed; /* said once, until a look succeeds again */
    atomic_flag writing;        /* one change at a time */
    ld_access_keys keys;
    ld_limiter limiter;
    ld_metrics metrics;
} ld_app;

/* One request under way. */
typedef struct ld_exchange {
    ld_app *app;
    const ld_http_request *http;
    const ld_request *request;
    ld_span path; /* without the base path */
    const ld_site_view *view;
    ld_http_response *response; /* body, content_type; status 200 unless set */
    bool is_transient;          /* set by a route whose answer is not the same next time: no ETag */
    uint64_t search_ns;         /* of the searches run for it */
} ld_exchange;

typedef enum ld_route_flag {
    LD_ROUTE_LIVE = 1,     /* never 304: it answers for the process, not for the archive */
    LD_ROUTE_API = 2,      /* errors are problems, and allowed origins may read it */
    LD_ROUTE_FREE = 4,     /* not counted against a client's rate */
    LD_ROUTE_MEILI = 8,    /* errors also carry Meilisearch's members */
    LD_ROUTE_METRICS = 16, /* a key is wanted unless only this machine can ask */
    LD_ROUTE_KEYED = 32,   /* reading wants the key that adding wants */
    LD_ROUTE_KEPT = 64     /* answers are kept: they follow from generation, address and day alone,
                              not from a header, and add no header of their own */
} ld_route_flag;

typedef struct ld_route {
    const char *path;
    lede_status (*run)(ld_exchange *x, lede_error *err);
    uint32_t methods; /* bits of ld_http_method; HEAD goes with GET */
    uint32_t flags;   /* bits of ld_route_flag */
} ld_route;

/* An ld_http_handler; ctx is an ld_app. */
void ld_app_handle(void *ctx, const ld_http_request *request, ld_http_response *response);
/* On SIGHUP: keys and the newest generation are read again. ctx is an ld_app. */
void ld_app_reload(void *ctx);

/* ---- for routes ---- */

/* The options of a search that the HTML page and the JSON route share. Fails with INVALID for a
 * sort that is none. */
lede_status ld_exchange_search_options(const ld_exchange *x, lede_search_options *options,
                                       ld_span *query, lede_error *err);
/* What the page and its exports read besides: copies folded unless copies=all or the query itself
 * says (dup:), and strict=1. Fails with INVALID for other values. */
lede_status ld_exchange_page_options(const ld_exchange *x, lede_search_options *options,
                                     lede_error *err);
/* lede_search, counted. */
lede_status ld_exchange_search(ld_exchange *x, ld_span query, const lede_search_options *options,
                               lede_hits **hits, lede_error *err);
/* "https://news.example/search-site": scheme, host and base path of this server as the client sees
 * them, safe inside markup. */
void ld_exchange_add_origin(const ld_exchange *x, ld_buf *out);
/* A refusal with a status of its own: the route then returns its result. */
lede_status ld_exchange_refuse(ld_exchange *x, int status, lede_error *err, const char *sentence);

lede_status ld_route_search(ld_exchange *x, lede_error *err);     /* route_search.c */
lede_status ld_route_article(ld_exchange *x, lede_error *err);    /* route_article.c */
lede_status ld_route_v1_search(ld_exchange *x, lede_error *err);  /* route_v1_search.c */
lede_status ld_route_v1_docs(ld_exchange *x, lede_error *err);    /* route_v1_docs.c */
lede_status ld_route_v1_similar(ld_exchange *x, lede_error *err); /* route_v1_query.c */
lede_status ld_route_v1_timeline(ld_exchange *x, lede_error *err);
lede_status ld_route_v1_parse(ld_exchange *x, lede_error *err);
lede_status ld_route_v1_alerts(ld_exchange *x, lede_error *err); /* route_v1_alerts.c */
lede_status ld_route_v1_alerts_search(ld_exchange *x, lede_error *err);
lede_status ld_route_v1_alerts_atom(ld_exchange *x, lede_error *err); /* route_export.c */
/* The alert that ?name= names, borrowed from *alerts, which is the caller's to free. Fails with
 * INVALID and NOTFOUND. */
lede_status ld_exchange_find_alert(ld_exchange *x, lede_alerts **alerts, const lede_alert **alert,
                                   lede_error *err);
/* As it is matched when articles come: just as asked, every copy, the newest first. */
void ld_exchange_alert_options(const lede_alert *alert, lede_search_options *options);
lede_status ld_route_health(ld_exchange *x, lede_error *err);       /* route_health.c */
lede_status ld_route_metrics_page(ld_exchange *x, lede_error *err); /* app.c */
lede_status ld_route_search_atom(ld_exchange *x, lede_error *err);  /* route_export.c */
lede_status ld_route_search_csv(ld_exchange *x, lede_error *err);
lede_status ld_route_search_jsonl(ld_exchange *x, lede_error *err);
lede_status ld_route_search_ris(ld_exchange *x, lede_error *err);
lede_status ld_route_article_ris(ld_exchange *x, lede_error *err);
lede_status ld_route_suggest(ld_exchange *x, lede_error *err); /* route_suggest.c */
lede_status ld_route_v1_suggest(ld_exchange *x, lede_error *err);
lede_status ld_route_opensearch(ld_exchange *x, lede_error *err);
lede_status ld_route_multi_search(ld_exchange *x, lede_error *err);
lede_status ld_route_static(ld_exchange *x, lede_error *err); /* route_static.c */
uint64_t ld_web_fingerprint(void); /* of the files of web/ and this version; route_static.c */

#endif
