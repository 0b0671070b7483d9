#ifndef LD_CODEC_KERNELS_H
#define LD_CODEC_KERNELS_H
/*
 * The closed list of inner loops that searches spend their time in, each in a variant per level of
 * base/cpu.h. The scalar variant is the definition; the others equal it bit for bit on every input
 * that keeps the stated bounds. Bounds on what comes from a file (widths, bytes) are tested inside;
 * bounds on what the program itself made (a document below the window's end) are the caller's.
 *
 *   postings block --unpack--> gaps --docs--> documents --contribute--> contributions
 *                                                       --accumulate--> window of sums --collect-->
 *
 * A window is LD_WINDOW_DOCS documents; documents in it are named by their offset in the window.
 * A contribution is what one term adds to the score of a document: BM25, as a whole number of
 * query-chosen units, at least 1, so that sums are exact whatever the order and 0 means "no match".
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LD_KERNEL_BLOCK 256u  /* numbers of one block at most */
#define LD_WINDOW_DOCS  8192u /* documents of one window */
#define LD_WINDOW_WORDS (LD_WINDOW_DOCS / 64u)

typedef struct ld_kernels {
    const char *name; /* "scalar", "avx2", "avx512", "neon" */

    /* `count` (<= LD_KERNEL_BLOCK) values of `width` bits (0 to 32), laid out as codec/bitpack.h
     * has them. Reads nothing outside of [data, data + bytes). May write values up to the next
     * multiple of 16 (values has room for LD_KERNEL_BLOCK). False, where width or bytes do not fit.
     */
    bool (*unpack)(const uint8_t *data, size_t bytes, uint32_t count, uint32_t width,
                   uint32_t *values);

    /* Gaps to documents, in place: document i = next + i + the sum of gaps 0..i, modulo 2^32.
     * Answers next + count + the sum of all gaps without wrapping (the last document + 1). Gaps
     * past count may be overwritten up to the next multiple of 16. */
    uint64_t (*docs)(uint32_t *values, uint32_t count, uint32_t next);

    /* Members of a bit set as documents: bit k of the little-endian words is document base + k.
     * Writes at most LD_KERNEL_BLOCK, ascending; answers how many bits are set in all words. words
     * need no alignment; bytes = 8 * word_count, nothing outside is read. docs has room for
     * LD_KERNEL_BLOCK + 16. */
    uint32_t (*bits_to_docs)(const uint8_t *words, uint32_t word_count, uint32_t base,
                             uint32_t *docs);

    /* How many of docs[0..count) are < target; docs ascend. count <= LD_KERNEL_BLOCK; docs may be
     * read up to the next multiple of 16. */
    uint32_t (*lower_bound)(const uint32_t *docs, uint32_t count, uint32_t target);

    /* contributions[i] = max(1, round(weight * (t / (t + k[codes[docs[i]]])))) with
     * t = tfs[i] * unit, every step rounded to single precision, the last to the nearest whole
     * number, halves to even. weight * 1 < 2^31. tfs NULL: all are 1. */
    void (*contribute)(const uint32_t *docs, const uint32_t *tfs, uint32_t count,
                       const uint8_t *codes, const float k[256], float unit, float weight,
                       uint32_t *contributions);
    /* The same with the weighted frequency of each posting given. */
    void (*contribute_t)(const uint32_t *docs, const float *t, uint32_t count, const uint8_t *codes,
                         const float k[256], float weight, uint32_t *contributions);

    /* window[docs[i] - base] += contributions[i]; documents distinct, in the window. */
    void (*accumulate)(uint32_t *window, const uint32_t *docs, uint32_t count, uint32_t base,
                       const uint32_t *contributions);

    /* Sets bit docs[i] - base of the words, which are there. */
    void (*set_bits)(uint64_t *words, const uint32_t *docs, uint32_t count, uint32_t base);

    /* Offsets whose sum is >= threshold (threshold >= 1) and their sums, ascending; every window
     * entry is set to 0; `entries` is a multiple of 64, <= LD_WINDOW_DOCS. *matches: how many sums
     * were not 0. offsets and sums have room for LD_WINDOW_DOCS + 16. Answers how many were
     * written. */
    uint32_t (*collect)(uint32_t *window, uint32_t entries, uint32_t threshold, uint16_t *offsets,
                        uint32_t *sums, uint32_t *matches);

    /* Keeps the pairs with sums[i] + more >= threshold, in place, in order (sums stay without
     * `more`). No addition wraps. Answers how many are left. docs and sums may be written up to the
     * next multiple of 16. */
    uint32_t (*filter)(uint32_t *docs, uint32_t *sums, uint32_t count, uint32_t more,
                       uint32_t threshold);

    /* Which documents two ascending lists share: at_a[i] and at_b[i] are their places. Each count
     * <= LD_KERNEL_BLOCK; at_a and at_b have room for LD_KERNEL_BLOCK + 16; the lists may be read
     * up to the next multiple of 16. Answers how many. */
    uint32_t (*intersect)(const uint32_t *a, uint32_t a_count, const uint32_t *b, uint32_t b_count,
                          uint16_t *at_a, uint16_t *at_b);

    /* Bits set in the words, and in the AND of two; count in words. */
    uint64_t (*popcount)(const uint64_t *words, size_t count);
    uint64_t (*popcount_and)(const uint64_t *a, const uint64_t *b, size_t count);
} ld_kernels;

/* Of the level in force (base/cpu.h). Any thread. */
const ld_kernels *ld_kernels_get(void);
/* Of a level, for tests and benches; NULL: this build or machine has no such variant. A variant may
 * share functions with a lower level where a better one is not to be had. */
const ld_kernels *ld_kernels_scalar_get(void);
const ld_kernels *ld_kernels_avx2_get(void);
const ld_kernels *ld_kernels_avx512_get(void);
const ld_kernels *ld_kernels_neon_get(void);

#endif
