#ifndef LEDE_TESTS_CRASH_CRASH_CHECK_H
#define LEDE_TESTS_CRASH_CRASH_CHECK_H
/* One disk after a crash: is what was promised there, and does the archive go on from it? */
#include "tests/crash/crash_proof.h"

typedef struct crash_promise {
    const recording *recording;
    uint64_t acked, attempted; /* generations; 0: not even the creation */
    uint64_t rejects_acked, rejects_attempted;
    /* generations that a recovery made on top of the recording's */
    uint64_t extra_first;
    fingerprint extra[2];
    uint32_t extra_count;
} crash_promise;

typedef enum crash_verdict { CRASH_WHOLE, CRASH_LOST, CRASH_WRONG } crash_verdict;

/* Opens, compares, checks; then recovers: a writer adds a document, commits, and the archive must
 * be whole, with that document and without orphans. `depth` numbers that document. *after: what may
 * be there when the recovery is cut off; *acked_at: the change after which its commit is promised.
 */
crash_verdict crash_check(simulated_disk *state, const crash_promise *promise, uint32_t depth,
                          crash_promise *after, size_t *acked_at, char why[CRASH_WHY_BYTES]);

#endif
