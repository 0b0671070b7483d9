/*
 * Tables (13.2.6.4.9 to 13.2.6.4.15). What does not belong into a table is put before it (foster
 * parenting): the body's rules run with is_fostering set, and ld_tree_place does the rest.
 */
#include "html/tree.h"

static bool is_end(const ld_tree *t, ld_tag tag)
{
    return t->token.kind == LD_HTML_END_TAG && t->token.tag == (uint16_t)tag;
}

static bool in_table_scope(const ld_tree *t, ld_tag tag)
{
    return ld_tree_in_scope(t, tag, LD_SCOPE_TABLE);
}

/* Pops until the current node ends table scope or is one of the two to four given tags. */
static void clear_to(ld_tree *t, ld_tag a, ld_tag b, ld_tag c)
{
    while (t->depth > 1) {
        const ld_open *open = ld_tree_current(t);
        if (ld_open_is(open, LD_TAG_TEMPLATE) || ld_open_is(open, LD_TAG_HTML) ||
            ld_open_is(open, a) || ld_open_is(open, b) || ld_open_is(open, c))
            return;
        ld_tree_pop(t);
    }
}

static void clear_to_table(ld_tree *t)
{
    clear_to(t, LD_TAG_TABLE, LD_TAG_TABLE, LD_TAG_TABLE);
}

static void clear_to_table_body(ld_tree *t)
{
    clear_to(t, LD_TAG_TBODY, LD_TAG_TFOOT, LD_TAG_THEAD);
}

static void clear_to_row(ld_tree *t)
{
    clear_to(t, LD_TAG_TR, LD_TAG_TR, LD_TAG_TR);
}

/* ---- in table ---- */

static bool foster(ld_tree *t)
{
    t->is_fostering = true;
    bool again = ld_mode_in_body(t);
    t->is_fostering = false;
    return again;
}

static bool start_in_table(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_CAPTION:
        clear_to_table(t);
        ld_tree_format_marker(t);
        ld_tree_push_element(t);
        t->mode = LD_MODE_IN_CAPTION;
        return false;
    case LD_TAG_COLGROUP:
        clear_to_table(t);
        ld_tree_push_element(t);
        t->mode = LD_MODE_IN_COLUMN_GROUP;
        return false;
    case LD_TAG_COL:
        clear_to_table(t);
        ld_tree_push_named(t, LD_TAG_COLGROUP);
        t->mode = LD_MODE_IN_COLUMN_GROUP;
        return true;
    case LD_TAG_TBODY:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
        clear_to_table(t);
        ld_tree_push_element(t);
        t->mode = LD_MODE_IN_TABLE_BODY;
        return false;
    case LD_TAG_TD:
    case LD_TAG_TH:
    case LD_TAG_TR:
        clear_to_table(t);
        ld_tree_push_named(t, LD_TAG_TBODY);
        t->mode = LD_MODE_IN_TABLE_BODY;
        return true;
    case LD_TAG_TABLE:
        if (!in_table_scope(t, LD_TAG_TABLE))
            return false;
        ld_tree_pop_through(t, LD_TAG_TABLE);
        ld_tree_reset_mode(t);
        return true;
    case LD_TAG_STYLE:
    case LD_TAG_SCRIPT:
    case LD_TAG_TEMPLATE:
        return ld_mode_in_head(t);
    case LD_TAG_INPUT:
        if (!ld_span_equal_nocase(ld_tree_token_attribute(t, LD_SPAN("type")), LD_SPAN("hidden")))
            return foster(t);
        ld_tree_insert_void(t);
        return false;
    case LD_TAG_FORM:
        if (ld_tree_stack_find(t, LD_TAG_TEMPLATE) == UINT32_MAX && t->form == LD_NODE_NONE) {
            t->form = ld_tree_push_element(t);
            ld_tree_pop(t);
        }
        return false;
    default:
        return foster(t);
    }
}

static bool end_in_table(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_TABLE:
        if (in_table_scope(t, LD_TAG_TABLE)) {
            ld_tree_pop_through(t, LD_TAG_TABLE);
            ld_tree_reset_mode(t);
        }
        return false;
    case LD_TAG_BODY:
    case LD_TAG_CAPTION:
    case LD_TAG_COL:
    case LD_TAG_COLGROUP:
    case LD_TAG_HTML:
    case LD_TAG_TBODY:
    case LD_TAG_TD:
    case LD_TAG_TFOOT:
    case LD_TAG_TH:
    case LD_TAG_THEAD:
    case LD_TAG_TR:
        return false;
    case LD_TAG_TEMPLATE:
        ld_tree_close_template(t);
        return false;
    default:
        return foster(t);
    }
}

static bool takes_table_text(const ld_open *open)
{
    if (open->name_space != LD_NS_HTML)
        return false;
    switch (open->tag) {
    case LD_TAG_TABLE:
    case LD_TAG_TBODY:
    case LD_TAG_TEMPLATE:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
    case LD_TAG_TR:
        return true;
    default:
        return false;
    }
}

bool ld_mode_in_table(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT:
        if (!takes_table_text(ld_tree_current(t)))
            return foster(t);
        t->table_text_count = 0;
        t->original_mode = t->mode;
        t->mode = LD_MODE_IN_TABLE_TEXT;
        return true;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_START_TAG:
        return start_in_table(t);
    case LD_HTML_END_TAG:
        return end_in_table(t);
    case LD_HTML_END:
        return ld_mode_in_body(t);
    default:
        return false;
    }
}

/* ---- in table text: white space stays in the table, with any other text all of it leaves ---- */

static void place_table_text(ld_tree *t)
{
    bool is_space = true;
    for (uint32_t i = 0; i < t->table_text_count; i++)
        is_space &= ld_tree_is_space(t->table_text[i]);
    ld_html_token saved = t->token;
    for (uint32_t i = 0; i < t->table_text_count; i++) {
        if (is_space) {
            ld_tree_insert_text(t, t->table_text[i], true);
            continue;
        }
        t->token =
            (ld_html_token){.kind = LD_HTML_TEXT, .text = t->table_text[i], .is_stable = true};
        foster(t);
    }
    t->token = saved;
    t->table_text_count = 0;
}

bool ld_mode_in_table_text(ld_tree *t)
{
    if (t->token.kind != LD_HTML_TEXT) {
        t->mode = t->original_mode;
        place_table_text(t);
        return true;
    }
    if (t->token.is_nul)
        return false;
    ld_span text = t->token.text;
    if (!t->token.is_stable)
        text = ld_arena_copy(t->arena, text);
    if (!text.data ||
        !LD_ARENA_PUSH(t->arena, t->table_text, t->table_text_count, t->table_text_capacity, text))
        t->is_refused = true;
    return false;
}

/* ---- in caption ---- */

static bool close_caption(ld_tree *t)
{
    if (!in_table_scope(t, LD_TAG_CAPTION))
        return false;
    ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
    ld_tree_pop_through(t, LD_TAG_CAPTION);
    ld_tree_format_clear(t);
    t->mode = LD_MODE_IN_TABLE;
    return true;
}

bool ld_mode_in_caption(ld_tree *t)
{
    if (t->token.kind != LD_HTML_START_TAG && t->token.kind != LD_HTML_END_TAG)
        return ld_mode_in_body(t);
    bool is_start = t->token.kind == LD_HTML_START_TAG;
    switch (t->token.tag) {
    case LD_TAG_CAPTION:
        if (is_start)
            return close_caption(t);
        close_caption(t);
        return false;
    case LD_TAG_TABLE:
        return is_start ? ld_mode_in_body(t) : close_caption(t);
    case LD_TAG_COL:
    case LD_TAG_COLGROUP:
    case LD_TAG_TBODY:
    case LD_TAG_TD:
    case LD_TAG_TFOOT:
    case LD_TAG_TH:
    case LD_TAG_THEAD:
    case LD_TAG_TR:
        return is_start ? close_caption(t) : false;
    case LD_TAG_BODY:
    case LD_TAG_HTML:
        return is_start ? ld_mode_in_body(t) : false;
    default:
        return ld_mode_in_body(t);
    }
}

/* ---- in column group ---- */

bool ld_mode_in_column_group(ld_tree *t)
{
    switch (t->token.kind) {
    case LD_HTML_TEXT:
        ld_tree_insert_text(t, ld_tree_take_space(t), t->token.is_stable);
        if (t->token.text.bytes == 0)
            return false;
        break;
    case LD_HTML_COMMENT:
        ld_tree_insert_comment(t, LD_NODE_NONE);
        return false;
    case LD_HTML_DOCTYPE:
        return false;
    case LD_HTML_END:
        return ld_mode_in_body(t);
    default:
        break;
    }
    bool is_start = t->token.kind == LD_HTML_START_TAG;
    if (is_start && t->token.tag == LD_TAG_HTML)
        return ld_mode_in_body(t);
    if (is_start && t->token.tag == LD_TAG_COL) {
        ld_tree_insert_void(t);
        return false;
    }
    if (is_start && t->token.tag == LD_TAG_TEMPLATE)
        return ld_mode_in_head(t);
    if (is_end(t, LD_TAG_TEMPLATE)) {
        ld_tree_close_template(t);
        return false;
    }
    if (is_end(t, LD_TAG_COL) || !ld_tree_current_is(t, LD_TAG_COLGROUP))
        return false;
    ld_tree_pop(t);
    t->mode = LD_MODE_IN_TABLE;
    return !is_end(t, LD_TAG_COLGROUP);
}

/* ---- in table body ---- */

static bool close_table_body(ld_tree *t)
{
    if (!in_table_scope(t, LD_TAG_TBODY) && !in_table_scope(t, LD_TAG_THEAD) &&
        !in_table_scope(t, LD_TAG_TFOOT))
        return false;
    clear_to_table_body(t);
    ld_tree_pop(t);
    t->mode = LD_MODE_IN_TABLE;
    return true;
}

static bool start_in_table_body(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_TR:
        clear_to_table_body(t);
        ld_tree_push_element(t);
        t->mode = LD_MODE_IN_ROW;
        return false;
    case LD_TAG_TD:
    case LD_TAG_TH:
        clear_to_table_body(t);
        ld_tree_push_named(t, LD_TAG_TR);
        t->mode = LD_MODE_IN_ROW;
        return true;
    case LD_TAG_CAPTION:
    case LD_TAG_COL:
    case LD_TAG_COLGROUP:
    case LD_TAG_TBODY:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
        return close_table_body(t);
    default:
        return ld_mode_in_table(t);
    }
}

bool ld_mode_in_table_body(ld_tree *t)
{
    if (t->token.kind == LD_HTML_START_TAG)
        return start_in_table_body(t);
    if (t->token.kind != LD_HTML_END_TAG)
        return ld_mode_in_table(t);
    switch (t->token.tag) {
    case LD_TAG_TBODY:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
        if (in_table_scope(t, (ld_tag)t->token.tag))
            close_table_body(t);
        return false;
    case LD_TAG_TABLE:
        return close_table_body(t);
    case LD_TAG_BODY:
    case LD_TAG_CAPTION:
    case LD_TAG_COL:
    case LD_TAG_COLGROUP:
    case LD_TAG_HTML:
    case LD_TAG_TD:
    case LD_TAG_TH:
    case LD_TAG_TR:
        return false;
    default:
        return ld_mode_in_table(t);
    }
}

/* ---- in row ---- */

static bool close_row(ld_tree *t)
{
    if (!in_table_scope(t, LD_TAG_TR))
        return false;
    clear_to_row(t);
    ld_tree_pop(t);
    t->mode = LD_MODE_IN_TABLE_BODY;
    return true;
}

static bool start_in_row(ld_tree *t)
{
    switch (t->token.tag) {
    case LD_TAG_TD:
    case LD_TAG_TH:
        clear_to_row(t);
        ld_tree_push_element(t);
        t->mode = LD_MODE_IN_CELL;
        ld_tree_format_marker(t);
        return false;
    case LD_TAG_CAPTION:
    case LD_TAG_COL:
    case LD_TAG_COLGROUP:
    case LD_TAG_TBODY:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
    case LD_TAG_TR:
        return close_row(t);
    default:
        return ld_mode_in_table(t);
    }
}

bool ld_mode_in_row(ld_tree *t)
{
    if (t->token.kind == LD_HTML_START_TAG)
        return start_in_row(t);
    if (t->token.kind != LD_HTML_END_TAG)
        return ld_mode_in_table(t);
    switch (t->token.tag) {
    case LD_TAG_TR:
        close_row(t);
        return false;
    case LD_TAG_TABLE:
        return close_row(t);
    case LD_TAG_TBODY:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
        return in_table_scope(t, (ld_tag)t->token.tag) ? close_row(t) : false;
    case LD_TAG_BODY:
    case LD_TAG_CAPTION:
    case LD_TAG_COL:
    case LD_TAG_COLGROUP:
    case LD_TAG_HTML:
    case LD_TAG_TD:
    case LD_TAG_TH:
        return false;
    default:
        return ld_mode_in_table(t);
    }
}

/* ---- in cell ---- */

/* Pops up to and with the cell of this tag. */
static void close_cell_of(ld_tree *t, ld_tag tag)
{
    ld_tree_imply_ends(t, LD_TAG_UNKNOWN);
    ld_tree_pop_through(t, tag);
    ld_tree_format_clear(t);
    t->mode = LD_MODE_IN_ROW;
}

static bool close_cell(ld_tree *t)
{
    for (uint32_t i = t->depth; i-- > 0;) {
        const ld_open *open = &t->stack[i];
        if (ld_open_is(open, LD_TAG_TD) || ld_open_is(open, LD_TAG_TH)) {
            close_cell_of(t, (ld_tag)open->tag);
            return true;
        }
        if (open->flags & LD_OPEN_TABLE_SCOPE)
            return false;
    }
    return false;
}

bool ld_mode_in_cell(ld_tree *t)
{
    if (t->token.kind != LD_HTML_START_TAG && t->token.kind != LD_HTML_END_TAG)
        return ld_mode_in_body(t);
    bool is_start = t->token.kind == LD_HTML_START_TAG;
    switch (t->token.tag) {
    case LD_TAG_TD:
    case LD_TAG_TH:
        if (is_start)
            return close_cell(t);
        if (in_table_scope(t, (ld_tag)t->token.tag))
            close_cell_of(t, (ld_tag)t->token.tag);
        return false;
    case LD_TAG_CAPTION:
    case LD_TAG_COL:
    case LD_TAG_COLGROUP:
        return is_start ? close_cell(t) : false;
    case LD_TAG_TBODY:
    case LD_TAG_TFOOT:
    case LD_TAG_THEAD:
    case LD_TAG_TR:
        if (!is_start && !in_table_scope(t, (ld_tag)t->token.tag))
            return false;
        return close_cell(t);
    case LD_TAG_TABLE:
        if (is_start)
            return ld_mode_in_body(t);
        return in_table_scope(t, LD_TAG_TABLE) ? close_cell(t) : false;
    case LD_TAG_BODY:
    case LD_TAG_HTML:
        return is_start ? ld_mode_in_body(t) : false;
    default:
        return ld_mode_in_body(t);
    }
}
