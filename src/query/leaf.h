#ifndef LD_QUERY_LEAF_H
#define LD_QUERY_LEAF_H
/* Which words does a leaf of the query ask for? Its text through the archive's analyser, patterns
 * kept apart. Planner and marks both read leaves through here, so they mean the same words. */
#include "query/ast.h"

typedef enum ld_element_kind {
    LD_ELEMENT_STEM,    /* any of `terms` */
    LD_ELEMENT_FORM,    /* the spelling `text` */
    LD_ELEMENT_PATTERN, /* spellings that match `text` */
    LD_ELEMENT_FUZZY,   /* spellings within `edits` of `text` */
    LD_ELEMENT_GAP      /* any one position ("war * terror") */
} ld_element_kind;

#define LD_PATTERN_RUN '\x01' /* in the text of a pattern: any characters, also none */
#define LD_PATTERN_ONE '\x02' /* any one character */

typedef struct ld_element {
    uint8_t kind; /* ld_element_kind */
    uint8_t edits;
    uint32_t offset;      /* positions from the first element */
    ld_span text;         /* folded; PATTERN: with LD_PATTERN_... */
    const ld_span *terms; /* STEM: [term_count] distinct */
    uint32_t term_count;
} ld_element;

/* The languages a word is stemmed for; "" stands for documents without a stemmer. */
typedef struct ld_languages {
    const char *codes[LD_QUERY_LANGUAGES_MAX]; /* [count] */
    uint32_t count;
    char text[LD_QUERY_LANGUAGES_MAX][8];
} ld_languages;
void ld_languages_add(ld_languages *l, ld_span code); /* distinct; longer than 7 bytes: ignored */

/* GAPs are left out and remembered in the offsets: every element that is answered is a word. */
lede_status ld_leaf_elements(ld_arena *arena, ld_analyzer *analyzer, const ld_ast_node *leaf,
                             const ld_languages *languages, const ld_element **elements,
                             uint32_t *count, lede_error *err);

/* The bytes before the first wildcard. */
ld_span ld_pattern_literal(ld_span pattern);
bool ld_pattern_matches(ld_span pattern, ld_span spelling);
/* Insertions, deletions, replacements and swaps of neighbours, in code points (optimal string
 * alignment, Damerau 1964); edits_max <= 2. */
bool ld_spelling_within(ld_span a, ld_span b, uint32_t edits_max);
/* Whether a spelling is one the element asks for; FORM, PATTERN, FUZZY. */
bool ld_element_matches(const ld_element *e, ld_span spelling);

#endif
