#ifndef LD_QUERY_PARSE_RANKED_H
#define LD_QUERY_PARSE_RANKED_H
/*
 * What the dialects of the news services share: connectors in words, each with a rank, and words
 * side by side that are a phrase. A dialect says how its connectors, fields and wildcards are
 * spelled; parse_ranked.c does the rest.
 */
#include "query/parse.h"

typedef enum ld_operator_kind {
    LD_OPERATOR_ADJACENT, /* nothing between two operands: side by side, in order */
    LD_OPERATOR_NEAR,
    LD_OPERATOR_OR,
    LD_OPERATOR_AND,
    LD_OPERATOR_AND_NOT,
    LD_OPERATOR_NOT, /* these two stand before one operand */
    LD_OPERATOR_WRAP
} ld_operator_kind;

typedef struct ld_operator {
    uint8_t kind;     /* ld_operator_kind */
    uint16_t rank;    /* the smaller one binds tighter; equal ones from left to right */
    ld_ast_node how;  /* NEAR, WRAP */
    size_t from, to;  /* bytes */
    const char *note; /* what to warn of when it is taken; NULL: nothing */
} ld_operator;

typedef struct ld_ranked {
    uint16_t or_rank, and_rank;
    bool quotes_exact; /* "..." asks for the spelling */
    /* The operator that begins with the run; false: none does. Takes nothing, warns of nothing. */
    bool (*find_operator)(ld_parser *p, const ld_item *run, ld_operator *op);
    /* Whether a field, a function or a date begins with the run. Takes nothing. */
    bool (*is_special)(ld_parser *p, const ld_item *run);
    /* Takes it: the node, or LD_AST_NONE where it was left out (with a warning) or is a modifier
     * of the parenthesis that follows (*modifier). */
    uint32_t (*take_special)(ld_parser *p, const ld_item *run, bool *modifier);
    /* The word with the wildcards of the lede dialect; at most as many bytes. */
    size_t (*spell_word)(ld_parser *p, const ld_item *run, char *out);
} ld_ranked;

uint32_t ld_parse_ranked(ld_parser *p, const ld_ranked *dialect);

/* ---- for the dialects ---- */
static inline ld_span ld_item_text(const ld_parser *p, const ld_item *item)
{
    return ld_span_sub(p->text, item->from, item->to - item->from);
}
/* The item at p->at; takes only the white space before it. Kinds END OPEN CLOSE BAR QUOTE RAW. */
ld_item ld_ranked_peek(ld_parser *p);
/* A unary operator that is part of a special thing: hd=, atleast5. */
void ld_ranked_wrap(ld_parser *p, const ld_ranked *dialect, const ld_operator *op);
/* What stands in the parenthesis or quotation at p->at, or the run there; taken. */
ld_span ld_ranked_take_value(ld_parser *p);
/* A date of up to five words, or one in a parenthesis or quotation; false: none, nothing taken. */
bool ld_ranked_take_date(ld_parser *p, int64_t *low, int64_t *high);
/* A filter for each of the values that "or" separates. */
uint32_t ld_ranked_filter(ld_parser *p, const ld_item *name, uint16_t column, ld_span values);
uint32_t ld_ranked_dates(ld_parser *p, const ld_item *name, uint16_t column, int64_t low,
                         int64_t high);
/* "english" and "en" are "en"; what is not known stays as it is. */
ld_span ld_language_code(ld_span name);
const char *ld_language_name(ld_span code); /* NULL: not known */

#endif
