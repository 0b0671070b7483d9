#include "engine/profile.h"

#include "text/analyze.h"
#include "text/stem.h"

static bool name_is_fit(ld_span name)
{
    if (name.bytes == 0 || name.bytes >= sizeof((ld_column_spec *)0)->name)
        return false;
    for (size_t i = 0; i < name.bytes; i++) {
        char c = name.data[i];
        bool letter = (c >= 'a' && c <= 'z') || c == '_';
        if (!letter && !(i > 0 && c >= '0' && c <= '9'))
            return false;
    }
    return true;
}

static bool name_is_taken(ld_span name)
{
    static const char *const taken[] = {
        "title",   "lead",   "hlead", "body",     "caption",   "credit",   "byline", "dateline",
        "section", "site",   "url",   "lang",     "source",    "author",   "tag",    "date",
        "after",   "before", "since", "sort",     "captured",  "versions", "dup",    "event",
        "said",    "alias",  "kind",  "language", "published", "modified", "id",     "key"};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++) {
        if (ld_span_equal(name, ld_span_from_string(taken[i])))
            return true;
    }
    return false;
}

static lede_status add_zone(ld_profile *p, ld_span name, lede_error *err)
{
    if (p->user_zone_count == LD_USER_ZONES_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "more than %u text fields are declared",
                       LD_USER_ZONES_MAX);
    ld_zone_spec *spec = &p->user_zones[p->user_zone_count];
    spec->zone = (uint8_t)(LD_ZONE_USER + p->user_zone_count++);
    spec->zone_class = LD_CLASS_ASIDE;
    memcpy(spec->name, name.data, name.bytes);
    p->zone_classes[spec->zone] = spec->zone_class;
    return LEDE_OK;
}

static lede_status add_column(ld_profile *p, ld_span name, ld_span kind, lede_error *err)
{
    bool number = ld_span_equal(kind, LD_SPAN("number"));
    bool date = ld_span_equal(kind, LD_SPAN("date"));
    if (!number && !date && !ld_span_equal(kind, LD_SPAN("keyword")))
        return LD_FAIL(err, LEDE_E_INVALID,
                       "the kind of field %.*s is %.*s; it must be keyword, number, date or text",
                       (int)name.bytes, name.data, (int)kind.bytes, kind.data);
    if (p->user_column_count == LD_USER_COLUMNS_MAX)
        return LD_FAIL(err, LEDE_E_INVALID, "more than %u fields are declared",
                       LD_USER_COLUMNS_MAX);
    ld_column_spec *spec = &p->user_columns[p->user_column_count];
    spec->id = (uint16_t)(LD_COLUMN_USER + p->user_column_count++);
    spec->kind = number || date ? LD_COLUMN_KIND_NUMBER : LD_COLUMN_KIND_KEYWORD;
    spec->is_double = number;
    memcpy(spec->name, name.data, name.bytes);
    return LEDE_OK;
}

static lede_status add_fields(ld_profile *p, ld_span fields, lede_error *err)
{
    while (fields.bytes) {
        size_t comma = ld_span_find_byte(fields, ',');
        ld_span item = ld_span_trim(ld_span_sub(fields, 0, comma));
        fields = comma == SIZE_MAX ? (ld_span){0} : ld_span_sub(fields, comma + 1, SIZE_MAX);
        size_t colon = ld_span_find_byte(item, ':');
        if (colon == SIZE_MAX)
            return LD_FAIL(err, LEDE_E_INVALID, "field %.*s has no kind; write name:kind",
                           (int)item.bytes, item.data);
        ld_span name = ld_span_sub(item, 0, colon);
        ld_span kind = ld_span_sub(item, colon + 1, SIZE_MAX);
        if (!name_is_fit(name))
            return LD_FAIL(err, LEDE_E_INVALID,
                           "field name %.*s: use 1 to 31 of a-z, 0-9 and _, a letter first",
                           (int)name.bytes, name.data);
        if (name_is_taken(name) || ld_profile_column(p, name) || ld_profile_zone(p, name))
            return LD_FAIL(err, LEDE_E_INVALID, "field name %.*s is taken; choose another",
                           (int)name.bytes, name.data);
        LD_TRY(ld_span_equal(kind, LD_SPAN("text")) ? add_zone(p, name, err)
                                                    : add_column(p, name, kind, err));
    }
    return LEDE_OK;
}

lede_status ld_profile_make(const lede_archive_options *options, ld_profile *profile,
                            lede_error *err)
{
    static const uint8_t classes[LD_ZONE_USER] = {
        [LD_ZONE_TITLE] = LD_CLASS_HEAD,     [LD_ZONE_LEAD] = LD_CLASS_LEAD,
        [LD_ZONE_BODY] = LD_CLASS_BODY,      [LD_ZONE_CAPTION] = LD_CLASS_ASIDE,
        [LD_ZONE_CREDIT] = LD_CLASS_ASIDE,   [LD_ZONE_BYLINE] = LD_CLASS_ASIDE,
        [LD_ZONE_DATELINE] = LD_CLASS_ASIDE, [LD_ZONE_SECTION] = LD_CLASS_ASIDE};
    const char *name = options && options->profile ? options->profile : "news";
    bool news = strcmp(name, "news") == 0;
    if (!news && strcmp(name, "plain") != 0)
        return LD_FAIL(err, LEDE_E_INVALID, "no profile is named %s; there are news and plain",
                       name);
    memset(profile, 0, sizeof *profile);
    memcpy(profile->name, name, strlen(name));
    profile->stem = profile->case_classes = profile->marks = profile->sidecars = news;
    profile->store = !(options && options->without_store);
    profile->analyzer_version = LD_ANALYZER_VERSION;
    const char *stemmer = ld_stemmer_version();
    size_t stemmer_bytes = strlen(stemmer);
    if (stemmer_bytes >= sizeof profile->stemmer_version)
        stemmer_bytes = sizeof profile->stemmer_version - 1;
    memcpy(profile->stemmer_version, stemmer, stemmer_bytes);
    memset(profile->zone_classes, LD_CLASS_ASIDE, sizeof profile->zone_classes);
    memcpy(profile->zone_classes, classes, sizeof classes);
    return options && options->fields
               ? add_fields(profile, ld_span_from_string(options->fields), err)
               : LEDE_OK;
}

const ld_column_spec *ld_profile_column(const ld_profile *profile, ld_span name)
{
    for (uint32_t i = 0; i < profile->user_column_count; i++) {
        if (ld_span_equal(name, ld_span_from_string(profile->user_columns[i].name)))
            return &profile->user_columns[i];
    }
    return NULL;
}

const ld_zone_spec *ld_profile_zone(const ld_profile *profile, ld_span name)
{
    for (uint32_t i = 0; i < profile->user_zone_count; i++) {
        if (ld_span_equal(name, ld_span_from_string(profile->user_zones[i].name)))
            return &profile->user_zones[i];
    }
    return NULL;
}
