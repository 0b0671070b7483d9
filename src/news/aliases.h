#ifndef LD_NEWS_ALIASES_H
#define LD_NEWS_ALIASES_H
/* Which names of a story mean the same? aliases.c has the rules. */
#include "base/arena.h"
#include "news/quotes.h" /* ld_text_place */

typedef enum ld_alias_kind {
    LD_ALIAS_SHORT = 0, /* International Cocoa Organization (ICCO) */
    LD_ALIAS_NAMED,     /* Islamic State group (or Daesh); X, also known as Y */
    LD_ALIAS_INITIALS   /* IS, and Islamic State elsewhere in the story */
} ld_alias_kind;
extern const char *const ld_alias_kind_names[LD_ALIAS_INITIALS + 1];

typedef struct ld_alias {
    uint8_t kind;              /* ld_alias_kind */
    ld_text_place full, other; /* two places that name the same */
} ld_alias;

#define LD_ALIASES_MAX 256u /* of one article */

/* Paragraphs: headline, body, captions in any order. NOMEM, LIMIT. */
lede_status ld_aliases_find(ld_arena *arena, const ld_span *paragraphs, uint32_t paragraph_count,
                            const ld_alias **aliases, uint32_t *count, lede_error *err);
/* An acronym is found only where it is written as one. */
bool ld_alias_is_acronym(ld_span name);

#endif
