#ifndef LD_ENGINE_PIPELINE_H
#define LD_ENGINE_PIPELINE_H
/* Sources in, articles (and documents) out, in the order of the sources whatever the jobs. */
#include "base/arena.h"
#include "flow/article.h"
#include "flow/capture.h"
#include "flow/segment.h"
#include "lede/article.h"

typedef struct ld_pipeline ld_pipeline; /* one thread at a time */

typedef struct ld_pipeline_options {
    const ld_profile *profile; /* make documents under it; NULL: articles only */
    size_t memory_max_bytes;   /* all arenas and page copies together */
} ld_pipeline_options;

typedef enum ld_item_kind {
    LD_ITEM_END,
    LD_ITEM_ARTICLE,
    LD_ITEM_REJECT,
    LD_ITEM_SKIP
} ld_item_kind;

typedef struct ld_pipeline_item {
    ld_item_kind kind;
    ld_span path;   /* as typed and from there on; UTF-8, NUL-terminated */
    ld_span reason; /* of a reject or skip, NUL-terminated */
    ld_span key;    /* explicit id of the capture, else empty */
    uint64_t body_bytes;
    uint64_t source_bytes_done;  /* of the sources' files, when it was read */
    const ld_article *article;   /* ARTICLE */
    const ld_document *document; /* ARTICLE, with a profile; without its key */
    ld_arena *arena;             /* of the item, for more of the same lifetime */
} ld_pipeline_item;

/* paths and options are borrowed until ld_pipeline_free. */
lede_status ld_pipeline_new(const lede_env *env, const char *const *paths, size_t path_count,
                            const lede_source_options *source, const ld_pipeline_options *options,
                            ld_pipeline **pipeline, lede_error *err);
/* *item is borrowed until the next call. CANCELLED, IO, NOMEM. */
lede_status ld_pipeline_next(ld_pipeline *p, const ld_pipeline_item **item, lede_error *err);
/* Bytes of all files of the sources, 0 where that is not known; a walk over the folders. */
uint64_t ld_pipeline_measure(const ld_pipeline *p);
void ld_pipeline_free(ld_pipeline *p);

#endif
