/* The documents of one cursor that another does not have. */
#include "query/cursor.h"

typedef struct not_cursor {
    ld_cursor base;
    ld_cursor *kept, *excluded;
} not_cursor;

static uint32_t skip_excluded(not_cursor *n, uint32_t doc)
{
    while (doc != LD_DOC_END && ld_cursor_seek(n->excluded, doc) == doc) {
        if (ld_cursor_stopped(&n->base))
            return LD_DOC_END;
        doc = ld_cursor_next(n->kept);
    }
    return n->base.doc = doc;
}

static uint32_t not_next(ld_cursor *c)
{
    not_cursor *n = (not_cursor *)c;
    return skip_excluded(n, ld_cursor_next(n->kept));
}

static uint32_t not_seek(ld_cursor *c, uint32_t target)
{
    not_cursor *n = (not_cursor *)c;
    return skip_excluded(n, ld_cursor_seek(n->kept, target));
}

static void not_score(ld_cursor *c)
{
    ld_cursor_score(((not_cursor *)c)->kept);
}

static const ld_span_list *not_spans(ld_cursor *c)
{
    return ld_cursor_spans(((not_cursor *)c)->kept);
}

ld_cursor *ld_cursor_not(ld_execution *x, ld_cursor *base, ld_cursor *excluded)
{
    static const ld_cursor_ops ops = {
        .next = not_next, .seek = not_seek, .score = not_score, .spans = not_spans};
    not_cursor *n = ld_cursor_make(x, sizeof *n, &ops);
    if (!n)
        return NULL;
    n->kept = base;
    n->excluded = excluded;
    n->base.cost = base->cost;
    skip_excluded(n, base->doc);
    return &n->base;
}
