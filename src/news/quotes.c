/*
 * Who says what?
 *
 *   “We know that more attacks are being prepared,” French Prime Minister Manuel Valls told RTL.
 *    content                                        speaker                            cue
 *
 * Three passes over the paragraphs of a story:
 *   marks      runs between quotation marks become direct quotes; a run without its closing mark
 *              ends with the paragraph. Runs of less than QUOTE_WORDS words are emphasis, not
 * speech cues       a verb of saying with its source: the noun phrase before it (behind an
 * apposition between commas, auxiliaries and adverbs), or behind it where a quotation or the end of
 * a clause stands before ("said Dale Mohler"). Outside quotation marks the cue's clause is reported
 * speech speakers   a direct quote belongs to the cue of its sentence, else to the one of its
 * paragraph (stated); else to the last named source within AROUND paragraphs before, or the next
 *              one after it (inferred). "He" is the last named source; a surname is the fullest
 * name that ends with it
 *
 * Passives ("was told") and infinitives have no source. Weak verbs ("report", "expect") say
 * something only with "that" or a clause behind them. English only; other languages give no cue and
 * so nothing but unattributed quotes.
 *
 * Cost: linear in the text. Source of the idea to go by cue and syntactic place: Pareti, O'Keefe,
 * Konstas, Curran, Koprinska, "Automatically detecting and attributing indirect quotations", EMNLP
 * 2013; the words and rules are our own.
 */
#include "news/quotes.h"

#include <stdlib.h>

#include "base/error.h"
#include "news/times_words.h"

#define QUOTE_WORDS  4u  /* fewer in marks: scare quotes */
#define TERM_BYTES   40u /* "beginning net asset value" */
#define AROUND       3u  /* paragraphs before a quote that may name its speaker */
#define SOURCE_WORDS 24u /* of a noun phrase with its apposition */
#define NONE         UINT32_MAX

const char *const ld_quote_kind_names[LD_QUOTE_REPORTED + 1] = {"stated", "inferred", "reported"};

typedef struct paragraph {
    ld_span text;
    const ld_time_token *tokens;
    uint8_t *quoted; /* [count] a token stands between quotation marks */
    uint32_t count;
} paragraph;

typedef struct cue {
    uint32_t paragraph, verb; /* token */
    uint32_t first, end;      /* tokens of the source; first == end: none */
    uint32_t sentence_first, sentence_end;
    bool behind;        /* the source stands behind the verb */
    ld_text_place name; /* resolved */
} cue;

typedef struct finder {
    ld_arena *arena;
    paragraph *paragraphs;
    uint32_t paragraph_count;
    cue *cues;
    uint32_t cue_count, cue_capacity;
    ld_quote *quotes;
    uint32_t quote_count, quote_capacity;
    bool refused;
} finder;

/* ---- words ---- */

static int compare(const void *key, const void *item)
{
    return strcmp(key, *(const char *const *)item);
}

#define IS_ONE_OF(word, list)                                                                      \
    (bsearch((word), (list), sizeof(list) / sizeof *(list), sizeof *(list), compare) != NULL)

/* Sorted. */
static const char *const strong[] = {
    "accused",   "acknowledged", "added",     "adds",      "admitted",   "alleged",  "argued",
    "asserted",  "believe",      "believed",  "believes",  "claim",      "claimed",  "claims",
    "commented", "complained",   "conceded",  "concluded", "contended",  "denied",   "emphasized",
    "explained", "insisted",     "noted",     "pledged",   "predicted",  "recalled", "reiterated",
    "remarked",  "replied",      "said",      "says",      "speculated", "stated",   "stressed",
    "suspect",   "suspected",    "testified", "told",      "urged",      "vowed",    "warned",
    "warns"};
static const char *const weak[] = {"agreed",   "announced", "cautioned", "confirmed",  "continued",
                                   "declared", "disclosed", "estimate",  "estimated",  "expect",
                                   "expected", "expects",   "feared",    "fears",      "forecast",
                                   "hoped",    "hopes",     "indicated", "maintained", "mentioned",
                                   "observed", "proposed",  "reported",  "responded",  "revealed",
                                   "say",      "suggested", "think",     "thinks",     "wrote"};
/* What the source of the sentence goes on to say. */
static const char *const going_on[] = {"adding", "noting", "saying"};
static const char *const determiners[] = {"a",  "an",   "any",  "his", "its",   "no",
                                          "of", "some", "such", "the", "their", "this"};
static const char *const passive[] = {"are", "be", "been", "being", "is", "to", "was", "were"};
static const char *const helpers[] = {"already", "also",    "earlier",  "had", "has",
                                      "have",    "however", "later",    "now", "repeatedly",
                                      "then",    "today",   "yesterday"};
static const char *const pronouns[] = {"he", "i", "it", "she", "they", "we", "who"};
/* A noun phrase does not reach over these. */
static const char *const walls[] = {"after", "although", "as",     "because", "before", "but",
                                    "if",    "nor",      "or",     "since",   "so",     "than",
                                    "that",  "though",   "unless", "until",   "what",   "when",
                                    "where", "which",    "while",  "with",    "yet"};
static const char *const followers[] = {"a",     "an",    "he",   "his",  "it",
                                        "its",   "no",    "she",  "that", "the",
                                        "their", "there", "they", "this", "we"};

static bool has_mark(const paragraph *p, uint32_t at, char mark)
{
    return at < p->count && p->tokens[at].kind == LD_TW_MARK &&
           p->tokens[at].value == (unsigned char)mark;
}

static bool is_word(const paragraph *p, uint32_t at)
{
    return at < p->count && p->tokens[at].kind != LD_TW_MARK;
}

static bool is(const paragraph *p, uint32_t at, const char *word)
{
    return at < p->count && strcmp(p->tokens[at].lower, word) == 0;
}

static bool ends_sentence(const paragraph *p, uint32_t at)
{
    return at >= p->count || p->tokens[at].sentence;
}

static ld_text_place place_of(const finder *f, uint32_t paragraph_at, uint32_t first, uint32_t end)
{
    if (first >= end)
        return (ld_text_place){0};
    const ld_time_token *a = &f->paragraphs[paragraph_at].tokens[first];
    const ld_time_token *b = &f->paragraphs[paragraph_at].tokens[end - 1];
    return (ld_text_place){paragraph_at, a->offset, b->offset + b->bytes - a->offset};
}

/* ---- quotation marks ---- */

/* The doubled marks of news agencies (`` and '') count as one. */
static bool is_quote_mark(const paragraph *p, uint32_t at)
{
    return has_mark(p, at, '"') ||
           (has_mark(p, at, '\'') && has_mark(p, at + 1, '\'') && p->tokens[at + 1].glued);
}

static bool opens(const paragraph *p, uint32_t at)
{
    const char *bytes = p->text.data + p->tokens[at].offset;
    if (p->tokens[at].bytes == 3) /* U+201C opens, U+201D closes */
        return (unsigned char)bytes[2] == 0x9c || (unsigned char)bytes[2] == 0x9e;
    bool space_behind = at + 1 >= p->count || !p->tokens[at + 1].glued;
    return !space_behind && (!p->tokens[at].glued || at == 0);
}

static uint32_t count_words(const paragraph *p, uint32_t first, uint32_t end)
{
    uint32_t words = 0;
    for (uint32_t i = first; i < end; i++)
        words += is_word(p, i) && !(i > 0 && has_mark(p, i - 1, '\'') && p->tokens[i].glued);
    return words;
}

static void add_direct(finder *f, uint32_t at, uint32_t first, uint32_t end)
{
    paragraph *p = &f->paragraphs[at];
    for (uint32_t i = first; i < end; i++)
        p->quoted[i] = 1;
    while (end > first && has_mark(p, end - 1, ','))
        end--;
    ld_quote q = {.kind = LD_QUOTE_INFERRED, .content = place_of(f, at, first, end)};
    if (count_words(p, first, end) < QUOTE_WORDS || f->quote_count >= LD_QUOTES_MAX)
        return;
    if (!LD_ARENA_PUSH(f->arena, f->quotes, f->quote_count, f->quote_capacity, q))
        f->refused = true;
}

static void find_direct(finder *f, uint32_t at)
{
    paragraph *p = &f->paragraphs[at];
    uint32_t open = NONE, first_mark = NONE;
    for (uint32_t i = 0; i < p->count; i++) {
        if (!is_quote_mark(p, i))
            continue;
        first_mark = first_mark == NONE ? i : first_mark;
        uint32_t width = has_mark(p, i, '"') ? 1 : 2;
        if (open != NONE) {
            add_direct(f, at, open, i);
            open = NONE;
        } else if (opens(p, i)) {
            open = i + width;
        } else if (i == first_mark && i > 0 && p->tokens[i].glued &&
                   (i + 1 == p->count || !p->tokens[i + 1].glued)) {
            add_direct(f, at, 0, i); /* it began in the paragraph before */
        }
        i += width - 1;
    }
    if (open != NONE)
        add_direct(f, at, open, p->count);
}

/* ---- sources ---- */

/* Whether a comma before `at` ends an apposition: "Dale Mohler, a meteorologist, said". */
static uint32_t apposition_begin(const paragraph *p, uint32_t from, uint32_t comma)
{
    for (uint32_t i = comma, words = 0; i > from && words < SOURCE_WORDS; i--, words++) {
        if (has_mark(p, i - 1, ',')) {
            bool role = !is_word(p, i)
                            ? false
                            : is(p, i, "a") || is(p, i, "an") || is(p, i, "the") ||
                                  is(p, i, "who") || is(p, i, "which") || is(p, i, "whose") ||
                                  !p->tokens[i].capital || (i >= 2 && p->tokens[i - 2].capital);
            bool place = i < comma && comma - i <= 3 && p->tokens[i].capital; /* ", Ohio," */
            return role || place ? i - 1 : NONE;
        }
        if (p->quoted[i - 1] || has_mark(p, i - 1, '"'))
            return NONE;
    }
    return NONE;
}

static bool is_finite(const paragraph *p, uint32_t at)
{
    static const char *const verbs[] = {"are",    "be",  "can",  "could", "did",  "do",    "does",
                                        "had",    "has", "have", "is",    "may",  "might", "must",
                                        "should", "was", "were", "will",  "would"};
    return IS_ONE_OF(p->tokens[at].lower, verbs);
}

/* The noun phrase that ends before `end`: its first token. */
static uint32_t phrase_begin(const paragraph *p, uint32_t from, uint32_t end)
{
    uint32_t i = end, words = 0;
    while (i > from && words < SOURCE_WORDS) {
        const ld_time_token *t = &p->tokens[i - 1];
        if (p->quoted[i - 1])
            break;
        if (t->kind == LD_TW_MARK) {
            if (t->value == '>') { /* <RHML.L> */
                uint32_t open = i - 1;
                while (open > from && i - open < 8 && !has_mark(p, open, '<'))
                    open--;
                if (has_mark(p, open, '<') && open > from && i - open > 1) {
                    i = open;
                    continue;
                }
            }
            bool inside = t->value == '-' || t->value == '\'' || t->value == '&' ||
                          t->value == '/' || t->value == '<' || t->value == '>' ||
                          (t->value == '.' && t->glued && i - 1 > from &&
                           (p->tokens[i - 2].bytes <= 2 || p->tokens[i - 2].bytes == 3) &&
                           p->tokens[i - 2].capital);
            if (!inside)
                break;
        } else {
            bool pronoun = IS_ONE_OF(t->lower, pronouns);
            if (pronoun && i < end)
                break;
            if (IS_ONE_OF(t->lower, walls) || is_finite(p, i - 1) ||
                (strcmp(t->lower, "and") == 0 && i < end && !p->tokens[i].capital &&
                 !(i - 1 > from && !p->tokens[i - 2].capital)) ||
                IS_ONE_OF(t->lower, strong))
                break;
            words++;
            if (pronoun)
                return i - 1;
        }
        i--;
    }
    while (i < end && (!is_word(p, i) || is(p, i, "and") || is(p, i, "in") || is(p, i, "however")))
        i++;
    return i;
}

static bool has_noun(const paragraph *p, uint32_t first, uint32_t end)
{
    static const char *const empty[] = {"a",    "also",  "an",  "and", "earlier", "in",
                                        "it's", "later", "not", "of",  "the",     "today"};
    for (uint32_t i = first; i < end; i++)
        if (is_word(p, i) && !IS_ONE_OF(p->tokens[i].lower, empty) &&
            p->tokens[i].kind != LD_TW_NUMBER)
            return true;
    return false;
}

/* Behind "David Saks," where a sentence begins with a name and a role follows; NONE: it does not.
 */
static uint32_t name_at_head(const paragraph *p, uint32_t from)
{
    uint32_t i = from;
    i += is(p, i, "but") || is(p, i, "and");
    uint32_t first = i;
    while (is_word(p, i) && p->tokens[i].capital)
        i++;
    bool role = is_word(p, i + 1) && !p->tokens[i + 1].capital && !is(p, i + 1, "and");
    return i - first >= 2 && has_mark(p, i, ',') && role ? i : NONE;
}

static bool source_before(const paragraph *p, cue *c)
{
    uint32_t from = c->sentence_first, end = c->verb;
    if (end > from && (is(p, end - 1, "and") || is(p, end - 1, "but") || is(p, end - 1, "or")))
        return false;
    while (end > from && is_word(p, end - 1) &&
           (IS_ONE_OF(p->tokens[end - 1].lower, helpers) ||
            (p->tokens[end - 1].bytes > 4 && p->tokens[end - 1].bytes <= LD_TIME_WORD_BYTES &&
             !p->tokens[end - 1].capital &&
             memcmp(p->tokens[end - 1].lower + p->tokens[end - 1].bytes - 2, "ly", 2) == 0)))
        end--;
    if (end > from && is_word(p, end - 1) && IS_ONE_OF(p->tokens[end - 1].lower, passive))
        return false;
    if (end > from && has_mark(p, end - 1, ',')) {
        uint32_t begin = apposition_begin(p, from, end - 1), whole = end - 1;
        uint32_t name = name_at_head(p, from);
        begin = name < end - 1 ? name : begin;
        if (begin == NONE)
            return false;
        c->first = phrase_begin(p, from, begin);
        c->end = whole;
        return c->first < begin && has_noun(p, c->first, begin);
    }
    if (end > from && has_mark(p, end - 1, ')')) /* "Mr Smith (Labour) said" */
        while (end > from && !has_mark(p, --end, '('))
            ;
    c->first = phrase_begin(p, from, end);
    c->end = end;
    return c->first < c->end && has_noun(p, c->first, c->end);
}

/* "said Dale Mohler, a senior meteorologist": only where a clause or a quotation has ended. */
static bool source_behind(const paragraph *p, cue *c)
{
    if (c->verb == c->sentence_first || c->verb < 2)
        return false;
    uint32_t before = c->verb - 1;
    if (!is_quote_mark(p, before) && !has_mark(p, before, ',') && !p->quoted[before] &&
        !(has_mark(p, before, '\'')))
        return false;
    uint32_t i = c->verb + 1;
    c->first = i;
    for (uint32_t words = 0; i < p->count && !ends_sentence(p, i) && words < SOURCE_WORDS; i++) {
        const ld_time_token *t = &p->tokens[i];
        bool stop = t->kind == LD_TW_MARK
                        ? t->value != '-' && t->value != '\'' && t->value != '&' &&
                              t->value != '<' && t->value != '>' &&
                              !(t->value == '.' && t->glued && i + 1 < p->count &&
                                !p->tokens[i + 1].sentence)
                        : IS_ONE_OF(t->lower, walls) || is_finite(p, i) || is(p, i, "in") ||
                              is(p, i, "on") || is(p, i, "at") || is(p, i, "to");
        if (stop || p->quoted[i])
            break;
        words += t->kind != LD_TW_MARK;
        if (IS_ONE_OF(t->lower, pronouns)) {
            i++;
            break;
        }
    }
    c->end = i;
    c->behind = true;
    return c->first < c->end && has_noun(p, c->first, c->end) &&
           (p->tokens[c->first].capital || is(p, c->first, "a") || is(p, c->first, "an") ||
            is(p, c->first, "the") || is(p, c->first, "one") ||
            IS_ONE_OF(p->tokens[c->first].lower, pronouns) || is_quote_mark(p, before) ||
            has_mark(p, before, ','));
}

static bool is_cue(const paragraph *p, uint32_t at)
{
    const char *word = p->tokens[at].lower;
    if (!is_word(p, at) || p->quoted[at] || p->tokens[at].capital)
        return false;
    if (at > 0 && IS_ONE_OF(p->tokens[at - 1].lower, determiners))
        return false; /* "an alleged agreement" */
    if (IS_ONE_OF(word, strong) || IS_ONE_OF(word, going_on))
        return true;
    if (!IS_ONE_OF(word, weak))
        return false;
    if (has_mark(p, at + 1, ',') || has_mark(p, at + 1, ':') || is_quote_mark(p, at + 1))
        return is_quote_mark(p, at + 2) || is_quote_mark(p, at + 1);
    if (is(p, at + 1, "that"))
        return true;
    /* "analysts expect a reduction": a plain object is no speech for most */
    bool mind = word[0] == 'e' && word[1] == 'x';
    if (mind || strcmp(word, "say") == 0)
        return at + 1 < p->count && !is(p, at + 1, "to") &&
               IS_ONE_OF(p->tokens[at + 1].lower, followers) &&
               (at == 0 || !p->tokens[at - 1].capital || mind);
    return at + 2 < p->count && (is(p, at + 1, "it") || is(p, at + 1, "he") ||
                                 is(p, at + 1, "she") || is(p, at + 1, "they"));
}

/* Also at an opening mark behind a full stop, and behind a quotation that ended with one. */
static bool starts_sentence(const paragraph *p, uint32_t at)
{
    if (p->quoted[at] || at == 0)
        return false;
    if (p->tokens[at].sentence)
        return true;
    if (is_quote_mark(p, at))
        return !p->tokens[at].glued && has_mark(p, at - 1, '.') && !p->quoted[at - 1];
    return p->tokens[at].capital && at > 1 && is_quote_mark(p, at - 1) &&
           has_mark(p, at - 2, '.') && p->quoted[at - 2];
}

static void find_cues(finder *f, uint32_t at)
{
    paragraph *p = &f->paragraphs[at];
    uint32_t sentence = 0, last = NONE;
    for (uint32_t i = 0; i < p->count && !f->refused; i++) {
        if (starts_sentence(p, i)) {
            sentence = i;
            last = NONE;
        }
        cue c = {.paragraph = at, .verb = i, .sentence_first = sentence};
        if (!is_cue(p, i))
            continue;
        c.sentence_end = i + 1;
        while (c.sentence_end < p->count && !starts_sentence(p, c.sentence_end))
            c.sentence_end++;
        bool goes_on = IS_ONE_OF(p->tokens[i].lower, going_on);
        bool found = !goes_on && source_before(p, &c);
        bool blocked = i > 0 && is_word(p, i - 1) && IS_ONE_OF(p->tokens[i - 1].lower, passive);
        if (!found && !blocked && !goes_on)
            found = source_behind(p, &c);
        bool joined = goes_on || i == sentence ? goes_on
                                               : (is(p, i - 1, "and") || is(p, i - 1, "but") ||
                                                  (has_mark(p, i - 1, ',') && i > 1));
        if (!found && !blocked && last != NONE && joined) {
            c.first = f->cues[last].first; /* "Hollande said ..., and said" */
            c.end = f->cues[last].end;
            c.behind = false;
            found = true;
        }
        if (!found)
            continue;
        last = f->cue_count;
        if (!LD_ARENA_PUSH(f->arena, f->cues, f->cue_count, f->cue_capacity, c))
            f->refused = true;
    }
}

/* ---- names ---- */

static bool is_pronoun(const paragraph *p, const cue *c)
{
    return c->end - c->first == 1 && IS_ONE_OF(p->tokens[c->first].lower, pronouns);
}

static bool is_name_word(const paragraph *p, uint32_t at)
{
    return is_word(p, at) && p->tokens[at].capital;
}

/* The run of capitalised words that ends a phrase: the name in "French Prime Minister Valls". */
static bool name_in(const paragraph *p, uint32_t first, uint32_t end, uint32_t *from, uint32_t *to)
{
    for (uint32_t i = first; i < end; i++) {
        static const char *const titles[] = {"dr", "mr", "mrs", "ms", "sir"};
        if (!is_name_word(p, i) || (i == first && is(p, i, "the")) ||
            IS_ONE_OF(p->tokens[i].lower, titles))
            continue;
        uint32_t stop = i + 1;
        while (stop < end && (is_name_word(p, stop) ||
                              ((has_mark(p, stop, '-') || has_mark(p, stop, '.') ||
                                is(p, stop, "of") || is(p, stop, "de") || is(p, stop, "van") ||
                                is(p, stop, "bin") || is(p, stop, "al")) &&
                               stop + 1 < end && is_name_word(p, stop + 1))))
            stop++;
        *from = i;
        *to = stop;
        return true;
    }
    return false;
}

/* The longest run of capitals in the story that ends with the same word. */
static ld_text_place fullest(const finder *f, uint32_t at, uint32_t from, uint32_t to)
{
    ld_text_place best = place_of(f, at, from, to);
    const ld_time_token *last = &f->paragraphs[at].tokens[to - 1];
    uint32_t best_words = to - from;
    for (uint32_t n = 0; n < f->paragraph_count; n++) {
        const paragraph *p = &f->paragraphs[n];
        for (uint32_t i = 0; i < p->count; i++) {
            if (!p->tokens[i].capital || p->tokens[i].bytes != last->bytes ||
                strcmp(p->tokens[i].lower, last->lower) != 0)
                continue;
            uint32_t first = i;
            while (first > 0 && is_name_word(p, first - 1) && !p->tokens[first].sentence)
                first--;
            if (first > 0 && p->tokens[first].sentence && i - first > 1)
                first += is(p, first, "the") || is(p, first, "but") || is(p, first, "in");
            if (i + 1 - first > best_words) {
                best_words = i + 1 - first;
                best = place_of(f, n, first, i + 1);
            }
        }
    }
    return best;
}

static void resolve_names(finder *f)
{
    ld_text_place last = {0};
    for (uint32_t i = 0; i < f->cue_count; i++) {
        cue *c = &f->cues[i];
        const paragraph *p = &f->paragraphs[c->paragraph];
        uint32_t from, to;
        if (is_pronoun(p, c)) {
            c->name = last;
        } else if (name_in(p, c->first, c->end, &from, &to)) {
            c->name = fullest(f, c->paragraph, from, to);
            last = c->name;
        } else {
            last = (ld_text_place){0}; /* "he" is not a person of two sources ago */
        }
    }
}

/* ---- putting together ---- */

static void attribute(finder *f, ld_quote *q, const cue *c, uint8_t kind)
{
    q->kind = kind;
    q->speaker = place_of(f, c->paragraph, c->first, c->end);
    q->name = c->name;
    q->cue = place_of(f, c->paragraph, c->verb, c->verb + 1);
}

static uint32_t distance(const finder *f, const ld_quote *q, const cue *c)
{
    uint32_t verb = f->paragraphs[c->paragraph].tokens[c->verb].offset;
    uint32_t end = q->content.offset + q->content.bytes;
    return verb >= end ? verb - end : q->content.offset - verb;
}

/* The nearest cue of the sentence, else of the paragraph; one behind the quote wins a tie. */
static const cue *cue_of_paragraph(const finder *f, const ld_quote *q)
{
    const cue *best = NULL;
    uint32_t best_distance = UINT32_MAX;
    for (uint32_t i = 0; i < f->cue_count; i++) {
        const cue *c = &f->cues[i];
        if (c->paragraph != q->content.paragraph)
            continue;
        uint32_t away = distance(f, q, c);
        if (away < best_distance) {
            best = c;
            best_distance = away;
        }
    }
    return best;
}

static const cue *cue_around(const finder *f, const ld_quote *q)
{
    const cue *before = NULL, *after = NULL;
    for (uint32_t i = 0; i < f->cue_count; i++) {
        const cue *c = &f->cues[i];
        uint32_t at = q->content.paragraph;
        if (c->name.bytes == 0)
            continue;
        if (c->paragraph < at && at - c->paragraph <= AROUND)
            before = c;
        if (!after && c->paragraph == at + 1)
            after = c;
    }
    return before ? before : after;
}

/* The clause of a cue: behind "said", or before ", he said". */
static void add_reported(finder *f, const cue *c)
{
    const paragraph *p = &f->paragraphs[c->paragraph];
    uint32_t from = c->verb + 1 + is(p, c->verb + 1, "that"), end = c->sentence_end;
    bool trailing =
        c->behind || (c->first > c->sentence_first && c->first < c->verb &&
                      has_mark(p, c->first - 1, ',') && !is_quote_mark(p, from) &&
                      !is_quote_mark(p, from + 1) && c->first - c->sentence_first > end - c->verb);
    if (trailing) {
        from = c->sentence_first;
        end = c->behind ? c->verb : c->first;
    }
    uint32_t free_words = 0;
    bool clause = false, direct = false;
    for (uint32_t i = from; i < end; i++) {
        free_words += is_word(p, i) && !p->quoted[i];
        clause |= !p->quoted[i] && (p->tokens[i].kind == LD_TW_PAST || is_finite(p, i));
    }
    for (uint32_t i = c->sentence_first; i < c->sentence_end; i++)
        direct |= p->quoted[i];
    while (end > from && p->tokens[end - 1].kind == LD_TW_MARK)
        end--;
    while (from < end && p->tokens[from].kind == LD_TW_MARK)
        from++;
    ld_quote q = {.content = place_of(f, c->paragraph, from, end)};
    attribute(f, &q, c, LD_QUOTE_REPORTED);
    /* beside a quotation, "told the meeting" tells nothing more */
    if (free_words < 3 || (direct && !clause) || from >= end || f->quote_count >= LD_QUOTES_MAX)
        return;
    if (!LD_ARENA_PUSH(f->arena, f->quotes, f->quote_count, f->quote_capacity, q))
        f->refused = true;
}

/* A short run in marks that nobody around says and that begins no sentence is a term. */
static void drop_emphasis(finder *f)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < f->quote_count; i++) {
        const ld_quote *q = &f->quotes[i];
        const char *text = f->paragraphs[q->content.paragraph].text.data + q->content.offset;
        bool term = q->cue.bytes == 0 && q->content.bytes < TERM_BYTES && text[0] >= 'a' &&
                    text[0] <= 'z' && q->content.offset > 1;
        if (!term)
            f->quotes[kept++] = *q;
    }
    f->quote_count = kept;
}

static int by_place(const void *a, const void *b)
{
    const ld_quote *x = a, *y = b;
    if (x->content.paragraph != y->content.paragraph)
        return x->content.paragraph < y->content.paragraph ? -1 : 1;
    if (x->content.offset != y->content.offset)
        return x->content.offset < y->content.offset ? -1 : 1;
    return (x->kind > y->kind) - (x->kind < y->kind);
}

static lede_status read_paragraphs(finder *f, const ld_span *texts, lede_error *err)
{
    f->paragraphs = ld_arena_array(f->arena, (size_t)f->paragraph_count + 1, sizeof *f->paragraphs);
    if (!f->paragraphs)
        return ld_arena_status(f->arena, err);
    for (uint32_t i = 0; i < f->paragraph_count; i++) {
        paragraph *p = &f->paragraphs[i];
        p->text = texts[i];
        if (texts[i].bytes > UINT32_MAX / 2)
            return LD_FAIL(err, LEDE_E_LIMIT, "a paragraph of %zu bytes is too long",
                           texts[i].bytes);
        LD_TRY(ld_time_tokens(f->arena, texts[i], &p->tokens, &p->count, err));
        p->quoted = ld_arena_array(f->arena, (size_t)p->count + 1, 1);
        if (!p->quoted)
            return ld_arena_status(f->arena, err);
        find_direct(f, i);
    }
    return LEDE_OK;
}

lede_status ld_quotes_find(ld_arena *arena, const ld_span *paragraphs, uint32_t paragraph_count,
                           const ld_quote **quotes, uint32_t *count, lede_error *err)
{
    finder f = {.arena = arena, .paragraph_count = paragraph_count};
    *quotes = NULL;
    *count = 0;
    LD_TRY(read_paragraphs(&f, paragraphs, err));
    for (uint32_t i = 0; i < paragraph_count && !f.refused; i++)
        find_cues(&f, i);
    resolve_names(&f);
    for (uint32_t i = 0; i < f.quote_count; i++) {
        const cue *c = cue_of_paragraph(&f, &f.quotes[i]);
        if (c)
            attribute(&f, &f.quotes[i], c, LD_QUOTE_STATED);
        else if ((c = cue_around(&f, &f.quotes[i])))
            attribute(&f, &f.quotes[i], c, LD_QUOTE_INFERRED);
    }
    drop_emphasis(&f);
    for (uint32_t i = 0; i < f.cue_count && !f.refused; i++)
        add_reported(&f, &f.cues[i]);
    if (f.refused)
        return ld_arena_status(arena, err);
    if (f.quote_count > 1)
        qsort(f.quotes, f.quote_count, sizeof *f.quotes, by_place);
    *quotes = f.quotes;
    *count = f.quote_count;
    return LEDE_OK;
}
