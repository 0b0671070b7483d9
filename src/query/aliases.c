/*
 * Other names of what was asked for: a word or phrase that the archive's stories call by another
 * name too is searched under that name as well, and the answer says so.
 *
 *   WORD daesh  -->  OR ─┬─ WORD daesh
 *                        ├─ CASE upper ── WORD IS
 *                        └─ PHRASE Islamic State
 *
 * NOTES keeps, under the folded name, each other name of the same story. The other names that most
 * stories give are taken, up to NAMES_MAX, and none that fewer than a tenth as many give as the
 * first. An acronym stands for its name only where the query writes it as one, and is looked for
 * only in capitals: "is" never means "IS". alias:off leaves all of this out.
 *
 * The reader's own list of synonyms (synonyms.h) works in the same way and in questions too, which
 * are then no longer taken for questions: who gives such a list wants it followed.
 *
 * The names sum as the words of an OR do.
 */
#include "news/aliases.h"
#include "base/limits.h"
#include "index/sidecars.h"
#include "news/notes.h"
#include "query/ast.h"
#include "query/question.h"
#include "query/synonyms.h"

#define NAMES_MAX      6u /* of those that the archive knows */
#define CANDIDATES_MAX 64u
#define OTHERS_MAX     (NAMES_MAX + LD_SYNONYM_NAMES_MAX)
#define BY_LIST        UINT8_MAX /* kind: a synonym of the reader's own list */
#define KEY_BYTES_MAX  512u

typedef struct candidate {
    ld_span name;
    uint32_t docs;
    uint8_t kind; /* ld_alias_kind of the first, or BY_LIST */
} candidate;

typedef struct expander {
    ld_arena *arena;
    const ld_snapshot *snapshot;
    const ld_synonyms *synonyms; /* NULL: none */
    bool by_archive;             /* the stories' names are taken */
    uint32_t synonyms_left;      /* that may still be added; later words stand for themselves */
    ld_query *q;
    ld_ast_node *nodes; /* of the new tree */
    uint32_t count, capacity;
    uint32_t *moved; /* [node_count of q] */
    bool changed;
    lede_error *err;
} expander;

/* ---- what the archive calls it ---- */

static void count_name(candidate *list, uint32_t *count, ld_span name, uint8_t kind)
{
    for (uint32_t i = 0; i < *count; i++)
        if (ld_span_equal_nocase(list[i].name, name)) {
            list[i].docs++;
            return;
        }
    if (*count < CANDIDATES_MAX)
        list[(*count)++] = (candidate){name, 1, kind};
}

static lede_status read_segment(expander *e, const ld_segment_view *v, ld_span key, ld_span asked,
                                candidate *list, uint32_t *count)
{
    ld_notes_cursor n;
    LD_TRY(ld_notes_seek(&v->sidecars->notes, key, &n, e->err));
    while (n.doc != LD_DOC_END && ld_span_starts_with(n.key, key)) {
        ld_span other = ld_span_sub(n.key, key.bytes, SIZE_MAX);
        ld_span written = ld_span_sub(n.value, 1, SIZE_MAX);
        bool meant = !ld_alias_is_acronym(written) || ld_span_equal(written, asked);
        if (meant && n.value.bytes > 0 && !ld_view_has_bit(v->deleted, n.doc))
            count_name(list, count, ld_arena_copy(e->arena, other), (uint8_t)n.value.data[0]);
        LD_TRY(ld_notes_next(&n, e->err));
    }
    return LEDE_OK;
}

/* The names that most stories give come first. */
static lede_status find_names(expander *e, ld_span asked, candidate *list, uint32_t *count)
{
    char bytes[KEY_BYTES_MAX];
    *count = 0;
    size_t key_bytes = ld_note_alias_key(asked, bytes, sizeof bytes);
    if (key_bytes == 0)
        return LEDE_OK;
    for (uint32_t s = 0; s < ld_snapshot_segment_count(e->snapshot); s++)
        LD_TRY(read_segment(e, ld_snapshot_segment(e->snapshot, s), ld_span_of(bytes, key_bytes),
                            asked, list, count));
    for (uint32_t i = 1; i < *count; i++)
        for (uint32_t k = i; k > 0 && list[k].docs > list[k - 1].docs; k--) {
            candidate c = list[k];
            list[k] = list[k - 1];
            list[k - 1] = c;
        }
    uint32_t kept = 0;
    while (kept < *count && kept < NAMES_MAX && list[kept].docs * 10 >= list[0].docs)
        kept++;
    *count = kept;
    return LEDE_OK;
}

/* Synonyms first, then the archive's names that are not among them. */
static lede_status find_others(expander *e, ld_span asked, candidate *others, uint32_t *count)
{
    candidate list[CANDIDATES_MAX];
    ld_span names[LD_SYNONYM_NAMES_MAX];
    uint32_t by_archive = 0;
    uint32_t most =
        e->synonyms_left < LD_SYNONYM_NAMES_MAX ? e->synonyms_left : LD_SYNONYM_NAMES_MAX;
    uint32_t by_list = ld_synonyms_find(e->synonyms, asked, names, most);
    e->synonyms_left -= by_list;
    if (e->by_archive)
        LD_TRY(find_names(e, asked, list, &by_archive));
    for (uint32_t i = 0; i < by_list; i++)
        others[i] = (candidate){names[i], 0, BY_LIST};
    *count = by_list;
    for (uint32_t i = 0; i < by_archive; i++) {
        uint32_t k = 0;
        while (k < by_list && !ld_span_equal_nocase(names[k], list[i].name))
            k++;
        if (k == by_list)
            others[(*count)++] = list[i];
    }
    return LEDE_OK;
}

/* ---- the tree ---- */

static lede_status push(expander *e, const ld_ast_node *node, uint32_t *at)
{
    *at = e->count;
    if (!LD_ARENA_PUSH(e->arena, e->nodes, e->count, e->capacity, *node))
        return ld_arena_status(e->arena, e->err);
    return LEDE_OK;
}

static lede_status push_name(expander *e, const ld_ast_node *leaf, ld_span name, uint32_t *at)
{
    ld_ast_node n = {.kind = ld_span_find_byte(name, ' ') == SIZE_MAX ? LD_AST_WORD : LD_AST_PHRASE,
                     .match = LD_AST_MATCH_STEM,
                     .text = name,
                     .height = 1,
                     .offset_chars = leaf->offset_chars,
                     .length_chars = leaf->length_chars,
                     .first_child = LD_AST_NONE,
                     .next = LD_AST_NONE,
                     .parent = LD_AST_NONE};
    LD_TRY(push(e, &n, at));
    if (!ld_alias_is_acronym(name))
        return LEDE_OK;
    ld_ast_node upper = {.kind = LD_AST_CASE,
                         .cases = 1u << LD_CASE_UPPER,
                         .height = 2,
                         .offset_chars = leaf->offset_chars,
                         .length_chars = leaf->length_chars,
                         .first_child = *at,
                         .next = LD_AST_NONE,
                         .parent = LD_AST_NONE};
    return push(e, &upper, at);
}

static void tell_name(ld_buf *buf, const candidate *c)
{
    ld_buf_add_format(buf, "%.*s ", (int)c->name.bytes, c->name.data);
    if (c->kind == BY_LIST)
        ld_buf_add_string(buf, "(your synonyms)");
    else
        ld_buf_add_format(buf, "(%s, %u %s)",
                          ld_alias_kind_names[c->kind % (LD_ALIAS_INITIALS + 1)], c->docs,
                          c->docs == 1 ? "story" : "stories");
}

static lede_status tell(expander *e, const ld_ast_node *leaf, const candidate *list, uint32_t count)
{
    ld_query *q = e->q;
    ld_buf buf;
    ld_buf_init(&buf, ld_arena_env(e->arena), 1u << 16);
    ld_buf_add_format(&buf, "Also searched for %.*s: ", (int)leaf->text.bytes, leaf->text.data);
    for (uint32_t i = 0; i < count; i++) {
        ld_buf_add_string(&buf, i ? ", " : "");
        tell_name(&buf, &list[i]);
    }
    ld_buf_add_format(&buf, "; alias:off leaves that out.");
    ld_query_warning w = {leaf->offset_chars, leaf->length_chars,
                          ld_arena_copy(e->arena, ld_buf_span(&buf))};
    lede_status status = ld_buf_status(&buf, e->err);
    ld_buf_release(&buf);
    if (status == LEDE_OK && q->warning_count < LD_QUERY_WARNINGS_MAX &&
        (!w.message.data ||
         !LD_ARENA_PUSH(e->arena, q->warnings, q->warning_count, q->warning_capacity, w)))
        status = ld_arena_status(e->arena, e->err);
    return status;
}

/* The leaf, or the OR that stands for it. */
static lede_status expand_leaf(expander *e, const ld_ast_node *leaf, uint32_t *at)
{
    candidate list[OTHERS_MAX];
    uint32_t count, last, names[OTHERS_MAX];
    LD_TRY(find_others(e, leaf->text, list, &count));
    LD_TRY(push(e, leaf, at));
    if (count == 0)
        return LEDE_OK;
    for (uint32_t i = 0; i < count; i++)
        LD_TRY(push_name(e, leaf, list[i].name, &names[i]));
    ld_ast_node all = *leaf;
    all.kind = LD_AST_OR;
    all.text = (ld_span){NULL, 0};
    all.slop = 0;
    all.height = 3;
    all.first_child = last = *at;
    for (uint32_t i = 0; i < count; i++) {
        e->nodes[last].next = names[i];
        last = names[i];
    }
    e->nodes[last].next = LD_AST_NONE;
    e->changed = true;
    LD_TRY(tell(e, leaf, list, count));
    return push(e, &all, at);
}

static bool can_expand(const ld_query *q, uint32_t node)
{
    const ld_ast_node *n = &q->nodes[node];
    if ((n->kind != LD_AST_WORD && n->kind != LD_AST_PHRASE) || n->match != LD_AST_MATCH_STEM ||
        n->slop > 0 || ld_span_find_byte(n->text, '*') != SIZE_MAX ||
        ld_span_find_byte(n->text, '?') != SIZE_MAX ||
        (n->kind == LD_AST_WORD && ld_word_is_filler(n->text)))
        return false;
    for (uint32_t p = n->parent; p != LD_AST_NONE; p = q->nodes[p].parent)
        if (q->nodes[p].kind == LD_AST_CASE || q->nodes[p].kind == LD_AST_NOT ||
            q->nodes[p].kind == LD_AST_OR || q->nodes[p].height + 3u > LD_QUERY_DEPTH_MAX)
            return false;
    return true;
}

lede_status ld_query_add_aliases(ld_arena *arena, const ld_snapshot *snapshot,
                                 const ld_synonyms *synonyms, ld_query *q, lede_error *err)
{
    expander e = {.arena = arena,
                  .snapshot = snapshot,
                  .synonyms = synonyms,
                  .synonyms_left = LD_QUERY_TERMS_MAX,
                  .q = q,
                  .err = err};
    if (q->alias_off || q->dialect != LD_DIALECT_LEDE || q->root == LD_AST_NONE)
        return LEDE_OK;
    e.by_archive = ld_snapshot_profile(snapshot)->sidecars && !ld_query_looks_like_question(q);
    if (!e.by_archive && !synonyms)
        return LEDE_OK;
    e.moved = ld_arena_array(arena, q->node_count, sizeof *e.moved);
    if (!e.moved)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < q->node_count; i++) {
        ld_ast_node n = q->nodes[i];
        if (can_expand(q, i)) {
            LD_TRY(expand_leaf(&e, &n, &e.moved[i]));
        } else {
            n.first_child = n.first_child == LD_AST_NONE ? LD_AST_NONE : e.moved[n.first_child];
            LD_TRY(push(&e, &n, &e.moved[i]));
        }
    }
    if (!e.changed)
        return LEDE_OK;
    for (uint32_t i = 0; i < q->node_count; i++) /* an older sibling can be made later */
        e.nodes[e.moved[i]].next =
            q->nodes[i].next == LD_AST_NONE ? LD_AST_NONE : e.moved[q->nodes[i].next];
    uint32_t root = e.moved[q->root];
    for (uint32_t i = 0; i < e.count; i++)
        for (uint32_t c = e.nodes[i].first_child; c != LD_AST_NONE; c = e.nodes[c].next)
            if (e.nodes[i].height <= e.nodes[c].height)
                e.nodes[i].height = (uint16_t)(e.nodes[c].height + 1);
    q->nodes = e.nodes;
    q->node_count = e.count;
    q->node_capacity = e.capacity;
    return ld_ast_finish(q, arena, root, err);
}
