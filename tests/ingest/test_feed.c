/* ingest/feed: RSS 2.0, RSS 1.0, Atom; encodings, broken feeds, entity bombs. */
#include "tests/ingest/ingest_test.h"

static const char rss[] =
    "<?xml version=\"1.0\" encoding=\"windows-1252\"?>\n"
    "<rss version=\"2.0\"><channel><title>Gazette</title><link>http://g.example/</link>\n"
    "<language>fr</language><image><title>logo</title></image>\n"
    "<item><title>Caf\xe9 \x93ouvert\x94</title><link>/2015/a.html</link>"
    "<guid isPermaLink=\"false\">g1</guid>"
    "<description>short</description>"
    "<content:encoded><![CDATA[<p>Long &amp; whole</p>]]></content:encoded>"
    "<dc:creator>Ann</dc:creator><dc:creator>Bob</dc:creator>"
    "<pubDate>Mon, 16 Nov 2015 08:09:10 GMT</pubDate><category>World</category>"
    "<category>Paris</category><media:title>not this</media:title></item>\n"
    "<item><title>No &lt;i&gt;link&lt;/i&gt; &amp;amp; 5 &lt; 6&amp;#8217;s</title><guid "
    "isPermaLink=\"false\">g2</guid>"
    "<description>&lt;b&gt;x&lt;/b&gt;</description></item>\n"
    "<item><title>Guid is link</title><guid>http://g.example/3</guid></item>\n"
    "<item/></channel></rss>";

static void test_rss(void **state)
{
    (void)state;
    first r = test_open_first(test_write_string("a.rss", rss), NULL);
    assert_int_equal(r.event.kind, LD_SOURCE_CAPTURE);
    assert_int_equal(r.capture.media, LD_MEDIA_FIELDS);
    assert_span(r.capture.given.title, "Caf\xc3\xa9 \xe2\x80\x9couvert\xe2\x80\x9d");
    assert_span(r.capture.url, "http://g.example/2015/a.html");
    assert_span(r.capture.key, "");
    assert_span(r.capture.given.html, "<p>Long &amp; whole</p>");
    assert_span(r.capture.given.author, "Ann; Bob");
    assert_span(r.capture.given.tags, "World; Paris");
    assert_span(r.capture.given.published, "Mon, 16 Nov 2015 08:09:10 GMT");
    assert_span(r.capture.given.language, "fr");
    assert_span(r.capture.given.source, "Gazette");
    assert_false(r.capture.has_captured);
    test_next(&r);
    assert_span(r.capture.key, "g2");
    assert_span(r.capture.given.title, "No link & 5 < 6\xe2\x80\x99s");
    assert_span(r.capture.url, "");
    assert_span(r.capture.given.html, "<b>x</b>");
    assert_span(r.capture.given.author, "");
    test_next(&r);
    assert_span(r.capture.url, "http://g.example/3");
    assert_span(r.capture.key, "");
    test_next(&r);
    assert_int_equal(r.event.kind, LD_SOURCE_REJECT);
    test_next(&r);
    assert_int_equal(r.event.kind, LD_SOURCE_END);
    ld_source_close(r.source);
}

static const char atom[] =
    "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en' "
    "xml:base='http://a.example/x/'><title type='text'>Wire</title>\n"
    "<link rel='self' href='feed.atom'/>"
    "<entry xml:base='y/'><title>One</title><link rel='enclosure' href='z.mp3'/>"
    "<link href='one.html'/><id>urn:1</id><updated>2015-11-17T00:00:00Z</updated>"
    "<published>2015-11-16T08:09:10Z</published>"
    "<author><name>Ann</name><email>ann@a.example</email></author><author><name>Bob</name></author>"
    "<category term='w' label='World'/>"
    "<summary>short</summary>"
    "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p class=\"a\">A &lt; B<br/>"
    "</p></div></content></entry>"
    "<entry><title>Two</title><id>urn:2</id><summary type='text'>Plain &amp; short</summary>"
    "</entry></feed>";

static void test_atom(void **state)
{
    (void)state;
    first r = test_open_first(test_write_string("a.atom", atom), NULL);
    assert_int_equal(r.event.kind, LD_SOURCE_CAPTURE);
    assert_span(r.capture.given.title, "One");
    assert_span(r.capture.url, "http://a.example/x/y/one.html");
    assert_span(r.capture.given.author, "Ann; Bob");
    assert_span(r.capture.given.tags, "World");
    assert_span(r.capture.given.published, "2015-11-16T08:09:10Z");
    assert_span(r.capture.given.modified, "2015-11-17T00:00:00Z");
    assert_span(r.capture.given.html, "<div><p class=\"a\">A &lt; B<br></p></div>");
    assert_span(r.capture.given.language, "en");
    assert_span(r.capture.given.source, "Wire");
    test_next(&r);
    assert_span(r.capture.key, "urn:2");
    assert_span(r.capture.given.text, "Plain & short");
    assert_span(r.capture.given.html, "");
    test_next(&r);
    assert_int_equal(r.event.kind, LD_SOURCE_END);
    ld_source_close(r.source);
}

static void test_rdf(void **state)
{
    (void)state;
    first r = test_open_first(
        test_write_string(
            "a.rdf",
            "<rdf:RDF xmlns='http://purl.org/rss/1.0/'><channel rdf:about='x'>"
            "<title>Old</title></channel><item rdf:about='y'><title>T</title>"
            "<link>http://o.example/1</link><dc:date>2003-01-02</dc:date></item></rdf:RDF>"),
        NULL);
    assert_span(r.capture.given.title, "T");
    assert_span(r.capture.given.source, "Old");
    assert_span(r.capture.given.published, "2003-01-02");
    assert_span(r.capture.url, "http://o.example/1");
    ld_source_close(r.source);
}

static void test_broken(void **state)
{
    (void)state;
    tally t = test_read_all(test_write_string("b.rss", "<rss><channel><item><title>a</title></item>"
                                                       "<item><title>b</item></channel></rss>"),
                            NULL);
    assert_int_equal(t.captures, 1);
    assert_int_equal(t.rejects, 1);
    assert_contains(t.last_reason, "not well-formed XML");
    t = test_read_all(test_write_string("bomb.rss",
                                        "<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY a 'aaaa'>"
                                        "<!ENTITY b '&a;&a;&a;&a;'>]><rss><channel><item><title>&b;"
                                        "</title></item></channel></rss>"),
                      NULL);
    assert_int_equal(t.captures, 0);
    assert_int_equal(t.rejects, 1);
    assert_contains(t.last_reason, "entities");
}

/* Cut off anywhere and damaged anywhere: items, then at most one reject. */
static void test_cuts(void **state)
{
    (void)state;
    static const char *const feeds[] = {rss, atom};
    test_random r = {5};
    char data[4096];
    for (int k = 0; k < 2; k++) {
        size_t bytes = strlen(feeds[k]);
        for (size_t cut = 1; cut < bytes; cut += 13) {
            tally t = test_read_all(test_write("cut.rss", feeds[k], cut), NULL);
            assert_true(t.captures <= 3 && t.rejects <= 2);
        }
        for (int round = 0; round < 200; round++) {
            memcpy(data, feeds[k], bytes);
            data[test_random_below(&r, (uint32_t)bytes)] = (char)test_random_below(&r, 256);
            test_read_all(test_write("hurt.rss", data, bytes), NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rss),    cmocka_unit_test(test_atom), cmocka_unit_test(test_rdf),
        cmocka_unit_test(test_broken), cmocka_unit_test(test_cuts),
    };
    return cmocka_run_group_tests(tests, test_dir_make, test_dir_remove);
}
