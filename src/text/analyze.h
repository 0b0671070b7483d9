#ifndef LD_TEXT_ANALYZE_H
#define LD_TEXT_ANALYZE_H
/*
 * The analyser: an article's texts become the tokens of flow/token.h, and a query's words become
 * the same terms. Whatever makes two spellings meet is done here once, for both.
 *
 *   ld_analyzer_new(env, &settings, &a, err)
 *   for each document:
 *       ld_analyze_begin(a, arena, language, err)
 *       ld_analyze_zone(a, LD_ZONE_TITLE, title, true, err)
 *       ld_analyze_zone(a, LD_ZONE_BODY, first_paragraph, true, err)
 *       ld_analyze_zone(a, LD_ZONE_BODY, second_paragraph, true, err) ...
 *       ld_analyze_finish(a, &list, err)
 *
 * Offsets: the pieces of a zone are joined by "\n\n" (two bytes), and ld_token.text_offset counts
 * in that joined text. A blank line inside a piece is a paragraph's end as well, so that handing
 * over the joined text at once gives the same tokens as piece by piece.
 */
#include "base/arena.h"
#include "flow/token.h"

/* Rises with every change of what terms, forms, case classes or positions a text has. */
#define LD_ANALYZER_VERSION 1u

/* What an archive's profile keeps. All false is the profile `plain`. */
typedef struct ld_analysis {
    bool stem;         /* terms are stems by the document's language; else terms are forms */
    bool case_classes; /* else every word is LD_CASE_LOWER */
    bool marks;        /* sentence and paragraph flags; else flags are 0 */
} ld_analysis;

/* Beside the arena an analyser holds its stemmers and at most so much. */
#define LD_ANALYZER_BYTES_MAX ((512u << 10) + 64u)

typedef struct ld_analyzer ld_analyzer; /* one thread at a time */

lede_status ld_analyzer_new(const lede_env *env, const ld_analysis *settings,
                            ld_analyzer **analyzer, lede_error *err);
void ld_analyzer_free(ld_analyzer *analyzer); /* NULL is harmless */

/* Begins a document. language: ISO 639-1 code or longer tag; "" or one without a stemmer: terms are
 * forms. Everything made until finish lives in the arena; a failure needs no finish. */
lede_status ld_analyze_begin(ld_analyzer *a, ld_arena *arena, ld_span language, lede_error *err);
/* One piece of a zone; zones come in the order of ld_zone (INVALID else). text: valid UTF-8,
 * untouched until finish. paragraph_start: its first word begins a paragraph (a piece always begins
 * a sentence). NOMEM or LIMIT: the arena, or a zone of more than 4 GiB. */
lede_status ld_analyze_zone(ld_analyzer *a, uint8_t zone, ld_span text, bool paragraph_start,
                            lede_error *err);
/* The tokens, in the arena. */
lede_status ld_analyze_finish(ld_analyzer *a, ld_token_list *list, lede_error *err);

/* A word of a query, as it may stand in the archive. */
typedef struct ld_query_word {
    ld_span form;         /* folded exact spelling, 1..LD_TERM_BYTES_MAX bytes */
    const ld_span *terms; /* [term_count], distinct: the keys under which it may be filed */
    uint32_t term_count;  /* at least 1 */
    uint32_t text_offset, text_bytes; /* in the query's text, as written */
    uint8_t case_class;               /* ld_case_class, LOWER when the profile keeps no case */
    bool joined; /* no white space between the word before and this one (`e-mail`): a
                    phrase, like the words of one pair of quotes */
} ld_query_word;

/* The words of a piece of query, by the path of documents, in the arena. languages: those in which
 * documents were analysed; "" among them, or none at all, stands for documents without a stemmer.
 * At most LD_QUERY_TERMS_MAX words; the rest of the text is not read. */
lede_status ld_analyze_query(ld_analyzer *a, ld_arena *arena, ld_span text,
                             const char *const *languages, uint32_t language_count,
                             ld_query_word **words, uint32_t *count, lede_error *err);

#endif
