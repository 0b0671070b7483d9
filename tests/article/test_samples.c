/* Every page of samples/ against what its writers say it holds. */
#include "tests/article/extracting.h"

#include "article/story.h"

#define EXPECTED  "tests/data/samples/expected.tsv"
#define SAMPLES   "samples/"
#define PAGES_MIN 60 /* there must be something to test */

enum { PATH, HEADLINE, PUBLISHED, AUTHORS, LANGUAGE, PARAGRAPHS, KIND, COLUMNS };

static ld_article_kind kind_of(const char *name)
{
    return strcmp(name, "list") == 0       ? LD_ARTICLE_LIST
           : strcmp(name, "liveblog") == 0 ? LD_ARTICLE_LIVEBLOG
           : strcmp(name, "stub") == 0     ? LD_ARTICLE_STUB
                                           : LD_ARTICLE_STORY;
}

static const char *authors_text(void)
{
    static char text[1024];
    size_t used = 0;
    text[0] = 0;
    for (uint32_t i = 0; i < article.author_count; i++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%.*s", i ? "; " : "",
                                 (int)article.authors[i].bytes, article.authors[i].data);
    return text;
}

static uint32_t check_page(char *const columns[COLUMNS])
{
    char path[512];
    snprintf(path, sizeof path, SAMPLES "%s", columns[PATH]);
    size_t bytes;
    char *page = load_file(path, &bytes);
    if (!page)
        fail_msg("%s is not there", path);
    ld_capture capture = {.media = LD_MEDIA_HTML, .body = ld_span_of(page, bytes)};
    assert_ok(extract_capture(capture), &err);
    ld_span headline = ld_text_fold(arena, ld_span_from_string(columns[HEADLINE]));
    const char *wrong = NULL;
    if (!ld_span_equal(article.headline, headline))
        wrong = "headline";
    else if (strcmp(day_of(article.published), columns[PUBLISHED]) != 0)
        wrong = "date";
    else if (strcmp(authors_text(), columns[AUTHORS]) != 0)
        wrong = "authors";
    else if (!ld_span_equal(article.language, ld_span_from_string(columns[LANGUAGE])))
        wrong = "language";
    else if (count_kind(LD_BLOCK_PARAGRAPH) != (uint32_t)atoi(columns[PARAGRAPHS]))
        wrong = "paragraphs";
    else if (article.kind != kind_of(columns[KIND]))
        wrong = "kind";
    if (wrong)
        print_message("%s: %s differs: \"%.*s\", %s, %s, %u paragraphs, kind %u\n", columns[PATH],
                      wrong, (int)article.headline.bytes, article.headline.data,
                      day_of(article.published), authors_text(), count_kind(LD_BLOCK_PARAGRAPH),
                      article.kind);
    free(page);
    return wrong != NULL;
}

static void test_all_samples(void **state)
{
    (void)state;
    size_t bytes;
    char *table = load_file(EXPECTED, &bytes);
    assert_non_null(table);
    uint32_t pages = 0, wrong = 0;
    char *line = strchr(table, '\n') + 1;
    while (*line) {
        char *end = strchr(line, '\n');
        if (end)
            *end = 0;
        char *columns[COLUMNS];
        for (int i = 0; i < COLUMNS; i++) {
            columns[i] = line;
            line += strcspn(line, "\t");
            if (*line)
                *line++ = 0;
        }
        wrong += check_page(columns);
        pages++;
        line = end ? end + 1 : line;
    }
    print_message("%u of %u sample pages are right in every column\n", pages - wrong, pages);
    assert_true(pages >= PAGES_MIN);
    assert_int_equal(wrong, 0);
    free(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_all_samples)};
    return cmocka_run_group_tests(tests, extracting_start, extracting_end);
}
