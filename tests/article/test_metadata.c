/* What a page states: JSON-LD in its many nestings, meta, microdata, titles, authors. */
#include "tests/article/extracting.h"

#define BODY                                                                                       \
    "<article><h1>Bridge to be repaired</h1><p>" PARA_1 "<p>" PARA_2 "<p>" PARA_3 "</article>"

static void extract_ld(const char *json)
{
    static char page[8192];
    snprintf(page, sizeof page, "<script type='application/ld+json'>%s</script>%s", json, BODY);
    extract_html(page);
}

static void test_json_ld_nestings(void **state)
{
    (void)state;
    static const char *const scripts[] = {
        "{\"@type\":\"NewsArticle\",\"datePublished\":\"2015-11-16T10:00:00Z\",\"author\":"
        "{\"@type\":\"Person\",\"name\":\"Ann Bee\"}}",
        "[{\"@type\":\"BreadcrumbList\"},{\"@type\":[\"ReportageNewsArticle\",\"Article\"],"
        "\"datePublished\":\"2015-11-16\",\"author\":[\"Ann Bee\"]}]",
        "{\"@graph\":[{\"@type\":\"WebSite\",\"name\":\"X\"},{\"@type\":\"Article\","
        "\"datePublished\":\"2015-11-16\",\"author\":{\"@id\":\"#p\"}},{\"@type\":\"Person\","
        "\"@id\":\"#p\",\"name\":\"Ann Bee\"}]}",
        "{\"@type\":\"WebPage\",\"mainEntity\":{\"@type\":\"schema:NewsArticle\",\"datePublished\":"
        "\"2015-11-16\",\"author\":{\"name\":[\"Ann Bee\"]}}}",
        /* broken: a line break in a string, trailing commas, comments, a wrong escape */
        "<!-- {\"@type\":\"NewsArticle\",\"description\":\"a\nb\\'c\",\"datePublished\":"
        "\"2015-11-16\",\"author\":[{\"name\":\"By Ann Bee\"},],}; -->",
        "//<![CDATA[\n{\"@type\":\"NewsArticle\",\"datePublished\":\"2015-11-16\",\"author\":"
        "\"Ann Bee\"}\n//]]>"};
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        extract_ld(scripts[i]);
        assert_string_equal(day_of(article.published), "2015-11-16");
        assert_int_equal(article.published.evidence, LD_EVIDENCE_JSON_LD);
        assert_int_equal(article.author_count, 1);
        assert_span(article.authors[0], "Ann Bee");
        assert_int_equal(article.block_count, 3);
    }
}

static void test_other_stories_in_json_ld(void **state)
{
    (void)state;
    extract_ld("{\"@type\":\"ItemList\",\"itemListElement\":[{\"@type\":\"NewsArticle\","
               "\"headline\":\"Another\",\"datePublished\":\"2001-01-01\"}]}");
    assert_span(article.headline, "Bridge to be repaired");
    assert_int_equal(article.published.precision, LD_DATE_NONE);
    extract_ld("{\"@type\":\"NewsArticle\",");
    assert_span(article.headline, "Bridge to be repaired");
}

static void test_meta(void **state)
{
    (void)state;
    extract_html_at(
        "<html lang=en-GB><base href='/a/'><title>Bridge to be repaired | The Paper</title>"
        "<meta property=og:title content='Bridge to be repaired - The Paper'>"
        "<meta property=og:site_name content='The Paper'>"
        "<meta property=article:published_time content='2015-11-16T10:00:00+01:00'>"
        "<meta property=article:modified_time content='2015-11-17'>"
        "<meta property=article:section content=City>"
        "<meta property=article:tag content=bridge><meta property=article:tag "
        "content=river><meta property=article:tag content=Bridge>"
        "<meta name=author content='Ann Bee, Carl Dee and The Paper'>"
        "<link rel=canonical href='bridge.html'>" BODY,
        "http://paper.example/x");
    assert_span(article.headline, "Bridge to be repaired");
    assert_span(article.source, "The Paper");
    assert_span(article.section, "City");
    assert_span(article.language, "en");
    assert_span(article.canonical_url, "http://paper.example/a/bridge.html");
    assert_int_equal(article.tag_count, 2);
    assert_int_equal(article.author_count, 2);
    assert_span(article.authors[1], "Carl Dee");
    assert_string_equal(day_of(article.modified), "2015-11-17");
    assert_int_equal(article.published.evidence, LD_EVIDENCE_META);
}

static void test_microdata_and_time(void **state)
{
    (void)state;
    extract_html(
        "<article itemscope><h1 itemprop=headline>Bridge to be repaired</h1><span "
        "itemprop=author>Ann Bee</span><meta itemprop=datePublished content=2015-11-16><p>" PARA_1
        "<p>" PARA_2 "</article>");
    assert_string_equal(day_of(article.published), "2015-11-16");
    assert_int_equal(article.published.evidence, LD_EVIDENCE_MICRODATA);
    assert_span(article.authors[0], "Ann Bee");
    extract_html(
        "<aside><time datetime=2020-01-01>x</time></aside><article><h1>Bridge to be repaired"
        "</h1><time datetime='2015-11-16T08:00:00Z'>today</time><span class=updated><time "
        "datetime=2015-11-18>x</time></span><p>" PARA_1 "<p>" PARA_2 "</article>");
    assert_string_equal(day_of(article.published), "2015-11-16");
    assert_int_equal(article.published.evidence, LD_EVIDENCE_TIME);
    assert_string_equal(day_of(article.modified), "2015-11-18");
}

static void test_visible_byline_and_date(void **state)
{
    (void)state;
    extract_html("<h1>Bridge to be repaired</h1><p>Par Ann Bee \xe2\x80\x93 Publi\xc3\xa9 le 16 "
                 "novembre 2015 \xc3\xa0 8 h</p><p>" PARA_1 "<p>" PARA_2);
    assert_string_equal(day_of(article.published), "2015-11-16");
    assert_int_equal(article.published.evidence, LD_EVIDENCE_TEXT);
    assert_int_equal(article.block_count, 2);
    extract_html("<h1>Bridge to be repaired</h1><div class=byline>By Shelby Abbott, Council "
                 "reporter</div><p>" PARA_1 "<p>" PARA_2);
    assert_int_equal(article.author_count, 1);
    assert_span(article.authors[0], "Shelby Abbott");
}

static void test_authors_are_persons(void **state)
{
    (void)state;
    extract_html("<meta property=og:site_name content='The Paper'><meta name=author content="
                 "'https://paper.example/ann'><meta name=author content='admin'><meta name=author "
                 "content='The Paper'><meta name=author content='desk@paper.example'>" BODY);
    assert_int_equal(article.author_count, 0);
    /* names of writers of other stories are not this one's */
    extract_html(
        "<h1>Bridge to be repaired</h1><p>" PARA_1 "<p>" PARA_2
        "<aside><a rel=author>Other Writer</a><span class=author>Third Writer</span></aside>");
    assert_int_equal(article.author_count, 0);
}

static void extract_author_text(const char *source, const char *author)
{
    static char page[8192];
    snprintf(page, sizeof page,
             "<meta property=og:site_name content='%s'><script type='application/ld+json'>"
             "{\"@type\":\"NewsArticle\",\"author\":\"%s\"}</script>%s",
             source, author, BODY);
    extract_html_at(page, "https://www.heron.example/story");
}

/* Names without what is appended to them; the publication only where nobody else is named. */
static void test_author_lists(void **state)
{
    (void)state;
    static const struct {
        const char *text, *authors[3];
    } cases[] = {{"Ann Bee MD", {"Ann Bee MD"}},
                 {"Ann Bee, MS, RDN", {"Ann Bee"}},
                 {"Ann Bee, Carl Dee, Frankfurt", {"Ann Bee", "Carl Dee"}},
                 {"Ann Bee Senior Writer", {"Ann Bee"}},
                 {"Ann Bee; Contributing Opinion Writer", {"Ann Bee"}},
                 {"Anna Bee Redakteurin und Carl Dee", {"Anna Bee", "Carl Dee"}},
                 {"\xec\x8b\xa0\xed\x98\x84\xec\xa3\xbc \xea\xb8\xb0\xec\x9e\x90",
                  {"\xec\x8b\xa0\xed\x98\x84\xec\xa3\xbc"}},
                 {"Madonna, Cher", {"Madonna, Cher"}},
                 {"Heron", {"Heron"}},
                 {"The Daily Heron", {"The Daily Heron"}},
                 {"heron.example", {"heron.example"}},
                 {"Ann Bee and Daily Heron", {"Ann Bee"}},
                 {"262588213843476", {NULL}},
                 {"Your Name", {NULL}},
                 {"German Wave (www.wave.example)", {NULL}}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        extract_author_text("Daily Heron", cases[i].text);
        uint32_t count = 0;
        while (count < 3 && cases[i].authors[count])
            count++;
        if (strcmp(cases[i].text, "Madonna, Cher") == 0) {
            assert_true(article.author_count >= 1); /* one turned round or two: not told apart */
            continue;
        }
        if (article.author_count != count)
            fail_msg("%s has %u authors", cases[i].text, article.author_count);
        for (uint32_t k = 0; k < count; k++)
            assert_span(article.authors[k], cases[i].authors[k]);
    }
    /* what a record states is not cut */
    ld_capture capture = {.media = LD_MEDIA_FIELDS,
                          .given = {.title = LD_SPAN("A bridge"),
                                    .text = LD_SPAN("A paragraph."),
                                    .author = LD_SPAN("Ann Bee, Madonna")}};
    assert_ok(extract_capture(capture), &err);
    assert_int_equal(article.author_count, 2);
}

#define LD_HEADLINE(headline, alternative)                                                         \
    "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"" headline       \
    "\",\"alternativeHeadline\":\"" alternative "\"}</script>"

static void test_titles(void **state)
{
    (void)state;
    static const struct {
        const char *page, *headline;
    } cases[] = {
        {"<title>Bridge to be repaired - NPA</title><h2>Bridge to be repaired</h2>",
         "Bridge to be repaired"},
        {"<title>News Example \xc2\xbb Bridge to be repaired</title>", "Bridge to be repaired"},
        {"<title>Price - and a half | news.example</title><h1>Price - and a half</h1>",
         "Price - and a half"},
        {"<title>Bridge &amp; tunnel</title><meta property=og:title content='Bridge &amp;amp; "
         "tunnel'>",
         "Bridge & tunnel"},
        {"<title>The Paper</title><meta property=og:site_name content='The Paper'><h1>The "
         "Paper</h1><h1>Bridge to be repaired</h1><meta property=og:title content='Bridge to be "
         "repaired'>",
         "Bridge to be repaired"},
        /* a section between headline and name; other headings of the page */
        {"<title>Bridge to be repaired | City | The Paper</title><meta property=og:title content="
         "'Bridge to be repaired | City | The Paper'><meta name=twitter:title content='Bridge to "
         "be "
         "repaired | City'><meta name=title content='Bridge to be repaired | City'>"
         "<h1>Bridge to be repaired</h1><h1>About</h1>"
         "<h1>Contact</h1>",
         "Bridge to be repaired"},
        /* the site's own heading */
        {"<title>What is a bridge? - The River Handbook</title><h1>The River Handbook</h1>",
         "What is a bridge?"},
        {"<title>Council - Bridge to be repaired before winter comes</title><h1>Bridge to be "
         "repaired before winter comes</h1>",
         "Bridge to be repaired before winter comes"},
        /* cut short for cards, whole in the page */
        {"<title>Bridge to be repaired before winter | The Paper</title><meta property=og:title "
         "content='Bridge to be repaired'><meta name=twitter:title content='Bridge to be "
         "repaired'><h1>Bridge to be repaired before winter</h1>",
         "Bridge to be repaired before winter"},
        {"<title>Price up</title><meta property=og:title content='Bridge to be repaired bef...'>"
         "<h1>Bridge to be repaired before winter</h1>",
         "Bridge to be repaired before winter"},
        {"<title>Bridge</title><h1>Bridge to be re\xc2\xadpaired</h1>", "Bridge to be repaired"},
        /* og:title alone says it differently: the editors' wording; not if the card does too */
        {"<title>Gannet bridge: repairs</title><h1>Gannet bridge: repairs</h1><meta property="
         "og:title content='A bridge to mend'>" LD_HEADLINE("Gannet bridge: repairs", ""),
         "A bridge to mend"},
        {"<title>Gannet bridge: repairs</title><h1>Gannet bridge: repairs</h1><meta property="
         "og:title content='A bridge to mend'><meta name=twitter:title content='A bridge to "
         "mend'>" LD_HEADLINE("Gannet bridge: repairs", ""),
         "Gannet bridge: repairs"},
        /* JSON-LD alone differs, with and without a second wording of its own */
        {"<title>Gannet bridge: repairs</title><h1>Gannet bridge: repairs</h1>" LD_HEADLINE(
             "A bridge to mend", "Mending"),
         "A bridge to mend"},
        {"<title>Gannet bridge: repairs</title><h1>Gannet bridge: repairs</h1>" LD_HEADLINE(
             "A bridge to mend", "Gannet bridge: repairs"),
         "Gannet bridge: repairs"},
        /* lines of a heading that are set apart elsewhere; labels behind a bar; a cut card */
        {"<title>Storm / Bridge to be repaired</title><h1><div>Storm</div><div>Bridge to be "
         "repaired</div></h1>",
         "Storm / Bridge to be repaired"},
        {"<title>Bridge to be repaired | Opinion</title>", "Bridge to be repaired"},
        {"<title>Opinion | Bridge to be repaired</title>", "Bridge to be repaired"},
        {"<title>Bridge | Tunnel</title>", "Bridge | Tunnel"},
        {"<title>Bridge to be \"mended\"</title><h1>Bridge to be \"mended\"</h1><meta "
         "property=og:title content='Bridge to be '>",
         "Bridge to be \"mended\""},
        {"<title>T</title><h1><span>Bridge</span> to <b>be</b> re<i>paired</i></h1>",
         "Bridge to be repaired"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char page[4096];
        snprintf(page, sizeof page, "%s<p>%s<p>%s", cases[i].page, PARA_1, PARA_2);
        extract_html(page);
        assert_span(article.headline, cases[i].headline);
    }
}

static void test_language(void **state)
{
    (void)state;
    extract_html("<p>Le conseil a d\xc3\xa9"
                 "cid\xc3\xa9 lundi que le pont serait r\xc3\xa9par\xc3\xa9 avant "
                 "l\xe2\x80\x99hiver, et que les "
                 "bateaux continueraient de traverser la rivi\xc3\xa8re jusque-l\xc3\xa0.");
    assert_span(article.language, "fr");
    extract_html("<html lang='pt-BR'><p>" PARA_1);
    assert_span(article.language, "pt");
}

static void test_records(void **state)
{
    (void)state;
    ld_given_field field = {LD_SPAN("topic"), LD_SPAN("bridges")};
    ld_capture capture = {.media = LD_MEDIA_FIELDS,
                          .given = {.title = LD_SPAN(" Bridge to  be repaired"),
                                    .text = LD_SPAN("First paragraph.\nSecond\xff paragraph."),
                                    .author = LD_SPAN("Ann Bee; Dee, Carl and Co"),
                                    .published = LD_SPAN("Mon, 16 Nov 2015 08:00:00 GMT"),
                                    .tags = LD_SPAN("river; bridge"),
                                    .language = LD_SPAN("en-GB"),
                                    .fields = &field,
                                    .field_count = 1}};
    assert_ok(extract_capture(capture), &err);
    assert_span(article.headline, "Bridge to be repaired");
    assert_string_equal(body_text(), "First paragraph.|Second\xef\xbf\xbd paragraph.");
    assert_int_equal(article.author_count, 2);
    assert_string_equal(day_of(article.published), "2015-11-16");
    assert_int_equal(article.published.evidence, LD_EVIDENCE_GIVEN);
    assert_int_equal(article.tag_count, 2);
    assert_span(article.language, "en");
    assert_int_equal(article.field_count, 1);
    capture.given.text = (ld_span){0};
    capture.given.html = LD_SPAN("<p>One <b>w</b>ord &amp; two.</p><div>Three.<br><br>Four.</div>"
                                 "<script>no()</script><figure><figcaption>A bridge. Photo: Ann "
                                 "Bee</figcaption></figure>");
    assert_ok(extract_capture(capture), &err);
    assert_string_equal(body_text(), "One word & two.|Three.|Four.");
    assert_int_equal(article.caption_count, 1);
    assert_span(article.captions[0].credit, "Ann Bee");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_ld_nestings),
        cmocka_unit_test(test_other_stories_in_json_ld),
        cmocka_unit_test(test_meta),
        cmocka_unit_test(test_microdata_and_time),
        cmocka_unit_test(test_visible_byline_and_date),
        cmocka_unit_test(test_authors_are_persons),
        cmocka_unit_test(test_author_lists),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_language),
        cmocka_unit_test(test_records),
    };
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
