/*
 * Before the body: initial, before html, before head, in head, in head noscript, after head
 * (13.2.6.4.1 to 13.2.6.4.6). Most of it is about tags that authors leave out.
 */
#include "html/tree.h"

static bool is_start(const ld_tree *t, ld_tag tag)
{
    return t->token.kind == LD_HTML_START_TAG && t->token.tag == (uint16_t)tag;
}

/* ---- initial ---- */

/* Doctypes of old browsers that mean quirks, by the opening of the public identifier. */
static const ld_span quirks_publics[] = {
#define S(x)                                                                                       \
    {                                                                                              \
        x, sizeof(x) - 1                                                                           \
    }
    S("+//silmaril//dtd html pro v0r11 19970101//"),
    S("-//as//dtd html 3.0 aswedit + extensions//"),
    S("-//advasoft ltd//dtd html 3.0 aswedit + extensions//"),
    S("-//ietf//dtd html 2.0 level 1//"),
    S("-//ietf//dtd html 2.0 level 2//"),
    S("-//ietf//dtd html 2.0 strict level 1//"),
    S("-//ietf//dtd html 2.0 strict level 2//"),
    S("-//ietf//dtd html 2.0 strict//"),
    S("-//ietf//dtd html 2.0//"),
    S("-//ietf//dtd html 2.1e//"),
    S("-//ietf//dtd html 3.0//"),
    S("-//ietf//dtd html 3.2 final//"),
    S("-//ietf//dtd html 3.2//"),
    S("-//ietf//dtd html 3//"),
    S("-//ietf//dtd html level 0//"),
    S("-//ietf//dtd html level 1//"),
    S("-//ietf//dtd html level 2//"),
    S("-//ietf//dtd html level 3//"),
    S("-//ietf//dtd html strict level 0//"),
    S("-//ietf//dtd html strict level 1//"),
    S("-//ietf//dtd html strict level 2//"),
    S("-//ietf//dtd html strict level 3//"),
    S("-//ietf//dtd html strict//"),
    S("-//ietf//dtd html//"),
    S("-//metrius//dtd metrius presentational//"),
    S("-//microsoft//dtd internet explorer 2.0 html strict//"),
    S("-//microsoft//dtd internet explorer 2.0 html//"),
    S("-//microsoft//dtd internet explorer 2.0 tables//"),
    S("-//microsoft//dtd internet explorer 3.0 html strict//"),
    S("-//microsoft//dtd internet explorer 3.0 html//"),
    S("-//microsoft//dtd internet explorer 3.0 tables//"),
    S("-//netscape comm. corp.//dtd html//"),
    S("-//netscape comm. corp.//dtd strict html//"),
    S("-//o'reilly and associates//dtd html 2.0//"),
    S("-//o'reilly and associates//dtd html extended 1.0//"),
    S("-//o'reilly and associates//dtd html extended relaxed 1.0//"),
    S("-//sq//dtd html 2.0 hotmetal + extensions//"),
    S("-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//"),
    S("-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//"),
    S("-//spyglass//dtd html 2.0 extended//"),
    S("-//sun microsystems corp.//dtd hotjava html//"),
    S("-//sun microsystems corp.//dtd hotjava strict html//"),
    S("-//w3c//dtd html 3 1995-03-24//"),
    S("-//w3c//dtd html 3.2 draft//"),
    S("-//w3c//dtd html 3.2 final//"),
    S("-//w3c//dtd html 3.2//"),
    S("-//w3c//dtd html 3.2s draft//"),
    S("-//w3c//dtd html 4.0 frameset//"),
    S("-//w3c//dtd html 4.0 transitional//"),
    S("-//w3c//dtd html experimental 19960712//"),
    S("-//w3c//dtd html experimental 970421//"),
    S("-//w3c//dtd w3 html//"),
    S("-//w3o//dtd w3 html 3.0//"),
    S("-//webtechs//dtd mozilla html 2.0//"),
    S("-//webtechs//dtd mozilla html//"),
#undef S
};

static bool means_quirks(const ld_html_token *token)
{
    ld_span public_id = token->public_id, system_id = token->system_id;
    if (token->force_quirks || !ld_span_equal(token->name, LD_SPAN("html")))
        return true;
    if (ld_span_equal_nocase(public_id, LD_SPAN("-//w3o//dtd w3 html strict 3.0//en//")) ||
        ld_span_equal_nocase(public_id, LD_SPAN("-/w3c/dtd html 4.0 transitional/en")) ||
        ld_span_equal_nocase(public_id, LD_SPAN("html")) ||
        ld_span_equal_nocase(system_id,
                             LD_SPAN("http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd")))
        return true;
    for (size_t i = 0; i < sizeof quirks_publics / sizeof *quirks_publics; i++)
        if (ld_span_starts_with_nocase(public_id, quirks_publics[i]))
            return true;
    return !system_id.data &&
           (ld_span_starts_with_nocase(public_id, LD_SPAN("-//w3c//dtd html 4.01 frameset//")) ||
            ld_span_starts_with_nocase(public_id, LD_SPAN("-//w3c//dtd html 4.01 transitional//")));
}

bool ld_mode_initial(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT:
        ld_tree_take_space(t);
        if (t->token.text.bytes == 0)
            return false;
        break;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_DOCUMENT);
        return false;
    case LD_HTML_DOCTYPE:
        ld_tree_insert_doctype(t);
        t->page->quirks = means_quirks(&t->token);
        t->mode = LD_MODE_BEFORE_HTML;
        return false;
    default:
        break;
    }
    t->page->quirks = true;
    t->mode = LD_MODE_BEFORE_HTML;
    return true;
}

/* ---- before html ---- */

/* The end tags that stand for something before the body: </head>, </body>, </html>, </br>. */
static bool is_other_end_tag(const ld_tree *t)
{
    if (t->token.kind != LD_HTML_END_TAG)
        return false;
    switch (t->token.tag) {
    case LD_TAG_HEAD:
    case LD_TAG_BODY:
    case LD_TAG_HTML:
    case LD_TAG_BR:
        return false;
    default:
        return true;
    }
}

static void open_root(ld_tree *t)
{
    ld_node node = ld_tree_create(t, LD_NODE_KIND_ELEMENT);
    if (node == LD_NODE_NONE)
        return;
    t->page->nodes[node].tag = LD_TAG_HTML;
    t->page->nodes[node].text = ld_tag_name(LD_TAG_HTML);
    ld_tree_append(t, LD_NODE_DOCUMENT, node);
    ld_tree_push(t, node);
    if (is_start(t, LD_TAG_HTML))
        ld_tree_merge_attributes(t, node);
    t->mode = LD_MODE_BEFORE_HEAD;
}

bool ld_mode_before_html(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_DOCTYPE:
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_DOCUMENT);
        return false;
    case LD_HTML_TEXT:
        ld_tree_take_space(t);
        if (t->token.text.bytes == 0)
            return false;
        break;
    default:
        break;
    }
    if (is_other_end_tag(t))
        return false;
    open_root(t);
    return !is_start(t, LD_TAG_HTML);
}

/* ---- before head ---- */

bool ld_mode_before_head(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_DOCTYPE:
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_TEXT:
        ld_tree_take_space(t);
        if (t->token.text.bytes == 0)
            return false;
        break;
    default:
        break;
    }
    if (is_start(t, LD_TAG_HTML))
        return ld_mode_in_body(t);
    if (is_other_end_tag(t))
        return false;
    t->mode = LD_MODE_IN_HEAD;
    if (is_start(t, LD_TAG_HEAD)) {
        t->head = ld_tree_push_element(t);
        return false;
    }
    t->head = ld_tree_push_named(t, LD_TAG_HEAD);
    return true;
}

/* ---- in head ---- */

static void open_template(ld_tree *t)
{
    ld_tree_push_element(t);
    ld_tree_format_marker(t);
    t->is_frameset_ok = false;
    t->mode = LD_MODE_IN_TEMPLATE;
    if (t->template_count < LD_HTML_DEPTH_MAX)
        t->template_modes[t->template_count++] = LD_MODE_IN_TEMPLATE;
}

void ld_tree_close_template(ld_tree *t)
{
    if (ld_tree_stack_find(t, LD_TAG_TEMPLATE) == UINT32_MAX)
        return;
    ld_tree_imply_ends_thoroughly(t);
    ld_tree_pop_through(t, LD_TAG_TEMPLATE);
    ld_tree_format_clear(t);
    if (t->template_count > 0)
        t->template_count--;
    ld_tree_reset_mode(t);
}

/* A start tag that belongs into the head; false: it is none. */
static bool take_head_start_tag(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_BASE:
    case LD_TAG_BASEFONT:
    case LD_TAG_BGSOUND:
    case LD_TAG_LINK:
    case LD_TAG_META:
        ld_tree_insert_void(t);
        return true;
    case LD_TAG_TITLE:
        ld_tree_open_raw(t, LD_TOKENIZER_RCDATA);
        return true;
    case LD_TAG_NOSCRIPT:
        if (t->is_scripting) {
            ld_tree_open_raw(t, LD_TOKENIZER_RAWTEXT);
            return true;
        }
        ld_tree_push_element(t);
        t->mode = LD_MODE_IN_HEAD_NOSCRIPT;
        return true;
    case LD_TAG_NOFRAMES:
    case LD_TAG_STYLE:
        ld_tree_open_raw(t, LD_TOKENIZER_RAWTEXT);
        return true;
    case LD_TAG_SCRIPT:
        ld_tree_open_raw(t, LD_TOKENIZER_SCRIPT);
        return true;
    case LD_TAG_TEMPLATE:
        open_template(t);
        return true;
    case LD_TAG_HEAD:
        return true; /* a second one is ignored */
    default:
        return false;
    }
}

bool ld_mode_in_head(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_DOCTYPE:
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_TEXT:
        ld_tree_insert_text(t, ld_tree_take_space(t), t->token.is_stable);
        if (t->token.text.bytes == 0)
            return false;
        break;
    case LD_HTML_START_TAG:
        if (t->token.tag == LD_TAG_HTML)
            return ld_mode_in_body(t);
        if (take_head_start_tag(t))
            return false;
        break;
    case LD_HTML_END_TAG:
        if (t->token.tag == LD_TAG_TEMPLATE) {
            ld_tree_close_template(t);
            return false;
        }
        if (is_other_end_tag(t))
            return false;
        break;
    default:
        break;
    }
    ld_tree_pop(t); /* the head */
    t->mode = LD_MODE_AFTER_HEAD;
    return !(t->token.kind == LD_HTML_END_TAG && t->token.tag == LD_TAG_HEAD);
}

bool ld_mode_in_head_noscript(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_DOCTYPE:
        return false;
    case LD_HTML_COMMENT:
        return ld_mode_in_head(t);
    case LD_HTML_TEXT:
        ld_tree_insert_text(t, ld_tree_take_space(t), t->token.is_stable);
        if (t->token.text.bytes == 0)
            return false;
        break;
    case LD_HTML_START_TAG:
        switch (t->token.tag) {
        case LD_TAG_HTML:
            return ld_mode_in_body(t);
        case LD_TAG_BASEFONT:
        case LD_TAG_BGSOUND:
        case LD_TAG_LINK:
        case LD_TAG_META:
        case LD_TAG_NOFRAMES:
        case LD_TAG_STYLE:
            return ld_mode_in_head(t);
        case LD_TAG_HEAD:
        case LD_TAG_NOSCRIPT:
            return false;
        default:
            break;
        }
        break;
    case LD_HTML_END_TAG:
        if (t->token.tag != LD_TAG_NOSCRIPT && t->token.tag != LD_TAG_BR)
            return false;
        break;
    default:
        break;
    }
    ld_tree_pop(t); /* the noscript */
    t->mode = LD_MODE_IN_HEAD;
    return !(t->token.kind == LD_HTML_END_TAG && t->token.tag == LD_TAG_NOSCRIPT);
}

/* ---- after head ---- */

/* <title> and its kin behind the head still go into it. */
static void take_late_head_tag(ld_tree *t)
{
    if (t->head == LD_NODE_NONE)
        return;
    ld_tree_push(t, t->head);
    take_head_start_tag(t);
    uint32_t index = ld_tree_stack_find_node(t, t->head);
    if (index != UINT32_MAX && index > 0)
        ld_tree_stack_remove(t, index);
}

/* True: done with the token. */
static bool take_after_head_start_tag(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_BODY:
        ld_tree_push_element(t);
        t->is_frameset_ok = false;
        t->mode = LD_MODE_IN_BODY;
        return true;
    case LD_TAG_FRAMESET:
        ld_tree_push_element(t);
        t->mode = LD_MODE_IN_FRAMESET;
        return true;
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
        take_late_head_tag(t);
        return true;
    case LD_TAG_HEAD:
        return true;
    default:
        return false;
    }
}

bool ld_mode_after_head(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_DOCTYPE:
        return false;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_TEXT:
        ld_tree_insert_text(t, ld_tree_take_space(t), t->token.is_stable);
        if (t->token.text.bytes == 0)
            return false;
        break;
    case LD_HTML_START_TAG:
        if (t->token.tag == LD_TAG_HTML)
            return ld_mode_in_body(t);
        if (take_after_head_start_tag(t))
            return false;
        break;
    case LD_HTML_END_TAG:
        if (t->token.tag == LD_TAG_TEMPLATE) {
            ld_tree_close_template(t);
            return false;
        }
        if (t->token.tag == LD_TAG_HEAD || is_other_end_tag(t))
            return false;
        break;
    default:
        break;
    }
    ld_tree_push_named(t, LD_TAG_BODY);
    t->mode = LD_MODE_IN_BODY;
    return true;
}
