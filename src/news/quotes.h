#ifndef LD_NEWS_QUOTES_H
#define LD_NEWS_QUOTES_H
/* Who says what? quotes.c has the rules. */
#include "base/arena.h"

typedef enum ld_quote_kind {
    LD_QUOTE_STATED = 0, /* in quotation marks, its paragraph names the speaker */
    LD_QUOTE_INFERRED,   /* in quotation marks, the speaker stands around it, or nobody does */
    LD_QUOTE_REPORTED    /* told in the paper's words: "police believe" */
} ld_quote_kind;
extern const char *const ld_quote_kind_names[LD_QUOTE_REPORTED + 1];

/* A place in one of the paragraphs; bytes 0: none. */
typedef struct ld_text_place {
    uint32_t paragraph, offset, bytes;
} ld_text_place;

typedef struct ld_quote {
    uint8_t kind;          /* ld_quote_kind */
    ld_text_place content; /* without the quotation marks */
    ld_text_place speaker; /* the words that name the speaker there: "he", "police", "Mr Valls" */
    ld_text_place name;    /* the fullest name of the same speaker in the text; may be empty */
    ld_text_place cue;     /* "said" */
} ld_quote;

/* English; at most LD_QUOTES_MAX, ascending by content. Paragraphs: valid UTF-8, each below
 * UINT32_MAX / 2 bytes. NOMEM, LIMIT. */
lede_status ld_quotes_find(ld_arena *arena, const ld_span *paragraphs, uint32_t paragraph_count,
                           const ld_quote **quotes, uint32_t *count, lede_error *err);

#define LD_QUOTES_MAX 4096u /* of one article; a parliament's minutes have hundreds */

#endif
