#include "html/tag.h"

#include "html/tag_table.h"

static const ld_span tag_names[LD_TAG_COUNT] = {{"", 0},
#define TAG_NAME(id, name) {name, sizeof(name) - 1},
                                                LD_TAGS(TAG_NAME)
#undef TAG_NAME
};

ld_tag ld_tag_find(ld_span lower_name)
{
    uint64_t key = 0;
    if (lower_name.bytes == 0)
        return LD_TAG_UNKNOWN;
    memcpy(&key, lower_name.data, lower_name.bytes < 8 ? lower_name.bytes : 8);
    key += lower_name.bytes;
    uint8_t tag = tag_slots[key * TAG_HASH_MULTIPLIER >> (64 - TAG_HASH_BITS)];
    return ld_span_equal(tag_names[tag], lower_name) ? (ld_tag)tag : LD_TAG_UNKNOWN;
}

ld_span ld_tag_name(ld_tag tag)
{
    return tag_names[(unsigned)tag < LD_TAG_COUNT ? tag : LD_TAG_UNKNOWN];
}
