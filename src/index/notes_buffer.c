#include "index/notes_buffer.h"

#include "index/sort.h"

#define HEAD_BYTES 10u

void ld_notes_buffer_init(ld_notes_buffer *b, const lede_env *env)
{
    *b = (ld_notes_buffer){.env = env};
    ld_buf_init(&b->records, env, SIZE_MAX / 4);
}

void ld_notes_buffer_release(ld_notes_buffer *b)
{
    ld_buf_release(&b->records);
}

void ld_notes_buffer_clear(ld_notes_buffer *b)
{
    ld_buf_clear(&b->records);
    b->count = b->mark_bytes = b->mark_count = 0;
}

size_t ld_notes_buffer_memory_bytes(const ld_notes_buffer *b)
{
    return b->records.capacity + b->count * sizeof(uint64_t);
}

void ld_notes_buffer_mark(ld_notes_buffer *b)
{
    b->mark_bytes = b->records.bytes;
    b->mark_count = b->count;
}

lede_status ld_notes_buffer_add(ld_notes_buffer *b, uint32_t doc, const ld_note *notes,
                                uint32_t count, lede_error *err)
{
    for (uint32_t i = 0; i < count; i++) {
        ld_buf_add_u32(&b->records, doc);
        ld_buf_add_u16(&b->records, (uint16_t)notes[i].key.bytes);
        ld_buf_add_u32(&b->records, (uint32_t)notes[i].value.bytes);
        ld_buf_add_span(&b->records, notes[i].key);
        ld_buf_add_span(&b->records, notes[i].value);
    }
    b->count += count;
    return ld_buf_status(&b->records, err);
}

void ld_notes_buffer_undo(ld_notes_buffer *b)
{
    b->records.bytes = b->mark_bytes;
    b->records.status = LEDE_OK;
    b->count = b->mark_count;
}

static ld_span key_at(const ld_notes_buffer *b, uint64_t at)
{
    const uint8_t *record = b->records.data + at;
    return ld_span_of((const char *)record + HEAD_BYTES, ld_load_u16(record + 4));
}

/* Records stand in the order of their documents, so their place decides between equal keys. */
static bool less(const void *ctx, uint64_t a, uint64_t b)
{
    int order = ld_span_compare(key_at(ctx, a), key_at(ctx, b));
    return order < 0 || (order == 0 && a < b);
}

static lede_status write_sorted(const ld_notes_buffer *b, const uint64_t *places,
                                ld_notes_writer *w, uint32_t docs, lede_error *err)
{
    for (size_t i = 0; i < b->count; i++) {
        const uint8_t *record = b->records.data + places[i];
        ld_span key = key_at(b, places[i]);
        ld_span value = ld_span_of(key.data + key.bytes, ld_load_u32(record + 6));
        LD_TRY(ld_notes_writer_add(w, key, ld_load_u32(record), value, err));
    }
    return ld_notes_writer_finish(w, docs, err);
}

lede_status ld_notes_buffer_write(const ld_notes_buffer *b, ld_segment_writer *out, uint32_t docs,
                                  lede_error *err)
{
    size_t bytes = (b->count + 1) * sizeof(uint64_t);
    uint64_t *places = ld_alloc(b->env, bytes);
    if (!places)
        return ld_error_nomem(err, bytes);
    uint64_t at = 0;
    for (size_t i = 0; i < b->count; i++) {
        places[i] = at;
        at += HEAD_BYTES + ld_load_u16(b->records.data + at + 4) +
              ld_load_u32(b->records.data + at + 6);
    }
    ld_sort_u64(places, b->count, less, b);
    ld_notes_writer w;
    lede_status status = ld_notes_writer_init(&w, out, err);
    if (status == LEDE_OK)
        status = write_sorted(b, places, &w, docs, err);
    ld_notes_writer_release(&w);
    ld_release(b->env, places, bytes);
    return status;
}
