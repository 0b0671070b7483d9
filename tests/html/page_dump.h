#ifndef LEDE_TESTS_HTML_PAGE_DUMP_H
#define LEDE_TESTS_HTML_PAGE_DUMP_H
/*
 * A page in the notation of the html5lib tree construction tests, and the check that its links are
 * those of a tree.
 */
#include "base/buf.h"
#include "html/node.h"
#include "tests/test.h"

static inline void dump_indent(ld_buf *out, uint32_t depth)
{
    ld_buf_add_string(out, "| ");
    for (uint32_t i = 0; i < depth; i++)
        ld_buf_add_string(out, "  ");
}

/* The name as the tests write it: "xlink:href" of a foreign element is "xlink href". */
static inline ld_span dump_name(ld_span name)
{
    static const char *const names[][2] = {
        {"xlink:actuate", "xlink actuate"}, {"xlink:arcrole", "xlink arcrole"},
        {"xlink:href", "xlink href"},       {"xlink:role", "xlink role"},
        {"xlink:show", "xlink show"},       {"xlink:title", "xlink title"},
        {"xlink:type", "xlink type"},       {"xml:lang", "xml lang"},
        {"xml:space", "xml space"},         {"xmlns:xlink", "xmlns xlink"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (ld_span_equal(name, ld_span_from_string(names[i][0])))
            return ld_span_from_string(names[i][1]);
    return name;
}

static inline int dump_compare(const void *a, const void *b)
{
    return ld_span_compare(((const ld_page_attribute *)a)->name,
                           ((const ld_page_attribute *)b)->name);
}

static inline void dump_attributes(ld_buf *out, const ld_page *page, const ld_page_node *row,
                                   uint32_t depth)
{
    uint32_t count = row->attribute_count;
    ld_page_attribute *sorted = malloc((count + 1) * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = page->attributes[row->attribute_first + i];
        if (row->name_space != LD_NS_HTML)
            sorted[i].name = dump_name(sorted[i].name);
    }
    qsort(sorted, count, sizeof *sorted, dump_compare);
    for (uint32_t i = 0; i < count; i++) {
        dump_indent(out, depth);
        ld_buf_add_span(out, sorted[i].name);
        ld_buf_add_string(out, "=\"");
        ld_buf_add_span(out, sorted[i].value);
        ld_buf_add_string(out, "\"\n");
    }
    free(sorted);
}

static inline void dump_doctype(ld_buf *out, const ld_page *page, const ld_page_node *row)
{
    ld_span public_id = {NULL, 0}, system_id = {NULL, 0};
    for (uint32_t i = 0; i < row->attribute_count; i++) {
        const ld_page_attribute *a = &page->attributes[row->attribute_first + i];
        if (ld_span_equal(a->name, LD_SPAN("public")))
            public_id = a->value;
        else
            system_id = a->value;
    }
    ld_buf_add_string(out, "<!DOCTYPE ");
    ld_buf_add_span(out, row->text);
    if (public_id.bytes > 0 || system_id.bytes > 0) {
        ld_buf_add_string(out, " \"");
        ld_buf_add_span(out, public_id);
        ld_buf_add_string(out, "\" \"");
        ld_buf_add_span(out, system_id);
        ld_buf_add_string(out, "\"");
    }
    ld_buf_add_string(out, ">\n");
}

/* Returns by how much its children are indented more. */
static inline uint32_t dump_node(ld_buf *out, const ld_page *page, ld_node node, uint32_t depth)
{
    static const char *const prefixes[] = {"", "svg ", "math "};
    const ld_page_node *row = &page->nodes[node];
    dump_indent(out, depth);
    switch (row->kind) {
    case LD_NODE_KIND_DOCTYPE:
        dump_doctype(out, page, row);
        break;
    case LD_NODE_KIND_COMMENT:
        ld_buf_add_string(out, "<!-- ");
        ld_buf_add_span(out, row->text);
        ld_buf_add_string(out, " -->\n");
        break;
    case LD_NODE_KIND_TEXT:
        ld_buf_add_string(out, "\"");
        ld_buf_add_span(out, row->text);
        ld_buf_add_string(out, "\"\n");
        break;
    default:
        ld_buf_add_string(out, "<");
        ld_buf_add_string(out, prefixes[row->name_space]);
        ld_buf_add_span(out, row->text);
        ld_buf_add_string(out, ">\n");
        dump_attributes(out, page, row, depth + 1);
        if (ld_node_is(page, node, LD_TAG_TEMPLATE)) {
            dump_indent(out, depth + 1);
            ld_buf_add_string(out, "content\n");
            return 2;
        }
    }
    return 1;
}

/* The children of root and all below them, without the last line break. */
static inline void dump_children(ld_buf *out, const ld_page *page, ld_node root)
{
    uint32_t depth = 0;
    ld_node n = ld_node_first_child(page, root);
    while (n != LD_NODE_NONE) {
        uint32_t step = dump_node(out, page, n, depth);
        if (page->nodes[n].first_child != LD_NODE_NONE) {
            n = page->nodes[n].first_child;
            depth += step;
            continue;
        }
        while (n != root && page->nodes[n].next == LD_NODE_NONE) {
            n = page->nodes[n].parent;
            if (n != root)
                depth -= ld_node_is(page, n, LD_TAG_TEMPLATE) ? 2 : 1;
        }
        n = n == root ? LD_NODE_NONE : page->nodes[n].next;
    }
    if (out->bytes > 0 && out->data[out->bytes - 1] == '\n')
        out->bytes--;
}

/*
 * Every child names its parent and its neighbours, no node is met twice, no element stands deeper
 * than depth_max. Returns the number of nodes in the tree.
 */
static inline uint32_t check_tree(const ld_page *page, uint32_t depth_max)
{
    uint32_t met = 0, depth = 0;
    ld_node n = LD_NODE_DOCUMENT;
    for (;;) {
        const ld_page_node *row = &page->nodes[n];
        if (++met > page->node_count)
            fail_msg("node %u: the tree has a cycle", n);
        if (row->kind == LD_NODE_KIND_ELEMENT && depth > depth_max)
            fail_msg("node %u stands at depth %u", n, depth);
        ld_node previous = LD_NODE_NONE;
        for (ld_node c = row->first_child; c != LD_NODE_NONE; c = page->nodes[c].next) {
            assert_true(c < page->node_count);
            assert_int_equal(page->nodes[c].parent, n);
            assert_int_equal(page->nodes[c].previous, previous);
            previous = c;
        }
        assert_int_equal(row->last_child, previous);
        if (row->kind == LD_NODE_KIND_ELEMENT && row->attribute_count > 0)
            assert_true(row->attribute_first + row->attribute_count <= page->attribute_count);
        if (row->first_child != LD_NODE_NONE) {
            n = row->first_child;
            depth++;
            continue;
        }
        while (n != LD_NODE_DOCUMENT && page->nodes[n].next == LD_NODE_NONE) {
            n = page->nodes[n].parent;
            depth--;
        }
        if (n == LD_NODE_DOCUMENT)
            return met;
        n = page->nodes[n].next;
    }
}

#endif
