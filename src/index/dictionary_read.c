/*
 * "Which block holds this word?": one hash slot for an exact word, a binary search over separators
 * for the first word at or above a given one. Bytes and bounds: dictionary_format.h.
 *
 * Nothing is copied at open but the header; tables are viewed where they are touched. Every count
 * is tied to the part's length at open, so that the arithmetic afterwards cannot leave the part.
 */
#include "base/hash.h"
#include "index/dictionary.h"

static lede_status header_check(ld_dictionary *d, lede_error *err)
{
    uint64_t blocks =
        ((uint64_t)d->count + LD_DICTIONARY_BLOCK_WORDS - 1) / LD_DICTIONARY_BLOCK_WORDS;
    d->separator_at_offset = LD_DICTIONARY_HEADER_BYTES + 4ull * d->block_count;
    d->separators_offset = d->separator_at_offset + 4ull * d->block_count + 4;
    d->slots_offset = d->separators_offset + d->separators_bytes;
    d->block_bits = d->block_count ? 32u - (uint32_t)__builtin_clz(d->block_count) : 0;
    if (d->docs > LD_SEGMENT_DOCS_MAX)
        return ld_error_corrupt(err, d->name, 0, "more documents than a segment may hold");
    if (d->block_count != blocks || d->count == UINT32_MAX)
        return ld_error_corrupt(err, d->name, 8, "the block count does not fit the word count");
    if (d->hash_slots != 0 &&
        (d->slot_bytes > LD_DICTIONARY_SLOT_BYTES_MAX || d->slot_bytes * 8 <= d->block_bits ||
         d->hash_slots < d->count || d->probe_max > LD_DICTIONARY_PROBES_MAX))
        return ld_error_corrupt(err, d->name, 12, "the hash table has an impossible shape");
    if (d->slots_offset + (uint64_t)d->hash_slots * d->slot_bytes != d->index.bytes)
        return ld_error_corrupt(err, d->name, 0, "the index is not as long as its header says");
    return LEDE_OK;
}

lede_status ld_dictionary_open(ld_dictionary *d, const ld_segment *segment, ld_part_id blocks,
                               ld_part_id index, const char *name, lede_error *err)
{
    *d = (ld_dictionary){.name = name};
    d->blocks = ld_segment_part(segment, blocks);
    d->index = ld_segment_part(segment, index);
    if (!d->blocks.segment && !d->index.segment)
        return LEDE_OK;
    if (!d->blocks.segment || !d->index.segment)
        return ld_error_corrupt(err, name, 0, "one of its two parts is missing");
    if (d->blocks.codec != LD_DICTIONARY_CODEC || d->blocks.version != LD_DICTIONARY_VERSION ||
        d->index.codec != LD_DICTIONARY_CODEC || d->index.version != LD_DICTIONARY_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "the dictionary of %s has codec %u, version %u; this program reads %u, %u",
                       name, d->blocks.codec, d->blocks.version, LD_DICTIONARY_CODEC,
                       LD_DICTIONARY_VERSION);
    const uint8_t *h;
    LD_TRY(ld_part_view(&d->index, 0, LD_DICTIONARY_HEADER_BYTES, &h, err));
    d->docs = ld_load_u32(h);
    d->count = ld_load_u32(h + 4);
    d->block_count = ld_load_u32(h + 8);
    d->hash_slots = ld_load_u32(h + 12);
    d->separators_bytes = ld_load_u32(h + 16);
    d->probe_max = ld_load_u16(h + 20);
    d->slot_bytes = h[22];
    d->flags = h[23];
    return header_check(d, err);
}

lede_status ld_dictionary_block(const ld_dictionary *d, uint32_t block, ld_reader *reader,
                                uint32_t *words, lede_error *err)
{
    if (block >= d->block_count)
        return ld_error_corrupt(err, d->name, block, "a block that is not there is asked for");
    bool last = block + 1 == d->block_count;
    const uint8_t *view;
    LD_TRY(ld_part_view(&d->index, LD_DICTIONARY_HEADER_BYTES + 4ull * block, last ? 4 : 8, &view,
                        err));
    uint64_t from = ld_load_u32(view), to = last ? d->blocks.bytes : ld_load_u32(view + 4);
    if (from >= to || to > d->blocks.bytes)
        return ld_error_corrupt(err, d->name, from, "the offsets of two blocks do not ascend");
    LD_TRY(ld_part_view(&d->blocks, from, to - from, &view, err));
    *reader = ld_reader_of(view, (size_t)(to - from));
    *words = last ? d->count - block * LD_DICTIONARY_BLOCK_WORDS : LD_DICTIONARY_BLOCK_WORDS;
    return LEDE_OK;
}

static lede_status separator(const ld_dictionary *d, uint32_t block, ld_span *s, lede_error *err)
{
    const uint8_t *view;
    LD_TRY(ld_part_view(&d->index, d->separator_at_offset + 4ull * block, 8, &view, err));
    uint32_t from = ld_load_u32(view), to = ld_load_u32(view + 4);
    if (from > to || to > d->separators_bytes)
        return ld_error_corrupt(err, d->name, d->separator_at_offset + 4ull * block,
                                "the offsets of two separators do not ascend");
    LD_TRY(ld_part_view(&d->index, d->separators_offset + from, to - from, &view, err));
    *s = ld_span_of((const char *)view, to - from);
    return LEDE_OK;
}

lede_status ld_dictionary_locate(const ld_dictionary *d, ld_span word, uint32_t *block,
                                 lede_error *err)
{
    uint32_t low = 0, high = d->block_count; /* the last block whose separator is <= word */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        ld_span s = {0};
        LD_TRY(separator(d, middle, &s, err));
        if (ld_span_compare(s, word) <= 0)
            low = middle;
        else
            high = middle;
    }
    *block = low;
    return LEDE_OK;
}

lede_status ld_dictionary_probe(const ld_dictionary *d, ld_span word, uint32_t *probe,
                                uint32_t *block, lede_error *err)
{
    if (d->count == 0)
        return LEDE_E_NOTFOUND;
    if (d->hash_slots == 0) {
        if ((*probe)++ > 0)
            return LEDE_E_NOTFOUND;
        return ld_dictionary_locate(d, word, block, err);
    }
    uint32_t hash = (uint32_t)ld_hash64(word.data, word.bytes, 0);
    uint64_t mask = (1ull << (d->slot_bytes * 8 - d->block_bits)) - 1;
    uint64_t start = (uint64_t)hash * d->hash_slots >> 32;
    while (*probe < d->probe_max) {
        uint64_t slot = (start + (*probe)++) % d->hash_slots, value = 0;
        const uint8_t *view;
        LD_TRY(ld_part_view(&d->index, d->slots_offset + slot * d->slot_bytes, d->slot_bytes, &view,
                            err));
        memcpy(&value, view, d->slot_bytes);
        if (value == 0)
            return LEDE_E_NOTFOUND;
        if (value >> d->block_bits != (hash & mask))
            continue;
        uint64_t found = value & ((1ull << d->block_bits) - 1);
        if (found == 0 || found > d->block_count)
            return ld_error_corrupt(err, d->name, d->slots_offset + slot * d->slot_bytes,
                                    "a hash slot names a block that is not there");
        *block = (uint32_t)found - 1;
        return LEDE_OK;
    }
    return LEDE_E_NOTFOUND;
}

bool ld_front_next(ld_front *front, ld_reader *reader)
{
    uint8_t head = ld_reader_u8(reader);
    uint64_t shared = head & 15u, suffix = head >> 4;
    if (shared == LD_FRONT_MORE)
        shared += ld_reader_varint(reader) & UINT32_MAX;
    if (suffix == LD_FRONT_MORE)
        suffix += ld_reader_varint(reader) & UINT32_MAX;
    if (shared > front->bytes || shared + suffix > LD_TERM_BYTES_MAX || suffix == 0)
        reader->failed = true;
    ld_span bytes = ld_reader_bytes(reader, reader->failed ? 0 : (size_t)suffix);
    if (reader->failed)
        return false;
    /* Above the word before it: that one ended here, or goes on with a lower byte. */
    if (shared < front->bytes && (uint8_t)front->word[shared] >= (uint8_t)bytes.data[0]) {
        reader->failed = true;
        return false;
    }
    memcpy(front->word + shared, bytes.data, bytes.bytes);
    front->bytes = (uint32_t)(shared + suffix);
    return true;
}
