/*
 * Metadata of a page, in one walk over its tree.
 *
 * Everything is gathered first and chosen afterwards, because the best source often comes last in
 * the page (JSON-LD at the end of the body). What each vocabulary calls things is in one table;
 * dates are offered with the trust of their place and settle themselves (dates.h).
 *
 * Cost: linear in nodes and attributes. Text of an element is made for a bounded number of
 * elements of each sort, so that markup nested in itself cannot make it quadratic.
 *
 * Sources: ogp.me, schema.org, Dublin Core terms, the HTML standard (meta, link, time), and the
 * names that Parse.ly, Sailthru, Cxense and Highwire document for publishers.
 */
#include "article/metadata.h"

#include "article/authors.h"
#include "base/hash.h"
#include "html/node.h"
#include "text/url.h"

#define MARKED_MAX             64u /* elements of one sort whose text is made */
#define LINES_MAX              4096u /* elements of a page whose text is looked at, LINE_NODES_MAX of each */
#define LINE_NODES_MAX         200u
#define MARK_LEVELS_MAX        4u /* ancestors whose names are asked about a visible date */
#define HEADLINE_LEVELS        2u /* around the headline */
#define LABEL_BYTES_MAX        40u
#define DATED_TEXTS_MAX        400u /* texts with digits that are looked at for a date */
#define VISIBLE_TEXT_BYTES_MAX 400u
#define VISIBLE_LINE_BYTES_MAX 160u
#define LINE_BYTES_MAX         400u /* of a byline or a time element; longer is no line */

typedef enum meta_slot {
    SLOT_OG_TITLE,
    SLOT_TWITTER_TITLE,
    SLOT_TITLE,
    SLOT_SITE,
    SLOT_APPLICATION,
    SLOT_LOCALE,
    SLOT_LANGUAGE,
    SLOT_SECTION,
    SLOT_DESCRIPTION,
    SLOT_KEYWORDS,
    SLOT_OG_URL,
    SLOT_IMAGE,
    SLOT_AUTHOR,
    SLOT_TAG,
    SLOT_TYPE,
    SLOT_PUBLISHED,
    SLOT_PUBLISHED_LOOSE,
    SLOT_MODIFIED,
    SLOT_NONE
} meta_slot;

typedef struct meta_name {
    const char *name; /* in lower case */
    uint8_t slot;     /* meta_slot */
} meta_name;

static const meta_name meta_names[] = {{"og:title", SLOT_OG_TITLE},
                                       {"twitter:title", SLOT_TWITTER_TITLE},
                                       {"title", SLOT_TITLE},
                                       {"dc.title", SLOT_TITLE},
                                       {"dcterms.title", SLOT_TITLE},
                                       {"parsely-title", SLOT_TITLE},
                                       {"sailthru.title", SLOT_TITLE},
                                       {"citation_title", SLOT_TITLE},
                                       {"headline", SLOT_TITLE},
                                       {"og:site_name", SLOT_SITE},
                                       {"application-name", SLOT_APPLICATION},
                                       {"apple-mobile-web-app-title", SLOT_APPLICATION},
                                       {"dc.publisher", SLOT_APPLICATION},
                                       {"publisher", SLOT_APPLICATION},
                                       {"og:locale", SLOT_LOCALE},
                                       {"language", SLOT_LANGUAGE},
                                       {"dc.language", SLOT_LANGUAGE},
                                       {"content-language", SLOT_LANGUAGE},
                                       {"inlanguage", SLOT_LANGUAGE},
                                       {"article:section", SLOT_SECTION},
                                       {"parsely-section", SLOT_SECTION},
                                       {"section", SLOT_SECTION},
                                       {"description", SLOT_DESCRIPTION},
                                       {"og:description", SLOT_DESCRIPTION},
                                       {"keywords", SLOT_KEYWORDS},
                                       {"news_keywords", SLOT_KEYWORDS},
                                       {"parsely-tags", SLOT_KEYWORDS},
                                       {"sailthru.tags", SLOT_KEYWORDS},
                                       {"og:url", SLOT_OG_URL},
                                       {"og:image", SLOT_IMAGE},
                                       {"twitter:image", SLOT_IMAGE},
                                       {"author", SLOT_AUTHOR},
                                       {"article:author", SLOT_AUTHOR},
                                       {"og:article:author", SLOT_AUTHOR},
                                       {"byl", SLOT_AUTHOR},
                                       {"dc.creator", SLOT_AUTHOR},
                                       {"dcterms.creator", SLOT_AUTHOR},
                                       {"dc:creator", SLOT_AUTHOR},
                                       {"parsely-author", SLOT_AUTHOR},
                                       {"sailthru.author", SLOT_AUTHOR},
                                       {"citation_author", SLOT_AUTHOR},
                                       {"rbauthors", SLOT_AUTHOR},
                                       {"cxenseparse:author", SLOT_AUTHOR},
                                       {"article:tag", SLOT_TAG},
                                       {"og:article:tag", SLOT_TAG},
                                       {"og:type", SLOT_TYPE},
                                       {"article:published_time", SLOT_PUBLISHED},
                                       {"og:article:published_time", SLOT_PUBLISHED},
                                       {"og:published_time", SLOT_PUBLISHED},
                                       {"article:published", SLOT_PUBLISHED},
                                       {"article.published", SLOT_PUBLISHED},
                                       {"article:publicationdate", SLOT_PUBLISHED},
                                       {"datepublished", SLOT_PUBLISHED},
                                       {"date_published", SLOT_PUBLISHED},
                                       {"published_time", SLOT_PUBLISHED},
                                       {"published", SLOT_PUBLISHED},
                                       {"publishdate", SLOT_PUBLISHED},
                                       {"publish-date", SLOT_PUBLISHED},
                                       {"publish_date", SLOT_PUBLISHED},
                                       {"pubdate", SLOT_PUBLISHED},
                                       {"pub_date", SLOT_PUBLISHED},
                                       {"publication_date", SLOT_PUBLISHED},
                                       {"publication-date", SLOT_PUBLISHED},
                                       {"originalpublicationdate", SLOT_PUBLISHED},
                                       {"article_date_original", SLOT_PUBLISHED},
                                       {"article.created", SLOT_PUBLISHED},
                                       {"parsely-pub-date", SLOT_PUBLISHED},
                                       {"sailthru.date", SLOT_PUBLISHED},
                                       {"cxenseparse:recs:publishtime", SLOT_PUBLISHED},
                                       {"cxenseparse:publishtime", SLOT_PUBLISHED},
                                       {"cxenseparse:recs:pub_time", SLOT_PUBLISHED},
                                       {"dcterms.created", SLOT_PUBLISHED},
                                       {"dcterms.issued", SLOT_PUBLISHED},
                                       {"dcterms.available", SLOT_PUBLISHED},
                                       {"dc.date.issued", SLOT_PUBLISHED},
                                       {"dc.date.created", SLOT_PUBLISHED},
                                       {"citation_publication_date", SLOT_PUBLISHED},
                                       {"citation_date", SLOT_PUBLISHED},
                                       {"prism.publicationdate", SLOT_PUBLISHED},
                                       {"rnews:datepublished", SLOT_PUBLISHED},
                                       {"shareaholic:article_published_time", SLOT_PUBLISHED},
                                       {"vr:published_time", SLOT_PUBLISHED},
                                       {"bt:pubdate", SLOT_PUBLISHED},
                                       {"displaydate", SLOT_PUBLISHED},
                                       {"date", SLOT_PUBLISHED_LOOSE},
                                       {"dc.date", SLOT_PUBLISHED_LOOSE},
                                       {"dcterms.date", SLOT_PUBLISHED_LOOSE},
                                       {"created", SLOT_PUBLISHED_LOOSE},
                                       {"release_date", SLOT_PUBLISHED_LOOSE},
                                       {"datecreated", SLOT_PUBLISHED_LOOSE},
                                       {"article:modified_time", SLOT_MODIFIED},
                                       {"article:modified", SLOT_MODIFIED},
                                       {"og:updated_time", SLOT_MODIFIED},
                                       {"og:modified_time", SLOT_MODIFIED},
                                       {"datemodified", SLOT_MODIFIED},
                                       {"dcterms.modified", SLOT_MODIFIED},
                                       {"dc.date.modified", SLOT_MODIFIED},
                                       {"article.updated", SLOT_MODIFIED},
                                       {"last-modified", SLOT_MODIFIED},
                                       {"lastmod", SLOT_MODIFIED},
                                       {"revised", SLOT_MODIFIED}};

#define SEEN_CLASSES 256u /* powers of two */
#define SEEN_NODES   64u

/* What was found in a class, or around a node: names recur on a page. */
typedef struct seen_names {
    uint64_t classes[SEEN_CLASSES]; /* hashes; 0: free */
    uint8_t class_says[SEEN_CLASSES];
    ld_node nodes[SEEN_NODES]; /* 0, which is the document: free */
    uint8_t marks[SEEN_NODES]; /* visible_mark */
} seen_names;

typedef struct gather {
    ld_story *story;
    const ld_page *page;
    ld_metadata *meta;
    ld_dates *dates;
    seen_names *seen;
    uint32_t line_count; /* elements whose text was looked at */
    uint32_t look_count; /* chains of ancestors that were looked at */
    ld_span listed;      /* the last line with a date in a list or beside the story */
    int64_t listed_utc_ms;
    bool has_listed_days; /* more than one */
} gather;

static meta_slot slot_of(ld_span name)
{
    if (name.bytes < 3 || name.bytes > 40)
        return SLOT_NONE;
    char first = ld_text_lower(name.data[0]), second = ld_text_lower(name.data[1]);
    for (size_t i = 0; i < sizeof meta_names / sizeof *meta_names; i++)
        if (meta_names[i].name[0] == first && meta_names[i].name[1] == second &&
            ld_span_equal_nocase(name, ld_span_from_string(meta_names[i].name)))
            return (meta_slot)meta_names[i].slot;
    return SLOT_NONE;
}

static void set_first(gather *g, ld_span *slot, ld_span value)
{
    if (slot->bytes == 0)
        *slot = ld_text_fold_escaped(g->story->arena, value);
}

static void push_span(gather *g, ld_span **items, uint32_t *count, uint32_t *capacity, ld_span s)
{
    if (s.bytes > 0 && *count < LD_ARTICLE_TAGS_MAX)
        (void)LD_ARENA_PUSH(g->story->arena, *items, *count, *capacity, s);
}

static void take_slot(gather *g, meta_slot slot, ld_span content, bool is_itemprop)
{
    ld_metadata *meta = g->meta;
    ld_evidence evidence = is_itemprop ? LD_EVIDENCE_MICRODATA : LD_EVIDENCE_META;
    uint8_t trust = is_itemprop ? LD_TRUST_MICRODATA : LD_TRUST_META;
    switch (slot) {
    case SLOT_OG_TITLE:
        set_first(g, &meta->og_title, content);
        break;
    case SLOT_TWITTER_TITLE:
        set_first(g, &meta->twitter_title, content);
        break;
    case SLOT_TITLE:
        set_first(g, &meta->meta_title, content);
        break;
    case SLOT_SITE:
        set_first(g, &meta->site_name, content);
        break;
    case SLOT_APPLICATION:
        set_first(g, &meta->application_name, content);
        break;
    case SLOT_LOCALE:
        set_first(g, &meta->og_locale, content);
        break;
    case SLOT_LANGUAGE:
        set_first(g, &meta->meta_language, content);
        break;
    case SLOT_SECTION:
        set_first(g, &meta->section, content);
        break;
    case SLOT_DESCRIPTION:
        set_first(g, &meta->description, content);
        break;
    case SLOT_KEYWORDS:
        set_first(g, &meta->keywords, content);
        break;
    case SLOT_OG_URL:
        set_first(g, &meta->og_url, content);
        break;
    case SLOT_IMAGE:
        if (meta->image.bytes == 0)
            meta->image = content;
        break;
    case SLOT_AUTHOR:
        push_span(g, &meta->meta_authors, &meta->meta_author_count, &meta->meta_author_capacity,
                  ld_text_fold_escaped(g->story->arena, content));
        break;
    case SLOT_TAG:
        push_span(g, &meta->tags, &meta->tag_count, &meta->tag_capacity,
                  ld_text_fold_escaped(g->story->arena, content));
        break;
    case SLOT_TYPE:
        meta->is_og_article |= ld_span_equal_nocase(content, LD_SPAN("article"));
        break;
    case SLOT_PUBLISHED:
        ld_dates_offer(g->dates, false, evidence, trust, content);
        break;
    case SLOT_PUBLISHED_LOOSE:
        ld_dates_offer(g->dates, false, evidence, LD_TRUST_META_LOOSE, content);
        break;
    case SLOT_MODIFIED:
        ld_dates_offer(g->dates, true, evidence, trust, content);
        break;
    case SLOT_NONE:
        break;
    }
}

static void take_meta(gather *g, ld_node node)
{
    ld_span content = ld_node_attribute(g->page, node, LD_SPAN("content"));
    if (content.bytes == 0)
        return;
    static const char *const keys[] = {"property", "name", "itemprop", "http-equiv"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        ld_span name = ld_node_attribute(g->page, node, ld_span_from_string(keys[i]));
        meta_slot slot = slot_of(ld_span_trim(name));
        if (slot == SLOT_NONE)
            continue;
        take_slot(g, slot, content, i == 2);
        break;
    }
}

/* The text of a small element; empty where it is no line, or where enough of them were looked at.
 */
static ld_span node_line(gather *g, ld_node node)
{
    if (g->line_count++ >= LINES_MAX)
        return (ld_span){0};
    uint32_t nodes = 0;
    size_t bytes = 0;
    for (ld_node n = node; n != LD_NODE_NONE; n = ld_node_next_in_document(g->page, n, node)) {
        bytes += ld_node_is_text(g->page, n) ? ld_node_row(g->page, n)->text.bytes : 0;
        if (++nodes > LINE_NODES_MAX || bytes > LINE_BYTES_MAX * 4)
            return (ld_span){0};
    }
    return ld_text_fold(g->story->arena, ld_node_text(g->story->arena, g->page, node));
}

static bool is_json_ld(const ld_page *page, ld_node script)
{
    ld_span type = ld_node_attribute(page, script, LD_SPAN("type"));
    return ld_span_find_nocase(type, LD_SPAN("ld+json")) != SIZE_MAX;
}

static bool class_has(const gather *g, ld_node node, ld_span part)
{
    ld_span class = ld_node_attribute(g->page, node, LD_SPAN("class"));
    return class.bytes > 0 && ld_span_find_nocase(class, part) != SIZE_MAX;
}

/* In the parts of a page that hold other stories. */
static bool is_beside_story(gather *g, ld_node node)
{
    const ld_page *page = g->page;
    if (g->look_count++ >= LINES_MAX)
        return true;
    for (; node != LD_NODE_NONE; node = ld_node_parent(page, node)) {
        ld_tag tag = ld_node_tag(page, node);
        if (tag == LD_TAG_ASIDE || tag == LD_TAG_NAV || tag == LD_TAG_FOOTER || tag == LD_TAG_LI)
            return true;
    }
    return false;
}

static void take_time(gather *g, ld_node node)
{
    if (g->meta->time_count++ >= MARKED_MAX)
        return;
    ld_span value = ld_node_attribute(g->page, node, LD_SPAN("datetime"));
    if (value.bytes == 0)
        value = node_line(g, node);
    ld_node parent = ld_node_parent(g->page, node);
    bool is_modified =
        class_has(g, node, LD_SPAN("updat")) || class_has(g, node, LD_SPAN("modif")) ||
        class_has(g, parent, LD_SPAN("updat")) || class_has(g, parent, LD_SPAN("modif"));
    if (class_has(g, node, LD_SPAN("publish")))
        is_modified = false;
    bool is_marked =
        class_has(g, node, LD_SPAN("publish")) || class_has(g, node, LD_SPAN("entry-date")) ||
        class_has(g, parent, LD_SPAN("publish")) ||
        ld_node_has_attribute(g->page, node, LD_SPAN("pubdate")) || g->meta->h1_count > 0;
    uint8_t trust = is_beside_story(g, node) ? LD_TRUST_TIME - 10
                    : is_marked              ? LD_TRUST_TIME_MARKED
                                             : LD_TRUST_TIME;
    ld_dates_offer(g->dates, is_modified, LD_EVIDENCE_TIME, trust, value);
}

/* ---- dates that readers see ---- */

typedef enum visible_mark { MARK_NONE, MARK_DATE, MARK_MODIFIED, MARK_OTHER } visible_mark;

/* What the names of an element say of a date within it. */
static visible_mark names_mark(ld_span names)
{
    static const char *const others[] = {"comment", "copyright", "related", "event",   "teaser",
                                         "sidebar", "widget",    "recent",  "popular", "current",
                                         "today",   "birth",     "expire",  "most-",   "masthead"};
    static const char *const modified[] = {"updat", "modif", "aktualis", "lastmod", "changed"};
    static const char *const dates[] = {"date",   "datum",  "fecha",     "data-",     "time",
                                        "publis", "posted", "submitted", "created",   "parution",
                                        "meta",   "byline", "subline",   "dateline",  "calendar",
                                        "clock",  "stamp",  "author",    "autor",     "publication",
                                        "info",   "detail", "tarih",     "published", "datetime"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (ld_span_find_nocase(names, ld_span_from_string(others[i])) != SIZE_MAX)
            return MARK_OTHER;
    for (size_t i = 0; i < sizeof modified / sizeof *modified; i++)
        if (ld_span_find_nocase(names, ld_span_from_string(modified[i])) != SIZE_MAX)
            return MARK_MODIFIED;
    for (size_t i = 0; i < sizeof dates / sizeof *dates; i++)
        if (ld_span_find_nocase(names, ld_span_from_string(dates[i])) != SIZE_MAX)
            return MARK_DATE;
    return MARK_NONE;
}

static visible_mark node_mark(const gather *g, ld_node node)
{
    uint32_t slot = node & (SEEN_NODES - 1);
    if (node != LD_NODE_DOCUMENT && g->seen->nodes[slot] == node)
        return (visible_mark)g->seen->marks[slot];
    visible_mark mark = names_mark(ld_node_attribute(g->page, node, LD_SPAN("class")));
    if (mark == MARK_NONE)
        mark = names_mark(ld_node_attribute(g->page, node, LD_SPAN("id")));
    g->seen->nodes[slot] = node;
    g->seen->marks[slot] = (uint8_t)mark;
    return mark;
}

/* The nearest of the elements around a text whose names say anything. */
static visible_mark mark_around(const gather *g, ld_node node)
{
    for (uint32_t up = 0; up < MARK_LEVELS_MAX && node != LD_NODE_NONE; up++) {
        visible_mark mark = node_mark(g, node);
        if (mark != MARK_NONE)
            return mark;
        node = ld_node_parent(g->page, node);
    }
    return MARK_NONE;
}

static bool has_digits(ld_span s)
{
    size_t digits = 0;
    for (size_t i = 0; i < s.bytes && digits < 4; i++)
        digits += ld_text_is_digit(s.data[i]);
    return digits >= 4;
}

static bool is_unseen(const ld_page *page, ld_node parent)
{
    ld_tag tag = ld_node_tag(page, parent);
    return tag == LD_TAG_SCRIPT || tag == LD_TAG_STYLE || tag == LD_TAG_TITLE ||
           tag == LD_TAG_TEXTAREA || tag == LD_TAG_OPTION || tag == LD_TAG_TEMPLATE ||
           tag == LD_TAG_NOSCRIPT || tag == LD_TAG_FIGCAPTION || tag == LD_TAG_TIME;
}

static bool is_copyright(ld_span s)
{
    return ld_span_find(s, LD_SPAN("\xc2\xa9")) != SIZE_MAX ||
           ld_span_find_nocase(s, LD_SPAN("copyright")) != SIZE_MAX ||
           ld_span_find_nocase(s, LD_SPAN("(c)")) != SIZE_MAX;
}

/* <dt>Date</dt><dd>..., <span>Published:</span> <span>... */
static bool is_labelled(gather *g, ld_node node)
{
    ld_node label = ld_node_previous_element(g->page, node);
    if (label == LD_NODE_NONE || ld_node_text_bytes(g->page, label) > LABEL_BYTES_MAX)
        return false;
    return ld_dates_is_label(node_line(g, label));
}

/* Beside the story or in a list. Several different days are those of other stories. */
static void note_listed(gather *g, ld_span line)
{
    int64_t utc_ms;
    size_t from, end;
    if (line.bytes >= VISIBLE_LINE_BYTES_MAX ||
        ld_dates_find(line, g->dates->is_month_first, &utc_ms, &from, &end) == LD_DATE_NONE)
        return;
    g->has_listed_days |= g->listed.bytes > 0 && utc_ms != g->listed_utc_ms;
    g->listed = line;
    g->listed_utc_ms = utc_ms;
}

static void offer_text(gather *g, ld_node node, ld_span text)
{
    ld_node parent = ld_node_parent(g->page, node);
    text = ld_text_fold(g->story->arena, text);
    if (is_copyright(text))
        return;
    bool is_beside = is_beside_story(g, node);
    visible_mark mark = mark_around(g, parent);
    if (mark == MARK_NONE && is_labelled(g, parent))
        mark = MARK_DATE;
    if (mark == MARK_MODIFIED)
        return;
    if (is_beside || mark == MARK_OTHER) {
        note_listed(g, text);
        return;
    }
    if (text.bytes < VISIBLE_LINE_BYTES_MAX && mark == MARK_DATE &&
        ld_dates_offer_place(g->dates, text, LD_PLACE_MARKED, LD_TRUST_TEXT_MARKED))
        return;
    if (text.bytes >= VISIBLE_LINE_BYTES_MAX ||
        !ld_dates_offer_place(g->dates, text, LD_PLACE_BARE, LD_TRUST_TEXT_BARE))
        ld_dates_offer_place(g->dates, text, LD_PLACE_OPENING, LD_TRUST_TEXT_OPENING);
}

/* "publishedAt":"2019-03-02T06:22:28+01:00" in the data of a script, the first one. */
static void offer_script_dates(gather *g)
{
    static const char *const keys[] = {
        "\"datePublished\"", "\"published_at\"",   "\"publishedAt\"", "\"publicationDate\"",
        "\"publishDate\"",   "\"firstPublished\"", "\"pubDate\"",     "\"createdAt\"",
        "\"publishedDate\"", "\"created_at\""};
    uint32_t scripts = 0;
    for (ld_node n = ld_node_find(g->page, LD_NODE_DOCUMENT, LD_TAG_SCRIPT);
         n != LD_NODE_NONE && scripts < MARKED_MAX;
         n = ld_node_find_next(g->page, n, LD_NODE_DOCUMENT, LD_TAG_SCRIPT), scripts++) {
        ld_node child = ld_node_first_child(g->page, n);
        if (!ld_node_is_text(g->page, child) || is_json_ld(g->page, n))
            continue;
        ld_span text = ld_node_row(g->page, child)->text;
        for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
            ld_span key = ld_span_from_string(keys[i]);
            size_t at = ld_span_find(text, key);
            if (at == SIZE_MAX)
                continue;
            ld_span rest = ld_span_sub(text, at + key.bytes, 40);
            while (rest.bytes > 0 && strchr(" :\"\\", rest.data[0]))
                rest = ld_span_sub(rest, 1, rest.bytes);
            size_t end = 0;
            while (end < rest.bytes && strchr("0123456789-+:.TZ ", rest.data[end]))
                end++;
            if (ld_dates_offer(g->dates, false, LD_EVIDENCE_TEXT, LD_TRUST_SCRIPT,
                               ld_span_sub(rest, 0, end)))
                return;
        }
    }
}

/* The element around the headline that dates before it stand in. */
static ld_node headline_box(const gather *g)
{
    ld_node box = g->meta->h1;
    if (box == LD_NODE_NONE)
        return LD_NODE_DOCUMENT;
    for (uint32_t up = 0; up < HEADLINE_LEVELS; up++) {
        ld_node parent = ld_node_parent(g->page, box);
        ld_tag tag = ld_node_tag(g->page, parent);
        if (parent == LD_NODE_NONE || tag == LD_TAG_BODY || tag == LD_TAG_HTML ||
            tag == LD_TAG_MAIN)
            break;
        box = parent;
    }
    return box;
}

/* Where nothing for machines tells: dates in the visible text, and in the lead image's path. Those
 * behind the headline are offered first: of equals the first one stands. */
static void offer_visible_dates(gather *g)
{
    const ld_page *page = g->page;
    ld_node start = headline_box(g);
    uint32_t looked = 0;
    for (int round = 0; round < 2; round++) {
        ld_node n = round == 0 ? start : LD_NODE_DOCUMENT;
        for (; n != LD_NODE_NONE && looked < DATED_TEXTS_MAX;
             n = ld_node_next_in_document(page, n, LD_NODE_DOCUMENT)) {
            if (round == 1 && n == start)
                break;
            if (!ld_node_is_text(page, n) || is_unseen(page, ld_node_parent(page, n)))
                continue;
            ld_span text = ld_span_sub(ld_node_row(page, n)->text, 0, VISIBLE_TEXT_BYTES_MAX);
            if (text.bytes < 6 || !has_digits(text))
                continue;
            looked++;
            offer_text(g, n, text);
        }
        if (start == LD_NODE_DOCUMENT)
            break;
    }
    if (!g->has_listed_days)
        ld_dates_offer_place(g->dates, g->listed, LD_PLACE_BARE, LD_TRUST_TEXT_LISTED);
    ld_dates_offer_place(g->dates, g->meta->title, LD_PLACE_MARKED, LD_TRUST_TEXT_OPENING);
    ld_dates_offer_address(g->dates, g->meta->image, LD_TRUST_IMAGE);
    if (g->dates->published.certainty_percent < LD_TRUST_SCRIPT)
        offer_script_dates(g);
}

static void take_itemprop(gather *g, ld_node node)
{
    const ld_page *page = g->page;
    ld_span prop = ld_node_attribute(page, node, LD_SPAN("itemprop"));
    bool is_published = ld_span_find_nocase(prop, LD_SPAN("datePublished")) != SIZE_MAX ||
                        ld_span_find_nocase(prop, LD_SPAN("dateCreated")) != SIZE_MAX;
    bool is_modified = ld_span_find_nocase(prop, LD_SPAN("dateModified")) != SIZE_MAX;
    if (is_published || is_modified) {
        ld_span value = ld_node_attribute(page, node, LD_SPAN("content"));
        if (value.bytes == 0)
            value = ld_node_attribute(page, node, LD_SPAN("datetime"));
        if (value.bytes == 0)
            value = node_line(g, node);
        ld_dates_offer(g->dates, !is_published, LD_EVIDENCE_MICRODATA, LD_TRUST_MICRODATA, value);
    } else if (ld_span_equal_nocase(prop, LD_SPAN("headline"))) {
        if (g->meta->microdata_title.bytes == 0)
            g->meta->microdata_title = node_line(g, node);
    } else if (ld_node_attribute_has_word(page, node, LD_SPAN("itemprop"), LD_SPAN("author")) &&
               g->meta->marked_author_count < MARKED_MAX && !is_beside_story(g, node)) {
        push_span(g, &g->meta->marked_authors, &g->meta->marked_author_count,
                  &g->meta->marked_author_capacity, node_line(g, node));
    }
}

static void take_marked(gather *g, ld_node node)
{
    ld_metadata *meta = g->meta;
    const ld_page *page = g->page;
    if (ld_node_attribute_has_word(page, node, LD_SPAN("rel"), LD_SPAN("author")) &&
        meta->marked_author_count < MARKED_MAX && !is_beside_story(g, node))
        push_span(g, &meta->marked_authors, &meta->marked_author_count,
                  &meta->marked_author_capacity, node_line(g, node));
    if (ld_node_attribute_has_word(page, node, LD_SPAN("rel"), LD_SPAN("tag")) &&
        meta->tag_count < MARKED_MAX)
        push_span(g, &meta->tags, &meta->tag_count, &meta->tag_capacity, node_line(g, node));
}

/* Holds "byline", or one of "author", "auteur", "autor". */
static bool names_author(ld_span class)
{
    size_t at = ld_span_find_nocase(class, LD_SPAN("aut"));
    return (at != SIZE_MAX && (ld_span_find_nocase(class, LD_SPAN("author")) != SIZE_MAX ||
                               ld_span_find_nocase(class, LD_SPAN("auteur")) != SIZE_MAX ||
                               ld_span_find_nocase(class, LD_SPAN("autor")) != SIZE_MAX)) ||
           ld_span_find_nocase(class, LD_SPAN("byline")) != SIZE_MAX;
}

/* One of its words is "kicker", "eyebrow" or "overline". */
static bool names_kicker(ld_span class)
{
    for (size_t from = 0, end; from < class.bytes; from = end + 1) {
        end = from;
        while (end < class.bytes && (unsigned char)class.data[end] > ' ')
            end++;
        ld_span word = ld_span_of(class.data + from, end - from);
        if (word.bytes >= 6 && word.bytes <= 8 &&
            (ld_span_equal_nocase(word, LD_SPAN("kicker")) ||
             ld_span_equal_nocase(word, LD_SPAN("eyebrow")) ||
             ld_span_equal_nocase(word, LD_SPAN("overline"))))
            return true;
    }
    return false;
}

enum { SAYS_AUTHOR = 1, SAYS_KICKER = 2 };

static uint8_t class_says(const gather *g, ld_span class)
{
    uint64_t key = ld_hash64(class.data, class.bytes, 0) | 1;
    uint32_t slot = (uint32_t)(key >> 32) & (SEEN_CLASSES - 1);
    if (g->seen->classes[slot] != key) {
        g->seen->classes[slot] = key;
        g->seen->class_says[slot] = (uint8_t)((names_author(class) ? SAYS_AUTHOR : 0) |
                                              (names_kicker(class) ? SAYS_KICKER : 0));
    }
    return g->seen->class_says[slot];
}

static void take_class(gather *g, ld_node node, ld_span class)
{
    ld_metadata *meta = g->meta;
    uint8_t says = class_says(g, class);
    if (meta->byline_count < MARKED_MAX && (says & SAYS_AUTHOR) && !is_beside_story(g, node)) {
        ld_span line = node_line(g, node);
        if (line.bytes <= LINE_BYTES_MAX)
            push_span(g, &meta->bylines, &meta->byline_count, &meta->byline_capacity, line);
    }
    if (meta->kicker.bytes == 0 && (says & SAYS_KICKER)) {
        ld_span line = node_line(g, node);
        if (line.bytes <= 80)
            meta->kicker = line;
    }
}

static void take_link(gather *g, ld_node node)
{
    const struct {
        ld_span rel, *slot;
    } kinds[] = {{LD_SPAN("canonical"), &g->meta->canonical},
                 {LD_SPAN("amphtml"), &g->meta->amp},
                 {LD_SPAN("next"), &g->meta->next},
                 {LD_SPAN("prev"), &g->meta->previous},
                 {LD_SPAN("previous"), &g->meta->previous}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (ld_node_attribute_has_word(g->page, node, LD_SPAN("rel"), kinds[i].rel))
            set_first(g, kinds[i].slot, ld_node_attribute(g->page, node, LD_SPAN("href")));
}

static void take_element(gather *g, ld_node node)
{
    const ld_page_node *row = ld_node_row(g->page, node);
    switch (ld_node_tag(g->page, node)) {
    case LD_TAG_HTML:
        set_first(g, &g->meta->html_language, ld_node_attribute(g->page, node, LD_SPAN("lang")));
        set_first(g, &g->meta->html_language,
                  ld_node_attribute(g->page, node, LD_SPAN("xml:lang")));
        return;
    case LD_TAG_META:
        take_meta(g, node);
        return;
    case LD_TAG_BASE: {
        ld_span href = ld_node_attribute(g->page, node, LD_SPAN("href"));
        if (ld_span_find(href, LD_SPAN("://")) != SIZE_MAX)
            g->story->base_url = href;
        else if (href.bytes > 0 && g->story->base_url.bytes > 0) {
            ld_span base = ld_url_resolve(g->story->arena, g->story->base_url, href);
            g->story->base_url = base.bytes > 0 ? base : g->story->base_url;
        }
        return;
    }
    case LD_TAG_LINK:
        take_link(g, node);
        return;
    case LD_TAG_TITLE:
        if (g->meta->title.bytes == 0)
            g->meta->title = node_line(g, node);
        return;
    case LD_TAG_SCRIPT: {
        if (is_json_ld(g->page, node))
            ld_json_ld_read(&g->meta->ld, g->story->arena,
                            ld_node_text(g->story->arena, g->page, node));
        return;
    }
    case LD_TAG_H1:
        if (g->meta->h1_count++ == 0)
            g->meta->h1 = node;
        break;
    case LD_TAG_TIME:
        take_time(g, node);
        break;
    default:
        break;
    }
    for (uint32_t i = 0; i < row->attribute_count; i++) {
        const ld_page_attribute *attribute = &g->page->attributes[row->attribute_first + i];
        if (ld_span_equal(attribute->name, LD_SPAN("itemprop")))
            take_itemprop(g, node);
        else if (ld_span_equal(attribute->name, LD_SPAN("rel")))
            take_marked(g, node);
        else if (ld_span_equal(attribute->name, LD_SPAN("class")))
            take_class(g, node, attribute->value);
        else if (ld_span_equal(attribute->name, LD_SPAN("data-date")))
            (void)ld_dates_offer_place(g->dates, attribute->value, LD_PLACE_MARKED,
                                       LD_TRUST_SCRIPT);
    }
}

static bool is_american(const ld_story *story, const ld_metadata *meta)
{
    ld_span stated = meta->og_locale.bytes >= 5 ? meta->og_locale : meta->html_language;
    if (stated.bytes >= 5)
        return ld_span_starts_with_nocase(stated, LD_SPAN("en_US")) ||
               ld_span_starts_with_nocase(stated, LD_SPAN("en-US"));
    ld_span host = ld_url_host(story->base_url);
    return (stated.bytes == 0 || ld_span_starts_with_nocase(stated, LD_SPAN("en"))) &&
           ld_span_ends_with(host, LD_SPAN(".com"));
}

void ld_metadata_gather(ld_story *story, const ld_page *page, ld_metadata *meta, ld_dates *dates)
{
    *meta = (ld_metadata){.h1 = LD_NODE_NONE};
    gather g = {.story = story, .page = page, .meta = meta, .dates = dates};
    g.seen = ld_arena_alloc_zero(story->arena, sizeof *g.seen);
    if (!g.seen)
        return;
    for (ld_node n = LD_NODE_DOCUMENT; n != LD_NODE_NONE;
         n = ld_node_next_in_document(page, n, LD_NODE_DOCUMENT))
        if (ld_node_is_element(page, n))
            take_element(&g, n);
    dates->is_month_first = is_american(story, meta);
    const ld_json_ld *ld = &meta->ld;
    ld_dates_offer(dates, false, LD_EVIDENCE_JSON_LD, LD_TRUST_JSON_LD, ld->published);
    ld_dates_offer(dates, true, LD_EVIDENCE_JSON_LD, LD_TRUST_JSON_LD, ld->modified);
    if (!ld->has_article || meta->is_og_article) {
        ld_dates_offer(dates, false, LD_EVIDENCE_JSON_LD, LD_TRUST_JSON_LD_PAGE,
                       ld->page_published);
        ld_dates_offer(dates, true, LD_EVIDENCE_JSON_LD, LD_TRUST_JSON_LD_PAGE, ld->page_modified);
    }
    if (dates->published.certainty_percent < LD_TRUST_TEXT_MARKED)
        offer_visible_dates(&g);
}

/* ---- choosing ---- */

static ld_span absolute(const ld_story *story, ld_span address)
{
    bool is_absolute = ld_span_find(ld_span_sub(address, 0, 12), LD_SPAN("://")) != SIZE_MAX;
    return is_absolute || address.bytes == 0
               ? address
               : ld_url_resolve(story->arena, story->base_url, address);
}

static void choose_urls(ld_story *story, const ld_metadata *meta)
{
    ld_article *article = story->article;
    ld_span stated = meta->canonical.bytes > 0 ? meta->canonical
                     : meta->og_url.bytes > 0  ? meta->og_url
                                               : meta->ld.url;
    article->canonical_url = absolute(story, stated);
    if (story->base_url.bytes == 0)
        story->base_url = article->canonical_url;
    article->amp_url = absolute(story, meta->amp);
    article->next_url = absolute(story, meta->next);
    article->previous_url = absolute(story, meta->previous);
}

static void choose_source(ld_story *story, const ld_metadata *meta)
{
    const ld_span candidates[] = {meta->site_name, meta->ld.publisher, meta->ld.site_name,
                                  meta->application_name};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        if (candidates[i].bytes == 0 || candidates[i].bytes > 100 ||
            ld_span_starts_with(candidates[i], LD_SPAN("http")))
            continue;
        story->article->source = candidates[i];
        break;
    }
}

static void choose_authors(ld_story *story, const ld_metadata *meta)
{
    for (uint32_t i = 0; i < meta->ld.author_count; i++)
        ld_authors_add_list(story, meta->ld.authors[i]);
    if (story->author_count > 0)
        return;
    for (uint32_t i = 0; i < meta->meta_author_count; i++)
        ld_authors_add_list(story, meta->meta_authors[i]);
    if (story->author_count > 0)
        return;
    for (uint32_t i = 0; i < meta->marked_author_count; i++)
        ld_authors_add_byline(story, meta->marked_authors[i], false);
    if (story->author_count > 0)
        return;
    for (uint32_t i = 0; i < meta->byline_count; i++)
        if (ld_authors_add_byline(story, meta->bylines[i], true))
            return;
    for (uint32_t i = 0; i < meta->byline_count; i++)
        if (ld_text_word_count(meta->bylines[i]) >= 2 &&
            ld_authors_add_byline(story, meta->bylines[i], false))
            return;
    for (uint32_t i = 0; i < meta->ld.author_count && story->author_count == 0; i++)
        ld_authors_add_publication(story, meta->ld.authors[i]);
}

/* "en-GB" -> "en"; empty for what is no language tag. */
static ld_span primary_subtag(ld_arena *arena, ld_span tag)
{
    size_t bytes = 0;
    while (bytes < tag.bytes && (unsigned char)((tag.data[bytes] | 0x20) - 'a') < 26)
        bytes++;
    if (bytes < 2 || bytes > 3 ||
        (bytes < tag.bytes && tag.data[bytes] != '-' && tag.data[bytes] != '_' &&
         tag.data[bytes] != ',' && tag.data[bytes] != ' '))
        return (ld_span){0};
    char *out = ld_arena_alloc(arena, bytes + 1);
    for (size_t i = 0; out && i < bytes; i++)
        out[i] = ld_text_lower(tag.data[i]);
    return out ? ld_span_of(out, bytes) : (ld_span){0};
}

static void choose_language(ld_story *story, const ld_metadata *meta)
{
    const ld_span candidates[] = {meta->html_language, meta->ld.language, meta->meta_language,
                                  meta->og_locale};
    for (size_t i = 0; i < sizeof candidates / sizeof *candidates; i++) {
        ld_span language = primary_subtag(story->arena, candidates[i]);
        if (language.bytes > 0) {
            story->article->language = language;
            return;
        }
    }
}

static void add_tag_list(ld_story *story, ld_span list)
{
    char separator = ld_span_find_byte(list, ';') != SIZE_MAX ? ';' : ',';
    while (list.bytes > 0) {
        size_t at = ld_span_find_byte(list, separator);
        ld_span tag = ld_span_trim(at == SIZE_MAX ? list : ld_span_sub(list, 0, at));
        if (tag.bytes < 120)
            ld_story_add_tag(story, tag);
        if (at == SIZE_MAX)
            return;
        list = ld_span_sub(list, at + 1, list.bytes);
    }
}

void ld_metadata_choose(ld_story *story, const ld_page *page, const ld_metadata *meta)
{
    ld_article *article = story->article;
    article->posts = meta->ld.posts;
    article->post_count = meta->ld.post_count;
    choose_urls(story, meta);
    choose_source(story, meta);
    article->headline = ld_title_choose(story, page, meta);
    choose_authors(story, meta);
    choose_language(story, meta);
    article->section = meta->section.bytes > 0 ? meta->section : meta->ld.section;
    article->kicker = meta->kicker;
    for (uint32_t i = 0; i < meta->tag_count; i++)
        ld_story_add_tag(story, meta->tags[i]);
    for (uint32_t i = 0; i < meta->ld.tag_count; i++)
        ld_story_add_tag(story, meta->ld.tags[i]);
    if (story->tag_count == 0)
        add_tag_list(story, meta->keywords);
}
