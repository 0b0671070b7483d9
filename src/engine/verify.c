#include "engine/finding.h"
#include "index/snapshot.h"
#include "lede/archive.h"

lede_status lede_archive_verify(const lede_env *env, const char *dir, int deep,
                                void (*problem)(void *ctx, const char *sentence), void *ctx,
                                lede_error *err)
{
    ld_finding_listener l = {problem, ctx};
    return ld_archive_check(env ? env : lede_env_system(), dir, deep != 0, ld_finding_tell, &l,
                            err);
}
