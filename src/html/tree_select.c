/*
 * <selectedcontent> shows a copy of the chosen option of its <select>. The standard makes the copy
 * whenever an option is closed; only the last one is seen in the end, so it is made once, here,
 * after the last token. The chosen option is the last one with `selected`, else the first.
 */
#include "html/node.h"
#include "html/tree.h"

static ld_node chosen_option(const ld_page *page, ld_node select)
{
    ld_node first = ld_node_find(page, select, LD_TAG_OPTION), chosen = first;
    for (ld_node n = first; n != LD_NODE_NONE;
         n = ld_node_find_next(page, n, select, LD_TAG_OPTION))
        if (ld_node_has_attribute(page, n, LD_SPAN("selected")))
            chosen = n;
    return chosen;
}

/* A copy of one node without its links; text and attributes are shared. */
static ld_node copy_node(ld_tree *t, ld_node node)
{
    ld_node copy = ld_tree_create(t, (ld_node_kind)t->page->nodes[node].kind);
    if (copy == LD_NODE_NONE)
        return copy;
    const ld_page_node *from = &t->page->nodes[node];
    ld_page_node *to = &t->page->nodes[copy];
    to->tag = from->tag;
    to->name_space = from->name_space;
    to->text = from->text;
    to->attribute_first = from->attribute_first;
    to->attribute_count = from->attribute_count;
    return copy;
}

/* Copies what stands in `from` into `to`, which stands outside of it and is empty. */
static void copy_children(ld_tree *t, ld_node from, ld_node to)
{
    ld_node n = ld_node_first_child(t->page, from), parent = to;
    while (n != LD_NODE_NONE) {
        ld_node copy = copy_node(t, n);
        if (copy == LD_NODE_NONE)
            return;
        ld_tree_append(t, parent, copy);
        if (t->page->nodes[n].first_child != LD_NODE_NONE) {
            parent = copy;
            n = t->page->nodes[n].first_child;
            continue;
        }
        while (n != from && t->page->nodes[n].next == LD_NODE_NONE) {
            n = t->page->nodes[n].parent;
            if (n != from)
                parent = t->page->nodes[parent].parent;
        }
        n = n == from ? LD_NODE_NONE : t->page->nodes[n].next;
    }
}

static void fill(ld_tree *t, ld_node select)
{
    ld_node shown = ld_node_find(t->page, select, LD_TAG_SELECTEDCONTENT);
    ld_node option = chosen_option(t->page, select);
    if (shown == LD_NODE_NONE || option == LD_NODE_NONE ||
        ld_node_has_attribute(t->page, select, LD_SPAN("multiple")) ||
        ld_node_closest(t->page, shown, LD_TAG_OPTION) != LD_NODE_NONE ||
        ld_node_closest(t->page, option, LD_TAG_SELECTEDCONTENT) != LD_NODE_NONE)
        return;
    while (t->page->nodes[shown].first_child != LD_NODE_NONE)
        ld_tree_detach(t, t->page->nodes[shown].first_child);
    copy_children(t, option, shown);
    t->may_be_deep = true;
}

void ld_tree_fill_selectedcontent(ld_tree *t)
{
    ld_node n = LD_NODE_DOCUMENT;
    while (n != LD_NODE_NONE && !t->is_full && !t->is_refused) {
        if (!ld_node_is(t->page, n, LD_TAG_SELECT)) {
            n = ld_node_next_in_document(t->page, n, LD_NODE_DOCUMENT);
            continue;
        }
        fill(t, n);
        n = ld_node_next_skipping_children(t->page, n, LD_NODE_DOCUMENT);
    }
}
