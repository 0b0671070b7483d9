/*
 * Folding: full Unicode case folding, then compatibility decomposition, then marks and special
 * letters by the rules below, then composition (NFC), so that one letter has one spelling.
 *
 *   Latin, Greek      every combining mark goes: é e, ü u, ά α, ệ e. Letters that Unicode does not
 *                     decompose follow their readers' ASCII habit: ß ss, æ ae, œ oe, ø o, ł l,
 *                     đ ð d, þ th, ħ h, ı i, ŋ n, ŧ t
 *   Cyrillic          stress marks go and ё is е, as Russian print has it; й ў ї ѓ ќ stay, which
 *                     are letters of their own (война is not воина, and stems need the й)
 *   Arabic            vowel signs, Koranic signs and tatweel go, alef loses its hamza and madda,
 *                     final ى and Persian ی are ي, ک is ك: what Arabic search engines fold.
 *                     Hamza on waw and yeh stays (another letter)
 *   Hebrew            points and accents go
 *   other scripts     every mark stays: Indic vowel signs, Thai vowels and tones, kana voicing are
 *                     part of the word (कि is not क)
 *   digits            of every script become ASCII digits
 *   apostrophes       ’ ‘ ʼ ＇ ′ become '; the middle dot of l·l, geresh and gershayim go
 *   invisible         soft hyphen, joiners and other default-ignorable code points go
 *
 * Turkish: I folds to i and ı to i, so that ISPARTA, Isparta and ısparta meet in every archive; a
 * language-dependent folding would make the query depend on its language, which nobody states.
 *
 * Idempotent because the decomposition is recursive (case folding of what a compatibility
 * decomposition yields included) and no rule makes what another rule takes away.
 *
 * Sources: Unicode 15 sections 3.13, 5.18; UAX #15; CaseFolding.txt through utf8proc. Letters of
 * Unicode versions newer than the linked utf8proc stand for themselves.
 */
#include "text/fold.h"

#include <utf8proc.h>

#include "base/utf8.h"

/* More code points than the longest answer can have, and one longest decomposition (18). */
#define POINTS_MAX     (LD_TERM_BYTES_MAX + 32)
#define DECOMPOSED_MAX 32

typedef struct point_list {
    int32_t points[POINTS_MAX + DECOMPOSED_MAX];
    size_t count;
} point_list;

static bool in(int32_t c, int32_t low, int32_t high)
{
    return c >= low && c <= high;
}

static bool is_general_mark(int32_t c)
{
    return in(c, 0x0300, 0x036F) || in(c, 0x1AB0, 0x1AFF) || in(c, 0x1DC0, 0x1DFF) ||
           in(c, 0x20D0, 0x20FF) || in(c, 0xFE20, 0xFE2F) || in(c, 0x0483, 0x0489);
}

static bool is_arabic_mark(int32_t c)
{
    return in(c, 0x0610, 0x061A) || in(c, 0x064B, 0x065F) || c == 0x0670 || in(c, 0x06D6, 0x06DC) ||
           in(c, 0x06DF, 0x06E4) || in(c, 0x06E7, 0x06E8) || in(c, 0x06EA, 0x06ED);
}

static bool is_hebrew_mark(int32_t c)
{
    return in(c, 0x0591, 0x05BD) || c == 0x05BF || in(c, 0x05C1, 0x05C2) || in(c, 0x05C4, 0x05C5) ||
           c == 0x05C7;
}

/* Whether base + mark is one of the letters that keep their mark. */
static bool mark_makes_letter(int32_t base, int32_t mark)
{
    switch (mark) {
    case 0x0306:
        return base == 0x0438 || base == 0x0443; /* й ў */
    case 0x0308:
        return base == 0x0456; /* ї */
    case 0x0301:
        return base == 0x0433 || base == 0x043A; /* ѓ ќ */
    case 0x0654:
        return base != 0x0627; /* hamza above, but on alef */
    default:
        return false;
    }
}

/* The digit of a decimal digit code point: Unicode assigns them in runs of ten, zero first, and no
 * two runs touch (the mathematical digits would, and decompose before they come here). */
static int32_t digit_value(int32_t c)
{
    int32_t zero = c;
    while (c - zero < 9 && utf8proc_category(zero - 1) == UTF8PROC_CATEGORY_ND)
        zero--;
    return c - zero;
}

/* The one-letter replacements; 0 drops the code point, -1 means two letters (below). */
static int32_t replace_letter(int32_t c)
{
    switch (c) {
    case 0xF8: /* ø */
        return 'o';
    case 0x142: /* ł */
        return 'l';
    case 0x111: /* đ */
    case 0xF0:  /* ð */
        return 'd';
    case 0x127: /* ħ */
        return 'h';
    case 0x131: /* ı */
        return 'i';
    case 0x14B: /* ŋ */
        return 'n';
    case 0x167: /* ŧ */
        return 't';
    case 0x2018: /* ‘ */
    case 0x2019: /* ’ */
    case 0x2BC:  /* ʼ */
    case 0x2032: /* ′ */
        return '\'';
    case 0x649: /* ى */
    case 0x6CC: /* ی */
        return 0x64A;
    case 0x6A9: /* ک */
        return 0x643;
    case 0xB7:  /* · */
    case 0x5F3: /* geresh */
    case 0x5F4: /* gershayim */
    case 0x640: /* tatweel */
        return 0;
    case 0xE6:  /* æ */
    case 0x153: /* œ */
    case 0xFE:  /* þ */
        return -1;
    default:
        return c;
    }
}

static void push(point_list *list, int32_t c)
{
    if (list->count < sizeof list->points / sizeof list->points[0])
        list->points[list->count++] = c;
}

static int32_t base_before(const point_list *list)
{
    return list->count > 0 ? list->points[list->count - 1] : 0;
}

/* One decomposed, case-folded code point. */
static void push_folded(point_list *list, int32_t c)
{
    if (c < 0x80) {
        if (c > ' ')
            push(list, c);
        return;
    }
    if (is_general_mark(c) || is_arabic_mark(c) || is_hebrew_mark(c)) {
        if (mark_makes_letter(base_before(list), c))
            push(list, c);
        return;
    }
    utf8proc_category_t category = utf8proc_category(c);
    if (category == UTF8PROC_CATEGORY_ND) {
        push(list, '0' + digit_value(c));
        return;
    }
    if (category == UTF8PROC_CATEGORY_ZS || c == LD_UTF8_REPLACEMENT)
        return;
    int32_t letter = replace_letter(c);
    if (letter > 0) {
        push(list, letter);
    } else if (letter < 0) {
        push(list, c == 0xE6 ? 'a' : c == 0x153 ? 'o' : 't');
        push(list, c == 0xFE ? 'h' : 'e');
    }
}

/* Canonical ordering of the marks that are left (UAX #15, D109). */
static void order_marks(point_list *list)
{
    for (size_t i = 1; i < list->count; i++) {
        int32_t c = list->points[i];
        int rank = utf8proc_get_property(c)->combining_class;
        size_t to = i;
        while (rank > 0 && to > 0 &&
               utf8proc_get_property(list->points[to - 1])->combining_class > rank) {
            list->points[to] = list->points[to - 1];
            to--;
        }
        list->points[to] = c;
    }
}

static size_t fold_unicode(ld_span word, char out[LD_TERM_BYTES_MAX])
{
    const utf8proc_option_t options =
        UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    point_list list = {.count = 0};
    for (size_t at = 0; at < word.bytes && list.count < POINTS_MAX;) {
        int32_t decomposed[DECOMPOSED_MAX];
        int boundary = 0;
        int32_t c = (int32_t)ld_utf8_next(word, &at);
        utf8proc_ssize_t n =
            utf8proc_decompose_char(c, decomposed, DECOMPOSED_MAX, options, &boundary);
        for (utf8proc_ssize_t i = 0; i < n && i < DECOMPOSED_MAX; i++)
            push_folded(&list, decomposed[i]);
    }
    order_marks(&list);
    utf8proc_ssize_t composed = utf8proc_normalize_utf32(list.points, (utf8proc_ssize_t)list.count,
                                                         UTF8PROC_COMPOSE | UTF8PROC_STABLE);
    size_t bytes = 0;
    for (utf8proc_ssize_t i = 0; i < composed; i++) {
        char c[4];
        size_t length = ld_utf8_encode((uint32_t)list.points[i], c);
        if (bytes + length > LD_TERM_BYTES_MAX)
            break;
        memcpy(out + bytes, c, length);
        bytes += length;
    }
    return bytes;
}

size_t ld_fold(ld_span word, char out[LD_TERM_BYTES_MAX])
{
    size_t bytes = word.bytes < LD_TERM_BYTES_MAX ? word.bytes : LD_TERM_BYTES_MAX;
    for (size_t i = 0; i < bytes; i++) {
        uint8_t b = (uint8_t)word.data[i];
        if (b >= 0x80 || b <= ' ')
            return fold_unicode(word, out);
        out[i] = (char)(b | ((uint8_t)(b - 'A') < 26 ? 0x20 : 0));
    }
    return bytes;
}
