#include "tests/faults/answers.h"

#include "tests/test.h"

#define NOW_UTC_MS INT64_C(1700000000000) /* 2023-11-14 */
#define PAGES_MAX  50                     /* of one question: more is an endless cursor */

void answers_add(answers *a, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    size_t end = a->bytes + (size_t)length + 1;
    if (end > a->capacity) {
        a->capacity = end * 2;
        a->text = realloc(a->text, a->capacity);
        if (!a->text)
            fail_msg("no memory for the test itself");
    }
    va_start(arguments, format);
    vsnprintf(a->text + a->bytes, (size_t)length + 1, format, arguments);
    va_end(arguments);
    a->bytes += (size_t)length;
}

void answers_clear(answers *a)
{
    a->bytes = 0;
    if (a->text)
        a->text[0] = 0;
}

void answers_release(answers *a)
{
    free(a->text);
    *a = (answers){0};
}

/* ---- searches ---- */

const question questions[] = {
    {.text = "harbour"},
    {.text = "council"},
    {.text = "ferry lantern"},
    {.text = "bridge spring boats"},
    {.text = "storm OR lantern"},
    {.text = "herring | anchor | ropewalk"},
    {.text = "council -storm"},
    {.text = "(storm OR herring) mayor"},
    {.text = "zyzzyva"},
    {.text = "zyzzyva harbour"},
    {.text = "\"the work on the bridge\""},
    {.text = "\"show of hands\""},
    {.text = "\"hands of show\""},
    {.text = "\"council tuesday\"~6"},
    {.text = "mayor w/5 bridge"},
    {.text = "council pre/3 port"},
    {.text = "council w/s harbour"},
    {.text = "har*"},
    {.text = "fer* AND lan*"},
    {.text = "h?rring"},
    {.text = "=\"boats\""},
    {.text = "boat"},
    {.text = "caps(council)"},
    {.text = "title:harbour"},
    {.text = "title:storm OR caption:quay"},
    {.text = "caption:quay"},
    {.text = "hlead(council)"},
    {.text = "byline:merle"},
    {.text = "section:harbour"},
    {.text = "date:2015-11"},
    {.text = "council after:2015-11-10"},
    {.text = "council before:2015-11-05"},
    {.text = "date:2016"},
    {.text = "lang:en council"},
    {.text = "site:paper.example mayor"},
    {.text = "atleast2(council)"},
    {.text = "council", .sort = LEDE_SORT_NEWEST, .count = 4, .all_pages = true},
    {.text = "council", .sort = LEDE_SORT_OLDEST, .count = 3},
    {.text = "council", .count = 5, .all_pages = true},
    {.text = "storm", .versions_all = true},
    {.text = "council", .count = UINT32_MAX},
    {.text = "council", .facet = "author"},
    {.text = "council", .facet = "section"},
    {.text = "mayor", .facet = "published:month"},
};
const uint32_t question_count = sizeof questions / sizeof *questions;

lede_status answers_article(answers *a, const lede_article *article, lede_error *err)
{
    char *text;
    size_t bytes;
    lede_status status = lede_article_write(a->env, article, LEDE_ARTICLE_JSON, &text, &bytes, err);
    if (status != LEDE_OK)
        return status;
    answers_add(a, "%.*s", (int)bytes, text); /* ends with a newline */
    lede_buffer_free(a->env, text, bytes);
    return LEDE_OK;
}

static void add_marks(answers *a, const lede_mark *marks, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        answers_add(a, " %u+%u", marks[i].offset_bytes, marks[i].length_bytes);
    answers_add(a, "\n");
}

static lede_status add_hit(answers *a, const lede_hit *hit, lede_error *err)
{
    answers_add(a, "hit %a older %d key %.*s marks", hit->score, hit->older_version,
                (int)hit->article->key.bytes, hit->article->key.data);
    add_marks(a, hit->headline_marks, hit->headline_mark_count);
    for (uint32_t i = 0; i < hit->passage_count; i++) {
        const lede_passage *p = &hit->passages[i];
        answers_add(a, "%s %d %d: %.*s marks", p->zone, p->cut_before, p->cut_after,
                    (int)p->text.bytes, p->text.data);
        add_marks(a, p->marks, p->mark_count);
    }
    return answers_article(a, hit->article, err);
}

static lede_status add_page(answers *a, lede_hits *hits, char next[512], lede_error *err)
{
    const lede_answer *answer = lede_hits_answer(hits);
    answers_add(a, "total %llu exact %d partial %d relaxed %d understood %.*s\n",
                (unsigned long long)answer->total, answer->total_exact, answer->partial,
                answer->relaxed, (int)answer->understood.bytes, answer->understood.data);
    for (uint32_t i = 0; i < answer->message_count; i++)
        answers_add(a, "%s: %s\n", answer->messages[i].code, answer->messages[i].text.data);
    snprintf(next, 512, "%s", answer->next_cursor.data);
    for (;;) {
        const lede_hit *hit;
        lede_status status = lede_hits_next(hits, &hit, err);
        if (status == LEDE_OK && hit)
            status = add_hit(a, hit, err);
        if (status != LEDE_OK || !hit)
            return status;
    }
}

static lede_status ask_facet(answers *a, lede_snapshot *s, const question *q,
                             const lede_search_options *options, lede_error *err)
{
    lede_facets *facets;
    lede_status status =
        lede_facet(s, q->text, strlen(q->text), options, q->facet, 20, &facets, err);
    if (status != LEDE_OK)
        return status;
    uint32_t count;
    const lede_facet_value *values = lede_facets_values(facets, &count);
    for (uint32_t i = 0; i < count; i++)
        answers_add(a, "%s %lld: %llu\n", values[i].value.data, (long long)values[i].start_utc_ms,
                    (unsigned long long)values[i].count);
    lede_facets_free(facets);
    return LEDE_OK;
}

lede_status answers_ask(answers *a, lede_snapshot *s, const question *q, lede_error *err)
{
    char cursor[512] = "";
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    options.sort = q->sort;
    options.count = q->count;
    options.versions_all = q->versions_all;
    options.deadline_ms = UINT32_MAX;
    options.now_utc_ms = NOW_UTC_MS;
    answers_add(a, "? %s\n", q->text);
    if (q->facet)
        return ask_facet(a, s, q, &options, err);
    for (int page = 0; page < PAGES_MAX; page++) {
        lede_hits *hits;
        options.cursor = *cursor ? cursor : NULL;
        lede_status status = lede_search(s, q->text, strlen(q->text), &options, &hits, err);
        if (status != LEDE_OK)
            return status;
        char next[512];
        status = add_page(a, hits, next, err);
        lede_hits_free(hits);
        if (status != LEDE_OK || !q->all_pages || !*next)
            return status;
        memcpy(cursor, next, sizeof cursor);
    }
    answers_add(a, "a cursor without an end\n");
    return LEDE_OK;
}

lede_status answers_find(answers *a, lede_snapshot *s, const char *key, const char *query,
                         lede_error *err)
{
    lede_document *d;
    lede_status status = lede_snapshot_find(s, key, &d, err);
    if (status != LEDE_OK)
        return status;
    for (uint32_t i = 0; status == LEDE_OK && i < lede_document_version_count(d); i++)
        status = answers_article(a, lede_document_article(d, i), err);
    const lede_document_mark *marks;
    uint32_t count;
    if (status == LEDE_OK)
        status = lede_document_marks(d, query, strlen(query), &marks, &count, err);
    if (status == LEDE_OK) {
        for (uint32_t i = 0; i < count; i++)
            answers_add(a, "%d:%u+%u ", marks[i].block, marks[i].mark.offset_bytes,
                        marks[i].mark.length_bytes);
        answers_add(a, "\n");
    }
    lede_document_free(d);
    return status;
}

lede_status answers_dump(answers *a, lede_snapshot *s, lede_error *err)
{
    lede_dump *dump;
    lede_status status = lede_dump_open(s, &dump, err);
    if (status != LEDE_OK)
        return status;
    for (;;) {
        lede_text line;
        status = lede_dump_next(dump, &line, err);
        if (status != LEDE_OK || line.bytes == 0)
            break;
        answers_add(a, "%.*s\n", (int)line.bytes, line.data);
    }
    lede_dump_free(dump);
    return status;
}

/* ---- pages ---- */

static const char *const subjects[] = {"Harbour", "Ferry", "Storm", "Herring", "Bridge", "Lantern"};
static const char *const others[] = {"anchor", "ropewalk", "quay",  "windmill",
                                     "jetty",  "market",   "chapel"};
static const char *const writers[] = {"Ada Merle", "Tom Quill", "Rosa Venn"};

void small_page_url(char url[64], uint32_t i)
{
    snprintf(url, 64, "http://paper.example/%u", i);
}

size_t small_page(char *page, size_t capacity, uint32_t i, uint32_t revision)
{
    const char *subject = subjects[i % 6], *other = others[(i + revision * 3) % 7];
    const char *writer = writers[i % 3];
    int length = snprintf(
        page, capacity,
        "<!doctype html><html lang=en><head><title>%s news number %u</title>"
        "<meta property=article:published_time content=\"2015-11-%02uT0%u:00:00Z\">"
        "<meta property=article:section content=\"%s\"><meta name=author content=\"%s\"></head>"
        "<body><article><h1>%s news number %u</h1><p>By %s</p>"
        "<p>The Council of Port Aldern met on Tuesday to hear what the %s and the %s need, and the "
        "harbour council spoke for %u hours about the %s.</p>"
        "<figure><img src=a.jpg><figcaption>The %s at the quay, seen by %s</figcaption></figure>"
        "<p>The mayor said that the work on the bridge would begin in the spring, when the boats "
        "are out of the water again; revision %u of the %s plan was read.</p>"
        "<p>Nobody in the hall disagreed, and the vote was taken by a show of hands.</p>"
        "</article></body></html>",
        subject, i, i % 28 + 1, i % 9, subject, writer, subject, i, writer, subject, other,
        i % 5 + 2, other, subject, writer, revision, other);
    if (length < 0 || (size_t)length >= capacity)
        fail_msg("the test's page does not fit");
    return (size_t)length;
}
