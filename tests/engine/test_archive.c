/* The public interface from end to end: identity, versions, jobs, dumps, memory, faults. */
#include "tests/test.h"

#include <errno.h>

#include "lede/lede.h"
#include "tests/faulty_env.h"
#include "tests/temp_dir.h"

typedef struct archive {
    char *dir, *path;
    lede_writer *writer;
} archive;

static archive archive_new(const lede_env *env)
{
    lede_error err = {0};
    archive a = {.dir = temp_dir_new()};
    a.path = temp_dir_path(a.dir, "a.lede");
    assert_ok(lede_archive_create(env, a.path, NULL, &err), &err);
    assert_ok(lede_writer_open(env, a.path, NULL, &a.writer, &err), &err);
    return a;
}

static void archive_free(archive *a)
{
    lede_writer_close(a->writer);
    free(a->path);
    temp_dir_free(a->dir);
}

static const char page_format[] =
    "<!doctype html><html lang=en><head><title>%s</title>%s</head><body><article><h1>%s</h1>"
    "<p>%s The council of Port Aldern met on Tuesday evening to hear what the harbour needs.</p>"
    "<p>The members of the council spoke for two hours, and the mayor said that the work on the "
    "bridge would begin in the spring, when the boats are out of the water again.</p>"
    "<p>Nobody in the hall disagreed, and the vote was taken by a show of hands before ten.</p>"
    "</article></body></html>";

static lede_add_outcome add(archive *a, const char *url, const char *key, const char *headline,
                            const char *canonical, const char *words)
{
    char page[4096], link[512] = "";
    lede_error err = {0};
    lede_add_outcome outcome;
    if (canonical)
        snprintf(link, sizeof link, "<link rel=canonical href=\"%s\">", canonical);
    int bytes = snprintf(page, sizeof page, page_format, headline, link, headline, words);
    assert_ok(lede_writer_add_page(a->writer, page, (size_t)bytes, url, key, "text/html", NULL,
                                   &outcome, &err),
              &err);
    return outcome;
}

static uint64_t total_of(lede_snapshot *s, const char *query)
{
    lede_error err = {0};
    lede_hits *hits;
    assert_ok(lede_search(s, query, strlen(query), NULL, &hits, &err), &err);
    uint64_t total = lede_hits_answer(hits)->total;
    lede_hits_free(hits);
    return total;
}

static lede_snapshot *snapshot_of(const archive *a)
{
    lede_error err = {0};
    lede_snapshot *s;
    assert_ok(lede_snapshot_open(NULL, a->path, &s, &err), &err);
    return s;
}

static void commit(archive *a)
{
    lede_error err = {0};
    assert_ok(lede_writer_commit(a->writer, NULL, &err), &err);
}

static void test_identity_and_versions(void **state)
{
    archive a = archive_new(NULL);
    const char *u = "http://paper.example/story";
    assert_int_equal(add(&a, u, NULL, "First words", NULL, "Lighthouse."), LEDE_ADD_ADDED);
    assert_int_equal(add(&a, u, NULL, "First words", NULL, "Lighthouse."), LEDE_ADD_UNCHANGED);
    assert_int_equal(add(&a, u, NULL, "Second words", NULL, "Windmill."), LEDE_ADD_VERSION);
    assert_int_equal(add(&a, u, NULL, "First words", NULL, "Lighthouse."), LEDE_ADD_UNCHANGED);
    assert_int_equal(add(&a, "", "id-1", "Third words", NULL, "Pier."), LEDE_ADD_ADDED);
    assert_int_equal(add(&a, "", "id-1", "Fourth words", NULL, "Jetty."), LEDE_ADD_REPLACED);
    commit(&a);

    lede_snapshot *s = snapshot_of(&a);
    assert_int_equal(total_of(s, "windmill"), 1);
    assert_int_equal(total_of(s, "lighthouse"), 0);
    assert_int_equal(total_of(s, "lighthouse versions:all"), 1);
    assert_int_equal(total_of(s, "pier"), 0);
    assert_int_equal(total_of(s, "jetty"), 1);
    lede_document *d;
    lede_error err = {0};
    assert_ok(lede_snapshot_find(s, u, &d, &err), &err);
    assert_int_equal(lede_document_version_count(d), 2);
    assert_string_equal(lede_document_article(d, 0)->headline.data, "Second words");
    assert_string_equal(lede_document_article(d, 1)->headline.data, "First words");
    lede_document_free(d);
    lede_snapshot_free(s);

    uint64_t deleted;
    assert_ok(lede_writer_delete(a.writer, u, &deleted, &err), &err);
    assert_int_equal(deleted, 2);
    assert_int_equal(lede_writer_delete(a.writer, u, &deleted, &err), LEDE_E_NOTFOUND);
    commit(&a);
    s = snapshot_of(&a);
    assert_int_equal(total_of(s, "windmill versions:all"), 0);
    assert_int_equal(total_of(s, "jetty"), 1);
    lede_snapshot_free(s);
    archive_free(&a);
}

/* A site that names one address as the canonical one of all its pages loses none of them. */
static void test_one_canonical_for_many_pages(void **state)
{
    archive a = archive_new(NULL);
    const char *c = "http://paper.example/news/index-of-all";
    assert_int_equal(add(&a, "http://paper.example/1", NULL, "One", c, "Anchor."), LEDE_ADD_ADDED);
    assert_int_equal(add(&a, "http://paper.example/2", NULL, "Two", c, "Buoy."), LEDE_ADD_ADDED);
    assert_int_equal(add(&a, "http://paper.example/2", NULL, "Two", c, "Buoy."),
                     LEDE_ADD_UNCHANGED);
    assert_int_equal(add(&a, "http://paper.example/1", NULL, "One", c, "Capstan."),
                     LEDE_ADD_VERSION);
    /* the same content from another address is the same article */
    assert_int_equal(add(&a, "http://paper.example/1?from=mail", NULL, "One", c, "Capstan."),
                     LEDE_ADD_UNCHANGED);
    /* another site, or a front page, is not believed */
    assert_int_equal(add(&a, "http://other.example/1", NULL, "Three", c, "Davit."), LEDE_ADD_ADDED);
    assert_int_equal(
        add(&a, "http://paper.example/4", NULL, "Four", "http://paper.example/", "Fender."),
        LEDE_ADD_ADDED);
    commit(&a);
    lede_snapshot *s = snapshot_of(&a);
    assert_int_equal(total_of(s, "council"), 4);
    assert_int_equal(total_of(s, "anchor"), 0);
    assert_int_equal(total_of(s, "capstan"), 1);
    lede_snapshot_free(s);
    archive_free(&a);
}

static void dump_of(const archive *a, char **text, size_t *bytes)
{
    lede_error err = {0};
    lede_snapshot *s = snapshot_of(a);
    lede_dump *dump;
    *text = NULL;
    *bytes = 0;
    assert_ok(lede_dump_open(s, &dump, &err), &err);
    for (;;) {
        lede_text line;
        assert_ok(lede_dump_next(dump, &line, &err), &err);
        if (line.bytes == 0)
            break;
        *text = realloc(*text, *bytes + line.bytes + 1);
        memcpy(*text + *bytes, line.data, line.bytes);
        (*text)[*bytes + line.bytes] = '\n';
        *bytes += line.bytes + 1;
    }
    lede_dump_free(dump);
    lede_snapshot_free(s);
}

static lede_add_counts add_samples(archive *a, uint32_t jobs)
{
    const char *paths[] = {"samples"};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_add_counts counts;
    lede_error err = {0};
    options.jobs = jobs;
    assert_ok(lede_writer_add_paths(a->writer, paths, 1, &options, 0, NULL, NULL, &counts, &err),
              &err);
    assert_int_equal(counts.pages, counts.added + counts.unchanged + counts.versions +
                                       counts.replaced + counts.rejected);
    return counts;
}

static void test_jobs_do_not_change_the_archive(void **state)
{
    archive one = archive_new(NULL), four = archive_new(NULL);
    lede_add_counts first = add_samples(&one, 1);
    lede_add_counts second = add_samples(&four, 4);
    assert_true(first.added >= 70);
    assert_int_equal(first.added, second.added);
    assert_int_equal(first.versions, second.versions);
    char *dump_one, *dump_four;
    size_t bytes_one, bytes_four;
    dump_of(&one, &dump_one, &bytes_one);
    dump_of(&four, &dump_four, &bytes_four);
    assert_int_equal(bytes_one, bytes_four);
    assert_memory_equal(dump_one, dump_four, bytes_one);

    lede_add_counts again = add_samples(&one, 2);
    assert_int_equal(again.added + again.versions + again.replaced, 0);
    free(dump_one);
    dump_of(&one, &dump_one, &bytes_one);
    assert_int_equal(bytes_one, bytes_four);
    assert_memory_equal(dump_one, dump_four, bytes_one);

    free(dump_one);
    free(dump_four);
    archive_free(&one);
    archive_free(&four);
}

static void test_load_of_a_dump_is_the_same_archive(void **state)
{
    archive a = archive_new(NULL), b = archive_new(NULL);
    lede_error err = {0};
    add_samples(&a, 2);
    char *text, *loaded;
    size_t bytes, loaded_bytes;
    dump_of(&a, &text, &bytes);
    char *path = temp_dir_path(a.dir, "dump.jsonl");
    FILE *file = fopen(path, "wb");
    assert_int_equal(fwrite(text, 1, bytes, file), bytes);
    fclose(file);
    assert_ok(lede_writer_load(b.writer, path, NULL, &err), &err);
    dump_of(&b, &loaded, &loaded_bytes);
    assert_int_equal(bytes, loaded_bytes);
    assert_memory_equal(text, loaded, bytes);
    free(text);
    free(loaded);
    free(path);
    archive_free(&a);
    archive_free(&b);
}

typedef struct progress_seen {
    uint64_t done, total, calls;
} progress_seen;

static void see_progress(void *ctx, const lede_add_progress *p)
{
    progress_seen *seen = ctx;
    assert_true(p->source_bytes_done >= seen->done);
    seen->done = p->source_bytes_done;
    seen->total = p->source_bytes_total;
    seen->calls++;
}

static void test_progress_ends_where_the_sources_end(void **state)
{
    archive a = archive_new(NULL);
    const char *paths[] = {"samples/pages", "samples/capture.warc.gz", "samples/wire.jsonl"};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    lede_add_counts counts;
    lede_error err = {0};
    progress_seen seen = {0};
    for (options.jobs = 1; options.jobs <= 3; options.jobs += 2) {
        seen = (progress_seen){0};
        assert_ok(lede_writer_add_paths(a.writer, paths, 3, &options, 1, see_progress, &seen,
                                        &counts, &err),
                  &err);
        assert_int_equal(seen.calls, counts.pages);
        assert_true(seen.total > 300000 && seen.done <= seen.total);
        assert_true(seen.done > seen.total - 4096); /* the last page is near the end */
    }
    archive_free(&a);
}

static void test_dry_run_changes_nothing(void **state)
{
    archive a = archive_new(NULL);
    const char *paths[] = {"samples/pages"};
    lede_add_counts counts;
    lede_error err = {0};
    assert_ok(lede_writer_add_paths(a.writer, paths, 1, NULL, 1, NULL, NULL, &counts, &err), &err);
    assert_true(counts.added > 60);
    lede_snapshot *s = snapshot_of(&a);
    lede_snapshot_info info;
    assert_ok(lede_snapshot_get_info(s, &info, &err), &err);
    assert_int_equal(info.articles, 0);
    lede_snapshot_free(s);
    archive_free(&a);
}

static void test_search_without_an_archive(void **state)
{
    faulty_env *f = faulty_env_new();
    const char *paths[] = {"samples/pages", "samples/plain"};
    lede_snapshot *s;
    lede_error err = {0};
    assert_ok(lede_snapshot_of_paths(faulty_env_table(f), paths, 2, NULL, &s, &err), &err);
    assert_true(total_of(s, "\"gannet bridge\"") > 3);
    assert_int_equal(total_of(s, "zyzzyva"), 0);
    lede_snapshot_free(s);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
}

static void test_full_disk_keeps_what_was_committed(void **state)
{
    faulty_env *f = faulty_env_new();
    archive a = archive_new(faulty_env_table(f));
    lede_error err = {0};
    add(&a, "http://paper.example/1", NULL, "Kept", NULL, "Lantern.");
    commit(&a);
    const char *paths[] = {"samples/pages"};
    lede_add_counts counts;
    for (uint64_t room = 0; room < 40000; room += 3571) {
        faulty_env_fill_disk(f, room);
        memset(&err, 0, sizeof err);
        assert_int_equal(
            lede_writer_add_paths(a.writer, paths, 1, NULL, 0, NULL, NULL, &counts, &err),
            LEDE_E_IO);
        assert_int_equal(err.os_errno, ENOSPC);
        assert_true(err.message[0] != 0);
        faulty_env_heal(f);
        lede_writer_close(a.writer);
        a.writer = NULL;
        assert_ok(lede_archive_verify(NULL, a.path, 1, NULL, NULL, &err), &err);
        lede_snapshot *s = snapshot_of(&a);
        assert_int_equal(total_of(s, "lantern"), 1);
        lede_snapshot_free(s);
        assert_ok(lede_writer_open(faulty_env_table(f), a.path, NULL, &a.writer, &err), &err);
    }
    archive_free(&a);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
}

static void test_json_dates_keep_their_zone(void **state)
{
    /* 2023-11-09T02:24:10Z, stated at five hours west */
    lede_article article = {.kind = "story",
                            .headline = {"H", 1},
                            .published = {LEDE_DATE_TIME, 1699496650000, "json-ld", 95, -300},
                            .modified = {LEDE_DATE_DAY, 1699488000000, "meta", 90, 0}};
    char *text;
    size_t bytes;
    lede_error err = {0};
    assert_ok(lede_article_write(NULL, &article, LEDE_ARTICLE_JSON, &text, &bytes, &err), &err);
    assert_non_null(strstr(text, "\"datePublished\":\"2023-11-08T21:24:10-05:00\""));
    assert_non_null(strstr(text, "\"dateModified\":\"2023-11-09\""));
    lede_buffer_free(NULL, text, bytes);
}

static void test_bad_options_are_said(void **state)
{
    archive a = archive_new(NULL);
    lede_error err = {0};
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    const char *paths[] = {"samples/pages"};
    options.published = "sometime";
    assert_int_equal(lede_writer_add_paths(a.writer, paths, 1, &options, 0, NULL, NULL, NULL, &err),
                     LEDE_E_INVALID);
    const char *missing[] = {"/no/such/place"};
    assert_int_equal(lede_writer_add_paths(a.writer, missing, 1, NULL, 0, NULL, NULL, NULL, &err),
                     LEDE_E_NOTFOUND);
    lede_writer *second;
    assert_int_equal(lede_writer_open(NULL, a.path, NULL, &second, &err), LEDE_E_BUSY);
    lede_archive_options archive_options = LEDE_ARCHIVE_OPTIONS_INIT;
    archive_options.fields = "title:keyword";
    assert_int_equal(lede_archive_create(NULL, "/nowhere", &archive_options, &err), LEDE_E_INVALID);
    lede_snapshot *s;
    assert_int_equal(lede_snapshot_open(NULL, "/no/such/archive", &s, &err), LEDE_E_NOTFOUND);
    archive_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_identity_and_versions),
        cmocka_unit_test(test_one_canonical_for_many_pages),
        cmocka_unit_test(test_jobs_do_not_change_the_archive),
        cmocka_unit_test(test_load_of_a_dump_is_the_same_archive),
        cmocka_unit_test(test_progress_ends_where_the_sources_end),
        cmocka_unit_test(test_dry_run_changes_nothing),
        cmocka_unit_test(test_search_without_an_archive),
        cmocka_unit_test(test_full_disk_keeps_what_was_committed),
        cmocka_unit_test(test_json_dates_keep_their_zone),
        cmocka_unit_test(test_bad_options_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
