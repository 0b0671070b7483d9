/*
 * In body (13.2.6.4.7): start tags. Each group of the standard's list is one function; the table
 * start_actions says which tags belong to it.
 */
#include "html/tree.h"

static void stop_frameset(ld_tree *t)
{
    t->is_frameset_ok = false;
}

/* <html> again: its attributes are added to the first one. */
static void start_html(ld_tree *t)
{
    if (ld_tree_stack_find(t, LD_TAG_TEMPLATE) == UINT32_MAX)
        ld_tree_merge_attributes(t, t->stack[0].node);
}

static void start_body(ld_tree *t)
{
    if (t->depth < 2 || !ld_open_is(&t->stack[1], LD_TAG_BODY) ||
        ld_tree_stack_find(t, LD_TAG_TEMPLATE) != UINT32_MAX)
        return;
    stop_frameset(t);
    ld_tree_merge_attributes(t, t->stack[1].node);
}

/* <frameset> takes the place of a body that holds nothing yet. */
static void start_frameset(ld_tree *t)
{
    if (t->depth < 2 || !ld_open_is(&t->stack[1], LD_TAG_BODY) || !t->is_frameset_ok)
        return;
    ld_tree_detach(t, t->stack[1].node);
    ld_tree_pop_to(t, 1);
    ld_tree_push_element(t);
    t->mode = LD_MODE_IN_FRAMESET;
}

static void start_block(ld_tree *t)
{
    ld_tree_close_p(t);
    ld_tree_push_element(t);
}

static void start_heading(ld_tree *t)
{
    ld_tree_close_p(t);
    const ld_open *open = ld_tree_current(t);
    if (open->name_space == LD_NS_HTML && ld_tag_is_heading(open->tag))
        ld_tree_pop(t);
    ld_tree_push_element(t);
}

static void start_pre(ld_tree *t)
{
    start_block(t);
    t->skips_line_break = true;
    stop_frameset(t);
}

static void start_form(ld_tree *t)
{
    bool in_template = ld_tree_stack_find(t, LD_TAG_TEMPLATE) != UINT32_MAX;
    if (t->form != LD_NODE_NONE && !in_template)
        return;
    ld_tree_close_p(t);
    ld_node node = ld_tree_push_element(t);
    if (!in_template)
        t->form = node;
}

/* <li>, <dd>, <dt>: closes the open item before it. */
static void start_item(ld_tree *t)
{
    bool is_li = t->token.tag == LD_TAG_LI;
    stop_frameset(t);
    for (uint32_t i = t->depth; i-- > 0;) {
        const ld_open *open = &t->stack[i];
        bool is_item = is_li ? ld_open_is(open, LD_TAG_LI)
                             : ld_open_is(open, LD_TAG_DD) || ld_open_is(open, LD_TAG_DT);
        if (is_item) {
            ld_tag tag = (ld_tag)open->tag;
            ld_tree_imply_ends(t, tag);
            ld_tree_pop_through(t, tag);
            break;
        }
        if ((open->flags & LD_OPEN_SPECIAL) && !ld_open_is(open, LD_TAG_ADDRESS) &&
            !ld_open_is(open, LD_TAG_DIV) && !ld_open_is(open, LD_TAG_P))
            break;
    }
    start_block(t);
}

static void start_plaintext(ld_tree *t)
{
    start_block(t);
    t->tokenizer.state = LD_TOKENIZER_PLAINTEXT;
}

static void start_button(ld_tree *t)
{
    if (ld_tree_in_scope(t, LD_TAG_BUTTON, LD_SCOPE_DEFAULT)) {
        ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
        ld_tree_pop_through(t, LD_TAG_BUTTON);
    }
    ld_tree_reconstruct(t);
    ld_tree_push_element(t);
    stop_frameset(t);
}

static void push_formatting(ld_tree *t)
{
    ld_tree_reconstruct(t);
    ld_node node = ld_tree_push_element(t);
    if (node != LD_NODE_NONE)
        ld_tree_format_push(t, node, t->token.tag);
}

static void start_a(ld_tree *t)
{
    uint32_t entry = ld_tree_format_find(t, LD_TAG_A);
    if (entry != UINT32_MAX) {
        ld_node node = t->formatting[entry].node;
        ld_tree_adopt(t, LD_TAG_A);
        entry = ld_tree_format_find_node(t, node);
        if (entry != UINT32_MAX)
            ld_tree_format_remove(t, entry);
        uint32_t index = ld_tree_stack_find_node(t, node);
        if (index != UINT32_MAX)
            ld_tree_stack_remove(t, index);
    }
    push_formatting(t);
}

static void start_nobr(ld_tree *t)
{
    ld_tree_reconstruct(t);
    if (ld_tree_in_scope(t, LD_TAG_NOBR, LD_SCOPE_DEFAULT) && !ld_tree_adopt(t, LD_TAG_NOBR))
        ld_mode_in_body_other_end_tag(t);
    push_formatting(t);
}

/* <applet>, <marquee>, <object> */
static void start_object(ld_tree *t)
{
    ld_tree_reconstruct(t);
    ld_tree_push_element(t);
    ld_tree_format_marker(t);
    stop_frameset(t);
}

static void start_table(ld_tree *t)
{
    if (!t->page->quirks)
        ld_tree_close_p(t);
    ld_tree_push_element(t);
    stop_frameset(t);
    t->mode = LD_MODE_IN_TABLE;
}

static void start_void(ld_tree *t)
{
    ld_tree_reconstruct(t);
    ld_tree_insert_void(t);
    stop_frameset(t);
}

static bool is_select_context(const ld_tree *t)
{
    return t->is_fragment && ld_open_is(&t->context, LD_TAG_SELECT);
}

static bool in_select(const ld_tree *t)
{
    return ld_tree_in_scope(t, LD_TAG_SELECT, LD_SCOPE_DEFAULT);
}

static void start_input(ld_tree *t)
{
    if (is_select_context(t))
        return;
    if (in_select(t))
        ld_tree_pop_through(t, LD_TAG_SELECT);
    ld_tree_reconstruct(t);
    ld_tree_insert_void(t);
    if (!ld_span_equal_nocase(ld_tree_token_attribute(t, LD_SPAN("type")), LD_SPAN("hidden")))
        stop_frameset(t);
}

static void start_hr(ld_tree *t)
{
    ld_tree_close_p(t);
    if (in_select(t))
        ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
    ld_tree_insert_void(t);
    stop_frameset(t);
}

static void start_textarea(ld_tree *t)
{
    ld_tree_open_raw(t, LD_TOKENIZER_RCDATA);
    t->skips_line_break = true;
    stop_frameset(t);
}

static void start_xmp(ld_tree *t)
{
    ld_tree_close_p(t);
    ld_tree_reconstruct(t);
    stop_frameset(t);
    ld_tree_open_raw(t, LD_TOKENIZER_RAWTEXT);
}

static void start_select(ld_tree *t)
{
    if (is_select_context(t))
        return;
    if (in_select(t)) {
        ld_tree_pop_through(t, LD_TAG_SELECT);
        return;
    }
    ld_tree_reconstruct(t);
    ld_tree_push_element(t);
    stop_frameset(t);
}

static void start_option(ld_tree *t)
{
    if (in_select(t))
        ld_tree_imply_ends(t, t->token.tag == LD_TAG_OPTION ? LD_TAG_OPTGROUP : LD_TAG_UNKNOWN);
    else if (ld_tree_current_is(t, LD_TAG_OPTION))
        ld_tree_pop(t);
    ld_tree_reconstruct(t);
    ld_tree_push_element(t);
}

static void start_ruby_part(ld_tree *t)
{
    bool is_text = t->token.tag == LD_TAG_RP || t->token.tag == LD_TAG_RT;
    if (ld_tree_in_scope(t, LD_TAG_RUBY, LD_SCOPE_DEFAULT))
        ld_tree_imply_ends(t, is_text ? LD_TAG_RTC : LD_TAG_UNKNOWN);
    ld_tree_push_element(t);
}

static void start_foreign(ld_tree *t, ld_namespace name_space)
{
    ld_tree_reconstruct(t);
    ld_tree_push_foreign(t, name_space, !t->token.is_self_closing);
}

static void start_noscript(ld_tree *t)
{
    if (t->is_scripting) {
        ld_tree_open_raw(t, LD_TOKENIZER_RAWTEXT);
        return;
    }
    ld_tree_reconstruct(t);
    ld_tree_push_element(t);
}

static void start_in_head(ld_tree *t)
{
    ld_mode_in_head(t);
}

static void start_plain_void(ld_tree *t)
{
    ld_tree_insert_void(t);
}

/* <image> is <img>: "don't ask", says the standard. */
static void start_image(ld_tree *t)
{
    t->token.tag = LD_TAG_IMG;
    t->token.name = ld_tag_name(LD_TAG_IMG);
    start_void(t);
}

static void start_iframe(ld_tree *t)
{
    stop_frameset(t);
    ld_tree_open_raw(t, LD_TOKENIZER_RAWTEXT);
}

static void start_noembed(ld_tree *t)
{
    ld_tree_open_raw(t, LD_TOKENIZER_RAWTEXT);
}

static void start_math(ld_tree *t)
{
    start_foreign(t, LD_NS_MATHML);
}

static void start_svg(ld_tree *t)
{
    start_foreign(t, LD_NS_SVG);
}

/* Start tags that are out of place in a body. */
static void ignore(ld_tree *t)
{
    (void)t;
}

typedef void (*token_action)(ld_tree *t);
/* What a start tag does; NULL: it opens an ordinary element. */
/* clang-format off */
static const token_action start_actions[LD_TAG_COUNT] = {
    [LD_TAG_BASE] = start_in_head, [LD_TAG_BASEFONT] = start_in_head,
    [LD_TAG_BGSOUND] = start_in_head, [LD_TAG_LINK] = start_in_head, [LD_TAG_META] = start_in_head,
    [LD_TAG_NOFRAMES] = start_in_head, [LD_TAG_SCRIPT] = start_in_head,
    [LD_TAG_STYLE] = start_in_head, [LD_TAG_TEMPLATE] = start_in_head,
    [LD_TAG_TITLE] = start_in_head,
    [LD_TAG_HTML] = start_html,
    [LD_TAG_BODY] = start_body,
    [LD_TAG_FRAMESET] = start_frameset,
    [LD_TAG_ADDRESS] = start_block, [LD_TAG_ARTICLE] = start_block, [LD_TAG_ASIDE] = start_block,
    [LD_TAG_BLOCKQUOTE] = start_block, [LD_TAG_CENTER] = start_block,
    [LD_TAG_DETAILS] = start_block, [LD_TAG_DIALOG] = start_block, [LD_TAG_DIR] = start_block,
    [LD_TAG_DIV] = start_block, [LD_TAG_DL] = start_block, [LD_TAG_FIELDSET] = start_block,
    [LD_TAG_FIGCAPTION] = start_block, [LD_TAG_FIGURE] = start_block, [LD_TAG_FOOTER] = start_block,
    [LD_TAG_HEADER] = start_block, [LD_TAG_HGROUP] = start_block, [LD_TAG_MAIN] = start_block,
    [LD_TAG_MENU] = start_block, [LD_TAG_NAV] = start_block, [LD_TAG_OL] = start_block,
    [LD_TAG_P] = start_block, [LD_TAG_SEARCH] = start_block, [LD_TAG_SECTION] = start_block,
    [LD_TAG_SUMMARY] = start_block, [LD_TAG_UL] = start_block,
    [LD_TAG_H1] = start_heading, [LD_TAG_H2] = start_heading, [LD_TAG_H3] = start_heading,
    [LD_TAG_H4] = start_heading, [LD_TAG_H5] = start_heading, [LD_TAG_H6] = start_heading,
    [LD_TAG_PRE] = start_pre, [LD_TAG_LISTING] = start_pre,
    [LD_TAG_FORM] = start_form,
    [LD_TAG_LI] = start_item, [LD_TAG_DD] = start_item, [LD_TAG_DT] = start_item,
    [LD_TAG_PLAINTEXT] = start_plaintext,
    [LD_TAG_BUTTON] = start_button,
    [LD_TAG_A] = start_a,
    [LD_TAG_NOBR] = start_nobr,
    [LD_TAG_B] = push_formatting, [LD_TAG_BIG] = push_formatting, [LD_TAG_CODE] = push_formatting,
    [LD_TAG_EM] = push_formatting, [LD_TAG_FONT] = push_formatting, [LD_TAG_I] = push_formatting,
    [LD_TAG_S] = push_formatting, [LD_TAG_SMALL] = push_formatting,
    [LD_TAG_STRIKE] = push_formatting, [LD_TAG_STRONG] = push_formatting,
    [LD_TAG_TT] = push_formatting, [LD_TAG_U] = push_formatting,
    [LD_TAG_APPLET] = start_object, [LD_TAG_MARQUEE] = start_object, [LD_TAG_OBJECT] = start_object,
    [LD_TAG_TABLE] = start_table,
    [LD_TAG_AREA] = start_void, [LD_TAG_BR] = start_void, [LD_TAG_EMBED] = start_void,
    [LD_TAG_IMG] = start_void, [LD_TAG_KEYGEN] = start_void, [LD_TAG_WBR] = start_void,
    [LD_TAG_INPUT] = start_input,
    [LD_TAG_PARAM] = start_plain_void, [LD_TAG_SOURCE] = start_plain_void,
    [LD_TAG_TRACK] = start_plain_void,
    [LD_TAG_HR] = start_hr,
    [LD_TAG_IMAGE] = start_image,
    [LD_TAG_TEXTAREA] = start_textarea,
    [LD_TAG_XMP] = start_xmp,
    [LD_TAG_IFRAME] = start_iframe,
    [LD_TAG_NOEMBED] = start_noembed,
    [LD_TAG_NOSCRIPT] = start_noscript,
    [LD_TAG_SELECT] = start_select,
    [LD_TAG_OPTION] = start_option, [LD_TAG_OPTGROUP] = start_option,
    [LD_TAG_RB] = start_ruby_part, [LD_TAG_RTC] = start_ruby_part, [LD_TAG_RP] = start_ruby_part,
    [LD_TAG_RT] = start_ruby_part,
    [LD_TAG_MATH] = start_math,
    [LD_TAG_SVG] = start_svg,
    [LD_TAG_CAPTION] = ignore, [LD_TAG_COL] = ignore, [LD_TAG_COLGROUP] = ignore,
    [LD_TAG_FRAME] = ignore, [LD_TAG_HEAD] = ignore, [LD_TAG_TBODY] = ignore, [LD_TAG_TD] = ignore,
    [LD_TAG_TFOOT] = ignore, [LD_TAG_TH] = ignore, [LD_TAG_THEAD] = ignore, [LD_TAG_TR] = ignore,
};
/* clang-format on */

static void start_tag(ld_tree *t)
{
    token_action action = start_actions[t->token.tag];
    if (action) {
        action(t);
        return;
    }
    ld_tree_reconstruct(t);
    ld_tree_push_element(t);
}

bool ld_mode_in_body(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_START_TAG:
        start_tag(t);
        return false;
    case LD_HTML_END_TAG:
        return ld_mode_in_body_end_tag(t);
    case LD_HTML_TEXT:
        ld_mode_in_body_text(t);
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_END:
        return t->template_count > 0 ? ld_mode_in_template(t) : false;
    default:
        return false;
    }
}
