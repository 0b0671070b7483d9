/*
 * Security. Scripts and styles come from this server's own files, never from a page's text: the
 * policy forbids inline ones. A page of another site that resolves its own name to 127.0.0.1 (DNS
 * rebinding) sends its own name as Host, which a server bound to loopback refuses with 421. What
 * changes the archive wants a key in a header, which no form or link of another site can send.
 * Nothing is logged about queries.
 *
 * Caching. An answer follows from the archive's generation, the address, this program's version
 * and the day (for "last week"): their hash is the weak ETag (RFC 9110, 8.8.3), so an unchanged
 * page is a 304 without a search. Weak, because the time a search took is printed too. For the same
 * reason the answers of searching routes are kept (answers.h): what many ask is found once.
 */
#include <stdio.h>

#include "base/hash.h"
#include "base/json.h"
#include "server/app.h"
#include "server/compress.h"
#include "server/page.h"

#define DAY_MS 86400000

#define READ (LD_HTTP_GET | LD_HTTP_HEAD)

static const ld_route routes[] = {
    {"/", ld_route_search, READ, LD_ROUTE_KEPT},
    {"/search", ld_route_search, READ, LD_ROUTE_KEPT},
    {"/article", ld_route_article, READ, 0},
    {"/article.ris", ld_route_article_ris, READ, 0},
    {"/search.atom", ld_route_search_atom, READ, 0},
    {"/search.csv", ld_route_search_csv, READ, 0},
    {"/search.jsonl", ld_route_search_jsonl, READ, 0},
    {"/search.ris", ld_route_search_ris, READ, 0},
    {"/suggest", ld_route_suggest, READ, 0},
    {"/opensearch.xml", ld_route_opensearch, READ, 0},
    {"/v1/suggest", ld_route_v1_suggest, READ, LD_ROUTE_API},
    {"/v1/search", ld_route_v1_search, READ, LD_ROUTE_API | LD_ROUTE_KEPT},
    {"/v1/similar", ld_route_v1_similar, READ, LD_ROUTE_API | LD_ROUTE_KEPT},
    {"/v1/timeline", ld_route_v1_timeline, READ, LD_ROUTE_API | LD_ROUTE_KEPT},
    {"/v1/parse", ld_route_v1_parse, READ, LD_ROUTE_API},
    {"/v1/docs", ld_route_v1_docs, READ | LD_HTTP_POST | LD_HTTP_DELETE, LD_ROUTE_API},
    {"/v1/alerts", ld_route_v1_alerts, READ | LD_HTTP_POST | LD_HTTP_DELETE,
     LD_ROUTE_API | LD_ROUTE_LIVE | LD_ROUTE_KEYED},
    {"/v1/alerts/search", ld_route_v1_alerts_search, READ, LD_ROUTE_API | LD_ROUTE_LIVE},
    {"/v1/alerts.atom", ld_route_v1_alerts_atom, READ, LD_ROUTE_API | LD_ROUTE_LIVE},
    {"/multi-search", ld_route_multi_search, LD_HTTP_POST, LD_ROUTE_API | LD_ROUTE_MEILI},
    {"/healthz", ld_route_health, READ, LD_ROUTE_LIVE | LD_ROUTE_FREE},
    {"/readyz", ld_route_health, READ, LD_ROUTE_LIVE | LD_ROUTE_FREE},
    {"/metrics", ld_route_metrics_page, READ, LD_ROUTE_LIVE | LD_ROUTE_FREE | LD_ROUTE_METRICS},
    {"/openapi.json", ld_route_static, READ, LD_ROUTE_FREE | LD_ROUTE_API},
    {"/app.js", ld_route_static, READ, LD_ROUTE_FREE},
    {"/lede-search.js", ld_route_static, READ, LD_ROUTE_FREE},
    {"/style.css", ld_route_static, READ, LD_ROUTE_FREE},
    {"/favicon.ico", ld_route_static, READ, LD_ROUTE_FREE},
};
#define ROUTE_COUNT (sizeof routes / sizeof *routes)

static const struct {
    const char *name, *value;
} common_headers[] = {
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
     "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cache-Control", "no-cache"},
};

/* ---- errors ---- */

static int http_status_of(lede_status status)
{
    switch (status) {
    case LEDE_E_INVALID:
        return 400;
    case LEDE_E_NOTFOUND:
        return 404;
    case LEDE_E_NOMEM:
    case LEDE_E_DEADLINE:
    case LEDE_E_BUSY:
        return 503;
    default:
        return 500;
    }
}

/* The library's sentences begin with a small letter and have no full stop: both are added. */
static void add_sentence(ld_buf *out, const char *sentence)
{
    size_t bytes = strlen(sentence);
    if (bytes == 0)
        return;
    char first =
        sentence[0] >= 'a' && sentence[0] <= 'z' ? (char)(sentence[0] - 'a' + 'A') : sentence[0];
    ld_buf_add_byte(out, (uint8_t)first);
    ld_buf_add(out, sentence + 1, bytes - 1);
    if (sentence[bytes - 1] != '.' && sentence[bytes - 1] != '?')
        ld_buf_add_byte(out, '.');
}

/* is_meili: with the members of Meilisearch's errors, which its clients read. */
static void write_problem(ld_http_response *response, int status, ld_span sentence, bool is_meili)
{
    ld_json j;
    response->content_type = "application/problem+json";
    ld_json_init(&j, &response->body, false);
    ld_json_object(&j);
    ld_json_key_cstring(&j, "type", "about:blank");
    ld_json_key_cstring(&j, "title", ld_http_reason(status));
    ld_json_key_u64(&j, "status", (uint64_t)status);
    ld_json_key_string(&j, "detail", sentence);
    if (is_meili) {
        ld_json_key_string(&j, "message", sentence);
        ld_json_key_cstring(&j, "code", status < 500 ? "bad_request" : "internal");
        ld_json_key_cstring(&j, "link", "");
    }
    ld_json_object_end(&j);
    ld_buf_add_byte(&response->body, '\n');
}

static void write_error(const ld_app *app, ld_http_response *response, uint32_t flags, int status,
                        const char *sentence)
{
    ld_buf text;
    ld_buf_clear(&response->body);
    ld_buf_init(&text, app->env, 1024);
    add_sentence(&text, sentence);
    response->status = status;
    if (flags & LD_ROUTE_API) {
        write_problem(response, status, ld_buf_span(&text), (flags & LD_ROUTE_MEILI) != 0);
    } else {
        response->content_type = "text/html; charset=utf-8";
        ld_page_write_error(&response->body, app->base_path, status, ld_http_reason(status),
                            ld_buf_span(&text));
    }
    ld_buf_release(&text);
}

/* Without memory for a page there is still a sentence, which needs none. */
static void check_body(ld_http_response *response)
{
    lede_status status = response->body.status;
    if (status == LEDE_OK)
        return;
    ld_buf_release(&response->body);
    response->status = status == LEDE_E_LIMIT ? 500 : 503;
    response->content_type = NULL;
}

/* ---- conditional requests ---- */

static void make_etag(const ld_app *app, const ld_http_request *request, const ld_site_view *view,
                      char etag[48])
{
    const lede_snapshot_info *info = &view->info; /* another archive may have the same generation */
    uint64_t parts[] = {ld_web_fingerprint(),
                        (uint64_t)(ld_clock_utc_ms(app->env) / DAY_MS),
                        info->articles,
                        info->rows,
                        info->tokens,
                        info->bytes,
                        (uint64_t)info->published_first_utc_ms,
                        (uint64_t)info->published_last_utc_ms};
    uint64_t seed = ld_hash64(parts, sizeof parts, 0);
    for (uint32_t i = 0; i < request->header_count; i++) { /* what an answer may name itself by */
        if (ld_span_equal_nocase(request->headers[i].name, LD_SPAN("Host")) ||
            ld_span_starts_with_nocase(request->headers[i].name, LD_SPAN("X-Forwarded-")))
            seed = ld_hash64(request->headers[i].value.data, request->headers[i].value.bytes, seed);
    }
    snprintf(etag, 48, "W/\"%llu-%016llx\"", (unsigned long long)view->info.generation,
             (unsigned long long)ld_hash64(request->target.data, request->target.bytes, seed));
}

/* The list of RFC 9110, 13.1.2, compared weakly. */
static bool is_unchanged(const ld_http_request *request, const char *etag)
{
    ld_span list, tag = ld_span_from_string(etag + 2); /* without W/ */
    if (ld_http_find_header(request, "If-None-Match", &list) == 0)
        return false;
    return ld_span_equal(ld_span_trim(list), LD_SPAN("*")) || ld_span_find(list, tag) != SIZE_MAX;
}

/* ---- routing ---- */

/* A proxy may pass the base path on or take it off: both are understood. */
static ld_span path_of(const ld_app *app, const ld_request *request)
{
    ld_span base = ld_span_from_string(app->base_path), path = request->path;
    if (base.bytes == 0 || !ld_span_starts_with(path, base))
        return path;
    if (path.bytes == base.bytes)
        return LD_SPAN("/");
    return path.data[base.bytes] == '/' ? ld_span_sub(path, base.bytes, path.bytes) : path;
}

static size_t find_route(ld_span path)
{
    for (size_t i = 0; i < ROUTE_COUNT; i++) {
        if (ld_span_equal(path, ld_span_from_string(routes[i].path)))
            return i;
    }
    return SIZE_MAX;
}

/* The route's answer: one that is kept, or a new one, which is then kept. */
static lede_status answer(ld_exchange *x, const ld_route *route, lede_error *err)
{
    ld_http_response *response = x->response;
    int64_t day = ld_clock_utc_ms(x->app->env) / DAY_MS;
    if (!(route->flags & LD_ROUTE_KEPT))
        return route->run(x, err);
    if (ld_answers_get(x->view->answers, x->http->target, day, &response->body,
                       &response->content_type)) {
        x->app->metrics.answers_reused++;
        return LEDE_OK;
    }
    LD_TRY(route->run(x, err));
    if (!x->is_transient && response->body.status == LEDE_OK)
        ld_answers_put(x->view->answers, x->http->target, day, ld_buf_span(&response->body),
                       response->content_type);
    return LEDE_OK;
}

static void run_route(ld_exchange *x, const ld_route *route)
{
    lede_error err = {0};
    ld_http_response *response = x->response;
    ld_site_view *view = ld_site_acquire(x->app->site);
    x->view = view;
    bool is_read = (x->http->method & READ) != 0;
    make_etag(x->app, x->http, view, response->etag);
    if (is_read && !(route->flags & LD_ROUTE_LIVE) && is_unchanged(x->http, response->etag)) {
        response->status = 304;
        ld_http_add_header(response, "ETag", response->etag);
    } else {
        response->status = 200;
        lede_status status = answer(x, route, &err);
        if (status != LEDE_OK)
            write_error(x->app, response, route->flags,
                        response->status != 200 ? response->status : http_status_of(status),
                        err.message);
        else if (is_read && !x->is_transient)
            ld_http_add_header(response, "ETag", response->etag);
    }
    if (response->status == 503)
        ld_http_add_header(response, "Retry-After", "1");
    x->view = NULL;
    ld_site_release(x->app->site, view);
}

static void refresh(ld_app *app)
{
    lede_error err = {0};
    bool failed = ld_site_refresh(app->site, &err) != LEDE_OK;
    if (failed && !app->refresh_failed)
        fprintf(stderr,
                "lede: a newer generation could not be opened, the older one is served: %s\n",
                err.message);
    app->refresh_failed = failed;
}

void ld_app_reload(void *ctx)
{
    ld_app *app = ctx;
    lede_error err = {0};
    if (ld_access_keys_reload(&app->keys, &err) != LEDE_OK)
        fprintf(stderr, "lede: the keys stay as they were: %s\n", err.message);
    if (ld_site_reopen(app->site, &err) != LEDE_OK)
        fprintf(stderr, "lede: the archive stays as it was: %s\n", err.message);
}

/* ---- checks before the route ---- */

/* The status of the check that failed, with its sentence; 0: none did. */
static int check_request(const ld_app *app, const ld_http_request *http, const char **sentence)
{
    ld_span host;
    uint32_t hosts = ld_http_find_header(http, "Host", &host);
    if (hosts > 1 || (hosts == 0 && http->minor_version > 0)) {
        *sentence = "A request has exactly one Host header.";
        return 400;
    }
    if (hosts == 1 && app->local_only && !app->behind_proxy && !http->is_local_socket &&
        !ld_host_is_local(host, app->host)) {
        *sentence = "This server answers only for the names of this machine; "
                    "start it with --host to open it to others.";
        return 421;
    }
    return 0;
}

/* The client as the nearest proxy names it: the last address of the list is the one it saw. */
static ld_span client_of(const ld_app *app, const ld_http_request *http)
{
    ld_span list;
    if (!app->behind_proxy || ld_http_find_header(http, "X-Forwarded-For", &list) == 0)
        return http->client;
    size_t comma;
    while ((comma = ld_span_find_byte(list, ',')) != SIZE_MAX)
        list = ld_span_sub(list, comma + 1, list.bytes);
    return ld_span_trim(list);
}

static bool is_within_rate(ld_app *app, const ld_http_request *http)
{
    ld_span client = client_of(app, http);
    return client.bytes == 0 ||
           ld_limiter_take(&app->limiter, client, ld_clock_monotonic_ns(app->env));
}

/* What an allowed site's page may read. The origin itself is sent back, so that the answer fits one
 * site only; caches are told so. */
static bool add_origin(const ld_app *app, const ld_http_request *http, ld_http_response *response)
{
    ld_span origin;
    if (app->origins[0] == 0)
        return false;
    ld_http_add_header(response, "Vary", "Origin");
    if (ld_http_find_header(http, "Origin", &origin) != 1 || origin.bytes > 256 ||
        !ld_origin_is_allowed(ld_span_from_string(app->origins), origin))
        return false;
    ld_http_add_header_format(response, "Access-Control-Allow-Origin", "%.*s", (int)origin.bytes,
                              origin.data);
    ld_http_add_header(response, "Access-Control-Expose-Headers", "ETag, Server-Timing");
    return true;
}

static void add_allow(const ld_route *route, ld_http_response *response, const char *name)
{
    ld_http_add_header_format(
        response, name, "%s%s%s%s", route->methods & LD_HTTP_GET ? "GET, HEAD" : "",
        route->methods & LD_HTTP_GET && route->methods & LD_HTTP_POST ? ", " : "",
        route->methods & LD_HTTP_POST ? "POST" : "",
        route->methods & LD_HTTP_DELETE ? ", DELETE" : "");
}

/* A browser asking whether it may ask (Fetch, 4.8). */
static void answer_preflight(const ld_route *route, ld_http_response *response)
{
    response->status = 204;
    add_allow(route, response, "Access-Control-Allow-Methods");
    ld_http_add_header(response, "Access-Control-Allow-Headers",
                       "Authorization, Content-Type, X-Meilisearch-Client");
    ld_http_add_header(response, "Access-Control-Max-Age", "600");
}

/* The scope that this request wants a key for; 0: none. */
static uint32_t scope_of(const ld_app *app, const ld_route *route, const ld_http_request *http)
{
    if (http->method == LD_HTTP_DELETE)
        return LD_SCOPE_DELETE;
    if (http->method == LD_HTTP_POST && route->methods & LD_HTTP_DELETE)
        return LD_SCOPE_ADD;
    if (route->flags & LD_ROUTE_KEYED && http->method != LD_HTTP_OPTIONS)
        return LD_SCOPE_ADD;
    return route->flags & LD_ROUTE_METRICS && !app->local_only ? LD_SCOPE_METRICS : 0;
}

/* 0: allowed. */
static int check_key(ld_app *app, const ld_route *route, const ld_http_request *http,
                     ld_http_response *response, const char **sentence)
{
    ld_span authorization;
    uint32_t scope = scope_of(app, route, http);
    if (scope == 0)
        return 0;
    if (!app->takes_changes) {
        *sentence = "This server has no keys; start it with --keys to allow this.";
        return 403;
    }
    uint32_t headers = ld_http_find_header(http, "Authorization", &authorization);
    uint32_t scopes = headers == 1 ? ld_access_keys_find(&app->keys, authorization) : 0;
    if (scopes == 0) {
        ld_http_add_header(response, "WWW-Authenticate", "Bearer");
        *sentence = "A key is wanted here: send it as \"Authorization: Bearer KEY\".";
        return 401;
    }
    *sentence = "This key is not for that; its line in the file of keys names what it is for.";
    return scopes & scope ? 0 : 403;
}

static void dispatch(ld_exchange *x, size_t found)
{
    ld_app *app = x->app;
    ld_http_response *response = x->response;
    const ld_route *route = &routes[found];
    const char *sentence = NULL;
    bool is_allowed_origin = route->flags & LD_ROUTE_API && add_origin(app, x->http, response);
    if (is_allowed_origin && x->http->method == LD_HTTP_OPTIONS) {
        answer_preflight(route, response);
        return;
    }
    int refused = 0;
    if (!(x->http->method & route->methods)) {
        add_allow(route, response, "Allow");
        sentence = "This address does not take that method; the header Allow names those it takes.";
        refused = 405;
    } else if (!(route->flags & LD_ROUTE_FREE) && !is_within_rate(app, x->http)) {
        app->metrics.rate_limited++;
        ld_http_add_header(response, "Retry-After", "1");
        sentence = "Too many requests from one address; try again in a second.";
        refused = 429;
    } else if (ld_request_text(x->request, "q").bytes > LD_SERVER_QUERY_BYTES_MAX) {
        sentence = "The query is too long; at most 2048 bytes are taken here.";
        refused = 414;
    } else {
        refused = check_key(app, route, x->http, response, &sentence);
    }
    if (refused) {
        write_error(app, response, route->flags, refused, sentence);
        return;
    }
    refresh(app);
    run_route(x, route);
}

static size_t handle(ld_exchange *x, ld_request *request)
{
    ld_app *app = x->app;
    lede_error err = {0};
    const char *sentence = NULL;
    uint32_t flags =
        ld_span_starts_with(x->http->target, LD_SPAN("/v1/")) ||
                ld_span_find(x->http->target, LD_SPAN("/v1/")) == strlen(app->base_path)
            ? LD_ROUTE_API
            : 0;
    int refused = check_request(app, x->http, &sentence);
    if (refused) {
        write_error(app, x->response, flags, refused, sentence);
        return SIZE_MAX;
    }
    lede_status status = ld_request_parse(request, app->env, x->http->target, &err);
    if (status != LEDE_OK) {
        write_error(app, x->response, flags, http_status_of(status), err.message);
        return SIZE_MAX;
    }
    x->path = path_of(app, request);
    size_t found = find_route(x->path);
    if (found == SIZE_MAX)
        write_error(app, x->response, flags, 404, "There is nothing at this address.");
    else
        dispatch(x, found);
    return found;
}

void ld_app_handle(void *ctx, const ld_http_request *http, ld_http_response *response)
{
    ld_app *app = ctx;
    ld_request request = {.path = LD_SPAN("")};
    ld_exchange x = {.app = app, .http = http, .request = &request, .response = response};
    uint64_t begin_ns = ld_clock_monotonic_ns(app->env);
    ld_buf_init(&request.storage, app->env, 0);
    for (size_t i = 0; i < sizeof common_headers / sizeof *common_headers; i++)
        ld_http_add_header(response, common_headers[i].name, common_headers[i].value);
    size_t found = handle(&x, &request);
    ld_request_release(&request);
    check_body(response);
    ld_compress(app->env, http, response);
    uint64_t elapsed_ns = ld_clock_monotonic_ns(app->env) - begin_ns;
    if (x.search_ns > 0)
        ld_http_add_header_format(response, "Server-Timing", "total;dur=%.2f, search;dur=%.2f",
                                  (double)elapsed_ns / 1e6, (double)x.search_ns / 1e6);
    else
        ld_http_add_header_format(response, "Server-Timing", "total;dur=%.2f",
                                  (double)elapsed_ns / 1e6);
    ld_metrics_add(&app->metrics, found, response->status, elapsed_ns, response->body.bytes);
}

lede_status ld_exchange_refuse(ld_exchange *x, int status, lede_error *err, const char *sentence)
{
    x->response->status = status;
    return LD_FAIL(err, LEDE_E_INVALID, "%s", sentence);
}

/* A host as a browser may have typed it; anything else is not repeated. */
static bool is_host(ld_span host)
{
    for (size_t i = 0; i < host.bytes; i++) {
        char c = host.data[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
              c == '.' || c == '-' || c == ':' || c == '[' || c == ']'))
            return false;
    }
    return host.bytes > 0 && host.bytes <= 255;
}

void ld_exchange_add_origin(const ld_exchange *x, ld_buf *out)
{
    ld_span host = LD_SPAN(""), proto = LD_SPAN("");
    ld_http_find_header(x->http, "Host", &host);
    if (x->app->behind_proxy) {
        ld_http_find_header(x->http, "X-Forwarded-Host", &host);
        ld_http_find_header(x->http, "X-Forwarded-Proto", &proto);
    }
    ld_buf_add_string(out, ld_span_equal_nocase(proto, LD_SPAN("https")) ? "https://" : "http://");
    ld_buf_add_span(out, is_host(host) ? host : LD_SPAN("localhost"));
    ld_buf_add_string(out, x->app->base_path);
}

/* ---- /metrics ---- */

lede_status ld_route_metrics_page(ld_exchange *x, lede_error *err)
{
    const char *names[ROUTE_COUNT];
    for (size_t i = 0; i < ROUTE_COUNT; i++)
        names[i] = routes[i].path;
    x->response->content_type = "text/plain; version=0.0.4; charset=utf-8";
    ld_metrics_write(&x->app->metrics, names, ROUTE_COUNT, &x->response->body);
    ld_buf_add_format(&x->response->body,
                      "# HELP lede_archive_generation The generation served.\n"
                      "# TYPE lede_archive_generation gauge\nlede_archive_generation %llu\n"
                      "# HELP lede_archive_articles Articles that can be found.\n"
                      "# TYPE lede_archive_articles gauge\nlede_archive_articles %llu\n",
                      (unsigned long long)x->view->info.generation,
                      (unsigned long long)x->view->info.articles);
    return LEDE_OK;
}

/* ---- what searching routes share ---- */

static const struct {
    const char *name;
    lede_sort sort;
} sorts[] = {{"relevance", LEDE_SORT_RELEVANCE},
             {"newest", LEDE_SORT_NEWEST},
             {"oldest", LEDE_SORT_OLDEST},
             {"", LEDE_SORT_DEFAULT}};

lede_status ld_exchange_search_options(const ld_exchange *x, lede_search_options *options,
                                       ld_span *query, lede_error *err)
{
    ld_span sort = ld_request_text(x->request, "sort");
    *options = (lede_search_options)LEDE_SEARCH_OPTIONS_INIT;
    options->deadline_ms = LD_SERVER_DEADLINE_MS;
    *query = ld_request_text(x->request, "q");
    for (size_t i = 0; i < sizeof sorts / sizeof *sorts; i++) {
        if (ld_span_equal(sort, ld_span_from_string(sorts[i].name))) {
            options->sort = sorts[i].sort;
            return LEDE_OK;
        }
    }
    return LD_FAIL(err, LEDE_E_INVALID, "sort must be relevance, newest or oldest.");
}

lede_status ld_exchange_page_options(const ld_exchange *x, lede_search_options *options,
                                     lede_error *err)
{
    ld_span query = ld_request_text(x->request, "q");
    ld_span copies = ld_request_text(x->request, "copies");
    ld_span strict = ld_request_text(x->request, "strict");
    if (copies.bytes > 0 && !ld_span_equal(copies, LD_SPAN("all")))
        return LD_FAIL(err, LEDE_E_INVALID, "copies must be all, or left out to fold them.");
    if (strict.bytes > 0 && !ld_span_equal(strict, LD_SPAN("1")))
        return LD_FAIL(err, LEDE_E_INVALID, "strict must be 1, or left out.");
    options->strict = strict.bytes > 0;
    if (ld_span_find(query, LD_SPAN("dup:")) == SIZE_MAX)
        options->dup = copies.bytes > 0 ? LEDE_DUP_OFF : LEDE_DUP_HIGH;
    return LEDE_OK;
}

lede_status ld_exchange_search(ld_exchange *x, ld_span query, const lede_search_options *options,
                               lede_hits **hits, lede_error *err)
{
    LD_TRY(lede_search(x->view->snapshot, query.data, query.bytes, options, hits, err));
    const lede_answer *answer = lede_hits_answer(*hits);
    x->search_ns += answer->elapsed_ns;
    x->is_transient = x->is_transient || answer->partial;
    x->app->metrics.searches++;
    x->app->metrics.search_ns += answer->elapsed_ns;
    if (answer->partial)
        x->app->metrics.searches_partial++;
    return LEDE_OK;
}
