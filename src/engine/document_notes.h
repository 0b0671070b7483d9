#ifndef LD_ENGINE_DOCUMENT_NOTES_H
#define LD_ENGINE_DOCUMENT_NOTES_H
/* What news/ remarks about an article, as notes at the positions of its tokens. */
#include "engine/document.h"

/* English, or not known to be another language. */
bool ld_article_is_english(const ld_article *article);
/* The paragraphs that speech is looked for in: lead and body. *paragraphs: [*count] */
lede_status ld_story_paragraphs(ld_arena *arena, const ld_zone_text zones[LD_ZONES_MAX],
                                const ld_span **paragraphs, uint32_t *count, lede_error *err);
/* Fills notes and note_count of the document; its tokens are there already. */
lede_status ld_document_notes(ld_arena *arena, const ld_article *article,
                              const ld_zone_text zones[LD_ZONES_MAX], ld_document *document,
                              lede_error *err);

#endif
