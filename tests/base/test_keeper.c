/* Workers answer, die of what they must not do, and are replaced. */
#include "base/keeper.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sandbox.h"
#include "tests/temp_dir.h"
#include "tests/test.h"

static lede_error err;

typedef enum deed {
    DEED_ADD_ONE = 0,
    DEED_CRASH = 1000,
    DEED_LOOP,
    DEED_OPEN,
    DEED_EXECUTABLE_MEMORY,
    DEED_FORK,
    DEED_CONNECT,
    DEED_KILL_PARENT,
    DEED_MEMORY,
    DEED_EXIT
} deed;

typedef struct room {
    ld_shared shared;
    const char *forbidden, *allowed; /* paths, of `prepare` */
    pid_t parent;
    uint32_t prepared, number;
    bool prepare_dies;
    int number_that_fails;
} room;

static uint64_t allocate_for_ever(void)
{
    uint64_t mebibytes = 0;
    for (; mebibytes < 4096; mebibytes++) {
        char *block = malloc((size_t)1 << 20);
        if (!block)
            break;
        memset(block, 1, (size_t)1 << 20);
    }
    return mebibytes;
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* As much as makes the C library ask how much memory there is (sysinfo): pages with many blocks do.
 */
static void sort_much(void)
{
    static uint64_t numbers[8192];
    for (uint32_t i = 0; i < 8192; i++)
        numbers[i] = (i * 2654435761u) % 8192;
    qsort(numbers, 8192, sizeof *numbers, compare_numbers);
}

static uint64_t work(void *ctx, uint64_t request)
{
    room *r = ctx;
    volatile uint64_t turns = 0;
    switch (request) {
    case DEED_CRASH:
        raise(
            SIGSYS); /* without a handler in any sanitizer; where seccomp stands it comes sooner */
        break;
    case DEED_LOOP:
        for (;;)
            turns++;
    case DEED_OPEN:
        return open("/etc/passwd", O_RDONLY) < 0;
    case DEED_EXECUTABLE_MEMORY:
        return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0) == MAP_FAILED;
    case DEED_FORK:
        return fork() < 0;
    case DEED_CONNECT:
        return socket(AF_INET, SOCK_STREAM, 0) < 0;
    case DEED_KILL_PARENT:
        return kill(r->parent, 0) < 0;
    case DEED_MEMORY:
        return allocate_for_ever();
    case DEED_EXIT:
        _exit(7);
    }
    sort_much();
    r->shared.data[0]++;
    return request + 1 + r->number * 100 + r->prepared * 10000;
}

static bool begin(void *ctx, uint32_t number)
{
    room *r = ctx;
    r->number = number;
    return (int)number != r->number_that_fails;
}

static lede_status prepare(void *ctx, lede_error *error)
{
    room *r = ctx;
    r->prepared = 1;
    if (r->prepare_dies)
        _exit(9);
    if (r->allowed) {
        int file = open(r->allowed, O_RDONLY);
        if (file < 0)
            return LD_FAIL(error, LEDE_E_IO, "may not read what it may read");
        close(file);
    }
    if (r->forbidden && open(r->forbidden, O_RDONLY) >= 0)
        return LD_FAIL(error, LEDE_E_EXISTS, "may read what it may not");
    return LEDE_OK;
}

static ld_keeper_options options_of(room *r)
{
    r->number_that_fails = -1;
    r->parent = getpid();
    return (ld_keeper_options){.data_bytes_more = (size_t)64 << 20,
                               .cpu_seconds_max = 1,
                               .ctx = r,
                               .prepare = prepare,
                               .begin = begin,
                               .work = work};
}

static ld_keeper *keeper_of(room *r)
{
    ld_process_end end;
    ld_keeper *keeper;
    assert_ok(ld_shared_new(1 << 20, &r->shared, &err), &err);
    ld_keeper_options options = options_of(r);
    assert_ok(ld_keeper_start(lede_env_system(), &options, &keeper, &end, &err), &err);
    return keeper;
}

static void release(room *r, ld_keeper *keeper)
{
    ld_keeper_stop(keeper);
    ld_shared_release(&r->shared);
}

static void workers_answer_and_share_memory(void **state)
{
    (void)state;
    room r = {0};
    ld_keeper *keeper = keeper_of(&r);
    ld_worker workers[3];
    ld_process_end end;
    uint64_t answer;
    bool answered;
    for (uint32_t i = 0; i < 3; i++)
        assert_ok(ld_worker_start(keeper, i, &workers[i], &err), &err);
    for (uint64_t n = 0; n < 50; n++) {
        for (uint32_t i = 0; i < 3; i++) {
            assert_ok(ld_worker_call(&workers[i], n, &answer, &answered, &end, &err), &err);
            assert_true(answered);
            assert_int_equal(answer, n + 1 + i * 100 + 10000);
        }
    }
    assert_int_equal(r.shared.data[0], 150);
    ld_shared_trim(&r.shared, 0);
    assert_int_equal(r.shared.data[0], 0);
    for (uint32_t i = 0; i < 3; i++) {
        ld_worker_stop(&workers[i]);
        ld_worker_stop(&workers[i]);
    }
    release(&r, keeper);
}

typedef struct ending {
    uint64_t deed;
    uint32_t walls;   /* that this wants; without them it is not asked for */
    int signal, code; /* of the end; both 0: it answers 1, the system refused */
    const char *words;
} ending;

static const ending endings[] = {
    {DEED_EXIT, 0, 0, 7, "code 7"},
    {DEED_CRASH, 0, SIGSYS, 0, "asked the system for what no page needs"},
    {DEED_LOOP, 0, SIGXCPU, 0, "more processor time than one page may have"},
    {DEED_OPEN, LD_SANDBOX_SECCOMP, SIGSYS, 0, "no page needs"},
    {DEED_EXECUTABLE_MEMORY, LD_SANDBOX_SECCOMP, SIGSYS, 0, "no page needs"},
    {DEED_FORK, LD_SANDBOX_SECCOMP, SIGSYS, 0, "no page needs"},
    {DEED_CONNECT, LD_SANDBOX_SECCOMP, SIGSYS, 0, "no page needs"},
    {DEED_KILL_PARENT, LD_SANDBOX_SECCOMP, SIGSYS, 0, "no page needs"},
};

static void each_forbidden_deed_ends_the_worker_and_another_takes_its_place(void **state)
{
    (void)state;
    room r = {0};
    ld_keeper *keeper = keeper_of(&r);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const ending *e = &endings[i];
        ld_worker worker;
        ld_process_end end;
        uint64_t answer;
        bool answered;
        char words[128];
        if ((ld_sandbox_probe() & e->walls) != e->walls)
            continue;
        assert_ok(ld_worker_start(keeper, 0, &worker, &err), &err);
        assert_ok(ld_worker_call(&worker, e->deed, &answer, &answered, &end, &err), &err);
        assert_false(answered);
        assert_int_equal(end.signal, e->signal);
        assert_int_equal(end.code, e->code);
        assert_false(end.idle);
        assert_int_equal(worker.pid, 0);
        ld_process_end_text(&end, words, sizeof words);
        assert_non_null(strstr(words, e->words));
        assert_ok(ld_worker_start(keeper, 0, &worker, &err), &err);
        assert_ok(ld_worker_call(&worker, 1, &answer, &answered, &end, &err), &err);
        assert_true(answered && answer == 10002);
        ld_worker_stop(&worker);
    }
    release(&r, keeper);
}

/* Where seccomp is left out (sanitizers), Landlock refuses files all the same. */
static void a_worker_opens_no_file(void **state)
{
    (void)state;
    room r = {0};
    if (ld_sandbox_probe() != (LD_SANDBOX_LIMITS | LD_SANDBOX_LANDLOCK))
        skip();
    ld_keeper *keeper = keeper_of(&r);
    ld_worker worker;
    ld_process_end end;
    uint64_t answer;
    bool answered;
    assert_ok(ld_worker_start(keeper, 0, &worker, &err), &err);
    assert_ok(ld_worker_call(&worker, DEED_OPEN, &answer, &answered, &end, &err), &err);
    assert_true(answered && answer == 1);
    ld_worker_stop(&worker);
    release(&r, keeper);
}

static void memory_ends_where_it_should(void **state)
{
    (void)state;
    room r = {0};
#ifdef LD_IS_SANITIZED
    skip(); /* the limit is left out: ld_sandbox_enter says why */
#endif
    ld_keeper *keeper = keeper_of(&r);
    ld_worker worker;
    ld_process_end end;
    uint64_t answer;
    bool answered;
    assert_ok(ld_worker_start(keeper, 0, &worker, &err), &err);
    assert_ok(ld_worker_call(&worker, DEED_MEMORY, &answer, &answered, &end, &err), &err);
    assert_true(answered); /* malloc said NULL */
    assert_in_range(answer, 16, 72);
    ld_worker_stop(&worker);
    release(&r, keeper);
}

static void a_worker_killed_while_idle_is_told_apart(void **state)
{
    (void)state;
    room r = {0};
    ld_keeper *keeper = keeper_of(&r);
    ld_worker worker;
    ld_process_end end;
    uint64_t answer;
    bool answered;
    char words[128];
    assert_ok(ld_worker_start(keeper, 0, &worker, &err), &err);
    kill((pid_t)worker.pid, SIGKILL);
    do /* until the kernel has closed its socket */
        usleep(1000);
    while (send(worker.socket, "", 0, MSG_NOSIGNAL | MSG_DONTWAIT) == 0 &&
           recv(worker.socket, &answer, 1, MSG_DONTWAIT | MSG_PEEK) != 0);
    assert_ok(ld_worker_call(&worker, 1, &answer, &answered, &end, &err), &err);
    assert_false(answered);
    assert_true(end.idle);
    assert_int_equal(end.signal, SIGKILL);
    ld_process_end_text(&end, words, sizeof words);
    assert_non_null(strstr(words, "signal 9"));
    release(&r, keeper);
}

static void prepare_reads_its_paths_and_no_others(void **state)
{
    (void)state;
    char *dir = temp_dir_new();
    char *inside = temp_dir_path(dir, "inside"), *outside = temp_dir_path(dir, "outside");
    char *file = temp_dir_path(inside, "a"), *other = temp_dir_path(outside, "a");
    const char *const paths[] = {inside, "/nowhere/at/all"};
    assert_ok(ld_dir_make(lede_env_system(), inside, &err), &err);
    assert_ok(ld_dir_make(lede_env_system(), outside, &err), &err);
    close(open(file, O_CREAT | O_WRONLY, 0600));
    close(open(other, O_CREAT | O_WRONLY, 0600));
    room r = {.allowed = file, .forbidden = other};
    ld_keeper_options options = options_of(&r);
    options.read_paths = paths;
    options.read_path_count = 2;
    if (!(ld_sandbox_probe() & LD_SANDBOX_LANDLOCK))
        r.forbidden = NULL;
    ld_process_end end;
    ld_keeper *keeper;
    assert_ok(ld_keeper_start(lede_env_system(), &options, &keeper, &end, &err), &err);
    ld_keeper_stop(keeper);
    options.read_paths = (const char *const[]){file};
    options.read_path_count = 1;
    assert_ok(ld_keeper_start(lede_env_system(), &options, &keeper, &end, &err), &err);
    ld_keeper_stop(keeper);
    free(inside);
    free(outside);
    free(file);
    free(other);
    temp_dir_free(dir);
}

static void prepare_may_fail_die_or_be_cancelled(void **state)
{
    (void)state;
    room r = {.allowed = "/nowhere/at/all"};
    ld_keeper_options options = options_of(&r);
    ld_process_end end;
    ld_keeper *keeper;
    const volatile int stop = 1;
    assert_int_equal(ld_keeper_start(lede_env_system(), &options, &keeper, &end, &err), LEDE_E_IO);
    assert_string_equal(err.message, "may not read what it may read");
    assert_false(end.ended);
    r = (room){.prepare_dies = true};
    options = options_of(&r);
    assert_int_equal(ld_keeper_start(lede_env_system(), &options, &keeper, &end, &err), LEDE_E_IO);
    assert_true(end.ended && end.code == 9);
    assert_null(keeper);
    options.cancel = &stop;
    assert_int_equal(ld_keeper_start(lede_env_system(), &options, &keeper, &end, &err),
                     LEDE_E_CANCELLED);
    ld_keeper_stop(NULL);
}

static void a_worker_that_cannot_begin_and_a_keeper_that_is_gone(void **state)
{
    (void)state;
    room r = {0};
    ld_shared_new(4096, &r.shared, &err);
    ld_keeper_options options = options_of(&r);
    r.number_that_fails = 1;
    ld_process_end end;
    ld_keeper *keeper;
    ld_worker worker;
    uint64_t answer;
    bool answered;
    assert_ok(ld_keeper_start(lede_env_system(), &options, &keeper, &end, &err), &err);
    assert_ok(ld_worker_start(keeper, 1, &worker, &err), &err);
    assert_ok(ld_worker_call(&worker, 1, &answer, &answered, &end, &err), &err);
    assert_false(answered);
    assert_int_equal(end.code, 2);
    release(&r, keeper);
    assert_int_equal(ld_shared_new(SIZE_MAX / 2, &r.shared, &err), LEDE_E_IO);
    assert_null(r.shared.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(workers_answer_and_share_memory),
        cmocka_unit_test(each_forbidden_deed_ends_the_worker_and_another_takes_its_place),
        cmocka_unit_test(a_worker_opens_no_file),
        cmocka_unit_test(memory_ends_where_it_should),
        cmocka_unit_test(a_worker_killed_while_idle_is_told_apart),
        cmocka_unit_test(prepare_reads_its_paths_and_no_others),
        cmocka_unit_test(prepare_may_fail_die_or_be_cancelled),
        cmocka_unit_test(a_worker_that_cannot_begin_and_a_keeper_that_is_gone)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
