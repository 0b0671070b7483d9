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

#include <jansson.h>

#include "article/story.h"

#define SCRIPT_BYTES_MAX (8u << 20)
#define POSTS_MAX        500u
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

static ld_span text_of(ld_arena *arena, const json_t *value)
{
    while (json_is_array(value) && json_array_size(value) > 0)
        value = json_array_get(value, 0);
    if (json_is_object(value)) {
        const json_t *inner = json_object_get(value, "name");
        value = inner ? inner : json_object_get(value, "@value");
        if (!value)
            return (ld_span){0};
    }
    if (!json_is_string(value))
        return (ld_span){0};
    return ld_text_fold_escaped(arena,
                                ld_span_of(json_string_value(value), json_string_length(value)));
}

static ld_span member(ld_arena *arena, const json_t *object, const char *name)
{
    return text_of(arena, json_object_get(object, name));
}

/* The name of a type without a vocabulary's prefix. */
static ld_span local_type(const json_t *type)
{
    ld_span s = ld_span_of(json_string_value(type), json_string_length(type));
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

static object_type one_type(const json_t *type)
{
    if (!json_is_string(type))
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

static object_type type_of(const json_t *object)
{
    const json_t *type = json_object_get(object, "@type");
    object_type best = one_type(type);
    for (size_t i = 0;
         best != LIVEBLOG && json_is_array(type) && i < json_array_size(type) && i < 8; i++) {
        object_type other = one_type(json_array_get(type, i));
        best = best == OTHER || other == LIVEBLOG ? other : best;
    }
    return best;
}

/* ---- the walk ---- */

typedef struct walk {
    ld_arena *arena;
    const json_t *objects[OBJECTS_MAX]; /* [count], breadth first */
    uint32_t count;
} walk;

static void push(walk *w, const json_t *value)
{
    if (json_is_object(value) && w->count < OBJECTS_MAX)
        w->objects[w->count++] = value;
    for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++) {
        const json_t *item = json_array_get(value, i);
        if (json_is_object(item) && w->count < OBJECTS_MAX)
            w->objects[w->count++] = item;
    }
}

/* Members that hold other stories, or the parts of this one. */
static bool is_closed_member(const char *name)
{
    static const char *const closed[] = {
        "itemListElement", "hasPart",     "mentions",  "liveBlogUpdate", "comment",
        "isPartOf",        "relatedLink", "isBasedOn", "citation",       "associatedMedia",
        "video",           "blogPost",    "review",    "subjectOf",      "workExample"};
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        if (strcmp(name, closed[i]) == 0)
            return true;
    return false;
}

static void collect(walk *w, const json_t *root)
{
    push(w, root);
    for (uint32_t i = 0; i < w->count; i++) {
        const char *name;
        json_t *value;
        json_object_foreach((json_t *)w->objects[i], name, value)
        {
            if (!is_closed_member(name))
                push(w, value);
        }
    }
}

/* The Person that an {"@id"} means; the object itself where it has a name. */
static const json_t *resolve(const walk *w, const json_t *value)
{
    const json_t *id = json_object_get(value, "@id");
    if (!json_is_string(id) || json_object_get(value, "name"))
        return value;
    for (uint32_t i = 0; i < w->count; i++) {
        const json_t *other = json_object_get(w->objects[i], "@id");
        if (json_is_string(other) && json_object_get(w->objects[i], "name") &&
            strcmp(json_string_value(other), json_string_value(id)) == 0)
            return w->objects[i];
    }
    return value;
}

static void take_author(ld_json_ld *ld, const walk *w, const json_t *value)
{
    if (json_is_object(value))
        value = resolve(w, value);
    const json_t *names = json_is_object(value) ? json_object_get(value, "name") : value;
    size_t count = json_is_array(names) ? json_array_size(names) : 1;
    for (size_t i = 0; i < count && ld->author_count < LD_ARTICLE_AUTHORS_MAX; i++) {
        ld_span name = text_of(w->arena, json_is_array(names) ? json_array_get(names, i) : names);
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

static void take_keywords(ld_json_ld *ld, ld_arena *arena, const json_t *value)
{
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value) && i < LD_ARTICLE_TAGS_MAX; i++)
            take_tag(ld, arena, text_of(arena, json_array_get(value, i)));
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

static void take_posts(ld_json_ld *ld, ld_arena *arena, const json_t *updates)
{
    size_t count = json_is_array(updates) ? json_array_size(updates) : updates != NULL;
    for (size_t i = 0; i < count && ld->post_count < POSTS_MAX; i++) {
        const json_t *update = json_is_array(updates) ? json_array_get(updates, i) : updates;
        ld_post post = {member(arena, update, "headline"), member(arena, update, "datePublished"),
                        member(arena, update, "articleBody")};
        if (post.headline.bytes > 0 || post.text.bytes > 0)
            (void)LD_ARENA_PUSH(arena, ld->posts, ld->post_count, ld->post_capacity, post);
    }
}

static bool is_false(const json_t *value)
{
    return json_is_false(value) ||
           (json_is_string(value) && (strcmp(json_string_value(value), "False") == 0 ||
                                      strcmp(json_string_value(value), "false") == 0));
}

static void take_article(ld_json_ld *ld, const walk *w, const json_t *object)
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
    if (is_false(json_object_get(object, "isAccessibleForFree")))
        ld->is_paywalled = true;
    const json_t *body = json_object_get(object, "articleBody");
    while (json_is_array(body) && json_array_size(body) > 0)
        body = json_array_get(body, 0);
    if (json_is_string(body))
        ld->body =
            ld_arena_copy(arena, ld_span_of(json_string_value(body), json_string_length(body)));
    const json_t *publisher = json_object_get(object, "publisher");
    if (json_is_array(publisher))
        publisher = json_array_get(publisher, 0);
    if (publisher)
        ld->publisher =
            text_of(arena, json_is_object(publisher) ? resolve(w, publisher) : publisher);
    const json_t *author = json_object_get(object, "author");
    if (!author)
        author = json_object_get(object, "creator");
    size_t count = json_is_array(author) ? json_array_size(author) : author != NULL;
    for (size_t i = 0; i < count && i < LD_ARTICLE_AUTHORS_MAX; i++)
        take_author(ld, w, json_is_array(author) ? json_array_get(author, i) : author);
    take_keywords(ld, arena, json_object_get(object, "keywords"));
    take_posts(ld, arena, json_object_get(object, "liveBlogUpdate"));
}

/* A second script, or a second article of one, fills what the first left open. */
static void merge_article(ld_json_ld *ld, const walk *w, const json_t *object)
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
    json_error_t ignored;
    json_t *root =
        json_loadb(mended.data, mended.bytes, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &ignored);
    if (!root)
        return;
    w->arena = arena;
    w->count = 0;
    collect(w, root);
    take_objects(ld, w);
    json_decref(root);
}
