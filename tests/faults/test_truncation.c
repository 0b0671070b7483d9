/*
 * A file of an archive shrinks while it is mapped. With the guard on (lede_guard_sigbus) each
 * question is answered as before or refused, the process lives, and faults at addresses that are
 * not lede's go to the handler that was there before.
 */
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/faults/answers.h"
#include "tests/faults/disk_image.h"
#include "tests/temp_dir.h"
#include "tests/test.h"

#define ARTICLES  150u
#define CUT_BYTES 4096u

static sigjmp_buf back;
static volatile sig_atomic_t foreign_faults;

static void on_foreign_fault(int signal_number)
{
    (void)signal_number;
    foreign_faults++;
    siglongjmp(back, 1);
}

static char *archive_new(const char *root)
{
    char *dir = temp_dir_path(root, "a.lede"), page[SMALL_PAGE_BYTES], url[64];
    lede_error err = {0};
    lede_writer *w;
    assert_ok(lede_archive_create(NULL, dir, NULL, &err), &err);
    assert_ok(lede_writer_open(NULL, dir, NULL, &w, &err), &err);
    for (uint32_t i = 0; i < ARTICLES; i++) {
        lede_add_outcome outcome;
        size_t bytes = small_page(page, sizeof page, i, 0);
        small_page_url(url, i);
        assert_ok(
            lede_writer_add_page(w, page, bytes, url, NULL, "text/html", NULL, &outcome, &err),
            &err);
        if (i == ARTICLES / 2)
            assert_ok(lede_writer_commit(w, NULL, &err), &err);
    }
    assert_ok(lede_writer_commit(w, NULL, &err), &err);
    lede_writer_close(w);
    return dir;
}

/* Cuts every segment off after so many bytes; answers the longest length there was. */
static uint64_t cut_segments(const char *dir, uint64_t bytes)
{
    disk_image image;
    uint64_t longest = 0;
    disk_image_take(&image, lede_env_system(), dir);
    for (size_t i = 0; i < image.count; i++) {
        if (strncmp(image.files[i].name, "segment-", 8) != 0)
            continue;
        char *path = temp_dir_path(dir, image.files[i].name);
        longest = image.files[i].bytes > longest ? image.files[i].bytes : longest;
        if (bytes < image.files[i].bytes)
            assert_int_equal(truncate(path, (off_t)bytes), 0);
        free(path);
    }
    disk_image_release(&image);
    return longest;
}

typedef struct expected {
    answers each[64];
} expected;

static void ask_each(lede_snapshot *s, expected *e)
{
    lede_error err = {0};
    for (uint32_t i = 0; i < question_count; i++)
        assert_ok(answers_ask(&e->each[i], s, &questions[i], &err), &err);
}

/* Answers how many questions were refused; none may be answered otherwise than before. */
static uint32_t ask_again(lede_snapshot *s, const expected *e)
{
    uint32_t refused = 0;
    for (uint32_t i = 0; i < question_count; i++) {
        lede_error err = {0};
        answers now = {0};
        lede_status status = answers_ask(&now, s, &questions[i], &err);
        assert_true(now.bytes <= e->each[i].bytes);
        assert_memory_equal(now.text, e->each[i].text, now.bytes);
        if (status == LEDE_OK)
            assert_int_equal(now.bytes, e->each[i].bytes);
        else
            assert_true(status == LEDE_E_CORRUPT && err.message[0]);
        refused += status != LEDE_OK;
        answers_release(&now);
    }
    return refused;
}

static void release_expected(expected *e)
{
    for (uint32_t i = 0; i < question_count; i++)
        answers_release(&e->each[i]);
}

/* cold: a snapshot none of whose blocks were tested yet; else one that has answered everything. */
static void cut_under_a_snapshot(uint64_t bytes, bool cold)
{
    char *root = temp_dir_new(), *dir = archive_new(root);
    lede_error err = {0};
    lede_snapshot *s, *warm;
    expected e = {0};
    assert_ok(lede_snapshot_open(NULL, dir, &warm, &err), &err);
    ask_each(warm, &e);
    if (cold)
        assert_ok(lede_snapshot_open(NULL, dir, &s, &err), &err);
    else
        s = warm;
    assert_true(cut_segments(dir, bytes) > 2 * CUT_BYTES);
    uint32_t refused = ask_again(s, &e);
    print_message("# cut to %llu bytes, %s: %u of %u questions refused\n",
                  (unsigned long long)bytes, cold ? "cold" : "warm", refused, question_count);
    assert_true(refused > 0);
    lede_dump *dump;
    assert_int_equal(lede_dump_open(s, &dump, &err), LEDE_E_CORRUPT);
    if (cold)
        lede_snapshot_free(s);
    lede_snapshot_free(warm);
    assert_int_equal(lede_snapshot_open(NULL, dir, &s, &err), LEDE_E_CORRUPT);
    assert_int_not_equal(lede_archive_verify(NULL, dir, 1, NULL, NULL, &err), LEDE_OK);
    release_expected(&e);
    free(dir);
    temp_dir_free(root);
}

static void a_file_is_cut_under_a_snapshot(void)
{
    for (uint64_t bytes = 0; bytes <= 3 * CUT_BYTES; bytes += CUT_BYTES) {
        cut_under_a_snapshot(bytes, true);
        cut_under_a_snapshot(bytes, false);
    }
}

static void a_merge_of_a_cut_file_is_refused(void)
{
    char *root = temp_dir_new(), *dir = archive_new(root);
    lede_error err = {0};
    lede_writer *w;
    assert_ok(lede_writer_open(NULL, dir, NULL, &w, &err), &err);
    cut_segments(dir, CUT_BYTES);
    assert_int_equal(lede_writer_merge(w, 1, &err), LEDE_E_CORRUPT);
    lede_writer_close(w);
    free(dir);
    temp_dir_free(root);
}

static void other_faults_go_to_the_handler_before(void)
{
    char *root = temp_dir_new(), *path = temp_dir_path(root, "file");
    FILE *file = fopen(path, "wb+");
    assert_true(file && fputs("words", file) >= 0 && fflush(file) == 0);
    volatile const char *map = mmap(NULL, CUT_BYTES, PROT_READ, MAP_SHARED, fileno(file), 0);
    assert_true(map != MAP_FAILED);
    assert_int_equal(ftruncate(fileno(file), 0), 0);
    if (sigsetjmp(back, 1) == 0)
        fail_msg("a byte that is not there was read: %d", map[0]);
    assert_int_equal(foreign_faults, 1);
    munmap((void *)(uintptr_t)map, CUT_BYTES);
    fclose(file);
    free(path);
    temp_dir_free(root);
}

/* One test: cmocka sets its own handler of SIGBUS before each, and the guard is set once. */
static void the_guard(void **state)
{
    (void)state;
    lede_error err = {0};
    signal(SIGBUS, on_foreign_fault);
    assert_ok(lede_guard_sigbus(&err), &err);
    assert_ok(lede_guard_sigbus(&err), &err); /* again: harmless */
    a_file_is_cut_under_a_snapshot();
    a_merge_of_a_cut_file_is_refused();
    other_faults_go_to_the_handler_before();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_guard)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
