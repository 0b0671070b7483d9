#ifndef LD_ARTICLE_STORY_H
#define LD_ARTICLE_STORY_H
/*
 * The article while it is being made: lists that still grow, and the few operations on text that
 * every file of this folder needs. Functions that make text answer an empty span when the arena
 * refuses; ld_article_extract asks the arena once at the end.
 */
#include "article/extract.h"
#include "article/sites.h"
#include "base/arena.h"
#include "base/limits.h"

typedef struct ld_story {
    ld_arena *arena;
    const ld_capture *capture;
    const ld_extract_options *options; /* never NULL */
    ld_article *article;               /* single fields are set in place */
    lede_status status;                /* of what was taught to options->taught */
    lede_error error;
    ld_site_page site_page; /* of an HTML page */
    ld_span base_url;       /* absolute, what relative addresses are seen from; or empty */
    ld_span *authors;       /* [author_count], distinct */
    uint32_t author_count, author_capacity;
    ld_span *tags; /* [tag_count], distinct */
    uint32_t tag_count, tag_capacity;
    ld_block *blocks; /* [block_count] */
    uint32_t block_count, block_capacity;
    ld_span *comments; /* [comment_count], distinct */
    uint32_t comment_count, comment_capacity;
    ld_span *image_alternatives; /* [image_alternative_count], distinct */
    uint32_t image_alternative_count, image_alternative_capacity;
    ld_caption *captions; /* [caption_count], distinct */
    uint32_t caption_count, caption_capacity;
    uint64_t *caption_keys; /* [caption_count] ld_text_key of text */
    uint32_t caption_key_capacity;
} ld_story;

void ld_story_init(ld_story *story, ld_arena *arena, const ld_capture *capture,
                   const ld_extract_options *options, ld_article *article);
/* Each takes folded text; what is empty or there already is left out, and what passes the
 * maximum of base/limits.h sets article->truncated. */
void ld_story_add_author(ld_story *story, ld_span name);
void ld_story_add_tag(ld_story *story, ld_span tag);
void ld_story_add_comment(ld_story *story, ld_span text);
void ld_story_add_image_alternative(ld_story *story, ld_span text);
void ld_story_add_block(ld_story *story, ld_block_kind kind, uint8_t level, uint8_t flags,
                        ld_span text);
/* credit empty: it is split off the text where one stands at its end. */
void ld_story_add_caption(ld_story *story, ld_span text, ld_span credit);
bool ld_story_has_caption(const ld_story *story, ld_span text);
/* Takes body blocks away that are the headline or a caption once more, finds dateline and agency,
 * counts the lead where lead_block_count is still 0, and hands the lists to the article. */
void ld_story_finish(ld_story *story);

/* Valid UTF-8 without control and zero-width characters, every run of white space (also U+00A0
 * and its kin) one space, none at the ends. */
ld_span ld_text_fold(ld_arena *arena, ld_span s);
/* The same for text that may hold character references once more, as metadata often does. */
ld_span ld_text_fold_escaped(ld_arena *arena, ld_span s);
/* Equal for texts that differ in white space, punctuation or ASCII case only; 0 for no text. */
uint64_t ld_text_key(ld_span s);
uint32_t ld_text_word_count(ld_span s); /* runs between spaces */
/* Ends in . ! ? or their kin, closing quotes and brackets passed over. */
bool ld_text_ends_sentence(ld_span s);
/* The word stands in the text, ASCII case ignored, no letter or digit on either side; its place,
 * or SIZE_MAX. */
size_t ld_text_find_word(ld_span s, ld_span word);
/* s without `prefix` (ASCII case ignored) where a non-letter follows it; else data is NULL. */
ld_span ld_text_after_word(ld_span s, ld_span prefix);
/* Of each byte: 1 a letter, 2 a digit, 0 neither. Bytes above 0x7f count as letters. */
extern const uint8_t ld_text_classes[256];
static inline bool ld_text_is_letter(char c)
{
    return ld_text_classes[(unsigned char)c] == 1;
}
static inline bool ld_text_is_digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}
static inline bool ld_text_is_word_byte(char c)
{
    return ld_text_classes[(unsigned char)c] != 0;
}
static inline char ld_text_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}
/* Opens with an upper-case letter of the Latin, Greek or Cyrillic script, or one without case. */
bool ld_text_is_capitalized(ld_span s);

#endif
