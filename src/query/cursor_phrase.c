/* Words in a row: the documents that have them all, then the places (places.h). */
#include "query/places.h"

typedef struct phrase_cursor {
    ld_cursor base;
    ld_cursor *both; /* AND of the words */
    ld_cursor **words;
    ld_phrase phrase;
    bool bridge;
    ld_span_list spans; /* of the current document */
} phrase_cursor;

/* Reads the places of the document `both` stands on; false: none, or a failure. */
static bool has_phrase(phrase_cursor *p)
{
    ld_cursor *c = &p->base;
    if (!ld_execution_zones(c->x, p->both->doc))
        return false;
    for (uint32_t i = 0; i < p->phrase.count; i++) {
        p->phrase.words[i] = ld_cursor_spans(p->words[i]);
        if (p->phrase.words[i]->count == 0)
            return false;
    }
    /* Reading a word's places may have moved no zone table: all words stand on this document. */
    ld_runs runs;
    ld_runs_init(&runs, c->x->zones, c->x->zone_count, p->bridge);
    if (!ld_phrase_join(&p->phrase, &runs, c->x->arena, &p->spans)) {
        ld_cursor_nomem(c);
        return false;
    }
    return p->spans.count > 0;
}

static uint32_t skip_others(phrase_cursor *p, uint32_t doc)
{
    while (doc != LD_DOC_END && !has_phrase(p)) {
        if (ld_cursor_stopped(&p->base))
            return LD_DOC_END;
        doc = ld_cursor_next(p->both);
    }
    return p->base.doc = doc;
}

static uint32_t phrase_next(ld_cursor *c)
{
    phrase_cursor *p = (phrase_cursor *)c;
    return skip_others(p, ld_cursor_next(p->both));
}

static uint32_t phrase_seek(ld_cursor *c, uint32_t target)
{
    phrase_cursor *p = (phrase_cursor *)c;
    return skip_others(p, ld_cursor_seek(p->both, target));
}

static const ld_span_list *phrase_spans(ld_cursor *c)
{
    return &((phrase_cursor *)c)->spans;
}

ld_cursor *ld_cursor_phrase(ld_execution *x, ld_cursor **words, const uint32_t *offsets,
                            uint32_t count, uint32_t slop, bool bridge)
{
    static const ld_cursor_ops ops = {
        .next = phrase_next, .seek = phrase_seek, .spans = phrase_spans};
    phrase_cursor *p = ld_cursor_make(x, sizeof *p, &ops);
    if (!p)
        return NULL;
    p->words = ld_arena_array(x->arena, count, sizeof *p->words);
    p->phrase.words = ld_arena_array(x->arena, count, sizeof *p->phrase.words);
    p->phrase.at = ld_arena_array(x->arena, count, sizeof *p->phrase.at);
    p->both = ld_cursor_and(x, words, count);
    if (!p->words || !p->phrase.words || !p->phrase.at || !p->both) {
        ld_cursor_nomem(&p->base);
        return NULL;
    }
    memcpy(p->words, words, count * sizeof *words);
    p->phrase.offsets = offsets;
    p->phrase.count = count;
    p->phrase.slop = slop;
    p->bridge = bridge;
    p->base.cost = p->both->cost;
    skip_others(p, p->both->doc);
    return &p->base;
}
