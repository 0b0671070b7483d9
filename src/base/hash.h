#ifndef LD_BASE_HASH_H
#define LD_BASE_HASH_H
/* XXH3 (the xxHash library): content ids and tables. Not for untrusted tables without a seed. */
#include "base/span.h"

uint64_t ld_hash64(const void *data, size_t bytes, uint64_t seed);

#endif
