/*
 * Word segmentation: the word boundaries of UAX #29 with the deviations that a search engine for
 * news wants. All of them are independent of language, because a query has none.
 *
 *   word      letters, digits and their marks in a run: `COVID19`, `4th`, `naïve`
 *   '         joins letters (`don't`, `O'Brien`), typographic apostrophes as well; but a French,
 *             Italian or Catalan elision is a word of its own: `l'homme` is `l` `homme`, by a fixed
 *             list of prefixes before at least two letters; a last 's is possessive and not part
 *             of the form: `Hollande's` has the form `hollande`
 *   . ,       join digits: `3.5`, `1,000` (form `1000`), `13.11.2015`; a comma before four digits
 *             and more does not (`Nov. 13,2015`)
 *   U.S.      single letters with dots are one word without them: `us`, case class UPPER; other
 *             dots separate (UAX #29 joins `end.Next` and `example.com`; text taken from pages has
 *             the first far too often, and the second is found as a phrase of two words)
 *   _ - / @ # separate; `e-mail` is two adjacent words, `@name` and `#tag` are words without sign
 *   CJK       Han, kana, hangul, and Thai, Lao, Khmer, Myanmar, none of which separates words as
 *             readers search them: overlapping pairs of characters with their marks, a single one
 *             where it stands alone. Recall without a dictionary; pairs of a query are a phrase.
 *
 * Everything else, emoji included, is skipped. ASCII goes through one table; categories of the
 * rest come from utf8proc. Most words of most texts are a few ASCII letters or digits between two
 * characters that cannot join them to anything: those are read eight bytes at a time
 * (`simple_word`), with the same answer; whatever looks like more goes the general way. Cost:
 * linear, no memory.
 */
#include "text/words.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/fold.h"

typedef enum char_class {
    OTHER = 0,
    LOWER,
    UPPER,
    CASELESS, /* a letter without case */
    DIGIT,
    IDEOGRAPH, /* of a script that is read in pairs */
    EXTEND,    /* belongs to the letter before it */
    APOSTROPHE,
    MIDDLE /* joins letters, never seen in a form: · and Hebrew geresh, gershayim */
} char_class;

/* clang-format off */
static const uint8_t ascii_class[128] = {
    ['\''] = APOSTROPHE,
    ['0'] = DIGIT, ['1'] = DIGIT, ['2'] = DIGIT, ['3'] = DIGIT, ['4'] = DIGIT,
    ['5'] = DIGIT, ['6'] = DIGIT, ['7'] = DIGIT, ['8'] = DIGIT, ['9'] = DIGIT,
#define CASE_PAIR(u, l) [u] = UPPER, [l] = LOWER
    CASE_PAIR('A', 'a'), CASE_PAIR('B', 'b'), CASE_PAIR('C', 'c'), CASE_PAIR('D', 'd'),
    CASE_PAIR('E', 'e'), CASE_PAIR('F', 'f'), CASE_PAIR('G', 'g'), CASE_PAIR('H', 'h'),
    CASE_PAIR('I', 'i'), CASE_PAIR('J', 'j'), CASE_PAIR('K', 'k'), CASE_PAIR('L', 'l'),
    CASE_PAIR('M', 'm'), CASE_PAIR('N', 'n'), CASE_PAIR('O', 'o'), CASE_PAIR('P', 'p'),
    CASE_PAIR('Q', 'q'), CASE_PAIR('R', 'r'), CASE_PAIR('S', 's'), CASE_PAIR('T', 't'),
    CASE_PAIR('U', 'u'), CASE_PAIR('V', 'v'), CASE_PAIR('W', 'w'), CASE_PAIR('X', 'x'),
    CASE_PAIR('Y', 'y'), CASE_PAIR('Z', 'z'),
#undef CASE_PAIR
};
/* clang-format on */

bool ld_words_are_pairs(uint32_t c)
{
    if (c < 0x0E00)
        return false;
    return c < 0x0F00 || (c >= 0x1000 && c < 0x10A0) || (c >= 0x1100 && c < 0x1200) ||
           (c >= 0x1780 && c < 0x1800) || (c >= 0x3005 && c <= 0x3007) ||
           (c >= 0x3031 && c < 0x31C0) || (c >= 0x31F0 && c < 0x3200) ||
           (c >= 0x3400 && c < 0xA000) || (c >= 0xA960 && c < 0xA980) ||
           (c >= 0xAA60 && c < 0xAA80) || (c >= 0xAC00 && c < 0xD800) ||
           (c >= 0xF900 && c < 0xFB00) || (c >= 0xFF66 && c < 0xFFDD) ||
           (c >= 0x1B000 && c < 0x1B170) || (c >= 0x20000 && c < 0x40000);
}

static char_class class_of(uint32_t c)
{
    if (c < 0x80)
        return ascii_class[c];
    switch (c) {
    case 0x2018:
    case 0x2019:
    case 0x2BC:
    case 0xFF07:
        return APOSTROPHE;
    case 0xB7:
    case 0x5F3:
    case 0x5F4:
        return MIDDLE;
    case 0xAD: /* soft hyphen */
    case 0x200C:
    case 0x200D:
    case 0x2060:
        return EXTEND;
    default:
        break;
    }
    switch (utf8proc_category((utf8proc_int32_t)c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return UPPER;
    case UTF8PROC_CATEGORY_LL:
        return LOWER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_NL:
        return ld_words_are_pairs(c) ? IDEOGRAPH : CASELESS;
    case UTF8PROC_CATEGORY_ND:
        return DIGIT;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
        return EXTEND;
    default:
        return OTHER;
    }
}

static bool is_letter(char_class k)
{
    return k >= LOWER && k <= CASELESS;
}

static bool is_word_part(char_class k)
{
    return k >= LOWER && k <= DIGIT;
}

/* The class of the character at `at` (OTHER at the end) and where the next one begins. */
static char_class peek(ld_span s, size_t at, size_t *next)
{
    if (at >= s.bytes) {
        *next = at;
        return OTHER;
    }
    *next = at;
    return class_of(ld_utf8_next(s, next));
}

/* What a word being read is so far. */
typedef struct scan {
    size_t from;
    size_t at;
    uint32_t cased, upper; /* letters with case; of them capitals */
    bool first_upper;      /* the first letter with case is a capital */
    bool has_letter;
    char_class last;      /* of the last character that is not an EXTEND */
    size_t apostrophe_at; /* of the last apostrophe joined, SIZE_MAX: none */
    uint32_t cased_then, upper_then;
} scan;

static void take(scan *w, char_class k, size_t next)
{
    w->at = next;
    if (k == EXTEND)
        return;
    w->last = k;
    if (k == UPPER || k == LOWER) {
        if (w->cased == 0)
            w->first_upper = k == UPPER;
        w->cased++;
        w->upper += k == UPPER;
    }
    if (is_letter(k))
        w->has_letter = true;
}

static ld_case_class case_class(const scan *w)
{
    if (w->upper == 0)
        return LD_CASE_LOWER;
    if (w->upper == w->cased && w->cased > 1)
        return LD_CASE_UPPER;
    return w->upper == 1 && w->first_upper ? LD_CASE_INITIAL : LD_CASE_MIXED;
}

/* Articles, pronouns and prepositions that lose their vowel before a vowel, in French, Italian and
 * Catalan. */
static bool is_elision(ld_span prefix)
{
    static const char *const longer[] = {"qu",   "all",    "dell",  "nell",  "sull",   "dall",
                                         "coll", "quell",  "quest", "jusqu", "lorsqu", "puisqu",
                                         "un",   "quoiqu", "gliel", "sant"};
    if (prefix.bytes == 1)
        return strchr("ldjmtscnLDJMTSCN", prefix.data[0]) != NULL;
    for (size_t i = 0; i < sizeof longer / sizeof longer[0]; i++) {
        if (ld_span_equal_nocase(prefix, ld_span_from_string(longer[i])))
            return true;
    }
    return false;
}

/* At an apostrophe of `used` bytes inside a word: whether it joins what stands on both sides. */
static bool joins_at_apostrophe(ld_span s, const scan *w, size_t behind)
{
    size_t second, third;
    if (!is_letter(w->last) || !is_letter(peek(s, behind, &second)))
        return false;
    bool two_letters = is_letter(peek(s, second, &third));
    bool first_apostrophe = w->apostrophe_at == SIZE_MAX;
    return !(two_letters && first_apostrophe &&
             is_elision(ld_span_of(s.data + w->from, w->at - w->from)));
}

/* At . or , inside a word: whether it stands between digits of one number. */
static bool joins_digits(ld_span s, const scan *w, char sign)
{
    size_t next = w->at + 1, digits = 0;
    if (w->last != DIGIT)
        return false;
    while (digits < 4 && peek(s, next, &next) == DIGIT)
        digits++;
    return digits > 0 && (sign == '.' || digits < 4);
}

/*
 * `U.S.`, `U.S`, `J.K.` before a name: single letters, each followed by a dot, the last one's dot
 * optional. At least two letters, else false and nothing is taken.
 */
static bool take_acronym(ld_span s, scan *w)
{
    size_t second;
    if (!is_letter(peek(s, w->at, &second)) || second >= s.bytes || s.data[second] != '.')
        return false;
    scan tried = *w;
    uint32_t letters = 0;
    for (;;) {
        size_t behind, next;
        char_class k = peek(s, tried.at, &behind);
        if (!is_letter(k))
            break;
        if (behind < s.bytes && s.data[behind] == '.') {
            take(&tried, k, behind + 1);
            letters++;
            continue;
        }
        char_class after = peek(s, behind, &next);
        if (is_word_part(after) || after == EXTEND)
            break;
        take(&tried, k, behind);
        letters++;
        break;
    }
    if (letters < 2)
        return false;
    *w = tried;
    return true;
}

static void take_run(ld_span s, scan *w)
{
    while (w->at < s.bytes) {
        uint8_t b = (uint8_t)s.data[w->at];
        if (b < 0x80 && is_word_part(ascii_class[b])) {
            take(w, ascii_class[b], w->at + 1);
            continue;
        }
        if (b == '.' || b == ',') {
            if (!joins_digits(s, w, (char)b))
                return;
            w->at++;
            continue;
        }
        size_t next;
        char_class k = peek(s, w->at, &next);
        if (is_word_part(k) || k == EXTEND) {
            take(w, k, next);
            continue;
        }
        if (k == APOSTROPHE && joins_at_apostrophe(s, w, next)) {
            w->apostrophe_at = w->at;
            w->cased_then = w->cased;
            w->upper_then = w->upper;
            w->at = next;
            continue;
        }
        size_t unused;
        if (k == MIDDLE && is_letter(w->last) && is_letter(peek(s, next, &unused))) {
            w->at = next;
            continue;
        }
        return;
    }
}

/* `'s` at the end of what was read (then *form_end is before it), or right behind an acronym. */
static size_t without_possessive(ld_span s, scan *w)
{
    size_t end = w->at;
    if (w->apostrophe_at != SIZE_MAX) {
        size_t letter = w->apostrophe_at;
        ld_utf8_next(s, &letter);
        if (letter + 1 == end && (s.data[letter] | 0x20) == 's') {
            w->cased = w->cased_then;
            w->upper = w->upper_then;
            return w->apostrophe_at;
        }
        return end;
    }
    size_t letter, behind, unused;
    if (s.data[end - 1] == '.' && peek(s, end, &letter) == APOSTROPHE && letter < s.bytes &&
        (s.data[letter] | 0x20) == 's') {
        behind = letter + 1;
        char_class after = peek(s, behind, &unused);
        if (!is_word_part(after) && after != EXTEND)
            w->at = behind;
    }
    return end;
}

static void word_at(ld_span s, size_t from, ld_word *w)
{
    scan it = {.from = from, .at = from, .last = OTHER, .apostrophe_at = SIZE_MAX};
    bool acronym = take_acronym(s, &it);
    if (!acronym)
        take_run(s, &it);
    size_t form_end = without_possessive(s, &it);
    *w = (ld_word){
        .text_offset = from,
        .text_bytes = (uint32_t)(it.at - from),
        .form_bytes = (uint32_t)(form_end - from),
        .kind = it.has_letter ? LD_WORD_LETTERS : LD_WORD_NUMBER,
        .case_class = (uint8_t)case_class(&it),
        .acronym = acronym,
    };
}

/* One character of a paired script with the marks behind it. */
static size_t cluster_end(ld_span s, size_t at)
{
    size_t next;
    peek(s, at, &next);
    while (next < s.bytes) {
        size_t behind;
        if (peek(s, next, &behind) != EXTEND)
            break;
        next = behind;
    }
    return next;
}

/* At an ideograph: the pair that begins here, or the character itself where it stands alone; false
 * where it was the second of the pair before and no third follows. Moves on in any case. */
static bool pair_at(ld_words *it, ld_word *w)
{
    size_t from = it->at, unused;
    size_t middle = cluster_end(it->text, from);
    bool pair = peek(it->text, middle, &unused) == IDEOGRAPH;
    bool covered = it->joined && !pair;
    size_t end = pair ? cluster_end(it->text, middle) : middle;
    it->at = middle;
    it->joined = pair;
    *w = (ld_word){.text_offset = from,
                   .text_bytes = (uint32_t)(end - from),
                   .form_bytes = (uint32_t)(end - from),
                   .kind = LD_WORD_CJK,
                   .case_class = LD_CASE_LOWER};
    return !covered;
}

/* ---- simple words ---- */

#define EACH_BYTE(b) (0x0101010101010101u * (uint64_t)(b))
#define HIGH_BITS    EACH_BYTE(0x80)
#define LANES        (LD_WORDS_WINDOW_BYTES / 8)

/* The high bits of eight bytes, side by side. */
static uint64_t gather(uint64_t high_bits)
{
    return (high_bits >> 7) * 0x0102040810204080u >> 56;
}

static uint64_t gather_all(const uint64_t high_bits[LANES])
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < LANES; i++)
        bits |= gather(high_bits[i]) << i * 8;
    return bits;
}

/* Classifies the stretch that begins at it->at, eight bytes at a time. Adding 0x80 - c to seven
 * bits sets the eighth where they are c or more, and no byte carries into the next. */
static void window_read(ld_words *it)
{
    char padded[LD_WORDS_WINDOW_BYTES] = {0};
    const char *from = it->text.data + it->at;
    size_t bytes = it->text.bytes - it->at;
    if (bytes < LD_WORDS_WINDOW_BYTES) {
        memcpy(padded, from, bytes);
        from = padded;
    } else {
        bytes = LD_WORDS_WINDOW_BYTES;
    }
    it->window_from = it->at;
    it->window_end = it->at + bytes;
    uint64_t digits[LANES], capitals[LANES], others[LANES];
    uint64_t any_digit = 0, any_capital = 0, any_other = 0;
    it->word_bits = 0;
    for (uint32_t i = 0; i < LANES; i++) {
        uint64_t x;
        memcpy(&x, from + i * 8, sizeof x);
        uint64_t ascii = ~x & HIGH_BITS, seven = x & ~HIGH_BITS, small = seven | EACH_BYTE(0x20);
        uint64_t letters =
            (small + EACH_BYTE(0x80 - 'a')) & ~(small + EACH_BYTE(0x7f - 'z')) & ascii;
        digits[i] = (seven + EACH_BYTE(0x80 - '0')) & ~(seven + EACH_BYTE(0x7f - '9')) & ascii;
        capitals[i] = letters & ~(x << 2);
        others[i] = ascii ^ HIGH_BITS;
        any_digit |= digits[i];
        any_capital |= capitals[i];
        any_other |= others[i];
        it->lower[i] = x | capitals[i] >> 2;
        it->word_bits |= gather(letters | digits[i]) << i * 8;
    }
    it->digit_bits = any_digit ? gather_all(digits) : 0;
    it->capital_bits = any_capital ? gather_all(capitals) : 0;
    it->stop_bits = it->word_bits | (any_other ? gather_all(others) : 0);
}

static ld_case_class run_case(uint64_t capitals, uint64_t letters)
{
    uint64_t upper_behind_first = capitals & (capitals - 1), small = letters & ~capitals;
    if (!capitals)
        return LD_CASE_LOWER;
    if (!small && upper_behind_first)
        return LD_CASE_UPPER;
    bool first_upper = (capitals & letters & -letters) != 0;
    return !upper_behind_first && first_upper ? LD_CASE_INITIAL : LD_CASE_MIXED;
}

/* Whether the character behind a word can do nothing to it: anything but ASCII may be a mark or an
 * apostrophe, a dot may make a number or, behind a single letter, an acronym. */
static bool ends_simply(uint8_t behind, bool after_digit, uint32_t bytes)
{
    if (behind >= 0x80 || behind == '\'')
        return false;
    if (behind == '.' || behind == ',')
        return !after_digit && (bytes > 1 || behind == ',');
    return true;
}

/* The word at it->at, an ASCII letter or digit in the window; false where it is not simple. */
static inline bool simple_word(ld_words *it, ld_word *w)
{
    static const uint64_t start[9] = {0,          0xff,         0xffff,         0xffffff,
                                      0xffffffff, 0xffffffffff, 0xffffffffffff, 0xffffffffffffff,
                                      UINT64_MAX};
    size_t from = it->at - it->window_from;
    uint64_t others = ~it->word_bits >> from;
    if (!others && from > 0) { /* it may go on behind the window */
        window_read(it);
        from = 0;
        others = ~it->word_bits;
    }
    uint32_t bytes = others ? (uint32_t)__builtin_ctzll(others) : LD_WORDS_WINDOW_BYTES;
    if (bytes > LD_WORD_KEY_BYTES)
        return false;
    size_t end = it->at + bytes;
    uint64_t run = (1ull << bytes) - 1, digits = it->digit_bits >> from & run;
    if (!ends_simply(end < it->text.bytes ? (uint8_t)it->text.data[end] : 0, digits >> (bytes - 1),
                     bytes))
        return false;
    uint64_t key[2];
    memcpy(key, (const char *)it->lower + from, sizeof key);
    w->text_offset = it->at;
    w->text_bytes = w->form_bytes = bytes;
    w->kind = digits == run ? LD_WORD_NUMBER : LD_WORD_LETTERS;
    w->case_class = (uint8_t)run_case(it->capital_bits >> from & run, run & ~digits);
    w->acronym = false;
    w->simple = true;
    w->key[0] = key[0] & start[bytes < 8 ? bytes : 8];
    w->key[1] = key[1] & start[bytes < 8 ? 0 : bytes - 8];
    return true;
}

void ld_words_init(ld_words *it, ld_span text)
{
    *it = (ld_words){.text = ld_span_sub(text, 0, UINT32_MAX)};
}

/* By the general rules: the word at it->at, or false where none begins there; moves on. Kept apart,
 * so that the way of the simple words saves and restores next to nothing. */
static __attribute__((noinline)) bool general_word(ld_words *it, ld_word *w)
{
    size_t next;
    char_class k = peek(it->text, it->at, &next);
    if (k == IDEOGRAPH)
        return pair_at(it, w);
    if (is_word_part(k)) {
        word_at(it->text, it->at, w);
        it->at += w->text_bytes;
        return true;
    }
    it->at = next;
    return false;
}

static inline bool next_word(ld_words *it, ld_word *w)
{
    while (it->at < it->text.bytes) {
        if (it->at >= it->window_end)
            window_read(it);
        uint64_t stops = it->stop_bits >> (it->at - it->window_from);
        if (!stops) {
            it->at = it->window_end;
            continue;
        }
        it->at += (size_t)__builtin_ctzll(stops);
        bool is_ascii = it->word_bits >> (it->at - it->window_from) & 1;
        if (is_ascii && simple_word(it, w)) {
            it->at += w->text_bytes;
            return true;
        }
        if (general_word(it, w))
            return true;
    }
    return false;
}

bool ld_words_next(ld_words *it, ld_word *w)
{
    return next_word(it, w);
}

uint32_t ld_words_read(ld_words *it, ld_word *words, uint32_t count_max)
{
    uint32_t count = 0;
    while (count < count_max && next_word(it, &words[count]))
        count++;
    return count;
}

/* Without the dots of an acronym and the commas of thousands. Longer words than LD_TERM_BYTES_MAX
 * have no such part that would still be in the form. */
static ld_span without_signs(ld_span raw, bool acronym, char out[LD_TERM_BYTES_MAX])
{
    size_t bytes = 0;
    for (size_t i = 0; i < raw.bytes; i++) {
        char c = raw.data[i];
        if (acronym && c == '.')
            continue;
        if (!acronym && c == ',') {
            size_t digits = 0;
            while (i + 1 + digits < raw.bytes && (uint8_t)(raw.data[i + 1 + digits] - '0') < 10)
                digits++;
            if (digits == 3)
                continue;
        }
        out[bytes++] = c;
    }
    return ld_span_of(out, bytes);
}

size_t ld_word_form(ld_span text, const ld_word *w, char out[LD_TERM_BYTES_MAX])
{
    if (w->simple) {
        memcpy(out, w->key, w->form_bytes);
        return w->form_bytes;
    }
    ld_span raw = ld_span_of(text.data + w->text_offset, w->form_bytes);
    if (raw.bytes > LD_TERM_BYTES_MAX ||
        !(w->acronym || (raw.bytes > 4 && memchr(raw.data, ',', raw.bytes))))
        return ld_fold(raw, out);
    char kept[LD_TERM_BYTES_MAX];
    return ld_fold(without_signs(raw, w->acronym, kept), out);
}
