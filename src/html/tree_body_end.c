/*
 * In body (13.2.6.4.7): text and end tags.
 */
#include "html/tree.h"

void ld_mode_in_body_text(ld_tree *t)
{
    if (t->token.is_nul)
        return;
    ld_tree_reconstruct(t);
    ld_tree_insert_text(t, t->token.text, t->token.is_stable);
    if (t->is_frameset_ok && !ld_tree_is_space(t->token.text))
        t->is_frameset_ok = false;
}

static bool names_token(const ld_tree *t, const ld_open *open)
{
    if (open->name_space != LD_NS_HTML || open->tag != t->token.tag)
        return false;
    return open->tag != LD_TAG_UNKNOWN ||
           ld_span_equal(t->page->nodes[open->node].text, t->token.name);
}

void ld_mode_in_body_other_end_tag(ld_tree *t)
{
    for (uint32_t i = t->depth; i-- > 0;) {
        const ld_open *open = &t->stack[i];
        if (names_token(t, open)) {
            /* implied ends, except for the element itself */
            while (t->depth - 1 > i && (ld_tree_current(t)->flags & LD_OPEN_IMPLIED) &&
                   !names_token(t, ld_tree_current(t)))
                ld_tree_pop(t);
            ld_tree_pop_to(t, i);
            return;
        }
        if (open->flags & LD_OPEN_SPECIAL)
            return;
    }
}

static void end_block(ld_tree *t)
{
    ld_tag tag = (ld_tag)t->token.tag;
    if (!ld_tree_in_scope(t, tag, LD_SCOPE_DEFAULT))
        return;
    ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
    ld_tree_pop_through(t, tag);
}

static void end_form(ld_tree *t)
{
    if (ld_tree_stack_find(t, LD_TAG_TEMPLATE) != UINT32_MAX) {
        end_block(t);
        return;
    }
    ld_node form = t->form;
    t->form = LD_NODE_NONE;
    if (form == LD_NODE_NONE || !ld_tree_node_in_scope(t, form))
        return;
    ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
    uint32_t index = ld_tree_stack_find_node(t, form);
    if (index != UINT32_MAX && index > 0)
        ld_tree_stack_remove(t, index);
}

static void end_p(ld_tree *t)
{
    if (!ld_tree_in_scope(t, LD_TAG_P, LD_SCOPE_BUTTON))
        ld_tree_push_named(t, LD_TAG_P);
    ld_tree_close_p(t);
}

static void end_item(ld_tree *t)
{
    ld_tag tag = (ld_tag)t->token.tag;
    ld_scope scope = tag == LD_TAG_LI ? LD_SCOPE_LIST : LD_SCOPE_DEFAULT;
    if (!ld_tree_in_scope(t, tag, scope))
        return;
    ld_tree_imply_ends(t, tag);
    ld_tree_pop_through(t, tag);
}

static void end_heading(ld_tree *t)
{
    if (!ld_tree_heading_in_scope(t))
        return;
    ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
    while (t->depth > 1) {
        ld_open open = *ld_tree_current(t);
        ld_tree_pop(t);
        if (open.name_space == LD_NS_HTML && ld_tag_is_heading(open.tag))
            return;
    }
}

static void end_object(ld_tree *t)
{
    ld_tag tag = (ld_tag)t->token.tag;
    if (!ld_tree_in_scope(t, tag, LD_SCOPE_DEFAULT))
        return;
    ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
    ld_tree_pop_through(t, tag);
    ld_tree_format_clear(t);
}

/* </br> is a <br>. */
static void end_br(ld_tree *t)
{
    t->token.kind = LD_HTML_START_TAG;
    t->token.attribute_count = 0;
    ld_mode_in_body(t);
    t->token.kind = LD_HTML_END_TAG;
}

static bool end_body(ld_tree *t)
{
    if (!ld_tree_in_scope(t, LD_TAG_BODY, LD_SCOPE_DEFAULT))
        return false;
    t->mode = LD_MODE_AFTER_BODY;
    return t->token.tag == LD_TAG_HTML;
}

static void end_formatting(ld_tree *t)
{
    if (!ld_tree_adopt(t, t->token.tag))
        ld_mode_in_body_other_end_tag(t);
}

typedef void (*token_action)(ld_tree *t);
/* What an end tag does; NULL: it is "any other end tag". */
/* clang-format off */
static const token_action end_actions[LD_TAG_COUNT] = {
    [LD_TAG_TEMPLATE] = ld_tree_close_template,
    [LD_TAG_ADDRESS] = end_block, [LD_TAG_ARTICLE] = end_block, [LD_TAG_ASIDE] = end_block,
    [LD_TAG_BLOCKQUOTE] = end_block, [LD_TAG_BUTTON] = end_block, [LD_TAG_CENTER] = end_block,
    [LD_TAG_DETAILS] = end_block, [LD_TAG_DIALOG] = end_block, [LD_TAG_DIR] = end_block,
    [LD_TAG_DIV] = end_block, [LD_TAG_DL] = end_block, [LD_TAG_FIELDSET] = end_block,
    [LD_TAG_FIGCAPTION] = end_block, [LD_TAG_FIGURE] = end_block, [LD_TAG_FOOTER] = end_block,
    [LD_TAG_HEADER] = end_block, [LD_TAG_HGROUP] = end_block, [LD_TAG_LISTING] = end_block,
    [LD_TAG_MAIN] = end_block, [LD_TAG_MENU] = end_block, [LD_TAG_NAV] = end_block,
    [LD_TAG_OL] = end_block, [LD_TAG_PRE] = end_block, [LD_TAG_SEARCH] = end_block,
    [LD_TAG_SECTION] = end_block, [LD_TAG_SELECT] = end_block, [LD_TAG_SUMMARY] = end_block,
    [LD_TAG_UL] = end_block,
    [LD_TAG_FORM] = end_form,
    [LD_TAG_P] = end_p,
    [LD_TAG_LI] = end_item, [LD_TAG_DD] = end_item, [LD_TAG_DT] = end_item,
    [LD_TAG_H1] = end_heading, [LD_TAG_H2] = end_heading, [LD_TAG_H3] = end_heading,
    [LD_TAG_H4] = end_heading, [LD_TAG_H5] = end_heading, [LD_TAG_H6] = end_heading,
    [LD_TAG_A] = end_formatting, [LD_TAG_B] = end_formatting, [LD_TAG_BIG] = end_formatting,
    [LD_TAG_CODE] = end_formatting, [LD_TAG_EM] = end_formatting, [LD_TAG_FONT] = end_formatting,
    [LD_TAG_I] = end_formatting, [LD_TAG_NOBR] = end_formatting, [LD_TAG_S] = end_formatting,
    [LD_TAG_SMALL] = end_formatting, [LD_TAG_STRIKE] = end_formatting,
    [LD_TAG_STRONG] = end_formatting, [LD_TAG_TT] = end_formatting, [LD_TAG_U] = end_formatting,
    [LD_TAG_APPLET] = end_object, [LD_TAG_MARQUEE] = end_object, [LD_TAG_OBJECT] = end_object,
    [LD_TAG_BR] = end_br,
};
/* clang-format on */

bool ld_mode_in_body_end_tag(ld_tree *t)
{
    if (t->token.tag == LD_TAG_BODY || t->token.tag == LD_TAG_HTML)
        return end_body(t);
    token_action action = end_actions[t->token.tag];
    if (action)
        action(t);
    else
        ld_mode_in_body_other_end_tag(t);
    return false;
}
