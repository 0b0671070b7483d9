#include "codec/bitset.h"
#include "codec/crc32c.h"
#include "index/tombstones.h"
#include "index/tombstones_format.h"

/* One set of `count` documents; *set is NULL for none. */
static lede_status decode_set(ld_reader *r, uint32_t count, const ld_tombstones *t, uint64_t **set,
                              const char *where, lede_error *err)
{
    if (count == 0)
        return LEDE_OK;
    size_t words = ld_bitset_words(t->docs);
    bool sparse = count < t->docs / LD_TOMBSTONE_SPARSE;
    uint64_t start = r->at;
    ld_span bytes = ld_reader_bytes(r, sparse ? (size_t)count * 4 : words * 8);
    if (r->failed)
        return ld_error_corrupt(err, where, start, "a set of tombstones is cut off");
    *set = ld_alloc_zero(t->env, words * sizeof **set);
    if (!*set)
        return ld_error_nomem(err, words * sizeof **set);
    if (!sparse) {
        memcpy(*set, bytes.data, bytes.bytes);
    } else {
        uint32_t before = 0;
        for (uint32_t i = 0; i < count; i++) {
            uint32_t doc = ld_load_u32(bytes.data + (size_t)i * 4);
            if (doc >= t->docs || (i > 0 && doc <= before))
                return ld_error_corrupt(err, where, start,
                                        "a tombstone has no document, or is out of order");
            ld_bitset_set(*set, doc);
            before = doc;
        }
    }
    bool past_end = t->docs % 64 && (*set)[words - 1] >> (t->docs % 64);
    if (past_end || ld_bitset_count(*set, t->docs) != count)
        return ld_error_corrupt(err, where, start, "a set of tombstones has a wrong count");
    return LEDE_OK;
}

static lede_status decode(ld_reader *r, uint64_t segment, const char *where, ld_tombstones *t,
                          lede_error *err)
{
    uint32_t docs = ld_reader_u32(r);
    uint64_t id = ld_reader_u64(r);
    t->deleted_count = ld_reader_u32(r);
    t->superseded_count = ld_reader_u32(r);
    if (r->failed || docs != t->docs || id != segment || t->deleted_count > docs ||
        t->superseded_count > docs)
        return ld_error_corrupt(err, where, 0, "these tombstones are of another segment");
    LD_TRY(decode_set(r, t->deleted_count, t, &t->deleted, where, err));
    LD_TRY(decode_set(r, t->superseded_count, t, &t->superseded, where, err));
    if (r->at != r->bytes)
        return ld_error_corrupt(err, where, r->at, "bytes are left over");
    t->hidden_count = t->deleted_count + t->superseded_count;
    if (t->deleted && t->superseded)
        for (size_t i = 0; i < ld_bitset_words(t->docs); i++)
            t->hidden_count -= (uint32_t)__builtin_popcountll(t->deleted[i] & t->superseded[i]);
    return LEDE_OK;
}

lede_status ld_tombstones_decode(ld_span bytes, uint64_t segment, const char *where,
                                 ld_tombstones *t, lede_error *err)
{
    if (bytes.bytes < LD_TOMBSTONES_HEADER_BYTES + 4 ||
        memcmp(bytes.data, LD_TOMBSTONES_MAGIC, LD_TOMBSTONES_MAGIC_BYTES) != 0)
        return ld_error_corrupt(err, where, 0, "it is not a file of tombstones");
    size_t body = bytes.bytes - 4;
    if (ld_crc32c(0, bytes.data, body) != ld_load_u32(bytes.data + body))
        return ld_error_corrupt(err, where, 0, "the file fails its checksum");
    ld_reader r = ld_reader_of(bytes.data, body);
    r.at = LD_TOMBSTONES_MAGIC_BYTES;
    uint32_t version = ld_reader_u32(&r);
    if (version != LD_TOMBSTONES_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "%s is of format %u, this version of lede reads format %u", where, version,
                       LD_TOMBSTONES_VERSION);
    lede_status status = decode(&r, segment, where, t, err);
    if (status != LEDE_OK)
        ld_tombstones_release(t);
    return status;
}
