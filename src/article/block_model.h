#ifndef LD_ARTICLE_BLOCK_MODEL_H
#define LD_ARTICLE_BLOCK_MODEL_H
/* Is this block of the story? Boosted trees over its features. */
#include "article/features.h"

#define LD_BLOCK_NODE_LEAF 255u

/* A tree stands in preorder: the left child follows its parent. */
typedef struct ld_block_node {
    uint8_t feature;   /* LD_FEATURE_..., or LD_BLOCK_NODE_LEAF */
    uint8_t right;     /* nodes from here to the right child */
    int16_t threshold; /* left when the feature is below it; of a leaf: its value in 256ths */
} ld_block_node;

typedef struct ld_block_model {
    const ld_block_node *nodes;
    const uint16_t *roots; /* [tree_count] indices of nodes */
    uint32_t tree_count;
    int32_t bias; /* in 256ths */
} ld_block_model;

extern const ld_block_model ld_block_model_default; /* block_model_tables.c */

/* Log odds in 256ths; above zero: of the story. Cost: trees times their depth. */
int32_t ld_block_model_score(const ld_block_model *model, const ld_features *row);

#endif
