/*
 * JSON-LD of news pages.
 *
 * Sites nest the article in many ways: at the top, in an array, under @graph, as mainEntity of a
 * WebPage. So every object of the script is looked at, breadth first, and the first one whose @type
 * ends in "Article", "Posting" or "Report" is the article; objects that describe other stories
 * (items of an ItemList, hasPart, mentions, liveBlogUpdate, comment) are not entered. Authors may
 * be references ({"@id": ...}) to a Person elsewhere in the graph.
 *
 * Mended before parsing: line breaks and control characters within strings, trailing commas, HTML
 * comments and CDATA marks around the script, a semicolon after it, \' and other escapes JSON does
 * not know. Cost: linear in the script; the walk holds at most OBJECTS_MAX objects.
 *
 * Sources: schema.org/NewsArticle, JSON-LD 1.1 (sections 3.1, 4.9).
 */
#include "article/json_ld.h"

#include "article/story.h"
#include "base/json_read.h"

#define SCRIPT_BYTES_MAX (8u << 20)
#define POSTS_MAX        500u
#define VALUES_MAX       65536u /* of one script; liveblogs have some 10,000 */
#define TYPES_MAX        8u
#define OBJECTS_MAX      2048u /* of one script; real ones have under a hundred */

/* ---- mending ---- */

static ld_span unwrap(ld_span s)
{
    s = ld_span_trim(s);
    size_t open = 0;
    while (open < s.bytes && s.data[open] != '{' && s.data[open] != '[')
        open++;
    if (open < s.bytes && s.data[open] == '[' &&
        ld_span_starts_with(ld_span_sub(s, open, 8), LD_SPAN("[CDATA["))) {
        open += 7;
        while (open < s.bytes && s.data[open] != '{' && s.data[open] != '[')
            open++;
    }
    size_t end = s.bytes;
    while (end > open && s.data[end - 1] != '}' && s.data[end - 1] != ']')
        end--;
    while (end > open + 2 && s.data[end - 1] == ']' && s.data[end - 2] == ']' &&
           s.data[open] == '{')
        end -= 2;
    return ld_span_sub(s, open, end - open);
}

/* A comma whose next character beside white space closes a list. */
static bool is_trailing_comma(ld_span s, size_t at)
{
    for (size_t i = at + 1; i < s.bytes && i < at + 200; i++) {
        if (s.data[i] == '}' || s.data[i] == ']')
            return true;
        if ((unsigned char)s.data[i] > 0x20)
            return false;
    }
    return false;
}

static ld_span mend(ld_arena *arena, ld_span s)
{
    s = unwrap(s);
    char *out = s.bytes > 0 ? ld_arena_alloc(arena, s.bytes) : NULL;
    if (!out)
        return (ld_span){0};
    size_t used = 0;
    bool in_string = false;
    for (size_t i = 0; i < s.bytes; i++) {
        char c = s.data[i];
        if ((unsigned char)c < 0x20)
            c = ' ';
        if (in_string && c == '\\' && i + 1 < s.bytes) {
            char next = s.data[i + 1];
            i++;
            if (!strchr("\"\\/bfnrtu", next) || next == 0) {
                out[used++] = (unsigned char)next < 0x20 ? ' ' : next;
                continue;
            }
            out[used++] = c;
            out[used++] = next;
            continue;
        }
        if (c == '"')
            in_string = !in_string;
        if (!in_string && c == ',' && is_trailing_comma(s, i))
            c = ' ';
        out[used++] = c;
    }
    return ld_span_of(out, used);
}

/* ---- values ---- */

/* The value itself, or the first of a list that holds some. */
static const ld_json_value *first_of(const ld_json_value *value)
{
    while (ld_json_is(value, LD_JSON_ARRAY) && value->first)
        value = value->first;
    return value;
}

static ld_span text_of(ld_arena *arena, const ld_json_value *value)
{
    value = first_of(value);
    if (ld_json_is(value, LD_JSON_OBJECT)) {
        const ld_json_value *inner = ld_json_get(value, "name");
        value = inner ? inner : ld_json_get(value, "@value");
    }
    if (!ld_json_is(value, LD_JSON_STRING))
        return (ld_span){0};
    return ld_text_fold_escaped(arena, value->text);
}

static ld_span member(ld_arena *arena, const ld_json_value *object, const char *name)
{
    return text_of(arena, ld_json_get(object, name));
}

/* The name of a type without a vocabulary's prefix. */
static ld_span local_type(const ld_json_value *type)
{
    ld_span s = type->text;
    for (size_t i = s.bytes; i > 0; i--)
        if (s.data[i - 1] == '/' || s.data[i - 1] == ':' || s.data[i - 1] == '#')
            return ld_span_sub(s, i, s.bytes);
    return s;
}

static bool is_article_type(ld_span type)
{
    return ld_span_ends_with(type, LD_SPAN("Article")) ||
           ld_span_ends_with(type, LD_SPAN("Posting")) || ld_span_equal(type, LD_SPAN("Report")) ||
           ld_span_equal(type, LD_SPAN("Review")) || ld_span_equal(type, LD_SPAN("CriticReview")) ||
           ld_span_equal(type, LD_SPAN("Recipe"));
}

typedef enum object_type { OTHER, ARTICLE, LIVEBLOG, WEB_PAGE, WEB_SITE, ORGANIZATION } object_type;

static object_type one_type(const ld_json_value *type)
{
    if (!ld_json_is(type, LD_JSON_STRING))
        return OTHER;
    ld_span name = local_type(type);
    if (ld_span_equal(name, LD_SPAN("LiveBlogPosting")))
        return LIVEBLOG;
    if (ld_span_equal(name, LD_SPAN("JobPosting")))
        return OTHER;
    if (is_article_type(name))
        return ARTICLE;
    if (ld_span_ends_with(name, LD_SPAN("Page")))
        return WEB_PAGE;
    if (ld_span_equal(name, LD_SPAN("WebSite")))
        return WEB_SITE;
    return ld_span_ends_with(name, LD_SPAN("Organization")) ? ORGANIZATION : OTHER;
}

static object_type type_of(const ld_json_value *object)
{
    const ld_json_value *type = ld_json_get(object, "@type");
    if (!ld_json_is(type, LD_JSON_ARRAY))
        return one_type(type);
    object_type best = OTHER;
    uint32_t seen = 0;
    for (const ld_json_value *v = type->first; v && seen < TYPES_MAX; v = v->next, seen++) {
        object_type other = one_type(v);
        best = best == OTHER || other == LIVEBLOG ? other : best;
    }
    return best;
}

/* ---- the walk ---- */

typedef struct walk {
    ld_arena *arena;
    const ld_json_value *objects[OBJECTS_MAX]; /* [count], breadth first */
    uint32_t count;
} walk;

static void push(walk *w, const ld_json_value *value)
{
    if (ld_json_is(value, LD_JSON_OBJECT) && w->count < OBJECTS_MAX)
        w->objects[w->count++] = value;
    if (!ld_json_is(value, LD_JSON_ARRAY))
        return;
    for (const ld_json_value *v = value->first; v && w->count < OBJECTS_MAX; v = v->next)
        if (v->kind == LD_JSON_OBJECT)
            w->objects[w->count++] = v;
}

/* Members that hold other stories, or the parts of this one. */
static bool is_closed_member(ld_span name)
{
    static const char *const closed[] = {
        "itemListElement", "hasPart",     "mentions",  "liveBlogUpdate", "comment",
        "isPartOf",        "relatedLink", "isBasedOn", "citation",       "associatedMedia",
        "video",           "blogPost",    "review",    "subjectOf",      "workExample"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (ld_span_equal(name, ld_span_from_string(closed[i])))
            return true;
    return false;
}

static void collect(walk *w, const ld_json_value *root)
{
    push(w, root);
    for (uint32_t i = 0; i < w->count; i++) {
        for (const ld_json_value *v = w->objects[i]->first; v; v = v->next)
            if (v->kind >= LD_JSON_ARRAY && !is_closed_member(v->name))
                push(w, v);
    }
}

/* The Person that an {"@id"} means; the object itself where it has a name. */
static const ld_json_value *resolve(const walk *w, const ld_json_value *value)
{
    const ld_json_value *id = ld_json_get(value, "@id");
    if (!ld_json_is(id, LD_JSON_STRING) || ld_json_get(value, "name"))
        return value;
    for (uint32_t i = 0; i < w->count; i++) {
        const ld_json_value *other = ld_json_get(w->objects[i], "@id");
        if (ld_json_is(other, LD_JSON_STRING) && ld_json_get(w->objects[i], "name") &&
            ld_span_equal(other->text, id->text))
            return w->objects[i];
    }
    return value;
}

static void take_author(ld_json_ld *ld, const walk *w, const ld_json_value *value)
{
    if (ld_json_is(value, LD_JSON_OBJECT))
        value = resolve(w, value);
    const ld_json_value *names =
        ld_json_is(value, LD_JSON_OBJECT) ? ld_json_get(value, "name") : value;
    bool is_list = ld_json_is(names, LD_JSON_ARRAY);
    for (const ld_json_value *v = is_list ? names->first : names;
         v && ld->author_count < LD_ARTICLE_AUTHORS_MAX; v = is_list ? v->next : NULL) {
        ld_span name = text_of(w->arena, v);
        if (name.bytes > 0)
            (void)LD_ARENA_PUSH(w->arena, ld->authors, ld->author_count, ld->author_capacity, name);
    }
}

static void take_tag(ld_json_ld *ld, ld_arena *arena, ld_span tag)
{
    tag = ld_span_trim(tag);
    if (tag.bytes > 0 && tag.bytes < 120 && ld->tag_count < LD_ARTICLE_TAGS_MAX)
        (void)LD_ARENA_PUSH(arena, ld->tags, ld->tag_count, ld->tag_capacity, tag);
}

static void take_keywords(ld_json_ld *ld, ld_arena *arena, const ld_json_value *value)
{
    if (ld_json_is(value, LD_JSON_ARRAY)) {
        for (const ld_json_value *v = value->first; v && ld->tag_count < LD_ARTICLE_TAGS_MAX;
             v = v->next)
            take_tag(ld, arena, text_of(arena, v));
        return;
    }
    ld_span list = text_of(arena, value);
    while (list.bytes > 0) {
        size_t comma = ld_span_find_byte(list, ',');
        take_tag(ld, arena, comma == SIZE_MAX ? list : ld_span_sub(list, 0, comma));
        if (comma == SIZE_MAX)
            break;
        list = ld_span_sub(list, comma + 1, list.bytes);
    }
}

static void take_posts(ld_json_ld *ld, ld_arena *arena, const ld_json_value *updates)
{
    bool is_list = ld_json_is(updates, LD_JSON_ARRAY);
    for (const ld_json_value *update = is_list ? updates->first : updates;
         update && ld->post_count < POSTS_MAX; update = is_list ? update->next : NULL) {
        ld_post post = {member(arena, update, "headline"), member(arena, update, "datePublished"),
                        member(arena, update, "articleBody")};
        if (post.headline.bytes > 0 || post.text.bytes > 0)
            (void)LD_ARENA_PUSH(arena, ld->posts, ld->post_count, ld->post_capacity, post);
    }
}

static bool is_false(const ld_json_value *value)
{
    return ld_json_is(value, LD_JSON_FALSE) ||
           (ld_json_is(value, LD_JSON_STRING) &&
            ld_span_equal_nocase(value->text, LD_SPAN("false")));
}

static void take_article(ld_json_ld *ld, const walk *w, const ld_json_value *object)
{
    ld_arena *arena = w->arena;
    ld->has_article = true;
    ld->headline = member(arena, object, "headline");
    ld->alternative_headline = member(arena, object, "alternativeHeadline");
    ld->section = member(arena, object, "articleSection");
    ld->language = member(arena, object, "inLanguage");
    ld->published = member(arena, object, "datePublished");
    if (ld->published.bytes == 0)
        ld->published = member(arena, object, "dateCreated");
    ld->modified = member(arena, object, "dateModified");
    ld->url = member(arena, object, "url");
    if (is_false(ld_json_get(object, "isAccessibleForFree")))
        ld->is_paywalled = true;
    const ld_json_value *body = first_of(ld_json_get(object, "articleBody"));
    if (ld_json_is(body, LD_JSON_STRING))
        ld->body = body->text;
    const ld_json_value *publisher = ld_json_get(object, "publisher");
    if (ld_json_is(publisher, LD_JSON_ARRAY))
        publisher = publisher->first;
    if (publisher)
        ld->publisher = text_of(arena, ld_json_is(publisher, LD_JSON_OBJECT) ? resolve(w, publisher)
                                                                             : publisher);
    const ld_json_value *author = ld_json_get(object, "author");
    if (!author)
        author = ld_json_get(object, "creator");
    bool is_list = ld_json_is(author, LD_JSON_ARRAY);
    for (const ld_json_value *v = is_list ? author->first : author;
         v && ld->author_count < LD_ARTICLE_AUTHORS_MAX; v = is_list ? v->next : NULL)
        take_author(ld, w, v);
    take_keywords(ld, arena, ld_json_get(object, "keywords"));
    take_posts(ld, arena, ld_json_get(object, "liveBlogUpdate"));
}

/* A second script, or a second article of one, fills what the first left open. */
static void merge_article(ld_json_ld *ld, const walk *w, const ld_json_value *object)
{
    ld_json_ld other = {0};
    take_article(&other, w, object);
    if (ld->headline.bytes > 0 && ld_text_key(other.headline) != ld_text_key(ld->headline))
        return;
    ld->is_paywalled |= other.is_paywalled;
    if (ld->body.bytes < other.body.bytes)
        ld->body = other.body;
    if (ld->published.bytes == 0)
        ld->published = other.published;
    if (ld->modified.bytes == 0)
        ld->modified = other.modified;
    if (ld->section.bytes == 0)
        ld->section = other.section;
    if (ld->publisher.bytes == 0)
        ld->publisher = other.publisher;
    if (ld->author_count == 0) {
        ld->authors = other.authors;
        ld->author_count = other.author_count;
        ld->author_capacity = other.author_capacity;
    }
    if (ld->post_count == 0) {
        ld->posts = other.posts;
        ld->post_count = other.post_count;
        ld->post_capacity = other.post_capacity;
    }
    if (ld->tag_count == 0) {
        ld->tags = other.tags;
        ld->tag_count = other.tag_count;
        ld->tag_capacity = other.tag_capacity;
    }
}

static void take_objects(ld_json_ld *ld, const walk *w)
{
    for (uint32_t i = 0; i < w->count; i++) {
        object_type type = type_of(w->objects[i]);
        if (type == LIVEBLOG)
            ld->is_liveblog = true;
        if (type == ARTICLE || type == LIVEBLOG) {
            if (!ld->has_article)
                take_article(ld, w, w->objects[i]);
            else
                merge_article(ld, w, w->objects[i]);
        } else if (type == WEB_PAGE && ld->page_published.bytes == 0) {
            ld->page_published = member(w->arena, w->objects[i], "datePublished");
            ld->page_modified = member(w->arena, w->objects[i], "dateModified");
        } else if (type == WEB_SITE && ld->site_name.bytes == 0) {
            ld->site_name = member(w->arena, w->objects[i], "name");
        }
    }
}

void ld_json_ld_read(ld_json_ld *ld, ld_arena *arena, ld_span script)
{
    if (script.bytes == 0 || script.bytes > SCRIPT_BYTES_MAX)
        return;
    ld_span mended = mend(arena, script);
    walk *w = mended.bytes > 0 ? ld_arena_alloc(arena, sizeof *w) : NULL;
    if (!w)
        return;
    const ld_json_value *root = ld_json_parse(arena, mended, VALUES_MAX);
    if (!root)
        return;
    w->arena = arena;
    w->count = 0;
    collect(w, root);
    take_objects(ld, w);
}
