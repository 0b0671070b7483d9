/*
 * The stack of open elements: entry 0 is <html>, the last one the current node. Each entry keeps
 * the name and the categories of its element beside its index, so that the scope searches, the
 * most frequent step of all, run over one small array and touch no node.
 */
#include "html/tree.h"

/* ---- categories ---- */

/* clang-format off */
#define SPECIAL     LD_OPEN_SPECIAL
#define SCOPE       LD_OPEN_SCOPE
#define TABLE_SCOPE LD_OPEN_TABLE_SCOPE
#define IMPLIED     LD_OPEN_IMPLIED
#define MARKER      LD_OPEN_MARKER
static const uint8_t html_flags[LD_TAG_COUNT] = {
    [LD_TAG_HTML] = SPECIAL | SCOPE | TABLE_SCOPE, [LD_TAG_TABLE] = SPECIAL | SCOPE | TABLE_SCOPE,
    [LD_TAG_TEMPLATE] = SPECIAL | SCOPE | TABLE_SCOPE | MARKER,
    [LD_TAG_APPLET] = SPECIAL | SCOPE | MARKER, [LD_TAG_CAPTION] = SPECIAL | SCOPE | MARKER,
    [LD_TAG_MARQUEE] = SPECIAL | SCOPE | MARKER, [LD_TAG_OBJECT] = SPECIAL | SCOPE | MARKER,
    [LD_TAG_TD] = SPECIAL | SCOPE | MARKER, [LD_TAG_TH] = SPECIAL | SCOPE | MARKER,
    [LD_TAG_SELECT] = SPECIAL | SCOPE,
    [LD_TAG_DD] = SPECIAL | IMPLIED, [LD_TAG_DT] = SPECIAL | IMPLIED,
    [LD_TAG_LI] = SPECIAL | IMPLIED, [LD_TAG_P] = SPECIAL | IMPLIED,
    [LD_TAG_OPTGROUP] = IMPLIED, [LD_TAG_OPTION] = IMPLIED, [LD_TAG_RB] = IMPLIED,
    [LD_TAG_RP] = IMPLIED, [LD_TAG_RT] = IMPLIED, [LD_TAG_RTC] = IMPLIED,
    [LD_TAG_ADDRESS] = SPECIAL, [LD_TAG_AREA] = SPECIAL, [LD_TAG_ARTICLE] = SPECIAL,
    [LD_TAG_ASIDE] = SPECIAL, [LD_TAG_BASE] = SPECIAL, [LD_TAG_BASEFONT] = SPECIAL,
    [LD_TAG_BGSOUND] = SPECIAL, [LD_TAG_BLOCKQUOTE] = SPECIAL, [LD_TAG_BODY] = SPECIAL,
    [LD_TAG_BR] = SPECIAL, [LD_TAG_BUTTON] = SPECIAL, [LD_TAG_CENTER] = SPECIAL,
    [LD_TAG_COL] = SPECIAL, [LD_TAG_COLGROUP] = SPECIAL, [LD_TAG_DETAILS] = SPECIAL,
    [LD_TAG_DIR] = SPECIAL, [LD_TAG_DIV] = SPECIAL, [LD_TAG_DL] = SPECIAL, [LD_TAG_EMBED] = SPECIAL,
    [LD_TAG_FIELDSET] = SPECIAL, [LD_TAG_FIGCAPTION] = SPECIAL, [LD_TAG_FIGURE] = SPECIAL,
    [LD_TAG_FOOTER] = SPECIAL, [LD_TAG_FORM] = SPECIAL, [LD_TAG_FRAME] = SPECIAL,
    [LD_TAG_FRAMESET] = SPECIAL, [LD_TAG_H1] = SPECIAL, [LD_TAG_H2] = SPECIAL,
    [LD_TAG_H3] = SPECIAL, [LD_TAG_H4] = SPECIAL, [LD_TAG_H5] = SPECIAL, [LD_TAG_H6] = SPECIAL,
    [LD_TAG_HEAD] = SPECIAL, [LD_TAG_HEADER] = SPECIAL, [LD_TAG_HGROUP] = SPECIAL,
    [LD_TAG_HR] = SPECIAL, [LD_TAG_IFRAME] = SPECIAL, [LD_TAG_IMG] = SPECIAL,
    [LD_TAG_INPUT] = SPECIAL, [LD_TAG_KEYGEN] = SPECIAL, [LD_TAG_LINK] = SPECIAL,
    [LD_TAG_LISTING] = SPECIAL, [LD_TAG_MAIN] = SPECIAL, [LD_TAG_MENU] = SPECIAL,
    [LD_TAG_META] = SPECIAL, [LD_TAG_NAV] = SPECIAL, [LD_TAG_NOEMBED] = SPECIAL,
    [LD_TAG_NOFRAMES] = SPECIAL, [LD_TAG_NOSCRIPT] = SPECIAL, [LD_TAG_OL] = SPECIAL,
    [LD_TAG_PARAM] = SPECIAL, [LD_TAG_PLAINTEXT] = SPECIAL, [LD_TAG_PRE] = SPECIAL,
    [LD_TAG_SCRIPT] = SPECIAL, [LD_TAG_SEARCH] = SPECIAL, [LD_TAG_SECTION] = SPECIAL,
    [LD_TAG_SOURCE] = SPECIAL, [LD_TAG_STYLE] = SPECIAL, [LD_TAG_SUMMARY] = SPECIAL,
    [LD_TAG_TBODY] = SPECIAL, [LD_TAG_TEXTAREA] = SPECIAL, [LD_TAG_TFOOT] = SPECIAL,
    [LD_TAG_THEAD] = SPECIAL, [LD_TAG_TITLE] = SPECIAL, [LD_TAG_TR] = SPECIAL,
    [LD_TAG_TRACK] = SPECIAL, [LD_TAG_UL] = SPECIAL, [LD_TAG_WBR] = SPECIAL, [LD_TAG_XMP] = SPECIAL,
};
#undef SPECIAL
#undef SCOPE
#undef TABLE_SCOPE
#undef IMPLIED
#undef MARKER
/* clang-format on */

static bool holds_html(ld_span encoding)
{
    return ld_span_equal_nocase(encoding, LD_SPAN("text/html")) ||
           ld_span_equal_nocase(encoding, LD_SPAN("application/xhtml+xml"));
}

static uint8_t mathml_flags(uint16_t tag, ld_span encoding)
{
    switch (tag) {
    case LD_TAG_MI:
    case LD_TAG_MO:
    case LD_TAG_MN:
    case LD_TAG_MS:
    case LD_TAG_MTEXT:
        return LD_OPEN_SPECIAL | LD_OPEN_SCOPE | LD_OPEN_MATH_POINT;
    case LD_TAG_ANNOTATION_XML:
        return (uint8_t)(LD_OPEN_SPECIAL | LD_OPEN_SCOPE |
                         (holds_html(encoding) ? LD_OPEN_HTML_POINT : 0));
    default:
        return 0;
    }
}

static uint8_t svg_flags(uint16_t tag)
{
    switch (tag) {
    case LD_TAG_FOREIGNOBJECT:
    case LD_TAG_DESC:
    case LD_TAG_TITLE:
        return LD_OPEN_SPECIAL | LD_OPEN_SCOPE | LD_OPEN_HTML_POINT;
    default:
        return 0;
    }
}

uint8_t ld_tree_flags(uint16_t tag, ld_namespace name_space, ld_span encoding)
{
    switch (name_space) {
    case LD_NS_HTML:
        return html_flags[tag];
    case LD_NS_MATHML:
        return mathml_flags(tag, encoding);
    default:
        return svg_flags(tag);
    }
}

ld_open ld_tree_describe(const ld_tree *t, ld_node node)
{
    const ld_page_node *row = &t->page->nodes[node];
    ld_span encoding = {NULL, 0};
    if (row->name_space == LD_NS_MATHML && row->tag == LD_TAG_ANNOTATION_XML)
        for (uint32_t i = 0; i < row->attribute_count; i++) {
            const ld_page_attribute *a = &t->page->attributes[row->attribute_first + i];
            if (ld_span_equal(a->name, LD_SPAN("encoding")))
                encoding = a->value;
        }
    return (ld_open){node, row->tag, row->name_space,
                     ld_tree_flags(row->tag, (ld_namespace)row->name_space, encoding)};
}

/* ---- push and pop ---- */

static bool mode_relies_on(const ld_open *open)
{
    if (open->name_space != LD_NS_HTML)
        return false;
    switch (open->tag) {
    case LD_TAG_TABLE:
    case LD_TAG_CAPTION:
    case LD_TAG_COLGROUP:
    case LD_TAG_TBODY:
    case LD_TAG_THEAD:
    case LD_TAG_TFOOT:
    case LD_TAG_TR:
    case LD_TAG_TD:
    case LD_TAG_TH:
    case LD_TAG_TEMPLATE:
        return true;
    default:
        return false;
    }
}

void ld_tree_make_room(ld_tree *t)
{
    if (t->depth < LD_HTML_DEPTH_MAX)
        return;
    const ld_open *open = ld_tree_current(t);
    t->page->truncated = true;
    if (mode_relies_on(open))
        t->is_mode_stale = true;
    if (open->name_space == LD_NS_HTML && (open->flags & LD_OPEN_MARKER))
        ld_tree_format_clear(t);
    if (ld_open_is(open, LD_TAG_TEMPLATE) && t->template_count > 0)
        t->template_count--;
    ld_tree_pop(t);
}

void ld_tree_push(ld_tree *t, ld_node node)
{
    ld_tree_make_room(t);
    t->stack[t->depth++] = ld_tree_describe(t, node);
    if (t->depth == LD_HTML_DEPTH_MAX)
        t->may_be_deep = true;
}

void ld_tree_pop(ld_tree *t)
{
    if (t->depth > 1)
        t->depth--;
}

void ld_tree_pop_to(ld_tree *t, uint32_t depth)
{
    while (t->depth > depth && t->depth > 1)
        ld_tree_pop(t);
}

void ld_tree_stack_remove(ld_tree *t, uint32_t index)
{
    memmove(&t->stack[index], &t->stack[index + 1], (t->depth - index - 1) * sizeof t->stack[0]);
    t->depth--;
}

/* ---- searches ---- */

uint32_t ld_tree_stack_find_node(const ld_tree *t, ld_node node)
{
    for (uint32_t i = t->depth; i-- > 0;)
        if (t->stack[i].node == node)
            return i;
    return UINT32_MAX;
}

uint32_t ld_tree_stack_find(const ld_tree *t, ld_tag tag)
{
    for (uint32_t i = t->depth; i-- > 0;)
        if (ld_open_is(&t->stack[i], tag))
            return i;
    return UINT32_MAX;
}

static bool ends_scope(const ld_open *open, ld_scope scope)
{
    if (scope == LD_SCOPE_TABLE)
        return open->flags & LD_OPEN_TABLE_SCOPE;
    if (open->flags & LD_OPEN_SCOPE)
        return true;
    if (scope == LD_SCOPE_BUTTON)
        return ld_open_is(open, LD_TAG_BUTTON);
    if (scope == LD_SCOPE_LIST)
        return ld_open_is(open, LD_TAG_OL) || ld_open_is(open, LD_TAG_UL);
    return false;
}

bool ld_tree_in_scope(const ld_tree *t, ld_tag tag, ld_scope scope)
{
    for (uint32_t i = t->depth; i-- > 0;) {
        if (ld_open_is(&t->stack[i], tag))
            return true;
        if (ends_scope(&t->stack[i], scope))
            return false;
    }
    return false;
}

bool ld_tree_node_in_scope(const ld_tree *t, ld_node node)
{
    for (uint32_t i = t->depth; i-- > 0;) {
        if (t->stack[i].node == node)
            return true;
        if (ends_scope(&t->stack[i], LD_SCOPE_DEFAULT))
            return false;
    }
    return false;
}

bool ld_tag_is_heading(uint16_t tag)
{
    return tag >= LD_TAG_H1 && tag <= LD_TAG_H6;
}

bool ld_tree_heading_in_scope(const ld_tree *t)
{
    for (uint32_t i = t->depth; i-- > 0;) {
        const ld_open *open = &t->stack[i];
        if (open->name_space == LD_NS_HTML && ld_tag_is_heading(open->tag))
            return true;
        if (ends_scope(open, LD_SCOPE_DEFAULT))
            return false;
    }
    return false;
}

/* ---- closing ---- */

void ld_tree_pop_through(ld_tree *t, ld_tag tag)
{
    uint32_t index = ld_tree_stack_find(t, tag);
    if (index != UINT32_MAX)
        ld_tree_pop_to(t, index);
}

void ld_tree_imply_ends(ld_tree *t, ld_tag except)
{
    while ((ld_tree_current(t)->flags & LD_OPEN_IMPLIED) && !ld_tree_current_is(t, except))
        ld_tree_pop(t);
}

void ld_tree_imply_ends_thoroughly(ld_tree *t)
{
    for (;;) {
        const ld_open *open = ld_tree_current(t);
        bool is_part = mode_relies_on(open) && !ld_open_is(open, LD_TAG_TABLE) &&
                       !ld_open_is(open, LD_TAG_TEMPLATE);
        if (!(open->flags & LD_OPEN_IMPLIED) && !is_part)
            return;
        ld_tree_pop(t);
    }
}

void ld_tree_close_p(ld_tree *t)
{
    if (!ld_tree_in_scope(t, LD_TAG_P, LD_SCOPE_BUTTON))
        return;
    ld_tree_imply_ends(t, LD_TAG_P);
    ld_tree_pop_through(t, LD_TAG_P);
}
