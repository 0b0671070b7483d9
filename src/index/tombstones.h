#ifndef LD_INDEX_TOMBSTONES_H
#define LD_INDEX_TOMBSTONES_H
/* The documents of a segment that no longer show (bytes: tombstones_format.h). */
#include "base/buf.h"
#include "base/limits.h"

typedef struct ld_tombstones {
    const lede_env *env;
    uint32_t docs;
    uint64_t *deleted;    /* [(docs + 63) / 64] words, owned; NULL: none */
    uint64_t *superseded; /* the same */
    uint32_t deleted_count, superseded_count;
    uint32_t hidden_count; /* in either set */
} ld_tombstones;

void ld_tombstones_init(ld_tombstones *t, const lede_env *env, uint32_t docs);
void ld_tombstones_release(ld_tombstones *t);
/* Makes room for both sets, so that setting cannot fail. */
lede_status ld_tombstones_prepare(ld_tombstones *t, lede_error *err);
/* After prepare; setting twice is harmless. */
void ld_tombstones_delete(ld_tombstones *t, uint32_t doc);
void ld_tombstones_supersede(ld_tombstones *t, uint32_t doc);
bool ld_tombstones_is_deleted(const ld_tombstones *t, uint32_t doc);
bool ld_tombstones_is_superseded(const ld_tombstones *t, uint32_t doc);

/* The file's bytes, into `out` (sticky status there). */
void ld_tombstones_encode(const ld_tombstones *t, uint64_t segment, ld_buf *out);
/* `where`: the file, for messages. The counts and the sets must agree. */
lede_status ld_tombstones_decode(ld_span bytes, uint64_t segment, const char *where,
                                 ld_tombstones *t, lede_error *err);

#endif
