#ifndef LD_ENGINE_PUBLIC_ARTICLE_H
#define LD_ENGINE_PUBLIC_ARTICLE_H
/* The inner article as the public struct, and back. */
#include "base/arena.h"
#include "flow/article.h"
#include "lede/article.h"

/* Copies every text (NUL-terminated) into the arena. key may be empty. */
lede_status ld_article_to_public(ld_arena *arena, const ld_article *article, ld_span key,
                                 lede_article *out, lede_error *err);
/* Texts stay borrowed from `in`. INVALID for names that are none. */
lede_status ld_article_from_public(ld_arena *arena, const lede_article *in, ld_article *out,
                                   lede_error *err);
/* "2015", "2015-11", "2015-11-16" or "2015-11-16T08:09:10Z"; "" when not known. */
void ld_date_format_precise(lede_date_precision precision, int64_t utc_ms, char out[32]);

#endif
