#ifndef LD_INDEX_REORDER_H
#define LD_INDEX_REORDER_H
/*
 * The order of a merge's documents: by day in partitions, and within a partition so that documents
 * that share words stand together. reorder.c says how.
 */
#include "index/doc_map.h"
#include "index/segment.h"
#include "index/sidecars.h"

#define LD_REORDER_PARTITION_DOCS 65536u /* whole days until there are so many */
#define LD_REORDER_AUTO_DOCS      65536u /* a merge of fewer keeps their order, unless asked */

typedef struct ld_reorder_input {
    const lede_env *env;
    ld_segment_writer *out;             /* for what is needed on the way */
    const char *segment_path;           /* of the new segment; lives as long as the order */
    const ld_segment *const *segments;  /* [count] */
    const ld_sidecars *const *sidecars; /* [count] */
    const ld_doc_map *maps;             /* [count] that count */
    const uint64_t *const *superseded;  /* [count] a bit a document, NULL: none is */
    uint32_t count, docs;
    uint32_t partition_docs; /* LD_REORDER_PARTITION_DOCS; tests take less */
    size_t memory_max_bytes; /* less than the bisection of a partition needs: it stays by day */
} ld_reorder_input;

/* Fills an empty order. The same sources and memory give the same order, on any number of threads.
 */
lede_status ld_reorder(const ld_reorder_input *in, ld_doc_order *order, lede_error *err);

#endif
