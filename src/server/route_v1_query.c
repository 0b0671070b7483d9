/*
 * What the API says about a query beside its stories:
 *
 *   /v1/similar?key=     stories like one, as /v1/search answers
 *   /v1/timeline?q=      hits by day, month or year beside what the archive has, up to four queries
 *   /v1/parse?q=         how a query is read, and how another dialect spells it
 */
#include "base/json.h"
#include "server/app.h"

/* ---- /v1/similar ---- */

lede_status ld_route_v1_similar(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"key", "count", NULL};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    ld_span key;
    lede_hits *hits = NULL;
    char *text;
    size_t bytes;
    LD_TRY(ld_request_check_names(x->request, names, err));
    if (!ld_request_find(x->request, "key", &key))
        return LD_FAIL(err, LEDE_E_INVALID, "key is missing: of which story?");
    LD_TRY(ld_request_number(x->request, "count", 10, 1, LD_SERVER_COUNT_MAX, &options.count, err));
    options.deadline_ms = LD_SERVER_DEADLINE_MS;
    LD_TRY(lede_similar(x->view->snapshot, key.data, &options, &hits, err));
    const lede_answer *answer = lede_hits_answer(hits);
    x->search_ns += answer->elapsed_ns;
    x->is_transient = answer->partial;
    lede_status status = lede_hits_write_json(hits, answer->understood.data,
                                              answer->understood.bytes, 0, &text, &bytes, err);
    lede_hits_free(hits);
    LD_TRY(status);
    x->response->content_type = "application/json";
    ld_buf_add(&x->response->body, text, bytes);
    lede_buffer_free(x->app->env, text, bytes);
    return LEDE_OK;
}

/* ---- /v1/timeline ---- */

static void write_row(ld_json *j, const lede_timeline_row *row, uint32_t query_count)
{
    ld_json_object(j);
    ld_json_key_string(j, "label", ld_span_of(row->label.data, row->label.bytes));
    ld_json_key_u64(j, "archive", row->archive);
    ld_json_key(j, "counts");
    ld_json_array(j);
    for (uint32_t i = 0; i < query_count; i++)
        ld_json_u64(j, row->counts[i]);
    ld_json_array_end(j);
    ld_json_object_end(j);
}

lede_status ld_route_v1_timeline(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"q", "q2", "q3", "q4", "unit", "dialect", NULL};
    const char *queries[LEDE_TIMELINE_QUERIES_MAX], *unit_name;
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_timeline *timeline;
    uint32_t query_count = 0, row_count;
    ld_json j;
    LD_TRY(ld_request_check_names(x->request, names, err));
    for (uint32_t i = 0; i < LEDE_TIMELINE_QUERIES_MAX; i++) {
        ld_span query;
        if (!ld_request_find(x->request, names[i], &query))
            continue;
        if (query.bytes > LD_SERVER_QUERY_BYTES_MAX)
            return ld_exchange_refuse(x, 414, err, "a query has at most 2048 bytes here");
        queries[query_count++] = query.data;
    }
    if (query_count == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "q is missing: the query.");
    ld_span unit = ld_request_text(x->request, "unit");
    ld_span dialect = ld_request_text(x->request, "dialect");
    options.deadline_ms = LD_SERVER_DEADLINE_MS;
    options.dialect = dialect.bytes > 0 ? dialect.data : NULL;
    LD_TRY(lede_timeline_new(x->view->snapshot, queries, query_count, &options,
                             unit.bytes > 0 ? unit.data : NULL, &timeline, err));
    const lede_timeline_row *rows = lede_timeline_rows(timeline, &row_count, &unit_name);
    x->response->content_type = "application/json";
    ld_json_init(&j, &x->response->body, false);
    ld_json_object(&j);
    ld_json_key_cstring(&j, "unit", unit_name);
    ld_json_key(&j, "rows");
    ld_json_array(&j);
    for (uint32_t i = 0; i < row_count; i++)
        write_row(&j, &rows[i], query_count);
    ld_json_array_end(&j);
    ld_json_object_end(&j);
    ld_buf_add_byte(&x->response->body, '\n');
    lede_timeline_free(timeline);
    return LEDE_OK;
}

/* ---- /v1/parse ---- */

static void write_translation(ld_json *j, const char *dialect, const lede_translation *t)
{
    int exact;
    uint32_t count;
    lede_text text = lede_translation_text(t, &exact);
    const lede_message *messages = lede_translation_messages(t, &count);
    ld_json_object(j);
    ld_json_key_cstring(j, "dialect", dialect);
    ld_json_key_string(j, "query", ld_span_of(text.data, text.bytes));
    ld_json_key_bool(j, "exact", exact != 0);
    ld_json_key(j, "messages");
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++) {
        ld_json_object(j);
        ld_json_key_cstring(j, "code", messages[i].code);
        ld_json_key_u64(j, "offset", messages[i].offset_chars);
        ld_json_key_u64(j, "length", messages[i].length_chars);
        ld_json_key_string(j, "text", ld_span_of(messages[i].text.data, messages[i].text.bytes));
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
    ld_json_object_end(j);
}

lede_status ld_route_v1_parse(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"q", "dialect", NULL};
    static const char *const dialects[] = {"lede", "lucene", "lexis", "factiva"};
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    ld_span query, dialect = ld_request_text(x->request, "dialect");
    ld_json j;
    LD_TRY(ld_request_check_names(x->request, names, err));
    if (!ld_request_find(x->request, "q", &query))
        return LD_FAIL(err, LEDE_E_INVALID, "q is missing: the query.");
    options.dialect = dialect.bytes > 0 ? dialect.data : NULL;
    x->response->content_type = "application/json";
    ld_json_init(&j, &x->response->body, false);
    ld_json_object(&j);
    ld_json_key_string(&j, "query", query);
    ld_json_key_cstring(&j, "dialect", options.dialect ? options.dialect : dialects[0]);
    ld_json_key(&j, "readings");
    ld_json_array(&j);
    for (size_t i = 0; i < sizeof dialects / sizeof *dialects; i++) {
        lede_translation *t;
        LD_TRY(lede_translate(x->app->env, x->view->snapshot, query.data, query.bytes, &options,
                              dialects[i], &t, err));
        write_translation(&j, dialects[i], t);
        lede_translation_free(t);
    }
    ld_json_array_end(&j);
    ld_json_object_end(&j);
    ld_buf_add_byte(&x->response->body, '\n');
    return LEDE_OK;
}
