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
 * The trees are filled up to one depth, so a walk is a fixed number of steps without a jump that
 * could be guessed wrong, and the walks of several rows are made side by side: 0.35 us a row of 90
 * trees, where walks from link to link took 0.8.
 *
 * Rejected: stopping once the leaves that are left cannot change the sign (measured: 76 of the 90
 * trees are asked all the same, and it is slower), a linear model (a name like "related" means
 * another thing at another density of links), networks (a hundred times the cost), and a second
 * stage of trees that sees the scores around a block (measured by folds over sites: worse on four
 * of six sets, since these have few sites).
 */
#include "article/block_model.h"

void ld_block_model_score(const ld_block_model *model, const ld_features *const rows[LD_BLOCK_ROWS],
                          int32_t scores[LD_BLOCK_ROWS])
{
    const ld_block_split *splits = model->splits;
    const int16_t *leaves = model->leaves;
    int32_t sums[LD_BLOCK_ROWS] = {model->bias, model->bias, model->bias, model->bias};
    for (uint32_t t = 0; t < model->tree_count; t++) {
        uint32_t at[LD_BLOCK_ROWS] = {0};
        for (uint32_t level = 0; level < LD_BLOCK_TREE_DEPTH; level++)
            for (uint32_t r = 0; r < LD_BLOCK_ROWS; r++) {
                const ld_block_split *split = &splits[at[r]];
                at[r] = 2 * at[r] + 1 + (rows[r]->values[split->feature] >= split->threshold);
            }
        for (uint32_t r = 0; r < LD_BLOCK_ROWS; r++)
            sums[r] += leaves[at[r] - LD_BLOCK_TREE_SPLITS];
        splits += LD_BLOCK_TREE_SPLITS;
        leaves += LD_BLOCK_TREE_LEAVES;
    }
    memcpy(scores, sums, sizeof sums);
}
