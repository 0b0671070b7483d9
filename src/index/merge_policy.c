/*
 * Which neighbours merge. The plan looks at counts only, never at time or at bytes on the disk, so
 * the same documents in the same order give the same segments.
 *
 *   level of a segment = floor(log_factor(documents that are not deleted))
 *
 *     L2   L1  L0 L0 L0 L0 L0 L0 L0 L0        eight of level 0 stand at the end:
 *     L2   L1  [------- merge -------]        they become one of level 1
 *
 * Only neighbours merge, so that segments, and the documents in them, stay in the order in which
 * they were added (which decides between versions of equal date). Smaller segments that stand
 * between those of the level go along. A segment more than half deleted is rewritten alone.
 * Each document is rewritten about log_factor(N / documents of a flush) times.
 *
 * Rejected: tiers that pick segments anywhere (Lucene's TieredMergePolicy): a better fit of sizes,
 * but the order is lost.
 */
#include "index/writer_private.h"

static uint32_t level_of(const ld_merge_size *s, uint32_t factor)
{
    uint32_t level = 0;
    for (uint32_t live = s->docs - s->deleted; live >= factor; live /= factor)
        level++;
    return level;
}

/* The longest part of [first, first + count) from its beginning that holds at most docs_max. */
static ld_merge_choice fit(const ld_merge_size *segments, size_t first, uint32_t count,
                           uint64_t docs_max)
{
    uint64_t docs = 0;
    uint32_t fitting = 0;
    while (fitting < count && docs + segments[first + fitting].docs <= docs_max)
        docs += segments[first + fitting++].docs;
    return fitting >= 2 ? (ld_merge_choice){first, fitting} : (ld_merge_choice){0, 0};
}

/* The first run with `factor` segments of this level and none of a higher one between them. */
static ld_merge_choice plan_level(const ld_merge_size *segments, size_t count, uint32_t factor,
                                  uint32_t level, uint64_t docs_max)
{
    size_t start = 0;
    uint32_t found = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t here = level_of(&segments[i], factor);
        /* one that has no room for a neighbour of its size has reached its final form */
        if (here > level || segments[i].docs > docs_max / 2) {
            found = 0;
            continue;
        }
        if (here < level)
            continue;
        if (found++ == 0)
            start = i;
        if (found == factor && i - start + 1 <= LD_MERGE_FACTOR_MAX) {
            ld_merge_choice choice = fit(segments, start, (uint32_t)(i - start + 1), docs_max);
            if (choice.count > 0)
                return choice;
            found = 0;
        }
    }
    return (ld_merge_choice){0, 0};
}

ld_merge_choice ld_merge_plan(const ld_merge_size *segments, size_t count, uint32_t factor,
                              uint64_t docs_max)
{
    uint32_t top = 0;
    for (size_t i = 0; i < count; i++) {
        if (segments[i].deleted > segments[i].docs / 2 && segments[i].docs <= docs_max)
            return (ld_merge_choice){i, 1};
        uint32_t level = level_of(&segments[i], factor);
        top = level > top ? level : top;
    }
    for (uint32_t level = 0; level <= top; level++) {
        ld_merge_choice choice = plan_level(segments, count, factor, level, docs_max);
        if (choice.count > 0)
            return choice;
    }
    return (ld_merge_choice){0, 0};
}

ld_merge_choice ld_merge_plan_down(const ld_merge_size *segments, size_t count, size_t segments_max)
{
    if (count <= segments_max || count < 2)
        return (ld_merge_choice){0, 0};
    size_t window = count - segments_max + 1;
    if (window > LD_MERGE_FACTOR_MAX)
        window = LD_MERGE_FACTOR_MAX;
    ld_merge_choice best = {0, (uint32_t)window};
    uint64_t best_docs = UINT64_MAX;
    for (size_t first = 0; first + window <= count; first++) {
        uint64_t docs = 0;
        for (size_t i = first; i < first + window; i++)
            docs += segments[i].docs;
        if (docs < best_docs) {
            best_docs = docs;
            best.first = first;
        }
    }
    return best;
}
