#ifndef LD_BASE_JSON_READ_H
#define LD_BASE_JSON_READ_H
/* Reading JSON from pages: a tree in an arena, its strings in the text itself where they can be. */
#include "base/arena.h"

typedef enum ld_json_kind {
    LD_JSON_NULL,
    LD_JSON_FALSE,
    LD_JSON_TRUE,
    LD_JSON_NUMBER,
    LD_JSON_STRING,
    LD_JSON_ARRAY,
    LD_JSON_OBJECT
} ld_json_kind;

typedef struct ld_json_value {
    uint8_t kind; /* ld_json_kind */
    ld_span name; /* of a member of an object; else empty */
    ld_span text; /* of a string, its escapes undone; of a number as it is written */
    uint32_t count;
    struct ld_json_value *first, *next; /* its items or members in order; what stands behind it */
    struct ld_json_value *parent;       /* NULL for the first */
} ld_json_value;

/* The first value of the text, which is an object or an array; what stands behind it is not looked
 * at. NULL: the text breaks off, is no JSON or has more than values_max values, or memory was
 * refused (ld_arena_status says so). The tree borrows the text. Cost: linear in the text; of
 * memory, 72 bytes a value and the strings with escapes. */
const ld_json_value *ld_json_parse(ld_arena *arena, ld_span text, uint32_t values_max);

/* The member of that name, the last one of several; NULL: none, or no object (NULL is none).
 * Cost: linear in the members. */
const ld_json_value *ld_json_get(const ld_json_value *object, const char *name);

static inline bool ld_json_is(const ld_json_value *value, ld_json_kind kind)
{
    return value && value->kind == kind;
}

/* The first item of an array, member of an object; NULL: none. For loops: v = v->next. */
static inline const ld_json_value *ld_json_first(const ld_json_value *value)
{
    return value ? value->first : NULL;
}

#endif
