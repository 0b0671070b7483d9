#ifndef LEDE_TESTS_ARTICLE_EXTRACTING_H
#define LEDE_TESTS_ARTICLE_EXTRACTING_H
/* One arena a test program, and short ways to extract from a string or a file. */
#include "article/extract.h"
#include "tests/test.h"

static ld_arena *arena;
static lede_error err;
static ld_article article;

static inline int extracting_start(void **state)
{
    (void)state;
    return ld_arena_new(lede_env_system(), 512u << 20, &arena, &err);
}

static inline int extracting_end(void **state)
{
    (void)state;
    ld_arena_free(arena);
    return 0;
}

static inline lede_status extract_capture(ld_capture capture)
{
    ld_arena_reset(arena);
    memset(&err, 0, sizeof err);
    return ld_article_extract(arena, &capture, NULL, &article, &err);
}

static inline void extract_html_at(const char *html, const char *url)
{
    ld_capture capture = {
        .media = LD_MEDIA_HTML, .body = ld_span_from_string(html), .url = ld_span_from_string(url)};
    assert_ok(extract_capture(capture), &err);
}

static inline void extract_html(const char *html)
{
    extract_html_at(html, "http://news.example/story");
}

static inline void extract_text(const char *text)
{
    ld_capture capture = {.media = LD_MEDIA_TEXT, .body = ld_span_from_string(text)};
    assert_ok(extract_capture(capture), &err);
}

#define assert_span(span, text)                                                                    \
    do {                                                                                           \
        ld_span assert_span_ = (span);                                                             \
        if (!ld_span_equal(assert_span_, ld_span_from_string(text)))                               \
            fail_msg("\"%.*s\" is not \"%s\"", (int)assert_span_.bytes, assert_span_.data, text);  \
    } while (0)

/* Blocks joined by "|". */
static inline const char *body_text(void)
{
    static char text[1 << 16];
    size_t used = 0;
    text[0] = 0;
    for (uint32_t i = 0; i < article.block_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.*s", i ? "|" : "",
                                 (int)article.blocks[i].text.bytes, article.blocks[i].text.data);
    return text;
}

static inline bool body_has(const char *part)
{
    return strstr(body_text(), part) != NULL;
}

static inline uint32_t count_kind(ld_block_kind kind)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < article.block_count; i++)
        count += article.blocks[i].kind == kind;
    return count;
}

/* "2015-11-16", or "" where no date is known. */
static inline const char *day_of(ld_article_date date)
{
    static char day[16];
    day[0] = 0;
    if (date.precision != LD_DATE_NONE)
        ld_date_format_day(date.utc_ms, day);
    return day;
}

/* The whole file; freed by the caller. NULL: not there. */
static inline char *load_file(const char *path, size_t *bytes)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char *data = malloc((size_t)size + 1);
    *bytes = fread(data, 1, (size_t)size, f);
    data[*bytes] = 0;
    fclose(f);
    return data;
}

/* Paragraphs that any page of a test needs around what it tests. */
#define PARA_1                                                                                     \
    "The council decided on Monday, after a long debate, that the bridge over the river should "   \
    "be repaired before the winter, and that the ferries would run until then."
#define PARA_2                                                                                     \
    "Nobody was happy with the price, which had doubled since the spring, but the mayor said "     \
    "that waiting another year would cost the city even more than the repair."
#define PARA_3                                                                                     \
    "Work is to begin in the first week of September, and the engineers expect that the span "     \
    "will turn again by the end of November, weather and money permitting."

#endif
