/*
 * A word where it stands in some zones. Where the zones are whole ranking classes (title:, body:),
 * the class frequencies of the posting tell, and no position is read; else the positions are held
 * against the document's zone table.
 */
#include "query/cursor.h"

typedef struct zone_cursor {
    ld_cursor base;
    ld_cursor *word;
    uint16_t zones;
    bool by_class;
    bool classes[LD_CLASS_COUNT];
    ld_span_list spans;
    uint32_t spans_doc; /* whose spans are held; LD_DOC_END: none */
} zone_cursor;

bool ld_zones_are_classes(const ld_profile *profile, uint16_t zones, bool classes[LD_CLASS_COUNT])
{
    bool has_out[LD_CLASS_COUNT] = {false};
    memset(classes, 0, LD_CLASS_COUNT * sizeof *classes);
    for (uint32_t z = 0; z < LD_ZONE_USER + profile->user_zone_count && z < LD_ZONES_MAX; z++) {
        uint8_t class = profile->zone_classes[z] % LD_CLASS_COUNT;
        if (zones >> z & 1)
            classes[class] = true;
        else
            has_out[class] = true;
    }
    for (int i = 0; i < LD_CLASS_COUNT; i++)
        if (classes[i] && has_out[i])
            return false;
    return true;
}

static const ld_span_list *zone_spans(ld_cursor *c)
{
    zone_cursor *z = (zone_cursor *)c;
    uint32_t doc = z->word->doc;
    if (z->spans_doc == doc)
        return &z->spans;
    z->spans.count = 0;
    const ld_span_list *all = ld_cursor_spans(z->word);
    if (!ld_execution_zones(c->x, doc))
        return NULL;
    for (uint32_t i = 0; i < all->count; i++) {
        uint8_t zone = ld_execution_zone_at(c->x, all->items[i].first);
        if (zone < LD_ZONES_MAX && z->zones >> zone & 1 &&
            !ld_cursor_span_add(c, &z->spans, all->items[i]))
            return NULL;
    }
    z->spans_doc = doc;
    return &z->spans;
}

static bool has_place(zone_cursor *z)
{
    if (!z->by_class) {
        const ld_span_list *spans = zone_spans(&z->base);
        return spans && spans->count > 0;
    }
    uint32_t class_tf[LD_CLASS_COUNT];
    ld_cursor_counts(z->word, class_tf);
    for (int i = 0; i < LD_CLASS_COUNT; i++)
        if (z->classes[i] && class_tf[i])
            return true;
    return false;
}

static uint32_t skip_others(zone_cursor *z, uint32_t doc)
{
    while (doc != LD_DOC_END && !has_place(z)) {
        if (ld_cursor_stopped(&z->base))
            return LD_DOC_END;
        doc = ld_cursor_next(z->word);
    }
    return z->base.doc = doc;
}

static uint32_t zone_next(ld_cursor *c)
{
    zone_cursor *z = (zone_cursor *)c;
    return skip_others(z, ld_cursor_next(z->word));
}

static uint32_t zone_seek(ld_cursor *c, uint32_t target)
{
    zone_cursor *z = (zone_cursor *)c;
    return skip_others(z, ld_cursor_seek(z->word, target));
}

static void zone_counts(ld_cursor *c, uint32_t class_tf[LD_CLASS_COUNT])
{
    zone_cursor *z = (zone_cursor *)c;
    if (z->by_class) {
        ld_cursor_counts(z->word, class_tf);
        for (int i = 0; i < LD_CLASS_COUNT; i++)
            class_tf[i] = z->classes[i] ? class_tf[i] : 0;
        return;
    }
    const ld_span_list *spans = zone_spans(c);
    if (!spans || !ld_execution_zones(c->x, z->word->doc))
        return;
    for (uint32_t i = 0; i < spans->count; i++) {
        uint8_t zone = ld_execution_zone_at(c->x, spans->items[i].first);
        if (zone < LD_ZONES_MAX)
            class_tf[c->x->profile->zone_classes[zone] % LD_CLASS_COUNT]++;
    }
}

ld_cursor *ld_cursor_zone(ld_execution *x, ld_cursor *word, uint16_t zones)
{
    static const ld_cursor_ops ops = {
        .next = zone_next, .seek = zone_seek, .counts = zone_counts, .spans = zone_spans};
    zone_cursor *z = ld_cursor_make(x, sizeof *z, &ops);
    if (!z)
        return NULL;
    z->word = word;
    z->zones = zones;
    z->by_class = ld_zones_are_classes(x->profile, zones, z->classes);
    z->spans_doc = LD_DOC_END;
    z->base.cost = word->cost;
    skip_others(z, word->doc);
    return &z->base;
}
