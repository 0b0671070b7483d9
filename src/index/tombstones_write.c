#include "codec/bitset.h"
#include "codec/crc32c.h"
#include "index/tombstones.h"
#include "index/tombstones_format.h"

void ld_tombstones_init(ld_tombstones *t, const lede_env *env, uint32_t docs)
{
    *t = (ld_tombstones){.env = env, .docs = docs};
}

static size_t set_bytes(const ld_tombstones *t)
{
    return ld_bitset_words(t->docs) * sizeof(uint64_t);
}

void ld_tombstones_release(ld_tombstones *t)
{
    ld_release(t->env, t->deleted, set_bytes(t));
    ld_release(t->env, t->superseded, set_bytes(t));
    t->deleted = t->superseded = NULL;
}

lede_status ld_tombstones_prepare(ld_tombstones *t, lede_error *err)
{
    if (!t->deleted)
        t->deleted = ld_alloc_zero(t->env, set_bytes(t));
    if (!t->superseded)
        t->superseded = ld_alloc_zero(t->env, set_bytes(t));
    return t->deleted && t->superseded ? LEDE_OK : ld_error_nomem(err, set_bytes(t));
}

bool ld_tombstones_is_deleted(const ld_tombstones *t, uint32_t doc)
{
    return t->deleted && ld_bitset_test(t->deleted, doc);
}

bool ld_tombstones_is_superseded(const ld_tombstones *t, uint32_t doc)
{
    return t->superseded && ld_bitset_test(t->superseded, doc);
}

void ld_tombstones_delete(ld_tombstones *t, uint32_t doc)
{
    if (ld_tombstones_is_deleted(t, doc))
        return;
    t->hidden_count += !ld_tombstones_is_superseded(t, doc);
    t->deleted_count++;
    ld_bitset_set(t->deleted, doc);
}

void ld_tombstones_supersede(ld_tombstones *t, uint32_t doc)
{
    if (ld_tombstones_is_superseded(t, doc))
        return;
    t->hidden_count += !ld_tombstones_is_deleted(t, doc);
    t->superseded_count++;
    ld_bitset_set(t->superseded, doc);
}

static void encode_set(const ld_tombstones *t, const uint64_t *set, uint32_t count, ld_buf *out)
{
    if (count == 0)
        return;
    if (count >= t->docs / LD_TOMBSTONE_SPARSE) {
        ld_buf_add(out, set, set_bytes(t));
        return;
    }
    for (size_t d = ld_bitset_next(set, t->docs, 0); d < t->docs;
         d = ld_bitset_next(set, t->docs, d + 1))
        ld_buf_add_u32(out, (uint32_t)d);
}

void ld_tombstones_encode(const ld_tombstones *t, uint64_t segment, ld_buf *out)
{
    ld_buf_clear(out);
    ld_buf_add(out, LD_TOMBSTONES_MAGIC, LD_TOMBSTONES_MAGIC_BYTES);
    ld_buf_add_u32(out, LD_TOMBSTONES_VERSION);
    ld_buf_add_u32(out, t->docs);
    ld_buf_add_u64(out, segment);
    ld_buf_add_u32(out, t->deleted_count);
    ld_buf_add_u32(out, t->superseded_count);
    encode_set(t, t->deleted, t->deleted_count, out);
    encode_set(t, t->superseded, t->superseded_count, out);
    ld_buf_add_u32(out, ld_crc32c(0, out->data, out->bytes));
}
