/*
 * Did you mean? For the words of a query that the archive hardly knows:
 *
 *   one word      spellings within one edit, else (where no article has the word) within two behind
 * the same first letter, that are far better known joined        "news paper" where the archive
 * writes newspaper split         "newyork" where it writes new york
 *
 * The best few of each are tried: the corrected query is run, and must have more hits than the
 * query as it stands. Of those the one is proposed whose new words belong there most, which is the
 * share of their documents that are hits, times the logarithm of the hits: among the words near
 * "opek" it is not the commonest that goes with "oil". A proposal always has an answer. A word that
 * is known well enough is never touched, nor is what asks for a spelling (="...", wildcards,
 * /regex/), nor what is excluded.
 *
 * What stands near a word is the same each time in one snapshot: a table of some words, one place
 * each, remembers it, as the walks are the greater part of the cost and searchers make the same
 * slips.
 *
 * cost: a walk of an automaton over the dictionary for each such word, and at most TRIALS_MAX
 * searches without hits. Called only when an answer is poor. Two edits anywhere would make the walk
 * read most of the dictionary (the greater part of a search's time over 100,000 articles), and two
 * slips of which one begins the word are rare.
 */
#include <math.h>

#include "base/hash.h"
#include "query/dictionary_walk.h"
#include "query/plan.h"
#include "query/sort.h"

#define WANTED_DOCS       3u    /* a proposal stands in so many articles at least */
#define KNOWN_DOCS        16u   /* a word of so many articles is known, in a small archive */
#define KNOWN_SHARE       5000u /* and in a large one: of one article in so many */
#define BETTER_TIMES      20u   /* a proposal is so much better known than the word */
#define LETTERS_MIN       4u    /* shorter words are abbreviations as often as slips */
#define LETTERS_TWO_EDITS 6u    /* from here on two edits are tried */
#define WORDS_MAX         4u    /* corrected in one query */
#define CANDIDATES_MAX    3u    /* tried of each */
#define TRIALS_MAX        8u
#define REMEMBERED_WORDS  1024u /* some 230 KiB */
#define REMEMBERED_BYTES  48u   /* of a word or a spelling; longer ones are looked for each time */

typedef struct candidate {
    ld_span text;
    uint64_t df;
} candidate;

typedef struct word_fix {
    uint32_t node;
    uint32_t dropped;               /* a node that goes with it (joined); LD_AST_NONE: none */
    candidate best[CANDIDATES_MAX]; /* [count] the best known first */
    uint32_t count;
} word_fix;

/* What edited() and split() found; the word's place is its hash, and the next with it moves in. */
typedef struct remembered {
    char word[REMEMBERED_BYTES], texts[CANDIDATES_MAX][REMEMBERED_BYTES];
    uint8_t word_bytes, text_bytes[CANDIDATES_MAX], count; /* word_bytes 0: the place is free */
    uint64_t df[CANDIDATES_MAX], word_df;
    uint64_t languages; /* hash: what the word's stems, and so its documents, were read in */
} remembered;

struct ld_spelling_memory {
    const lede_env *env;
    remembered places[REMEMBERED_WORDS];
};

typedef struct speller {
    ld_arena *arena;
    const ld_snapshot *snapshot;
    ld_analyzer *analyzer;
    const ld_query *q;
    ld_deadline *deadline;
    ld_spelling_memory *memory; /* NULL: none */
    bool over_forms;
    word_fix fixes[WORDS_MAX];
    uint32_t fix_count;
    lede_error *err;
} speller;

static uint64_t known_docs(const speller *s)
{
    uint64_t share = ld_snapshot_statistics(s->snapshot)->docs_count / KNOWN_SHARE;
    return share > KNOWN_DOCS ? share : KNOWN_DOCS;
}

/* In how many documents a word stands, in any of its forms. */
static lede_status word_df(speller *s, ld_span text, uint64_t *df)
{
    ld_query_word *words;
    uint32_t count;
    const ld_languages *l = s->q->languages;
    *df = 0;
    LD_TRY(
        ld_analyze_query(s->analyzer, s->arena, text, l->codes, l->count, &words, &count, s->err));
    if (count != 1)
        return LEDE_OK;
    for (uint32_t k = 0; k < words[0].term_count; k++) {
        uint64_t sum = 0;
        for (uint32_t g = 0; g < ld_snapshot_segment_count(s->snapshot); g++) {
            ld_term term;
            lede_status status = ld_terms_find(ld_snapshot_segment(s->snapshot, g)->terms,
                                               words[0].terms[k], &term, s->err);
            if (status != LEDE_OK && status != LEDE_E_NOTFOUND)
                return status;
            sum += status == LEDE_OK ? term.df : 0;
        }
        *df = sum > *df ? sum : *df;
    }
    return LEDE_OK;
}

static void candidate_add(word_fix *f, ld_span text, uint64_t df)
{
    for (uint32_t i = 0; i < f->count; i++)
        if (ld_span_equal(f->best[i].text, text))
            return;
    uint32_t at = f->count < CANDIDATES_MAX ? f->count++ : CANDIDATES_MAX - 1;
    if (at == CANDIDATES_MAX - 1 && f->best[at].text.data && f->best[at].df >= df)
        return;
    f->best[at] = (candidate){text, df};
    for (; at > 0 && f->best[at - 1].df < df; at--) {
        candidate c = f->best[at];
        f->best[at] = f->best[at - 1];
        f->best[at - 1] = c;
    }
}

static int candidate_compare(void *ctx, const void *a, const void *b)
{
    return ld_span_compare(((const candidate *)a)->text, ((const candidate *)b)->text);
}

/* In how many documents of the segment the entry stands, as it is spelled. */
static lede_status entry_df(speller *s, const ld_terms *terms, const ld_dictionary_entry *entry,
                            uint64_t *df)
{
    ld_term term;
    ld_span bytes;
    const ld_form *forms;
    uint32_t count;
    LD_TRY(ld_terms_at(terms, entry->term, s->arena, &bytes, &term, s->err));
    *df = term.df;
    if (entry->form == LD_FORM_NONE)
        return LEDE_OK;
    LD_TRY(ld_terms_forms(terms, &term, s->arena, &forms, &count, s->err));
    *df = 0;
    for (uint32_t i = 0; i < count; i++)
        if (forms[i].ordinal == entry->form)
            *df = forms[i].df;
    return LEDE_OK;
}

static lede_status walk_near(speller *s, const ld_terms *terms, ld_dictionary_walk *w,
                             candidate **list, uint32_t *found, uint32_t *capacity)
{
    while (*found < LD_SPELLINGS_MAX) {
        ld_dictionary_entry entry;
        bool end;
        LD_TRY(ld_dictionary_walk_next(w, &entry, &end, s->err));
        if (end)
            break;
        candidate c = {ld_arena_copy(s->arena, entry.spelling), 0};
        LD_TRY(entry_df(s, terms, &entry, &c.df));
        if (!c.text.data || !LD_ARENA_PUSH(s->arena, *list, *found, *capacity, c))
            return ld_arena_status(s->arena, s->err);
    }
    return LEDE_OK;
}

/* Spellings within `edits` of the word, distinct, with their documents. */
static lede_status spellings_near(speller *s, ld_span word, uint32_t edits, candidate **list,
                                  uint32_t *count)
{
    ld_element element = {.kind = LD_ELEMENT_FUZZY, .text = word, .edits = (uint8_t)edits};
    ld_automaton *automaton = ld_automaton_fuzzy(s->arena, word, edits);
    uint32_t found = 0, capacity = 0;
    *list = NULL;
    *count = 0;
    if (!automaton)
        return ld_arena_status(s->arena, s->err);
    if (edits > 1)
        ld_automaton_keep_first(automaton);
    element.automaton = automaton;
    for (uint32_t g = 0; g < ld_snapshot_segment_count(s->snapshot); g++) {
        ld_dictionary_walk *w;
        const ld_terms *terms = ld_snapshot_segment(s->snapshot, g)->terms;
        LD_TRY(ld_dictionary_walk_new(terms, s->over_forms, &element, s->deadline, s->arena, &w,
                                      s->err));
        lede_status status = walk_near(s, terms, w, list, &found, &capacity);
        ld_dictionary_walk_free(w);
        LD_TRY(status);
    }
    ld_sort_items(*list, found, sizeof **list, candidate_compare, NULL);
    for (uint32_t i = 0; i < found; i++) {
        if (i && ld_span_equal((*list)[i].text, (*list)[*count - 1].text))
            (*list)[*count - 1].df += (*list)[i].df;
        else
            (*list)[(*count)++] = (*list)[i];
    }
    return LEDE_OK;
}

static uint32_t letters_of(ld_span word)
{
    uint32_t n = 0;
    for (size_t i = 0; i < word.bytes; i++)
        n += ((uint8_t)word.data[i] & 0xC0) != 0x80;
    return n;
}

/* is_there: some article has the word, so it is a rare one sooner than a slip of two letters. */
static lede_status edited(speller *s, ld_span form, bool is_there, uint64_t wanted, word_fix *f)
{
    uint32_t edits_max = is_there || letters_of(form) < LETTERS_TWO_EDITS ? 1 : 2;
    for (uint32_t edits = 1; edits <= edits_max && f->count == 0; edits++) {
        candidate *list;
        uint32_t count;
        LD_TRY(spellings_near(s, form, edits, &list, &count));
        for (uint32_t i = 0; i < count; i++)
            if (list[i].df >= wanted && !ld_span_equal(list[i].text, form))
                candidate_add(f, list[i].text, list[i].df);
    }
    return LEDE_OK;
}

/* The split whose less known half is the best known. */
static lede_status split(speller *s, ld_span form, uint64_t wanted, word_fix *f)
{
    candidate best = {{NULL, 0}, 0};
    for (size_t at = 2; at + 2 <= form.bytes; at++) {
        uint64_t left, right;
        if (((uint8_t)form.data[at] & 0xC0) == 0x80)
            continue;
        LD_TRY(word_df(s, ld_span_sub(form, 0, at), &left));
        if (left < wanted)
            continue;
        LD_TRY(word_df(s, ld_span_sub(form, at, form.bytes), &right));
        uint64_t df = left < right ? left : right;
        if (df < wanted || df <= best.df)
            continue;
        char *text = ld_arena_format(s->arena, "%.*s %.*s", (int)at, form.data,
                                     (int)(form.bytes - at), form.data + at);
        if (!text)
            return ld_arena_status(s->arena, s->err);
        best = (candidate){ld_span_from_string(text), df};
    }
    if (best.df)
        candidate_add(f, best.text, best.df);
    return LEDE_OK;
}

/* The word and the next of the same AND, written together. */
static lede_status joined(speller *s, const ld_ast_node *n, uint64_t wanted, word_fix *f)
{
    const ld_query *q = s->q;
    uint64_t df;
    if (n->next == LD_AST_NONE || n->parent == LD_AST_NONE ||
        q->nodes[n->parent].kind != LD_AST_AND)
        return LEDE_OK;
    const ld_ast_node *other = &q->nodes[n->next];
    if (other->kind != LD_AST_WORD || other->match != LD_AST_MATCH_STEM)
        return LEDE_OK;
    char *text = ld_arena_format(s->arena, "%.*s%.*s", (int)n->text.bytes, n->text.data,
                                 (int)other->text.bytes, other->text.data);
    if (!text)
        return ld_arena_status(s->arena, s->err);
    LD_TRY(word_df(s, ld_span_from_string(text), &df));
    if (df < wanted)
        return LEDE_OK;
    f->count = 0;
    f->dropped = n->next;
    candidate_add(f, ld_span_from_string(text), df);
    return LEDE_OK;
}

/* ---- remembering ---- */

lede_status ld_spelling_memory_new(const lede_env *env, ld_spelling_memory **memory,
                                   lede_error *err)
{
    *memory = ld_alloc_zero(env, sizeof **memory);
    if (!*memory)
        return ld_error_nomem(err, sizeof **memory);
    (*memory)->env = env;
    return LEDE_OK;
}

void ld_spelling_memory_free(ld_spelling_memory *memory)
{
    if (memory)
        ld_release(memory->env, memory, sizeof *memory);
}

static uint64_t languages_hash(const ld_languages *l)
{
    uint64_t hash = l->count;
    for (uint32_t i = 0; i < l->count; i++)
        hash = ld_hash64(l->codes[i], strlen(l->codes[i]), hash);
    return hash;
}

static remembered *place_of(const speller *s, ld_span form)
{
    return &s->memory->places[ld_hash64(form.data, form.bytes, 0) % REMEMBERED_WORDS];
}

static bool recall(const speller *s, ld_span form, uint64_t df, word_fix *f)
{
    if (!s->memory)
        return false;
    const remembered *r = place_of(s, form);
    if (!ld_span_equal(ld_span_of(r->word, r->word_bytes), form) || r->word_df != df ||
        r->languages != languages_hash(s->q->languages))
        return false;
    f->count = r->count;
    for (uint32_t i = 0; i < r->count; i++) {
        f->best[i].df = r->df[i];
        f->best[i].text = ld_arena_copy(s->arena, ld_span_of(r->texts[i], r->text_bytes[i]));
    }
    return true;
}

static void remember(const speller *s, ld_span form, uint64_t df, const word_fix *f)
{
    remembered r = {.word_df = df, .languages = languages_hash(s->q->languages)};
    if (!s->memory || form.bytes > REMEMBERED_BYTES || (s->deadline && s->deadline->met))
        return;
    for (; r.count < f->count; r.count++) {
        ld_span text = f->best[r.count].text;
        if (text.bytes > REMEMBERED_BYTES)
            return;
        memcpy(r.texts[r.count], text.data, text.bytes);
        r.text_bytes[r.count] = (uint8_t)text.bytes;
        r.df[r.count] = f->best[r.count].df;
    }
    memcpy(r.word, form.data, form.bytes);
    r.word_bytes = (uint8_t)form.bytes;
    *place_of(s, form) = r;
}

/* What stands near a word of df documents: written otherwise, or in two. */
static lede_status find_near(speller *s, ld_span form, uint64_t df, uint64_t wanted, word_fix *f)
{
    if (recall(s, form, df, f))
        return ld_arena_status(s->arena, s->err);
    LD_TRY(edited(s, form, df > 0, wanted, f));
    LD_TRY(split(s, form, wanted, f));
    remember(s, form, df, f);
    return LEDE_OK;
}

/* ---- what may be corrected ---- */

/* A word that may be corrected, and its folded form. */
static lede_status is_open_to_fixes(speller *s, uint32_t node, ld_span *form, bool *open)
{
    const ld_query *q = s->q;
    const ld_ast_node *n = &q->nodes[node];
    ld_query_word *words;
    uint32_t count;
    *open = false;
    if (n->kind != LD_AST_WORD || n->match != LD_AST_MATCH_STEM ||
        ld_span_find_byte(n->text, '*') != SIZE_MAX || ld_span_find_byte(n->text, '?') != SIZE_MAX)
        return LEDE_OK;
    for (uint32_t up = n->parent; up != LD_AST_NONE; up = q->nodes[up].parent)
        if (q->nodes[up].kind == LD_AST_NOT || q->nodes[up].kind == LD_AST_CASE)
            return LEDE_OK;
    LD_TRY(ld_analyze_query(s->analyzer, s->arena, n->text, q->languages->codes,
                            q->languages->count, &words, &count, s->err));
    if (count != 1)
        return LEDE_OK;
    *form = words[0].form;
    for (size_t i = 0; i < form->bytes; i++)
        if (form->data[i] >= '0' && form->data[i] <= '9')
            return LEDE_OK;
    *open = true;
    return LEDE_OK;
}

static lede_status fixes_find(speller *s)
{
    uint64_t known = known_docs(s);
    for (uint32_t i = 0; i < s->q->node_count && s->fix_count < WORDS_MAX; i++) {
        word_fix f = {.node = i, .dropped = LD_AST_NONE};
        ld_span form;
        uint64_t df;
        bool open;
        LD_TRY(is_open_to_fixes(s, i, &form, &open));
        if (!open)
            continue;
        LD_TRY(word_df(s, s->q->nodes[i].text, &df));
        if (df >= known)
            continue;
        uint64_t wanted = df * BETTER_TIMES > WANTED_DOCS ? df * BETTER_TIMES : WANTED_DOCS;
        if (letters_of(form) >= LETTERS_MIN)
            LD_TRY(find_near(s, form, df, wanted, &f));
        LD_TRY(joined(s, &s->q->nodes[i], wanted, &f));
        if (f.count)
            s->fixes[s->fix_count++] = f;
        if (f.dropped != LD_AST_NONE)
            i = f.dropped;
    }
    return LEDE_OK;
}

/* ---- trying ---- */

/* The query with choice[k] of each fix. A dropped word becomes what the word before it has become:
 * twice the same in an AND is once. */
static lede_status corrected(speller *s, const uint32_t choice[WORDS_MAX], ld_query **out)
{
    ld_query *q = ld_arena_array(s->arena, 1, sizeof *q);
    ld_ast_node *nodes = ld_arena_array(s->arena, s->q->node_count, sizeof *nodes);
    if (!q || !nodes)
        return ld_arena_status(s->arena, s->err);
    *q = *s->q;
    q->nodes = nodes;
    q->warning_count = 0;
    memcpy(nodes, s->q->nodes, s->q->node_count * sizeof *nodes);
    for (uint32_t k = 0; k < s->fix_count; k++) {
        const word_fix *f = &s->fixes[k];
        ld_ast_node *n = &nodes[f->node];
        n->text = f->best[choice[k]].text;
        if (ld_span_find_byte(n->text, ' ') != SIZE_MAX)
            n->kind = LD_AST_PHRASE;
        if (f->dropped != LD_AST_NONE)
            n->next = nodes[f->dropped].next;
    }
    *out = q;
    return LEDE_OK;
}

/* Spelled and read again, so that its tree has no holes. */
static lede_status respell(speller *s, ld_query **q, ld_span *text)
{
    ld_query_options options = {LD_DIALECT_LEDE, 0, s->q->profile};
    LD_TRY(ld_query_echo(s->arena, *q, text, s->err));
    LD_TRY(ld_query_parse(s->arena, *text, &options, q, s->err));
    return LEDE_OK;
}

static lede_status try_one(speller *s, const ld_search_request *request,
                           const uint32_t choice[WORDS_MAX], uint64_t least, double *best_score,
                           ld_span *best)
{
    ld_query *q;
    ld_span text;
    ld_search_result result;
    ld_search_request trial = *request;
    trial.offset = trial.count = 0;
    trial.cursor = (ld_span){NULL, 0};
    LD_TRY(corrected(s, choice, &q));
    LD_TRY(respell(s, &q, &text));
    LD_TRY(ld_search_run(s->arena, s->snapshot, s->analyzer, q, &trial, &result, s->err));
    double docs = 0, total = (double)result.total;
    for (uint32_t k = 0; k < s->fix_count; k++)
        docs += (double)s->fixes[k].best[choice[k]].df;
    double together = docs > total ? total / docs : 1, score = together * log(1 + total);
    if (result.relaxed || result.partial || result.total <= least || score <= *best_score)
        return LEDE_OK;
    *best_score = score;
    *best = text;
    return LEDE_OK;
}

lede_status ld_query_did_you_mean(ld_arena *arena, const ld_snapshot *snapshot,
                                  ld_analyzer *analyzer, const ld_query *query,
                                  const ld_search_request *request, uint64_t total,
                                  ld_spelling_memory *memory, ld_span *text, lede_error *err)
{
    *text = (ld_span){"", 0};
    speller *s = ld_arena_array(arena, 1, sizeof *s);
    if (!s)
        return ld_arena_status(arena, err);
    *s = (speller){.arena = arena,
                   .snapshot = snapshot,
                   .analyzer = analyzer,
                   .q = query,
                   .deadline = request->deadline,
                   .memory = memory,
                   .over_forms = ld_snapshot_profile(snapshot)->stem,
                   .err = err};
    LD_TRY(fixes_find(s));
    uint32_t choice[WORDS_MAX] = {0}, trials = 1;
    double score = 0;
    if (s->fix_count == 0)
        return LEDE_OK;
    LD_TRY(try_one(s, request, choice, total, &score, text));
    for (uint32_t k = 0; k < s->fix_count; k++)
        for (uint32_t c = 1; c < s->fixes[k].count && trials < TRIALS_MAX; c++, trials++) {
            choice[k] = c;
            LD_TRY(try_one(s, request, choice, total, &score, text));
            choice[k] = 0;
        }
    return LEDE_OK;
}
