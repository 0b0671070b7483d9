#include "index/presence.h"

static uint32_t group_count(uint32_t docs)
{
    return docs / LD_PRESENCE_GROUP + (docs % LD_PRESENCE_GROUP != 0);
}

uint64_t ld_presence_bytes(uint32_t docs)
{
    return (uint64_t)group_count(docs) * LD_PRESENCE_GROUP_BYTES;
}

void ld_presence_writer_init(ld_presence_writer *w, ld_part_writer *out)
{
    *w = (ld_presence_writer){.out = out};
}

static void write_groups_before(ld_presence_writer *w, uint32_t group)
{
    for (; w->group < group; w->group++) {
        ld_part_write(w->out, &w->before, sizeof w->before);
        ld_part_write(w->out, w->bits, sizeof w->bits);
        w->before += w->here;
        w->here = 0;
        memset(w->bits, 0, sizeof w->bits);
    }
}

void ld_presence_writer_add(ld_presence_writer *w, uint32_t doc)
{
    write_groups_before(w, doc / LD_PRESENCE_GROUP);
    w->bits[doc % LD_PRESENCE_GROUP / 8] |= (uint8_t)(1u << (doc % 8));
    w->here++;
}

void ld_presence_writer_finish(ld_presence_writer *w, uint32_t docs)
{
    write_groups_before(w, group_count(docs));
}

lede_status ld_presence_get(const ld_part *part, uint64_t offset, uint32_t doc, bool *present,
                            uint32_t *rank, lede_error *err)
{
    const uint8_t *group;
    LD_TRY(ld_part_view(part,
                        offset + (uint64_t)(doc / LD_PRESENCE_GROUP) * LD_PRESENCE_GROUP_BYTES,
                        LD_PRESENCE_GROUP_BYTES, &group, err));
    uint32_t bit = doc % LD_PRESENCE_GROUP;
    *rank = ld_load_u32(group);
    for (uint32_t word = 0; word <= bit / 64; word++) {
        uint64_t bits = ld_load_u64(group + 4 + (size_t)word * 8);
        if (word == bit / 64) {
            *present = bits >> (bit % 64) & 1;
            bits &= (UINT64_C(1) << (bit % 64)) - 1;
        }
        *rank += (uint32_t)__builtin_popcountll(bits);
    }
    return LEDE_OK;
}
