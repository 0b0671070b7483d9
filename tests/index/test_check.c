/*
 * Damage that checksums do not see: bytes of a segment are changed and every checksum is made right
 * again. Reading all of it must end in an answer or an error, never in a crash, a hang or an
 * allocation out of proportion.
 */
#include "base/env_memory.h"
#include "codec/crc32c.h"
#include "index/files.h"
#include "index/manifest.h"
#include "index/segment_format.h"
#include "tests/index/archive_twin.h"

#define ROOT "/check-test"
#define DIR  ROOT "/a"

static void put_file(const lede_env *env, const char *path, const void *data, size_t bytes)
{
    lede_error err;
    ld_file f;
    assert_ok(
        ld_file_open(env, path, LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE, &f, &err),
        &err);
    assert_ok(ld_file_pwrite(&f, data, bytes, 0, &err), &err);
    ld_file_close(&f);
}

static lede_env *make_archive(bool full)
{
    static twin_document d;
    lede_env *env;
    lede_error err;
    ld_profile profile = twin_profile_of(full);
    assert_ok(ld_env_memory_new(lede_env_system(), ROOT, &env, &err), &err);
    assert_ok(ld_dir_make(env, ROOT, &err), &err);
    assert_ok(ld_archive_create(env, DIR, &profile, &err), &err);
    ld_index_writer *w;
    uint64_t generation;
    assert_ok(ld_index_writer_open(env, DIR, NULL, &w, &err), &err);
    for (uint32_t i = 0; i < 40; i++) {
        ld_add_outcome outcome;
        twin_row row = {.key = i, .content = i, .order = i};
        twin_document_make(&d, &profile, &row);
        d.document.stored.bytes %= 100;
        assert_ok(ld_index_writer_add(w, &d.document, &outcome, &err), &err);
    }
    assert_ok(ld_index_writer_commit(w, &generation, &err), &err);
    ld_index_writer_close(w);
    return env;
}

/* Makes the checksums of a changed segment right; its footer's checksum. */
static uint32_t repair_checksums(uint8_t *data, size_t bytes)
{
    uint8_t *trailer = data + bytes - LD_SEGMENT_TRAILER_BYTES;
    uint32_t footer_bytes = ld_load_u32(trailer);
    uint8_t *footer = trailer - footer_bytes;
    uint64_t table = ld_load_u64(footer + 8);
    uint32_t blocks = ld_load_u32(footer + 16), crc;
    for (uint32_t i = 0; i < blocks; i++) {
        uint64_t start = (uint64_t)i * LD_SEGMENT_BLOCK_BYTES, rest = table - start;
        crc = ld_crc32c(0, data + start,
                        rest < LD_SEGMENT_BLOCK_BYTES ? rest : LD_SEGMENT_BLOCK_BYTES);
        memcpy(data + table + (size_t)i * 4, &crc, 4);
    }
    crc = ld_crc32c(0, data + table, (size_t)blocks * 4);
    memcpy(footer + 20, &crc, 4);
    crc = ld_crc32c(0, footer, footer_bytes);
    memcpy(trailer + 4, &crc, 4);
    return crc;
}

static void damage(bool full, uint64_t seed, uint32_t rounds)
{
    lede_error err;
    lede_env *env = make_archive(full);
    test_random r = {seed};
    ld_manifest m;
    ld_buf manifest;
    char *data;
    size_t bytes;
    uint32_t found = 0;
    const char *path = DIR "/segment-0000000000000001";
    assert_ok(ld_archive_check(env, DIR, true, NULL, NULL, &err), &err);
    assert_ok(ld_manifest_load(env, DIR, 2, &m, &err), &err);
    assert_ok(ld_file_load(env, path, 1u << 24, &data, &bytes, &err), &err);
    ld_buf_init(&manifest, env, 1u << 20);
    uint8_t *bad = malloc(bytes);
    assert_non_null(bad);
    size_t end = bytes - LD_SEGMENT_TRAILER_BYTES - ld_load_u32(data + bytes - 16);
    for (uint32_t round = 0; round < rounds; round++) {
        memcpy(bad, data, bytes);
        for (uint32_t k = 0; k <= test_random_below(&r, 3); k++) {
            size_t at = LD_SEGMENT_HEADER_BYTES +
                        test_random_below(&r, (uint32_t)(end - LD_SEGMENT_HEADER_BYTES));
            bad[at] = test_random_below(&r, 3) ? (uint8_t)test_random_u64(&r) : 0xff;
        }
        m.segments[0].footer_crc32c = repair_checksums(bad, bytes);
        ld_manifest_encode(&m, &manifest);
        put_file(env, path, bad, bytes);
        put_file(env, DIR "/manifest-0000000000000002", manifest.data, manifest.bytes);
        lede_status status = ld_archive_check(env, DIR, true, NULL, NULL, &err);
        assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT);
        found += status == LEDE_E_CORRUPT;
    }
    print_message("%u of %u changes that the checksums hide were found\n", found, rounds);
    assert_true(found > 0);
    free(bad);
    ld_release(env, data, bytes + 1);
    ld_buf_release(&manifest);
    ld_manifest_release(&m);
    ld_env_memory_free(env);
}

static void damage_full(void **state)
{
    (void)state;
    damage(true, 1, 800);
}

static void damage_plain(void **state)
{
    (void)state;
    damage(false, 2, 800);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(damage_full),
                                       cmocka_unit_test(damage_plain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
