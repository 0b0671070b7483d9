/*
 * lede_suggest: how may what is being typed go on?
 *
 *   entries, sorted by folded text      "hollande"      word      2,311 articles
 *                                       "manuel valls"  name        412
 *                                       "valls"         name        412  (shown: Manuel Valls)
 *                                       "france asks us russia to join"  headline  2015-11-16
 *
 * Everything that begins with the typed text is one range, found by two binary searches; one pass
 * over it keeps the best of each kind. A name stands once for each of its words, so that a surname
 * finds it. Words are the spellings of the dictionary, written as they mostly are (Hollande, NATO).
 * Rejected: a trie with the best completions kept at each node; faster still, and several times the
 * memory, for a pass that costs less than a millisecond on 100,000 articles.
 */
#include "base/utf8.h"
#include "engine/document.h"
#include "engine/snapshot.h"
#include "engine/stored_format.h"
#include "query/sort.h"
#include "text/fold.h"

#define TEXT_BYTES_MAX 160u /* of a headline or name; the rest is not needed to complete it */
#define FORMS_MAX      64u  /* of one stem; they come commonest first */
#define WORD_DOCS_MIN  2u   /* a word of one article is as often a slip of its author */

enum { KIND_WORD, KIND_NAME, KIND_HEADLINE, KIND_COUNT };
static const char *const kind_names[KIND_COUNT] = {"word", "name", "headline"};

typedef struct entry {
    ld_span folded, shown;
    uint64_t count; /* articles */
    int64_t order;  /* higher is better: count; of headlines the time of publication */
    uint8_t kind;
} entry;

struct lede_suggester {
    const lede_env *env;
    ld_arena *arena;
    entry *entries; /* [entry_count] by folded text, then kind */
    uint32_t entry_count, entry_capacity;
};

struct lede_suggestions {
    const lede_env *env;
    ld_arena *arena;
    lede_suggestion *items;
    uint32_t count;
};

/* Words folded one by one, a space between them; signs around words are left out. */
static ld_span fold_text(ld_arena *arena, ld_span text)
{
    ld_buf out;
    ld_buf_init(&out, ld_arena_env(arena), 8 * TEXT_BYTES_MAX);
    for (size_t at = 0; at < text.bytes && out.bytes < TEXT_BYTES_MAX;) {
        size_t from = at;
        while (at < text.bytes && (uint8_t)text.data[at] > ' ')
            at++;
        ld_span word = ld_span_sub(text, from, at - from);
        at++;
        while (word.bytes && memchr("\"'([{", word.data[0], 5))
            word = ld_span_sub(word, 1, word.bytes);
        while (word.bytes && memchr("\"')]},.:;!?", word.data[word.bytes - 1], 11))
            word.bytes--;
        char folded[LD_TERM_BYTES_MAX];
        size_t n = ld_fold(word, folded);
        if (n && out.bytes)
            ld_buf_add_byte(&out, ' ');
        ld_buf_add_span(&out, ld_span_of(folded, n));
    }
    ld_span copy = ld_buf_status(&out, NULL) == LEDE_OK ? ld_arena_copy(arena, ld_buf_span(&out))
                                                        : (ld_span){NULL, 0};
    ld_buf_release(&out);
    return copy;
}

static lede_status entry_add(lede_suggester *s, const entry *e, lede_error *err)
{
    if (e->folded.bytes == 0 || s->entry_count >= LD_SUGGEST_ENTRIES_MAX)
        return LEDE_OK;
    if (!LD_ARENA_PUSH(s->arena, s->entries, s->entry_count, s->entry_capacity, *e))
        return ld_arena_status(s->arena, err);
    return LEDE_OK;
}

/* ---- gathering ---- */

/* As it is mostly written: folding took the capitals, the form's case class has kept them. */
static ld_span written(ld_arena *arena, const ld_form *f)
{
    ld_span s = ld_arena_copy(arena, f->spelling);
    char *text = (char *)s.data;
    for (size_t i = 0; text && i < s.bytes; i++) {
        bool raise = f->case_class == LD_CASE_UPPER || (f->case_class == LD_CASE_INITIAL && i == 0);
        if (raise && text[i] >= 'a' && text[i] <= 'z')
            text[i] = (char)(text[i] - 32);
    }
    return s;
}

static lede_status word_add(lede_suggester *s, const ld_form *f, uint64_t df, lede_error *err)
{
    entry e = {.kind = KIND_WORD, .count = df, .order = (int64_t)df};
    e.folded = ld_arena_copy(s->arena, f->spelling);
    e.shown = written(s->arena, f);
    if (!e.folded.data || !e.shown.data)
        return ld_arena_status(s->arena, err);
    return entry_add(s, &e, err);
}

/* One entry a spelling, written as its commonest form is. Its forms share articles, so their sum is
 * too much where it exceeds the word's own. */
static lede_status spellings_add(lede_suggester *s, const ld_term *term, const ld_form *forms,
                                 uint32_t count, lede_error *err)
{
    for (uint32_t k = 0; k < count; k++) {
        uint64_t df = 0;
        bool first = true;
        for (uint32_t i = 0; i < count; i++) {
            if (!ld_span_equal(forms[i].spelling, forms[k].spelling))
                continue;
            first = first && i >= k;
            df += forms[i].df;
        }
        if (first)
            LD_TRY(word_add(s, &forms[k], df < term->df ? df : term->df, err));
    }
    return LEDE_OK;
}

static lede_status words_gather(lede_suggester *s, const ld_segment_view *v, ld_arena *scratch,
                                lede_error *err)
{
    for (uint32_t i = 0; i < ld_terms_count(v->terms); i++) {
        ld_span bytes;
        ld_term term;
        const ld_form *forms;
        uint32_t count;
        ld_arena_reset(scratch);
        LD_TRY(ld_terms_at(v->terms, i, scratch, &bytes, &term, err));
        LD_TRY(ld_terms_forms(v->terms, &term, scratch, &forms, &count, err));
        LD_TRY(spellings_add(s, &term, forms, count > FORMS_MAX ? FORMS_MAX : count, err));
    }
    return LEDE_OK;
}

static lede_status name_add(lede_suggester *s, ld_span name, lede_error *err)
{
    entry e = {.kind = KIND_NAME, .count = 1, .order = 1};
    if (name.bytes == 0 || name.bytes > TEXT_BYTES_MAX)
        return LEDE_OK;
    e.shown = ld_arena_copy(s->arena, name);
    ld_span folded = fold_text(s->arena, name);
    if (!e.shown.data || !folded.data)
        return ld_arena_status(s->arena, err);
    for (size_t at = 0; at < folded.bytes;) {
        size_t space = ld_span_find_byte(ld_span_sub(folded, at, folded.bytes), ' ');
        e.folded = ld_span_sub(folded, at, folded.bytes);
        LD_TRY(entry_add(s, &e, err));
        at = space == SIZE_MAX ? folded.bytes : at + space + 1;
    }
    return LEDE_OK;
}

static lede_status article_gather(lede_suggester *s, const ld_article *a, lede_error *err)
{
    ld_span headline = ld_span_sub(a->headline, 0, TEXT_BYTES_MAX);
    headline.bytes = ld_utf8_valid_bytes(headline);
    entry e = {.kind = KIND_HEADLINE, .count = 1};
    e.order = a->published.precision ? a->published.utc_ms : INT64_MIN;
    e.shown = ld_arena_copy(s->arena, headline);
    e.folded = fold_text(s->arena, headline);
    if (!e.shown.data || !e.folded.data)
        return ld_arena_status(s->arena, err);
    LD_TRY(entry_add(s, &e, err));
    LD_TRY(name_add(s, a->source, err));
    for (uint32_t i = 0; i < a->author_count; i++)
        LD_TRY(name_add(s, a->authors[i], err));
    for (uint32_t i = 0; i < a->tag_count; i++)
        LD_TRY(name_add(s, a->tags[i], err));
    return LEDE_OK;
}

static lede_status articles_gather(lede_suggester *s, const ld_segment_view *v, ld_arena *scratch,
                                   lede_error *err)
{
    for (uint32_t doc = 0; doc < v->docs; doc++) {
        ld_span stored;
        ld_article article = {0};
        if (ld_view_has_bit(v->deleted, doc) || ld_view_has_bit(v->superseded, doc))
            continue;
        ld_arena_reset(scratch);
        LD_TRY(ld_doc_stored(v, doc, scratch, &stored, err));
        LD_TRY(ld_stored_read(scratch, stored, &article, err));
        LD_TRY(article_gather(s, &article, err));
    }
    return LEDE_OK;
}

static int entry_compare(void *ctx, const void *a, const void *b)
{
    const entry *x = a, *y = b;
    int c = ld_span_compare(x->folded, y->folded);
    if (c == 0 && x->kind != y->kind)
        c = x->kind < y->kind ? -1 : 1;
    /* Names are told apart by what is shown; of a word the commonest way to write it comes first.
     */
    if (c == 0 && x->kind != KIND_WORD)
        c = ld_span_compare(x->shown, y->shown);
    if (c == 0 && x->order != y->order)
        c = x->order > y->order ? -1 : 1;
    return c;
}

/* Equal entries become one; rare words go. */
static void entries_fold(lede_suggester *s)
{
    uint32_t kept = 0;
    ld_sort_items(s->entries, s->entry_count, sizeof *s->entries, entry_compare, NULL);
    for (uint32_t i = 0; i < s->entry_count;) {
        entry e = s->entries[i++];
        for (; i < s->entry_count; i++) {
            const entry *next = &s->entries[i];
            if (next->kind != e.kind || !ld_span_equal(next->folded, e.folded) ||
                (e.kind != KIND_WORD && !ld_span_equal(next->shown, e.shown)))
                break;
            e.count += next->count;
            if (e.kind != KIND_HEADLINE)
                e.order += next->order;
        }
        if (e.kind != KIND_WORD || e.count >= WORD_DOCS_MIN)
            s->entries[kept++] = e;
    }
    s->entry_count = kept;
}

static lede_status gather(lede_suggester *s, const lede_snapshot *snapshot, ld_arena *scratch,
                          lede_error *err)
{
    bool stored = ld_snapshot_profile(snapshot->inner)->store;
    for (uint32_t g = 0; g < ld_snapshot_segment_count(snapshot->inner); g++) {
        const ld_segment_view *v = ld_snapshot_segment(snapshot->inner, g);
        LD_TRY(words_gather(s, v, scratch, err));
        if (stored)
            LD_TRY(articles_gather(s, v, scratch, err));
    }
    entries_fold(s);
    return LEDE_OK;
}

lede_status lede_suggester_new(lede_snapshot *snapshot, lede_suggester **suggester, lede_error *err)
{
    *suggester = NULL;
    ld_arena *scratch = NULL;
    lede_suggester *s = ld_alloc_zero(snapshot->env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = snapshot->env;
    lede_status status = ld_arena_new(s->env, LD_SUGGEST_BYTES_MAX, &s->arena, err);
    if (status == LEDE_OK)
        status = ld_arena_new(s->env, 8u * (size_t)LD_STORED_DOC_BYTES_MAX, &scratch, err);
    if (status == LEDE_OK)
        status = gather(s, snapshot, scratch, err);
    ld_arena_free(scratch);
    status = ld_snapshot_vouch(snapshot, status, err);
    if (status != LEDE_OK) {
        lede_suggester_free(s);
        return status;
    }
    *suggester = s;
    return LEDE_OK;
}

void lede_suggester_free(lede_suggester *s)
{
    if (!s)
        return;
    ld_arena_free(s->arena);
    ld_release(s->env, s, sizeof *s);
}

/* ---- asking ---- */

typedef struct best {
    const entry *items[LD_SUGGEST_PLACES_MAX]; /* [count] the best first */
    uint32_t count;
} best;

static void best_add(best *b, const entry *e, uint32_t places)
{
    uint32_t at = b->count;
    while (at > 0 && b->items[at - 1]->order < e->order)
        at--;
    if (at >= places)
        return;
    for (uint32_t i = 0; i < b->count; i++)
        if (ld_span_equal(b->items[i]->shown, e->shown))
            return;
    if (b->count < places)
        b->count++;
    for (uint32_t i = b->count - 1; i > at; i--)
        b->items[i] = b->items[i - 1];
    b->items[at] = e;
}

/* The best entries of some kinds that begin with the prefix. */
static void collect(const lede_suggester *s, ld_span prefix, uint32_t kinds, uint32_t places,
                    best found[KIND_COUNT])
{
    uint32_t low = 0, high = s->entry_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (ld_span_compare(s->entries[middle].folded, prefix) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < s->entry_count && ld_span_starts_with(s->entries[low].folded, prefix); low++)
        if (kinds >> s->entries[low].kind & 1)
            best_add(&found[s->entries[low].kind], &s->entries[low], places);
}

static lede_status item_add(lede_suggestions *out, ld_span before, const entry *e, lede_error *err)
{
    char *text = ld_arena_format(out->arena, "%.*s%.*s", (int)before.bytes, before.data,
                                 (int)e->shown.bytes, e->shown.data);
    if (!text)
        return ld_arena_status(out->arena, err);
    out->items[out->count++] =
        (lede_suggestion){{text, strlen(text)}, kind_names[e->kind], e->count};
    return LEDE_OK;
}

static lede_status answer(const lede_suggester *s, ld_span typed, uint32_t places,
                          lede_suggestions *out, lede_error *err)
{
    best *found = ld_arena_array(out->arena, KIND_COUNT, sizeof *found);
    out->items = ld_arena_array(out->arena, (size_t)places + 1, sizeof *out->items);
    ld_span whole = fold_text(out->arena, typed);
    if (!found || !out->items || !whole.data)
        return ld_arena_status(out->arena, err);
    size_t last = typed.bytes;
    while (last > 0 && (uint8_t)typed.data[last - 1] > ' ')
        last--;
    ld_span word = fold_text(out->arena, ld_span_sub(typed, last, typed.bytes));
    if (!word.data)
        return ld_arena_status(out->arena, err);
    if (whole.bytes)
        collect(s, whole, 1u << KIND_NAME | 1u << KIND_HEADLINE, places, found);
    if (word.bytes)
        collect(s, word, 1u << KIND_WORD, places, found);
    uint32_t given[KIND_COUNT] = {0}, left = places;
    for (uint32_t round = 0; round < places && left; round++)
        for (uint32_t k = 0; k < KIND_COUNT && left; k++)
            if (given[k] < found[k].count) {
                given[k]++;
                left--;
            }
    for (uint32_t k = 0; k < KIND_COUNT; k++)
        for (uint32_t i = 0; i < given[k]; i++)
            LD_TRY(item_add(out, k == KIND_WORD ? ld_span_sub(typed, 0, last) : LD_SPAN(""),
                            found[k].items[i], err));
    return LEDE_OK;
}

lede_status lede_suggest(const lede_suggester *suggester, const char *typed, size_t typed_bytes,
                         uint32_t count_max, lede_suggestions **suggestions, lede_error *err)
{
    *suggestions = NULL;
    lede_suggestions *out = ld_alloc_zero(suggester->env, sizeof *out);
    if (!out)
        return ld_error_nomem(err, sizeof *out);
    out->env = suggester->env;
    lede_status status = ld_arena_new(out->env, LD_QUERY_ARENA_BYTES_MAX, &out->arena, err);
    ld_span text = {NULL, 0};
    if (status == LEDE_OK) {
        text = ld_utf8_scrub(
            out->arena,
            ld_span_of(typed, typed_bytes > TEXT_BYTES_MAX ? TEXT_BYTES_MAX : typed_bytes));
        status = ld_arena_status(out->arena, err);
    }
    if (status == LEDE_OK)
        status =
            answer(suggester, text,
                   count_max > LD_SUGGEST_PLACES_MAX ? LD_SUGGEST_PLACES_MAX : count_max, out, err);
    if (status != LEDE_OK) {
        lede_suggestions_free(out);
        return status;
    }
    *suggestions = out;
    return LEDE_OK;
}

const lede_suggestion *lede_suggestions_items(const lede_suggestions *s, uint32_t *count)
{
    *count = s->count;
    return s->items;
}

void lede_suggestions_free(lede_suggestions *s)
{
    if (!s)
        return;
    ld_arena_free(s->arena);
    ld_release(s->env, s, sizeof *s);
}
