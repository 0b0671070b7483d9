#ifndef LD_INDEX_POSTINGS_PRIVATE_H
#define LD_INDEX_POSTINGS_PRIVATE_H
/*
 * What the three files of the postings reader share: postings_read.c opens and walks,
 * postings_block.c decodes blocks, postings_numbers.c the positions and ordinals of a block.
 */
#include "codec/kernels.h"
#include "index/positions_read.h"
#include "index/postings.h"
#include "index/postings_format.h"
#include "index/terms_read.h"

#define LD_POSTINGS_PAD 16u /* arrays of a block are readable up to a multiple of it */

_Static_assert(LD_POSTINGS_BLOCK == LD_KERNEL_BLOCK, "kernels take a whole block");

/* Class frequencies of one block; a pulsed term has but the first row. */
typedef struct ld_postings_block_classes {
    uint32_t count;
    uint8_t flagged_at[LD_POSTINGS_BLOCK];            /* [count] ascending */
    uint32_t tf[LD_POSTINGS_BLOCK][LD_CLASS_FLAGGED]; /* [count] */
} ld_postings_block_classes;

/* The block at hand. Arrays are in the cursor's arena, made when first needed and used again. */
typedef struct ld_postings_block {
    uint32_t ordinal;          /* UINT32_MAX: none */
    uint32_t count;            /* its postings */
    uint32_t next;             /* the first document it may hold */
    const uint8_t *data, *end; /* its first group; the most it may take */
    const uint8_t *words;      /* the bit set, tested at the load; NULL: a group */
    uint32_t word_count, base;
    const uint8_t *tf_data;    /* NULL: every tf is 1 */
    const uint8_t *class_data; /* NULL: none */
    bool docs_ready, tfs_ready, classes_ready, t_ready, sums_ready, positions_open, forms_open;
    uint32_t *docs, *tfs; /* [count] */
    uint32_t *tf_before;  /* [count + 1] sums of tfs[0 .. i); not made where every tf is 1 */
    float *t;             /* [count] at t_weights */
    float t_weights[LD_CLASS_COUNT];
    ld_postings_block_classes *classes;
    ld_stream_reader *positions, *forms;
} ld_postings_block;

typedef struct ld_postings_cursor {
    ld_postings head; /* what callers see; first */
    const ld_terms *terms;
    const ld_kernels *kernels;
    ld_term term;
    ld_arena *arena;
    bool is_form_list, is_pulsed;

    /* the list */
    uint64_t region, region_bytes; /* of the term in POSTINGS */
    uint64_t only_block_bytes;     /* a list of one block: at most so long */
    uint32_t block_count;
    const uint8_t *last_docs, *blocks_at, *positions_at, *forms_at,
        *bounds; /* skip table or NULL */
    uint32_t positions_width, forms_width;

    ld_postings_block b;
    uint32_t at;           /* the current posting in it */
    uint32_t flagged_next; /* its first flagged posting not before `at` */

    /* The numbers of one posting, kept because the next call often wants them again. */
    uint32_t positions_of, forms_of; /* which posting of the block; UINT32_MAX: none */
    uint32_t *positions;
    uint16_t *forms;
    size_t positions_capacity, forms_capacity;
} ld_postings_cursor;

static inline ld_postings_cursor *ld_postings_cursor_of(const ld_postings *p)
{
    /* Every ld_postings is made here and none is const; answers of const calls may be decoded. */
    return (ld_postings_cursor *)(uintptr_t)p;
}

static inline uint32_t ld_postings_last_doc(const ld_postings_cursor *c, uint32_t block)
{
    return ld_load_u32(c->last_docs + 4ull * block);
}

static inline bool ld_postings_keeps_best(const ld_postings_cursor *c)
{
    return !c->is_form_list && c->head.df > LD_POSTINGS_BEST_DF;
}

/* Both end the cursor, keep the first failure, and answer LD_DOC_END. */
uint32_t ld_postings_fail(ld_postings_cursor *c, lede_status status);
uint32_t ld_postings_corrupt(ld_postings_cursor *c, const char *part, const char *why);
/* An array in the arena, made once; false: refused, and the cursor has failed. */
bool ld_postings_array(ld_postings_cursor *c, void **array, size_t bytes);

/* The first block at or after `from` whose last document is >= target, galloping. */
uint32_t ld_postings_find_block(const ld_postings_cursor *c, uint32_t from, uint32_t target);
/* Each decodes on the first call for a block. False: the cursor has failed. */
bool ld_postings_docs_ready(ld_postings_cursor *c);
bool ld_postings_tfs_ready(ld_postings_cursor *c); /* tfs are filled in where all are 1, too */
bool ld_postings_classes_ready(ld_postings_cursor *c);
/* Ordinals of posting `at` of the block at hand, as ld_postings_block_positions. */
const uint16_t *ld_postings_block_forms(ld_postings_cursor *c, uint32_t at, uint32_t *tf);

#endif
