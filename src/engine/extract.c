/* lede_extractor: the pipeline without an archive. */
#include "engine/options.h"
#include "engine/pipeline.h"
#include "engine/public_article.h"

#define EXTRACT_MEMORY_BYTES ((size_t)512 << 20)

struct lede_extractor {
    const lede_env *env;
    lede_source_options options;
    ld_pipeline *pipeline;
    lede_article article;
};

lede_status lede_extractor_new(const lede_env *env, const char *const *paths, size_t path_count,
                               const lede_source_options *options, lede_extractor **extractor,
                               lede_error *err)
{
    *extractor = NULL;
    env = env ? env : lede_env_system();
    lede_extractor *x = ld_alloc_zero(env, sizeof *x);
    if (!x)
        return ld_error_nomem(err, sizeof *x);
    x->env = env;
    x->options = (lede_source_options)LEDE_SOURCE_OPTIONS_INIT;
    ld_options_take(&x->options, sizeof x->options, options);
    const ld_pipeline_options pipeline = {.memory_max_bytes = EXTRACT_MEMORY_BYTES};
    lede_status status = ld_source_options_check(&x->options, err);
    if (status == LEDE_OK)
        status = ld_pipeline_new(env, paths, path_count, &x->options, &pipeline, &x->pipeline, err);
    if (status != LEDE_OK) {
        lede_extractor_free(x);
        return status;
    }
    *extractor = x;
    return LEDE_OK;
}

lede_status lede_extractor_next(lede_extractor *x, lede_extract_event *event,
                                const lede_article **article, const char **path,
                                const char **reason, lede_error *err)
{
    const ld_pipeline_item *item;
    *event = LEDE_EXTRACT_END;
    *article = NULL;
    *path = *reason = "";
    do
        LD_TRY(ld_pipeline_next(x->pipeline, &item, err));
    while (item->kind == LD_ITEM_SKIP);
    if (item->kind == LD_ITEM_END)
        return LEDE_OK;
    *path = item->path.data;
    if (item->kind == LD_ITEM_REJECT) {
        *event = LEDE_EXTRACT_REJECT;
        *reason = item->reason.data;
        return LEDE_OK;
    }
    LD_TRY(ld_article_to_public(item->arena, item->article, item->key, &x->article, err));
    *event = LEDE_EXTRACT_ARTICLE;
    *article = &x->article;
    return LEDE_OK;
}

void lede_extractor_free(lede_extractor *x)
{
    if (!x)
        return;
    ld_pipeline_free(x->pipeline);
    ld_release(x->env, x, sizeof *x);
}
