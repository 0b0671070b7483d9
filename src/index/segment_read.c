/*
 * Reading a segment: the file is mapped once, its table of checksums is verified when it is opened,
 * and each block of 4 KiB the first time somebody asks for a byte of it. One bit a block remembers
 * that; it is set with a relaxed atomic, because two threads that verify the same block at once
 * both find the same answer.
 *
 * What is promised: every changed bit of the file is found, at open, at the first touch or by
 * verify. What is not: a bit that changes in memory after the first touch; `lede check` reads anew.
 *
 * A valid checksum is not trust. Here bounds are tested; what the bytes mean is tested by whoever
 * decodes them.
 */
#include <stdatomic.h>

#include "base/sigbus.h"
#include "codec/crc32c.h"
#include "index/segment.h"
#include "index/segment_format.h"

struct ld_segment {
    const lede_env *env;
    char *path; /* owned */
    size_t path_bytes;
    const uint8_t *map; /* [file_bytes] */
    uint64_t file_bytes;
    uint32_t footer_crc32c;
    const uint8_t *table;  /* of CRC32C, in the map */
    uint64_t table_offset; /* = bytes under the table */
    uint32_t block_count;
    _Atomic uint32_t *checked; /* [(block_count + 31) / 32] bits */
    uint32_t part_count;
    struct {
        uint16_t id;
        ld_part part;
    } parts[LD_SEGMENT_PARTS_MAX];
};

static lede_status corrupt(const ld_segment *s, uint64_t offset, const char *why, lede_error *err)
{
    return ld_error_corrupt(err, s->path, offset, why);
}

static size_t checked_bytes(uint32_t block_count)
{
    return ((size_t)block_count + 31) / 32 * sizeof(uint32_t);
}

static bool is_known_part(uint16_t id)
{
    return id >= LD_PART_INFO && id <= LD_PART_CLASS_CODES;
}

static lede_status read_entries(ld_segment *s, ld_reader *r, uint64_t footer_offset,
                                lede_error *err)
{
    for (uint32_t i = 0; i < s->part_count; i++) {
        uint16_t id = ld_reader_u16(r);
        ld_part part = {.segment = s};
        part.codec = ld_reader_u16(r);
        part.version = ld_reader_u16(r);
        uint16_t flags = ld_reader_u16(r);
        part.offset = ld_reader_u64(r);
        part.bytes = ld_reader_u64(r);
        if (part.offset < LD_SEGMENT_HEADER_BYTES || part.offset > s->table_offset ||
            part.bytes > s->table_offset - part.offset)
            return corrupt(s, footer_offset, "a part lies outside the file", err);
        if (!is_known_part(id) && (flags & LD_SEGMENT_PART_REQUIRED))
            return LD_FAIL(
                err, LEDE_E_VERSION,
                "%s needs part %u, which this version of lede does not know: update lede", s->path,
                id);
        for (uint32_t k = 0; k < i; k++)
            if (s->parts[k].id == id)
                return corrupt(s, footer_offset, "a part is named twice", err);
        s->parts[i].id = id;
        s->parts[i].part = part;
    }
    return LEDE_OK;
}

static lede_status read_footer(ld_segment *s, const uint8_t *footer, uint32_t footer_bytes,
                               lede_error *err)
{
    uint64_t footer_offset = (uint64_t)(footer - s->map);
    ld_reader r = ld_reader_of(footer, footer_bytes);
    uint32_t version = ld_reader_u32(&r);
    if (version != LD_SEGMENT_VERSION)
        return LD_FAIL(err, LEDE_E_VERSION,
                       "%s is of segment format %u, this version of lede reads format %u", s->path,
                       version, LD_SEGMENT_VERSION);
    uint32_t block_bytes = ld_reader_u32(&r);
    s->table_offset = ld_reader_u64(&r);
    s->block_count = ld_reader_u32(&r);
    uint32_t table_crc = ld_reader_u32(&r);
    s->part_count = ld_reader_u32(&r);
    uint32_t zero = ld_reader_u32(&r);
    if (r.failed || zero != 0 || block_bytes != LD_SEGMENT_BLOCK_BYTES ||
        s->part_count > LD_SEGMENT_PARTS_MAX ||
        footer_bytes != LD_SEGMENT_FOOTER_FIXED_BYTES + s->part_count * LD_SEGMENT_ENTRY_BYTES)
        return corrupt(s, footer_offset, "the footer's fields do not fit together", err);
    uint64_t table_bytes = (uint64_t)s->block_count * sizeof(uint32_t);
    if (s->table_offset < LD_SEGMENT_HEADER_BYTES || s->table_offset > footer_offset ||
        footer_offset - s->table_offset != table_bytes ||
        (s->table_offset + LD_SEGMENT_BLOCK_BYTES - 1) / LD_SEGMENT_BLOCK_BYTES != s->block_count)
        return corrupt(s, footer_offset, "the table of checksums has a wrong length", err);
    s->table = s->map + s->table_offset;
    if (ld_crc32c(0, s->table, (size_t)table_bytes) != table_crc)
        return corrupt(s, s->table_offset, "the table of checksums fails its own checksum", err);
    return read_entries(s, &r, footer_offset, err);
}

static lede_status read_frame(ld_segment *s, lede_error *err)
{
    if (s->file_bytes <
            LD_SEGMENT_HEADER_BYTES + LD_SEGMENT_FOOTER_FIXED_BYTES + LD_SEGMENT_TRAILER_BYTES ||
        s->file_bytes > LD_SEGMENT_FILE_BYTES_MAX)
        return corrupt(s, 0, "the file is too short for a segment", err);
    const uint8_t *trailer = s->map + s->file_bytes - LD_SEGMENT_TRAILER_BYTES;
    uint64_t trailer_offset = s->file_bytes - LD_SEGMENT_TRAILER_BYTES;
    if (memcmp(trailer + 8, LD_SEGMENT_END_MAGIC, LD_SEGMENT_MAGIC_BYTES) != 0)
        return corrupt(s, trailer_offset, "the end mark of a segment is missing", err);
    uint32_t footer_bytes = ld_load_u32(trailer);
    s->footer_crc32c = ld_load_u32(trailer + 4);
    if (footer_bytes < LD_SEGMENT_FOOTER_FIXED_BYTES ||
        footer_bytes > trailer_offset - LD_SEGMENT_HEADER_BYTES)
        return corrupt(s, trailer_offset, "the footer's length is impossible", err);
    const uint8_t *footer = trailer - footer_bytes;
    if (ld_crc32c(0, footer, footer_bytes) != s->footer_crc32c)
        return corrupt(s, trailer_offset - footer_bytes, "the footer fails its checksum", err);
    LD_TRY(read_footer(s, footer, footer_bytes, err));
    s->checked = ld_alloc_zero(s->env, checked_bytes(s->block_count));
    return s->checked ? LEDE_OK : ld_error_nomem(err, checked_bytes(s->block_count));
}

static lede_status check_block(const ld_segment *s, uint32_t block, lede_error *err);

static lede_status check_header(const ld_segment *s, lede_error *err)
{
    LD_TRY(check_block(s, 0, err));
    if (memcmp(s->map, LD_SEGMENT_MAGIC, LD_SEGMENT_MAGIC_BYTES) != 0 ||
        ld_load_u32(s->map + LD_SEGMENT_MAGIC_BYTES) != LD_SEGMENT_VERSION)
        return corrupt(s, 0, "the header is not a segment's", err);
    return LEDE_OK;
}

lede_status ld_segment_open(const lede_env *env, const char *path, ld_segment **segment,
                            lede_error *err)
{
    *segment = NULL;
    ld_segment *s = ld_alloc_zero(env, sizeof *s);
    if (!s)
        return ld_error_nomem(err, sizeof *s);
    s->env = env;
    ld_file file = {env, -1, path};
    lede_status status;
    s->path_bytes = strlen(path) + 1;
    s->path = ld_alloc(env, s->path_bytes);
    if (!s->path) {
        status = ld_error_nomem(err, s->path_bytes);
        goto out;
    }
    memcpy(s->path, path, s->path_bytes);
    LD_TRY_OUT(ld_file_open(env, path, LEDE_OPEN_READ, &file, err));
    LD_TRY_OUT(ld_file_size(&file, &s->file_bytes, err));
    if (s->file_bytes > LD_SEGMENT_FILE_BYTES_MAX) {
        status = corrupt(s, 0, "the file is too long for a segment", err);
        goto out;
    }
    LD_TRY_OUT(ld_file_map(&file, (size_t)s->file_bytes, &s->map, err));
    LD_TRY_OUT(read_frame(s, err));
    LD_TRY_OUT(check_header(s, err));
out:
    ld_file_close(&file);
    if (status != LEDE_OK) {
        ld_segment_close(s);
        return status;
    }
    *segment = s;
    return LEDE_OK;
}

void ld_segment_close(ld_segment *s)
{
    if (!s)
        return;
    ld_file_unmap(s->env, s->map, (size_t)s->file_bytes);
    ld_release(s->env, (void *)s->checked, checked_bytes(s->block_count));
    ld_release(s->env, s->path, s->path_bytes);
    ld_release(s->env, s, sizeof *s);
}

const char *ld_segment_path(const ld_segment *s)
{
    return s->path;
}

const lede_env *ld_segment_env(const ld_segment *s)
{
    return s->env;
}

uint64_t ld_segment_file_bytes(const ld_segment *s)
{
    return s->file_bytes;
}

uint32_t ld_segment_footer_crc32c(const ld_segment *s)
{
    return s->footer_crc32c;
}

ld_part ld_segment_part(const ld_segment *s, ld_part_id id)
{
    for (uint32_t i = 0; i < s->part_count; i++)
        if (s->parts[i].id == (uint16_t)id)
            return s->parts[i].part;
    return (ld_part){0};
}

uint32_t ld_segment_part_count(const ld_segment *s)
{
    return s->part_count;
}

void ld_segment_part_at(const ld_segment *s, uint32_t ordinal, ld_part_id *id, ld_part *part)
{
    *id = (ld_part_id)s->parts[ordinal].id;
    *part = s->parts[ordinal].part;
}

static lede_status verify_block(const ld_segment *s, uint32_t block, lede_error *err)
{
    uint64_t start = (uint64_t)block * LD_SEGMENT_BLOCK_BYTES;
    uint64_t rest = s->table_offset - start;
    size_t bytes = rest < LD_SEGMENT_BLOCK_BYTES ? (size_t)rest : LD_SEGMENT_BLOCK_BYTES;
    if (ld_crc32c(0, s->map + start, bytes) != ld_load_u32(s->table + (size_t)block * 4))
        return corrupt(s, start, "a block fails its checksum", err);
    return LEDE_OK;
}

static lede_status check_block(const ld_segment *s, uint32_t block, lede_error *err)
{
    _Atomic uint32_t *word = &s->checked[block >> 5];
    uint32_t bit = 1u << (block & 31);
    if (atomic_load_explicit(word, memory_order_relaxed) & bit)
        return LEDE_OK;
#ifndef LD_BENCH_UNVERIFIED /* bench/verify asks what this costs */
    LD_TRY(verify_block(s, block, err));
#endif
    atomic_fetch_or_explicit(word, bit, memory_order_relaxed);
    return LEDE_OK;
}

lede_status ld_part_view(const ld_part *part, uint64_t offset, uint64_t length,
                         const uint8_t **bytes, lede_error *err)
{
    *bytes = NULL;
    const ld_segment *s = part->segment;
    if (!s)
        return LD_FAIL(err, LEDE_E_CORRUPT, "a part that a segment must have is missing");
    if (offset > part->bytes || length > part->bytes - offset)
        return corrupt(s, part->offset, "a part names bytes past its end", err);
    uint64_t start = part->offset + offset;
    *bytes = s->map + start;
    if (length == 0)
        return LEDE_OK;
    uint32_t last = (uint32_t)((start + length - 1) / LD_SEGMENT_BLOCK_BYTES);
    for (uint32_t block = (uint32_t)(start / LD_SEGMENT_BLOCK_BYTES); block <= last; block++) {
        lede_status status = check_block(s, block, err);
        if (status != LEDE_OK) {
            *bytes = NULL;
            return status;
        }
    }
    return LEDE_OK;
}

void ld_part_prefetch(const ld_part *part, uint64_t offset, uint32_t lines)
{
    if (!part->segment || offset >= part->bytes)
        return;
    const uint8_t *at = part->segment->map + part->offset + offset;
    for (uint32_t i = 0; i < lines; i++)
        __builtin_prefetch(at + 64ull * i);
}

lede_status ld_segment_check_map(const ld_segment *s, lede_error *err)
{
    if (ld_sigbus_map_is_damaged(s->map))
        return corrupt(
            s, 0, "the file was cut off, or the disk lost a part of it, while it was read", err);
    return LEDE_OK;
}

lede_status ld_segment_verify(const ld_segment *s, lede_error *err)
{
    for (uint32_t block = 0; block < s->block_count; block++)
        LD_TRY(verify_block(s, block, err));
    return LEDE_OK;
}

/* Blocks are tested where they are written from, a stretch at a time: what the cache holds of a
 * stretch is what is written. */
static lede_status copy_bytes(const ld_segment *s, const ld_file *file, lede_error *err)
{
    for (uint32_t block = 0; block < s->block_count; block++) {
        uint64_t start = (uint64_t)block * LD_SEGMENT_BLOCK_BYTES;
        uint64_t rest = s->table_offset - start;
        size_t bytes = rest < LD_SEGMENT_BLOCK_BYTES ? (size_t)rest : LD_SEGMENT_BLOCK_BYTES;
        LD_TRY(verify_block(s, block, err));
        LD_TRY(ld_file_pwrite(file, s->map + start, bytes, start, err));
    }
    LD_TRY(ld_file_pwrite(file, s->table, (size_t)(s->file_bytes - s->table_offset),
                          s->table_offset, err));
    LD_TRY(ld_segment_check_map(s, err));
    return ld_file_sync(file, err);
}

lede_status ld_segment_copy(const ld_segment *s, const char *path, lede_error *err)
{
    ld_file file;
    const uint32_t flags = LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_EXCLUSIVE;
    LD_TRY(ld_file_open(s->env, path, flags, &file, err));
    lede_status status = copy_bytes(s, &file, err);
    if (status == LEDE_OK)
        return ld_file_close_checked(&file, err);
    ld_file_close(&file);
    return status;
}
