/*
 * Words in byte order become front-coded blocks and an index over them (dictionary_format.h).
 *
 * Held while writing: one block, and what a sorter holds (sorter.h). What else grows with the words
 * is in scratches.
 */
#include "base/hash.h"
#include "base/limits.h"
#include "index/dictionary.h"
#include "index/packed.h"

/* A word that is looked up, while the look-up cannot be written yet. */
typedef struct lookup_item {
    uint32_t hash, block;
} lookup_item;

void ld_dictionary_writer_init(ld_dictionary_writer *w, const lede_env *env, ld_segment_writer *out,
                               ld_part_id blocks, ld_part_id index)
{
    *w = (ld_dictionary_writer){.env = env};
    w->blocks =
        ld_segment_writer_part(out, blocks, LD_DICTIONARY_CODEC, LD_DICTIONARY_VERSION, true);
    w->index = ld_segment_writer_part(out, index, LD_DICTIONARY_CODEC, LD_DICTIONARY_VERSION, true);
    ld_buf_init(&w->block, env, UINT32_MAX);
    ld_scratch_init(&w->block_at, out);
    ld_scratch_init(&w->separators, out);
    ld_scratch_init(&w->separator_at, out);
    ld_scratch_init(&w->looked_up, out);
}

void ld_dictionary_writer_release(ld_dictionary_writer *w)
{
    ld_buf_release(&w->block);
    ld_scratch_release(&w->block_at);
    ld_scratch_release(&w->separators);
    ld_scratch_release(&w->separator_at);
    ld_scratch_release(&w->looked_up);
}

static uint32_t shared_bytes(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
    size_t n = a_bytes < b_bytes ? a_bytes : b_bytes, i = 0;
    while (i < n && a[i] == b[i])
        i++;
    return (uint32_t)i;
}

static void block_flush(ld_dictionary_writer *w)
{
    if (w->blocks && w->block.status == LEDE_OK)
        ld_part_write(w->blocks, w->block.data, w->block.bytes);
    if (w->block.status == LEDE_OK) /* a failure stays */
        ld_buf_clear(&w->block);
    w->in_block = 0;
}

static void add_u32(ld_scratch *s, uint32_t value)
{
    ld_scratch_add(s, &value, sizeof value);
}

static void block_begin(ld_dictionary_writer *w, ld_span word)
{
    uint64_t at = w->blocks ? ld_part_offset(w->blocks) : 0;
    uint64_t separator_at = ld_scratch_bytes(&w->separators);
    if (at > UINT32_MAX || separator_at > UINT32_MAX)
        w->block.status = LEDE_E_LIMIT;
    add_u32(&w->block_at, (uint32_t)at);
    add_u32(&w->separator_at, (uint32_t)separator_at);
    if (w->count > 0) {
        uint32_t shared = shared_bytes(w->previous, w->previous_bytes, word.data, word.bytes);
        ld_scratch_add(&w->separators, word.data, shared + 1);
    }
}

static void front_add(ld_buf *block, uint32_t shared, ld_span suffix)
{
    uint32_t suffix_bytes = (uint32_t)suffix.bytes;
    uint32_t a = shared < LD_FRONT_MORE ? shared : LD_FRONT_MORE;
    uint32_t b = suffix_bytes < LD_FRONT_MORE ? suffix_bytes : LD_FRONT_MORE;
    ld_buf_add_byte(block, (uint8_t)(a | b << 4));
    if (a == LD_FRONT_MORE)
        ld_buf_add_varint(block, shared - LD_FRONT_MORE);
    if (b == LD_FRONT_MORE)
        ld_buf_add_varint(block, suffix_bytes - LD_FRONT_MORE);
    ld_buf_add_span(block, suffix);
}

ld_buf *ld_dictionary_writer_add(ld_dictionary_writer *w, ld_span word, bool looked_up,
                                 const uint64_t *prologue, uint32_t prologue_count)
{
    if (w->in_block == LD_DICTIONARY_BLOCK_WORDS)
        block_flush(w);
    uint32_t shared = 0;
    if (w->in_block == 0) {
        block_begin(w, word);
        for (uint32_t i = 0; i < prologue_count; i++)
            ld_buf_add_varint(&w->block, prologue[i]);
    } else {
        shared = shared_bytes(w->previous, w->previous_bytes, word.data, word.bytes);
    }
    front_add(&w->block, shared, ld_span_of(word.data + shared, word.bytes - shared));
    memcpy(w->previous, word.data, word.bytes);
    w->previous_bytes = (uint32_t)word.bytes;
    if (looked_up) {
        lookup_item item = {(uint32_t)ld_hash64(word.data, word.bytes, 0),
                            w->count / LD_DICTIONARY_BLOCK_WORDS};
        ld_scratch_add(&w->looked_up, &item, sizeof item);
    }
    w->count++;
    w->in_block++;
    return &w->block;
}

static lede_status write_packed(ld_dictionary_writer *w, ld_scratch *numbers, uint32_t bits,
                                lede_error *err)
{
    const uint8_t *data;
    LD_TRY(ld_scratch_seal(numbers, &data, err));
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, w->index, bits);
    for (uint64_t at = 0; at < ld_scratch_bytes(numbers); at += sizeof(uint32_t))
        ld_packed_writer_add(&packed, ld_load_u32(data + at));
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

static lede_status write_lookup(ld_dictionary_writer *w, lede_error *err)
{
    const uint8_t *items;
    LD_TRY(ld_scratch_seal(&w->looked_up, &items, err));
    ld_lookup_writer lookup;
    uint64_t bytes;
    ld_lookup_writer_init(&lookup, ld_part_writer_owner(w->index));
    lede_status status = LEDE_OK;
    for (uint64_t at = 0; at < ld_scratch_bytes(&w->looked_up); at += sizeof(lookup_item))
        LD_TRY_OUT(ld_lookup_writer_add(&lookup, ld_load_u32(items + at),
                                        ld_load_u32(items + at + sizeof(uint32_t)), err));
    status =
        ld_lookup_writer_finish(&lookup, w->index, LD_DICTIONARY_FINGERPRINT_BITS, &bytes, err);
out:
    ld_lookup_writer_release(&lookup);
    return status;
}

lede_status ld_dictionary_writer_finish(ld_dictionary_writer *w, uint32_t docs, uint8_t flags,
                                        lede_error *err)
{
    uint32_t blocks = (uint32_t)(ld_scratch_bytes(&w->block_at) / 4);
    uint32_t separators_bytes = (uint32_t)ld_scratch_bytes(&w->separators);
    block_flush(w);
    add_u32(&w->separator_at, separators_bytes);
    LD_TRY(ld_buf_status(&w->block, err));
    if (!w->blocks || !w->index)
        return ld_error_nomem(err, 0);
    uint32_t header[4] = {docs, w->count, blocks, separators_bytes};
    uint8_t bits[4] = {(uint8_t)ld_packed_width(ld_part_offset(w->blocks)),
                       (uint8_t)ld_packed_width(separators_bytes), flags, 0};
    const uint8_t *separators;
    ld_part_write(w->index, header, sizeof header);
    ld_part_write(w->index, bits, sizeof bits);
    LD_TRY(write_packed(w, &w->block_at, bits[0], err));
    LD_TRY(write_packed(w, &w->separator_at, bits[1], err));
    LD_TRY(ld_scratch_seal(&w->separators, &separators, err));
    ld_part_write(w->index, separators, separators_bytes);
    return ld_scratch_bytes(&w->looked_up) > 0 ? write_lookup(w, err) : LEDE_OK;
}
