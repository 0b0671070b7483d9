#ifndef LD_ARTICLE_BLOCK_MODEL_H
#define LD_ARTICLE_BLOCK_MODEL_H
/* Is this block of the story? Boosted trees over its features. */
#include "article/features.h"

#define LD_BLOCK_TREE_DEPTH  6u
#define LD_BLOCK_TREE_LEAVES (1u << LD_BLOCK_TREE_DEPTH)
#define LD_BLOCK_TREE_SPLITS (LD_BLOCK_TREE_LEAVES - 1)
#define LD_BLOCK_ROWS        4u /* scored at a time */

typedef struct ld_block_split {
    int16_t threshold; /* left when the feature is below it */
    uint16_t feature;  /* LD_FEATURE_... */
} ld_block_split;

/* Every tree is complete: the children of split s are 2s + 1 and 2s + 2, and what lies behind the
 * last splits are the leaves, from left to right. */
typedef struct ld_block_model {
    const ld_block_split *splits; /* [tree_count * LD_BLOCK_TREE_SPLITS] */
    const int16_t *leaves;        /* [tree_count * LD_BLOCK_TREE_LEAVES] in 256ths */
    uint32_t tree_count;
    int32_t bias; /* in 256ths */
} ld_block_model;

extern const ld_block_model ld_block_model_default; /* block_model_tables.c */

/* Log odds in 256ths of each row; above zero: of the story. Cost: trees times their depth. */
void ld_block_model_score(const ld_block_model *model, const ld_features *const rows[LD_BLOCK_ROWS],
                          int32_t scores[LD_BLOCK_ROWS]);

#endif
