#ifndef LD_SERVER_SHA256_H
#define LD_SERVER_SHA256_H
/* SHA-256 (FIPS 180-4): what is kept of a key instead of the key. */
#include "base/span.h"

#define LD_SHA256_BYTES 32u

void ld_sha256(ld_span message, uint8_t digest[LD_SHA256_BYTES]);

#endif
