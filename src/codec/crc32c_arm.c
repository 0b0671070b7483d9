/*
 * CRC-32C by the crc32c instructions of arm64 (optional in ARMv8.0, in every ARMv8.1). They are
 * named to the assembler: clang before 16 hides the functions of arm_acle.h unless the whole file
 * is compiled for the extension, and then nothing would keep the extension out of the rest of it.
 */
#include "codec/crc32c.h"

#if defined(__aarch64__)
#include <asm/hwcap.h>
#include <string.h>
#include <sys/auxv.h>

static uint32_t crc32c_arm(uint32_t crc, const void *data, size_t bytes)
{
    const uint8_t *at = data;
    uint32_t state = ~crc;
    for (; bytes >= 8; at += 8, bytes -= 8) {
        uint64_t word;
        memcpy(&word, at, 8);
        __asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(state) : "r"(word));
    }
    for (; bytes > 0; at++, bytes--)
        __asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(state) : "r"((uint32_t)*at));
    return ~state;
}

ld_crc32c_kernel *ld_crc32c_arm_get(void)
{
    return (getauxval(AT_HWCAP) & HWCAP_CRC32) ? crc32c_arm : NULL;
}
#else
ld_crc32c_kernel *ld_crc32c_arm_get(void)
{
    return NULL;
}
#endif
