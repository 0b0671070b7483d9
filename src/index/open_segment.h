#ifndef LD_INDEX_OPEN_SEGMENT_H
#define LD_INDEX_OPEN_SEGMENT_H
/* A segment of a generation with all that belongs to it, opened: as a snapshot and the writer hold
 * it. */
#include "index/manifest.h"
#include "index/sidecars.h"
#include "index/tombstones.h"

typedef struct ld_open_segment {
    ld_manifest_segment entry;
    ld_segment *segment;
    ld_sidecars *sidecars;
    ld_tombstones tombstones;
} ld_open_segment;

/* NOTFOUND where a file is gone. Files of another length or checksum than the manifest names are
 * CORRUPT. */
lede_status ld_open_segment_load(const lede_env *env, const char *dir,
                                 const ld_manifest_segment *entry, ld_open_segment *s,
                                 lede_error *err);
/* Only the tombstones that s->entry names, into s->tombstones, which are initialised. */
lede_status ld_open_segment_tombstones(const lede_env *env, const char *dir, ld_open_segment *s,
                                       lede_error *err);
void ld_open_segment_close(ld_open_segment *s);

#endif
