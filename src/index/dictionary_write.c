/*
 * Words in byte order become front-coded blocks and an index over them (dictionary_format.h).
 *
 * Held while writing: one block; at the end, the hash table (2 to 5 bytes a slot, five slots for
 * four words). What else grows with the words is in scratches.
 *
 * The probe length is bounded at writing: a table whose longest probe is above the maximum is
 * tried again with more slots, and left out after the fourth time (words made to collide); the
 * reader then searches the separators.
 */
#include "base/hash.h"
#include "base/limits.h"
#include "index/dictionary.h"

#define SLOTS_PER_4_WORDS 5u
#define TABLE_TRIES       4u

void ld_dictionary_writer_init(ld_dictionary_writer *w, const lede_env *env, ld_segment_writer *out,
                               ld_part_id blocks, ld_part_id index, bool hashed)
{
    *w = (ld_dictionary_writer){.env = env, .hashed = hashed};
    w->blocks =
        ld_segment_writer_part(out, blocks, LD_DICTIONARY_CODEC, LD_DICTIONARY_VERSION, true);
    w->index = ld_segment_writer_part(out, index, LD_DICTIONARY_CODEC, LD_DICTIONARY_VERSION, true);
    ld_buf_init(&w->block, env, UINT32_MAX);
    ld_scratch_init(&w->block_at, out);
    ld_scratch_init(&w->separators, out);
    ld_scratch_init(&w->separator_at, out);
    ld_scratch_init(&w->hashes, out);
}

void ld_dictionary_writer_release(ld_dictionary_writer *w)
{
    ld_buf_release(&w->block);
    ld_scratch_release(&w->block_at);
    ld_scratch_release(&w->separators);
    ld_scratch_release(&w->separator_at);
    ld_scratch_release(&w->hashes);
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

ld_buf *ld_dictionary_writer_add(ld_dictionary_writer *w, ld_span word, const uint64_t *prologue,
                                 uint32_t prologue_count)
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
    if (w->hashed)
        add_u32(&w->hashes, (uint32_t)ld_hash64(word.data, word.bytes, 0));
    w->count++;
    w->in_block++;
    return &w->block;
}

typedef struct slot_table {
    uint8_t *slots; /* [count * slot_bytes] */
    uint32_t count, slot_bytes, block_bits, probe_max;
} slot_table;

static uint64_t slot_get(const slot_table *t, uint32_t slot)
{
    uint64_t value = 0;
    memcpy(&value, t->slots + (size_t)slot * t->slot_bytes, t->slot_bytes);
    return value;
}

/* Fills the table; false where a probe grows too long. */
static bool table_fill(slot_table *t, const uint8_t *hashes, uint32_t words)
{
    memset(t->slots, 0, (size_t)t->count * t->slot_bytes);
    uint64_t mask = (1ull << (t->slot_bytes * 8 - t->block_bits)) - 1;
    for (uint32_t i = 0; i < words; i++) {
        uint32_t hash = ld_load_u32(hashes + (size_t)i * 4);
        uint64_t value = (i / LD_DICTIONARY_BLOCK_WORDS + 1) | (hash & mask) << t->block_bits;
        uint32_t slot = (uint32_t)((uint64_t)hash * t->count >> 32), probe = 1;
        while (slot_get(t, slot) != 0) {
            if (++probe > LD_DICTIONARY_PROBES_MAX)
                return false;
            slot = slot + 1 < t->count ? slot + 1 : 0;
        }
        memcpy(t->slots + (size_t)slot * t->slot_bytes, &value, t->slot_bytes);
        if (probe > t->probe_max)
            t->probe_max = probe;
    }
    return true;
}

static lede_status table_build(ld_dictionary_writer *w, uint32_t blocks, slot_table *t,
                               lede_error *err)
{
    *t = (slot_table){0};
    const uint8_t *hashes;
    LD_TRY(ld_scratch_seal(&w->hashes, &hashes, err));
    t->block_bits = 32u - (uint32_t)__builtin_clz(blocks);
    t->slot_bytes = (t->block_bits + LD_DICTIONARY_FINGERPRINT_BITS_MIN + 7) / 8;
    uint64_t count = w->count;
    for (uint32_t try = 0; try < TABLE_TRIES; try++) {
        count = count * SLOTS_PER_4_WORDS / 4 + 1;
        if (count > UINT32_MAX / 2)
            break;
        t->count = (uint32_t)count;
        t->probe_max = 0;
        t->slots = ld_alloc_array(w->env, t->count, t->slot_bytes);
        if (!t->slots)
            return ld_error_nomem(err, (size_t)t->count * t->slot_bytes);
        if (table_fill(t, hashes, w->count))
            return LEDE_OK;
        ld_release(w->env, t->slots, (size_t)t->count * t->slot_bytes);
    }
    *t = (slot_table){0};
    return LEDE_OK;
}

static void header_write(ld_dictionary_writer *w, uint32_t docs, uint32_t blocks, uint8_t flags,
                         const slot_table *t)
{
    uint8_t header[LD_DICTIONARY_HEADER_BYTES];
    uint32_t numbers[5] = {docs, w->count, blocks, t->count,
                           (uint32_t)ld_scratch_bytes(&w->separators)};
    uint16_t probe_max = (uint16_t)t->probe_max;
    memcpy(header, numbers, sizeof numbers);
    memcpy(header + 20, &probe_max, sizeof probe_max);
    header[22] = (uint8_t)t->slot_bytes;
    header[23] = flags;
    ld_part_write(w->index, header, sizeof header);
}

lede_status ld_dictionary_writer_finish(ld_dictionary_writer *w, uint32_t docs, uint8_t flags,
                                        lede_error *err)
{
    uint32_t blocks = (uint32_t)(ld_scratch_bytes(&w->block_at) / 4);
    ld_scratch *arrays[] = {&w->block_at, &w->separator_at, &w->separators};
    slot_table t = {0};
    block_flush(w);
    add_u32(&w->separator_at, (uint32_t)ld_scratch_bytes(&w->separators));
    LD_TRY(ld_buf_status(&w->block, err));
    if (!w->blocks || !w->index)
        return ld_error_nomem(err, 0);
    if (w->hashed && w->count > 0)
        LD_TRY(table_build(w, blocks, &t, err));
    header_write(w, docs, blocks, flags, &t);
    lede_status status = LEDE_OK;
    for (uint32_t i = 0; i < 3; i++) {
        const uint8_t *data;
        LD_TRY_OUT(ld_scratch_seal(arrays[i], &data, err));
        ld_part_write(w->index, data, (size_t)ld_scratch_bytes(arrays[i]));
    }
    ld_part_write(w->index, t.slots, (size_t)t.count * t.slot_bytes);
out:
    ld_release(w->env, t.slots, (size_t)t.count * t.slot_bytes);
    return status;
}
