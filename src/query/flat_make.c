/*
 * From a plan to a flat query, where it is one.
 *
 *   WORD, PHRASE                     required
 *   OR of words                      optional, one needed
 *   AND of      word, phrase         required
 *               OPTIONAL word        optional
 *               NOT word             excluded        NOT anything else     barred
 *               anything else        a check; but with nothing else required an OR of words gives
 *                                    the candidates
 *
 * A word is simple when it stands for one term of the segment, in every zone and spelling. What is
 * not simple is a cursor: a check where it is required, and where it is optional the query is not
 * flat.
 */
#include "query/flat.h"
#include "query/sort.h"

typedef struct maker {
    ld_flat *f;
    const ld_plan *plan;
    ld_execution *x;
    uint32_t *ordinals; /* [required_count] of words of phrases */
    uint32_t placed;    /* words of phrases so far */
    bool has_words;     /* one is required on its own */
    bool relaxed;
    bool flat;
} maker;

static bool refused(maker *m)
{
    if (m->x->status == LEDE_OK)
        m->x->status = ld_arena_status(m->x->arena, &m->x->error);
    return m->flat = false;
}

static const ld_plan_members *members_of(const maker *m, const ld_plan_word *w)
{
    return &w->segments[m->x->segment];
}

/* Whether each word of the leaf stands for at most one term here, wherever and however written. */
static bool is_simple(const maker *m, uint32_t node)
{
    const ld_plan_node *own = &m->plan->nodes[node];
    uint8_t kind = m->plan->q->nodes[node].kind;
    if ((kind != LD_AST_WORD && kind != LD_AST_PHRASE) || own->zones != LD_AST_ZONES_ALL)
        return false;
    for (uint32_t i = 0; i < own->word_count; i++) {
        const ld_plan_members *members = members_of(m, &m->plan->words[own->word_first + i]);
        if (members->count > 1 || (members->count == 1 && members->items[0].forms) ||
            own->offsets[i] != i)
            return false;
    }
    return own->word_count == 1 || m->plan->q->nodes[node].slop == 0;
}

static bool is_word(const maker *m, uint32_t node)
{
    return m->plan->nodes[node].word_count == 1 && is_simple(m, node);
}

/* Adds the word to a list; false: a failure, or the segment does not have it. */
static bool term_add(maker *m, ld_flat_term *list, uint32_t *count, const ld_plan_word *w,
                     double idf)
{
    const ld_plan_members *members = members_of(m, w);
    if (members->count == 0)
        return false;
    ld_flat_term *t = &list[*count];
    lede_error err = {0};
    lede_status status = ld_postings_open(m->x->view->terms, &members->items[0].term,
                                          LD_POSTINGS_BLOCKS, m->x->arena, &t->postings, &err);
    if (status == LEDE_OK && t->postings->status != LEDE_OK) {
        status = t->postings->status;
        err = t->postings->error;
    }
    if (status != LEDE_OK) {
        m->x->status = status;
        m->x->error = err;
        return m->flat = false;
    }
    t->df = t->postings->df;
    t->block_count = ld_postings_block_count(t->postings);
    t->loaded = UINT32_MAX;
    t->weight = ld_scoring_weight(&m->x->scoring, idf);
    ld_flat_bound_init(m->f, t);
    ld_postings_block_prefetch(t->postings, 0);
    (*count)++;
    return true;
}

static const ld_plan_word *word_of(const maker *m, uint32_t node, uint32_t i)
{
    return &m->plan->words[m->plan->nodes[node].word_first + i];
}

/* Words of a phrase are required, each once: order gets where. */
static bool require_words(maker *m, uint32_t node)
{
    ld_flat *f = m->f;
    const ld_plan_node *own = &m->plan->nodes[node];
    uint32_t first = f->required_count;
    for (uint32_t i = 0; i < own->word_count; i++) {
        const ld_plan_word *word = word_of(m, node, i);
        const ld_plan_members *members = members_of(m, word);
        uint32_t at = first;
        if (members->count == 0)
            return false;
        while (at < f->required_count && m->ordinals[at] != members->items[0].term.ordinal)
            at++;
        if (at == f->required_count) {
            if (!term_add(m, f->required, &f->required_count, word, 0))
                return false;
            m->ordinals[at] = members->items[0].term.ordinal;
        }
        f->order[m->placed++] = at;
    }
    return true;
}

static void require(maker *m, uint32_t node)
{
    ld_flat *f = m->f;
    const ld_plan_node *own = &m->plan->nodes[node];
    bool phrase = own->word_count > 1;
    uint32_t first = m->placed;
    f->nothing = f->nothing || !(phrase ? require_words(m, node)
                                        : term_add(m, f->required, &f->required_count,
                                                   word_of(m, node, 0), own->idf));
    m->has_words = m->has_words || !phrase;
    if (phrase)
        f->phrases[f->phrase_count++] =
            (ld_flat_phrase){.first = first,
                             .count = own->word_count,
                             .offsets = own->offsets,
                             .weight = ld_scoring_weight(&m->x->scoring, own->idf)};
}

/* A cursor that is only tested. */
static ld_cursor *test_open(const maker *m, uint32_t node)
{
    const ld_ast_node *n = &m->plan->q->nodes[node];
    return n->kind == LD_AST_FILTER && n->filter != LD_AST_FILTER_EVENT
               ? ld_cursor_filter_test(m->x, n)
               : ld_plan_open(m->plan, m->x, node, m->relaxed);
}

static void check(maker *m, uint32_t node)
{
    const ld_plan *p = m->plan;
    ld_cursor *c = test_open(m, node);
    if (!c) {
        refused(m);
        return;
    }
    m->f->checks[m->f->check_count++] = c;
    for (uint32_t i = 0; i < p->unit_count; i++) {
        uint32_t above = p->units[i];
        while (above != LD_AST_NONE && above != node)
            above = p->q->nodes[above].parent;
        if (above == node)
            m->f->check_bound +=
                (uint32_t)ld_scoring_weight(&m->x->scoring, p->nodes[p->units[i]].idf) + 2;
    }
}

static void exclude(maker *m, uint32_t node)
{
    ld_flat *f = m->f;
    if (is_word(m, node)) {
        (void)term_add(m, f->excluded, &f->excluded_count, word_of(m, node, 0), 0);
        return;
    }
    ld_cursor *c = test_open(m, node);
    if (!c)
        refused(m);
    else
        f->barred[f->barred_count++] = c;
}

static void choose(maker *m, uint32_t node)
{
    ld_flat *f = m->f;
    if (is_word(m, node))
        (void)term_add(m, f->optional, &f->optional_count, word_of(m, node, 0),
                       m->plan->nodes[node].idf);
    else
        m->flat = false;
}

static bool is_or_of_words(const maker *m, uint32_t node)
{
    const ld_query *q = m->plan->q;
    if (q->nodes[node].kind != LD_AST_OR)
        return false;
    for (uint32_t c = q->nodes[node].first_child; c != LD_AST_NONE; c = q->nodes[c].next)
        if (!m->plan->nodes[c].empty && !is_word(m, c))
            return false;
    return true;
}

static void choose_any(maker *m, uint32_t node)
{
    const ld_query *q = m->plan->q;
    m->f->need_optional = true;
    for (uint32_t c = q->nodes[node].first_child; c != LD_AST_NONE; c = q->nodes[c].next)
        if (!m->plan->nodes[c].empty)
            choose(m, c);
}

/* A child of the AND at the root; `source`: the OR that gives the candidates, LD_AST_NONE: none. */
static void child_take(maker *m, uint32_t child, uint32_t source)
{
    const ld_query *q = m->plan->q;
    uint8_t kind = q->nodes[child].kind;
    if (m->plan->nodes[child].empty)
        return;
    if (kind == LD_AST_NOT)
        exclude(m, q->nodes[child].first_child);
    else if (kind == LD_AST_OPTIONAL)
        choose(m, q->nodes[child].first_child);
    else if (m->relaxed && ld_plan_is_clause(m->plan, child))
        choose(m, child);
    else if (child == source)
        choose_any(m, child);
    else if (is_simple(m, child))
        require(m, child);
    else
        check(m, child);
}

static void take_and(maker *m, uint32_t root)
{
    const ld_query *q = m->plan->q;
    uint32_t source = LD_AST_NONE;
    bool has_word = m->relaxed, has_choice = false;
    for (uint32_t c = q->nodes[root].first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        has_word = has_word || (!m->plan->nodes[c].empty && is_simple(m, c));
        has_choice = has_choice || q->nodes[c].kind == LD_AST_OPTIONAL;
        if (source == LD_AST_NONE && !m->plan->nodes[c].empty && is_or_of_words(m, c))
            source = c;
    }
    m->f->need_optional = m->relaxed;
    /* relaxed, one of the clauses has to stand there, and what was optional before does not count
     */
    if ((m->relaxed && has_choice) || (!has_word && (source == LD_AST_NONE || has_choice))) {
        m->flat = false;
        return;
    }
    for (uint32_t c = q->nodes[root].first_child; m->flat && c != LD_AST_NONE; c = q->nodes[c].next)
        child_take(m, c, has_word ? LD_AST_NONE : source);
}

static int df_compare(void *ctx, const void *a, const void *b)
{
    const ld_flat *f = ctx;
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    if (f->required[x].df != f->required[y].df)
        return f->required[x].df < f->required[y].df ? -1 : 1;
    return (x > y) - (x < y);
}

/* Required words by df, and where those of the phrases went. */
static bool sort_required(maker *m)
{
    ld_flat *f = m->f;
    uint32_t count = f->required_count;
    uint32_t *places = ld_arena_array(m->x->arena, 2 * (count + 1u), sizeof *places);
    ld_flat_term *sorted = ld_arena_array(m->x->arena, count + 1u, sizeof *sorted);
    if (!places || !sorted)
        return refused(m);
    uint32_t *moved = places + count + 1;
    for (uint32_t i = 0; i < count; i++)
        places[i] = i;
    ld_sort_items(places, count, sizeof *places, df_compare, f);
    for (uint32_t i = 0; i < count; i++) {
        sorted[i] = f->required[places[i]];
        moved[places[i]] = i;
    }
    for (uint32_t i = 0; i < m->placed; i++)
        f->order[i] = moved[f->order[i]];
    f->required = sorted;
    f->is_phrase = f->phrase_count == 1 && !m->has_words;
    return true;
}

/* A phrase stands no oftener than its first word; with one weight for all zones, than any. */
static void phrase_bounds(ld_flat *f)
{
    for (uint32_t p = 0; p < f->phrase_count; p++) {
        ld_flat_phrase *phrase = &f->phrases[p];
        uint32_t share = 255;
        for (uint32_t i = 0; i < (f->x->scoring.uniform ? phrase->count : 1u); i++) {
            uint32_t own = ld_postings_bound(f->required[f->order[phrase->first + i]].postings);
            share = own < share ? own : share;
        }
        phrase->bound = ld_flat_bound_points(f, phrase->weight, share);
    }
}

bool ld_flat_make(ld_flat *f, const ld_plan *plan, ld_execution *x, bool relaxed)
{
    maker m = {.f = f, .plan = plan, .x = x, .relaxed = relaxed, .flat = true};
    const ld_query *q = plan->q;
    if (plan->everything || plan->empty)
        return false;
    uint32_t words = plan->word_count + 1, nodes = q->node_count + 1;
    ld_flat_shares_init(f);
    f->required = ld_arena_array(x->arena, words, sizeof *f->required);
    f->optional = ld_arena_array(x->arena, words, sizeof *f->optional);
    f->excluded = ld_arena_array(x->arena, words, sizeof *f->excluded);
    f->phrases = ld_arena_array(x->arena, words, sizeof *f->phrases);
    f->order = ld_arena_array(x->arena, words, sizeof *f->order);
    m.ordinals = ld_arena_array(x->arena, words, sizeof *m.ordinals);
    f->checks = ld_arena_array(x->arena, nodes, sizeof *f->checks);
    f->barred = ld_arena_array(x->arena, nodes, sizeof *f->barred);
    if (!f->order || !m.ordinals)
        return refused(&m);
    if (!f->required || !f->optional || !f->excluded || !f->phrases || !f->checks || !f->barred)
        return refused(&m);
    if (is_simple(&m, q->root))
        require(&m, q->root);
    else if (is_or_of_words(&m, q->root))
        choose_any(&m, q->root);
    else if (q->nodes[q->root].kind == LD_AST_AND)
        take_and(&m, q->root);
    else
        return false;
    if (!m.flat || x->status != LEDE_OK || (!f->nothing && !sort_required(&m)))
        return false;
    if (!f->nothing)
        phrase_bounds(f);
    return true;
}
