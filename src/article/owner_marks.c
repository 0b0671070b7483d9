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

#include "article/authors.h"
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

/* ---- statements: "title", "title:The words", "date[datetime], author" ---- */

#define STATEMENTS_MAX 64u /* of a page that are read: each may copy the text of its element */

typedef struct owner_reader {
    ld_story *story;
    const ld_page *page;
    ld_dates *dates;
    uint32_t count; /* statements read */
    bool has_title, has_author, has_section;
} owner_reader;

static bool is_tag_name(ld_span name)
{
    return ld_span_equal(name, LD_SPAN("tag")) || ld_span_equal(name, LD_SPAN("tags")) ||
           ld_span_equal(name, LD_SPAN("category")) || ld_span_equal(name, LD_SPAN("topic"));
}

static void take_statement(owner_reader *r, ld_span name, ld_span value)
{
    ld_article *article = r->story->article;
    value = ld_text_fold(r->story->arena, value);
    if (value.bytes == 0)
        return;
    if (ld_span_equal(name, LD_SPAN("title")) && !r->has_title) {
        article->headline = value;
        r->has_title = true;
    } else if (ld_span_equal(name, LD_SPAN("author"))) {
        if (!r->has_author)
            r->story->author_count = 0;
        r->has_author = true;
        ld_authors_add_list(r->story, value);
    } else if (ld_span_equal(name, LD_SPAN("section")) && !r->has_section) {
        article->section = value;
        r->has_section = true;
    } else if (ld_span_equal(name, LD_SPAN("date"))) {
        (void)ld_dates_offer(r->dates, false, LD_EVIDENCE_META, LD_TRUST_JSON_LD + 1, value);
    } else if (is_tag_name(name)) {
        ld_story_add_tag(r->story, value);
    }
}

static size_t name_end(ld_span s)
{
    size_t at = 0;
    while (at < s.bytes && s.data[at] != ',' && s.data[at] != ':')
        at++;
    return at;
}

static void read_statements(owner_reader *r, ld_node node, ld_span list)
{
    while (list.bytes > 0 && r->count++ < STATEMENTS_MAX) {
        size_t at = name_end(list);
        ld_span name = ld_span_trim(ld_span_sub(list, 0, at));
        if (at < list.bytes && list.data[at] == ':') {
            take_statement(r, name, ld_span_sub(list, at + 1, list.bytes));
            return;
        }
        size_t bracket = ld_span_find_byte(name, '[');
        if (bracket == SIZE_MAX) {
            take_statement(r, name, ld_node_text(r->story->arena, r->page, node));
        } else {
            ld_span key = ld_span_sub(name, bracket + 1, name.bytes);
            size_t end = ld_span_find_byte(key, ']');
            key = ld_span_sub(key, 0, end == SIZE_MAX ? key.bytes : end);
            take_statement(r, ld_span_sub(name, 0, bracket), ld_node_attribute(r->page, node, key));
        }
        list = at < list.bytes ? ld_span_sub(list, at + 1, list.bytes) : (ld_span){0};
    }
}

static bool has_statements(const ld_page *page)
{
    for (uint32_t i = 0; i < page->attribute_count; i++)
        if (ld_span_equal(page->attributes[i].name, LD_SPAN("data-pagefind-meta")) ||
            ld_span_equal(page->attributes[i].name, LD_SPAN("data-pagefind-filter")) ||
            ld_span_equal(page->attributes[i].name, LD_SPAN("data-pagefind-sort")))
            return true;
    return false;
}

void ld_owner_marks_read(ld_story *story, const ld_page *page, ld_dates *dates)
{
    owner_reader r = {.story = story, .page = page, .dates = dates};
    ld_node root = ld_page_root_element(page);
    if (!has_statements(page))
        return;
    for (ld_node n = root, next; n != LD_NODE_NONE && r.count < STATEMENTS_MAX; n = next) {
        ld_span ignore = ld_node_attribute(page, n, LD_SPAN("data-pagefind-ignore"));
        if (ld_span_equal(ignore, LD_SPAN("all"))) {
            next = ld_node_next_skipping_children(page, n, root);
            continue;
        }
        next = ld_node_next_in_document(page, n, root);
        read_statements(&r, n, ld_node_attribute(page, n, LD_SPAN("data-pagefind-meta")));
        read_statements(&r, n, ld_node_attribute(page, n, LD_SPAN("data-pagefind-filter")));
        read_statements(&r, n, ld_node_attribute(page, n, LD_SPAN("data-pagefind-sort")));
    }
}
