/*
 * What may a process still do that parses bytes from outside?
 *
 * Three walls, each for the case that another is missing or has a hole:
 *
 *   rlimits    memory (RLIMIT_DATA, beyond what the process began with), processor time (armed anew
 *              for each page), open files, no core file. A page that asks for too much is ended.
 *   seccomp    a list of some twenty system calls; any other ends the process. Memory may not
 * become executable, and write goes to one descriptor. Landlock   no path can be opened, but those
 * of the rules for reading; no TCP; no signal to others.
 *
 * Rules can be entered in two steps, as walls only ever grow: the keeper (keeper.c) may read the
 * sources and fork, its workers may not.
 *
 * What is missing on a system is left out and said (ld_sandbox_probe, `lede --version`): a kernel
 * without seccomp or Landlock, an emulator, another processor than x86-64 and arm64. Under
 * AddressSanitizer and its kin seccomp and the limit of memory are left out: their runtime makes
 * system calls and maps memory of its own. RLIMIT_AS was rejected: it counts the mapped files of
 * the archive.
 *
 * Sources: seccomp(2), landlock(7), setrlimit(2), kernel
 * Documentation/userspace-api/seccomp_filter.rst and landlock.rst. The numbers of Landlock stand
 * here because the headers of older systems know only the first of its versions.
 */
#include "base/sandbox.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#define OPEN_FILES_MAX 64u /* of a keeper: a folder's levels, one source */

#if defined(__linux__) && defined(__x86_64__)
#define SECCOMP_ARCH AUDIT_ARCH_X86_64
#elif defined(__linux__) && defined(__aarch64__)
#define SECCOMP_ARCH AUDIT_ARCH_AARCH64
#endif

/* ---- rlimits ---- */

static bool limit(int resource, uint64_t soft, uint64_t hard)
{
    const struct rlimit wanted = {(rlim_t)soft, (rlim_t)hard};
    return setrlimit((unsigned)resource, &wanted) == 0;
}

#if defined(__linux__) && !defined(LD_IS_SANITIZED)
/* Bytes of private writable memory, which is what RLIMIT_DATA counts; 0: not known. */
static uint64_t data_bytes_now(void)
{
    char text[256];
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    ssize_t bytes = file < 0 ? -1 : read(file, text, sizeof text - 1);
    unsigned long long data_pages;
    if (file >= 0)
        close(file);
    if (bytes <= 0)
        return 0;
    text[bytes] = 0;
    if (sscanf(text, "%*u %*u %*u %*u %*u %llu", &data_pages) != 1)
        return 0;
    return data_pages * (uint64_t)sysconf(_SC_PAGESIZE);
}
#endif

static bool limit_memory(size_t more_bytes)
{
#if defined(__linux__) && !defined(LD_IS_SANITIZED)
    uint64_t now = data_bytes_now();
    return now > 0 && limit(RLIMIT_DATA, now + more_bytes, now + more_bytes);
#else
    (void)more_bytes;
    return true;
#endif
}

static bool enter_limits(const ld_sandbox_rules *rules)
{
    bool stands = rules->more_data_bytes == 0 || limit_memory(rules->more_data_bytes);
    stands = limit(RLIMIT_CORE, 0, 0) && stands;
    stands = limit(RLIMIT_FSIZE, 0, 0) && stands;
    return limit(RLIMIT_NOFILE, OPEN_FILES_MAX, OPEN_FILES_MAX) && stands;
}

void ld_sandbox_rearm_cpu(uint32_t seconds)
{
    struct timespec used;
    if (seconds == 0)
        limit(RLIMIT_CPU, RLIM_INFINITY, RLIM_INFINITY);
    else if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used) == 0)
        limit(RLIMIT_CPU, (uint64_t)used.tv_sec + seconds + 1, RLIM_INFINITY);
}

/* ---- Landlock ---- */

#ifdef __linux__
#define LANDLOCK_CREATE  444
#define LANDLOCK_ADD     445
#define LANDLOCK_ENTER   446
#define LANDLOCK_VERSION 1u /* flag of LANDLOCK_CREATE: answer the version */
#define LANDLOCK_PATH    1  /* a rule for what lies beneath a path */

#define MAY_READ_FILE (1ull << 2)
#define MAY_READ_DIR  (1ull << 3)

typedef struct landlock_walls {
    uint64_t files, tcp, scopes; /* what is forbidden but for rules */
} landlock_walls;

typedef struct __attribute__((packed)) landlock_path_rule {
    uint64_t allowed;
    int32_t parent;
} landlock_path_rule;

static long landlock_version(void)
{
    return syscall(LANDLOCK_CREATE, NULL, 0, LANDLOCK_VERSION);
}

/* All rights that this version knows, and how much of the struct. */
static size_t walls_of(long version, landlock_walls *walls)
{
    unsigned rights = version >= 5 ? 16 : version >= 3 ? 15 : version >= 2 ? 14 : 13;
    *walls = (landlock_walls){.files = (1ull << rights) - 1};
    walls->tcp = version >= 4 ? 3 : 0;    /* bind, connect */
    walls->scopes = version >= 6 ? 3 : 0; /* abstract sockets, signals */
    return version >= 6 ? sizeof *walls : version >= 4 ? 16 : 8;
}

static void allow_reading(int ruleset, const char *path)
{
    landlock_path_rule rule = {MAY_READ_FILE | MAY_READ_DIR, open(path, O_PATH | O_CLOEXEC)};
    if (rule.parent < 0)
        return; /* is not there: whoever reads it says so */
    if (syscall(LANDLOCK_ADD, ruleset, LANDLOCK_PATH, &rule, 0) != 0) {
        rule.allowed = MAY_READ_FILE; /* a file has no other right */
        syscall(LANDLOCK_ADD, ruleset, LANDLOCK_PATH, &rule, 0);
    }
    close(rule.parent);
}

static bool enter_landlock(const ld_sandbox_rules *rules)
{
    landlock_walls walls;
    long version = landlock_version();
    if (version < 1)
        return false;
    int ruleset = (int)syscall(LANDLOCK_CREATE, &walls, walls_of(version, &walls), 0);
    if (ruleset < 0)
        return false;
    for (size_t i = 0; i < rules->read_path_count; i++)
        allow_reading(ruleset, rules->read_paths[i]);
    bool stands = syscall(LANDLOCK_ENTER, ruleset, 0) == 0;
    close(ruleset);
    return stands;
}
#else
static bool enter_landlock(const ld_sandbox_rules *rules)
{
    (void)rules;
    return false;
}
#endif

/* ---- seccomp ---- */

#if defined(SECCOMP_ARCH) && !defined(LD_IS_SANITIZED)
#define HAS_SECCOMP 1

/* What both may: memory, time, waiting, the end. */
static const int common_calls[] = {SYS_exit,          SYS_exit_group,
                                   SYS_futex,         SYS_munmap,
                                   SYS_mremap,        SYS_madvise,
                                   SYS_brk,           SYS_rt_sigreturn,
                                   SYS_read,          SYS_rt_sigprocmask,
                                   SYS_gettimeofday,  SYS_getpid,
                                   SYS_clock_gettime, SYS_gettid,
                                   SYS_getrandom,     SYS_sched_yield,
                                   SYS_rt_sigaction,  SYS_restart_syscall,
                                   SYS_sysinfo}; /* the C library's qsort asks how much memory there
                                                    is before it takes some */
/* What the keeper may besides: read sources, make workers and wall them in. */
static const int keeper_calls[] = {
    SYS_openat,      SYS_close,    SYS_fstat,      SYS_newfstatat,      SYS_statx,
    SYS_lseek,       SYS_pread64,  SYS_readlinkat, SYS_getdents64,      SYS_fcntl,
    SYS_clone,       SYS_wait4,    SYS_recvmsg,    SYS_set_robust_list, SYS_prctl,
    SYS_seccomp,     SYS_dup3,     SYS_sendmsg,    SYS_sendto,          SYS_prlimit64,
    LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_ENTER,
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_dup2
    SYS_dup2,
#endif
#ifdef SYS_close_range
    SYS_close_range,
#endif
};

#define STEPS_MAX 160u
typedef struct filter {
    struct sock_filter steps[STEPS_MAX];
    unsigned short count;
} filter;

static void add(filter *f, uint16_t code, uint32_t value, uint8_t if_so, uint8_t if_not)
{
    if (f->count < STEPS_MAX)
        f->steps[f->count++] = (struct sock_filter){code, if_so, if_not, value};
}

#define LOAD   (BPF_LD | BPF_W | BPF_ABS)
#define EQUAL  (BPF_JMP | BPF_JEQ | BPF_K)
#define ANY_OF (BPF_JMP | BPF_JSET | BPF_K)
#define ANSWER (BPF_RET | BPF_K)

/* Where the lower and upper half of an argument stands; little-endian. */
static uint32_t argument(unsigned number, bool upper)
{
    return (uint32_t)(offsetof(struct seccomp_data, args) + number * 8 + (upper ? 4 : 0));
}

static void allow(filter *f, int call)
{
    add(f, EQUAL, (uint32_t)call, 0, 1);
    add(f, ANSWER, SECCOMP_RET_ALLOW, 0, 0);
}

/* Allowed when none of `bits` is set in the argument. */
static void allow_without(filter *f, int call, unsigned number, uint32_t bits)
{
    add(f, EQUAL, (uint32_t)call, 0, 4);
    add(f, LOAD, argument(number, false), 0, 0);
    add(f, ANY_OF, bits, 1, 0);
    add(f, ANSWER, SECCOMP_RET_ALLOW, 0, 0);
    add(f, ANSWER, SECCOMP_RET_KILL_PROCESS, 0, 0);
}

/* Allowed when the argument is `value`. */
static void allow_with(filter *f, int call, unsigned number, uint32_t value)
{
    add(f, EQUAL, (uint32_t)call, 0, 4);
    add(f, LOAD, argument(number, false), 0, 0);
    add(f, EQUAL, value, 0, 1);
    add(f, ANSWER, SECCOMP_RET_ALLOW, 0, 0);
    add(f, ANSWER, SECCOMP_RET_KILL_PROCESS, 0, 0);
}

/* Its own limit of processor time, which the parent watches too. */
static void allow_rearming(filter *f)
{
    add(f, EQUAL, SYS_prlimit64, 0, 6);
    add(f, LOAD, argument(0, false), 0, 0);
    add(f, EQUAL, 0, 0, 3);
    add(f, LOAD, argument(1, false), 0, 0);
    add(f, EQUAL, RLIMIT_CPU, 0, 1);
    add(f, ANSWER, SECCOMP_RET_ALLOW, 0, 0);
    add(f, ANSWER, SECCOMP_RET_KILL_PROCESS, 0, 0);
}

static void make_filter(filter *f, const ld_sandbox_rules *rules)
{
    f->count = 0;
    add(f, LOAD, offsetof(struct seccomp_data, arch), 0, 0);
    add(f, EQUAL, SECCOMP_ARCH, 1, 0);
    add(f, ANSWER, SECCOMP_RET_KILL_PROCESS, 0, 0);
    add(f, LOAD, offsetof(struct seccomp_data, nr), 0, 0);
    for (size_t i = 0; i < sizeof common_calls / sizeof *common_calls; i++)
        allow(f, common_calls[i]);
    for (size_t i = 0; rules->may_fork && i < sizeof keeper_calls / sizeof *keeper_calls; i++) {
        if (keeper_calls[i] == SYS_openat)
            allow_without(f, SYS_openat, 2, O_WRONLY | O_RDWR | O_CREAT | O_TRUNC);
        else
            allow(f, keeper_calls[i]);
    }
    allow_without(f, SYS_mmap, 2, PROT_EXEC);
    allow_without(f, SYS_mprotect, 2, PROT_EXEC);
    if (rules->may_fork)
        allow(f, SYS_write); /* which of its sockets a worker has, it learns later */
    else
        allow_with(f, SYS_write, 0, (uint32_t)rules->socket);
    if (!rules->may_fork)
        allow_rearming(f);
    add(f, ANSWER, SECCOMP_RET_KILL_PROCESS, 0, 0);
}

static bool enter_seccomp(const ld_sandbox_rules *rules)
{
    filter f;
    make_filter(&f, rules);
    const struct sock_fprog program = {f.count, f.steps};
    return f.count < STEPS_MAX && syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}
#else
static bool enter_seccomp(const ld_sandbox_rules *rules)
{
    (void)rules;
    return false;
}
#endif

/* ---- both ---- */

uint32_t ld_sandbox_enter(const ld_sandbox_rules *rules)
{
    uint32_t walls = 0;
#ifdef __linux__
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return enter_limits(rules) ? LD_SANDBOX_LIMITS : 0;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    walls |= enter_limits(rules) ? LD_SANDBOX_LIMITS : 0;
    walls |= enter_landlock(rules) ? LD_SANDBOX_LANDLOCK : 0;
    walls |= enter_seccomp(rules) ? LD_SANDBOX_SECCOMP : 0;
    return walls;
}

uint32_t ld_sandbox_probe(void)
{
    uint32_t walls = LD_SANDBOX_LIMITS;
#ifdef __linux__
    walls |= landlock_version() >= 1 ? LD_SANDBOX_LANDLOCK : 0;
#endif
#ifdef HAS_SECCOMP
    uint32_t action = SECCOMP_RET_KILL_PROCESS;
    walls |=
        syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0 ? LD_SANDBOX_SECCOMP : 0;
#endif
    return walls;
}
