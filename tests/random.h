#ifndef LEDE_TESTS_RANDOM_H
#define LEDE_TESTS_RANDOM_H
#include <stdint.h>

/* SplitMix64 (Steele, Lea, Flood 2014): small, seeded, the same everywhere. */
typedef struct test_random {
    uint64_t state;
} test_random;

static inline uint64_t test_random_u64(test_random *r)
{
    uint64_t z = (r->state += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}
/* 0 <= answer < n */
static inline uint32_t test_random_below(test_random *r, uint32_t n)
{
    return (uint32_t)((test_random_u64(r) >> 32) * n >> 32);
}

#endif
