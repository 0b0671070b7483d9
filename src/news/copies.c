/*
 * Which articles are near copies of this one? A few small numbers per article that copies share.
 *
 *   text      "We must combine our ..."       letters and digits, ASCII case folded
 *   grams     wemustcombineo emustcombineou   GRAM_LETTERS at a time, each letter once the first
 *   sample    the hashes_max smallest of all grams' 64-bit hashes
 *   kept      16 other bits of each, and where the sample ends
 *
 * Samples of two texts are taken in the same order of all grams, so what both share before the
 * nearer end is a fair share of what the texts share. A gram of 14 letters lives on between two
 * edits wherever words do, and one in four does where a scanner misreads every tenth letter (two
 * words in five are whole then, and one run of five in a hundred). Shorter grams bear more noise
 * and are what all stories of a day share; longer ones the other way round (figures for 10 to 20:
 * README.md). Letters are code points, so that 14 are as much in every alphabet. White space and
 * marks do not count: scanners lose them, and words are hyphenated at the ends of lines. Only the
 * body counts: headlines and captions are what papers change first.
 *
 * Rejected: winnowed shingles of words (a word lost here loses five shingles, and the winner of
 * their windows: one letter in ten wrong and half of the copies are missed); a second list for
 * noisy texts (twice the bytes, and no better on the clean ones).
 *
 * Cost: two multiplications a letter; 8 bytes of the arena for four samples' hashes.
 * Sources: Broder, "On the resemblance and containment of documents", SEQUENCES 1997 (samples by
 * the smallest hashes); Karp, Rabin, "Efficient randomized pattern-matching algorithms", IBM
 * Journal 31(2), 1987 (a gram's hash from that of the one before).
 */
#include "news/copies.h"

#include <stdlib.h>

#include "base/error.h"

#define GRAM_LETTERS 14u
#define RADIX        0x9e3779b97f4a7c15ull
#define END_ALL      65535u /* of a sample that holds all there is */
#define ROOM_MIN     64u

typedef struct sampler {
    uint64_t letters[GRAM_LETTERS]; /* ring of the last ones */
    uint64_t letter_count;
    uint64_t gram;  /* of the letters in the ring */
    uint64_t leave; /* RADIX to the power of GRAM_LETTERS: what a letter counts when it leaves */
    uint64_t word;  /* of the letters of the word so far */
    uint64_t all;   /* of all words in their order */
    uint64_t limit; /* hashes from here on are not of the sample */
    uint64_t *kept; /* [kept_count <= room] */
    uint32_t kept_count, room, hashes_max;
} sampler;

#define WORD_NONE 0xcbf29ce484222325ull

static uint64_t mix(uint64_t h)
{
    h ^= h >> 32;
    h *= RADIX;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9ull;
    return h ^ h >> 32;
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* The smallest hashes_max of what was kept, ascending and distinct. */
static void sample_cut(sampler *s)
{
    uint32_t count = 0;
    qsort(s->kept, s->kept_count, sizeof *s->kept, compare_u64);
    for (uint32_t i = 0; i < s->kept_count && count < s->hashes_max; i++)
        if (count == 0 || s->kept[count - 1] != s->kept[i])
            s->kept[count++] = s->kept[i];
    s->kept_count = count;
    if (count == s->hashes_max)
        s->limit = s->kept[count - 1];
}

static void add_letter(sampler *s, uint64_t letter)
{
    uint64_t *place = &s->letters[s->letter_count++ % GRAM_LETTERS];
    s->word = (s->word ^ letter) * 0x100000001b3ull;
    s->gram = s->gram * RADIX + letter - *place * s->leave;
    *place = letter;
    if (s->letter_count < GRAM_LETTERS)
        return;
    uint64_t hash = mix(s->gram);
    if (hash >= s->limit)
        return;
    s->kept[s->kept_count++] = hash;
    if (s->kept_count == s->room)
        sample_cut(s);
}

static void end_word(sampler *s)
{
    if (s->word != WORD_NONE)
        s->all = mix(s->all + s->word);
    s->word = WORD_NONE;
}

/* Bytes of a letter that begins with c >= 0x80; bytes that are no UTF-8 are letters of their own.
 */
static size_t letter_bytes(ld_span text, size_t at)
{
    unsigned char c = (unsigned char)text.data[at];
    size_t wanted = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 1, n = 1;
    while (n < wanted && at + n < text.bytes && ((unsigned char)text.data[at + n] & 0xc0) == 0x80)
        n++;
    return n;
}

static void add_text(sampler *s, ld_span text)
{
    for (size_t i = 0; i < text.bytes;) {
        unsigned char c = (unsigned char)text.data[i], folded = c | 0x20;
        if (c < 0x80) {
            bool letter = (unsigned char)(folded - 'a') < 26;
            if (letter || (unsigned char)(c - '0') < 10)
                add_letter(s, letter ? folded : c);
            else
                end_word(s);
            i++;
            continue;
        }
        size_t n = letter_bytes(text, i);
        /* U+2000..U+203F: spaces, dashes, quotes and dots part words as their ASCII kin do */
        if (n == 3 && c == 0xe2 && (unsigned char)text.data[i + 1] == 0x80) {
            end_word(s);
        } else {
            uint64_t letter = 0;
            for (size_t k = 0; k < n; k++)
                letter = letter << 8 | (unsigned char)text.data[i + k];
            add_letter(s, letter);
        }
        i += n;
    }
    end_word(s);
}

/* The place of a hash in 16 bits that keep the order: the exponent and 10 bits behind it. */
static uint32_t end_encode(uint64_t hash)
{
    uint32_t exponent = 63u - (uint32_t)__builtin_clzll(hash | 1);
    uint64_t fraction = exponent >= 10 ? hash >> (exponent - 10) : hash << (10 - exponent);
    return exponent << 10 | (uint32_t)(fraction & 1023);
}

/* In 2^-40ths of all hashes, 1 at least. */
static uint64_t end_decode(uint64_t sketch)
{
    uint32_t end = sketch & END_ALL, exponent = end >> 10, fraction = 1024 | (end & 1023);
    if (end == END_ALL)
        return UINT64_C(1) << 40;
    return (exponent >= 34 ? (uint64_t)fraction << (exponent - 34)
                           : (uint64_t)fraction >> (34 - exponent)) +
           1;
}

static int compare_u16(const void *a, const void *b)
{
    return *(const uint16_t *)a - *(const uint16_t *)b;
}

/* 16 bits of each that have no part in the order; ascending and distinct. */
static uint32_t list_values(const sampler *s, uint16_t *values)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->kept_count; i++)
        values[i] = (uint16_t)s->kept[i];
    qsort(values, s->kept_count, sizeof *values, compare_u16);
    for (uint32_t i = 0; i < s->kept_count; i++)
        if (count == 0 || values[count - 1] != values[i])
            values[count++] = values[i];
    return count;
}

lede_status ld_copies_hashes(ld_arena *arena, const ld_article *article, uint32_t hashes_max,
                             const uint16_t **hashes, uint32_t *count, uint64_t *sketch,
                             lede_error *err)
{
    sampler s = {.hashes_max = hashes_max,
                 .room = hashes_max * 4 + ROOM_MIN,
                 .word = WORD_NONE,
                 .limit = UINT64_MAX,
                 .leave = 1};
    *hashes = NULL;
    *sketch = 0;
    *count = 0;
    if (hashes_max == 0)
        return LEDE_OK;
    s.kept = ld_arena_array(arena, s.room, sizeof *s.kept);
    uint16_t *values = ld_arena_array(arena, hashes_max, sizeof *values);
    if (!s.kept || !values)
        return ld_arena_status(arena, err);
    for (uint32_t i = 0; i < GRAM_LETTERS; i++)
        s.leave *= RADIX;
    for (uint32_t i = 0; i < article->block_count; i++)
        add_text(&s, article->blocks[i].text);
    sample_cut(&s);
    bool cut = s.kept_count == hashes_max;
    *hashes = values;
    *count = list_values(&s, values);
    *sketch = (s.all >> 32) << 16 | (cut ? end_encode(s.limit) : END_ALL);
    return LEDE_OK;
}

/* ---- comparing ---- */

#define MODERATE_PERCENT 12u /* of the hashes that both could hold */
#define HIGH_PERCENT     50u

const char *const ld_copy_names[LD_COPY_EXACT + 1] = {"none", "moderate", "high", "exact"};

/*
 * Samples that were cut end somewhere in the order of all grams: what both could have kept is what
 * stands before the nearer of their two ends, and only that is counted, so that a short copy of a
 * long story is not held against the grams the long one's sample had no room for. Of the sample
 * that ends later the share before the other's end is taken to be that of the order: an index that
 * keeps hashes inverted knows the shared ones, the counts and the sketches, and no more.
 */
ld_copy ld_copies_level(uint32_t shared, uint32_t a_count, uint64_t a_sketch, uint32_t b_count,
                        uint64_t b_sketch)
{
    uint64_t a_end = end_decode(a_sketch), b_end = end_decode(b_sketch);
    uint64_t end = a_end < b_end ? a_end : b_end;
    uint32_t a_in = (uint32_t)((a_count * end + a_end / 2) / a_end);
    uint32_t b_in = (uint32_t)((b_count * end + b_end / 2) / b_end);
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
