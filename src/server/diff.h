#ifndef LD_SERVER_DIFF_H
#define LD_SERVER_DIFF_H
/*
 * What changed between two texts, word by word: the longest common subsequence of their words, by
 * dynamic programming over what is left between the common beginning and the common end.
 *
 *   old  the bridge | is shut  | today        =the bridge= -is shut- +reopens+ =today=
 *   new  the bridge | reopens  | today
 *
 * Versions of a story differ by a sentence or a paragraph, so the table is small. Where it would
 * pass LD_SERVER_DIFF_CELLS_MAX the two middles are told as removed and added as a whole, which is
 * true too.
 */
#include "base/env.h"
#include "base/span.h"

typedef enum ld_diff_kind { LD_DIFF_SAME, LD_DIFF_REMOVED, LD_DIFF_ADDED } ld_diff_kind;

typedef struct ld_diff_word {
    ld_diff_kind kind;
    ld_span text; /* a word, or "\n": a new paragraph */
} ld_diff_word;

typedef struct ld_diff {
    const lede_env *env;
    ld_diff_word *words; /* [count], owned */
    size_t count, capacity;
} ld_diff;

/* The texts must live as long as the diff. Fails with NOMEM. Release with ld_diff_release, also
 * after a failure. */
lede_status ld_diff_make(ld_diff *diff, const lede_env *env, ld_span old_text, ld_span new_text,
                         lede_error *err);
void ld_diff_release(ld_diff *diff);

#endif
