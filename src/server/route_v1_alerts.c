/*
 * Saved queries over HTTP (include/lede/alerts.h):
 *
 *   GET /v1/alerts                 {"alerts": [{"name", "query", "dialect", "created"}]}   a key
 *   POST /v1/alerts                {"name", "query", "dialect"}                            a key
 *   DELETE /v1/alerts?name=        {"removed": "floods"}                                   a key
 *   GET /v1/alerts/search?name=    what answers it now, as /v1/search has it, the newest first
 *   GET /v1/alerts.atom?name=      the same as a feed (route_export.c)
 *
 * What a newsroom watches is its own business: the list wants the key that adding wants. Running
 * one wants none, as feed readers can send none; who knows its name may read it.
 */
#include <jansson.h>

#include "base/date.h"
#include "base/json.h"
#include "server/app.h"

/* ---- listing ---- */

static void write_alert(ld_json *j, const lede_alert *alert)
{
    char created[32];
    ld_date_format_time(alert->created_utc_ms, created);
    ld_json_object(j);
    ld_json_key_cstring(j, "name", alert->name);
    ld_json_key_cstring(j, "query", alert->query);
    ld_json_key_cstring(j, "dialect", alert->dialect);
    ld_json_key_cstring(j, "created", created);
    ld_json_object_end(j);
}

static lede_status list(ld_exchange *x, lede_error *err)
{
    lede_alerts *alerts;
    uint32_t count;
    ld_json j;
    LD_TRY(lede_alerts_load(x->app->env, x->app->archive, &alerts, err));
    const lede_alert *items = lede_alerts_items(alerts, &count);
    ld_json_init(&j, &x->response->body, false);
    ld_json_object(&j);
    ld_json_key(&j, "alerts");
    ld_json_array(&j);
    for (uint32_t i = 0; i < count; i++)
        write_alert(&j, &items[i]);
    ld_json_array_end(&j);
    ld_json_object_end(&j);
    ld_buf_add_byte(&x->response->body, '\n');
    lede_alerts_free(alerts);
    return LEDE_OK;
}

/* ---- changing ---- */

/* The status of a refusal that is the request's own fault; 0: as every route has it. */
static int refusal_of(lede_status status)
{
    return status == LEDE_E_EXISTS ? 409 : status == LEDE_E_LIMIT ? 400 : 0;
}

static lede_status changed(ld_exchange *x, lede_status status, const char *member, const char *name,
                           const lede_error *why, lede_error *err)
{
    ld_json j;
    if (status != LEDE_OK) {
        int refusal = refusal_of(status);
        if (refusal)
            return ld_exchange_refuse(x, refusal, err, why->message);
        return LD_FAIL(err, status, "%s", why->message);
    }
    ld_json_init(&j, &x->response->body, false);
    ld_json_object(&j);
    ld_json_key_cstring(&j, member, name);
    ld_json_object_end(&j);
    ld_buf_add_byte(&x->response->body, '\n');
    return LEDE_OK;
}

static lede_status check_members(const json_t *body, lede_error *err)
{
    const char *name;
    json_t *value;
    if (!json_is_object(body))
        return LD_FAIL(err, LEDE_E_INVALID, "An alert must be an object with a name and a query.");
    json_object_foreach((json_t *)body, name, value)
    {
        if (strcmp(name, "name") != 0 && strcmp(name, "query") != 0 && strcmp(name, "dialect") != 0)
            return LD_FAIL(err, LEDE_E_INVALID, "There is no member \"%.60s\" in an alert.", name);
        if (!json_is_string(value))
            return LD_FAIL(err, LEDE_E_INVALID, "%s must be text.", name);
    }
    if (!json_object_get(body, "name") || !json_object_get(body, "query"))
        return LD_FAIL(err, LEDE_E_INVALID, "An alert must have a name and a query.");
    return LEDE_OK;
}

static lede_status add(ld_exchange *x, lede_error *err)
{
    lede_error unfit = {0};
    json_error_t why;
    ld_span header = LD_SPAN("");
    ld_http_find_header(x->http, "Content-Type", &header);
    if (!ld_span_equal_nocase(ld_span_trim(ld_span_sub(header, 0, ld_span_find_byte(header, ';'))),
                              LD_SPAN("application/json")))
        return ld_exchange_refuse(x, 415, err, "Content-Type must be application/json.");
    json_t *body =
        json_loadb(x->http->body.data, x->http->body.bytes, JSON_REJECT_DUPLICATES, &why);
    if (!body)
        return LD_FAIL(err, LEDE_E_INVALID, "The body is no JSON: line %d, column %d: %.120s",
                       why.line, why.column, why.text);
    lede_status status = check_members(body, err);
    if (status == LEDE_OK) {
        const char *name = json_string_value(json_object_get(body, "name"));
        status = lede_alert_add(x->app->env, x->app->archive, name,
                                json_string_value(json_object_get(body, "query")),
                                json_string_value(json_object_get(body, "dialect")), &unfit);
        status = changed(x, status, "added", name, &unfit, err);
    }
    json_decref(body);
    return status;
}

static lede_status remove_alert(ld_exchange *x, lede_error *err)
{
    lede_error why = {0};
    ld_span name = ld_request_text(x->request, "name");
    if (name.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "name is missing: which alert?");
    lede_status status = lede_alert_remove(x->app->env, x->app->archive, name.data, &why);
    return changed(x, status, "removed", name.data, &why, err);
}

lede_status ld_route_v1_alerts(ld_exchange *x, lede_error *err)
{
    static const char *const none[] = {NULL}, *const name[] = {"name", NULL};
    bool is_delete = x->http->method == LD_HTTP_DELETE;
    LD_TRY(ld_request_check_names(x->request, is_delete ? name : none, err));
    x->is_transient = true; /* alerts change without a new generation */
    x->response->content_type = "application/json";
    if (is_delete)
        return remove_alert(x, err);
    return x->http->method == LD_HTTP_POST ? add(x, err) : list(x, err);
}

/* ---- running one ---- */

lede_status ld_exchange_find_alert(ld_exchange *x, lede_alerts **alerts, const lede_alert **alert,
                                   lede_error *err)
{
    ld_span name = ld_request_text(x->request, "name");
    *alerts = NULL;
    if (name.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "name is missing: which alert?");
    LD_TRY(lede_alerts_load(x->app->env, x->app->archive, alerts, err));
    *alert = lede_alerts_find(*alerts, name.data);
    x->is_transient = true;
    if (*alert)
        return LEDE_OK;
    lede_alerts_free(*alerts);
    *alerts = NULL;
    return LD_FAIL(err, LEDE_E_NOTFOUND, "There is no alert of that name.");
}

void ld_exchange_alert_options(const lede_alert *alert, lede_search_options *options)
{
    *options = (lede_search_options)LEDE_SEARCH_OPTIONS_INIT;
    options->deadline_ms = LD_SERVER_DEADLINE_MS;
    options->dialect = alert->dialect;
    options->sort = LEDE_SORT_NEWEST;
    options->dup = LEDE_DUP_OFF;
    options->strict = options->no_suggest = 1;
}

static lede_status run(ld_exchange *x, const lede_alert *alert, lede_error *err)
{
    lede_search_options options;
    lede_hits *hits;
    char *text;
    size_t bytes;
    ld_span query = ld_span_from_string(alert->query);
    ld_exchange_alert_options(alert, &options);
    LD_TRY(ld_request_number(x->request, "count", 10, 1, LD_SERVER_COUNT_MAX, &options.count, err));
    LD_TRY(ld_exchange_search(x, query, &options, &hits, err));
    lede_status status = lede_hits_write_json(hits, query.data, query.bytes, 0, &text, &bytes, err);
    lede_hits_free(hits);
    LD_TRY(status);
    x->response->content_type = "application/json";
    ld_buf_add(&x->response->body, text, bytes);
    lede_buffer_free(x->app->env, text, bytes);
    return LEDE_OK;
}

lede_status ld_route_v1_alerts_search(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"name", "count", NULL};
    lede_alerts *alerts;
    const lede_alert *alert;
    LD_TRY(ld_request_check_names(x->request, names, err));
    LD_TRY(ld_exchange_find_alert(x, &alerts, &alert, err));
    lede_status status = run(x, alert, err);
    lede_alerts_free(alerts);
    return status;
}
