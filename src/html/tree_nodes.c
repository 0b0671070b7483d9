/*
 * Nodes and links. A page's nodes are rows of one array that grows, so a row's address lives only
 * until the next creation: everything here takes and gives indices.
 *
 * Text. A new text node borrows the token's bytes where they are stable. When more text follows it
 * directly in the input, only its length changes; else the node gets room of its own, which doubles
 * as it grows (the room is kept in attribute_first, that text has no other use for), so a text
 * costs time linear in its length however many pieces it comes in.
 */
#include "base/hash.h"
#include "html/tree.h"

/* ---- links ---- */

ld_node ld_tree_create(ld_tree *t, ld_node_kind kind)
{
    ld_page *page = t->page;
    if (page->node_count >= t->node_count_max) {
        t->is_full = true;
        page->truncated = true;
        return LD_NODE_NONE;
    }
    ld_page_node row = {.parent = LD_NODE_NONE,
                        .first_child = LD_NODE_NONE,
                        .last_child = LD_NODE_NONE,
                        .previous = LD_NODE_NONE,
                        .next = LD_NODE_NONE,
                        .kind = (uint8_t)kind};
    if (page->node_count < t->node_capacity) {
        page->nodes[page->node_count++] = row;
    } else if (!LD_ARENA_PUSH(t->arena, page->nodes, page->node_count, t->node_capacity, row)) {
        t->is_refused = true;
        return LD_NODE_NONE;
    }
    return page->node_count - 1;
}

void ld_tree_insert(ld_tree *t, ld_place place, ld_node node)
{
    if (node == LD_NODE_NONE)
        return;
    ld_page_node *nodes = t->page->nodes;
    ld_node previous = place.before == LD_NODE_NONE ? nodes[place.parent].last_child
                                                    : nodes[place.before].previous;
    nodes[node].parent = place.parent;
    nodes[node].previous = previous;
    nodes[node].next = place.before;
    if (previous == LD_NODE_NONE)
        nodes[place.parent].first_child = node;
    else
        nodes[previous].next = node;
    if (place.before == LD_NODE_NONE)
        nodes[place.parent].last_child = node;
    else
        nodes[place.before].previous = node;
}

void ld_tree_append(ld_tree *t, ld_node parent, ld_node node)
{
    ld_tree_insert(t, (ld_place){parent, LD_NODE_NONE}, node);
}

void ld_tree_detach(ld_tree *t, ld_node node)
{
    ld_page_node *nodes = t->page->nodes, *row = &nodes[node];
    if (row->parent == LD_NODE_NONE)
        return;
    if (row->previous == LD_NODE_NONE)
        nodes[row->parent].first_child = row->next;
    else
        nodes[row->previous].next = row->next;
    if (row->next == LD_NODE_NONE)
        nodes[row->parent].last_child = row->previous;
    else
        nodes[row->next].previous = row->previous;
    row->parent = row->previous = row->next = LD_NODE_NONE;
}

/* `to` has no children yet. */
void ld_tree_move_children(ld_tree *t, ld_node from, ld_node to)
{
    ld_page_node *nodes = t->page->nodes;
    for (ld_node n = nodes[from].first_child; n != LD_NODE_NONE; n = nodes[n].next)
        nodes[n].parent = to;
    nodes[to].first_child = nodes[from].first_child;
    nodes[to].last_child = nodes[from].last_child;
    nodes[from].first_child = nodes[from].last_child = LD_NODE_NONE;
}

/* ---- places ---- */

static ld_place foster_place(const ld_tree *t)
{
    uint32_t table = ld_tree_stack_find(t, LD_TAG_TABLE);
    uint32_t template = ld_tree_stack_find(t, LD_TAG_TEMPLATE);
    if (template != UINT32_MAX && (table == UINT32_MAX || template > table))
        return (ld_place){t->stack[template].node, LD_NODE_NONE};
    if (table == UINT32_MAX)
        return (ld_place){t->stack[0].node, LD_NODE_NONE};
    ld_node node = t->stack[table].node;
    ld_node parent = t->page->nodes[node].parent;
    if (parent != LD_NODE_NONE)
        return (ld_place){parent, node};
    return (ld_place){t->stack[table > 0 ? table - 1 : 0].node, LD_NODE_NONE};
}

ld_place ld_tree_place(ld_tree *t, ld_node target)
{
    if (target == LD_NODE_NONE)
        target = ld_tree_current(t)->node;
    const ld_page_node *row = &t->page->nodes[target];
    if (t->is_fostering && row->name_space == LD_NS_HTML && row->kind == LD_NODE_KIND_ELEMENT) {
        switch (row->tag) {
        case LD_TAG_TABLE:
        case LD_TAG_TBODY:
        case LD_TAG_TFOOT:
        case LD_TAG_THEAD:
        case LD_TAG_TR:
            return foster_place(t);
        default:
            break;
        }
    }
    return (ld_place){target, LD_NODE_NONE};
}

/* ---- elements ---- */

/* Copies the token's attributes behind the page's; false when memory was refused. */
static bool add_attributes(ld_tree *t, const ld_page_attribute *attributes, uint32_t count)
{
    ld_page *page = t->page;
    if (!ld_arena_reserve(t->arena, (void **)&page->attributes, &t->attribute_capacity,
                          (size_t)page->attribute_count + count, sizeof *attributes)) {
        t->is_refused = true;
        return false;
    }
    memcpy(page->attributes + page->attribute_count, attributes, count * sizeof *attributes);
    page->attribute_count += count;
    return true;
}

static ld_node create_element(ld_tree *t, ld_namespace name_space)
{
    ld_node node = ld_tree_create(t, LD_NODE_KIND_ELEMENT);
    if (node == LD_NODE_NONE)
        return node;
    ld_page_node *row = &t->page->nodes[node];
    row->tag = t->token.tag;
    row->name_space = (uint8_t)name_space;
    row->text = t->token.name;
    uint32_t count = t->token.attribute_count;
    if (count == 0)
        return node;
    uint32_t first = t->page->attribute_count;
    if (!add_attributes(t, t->token.attributes, count))
        return LD_NODE_NONE;
    row->attribute_first = first;
    row->attribute_count = (uint16_t)count;
    return node;
}

ld_node ld_tree_insert_void(ld_tree *t)
{
    ld_node node = create_element(t, LD_NS_HTML);
    if (node != LD_NODE_NONE)
        ld_tree_insert(t, ld_tree_place(t, LD_NODE_NONE), node);
    return node;
}

ld_node ld_tree_push_element(ld_tree *t)
{
    ld_tree_make_room(t);
    ld_node node = ld_tree_insert_void(t);
    if (node != LD_NODE_NONE)
        ld_tree_push(t, node);
    t->has_selectedcontent |= t->token.tag == LD_TAG_SELECTEDCONTENT;
    return node;
}

ld_node ld_tree_push_named(ld_tree *t, ld_tag tag)
{
    ld_html_token saved = t->token;
    t->token =
        (ld_html_token){.kind = LD_HTML_START_TAG, .tag = (uint16_t)tag, .name = ld_tag_name(tag)};
    ld_node node = ld_tree_push_element(t);
    t->token = saved;
    return node;
}

ld_node ld_tree_push_foreign(ld_tree *t, ld_namespace name_space, bool stays_open)
{
    if (stays_open)
        ld_tree_make_room(t);
    ld_node node = create_element(t, name_space);
    if (node == LD_NODE_NONE)
        return node;
    const ld_page_node *row = &t->page->nodes[node];
    ld_foreign_adjust(t->page->attributes + row->attribute_first, row->attribute_count, name_space);
    ld_tree_insert(t, ld_tree_place(t, LD_NODE_NONE), node);
    if (stays_open)
        ld_tree_push(t, node);
    return node;
}

ld_node ld_tree_clone(ld_tree *t, ld_node node)
{
    ld_node copy = ld_tree_create(t, LD_NODE_KIND_ELEMENT);
    if (copy == LD_NODE_NONE)
        return copy;
    const ld_page_node *from = &t->page->nodes[node];
    ld_page_node *to = &t->page->nodes[copy];
    to->tag = from->tag;
    to->name_space = from->name_space;
    to->text = from->text;
    to->attribute_first = from->attribute_first; /* attributes of formatting never change: shared */
    to->attribute_count = from->attribute_count;
    return copy;
}

/* ---- attributes ---- */

static ld_page_attribute *find_attribute(const ld_tree *t, ld_node node, ld_span name)
{
    const ld_page_node *row = &t->page->nodes[node];
    for (uint32_t i = 0; i < row->attribute_count; i++) {
        ld_page_attribute *a = &t->page->attributes[row->attribute_first + i];
        if (ld_span_equal(a->name, name))
            return a;
    }
    return NULL;
}

ld_span ld_tree_token_attribute(const ld_tree *t, ld_span name)
{
    for (uint32_t i = 0; i < t->token.attribute_count; i++)
        if (ld_span_equal(t->token.attributes[i].name, name))
            return t->token.attributes[i].value;
    return (ld_span){NULL, 0};
}

/* A later <html> or <body> adds the attributes that the element lacks. The number looked at over
 * the whole page is bounded, for each one is compared with all that are there. */
void ld_tree_merge_attributes(ld_tree *t, ld_node node)
{
    for (uint32_t i = 0; i < t->token.attribute_count; i++) {
        if (t->merged_attribute_count++ >= LD_HTML_ATTRIBUTES_MAX) {
            t->page->truncated = true;
            return;
        }
        if (find_attribute(t, node, t->token.attributes[i].name))
            continue;
        ld_page_node *row = &t->page->nodes[node];
        uint32_t count = row->attribute_count;
        if (row->attribute_first + count != t->page->attribute_count) {
            /* move them to the end, where they can grow */
            uint32_t first = t->page->attribute_count;
            if (!ld_arena_reserve(t->arena, (void **)&t->page->attributes, &t->attribute_capacity,
                                  (size_t)first + count + 1, sizeof *t->page->attributes)) {
                t->is_refused = true;
                return;
            }
            if (!add_attributes(t, t->page->attributes + row->attribute_first, count))
                return;
            row->attribute_first = first;
        }
        if (!add_attributes(t, &t->token.attributes[i], 1))
            return;
        row->attribute_count++;
    }
}

uint64_t ld_tree_attributes_hash(const ld_tree *t, ld_node node)
{
    const ld_page_node *row = &t->page->nodes[node];
    uint64_t sum = row->attribute_count;
    for (uint32_t i = 0; i < row->attribute_count; i++) {
        const ld_page_attribute *a = &t->page->attributes[row->attribute_first + i];
        sum += ld_hash64(a->value.data, a->value.bytes, ld_hash64(a->name.data, a->name.bytes, 0));
    }
    return sum;
}

/* ---- text, comments, doctype ---- */

static void extend_text(ld_tree *t, ld_page_node *row, ld_span text, bool is_stable)
{
    uint32_t room = row->attribute_first;
    if (room == 0 && is_stable && row->text.data + row->text.bytes == text.data) {
        row->text.bytes += text.bytes;
        return;
    }
    size_t bytes = row->text.bytes + text.bytes;
    char *data = (char *)row->text.data; /* the node's own when room > 0 */
    if (bytes > room) {
        size_t wanted = bytes < 64 ? 128 : 2 * bytes;
        if (wanted > UINT32_MAX / 2) {
            t->page->truncated = true;
            return;
        }
        data = room > 0 ? ld_arena_resize(t->arena, data, room, wanted)
                        : ld_arena_alloc(t->arena, wanted);
        if (!data) {
            t->is_refused = true;
            return;
        }
        if (room == 0)
            memcpy(data, row->text.data, row->text.bytes);
        row->attribute_first = (uint32_t)wanted;
    }
    memcpy(data + row->text.bytes, text.data, text.bytes);
    row->text = ld_span_of(data, bytes);
}

void ld_tree_insert_text(ld_tree *t, ld_span text, bool is_stable)
{
    if (text.bytes == 0)
        return;
    ld_place place = ld_tree_place(t, LD_NODE_NONE);
    ld_page_node *nodes = t->page->nodes;
    if (place.parent == LD_NODE_DOCUMENT)
        return;
    ld_node before = place.before == LD_NODE_NONE ? nodes[place.parent].last_child
                                                  : nodes[place.before].previous;
    if (before != LD_NODE_NONE && nodes[before].kind == LD_NODE_KIND_TEXT) {
        extend_text(t, &nodes[before], text, is_stable);
        return;
    }
    uint32_t room = 0;
    if (!is_stable) {
        text = ld_arena_copy(t->arena, text);
        room = (uint32_t)text.bytes;
        if (!text.data) {
            t->is_refused = true;
            return;
        }
    }
    ld_node node = ld_tree_create(t, LD_NODE_KIND_TEXT);
    if (node == LD_NODE_NONE)
        return;
    t->page->nodes[node].text = text;
    t->page->nodes[node].attribute_first = room;
    ld_tree_insert(t, place, node);
}

void ld_tree_insert_comment(ld_tree *t, ld_node parent)
{
    ld_place place = {parent, LD_NODE_NONE};
    if (parent == LD_NODE_NONE)
        place = ld_tree_place(t, LD_NODE_NONE);
    ld_node node = ld_tree_create(t, LD_NODE_KIND_COMMENT);
    if (node == LD_NODE_NONE)
        return;
    t->page->nodes[node].text = t->token.text;
    ld_tree_insert(t, place, node);
}

/* The identifiers stand as attributes "public" and "system" where they are given. */
void ld_tree_insert_doctype(ld_tree *t)
{
    ld_node node = ld_tree_create(t, LD_NODE_KIND_DOCTYPE);
    if (node == LD_NODE_NONE)
        return;
    ld_page_attribute ids[2];
    uint32_t count = 0;
    if (t->token.public_id.data)
        ids[count++] = (ld_page_attribute){LD_SPAN("public"), t->token.public_id};
    if (t->token.system_id.data)
        ids[count++] = (ld_page_attribute){LD_SPAN("system"), t->token.system_id};
    uint32_t first = t->page->attribute_count;
    if (count > 0 && !add_attributes(t, ids, count))
        return;
    ld_page_node *row = &t->page->nodes[node];
    row->text = t->token.name;
    row->attribute_first = first;
    row->attribute_count = (uint16_t)count;
    ld_tree_append(t, LD_NODE_DOCUMENT, node);
}
