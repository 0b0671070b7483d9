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

#include "base/utf8.h"

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

static lede_status word_add(leaf_reader *r, const ld_query_word *w)
{
    ld_element e = {.text = w->form, .terms = w->terms, .term_count = w->term_count};
    e.kind = r->leaf->match == LD_AST_MATCH_EXACT   ? LD_ELEMENT_FORM
             : r->leaf->match == LD_AST_MATCH_FUZZY ? LD_ELEMENT_FUZZY
                                                    : LD_ELEMENT_STEM;
    e.edits = r->leaf->edits;
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
        if (!e.text.data)
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

/* ---- patterns ---- */

ld_span ld_pattern_literal(ld_span pattern)
{
    size_t n = 0;
    while (n < pattern.bytes && pattern.data[n] != LD_PATTERN_RUN &&
           pattern.data[n] != LD_PATTERN_ONE)
        n++;
    return ld_span_sub(pattern, 0, n);
}

/* Greedy with one point of return, the newest run: linear in practice, never recursive. */
bool ld_pattern_matches(ld_span pattern, ld_span spelling)
{
    size_t p = 0, s = 0, run_p = SIZE_MAX, run_s = 0;
    while (s < spelling.bytes) {
        if (p < pattern.bytes && pattern.data[p] == LD_PATTERN_RUN) {
            run_p = ++p;
            run_s = s;
        } else if (p < pattern.bytes && pattern.data[p] == LD_PATTERN_ONE) {
            p++;
            ld_utf8_next(spelling, &s);
        } else if (p < pattern.bytes && pattern.data[p] == spelling.data[s]) {
            p++;
            s++;
        } else if (run_p != SIZE_MAX) {
            ld_utf8_next(spelling, &run_s);
            s = run_s;
            p = run_p;
        } else {
            return false;
        }
    }
    while (p < pattern.bytes && pattern.data[p] == LD_PATTERN_RUN)
        p++;
    return p == pattern.bytes;
}

static uint32_t code_points(ld_span s, uint32_t out[LD_TERM_BYTES_MAX])
{
    uint32_t n = 0;
    for (size_t at = 0; at < s.bytes && n < LD_TERM_BYTES_MAX;)
        out[n++] = ld_utf8_next(s, &at);
    return n;
}

bool ld_spelling_within(ld_span a, ld_span b, uint32_t edits_max)
{
    uint32_t x[LD_TERM_BYTES_MAX], y[LD_TERM_BYTES_MAX];
    uint8_t rows[3][LD_TERM_BYTES_MAX + 1];
    uint32_t n = code_points(a, x), m = code_points(b, y);
    if ((n > m ? n - m : m - n) > edits_max)
        return false;
    uint8_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (uint32_t j = 0; j <= m; j++)
        above[j] = (uint8_t)j;
    for (uint32_t i = 1; i <= n; i++) {
        uint8_t least = row[0] = (uint8_t)i;
        for (uint32_t j = 1; j <= m; j++) {
            uint8_t d = (uint8_t)(above[j - 1] + (x[i - 1] != y[j - 1]));
            if (d > above[j] + 1)
                d = (uint8_t)(above[j] + 1);
            if (d > row[j - 1] + 1)
                d = (uint8_t)(row[j - 1] + 1);
            if (i > 1 && j > 1 && x[i - 1] == y[j - 2] && x[i - 2] == y[j - 1] &&
                d > before[j - 2] + 1)
                d = (uint8_t)(before[j - 2] + 1);
            row[j] = d;
            least = d < least ? d : least;
        }
        /* A swap may jump over one row, never over two. */
        if (least > edits_max + 1)
            return false;
        uint8_t *spare = before;
        before = above;
        above = row;
        row = spare;
    }
    return above[m] <= edits_max;
}

bool ld_element_matches(const ld_element *e, ld_span spelling)
{
    if (e->kind == LD_ELEMENT_FORM)
        return ld_span_equal(e->text, spelling);
    return e->kind == LD_ELEMENT_PATTERN ? ld_pattern_matches(e->text, spelling)
                                         : ld_spelling_within(e->text, spelling, e->edits);
}
