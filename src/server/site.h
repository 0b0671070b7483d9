#ifndef LD_SERVER_SITE_H
#define LD_SERVER_SITE_H
/*
 * The archive being served: the newest generation, swapped while requests run.
 *
 *   acquire -> view (generation 7) ....... release        old generations end with their last user
 *              refresh: 8 is committed -> current = 8
 */
#include "base/thread.h"
#include "lede/search.h"
#include "server/answers.h"

typedef struct ld_site_view {
    lede_snapshot *snapshot;
    lede_snapshot_info info;
    ld_answers *answers; /* made of this generation */
    uint32_t users;      /* under the site's lock; the site itself is one while this is current */
} ld_site_view;

typedef struct ld_site {
    const lede_env *env;
    const char *dir;
    ld_mutex lock; /* of the fields below */
    ld_site_view *current;
    uint64_t checked_ns; /* when a newer generation was last looked for */
} ld_site;

/* Fails as lede_snapshot_open. Close with ld_site_close where it succeeded. */
lede_status ld_site_open(ld_site *site, const lede_env *env, const char *dir, lede_error *err);
/* Looks for a newer generation, at most once in LD_SERVER_REFRESH_MS, and takes it. After a failure
 * the generation at hand stays. Threads: any. */
lede_status ld_site_refresh(ld_site *site, lede_error *err);
lede_status ld_site_refresh_now(ld_site *site, lede_error *err); /* the same without the limit */
/* Opens what stands at the folder's name now and takes it, whatever its generation: after another
 * archive was put there. Fails as ld_site_open; then the one at hand stays. */
lede_status ld_site_reopen(ld_site *site, lede_error *err);
ld_site_view *ld_site_acquire(ld_site *site);
void ld_site_release(ld_site *site, ld_site_view *view);
void ld_site_close(ld_site *site); /* every view must have been released */

#endif
