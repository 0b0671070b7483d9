#include "engine/names.h"

static const char *const kind_names[] = {"story", "list", "liveblog", "stub"};
static const char *const evidence_names[] = {"",     "given", "json-ld", "meta", "microdata",
                                             "time", "url",   "text",    "warc"};
static const char *const block_names[] = {"paragraph", "subheading", "list-item",
                                          "quote",     "table-row",  "pre"};
static const char *const zone_names[LD_ZONE_USER] = {"title",  "lead",   "body",     "caption",
                                                     "credit", "byline", "dateline", "section"};

#define NAME_COUNT(names) (sizeof(names) / sizeof *(names))

static const char *name_at(const char *const *names, size_t count, uint8_t value)
{
    return value < count ? names[value] : "";
}

static bool value_of(const char *const *names, size_t count, ld_span name, uint8_t *value)
{
    for (size_t i = 0; i < count; i++) {
        if (ld_span_equal(name, ld_span_from_string(names[i]))) {
            *value = (uint8_t)i;
            return true;
        }
    }
    return false;
}

const char *ld_name_of_kind(uint8_t article_kind)
{
    return name_at(kind_names, NAME_COUNT(kind_names), article_kind);
}

bool ld_kind_of_name(ld_span name, uint8_t *article_kind)
{
    return value_of(kind_names, NAME_COUNT(kind_names), name, article_kind);
}

const char *ld_name_of_evidence(uint8_t evidence)
{
    return name_at(evidence_names, NAME_COUNT(evidence_names), evidence);
}

bool ld_evidence_of_name(ld_span name, uint8_t *evidence)
{
    return value_of(evidence_names, NAME_COUNT(evidence_names), name, evidence);
}

const char *ld_name_of_block(uint8_t block_kind)
{
    return name_at(block_names, NAME_COUNT(block_names), block_kind);
}

bool ld_block_of_name(ld_span name, uint8_t *block_kind)
{
    return value_of(block_names, NAME_COUNT(block_names), name, block_kind);
}

const char *ld_name_of_zone(const ld_profile *profile, uint8_t zone)
{
    if (zone < LD_ZONE_USER)
        return zone_names[zone];
    for (uint32_t i = 0; i < profile->user_zone_count; i++) {
        if (profile->user_zones[i].zone == zone)
            return profile->user_zones[i].name;
    }
    return "";
}
