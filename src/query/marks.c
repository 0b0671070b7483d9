/*
 * Which words of a document are shown as found? The query is held against the document's own tokens
 * with the joins of places.h, so no index is read and an article that was just analysed can be
 * marked as well.
 *
 *   up      each node's places: leaves from the tokens, connectors keep those that meet, AND and OR
 *           all of their children, NOT none; a node that the document does not match has none
 *   then    a word is marked where it lies inside a place of its leaf that the root still has
 *
 * Columns are not known here: a filter is taken as met. The AND at the root keeps what it has,
 * since a relaxed answer matches only some of it. cost: tokens times words of the query.
 */
#include "query/places.h"
#include "query/plan.h"
#include "query/sort.h"

typedef struct mark_node {
    ld_span_list places;
    const ld_element *elements; /* leaves: [element_count] */
    uint32_t element_count;
    uint32_t word_first; /* ordinal of the first element in the query */
    ld_span_list *words; /* [element_count] places of each element */
    uint16_t zones;
    uint8_t cases;
    bool negated; /* below a NOT */
    bool empty;   /* has no word and no filter: as if it were not there */
    bool unsure;  /* has a filter in it */
    bool matches;
} mark_node;

typedef struct marker {
    ld_arena *arena;
    const ld_query *q;
    const ld_profile *profile;
    const ld_token_list *tokens;
    mark_node *nodes; /* [node_count] */
    lede_error *err;
} marker;

static lede_status refused(marker *m)
{
    return ld_arena_status(m->arena, m->err);
}

static bool token_matches(const ld_element *e, const ld_token *t)
{
    if (e->kind != LD_ELEMENT_STEM)
        return ld_element_matches(e, t->form);
    for (uint32_t i = 0; i < e->term_count; i++)
        if (ld_span_equal(e->terms[i], t->term))
            return true;
    return false;
}

static bool push(marker *m, ld_span_list *list, ld_position_span s)
{
    return LD_ARENA_PUSH(m->arena, list->items, list->count, list->capacity, s);
}

static void inherit(marker *m)
{
    for (uint32_t i = m->q->node_count; i-- > 0;) {
        const ld_ast_node *n = &m->q->nodes[i];
        mark_node *own = &m->nodes[i];
        own->zones = LD_AST_ZONES_ALL;
        own->cases = LD_AST_CASES_ALL;
        if (n->parent != LD_AST_NONE) {
            const mark_node *above = &m->nodes[n->parent];
            own->zones = above->zones;
            own->cases = above->cases;
            own->negated = above->negated;
        }
        if (n->kind == LD_AST_ZONE)
            own->zones &= n->zones;
        if (n->kind == LD_AST_CASE && m->profile->case_classes)
            own->cases &= n->cases;
        own->negated = own->negated || n->kind == LD_AST_NOT;
    }
}

static ld_runs runs_of(const marker *m, const mark_node *own)
{
    ld_runs runs;
    ld_runs_init(&runs, m->tokens->zones, m->tokens->zone_count,
                 own->zones == (1u << LD_ZONE_TITLE | 1u << LD_ZONE_LEAD));
    return runs;
}

static lede_status element_places(marker *m, const mark_node *own, const ld_element *e,
                                  ld_span_list *list)
{
    for (uint32_t i = 0; i < m->tokens->count; i++) {
        const ld_token *t = &m->tokens->tokens[i];
        if (t->zone < LD_ZONES_MAX && own->zones >> t->zone & 1 &&
            own->cases >> t->case_class & 1 && token_matches(e, t) &&
            !push(m, list, (ld_position_span){t->position, t->position}))
            return refused(m);
    }
    return LEDE_OK;
}

static lede_status leaf_places(marker *m, uint32_t node)
{
    mark_node *own = &m->nodes[node];
    uint32_t count = own->element_count;
    own->empty = count == 0;
    if (count == 0)
        return LEDE_OK;
    own->words = ld_arena_array(m->arena, count, sizeof *own->words);
    uint32_t *at = ld_arena_array(m->arena, count, sizeof *at);
    uint32_t *offsets = ld_arena_array(m->arena, count, sizeof *offsets);
    const ld_span_list **lists = ld_arena_array(m->arena, count, sizeof *lists);
    if (!own->words || !at || !offsets || !lists)
        return refused(m);
    for (uint32_t i = 0; i < count; i++) {
        LD_TRY(element_places(m, own, &own->elements[i], &own->words[i]));
        offsets[i] = own->elements[i].offset;
        lists[i] = &own->words[i];
    }
    ld_runs runs = runs_of(m, own);
    ld_phrase phrase = {lists, offsets, count, m->q->nodes[node].slop, at};
    if (!ld_phrase_join(&phrase, &runs, m->arena, &own->places))
        return refused(m);
    own->matches = own->places.count > 0;
    return LEDE_OK;
}

static lede_status starts_of(marker *m, ld_near_rule *rule)
{
    uint8_t flag = rule->unit == LD_AST_UNIT_SENTENCE    ? LD_TOKEN_SENTENCE
                   : rule->unit == LD_AST_UNIT_PARAGRAPH ? LD_TOKEN_PARAGRAPH
                                                         : 0;
    uint32_t *starts = NULL, capacity = 0;
    for (uint32_t i = 0; flag && i < m->tokens->count; i++)
        if (m->tokens->tokens[i].flags & flag &&
            !LD_ARENA_PUSH(m->arena, starts, rule->start_count, capacity,
                           m->tokens->tokens[i].position))
            return refused(m);
    rule->starts = starts;
    return LEDE_OK;
}

static lede_status near_places(marker *m, uint32_t node)
{
    const ld_ast_node *n = &m->q->nodes[node];
    mark_node *own = &m->nodes[node];
    const ld_span_list *left = &m->nodes[n->first_child].places;
    const ld_span_list *right = &m->nodes[m->q->nodes[n->first_child].next].places;
    bool without = n->order == LD_AST_NEAR_WITHOUT;
    const mark_node *l = &m->nodes[n->first_child];
    const mark_node *r = &m->nodes[m->q->nodes[n->first_child].next];
    own->unsure = l->unsure || r->unsure;
    own->empty = l->empty && (r->empty || without);
    if (own->empty)
        return LEDE_OK;
    if (l->empty || r->empty) { /* the other side has no word: any place of it */
        own->places = l->empty ? r->places : l->places;
        own->matches = own->places.count > 0;
        return LEDE_OK;
    }
    bool *flags = ld_arena_array(m->arena, (size_t)left->count + right->count + 1, sizeof *flags);
    if (!flags)
        return refused(m);
    ld_runs runs = runs_of(m, own);
    ld_near_rule rule = {
        .ordered = n->order == LD_AST_NEAR_ORDERED, .unit = n->unit, .distance = n->distance};
    LD_TRY(starts_of(m, &rule));
    ld_near_join(left, right, &rule, &runs, flags, flags + left->count);
    for (uint32_t i = 0; i < left->count; i++)
        if (flags[i] != without && !push(m, &own->places, left->items[i]))
            return refused(m);
    for (uint32_t i = 0; i < right->count && !without; i++)
        if (flags[left->count + i] && !push(m, &own->places, right->items[i]))
            return refused(m);
    ld_cursor_spans_sort(&own->places);
    own->matches = own->places.count > 0;
    return LEDE_OK;
}

/* Whether the document matches a node, from whether it matches the children. */
static bool node_matches(const marker *m, uint32_t node)
{
    const ld_query *q = m->q;
    const ld_ast_node *n = &q->nodes[node];
    const mark_node *first = n->first_child == LD_AST_NONE ? NULL : &m->nodes[n->first_child];
    bool any = false, all = true;
    if (!first)
        return true; /* ALL, FILTER */
    for (uint32_t c = n->first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        const mark_node *child = &m->nodes[c];
        any = any || (child->matches && !child->empty);
        all = all && (child->matches || child->empty || q->nodes[c].kind == LD_AST_OPTIONAL);
    }
    switch (n->kind) {
    case LD_AST_AND:
        return all;
    case LD_AST_OR:
        return any;
    case LD_AST_NOT:
        return first->unsure || !first->matches;
    case LD_AST_ATLEAST:
        return first->matches && first->places.count >= n->count;
    default:
        return first->matches;
    }
}

static lede_status joined_places(marker *m, uint32_t node)
{
    const ld_query *q = m->q;
    const ld_ast_node *n = &q->nodes[node];
    mark_node *own = &m->nodes[node];
    own->empty = n->first_child != LD_AST_NONE || n->kind == LD_AST_SAID ||
                 (n->kind == LD_AST_FILTER && n->filter == LD_AST_FILTER_EVENT);
    own->unsure = n->kind == LD_AST_FILTER;
    for (uint32_t c = n->first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        own->empty = own->empty && m->nodes[c].empty;
        own->unsure = own->unsure || m->nodes[c].unsure;
    }
    own->matches = node_matches(m, node);
    if (n->kind == LD_AST_NOT || (!own->matches && node != q->root))
        return LEDE_OK;
    for (uint32_t c = n->first_child; c != LD_AST_NONE; c = q->nodes[c].next)
        for (uint32_t i = 0; i < m->nodes[c].places.count; i++)
            if (!push(m, &own->places, m->nodes[c].places.items[i]))
                return refused(m);
    ld_cursor_spans_sort(&own->places);
    return LEDE_OK;
}

static bool has_place(const ld_span_list *list, ld_position_span s)
{
    uint32_t low = 0, high = list->count;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        const ld_position_span *x = &list->items[middle];
        if (x->first < s.first || (x->first == s.first && x->last < s.last))
            low = middle + 1;
        else
            high = middle;
    }
    return low < list->count && list->items[low].first == s.first &&
           list->items[low].last == s.last;
}

/* Puts the query's word + 1 beside each token of a leaf that is inside a place the root has. */
static void leaf_marks(marker *m, uint32_t node, const uint32_t *token_at, uint32_t *word_of)
{
    const mark_node *own = &m->nodes[node];
    const ld_span_list *root = &m->nodes[m->q->root].places;
    for (uint32_t e = 0; e < own->element_count; e++) {
        uint32_t w = 0;
        for (uint32_t i = 0; i < own->places.count; i++) {
            ld_position_span s = own->places.items[i];
            if (!has_place(root, s))
                continue;
            const ld_span_list *list = &own->words[e];
            while (w < list->count && list->items[w].first < s.first)
                w++;
            for (uint32_t k = w; k < list->count && list->items[k].first <= s.last; k++) {
                uint32_t token = token_at[list->items[k].first];
                if (word_of[token] == 0)
                    word_of[token] = own->word_first + e + 1;
            }
        }
    }
}

static lede_status marks_collect(marker *m, const ld_mark **marks, uint32_t *count)
{
    const ld_token_list *tokens = m->tokens;
    uint32_t positions = tokens->tokens[tokens->count - 1].position + 1, capacity = 0;
    uint32_t *token_at = ld_arena_array(m->arena, positions, sizeof *token_at);
    uint32_t *word_of = ld_arena_array(m->arena, tokens->count, sizeof *word_of);
    ld_mark *list = NULL;
    if (!token_at || !word_of)
        return refused(m);
    for (uint32_t i = 0; i < tokens->count; i++)
        if (tokens->tokens[i].position < positions)
            token_at[tokens->tokens[i].position] = i;
    for (uint32_t i = 0; i < m->q->node_count; i++)
        if (m->nodes[i].words && !m->nodes[i].negated)
            leaf_marks(m, i, token_at, word_of);
    for (uint32_t i = 0; i < tokens->count; i++) {
        const ld_token *t = &tokens->tokens[i];
        ld_mark mark = {t->zone, t->text_offset, t->text_bytes, t->position, word_of[i] - 1};
        if (word_of[i] && !LD_ARENA_PUSH(m->arena, list, *count, capacity, mark))
            return refused(m);
    }
    *marks = list;
    return LEDE_OK;
}

lede_status ld_query_marks(ld_arena *arena, const ld_query *query, ld_analyzer *analyzer,
                           const ld_profile *profile, const ld_token_list *tokens,
                           const ld_mark **marks, uint32_t *count, lede_error *err)
{
    marker state = {arena, query, profile, tokens, NULL, err}, *m = &state;
    *marks = NULL;
    *count = 0;
    if (query->root == LD_AST_NONE || tokens->count == 0)
        return LEDE_OK;
    ld_languages *languages = ld_arena_array(arena, 1, sizeof *languages);
    m->nodes = ld_arena_array(arena, query->node_count, sizeof *m->nodes);
    if (!languages || !m->nodes)
        return refused(m);
    if (query->languages->count == 0)
        ld_plan_languages_guess(query, languages);
    else
        languages = query->languages;
    inherit(m);
    uint32_t words = 0;
    for (uint32_t i = 0; i < query->node_count; i++) {
        const ld_ast_node *n = &query->nodes[i];
        mark_node *own = &m->nodes[i];
        if (n->kind == LD_AST_WORD || n->kind == LD_AST_PHRASE) {
            LD_TRY(ld_leaf_elements(arena, analyzer, n, languages, &own->elements,
                                    &own->element_count, err));
            own->word_first = words;
            if (own->element_count > LD_QUERY_TERMS_MAX - words)
                own->element_count = LD_QUERY_TERMS_MAX - words;
            words += own->element_count;
            LD_TRY(leaf_places(m, i));
        } else if (n->kind == LD_AST_NEAR) {
            LD_TRY(near_places(m, i));
        } else {
            LD_TRY(joined_places(m, i));
        }
    }
    return marks_collect(m, marks, count);
}
