#include "codec/kernels.h"

#include "base/cpu.h"
#include "tests/codec/kernels_check.h"
#include "tests/test.h"

/* Those this machine can run, at most 4; scalar first. */
static size_t list_variants(const ld_kernels *all[4])
{
    const ld_kernels *found[] = {ld_kernels_scalar_get(), ld_kernels_avx2_get(),
                                 ld_kernels_avx512_get(), ld_kernels_neon_get()};
    size_t count = 0;
    for (size_t i = 0; i < 4; i++)
        if (found[i])
            all[count++] = found[i];
    return count;
}

static void every_variant_does_what_the_header_says(void **state)
{
    (void)state;
    const ld_kernels *all[4];
    size_t count = list_variants(all);
    for (size_t v = 0; v < count; v++) {
        kernels_check c;
        check_init(&c, all[v], 4096);
        for (size_t i = 0; i < KERNELS_CHECKS && !c.failure[0]; i++)
            kernels_checks[i].run(&c);
        check_release(&c);
        if (c.failure[0])
            fail_msg("%s", c.failure);
    }
}

static void what_is_no_number_counts_as_one(void **state)
{
    (void)state;
    enum { COUNT = 19 };
    uint32_t docs[COUNT] = {0}, tfs[COUNT] = {0}, out[COUNT];
    static const uint8_t codes[1] = {0};
    static const float k[256] = {0};
    const ld_kernels *all[4];
    size_t count = list_variants(all);
    for (size_t v = 0; v < count; v++) {
        all[v]->contribute(docs, tfs, COUNT, codes, k, 1.0f, 1000.0f, out); /* 0 / 0 */
        for (uint32_t i = 0; i < COUNT; i++)
            assert_int_equal(out[i], 1);
    }
}

static void the_table_in_force_is_of_the_level(void **state)
{
    (void)state;
    assert_string_equal(ld_kernels_get()->name, ld_cpu_level_name(ld_cpu_level()));
    assert_ptr_equal(ld_kernels_get(), ld_kernels_get());
    assert_int_equal(ld_kernels_avx2_get() != NULL, ld_cpu_supports(LD_CPU_AVX2));
    assert_int_equal(ld_kernels_avx512_get() != NULL, ld_cpu_supports(LD_CPU_AVX512));
    assert_int_equal(ld_kernels_neon_get() != NULL, ld_cpu_supports(LD_CPU_NEON));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_variant_does_what_the_header_says),
        cmocka_unit_test(what_is_no_number_counts_as_one),
        cmocka_unit_test(the_table_in_force_is_of_the_level),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
