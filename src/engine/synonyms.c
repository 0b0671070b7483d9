#include "engine/synonyms.h"

#include "base/env.h"
#include "base/limits.h"

struct lede_synonyms {
    const lede_env *env;
    ld_arena *arena;
    const ld_synonyms *inner; /* the arena's */
};

const ld_synonyms *ld_synonyms_of(const lede_synonyms *synonyms)
{
    return synonyms ? synonyms->inner : NULL;
}

lede_status lede_synonyms_parse(const lede_env *env, const char *text, size_t text_bytes,
                                lede_synonyms **synonyms, lede_error *err)
{
    *synonyms = NULL;
    env = env ? env : lede_env_system();
    lede_synonyms *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    lede_status status = ld_arena_new(env, LD_QUERY_ARENA_BYTES_MAX, &s->arena, err);
    if (status == LEDE_OK)
        status = ld_synonyms_parse(s->arena, ld_span_of(text, text_bytes), &s->inner, err);
    if (status != LEDE_OK) {
        lede_synonyms_free(s);
        return status;
    }
    *synonyms = s;
    return LEDE_OK;
}

void lede_synonyms_free(lede_synonyms *s)
{
    if (!s)
        return;
    ld_arena_free(s->arena);
    ld_release(s->env, s, sizeof *s);
}
