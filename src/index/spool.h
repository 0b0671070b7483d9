#ifndef LD_INDEX_SPOOL_H
#define LD_INDEX_SPOOL_H
/*
 * Bytes that are written once, in order, and read back before the segment under construction is
 * finished: a part that waits for its place, a table that a merge looks up. In memory while they
 * are few, then in a file of their own beside the segment.
 */
#include "base/buf.h"

/* Numbers of files beside a segment are two hexadecimal digits: below this its writer gives them
 * out, from here on they are those of spools that outlive it (doc_map.h). */
#define LD_SPOOL_KEPT_FIRST 0xfeu

typedef struct ld_spool {
    const lede_env *env;
    const char *segment_path; /* borrowed */
    uint32_t number;          /* < 256: of its file, <segment_path>.<number>.spool */
    size_t memory_max_bytes;
    ld_buf memory; /* what is not in the file yet */
    char *path;    /* [path_bytes], owned; NULL while all is in memory */
    size_t path_bytes;
    ld_file file;
    uint64_t file_bytes; /* in the file */
    const uint8_t *map;  /* of the sealed file; NULL: not sealed, or in memory */
} ld_spool;

void ld_spool_init(ld_spool *s, const lede_env *env, const char *segment_path, uint32_t number,
                   size_t memory_max_bytes);
lede_status ld_spool_add(ld_spool *s, const void *data, size_t bytes, lede_error *err);
static inline uint64_t ld_spool_bytes(const ld_spool *s)
{
    return s->file_bytes + s->memory.bytes;
}
/* All its bytes side by side, until release. Nothing may be added afterwards. */
lede_status ld_spool_seal(ld_spool *s, const uint8_t **data, lede_error *err);
/* Told at the end by whoever made something of sealed bytes: IO where the disk lost some of them
 * while they were read (base/sigbus.h). */
lede_status ld_spool_check(const ld_spool *s, lede_error *err);
void ld_spool_release(ld_spool *s); /* removes the file */

#endif
