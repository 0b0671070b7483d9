#include "base/cpu.h"

#include "tests/test.h"

/* LEDE_CPU is read once, so this test is one case that sets it first. */
static void a_lower_level_can_be_forced(void **state)
{
    (void)state;
    setenv("LEDE_CPU", "scalar", 1);
    assert_int_equal(ld_cpu_level(), LD_CPU_SCALAR);
    assert_false(ld_cpu_has_crc32c());
    setenv("LEDE_CPU", "avx512", 1);
    assert_int_equal(ld_cpu_level(), LD_CPU_SCALAR);
    assert_true(ld_cpu_supports(LD_CPU_SCALAR));
    assert_false(ld_cpu_supports(LD_CPU_AVX2) && ld_cpu_supports(LD_CPU_NEON));
    assert_true(!ld_cpu_supports(LD_CPU_AVX512) || ld_cpu_supports(LD_CPU_AVX2));
    assert_string_equal(ld_cpu_level_name(LD_CPU_AVX2), "avx2");
    assert_string_equal(ld_cpu_level_name(LD_CPU_NEON), "neon");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_lower_level_can_be_forced)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
