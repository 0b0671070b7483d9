#ifndef LD_BASE_ENV_MEMORY_H
#define LD_BASE_ENV_MEMORY_H
/* A table of effects whose files below one path live in memory; everything else passes through. */
#include "base/env.h"

/* root: an absolute path that need not exist; the directory itself is not made. `under` is borrowed
 * until ld_env_memory_free and gives memory, clock, chance and all other files. */
lede_status ld_env_memory_new(const lede_env *under, const char *root, lede_env **env,
                              lede_error *err);
/* Every file of it must be closed and unmapped. NULL is harmless. */
void ld_env_memory_free(lede_env *env);

#endif
