#ifndef LD_INDEX_COPY_H
#define LD_INDEX_COPY_H
/*
 * A generation's files, once more in another folder. What is copied is what is mapped: later
 * commits and removals do not reach it. Every checksum is tested on the way, so a copy is whole.
 */
#include "index/open_segment.h"
#include "index/snapshot.h"

/* Writes the segment's file and its tombstones' into `dir`, synced. CORRUPT where a block of the
 * segment fails its checksum; IO; NOMEM. After a failure none of its files is left in `dir`. */
lede_status ld_open_segment_copy(const ld_open_segment *s, const char *dir, lede_error *err);

/* Writes every file of the snapshot into `dir`, a new or empty folder, the manifest last: a copy
 * that was cut off is no archive. Fails as ld_open_segment_copy, and with EXISTS where `dir` holds
 * anything. *bytes: of all its files. */
lede_status ld_snapshot_copy(const ld_snapshot *s, const char *dir, uint64_t *bytes,
                             lede_error *err);
/* Makes the folder where it is missing. EXISTS where it holds anything. */
lede_status ld_copy_place(const lede_env *env, const char *dir, lede_error *err);

#endif
