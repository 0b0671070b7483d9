/*
 * Where in a document do the words of the query stand closest together? Asked of the index, so that
 * whoever shows the document need not read all of its text to find the passage to show.
 *
 *   positions   t . . . . s . . . . . . . . t s . . . . t      (t and s: two words of the query)
 *                                           ^-^ the shortest stretch that has every word that is
 * there
 *
 * A word that is no stem (a spelling, a wildcard) is not looked for: finding out would cost what it
 * is to save, so the answer is then that it is not known.
 *
 * cost: a look-up in the dictionary, a seek and the positions of one document for each word.
 */
#include "query/leaf.h"
#include "query/plan.h"
#include "query/search.h"
#include "query/sort.h"

#define PLACES_A_WORD_MAX 512u /* the first ones of a word that a long text repeats */

typedef struct place {
    uint32_t position, word;
} place;

typedef struct finder {
    ld_arena *arena;
    const ld_segment_view *view;
    uint32_t doc, from, end; /* positions that count */
    place *places;           /* [count] */
    uint32_t count, capacity;
    lede_error *err;
} finder;

/* Below a NOT no word is marked. */
static bool is_shown(const ld_query *q, uint32_t leaf)
{
    for (uint32_t up = q->nodes[leaf].parent; up != LD_AST_NONE; up = q->nodes[up].parent)
        if (q->nodes[up].kind == LD_AST_NOT)
            return false;
    return true;
}

static lede_status find_term(finder *f, ld_span bytes, uint32_t word)
{
    ld_term term;
    ld_postings *postings;
    lede_status status = ld_terms_find(f->view->terms, bytes, &term, f->err);
    if (status == LEDE_E_NOTFOUND)
        return LEDE_OK;
    LD_TRY(status);
    LD_TRY(ld_postings_open(f->view->terms, &term, LD_POSTINGS_POSITIONS, f->arena, &postings,
                            f->err));
    const uint32_t *positions = NULL;
    if (ld_postings_seek(postings, f->doc) == f->doc)
        positions = ld_postings_positions(postings);
    if (postings->status != LEDE_OK) {
        if (f->err)
            *f->err = postings->error;
        return postings->status;
    }
    uint32_t taken = 0;
    for (uint32_t i = 0; positions && i < postings->tf && taken < PLACES_A_WORD_MAX; i++) {
        if (positions[i] < f->from || positions[i] >= f->end)
            continue;
        if (!LD_ARENA_PUSH(f->arena, f->places, f->count, f->capacity,
                           ((place){positions[i], word})))
            return ld_arena_status(f->arena, f->err);
        taken++;
    }
    return LEDE_OK;
}

static int place_compare(void *ctx, const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return (x->word > y->word) - (x->word < y->word);
}

/* The shortest stretch of the sorted places that has every word among them, the first of equals. */
static lede_status choose(finder *f, ld_stretch *out)
{
    uint32_t *times = ld_arena_array(f->arena, LD_QUERY_TERMS_MAX, sizeof *times);
    uint32_t words = 0, inside = 0, left = 0;
    if (!times)
        return ld_arena_status(f->arena, f->err);
    memset(times, 0, LD_QUERY_TERMS_MAX * sizeof *times);
    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t w = f->places[i].word;
        words += !(out->words[w >> 3] >> (w & 7) & 1);
        out->words[w >> 3] |= (uint8_t)(1u << (w & 7));
    }
    for (uint32_t right = 0; right < f->count; right++) {
        inside += times[f->places[right].word]++ == 0;
        while (times[f->places[left].word] > 1)
            times[f->places[left++].word]--;
        uint32_t first = f->places[left].position, last = f->places[right].position;
        if (inside == words && (!out->found || last - first < out->last - out->first)) {
            out->found = true;
            out->first = first;
            out->last = last;
        }
    }
    return LEDE_OK;
}

lede_status ld_query_closest(ld_arena *arena, const ld_query *query, ld_analyzer *analyzer,
                             const ld_segment_view *view, uint32_t doc, uint32_t from, uint32_t end,
                             ld_stretch *stretch, lede_error *err)
{
    finder f = {.arena = arena, .view = view, .doc = doc, .from = from, .end = end, .err = err};
    uint32_t word = 0;
    memset(stretch, 0, sizeof *stretch);
    stretch->known = query->languages->count > 0;
    for (uint32_t i = 0; i < query->node_count && stretch->known; i++) {
        const ld_ast_node *n = &query->nodes[i];
        const ld_element *elements;
        uint32_t count;
        if (n->kind != LD_AST_WORD && n->kind != LD_AST_PHRASE)
            continue;
        LD_TRY(ld_leaf_elements(arena, analyzer, n, query->languages, &elements, &count, err));
        bool shown = is_shown(query, i);
        for (uint32_t e = 0; e < count && word < LD_QUERY_TERMS_MAX; e++, word++) {
            stretch->known = stretch->known && (!shown || elements[e].kind == LD_ELEMENT_STEM);
            for (uint32_t k = 0; k < elements[e].term_count && shown; k++)
                LD_TRY(find_term(&f, elements[e].terms[k], word));
        }
    }
    if (!stretch->known || f.count == 0)
        return LEDE_OK;
    ld_sort_items(f.places, f.count, sizeof *f.places, place_compare, NULL);
    return choose(&f, stretch);
}
