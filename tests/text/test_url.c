/* text/url: the examples of RFC 3986, normalising, sites, and properties on random addresses. */
#include "tests/test.h"

#include "text/url.h"

static ld_arena *arena;

static int make_arena(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 16u << 20, &arena, NULL) == LEDE_OK ? 0 : -1;
}

static int free_arena(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

static void expect(ld_span got, const char *want)
{
    char text[1024];
    snprintf(text, sizeof text, "%.*s", (int)got.bytes, got.data ? got.data : "");
    assert_string_equal(text, want);
}

static ld_span s(const char *text)
{
    return ld_span_from_string(text);
}

static void test_parse(void **state)
{
    (void)state;
    ld_url u;
    assert_true(ld_url_parse(s("http://me:pw@[::1]:8080/a/b?q=1?2#f#g"), &u));
    expect(u.scheme, "http");
    expect(u.user, "me:pw");
    expect(u.host, "[::1]");
    expect(u.port, "8080");
    expect(u.path, "/a/b");
    expect(u.query, "q=1?2");
    expect(u.fragment, "f#g");
    assert_true(ld_url_parse(s("urn:isbn:0451450523"), &u));
    expect(u.scheme, "urn");
    expect(u.path, "isbn:0451450523");
    assert_false(u.has_authority);
    assert_true(ld_url_parse(s("a/b:c"), &u));
    assert_int_equal(u.scheme.bytes, 0);
    assert_false(ld_url_parse(ld_span_of("a\0b", 3), &u));
    char *longer = calloc(1, LD_URL_BYTES_MAX + 2);
    memset(longer, 'a', LD_URL_BYTES_MAX + 1);
    assert_false(ld_url_parse(s(longer), &u));
    free(longer);
}

/* RFC 3986, sections 5.4.1 and 5.4.2 (strict). */
static void test_resolve_rfc(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"g;x", "http://a/b/c/g;x"},
        {"g;x?y#s", "http://a/b/c/g;x?y#s"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../", "http://a/"},
        {"../../g", "http://a/g"},
        {"../../../g", "http://a/g"},
        {"../../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {".g", "http://a/b/c/.g"},
        {"g..", "http://a/b/c/g.."},
        {"..g", "http://a/b/c/..g"},
        {"./../g", "http://a/b/g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/./h", "http://a/b/c/g/h"},
        {"g/../h", "http://a/b/c/h"},
        {"g;x=1/./y", "http://a/b/c/g;x=1/y"},
        {"g;x=1/../y", "http://a/b/c/y"},
        {"g?y/./x", "http://a/b/c/g?y/./x"},
        {"g#s/../x", "http://a/b/c/g#s/../x"},
        {"http:g", "http:g"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(ld_url_resolve(arena, s("http://a/b/c/d;p?q"), s(rows[i][0])), rows[i][1]);
    expect(ld_url_resolve(arena, s("https://host.example"), s("x.html")),
           "https://host.example/x.html");
    expect(ld_url_resolve(arena, s("https://host.example/a"), s(" \n/b\tc\r\n ")),
           "https://host.example/bc");
    assert_int_equal(ld_url_resolve(arena, s("/a/b"), s("c")).bytes, 0);
}

static void test_normalize(void **state)
{
    (void)state;
    static const char *const rows[][2] = {
        {"HTTP://www.Example.COM:80", "http://www.example.com/"},
        {"https://example.com:443/a/./b/../c?x=1#top", "https://example.com/a/c?x=1"},
        {"https://example.com:8443/", "https://example.com:8443/"},
        {"http://example.com/%7euser/%e2%82%ac", "http://example.com/~user/%E2%82%AC"},
        {"http://example.com/caf\xc3\xa9 au lait", "http://example.com/caf%C3%A9%20au%20lait"},
        {"http://example.com/100%", "http://example.com/100%25"},
        {"http://example.com/%2e%2e/a", "http://example.com/a"},
        {"http://example.com/a%2Fb", "http://example.com/a%2Fb"},
        {"http://example.com./a?", "http://example.com/a?"},
        {"example.com/a", ""},
        {"a:/.//b", "a:/.//b"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        expect(ld_url_normalize(arena, s(rows[i][0])), rows[i][1]);
}

static void test_sites(void **state)
{
    (void)state;
    expect(ld_url_host(s("https://u@News.BBC.co.uk:8080/x")), "News.BBC.co.uk");
    expect(ld_url_site(s("news.bbc.co.uk")), "bbc.co.uk");
    expect(ld_url_site(s("www.lemonde.fr")), "lemonde.fr");
    expect(ld_url_site(s("a.b.smh.com.au")), "smh.com.au");
    expect(ld_url_site(s("me.github.io")), "me.github.io");
    expect(ld_url_site(s("co.uk")), "co.uk");
    expect(ld_url_site(s("localhost")), "localhost");
    expect(ld_url_site(s("127.0.0.1")), "127.0.0.1");
    assert_true(ld_url_same_site(s("http://m.lemonde.fr/a"), s("https://www.LEMONDE.fr/b")));
    assert_false(ld_url_same_site(s("http://a.co.uk/"), s("http://b.co.uk/")));
    assert_false(ld_url_same_site(s("http://x.github.io/"), s("http://y.github.io/")));
    assert_false(ld_url_same_site(s("http://10.0.0.1/"), s("http://20.0.0.1/")));
    assert_false(ld_url_same_site(s("ftp://a.example/"), s("ftp://a.example/")));
    assert_true(ld_url_is_home(s("https://lemonde.fr")));
    assert_true(ld_url_is_home(s("https://lemonde.fr/index.html#x")));
    assert_false(ld_url_is_home(s("https://lemonde.fr/?p=17")));
    assert_false(ld_url_is_home(s("https://lemonde.fr/2015/11/")));
}

/* Normalising twice is normalising once; resolving an absolute address against any base gives
 * itself but for dot segments; nothing reads outside. */
static void test_properties(void **state)
{
    (void)state;
    static const char alphabet[] = "ab:/?#@.%2eE[] ;=&\xc3\xa9\t-Z9";
    test_random r = {20151116};
    for (int round = 0; round < 20000; round++) {
        char text[48];
        size_t n = test_random_below(&r, sizeof text);
        for (size_t i = 0; i < n; i++)
            text[i] = alphabet[test_random_below(&r, sizeof alphabet - 1)];
        ld_arena_reset(arena);
        char *exact = malloc(n + 1); /* of exact size, so that an over-read is seen */
        memcpy(exact, text, n);
        ld_span once = ld_url_normalize(arena, ld_span_of(exact, n));
        if (once.bytes) {
            ld_span twice = ld_url_normalize(arena, once);
            if (!ld_span_equal(once, twice))
                fail_msg("\"%.*s\" -> \"%.*s\" -> \"%.*s\"", (int)n, text, (int)once.bytes,
                         once.data, (int)twice.bytes, twice.data);
        }
        ld_span absolute =
            ld_url_resolve(arena, s("http://base.example/x/y"), ld_span_of(exact, n));
        ld_url u;
        assert_true(absolute.bytes == 0 || (ld_url_parse(absolute, &u) && u.scheme.bytes > 0));
        ld_url_same_site(absolute, once);
        ld_url_is_home(ld_span_of(exact, n));
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),      cmocka_unit_test(test_resolve_rfc),
        cmocka_unit_test(test_normalize),  cmocka_unit_test(test_sites),
        cmocka_unit_test(test_properties),
    };
    return cmocka_run_group_tests(tests, make_arena, free_arena);
}
