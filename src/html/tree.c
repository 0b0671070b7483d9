/*
 * Tree construction (HTML standard, 13.2.6): the loop that hands tokens to insertion modes.
 *
 *   token -> foreign content?  yes: tree_foreign.c
 *                              no:  the function of the insertion mode
 *            "again" (true)  : the mode changed, the same token is looked at once more
 *
 * A template's contents stand under the template itself, not in a document of their own.
 */
#include "html/tree.h"

#define AGAIN_MAX       (4 * LD_HTML_DEPTH_MAX) /* looks at one token; EOF closes a template a look */
#define FIRST_BYTES_MAX (2u << 20) /* of input that the arrays' first size is guessed for */

typedef bool (*mode_function)(ld_tree *t);
static const mode_function modes[LD_MODE_COUNT] = {
    [LD_MODE_INITIAL] = ld_mode_initial,
    [LD_MODE_BEFORE_HTML] = ld_mode_before_html,
    [LD_MODE_BEFORE_HEAD] = ld_mode_before_head,
    [LD_MODE_IN_HEAD] = ld_mode_in_head,
    [LD_MODE_IN_HEAD_NOSCRIPT] = ld_mode_in_head_noscript,
    [LD_MODE_AFTER_HEAD] = ld_mode_after_head,
    [LD_MODE_IN_BODY] = ld_mode_in_body,
    [LD_MODE_TEXT] = ld_mode_text,
    [LD_MODE_IN_TABLE] = ld_mode_in_table,
    [LD_MODE_IN_TABLE_TEXT] = ld_mode_in_table_text,
    [LD_MODE_IN_CAPTION] = ld_mode_in_caption,
    [LD_MODE_IN_COLUMN_GROUP] = ld_mode_in_column_group,
    [LD_MODE_IN_TABLE_BODY] = ld_mode_in_table_body,
    [LD_MODE_IN_ROW] = ld_mode_in_row,
    [LD_MODE_IN_CELL] = ld_mode_in_cell,
    [LD_MODE_IN_TEMPLATE] = ld_mode_in_template,
    [LD_MODE_AFTER_BODY] = ld_mode_after_body,
    [LD_MODE_IN_FRAMESET] = ld_mode_in_frameset,
    [LD_MODE_AFTER_FRAMESET] = ld_mode_after_frameset,
    [LD_MODE_AFTER_AFTER_BODY] = ld_mode_after_after_body,
    [LD_MODE_AFTER_AFTER_FRAMESET] = ld_mode_after_after_frameset,
};

bool ld_tree_dispatch(ld_tree *t, ld_mode mode)
{
    return modes[mode](t);
}

bool ld_tree_is_space(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] != ' ' && s.data[i] != '\n' && s.data[i] != '\t' && s.data[i] != '\f' &&
            s.data[i] != '\r')
            return false;
    return true;
}

ld_span ld_tree_take_space(ld_tree *t)
{
    ld_span text = t->token.text;
    size_t n = 0;
    while (n < text.bytes && ld_tree_is_space(ld_span_of(text.data + n, 1)))
        n++;
    t->token.text = ld_span_of(text.data + n, text.bytes - n);
    return ld_span_of(text.data, n);
}

void ld_tree_open_raw(ld_tree *t, ld_tokenizer_state state)
{
    ld_tree_push_element(t);
    t->tokenizer.state = (uint8_t)state;
    t->original_mode = t->mode;
    t->mode = LD_MODE_TEXT;
}

/* The mode an open element stands for, LD_MODE_COUNT: none. */
static ld_mode mode_of(const ld_tree *t, const ld_open *open, bool is_last)
{
    if (open->name_space != LD_NS_HTML)
        return is_last ? LD_MODE_IN_BODY : LD_MODE_COUNT;
    switch (open->tag) {
    case LD_TAG_TD:
    case LD_TAG_TH:
        return is_last ? LD_MODE_IN_BODY : LD_MODE_IN_CELL;
    case LD_TAG_TR:
        return LD_MODE_IN_ROW;
    case LD_TAG_TBODY:
    case LD_TAG_THEAD:
    case LD_TAG_TFOOT:
        return LD_MODE_IN_TABLE_BODY;
    case LD_TAG_CAPTION:
        return LD_MODE_IN_CAPTION;
    case LD_TAG_COLGROUP:
        return LD_MODE_IN_COLUMN_GROUP;
    case LD_TAG_TABLE:
        return LD_MODE_IN_TABLE;
    case LD_TAG_TEMPLATE:
        return t->template_count > 0 ? (ld_mode)t->template_modes[t->template_count - 1]
                                     : LD_MODE_IN_BODY;
    case LD_TAG_HEAD:
        return is_last ? LD_MODE_IN_BODY : LD_MODE_IN_HEAD;
    case LD_TAG_BODY:
        return LD_MODE_IN_BODY;
    case LD_TAG_FRAMESET:
        return LD_MODE_IN_FRAMESET;
    case LD_TAG_HTML:
        return t->head == LD_NODE_NONE ? LD_MODE_BEFORE_HEAD : LD_MODE_AFTER_HEAD;
    default:
        return is_last ? LD_MODE_IN_BODY : LD_MODE_COUNT;
    }
}

void ld_tree_reset_mode(ld_tree *t)
{
    for (uint32_t i = t->depth; i-- > 0;) {
        bool is_context = i == 0 && t->is_fragment;
        ld_mode mode = mode_of(t, is_context ? &t->context : &t->stack[i], i == 0);
        if (mode != LD_MODE_COUNT) {
            t->mode = (uint8_t)mode;
            return;
        }
    }
    t->mode = LD_MODE_IN_BODY;
}

bool ld_mode_text(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT:
        ld_tree_insert_text(t, t->token.text, t->token.is_stable);
        return false;
    case LD_HTML_END:
        ld_tree_pop(t);
        t->mode = t->original_mode;
        return true;
    case LD_HTML_END_TAG:
        ld_tree_pop(t);
        t->mode = t->original_mode;
        return false;
    default:
        return false;
    }
}

static const ld_open *adjusted_current(const ld_tree *t)
{
    return t->is_fragment && t->depth == 1 ? &t->context : ld_tree_current(t);
}

/* 13.2.6: is the token handled by the rules of HTML or by those of foreign content? */
static bool is_foreign(const ld_tree *t)
{
    const ld_html_token *token = &t->token;
    if (t->depth == 0 || token->kind == LD_HTML_END)
        return false;
    const ld_open *open = adjusted_current(t);
    if (open->name_space == LD_NS_HTML)
        return false;
    bool is_start = token->kind == LD_HTML_START_TAG, is_text = token->kind == LD_HTML_TEXT;
    if ((open->flags & LD_OPEN_MATH_POINT) &&
        (is_text || (is_start && token->tag != LD_TAG_MGLYPH && token->tag != LD_TAG_MALIGNMARK)))
        return false;
    if (open->name_space == LD_NS_MATHML && open->tag == LD_TAG_ANNOTATION_XML && is_start &&
        token->tag == LD_TAG_SVG)
        return false;
    return !((open->flags & LD_OPEN_HTML_POINT) && (is_start || is_text));
}

/* The full stack closed an element that the mode relied on: find the mode anew. */
static void renew_mode(ld_tree *t)
{
    t->is_mode_stale = false;
    if (t->mode != LD_MODE_TEXT && t->mode != LD_MODE_IN_TABLE_TEXT) {
        ld_tree_reset_mode(t);
        return;
    }
    uint8_t mode = t->mode;
    ld_tree_reset_mode(t);
    t->original_mode = t->mode;
    t->mode = mode;
}

static void take_token(ld_tree *t)
{
    if (t->skips_line_break) {
        t->skips_line_break = false;
        if (t->token.kind == LD_HTML_TEXT && t->token.text.data[0] == '\n') {
            t->token.text.data++;
            t->token.text.bytes--;
        }
    }
    if (t->token.kind == LD_HTML_TEXT && t->token.text.bytes == 0)
        return;
    for (uint32_t looks = 0; looks < AGAIN_MAX && !t->is_refused && !t->is_full; looks++) {
        bool again = is_foreign(t) ? ld_tree_foreign(t) : modes[t->mode](t);
        if (t->is_mode_stale)
            renew_mode(t);
        if (!again)
            return;
    }
}

/*
 * Links every element deeper than LD_HTML_DEPTH_MAX behind its parent instead of under it. Every
 * node is moved at most once: linear. The document has depth 0.
 */
static void flatten(ld_page *page)
{
    ld_page_node *nodes = page->nodes;
    uint32_t depth = 0;
    for (ld_node n = LD_NODE_DOCUMENT;;) {
        ld_node child = nodes[n].first_child;
        if (child != LD_NODE_NONE && depth == LD_HTML_DEPTH_MAX) {
            ld_node last = nodes[n].last_child, next = nodes[n].next, parent = nodes[n].parent;
            page->truncated = true;
            for (ld_node c = child; c != LD_NODE_NONE; c = nodes[c].next)
                nodes[c].parent = parent;
            nodes[n].first_child = nodes[n].last_child = LD_NODE_NONE;
            nodes[n].next = child;
            nodes[child].previous = n;
            nodes[last].next = next;
            if (next == LD_NODE_NONE)
                nodes[parent].last_child = last;
            else
                nodes[next].previous = last;
            child = LD_NODE_NONE;
        }
        if (child != LD_NODE_NONE) {
            n = child;
            depth++;
            continue;
        }
        while (n != LD_NODE_DOCUMENT && nodes[n].next == LD_NODE_NONE) {
            n = nodes[n].parent;
            depth--;
        }
        if (n == LD_NODE_DOCUMENT)
            return;
        n = nodes[n].next;
    }
}

static void start_fragment(ld_tree *t, const ld_html_options *options)
{
    ld_tag tag = options->context_tag;
    ld_namespace name_space = options->context_name_space;
    if (tag == LD_TAG_UNKNOWN && name_space == LD_NS_HTML)
        tag = LD_TAG_DIV;
    t->is_fragment = true;
    t->context = (ld_open){LD_NODE_NONE, (uint16_t)tag, (uint8_t)name_space,
                           ld_tree_flags((uint16_t)tag, name_space, options->context_encoding)};
    if (name_space == LD_NS_HTML) {
        switch (tag) {
        case LD_TAG_TITLE:
        case LD_TAG_TEXTAREA:
            t->tokenizer.state = LD_TOKENIZER_RCDATA;
            break;
        case LD_TAG_NOSCRIPT:
            if (t->is_scripting)
                t->tokenizer.state = LD_TOKENIZER_RAWTEXT;
            break;
        case LD_TAG_STYLE:
        case LD_TAG_XMP:
        case LD_TAG_IFRAME:
        case LD_TAG_NOEMBED:
        case LD_TAG_NOFRAMES:
            t->tokenizer.state = LD_TOKENIZER_RAWTEXT;
            break;
        case LD_TAG_SCRIPT:
            t->tokenizer.state = LD_TOKENIZER_SCRIPT;
            break;
        case LD_TAG_PLAINTEXT:
            t->tokenizer.state = LD_TOKENIZER_PLAINTEXT;
            break;
        default:
            break;
        }
    }
    t->token = (ld_html_token){
        .kind = LD_HTML_START_TAG, .tag = LD_TAG_HTML, .name = ld_tag_name(LD_TAG_HTML)};
    ld_node root = ld_tree_create(t, LD_NODE_KIND_ELEMENT);
    if (root == LD_NODE_NONE)
        return;
    t->page->nodes[root].tag = LD_TAG_HTML;
    t->page->nodes[root].text = ld_tag_name(LD_TAG_HTML);
    ld_tree_append(t, LD_NODE_DOCUMENT, root);
    ld_tree_push(t, root);
    if (name_space == LD_NS_HTML && tag == LD_TAG_TEMPLATE)
        t->template_modes[t->template_count++] = LD_MODE_IN_TEMPLATE;
    if (name_space == LD_NS_HTML && tag == LD_TAG_FORM)
        t->form = root;
    ld_tree_reset_mode(t);
}

static lede_status tree_new(ld_arena *arena, ld_span utf8, const ld_html_options *options,
                            ld_page *page, ld_tree **tree, lede_error *err)
{
    ld_tree *t = ld_arena_alloc_zero(arena, sizeof *t);
    if (!t)
        return ld_arena_status(arena, err);
    t->arena = arena;
    t->page = page;
    t->is_scripting = options->scripting;
    t->is_frameset_ok = true;
    t->head = t->form = LD_NODE_NONE;
    uint64_t room = 65536 + (uint64_t)utf8.bytes;
    t->node_count_max = room < LD_HTML_NODES_MAX ? (uint32_t)room : LD_HTML_NODES_MAX;
    LD_TRY(ld_tokenizer_init(&t->tokenizer, arena, utf8, err));
    /* a guess at the first size: pages have a node in 40 to 60 bytes */
    size_t guess = utf8.bytes < FIRST_BYTES_MAX ? utf8.bytes : FIRST_BYTES_MAX;
    if (!ld_arena_reserve(arena, (void **)&page->nodes, &t->node_capacity, 16 + guess / 48,
                          sizeof *page->nodes) ||
        !ld_arena_reserve(arena, (void **)&page->attributes, &t->attribute_capacity,
                          16 + guess / 80, sizeof *page->attributes))
        return ld_arena_status(arena, err);
    ld_tree_create(t, LD_NODE_KIND_DOCUMENT);
    *tree = t;
    return LEDE_OK;
}

lede_status ld_tree_build(ld_arena *arena, ld_span utf8, const ld_html_options *options,
                          bool is_fragment, ld_page *page, lede_error *err)
{
    ld_tree *t = NULL;
    LD_TRY(tree_new(arena, utf8, options, page, &t, err));
    if (is_fragment)
        start_fragment(t, options);
    do {
        t->tokenizer.allows_cdata = t->depth > 0 && adjusted_current(t)->name_space != LD_NS_HTML;
        ld_tokenizer_next(&t->tokenizer, &t->token);
        if (t->tokenizer.is_refused)
            break;
        take_token(t);
    } while (t->token.kind != LD_HTML_END && !t->is_refused && !t->is_full);
    if (t->has_selectedcontent)
        ld_tree_fill_selectedcontent(t);
    if (t->is_refused || t->tokenizer.is_refused)
        return ld_arena_status(arena, err);
    page->truncated |= t->tokenizer.is_truncated;
    if (t->may_be_deep)
        flatten(page);
    return LEDE_OK;
}
