#include "index/packed.h"

uint32_t ld_packed_width(uint64_t largest)
{
    return largest ? 64u - (uint32_t)__builtin_clzll(largest) : 0;
}

uint64_t ld_packed_bytes(uint64_t count, uint32_t width)
{
    uint64_t bits;
    if (width > LD_PACKED_WIDTH_MAX || __builtin_mul_overflow(count, (uint64_t)width, &bits))
        return UINT64_MAX;
    return bits / 8 + (bits % 8 != 0);
}

void ld_packed_writer_init(ld_packed_writer *w, ld_part_writer *out, uint32_t width)
{
    *w = (ld_packed_writer){out, 0, 0, width};
}

void ld_packed_writer_add(ld_packed_writer *w, uint64_t value)
{
    if (w->width == 0)
        return;
    w->word |= value << w->used;
    uint32_t used = w->used + w->width;
    if (used < 64) {
        w->used = used;
        return;
    }
    ld_part_write(w->out, &w->word, sizeof w->word);
    uint32_t written = 64 - w->used; /* bits of the value that went out */
    w->word = written < 64 ? value >> written : 0;
    w->used = used - 64;
}

void ld_packed_writer_finish(ld_packed_writer *w)
{
    ld_part_write(w->out, &w->word, (w->used + 7) / 8);
    w->word = 0;
    w->used = 0;
}

/* The number at a bit of `bytes` bytes: at most nine of them. */
static uint64_t number_at(const uint8_t *data, size_t bytes, uint64_t bit, uint32_t width)
{
    uint32_t shift = (uint32_t)(bit % 8);
    uint64_t number = 0;
    data += bit / 8;
    bytes -= (size_t)(bit / 8);
    if (bytes >= 8)
        number = ld_load_u64(data);
    for (size_t i = 0; bytes < 8 && i < bytes; i++) /* a few: no call of memcpy */
        number |= (uint64_t)data[i] << 8 * i;
    number >>= shift;
    if (shift + width > 64)
        number |= (uint64_t)data[8] << (64 - shift);
    return width < 64 ? number & ((UINT64_C(1) << width) - 1) : number;
}

lede_status ld_packed_get(const ld_part *part, uint64_t offset, uint32_t width, uint64_t index,
                          uint64_t *value, lede_error *err)
{
    *value = 0;
    if (width == 0)
        return LEDE_OK;
    uint64_t bit = index * width;
    size_t bytes = (size_t)(bit % 8 + width + 7) / 8;
    const uint8_t *data;
    LD_TRY(ld_part_view(part, offset + bit / 8, bytes, &data, err));
    *value = number_at(data, bytes, bit % 8, width);
    return LEDE_OK;
}

lede_status ld_packed_pair(const ld_part *part, uint64_t offset, uint32_t width, uint64_t index,
                           uint64_t *value, uint64_t *next, lede_error *err)
{
    *value = *next = 0;
    if (width == 0)
        return LEDE_OK;
    uint64_t bit = index * width;
    size_t bytes = (size_t)(bit % 8 + 2 * width + 7) / 8;
    const uint8_t *data;
    LD_TRY(ld_part_view(part, offset + bit / 8, bytes, &data, err));
    *value = number_at(data, bytes, bit % 8, width);
    *next = number_at(data, bytes, bit % 8 + width, width);
    return LEDE_OK;
}
