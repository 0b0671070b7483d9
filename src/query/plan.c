/*
 * From the tree to cursors. Three loops over the node array, none recursive:
 *
 *   down   zones and cases of the nodes above narrow what the words below may be
 *   up     words of each leaf, their terms and idf; which nodes are empty, which score
 *   up     (for each segment) the cursor of each node from those of its children
 *
 * A unit is what scores as one term: a word, a phrase, a connector with all that is below it.
 */
#include "query/plan.h"

#include "query/question.h"

static lede_status inherit(ld_plan *p, ld_arena *arena, lede_error *err)
{
    const ld_query *q = p->q;
    p->nodes = ld_arena_array(arena, (size_t)q->node_count + 1, sizeof *p->nodes);
    if (!p->nodes)
        return ld_arena_status(arena, err);
    for (uint32_t i = q->node_count; i-- > 0;) {
        const ld_ast_node *n = &q->nodes[i];
        ld_plan_node *own = &p->nodes[i];
        own->zones = LD_AST_ZONES_ALL;
        own->cases = LD_AST_CASES_ALL;
        if (n->parent != LD_AST_NONE) {
            const ld_plan_node *above = &p->nodes[n->parent];
            uint8_t kind = q->nodes[n->parent].kind;
            own->zones = above->zones;
            own->cases = above->cases;
            own->in_near = above->in_near || kind == LD_AST_NEAR;
            own->places = above->places || kind == LD_AST_NEAR || kind == LD_AST_ATLEAST ||
                          kind == LD_AST_SAID;
        }
        if (n->kind == LD_AST_ZONE)
            own->zones &= n->zones;
        if (n->kind == LD_AST_CASE && p->profile->case_classes)
            own->cases &= n->cases;
        p->no_case = p->no_case || (n->kind == LD_AST_CASE && !p->profile->case_classes);
        own->bridge = own->zones == (1u << LD_ZONE_TITLE | 1u << LD_ZONE_LEAD);
    }
    return LEDE_OK;
}

static lede_status leaf_words(ld_plan *p, uint32_t node, ld_arena *arena, ld_analyzer *analyzer,
                              ld_deadline *deadline, lede_error *err)
{
    ld_plan_node *own = &p->nodes[node];
    const ld_element *elements;
    uint32_t count;
    LD_TRY(ld_leaf_elements(arena, analyzer, &p->q->nodes[node], p->q->languages, &elements, &count,
                            err));
    if (count > LD_QUERY_TERMS_MAX - p->word_count) {
        count = LD_QUERY_TERMS_MAX - p->word_count;
        p->words_cut = true;
    }
    uint32_t *offsets = ld_arena_array(arena, (size_t)count + 1, sizeof *offsets);
    if (!offsets)
        return ld_arena_status(arena, err);
    own->word_first = p->word_count;
    own->word_count = count;
    own->offsets = offsets;
    for (uint32_t i = 0; i < count; i++) {
        ld_plan_word word = {.element = &elements[i], .cases = own->cases};
        offsets[i] = elements[i].offset;
        LD_TRY(ld_plan_expand(p, &word, arena, deadline, err));
        own->idf += word.idf;
        if (!LD_ARENA_PUSH(arena, p->words, p->word_count, p->word_capacity, word))
            return ld_arena_status(arena, err);
    }
    own->empty = count == 0;
    own->scores = count > 0;
    return LEDE_OK;
}

/* What a node is from what its children are. */
static void gather(ld_plan *p, uint32_t node)
{
    const ld_query *q = p->q;
    const ld_ast_node *n = &q->nodes[node];
    ld_plan_node *own = &p->nodes[node];
    bool without = n->kind == LD_AST_NEAR && n->order == LD_AST_NEAR_WITHOUT;
    own->empty = true;
    for (uint32_t c = n->first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        const ld_plan_node *child = &p->nodes[c];
        own->empty = own->empty && child->empty;
        if (n->kind == LD_AST_NOT || (without && c != n->first_child))
            continue;
        own->scores = own->scores || child->scores;
        own->idf += child->idf;
    }
    if (without && p->nodes[n->first_child].empty)
        own->empty = true;
}

static bool is_unit(const ld_plan *p, uint32_t node)
{
    uint8_t kind = p->q->nodes[node].kind;
    return !p->nodes[node].in_near && !p->nodes[node].empty &&
           (kind == LD_AST_WORD || kind == LD_AST_PHRASE || kind == LD_AST_NEAR);
}

lede_status ld_plan_make(ld_arena *arena, const ld_snapshot *snapshot, ld_analyzer *analyzer,
                         const ld_query *q, ld_deadline *deadline, ld_plan **plan, lede_error *err)
{
    ld_plan *p = ld_arena_array(arena, 1, sizeof *p);
    *plan = NULL;
    if (!p)
        return ld_arena_status(arena, err);
    p->q = q;
    p->snapshot = snapshot;
    p->profile = ld_snapshot_profile(snapshot);
    p->contributions = ld_arena_array(arena, (size_t)q->node_count + 1, sizeof *p->contributions);
    if (!p->contributions)
        return ld_arena_status(arena, err);
    LD_TRY(ld_plan_languages(arena, snapshot, q, q->languages, err));
    LD_TRY(inherit(p, arena, err));
    p->question = p->profile->stem && ld_query_is_question(q);
    for (uint32_t i = 0; i < q->node_count; i++) {
        uint8_t kind = q->nodes[i].kind;
        if (p->question && ld_query_is_filler(q, i))
            p->nodes[i].empty = true;
        else if (kind == LD_AST_WORD || kind == LD_AST_PHRASE)
            LD_TRY(leaf_words(p, i, arena, analyzer, deadline, err));
        else if (kind == LD_AST_FILTER)
            p->nodes[i].empty = q->nodes[i].filter == LD_AST_FILTER_EVENT && !p->profile->sidecars;
        else if (kind == LD_AST_SAID && q->nodes[i].first_child == LD_AST_NONE)
            p->nodes[i].empty = !p->profile->sidecars;
        else if (kind != LD_AST_ALL)
            gather(p, i);
        if (is_unit(p, i) && !LD_ARENA_PUSH(arena, p->units, p->unit_count, p->unit_capacity, i))
            return ld_arena_status(arena, err);
    }
    p->everything = q->root == LD_AST_NONE;
    p->empty = !p->everything && p->nodes[q->root].empty;
    *plan = p;
    return LEDE_OK;
}

/* ---- relaxing ---- */

bool ld_plan_is_clause(const ld_plan *p, uint32_t child)
{
    uint8_t kind = p->q->nodes[child].kind;
    return kind != LD_AST_NOT && kind != LD_AST_OPTIONAL && !p->nodes[child].empty &&
           p->nodes[child].scores;
}

bool ld_plan_may_relax(const ld_plan *p)
{
    const ld_query *q = p->q;
    uint32_t clauses = 0;
    if (q->dialect != LD_DIALECT_LEDE || q->root == LD_AST_NONE ||
        q->nodes[q->root].kind != LD_AST_AND)
        return false;
    for (uint32_t c = q->nodes[q->root].first_child; c != LD_AST_NONE; c = q->nodes[c].next)
        clauses += ld_plan_is_clause(p, c);
    return clauses >= 2;
}

/* ---- cursors ---- */

typedef struct builder {
    const ld_plan *p;
    ld_execution *x;
    ld_cursor **cursors;  /* [node_count]; NULL: empty */
    ld_cursor **gathered; /* [node_count + LD_QUERY_TERMS_MAX] scratch */
    bool relaxed;
} builder;

static ld_cursor *word_cursor(builder *b, const ld_plan_word *w, const ld_plan_node *own,
                              bool places)
{
    ld_plan_members *members = &w->segments[b->x->segment];
    ld_cursor **list = ld_arena_array(b->x->arena, (size_t)members->count + 1, sizeof *list);
    if (!list) {
        b->x->status = ld_arena_status(b->x->arena, &b->x->error);
        return NULL;
    }
    for (uint32_t i = 0; i < members->count; i++) {
        const ld_member *m = &members->items[i];
        list[i] = m->forms ? ld_cursor_exact(b->x, m)
                           : ld_cursor_term(b->x, m, places || own->zones != LD_AST_ZONES_ALL);
        if (!list[i])
            return NULL;
    }
    ld_cursor *c = ld_cursor_or(b->x, list, members->count);
    return c && own->zones != LD_AST_ZONES_ALL ? ld_cursor_zone(b->x, c, own->zones) : c;
}

static ld_cursor *leaf_cursor(builder *b, uint32_t node)
{
    const ld_plan_node *own = &b->p->nodes[node];
    const ld_plan_word *words = &b->p->words[own->word_first];
    ld_cursor *c;
    for (uint32_t i = 0; i < own->word_count; i++)
        if (words[i].segments[b->x->segment].count == 0 || own->zones == 0)
            return ld_cursor_none(b->x);
    for (uint32_t i = 0; i < own->word_count; i++) {
        b->gathered[i] = word_cursor(b, &words[i], own, own->places || own->word_count > 1);
        if (!b->gathered[i])
            return NULL;
    }
    c = b->gathered[0];
    if (own->word_count > 1)
        c = ld_cursor_phrase(b->x, b->gathered, own->offsets, own->word_count,
                             b->p->q->nodes[node].slop, own->bridge);
    return c;
}

/* The children of an AND: `which` of them, into b->gathered; how many. */
enum { REQUIRED, CLAUSES, OTHERS, OPTIONALS };
static uint32_t children_gather(builder *b, uint32_t node, int which)
{
    const ld_query *q = b->p->q;
    uint32_t count = 0;
    for (uint32_t c = q->nodes[node].first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        uint8_t kind = q->nodes[c].kind;
        bool optional = kind == LD_AST_OPTIONAL;
        if (!b->cursors[c] || (kind == LD_AST_NOT && q->nodes[node].kind == LD_AST_AND))
            continue;
        bool take = which == OPTIONALS  ? optional
                    : which == REQUIRED ? !optional
                    : which == CLAUSES  ? !optional && ld_plan_is_clause(b->p, c)
                                        : !optional && !ld_plan_is_clause(b->p, c);
        if (take)
            b->gathered[count++] = b->cursors[c];
    }
    return count;
}

static ld_cursor *and_required(builder *b, uint32_t node)
{
    bool relaxed = b->relaxed && node == b->p->q->root;
    if (!relaxed) {
        uint32_t count = children_gather(b, node, REQUIRED);
        return count ? ld_cursor_and(b->x, b->gathered, count) : NULL;
    }
    uint32_t count = children_gather(b, node, CLAUSES);
    ld_cursor *any = ld_cursor_or(b->x, b->gathered, count);
    if (!any)
        return NULL;
    count = children_gather(b, node, OTHERS);
    b->gathered[count++] = any;
    return ld_cursor_and(b->x, b->gathered, count);
}

static ld_cursor *and_cursor(builder *b, uint32_t node)
{
    const ld_query *q = b->p->q;
    ld_cursor *c = and_required(b, node);
    uint32_t optional_count = children_gather(b, node, OPTIONALS);
    if (!c && b->x->status == LEDE_OK)
        c = optional_count ? ld_cursor_or(b->x, b->gathered, optional_count) : ld_cursor_all(b->x);
    else if (c && optional_count)
        c = ld_cursor_optional(b->x, c, b->gathered, optional_count);
    for (uint32_t i = q->nodes[node].first_child; c && i != LD_AST_NONE; i = q->nodes[i].next)
        if (q->nodes[i].kind == LD_AST_NOT && b->cursors[i])
            c = ld_cursor_not(b->x, c, b->cursors[i]);
    return c;
}

static ld_cursor *near_cursor(builder *b, uint32_t node)
{
    const ld_ast_node *n = &b->p->q->nodes[node];
    uint32_t left = n->first_child, right = b->p->q->nodes[left].next;
    if (!b->cursors[left] || !b->cursors[right]) /* the other side has no word: any place of it */
        return ld_cursor_atleast(b->x, b->cursors[left] ? b->cursors[left] : b->cursors[right], 1);
    return ld_cursor_near(b->x, b->cursors[left], b->cursors[right], n, b->p->nodes[node].bridge);
}

static ld_cursor *node_cursor(builder *b, uint32_t node)
{
    const ld_query *q = b->p->q;
    const ld_ast_node *n = &q->nodes[node];
    ld_cursor *child = n->first_child != LD_AST_NONE ? b->cursors[n->first_child] : NULL;
    switch (n->kind) {
    case LD_AST_WORD:
    case LD_AST_PHRASE:
        return leaf_cursor(b, node);
    case LD_AST_ALL:
        return ld_cursor_all(b->x);
    case LD_AST_FILTER:
        return n->filter == LD_AST_FILTER_EVENT ? ld_cursor_event(b->x, n)
                                                : ld_cursor_filter(b->x, n);
    case LD_AST_SAID:
        return b->p->profile->sidecars ? ld_cursor_said(b->x, child, n) : child;
    case LD_AST_AND:
        return and_cursor(b, node);
    case LD_AST_OR:
        return ld_cursor_or(b->x, b->gathered, children_gather(b, node, REQUIRED));
    case LD_AST_NEAR:
        return near_cursor(b, node);
    case LD_AST_ATLEAST:
        return ld_cursor_atleast(b->x, child, n->count);
    case LD_AST_NOT: {
        /* An AND takes what is excluded; anywhere else the complement is meant. */
        if (n->parent != LD_AST_NONE && q->nodes[n->parent].kind == LD_AST_AND)
            return child;
        ld_cursor *all = ld_cursor_all(b->x);
        return all ? ld_cursor_not(b->x, all, child) : NULL;
    }
    default: /* ZONE, CASE, OPTIONAL: said already */
        return child;
    }
}

/* Which nodes stand in the subtree of `root`. */
static bool *subtree(const ld_query *q, ld_arena *arena, uint32_t root)
{
    bool *within = ld_arena_array(arena, q->node_count, sizeof *within);
    for (uint32_t i = root + 1; within && i-- > 0;) {
        uint32_t parent = q->nodes[i].parent;
        within[i] = i == root || (parent != LD_AST_NONE && within[parent]);
    }
    return within;
}

ld_cursor *ld_plan_open(const ld_plan *p, ld_execution *x, uint32_t root, bool relaxed)
{
    const ld_query *q = p->q;
    if (p->everything)
        return ld_cursor_all(x);
    if (p->empty)
        return ld_cursor_none(x);
    builder b = {.p = p, .x = x, .relaxed = relaxed};
    bool *within = subtree(q, x->arena, root);
    b.cursors = ld_arena_array(x->arena, q->node_count, sizeof *b.cursors);
    b.gathered =
        ld_arena_array(x->arena, (size_t)q->node_count + LD_QUERY_TERMS_MAX, sizeof *b.gathered);
    if (!b.cursors || !b.gathered || !within) {
        x->status = ld_arena_status(x->arena, &x->error);
        return NULL;
    }
    uint32_t unit = 0;
    for (uint32_t i = 0; i <= root; i++) {
        bool is_scored = unit < p->unit_count && p->units[unit] == i;
        unit += is_scored;
        if (p->nodes[i].empty || !within[i])
            continue;
        ld_cursor *c = b.cursors[i] = node_cursor(&b, i);
        if (!c)
            return NULL;
        if (is_scored) {
            c->unit = i;
            c->weight = ld_scoring_weight(&x->scoring, p->nodes[i].idf);
        }
    }
    return b.cursors[root];
}
