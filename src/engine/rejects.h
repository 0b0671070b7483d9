#ifndef LD_ENGINE_REJECTS_H
#define LD_ENGINE_REJECTS_H
/*
 * Which pages could not be taken, and why: the file rejects.jsonl beside the manifest, one
 * {"path", "reason"} a line, oldest first. A page that is taken later leaves the list. The file is
 * replaced by a rename; it is a report and no part of a generation.
 */
#include "base/env.h"

#define LD_REJECTS_FILE "rejects.jsonl"

typedef struct ld_rejects ld_rejects;

/* Reads the list; an absent file is an empty list. */
lede_status ld_rejects_load(const lede_env *env, const char *dir, ld_rejects **rejects,
                            lede_error *err);
void ld_rejects_free(ld_rejects *r);
uint32_t ld_rejects_count(const ld_rejects *r);
/* NUL-terminated, borrowed until the next change; NULL path for an entry that left the list. */
void ld_rejects_at(const ld_rejects *r, uint32_t ordinal, const char **path, const char **reason);
lede_status ld_rejects_add(ld_rejects *r, ld_span path, ld_span reason, lede_error *err);
void ld_rejects_remove(ld_rejects *r, ld_span path); /* harmless when it is not there */
/* Writes the list when it changed. */
lede_status ld_rejects_save(ld_rejects *r, lede_error *err);
/* Removes what a save that was cut off left behind; for the one writer only. */
lede_status ld_rejects_clean(const lede_env *env, const char *dir, lede_error *err);

#endif
