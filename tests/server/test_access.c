/* Keys, origins and rates by themselves; SHA-256 by the vectors of FIPS 180-4 and lengths around a
 * block. */
#include "tests/test.h"

#include "server/access.h"
#include "server/compress.h"
#include "tests/temp_dir.h"

static void check_digest(ld_span message, const char *hex)
{
    uint8_t digest[LD_SHA256_BYTES];
    char text[2 * LD_SHA256_BYTES + 1];
    ld_sha256(message, digest);
    for (size_t i = 0; i < LD_SHA256_BYTES; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, hex);
}

static void test_sha256(void **state)
{
    char many[200];
    memset(many, 'a', sizeof many);
    check_digest(LD_SPAN(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_digest(LD_SPAN("abc"),
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_digest(LD_SPAN("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
                 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_digest(ld_span_of(many, 55),
                 "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    check_digest(ld_span_of(many, 64),
                 "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    check_digest(ld_span_of(many, 200),
                 "c2a908d98f5df987ade41b5fce213067efbcc21ef2240212a41e54b5e7c28ae5");
}

static void test_keys(void **state)
{
    char path[512], first[LD_KEY_TEXT_BYTES], second[LD_KEY_TEXT_BYTES], header[128];
    char *dir = temp_dir_new();
    ld_access_keys keys;
    lede_error err;
    snprintf(path, sizeof path, "%s/keys", dir);
    const lede_env *env = lede_env_system();
    assert_int_equal(ld_access_keys_add(env, path, "cms:add,delete", first, &err), LEDE_OK);
    assert_int_equal(ld_access_keys_add(env, path, "cms:add", second, &err), LEDE_E_EXISTS);
    assert_int_equal(ld_access_keys_add(env, path, "x:everything", second, &err), LEDE_E_INVALID);
    assert_int_equal(ld_access_keys_add(env, path, "no name:add", second, &err), LEDE_E_INVALID);
    assert_int_equal(ld_access_keys_add(env, path, "watch:metrics", second, &err), LEDE_OK);
    assert_string_not_equal(first, second);

    assert_int_equal(ld_access_keys_open(&keys, env, path, &err), LEDE_OK);
    assert_int_equal(keys.count, 2);
    snprintf(header, sizeof header, "Bearer %s", first);
    assert_int_equal(ld_access_keys_find(&keys, ld_span_from_string(header)),
                     LD_SCOPE_ADD | LD_SCOPE_DELETE);
    header[strlen(header) - 1] ^= 1;
    assert_int_equal(ld_access_keys_find(&keys, ld_span_from_string(header)), 0);
    assert_int_equal(ld_access_keys_find(&keys, ld_span_from_string(first)), 0);
    assert_int_equal(ld_access_keys_find(&keys, LD_SPAN("Bearer ")), 0);
    snprintf(header, sizeof header, "bearer  %s ", second);
    assert_int_equal(ld_access_keys_find(&keys, ld_span_from_string(header)), LD_SCOPE_METRICS);

    /* a line that is none leaves the keys as they were */
    FILE *file = fopen(path, "a");
    fputs("# a comment\n\nhalf a line\n", file);
    fclose(file);
    assert_int_equal(ld_access_keys_reload(&keys, &err), LEDE_E_INVALID);
    assert_non_null(strstr(err.message, "line 5 of "));
    assert_int_equal(ld_access_keys_find(&keys, ld_span_from_string(header)), LD_SCOPE_METRICS);
    ld_access_keys_close(&keys);
    temp_dir_free(dir);
}

static void test_origins(void **state)
{
    ld_span list = LD_SPAN("https://news.example,http://localhost:8080 https://b.example");
    assert_true(ld_origin_is_allowed(list, LD_SPAN("https://news.example")));
    assert_true(ld_origin_is_allowed(list, LD_SPAN("http://localhost:8080")));
    assert_true(ld_origin_is_allowed(list, LD_SPAN("https://b.example")));
    assert_false(ld_origin_is_allowed(list, LD_SPAN("https://news.example.evil")));
    assert_false(ld_origin_is_allowed(list, LD_SPAN("http://news.example")));
    assert_false(ld_origin_is_allowed(list, LD_SPAN("")));
    assert_false(ld_origin_is_allowed(LD_SPAN(""), LD_SPAN("https://news.example")));
    assert_true(ld_origin_is_allowed(LD_SPAN("*"), LD_SPAN("https://any.example")));
}

static void test_rate(void **state)
{
    const uint64_t second = 1000000000u, start = 5 * second;
    ld_limiter l;
    uint32_t taken = 0;
    assert_int_equal(ld_limiter_init(&l, lede_env_system(), 10, NULL), LEDE_OK);
    for (int i = 0; i < 100; i++)
        taken += ld_limiter_take(&l, LD_SPAN("192.0.2.7"), start);
    assert_int_equal(taken, 20);
    assert_true(ld_limiter_take(&l, LD_SPAN("192.0.2.8"), start));
    /* ten seconds of one request each 50 ms: half of them pass */
    taken = 0;
    for (uint64_t i = 1; i <= 200; i++)
        taken += ld_limiter_take(&l, LD_SPAN("192.0.2.7"), start + i * second / 20);
    assert_in_range(taken, 98, 101);
    ld_limiter_release(&l);
    assert_int_equal(ld_limiter_init(&l, lede_env_system(), 0, NULL), LEDE_OK);
    for (int i = 0; i < 100; i++)
        assert_true(ld_limiter_take(&l, LD_SPAN("x"), start));
    ld_limiter_release(&l);
}

static void test_accepts_gzip(void **state)
{
    static const struct {
        const char *header;
        bool accepts;
    } cases[] = {{"gzip, deflate, br", true},
                 {"GZIP", true},
                 {"br;q=1, gzip;q=0.5", true},
                 {"gzip;q=0", false},
                 {"gzip; q=0.000", false},
                 {"gzip;q=0.001", true},
                 {"*", true},
                 {"identity", false},
                 {"", false},
                 {"x-gzip", false},
                 {"*;q=0", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(ld_accepts_gzip(ld_span_from_string(cases[i].header)), cases[i].accepts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sha256), cmocka_unit_test(test_keys),
                                       cmocka_unit_test(test_origins), cmocka_unit_test(test_rate),
                                       cmocka_unit_test(test_accepts_gzip)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
