/*
 * How does a program outlive what it parses?
 *
 *   this process --- requests, answers ----> worker 0      (a page at a time)
 *        |      \--------------------------> worker 1
 *        | "make one", "one is dead: how?"     ^
 *        +------------------------------> keeper --- forks them
 *
 * The keeper is forked once, early, while few threads run and little memory is there to be copied.
 * It puts its walls up (sandbox.h), does what all workers are to inherit (`prepare`), and then
 * forks a worker whenever one is asked for, also when threads run here: a process of many threads
 * should not fork. Each worker puts up stricter walls and answers requests until it dies of one.
 *
 * A request is one number over a socket; the data lies in memory that both share (ld_shared), and
 * both sides treat it as bytes from outside. End of file on the socket is the worker's death: the
 * socket's other end is held by it alone. The keeper reaps it and says how it ended. When this
 * process dies the sockets end too, and so do keeper and workers; a worker in a loop ends by its
 * processor time.
 *
 * Rejected: one process a page (a fork costs as much as a page); signals and PR_SET_PDEATHSIG (they
 * belong to threads and to the host program); threads (they share what is to be protected).
 */
#include "base/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/sandbox.h"
#include "base/thread.h"

#define CHILD_SOCKET 3 /* of keeper and worker, each to this process */
#define POLL_MS      200

typedef enum order_kind { ORDER_SPAWN = 1, ORDER_REAP } order_kind;

typedef struct order {
    uint32_t kind;   /* order_kind */
    uint32_t number; /* of the worker to make */
    int64_t pid;     /* of the dead */
} order;

typedef struct reply {
    int64_t pid; /* of the new worker; < 0: it could not be made */
    int32_t wait_status;
    int32_t status; /* of `prepare` */
    lede_error error;
} reply;

struct ld_keeper {
    const lede_env *env;
    ld_mutex lock; /* one order at a time */
    int socket;
    pid_t pid;
};

/* ---- shared memory ---- */

lede_status ld_shared_new(size_t bytes, ld_shared *shared, lede_error *err)
{
    *shared = (ld_shared){0};
    void *data = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (data == MAP_FAILED)
        return LD_FAIL_OS(err, LEDE_E_IO, errno, "no memory to share with a process (%zu bytes)",
                          bytes);
    *shared = (ld_shared){data, bytes};
    return LEDE_OK;
}

void ld_shared_release(ld_shared *shared)
{
    if (shared->data)
        munmap(shared->data, shared->bytes);
    *shared = (ld_shared){0};
}

void ld_shared_trim(ld_shared *shared, size_t kept_bytes)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t from = (kept_bytes + page - 1) / page * page;
#ifdef MADV_REMOVE
    if (from < shared->bytes)
        madvise(shared->data + from, shared->bytes - from, MADV_REMOVE);
#endif
}

/* ---- sockets ---- */

static bool make_sockets(int kind, int ends[2], lede_error *err)
{
    if (socketpair(AF_UNIX, kind | SOCK_CLOEXEC, 0, ends) == 0)
        return true;
    (void)LD_FAIL_OS(err, LEDE_E_IO, errno, "cannot talk to a process of its own");
    return false;
}

/* False: the other side is gone. */
static bool send_all(int socket, const void *data, size_t bytes, const int *descriptor)
{
    struct iovec piece = {(void *)(uintptr_t)data, bytes};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    struct msghdr message = {.msg_iov = &piece, .msg_iovlen = 1};
    if (descriptor) {
        message.msg_control = control.room;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(header), descriptor, sizeof(int));
    }
    ssize_t sent;
    do
        sent = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent == (ssize_t)bytes;
}

/* *descriptor: -1 where none came. */
static bool receive_all(int socket, void *data, size_t bytes, int *descriptor)
{
    struct iovec piece = {data, bytes};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {.msg_iov = &piece,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    ssize_t got;
    *descriptor = -1;
    do
        got = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    struct cmsghdr *header = got > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header && header->cmsg_type == SCM_RIGHTS)
        memcpy(descriptor, CMSG_DATA(header), sizeof(int));
    return got == (ssize_t)bytes;
}

static bool read_number(int socket, uint64_t *number)
{
    ssize_t got;
    do
        got = read(socket, number, sizeof *number);
    while (got < 0 && errno == EINTR);
    return got == (ssize_t)sizeof *number;
}

/* ---- in the children; none of this returns to the caller's code ---- */

static void close_from(int first)
{
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0) == 0)
        return;
#endif
    long end = sysconf(_SC_OPEN_MAX);
    for (int file = first; file < (end > 0 && end < 65536 ? (int)end : 65536); file++)
        close(file);
}

/* Signals to the terminal's group are for the program, which then ends its children itself; and
 * what the program does about faults of its own is not for them. */
static void set_signals(void)
{
    static const int ignored[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                                  SIGPIPE, SIGTSTP, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    static const int deadly[] = {SIGSEGV, SIGILL, SIGFPE,  SIGABRT,
                                 SIGTRAP, SIGSYS, SIGXCPU, SIGCHLD};
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        signal(deadly[i], SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Of all that the parent has open, the child keeps one socket. */
static void keep_only(int socket)
{
    int moved = fcntl(socket, F_DUPFD, CHILD_SOCKET + 1); /* out of the way of what follows */
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nothing >= 0) {
        dup2(nothing, STDIN_FILENO);
        dup2(nothing, STDOUT_FILENO);
#ifndef LD_IS_SANITIZED /* whose reports go there */
        dup2(nothing, STDERR_FILENO);
#endif
    }
    dup2(moved, CHILD_SOCKET);
    close_from(CHILD_SOCKET + 1);
}

static _Noreturn void worker_main(const ld_keeper_options *options, uint32_t number, int socket)
{
    const ld_sandbox_rules rules = {.socket = CHILD_SOCKET};
    uint64_t request;
    dup2(socket, CHILD_SOCKET);
    close_from(CHILD_SOCKET + 1);
    if (!options->begin(options->ctx, number))
        _exit(2);
    ld_sandbox_enter(&rules); /* memory is limited since the keeper */
    while (read_number(CHILD_SOCKET, &request)) {
        ld_sandbox_rearm_cpu(options->cpu_seconds_max);
        uint64_t response = options->work(options->ctx, request);
        if (write(CHILD_SOCKET, &response, sizeof response) != (ssize_t)sizeof response)
            break;
    }
    _exit(0);
}

static void spawn(const ld_keeper_options *options, const order *o, int socket, reply *answer)
{
    pid_t pid = socket < 0 ? -1 : fork();
    if (pid == 0)
        worker_main(options, o->number, socket);
    if (socket >= 0)
        close(socket);
    answer->pid = pid;
}

static void reap(const order *o, reply *answer)
{
    int status = 0;
    while (waitpid((pid_t)o->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    answer->wait_status = status;
}

static _Noreturn void keeper_main(const ld_keeper_options *options, int socket)
{
    set_signals();
    keep_only(socket);
    const ld_sandbox_rules rules = {.read_paths = options->read_paths,
                                    .read_path_count = options->read_path_count,
                                    .may_fork = true,
                                    .more_data_bytes = options->data_bytes_more,
                                    .socket = CHILD_SOCKET};
    if (options->load)
        options->load(options->ctx);
    ld_sandbox_enter(&rules);
    reply answer = {0};
    if (options->prepare)
        answer.status = (int32_t)options->prepare(options->ctx, &answer.error);
    bool goes_on = send_all(CHILD_SOCKET, &answer, sizeof answer, NULL) && answer.status == LEDE_OK;
    while (goes_on) {
        order o;
        int descriptor;
        if (!receive_all(CHILD_SOCKET, &o, sizeof o, &descriptor))
            break;
        memset(&answer, 0, sizeof answer);
        if (o.kind == ORDER_SPAWN)
            spawn(options, &o, descriptor, &answer);
        else
            reap(&o, &answer);
        goes_on = send_all(CHILD_SOCKET, &answer, sizeof answer, NULL);
    }
    _exit(0);
}

/* ---- here ---- */

static void note_end(int wait_status, ld_process_end *end)
{
    end->ended = true;
    if (WIFSIGNALED(wait_status))
        end->signal = WTERMSIG(wait_status);
    else
        end->code = WEXITSTATUS(wait_status);
}

void ld_process_end_text(const ld_process_end *end, char *text, size_t bytes)
{
    if (end->too_slow)
        snprintf(text, bytes, "it gave no answer in %u seconds", LD_WORKER_WALL_MS_MAX / 1000);
    else if (end->signal == SIGXCPU)
        snprintf(text, bytes, "it took more processor time than one page may have");
    else if (end->signal == SIGSYS)
        snprintf(text, bytes, "it asked the system for what no page needs (signal %d)", SIGSYS);
    else if (end->signal)
        snprintf(text, bytes, "it was ended by signal %d (%s)", end->signal,
                 strsignal(end->signal));
    else
        snprintf(text, bytes, "it ended with code %d", end->code);
}

static lede_status gone(lede_error *err)
{
    return LD_FAIL(err, LEDE_E_IO,
                   "the process that keeps the workers has ended; what was committed is kept; the "
                   "same command goes on from here");
}

/* The first reply: that of `prepare`. */
static lede_status await_prepared(ld_keeper *k, const ld_keeper_options *options,
                                  ld_process_end *end, lede_error *err)
{
    struct pollfd wait = {.fd = k->socket, .events = POLLIN};
    reply answer;
    int none, ready, status = 0;
    do {
        if (options->cancel && *options->cancel)
            return LD_FAIL(err, LEDE_E_CANCELLED, "stopped as asked");
        ready = poll(&wait, 1, POLL_MS);
    } while (ready == 0 || (ready < 0 && errno == EINTR));
    if (receive_all(k->socket, &answer, sizeof answer, &none)) {
        answer.error.message[sizeof answer.error.message - 1] = 0;
        answer.error.where[sizeof answer.error.where - 1] = 0;
        if (answer.status > LEDE_OK || answer.status < LEDE_E_EXISTS)
            return gone(err);
        if (answer.status != LEDE_OK && err)
            *err = answer.error;
        return (lede_status)answer.status;
    }
    while (waitpid(k->pid, &status, 0) < 0 && errno == EINTR)
        continue;
    k->pid = 0;
    note_end(status, end);
    return LD_FAIL(err, LEDE_E_IO, "the process that prepares the workers has ended");
}

lede_status ld_keeper_start(const lede_env *env, const ld_keeper_options *options,
                            ld_keeper **keeper, ld_process_end *end, lede_error *err)
{
    int ends[2];
    *keeper = NULL;
    *end = (ld_process_end){0};
    ld_keeper *k = ld_alloc_zero(env, sizeof *k);
    if (!k)
        return ld_error_nomem(err, sizeof *k);
    k->env = env;
    lede_status status = ld_mutex_init(&k->lock, err);
    if (status != LEDE_OK || !make_sockets(SOCK_SEQPACKET, ends, err)) {
        if (status == LEDE_OK)
            ld_mutex_release(&k->lock);
        ld_release(env, k, sizeof *k);
        return LEDE_E_IO;
    }
    k->pid = fork();
    if (k->pid == 0)
        keeper_main(options, ends[1]);
    close(ends[1]);
    k->socket = ends[0];
    status = k->pid < 0 ? LD_FAIL_OS(err, LEDE_E_IO, errno, "cannot make a process")
                        : await_prepared(k, options, end, err);
    if (status != LEDE_OK) {
        if (k->pid > 0)
            kill(k->pid, SIGKILL);
        ld_keeper_stop(k);
        return status;
    }
    *keeper = k;
    return LEDE_OK;
}

void ld_keeper_stop(ld_keeper *k)
{
    if (!k)
        return;
    close(k->socket);
    while (k->pid > 0 && waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    ld_mutex_release(&k->lock);
    ld_release(k->env, k, sizeof *k);
}

static bool give_order(ld_keeper *k, const order *o, const int *descriptor, reply *answer)
{
    int none;
    ld_mutex_lock(&k->lock);
    bool done = send_all(k->socket, o, sizeof *o, descriptor) &&
                receive_all(k->socket, answer, sizeof *answer, &none);
    ld_mutex_unlock(&k->lock);
    return done;
}

lede_status ld_worker_start(ld_keeper *keeper, uint32_t number, ld_worker *worker, lede_error *err)
{
    int ends[2];
    const order o = {.kind = ORDER_SPAWN, .number = number};
    reply answer = {.pid = -1};
    *worker = (ld_worker){.keeper = keeper, .number = number, .socket = -1};
    if (!make_sockets(SOCK_STREAM, ends, err))
        return LEDE_E_IO;
    bool told = give_order(keeper, &o, &ends[1], &answer);
    close(ends[1]);
    if (!told || answer.pid <= 0) {
        close(ends[0]);
        return told ? LD_FAIL(err, LEDE_E_IO, "cannot make another process") : gone(err);
    }
    worker->pid = answer.pid;
    worker->socket = ends[0];
    return LEDE_OK;
}

/* The worker is dead when this returns. */
static lede_status bury(ld_worker *w, ld_process_end *end, lede_error *err)
{
    const order o = {.kind = ORDER_REAP, .pid = w->pid};
    reply answer = {0};
    kill((pid_t)w->pid, SIGKILL); /* not yet reaped, so the number is still its own */
    close(w->socket);
    w->pid = 0;
    w->socket = -1;
    if (!give_order(w->keeper, &o, NULL, &answer))
        return gone(err);
    note_end(answer.wait_status, end);
    return LEDE_OK;
}

void ld_worker_stop(ld_worker *w)
{
    ld_process_end end;
    if (w->pid > 0)
        (void)bury(w, &end, NULL);
}

static bool await(int socket, uint64_t *number, bool *too_slow)
{
    struct pollfd wait = {.fd = socket, .events = POLLIN};
    int ready;
    do
        ready = poll(&wait, 1, (int)LD_WORKER_WALL_MS_MAX);
    while (ready < 0 && errno == EINTR);
    *too_slow = ready == 0;
    return ready > 0 && read_number(socket, number);
}

lede_status ld_worker_call(ld_worker *w, uint64_t request, uint64_t *response, bool *answered,
                           ld_process_end *end, lede_error *err)
{
    bool too_slow = false;
    *end = (ld_process_end){0};
    bool sent = send_all(w->socket, &request, sizeof request, NULL);
    *answered = sent && await(w->socket, response, &too_slow);
    if (*answered)
        return LEDE_OK;
    LD_TRY(bury(w, end, err));
    end->idle = !sent;
    end->too_slow = too_slow;
    return LEDE_OK;
}
