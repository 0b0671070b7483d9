#include "engine/workspace.h"

#include "engine/document.h"

static void workspace_free(const lede_env *env, ld_workspace *w)
{
    ld_analyzer_free(w->analyzer);
    ld_search_memory_release(&w->search);
    ld_spelling_memory_free(w->spellings);
    ld_arena_free(w->query);
    ld_arena_free(w->hit);
    ld_release(env, w, sizeof *w);
}

static lede_status workspace_new(const lede_env *env, const ld_profile *profile,
                                 ld_workspace **workspace, lede_error *err)
{
    ld_workspace *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    lede_status status = ld_arena_new(env, LD_QUERY_ARENA_BYTES_MAX, &w->query, err);
    if (status == LEDE_OK)
        status = ld_arena_new(env, 8u * (size_t)LD_STORED_DOC_BYTES_MAX, &w->hit, err);
    if (status == LEDE_OK)
        status = ld_profile_analyzer(env, profile, &w->analyzer, err);
    if (status == LEDE_OK)
        status = ld_search_memory_init(&w->search, env, err);
    if (status != LEDE_OK)
        workspace_free(env, w);
    else
        *workspace = w;
    return status;
}

lede_status ld_workspaces_init(ld_workspaces *all, const lede_env *env, lede_error *err)
{
    *all = (ld_workspaces){.env = env};
    LD_TRY(ld_mutex_init(&all->mutex, err));
    all->has_mutex = true;
    return LEDE_OK;
}

void ld_workspaces_release(ld_workspaces *all)
{
    while (all->idle) {
        ld_workspace *w = all->idle;
        all->idle = w->next;
        workspace_free(all->env, w);
    }
    if (all->has_mutex)
        ld_mutex_release(&all->mutex);
    all->has_mutex = false;
}

lede_status ld_workspace_take(ld_workspaces *all, const ld_profile *profile,
                              ld_workspace **workspace, lede_error *err)
{
    ld_mutex_lock(&all->mutex);
    ld_workspace *w = all->idle;
    if (w) {
        all->idle = w->next;
        all->idle_count--;
    }
    ld_mutex_unlock(&all->mutex);
    *workspace = w;
    return w ? LEDE_OK : workspace_new(all->env, profile, workspace, err);
}

/* A workspace that one large search has made large is not kept. */
static bool is_small(const ld_workspace *w)
{
    return ld_arena_used_bytes(w->query) + ld_arena_used_bytes(w->hit) +
               ld_arena_used_bytes(w->search.cursors) <=
           LD_WORKSPACE_KEPT_BYTES_MAX;
}

void ld_workspace_give(ld_workspaces *all, ld_workspace *w)
{
    if (!w)
        return;
    bool keeps = is_small(w);
    ld_arena_reset(w->query);
    ld_arena_reset(w->hit);
    ld_mutex_lock(&all->mutex);
    keeps = keeps && all->idle_count < LD_WORKSPACES_IDLE_MAX;
    if (keeps) {
        w->next = all->idle;
        all->idle = w;
        all->idle_count++;
    }
    ld_mutex_unlock(&all->mutex);
    if (!keeps)
        workspace_free(all->env, w);
}
