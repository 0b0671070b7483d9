#ifndef LD_FLOW_PAGE_H
#define LD_FLOW_PAGE_H
/*
 * html/ -> article/: the tree of one page, as the WHATWG parser builds it, in one arena.
 *
 * Nodes are rows of one array and name each other by index; node 0 is the document. Text is
 * UTF-8, entities resolved. The tree is valid until its arena is reset. html/node.h walks it.
 *
 * Not every row is in the tree: a row without a parent (the document aside) was taken out again.
 */
#include "base/arena.h"

typedef uint32_t ld_node;
#define LD_NODE_NONE     UINT32_MAX
#define LD_NODE_DOCUMENT 0u

typedef enum ld_node_kind {
    LD_NODE_KIND_DOCUMENT,
    LD_NODE_KIND_DOCTYPE,
    LD_NODE_KIND_ELEMENT,
    LD_NODE_KIND_TEXT,
    LD_NODE_KIND_COMMENT
} ld_node_kind;

typedef enum ld_namespace { LD_NS_HTML, LD_NS_SVG, LD_NS_MATHML } ld_namespace;

typedef struct ld_page_attribute {
    ld_span name;  /* lower case; "xlink:href" with its prefix for adjusted foreign ones */
    ld_span value; /* entities resolved */
} ld_page_attribute;

typedef struct ld_page_node {
    ld_node parent, first_child, last_child, previous, next; /* LD_NODE_NONE where there is none */
    uint32_t attribute_first; /* into ld_page.attributes; of a text node: no meaning */
    uint16_t attribute_count; /* a doctype has "public" and "system" where they are given */
    uint16_t tag;             /* ld_tag of html/tag.h; LD_TAG_UNKNOWN for names it does not list */
    uint8_t kind;             /* ld_node_kind */
    uint8_t name_space;       /* ld_namespace */
    ld_span text;             /* text, comment: the data; element: its name; doctype: its name */
} ld_page_node;

typedef struct ld_page {
    ld_arena *arena;     /* owns everything below; borrowed from the caller */
    ld_page_node *nodes; /* [node_count] */
    uint32_t node_count;
    ld_page_attribute *attributes; /* [attribute_count] */
    uint32_t attribute_count;
    ld_span encoding; /* the WHATWG name of the encoding used ("UTF-8") */
    bool quirks;
    bool truncated; /* a maximum of base/limits.h bit */
} ld_page;

#endif
