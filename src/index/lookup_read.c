#include "index/lookup.h"
#include "index/lookup_format.h"
#include "index/packed.h"

static lede_status corrupt(const ld_lookup *l, uint64_t at, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(l->part.segment), l->part.offset + at, why);
}

lede_status ld_lookup_open(const ld_part *part, uint64_t offset, uint64_t bytes, ld_lookup *l,
                           lede_error *err)
{
    *l = (ld_lookup){.part = *part, .entries_offset = offset};
    const uint8_t *t;
    LD_TRY(ld_part_view(part, offset, 0, &t, err)); /* the offset is within the part */
    if (bytes < LD_LOOKUP_TRAILER_BYTES)
        return corrupt(l, offset, "a look-up is too short", err);
    uint64_t room = bytes - LD_LOOKUP_TRAILER_BYTES;
    LD_TRY(ld_part_view(part, offset + room, LD_LOOKUP_TRAILER_BYTES, &t, err));
    l->items = ld_load_u32(t);
    l->buckets = l->items / LD_LOOKUP_BUCKET_ITEMS + 1;
    l->value_bits = t[4];
    l->fingerprint_bits = t[5];
    l->start_bits = t[6];
    uint32_t entry_bits = l->value_bits + l->fingerprint_bits;
    if (l->items == UINT32_MAX || l->value_bits > 32 || l->fingerprint_bits == 0 ||
        l->fingerprint_bits > LD_LOOKUP_FINGERPRINT_BITS_MAX || l->start_bits > 32 || t[7] != 0)
        return corrupt(l, offset + room, "the trailer of a look-up is impossible", err);
    uint64_t entries_bytes = ld_packed_bytes(l->items, entry_bits);
    uint64_t starts_bytes = ld_packed_bytes(l->buckets + 1ull, l->start_bits);
    if (entries_bytes > room || room - entries_bytes != starts_bytes)
        return corrupt(l, offset + room, "a look-up is not as long as its trailer says", err);
    l->starts_offset = offset + entries_bytes;
    return LEDE_OK;
}

static uint64_t place_of(const ld_lookup *l, uint32_t hash)
{
    return (uint64_t)hash * l->buckets;
}

static lede_status bucket_range(const ld_lookup *l, uint64_t place, uint64_t *first, uint64_t *end,
                                lede_error *err)
{
    uint64_t bucket = place >> 32;
    LD_TRY(ld_packed_pair(&l->part, l->starts_offset, l->start_bits, bucket, first, end, err));
    if (*first > *end || *end > l->items)
        return corrupt(l, l->starts_offset, "a bucket of a look-up lies outside of it", err);
    return LEDE_OK;
}

lede_status ld_lookup_bucket(const ld_lookup *l, uint32_t hash, uint32_t *items, lede_error *err)
{
    uint64_t first, end;
    LD_TRY(bucket_range(l, place_of(l, hash), &first, &end, err));
    *items = (uint32_t)(end - first);
    return LEDE_OK;
}

/* The entry at a bit of `bytes` bytes; the last ones may lie nearer to the end than eight. */
static uint64_t entry_at(const uint8_t *data, size_t bytes, uint64_t bit, uint32_t bits)
{
    uint64_t word = 0;
    size_t at = (size_t)(bit / 8);
    if (bytes - at >= 8)
        word = ld_load_u64(data + at);
    for (size_t i = 0; bytes - at < 8 && i < bytes - at; i++) /* a few: no call of memcpy */
        word |= (uint64_t)data[at + i] << 8 * i;
    return word >> (bit % 8) & ((UINT64_C(1) << bits) - 1);
}

lede_status ld_lookup_next(const ld_lookup *l, uint32_t hash, uint32_t *state, uint32_t *value,
                           lede_error *err)
{
    *value = LD_LOOKUP_END;
    uint64_t place = place_of(l, hash), first, end;
    LD_TRY(bucket_range(l, place, &first, &end, err));
    if (*state >= end - first)
        return LEDE_OK;
    uint32_t bits = l->value_bits + l->fingerprint_bits;
    uint64_t wanted = (place & UINT32_MAX) >> (32 - l->fingerprint_bits);
    uint64_t bit = (first + *state) * bits, begin = bit / 8;
    size_t bytes = (size_t)((end * bits + 7) / 8 - begin);
    const uint8_t *data;
    LD_TRY(ld_part_view(&l->part, l->entries_offset + begin, bytes, &data, err));
    for (bit %= 8; first + *state < end; bit += bits) {
        uint64_t entry = entry_at(data, bytes, bit, bits);
        ++*state;
        if (entry >> l->value_bits < wanted)
            continue;
        if (entry >> l->value_bits == wanted)
            *value = (uint32_t)(entry & ((UINT64_C(1) << l->value_bits) - 1));
        else
            *state = (uint32_t)(end - first);
        return LEDE_OK;
    }
    return LEDE_OK;
}
