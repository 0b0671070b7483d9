#ifndef LD_HTML_NODE_H
#define LD_HTML_NODE_H
/*
 * Walking and reading the tree of a page (flow/page.h), without recursion. Every function takes
 * LD_NODE_NONE for a node and answers LD_NODE_NONE, an empty span or false for it.
 *
 *     for (ld_node n = root; n != LD_NODE_NONE; n = ld_node_next_in_document(page, n, root))
 *         if (ld_node_is(page, n, LD_TAG_P)) ...
 *
 * The children of a <template> stand directly under it in the tree: there is no content document.
 */
#include "flow/page.h"
#include "html/tag.h"

static inline const ld_page_node *ld_node_row(const ld_page *page, ld_node node)
{
    return &page->nodes[node];
}

static inline bool ld_node_is_element(const ld_page *page, ld_node node)
{
    return node != LD_NODE_NONE && page->nodes[node].kind == LD_NODE_KIND_ELEMENT;
}

static inline bool ld_node_is_text(const ld_page *page, ld_node node)
{
    return node != LD_NODE_NONE && page->nodes[node].kind == LD_NODE_KIND_TEXT;
}

/* An element of HTML's namespace with this tag. */
static inline bool ld_node_is(const ld_page *page, ld_node node, ld_tag tag)
{
    return ld_node_is_element(page, node) && page->nodes[node].tag == (uint16_t)tag &&
           page->nodes[node].name_space == LD_NS_HTML;
}

/* The tag of an element of HTML's namespace, else LD_TAG_UNKNOWN. */
static inline ld_tag ld_node_tag(const ld_page *page, ld_node node)
{
    return ld_node_is_element(page, node) && page->nodes[node].name_space == LD_NS_HTML
               ? (ld_tag)page->nodes[node].tag
               : LD_TAG_UNKNOWN;
}

static inline ld_node ld_node_parent(const ld_page *page, ld_node node)
{
    return node == LD_NODE_NONE ? LD_NODE_NONE : page->nodes[node].parent;
}

static inline ld_node ld_node_first_child(const ld_page *page, ld_node node)
{
    return node == LD_NODE_NONE ? LD_NODE_NONE : page->nodes[node].first_child;
}

static inline ld_node ld_node_next(const ld_page *page, ld_node node)
{
    return node == LD_NODE_NONE ? LD_NODE_NONE : page->nodes[node].next;
}

static inline ld_node ld_node_previous(const ld_page *page, ld_node node)
{
    return node == LD_NODE_NONE ? LD_NODE_NONE : page->nodes[node].previous;
}

/* Children and siblings that are elements. */
ld_node ld_node_first_child_element(const ld_page *page, ld_node node);
ld_node ld_node_next_element(const ld_page *page, ld_node node);
ld_node ld_node_previous_element(const ld_page *page, ld_node node);

/* Pre-order: the node after `node` in document order within the subtree of `root`. */
ld_node ld_node_next_in_document(const ld_page *page, ld_node node, ld_node root);
/* The same without entering the children of `node`. */
ld_node ld_node_next_skipping_children(const ld_page *page, ld_node node, ld_node root);

/* First HTML element with the tag in the subtree of root, root itself not counted. */
ld_node ld_node_find(const ld_page *page, ld_node root, ld_tag tag);
/* The next such element after `after` in document order (for a loop over all of them). */
ld_node ld_node_find_next(const ld_page *page, ld_node after, ld_node root, ld_tag tag);
/* node itself or its nearest ancestor that is an HTML element with the tag. */
ld_node ld_node_closest(const ld_page *page, ld_node node, ld_tag tag);
/* node is ancestor or one of its descendants. */
bool ld_node_is_within(const ld_page *page, ld_node node, ld_node ancestor);

/* <html>, <head>, <body> of a document; LD_NODE_NONE where the page has none (frameset, fragment).
 */
ld_node ld_page_root_element(const ld_page *page);
ld_node ld_page_head(const ld_page *page);
ld_node ld_page_body(const ld_page *page);

/*
 * The value of an attribute; name in lower case. data is NULL when the element does not have it
 * and not NULL when it is there, also when its value is empty.
 */
ld_span ld_node_attribute(const ld_page *page, ld_node node, ld_span name);
bool ld_node_has_attribute(const ld_page *page, ld_node node, ld_span name);
/* The attribute's value, taken as words between white space (class, rel, itemprop), has `word`;
 * ASCII case is ignored. */
bool ld_node_attribute_has_word(const ld_page *page, ld_node node, ld_span name, ld_span word);

/*
 * The text of all text nodes within `node`, as they stand (white space kept). Borrowed from the
 * page when it is one text node, else a copy in `arena`; data is NULL when memory was refused
 * (ld_arena_status tells), and not NULL for an empty text.
 */
ld_span ld_node_text(ld_arena *arena, const ld_page *page, ld_node node);
/* Its length in bytes, without making it. */
size_t ld_node_text_bytes(const ld_page *page, ld_node node);

#endif
