#ifndef LD_INDEX_SORT_H
#define LD_INDEX_SORT_H
/* Sorting in place, without memory of its own and without a worst case beyond n log n. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef bool ld_sort_less(const void *ctx, uint64_t a, uint64_t b);

/* Items that are neither less than the other may end in any order. */
void ld_sort_u64(uint64_t *items, size_t count, ld_sort_less *less, const void *ctx);
/* Four bytes of the text that `item` stands for, from byte `at` on, as a number in the order of
 * bytes; 0 for each byte behind its end. */
typedef uint32_t ld_sort_key(const void *ctx, uint64_t item, uint32_t at);

/*
 * Items in the order of the texts that their lower 32 bits stand for; the upper 32 bits are the key
 * at byte 0 and are of no use afterwards: where many items share a key, it gives way to that of
 * their next bytes. less is asked about items that share LD_SORT_KEYS keys, and about those of
 * short runs that share one.
 */
#define LD_SORT_KEYS 3u
void ld_sort_texts(uint64_t *items, size_t count, ld_sort_key *key, ld_sort_less *less,
                   const void *ctx);

#endif
