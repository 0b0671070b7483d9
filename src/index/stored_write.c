/*
 * Stored documents into compressed blocks. Documents wait in `pending` until their block is full
 * (and, at first, until there are enough of them to cut a dictionary from); a block is made when
 * the next document comes, so that the newest one can always be taken back.
 *
 * One dictionary serves as long as it is there: a writer keeps that of its segment before, or of
 * the archive it opened. So most segments of an archive have the same one, and a merge copies their
 * blocks as they are. News of years share their common words; what a fresh cut would gain on them
 * is less than compressing all of it again at every merge costs.
 *
 * Memory: the pending texts (LD_STORED_SAMPLE_BYTES_MAX at most, beside one large document), the
 * blocks and their entries until the writer is attached to a segment, and zstd's context, which is
 * counted too. The context belongs to zstd, which takes its memory from libc: the only memory of
 * index/ that does not come from the table of effects.
 */
#include <zstd.h>

#include "index/sidecars.h"
#include "index/stored_format.h"

struct ld_stored_writer {
    const lede_env *env;
    ld_buf pending;    /* bytes of the waiting documents */
    uint32_t *lengths; /* [waiting], owned */
    size_t waiting, lengths_capacity;
    bool decided;        /* whether this segment has a dictionary */
    bool has_dictionary; /* and that it has */
    ld_buf dictionary;   /* of this segment or for it; no bytes: none yet */
    ZSTD_CCtx *context;
    ZSTD_CDict *digest;               /* of the dictionary, made when first needed */
    ld_buf content, frame;            /* of the block at hand */
    ld_buf blocks;                    /* made before a segment was attached */
    ld_buf entries;                   /* of those, for STORED_INDEX */
    uint64_t block_offset;            /* of the next block */
    uint32_t block_count, block_docs; /* documents in blocks */
    ld_segment_writer *out;
    ld_part_writer *part, *index; /* STORED, STORED_INDEX; NULL: not attached yet */
};

#define MEMORY_KEPT_BYTES (256u << 10) /* scratch buffers above this are given back */

lede_status ld_stored_writer_new(const lede_env *env, ld_stored_writer **writer, lede_error *err)
{
    *writer = NULL;
    ld_stored_writer *w = ld_alloc_zero(env, sizeof *w);
    if (!w)
        return ld_error_nomem(err, sizeof *w);
    w->env = env;
    ld_buf_init(&w->pending, env, SIZE_MAX / 4);
    ld_buf_init(&w->dictionary, env, LD_STORED_DICTIONARY_BYTES_MAX);
    ld_buf_init(&w->content, env, SIZE_MAX / 4);
    ld_buf_init(&w->frame, env, SIZE_MAX / 4);
    ld_buf_init(&w->blocks, env, SIZE_MAX / 4);
    ld_buf_init(&w->entries, env, SIZE_MAX / 4);
    w->context = ZSTD_createCCtx();
    if (!w->context) {
        ld_stored_writer_free(w);
        return ld_error_nomem(err, sizeof *w);
    }
    (void)ZSTD_CCtx_setParameter(w->context, ZSTD_c_compressionLevel, LD_STORED_LEVEL);
    (void)ZSTD_CCtx_setParameter(w->context, ZSTD_c_dictIDFlag, 0);
    *writer = w;
    return LEDE_OK;
}

void ld_stored_writer_free(ld_stored_writer *w)
{
    if (!w)
        return;
    ZSTD_freeCCtx(w->context);
    ZSTD_freeCDict(w->digest);
    ld_buf_release(&w->pending);
    ld_buf_release(&w->dictionary);
    ld_buf_release(&w->content);
    ld_buf_release(&w->frame);
    ld_buf_release(&w->blocks);
    ld_buf_release(&w->entries);
    ld_release(w->env, w->lengths, w->lengths_capacity * sizeof *w->lengths);
    ld_release(w->env, w, sizeof *w);
}

size_t ld_stored_writer_memory_bytes(const ld_stored_writer *w)
{
    return sizeof *w + w->pending.capacity + w->dictionary.capacity + w->content.capacity +
           w->frame.capacity + w->blocks.capacity + w->entries.capacity +
           w->lengths_capacity * sizeof *w->lengths + ZSTD_sizeof_CCtx(w->context) +
           (w->digest ? ZSTD_sizeof_CDict(w->digest) : 0);
}

/* ---- dictionary ---- */

/*
 * Pieces that stand at equal distances in what waits: every stretch of it lends a part, so one long
 * document does not fill the dictionary. Training (zstd's cover) finds little more in prose and
 * costs as much as compressing 5 MB.
 */
static lede_status make_dictionary(ld_stored_writer *w, lede_error *err)
{
    size_t pieces = LD_STORED_DICTIONARY_BYTES / LD_STORED_DICTIONARY_PIECE;
    size_t stride = w->pending.bytes / pieces;
    ld_buf_clear(&w->dictionary);
    for (size_t i = 0; i < pieces; i++)
        ld_buf_add(&w->dictionary, w->pending.data + i * stride, LD_STORED_DICTIONARY_PIECE);
    LD_TRY(ld_buf_status(&w->dictionary, err));
    if (ld_load_u32(w->dictionary.data) == ZSTD_MAGIC_DICTIONARY) /* it would be taken for one */
        ld_buf_clear(&w->dictionary);
    return LEDE_OK;
}

/* From here on blocks are made with the dictionary, which is cut now if there is none yet. */
static lede_status begin_dictionary(ld_stored_writer *w, lede_error *err)
{
    if (w->dictionary.bytes == 0)
        LD_TRY(make_dictionary(w, err));
    if (w->dictionary.bytes == 0)
        return LEDE_OK;
    if (!w->digest)
        w->digest = ZSTD_createCDict(w->dictionary.data, w->dictionary.bytes, LD_STORED_LEVEL);
    if (!w->digest || ZSTD_isError(ZSTD_CCtx_refCDict(w->context, w->digest)))
        return ld_error_nomem(err, w->dictionary.bytes);
    w->has_dictionary = true;
    return LEDE_OK;
}

lede_status ld_stored_writer_adopt(ld_stored_writer *w, ld_span dictionary, lede_error *err)
{
    if (dictionary.bytes < sizeof(uint32_t) ||
        ld_load_u32((const uint8_t *)dictionary.data) == ZSTD_MAGIC_DICTIONARY)
        return LEDE_OK;
    ld_buf_clear(&w->dictionary);
    ld_buf_add_span(&w->dictionary, dictionary);
    return ld_buf_status(&w->dictionary, err);
}

void ld_stored_writer_forget(ld_stored_writer *w)
{
    (void)ZSTD_CCtx_refCDict(w->context, NULL); /* fails only inside a frame */
    ZSTD_freeCDict(w->digest);
    w->digest = NULL;
    ld_buf_clear(&w->dictionary);
}

bool ld_stored_writer_has(const ld_stored_writer *w, ld_span dictionary)
{
    return dictionary.bytes > 0 && ld_span_equal(dictionary, ld_buf_span(&w->dictionary));
}

void ld_stored_writer_reset(ld_stored_writer *w)
{
    (void)ZSTD_CCtx_refCDict(w->context, NULL); /* fails only inside a frame */
    w->decided = w->has_dictionary = false;
    ld_buf_clear(&w->pending);
    ld_buf_clear(&w->blocks);
    ld_buf_clear(&w->entries);
    w->waiting = 0;
    w->block_offset = 0;
    w->block_count = w->block_docs = 0;
    w->out = NULL;
    w->part = w->index = NULL;
}

/* ---- blocks ---- */

static lede_status compress(ld_stored_writer *w, ld_stored_frame *f, lede_error *err)
{
    size_t bound = ZSTD_compressBound(w->content.bytes);
    ld_buf_clear(&w->frame);
    if (!ld_buf_reserve(&w->frame, bound))
        return ld_buf_status(&w->frame, err);
    size_t n = ZSTD_compress2(w->context, w->frame.data, bound, w->content.data, w->content.bytes);
    if (ZSTD_isError(n))
        return ld_error_nomem(err, bound); /* with room enough nothing else can fail */
    bool keep = n >= w->content.bytes || n < w->content.bytes / LD_STORED_RATIO_MAX + 1;
    *f = (ld_stored_frame){.data = keep ? w->content.data : w->frame.data,
                           .bytes = (uint32_t)(keep ? w->content.bytes : n),
                           .content_bytes = (uint32_t)w->content.bytes,
                           .form = keep ? LD_STORED_RAW : LD_STORED_ZSTD};
    return LEDE_OK;
}

static void trim(ld_buf *buf)
{
    if (buf->capacity > MEMORY_KEPT_BYTES)
        ld_buf_release(buf);
    else
        ld_buf_clear(buf);
}

static void write_entries(ld_stored_writer *w)
{
    ld_part_write(w->index, w->entries.data, w->entries.bytes);
    ld_buf_clear(&w->entries);
}

/* The next block, of `docs` documents, as it is to stand in the part. */
static lede_status put_block(ld_stored_writer *w, const ld_stored_frame *f, uint32_t docs,
                             lede_error *err)
{
    if (!ld_buf_reserve(&w->entries, LD_STORED_ENTRY_BYTES))
        return ld_buf_status(&w->entries, err);
    if (w->part) {
        ld_part_write(w->part, f->data, f->bytes);
        LD_TRY(ld_segment_writer_status(w->out, err));
    } else {
        ld_buf_add(&w->blocks, f->data, f->bytes);
        LD_TRY(ld_buf_status(&w->blocks, err));
    }
    ld_buf_add_u64(&w->entries, w->block_offset);
    ld_buf_add_u32(&w->entries, f->bytes);
    ld_buf_add_u32(&w->entries, f->content_bytes);
    ld_buf_add_u32(&w->entries, w->block_docs);
    ld_buf_add_u32(&w->entries, f->form);
    if (w->index)
        write_entries(w);
    w->block_offset += f->bytes;
    w->block_docs += docs;
    w->block_count++;
    return LEDE_OK;
}

/* A block of `docs` waiting documents that begin at document `first`, byte `at` of pending. */
static lede_status make_block(ld_stored_writer *w, size_t first, size_t docs, size_t at,
                              size_t bytes, lede_error *err)
{
    ld_stored_frame frame;
    ld_buf_clear(&w->content);
    ld_buf_add(&w->content, w->lengths + first, docs * sizeof *w->lengths);
    ld_buf_add(&w->content, w->pending.data + at, bytes);
    LD_TRY(ld_buf_status(&w->content, err));
    LD_TRY(compress(w, &frame, err));
    LD_TRY(put_block(w, &frame, (uint32_t)docs, err));
    trim(&w->content);
    trim(&w->frame);
    return LEDE_OK;
}

/* Blocks of all that waits, or (all false) of what fills whole ones. */
static lede_status make_blocks(ld_stored_writer *w, bool all, lede_error *err)
{
    lede_status status = LEDE_OK;
    size_t doc = 0, at = 0;
    while (doc < w->waiting) {
        size_t docs = 1, bytes = w->lengths[doc];
        while (doc + docs < w->waiting && bytes + w->lengths[doc + docs] <= LD_STORED_BLOCK_BYTES)
            bytes += w->lengths[doc + docs++];
        if (doc + docs == w->waiting && !all)
            break;
        status = make_block(w, doc, docs, at, bytes, err);
        if (status != LEDE_OK)
            break;
        doc += docs;
        at += bytes;
    }
    if (doc == 0)
        return status;
    w->waiting -= doc;
    memmove(w->lengths, w->lengths + doc, w->waiting * sizeof *w->lengths);
    w->pending.bytes -= at;
    memmove(w->pending.data, w->pending.data + at, w->pending.bytes);
    return status;
}

static lede_status make_room(ld_stored_writer *w, size_t more_bytes, lede_error *err)
{
    if (!w->decided) {
        bool enough =
            w->waiting >= LD_STORED_SAMPLE_DOCS && w->pending.bytes >= LD_STORED_SAMPLE_BYTES;
        if (!enough && w->pending.bytes + more_bytes <= LD_STORED_SAMPLE_BYTES_MAX)
            return LEDE_OK;
        if (enough)
            LD_TRY(begin_dictionary(w, err));
        w->decided = true;
    }
    if (w->pending.bytes + more_bytes <= LD_STORED_BLOCK_BYTES)
        return LEDE_OK;
    LD_TRY(make_blocks(w, false, err));
    if (w->pending.bytes + more_bytes > LD_STORED_BLOCK_BYTES)
        LD_TRY(make_blocks(w, true, err));
    if (w->pending.capacity > 2 * LD_STORED_SAMPLE_BYTES_MAX && w->pending.bytes == 0)
        ld_buf_release(&w->pending);
    return LEDE_OK;
}

lede_status ld_stored_writer_add(ld_stored_writer *w, ld_span stored, lede_error *err)
{
    if (stored.bytes > LD_STORED_DOC_BYTES_MAX)
        return LD_FAIL(err, LEDE_E_LIMIT, "a document of %zu stored bytes is over the %u kept",
                       stored.bytes, LD_STORED_DOC_BYTES_MAX);
    LD_TRY(make_room(w, stored.bytes, err));
    LD_TRY(ld_grow(w->env, (void **)&w->lengths, &w->lengths_capacity, w->waiting + 1,
                   sizeof *w->lengths, LD_SEGMENT_DOCS_MAX, err));
    if (!ld_buf_reserve(&w->pending, stored.bytes)) {
        lede_status status = ld_buf_status(&w->pending, err);
        w->pending.status = LEDE_OK; /* what waits there is whole */
        return status;
    }
    ld_buf_add_span(&w->pending, stored);
    w->lengths[w->waiting++] = (uint32_t)stored.bytes;
    return LEDE_OK;
}

lede_status ld_stored_writer_add_frame(ld_stored_writer *w, const ld_stored_frame *frame,
                                       lede_error *err)
{
    if (!w->has_dictionary)
        LD_TRY(begin_dictionary(w, err));
    w->decided = true;
    LD_TRY(make_blocks(w, true, err));
    return put_block(w, frame, frame->end - frame->first, err);
}

void ld_stored_writer_undo(ld_stored_writer *w)
{
    w->pending.bytes -= w->lengths[--w->waiting];
}

lede_status ld_stored_writer_attach(ld_stored_writer *w, ld_segment_writer *out, lede_error *err)
{
    w->out = out;
    w->part = ld_segment_writer_part(out, LD_PART_STORED, 0, LD_STORED_VERSION, true);
    if (w->part)
        w->index = ld_segment_writer_part(out, LD_PART_STORED_INDEX, 0, LD_STORED_VERSION, true);
    if (!w->index)
        return ld_segment_writer_status(out, err);
    ld_part_write(w->part, w->blocks.data, w->blocks.bytes);
    ld_buf_release(&w->blocks);
    write_entries(w);
    ld_buf_release(&w->entries);
    return ld_segment_writer_status(out, err);
}

lede_status ld_stored_writer_finish(ld_stored_writer *w, lede_error *err)
{
    if (!w->decided) {
        w->decided = true;
        if (w->waiting >= LD_STORED_SAMPLE_DOCS && w->pending.bytes >= LD_STORED_SAMPLE_BYTES)
            LD_TRY(begin_dictionary(w, err));
    }
    LD_TRY(make_blocks(w, true, err));
    uint32_t counts[2] = {w->block_docs, w->block_count};
    uint64_t dictionary_bytes = w->has_dictionary ? w->dictionary.bytes : 0;
    ld_part_write(w->index, w->dictionary.data, (size_t)dictionary_bytes);
    ld_part_write(w->index, counts, sizeof counts);
    ld_part_write(w->index, &dictionary_bytes, sizeof dictionary_bytes);
    return ld_segment_writer_status(w->out, err);
}
