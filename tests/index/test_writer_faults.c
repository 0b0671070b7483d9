/*
 * Each effect of a small workload fails once: the call that needed it says so, nothing leaks, and
 * the archive is afterwards what the last successful commit made of it (or the one that failed
 * after its rename). The same with the disk full at every amount of bytes, and with a crash at
 * every change.
 */
#include "tests/faulty_env.h"
#include "tests/index/archive_twin.h"
#include "tests/temp_dir.h"

#include <errno.h>

typedef struct outcome {
    archive_twin committed, tried; /* after the last good commit; of the commit that failed */
    bool failed, created;
} outcome;

/* Every merge reorders: that only adds places to fail at. */
static ld_writer_options small_options(void)
{
    return (ld_writer_options){.merge_factor = 2, .flush_docs = 4, .reorder = LD_REORDER_ON};
}

/* Adds, replaces and deletes with three commits; stops at the first failure. */
static lede_status work(const lede_env *env, const char *dir, outcome *o)
{
    static twin_document d;
    ld_writer_options options = small_options();
    archive_twin now = {.profile = twin_profile_of(true)};
    ld_index_writer *w = NULL;
    twin_copy(&now, &o->committed);
    twin_copy(&now, &o->tried);
    o->created = false;
    lede_status status = ld_archive_create(env, dir, &now.profile, NULL);
    o->created = status == LEDE_OK;
    if (status == LEDE_OK)
        status = ld_index_writer_open(env, dir, &options, &w, NULL);
    for (uint32_t i = 0; i < 24 && status == LEDE_OK; i++) {
        ld_add_outcome got;
        uint64_t n;
        twin_row row = {.key = i % 10, .content = i, .order = i, .explicit_key = i % 3 == 0};
        twin_document_make(&d, &now.profile, &row);
        status = ld_index_writer_add(w, &d.document, &got, NULL);
        if (status == LEDE_OK)
            twin_add_row(&now, row);
        if (status == LEDE_OK && i % 11 == 10) {
            status = ld_index_writer_delete(w, d.document.key, &n, NULL);
            if (status == LEDE_OK)
                twin_delete_key(&now, row.key);
        }
        if (status == LEDE_OK && i % 8 == 7) {
            twin_copy(&now, &o->tried);
            status = ld_index_writer_commit(w, &n, NULL);
            if (status == LEDE_OK)
                twin_copy(&now, &o->committed);
        }
    }
    ld_index_writer_close(w);
    free(now.rows);
    o->failed = status != LEDE_OK;
    return status;
}

static uint64_t generation_live(const char *dir)
{
    lede_error err;
    ld_snapshot *s;
    assert_ok(ld_snapshot_open(lede_env_system(), dir, &s, &err), &err);
    uint64_t docs =
        ld_snapshot_statistics(s)->live_count + 1000 * ld_snapshot_statistics(s)->superseded_count;
    ld_snapshot_release(s);
    return docs;
}

static uint64_t twin_live(const archive_twin *t)
{
    uint64_t n = 0;
    for (size_t i = 0; i < t->count; i++)
        if (!t->rows[i].deleted)
            n += t->rows[i].superseded ? 1000 : 1;
    return n;
}

/* After a failure, by the system's own table: the archive is whole, and a writer can go on. */
static void check_after(const char *dir, const outcome *o)
{
    const lede_env *env = lede_env_system();
    lede_error err;
    uint64_t generation;
    if (!o->created && ld_snapshot_latest(env, dir, &generation, &err) == LEDE_E_NOTFOUND)
        return;
    bool old = generation_live(dir) == twin_live(&o->committed);
    twin_compare(old ? &o->committed : &o->tried, env, dir);
    assert_ok(ld_archive_check(env, dir, true, NULL, NULL, &err), &err);
    ld_index_writer *w;
    ld_writer_options options = small_options();
    assert_ok(ld_index_writer_open(env, dir, &options, &w, &err), &err);
    static twin_document d;
    twin_row row = {.key = 77, .content = 1};
    ld_add_outcome got;
    twin_document_make(&d, ld_index_writer_profile(w), &row);
    assert_ok(ld_index_writer_add(w, &d.document, &got, &err), &err);
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
}

static void run_once(void (*arm)(faulty_env *f, uint64_t nth, int kind), uint64_t nth, int kind,
                     bool *failed)
{
    faulty_env *f = faulty_env_new();
    char *root = temp_dir_new(), *dir = temp_dir_path(root, "a");
    outcome o = {0};
    arm(f, nth, kind);
    work(faulty_env_table(f), dir, &o);
    faulty_env_heal(f);
    faulty_env_assert_idle(f);
    *failed = o.failed;
    check_after(dir, &o);
    free(o.committed.rows);
    free(o.tried.rows);
    free(dir);
    temp_dir_free(root);
    faulty_env_free(f);
}

static void arm_op(faulty_env *f, uint64_t nth, int kind)
{
    faulty_env_fail(f, (faulty_op)kind, nth, EIO, false);
}

static void arm_full_disk(faulty_env *f, uint64_t nth, int kind)
{
    (void)kind;
    faulty_env_fill_disk(f, nth);
}

static void arm_crash(faulty_env *f, uint64_t nth, int kind)
{
    (void)kind;
    faulty_env_crash(f, nth);
}

static void count_calls(uint64_t calls[FAULTY_OP_COUNT], uint64_t *changes)
{
    faulty_env *f = faulty_env_new();
    char *root = temp_dir_new(), *dir = temp_dir_path(root, "a");
    outcome o = {0};
    assert_int_equal(work(faulty_env_table(f), dir, &o), LEDE_OK);
    for (int op = 0; op < FAULTY_OP_COUNT; op++)
        calls[op] = faulty_env_calls(f, (faulty_op)op);
    *changes = faulty_env_change_calls(f);
    faulty_env_assert_idle(f);
    twin_compare(&o.committed, lede_env_system(), dir);
    free(o.committed.rows);
    free(o.tried.rows);
    free(dir);
    temp_dir_free(root);
    faulty_env_free(f);
}

/* Spread over at most `tries` points, so that the test stays short. */
static void each_file_effect_fails_once(void **state)
{
    (void)state;
    uint64_t calls[FAULTY_OP_COUNT], changes, runs = 0, failures = 0;
    count_calls(calls, &changes);
    for (int op = 1; op < FAULTY_OP_COUNT; op++) {
        uint64_t step = calls[op] / 30 + 1;
        for (uint64_t nth = 1; nth <= calls[op]; nth += step) {
            bool failed;
            run_once(arm_op, nth, op, &failed);
            runs++;
            failures += failed;
        }
    }
    print_message("%llu faults, %llu of them told\n", (unsigned long long)runs,
                  (unsigned long long)failures);
    assert_true(runs > 100 && failures > 50);
}

static void memory_is_refused(void **state)
{
    (void)state;
    uint64_t calls[FAULTY_OP_COUNT], changes, failures = 0, runs = 0;
    count_calls(calls, &changes);
    for (uint64_t nth = 1; nth <= calls[FAULTY_ALLOCATE]; nth += calls[FAULTY_ALLOCATE] / 150 + 1) {
        bool failed;
        run_once(arm_op, nth, FAULTY_ALLOCATE, &failed);
        runs++;
        failures += failed;
    }
    print_message("%llu refusals, %llu of them told\n", (unsigned long long)runs,
                  (unsigned long long)failures);
    assert_true(failures > runs / 2);
}

static void the_disk_is_full(void **state)
{
    (void)state;
    for (uint64_t bytes = 0; bytes < 120000; bytes += 4111) {
        bool failed;
        run_once(arm_full_disk, bytes, 0, &failed);
    }
}

static void a_crash_at_each_change(void **state)
{
    (void)state;
    uint64_t calls[FAULTY_OP_COUNT], changes;
    count_calls(calls, &changes);
    for (uint64_t nth = 1; nth <= changes; nth += changes / 120 + 1) {
        bool failed;
        run_once(arm_crash, nth, 0, &failed);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_file_effect_fails_once),
        cmocka_unit_test(memory_is_refused),
        cmocka_unit_test(the_disk_is_full),
        cmocka_unit_test(a_crash_at_each_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
