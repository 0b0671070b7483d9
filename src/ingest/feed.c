/*
 * What does a feed say about its articles?
 *
 *     rss/channel ─┬─ title, language, link        of the feed
 *                  └─ item ─┬─ title, link, guid, description, content:encoded, dc:creator ...
 *     feed ─┬─ title, link, xml:lang
 *           └─ entry ─┬─ title, link[@href], id, summary, content[@type], author/name ...
 *
 * expat reads; it is stopped at the end of each item and resumed for the next, so memory is the
 * feed's bytes and one item. The bytes are made UTF-8 first (text/charset.h), because expat knows
 * few encodings. Names are matched with their customary prefixes ("content:encoded"), not by
 * namespace: many feeds forget to declare them, and a namespace-aware parser would lose the feed.
 * A document that declares entities is refused: no feed needs them and bombs are made of them.
 * A feed that breaks in the middle gives the items before the fault, then one reject.
 *
 * Key and address: the link, made absolute (xml:base, else the feed's own link), is the url; the
 * guid or id becomes the key only where there is no link, since a guid is often an address too and
 * the page may be captured again from its url. Sources: RSS 2.0.11, RFC 4287, RFC 4685 base rules.
 */
#include "ingest/feed.h"

#include <expat.h>

#include "base/buf.h"
#include "base/limits.h"
#include "html/entities.h"
#include "text/charset.h"
#include "text/url.h"
#include "base/utf8.h"

typedef struct item {
    ld_span title, link, id, published, modified, language, base;
    ld_span content_html, content_text, summary_html, summary_text;
    ld_buf authors, tags; /* joined with ";"; reused from item to item */
    bool title_is_html;   /* RSS, and Atom where the type says so */
    bool id_is_link;      /* RSS guid, not said to be otherwise */
} item;

typedef enum target_kind {
    TARGET_NONE,
    TARGET_SPAN, /* the element's text goes to `target` */
    TARGET_AUTHOR,
    TARGET_TAG
} target_kind;

typedef struct feed {
    ld_container base;
    ld_arena *own;      /* of the feed itself: decoded bytes, title, language */
    XML_Parser parser;  /* NULL until the first call */
    ld_span bytes;      /* UTF-8 */
    uint64_t number;    /* of the current item, from 1 */
    bool ended;         /* END was reached or the fault was told */
    bool suspended;     /* an item is complete */
    const char *fault;  /* static clause: why reading was stopped */
    lede_status status; /* sticky: NOMEM inside a callback */

    ld_span title, language, feed_base, self; /* of the feed */
    item item;
    bool is_rss;         /* the root element is no Atom feed */
    uint32_t depth;      /* open elements */
    uint32_t feed_depth; /* of channel or feed; 0: not inside */
    uint32_t item_depth; /* of item or entry; 0: not inside */

    /* the element whose text is being gathered */
    uint32_t text_depth; /* 0: none */
    target_kind target_kind;
    ld_span *target;
    bool markup; /* Atom type="xhtml": elements are written out again */
    bool in_author;
    ld_buf text;
} feed;

static bool is_name(const char *a, const char *b)
{
    return strcmp(a, b) == 0;
}

static const char *local_name(const char *name)
{
    return strncmp(name, "atom:", 5) == 0  ? name + 5
           : strncmp(name, "rss:", 4) == 0 ? name + 4
                                           : name;
}

static const char *attribute(const char **atts, const char *name)
{
    for (; atts[0]; atts += 2)
        if (strcmp(atts[0], name) == 0)
            return atts[1];
    return NULL;
}

static void stop(feed *f, const char *fault)
{
    if (!f->fault)
        f->fault = fault;
    XML_StopParser(f->parser, XML_FALSE);
}

static void fail_memory(feed *f)
{
    f->status = LEDE_E_NOMEM;
    stop(f, "memory is refused");
}

static ld_span keep(feed *f, ld_arena *arena, ld_span s)
{
    ld_span copy = ld_arena_copy(arena, ld_span_trim(s));
    if (!copy.data) {
        if (ld_arena_status(arena, NULL) == LEDE_E_NOMEM)
            fail_memory(f);
        else
            stop(f, "an item is larger than the maximum");
    }
    return copy;
}

static ld_span keep_string(feed *f, ld_arena *arena, const char *s)
{
    return s ? keep(f, arena, ld_span_from_string(s)) : ld_span_of(NULL, 0);
}

/* `reference` against the nearest base; as it is when there is none. */
static ld_span resolve(feed *f, ld_arena *arena, ld_span base, ld_span reference)
{
    if (base.bytes == 0 || reference.bytes == 0)
        return reference;
    ld_span absolute = ld_url_resolve(arena, base, reference);
    return absolute.bytes ? absolute : reference;
}

/* The base inside an element that may carry xml:base itself. */
static ld_span base_of(feed *f, ld_arena *arena, const char **atts, ld_span outer)
{
    const char *own = attribute(atts, "xml:base");
    return own ? resolve(f, arena, outer, keep_string(f, arena, own)) : outer;
}

/* ---- gathering text ---- */

static void begin_text(feed *f, target_kind kind, ld_span *target)
{
    f->text_depth = f->depth;
    f->target_kind = kind;
    f->target = target;
    f->markup = false;
    ld_buf_clear(&f->text);
}

static void add_joined(ld_buf *list, ld_span s)
{
    s = ld_span_trim(s);
    if (s.bytes == 0)
        return;
    if (list->bytes)
        ld_buf_add_string(list, "; ");
    ld_buf_add_span(list, s);
}

static void end_text(feed *f)
{
    lede_status status = ld_buf_status(&f->text, NULL);
    ld_span s = ld_buf_span(&f->text);
    f->text_depth = 0;
    if (status == LEDE_E_NOMEM)
        fail_memory(f);
    else if (status != LEDE_OK)
        stop(f, "an item is larger than the maximum");
    else if (f->target_kind == TARGET_AUTHOR)
        add_joined(&f->item.authors, s);
    else if (f->target_kind == TARGET_TAG)
        add_joined(&f->item.tags, s);
    else if (f->target_kind == TARGET_SPAN && (f->target->bytes == 0 || !f->item_depth))
        *f->target = keep(f, f->item_depth ? f->base.arena : f->own, s);
}

static void add_escaped(ld_buf *out, ld_span s)
{
    for (size_t i = 0; i < s.bytes; i++) {
        char c = s.data[i];
        if (c == '<')
            ld_buf_add_string(out, "&lt;");
        else if (c == '>')
            ld_buf_add_string(out, "&gt;");
        else if (c == '&')
            ld_buf_add_string(out, "&amp;");
        else if (c == '"')
            ld_buf_add_string(out, "&quot;");
        else
            ld_buf_add_byte(out, (uint8_t)c);
    }
}

static const char *without_prefix(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

static void write_start(feed *f, const char *name, const char **atts)
{
    ld_buf_add_byte(&f->text, '<');
    ld_buf_add_string(&f->text, without_prefix(name));
    for (; atts[0]; atts += 2) {
        if (strncmp(atts[0], "xml", 3) == 0)
            continue;
        ld_buf_add_byte(&f->text, ' ');
        ld_buf_add_string(&f->text, atts[0]);
        ld_buf_add_string(&f->text, "=\"");
        add_escaped(&f->text, ld_span_from_string(atts[1]));
        ld_buf_add_byte(&f->text, '"');
    }
    ld_buf_add_byte(&f->text, '>');
}

static void write_end(feed *f, const char *name)
{
    static const char *const voids[] = {"br", "img", "hr", "input", "source", "wbr", "embed"};
    name = without_prefix(name);
    for (size_t i = 0; i < sizeof voids / sizeof *voids; i++)
        if (is_name(name, voids[i]))
            return;
    ld_buf_add_string(&f->text, "</");
    ld_buf_add_string(&f->text, name);
    ld_buf_add_byte(&f->text, '>');
}

/* ---- elements ---- */

/* Atom's text constructs: which of two fields, by the type attribute. */
static void begin_construct(feed *f, const char **atts, ld_span *html, ld_span *text)
{
    const char *type = attribute(atts, "type");
    bool xhtml = type && (is_name(type, "xhtml") || is_name(type, "application/xhtml+xml"));
    bool is_html = type && (is_name(type, "html") || is_name(type, "text/html"));
    if (attribute(atts, "src"))
        return;
    begin_text(f, TARGET_SPAN, xhtml || is_html ? html : text);
    f->markup = xhtml;
}

/* <link>: the text in RSS, an attribute in Atom. */
static void begin_link(feed *f, const char **atts, ld_arena *arena, ld_span *link, ld_span base)
{
    const char *href = attribute(atts, "href"), *rel = attribute(atts, "rel");
    if (!href) {
        begin_text(f, TARGET_SPAN, link);
        return;
    }
    base = base_of(f, arena, atts, base);
    if ((!rel || is_name(rel, "alternate")) && link->bytes == 0)
        *link = resolve(f, arena, base, keep_string(f, arena, href));
    else if (rel && is_name(rel, "self") && !f->item_depth)
        f->self = resolve(f, arena, base, keep_string(f, arena, href));
}

typedef struct span_name {
    const char *name;
    size_t offset; /* of the ld_span in struct item */
} span_name;

/* Elements of an item whose text is one field. */
static const span_name span_names[] = {
    {"id", offsetof(item, id)},
    {"guid", offsetof(item, id)},
    {"dc:identifier", offsetof(item, id)},
    {"description", offsetof(item, summary_html)},
    {"content:encoded", offsetof(item, content_html)},
    {"pubDate", offsetof(item, published)},
    {"published", offsetof(item, published)},
    {"issued", offsetof(item, published)},
    {"dc:date", offsetof(item, published)},
    {"updated", offsetof(item, modified)},
    {"modified", offsetof(item, modified)},
    {"dcterms:modified", offsetof(item, modified)},
    {"dc:language", offsetof(item, language)},
};

static void begin_item_child(feed *f, const char *name, const char **atts)
{
    item *it = &f->item;
    if (is_name(name, "title")) {
        const char *type = attribute(atts, "type");
        it->title_is_html = f->is_rss || (type && !is_name(type, "text"));
        begin_text(f, TARGET_SPAN, &it->title);
    } else if (is_name(name, "content")) {
        begin_construct(f, atts, &it->content_html, &it->content_text);
    } else if (is_name(name, "summary")) {
        begin_construct(f, atts, &it->summary_html, &it->summary_text);
    } else if (is_name(name, "link")) {
        begin_link(f, atts, f->base.arena, &it->link, it->base);
    } else if (is_name(name, "dc:creator") || is_name(name, "author")) {
        f->in_author = is_name(name, "author");
        begin_text(f, TARGET_AUTHOR, NULL);
    } else if (is_name(name, "category") || is_name(name, "dc:subject")) {
        const char *label = attribute(atts, "label"), *term = attribute(atts, "term");
        if (label || term)
            add_joined(&it->tags, ld_span_from_string(label ? label : term));
        else
            begin_text(f, TARGET_TAG, NULL);
    } else {
        for (size_t i = 0; i < sizeof span_names / sizeof *span_names; i++)
            if (is_name(name, span_names[i].name))
                begin_text(f, TARGET_SPAN, (ld_span *)((char *)it + span_names[i].offset));
        if (is_name(name, "guid")) {
            const char *permanent = attribute(atts, "isPermaLink");
            it->id_is_link = !permanent || !is_name(permanent, "false");
        }
    }
}

static void begin_item(feed *f, const char **atts)
{
    ld_buf authors = f->item.authors, tags = f->item.tags;
    memset(&f->item, 0, sizeof f->item);
    f->item.authors = authors;
    f->item.tags = tags;
    ld_buf_clear(&f->item.authors);
    ld_buf_clear(&f->item.tags);
    f->item_depth = f->depth;
    f->item.base = base_of(f, f->base.arena, atts, f->feed_base);
    f->item.language = keep_string(f, f->base.arena, attribute(atts, "xml:lang"));
}

static void begin_feed(feed *f, const char **atts)
{
    f->feed_depth = f->depth;
    f->feed_base = base_of(f, f->own, atts, f->feed_base);
    if (f->language.bytes == 0)
        f->language = keep_string(f, f->own, attribute(atts, "xml:lang"));
}

static void XMLCALL on_start(void *ctx, const char *qualified, const char **atts)
{
    feed *f = ctx;
    const char *name = local_name(qualified);
    if (f->depth++ == 0)
        f->is_rss = !is_name(name, "feed");
    if (f->text_depth) {
        if (f->in_author && is_name(name, "name") && f->depth == f->item_depth + 2)
            begin_text(f, TARGET_AUTHOR, NULL);
        else if (f->markup)
            write_start(f, name, atts);
        else if (f->in_author && f->depth == f->item_depth + 2)
            f->text_depth = 0; /* an Atom person's email or address */
        return;
    }
    if (f->item_depth) {
        if (f->depth == f->item_depth + 1)
            begin_item_child(f, name, atts);
        else if (f->in_author && is_name(name, "name") && f->depth == f->item_depth + 2)
            begin_text(f, TARGET_AUTHOR, NULL);
    } else if (is_name(name, "item") || is_name(name, "entry")) {
        begin_item(f, atts);
    } else if (is_name(name, "channel") || is_name(name, "feed")) {
        begin_feed(f, atts);
    } else if (f->depth == 1) {
        f->feed_base = base_of(f, f->own, atts, f->feed_base);
    } else if (f->depth == f->feed_depth + 1) {
        if (is_name(name, "title"))
            begin_text(f, TARGET_SPAN, &f->title);
        else if (is_name(name, "language") || is_name(name, "dc:language"))
            begin_text(f, TARGET_SPAN, &f->language);
        else if (is_name(name, "link"))
            begin_link(f, atts, f->own, &f->self, f->feed_base);
    }
}

static void XMLCALL on_end(void *ctx, const char *qualified)
{
    feed *f = ctx;
    if (f->text_depth == f->depth)
        end_text(f);
    else if (f->text_depth && f->markup)
        write_end(f, local_name(qualified));
    if (f->item_depth && f->depth == f->item_depth + 1)
        f->in_author = false;
    if (f->depth == f->item_depth) {
        f->item_depth = 0;
        f->suspended = true;
        XML_StopParser(f->parser, XML_TRUE);
    }
    if (f->depth == f->feed_depth)
        f->feed_depth = 0;
    f->depth--;
}

static void XMLCALL on_text(void *ctx, const char *s, int bytes)
{
    feed *f = ctx;
    if (!f->text_depth)
        return;
    if (f->markup)
        add_escaped(&f->text, ld_span_of(s, (size_t)bytes));
    else
        ld_buf_add(&f->text, s, (size_t)bytes);
}

static void XMLCALL on_entity(void *ctx, const char *name, int is_parameter, const char *value,
                              int value_bytes, const char *base, const char *system_id,
                              const char *public_id, const char *notation)
{
    (void)name, (void)is_parameter, (void)value, (void)value_bytes, (void)base, (void)system_id,
        (void)public_id, (void)notation;
    stop(ctx, "the feed declares entities, which are refused");
}

/* ---- the container ---- */

/* The encoding named by a byte order mark or in <?xml ... encoding="..."?>, else UTF-8. */
static const char *stated_charset(ld_span bytes)
{
    size_t mark;
    const char *charset = ld_charset_for_bom(bytes, &mark);
    if (charset)
        return charset;
    ld_span head = ld_span_sub(bytes, 0, 256);
    head = ld_span_sub(head, 0, ld_span_find(head, LD_SPAN("?>")));
    size_t at = ld_span_find(head, LD_SPAN("encoding"));
    if (at == SIZE_MAX)
        return "UTF-8";
    ld_span s = ld_span_trim(ld_span_sub(head, at + 8, head.bytes));
    s = ld_span_trim(ld_span_sub(s, 1, s.bytes)); /* "=" */
    if (s.bytes < 2)
        return "UTF-8";
    ld_span value = ld_span_sub(s, 1, ld_span_find_byte(ld_span_sub(s, 1, s.bytes), s.data[0]));
    charset = ld_charset_for_label(value);
    return charset ? charset : "UTF-8";
}

static lede_status tell(feed *f, ld_source_event *event, lede_error *err, const char *why)
{
    f->ended = true;
    return ld_event_set(f->base.arena, event, LD_SOURCE_REJECT, f->base.name, err, "%s", why);
}

static lede_status start_parser(feed *f, ld_source_event *event, lede_error *err)
{
    ld_span window;
    LD_TRY(ld_stream_peek(f->base.stream, LD_FEED_BYTES_MAX + 1, &window, err));
    const char *broken = ld_stream_break(f->base.stream);
    if (broken)
        return tell(f, event, err, broken);
    if (window.bytes > LD_FEED_BYTES_MAX)
        return tell(f, event, err, "the feed is larger than the maximum");
    lede_status status = ld_charset_decode(f->own, stated_charset(window), window, &f->bytes, err);
    if (status == LEDE_E_LIMIT)
        return tell(f, event, err, "the feed is larger than the maximum");
    LD_TRY(status);
    f->bytes = ld_span_trim(f->bytes);
    f->parser = XML_ParserCreate("UTF-8");
    if (!f->parser)
        return ld_error_nomem(err, 4096);
    XML_SetUserData(f->parser, f);
    XML_SetElementHandler(f->parser, on_start, on_end);
    XML_SetCharacterDataHandler(f->parser, on_text);
    XML_SetEntityDeclHandler(f->parser, on_entity);
    return LEDE_OK;
}

static ld_span first_of(ld_span a, ld_span b)
{
    return a.bytes ? a : b;
}

static bool is_web_url(ld_span s)
{
    return ld_span_starts_with_nocase(s, LD_SPAN("http://")) ||
           ld_span_starts_with_nocase(s, LD_SPAN("https://"));
}

/* A title that holds markup as words: tags dropped, character references resolved. Many RSS titles
 * are escaped twice ("Smith &amp;#8217;s"). */
static ld_span plain_title(ld_arena *arena, ld_span html)
{
    char *out = ld_arena_alloc(arena, html.bytes + LD_ENTITY_VALUE_BYTES_MAX);
    if (!out)
        return html; /* the arena's status tells */
    size_t n = 0;
    for (size_t i = 0; i < html.bytes;) {
        ld_span rest = ld_span_sub(html, i, html.bytes);
        char next = rest.bytes > 1 ? rest.data[1] : ' ';
        bool tag = rest.data[0] == '<' &&
                   (next == '/' || (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z'));
        size_t close = tag ? ld_span_find_byte(rest, '>') : SIZE_MAX;
        size_t value_bytes = 0, used = 0;
        char value[LD_ENTITY_VALUE_BYTES_MAX];
        if (rest.data[0] == '&')
            used = ld_entity_decode(rest, false, value, &value_bytes);
        if (close != SIZE_MAX) {
            i += close + 1;
        } else if (used && value_bytes <= used) {
            memcpy(out + n, value, value_bytes);
            n += value_bytes;
            i += used;
        } else {
            out[n++] = html.data[i++];
        }
    }
    return ld_span_trim(ld_span_of(out, n));
}

/* The finished item into the capture. */
static lede_status give_item(feed *f, ld_capture *capture, ld_source_event *event, lede_error *err)
{
    item *it = &f->item;
    ld_arena *arena = f->base.arena;
    ld_given *g = &capture->given;
    ld_span path = ld_path_with_number(arena, f->base.name, '#', ++f->number);
    ld_span link = resolve(f, arena, first_of(it->base, f->self), it->link);
    if (it->title_is_html)
        it->title = plain_title(arena, it->title);
    if (!is_web_url(link))
        link = it->id_is_link && is_web_url(it->id) ? it->id : ld_span_of(NULL, 0);
    lede_status memory = ld_arena_status(arena, err);
    if (memory == LEDE_OK)
        memory = ld_buf_status(&it->authors, err);
    if (memory == LEDE_OK)
        memory = ld_buf_status(&it->tags, err);
    if (memory == LEDE_E_LIMIT)
        return ld_event_set(arena, event, LD_SOURCE_REJECT, f->base.name, err,
                            "item %llu is larger than the maximum", (unsigned long long)f->number);
    LD_TRY(memory);
    capture->media = LD_MEDIA_FIELDS;
    capture->path = event->path = path;
    capture->url = link.bytes <= LD_URL_BYTES_MAX ? link : ld_span_of(NULL, 0);
    if (capture->url.bytes == 0 && it->id.bytes <= LD_KEY_BYTES_MAX)
        capture->key = it->id;
    g->title = it->title;
    g->html = it->content_html;
    if (g->html.bytes == 0)
        g->text = it->content_text;
    if (g->html.bytes == 0 && g->text.bytes == 0)
        g->html = it->summary_html;
    if (g->html.bytes == 0 && g->text.bytes == 0)
        g->text = it->summary_text;
    g->author = ld_buf_span(&it->authors);
    g->tags = ld_buf_span(&it->tags);
    g->published = it->published;
    g->modified = it->modified;
    g->language = first_of(it->language, f->language);
    g->source = f->title;
    event->kind = LD_SOURCE_CAPTURE;
    if (g->title.bytes == 0 && g->html.bytes == 0 && g->text.bytes == 0)
        return ld_event_set(arena, event, LD_SOURCE_REJECT, path, err,
                            "the feed's item has no title and no text");
    return LEDE_OK;
}

static lede_status feed_next(ld_container *c, ld_capture *capture, ld_source_event *event,
                             lede_error *err)
{
    feed *f = (feed *)c;
    memset(capture, 0, sizeof *capture);
    memset(event, 0, sizeof *event);
    if (f->ended) {
        ld_event_end(event);
        return LEDE_OK;
    }
    ld_arena_reset(c->arena);
    enum XML_Status status;
    if (!f->parser) {
        LD_TRY(start_parser(f, event, err));
        if (f->ended)
            return LEDE_OK;
        status = XML_Parse(f->parser, f->bytes.data, (int)f->bytes.bytes, XML_TRUE);
    } else {
        f->suspended = false;
        status = XML_ResumeParser(f->parser);
    }
    if (f->status != LEDE_OK)
        return ld_error_nomem(err, 0);
    if (f->suspended && !f->fault)
        return give_item(f, capture, event, err);
    if (status == XML_STATUS_OK) {
        f->ended = true;
        ld_event_end(event);
        return LEDE_OK;
    }
    if (f->fault)
        return tell(f, event, err, f->fault);
    enum XML_Error code = XML_GetErrorCode(f->parser);
    if (code == XML_ERROR_NO_MEMORY)
        return ld_error_nomem(err, f->bytes.bytes);
    f->ended = true;
    return ld_event_set(c->arena, event, LD_SOURCE_REJECT, c->name, err,
                        "the feed is not well-formed XML: %s at line %lu", XML_ErrorString(code),
                        (unsigned long)XML_GetCurrentLineNumber(f->parser));
}

static void feed_close(ld_container *c)
{
    feed *f = (feed *)c;
    if (f->parser)
        XML_ParserFree(f->parser);
    ld_buf_release(&f->text);
    ld_buf_release(&f->item.authors);
    ld_buf_release(&f->item.tags);
    ld_arena_free(f->own);
    ld_container_release(c);
    ld_release(c->env, f, sizeof *f);
}

lede_status ld_feed_open(const lede_env *env, ld_stream *stream, ld_span name,
                         size_t page_bytes_max, ld_container **container, lede_error *err)
{
    *container = NULL;
    lede_status status;
    feed *f = ld_alloc_zero(env, sizeof *f);
    if (!f)
        return ld_error_nomem(err, sizeof *f);
    f->base.env = env;
    f->base.next = feed_next;
    f->base.close = feed_close;
    ld_buf_init(&f->text, env, page_bytes_max);
    ld_buf_init(&f->item.authors, env, 1u << 20);
    ld_buf_init(&f->item.tags, env, 1u << 20);
    LD_TRY_OUT(ld_container_init(&f->base, env, stream, name, page_bytes_max, err));
    LD_TRY_OUT(ld_arena_new(env, 5 * (size_t)LD_FEED_BYTES_MAX, &f->own, err));
    *container = &f->base;
    return LEDE_OK;
out:
    feed_close(&f->base);
    return status;
}
