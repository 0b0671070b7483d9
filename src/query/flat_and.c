/*
 * Matches that have every required word, by score first.
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
 * could still enter. Score-first intersection: compare Lucene's block-max conjunction
 * (BlockMaxConjunctionBulkScorer, 2022) and Ding, Suel, Faster Top-k Document Retrieval Using
 * Block-Max Indexes, SIGIR 2011.
 */
#include "query/flat.h"

typedef uint16_t places[LD_FLAT_BATCH + LD_FLAT_SLACK];

typedef struct meeting {
    ld_flat *f;
    places *at; /* [required_count] of each match: its posting in the word's loaded block */
    ld_flat_numbers docs; /* [count] matches */
    ld_flat_numbers points;
    uint32_t count;
    uint32_t *starts; /* [starts_max] of a phrase in one document */
    size_t starts_max;
    uint32_t rest_bound; /* optional words and checks */
} meeting;

static bool refused(ld_flat *f)
{
    if (f->x->status == LEDE_OK)
        f->x->status = ld_arena_status(f->x->arena, &f->x->error);
    return false;
}

/* Keeps the matches i that keep[] names, ascending. */
static void keep(meeting *m, const uint16_t *kept, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        m->docs[i] = m->docs[kept[i]];
        m->points[i] = m->points[kept[i]];
    }
    for (uint32_t w = 0; w < m->f->required_count; w++)
        for (uint32_t i = 0; i < count; i++)
            m->at[w][i] = m->at[w][kept[i]];
    m->count = count;
}

/* ---- phrases ---- */

static const uint32_t *word_positions(meeting *m, const ld_flat_phrase *phrase, uint32_t i,
                                      uint32_t match, uint32_t *tf)
{
    uint32_t word = m->f->order[phrase->first + i];
    ld_flat_term *t = &m->f->required[word];
    const uint32_t *positions = ld_postings_block_positions(t->postings, m->at[word][match], tf);
    if (!positions && m->f->x->status == LEDE_OK) {
        m->f->x->status = t->postings->status;
        m->f->x->error = t->postings->error;
    }
    return positions;
}

static bool starts_reserve(meeting *m, uint32_t count)
{
    if (count <= m->starts_max)
        return true;
    m->starts_max = 2u * count + 64;
    m->starts = ld_arena_alloc(m->f->x->arena, m->starts_max * sizeof *m->starts);
    return m->starts || refused(m->f);
}

/* Keeps the starts from which the positions have one at `offset`. */
static uint32_t starts_meet(uint32_t *starts, uint32_t count, const uint32_t *positions,
                            uint32_t tf, uint32_t offset)
{
    uint32_t kept = 0;
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

/* How many places of a document the phrase has: m->starts. UINT32_MAX: a failure. */
static uint32_t phrase_starts(meeting *m, const ld_flat_phrase *phrase, uint32_t match)
{
    uint32_t count = 0, tf, rarest = phrase->rarest;
    const uint32_t *positions = word_positions(m, phrase, rarest, match, &tf);
    if (!positions || !starts_reserve(m, tf))
        return UINT32_MAX;
    uint32_t offset = phrase->offsets[rarest];
    for (uint32_t i = 0; i < tf; i++)
        if (positions[i] >= offset)
            m->starts[count++] = positions[i] - offset;
    for (uint32_t i = 0; i < phrase->count && count; i++) {
        if (i == rarest)
            continue;
        positions = word_positions(m, phrase, i, match, &tf);
        if (!positions)
            return UINT32_MAX;
        count = starts_meet(m->starts, count, positions, tf, phrase->offsets[i]);
    }
    return count;
}

/* T of the phrase: its places by the class of the first word. */
static float phrase_t(meeting *m, uint32_t doc, uint32_t count)
{
    ld_execution *x = m->f->x;
    uint32_t class_tf[LD_CLASS_COUNT] = {0};
    if (x->scoring.uniform)
        return (float)count;
    if (!ld_execution_zones(x, doc))
        return 0;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t zone = ld_execution_zone_at(x, m->starts[i]);
        if (zone < LD_ZONES_MAX)
            class_tf[x->profile->zone_classes[zone] % LD_CLASS_COUNT]++;
    }
    return ld_scoring_t(&x->scoring, class_tf);
}

/* Keeps the matches that have the phrase, and adds its points. */
static bool phrase_take(meeting *m, const ld_flat_phrase *phrase)
{
    ld_execution *x = m->f->x;
    places kept;
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->count; i++) {
        uint32_t starts = phrase_starts(m, phrase, i);
        if (starts == UINT32_MAX)
            return false;
        if (starts == 0)
            continue;
        kept[count++] = (uint16_t)i;
        if (m->f->top->k == 0)
            continue;
        float t = phrase_t(m, m->docs[i], starts);
        if (t > 0)
            m->points[i] += ld_contribution(phrase->weight, t,
                                            x->scoring.k[x->view->lengths.codes[m->docs[i]]]);
    }
    if (count < m->count)
        keep(m, kept, count);
    return x->status == LEDE_OK;
}

/* Most points of each phrase for each match: as if it stood as often as its first word. */
static bool phrase_bounds(meeting *m, uint32_t *bounds)
{
    ld_flat *f = m->f;
    ld_flat_numbers own;
    for (uint32_t p = 0; p < f->phrase_count; p++) {
        const ld_flat_phrase *phrase = &f->phrases[p];
        uint32_t word = f->order[phrase->first];
        ld_flat_term t = f->required[word];
        t.weight = phrase->weight;
        if (!ld_flat_points_at(f, &t, m->docs, m->at[word], m->count, own))
            return false;
        for (uint32_t i = 0; i < m->count; i++)
            bounds[i] += own[i];
    }
    return true;
}

/* ---- matches of all words ---- */

static void keep_reaching(meeting *m, const uint32_t *more, uint32_t rest)
{
    uint32_t least = ld_flat_least(m->f), count = 0;
    places kept;
    for (uint32_t i = 0; i < m->count; i++)
        if (m->points[i] + (more ? more[i] : 0) + rest >= least)
            kept[count++] = (uint16_t)i;
    if (count < m->count)
        keep(m, kept, count);
}

static void keep_shown(meeting *m)
{
    uint32_t count = 0;
    places kept;
    for (uint32_t i = 0; i < m->count; i++)
        if (ld_execution_shows(m->f->x, m->docs[i]))
            kept[count++] = (uint16_t)i;
    if (count < m->count)
        keep(m, kept, count);
}

static bool words_score(meeting *m)
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

/* Matches of all required words in one range: phrases, other conditions, optional words, top. */
static bool matches_take(meeting *m)
{
    ld_flat *f = m->f;
    if (f->hides)
        keep_shown(m);
    if (!words_score(m))
        return false;
    if (f->prune) {
        ld_flat_numbers bounds = {0};
        if (!phrase_bounds(m, bounds))
            return false;
        keep_reaching(m, bounds, m->rest_bound);
    }
    for (uint32_t p = 0; p < f->phrase_count && m->count; p++)
        if (!phrase_take(m, &f->phrases[p]))
            return false;
    uint32_t count = m->count;
    if (count && ld_flat_has_tests(f))
        count = ld_flat_test(f, m->docs, m->points, count);
    if (count == UINT32_MAX)
        return false;
    f->total += count;
    if (f->top->k == 0 || count == 0)
        return true;
    uint32_t more = 0;
    for (uint32_t i = 0; i < f->optional_count; i++)
        more += f->optional[i].bound;
    for (uint32_t i = 0; i < f->optional_count; i++) {
        more -= f->optional[i].bound;
        if (!ld_flat_add(f, &f->optional[i], m->docs, m->points, count, more, ld_flat_least(f)))
            return false;
    }
    return ld_flat_offer(f, m->docs, m->points, count);
}

/* Meets the candidates of one range with the other words' blocks. */
static bool range_meet(meeting *m)
{
    ld_flat *f = m->f;
    for (uint32_t w = 1; w < f->required_count && m->count; w++) {
        ld_flat_term *t = &f->required[w];
        places kept;
        if (!ld_flat_load(f, t, t->block))
            return false;
        uint32_t found = ld_flat_meet(f, t, m->docs, m->count, kept, m->at[w]);
        if (found == UINT32_MAX)
            return false;
        if (found == m->count)
            continue;
        for (uint32_t i = 0; i < found; i++)
            m->docs[i] = m->docs[kept[i]];
        for (uint32_t v = 0; v < w; v++)
            for (uint32_t i = 0; i < found; i++)
                m->at[v][i] = m->at[v][kept[i]];
        m->count = found;
    }
    return m->count == 0 || matches_take(m);
}

/* ---- the lead's blocks ---- */

/* Finds for each other word the block that can have `doc`; *end: the nearest end of them; *bound:
 * what they give together there at most. False: a word has no more documents. */
static bool range_find(ld_flat *f, uint32_t doc, uint32_t *end, uint32_t *bound)
{
    for (uint32_t w = 1; w < f->required_count; w++) {
        ld_flat_term *t = &f->required[w];
        t->block = ld_postings_block_find(t->postings, t->block, doc);
        if (t->block >= t->block_count)
            return false;
        uint32_t last = ld_postings_block_last(t->postings, t->block);
        *end = last < *end ? last : *end;
        *bound += f->prune ? ld_flat_block_bound(f, t, t->block) : 0;
    }
    return true;
}

/* The lead's candidates that can reach the least points: places in its block, and points. */
static bool lead_candidates(meeting *m, uint32_t others, uint16_t *at, uint32_t *points,
                            uint32_t *count, bool *is_scored)
{
    ld_flat *f = m->f;
    ld_flat_term *lead = &f->required[0];
    uint32_t kept = 0, least = ld_flat_least(f);
    bool scored = f->prune && lead->weight > 0 && least > 1;
    if (scored && !ld_flat_points(f, lead, 0, lead->size, points))
        return false;
    for (uint32_t i = 0; i < lead->size; i++) {
        at[kept] = (uint16_t)i;
        points[kept] = scored ? points[i] : 0;
        kept += !scored || points[kept] + others >= least;
    }
    *count = kept;
    *is_scored = scored;
    return true;
}

/* Candidates [first, count) of the lead that lie before `end`, and of which with `bound` points
 * more one can reach the least: into the meeting. How many lie before the end. */
static uint32_t range_gather(meeting *m, const uint16_t *at, const uint32_t *points, uint32_t count,
                             uint32_t end, uint32_t bound)
{
    ld_flat *f = m->f;
    const ld_flat_term *lead = &f->required[0];
    uint32_t least = f->prune ? ld_flat_least(f) : 0, taken = 0, i = 0;
    for (; i < count && lead->docs[at[i]] <= end; i++) {
        m->at[0][taken] = at[i];
        m->docs[taken] = lead->docs[at[i]];
        taken += points[i] + bound >= least;
    }
    m->count = taken;
    return i;
}

/* others: what all but the lead can give in this block. False: no more matches, or a failure. */
static bool block_meet(meeting *m, uint32_t others)
{
    ld_flat *f = m->f;
    ld_flat_term *lead = &f->required[0];
    places at;
    ld_flat_numbers points;
    uint32_t count, phrases = 0;
    bool scored;
    if (!lead_candidates(m, others, at, points, &count, &scored))
        return false;
    for (uint32_t p = 0; p < f->phrase_count; p++)
        phrases += f->phrases[p].bound;
    for (uint32_t i = 0; i < count;) {
        uint32_t end = lead->docs[lead->size - 1];
        uint32_t bound = (scored ? 0 : lead->bound) + phrases + m->rest_bound;
        if (!range_find(f, lead->docs[at[i]], &end, &bound))
            return false;
        i += range_gather(m, at + i, points + i, count - i, end, bound);
        if (m->count && !range_meet(m))
            return false;
    }
    return true;
}

void ld_flat_and(ld_flat *f)
{
    ld_flat_term *lead = &f->required[0];
    meeting *m = ld_arena_alloc(f->x->arena, sizeof *m);
    if (!m || !(m->at = ld_arena_alloc(f->x->arena, f->required_count * sizeof *m->at))) {
        refused(f);
        return;
    }
    m->f = f;
    m->starts = NULL;
    m->starts_max = 0;
    m->rest_bound = f->check_bound;
    uint32_t others = 0;
    for (uint32_t i = 0; i < f->optional_count; i++)
        m->rest_bound += f->optional[i].bound;
    for (uint32_t w = 1; w < f->required_count; w++)
        others += f->required[w].bound;
    for (uint32_t p = 0; p < f->phrase_count; p++)
        others += f->phrases[p].bound;
    others += m->rest_bound;
    for (uint32_t b = 0; b < lead->block_count && !ld_flat_stopped(f); b++) {
        if (f->prune && ld_flat_block_bound(f, lead, b) + others < ld_flat_least(f))
            continue;
        if (!ld_flat_load(f, lead, b) || !ld_flat_docs(f, lead) || !block_meet(m, others))
            return;
    }
}
