/*
 * GET /v1/docs?key=...      one article as lede_article_write makes it
 * POST /v1/docs             adds: a page (text/html, text/plain; its address in ?url=, its identity
 *                           in ?key=), an article or an array of them (application/json), or a line
 *                           each (application/x-ndjson), with the members that GET answers with
 * DELETE /v1/docs?key=...   deletes every version
 *
 * What was added and answers an alert is told in the answer: "alerts": [{"alert", "key",
 * "headline"}] and "alertCount".
 *
 * A change opens the archive for writing, commits, and is on disk when it is answered. Searches go
 * on: the loops that do not write answer from the generation before. One change at a time; another
 * one meanwhile, here or from another process, is a 503 that says when to come again.
 */
#include <jansson.h>

#include "base/date.h"
#include "base/json.h"
#include "server/app.h"

#define TEXTS_MAX  64u   /* authors, tags, captions, fields of one article */
#define BLOCKS_MAX 4096u /* paragraphs of one article */
#define ALERTS_MAX 1000u /* told in one answer; all are counted */

typedef struct change_counts {
    uint64_t outcomes[LEDE_ADD_REJECTED + 1];
    uint64_t alert_count; /* alerts answered, by article */
    ld_buf alerts;        /* the first ALERTS_MAX of them as JSON, a comma after each */
} change_counts;

/* ---- reading one article ---- */

/* Room for one article's lists; its texts are the JSON value's own. */
typedef struct article_reader {
    lede_article article;
    lede_text authors[TEXTS_MAX], tags[TEXTS_MAX];
    lede_caption captions[TEXTS_MAX];
    lede_field fields[TEXTS_MAX];
    lede_block blocks[BLOCKS_MAX];
} article_reader;

static lede_text text_of(const json_t *value)
{
    return json_is_string(value) ? (lede_text){json_string_value(value), json_string_length(value)}
                                 : (lede_text){"", 0};
}

static lede_status read_text(const json_t *object, const char *name, lede_text *text,
                             lede_error *err)
{
    const json_t *value = json_object_get(object, name);
    *text = text_of(value);
    if (value && !json_is_string(value) && !json_is_null(value))
        return LD_FAIL(err, LEDE_E_INVALID, "%s must be text.", name);
    return LEDE_OK;
}

static lede_status read_texts(const json_t *object, const char *name, lede_text *texts,
                              uint32_t *count, lede_error *err)
{
    const json_t *list = json_object_get(object, name);
    size_t given = json_is_string(list) ? 1 : json_array_size(list);
    *count = 0;
    if (list && !json_is_string(list) && !json_is_array(list))
        return LD_FAIL(err, LEDE_E_INVALID, "%s must be text or a list of texts.", name);
    if (given > TEXTS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "%s has more than %u texts.", name, TEXTS_MAX);
    for (size_t i = 0; i < given; i++) {
        const json_t *value = json_is_string(list) ? list : json_array_get(list, i);
        if (!json_is_string(value))
            return LD_FAIL(err, LEDE_E_INVALID, "%s must be text or a list of texts.", name);
        texts[(*count)++] = text_of(value);
    }
    return LEDE_OK;
}

static lede_status read_date(const json_t *object, const char *name, lede_date *date,
                             lede_error *err)
{
    lede_text text;
    LD_TRY(read_text(object, name, &text, err));
    *date = (lede_date){.precision = LEDE_DATE_UNKNOWN, .evidence = ""};
    if (text.bytes == 0)
        return LEDE_OK;
    date->precision =
        (lede_date_precision)ld_date_parse_iso(ld_span_of(text.data, text.bytes), &date->utc_ms);
    if (date->precision == LEDE_DATE_UNKNOWN)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "%s must be a date such as 2015-11-16 or 2015-11-16T14:05:00Z.", name);
    date->evidence = "given";
    date->certainty_percent = 100;
    return LEDE_OK;
}

/* articleBody: paragraphs are separated by empty lines, as GET writes them. */
static lede_status read_body(const json_t *object, article_reader *r, lede_error *err)
{
    lede_text text;
    LD_TRY(read_text(object, "articleBody", &text, err));
    ld_span rest = ld_span_of(text.data, text.bytes);
    uint32_t count = 0;
    while (rest.bytes > 0) {
        size_t end = ld_span_find(rest, LD_SPAN("\n\n"));
        ld_span one = ld_span_trim(ld_span_sub(rest, 0, end));
        rest = end == SIZE_MAX ? LD_SPAN("") : ld_span_sub(rest, end + 2, rest.bytes);
        if (one.bytes == 0)
            continue;
        if (count == BLOCKS_MAX)
            return LD_FAIL(err, LEDE_E_INVALID, "articleBody has more than %u paragraphs.",
                           BLOCKS_MAX);
        r->blocks[count++] =
            (lede_block){.kind = LEDE_BLOCK_PARAGRAPH, .text = {one.data, one.bytes}};
    }
    r->article.blocks = r->blocks;
    r->article.block_count = count;
    r->article.lead_block_count = count > 0;
    return LEDE_OK;
}

static lede_status read_captions(const json_t *object, article_reader *r, lede_error *err)
{
    const json_t *list = json_object_get(object, "captions");
    size_t count = json_array_size(list);
    if (list && (!json_is_array(list) || count > TEXTS_MAX))
        return LD_FAIL(err, LEDE_E_INVALID, "captions must be a list of at most %u.", TEXTS_MAX);
    for (size_t i = 0; i < count; i++) {
        const json_t *one = json_array_get(list, i);
        if (!json_is_object(one))
            return LD_FAIL(err, LEDE_E_INVALID, "A caption must be an object with a text.");
        LD_TRY(read_text(one, "text", &r->captions[i].text, err));
        LD_TRY(read_text(one, "credit", &r->captions[i].credit, err));
    }
    r->article.captions = r->captions;
    r->article.caption_count = (uint32_t)count;
    return LEDE_OK;
}

static lede_status read_fields(const json_t *object, article_reader *r, lede_error *err)
{
    json_t *fields = json_object_get(object, "fields"), *value;
    const char *name;
    uint32_t count = 0;
    if (fields && (!json_is_object(fields) || json_object_size(fields) > TEXTS_MAX))
        return LD_FAIL(err, LEDE_E_INVALID, "fields must be an object of at most %u.", TEXTS_MAX);
    json_object_foreach(fields, name, value)
    {
        LD_TRY(read_text(fields, name, &r->fields[count].value, err));
        r->fields[count++].name = (lede_text){name, strlen(name)};
    }
    r->article.fields = r->fields;
    r->article.field_count = count;
    return LEDE_OK;
}

static lede_status check_members(const json_t *object, lede_error *err)
{
    static const char *const names[] = {
        "key", "url", "canonicalUrl", "headline", "alternativeHeadline", "dateline",
        "articleSection", "inLanguage", "publisher", "sourceOrganization", "author", "keywords",
        "articleBody", "captions", "fields", "datePublished", "dateModified", "dateCaptured",
        /* of an article as GET gives it, and made anew when it is added */
        "dateEvidence", "kind", "isTruncated", "path"};
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        size_t i = 0;
        while (i < sizeof names / sizeof *names && strcmp(name, names[i]) != 0)
            i++;
        if (i == sizeof names / sizeof *names)
            return LD_FAIL(err, LEDE_E_INVALID, "There is no member \"%.60s\" in an article.",
                           name);
    }
    return LEDE_OK;
}

static lede_status read_article(const json_t *object, article_reader *r, lede_error *err)
{
    lede_article *a = &r->article;
    const struct {
        const char *name;
        lede_text *text;
    } texts[] = {{"key", &a->key},
                 {"url", &a->url},
                 {"canonicalUrl", &a->canonical_url},
                 {"headline", &a->headline},
                 {"alternativeHeadline", &a->kicker},
                 {"dateline", &a->dateline},
                 {"articleSection", &a->section},
                 {"inLanguage", &a->language},
                 {"publisher", &a->source},
                 {"sourceOrganization", &a->agency}};
    if (!json_is_object(object))
        return LD_FAIL(err, LEDE_E_INVALID, "An article must be a JSON object.");
    LD_TRY(check_members(object, err));
    *a = (lede_article){.struct_bytes = sizeof *a, .kind = "story", .path = {"", 0}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        LD_TRY(read_text(object, texts[i].name, texts[i].text, err));
    LD_TRY(read_texts(object, "author", r->authors, &a->author_count, err));
    LD_TRY(read_texts(object, "keywords", r->tags, &a->tag_count, err));
    a->authors = r->authors;
    a->tags = r->tags;
    LD_TRY(read_date(object, "datePublished", &a->published, err));
    LD_TRY(read_date(object, "dateModified", &a->modified, err));
    LD_TRY(read_date(object, "dateCaptured", &a->captured, err));
    LD_TRY(read_body(object, r, err));
    LD_TRY(read_captions(object, r, err));
    LD_TRY(read_fields(object, r, err));
    if (a->key.bytes == 0)
        a->key = a->canonical_url.bytes > 0 ? a->canonical_url : a->url;
    if (a->key.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "An article needs a key or a url.");
    if (a->headline.bytes == 0 && a->block_count == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "An article needs a headline or an articleBody.");
    return LEDE_OK;
}

/* ---- adding ---- */

static lede_status add_object(const ld_exchange *x, lede_writer *writer, const json_t *object,
                              size_t number, change_counts *counts, lede_error *err)
{
    lede_error why;
    lede_add_outcome outcome = LEDE_ADD_REJECTED;
    article_reader *r = ld_alloc_zero(x->app->env, sizeof *r);
    if (!r)
        return ld_error_nomem(err, sizeof *r);
    lede_status status = read_article(object, r, &why);
    if (status == LEDE_OK)
        status = lede_writer_add_article(writer, &r->article, &outcome, &why);
    ld_release(x->app->env, r, sizeof *r);
    if (status != LEDE_OK)
        return LD_FAIL(err, status, "Article %zu of the request, nothing was changed: %s",
                       number + 1, why.message);
    counts->outcomes[outcome]++;
    return LEDE_OK;
}

static lede_status too_many(lede_error *err)
{
    return LD_FAIL(err, LEDE_E_INVALID, "At most %u articles are taken in one request.",
                   LD_SERVER_BATCH_DOCS_MAX);
}

static lede_status load(ld_span text, json_t **value, lede_error *err)
{
    json_error_t why;
    *value = json_loadb(text.data, text.bytes, JSON_REJECT_DUPLICATES, &why);
    if (!*value)
        return LD_FAIL(err, LEDE_E_INVALID, "The body is no JSON: line %d, column %d: %.120s",
                       why.line, why.column, why.text);
    return LEDE_OK;
}

static lede_status add_json(const ld_exchange *x, lede_writer *writer, change_counts *counts,
                            lede_error *err)
{
    json_t *value;
    LD_TRY(load(x->http->body, &value, err));
    size_t count = json_is_array(value) ? json_array_size(value) : 1;
    lede_status status = count > LD_SERVER_BATCH_DOCS_MAX ? too_many(err) : LEDE_OK;
    for (size_t i = 0; i < count && status == LEDE_OK; i++)
        status = add_object(x, writer, json_is_array(value) ? json_array_get(value, i) : value, i,
                            counts, err);
    json_decref(value);
    return status;
}

static lede_status add_lines(const ld_exchange *x, lede_writer *writer, change_counts *counts,
                             lede_error *err)
{
    ld_span rest = x->http->body;
    for (size_t number = 0; rest.bytes > 0;) {
        size_t end = ld_span_find_byte(rest, '\n');
        ld_span line = ld_span_trim(ld_span_sub(rest, 0, end));
        json_t *value;
        rest = end == SIZE_MAX ? LD_SPAN("") : ld_span_sub(rest, end + 1, rest.bytes);
        if (line.bytes == 0)
            continue;
        if (number == LD_SERVER_BATCH_DOCS_MAX)
            return too_many(err);
        LD_TRY(load(line, &value, err));
        lede_status status = add_object(x, writer, value, number++, counts, err);
        json_decref(value);
        LD_TRY(status);
    }
    return LEDE_OK;
}

static lede_status add_page(const ld_exchange *x, lede_writer *writer, const char *type,
                            change_counts *counts, lede_error *err)
{
    lede_add_outcome outcome;
    lede_error why = {0};
    ld_span url = ld_request_text(x->request, "url"), key = ld_request_text(x->request, "key");
    if (url.bytes == 0 && key.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "A page needs its address in ?url= or a name in ?key=.");
    LD_TRY(lede_writer_add_page(writer, x->http->body.data, x->http->body.bytes,
                                url.bytes ? url.data : "", key.bytes ? key.data : NULL, type, NULL,
                                &outcome, &why));
    if (outcome == LEDE_ADD_REJECTED)
        return LD_FAIL(err, LEDE_E_INVALID, "The page could not be taken: %s", why.message);
    counts->outcomes[outcome]++;
    return LEDE_OK;
}

static lede_status add_body(ld_exchange *x, lede_writer *writer, change_counts *counts,
                            lede_error *err)
{
    char type[128];
    ld_span header = LD_SPAN("");
    ld_http_find_header(x->http, "Content-Type", &header);
    if (header.bytes >= sizeof type)
        header.bytes = 0;
    memcpy(type, header.data, header.bytes);
    type[header.bytes] = 0;
    ld_span media = ld_span_trim(ld_span_sub(header, 0, ld_span_find_byte(header, ';')));
    if (ld_span_equal_nocase(media, LD_SPAN("application/json")))
        return add_json(x, writer, counts, err);
    if (ld_span_equal_nocase(media, LD_SPAN("application/x-ndjson")))
        return add_lines(x, writer, counts, err);
    if (ld_span_equal_nocase(media, LD_SPAN("text/html")) ||
        ld_span_equal_nocase(media, LD_SPAN("text/plain")))
        return add_page(x, writer, type, counts, err);
    return ld_exchange_refuse(x, 415, err,
                              "Content-Type must be application/json, application/x-ndjson, "
                              "text/html or text/plain.");
}

static void write_counts(ld_exchange *x, uint64_t generation, const change_counts *c)
{
    static const char *const names[] = {"added", "unchanged", "versions", "replaced"};
    ld_json j;
    x->response->content_type = "application/json";
    ld_json_init(&j, &x->response->body, false);
    ld_json_object(&j);
    ld_json_key_u64(&j, "generation", generation);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ld_json_key_u64(&j, names[i], c->outcomes[i]);
    if (c->alert_count > 0) {
        ld_json_key_u64(&j, "alertCount", c->alert_count);
        ld_buf_add_string(&x->response->body, ",\"alerts\":[");
        ld_buf_add(&x->response->body, c->alerts.data, c->alerts.bytes - 1);
        ld_buf_add_byte(&x->response->body, ']');
    }
    ld_json_object_end(&j);
    ld_buf_add_byte(&x->response->body, '\n');
}

/* Told after the commit: an article that was added answers an alert. */
static void note_alert(void *ctx, const lede_alert_match *match)
{
    change_counts *c = ctx;
    ld_json j;
    if (++c->alert_count > ALERTS_MAX)
        return;
    ld_json_init(&j, &c->alerts, false);
    ld_json_object(&j);
    ld_json_key_cstring(&j, "alert", match->alert->name);
    ld_json_key_string(&j, "key", ld_span_of(match->key.data, match->key.bytes));
    ld_json_key_string(&j, "headline", ld_span_of(match->headline.data, match->headline.bytes));
    ld_json_object_end(&j);
    ld_buf_add_byte(&c->alerts, ',');
}

static lede_status add(ld_exchange *x, lede_writer *writer, lede_error *err)
{
    change_counts counts = {.alert_count = 0};
    uint64_t generation = 0;
    ld_buf_init(&counts.alerts, x->app->env, ALERTS_MAX * (32u << 10));
    lede_status status = lede_writer_watch(writer, note_alert, &counts, err);
    if (status == LEDE_OK)
        status = add_body(x, writer, &counts, err);
    if (status == LEDE_OK)
        status = lede_writer_commit(writer, &generation, err);
    if (status == LEDE_OK)
        write_counts(x, generation, &counts);
    if (status == LEDE_OK && counts.alerts.status != LEDE_OK)
        x->response->body.status = counts.alerts.status;
    ld_buf_release(&counts.alerts);
    return status;
}

/* ---- deleting ---- */

static lede_status delete (ld_exchange *x, lede_writer *writer, lede_error *err)
{
    uint64_t deleted = 0, generation = 0;
    ld_json j;
    LD_TRY(lede_writer_delete(writer, ld_request_text(x->request, "key").data, &deleted, err));
    LD_TRY(lede_writer_commit(writer, &generation, err));
    x->response->content_type = "application/json";
    ld_json_init(&j, &x->response->body, false);
    ld_json_object(&j);
    ld_json_key_u64(&j, "generation", generation);
    ld_json_key_u64(&j, "deleted", deleted);
    ld_json_object_end(&j);
    ld_buf_add_byte(&x->response->body, '\n');
    return LEDE_OK;
}

static lede_status change(ld_exchange *x,
                          lede_status (*run)(ld_exchange *, lede_writer *, lede_error *),
                          lede_error *err)
{
    lede_writer *writer = NULL;
    if (atomic_flag_test_and_set(&x->app->writing))
        return LD_FAIL(err, LEDE_E_BUSY, "Another change is under way; send this one again.");
    lede_status status = lede_writer_open(x->app->env, x->app->archive, NULL, &writer, err);
    if (status == LEDE_OK)
        status = run(x, writer, err);
    lede_writer_close(writer);
    if (status == LEDE_OK)
        (void)ld_site_refresh_now(x->app->site, NULL); /* else the next request looks again */
    atomic_flag_clear(&x->app->writing);
    return status;
}

/* ---- the route ---- */

static lede_status get(ld_exchange *x, ld_span key, lede_error *err)
{
    lede_document *document;
    char *text;
    size_t bytes;
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

lede_status ld_route_v1_docs(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"key", NULL}, *const add_names[] = {"key", "url", NULL};
    bool is_add = x->http->method == LD_HTTP_POST;
    ld_span key = ld_request_text(x->request, "key");
    LD_TRY(ld_request_check_names(x->request, is_add ? add_names : names, err));
    if (is_add)
        return change(x, add, err);
    if (key.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "key is missing: it names the article.");
    return x->http->method == LD_HTTP_DELETE ? change(x, delete, err) : get(x, key, err);
}
