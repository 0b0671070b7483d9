/*
 * Matches of queries with phrases: all required words, then words in a row.
 *
 *   lead     the rarest word: its blocks are the source of candidates. A block whose bound and the
 *            other words' lists together stay below the least points is passed over unread; of the
 *            others each posting is scored, and those that cannot reach it go.
 *   range    from a candidate to the nearest end of the blocks that the other words have it in:
 *            there each word has one block, so that block bounds add up, lists meet in one merge,
 *            and places of phrases are at hand.
 *
 *        lead   . .  .   . | .     . .    candidates
 *        word   [--------block---|--------]
 *        word   [-------------block|------]
 *        range      [------------]
 *
 * cost: a decoded block of each word per range at most; positions only for what has all words and
 * could still enter. A query that is one phrase goes another way (flat_row.c).
 */
#include "query/flat_meet.h"

static bool refused(ld_flat *f)
{
    if (f->x->status == LEDE_OK)
        f->x->status = ld_arena_status(f->x->arena, &f->x->error);
    return false;
}

void ld_meeting_keep(ld_meeting *m, const uint16_t *kept, uint32_t count)
{
    if (count == m->count)
        return;
    for (uint32_t i = 0; i < count; i++) {
        m->docs[i] = m->docs[kept[i]];
        m->points[i] = m->points[kept[i]];
        m->starts_first[i] = m->starts_first[kept[i]];
        m->starts_count[i] = m->starts_count[kept[i]];
    }
    for (uint32_t w = 0; w < m->f->required_count; w++)
        for (uint32_t i = 0; i < count; i++)
            m->at[w][i] = m->at[w][kept[i]];
    m->count = count;
}

/* ---- candidates that have all words ---- */

/* Keeps what can reach the least points with `more` of each and the rest. */
static void keep_reaching(ld_meeting *m, const uint32_t *more)
{
    uint32_t least = ld_flat_least(m->f), count = 0;
    ld_flat_places kept;
    for (uint32_t i = 0; i < m->count; i++) {
        kept[count] = (uint16_t)i;
        count += m->points[i] + more[i] + m->rest_bound >= least;
    }
    ld_meeting_keep(m, kept, count);
}

static void keep_shown(ld_meeting *m)
{
    uint32_t count = 0;
    ld_flat_places kept;
    for (uint32_t i = 0; i < m->count; i++) {
        kept[count] = (uint16_t)i;
        count += ld_execution_shows(m->f->x, m->docs[i]);
    }
    ld_meeting_keep(m, kept, count);
}

static bool words_score(ld_meeting *m)
{
    ld_flat *f = m->f;
    ld_flat_numbers own;
    memset(m->points, 0, m->count * sizeof *m->points);
    for (uint32_t w = 0; w < f->required_count && f->top->k; w++) {
        if (f->required[w].weight <= 0)
            continue;
        if (!ld_flat_points_at(f, &f->required[w], m->docs, m->at[w], m->count, own))
            return false;
        for (uint32_t i = 0; i < m->count; i++)
            m->points[i] += own[i];
    }
    return true;
}

/* Phrases among other words: those that cannot reach the least go before places are read. */
static bool phrases_take(ld_meeting *m)
{
    ld_flat *f = m->f;
    if (f->prune && f->phrase_count) {
        ld_flat_numbers bounds = {0};
        for (uint32_t p = 0; p < f->phrase_count; p++)
            if (!ld_meeting_bound(m, &f->phrases[p], f->order[f->phrases[p].first], bounds))
                return false;
        keep_reaching(m, bounds);
    }
    for (uint32_t p = 0; p < f->phrase_count && m->count; p++)
        if (!ld_meeting_find(m, &f->phrases[p]) ||
            (f->top->k && !ld_meeting_score(m, &f->phrases[p])))
            return false;
    return true;
}

bool ld_meeting_take(ld_meeting *m)
{
    ld_flat *f = m->f;
    if (f->hides)
        keep_shown(m);
    if (!words_score(m))
        return false;
    if (m->phrase ? f->top->k && !ld_meeting_score(m, m->phrase) : !phrases_take(m))
        return false;
    uint32_t count = m->count;
    if (count && ld_flat_has_tests(f))
        count = ld_flat_test(f, m->docs, m->points, count);
    if (count == UINT32_MAX)
        return false;
    f->total += count;
    return f->top->k == 0 || count == 0 ||
           (ld_flat_optional_add(f, m->docs, m->points, count) &&
            ld_flat_offer(f, m->docs, m->points, count));
}

/* ---- one range ---- */

/* Meets the candidates of one range with the other words' blocks. */
static bool range_meet(ld_meeting *m)
{
    ld_flat *f = m->f;
    for (uint32_t w = 1; w < f->required_count && m->count; w++) {
        ld_flat_term *t = &f->required[w];
        ld_flat_places kept;
        if (!ld_flat_load(f, t, t->block))
            return false;
        uint32_t found = ld_flat_meet(f, t, m->docs, m->count, kept, m->at[w]);
        if (found == UINT32_MAX)
            return false;
        for (uint32_t i = 0; found < m->count && i < found; i++) {
            m->docs[i] = m->docs[kept[i]];
            m->starts_first[i] = m->starts_first[kept[i]];
            m->starts_count[i] = m->starts_count[kept[i]];
        }
        for (uint32_t v = 0; found < m->count && v < w; v++)
            for (uint32_t i = 0; i < found; i++)
                m->at[v][i] = m->at[v][kept[i]];
        m->count = found;
    }
    return m->count == 0 || ld_meeting_take(m);
}

/* ---- the lead's blocks ---- */

/* Finds for each other word the block that can have `doc`; *end: the nearest end of them; *bound:
 * what they give together there at most, a phrase at most what any of its words lets it. False: a
 * word has no more documents. */
static bool range_find(ld_meeting *m, uint32_t doc, uint32_t *end, uint32_t *bound)
{
    ld_flat *f = m->f;
    for (uint32_t w = 1; w < f->required_count; w++) {
        ld_flat_term *t = &f->required[w];
        t->block = ld_postings_block_find(t->postings, t->block, doc);
        if (t->block >= t->block_count)
            return false;
        uint32_t last = ld_postings_block_last(t->postings, t->block);
        *end = last < *end ? last : *end;
        if (t->loaded != t->block) {
            ld_postings_block_prefetch(t->postings, t->block);
            ld_postings_positions_prefetch(t->postings, t->block);
        }
        if (f->prune)
            *bound += ld_flat_block_bound(f, t, t->block);
    }
    return true;
}

/* Whether the lead's points can rule candidates out. */
static bool lead_scores(const ld_meeting *m)
{
    const ld_flat *f = m->f;
    return f->prune && ld_flat_least(f) > 1 && f->required[0].weight > 0;
}

/* The lead's candidates that can reach the least points: places in its block, and points (0: not
 * scored). others: what all else can add. */
static bool lead_candidates(ld_meeting *m, uint32_t others, bool scored, uint16_t *at,
                            uint32_t *points, uint32_t *count)
{
    ld_flat *f = m->f;
    const ld_flat_term *lead = &f->required[0];
    uint32_t kept = 0, least = ld_flat_least(f);
    if (!scored) {
        for (uint32_t i = 0; i < lead->size; i++)
            at[i] = (uint16_t)i;
        memset(points, 0, lead->size * sizeof *points);
        *count = lead->size;
        return true;
    }
    if (!ld_flat_points(f, &f->required[0], 0, lead->size, points))
        return false;
    for (uint32_t i = 0; i < lead->size; i++) {
        at[kept] = (uint16_t)i;
        points[kept] = points[i];
        kept += points[kept] + others >= least;
    }
    *count = kept;
    return true;
}

/* Candidates [0, count) of the lead up to document `end`: those that can still reach the least
 * come to the meeting. How many lie before the end. */
static uint32_t range_gather(ld_meeting *m, const uint16_t *at, const uint32_t *points,
                             uint32_t count, uint32_t end, uint32_t bound)
{
    ld_flat *f = m->f;
    const uint32_t *docs = f->required[0].docs;
    uint32_t least = f->prune ? ld_flat_least(f) : 0, taken = 0, i = 0;
    for (; i < count && docs[at[i]] <= end; i++) {
        m->at[0][taken] = at[i];
        m->docs[taken] = docs[at[i]];
        taken += points[i] + bound + m->rest_bound >= least;
    }
    m->count = taken;
    return i;
}

/* others: what all but the lead (all, of a phrase: but the rest) can give. False: no more matches,
 * or a failure. */
static bool block_meet(ld_meeting *m, uint32_t others, uint32_t phrases)
{
    ld_flat *f = m->f;
    ld_flat_term *lead = &f->required[0];
    ld_flat_places at;
    ld_flat_numbers points;
    uint32_t count;
    bool scored = lead_scores(m);
    if (!lead_candidates(m, others, scored, at, points, &count))
        return false;
    for (uint32_t i = 0; i < count;) {
        uint32_t end = lead->docs[lead->size - 1];
        uint32_t bound = (scored ? 0 : lead->bound) + phrases;
        if (!range_find(m, lead->docs[at[i]], &end, &bound))
            return false;
        i += range_gather(m, at + i, points + i, count - i, end, bound);
        if (m->count && !range_meet(m))
            return false;
    }
    return true;
}

ld_meeting *ld_meeting_new(ld_flat *f)
{
    ld_meeting *m = ld_arena_alloc(f->x->arena, sizeof *m);
    if (!m || !(m->at = ld_arena_alloc(f->x->arena, f->required_count * sizeof *m->at))) {
        refused(f);
        return NULL;
    }
    m->f = f;
    m->phrase = f->is_phrase ? f->phrases : NULL;
    m->starts = NULL;
    m->starts_used = m->starts_max = 0;
    m->rest_bound = f->check_bound;
    for (uint32_t i = 0; i < f->optional_count; i++)
        m->rest_bound += f->optional[i].bound;
    return m;
}

void ld_flat_meet_all(ld_flat *f)
{
    ld_flat_term *lead = &f->required[0];
    ld_meeting *m = ld_meeting_new(f);
    uint32_t others = m ? m->rest_bound : 0, phrases = 0;
    for (uint32_t w = 1; w < f->required_count; w++)
        others += f->required[w].bound;
    for (uint32_t p = 0; p < f->phrase_count; p++)
        phrases += f->phrases[p].bound;
    others += phrases;
    for (uint32_t b = 0; m && b < lead->block_count && !ld_flat_stopped(f); b++) {
        if (f->prune && ld_flat_block_bound(f, lead, b) + others < ld_flat_least(f))
            continue;
        if (!ld_flat_load(f, lead, b) || !ld_flat_docs(f, lead) || !block_meet(m, others, phrases))
            return;
    }
}
