#include "server/site.h"
#include "base/limits.h"

static lede_status open_view(ld_site *site, ld_site_view **view, lede_error *err)
{
    *view = NULL;
    ld_site_view *v = ld_alloc_zero(site->env, sizeof *v);
    if (!v)
        return ld_error_nomem(err, sizeof *v);
    v->users = 1;
    lede_status status = lede_snapshot_open(site->env, site->dir, &v->snapshot, err);
    if (status == LEDE_OK)
        status = lede_snapshot_get_info(v->snapshot, &v->info, err);
    if (status == LEDE_OK)
        status = ld_answers_new(site->env, &v->answers, err);
    if (status != LEDE_OK) {
        lede_snapshot_free(v->snapshot);
        ld_release(site->env, v, sizeof *v);
        return status;
    }
    *view = v;
    return LEDE_OK;
}

lede_status ld_site_open(ld_site *site, const lede_env *env, const char *dir, lede_error *err)
{
    *site = (ld_site){.env = env, .dir = dir, .checked_ns = ld_clock_monotonic_ns(env)};
    LD_TRY(ld_mutex_init(&site->lock, err));
    lede_status status = open_view(site, &site->current, err);
    if (status != LEDE_OK)
        ld_mutex_release(&site->lock);
    return status;
}

ld_site_view *ld_site_acquire(ld_site *site)
{
    ld_mutex_lock(&site->lock);
    ld_site_view *view = site->current;
    view->users++;
    ld_mutex_unlock(&site->lock);
    return view;
}

void ld_site_release(ld_site *site, ld_site_view *view)
{
    ld_mutex_lock(&site->lock);
    bool last = --view->users == 0;
    ld_mutex_unlock(&site->lock);
    if (!last)
        return;
    ld_answers_free(view->answers);
    lede_snapshot_free(view->snapshot);
    ld_release(site->env, view, sizeof *view);
}

/* One caller at a time gets true: the one whose turn it is to look. */
static bool is_due(ld_site *site)
{
    uint64_t now_ns = ld_clock_monotonic_ns(site->env);
    ld_mutex_lock(&site->lock);
    bool due = now_ns - site->checked_ns >= LD_SERVER_REFRESH_MS * 1000000ull;
    if (due)
        site->checked_ns = now_ns;
    ld_mutex_unlock(&site->lock);
    return due;
}

lede_status ld_site_refresh(ld_site *site, lede_error *err)
{
    return is_due(site) ? ld_site_refresh_now(site, err) : LEDE_OK;
}

lede_status ld_site_refresh_now(ld_site *site, lede_error *err)
{
    int stale = 0;
    ld_site_view *next = NULL;
    ld_site_view *view = ld_site_acquire(site);
    lede_status status = lede_snapshot_is_stale(view->snapshot, &stale, err);
    ld_site_release(site, view);
    if (status != LEDE_OK || !stale)
        return status;
    LD_TRY(open_view(site, &next, err));
    ld_mutex_lock(&site->lock);
    bool is_newer = next->info.generation > site->current->info.generation;
    ld_site_view *old = is_newer ? site->current : next; /* another thread may have been first */
    if (is_newer)
        site->current = next;
    ld_mutex_unlock(&site->lock);
    ld_site_release(site, old);
    return LEDE_OK;
}

lede_status ld_site_reopen(ld_site *site, lede_error *err)
{
    ld_site_view *next;
    LD_TRY(open_view(site, &next, err));
    ld_mutex_lock(&site->lock);
    ld_site_view *old = site->current;
    site->current = next;
    ld_mutex_unlock(&site->lock);
    ld_site_release(site, old);
    return LEDE_OK;
}

void ld_site_close(ld_site *site)
{
    ld_site_release(site, site->current);
    ld_mutex_release(&site->lock);
}
