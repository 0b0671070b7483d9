/*
 * What happens when an effect fails? A workload (workloads.h) is run once to count its calls of
 * each effect; then again and again, each time with one call failing, or all from that call on,
 * with each error that the system could give there. Files are in memory (base/env_memory.h) below a
 * table that fails on demand (tests/faulty_env.h), so that a run takes about a millisecond.
 *
 * After each run:
 *   - the call said so: an error with a status and a sentence, or the answer of a run without
 *     faults; what a reader was told before the failure is a prefix of that answer;
 *   - everything closes, and not a block, file or map is held afterwards;
 *   - a page of a folder that could not be read may be rejected instead, with a reason and counted;
 *   - the archive is whole (deep check) and says what it said after the last acknowledged commit,
 *     or after the one under way when the failure came; after a success, what it must say at the
 * end;
 *   - a file whose fsync failed was not synced again;
 *   - of every eighth run: the writer that failed still answers, and a new one can go on.
 *
 * Each workload has a narrow twin in which a read or write moves at most 32 bytes, so that calls
 * fail in the middle of every structure of a file.
 *
 * A fault is a workload, an effect, a call number and a kind of failure (an errno or a short count,
 * once or for ever). A call number that is not reached in a run, because threads were quicker or
 * slower, is not counted. LEDE_TRUST_FAULTS=N runs them all and demands N; without it a seeded
 * sample is run. What libraries allocate for themselves (zlib, expat, jansson, zstd, the stemmer)
 * does not pass through the table and is not failed here.
 */
#include "tests/faulty_env.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#include "base/env_memory.h"
#include "tests/faults/disk_image.h"
#include "tests/faults/workloads.h"
#include "tests/test.h"

#define STATES_MAX     8u
#define COMPLAINTS_MAX 5u    /* of one workload, then it is given up */
#define SAMPLE_FAULTS  1600u /* of all workloads together, without LEDE_TRUST_FAULTS */
#define HANG_SECONDS   60u
#define GO_ON_EVERY    8u
#define NARROW_BYTES   32u /* of one read or write in a narrow run */

typedef struct fault {
    faulty_op op;
    int os_errno;
    bool for_ever;
    uint64_t nth;
} fault;

typedef struct failure_kind {
    faulty_op op;
    int os_errnos[6]; /* 0 ends */
} failure_kind;

static const char *const op_names[FAULTY_OP_COUNT] = {
    "allocate", "open",      "close",     "read",       "pread",    "pwrite",
    "sync",     "file_info", "path_info", "lock",       "map",      "rename",
    "link",     "unlink",    "dir_make",  "dir_remove", "dir_list", "random"};

static const failure_kind kinds[] = {
    {FAULTY_ALLOCATE, {ENOMEM}},
    {FAULTY_OPEN, {EIO, EMFILE, EACCES, ENOSPC, EINTR}},
    {FAULTY_CLOSE, {EIO, EINTR}},
    {FAULTY_READ, {EIO, EINTR, FAULTY_SHORT}},
    {FAULTY_PREAD, {EIO, EINTR, FAULTY_SHORT}},
    {FAULTY_PWRITE, {EIO, ENOSPC, EINTR, FAULTY_SHORT}},
    {FAULTY_SYNC, {EIO, ENOSPC, EINTR}},
    {FAULTY_FILE_INFO, {EIO, EINTR}},
    {FAULTY_PATH_INFO, {EIO, EACCES, EINTR}},
    {FAULTY_LOCK, {EIO, EINTR}},
    {FAULTY_MAP, {ENOMEM, EMFILE, EIO}},
    {FAULTY_RENAME, {EIO, ENOSPC, EACCES}},
    {FAULTY_LINK, {EIO, ENOSPC}},
    {FAULTY_UNLINK, {EIO, EACCES}},
    {FAULTY_DIR_MAKE, {EIO, ENOSPC, EACCES}},
    {FAULTY_DIR_REMOVE, {EIO}},
    {FAULTY_DIR_LIST, {EIO, EMFILE, EACCES}},
    {FAULTY_RANDOM, {EIO}},
};
#define KIND_COUNT (sizeof kinds / sizeof *kinds)

/* What a run without faults gave. */
typedef struct expectation {
    answers out;
    answers states[STATES_MAX]; /* of the archive: at the start and after each commit */
    uint32_t state_count;
    uint64_t calls[FAULTY_OP_COUNT];
    uint64_t rejects;
    size_t transfer_bytes_max; /* of one read or write; 0: no limit */
} expectation;

typedef struct variant {
    char name[48];
    const workload *work;
    bool narrow;
} variant;

static disk_image archive_image, input_image, pages_image;
static char at[256]; /* the fault under way, for messages */
static uint32_t complaints;
static uint64_t run_count, told_count;

static void complain(const char *what, const char *detail)
{
    complaints++;
    print_message("# %s: %s%s%s\n", at, what, detail ? ": " : "", detail ? detail : "");
}

static void say_where(int signal_number)
{
    ssize_t written = write(STDERR_FILENO, at, strlen(at));
    (void)written;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* ---- the disk ---- */

static lede_env *disk_new(bool begins_empty)
{
    lede_error err = {0};
    lede_env *disk;
    assert_ok(ld_env_memory_new(lede_env_system(), DISK_ROOT, &disk, &err), &err);
    assert_ok(ld_dir_make(disk, DISK_ROOT, &err), &err);
    if (!begins_empty)
        disk_image_put(&archive_image, disk, ARCHIVE_DIR);
    disk_image_put(&input_image, disk, INPUT_DIR);
    disk_image_put(&pages_image, disk, INPUT_DIR "/pages");
    return disk;
}

/* What the archive on a disk says, or "none". Complains where it is not whole. */
static void read_state(const lede_env *disk, answers *state)
{
    lede_error err = {0};
    lede_snapshot *s;
    static const question asked[] = {{.text = "council"}, {.text = "\"show of hands\" har*"}};
    answers_clear(state);
    lede_status status = lede_snapshot_open(disk, ARCHIVE_DIR, &s, &err);
    if (status == LEDE_E_NOTFOUND) {
        answers_add(state, "none");
        return;
    }
    if (status == LEDE_OK) {
        status = answers_dump(state, s, &err);
        for (size_t i = 0; i < 2 && status == LEDE_OK; i++)
            status = answers_ask(state, s, &asked[i], &err);
        lede_snapshot_free(s);
    }
    if (status == LEDE_OK)
        status = lede_archive_verify(disk, ARCHIVE_DIR, 1, NULL, NULL, &err);
    if (status != LEDE_OK)
        complain("the archive is not whole", err.message);
}

/* ---- one run ---- */

/* A writer that failed answers on: whatever it says, it closes and the archive is whole. */
static void go_on(work_run *r, const lede_env *disk, faulty_env *f)
{
    lede_error err = {0};
    faulty_env_heal(f);
    if (r->writer)
        (void)lede_writer_commit(r->writer, NULL, &err);
    lede_writer_close(r->writer);
    r->writer = NULL;
    lede_status status = lede_archive_create(disk, ARCHIVE_DIR, NULL, &err);
    if (status == LEDE_E_EXISTS)
        status = LEDE_OK;
    char page[SMALL_PAGE_BYTES];
    lede_add_outcome outcome;
    size_t bytes = small_page(page, sizeof page, 90, 0);
    lede_writer *w = NULL;
    if (status == LEDE_OK)
        status = lede_writer_open(disk, ARCHIVE_DIR, NULL, &w, &err);
    if (status == LEDE_OK)
        status = lede_writer_add_page(w, page, bytes, "http://paper.example/90", NULL, "text/html",
                                      NULL, &outcome, &err);
    if (status == LEDE_OK)
        status = lede_writer_commit(w, NULL, &err);
    lede_writer_close(w);
    if (status != LEDE_OK)
        complain("a new writer cannot go on", err.message);
    answers state = {0};
    read_state(disk, &state);
    if (!state.text || !strstr(state.text, "http://paper.example/90"))
        complain("what was added after the fault is not there", NULL);
    answers_release(&state);
}

static void check_idle(faulty_env *f)
{
    char held[128];
    if (faulty_env_live_blocks(f) || faulty_env_open_files(f) || faulty_env_live_maps(f)) {
        snprintf(held, sizeof held, "%llu blocks (%llu bytes), %llu files, %llu maps",
                 (unsigned long long)faulty_env_live_blocks(f),
                 (unsigned long long)faulty_env_live_bytes(f),
                 (unsigned long long)faulty_env_open_files(f),
                 (unsigned long long)faulty_env_live_maps(f));
        complain("still held", held);
    }
    if (faulty_env_syncs_after_failed(f))
        complain("a file whose fsync failed was synced again", NULL);
}

/* How many lines of `part`, up to a question, are lines of `whole`; *others: those that are not. */
static uint32_t common_lines(const answers *whole, const answers *part, uint32_t *others)
{
    uint32_t common = 0;
    const char *line = part->text ? part->text : "", *end;
    for (*others = 0; *line && *line != '?'; line = end + (*end == '\n')) {
        end = line + strcspn(line, "\n");
        const char *found = memmem(whole->text, whole->bytes, line, (size_t)(end - line));
        *(found ? &common : others) += 1;
    }
    return common;
}

/* Pages that could not be read are named and left out; all others are there. */
static bool lacks_only_rejects(const answers *expected, const answers *got, uint64_t rejects)
{
    uint32_t others, none;
    uint32_t all = common_lines(expected, expected, &none);
    uint32_t there = common_lines(expected, got, &others);
    return others == 0 && there + rejects >= all;
}

static void check_told(const work_run *r, const expectation *e, lede_status status,
                       const lede_error *err)
{
    size_t told = r->out.bytes;
    if (r->rejects > e->rejects && told) {
        uint64_t more = status == LEDE_OK ? r->rejects - e->rejects : UINT32_MAX;
        if (!lacks_only_rejects(&e->out, &r->out, more))
            complain("an article is missing that was not rejected", NULL);
    } else if (status == LEDE_OK ? told != e->out.bytes : told > e->out.bytes)
        complain("another answer than without the fault", "its length");
    else if (told && memcmp(r->out.text, e->out.text, told) != 0)
        complain("another answer than without the fault", NULL);
    if (status != LEDE_OK && (err->status != status || !err->message[0]))
        complain("an error without a sentence", lede_status_name(status));
}

static bool is_state(const answers *state, const answers *expected)
{
    return state->bytes == expected->bytes &&
           memcmp(state->text, expected->text, state->bytes) == 0;
}

static void check_state(const lede_env *disk, const expectation *e, const work_run *r, bool ok)
{
    answers state = {0};
    uint32_t last = e->state_count - 1, commits = r->commits;
    read_state(disk, &state);
    if (r->rejects > e->rejects) {
        if (!is_state(&state, &e->states[0]) &&
            !lacks_only_rejects(&e->states[last], &state, r->rejects - e->rejects))
            complain("an article is missing that was not rejected", NULL);
    } else if (ok && !is_state(&state, &e->states[last]))
        complain("a success that is none", NULL);
    else if (!is_state(&state, &e->states[commits]) &&
             (commits == last || !is_state(&state, &e->states[commits + 1])))
        complain("what was acknowledged is not there", NULL);
    answers_release(&state);
}

/* Answers whether the fault was given. */
static bool run_with(const workload *w, const expectation *e, const fault *x)
{
    snprintf(at, sizeof at, "%s%s: %s %s call %llu, errno %d", w->name,
             e->transfer_bytes_max ? ", narrow" : "", op_names[x->op], x->for_ever ? "from" : "at",
             (unsigned long long)x->nth, x->os_errno);
    alarm(HANG_SECONDS);
    lede_env *disk = disk_new(w->begins_empty);
    faulty_env *f = faulty_env_new_over(disk);
    faulty_env_freeze_clock(f, INT64_C(1700000000000), 1);
    work_run r = {.env = faulty_env_table(f)};
    lede_error err = {0};
    faulty_env_shorten(f, e->transfer_bytes_max);
    faulty_env_fail(f, x->op, x->nth, x->os_errno, x->for_ever);
    lede_status status = w->work(&r, &err);
    bool given = faulty_env_given(f) > 0;
    bool goes_on = x->nth % GO_ON_EVERY == 0;
    if (!goes_on) {
        lede_writer_close(r.writer); /* while the fault lasts */
        check_state(disk, e, &r, status == LEDE_OK);
    }
    check_told(&r, e, status, &err);
    if (goes_on)
        go_on(&r, disk, f);
    check_idle(f);
    answers_release(&r.out);
    faulty_env_free(f);
    ld_env_memory_free(disk);
    run_count += given;
    told_count += given && status != LEDE_OK;
    return given;
}

/* ---- the run without faults ---- */

typedef struct recording {
    const lede_env *disk;
    expectation *e;
} recording;

static void record_state(void *ctx)
{
    recording *rec = ctx;
    assert_true(rec->e->state_count < STATES_MAX);
    read_state(rec->disk, &rec->e->states[rec->e->state_count++]);
}

static void expect(const workload *w, size_t transfer_bytes_max, expectation *e)
{
    *e = (expectation){.transfer_bytes_max = transfer_bytes_max};
    lede_env *disk = disk_new(w->begins_empty);
    faulty_env *f = faulty_env_new_over(disk);
    recording rec = {disk, e};
    work_run r = {.env = faulty_env_table(f), .committed = record_state, .ctx = &rec};
    lede_error err = {0};
    snprintf(at, sizeof at, "%s: no fault", w->name);
    faulty_env_freeze_clock(f, INT64_C(1700000000000), 1);
    faulty_env_shorten(f, transfer_bytes_max);
    record_state(&rec);
    assert_ok(w->work(&r, &err), &err);
    lede_writer_close(r.writer);
    for (int op = 0; op < FAULTY_OP_COUNT; op++)
        e->calls[op] = faulty_env_calls(f, (faulty_op)op);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
    ld_env_memory_free(disk);
    e->out = r.out;
    e->rejects = r.rejects;
    assert_int_equal(complaints, 0);
}

static void forget(expectation *e)
{
    answers_release(&e->out);
    for (uint32_t i = 0; i < e->state_count; i++)
        answers_release(&e->states[i]);
}

/* ---- all of them, or a sample ---- */

static uint64_t wanted_faults(void)
{
    const char *text = getenv("LEDE_TRUST_FAULTS");
    return text ? strtoull(text, NULL, 10) : 0;
}

static uint64_t faults_of(const expectation *e)
{
    uint64_t count = 0;
    for (size_t k = 0; k < KIND_COUNT; k++)
        for (const int *x = kinds[k].os_errnos; *x; x++)
            count += 2 * e->calls[kinds[k].op];
    return count;
}

static void run_kind(const workload *w, const expectation *e, faulty_op op, int os_errno,
                     test_random *random, uint32_t one_in)
{
    for (uint64_t nth = 1; nth <= e->calls[op]; nth++) {
        for (int for_ever = 0; for_ever < 2; for_ever++) {
            if (one_in > 1 && test_random_below(random, one_in) != 0)
                continue;
            fault x = {op, os_errno, for_ever != 0, nth};
            run_with(w, e, &x);
            if (complaints > COMPLAINTS_MAX)
                return;
        }
    }
}

static void run_variant(const variant *v)
{
    expectation e;
    const workload *w = v->work;
    complaints = 0;
    expect(w, v->narrow ? NARROW_BYTES : 0, &e);
    uint64_t all = faults_of(&e), before = run_count, told_before = told_count, sites = 0;
    uint64_t share = SAMPLE_FAULTS / (2 * workload_count);
    uint32_t one_in = wanted_faults() || all <= share ? 1 : (uint32_t)(all / share);
    test_random random = {all};
    for (size_t k = 0; k < KIND_COUNT; k++) {
        sites += e.calls[kinds[k].op];
        for (const int *x = kinds[k].os_errnos; *x && complaints <= COMPLAINTS_MAX; x++)
            run_kind(w, &e, kinds[k].op, *x, &random, one_in);
    }
    alarm(0);
    print_message("# %-24s %6llu calls, %6llu faults possible, %6llu run, %6llu of them told\n",
                  v->name, (unsigned long long)sites, (unsigned long long)all,
                  (unsigned long long)(run_count - before),
                  (unsigned long long)(told_count - told_before));
    forget(&e);
    if (complaints)
        fail_msg("%u complaints, the first ones above", complaints);
    assert_true(run_count > before && told_count > told_before);
}

static void faults_of_a_workload(void **state)
{
    run_variant(*state);
}

static void enough_faults(void **state)
{
    (void)state;
    print_message("# faults: %llu run, %llu of them told, 0 crashes, leaks or corruptions\n",
                  (unsigned long long)run_count, (unsigned long long)told_count);
    assert_true(run_count >= (wanted_faults() ? wanted_faults() : SAMPLE_FAULTS / 4));
}

static int make_images(void **state)
{
    (void)state;
    lede_error err = {0};
    lede_env *disk;
    assert_ok(ld_env_memory_new(lede_env_system(), DISK_ROOT, &disk, &err), &err);
    assert_ok(ld_dir_make(disk, DISK_ROOT, &err), &err);
    workloads_make_archive(disk);
    workloads_make_input(disk);
    disk_image_take(&archive_image, disk, ARCHIVE_DIR);
    disk_image_take(&pages_image, disk, INPUT_DIR "/pages");
    assert_ok(ld_path_unlink(disk, INPUT_DIR "/pages", &err), &err);
    disk_image_take(&input_image, disk, INPUT_DIR);
    ld_env_memory_free(disk);
    signal(SIGALRM, say_where);
    return 0;
}

static int release_images(void **state)
{
    (void)state;
    disk_image_release(&archive_image);
    disk_image_release(&input_image);
    disk_image_release(&pages_image);
    return 0;
}

int main(void)
{
    static variant variants[64];
    struct CMUnitTest tests[65] = {{0}};
    const char *only = getenv("LEDE_TRUST_WORKLOAD"); /* one of them, by its name */
    size_t count = 0;
    for (uint32_t i = 0; i < 2 * workload_count && i < 64; i++) {
        variant *v = &variants[count];
        v->work = &workloads[i / 2];
        v->narrow = i % 2;
        snprintf(v->name, sizeof v->name, "%s%s", v->work->name, v->narrow ? ", narrow" : "");
        if (!only || strcmp(only, v->work->name) == 0)
            tests[count++] = (struct CMUnitTest){v->name, faults_of_a_workload, NULL, NULL, v};
    }
    if (!only)
        tests[count++] = (struct CMUnitTest)cmocka_unit_test(enough_faults);
    return _cmocka_run_group_tests("faults", tests, count, make_images, release_images);
}
