/*
 * Which names of a story mean the same?
 *
 *   short     LONG (SHORT), SHORT (LONG), (LONG, SHORT): the letters of the short form in order in
 *             the long one; or its words' initials in another order ("Brazilian Coffee Institute
 *             (IBC)")
 *   named     NAME (or NAME), NAME (also known as NAME), NAME, also known as NAME
 *   initials  an acronym, and a run of capitalised words elsewhere in the story with its initials
 *
 * Short forms. Of the words before the bracket, the cheapest way to read the letters: a letter that
 * begins a word costs nothing, one behind the letter before it or inside a word begun by another
 * letter little, one inside a word of its own much; words passed over cost, small ones ("of",
 * "and") less. The first letter begins a word. Schwartz and Hearst (PSB 2003) read from the right
 * and take the first way; the cheapest way is right more often (bench/news/aliases.py).
 *
 * Cost: letters x bytes of the words before a bracket, squared; both are small and bounded.
 */
#include "news/aliases.h"

#include "base/error.h"
#include "news/times_words.h"

#define SHORT_BYTES_MIN  1u
#define SHORT_BYTES_MAX  12u
#define LOWER_BYTES_MAX  4u   /* of a short form without capitals and digits */
#define WINDOW_BYTES     200u /* before a bracket */
#define COST_INSIDE      4u   /* a letter inside a word that no other letter begins */
#define COST_LATER       2u   /* inside a word that another letter begins */
#define COST_NEXT        1u   /* behind the letter before it */
#define COST_WORD        5u   /* a word passed over */
#define COST_SMALL_WORD  1u
#define COST_SMALL_FIRST 2u /* the first letter in a small word: "of Petroleum" for OPEC */
#define COST_LETTER_MAX  3u /* a letter on the average, at most */
#define INITIALS_MAX     6u

const char *const ld_alias_kind_names[LD_ALIAS_INITIALS + 1] = {"short form", "named together",
                                                                "initials"};

static bool is_letter(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)c >= 0x80;
}

static bool is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_alnum(char c)
{
    return is_letter(c) || (c >= '0' && c <= '9');
}

static char lower(char c)
{
    return is_upper(c) ? (char)(c | 0x20) : c;
}

bool ld_alias_is_acronym(ld_span name)
{
    uint32_t upper = 0;
    for (size_t i = 0; i < name.bytes; i++) {
        if (!is_upper(name.data[i]) && name.data[i] != '.' && name.data[i] != '-' &&
            !(name.data[i] >= '0' && name.data[i] <= '9'))
            return false;
        upper += is_upper(name.data[i]);
    }
    return upper >= 2 && upper <= INITIALS_MAX;
}

/* ---- short forms ---- */

static bool is_short(ld_span s)
{
    uint32_t letters = 0, uppers = 0, words = 1;
    if (s.bytes < SHORT_BYTES_MIN || s.bytes > SHORT_BYTES_MAX || !is_alnum(s.data[0]))
        return false;
    for (size_t i = 0; i < s.bytes; i++) {
        letters += is_letter(s.data[i]);
        uppers += is_upper(s.data[i]) || (s.data[i] >= '0' && s.data[i] <= '9');
        words += s.data[i] == ' ';
    }
    return letters >= 1 && words <= 2 && (s.bytes > 1 || is_upper(s.data[0])) &&
           (uppers > 0 || s.bytes <= LOWER_BYTES_MAX);
}

/* "(mph)" can be a short form of much; "(or)" and "(see)" must be spelt by the words' first
 * letters. */
static bool is_like_word(ld_span s)
{
    bool vowels = false, capitals = false;
    for (size_t i = 0; i < s.bytes; i++) {
        vowels |= strchr("aeiou", s.data[i]) != NULL;
        capitals |= is_upper(s.data[i]);
    }
    return vowels && !capitals;
}

typedef struct reading {
    uint32_t cost[SHORT_BYTES_MAX][WINDOW_BYTES];
    uint8_t from[SHORT_BYTES_MAX][WINDOW_BYTES]; /* where the letter before it stands */
    uint32_t skipped[WINDOW_BYTES + 1];          /* cost of the words that begin before */
    uint8_t word[WINDOW_BYTES + 1];              /* ordinal of the word */
} reading;

static bool begins_word(ld_span text, size_t i)
{
    if (!is_alnum(text.data[i]) || (i > 0 && is_alnum(text.data[i - 1])))
        return false;
    return !(i > 1 && text.data[i - 1] == '\'' && is_alnum(text.data[i - 2])); /* 's */
}

static bool is_small_word(ld_span text, size_t at)
{
    static const char *const small[] = {
        "of", "the", "and", "in",  "for", "to",   "de",  "on",   "with", "by",   "a",
        "la", "du",  "y",   "per", "di",  "e",    "del", "los",  "las",  "co",   "ag",
        "sa", "nv",  "ltd", "inc", "plc", "corp", "pty", "gmbh", "an",   "from", "at"};
    if (text.data[at] >= '0' && text.data[at] <= '9')
        return true;
    size_t end = at;
    while (end < text.bytes && is_alnum(text.data[end]))
        end++;
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (ld_span_equal_nocase(ld_span_sub(text, at, end - at), ld_span_from_string(small[i])))
            return true;
    return false;
}

static void index_words(reading *r, ld_span text)
{
    uint32_t cost = 0, word = 0;
    for (size_t i = 0; i < text.bytes; i++) {
        if (begins_word(text, i)) {
            /* the parts of "5-hydroxy" are words, passed over for little */
            bool part = i > 0 && (text.data[i - 1] == '-' || text.data[i - 1] == '/');
            cost += part || is_small_word(text, i) ? COST_SMALL_WORD : COST_WORD;
            word++;
        }
        r->skipped[i] = cost;
        r->word[i] = (uint8_t)word;
    }
    r->skipped[text.bytes] = cost;
    r->word[text.bytes] = (uint8_t)word;
}

/* Of the step from a letter at i to one at k > i. */
static uint32_t step_cost(const reading *r, ld_span text, size_t i, size_t k)
{
    bool begins = begins_word(text, k);
    if (r->word[i] == r->word[k])
        return k == i + 1 ? COST_NEXT : COST_LATER;
    uint32_t before = k; /* the words between theirs */
    while (before > 0 && r->word[before - 1] == r->word[k])
        before--;
    uint32_t passed = r->skipped[before ? before - 1 : 0] - r->skipped[i];
    return passed + (begins ? 0 : COST_INSIDE);
}

/* Where in `text` the long form begins whose letters are those of `letters`; SIZE_MAX: nowhere. */
static size_t read_short(reading *r, ld_span text, const char *letters, uint32_t count,
                         uint32_t cost_letter_max)
{
    size_t n = text.bytes;
    index_words(r, text);
    for (uint32_t k = 0; k < count; k++)
        for (size_t i = 0; i < n; i++) {
            r->cost[k][i] = UINT32_MAX;
            if (lower(text.data[i]) != letters[k])
                continue;
            if (k == 0) {
                if (begins_word(text, i))
                    r->cost[0][i] = is_small_word(text, i) ? COST_SMALL_FIRST : 0;
                continue;
            }
            for (size_t p = 0; p < i; p++) {
                if (r->cost[k - 1][p] == UINT32_MAX)
                    continue;
                uint32_t cost = r->cost[k - 1][p] + step_cost(r, text, p, i);
                if (cost <= r->cost[k][i]) { /* the later way of two: the shorter form */
                    r->cost[k][i] = cost;
                    r->from[k][i] = (uint8_t)p;
                }
            }
        }
    uint32_t best = UINT32_MAX;
    size_t at = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        if (r->cost[count - 1][i] == UINT32_MAX)
            continue;
        uint32_t cost = r->cost[count - 1][i] + r->skipped[n] - r->skipped[i];
        if (cost <= best) {
            best = cost;
            at = i;
        }
    }
    if (at == SIZE_MAX || best > cost_letter_max * count)
        return SIZE_MAX;
    for (uint32_t k = count - 1; k > 0; k--)
        at = r->from[k][at];
    return at;
}

/* Where the bracket that closes at `close` opens, if it is part of a word, as in "NH(2)-terminal"
 * and "prostaglandin E(2)"; 0: it is not. */
static size_t glued_bracket(ld_span text, size_t close)
{
    size_t open = close;
    while (open > 0 && close - open < SHORT_BYTES_MAX && text.data[open] != '(' &&
           text.data[open] != ' ')
        open--;
    return open > 0 && text.data[open] == '(' && text.data[open - 1] != ' ' ? open : 0;
}

/* The beginning of the words that a short form of `count` letters can stand for. */
static size_t window_begin(ld_span text, size_t end, uint32_t count)
{
    uint32_t words = 0, words_max = count + 5 < 2 * count ? count + 5 : 2 * count + 1;
    size_t at = end;
    while (at > 0 && end - at < WINDOW_BYTES - 1) {
        char c = text.data[at - 1];
        size_t glued = c == ')' ? glued_bracket(text, at - 1) : 0;
        if (glued > 0 && end - glued < WINDOW_BYTES - 1) {
            at = glued;
            continue;
        }
        if (c == '(' || c == ')' || c == ';' || c == ':' || c == '"' ||
            ((c == '.' || c == '?') && at < end && text.data[at] == ' ' && at > 2 &&
             !is_upper(text.data[at - 2])))
            break;
        if (begins_word(text, at) && ++words > words_max)
            break;
        at--;
    }
    while (at < end && !begins_word(text, at))
        at++;
    return at;
}

/* What the digits of a short form stand for: themselves; their names, as in "two-dimensional (2D)";
 * nothing that is written, as in "forced expiratory volume (FEV1)". */
enum digits { DIGITS_WRITTEN, DIGITS_NAMED, DIGITS_PASSED, DIGITS_WAYS };

static uint32_t take_letters(ld_span s, uint32_t digits, char out[SHORT_BYTES_MAX])
{
    static const char names[] = "zottffssen";
    uint32_t count = 0;
    for (size_t i = 0; i < s.bytes && count < SHORT_BYTES_MAX; i++) {
        bool digit = s.data[i] >= '0' && s.data[i] <= '9';
        if (!is_alnum(s.data[i]) || (digit && digits == DIGITS_PASSED))
            continue;
        out[count++] = digit && digits == DIGITS_NAMED ? names[s.data[i] - '0'] : lower(s.data[i]);
    }
    /* the s of a plural stands for nothing */
    if (count > 2 && out[count - 1] == 's' && s.data[s.bytes - 1] == 's' &&
        is_upper(s.data[s.bytes - 2]))
        count--;
    return count;
}

typedef struct alias_finder {
    ld_arena *arena;
    const ld_span *paragraphs;
    ld_alias *aliases;
    uint32_t count, capacity;
    reading *reading;
    bool refused;
} alias_finder;

static void add(alias_finder *f, uint8_t kind, ld_text_place full, ld_text_place other)
{
    ld_alias alias = {kind, full, other};
    if (f->count < LD_ALIASES_MAX &&
        !LD_ARENA_PUSH(f->arena, f->aliases, f->count, f->capacity, alias))
        f->refused = true;
}

static ld_text_place place(uint32_t paragraph, size_t offset, size_t bytes)
{
    return (ld_text_place){paragraph, (uint32_t)offset, (uint32_t)bytes};
}

static size_t trim_end(ld_span text, size_t end)
{
    while (end > 0 &&
           (text.data[end - 1] == ' ' || text.data[end - 1] == ',' || text.data[end - 1] == '"'))
        end--;
    /* "the London Metal Exchange's (LME)" */
    if (end > 2 && text.data[end - 1] == 's' && text.data[end - 2] == '\'')
        end -= 2;
    return end;
}

/* Before the ticker of an agency, "<BRKN.S>", and without the brackets of "<Equiticorp>". */
static size_t skip_ticker(ld_span text, size_t end)
{
    if (end == 0 || text.data[end - 1] != '>')
        return end;
    size_t open = end - 1;
    while (open > 0 && text.data[open] != '<' && end - open < WINDOW_BYTES)
        open--;
    bool ticker = ld_span_find_byte(ld_span_sub(text, open, end - open), ' ') == SIZE_MAX;
    return ticker ? trim_end(text, open) : end - 1;
}

/* A word begins behind `from`. */
static bool begins_later(ld_span text, size_t from, size_t end)
{
    for (size_t i = from + 1; i < end; i++)
        if (begins_word(text, i))
            return true;
    return false;
}

static bool has_digit(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++)
        if (s.data[i] >= '0' && s.data[i] <= '9')
            return true;
    return false;
}

/* The long form of `inner` at the end of the `end` bytes of `text`; of 0 bytes: there is none. */
static ld_span long_before(alias_finder *f, ld_span text, size_t end, ld_span inner,
                           uint32_t digits)
{
    ld_span none = {0};
    char letters[SHORT_BYTES_MAX];
    uint32_t count = take_letters(inner, digits, letters);
    size_t from = window_begin(text, end, count);
    if (count < 1 || from >= end || (count < 2 && digits != DIGITS_WRITTEN) ||
        (digits == DIGITS_NAMED && (inner.data[inner.bytes - 1] & 0x60) == 0x60))
        return none;
    if (count == 1) /* "phosphorus (P)" */
        while (begins_later(text, from, end))
            from++;
    if (count == 1 && (is_upper(text.data[from]) || text.data[end - 1] == ')'))
        return none;
    ld_span window = ld_span_sub(text, from, end - from);
    uint32_t cost_max = digits == DIGITS_WRITTEN ? COST_LETTER_MAX : 1;
    size_t extended = 0, begin = read_short(f->reading, window, letters, count,
                                            is_like_word(inner) ? 0 : cost_max);
    if (begin == SIZE_MAX)
        return none;
    /* the whole of "2,6-diaminopurine" */
    while (begin > 0 && window.data[begin - 1] != ' ' &&
           (window.data[begin - 1] == '-' || extended))
        extended = begin--;
    return window.bytes - begin > inner.bytes ? ld_span_sub(window, begin, SIZE_MAX) : none;
}

/* The capitalised words at the end of the `end` bytes of `text` that begin with the letters of the
 * acronym in another order, as "Brazilian Coffee Institute (IBC)": of 0 bytes if they do not. */
static ld_span name_in_other_order(ld_span text, size_t end, ld_span acronym)
{
    char left[INITIALS_MAX];
    uint32_t count = 0;
    ld_span none = {0};
    if (acronym.bytes < 3 || acronym.bytes > INITIALS_MAX)
        return none;
    for (; count < acronym.bytes && is_upper(acronym.data[count]); count++)
        left[count] = acronym.data[count];
    size_t at = end;
    for (uint32_t words = count; count == acronym.bytes && words > 0;) {
        size_t begin = at;
        while (begin > 0 && is_alnum(text.data[begin - 1]))
            begin--;
        char *letter = memchr(left, begin < at ? text.data[begin] : 0, words);
        if (letter)
            *letter = left[--words];
        else if (begin == at || !is_small_word(text, begin))
            return none;
        if (words == 0)
            return ld_span_sub(text, begin, end - begin);
        if (begin == 0 || text.data[begin - 1] != ' ')
            return none;
        at = begin - 1;
    }
    return none;
}

/* LONG (SHORT): a long form that ends at `end`. */
static bool short_before(alias_finder *f, uint32_t at, size_t end, ld_span inner)
{
    ld_span text = f->paragraphs[at], full = {0};
    if (!is_short(inner))
        return false;
    end = skip_ticker(text, trim_end(text, end));
    for (uint32_t way = 0; way < (has_digit(inner) ? DIGITS_WAYS : 1u) && !full.bytes; way++)
        full = long_before(f, text, end, inner, way);
    if (!full.bytes)
        full = name_in_other_order(text, end, inner);
    if (!full.bytes)
        return false;
    add(f, LD_ALIAS_SHORT, place(at, (size_t)(full.data - text.data), full.bytes),
        place(at, (size_t)(inner.data - text.data), inner.bytes));
    return true;
}

#define NOUNS_MAX 2u

/* SHORT (LONG), and with nouns between, as in "EMLA cream (eutectic mixture of ...)" */
static bool long_in_brackets(alias_finder *f, uint32_t at, size_t open, ld_span inner)
{
    ld_span text = f->paragraphs[at];
    char letters[SHORT_BYTES_MAX];
    if (inner.bytes >= WINDOW_BYTES || ld_span_find_byte(inner, ' ') == SIZE_MAX)
        return false;
    size_t end = trim_end(text, open);
    for (uint32_t nouns = 0; nouns <= NOUNS_MAX && end > 0; nouns++) {
        size_t from = end;
        while (from > 0 && text.data[from - 1] != ' ' && text.data[from - 1] != '(')
            from--;
        ld_span word = ld_span_sub(text, from, end - from);
        end = from ? from - 1 : 0;
        if (!is_short(word) || inner.bytes <= word.bytes + 2 ||
            (nouns > 0 && !ld_alias_is_acronym(word)))
            continue;
        uint32_t count = take_letters(word, DIGITS_WRITTEN, letters);
        if (count < 2 + (nouns > 0) ||
            read_short(f->reading, inner, letters, count, nouns > 0 ? 1 : COST_LETTER_MAX) != 0)
            continue;
        add(f, LD_ALIAS_SHORT, place(at, (size_t)(inner.data - text.data), inner.bytes),
            place(at, from, word.bytes));
        return true;
    }
    return false;
}

/* (LONG, SHORT) */
static bool both_in_brackets(alias_finder *f, uint32_t at, ld_span inner)
{
    size_t comma = inner.bytes;
    while (comma > 0 && inner.data[comma - 1] != ',')
        comma--;
    ld_span text = f->paragraphs[at], name = ld_span_trim(ld_span_sub(inner, comma, SIZE_MAX));
    if (comma < 2 || !ld_alias_is_acronym(name))
        return false;
    return short_before(f, at, (size_t)(inner.data - text.data) + comma - 1, name);
}

/* ---- names ---- */

/* A run of capitalised words from `at` on: its end. */
static size_t name_end(ld_span text, size_t at)
{
    size_t end = at;
    for (size_t i = at; i < text.bytes && is_upper(text.data[i]);) {
        while (i < text.bytes &&
               (is_alnum(text.data[i]) || text.data[i] == '-' || text.data[i] == '&'))
            i++;
        end = i;
        if (i + 1 >= text.bytes || text.data[i] != ' ')
            break;
        i++;
        ld_span rest = ld_span_sub(text, i, SIZE_MAX);
        if (ld_span_starts_with(rest, LD_SPAN("of ")))
            i += 3;
    }
    return end;
}

/* The run of capitalised words that ends at `end`, perhaps with one common noun behind it. */
static bool name_before(ld_span text, size_t end, size_t *from, size_t *to)
{
    size_t i = trim_end(text, end);
    *to = i;
    for (uint32_t words = 0; words < 8; words++) {
        size_t begin = i;
        while (begin > 0 && (is_alnum(text.data[begin - 1]) || text.data[begin - 1] == '-'))
            begin--;
        if (begin == i)
            break;
        bool first = words == 0;
        if (!is_upper(text.data[begin])) {
            if (!first)
                break;
            *to = begin; /* "group" */
        } else {
            *from = begin;
        }
        if (begin < 2 || text.data[begin - 1] != ' ')
            return is_upper(text.data[begin]) && *to > *from && (*to = trim_end(text, *to)) > *from;
        i = begin - 1;
        if (first && !is_upper(text.data[begin]))
            *to = i;
        if (is_upper(text.data[begin]))
            *from = begin;
    }
    return *to > *from && is_upper(text.data[*from]);
}

static const char *const known_as[] = {"or ",
                                       "also known as ",
                                       "also called ",
                                       "known as ",
                                       "better known as ",
                                       "formerly known as ",
                                       "now known as ",
                                       "otherwise known as ",
                                       "aka ",
                                       "a.k.a. ",
                                       "formerly ",
                                       "widely known as ",
                                       "also referred to as "};

static size_t skip_known_as(ld_span text, size_t at)
{
    for (size_t i = 0; i < sizeof known_as / sizeof *known_as; i++)
        if (ld_span_starts_with_nocase(ld_span_sub(text, at, SIZE_MAX),
                                       ld_span_from_string(known_as[i]))) {
            at += strlen(known_as[i]);
            ld_span rest = ld_span_sub(text, at, SIZE_MAX);
            return at + (ld_span_starts_with(rest, LD_SPAN("the ")) ? 4 : 0);
        }
    return 0;
}

/* "Its subsidiary, known as WilTel": no name. */
static bool is_pronoun(ld_span word)
{
    static const char *const pronouns[] = {
        "it",   "its",  "his",   "her",   "their", "our", "my", "he",  "she",  "they", "we",
        "this", "that", "these", "those", "the",   "a",   "an", "one", "some", "each", "both"};
    for (size_t i = 0; i < sizeof pronouns / sizeof *pronouns; i++)
        if (ld_span_equal_nocase(word, ld_span_from_string(pronouns[i])))
            return true;
    return false;
}

static bool named_at(alias_finder *f, uint32_t at, size_t end_of_name, size_t phrase)
{
    ld_span text = f->paragraphs[at];
    size_t from = SIZE_MAX, to = 0, other = skip_known_as(text, phrase);
    if (!other || !name_before(text, end_of_name, &from, &to) || from == SIZE_MAX)
        return false;
    size_t end = name_end(text, other);
    if (end < other + 2 || is_pronoun(ld_span_sub(text, from, to - from)))
        return false;
    add(f, LD_ALIAS_NAMED, place(at, from, to - from), place(at, other, end - other));
    return true;
}

/* 0: it is not closed nearby. */
static size_t closing_bracket(ld_span text, size_t open)
{
    char closing = text.data[open] == '(' ? ')' : ']';
    uint32_t depth = 1;
    for (size_t i = open + 1; i < text.bytes && i - open < WINDOW_BYTES; i++) {
        depth += text.data[i] == text.data[open];
        depth -= text.data[i] == closing;
        if (depth == 0)
            return i;
    }
    return 0;
}

static void find_brackets(alias_finder *f, uint32_t at)
{
    ld_span text = f->paragraphs[at];
    for (size_t open = 0; open < text.bytes; open++) {
        if (text.data[open] != '(' && text.data[open] != '[') {
            /* "X, also known as Y": not the plain "or" of a list */
            if (text.data[open] == ',' && open + 2 < text.bytes && text.data[open + 2] != 'o' &&
                text.data[open + 1] == ' ')
                (void)named_at(f, at, open, open + 2);
            continue;
        }
        size_t close = closing_bracket(text, open);
        if (close == 0)
            continue;
        if (named_at(f, at, open, open + 1))
            continue;
        ld_span inner = ld_span_sub(text, open + 1, close - open - 1);
        size_t cut = 0;
        while (cut < inner.bytes && inner.data[cut] != ';' && inner.data[cut] != ',')
            cut++;
        ld_span first = ld_span_trim(ld_span_sub(inner, 0, cut));
        if (!short_before(f, at, open, first) && !both_in_brackets(f, at, inner))
            (void)long_in_brackets(f, at, open, ld_span_trim(inner));
    }
}

/* ---- initials ---- */

/* The first run of capitalised words in the story whose initials are the letters. */
static bool find_initials(const alias_finder *f, uint32_t paragraph_count, ld_span acronym,
                          ld_text_place *found)
{
    for (uint32_t n = 0; n < paragraph_count; n++) {
        ld_span text = f->paragraphs[n];
        for (size_t i = 0; i < text.bytes; i++) {
            if (text.data[i] != acronym.data[0] || !begins_word(text, i))
                continue;
            size_t at = i, end = i;
            uint32_t letter = 0;
            while (letter < acronym.bytes && at < text.bytes &&
                   text.data[at] == acronym.data[letter] && at + 1 < text.bytes &&
                   is_letter(text.data[at + 1]) && !is_upper(text.data[at + 1])) {
                while (at < text.bytes && is_alnum(text.data[at]))
                    at++;
                end = at;
                letter++;
                if (at + 1 >= text.bytes || text.data[at] != ' ')
                    break;
                at++;
                if (is_small_word(text, at) && !is_upper(text.data[at]))
                    while (at < text.bytes && text.data[at++] != ' ')
                        ;
            }
            bool longer =
                end + 1 < text.bytes && text.data[end] == ' ' && is_upper(text.data[end + 1]);
            if (letter == acronym.bytes && !longer) {
                *found = place(n, i, end - i);
                return true;
            }
        }
    }
    return false;
}

static bool has_alias(const alias_finder *f, ld_span other)
{
    for (uint32_t i = 0; i < f->count; i++) {
        const ld_text_place *p = &f->aliases[i].other;
        if (ld_span_equal(ld_span_sub(f->paragraphs[p->paragraph], p->offset, p->bytes), other))
            return true;
    }
    return false;
}

static void find_acronyms(alias_finder *f, uint32_t paragraph_count)
{
    for (uint32_t n = 0; n < paragraph_count; n++) {
        ld_span text = f->paragraphs[n];
        for (size_t i = 0; i < text.bytes; i++) {
            if (!begins_word(text, i) || !is_upper(text.data[i]))
                continue;
            size_t end = i;
            while (end < text.bytes && is_alnum(text.data[end]))
                end++;
            ld_span word = ld_span_sub(text, i, end - i);
            ld_text_place full;
            bool plain = true;
            for (size_t k = 0; k < word.bytes; k++)
                plain &= is_upper(word.data[k]);
            plain &= end == text.bytes || (text.data[end] != '-' && text.data[end] != '/');
            if (plain && ld_alias_is_acronym(word) && !has_alias(f, word) &&
                f->count < LD_ALIASES_MAX && find_initials(f, paragraph_count, word, &full))
                add(f, LD_ALIAS_INITIALS, full, place(n, i, word.bytes));
            i = end - 1;
        }
    }
}

lede_status ld_aliases_find(ld_arena *arena, const ld_span *paragraphs, uint32_t paragraph_count,
                            const ld_alias **aliases, uint32_t *count, lede_error *err)
{
    alias_finder f = {.arena = arena, .paragraphs = paragraphs};
    *aliases = NULL;
    *count = 0;
    f.reading = ld_arena_alloc(arena, sizeof *f.reading);
    if (!f.reading)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < paragraph_count; i++) {
        if (paragraphs[i].bytes > UINT32_MAX / 2)
            return LD_FAIL(err, LEDE_E_LIMIT, "a paragraph of %zu bytes is too long",
                           paragraphs[i].bytes);
        find_brackets(&f, i);
    }
    find_acronyms(&f, paragraph_count);
    if (f.refused)
        return ld_arena_status(arena, err);
    *aliases = f.aliases;
    *count = f.count;
    return LEDE_OK;
}
