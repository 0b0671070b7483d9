/*
 * GET /v1/search?q=...: the answer as lede_hits_write_json makes it, and with facet=source,section
 * one more member: "facets": {"source": [{"value": "...", "count": 12}]}.
 */
#include "base/json.h"
#include "server/app.h"

static lede_status write_facet(ld_json *j, const ld_exchange *x, ld_span query,
                               const lede_search_options *options, const char *name,
                               lede_error *err)
{
    lede_facets *facets;
    uint32_t count;
    LD_TRY(lede_facet(x->view->snapshot, query.data, query.bytes, options, name,
                      LD_SERVER_FACET_VALUES_MAX, &facets, err));
    const lede_facet_value *values = lede_facets_values(facets, &count);
    ld_json_key(j, name);
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++) {
        ld_json_object(j);
        ld_json_key_string(j, "value", ld_span_of(values[i].value.data, values[i].value.bytes));
        ld_json_key_u64(j, "count", values[i].count);
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
    lede_facets_free(facets);
    return LEDE_OK;
}

/* names: separated by commas. */
static lede_status write_facets(ld_json *j, const ld_exchange *x, ld_span query,
                                const lede_search_options *options, ld_span names, lede_error *err)
{
    for (uint32_t i = 0; names.bytes > 0; i++) {
        char name[64];
        size_t comma = ld_span_find_byte(names, ',');
        ld_span first = ld_span_trim(ld_span_sub(names, 0, comma));
        if (i == LD_SERVER_FACETS_MAX || first.bytes == 0 || first.bytes >= sizeof name)
            return LD_FAIL(err, LEDE_E_INVALID,
                           "facet takes up to %u names of fields, separated by commas.",
                           LD_SERVER_FACETS_MAX);
        memcpy(name, first.data, first.bytes);
        name[first.bytes] = 0;
        lede_status status = write_facet(j, x, query, options, name, err);
        if (status == LEDE_E_NOTFOUND)
            return LD_FAIL(err, LEDE_E_INVALID, "facet: there is no field \"%s\".", name);
        LD_TRY(status);
        names = comma == SIZE_MAX ? LD_SPAN("") : ld_span_sub(names, comma + 1, names.bytes);
    }
    return LEDE_OK;
}

/* The answer, its closing brace opened again for the facets where any are asked for. */
static lede_status write_answer(const ld_exchange *x, lede_hits *hits, ld_span query,
                                const lede_search_options *options, lede_error *err)
{
    ld_buf *out = &x->response->body;
    ld_span names = ld_request_text(x->request, "facet");
    char *text;
    size_t bytes;
    ld_json j;
    LD_TRY(lede_hits_write_json(hits, query.data, query.bytes, 0, &text, &bytes, err));
    ld_span answer = ld_span_trim(ld_span_of(text, bytes));
    ld_buf_add(out, answer.data, names.bytes > 0 ? answer.bytes - 1 : answer.bytes);
    lede_buffer_free(x->app->env, text, bytes);
    if (names.bytes > 0) {
        ld_buf_add_string(out, ",\"facets\":");
        ld_json_init(&j, out, false);
        ld_json_object(&j);
        LD_TRY(write_facets(&j, x, query, options, names, err));
        ld_json_object_end(&j);
        ld_buf_add_byte(out, '}');
    }
    ld_buf_add_byte(out, '\n');
    return LEDE_OK;
}

static lede_status read_dup(const ld_exchange *x, lede_search_options *options, lede_error *err)
{
    static const char *const names[] = {[LEDE_DUP_DEFAULT] = "",
                                        [LEDE_DUP_OFF] = "off",
                                        [LEDE_DUP_EXACT] = "exact",
                                        [LEDE_DUP_HIGH] = "high",
                                        [LEDE_DUP_MODERATE] = "moderate"};
    ld_span dup = ld_request_text(x->request, "dup");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (ld_span_equal(dup, ld_span_from_string(names[i]))) {
            options->dup = (lede_dup)i;
            return LEDE_OK;
        }
    }
    return LD_FAIL(err, LEDE_E_INVALID, "dup must be off, exact, high or moderate.");
}

static lede_status read_options(const ld_exchange *x, lede_search_options *options, ld_span *query,
                                lede_error *err)
{
    static const char *const names[] = {"q",       "count", "offset", "cursor", "sort",
                                        "dialect", "facet", "dup",    NULL};
    LD_TRY(ld_request_check_names(x->request, names, err));
    LD_TRY(ld_exchange_search_options(x, options, query, err));
    if (!ld_request_find(x->request, "q", query))
        return LD_FAIL(err, LEDE_E_INVALID, "q is missing: the query.");
    LD_TRY(
        ld_request_number(x->request, "count", 10, 0, LD_SERVER_COUNT_MAX, &options->count, err));
    LD_TRY(ld_request_number(x->request, "offset", 0, 0, LD_QUERY_HITS_MAX - LD_SERVER_COUNT_MAX,
                             &options->offset, err));
    LD_TRY(read_dup(x, options, err));
    if (options->count == 0)
        options->count = UINT32_MAX; /* the total alone */
    ld_span cursor = ld_request_text(x->request, "cursor");
    ld_span dialect = ld_request_text(x->request, "dialect");
    options->cursor = cursor.bytes > 0 ? cursor.data : NULL;
    options->dialect = dialect.bytes > 0 ? dialect.data : NULL;
    return LEDE_OK;
}

lede_status ld_route_v1_search(ld_exchange *x, lede_error *err)
{
    lede_search_options options;
    ld_span query;
    lede_hits *hits;
    LD_TRY(read_options(x, &options, &query, err));
    LD_TRY(ld_exchange_search(x, query, &options, &hits, err));
    x->response->content_type = "application/json";
    lede_status status = write_answer(x, hits, query, &options, err);
    lede_hits_free(hits);
    return status;
}
