#ifndef LD_NEWS_COPIES_H
#define LD_NEWS_COPIES_H
/* Fingerprints by which near copies of an article are recognised. */
#include "base/arena.h"
#include "flow/article.h"

/*
 * Winnowed hashes of the body's word shingles (Schleimer, Wilkerson, Aiken: "Winnowing", SIGMOD
 * 2003), 16 bits each, ascending and distinct, at most hashes_max of them (the smallest by a second
 * hash, so that a truncated copy keeps most of what it shares).
 */
lede_status ld_copies_hashes(ld_arena *arena, const ld_article *article, uint32_t hashes_max,
                             const uint16_t **hashes, uint32_t *count, lede_error *err);

typedef enum ld_copy {
    LD_COPY_NONE,
    LD_COPY_MODERATE, /* a part of one stands in the other, or both are edits of one text */
    LD_COPY_HIGH,     /* most of the longer one stands in the shorter one too */
    LD_COPY_EXACT     /* the same hashes */
} ld_copy;
extern const char *const ld_copy_names[LD_COPY_EXACT + 1];
/* How alike two articles are by their hashes, both made with the same hashes_max. */
ld_copy ld_copies_compare(const uint16_t *a, uint32_t a_count, const uint16_t *b, uint32_t b_count,
                          uint32_t hashes_max);

#endif
