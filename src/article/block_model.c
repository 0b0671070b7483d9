/*
 * Is this block of the story? (block_model.h)
 *
 *     words < 12 ?  yes: link_share < 50 ? ...     each tree ends in a leaf; the leaves are added
 *                   no:  rule < 1 ? ...
 *
 * Gradient-boosted trees (Friedman, "Greedy function approximation", 2001), trained by
 * tools/train_blocks.py and shipped as tables. Thresholds, leaves and sums are integers: the same
 * page gives the same story on every machine.
 *
 * Invariant: a walk ends, since children stand behind their parents; the tests check the tables.
 * Rejected: a linear model (a name like "related" means another thing at another density of links),
 * networks (a hundred times the cost), and a second stage of trees that sees the scores around a
 * block (measured by folds over sites: worse on four of six sets, since these have few sites).
 */
#include "article/block_model.h"

int32_t ld_block_model_score(const ld_block_model *model, const ld_features *row)
{
    int32_t sum = model->bias;
    for (uint32_t t = 0; t < model->tree_count; t++) {
        const ld_block_node *node = model->nodes + model->roots[t];
        while (node->feature != LD_BLOCK_NODE_LEAF)
            node += row->values[node->feature] < node->threshold ? 1 : node->right;
        sum += node->threshold;
    }
    return sum;
}
