#ifndef LEDE_TESTS_FAULTY_ENV_H
#define LEDE_TESTS_FAULTY_ENV_H
/*
 * A table of effects that does what the system's does until it is told to fail, tear, count or lie
 * about the time. Every block carries its size, so a release or resize with another size fails the
 * test at once; faulty_env_assert_idle says that nothing leaks. Safe to share between threads.
 *
 *   faulty_env *f = faulty_env_new();
 *   faulty_env_fail(f, FAULTY_SYNC, 2, EIO, false);       // the second fsync from here on fails
 *   ... work with faulty_env_table(f) ...
 *   faulty_env_heal(f);
 *   faulty_env_assert_idle(f);
 *   faulty_env_free(f);
 *
 * The usual proof of "no failure breaks it": run the work once and ask faulty_env_calls how many
 * calls it makes, then run it again for n = 1, 2, ... with the n-th call failing.
 */
#include <stdbool.h>
#include <stdint.h>

#include "lede/env.h"

typedef enum faulty_op {
    FAULTY_ALLOCATE, /* allocate and resize; os_errno plays no part */
    FAULTY_OPEN,
    FAULTY_CLOSE, /* the file is closed all the same, as by the system */
    FAULTY_READ,
    FAULTY_PREAD,
    FAULTY_PWRITE,
    FAULTY_SYNC,
    FAULTY_FILE_INFO,
    FAULTY_PATH_INFO,
    FAULTY_LOCK,
    FAULTY_MAP,
    FAULTY_RENAME,
    FAULTY_LINK,
    FAULTY_UNLINK,
    FAULTY_DIR_MAKE,
    FAULTY_DIR_REMOVE,
    FAULTY_DIR_LIST,
    FAULTY_RANDOM,
    FAULTY_OP_COUNT
} faulty_op;

typedef struct faulty_env faulty_env;

faulty_env *faulty_env_new(void);
/* Over another table than the system's, such as one of files in memory; `under` outlives it. */
faulty_env *faulty_env_new_over(const lede_env *under);
void faulty_env_free(faulty_env *f);
const lede_env *faulty_env_table(faulty_env *f);

/* ---- faults; `nth` counts from this call on, 1 is the next; os_errno is positive ---- */
void faulty_env_fail(faulty_env *f, faulty_op op, uint64_t nth, int os_errno, bool for_ever);
#define FAULTY_SHORT (-1) /* for os_errno: the read or write moves half of what was asked */
/* The disk takes this many bytes more in all, the last write short; then ENOSPC. */
void faulty_env_fill_disk(faulty_env *f, uint64_t bytes);
/* One read or write moves at most this many bytes; 0: no limit. */
void faulty_env_shorten(faulty_env *f, size_t bytes_max);
/* From the nth call on that changes the disk (open to write, write, sync, rename, link, unlink,
 * make or remove a folder), none of them has an effect and all fail with EIO: what the disk then
 * holds is what a kill at that point leaves. */
void faulty_env_crash(faulty_env *f, uint64_t nth);
/* Takes all of the above back; counts and the clock stay. */
void faulty_env_heal(faulty_env *f);

/* ---- the clock ---- */
void faulty_env_freeze_clock(faulty_env *f, int64_t utc_ms, uint64_t monotonic_ns);
void faulty_env_advance_clock(faulty_env *f, uint64_t ms); /* only when frozen */
/* Frozen or not: how often the monotonic clock was read. */
uint64_t faulty_env_clock_reads(faulty_env *f);

/* ---- counts ---- */
uint64_t faulty_env_calls(faulty_env *f, faulty_op op); /* since new */
uint64_t faulty_env_change_calls(faulty_env *f);        /* those that change the disk */
uint64_t faulty_env_given(faulty_env *f); /* calls that faulty_env_fail made fail or fall short */
/* Syncs of a file (no folder) that had failed to sync before: the kernel may have dropped its
 * pages, so a second sync that succeeds says nothing. Always 0 in a program that is right. */
uint64_t faulty_env_syncs_after_failed(faulty_env *f);
uint64_t faulty_env_live_bytes(faulty_env *f);
uint64_t faulty_env_live_bytes_peak(faulty_env *f); /* the most since new */
uint64_t faulty_env_live_blocks(faulty_env *f);
uint64_t faulty_env_open_files(faulty_env *f);
uint64_t faulty_env_live_maps(faulty_env *f);
/* Fails the test where a block, a file or a map is still held. */
void faulty_env_assert_idle(faulty_env *f);

#endif
