/*
 * Files whose checksums are right and whose bytes are not what a writer wrote, as a forger or a
 * fault before the checksum makes them: each byte of manifests, tombstones and of a segment's frame
 * takes each value, and each length is cut. An error, or something that is written back as it was
 * read.
 */
#include "codec/crc32c.h"
#include "index/manifest.h"
#include "index/segment_format.h"
#include "index/tombstones.h"
#include "index/writer.h"
#include "tests/index/format_doc.h"

typedef struct tally {
    uint32_t taken, refused, newer; /* newer: of a version this one does not know */
} tally;

static lede_error err;

static void count(tally *t, lede_status status)
{
    t->taken += status == LEDE_OK;
    t->refused += status == LEDE_E_CORRUPT || status == LEDE_E_INVALID || status == LEDE_E_LIMIT;
    t->newer += status == LEDE_E_VERSION;
    assert_true(status == LEDE_OK || status == LEDE_E_CORRUPT || status == LEDE_E_VERSION ||
                status == LEDE_E_INVALID || status == LEDE_E_LIMIT);
}

static void put_crc(uint8_t *data, size_t bytes)
{
    uint32_t crc = ld_crc32c(0, data, bytes - 4);
    memcpy(data + bytes - 4, &crc, sizeof crc);
}

/* Every byte but the checksum's takes every value, alone and (seeded) beside another; every cut. */
static tally change_all(const ld_buf *file, lede_status (*read)(ld_span bytes))
{
    tally t = {0};
    test_random random = {7};
    uint8_t copy[4096];
    assert_in_range(file->bytes, 8, sizeof copy);
    for (size_t at = 0; at + 4 < file->bytes; at++) {
        for (uint32_t value = 0; value < 256; value++) {
            memcpy(copy, file->data, file->bytes);
            copy[at] = (uint8_t)value;
            if (value % 4 == 3)
                copy[test_random_below(&random, (uint32_t)file->bytes - 4)] = (uint8_t)(value >> 2);
            put_crc(copy, file->bytes);
            count(&t, read(ld_span_of((const char *)copy, file->bytes)));
        }
    }
    for (size_t bytes = 4; bytes < file->bytes; bytes++) {
        memcpy(copy, file->data, bytes);
        put_crc(copy, bytes);
        count(&t, read(ld_span_of((const char *)copy, bytes)));
    }
    return t;
}

/* ---- manifests ---- */

static lede_status read_manifest(ld_span bytes)
{
    ld_manifest m;
    ld_buf again;
    ld_manifest_init(&m, lede_env_system());
    lede_status status = ld_manifest_decode(bytes, "m", &m, &err);
    if (status != LEDE_OK)
        return status;
    ld_buf_init(&again, lede_env_system(), 1u << 20);
    ld_manifest_encode(&m, &again);
    assert_int_equal(again.bytes, bytes.bytes);
    assert_memory_equal(again.data, bytes.data, bytes.bytes);
    ld_buf_release(&again);
    ld_manifest_release(&m);
    return LEDE_OK;
}

static void manifests(void **state)
{
    (void)state;
    ld_manifest m;
    ld_buf file;
    ld_manifest_init(&m, lede_env_system());
    ld_profile *p = &m.profile;
    m.generation = 5;
    m.next_segment = 9;
    strcpy(p->name, "news");
    strcpy(p->stemmer_version, "s1");
    p->analyzer_version = 1;
    p->stem = p->store = p->sidecars = true;
    p->user_zone_count = 1;
    p->user_zones[0] = (ld_zone_spec){LD_ZONE_USER, LD_CLASS_ASIDE, "recipe"};
    p->user_column_count = 2;
    p->user_columns[0] = (ld_column_spec){LD_COLUMN_USER, LD_COLUMN_KIND_NUMBER, 1, "pages"};
    p->user_columns[1] = (ld_column_spec){LD_COLUMN_USER + 1, LD_COLUMN_KIND_KEYWORD, 0, "desk"};
    const ld_manifest_segment segments[] = {
        {.id = 1, .file_bytes = 4242, .footer_crc32c = 1, .docs = 9},
        {.id = 3,
         .file_bytes = 900,
         .footer_crc32c = 2,
         .docs = 4,
         .deletes_generation = 4,
         .deletes_bytes = 60}};
    for (int i = 0; i < 2; i++)
        assert_ok(ld_manifest_add(&m, &segments[i], &err), &err);
    ld_buf_init(&file, lede_env_system(), 1u << 20);
    ld_manifest_encode(&m, &file);
    assert_ok(read_manifest(ld_buf_span(&file)), &err);
    tally t = change_all(&file, read_manifest);
    assert_true(t.taken > 5000 && t.refused > 5000 && t.newer > 100);
    ld_buf_release(&file);
    ld_manifest_release(&m);
}

/* What no archive may be made with, one thing wrong at a time. */
static void profiles_that_cannot_be(void **state)
{
    (void)state;
    const ld_zone_spec zone = {LD_ZONE_USER, LD_CLASS_ASIDE, "recipe"};
    const ld_column_spec column = {LD_COLUMN_USER, LD_COLUMN_KIND_NUMBER, 1, "pages"};
    for (int wrong = 0; wrong < 12; wrong++) {
        ld_profile p = {.user_zone_count = 1, .user_column_count = 1};
        p.user_zones[0] = zone;
        p.user_columns[0] = column;
        switch (wrong) {
        case 1:
            memset(p.name, 'n', sizeof p.name);
            break;
        case 2:
            memset(p.stemmer_version, 's', sizeof p.stemmer_version);
            break;
        case 3:
            p.user_zone_count = LD_USER_ZONES_MAX + 1;
            break;
        case 4:
            p.user_column_count = LD_USER_COLUMNS_MAX + 1;
            break;
        case 5:
            p.zone_classes[3] = LD_CLASS_COUNT;
            break;
        case 6:
            p.user_zones[0].zone = LD_ZONE_USER - 1;
            break;
        case 7:
            p.user_zones[0].zone = LD_ZONES_MAX;
            break;
        case 8:
            p.user_zones[0].zone_class = LD_CLASS_COUNT;
            break;
        case 9:
            p.user_columns[0].id = LD_COLUMN_USER + LD_USER_COLUMNS_MAX;
            break;
        case 10:
            p.user_columns[0].kind = 77;
            break;
        case 11:
            memset(p.user_columns[0].name, 'c', sizeof p.user_columns[0].name);
            break;
        }
        lede_status expected = wrong ? LEDE_E_INVALID : LEDE_OK;
        assert_int_equal(ld_profile_check(&p, &err), expected);
        if (wrong)
            assert_int_equal(ld_archive_create(lede_env_system(), "/nowhere", &p, &err), expected);
    }
}

/* ---- tombstones ---- */

enum { DOCS = 200 };

static lede_status read_tombstones(ld_span bytes)
{
    ld_tombstones t;
    ld_buf again;
    ld_tombstones_init(&t, lede_env_system(), DOCS);
    lede_status status = ld_tombstones_decode(bytes, 7, "d", &t, &err);
    if (status == LEDE_OK) {
        ld_buf_init(&again, lede_env_system(), 1u << 20);
        ld_tombstones_encode(&t, 7, &again);
        assert_int_equal(again.bytes, bytes.bytes);
        assert_memory_equal(again.data, bytes.data, bytes.bytes);
        ld_buf_release(&again);
    }
    ld_tombstones_release(&t);
    return status;
}

static void tombstones(void **state)
{
    (void)state;
    for (uint32_t step = 3; step < 100; step += 40) { /* dense sets, sparse ones */
        ld_tombstones t;
        ld_buf file;
        ld_tombstones_init(&t, lede_env_system(), DOCS);
        assert_ok(ld_tombstones_prepare(&t, &err), &err);
        for (uint32_t doc = 0; doc < DOCS; doc += step)
            ld_tombstones_delete(&t, doc);
        for (uint32_t doc = 5; doc < DOCS; doc += 2 * step)
            ld_tombstones_supersede(&t, doc);
        ld_buf_init(&file, lede_env_system(), 1u << 20);
        ld_tombstones_encode(&t, 7, &file);
        assert_ok(read_tombstones(ld_buf_span(&file)), &err);
        tally seen = change_all(&file, read_tombstones);
        assert_true(seen.refused > 1000 && seen.newer > 100);
        ld_buf_release(&file);
        ld_tombstones_release(&t);
    }
}

/* ---- the frame of a segment ---- */

static lede_status read_segment(const lede_env *env, const uint8_t *data, size_t bytes)
{
    ld_segment *s;
    ld_file f;
    const uint8_t *seen;
    assert_ok(ld_file_open(env, FORMAT_ROOT "/bad",
                           LEDE_OPEN_WRITE | LEDE_OPEN_CREATE | LEDE_OPEN_TRUNCATE, &f, &err),
              &err);
    assert_ok(ld_file_pwrite(&f, data, bytes, 0, &err), &err);
    ld_file_close(&f);
    LD_TRY(ld_segment_open(env, FORMAT_ROOT "/bad", &s, &err));
    lede_status status = ld_segment_verify(s, &err);
    for (uint32_t i = 0; status == LEDE_OK && i < ld_segment_part_count(s); i++) {
        ld_part_id id;
        ld_part part;
        ld_segment_part_at(s, i, &id, &part);
        assert_true(part.offset + part.bytes <= bytes);
        status = ld_part_view(&part, 0, part.bytes, &seen, &err);
        assert_int_equal(ld_part_view(&part, part.bytes, 1, &seen, &err), LEDE_E_CORRUPT);
        assert_int_equal(ld_part_view(&part, UINT64_MAX, 2, &seen, &err), LEDE_E_CORRUPT);
    }
    ld_segment_close(s);
    return status;
}

static void segment_frames(void **state)
{
    (void)state;
    format_box b;
    char *data;
    size_t bytes;
    tally t = {0};
    format_box_open(&b);
    ld_part_write(ld_segment_writer_part(b.writer, LD_PART_INFO, 0, 1, true), "abcdef", 6);
    ld_part_write(ld_segment_writer_part(b.writer, LD_PART_TERMS, 0, 1, false), "gh", 2);
    format_box_turn(&b);
    assert_ok(ld_file_load(b.env, FORMAT_ROOT "/s", 1u << 20, &data, &bytes, &err), &err);
    uint8_t *copy = malloc(bytes);
    size_t trailer = bytes - LD_SEGMENT_TRAILER_BYTES;
    size_t footer_bytes = ld_load_u32((const uint8_t *)data + trailer);
    for (size_t at = trailer - footer_bytes; at < bytes; at++) {
        for (uint32_t value = 0; value < 256; value++) {
            memcpy(copy, data, bytes);
            copy[at] = (uint8_t)value;
            if (at < trailer) { /* the footer: its checksum is made right */
                uint32_t crc = ld_crc32c(0, copy + trailer - footer_bytes, footer_bytes);
                memcpy(copy + trailer + 4, &crc, sizeof crc);
            }
            count(&t, read_segment(b.env, copy, bytes));
        }
    }
    memcpy(copy, data, bytes);
    copy[0] ^= 1;
    count(&t, read_segment(b.env, copy, bytes));
    assert_true(t.taken > 50 && t.refused > 5000 && t.newer > 100);
    free(copy);
    ld_release(b.env, data, bytes + 1);
    format_box_close(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(manifests), cmocka_unit_test(profiles_that_cannot_be),
        cmocka_unit_test(tombstones), cmocka_unit_test(segment_frames)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
