/*
 * A power cut, or a kill, at any moment: what was acknowledged is there, what is there is right,
 * and the archive goes on. And the proof of the proof: each sync taken out of the protocol is seen.
 *
 * `make test` looks at a few thousand states. LEDE_TRUST_STATES=100000 takes every crash point with
 * every subset of its pending changes, every place of a kill, and goes on until so many states are
 * distinct, on all processors. LEDE_TRUST_STOP=1 takes every place of a kill and stops at the first
 * failure.
 */
#include "base/thread.h"
#include "tests/crash/workloads.h"

#define STATES_DEFAULT     3000u
#define KILLS_STEP_DEFAULT 7u

static crash_proof_result prove(const workloads_options *workloads,
                                const crash_proof_options *options)
{
    static recording *recordings[WORKLOADS_MAX];
    crash_proof_result result;
    size_t count = workloads_record(recordings, workloads);
    assert_true(count > 0);
    crash_proof_run(recordings, count, options, &result);
    for (size_t i = 0; i < count; i++)
        recording_free(recordings[i]);
    print_message(
        "# %zu workloads, %llu crash points (%llu with every subset), %llu states checked "
        "and recovered, %llu of them crashed again\n",
        count, (unsigned long long)result.points, (unsigned long long)result.points_whole,
        (unsigned long long)result.checked, (unsigned long long)result.again);
    return result;
}

static void nothing_lost_nothing_wrong(void **state)
{
    (void)state;
    const char *wanted = getenv("LEDE_TRUST_STATES"), *stop = getenv("LEDE_TRUST_STOP");
    bool stops = stop && *stop == '1';
    workloads_options workloads = {.kills_step = wanted || stops ? 1 : KILLS_STEP_DEFAULT};
    crash_proof_options options = {.states_min = STATES_DEFAULT, .jobs = 1};
    if (wanted)
        options = (crash_proof_options){strtoull(wanted, NULL, 10), true, ld_cpu_count(), false};
    options.stop_at_first = stops;
    crash_proof_result result = prove(&workloads, &options);
    print_message("# crash states: %llu distinct, lost %llu, wrong %llu\n",
                  (unsigned long long)result.distinct, (unsigned long long)result.lost,
                  (unsigned long long)result.wrong);
    for (uint32_t i = 1; i < CRASH_FAILURES_MAX && *result.failures[i]; i++)
        print_error("%s", result.failures[i]);
    if (result.lost + result.wrong > 0)
        fail_msg("%s", result.failures[0]);
    assert_true(result.distinct >= options.states_min);
}

/* ---- one step taken out ---- */

typedef struct missing_step {
    const char *name;
    const char *workload; /* in which it shows */
    disk_op_kind kind;
    const char *part;
    int after;
} missing_step;

static void take_out(void *ctx, simulated_disk *disk)
{
    const missing_step *m = ctx;
    simulated_disk_ignore(disk, m->kind, m->part, m->after);
}

static void see(const missing_step *m)
{
    const crash_proof_options options = {.states_min = 1, .jobs = 1, .stop_at_first = true};
    const workloads_options workloads = {
        .only = m->workload, .prepare = take_out, .ctx = (void *)(uintptr_t)m};
    crash_proof_result result = prove(&workloads, &options);
    if (result.lost + result.wrong == 0)
        fail_msg("the protocol works without %s, or nobody looked", m->name);
    print_message("# without %s: %.*s\n", m->name, (int)strcspn(result.failures[0], "\n"),
                  result.failures[0]);
}

static void a_missing_sync_is_seen(void **state)
{
    (void)state;
    static const missing_step steps[] = {
        {"the sync of a segment", "deleted", DISK_SYNC_FILE, "/segment-", -1},
        {"the sync of tombstones", "deleted", DISK_SYNC_FILE, "/deletes-", -1},
        {"the sync of a manifest", "deleted", DISK_SYNC_FILE, "/manifest-", -1},
        {"the sync of the folder before the rename", "deleted", DISK_SYNC_DIR, CRASH_ARCHIVE,
         DISK_CREATE},
        {"the sync of the folder after the rename", "deleted", DISK_SYNC_DIR, CRASH_ARCHIVE,
         DISK_RENAME},
        {"the sync of the folder above", "create", DISK_SYNC_DIR, CRASH_ROOT, -1},
        {"the sync of the list of rejects", "public: a folder with rejects", DISK_SYNC_FILE,
         "/rejects.jsonl", -1},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
        see(&steps[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_lost_nothing_wrong),
        cmocka_unit_test(a_missing_sync_is_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
