#include "index/row_buffer.h"

#include "codec/varint.h"
#include "index/copies_format.h"

lede_status ld_row_buffer_init(ld_row_buffer *b, const lede_env *env, const ld_profile *profile,
                               lede_error *err)
{
    *b = (ld_row_buffer){.env = env, .profile = profile};
    ld_buf_init(&b->keys, env, SIZE_MAX / 4);
    ld_buf_init(&b->zones, env, SIZE_MAX / 4);
    ld_buf_init(&b->hashes, env, SIZE_MAX / 4);
    ld_columns_buffer_init(&b->columns, env, profile);
    ld_notes_buffer_init(&b->notes, env);
    return profile->store ? ld_stored_writer_new(env, &b->stored, err) : LEDE_OK;
}

void ld_row_buffer_release(ld_row_buffer *b)
{
    if (!b->env)
        return;
    ld_release(b->env, b->rows, b->row_capacity * sizeof *b->rows);
    ld_release(b->env, b->slots, b->slot_count * sizeof *b->slots);
    ld_buf_release(&b->keys);
    ld_buf_release(&b->zones);
    ld_buf_release(&b->hashes);
    ld_columns_buffer_release(&b->columns);
    ld_notes_buffer_release(&b->notes);
    ld_stored_writer_free(b->stored);
    *b = (ld_row_buffer){0};
}

void ld_row_buffer_clear(ld_row_buffer *b)
{
    if (b->stored)
        ld_stored_writer_reset(b->stored);
    b->row_count = 0;
    ld_buf_clear(&b->keys);
    ld_buf_clear(&b->zones);
    ld_buf_clear(&b->hashes);
    ld_columns_buffer_clear(&b->columns);
    ld_notes_buffer_clear(&b->notes);
    if (b->slots)
        memset(b->slots, 0, b->slot_count * sizeof *b->slots);
}

size_t ld_row_buffer_memory_bytes(const ld_row_buffer *b)
{
    return b->row_capacity * sizeof *b->rows + b->slot_count * sizeof *b->slots + b->keys.capacity +
           b->zones.capacity + b->hashes.capacity + ld_columns_buffer_memory_bytes(&b->columns) +
           ld_notes_buffer_memory_bytes(&b->notes) +
           (b->stored ? ld_stored_writer_memory_bytes(b->stored) : 0);
}

ld_span ld_row_buffer_key(const ld_row_buffer *b, uint32_t row)
{
    return ld_span_of((const char *)b->keys.data + b->rows[row].key_offset, b->rows[row].key_bytes);
}

/* ---- the key table: rows of one key stand in one run of slots ---- */

static void insert_slot(ld_row_buffer *b, uint32_t row)
{
    size_t mask = b->slot_count - 1;
    size_t at = (size_t)ld_key_hash(ld_row_buffer_key(b, row)) & mask;
    while (b->slots[at])
        at = (at + 1) & mask;
    b->slots[at] = row + 1;
}

static lede_status grow_slots(ld_row_buffer *b, lede_error *err)
{
    if (b->row_count + 1 <= b->slot_count / 2)
        return LEDE_OK;
    size_t count = b->slot_count ? b->slot_count * 2 : 64;
    uint32_t *slots = ld_alloc_array(b->env, count, sizeof *slots);
    if (!slots)
        return ld_error_nomem(err, count * sizeof *slots);
    ld_release(b->env, b->slots, b->slot_count * sizeof *b->slots);
    b->slots = slots;
    b->slot_count = count;
    for (uint32_t row = 0; row < b->row_count; row++)
        insert_slot(b, row);
    return LEDE_OK;
}

uint32_t ld_row_buffer_find(const ld_row_buffer *b, ld_span key, uint64_t key_hash, size_t *state)
{
    for (; *state < b->slot_count; ++*state) {
        uint32_t slot = b->slots[((size_t)key_hash + *state) & (b->slot_count - 1)];
        if (slot == 0)
            break;
        if (ld_span_equal(ld_row_buffer_key(b, slot - 1), key)) {
            ++*state;
            return slot - 1;
        }
    }
    *state = b->slot_count;
    return LD_DOC_END;
}

/* ---- adding ---- */

static lede_status add_zones(ld_row_buffer *b, const ld_document *d, lede_error *err)
{
    /* the length in front is known only afterwards, so the row is made at the end and moved up */
    size_t start = b->zones.bytes;
    ld_zones_encode(d, &b->zones);
    LD_TRY(ld_buf_status(&b->zones, err));
    size_t bytes = b->zones.bytes - start, prefix = ld_varint_bytes(bytes);
    if (!ld_buf_reserve(&b->zones, prefix))
        return ld_buf_status(&b->zones, err);
    memmove(b->zones.data + start + prefix, b->zones.data + start, bytes);
    b->zones.bytes = start;
    ld_buf_add_varint(&b->zones, bytes);
    b->zones.bytes += bytes;
    return LEDE_OK;
}

static lede_status add_parts(ld_row_buffer *b, uint32_t row, const ld_document *d, lede_error *err)
{
    ld_buf_add_span(&b->keys, d->key);
    LD_TRY(ld_buf_status(&b->keys, err));
    LD_TRY(add_zones(b, d, err));
    if (b->profile->sidecars && d->copy_hash_count > 0)
        ld_buf_add(&b->hashes, d->copy_hashes, d->copy_hash_count * sizeof *d->copy_hashes);
    LD_TRY(ld_buf_status(&b->hashes, err));
    if (b->profile->sidecars)
        LD_TRY(ld_notes_buffer_add(&b->notes, row, d->notes, d->note_count, err));
    LD_TRY(ld_columns_buffer_add(&b->columns, row, d, err));
    return b->stored ? ld_stored_writer_add(b->stored, d->stored, err) : LEDE_OK;
}

static void cut(ld_buf *buf, size_t bytes)
{
    buf->bytes = bytes;
    buf->status = LEDE_OK;
}

static void cut_to_marks(ld_row_buffer *b)
{
    cut(&b->keys, b->keys_mark);
    cut(&b->zones, b->zones_mark);
    cut(&b->hashes, b->hashes_mark);
    ld_columns_buffer_undo(&b->columns, (uint32_t)b->row_count);
    ld_notes_buffer_undo(&b->notes);
}

lede_status ld_row_buffer_add(ld_row_buffer *b, const ld_document *d, lede_error *err)
{
    LD_TRY(ld_grow(b->env, (void **)&b->rows, &b->row_capacity, b->row_count + 1, sizeof *b->rows,
                   LD_SEGMENT_DOCS_MAX, err));
    LD_TRY(grow_slots(b, err));
    b->keys_mark = b->keys.bytes;
    b->zones_mark = b->zones.bytes;
    b->hashes_mark = b->hashes.bytes;
    ld_notes_buffer_mark(&b->notes);
    lede_status status = add_parts(b, (uint32_t)b->row_count, d, err);
    if (status != LEDE_OK) {
        cut_to_marks(b);
        return status;
    }
    b->rows[b->row_count++] = (ld_buffered_row){
        .key_offset = b->keys_mark,
        .key_bytes = (uint16_t)d->key.bytes,
        .content_hash = d->content_hash,
        .address_hash = d->address_hash,
        .version_order = d->version_order,
        .tokens = d->tokens.count,
        .copy_hash_count = b->profile->sidecars ? (uint16_t)d->copy_hash_count : 0,
        .key_is_explicit = d->key_is_explicit};
    insert_slot(b, (uint32_t)b->row_count - 1);
    return LEDE_OK;
}

void ld_row_buffer_undo(ld_row_buffer *b)
{
    uint32_t row = (uint32_t)--b->row_count;
    /* it was the last to go in, so nothing probes past its slot */
    ld_span key = {(const char *)b->keys.data + b->rows[row].key_offset, b->rows[row].key_bytes};
    size_t mask = b->slot_count - 1, at = (size_t)ld_key_hash(key) & mask;
    while (b->slots[at] != row + 1)
        at = (at + 1) & mask;
    b->slots[at] = 0;
    cut_to_marks(b);
    if (b->stored)
        ld_stored_writer_undo(b->stored);
}

/* ---- writing ---- */

typedef struct row_cursor {
    const ld_row_buffer *b;
    uint32_t row;
    size_t at; /* in zones */
} row_cursor;

static void rewind_cursor(void *ctx)
{
    ((row_cursor *)ctx)->row = 0;
    ((row_cursor *)ctx)->at = 0;
}

static lede_status next_identity(void *ctx, ld_identity *identity, lede_error *err)
{
    (void)err;
    row_cursor *c = ctx;
    const ld_buffered_row *row = &c->b->rows[c->row];
    *identity = (ld_identity){.key = ld_row_buffer_key(c->b, c->row),
                              .content_hash = row->content_hash,
                              .address_hash = row->address_hash,
                              .version_order = row->version_order,
                              .tokens = row->tokens,
                              .key_is_explicit = row->key_is_explicit};
    c->row++;
    return LEDE_OK;
}

static lede_status next_zones(void *ctx, ld_span *row, lede_error *err)
{
    (void)err;
    row_cursor *c = ctx;
    uint64_t bytes = 0;
    c->at += ld_load_varint(c->b->zones.data + c->at, c->b->zones.bytes - c->at, &bytes);
    *row = ld_span_of((const char *)c->b->zones.data + c->at, (size_t)bytes);
    c->at += (size_t)bytes;
    return LEDE_OK;
}

/* Hashes of all documents by hash: a counting sort of (hash, document). */
typedef struct copies_by_hash {
    uint32_t *starts; /* [65537] */
    uint32_t *docs;   /* [total] */
    uint32_t hash;    /* next one to look at */
    uint32_t at;      /* in docs: the next document of the hash before it */
    const ld_row_buffer *b;
    size_t row; /* whose count is next */
} copies_by_hash;

#define HASHES (1u << 16)

static void sort_copies(const ld_row_buffer *b, copies_by_hash *c)
{
    size_t total = b->hashes.bytes / 2;
    for (size_t i = 0; i < total; i++)
        c->starts[ld_load_u16(b->hashes.data + i * 2) + 1]++;
    for (uint32_t h = 0; h < HASHES; h++)
        c->starts[h + 1] += c->starts[h];
    size_t at = total;
    for (uint32_t row = (uint32_t)b->row_count; row-- > 0;)
        for (uint32_t i = 0; i < b->rows[row].copy_hash_count; i++)
            c->docs[--c->starts[ld_load_u16(b->hashes.data + --at * 2) + 1]] = row;
    /* each start moved down to where its hash begins: starts[h + 1] is the begin of h */
}

static lede_status next_hash(void *ctx, uint16_t *hash, bool *end, lede_error *err)
{
    (void)err;
    copies_by_hash *c = ctx;
    while (c->hash < HASHES && c->starts[c->hash + 2] == c->starts[c->hash + 1])
        c->hash++;
    *end = c->hash == HASHES;
    if (*end)
        return LEDE_OK;
    *hash = (uint16_t)c->hash++;
    c->at = c->starts[c->hash];
    return LEDE_OK;
}

static lede_status next_copy(void *ctx, uint32_t *doc, lede_error *err)
{
    (void)err;
    copies_by_hash *c = ctx;
    bool end = c->at == c->starts[c->hash + 1];
    *doc = end ? LD_DOC_END : c->docs[c->at];
    c->at = end ? c->starts[c->hash] : c->at + 1;
    return LEDE_OK;
}

static void rewind_counts(void *ctx)
{
    ((copies_by_hash *)ctx)->row = 0;
}

static lede_status next_count(void *ctx, uint32_t *count, lede_error *err)
{
    (void)err;
    copies_by_hash *c = ctx;
    *count = c->b->rows[c->row++].copy_hash_count;
    return LEDE_OK;
}

static lede_status write_copies(ld_row_buffer *b, ld_segment_writer *out, lede_error *err)
{
    size_t total = b->hashes.bytes / 2;
    size_t starts_bytes = (HASHES + 2) * sizeof(uint32_t), docs_bytes = total * sizeof(uint32_t);
    copies_by_hash c = {.starts = ld_alloc_zero(b->env, starts_bytes),
                        .docs = ld_alloc(b->env, docs_bytes),
                        .b = b};
    lede_status status;
    if (c.starts && c.docs) {
        c.starts[HASHES + 1] = (uint32_t)total;
        sort_copies(b, &c);
        ld_copies_source source = {&c, next_hash, next_copy, rewind_counts, next_count};
        status = ld_copies_write(b->env, out, (uint32_t)b->row_count, &source, err);
    } else {
        status = ld_error_nomem(err, starts_bytes + docs_bytes);
    }
    ld_release(b->env, c.starts, starts_bytes);
    ld_release(b->env, c.docs, docs_bytes);
    return status;
}

lede_status ld_row_buffer_begin_write(ld_row_buffer *b, ld_segment_writer *out, lede_error *err)
{
    return b->stored ? ld_stored_writer_attach(b->stored, out, err) : LEDE_OK;
}

lede_status ld_row_buffer_write(ld_row_buffer *b, ld_segment_writer *out, lede_error *err)
{
    row_cursor cursor = {.b = b};
    ld_identity_source identities = {&cursor, rewind_cursor, next_identity};
    ld_zone_source zones = {&cursor, rewind_cursor, next_zones};
    uint32_t docs = (uint32_t)b->row_count;
    uint64_t tokens;
    if (b->stored)
        LD_TRY(ld_stored_writer_finish(b->stored, err));
    LD_TRY(ld_keys_write(out, docs, &identities, &tokens, err));
    LD_TRY(ld_columns_buffer_write(&b->columns, out, docs, err));
    LD_TRY(ld_zones_write(out, docs, &zones, err));
    if (!b->profile->sidecars)
        return LEDE_OK;
    LD_TRY(write_copies(b, out, err));
    return ld_notes_buffer_write(&b->notes, out, docs, err);
}
