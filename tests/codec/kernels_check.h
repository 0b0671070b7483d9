#ifndef LEDE_TESTS_CODEC_KERNELS_CHECK_H
#define LEDE_TESTS_CODEC_KERNELS_CHECK_H
/*
 * Does a variant of codec/kernels.h do what the header says? Every answer is compared with a naive
 * twin that is written from the header alone; every array lies before a page that may not be
 * touched, with no more room behind it than the header grants, so that a vector that reads or
 * writes too far ends the test. (The sanitizers do not see masked loads.)
 *
 * Plain C without a test library, so that it also runs where there is none (neon_main.c).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "codec/kernels.h"
#include "tests/random.h"

#define ROOM_BYTES (96u << 10)
#define ROOMS      6u

/* Rooms whose end is followed by a page that may not be touched. */
typedef struct kernels_check {
    const ld_kernels *k;
    test_random r;
    uint8_t *ends[ROOMS];
    char failure[160]; /* empty: none */
} kernels_check;

static inline void check_init(kernels_check *c, const ld_kernels *k, uint64_t seed)
{
    memset(c, 0, sizeof *c);
    c->k = k;
    c->r.state = seed;
    for (uint32_t i = 0; i < ROOMS; i++) {
        uint8_t *map = mmap(NULL, ROOM_BYTES + 65536, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (map == MAP_FAILED || mprotect(map + ROOM_BYTES, 65536, PROT_NONE) != 0)
            abort();
        c->ends[i] = map + ROOM_BYTES;
    }
}

static inline void check_release(kernels_check *c)
{
    for (uint32_t i = 0; i < ROOMS; i++)
        munmap(c->ends[i] - ROOM_BYTES, ROOM_BYTES + 65536);
}

/* The last `bytes` of a room, filled with noise. */
static inline void *check_room(kernels_check *c, uint32_t room, size_t bytes)
{
    uint8_t *at = c->ends[room] - bytes;
    uint64_t noise = test_random_u64(&c->r);
    for (size_t i = 0; i < bytes; i++)
        at[i] = (uint8_t)((noise = noise * 6364136223846793005u + 1442695040888963407u) >> 56);
    return at;
}

static inline uint32_t *check_numbers(kernels_check *c, uint32_t room, size_t count)
{
    return check_room(c, room, count * sizeof(uint32_t));
}

static inline uint32_t padded_count(uint32_t count)
{
    return (count + 15) / 16 * 16;
}

#define CHECK(holds, ...)                                                                          \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            int used = snprintf(c->failure, sizeof c->failure, "%s.%s: ", c->k->name, __func__);   \
            snprintf(c->failure + used, sizeof c->failure - (size_t)used, __VA_ARGS__);            \
            return;                                                                                \
        }                                                                                          \
    } while (0)

static const uint32_t check_counts[] = {0,  1,  2,  7,  8,   9,   15,  16,  17,  23, 31,
                                        32, 33, 63, 64, 100, 128, 129, 240, 255, 256};
#define CHECK_COUNTS (sizeof check_counts / sizeof *check_counts)

static inline uint32_t bits_at(const uint8_t *data, size_t bit, uint32_t width)
{
    uint32_t value = 0;
    for (uint32_t b = 0; b < width; b++, bit++)
        value |= (uint32_t)(data[bit / 8] >> (bit % 8) & 1) << b;
    return value;
}

static inline void check_unpack_one(kernels_check *c, uint32_t count, uint32_t width, size_t more)
{
    size_t bytes = (count * width + 7) / 8;
    uint8_t *data = check_room(c, 0, bytes + more);
    uint32_t *values = check_numbers(c, 1, padded_count(count));
    CHECK(c->k->unpack(data, bytes + more, count, width, values), "refused %u of %u bits", count,
          width);
    for (uint32_t i = 0; i < count; i++)
        CHECK(values[i] == bits_at(data, (size_t)i * width, width), "value %u of %u, %u bits", i,
              count, width);
    if (bytes > 0)
        CHECK(!c->k->unpack(data, bytes - 1, count, width, values), "%u of %u bits, a byte short",
              count, width);
}

static inline void check_unpack(kernels_check *c)
{
    static const size_t more[] = {0, 1, 3, 8, 15, 16, 17, 31, 64, 200};
    for (uint32_t width = 0; width <= 32; width++)
        for (size_t i = 0; i < CHECK_COUNTS && !c->failure[0]; i++)
            for (size_t j = 0; j < sizeof more / sizeof *more && !c->failure[0]; j++)
                check_unpack_one(c, check_counts[i], width, more[j]);
    if (c->failure[0])
        return;
    uint8_t *data = check_room(c, 0, 4096);
    uint32_t values[LD_KERNEL_BLOCK];
    CHECK(!c->k->unpack(data, 4096, 1, 33, values), "33 bits");
    CHECK(!c->k->unpack(data, 4096, 8, UINT32_MAX, values), "2^32 - 1 bits");
    CHECK(!c->k->unpack(data, 4096, LD_KERNEL_BLOCK + 1, 1, values), "257 values");
    CHECK(!c->k->unpack(data, 4096, UINT32_MAX, 0, values), "2^32 - 1 values");
}

static inline void check_docs(kernels_check *c)
{
    for (uint32_t round = 0; round < 40; round++) {
        for (size_t j = 0; j < CHECK_COUNTS; j++) {
            uint32_t count = check_counts[j], shift = round % 33;
            uint32_t next = (uint32_t)test_random_u64(&c->r) >> test_random_below(&c->r, 32);
            uint32_t gaps[LD_KERNEL_BLOCK], *values = check_numbers(c, 0, padded_count(count));
            for (uint32_t i = 0; i < count; i++) {
                gaps[i] = shift == 32 ? 0 : UINT32_MAX >> shift;
                if (round > 1)
                    gaps[i] &= (uint32_t)test_random_u64(&c->r);
                values[i] = gaps[i];
            }
            uint64_t end = c->k->docs(values, count, next), sum = 0;
            for (uint32_t i = 0; i < count; i++) {
                sum += gaps[i];
                CHECK(values[i] == (uint32_t)(next + i + sum), "document %u of %u", i, count);
            }
            CHECK(end == next + sum + count, "the end of %u", count);
        }
    }
}

static inline void check_bits_to_docs(kernels_check *c)
{
    for (uint32_t round = 0; round < 400; round++) {
        uint32_t word_count = test_random_below(&c->r, round % 2 ? 80 : 6);
        uint32_t per_mille = test_random_below(&c->r, 8) * 1000 / 7;
        uint32_t base = (uint32_t)test_random_u64(&c->r) & 0x7fffffff;
        size_t bytes = 8 * (size_t)word_count, behind = round % 3;
        uint8_t *words = (uint8_t *)check_room(c, 0, bytes + behind);
        memset(words, 0, bytes);
        uint32_t wanted[LD_KERNEL_BLOCK], count = 0;
        for (uint32_t bit = 0; bit < 64 * word_count; bit++) {
            if (test_random_below(&c->r, 1000) >= per_mille)
                continue;
            words[bit / 8] |= (uint8_t)(1u << (bit % 8));
            if (count < LD_KERNEL_BLOCK)
                wanted[count] = base + bit;
            count++;
        }
        uint32_t *docs = check_numbers(c, 1, LD_KERNEL_BLOCK + 16);
        uint32_t found = c->k->bits_to_docs(words, word_count, base, docs);
        CHECK(found == count, "%u bits, not %u", found, count);
        if (count > LD_KERNEL_BLOCK)
            count = LD_KERNEL_BLOCK;
        CHECK(memcmp(docs, wanted, count * sizeof *docs) == 0, "%u documents", count);
    }
}

/* Ascending, distinct; mean distance about `step`, from a random start. */
static inline void fill_ascending(kernels_check *c, uint32_t *docs, uint32_t count, uint32_t step)
{
    uint32_t at = test_random_below(&c->r, step) + test_random_below(&c->r, 4) * 0x30000000u;
    for (uint32_t i = 0; i < count; i++) {
        docs[i] = at;
        at += 1 + test_random_below(&c->r, 2 * step - 1);
    }
}

static inline uint32_t naive_lower_bound(const uint32_t *docs, uint32_t count, uint32_t target)
{
    uint32_t below = 0;
    while (below < count && docs[below] < target)
        below++;
    return below;
}

static inline void check_lower_bound(kernels_check *c)
{
    static const uint32_t steps[] = {1, 2, 50, 1000000};
    for (size_t s = 0; s < 4; s++) {
        for (uint32_t count = 0; count <= LD_KERNEL_BLOCK; count += count % 16 < 2 ? 1 : 7) {
            uint32_t *docs = check_numbers(c, 0, padded_count(count));
            fill_ascending(c, docs, count, steps[s]);
            for (uint32_t i = 0; i < count + 2; i++) {
                uint32_t target = i < count ? docs[i] + i % 3 - 1 : 0u - (i - count);
                uint32_t found = c->k->lower_bound(docs, count, target);
                CHECK(found == naive_lower_bound(docs, count, target), "%u below %u of %u", found,
                      target, count);
            }
        }
    }
}

static inline uint32_t naive_contribution(float t, float factor, float weight)
{
    volatile float sum = t + factor;
    volatile float part = t / sum;
    volatile float exact = weight * part;
    return exact > 1.0f ? (uint32_t)nearbyintf(exact) : 1;
}

typedef struct contribute_case {
    uint32_t count;
    float unit, weight;
    bool with_tfs, with_t; /* neither: every frequency is 1 */
} contribute_case;

static inline void check_contribute_one(kernels_check *c, const contribute_case *p,
                                        const float k[256])
{
    uint32_t count = p->count, held = count + 1 + test_random_below(&c->r, 1000);
    uint8_t *codes = check_room(c, 0, held);
    uint32_t *docs = check_numbers(c, 1, count), *out = check_numbers(c, 2, count);
    uint32_t *tfs = check_numbers(c, 3, count);
    float *t = check_room(c, 4, count * sizeof *t);
    for (uint32_t i = 0; i < count; i++) {
        docs[i] = held - count + i; /* up to the last code */
        if (i % 3 == 0)
            docs[i] = test_random_below(&c->r, held);
        tfs[i] >>= test_random_below(&c->r, 33) % 32;
        t[i] = (float)(tfs[i] >> test_random_below(&c->r, 32)) * p->unit;
    }
    if (p->with_t)
        c->k->contribute_t(docs, t, count, codes, k, p->weight, out);
    else
        c->k->contribute(docs, p->with_tfs ? tfs : NULL, count, codes, k, p->unit, p->weight, out);
    for (uint32_t i = 0; i < count; i++) {
        volatile float frequency = p->with_tfs ? (float)tfs[i] : 1.0f;
        volatile float weighted = p->with_t ? t[i] : frequency * p->unit;
        uint32_t wanted = naive_contribution(weighted, k[codes[docs[i]]], p->weight);
        CHECK(out[i] == wanted, "%u of %u: %u, not %u", i, count, out[i], wanted);
    }
}

static inline void check_contribute(kernels_check *c)
{
    static const float weights[] = {0.25f,    0.5f,    1.5f,        2.5f,         3.5f,
                                    1234.56f, 1000000, 16777216.0f, 2147483520.0f};
    for (uint32_t round = 0; round < 60 && !c->failure[0]; round++) {
        float k[256];
        for (uint32_t i = 0; i < 256; i++) /* 0 makes whole parts: halves of the weights */
            k[i] = round % 4 ? (float)test_random_below(&c->r, 1u << 20) / 65536.0f : 0.0f;
        for (size_t j = 0; j < CHECK_COUNTS + 2 && !c->failure[0]; j++) {
            contribute_case p = {
                .count = j < CHECK_COUNTS ? check_counts[j] : 256 + 300 * (uint32_t)(j - 20),
                .unit = round % 2 ? 1.0f : (float)(1 + test_random_below(&c->r, 999)) / 333.0f,
                .weight = weights[test_random_below(&c->r, 9)],
                .with_tfs = round % 3 == 0,
                .with_t = round % 3 == 1,
            };
            check_contribute_one(c, &p, k);
        }
    }
}

/* Distinct documents of a window, in no order. */
static inline void fill_distinct(kernels_check *c, uint32_t *docs, uint32_t count, uint32_t base)
{
    static uint32_t all[LD_WINDOW_DOCS];
    for (uint32_t i = 0; i < LD_WINDOW_DOCS; i++)
        all[i] = i;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t j = i + test_random_below(&c->r, LD_WINDOW_DOCS - i), held = all[j];
        all[j] = all[i];
        all[i] = held;
        docs[i] = base + held;
    }
}

static inline void check_window_writers(kernels_check *c)
{
    static uint32_t wanted[LD_WINDOW_DOCS];
    for (uint32_t round = 0; round < 60; round++) {
        uint32_t count = round < CHECK_COUNTS ? check_counts[round] : round * 60;
        uint32_t base = round % 2 ? UINT32_MAX - LD_WINDOW_DOCS + 1 : round * LD_WINDOW_DOCS;
        uint32_t *docs = check_numbers(c, 0, count), *sums = check_numbers(c, 1, count);
        uint32_t *window = check_numbers(c, 2, LD_WINDOW_DOCS);
        uint64_t bits[LD_WINDOW_WORDS], *words = check_room(c, 3, sizeof bits);
        fill_distinct(c, docs, count, base);
        memcpy(wanted, window, sizeof wanted);
        memcpy(bits, words, sizeof bits);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t offset = docs[i] - base;
            wanted[offset] += sums[i];
            bits[offset / 64] |= UINT64_C(1) << (offset % 64);
        }
        c->k->accumulate(window, docs, count, base, sums);
        CHECK(memcmp(window, wanted, sizeof wanted) == 0, "accumulate of %u", count);
        c->k->set_bits(words, docs, count, base);
        CHECK(memcmp(words, bits, sizeof bits) == 0, "set_bits of %u", count);
    }
}

static inline void check_collect(kernels_check *c)
{
    static uint32_t held[LD_WINDOW_DOCS];
    static const uint32_t per_mille[] = {0, 1, 10, 100, 500, 1000};
    for (uint32_t round = 0; round < 120; round++) {
        uint32_t entries = round < 20 ? 64 * (round % 5) : 64 * test_random_below(&c->r, 65);
        uint32_t *window = check_numbers(c, 0, entries), shift = test_random_below(&c->r, 32);
        for (uint32_t i = 0; i < entries; i++) {
            window[i] >>= shift;
            if (test_random_below(&c->r, 1000) >= per_mille[round % 6])
                window[i] = 0;
            held[i] = window[i];
        }
        uint32_t threshold = 1;
        if (round % 3 == 1 && entries)
            threshold = held[test_random_below(&c->r, entries)] | 1;
        if (round % 3 == 2)
            threshold = UINT32_MAX >> shift;
        uint16_t *offsets = check_room(c, 1, (LD_WINDOW_DOCS + 16) * sizeof *offsets);
        uint32_t *sums = check_numbers(c, 2, LD_WINDOW_DOCS + 16), matches = 77, n = 0, all = 0;
        uint32_t count = c->k->collect(window, entries, threshold, offsets, sums, &matches);
        for (uint32_t i = 0; i < entries; i++) {
            CHECK(window[i] == 0, "entry %u is left", i);
            all += held[i] != 0;
            if (held[i] < threshold)
                continue;
            CHECK(n < count && offsets[n] == i && sums[n] == held[i], "entry %u of %u", i, entries);
            n++;
        }
        CHECK(n == count && matches == all, "%u of %u", count, matches);
    }
}

static inline void check_filter(kernels_check *c)
{
    for (uint32_t round = 0; round < 300; round++) {
        uint32_t count = round < CHECK_COUNTS ? check_counts[round] : round * 3;
        uint32_t shift = 1 + test_random_below(&c->r, 31);
        uint32_t *docs = check_numbers(c, 0, padded_count(count));
        uint32_t *sums = check_numbers(c, 1, padded_count(count));
        uint32_t more = (uint32_t)test_random_u64(&c->r) >> 1 >> test_random_below(&c->r, 32) % 31;
        for (uint32_t i = 0; i < count; i++)
            sums[i] >>= shift;
        uint32_t threshold = (uint32_t)test_random_u64(&c->r) >> shift;
        threshold = round % 4 ? threshold + more : round;
        uint32_t wanted_docs[1024], wanted_sums[1024], n = 0;
        for (uint32_t i = 0; i < count; i++) {
            if (sums[i] + more < threshold)
                continue;
            wanted_docs[n] = docs[i];
            wanted_sums[n++] = sums[i];
        }
        uint32_t kept = c->k->filter(docs, sums, count, more, threshold);
        CHECK(kept == n, "%u of %u, not %u", kept, count, n);
        CHECK(memcmp(docs, wanted_docs, n * sizeof *docs) == 0, "documents of %u", count);
        CHECK(memcmp(sums, wanted_sums, n * sizeof *sums) == 0, "sums of %u", count);
    }
}

static inline void check_intersect_one(kernels_check *c, uint32_t a_count, uint32_t b_count,
                                       uint32_t shape)
{
    static const uint32_t steps[] = {1, 2, 10, 1000};
    uint32_t *a = check_numbers(c, 0, padded_count(a_count));
    uint32_t *b = check_numbers(c, 1, padded_count(b_count));
    uint16_t *at_a = check_room(c, 2, (LD_KERNEL_BLOCK + 16) * sizeof *at_a);
    uint16_t *at_b = check_room(c, 3, (LD_KERNEL_BLOCK + 16) * sizeof *at_b);
    fill_ascending(c, a, a_count, steps[shape % 4]);
    fill_ascending(c, b, b_count, shape & 8 ? steps[shape % 4] : steps[shape / 4 % 4]);
    for (uint32_t i = 0; shape & 16 && i < a_count && i < b_count; i++)
        b[i] = a[i];
    for (uint32_t i = 1; shape & 32 && i <= a_count; i++)
        a[a_count - i] = 0u - i; /* up to the highest number */
    for (uint32_t i = b_count; a_count && i < padded_count(b_count); i++)
        b[i] = a[test_random_below(&c->r, a_count)]; /* behind the end: members of the other */
    for (uint32_t i = a_count; b_count && i < padded_count(a_count); i++)
        a[i] = b[test_random_below(&c->r, b_count)];
    for (uint32_t i = 1; i < b_count; i++)
        if (b[i] <= b[i - 1])
            return; /* the copied head passed the rest: no list */
    for (uint32_t i = 1; i < a_count; i++)
        if (a[i] <= a[i - 1])
            return;
    uint32_t found = c->k->intersect(a, a_count, b, b_count, at_a, at_b), n = 0;
    for (uint32_t i = 0; i < a_count; i++) {
        for (uint32_t j = 0; j < b_count; j++) {
            if (a[i] != b[j])
                continue;
            CHECK(n < found && at_a[n] == i && at_b[n] == j, "%u of %u and %u of %u", i, a_count, j,
                  b_count);
            n++;
        }
    }
    CHECK(n == found, "%u of %u and %u, not %u", found, a_count, b_count, n);
}

static inline void check_intersect(kernels_check *c)
{
    for (size_t i = 0; i < CHECK_COUNTS; i++)
        for (size_t j = 0; j < CHECK_COUNTS; j++)
            for (uint32_t round = 0; round < 6 && !c->failure[0]; round++)
                check_intersect_one(c, check_counts[i], check_counts[j],
                                    test_random_below(&c->r, 64));
}

static inline void check_popcount(kernels_check *c)
{
    for (size_t count = 0; count < 90; count++) {
        uint64_t *a = check_room(c, 0, count * 8), *b = check_room(c, 1, count * 8);
        uint64_t one = 0, both = 0;
        for (size_t i = 0; i < 64 * count; i++) {
            uint64_t x = a[i / 64] >> (i % 64) & 1, y = b[i / 64] >> (i % 64) & 1;
            one += x;
            both += x & y;
        }
        CHECK(c->k->popcount(a, count) == one, "%zu words", count);
        CHECK(c->k->popcount_and(a, b, count) == both, "and of %zu words", count);
    }
}

/* One row a function of the table, so that a test names what fails. */
typedef struct kernels_check_row {
    const char *name;
    void (*run)(kernels_check *c);
} kernels_check_row;

static const kernels_check_row kernels_checks[] = {
    {"unpack", check_unpack},
    {"docs", check_docs},
    {"bits_to_docs", check_bits_to_docs},
    {"lower_bound", check_lower_bound},
    {"contribute", check_contribute},
    {"accumulate, set_bits", check_window_writers},
    {"collect", check_collect},
    {"filter", check_filter},
    {"intersect", check_intersect},
    {"popcount", check_popcount},
};
#define KERNELS_CHECKS (sizeof kernels_checks / sizeof *kernels_checks)

#endif
