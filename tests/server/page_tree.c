#include "tests/server/page_tree.h"

#include "html/parse.h"

bool page_tree_write(ld_arena *arena, const ld_buf *page, ld_buf *skeleton)
{
    const ld_html_options options = {.scripting = true, .is_utf8 = true};
    ld_page tree;
    ld_arena_reset(arena);
    if (ld_html_parse(arena, ld_buf_span(page), &options, &tree, NULL) != LEDE_OK ||
        tree.truncated || tree.quirks)
        return false;
    for (ld_node n = 1; n < tree.node_count; n++) {
        const ld_page_node *node = &tree.nodes[n];
        if (node->kind == LD_NODE_KIND_COMMENT)
            return false;
        if (node->kind != LD_NODE_KIND_ELEMENT)
            continue;
        if (node->parent == LD_NODE_NONE)
            return false;
        ld_buf_add_span(skeleton, node->text);
        for (uint32_t i = 0; i < node->attribute_count; i++) {
            ld_buf_add_byte(skeleton, ' ');
            ld_buf_add_span(skeleton, tree.attributes[node->attribute_first + i].name);
        }
        ld_buf_add_byte(skeleton, '\n');
    }
    return skeleton->status == LEDE_OK;
}
