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
 * SCRIPTS_MAX scripts; jansson bounds the depth.
 */
#include "article/state.h"

#include <jansson.h>

#include "html/node.h"

#define SCRIPT_BYTES_MIN 400u
#define SCRIPT_BYTES_MAX (8u << 20)
#define SCRIPTS_MAX      64u
#define OBJECTS_MAX      16384u
#define PARTS_MAX        2000u

typedef struct state_walk {
    ld_arena *arena;
    const json_t *objects[OBJECTS_MAX]; /* and arrays, in the order they are met */
    uint32_t count;
    ld_span best;
    uint32_t best_words;
} state_walk;

static const char *const body_names[] = {
    "articleBody", "body",     "bodyHtml", "body_html",  "content", "html",     "text",
    "contentHtml", "fullText", "bodyText", "paragraphs", "blocks",  "elements", "value"};

static bool is_body_name(const char *name)
{
    for (size_t i = 0; i < sizeof body_names / sizeof *body_names; i++)
        if (strcmp(name, body_names[i]) == 0)
            return true;
    return false;
}

static ld_span string_of(const json_t *value)
{
    return ld_span_of(json_string_value(value), json_string_length(value));
}

/* A paragraph of a list: a string, or an object's string by one of the names. */
static ld_span part_of(const json_t *value)
{
    if (json_is_string(value))
        return string_of(value);
    for (size_t i = 0; i < sizeof body_names / sizeof *body_names; i++) {
        const json_t *inner = json_object_get(value, body_names[i]);
        if (json_is_string(inner))
            return string_of(inner);
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

static void offer_list(state_walk *w, const json_t *list)
{
    size_t count = json_array_size(list), bytes = 0, used = 0;
    count = count < PARTS_MAX ? count : PARTS_MAX;
    for (size_t i = 0; i < count; i++)
        bytes += part_of(json_array_get(list, i)).bytes + 1;
    char *text = bytes > SCRIPT_BYTES_MIN ? ld_arena_alloc(w->arena, bytes) : NULL;
    for (size_t i = 0; text && i < count; i++) {
        ld_span part = part_of(json_array_get(list, i));
        if (part.bytes == 0)
            continue;
        memcpy(text + used, part.data, part.bytes);
        used += part.bytes;
        text[used++] = '\n';
    }
    if (text)
        offer(w, ld_span_of(text, used), true);
}

static void look_at(state_walk *w, const char *name, const json_t *value)
{
    if ((json_is_object(value) || json_is_array(value)) && w->count < OBJECTS_MAX)
        w->objects[w->count++] = value;
    if (!is_body_name(name))
        return;
    if (json_is_string(value))
        offer(w, string_of(value), false);
    else if (json_is_array(value))
        offer_list(w, value);
}

static void walk_all(state_walk *w, const json_t *root)
{
    w->count = 0;
    look_at(w, "", root);
    for (uint32_t i = 0; i < w->count; i++) {
        const char *name;
        json_t *value;
        for (size_t k = 0; k < json_array_size(w->objects[i]); k++)
            look_at(w, "", json_array_get(w->objects[i], k));
        json_object_foreach((json_t *)w->objects[i], name, value)
        {
            look_at(w, name, value);
        }
    }
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
    w->arena = arena;
    uint32_t seen = 0;
    for (ld_node n = ld_node_find(page, LD_NODE_DOCUMENT, LD_TAG_SCRIPT);
         n != LD_NODE_NONE && seen < SCRIPTS_MAX;
         n = ld_node_find_next(page, n, LD_NODE_DOCUMENT, LD_TAG_SCRIPT), seen++) {
        json_error_t ignored;
        ld_span data = data_of(arena, page, n);
        json_t *root = data.bytes > 0
                           ? json_loadb(data.data, data.bytes,
                                        JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &ignored)
                           : NULL;
        if (!root)
            continue;
        walk_all(w, root);
        json_decref(root);
    }
    return w->best;
}
