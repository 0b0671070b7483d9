#ifndef LD_INDEX_BISECT_H
#define LD_INDEX_BISECT_H
/*
 * An order of documents in which those that share words stand together, so that the gaps in the
 * lists of postings are small: recursive graph bisection. How it works and what it costs stands in
 * bisect.c.
 */
#include <stddef.h>
#include <stdint.h>

#define LD_BISECT_LEAF_DOCS      128u /* a range of so many is left in its order */
#define LD_BISECT_ITERATIONS_MAX 20u
#define LD_BISECT_TERMS_MAX      65536u

/* The terms of each document, those that decide. */
typedef struct ld_bisect_graph {
    const uint32_t *starts; /* [docs + 1] into terms */
    const uint16_t *terms;  /* < term_count, distinct within a document */
    uint32_t docs;          /* < 2^31 */
    uint32_t term_count;    /* at most LD_BISECT_TERMS_MAX */
} ld_bisect_graph;

/* order: [docs] is filled with the numbers of the documents in their new order. memory:
 * [ld_bisect_memory_bytes] aligned to 16. The same graph gives the same order on every machine. */
void ld_bisect(const ld_bisect_graph *graph, void *memory, uint32_t *order);
size_t ld_bisect_memory_bytes(uint32_t docs, uint32_t term_count);

/* ---- the cost function, for its test ---- */
#define LD_BISECT_UNIT 1024 /* of a bit */
/* The bits that a list of `degree` documents among `docs` saves by its last document, in units:
 * degree * log2(degree + 1) - (degree - 1) * log2(degree). */
typedef struct ld_bisect_table ld_bisect_table;
size_t ld_bisect_table_bytes(void);
void ld_bisect_table_init(ld_bisect_table *t);
int32_t ld_bisect_saving(const ld_bisect_table *t, uint32_t degree);

#endif
