/* Copies of an archive that is written to, and what repair keeps of damaged ones. */
#include "tests/test.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/thread.h"
#include "index/open_segment.h"
#include "lede/lede.h"
#include "tests/faulty_env.h"
#include "tests/temp_dir.h"

#define ROUNDS 20u

typedef struct lines {
    char **items; /* [count], owned */
    size_t count;
} lines;

static void lines_release(lines *l)
{
    for (size_t i = 0; i < l->count; i++)
        free(l->items[i]);
    free(l->items);
    *l = (lines){0};
}

static bool lines_have(const lines *l, const char *line)
{
    for (size_t i = 0; i < l->count; i++)
        if (strcmp(l->items[i], line) == 0)
            return true;
    return false;
}

static lines dump(const char *dir)
{
    lines l = {0};
    lede_error err = {0};
    lede_snapshot *s;
    lede_dump *d;
    lede_text line;
    assert_ok(lede_snapshot_open(NULL, dir, &s, &err), &err);
    assert_ok(lede_dump_open(s, &d, &err), &err);
    for (;;) {
        assert_ok(lede_dump_next(d, &line, &err), &err);
        if (line.bytes == 0)
            break;
        l.items = realloc(l.items, (l.count + 1) * sizeof *l.items);
        l.items[l.count++] = strdup(line.data);
    }
    lede_dump_free(d);
    lede_snapshot_free(s);
    return l;
}

static void add(lede_writer *w, unsigned i, unsigned revision)
{
    char page[8192], url[64];
    test_random random = {i * 100 + revision};
    lede_error err = {0};
    lede_add_outcome outcome;
    snprintf(url, sizeof url, "http://paper.example/%u", i);
    snprintf(page, sizeof page,
             "<html><head><title>Story %u</title></head><body><article><h1>Story %u</h1><p>The "
             "bridge number %u was opened again on Monday, revision %u, the council said.</p>"
             "<p>Eleven weeks after the river carried the old one away, %u boats were counted.",
             i, i, i, revision, i * 7919);
    size_t bytes = strlen(page);
    for (unsigned k = 0; k < 120; k++) /* words that do not compress, so that blocks are many */
        bytes += (size_t)snprintf(page + bytes, sizeof page - bytes, " w%llx",
                                  (unsigned long long)test_random_u64(&random));
    assert_ok(lede_writer_add_page(w, page, bytes, url, NULL, "text/html", NULL, &outcome, &err),
              &err);
}

/* Three segments, a version and a delete. */
static void make_archive(const char *dir)
{
    lede_error err = {0};
    lede_writer *w;
    assert_ok(lede_archive_create(NULL, dir, NULL, &err), &err);
    assert_ok(lede_writer_open(NULL, dir, NULL, &w, &err), &err);
    for (unsigned part = 0; part < 3; part++) {
        for (unsigned i = 0; i < 60; i++)
            add(w, part * 60 + i, 0);
        assert_ok(lede_writer_commit(w, NULL, &err), &err);
    }
    assert_ok(lede_writer_delete(w, "http://paper.example/7", NULL, &err), &err);
    assert_ok(lede_writer_commit(w, NULL, &err), &err);
    lede_writer_close(w);
}

/* The first file whose name begins so, from the last one by name on. */
static char *last_file(const char *dir, const char *prefix)
{
    struct dirent **entries;
    char *path = NULL;
    int count = scandir(dir, &entries, NULL, alphasort);
    assert_true(count > 0);
    for (int i = count - 1; i >= 0; i--) {
        if (!path && strncmp(entries[i]->d_name, prefix, strlen(prefix)) == 0)
            path = temp_dir_path(dir, entries[i]->d_name);
        free(entries[i]);
    }
    free(entries);
    assert_non_null(path);
    return path;
}

static void flip(const char *path, test_random *random, unsigned bytes)
{
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    for (unsigned i = 0; i < bytes; i++) {
        long at = (long)test_random_below(random, (uint32_t)size);
        fseek(f, at, SEEK_SET);
        int byte = fgetc(f);
        fseek(f, at, SEEK_SET);
        fputc(byte ^ (1 << test_random_below(random, 8)), f);
    }
    fclose(f);
}

typedef struct told {
    char text[1 << 16];
    size_t bytes;
} told;

static void hear(void *ctx, const char *sentence)
{
    told *t = ctx;
    t->bytes += (size_t)snprintf(t->text + t->bytes, sizeof t->text - t->bytes, "%s\n", sentence);
    assert_true(t->bytes < sizeof t->text);
}

static void remove_tree(const char *dir)
{
    char command[4200];
    snprintf(command, sizeof command, "rm -rf '%s'", dir);
    assert_int_equal(system(command), 0);
}

static void copy_tree(const char *from, const char *to)
{
    char command[8400];
    snprintf(command, sizeof command, "cp -r '%s' '%s'", from, to);
    assert_int_equal(system(command), 0);
}

/* ---- copies ---- */

typedef struct writing {
    const char *dir;
    _Atomic int stop;
    unsigned commits;
} writing;

static void write_on(void *ctx)
{
    writing *x = ctx;
    lede_error err = {0};
    lede_writer *w;
    assert_ok(lede_writer_open(NULL, x->dir, NULL, &w, &err), &err);
    for (unsigned i = 0; !x->stop; i++) {
        add(w, 1000 + i % 50, i);
        if (i % 3 == 2) {
            assert_ok(lede_writer_commit(w, NULL, &err), &err);
            x->commits++;
        }
        if (i % 30 == 29)
            assert_ok(lede_writer_merge(w, 1, &err), &err);
    }
    lede_writer_close(w);
}

static void test_copy_while_writing(void **state)
{
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a"), *to = temp_dir_path(temp, "b");
    lede_error err = {0};
    ld_thread thread;
    make_archive(dir);
    lines first = dump(dir);
    writing x = {.dir = dir};
    assert_ok(ld_thread_start(&thread, write_on, &x, &err), &err);
    for (unsigned i = 0; i < 6; i++) {
        uint64_t bytes = 0;
        assert_ok(lede_archive_copy(NULL, dir, to, &bytes, &err), &err);
        assert_true(bytes > 0);
        assert_ok(lede_archive_verify(NULL, to, 1, NULL, NULL, &err), &err);
        lines copied = dump(to);
        for (size_t k = 0; k < first.count; k++)
            assert_true(lines_have(&copied, first.items[k]));
        lines_release(&copied);
        remove_tree(to);
    }
    x.stop = 1;
    ld_thread_join(&thread);
    assert_true(x.commits > 0);
    lines_release(&first);
    free(to);
    free(dir);
    temp_dir_free(temp);
}

static void test_copy_refuses(void **state)
{
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a"), *to = temp_dir_path(temp, "b");
    lede_error err = {0};
    test_random random = {5};
    make_archive(dir);
    assert_int_equal(lede_archive_copy(NULL, dir, temp, NULL, &err), LEDE_E_EXISTS);
    assert_int_equal(lede_archive_copy(NULL, to, temp, NULL, &err), LEDE_E_NOTFOUND);
    char *file = last_file(dir, "segment-");
    flip(file, &random, 30);
    assert_int_equal(lede_archive_copy(NULL, dir, to, NULL, &err), LEDE_E_CORRUPT);
    lede_snapshot *s;
    assert_int_equal(lede_snapshot_open(NULL, to, &s, &err), LEDE_E_NOTFOUND);
    free(file);
    free(to);
    free(dir);
    temp_dir_free(temp);
}

/* ---- repair ---- */

static void test_whole_is_left(void **state)
{
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a");
    char *damaged = temp_dir_path(temp, "a.damaged");
    lede_error err = {0};
    lede_repair_counts counts = LEDE_REPAIR_COUNTS_INIT;
    make_archive(dir);
    assert_ok(lede_archive_repair(NULL, dir, NULL, NULL, &counts, &err), &err);
    assert_int_equal(counts.damaged_segments, 0);
    assert_int_equal(counts.segments, 3);
    assert_int_equal(access(damaged, F_OK), -1);
    free(damaged);
    free(dir);
    temp_dir_free(temp);
}

/* Flips in one segment: the others' articles are all there, nothing is made up, and each article
 * that is gone was named or counted. */
static void test_flips(void **state)
{
    char *temp = temp_dir_new(), *whole = temp_dir_path(temp, "whole");
    char *dir = temp_dir_path(temp, "a"), *damaged = temp_dir_path(temp, "a.damaged");
    static told t;
    uint64_t salvaged = 0, lost = 0;
    make_archive(whole);
    lines before = dump(whole);
    for (unsigned round = 0; round < ROUNDS; round++) {
        lede_error err = {0};
        test_random random = {round + 1};
        lede_repair_counts counts = LEDE_REPAIR_COUNTS_INIT;
        t.bytes = 0;
        copy_tree(whole, dir);
        char *file = last_file(dir, "segment-");
        flip(file, &random, 1 + round % 4);
        assert_ok(lede_archive_repair(NULL, dir, hear, &t, &counts, &err), &err);
        assert_int_equal(counts.damaged_segments, 1);
        assert_int_equal(counts.kept, 120);
        assert_int_equal(counts.salvaged + counts.lost, 60);
        assert_ok(lede_archive_verify(NULL, dir, 1, NULL, NULL, &err), &err);
        lines after = dump(dir);
        for (size_t i = 0; i < after.count; i++)
            assert_true(lines_have(&before, after.items[i]));
        assert_int_equal(after.count, before.count - counts.lost);
        assert_true(counts.lost == 0 || strstr(t.text, "lost: "));
        assert_int_equal(access(damaged, F_OK), 0);
        salvaged += counts.salvaged;
        lost += counts.lost;
        lines_release(&after);
        free(file);
        remove_tree(dir);
        remove_tree(damaged);
    }
    print_message("# repair: %u damaged segments of 60, %llu salvaged, %llu lost\n", ROUNDS,
                  (unsigned long long)salvaged, (unsigned long long)lost);
    assert_true(salvaged > 0);
    lines_release(&before);
    free(damaged);
    free(dir);
    free(whole);
    temp_dir_free(temp);
}

static void test_damaged_manifest(void **state)
{
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a");
    lede_error err = {0};
    test_random random = {9};
    lede_repair_counts counts = LEDE_REPAIR_COUNTS_INIT;
    lede_snapshot *s;
    make_archive(dir);
    lines before = dump(dir);
    char *file = last_file(dir, "manifest-");
    flip(file, &random, 1);
    assert_int_equal(lede_snapshot_open(NULL, dir, &s, &err), LEDE_E_CORRUPT);
    assert_ok(lede_archive_repair(NULL, dir, NULL, NULL, &counts, &err), &err);
    assert_int_equal(counts.other_generation, 1);
    assert_int_equal(counts.kept, 180);
    lines after = dump(dir);
    assert_int_equal(after.count, before.count + 1); /* the delete was of the lost generation */
    assert_ok(lede_archive_verify(NULL, dir, 1, NULL, NULL, &err), &err);
    /* and it can be written to */
    lede_writer *w;
    assert_ok(lede_writer_open(NULL, dir, NULL, &w, &err), &err);
    add(w, 5000, 0);
    assert_ok(lede_writer_commit(w, NULL, &err), &err);
    lede_writer_close(w);
    lines_release(&after);
    lines_release(&before);
    free(file);
    free(dir);
    temp_dir_free(temp);
}

static void test_damaged_tombstones(void **state)
{
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a");
    lede_error err = {0};
    test_random random = {9};
    static told t;
    lede_repair_counts counts = LEDE_REPAIR_COUNTS_INIT;
    make_archive(dir);
    lines before = dump(dir);
    char *file = last_file(dir, "deletes-");
    flip(file, &random, 1);
    assert_ok(lede_archive_repair(NULL, dir, hear, &t, &counts, &err), &err);
    assert_non_null(strstr(t.text, "deleted"));
    assert_int_equal(counts.kept, 180);
    lines after = dump(dir);
    assert_int_equal(after.count, before.count + 1);
    lines_release(&after);
    lines_release(&before);
    free(file);
    free(dir);
    temp_dir_free(temp);
}

static void test_busy(void **state)
{
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a");
    lede_error err = {0};
    lede_repair_counts counts = LEDE_REPAIR_COUNTS_INIT;
    lede_writer *w;
    make_archive(dir);
    assert_ok(lede_writer_open(NULL, dir, NULL, &w, &err), &err);
    assert_int_equal(lede_archive_repair(NULL, dir, NULL, NULL, &counts, &err), LEDE_E_BUSY);
    lede_writer_close(w);
    free(dir);
    temp_dir_free(temp);
}

/* Whole files, and a manifest that says another thing of them: each field that it names. */
static void test_manifest_that_disagrees(void **state)
{
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a");
    const lede_env *env = lede_env_system();
    lede_error err = {0};
    uint64_t newest;
    ld_manifest m;
    uint32_t with_deletes = 0;
    make_archive(dir);
    ld_manifest_init(&m, env);
    assert_ok(ld_manifest_latest(env, dir, &newest, &err), &err);
    assert_ok(ld_manifest_load(env, dir, newest, &m, &err), &err);
    for (size_t i = 0; i < m.segment_count; i++) {
        with_deletes += m.segments[i].deletes_generation != 0;
        for (int field = 0; field < 6; field++) {
            ld_manifest_segment e = m.segments[i];
            ld_open_segment open;
            e.file_bytes += field == 1;
            e.footer_crc32c ^= field == 2;
            e.docs += field == 3;
            e.deletes_bytes += field == 4;
            e.deletes_crc32c ^= field == 5;
            bool is_same = field == 0 || (field > 3 && e.deletes_generation == 0);
            lede_status status = ld_open_segment_load(env, dir, &e, &open, &err);
            assert_int_equal(status, is_same ? LEDE_OK : LEDE_E_CORRUPT);
            if (status == LEDE_OK)
                ld_open_segment_close(&open);
        }
    }
    assert_true(m.segment_count > 1 && with_deletes > 0);
    ld_manifest_release(&m);
    free(dir);
    temp_dir_free(temp);
}

/* Want of handles, memory or permission says nothing of the files: no article may be called lost,
 * and a whole archive stays as it is. Each call of each effect fails once. */
static void test_want_is_not_damage(void **state)
{
    static const struct {
        faulty_op op;
        int os_errno;
    } wants[] = {{FAULTY_ALLOCATE, 0},       {FAULTY_OPEN, EMFILE},  {FAULTY_OPEN, EACCES},
                 {FAULTY_READ, EINTR},       {FAULTY_PREAD, ENOMEM}, {FAULTY_FILE_INFO, EACCES},
                 {FAULTY_PATH_INFO, EACCES}, {FAULTY_MAP, ENOMEM},   {FAULTY_LOCK, ENOLCK}};
    char *temp = temp_dir_new(), *dir = temp_dir_path(temp, "a");
    char *damaged = temp_dir_path(temp, "a.damaged");
    lede_error err = {0};
    uint32_t failed = 0;
    make_archive(dir);
    for (size_t i = 0; i < sizeof wants / sizeof *wants; i++) {
        uint64_t calls = 1;
        for (uint64_t nth = 0; nth <= calls; nth++) { /* 0: none fails, all are counted */
            faulty_env *f = faulty_env_new();
            lede_repair_counts counts = LEDE_REPAIR_COUNTS_INIT;
            if (nth > 0)
                faulty_env_fail(f, wants[i].op, nth, wants[i].os_errno, false);
            lede_status status =
                lede_archive_repair(faulty_env_table(f), dir, NULL, NULL, &counts, &err);
            calls = nth == 0 ? faulty_env_calls(f, wants[i].op) : calls;
            if (counts.lost || counts.damaged_segments || counts.other_generation)
                fail_msg("effect %d, call %u: an archive that is whole was called damaged",
                         (int)wants[i].op, (unsigned)nth);
            assert_int_equal(access(damaged, F_OK), -1);
            failed += status != LEDE_OK;
            faulty_env_heal(f);
            faulty_env_assert_idle(f);
            faulty_env_free(f);
        }
    }
    assert_true(failed > 50);
    assert_ok(lede_archive_verify(NULL, dir, 1, NULL, NULL, &err), &err);
    free(damaged);
    free(dir);
    temp_dir_free(temp);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_while_writing),
        cmocka_unit_test(test_copy_refuses),
        cmocka_unit_test(test_whole_is_left),
        cmocka_unit_test(test_flips),
        cmocka_unit_test(test_damaged_manifest),
        cmocka_unit_test(test_damaged_tombstones),
        cmocka_unit_test(test_busy),
        cmocka_unit_test(test_manifest_that_disagrees),
        cmocka_unit_test(test_want_is_not_damage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
