#ifndef LD_HTML_TREE_H
#define LD_HTML_TREE_H
/*
 * What the files of tree construction share: the parser's state (HTML standard, 13.2.4) and the
 * steps that more than one group of insertion modes takes.
 *
 *   tree.c         the loop over tokens, foreign or not, insertion modes, the end
 *   tree_nodes.c   nodes and links: create, insert, move, text, attributes
 *   tree_stack.c   the stack of open elements: push, pop, scopes, implied ends
 *   tree_format.c  the list of active formatting elements, the adoption agency
 *   tree_head.c    initial .. after head
 *   tree_body.c    in body: start tags, tree_body_end.c: end tags and text
 *   tree_table.c   in table .. in cell
 *   tree_frame.c   template, framesets, after body
 *   tree_foreign.c SVG and MathML
 *   tree_select.c  <selectedcontent>, once the tree stands
 *
 * Bounds. The stack of open elements holds LD_HTML_DEPTH_MAX entries; when it is full the current
 * element is closed before the next one opens, which so becomes its sibling. The list of active
 * formatting elements holds LD_HTML_FORMATTING_MAX since the last marker. Every search goes over
 * one of these two, so a token costs a bounded number of steps; the nodes one page may have are
 * bounded by its length and by LD_HTML_NODES_MAX. Moves of the adoption agency can make the tree
 * itself deeper than the stack ever was: a last pass flattens what is too deep (tree.c).
 */
#include "html/parse.h"
#include "html/tokenizer.h"

/* A mode takes a token and says whether the token is to be looked at again in the mode set now. */
typedef enum ld_mode {
    LD_MODE_INITIAL,
    LD_MODE_BEFORE_HTML,
    LD_MODE_BEFORE_HEAD,
    LD_MODE_IN_HEAD,
    LD_MODE_IN_HEAD_NOSCRIPT,
    LD_MODE_AFTER_HEAD,
    LD_MODE_IN_BODY,
    LD_MODE_TEXT,
    LD_MODE_IN_TABLE,
    LD_MODE_IN_TABLE_TEXT,
    LD_MODE_IN_CAPTION,
    LD_MODE_IN_COLUMN_GROUP,
    LD_MODE_IN_TABLE_BODY,
    LD_MODE_IN_ROW,
    LD_MODE_IN_CELL,
    LD_MODE_IN_TEMPLATE,
    LD_MODE_AFTER_BODY,
    LD_MODE_IN_FRAMESET,
    LD_MODE_AFTER_FRAMESET,
    LD_MODE_AFTER_AFTER_BODY,
    LD_MODE_AFTER_AFTER_FRAMESET,
    LD_MODE_COUNT
} ld_mode;

/* What the algorithm asks of an open element, worked out once when it is pushed. */
#define LD_OPEN_SPECIAL     1u  /* of the category "special" */
#define LD_OPEN_SCOPE       2u  /* ends "in scope" */
#define LD_OPEN_TABLE_SCOPE 4u  /* ends "in table scope" */
#define LD_OPEN_IMPLIED     8u  /* its end tag may be implied */
#define LD_OPEN_MARKER      16u /* put a marker into the formatting list */
#define LD_OPEN_HTML_POINT  32u /* HTML integration point */
#define LD_OPEN_MATH_POINT  64u /* MathML text integration point */

typedef struct ld_open {
    ld_node node;
    uint16_t tag; /* ld_tag, in name_space */
    uint8_t name_space;
    uint8_t flags; /* LD_OPEN_... */
} ld_open;

typedef struct ld_formatting {
    ld_node node; /* LD_NODE_NONE: a marker */
    uint16_t tag;
    uint64_t attributes_hash; /* two elements with equal ones count as equal (Noah's Ark) */
} ld_formatting;

/* Where a node goes: before `before`, or last where that is LD_NODE_NONE. */
typedef struct ld_place {
    ld_node parent, before;
} ld_place;

typedef enum ld_scope { LD_SCOPE_DEFAULT, LD_SCOPE_BUTTON, LD_SCOPE_LIST, LD_SCOPE_TABLE } ld_scope;

typedef struct ld_tree {
    ld_arena *arena; /* borrowed */
    ld_page *page;   /* borrowed, being filled */
    ld_tokenizer tokenizer;
    ld_html_token token; /* the one being looked at */

    uint32_t node_capacity, attribute_capacity, node_count_max;
    bool is_refused;  /* the arena refused; parsing stops */
    bool is_full;     /* node_count_max was met; parsing stops */
    bool may_be_deep; /* the stack was full, or nodes with children were moved */

    uint8_t mode, original_mode; /* ld_mode */
    bool is_scripting, is_fragment, is_frameset_ok, is_fostering;
    bool skips_line_break; /* the next token, when it opens with a line break (<pre>) */
    bool has_selectedcontent;
    bool is_mode_stale;              /* the full stack closed an element that a mode relies on */
    ld_open context;                 /* of a fragment */
    ld_node head, form;              /* LD_NODE_NONE: none */
    uint32_t merged_attribute_count; /* looked at for later <html> and <body> tags */

    ld_open stack[LD_HTML_DEPTH_MAX];
    uint32_t depth;
    ld_formatting formatting[LD_HTML_FORMATTING_LIST_MAX];
    uint32_t formatting_count;
    uint8_t template_modes[LD_HTML_DEPTH_MAX];
    uint32_t template_count;

    ld_span *table_text; /* [table_text_count] pieces of text seen in a table, not yet placed */
    uint32_t table_text_count, table_text_capacity;
} ld_tree;

/* ---- tree.c ---- */
/* utf8 and arena outlive the page; page->arena and page->encoding are the caller's to set. */
lede_status ld_tree_build(ld_arena *arena, ld_span utf8, const ld_html_options *options,
                          bool is_fragment, ld_page *page, lede_error *err);
void ld_tree_reset_mode(ld_tree *t);
bool ld_tree_dispatch(ld_tree *t, ld_mode mode); /* "using the rules for" a mode */
/* Takes the white space off the front of the text token and returns it. */
ld_span ld_tree_take_space(ld_tree *t);
bool ld_tree_is_space(ld_span s);
/* The element's content is text up to its end tag. */
void ld_tree_open_raw(ld_tree *t, ld_tokenizer_state state);

/* ---- tree_nodes.c ---- */
ld_node ld_tree_create(ld_tree *t, ld_node_kind kind);
void ld_tree_append(ld_tree *t, ld_node parent, ld_node node);
void ld_tree_insert(ld_tree *t, ld_place place, ld_node node);
void ld_tree_detach(ld_tree *t, ld_node node);
void ld_tree_move_children(ld_tree *t, ld_node from, ld_node to);
/* The appropriate place for inserting a node; target LD_NODE_NONE: the current node. */
ld_place ld_tree_place(ld_tree *t, ld_node target);
/* Each creates the element of the token; insert and push also put it at its place. */
ld_node ld_tree_insert_void(ld_tree *t);
ld_node ld_tree_push_element(ld_tree *t);
ld_node ld_tree_push_named(ld_tree *t, ld_tag tag); /* without attributes */
ld_node ld_tree_push_foreign(ld_tree *t, ld_namespace name_space, bool stays_open);
ld_node ld_tree_clone(ld_tree *t, ld_node node); /* the element without its place and children */
void ld_tree_insert_text(ld_tree *t, ld_span text, bool is_stable);
void ld_tree_insert_comment(ld_tree *t, ld_node parent); /* LD_NODE_NONE: the current place */
void ld_tree_insert_doctype(ld_tree *t);
void ld_tree_merge_attributes(ld_tree *t, ld_node node);
/* Of names and values, whatever their order. */
uint64_t ld_tree_attributes_hash(const ld_tree *t, ld_node node);
ld_span ld_tree_token_attribute(const ld_tree *t, ld_span name);

/* ---- tree_stack.c ---- */
static inline const ld_open *ld_tree_current(const ld_tree *t)
{
    return &t->stack[t->depth - 1];
}
static inline bool ld_open_is(const ld_open *open, ld_tag tag)
{
    return open->tag == (uint16_t)tag && open->name_space == LD_NS_HTML;
}
static inline bool ld_tree_current_is(const ld_tree *t, ld_tag tag)
{
    return ld_open_is(ld_tree_current(t), tag);
}
/* LD_OPEN_... of an element; encoding: its attribute, for <annotation-xml>. */
uint8_t ld_tree_flags(uint16_t tag, ld_namespace name_space, ld_span encoding);
ld_open ld_tree_describe(const ld_tree *t, ld_node node);
void ld_tree_push(ld_tree *t, ld_node node);
void ld_tree_make_room(ld_tree *t); /* for one element on the stack */
void ld_tree_pop(ld_tree *t);       /* never the root */
void ld_tree_pop_to(ld_tree *t, uint32_t depth);
void ld_tree_stack_remove(ld_tree *t, uint32_t index);
/* Index of an open node or HTML element from the top; UINT32_MAX when it is not open. */
uint32_t ld_tree_stack_find_node(const ld_tree *t, ld_node node);
uint32_t ld_tree_stack_find(const ld_tree *t, ld_tag tag);
bool ld_tree_in_scope(const ld_tree *t, ld_tag tag, ld_scope scope);
bool ld_tree_heading_in_scope(const ld_tree *t);
bool ld_tree_node_in_scope(const ld_tree *t, ld_node node);
void ld_tree_pop_through(ld_tree *t, ld_tag tag); /* up to and with the nearest one, if open */
void ld_tree_imply_ends(ld_tree *t, ld_tag except);
void ld_tree_imply_ends_thoroughly(ld_tree *t);
void ld_tree_close_p(ld_tree *t); /* where one is open in button scope */
bool ld_tag_is_heading(uint16_t tag);

/* ---- tree_format.c ---- */
void ld_tree_format_push(ld_tree *t, ld_node node, uint16_t tag);
void ld_tree_format_marker(ld_tree *t);
void ld_tree_format_clear(ld_tree *t); /* up to the last marker */
void ld_tree_format_remove(ld_tree *t, uint32_t index);
uint32_t ld_tree_format_find(const ld_tree *t, uint16_t tag); /* since the last marker */
uint32_t ld_tree_format_find_node(const ld_tree *t, ld_node node);
void ld_tree_reconstruct(ld_tree *t);
/* False: no formatting element, the end tag is any other one. */
bool ld_tree_adopt(ld_tree *t, uint16_t tag);

/* ---- one function a mode ---- */
bool ld_mode_initial(ld_tree *t);
bool ld_mode_before_html(ld_tree *t);
bool ld_mode_before_head(ld_tree *t);
bool ld_mode_in_head(ld_tree *t);
bool ld_mode_in_head_noscript(ld_tree *t);
bool ld_mode_after_head(ld_tree *t);
bool ld_mode_in_body(ld_tree *t);
bool ld_mode_in_body_end_tag(ld_tree *t);
void ld_mode_in_body_text(ld_tree *t);
void ld_mode_in_body_other_end_tag(ld_tree *t);
bool ld_mode_text(ld_tree *t);
bool ld_mode_in_table(ld_tree *t);
bool ld_mode_in_table_text(ld_tree *t);
bool ld_mode_in_caption(ld_tree *t);
bool ld_mode_in_column_group(ld_tree *t);
bool ld_mode_in_table_body(ld_tree *t);
bool ld_mode_in_row(ld_tree *t);
bool ld_mode_in_cell(ld_tree *t);
bool ld_mode_in_template(ld_tree *t);
bool ld_mode_after_body(ld_tree *t);
bool ld_mode_in_frameset(ld_tree *t);
bool ld_mode_after_frameset(ld_tree *t);
bool ld_mode_after_after_body(ld_tree *t);
bool ld_mode_after_after_frameset(ld_tree *t);
/* The template's end tag, wherever it is met. */
void ld_tree_close_template(ld_tree *t);

/* ---- tree_select.c ---- */
void ld_tree_fill_selectedcontent(ld_tree *t);

/* ---- tree_foreign.c ---- */
bool ld_tree_foreign(ld_tree *t);
void ld_foreign_adjust(ld_page_attribute *attributes, uint32_t count, ld_namespace name_space);
ld_span ld_foreign_svg_name(ld_span lower_name);

#endif
