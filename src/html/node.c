#include "html/node.h"

ld_node ld_node_next_element(const ld_page *page, ld_node node)
{
    if (node == LD_NODE_NONE)
        return node;
    do
        node = page->nodes[node].next;
    while (node != LD_NODE_NONE && page->nodes[node].kind != LD_NODE_KIND_ELEMENT);
    return node;
}

ld_node ld_node_previous_element(const ld_page *page, ld_node node)
{
    if (node == LD_NODE_NONE)
        return node;
    do
        node = page->nodes[node].previous;
    while (node != LD_NODE_NONE && page->nodes[node].kind != LD_NODE_KIND_ELEMENT);
    return node;
}

ld_node ld_node_first_child_element(const ld_page *page, ld_node node)
{
    ld_node child = ld_node_first_child(page, node);
    return child == LD_NODE_NONE || ld_node_is_element(page, child)
               ? child
               : ld_node_next_element(page, child);
}

ld_node ld_node_next_skipping_children(const ld_page *page, ld_node node, ld_node root)
{
    while (node != LD_NODE_NONE && node != root) {
        if (page->nodes[node].next != LD_NODE_NONE)
            return page->nodes[node].next;
        node = page->nodes[node].parent;
    }
    return LD_NODE_NONE;
}

ld_node ld_node_next_in_document(const ld_page *page, ld_node node, ld_node root)
{
    if (node == LD_NODE_NONE)
        return node;
    ld_node child = page->nodes[node].first_child;
    return child != LD_NODE_NONE ? child : ld_node_next_skipping_children(page, node, root);
}

ld_node ld_node_find_next(const ld_page *page, ld_node after, ld_node root, ld_tag tag)
{
    do
        after = ld_node_next_in_document(page, after, root);
    while (after != LD_NODE_NONE && !ld_node_is(page, after, tag));
    return after;
}

ld_node ld_node_find(const ld_page *page, ld_node root, ld_tag tag)
{
    return ld_node_find_next(page, root, root, tag);
}

ld_node ld_node_closest(const ld_page *page, ld_node node, ld_tag tag)
{
    while (node != LD_NODE_NONE && !ld_node_is(page, node, tag))
        node = page->nodes[node].parent;
    return node;
}

bool ld_node_is_within(const ld_page *page, ld_node node, ld_node ancestor)
{
    while (node != LD_NODE_NONE && node != ancestor)
        node = page->nodes[node].parent;
    return node != LD_NODE_NONE;
}

static ld_node child_with_tag(const ld_page *page, ld_node node, ld_tag tag)
{
    ld_node child = ld_node_first_child_element(page, node);
    while (child != LD_NODE_NONE && !ld_node_is(page, child, tag))
        child = ld_node_next_element(page, child);
    return child;
}

ld_node ld_page_root_element(const ld_page *page)
{
    return page->node_count == 0 ? LD_NODE_NONE
                                 : child_with_tag(page, LD_NODE_DOCUMENT, LD_TAG_HTML);
}

ld_node ld_page_head(const ld_page *page)
{
    return child_with_tag(page, ld_page_root_element(page), LD_TAG_HEAD);
}

ld_node ld_page_body(const ld_page *page)
{
    return child_with_tag(page, ld_page_root_element(page), LD_TAG_BODY);
}

ld_span ld_node_attribute(const ld_page *page, ld_node node, ld_span name)
{
    if (!ld_node_is_element(page, node))
        return (ld_span){NULL, 0};
    const ld_page_node *row = &page->nodes[node];
    const ld_page_attribute *attributes = page->attributes + row->attribute_first;
    for (uint32_t i = 0; i < row->attribute_count; i++)
        if (ld_span_equal(attributes[i].name, name))
            return attributes[i].value;
    return (ld_span){NULL, 0};
}

bool ld_node_has_attribute(const ld_page *page, ld_node node, ld_span name)
{
    return ld_node_attribute(page, node, name).data != NULL;
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

bool ld_node_attribute_has_word(const ld_page *page, ld_node node, ld_span name, ld_span word)
{
    ld_span value = ld_node_attribute(page, node, name);
    for (size_t from = 0; from < value.bytes;) {
        size_t end = from;
        while (end < value.bytes && !is_space(value.data[end]))
            end++;
        if (ld_span_equal_nocase(ld_span_of(value.data + from, end - from), word))
            return word.bytes > 0;
        from = end + 1;
    }
    return false;
}

size_t ld_node_text_bytes(const ld_page *page, ld_node node)
{
    size_t bytes = 0;
    for (ld_node n = node; n != LD_NODE_NONE; n = ld_node_next_in_document(page, n, node))
        if (page->nodes[n].kind == LD_NODE_KIND_TEXT)
            bytes += page->nodes[n].text.bytes;
    return bytes;
}

ld_span ld_node_text(ld_arena *arena, const ld_page *page, ld_node node)
{
    ld_span only = LD_SPAN("");
    size_t bytes = 0;
    uint32_t count = 0;
    for (ld_node n = node; n != LD_NODE_NONE; n = ld_node_next_in_document(page, n, node)) {
        if (page->nodes[n].kind != LD_NODE_KIND_TEXT)
            continue;
        only = page->nodes[n].text;
        bytes += only.bytes;
        count++;
    }
    if (count <= 1)
        return only;
    char *text = ld_arena_alloc(arena, bytes), *to = text;
    if (!text)
        return (ld_span){NULL, 0};
    for (ld_node n = node; n != LD_NODE_NONE; n = ld_node_next_in_document(page, n, node)) {
        if (page->nodes[n].kind != LD_NODE_KIND_TEXT)
            continue;
        memcpy(to, page->nodes[n].text.data, page->nodes[n].text.bytes);
        to += page->nodes[n].text.bytes;
    }
    return ld_span_of(text, bytes);
}
