#ifndef LD_ENGINE_WORKSPACE_H
#define LD_ENGINE_WORKSPACE_H
/*
 * What one search works in: arenas and an analyser. A snapshot keeps a few that are idle, so that a
 * search does not begin and end with the system's memory calls (they cost more than most searches).
 */
#include "base/thread.h"
#include "query/search.h"

typedef struct ld_workspace {
    ld_arena *query; /* the parsed query and its result, until the hits are freed */
    ld_arena *hit;   /* one stored article */
    ld_analyzer *analyzer;
    ld_search_memory search;       /* of the executors */
    ld_spelling_memory *spellings; /* NULL until an answer was poor */
    struct ld_workspace *next;
} ld_workspace;

typedef struct ld_workspaces {
    const lede_env *env;
    ld_mutex mutex;
    bool has_mutex;
    ld_workspace *idle; /* [idle_count] <= LD_WORKSPACES_IDLE_MAX */
    uint32_t idle_count;
} ld_workspaces;

lede_status ld_workspaces_init(ld_workspaces *all, const lede_env *env, lede_error *err);
void ld_workspaces_release(ld_workspaces *all); /* harmless on a cleared one */

/* An idle one, or a new one. Given back by ld_workspace_give; NULL is harmless there. Any thread.
 */
lede_status ld_workspace_take(ld_workspaces *all, const ld_profile *profile,
                              ld_workspace **workspace, lede_error *err);
void ld_workspace_give(ld_workspaces *all, ld_workspace *workspace);

#endif
