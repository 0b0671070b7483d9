/*
 * Documents by a column: site:, lang:, date:, tag:, user columns, and url: by the key.
 *
 * A keyword filter is first put to the segment's dictionary of that column, which is far smaller
 * than the segment: the values that pass become a bit set of ordinals. Then documents are tested
 * one by one, ascending. In an AND the filter's cost (all documents) puts it last, so it is asked
 * only about documents that the words propose. Flat queries ask about just those, and never for the
 * next document that passes, which in an archive sorted by date can be the whole archive away.
 */
#include "query/ast.h"
#include "query/cursor.h"
#include "query/sort.h"

typedef struct filter_cursor {
    ld_cursor base;
    const ld_ast_node *filter;
    uint8_t *passing; /* bits by keyword ordinal */
    uint32_t *docs;   /* url: [doc_count] ascending */
    uint32_t doc_count, doc_at;
} filter_cursor;

static bool text_passes(const ld_ast_node *f, ld_span value)
{
    ld_span want = f->text;
    if (f->prefix)
        return ld_span_starts_with_nocase(value, want);
    if (ld_span_equal_nocase(value, want))
        return true;
    return f->filter == LD_AST_FILTER_SITE && value.bytes > want.bytes &&
           value.data[value.bytes - want.bytes - 1] == '.' &&
           ld_span_equal_nocase(ld_span_sub(value, value.bytes - want.bytes, want.bytes), want);
}

static bool keyword_test(filter_cursor *f, uint32_t doc, lede_status *status, lede_error *err)
{
    bool among;
    *status =
        ld_column_keyword_among(f->base.x->view, f->filter->column, doc, f->passing, &among, err);
    return *status == LEDE_OK && among;
}

static bool number_test(filter_cursor *f, uint32_t doc, lede_status *status, lede_error *err)
{
    int64_t number;
    bool present;
    *status = ld_column_number(f->base.x->view, f->filter->column, doc, &number, &present, err);
    return *status == LEDE_OK && present && number >= f->filter->low && number <= f->filter->high;
}

static bool url_test(filter_cursor *f, uint32_t doc, lede_status *status, lede_error *err)
{
    ld_key_room room;
    ld_span key;
    *status = ld_doc_key(f->base.x->view, doc, &room, &key, err);
    return *status == LEDE_OK && ld_span_starts_with(key, f->filter->text);
}

/* False also after a failure; then the cursor is at the end. */
static bool filter_test(ld_cursor *c, uint32_t doc)
{
    filter_cursor *f = (filter_cursor *)c;
    lede_status status = LEDE_OK;
    lede_error err = {0};
    bool passes = f->filter->filter == LD_AST_FILTER_NUMBER ? number_test(f, doc, &status, &err)
                  : f->filter->filter == LD_AST_FILTER_URL  ? url_test(f, doc, &status, &err)
                                                            : keyword_test(f, doc, &status, &err);
    if (status != LEDE_OK)
        ld_cursor_fail(c, status, &err);
    return status == LEDE_OK && passes;
}

static uint32_t scan(filter_cursor *f, uint32_t doc)
{
    ld_cursor *c = &f->base;
    for (; doc < c->x->view->docs; doc++) {
        if (filter_test(c, doc))
            return c->doc = doc;
        if (c->x->status != LEDE_OK)
            return c->doc;
        if (ld_cursor_stopped(c))
            return LD_DOC_END;
    }
    return c->doc = LD_DOC_END;
}

static uint32_t filter_seek(ld_cursor *c, uint32_t target)
{
    filter_cursor *f = (filter_cursor *)c;
    if (!f->docs)
        return scan(f, target);
    while (f->doc_at < f->doc_count && f->docs[f->doc_at] < target)
        f->doc_at++;
    return c->doc = f->doc_at < f->doc_count ? f->docs[f->doc_at] : LD_DOC_END;
}

static uint32_t filter_next(ld_cursor *c)
{
    return filter_seek(c, c->doc + 1);
}

/* Puts the filter to the dictionary; *any false: no document can pass. */
static lede_status dictionary_test(filter_cursor *f, bool *any, lede_error *err)
{
    ld_execution *x = f->base.x;
    uint32_t keywords = ld_column_keyword_count(x->view, f->filter->column);
    f->passing = ld_arena_alloc_zero(x->arena, (size_t)keywords / 8 + 1);
    if (!f->passing)
        return ld_arena_status(x->arena, err);
    *any = false;
    for (uint32_t i = 0; i < keywords; i++) {
        ld_span keyword;
        LD_TRY(ld_column_keyword(x->view, f->filter->column, i, &keyword, err));
        if (text_passes(f->filter, keyword)) {
            f->passing[i >> 3] |= (uint8_t)(1u << (i & 7));
            *any = true;
        }
        if (ld_cursor_stopped(&f->base))
            return LEDE_OK;
    }
    return LEDE_OK;
}

static int doc_compare(void *ctx, const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The documents of this segment whose key is the text. */
static lede_status key_find(filter_cursor *f, lede_error *err)
{
    ld_execution *x = f->base.x;
    const ld_doc_ref *refs;
    uint32_t count;
    LD_TRY(ld_snapshot_find_key(x->snapshot, f->filter->text, x->arena, &refs, &count, err));
    f->docs = ld_arena_array(x->arena, (size_t)count + 1, sizeof *f->docs);
    if (!f->docs)
        return ld_arena_status(x->arena, err);
    for (uint32_t i = 0; i < count; i++)
        if (refs[i].segment == x->segment)
            f->docs[f->doc_count++] = refs[i].doc;
    ld_sort_items(f->docs, f->doc_count, sizeof *f->docs, doc_compare, NULL);
    return LEDE_OK;
}

static filter_cursor *filter_make(ld_execution *x, const struct ld_ast_node *filter)
{
    static const ld_cursor_ops by_doc = {
        .next = filter_next, .seek = filter_seek, .test = filter_test};
    static const ld_cursor_ops by_key = {.next = filter_next, .seek = filter_seek};
    bool key = filter->filter == LD_AST_FILTER_URL && !filter->prefix;
    filter_cursor *f = ld_cursor_make(x, sizeof *f, key ? &by_key : &by_doc);
    if (!f)
        return NULL;
    f->filter = filter;
    f->base.cost = x->view->docs;
    lede_error err = {0};
    lede_status status = LEDE_OK;
    bool any = true;
    if (key) {
        status = key_find(f, &err);
        f->base.cost = f->doc_count;
    } else if (filter->filter == LD_AST_FILTER_KEYWORD || filter->filter == LD_AST_FILTER_SITE) {
        status = dictionary_test(f, &any, &err);
    }
    if (status != LEDE_OK)
        ld_cursor_fail(&f->base, status, &err);
    else if (!any || x->stopped)
        f->base.doc = LD_DOC_END;
    return f;
}

ld_cursor *ld_cursor_filter(ld_execution *x, const struct ld_ast_node *filter)
{
    filter_cursor *f = filter_make(x, filter);
    if (f && f->base.doc != LD_DOC_END)
        filter_seek(&f->base, 0);
    return f ? &f->base : NULL;
}

ld_cursor *ld_cursor_filter_test(ld_execution *x, const struct ld_ast_node *filter)
{
    filter_cursor *f = filter_make(x, filter);
    if (f && f->docs && f->base.doc != LD_DOC_END)
        filter_seek(&f->base, 0);
    return f ? &f->base : NULL;
}
