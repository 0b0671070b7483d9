/*
 * From the text of a leaf to its words. Without wildcards that is the analyser's answer. With them
 * the text is cut at the wildcards, each piece is analysed alone, and a word that touches a
 * wildcard grows together with it:
 *
 *   "wom?n in e-comm*"     women's piece "wom" ? "n in e-comm" *
 *   PATTERN wom?n · STEM in · STEM e · PATTERN comm*
 *
 * A "?" is a wildcard only before another character of a word: at the end of a question it is a
 * question mark. A wildcard with no letter at all keeps a position open between two words and is
 * nothing elsewhere.
 */
#include "query/leaf.h"

#include <stdio.h>

#include "base/utf8.h"
#include "text/words.h"

void ld_languages_add(ld_languages *l, ld_span code)
{
    if (code.bytes >= sizeof l->text[0] || l->count >= LD_QUERY_LANGUAGES_MAX)
        return;
    for (uint32_t i = 0; i < l->count; i++)
        if (ld_span_equal(code, ld_span_from_string(l->codes[i])))
            return;
    char *text = l->text[l->count];
    for (size_t i = 0; i < code.bytes; i++)
        text[i] =
            code.data[i] >= 'A' && code.data[i] <= 'Z' ? (char)(code.data[i] | 32) : code.data[i];
    text[code.bytes] = 0;
    l->codes[l->count++] = text;
}

typedef struct leaf_reader {
    ld_arena *arena;
    ld_analyzer *analyzer;
    const ld_languages *languages;
    const ld_ast_node *leaf;
    ld_element *items; /* [count] GAPs included */
    uint32_t count, capacity;
    char *pattern; /* being built, [pattern_bytes] */
    size_t pattern_bytes, pattern_max;
    bool open, literal;
    lede_error *err;
} leaf_reader;

static lede_status element_add(leaf_reader *r, const ld_element *e)
{
    if (r->count >= LD_QUERY_TERMS_MAX)
        return LEDE_OK;
    if (!LD_ARENA_PUSH(r->arena, r->items, r->count, r->capacity, *e))
        return ld_arena_status(r->arena, r->err);
    return LEDE_OK;
}

/* A character of a script that the index holds in pairs. */
static bool is_half_pair(ld_span form)
{
    size_t used = 0;
    return form.bytes > 1 && ld_words_are_pairs(ld_utf8_decode(form.data, form.bytes, &used)) &&
           used == form.bytes;
}

/* The pairs that hold the character, and the character where it stands alone. */
static lede_status half_pair_add(leaf_reader *r, ld_span form)
{
    char pattern[32];
    const char *problem;
    int n = (int)form.bytes;
    int bytes = snprintf(pattern, sizeof pattern, "%.*s|%.*s.|.%.*s", n, form.data, n, form.data, n,
                         form.data);
    ld_element e = {.kind = LD_ELEMENT_REGEX,
                    .text = ld_arena_copy(r->arena, ld_span_of(pattern, (size_t)bytes))};
    e.automaton = e.text.data ? ld_automaton_regex(r->arena, e.text, &problem) : NULL;
    return e.automaton ? element_add(r, &e) : ld_arena_status(r->arena, r->err);
}

static lede_status word_add(leaf_reader *r, const ld_query_word *w)
{
    if (r->leaf->match == LD_AST_MATCH_STEM && is_half_pair(w->form))
        return half_pair_add(r, w->form);
    ld_element e = {.text = w->form, .terms = w->terms, .term_count = w->term_count};
    e.kind = r->leaf->match == LD_AST_MATCH_EXACT   ? LD_ELEMENT_FORM
             : r->leaf->match == LD_AST_MATCH_FUZZY ? LD_ELEMENT_FUZZY
                                                    : LD_ELEMENT_STEM;
    e.edits = r->leaf->edits;
    if (e.kind == LD_ELEMENT_FUZZY)
        e.automaton = ld_automaton_fuzzy(r->arena, e.text, e.edits);
    if (e.kind == LD_ELEMENT_FUZZY && !e.automaton)
        return ld_arena_status(r->arena, r->err);
    return element_add(r, &e);
}

static lede_status words_of(leaf_reader *r, ld_span text, ld_query_word **words, uint32_t *count)
{
    return ld_analyze_query(r->analyzer, r->arena, text, r->languages->codes, r->languages->count,
                            words, count, r->err);
}

static lede_status pattern_close(leaf_reader *r)
{
    if (!r->open)
        return LEDE_OK;
    r->open = false;
    ld_element e = {.kind = LD_ELEMENT_GAP};
    if (r->literal) {
        e.kind = LD_ELEMENT_PATTERN;
        e.text = ld_arena_copy(r->arena, ld_span_of(r->pattern, r->pattern_bytes));
        e.automaton = e.text.data ? ld_automaton_pattern(r->arena, e.text) : NULL;
        if (!e.automaton)
            return ld_arena_status(r->arena, r->err);
    }
    return element_add(r, &e);
}

static void pattern_append(leaf_reader *r, ld_span s)
{
    if (!r->open) {
        r->open = true;
        r->literal = false;
        r->pattern_bytes = 0;
    }
    if (s.bytes > r->pattern_max - r->pattern_bytes)
        s.bytes = r->pattern_max - r->pattern_bytes;
    if (s.bytes)
        memcpy(r->pattern + r->pattern_bytes, s.data, s.bytes);
    r->pattern_bytes += s.bytes;
}

/* A piece between wildcards. */
static lede_status piece_add(leaf_reader *r, ld_span piece, bool wild_before, bool wild_after)
{
    ld_query_word *words;
    uint32_t count;
    LD_TRY(words_of(r, piece, &words, &count));
    for (uint32_t i = 0; i < count; i++) {
        const ld_query_word *w = &words[i];
        bool left = i == 0 && wild_before && r->open && w->text_offset == 0;
        bool right = i + 1 == count && wild_after && w->text_offset + w->text_bytes == piece.bytes;
        if (!left)
            LD_TRY(pattern_close(r));
        if (left || right) {
            pattern_append(r, w->form);
            r->literal = true;
        } else {
            LD_TRY(word_add(r, w));
        }
        if (left && !right)
            LD_TRY(pattern_close(r));
    }
    if (count == 0 || words[count - 1].text_offset + words[count - 1].text_bytes < piece.bytes)
        LD_TRY(pattern_close(r));
    return LEDE_OK;
}

static bool is_wildcard(ld_span s, size_t at)
{
    while (at < s.bytes && s.data[at] == '?')
        at++;
    if (at < s.bytes && s.data[at] == '*')
        return true;
    uint8_t c = at < s.bytes ? (uint8_t)s.data[at] : 0;
    return c >= 0x80 || (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static lede_status pattern_text(leaf_reader *r, ld_span text)
{
    size_t from = 0;
    bool before = false;
    for (size_t i = 0; i <= text.bytes; i++) {
        bool end = i == text.bytes;
        bool wild = !end && (text.data[i] == '*' || (text.data[i] == '?' && is_wildcard(text, i)));
        if (!end && !wild)
            continue;
        if (i > from)
            LD_TRY(piece_add(r, ld_span_sub(text, from, i - from), before, wild));
        if (wild)
            pattern_append(r, ld_span_of(text.data[i] == '*' ? "\x01" : "\x02", 1));
        before = wild;
        from = i + 1;
    }
    return pattern_close(r);
}

/* The parser has tried the expression: it is one, or the arena refuses. */
static lede_status regex_add(leaf_reader *r)
{
    const char *problem;
    ld_element e = {.kind = LD_ELEMENT_REGEX, .text = r->leaf->text};
    e.automaton = ld_automaton_regex(r->arena, e.text, &problem);
    if (e.automaton)
        return element_add(r, &e);
    return ld_arena_status(r->arena, r->err);
}

lede_status ld_leaf_elements(ld_arena *arena, ld_analyzer *analyzer, const ld_ast_node *leaf,
                             const ld_languages *languages, const ld_element **elements,
                             uint32_t *count, lede_error *err)
{
    leaf_reader reader = {.arena = arena,
                          .analyzer = analyzer,
                          .languages = languages,
                          .leaf = leaf,
                          .pattern_max = 4 * LD_TERM_BYTES_MAX,
                          .err = err},
                *r = &reader;
    bool wild =
        leaf->match == LD_AST_MATCH_STEM && (ld_span_find_byte(leaf->text, '*') != SIZE_MAX ||
                                             ld_span_find_byte(leaf->text, '?') != SIZE_MAX);
    if (wild) {
        r->pattern = ld_arena_alloc(arena, r->pattern_max);
        if (!r->pattern)
            return ld_arena_status(arena, err);
        LD_TRY(pattern_text(r, leaf->text));
    } else if (leaf->match == LD_AST_MATCH_REGEX) {
        LD_TRY(regex_add(r));
    } else {
        ld_query_word *words;
        uint32_t word_count;
        LD_TRY(words_of(r, leaf->text, &words, &word_count));
        for (uint32_t i = 0; i < word_count; i++)
            LD_TRY(word_add(r, &words[i]));
    }
    uint32_t kept = 0, offset = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (r->items[i].kind == LD_ELEMENT_GAP) {
            offset += kept > 0 && leaf->kind == LD_AST_PHRASE;
            continue;
        }
        r->items[kept] = r->items[i];
        r->items[kept++].offset = offset++;
    }
    *elements = r->items;
    *count = kept;
    return LEDE_OK;
}

bool ld_element_matches(const ld_element *e, ld_span spelling)
{
    return e->kind == LD_ELEMENT_FORM ? ld_span_equal(e->text, spelling)
                                      : ld_automaton_matches(e->automaton, spelling);
}
