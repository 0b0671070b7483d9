/*
 * Credits, agencies, datelines.
 *
 *   caption  = text [ "(" credit ")" | label credit | "©" credit ]
 *   label    = ("Photo" | "Foto" | "Image" | "Credit" | ...) [" by" | " credit"] (":" | "/" | "by")
 *   dateline = PLACE ["," country or day] ["(" agency ")"] dash
 *
 * A credit is short and stands at the end. Brackets at the end of a sentence hold many other
 * things, so what is inside must name a picture (strong) or have the shape "A/B", or be an agency
 * (weak): only where a caption may stand does a weak one make a caption.
 */
#include "article/caption.h"

#include "article/story.h"

#define CREDIT_BYTES_MAX   140u /* longer is a sentence */
#define DATELINE_BYTES_MAX 90u

/* In words: photo and image in the languages lede reads dates in. */
static const char *const picture_words[] = {"photo",
                                            "photos",
                                            "photograph",
                                            "photographs",
                                            "photographer",
                                            "foto",
                                            "fotos",
                                            "image",
                                            "images",
                                            "picture",
                                            "pictures",
                                            "bild",
                                            "bilder",
                                            "imagen",
                                            "immagine",
                                            "imagem",
                                            "getty",
                                            "shutterstock",
                                            "alamy",
                                            "istock",
                                            "unsplash",
                                            "pexels",
                                            "courtesy",
                                            "illustration",
                                            "crédit",
                                            "handout",
                                            "epa-efe",
                                            "fotografía",
                                            "beeld",
                                            "screenshot",
                                            "screengrab",
                                            "flickr",
                                            "fotograf",
                                            "copyright",
                                            "credit",
                                            "imago",
                                            "picture-alliance",
                                            "wikimedia",
                                            "fotolia"};

/* In lower case, in the order of first letters; the first that fits is taken. */
static const char *const labels[] = {
    "afp photo",     "bild",           "bilder",       "bildquelle",
    "beeld",         "credit photo",   "crédit photo", "crédits photo",
    "crédit",        "crédits",        "credit",       "copyright",
    "courtesy of",   "credits",        "foto",         "fotos",
    "fotocredit",    "fotografía",     "fuente",       "fonte",
    "fotograf",      "image credit",   "image",        "images",
    "imagen",        "immagine",       "imagem",       "illustration",
    "photograph by", "photographs by", "photo by",     "photos by",
    "photo credit",  "picture credit", "photograph",   "photography",
    "photographer",  "photo",          "photos",       "picture",
    "pictures",      "quelle",         "source",       "via"};

typedef struct agency_name {
    const char *name;   /* as it stands in credits */
    const char *agency; /* what it is called */
    bool is_exact;      /* short names count only in this case: "AP", not "ap" */
} agency_name;

static const agency_name agencies[] = {{"Associated Press", "AP", false},
                                       {"AP", "AP", true},
                                       {"Reuters", "Reuters", false},
                                       {"AFP", "AFP", true},
                                       {"Agence France-Presse", "AFP", false},
                                       {"dpa", "dpa", true},
                                       {"DPA", "dpa", true},
                                       {"Deutsche Presse-Agentur", "dpa", false},
                                       {"EFE", "EFE", true},
                                       {"Press Association", "PA", false},
                                       {"PA Media", "PA", false},
                                       {"PA Wire", "PA", false},
                                       {"PA", "PA", true},
                                       {"ANSA", "ANSA", true},
                                       {"Ansa", "ANSA", true},
                                       {"UPI", "UPI", true},
                                       {"Xinhua", "Xinhua", false},
                                       {"TASS", "TASS", true},
                                       {"Kyodo", "Kyodo", false},
                                       {"ANP", "ANP", true},
                                       {"Belga", "Belga", true},
                                       {"APA", "APA", true},
                                       {"Keystone-SDA", "Keystone-SDA", false},
                                       {"SDA", "Keystone-SDA", true},
                                       {"Lusa", "Lusa", true},
                                       {"LUSA", "Lusa", true},
                                       {"PTI", "PTI", true},
                                       {"NTB", "NTB", true},
                                       {"Ritzau", "Ritzau", false},
                                       {"Canadian Press", "CP", false},
                                       {"AAP", "AAP", true},
                                       {"Bloomberg", "Bloomberg", false},
                                       {"Europa Press", "Europa Press", false},
                                       {"epd", "epd", true},
                                       {"KNA", "KNA", true},
                                       {"SID", "SID", true}};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool names_picture(ld_span s)
{
    if (ld_span_find(s, LD_SPAN("\xc2\xa9")) != SIZE_MAX)
        return true;
    for (size_t i = 0; i < COUNT(picture_words); i++)
        if (ld_text_find_word(s, ld_span_from_string(picture_words[i])) != SIZE_MAX)
            return true;
    return false;
}

/* "A/B" between letters, and no address. */
static bool has_slash_shape(ld_span s)
{
    size_t slash = ld_span_find_byte(s, '/');
    return slash != SIZE_MAX && slash > 0 && slash + 1 < s.bytes &&
           ld_span_find(s, LD_SPAN("://")) == SIZE_MAX && !ld_text_is_digit(s.data[slash - 1]) &&
           !ld_text_is_digit(s.data[slash + 1]);
}

ld_span ld_agency_find(ld_span credit)
{
    for (size_t i = 0; i < COUNT(agencies); i++) {
        ld_span name = ld_span_from_string(agencies[i].name);
        size_t at = ld_text_find_word(credit, name);
        if (at == SIZE_MAX ||
            (agencies[i].is_exact && memcmp(credit.data + at, name.data, name.bytes) != 0))
            continue;
        return ld_span_from_string(agencies[i].agency);
    }
    return (ld_span){0};
}

static ld_span strip_edges(ld_span s)
{
    s = ld_span_trim(s);
    while (s.bytes > 0 && strchr(":/|-,;", s.data[0]))
        s = ld_span_trim(ld_span_of(s.data + 1, s.bytes - 1));
    while (s.bytes > 0 && strchr(":/|,;", s.data[s.bytes - 1]))
        s = ld_span_trim(ld_span_of(s.data, s.bytes - 1));
    return s;
}

/* The first label that does not open with a smaller letter. */
static size_t first_label(char letter)
{
    size_t from = 0, end = COUNT(labels);
    while (from < end) {
        size_t middle = (from + end) / 2;
        if (labels[middle][0] < letter)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

/* What follows a label at the start of s ("Photo: X", "Photo by X", "© X"); data NULL: none. */
static ld_span after_label(ld_span s)
{
    if (ld_span_starts_with(s, LD_SPAN("\xc2\xa9")))
        return strip_edges(ld_span_of(s.data + 2, s.bytes - 2));
    if (s.bytes < 2)
        return (ld_span){0};
    char first = ld_text_lower(s.data[0]), second = ld_text_lower(s.data[1]);
    for (size_t i = first_label(first); i < COUNT(labels) && labels[i][0] == first; i++) {
        if (labels[i][1] != second)
            continue;
        ld_span label = ld_span_from_string(labels[i]);
        ld_span rest = ld_text_after_word(s, label);
        if (!rest.data)
            continue;
        ld_span trimmed = ld_span_trim(rest);
        bool has_colon = trimmed.bytes > 1 && (trimmed.data[0] == ':' || trimmed.data[0] == '/' ||
                                               ld_span_starts_with(trimmed, LD_SPAN("\xc2\xa9")));
        if (has_colon || (ld_span_ends_with(label, LD_SPAN("by")) && trimmed.bytes > 0)) {
            ld_span inner = strip_edges(trimmed);
            return ld_span_starts_with(inner, LD_SPAN("\xc2\xa9")) ? after_label(inner) : inner;
        }
    }
    return (ld_span){0};
}

ld_span ld_credit_clean(ld_span credit)
{
    ld_span s = ld_span_trim(credit);
    while (s.bytes > 1 && ((s.data[0] == '(' && s.data[s.bytes - 1] == ')') ||
                           (s.data[0] == '[' && s.data[s.bytes - 1] == ']')))
        s = ld_span_trim(ld_span_of(s.data + 1, s.bytes - 2));
    for (int rounds = 0; rounds < 3; rounds++) {
        ld_span inner = after_label(s);
        if (!inner.data || inner.bytes == 0)
            break;
        s = inner;
    }
    return strip_edges(s);
}

static ld_credit_strength split_brackets(ld_span text, ld_caption *caption)
{
    ld_span body = text;
    if (body.bytes > 0 && body.data[body.bytes - 1] == '.')
        body.bytes--;
    if (body.bytes < 4)
        return LD_CREDIT_NONE;
    char close = body.data[body.bytes - 1];
    if (close != ')' && close != ']')
        return LD_CREDIT_NONE;
    size_t open = body.bytes - 1;
    while (open > 0 && body.data[open] != (close == ')' ? '(' : '['))
        open--;
    if (body.data[open] != (close == ')' ? '(' : '[') || body.bytes - open > CREDIT_BYTES_MAX)
        return LD_CREDIT_NONE;
    ld_span inner = ld_span_trim(ld_span_sub(body, open + 1, body.bytes - open - 2));
    ld_credit_strength strength = names_picture(inner) ? LD_CREDIT_STRONG
                                  : has_slash_shape(inner) || ld_agency_find(inner).bytes > 0
                                      ? LD_CREDIT_WEAK
                                      : LD_CREDIT_NONE;
    if (strength == LD_CREDIT_NONE)
        return strength;
    caption->credit = ld_credit_clean(inner);
    caption->text = ld_span_trim(ld_span_sub(body, 0, open));
    return strength;
}

/* A label that opens the text or follows a sentence, a bar, a dash or a bracket. */
static bool may_open_credit(ld_span text, size_t at)
{
    if (at == 0)
        return true;
    ld_span before = ld_span_trim(ld_span_sub(text, 0, at));
    if (before.bytes == 0)
        return true;
    return ld_text_ends_sentence(before) || strchr("|/-:,;([", before.data[before.bytes - 1]) ||
           ld_span_ends_with(before, LD_SPAN("\xe2\x80\x93")) ||
           ld_span_ends_with(before, LD_SPAN("\xe2\x80\x94")) ||
           ld_span_ends_with(before, LD_SPAN("\xc2\xb7"));
}

/* What must stand behind every label, or be its end ("photo by"), or be the credit's sign: most
 * texts hold none of it. */
static bool may_hold_label(ld_span s)
{
    return ld_span_find_byte(s, ':') != SIZE_MAX || ld_span_find_byte(s, '/') != SIZE_MAX ||
           ld_span_find_byte(s, '\xc2') != SIZE_MAX ||
           ld_span_find_nocase(s, LD_SPAN("by")) != SIZE_MAX;
}

static ld_credit_strength split_label(ld_span text, ld_caption *caption)
{
    size_t first = text.bytes > CREDIT_BYTES_MAX ? text.bytes - CREDIT_BYTES_MAX : 0;
    if (!may_hold_label(ld_span_sub(text, first, text.bytes)))
        return LD_CREDIT_NONE;
    for (size_t at = first; at < text.bytes; at++) {
        if (at > 0 && (ld_text_is_letter(text.data[at - 1]) || text.data[at - 1] == '-') &&
            text.data[at] != '\xc2')
            continue;
        ld_span tail = ld_span_sub(text, at, text.bytes);
        ld_span inner = after_label(tail);
        if (!inner.data || inner.bytes == 0)
            continue;
        bool is_sign = tail.data[0] == '\xc2';
        if (!may_open_credit(text, at) && !is_sign && !ld_text_is_capitalized(tail))
            continue;
        caption->text = ld_span_trim(ld_span_sub(text, 0, at));
        while (caption->text.bytes > 0 &&
               strchr("|/([-", caption->text.data[caption->text.bytes - 1]))
            caption->text = ld_span_trim(ld_span_sub(caption->text, 0, caption->text.bytes - 1));
        while (inner.bytes > 0 && strchr(")].", inner.data[inner.bytes - 1]))
            inner.bytes--;
        caption->credit = ld_credit_clean(inner);
        return LD_CREDIT_STRONG;
    }
    return LD_CREDIT_NONE;
}

ld_credit_strength ld_caption_split(ld_span text, ld_caption *caption)
{
    *caption = (ld_caption){text, {0}};
    ld_credit_strength strength = split_brackets(text, caption);
    return strength != LD_CREDIT_NONE ? strength : split_label(text, caption);
}

/* ---- datelines ---- */

/* The first dash with a space after it, and what it is preceded by; SIZE_MAX: none. */
static size_t find_dash(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++) {
        if (s.data[i] != '-' && s.data[i] != '\xe2')
            continue;
        ld_span rest = ld_span_sub(s, i, s.bytes);
        if (ld_span_starts_with(rest, LD_SPAN("\xe2\x80\x93")) ||
            ld_span_starts_with(rest, LD_SPAN("\xe2\x80\x94")) ||
            ld_span_starts_with(rest, LD_SPAN("-- ")) ||
            (i > 0 && (s.data[i - 1] == ' ' || s.data[i - 1] == ')') &&
             ld_span_starts_with(rest, LD_SPAN("- "))))
            return i;
    }
    return SIZE_MAX;
}

/* Letters of ASCII are all upper case, and there are two at least. */
static bool is_all_caps(ld_span s)
{
    size_t letters = 0;
    for (size_t i = 0; i < s.bytes; i++) {
        if (s.data[i] >= 'a' && s.data[i] <= 'z')
            return false;
        letters += ld_text_is_letter(s.data[i]);
    }
    return letters >= 2;
}

bool ld_dateline_parse(ld_span paragraph, ld_span *place, ld_span *agency)
{
    size_t dash = find_dash(ld_span_sub(paragraph, 0, DATELINE_BYTES_MAX));
    if (dash == SIZE_MAX || dash == 0)
        return false;
    ld_span head = ld_span_trim(ld_span_sub(paragraph, 0, dash));
    ld_span in_brackets = {0};
    size_t open = ld_span_find_byte(head, '(');
    if (open != SIZE_MAX && head.data[head.bytes - 1] == ')') {
        in_brackets = ld_span_trim(ld_span_sub(head, open + 1, head.bytes - open - 2));
        head = ld_span_trim(ld_span_sub(head, 0, open));
    }
    size_t comma = ld_span_find_byte(head, ',');
    ld_span name = ld_span_trim(comma == SIZE_MAX ? head : ld_span_sub(head, 0, comma));
    size_t slash = ld_span_find_byte(name, '/');
    if (slash != SIZE_MAX)
        name = ld_span_trim(ld_span_sub(name, 0, slash));
    bool has_agency = in_brackets.bytes > 0 && in_brackets.bytes <= 40 &&
                      ld_text_word_count(in_brackets) <= 4 &&
                      (is_all_caps(in_brackets) || ld_agency_find(in_brackets).bytes > 0);
    bool is_place = name.bytes == 0 ? has_agency
                    : has_agency    ? ld_text_is_capitalized(name) && ld_text_word_count(name) <= 4
                                    : is_all_caps(name) && in_brackets.bytes == 0;
    if (!is_place)
        return false;
    *place = name;
    if (has_agency) {
        ld_span known = ld_agency_find(in_brackets);
        *agency = known.bytes > 0 ? known : in_brackets;
    }
    return true;
}
