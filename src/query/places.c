#include "query/places.h"

#include "query/ast.h"

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

/* Whether one of the starts lies in (from, to]. */
static bool start_between(const ld_near_rule *rule, uint32_t from, uint32_t to)
{
    uint32_t low = 0, high = rule->start_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (rule->starts[middle] <= from)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rule->start_count && rule->starts[low] <= to;
}

/* end < start: the ends that face each other. */
static bool meets(const ld_near_rule *rule, const ld_runs *runs, uint32_t end, uint32_t start)
{
    if (rule->unit == LD_AST_UNIT_WORD &&
        effective(runs, start) - effective(runs, end) > rule->distance)
        return false;
    return ld_runs_same(runs, end, start) && !start_between(rule, end, start);
}

static uint32_t longest_of(const ld_span_list *list)
{
    uint32_t longest = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        uint32_t length = list->items[i].last - list->items[i].first;
        longest = length > longest ? length : longest;
    }
    return longest;
}

/* Of the places before index `count`, the last position nearest before `position`. */
static bool nearest_before(const ld_span_list *list, uint32_t count, uint32_t longest,
                           uint32_t position, uint32_t *last)
{
    bool found = false;
    for (uint32_t i = count; i-- > 0;) {
        const ld_position_span *s = &list->items[i];
        if (found && (uint64_t)s->first + longest <= *last)
            break;
        if (s->last < position && (!found || s->last > *last)) {
            *last = s->last;
            found = true;
        }
    }
    return found;
}

/* flags[i]: a place of `others` before (behind) places[i] meets it. */
static void flag_places(const ld_span_list *places, const ld_span_list *others, bool before,
                        bool behind, const ld_near_rule *rule, const ld_runs *runs, bool *flags)
{
    uint32_t longest = longest_of(others), begun = 0;
    for (uint32_t i = 0; i < places->count; i++) {
        const ld_position_span *p = &places->items[i];
        uint32_t last, low = 0, high = others->count;
        while (begun < others->count && others->items[begun].first < p->first)
            begun++;
        flags[i] = before && nearest_before(others, begun, longest, p->first, &last) &&
                   meets(rule, runs, last, p->first);
        while (behind && !flags[i] && low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (others->items[middle].first <= p->last)
                low = middle + 1;
            else
                high = middle;
        }
        if (behind && !flags[i] && low < others->count)
            flags[i] = meets(rule, runs, p->last, others->items[low].first);
    }
}

void ld_near_join(const ld_span_list *left, const ld_span_list *right, const ld_near_rule *rule,
                  const ld_runs *runs, bool *left_flags, bool *right_flags)
{
    flag_places(left, right, !rule->ordered, true, rule, runs, left_flags);
    flag_places(right, left, true, !rule->ordered, rule, runs, right_flags);
}
