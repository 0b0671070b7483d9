#ifndef LD_INDEX_MANIFEST_H
#define LD_INDEX_MANIFEST_H
/* One committed generation by name (bytes: manifest_format.h). */
#include "base/buf.h"
#include "flow/segment.h"

typedef struct ld_manifest_segment {
    uint64_t id;
    uint64_t file_bytes;
    uint32_t footer_crc32c;
    uint32_t docs;
    uint64_t deletes_generation; /* 0: no tombstones */
    uint64_t deletes_bytes;
    uint32_t deletes_crc32c;
} ld_manifest_segment;

typedef struct ld_manifest {
    const lede_env *env;
    uint64_t generation;
    uint64_t next_segment;
    ld_profile profile;
    ld_manifest_segment *segments; /* [segment_count], owned */
    size_t segment_count, segment_capacity;
} ld_manifest;

void ld_manifest_init(ld_manifest *m, const lede_env *env);
void ld_manifest_release(ld_manifest *m);
lede_status ld_manifest_add(ld_manifest *m, const ld_manifest_segment *segment, lede_error *err);

/* INVALID where the profile cannot be kept as it is. */
lede_status ld_profile_check(const ld_profile *profile, lede_error *err);
/* The file's bytes, into `out` (sticky status there). */
void ld_manifest_encode(const ld_manifest *m, ld_buf *out);
lede_status ld_manifest_decode(ld_span bytes, const char *where, ld_manifest *m, lede_error *err);

/*
 * Makes the manifest the archive's newest generation: written under a temporary name, synced, the
 * folder synced, renamed, the folder synced. *visible: the rename was done, so that others may see
 * the generation even if the last step failed.
 */
lede_status ld_manifest_commit(const ld_manifest *m, const char *dir, bool *visible,
                               lede_error *err);
/* The generation whose manifest has the highest number. NOTFOUND: no archive there. */
lede_status ld_manifest_latest(const lede_env *env, const char *dir, uint64_t *generation,
                               lede_error *err);
lede_status ld_manifest_load(const lede_env *env, const char *dir, uint64_t generation,
                             ld_manifest *m, lede_error *err);

#endif
