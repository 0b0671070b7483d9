/*
 * From the tree to a row of text blocks (blocks.h).
 *
 * Block-level elements end the block before and after them; inline ones glue nothing and part
 * nothing, so that "<b>w</b>ord" stays one word. Two line breaks in a row end a paragraph, one is a
 * space. What is never text (scripts, styles, controls, pictures, other namespaces) is passed over.
 * A table whose cells are short is data and each row one block; any other table is layout, and its
 * cells are plain containers.
 *
 * Names that HTML does not know stand for a block, but within a paragraph they are inline: custom
 * elements are used for both. Depth needs no stack: the tree has parents, and the state that must
 * be restored on the way up is counted.
 */
#include "article/blocks.h"

#include "base/utf8.h"
#include "html/node.h"

#define ELEMENTS_MAX            (1u << 20)
#define DATA_CELLS_MIN          4u   /* a table of fewer is layout */
#define DATA_CELL_BYTES         150u /* mean text of a cell of a data table, at most */
#define INLINE_HIDDEN_BYTES_MAX 300u /* hidden inline text that is passed over unseen */

typedef struct walk {
    ld_arena *arena;
    const ld_page *page;
    ld_node root;
    ld_text_blocks *out;
    ld_marks *marks;
    char *pool; /* [pool_bytes] raw text of the page in order */
    size_t pool_bytes, used, block_from;
    uint32_t element;       /* innermost */
    uint32_t block_element; /* where the open block began */
    uint32_t letters, link_letters, bold_letters;
    uint32_t link_depth, bold_depth, paragraph_depth, quote_depth, pre_depth, row_depth, list_depth;
    uint32_t breaks;    /* line breaks since the last letter */
    bool follows_break; /* the open block was set off by two line breaks */
} walk;

static bool is_inline(ld_tag tag)
{
    switch (tag) {
    case LD_TAG_A:
    case LD_TAG_ABBR:
    case LD_TAG_ACRONYM:
    case LD_TAG_B:
    case LD_TAG_BDI:
    case LD_TAG_BDO:
    case LD_TAG_BIG:
    case LD_TAG_BLINK:
    case LD_TAG_CITE:
    case LD_TAG_CODE:
    case LD_TAG_DATA:
    case LD_TAG_DEL:
    case LD_TAG_DFN:
    case LD_TAG_EM:
    case LD_TAG_FONT:
    case LD_TAG_I:
    case LD_TAG_INS:
    case LD_TAG_KBD:
    case LD_TAG_LABEL:
    case LD_TAG_MARK:
    case LD_TAG_NOBR:
    case LD_TAG_Q:
    case LD_TAG_RB:
    case LD_TAG_RUBY:
    case LD_TAG_S:
    case LD_TAG_SAMP:
    case LD_TAG_SMALL:
    case LD_TAG_SPAN:
    case LD_TAG_STRIKE:
    case LD_TAG_STRONG:
    case LD_TAG_SUB:
    case LD_TAG_SUP:
    case LD_TAG_TIME:
    case LD_TAG_TT:
    case LD_TAG_U:
    case LD_TAG_VAR:
    case LD_TAG_WBR:
    case LD_TAG_IMG:
    case LD_TAG_PICTURE:
    case LD_TAG_SOURCE:
        return true;
    default:
        return false;
    }
}

static bool is_never_text(ld_tag tag)
{
    switch (tag) {
    case LD_TAG_SCRIPT:
    case LD_TAG_STYLE:
    case LD_TAG_NOSCRIPT:
    case LD_TAG_TEMPLATE:
    case LD_TAG_IFRAME:
    case LD_TAG_SELECT:
    case LD_TAG_TEXTAREA:
    case LD_TAG_BUTTON:
    case LD_TAG_OBJECT:
    case LD_TAG_EMBED:
    case LD_TAG_CANVAS:
    case LD_TAG_AUDIO:
    case LD_TAG_VIDEO:
    case LD_TAG_HEAD:
    case LD_TAG_INPUT:
    case LD_TAG_RP:
    case LD_TAG_RT:
    case LD_TAG_DATALIST:
    case LD_TAG_METER:
    case LD_TAG_PROGRESS:
    case LD_TAG_NOFRAMES:
    case LD_TAG_NOEMBED:
    case LD_TAG_TITLE:
    case LD_TAG_APPLET:
    case LD_TAG_DIALOG:
        return true;
    default:
        return false;
    }
}

static bool is_bold(ld_tag tag)
{
    return tag == LD_TAG_B || tag == LD_TAG_STRONG;
}

static uint8_t heading_of(uint16_t tag)
{
    return tag >= LD_TAG_H1 && tag <= LD_TAG_H6 ? (uint8_t)(tag - LD_TAG_H1 + 1) : 0;
}

/* ---- ending a block ---- */

/* Cells are parted by U+001F in the pool, which no page text holds. */
static ld_span fold_row(walk *w, ld_span raw)
{
    char *out = ld_arena_alloc(w->arena, raw.bytes + 1);
    size_t used = 0;
    for (size_t at = 0; out && at < raw.bytes;) {
        ld_span rest = ld_span_sub(raw, at, raw.bytes);
        size_t end = ld_span_find_byte(rest, '\x1f');
        ld_span cell = end == SIZE_MAX ? rest : ld_span_sub(rest, 0, end);
        at += cell.bytes + 1;
        cell = ld_text_fold(w->arena, cell);
        if (used > 0)
            out[used++] = '\t';
        memcpy(out + used, cell.bytes ? cell.data : "", cell.bytes);
        used += cell.bytes;
    }
    while (out && used > 0 && out[used - 1] == '\t')
        used--;
    return ld_span_of(out, out ? used : 0);
}

static ld_span trim_lines(walk *w, ld_span raw)
{
    while (raw.bytes > 0 && (raw.data[0] == '\n' || raw.data[0] == '\r'))
        raw = ld_span_sub(raw, 1, raw.bytes);
    while (raw.bytes > 0 && (unsigned char)raw.data[raw.bytes - 1] <= ' ')
        raw.bytes--;
    raw = ld_utf8_scrub(w->arena, raw);
    return raw.data ? raw : (ld_span){0};
}

/* Kind and level from the nearest ancestor that says one. */
static void classify(const walk *w, ld_text_block *block)
{
    for (uint32_t e = block->element; e != LD_ELEMENT_NONE; e = w->out->elements[e].parent) {
        const ld_text_element *element = &w->out->elements[e];
        uint8_t heading = heading_of(element->tag);
        if (heading > 0) {
            block->heading = heading;
            block->kind = LD_BLOCK_SUBHEADING;
            block->level = heading < 2 ? 2 : heading;
            return;
        }
        if (element->tag == LD_TAG_LI) {
            ld_node list = ld_node_parent(w->page, element->node);
            block->kind = LD_BLOCK_LIST_ITEM;
            block->level = (uint8_t)(w->list_depth > 9 ? 9 : w->list_depth > 0 ? w->list_depth : 1);
            block->flags = ld_node_is(w->page, list, LD_TAG_OL) ? LD_BLOCK_ORDERED : 0;
            return;
        }
        if (element->tag == LD_TAG_P || element->tag == LD_TAG_DD || element->tag == LD_TAG_DT ||
            element->tag == LD_TAG_BLOCKQUOTE)
            block->is_paragraph = true;
        if (element->tag == LD_TAG_DIV || element->tag == LD_TAG_SECTION ||
            element->tag == LD_TAG_ARTICLE || element->tag == LD_TAG_TD)
            break;
    }
    if (w->quote_depth > 0)
        block->kind = LD_BLOCK_QUOTE;
}

/* Words between spaces; scripts without spaces count two characters a word. */
static uint32_t count_words(ld_span text)
{
    uint32_t ideographs = 0;
    for (size_t i = 0; i < text.bytes; i++)
        ideographs += (unsigned char)text.data[i] >= 0xe3 && (unsigned char)text.data[i] <= 0xe9;
    return ld_text_word_count(text) + ideographs / 2;
}

static void end_block(walk *w, bool next_follows_break)
{
    ld_span raw = ld_span_of(w->pool + w->block_from, w->used - w->block_from);
    w->block_from = w->used;
    w->breaks = 0;
    bool follows_break = w->follows_break;
    w->follows_break = next_follows_break;
    if (w->letters == 0)
        return;
    ld_text_block block = {.element = w->block_element,
                           .letters = w->letters,
                           .link_letters = w->link_letters,
                           .is_bold = w->bold_letters * 10 >= w->letters * 9};
    w->letters = w->link_letters = w->bold_letters = 0;
    if (w->row_depth > 0) {
        block.kind = LD_BLOCK_TABLE_ROW;
        block.text = fold_row(w, raw);
    } else if (w->pre_depth > 0) {
        block.kind = LD_BLOCK_PRE;
        block.is_paragraph = true;
        block.text = trim_lines(w, raw);
    } else {
        classify(w, &block);
        block.is_paragraph |= follows_break || next_follows_break;
        block.text = ld_text_fold(w->arena, raw);
    }
    if (block.text.bytes == 0)
        return;
    block.key = ld_text_key(block.text);
    block.words = count_words(block.text);
    block.ends_sentence = ld_text_ends_sentence(block.text);
    if (w->out->block_count >= LD_ARTICLE_BLOCKS_MAX) {
        w->out->is_truncated = true;
        return;
    }
    (void)LD_ARENA_PUSH(w->arena, w->out->blocks, w->out->block_count, w->out->block_capacity,
                        block);
}

/* ---- text ---- */

static void put(walk *w, const char *data, size_t bytes)
{
    if (w->used + bytes > w->pool_bytes)
        return;
    memcpy(w->pool + w->used, data, bytes);
    w->used += bytes;
}

static void take_text(walk *w, ld_span text)
{
    uint32_t letters = 0;
    for (size_t i = 0; i < text.bytes; i++)
        letters += (unsigned char)text.data[i] > ' ' && (unsigned char)text.data[i] != 0xa0;
    if (letters > 0) {
        if (w->breaks >= 2 && w->row_depth == 0 && w->pre_depth == 0)
            end_block(w, true);
        if (w->letters == 0)
            w->block_element = w->element;
        w->breaks = 0;
        w->letters += letters;
        w->link_letters += w->link_depth > 0 ? letters : 0;
        w->bold_letters += w->bold_depth > 0 ? letters : 0;
    }
    put(w, text.data, text.bytes);
}

/* ---- elements ---- */

static bool is_data_table(const walk *w, ld_node row)
{
    ld_node table = ld_node_closest(w->page, row, LD_TAG_TABLE);
    uint32_t cells = 0, seen = 0;
    size_t bytes = 0;
    for (ld_node n = table; n != LD_NODE_NONE && seen < 4000;
         n = ld_node_next_in_document(w->page, n, table), seen++) {
        if (n != table && ld_node_is(w->page, n, LD_TAG_TABLE))
            return false;
        cells += ld_node_is(w->page, n, LD_TAG_TD) || ld_node_is(w->page, n, LD_TAG_TH);
        if (ld_node_is_text(w->page, n))
            bytes += ld_span_trim(ld_node_row(w->page, n)->text).bytes;
    }
    return cells >= DATA_CELLS_MIN && bytes / cells < DATA_CELL_BYTES;
}

static uint32_t marks_of(const walk *w, ld_node node)
{
    return ld_node_row(w->page, node)->attribute_count > 0 ? ld_marks_of(w->marks, w->page, node)
                                                           : 0;
}

/* True: its content is to be read. */
static bool enter(walk *w, ld_node node, bool *is_data)
{
    const ld_page_node *row = ld_node_row(w->page, node);
    if (row->kind == LD_NODE_KIND_TEXT) {
        take_text(w, row->text);
        return false;
    }
    if (row->kind != LD_NODE_KIND_ELEMENT || row->name_space != LD_NS_HTML)
        return row->kind == LD_NODE_KIND_DOCUMENT;
    ld_tag tag = (ld_tag)row->tag;
    if (tag == LD_TAG_BR) {
        w->breaks++;
        put(w, "\n", 1);
        return false;
    }
    if (is_never_text(tag))
        return false;
    bool is_open_inline = (is_inline(tag) && !(tag == LD_TAG_CITE && w->quote_depth > 0)) ||
                          (tag == LD_TAG_UNKNOWN && w->paragraph_depth > 0);
    if (is_open_inline) {
        if (tag == LD_TAG_SPAN && row->first_child == row->last_child &&
            (marks_of(w, node) & LD_MARK_HIDDEN) &&
            ld_node_text_bytes(w->page, row->first_child) < INLINE_HIDDEN_BYTES_MAX)
            return false;
        w->link_depth += tag == LD_TAG_A;
        w->bold_depth += is_bold(tag);
        return true;
    }
    if (w->row_depth == 0)
        end_block(w, false);
    else
        put(w, " ", 1);
    if (w->out->element_count >= ELEMENTS_MAX) {
        w->out->is_truncated = true;
        return true;
    }
    ld_text_element element = {.node = node,
                               .parent = w->element,
                               .first = w->out->block_count,
                               .marks = marks_of(w, node),
                               .tag = (uint16_t)tag};
    uint32_t index = w->out->element_count;
    if (!LD_ARENA_PUSH(w->arena, w->out->elements, w->out->element_count, w->out->element_capacity,
                       element))
        return false;
    w->element = index;
    w->paragraph_depth += tag == LD_TAG_P;
    w->quote_depth += tag == LD_TAG_BLOCKQUOTE;
    w->pre_depth += tag == LD_TAG_PRE;
    w->list_depth += tag == LD_TAG_UL || tag == LD_TAG_OL;
    if (tag == LD_TAG_TABLE && w->row_depth == 0)
        *is_data = is_data_table(w, node);
    if (tag == LD_TAG_TR && (*is_data || w->row_depth > 0))
        w->row_depth++;
    return true;
}

static void leave(walk *w, ld_node node, bool *is_data)
{
    const ld_page_node *row = ld_node_row(w->page, node);
    if (row->kind != LD_NODE_KIND_ELEMENT || row->name_space != LD_NS_HTML)
        return;
    ld_tag tag = (ld_tag)row->tag;
    bool is_open = w->element != LD_ELEMENT_NONE && w->out->elements[w->element].node == node;
    if (!is_open) {
        w->link_depth -= tag == LD_TAG_A && w->link_depth > 0;
        w->bold_depth -= is_bold(tag) && w->bold_depth > 0;
        return;
    }
    if ((tag == LD_TAG_TD || tag == LD_TAG_TH) && w->row_depth == 1)
        put(w, "\x1f", 1);
    if (w->row_depth <= 1)
        if (w->row_depth == 0 || tag == LD_TAG_TR)
            end_block(w, false);
    w->row_depth -= tag == LD_TAG_TR && w->row_depth > 0;
    w->paragraph_depth -= tag == LD_TAG_P;
    w->quote_depth -= tag == LD_TAG_BLOCKQUOTE;
    w->pre_depth -= tag == LD_TAG_PRE;
    w->list_depth -= tag == LD_TAG_UL || tag == LD_TAG_OL;
    if (tag == LD_TAG_TABLE && w->row_depth == 0)
        *is_data = false;
    ld_text_element *element = &w->out->elements[w->element];
    element->end = w->out->block_count;
    element->last_inside = w->out->element_count - 1;
    w->element = element->parent;
}

static size_t count_text(const ld_page *page)
{
    size_t bytes = 64;
    for (uint32_t i = 0; i < page->node_count; i++)
        bytes += page->nodes[i].kind == LD_NODE_KIND_TEXT ? page->nodes[i].text.bytes : 3;
    return bytes;
}

void ld_blocks_make(ld_arena *arena, const ld_page *page, ld_node root, ld_text_blocks *out)
{
    *out = (ld_text_blocks){0};
    walk w = {.arena = arena, .page = page, .root = root, .out = out, .element = LD_ELEMENT_NONE};
    w.pool_bytes = count_text(page);
    w.pool = ld_arena_alloc(arena, w.pool_bytes);
    w.marks = out->marks = ld_arena_alloc(arena, sizeof *w.marks);
    if (!w.pool || !w.marks || root == LD_NODE_NONE)
        return;
    ld_marks_init(w.marks);
    bool is_data = false;
    ld_node n = root;
    for (;;) {
        if (enter(&w, n, &is_data) && page->nodes[n].first_child != LD_NODE_NONE) {
            n = page->nodes[n].first_child;
            continue;
        }
        for (;;) {
            bool was_entered = page->nodes[n].kind == LD_NODE_KIND_ELEMENT &&
                               page->nodes[n].name_space == LD_NS_HTML &&
                               !is_never_text((ld_tag)page->nodes[n].tag);
            if (was_entered)
                leave(&w, n, &is_data);
            if (n == root || page->nodes[n].next != LD_NODE_NONE)
                break;
            n = page->nodes[n].parent;
        }
        if (n == root)
            break;
        n = page->nodes[n].next;
    }
    end_block(&w, false);
}

ld_span ld_blocks_caption_text(ld_arena *arena, const ld_page *page, ld_marks *marks, ld_node node,
                               ld_span *credit)
{
    char *text = ld_arena_alloc(arena, LD_LINE_TEXT_MAX * 2);
    *credit = (ld_span){0};
    if (!text)
        return (ld_span){0};
    char *credits = text + LD_LINE_TEXT_MAX;
    size_t text_bytes = 0, credit_bytes = 0;
    uint32_t seen = 0;
    ld_node in_credit = LD_NODE_NONE;
    for (ld_node n = node; n != LD_NODE_NONE && seen < LD_LINE_NODES_MAX; seen++) {
        const ld_page_node *row = ld_node_row(page, n);
        ld_tag tag = ld_node_tag(page, n);
        if (in_credit != LD_NODE_NONE && !ld_node_is_within(page, n, in_credit))
            in_credit = LD_NODE_NONE;
        if (row->kind == LD_NODE_KIND_ELEMENT && (is_never_text(tag) || row->name_space)) {
            n = ld_node_next_skipping_children(page, n, node);
            continue;
        }
        if (row->kind == LD_NODE_KIND_ELEMENT && n != node && row->attribute_count > 0) {
            uint32_t mark = ld_marks_of(marks, page, n);
            if (mark & LD_MARK_HIDDEN) {
                n = ld_node_next_skipping_children(page, n, node);
                continue;
            }
            if (in_credit == LD_NODE_NONE && (mark & LD_MARK_CREDIT) && !(mark & LD_MARK_CAPTION))
                in_credit = n;
        }
        bool parts = row->kind == LD_NODE_KIND_ELEMENT && n != node && !is_inline(tag);
        ld_span s = row->kind == LD_NODE_KIND_TEXT ? row->text
                    : parts                        ? LD_SPAN(" ")
                                                   : (ld_span){0};
        size_t *used = in_credit != LD_NODE_NONE ? &credit_bytes : &text_bytes;
        if (s.bytes > 0 && *used + s.bytes <= LD_LINE_TEXT_MAX) {
            memcpy((in_credit != LD_NODE_NONE ? credits : text) + *used, s.data, s.bytes);
            *used += s.bytes;
        }
        n = ld_node_next_in_document(page, n, node);
    }
    *credit = ld_text_fold(arena, ld_span_of(credits, credit_bytes));
    return ld_text_fold(arena, ld_span_of(text, text_bytes));
}
