/*
 * No text from outside becomes markup. Each round writes a page twice from one seed: with hostile
 * text, and with letters of the same length in its place. A strict scanner of the source and the
 * parser that reads pages as browsers do must each find the same elements and attributes in both.
 * `make prove-escape` runs a million rounds.
 */
#include "tests/test.h"

#include "server/page_article.h"
#include "server/page_results.h"
#include "tests/server/page_tree.h"

#define ROUNDS          2500 /* LEDE_PAGE_ROUNDS= in the environment: another number */
#define TEXT_BYTES_MAX  48u
#define DEPTH_MAX       32
#define TEXTS_BYTES_MAX 65536u

/* ---- the strict scanner: elements and attribute names of a page, in order ---- */

typedef struct scanner {
    const char *at, *end;
    ld_buf *skeleton;
    char open[DEPTH_MAX][16];
    int depth;
} scanner;

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

static void scan_name(scanner *s, char *name, size_t name_bytes)
{
    size_t n = 0;
    while (s->at < s->end && is_name(*s->at)) {
        assert_true(n + 1 < name_bytes);
        name[n++] = *s->at++;
    }
    assert_true(n > 0);
    name[n] = 0;
}

static void scan_text(scanner *s, char stop)
{
    while (s->at < s->end && *s->at != stop) {
        char c = *s->at++;
        assert_true(c != '<' && c != '>' && c != '"' && c != '\'');
        assert_true(c == '\n' || c == '\t' || (unsigned char)c >= 0x20);
        if (c == '&') {
            const char *semicolon = memchr(s->at, ';', (size_t)(s->end - s->at));
            assert_true(semicolon && semicolon - s->at <= 5);
        }
    }
}

static void scan_attributes(scanner *s)
{
    char name[24];
    while (*s->at == ' ') {
        s->at++;
        scan_name(s, name, sizeof name);
        ld_buf_add_format(s->skeleton, " %s", name);
        if (*s->at != '=')
            continue;
        assert_true(s->at[1] == '"');
        s->at += 2;
        if (strcmp(name, "href") == 0)
            assert_true(*s->at == '/' || *s->at == '#' || strncmp(s->at, "http://", 7) == 0 ||
                        strncmp(s->at, "https://", 8) == 0);
        scan_text(s, '"');
        assert_true(s->at < s->end);
        s->at++;
    }
}

static bool is_void(const char *name)
{
    return strcmp(name, "meta") == 0 || strcmp(name, "link") == 0 || strcmp(name, "input") == 0;
}

static void scan_tag(scanner *s)
{
    char name[16];
    bool is_end = *s->at == '/';
    s->at += is_end;
    scan_name(s, name, sizeof name);
    ld_buf_add_format(s->skeleton, is_end ? "</%s" : "<%s", name);
    if (is_end) {
        assert_true(s->depth > 0);
        assert_string_equal(s->open[--s->depth], name);
    } else {
        scan_attributes(s);
        bool is_closed = *s->at == '/'; /* an element of SVG */
        s->at += is_closed;
        if (!is_void(name) && !is_closed) {
            assert_true(s->depth < DEPTH_MAX);
            strcpy(s->open[s->depth++], name);
        }
    }
    assert_true(s->at < s->end && *s->at == '>');
    s->at++;
    ld_buf_add_string(s->skeleton, ">\n");
}

static void scan_page(const ld_buf *page, ld_buf *skeleton)
{
    static const char doctype[] = "<!DOCTYPE html>";
    scanner s = {
        (const char *)page->data, (const char *)page->data + page->bytes, skeleton, {""}, 0};
    assert_true(page->bytes > sizeof doctype &&
                memcmp(page->data, doctype, sizeof doctype - 1) == 0);
    s.at += sizeof doctype - 1;
    while (s.at < s.end) {
        scan_text(&s, '<');
        if (s.at == s.end)
            break;
        s.at++;
        scan_tag(&s);
    }
    assert_int_equal(s.depth, 0);
}

/* ---- random documents ---- */

typedef struct maker {
    test_random random;
    bool is_hostile; /* else letters of the same lengths */
    uint32_t letter; /* of the next harmless text: neighbours differ */
    char *texts;     /* [TEXTS_BYTES_MAX] */
    size_t used;
} maker;

static const char *const pieces[] = {"<script>",
                                     "</script>",
                                     "\"",
                                     "'",
                                     ">",
                                     "<",
                                     "&",
                                     "&lt;",
                                     "<img src=x onerror=",
                                     "\"><b onload=",
                                     "</a>",
                                     "-->",
                                     "<!--",
                                     "]]>",
                                     "\x01",
                                     "\x7f",
                                     "\xff",
                                     "\xc3",
                                     "\xc3\xa9",
                                     "\xe2\x80",
                                     "javascript:",
                                     "\r",
                                     "&#60;",
                                     "</title>",
                                     "</mark>",
                                     "x",
                                     " ",
                                     "%22",
                                     "\xf0\x9f\x90\x8b",
                                     "{",
                                     "`",
                                     "\xed\xa0\x80"};

/* keep: bytes at its beginning that are the same in both ways. */
static lede_text make_text(maker *m, const char *keep, bool no_space)
{
    char *text = m->texts + m->used;
    size_t bytes = strlen(keep);
    uint32_t target = test_random_below(&m->random, TEXT_BYTES_MAX);
    memcpy(text, keep, bytes);
    size_t kept = bytes;
    while (bytes < kept + target) {
        const char *piece = pieces[test_random_below(&m->random, sizeof pieces / sizeof *pieces)];
        if (no_space && strpbrk(piece, " \r\x01\x7f"))
            continue;
        memcpy(text + bytes, piece, strlen(piece));
        bytes += strlen(piece);
    }
    m->letter++;
    if (!m->is_hostile)
        memset(text + kept, 'a' + (int)(m->letter % 26), bytes - kept);
    text[bytes] = 0;
    m->used += bytes + 1;
    assert_true(m->used + 4 * TEXT_BYTES_MAX < TEXTS_BYTES_MAX);
    return (lede_text){text, bytes};
}

static lede_text make_plain(maker *m)
{
    return test_random_below(&m->random, 5) ? make_text(m, "", false) : (lede_text){"", 0};
}

static lede_text make_url(maker *m)
{
    static const char *const schemes[] = {"https://", "http://", "javascript:", "data:", ""};
    return make_text(m, schemes[test_random_below(&m->random, 5)], true);
}

static lede_date make_date(maker *m)
{
    static const char *const evidence[] = {"json-ld", "url", "text", "given"};
    lede_date_precision precision = (lede_date_precision)test_random_below(&m->random, 5);
    int64_t utc_ms = (int64_t)test_random_below(&m->random, 2000000000) * 1000;
    return (lede_date){precision, utc_ms, evidence[test_random_below(&m->random, 4)],
                       (uint8_t)test_random_below(&m->random, 101), 0};
}

static lede_mark make_mark(maker *m)
{
    return (lede_mark){test_random_below(&m->random, TEXT_BYTES_MAX),
                       test_random_below(&m->random, TEXT_BYTES_MAX)};
}

typedef struct document {
    lede_article article;
    lede_text authors[3], tags[3];
    lede_block blocks[8];
    lede_caption captions[2];
    lede_document_mark marks[12];
    uint32_t mark_count;
} document;

static void make_document(maker *m, document *d)
{
    static const char *const languages[] = {"en", "fr-CA", "\"><x", ""};
    lede_article *a = &d->article;
    const char *language = languages[test_random_below(&m->random, 4)];
    *a = (lede_article){.struct_bytes = sizeof *a, .kind = "story"};
    a->headline = make_plain(m);
    a->kicker = make_text(m, "k", false); /* never the same as the section */
    a->section = make_text(m, "s", false);
    a->source = make_plain(m);
    a->agency = make_plain(m);
    a->key = make_text(m, "k", false);
    a->url = make_url(m);
    a->canonical_url = test_random_below(&m->random, 2) ? make_url(m) : (lede_text){"", 0};
    a->path = make_text(m, "", false);
    a->language = (lede_text){language, strlen(language)};
    a->published = make_date(m);
    a->modified = make_date(m);
    a->captured = make_date(m);
    a->authors = d->authors;
    a->tags = d->tags;
    a->blocks = d->blocks;
    a->captions = d->captions;
    a->author_count = test_random_below(&m->random, 4);
    a->tag_count = test_random_below(&m->random, 4);
    a->block_count = test_random_below(&m->random, 9);
    a->caption_count = test_random_below(&m->random, 3);
    for (int i = 0; i < 3; i++) {
        d->authors[i] = make_text(m, "a", false);
        d->tags[i] = make_text(m, "t", false);
    }
    for (int i = 0; i < 8; i++)
        d->blocks[i] =
            (lede_block){(lede_block_kind)test_random_below(&m->random, 6), 2,
                         (int)test_random_below(&m->random, 2), make_text(m, "a\tb", false)};
    for (int i = 0; i < 2; i++)
        d->captions[i] = (lede_caption){make_plain(m), make_plain(m)};
    d->mark_count = test_random_below(&m->random, 13);
    for (uint32_t i = 0; i < d->mark_count; i++)
        d->marks[i] = (lede_document_mark){(int32_t)i - 1, make_mark(m)};
}

/* ---- the pages ---- */

static const lede_snapshot_info info = {
    .articles = 1234567, .published_first_utc_ms = 0, .published_last_utc_ms = 1447632000000};

static ld_span span_of(lede_text t)
{
    return ld_span_of(t.data, t.bytes);
}

static ld_page make_page(maker *m, ld_buf *out)
{
    lede_text name = make_text(m, "n", false);
    return (ld_page){out,
                     "/base",
                     name.data,
                     &info,
                     span_of(make_text(m, "\"q", false)), /* never words alone */
                     test_random_below(&m->random, 2) ? LD_SPAN("newest")
                                                      : span_of(make_text(m, "s", false)),
                     false,
                     true,
                     {{LD_SPAN("")}},
                     {LD_SPAN("")},
                     test_random_below(&m->random, 2) ? LD_SPAN("all") : LD_SPAN(""),
                     test_random_below(&m->random, 2) ? LD_SPAN("1") : LD_SPAN("")};
}

/* What narrows: filters in force, counts of facets and of months. */
static void make_narrow(maker *m, ld_results *r, ld_timeline *t, lede_facet_value values[12])
{
    for (size_t i = 0; i < LD_FILTER_COUNT_; i++)
        r->page.filters.values[i] =
            test_random_below(&m->random, 3) ? LD_SPAN("") : span_of(make_text(m, "f", false));
    for (size_t i = 0; i < LD_SERVER_COMPARE_MAX - 1; i++)
        r->page.compare[i] =
            test_random_below(&m->random, 3) ? LD_SPAN("") : span_of(make_text(m, "c", false));
    for (size_t i = 0; i < 12; i++)
        values[i] = (lede_facet_value){make_text(m, "v", false), 0, 1 + i};
    for (size_t i = 0; i < LD_FILTER_FACETS_COUNT; i++)
        r->facets[i] = (ld_facet_list){values, test_random_below(&m->random, 13)};
    t->unit = (ld_time_unit)test_random_below(&m->random, 3);
    t->query_count = 1 + test_random_below(&m->random, LD_SERVER_COMPARE_MAX);
    t->bar_count = test_random_below(&m->random, 6);
    for (uint32_t i = 0; i < t->bar_count; i++)
        t->bars[i] = (ld_timeline_bar){(int64_t)i * 86400000 * 365,
                                       {test_random_below(&m->random, 3), 7, 8, 9},
                                       test_random_below(&m->random, 2)};
    r->timeline = t;
}

static void write_results(maker *m, ld_buf *out)
{
    lede_message messages[2];
    lede_mark headline_marks[2], marks[3];
    lede_passage passages[2];
    document d;
    static ld_timeline timeline;
    lede_facet_value values[12];
    ld_results r = {.page = make_page(m, out), .pages_max = 1000};
    lede_answer answer = {.total = test_random_below(&m->random, 3) *
                                   (uint64_t)test_random_below(&m->random, 20000),
                          .total_exact = (int)test_random_below(&m->random, 2),
                          .relaxed = (int)test_random_below(&m->random, 2),
                          .folded = (int)test_random_below(&m->random, 2),
                          .articles_total = 20000,
                          .understood = make_text(m, "u", false),
                          .did_you_mean = make_plain(m),
                          .messages = messages,
                          .message_count = test_random_below(&m->random, 3)};
    for (int i = 0; i < 2; i++)
        messages[i] = (lede_message){0, 0, i ? "relaxed" : "syntax", make_plain(m)};
    r.answer = &answer;
    r.number = 1 + test_random_below(&m->random, 12);
    make_narrow(m, &r, &timeline, values);
    ld_results_begin(&r);
    for (uint64_t hit = 0; hit < answer.total && hit < 3; hit++) {
        make_document(m, &d);
        for (int i = 0; i < 2; i++) {
            headline_marks[i] = make_mark(m);
            passages[i] = (lede_passage){i ? "caption" : "body", make_plain(m), marks, 3, i, !i};
        }
        for (int i = 0; i < 3; i++)
            marks[i] = make_mark(m);
        lede_text copies[] = {make_text(m, "k", false), make_plain(m)};
        uint32_t copy_count = test_random_below(&m->random, 3);
        lede_hit h = {.score = 1.0,
                      .article = &d.article,
                      .headline_marks = headline_marks,
                      .headline_mark_count = 2,
                      .passages = passages,
                      .passage_count = 2,
                      .older_version = (int)hit,
                      .copy_group = 7,
                      .copy_count = copy_count * 2,
                      .copy_keys = copies,
                      .copy_key_count = copy_count};
        ld_results_write_hit(&r, &h);
    }
    ld_results_end(&r);
}

static void write_article(maker *m, ld_buf *out)
{
    document d[2];
    const lede_article *versions[2] = {&d[0].article, &d[1].article};
    ld_article_page p = {.page = make_page(m, out), .versions = versions};
    make_document(m, &d[0]);
    make_document(m, &d[1]);
    p.marks = d[0].marks;
    p.mark_count = d[0].mark_count;
    lede_quote quotes[3];
    for (size_t i = 0; i < 3; i++)
        quotes[i] = (lede_quote){.kind = test_random_below(&m->random, 2) ? "stated" : "reported",
                                 .text = make_text(m, "q", false),
                                 .speaker = make_text(m, "s", false),
                                 .name = make_plain(m)};
    p.quotes = quotes;
    p.quote_count = test_random_below(&m->random, 4);
    p.version_count = 1 + test_random_below(&m->random, 2);
    ld_diff_word words[12];
    ld_diff diff = {.words = words, .count = 12};
    for (size_t i = 0; i < 12; i++)
        words[i] = (ld_diff_word){
            (ld_diff_kind)test_random_below(&m->random, 3),
            test_random_below(&m->random, 4) ? span_of(make_text(m, "w", true)) : LD_SPAN("\n")};
    p.diff = test_random_below(&m->random, 3) ? NULL : &diff;
    ld_article_page_begin(&p);
    for (uint32_t similar = test_random_below(&m->random, 3); similar > 0; similar--)
        ld_article_page_write_similar(&p, &d[1].article);
    ld_article_page_end(&p);
}

static void write_front(maker *m, ld_buf *out)
{
    ld_page page = make_page(m, out);
    page.is_front = true;
    ld_results_write_front(&page);
}

static void write_error(maker *m, ld_buf *out)
{
    ld_page_write_error(out, "/base", 400, "Bad Request", span_of(make_text(m, "s", false)));
}

static void check_page(void (*write)(maker *m, ld_buf *out))
{
    char *texts = malloc(TEXTS_BYTES_MAX);
    ld_arena *arena;
    assert_int_equal(ld_arena_new(lede_env_system(), 256u << 20, &arena, NULL), LEDE_OK);
    ld_buf page, skeletons[2];
    const char *asked = getenv("LEDE_PAGE_ROUNDS");
    uint64_t rounds = asked ? strtoull(asked, NULL, 10) : ROUNDS;
    for (uint64_t seed = 1; seed <= rounds; seed++) {
        for (int i = 0; i < 2; i++) {
            maker m = {{seed}, i == 0, 0, texts, 0};
            ld_buf_init(&page, lede_env_system(), 1u << 22);
            ld_buf_init(&skeletons[i], lede_env_system(), 1u << 22);
            write(&m, &page);
            assert_int_equal(page.status, LEDE_OK);
            scan_page(&page, &skeletons[i]);
            assert_true(page_tree_write(arena, &page, &skeletons[i]));
            ld_buf_release(&page);
        }
        if (strcmp(ld_buf_string(&skeletons[0]), ld_buf_string(&skeletons[1])) != 0)
            fail_msg("seed %llu: text became markup:\n%s\n-- instead of\n%s",
                     (unsigned long long)seed, ld_buf_string(&skeletons[0]),
                     ld_buf_string(&skeletons[1]));
        ld_buf_release(&skeletons[0]);
        ld_buf_release(&skeletons[1]);
    }
    ld_arena_free(arena);
    free(texts);
}

static void test_results_escape(void **state)
{
    check_page(write_results);
}
static void test_article_escape(void **state)
{
    check_page(write_article);
}
static void test_front_escape(void **state)
{
    check_page(write_front);
}
static void test_error_escape(void **state)
{
    check_page(write_error);
}

/* ---- pieces ---- */

static const char *written(ld_buf *out)
{
    static char copy[512];
    snprintf(copy, sizeof copy, "%s", ld_buf_string(out));
    ld_buf_clear(out);
    return copy;
}

static void test_pieces(void **state)
{
    ld_buf out;
    const lede_mark marks[] = {{4, 3}, {5, 4}, {90, 5}};
    lede_date date = {LEDE_DATE_TIME, 1447662600000, "url", 70, 0};
    ld_buf_init(&out, lede_env_system(), 4096);
    ld_page_marked(&out, LD_SPAN("say yes & no"), 0, 12, marks, 3);
    assert_string_equal(written(&out), "say <mark>yes</mark><mark> &amp;</mark> no");
    ld_page_marked(&out, LD_SPAN("say yes & no"), 5, 8, marks, 1);
    assert_string_equal(written(&out), "<mark>es</mark> ");
    ld_page_count(&out, 0);
    ld_buf_add_byte(&out, ' ');
    ld_page_count(&out, 999);
    ld_buf_add_byte(&out, ' ');
    ld_page_count(&out, 1234567);
    assert_string_equal(written(&out), "0 999 1,234,567");
    ld_page_date(&out, &date, true);
    assert_string_equal(written(&out), "<time datetime=\"2015-11-16T08:30:00Z\">16 November 2015, "
                                       "08:30 UTC</time>");
    date.precision = LEDE_DATE_MONTH;
    ld_page_date(&out, &date, true);
    assert_string_equal(written(&out), "<time datetime=\"2015-11\">November 2015</time>");
    assert_string_equal(ld_page_evidence(&date), "from the address");
    date.precision = LEDE_DATE_UNKNOWN;
    ld_page_date(&out, &date, true);
    assert_string_equal(written(&out), "");
    assert_null(ld_page_evidence(&date));
    ld_buf_release(&out);
}

static void test_web_urls(void **state)
{
    assert_true(ld_url_is_web(LD_SPAN("https://a.example/x")));
    assert_true(ld_url_is_web(LD_SPAN("HTTP://a.example/")));
    assert_false(ld_url_is_web(LD_SPAN("javascript:alert(1)//http://")));
    assert_false(ld_url_is_web(LD_SPAN("http://a.example/a b")));
    assert_false(ld_url_is_web(LD_SPAN("\thttp://a.example/")));
    assert_false(ld_url_is_web(LD_SPAN("data:text/html,x")));
    assert_false(ld_url_is_web(LD_SPAN("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_results_escape), cmocka_unit_test(test_article_escape),
        cmocka_unit_test(test_front_escape),   cmocka_unit_test(test_error_escape),
        cmocka_unit_test(test_pieces),         cmocka_unit_test(test_web_urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
