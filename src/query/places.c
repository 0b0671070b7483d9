#include "query/places.h"

void ld_runs_init(ld_runs *runs, const ld_zone_range *zones, uint32_t zone_count, bool bridge)
{
    *runs = (ld_runs){zones, zone_count, UINT32_MAX};
    for (uint32_t i = 0; bridge && i + 1 < zone_count; i++)
        if (zones[i].zone == LD_ZONE_TITLE && zones[i + 1].zone == LD_ZONE_LEAD &&
            zones[i].end + 1 == zones[i + 1].first)
            runs->bridge_end = zones[i].end;
}

static bool joined(const ld_runs *runs, uint32_t i)
{
    const ld_zone_range *a = &runs->zones[i], *b = &runs->zones[i + 1];
    if (a->zone == LD_ZONE_LEAD && b->zone == LD_ZONE_BODY && a->end == b->first)
        return true;
    return runs->bridge_end == a->end && a->zone == LD_ZONE_TITLE;
}

bool ld_runs_same(const ld_runs *runs, uint32_t a, uint32_t b)
{
    if (a > b) {
        uint32_t t = a;
        a = b;
        b = t;
    }
    for (uint32_t i = 0; i < runs->zone_count; i++) {
        if (a >= runs->zones[i].end)
            continue;
        if (a < runs->zones[i].first)
            return false;
        while (b >= runs->zones[i].end) {
            if (i + 1 >= runs->zone_count || !joined(runs, i))
                return false;
            i++;
        }
        return b >= runs->zones[i].first;
    }
    return false;
}

/* Positions as distances count: the bridged unused one is not there. */
static uint32_t effective(const ld_runs *runs, uint32_t position)
{
    return position > runs->bridge_end ? position - 1 : position;
}

/* ---- phrases ---- */

/* Moves word i to its first place at or behind `position`; false: none is left. */
static bool advance(const ld_phrase *p, const ld_runs *runs, uint32_t i, uint32_t position)
{
    const ld_span_list *list = p->words[i];
    while (p->at[i] < list->count && effective(runs, list->items[p->at[i]].first) < position)
        p->at[i]++;
    return p->at[i] < list->count;
}

bool ld_phrase_join(const ld_phrase *p, const ld_runs *runs, ld_arena *arena, ld_span_list *out)
{
    out->count = 0;
    memset(p->at, 0, p->count * sizeof *p->at);
    for (uint32_t k = 0; k < p->words[0]->count; k++) {
        uint32_t first = p->words[0]->items[k].first, from = effective(runs, first);
        uint32_t place = from, last = first, i = 1;
        for (; i < p->count; i++) {
            place += p->offsets[i] - p->offsets[i - 1];
            if (!advance(p, runs, i, place))
                return true;
            last = p->words[i]->items[p->at[i]].first;
            place = effective(runs, last);
            if (place - from > p->offsets[i] + p->slop)
                break;
        }
        if (i < p->count || !ld_runs_same(runs, first, last))
            continue;
        if (!LD_ARENA_PUSH(arena, out->items, out->count, out->capacity,
                           ((ld_position_span){first, last})))
            return false;
    }
    return true;
}

/* ---- connectors ---- */

static bool within(const ld_position_span *a, const ld_position_span *b, bool ordered,
                   uint32_t distance, const ld_runs *runs)
{
    if (a->last < b->first)
        return effective(runs, b->first) - effective(runs, a->last) <= distance &&
               ld_runs_same(runs, a->last, b->first);
    if (b->last < a->first && !ordered)
        return effective(runs, a->first) - effective(runs, b->last) <= distance &&
               ld_runs_same(runs, b->last, a->first);
    return false;
}

void ld_near_join(const ld_span_list *left, const ld_span_list *right, bool ordered,
                  uint32_t distance, const ld_runs *runs, bool *left_flags, bool *right_flags)
{
    uint32_t longest = 0, low = 0;
    for (uint32_t j = 0; j < right->count; j++) {
        uint32_t length = right->items[j].last - right->items[j].first;
        longest = length > longest ? length : longest;
        right_flags[j] = false;
    }
    for (uint32_t i = 0; i < left->count; i++) {
        const ld_position_span *a = &left->items[i];
        left_flags[i] = false;
        /* One more than the distance on either side: a bridge may hide a position. */
        while (low < right->count &&
               (uint64_t)right->items[low].first + longest + distance + 1 < a->first)
            low++;
        for (uint32_t j = low;
             j < right->count && right->items[j].first <= (uint64_t)a->last + distance + 1; j++)
            if (within(a, &right->items[j], ordered, distance, runs))
                left_flags[i] = right_flags[j] = true;
    }
}
