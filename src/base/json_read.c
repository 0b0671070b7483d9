/*
 * Reading JSON (json_read.h), RFC 8259.
 *
 *     value = object | array | string | number | "true" | "false" | "null"
 *
 * Why not jansson, which reads what users and clients send: half of all news pages carry JSON-LD,
 * and there it cost a twentieth of all extraction, most of it for a piece of heap a value; and its
 * memory passed by the table of effects. Here a value is a node of the page's arena, and a string
 * without escapes stays where it stands.
 *
 * No recursion: a container knows its parent. So depth costs memory of the arena only, and that has
 * a maximum. Lenient where strictness would lose a story and nothing is gained by it: numbers are
 * kept as they are written, however large; control characters may stand in strings; a surrogate
 * alone is U+FFFD. All else that is no JSON ends the reading with nothing, as half a tree would be
 * taken for a whole one.
 */
#include "base/json_read.h"

#include <string.h>

#include "base/utf8.h"

#define NODES_AT_ONCE 32u

typedef struct reader {
    ld_arena *arena;
    ld_span text;
    size_t at;
    ld_json_value *spare; /* [spare_count] */
    uint32_t spare_count;
    uint32_t values_left;
    ld_json_value *container, *last; /* being filled; its newest value */
} reader;

static bool is_space(char c)
{
    return (c == ' ') | (c == '\n') | (c == '\r') | (c == '\t');
}

/* The next character beside white space; 0 at the end. */
static char look(reader *r)
{
    while (r->at < r->text.bytes && is_space(r->text.data[r->at]))
        r->at++;
    return r->at < r->text.bytes ? r->text.data[r->at] : 0;
}

static ld_json_value *add_value(reader *r, ld_json_kind kind, ld_span name)
{
    if (r->values_left-- == 0)
        return NULL;
    if (r->spare_count == 0) {
        r->spare = ld_arena_alloc(r->arena, NODES_AT_ONCE * sizeof *r->spare);
        if (!r->spare)
            return NULL;
        r->spare_count = NODES_AT_ONCE;
    }
    ld_json_value *value = r->spare++;
    r->spare_count--;
    *value = (ld_json_value){.kind = (uint8_t)kind, .name = name, .parent = r->container};
    if (r->last)
        r->last->next = value;
    else if (r->container)
        r->container->first = value;
    if (r->container)
        r->container->count++;
    r->last = value;
    return value;
}

/* ---- strings ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits at s[at]; -1: there are none. */
static int32_t hex_four(ld_span s, size_t at)
{
    int32_t code = 0;
    if (at + 4 > s.bytes)
        return -1;
    for (size_t i = at; i < at + 4; i++) {
        int digit = hex_digit(s.data[i]);
        if (digit < 0)
            return -1;
        code = code * 16 + digit;
    }
    return code;
}

/* What \uXXXX at s[at], behind the u, stands for; *taken: bytes behind the u that belong to it. */
static int32_t code_point(ld_span s, size_t at, size_t *taken)
{
    int32_t code = hex_four(s, at);
    *taken = 4;
    if (code < 0xd800 || code > 0xdfff)
        return code;
    bool is_pair =
        code < 0xdc00 && at + 6 <= s.bytes && s.data[at + 4] == '\\' && s.data[at + 5] == 'u';
    int32_t low = is_pair ? hex_four(s, at + 6) : -1;
    if (low < 0xdc00 || low > 0xdfff)
        return 0xfffd;
    *taken = 10;
    return 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
}

static char plain_escape(char c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    const char *found = c != 0 ? strchr(from, c) : NULL;
    return found ? to[found - from] : 0;
}

/* The inside of a string with its escapes undone: never longer than it is written. */
static bool undo_escapes(ld_arena *arena, ld_span s, ld_span *out)
{
    char *to = ld_arena_alloc(arena, s.bytes + 1);
    size_t used = 0;
    if (!to)
        return false;
    for (size_t at = 0; at < s.bytes;) {
        const char *mark = memchr(s.data + at, '\\', s.bytes - at);
        size_t run = mark ? (size_t)(mark - s.data) - at : s.bytes - at;
        memcpy(to + used, s.data + at, run);
        used += run;
        at += run;
        if (!mark)
            break;
        char kind = at + 1 < s.bytes ? s.data[at + 1] : 0;
        size_t taken = 0;
        if (kind == 'u') {
            int32_t code = code_point(s, at + 2, &taken);
            if (code < 0)
                return false;
            used += ld_utf8_encode((uint32_t)code, to + used);
        } else if (!(to[used++] = plain_escape(kind))) {
            return false;
        }
        at += 2 + taken;
    }
    *out = ld_span_of(to, used);
    return true;
}

/* A string whose quotation mark stands at r->at. */
static bool read_string(reader *r, ld_span *out)
{
    size_t from = r->at + 1, end = from;
    bool has_escapes = false;
    for (;;) {
        const char *quote =
            end < r->text.bytes ? memchr(r->text.data + end, '"', r->text.bytes - end) : NULL;
        if (!quote)
            return false;
        size_t stop = (size_t)(quote - r->text.data);
        const char *escape = memchr(r->text.data + end, '\\', stop - end);
        if (!escape) {
            end = stop;
            break;
        }
        has_escapes = true;
        end = (size_t)(escape - r->text.data) + 2;
    }
    r->at = end + 1;
    *out = ld_span_of(r->text.data + from, end - from);
    return !has_escapes || undo_escapes(r->arena, *out, out);
}

/* ---- values ---- */

static bool read_word(reader *r, const char *word)
{
    size_t bytes = strlen(word);
    if (!ld_span_starts_with(ld_span_sub(r->text, r->at, r->text.bytes), ld_span_of(word, bytes)))
        return false;
    r->at += bytes;
    return true;
}

static bool read_number(reader *r, ld_span *out)
{
    size_t from = r->at, digits = 0;
    for (; r->at < r->text.bytes; r->at++) {
        char c = r->text.data[r->at];
        char before = r->at > from ? r->text.data[r->at - 1] : 'e';
        bool is_sign = (c == '-' || c == '+') && (before == 'e' || before == 'E');
        if (c >= '0' && c <= '9')
            digits++;
        else if (!is_sign && c != '.' && c != 'e' && c != 'E')
            break;
    }
    *out = ld_span_sub(r->text, from, r->at - from);
    return digits > 0;
}

/* One value; a container is opened, and its items come next. */
static bool read_value(reader *r, ld_span name)
{
    char c = look(r);
    ld_span text = {0};
    ld_json_kind kind = LD_JSON_NUMBER;
    bool is_read = true;
    if (c == '{' || c == '[') {
        ld_json_value *value = add_value(r, c == '{' ? LD_JSON_OBJECT : LD_JSON_ARRAY, name);
        r->at++;
        r->container = value;
        r->last = NULL;
        return value != NULL;
    }
    if (c == '"') {
        kind = LD_JSON_STRING;
        is_read = read_string(r, &text);
    } else if (c == 't' || c == 'f' || c == 'n') {
        kind = c == 't' ? LD_JSON_TRUE : c == 'f' ? LD_JSON_FALSE : LD_JSON_NULL;
        is_read = read_word(r, c == 't' ? "true" : c == 'f' ? "false" : "null");
    } else {
        is_read = read_number(r, &text);
    }
    ld_json_value *value = is_read ? add_value(r, kind, name) : NULL;
    if (value)
        value->text = text;
    return value != NULL;
}

/* The name of a member and its colon; nothing of an array. */
static bool read_name(reader *r, ld_span *name)
{
    *name = (ld_span){0};
    if (r->container->kind == LD_JSON_ARRAY)
        return true;
    if (look(r) != '"' || !read_string(r, name) || look(r) != ':')
        return false;
    r->at++;
    return true;
}

/* Closes the containers that end here, and takes the comma before what follows. */
static bool read_ends(reader *r)
{
    while (r->container) {
        char c = look(r);
        if (c == (r->container->kind == LD_JSON_OBJECT ? '}' : ']')) {
            r->at++;
            r->last = r->container;
            r->container = r->container->parent;
            continue;
        }
        if (!r->last)
            return true; /* of an empty list so far: its first */
        r->at++;
        return c == ',';
    }
    return true;
}

const ld_json_value *ld_json_parse(ld_arena *arena, ld_span text, uint32_t values_max)
{
    reader r = {.arena = arena, .text = text, .values_left = values_max};
    char c = look(&r);
    if ((c != '{' && c != '[') || !read_value(&r, (ld_span){0}))
        return NULL;
    const ld_json_value *root = r.container;
    for (;;) {
        ld_span name;
        if (!read_ends(&r))
            return NULL;
        if (!r.container)
            return root;
        if (!read_name(&r, &name) || !read_value(&r, name))
            return NULL;
    }
}

const ld_json_value *ld_json_get(const ld_json_value *object, const char *name)
{
    const ld_json_value *found = NULL;
    if (!ld_json_is(object, LD_JSON_OBJECT))
        return NULL;
    ld_span wanted = ld_span_of(name, strlen(name));
    for (const ld_json_value *v = object->first; v; v = v->next)
        if (ld_span_equal(v->name, wanted))
            found = v;
    return found;
}
