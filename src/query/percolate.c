/*
 * Queries by the words they need.
 *
 *   hollande w/s (putin OR russia) -oil    needs {holland} and {putin, russia}
 *   "red bridge" colo?r                    needs {red}, {bridg} and a word that begins with colo
 *   (a OR b*) -c                           needs {a, b...}
 *   -oil   lang:en   wom?n~1               needs nothing that can be looked up
 *
 * A need is a set of keys of which a document must have one. A query is filed under the keys of its
 * rarest need; those without a need are candidates always. A document's words look their keys up
 * (a hash table; beginnings and ends only at the lengths that some query has), mark them, and give
 * the queries filed there; of those only the ones remain whose every need is marked. What remains
 * is run as any search is: so needs may be too weak, but never too strong, and the answers are
 * those of running each query (tests/engine/test_percolator.c).
 *
 * Keys are the terms of stems (for every language there is a stemmer for, or those of lang:), exact
 * spellings, the letters before the first wildcard (or behind the last), and two terms side by side
 * (of phrases, but where zones are asked for: hlead: bridges what lies between headline and lead).
 * Case, zones, places and negation are left to the run.
 *
 * Cost: a document, two look-ups a token and one for each length of a beginning or end; a query,
 * its keys. Source of the idea: Yan, Garcia-Molina, "Index structures for selective dissemination
 * of information under the Boolean model", ACM TODS 19(2), 1994.
 */
#include "query/percolate.h"

#include "base/hash.h"
#include "query/leaf.h"
#include "query/plan.h"
#include "query/sort.h"

#define KEYS_MAX        (1u << 26)
#define PREFIX_MIN      2u  /* letters: shorter beginnings are of most documents */
#define PREFIX_MAX      32u /* longer ones are cut */
#define QUERY_NEEDS_MAX 16u /* the rest of a query's needs is left to its run */
#define BUILD_BYTES     (64u << 20)

enum { KEY_TERM, KEY_FORM, KEY_PREFIX, KEY_SUFFIX };

#define PAIRS_MAX 64u /* ways two words of a phrase can be stemmed; of more, the words suffice */

typedef struct key {
    uint64_t hash;  /* of kind and bytes: 64 bits, taken for the key itself; a collision makes a
                       candidate too many */
    uint32_t filed; /* first of the queries filed under it, in filings + 1; 0: none */
    uint32_t stamp; /* of the last document that has it */
} key;

typedef struct filing {
    uint32_t query, next; /* next: in filings + 1 */
} filing;

typedef struct saved {
    uint32_t needs_first, need_count; /* into needs */
    uint32_t stamp;                   /* of the last document it was looked at for */
} saved;

typedef struct need {
    uint32_t first, count; /* into need_keys */
} need;

struct ld_query_index {
    const lede_env *env;
    const ld_snapshot *rarity;
    ld_arena *arena; /* of the query being added */
    key *keys;       /* [key_count] */
    filing *filings;
    saved *queries;
    need *needs;
    uint32_t *need_keys;
    uint32_t *slots; /* [slot_count] key + 1 or 0, by hash; a power of two */
    uint32_t *always;
    uint32_t *found;
    size_t key_count, key_capacity, filing_count, filing_capacity, query_count, query_capacity;
    size_t need_count, need_capacity, need_key_count, need_key_capacity, slot_count;
    size_t always_count, always_capacity, found_count, found_capacity;
    uint64_t prefix_lengths; /* bit n: some key is a beginning of n bytes */
    uint64_t suffix_lengths; /* the same of ends */
    bool has_pairs;          /* some key is of two terms */
    uint32_t stamp;          /* of the document at hand */
};

/* A need while its query is read. */
typedef struct draft {
    uint64_t *hashes; /* [count] */
    uint64_t df;      /* documents that have one of the keys, about */
    uint32_t count, capacity;
    struct draft *next;
} draft;

typedef struct drafter {
    ld_query_index *x;
    const ld_query *q;
    ld_languages languages;
    draft **nodes;  /* [node_count] needs of each node */
    uint32_t words; /* in the query so far */
    bool has_zones; /* the query names zones */
    lede_error *err;
} drafter;

lede_status ld_query_index_new(const lede_env *env, const ld_snapshot *rarity,
                               ld_query_index **index, lede_error *err)
{
    *index = ld_alloc_zero(env, sizeof **index);
    if (!*index)
        return ld_error_nomem(err, sizeof **index);
    (*index)->env = env;
    (*index)->rarity = rarity;
    lede_status status = ld_arena_new(env, BUILD_BYTES, &(*index)->arena, err);
    if (status != LEDE_OK)
        ld_query_index_free(*index);
    return status;
}

void ld_query_index_free(ld_query_index *x)
{
    if (!x)
        return;
    ld_arena_free(x->arena);
    ld_release(x->env, x->keys, x->key_capacity * sizeof *x->keys);
    ld_release(x->env, x->filings, x->filing_capacity * sizeof *x->filings);
    ld_release(x->env, x->queries, x->query_capacity * sizeof *x->queries);
    ld_release(x->env, x->needs, x->need_capacity * sizeof *x->needs);
    ld_release(x->env, x->need_keys, x->need_key_capacity * sizeof *x->need_keys);
    ld_release(x->env, x->slots, x->slot_count * sizeof *x->slots);
    ld_release(x->env, x->always, x->always_capacity * sizeof *x->always);
    ld_release(x->env, x->found, x->found_capacity * sizeof *x->found);
    ld_release(x->env, x, sizeof *x);
}

/* ---- keys ---- */

static uint64_t key_hash(ld_span bytes, uint32_t kind)
{
    return ld_hash64(bytes.data, bytes.bytes, kind);
}

static uint64_t pair_hash(uint64_t first, uint64_t second)
{
    return (first << 23 | first >> 41) * 0x9e3779b97f4a7c15ull ^ second;
}

static size_t slot_of(const ld_query_index *x, uint64_t hash)
{
    size_t mask = x->slot_count - 1, at = (size_t)hash & mask;
    while (x->slots[at] && x->keys[x->slots[at] - 1].hash != hash)
        at = (at + 1) & mask;
    return at;
}

static lede_status slots_grow(ld_query_index *x, lede_error *err)
{
    if (x->key_count + 1 <= x->slot_count / 2)
        return LEDE_OK;
    size_t count = x->slot_count ? x->slot_count * 2 : 1024, old = x->slot_count;
    uint32_t *slots = ld_alloc_zero(x->env, count * sizeof *slots);
    if (!slots)
        return ld_error_nomem(err, count * sizeof *slots);
    ld_release(x->env, x->slots, old * sizeof *slots);
    x->slots = slots;
    x->slot_count = count;
    for (uint32_t i = 0; i < x->key_count; i++)
        slots[slot_of(x, x->keys[i].hash)] = i + 1;
    return LEDE_OK;
}

static lede_status key_intern(ld_query_index *x, uint64_t hash, uint32_t *ordinal, lede_error *err)
{
    LD_TRY(slots_grow(x, err));
    size_t slot = slot_of(x, hash);
    if (!x->slots[slot]) {
        LD_TRY(ld_grow(x->env, (void **)&x->keys, &x->key_capacity, x->key_count + 1,
                       sizeof *x->keys, KEYS_MAX, err));
        x->keys[x->key_count++] = (key){.hash = hash};
        x->slots[slot] = (uint32_t)x->key_count;
    }
    *ordinal = x->slots[slot] - 1;
    return LEDE_OK;
}

/* ---- the needs of a query ---- */

static lede_status df_of(const ld_query_index *x, ld_span term, uint64_t *df, lede_error *err)
{
    for (uint32_t s = 0; x->rarity && s < ld_snapshot_segment_count(x->rarity); s++) {
        ld_term found;
        lede_status status =
            ld_terms_find(ld_snapshot_segment(x->rarity, s)->terms, term, &found, err);
        if (status == LEDE_OK)
            *df += found.df;
        else if (status != LEDE_E_NOTFOUND)
            return status;
    }
    return LEDE_OK;
}

static lede_status draft_add(drafter *d, draft *n, uint64_t hash)
{
    if (!LD_ARENA_PUSH(d->x->arena, n->hashes, n->count, n->capacity, hash))
        return ld_arena_status(d->x->arena, d->err);
    return LEDE_OK;
}

static lede_status draft_new(drafter *d, draft **list, draft **n)
{
    *n = ld_arena_array(d->x->arena, 1, sizeof **n);
    if (!*n)
        return ld_arena_status(d->x->arena, d->err);
    (*n)->next = *list;
    *list = *n;
    return LEDE_OK;
}

static bool is_wildcard(char c)
{
    return c == LD_PATTERN_RUN || c == LD_PATTERN_ONE;
}

/* The letters before the first wildcard, or where those are too few, behind the last. */
static ld_span literal_part(ld_span pattern, uint32_t *kind)
{
    size_t n = 0, end = pattern.bytes;
    while (n < pattern.bytes && n < PREFIX_MAX && !is_wildcard(pattern.data[n]))
        n++;
    *kind = KEY_PREFIX;
    if (n >= PREFIX_MIN)
        return ld_span_sub(pattern, 0, n);
    while (end > 0 && pattern.bytes - end < PREFIX_MAX && !is_wildcard(pattern.data[end - 1]))
        end--;
    *kind = KEY_SUFFIX;
    return ld_span_sub(pattern, end, pattern.bytes);
}

static uint64_t archive_docs(const drafter *d)
{
    return d->x->rarity ? ld_snapshot_statistics(d->x->rarity)->docs_count : 0;
}

static lede_status element_need(drafter *d, const ld_element *e, draft **list)
{
    draft *n;
    ld_span part = {"", 0};
    uint32_t kind = KEY_PREFIX;
    if (e->kind == LD_ELEMENT_PATTERN)
        part = literal_part(e->text, &kind);
    if (e->kind != LD_ELEMENT_STEM && e->kind != LD_ELEMENT_FORM && part.bytes < PREFIX_MIN)
        return LEDE_OK;
    LD_TRY(draft_new(d, list, &n));
    for (uint32_t i = 0; e->kind == LD_ELEMENT_STEM && i < e->term_count; i++) {
        LD_TRY(draft_add(d, n, key_hash(e->terms[i], KEY_TERM)));
        LD_TRY(df_of(d->x, e->terms[i], &n->df, d->err));
    }
    if (e->kind == LD_ELEMENT_FORM) {
        LD_TRY(df_of(d->x, e->text, &n->df, d->err));
        return draft_add(d, n, key_hash(e->text, KEY_FORM));
    }
    if (part.bytes) {
        *(kind == KEY_PREFIX ? &d->x->prefix_lengths : &d->x->suffix_lengths) |= UINT64_C(1)
                                                                                 << part.bytes;
        n->df = archive_docs(d) / (4 * part.bytes); /* a guess: some words are behind it */
        return draft_add(d, n, key_hash(part, kind));
    }
    return LEDE_OK;
}

/* Two words of a phrase stand side by side. */
static lede_status pair_need(drafter *d, const ld_element *e, draft **list)
{
    const ld_element *f = e + 1;
    draft *n;
    if (e->kind != LD_ELEMENT_STEM || f->kind != LD_ELEMENT_STEM || f->offset != e->offset + 1 ||
        (uint64_t)e->term_count * f->term_count > PAIRS_MAX)
        return LEDE_OK;
    LD_TRY(draft_new(d, list, &n));
    for (uint32_t i = 0; i < e->term_count; i++)
        for (uint32_t k = 0; k < f->term_count; k++)
            LD_TRY(draft_add(
                d, n, pair_hash(key_hash(e->terms[i], KEY_TERM), key_hash(f->terms[k], KEY_TERM))));
    d->x->has_pairs = true; /* df 0: rarer than each of its words */
    return LEDE_OK;
}

static lede_status leaf_needs(drafter *d, ld_analyzer *analyzer, uint32_t node)
{
    const ld_element *elements;
    uint32_t count;
    LD_TRY(ld_leaf_elements(d->x->arena, analyzer, &d->q->nodes[node], &d->languages, &elements,
                            &count, d->err));
    for (uint32_t i = 0; i < count; i++)
        LD_TRY(element_need(d, &elements[i], &d->nodes[node]));
    bool tight = d->q->nodes[node].slop == 0 && !d->has_zones;
    for (uint32_t i = 0; tight && i + 1 < count; i++)
        LD_TRY(pair_need(d, &elements[i], &d->nodes[node]));
    d->words += count;
    return LEDE_OK;
}

static draft *rarest(draft *list)
{
    draft *best = list;
    for (draft *n = list; n; n = n->next)
        if (n->df < best->df || (n->df == best->df && n->count < best->count))
            best = n;
    return best;
}

/* One of the children must be there: one need made of one of each. */
static lede_status any_needs(drafter *d, uint32_t node)
{
    const ld_query *q = d->q;
    draft *joined = NULL, *list = NULL;
    for (uint32_t c = q->nodes[node].first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        draft *own = rarest(d->nodes[c]);
        if (!own)
            return LEDE_OK;
        if (!joined)
            LD_TRY(draft_new(d, &list, &joined));
        for (uint32_t i = 0; i < own->count; i++)
            LD_TRY(draft_add(d, joined, own->hashes[i]));
        joined->df += own->df;
    }
    d->nodes[node] = list;
    return LEDE_OK;
}

/* All of the children that are no exclusion and no option must be there. */
static void all_needs(drafter *d, uint32_t node)
{
    const ld_query *q = d->q;
    for (uint32_t c = q->nodes[node].first_child; c != LD_AST_NONE; c = q->nodes[c].next) {
        if (q->nodes[c].kind == LD_AST_OPTIONAL) /* and exclusions have no needs */
            continue;
        for (draft *n = d->nodes[c], *next; n; n = next) {
            next = n->next;
            n->next = d->nodes[node];
            d->nodes[node] = n;
        }
        if (q->nodes[node].kind == LD_AST_NEAR && q->nodes[node].order == LD_AST_NEAR_WITHOUT)
            return; /* the first side only */
    }
}

static lede_status query_needs(drafter *d, ld_analyzer *analyzer, draft **needs)
{
    const ld_query *q = d->q;
    *needs = NULL;
    d->nodes = ld_arena_array(d->x->arena, (size_t)q->node_count + 1, sizeof *d->nodes);
    if (!d->nodes)
        return ld_arena_status(d->x->arena, d->err);
    for (uint32_t i = 0; i < q->node_count; i++)
        d->has_zones = d->has_zones || q->nodes[i].kind == LD_AST_ZONE;
    for (uint32_t i = 0; i < q->node_count; i++) {
        uint8_t kind = q->nodes[i].kind;
        if (kind == LD_AST_WORD || kind == LD_AST_PHRASE)
            LD_TRY(leaf_needs(d, analyzer, i));
        else if (kind == LD_AST_OR)
            LD_TRY(any_needs(d, i));
        else if (kind != LD_AST_NOT && kind != LD_AST_ALL && kind != LD_AST_FILTER)
            all_needs(d, i);
    }
    /* of more words than a search takes some are left out, and those may not be needed */
    if (q->root != LD_AST_NONE && d->words <= LD_QUERY_TERMS_MAX)
        *needs = d->nodes[q->root];
    return LEDE_OK;
}

/* ---- filing ---- */

static lede_status need_keep(ld_query_index *x, const draft *n, saved *s, lede_error *err)
{
    need kept = {.first = (uint32_t)x->need_key_count, .count = n->count};
    for (uint32_t i = 0; i < n->count; i++) {
        uint32_t ordinal;
        LD_TRY(key_intern(x, n->hashes[i], &ordinal, err));
        LD_TRY(ld_grow(x->env, (void **)&x->need_keys, &x->need_key_capacity, x->need_key_count + 1,
                       sizeof *x->need_keys, KEYS_MAX, err));
        x->need_keys[x->need_key_count++] = ordinal;
    }
    LD_TRY(ld_grow(x->env, (void **)&x->needs, &x->need_capacity, x->need_count + 1,
                   sizeof *x->needs, KEYS_MAX, err));
    x->needs[x->need_count++] = kept;
    s->need_count++;
    return LEDE_OK;
}

static lede_status file_under(ld_query_index *x, uint32_t ordinal, uint32_t query, lede_error *err)
{
    LD_TRY(ld_grow(x->env, (void **)&x->filings, &x->filing_capacity, x->filing_count + 1,
                   sizeof *x->filings, KEYS_MAX, err));
    x->filings[x->filing_count++] = (filing){query, x->keys[ordinal].filed};
    x->keys[ordinal].filed = (uint32_t)x->filing_count;
    return LEDE_OK;
}

static lede_status query_file(ld_query_index *x, draft *needs, lede_error *err)
{
    saved s = {.needs_first = (uint32_t)x->need_count};
    uint32_t query = (uint32_t)x->query_count;
    draft *first = rarest(needs);
    LD_TRY(ld_grow(x->env, (void **)&x->queries, &x->query_capacity, x->query_count + 1,
                   sizeof *x->queries, KEYS_MAX, err));
    if (!first) {
        LD_TRY(ld_grow(x->env, (void **)&x->always, &x->always_capacity, x->always_count + 1,
                       sizeof *x->always, KEYS_MAX, err));
        x->always[x->always_count++] = query;
    } else {
        LD_TRY(need_keep(x, first, &s, err));
        const need *own = &x->needs[s.needs_first];
        for (uint32_t i = 0; i < own->count; i++)
            LD_TRY(file_under(x, x->need_keys[own->first + i], query, err));
    }
    for (draft *n = needs; n && s.need_count < QUERY_NEEDS_MAX; n = n->next)
        if (n != first)
            LD_TRY(need_keep(x, n, &s, err));
    x->queries[x->query_count++] = s;
    return LEDE_OK;
}

lede_status ld_query_index_add(ld_query_index *x, ld_analyzer *analyzer, const ld_query *q,
                               lede_error *err)
{
    drafter d = {.x = x, .q = q, .err = err};
    draft *needs;
    ld_arena_reset(x->arena);
    if (q->profile && !q->profile->stem)
        ld_languages_add(&d.languages, LD_SPAN(""));
    else
        ld_plan_languages_guess(q, &d.languages);
    LD_TRY(query_needs(&d, analyzer, &needs));
    return query_file(x, needs, err);
}

/* ---- documents ---- */

static lede_status candidate_add(ld_query_index *x, uint32_t query, lede_error *err)
{
    if (x->queries[query].stamp == x->stamp)
        return LEDE_OK;
    x->queries[query].stamp = x->stamp;
    LD_TRY(ld_grow(x->env, (void **)&x->found, &x->found_capacity, x->found_count + 1,
                   sizeof *x->found, KEYS_MAX, err));
    x->found[x->found_count++] = query;
    return LEDE_OK;
}

static lede_status key_meet(ld_query_index *x, uint64_t hash, lede_error *err)
{
    uint32_t ordinal = x->slots[slot_of(x, hash)];
    if (!ordinal || x->keys[ordinal - 1].stamp == x->stamp)
        return LEDE_OK;
    key *k = &x->keys[ordinal - 1];
    k->stamp = x->stamp;
    for (uint32_t at = k->filed; at; at = x->filings[at - 1].next)
        LD_TRY(candidate_add(x, x->filings[at - 1].query, err));
    return LEDE_OK;
}

static lede_status token_meet(ld_query_index *x, const ld_token *t, lede_error *err)
{
    LD_TRY(key_meet(x, key_hash(t->term, KEY_TERM), err));
    LD_TRY(key_meet(x, key_hash(t->form, KEY_FORM), err));
    for (uint64_t lengths = x->prefix_lengths | x->suffix_lengths; lengths;
         lengths &= lengths - 1) {
        size_t n = (size_t)__builtin_ctzll(lengths);
        if (n > t->form.bytes)
            break;
        ld_span end = ld_span_sub(t->form, t->form.bytes - n, t->form.bytes);
        if (x->prefix_lengths >> n & 1)
            LD_TRY(key_meet(x, key_hash(ld_span_sub(t->form, 0, n), KEY_PREFIX), err));
        if (x->suffix_lengths >> n & 1)
            LD_TRY(key_meet(x, key_hash(end, KEY_SUFFIX), err));
    }
    return LEDE_OK;
}

/* The term behind each one: tokens may share a position. */
static lede_status pairs_meet(ld_query_index *x, const ld_token_list *tokens, lede_error *err)
{
    for (uint32_t i = 0; i < tokens->count; i++) {
        const ld_token *t = &tokens->tokens[i];
        uint64_t first = key_hash(t->term, KEY_TERM);
        for (uint32_t k = i + 1; k < tokens->count && tokens->tokens[k].position <= t->position + 1;
             k++)
            if (tokens->tokens[k].position == t->position + 1)
                LD_TRY(
                    key_meet(x, pair_hash(first, key_hash(tokens->tokens[k].term, KEY_TERM)), err));
    }
    return LEDE_OK;
}

static bool needs_met(const ld_query_index *x, const saved *s)
{
    for (uint32_t i = 0; i < s->need_count; i++) {
        const need *n = &x->needs[s->needs_first + i];
        bool met = false;
        for (uint32_t k = 0; k < n->count && !met; k++)
            met = x->keys[x->need_keys[n->first + k]].stamp == x->stamp;
        if (!met)
            return false;
    }
    return true;
}

static int compare_u32(void *ctx, const void *a, const void *b)
{
    uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
    return (i > k) - (i < k);
}

lede_status ld_query_index_match(ld_query_index *x, const ld_token_list *tokens,
                                 const uint32_t **queries, uint32_t *count, lede_error *err)
{
    x->found_count = 0;
    x->stamp++;
    for (uint32_t i = 0; x->slot_count && i < tokens->count; i++)
        if (!tokens->tokens[i].seen) /* an earlier one has both its keys */
            LD_TRY(token_meet(x, &tokens->tokens[i], err));
    if (x->has_pairs)
        LD_TRY(pairs_meet(x, tokens, err));
    for (size_t i = 0; i < x->always_count; i++)
        LD_TRY(candidate_add(x, x->always[i], err));
    uint32_t kept = 0;
    for (size_t i = 0; i < x->found_count; i++)
        if (needs_met(x, &x->queries[x->found[i]]))
            x->found[kept++] = x->found[i];
    ld_sort_items(x->found, kept, sizeof *x->found, compare_u32, NULL);
    *queries = x->found;
    *count = kept;
    return LEDE_OK;
}

void ld_query_index_statistics(const ld_query_index *x, ld_query_index_counts *counts)
{
    *counts = (ld_query_index_counts){(uint32_t)x->query_count, (uint32_t)x->always_count,
                                      (uint32_t)x->key_count};
}
