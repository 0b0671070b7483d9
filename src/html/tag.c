#include "html/tag.h"

#include "html/tag_table.h"

static const ld_span tag_names[LD_TAG_COUNT] = {{"", 0},
#define TAG_NAME(id, name) {name, sizeof(name) - 1},
                                                LD_TAGS(TAG_NAME)
#undef TAG_NAME
};

#define NAME_BYTES 16u
static const char padded_names[LD_TAG_COUNT][NAME_BYTES] = {"",
#define TAG_NAME(id, name) name,
                                                            LD_TAGS(TAG_NAME)
#undef TAG_NAME
};

/* The tag with this name, whose first eight bytes are `opening`; NUL bytes stand behind a shorter
 * one. */
static ld_tag find_tag(ld_span name, uint64_t opening)
{
    uint64_t key = opening + name.bytes, other;
    uint8_t tag = tag_slots[key * TAG_HASH_MULTIPLIER >> (64 - TAG_HASH_BITS)];
    memcpy(&other, padded_names[tag], sizeof other);
    bool is_same = opening == other && tag_names[tag].bytes == name.bytes &&
                   (name.bytes <= 8 || memcmp(tag_names[tag].data, name.data, name.bytes) == 0);
    return is_same ? (ld_tag)tag : LD_TAG_UNKNOWN;
}

ld_tag ld_tag_find(ld_span lower_name)
{
    uint64_t opening = 0;
    if (lower_name.bytes == 0)
        return LD_TAG_UNKNOWN;
    memcpy(&opening, lower_name.data, lower_name.bytes < 8 ? lower_name.bytes : 8);
    return find_tag(lower_name, opening);
}

ld_tag ld_tag_find_before(ld_span lower_name, const char *end)
{
    uint64_t opening;
    if (end - lower_name.data < 8 || lower_name.bytes == 0)
        return ld_tag_find(lower_name);
    memcpy(&opening, lower_name.data, sizeof opening);
    if (lower_name.bytes < 8)
        opening &= (1ull << (8 * lower_name.bytes)) - 1;
    return find_tag(lower_name, opening);
}

ld_span ld_tag_name(ld_tag tag)
{
    return tag_names[(unsigned)tag < LD_TAG_COUNT ? tag : LD_TAG_UNKNOWN];
}
