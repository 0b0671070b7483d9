/*
 * Is there a story in the data of the page's scripts, where its HTML has none?
 *
 *     <script id="__NEXT_DATA__" type="application/json">{"props": {... "body": "<p>...</p>"}}
 *     <script>window.__STATE__ = {... "content": [{"type": "p", "text": "..."}, ...]}</script>
 *
 * Pages that are drawn by scripts carry their data along. Every object is looked at, breadth first;
 * a member called body, content, text or the like is a candidate when it is a string, or a list of
 * strings or of objects with such a string each: the paragraphs. The longest candidate is the body.
 * Asked only where the page shows next to nothing, since data also holds other stories.
 *
 * Rejected: running the scripts. Limits: SCRIPT_BYTES_MAX a script, OBJECTS_MAX objects of each,
 * SCRIPTS_MAX scripts. The data is read in an arena of its own with a maximum, so that much of it
 * cannot cost the page its share of memory.
 */
#include "article/state.h"

#include "base/json_read.h"
#include "html/node.h"

#define SCRIPT_BYTES_MIN 400u
#define SCRIPT_BYTES_MAX (8u << 20)
#define SCRIPTS_MAX      64u
#define OBJECTS_MAX      16384u
#define PARTS_MAX        2000u
#define VALUES_MAX       (1u << 19)
#define DATA_BYTES_MAX   (64u << 20) /* of memory for one script */

typedef struct state_walk {
    ld_arena *arena;
    const ld_json_value *objects[OBJECTS_MAX]; /* and arrays, in the order they are met */
    uint32_t count;
    ld_span best;
    uint32_t best_words;
} state_walk;

static const char *const body_names[] = {
    "articleBody", "body",     "bodyHtml", "body_html",  "content", "html",     "text",
    "contentHtml", "fullText", "bodyText", "paragraphs", "blocks",  "elements", "value"};

static bool is_body_name(ld_span name)
{
    for (size_t i = 0; i < sizeof body_names / sizeof *body_names; i++)
        if (ld_span_equal(name, ld_span_from_string(body_names[i])))
            return true;
    return false;
}

/* A paragraph of a list: a string, or an object's string by one of the names. */
static ld_span part_of(const ld_json_value *value)
{
    if (value->kind == LD_JSON_STRING)
        return value->text;
    for (size_t i = 0; i < sizeof body_names / sizeof *body_names; i++) {
        const ld_json_value *inner = ld_json_get(value, body_names[i]);
        if (ld_json_is(inner, LD_JSON_STRING))
            return inner->text;
    }
    return (ld_span){0};
}

static void offer(state_walk *w, ld_span text, bool is_copied)
{
    uint32_t words = ld_text_word_count(text);
    if (words < LD_STATE_WORDS_MIN || words <= w->best_words)
        return;
    w->best = is_copied ? text : ld_arena_copy(w->arena, text);
    w->best_words = w->best.data ? words : 0;
}

static void offer_list(state_walk *w, const ld_json_value *list)
{
    size_t bytes = 0, used = 0;
    uint32_t seen = 0;
    for (const ld_json_value *v = list->first; v && seen < PARTS_MAX; v = v->next, seen++)
        bytes += part_of(v).bytes + 1;
    char *text = bytes > SCRIPT_BYTES_MIN ? ld_arena_alloc(w->arena, bytes) : NULL;
    seen = 0;
    for (const ld_json_value *v = text ? list->first : NULL; v && seen < PARTS_MAX;
         v = v->next, seen++) {
        ld_span part = part_of(v);
        if (part.bytes == 0)
            continue;
        memcpy(text + used, part.data, part.bytes);
        used += part.bytes;
        text[used++] = '\n';
    }
    if (text)
        offer(w, ld_span_of(text, used), true);
}

static void look_at(state_walk *w, const ld_json_value *value)
{
    if (value->kind >= LD_JSON_ARRAY && w->count < OBJECTS_MAX)
        w->objects[w->count++] = value;
    if (!is_body_name(value->name))
        return;
    if (value->kind == LD_JSON_STRING)
        offer(w, value->text, false);
    else if (value->kind == LD_JSON_ARRAY)
        offer_list(w, value);
}

static void walk_all(state_walk *w, const ld_json_value *root)
{
    w->count = 0;
    look_at(w, root);
    for (uint32_t i = 0; i < w->count; i++)
        for (const ld_json_value *v = w->objects[i]->first; v; v = v->next)
            look_at(w, v);
}

/* The JSON of a script: all of it, or what is assigned to a name. JSON-LD is metadata's. */
static ld_span data_of(ld_arena *arena, const ld_page *page, ld_node script)
{
    ld_span type = ld_node_attribute(page, script, LD_SPAN("type"));
    if (ld_span_find(type, LD_SPAN("ld+json")) != SIZE_MAX)
        return (ld_span){0};
    size_t bytes = ld_node_text_bytes(page, script);
    if (bytes < SCRIPT_BYTES_MIN || bytes > SCRIPT_BYTES_MAX)
        return (ld_span){0};
    ld_span text = ld_span_trim(ld_node_text(arena, page, script));
    if (ld_span_starts_with(text, LD_SPAN("{")) || ld_span_starts_with(text, LD_SPAN("[")))
        return text;
    size_t equals = ld_span_find_byte(ld_span_sub(text, 0, 80), '=');
    ld_span value =
        ld_span_trim(equals == SIZE_MAX ? (ld_span){0} : ld_span_sub(text, equals + 1, text.bytes));
    return ld_span_starts_with(value, LD_SPAN("{")) ? value : (ld_span){0};
}

ld_span ld_state_find_body(ld_arena *arena, const ld_page *page)
{
    state_walk *w = ld_arena_alloc_zero(arena, sizeof *w);
    if (!w)
        return (ld_span){0};
    ld_arena *data;
    if (ld_arena_new(ld_arena_env(arena), DATA_BYTES_MAX, &data, NULL) != LEDE_OK)
        return (ld_span){0};
    w->arena = arena;
    uint32_t seen = 0;
    for (ld_node n = ld_node_find(page, LD_NODE_DOCUMENT, LD_TAG_SCRIPT);
         n != LD_NODE_NONE && seen < SCRIPTS_MAX;
         n = ld_node_find_next(page, n, LD_NODE_DOCUMENT, LD_TAG_SCRIPT), seen++) {
        const ld_json_value *root = ld_json_parse(data, data_of(arena, page, n), VALUES_MAX);
        if (root)
            walk_all(w, root);
        ld_arena_reset(data);
    }
    ld_arena_free(data);
    return w->best;
}
