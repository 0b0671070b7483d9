#include <stdio.h>

#include "index/snapshot.h"
#include "lede/archive.h"

typedef struct listener {
    void (*problem)(void *ctx, const char *sentence);
    void *ctx;
} listener;

static void tell(void *ctx, const lede_error *finding)
{
    const listener *l = ctx;
    char sentence[sizeof finding->message + sizeof finding->where + 64];
    if (!l->problem)
        return;
    snprintf(sentence, sizeof sentence, "%s%s%s", finding->where, finding->where[0] ? ": " : "",
             finding->message);
    l->problem(l->ctx, sentence);
}

lede_status lede_archive_verify(const lede_env *env, const char *dir, int deep,
                                void (*problem)(void *ctx, const char *sentence), void *ctx,
                                lede_error *err)
{
    listener l = {problem, ctx};
    return ld_archive_check(env ? env : lede_env_system(), dir, deep != 0, tell, &l, err);
}
