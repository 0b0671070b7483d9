/*
 * Archives of every format there was, as an earlier build wrote them (tests/data/golden/): each is
 * opened, checked, dumped and searched as it was, and a copy of it is written to.
 */
#include "tests/test.h"

#include <dirent.h>
#include <unistd.h>

#include "lede/lede.h"
#include "tests/temp_dir.h"

#define GOLDEN "tests/data/golden"

static char *load(const char *path)
{
    static char text[1 << 18];
    FILE *f = fopen(path, "rb");
    if (!f)
        fail_msg("no file %s", path);
    size_t bytes = fread(text, 1, sizeof text - 1, f);
    fclose(f);
    text[bytes] = 0;
    return text;
}

static void check_dump(lede_snapshot *s, const char *expected)
{
    lede_error err = {0};
    lede_dump *d;
    lede_text line;
    assert_ok(lede_dump_open(s, &d, &err), &err);
    for (;;) {
        assert_ok(lede_dump_next(d, &line, &err), &err);
        if (line.bytes == 0)
            break;
        assert_memory_equal(expected, line.data, line.bytes);
        assert_int_equal(expected[line.bytes], '\n');
        expected += line.bytes + 1;
    }
    assert_int_equal(*expected, 0);
    lede_dump_free(d);
}

static uint64_t total(lede_snapshot *s, const char *query)
{
    lede_error err = {0};
    lede_hits *hits;
    assert_ok(lede_search(s, query, strlen(query), NULL, &hits, &err), &err);
    uint64_t count = lede_hits_answer(hits)->total;
    lede_hits_free(hits);
    return count;
}

/* Each line of questions.tsv: the number of hits, TAB, the query. */
static void check_answers(lede_snapshot *s, char *questions)
{
    for (char *line = strtok(questions, "\n"); line; line = strtok(NULL, "\n")) {
        char *query;
        uint64_t expected = strtoull(line, &query, 10);
        uint64_t found = total(s, query + 1);
        if (found != expected)
            fail_msg("%s: %llu hits, %llu expected", query + 1, (unsigned long long)found,
                     (unsigned long long)expected);
    }
}

static void write_to(const char *dir)
{
    static const char page[] = "<title>A newcomer</title><p>The newcomer arrived by the evening "
                               "train, and the whole town was there to see it.";
    lede_error err = {0};
    lede_writer *w;
    lede_snapshot *s;
    lede_add_outcome outcome;
    assert_ok(lede_writer_open(NULL, dir, NULL, &w, &err), &err);
    assert_ok(lede_writer_add_page(w, page, strlen(page), "http://new.example/1", NULL, "text/html",
                                   NULL, &outcome, &err),
              &err);
    assert_ok(lede_writer_merge(w, 1, &err), &err);
    lede_writer_close(w);
    assert_ok(lede_archive_verify(NULL, dir, 1, NULL, NULL, &err), &err);
    assert_ok(lede_snapshot_open(NULL, dir, &s, &err), &err);
    assert_int_equal(total(s, "newcomer"), 1);
    lede_snapshot_free(s);
}

static void check_golden(const char *format, const char *name)
{
    char dir[600], path[640];
    lede_error err = {0};
    lede_snapshot *s;
    char *temp = temp_dir_new(), *copy = temp_dir_path(temp, "copy");
    snprintf(dir, sizeof dir, GOLDEN "/%s/%s.lede", format, name);
    print_message("# %s\n", dir);
    assert_ok(lede_archive_verify(NULL, dir, 1, NULL, NULL, &err), &err);
    assert_ok(lede_snapshot_open(NULL, dir, &s, &err), &err);
    snprintf(path, sizeof path, GOLDEN "/%s/%s.dump.jsonl", format, name);
    check_dump(s, load(path));
    snprintf(path, sizeof path, GOLDEN "/%s/%s.questions.tsv", format, name);
    check_answers(s, load(path));
    lede_snapshot_free(s);
    assert_ok(lede_archive_copy(NULL, dir, copy, NULL, &err), &err);
    write_to(copy);
    free(copy);
    temp_dir_free(temp);
}

static void test_golden(void **state)
{
    unsigned checked = 0;
    struct dirent **formats, **files;
    int format_count = scandir(GOLDEN, &formats, NULL, alphasort);
    assert_true(format_count > 0);
    for (int i = 0; i < format_count; free(formats[i++])) {
        char dir[320];
        if (strncmp(formats[i]->d_name, "format-", 7) != 0)
            continue;
        snprintf(dir, sizeof dir, GOLDEN "/%s", formats[i]->d_name);
        int count = scandir(dir, &files, NULL, alphasort);
        for (int k = 0; k < count; free(files[k++])) {
            size_t bytes = strlen(files[k]->d_name);
            if (bytes < 5 || strcmp(files[k]->d_name + bytes - 5, ".lede") != 0)
                continue;
            files[k]->d_name[bytes - 5] = 0;
            check_golden(formats[i]->d_name, files[k]->d_name);
            checked++;
        }
        free(files);
    }
    free(formats);
    assert_true(checked >= 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
