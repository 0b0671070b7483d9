/*
 * What does a search say when one bit of the archive is not what was written? Either what it said
 * before, or an error: never another answer, never a crash, never a hang.
 *
 *   archive of two segments, deletes, versions -> files in memory (base/env_memory.h)
 *   for each bit: flip it, open, ask every question (tests/faults/answers.h: hits in order, scores
 * to the last bit, stored articles, passages, marks, facets), find, dump, check, flip it back
 *
 * "same" counts flips that no question noticed: of padding, of a file of the generation before, of
 * a block nobody asked for. "error": at least one question was refused and the others were answered
 * as before. "wrong" is the rest. Whatever the questions say, the check must find each flip of a
 * file that the newest generation needs; a file is needed when the archive is not whole without it.
 *
 * LEDE_TRUST_FLIPS=all takes every bit of the small archive; a number N takes N seeded random bits
 * of a larger one, made of the sample pages; without it every bit of a stride is taken. Long runs
 * use all processors: each child process takes the bits of one residue.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/env_memory.h"
#include "tests/faults/answers.h"
#include "tests/faults/disk_image.h"
#include "tests/test.h"

#define ROOT           "/disk"
#define DIR            "/disk/archive"
#define ARCHIVE_BYTES  (32u << 10) /* at least; the number of articles follows from it */
#define ARTICLES_FIRST 80u
#define ARTICLES_LATER 40u
#define STRIDE         499u /* bits; prime, so that all bits of a byte are met */
#define RANDOM_DEFAULT 60u  /* bits of the larger archive, without LEDE_TRUST_FLIPS */
#define HANG_SECONDS   60u
#define CHILDREN_MAX   64u
#define TOLD_MAX       10u

typedef struct counts {
    uint64_t flips, same, errors, wrong, found, missed;
} counts;

typedef struct subject {
    lede_env *disk;
    disk_image image;
    bool *needed;    /* [image.count] */
    answers *before; /* [question_count + 2]: questions, find, dump */
    uint64_t bits, generation;
} subject;

static char at[256]; /* the flip under way, for messages */

static void say_where(int signal_number)
{
    ssize_t written = write(STDERR_FILENO, at, strlen(at));
    (void)written;
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

/* ---- archives ---- */

static void add_small(lede_writer *w, uint32_t i, uint32_t revision)
{
    char page[SMALL_PAGE_BYTES], url[64];
    lede_error err = {0};
    lede_add_outcome outcome;
    size_t bytes = small_page(page, sizeof page, i, revision);
    small_page_url(url, i);
    assert_ok(lede_writer_add_page(w, page, bytes, url, NULL, "text/html", NULL, &outcome, &err),
              &err);
    assert_true(outcome == LEDE_ADD_ADDED || outcome == LEDE_ADD_VERSION);
}

static void make_small(const lede_env *env)
{
    lede_error err = {0};
    lede_writer *w;
    assert_ok(lede_archive_create(env, DIR, NULL, &err), &err);
    assert_ok(lede_writer_open(env, DIR, NULL, &w, &err), &err);
    for (uint32_t i = 0; i < ARTICLES_FIRST; i++)
        add_small(w, i, 0);
    assert_ok(lede_writer_commit(w, NULL, &err), &err);
    for (uint32_t i = ARTICLES_FIRST; i < ARTICLES_FIRST + ARTICLES_LATER; i++)
        add_small(w, i, 0);
    for (uint32_t i = 0; i < 3; i++)
        add_small(w, i * 5, 1); /* versions */
    assert_ok(lede_writer_delete(w, "http://paper.example/7", NULL, &err), &err);
    assert_ok(lede_writer_delete(w, "http://paper.example/70", NULL, &err), &err);
    assert_ok(lede_writer_commit(w, NULL, &err), &err);
    lede_writer_close(w);
}

static void make_large(const lede_env *env)
{
    const char *paths[] = {"samples"};
    lede_error err = {0};
    lede_writer *w;
    lede_source_options options = LEDE_SOURCE_OPTIONS_INIT;
    options.jobs = 1;
    make_small(env);
    assert_ok(lede_writer_open(env, DIR, NULL, &w, &err), &err);
    assert_ok(lede_writer_add_paths(w, paths, 1, &options, 0, NULL, NULL, NULL, &err), &err);
    lede_writer_close(w);
}

/* ---- asking ---- */

static lede_status ask(lede_snapshot *s, uint32_t i, answers *a, lede_error *err)
{
    if (i < question_count)
        return answers_ask(a, s, &questions[i], err);
    if (i == question_count)
        return answers_find(a, s, "http://paper.example/5", "bridge council", err);
    return answers_dump(a, s, err);
}

static bool continues(const answers *before, const answers *now, lede_status status)
{
    return (status == LEDE_OK ? now->bytes == before->bytes : now->bytes <= before->bytes) &&
           (now->bytes == 0 || memcmp(now->text, before->text, now->bytes) == 0);
}

/* All questions of the archive as it is; what the clean run said is in x->before. */
static void ask_all(const subject *x, counts *c)
{
    static answers now;
    lede_snapshot *s;
    lede_error err = {0};
    bool wrong = false, refused = true;
    lede_status status = lede_snapshot_open(x->disk, DIR, &s, &err);
    if (status == LEDE_OK) {
        refused = false;
        for (uint32_t i = 0; i < question_count + 2; i++) {
            answers_clear(&now);
            err = (lede_error){0};
            status = ask(s, i, &now, &err);
            if (status != LEDE_OK && (err.status != status || !err.message[0]))
                wrong = true;
            if (!continues(&x->before[i], &now, status)) {
                wrong = true;
                if (c->wrong < TOLD_MAX)
                    print_message("# %s: another answer to question %u\n", at, i);
            }
            refused = refused || status != LEDE_OK;
        }
        lede_snapshot_free(s);
    }
    c->wrong += wrong;
    c->errors += !wrong && refused;
    c->same += !wrong && !refused;
}

static lede_status check(const subject *x)
{
    lede_error err = {0};
    lede_status status = lede_archive_verify(x->disk, DIR, 1, NULL, NULL, &err);
    if (status != LEDE_OK && !err.message[0])
        fail_msg("%s: the check fails without a sentence", at);
    return status;
}

static void flip(subject *x, uint64_t bit, counts *c)
{
    size_t file = 0;
    uint64_t byte = bit / 8;
    while (byte >= x->image.files[file].bytes)
        byte -= x->image.files[file++].bytes;
    disk_file *f = &x->image.files[file];
    snprintf(at, sizeof at, "%s byte %llu bit %u", f->name, (unsigned long long)byte,
             (unsigned)(bit % 8));
    alarm(HANG_SECONDS);
    f->data[byte] ^= (char)(1 << bit % 8);
    disk_write(x->disk, DIR, f->name, f->data, f->bytes);
    ask_all(x, c);
    bool found = check(x) != LEDE_OK;
    f->data[byte] ^= (char)(1 << bit % 8);
    disk_write(x->disk, DIR, f->name, f->data, f->bytes);
    alarm(0);
    c->flips++;
    c->found += found;
    if (!found && x->needed[file]) {
        if (c->missed++ < TOLD_MAX)
            print_message("# %s: the check does not find it\n", at);
    }
}

/* ---- a subject ---- */

static void find_needed(subject *x)
{
    x->needed = calloc(x->image.count, sizeof *x->needed);
    assert_non_null(x->needed);
    for (size_t i = 0; i < x->image.count; i++) {
        const disk_file *f = &x->image.files[i];
        char path[256];
        lede_error err = {0};
        lede_snapshot_info info = {0};
        lede_snapshot *s;
        snprintf(path, sizeof path, DIR "/%s", f->name);
        assert_ok(ld_path_unlink(x->disk, path, &err), &err);
        if (lede_snapshot_open(x->disk, DIR, &s, &err) == LEDE_OK) {
            assert_ok(lede_snapshot_get_info(s, &info, &err), &err);
            lede_snapshot_free(s);
        }
        x->needed[i] = info.generation != x->generation;
        disk_write(x->disk, DIR, f->name, f->data, f->bytes);
    }
}

static void subject_init(subject *x, void (*make)(const lede_env *env))
{
    lede_error err = {0};
    lede_snapshot *s;
    lede_snapshot_info info;
    *x = (subject){0};
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &x->disk, &err), &err);
    assert_ok(ld_dir_make(x->disk, ROOT, &err), &err);
    make(x->disk);
    disk_image_take(&x->image, x->disk, DIR);
    x->before = calloc(question_count + 2, sizeof *x->before);
    assert_non_null(x->before);
    assert_ok(lede_snapshot_open(x->disk, DIR, &s, &err), &err);
    assert_ok(lede_snapshot_get_info(s, &info, &err), &err);
    assert_true(info.segments >= 2 && info.deleted > 0 && info.older_versions > 0);
    for (uint32_t i = 0; i < question_count + 2; i++)
        assert_ok(ask(s, i, &x->before[i], &err), &err);
    lede_snapshot_free(s);
    x->generation = info.generation;
    find_needed(x);
    x->bits = disk_image_bytes(&x->image) * 8;
    print_message("# %zu files, %zu bytes, %u segments\n", x->image.count,
                  disk_image_bytes(&x->image), info.segments);
    assert_true(x->bits >= ARCHIVE_BYTES * 8u);
}

static void subject_release(subject *x)
{
    for (uint32_t i = 0; i < question_count + 2; i++)
        answers_release(&x->before[i]);
    free(x->before);
    free(x->needed);
    disk_image_release(&x->image);
    ld_env_memory_free(x->disk);
}

/* ---- many flips ---- */

/* The n-th bit of a run. */
typedef struct plan {
    uint64_t count, stride; /* stride 0: random */
    uint64_t seed;
} plan;

static uint64_t bit_of(const plan *p, uint64_t n, uint64_t bits)
{
    test_random random = {p->seed + n};
    return p->stride ? n * p->stride : test_random_u64(&random) % bits;
}

static void run_part(subject *x, const plan *p, uint64_t first, uint64_t step, counts *c)
{
    for (uint64_t n = first; n < p->count; n += step)
        flip(x, bit_of(p, n, x->bits), c);
}

/* Each child answers through memory it shares; one that dies has died of a flip. */
static void run_in_children(subject *x, const plan *p, uint32_t children, counts *sum)
{
    pid_t pids[CHILDREN_MAX];
    counts *shared = mmap(NULL, CHILDREN_MAX * sizeof *shared, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(shared != MAP_FAILED);
    for (uint32_t i = 0; i < children; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            run_part(x, p, i, children, &shared[i]);
            _exit(0);
        }
    }
    for (uint32_t i = 0; i < children; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            fail_msg("a flip ended the process (status %d)", status);
        sum->flips += shared[i].flips;
        sum->same += shared[i].same;
        sum->errors += shared[i].errors;
        sum->wrong += shared[i].wrong;
        sum->found += shared[i].found;
        sum->missed += shared[i].missed;
    }
    munmap(shared, CHILDREN_MAX * sizeof *shared);
}

static void run(void (*make)(const lede_env *env), plan p, bool long_run)
{
    subject x;
    counts sum = {0};
    subject_init(&x, make);
    if (p.stride)
        p.count = (x.bits + p.stride - 1) / p.stride;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    uint32_t children = processors < 1              ? 1
                        : processors > CHILDREN_MAX ? CHILDREN_MAX
                                                    : (uint32_t)processors;
    if (long_run)
        run_in_children(&x, &p, children, &sum);
    else
        run_part(&x, &p, 0, 1, &sum);
    print_message("# flips: %llu of %llu bits, same %llu, error %llu, wrong %llu; the check finds "
                  "%llu, misses %llu\n",
                  (unsigned long long)sum.flips, (unsigned long long)x.bits,
                  (unsigned long long)sum.same, (unsigned long long)sum.errors,
                  (unsigned long long)sum.wrong, (unsigned long long)sum.found,
                  (unsigned long long)sum.missed);
    assert_int_equal(sum.flips, p.count);
    assert_int_equal(sum.wrong, 0);
    assert_int_equal(sum.missed, 0);
    assert_true(sum.errors > sum.flips / 2);
    subject_release(&x);
}

static const char *mode(void)
{
    const char *text = getenv("LEDE_TRUST_FLIPS");
    return text ? text : "";
}

static void bits_of_a_small_archive(void **state)
{
    (void)state;
    bool all = strcmp(mode(), "all") == 0;
    if (*mode() && !all)
        skip();
    run(make_small, (plan){.stride = all ? 1 : STRIDE}, all);
}

static void random_bits_of_a_larger_archive(void **state)
{
    (void)state;
    uint64_t count = strtoull(mode(), NULL, 10);
    if (strcmp(mode(), "all") == 0)
        skip();
    run(make_large, (plan){.count = count ? count : RANDOM_DEFAULT, .seed = 1}, count > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_of_a_small_archive),
        cmocka_unit_test(random_bits_of_a_larger_archive),
    };
    signal(SIGALRM, say_where);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
