#include "base/cpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <sys/auxv.h>
#endif

static const char *const level_names[] = {"scalar", "avx2", "avx512", "neon"};

const char *ld_cpu_level_name(ld_cpu_level_kind level)
{
    return level_names[level];
}

bool ld_cpu_supports(ld_cpu_level_kind level)
{
    switch (level) {
    case LD_CPU_SCALAR:
        return true;
#if defined(__x86_64__)
    case LD_CPU_AVX512:
        if (!(__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
              __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
              __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
              __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vpopcntdq")))
            return false;
        return ld_cpu_supports(LD_CPU_AVX2);
    case LD_CPU_AVX2:
        /* LZCNT and MOVBE came with the first CPU that has all of these. */
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
               __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") &&
               __builtin_cpu_supports("popcnt");
#elif defined(__aarch64__)
    case LD_CPU_NEON:
        return true;
#endif
    default:
        return false;
    }
}

static ld_cpu_level_kind detect(void)
{
    ld_cpu_level_kind best = LD_CPU_SCALAR;
    const char *forced = getenv("LEDE_CPU");
    for (int i = LD_CPU_NEON; i > LD_CPU_SCALAR && best == LD_CPU_SCALAR; i--)
        if (ld_cpu_supports((ld_cpu_level_kind)i))
            best = (ld_cpu_level_kind)i;
    for (int i = LD_CPU_SCALAR; forced && i <= LD_CPU_NEON; i++)
        if (strcmp(forced, level_names[i]) == 0 && ld_cpu_supports((ld_cpu_level_kind)i))
            return (ld_cpu_level_kind)i;
    return best;
}

ld_cpu_level_kind ld_cpu_level(void)
{
    static atomic_int found = -1;
    int level = atomic_load_explicit(&found, memory_order_relaxed);
    if (level < 0) {
        level = (int)detect();
        atomic_store_explicit(&found, level, memory_order_relaxed);
    }
    return (ld_cpu_level_kind)level;
}

bool ld_cpu_has_crc32c(void)
{
    const char *forced = getenv("LEDE_CPU");
    if (forced && strcmp(forced, "scalar") == 0)
        return false;
#if defined(__x86_64__)
    return __builtin_cpu_supports("sse4.2");
#elif defined(__aarch64__)
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
#else
    return false;
#endif
}
