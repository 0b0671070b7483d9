/* The checks of kernels_check.h without a test library: tests/codec/neon.sh builds it for arm64 and
 * runs it in an emulator. Prints a line a check; ends with 1 where one fails. */
#include "base/cpu.h"
#include "tests/codec/kernels_check.h"

static bool check_variant(const ld_kernels *k)
{
    kernels_check c;
    check_init(&c, k, 4096);
    for (size_t i = 0; i < KERNELS_CHECKS && !c.failure[0]; i++) {
        kernels_checks[i].run(&c);
        printf("%s %s %s\n", c.failure[0] ? "not ok" : "ok", k->name, kernels_checks[i].name);
    }
    if (c.failure[0])
        puts(c.failure);
    check_release(&c);
    return !c.failure[0];
}

int main(void)
{
    const ld_kernels *neon = ld_kernels_neon_get();
    printf("level %s\n", ld_cpu_level_name(ld_cpu_level()));
    if (!neon || ld_kernels_get() != neon) {
        puts("not ok: the NEON variant is not the one in force");
        return 1;
    }
    bool scalar_holds = check_variant(ld_kernels_scalar_get());
    return check_variant(neon) && scalar_holds ? 0 : 1;
}
