#ifndef LD_ARTICLE_EXTRACT_H
#define LD_ARTICLE_EXTRACT_H
/*
 * Which of it is the story? One capture in, one article out; everything in the document's arena.
 *
 *   HTML -> charset -> tree (html/) -> metadata + body            (metadata.c, body.c, ...)
 *   TEXT, MARKDOWN -> lines -> headline, captions, body           (plain.c)
 *   FIELDS -> what the record states; a body in HTML is extracted as a fragment
 */
#include "base/arena.h"
#include "flow/article.h"
#include "flow/capture.h"

struct ld_body;
struct ld_sites;
struct ld_features;
struct ld_block_model;

/* Sees the blocks of a page with their features and scores, for training and measuring. */
typedef struct ld_block_probe {
    void *context;
    void (*see)(void *context, const struct ld_body *body, const struct ld_features *rows,
                const int32_t *scores);
} ld_block_probe;

typedef struct ld_extract_options {
    ld_span published;                  /* stated by the user, wins over the page; empty: none */
    ld_span source;                     /* the publication's name, stated by the user */
    ld_span language;                   /* stated by the user */
    const struct ld_block_model *model; /* NULL: the built-in one */
    const ld_block_probe *probe;        /* NULL: none */
    const struct ld_sites *sites;       /* finished: what is known of the page's site; NULL: none */
    struct ld_sites *taught;            /* being filled: learns of the page; the article is not to
                                           be used then, and a page that teaches nothing is not even
                                           parsed; NULL: none */
} ld_extract_options;

/*
 * Returns: LEDE_OK; LEDE_E_INVALID when there is no article to be had ("the page has no text"):
 * the capture is to be rejected with err->message; NOMEM; LIMIT (the arena's maximum was met).
 * The spans of the article live in the arena and in the capture's own memory.
 */
lede_status ld_article_extract(ld_arena *arena, const ld_capture *capture,
                               const ld_extract_options *options, ld_article *article,
                               lede_error *err);

#endif
