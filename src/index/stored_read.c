#include <stdatomic.h>
#include <zstd.h>

#include "index/sidecars.h"
#include "index/stored_format.h"

static lede_status corrupt(const ld_stored *s, uint64_t at, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, ld_segment_path(s->index.segment), s->index.offset + at, why);
}

static uint64_t entries_bytes(const ld_stored *s)
{
    return (uint64_t)s->block_count * LD_STORED_ENTRY_BYTES;
}

lede_status ld_stored_dictionary(const ld_stored *s, ld_span *dictionary, lede_error *err)
{
    const uint8_t *bytes;
    *dictionary = (ld_span){NULL, 0};
    if (!s->index.segment || s->dictionary_bytes == 0)
        return LEDE_OK;
    LD_TRY(ld_part_view(&s->index, entries_bytes(s), s->dictionary_bytes, &bytes, err));
    *dictionary = ld_span_of((const char *)bytes, (size_t)s->dictionary_bytes);
    return LEDE_OK;
}

static lede_status open_dictionary(ld_stored *s, lede_error *err)
{
    ld_span bytes;
    LD_TRY(ld_stored_dictionary(s, &bytes, err));
    if (bytes.bytes == 0)
        return LEDE_OK;
    s->dictionary = ZSTD_createDDict(bytes.data, bytes.bytes);
    /* zstd does not say which it was: no memory, or bytes that are no dictionary */
    if (!s->dictionary)
        return corrupt(s, entries_bytes(s), "the dictionary of stored texts cannot be read", err);
    return LEDE_OK;
}

lede_status ld_stored_open(const ld_segment *segment, uint32_t docs, ld_stored *s, lede_error *err)
{
    *s = (ld_stored){.env = ld_segment_env(segment),
                     .blocks = ld_segment_part(segment, LD_PART_STORED),
                     .index = ld_segment_part(segment, LD_PART_STORED_INDEX),
                     .docs = docs};
    if (!s->blocks.segment && !s->index.segment)
        return LEDE_OK;
    if (s->blocks.version != LD_STORED_VERSION || s->index.version != LD_STORED_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION, "%s has stored texts of version %u",
                       ld_segment_path(segment), s->index.version);
    const uint8_t *t;
    LD_TRY(ld_part_view(&s->index, 0, LD_STORED_TRAILER_BYTES, &t, err));
    uint64_t room = s->index.bytes - LD_STORED_TRAILER_BYTES;
    LD_TRY(ld_part_view(&s->index, room, LD_STORED_TRAILER_BYTES, &t, err));
    s->block_count = ld_load_u32(t + 4);
    s->dictionary_bytes = ld_load_u64(t + 8);
    if (ld_load_u32(t) != docs || s->block_count == 0 || s->block_count > docs ||
        s->dictionary_bytes > LD_STORED_DICTIONARY_BYTES_MAX ||
        entries_bytes(s) + s->dictionary_bytes != room)
        return corrupt(s, room, "the trailer of the part STORED_INDEX is impossible", err);
    return open_dictionary(s, err);
}

void ld_stored_close(ld_stored *s)
{
    ZSTD_freeDDict(s->dictionary);
    s->dictionary = NULL;
    ZSTD_freeDCtx(atomic_exchange(&s->idle_context, NULL));
}

static lede_status read_entry(const ld_stored *s, uint32_t block, ld_stored_frame *e,
                              uint64_t *offset, lede_error *err)
{
    bool last = block + 1 == s->block_count;
    uint64_t at = (uint64_t)block * LD_STORED_ENTRY_BYTES;
    const uint8_t *bytes;
    LD_TRY(ld_part_view(&s->index, at, LD_STORED_ENTRY_BYTES * (last ? 1u : 2u), &bytes, err));
    *offset = ld_load_u64(bytes);
    e->bytes = ld_load_u32(bytes + 8);
    e->content_bytes = ld_load_u32(bytes + 12);
    e->first = ld_load_u32(bytes + 16);
    e->form = ld_load_u32(bytes + 20);
    e->end = last ? s->docs : ld_load_u32(bytes + LD_STORED_ENTRY_BYTES + 16);
    if (e->first >= e->end || e->end > s->docs || e->form > LD_STORED_ZSTD)
        return corrupt(s, at, "an entry of the part STORED_INDEX is impossible", err);
    return LEDE_OK;
}

/* The block of a document: the last one that begins at or before it. */
static lede_status find_entry(const ld_stored *s, uint32_t doc, ld_stored_frame *e,
                              uint64_t *offset, lede_error *err)
{
    uint32_t low = 0, high = s->block_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        LD_TRY(read_entry(s, middle, e, offset, err));
        if (e->first <= doc)
            low = middle;
        else
            high = middle;
    }
    LD_TRY(read_entry(s, low, e, offset, err));
    if (doc < e->first || doc >= e->end)
        return corrupt(s, 0, "the blocks of stored texts are out of order", err);
    return LEDE_OK;
}

/* One context is kept from block to block: making it costs as much as a short block. Taking it is
 * one exchange, so that threads share it without a lock; who finds none makes one. */
static ZSTD_DCtx *take_context(const ld_stored *s)
{
    ZSTD_DCtx *context = atomic_exchange(&((ld_stored *)s)->idle_context, NULL);
    return context ? context : ZSTD_createDCtx();
}

static void give_context(const ld_stored *s, ZSTD_DCtx *context)
{
    ZSTD_freeDCtx(atomic_exchange(&((ld_stored *)s)->idle_context, context));
}

static lede_status decompress(const ld_stored *s, const ld_stored_frame *f, ld_stored_block *block,
                              lede_error *err)
{
    if (ZSTD_getFrameContentSize(f->data, f->bytes) != f->content_bytes)
        return corrupt(s, 0, "a block of stored texts promises another length", err);
    ZSTD_DCtx *context = take_context(s);
    if (!context)
        return ld_error_nomem(err, block->bytes);
    (void)ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, LD_STORED_WINDOW_LOG_MAX);
    (void)ZSTD_DCtx_refDDict(context, s->dictionary);
    size_t n = ZSTD_decompressDCtx(context, block->data, block->bytes, f->data, f->bytes);
    give_context(s, context);
    if (ZSTD_isError(n) || n != f->content_bytes)
        return corrupt(s, 0, "a block of stored texts does not decompress", err);
    return LEDE_OK;
}

lede_status ld_stored_frame_get(const ld_stored *s, uint32_t doc, ld_stored_frame *f,
                                lede_error *err)
{
    uint64_t offset;
    if (doc >= s->docs || !s->index.segment)
        return LD_FAIL(err, LEDE_E_INVALID, "there is no stored document %u in the segment", doc);
    LD_TRY(find_entry(s, doc, f, &offset, err));
    LD_TRY(ld_part_view(&s->blocks, offset, f->bytes, &f->data, err));
    uint64_t lengths_bytes = (uint64_t)(f->end - f->first) * sizeof(uint32_t);
    if (f->content_bytes < lengths_bytes ||
        (f->form == LD_STORED_RAW && f->content_bytes != f->bytes) ||
        (uint64_t)f->content_bytes > (uint64_t)f->bytes * LD_STORED_RATIO_MAX)
        return corrupt(s, 0, "a block of stored texts has an impossible length", err);
    return LEDE_OK;
}

lede_status ld_stored_block_load(const ld_stored *s, uint32_t doc, ld_stored_block *block,
                                 lede_error *err)
{
    ld_stored_frame f;
    *block = (ld_stored_block){.env = s->env};
    LD_TRY(ld_stored_frame_get(s, doc, &f, err));
    block->data = ld_alloc(s->env, f.content_bytes);
    if (!block->data)
        return ld_error_nomem(err, f.content_bytes);
    block->bytes = f.content_bytes;
    block->first = f.first;
    block->end = f.end;
    lede_status status = LEDE_OK;
    if (f.form == LD_STORED_RAW)
        memcpy(block->data, f.data, f.bytes);
    else
        status = decompress(s, &f, block, err);
    if (status != LEDE_OK)
        ld_stored_block_release(block);
    return status;
}

lede_status ld_stored_block_get(const ld_stored_block *block, uint32_t doc, ld_span *bytes,
                                lede_error *err)
{
    uint64_t at = (uint64_t)(block->end - block->first) * sizeof(uint32_t);
    uint32_t length = 0;
    for (uint32_t d = block->first; d <= doc; d++) {
        at += length;
        length = ld_load_u32(block->data + (size_t)(d - block->first) * sizeof(uint32_t));
        if (at > block->bytes || length > block->bytes - at)
            return ld_error_corrupt(err, "part STORED", 0, "a stored text runs out of its block");
    }
    *bytes = ld_span_of((const char *)block->data + at, length);
    return LEDE_OK;
}

void ld_stored_block_release(ld_stored_block *block)
{
    ld_release(block->env, block->data, block->bytes);
    block->data = NULL;
    block->bytes = 0;
    block->first = block->end = 0;
}

lede_status ld_doc_stored(const ld_segment_view *v, uint32_t doc, ld_arena *arena, ld_span *stored,
                          lede_error *err)
{
    *stored = (ld_span){NULL, 0};
    const ld_stored *s = &v->sidecars->stored;
    if (!s->index.segment)
        return LEDE_OK;
    ld_stored_block block;
    LD_TRY(ld_stored_block_load(s, doc, &block, err));
    ld_span bytes;
    lede_status status = ld_stored_block_get(&block, doc, &bytes, err);
    if (status == LEDE_OK) {
        *stored = ld_arena_copy(arena, bytes);
        if (!stored->data)
            status = ld_arena_status(arena, err);
    }
    ld_stored_block_release(&block);
    return status;
}
