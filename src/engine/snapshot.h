#ifndef LD_ENGINE_SNAPSHOT_H
#define LD_ENGINE_SNAPSHOT_H
/* What is behind a lede_snapshot. */
#include "engine/workspace.h"
#include "index/snapshot.h"
#include "lede/search.h"

struct lede_snapshot {
    const lede_env *env;
    char *dir; /* owned */
    ld_snapshot *inner;
    lede_env *memory; /* the files of a snapshot that is in no archive; NULL for one on disk */
    lede_part_bytes *parts; /* made by the first lede_snapshot_sizes */
    uint32_t part_count;
    ld_workspaces workspaces;
};

/*
 * `status`, but CORRUPT where a mapped file lost bytes while the answer was made (base/sigbus.h):
 * asked last by every call that reads the snapshot.
 */
lede_status ld_snapshot_vouch(const lede_snapshot *snapshot, lede_status status, lede_error *err);

const lede_env *ld_hits_env(const lede_hits *hits); /* of the snapshot they are from */

#endif
