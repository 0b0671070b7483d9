/*
 * The workloads at the level of the index writer, and through the public interface. A script is a
 * function over a `run`; its helpers note what is attempted and what is acknowledged, and after
 * each commit compare the archive with the naive twin, so that what a crash state is compared with
 * is not only what the engine says of itself.
 *
 * "Killed and resumed": a script is killed at its k-th change (the machine stays up: what it did is
 * there, but not yet safe); a new process takes the archive up, adds the same documents again and
 * commits. What it acknowledges must stand a power cut, although part of it was written, and
 * perhaps never synced, by the process that was killed.
 */
#include "tests/crash/workloads.h"

#include "lede/lede.h"
#include "tests/index/archive_twin.h"

typedef struct run {
    recording *r;
    const lede_env *env;
    ld_writer_options options;
    ld_index_writer *w;
    archive_twin twin, committed; /* as the writer holds it; as the newest generation does */
    uint64_t generation;
    bool resumed; /* the twin is already what the end must be */
    bool is_killed;
} run;

/* ---- steps ---- */

/* A killed process does nothing more; any other failure fails the test. */
static bool did(run *x, lede_status status, const lede_error *err)
{
    if (status != LEDE_OK && status != LEDE_E_IO)
        fail_msg("%s: %s", x->r->name, err->message);
    x->is_killed |= status != LEDE_OK;
    return status == LEDE_OK;
}

static void compare(run *x)
{
    char why[CRASH_WHY_BYTES];
    uint64_t generation;
    fingerprint rows;
    if (!recording_fingerprint(x->env, &generation, &rows, why))
        fail_msg("%s: %s", x->r->name, why);
    assert_true(generation < CRASH_GENERATIONS_MAX);
    twin_compare(&x->twin, x->env, CRASH_ARCHIVE);
    x->r->known[generation] = true;
    x->r->generations[generation] = rows;
    x->generation = generation;
    twin_copy(&x->twin, &x->committed);
}

static void create(run *x)
{
    lede_error err;
    recording_note(x->r, EVENT_ATTEMPT, 1);
    if (did(x, ld_archive_create(x->env, CRASH_ARCHIVE, &x->twin.profile, &err), &err)) {
        recording_note(x->r, EVENT_ACK, 1);
        x->generation = 1;
    }
}

static void open_writer(run *x)
{
    lede_error err;
    if (!x->is_killed)
        did(x, ld_index_writer_open(x->env, CRASH_ARCHIVE, &x->options, &x->w, &err), &err);
}

static void close_writer(run *x)
{
    ld_index_writer_close(x->w);
    x->w = NULL;
    if (!x->resumed)
        twin_copy(&x->committed, &x->twin); /* what was not committed is gone */
}

static void add_row(run *x, twin_row row)
{
    lede_error err;
    static twin_document d;
    ld_add_outcome outcome;
    if (x->is_killed)
        return;
    twin_document_make(&d, &x->twin.profile, &row);
    if (!did(x, ld_index_writer_add(x->w, &d.document, &outcome, &err), &err) || x->resumed)
        return;
    assert_int_equal(outcome, twin_add_row(&x->twin, row));
}

static void add(run *x, uint32_t first, uint32_t count, uint32_t content)
{
    for (uint32_t i = 0; i < count; i++)
        add_row(x, (twin_row){.key = first + i, .content = content, .order = content});
}

static void delete_key(run *x, uint32_t key)
{
    lede_error err;
    char name[32];
    uint64_t deleted;
    snprintf(name, sizeof name, "http://example.org/%u", key);
    if (x->is_killed ||
        !did(x, ld_index_writer_delete(x->w, ld_span_from_string(name), &deleted, &err), &err))
        return;
    if (!x->resumed)
        assert_int_equal(deleted, twin_delete_key(&x->twin, key));
}

static void commit(run *x)
{
    lede_error err;
    uint64_t generation;
    if (x->is_killed)
        return;
    recording_note(x->r, EVENT_ATTEMPT, x->generation + 1);
    if (!did(x, ld_index_writer_commit(x->w, &generation, &err), &err))
        return;
    recording_note(x->r, EVENT_ACK, generation);
    compare(x);
}

static void merge(run *x, uint32_t segments_max)
{
    lede_error err;
    if (!x->is_killed)
        did(x, ld_index_writer_merge(x->w, segments_max, &err), &err);
}

static void purge(run *x)
{
    lede_error err;
    if (x->is_killed)
        return;
    recording_note(x->r, EVENT_ATTEMPT, x->generation + 1);
    if (!did(x, ld_index_writer_purge(x->w, &err), &err))
        return;
    recording_note(x->r, EVENT_ACK, x->generation + 1);
    compare(x);
}

static void begin(run *x)
{
    create(x);
    open_writer(x);
}

/* A leftover of our own forms, as a crash of another kind may leave one. */
static void leave(run *x, const char *name, const char *text)
{
    lede_error err;
    ld_file f;
    char path[128];
    snprintf(path, sizeof path, CRASH_ARCHIVE "/%s", name);
    assert_ok(ld_file_open(x->env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE, &f, &err), &err);
    assert_ok(ld_file_pwrite(&f, text, strlen(text), 0, &err), &err);
    ld_file_close(&f);
}

/* ---- scripts of the index writer ---- */

static void create_only(run *x)
{
    create(x);
}

static void add_and_commit(run *x)
{
    begin(x);
    add(x, 0, 5, 0);
    commit(x);
}

static void several_commits(run *x)
{
    begin(x);
    for (uint32_t i = 0; i < 5; i++) {
        add(x, i * 3, 3, 0);
        commit(x);
    }
}

static void reopened_between(run *x)
{
    begin(x);
    for (uint32_t i = 0; i < 4; i++) {
        add(x, i * 2, 3, i);
        commit(x);
        close_writer(x);
        open_writer(x);
    }
}

static void replaced(run *x)
{
    begin(x);
    for (uint32_t i = 0; i < 3; i++) {
        for (uint32_t key = 0; key < 4; key++)
            add_row(x, (twin_row){.key = key, .content = i, .explicit_key = true});
        commit(x);
    }
}

static void versions(run *x)
{
    begin(x);
    for (uint32_t i = 0; i < 4; i++) {
        add(x, i, 4, i);
        commit(x);
    }
    add_row(x, (twin_row){.key = 3, .content = 9, .order = -1}); /* older than what is there */
    commit(x);
}

static void deleted(run *x)
{
    begin(x);
    add(x, 0, 8, 0);
    commit(x);
    delete_key(x, 1);
    delete_key(x, 6);
    commit(x);
    add(x, 1, 1, 0);
    delete_key(x, 3);
    commit(x);
}

static void all_deleted(run *x)
{
    begin(x);
    add(x, 0, 3, 0);
    commit(x);
    for (uint32_t key = 0; key < 3; key++)
        delete_key(x, key);
    commit(x);
    add(x, 5, 2, 0);
    commit(x);
}

static void merged_in_flushes(run *x)
{
    x->options.flush_docs = 2;
    x->options.merge_factor = 2;
    begin(x);
    add(x, 0, 12, 0);
    commit(x);
    delete_key(x, 4);
    add(x, 12, 6, 0);
    commit(x);
}

static void merged_in_background(run *x)
{
    x->options.merge_in_background = true;
    merged_in_flushes(x);
}

static void merged_in_another_order(run *x)
{
    x->options.reorder = LD_REORDER_ON;
    merged_in_flushes(x);
}

static void deleted_while_merging(run *x)
{
    x->options.merge_in_background = true;
    x->options.flush_docs = 2;
    x->options.merge_factor = 3;
    begin(x);
    for (uint32_t i = 0; i < 12; i++) {
        add(x, i, 1, 0);
        if (i % 3 == 2)
            delete_key(x, i - 1);
    }
    commit(x);
    add(x, 2, 4, 1);
    commit(x);
}

static void merged_down(run *x)
{
    x->options.flush_docs = 2;
    begin(x);
    add(x, 0, 7, 0);
    commit(x);
    delete_key(x, 2);
    merge(x, 1);
    commit(x);
    merge(x, 1);
    commit(x);
}

static void purged(run *x)
{
    x->options.flush_docs = 3;
    begin(x);
    add(x, 0, 7, 0);
    commit(x);
    delete_key(x, 0);
    delete_key(x, 5);
    commit(x);
    purge(x);
    add(x, 20, 2, 0);
    commit(x);
}

static void purged_at_once(run *x)
{
    begin(x);
    add(x, 0, 3, 0);
    add(x, 0, 2, 1);
    delete_key(x, 2);
    purge(x);
    purge(x);
}

static void dropped_without_commit(run *x)
{
    x->options.flush_docs = 2;
    begin(x);
    add(x, 0, 3, 0);
    commit(x);
    add(x, 10, 5, 0);
    delete_key(x, 0);
    close_writer(x);
    open_writer(x);
    add(x, 20, 3, 0);
    commit(x);
}

static void with_orphans(run *x)
{
    create(x);
    leave(x, "segment-0000000000000001", "not a segment");
    leave(x, "segment-0000000000000002.05.spool", "half a part");
    leave(x, "manifest-0000000000000002.tmp", "half a manifest");
    leave(x, "deletes-0000000000000001-0000000000000002", "");
    open_writer(x);
    add(x, 0, 3, 0);
    commit(x);
    delete_key(x, 1);
    commit(x);
}

static void nothing_changed(run *x)
{
    begin(x);
    commit(x);
    add(x, 0, 3, 0);
    commit(x);
    add(x, 0, 3, 0);
    commit(x);
    close_writer(x);
    open_writer(x);
    commit(x);
}

static void words_only(run *x)
{
    x->twin.profile = twin_profile_of(false);
    x->options.flush_docs = 3;
    begin(x);
    add(x, 0, 7, 0);
    commit(x);
    add(x, 3, 2, 1);
    delete_key(x, 0);
    commit(x);
}

static void random_steps(run *x, uint64_t seed)
{
    test_random r = {seed};
    x->options.flush_docs = 3;
    x->options.merge_factor = 2;
    x->options.merge_in_background = seed % 2;
    begin(x);
    for (uint32_t step = 0; step < 60; step++) {
        uint32_t what = test_random_below(&r, 20);
        if (what < 13)
            add_row(x, (twin_row){.key = test_random_below(&r, 10),
                                  .content = test_random_below(&r, 4),
                                  .order = test_random_below(&r, 4),
                                  .explicit_key = test_random_below(&r, 4) == 0});
        else if (what < 16)
            delete_key(x, test_random_below(&r, 10));
        else if (what < 18)
            commit(x);
        else if (what == 18)
            merge(x, 1 + test_random_below(&r, 2));
        else
            close_writer(x), open_writer(x);
    }
    commit(x);
}

static void random_one(run *x)
{
    random_steps(x, 1);
}

static void random_two(run *x)
{
    random_steps(x, 2);
}

static void random_three(run *x)
{
    random_steps(x, 3);
}

static void random_four(run *x)
{
    random_steps(x, 4);
}

/* The cap of 16 MiB leaves 2 MiB for the buffer: 300 KB a document fill it, and the stored part
 * goes through spool files. */
static void little_memory(run *x)
{
    lede_error err;
    static twin_document d;
    static char stored[300000];
    ld_add_outcome outcome;
    ld_writer_statistics statistics;
    uint64_t generation, at;
    char why[CRASH_WHY_BYTES];
    x->options.memory_max_bytes = 16u << 20;
    begin(x);
    recording_note(x->r, EVENT_ATTEMPT, 2);
    for (uint32_t i = 0; i < 9; i++) {
        test_random r = {i};
        twin_row row = {.key = i};
        twin_document_make(&d, &x->twin.profile, &row);
        for (size_t k = 0; k < sizeof stored; k++)
            stored[k] = (char)test_random_u64(&r);
        d.document.stored = ld_span_of(stored, sizeof stored);
        assert_ok(ld_index_writer_add(x->w, &d.document, &outcome, &err), &err);
    }
    assert_ok(ld_index_writer_commit(x->w, &generation, &err), &err);
    recording_note(x->r, EVENT_ACK, generation);
    ld_index_writer_statistics(x->w, &statistics);
    assert_true(statistics.flushes >= 2); /* memory did it */
    assert_true(recording_fingerprint(x->env, &at, &x->r->generations[generation], why));
    assert_int_equal(x->r->generations[generation].rows, 9);
    x->r->known[generation] = true;
}

/* ---- scripts of the public interface ---- */

static const char page_format[] =
    "<!doctype html><html lang=en><head><title>%s</title></head><body><article><h1>%s</h1>"
    "<p>The council of Port Aldern met on Tuesday evening to hear what the harbour needs.</p>"
    "<p>The members of the council spoke for two hours, and the mayor said that the work on the "
    "bridge would begin in the spring, when the boats are out of the water again.</p>"
    "<p>Nobody in the hall disagreed, and the vote was taken by a show of hands before ten.</p>"
    "</article></body></html>";

static void note_public(run *x, uint64_t rows)
{
    char why[CRASH_WHY_BYTES];
    uint64_t generation;
    fingerprint held;
    if (!recording_fingerprint(x->env, &generation, &held, why))
        fail_msg("%s: %s", x->r->name, why);
    assert_int_equal(held.rows, rows);
    x->r->known[generation] = true;
    x->r->generations[generation] = held;
    x->generation = generation;
    recording_note(x->r, EVENT_ACK, generation);
}

static lede_writer *begin_public(run *x)
{
    lede_error err;
    lede_writer *w;
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.memory_max_bytes = 64u << 20;
    recording_note(x->r, EVENT_ATTEMPT, 1);
    assert_ok(lede_archive_create(x->env, CRASH_ARCHIVE, NULL, &err), &err);
    recording_note(x->r, EVENT_ACK, 1);
    assert_ok(lede_writer_open(x->env, CRASH_ARCHIVE, &options, &w, &err), &err);
    x->generation = 1;
    return w;
}

static void add_page(run *x, lede_writer *w, uint32_t key, const char *headline)
{
    char page[2048], url[64];
    lede_error err;
    lede_add_outcome outcome;
    int bytes = snprintf(page, sizeof page, page_format, headline, headline);
    snprintf(url, sizeof url, "http://paper.example/%u", key);
    assert_ok(
        lede_writer_add_page(w, page, (size_t)bytes, url, NULL, "text/html", NULL, &outcome, &err),
        &err);
    assert_int_not_equal(outcome, LEDE_ADD_REJECTED);
    (void)x;
}

static void commit_public(run *x, lede_writer *w, uint64_t rows)
{
    lede_error err;
    recording_note(x->r, EVENT_ATTEMPT, x->generation + 1);
    assert_ok(lede_writer_commit(w, NULL, &err), &err);
    note_public(x, rows);
}

static void public_pages(run *x)
{
    lede_error err;
    uint64_t gone;
    lede_writer *w = begin_public(x);
    for (uint32_t key = 0; key < 4; key++)
        add_page(x, w, key, "Bridge to open");
    commit_public(x, w, 4);
    add_page(x, w, 1, "Bridge to open in spring");
    add_page(x, w, 2, "Bridge to open");
    commit_public(x, w, 5);
    assert_ok(lede_writer_delete(w, "http://paper.example/1", &gone, &err), &err);
    assert_int_equal(gone, 2);
    commit_public(x, w, 3);
    lede_writer_close(w);
}

static void public_upkeep(run *x)
{
    lede_error err;
    uint64_t gone;
    lede_writer *w = begin_public(x);
    add_page(x, w, 0, "Ferry late");
    commit_public(x, w, 1);
    add_page(x, w, 1, "Ferry later");
    add_page(x, w, 0, "Ferry late again");
    commit_public(x, w, 3);
    recording_note(x->r, EVENT_ATTEMPT, x->generation + 1);
    assert_ok(lede_writer_merge(w, 1, &err), &err);
    note_public(x, 3);
    assert_ok(lede_writer_delete(w, "http://paper.example/0", &gone, &err), &err);
    recording_note(x->r, EVENT_ATTEMPT, x->generation + 1);
    assert_ok(lede_writer_purge(w, &err), &err);
    note_public(x, 1);
    lede_writer_close(w);
}

static void put_page(run *x, const char *name, const char *headline)
{
    char path[128], page[2048] = "";
    lede_error err;
    ld_file f;
    snprintf(path, sizeof path, CRASH_ROOT "/pages/%s", name);
    if (*headline)
        snprintf(page, sizeof page, page_format, headline, headline);
    assert_ok(ld_file_open(x->env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE,
                           &f, &err),
              &err);
    assert_ok(ld_file_pwrite(&f, page, strlen(page), 0, &err), &err);
    ld_file_close(&f);
}

static void add_folder(run *x, lede_writer *w, uint64_t rows, uint64_t rejected, uint64_t list)
{
    const char *paths[] = {CRASH_ROOT "/pages"};
    lede_add_counts counts;
    lede_error err;
    recording_note(x->r, EVENT_ATTEMPT, x->generation + 1);
    recording_note(x->r, EVENT_REJECTS_ATTEMPT, list);
    assert_ok(lede_writer_add_paths(w, paths, 1, NULL, 0, NULL, NULL, &counts, &err), &err);
    assert_int_equal(counts.rejected, rejected);
    assert_true(recording_rejects(x->env, &x->r->rejects[list]));
    recording_note(x->r, EVENT_REJECTS_ACK, list);
    note_public(x, rows);
}

static void public_rejects(run *x)
{
    lede_error err;
    assert_ok(ld_dir_make(x->env, CRASH_ROOT "/pages", &err), &err);
    put_page(x, "a.html", "Storm wire");
    put_page(x, "b.html", "");
    put_page(x, "c.html", "Gannet bridge closed");
    put_page(x, "d.html", "");
    simulated_disk_settle(x->r->disk);
    x->r->event_count = 0;
    lede_writer *w = begin_public(x);
    add_folder(x, w, 2, 2, 1);
    assert_true(x->r->rejects[1] != 0);
    put_page(x, "b.html", "Harbour dredged");
    put_page(x, "e.html", "");
    add_folder(x, w, 3, 2, 2);
    assert_true(x->r->rejects[2] != x->r->rejects[1]);
    lede_writer_close(w);
}

/* A copy that is promised is there, whatever became of what it was copied from. */
static void public_copy(run *x)
{
    static const char source[] = CRASH_ROOT "/source";
    lede_error err;
    lede_writer *w;
    lede_writer_options options = LEDE_WRITER_OPTIONS_INIT;
    options.memory_max_bytes = 64u << 20;
    assert_ok(lede_archive_create(x->env, source, NULL, &err), &err);
    assert_ok(lede_writer_open(x->env, source, &options, &w, &err), &err);
    for (uint32_t key = 0; key < 3; key++)
        add_page(x, w, key, "Bridge to open");
    assert_ok(lede_writer_commit(w, NULL, &err), &err);
    lede_writer_close(w);
    simulated_disk_settle(x->r->disk);
    x->r->event_count = 0;
    recording_note(x->r, EVENT_ATTEMPT, 2);
    assert_ok(lede_archive_copy(x->env, source, CRASH_ARCHIVE, NULL, &err), &err);
    note_public(x, 3);
}

/* ---- running them ---- */

typedef struct workload {
    const char *name;
    void (*script)(run *x);
} workload;

static const workload plain[] = {
    {"create", create_only},
    {"add and commit", add_and_commit},
    {"several commits", several_commits},
    {"reopened between", reopened_between},
    {"replaced", replaced},
    {"versions", versions},
    {"deleted", deleted},
    {"all deleted", all_deleted},
    {"merged in flushes", merged_in_flushes},
    {"merged in another order", merged_in_another_order},
    {"merged in the background", merged_in_background},
    {"deleted while merging", deleted_while_merging},
    {"merged down", merged_down},
    {"purged", purged},
    {"purged at once", purged_at_once},
    {"dropped without commit", dropped_without_commit},
    {"with orphans", with_orphans},
    {"nothing changed", nothing_changed},
    {"words only", words_only},
    {"random 1", random_one},
    {"random 2", random_two},
    {"random 3", random_three},
    {"random 4", random_four},
    {"little memory", little_memory},
    {"public: pages", public_pages},
    {"public: merge and purge", public_upkeep},
    {"public: a folder with rejects", public_rejects},
    {"public: a copy", public_copy},
};

static const workload killed[] = {
    {"add and commit", add_and_commit},
    {"several commits", several_commits},
    {"versions", versions},
    {"deleted", deleted},
    {"merged in flushes", merged_in_flushes},
};

static recording *recording_new(const char *name, size_t kill_at)
{
    recording *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->disk = simulated_disk_new(CRASH_ROOT);
    if (kill_at)
        snprintf(r->name, sizeof r->name, "%s, killed at change %zu", name, kill_at);
    else
        snprintf(r->name, sizeof r->name, "%s", name);
    return r;
}

static run run_begin(recording *r)
{
    run x = {
        .r = r, .env = simulated_disk_table(r->disk), .options = {.memory_max_bytes = 32u << 20}};
    x.twin.profile = x.committed.profile = twin_profile_of(true);
    return x;
}

static void run_end(run *x)
{
    close_writer(x);
    free(x->twin.rows);
    free(x->committed.rows);
}

/* A new process takes up what the killed one left, adds all of it again, and commits. */
static void resume(run *x, const archive_twin *end)
{
    lede_error err;
    uint64_t found;
    fingerprint rows;
    char why[CRASH_WHY_BYTES];
    close_writer(x);
    simulated_disk_restart(x->r->disk);
    x->is_killed = false;
    x->resumed = true;
    x->r->first_point = simulated_disk_op_count(x->r->disk);
    lede_status status = ld_snapshot_latest(x->env, CRASH_ARCHIVE, &found, &err);
    if (status == LEDE_E_NOTFOUND)
        create(x);
    else
        assert_true(recording_fingerprint(x->env, &x->generation, &rows, why));
    if (status == LEDE_OK && !x->r->known[found]) { /* made, and not acknowledged */
        x->r->known[found] = true;
        x->r->generations[found] = rows;
    }
    open_writer(x);
    twin_copy(end, &x->twin);
    for (size_t i = 0; i < end->count; i++)
        add_row(x, end->rows[i]);
    for (size_t i = 0; i < end->count; i++)
        if (end->rows[i].deleted)
            delete_key(x, end->rows[i].key);
    for (size_t i = 0; i < end->count; i++)
        if (!end->rows[i].deleted)
            add_row(x, end->rows[i]);
    commit(x);
    assert_false(x->is_killed);
}

static run new_run(const workloads_options *o, const char *name, size_t kill_at)
{
    recording *r = recording_new(name, kill_at);
    if (o->prepare)
        o->prepare(o->ctx, r->disk);
    return run_begin(r);
}

/* Every so manieth change, and the one after each rename: a generation that is there and not yet
 * safe. */
static bool is_killed_at(const workloads_options *o, const run *whole, size_t at)
{
    return (at - 1) % o->kills_step == 0 ||
           simulated_disk_op_kind(whole->r->disk, at - 2) == DISK_RENAME;
}

static size_t record_killed(const workload *k, const workloads_options *o, recording **recordings,
                            size_t room)
{
    run whole = new_run(o, k->name, 0);
    k->script(&whole);
    size_t changes = simulated_disk_op_count(whole.r->disk), count = 0;
    for (size_t at = 1; at <= changes && count < room; at++) {
        if (!is_killed_at(o, &whole, at))
            continue;
        run x = new_run(o, k->name, at);
        simulated_disk_kill(x.r->disk, at);
        k->script(&x);
        resume(&x, &whole.committed);
        run_end(&x);
        recordings[count++] = x.r;
    }
    run_end(&whole);
    recording_free(whole.r);
    return count;
}

static bool is_wanted(const workloads_options *o, const workload *w)
{
    return !o->only || strcmp(o->only, w->name) == 0;
}

size_t workloads_record(recording *recordings[WORKLOADS_MAX], const workloads_options *options)
{
    size_t count = 0;
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (!is_wanted(options, &plain[i]))
            continue;
        run x = new_run(options, plain[i].name, 0);
        recordings[count++] = x.r;
        plain[i].script(&x);
        run_end(&x);
    }
    for (size_t i = 0; i < sizeof killed / sizeof *killed && options->kills_step; i++)
        if (is_wanted(options, &killed[i]))
            count += record_killed(&killed[i], options, recordings + count, WORKLOADS_MAX - count);
    return count;
}
