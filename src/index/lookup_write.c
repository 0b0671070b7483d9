#include "index/lookup.h"
#include "index/lookup_format.h"
#include "index/packed.h"

void ld_lookup_writer_init(ld_lookup_writer *w, ld_segment_writer *owner)
{
    *w = (ld_lookup_writer){.owner = owner};
    ld_sorter_init(&w->sorter, owner);
}

void ld_lookup_writer_release(ld_lookup_writer *w)
{
    ld_sorter_release(&w->sorter);
}

lede_status ld_lookup_writer_add(ld_lookup_writer *w, uint32_t hash, uint32_t value,
                                 lede_error *err)
{
    if (w->items == UINT32_MAX - 1)
        return LD_FAIL(err, LEDE_E_LIMIT, "a look-up holds at most %u items", UINT32_MAX - 1);
    LD_TRY(ld_sorter_add(&w->sorter, (uint64_t)hash << 32 | value, err));
    w->items++;
    if (value > w->value_max)
        w->value_max = value;
    return LEDE_OK;
}

static void add_start(ld_scratch *starts, uint32_t start)
{
    ld_scratch_add(starts, &start, sizeof start);
}

/* Entries in the order of the hashes; the starts, which follow them, wait in a scratch. */
static void write_entries(ld_lookup_writer *w, ld_part_writer *out, uint32_t value_bits,
                          uint32_t fingerprint_bits, ld_scratch *starts)
{
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, out, value_bits + fingerprint_bits);
    uint64_t buckets = w->items / LD_LOOKUP_BUCKET_ITEMS + 1, next_bucket = 0;
    uint32_t number = 0;
    for (uint64_t item; ld_sorter_next(&w->sorter, &item); number++) {
        uint64_t place = (item >> 32) * buckets;
        for (; next_bucket <= place >> 32; next_bucket++)
            add_start(starts, number);
        uint64_t fingerprint = (place & UINT32_MAX) >> (32 - fingerprint_bits);
        ld_packed_writer_add(&packed, fingerprint << value_bits | (item & UINT32_MAX));
    }
    for (; next_bucket <= buckets; next_bucket++)
        add_start(starts, number);
    ld_packed_writer_finish(&packed);
}

static lede_status write_starts(ld_scratch *starts, ld_part_writer *out, uint32_t width,
                                lede_error *err)
{
    const uint8_t *data;
    LD_TRY(ld_scratch_seal(starts, &data, err));
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, out, width);
    for (uint64_t at = 0; at < ld_scratch_bytes(starts); at += sizeof(uint32_t))
        ld_packed_writer_add(&packed, ld_load_u32(data + at));
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

lede_status ld_lookup_writer_finish(ld_lookup_writer *w, ld_part_writer *out,
                                    uint32_t fingerprint_bits, uint64_t *bytes, lede_error *err)
{
    uint64_t begin = ld_part_offset(out);
    uint32_t value_bits = ld_packed_width(w->value_max), start_bits = ld_packed_width(w->items);
    uint8_t widths[4] = {(uint8_t)value_bits, (uint8_t)fingerprint_bits, (uint8_t)start_bits, 0};
    ld_scratch starts;
    ld_scratch_init(&starts, w->owner);
    lede_status status;
    LD_TRY_OUT(ld_sorter_sort(&w->sorter, err));
    write_entries(w, out, value_bits, fingerprint_bits, &starts);
    LD_TRY_OUT(write_starts(&starts, out, start_bits, err));
    ld_part_write(out, &w->items, sizeof w->items);
    ld_part_write(out, widths, sizeof widths);
    *bytes = ld_part_offset(out) - begin;
out:
    ld_scratch_release(&starts);
    return status;
}
