/*
 * Sentence boundaries: near UAX #29, with what it leaves to tailoring: abbreviations.
 *
 *   sentence   text, terminators, closing quotes and brackets; then white space
 *   . ? ! …    end one where white space (or the end) follows and the next word does not begin
 *              with a small letter
 *   。！？     and their kin end one anywhere
 *   blank line ends one
 *
 * A single full stop does not end one
 *   behind a title or another word that always has something after it (`Mr.`, `Gen.`, `vs.`)
 *   behind a month or a label before a digit (`Nov. 13`, `No. 5`, `p. 12`)
 *   behind an initial (`J. K. Rowling`), an acronym or a company's `Inc.`, unless the next word is
 *   one that opens sentences and is rarely part of a name (`in the U.S. The` but `U.S. Senate`).
 *
 * The lists are small on purpose: English, and the titles of French, German, Spanish and Italian
 * news. A missed boundary makes one long sentence, a wrong one cuts a `w/s` match in two; the lists
 * lean to the first. Cost: linear; looks back at most WORD_BYTES_MAX bytes.
 */
#include "text/sentences.h"

#include <utf8proc.h>

#include "base/utf8.h"

#define WORD_BYTES_MAX 24u /* a word before a full stop longer than this is no abbreviation */

static bool is_space(uint32_t c)
{
    return c == ' ' || (c >= 9 && c <= 13) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
           c == 0x205F || c == 0x3000;
}

static bool is_wide_terminator(uint32_t c)
{
    return c == 0x3002 || c == 0xFF01 || c == 0xFF1F || c == 0xFF61 || c == 0x0964 || c == 0x0965;
}

static bool is_terminator(uint32_t c)
{
    return c == '.' || c == '?' || c == '!' || c == 0x2026 || c == 0x203C || c == 0x203D ||
           (c >= 0x2047 && c <= 0x2049) || c == 0x061F || c == 0x06D4 || c == 0x0589 ||
           is_wide_terminator(c);
}

static bool is_closer(uint32_t c)
{
    return c == '"' || c == '\'' || c == ')' || c == ']' || c == '}' || c == 0x2019 ||
           c == 0x201D || c == 0x203A || c == 0xBB || c == 0x201C /* closes in German */ ||
           c == 0x300D || c == 0x300F || c == 0xFF09 || c == 0x3011 || c == 0x300B;
}

static bool is_opener(uint32_t c)
{
    return c == '"' || c == '\'' || c == '(' || c == '[' || c == '{' || c == 0x2018 ||
           c == 0x201C || c == 0x201E || c == 0x201A || c == 0x2039 || c == 0xAB || c == 0xBF ||
           c == 0xA1 || c == '-' || c == 0x2013 || c == 0x2014;
}

static bool in_list(ld_span word, const char *const *list)
{
    for (size_t i = 0; list[i]; i++) {
        if (ld_span_equal_nocase(word, ld_span_from_string(list[i])))
            return true;
    }
    return false;
}

/* Something of the same sentence always follows. */
static const char *const always_inside[] = {
    "mr",   "mrs",  "ms",     "dr",   "prof", "rev", "hon",    "gen",  "sen", "rep",  "gov",
    "lt",   "col",  "sgt",    "capt", "cpl",  "pvt", "maj",    "cmdr", "adm", "brig", "supt",
    "insp", "det",  "messrs", "mme",  "mlle", "mgr", "st",     "ste",  "mt",  "ft",   "vs",
    "sra",  "srta", "sig",    "dott", "hr",   "fr",  "dra",    "ing",  "bzw", "z.b",  "d.h",
    "e.g",  "i.e",  "ca",     "usw",  "cf",   "viz", "approx", "pres", "amb", NULL};

/* A number that follows belongs to it. */
static const char *const before_number[] = {"jan",  "feb",  "mar", "apr", "jun", "jul", "aug",
                                            "sept", "sep",  "oct", "nov", "dec", "no",  "nos",
                                            "nr",   "vol",  "art", "fig", "p",   "pp",  "ch",
                                            "sec",  "para", "op",  "al",  "n",   NULL};

/* Ends a sentence only before a word that opens one. */
static const char *const seldom_last[] = {"inc", "corp", "co",   "ltd",  "bros", "jr",  "sr",
                                          "plc", "llc",  "dept", "univ", "assn", "ave", "blvd",
                                          "rd",  "etc",  "est",  "a.m",  "p.m",  NULL};

static const char *const openers_of_sentences[] = {
    "the",  "he",    "she",       "it",     "they",     "we",      "i",    "you",
    "in",   "on",    "at",        "but",    "and",      "a",       "an",   "this",
    "that", "these", "those",     "there",  "his",      "her",     "its",  "their",
    "our",  "as",    "after",     "before", "when",     "while",   "if",   "for",
    "with", "by",    "from",      "since",  "although", "however", "some", "many",
    "most", "one",   "no",        "what",   "who",      "how",     "why",  "not",
    "so",   "then",  "meanwhile", "also",   "another",  "both",    NULL};

/* The word that ends at `end`, inner dots included. */
static ld_span word_before(ld_span s, size_t end)
{
    size_t from = end;
    while (from > 0 && end - from <= WORD_BYTES_MAX) {
        uint8_t b = (uint8_t)s.data[from - 1];
        bool part =
            b >= 0x80 || b == '.' || (uint8_t)((b | 0x20) - 'a') < 26 || (uint8_t)(b - '0') < 10;
        if (!part)
            break;
        from--;
    }
    return ld_span_of(s.data + from, end - from);
}

static ld_span ascii_word_at(ld_span s, size_t from)
{
    size_t end = from;
    while (end < s.bytes && (uint8_t)((s.data[end] | 0x20) - 'a') < 26)
        end++;
    return ld_span_of(s.data + from, end - from);
}

static bool is_one_capital(ld_span word)
{
    if (word.bytes == 0)
        return false;
    size_t at = 0;
    uint32_t c = ld_utf8_next(word, &at);
    return at == word.bytes && utf8proc_category((int32_t)c) == UTF8PROC_CATEGORY_LU;
}

/* Whether the one full stop behind `word` ends a sentence, `next` being where the next word, or
 * its opening quotes, begin. */
static bool full_stop_ends(ld_span s, ld_span word, size_t next)
{
    size_t at = next;
    uint32_t c = 0;
    while (at < s.bytes) {
        size_t behind = at;
        c = ld_utf8_next(s, &behind);
        if (!is_opener(c))
            break;
        at = behind;
    }
    if (word.bytes == 0 || word.bytes > WORD_BYTES_MAX)
        return true;
    ld_span follower = ascii_word_at(s, at);
    bool opens = in_list(follower, openers_of_sentences);
    if (in_list(word, always_inside))
        return false;
    if (c >= '0' && c <= '9' && in_list(word, before_number))
        return false;
    if (is_one_capital(word))
        return opens && (follower.bytes > 1 || ld_span_equal(word, LD_SPAN("I")));
    bool acronym = memchr(word.data, '.', word.bytes) != NULL;
    if (in_list(word, seldom_last) ||
        (acronym && (uint8_t)((word.data[word.bytes - 1] | 0x20) - 'a') < 26))
        return opens;
    return true;
}

/* Behind terminators and closers: whether the sentence ends there. `stop_at`: of the only full
 * stop, SIZE_MAX when the terminators were others. */
static bool ends_here(ld_span s, size_t behind, size_t stop_at)
{
    size_t next = behind;
    bool space = false;
    uint32_t c = 0;
    while (next < s.bytes) {
        size_t after = next;
        c = ld_utf8_next(s, &after);
        if (!is_space(c))
            break;
        space = true;
        next = after;
    }
    if (next >= s.bytes)
        return true;
    if (!space)
        return false;
    size_t letter_at = next;
    while (is_opener(c) && letter_at < s.bytes)
        c = ld_utf8_next(s, &letter_at);
    if (utf8proc_category((int32_t)c) == UTF8PROC_CATEGORY_LL)
        return false;
    return stop_at == SIZE_MAX || full_stop_ends(s, word_before(s, stop_at), next);
}

static bool blank_line_at(ld_span s, size_t at)
{
    return s.data[at] == '\n' && at + 1 < s.bytes && s.data[at + 1] == '\n';
}

/* Bytes that may begin a terminator or a blank line; all others are skipped without decoding. */
static const bool may_end[256] = {
    ['.'] = true,  ['?'] = true,  ['!'] = true,  ['\n'] = true, [0xD6] = true, [0xD8] = true,
    [0xDB] = true, [0xE0] = true, [0xE2] = true, [0xE3] = true, [0xEF] = true,
};

/* Where the sentence that begins at `at` ends. */
static size_t sentence_end(ld_span s, size_t at)
{
    while (at < s.bytes) {
        if (!may_end[(uint8_t)s.data[at]]) {
            at++;
            continue;
        }
        if (blank_line_at(s, at))
            return at;
        size_t first = at;
        uint32_t c = ld_utf8_next(s, &at);
        if (!is_terminator(c))
            continue;
        uint32_t count = 0;
        bool wide = false, only_stop = c == '.';
        size_t behind = first;
        while (behind < s.bytes) {
            size_t after = behind;
            uint32_t t = ld_utf8_next(s, &after);
            if (!is_terminator(t))
                break;
            wide = wide || is_wide_terminator(t);
            behind = after;
            count++;
        }
        while (behind < s.bytes) {
            size_t after = behind;
            if (!is_closer(ld_utf8_next(s, &after)))
                break;
            behind = after;
        }
        if (wide || ends_here(s, behind, only_stop && count == 1 ? first : SIZE_MAX))
            return behind;
        at = behind;
    }
    return at;
}

void ld_sentences_init(ld_sentences *it, ld_span text)
{
    *it = (ld_sentences){.text = text};
}

bool ld_sentences_next(ld_sentences *it, size_t *from, size_t *end)
{
    ld_span s = it->text;
    while (it->at < s.bytes) {
        size_t behind = it->at;
        if (!is_space(ld_utf8_next(s, &behind)))
            break;
        it->at = behind;
    }
    if (it->at >= s.bytes)
        return false;
    *from = it->at;
    it->at = sentence_end(s, it->at);
    *end = it->at;
    /* only a sentence without a terminator can end in white space */
    while (*end > *from) {
        size_t last = *end - 1;
        while (last > *from && ((uint8_t)s.data[last] & 0xC0) == 0x80)
            last--;
        size_t behind = last;
        if (!is_space(ld_utf8_next(s, &behind)))
            break;
        *end = last;
    }
    return true;
}
