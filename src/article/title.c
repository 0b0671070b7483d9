/*
 * Which of the page's titles is the headline?
 *
 * JSON-LD, og:title, twitter:title, <title>, microdata and the <h1> are candidates; most agree but
 * for the publication's name at one end. So the name is taken off first, then equal titles (letters
 * and digits compared) vote together, and the text of the most trusted one of the winning group is
 * the headline. Where nothing agrees, the order of trust decides: the <h1> is what readers see, but
 * on pages with several of them none is sure.
 *
 * A title that is an <h1> and a section behind a separator, or one that ends in dots where another
 * goes on, votes for the whole one. An <h1> that names the site (<title> ends in it) is none. One
 * <h1> alone outweighs what is written for cards and search pages; where JSON-LD states a headline
 * as well, JSON-LD and <title> together outweigh it.
 *
 * Newsrooms write headlines twice: one for search engines, one of their own. Where JSON-LD and
 * <title> agree with the winner and og:title alone says it differently (not even the card for
 * another network follows it), og:title is the editors' wording; where JSON-LD alone differs and
 * states an alternativeHeadline which is not the winner either, its headline is. (Of the 127
 * development pages of fundus' parser tests, 7 of 8 and 6 of 6; no page of NAEB and WCXB
 * contradicts.)
 *
 * The name is known from og:site_name, JSON-LD or the host; what stands behind the last separator
 * and equals it, contains it, or is contained in it, goes.
 */
#include "article/metadata.h"
#include "html/node.h"
#include "text/url.h"

#define H1_MAX             8u   /* of a page; more are no headlines */
#define TITLE_BYTES_MAX    600u /* longer is no title */
#define HEADINGS_MAX       40u  /* second-rank headings that are compared with <title> */
#define CANDIDATES_MAX     16u
#define PREFIX_BYTES_MIN   12u
#define SITE_WORDS_MAX     4u
#define STRIP_ROUNDS_MAX   3 /* "title | section | site" */
#define LABEL_WORDS_MAX    2u
#define LABELLED_WORDS_MIN 4u

static const char *const separators[] = {" | ",
                                         " - ",
                                         " \xe2\x80\x93 ",
                                         " \xe2\x80\x94 ",
                                         " :: ",
                                         " \xc2\xab ",
                                         " \xc2\xbb ",
                                         " \xc2\xb7 ",
                                         " \xe2\x80\xa2 ",
                                         " / ",
                                         " > ",
                                         " < ",
                                         " // ",
                                         " \xe2\x80\x93\xc2\xa0",
                                         " \xe2\x80\xb9 ",
                                         " \xe2\x80\xba ",
                                         " : ",
                                         " ~ ",
                                         "\xef\xbd\x9c",
                                         "\xe3\x85\xa3",
                                         "|"};

/* Letters and digits in lower case; at most sizeof out. */
static size_t squeeze(ld_span s, char out[128])
{
    size_t used = 0;
    for (size_t i = 0; i < s.bytes && used < 128; i++)
        if (ld_text_is_letter(s.data[i]) || ld_text_is_digit(s.data[i]))
            out[used++] = ld_text_lower(s.data[i]);
    return used;
}

/* The part names the publication, or its host does. */
static bool names_site(ld_span part, ld_span site, ld_span host)
{
    char a[128], b[128];
    size_t part_bytes = squeeze(part, a);
    if (part_bytes < 2)
        return false;
    size_t site_bytes = squeeze(site, b);
    if (site_bytes >= 2) {
        ld_span p = ld_span_of(a, part_bytes), s = ld_span_of(b, site_bytes);
        if (ld_span_equal(p, s) || (part_bytes >= 3 && ld_span_find(s, p) != SIZE_MAX) ||
            (site_bytes >= 4 && ld_span_find(p, s) != SIZE_MAX && part_bytes < site_bytes + 24))
            return true;
    }
    size_t host_bytes = squeeze(host, b);
    return part_bytes >= 3 && host_bytes >= 3 &&
           ld_span_find(ld_span_of(b, host_bytes), ld_span_of(a, part_bytes)) != SIZE_MAX;
}

static ld_span strip_once(ld_span title, ld_span site, ld_span host)
{
    size_t last = SIZE_MAX, last_bytes = 0, first = SIZE_MAX, first_bytes = 0;
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++) {
        ld_span separator = ld_span_from_string(separators[i]);
        for (size_t at = 0; at < title.bytes;) {
            size_t found = ld_span_find(ld_span_sub(title, at, title.bytes), separator);
            if (found == SIZE_MAX)
                break;
            found += at;
            if (last == SIZE_MAX || found > last) {
                last = found;
                last_bytes = separator.bytes;
            }
            if (first == SIZE_MAX || found < first) {
                first = found;
                first_bytes = separator.bytes;
            }
            at = found + 1;
        }
    }
    if (last == SIZE_MAX)
        return title;
    if (names_site(ld_span_sub(title, last + last_bytes, title.bytes), site, host))
        return ld_span_trim(ld_span_sub(title, 0, last));
    if (names_site(ld_span_sub(title, 0, first), site, host))
        return ld_span_trim(ld_span_sub(title, first + first_bytes, title.bytes));
    return title;
}

ld_span ld_title_without_site(ld_span title, ld_span site, ld_span host)
{
    for (int round = 0; round < STRIP_ROUNDS_MAX; round++) {
        ld_span shorter = strip_once(title, site, host);
        if (shorter.bytes == title.bytes || shorter.bytes == 0)
            break;
        title = shorter;
    }
    return title;
}

/* Lower is trusted more, among equals. */
enum {
    RANK_H1,
    RANK_JSON_LD,
    RANK_OPEN_GRAPH,
    RANK_HEADING,
    RANK_TWITTER,
    RANK_TITLE,
    RANK_META,
    RANK_H1_OF_MANY,
    RANK_OPENS_TITLE
};

typedef struct candidate {
    ld_span text;
    uint64_t key;
    uint8_t weight, rank; /* RANK_... */
} candidate;

typedef struct ballot {
    candidate items[CANDIDATES_MAX];
    uint32_t count;
    ld_arena *arena;
} ballot;

/* Without soft hyphens, which long words in headings carry. */
static ld_span without_soft_hyphens(ld_arena *arena, ld_span s)
{
    if (ld_span_find(s, LD_SPAN("\xc2\xad")) == SIZE_MAX)
        return s;
    char *out = ld_arena_alloc(arena, s.bytes);
    size_t used = 0;
    for (size_t i = 0; out && i < s.bytes; i++) {
        if (s.data[i] == '\xc2' && i + 1 < s.bytes && s.data[i + 1] == '\xad')
            i++;
        else
            out[used++] = s.data[i];
    }
    return ld_span_of(out, used);
}

static void nominate(ballot *b, ld_span text, uint8_t weight, uint8_t rank)
{
    text = without_soft_hyphens(b->arena, text);
    uint64_t key = ld_text_key(text);
    if (key != 0 && b->count < CANDIDATES_MAX && text.bytes <= TITLE_BYTES_MAX)
        b->items[b->count++] = (candidate){text, key, weight, rank};
}

/* A lower heading that opens <title>: pages without <h1> have their headline there. */
static void nominate_headings(ballot *b, ld_story *story, const ld_page *page, ld_span title)
{
    uint32_t seen = 0;
    for (ld_node n = LD_NODE_DOCUMENT; n != LD_NODE_NONE && seen < HEADINGS_MAX;
         n = ld_node_next_in_document(page, n, LD_NODE_DOCUMENT)) {
        ld_tag tag = ld_node_tag(page, n);
        if (tag != LD_TAG_H2 && tag != LD_TAG_H3)
            continue;
        seen++;
        if (ld_node_text_bytes(page, n) > TITLE_BYTES_MAX)
            continue;
        ld_span text = ld_text_fold(story->arena, ld_node_text(story->arena, page, n));
        if (text.bytes >= 12 && ld_span_starts_with(title, text) &&
            (text.bytes == title.bytes || title.data[text.bytes] == ' ')) {
            nominate(b, text, 3, RANK_HEADING);
            return;
        }
    }
}

/* Behind `text`, a separator: what follows is a section or a name. */
static bool is_before_separator(ld_span title, ld_span text)
{
    if (text.bytes < PREFIX_BYTES_MIN || text.bytes >= title.bytes ||
        !ld_span_starts_with(title, text))
        return false;
    ld_span rest = ld_span_sub(title, text.bytes, title.bytes);
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (ld_span_starts_with(rest, ld_span_from_string(separators[i])))
            return true;
    return false;
}

/* "The story..." is the start of "The story that goes on". */
static bool is_cut_from(ld_span text, ld_span whole)
{
    size_t dots =
        ld_span_ends_with(text, LD_SPAN("...")) || ld_span_ends_with(text, LD_SPAN("\xe2\x80\xa6"))
            ? 3
            : 0;
    return dots > 0 && text.bytes > PREFIX_BYTES_MIN + dots && text.bytes - dots < whole.bytes &&
           ld_span_starts_with(whole, ld_span_trim(ld_span_sub(text, 0, text.bytes - dots)));
}

/* <title>, or the longest of the others that opens it. */
static void nominate_title(ballot *b, ld_span title)
{
    ld_span longest = {0};
    uint64_t key = ld_text_key(title);
    for (uint32_t i = 0; i < b->count; i++) {
        ld_span text = b->items[i].text;
        if (b->items[i].key == key) {
            longest = (ld_span){0};
            break;
        }
        if (text.bytes >= PREFIX_BYTES_MIN && text.bytes < title.bytes &&
            text.bytes > longest.bytes && ld_span_starts_with(title, text))
            longest = text;
    }
    if (longest.bytes > 0)
        nominate(b, longest, 2, RANK_OPENS_TITLE);
    else
        nominate(b, title, 2, RANK_TITLE);
}

/* A title with a section behind it, or one that was cut short, votes for the whole headline: an
 * <h1> in the first case, any in the second. */
static void pass_votes(ballot *b)
{
    for (uint32_t i = 0; i < b->count; i++) {
        for (uint32_t k = 0; k < b->count; k++) {
            if (b->items[k].key == b->items[i].key)
                continue;
            bool is_heading = b->items[k].rank == RANK_H1 || b->items[k].rank == RANK_H1_OF_MANY;
            if ((is_heading && is_before_separator(b->items[i].text, b->items[k].text)) ||
                is_cut_from(b->items[i].text, b->items[k].text)) {
                b->items[i].text = b->items[k].text;
                b->items[i].key = b->items[k].key;
                break;
            }
        }
    }
}

/* The heading of a whole site: <title> ends in it, or it is the publication's name. */
static bool is_site_heading(ld_span text, ld_span title, ld_span site, ld_span host)
{
    if (ld_text_key(text) == ld_text_key(site))
        return true;
    if (ld_text_word_count(text) > SITE_WORDS_MAX)
        return false;
    if (names_site(text, site, host))
        return true;
    if (text.bytes + PREFIX_BYTES_MIN > title.bytes || !ld_span_ends_with(title, text))
        return false;
    ld_span rest = ld_span_sub(title, 0, title.bytes - text.bytes);
    for (size_t i = 0; i < sizeof separators / sizeof *separators; i++)
        if (ld_span_ends_with(rest, ld_span_from_string(separators[i])))
            return true;
    return false;
}

/* What each group of equal titles got; the index of the best, or count. */
static uint32_t count_votes(const ballot *b)
{
    uint32_t best = b->count, best_votes = 0;
    for (uint32_t i = 0; i < b->count; i++) {
        uint32_t votes = 0;
        for (uint32_t k = 0; k < b->count; k++)
            votes += b->items[k].key == b->items[i].key ? b->items[k].weight : 0;
        if (best == b->count || votes > best_votes ||
            (votes == best_votes && b->items[i].rank < b->items[best].rank)) {
            best = i;
            best_votes = votes;
        }
    }
    return best;
}

static const candidate *of_rank(const ballot *b, uint8_t rank)
{
    for (uint32_t i = 0; i < b->count; i++)
        if (b->items[i].rank == rank)
            return &b->items[i];
    return NULL;
}

/* The editors' own wording beside the one for search engines (see above), or NULL. */
static const candidate *find_own_wording(const ballot *b, uint64_t elected, uint64_t alternative)
{
    const candidate *ld = of_rank(b, RANK_JSON_LD), *og = of_rank(b, RANK_OPEN_GRAPH);
    const candidate *title = of_rank(b, RANK_TITLE), *twitter = of_rank(b, RANK_TWITTER);
    if (!ld || !title || title->key != elected)
        return NULL;
    if (ld->key != elected)
        return alternative != 0 && alternative != elected ? ld : NULL;
    bool is_alone = og && og->key != elected && (!twitter || twitter->key != og->key);
    return is_alone ? og : NULL;
}

/* Of texts with the same letters the one with the most words: an <h1> glues its lines. */
static ld_span spell(const ballot *b, const candidate *elected)
{
    ld_span text = elected->text;
    uint32_t words = ld_text_word_count(text);
    for (uint32_t i = 0; i < b->count; i++)
        if (b->items[i].key == elected->key && ld_text_word_count(b->items[i].text) > words) {
            text = b->items[i].text;
            words = ld_text_word_count(text);
        }
    return text;
}

/* "Opinion | The headline", "The headline | Politics": a bar sets off a label, not a clause. */
static ld_span without_label(ld_span title)
{
    size_t first = ld_span_find(title, LD_SPAN(" | "));
    if (first == SIZE_MAX)
        return title;
    ld_span front = ld_span_sub(title, 0, first);
    ld_span rest = ld_span_sub(title, first + 3, title.bytes);
    if (ld_span_find(rest, LD_SPAN(" | ")) != SIZE_MAX)
        return title;
    uint32_t before = ld_text_word_count(front), behind = ld_text_word_count(rest);
    if (before <= LABEL_WORDS_MAX && behind >= LABELLED_WORDS_MIN)
        return ld_span_trim(rest);
    if (behind <= LABEL_WORDS_MAX && before >= LABELLED_WORDS_MIN)
        return ld_span_trim(front);
    return title;
}

ld_span ld_title_choose(ld_story *story, const ld_page *page, const ld_metadata *meta)
{
    ld_span site = story->article->source, host = ld_url_host(story->base_url);
    ballot b = {.count = 0, .arena = story->arena};
    nominate(&b, ld_title_without_site(meta->ld.headline, site, host), 3, RANK_JSON_LD);
    nominate(&b, ld_title_without_site(meta->og_title, site, host), 3, RANK_OPEN_GRAPH);
    nominate(&b, ld_title_without_site(meta->twitter_title, site, host), 1, RANK_TWITTER);
    nominate(&b, ld_title_without_site(meta->meta_title, site, host), 1, RANK_META);
    nominate(&b, meta->microdata_title, 2, RANK_HEADING);
    ld_span site_heading = {0};
    /* where the newsroom states a headline for machines as well, the two count the same with
     * <title> */
    uint8_t h1_weight = meta->ld.headline.bytes > 0 ? 4 : 5;
    bool is_first = true;
    uint32_t seen = 0;
    uint32_t most = meta->h1_count < H1_MAX ? meta->h1_count : H1_MAX;
    for (ld_node n = meta->h1; seen < most && n != LD_NODE_NONE;
         n = ++seen < most ? ld_node_find_next(page, n, LD_NODE_DOCUMENT, LD_TAG_H1)
                           : LD_NODE_NONE) {
        if (ld_node_text_bytes(page, n) > TITLE_BYTES_MAX * 4)
            continue;
        ld_span text = ld_text_fold(story->arena, ld_node_text(story->arena, page, n));
        if (is_site_heading(text, meta->title, site, host)) {
            site_heading = site_heading.bytes > 0 ? site_heading : text;
            continue;
        }
        bool is_alone = meta->h1_count == 1;
        nominate(&b, text,
                 is_alone   ? h1_weight
                 : is_first ? 3
                            : 1,
                 is_alone ? RANK_H1 : RANK_H1_OF_MANY);
        is_first = false;
    }
    if (meta->h1_count == 0)
        nominate_headings(&b, story, page, meta->title);
    ld_span title = ld_title_without_site(meta->title, site, host);
    if (site_heading.bytes > 0)
        title = ld_title_without_site(title, site_heading, (ld_span){0});
    nominate_title(&b, title);
    pass_votes(&b);
    uint32_t best = count_votes(&b);
    if (best == b.count)
        return (ld_span){0};
    const candidate *own =
        find_own_wording(&b, b.items[best].key, ld_text_key(meta->ld.alternative_headline));
    return without_label(own ? own->text : spell(&b, &b.items[best]));
}
