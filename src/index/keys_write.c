#include "index/keys_format.h"

#include "codec/varint.h"
#include "index/lookup.h"
#include "index/segment_format.h"
#include "index/sidecars.h"

typedef struct column_range {
    uint64_t least, greatest;
} column_range;

/* What the first run through the source finds out. */
typedef struct key_summary {
    int64_t order_min, order_max; /* of the known ones */
    bool has_order, lacks_order;
    column_range columns[LD_KEYS_COLUMNS]; /* of LD_KEYS_ORDER only at the end of the run */
    uint64_t tokens;                       /* sum */
} key_summary;

static uint64_t column_value(const key_summary *s, const ld_identity *identity, uint32_t column)
{
    switch (column) {
    case LD_KEYS_CONTENT:
        return identity->content_hash;
    case LD_KEYS_ADDRESS:
        return identity->address_hash;
    case LD_KEYS_ORDER:
        return identity->version_order == INT64_MIN
                   ? 0
                   : (uint64_t)identity->version_order - (uint64_t)s->order_min + 1;
    case LD_KEYS_TOKENS:
        return identity->tokens;
    default:
        return identity->key_is_explicit;
    }
}

static void note_order(key_summary *s, int64_t order)
{
    if (order == INT64_MIN) {
        s->lacks_order = true;
        return;
    }
    if (!s->has_order || order < s->order_min)
        s->order_min = order;
    if (!s->has_order || order > s->order_max)
        s->order_max = order;
    s->has_order = true;
}

static void note_identity(key_summary *s, const ld_identity *identity, bool first)
{
    note_order(s, identity->version_order);
    s->tokens += identity->tokens;
    for (uint32_t i = 0; i < LD_KEYS_COLUMNS; i++) {
        uint64_t value = i == LD_KEYS_ORDER ? 0 : column_value(s, identity, i);
        column_range *c = &s->columns[i];
        if (first || value < c->least)
            c->least = value;
        if (first || value > c->greatest)
            c->greatest = value;
    }
}

static uint32_t column_width(const key_summary *s, uint32_t column)
{
    return ld_packed_width(s->columns[column].greatest - s->columns[column].least);
}

/* ---- names ---- */

typedef struct name_writer {
    ld_part_writer *out;
    uint64_t begin;    /* of the groups in the part */
    ld_scratch starts; /* u64 a group */
    uint32_t names;
    uint32_t first_bytes; /* of the first name of the group; 0: too long to be shared */
    char first[LD_KEYS_SHARING_BYTES_MAX];
} name_writer;

static uint32_t shared_bytes(const name_writer *w, ld_span name)
{
    uint32_t shared = 0;
    if (name.bytes > LD_KEYS_SHARING_BYTES_MAX)
        return 0;
    while (shared < w->first_bytes && shared < name.bytes && w->first[shared] == name.data[shared])
        shared++;
    return shared;
}

static void begin_group(name_writer *w, ld_span name)
{
    uint64_t at = ld_part_offset(w->out) - w->begin;
    ld_scratch_add(&w->starts, &at, sizeof at);
    w->first_bytes = 0;
    if (name.bytes <= LD_KEYS_SHARING_BYTES_MAX) {
        memcpy(w->first, name.data, name.bytes);
        w->first_bytes = (uint32_t)name.bytes;
    }
}

static void write_name(name_writer *w, ld_span name)
{
    bool first = w->names++ % LD_KEYS_GROUP == 0;
    if (first)
        begin_group(w, name);
    uint32_t shared = first ? 0 : shared_bytes(w, name);
    uint32_t suffix = (uint32_t)name.bytes - shared;
    uint32_t a = shared < LD_KEYS_MORE ? shared : LD_KEYS_MORE;
    uint32_t b = suffix < LD_KEYS_MORE ? suffix : LD_KEYS_MORE;
    uint8_t head[1 + 2 * LD_VARINT_BYTES_MAX];
    size_t bytes = 0;
    head[bytes++] = (uint8_t)(a | b << 4);
    if (a == LD_KEYS_MORE)
        bytes += ld_varint_encode(head + bytes, shared - LD_KEYS_MORE);
    if (b == LD_KEYS_MORE)
        bytes += ld_varint_encode(head + bytes, suffix - LD_KEYS_MORE);
    ld_part_write(w->out, head, bytes);
    ld_part_write(w->out, name.data + shared, suffix);
}

static lede_status write_starts(name_writer *w, uint32_t width, lede_error *err)
{
    const uint8_t *data;
    LD_TRY(ld_scratch_seal(&w->starts, &data, err));
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, w->out, width);
    for (uint64_t at = 0; at < ld_scratch_bytes(&w->starts); at += sizeof(uint64_t))
        ld_packed_writer_add(&packed, ld_load_u64(data + at));
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

/* First run: the names, the hashes and the summary. */
static lede_status write_names(key_summary *s, ld_lookup_writer *lookup, ld_part_writer *out,
                               uint32_t docs, const ld_identity_source *source,
                               uint64_t *groups_bytes, lede_error *err)
{
    name_writer names = {.out = out, .begin = ld_part_offset(out)};
    ld_scratch_init(&names.starts, ld_part_writer_owner(out));
    lede_status status = LEDE_OK;
    source->rewind(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        ld_identity identity;
        LD_TRY_OUT(source->next(source->ctx, &identity, err));
        write_name(&names, identity.key);
        LD_TRY_OUT(
            ld_lookup_writer_add(lookup, (uint32_t)(ld_key_hash(identity.key) >> 32), doc, err));
        note_identity(s, &identity, doc == 0);
    }
    if (s->has_order)
        s->columns[LD_KEYS_ORDER] =
            (column_range){!s->lacks_order, (uint64_t)s->order_max - (uint64_t)s->order_min + 1};
    *groups_bytes = ld_part_offset(out) - names.begin;
    LD_TRY_OUT(write_starts(&names, ld_packed_width(*groups_bytes), err));
out:
    ld_scratch_release(&names.starts);
    return status;
}

/* ---- the rest ---- */

static lede_status write_column(const key_summary *s, ld_part_writer *out, uint32_t docs,
                                const ld_identity_source *source, uint32_t column, lede_error *err)
{
    uint32_t width = column_width(s, column);
    if (width == 0)
        return LEDE_OK;
    ld_packed_writer packed;
    ld_packed_writer_init(&packed, out, width);
    source->rewind(source->ctx);
    for (uint32_t doc = 0; doc < docs; doc++) {
        ld_identity identity;
        LD_TRY(source->next(source->ctx, &identity, err));
        ld_packed_writer_add(&packed,
                             column_value(s, &identity, column) - s->columns[column].least);
    }
    ld_packed_writer_finish(&packed);
    return LEDE_OK;
}

static void write_trailer(const key_summary *s, ld_part_writer *out, uint32_t docs,
                          uint64_t groups_bytes, uint64_t lookup_bytes)
{
    int64_t order_min = s->has_order ? s->order_min : 0;
    uint32_t zero = 0;
    uint8_t widths[8] = {0};
    ld_part_write(out, &docs, sizeof docs);
    ld_part_write(out, &zero, sizeof zero);
    ld_part_write(out, &groups_bytes, sizeof groups_bytes);
    ld_part_write(out, &lookup_bytes, sizeof lookup_bytes);
    ld_part_write(out, &order_min, sizeof order_min);
    for (uint32_t i = 0; i < LD_KEYS_COLUMNS; i++) {
        ld_part_write(out, &s->columns[i].least, sizeof s->columns[i].least);
        widths[i] = (uint8_t)column_width(s, i);
    }
    widths[LD_KEYS_COLUMNS] = (uint8_t)ld_packed_width(groups_bytes);
    ld_part_write(out, widths, sizeof widths);
}

static lede_status write_info(ld_segment_writer *out, uint32_t docs, uint64_t tokens,
                              lede_error *err)
{
    ld_part_writer *info = ld_segment_writer_part(out, LD_PART_INFO, 0, LD_INFO_VERSION, true);
    if (!info)
        return ld_segment_writer_status(out, err);
    uint32_t zero = 0;
    ld_part_write(info, &docs, sizeof docs);
    ld_part_write(info, &zero, sizeof zero);
    ld_part_write(info, &tokens, sizeof tokens);
    return LEDE_OK;
}

lede_status ld_keys_write(ld_segment_writer *out, uint32_t docs, const ld_identity_source *source,
                          uint64_t *tokens, lede_error *err)
{
    ld_part_writer *part = ld_segment_writer_part(out, LD_PART_KEYS, 0, LD_KEYS_VERSION, true);
    if (!part)
        return ld_segment_writer_status(out, err);
    key_summary s = {0};
    ld_lookup_writer lookup;
    uint64_t groups_bytes, lookup_bytes;
    lede_status status;
    ld_lookup_writer_init(&lookup, out);
    LD_TRY_OUT(write_names(&s, &lookup, part, docs, source, &groups_bytes, err));
    for (uint32_t i = 0; i < LD_KEYS_COLUMNS; i++)
        LD_TRY_OUT(write_column(&s, part, docs, source, i, err));
    LD_TRY_OUT(
        ld_lookup_writer_finish(&lookup, part, LD_KEYS_FINGERPRINT_BITS, &lookup_bytes, err));
    write_trailer(&s, part, docs, groups_bytes, lookup_bytes);
    LD_TRY_OUT(write_info(out, docs, s.tokens, err));
    *tokens = s.tokens;
    status = ld_segment_writer_status(out, err);
out:
    ld_lookup_writer_release(&lookup);
    return status;
}
