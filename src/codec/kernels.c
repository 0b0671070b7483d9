#include "codec/kernels.h"

#include <stdatomic.h>

#include "base/cpu.h"

static const ld_kernels *choose(void)
{
    const ld_kernels *found = NULL;
    switch (ld_cpu_level()) {
    case LD_CPU_AVX512:
        found = ld_kernels_avx512_get();
        break;
    case LD_CPU_AVX2:
        found = ld_kernels_avx2_get();
        break;
    case LD_CPU_NEON:
        found = ld_kernels_neon_get();
        break;
    case LD_CPU_SCALAR:
        break;
    }
    return found ? found : ld_kernels_scalar_get();
}

const ld_kernels *ld_kernels_get(void)
{
    /* Threads that meet here first all store the same answer. */
    static const ld_kernels *_Atomic chosen;
    const ld_kernels *kernels = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!kernels) {
        kernels = choose();
        atomic_store_explicit(&chosen, kernels, memory_order_relaxed);
    }
    return kernels;
}
