/* The writer against a list of rows: what is added, replaced, versioned, deleted, flushed, merged,
 * committed and reopened is what the list says. */
#include "base/env_memory.h"
#include "tests/index/archive_twin.h"

#define ROOT "/writer-twin"

static lede_env *memory_env(void)
{
    lede_env *env;
    lede_error err;
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    return env;
}

static void print_problem(void *ctx, const lede_error *finding)
{
    (void)ctx;
    print_message("%s\n", finding->message);
}

static void check_whole(const lede_env *env, const char *dir)
{
    lede_error err;
    assert_ok(ld_archive_check(env, dir, true, print_problem, NULL, &err), &err);
}

static void random_step(ld_index_writer *w, archive_twin *t, test_random *r, uint32_t keys)
{
    lede_error err;
    static twin_document d;
    if (test_random_below(r, 12) == 0) {
        uint32_t key = test_random_below(r, keys);
        char name[32];
        uint64_t deleted;
        snprintf(name, sizeof name, "http://example.org/%u", key);
        assert_ok(ld_index_writer_delete(w, ld_span_from_string(name), &deleted, &err), &err);
        assert_int_equal(deleted, twin_delete_key(t, key));
        return;
    }
    twin_row row = {.key = test_random_below(r, keys),
                    .content = test_random_below(r, 5),
                    .order = test_random_below(r, 3) ? test_random_below(r, 4) : INT64_MIN,
                    .explicit_key = test_random_below(r, 4) == 0};
    twin_document_make(&d, &t->profile, &row);
    ld_add_outcome got;
    assert_ok(ld_index_writer_add(w, &d.document, &got, &err), &err);
    assert_int_equal(got, twin_add_row(t, row));
    ld_held_row held;
    assert_ok(ld_index_writer_find(w, d.document.key, &held, &err), &err);
    assert_true(held.found && held.address_hash == d.document.address_hash);
}

static void run_model_with(ld_reorder_choice reorder, uint64_t seed, bool full, bool background,
                           uint32_t flush_docs, uint32_t steps, uint32_t keys)
{
    lede_error err;
    lede_env *env;
    env = memory_env();
    test_random r = {seed};
    archive_twin t = {.profile = twin_profile_of(full)};
    assert_ok(ld_archive_create(env, ROOT "/a", &t.profile, &err), &err);
    ld_writer_options options = {.memory_max_bytes = 32u << 20,
                                 .merge_in_background = background,
                                 .merge_factor = 3,
                                 .flush_docs = flush_docs,
                                 .reorder = reorder};
    ld_index_writer *w;
    assert_ok(ld_index_writer_open(env, ROOT "/a", &options, &w, &err), &err);
    ld_writer_statistics sum = {0};
    for (uint32_t step = 0; step < steps; step++) {
        random_step(w, &t, &r, keys);
        uint32_t what = test_random_below(&r, 120);
        uint64_t generation;
        if (what == 0)
            assert_ok(ld_index_writer_merge(w, 1 + test_random_below(&r, 3), &err), &err);
        if (what == 1)
            assert_ok(ld_index_writer_purge(w, &err), &err);
        if (what > 3)
            continue;
        assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
        twin_compare(&t, env, ROOT "/a");
        check_whole(env, ROOT "/a");
        if (what == 3) {
            ld_writer_statistics s;
            ld_index_writer_statistics(w, &s);
            sum.flushes += s.flushes;
            sum.merges += s.merges;
            ld_index_writer_close(w);
            assert_ok(ld_index_writer_open(env, ROOT "/a", &options, &w, &err), &err);
        }
    }
    ld_index_writer_close(w);
    assert_true(sum.flushes >= 3 && sum.merges >= 1);
    free(t.rows);
    ld_env_memory_free(env);
}

static void run_model(uint64_t seed, bool full, bool background, uint32_t flush_docs,
                      uint32_t steps, uint32_t keys)
{
    run_model_with(LD_REORDER_OFF, seed, full, background, flush_docs, steps, keys);
}

static void model_reordered(void **state)
{
    (void)state;
    run_model_with(LD_REORDER_ON, 1, true, false, 7, 700, 60);
    run_model_with(LD_REORDER_ON, 5, false, true, 5, 500, 40);
    run_model_with(LD_REORDER_ON, 6, true, true, 200, 1200, 700);
}

static void model_full_foreground(void **state)
{
    (void)state;
    run_model(1, true, false, 7, 700, 60);
}

static void model_full_background(void **state)
{
    (void)state;
    run_model(2, true, true, 11, 700, 100);
}

static void model_plain(void **state)
{
    (void)state;
    run_model(3, false, true, 5, 800, 40);
}

static void model_many_in_one_flush(void **state)
{
    (void)state;
    run_model(4, true, true, 200, 1200, 700);
}

/* The same documents, with and without a thread: the same files. */
static void compare_bytes(ld_reorder_choice reorder)
{
    lede_error err;
    lede_env *envs[2];
    static twin_document d;
    ld_profile profile = twin_profile_of(true);
    for (uint32_t k = 0; k < 2; k++) {
        envs[k] = memory_env();
        assert_ok(ld_archive_create(envs[k], ROOT "/a", &profile, &err), &err);
        ld_writer_options options = {
            .merge_in_background = k == 1, .merge_factor = 2, .flush_docs = 10, .reorder = reorder};
        ld_index_writer *w;
        uint64_t generation;
        assert_ok(ld_index_writer_open(envs[k], ROOT "/a", &options, &w, &err), &err);
        for (uint32_t i = 0; i < 300; i++) {
            ld_add_outcome outcome;
            twin_row row = {.key = i % 200, .content = i / 200, .order = i};
            twin_document_make(&d, &profile, &row);
            assert_ok(ld_index_writer_add(w, &d.document, &outcome, &err), &err);
        }
        assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
        ld_index_writer_close(w);
    }
    ld_names a, b;
    assert_ok(ld_dir_list(envs[0], ROOT "/a", &a, &err), &err);
    assert_ok(ld_dir_list(envs[1], ROOT "/a", &b, &err), &err);
    assert_int_equal(a.count, b.count);
    for (size_t i = 0; i < a.count; i++) {
        char path[128], *data[2];
        size_t bytes[2];
        assert_string_equal(a.names[i], b.names[i]);
        snprintf(path, sizeof path, ROOT "/a/%s", a.names[i]);
        for (uint32_t k = 0; k < 2; k++)
            assert_ok(ld_file_load(envs[k], path, 1u << 28, &data[k], &bytes[k], &err), &err);
        assert_int_equal(bytes[0], bytes[1]);
        assert_memory_equal(data[0], data[1], bytes[0]);
        for (uint32_t k = 0; k < 2; k++)
            ld_release(envs[k], data[k], bytes[k] + 1);
    }
    ld_names_release(&a);
    ld_names_release(&b);
    ld_env_memory_free(envs[0]);
    ld_env_memory_free(envs[1]);
}

static void bytes_do_not_depend_on_the_thread(void **state)
{
    (void)state;
    compare_bytes(LD_REORDER_OFF);
    compare_bytes(LD_REORDER_ON);
}

static void create_and_open_say_what_is_wrong(void **state)
{
    (void)state;
    lede_error err;
    lede_env *env;
    env = memory_env();
    ld_profile profile = twin_profile_of(true);
    ld_index_writer *w, *second;
    ld_snapshot *s;
    assert_int_equal(ld_snapshot_open(env, ROOT "/none", &s, &err), LEDE_E_NOTFOUND);
    assert_int_equal(ld_index_writer_open(env, ROOT "/none", NULL, &w, &err), LEDE_E_NOTFOUND);
    assert_ok(ld_archive_create(env, ROOT "/a", &profile, &err), &err);
    assert_int_equal(ld_archive_create(env, ROOT "/a", &profile, &err), LEDE_E_EXISTS);
    assert_ok(ld_dir_make(env, ROOT "/b", &err), &err);
    ld_file f;
    assert_ok(ld_file_open(env, ROOT "/b/page.html", LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &f, &err),
              &err);
    ld_file_close(&f);
    assert_int_equal(ld_archive_create(env, ROOT "/b", &profile, &err), LEDE_E_INVALID);
    assert_ok(ld_index_writer_open(env, ROOT "/a", NULL, &w, &err), &err);
    assert_int_equal(ld_index_writer_open(env, ROOT "/a", NULL, &second, &err), LEDE_E_BUSY);
    uint64_t generation;
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    assert_int_equal(generation, 1);
    ld_index_writer_close(w);
    ld_writer_options small = {.memory_max_bytes = 1u << 20};
    assert_int_equal(ld_index_writer_open(env, ROOT "/a", &small, &w, &err), LEDE_E_INVALID);
    ld_env_memory_free(env);
}

/* A snapshot sees its generation whatever is committed, merged and purged after it. */
static void snapshots_stay(void **state)
{
    (void)state;
    lede_error err;
    lede_env *env;
    static twin_document d;
    env = memory_env();
    ld_profile profile = twin_profile_of(true);
    assert_ok(ld_archive_create(env, ROOT "/a", &profile, &err), &err);
    ld_index_writer *w;
    uint64_t generation, deleted;
    ld_add_outcome outcome;
    assert_ok(ld_index_writer_open(env, ROOT "/a", NULL, &w, &err), &err);
    twin_row row = {.key = 1, .content = 1};
    twin_document_make(&d, &profile, &row);
    assert_ok(ld_index_writer_add(w, &d.document, &outcome, &err), &err);
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_snapshot *s, *now;
    assert_ok(ld_snapshot_open(env, ROOT "/a", &s, &err), &err);
    assert_ok(ld_index_writer_delete(w, d.document.key, &deleted, &err), &err);
    assert_int_equal(deleted, 1);
    assert_ok(ld_index_writer_purge(w, &err), &err);
    assert_ok(ld_snapshot_open(env, ROOT "/a", &now, &err), &err);
    assert_int_equal(ld_snapshot_statistics(now)->docs_count, 0);
    ld_snapshot_release(now);
    ld_arena *arena;
    ld_span stored;
    assert_ok(ld_arena_new(env, 1u << 20, &arena, &err), &err);
    assert_ok(ld_doc_stored(ld_snapshot_segment(s, 0), 0, arena, &stored, &err), &err);
    assert_true(ld_span_equal(stored, d.document.stored));
    ld_arena_free(arena);
    ld_snapshot_release(s);
    ld_names names; /* only LOCK and the newest manifest are left */
    assert_ok(ld_dir_list(env, ROOT "/a", &names, &err), &err);
    assert_int_equal(names.count, 2);
    ld_names_release(&names);
    ld_index_writer_close(w);
    ld_env_memory_free(env);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(model_full_foreground),
        cmocka_unit_test(model_reordered),
        cmocka_unit_test(model_full_background),
        cmocka_unit_test(model_plain),
        cmocka_unit_test(model_many_in_one_flush),
        cmocka_unit_test(bytes_do_not_depend_on_the_thread),
        cmocka_unit_test(create_and_open_say_what_is_wrong),
        cmocka_unit_test(snapshots_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
