/* The tree of any bytes: whole links, no depth past its maximum. First byte: the options. */
#include "base/limits.h"
#include "html/node.h"
#include "html/parse.h"
#include "html/sniff.h"
#include "tests/fuzz/fuzz.h"

static void check_node(const ld_page *page, ld_node n)
{
    const ld_page_node *row = &page->nodes[n];
    ld_node previous = LD_NODE_NONE;
    uint32_t steps = 0;
    for (ld_node c = row->first_child; c != LD_NODE_NONE; c = page->nodes[c].next) {
        fuzz_check(c < page->node_count && steps++ < page->node_count);
        fuzz_check(page->nodes[c].parent == n && page->nodes[c].previous == previous);
        previous = c;
    }
    fuzz_check(row->last_child == previous);
    fuzz_check_text(row->text);
    for (uint32_t i = 0; row->kind != LD_NODE_KIND_TEXT && i < row->attribute_count; i++) {
        fuzz_check(row->attribute_first + i < page->attribute_count);
        fuzz_check_text(page->attributes[row->attribute_first + i].name);
        fuzz_check_text(page->attributes[row->attribute_first + i].value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const ld_tag contexts[] = {LD_TAG_UNKNOWN, LD_TAG_TABLE,    LD_TAG_SELECT, LD_TAG_TITLE,
                                      LD_TAG_TR,      LD_TAG_TEMPLATE, LD_TAG_SCRIPT, LD_TAG_HTML};
    if (bytes == 0)
        return 0;
    ld_page page;
    lede_error err = {0};
    ld_span input = fuzz_span(data + 1, bytes - 1);
    ld_html_options options = {.scripting = data[0] & 1, .context_tag = contexts[data[0] >> 5]};
    ld_arena *arena = fuzz_arena();
    lede_status status = data[0] & 2 ? ld_html_parse_fragment(arena, input, &options, &page, &err)
                                     : ld_html_parse(arena, input, &options, &page, &err);
    fuzz_check_status(status, &err);
    if (status != LEDE_OK)
        return 0;
    for (ld_node n = 0; n < page.node_count; n++)
        check_node(&page, n);
    return 0;
}
