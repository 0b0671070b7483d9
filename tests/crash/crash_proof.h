#ifndef LEDE_TESTS_CRASH_CRASH_PROOF_H
#define LEDE_TESTS_CRASH_CRASH_PROOF_H
/*
 * The proof that a crash loses nothing: a recording of one workload, with what was promised when,
 * and the search through the disks that a power cut could have left of it.
 */
#include "index/manifest.h"
#include "tests/crash/simulated_disk.h"

#define CRASH_ROOT            "/disk"
#define CRASH_ARCHIVE         CRASH_ROOT "/a"
#define CRASH_GENERATIONS_MAX 64u
#define CRASH_WHY_BYTES       1024u
#define CRASH_FAILURES_MAX    8u

/* All rows that are not deleted, as one number: a sum over hashes of key, content, order, stored
 * bytes and whether a newer version stands before it. */
typedef struct fingerprint {
    uint64_t rows, sum;
} fingerprint;

typedef enum crash_event_kind {
    EVENT_ATTEMPT, /* a commit of this generation begins */
    EVENT_ACK,     /* the call returned: this generation is promised */
    EVENT_REJECTS_ATTEMPT,
    EVENT_REJECTS_ACK
} crash_event_kind;

typedef struct crash_event {
    size_t at; /* changes in the log before it */
    crash_event_kind kind;
    uint64_t value; /* a generation, a place in `rejects` */
} crash_event;

typedef struct recording {
    char name[64];
    simulated_disk *disk;
    size_t first_point; /* crashes before so many changes are another recording's */
    crash_event *events;
    size_t event_count, event_capacity;
    bool known[CRASH_GENERATIONS_MAX];
    fingerprint generations[CRASH_GENERATIONS_MAX]; /* what each held */
    uint64_t rejects[CRASH_GENERATIONS_MAX];        /* hashes of the list of rejects; [0]: none */
} recording;

void recording_note(recording *r, crash_event_kind kind, uint64_t value);
/* What the archive on the live disk holds now. False: it could not be read. */
bool recording_fingerprint(const lede_env *env, uint64_t *generation, fingerprint *rows,
                           char why[CRASH_WHY_BYTES]);
bool recording_rejects(const lede_env *env, uint64_t *hash);
void recording_free(recording *r);

typedef struct crash_proof_options {
    uint64_t states_min; /* go on until so many distinct trees were checked */
    bool exhaustive;     /* every point with every family of states first */
    uint32_t jobs;       /* threads */
    bool stop_at_first;  /* failure */
} crash_proof_options;

typedef struct crash_proof_result {
    uint64_t distinct; /* trees, by hash */
    uint64_t checked;  /* distinct in tree and promise: each opened, checked, recovered */
    uint64_t again;    /* of them with a second crash during the recovery */
    uint64_t lost, wrong;
    uint64_t points, points_whole; /* crash points; with every subset of its pending changes */
    char failures[CRASH_FAILURES_MAX][CRASH_WHY_BYTES]; /* the first ones, "" after the last */
} crash_proof_result;

void crash_proof_run(recording *const *recordings, size_t count, const crash_proof_options *options,
                     crash_proof_result *result);

#endif
