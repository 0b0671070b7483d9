#ifndef LD_CODEC_BITSET_H
#define LD_CODEC_BITSET_H
/*
 * A set of small numbers: member i is bit i % 64 of word i / 64. The words are the caller's (array,
 * arena or mapped file), [ld_bitset_words(bits)]; bits past the last member are 0, so that counting
 * needs no mask. Members are not checked against the size: the caller holds them below `bits`.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline size_t ld_bitset_words(size_t bits)
{
    return bits / 64 + (bits % 64 != 0);
}

static inline void ld_bitset_set(uint64_t *words, size_t member)
{
    words[member / 64] |= UINT64_C(1) << (member % 64);
}

static inline void ld_bitset_clear(uint64_t *words, size_t member)
{
    words[member / 64] &= ~(UINT64_C(1) << (member % 64));
}

static inline bool ld_bitset_test(const uint64_t *words, size_t member)
{
    return (words[member / 64] >> (member % 64)) & 1;
}

/* Empties the set, or fills it with 0 .. bits - 1. */
static inline void ld_bitset_clear_all(uint64_t *words, size_t bits)
{
    memset(words, 0, ld_bitset_words(bits) * sizeof *words);
}

static inline void ld_bitset_set_all(uint64_t *words, size_t bits)
{
    memset(words, 0xff, ld_bitset_words(bits) * sizeof *words);
    if (bits % 64)
        words[bits / 64] = (UINT64_C(1) << (bits % 64)) - 1;
}

static inline size_t ld_bitset_count(const uint64_t *words, size_t bits)
{
    size_t count = 0;
    for (size_t i = 0; i < ld_bitset_words(bits); i++)
        count += (size_t)__builtin_popcountll(words[i]);
    return count;
}

/* The first member at or after `from`; `bits` where there is none. */
static inline size_t ld_bitset_next(const uint64_t *words, size_t bits, size_t from)
{
    if (from >= bits)
        return bits;
    size_t i = from / 64;
    uint64_t word = words[i] & (UINT64_MAX << (from % 64));
    while (word == 0) {
        if (++i == ld_bitset_words(bits))
            return bits;
        word = words[i];
    }
    return i * 64 + (size_t)__builtin_ctzll(word);
}

#endif
