#include "tests/model/naive.h"

#include <math.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>

#include "news/notes.h"
#include "query/leaf.h"
#include "query/question.h"

typedef struct place {
    uint32_t first, last;
} place;

typedef struct places {
    place *items;
    uint32_t count, capacity;
} places;

typedef struct naive {
    ld_arena *arena;
    const naive_archive *a;
    const ld_query *q;
    ld_languages languages;
    const ld_element **elements; /* by node */
    uint32_t *element_counts;
    double *idf; /* by node, leaves: summed over their words */
    bool *empty; /* by node */
    ld_ranking ranking;
    double average_length;
    bool relaxed;
    const ld_document *d; /* at hand */
} naive;

/* What is said above a node. */
typedef struct context {
    uint16_t zones;
    uint8_t cases;
} context;

static void add(naive *n, places *list, place p)
{
    for (uint32_t i = 0; i < list->count; i++)
        if (list->items[i].first == p.first && list->items[i].last == p.last)
            return;
    if (!LD_ARENA_PUSH(n->arena, list->items, list->count, list->capacity, p))
        abort();
}

/* ---- words ---- */

static bool glob(const char *p, size_t pn, const char *s, size_t sn)
{
    if (pn == 0)
        return sn == 0;
    if (*p == LD_PATTERN_RUN)
        return glob(p + 1, pn - 1, s, sn) || (sn && glob(p, pn, s + 1, sn - 1));
    if (sn == 0)
        return false;
    if (*p == LD_PATTERN_ONE) {
        size_t k = 1;
        while (k < sn && ((uint8_t)s[k] & 0xC0) == 0x80)
            k++;
        return glob(p + 1, pn - 1, s + k, sn - k);
    }
    return *p == *s && glob(p + 1, pn - 1, s + 1, sn - 1);
}

/* The test's vocabulary keeps fuzzy words to ASCII. */
static uint32_t edits(ld_span a, ld_span b)
{
    static uint32_t d[130][130];
    for (uint32_t i = 0; i <= a.bytes; i++)
        for (uint32_t j = 0; j <= b.bytes; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            bool same = a.data[i - 1] == b.data[j - 1];
            uint32_t best = d[i - 1][j - 1] + !same;
            best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
            best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
            if (i > 1 && j > 1 && a.data[i - 1] == b.data[j - 2] && a.data[i - 2] == b.data[j - 1])
                best = d[i - 2][j - 2] + 1 < best ? d[i - 2][j - 2] + 1 : best;
            d[i][j] = best;
        }
    return d[a.bytes][b.bytes];
}

/* POSIX extended expressions agree with ours on what the test asks. */
static bool expression(ld_span regex, ld_span form)
{
    static char held[64];
    static regex_t compiled;
    char text[64], word[LD_TERM_BYTES_MAX + 1];
    snprintf(text, sizeof text, "^(%.*s)$", (int)regex.bytes, regex.data);
    if (strcmp(text, held) != 0) {
        if (*held)
            regfree(&compiled);
        if (regcomp(&compiled, text, REG_EXTENDED | REG_NOSUB))
            abort();
        strcpy(held, text);
    }
    snprintf(word, sizeof word, "%.*s", (int)form.bytes, form.data);
    return regexec(&compiled, word, 0, NULL, 0) == 0;
}

static bool asked_for(const ld_element *e, const ld_token *t, uint8_t cases)
{
    if (!(cases >> t->case_class & 1))
        return false;
    switch (e->kind) {
    case LD_ELEMENT_STEM:
        for (uint32_t i = 0; i < e->term_count; i++)
            if (ld_span_equal(e->terms[i], t->term))
                return true;
        return false;
    case LD_ELEMENT_FORM:
        return ld_span_equal(e->text, t->form);
    case LD_ELEMENT_PATTERN:
        return glob(e->text.data, e->text.bytes, t->form.data, t->form.bytes);
    case LD_ELEMENT_REGEX:
        return expression(e->text, t->form);
    default:
        return edits(e->text, t->form) <= e->edits;
    }
}

/* df of the word: the largest over its terms, or over (term, form, case) where forms decide. */
static double word_idf(naive *n, const ld_element *e, uint8_t cases)
{
    struct group {
        const ld_token *token;
        uint64_t df;
        uint32_t last_row;
    } groups[512];
    uint32_t count = 0;
    bool whole_terms =
        cases == LD_AST_CASES_ALL && (e->kind == LD_ELEMENT_STEM || !n->a->profile->stem);
    for (uint32_t r = 0; r < n->a->row_count; r++) {
        const ld_token_list *list = &n->a->rows[r].document->tokens;
        for (uint32_t i = 0; i < list->count; i++) {
            const ld_token *t = &list->tokens[i];
            uint32_t g = 0;
            if (!asked_for(e, t, cases))
                continue;
            while (g < count && !(ld_span_equal(groups[g].token->term, t->term) &&
                                  (whole_terms || (ld_span_equal(groups[g].token->form, t->form) &&
                                                   groups[g].token->case_class == t->case_class))))
                g++;
            if (g == 512)
                abort();
            if (g == count)
                groups[count++] = (struct group){t, 0, UINT32_MAX};
            groups[g].df += groups[g].last_row != r;
            groups[g].last_row = r;
        }
    }
    double df = 0, rows = n->a->row_count;
    for (uint32_t g = 0; g < count; g++)
        df = (double)groups[g].df > df ? (double)groups[g].df : df;
    return log(1 + (rows - df + 0.5) / (df + 0.5));
}

/* ---- places ---- */

static uint8_t zone_of(const naive *n, uint32_t position)
{
    for (uint32_t i = 0; i < n->d->tokens.count; i++)
        if (n->d->tokens.tokens[i].position == position)
            return n->d->tokens.tokens[i].zone;
    abort();
}

static bool is_hlead(const context *c)
{
    return c->zones == (1u << LD_ZONE_TITLE | 1u << LD_ZONE_LEAD);
}

/* Lead and body are one text; within hlead so are headline and lead. */
static bool same_text(const naive *n, const context *c, uint32_t a, uint32_t b)
{
    uint8_t x = zone_of(n, a), y = zone_of(n, b);
    if (x == LD_ZONE_BODY || (is_hlead(c) && x == LD_ZONE_TITLE))
        x = LD_ZONE_LEAD;
    if (y == LD_ZONE_BODY || (is_hlead(c) && y == LD_ZONE_TITLE))
        y = LD_ZONE_LEAD;
    return x == y;
}

/* Within hlead the headline's last word and the lead's first stand side by side. */
static int64_t line(const naive *n, const context *c, uint32_t position)
{
    return (int64_t)position - (is_hlead(c) && zone_of(n, position) == LD_ZONE_LEAD &&
                                n->d->tokens.zones[0].zone == LD_ZONE_TITLE);
}

static bool token_counts(const naive *n, const ld_element *e, const ld_token *t, const context *c)
{
    return c->zones >> t->zone & 1 && asked_for(e, t, c->cases);
}

/* The least last position of the words i.. that may follow `previous`; 0: none. */
static uint32_t follow(naive *n, uint32_t node, const context *c, uint32_t i, uint32_t first,
                       uint32_t previous)
{
    const ld_element *e = n->elements[node];
    uint32_t best = 0;
    if (i == n->element_counts[node])
        return previous;
    for (uint32_t k = 0; k < n->d->tokens.count; k++) {
        const ld_token *t = &n->d->tokens.tokens[k];
        int64_t step = line(n, c, t->position) - line(n, c, previous);
        int64_t all = line(n, c, t->position) - line(n, c, first);
        if (!token_counts(n, &e[i], t, c) || !same_text(n, c, first, t->position) ||
            step < (int64_t)e[i].offset - (int64_t)e[i - 1].offset ||
            all > (int64_t)e[i].offset + (int64_t)n->q->nodes[node].slop)
            continue;
        uint32_t last = follow(n, node, c, i + 1, first, t->position);
        if (last && (best == 0 || last < best))
            best = last;
    }
    return best;
}

static void leaf_places(naive *n, uint32_t node, const context *c, places *out)
{
    for (uint32_t k = 0; k < n->d->tokens.count; k++) {
        const ld_token *t = &n->d->tokens.tokens[k];
        if (!token_counts(n, &n->elements[node][0], t, c))
            continue;
        if (n->element_counts[node] == 1) {
            add(n, out, (place){t->position, t->position});
            continue;
        }
        uint32_t last = follow(n, node, c, 1, t->position, t->position);
        if (last)
            add(n, out, (place){t->position, last});
    }
}

static bool meet(const naive *n, const context *c, const ld_ast_node *near, place a, place b)
{
    bool before = a.last < b.first, after = b.last < a.first;
    if (!before && (!after || near->order == LD_AST_NEAR_ORDERED))
        return false;
    /* The ends that face each other: a place may itself reach from the headline into the lead. */
    uint32_t end = before ? a.last : b.last, start = before ? b.first : a.first;
    if (!same_text(n, c, end, start))
        return false;
    if (near->unit == LD_AST_UNIT_WORD)
        return line(n, c, start) - line(n, c, end) <= (int64_t)near->distance;
    uint8_t flag = near->unit == LD_AST_UNIT_SENTENCE    ? LD_TOKEN_SENTENCE
                   : near->unit == LD_AST_UNIT_PARAGRAPH ? LD_TOKEN_PARAGRAPH
                                                         : 0;
    for (uint32_t k = 0; k < n->d->tokens.count; k++) {
        const ld_token *t = &n->d->tokens.tokens[k];
        if (t->position > end && t->position <= start && t->flags & flag)
            return false;
    }
    return true;
}

static bool evaluate(naive *n, uint32_t node, context c, places *out);

/* left: the places of the left side that count; all: also those of the right that they met. */
static void near_places(naive *n, uint32_t node, const context *c, places *left, places *all)
{
    const ld_ast_node *near = &n->q->nodes[node];
    uint32_t l = near->first_child, r = n->q->nodes[l].next;
    places a = {0}, b = {0};
    bool without = near->order == LD_AST_NEAR_WITHOUT;
    if (n->empty[l] || n->empty[r]) {
        if (evaluate(n, n->empty[l] ? r : l, *c, &a))
            for (uint32_t i = 0; i < a.count; i++) {
                add(n, left, a.items[i]);
                add(n, all, a.items[i]);
            }
        return;
    }
    bool has_left = evaluate(n, l, *c, &a), has_right = evaluate(n, r, *c, &b);
    if (!has_left || (!has_right && !without))
        return;
    for (uint32_t i = 0; i < a.count; i++) {
        bool met = false;
        for (uint32_t j = 0; has_right && j < b.count; j++)
            if (meet(n, c, near, a.items[i], b.items[j])) {
                met = true;
                if (!without)
                    add(n, all, b.items[j]);
            }
        if (met != without) {
            add(n, left, a.items[i]);
            add(n, all, a.items[i]);
        }
    }
}

/* ---- filters ---- */

static bool lower_equal(ld_span a, ld_span b)
{
    if (a.bytes != b.bytes)
        return false;
    for (size_t i = 0; i < a.bytes; i++) {
        int x = a.data[i], y = b.data[i];
        if ((x >= 'A' && x <= 'Z' ? x + 32 : x) != (y >= 'A' && y <= 'Z' ? y + 32 : y))
            return false;
    }
    return true;
}

static bool keyword_passes(const ld_ast_node *f, ld_span v)
{
    if (f->prefix)
        return v.bytes >= f->text.bytes && lower_equal(ld_span_sub(v, 0, f->text.bytes), f->text);
    if (lower_equal(v, f->text))
        return true;
    if (f->filter != LD_AST_FILTER_SITE || v.bytes <= f->text.bytes)
        return false;
    size_t from = v.bytes - f->text.bytes;
    return v.data[from - 1] == '.' && lower_equal(ld_span_sub(v, from, f->text.bytes), f->text);
}

static bool filter_passes(const naive *n, const ld_ast_node *f)
{
    if (f->filter == LD_AST_FILTER_URL)
        return f->prefix ? ld_span_starts_with(n->d->key, f->text)
                         : ld_span_equal(n->d->key, f->text);
    for (uint32_t i = 0; i < n->d->column_count; i++) {
        const ld_column_value *v = &n->d->columns[i];
        if (v->column != f->column)
            continue;
        if (f->filter == LD_AST_FILTER_NUMBER ? v->number >= f->low && v->number <= f->high
                                              : keyword_passes(f, v->keyword))
            return true;
    }
    return false;
}

/* ---- notes ---- */

static bool speaks_of(const naive *n, const ld_ast_node *x)
{
    for (uint32_t i = 0; i < n->d->note_count; i++) {
        int32_t first, last;
        if (ld_note_event_days(n->d->notes[i].key, &first, &last) &&
            first * 86400000ll <= x->high && last * 86400000ll + 86399999 >= x->low)
            return true;
    }
    return false;
}

/* Whether this word of a name stands over the place. */
static bool says(const naive *n, ld_span word, const ld_note_place *want)
{
    for (uint32_t i = 0; i < n->d->note_count; i++) {
        ld_span key = n->d->notes[i].key;
        ld_note_places noted = ld_note_places_of(n->d->notes[i].value);
        ld_note_place p;
        if (key.data[0] != LD_NOTE_QUOTE ||
            !ld_span_equal_nocase(ld_span_sub(key, 1, SIZE_MAX), word))
            continue;
        while (ld_note_places_next(&noted, &p))
            if (p.first == want->first && p.last == want->last)
                return true;
    }
    return false;
}

static bool name_says(const naive *n, ld_span name, const ld_note_place *want)
{
    bool any = false;
    while (name.bytes > 0) {
        ld_span word = ld_span_sub(name, 0, ld_span_find_byte(name, ' '));
        if (!says(n, word, want))
            return false;
        any = true;
        name = ld_span_sub(name, word.bytes + 1, SIZE_MAX);
    }
    return any;
}

/* The places of what was said, or those of `words` within them. */
static void said_places(naive *n, const ld_ast_node *x, const places *words, places *out)
{
    for (uint32_t i = 0; i < n->d->note_count; i++) {
        ld_note_places all = ld_note_places_of(n->d->notes[i].value);
        ld_note_place p;
        if (n->d->notes[i].key.data[0] != LD_NOTE_QUOTE)
            continue;
        while (ld_note_places_next(&all, &p)) {
            if (!name_says(n, x->text, &p))
                continue;
            if (!words)
                add(n, out, (place){p.first, p.last});
            for (uint32_t k = 0; words && k < words->count; k++)
                if (words->items[k].first >= p.first && words->items[k].last <= p.last)
                    add(n, out, words->items[k]);
        }
    }
}

/* ---- the tree ---- */

static bool scores(const naive *n, uint32_t node)
{
    const ld_ast_node *x = &n->q->nodes[node];
    if (n->empty[node] || x->kind == LD_AST_NOT || x->kind == LD_AST_FILTER ||
        x->kind == LD_AST_ALL)
        return false;
    if (x->kind == LD_AST_WORD || x->kind == LD_AST_PHRASE)
        return true;
    if (x->kind == LD_AST_NEAR && x->order == LD_AST_NEAR_WITHOUT)
        return scores(n, x->first_child);
    for (uint32_t c = x->first_child; c != LD_AST_NONE; c = n->q->nodes[c].next)
        if (scores(n, c))
            return true;
    return false;
}

static bool is_question(const naive *n)
{
    return n->a->profile->stem && ld_query_is_question(n->q);
}

static context below(const naive *n, uint32_t node, context c)
{
    const ld_ast_node *x = &n->q->nodes[node];
    if (x->kind == LD_AST_ZONE)
        c.zones &= x->zones;
    if (x->kind == LD_AST_CASE && n->a->profile->case_classes)
        c.cases &= x->cases;
    return c;
}

static bool and_matches(naive *n, uint32_t node, context c, places *out)
{
    bool relaxed = n->relaxed && node == n->q->root, any = false, clauses = false;
    bool required = false, optional = false, optional_any = false;
    for (uint32_t k = n->q->nodes[node].first_child; k != LD_AST_NONE; k = n->q->nodes[k].next) {
        places own = {0};
        uint8_t kind = n->q->nodes[k].kind;
        if (n->empty[k])
            continue;
        if (kind == LD_AST_NOT) {
            if (evaluate(n, n->q->nodes[k].first_child, c, &own))
                return false;
            continue;
        }
        bool matches = evaluate(n, k, c, &own);
        if (kind == LD_AST_OPTIONAL) {
            optional = true;
            optional_any = optional_any || matches;
        } else if (relaxed && scores(n, k)) {
            required = clauses = true;
            any = any || matches;
        } else {
            required = true;
            if (!matches)
                return false;
        }
        for (uint32_t i = 0; matches && i < own.count; i++)
            add(n, out, own.items[i]);
    }
    return (!clauses || any) && (required || !optional || optional_any);
}

static bool evaluate(naive *n, uint32_t node, context c, places *out)
{
    const ld_ast_node *x = &n->q->nodes[node];
    c = below(n, node, c);
    places own = {0};
    bool any = false;
    switch (x->kind) {
    case LD_AST_WORD:
    case LD_AST_PHRASE:
        leaf_places(n, node, &c, out);
        return out->count > 0;
    case LD_AST_ALL:
        return true;
    case LD_AST_FILTER:
        return x->filter == LD_AST_FILTER_EVENT ? speaks_of(n, x) : filter_passes(n, x);
    case LD_AST_SAID:
        if (!n->a->profile->sidecars)
            return evaluate(n, x->first_child, c, out);
        if (x->first_child != LD_AST_NONE && !evaluate(n, x->first_child, c, &own))
            return false;
        said_places(n, x, x->first_child == LD_AST_NONE ? NULL : &own, out);
        return out->count > 0;
    case LD_AST_AND:
        return and_matches(n, node, c, out);
    case LD_AST_OR:
        for (uint32_t k = x->first_child; k != LD_AST_NONE; k = n->q->nodes[k].next) {
            places theirs = {0};
            if (n->empty[k] || !evaluate(n, k, c, &theirs))
                continue;
            any = true;
            for (uint32_t i = 0; i < theirs.count; i++)
                add(n, out, theirs.items[i]);
        }
        return any;
    case LD_AST_NOT:
        return !evaluate(n, x->first_child, c, &own);
    case LD_AST_NEAR:
        near_places(n, node, &c, &own, out);
        return own.count > 0;
    case LD_AST_ATLEAST:
        return evaluate(n, x->first_child, c, out) && out->count >= x->count;
    default:
        return evaluate(n, x->first_child, c, out);
    }
}

static double sum_idf(naive *n, uint32_t node)
{
    const ld_ast_node *x = &n->q->nodes[node];
    double sum = n->idf[node];
    if (x->kind == LD_AST_NOT)
        return 0;
    for (uint32_t k = x->first_child; k != LD_AST_NONE; k = n->q->nodes[k].next) {
        sum += sum_idf(n, k);
        if (x->kind == LD_AST_NEAR && x->order == LD_AST_NEAR_WITHOUT)
            break;
    }
    return sum;
}

/* Adds what the node contributes to a document that it matches, leaves from left to right. */
static void score(naive *n, uint32_t node, context c, double *sum)
{
    const ld_ast_node *x = &n->q->nodes[node];
    places own = {0}, all = {0};
    if (n->empty[node] || x->kind == LD_AST_NOT || !evaluate(n, node, c, &own))
        return;
    c = below(n, node, c);
    bool leaf = x->kind == LD_AST_WORD || x->kind == LD_AST_PHRASE;
    if (!leaf && x->kind != LD_AST_NEAR) {
        for (uint32_t k = x->first_child; k != LD_AST_NONE; k = n->q->nodes[k].next)
            score(n, k, c, sum);
        return;
    }
    if (!leaf) {
        own.count = 0;
        near_places(n, node, &c, &own, &all);
    }
    uint32_t class_tf[LD_CLASS_COUNT] = {0};
    for (uint32_t i = 0; i < own.count; i++)
        class_tf[n->a->profile->zone_classes[zone_of(n, own.items[i].first)]]++;
    /* Single precision, step by step, then whole points of 2^-20: the definition of query/score.h
     * written out once more. No query here is long enough for coarser points. */
    float t = 0;
    for (int k = 0; k < LD_CLASS_COUNT; k++)
        t += (float)n->ranking.weights[k] * (float)class_tf[k];
    if (t == 0)
        return;
    float length = (float)ld_length_decode(ld_length_encode(n->d->tokens.count));
    float b = (float)n->ranking.b, norm = b * length / (float)n->average_length;
    float share = t / (t + (float)n->ranking.k1 * ((1 - b) + norm));
    float points = (float)(sum_idf(n, node) * 1048576) * share;
    *sum += fmax(1, nearbyint(points)) / 1048576;
}

/* ---- preparation ---- */

static ld_span language_of(const ld_document *d)
{
    for (uint32_t i = 0; i < d->column_count; i++)
        if (d->columns[i].column == LD_COLUMN_LANGUAGE)
            return d->columns[i].keyword;
    return LD_SPAN("");
}

static void find_languages(naive *n)
{
    const ld_query *q = n->q;
    if (!n->a->profile->stem) {
        ld_languages_add(&n->languages, LD_SPAN(""));
        return;
    }
    for (uint32_t i = 0; i < q->node_count; i++) {
        const ld_ast_node *x = &q->nodes[i];
        if (x->kind == LD_AST_FILTER && x->column == LD_COLUMN_LANGUAGE && !x->prefix &&
            (i == q->root || (x->parent == q->root && q->nodes[q->root].kind == LD_AST_AND)))
            ld_languages_add(&n->languages, x->text);
    }
    static const char *const all[] = {"", "en", "fr", "de"};
    bool named = n->languages.count > 0;
    for (int k = 0; k < 4 && !named; k++) {
        uint32_t rows = 0;
        for (uint32_t r = 0; r < n->a->row_count; r++)
            rows += ld_span_equal(language_of(n->a->rows[r].document), ld_span_from_string(all[k]));
        if (rows && rows * 100 >= n->a->row_count)
            ld_languages_add(&n->languages, ld_span_from_string(all[k]));
    }
    if (n->languages.count == 0)
        ld_languages_add(&n->languages, LD_SPAN(""));
}

static context context_of(const naive *n, uint32_t node)
{
    context c = {LD_AST_ZONES_ALL, LD_AST_CASES_ALL};
    for (; node != LD_AST_NONE; node = n->q->nodes[node].parent)
        c = below(n, node, c);
    return c;
}

static void prepare(naive *n)
{
    const ld_query *q = n->q;
    lede_error err;
    n->elements = ld_arena_array(n->arena, q->node_count + 1, sizeof *n->elements);
    n->element_counts = ld_arena_array(n->arena, q->node_count + 1, sizeof *n->element_counts);
    n->idf = ld_arena_array(n->arena, q->node_count + 1, sizeof *n->idf);
    n->empty = ld_arena_array(n->arena, q->node_count + 1, sizeof *n->empty);
    for (uint32_t i = 0; i < q->node_count; i++) {
        const ld_ast_node *x = &q->nodes[i];
        if (x->kind == LD_AST_WORD || x->kind == LD_AST_PHRASE) {
            if (ld_leaf_elements(n->arena, n->a->analyzer, x, &n->languages, &n->elements[i],
                                 &n->element_counts[i], &err) != LEDE_OK)
                abort();
            n->empty[i] =
                n->element_counts[i] == 0 || (is_question(n) && ld_query_is_filler(n->q, i));
            for (uint32_t k = 0; k < n->element_counts[i]; k++)
                n->idf[i] += word_idf(n, &n->elements[i][k], context_of(n, i).cases);
            continue;
        }
        n->empty[i] = x->kind != LD_AST_ALL && x->kind != LD_AST_FILTER;
        if (x->kind == LD_AST_FILTER && x->filter == LD_AST_FILTER_EVENT)
            n->empty[i] = !n->a->profile->sidecars;
        if (x->kind == LD_AST_SAID && x->first_child == LD_AST_NONE)
            n->empty[i] = !n->a->profile->sidecars;
        for (uint32_t k = x->first_child; k != LD_AST_NONE; k = q->nodes[k].next) {
            n->empty[i] = n->empty[i] && n->empty[k];
            if (x->kind == LD_AST_NEAR && x->order == LD_AST_NEAR_WITHOUT && k == x->first_child &&
                n->empty[k]) {
                n->empty[i] = true;
                break;
            }
        }
    }
}

/* ---- order ---- */

typedef struct ordered {
    naive_hit hit;
    const naive_row *row;
    uint8_t sort;
} ordered;

static int compare_hits(const void *left, const void *right)
{
    const ordered *a = left, *b = right;
    const ld_document *x = a->row->document, *y = b->row->document;
    if (a->hit.score != b->hit.score)
        return a->hit.score > b->hit.score ? -1 : 1;
    if (a->hit.sort_key != b->hit.sort_key) {
        if (a->hit.sort_key == INT64_MIN || b->hit.sort_key == INT64_MIN)
            return a->hit.sort_key == INT64_MIN ? 1 : -1;
        return (a->hit.sort_key < b->hit.sort_key) == (a->sort == LD_SORT_OLDEST) ? -1 : 1;
    }
    uint64_t h = ld_key_hash(x->key), g = ld_key_hash(y->key);
    if (h != g)
        return h < g ? -1 : 1;
    int c = ld_span_compare(x->key, y->key);
    if (c)
        return c;
    if (x->version_order != y->version_order)
        return x->version_order > y->version_order ? -1 : 1;
    if (x->content_hash != y->content_hash)
        return x->content_hash < y->content_hash ? -1 : 1;
    if (a->row->segment != b->row->segment)
        return a->row->segment < b->row->segment ? -1 : 1;
    return (a->row->doc > b->row->doc) - (a->row->doc < b->row->doc);
}

static uint32_t run(naive *n, uint8_t sort, bool versions_all, ordered *hits)
{
    uint32_t count = 0;
    context c = {LD_AST_ZONES_ALL, LD_AST_CASES_ALL};
    for (uint32_t r = 0; r < n->a->row_count; r++) {
        const naive_row *row = &n->a->rows[r];
        places own = {0};
        n->d = row->document;
        if (row->deleted || (row->superseded && !versions_all))
            continue;
        if (n->q->root != LD_AST_NONE &&
            (n->empty[n->q->root] || !evaluate(n, n->q->root, c, &own)))
            continue;
        ordered *h = &hits[count++];
        *h = (ordered){.hit = {.row = r}, .row = row, .sort = sort};
        if (sort == LD_SORT_RELEVANCE && n->q->root != LD_AST_NONE)
            score(n, n->q->root, c, &h->hit.score);
        if (sort != LD_SORT_RELEVANCE)
            h->hit.sort_key = INT64_MIN;
        for (uint32_t i = 0; sort != LD_SORT_RELEVANCE && i < n->d->column_count; i++)
            if (n->d->columns[i].column == LD_COLUMN_PUBLISHED)
                h->hit.sort_key = n->d->columns[i].number;
    }
    return count;
}

void naive_search(ld_arena *arena, const naive_archive *archive, const ld_query *q, uint8_t sort,
                  bool versions_all, const ld_ranking *ranking, naive_answer *answer)
{
    naive *n = ld_arena_array(arena, 1, sizeof *n);
    ordered *hits = ld_arena_array(arena, archive->row_count + 1, sizeof *hits);
    uint64_t tokens = 0;
    n->arena = arena;
    n->a = archive;
    n->q = q;
    n->ranking = *ranking;
    for (uint32_t r = 0; r < archive->row_count; r++)
        tokens += archive->rows[r].document->tokens.count;
    n->average_length = tokens ? (double)tokens / archive->row_count : 1;
    find_languages(n);
    prepare(n);
    versions_all = versions_all || q->versions_all;
    uint32_t count = run(n, sort, versions_all, hits), clauses = 0;
    answer->relaxed = false;
    bool few = count < LD_QUESTION_HITS && is_question(n);
    if ((count == 0 || few) && q->dialect == LD_DIALECT_LEDE && q->root != LD_AST_NONE &&
        q->nodes[q->root].kind == LD_AST_AND) {
        for (uint32_t k = q->nodes[q->root].first_child; k != LD_AST_NONE; k = q->nodes[k].next)
            clauses += q->nodes[k].kind != LD_AST_OPTIONAL && scores(n, k);
        if (clauses >= 2) {
            n->relaxed = true;
            count = run(n, sort, versions_all, hits);
            answer->relaxed = count > 0;
        }
    }
    qsort(hits, count, sizeof *hits, compare_hits);
    answer->hits = ld_arena_array(arena, count + 1, sizeof *answer->hits);
    for (uint32_t i = 0; i < count; i++)
        answer->hits[i] = hits[i].hit;
    answer->hit_count = count;
}
