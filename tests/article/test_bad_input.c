/* Pages that are cut, nested without end, in several encodings at once, or no pages at all: an
 * article as good as can be or an error, valid UTF-8, within the arena's maximum. */
#include "article/extract.h"

#include "base/utf8.h"
#include "tests/test.h"

#define ARENA_BYTES ((size_t)64 << 20)
#define SENTENCE                                                                                   \
    "The council met on Monday and voted, after four hours of talks, to keep the old bridge open " \
    "to walkers. "

static const char story[] =
    "<title>Bridge stays open</title><script>var a = '<p>';</script>"
    "<!-- a note --><h1>Bridge stays open</h1><p class=\"a b\">" SENTENCE SENTENCE "<p>" SENTENCE
    "It is 90 years old &amp; more.<p>" SENTENCE;

static ld_arena *arena;
static char *page;
static size_t page_bytes;
static ld_article article;

static int set_up(void **state)
{
    (void)state;
    page = test_malloc(16u << 20);
    return page && ld_arena_new(lede_env_system(), ARENA_BYTES, &arena, NULL) == LEDE_OK ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    ld_arena_free(arena);
    test_free(page);
    return 0;
}

static void put(const char *data, size_t bytes, size_t times)
{
    for (size_t i = 0; i < times; i++) {
        memcpy(page + page_bytes, data, bytes);
        page_bytes += bytes;
    }
}

static void put_string(const char *text, size_t times)
{
    put(text, strlen(text), times);
}

/* Whether there was an article. */
static bool extract(void)
{
    const ld_capture capture = {.media = LD_MEDIA_HTML, .body = ld_span_of(page, page_bytes)};
    lede_error err = {0};
    ld_arena_reset(arena);
    lede_status status = ld_article_extract(arena, &capture, NULL, &article, &err);
    page_bytes = 0;
    if (status != LEDE_OK) {
        assert_true(status == LEDE_E_INVALID || status == LEDE_E_LIMIT);
        return false;
    }
    assert_true(ld_utf8_valid(article.headline));
    for (uint32_t i = 0; i < article.block_count; i++)
        assert_true(ld_utf8_valid(article.blocks[i].text));
    return true;
}

static bool has_story(void)
{
    for (uint32_t i = 0; i < article.block_count; i++)
        if (ld_span_find(article.blocks[i].text, LD_SPAN("keep the old bridge open")) != SIZE_MAX)
            return true;
    return false;
}

static void every_beginning_of_a_page(void **state)
{
    (void)state;
    for (size_t bytes = 0; bytes < sizeof story; bytes++) {
        put(story, bytes, 1);
        bool is_found = extract();
        if (bytes > 360)
            assert_true(is_found && has_story());
    }
}

static void nesting_without_end(void **state)
{
    (void)state;
    static const char *const parts[] = {"<div>",     "<b>",   "<li><ul>",      "<table><tr><td>",
                                        "<section>", "<svg>", "<span class=x>"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        put_string(parts[i], 20000);
        put(story, sizeof story - 1, 1);
        assert_true(extract());
        if (strcmp(parts[i], "<svg>") != 0)
            assert_true(has_story());
    }
}

static void json_nested_without_end(void **state)
{
    (void)state;
    put_string("<script type=application/ld+json>", 1);
    put_string("[{\"a\":", 100000);
    put_string("</script>", 1);
    put(story, sizeof story - 1, 1);
    assert_true(extract() && has_story());
}

static void encodings_mixed(void **state)
{
    (void)state;
    static const char junk[] = "<p>caf\xc3\xa9 caf\xe9 \x97 \xff\xfe\x80\xc0\xaf\xed\xa0\x80"
                               "e\0t\0e\0</p>";
    put(story, sizeof story - 1, 1);
    put(junk, sizeof junk - 1, 50);
    assert_true(extract() && has_story());
    put(junk, sizeof junk - 1, 50);
    put(story, sizeof story - 1, 1);
    assert_true(extract() && has_story());
}

static void nul_bytes_between_all_words(void **state)
{
    (void)state;
    for (size_t i = 0; i + 1 < sizeof story; i++) {
        if (story[i] == ' ')
            put("\0", 1, 1);
        put(&story[i], 1, 1);
    }
    assert_true(extract() && has_story());
    put("\0", 1, 1u << 20);
    assert_false(extract());
}

static void no_markup_at_all(void **state)
{
    (void)state;
    put_string(SENTENCE, 50);
    assert_true(extract() && has_story());
    put_string("\n", 100000);
    assert_false(extract());
    assert_false(extract());
}

static void one_long_line(void **state)
{
    (void)state;
    put_string("<p>", 1);
    put_string(SENTENCE, 20000);
    assert_true(extract() && has_story());
    put_string("<p title='", 1);
    put_string("a b-c ", 500000);
    put_string("'>", 1);
    put(story, sizeof story - 1, 1);
    assert_true(extract() && has_story());
}

static void random_pieces(void **state)
{
    (void)state;
    static const char *const parts[] = {"<p>",
                                        "</p>",
                                        "<div class=share>",
                                        "</div>",
                                        "<a href=x>",
                                        "</a>",
                                        "<h1>",
                                        "<table>",
                                        "<td>",
                                        "</table>",
                                        "<ul><li>",
                                        "<time datetime=2015>",
                                        "<script>",
                                        "</script>",
                                        "<b",
                                        "&",
                                        "\xe9",
                                        "<![CDATA[",
                                        "<!--",
                                        "-->",
                                        SENTENCE,
                                        "\n",
                                        "\"",
                                        "<article>",
                                        "</article>",
                                        "<br><br>",
                                        "We use cookies",
                                        "Photo: AP",
                                        "16 November 2015",
                                        "By Ann Lee"};
    test_random r = {5};
    for (int round = 0; round < 300; round++) {
        for (uint32_t i = test_random_below(&r, 200); i > 0; i--)
            put_string(parts[test_random_below(&r, sizeof parts / sizeof *parts)], 1);
        (void)extract();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_beginning_of_a_page),
        cmocka_unit_test(nesting_without_end),
        cmocka_unit_test(json_nested_without_end),
        cmocka_unit_test(encodings_mixed),
        cmocka_unit_test(nul_bytes_between_all_words),
        cmocka_unit_test(no_markup_at_all),
        cmocka_unit_test(one_long_line),
        cmocka_unit_test(random_pieces),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
