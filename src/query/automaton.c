/*
 * One machine for wildcards, fuzzy words and regular expressions.
 *
 * Expressions and wildcards: the position automaton (Glushkov 1961). Every letter, dot or class of
 * the expression is a position; a state is the set of positions that the last character may have
 * been, 256 bits. A step is: all that may follow the set, of that what the character fits. There
 * are no transitions without a character and nothing to go back to, so (a*)*b costs what its
 * length says. {n,m} copies its positions, and the maximum of positions bounds that.
 *
 * Fuzzy words: Ukkonen's automaton of the edit distance, a row of bits for each number of edits
 * (Wu and Manber 1992), and beside each row the places where the first half of a swap was read
 * (Damerau 1964, each letter in one swap at most):
 *
 *   row e, bit i        the first i letters are read, with e edits
 *   match               bit i of row e   -> bit i+1 of row e
 *   insertion           bit i of row e-1 -> bit i of row e
 *   replacement         bit i of row e-1 -> bit i+1 of row e
 *   deletion            bit i of the new row e-1 -> bit i+1 of row e, without a character
 *   swap                bit i of row e reads letter i+1, then letter i: bit i+2 of row e+1
 *
 * Rejected: building the DFA (2^n states for some expressions, and a query uses few of them), and
 * backtracking (exponential in time).
 */
#include "query/automaton.h"

#include "base/utf8.h"
#include "text/fold.h"

#define SET_WORDS 4u
#define ROW_WORDS 2u /* a row holds a word of up to 127 letters */
#define NO_LIMIT  UINT32_MAX

typedef struct position_set {
    uint64_t words[SET_WORDS];
} position_set;

typedef struct code_range {
    uint32_t first, last;
} code_range;

/* What a position takes. */
typedef struct char_class {
    code_range *ranges; /* [range_count] */
    uint32_t range_count, range_capacity;
    bool negated;
} char_class;

struct ld_automaton {
    bool is_fuzzy;
    /* expressions and wildcards; position 0 is the beginning, before any character */
    uint32_t position_count;
    char_class *classes;   /* [LD_REGEX_POSITIONS_MAX] */
    position_set *follow;  /* [LD_REGEX_POSITIONS_MAX] */
    position_set accepted; /* positions a match may end at */
    /* fuzzy */
    uint32_t letters[LD_TERM_BYTES_MAX]; /* [letter_count] */
    uint32_t letter_count, edits_max;
    position_set ascii[128]; /* positions that take the character; fuzzy: letters that are it */
    char literal[LD_TERM_BYTES_MAX];
    uint32_t literal_bytes;
};

static bool set_has(const position_set *s, uint32_t i)
{
    return s->words[i >> 6] >> (i & 63) & 1;
}

static void set_add(position_set *s, uint32_t i)
{
    s->words[i >> 6] |= 1ull << (i & 63);
}

static void set_join(position_set *into, const position_set *from)
{
    for (uint32_t w = 0; w < SET_WORDS; w++)
        into->words[w] |= from->words[w];
}

/* The number of the first set bit, cleared; set must not be empty. */
static bool set_take(position_set *s, uint32_t *i)
{
    for (uint32_t w = 0; w < SET_WORDS; w++)
        if (s->words[w]) {
            *i = w * 64 + (uint32_t)__builtin_ctzll(s->words[w]);
            s->words[w] &= s->words[w] - 1;
            return true;
        }
    return false;
}

static bool class_takes(const char_class *c, uint32_t code_point)
{
    for (uint32_t i = 0; i < c->range_count; i++)
        if (code_point >= c->ranges[i].first && code_point <= c->ranges[i].last)
            return !c->negated;
    return c->negated;
}

static void takers(const ld_automaton *a, uint32_t code_point, position_set *out)
{
    memset(out, 0, sizeof *out);
    if (a->is_fuzzy) {
        for (uint32_t i = 0; i < a->letter_count; i++)
            if (a->letters[i] == code_point)
                set_add(out, i);
        return;
    }
    for (uint32_t i = 1; i < a->position_count; i++)
        if (class_takes(&a->classes[i], code_point))
            set_add(out, i);
}

/* ---- stepping ---- */

static bool step_positions(const ld_automaton *a, const uint64_t *from, const position_set *fit,
                           uint64_t *to)
{
    position_set now, next = {{0}};
    uint32_t i;
    uint64_t any = 0;
    memcpy(now.words, from, sizeof now.words);
    while (set_take(&now, &i))
        set_join(&next, &a->follow[i]);
    for (uint32_t w = 0; w < SET_WORDS; w++)
        any |= to[w] = next.words[w] & fit->words[w];
    return any != 0;
}

static void shift_left(const uint64_t in[ROW_WORDS], uint32_t bits, uint64_t out[ROW_WORDS])
{
    uint64_t low = in[0];
    out[1] = in[1] << bits | low >> (64 - bits);
    out[0] = low << bits;
}

static void row_join(uint64_t into[ROW_WORDS], const uint64_t from[ROW_WORDS])
{
    into[0] |= from[0];
    into[1] |= from[1];
}

/* Rows 0..2 of the state are the edits, rows 3..4 the first halves of swaps from rows 0..1. */
static bool step_edits(const ld_automaton *a, const uint64_t *from, const position_set *fit,
                       uint64_t *to)
{
    uint64_t old[LD_AUTOMATON_WORDS], any = 0, moved[ROW_WORDS], keep[ROW_WORDS];
    /* The letter behind: bit i where letter i + 1 is the character. */
    uint64_t behind[ROW_WORDS] = {fit->words[0] >> 1 | fit->words[1] << 63, fit->words[1] >> 1};
    uint64_t end = a->letter_count; /* bits above it mean nothing */
    uint64_t mask[ROW_WORDS] = {end >= 63 ? UINT64_MAX : (2ull << end) - 1,
                                end >= 64 ? (2ull << (end - 64)) - 1 : 0};
    memcpy(old, from, sizeof old);
    for (uint32_t e = 0; e <= a->edits_max; e++) {
        const uint64_t *row = old + e * ROW_WORDS;
        uint64_t *out = to + e * ROW_WORDS;
        keep[0] = row[0] & fit->words[0];
        keep[1] = row[1] & fit->words[1];
        shift_left(keep, 1, out);
        if (e > 0) {
            const uint64_t *above = row - ROW_WORDS, *half = old + (2 + e) * ROW_WORDS;
            row_join(out, above);
            shift_left(above, 1, moved);
            row_join(out, moved);
            shift_left(out - ROW_WORDS, 1, moved);
            row_join(out, moved);
            keep[0] = half[0] & fit->words[0];
            keep[1] = half[1] & fit->words[1];
            shift_left(keep, 2, moved);
            row_join(out, moved);
        }
        out[0] &= mask[0];
        out[1] &= mask[1];
        any |= out[0] | out[1];
        if (e < a->edits_max) {
            uint64_t *half = to + (3 + e) * ROW_WORDS;
            half[0] = row[0] & behind[0];
            half[1] = row[1] & behind[1];
            any |= half[0] | half[1];
        }
    }
    return any != 0;
}

void ld_automaton_start(const ld_automaton *a, ld_automaton_state *state)
{
    memset(state, 0, sizeof *state);
    state->words[0] = 1;
    for (uint32_t e = 1; a->is_fuzzy && e <= a->edits_max; e++)
        state->words[e * ROW_WORDS] =
            (2ull << (e < a->letter_count ? e : a->letter_count)) - 1; /* deletions */
}

bool ld_automaton_step(const ld_automaton *a, const ld_automaton_state *from, uint32_t code_point,
                       ld_automaton_state *to)
{
    position_set other;
    const position_set *fit = &other;
    if (code_point < 128)
        fit = &a->ascii[code_point];
    else
        takers(a, code_point, &other);
    return a->is_fuzzy ? step_edits(a, from->words, fit, to->words)
                       : step_positions(a, from->words, fit, to->words);
}

uint32_t ld_automaton_next_letter(const ld_automaton *a, const ld_automaton_state *from,
                                  uint32_t code_point)
{
    ld_automaton_state unused;
    uint32_t least = 0;
    if (!a->is_fuzzy)
        return code_point == 0xD7FF ? 0xE000 : code_point < 0x10FFFF ? code_point + 1 : 0;
    for (uint32_t i = 0; i < a->letter_count; i++) {
        uint32_t c = a->letters[i];
        if (c > code_point && (least == 0 || c < least) && ld_automaton_step(a, from, c, &unused))
            least = c;
    }
    return least;
}

bool ld_automaton_accepts(const ld_automaton *a, const ld_automaton_state *state)
{
    if (!a->is_fuzzy) {
        uint64_t any = 0;
        for (uint32_t w = 0; w < SET_WORDS; w++)
            any |= state->words[w] & a->accepted.words[w];
        return any != 0;
    }
    for (uint32_t e = 0; e <= a->edits_max; e++)
        if (state->words[e * ROW_WORDS + (a->letter_count >> 6)] >> (a->letter_count & 63) & 1)
            return true;
    return false;
}

bool ld_automaton_matches(const ld_automaton *a, ld_span spelling)
{
    ld_automaton_state state;
    ld_automaton_start(a, &state);
    for (size_t at = 0; at < spelling.bytes;)
        if (!ld_automaton_step(a, &state, ld_utf8_next(spelling, &at), &state))
            return false;
    return ld_automaton_accepts(a, &state);
}

ld_span ld_automaton_literal(const ld_automaton *a)
{
    return ld_span_of(a->literal, a->literal_bytes);
}

/* ---- making ---- */

static ld_automaton *automaton_new(ld_arena *arena)
{
    ld_automaton *a = ld_arena_alloc_zero(arena, sizeof *a);
    if (!a)
        return NULL;
    a->classes = ld_arena_array(arena, LD_REGEX_POSITIONS_MAX, sizeof *a->classes);
    a->follow = ld_arena_array(arena, LD_REGEX_POSITIONS_MAX, sizeof *a->follow);
    a->position_count = 1;
    return a->classes && a->follow ? a : NULL;
}

/* While one position alone may come next, takes one character and may not be the end: a letter that
 * every match has. */
static void find_literal(ld_automaton *a)
{
    uint32_t at = 0, next;
    while (!set_has(&a->accepted, at)) {
        position_set behind = a->follow[at];
        if (!set_take(&behind, &next))
            return;
        const char_class *c = &a->classes[next];
        uint32_t other;
        char bytes[4];
        if (set_take(&behind, &other) || next <= at || c->negated || c->range_count != 1 ||
            c->ranges[0].first != c->ranges[0].last)
            return;
        size_t n = ld_utf8_encode(c->ranges[0].first, bytes);
        if (n > sizeof a->literal - a->literal_bytes)
            return;
        memcpy(a->literal + a->literal_bytes, bytes, n);
        a->literal_bytes += (uint32_t)n;
        at = next;
    }
}

static ld_automaton *automaton_finish(ld_automaton *a)
{
    for (uint32_t c = 0; c < 128; c++)
        takers(a, c, &a->ascii[c]);
    if (!a->is_fuzzy)
        find_literal(a);
    return a;
}

ld_automaton *ld_automaton_fuzzy(ld_arena *arena, ld_span word, uint32_t edits_max)
{
    ld_automaton *a = ld_arena_alloc_zero(arena, sizeof *a);
    if (!a)
        return NULL;
    a->is_fuzzy = true;
    a->edits_max = edits_max > 2 ? 2 : edits_max;
    for (size_t at = 0; at < word.bytes && a->letter_count < LD_TERM_BYTES_MAX;)
        a->letters[a->letter_count++] = ld_utf8_next(word, &at);
    return automaton_finish(a);
}

void ld_automaton_keep_first(ld_automaton *fuzzy)
{
    if (fuzzy->letter_count > 0)
        fuzzy->literal_bytes = (uint32_t)ld_utf8_encode(fuzzy->letters[0], fuzzy->literal);
}

/* A new position that takes the range; 0: there are too many, or no memory. */
static uint32_t position_add(ld_automaton *a, ld_arena *arena, uint32_t first, uint32_t last)
{
    if (a->position_count == LD_REGEX_POSITIONS_MAX)
        return 0;
    char_class *c = &a->classes[a->position_count];
    code_range range = {first, last};
    if (!LD_ARENA_PUSH(arena, c->ranges, c->range_count, c->range_capacity, range))
        return 0;
    return a->position_count++;
}

/* A pattern longer than any word can be matches none: its machine has no end. */
ld_automaton *ld_automaton_pattern(ld_arena *arena, ld_span pattern)
{
    ld_automaton *a = automaton_new(arena);
    if (!a)
        return NULL;
    position_set ends = {{1}}; /* positions that the next character comes after */
    size_t at = 0;
    while (at < pattern.bytes) {
        uint32_t c = ld_utf8_next(pattern, &at);
        bool run = c == LD_PATTERN_RUN, any = run || c == LD_PATTERN_ONE;
        uint32_t p = position_add(a, arena, any ? 0 : c, any ? UINT32_MAX : c), i;
        if (!p)
            break;
        for (position_set rest = ends; set_take(&rest, &i);)
            set_add(&a->follow[i], p);
        if (run)
            set_add(&a->follow[p], p);
        else
            memset(&ends, 0, sizeof ends);
        set_add(&ends, p);
    }
    if (at == pattern.bytes && a->position_count < LD_REGEX_POSITIONS_MAX)
        a->accepted = ends;
    return ld_arena_status(arena, NULL) == LEDE_OK ? automaton_finish(a) : NULL;
}

/* ---- regular expressions ---- */

/* Part of an expression: where a match of it may begin and end. */
typedef struct fragment {
    position_set first, last;
    bool nullable;
    uint32_t from; /* its positions are [from, the next one to be made) */
} fragment;

/* One open parenthesis: the alternatives before the newest "|", what was read since, its newest
 * part. */
typedef struct group {
    fragment choice, chain, atom;
    bool has_choice, has_atom;
} group;

typedef struct regex_reader {
    ld_arena *arena;
    ld_automaton *a;
    ld_span text;
    size_t at;
    group *groups; /* [LD_REGEX_GROUPS_MAX] */
    uint32_t depth;
    const char *problem; /* NULL: none so far */
} regex_reader;

static void chain_fragments(ld_automaton *a, fragment *left, const fragment *right)
{
    uint32_t i;
    for (position_set rest = left->last; set_take(&rest, &i);)
        set_join(&a->follow[i], &right->first);
    if (left->nullable)
        set_join(&left->first, &right->first);
    if (right->nullable)
        set_join(&left->last, &right->last);
    else
        left->last = right->last;
    left->nullable = left->nullable && right->nullable;
}

static void loop_fragment(ld_automaton *a, const fragment *f)
{
    uint32_t i;
    for (position_set rest = f->last; set_take(&rest, &i);)
        set_join(&a->follow[i], &f->first);
}

static fragment fragment_empty(const regex_reader *r)
{
    return (fragment){.nullable = true, .from = r->a->position_count};
}

static void atom_end(regex_reader *r)
{
    group *g = &r->groups[r->depth];
    if (g->has_atom)
        chain_fragments(r->a, &g->chain, &g->atom);
    g->has_atom = false;
}

static void alternative_end(regex_reader *r)
{
    group *g = &r->groups[r->depth];
    atom_end(r);
    if (g->has_choice) {
        set_join(&g->choice.first, &g->chain.first);
        set_join(&g->choice.last, &g->chain.last);
        g->choice.nullable = g->choice.nullable || g->chain.nullable;
    } else {
        g->choice = g->chain;
    }
    g->has_choice = true;
    g->chain = fragment_empty(r);
}

static void atom_begin(regex_reader *r)
{
    group *g = &r->groups[r->depth];
    atom_end(r);
    g->atom = (fragment){.from = r->a->position_count};
    g->has_atom = true;
}

/* A position behind the others of the atom at hand. */
static uint32_t atom_position(regex_reader *r, uint32_t first, uint32_t last)
{
    group *g = &r->groups[r->depth];
    uint32_t p = position_add(r->a, r->arena, first, last);
    if (!p) {
        r->problem = "it is too large";
        return 0;
    }
    fragment one = {.from = p};
    set_add(&one.first, p);
    set_add(&one.last, p);
    if (g->atom.from == p)
        g->atom = one;
    else
        chain_fragments(r->a, &g->atom, &one);
    return p;
}

/* The folded letters of one code point; some are several (ß), some none (a bare accent). */
static uint32_t fold_code_point(uint32_t c, uint32_t out[8])
{
    char bytes[4], folded[LD_TERM_BYTES_MAX];
    ld_span s = ld_span_of(folded, ld_fold(ld_span_of(bytes, ld_utf8_encode(c, bytes)), folded));
    uint32_t n = 0;
    for (size_t at = 0; at < s.bytes && n < 8;)
        out[n++] = ld_utf8_next(s, &at);
    if (n == 0 && c < 0x80) { /* signs within words: ' . - */
        out[0] = c;
        return 1;
    }
    return n;
}

static void letter_atom(regex_reader *r, uint32_t c)
{
    uint32_t folded[8], n = fold_code_point(c, folded);
    atom_begin(r);
    for (uint32_t i = 0; i < n && !r->problem; i++)
        atom_position(r, folded[i], folded[i]);
    if (n == 0)
        r->groups[r->depth].atom.nullable = true;
}

static void class_range(regex_reader *r, uint32_t p, uint32_t first, uint32_t last)
{
    char_class *c = &r->a->classes[p];
    code_range range = {first, last};
    if (c->range_count >= LD_REGEX_POSITIONS_MAX)
        r->problem = "one of its brackets holds too much";
    else if (!LD_ARENA_PUSH(r->arena, c->ranges, c->range_count, c->range_capacity, range))
        r->problem = "there is no memory for it";
}

/* \d and \w; what folding leaves of letters is anything that is no sign of ASCII. */
static bool class_named(regex_reader *r, uint32_t p, uint32_t name)
{
    if (name != 'd' && name != 'w')
        return false;
    class_range(r, p, '0', '9');
    if (name == 'w') {
        class_range(r, p, 'a', 'z');
        class_range(r, p, '_', '_');
        class_range(r, p, 0x80, UINT32_MAX);
    }
    return true;
}

static uint32_t take(regex_reader *r)
{
    return r->at < r->text.bytes ? ld_utf8_next(r->text, &r->at) : 0;
}

static uint32_t folded_one(uint32_t c)
{
    uint32_t folded[8];
    return fold_code_point(c, folded) == 1 ? folded[0] : c;
}

/* Behind "[". */
static void bracket_atom(regex_reader *r)
{
    atom_begin(r);
    uint32_t p = atom_position(r, 1, 0); /* an empty range: takes nothing by itself */
    if (!p)
        return;
    if (r->at < r->text.bytes && r->text.data[r->at] == '^') {
        r->a->classes[p].negated = true;
        r->at++;
    }
    for (bool begun = false; !r->problem; begun = true) {
        if (r->at >= r->text.bytes) {
            r->problem = "a bracket is never closed";
            return;
        }
        uint32_t c = take(r);
        if (c == ']' && begun)
            return;
        if (c == '\\' &&
            class_named(r, p, r->at < r->text.bytes ? (uint8_t)r->text.data[r->at] : 0)) {
            r->at++;
            continue;
        }
        uint32_t first = folded_one(c == '\\' ? take(r) : c), last = first;
        if (r->at + 1 < r->text.bytes && r->text.data[r->at] == '-' &&
            r->text.data[r->at + 1] != ']') {
            r->at++;
            c = take(r);
            last = folded_one(c == '\\' ? take(r) : c);
            if (last < first)
                r->problem = "a range in brackets runs backwards";
        }
        class_range(r, p, first, last);
    }
}

static void escape_atom(regex_reader *r)
{
    if (r->at >= r->text.bytes) {
        r->problem = "it ends with a backslash";
        return;
    }
    uint32_t c = take(r);
    if (c != 'd' && c != 'w') {
        letter_atom(r, c);
        return;
    }
    atom_begin(r);
    uint32_t p = atom_position(r, 1, 0);
    if (p)
        class_named(r, p, c);
}

/* The atom once more, behind itself: its positions and what follows what among them. */
static bool atom_copy(regex_reader *r, const fragment *f, const position_set *follow,
                      uint32_t count, fragment *out)
{
    ld_automaton *a = r->a;
    uint32_t to = a->position_count, i;
    if (count > LD_REGEX_POSITIONS_MAX - to) {
        r->problem = "it is too large";
        return false;
    }
    *out = (fragment){.nullable = f->nullable, .from = to};
    for (uint32_t k = 0; k < count; k++) {
        a->classes[to + k] = a->classes[f->from + k];
        memset(&a->follow[to + k], 0, sizeof a->follow[to + k]);
        for (position_set rest = follow[k]; set_take(&rest, &i);)
            set_add(&a->follow[to + k], i - f->from + to);
    }
    for (position_set rest = f->first; set_take(&rest, &i);)
        set_add(&out->first, i - f->from + to);
    for (position_set rest = f->last; set_take(&rest, &i);)
        set_add(&out->last, i - f->from + to);
    a->position_count += count;
    return true;
}

/* The newest part, `least` to `most` times. */
static void repeat(regex_reader *r, uint32_t least, uint32_t most)
{
    group *g = &r->groups[r->depth];
    ld_automaton *a = r->a;
    if (!g->has_atom) {
        r->problem = "a repetition stands behind nothing";
        return;
    }
    fragment one = g->atom, all = {.nullable = true, .from = one.from}, copy = one;
    uint32_t count = a->position_count - one.from, copies = most == NO_LIMIT ? least : most;
    position_set *follow = ld_arena_array(r->arena, count + 1u, sizeof *follow);
    if (!follow) {
        r->problem = "there is no memory for it";
        return;
    }
    memcpy(follow, a->follow + one.from, count * sizeof *follow);
    if (copies == 0 && most != NO_LIMIT) {
        g->atom = all;
        return;
    }
    copies = copies ? copies : 1;
    for (uint32_t i = 0; i < copies; i++) {
        if (i && !atom_copy(r, &one, follow, count, &copy))
            return;
        if (most == NO_LIMIT && i + 1 == copies)
            loop_fragment(a, &copy);
        copy.nullable = one.nullable || i >= least;
        chain_fragments(a, &all, &copy);
    }
    g->atom = all;
}

static bool number_take(regex_reader *r, uint32_t *n)
{
    size_t from = r->at;
    *n = 0;
    for (; r->at < r->text.bytes && r->text.data[r->at] >= '0' && r->text.data[r->at] <= '9';
         r->at++)
        *n = *n > LD_REGEX_REPEATS_MAX ? *n : *n * 10 + (uint32_t)(r->text.data[r->at] - '0');
    return r->at > from;
}

/* Behind "{". */
static void braces(regex_reader *r)
{
    uint32_t least, most;
    bool ok = number_take(r, &least);
    most = least;
    if (ok && r->at < r->text.bytes && r->text.data[r->at] == ',') {
        r->at++;
        if (!number_take(r, &most))
            most = NO_LIMIT;
    }
    if (!ok || take(r) != '}' || (most != NO_LIMIT && most < least))
        r->problem = "what stands in braces is no number of times";
    else if (least > LD_REGEX_REPEATS_MAX || (most != NO_LIMIT && most > LD_REGEX_REPEATS_MAX))
        r->problem = "it is too large";
    else
        repeat(r, least, most);
}

static void group_close(regex_reader *r)
{
    if (r->depth == 0) {
        r->problem = "a parenthesis closes nothing";
        return;
    }
    alternative_end(r);
    fragment inner = r->groups[r->depth--].choice;
    group *g = &r->groups[r->depth];
    atom_end(r);
    g->atom = inner;
    g->has_atom = true;
}

static void group_open(regex_reader *r)
{
    if (r->depth + 1 == LD_REGEX_GROUPS_MAX) {
        r->problem = "its parentheses nest too deep";
        return;
    }
    atom_end(r);
    memset(&r->groups[++r->depth], 0, sizeof *r->groups);
    r->groups[r->depth].chain = fragment_empty(r);
    if (r->at < r->text.bytes && r->text.data[r->at] == '?')
        r->problem = "groups that begin with (? are not known";
}

static void regex_item(regex_reader *r)
{
    uint32_t c = take(r);
    switch (c) {
    case '(':
        group_open(r);
        break;
    case ')':
        group_close(r);
        break;
    case '|':
        alternative_end(r);
        break;
    case '[':
        bracket_atom(r);
        break;
    case '\\':
        escape_atom(r);
        break;
    case '.':
        atom_begin(r);
        atom_position(r, 0, UINT32_MAX);
        break;
    case '*':
        repeat(r, 0, NO_LIMIT);
        break;
    case '+':
        repeat(r, 1, NO_LIMIT);
        break;
    case '?':
        repeat(r, 0, 1);
        break;
    case '{':
        braces(r);
        break;
    case '^':
    case '$': /* the whole word matches anyway */
        break;
    default:
        letter_atom(r, c);
    }
}

ld_automaton *ld_automaton_regex(ld_arena *arena, ld_span regex, const char **problem)
{
    regex_reader r = {.arena = arena, .a = automaton_new(arena), .text = regex};
    *problem = NULL;
    r.groups = ld_arena_array(arena, LD_REGEX_GROUPS_MAX, sizeof *r.groups);
    if (!r.a || !r.groups)
        return NULL;
    r.groups[0].chain = fragment_empty(&r);
    while (r.at < regex.bytes && !r.problem)
        regex_item(&r);
    if (!r.problem && r.depth)
        r.problem = "a parenthesis is never closed";
    if (!r.problem)
        alternative_end(&r);
    if (ld_arena_status(arena, NULL) != LEDE_OK)
        return NULL;
    *problem = r.problem;
    if (r.problem)
        return NULL;
    const fragment *all = &r.groups[0].choice;
    set_join(&r.a->follow[0], &all->first);
    r.a->accepted = all->last;
    if (all->nullable)
        set_add(&r.a->accepted, 0);
    return automaton_finish(r.a);
}
