/*
 * What a search box may offer while one types, and how a browser finds out about it:
 *
 *   /opensearch.xml      the OpenSearch 1.1 description document
 *   /suggest?q=          ["fer", ["Night ferry ...", ...], ["The Aldern Lantern"], ["https://..."]]
 *                        (OpenSearch suggestions 1.0)
 *   /v1/suggest?q=       {"query": "fer", "suggestions": [{"text", "source", "key"}]}
 *
 * Offered are stories: those whose words begin as what was typed, the best match first. Three
 * characters are wanted, five stories given.
 */
#include "base/json.h"
#include "base/markup.h"
#include "server/app.h"

#define CHARS_MIN       3u
#define SUGGESTIONS_MAX 5u
#define DEADLINE_MS     150u

typedef struct suggestions {
    ld_buf texts; /* three NUL-ended texts a suggestion: headline, source, key */
    uint32_t count;
} suggestions;

static size_t count_chars(ld_span s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.bytes; i++)
        count += ((uint8_t)s.data[i] & 0xc0) != 0x80;
    return count;
}

/* The last word is a beginning: "night fer" -> night fer*. Not where its end is no word's. */
static void add_beginning(ld_span typed, ld_buf *query)
{
    ld_buf_add_span(query, typed);
    uint8_t last = (uint8_t)typed.data[typed.bytes - 1];
    bool is_letter = (last >= 'a' && last <= 'z') || (last >= 'A' && last <= 'Z') ||
                     (last >= '0' && last <= '9') || last >= 0x80;
    if (is_letter)
        ld_buf_add_byte(query, '*');
}

static void add_text(suggestions *s, lede_text text)
{
    ld_buf_add(&s->texts, text.data, text.bytes);
    ld_buf_add_byte(&s->texts, 0);
}

static lede_status collect(lede_hits *hits, suggestions *s, lede_error *err)
{
    for (;;) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(hits, &hit, err));
        if (!hit)
            return ld_buf_status(&s->texts, err);
        if (hit->article->headline.bytes == 0)
            continue;
        add_text(s, hit->article->headline);
        add_text(s, hit->article->source);
        add_text(s, hit->article->key);
        s->count++;
    }
}

static lede_status find(ld_exchange *x, ld_span typed, suggestions *s, lede_error *err)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_hits *hits = NULL;
    ld_buf query;
    if (count_chars(typed) < CHARS_MIN)
        return LEDE_OK;
    options.count = SUGGESTIONS_MAX;
    options.snippet_chars = UINT32_MAX;
    options.deadline_ms = DEADLINE_MS;
    options.no_suggest = 1;
    ld_buf_init(&query, x->app->env, LD_SERVER_QUERY_BYTES_MAX + 8);
    add_beginning(typed, &query);
    lede_status status = ld_buf_status(&query, err);
    if (status == LEDE_OK)
        status = ld_exchange_search(x, ld_buf_span(&query), &options, &hits, err);
    if (status == LEDE_OK && !lede_hits_answer(hits)->relaxed)
        status = collect(hits, s, err);
    lede_hits_free(hits);
    ld_buf_release(&query);
    return status;
}

/* The n-th of three texts of a suggestion. */
static ld_span text_at(const suggestions *s, uint32_t suggestion, uint32_t n)
{
    const char *text = (const char *)s->texts.data;
    for (uint32_t i = 0; i < suggestion * 3 + n; i++)
        text += strlen(text) + 1;
    return ld_span_from_string(text);
}

static void write_suggestions(const suggestions *s, ld_span typed, ld_json *j)
{
    ld_json_object(j);
    ld_json_key_string(j, "query", typed);
    ld_json_key(j, "suggestions");
    ld_json_array(j);
    for (uint32_t i = 0; i < s->count; i++) {
        ld_json_object(j);
        ld_json_key_string(j, "text", text_at(s, i, 0));
        ld_json_key_string(j, "source", text_at(s, i, 1));
        ld_json_key_string(j, "key", text_at(s, i, 2));
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
    ld_json_object_end(j);
}

static void write_address(const ld_exchange *x, ld_span key, ld_json *j)
{
    ld_buf address;
    ld_buf_init(&address, x->app->env, 64u << 10);
    ld_exchange_add_origin(x, &address);
    ld_buf_add_string(&address, "/article?key=");
    ld_url_escape(&address, key);
    ld_json_string(j, ld_buf_span(&address));
    ld_buf_release(&address);
}

static void write_opensearch(const ld_exchange *x, const suggestions *s, ld_span typed, ld_json *j)
{
    ld_json_array(j);
    ld_json_string(j, typed);
    for (uint32_t n = 0; n < 3; n++) {
        ld_json_array(j);
        for (uint32_t i = 0; i < s->count; i++) {
            if (n < 2)
                ld_json_string(j, text_at(s, i, n));
            else
                write_address(x, text_at(s, i, n), j);
        }
        ld_json_array_end(j);
    }
    ld_json_array_end(j);
}

static lede_status suggest(ld_exchange *x, bool is_opensearch, lede_error *err)
{
    suggestions s = {.count = 0};
    ld_json j;
    ld_span typed = ld_span_trim(ld_request_text(x->request, "q"));
    ld_buf_init(&s.texts, x->app->env, 1u << 20);
    lede_status status = find(x, typed, &s, err);
    if (status == LEDE_OK) {
        x->response->content_type =
            is_opensearch ? "application/x-suggestions+json" : "application/json";
        ld_json_init(&j, &x->response->body, false);
        if (is_opensearch)
            write_opensearch(x, &s, typed, &j);
        else
            write_suggestions(&s, typed, &j);
        ld_buf_add_byte(&x->response->body, '\n');
    }
    ld_buf_release(&s.texts);
    return status;
}

lede_status ld_route_v1_suggest(ld_exchange *x, lede_error *err)
{
    static const char *const names[] = {"q", NULL};
    LD_TRY(ld_request_check_names(x->request, names, err));
    return suggest(x, false, err);
}

lede_status ld_route_suggest(ld_exchange *x, lede_error *err)
{
    return suggest(x, true, err);
}

lede_status ld_route_opensearch(ld_exchange *x, lede_error *err)
{
    static const struct {
        const char *before, *path;
    } urls[] = {
        {"<Url type=\"text/html\" template=\"", "/search?q={searchTerms}\"/>\n"},
        {"<Url type=\"application/atom+xml\" template=\"", "/search.atom?q={searchTerms}\"/>\n"},
        {"<Url type=\"application/x-suggestions+json\" template=\"",
         "/suggest?q={searchTerms}\"/>\n"},
        {"<Url type=\"application/opensearchdescription+xml\" rel=\"self\" template=\"",
         "/opensearch.xml\"/>\n"},
        {"<Image height=\"16\" width=\"16\" type=\"image/svg+xml\">", "/favicon.ico</Image>\n"}};
    ld_buf *out = &x->response->body;
    x->response->content_type = "application/opensearchdescription+xml";
    ld_buf_add_string(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<OpenSearchDescription "
                           "xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n"
                           "<ShortName>lede</ShortName>\n<Description>Search the archive ");
    ld_markup_escape(out, ld_span_from_string(x->app->name));
    ld_buf_add_string(out, "</Description>\n<InputEncoding>UTF-8</InputEncoding>\n");
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        ld_buf_add_string(out, urls[i].before);
        ld_exchange_add_origin(x, out);
        ld_buf_add_string(out, urls[i].path);
    }
    ld_buf_add_string(out, "</OpenSearchDescription>\n");
    return LEDE_OK;
}
