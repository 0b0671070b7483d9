#ifndef LEDE_TESTS_CRASH_SIMULATED_DISK_H
#define LEDE_TESTS_CRASH_SIMULATED_DISK_H
/*
 * A table of effects whose files below one root live in memory and whose every change is logged,
 * and the disks that a power cut could have left at any point of that log.
 *
 *   simulated_disk *d = simulated_disk_new("/disk");
 *   ... work with simulated_disk_table(d) ...
 *   crash_walk *walk = crash_walk_new(d);               // before the first change
 *   while (crash_walk_step(walk)) {                     // one change further
 *       memset(choices, CRASH_DROP, sizeof choices);    // one for each pending change
 *       simulated_disk *left = crash_walk_state(walk, choices, &random);
 *       ... open it, check it ...
 *       simulated_disk_free(left);
 *   }
 *
 * Paths outside the root, memory, clock and chance are the system's. Safe to share between threads.
 */
#include <stdbool.h>

#include "lede/env.h"
#include "tests/test.h"

typedef struct simulated_disk simulated_disk;

typedef enum disk_op_kind {
    DISK_CREATE,   /* a name for a new file */
    DISK_MAKE_DIR, /* a name for a new folder */
    DISK_LINK,
    DISK_RENAME,
    DISK_UNLINK, /* of a file or an empty folder */
    DISK_WRITE,
    DISK_TRUNCATE,
    DISK_SYNC_FILE,
    DISK_SYNC_DIR
} disk_op_kind;

/* The root is there, empty, and lasts. */
simulated_disk *simulated_disk_new(const char *root);
/* Every file must be closed and unmapped. NULL is harmless. */
void simulated_disk_free(simulated_disk *d);
const lede_env *simulated_disk_table(simulated_disk *d);

/* All that was done so far lasts; the log begins anew. */
void simulated_disk_settle(simulated_disk *d);
size_t simulated_disk_op_count(simulated_disk *d);
/* One line about the change `i` of the log. */
void simulated_disk_describe(simulated_disk *d, size_t i, char *line, size_t line_bytes);
disk_op_kind simulated_disk_op_kind(simulated_disk *d, size_t i);
const char *simulated_disk_op_path(simulated_disk *d, size_t i);
/* Of names and contents, in no order: equal trees have equal hashes. */
uint64_t simulated_disk_hash(simulated_disk *d);

/* The process is killed before the nth change from here on (1: the next): it and all later ones
 * fail with EIO and leave no trace, until simulated_disk_restart. What was done before stays, but
 * only what was synced is safe from a later power cut. */
void simulated_disk_kill(simulated_disk *d, size_t nth);
void simulated_disk_restart(simulated_disk *d);

/* From here on calls of this kind do nothing and succeed, where the path holds `part` (for a
 * folder: is it) and, unless `after` is -1, the newest change of a name there was of that kind: a
 * protocol with one call taken out. */
void simulated_disk_ignore(simulated_disk *d, disk_op_kind kind, const char *part, int after);

/* ---- power cuts ---- */
typedef enum crash_choice {
    CRASH_DROP, /* it never reached the disk */
    CRASH_KEEP,
    CRASH_TEAR_512,  /* write: some sectors of 512 bytes of it did */
    CRASH_TEAR_4096, /* write: some of its pages */
    CRASH_TEAR_BYTE, /* write: its first bytes */
    CRASH_ZEROS,     /* write: the file has its new size, and zeros in the place of the data */
    CRASH_HALF,      /* rename: the new name is there and the old one too */
    CRASH_CHOICES
} crash_choice;

typedef struct crash_walk crash_walk;

crash_walk *crash_walk_new(simulated_disk *d); /* at the start of the log; d must rest */
void crash_walk_free(crash_walk *w);
bool crash_walk_step(crash_walk *w);                         /* false: at the end */
size_t crash_walk_at(const crash_walk *w);                   /* changes behind */
size_t crash_walk_pending(const crash_walk *w);              /* of them not sure to last */
size_t crash_walk_pending_op(const crash_walk *w, size_t i); /* its place in the log */
/* The disk after the power cut: `choices` has one for each pending change; a choice that does not
 * fit the change is as KEEP. All of it lasts, its log is empty. */
simulated_disk *crash_walk_state(const crash_walk *w, const uint8_t *choices, test_random *r);

#endif
