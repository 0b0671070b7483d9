#ifndef LD_ENGINE_DOCUMENT_H
#define LD_ENGINE_DOCUMENT_H
/*
 * An article as index/ takes it: zones of text, tokens, columns, stored bytes, content hash.
 * And the way back, for showing: the zone texts of a stored article, as they were analysed.
 */
#include "base/arena.h"
#include "flow/article.h"
#include "flow/segment.h"
#include "text/analyze.h"

/* The paragraphs of each zone, in the order of analysis. `joined` has them with "\n\n" between,
 * which is what ld_token.text_offset points into. */
typedef struct ld_zone_text {
    const ld_span *paragraphs; /* [paragraph_count] */
    uint32_t paragraph_count;
    ld_span joined;
} ld_zone_text;

lede_status ld_article_zones(ld_arena *arena, const ld_article *article, const ld_profile *profile,
                             ld_zone_text zones[LD_ZONES_MAX], lede_error *err);
/* Tokens of the zones under the profile's rules, in the article's language. */
lede_status ld_zones_analyze(ld_arena *arena, ld_analyzer *analyzer, ld_span language,
                             const ld_zone_text zones[LD_ZONES_MAX], ld_token_list *tokens,
                             lede_error *err);
/* Everything but the key, which depends on what the archive holds (identity.h). */
lede_status ld_document_make(ld_arena *arena, ld_analyzer *analyzer, const ld_profile *profile,
                             const ld_article *article, ld_document *document, lede_error *err);
/* An analyser for the profile. */
lede_status ld_profile_analyzer(const lede_env *env, const ld_profile *profile,
                                ld_analyzer **analyzer, lede_error *err);

#endif
