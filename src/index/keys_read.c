#include "base/hash.h"
#include "index/keys_format.h"
#include "index/segment_format.h"
#include "index/sidecars.h"

uint64_t ld_key_hash(ld_span key)
{
    return ld_hash64(key.data, key.bytes, LD_KEY_HASH_SEED);
}

static lede_status corrupt(const ld_keys *keys, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(keys->part.segment), keys->part.offset, why);
}

static lede_status open_info(const ld_segment *segment, ld_keys *keys, lede_error *err)
{
    ld_part info = ld_segment_part(segment, LD_PART_INFO);
    const uint8_t *bytes;
    LD_TRY(ld_part_view(&info, 0, LD_INFO_BYTES, &bytes, err));
    if (info.version != LD_INFO_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part INFO of version %u",
                       ld_segment_path(segment), info.version);
    keys->docs = ld_load_u32(bytes);
    keys->tokens = ld_load_u64(bytes + 8);
    if (info.bytes != LD_INFO_BYTES || ld_load_u32(bytes + 4) != 0 || keys->docs == 0 ||
        keys->docs > LD_SEGMENT_DOCS_MAX)
        return ld_error_corrupt(err, ld_segment_path(segment), info.offset,
                                "the counts of the part INFO are impossible");
    return LEDE_OK;
}

static uint32_t group_count(const ld_keys *keys)
{
    return (keys->docs + LD_KEYS_GROUP - 1) / LD_KEYS_GROUP;
}

/* The sections follow each other; their lengths must fill the part. */
static lede_status place_sections(ld_keys *keys, uint64_t lookup_bytes, lede_error *err)
{
    uint64_t at = keys->groups_bytes, room = keys->part.bytes - LD_KEYS_TRAILER_BYTES;
    uint64_t length = ld_packed_bytes(group_count(keys), keys->start_width);
    if (at > room || length > room - at)
        return corrupt(keys, "the names of the part KEYS run past its end", err);
    at += length;
    for (uint32_t i = 0; i < LD_KEYS_COLUMNS; i++) {
        keys->columns[i].offset = at;
        length = ld_packed_bytes(keys->docs, keys->columns[i].width);
        if (length > room - at)
            return corrupt(keys, "a column of the part KEYS runs past its end", err);
        at += length;
    }
    if (lookup_bytes != room - at)
        return corrupt(keys, "the part KEYS is not as long as its trailer says", err);
    LD_TRY(ld_lookup_open(&keys->part, at, lookup_bytes, &keys->lookup, err));
    if (keys->lookup.items != keys->docs)
        return corrupt(keys, "the part KEYS has another number of keys than documents", err);
    return LEDE_OK;
}

lede_status ld_keys_open(const ld_segment *segment, ld_keys *keys, lede_error *err)
{
    *keys = (ld_keys){.part = ld_segment_part(segment, LD_PART_KEYS)};
    LD_TRY(open_info(segment, keys, err));
    const uint8_t *t;
    LD_TRY(ld_part_view(&keys->part, 0, 0, &t, err));
    if (keys->part.version != LD_KEYS_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part KEYS of version %u; this program reads %u",
                       ld_segment_path(segment), keys->part.version, LD_KEYS_VERSION);
    LD_TRY(ld_part_view(&keys->part, 0, LD_KEYS_TRAILER_BYTES, &t, err));
    LD_TRY(ld_part_view(&keys->part, keys->part.bytes - LD_KEYS_TRAILER_BYTES,
                        LD_KEYS_TRAILER_BYTES, &t, err));
    keys->groups_bytes = ld_load_u64(t + 8);
    keys->order_min = (int64_t)ld_load_u64(t + 24);
    for (uint32_t i = 0; i < LD_KEYS_COLUMNS; i++) {
        keys->columns[i].least = ld_load_u64(t + 32 + 8 * (size_t)i);
        keys->columns[i].width = t[72 + i];
    }
    keys->start_width = t[72 + LD_KEYS_COLUMNS];
    if (ld_load_u32(t) != keys->docs || ld_load_u32(t + 4) != 0 || ld_load_u16(t + 78) != 0)
        return corrupt(keys, "the trailer of the part KEYS is impossible", err);
    return place_sections(keys, ld_load_u64(t + 16), err);
}

/* ---- names ---- */

/* Where the names of a group begin and end. */
static lede_status group_range(const ld_keys *keys, uint32_t group, uint64_t *first, uint64_t *end,
                               lede_error *err)
{
    bool last = group + 1 == group_count(keys);
    if (last) {
        *end = keys->groups_bytes;
        LD_TRY(
            ld_packed_get(&keys->part, keys->groups_bytes, keys->start_width, group, first, err));
    } else {
        LD_TRY(ld_packed_pair(&keys->part, keys->groups_bytes, keys->start_width, group, first, end,
                              err));
    }
    if (*first > *end || *end > keys->groups_bytes)
        return corrupt(keys, "a group of names lies outside of the part KEYS", err);
    return LEDE_OK;
}

/* A length of which more follows where its half of the head is full. */
static bool length_more(const uint8_t *data, size_t bytes, size_t *at, uint64_t *length)
{
    uint64_t more;
    if (*length != LD_KEYS_MORE)
        return true;
    size_t used = ld_load_varint(data + *at, bytes - *at, &more);
    if (used == 0 || more > LD_KEY_BYTES_MAX)
        return false;
    *at += used;
    *length += more;
    return true;
}

/* Reads a head and moves past it; false where it is damaged or its suffix runs out of the group. */
static inline bool head_next(const uint8_t *data, size_t bytes, size_t *at, uint64_t *shared,
                             uint64_t *suffix)
{
    if (*at == bytes)
        return false;
    uint8_t head = data[(*at)++];
    *shared = head & 15u;
    *suffix = head >> 4;
    if ((*shared == LD_KEYS_MORE || *suffix == LD_KEYS_MORE) &&
        (!length_more(data, bytes, at, shared) || !length_more(data, bytes, at, suffix)))
        return false;
    return *suffix <= bytes - *at;
}

lede_status ld_keys_name(const ld_keys *keys, uint32_t doc, ld_key_room *room, ld_span *key,
                         lede_error *err)
{
    uint64_t begin, end, shared, suffix;
    const uint8_t *data;
    if (doc >= keys->docs)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no document %u in the segment", doc);
    LD_TRY(group_range(keys, doc / LD_KEYS_GROUP, &begin, &end, err));
    LD_TRY(ld_part_view(&keys->part, begin, end - begin, &data, err));
    size_t bytes = (size_t)(end - begin), at = 0;
    if (!head_next(data, bytes, &at, &shared, &suffix))
        return corrupt(keys, "a key runs out of its group", err);
    const uint8_t *first = data + at;
    uint64_t first_bytes = suffix;
    bool whole = shared == 0;
    for (uint32_t skip = doc % LD_KEYS_GROUP; skip > 0; skip--) {
        at += (size_t)suffix;
        if (!head_next(data, bytes, &at, &shared, &suffix))
            return corrupt(keys, "a key runs out of its group", err);
    }
    uint64_t length = shared + suffix;
    if (!whole || shared > first_bytes || length == 0 || length > LD_KEY_BYTES_MAX ||
        (shared > 0 && length > sizeof room->bytes))
        return corrupt(keys, "a key has an impossible length", err);
    *key = ld_span_of((const char *)data + at, (size_t)suffix);
    if (shared > 0) {
        memcpy(room->bytes, first, (size_t)shared);
        memcpy(room->bytes + shared, data + at, (size_t)suffix);
        *key = ld_span_of(room->bytes, (size_t)length);
    }
    return LEDE_OK;
}

void ld_keys_prefetch_place(const ld_keys *keys, uint32_t doc)
{
    uint64_t bit = (uint64_t)(doc / LD_KEYS_GROUP) * keys->start_width;
    ld_part_prefetch(&keys->part, keys->groups_bytes + bit / 8, 1);
}

void ld_keys_prefetch(const ld_keys *keys, uint32_t doc)
{
    uint64_t begin, end;
    if (doc < keys->docs && group_range(keys, doc / LD_KEYS_GROUP, &begin, &end, NULL) == LEDE_OK)
        ld_part_prefetch(&keys->part, begin, (uint32_t)((end - begin) / 64 < 2 ? 2 : 3));
}

/* ---- the rest ---- */

static lede_status column_get(const ld_keys *keys, uint32_t column, uint32_t doc, uint64_t *value,
                              lede_error *err)
{
    const ld_keys_column *c = &keys->columns[column];
    LD_TRY(ld_packed_get(&keys->part, c->offset, c->width, doc, value, err));
    *value += c->least;
    return LEDE_OK;
}

lede_status ld_keys_tokens(const ld_keys *keys, uint32_t doc, uint32_t *tokens, lede_error *err)
{
    uint64_t value;
    if (doc >= keys->docs)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no document %u in the segment", doc);
    LD_TRY(column_get(keys, LD_KEYS_TOKENS, doc, &value, err));
    if (value > LD_POSITIONS_MAX)
        return corrupt(keys, "a document has more tokens than it can", err);
    *tokens = (uint32_t)value;
    return LEDE_OK;
}

lede_status ld_keys_get(const ld_keys *keys, uint32_t doc, ld_key_room *room, ld_identity *identity,
                        lede_error *err)
{
    uint64_t address, order, is_explicit;
    LD_TRY(ld_keys_name(keys, doc, room, &identity->key, err));
    LD_TRY(ld_keys_tokens(keys, doc, &identity->tokens, err));
    LD_TRY(column_get(keys, LD_KEYS_CONTENT, doc, &identity->content_hash, err));
    LD_TRY(column_get(keys, LD_KEYS_ADDRESS, doc, &address, err));
    LD_TRY(column_get(keys, LD_KEYS_ORDER, doc, &order, err));
    LD_TRY(column_get(keys, LD_KEYS_EXPLICIT, doc, &is_explicit, err));
    if (address > UINT32_MAX || is_explicit > 1)
        return corrupt(keys, "a document has an impossible address or flag", err);
    identity->address_hash = (uint32_t)address;
    identity->version_order =
        order ? (int64_t)((uint64_t)keys->order_min + (order - 1)) : INT64_MIN;
    identity->key_is_explicit = is_explicit;
    return LEDE_OK;
}

lede_status ld_keys_find(const ld_keys *keys, ld_span key, uint64_t key_hash, uint32_t *state,
                         uint32_t *doc, lede_error *err)
{
    for (;;) {
        ld_key_room room;
        ld_span found;
        LD_TRY(ld_lookup_next(&keys->lookup, (uint32_t)(key_hash >> 32), state, doc, err));
        if (*doc == LD_LOOKUP_END)
            return LEDE_OK;
        if (*doc >= keys->docs)
            return corrupt(keys, "the look-up names a document that is not there", err);
        LD_TRY(ld_keys_name(keys, *doc, &room, &found, err));
        if (ld_span_equal(found, key))
            return LEDE_OK;
    }
}
