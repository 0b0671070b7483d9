#ifndef LEDE_TESTS_CRASH_WORKLOADS_H
#define LEDE_TESTS_CRASH_WORKLOADS_H
/* What an archive's life is made of: each workload run once, recorded, and compared with the naive
 * twin after every commit. */
#include "tests/crash/crash_proof.h"

#define WORKLOADS_MAX 512u

typedef struct workloads_options {
    uint32_t kills_step; /* the killed and resumed ones at every so manieth change, and at the
                            one after each rename; 0: without */
    const char *only;    /* the one of this name; NULL: all */
    /* called with each new disk; may be NULL */
    void (*prepare)(void *ctx, simulated_disk *disk);
    void *ctx;
} workloads_options;

/* Fills `recordings` (to be freed one by one); the answer is how many. */
size_t workloads_record(recording *recordings[WORKLOADS_MAX], const workloads_options *options);

#endif
