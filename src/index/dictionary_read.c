/*
 * "Which block holds this word?": one look-up for an exact word, a binary search over separators
 * for a word that is not in the look-up, and for the first word at or above a given one. Bytes and
 * bounds: dictionary_format.h.
 *
 * Nothing is copied at open but the header; tables are viewed where they are touched. Every count
 * is tied to the part's length at open, so that the arithmetic afterwards cannot leave the part.
 */
#include "base/hash.h"
#include "index/dictionary.h"
#include "index/packed.h"

static lede_status header_check(ld_dictionary *d, lede_error *err)
{
    uint64_t blocks =
        ((uint64_t)d->count + LD_DICTIONARY_BLOCK_WORDS - 1) / LD_DICTIONARY_BLOCK_WORDS;
    if (d->docs > LD_SEGMENT_DOCS_MAX)
        return ld_error_corrupt(err, d->name, 0, "more documents than a segment may hold");
    if (d->block_count != blocks || d->count == UINT32_MAX)
        return ld_error_corrupt(err, d->name, 8, "the block count does not fit the word count");
    if (d->block_at_bits > 32 || d->separator_at_bits > 32)
        return ld_error_corrupt(err, d->name, 16, "an offset has more than 32 bits");
    d->separator_at_offset =
        LD_DICTIONARY_HEADER_BYTES + ld_packed_bytes(d->block_count, d->block_at_bits);
    d->separators_offset =
        d->separator_at_offset + ld_packed_bytes(d->block_count + 1ull, d->separator_at_bits);
    uint64_t end = d->separators_offset + d->separators_bytes;
    if (end > d->index.bytes)
        return ld_error_corrupt(err, d->name, 0, "the index is not as long as its header says");
    d->hashed = end < d->index.bytes;
    if (!d->hashed)
        return LEDE_OK;
    LD_TRY(ld_lookup_open(&d->index, end, d->index.bytes - end, &d->lookup, err));
    if (d->lookup.items > d->count)
        return ld_error_corrupt(err, d->name, end, "the look-up has more words than there are");
    d->hashed_all = d->lookup.items == d->count;
    return LEDE_OK;
}

static lede_status version_check(const ld_part *part, const char *name, lede_error *err)
{
    if (part->codec == LD_DICTIONARY_CODEC && part->version >= LD_DICTIONARY_VERSION_OLDEST &&
        part->version <= LD_DICTIONARY_VERSION)
        return LEDE_OK;
    return LD_FAIL(err, LEDE_E_VERSION,
                   "the dictionary of %s has codec %u, version %u; this program reads %u, %u to %u",
                   name, part->codec, part->version, LD_DICTIONARY_CODEC,
                   LD_DICTIONARY_VERSION_OLDEST, LD_DICTIONARY_VERSION);
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
    LD_TRY(version_check(&d->blocks, name, err));
    LD_TRY(version_check(&d->index, name, err));
    const uint8_t *h;
    LD_TRY(ld_part_view(&d->index, 0, LD_DICTIONARY_HEADER_BYTES, &h, err));
    d->docs = ld_load_u32(h);
    d->count = ld_load_u32(h + 4);
    d->block_count = ld_load_u32(h + 8);
    d->separators_bytes = ld_load_u32(h + 12);
    d->block_at_bits = h[16];
    d->separator_at_bits = h[17];
    d->flags = h[18];
    return header_check(d, err);
}

lede_status ld_dictionary_block(const ld_dictionary *d, uint32_t block, ld_reader *reader,
                                uint32_t *words, lede_error *err)
{
    if (block >= d->block_count)
        return ld_error_corrupt(err, d->name, block, "a block that is not there is asked for");
    bool last = block + 1 == d->block_count;
    const uint8_t *view;
    uint64_t from, to = d->blocks.bytes;
    LD_TRY(
        ld_packed_get(&d->index, LD_DICTIONARY_HEADER_BYTES, d->block_at_bits, block, &from, err));
    if (!last)
        LD_TRY(last ? ld_packed_get(&d->index, LD_DICTIONARY_HEADER_BYTES, d->block_at_bits, block,
                                    &from, err)
                    : ld_packed_pair(&d->index, LD_DICTIONARY_HEADER_BYTES, d->block_at_bits, block,
                                     &from, &to, err));
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
    uint64_t from, to;
    LD_TRY(
        ld_packed_get(&d->index, d->separator_at_offset, d->separator_at_bits, block, &from, err));
    LD_TRY(ld_packed_pair(&d->index, d->separator_at_offset, d->separator_at_bits, block, &from,
                          &to, err));
    if (from > to || to > d->separators_bytes)
        return ld_error_corrupt(err, d->name, d->separator_at_offset,
                                "the offsets of two separators do not ascend");
    LD_TRY(ld_part_view(&d->index, d->separators_offset + from, to - from, &view, err));
    *s = ld_span_of((const char *)view, (size_t)(to - from));
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

static lede_status probe_once(const ld_dictionary *d, ld_span word, uint32_t *probe,
                              uint32_t *block, lede_error *err)
{
    *probe = UINT32_MAX;
    return ld_dictionary_locate(d, word, block, err);
}

lede_status ld_dictionary_probe(const ld_dictionary *d, ld_span word, uint32_t *probe,
                                uint32_t *block, lede_error *err)
{
    if (d->count == 0 || *probe == UINT32_MAX)
        return LEDE_E_NOTFOUND;
    if (!d->hashed)
        return probe_once(d, word, probe, block, err);
    uint32_t hash = (uint32_t)ld_hash64(word.data, word.bytes, 0), words;
    if (*probe == 0) {
        LD_TRY(ld_lookup_bucket(&d->lookup, hash, &words, err));
        if (words > LD_DICTIONARY_BUCKET_MAX)
            return probe_once(d, word, probe, block, err);
    }
    LD_TRY(ld_lookup_next(&d->lookup, hash, probe, block, err));
    if (*block == LD_LOOKUP_END)
        return d->hashed_all ? LEDE_E_NOTFOUND : probe_once(d, word, probe, block, err);
    if (*block >= d->block_count)
        return ld_error_corrupt(err, d->name, d->separators_offset,
                                "the look-up names a block that is not there");
    return LEDE_OK;
}

bool ld_front_head_long(ld_reader *reader, uint32_t *shared, uint32_t *suffix_bytes)
{
    uint8_t head = ld_reader_u8(reader);
    uint64_t a = head & 15u, b = head >> 4;
    if (a == LD_FRONT_MORE)
        a += ld_reader_varint(reader) & UINT32_MAX;
    if (b == LD_FRONT_MORE)
        b += ld_reader_varint(reader) & UINT32_MAX;
    if (reader->failed || b == 0 || a + b > LD_TERM_BYTES_MAX || b > reader->bytes - reader->at) {
        reader->failed = true;
        return false;
    }
    reader->at += (size_t)b;
    *shared = (uint32_t)a;
    *suffix_bytes = (uint32_t)b;
    return true;
}

bool ld_front_next(ld_front *front, ld_reader *reader)
{
    uint32_t shared, suffix_bytes;
    if (!ld_front_head(reader, &shared, &suffix_bytes))
        return false;
    const char *suffix = (const char *)reader->data + reader->at - suffix_bytes;
    /* Above the word before it: that one ended here, or goes on with a lower byte. */
    if (shared > front->bytes ||
        (shared < front->bytes && (uint8_t)front->word[shared] >= (uint8_t)suffix[0])) {
        reader->failed = true;
        return false;
    }
    memcpy(front->word + shared, suffix, suffix_bytes);
    front->bytes = shared + suffix_bytes;
    return true;
}
