#ifndef LD_QUERY_PARSE_H
#define LD_QUERY_PARSE_H
/*
 * What the dialects share: reading the next operand (word, quotation, field, function name), the
 * pending modifiers, the frames of open parentheses, warnings with offsets. A dialect's own file
 * has only its operators and their precedence.
 */
#include "query/ast.h"

/* What stands before a word or parenthesis and applies to it. */
typedef struct ld_prefixes {
    ld_ast_node items[LD_QUERY_PREFIXES_MAX]; /* [count], outermost first; ZONE, CASE, ATLEAST,
                                                 SAID, OPTIONAL */
    uint32_t count;
    bool negated;
    size_t at; /* byte where the first one stands */
} ld_prefixes;

/* One open parenthesis; frame 0 is the whole query. */
typedef struct ld_frame {
    ld_prefixes prefixes; /* of the operand that comes next in this frame */
    ld_ast_list ands;     /* finished operands */
    size_t at;            /* byte of the parenthesis */
    /* lede */
    ld_ast_list ors;    /* operands joined by OR so far */
    uint32_t near_left; /* LD_AST_NONE: none */
    ld_ast_node near_how;
    size_t near_at;
    bool or_pending, near_pending;
    bool negate; /* NOT stands before the operand being gathered */
    /* lexis, factiva */
    uint32_t operand_base, operator_base; /* what the parser held when the frame was opened */
    bool has_operand;                     /* the newest thing in it is one */
    bool was_dropped; /* an operand was left out, with a warning, where one is wanted now */
    /* lucene */
    uint32_t clause;      /* the newest, not yet in `ands`; LD_AST_NONE: none */
    uint8_t clause_occur; /* ld_occur */
    uint8_t next_occur, next_conjunction;
} ld_frame;

typedef struct ld_parser {
    ld_arena *arena;
    ld_query *q;
    const ld_query_options *options;
    ld_span text;         /* valid UTF-8 */
    size_t at;            /* next byte */
    size_t counted_bytes; /* offsets in code points are counted on from here */
    uint32_t counted_chars;
    ld_frame *frames;       /* [LD_QUERY_DEPTH_MAX + 1] */
    uint32_t depth;         /* the open frame */
    uint32_t skipped_depth; /* parentheses beyond the maximum, read as if they were not there */
    bool full;              /* LD_QUERY_TERMS_MAX was met and said */
    uint32_t *operands;     /* [operand_count] nodes; lexis, factiva */
    uint32_t operand_count, operand_capacity;
    struct ld_operator *operators; /* [operator_count] */
    uint32_t operator_count, operator_capacity;
} ld_parser;

typedef enum ld_item_kind {
    LD_ITEM_END,
    LD_ITEM_OPEN,  /* ( */
    LD_ITEM_CLOSE, /* ) */
    LD_ITEM_BAR,   /* | or || */
    LD_ITEM_MINUS, /* - before something */
    LD_ITEM_PLUS,  /* + before something */
    LD_ITEM_RAW,   /* a run of characters: a word, an operator, a field */
    LD_ITEM_QUOTE, /* a quotation begins */
    LD_ITEM_EXACT, /* = before a word or quotation */
    LD_ITEM_REGEX  /* "/" expression "/" */
} ld_item_kind;

typedef struct ld_item {
    uint8_t kind;    /* ld_item_kind */
    size_t from, to; /* bytes */
} ld_item;

/* Skips white space and tells what comes next, without taking it. */
ld_item ld_parse_peek(ld_parser *p);
/*
 * Takes the operand that begins at the item (RAW, QUOTE, EXACT, REGEX): a leaf node with the
 * frame's modifiers applied, or LD_AST_NONE where it was a modifier itself, a directive, or
 * nothing.
 */
uint32_t ld_parse_operand(ld_parser *p, const ld_item *item);
/* A run that is an operator elsewhere, read as words. */
uint32_t ld_parse_as_phrase(ld_parser *p, const ld_item *item);
/* Applies and clears the frame's modifiers. */
uint32_t ld_parse_apply(ld_parser *p, ld_frame *f, uint32_t node);
/* Says that modifiers stand before nothing, and clears them. */
void ld_parse_drop_prefixes(ld_parser *p, ld_frame *f);
/* ( : opens a frame; false where the nesting is too deep and the parenthesis was skipped. */
bool ld_parse_open(ld_parser *p, const ld_item *item);
/* ) : false where there is nothing to close. The dialect joins the frame before. */
bool ld_parse_may_close(ld_parser *p, const ld_item *item);
void ld_parse_frame_init(ld_frame *f, size_t at);
/* Runs that mean something by themselves in the lede dialect, where an operator may stand. */
bool ld_parse_is_operator(ld_span raw);
/* w/5, pre/3, near/5, w/s, w/p, w/seg */
bool ld_parse_near(ld_span raw, ld_ast_node *how);
uint8_t ld_parse_unit(ld_span name); /* ld_ast_unit of "s", "p", "seg" and their longer names */

void ld_parse_warn(ld_parser *p, size_t from, size_t to, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
uint32_t ld_parse_chars(ld_parser *p, size_t byte); /* offset in code points */

/* ---- for the dialects' files ---- */
void ld_parse_skip_space(ld_parser *p);
uint32_t ld_parse_char_at(const ld_parser *p, size_t at); /* 0 at the end */
size_t ld_parse_run_end(const ld_parser *p, size_t at);
bool ld_parse_is_quote(uint32_t code_point);
bool ld_parse_has_letter(ld_span s);
/* A copy without quotation marks, white space folded. */
ld_span ld_parse_clean(ld_parser *p, ld_span s);
/* The quotation at `from`, cleaned; moves p->at behind its closing mark. */
ld_span ld_parse_quotation(ld_parser *p, size_t from);
/* A leaf with the frame's modifiers applied; LD_AST_NONE where the query has too many. */
uint32_t ld_parse_leaf(ld_parser *p, ld_ast_node *leaf, size_t from, size_t to);
/* A modifier of the operand that comes next. */
void ld_parse_prefix(ld_parser *p, size_t from, size_t to, const ld_ast_node *how);
/* caps allcaps nocaps atleastN optional hlead: what stands before a parenthesis. */
bool ld_parse_function(ld_span name, ld_ast_node *how);

/* The dialects: the root, LD_AST_NONE when nothing was asked. */
uint32_t ld_parse_lede(ld_parser *p);
uint32_t ld_parse_lucene(ld_parser *p);
uint32_t ld_parse_lexis(ld_parser *p);
uint32_t ld_parse_factiva(ld_parser *p);

/* ---- parse_value.c: what stands behind a column's name ---- */
/* "10", "10..20", "10..", "..20", ">10", ">=10", "<10", "<=10" */
bool ld_parse_number_range(ld_span value, bool is_double, int64_t *low, int64_t *high);
/* The same with dates, and "since monday", "from may to july 2015", "until 2014" ... */
bool ld_parse_date_range(ld_span value, int64_t now_utc_ms, int64_t *low, int64_t *high);
typedef enum ld_date_side { LD_DATE_IN, LD_DATE_AFTER, LD_DATE_BEFORE, LD_DATE_SINCE } ld_date_side;
/* after:, before:, since: one date */
bool ld_parse_date_side(ld_span value, ld_date_side side, int64_t now_utc_ms, int64_t *low,
                        int64_t *high);
/* Both ends inclusive; reads back as the same range. */
void ld_format_date_range(int64_t low, int64_t high, char out[64]);

/* ---- parse_date.c: all of one day, month, season ... of which the words speak ---- */
bool ld_parse_date(ld_span words, int64_t now_utc_ms, int64_t *low, int64_t *high);
/* "since X", "after X", "before X", "until X", "from X to Y", "between X and Y", "X to Y". */
bool ld_parse_date_words(ld_span words, int64_t now_utc_ms, int64_t *low, int64_t *high);

#endif
