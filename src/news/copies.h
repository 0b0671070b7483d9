#ifndef LD_NEWS_COPIES_H
#define LD_NEWS_COPIES_H
/* Fingerprints by which near copies of an article are recognised. */
#include "flow/article.h"
#include "base/arena.h"

/*
 * Winnowed hashes of the body's word shingles (Schleimer, Wilkerson, Aiken: "Winnowing", SIGMOD
 * 2003), 16 bits each, ascending and distinct, at most hashes_max of them (the smallest by a second
 * hash, so that a truncated copy keeps most of what it shares).
 */
lede_status ld_copies_hashes(ld_arena *arena, const ld_article *article, uint32_t hashes_max,
                             const uint16_t **hashes, uint32_t *count, lede_error *err);

#endif
