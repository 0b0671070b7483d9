/*
 * Security. No script runs anywhere: the policy forbids it, and no page has one. A page of another
 * site that resolves its own name to 127.0.0.1 (DNS rebinding) sends its own name as Host, which a
 * server bound to loopback refuses with 421. Nothing is logged about queries.
 *
 * Caching. An answer follows from the archive's generation, the address, this program's version
 * and the day (for "last week"): their hash is the weak ETag (RFC 9110, 8.8.3), so an unchanged
 * page is a 304 without a search. Weak, because the time a search took is printed too.
 */
#include <stdio.h>

#include "base/hash.h"
#include "base/json.h"
#include "server/app.h"
#include "server/page.h"

#define DAY_MS 86400000

static const ld_route routes[] = {
    {"/", ld_route_search, false},         {"/search", ld_route_search, false},
    {"/article", ld_route_article, false}, {"/v1/search", ld_route_v1_search, false},
    {"/v1/docs", ld_route_v1_docs, false}, {"/healthz", ld_route_health, true},
    {"/style.css", ld_route_style, false}, {"/favicon.ico", ld_route_icon, false},
};

static const struct {
    const char *name, *value;
} common_headers[] = {
    {"Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src 'self'; form-action "
                                "'self'; base-uri 'none'; frame-ancestors 'none'"},
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

static void write_problem(ld_http_response *response, int status, ld_span sentence)
{
    ld_json j;
    response->content_type = "application/problem+json";
    ld_json_init(&j, &response->body, false);
    ld_json_object(&j);
    ld_json_key_cstring(&j, "type", "about:blank");
    ld_json_key_cstring(&j, "title", ld_http_reason(status));
    ld_json_key_u64(&j, "status", (uint64_t)status);
    ld_json_key_string(&j, "detail", sentence);
    ld_json_object_end(&j);
    ld_buf_add_byte(&response->body, '\n');
}

static void write_error(const ld_app *app, ld_http_response *response, bool is_api, int status,
                        const char *sentence)
{
    ld_buf text;
    ld_buf_clear(&response->body);
    ld_buf_init(&text, app->env, 1024);
    add_sentence(&text, sentence);
    response->status = status;
    if (is_api) {
        write_problem(response, status, ld_buf_span(&text));
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
    uint64_t seed = ld_hash64(ld_web_style_css, ld_web_style_css_bytes,
                              (uint64_t)(ld_clock_utc_ms(app->env) / DAY_MS));
    seed = ld_hash64(LEDE_VERSION, sizeof LEDE_VERSION, seed);
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

static const ld_route *find_route(ld_span path)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        if (ld_span_equal(path, ld_span_from_string(routes[i].path)))
            return &routes[i];
    }
    return NULL;
}

static void run_route(ld_app *app, const ld_route *route, const ld_http_request *http,
                      const ld_request *request, ld_http_response *response)
{
    lede_error err = {0};
    ld_site_view *view = ld_site_acquire(app->site);
    ld_exchange x = {app, request, path_of(app, request), view, response, route->is_live};
    make_etag(app, http, view, response->etag);
    if (!route->is_live && is_unchanged(http, response->etag)) {
        response->status = 304;
        ld_http_add_header(response, "ETag", response->etag);
    } else {
        response->status = 200;
        lede_status status = route->run(&x, &err);
        if (status != LEDE_OK)
            write_error(app, response, ld_span_starts_with(x.path, LD_SPAN("/v1/")),
                        http_status_of(status), err.message);
        else if (!x.is_transient)
            ld_http_add_header(response, "ETag", response->etag);
    }
    ld_site_release(app->site, view);
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

/* The status of the check before the route that failed, with its sentence; 0: none did. */
static int check_request(const ld_app *app, const ld_http_request *http, const char **sentence)
{
    ld_span host;
    uint32_t hosts = ld_http_find_header(http, "Host", &host);
    if (hosts > 1 || (hosts == 0 && http->minor_version > 0)) {
        *sentence = "A request has exactly one Host header.";
        return 400;
    }
    if (hosts == 1 && app->local_only && !ld_host_is_local(host, app->host)) {
        *sentence = "This server answers only for the names of this machine; "
                    "start it with --host to open it to others.";
        return 421;
    }
    return 0;
}

static void dispatch(ld_app *app, const ld_http_request *http, const ld_request *request,
                     ld_http_response *response)
{
    ld_span path = path_of(app, request);
    bool is_api = ld_span_starts_with(path, LD_SPAN("/v1/"));
    const ld_route *route = find_route(path);
    if (!route) {
        write_error(app, response, is_api, 404, "There is nothing at this address.");
    } else if (http->method == LD_HTTP_OTHER) {
        ld_http_add_header(response, "Allow", "GET, HEAD");
        write_error(app, response, is_api, 405, "This address can only be read: use GET or HEAD.");
    } else if (ld_request_text(request, "q").bytes > LD_SERVER_QUERY_BYTES_MAX) {
        char sentence[64];
        snprintf(sentence, sizeof sentence, "A query may have at most %u bytes here.",
                 LD_SERVER_QUERY_BYTES_MAX);
        write_error(app, response, is_api, 414, sentence);
    } else {
        refresh(app);
        run_route(app, route, http, request, response);
    }
}

void ld_app_handle(void *ctx, const ld_http_request *http, ld_http_response *response)
{
    ld_app *app = ctx;
    ld_request request;
    lede_error err = {0};
    const char *sentence = NULL;
    bool is_api = ld_span_find(http->target, LD_SPAN("/v1/")) == strlen(app->base_path) ||
                  ld_span_starts_with(http->target, LD_SPAN("/v1/"));
    for (size_t i = 0; i < sizeof common_headers / sizeof *common_headers; i++)
        ld_http_add_header(response, common_headers[i].name, common_headers[i].value);
    int refused = check_request(app, http, &sentence);
    if (refused) {
        write_error(app, response, is_api, refused, sentence);
    } else {
        lede_status status = ld_request_parse(&request, app->env, http->target, &err);
        if (status == LEDE_OK)
            dispatch(app, http, &request, response);
        else
            write_error(app, response, is_api, http_status_of(status), err.message);
        ld_request_release(&request);
    }
    check_body(response);
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
