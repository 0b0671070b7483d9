/*
 * Formatting that outlives its block: <p><b>one<p>two is bold twice. The list of active formatting
 * elements (13.2.4.3) holds what is to be opened again, and the adoption agency (13.2.6.4.7)
 * untangles end tags in the wrong order: <b>1<p>2</b>3</p> becomes <b>1</b><p><b>2</b>3</p>.
 *
 * The standard allows three equal entries since the last marker (Noah's Ark). Entries that differ
 * are bounded here too, by LD_HTML_FORMATTING_MAX: the oldest leaves.
 */
#include "html/tree.h"

static bool is_marker(const ld_formatting *entry)
{
    return entry->node == LD_NODE_NONE;
}

void ld_tree_format_remove(ld_tree *t, uint32_t index)
{
    memmove(&t->formatting[index], &t->formatting[index + 1],
            (t->formatting_count - index - 1) * sizeof t->formatting[0]);
    t->formatting_count--;
}

/* Before `index`; makes room by dropping the oldest entry when the list is full. */
static void insert_entry(ld_tree *t, uint32_t index, ld_formatting entry)
{
    if (t->formatting_count == LD_HTML_FORMATTING_LIST_MAX) {
        t->page->truncated = true;
        ld_tree_format_remove(t, 0);
        index -= index > 0;
    }
    memmove(&t->formatting[index + 1], &t->formatting[index],
            (t->formatting_count - index) * sizeof t->formatting[0]);
    t->formatting[index] = entry;
    t->formatting_count++;
}

void ld_tree_format_push(ld_tree *t, ld_node node, uint16_t tag)
{
    ld_formatting entry = {node, tag, ld_tree_attributes_hash(t, node)};
    uint32_t equal_count = 0, count = 0, earliest_equal = 0;
    for (uint32_t i = t->formatting_count; i-- > 0 && !is_marker(&t->formatting[i]); count++) {
        const ld_formatting *other = &t->formatting[i];
        if (other->tag == tag && other->attributes_hash == entry.attributes_hash) {
            equal_count++;
            earliest_equal = i;
        }
    }
    if (equal_count >= 3) {
        ld_tree_format_remove(t, earliest_equal);
    } else if (count >= LD_HTML_FORMATTING_MAX) {
        t->page->truncated = true;
        ld_tree_format_remove(t, t->formatting_count - count);
    }
    insert_entry(t, t->formatting_count, entry);
}

void ld_tree_format_marker(ld_tree *t)
{
    insert_entry(t, t->formatting_count, (ld_formatting){LD_NODE_NONE, LD_TAG_UNKNOWN, 0});
}

void ld_tree_format_clear(ld_tree *t)
{
    while (t->formatting_count > 0)
        if (is_marker(&t->formatting[--t->formatting_count]))
            return;
}

uint32_t ld_tree_format_find(const ld_tree *t, uint16_t tag)
{
    for (uint32_t i = t->formatting_count; i-- > 0 && !is_marker(&t->formatting[i]);)
        if (t->formatting[i].tag == tag)
            return i;
    return UINT32_MAX;
}

uint32_t ld_tree_format_find_node(const ld_tree *t, ld_node node)
{
    for (uint32_t i = t->formatting_count; i-- > 0;)
        if (t->formatting[i].node == node)
            return i;
    return UINT32_MAX;
}

void ld_tree_reconstruct(ld_tree *t)
{
    uint32_t first = t->formatting_count; /* of the entries that are to be opened again */
    while (first > 0 && !is_marker(&t->formatting[first - 1]) &&
           ld_tree_stack_find_node(t, t->formatting[first - 1].node) == UINT32_MAX)
        first--;
    for (uint32_t i = first; i < t->formatting_count; i++) {
        ld_tree_make_room(t);
        ld_node copy = ld_tree_clone(t, t->formatting[i].node);
        if (copy == LD_NODE_NONE)
            return;
        ld_tree_insert(t, ld_tree_place(t, LD_NODE_NONE), copy);
        ld_tree_push(t, copy);
        t->formatting[i].node = copy;
    }
}

/* ---- the adoption agency ---- */

/* Stack index of the topmost special element above the formatting element, UINT32_MAX: none. */
static uint32_t find_furthest_block(const ld_tree *t, uint32_t formatting_index)
{
    for (uint32_t i = formatting_index + 1; i < t->depth; i++)
        if (t->stack[i].flags & LD_OPEN_SPECIAL)
            return i;
    return UINT32_MAX;
}

/*
 * The inner loop: rebuilds the formatting between the formatting element and the furthest block
 * with clones, each the parent of the one before. Answers the outermost node so far; *bookmark
 * moves behind the first clone's entry.
 */
static ld_node rebuild_between(ld_tree *t, uint32_t formatting_index, uint32_t block_index,
                               uint32_t *bookmark)
{
    ld_node block = t->stack[block_index].node, last = block;
    uint32_t counter = 0;
    for (uint32_t i = block_index; i-- > formatting_index + 1;) {
        counter++;
        uint32_t entry = ld_tree_format_find_node(t, t->stack[i].node);
        if (counter > 3 && entry != UINT32_MAX) {
            ld_tree_format_remove(t, entry);
            if (entry < *bookmark)
                (*bookmark)--;
            entry = UINT32_MAX;
        }
        if (entry == UINT32_MAX) {
            ld_tree_stack_remove(t, i);
            continue;
        }
        ld_node copy = ld_tree_clone(t, t->stack[i].node);
        if (copy == LD_NODE_NONE)
            return LD_NODE_NONE;
        t->formatting[entry].node = copy;
        t->stack[i].node = copy;
        if (last == block)
            *bookmark = entry + 1;
        ld_tree_detach(t, last);
        ld_tree_append(t, copy, last);
        last = copy;
    }
    return last;
}

/* One round of the outer loop on the formatting element at stack[formatting_index]; `entry` is its
 * place in the list. Returns false when memory was refused. */
static bool adopt_round(ld_tree *t, uint32_t entry, uint32_t formatting_index, uint32_t block_index)
{
    ld_node formatting = t->formatting[entry].node;
    ld_node block = t->stack[block_index].node;
    ld_node ancestor = t->stack[formatting_index - 1].node;
    uint32_t bookmark = entry;
    ld_node last = rebuild_between(t, formatting_index, block_index, &bookmark);
    if (last == LD_NODE_NONE)
        return false;
    ld_tree_detach(t, last);
    ld_tree_insert(t, ld_tree_place(t, ancestor), last);
    ld_node copy = ld_tree_clone(t, formatting);
    if (copy == LD_NODE_NONE)
        return false;
    ld_tree_move_children(t, block, copy);
    ld_tree_append(t, block, copy);
    t->may_be_deep = true;

    entry = ld_tree_format_find_node(t, formatting);
    ld_formatting moved = t->formatting[entry];
    moved.node = copy;
    ld_tree_format_remove(t, entry);
    if (entry < bookmark)
        bookmark--;
    insert_entry(t, bookmark, moved);

    ld_tree_stack_remove(t, formatting_index);
    uint32_t place = ld_tree_stack_find_node(t, block) + 1;
    memmove(&t->stack[place + 1], &t->stack[place], (t->depth - place) * sizeof t->stack[0]);
    t->stack[place] = ld_tree_describe(t, copy);
    t->depth++;
    return true;
}

bool ld_tree_adopt(ld_tree *t, uint16_t tag)
{
    const ld_open *current = ld_tree_current(t);
    if (ld_open_is(current, (ld_tag)tag) &&
        ld_tree_format_find_node(t, current->node) == UINT32_MAX) {
        ld_tree_pop(t);
        return true;
    }
    for (int round = 0; round < 8; round++) {
        uint32_t entry = ld_tree_format_find(t, tag);
        if (entry == UINT32_MAX)
            return false;
        ld_node formatting = t->formatting[entry].node;
        uint32_t index = ld_tree_stack_find_node(t, formatting);
        if (index == UINT32_MAX) {
            ld_tree_format_remove(t, entry);
            return true;
        }
        if (!ld_tree_node_in_scope(t, formatting))
            return true;
        uint32_t block = find_furthest_block(t, index);
        if (block == UINT32_MAX) {
            ld_tree_pop_to(t, index);
            ld_tree_format_remove(t, entry);
            return true;
        }
        if (!adopt_round(t, entry, index, block))
            return true;
    }
    return true;
}
