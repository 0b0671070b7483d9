/*
 * Which parts of the page has its owner marked as the ones to search? (owner_marks.h)
 *
 *     <body> <nav> <main data-pagefind-body> <p> <aside data-pagefind-ignore> <p> ] [ <footer>
 *       |      x           |                  |        x                       |        x
 *      path            kept whole            kept   taken out                 kept    taken out
 *
 * The names and their meaning are those of Pagefind (https://pagefind.app/docs/indexing/): sites
 * that carry them for it need no others. The tree is cut before the body is looked for, so that
 * blocks, captions and comments all keep to it. Cost: one look at the names of the attributes of a
 * page without marks; one walk of the tree, and the ancestors of each marked element up to the
 * first that is known, of a page with them.
 */
#include "article/owner_marks.h"

#include "html/node.h"

static bool is_ignored(const ld_page *page, ld_node node)
{
    return ld_node_has_attribute(page, node, LD_SPAN("data-pagefind-ignore"));
}

static bool is_body(const ld_page *page, ld_node node)
{
    return ld_node_has_attribute(page, node, LD_SPAN("data-pagefind-body"));
}

static bool has_marks(const ld_page *page)
{
    for (uint32_t i = 0; i < page->attribute_count; i++)
        if (ld_span_equal(page->attributes[i].name, LD_SPAN("data-pagefind-ignore")) ||
            ld_span_equal(page->attributes[i].name, LD_SPAN("data-pagefind-body")))
            return true;
    return false;
}

static void take_out(ld_page *page, ld_node node)
{
    ld_page_node *row = &page->nodes[node];
    ld_page_node *parent = &page->nodes[row->parent];
    if (row->previous != LD_NODE_NONE)
        page->nodes[row->previous].next = row->next;
    else
        parent->first_child = row->next;
    if (row->next != LD_NODE_NONE)
        page->nodes[row->next].previous = row->previous;
    else
        parent->last_child = row->previous;
    row->parent = row->previous = row->next = LD_NODE_NONE;
}

/* Sets is_path of the ancestors of marked elements within root. Returns whether there are any. */
static bool find_paths(const ld_page *page, ld_node root, bool *is_path)
{
    bool found = false;
    for (ld_node n = root; n != LD_NODE_NONE; n = ld_node_next_in_document(page, n, root)) {
        if (!is_body(page, n))
            continue;
        found = true;
        for (ld_node up = n; up != root && !is_path[page->nodes[up].parent];) {
            up = page->nodes[up].parent;
            is_path[up] = true;
        }
    }
    return found;
}

bool ld_owner_marks_apply(ld_page *page, ld_node root)
{
    if (root == LD_NODE_NONE || !has_marks(page))
        return false;
    for (ld_node n = ld_node_next_in_document(page, root, root), next; n != LD_NODE_NONE;
         n = next) {
        bool is_out = is_ignored(page, n);
        next = is_out ? ld_node_next_skipping_children(page, n, root)
                      : ld_node_next_in_document(page, n, root);
        if (is_out)
            take_out(page, n);
    }
    bool *is_path = ld_arena_alloc_zero(page->arena, page->node_count * sizeof *is_path);
    if (!is_path || !find_paths(page, root, is_path))
        return false;
    if (is_body(page, root))
        return true;
    for (ld_node n = ld_node_next_in_document(page, root, root), next; n != LD_NODE_NONE;
         n = next) {
        bool is_kept = is_body(page, n);
        next = !is_kept && is_path[n] ? ld_node_next_in_document(page, n, root)
                                      : ld_node_next_skipping_children(page, n, root);
        if (!is_kept && !is_path[n])
            take_out(page, n);
    }
    return true;
}
