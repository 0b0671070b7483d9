/* One stem: a thin skin over its postings list. */
#include "query/cursor.h"

typedef struct term_cursor {
    ld_cursor base;
    ld_postings *postings;
    bool places;
    ld_span_list spans;
} term_cursor;

static uint32_t landed(term_cursor *t)
{
    t->base.doc = t->postings->doc;
    if (t->postings->status != LEDE_OK)
        return ld_cursor_fail(&t->base, t->postings->status, &t->postings->error);
    return t->base.doc;
}

static uint32_t term_next(ld_cursor *c)
{
    term_cursor *t = (term_cursor *)c;
    ld_postings_next(t->postings);
    return landed(t);
}

static uint32_t term_seek(ld_cursor *c, uint32_t target)
{
    term_cursor *t = (term_cursor *)c;
    ld_postings_seek(t->postings, target);
    return landed(t);
}

static void term_counts(ld_cursor *c, uint32_t class_tf[LD_CLASS_COUNT])
{
    term_cursor *t = (term_cursor *)c;
    if (t->places)
        ld_postings_class_tf(t->postings, class_tf);
    else
        class_tf[LD_CLASS_BODY] = t->postings->tf; /* all weights are 1 */
    if (t->postings->status != LEDE_OK)
        landed(t);
}

static const ld_span_list *term_spans(ld_cursor *c)
{
    term_cursor *t = (term_cursor *)c;
    const uint32_t *positions = ld_postings_positions(t->postings);
    t->spans.count = 0;
    if (!positions) {
        landed(t);
        return NULL;
    }
    for (uint32_t i = 0; i < t->postings->tf; i++)
        if (!ld_cursor_span_add(c, &t->spans, (ld_position_span){positions[i], positions[i]}))
            return NULL;
    return &t->spans;
}

ld_cursor *ld_cursor_term(ld_execution *x, const ld_member *m, bool places)
{
    static const ld_cursor_ops ops = {
        .next = term_next, .seek = term_seek, .counts = term_counts, .spans = term_spans};
    term_cursor *t = ld_cursor_make(x, sizeof *t, &ops);
    if (!t)
        return NULL;
    t->places = places || !x->scoring.uniform;
    t->base.cost = m->term.df;
    lede_error err = {0};
    lede_status status =
        ld_postings_open(x->view->terms, &m->term, t->places ? LD_POSTINGS_POSITIONS : 0, x->arena,
                         &t->postings, &err);
    if (status != LEDE_OK)
        ld_cursor_fail(&t->base, status, &err);
    else
        landed(t);
    return &t->base;
}
