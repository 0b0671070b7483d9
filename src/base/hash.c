#include "base/hash.h"

#include <xxhash.h>

uint64_t ld_hash64(const void *data, size_t bytes, uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes ? data : "", bytes, seed);
}

ld_hash128_value ld_hash128(const void *data, size_t bytes, uint64_t seed)
{
    XXH128_hash_t h = XXH3_128bits_withSeed(bytes ? data : "", bytes, seed);
    return (ld_hash128_value){h.low64, h.high64};
}
