#ifndef LEDE_TESTS_WORKLOADS_H
#define LEDE_TESTS_WORKLOADS_H
/*
 * What is done while effects fail: each workload is one use of the public interface, from opening
 * to closing, that stops at its first failure and leaves nothing but a writer open.
 */
#include <stdbool.h>

#include "tests/faults/answers.h"

#define DISK_ROOT     "/disk"
#define ARCHIVE_DIR   "/disk/archive"
#define INPUT_DIR     "/disk/input"
#define BASE_ARTICLES 6u /* of the archive that most workloads begin with */

typedef struct work_run {
    const lede_env *env;
    answers out;         /* what a reader was told; a prefix of it where the call failed */
    uint32_t commits;    /* acknowledged */
    uint64_t rejects;    /* pages that could not be read and were named, with the reason */
    lede_writer *writer; /* left open by writers, whatever happened; NULL: none */
    /* Called after each acknowledged commit; NULL: nobody. */
    void (*committed)(void *ctx);
    void *ctx;
} work_run;

typedef struct workload {
    const char *name;
    bool begins_empty; /* no archive at the start */
    lede_status (*work)(work_run *run, lede_error *err);
} workload;

extern const workload workloads[];
extern const uint32_t workload_count;

/* The archive most workloads begin with: two segments, a version and a delete. On this table. */
void workloads_make_archive(const lede_env *env);
/* The files that sources are read from: pages, JSON lines, a WARC. On this table. */
void workloads_make_input(const lede_env *env);

#endif
