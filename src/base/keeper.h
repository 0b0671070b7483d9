#ifndef LD_BASE_KEEPER_H
#define LD_BASE_KEEPER_H
/* Work on bytes from outside in processes that may die of it. */
#include "base/env.h"

typedef struct ld_keeper ld_keeper; /* several threads */

/* One process that answers one caller, a request at a time; one thread at a time. */
typedef struct ld_worker {
    ld_keeper *keeper; /* borrowed */
    uint32_t number;
    int64_t pid; /* 0: none is running */
    int socket;
} ld_worker;

/* Memory that this process and its later children see alike; cleared, and costs nothing until used.
 */
typedef struct ld_shared {
    uint8_t *data; /* [bytes] */
    size_t bytes;
} ld_shared;

/* How a process ended that should have answered. */
typedef struct ld_process_end {
    bool ended;
    int signal;    /* that ended it; 0: none */
    int code;      /* that it exited with */
    bool idle;     /* it had ended before the request came to it */
    bool too_slow; /* it was ended because no answer came in LD_WORKER_WALL_MS_MAX */
} ld_process_end;

typedef struct ld_keeper_options {
    const char *const *read_paths; /* [read_path_count] what `prepare` may read; borrowed */
    size_t read_path_count;
    size_t data_bytes_more;     /* of memory, for the keeper and for each worker */
    uint32_t cpu_seconds_max;   /* of processor time, for one request */
    const volatile int *cancel; /* non-zero ends the wait for `prepare`; NULL: never */
    void *ctx;
    /* Once in the keeper, before its walls are up: what comes from files of the system. NULL: none.
     */
    void (*load)(void *ctx);
    /* Once in the keeper, behind its walls, before any worker; what it leaves in memory, every
     * worker has. NULL: nothing to prepare. */
    lede_status (*prepare)(void *ctx, lede_error *err);
    /* Once in each worker, before its walls are up; false: it cannot work. */
    bool (*begin)(void *ctx, uint32_t number);
    /* In the worker, for each request; the answer. */
    uint64_t (*work)(void *ctx, uint64_t request);
} ld_keeper_options;

lede_status ld_shared_new(size_t bytes, ld_shared *shared, lede_error *err);
void ld_shared_release(ld_shared *shared);
/* Gives pages behind the first `kept_bytes` back; they read as zeros. */
void ld_shared_trim(ld_shared *shared, size_t kept_bytes);

/*
 * Forks the keeper and waits until it is prepared. Call it before other threads hold locks of what
 * prepare, begin and work use.
 * Returns: LEDE_OK; what `prepare` failed with; CANCELLED; IO where there are no processes to be
 * had, or, with end->ended, where the keeper died in `prepare`.
 */
lede_status ld_keeper_start(const lede_env *env, const ld_keeper_options *options,
                            ld_keeper **keeper, ld_process_end *end, lede_error *err);
/* After its workers were stopped. NULL is harmless. */
void ld_keeper_stop(ld_keeper *keeper);

/* Fails with IO. */
lede_status ld_worker_start(ld_keeper *keeper, uint32_t number, ld_worker *worker, lede_error *err);
void ld_worker_stop(ld_worker *worker); /* harmless on a cleared one */
/*
 * *answered false: the worker is gone, *end says how, and another may be started in its place.
 * Fails with IO when the keeper is gone too.
 */
lede_status ld_worker_call(ld_worker *worker, uint64_t request, uint64_t *response, bool *answered,
                           ld_process_end *end, lede_error *err);
/* "it was ended by signal 11 (Segmentation fault)": one clause about a process. */
void ld_process_end_text(const ld_process_end *end, char *text, size_t bytes);

#endif
