/*
 * The fixed phrases of news pages, in the languages lede reads dates in.
 *
 * A phrase counts only when it is the whole line (exact) or when the line opens with it and stays
 * short (prefix): the same words inside a sentence are the story. The list is short on purpose;
 * most furniture is found by its place, its links and its markup.
 */
#include "article/furniture.h"

#include "article/story.h"

#define LINE_BYTES_MAX       90u /* a prefix phrase makes only a line so short furniture */
#define DISCLOSURE_BYTES_MAX 500u
#define PHRASE_BYTES_MAX     64u

typedef struct phrase {
    char text[32]; /* in lower case */
    uint8_t bytes;
    uint8_t kind; /* ld_furniture */
    bool is_prefix;
} phrase;

#define PHRASE(literal) literal, sizeof(literal) - 1

#define LINE   LD_FURNITURE_LINE
#define OPENER LD_FURNITURE_OPENER
#define END    LD_FURNITURE_END
/* English, French, German, Spanish, Portuguese, Italian, Dutch, in the order of first bytes. Of two
 * that open alike the one that stands first is asked first. */
static const phrase phrases[] = {{PHRASE("(c) "), END, true},
                                 {PHRASE("advertisement"), LINE, false},
                                 {PHRASE("advertising"), LINE, false},
                                 {PHRASE("article continues below"), LINE, true},
                                 {PHRASE("article continues after"), LINE, true},
                                 {PHRASE("accept all"), LINE, true},
                                 {PHRASE("also read"), LINE, true},
                                 {PHRASE("add a comment"), END, true},
                                 {PHRASE("about the author"), END, true},
                                 {PHRASE("all rights reserved"), END, true},
                                 {PHRASE("abonnez-vous"), LINE, true},
                                 {PHRASE("accueil"), LINE, false},
                                 {PHRASE("aller au contenu"), LINE, true},
                                 {PHRASE("anzeige"), LINE, false},
                                 {PHRASE("auch interessant"), OPENER, true},
                                 {PHRASE("alle rechte vorbehalten"), END, true},
                                 {PHRASE("artikel teilen"), LINE, true},
                                 {PHRASE("articoli correlati"), OPENER, true},
                                 {PHRASE("advertentie"), LINE, false},
                                 {PHRASE("alle rechten voorbehouden"), END, true},
                                 {PHRASE("back to top"), LINE, true},
                                 {PHRASE("buscar"), LINE, false},
                                 {PHRASE("continue reading"), LINE, true},
                                 {PHRASE("click here to"), LINE, true},
                                 {PHRASE("copy link"), LINE, false},
                                 {PHRASE("close"), LINE, false},
                                 {PHRASE("cookie policy"), LINE, true},
                                 {PHRASE("comments"), END, false},
                                 {PHRASE("copyright"), END, true},
                                 {PHRASE("commentaires"), END, false},
                                 {PHRASE("compartir"), LINE, true},
                                 {PHRASE("compartilhe"), LINE, true},
                                 {PHRASE("compartilhar"), LINE, true},
                                 {PHRASE("comentarios"), END, false},
                                 {PHRASE("comentários"), END, false},
                                 {PHRASE("condividi"), LINE, true},
                                 {PHRASE("commenti"), END, false},
                                 {PHRASE("cerca"), LINE, false},
                                 {PHRASE("don't miss"), OPENER, true},
                                 {PHRASE("das könnte sie auch"), OPENER, true},
                                 {PHRASE("drucken"), LINE, false},
                                 {PHRASE("delen"), LINE, false},
                                 {PHRASE("email"), LINE, false},
                                 {PHRASE("e-mail"), LINE, false},
                                 {PHRASE("editor's picks"), OPENER, true},
                                 {PHRASE("facebook"), LINE, false},
                                 {PHRASE("follow us"), LINE, true},
                                 {PHRASE("filed under"), LINE, true},
                                 {PHRASE("gallery"), LINE, false},
                                 {PHRASE("getty images"), LINE, false},
                                 {PHRASE("gerelateerd"), OPENER, true},
                                 {PHRASE("home"), LINE, false},
                                 {PHRASE("image caption"), LINE, false},
                                 {PHRASE("image source"), LINE, true},
                                 {PHRASE("image"), LINE, false},
                                 {PHRASE("imprimer"), LINE, false},
                                 {PHRASE("inicio"), LINE, false},
                                 {PHRASE("i più letti"), OPENER, true},
                                 {PHRASE("jump to"), LINE, true},
                                 {PHRASE("join the conversation"), END, true},
                                 {PHRASE("jetzt abonnieren"), LINE, true},
                                 {PHRASE("kommentare"), END, false},
                                 {PHRASE("kommentar schreiben"), END, true},
                                 {PHRASE("linkedin"), LINE, false},
                                 {PHRASE("listen"), LINE, false},
                                 {PHRASE("listen to this article"), LINE, true},
                                 {PHRASE("log in"), LINE, false},
                                 {PHRASE("login"), LINE, false},
                                 {PHRASE("loading"), LINE, false},
                                 {PHRASE("loading..."), LINE, false},
                                 {PHRASE("latest news"), OPENER, false},
                                 {PHRASE("leave a comment"), END, true},
                                 {PHRASE("leave a reply"), END, true},
                                 {PHRASE("lire aussi"), LINE, true},
                                 {PHRASE("lire la suite"), LINE, true},
                                 {PHRASE("lire également"), LINE, true},
                                 {PHRASE("les plus lus"), OPENER, true},
                                 {PHRASE("lesen sie auch"), LINE, true},
                                 {PHRASE("lesen sie mehr"), LINE, true},
                                 {PHRASE("lea también"), LINE, true},
                                 {PHRASE("lee también"), LINE, true},
                                 {PHRASE("leia também"), LINE, true},
                                 {PHRASE("leia mais"), LINE, true},
                                 {PHRASE("lo más leído"), OPENER, true},
                                 {PHRASE("leggi anche"), LINE, true},
                                 {PHRASE("leggi tutto"), LINE, true},
                                 {PHRASE("lees ook"), LINE, true},
                                 {PHRASE("lees meer"), LINE, true},
                                 {PHRASE("lees verder"), LINE, true},
                                 {PHRASE("menu"), LINE, false},
                                 {PHRASE("media caption"), LINE, false},
                                 {PHRASE("min read"), LINE, false},
                                 {PHRASE("minutes to read"), LINE, false},
                                 {PHRASE("more from"), OPENER, true},
                                 {PHRASE("more on this"), OPENER, true},
                                 {PHRASE("more on:"), LINE, true},
                                 {PHRASE("more stories"), OPENER, true},
                                 {PHRASE("most read"), OPENER, true},
                                 {PHRASE("most popular"), OPENER, true},
                                 {PHRASE("most viewed"), OPENER, true},
                                 {PHRASE("mehr zum thema"), OPENER, true},
                                 {PHRASE("meistgelesen"), OPENER, true},
                                 {PHRASE("meistgelesene"), OPENER, true},
                                 {PHRASE("más información"), OPENER, false},
                                 {PHRASE("más leídas"), OPENER, true},
                                 {PHRASE("mais lidas"), OPENER, true},
                                 {PHRASE("meest gelezen"), OPENER, true},
                                 {PHRASE("next"), LINE, false},
                                 {PHRASE("newsletter"), LINE, false},
                                 {PHRASE("noticias relacionadas"), OPENER, true},
                                 {PHRASE("print"), LINE, false},
                                 {PHRASE("previous"), LINE, false},
                                 {PHRASE("privacy policy"), LINE, true},
                                 {PHRASE("printable version"), LINE, true},
                                 {PHRASE("photos:"), LINE, false},
                                 {PHRASE("posted in"), LINE, true},
                                 {PHRASE("popular now"), OPENER, true},
                                 {PHRASE("post a comment"), END, true},
                                 {PHRASE("publicité"), LINE, false},
                                 {PHRASE("partager"), LINE, true},
                                 {PHRASE("publicidad"), LINE, false},
                                 {PHRASE("publicidade"), LINE, false},
                                 {PHRASE("pubblicità"), LINE, false},
                                 {PHRASE("read more"), LINE, true},
                                 {PHRASE("register"), LINE, false},
                                 {PHRASE("related"), OPENER, false},
                                 {PHRASE("related:"), LINE, true},
                                 {PHRASE("related articles"), OPENER, true},
                                 {PHRASE("related stories"), OPENER, true},
                                 {PHRASE("related news"), OPENER, true},
                                 {PHRASE("related topics"), OPENER, true},
                                 {PHRASE("related content"), OPENER, true},
                                 {PHRASE("related links"), OPENER, true},
                                 {PHRASE("read also"), LINE, true},
                                 {PHRASE("read next"), OPENER, true},
                                 {PHRASE("recommended"), OPENER, true},
                                 {PHRASE("recent posts"), OPENER, true},
                                 {PHRASE("rechercher"), LINE, false},
                                 {PHRASE("recherche"), LINE, false},
                                 {PHRASE("riproduzione riservata"), END, true},
                                 {PHRASE("reacties"), END, false},
                                 {PHRASE("search in site"), LINE, false},
                                 {PHRASE("search this site"), LINE, false},
                                 {PHRASE("search"), LINE, false},
                                 {PHRASE("sponsored"), LINE, false},
                                 {PHRASE("story continues below"), LINE, true},
                                 {PHRASE("scroll to continue"), LINE, true},
                                 {PHRASE("scroll down"), LINE, true},
                                 {PHRASE("share this"), LINE, true},
                                 {PHRASE("share on"), LINE, true},
                                 {PHRASE("share"), LINE, false},
                                 {PHRASE("share:"), LINE, true},
                                 {PHRASE("share article"), LINE, true},
                                 {PHRASE("save"), LINE, false},
                                 {PHRASE("sign up for"), LINE, true},
                                 {PHRASE("sign up to"), LINE, true},
                                 {PHRASE("subscribe"), LINE, true},
                                 {PHRASE("sign in"), LINE, false},
                                 {PHRASE("skip to"), LINE, true},
                                 {PHRASE("story highlights"), LINE, false},
                                 {PHRASE("see also"), LINE, true},
                                 {PHRASE("sur le même sujet"), OPENER, true},
                                 {PHRASE("s'abonner"), LINE, true},
                                 {PHRASE("startseite"), LINE, false},
                                 {PHRASE("suche"), LINE, false},
                                 {PHRASE("schreibe einen kommentar"), END, true},
                                 {PHRASE("tweet"), LINE, false},
                                 {PHRASE("twitter"), LINE, false},
                                 {PHRASE("terms of use"), LINE, true},
                                 {PHRASE("terms of service"), LINE, true},
                                 {PHRASE("topics:"), LINE, true},
                                 {PHRASE("tags:"), LINE, true},
                                 {PHRASE("trending"), OPENER, false},
                                 {PHRASE("trending now"), OPENER, true},
                                 {PHRASE("top stories"), OPENER, false},
                                 {PHRASE("tous droits réservés"), END, true},
                                 {PHRASE("teilen"), LINE, false},
                                 {PHRASE("te puede interesar"), OPENER, true},
                                 {PHRASE("todos los derechos"), END, true},
                                 {PHRASE("todos os direitos"), END, true},
                                 {PHRASE("tutti i diritti"), END, true},
                                 {PHRASE("up next"), OPENER, true},
                                 {PHRASE("view comments"), LINE, true},
                                 {PHRASE("voir aussi"), LINE, true},
                                 {PHRASE("whatsapp"), LINE, false},
                                 {PHRASE("we use cookies"), LINE, true},
                                 {PHRASE("watch:"), LINE, false},
                                 {PHRASE("watch now"), LINE, false},
                                 {PHRASE("werbung"), LINE, false},
                                 {PHRASE("weiterlesen"), LINE, true},
                                 {PHRASE("you may also like"), OPENER, true},
                                 {PHRASE("you might also like"), OPENER, true},
                                 {PHRASE("zum inhalt"), LINE, true},
                                 {PHRASE("zur startseite"), LINE, true},
                                 {PHRASE("zoeken"), LINE, false},
                                 {PHRASE("\xc2\xa9"), END, true},
                                 {PHRASE("à lire aussi"), LINE, true},
                                 {PHRASE("à lire également"), OPENER, true},
                                 {PHRASE("ähnliche artikel"), OPENER, true},
                                 {PHRASE("ähnliche beiträge"), OPENER, true}};

#define PHRASE_COUNT (sizeof phrases / sizeof *phrases)

static const char *const read_also[] = {
    "read also",    "also read",       "see also",         "read more",      "read:",
    "related:",     "more:",           "watch:",           "listen:",        "read next",
    "recommended:", "don't miss",      "lire aussi",       "à lire aussi",   "lire également",
    "lire :",       "à lire :",        "voir aussi",       "lesen sie auch", "lesen sie hier",
    "mehr dazu",    "mehr zum thema",  "auch interessant", "lea también",    "lee también",
    "lea más",      "leia também",     "leia mais",        "veja também",    "leggi anche",
    "lees ook",     "lees verder",     "lees meer",        "see more:",      "further reading",
    "click here",   "más información", "read full"};

/* Words by which notices of consent are known; two different ones of TELLS say it, and one in a
 * short text that also holds one of the rest. Behind them those without which nothing is disclosed.
 */
static const struct {
    char text[13];
    uint8_t bytes;
} telling_words[] = {
    {PHRASE("cookie")},      {PHRASE("cookies")},      {PHRASE("gdpr")},
    {PHRASE("datenschutz")}, {PHRASE("javascript")},   {PHRASE("adblocker")},
    {PHRASE("consent")},     {PHRASE("browser")},      {PHRASE("accept")},
    {PHRASE("enable")},      {PHRASE("utilisons")},    {PHRASE("partenaires")},
    {PHRASE("verwenden")},   {PHRASE("partners")},     {PHRASE("commission")},
    {PHRASE("commissions")}, {PHRASE("compensation")}, {PHRASE("affiliate")},
    {PHRASE("provision")},   {PHRASE("contributed")},
};
#define CONSENT_TELLS      8u
#define CONSENT_WE_USE     31u /* the bit of "we use" */
#define CONSENT_SHORT_TEXT 300u
#define CONSENT_WORDS      14u
#define TELLING_BYTES_MAX  12u
#define TELLING_BYTES_MIN  4u

static bool is_ascii_letter(char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* In lower case, quotes made plain, dots and arrows at the ends dropped; at most 64 bytes. */
static ld_span normalize(ld_span line, char out[PHRASE_BYTES_MAX + 1])
{
    size_t used = 0;
    for (size_t i = 0; i < line.bytes && used < PHRASE_BYTES_MAX; i++) {
        if ((unsigned char)line.data[i] < 0x80) {
            out[used++] = ld_text_lower(line.data[i]);
            continue;
        }
        if (ld_span_starts_with(ld_span_sub(line, i, 3), LD_SPAN("\xe2\x80\x99"))) {
            out[used++] = '\'';
            i += 2;
            continue;
        }
        if (ld_span_starts_with(ld_span_sub(line, i, 3), LD_SPAN("\xc3\x80"))) {
            out[used++] = '\xc3'; /* À */
            if (used < PHRASE_BYTES_MAX)
                out[used++] = '\xa0';
            i += 1;
            continue;
        }
        out[used++] = line.data[i];
    }
    size_t from = 0;
    while (from < used && strchr("-*|>[ \t", out[from]))
        from++;
    return ld_span_of(out + from, used - from);
}

static bool matches(const phrase *p, ld_span normal, ld_span line)
{
    ld_span text = ld_span_of(p->text, p->bytes);
    if (!ld_span_starts_with(normal, text))
        return false;
    if (p->is_prefix) {
        ld_span rest = ld_text_after_word(normal, text);
        bool opens = rest.data || !ld_text_is_letter(text.data[text.bytes - 1]);
        return opens && line.bytes <= LINE_BYTES_MAX &&
               (p->kind == LD_FURNITURE_END || !ld_text_ends_sentence(line) ||
                line.bytes < text.bytes + 40);
    }
    while (normal.bytes > text.bytes && strchr(".:!>-+ ]", normal.data[normal.bytes - 1]))
        normal.bytes--;
    return normal.bytes == text.bytes;
}

/* The first phrase that does not open with a smaller byte. */
static size_t first_phrase(unsigned char byte)
{
    size_t from = 0, end = PHRASE_COUNT;
    while (from < end) {
        size_t middle = (from + end) / 2;
        if ((unsigned char)phrases[middle].text[0] < byte)
            from = middle + 1;
        else
            end = middle;
    }
    return from;
}

/* Whether a phrase opens with the two letters that the line opens with. A line that opens with
 * anything else, or with one letter, may be any. */
static bool may_open_phrase(ld_span line)
{
    if (line.bytes < 2 || !is_ascii_letter(line.data[0]) || !is_ascii_letter(line.data[1]))
        return true;
    char first = ld_text_lower(line.data[0]), second = ld_text_lower(line.data[1]);
    for (size_t i = first_phrase((unsigned char)first);
         i < PHRASE_COUNT && phrases[i].text[0] == first; i++)
        if (phrases[i].text[1] == second)
            return true;
    return false;
}

ld_furniture ld_furniture_judge(ld_span line)
{
    char buffer[PHRASE_BYTES_MAX + 1];
    if (line.bytes == 0 || line.bytes > LINE_BYTES_MAX + 60 || !may_open_phrase(line))
        return LD_FURNITURE_NONE;
    ld_span normal = normalize(line, buffer);
    if (normal.bytes == 0)
        return LD_FURNITURE_NONE;
    for (size_t i = first_phrase((unsigned char)normal.data[0]);
         i < PHRASE_COUNT && phrases[i].text[0] == normal.data[0]; i++)
        if (matches(&phrases[i], normal, line))
            return (ld_furniture)phrases[i].kind;
    return LD_FURNITURE_NONE;
}

bool ld_furniture_is_read_also(ld_span line)
{
    char buffer[PHRASE_BYTES_MAX + 1];
    ld_span normal = normalize(line, buffer);
    for (size_t i = 0; i < sizeof read_also / sizeof *read_also; i++) {
        if (normal.bytes == 0 || read_also[i][0] != normal.data[0])
            continue;
        ld_span text = ld_span_from_string(read_also[i]);
        if (ld_span_starts_with(normal, text) &&
            (normal.bytes == text.bytes || !ld_text_is_letter(text.data[text.bytes - 1]) ||
             !ld_text_is_letter(normal.data[text.bytes])))
            return true;
    }
    return false;
}

/* Of each length the words that have it, a bit each. */
static void sort_telling_words(uint32_t by_bytes[TELLING_BYTES_MAX + 1])
{
    memset(by_bytes, 0, (TELLING_BYTES_MAX + 1) * sizeof *by_bytes);
    for (uint32_t i = 0; i < sizeof telling_words / sizeof *telling_words; i++)
        by_bytes[telling_words[i].bytes] |= 1u << i;
}

static uint32_t telling_bit(ld_span word, uint32_t candidates)
{
    for (; candidates != 0; candidates &= candidates - 1) {
        uint32_t i = (uint32_t)__builtin_ctz(candidates);
        if (telling_words[i].text[0] == ld_text_lower(word.data[0]) &&
            ld_span_equal_nocase(word, ld_span_of(telling_words[i].text, word.bytes)))
            return 1u << i;
    }
    return 0;
}

/* The text is cut into words once, whatever the number of words that are looked for. */
uint32_t ld_furniture_read_words(ld_span paragraph)
{
    uint32_t found = 0, by_bytes[TELLING_BYTES_MAX + 1];
    sort_telling_words(by_bytes);
    for (size_t at = 0; at < paragraph.bytes;) {
        size_t end = at;
        while (end < paragraph.bytes && ld_text_is_word_byte(paragraph.data[end]))
            end++;
        ld_span word = ld_span_of(paragraph.data + at, end - at);
        if (word.bytes >= TELLING_BYTES_MIN && word.bytes <= TELLING_BYTES_MAX)
            found |= telling_bit(word, by_bytes[word.bytes]);
        else if (word.bytes == 2 && ld_span_equal_nocase(word, LD_SPAN("we")) &&
                 ld_text_after_word(ld_span_sub(paragraph, end, SIZE_MAX), LD_SPAN(" use")).data)
            found |= 1u << CONSENT_WE_USE;
        at = end + 1;
    }
    uint32_t tells = found & ((1u << CONSENT_TELLS) - 1);
    uint32_t all = found & (((1u << CONSENT_WORDS) - 1) | 1u << CONSENT_WE_USE);
    bool is_consent = (tells & (tells - 1)) != 0 ||
                      (tells != 0 && all != tells && paragraph.bytes < CONSENT_SHORT_TEXT);
    return (is_consent ? LD_WORDS_OF_CONSENT : 0) | (found != all ? LD_WORDS_OF_DISCLOSURE : 0);
}

/* One of each of two groups of words makes a disclosure. */
static const char *const disclosed_acts[] = {"may earn", "may receive", "may get", "might earn",
                                             "earn a",   "erhalten",    "touche"};
static const char *const disclosed_gains[] = {"commission",     "commissions",     "compensation",
                                              "affiliate link", "affiliate links", "provision",
                                              "affiliate-link", "affiliate-links"};

static bool has_one_of(ld_span text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ld_text_find_word(text, ld_span_from_string(words[i])) != SIZE_MAX)
            return true;
    return false;
}

bool ld_furniture_is_disclosure(ld_span paragraph)
{
    if (paragraph.bytes > DISCLOSURE_BYTES_MAX)
        return false;
    if (has_one_of(paragraph, disclosed_gains, sizeof disclosed_gains / sizeof *disclosed_gains) &&
        has_one_of(paragraph, disclosed_acts, sizeof disclosed_acts / sizeof *disclosed_acts))
        return true;
    return ld_text_find_word(paragraph, LD_SPAN("contributed to this report")) != SIZE_MAX;
}
