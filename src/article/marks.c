/*
 * Families of class and id names.
 *
 * "td-post-content", "articleBody", "ArticleBody_root__x7", "shareBar" name things in words. A
 * value is cut into words at what is no letter, and where a capital follows a small letter;
 * "articlebody" is cut into two words of the table where that leaves no rest. Words are looked up
 * in a table in alphabetical order; some families need two neighbours ("article" + "body", "most" +
 * "read"). Words that only say that something is there or not ("has-sidebar", "no-comments",
 * "with-share") void their token.
 *
 * Names alone decide nothing: whether a marked element is dropped depends on how much of the
 * page's prose it holds (body.c).
 */
#include "article/marks.h"

#include "article/story.h"
#include "base/hash.h"
#include "html/node.h"

#define WORDS_MAX       12u /* of one token; longer ones are generated */
#define WORD_BYTES_MAX  24u
#define VALUE_BYTES_MAX 600u /* of a class attribute; utility classes make longer ones, in vain */

/* Parts of names that count in pairs. */
#define PART_THING  (1u << 24) /* article, story, post, entry, news, blog */
#define PART_INSIDE (1u << 25) /* body, content, text, copy */
#define PART_MOST   (1u << 26) /* most, read, also */
#define PART_AUTHOR (1u << 27)
#define PART_BOX    (1u << 28) /* box, bio, profile, info */
#define PART_VOID   (1u << 29)
#define PART_IMAGE  (1u << 30)
#define PART_SITE   (1u << 31)
#define MARKS_MASK  ((1u << 24) - 1)

typedef struct word_row {
    char word[LD_MARKS_WORD_BYTES]; /* padded with NUL bytes */
    uint32_t mask;
} word_row;

static const word_row words[] = {{"abonnement", LD_MARK_NEWSLETTER},
                                 {"abonner", LD_MARK_NEWSLETTER},
                                 {"ad", LD_MARK_AD},
                                 {"ads", LD_MARK_AD},
                                 {"adsense", LD_MARK_AD},
                                 {"advert", LD_MARK_AD},
                                 {"advertisement", LD_MARK_AD},
                                 {"advertising", LD_MARK_AD},
                                 {"adverts", LD_MARK_AD},
                                 {"also", PART_MOST},
                                 {"alert", LD_MARK_CONSENT},
                                 {"anzeige", LD_MARK_AD},
                                 {"article", PART_THING | LD_MARK_STORY},
                                 {"artikel", PART_THING | LD_MARK_STORY},
                                 {"aside", LD_MARK_SIDE},
                                 {"attribution", LD_MARK_CREDIT},
                                 {"aussi", LD_MARK_RELATED},
                                 {"autor", PART_AUTHOR},
                                 {"author", PART_AUTHOR},
                                 {"authors", PART_AUTHOR},
                                 {"auteur", PART_AUTHOR},
                                 {"banner", LD_MARK_AD},
                                 {"beitrag", PART_THING | LD_MARK_STORY},
                                 {"bio", PART_BOX},
                                 {"biography", LD_MARK_AUTHOR_BOX},
                                 {"blog", PART_THING},
                                 {"body", PART_INSIDE},
                                 {"bookmark", LD_MARK_SHARE},
                                 {"box", PART_BOX},
                                 {"breadcrumb", LD_MARK_NAV},
                                 {"breadcrumbs", LD_MARK_NAV},
                                 {"byline", LD_MARK_META},
                                 {"bylines", LD_MARK_META},
                                 {"caption", LD_MARK_CAPTION},
                                 {"captions", LD_MARK_CAPTION},
                                 {"carousel", LD_MARK_MEDIA},
                                 {"colophon", LD_MARK_FOOTER},
                                 {"comment", LD_MARK_COMMENT},
                                 {"commentlist", LD_MARK_COMMENT},
                                 {"comments", LD_MARK_COMMENT},
                                 {"commercial", LD_MARK_AD},
                                 {"consent", LD_MARK_CONSENT},
                                 {"content", PART_INSIDE | LD_MARK_STORY},
                                 {"cookie", LD_MARK_CONSENT},
                                 {"cookies", LD_MARK_CONSENT},
                                 {"copy", PART_INSIDE},
                                 {"copyright", LD_MARK_CREDIT},
                                 {"corps", PART_INSIDE},
                                 {"credit", LD_MARK_CREDIT},
                                 {"credits", LD_MARK_CREDIT},
                                 {"cta", LD_MARK_NEWSLETTER},
                                 {"cuerpo", PART_INSIDE},
                                 {"date", LD_MARK_META},
                                 {"dateline", LD_MARK_META},
                                 {"deck", LD_MARK_LEAD},
                                 {"dek", LD_MARK_LEAD},
                                 {"detail", PART_THING},
                                 {"disabled", PART_VOID},
                                 {"disclaimer", LD_MARK_FOOTER},
                                 {"disqus", LD_MARK_COMMENT},
                                 {"donate", LD_MARK_NEWSLETTER},
                                 {"enabled", PART_VOID},
                                 {"entry", PART_THING | LD_MARK_STORY},
                                 {"excluded", PART_VOID},
                                 {"facebook", LD_MARK_SHARE},
                                 {"figcaption", LD_MARK_CAPTION},
                                 {"follow", LD_MARK_SHARE},
                                 {"foot", LD_MARK_FOOTER},
                                 {"footer", LD_MARK_FOOTER},
                                 {"gallery", LD_MARK_MEDIA},
                                 {"gdpr", LD_MARK_CONSENT},
                                 {"has", PART_VOID},
                                 {"headline", LD_MARK_HEADLINE},
                                 {"hidden", LD_MARK_HIDDEN},
                                 {"image", PART_IMAGE},
                                 {"img", PART_IMAGE},
                                 {"info", PART_BOX},
                                 {"intro", LD_MARK_LEAD},
                                 {"is", PART_VOID},
                                 {"lede", LD_MARK_LEAD},
                                 {"legend", LD_MARK_CAPTION},
                                 {"legende", LD_MARK_CAPTION},
                                 {"liveblog", LD_MARK_LIVE},
                                 {"logo", LD_MARK_MASTHEAD},
                                 {"main", LD_MARK_STORY},
                                 {"masthead", LD_MARK_MASTHEAD},
                                 {"menu", LD_MARK_NAV},
                                 {"meta", LD_MARK_META},
                                 {"metadata", LD_MARK_META},
                                 {"modal", LD_MARK_CONSENT},
                                 {"most", PART_MOST},
                                 {"nav", LD_MARK_NAV},
                                 {"navbar", LD_MARK_NAV},
                                 {"navigation", LD_MARK_NAV},
                                 {"news", PART_THING},
                                 {"newsletter", LD_MARK_NEWSLETTER},
                                 {"newsletters", LD_MARK_NEWSLETTER},
                                 {"no", PART_VOID},
                                 {"not", PART_VOID},
                                 {"outbrain", LD_MARK_AD},
                                 {"overlay", LD_MARK_CONSENT},
                                 {"page", PART_SITE},
                                 {"pager", LD_MARK_NAV},
                                 {"pagination", LD_MARK_NAV},
                                 {"partage", LD_MARK_SHARE},
                                 {"partager", LD_MARK_SHARE},
                                 {"paywall", LD_MARK_PAYWALL},
                                 {"photo", PART_IMAGE},
                                 {"piano", LD_MARK_PAYWALL},
                                 {"picture", PART_IMAGE},
                                 {"popular", LD_MARK_RELATED},
                                 {"popup", LD_MARK_CONSENT},
                                 {"post", PART_THING | LD_MARK_STORY},
                                 {"privacy", LD_MARK_CONSENT},
                                 {"profile", PART_BOX},
                                 {"promo", LD_MARK_RELATED},
                                 {"promotion", LD_MARK_RELATED},
                                 {"pub", LD_MARK_AD},
                                 {"publicidad", LD_MARK_AD},
                                 {"publicite", LD_MARK_AD},
                                 {"pubdate", LD_MARK_META},
                                 {"published", LD_MARK_META},
                                 {"rail", LD_MARK_SIDE},
                                 {"rating", LD_MARK_SHARE},
                                 {"read", PART_MOST},
                                 {"readmore", LD_MARK_RELATED},
                                 {"recirc", LD_MARK_RELATED},
                                 {"recirculation", LD_MARK_RELATED},
                                 {"recommendation", LD_MARK_RELATED},
                                 {"recommendations", LD_MARK_RELATED},
                                 {"recommended", LD_MARK_RELATED},
                                 {"related", LD_MARK_RELATED},
                                 {"relateds", LD_MARK_RELATED},
                                 {"respond", LD_MARK_COMMENT},
                                 {"screenreader", LD_MARK_HIDDEN},
                                 {"search", LD_MARK_NAV},
                                 {"share", LD_MARK_SHARE},
                                 {"sharebar", LD_MARK_SHARE},
                                 {"sharedaddy", LD_MARK_SHARE},
                                 {"sharing", LD_MARK_SHARE},
                                 {"sidebar", LD_MARK_SIDE},
                                 {"signature", LD_MARK_META},
                                 {"signup", LD_MARK_NEWSLETTER},
                                 {"single", PART_THING},
                                 {"site", PART_SITE},
                                 {"skip", LD_MARK_NAV},
                                 {"social", LD_MARK_SHARE},
                                 {"sponsor", LD_MARK_AD},
                                 {"sponsored", LD_MARK_AD},
                                 {"standfirst", LD_MARK_LEAD},
                                 {"story", PART_THING | LD_MARK_STORY},
                                 {"subheadline", LD_MARK_LEAD},
                                 {"subscribe", LD_MARK_NEWSLETTER},
                                 {"subscription", LD_MARK_NEWSLETTER},
                                 {"subtitle", LD_MARK_LEAD},
                                 {"taboola", LD_MARK_AD},
                                 {"tag", LD_MARK_TAGS},
                                 {"taglist", LD_MARK_TAGS},
                                 {"tags", LD_MARK_TAGS},
                                 {"teaser", LD_MARK_RELATED},
                                 {"teasers", LD_MARK_RELATED},
                                 {"text", PART_INSIDE},
                                 {"texte", PART_INSIDE},
                                 {"texto", PART_INSIDE},
                                 {"time", LD_MARK_META},
                                 {"timestamp", LD_MARK_META},
                                 {"toolbar", LD_MARK_SHARE},
                                 {"tools", LD_MARK_SHARE},
                                 {"topbar", LD_MARK_NAV},
                                 {"topics", LD_MARK_TAGS},
                                 {"trending", LD_MARK_RELATED},
                                 {"utility", LD_MARK_SHARE},
                                 {"werbung", LD_MARK_AD},
                                 {"widget", LD_MARK_SIDE},
                                 {"widgets", LD_MARK_SIDE},
                                 {"with", PART_VOID},
                                 {"without", PART_VOID}};

#define WORD_COUNT (sizeof words / sizeof *words)

void ld_marks_init(ld_marks *marks)
{
    memset(marks, 0, sizeof *marks);
    for (size_t i = WORD_COUNT; i-- > 0;) {
        uint32_t letter = (uint32_t)(words[i].word[0] - 'a');
        marks->first[letter] = (uint8_t)i;
        uint32_t second = 1u << (words[i].word[1] - 'a');
        marks->seconds[letter][strlen(words[i].word)] |= second;
        marks->seconds[letter][0] |= second;
    }
}

_Static_assert(WORD_COUNT < 256, "places in the table of words are one byte");

/* The table is in the order of first letters. Words are of two small letters at least. */
static bool look_up(const ld_marks *marks, ld_span word, uint32_t *mask)
{
    uint64_t key[2] = {0, 0}, row[2];
    if (word.bytes >= sizeof key ||
        !(marks->seconds[word.data[0] - 'a'][word.bytes] >> (word.data[1] - 'a') & 1))
        return false;
    memcpy(key, word.data, word.bytes);
    for (size_t i = marks->first[word.data[0] - 'a'];
         i < WORD_COUNT && words[i].word[0] == word.data[0]; i++) {
        memcpy(row, words[i].word, sizeof row);
        if (((row[0] ^ key[0]) | (row[1] ^ key[1])) != 0)
            continue;
        *mask = words[i].mask;
        return true;
    }
    return false;
}

/* One family for neighbours. */
static uint32_t pair(uint32_t a, uint32_t b)
{
    uint32_t mask = 0;
    if ((a & PART_THING) && (b & PART_INSIDE))
        mask |= LD_MARK_BODY;
    if ((a & PART_MOST) && (b & (PART_MOST | LD_MARK_RELATED)))
        mask |= LD_MARK_RELATED;
    if ((a & PART_AUTHOR) && (b & PART_BOX))
        mask |= LD_MARK_AUTHOR_BOX;
    if ((a & PART_IMAGE) && (b & (LD_MARK_CREDIT | LD_MARK_CAPTION)))
        mask |= LD_MARK_CAPTION;
    return mask;
}

typedef struct token {
    ld_span words[WORDS_MAX];
    uint32_t count;
    char letters[WORDS_MAX * WORD_BYTES_MAX];
    size_t used;
} token;

static void push_word(token *t, const char *from, size_t bytes)
{
    if (bytes < 2 || bytes > WORD_BYTES_MAX || t->count == WORDS_MAX ||
        t->used + bytes > sizeof t->letters)
        return;
    char *out = t->letters + t->used;
    for (size_t i = 0; i < bytes; i++)
        out[i] = ld_text_lower(from[i]);
    t->used += bytes;
    t->words[t->count++] = ld_span_of(out, bytes);
}

static void cut_token(token *t, ld_span s)
{
    size_t from = 0;
    for (size_t i = 0; i <= s.bytes; i++) {
        bool is_letter = i < s.bytes && (unsigned char)((s.data[i] | 0x20) - 'a') < 26;
        bool is_hump = is_letter && i > from && s.data[i] < 'a' && s.data[i - 1] >= 'a';
        if (is_letter && !is_hump)
            continue;
        push_word(t, s.data + from, i - from);
        from = is_hump ? i : i + 1;
    }
}

/* The lengths, a bit each, of the words of the table that `word` opens with. */
static uint32_t cuts_of(const ld_marks *marks, ld_span word)
{
    uint32_t cuts = 0;
    if (!(marks->seconds[word.data[0] - 'a'][0] >> (word.data[1] - 'a') & 1))
        return 0;
    for (size_t i = marks->first[word.data[0] - 'a'];
         i < WORD_COUNT && words[i].word[0] == word.data[0]; i++) {
        const char *row = words[i].word;
        size_t same = 1;
        while (same < word.bytes && row[same] == word.data[same])
            same++;
        if (row[same] == 0)
            cuts |= 1u << same;
    }
    return cuts;
}

static uint32_t word_mask(const ld_marks *marks, ld_span word, uint32_t *compound)
{
    uint32_t mask = 0;
    *compound = 0;
    if (look_up(marks, word, &mask) || word.bytes < 7)
        return mask;
    uint32_t cuts = cuts_of(marks, word) & ~7u; /* three letters at least on the left */
    for (; cuts != 0; cuts &= cuts - 1) {
        size_t cut = (size_t)__builtin_ctz(cuts);
        uint32_t a, b;
        if (cut + 2 >= word.bytes || !look_up(marks, ld_span_sub(word, 0, cut), &a) ||
            !look_up(marks, ld_span_sub(word, cut, word.bytes), &b) || (a & PART_VOID))
            continue;
        *compound = pair(a, b);
        return a | b;
    }
    return 0;
}

static uint32_t token_marks(const ld_marks *marks, ld_span s)
{
    token t;
    t.count = 0;
    t.used = 0;
    cut_token(&t, s);
    uint32_t all = 0, previous = 0;
    for (uint32_t i = 0; i < t.count; i++) {
        uint32_t compound, mask = word_mask(marks, t.words[i], &compound);
        if ((mask & PART_VOID) && t.count > 1)
            return 0;
        if ((mask & LD_MARK_HIDDEN) && t.count > 1 &&
            !ld_span_equal(t.words[0], LD_SPAN("visually")))
            mask = 0;
        if ((mask & PART_AUTHOR) && t.count == 1)
            mask |= LD_MARK_META;
        all |= mask | compound | pair(previous, mask);
        previous = mask;
    }
    if ((all & PART_SITE) && (all & (LD_MARK_STORY | PART_INSIDE)))
        all &= ~(uint32_t)LD_MARK_BODY;
    if (ld_span_equal(s, LD_SPAN("sr-only")) || ld_span_equal(s, LD_SPAN("screen-reader-text")))
        all |= LD_MARK_HIDDEN;
    if (ld_span_equal(s, LD_SPAN("hentry")) || ld_span_equal(s, LD_SPAN("h-entry")))
        all |= LD_MARK_STORY;
    return all & MARKS_MASK;
}

/* The slot of a text that was looked at or is to be: *is_known says which. `seed` tells values from
 * tokens. */
static uint32_t *remember(ld_marks *marks, ld_span text, uint64_t seed, bool *is_known)
{
    uint64_t key = ld_hash64(text.data, text.bytes, seed) | 1;
    size_t slot = (size_t)(key >> 32) & (LD_MARKS_SLOTS - 1);
    *is_known = marks->keys[slot] == key;
    marks->keys[slot] = key;
    return &marks->values[slot];
}

/* Classes recur in other company: each token is looked at once as well. */
static uint32_t known_token_marks(ld_marks *marks, ld_span s)
{
    bool is_known;
    uint32_t *known = remember(marks, s, 1, &is_known);
    if (!is_known)
        *known = token_marks(marks, s);
    return *known;
}

static uint32_t value_marks(ld_marks *marks, ld_span value)
{
    bool is_known;
    value.bytes = value.bytes < VALUE_BYTES_MAX ? value.bytes : VALUE_BYTES_MAX;
    uint32_t *known = remember(marks, value, 0, &is_known), all = 0;
    if (is_known)
        return *known;
    uint64_t key = marks->keys[known - marks->values];
    for (size_t at = 0; at < value.bytes;) {
        size_t end = at;
        while (end < value.bytes && (unsigned char)value.data[end] > ' ')
            end++;
        if (end > at)
            all |= known_token_marks(marks, ld_span_sub(value, at, end - at));
        at = end + 1;
    }
    marks->keys[known - marks->values] = key; /* a token may have taken the slot */
    *known = all;
    return all;
}

static uint32_t role_marks(ld_span role)
{
    static const struct {
        const char *name;
        uint32_t mask;
    } roles[] = {{"navigation", LD_MARK_NAV},      {"banner", LD_MARK_MASTHEAD},
                 {"contentinfo", LD_MARK_FOOTER},  {"complementary", LD_MARK_SIDE},
                 {"search", LD_MARK_NAV},          {"dialog", LD_MARK_CONSENT},
                 {"alertdialog", LD_MARK_CONSENT}, {"menu", LD_MARK_NAV},
                 {"main", LD_MARK_STORY},          {"article", LD_MARK_STORY},
                 {"tablist", LD_MARK_NAV},         {"toolbar", LD_MARK_SHARE}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (ld_span_equal_nocase(role, ld_span_from_string(roles[i].name)))
            return roles[i].mask;
    return 0;
}

static bool style_hides(ld_span style)
{
    for (size_t at = 0; at < style.bytes;) {
        ld_span rest = ld_span_sub(style, at, style.bytes);
        size_t colon = ld_span_find_byte(rest, ':'), stop = ld_span_find_byte(rest, ';');
        stop = stop == SIZE_MAX ? rest.bytes : stop;
        if (colon < stop) {
            ld_span name = ld_span_trim(ld_span_sub(rest, 0, colon));
            ld_span value = ld_span_trim(ld_span_sub(rest, colon + 1, stop - colon - 1));
            if ((ld_span_equal_nocase(name, LD_SPAN("display")) &&
                 ld_span_starts_with_nocase(value, LD_SPAN("none"))) ||
                (ld_span_equal_nocase(name, LD_SPAN("visibility")) &&
                 ld_span_starts_with_nocase(value, LD_SPAN("hidden"))))
                return true;
        }
        at += stop + 1;
    }
    return false;
}

uint32_t ld_marks_of(ld_marks *marks, const ld_page *page, ld_node node)
{
    const ld_page_node *row = ld_node_row(page, node);
    uint32_t all = 0;
    for (uint32_t i = 0; i < row->attribute_count; i++) {
        const ld_page_attribute *a = &page->attributes[row->attribute_first + i];
        switch (a->name.bytes) {
        case 2:
            if (memcmp(a->name.data, "id", 2) == 0)
                all |= value_marks(marks, a->value);
            break;
        case 4:
            if (memcmp(a->name.data, "role", 4) == 0)
                all |= role_marks(ld_span_trim(a->value));
            break;
        case 5:
            if (memcmp(a->name.data, "class", 5) == 0)
                all |= value_marks(marks, a->value);
            else if (memcmp(a->name.data, "style", 5) == 0 && style_hides(a->value))
                all |= LD_MARK_HIDDEN;
            break;
        case 6:
            if (memcmp(a->name.data, "hidden", 6) == 0)
                all |= LD_MARK_HIDDEN;
            break;
        case 8:
            if (memcmp(a->name.data, "itemprop", 8) == 0 &&
                ld_span_find_nocase(a->value, LD_SPAN("articleBody")) != SIZE_MAX)
                all |= LD_MARK_BODY;
            break;
        case 14:
            if (memcmp(a->name.data, "data-component", 14) == 0)
                all |= value_marks(marks, a->value);
            break;
        default:
            break;
        }
    }
    return all;
}
