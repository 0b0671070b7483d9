#include "base/env_memory.h"
#include "index/files.h"
#include "index/manifest.h"
#include "tests/index/format_doc.h"

static void example_manifest(ld_manifest *m)
{
    lede_error err;
    ld_manifest_init(m, lede_env_system());
    m->generation = 2;
    m->next_segment = 2;
    strcpy(m->profile.name, "p");
    strcpy(m->profile.stemmer_version, "s");
    m->profile.analyzer_version = 1;
    ld_manifest_segment s = {.id = 1, .file_bytes = 4242, .footer_crc32c = 0x04030201, .docs = 9};
    assert_ok(ld_manifest_add(m, &s, &err), &err);
}

static void worked_example_and_every_bit(void **state)
{
    (void)state;
    lede_error err;
    ld_manifest m, got;
    ld_buf out;
    example_manifest(&m);
    ld_buf_init(&out, lede_env_system(), 1u << 20);
    ld_manifest_encode(&m, &out);
    assert_ok(ld_buf_status(&out, &err), &err);
    format_doc_compare("src/index/manifest_format.h", out.data, out.bytes);
    for (size_t bit = 0; bit < out.bytes * 8; bit++) {
        out.data[bit / 8] ^= (uint8_t)(1 << (bit % 8));
        ld_manifest_init(&got, lede_env_system());
        assert_int_equal(ld_manifest_decode(ld_buf_span(&out), "m", &got, &err), LEDE_E_CORRUPT);
        out.data[bit / 8] ^= (uint8_t)(1 << (bit % 8));
    }
    for (size_t cut = 0; cut < out.bytes; cut++) {
        ld_manifest_init(&got, lede_env_system());
        assert_int_equal(ld_manifest_decode(ld_span_of((char *)out.data, cut), "m", &got, &err),
                         LEDE_E_CORRUPT);
    }
    ld_manifest_init(&got, lede_env_system());
    assert_ok(ld_manifest_decode(ld_buf_span(&out), "m", &got, &err), &err);
    assert_int_equal(got.segment_count, 1);
    assert_memory_equal(&got.segments[0], &m.segments[0], sizeof m.segments[0]);
    ld_manifest_release(&got);
    ld_manifest_release(&m);
    ld_buf_release(&out);
}

static void full_profile_comes_back(void **state)
{
    (void)state;
    lede_error err;
    ld_manifest m, got;
    ld_buf out;
    example_manifest(&m);
    ld_profile *p = &m.profile;
    p->stem = p->marks = p->store = true;
    p->user_zone_count = LD_USER_ZONES_MAX;
    for (uint32_t i = 0; i < LD_USER_ZONES_MAX; i++) {
        p->user_zones[i] = (ld_zone_spec){(uint8_t)(LD_ZONE_USER + i), i % LD_CLASS_COUNT, ""};
        snprintf(p->user_zones[i].name, 32, "zone %u", i);
    }
    p->user_column_count = LD_USER_COLUMNS_MAX;
    for (uint32_t i = 0; i < LD_USER_COLUMNS_MAX; i++) {
        p->user_columns[i] =
            (ld_column_spec){(uint16_t)(LD_COLUMN_USER + i), 1 + i % 2, i % 2 == 0, ""};
        snprintf(p->user_columns[i].name, 32, "a column with the longest name%u", i % 10);
    }
    ld_buf_init(&out, lede_env_system(), 1u << 20);
    ld_manifest_encode(&m, &out);
    ld_manifest_init(&got, lede_env_system());
    assert_ok(ld_manifest_decode(ld_buf_span(&out), "m", &got, &err), &err);
    assert_memory_equal(&got.profile, p, sizeof *p);
    p->user_zone_count = LD_USER_ZONES_MAX + 1;
    assert_int_equal(ld_profile_check(p, &err), LEDE_E_INVALID);
    ld_manifest_release(&got);
    ld_manifest_release(&m);
    ld_buf_release(&out);
}

/* The newest manifest decides: damaged or of a newer format, the older one is no answer. */
static void the_newest_manifest_decides(void **state)
{
    (void)state;
    lede_error err;
    lede_env *env;
    ld_manifest m, got;
    uint64_t generation;
    bool visible;
    assert_ok(ld_env_memory_new(lede_env_system(), FORMAT_ROOT, &env, &err), &err);
    assert_ok(ld_dir_make(env, FORMAT_ROOT, &err), &err);
    assert_int_equal(ld_manifest_latest(env, FORMAT_ROOT, &generation, &err), LEDE_E_NOTFOUND);
    example_manifest(&m);
    m.env = env;
    for (m.generation = 2; m.generation < 5; m.generation++)
        assert_ok(ld_manifest_commit(&m, FORMAT_ROOT, &visible, &err), &err);
    assert_ok(ld_manifest_latest(env, FORMAT_ROOT, &generation, &err), &err);
    assert_int_equal(generation, 4);
    ld_file f;
    assert_ok(
        ld_file_open(env, FORMAT_ROOT "/manifest-0000000000000004", LEDE_OPEN_WRITE, &f, &err),
        &err);
    assert_ok(ld_file_pwrite(&f, "?", 1, 20, &err), &err);
    ld_file_close(&f);
    assert_int_equal(ld_manifest_load(env, FORMAT_ROOT, 4, &got, &err), LEDE_E_CORRUPT);
    assert_ok(ld_path_rename(env, FORMAT_ROOT "/manifest-0000000000000003",
                             FORMAT_ROOT "/manifest-0000000000000009", &err),
              &err);
    assert_int_equal(ld_manifest_load(env, FORMAT_ROOT, 9, &got, &err), LEDE_E_CORRUPT);
    m.env = lede_env_system();
    ld_manifest_release(&m);
    ld_env_memory_free(env);
}

static void only_our_names_are_ours(void **state)
{
    (void)state;
    static const char *const foreign[] = {"",
                                          "lock",
                                          "manifest-1",
                                          "manifest-000000000000000G",
                                          "page.html",
                                          "segment-0000000000000001.x",
                                          "segment-0000000000000001.0.spool",
                                          "deletes-0000000000000001",
                                          "manifest-0000000000000001.tmp2",
                                          "segment-00000000000000012"};
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        assert_int_equal(ld_file_name_parse(foreign[i]).kind, LD_FILE_FOREIGN);
    char name[LD_FILE_NAME_BYTES];
    ld_deletes_name(0xabc, 77, name);
    ld_file_name parsed = ld_file_name_parse(name);
    assert_true(parsed.kind == LD_FILE_DELETES && parsed.segment == 0xabc &&
                parsed.generation == 77);
    assert_int_equal(ld_file_name_parse("segment-0000000000000001.0e.spool").kind,
                     LD_FILE_TEMPORARY);
    assert_int_equal(ld_file_name_parse("manifest-0000000000000001.tmp").kind, LD_FILE_TEMPORARY);
    assert_int_equal(ld_file_name_parse("LOCK").kind, LD_FILE_LOCK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worked_example_and_every_bit),
        cmocka_unit_test(full_profile_comes_back),
        cmocka_unit_test(the_newest_manifest_decides),
        cmocka_unit_test(only_our_names_are_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
