/* New numbers against a table that counts them out. */
#include "index/doc_map.h"
#include "tests/faulty_env.h"
#include "tests/test.h"

#define DOCS_MAX 3000u

static void check_map(uint32_t docs, uint32_t first, uint32_t drop_percent, test_random *r)
{
    uint64_t dropped[DOCS_MAX / 64 + 1] = {0};
    lede_error err;
    ld_doc_map map;
    for (uint32_t doc = 0; doc < docs; doc++)
        if (test_random_below(r, 100) < drop_percent)
            dropped[doc / 64] |= UINT64_C(1) << (doc % 64);
    assert_ok(ld_doc_map_init(&map, lede_env_system(), dropped, docs, first, &err), &err);
    uint32_t next = first, stays = 0;
    for (uint32_t doc = 0; doc < docs; doc++) {
        bool gone = dropped[doc / 64] >> (doc % 64) & 1;
        assert_int_equal(ld_doc_map_get(&map, doc), gone ? LD_DOC_END : next);
        next += !gone;
    }
    assert_int_equal(map.kept, next - first);
    assert_int_equal(ld_doc_map_drops(&map), next - first < docs);
    for (uint32_t doc = docs; doc-- > 0;) {
        stays = dropped[doc / 64] >> (doc % 64) & 1 ? stays : doc;
        if (doc == docs - 1)
            stays = dropped[doc / 64] >> (doc % 64) & 1 ? docs : doc;
        assert_int_equal(ld_doc_map_next(&map, doc), stays);
    }
    assert_int_equal(ld_doc_map_next(&map, docs), docs);
    ld_doc_map_release(&map);
}

static void numbers_are_counted(void **state)
{
    (void)state;
    test_random r = {3};
    static const uint32_t docs[] = {1, 63, 64, 65, 511, 512, 513, 1024, 2999};
    static const uint32_t percents[] = {0, 1, 50, 99, 100};
    for (size_t i = 0; i < sizeof docs / sizeof *docs; i++)
        for (size_t k = 0; k < sizeof percents / sizeof *percents; k++)
            check_map(docs[i], (uint32_t)k * 1000, percents[k], &r);
}

static void nothing_dropped_takes_no_memory(void **state)
{
    (void)state;
    faulty_env *f = faulty_env_new();
    uint64_t dropped[2] = {0};
    lede_error err;
    ld_doc_map map;
    assert_ok(ld_doc_map_init(&map, faulty_env_table(f), dropped, 100, 7, &err), &err);
    assert_int_equal(faulty_env_live_bytes(f), 0);
    assert_int_equal(ld_doc_map_get(&map, 99), 106);
    ld_doc_map_release(&map);
    dropped[0] = 1;
    faulty_env_fail(f, FAULTY_ALLOCATE, 2, 0, false);
    assert_int_equal(ld_doc_map_init(&map, faulty_env_table(f), dropped, 100, 7, &err),
                     LEDE_E_NOMEM);
    faulty_env_assert_idle(f);
    faulty_env_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(numbers_are_counted),
                                       cmocka_unit_test(nothing_dropped_takes_no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
