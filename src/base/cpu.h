#ifndef LD_BASE_CPU_H
#define LD_BASE_CPU_H
/*
 * Which kernels may run here. The levels are few and stand for whole sets of instructions, so that
 * a kernel has at most four variants; all variants give the same bytes.
 * LEDE_CPU=scalar|avx2|avx512| neon forces a level (one the machine lacks is ignored), for tests
 * and for timing.
 */
#include <stdbool.h>

typedef enum ld_cpu_level_kind {
    LD_CPU_SCALAR = 0,
    LD_CPU_AVX2,   /* x86-64-v3: AVX2, BMI1, BMI2, FMA, LZCNT, MOVBE, POPCNT */
    LD_CPU_AVX512, /* Ice Lake, Zen 4: also AVX-512 F, BW, CD, DQ, VL, VBMI, VBMI2, VPOPCNTDQ */
    LD_CPU_NEON    /* every arm64 */
} ld_cpu_level_kind;

ld_cpu_level_kind ld_cpu_level(void); /* detected once; any thread */
/* Whether the machine could run the level, whatever is forced: tests enumerate by it. */
bool ld_cpu_supports(ld_cpu_level_kind level);
bool ld_cpu_has_crc32c(void); /* the crc32c instruction; false when scalar is forced */
const char *ld_cpu_level_name(ld_cpu_level_kind level);

#endif
