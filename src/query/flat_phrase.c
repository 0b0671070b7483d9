/*
 * Words in a row, in candidates that have them all: where can the phrase begin?
 *
 *   "the movement of"   movement at 5 40     begins at 4 39
 *                       of at 6 41 90        begins at 4 39, too
 *                       the at 2 39          begins at 39
 *
 * Word by word, the rarest first, each position less the word's offset; candidates go as soon as no
 * beginning is left, so that the places of common words are read for few. Offsets rise by one, so
 * no phrase crosses the unused position between two zones. T of a phrase counts its beginnings,
 * never more than any of its words stands there.
 */
#include "query/flat_meet.h"

static bool starts_reserve(ld_meeting *m, uint32_t count)
{
    if (m->starts_used + count <= m->starts_max)
        return true;
    size_t room = 2u * (size_t)(m->starts_used + count) + 1024;
    uint32_t *grown = ld_arena_resize(m->f->x->arena, m->starts, m->starts_max * sizeof *grown,
                                      room * sizeof *grown);
    if (!grown) {
        m->f->x->status = ld_arena_status(m->f->x->arena, &m->f->x->error);
        return false;
    }
    m->starts = grown;
    m->starts_max = (uint32_t)room;
    return true;
}

/* All positions less the offset. */
static bool starts_begin(ld_meeting *m, uint32_t i, const uint32_t *positions, uint32_t tf,
                         uint32_t offset)
{
    if (!starts_reserve(m, tf))
        return false;
    uint32_t *starts = m->starts + m->starts_used, count = 0;
    for (uint32_t k = 0; k < tf; k++) {
        starts[count] = positions[k] - offset;
        count += positions[k] >= offset;
    }
    m->starts_first[i] = m->starts_used;
    m->starts_count[i] = count;
    m->starts_used += count;
    return true;
}

/* Keeps the starts from which the positions have one at `offset`. Mostly there is one start: then
 * all positions are compared, which is quicker than a guess where to stop. */
static uint32_t starts_meet(uint32_t *starts, uint32_t count, const uint32_t *positions,
                            uint32_t tf, uint32_t offset)
{
    uint32_t kept = 0;
    if (count == 1) {
        uint32_t wanted = starts[0] + offset;
        for (uint32_t k = 0; k < tf; k++)
            kept |= positions[k] == wanted;
        return kept;
    }
    for (uint32_t i = 0, k = 0; i < count; i++) {
        uint32_t wanted = starts[i] + offset;
        while (k < tf && positions[k] < wanted)
            k++;
        if (k == tf)
            break;
        starts[kept] = starts[i];
        kept += positions[k] == wanted;
    }
    return kept;
}

static bool failed(ld_meeting *m, const ld_flat_term *t)
{
    if (m->f->x->status == LEDE_OK) {
        m->f->x->status = t->postings->status;
        m->f->x->error = t->postings->error;
    }
    return false;
}

/* The phrase's next place, from `from` on, whose word it is; its count: none. */
static uint32_t place_next(const ld_meeting *m, const ld_flat_phrase *phrase, uint32_t word,
                           uint32_t from)
{
    while (from < phrase->count && m->f->order[phrase->first + from] != word)
        from++;
    return from;
}

bool ld_meeting_narrow(ld_meeting *m, const ld_flat_phrase *phrase, uint32_t word, bool first)
{
    ld_flat_term *t = &m->f->required[word];
    const uint32_t place = place_next(m, phrase, word, 0);
    const uint32_t again = place_next(m, phrase, word, place + 1);
    ld_flat_places kept;
    uint32_t count = 0;
    if (first)
        m->starts_used = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t tf;
        const uint32_t *positions = ld_postings_block_positions(t->postings, m->at[word][i], &tf);
        if (!positions)
            return failed(m, t);
        if (first && !starts_begin(m, i, positions, tf, phrase->offsets[place]))
            return false;
        for (uint32_t k = first ? again : place; k < phrase->count;
             k = place_next(m, phrase, word, k + 1))
            m->starts_count[i] = starts_meet(m->starts + m->starts_first[i], m->starts_count[i],
                                             positions, tf, phrase->offsets[k]);
        kept[count] = (uint16_t)i;
        count += m->starts_count[i] > 0;
    }
    ld_meeting_keep(m, kept, count);
    return true;
}

/* Where the first word stands at its first place and the second at its. */
static uint32_t starts_of_pair(uint32_t *starts, const uint32_t *a, uint32_t a_count,
                               const uint32_t *b, uint32_t b_count, uint32_t a_offset,
                               uint32_t b_offset)
{
    uint32_t kept = 0;
    for (uint32_t i = 0, k = 0; i < a_count; i++) {
        if (a[i] < a_offset)
            continue;
        uint32_t start = a[i] - a_offset, wanted = start + b_offset;
        while (k < b_count && b[k] < wanted)
            k++;
        if (k == b_count)
            break;
        starts[kept] = start;
        kept += b[k] == wanted;
    }
    return kept;
}

/* The first two words in candidate i. */
static bool place_pair(ld_meeting *m, const ld_flat_phrase *phrase, uint32_t i)
{
    ld_flat_term *a = &m->f->required[0], *b = &m->f->required[1];
    uint32_t a_count, b_count, a_place = place_next(m, phrase, 0, 0),
                               b_place = place_next(m, phrase, 1, 0);
    const uint32_t *a_at = ld_postings_block_positions(a->postings, m->at[0][i], &a_count);
    const uint32_t *b_at = ld_postings_block_positions(b->postings, m->at[1][i], &b_count);
    if (!a_at || !b_at)
        return failed(m, a_at ? b : a);
    if (!starts_reserve(m, a_count))
        return false;
    uint32_t *starts = m->starts + m->starts_used;
    uint32_t count = starts_of_pair(starts, a_at, a_count, b_at, b_count, phrase->offsets[a_place],
                                    phrase->offsets[b_place]);
    for (uint32_t k = place_next(m, phrase, 0, a_place + 1); count && k < phrase->count;
         k = place_next(m, phrase, 0, k + 1))
        count = starts_meet(starts, count, a_at, a_count, phrase->offsets[k]);
    for (uint32_t k = place_next(m, phrase, 1, b_place + 1); count && k < phrase->count;
         k = place_next(m, phrase, 1, k + 1))
        count = starts_meet(starts, count, b_at, b_count, phrase->offsets[k]);
    m->starts_first[i] = m->starts_used;
    m->starts_count[i] = count;
    m->starts_used += count;
    return true;
}

bool ld_meeting_place(ld_meeting *m, const ld_flat_phrase *phrase, uint32_t word, uint32_t i)
{
    uint32_t tf, *count = &m->starts_count[i];
    if (word == 1)
        return place_pair(m, phrase, i);
    ld_flat_term *t = &m->f->required[word];
    const uint32_t *positions = ld_postings_block_positions(t->postings, m->at[word][i], &tf);
    if (!positions)
        return failed(m, t);
    for (uint32_t k = place_next(m, phrase, word, 0); *count && k < phrase->count;
         k = place_next(m, phrase, word, k + 1))
        *count =
            starts_meet(m->starts + m->starts_first[i], *count, positions, tf, phrase->offsets[k]);
    return true;
}

bool ld_meeting_find(ld_meeting *m, const ld_flat_phrase *phrase)
{
    const ld_flat *f = m->f;
    bool first = true;
    for (uint32_t w = 0; w < f->required_count && m->count; w++) {
        bool within = false;
        for (uint32_t k = 0; k < phrase->count && !within; k++)
            within = f->order[phrase->first + k] == w;
        if (!within)
            continue;
        if (!ld_meeting_narrow(m, phrase, w, first))
            return false;
        first = false;
    }
    return true;
}

/* T: the places by the class of the first word. */
static float phrase_t(ld_meeting *m, uint32_t i)
{
    ld_execution *x = m->f->x;
    uint32_t class_tf[LD_CLASS_COUNT] = {0};
    if (x->scoring.uniform)
        return (float)m->starts_count[i];
    if (!ld_execution_zones(x, m->docs[i]))
        return 0;
    const uint32_t *starts = m->starts + m->starts_first[i];
    for (uint32_t k = 0; k < m->starts_count[i]; k++) {
        uint8_t zone = ld_execution_zone_at(x, starts[k]);
        if (zone < LD_ZONES_MAX)
            class_tf[x->profile->zone_classes[zone] % LD_CLASS_COUNT]++;
    }
    return ld_scoring_t(&x->scoring, class_tf);
}

bool ld_meeting_score(ld_meeting *m, const ld_flat_phrase *phrase)
{
    ld_execution *x = m->f->x;
    const uint8_t *codes = x->view->lengths.codes;
    for (uint32_t i = 0; i < m->count; i++) {
        float t = phrase_t(m, i);
        if (t > 0)
            m->points[i] += ld_contribution(phrase->weight, t, x->scoring.k[codes[m->docs[i]]]);
    }
    return x->status == LEDE_OK;
}

bool ld_meeting_bound(ld_meeting *m, const ld_flat_phrase *phrase, uint32_t word, uint32_t *bounds)
{
    ld_flat_numbers own;
    ld_flat_term t = m->f->required[word];
    t.weight = phrase->weight;
    if (!ld_flat_points_at(m->f, &t, m->docs, m->at[word], m->count, own))
        return false;
    for (uint32_t i = 0; i < m->count; i++)
        bounds[i] += own[i];
    return true;
}
