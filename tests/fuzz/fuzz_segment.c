/*
 * A segment whose checksums are right and whose contents are not what a writer wrote: opened in an
 * archive, searched, dumped, checked deeply. Any answer will do, and any error, but nothing else.
 *
 * Inputs are whole segment files. Whatever they say, the table's place, its checksums, the footer's
 * and the manifest's are made to fit, so that mutations reach the readers of the parts behind them.
 */
#include <stdio.h>

#include "codec/crc32c.h"
#include "engine/profile.h"
#include "index/files.h"
#include "index/manifest.h"
#include "index/segment.h"
#include "index/segment_format.h"
#include "tests/fuzz/fuzz.h"

#define DIR       FUZZ_ROOT "/segment"
#define BYTES_MAX (256u << 10)

static uint8_t file[BYTES_MAX];

static void put_u32(uint8_t *at, uint32_t value)
{
    memcpy(at, &value, sizeof value);
}

static void put_u64(uint8_t *at, uint64_t value)
{
    memcpy(at, &value, sizeof value);
}

/* Blocks in front of a table that ends at `end`, so that both fill it. */
static uint32_t blocks_before(uint64_t end)
{
    uint64_t blocks = 0;
    while (blocks * 4 < end &&
           (end - blocks * 4 + LD_SEGMENT_BLOCK_BYTES - 1) / LD_SEGMENT_BLOCK_BYTES > blocks)
        blocks++;
    return (uint32_t)blocks;
}

/* Makes all checksums right; false where there is no room for them. *docs: what INFO claims. */
static bool fix_up(size_t bytes, ld_manifest_segment *entry)
{
    uint8_t *trailer = file + bytes - LD_SEGMENT_TRAILER_BYTES;
    uint32_t footer_bytes = ld_load_u32(trailer);
    if (footer_bytes < LD_SEGMENT_FOOTER_FIXED_BYTES ||
        footer_bytes > bytes - LD_SEGMENT_TRAILER_BYTES - LD_SEGMENT_HEADER_BYTES)
        return false;
    uint8_t *footer = trailer - footer_bytes;
    uint64_t footer_at = (uint64_t)(footer - file);
    uint32_t blocks = blocks_before(footer_at);
    if (4ull * blocks + LD_SEGMENT_HEADER_BYTES > footer_at)
        return false;
    uint64_t table_at = footer_at - 4ull * blocks;
    memcpy(file, LD_SEGMENT_MAGIC, LD_SEGMENT_MAGIC_BYTES);
    memcpy(trailer + 8, LD_SEGMENT_END_MAGIC, LD_SEGMENT_MAGIC_BYTES);
    for (uint32_t i = 0; i < blocks; i++) {
        size_t from = (size_t)i * LD_SEGMENT_BLOCK_BYTES;
        size_t length = table_at - from < LD_SEGMENT_BLOCK_BYTES ? (size_t)(table_at - from)
                                                                 : LD_SEGMENT_BLOCK_BYTES;
        put_u32(file + table_at + 4 * i, ld_crc32c(0, file + from, length));
    }
    put_u64(footer + 8, table_at);
    put_u32(footer + 16, blocks);
    put_u32(footer + 20, ld_crc32c(0, file + table_at, 4 * blocks));
    put_u32(trailer + 4, ld_crc32c(0, footer, footer_bytes));
    *entry = (ld_manifest_segment){
        .id = 1, .file_bytes = bytes, .footer_crc32c = ld_load_u32(trailer + 4), .docs = 1};
    for (uint32_t at = LD_SEGMENT_FOOTER_FIXED_BYTES; at + LD_SEGMENT_ENTRY_BYTES <= footer_bytes;
         at += LD_SEGMENT_ENTRY_BYTES) {
        uint64_t info_at = ld_load_u64(footer + at + 8);
        if (ld_load_u16(footer + at) == LD_PART_INFO && info_at + 4 <= table_at)
            entry->docs = ld_load_u32(file + info_at);
    }
    return true;
}

static void put_archive(size_t bytes, const ld_manifest_segment *entry)
{
    static bool is_made;
    static ld_profile profile;
    lede_error err = {0};
    ld_manifest m;
    ld_buf out;
    char name[LD_FILE_NAME_BYTES], path[LD_FILE_NAME_BYTES + 16];
    if (!is_made) {
        fuzz_check(ld_dir_make(fuzz_env(), DIR, &err) == LEDE_OK);
        fuzz_check(ld_profile_make(NULL, &profile, &err) == LEDE_OK);
        is_made = true;
    }
    ld_manifest_init(&m, fuzz_env());
    ld_buf_init(&out, fuzz_env(), 1u << 20);
    m.generation = 1;
    m.next_segment = 2;
    m.profile = profile;
    fuzz_check(ld_manifest_add(&m, entry, &err) == LEDE_OK);
    ld_manifest_encode(&m, &out);
    ld_manifest_name(1, name);
    snprintf(path, sizeof path, "segment/%s", name);
    fuzz_file(path, out.data, out.bytes);
    ld_segment_name(1, name);
    snprintf(path, sizeof path, "segment/%s", name);
    fuzz_file(path, file, bytes);
    ld_buf_release(&out);
    ld_manifest_release(&m);
}

static void search(lede_snapshot *s, const char *query)
{
    lede_search_options options = LEDE_SEARCH_OPTIONS_INIT;
    lede_error err = {0};
    lede_hits *hits;
    const lede_hit *hit = NULL;
    options.now_utc_ms = FUZZ_NOW_MS;
    options.deadline_ms = 300;
    lede_status status = lede_search(s, query, strlen(query), &options, &hits, &err);
    fuzz_check_status(status, &err);
    if (status != LEDE_OK)
        return;
    do {
        status = lede_hits_next(hits, &hit, &err);
        fuzz_check_status(status, &err);
    } while (status == LEDE_OK && hit);
    lede_hits_free(hits);
}

static void dump(lede_snapshot *s)
{
    lede_error err = {0};
    lede_dump *walk;
    lede_text line;
    lede_status status = lede_dump_open(s, &walk, &err);
    fuzz_check_status(status, &err);
    if (status != LEDE_OK)
        return;
    for (int i = 0; i < 50 && status == LEDE_OK; i++) {
        status = lede_dump_next(walk, &line, &err);
        fuzz_check_status(status, &err);
        if (status == LEDE_OK && line.bytes == 0)
            break;
    }
    lede_dump_free(walk);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t bytes)
{
    static const char *const queries[] = {"bridge",
                                          "bridge OR harbour",
                                          "\"red bridge\"",
                                          "red w/5 opened -school",
                                          "brid* caption:dawn",
                                          "=\"Bridge\" caps(us)",
                                          "source:x after:2024-01 sort:newest",
                                          "schol~1"};
    ld_manifest_segment entry;
    lede_error err = {0};
    lede_snapshot *s;
    if (bytes > BYTES_MAX ||
        bytes < LD_SEGMENT_HEADER_BYTES + LD_SEGMENT_FOOTER_FIXED_BYTES + LD_SEGMENT_TRAILER_BYTES)
        return 0;
    memcpy(file, data, bytes);
    if (!fix_up(bytes, &entry))
        return 0;
    put_archive(bytes, &entry);
    lede_status status = lede_snapshot_open(fuzz_env(), DIR, &s, &err);
    fuzz_check_status(status, &err);
    if (status == LEDE_OK) {
        for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
            search(s, queries[i]);
        dump(s);
        lede_snapshot_free(s);
    }
    err = (lede_error){0};
    status = lede_archive_verify(fuzz_env(), DIR, 1, NULL, NULL, &err);
    fuzz_check_status(status, &err);
    return 0;
}
