#ifndef LD_QUERY_AST_H
#define LD_QUERY_AST_H
/*
 * What was asked, whatever the dialect: one tree of nodes in one array.
 *
 *   hollande (metro OR "pavement café"~2) -title:putin date:2015-11
 *
 *   AND ─┬─ WORD hollande
 *        ├─ OR ─┬─ WORD metro
 *        │      └─ PHRASE pavement café, slop 2
 *        ├─ NOT ── ZONE title ── WORD putin
 *        └─ FILTER published 2015-11-01 .. 2015-11-30
 *
 * A child is always made before its parent, so children have smaller indices: a bottom-up pass is a
 * loop over the array, a top-down pass the same loop backwards, and no pass needs recursion.
 * Leaves keep the text as written; the analyser of the archive splits it when the query is planned.
 *
 * Shapes that hold for every tree (the make functions keep them):
 *   - AND in AND and OR in OR are flattened; both have at least two children;
 *   - OPTIONAL stands only directly under AND, and an AND with OPTIONAL children also has one that
 *     is neither OPTIONAL nor NOT;
 *   - NOT has no NOT below it; ZONE, CASE, ATLEAST and SAID have no NOT directly below them.
 */
#include "query/search.h"

#define LD_AST_NONE         UINT32_MAX
#define LD_AST_COLUMN_URL   UINT16_MAX       /* not a column: the article's key */
#define LD_AST_COLUMN_EVENT (UINT16_MAX - 1) /* not a column: the days that a text speaks of */

typedef enum ld_ast_kind {
    LD_AST_WORD,     /* text as written; may become a phrase ("e-mail") */
    LD_AST_PHRASE,   /* text between the quotes; slop */
    LD_AST_ALL,      /* every article ("*") */
    LD_AST_FILTER,   /* a column's value; does not score */
    LD_AST_AND,      /* every child that is neither OPTIONAL nor NOT, and no child of a NOT */
    LD_AST_OR,       /* any child */
    LD_AST_NOT,      /* one child */
    LD_AST_OPTIONAL, /* one child: it scores, it need not be there */
    LD_AST_NEAR,     /* two children within `distance` */
    LD_AST_ZONE,     /* one child, words only in the zones of `zones` */
    LD_AST_CASE,     /* one child, words only in the case classes of `cases` */
    LD_AST_ATLEAST,  /* one child, standing at least `count` times */
    LD_AST_SAID      /* what `text` (a speaker's name) said: no child, or one that stands in it */
} ld_ast_kind;

typedef enum ld_ast_match {
    LD_AST_MATCH_STEM,  /* the word and its inflections; * and ? in the text are wildcards */
    LD_AST_MATCH_EXACT, /* ="as spelt" (folded), no wildcards */
    LD_AST_MATCH_FUZZY, /* spellings within `edits` */
    LD_AST_MATCH_REGEX  /* spellings that the expression takes (automaton.h) */
} ld_ast_match;

typedef enum ld_ast_order {
    LD_AST_NEAR_ANY,     /* a w/5 b */
    LD_AST_NEAR_ORDERED, /* a pre/3 b */
    LD_AST_NEAR_WITHOUT  /* a not w/5 b: a where no b is within 5 */
} ld_ast_order;

/* What a connector counts: words, or it asks for one sentence, paragraph or run of text. */
typedef enum ld_ast_unit {
    LD_AST_UNIT_WORD,      /* w/5 */
    LD_AST_UNIT_SENTENCE,  /* w/s */
    LD_AST_UNIT_PARAGRAPH, /* w/p */
    LD_AST_UNIT_TEXT       /* w/seg: one zone, lead and body together */
} ld_ast_unit;

/* Keyword filters compare without regard to ASCII case; numbers and dates are ranges. */
typedef enum ld_ast_filter {
    LD_AST_FILTER_KEYWORD, /* column's keyword is `text`; with `prefix`: starts with it */
    LD_AST_FILTER_SITE,    /* is `text` or ends with ".text" */
    LD_AST_FILTER_NUMBER,  /* low <= number <= high, as stored */
    LD_AST_FILTER_URL,     /* the article's key is `text`; with `prefix`: starts with it */
    LD_AST_FILTER_EVENT    /* the text speaks of a day in low .. high, utc_ms */
} ld_ast_filter;

#define LD_AST_CASES_ALL 15u /* bits 1 << ld_case_class */
#define LD_AST_ZONES_ALL 0xFFFFu

typedef struct ld_ast_node {
    uint8_t kind;      /* ld_ast_kind */
    uint8_t match;     /* WORD, PHRASE: ld_ast_match */
    uint8_t edits;     /* WORD, fuzzy: 1..2 */
    uint8_t order;     /* NEAR: ld_ast_order */
    uint8_t unit;      /* NEAR: ld_ast_unit */
    uint8_t filter;    /* FILTER: ld_ast_filter */
    uint8_t cases;     /* CASE: set of bits, never empty */
    bool prefix;       /* FILTER: text is the start of the value */
    uint16_t zones;    /* ZONE: set of bits 1 << zone, never empty */
    uint16_t column;   /* FILTER */
    uint16_t height;   /* 1 for leaves, else 1 + that of the highest child */
    uint32_t slop;     /* PHRASE: unused positions allowed between its words */
    uint32_t distance; /* NEAR: positions, >= 1; 0 for other units than words */
    uint32_t count;    /* ATLEAST: >= 1 */
    int64_t low, high; /* FILTER, number: inclusive */
    ld_span text;      /* WORD, PHRASE, SAID, FILTER (number: as written, empty for dates) */
    uint32_t offset_chars, length_chars; /* where it was written */
    uint32_t first_child, next;          /* LD_AST_NONE: none */
    uint32_t parent;                     /* LD_AST_NONE: the root */
} ld_ast_node;

struct ld_query {
    ld_ast_node *nodes; /* [node_count] */
    uint32_t node_count, node_capacity;
    uint32_t root; /* LD_AST_NONE: nothing was asked */
    const ld_profile *profile;
    uint8_t dialect;
    bool sort_given;
    uint8_t sort; /* ld_sort */
    bool versions_all;
    bool alias_off;             /* words stand for themselves, not for other names of the same */
    uint8_t dup;                /* ld_dup */
    uint32_t leaf_count;        /* words, phrases, filters: <= LD_QUERY_TERMS_MAX */
    ld_query_warning *warnings; /* [warning_count] <= LD_QUERY_WARNINGS_MAX */
    uint32_t warning_count, warning_capacity;
    struct ld_languages *languages; /* words were stemmed for; filled by a search, so that the marks
                                       of its hits mean the same words. count 0: no search yet */
};

/* Each answers the new node, or LD_AST_NONE when the arena refused (its status says so). */
uint32_t ld_ast_leaf(ld_query *q, ld_arena *arena, const ld_ast_node *leaf);
uint32_t ld_ast_not(ld_query *q, ld_arena *arena, uint32_t child);
uint32_t ld_ast_optional(ld_query *q, ld_arena *arena, uint32_t child);
uint32_t ld_ast_near(ld_query *q, ld_arena *arena, uint32_t left, uint32_t right,
                     const ld_ast_node *how);
/* how->kind ZONE, CASE, ATLEAST or SAID, with its values. */
uint32_t ld_ast_wrap(ld_query *q, ld_arena *arena, uint32_t child, const ld_ast_node *how);

/* Children being gathered for an AND or OR; they are chained by `next`. */
typedef struct ld_ast_list {
    uint32_t first, last, count;
} ld_ast_list;
static inline ld_ast_list ld_ast_list_empty(void)
{
    return (ld_ast_list){LD_AST_NONE, LD_AST_NONE, 0};
}
void ld_ast_list_add(ld_query *q, ld_ast_list *list, uint32_t node);
/* kind AND or OR; one child is answered as itself, none as LD_AST_NONE. */
uint32_t ld_ast_join(ld_query *q, ld_arena *arena, ld_ast_kind kind, ld_ast_list *list);

/* Sets the root and the parents, and drops nodes that flattening left without one. Called once, at
 * the end of a parse. */
lede_status ld_ast_finish(ld_query *q, ld_arena *arena, uint32_t root, lede_error *err);
bool ld_ast_equal(const ld_query *a, const ld_query *b);

/* The zones of a profile by name, for parser and echo: mask of bits, 0 when it is no zone. */
uint16_t ld_ast_zones_find(const ld_profile *profile, ld_span name);
/* The name of a mask that ld_ast_zones_find answers; NULL when there is none. */
const char *ld_ast_zones_name(const ld_profile *profile, uint16_t zones);
extern const char *const ld_dup_names[LD_DUP_MODERATE + 1]; /* behind "dup:" */
/* Columns that a query may name. */
typedef struct ld_ast_column {
    const char *name;
    uint16_t column;
    uint8_t filter; /* ld_ast_filter */
    bool is_date, is_double;
} ld_ast_column;
bool ld_ast_column_find(const ld_profile *profile, ld_span name, ld_ast_column *column);
bool ld_ast_column_by_id(const ld_profile *profile, uint16_t id, uint8_t filter,
                         ld_ast_column *column);

#endif
