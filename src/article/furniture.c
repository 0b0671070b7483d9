/*
 * The fixed phrases of news pages, in the languages lede reads dates in.
 *
 * A phrase counts only when it is the whole line (exact) or when the line opens with it and stays
 * short (prefix): the same words inside a sentence are the story. The list is short on purpose;
 * most furniture is found by its place, its links and its markup.
 */
#include "article/furniture.h"

#include "article/story.h"

#define LINE_BYTES_MAX   90u /* a prefix phrase makes only a line so short furniture */
#define PHRASE_BYTES_MAX 64u

typedef struct phrase {
    const char *text; /* in lower case */
    uint8_t kind;     /* ld_furniture */
    bool is_prefix;
} phrase;

#define LINE   LD_FURNITURE_LINE
#define OPENER LD_FURNITURE_OPENER
#define END    LD_FURNITURE_END
static const phrase phrases[] = {{"search in site", LINE, false},
                                 {"search this site", LINE, false},
                                 {"search", LINE, false},
                                 {"advertisement", LINE, false},
                                 {"advertising", LINE, false},
                                 {"sponsored", LINE, false},
                                 {"story continues below", LINE, true},
                                 {"article continues below", LINE, true},
                                 {"article continues after", LINE, true},
                                 {"continue reading", LINE, true},
                                 {"read more", LINE, true},
                                 {"scroll to continue", LINE, true},
                                 {"scroll down", LINE, true},
                                 {"click here to", LINE, true},
                                 {"share this", LINE, true},
                                 {"share on", LINE, true},
                                 {"share", LINE, false},
                                 {"share:", LINE, true},
                                 {"share article", LINE, true},
                                 {"tweet", LINE, false},
                                 {"facebook", LINE, false},
                                 {"twitter", LINE, false},
                                 {"whatsapp", LINE, false},
                                 {"linkedin", LINE, false},
                                 {"email", LINE, false},
                                 {"e-mail", LINE, false},
                                 {"print", LINE, false},
                                 {"copy link", LINE, false},
                                 {"save", LINE, false},
                                 {"listen", LINE, false},
                                 {"listen to this article", LINE, true},
                                 {"follow us", LINE, true},
                                 {"sign up for", LINE, true},
                                 {"sign up to", LINE, true},
                                 {"subscribe", LINE, true},
                                 {"sign in", LINE, false},
                                 {"log in", LINE, false},
                                 {"login", LINE, false},
                                 {"register", LINE, false},
                                 {"skip to", LINE, true},
                                 {"jump to", LINE, true},
                                 {"back to top", LINE, true},
                                 {"menu", LINE, false},
                                 {"home", LINE, false},
                                 {"loading", LINE, false},
                                 {"loading...", LINE, false},
                                 {"close", LINE, false},
                                 {"next", LINE, false},
                                 {"previous", LINE, false},
                                 {"newsletter", LINE, false},
                                 {"privacy policy", LINE, true},
                                 {"terms of use", LINE, true},
                                 {"terms of service", LINE, true},
                                 {"cookie policy", LINE, true},
                                 {"accept all", LINE, true},
                                 {"we use cookies", LINE, true},
                                 {"view comments", LINE, true},
                                 {"printable version", LINE, true},
                                 {"photos:", LINE, false},
                                 {"gallery", LINE, false},
                                 {"getty images", LINE, false},
                                 {"image caption", LINE, false},
                                 {"media caption", LINE, false},
                                 {"image source", LINE, true},
                                 {"topics:", LINE, true},
                                 {"tags:", LINE, true},
                                 {"filed under", LINE, true},
                                 {"posted in", LINE, true},
                                 {"min read", LINE, false},
                                 {"watch:", LINE, false},
                                 {"image", LINE, false},
                                 {"watch now", LINE, false},
                                 {"story highlights", LINE, false},
                                 {"minutes to read", LINE, false},
                                 {"related", OPENER, false},
                                 {"related:", LINE, true},
                                 {"related articles", OPENER, true},
                                 {"related stories", OPENER, true},
                                 {"related news", OPENER, true},
                                 {"related topics", OPENER, true},
                                 {"related content", OPENER, true},
                                 {"related links", OPENER, true},
                                 {"read also", LINE, true},
                                 {"also read", LINE, true},
                                 {"see also", LINE, true},
                                 {"read next", OPENER, true},
                                 {"more from", OPENER, true},
                                 {"more on this", OPENER, true},
                                 {"more on:", LINE, true},
                                 {"more stories", OPENER, true},
                                 {"most read", OPENER, true},
                                 {"most popular", OPENER, true},
                                 {"most viewed", OPENER, true},
                                 {"trending", OPENER, false},
                                 {"trending now", OPENER, true},
                                 {"recommended", OPENER, true},
                                 {"you may also like", OPENER, true},
                                 {"you might also like", OPENER, true},
                                 {"popular now", OPENER, true},
                                 {"don't miss", OPENER, true},
                                 {"editor's picks", OPENER, true},
                                 {"up next", OPENER, true},
                                 {"latest news", OPENER, false},
                                 {"top stories", OPENER, false},
                                 {"recent posts", OPENER, true},
                                 {"comments", END, false},
                                 {"leave a comment", END, true},
                                 {"leave a reply", END, true},
                                 {"post a comment", END, true},
                                 {"add a comment", END, true},
                                 {"join the conversation", END, true},
                                 {"about the author", END, true},
                                 {"all rights reserved", END, true},
                                 {"copyright", END, true},
                                 {"\xc2\xa9", END, true},
                                 {"(c) ", END, true},
                                 /* French */
                                 {"publicité", LINE, false},
                                 {"partager", LINE, true},
                                 {"lire aussi", LINE, true},
                                 {"à lire aussi", LINE, true},
                                 {"lire la suite", LINE, true},
                                 {"à lire également", OPENER, true},
                                 {"lire également", LINE, true},
                                 {"voir aussi", LINE, true},
                                 {"sur le même sujet", OPENER, true},
                                 {"les plus lus", OPENER, true},
                                 {"imprimer", LINE, false},
                                 {"s'abonner", LINE, true},
                                 {"abonnez-vous", LINE, true},
                                 {"commentaires", END, false},
                                 {"tous droits réservés", END, true},
                                 {"rechercher", LINE, false},
                                 {"recherche", LINE, false},
                                 {"accueil", LINE, false},
                                 {"aller au contenu", LINE, true},
                                 /* German */
                                 {"anzeige", LINE, false},
                                 {"werbung", LINE, false},
                                 {"teilen", LINE, false},
                                 {"lesen sie auch", LINE, true},
                                 {"mehr zum thema", OPENER, true},
                                 {"lesen sie mehr", LINE, true},
                                 {"auch interessant", OPENER, true},
                                 {"das könnte sie auch", OPENER, true},
                                 {"meistgelesen", OPENER, true},
                                 {"meistgelesene", OPENER, true},
                                 {"drucken", LINE, false},
                                 {"kommentare", END, false},
                                 {"startseite", LINE, false},
                                 {"zum inhalt", LINE, true},
                                 {"alle rechte vorbehalten", END, true},
                                 {"weiterlesen", LINE, true},
                                 {"jetzt abonnieren", LINE, true},
                                 {"suche", LINE, false},
                                 {"artikel teilen", LINE, true},
                                 {"kommentar schreiben", END, true},
                                 {"schreibe einen kommentar", END, true},
                                 {"ähnliche artikel", OPENER, true},
                                 {"ähnliche beiträge", OPENER, true},
                                 {"zur startseite", LINE, true},
                                 /* Spanish, Portuguese */
                                 {"publicidad", LINE, false},
                                 {"publicidade", LINE, false},
                                 {"compartir", LINE, true},
                                 {"compartilhe", LINE, true},
                                 {"compartilhar", LINE, true},
                                 {"lea también", LINE, true},
                                 {"lee también", LINE, true},
                                 {"leia também", LINE, true},
                                 {"leia mais", LINE, true},
                                 {"te puede interesar", OPENER, true},
                                 {"más información", OPENER, false},
                                 {"más leídas", OPENER, true},
                                 {"lo más leído", OPENER, true},
                                 {"mais lidas", OPENER, true},
                                 {"comentarios", END, false},
                                 {"comentários", END, false},
                                 {"todos los derechos", END, true},
                                 {"todos os direitos", END, true},
                                 {"buscar", LINE, false},
                                 {"inicio", LINE, false},
                                 {"noticias relacionadas", OPENER, true},
                                 /* Italian */
                                 {"pubblicità", LINE, false},
                                 {"condividi", LINE, true},
                                 {"leggi anche", LINE, true},
                                 {"leggi tutto", LINE, true},
                                 {"i più letti", OPENER, true},
                                 {"commenti", END, false},
                                 {"riproduzione riservata", END, true},
                                 {"tutti i diritti", END, true},
                                 {"cerca", LINE, false},
                                 {"articoli correlati", OPENER, true},
                                 /* Dutch */
                                 {"advertentie", LINE, false},
                                 {"delen", LINE, false},
                                 {"lees ook", LINE, true},
                                 {"lees meer", LINE, true},
                                 {"lees verder", LINE, true},
                                 {"meest gelezen", OPENER, true},
                                 {"reacties", END, false},
                                 {"zoeken", LINE, false},
                                 {"gerelateerd", OPENER, true},
                                 {"alle rechten voorbehouden", END, true}};

static const char *const read_also[] = {
    "read also",    "also read",       "see also",         "read more",      "read:",
    "related:",     "more:",           "watch:",           "listen:",        "read next",
    "recommended:", "don't miss",      "lire aussi",       "à lire aussi",   "lire également",
    "lire :",       "à lire :",        "voir aussi",       "lesen sie auch", "lesen sie hier",
    "mehr dazu",    "mehr zum thema",  "auch interessant", "lea también",    "lee también",
    "lea más",      "leia também",     "leia mais",        "veja também",    "leggi anche",
    "lees ook",     "lees verder",     "lees meer",        "see more:",      "further reading",
    "click here",   "más información", "read full"};

static const char *const consent_words[] = {"cookie",     "cookies",   "gdpr",    "datenschutz",
                                            "javascript", "adblocker", "consent", "browser"};

/* In lower case, quotes made plain, dots and arrows at the ends dropped; at most 64 bytes. */
static ld_span normalize(ld_span line, char out[PHRASE_BYTES_MAX + 1])
{
    size_t used = 0;
    for (size_t i = 0; i < line.bytes && used < PHRASE_BYTES_MAX; i++) {
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
        out[used++] = ld_text_lower(line.data[i]);
    }
    size_t from = 0;
    while (from < used && strchr("-*|>[ \t", out[from]))
        from++;
    return ld_span_of(out + from, used - from);
}

static bool matches(const phrase *p, ld_span normal, ld_span line)
{
    ld_span text = ld_span_from_string(p->text);
    if (p->is_prefix) {
        ld_span rest = ld_text_after_word(normal, text);
        bool opens = rest.data || (ld_span_starts_with(normal, text) &&
                                   !ld_text_is_letter(text.data[text.bytes - 1]));
        return opens && line.bytes <= LINE_BYTES_MAX &&
               (p->kind == LD_FURNITURE_END || !ld_text_ends_sentence(line) ||
                line.bytes < text.bytes + 40);
    }
    while (normal.bytes > text.bytes && strchr(".:!>-+ ]", normal.data[normal.bytes - 1]))
        normal.bytes--;
    return ld_span_equal(normal, text);
}

ld_furniture ld_furniture_judge(ld_span line)
{
    char buffer[PHRASE_BYTES_MAX + 1];
    if (line.bytes == 0 || line.bytes > LINE_BYTES_MAX + 60)
        return LD_FURNITURE_NONE;
    ld_span normal = normalize(line, buffer);
    for (size_t i = 0; i < sizeof phrases / sizeof *phrases; i++)
        if (phrases[i].text[0] == (normal.bytes ? normal.data[0] : 0) &&
            matches(&phrases[i], normal, line))
            return (ld_furniture)phrases[i].kind;
    return LD_FURNITURE_NONE;
}

bool ld_furniture_is_read_also(ld_span line)
{
    char buffer[PHRASE_BYTES_MAX + 1];
    ld_span normal = normalize(line, buffer);
    for (size_t i = 0; i < sizeof read_also / sizeof *read_also; i++) {
        ld_span text = ld_span_from_string(read_also[i]);
        if (ld_span_starts_with(normal, text) &&
            (normal.bytes == text.bytes || !ld_text_is_letter(text.data[text.bytes - 1]) ||
             !ld_text_is_letter(normal.data[text.bytes])))
            return true;
    }
    return false;
}

bool ld_furniture_is_consent(ld_span paragraph)
{
    uint32_t hits = 0;
    for (size_t i = 0; i < sizeof consent_words / sizeof *consent_words; i++)
        hits += ld_text_find_word(paragraph, ld_span_from_string(consent_words[i])) != SIZE_MAX;
    return hits >= 2 || (hits == 1 && paragraph.bytes < 300 &&
                         (ld_text_find_word(paragraph, LD_SPAN("accept")) != SIZE_MAX ||
                          ld_text_find_word(paragraph, LD_SPAN("we use")) != SIZE_MAX ||
                          ld_text_find_word(paragraph, LD_SPAN("enable")) != SIZE_MAX ||
                          ld_text_find_word(paragraph, LD_SPAN("utilisons")) != SIZE_MAX ||
                          ld_text_find_word(paragraph, LD_SPAN("partenaires")) != SIZE_MAX ||
                          ld_text_find_word(paragraph, LD_SPAN("verwenden")) != SIZE_MAX ||
                          ld_text_find_word(paragraph, LD_SPAN("partners")) != SIZE_MAX));
}
