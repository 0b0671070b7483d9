#ifndef LD_CODEC_CRC32C_H
#define LD_CODEC_CRC32C_H
/* CRC-32C (Castagnoli): the checksum of every on-disk part. */
#include <stddef.h>
#include <stdint.h>

/* The checksum of a text whose first part has the checksum `crc` (0 where there is none) and whose
 * next part is data. Any alignment; no byte outside of data is read. */
uint32_t ld_crc32c(uint32_t crc, const void *data, size_t bytes);

/* The variants, for the dispatch and for the test that compares them. */
typedef uint32_t ld_crc32c_kernel(uint32_t crc, const void *data, size_t bytes);
ld_crc32c_kernel ld_crc32c_scalar; /* the definition */
/* NULL: not on this machine. */
ld_crc32c_kernel *ld_crc32c_sse42_get(void);
ld_crc32c_kernel *ld_crc32c_arm_get(void);

/* [8][256]: row k, byte b is the effect of b followed by k zero bytes. */
extern const uint32_t ld_crc32c_tables[8][256];

#endif
