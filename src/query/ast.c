/* The tree of a query: how nodes are made so that the shapes of ast.h hold, and the names of zones
 * and columns that every dialect shares. */
#include "query/ast.h"

static uint32_t node_push(ld_query *q, ld_arena *arena, const ld_ast_node *node)
{
    if (!LD_ARENA_PUSH(arena, q->nodes, q->node_count, q->node_capacity, *node))
        return LD_AST_NONE;
    ld_ast_node *n = &q->nodes[q->node_count - 1];
    n->first_child = n->next = n->parent = LD_AST_NONE;
    n->height = 1;
    return q->node_count - 1;
}

/* A node over one child. */
static uint32_t node_over(ld_query *q, ld_arena *arena, uint32_t child, const ld_ast_node *node)
{
    uint32_t made = node_push(q, arena, node);
    if (made == LD_AST_NONE)
        return made;
    ld_ast_node *n = &q->nodes[made];
    n->first_child = child;
    q->nodes[child].next = LD_AST_NONE;
    n->height = (uint16_t)(q->nodes[child].height + 1);
    n->offset_chars = q->nodes[child].offset_chars;
    n->length_chars = q->nodes[child].length_chars;
    return made;
}

uint32_t ld_ast_leaf(ld_query *q, ld_arena *arena, const ld_ast_node *leaf)
{
    uint32_t made = node_push(q, arena, leaf);
    if (made != LD_AST_NONE)
        q->leaf_count++;
    return made;
}

uint32_t ld_ast_not(ld_query *q, ld_arena *arena, uint32_t child)
{
    uint8_t kind = q->nodes[child].kind;
    if (kind == LD_AST_NOT) {
        uint32_t inner = q->nodes[child].first_child;
        q->nodes[inner].next = LD_AST_NONE;
        return inner;
    }
    if (kind == LD_AST_OPTIONAL)
        child = q->nodes[child].first_child;
    return node_over(q, arena, child, &(ld_ast_node){.kind = LD_AST_NOT});
}

uint32_t ld_ast_optional(ld_query *q, ld_arena *arena, uint32_t child)
{
    uint8_t kind = q->nodes[child].kind;
    if (kind == LD_AST_OPTIONAL || kind == LD_AST_NOT)
        return child;
    return node_over(q, arena, child, &(ld_ast_node){.kind = LD_AST_OPTIONAL});
}

static uint32_t without_optional(ld_query *q, uint32_t node)
{
    if (q->nodes[node].kind != LD_AST_OPTIONAL)
        return node;
    uint32_t inner = q->nodes[node].first_child;
    q->nodes[inner].next = LD_AST_NONE;
    return inner;
}

uint32_t ld_ast_near(ld_query *q, ld_arena *arena, uint32_t left, uint32_t right,
                     const ld_ast_node *how)
{
    left = without_optional(q, left);
    right = without_optional(q, right);
    uint32_t made = node_over(q, arena, left, how);
    if (made == LD_AST_NONE)
        return made;
    ld_ast_node *l = &q->nodes[left], *r = &q->nodes[right], *n = &q->nodes[made];
    l->next = right;
    r->next = LD_AST_NONE;
    n->kind = LD_AST_NEAR;
    n->height = (uint16_t)((l->height > r->height ? l->height : r->height) + 1);
    n->length_chars = r->offset_chars + r->length_chars - l->offset_chars;
    return made;
}

uint32_t ld_ast_wrap(ld_query *q, ld_arena *arena, uint32_t child, const ld_ast_node *how)
{
    child = without_optional(q, child);
    if (q->nodes[child].kind == LD_AST_NOT) {
        uint32_t inner = node_over(q, arena, q->nodes[child].first_child, how);
        if (inner == LD_AST_NONE)
            return inner;
        return node_over(q, arena, inner, &(ld_ast_node){.kind = LD_AST_NOT});
    }
    return node_over(q, arena, child, how);
}

void ld_ast_list_add(ld_query *q, ld_ast_list *list, uint32_t node)
{
    q->nodes[node].next = LD_AST_NONE;
    if (list->last == LD_AST_NONE)
        list->first = node;
    else
        q->nodes[list->last].next = node;
    list->last = node;
    list->count++;
}

/* Children of a child of the same kind take its place. */
static void list_flatten(ld_query *q, ld_ast_kind kind, ld_ast_list *list)
{
    ld_ast_list flat = ld_ast_list_empty();
    for (uint32_t i = list->first, next; i != LD_AST_NONE; i = next) {
        next = q->nodes[i].next;
        if (kind == LD_AST_OR)
            i = without_optional(q, i);
        if (q->nodes[i].kind != kind) {
            ld_ast_list_add(q, &flat, i);
            continue;
        }
        for (uint32_t c = q->nodes[i].first_child, after; c != LD_AST_NONE; c = after) {
            after = q->nodes[c].next;
            ld_ast_list_add(q, &flat, c);
        }
    }
    *list = flat;
}

/* An AND where nothing is required: what is optional becomes "any of them". */
static bool list_require(ld_query *q, ld_arena *arena, ld_ast_list *list)
{
    uint32_t optional_count = 0;
    for (uint32_t i = list->first; i != LD_AST_NONE; i = q->nodes[i].next) {
        if (q->nodes[i].kind == LD_AST_OPTIONAL)
            optional_count++;
        else if (q->nodes[i].kind != LD_AST_NOT)
            return true;
    }
    if (optional_count == 0)
        return true;
    ld_ast_list any = ld_ast_list_empty(), rest = ld_ast_list_empty();
    for (uint32_t i = list->first, next; i != LD_AST_NONE; i = next) {
        next = q->nodes[i].next;
        if (q->nodes[i].kind == LD_AST_OPTIONAL)
            ld_ast_list_add(q, &any, without_optional(q, i));
        else
            ld_ast_list_add(q, &rest, i);
    }
    uint32_t joined = ld_ast_join(q, arena, LD_AST_OR, &any);
    if (joined == LD_AST_NONE)
        return false;
    *list = ld_ast_list_empty();
    ld_ast_list_add(q, list, joined);
    for (uint32_t i = rest.first, next; i != LD_AST_NONE; i = next) {
        next = q->nodes[i].next;
        ld_ast_list_add(q, list, i);
    }
    return true;
}

uint32_t ld_ast_join(ld_query *q, ld_arena *arena, ld_ast_kind kind, ld_ast_list *list)
{
    if (list->count == 0)
        return LD_AST_NONE;
    if (list->count == 1 && kind == LD_AST_OR)
        return list->first;
    list_flatten(q, kind, list);
    if (kind == LD_AST_AND) {
        if (!list_require(q, arena, list))
            return LD_AST_NONE;
        list_flatten(q, kind, list);
    }
    if (list->count == 1)
        return without_optional(q, list->first);
    uint32_t made = node_push(q, arena, &(ld_ast_node){.kind = (uint8_t)kind});
    if (made == LD_AST_NONE)
        return made;
    ld_ast_node *n = &q->nodes[made];
    n->first_child = list->first;
    uint32_t end_chars = 0;
    n->offset_chars = UINT32_MAX;
    for (uint32_t i = list->first; i != LD_AST_NONE; i = q->nodes[i].next) {
        const ld_ast_node *c = &q->nodes[i];
        if (n->height <= c->height)
            n->height = (uint16_t)(c->height + 1);
        if (n->offset_chars > c->offset_chars)
            n->offset_chars = c->offset_chars;
        if (end_chars < c->offset_chars + c->length_chars)
            end_chars = c->offset_chars + c->length_chars;
    }
    n->length_chars = end_chars - n->offset_chars;
    return made;
}

lede_status ld_ast_finish(ld_query *q, ld_arena *arena, uint32_t root, lede_error *err)
{
    q->root = root;
    if (root == LD_AST_NONE) {
        q->node_count = 0;
        return LEDE_OK;
    }
    uint32_t *moved = ld_arena_array(arena, q->node_count, sizeof *moved); /* new index + 1 */
    if (!moved)
        return ld_arena_status(arena, err);
    q->nodes[root].parent = q->nodes[root].next = LD_AST_NONE;
    moved[root] = 1;
    for (uint32_t i = root + 1; i-- > 0;) {
        if (!moved[i])
            continue;
        for (uint32_t c = q->nodes[i].first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
            q->nodes[c].parent = i;
            moved[c] = 1;
        }
    }
    uint32_t count = 0;
    for (uint32_t i = 0; i <= root; i++)
        if (moved[i])
            moved[i] = ++count;
    for (uint32_t i = 0; i <= root; i++) {
        if (!moved[i])
            continue;
        ld_ast_node n = q->nodes[i];
        n.first_child = n.first_child == LD_AST_NONE ? LD_AST_NONE : moved[n.first_child] - 1;
        n.next = n.next == LD_AST_NONE ? LD_AST_NONE : moved[n.next] - 1;
        n.parent = n.parent == LD_AST_NONE ? LD_AST_NONE : moved[n.parent] - 1;
        q->nodes[moved[i] - 1] = n;
    }
    q->node_count = count;
    q->root = count - 1;
    return LEDE_OK;
}

static bool node_equal(const ld_ast_node *a, const ld_ast_node *b)
{
    bool dates = a->kind == LD_AST_FILTER &&
                 (a->filter == LD_AST_FILTER_NUMBER || a->filter == LD_AST_FILTER_EVENT);
    return a->kind == b->kind && a->match == b->match && a->edits == b->edits &&
           a->order == b->order && a->unit == b->unit && a->filter == b->filter &&
           a->cases == b->cases && a->prefix == b->prefix && a->zones == b->zones &&
           a->column == b->column && a->slop == b->slop && a->distance == b->distance &&
           a->count == b->count && a->low == b->low && a->high == b->high &&
           (dates || ld_span_equal(a->text, b->text));
}

/* Walks both trees in step, by parents instead of a stack. */
bool ld_ast_equal(const ld_query *a, const ld_query *b)
{
    if (a->sort_given != b->sort_given || a->sort != b->sort ||
        a->versions_all != b->versions_all || a->alias_off != b->alias_off || a->dup != b->dup ||
        (a->root == LD_AST_NONE) != (b->root == LD_AST_NONE))
        return false;
    uint32_t i = a->root, j = b->root;
    while (i != LD_AST_NONE && j != LD_AST_NONE) {
        const ld_ast_node *x = &a->nodes[i], *y = &b->nodes[j];
        if (!node_equal(x, y) || (x->first_child == LD_AST_NONE) != (y->first_child == LD_AST_NONE))
            return false;
        if (x->first_child != LD_AST_NONE) {
            i = x->first_child;
            j = y->first_child;
            continue;
        }
        while (i != LD_AST_NONE && a->nodes[i].next == LD_AST_NONE) {
            if (b->nodes[j].next != LD_AST_NONE)
                return false;
            i = a->nodes[i].parent;
            j = b->nodes[j].parent;
            if ((i == LD_AST_NONE) != (j == LD_AST_NONE))
                return false;
        }
        if (i == LD_AST_NONE)
            return true;
        i = a->nodes[i].next;
        j = b->nodes[j].next;
    }
    return i == j;
}

/* ---- names ---- */

const char *const ld_dup_names[] = {"", "off", "exact", "high", "moderate"};

#define ZONE_BIT(zone) ((uint16_t)(1u << (zone)))
static const struct {
    const char *name;
    uint16_t zones;
} zone_names[] = {{"title", ZONE_BIT(LD_ZONE_TITLE)},
                  {"headline", ZONE_BIT(LD_ZONE_TITLE)},
                  {"lead", ZONE_BIT(LD_ZONE_LEAD)},
                  {"hlead", ZONE_BIT(LD_ZONE_TITLE) | ZONE_BIT(LD_ZONE_LEAD)},
                  {"body", ZONE_BIT(LD_ZONE_LEAD) | ZONE_BIT(LD_ZONE_BODY)},
                  {"caption", ZONE_BIT(LD_ZONE_CAPTION)},
                  {"credit", ZONE_BIT(LD_ZONE_CREDIT)},
                  {"byline", ZONE_BIT(LD_ZONE_BYLINE)},
                  {"dateline", ZONE_BIT(LD_ZONE_DATELINE)},
                  {"section", ZONE_BIT(LD_ZONE_SECTION)}};

uint16_t ld_ast_zones_find(const ld_profile *profile, ld_span name)
{
    for (size_t i = 0; i < sizeof zone_names / sizeof *zone_names; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(zone_names[i].name)))
            return zone_names[i].zones;
    for (uint32_t i = 0; profile && i < profile->user_zone_count; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(profile->user_zones[i].name)))
            return ZONE_BIT(profile->user_zones[i].zone);
    return 0;
}

const char *ld_ast_zones_name(const ld_profile *profile, uint16_t zones)
{
    for (size_t i = 0; i < sizeof zone_names / sizeof *zone_names; i++)
        if (zone_names[i].zones == zones)
            return zone_names[i].name;
    for (uint32_t i = 0; profile && i < profile->user_zone_count; i++)
        if (ZONE_BIT(profile->user_zones[i].zone) == zones)
            return profile->user_zones[i].name;
    return NULL;
}

static const ld_ast_column column_names[] = {
    {"date", LD_COLUMN_PUBLISHED, LD_AST_FILTER_NUMBER, true, false},
    {"published", LD_COLUMN_PUBLISHED, LD_AST_FILTER_NUMBER, true, false},
    {"modified", LD_COLUMN_MODIFIED, LD_AST_FILTER_NUMBER, true, false},
    {"captured", LD_COLUMN_CAPTURED, LD_AST_FILTER_NUMBER, true, false},
    {"event", LD_AST_COLUMN_EVENT, LD_AST_FILTER_EVENT, true, false},
    {"lang", LD_COLUMN_LANGUAGE, LD_AST_FILTER_KEYWORD, false, false},
    {"language", LD_COLUMN_LANGUAGE, LD_AST_FILTER_KEYWORD, false, false},
    {"source", LD_COLUMN_SOURCE, LD_AST_FILTER_KEYWORD, false, false},
    {"site", LD_COLUMN_SITE, LD_AST_FILTER_SITE, false, false},
    {"author", LD_COLUMN_AUTHOR, LD_AST_FILTER_KEYWORD, false, false},
    {"tag", LD_COLUMN_TAG, LD_AST_FILTER_KEYWORD, false, false},
    {"url", LD_AST_COLUMN_URL, LD_AST_FILTER_URL, false, false}};

static ld_ast_column column_of_spec(const ld_column_spec *spec)
{
    bool number = spec->kind == LD_COLUMN_KIND_NUMBER;
    return (ld_ast_column){spec->name, spec->id,
                           number ? LD_AST_FILTER_NUMBER : LD_AST_FILTER_KEYWORD, false,
                           number && spec->is_double};
}

bool ld_ast_column_find(const ld_profile *profile, ld_span name, ld_ast_column *column)
{
    for (size_t i = 0; i < sizeof column_names / sizeof *column_names; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(column_names[i].name))) {
            *column = column_names[i];
            return true;
        }
    for (uint32_t i = 0; profile && i < profile->user_column_count; i++)
        if (ld_span_equal_nocase(name, ld_span_from_string(profile->user_columns[i].name))) {
            *column = column_of_spec(&profile->user_columns[i]);
            return true;
        }
    return false;
}

bool ld_ast_column_by_id(const ld_profile *profile, uint16_t id, uint8_t filter,
                         ld_ast_column *column)
{
    for (size_t i = 0; i < sizeof column_names / sizeof *column_names; i++)
        if (column_names[i].column == id && column_names[i].filter == filter) {
            *column = column_names[i];
            return true;
        }
    for (uint32_t i = 0; profile && i < profile->user_column_count; i++)
        if (profile->user_columns[i].id == id) {
            *column = column_of_spec(&profile->user_columns[i]);
            return true;
        }
    return false;
}
