/*
 * Which articles are near copies of this one? A few small numbers per article that copies share.
 *
 *   words      w1 w2 w3 w4 w5 w6 ...         letters and digits, ASCII case folded
 *   shingles   h(w1..w5) h(w2..w6) ...       SHINGLE_WORDS at a time
 *   winnowed   the smallest of every WINDOW neighbours
 *   kept       16 bits of each; the hashes_max that come first in a fixed order of all values
 *
 * Winnowing guarantees that two texts sharing a run of SHINGLE_WORDS + WINDOW - 1 = 12 words share
 * a hash, wherever the run stands. The cut to hashes_max goes by a permutation of the 16-bit
 * values, not by place, so that a shortened copy keeps those of its part. Only the body counts:
 * headlines and captions are what papers change first.
 *
 * Cost: linear in the words, 8 KiB of the arena and 4 bytes a shingle.
 * Source: Schleimer, Wilkerson, Aiken, "Winnowing: local algorithms for document fingerprinting",
 * SIGMOD 2003, sections 3 and 5.
 */
#include "news/copies.h"

#include <stdlib.h>

#include "base/error.h"

#define SHINGLE_WORDS 5u /* wire copies are edited word by word: 5 survive between two edits */
#define WINDOW        8u
#define VALUES        65536u
#define END_ALL       (VALUES - 1) /* of a list that was not cut */

typedef struct winnow {
    uint64_t words[SHINGLE_WORDS]; /* ring of the last words */
    uint64_t shingles[WINDOW];     /* ring of the last shingles */
    uint64_t word_count, shingle_count;
    uint64_t all;   /* of all words in their order */
    uint64_t *bits; /* [VALUES / 64] values seen */
} winnow;

static bool is_word_byte(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26 || (unsigned char)(c - '0') < 10 || c >= 0x80;
}

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15ull;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9ull;
    return h ^ h >> 32;
}

static void keep(winnow *w, uint64_t shingle)
{
    uint32_t value = (uint32_t)shingle & (VALUES - 1); /* the smallest have few high bits */
    w->bits[value / 64] |= 1ull << (value % 64);
}

static void keep_smallest(winnow *w, uint64_t count)
{
    uint64_t smallest = UINT64_MAX;
    for (uint64_t i = 0; i < count; i++)
        smallest = w->shingles[i] < smallest ? w->shingles[i] : smallest;
    keep(w, smallest);
}

static void add_word(winnow *w, uint64_t word)
{
    w->words[w->word_count++ % SHINGLE_WORDS] = word;
    w->all = mix(w->all + word);
    if (w->word_count < SHINGLE_WORDS)
        return;
    uint64_t h = 0;
    for (uint32_t i = 0; i < SHINGLE_WORDS; i++)
        h = mix(h + w->words[(w->word_count + i) % SHINGLE_WORDS]);
    w->shingles[w->shingle_count++ % WINDOW] = h;
    if (w->shingle_count >= WINDOW)
        keep_smallest(w, WINDOW);
}

static void add_text(winnow *w, ld_span text)
{
    for (size_t i = 0; i < text.bytes;) {
        uint64_t h = 0xcbf29ce484222325ull;
        size_t from = i;
        for (; i < text.bytes && is_word_byte((unsigned char)text.data[i]); i++) {
            unsigned char c = (unsigned char)text.data[i];
            /* U+2010..U+203F: dashes, quotes and dots part words as their ASCII kin do */
            if (c == 0xe2 && i + 2 < text.bytes && (unsigned char)text.data[i + 1] == 0x80)
                break;
            h = (h ^ (c >= 'A' && c <= 'Z' ? c | 0x20u : c)) * 0x100000001b3ull;
        }
        if (i > from)
            add_word(w, h);
        if (i < text.bytes)
            i += (unsigned char)text.data[i] == 0xe2 ? 3
                                                     : !is_word_byte((unsigned char)text.data[i]);
    }
}

/* A permutation of 0..65535 that has nothing to do with the order of the values. */
static uint32_t scatter(uint32_t i)
{
    i = i * 0x6487u & 0xffff;
    i ^= i >> 7;
    i = i * 0xa3b5u & 0xffff;
    return i ^ i >> 9;
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Lists the values seen, ascending. */
static uint32_t list_values(const uint64_t *bits, uint32_t *values)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < VALUES / 64; i++) {
        for (uint64_t word = bits[i]; word; word &= word - 1)
            values[count++] = i * 64 + (uint32_t)__builtin_ctzll(word);
    }
    return count;
}

/* Keeps the first `count_max` of the values in the scattered order; they end ascending. The last
 * place in that order that is kept. */
static uint32_t cut(uint32_t *values, uint32_t count, uint32_t count_max)
{
    for (uint32_t i = 0; i < count; i++)
        values[i] |= scatter(values[i]) << 16;
    qsort(values, count, sizeof *values, compare_u32);
    uint32_t end = count_max > 0 ? values[count_max - 1] >> 16 : 0;
    for (uint32_t i = 0; i < count_max; i++)
        values[i] &= VALUES - 1;
    qsort(values, count_max, sizeof *values, compare_u32);
    return end;
}

lede_status ld_copies_hashes(ld_arena *arena, const ld_article *article, uint32_t hashes_max,
                             const uint16_t **hashes, uint32_t *count, uint64_t *sketch,
                             lede_error *err)
{
    *hashes = NULL;
    *sketch = 0;
    *count = 0;
    winnow w = {.bits = ld_arena_array(arena, VALUES / 64, sizeof *w.bits)};
    if (!w.bits)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < article->block_count; i++)
        add_text(&w, article->blocks[i].text);
    if (w.shingle_count > 0 && w.shingle_count < WINDOW)
        keep_smallest(&w, w.shingle_count);
    uint64_t kept = w.shingle_count < VALUES ? w.shingle_count : VALUES;
    uint32_t *values = ld_arena_array(arena, (size_t)kept + 1, sizeof *values);
    uint16_t *out = ld_arena_array(arena, (size_t)hashes_max + 1, sizeof *out);
    if (!values || !out)
        return ld_arena_status(arena, err);
    uint32_t found = list_values(w.bits, values), end = END_ALL;
    if (found > hashes_max) {
        end = cut(values, found, hashes_max);
        found = hashes_max;
    }
    for (uint32_t i = 0; i < found; i++)
        out[i] = (uint16_t)values[i];
    *hashes = out;
    *count = found;
    *sketch = (w.all >> 32) << 16 | end;
    return LEDE_OK;
}

/* ---- comparing ---- */

#define MODERATE_PERCENT 12u /* of the hashes that both could hold */
#define HIGH_PERCENT     50u

const char *const ld_copy_names[LD_COPY_EXACT + 1] = {"none", "moderate", "high", "exact"};

/*
 * Lists that were cut are samples of the same order: what both could have kept is what stands
 * before the nearer of their two ends, and only that is counted, so that a short copy of a long
 * story is not held against the hashes the long list had no room for. Of the list that ends later
 * the share before the other's end is taken to be that of the order: an index that keeps hashes
 * inverted knows the shared ones, the counts and the sketches, and no more.
 */
ld_copy ld_copies_level(uint32_t shared, uint32_t a_count, uint64_t a_sketch, uint32_t b_count,
                        uint64_t b_sketch)
{
    uint64_t a_end = a_sketch & END_ALL, b_end = b_sketch & END_ALL;
    uint64_t end = a_end < b_end ? a_end : b_end;
    uint32_t a_in = (uint32_t)((a_count * (end + 1) + a_end / 2) / (a_end + 1));
    uint32_t b_in = (uint32_t)((b_count * (end + 1) + b_end / 2) / (b_end + 1));
    uint32_t smaller = a_in < b_in ? a_in : b_in, larger = a_in < b_in ? b_in : a_in;
    if (shared > 0 && shared == a_count && shared == b_count && a_sketch == b_sketch)
        return LD_COPY_EXACT;
    if (shared < LD_COPY_SHARED_MIN)
        return LD_COPY_NONE;
    if (shared * 100 >= HIGH_PERCENT * larger)
        return LD_COPY_HIGH;
    return shared * 100 >= MODERATE_PERCENT * smaller ? LD_COPY_MODERATE : LD_COPY_NONE;
}

ld_copy ld_copies_compare(const uint16_t *a, uint32_t a_count, uint64_t a_sketch, const uint16_t *b,
                          uint32_t b_count, uint64_t b_sketch)
{
    uint32_t shared = 0, k = 0;
    for (uint32_t i = 0; i < a_count; i++) {
        while (k < b_count && b[k] < a[i])
            k++;
        shared += k < b_count && b[k] == a[i];
    }
    return ld_copies_level(shared, a_count, a_sketch, b_count, b_sketch);
}
