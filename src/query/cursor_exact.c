/*
 * One stem in some of its spellings: "Runs" but not "running", WHO but not "who".
 *
 * A spelling that is much rarer than its stem has a list of its own; where all spellings asked for
 * have one, those lists drive and the stem's list is only looked up for the documents they name.
 * Else the stem's list drives and each document's forms are tested. Either way the places come from
 * the stem's list: positions whose form ordinal is one of those asked for.
 */
#include "query/cursor.h"

typedef struct exact_cursor {
    ld_cursor base;
    ld_postings *stem;
    ld_postings **drivers; /* [driver_count]; 0: the stem's list drives */
    uint32_t driver_count;
    uint16_t *ordinals; /* [ordinal_count] ascending */
    uint32_t ordinal_count;
    ld_span_list spans; /* of the current document */
} exact_cursor;

static uint32_t failed(exact_cursor *e, const ld_postings *p)
{
    return ld_cursor_fail(&e->base, p->status, &p->error);
}

static bool wanted(const exact_cursor *e, uint16_t ordinal)
{
    uint32_t low = 0, high = e->ordinal_count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (e->ordinals[middle] < ordinal)
            low = middle + 1;
        else
            high = middle;
    }
    return low < e->ordinal_count && e->ordinals[low] == ordinal;
}

/* Fills the spans of the document the stem's list stands on; false after a failure. */
static bool places_read(exact_cursor *e)
{
    e->spans.count = 0;
    const uint32_t *positions = ld_postings_positions(e->stem);
    const uint16_t *forms = positions ? ld_postings_forms(e->stem) : NULL;
    if (!forms) {
        failed(e, e->stem);
        return false;
    }
    for (uint32_t i = 0; i < e->stem->tf; i++)
        if (wanted(e, forms[i]) &&
            !ld_cursor_span_add(&e->base, &e->spans,
                                (ld_position_span){positions[i], positions[i]}))
            return false;
    return true;
}

static uint32_t driver_doc(exact_cursor *e, uint32_t target)
{
    uint32_t least = LD_DOC_END;
    for (uint32_t i = 0; i < e->driver_count; i++) {
        ld_postings *p = e->drivers[i];
        if (p->doc < target)
            ld_postings_seek(p, target);
        if (p->status != LEDE_OK)
            return failed(e, p);
        if (p->doc < least)
            least = p->doc;
    }
    return least;
}

static uint32_t exact_seek(ld_cursor *c, uint32_t target)
{
    exact_cursor *e = (exact_cursor *)c;
    for (;;) {
        if (e->driver_count)
            target = driver_doc(e, target);
        if (c->x->status != LEDE_OK || target == LD_DOC_END)
            return c->doc = LD_DOC_END;
        if (e->stem->doc < target)
            ld_postings_seek(e->stem, target);
        if (e->stem->status != LEDE_OK)
            return failed(e, e->stem);
        if (e->stem->doc == LD_DOC_END)
            return c->doc = LD_DOC_END;
        if (!places_read(e))
            return LD_DOC_END;
        if (e->spans.count)
            return c->doc = e->stem->doc;
        if (ld_cursor_stopped(c))
            return LD_DOC_END;
        target = e->stem->doc + 1;
    }
}

static uint32_t exact_next(ld_cursor *c)
{
    return exact_seek(c, c->doc + 1);
}

static const ld_span_list *exact_spans(ld_cursor *c)
{
    return &((exact_cursor *)c)->spans;
}

static bool exact_open(exact_cursor *e, const ld_member *m)
{
    ld_execution *x = e->base.x;
    lede_error err = {0};
    lede_status status =
        ld_postings_open(x->view->terms, &m->term, LD_POSTINGS_POSITIONS | LD_POSTINGS_FORMS,
                         x->arena, &e->stem, &err);
    bool lists = true;
    for (uint32_t i = 0; i < m->form_count; i++) {
        e->ordinals[i] = m->forms[i].ordinal;
        lists = lists && m->forms[i].list_offset != UINT64_MAX;
        e->base.cost += m->forms[i].df;
    }
    if (!lists)
        e->base.cost = m->term.df;
    for (uint32_t i = 0; lists && i < m->form_count && status == LEDE_OK; i++)
        status = ld_postings_open_form(x->view->terms, &m->term, &m->forms[i], x->arena,
                                       &e->drivers[e->driver_count++], &err);
    if (status != LEDE_OK)
        ld_cursor_fail(&e->base, status, &err);
    return status == LEDE_OK;
}

ld_cursor *ld_cursor_exact(ld_execution *x, const ld_member *m)
{
    static const ld_cursor_ops ops = {.next = exact_next, .seek = exact_seek, .spans = exact_spans};
    exact_cursor *e = ld_cursor_make(x, sizeof *e, &ops);
    if (!e)
        return NULL;
    e->ordinal_count = m->form_count;
    e->ordinals = ld_arena_array(x->arena, m->form_count + 1, sizeof *e->ordinals);
    e->drivers = ld_arena_array(x->arena, m->form_count + 1, sizeof *e->drivers);
    if (!e->ordinals || !e->drivers)
        ld_cursor_nomem(&e->base);
    else if (exact_open(e, m))
        exact_seek(&e->base, 0);
    return &e->base;
}
