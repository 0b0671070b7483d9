/*
 * Names of authors.
 *
 * Bylines mix names with what is not a name: roles ("Council reporter"), the paper, places,
 * addresses, dates. In a list that a machine wrote, every part is taken that is no address and not
 * the publication. In a visible line a part must look like a name: one to five words, all
 * capitalised but for the particles, no digits. "By" is only dropped as a word of its own at the
 * start: "Abby" and "Shelby" keep their letters. Roles behind a name are cut off, a part that is
 * only a role goes, and so does a single word behind a name of several (a place, a degree). The
 * publication is an author only where JSON-LD names it and the page names nobody else. What a
 * record states is not cut.
 */
#include "article/authors.h"

#include "text/url.h"

#define NAME_BYTES_MAX 80u
#define NAME_WORDS_MAX 6u
#define LIST_BYTES_MAX 2000u

static const char *const by_words[] = {"written by",
                                       "story by",
                                       "posted by",
                                       "published by",
                                       "reported by",
                                       "text by",
                                       "words by",
                                       "report by",
                                       "article by",
                                       "by",
                                       "von",
                                       "par",
                                       "por",
                                       "di",
                                       "door",
                                       "text",
                                       "texte",
                                       "texto",
                                       "testo",
                                       "autor",
                                       "autora",
                                       "auteur",
                                       "autore",
                                       "author",
                                       "authors",
                                       "af",
                                       "av",
                                       "escrito por",
                                       "propos recueillis par",
                                       "ein beitrag von",
                                       "ein artikel von",
                                       "eine analyse von",
                                       "ein kommentar von",
                                       "from"};

static const char *const particles[] = {
    "de",  "van", "von",   "der", "den", "la",    "le",    "di",  "da",  "del", "el",
    "al",  "bin", "ibn",   "y",   "dos", "das",   "do",    "ter", "ten", "zu",  "du",
    "des", "e",   "della", "af",  "of",  "dalla", "dello", "zum", "vom", "ben"};

/* What accounts are called when nobody's name is given. */
static const char *const nobodies[] = {"admin",
                                       "administrator",
                                       "author",
                                       "guest",
                                       "user",
                                       "editor",
                                       "unknown",
                                       "null",
                                       "webmaster",
                                       "none",
                                       "undefined",
                                       "default",
                                       "n/a",
                                       "login",
                                       "view all posts",
                                       "follow",
                                       "more",
                                       "share",
                                       "email",
                                       "name",
                                       "your name",
                                       "the author",
                                       "facebook",
                                       "twitter",
                                       "twitter facebook",
                                       "staff",
                                       "staff reports",
                                       "staff reporter",
                                       "staff writer",
                                       "newsroom"};

/* Words that open a role: "Ann Bee Senior Writer", "Carl Dee, Council reporter". */
static const char *const roles[] = {
    "writer",          "reporter",    "editor",    "correspondent", "contributor",  "columnist",
    "journalist",      "producer",    "staff",     "senior",        "contributing", "former",
    "freelance",       "freelancer",  "director",  "redakteur",     "redakteurin",  "korrespondent",
    "korrespondentin", "journaliste", "rédacteur", "rédactrice",    "periodista",   "corresponsal",
    "giornalista",     "redattore",   "redacteur", "verslaggever",  "jornalista",   "redatora",
    "redator",         "reportero",   "reportera", "journalistin",  "reporterin",   "muhabir",
    "redaktor",        "dziennikarz", "reportér",  "reportérka",    "toimittaja"};

/* What Korean and Japanese pages put behind a reporter's name. */
static const char *const honorifics[] = {" \xea\xb8\xb0\xec\x9e\x90", "\xe8\xa8\x98\xe8\x80\x85"};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static bool is_one_of(ld_span s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (ld_span_equal_nocase(s, ld_span_from_string(words[i])))
            return true;
    return false;
}

static ld_span strip_by(ld_span s)
{
    for (size_t i = 0; i < COUNT(by_words); i++) {
        ld_span rest = ld_text_after_word(s, ld_span_from_string(by_words[i]));
        if (rest.data && rest.bytes > 0 && (rest.data[0] == ' ' || rest.data[0] == ':')) {
            rest = ld_span_trim(rest);
            if (rest.bytes > 0 && rest.data[0] == ':')
                rest = ld_span_trim(ld_span_of(rest.data + 1, rest.bytes - 1));
            return rest;
        }
    }
    return s;
}

/* "paper.example": one word with a dot between letters, and no initial. */
static bool is_domain(ld_span s)
{
    if (ld_span_find_byte(s, ' ') != SIZE_MAX)
        return false;
    size_t dot = SIZE_MAX;
    for (size_t i = 0; i < s.bytes; i++)
        dot = s.data[i] == '.' ? i : dot;
    if (dot == SIZE_MAX || dot < 3 || s.bytes - dot < 3)
        return false;
    for (size_t i = dot + 1; i < s.bytes; i++)
        if ((unsigned char)(s.data[i] - 'a') >= 26)
            return false;
    return true;
}

static bool is_address(ld_span s)
{
    return ld_span_find_byte(s, '@') != SIZE_MAX || ld_span_find(s, LD_SPAN("://")) != SIZE_MAX ||
           ld_span_find_nocase(s, LD_SPAN("www.")) != SIZE_MAX || is_domain(s) ||
           ld_span_find_byte(s, '/') != SIZE_MAX;
}

/* Each word capitalised, or a particle between two of them. */
static bool looks_like_name(ld_span s)
{
    if (s.bytes < 2 || s.bytes > NAME_BYTES_MAX || !ld_text_is_capitalized(s) ||
        ld_text_word_count(s) > NAME_WORDS_MAX)
        return false;
    for (size_t at = 0; at < s.bytes;) {
        ld_span rest = ld_span_sub(s, at, s.bytes);
        size_t space = ld_span_find_byte(rest, ' ');
        ld_span word = space == SIZE_MAX ? rest : ld_span_sub(rest, 0, space);
        at += word.bytes + 1;
        for (size_t i = 0; i < word.bytes; i++)
            if (ld_text_is_digit(word.data[i]))
                return false;
        if (!ld_text_is_capitalized(word) && word.data[0] != '"' && word.data[0] != '(' &&
            !ld_span_starts_with_nocase(word, LD_SPAN("d'")) &&
            !is_one_of(word, particles, COUNT(particles)))
            return false;
    }
    return true;
}

static bool is_publication(const ld_story *story, ld_span name)
{
    uint64_t key = ld_text_key(name), source = ld_text_key(story->article->source);
    if (key == source)
        return true;
    ld_span plain = ld_text_after_word(story->article->source, LD_SPAN("the"));
    if (plain.data && ld_text_key(plain) == key)
        return true;
    plain = ld_text_after_word(name, LD_SPAN("the"));
    return plain.data && ld_text_key(plain) == source;
}

/* The host's own label: "kicker" of www.kicker.example. */
static bool is_host_label(const ld_story *story, ld_span name)
{
    ld_span host = ld_url_host(story->base_url);
    if (ld_span_starts_with_nocase(host, LD_SPAN("www.")))
        host = ld_span_sub(host, 4, host.bytes);
    size_t dot = ld_span_find_byte(host, '.');
    return dot != SIZE_MAX && dot >= 2 && ld_span_equal_nocase(name, ld_span_sub(host, 0, dot));
}

/* Cut before the first word of a role that stands behind two words of a name; empty where the
 * whole is a role. */
static ld_span without_role(ld_span s)
{
    uint32_t words = 0;
    for (size_t at = 0; at < s.bytes; words++) {
        ld_span rest = ld_span_sub(s, at, s.bytes);
        size_t space = ld_span_find_byte(rest, ' ');
        ld_span word = space == SIZE_MAX ? rest : ld_span_sub(rest, 0, space);
        if (is_one_of(word, roles, COUNT(roles)))
            return words >= 2 ? ld_span_trim(ld_span_sub(s, 0, at)) : (ld_span){0};
        at += word.bytes + 1;
    }
    for (size_t i = 0; i < COUNT(honorifics); i++) {
        ld_span honorific = ld_span_from_string(honorifics[i]);
        if (s.bytes > honorific.bytes && ld_span_ends_with(s, honorific))
            return ld_span_sub(s, 0, s.bytes - honorific.bytes);
    }
    return s;
}

static bool has_letter(ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++)
        if (ld_text_is_letter(s.data[i]))
            return true;
    return false;
}

static ld_span strip_punctuation(ld_span s)
{
    s = ld_span_trim(s);
    while (s.bytes > 0 && strchr(",;:|-/.*", s.data[s.bytes - 1]) &&
           !(s.data[s.bytes - 1] == '.' && s.bytes > 2 && s.data[s.bytes - 3] == ' ') &&
           !ld_span_ends_with(s, LD_SPAN("Jr.")) && !ld_span_ends_with(s, LD_SPAN("Sr.")))
        s = ld_span_trim(ld_span_of(s.data, s.bytes - 1));
    while (s.bytes > 0 && strchr(",;:|-/*", s.data[0]))
        s = ld_span_trim(ld_span_of(s.data + 1, s.bytes - 1));
    return s;
}

void ld_authors_add_name(ld_story *story, ld_span name)
{
    name = without_role(strip_punctuation(strip_by(strip_punctuation(name))));
    if (name.bytes < 2 || !has_letter(name) || is_host_label(story, name) ||
        name.bytes > NAME_BYTES_MAX || is_address(name) ||
        is_one_of(name, nobodies, COUNT(nobodies)) || is_publication(story, name) ||
        ld_text_word_count(name) > NAME_WORDS_MAX)
        return;
    ld_story_add_author(story, name);
}

/* ---- lists ---- */

static const char *const joins[] = {
    " and ",  " & ", " und ",      " et ",           " y ", " e ", " en ", " mit ",
    " with ", " | ", " \xc2\xb7 ", " \xe2\x80\xa2 ", ";"};

/* Where the first separator stands, its length in *bytes; SIZE_MAX: none. */
static size_t find_separator(ld_span s, bool splits_commas, size_t *bytes)
{
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < COUNT(joins); i++) {
        ld_span join = ld_span_from_string(joins[i]);
        size_t at = ld_span_find(s, join);
        if (at < best) {
            best = at;
            *bytes = join.bytes;
        }
    }
    size_t comma = splits_commas ? ld_span_find_byte(s, ',') : SIZE_MAX;
    if (comma < best) {
        best = comma;
        *bytes = 1;
    }
    return best;
}

/* "Bee, Ann": two parts of one word each are one name the other way round. */
static bool is_inverted(ld_span s)
{
    size_t comma = ld_span_find_byte(s, ',');
    if (comma == SIZE_MAX || ld_text_word_count(s) != 2)
        return false;
    return ld_span_find_byte(ld_span_sub(s, comma + 1, s.bytes), ',') == SIZE_MAX;
}

/* Behind a name of several words in a page: a place, an agency, a degree. */
static bool is_appended(const ld_story *story, uint32_t before, ld_span part)
{
    return story->capture->given.author.bytes == 0 && story->author_count > before &&
           ld_text_word_count(story->authors[before]) >= 2 && ld_text_word_count(part) == 1 &&
           (unsigned char)part.data[0] < 0x80;
}

void ld_authors_add_publication(ld_story *story, ld_span name)
{
    name = strip_punctuation(name);
    if (name.bytes >= 2 && name.bytes <= NAME_BYTES_MAX && has_letter(name) &&
        (is_publication(story, name) || is_host_label(story, name) || is_domain(name)))
        ld_story_add_author(story, name);
}

void ld_authors_add_list(ld_story *story, ld_span list)
{
    list = strip_by(ld_span_trim(ld_span_sub(list, 0, LIST_BYTES_MAX)));
    bool splits_commas = !is_inverted(list);
    uint32_t before = story->author_count;
    while (list.bytes > 0) {
        size_t join_bytes = 0;
        size_t at = find_separator(list, splits_commas, &join_bytes);
        ld_span part = at == SIZE_MAX ? list : ld_span_sub(list, 0, at);
        part = strip_punctuation(part);
        if (!ld_span_equal_nocase(part, LD_SPAN("Jr")) &&
            !ld_span_equal_nocase(part, LD_SPAN("Jr.")) && part.bytes > 0 &&
            !is_appended(story, before, part))
            ld_authors_add_name(story, part);
        if (at == SIZE_MAX)
            break;
        list = ld_span_sub(list, at + join_bytes, list.bytes);
    }
}

bool ld_authors_add_byline(ld_story *story, ld_span line, bool needs_word)
{
    if (line.bytes > 200)
        return false;
    ld_span names = strip_by(line);
    if (needs_word && names.data == line.data)
        return false;
    uint32_t before = story->author_count;
    bool is_first = true;
    while (names.bytes > 0) {
        size_t join_bytes = 0;
        size_t at = find_separator(names, true, &join_bytes);
        ld_span part = strip_punctuation(at == SIZE_MAX ? names : ld_span_sub(names, 0, at));
        if (!is_first && ld_span_starts_with(part, LD_SPAN("in ")))
            break; /* "in" a place or a section */
        bool is_extra = part.bytes > 0 && is_appended(story, before, part);
        if (!is_extra && looks_like_name(part))
            ld_authors_add_name(story, part);
        else if (is_first)
            break;
        is_first = false;
        if (at == SIZE_MAX)
            break;
        names = ld_span_sub(names, at + join_bytes, names.bytes);
    }
    return story->author_count > before;
}
