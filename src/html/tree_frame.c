/*
 * Templates, framesets, and what comes after the end of the body (13.2.6.4.16 to 13.2.6.4.23).
 */
#include "html/tree.h"

/* ---- in template ---- */

static bool switch_template_mode(ld_tree *t, ld_mode mode)
{
    if (t->template_count > 0)
        t->template_modes[t->template_count - 1] = (uint8_t)mode;
    t->mode = (uint8_t)mode;
    return true;
}

static bool start_in_template(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_BASE:
    case LD_TAG_BASEFONT:
    case LD_TAG_BGSOUND:
    case LD_TAG_LINK:
    case LD_TAG_META:
    case LD_TAG_NOFRAMES:
    case LD_TAG_SCRIPT:
    case LD_TAG_STYLE:
    case LD_TAG_TEMPLATE:
    case LD_TAG_TITLE:
        return ld_mode_in_head(t);
    case LD_TAG_CAPTION:
    case LD_TAG_COLGROUP:
    case LD_TAG_TBODY:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
        return switch_template_mode(t, LD_MODE_IN_TABLE);
    case LD_TAG_COL:
        return switch_template_mode(t, LD_MODE_IN_COLUMN_GROUP);
    case LD_TAG_TR:
        return switch_template_mode(t, LD_MODE_IN_TABLE_BODY);
    case LD_TAG_TD:
    case LD_TAG_TH:
        return switch_template_mode(t, LD_MODE_IN_ROW);
    default:
        return switch_template_mode(t, LD_MODE_IN_BODY);
    }
}

bool ld_mode_in_template(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_START_TAG:
        return start_in_template(t);
    case LD_HTML_END_TAG:
        if (t->token.tag == LD_TAG_TEMPLATE)
            ld_tree_close_template(t);
        return false;
    case LD_HTML_END: {
        if (ld_tree_stack_find(t, LD_TAG_TEMPLATE) == UINT32_MAX)
            return false;
        ld_tree_pop_through(t, LD_TAG_TEMPLATE);
        ld_tree_format_clear(t);
        if (t->template_count > 0)
            t->template_count--;
        ld_tree_reset_mode(t);
        /* a fragment's context template is not on the stack */
        return true;
    }
    default:
        return ld_mode_in_body(t);
    }
}

/* ---- after body ---- */

bool ld_mode_after_body(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT: {
        ld_span text = t->token.text, space = ld_tree_take_space(t), rest = t->token.text;
        if (space.bytes > 0) {
            t->token.text = space;
            ld_mode_in_body_text(t);
            t->token.text = rest;
        }
        if (rest.bytes == 0) {
            t->token.text = text;
            return false;
        }
        break;
    }
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, t->stack[0].node);
        return false;
    case LD_HTML_DOCTYPE:
    case LD_HTML_END:
        return false;
    case LD_HTML_START_TAG:
        if (t->token.tag == LD_TAG_HTML)
            return ld_mode_in_body(t);
        break;
    default:
        if (t->token.tag == LD_TAG_HTML) {
            if (!t->is_fragment)
                t->mode = LD_MODE_AFTER_AFTER_BODY;
            return false;
        }
        break;
    }
    t->mode = LD_MODE_IN_BODY;
    return true;
}

bool ld_mode_after_after_body(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_DOCUMENT);
        return false;
    case LD_HTML_DOCTYPE:
        return ld_mode_in_body(t);
    case LD_HTML_TEXT: {
        ld_span space = ld_tree_take_space(t), rest = t->token.text;
        if (space.bytes > 0) {
            t->token.text = space;
            ld_mode_in_body_text(t);
            t->token.text = rest;
        }
        if (rest.bytes == 0)
            return false;
        break;
    }
    case LD_HTML_START_TAG:
        if (t->token.tag == LD_TAG_HTML)
            return ld_mode_in_body(t);
        break;
    case LD_HTML_END:
        return false;
    default:
        break;
    }
    t->mode = LD_MODE_IN_BODY;
    return true;
}

/* ---- framesets ---- */

/* Of text only the white space stays. */
static void insert_spaces(ld_tree *t)
{
    ld_span text = t->token.text;
    for (size_t from = 0; from < text.bytes;) {
        size_t n = 0;
        while (from + n < text.bytes && ld_tree_is_space(ld_span_of(text.data + from + n, 1)))
            n++;
        ld_tree_insert_text(t, ld_span_of(text.data + from, n), t->token.is_stable);
        from += n + 1;
    }
}

static bool start_in_frameset(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_HTML:
        return ld_mode_in_body(t);
    case LD_TAG_FRAMESET:
        ld_tree_push_element(t);
        return false;
    case LD_TAG_FRAME:
        ld_tree_insert_void(t);
        return false;
    case LD_TAG_NOFRAMES:
        return ld_mode_in_head(t);
    default:
        return false;
    }
}

bool ld_mode_in_frameset(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT:
        insert_spaces(t);
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_START_TAG:
        return start_in_frameset(t);
    case LD_HTML_END_TAG:
        if (t->token.tag != LD_TAG_FRAMESET || t->depth == 1)
            return false;
        ld_tree_pop(t);
        if (!t->is_fragment && !ld_tree_current_is(t, LD_TAG_FRAMESET))
            t->mode = LD_MODE_AFTER_FRAMESET;
        return false;
    default:
        return false;
    }
}

bool ld_mode_after_frameset(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT:
        insert_spaces(t);
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_START_TAG:
        if (t->token.tag == LD_TAG_HTML)
            return ld_mode_in_body(t);
        return t->token.tag == LD_TAG_NOFRAMES ? ld_mode_in_head(t) : false;
    case LD_HTML_END_TAG:
        if (t->token.tag == LD_TAG_HTML)
            t->mode = LD_MODE_AFTER_AFTER_FRAMESET;
        return false;
    default:
        return false;
    }
}

bool ld_mode_after_after_frameset(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_DOCUMENT);
        return false;
    case LD_HTML_TEXT:
        insert_spaces(t);
        return false;
    case LD_HTML_START_TAG:
        if (t->token.tag == LD_TAG_HTML)
            return ld_mode_in_body(t);
        return t->token.tag == LD_TAG_NOFRAMES ? ld_mode_in_head(t) : false;
    default:
        return false;
    }
}
