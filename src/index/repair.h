#ifndef LD_INDEX_REPAIR_H
#define LD_INDEX_REPAIR_H
/*
 * Which files of a damaged archive are whole? They are copied; of the others, what can be opened at
 * all is opened, so that their rows can be tried one by one.
 */
#include "index/copy.h"

typedef void (*ld_repair_tell)(void *ctx, const lede_error *finding);

typedef struct ld_salvage {
    const lede_env *env;
    const char *dir;     /* damaged; borrowed */
    ld_repair_tell tell; /* never NULL */
    void *ctx;
    ld_manifest manifest; /* of the newest generation whose manifest is whole */
    ld_manifest before;   /* of the one before; segment_count 0 where there is none */
    ld_manifest kept;     /* what was copied: the whole segments, in their order */
    bool is_older;        /* newer manifests are damaged */
    uint32_t *damaged;    /* [damaged_count] ordinals in `manifest` */
    size_t damaged_count, damaged_capacity;
    uint64_t kept_rows;
} ld_salvage;

/* Does this failure say something of the file, and not only of this moment (no handles, no memory)?
 */
bool ld_salvage_is_damage(const lede_error *found);
/* Finds the manifest. CORRUPT where none is whole; NOTFOUND, VERSION, IO, NOMEM. Release after it
 * whatever it returned. */
lede_status ld_salvage_init(ld_salvage *s, const lede_env *env, const char *dir,
                            ld_repair_tell tell, void *ctx, lede_error *err);
void ld_salvage_release(ld_salvage *s);
/* Tests every segment, writes nothing: *whole false where anything is damaged. */
lede_status ld_salvage_look(ld_salvage *s, bool *whole, lede_error *err);
/* Copies every whole segment into `to`, an empty folder, and commits them as a generation after the
 * newest. `damaged` and `kept` are filled. */
lede_status ld_salvage_copy(ld_salvage *s, const char *to, lede_error *err);
/* Opens what can be opened of a damaged segment. Its tombstones are those of its file, else of the
 * generation before, else none. CORRUPT and its kin where not even its frame is whole. */
lede_status ld_salvage_open(const ld_salvage *s, size_t damaged, ld_open_segment *open,
                            lede_error *err);

#endif
