/*
 * In which encoding are bytes that do not say so?
 *
 * In order, the first that fits:
 *   1. valid UTF-8 (ASCII included), or UTF-8 with a few broken places: UTF-8
 *   2. many zero bytes, nearly all at odd or all at even offsets: UTF-16LE or UTF-16BE
 *   3. escape sequences of ISO-2022-JP and no byte above 7F
 *   4. the best of five multi-byte encodings, where nearly all high bytes pair up and most pairs
 *      fall where that language's commonest characters are (kana, first-level hanzi, hangul)
 *   5. the best of the single-byte ones, by points a high byte:
 *        a letter among the commonest of its languages  +2 .. +3
 *        another letter -1, an unassigned or C1 byte -20, typographic signs +1
 *        a letter of a script other than Latin beside an ASCII letter -4: words do not mix scripts
 *        two accented Latin letters in a row -2: rare in words, the rule in misread Cyrillic
 *        a capital behind a small letter -3
 *   6. windows-1252, also when nothing earned a point.
 *
 * Cost: one pass over at most SAMPLE_BYTES_MAX bytes a candidate. Rejected: a trained model (pages
 * without a declared encoding and not in UTF-8 are a small, old part of an archive).
 */
#include "text/charset.h"
#include "text/charset_tables.h"
#include "base/utf8.h"

#define SAMPLE_BYTES_MAX (64u << 10)

static bool is_ascii_letter(uint8_t b)
{
    return (uint8_t)((b | 0x20) - 'a') < 26;
}

/* Broken places may be one in sixteen of the multi-byte characters: a page cut in the middle, a
 * pasted byte. */
static bool mostly_utf8(ld_span s)
{
    size_t good = 0, bad = 0;
    for (size_t at = 0; at < s.bytes;) {
        uint8_t lead = (uint8_t)s.data[at];
        size_t from = at;
        uint32_t c = ld_utf8_next(s, &at);
        if (lead < 0x80)
            continue;
        bool cut_by_sample = at == s.bytes && at - from < 4;
        if (c != LD_UTF8_REPLACEMENT || (at - from == 3 && lead == 0xEF))
            good++;
        else if (!cut_by_sample)
            bad++;
    }
    return bad * 16 <= good;
}

static const char *utf16_without_bom(ld_span s)
{
    size_t zero[2] = {0, 0};
    for (size_t i = 0; i < s.bytes; i++)
        zero[i & 1] += s.data[i] == 0;
    size_t half = s.bytes / 2;
    if (half < 4)
        return NULL;
    if (zero[1] * 2 > half && zero[0] * 16 < zero[1])
        return "UTF-16LE";
    if (zero[0] * 2 > half && zero[1] * 16 < zero[0])
        return "UTF-16BE";
    return NULL;
}

static bool is_iso_2022_jp(ld_span s)
{
    bool escape = false;
    for (size_t i = 0; i < s.bytes; i++) {
        if ((uint8_t)s.data[i] >= 0x80)
            return false;
        if (s.data[i] == 0x1B && i + 2 < s.bytes && s.data[i + 1] == '$' &&
            (s.data[i + 2] == 'B' || s.data[i + 2] == '@'))
            escape = true;
    }
    return escape;
}

/* One character of a multi-byte encoding at p: its length (0: none) and whether it is of the
 * encoding's commonest ones. */
typedef size_t (*multi_step)(const uint8_t *p, size_t bytes, bool *common);

static bool between(uint8_t b, uint8_t low, uint8_t high)
{
    return b >= low && b <= high;
}

static size_t step_shift_jis(const uint8_t *p, size_t bytes, bool *common)
{
    if (between(p[0], 0xA1, 0xDF))
        return 1; /* half-width katakana: possible, never the mark of a text */
    if (bytes < 2 || !(between(p[0], 0x81, 0x9F) || between(p[0], 0xE0, 0xFC)) ||
        !(between(p[1], 0x40, 0x7E) || between(p[1], 0x80, 0xFC)))
        return 0;
    *common =
        p[0] == 0x82 || p[0] == 0x83 || (p[0] == 0x81 && p[1] < 0x80) || between(p[0], 0x88, 0x97);
    return 2;
}

static size_t step_euc_jp(const uint8_t *p, size_t bytes, bool *common)
{
    if (bytes >= 2 && p[0] == 0x8E && between(p[1], 0xA1, 0xDF))
        return 2;
    if (bytes >= 3 && p[0] == 0x8F && between(p[1], 0xA1, 0xFE) && between(p[2], 0xA1, 0xFE))
        return 3;
    if (bytes < 2 || !between(p[0], 0xA1, 0xFE) || !between(p[1], 0xA1, 0xFE))
        return 0;
    /* kana only: kanji rows are where gb18030 and euc-kr have theirs */
    *common = (p[0] == 0xA4 && p[1] <= 0xF3) || (p[0] == 0xA5 && p[1] <= 0xF6);
    return 2;
}

static size_t step_gb18030(const uint8_t *p, size_t bytes, bool *common)
{
    if (bytes >= 4 && between(p[0], 0x81, 0xFE) && between(p[1], 0x30, 0x39) &&
        between(p[2], 0x81, 0xFE) && between(p[3], 0x30, 0x39))
        return 4;
    if (bytes < 2 || !between(p[0], 0x81, 0xFE) || p[1] < 0x40 || p[1] == 0x7F || p[1] == 0xFF)
        return 0;
    *common = (between(p[0], 0xB0, 0xD7) && p[1] >= 0xA1) || (p[0] == 0xA3 && p[1] == 0xAC) ||
              (p[0] == 0xA1 && p[1] == 0xA3);
    return 2;
}

static size_t step_big5(const uint8_t *p, size_t bytes, bool *common)
{
    if (bytes < 2 || !between(p[0], 0x81, 0xFE) ||
        !(between(p[1], 0x40, 0x7E) || between(p[1], 0xA1, 0xFE)))
        return 0;
    *common = between(p[0], 0xA4, 0xC6) || (p[0] == 0xA1 && between(p[1], 0x41, 0x4B));
    return 2;
}

static size_t step_euc_kr(const uint8_t *p, size_t bytes, bool *common)
{
    if (bytes < 2 || !between(p[0], 0x81, 0xFE) || p[1] < 0x41 || p[1] == 0xFF)
        return 0;
    *common = between(p[0], 0xB0, 0xC8) && p[1] >= 0xA1;
    return 2;
}

/* Hundredths of pairs that are common ones; 0 where more than one in 32 does not pair up, or where
 * fewer than half touch another pair: CJK characters stand together, the curly quotes and accented
 * letters that look like them stand among ASCII. */
static uint32_t score_multi(ld_span s, multi_step step)
{
    const uint8_t *data = (const uint8_t *)s.data;
    uint64_t pairs = 0, bad = 0, common_pairs = 0, touching = 0;
    bool before_pair = false;
    for (size_t at = 0; at < s.bytes;) {
        bool common = false;
        size_t used = data[at] < 0x80 ? 0 : step(data + at, s.bytes - at, &common);
        bool cut_by_sample = s.bytes - at < 4;
        bad += data[at] >= 0x80 && used == 0 && !cut_by_sample;
        pairs += used > 0;
        common_pairs += common;
        touching += used > 0 && before_pair;
        before_pair = used > 0;
        at += used ? used : 1;
    }
    if (pairs == 0 || bad * 32 > pairs || touching * 2 < pairs)
        return 0;
    return (uint32_t)(common_pairs * 100 / pairs);
}

/* Kana, then hangul, then Shift_JIS decide where they reach their share: no text of the later ones
 * does so by chance (the share of hangul rows is 93 % and more in Korean, 60 % in Chinese read as
 * Korean; Big5's second bytes seldom pair up as EUC-JP). GBK and Big5 are weighed by how far each
 * is into its own range. */
static const char *detect_multi(ld_span s)
{
    if (score_multi(s, step_euc_jp) >= 25)
        return "EUC-JP";
    if (score_multi(s, step_euc_kr) >= 85)
        return "EUC-KR";
    if (score_multi(s, step_shift_jis) >= 65)
        return "Shift_JIS";
    uint32_t gbk = score_multi(s, step_gb18030), big5 = score_multi(s, step_big5);
    if (gbk < 55 && big5 < 60)
        return NULL;
    if (gbk < 55 || big5 < 60)
        return gbk < 55 ? "Big5" : "GBK";
    return (gbk - 55) * 41 >= (big5 - 60) * 46 ? "GBK" : "Big5";
}

typedef struct single_candidate {
    const char *name;
    bool latin;
    const char *frequent; /* UTF-8: letters of some of its languages, commonest first */
} single_candidate;

/* A row a group of languages; ties go to the earlier row. */
static const single_candidate single_candidates[] = {
    {"windows-1252", true, "éèàêçùîôâûïëœÉÈÀÊÇ"},
    {"windows-1252", true, "äöüßéÄÖÜ"},
    {"windows-1252", true, "áéíóñúãçõâêàüÁÉÍÓÚÃÇ"},
    {"windows-1252", true, "åäöøæéõüÅÄÖØÆÕ"},
    {"windows-1252", true, "áíðéóöúæýþÁÍÉÓÖÚÆÝÞ"},
    {"windows-1250", true, "łąęśżóćńźŁĄĘŚŻÓĆŃŹ"},
    {"windows-1250", true, "áíéěščřžýůúďťňóľôäÁÍÉĚŠČŘŽÝŮÚĎŤŇ"},
    {"windows-1250", true, "áéöóőüíúűÁÉÖÓŐÜÍÚŰ"},
    {"windows-1250", true, "ăâîşţĂÂÎŞŢ"},
    {"windows-1250", true, "čšžćđČŠŽĆĐ"},
    {"ISO-8859-2", true, "łąęśżóćńźŁĄĘŚŻÓĆŃŹ"},
    {"ISO-8859-2", true, "áíéěščřžýůúďťňóľôäÁÍÉĚŠČŘŽÝŮÚĎŤŇ"},
    {"ISO-8859-2", true, "čšžćđČŠŽĆĐ"},
    {"windows-1254", true, "ıişğüöçİŞĞÜÖÇâî"},
    {"windows-1257", true, "āēīšņģļķžūčėįųąęõäöüŠŽĀĪČ"},
    {"windows-1251", false, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэёіїєґўОЕАИНТСРВЛКМДПУБГЗ"},
    {"KOI8-R", false, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэёОЕАИНТСРВЛКМДПУБГЗ"},
    {"ISO-8859-5", false, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэёОЕАИНТСРВЛКМДПУБГЗ"},
    {"IBM866", false, "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэёОЕАИНТСРВЛКМДПУБГЗ"},
    {"windows-1253", false, "αοιετςνσηρπκμλυάίόέήύώδγθωχφβξζψ"},
    {"windows-1255", false, "יואהלרםתבמשןנחפקדעצגטכךזסףץ"},
    {"windows-1256", false, "اليمنورتبةدعسفهكقحجشطىصأخذضزئءغ"},
    {"windows-874", false, "านรอกเงมยลวดทสตะปบคหแจพช่้ีัิโ"},
};
#define SINGLE_CANDIDATES (sizeof single_candidates / sizeof single_candidates[0])

enum { POINTS_UNASSIGNED = -20, POINTS_OTHER_LETTER = -1, TOP_LETTERS = 12 };

/* What each of the 128 high bytes is under a candidate. */
typedef struct byte_view {
    int8_t points;
    bool letter, upper;
} byte_view;

static bool is_sign(uint32_t c)
{
    return (c >= 0xA0 && c < 0xC0) || (c >= 0x2010 && c <= 0x203A) || c == 0x20AC || c == 0x2116;
}

/* Latin-1 and the Latin and Cyrillic blocks of these encodings; enough to know a capital. */
static bool is_capital(uint32_t c)
{
    if (c >= 0x100 && c < 0x180)
        return c >= 0x139 && c <= 0x148 ? c & 1 : c >= 0x179 && c <= 0x17E ? c & 1 : !(c & 1);
    return (c >= 0xC0 && c <= 0xDE) || (c >= 0x391 && c <= 0x3A9) || (c >= 0x400 && c <= 0x42F);
}

static void view_candidate(const single_candidate *candidate, byte_view views[128])
{
    const uint16_t *table = NULL;
    for (uint32_t i = 0; i < ld_charset_single_count; i++) {
        if (strcmp(ld_charset_singles[i].name, candidate->name) == 0)
            table = ld_charset_singles[i].high;
    }
    ld_span frequent = ld_span_from_string(candidate->frequent);
    for (size_t b = 0; b < 128; b++) {
        uint32_t c = table ? table[b] : 0;
        byte_view *v = &views[b];
        *v = (byte_view){POINTS_OTHER_LETTER, c >= 0xC0 && !is_sign(c), is_capital(c)};
        if (c < 0xA0 || (c >= 0x2500 && c < 0x2600))
            *v = (byte_view){POINTS_UNASSIGNED, false, false};
        else if (is_sign(c))
            *v = (byte_view){1, false, false};
        int rank = 0;
        for (size_t at = 0; at < frequent.bytes; rank++) {
            if (ld_utf8_next(frequent, &at) == c) {
                v->points = rank < TOP_LETTERS ? 3 : 2;
                v->letter = true;
            }
        }
    }
}

static int64_t score_single(ld_span s, const single_candidate *candidate)
{
    byte_view views[128];
    view_candidate(candidate, views);
    int64_t score = 0;
    bool before_small = false, before_ascii_letter = false, before_high_letter = false;
    for (size_t i = 0; i < s.bytes; i++) {
        uint8_t b = (uint8_t)s.data[i];
        if (b < 0x80) {
            bool letter = is_ascii_letter(b);
            if (letter && before_high_letter && !candidate->latin)
                score -= 4;
            before_small = letter && (b & 0x20);
            before_ascii_letter = letter;
            before_high_letter = false;
            continue;
        }
        const byte_view *v = &views[b - 0x80];
        score += v->points;
        if (v->letter && before_ascii_letter && !candidate->latin)
            score -= 4;
        if (v->letter && before_high_letter && candidate->latin)
            score -= 2;
        if (v->letter && v->upper && before_small)
            score -= 3;
        before_small = v->letter && !v->upper;
        before_high_letter = v->letter;
        before_ascii_letter = false;
    }
    return score;
}

static const char *detect_single(ld_span s)
{
    const char *best = "windows-1252";
    int64_t best_score = 0;
    for (size_t i = 0; i < SINGLE_CANDIDATES; i++) {
        int64_t score = score_single(s, &single_candidates[i]);
        if (score > best_score) {
            best = single_candidates[i].name;
            best_score = score;
        }
    }
    return best;
}

const char *ld_charset_detect(ld_span bytes)
{
    ld_span sample = ld_span_sub(bytes, 0, SAMPLE_BYTES_MAX);
    const char *utf16 = utf16_without_bom(sample);
    if (utf16)
        return utf16;
    if (is_iso_2022_jp(sample))
        return "ISO-2022-JP";
    if (ld_utf8_valid(bytes) || mostly_utf8(bytes))
        return "UTF-8";
    /* A sample without high bytes says nothing: begin at the first one instead. */
    size_t first = 0;
    while (first < bytes.bytes && (uint8_t)bytes.data[first] < 0x80)
        first++;
    sample = ld_span_sub(bytes, first > 64 ? first - 64 : 0, SAMPLE_BYTES_MAX);
    const char *multi = detect_multi(sample);
    return multi ? multi : detect_single(sample);
}
