#ifndef LD_BASE_SANDBOX_H
#define LD_BASE_SANDBOX_H
/* What a process that parses bytes from outside may still do: compute, and talk to who asked. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LD_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define LD_IS_SANITIZED 1
#endif
#endif

/* Which walls stand. */
#define LD_SANDBOX_LIMITS   1u /* rlimits: memory, processor time, open files, no core dumps */
#define LD_SANDBOX_SECCOMP  2u /* a list of system calls; any other ends the process */
#define LD_SANDBOX_LANDLOCK 4u /* no file, no TCP, no signal to others */
#define LD_SANDBOX_ALL      7u

typedef struct ld_sandbox_rules {
    const char *const *read_paths; /* [read_path_count] files and folders that may be read */
    size_t read_path_count;        /* 0: no file at all may be opened */
    bool may_fork;                 /* makes workers, which then enter stricter rules */
    size_t more_data_bytes;        /* memory beyond what the process has now; 0: no limit */
    int socket;                    /* the only descriptor that may be written to */
} ld_sandbox_rules;

/* For a process of one thread, for good. The walls that stand: what a system or a build with
 * sanitizers has not is left out. */
uint32_t ld_sandbox_enter(const ld_sandbox_rules *rules);
/* Which walls ld_sandbox_enter would find here. */
uint32_t ld_sandbox_probe(void);
/* From now on `seconds` of processor time, then the kernel ends this process (SIGXCPU); 0: no end.
 */
void ld_sandbox_rearm_cpu(uint32_t seconds);

#endif
