#include "index/keys_format.h"
#include "index/segment_format.h"
#include "index/sidecars.h"
#include "index/sorter.h"

/* What the first run through the source finds out. */
typedef struct key_summary {
    int64_t order_min, order_max; /* of the known ones */
    bool has_order;
    bool has_address;
    uint64_t tokens, code_max; /* sum; largest packed token code */
    ld_sorter sorter;          /* upper half of a key's hash << 32 | document */
    uint64_t slot_count;
    uint32_t probes_max;
} key_summary;

static uint64_t token_code(const ld_identity *identity)
{
    return (uint64_t)identity->tokens << 1 | identity->key_is_explicit;
}

static uint64_t order_code(const key_summary *s, int64_t order)
{
    return order == INT64_MIN ? 0 : (uint64_t)order - (uint64_t)s->order_min + 1;
}

static void note_order(key_summary *s, int64_t order)
{
    if (order == INT64_MIN)
        return;
    if (!s->has_order || order < s->order_min)
        s->order_min = order;
    if (!s->has_order || order > s->order_max)
        s->order_max = order;
    s->has_order = true;
}

/* First run: the keys, and the summary. */
static lede_status write_keys(key_summary *s, ld_part_writer *out, uint32_t docs,
                              const ld_identity_source *source, uint64_t *rows_bytes,
                              lede_error *err)
{
    ld_rows_writer rows;
    ld_rows_writer_init(&rows, out);
    lede_status status = LEDE_OK;
    source->rewind(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        ld_identity identity;
        LD_TRY_OUT(source->next(source->ctx, &identity, err));
        LD_TRY_OUT(ld_rows_writer_add(&rows, identity.key, err));
        LD_TRY_OUT(ld_sorter_add(&s->sorter, ld_key_hash(identity.key) >> 32 << 32 | doc, err));
        note_order(s, identity.version_order);
        s->has_address |= identity.address_hash != 0;
        s->tokens += identity.tokens;
        if (token_code(&identity) > s->code_max)
            s->code_max = token_code(&identity);
    }
    LD_TRY_OUT(ld_rows_writer_finish(&rows, rows_bytes, err));
out:
    ld_rows_writer_release(&rows);
    return status;
}

static lede_status write_hashes(ld_part_writer *out, uint32_t docs,
                                const ld_identity_source *source, lede_error *err)
{
    source->rewind(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        ld_identity identity;
        LD_TRY(source->next(source->ctx, &identity, err));
        ld_part_write(out, identity.content_hash, LD_KEYS_HASH_BYTES);
    }
    return LEDE_OK;
}

typedef enum packed_kind { PACKED_ADDRESS, PACKED_ORDER, PACKED_TOKENS } packed_kind;

static uint64_t packed_value(const key_summary *s, const ld_identity *identity, packed_kind kind)
{
    switch (kind) {
    case PACKED_ADDRESS:
        return identity->address_hash;
    case PACKED_ORDER:
        return order_code(s, identity->version_order);
    case PACKED_TOKENS:
        break;
    }
    return token_code(identity);
}

static lede_status write_packed(const key_summary *s, ld_part_writer *out, uint32_t docs,
                                const ld_identity_source *source, packed_kind kind, uint32_t width,
                                lede_error *err)
{
    if (width == 0)
        return LEDE_OK;
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, out, width);
    source->rewind(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        ld_identity identity;
        LD_TRY(source->next(source->ctx, &identity, err));
        ld_packed_writer_add(&packed, packed_value(s, &identity, kind));
    }
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

/* The slots follow from the order: each document takes its home or the first one after the
 * document before it, so they go out one after the other. */
static lede_status write_slots(key_summary *s, ld_part_writer *out, uint32_t docs, uint32_t width,
                               lede_error *err)
{
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, out, width);
    uint64_t homes = ld_key_homes(docs), next = 0;
    LD_TRY(ld_sorter_sort(&s->sorter, err));
    for (uint64_t item; ld_sorter_next(&s->sorter, &item); next++) {
        uint64_t home = (item >> 32) * homes >> 32;
        for (; next < home; next++)
            ld_packed_writer_add(&packed, 0);
        ld_packed_writer_add(&packed, (item & UINT32_MAX) + 1);
        if (next - home >= s->probes_max)
            s->probes_max = (uint32_t)(next - home + 1);
    }
    for (; next < homes; next++)
        ld_packed_writer_add(&packed, 0);
    ld_packed_writer_finish(&packed);
    s->slot_count = next;
    return LEDE_OK;
}

static void write_trailer(const key_summary *s, ld_part_writer *out, uint32_t docs,
                          uint64_t rows_bytes, const uint8_t widths[8])
{
    int64_t order_min = s->has_order ? s->order_min : 0;
    ld_part_write(out, &docs, sizeof docs);
    ld_part_write(out, &s->probes_max, sizeof s->probes_max);
    ld_part_write(out, &rows_bytes, sizeof rows_bytes);
    ld_part_write(out, &s->slot_count, sizeof s->slot_count);
    ld_part_write(out, &order_min, sizeof order_min);
    ld_part_write(out, widths, 8);
}

static lede_status write_parts(key_summary *s, ld_segment_writer *out, uint32_t docs,
                               const ld_identity_source *source, lede_error *err)
{
    ld_part_writer *info = ld_segment_writer_part(out, LD_PART_INFO, 0, LD_INFO_VERSION, true);
    ld_part_writer *part =
        info ? ld_segment_writer_part(out, LD_PART_KEYS, 0, LD_KEYS_VERSION, true) : NULL;
    if (!part)
        return ld_segment_writer_status(out, err);
    uint64_t rows_bytes;
    LD_TRY(write_keys(s, part, docs, source, &rows_bytes, err));
    uint8_t widths[8] = {0};
    if (s->has_order)
        widths[0] = (uint8_t)ld_packed_width((uint64_t)s->order_max - (uint64_t)s->order_min + 1);
    widths[1] = (uint8_t)ld_packed_width(s->code_max);
    widths[2] = (uint8_t)ld_packed_width(docs);
    widths[3] = s->has_address ? 64 : 0;
    LD_TRY(write_hashes(part, docs, source, err));
    LD_TRY(write_packed(s, part, docs, source, PACKED_ADDRESS, widths[3], err));
    LD_TRY(write_packed(s, part, docs, source, PACKED_ORDER, widths[0], err));
    LD_TRY(write_packed(s, part, docs, source, PACKED_TOKENS, widths[1], err));
    LD_TRY(write_slots(s, part, docs, widths[2], err));
    write_trailer(s, part, docs, rows_bytes, widths);

    uint32_t counts[2] = {docs, 0};
    ld_part_write(info, counts, sizeof counts);
    ld_part_write(info, &s->tokens, sizeof s->tokens);
    return ld_segment_writer_status(out, err);
}

lede_status ld_keys_write(ld_segment_writer *out, uint32_t docs, const ld_identity_source *source,
                          uint64_t *tokens, lede_error *err)
{
    key_summary s = {.probes_max = 1};
    ld_sorter_init(&s.sorter, out);
    lede_status status = write_parts(&s, out, docs, source, err);
    ld_sorter_release(&s.sorter);
    *tokens = s.tokens;
    return status;
}
