/*
 * Which terms of each segment is one word of the query, and how rare is it?
 *
 *   hollande      the stems of the archive's languages            df of a stem
 *   ="Runs"       the spelling "runs" under whatever stem          df of (stem, spelling, case)
 *   run*  run~1   every spelling that fits                         df of (stem, spelling, case)
 *   allcaps(is)   the stems' forms of that case class              df of (stem, spelling, case)
 *
 * The word is one synonym group: its frequency in a document is the sum over its terms, its df the
 * largest df of one of them, each summed over the segments first. (The largest, not the sum: terms
 * of a group share documents. The df of the union would need the lists.)
 */
#include <math.h>

#include "query/dictionary_walk.h"
#include "query/plan.h"
#include "query/sort.h"

/* df of one term or form in one segment. */
typedef struct group_item {
    ld_span key; /* term, or term NUL spelling NUL case class */
    uint64_t df;
} group_item;

typedef struct expansion {
    ld_plan *plan;
    ld_plan_word *word;
    ld_arena *arena;
    ld_deadline *deadline;
    const ld_segment_view *view;
    ld_plan_members *members; /* of the segment at hand */
    group_item *items;        /* [item_count] over all segments */
    uint32_t item_count, item_capacity;
    lede_error *err;
} expansion;

static lede_status refused(expansion *e)
{
    return ld_arena_status(e->arena, e->err);
}

static lede_status group_add(expansion *e, ld_span term, const ld_form *form, uint64_t df)
{
    group_item item = {term, df};
    if (form) {
        char *key = ld_arena_alloc(e->arena, term.bytes + form->spelling.bytes + 3);
        if (!key)
            return refused(e);
        memcpy(key, term.data, term.bytes);
        key[term.bytes] = 0;
        memcpy(key + term.bytes + 1, form->spelling.data, form->spelling.bytes);
        key[term.bytes + form->spelling.bytes + 1] = 0;
        key[term.bytes + form->spelling.bytes + 2] = (char)form->case_class;
        item.key = ld_span_of(key, term.bytes + form->spelling.bytes + 3);
    }
    if (!LD_ARENA_PUSH(e->arena, e->items, e->item_count, e->item_capacity, item))
        return refused(e);
    return LEDE_OK;
}

static lede_status member_add(expansion *e, const ld_term *term, const ld_form *forms,
                              uint32_t count)
{
    ld_member m = {*term, count == term->form_count ? NULL : forms, count};
    if (!LD_ARENA_PUSH(e->arena, e->members->items, e->members->count, e->members->capacity, m))
        return refused(e);
    return LEDE_OK;
}

/* Takes the forms of a term that the word asks for: by case, and by spelling where `spelt`. */
static lede_status forms_add(expansion *e, ld_span bytes, const ld_term *term, bool spelt)
{
    const ld_form *forms;
    uint32_t count, kept = 0;
    LD_TRY(ld_terms_forms(e->view->terms, term, e->arena, &forms, &count, e->err));
    ld_form *chosen = ld_arena_array(e->arena, (size_t)count + 1, sizeof *chosen);
    if (!chosen)
        return refused(e);
    for (uint32_t i = 0; i < count; i++) {
        if (!(e->word->cases >> forms[i].case_class & 1) ||
            (spelt && !ld_element_matches(e->word->element, forms[i].spelling)))
            continue;
        chosen[kept++] = forms[i];
        LD_TRY(group_add(e, bytes, &forms[i], forms[i].df));
    }
    return kept ? member_add(e, term, chosen, kept) : LEDE_OK;
}

static lede_status term_add(expansion *e, ld_span bytes, const ld_term *term)
{
    if (e->word->cases != LD_AST_CASES_ALL)
        return forms_add(e, bytes, term, false);
    LD_TRY(group_add(e, bytes, NULL, term->df));
    return member_add(e, term, NULL, 0);
}

static lede_status term_find(expansion *e, ld_span bytes)
{
    ld_term term;
    lede_status status = ld_terms_find(e->view->terms, bytes, &term, e->err);
    if (status == LEDE_E_NOTFOUND)
        return LEDE_OK;
    LD_TRY(status);
    ld_postings_prefetch(e->view->terms, &term);
    return term_add(e, bytes, &term);
}

static int ordinal_compare(void *ctx, const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Ordinals of the terms that have a fitting spelling, distinct, ascending. */
static lede_status walk(expansion *e, bool over_forms, uint32_t **ordinals, uint32_t *count)
{
    ld_dictionary_walk *w;
    uint32_t capacity = 0, found = 0;
    *ordinals = NULL;
    *count = 0;
    LD_TRY(ld_dictionary_walk_new(e->view->terms, over_forms, e->word->element, e->deadline,
                                  e->arena, &w, e->err));
    lede_status status = LEDE_OK;
    for (;;) {
        ld_dictionary_entry entry;
        bool end;
        status = ld_dictionary_walk_next(w, &entry, &end, e->err);
        if (status != LEDE_OK || end)
            break;
        if (found >= LD_QUERY_EXPANSION_MAX) {
            e->plan->expansion_cut = true;
            break;
        }
        if (!LD_ARENA_PUSH(e->arena, *ordinals, found, capacity, entry.term)) {
            status = refused(e);
            break;
        }
    }
    e->plan->stopped = e->plan->stopped || ld_dictionary_walk_stopped(w);
    ld_dictionary_walk_free(w);
    ld_sort_items(*ordinals, found, sizeof **ordinals, ordinal_compare, NULL);
    for (uint32_t i = 0; i < found; i++)
        if (i == 0 || (*ordinals)[i] != (*ordinals)[i - 1])
            (*ordinals)[(*count)++] = (*ordinals)[i];
    return status;
}

static lede_status spellings(expansion *e)
{
    bool over_forms = e->plan->profile->stem;
    uint32_t *ordinals = NULL, count = 0;
    if (!over_forms && e->word->element->kind == LD_ELEMENT_FORM)
        return term_find(e, e->word->element->text);
    LD_TRY(walk(e, over_forms, &ordinals, &count));
    for (uint32_t i = 0; i < count; i++) {
        ld_span bytes;
        ld_term term;
        LD_TRY(ld_terms_at(e->view->terms, ordinals[i], e->arena, &bytes, &term, e->err));
        bytes = ld_arena_copy(e->arena, bytes);
        if (!bytes.data)
            return refused(e);
        LD_TRY(over_forms ? forms_add(e, bytes, &term, true) : term_add(e, bytes, &term));
    }
    return LEDE_OK;
}

static int item_compare(void *ctx, const void *a, const void *b)
{
    return ld_span_compare(((const group_item *)a)->key, ((const group_item *)b)->key);
}

static uint64_t largest_df(expansion *e)
{
    uint64_t largest = 0, df = 0;
    ld_sort_items(e->items, e->item_count, sizeof *e->items, item_compare, NULL);
    for (uint32_t i = 0; i < e->item_count; i++) {
        bool same = i > 0 && ld_span_equal(e->items[i].key, e->items[i - 1].key);
        df = e->items[i].df + (same ? df : 0);
        largest = df > largest ? df : largest;
    }
    return largest;
}

lede_status ld_plan_expand(ld_plan *p, ld_plan_word *word, ld_arena *arena, ld_deadline *deadline,
                           lede_error *err)
{
    expansion e = {.plan = p, .word = word, .arena = arena, .deadline = deadline, .err = err};
    uint32_t segment_count = ld_snapshot_segment_count(p->snapshot);
    word->segments = ld_arena_array(arena, (size_t)segment_count + 1, sizeof *word->segments);
    if (!word->segments)
        return refused(&e);
    for (uint32_t s = 0; s < segment_count; s++) {
        e.view = ld_snapshot_segment(p->snapshot, s);
        e.members = &word->segments[s];
        if (word->element->kind != LD_ELEMENT_STEM) {
            LD_TRY(spellings(&e));
            continue;
        }
        for (uint32_t i = 0; i < word->element->term_count; i++)
            LD_TRY(term_find(&e, word->element->terms[i]));
    }
    double n = (double)ld_snapshot_statistics(p->snapshot)->docs_count;
    double df = (double)largest_df(&e);
    word->idf = log(1 + (n - df + 0.5) / (df + 0.5));
    return LEDE_OK;
}
