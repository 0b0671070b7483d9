/*
 * POST /multi-search: the part of Meilisearch's interface that its adapter for InstantSearch uses,
 * so that those widgets search an archive unchanged.
 *
 *   {"queries": [{"indexUid": "news", "q": "bridge", "facets": ["section"], "filter": [...],
 *                 "attributesToHighlight": ["*"], "highlightPreTag": "<em>", "limit": 20, ...}]}
 *
 * Any indexUid is this archive. A hit has: id, headline, passage, url, source, section, author,
 * tag, language, date, published, year; _formatted has the same with the marks in headline and
 * passage. What is taken and means nothing here is named in `taken`; what would change the answer
 * if it were left out (vectors, distinct, federation, ...) is refused with 501.
 */
#include "server/app.h"
#include "server/meili_filter.h"

#include "base/date.h"
#include "base/json.h"

#define TAG_BYTES_MAX 64u
#define LIMIT_DEFAULT 20u
#define LIMIT_MAX     1000u
#define FACETS_MAX    8u
#define PASSAGE_CHARS 220u

typedef struct multi_query {
    ld_span index, words, before, after; /* before and after a mark */
    lede_search_options options;
    uint32_t page, hits_per_page; /* page 0: by offset and limit */
    bool is_formatted;
    const json_t *facets;
    ld_buf query; /* with its filters */
} multi_query;

/* ---- reading ---- */

static const char *const taken[] = {
    "indexUid", "q", "offset", "limit", "page", "hitsPerPage", "facets", "filter", "sort",
    "attributesToHighlight", "highlightPreTag", "highlightPostTag",
    /* understood, and without a meaning here: every attribute is given, passages are chosen by
     * what matches */
    "attributesToRetrieve", "attributesToCrop", "cropLength", "cropMarker", "showMatchesPosition",
    "matchingStrategy", "showRankingScore", "attributesToSearchOn", "locales",
    "showPerformanceDetails"};
static const char *const refused[] = {"vector",
                                      "hybrid",
                                      "retrieveVectors",
                                      "distinct",
                                      "federationOptions",
                                      "rankingScoreThreshold",
                                      "showRankingScoreDetails",
                                      "media",
                                      "exhaustiveFacetCount",
                                      "personalize"};

static bool is_among(const char *name, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

static lede_status check_members(ld_exchange *x, const json_t *object, lede_error *err)
{
    const char *name;
    json_t *value;
    json_object_foreach((json_t *)object, name, value)
    {
        if (is_among(name, taken, sizeof taken / sizeof *taken) || json_is_null(value) ||
            json_is_false(value))
            continue;
        if (is_among(name, refused, sizeof refused / sizeof *refused)) {
            x->response->status = 501;
            return LD_FAIL(err, LEDE_E_INVALID, "%.60s is not built here.", name);
        }
        return LD_FAIL(err, LEDE_E_INVALID, "There is no parameter \"%.60s\" here.", name);
    }
    return LEDE_OK;
}

static lede_status read_text(const json_t *object, const char *name, const char *fallback,
                             size_t bytes_max, ld_span *text, lede_error *err)
{
    const json_t *value = json_object_get(object, name);
    *text = ld_span_from_string(fallback);
    if (!value || json_is_null(value))
        return LEDE_OK;
    if (!json_is_string(value) || json_string_length(value) > bytes_max)
        return LD_FAIL(err, LEDE_E_INVALID, "%s must be a text of at most %zu bytes.", name,
                       bytes_max);
    *text = ld_span_of(json_string_value(value), json_string_length(value));
    return LEDE_OK;
}

static lede_status read_number(const json_t *object, const char *name, uint32_t fallback,
                               uint32_t most, uint32_t *number, lede_error *err)
{
    const json_t *value = json_object_get(object, name);
    *number = fallback;
    if (!value || json_is_null(value))
        return LEDE_OK;
    json_int_t given = json_is_integer(value) ? json_integer_value(value) : -1;
    if (given < 0 || given > most)
        return LD_FAIL(err, LEDE_E_INVALID, "%s must be a whole number from 0 to %u.", name, most);
    *number = (uint32_t)given;
    return LEDE_OK;
}

static lede_status read_sort(const json_t *object, lede_sort *sort, lede_error *err)
{
    const json_t *list = json_object_get(object, "sort"), *first = json_array_get(list, 0);
    *sort = LEDE_SORT_DEFAULT;
    if (!list || json_is_null(list) || (json_is_array(list) && !first))
        return LEDE_OK;
    const char *text = json_is_string(first) ? json_string_value(first) : "";
    if (strcmp(text, "published:desc") == 0)
        *sort = LEDE_SORT_NEWEST;
    else if (strcmp(text, "published:asc") == 0)
        *sort = LEDE_SORT_OLDEST;
    else
        return LD_FAIL(err, LEDE_E_INVALID, "sort must be published:desc or published:asc.");
    return LEDE_OK;
}

static lede_status read_window(const json_t *object, multi_query *m, lede_error *err)
{
    lede_search_options *o = &m->options;
    bool is_paged = json_is_integer(json_object_get(object, "page")) ||
                    json_is_integer(json_object_get(object, "hitsPerPage"));
    LD_TRY(read_number(object, "offset", 0, LD_QUERY_HITS_MAX - LIMIT_MAX, &o->offset, err));
    LD_TRY(read_number(object, "limit", LIMIT_DEFAULT, LIMIT_MAX, &o->count, err));
    if (!is_paged)
        return LEDE_OK;
    LD_TRY(read_number(object, "page", 1, LD_QUERY_HITS_MAX, &m->page, err));
    LD_TRY(read_number(object, "hitsPerPage", LIMIT_DEFAULT, LIMIT_MAX, &m->hits_per_page, err));
    m->page = m->page > 0 ? m->page : 1;
    if ((uint64_t)m->page * m->hits_per_page > LD_QUERY_HITS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "At most %u stories can be paged through.",
                       LD_QUERY_HITS_MAX);
    o->count = m->hits_per_page;
    o->offset = (m->page - 1) * m->hits_per_page;
    return LEDE_OK;
}

static lede_status read_query(ld_exchange *x, const json_t *object, multi_query *m, lede_error *err)
{
    m->options = (lede_search_options)LEDE_SEARCH_OPTIONS_INIT;
    m->options.deadline_ms = LD_SERVER_DEADLINE_MS;
    m->options.snippet_chars = PASSAGE_CHARS;
    m->options.snippets_max = 1;
    m->options.no_suggest = 1;
    if (!json_is_object(object))
        return LD_FAIL(err, LEDE_E_INVALID, "A query must be a JSON object.");
    LD_TRY(check_members(x, object, err));
    LD_TRY(read_text(object, "indexUid", "", 512, &m->index, err));
    LD_TRY(read_text(object, "q", "", LD_SERVER_QUERY_BYTES_MAX, &m->words, err));
    LD_TRY(read_text(object, "highlightPreTag", "<em>", TAG_BYTES_MAX, &m->before, err));
    LD_TRY(read_text(object, "highlightPostTag", "</em>", TAG_BYTES_MAX, &m->after, err));
    LD_TRY(read_window(object, m, err));
    LD_TRY(read_sort(object, &m->options.sort, err));
    m->is_formatted = json_array_size(json_object_get(object, "attributesToHighlight")) > 0 ||
                      json_array_size(json_object_get(object, "attributesToCrop")) > 0;
    m->facets = json_object_get(object, "facets");
    LD_TRY(ld_meili_filter_add(json_object_get(object, "filter"), &m->query, err));
    ld_buf_add_span(&m->query, m->words);
    if (m->options.count == 0)
        m->options.count = UINT32_MAX; /* the total alone */
    return ld_buf_status(&m->query, err);
}

/* ---- answering ---- */

static ld_span span_of(lede_text t)
{
    return ld_span_of(t.data, t.bytes);
}

static void key_text(ld_json *j, const char *key, lede_text text)
{
    ld_json_key_string(j, key, span_of(text));
}

static void key_texts(ld_json *j, const char *key, const lede_text *texts, uint32_t count)
{
    ld_json_key(j, key);
    ld_json_array(j);
    for (uint32_t i = 0; i < count; i++)
        ld_json_string(j, span_of(texts[i]));
    ld_json_array_end(j);
}

/* A text with its marks; without `m` as it is. */
static void key_marked(ld_json *j, const char *key, lede_text text, const lede_mark *marks,
                       uint32_t count, const multi_query *m)
{
    ld_buf marked;
    size_t at = 0;
    if (!m) {
        key_text(j, key, text);
        return;
    }
    ld_buf_init(&marked, j->out->env, LD_SERVER_RESPONSE_BYTES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        size_t from = marks[i].offset_bytes, to = from + marks[i].length_bytes;
        if (from < at || to > text.bytes)
            continue;
        ld_buf_add(&marked, text.data + at, from - at);
        ld_buf_add_span(&marked, m->before);
        ld_buf_add(&marked, text.data + from, to - from);
        ld_buf_add_span(&marked, m->after);
        at = to;
    }
    ld_buf_add(&marked, text.data + at, text.bytes - at);
    ld_json_key_string(j, key, ld_buf_span(&marked));
    if (marked.status != LEDE_OK)
        j->out->status = marked.status;
    ld_buf_release(&marked);
}

/* m: of the marks, NULL for none. */
static void write_fields(ld_json *j, const lede_hit *hit, const multi_query *m)
{
    const lede_article *a = hit->article;
    const lede_passage *p = hit->passage_count > 0 ? &hit->passages[0] : NULL;
    key_text(j, "id", a->key);
    key_marked(j, "headline", a->headline, hit->headline_marks, hit->headline_mark_count, m);
    key_marked(j, "passage", p ? p->text : (lede_text){"", 0}, p ? p->marks : NULL,
               p ? p->mark_count : 0, m);
    key_text(j, "url", a->canonical_url.bytes ? a->canonical_url : a->url);
    key_text(j, "source", a->source);
    key_text(j, "section", a->section);
    key_texts(j, "author", a->authors, a->author_count);
    key_texts(j, "tag", a->tags, a->tag_count);
    key_text(j, "language", a->language);
    if (a->published.precision == LEDE_DATE_UNKNOWN)
        return;
    char day[16];
    ld_date_format_day(a->published.utc_ms, day);
    ld_json_key_cstring(j, "date", day);
    ld_json_key(j, "published");
    ld_json_i64(j, a->published.utc_ms / 1000);
    ld_json_key(j, "year");
    ld_json_i64(j, ld_civil_from_utc_ms(a->published.utc_ms).year);
}

static lede_status write_hits(lede_hits *hits, const multi_query *m, ld_json *j, lede_error *err)
{
    ld_json_key(j, "hits");
    ld_json_array(j);
    for (;;) {
        const lede_hit *hit;
        LD_TRY(lede_hits_next(hits, &hit, err));
        if (!hit)
            break;
        ld_json_object(j);
        write_fields(j, hit, NULL);
        if (m->is_formatted) {
            ld_json_key(j, "_formatted");
            ld_json_object(j);
            write_fields(j, hit, m);
            ld_json_object_end(j);
        }
        ld_json_object_end(j);
    }
    ld_json_array_end(j);
    return LEDE_OK;
}

static lede_status write_facet(ld_exchange *x, const multi_query *m, const json_t *name, ld_json *j,
                               lede_error *err)
{
    lede_facets *facets;
    uint32_t count;
    ld_span query = ld_buf_span(&m->query);
    ld_span attribute = json_is_string(name)
                            ? ld_span_of(json_string_value(name), json_string_length(name))
                            : LD_SPAN("");
    const char *facet = ld_meili_facet(attribute);
    if (!facet)
        return LD_FAIL(err, LEDE_E_INVALID,
                       "facets takes source, section, author, tag, language and year.");
    LD_TRY(lede_facet(x->view->snapshot, query.data, query.bytes, &m->options, facet,
                      LD_SERVER_FACET_VALUES_MAX, &facets, err));
    const lede_facet_value *values = lede_facets_values(facets, &count);
    ld_json_key(j, json_string_value(name));
    ld_json_object(j);
    for (uint32_t i = 0; i < count; i++)
        ld_json_key_u64(j, values[i].value.data, values[i].count);
    ld_json_object_end(j);
    lede_facets_free(facets);
    return LEDE_OK;
}

static lede_status write_facets(ld_exchange *x, const multi_query *m, ld_json *j, lede_error *err)
{
    static const char *const all[] = {"source", "section", "author", "tag", "language", "year"};
    size_t count = json_array_size(m->facets);
    if (!m->facets || json_is_null(m->facets))
        return LEDE_OK;
    if (!json_is_array(m->facets) || count > FACETS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "facets must be a list of at most %u names.",
                       FACETS_MAX);
    bool is_all = count == 1 && json_is_string(json_array_get(m->facets, 0)) &&
                  strcmp(json_string_value(json_array_get(m->facets, 0)), "*") == 0;
    ld_json_key(j, "facetDistribution");
    ld_json_object(j);
    for (size_t i = 0; i < (is_all ? sizeof all / sizeof *all : count); i++) {
        json_t *name = is_all ? json_string(all[i]) : json_incref(json_array_get(m->facets, i));
        lede_status status = write_facet(x, m, name, j, err);
        json_decref(name);
        LD_TRY(status);
    }
    ld_json_object_end(j);
    ld_json_key(j, "facetStats");
    ld_json_object(j);
    ld_json_object_end(j);
    return LEDE_OK;
}

static void write_window(const multi_query *m, const lede_answer *a, ld_json *j)
{
    if (m->page == 0) {
        ld_json_key_u64(j, "limit", m->options.count == UINT32_MAX ? 0 : m->options.count);
        ld_json_key_u64(j, "offset", m->options.offset);
        ld_json_key_u64(j, "estimatedTotalHits", a->total);
        return;
    }
    uint64_t reachable = a->total < LD_QUERY_HITS_MAX ? a->total : LD_QUERY_HITS_MAX;
    ld_json_key_u64(j, "page", m->page);
    ld_json_key_u64(j, "hitsPerPage", m->hits_per_page);
    ld_json_key_u64(j, "totalHits", a->total);
    ld_json_key_u64(j, "totalPages",
                    m->hits_per_page ? (reachable + m->hits_per_page - 1) / m->hits_per_page : 0);
}

static lede_status write_answer(ld_exchange *x, const multi_query *m, ld_json *j, lede_error *err)
{
    lede_hits *hits;
    LD_TRY(ld_exchange_search(x, ld_buf_span(&m->query), &m->options, &hits, err));
    const lede_answer *answer = lede_hits_answer(hits);
    ld_json_object(j);
    ld_json_key_string(j, "indexUid", m->index);
    lede_status status = write_hits(hits, m, j, err);
    if (status == LEDE_OK) {
        ld_json_key_string(j, "query", m->words);
        ld_json_key_u64(j, "processingTimeMs", answer->elapsed_ns / 1000000);
        write_window(m, answer, j);
        status = write_facets(x, m, j, err);
    }
    ld_json_object_end(j);
    lede_hits_free(hits);
    return status;
}

static lede_status answer_one(ld_exchange *x, const json_t *object, ld_json *j, lede_error *err)
{
    multi_query m = {.page = 0};
    ld_buf_init(&m.query, x->app->env, 256u << 10);
    lede_status status = read_query(x, object, &m, err);
    if (status == LEDE_OK)
        status = write_answer(x, &m, j, err);
    ld_buf_release(&m.query);
    return status;
}

static lede_status answer_all(ld_exchange *x, const json_t *body, lede_error *err)
{
    const json_t *queries = json_object_get(body, "queries");
    ld_json j;
    if (!json_is_array(queries) || json_array_size(queries) > LD_SERVER_MULTI_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "queries must be a list of at most %u queries.",
                       LD_SERVER_MULTI_MAX);
    if (json_object_size(body) > 1) {
        x->response->status = 501;
        return LD_FAIL(err, LEDE_E_INVALID, "Only queries is taken; federation is not built here.");
    }
    ld_json_init(&j, &x->response->body, false);
    ld_json_object(&j);
    ld_json_key(&j, "results");
    ld_json_array(&j);
    for (size_t i = 0; i < json_array_size(queries); i++)
        LD_TRY(answer_one(x, json_array_get(queries, i), &j, err));
    ld_json_array_end(&j);
    ld_json_object_end(&j);
    ld_buf_add_byte(&x->response->body, '\n');
    return LEDE_OK;
}

lede_status ld_route_multi_search(ld_exchange *x, lede_error *err)
{
    json_error_t why;
    ld_span text = x->http->body;
    if (text.bytes > LD_SERVER_QUERY_BODY_BYTES_MAX)
        return ld_exchange_refuse(x, 413, err, "The body of a search may have at most 256 KiB.");
    json_t *body = json_loadb(text.data, text.bytes, JSON_REJECT_DUPLICATES, &why);
    if (!body)
        return LD_FAIL(err, LEDE_E_INVALID, "The body is no JSON: line %d, column %d: %.120s",
                       why.line, why.column, why.text);
    x->response->content_type = "application/json";
    lede_status status = answer_all(x, body, err);
    json_decref(body);
    return status;
}
