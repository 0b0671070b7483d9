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

/* The sections follow each other; their lengths must fill the part. */
static lede_status place_sections(ld_keys *keys, uint64_t rows_bytes, uint64_t slots,
                                  lede_error *err)
{
    uint64_t lengths[] = {rows_bytes,
                          (uint64_t)keys->docs * LD_KEYS_HASH_BYTES,
                          ld_packed_bytes(keys->docs, keys->address_width),
                          ld_packed_bytes(keys->docs, keys->order_width),
                          ld_packed_bytes(keys->docs, keys->tokens_width),
                          ld_packed_bytes(slots, keys->slot_width)};
    uint64_t *starts[] = {NULL,
                          &keys->hashes_offset,
                          &keys->addresses_offset,
                          &keys->orders_offset,
                          &keys->tokens_offset,
                          &keys->slots_offset};
    uint64_t room = keys->part.bytes - LD_KEYS_TRAILER_BYTES, at = 0;
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        if (lengths[i] > room - at)
            return corrupt(keys, "a section of the part KEYS runs past its end", err);
        if (starts[i])
            *starts[i] = at;
        at += lengths[i];
    }
    return at == room ? LEDE_OK : corrupt(keys, "the part KEYS has bytes left over", err);
}

lede_status ld_keys_open(const ld_segment *segment, ld_keys *keys, lede_error *err)
{
    *keys = (ld_keys){.part = ld_segment_part(segment, LD_PART_KEYS)};
    LD_TRY(open_info(segment, keys, err));
    const uint8_t *t;
    LD_TRY(ld_part_view(&keys->part, 0, LD_KEYS_TRAILER_BYTES, &t, err));
    LD_TRY(ld_part_view(&keys->part, keys->part.bytes - LD_KEYS_TRAILER_BYTES,
                        LD_KEYS_TRAILER_BYTES, &t, err));
    if (keys->part.version != LD_KEYS_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has part KEYS of version %u",
                       ld_segment_path(segment), keys->part.version);
    keys->probes_max = ld_load_u32(t + 4);
    uint64_t rows_bytes = ld_load_u64(t + 8), slots = ld_load_u64(t + 16);
    keys->order_min = (int64_t)ld_load_u64(t + 24);
    keys->order_width = t[32];
    keys->tokens_width = t[33];
    keys->slot_width = t[34];
    keys->address_width = t[35];
    if (ld_load_u32(t) != keys->docs || slots < ld_key_homes(keys->docs) ||
        slots > ld_key_homes(keys->docs) + keys->docs || keys->probes_max == 0 ||
        keys->probes_max > slots || keys->slot_width > 32 ||
        (keys->address_width != 0 && keys->address_width != 64) || keys->tokens_width > 33)
        return corrupt(keys, "the trailer of the part KEYS is impossible", err);
    keys->slots = slots;
    LD_TRY(place_sections(keys, rows_bytes, slots, err));
    LD_TRY(ld_rows_open(&keys->part, 0, rows_bytes, &keys->rows, err));
    if (keys->rows.count != keys->docs)
        return corrupt(keys, "the part KEYS has another number of keys than documents", err);
    return LEDE_OK;
}

lede_status ld_keys_get(const ld_keys *keys, uint32_t doc, ld_identity *identity, lede_error *err)
{
    if (doc >= keys->docs)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no document %u in the segment", doc);
    LD_TRY(ld_rows_get(&keys->rows, doc, &identity->key, err));
    if (identity->key.bytes == 0 || identity->key.bytes > LD_KEY_BYTES_MAX)
        return corrupt(keys, "a key has an impossible length", err);
    const uint8_t *hash;
    LD_TRY(ld_part_view(&keys->part, keys->hashes_offset + (uint64_t)doc * LD_KEYS_HASH_BYTES,
                        LD_KEYS_HASH_BYTES, &hash, err));
    identity->content_hash[0] = ld_load_u64(hash);
    identity->content_hash[1] = ld_load_u64(hash + 8);
    uint64_t order, tokens;
    LD_TRY(ld_packed_get(&keys->part, keys->addresses_offset, keys->address_width, doc,
                         &identity->address_hash, err));
    LD_TRY(ld_packed_get(&keys->part, keys->orders_offset, keys->order_width, doc, &order, err));
    LD_TRY(ld_packed_get(&keys->part, keys->tokens_offset, keys->tokens_width, doc, &tokens, err));
    identity->version_order =
        order ? (int64_t)((uint64_t)keys->order_min + (order - 1)) : INT64_MIN;
    identity->tokens = (uint32_t)(tokens >> 1);
    identity->key_is_explicit = tokens & 1;
    return LEDE_OK;
}

lede_status ld_keys_find(const ld_keys *keys, ld_span key, uint64_t key_hash, uint32_t *state,
                         uint32_t *doc, lede_error *err)
{
    *doc = LD_DOC_END;
    uint64_t home = (key_hash >> 32) * ld_key_homes(keys->docs) >> 32;
    while (*state < keys->probes_max && home + *state < keys->slots) {
        uint64_t slot;
        LD_TRY(ld_packed_get(&keys->part, keys->slots_offset, keys->slot_width, home + *state,
                             &slot, err));
        if (slot == 0)
            break;
        if (slot > keys->docs)
            return corrupt(keys, "a slot names a document that is not there", err);
        ++*state;
        ld_span found;
        LD_TRY(ld_rows_get(&keys->rows, (uint32_t)slot - 1, &found, err));
        if (ld_span_equal(found, key)) {
            *doc = (uint32_t)slot - 1;
            return LEDE_OK;
        }
    }
    *state = keys->probes_max;
    return LEDE_OK;
}
