/*
 * Matches of a query that is one phrase: word by word instead of range by range.
 *
 *   lead     the rarest word: a block of it at a time, each posting a candidate
 *   second   the next rarest: which candidates its blocks have, and where the phrase can begin by
 *            the places of both
 *   others   the same for what is left: mostly little, so that blocks of common words are seldom
 *            read, and the ends of their blocks cut nothing into pieces
 *
 *        lead    . .. .  . |  . .     candidates
 *        second  [------|-----]       their runs, by its blocks; few are left
 *        others  [--|-----|-----|-]   blocks of those alone
 *
 * cost: the lead's blocks, of each other word the blocks in which what is left of the candidates
 * lies, and positions of two words for what has both. With pruning a phrase gives at most what any
 * of its words lets it: a block whose bound stays below the least points is not read, nor the
 * places of a posting whose frequency does.
 */
#include "query/flat_meet.h"

/* Whether bounds of words say something of the phrase. */
static bool is_bounded(const ld_meeting *m)
{
    return m->f->prune && m->f->x->scoring.uniform && ld_flat_least(m->f) > 1;
}

/* Which of the points, those of postings of one word taken for the phrase's, can reach the least.
 */
static uint32_t reaching(const ld_meeting *m, const uint32_t *points, uint32_t count,
                         uint16_t *which)
{
    uint32_t least = ld_flat_least(m->f), kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        which[kept] = (uint16_t)i;
        kept += points[i] + m->rest_bound >= least;
    }
    return kept;
}

/* The lead's postings of the loaded block that can reach the least points. */
static bool lead_gather(ld_meeting *m)
{
    ld_flat_term lead = m->f->required[0];
    ld_flat_numbers points;
    m->count = lead.size;
    m->starts_used = 0;
    lead.weight = m->phrase->weight;
    if (is_bounded(m)) {
        if (!ld_flat_points(m->f, &lead, 0, lead.size, points))
            return false;
        m->count = reaching(m, points, lead.size, m->at[0]);
        for (uint32_t i = 0; i < m->count; i++)
            m->docs[i] = lead.docs[m->at[0][i]];
        return true;
    }
    for (uint32_t i = 0; i < lead.size; i++)
        m->at[0][i] = (uint16_t)i;
    memcpy(m->docs, lead.docs, lead.size * sizeof *m->docs);
    return true;
}

/* Of the loaded block's postings met at at_block: those that can reach the least points. */
static bool met_reaching(ld_meeting *m, const ld_flat_term *t, const uint32_t *docs,
                         const uint16_t *at_docs, const uint16_t *at_block, uint32_t *count,
                         uint16_t *which)
{
    ld_flat_numbers met, points;
    ld_flat_term phrase = *t;
    phrase.weight = m->phrase->weight;
    for (uint32_t i = 0; i < *count; i++)
        met[i] = docs[at_docs[i]];
    if (!ld_flat_points_at(m->f, &phrase, met, at_block, *count, points))
        return false;
    *count = reaching(m, points, *count, which);
    return true;
}

/* Candidates [first, end) against the loaded block of `word`; what is left goes to *kept on. */
static bool run_meet(ld_meeting *m, uint32_t word, uint32_t first, uint32_t end, uint32_t *kept)
{
    ld_flat *f = m->f;
    ld_flat_term *t = &f->required[word];
    ld_flat_places at_docs, at_block, which;
    ld_postings_positions_prefetch(t->postings, t->block); /* while the block is met */
    uint32_t found = ld_flat_meet(f, t, m->docs + first, end - first, at_docs, at_block);
    if (found == UINT32_MAX)
        return false;
    bool bounded = found > 0 && is_bounded(m);
    if (bounded && !met_reaching(m, t, m->docs + first, at_docs, at_block, &found, which))
        return false;
    for (uint32_t i = 0; i < found; i++) {
        uint32_t k = bounded ? which[i] : i, from = first + at_docs[k];
        m->docs[*kept] = m->docs[from];
        m->at[0][*kept] = m->at[0][from];
        m->at[word][*kept] = at_block[k];
        m->starts_first[*kept] = m->starts_first[from];
        m->starts_count[*kept] = m->starts_count[from];
        if (!ld_meeting_place(m, m->phrase, word, *kept))
            return false;
        *kept += m->starts_count[*kept] > 0;
    }
    return true;
}

/* Whether the phrase can reach the least points in the block the word stands at. */
static bool block_reaches(const ld_meeting *m, const ld_flat_term *t)
{
    uint32_t share = ld_postings_block_bound(t->postings, t->block);
    return !is_bounded(m) || ld_flat_bound_points(m->f, m->phrase->weight, share) + m->rest_bound >=
                                 ld_flat_least(m->f);
}

/* Keeps the candidates in which the word has places that fit those before. */
static bool word_meet(ld_meeting *m, uint32_t word)
{
    ld_flat *f = m->f;
    ld_flat_term *t = &f->required[word];
    ld_flat_runs runs;
    uint32_t kept = 0;
    ld_flat_runs_begin(&runs, t, m->docs, m->count);
    for (uint32_t i = 0, end; ld_flat_runs_next(f, t, &runs, &end); i = end)
        if (block_reaches(m, t) &&
            (!ld_flat_load(f, t, t->block) || !run_meet(m, word, i, end, &kept)))
            return false;
    m->count = kept;
    return ld_flat_sound(f, t);
}

static bool block_take(ld_meeting *m)
{
    if (!lead_gather(m))
        return false;
    if (m->f->required_count == 1 && !ld_meeting_narrow(m, m->phrase, 0, true))
        return false;
    for (uint32_t w = 1; w < m->f->required_count && m->count; w++)
        if (!word_meet(m, w))
            return false;
    return m->count == 0 || ld_meeting_take(m);
}

void ld_flat_row(ld_flat *f)
{
    ld_flat_term *lead = &f->required[0];
    ld_meeting *m = ld_meeting_new(f);
    for (uint32_t b = 0; m && b < lead->block_count && !ld_flat_stopped(f); b++) {
        lead->block = b;
        if (!block_reaches(m, lead))
            continue;
        ld_postings_positions_prefetch(lead->postings, b);
        ld_postings_block_prefetch(lead->postings, b + 1);
        if (!ld_flat_load(f, lead, b) || !ld_flat_docs(f, lead) || !block_take(m))
            return;
    }
}
