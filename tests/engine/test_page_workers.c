/* A page that ends the process that parses it is counted, named, and alone in its fate. */
#include "engine/page_workers.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/sandbox.h"
#include "engine/wire.h"
#include "lede/lede.h"
#include "tests/temp_dir.h"
#include "tests/test.h"

enum { PAGES = 40 };
static lede_error err;

static void write_page(const char *dir, int number)
{
    char name[32];
    snprintf(name, sizeof name, number % 10 == 7 ? "bad-%02d.html" : "page-%02d.html", number);
    char *path = temp_dir_path(dir, name);
    FILE *f = fopen(path, "wb");
    fprintf(
        f,
        "<!doctype html><html lang=en><head><title>Bridge %d closes</title><link rel=canonical "
        "href=http://news.example/%d><script type=application/ld+json>{\"@type\":\"NewsArticle\","
        "\"headline\":\"Bridge %d closes\",\"datePublished\":\"2020-02-%02dT08:00:00Z\","
        "\"author\":{\"name\":\"Ada Byron\"}}</script></head><body><nav>Home Sport Weather</nav>"
        "<article><h1>Bridge %d closes</h1><p>The harbour bridge number %d was closed when the "
        "storm came in from the sea, and the ferry did not sail that day.</p><p>Nobody in the "
        "hall disagreed, and vote %d was taken by a show of hands.</p><figure><img src=a.jpg>"
        "<figcaption>The bridge (AP Photo/Jane Doe)</figcaption></figure></article></body></html>",
        number, number, number, number % 28 + 1, number, number, number);
    fclose(f);
    free(path);
}

static int setup(void **state)
{
    char *dir = temp_dir_new();
    char *pages = temp_dir_path(dir, "pages");
    mkdir(pages, 0700);
    for (int i = 0; i < PAGES; i++)
        write_page(pages, i);
    free(pages);
    *state = dir;
    return 0;
}

static int teardown(void **state)
{
    ld_page_workers_set_hook(NULL);
    temp_dir_free(*state);
    return 0;
}

static lede_add_counts add(const char *dir, const char *name, lede_source_options options)
{
    char *archive = temp_dir_path(dir, name), *pages = temp_dir_path(dir, "pages");
    lede_writer *writer;
    lede_add_counts counts;
    const char *const paths[] = {pages};
    assert_ok(lede_archive_create(NULL, archive, NULL, &err), &err);
    assert_ok(lede_writer_open(NULL, archive, NULL, &writer, &err), &err);
    assert_ok(lede_writer_add_paths(writer, paths, 1, &options, 0, NULL, NULL, &counts, &err),
              &err);
    lede_writer_close(writer);
    free(archive);
    free(pages);
    return counts;
}

static lede_source_options sandboxed(uint32_t jobs, int learn)
{
    lede_source_options o = LEDE_SOURCE_OPTIONS_INIT;
    o.sandbox = 1;
    o.jobs = jobs;
    o.learn_sites = learn;
    return o;
}

/* The articles of all pages, one a line; "rejected PATH: REASON" for the others. */
static char *extract_all(const char *dir, const lede_source_options *options)
{
    char *pages = temp_dir_path(dir, "pages");
    const char *const paths[] = {pages};
    lede_extractor *x;
    char *all = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&all, &bytes);
    assert_ok(lede_extractor_new(NULL, paths, 1, options, &x, &err), &err);
    for (;;) {
        lede_extract_event event;
        const lede_article *article;
        const char *path, *reason;
        char *text;
        size_t text_bytes;
        assert_ok(lede_extractor_next(x, &event, &article, &path, &reason, &err), &err);
        if (event == LEDE_EXTRACT_END)
            break;
        if (event == LEDE_EXTRACT_REJECT) {
            fprintf(out, "rejected %s: %s\n", path, reason);
            continue;
        }
        assert_ok(lede_article_write(NULL, article, LEDE_ARTICLE_JSON, &text, &text_bytes, &err),
                  &err);
        fwrite(text, 1, text_bytes, out);
        lede_buffer_free(NULL, text, text_bytes);
    }
    lede_extractor_free(x);
    fclose(out);
    free(pages);
    return all;
}

static void the_articles_are_the_same_byte_for_byte(void **state)
{
    lede_source_options here = LEDE_SOURCE_OPTIONS_INIT;
    for (int learn = 0; learn <= 1; learn++) {
        here.learn_sites = learn;
        char *expected = extract_all(*state, &here);
        assert_non_null(strstr(expected, "Jane Doe"));
        for (uint32_t jobs = 1; jobs <= 3; jobs++) {
            const lede_source_options options = sandboxed(jobs, learn);
            char *seen = extract_all(*state, &options);
            assert_string_equal(seen, expected);
            free(seen);
        }
        free(expected);
    }
}

/* ---- hostile pages ---- */

static bool is_bad(const ld_span path)
{
    return ld_span_find(path, LD_SPAN("bad-")) != SIZE_MAX;
}

static void die_of_a_signal(const ld_span path)
{
    if (is_bad(path))
        kill(getpid(), SIGTERM); /* ignored there; where seccomp stands, deadly */
    if (is_bad(path))
        __builtin_trap();
}

static void exit_quietly(const ld_span path)
{
    if (is_bad(path))
        _exit(3);
}

static void take_all_memory(const ld_span path)
{
    volatile char *block;
    if (!is_bad(path))
        return;
    while ((block = malloc((size_t)1 << 20)))
        memset((char *)block, 1, (size_t)1 << 20);
    _exit(4);
}

static int count_reason(void *ctx, const char *path, const char *reason)
{
    assert_non_null(strstr(path, "bad-"));
    assert_non_null(strstr(reason, "the page broke the process that read it: "));
    ++*(int *)ctx;
    return 0;
}

static void check_others_are_added(const char *dir, const char *name, uint32_t jobs, int learn)
{
    int named = 0;
    lede_add_counts counts = add(dir, name, sandboxed(jobs, learn));
    assert_int_equal(counts.pages, PAGES);
    assert_int_equal(counts.rejected, PAGES / 10);
    assert_int_equal(counts.added, PAGES - PAGES / 10);
    char *archive = temp_dir_path(dir, name);
    assert_ok(lede_archive_rejects(NULL, archive, count_reason, &named, &err), &err);
    assert_int_equal(named, PAGES / 10);
    free(archive);
}

static void a_page_that_crashes_is_rejected_and_the_others_are_added(void **state)
{
    ld_page_workers_set_hook(die_of_a_signal);
    check_others_are_added(*state, "one.lede", 1, 0);
    check_others_are_added(*state, "two.lede", 2, 0);
    ld_page_workers_set_hook(exit_quietly);
    check_others_are_added(*state, "exit.lede", 2, 0);
#ifndef LD_IS_SANITIZED /* which has no limit of memory */
    ld_page_workers_set_hook(take_all_memory);
    check_others_are_added(*state, "memory.lede", 2, 0);
#else
    (void)take_all_memory;
#endif
}

/* What is learned then is what the other pages teach. */
static void a_page_that_ends_the_learning_is_left_out_of_it(void **state)
{
    ld_page_workers_set_hook(exit_quietly);
    check_others_are_added(*state, "learned.lede", 2, 1);
}

static void die_of_every_page(const ld_span path)
{
    (void)path;
    _exit(3);
}

static void learning_gives_up_with_a_sentence(void **state)
{
    char *pages = temp_dir_path(*state, "pages");
    const char *const paths[] = {pages};
    const lede_source_options options = sandboxed(1, 1);
    lede_extractor *x;
    ld_page_workers_set_hook(die_of_every_page);
    assert_int_equal(lede_extractor_new(NULL, paths, 1, &options, &x, &err), LEDE_E_INVALID);
    assert_non_null(strstr(err.message, "--no-learn"));
    ld_page_workers_set_hook(NULL);
    free(pages);
}

/* ---- the wire ---- */

static const ld_span authors[] = {{"Ada Byron", 9}, {"", 0}};
static const ld_block blocks[] = {{LD_BLOCK_PARAGRAPH, 0, 0, {"The bridge", 10}},
                                  {LD_BLOCK_LIST_ITEM, 2, LD_BLOCK_ORDERED, {"caf\xc3\xa9", 5}}};
static const ld_caption captions[] = {{{"The bridge", 10}, {"AP", 2}}};
static const ld_post posts[] = {{{"h", 1}, {"9:00", 4}, {"text", 4}}};
static const ld_article_field fields[] = {{{"desk", 4}, {"north", 5}}};

static ld_article some_article(void)
{
    ld_article a = {.headline = {"A bridge", 8}, .authors = authors, .author_count = 2};
    a.blocks = blocks;
    a.block_count = 2;
    a.lead_block_count = 1;
    a.captions = captions;
    a.caption_count = 1;
    a.posts = posts;
    a.post_count = 1;
    a.fields = fields;
    a.field_count = 1;
    a.published = (ld_article_date){LD_DATE_DAY, LD_EVIDENCE_META, 90, -86400000, -120};
    a.kind = LD_ARTICLE_LIVEBLOG;
    a.is_paywalled = true;
    return a;
}

/* What is read is written back as it was; whatever byte is changed, the reading says so or gives an
 * article that is as good as any. */
static void changed_bytes_are_refused_or_harmless(void **state)
{
    (void)state;
    uint8_t room[4096], again[4096], small[64];
    const ld_article article = some_article();
    size_t bytes = ld_wire_put_article(&article, room, sizeof room);
    assert_in_range(bytes, 100, sizeof room);
    assert_int_equal(ld_wire_put_article(&article, small, sizeof small), 0);
    test_random random = {42};
    ld_arena *arena;
    ld_article read;
    assert_ok(ld_arena_new(lede_env_system(), 1 << 20, &arena, &err), &err);
    assert_ok(ld_wire_get_article(arena, room, bytes, &read, &err), &err);
    assert_int_equal(ld_wire_put_article(&read, again, sizeof again), bytes);
    assert_memory_equal(again, room, bytes);
    int refused = 0;
    for (int i = 0; i < 20000; i++) {
        memcpy(again, room, bytes);
        for (uint32_t n = test_random_below(&random, 3) + 1; n > 0; n--)
            again[test_random_below(&random, (uint32_t)bytes)] = (uint8_t)test_random_u64(&random);
        size_t cut =
            test_random_below(&random, 4) ? bytes : test_random_below(&random, (uint32_t)bytes);
        ld_arena_reset(arena);
        lede_status status = ld_wire_get_article(arena, again, cut, &read, &err);
        refused += status == LEDE_E_INVALID;
        assert_true(status == LEDE_OK || status == LEDE_E_INVALID);
        if (status == LEDE_OK) {
            assert_true(read.lead_block_count <= read.block_count && read.kind <= LD_ARTICLE_STUB);
            assert_int_equal(ld_wire_put_article(&read, small, 0), 0);
        }
    }
    assert_true(refused > 5000);
    ld_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_articles_are_the_same_byte_for_byte, setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_that_crashes_is_rejected_and_the_others_are_added,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(a_page_that_ends_the_learning_is_left_out_of_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(learning_gives_up_with_a_sentence, setup, teardown),
        cmocka_unit_test(changed_bytes_are_refused_or_harmless)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
