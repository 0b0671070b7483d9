#include "codec/crc32c.h"

#include <stdatomic.h>

#include "base/cpu.h"

static ld_crc32c_kernel *choose(void)
{
    ld_crc32c_kernel *kernel = NULL;
    if (ld_cpu_has_crc32c()) {
        kernel = ld_crc32c_sse42_get();
        if (!kernel)
            kernel = ld_crc32c_arm_get();
    }
    return kernel ? kernel : ld_crc32c_scalar;
}

uint32_t ld_crc32c(uint32_t crc, const void *data, size_t bytes)
{
    /* Threads that meet here first all store the same answer. */
    static ld_crc32c_kernel *_Atomic chosen;
    ld_crc32c_kernel *kernel = atomic_load_explicit(&chosen, memory_order_relaxed);
    if (!kernel) {
        kernel = choose();
        atomic_store_explicit(&chosen, kernel, memory_order_relaxed);
    }
    return kernel(crc, data, bytes);
}
