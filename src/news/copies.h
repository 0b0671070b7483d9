#ifndef LD_NEWS_COPIES_H
#define LD_NEWS_COPIES_H
/* Fingerprints by which near copies of an article are recognised. */
#include "base/arena.h"
#include "flow/article.h"

/*
 * A sample of the body's runs of 14 letters, 16 bits of a hash of each, ascending and distinct, at
 * most hashes_max (< 2^16) of them: those with the smallest hashes, so that a truncated copy keeps
 * most of what it shares. *sketch, below 2^48: where the sample ends in the order it was cut by,
 * and 32 bits of the hash of all words.
 */
lede_status ld_copies_hashes(ld_arena *arena, const ld_article *article, uint32_t hashes_max,
                             const uint16_t **hashes, uint32_t *count, uint64_t *sketch,
                             lede_error *err);

typedef enum ld_copy {
    LD_COPY_NONE,
    LD_COPY_MODERATE, /* a part of one stands in the other, or both are edits of one text */
    LD_COPY_HIGH,     /* most of the longer one stands in the shorter one too */
    LD_COPY_EXACT     /* the same words in the same order */
} ld_copy;
extern const char *const ld_copy_names[LD_COPY_EXACT + 1];
#define LD_COPY_SHARED_MIN                                                                         \
    6u /* fewer are phrases of the trade ("said in a statement"), which all stories of a day share \
        */
/* How alike two articles are that share so many hashes, made with the same hashes_max; the same
 * whichever comes first. */
ld_copy ld_copies_level(uint32_t shared, uint32_t a_count, uint64_t a_sketch, uint32_t b_count,
                        uint64_t b_sketch);
/* The same of two lists. */
ld_copy ld_copies_compare(const uint16_t *a, uint32_t a_count, uint64_t a_sketch, const uint16_t *b,
                          uint32_t b_count, uint64_t b_sketch);

#endif
