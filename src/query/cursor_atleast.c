/* atleast5(x): documents where x stands at least five times. */
#include "query/cursor.h"

typedef struct atleast_cursor {
    ld_cursor base;
    ld_cursor *child;
    uint32_t count;
} atleast_cursor;

static uint32_t skip_others(atleast_cursor *a, uint32_t doc)
{
    while (doc != LD_DOC_END && ld_cursor_spans(a->child)->count < a->count) {
        if (ld_cursor_stopped(&a->base))
            return LD_DOC_END;
        doc = ld_cursor_next(a->child);
    }
    return a->base.doc = doc;
}

static uint32_t atleast_next(ld_cursor *c)
{
    atleast_cursor *a = (atleast_cursor *)c;
    return skip_others(a, ld_cursor_next(a->child));
}

static uint32_t atleast_seek(ld_cursor *c, uint32_t target)
{
    atleast_cursor *a = (atleast_cursor *)c;
    return skip_others(a, ld_cursor_seek(a->child, target));
}

static void atleast_score(ld_cursor *c)
{
    ld_cursor_score(((atleast_cursor *)c)->child);
}

static const ld_span_list *atleast_spans(ld_cursor *c)
{
    return ld_cursor_spans(((atleast_cursor *)c)->child);
}

ld_cursor *ld_cursor_atleast(ld_execution *x, ld_cursor *child, uint32_t count)
{
    static const ld_cursor_ops ops = {
        .next = atleast_next, .seek = atleast_seek, .score = atleast_score, .spans = atleast_spans};
    atleast_cursor *a = ld_cursor_make(x, sizeof *a, &ops);
    if (!a)
        return NULL;
    a->child = child;
    a->count = count;
    a->base.cost = child->cost;
    skip_others(a, child->doc);
    return &a->base;
}
