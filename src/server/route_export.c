/*
 * The page's search in forms that other programs take, with the same parameters:
 *
 *   /search.atom    a feed, newest first unless sort says else (RFC 4287)
 *   /v1/alerts.atom?name=    what answers an alert as a feed
 *   /search.csv     a table (RFC 4180)
 *   /search.jsonl   a line of JSON a story, as /v1/search has them
 *   /search.ris     for programs that manage references; /article.ris?key= gives one story
 *
 * Cells of the table that a spreadsheet would run as a formula begin with an apostrophe.
 */
#include <stdio.h>

#include "base/date.h"
#include "base/markup.h"
#include "server/app.h"
#include "server/filters.h"
#include "server/page.h"

typedef struct export_run {
    ld_exchange *x;
    ld_buf *out;
    ld_buf query;  /* with its filters */
    ld_span words; /* without them */
    lede_search_options options;
    const char *feed; /* the path of the feed that is written */
} export_run;

typedef void (*write_hit)(export_run *e, const lede_hit *hit);

static ld_span span_of(lede_text t)
{
    return ld_span_of(t.data, t.bytes);
}

static ld_span address_of(const lede_article *a)
{
    ld_span url = span_of(a->canonical_url.bytes ? a->canonical_url : a->url);
    return ld_url_is_web(url) ? url : LD_SPAN("");
}

static lede_status write_hits(lede_hits *hits, export_run *e, write_hit write, lede_error *err)
{
    for (;;) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(hits, &hit, err));
        if (!hit)
            return LEDE_OK;
        write(e, hit);
    }
}

/* The search of this request, at most count_max stories. The caller releases e->query. */
static lede_status begin(export_run *e, ld_exchange *x, uint32_t count_max, lede_hits **hits,
                         lede_error *err)
{
    ld_filters filters;
    *e = (export_run){.x = x, .out = &x->response->body};
    ld_buf_init(&e->query, x->app->env, 64u << 10);
    LD_TRY(ld_exchange_search_options(x, &e->options, &e->words, err));
    LD_TRY(ld_exchange_page_options(x, &e->options, err));
    ld_filters_read(x->request, &filters);
    if (e->words.bytes == 0 && !ld_filters_any(&filters))
        return LD_FAIL(err, LEDE_E_INVALID, "q is missing: the query.");
    ld_filters_add_query(&filters, e->words, &e->query);
    LD_TRY(ld_buf_status(&e->query, err));
    e->options.count = count_max;
    e->options.snippets_max = 1;
    e->options.no_suggest = 1;
    return ld_exchange_search(x, ld_buf_span(&e->query), &e->options, hits, err);
}

static lede_status export_all(ld_exchange *x, const char *head, write_hit write, lede_error *err)
{
    export_run e;
    lede_hits *hits = NULL;
    lede_status status = begin(&e, x, LD_SERVER_EXPORT_HITS_MAX, &hits, err);
    ld_buf_add_string(e.out, head);
    if (status == LEDE_OK)
        status = write_hits(hits, &e, write, err);
    lede_hits_free(hits);
    ld_buf_release(&e.query);
    return status;
}

static void attach(ld_exchange *x, const char *type, const char *disposition)
{
    x->response->content_type = type;
    ld_http_add_header(x->response, "Content-Disposition", disposition);
}

/* ---- CSV ---- */

static void write_cell(ld_buf *out, ld_span text, bool is_last)
{
    bool is_formula = text.bytes > 0 && strchr("=+-@\t\r", text.data[0]) != NULL;
    ld_buf_add_string(out, is_formula ? "\"'" : "\"");
    for (size_t i = 0; i < text.bytes; i++) {
        if (text.data[i] == '"')
            ld_buf_add_byte(out, '"');
        ld_buf_add_byte(out, (uint8_t)text.data[i]);
    }
    ld_buf_add_string(out, is_last ? "\"\r\n" : "\",");
}

/* "2015-11-16", as much of it as is known. */
static ld_span format_date(const lede_date *date, char text[16])
{
    static const size_t bytes[] = {0, 4, 7, 10, 10};
    ld_date_format_day(date->utc_ms, text);
    return ld_span_of(text, bytes[date->precision]);
}

static void write_csv(export_run *e, const lede_hit *hit)
{
    const lede_article *a = hit->article;
    char date[16];
    ld_buf authors;
    ld_buf_init(&authors, e->x->app->env, 64u << 10);
    for (uint32_t i = 0; i < a->author_count; i++) {
        ld_buf_add_string(&authors, i > 0 ? "; " : "");
        ld_buf_add_span(&authors, span_of(a->authors[i]));
    }
    write_cell(e->out, format_date(&a->published, date), false);
    write_cell(e->out, span_of(a->headline), false);
    write_cell(e->out, span_of(a->source), false);
    write_cell(e->out, span_of(a->section), false);
    write_cell(e->out, ld_buf_span(&authors), false);
    write_cell(e->out, hit->passage_count ? span_of(hit->passages[0].text) : LD_SPAN(""), false);
    write_cell(e->out, address_of(a), false);
    write_cell(e->out, span_of(a->key), true);
    ld_buf_release(&authors);
}

lede_status ld_route_search_csv(ld_exchange *x, lede_error *err)
{
    attach(x, "text/csv; charset=utf-8", "attachment; filename=\"stories.csv\"");
    return export_all(x, "date,headline,source,section,authors,passage,url,key\r\n", write_csv,
                      err);
}

/* ---- lines of JSON ---- */

lede_status ld_route_search_jsonl(ld_exchange *x, lede_error *err)
{
    export_run e;
    lede_hits *hits = NULL;
    char *text;
    size_t bytes;
    attach(x, "application/x-ndjson", "attachment; filename=\"stories.jsonl\"");
    lede_status status = begin(&e, x, LD_SERVER_EXPORT_HITS_MAX, &hits, err);
    if (status == LEDE_OK)
        status = lede_hits_write_json(hits, e.words.data, e.words.bytes, 1, &text, &bytes, err);
    if (status == LEDE_OK) {
        ld_buf_add(e.out, text, bytes);
        lede_buffer_free(x->app->env, text, bytes);
    }
    lede_hits_free(hits);
    ld_buf_release(&e.query);
    return status;
}

/* ---- RIS ---- */

/* A value is one line. */
static void write_tag(ld_buf *out, const char *tag, ld_span value)
{
    if (value.bytes == 0)
        return;
    ld_buf_add_format(out, "%s  - ", tag);
    for (size_t i = 0; i < value.bytes; i++)
        ld_buf_add_byte(out, (uint8_t)value.data[i] < 0x20 ? ' ' : (uint8_t)value.data[i]);
    ld_buf_add_string(out, "\r\n");
}

static void write_ris_article(ld_buf *out, const lede_article *a)
{
    char day[16];
    ld_span date = format_date(&a->published, day);
    write_tag(out, "TY", LD_SPAN("NEWS"));
    write_tag(out, "TI", span_of(a->headline));
    for (uint32_t i = 0; i < a->author_count; i++)
        write_tag(out, "AU", span_of(a->authors[i]));
    write_tag(out, "T2", span_of(a->source));
    write_tag(out, "SE", span_of(a->section));
    write_tag(out, "PY", ld_span_sub(date, 0, 4));
    if (date.bytes == 10) {
        day[4] = day[7] = '/';
        write_tag(out, "DA", date);
    }
    write_tag(out, "LA", span_of(a->language));
    write_tag(out, "UR", address_of(a));
    ld_buf_add_string(out, "ER  - \r\n");
}

static void write_ris(export_run *e, const lede_hit *hit)
{
    write_ris_article(e->out, hit->article);
}

lede_status ld_route_search_ris(ld_exchange *x, lede_error *err)
{
    attach(x, "application/x-research-info-systems", "attachment; filename=\"stories.ris\"");
    return export_all(x, "", write_ris, err);
}

lede_status ld_route_article_ris(ld_exchange *x, lede_error *err)
{
    lede_document *document;
    ld_span key = ld_request_text(x->request, "key");
    if (key.bytes == 0)
        return LD_FAIL(err, LEDE_E_INVALID, "key is missing: it names the article.");
    LD_TRY(lede_snapshot_find(x->view->snapshot, key.data, &document, err));
    attach(x, "application/x-research-info-systems", "attachment; filename=\"story.ris\"");
    write_ris_article(&x->response->body, lede_document_article(document, 0));
    lede_document_free(document);
    return LEDE_OK;
}

/* ---- Atom ---- */

static void write_element(ld_buf *out, const char *name, ld_span text)
{
    ld_buf_add_format(out, "<%s>", name);
    ld_markup_escape(out, text);
    ld_buf_add_format(out, "</%s>\n", name);
}

static void write_time(ld_buf *out, const char *name, int64_t utc_ms)
{
    char time[32];
    ld_date_format_time(utc_ms, time);
    write_element(out, name, ld_span_from_string(time));
}

/* When a story last changed, as far as is known: an entry must say. */
static int64_t updated_of(const lede_article *a)
{
    const lede_date *dates[] = {&a->modified, &a->published, &a->captured};
    for (size_t i = 0; i < 3; i++) {
        if (dates[i]->precision != LEDE_DATE_UNKNOWN)
            return dates[i]->utc_ms;
    }
    return 0;
}

/* The address of the saved story on this server: it is the entry's identity too. */
static void add_article_address(const export_run *e, const lede_article *a)
{
    ld_exchange_add_origin(e->x, e->out);
    ld_buf_add_string(e->out, "/article?key=");
    ld_url_escape(e->out, span_of(a->key));
}

static void write_entry(export_run *e, const lede_hit *hit)
{
    ld_buf *out = e->out;
    const lede_article *a = hit->article;
    ld_span url = address_of(a);
    ld_buf_add_string(out, "<entry>\n");
    write_element(out, "title",
                  a->headline.bytes ? span_of(a->headline) : LD_SPAN("Without a headline"));
    ld_buf_add_string(out, "<id>");
    add_article_address(e, a);
    ld_buf_add_string(out, "</id>\n<link rel=\"alternate\" href=\"");
    if (url.bytes > 0)
        ld_markup_escape(out, url);
    else
        add_article_address(e, a);
    ld_buf_add_string(out, "\"/>\n");
    write_time(out, "updated", updated_of(a));
    if (a->published.precision != LEDE_DATE_UNKNOWN)
        write_time(out, "published", a->published.utc_ms);
    ld_buf_add_string(out, "<author>");
    write_element(out, "name",
                  a->author_count       ? span_of(a->authors[0])
                  : a->source.bytes > 0 ? span_of(a->source)
                                        : LD_SPAN("not known"));
    ld_buf_add_string(out, "</author>\n");
    if (hit->passage_count > 0)
        write_element(out, "summary", span_of(hit->passages[0].text));
    ld_buf_add_string(out, "</entry>\n");
}

static void write_feed_head(export_run *e, int64_t updated_ms)
{
    ld_buf *out = e->out;
    ld_span query = ld_span_sub(e->x->http->target, ld_span_find_byte(e->x->http->target, '?'),
                                e->x->http->target.bytes);
    ld_buf_add_string(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"
                           "<feed xmlns=\"http://www.w3.org/2005/Atom\">\n<title>");
    ld_markup_escape(out, ld_buf_span(&e->query));
    ld_buf_add_string(out, " – lede</title>\n");
    static const char *const links[][2] = {{"<id>", "</id>\n"},
                                           {"<link rel=\"self\" href=\"", "\"/>\n"}};
    for (size_t i = 0; i < 2; i++) {
        ld_buf_add_string(out, links[i][0]);
        ld_exchange_add_origin(e->x, out);
        ld_buf_add_string(out, e->feed);
        ld_markup_escape(out, query);
        ld_buf_add_string(out, links[i][1]);
    }
    ld_buf_add_string(out, "<link rel=\"alternate\" type=\"text/html\" href=\"");
    ld_exchange_add_origin(e->x, out);
    ld_buf_add_string(out, "/search");
    if (e->words.bytes > 0 && e->options.dialect) { /* an alert's, which stands in no address */
        ld_buf_add_string(out, "?q=");
        ld_url_escape(out, e->words);
    } else {
        ld_markup_escape(out, query);
    }
    ld_buf_add_string(out, "\"/>\n");
    write_time(out, "updated", updated_ms);
}

static lede_status write_feed(export_run *e, const char *path, lede_hits *hits, lede_error *err)
{
    const lede_hit *hit;
    LD_TRY(lede_hits_next(hits, &hit, err));
    e->x->response->content_type = "application/atom+xml; charset=utf-8";
    e->feed = path;
    write_feed_head(e, hit ? updated_of(hit->article) : 0);
    if (hit) {
        write_entry(e, hit);
        LD_TRY(write_hits(hits, e, write_entry, err));
    }
    ld_buf_add_string(e->out, "</feed>\n");
    return LEDE_OK;
}

static lede_status write_alert(export_run *e, const lede_alert *alert, lede_error *err)
{
    lede_hits *hits = NULL;
    ld_exchange_alert_options(alert, &e->options);
    e->options.count = LD_SERVER_FEED_HITS;
    e->options.snippets_max = 1;
    e->words = ld_span_from_string(alert->query);
    ld_buf_add_string(&e->query, alert->query);
    LD_TRY(ld_buf_status(&e->query, err));
    LD_TRY(ld_exchange_search(e->x, e->words, &e->options, &hits, err));
    lede_status status = write_feed(e, "/v1/alerts.atom", hits, err);
    lede_hits_free(hits);
    return status;
}

lede_status ld_route_v1_alerts_atom(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"name", NULL};
    export_run e = {.x = x, .out = &x->response->body};
    lede_alerts *alerts;
    const lede_alert *alert;
    LD_TRY(ld_request_check_names(x->request, names, err));
    LD_TRY(ld_exchange_find_alert(x, &alerts, &alert, err));
    ld_buf_init(&e.query, x->app->env, 128u << 10);
    lede_status status = write_alert(&e, alert, err);
    ld_buf_release(&e.query);
    lede_alerts_free(alerts);
    return status;
}

lede_status ld_route_search_atom(ld_exchange *x, lede_error *err)
{
    export_run e;
    lede_hits *hits = NULL;
    ld_span sort;
    bool has_sort = ld_request_find(x->request, "sort", &sort);
    lede_status status = begin(&e, x, LD_SERVER_FEED_HITS, &hits, err);
    if (status == LEDE_OK && !has_sort) {
        lede_hits_free(hits);
        hits = NULL;
        e.options.sort = LEDE_SORT_NEWEST;
        status = ld_exchange_search(x, ld_buf_span(&e.query), &e.options, &hits, err);
    }
    if (status == LEDE_OK)
        status = write_feed(&e, "/search.atom", hits, err);
    lede_hits_free(hits);
    ld_buf_release(&e.query);
    return status;
}
