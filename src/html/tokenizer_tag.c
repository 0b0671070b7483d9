/*
 * Tags: a name, attributes, an optional slash (13.2.5.8, 13.2.5.32 to 13.2.5.40).
 *
 *   <name  key  key=value  key='value'  key="value"  />
 *
 * Names and values are borrowed from the input unless they hold capitals, references or NUL bytes.
 * Of attributes with one name the first counts. Up to NAMES_COMPARED attributes are compared one
 * by one; from there on a table of names keeps a tag with a thousand attributes linear.
 */
#include "base/hash.h"
#include "html/entities.h"
#include "html/tokenizer_private.h"

#define NAMES_COMPARED 16u

/* What a byte is within a name. */
enum { ENDS_NAME = 1, EQUALS_SIGN = 2, IS_CHANGED = 4 /* capitals and NUL bytes */ };

/* clang-format off */
static const uint8_t name_classes[256] = {
    4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 0,
    0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0,
};
/* clang-format on */

static uint32_t name_slot(ld_span name)
{
    return (uint32_t)ld_hash64(name.data, name.bytes, 0) & (LD_TOKENIZER_NAME_SLOTS - 1);
}

static void slots_add(ld_tokenizer *z, uint32_t attribute)
{
    uint32_t slot = name_slot(z->attributes[attribute].name);
    while (z->name_slots[slot])
        slot = (slot + 1) & (LD_TOKENIZER_NAME_SLOTS - 1);
    z->name_slots[slot] = (uint16_t)(attribute + 1);
}

static bool is_duplicate(ld_tokenizer *z, ld_span name)
{
    if (z->attribute_count < NAMES_COMPARED) {
        for (uint32_t i = 0; i < z->attribute_count; i++)
            if (ld_span_equal(z->attributes[i].name, name))
                return true;
        return false;
    }
    if (z->attribute_count == NAMES_COMPARED) {
        memset(z->name_slots, 0, LD_TOKENIZER_NAME_SLOTS * sizeof *z->name_slots);
        for (uint32_t i = 0; i < z->attribute_count; i++)
            slots_add(z, i);
    }
    for (uint32_t slot = name_slot(name); z->name_slots[slot];
         slot = (slot + 1) & (LD_TOKENIZER_NAME_SLOTS - 1))
        if (ld_span_equal(z->attributes[z->name_slots[slot] - 1].name, name))
            return true;
    return false;
}

static void add_attribute(ld_tokenizer *z, ld_span name, ld_span value)
{
    if (z->attribute_count >= LD_HTML_ATTRIBUTES_MAX) {
        z->is_truncated = true;
        return;
    }
    if (is_duplicate(z, name))
        return;
    ld_page_attribute attribute = {name, value};
    if (z->attribute_count < z->attribute_capacity)
        z->attributes[z->attribute_count++] = attribute;
    else if (!LD_ARENA_PUSH(z->arena, z->attributes, z->attribute_count, z->attribute_capacity,
                            attribute))
        z->is_refused = true;
    if (!z->is_refused && z->attribute_count > NAMES_COMPARED)
        slots_add(z, z->attribute_count - 1);
}

/* The value [at, end) with references and NUL bytes resolved. */
static ld_span decode_value(ld_tokenizer *z, const char *end)
{
    const char *from = z->at;
    size_t bytes = (size_t)(end - from), nul_count = 0;
    for (const char *p = from; p < end; p++)
        nul_count += *p == 0;
    /* no reference means more than 6 bytes for 5 ("&nGt;") */
    size_t room = bytes + bytes / 4 + 2 * nul_count + LD_ENTITY_VALUE_BYTES_MAX;
    char *copy = ld_arena_alloc(z->arena, room);
    if (!copy) {
        z->is_refused = true;
        return (ld_span){NULL, 0};
    }
    char *to = copy;
    for (const char *p = from; p < end;) {
        size_t value_bytes, taken = 0;
        if (*p == '&')
            taken = ld_entity_decode(ld_span_of(p, (size_t)(end - p)), true, to, &value_bytes);
        if (taken > 0) {
            to += value_bytes;
            p += taken;
        } else if (*p == 0) {
            to += ld_utf8_put(0xfffd, to);
            p++;
        } else {
            *to++ = *p++;
        }
    }
    ld_span value = ld_span_of(copy, (size_t)(to - copy));
    char *fitted = ld_arena_resize(z->arena, copy, room, value.bytes);
    if (fitted)
        value.data = fitted;
    return value;
}

static ld_span take_value(ld_tokenizer *z, const char *end)
{
    if (ld_tokenizer_has_ampersand(z, end) || ld_tokenizer_has_nul(z, end))
        return decode_value(z, end);
    return ld_span_of(z->at, (size_t)(end - z->at));
}

/* Behind the equals sign. False: the input ended. */
static bool read_value(ld_tokenizer *z, ld_span *value)
{
    while (z->at < z->end && ld_html_is_space(*z->at))
        z->at++;
    if (z->at == z->end)
        return false;
    char quote = *z->at;
    if (quote == '"' || quote == '\'') {
        z->at++;
        const char *end = ld_html_scan(z->at, z->end, quote);
        if (end == z->end) {
            z->at = z->end;
            return false;
        }
        *value = take_value(z, end);
        z->at = end + 1;
        return true;
    }
    const char *end = z->at;
    while (end < z->end && !ld_html_is_space(*end) && *end != '>')
        end++;
    if (end == z->end) {
        z->at = z->end;
        return false;
    }
    *value = take_value(z, end);
    z->at = end;
    return true;
}

/* At the first byte of a name. False: the input ended. */
static bool read_attribute(ld_tokenizer *z)
{
    const char *from = z->at;
    const char *at = from;
    uint8_t seen = 0;
    do /* an equals sign may open a name */
        seen |= name_classes[(unsigned char)*at++];
    while (at < z->end && !(name_classes[(unsigned char)*at] & (ENDS_NAME | EQUALS_SIGN)));
    z->at = at;
    ld_span name = ld_span_of(from, (size_t)(z->at - from));
    if (seen & IS_CHANGED)
        name = ld_tokenizer_clean(z, from, z->at, true);
    ld_span value = LD_SPAN("");
    while (z->at < z->end && ld_html_is_space(*z->at))
        z->at++;
    if (z->at < z->end && *z->at == '=') {
        z->at++;
        if (!read_value(z, &value))
            return false;
    }
    if (!z->is_refused)
        add_attribute(z, name, value);
    return true;
}

static void read_name(ld_tokenizer *z, ld_html_token *token)
{
    const char *from = z->at;
    const char *at = from;
    uint8_t seen = 0;
    while (at < z->end && !(name_classes[(unsigned char)*at] & ENDS_NAME))
        seen |= name_classes[(unsigned char)*at++];
    z->at = at;
    char lower[16];
    size_t bytes = (size_t)(z->at - from);
    token->name = ld_span_of(from, bytes);
    if (!(seen & IS_CHANGED)) {
        token->tag = (uint16_t)ld_tag_find_before(token->name, z->end);
        return;
    }
    if (bytes <= sizeof lower) {
        for (size_t i = 0; i < bytes; i++)
            lower[i] = ld_html_lower(from[i]);
        token->tag = (uint16_t)ld_tag_find(ld_span_of(lower, bytes));
    }
    token->name = token->tag != LD_TAG_UNKNOWN ? ld_tag_name((ld_tag)token->tag)
                                               : ld_tokenizer_clean(z, from, z->at, true);
}

bool ld_tokenizer_read_tag(ld_tokenizer *z, ld_html_token *token)
{
    z->attribute_count = 0;
    read_name(z, token);
    while (z->at < z->end) {
        char c = *z->at;
        if (ld_html_is_space(c)) {
            z->at++;
        } else if (c == '>') {
            z->at++;
            token->attributes = z->attributes;
            token->attribute_count = z->attribute_count;
            if (token->kind == LD_HTML_START_TAG)
                z->last_start = token->name;
            return !z->is_refused;
        } else if (c == '/') {
            z->at++;
            token->is_self_closing = z->at < z->end && *z->at == '>';
        } else if (!read_attribute(z)) {
            return false;
        }
    }
    return false;
}
