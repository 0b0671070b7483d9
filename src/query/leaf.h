#ifndef LD_QUERY_LEAF_H
#define LD_QUERY_LEAF_H
/* Which words does a leaf of the query ask for? Its text through the archive's analyser, patterns
 * kept apart. Planner and marks both read leaves through here, so they mean the same words. */
#include "query/ast.h"
#include "query/automaton.h"

typedef enum ld_element_kind {
    LD_ELEMENT_STEM,    /* any of `terms` */
    LD_ELEMENT_FORM,    /* the spelling `text` */
    LD_ELEMENT_PATTERN, /* spellings that match `text` */
    LD_ELEMENT_FUZZY,   /* spellings within `edits` of `text` */
    LD_ELEMENT_REGEX,   /* spellings that the expression `text` takes */
    LD_ELEMENT_GAP      /* any one position ("war * terror") */
} ld_element_kind;

typedef struct ld_element {
    uint8_t kind; /* ld_element_kind */
    uint8_t edits;
    uint32_t offset;      /* positions from the first element */
    ld_span text;         /* folded; PATTERN: with LD_PATTERN_... */
    const ld_span *terms; /* STEM: [term_count] distinct */
    uint32_t term_count;
    const ld_automaton *automaton; /* PATTERN, FUZZY, REGEX */
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

/* Whether a spelling is one the element asks for; any kind but STEM and GAP. */
bool ld_element_matches(const ld_element *e, ld_span spelling);

#endif
